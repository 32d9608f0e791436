/* Handles, memory of others, access that only narrows, and threads. */
#include "check.h"

#include <pthread.h>

static void a_view_keeps_its_base_alive(void) {
    la_array *album = GRID(6);
    la_array *window = MAKE(la_slice(album, LA_INDEX(LA_RANGE(1, 4)), OUT));
    la_array *pane = MAKE(la_slice(window, LA_INDEX(LA_STEP(-1)), OUT));
    DROP(album);
    DROP(window);
    CHECK_VALUES(pane, 3, 2, 1);
    CHECK_SHAPE(la_base(pane), 6);
    CHECK_VALUES(la_base(pane), 0, 1, 2, 3, 4, 5);
}

static void a_retained_base_outlives_the_view(void) {
    la_array *album = GRID(3);
    la_array *window = MAKE(la_slice(album, LA_INDEX(LA_FROM(1)), OUT));
    DROP(album);
    la_array *base = KEEP(la_retain(la_base(window)));
    DROP(window);
    CHECK_VALUES(base, 0, 1, 2);
}

static void references_are_counted(void) {
    la_array *album = GRID(3);
    CHECK_NUMBER(la_refcount(album), 1);
    CHECK(KEEP(la_retain(album)) == album);
    CHECK_NUMBER(la_refcount(album), 2);
    la_array *window = MAKE(la_slice(album, LA_INDEX(LA_FROM(1)), OUT));
    CHECK_NUMBER(la_refcount(album), 3);
    CHECK_NUMBER(la_refcount(window), 1);
    DROP(window);
    CHECK_NUMBER(la_refcount(album), 2);
    DROP(album);
    CHECK_NUMBER(la_refcount(album), 1);
}

/* -- wrapped memory --------------------------------------------------------- */

static int deleted;
static void *deleted_memory;

static void count_deletion(void *memory, void *payload) {
    deleted_memory = memory;
    deleted += *(int *)payload;
}

static void wrapped_memory_is_used_in_place(void) {
    int32_t values[] = {1, 2, 3, 4, 5, 6};
    la_array *wrapped = MAKE(la_wrap(values, sizeof values, 0, LA_INT32, SHAPE(2, 3), NULL, 0, NULL, NULL, OUT));
    CHECK(la_data(wrapped) == values && la_base(wrapped) == NULL);
    CHECK(la_flags(wrapped) & LA_FLAG_OWNS_DATA);
    CHECK(la_flags(wrapped) & LA_FLAG_WRITEABLE);
    values[0] = 10;
    CHECK_VALUES(wrapped, 10, 2, 3, 4, 5, 6);
    OK(la_fill_i64(MAKE(la_slice(wrapped, LA_INDEX(LA_ALL, LA_AT(1)), OUT)), 7));
    CHECK(values[1] == 7 && values[4] == 7);
    CHECK_NUMBER(la_retained_bytes(wrapped), sizeof values);
    /* Backwards: the first element is the last one in memory. */
    la_array *back = MAKE(la_wrap(values, sizeof values, 20, LA_INT32, SHAPE(6),
                                  (const int64_t[]){-4}, 0, NULL, NULL, OUT));
    CHECK_VALUES(back, 6, 7, 4, 3, 7, 10);
    /* Two wraps of one memory have two owners, and share it all the same. */
    CHECK(!la_same_owner(back, wrapped) && SHARE(back, wrapped));
}

static void a_layout_must_stay_in_the_wrapped_memory(void) {
    char memory[64];
    int payload = 1;
    deleted = 0;
    memset(memory, 0, sizeof memory);
#define WRAP(nbytes, offset, dtype, shape, strides, flags) \
    la_wrap(memory, nbytes, offset, dtype, shape, strides, flags, count_deletion, &payload, OUT)
#define SHAPE_8 1, (const int64_t[]){8}
#define SHAPE_9 1, (const int64_t[]){9}
#define SHAPE_MINUS 1, (const int64_t[]){-1}
#define SHAPE_HUGE 2, (const int64_t[]){INT64_MAX, INT64_MAX}
    REFUSES(LA_SHAPE_ERROR, "64", WRAP(64, 0, LA_INT64, SHAPE_9, NULL, 0));
    REFUSES(LA_SHAPE_ERROR, "", WRAP(64, 8, LA_INT64, SHAPE_8, NULL, 0));
    REFUSES(LA_SHAPE_ERROR, "", WRAP(63, 0, LA_INT64, SHAPE_8, NULL, 0));
    REFUSES(LA_SHAPE_ERROR, "", WRAP(64, 0, LA_INT64, SHAPE_8, (const int64_t[]){-8}, 0));
    REFUSES(LA_SHAPE_ERROR, "", WRAP(64, 0, LA_INT8, SHAPE_8, (const int64_t[]){10}, 0));
    REFUSES(LA_SHAPE_ERROR, "negative", WRAP(64, 0, LA_INT8, SHAPE_MINUS, NULL, 0));
    REFUSES(LA_OVERFLOW, "", WRAP(64, 0, LA_INT8, SHAPE_HUGE, NULL, 0));
    CHECK_STATUS(LA_OVERFLOW, WRAP(64, 0, LA_INT8, SHAPE_8, (const int64_t[]){INT64_MIN}, 0));
    REFUSES(LA_INVALID_ARGUMENT, "nbytes", WRAP(-1, 0, LA_INT8, SHAPE_8, NULL, 0));
    REFUSES(LA_INVALID_ARGUMENT, "offset", WRAP(64, -1, LA_INT8, SHAPE_8, NULL, 0));
    REFUSES(LA_INVALID_ARGUMENT, "flags", WRAP(64, 0, LA_INT8, SHAPE_8, NULL, 2));
    REFUSES(LA_DTYPE_ERROR, "dtype", WRAP(64, 0, 0, SHAPE_8, NULL, 0));
    REFUSES(LA_NULL_ARGUMENT, "memory",
            la_wrap(NULL, 64, 0, LA_INT8, SHAPE_8, NULL, 0, count_deletion, &payload, OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT,
                 la_wrap(memory, 64, 0, LA_INT8, SHAPE_8, NULL, 0, count_deletion, &payload, NULL));
    CHECK_NUMBER(deleted, 0); /* never called when the status is not LA_OK */
    CHECK_SHAPE(MAKE(la_wrap(NULL, 0, 0, LA_INT8, SHAPE(0, 5), NULL, 0, NULL, NULL, OUT)), 0, 5);
    la_array *wrapped = MAKE(la_wrap(memory, 64, 8, LA_INT64, SHAPE(2), NULL, 0, NULL, NULL, OUT));
    CHECK_SHAPE(MAKE(la_as_strided(wrapped, -8, SHAPE(8), NULL, OUT)), 8);
    REFUSES(LA_SHAPE_ERROR, "", la_as_strided(wrapped, 0, SHAPE(8), NULL, OUT));
}

static void the_deleter_runs_once_in_any_order_of_release(void) {
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int k = 0; k < 6; k++) {
        int64_t values[] = {0, 1, 2, 3};
        int payload = 1;
        la_array *handles[3];
        deleted = 0;
        handles[0] = MAKE(la_wrap(values, sizeof values, 0, LA_INT64, SHAPE(4), NULL, 0,
                                  count_deletion, &payload, OUT));
        handles[1] = MAKE(la_slice(handles[0], LA_INDEX(LA_STEP(2)), OUT));
        handles[2] = MAKE(la_readonly(handles[1], OUT));
        for (int step = 0; step < 3; step++) {
            CHECK_NUMBER(deleted, 0);
            DROP(handles[orders[k][step]]);
        }
        CHECK_NUMBER(deleted, 1);
        CHECK(deleted_memory == values);
    }
}

static void call_the_library(void *memory, void *payload) {
    (void)memory;
    (void)la_ndim(NULL); /* leaves a message, which is not the program's */
    *(int *)payload = la_data(NULL) == NULL;
}

static void a_deleter_does_not_change_the_message(void) {
    static char byte;
    static int called;
    called = 0;
    la_array *row = GRID(3);
    la_array *wrapped = MAKE(la_wrap(&byte, 1, 0, LA_INT8, SHAPE(1), NULL, 0, call_the_library, &called, OUT));
    REFUSES(LA_INDEX_ERROR, "index 5", la_slice(row, LA_INDEX(LA_AT(5)), OUT));
    DROP(wrapped);
    CHECK(called);
    CHECK_MESSAGE("index 5");
}

/* -- access ------------------------------------------------------------------ */

static void nothing_made_from_a_readonly_handle_can_be_written(void) {
    la_array *album = GRID(2, 3);
    la_array *readonly = MAKE(la_readonly(album, OUT));
    CHECK(!(la_flags(readonly) & LA_FLAG_WRITEABLE));
    CHECK(la_data(readonly) == la_data(album));
    CHECK(la_data_mut(readonly) == NULL);
    CHECK_MESSAGE("read-only");
    CHECK_STATUS(LA_READ_ONLY, la_fill_i64(readonly, 1));
    la_array *views[6];
    views[0] = MAKE(la_slice(readonly, LA_INDEX(LA_AT(0)), OUT));
    views[1] = MAKE(la_reshape(readonly, SHAPE(6), LA_ORDER_C, LA_COPY_NEVER, OUT));
    views[2] = MAKE(la_transpose(readonly, OUT));
    views[3] = MAKE(la_view_dtype(readonly, LA_UINT8, OUT));
    views[4] = MAKE(la_as_strided(readonly, 0, SHAPE(2), NULL, OUT));
    views[5] = MAKE(la_contiguous(readonly, LA_ORDER_C, LA_COPY_NEVER, OUT));
    for (int k = 0; k < 6; k++) {
        CHECK(!(la_flags(views[k]) & LA_FLAG_WRITEABLE));
        CHECK(!(la_flags(la_base(views[k])) & LA_FLAG_WRITEABLE));
    }
    OK(la_fill_i64(album, 9)); /* others may still write */
    CHECK_VALUES(readonly, 9, 9, 9, 9, 9, 9);
}

static void the_base_of_a_readonly_view_is_a_readonly_twin(void) {
    la_array *album = GRID(6);
    la_array *window = MAKE(la_slice(album, LA_INDEX(LA_RANGE(1, 4)), OUT));
    la_array *readonly = MAKE(la_readonly(window, OUT));
    const la_array *twin = la_base(readonly);
    CHECK(twin != NULL && twin != album);
    CHECK(!(la_flags(twin) & LA_FLAG_WRITEABLE));
    CHECK(la_same_owner(twin, album) && la_same_owner(readonly, album));
    CHECK(la_data(twin) == la_data(album));
    CHECK_SHAPE(twin, 6);
    CHECK_NUMBER(la_offset(readonly), 8);
    la_array *kept = KEEP(la_retain(twin));
    CHECK_STATUS(LA_READ_ONLY, la_fill_i64(kept, 1));
    DROP(album), DROP(window), DROP(readonly);
    CHECK_VALUES(kept, 0, 1, 2, 3, 4, 5);
}

static void memory_wrapped_readonly_stays_so(void) {
    static const int64_t constants[] = {1, 2, 3};
    la_array *wrapped = MAKE(la_wrap((void *)(size_t)constants, sizeof constants, 0, LA_INT64, SHAPE(3), NULL,
                                     LA_WRAP_READ_ONLY, NULL, NULL, OUT));
    la_array *view = MAKE(la_slice(wrapped, LA_INDEX(LA_FROM(1)), OUT));
    CHECK(!(la_flags(wrapped) & LA_FLAG_WRITEABLE) && !(la_flags(view) & LA_FLAG_WRITEABLE));
    CHECK(!(la_flags(la_base(view)) & LA_FLAG_WRITEABLE));
    CHECK_STATUS(LA_READ_ONLY, la_set_item(view, 1, (const int64_t[]){0}, INT(5)));
    CHECK(la_flags(MAKE(la_copy(view, LA_ORDER_C, OUT))) & LA_FLAG_WRITEABLE);
}

/* -- threads ----------------------------------------------------------------- */

enum { THREADS = 4 };

static la_array *shared;
static const char *volatile complaint;

/* No check may jump out of another thread: it notes what is wrong. */
static void *use_the_shared_handle(void *unused) {
    (void)unused;
    for (int k = 0; k < (exhaust_fail_at ? 5 : 2000); k++) {
        la_array *own = la_retain(shared), *view = NULL;
        la_status status = la_slice(own, LA_INDEX(LA_STEP(-1), LA_AT(k % 3)), &view);
        if (status == LA_OUT_OF_MEMORY && exhaust_fail_at) {
            check_ran_out = 1;
        } else if (status != LA_OK) {
            complaint = "a slice failed";
        } else {
            int64_t value = -1;
            if (la_item_i64(view, 1, (const int64_t[]){0}, &value) != LA_OK || value != 9 + k % 3)
                complaint = "a wrong value was read";
            if (la_base(view) != shared) complaint = "a view has a wrong base";
        }
        la_release(own);
        la_release(view);
    }
    return NULL;
}

static void handles_are_used_from_many_threads(void) {
    pthread_t threads[THREADS];
    shared = GRID(4, 3);
    complaint = NULL;
    for (int k = 0; k < THREADS; k++) CHECK(pthread_create(&threads[k], NULL, use_the_shared_handle, NULL) == 0);
    for (int k = 0; k < THREADS; k++) pthread_join(threads[k], NULL);
    if (complaint) check_fail(__FILE__, __LINE__, "%s", complaint);
    CHECK_NUMBER(la_refcount(shared), 1);
}

static void *release_it(void *handle) {
    la_release(handle);
    return NULL;
}

static void the_last_release_may_be_on_any_thread(void) {
    static char byte;
    static int payload = 1;
    pthread_t thread;
    deleted = 0;
    la_array *wrapped = MAKE(la_wrap(&byte, 1, 0, LA_INT8, SHAPE(1), NULL, 0, count_deletion, &payload, OUT));
    la_array *view = la_retain(wrapped);
    DROP(wrapped);
    CHECK_NUMBER(deleted, 0);
    CHECK(pthread_create(&thread, NULL, release_it, view) == 0);
    pthread_join(thread, NULL);
    CHECK_NUMBER(deleted, 1);
}

CHECK_MAIN(
    TEST(a_view_keeps_its_base_alive),
    TEST(a_retained_base_outlives_the_view),
    TEST(references_are_counted),
    TEST(wrapped_memory_is_used_in_place),
    TEST(a_layout_must_stay_in_the_wrapped_memory),
    TEST(the_deleter_runs_once_in_any_order_of_release),
    TEST(a_deleter_does_not_change_the_message),
    TEST(nothing_made_from_a_readonly_handle_can_be_written),
    TEST(the_base_of_a_readonly_view_is_a_readonly_twin),
    TEST(memory_wrapped_readonly_stays_so),
    TEST(handles_are_used_from_many_threads),
    TEST(the_last_release_may_be_on_any_thread),
)
