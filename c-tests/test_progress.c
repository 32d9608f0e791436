/* Progress of long operations: what a handler hears, and what it can stop. */
#include "check.h"

typedef struct {
    int64_t calls, last_done, total, stop_at;
    int wrong;
    /* Copied by the handler itself, where it is set. */
    const la_array *copied;
} hearing;

static int32_t hear(int64_t done, int64_t total, void *payload) {
    hearing *heard = payload;
    heard->calls++;
    heard->wrong |= done <= heard->last_done || done > total;
    heard->last_done = done;
    heard->total = total;
    if (heard->copied != NULL) {
        la_array *copy = NULL;
        la_status status = la_copy(heard->copied, LA_ORDER_C, &copy);
        heard->wrong |= status != LA_OK && status != LA_OUT_OF_MEMORY;
        la_release(copy);
    }
    return heard->stop_at > 0 && done >= heard->stop_at ? 77 : 0;
}

#define ROWS 600
#define COLUMNS 500
#define NBYTES ((int64_t)ROWS * COLUMNS * 8)

static la_array *numbers(void) {
    OK(la_set_progress(NULL, 0, NULL)); /* of a test that memory ran out on */
    la_array *line = MAKE(la_arange(LA_FLOAT64, 0, ROWS * COLUMNS, 1, OUT));
    la_array *table = MAKE(la_reshape(line, 2, (int64_t[]){ROWS, COLUMNS}, LA_ORDER_C, LA_COPY_NEVER, OUT));
    DROP(line);
    return table;
}

static int32_t are_equal(const la_array *a, const la_array *b) {
    int32_t equal = 0;
    OK(la_array_equal(a, b, 0, &equal));
    return equal;
}

static void a_copy_is_heard_from_its_start_to_its_end(void) {
    la_array *table = numbers();
    la_array *turned = MAKE(la_transpose(table, OUT));
    la_array *sources[] = {table, turned};
    for (int k = 0; k < 2; k++) {
        la_array *wanted = MAKE(la_copy(sources[k], LA_ORDER_C, OUT));
        for (int64_t every = 100000; every <= NBYTES; every *= 2) {
            hearing heard = {0};
            OK(la_set_progress(hear, every, &heard));
            la_array *copy = MAKE(la_copy(sources[k], LA_ORDER_C, OUT));
            OK(la_set_progress(NULL, 0, NULL));
            CHECK(!heard.wrong);
            CHECK_NUMBER(heard.total, NBYTES);
            CHECK_NUMBER(heard.last_done, NBYTES);
            /* A plane is moved in blocks of 64 rows. */
            CHECK(heard.calls >= NBYTES / every / 3 && heard.calls <= NBYTES / every + 1);
            CHECK(are_equal(copy, wanted));
            DROP(copy);
        }
        DROP(wanted);
    }
    DROP(turned);
    DROP(table);
}

static void short_operations_are_not_heard(void) {
    la_array *table = numbers();
    hearing heard = {0};
    OK(la_set_progress(hear, NBYTES + 1, &heard));
    DROP(MAKE(la_copy(table, LA_ORDER_C, OUT)));
    OK(la_set_progress(NULL, 0, NULL));
    CHECK_NUMBER(heard.calls, 0);
    DROP(table);
}

static void a_copy_that_is_stopped_makes_no_array(void) {
    la_array *table = numbers();
    hearing heard = {.stop_at = NBYTES / 3};
    la_array *copy = NULL;
    OK(la_set_progress(hear, 100000, &heard));
    CHECK_STATUS(LA_CANCELLED, la_copy(table, LA_ORDER_C, &copy));
    CHECK_MESSAGE("77");
    OK(la_set_progress(NULL, 0, NULL));
    CHECK(copy == NULL);
    CHECK(heard.last_done >= NBYTES / 3 && heard.last_done < NBYTES / 2);
    DROP(table);
}

static void a_write_that_is_stopped_has_done_what_was_heard(void) {
    la_array *table = numbers();
    la_array *target = MAKE(la_full(LA_FLOAT64, 2, (int64_t[]){ROWS, COLUMNS}, LA_ORDER_C, LA_WEAK_INT, &(int64_t){-1}, OUT));
    hearing heard = {.stop_at = NBYTES / 2};
    OK(la_set_progress(hear, 50000, &heard));
    CHECK_STATUS(LA_CANCELLED, la_assign(target, table, LA_CAST_SAFE));
    OK(la_set_progress(NULL, 0, NULL));
    const double *now = la_data(target);
    for (int64_t k = 0; now != NULL && k < ROWS * COLUMNS; k++)
        CHECK(now[k] == (k < heard.last_done / 8 ? (double)k : -1.0));
    DROP(target);
    DROP(table);
}

static void an_overlapping_write_stays_right_in_parts(void) {
    OK(la_set_progress(NULL, 0, NULL)); /* of a test that memory ran out on */
    la_array *line = MAKE(la_arange(LA_INT64, 0, 300000, 1, OUT));
    la_array *to = MAKE(la_slice(line, LA_INDEX(LA_FROM(1)), OUT));
    la_array *from = MAKE(la_slice(line, LA_INDEX(LA_TO(-1)), OUT));
    hearing heard = {0};
    OK(la_set_progress(hear, 10000, &heard));
    OK(la_assign(to, from, LA_CAST_NO));
    OK(la_set_progress(NULL, 0, NULL));
    CHECK(heard.calls > 100 && !heard.wrong);
    const int64_t *now = la_data(line);
    for (int64_t k = 0; now != NULL && k < 300000; k++) CHECK(now[k] == (k == 0 ? 0 : k - 1));
    DROP(from);
    DROP(to);
    DROP(line);
}

static void a_handler_may_copy_and_is_not_called_for_it(void) {
    la_array *table = numbers();
    hearing heard = {.copied = table};
    OK(la_set_progress(hear, NBYTES / 4, &heard));
    DROP(MAKE(la_copy(table, LA_ORDER_F, OUT)));
    OK(la_set_progress(NULL, 0, NULL));
    CHECK(!heard.wrong && heard.calls >= 2 && heard.calls <= 5);
    DROP(table);
}

static void results_do_not_depend_on_threads(void) {
    OK(la_set_progress(NULL, 0, NULL)); /* of a test that memory ran out on */
    int64_t shape[] = {3, 700, 900};
    la_array *line = MAKE(la_arange(LA_FLOAT64, 0, 3 * 700 * 900, 1, OUT));
    la_array *cube = MAKE(la_reshape(line, 3, shape, LA_ORDER_C, LA_COPY_NEVER, OUT));
    la_array *views[4];
    views[0] = MAKE(la_transpose(cube, OUT));
    views[1] = MAKE(la_slice(cube, LA_INDEX(LA_ALL, LA_STEP(-1), LA_STEP(2)), OUT));
    views[2] = MAKE(la_swapaxes(cube, 1, 2, OUT));
    views[3] = MAKE(la_slice(cube, LA_INDEX(LA_ALL), OUT));
    for (int k = 0; k < 4; k++) {
        la_dtype types[] = {LA_FLOAT64, LA_FLOAT32, LA_INT32};
        for (int t = 0; t < 3; t++) {
            la_array *one = MAKE(la_astype(views[k], types[t], LA_ORDER_C, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
            OK(la_set_num_threads(2));
            la_array *two = MAKE(la_astype(views[k], types[t], LA_ORDER_C, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
            hearing heard = {0};
            OK(la_set_progress(hear, 6 << 20, &heard));
            la_array *both = MAKE(la_astype(views[k], types[t], LA_ORDER_C, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
            OK(la_set_progress(NULL, 0, NULL));
            OK(la_set_num_threads(1));
            CHECK(are_equal(one, two) && are_equal(one, both) && !heard.wrong);
            DROP(one);
            DROP(two);
            DROP(both);
        }
        DROP(views[k]);
    }
    DROP(cube);
    DROP(line);
}

CHECK_MAIN(
    TEST(a_copy_is_heard_from_its_start_to_its_end),
    TEST(short_operations_are_not_heard),
    TEST(a_copy_that_is_stopped_makes_no_array),
    TEST(a_write_that_is_stopped_has_done_what_was_heard),
    TEST(an_overlapping_write_stays_right_in_parts),
    TEST(a_handler_may_copy_and_is_not_called_for_it),
    TEST(results_do_not_depend_on_threads),
)
