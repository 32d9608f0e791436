/* la_for_each: the program's own loops over any number of arrays. */
#include "operands.h"

#include <stdatomic.h>

/* -- loops ------------------------------------------------------------------- */

/* What a loop saw. Atomic, since it may run on several threads. */
static atomic_llong calls, longest, elements;

static void see(int64_t count) {
    atomic_fetch_add(&calls, 1);
    atomic_fetch_add(&elements, count);
    long long before = atomic_load(&longest);
    while (count > before && !atomic_compare_exchange_weak(&longest, &before, count)) continue;
}

static void forget(void) {
    atomic_store(&calls, 0);
    atomic_store(&longest, 0);
    atomic_store(&elements, 0);
}

/* z = x + y, of int64. */
static int32_t add(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    see(count);
    for (int64_t k = 0; k < count; k++) {
        int64_t *z = (int64_t *)(void *)(data[0] + k * strides[0]);
        *z = *(int64_t *)(void *)(data[1] + k * strides[1]) + *(int64_t *)(void *)(data[2] + k * strides[2]);
    }
    return 0;
}

/* z = x + y, of double. */
static int32_t add_doubles(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    see(count);
    for (int64_t k = 0; k < count; k++) {
        double *z = (double *)(void *)(data[0] + k * strides[0]);
        *z = *(double *)(void *)(data[1] + k * strides[1]) + *(double *)(void *)(data[2] + k * strides[2]);
    }
    return 0;
}

/* z += x, of int64. */
static int32_t add_to(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    see(count);
    for (int64_t k = 0; k < count; k++)
        *(int64_t *)(void *)(data[0] + k * strides[0]) += *(int64_t *)(void *)(data[1] + k * strides[1]);
    return 0;
}

/* Remembers the addresses and strides of the first call. */
typedef struct first_call {
    char *data[3];
    int64_t strides[3], count;
} first_call;

static int32_t remember(char **data, const int64_t *strides, int64_t count, void *payload) {
    first_call *first = payload;
    if (atomic_load(&calls) == 0) {
        memcpy(first->data, data, sizeof first->data);
        memcpy(first->strides, strides, sizeof first->strides);
        first->count = count;
    }
    return add(data, strides, count, NULL);
}

static int32_t never(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)data, (void)strides, (void)payload;
    see(count);
    return -1;
}

static la_for_each_options with(int32_t casting, int32_t num_threads) {
    la_for_each_options options = {sizeof options, casting, num_threads};
    return options;
}

static la_array *zeros(la_dtype dtype, int32_t ndim, const int64_t *shape) {
    return MAKE(la_zeros(dtype, ndim, shape, LA_ORDER_C, OUT));
}

/* -- shapes and runs ------------------------------------------------------------ */

static void operands_are_broadcast(void) {
    la_array *z = zeros(LA_INT64, SHAPE(2, 3));
    la_operand operands[] = {{z, LA_WRITE, 0}, {GRID(3), LA_READ, 0}, {GRID(2, 1), LA_READ, 0}};
    OK(la_for_each(3, operands, NULL, add, NULL));
    CHECK_VALUES(z, 0, 1, 2, 1, 2, 3);
    operands[1].array = INTS(5);
    operands[2].array = z;
    OK(la_for_each(3, operands, NULL, add, NULL));
    CHECK_VALUES(z, 5, 6, 7, 6, 7, 8);
}

static void what_is_contiguous_together_is_one_call(void) {
    static const int32_t axes[] = {2, 0, 1};
    la_array *x = GRID(5, 6, 7), *y = GRID(5, 6, 7), *z = zeros(LA_INT64, SHAPE(5, 6, 7));
    first_call first;
    la_operand operands[] = {{z, LA_WRITE, 0}, {x, LA_READ, 0}, {y, LA_READ, 0}};
    forget();
    OK(la_for_each(3, operands, NULL, remember, &first));
    CHECK_NUMBER(calls, 1);
    CHECK_NUMBER(first.count, 210);
    CHECK(first.data[0] == la_data(z) && first.data[1] == la_data(x) && first.data[2] == la_data(y));
    CHECK(first.strides[0] == 8 && first.strides[1] == 8 && first.strides[2] == 8);
    /* Also when all are transposed, or reversed. */
    la_operand permuted[3], reversed[3];
    for (int k = 0; k < 3; k++) {
        permuted[k] = reversed[k] = operands[k];
        permuted[k].array = MAKE(la_permute(operands[k].array, 3, axes, OUT));
        reversed[k].array = MAKE(la_flip(operands[k].array, 0, NULL, OUT));
    }
    forget();
    OK(la_for_each(3, permuted, NULL, add, NULL));
    OK(la_for_each(3, reversed, NULL, add, NULL));
    CHECK_NUMBER(calls, 2);
    CHECK_NUMBER(longest, 210);
    /* Reversed against the others: still one call, backwards there. */
    reversed[0] = operands[0];
    reversed[2] = operands[2];
    forget();
    OK(la_for_each(3, reversed, NULL, remember, &first));
    CHECK_NUMBER(calls, 1);
    CHECK_NUMBER(first.strides[1], -8);
    CHECK(first.data[1] == (const char *)la_data(x) + 209 * 8);
    for (int64_t k = 0; k < 210; k++) CHECK_NUMBER(check_value(z, k), 209 - k + k);
    /* A value for all is one call, too. */
    operands[1].array = INTS(1000);
    forget();
    OK(la_for_each(3, operands, NULL, remember, &first));
    CHECK_NUMBER(calls, 1);
    CHECK_NUMBER(first.strides[1], 0);
    CHECK_NUMBER(check_value(z, 209), 1209);
}

static void rows_too_short_for_a_call_are_run_along_the_longer_axis(void) {
    la_array *pixels = GRID(5000, 3), *shift = INTS(100, 200, 300), *z = zeros(LA_INT64, SHAPE(5000, 3));
    la_operand operands[] = {{z, LA_WRITE, 0}, {pixels, LA_READ, 0}, {shift, LA_READ, 0}};
    forget();
    OK(la_for_each(3, operands, NULL, add, NULL));
    CHECK_NUMBER(elements, 15000);
    CHECK(calls <= 15 && longest >= 1000);
    for (int64_t k = 0; k < 15000; k++)
        if (check_value(z, k) != (double)(k + (k % 3 + 1) * 100)) {
            check_fail(__FILE__, __LINE__, "element %lld is %g", (long long)k, check_value(z, k));
            break;
        }
}

static void no_axes_and_no_elements(void) {
    la_array *z = zeros(LA_INT64, 0, NULL), *none = zeros(LA_INT64, SHAPE(3, 0));
    la_operand operands[] = {{z, LA_WRITE, 0}, {INTS(1), LA_READ, 0}, {INTS(2), LA_READ, 0}};
    operands[1].array = MAKE(la_reshape(operands[1].array, 0, NULL, LA_ORDER_C, LA_COPY_NEVER, OUT));
    operands[2].array = MAKE(la_reshape(operands[2].array, 0, NULL, LA_ORDER_C, LA_COPY_NEVER, OUT));
    forget();
    OK(la_for_each(3, operands, NULL, add, NULL));
    CHECK_VALUES(z, 3);
    CHECK_NUMBER(calls, 1);
    operands[0].array = none;
    OK(la_for_each(3, operands, NULL, never, NULL));
    CHECK_NUMBER(calls, 1);
    la_operand alone = {none, LA_READ, 0};
    OK(la_for_each(1, &alone, NULL, never, NULL));
    alone.array = MAKE(la_broadcast_to(none, SHAPE(1 << 20, 3, 0), OUT));
    OK(la_for_each(1, &alone, NULL, never, NULL));
    CHECK_NUMBER(calls, 1);
}

/* The sum of all operands but the first goes to the first. */
static int32_t add_all(char **data, const int64_t *strides, int64_t count, void *payload) {
    int32_t operands = *(const int32_t *)payload;
    for (int64_t i = 0; i < count; i++) {
        int64_t sum = 0;
        for (int32_t k = 1; k < operands; k++) sum += *(int64_t *)(void *)(data[k] + i * strides[k]);
        *(int64_t *)(void *)(data[0] + i * strides[0]) = sum;
    }
    return 0;
}

static void any_number_of_operands_up_to_the_limit(void) {
    la_array *z = zeros(LA_INT64, SHAPE(4, 5)), *x = GRID(4, 5), *y = GRID(5);
    la_operand operands[LA_MAX_OPERANDS + 1];
    for (int32_t count = 1; count <= LA_MAX_OPERANDS; count++) {
        operands[0] = (la_operand){z, LA_WRITE, 0};
        for (int32_t k = 1; k < count; k++) operands[k] = (la_operand){k % 2 ? x : y, LA_READ, 0};
        OK(la_for_each(count, operands, NULL, add_all, &count));
        for (int64_t k = 0; k < 20; k++)
            CHECK_NUMBER(check_value(z, k), count / 2 * k + (count - 1) / 2 * (k % 5));
    }
    operands[LA_MAX_OPERANDS] = operands[1];
    CHECK_STATUS(LA_LIMIT, la_for_each(LA_MAX_OPERANDS + 1, operands, NULL, never, NULL));
    CHECK_MESSAGE("at most 32, found 33");
}

/* -- types ----------------------------------------------------------------------- */

static void elements_of_another_type_are_cast_before_and_after(void) {
    const int64_t size = exhaust_fail_at ? 3000 : 10000; /* several blocks */
    la_array *x = MAKE(la_arange(LA_INT32, 0, size, 1, OUT));
    la_array *y = MAKE(la_full(LA_FLOAT32, 0, NULL, LA_ORDER_C, FLOAT(0.5), OUT));
    la_array *wide = zeros(LA_FLOAT64, SHAPE(2 * size)), *narrow = zeros(LA_FLOAT32, SHAPE(size));
    la_array *every_other = MAKE(la_slice(wide, LA_INDEX(LA_STEP(2)), OUT));
    la_operand operands[] = {{every_other, LA_WRITE, 0}, {x, LA_READ, LA_FLOAT64}, {y, LA_READ, LA_FLOAT64}};
    forget();
    OK(la_for_each(3, operands, NULL, add_doubles, NULL));
    CHECK(elements == size && longest >= 1024);
    for (int64_t k = 0; k < size; k++) CHECK_NUMBER(2 * check_value(wide, 2 * k), 2 * k + 1);
    CHECK(check_value(wide, 1) == 0 && check_value(wide, 2 * size - 1) == 0);
    operands[0] = (la_operand){narrow, LA_WRITE, LA_FLOAT64};
    OK(la_for_each(3, operands, NULL, add_doubles, NULL));
    for (int64_t k = 0; k < size; k++) CHECK_NUMBER(2 * check_value(narrow, k), 2 * k + 1);
    /* Read and written: narrow + x goes to narrow. */
    la_operand in_place[] = {{narrow, LA_READ_WRITE, LA_INT64}, {x, LA_READ, LA_INT64}};
    la_for_each_options any = with(LA_CAST_UNSAFE, 1);
    OK(la_for_each(2, in_place, &any, add_to, NULL));
    for (int64_t k = 0; k < size; k++) CHECK_NUMBER(check_value(narrow, k), 2 * k);
}

static void the_casting_rule_is_kept_both_ways(void) {
    la_array *integers = INTS(1, 2, 3), *floats = DOUBLES(1, 2, 3), *singles = zeros(LA_FLOAT32, SHAPE(3));
    la_operand read = {floats, LA_READ, LA_INT64}, written = {integers, LA_WRITE, LA_FLOAT64};
    la_for_each_options options = with(LA_CAST_SAME_KIND, 1);
    forget();
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &read, NULL, never, NULL));
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &read, &options, never, NULL));
    CHECK_MESSAGE("Cannot cast array data from float64 to int64 according to the rule 'same_kind'");
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &written, NULL, never, NULL));
    CHECK_MESSAGE("from float64 to int64");
    written.access = LA_READ_WRITE;
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &written, NULL, never, NULL));
    /* Safe to read as double, not safe to store back. */
    options = with(LA_CAST_SAFE, 1);
    la_operand single = {singles, LA_READ_WRITE, LA_FLOAT64};
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &single, &options, never, NULL));
    CHECK_MESSAGE("from float64 to float32");
    /* The values of what is read are looked at; those to be stored are not known. */
    options = with(LA_CAST_SAME_VALUE, 1);
    read.array = DOUBLES(1, 2.5);
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &read, &options, never, NULL));
    CHECK_MESSAGE("element 1");
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &written, &options, never, NULL));
    CHECK_NUMBER(calls, 0);
    read.array = floats;
    CHECK_STATUS(LA_CANCELLED, la_for_each(1, &read, &options, never, NULL));
}

static void a_swapped_type_is_another_one_unless_it_is_named(void) {
    la_dtype swapped = LA_INT64 | 0x100;
    la_array *x = MAKE(la_astype(GRID(3, 3), swapped, LA_ORDER_C, LA_CAST_EQUIV, LA_COPY_ALWAYS, OUT));
    la_array *z = MAKE(la_astype(GRID(3, 3), swapped, LA_ORDER_C, LA_CAST_EQUIV, LA_COPY_ALWAYS, OUT));
    la_operand operands[] = {{z, LA_READ_WRITE, 0}, {x, LA_READ, 0}};
    OK(la_for_each(2, operands, NULL, add_to, NULL));
    CHECK_VALUES(z, 0, 2, 4, 6, 8, 10, 12, 14, 16);
    first_call first;
    la_operand raw[] = {{x, LA_READ_WRITE, swapped}, {x, LA_READ, swapped}, {GRID(3, 3), LA_READ, swapped}};
    forget();
    OK(la_for_each(3, raw, NULL, remember, &first));
    CHECK(first.data[0] == la_data(x) && first.data[2] != la_data(raw[2].array));
}

/* Reverses the three bytes of an element. */
static int32_t reverse_pixels(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    see(count);
    for (int64_t k = 0; k < count; k++) {
        char *pixel = data[0] + k * strides[0], first = pixel[0];
        pixel[0] = pixel[2];
        pixel[2] = first;
    }
    return 0;
}

static void raw_bytes_are_handed_over_as_they_are(void) {
    la_dtype pixel = 0x40000000 | 3;
    const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    la_array *pixels = MAKE(la_from_data(bytes, pixel, SHAPE(2, 2), NULL, LA_ORDER_C, OUT));
    la_operand operand = {pixels, LA_READ_WRITE, 0};
    OK(la_for_each(1, &operand, NULL, reverse_pixels, NULL));
    const uint8_t *after = la_data(pixels);
    CHECK(after[0] == 3 && after[1] == 2 && after[2] == 1 && after[9] == 12 && after[11] == 10);
    operand.dtype = LA_INT32;
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &operand, NULL, never, NULL));
}

static void a_loop_gets_aligned_elements_whatever_the_memory(void) {
    static _Alignas(8) unsigned char bytes[8 * 5 + 8];
    int64_t three = 3, strides[] = {9};
    memset(bytes, 0, sizeof bytes);
    for (int64_t k = 0; k < 3; k++) memcpy(bytes + 1 + 9 * k, &k, 8);
    la_array *odd = MAKE(la_wrap(bytes, sizeof bytes, 1, LA_INT64, 1, &three, strides, 0, NULL, NULL, OUT));
    first_call first;
    la_array *x = INTS(10, 20, 30);
    la_operand operands[] = {{odd, LA_READ_WRITE, 0}, {odd, LA_READ, 0}, {x, LA_READ, 0}};
    forget();
    OK(la_for_each(3, operands, NULL, remember, &first));
    CHECK((uintptr_t)first.data[0] % 8 == 0 && first.strides[0] % 8 == 0);
    CHECK((uintptr_t)first.data[1] % 8 == 0 && first.data[2] == la_data(x));
    CHECK_VALUES(odd, 10, 21, 32);
}

/* -- overlap ------------------------------------------------------------------------ */

static void operands_that_overlap_are_read_whole_before(void) {
    la_array *row = GRID(10);
    la_operand shifted[] = {{MAKE(la_slice(row, LA_INDEX(LA_FROM(1)), OUT)), LA_READ_WRITE, 0},
                            {MAKE(la_slice(row, LA_INDEX(LA_TO(-1)), OUT)), LA_READ, 0}};
    OK(la_for_each(2, shifted, NULL, add_to, NULL)); /* a[1:] += a[:-1] */
    CHECK_VALUES(row, 0, 1, 3, 5, 7, 9, 11, 13, 15, 17);
    la_operand reversed[] = {{row, LA_READ_WRITE, 0}, {MAKE(la_flip(row, 0, NULL, OUT)), LA_READ, 0}};
    OK(la_for_each(2, reversed, NULL, add_to, NULL)); /* a += a[::-1] */
    CHECK_VALUES(row, 17, 16, 16, 16, 16, 16, 16, 16, 16, 17);
    la_operand first[] = {{row, LA_READ_WRITE, 0}, {MAKE(la_slice(row, LA_INDEX(LA_TO(1)), OUT)), LA_READ, 0}};
    OK(la_for_each(2, first, NULL, add_to, NULL)); /* a += a[:1] */
    CHECK_VALUES(row, 34, 33, 33, 33, 33, 33, 33, 33, 33, 34);
}

static void the_same_elements_need_no_copy(void) {
    la_array *row = GRID(1000), *again = MAKE(la_slice(row, LA_INDEX(LA_ALL), OUT));
    la_operand operands[] = {{row, LA_WRITE, 0}, {again, LA_READ, 0}, {row, LA_READ, 0}};
    int64_t before = check_memory().total_bytes;
    first_call first;
    forget();
    OK(la_for_each(3, operands, NULL, remember, &first));
    CHECK_NUMBER(check_memory().total_bytes - before, 0);
    CHECK(first.data[0] == first.data[1] && first.data[1] == first.data[2] && first.count == 1000);
    CHECK_NUMBER(check_value(row, 999), 1998);
    /* Neither do elements that interleave. */
    operands[0].array = MAKE(la_slice(row, LA_INDEX(LA_STEP(2)), OUT));
    operands[1].array = operands[2].array = MAKE(la_slice(row, LA_INDEX(LA_FROM_STEP(1, 2)), OUT));
    before = check_memory().total_bytes;
    OK(la_for_each(3, operands, NULL, add, NULL));
    CHECK_NUMBER(check_memory().total_bytes - before, 0);
}

/* x and y change places. */
static int32_t exchange(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    for (int64_t k = 0; k < count; k++) {
        int64_t *x = (int64_t *)(void *)(data[0] + k * strides[0]), before = *x;
        int64_t *y = (int64_t *)(void *)(data[1] + k * strides[1]);
        *x = *y;
        *y = before;
    }
    return 0;
}

static void of_two_written_operands_the_later_wins(void) {
    la_array *row = GRID(6);
    la_operand operands[] = {{MAKE(la_slice(row, LA_INDEX(LA_TO(-1)), OUT)), LA_READ_WRITE, 0},
                             {MAKE(la_slice(row, LA_INDEX(LA_FROM(1)), OUT)), LA_READ_WRITE, 0}};
    OK(la_for_each(2, operands, NULL, exchange, NULL));
    /* a[:-1] = 1..5, then a[1:] = 0..4. */
    CHECK_VALUES(row, 1, 0, 1, 2, 3, 4);
}

static void a_written_operand_must_not_overlap_itself(void) {
    la_array *row = GRID(6);
    const int64_t strides[] = {0, 8}, window[] = {8, 8};
    la_operand written = {MAKE(la_as_strided(row, 0, 2, (const int64_t[]){2, 3}, strides, OUT)), LA_WRITE, 0};
    la_operand read = {written.array, LA_READ, 0}, scalar = {INTS(7), LA_WRITE, 0};
    forget();
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_for_each(1, &written, NULL, never, NULL));
    CHECK_MESSAGE("operands[0] is written, but some of its elements share memory with each other");
    written.array = MAKE(la_as_strided(row, 0, 2, (const int64_t[]){2, 3}, window, OUT));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_for_each(1, &written, NULL, never, NULL));
    /* Nor is it stretched. */
    la_operand both[] = {read, scalar};
    CHECK_STATUS(LA_SHAPE_ERROR, la_for_each(2, both, NULL, never, NULL));
    CHECK_MESSAGE("operands[1] has shape (1,), expected (2,3)");
    CHECK_NUMBER(calls, 0);
    CHECK_VALUES(row, 0, 1, 2, 3, 4, 5);
    CHECK_STATUS(LA_CANCELLED, la_for_each(1, &read, NULL, never, NULL)); /* it may be read */
}

/* -- stopping, mistakes --------------------------------------------------------------- */

/* Adds 100 until its payload has counted down; then stops with 7. */
static int32_t stop_later(char **data, const int64_t *strides, int64_t count, void *payload) {
    int *left = payload;
    if ((*left)-- == 0) return 7;
    for (int64_t k = 0; k < count; k++) *(int64_t *)(void *)(data[0] + k * strides[0]) += 100;
    return 0;
}

static void a_loop_can_stop_and_what_was_stored_stays(void) {
    la_array *grid = GRID(4, 100), *part = MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_TO(50)), OUT));
    la_operand operand = {part, LA_READ_WRITE, 0};
    int left = 2;
    CHECK_STATUS(LA_CANCELLED, la_for_each(1, &operand, NULL, stop_later, &left));
    CHECK_MESSAGE("stopped by the loop, which returned 7");
    CHECK_NUMBER(left, -1); /* and was not called again */
    for (int64_t k = 0; k < 400; k++)
        CHECK_NUMBER(check_value(grid, k), k + (k % 100 < 50 && k < 200 ? 100 : 0));
    left = 0;
    la_for_each_options options = with(LA_CAST_SAME_KIND, 3);
    CHECK_STATUS(LA_CANCELLED, la_for_each(1, &operand, &options, never, NULL));
    CHECK_MESSAGE("returned -1");
    /* What goes through a copy is not stored then. */
    la_array *row = GRID(6);
    la_operand two[] = {{MAKE(la_slice(row, LA_INDEX(LA_TO(-1)), OUT)), LA_READ_WRITE, 0},
                        {MAKE(la_slice(row, LA_INDEX(LA_FROM(1)), OUT)), LA_READ_WRITE, 0}};
    CHECK_STATUS(LA_CANCELLED, la_for_each(2, two, NULL, never, NULL));
    CHECK_VALUES(row, 0, 1, 2, 3, 4, 5);
}

static void every_mistake_has_its_status_and_calls_nothing(void) {
    la_array *row = GRID(3), *z = zeros(LA_INT64, SHAPE(3));
    la_operand good[] = {{z, LA_WRITE, 0}, {row, LA_READ, 0}}, bad[2];
    la_for_each_options options = with(LA_CAST_SAFE, 1);
    forget();
    CHECK_STATUS(LA_NULL_ARGUMENT, la_for_each(2, NULL, NULL, never, NULL));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_for_each(2, good, NULL, NULL, NULL));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_for_each(0, good, NULL, never, NULL));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_for_each(-1, good, NULL, never, NULL));
    CHECK_STATUS(LA_LIMIT, la_for_each(33, (la_operand[33]){{0}}, NULL, never, NULL));
#define MISTAKE(status, text, change)                                     \
    do {                                                                  \
        memcpy(bad, good, sizeof bad);                                    \
        change;                                                           \
        CHECK_STATUS(status, la_for_each(2, bad, NULL, never, NULL));     \
        CHECK_MESSAGE(text);                                              \
    } while (0)
    MISTAKE(LA_NULL_ARGUMENT, "operands[1]", bad[1].array = NULL);
    MISTAKE(LA_INVALID_ARGUMENT, "operands[1] is 3", bad[1].access = 3);
    MISTAKE(LA_INVALID_ARGUMENT, "operands[0] is -1", bad[0].access = -1);
    MISTAKE(LA_DTYPE_ERROR, "operands[1]", bad[1].dtype = 99);
    MISTAKE(LA_READ_ONLY, "operands[0]", bad[0].array = MAKE(la_readonly(z, OUT)));
    MISTAKE(LA_SHAPE_ERROR, "(3,) (4,)", bad[1].array = GRID(4));
    MISTAKE(LA_SHAPE_ERROR, "operands[0] has shape (3,), expected (2,3)", bad[1].array = GRID(2, 3));
#undef MISTAKE
    la_array *huge = MAKE(la_broadcast_to(INTS(1), SHAPE(INT64_C(1) << 40, 1), OUT));
    la_array *wide = MAKE(la_broadcast_to(INTS(1), SHAPE(INT64_C(1) << 40), OUT));
    la_operand overflow[] = {{huge, LA_READ, 0}, {wide, LA_READ, 0}};
    CHECK_STATUS(LA_OVERFLOW, la_for_each(2, overflow, NULL, never, NULL));
    options.size--;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_for_each(2, good, &options, never, NULL));
    options = with(6, 1);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_for_each(2, good, &options, never, NULL));
    options = with(LA_CAST_SAFE, -1);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_for_each(2, good, &options, never, NULL));
    options = with(LA_CAST_SAFE, 257);
    CHECK_STATUS(LA_LIMIT, la_for_each(2, good, &options, never, NULL));
    CHECK_NUMBER(calls, 0);
    CHECK_VALUES(z, 0, 0, 0);
}

/* Calls the library from inside: a copy, and a loop in the loop. */
static int32_t call_back(char **data, const int64_t *strides, int64_t count, void *payload) {
    la_array *inner = NULL, *copy = NULL, *x = payload;
    const int64_t shape[] = {count};
    la_status status = la_wrap(data[0], (count - 1) * strides[0] + 8, 0, LA_INT64, 1, shape, strides, 0, NULL, NULL, &inner);
    if (status == LA_OK) status = la_copy(inner, LA_ORDER_C, &copy);
    la_operand operands[] = {{inner, LA_WRITE, 0}, {copy, LA_READ, 0}, {x, LA_READ, 0}};
    la_for_each_options options = with(LA_CAST_SAFE, 2);
    if (status == LA_OK) status = la_for_each(3, operands, &options, add, NULL);
    la_release(inner);
    la_release(copy);
    return status;
}

static void a_loop_may_call_the_library(void) {
    for (int32_t threads = 1; threads <= 2; threads++) {
        la_array *grid = GRID(7, 100), *part = MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_TO(50)), OUT));
        la_operand operand = {part, LA_READ_WRITE, 0};
        la_for_each_options options = with(LA_CAST_SAFE, threads);
        la_status status = la_for_each(1, &operand, &options, call_back, INTS(1000));
        /* Memory may run out in the loop, which then is what it returns. */
        if (status == LA_CANCELLED && exhaust_fail_at) status = LA_OUT_OF_MEMORY;
        OK(status);
        for (int64_t k = 0; k < 700; k++)
            CHECK_NUMBER(check_value(grid, k), k + (k % 100 < 50 ? 1000 : 0));
    }
}

/* -- threads --------------------------------------------------------------------------- */

static void threads_give_the_same_result(void) {
    const int64_t rows = exhaust_fail_at ? 30 : 300, columns = 700;
    la_array *first = NULL;
    for (int32_t threads = 0; threads <= 5; threads++) {
        la_array *grid = GRID(rows, columns), *narrow = zeros(LA_FLOAT32, SHAPE(rows, columns));
        la_for_each_options options = with(LA_CAST_UNSAFE, threads);
        la_array *tail = MAKE(la_slice(grid, LA_INDEX(LA_FROM(1)), OUT));
        la_array *head = MAKE(la_slice(grid, LA_INDEX(LA_TO(-1)), OUT));
        la_array *row = MAKE(la_slice(grid, LA_INDEX(LA_AT(2)), OUT));
        la_operand shifted[] = {{tail, LA_READ_WRITE, 0}, {head, LA_READ, 0}};
        forget();
        OK(la_for_each(2, shifted, &options, add_to, NULL));
        CHECK_NUMBER(elements, (rows - 1) * columns);
        la_operand cast[] = {{narrow, LA_WRITE, LA_INT64}, {grid, LA_READ, 0}, {row, LA_READ, 0}};
        OK(la_for_each(3, cast, &options, add, NULL));
        for (int64_t k = columns; k < rows * columns; k += 997)
            CHECK_NUMBER(check_value(grid, k), 2 * k - columns);
        if (first) CHECK_SAME(narrow, first);
        else first = narrow;
        DROP(tail);
        DROP(head);
        DROP(row);
        DROP(grid);
    }
}

/* -- anything ------------------------------------------------------------------------------ */

/* A loop over operands of any integer types: the value stored to the written
 * operand k is the weighted sum of all that are read, plus k. */
typedef struct any_loop {
    int32_t count;
    la_dtype dtype[5];
    int32_t access[5];
    int backwards;
    atomic_int misaligned;
} any_loop;

static int64_t load(const char *address, la_dtype dtype) {
    unsigned char bytes[8];
    int64_t size = la_dtype_size(dtype);
    uint64_t bits = 0;
    memcpy(bytes, address, (size_t)size);
    for (int64_t k = 0; k < size; k++) bits |= (uint64_t)bytes[is_swapped(dtype) ? size - 1 - k : k] << 8 * k;
    if (size < 8 && is_signed(dtype) && bits >> (8 * size - 1)) bits |= ~UINT64_C(0) << 8 * size;
    return (int64_t)bits;
}

static int64_t weigh(int32_t k, int64_t value) {
    return (int64_t)((uint64_t)value * (uint64_t)(2 * k + 3));
}

static int32_t any(char **data, const int64_t *strides, int64_t count, void *payload) {
    any_loop *loop = payload;
    for (int32_t k = 0; k < loop->count; k++) {
        int64_t size = la_dtype_size(loop->dtype[k]);
        if ((uintptr_t)data[k] % (uintptr_t)size || (count > 1 && strides[k] % size)) loop->misaligned++;
    }
    for (int64_t step = 0; step < count; step++) {
        int64_t i = loop->backwards ? count - 1 - step : step;
        uint64_t sum = 0; /* wraps */
        for (int32_t k = 0; k < loop->count; k++)
            if (loop->access[k] != LA_WRITE)
                sum += (uint64_t)weigh(k, load(data[k] + i * strides[k], loop->dtype[k]));
        for (int32_t k = 0; k < loop->count; k++)
            if (loop->access[k] != LA_READ)
                store_at((unsigned char *)data[k] + i * strides[k], 0, loop->dtype[k], loop->dtype[k],
                         (int64_t)(sum + (uint64_t)k));
    }
    return 0;
}

static int overlaps_itself(const operand *given) {
    int64_t size = la_dtype_size(given->dtype);
    for (int64_t j = 0; j < given->size; j++)
        for (int64_t k = 0; k < j; k++) {
            int64_t distance = given->where[j] - given->where[k];
            if (distance < size && distance > -size) return 1;
        }
    return 0;
}

/* What a value becomes in a type on its way. */
static int64_t in_type(la_dtype dtype, int64_t value) {
    char bytes[8];
    store_at((unsigned char *)bytes, 0, dtype, dtype, value);
    return load(bytes, dtype);
}

static void loops_over_anything_are_as_if_all_had_been_read_before(void) {
    static operand operands[5];
    static unsigned char expected[BYTES];
    const char *given_seed = getenv("LIBARRAY_SEED"), *given_cases = getenv("LIBARRAY_CASES");
    int64_t cases = given_cases ? strtoll(given_cases, NULL, 10) : 30000;
    int64_t done = 0, refused = 0;
    if (exhaust_fail_at) cases = 40;
    seed = given_seed ? strtoull(given_seed, NULL, 10) : UINT64_C(0x5eedeac4);
    if (seed == 0) seed = 1;
    uint64_t start = seed;
    buffer = MAKE(la_zeros(LA_UINT8, SHAPE(BYTES), LA_ORDER_C, OUT));
    memory = la_data_mut(buffer);
    for (int64_t number = 0; number < cases; number++) {
        any_loop loop = {0};
        la_operand passed[5];
        int64_t shape[AXES_MOST];
        int32_t ndim = any_shape(shape);
        int is_refused = 0;
        loop.count = (int32_t)below(5) + 1;
        loop.backwards = (int)below(2);
        for (int64_t k = 0; k < BYTES; k++) memory[k] = (unsigned char)below(256);
        for (int32_t k = 0; k < loop.count; k++) {
            la_dtype dtype = any_integer();
            loop.access[k] = k == 0 ? LA_READ_WRITE : below(3) ? LA_READ : (int32_t)below(2) + 1;
            const operand *like = k && below(2) ? &operands[0] : NULL;
            if (loop.access[k] == LA_READ) view_to_broadcast(&operands[k], dtype, ndim, shape, like);
            else any_view(&operands[k], dtype, ndim, shape, like);
            la_dtype native = dtype & ~0x100;
            int64_t choice = below(4);
            passed[k] = (la_operand){operands[k].array, loop.access[k], choice == 0   ? LA_INT64
                                                                        : choice == 1 ? dtype
                                                                                      : 0};
            loop.dtype[k] = passed[k].dtype ? passed[k].dtype : native;
            read_whole(&operands[k]);
            if (loop.access[k] != LA_READ) is_refused |= overlaps_itself(&operands[k]);
        }
        memcpy(expected, memory, BYTES);
        for (int32_t k = 0; k < loop.count && !is_refused; k++) {
            if (loop.access[k] == LA_READ) continue;
            for (int64_t i = 0; i < operands[k].size; i++) {
                uint64_t sum = 0;
                for (int32_t r = 0; r < loop.count; r++)
                    if (loop.access[r] != LA_WRITE) {
                        int64_t place = broadcast_place(&operands[r], ndim, shape, i);
                        sum += (uint64_t)weigh(r, in_type(loop.dtype[r], operands[r].value[place]));
                    }
                store_at(expected, operands[k].where[i], operands[k].dtype, operands[k].dtype,
                         in_type(loop.dtype[k], (int64_t)(sum + (uint64_t)k)));
            }
        }
        la_for_each_options options = with(LA_CAST_UNSAFE, below(4) ? 1 : (int32_t)below(3) + 1);
        uint64_t here = seed;
        la_status wanted = is_refused ? LA_INVALID_ARGUMENT : LA_OK;
        CHECK_STATUS(wanted, la_for_each(loop.count, passed, &options, any, &loop));
        done += !is_refused;
        refused += is_refused;
        if (memcmp(memory, expected, BYTES) || loop.misaligned) {
            check_fail(__FILE__, __LINE__, "case %lld of seed %llu (state %llu), %d operands, misaligned %d",
                       (long long)number, (unsigned long long)start, (unsigned long long)here,
                       (int)loop.count, (int)loop.misaligned);
            return;
        }
        for (int32_t k = loop.count; k-- > 0;) DROP(operands[k].array);
    }
    printf("    seed %llu: %lld done, %lld refused\n", (unsigned long long)start, (long long)done,
           (long long)refused);
    if (!exhaust_fail_at) CHECK(done * 10 > cases && refused > 0);
}

CHECK_MAIN(
    TEST(operands_are_broadcast),
    TEST(what_is_contiguous_together_is_one_call),
    TEST(rows_too_short_for_a_call_are_run_along_the_longer_axis),
    TEST(no_axes_and_no_elements),
    TEST(any_number_of_operands_up_to_the_limit),
    TEST(elements_of_another_type_are_cast_before_and_after),
    TEST(the_casting_rule_is_kept_both_ways),
    TEST(a_swapped_type_is_another_one_unless_it_is_named),
    TEST(raw_bytes_are_handed_over_as_they_are),
    TEST(a_loop_gets_aligned_elements_whatever_the_memory),
    TEST(operands_that_overlap_are_read_whole_before),
    TEST(the_same_elements_need_no_copy),
    TEST(of_two_written_operands_the_later_wins),
    TEST(a_written_operand_must_not_overlap_itself),
    TEST(a_loop_can_stop_and_what_was_stored_stays),
    TEST(every_mistake_has_its_status_and_calls_nothing),
    TEST(a_loop_may_call_the_library),
    TEST(threads_give_the_same_result),
    TEST(loops_over_anything_are_as_if_all_had_been_read_before),
)
