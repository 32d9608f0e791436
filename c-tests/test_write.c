/* Writes: assignment, masks, fills, keyed stores, puts; and what happens when
 * source, mask, indices and target are the same memory. The right answer under
 * overlap is always: everything is read before the first store, and stores
 * happen in C order of the target. */
#include "check.h"

static void assignment_broadcasts_and_casts(void) {
    la_array *grid = MAKE(la_zeros(LA_INT8, SHAPE(2, 3), LA_ORDER_C, OUT));
    OK(la_assign(grid, INTS(1, 2, 3), LA_CAST_SAME_KIND));
    CHECK_VALUES(grid, 1, 2, 3, 1, 2, 3);
    la_array *column = MAKE(la_reshape(DOUBLES(7.9, 8.1), SHAPE(1, 1, 2, 1), LA_ORDER_C, LA_COPY_NEVER, OUT));
    OK(la_assign(grid, column, LA_CAST_UNSAFE)); /* leading extents of 1 are dropped */
    CHECK_VALUES(grid, 7, 7, 7, 8, 8, 8);
    CHECK_STATUS(LA_CAST_ERROR, la_assign(grid, column, LA_CAST_SAME_KIND));
    CHECK_MESSAGE("Cannot cast array data from float64 to int8 according to the rule 'same_kind'");
    CHECK_STATUS(LA_SHAPE_ERROR, la_assign(grid, INTS(1, 2), LA_CAST_UNSAFE));
    CHECK_MESSAGE("could not broadcast input array from shape (2,) into shape (2,3)");
    CHECK_STATUS(LA_CAST_ERROR, la_assign(grid, INTS(1, 2, 300), LA_CAST_SAME_VALUE));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_assign(grid, INTS(1), 9));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_assign(NULL, grid, LA_CAST_NO));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_assign(grid, NULL, LA_CAST_NO));
    CHECK_VALUES(grid, 7, 7, 7, 8, 8, 8); /* nothing changed by any refusal */
}

static void a_mask_says_where_to_write(void) {
    la_array *row = GRID(5);
    OK(la_assign_where(row, INTS(-1), BOOLS(1, 0, 2, 0, 1), LA_CAST_SAFE));
    CHECK_VALUES(row, -1, 1, -1, 3, -1);
    la_array *grid = GRID(2, 2);
    OK(la_assign_where(grid, DOUBLES(9, 8), BOOLS(0, 1), LA_CAST_UNSAFE));
    CHECK_VALUES(grid, 0, 8, 2, 8);
    CHECK_STATUS(LA_DTYPE_ERROR, la_assign_where(row, INTS(0), INTS(1, 1, 1, 1, 1), LA_CAST_SAFE));
    CHECK_STATUS(LA_SHAPE_ERROR, la_assign_where(row, INTS(0), BOOLS(1, 1), LA_CAST_SAFE));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_assign_where(row, INTS(0), NULL, LA_CAST_SAFE));
    CHECK_STATUS(LA_CAST_ERROR, la_assign_where(row, DOUBLES(0), BOOLS(1), LA_CAST_SAFE));
    CHECK_VALUES(row, -1, 1, -1, 3, -1);
}

static void fill_writes_one_value_everywhere(void) {
    la_array *grid = MAKE(la_zeros(LA_UINT8, SHAPE(2, 4), LA_ORDER_C, OUT));
    la_array *inner = MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_RANGE_STEP(3, 0, -2)), OUT));
    const int16_t value = 258;
    OK(la_fill_i64(inner, 5));
    CHECK_VALUES(grid, 0, 5, 0, 5, 0, 5, 0, 5);
    OK(la_fill(inner, LA_INT16, &value)); /* a typed value is cast unsafely: 258 is 2 */
    CHECK_VALUES(inner, 2, 2, 2, 2);
    OK(la_fill_f64(inner, 7.75));
    CHECK_VALUES(inner, 7, 7, 7, 7);
    OK(la_fill(inner, FLOAT(-1)));
    CHECK_VALUES(inner, 0, 0, 0, 0); /* floats saturate */
    CHECK_STATUS(LA_CAST_ERROR, la_fill_i64(inner, 256));
    CHECK_STATUS(LA_CAST_ERROR, la_fill_i64(inner, -1));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_fill(inner, LA_INT16, NULL));
    CHECK_STATUS(LA_DTYPE_ERROR, la_fill(inner, 0, &value));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_fill_i64(NULL, 1));
    CHECK_STATUS(LA_READ_ONLY, la_fill_f64(MAKE(la_readonly(grid, OUT)), 1));
    CHECK_VALUES(inner, 0, 0, 0, 0);
    la_array *half = MAKE(la_zeros(LA_FLOAT16, SHAPE(1), LA_ORDER_C, OUT));
    OK(la_fill_i64(half, 1000000)); /* floats take any integer */
    CHECK_VALUES(half, INFINITY);
}

static void any_key_can_be_written(void) {
    la_array *grid = GRID(3, 4);
    const int64_t rows[] = {2, 0};
    OK(la_set(grid, LA_INDEX(LA_RANGE(0, 2), LA_STEP(2)), INTS(-1)));
    CHECK_VALUES(grid, -1, 1, -1, 3, -1, 5, -1, 7, 8, 9, 10, 11);
    OK(la_set(grid, LA_INDEX(LA_INTS(rows, 2), LA_AT(1)), INTS(20, 30)));
    CHECK_VALUES(grid, -1, 30, -1, 3, -1, 5, -1, 7, 8, 20, 10, 11);
    la_array *negative = MAKE(la_compare_i64(grid, 0, LA_LT, OUT));
    OK(la_set_scalar(grid, LA_INDEX(LA_MASK(negative)), INT(0)));
    CHECK_VALUES(grid, 0, 30, 0, 3, 0, 5, 0, 7, 8, 20, 10, 11);
    OK(la_set(grid, LA_INDEX(LA_MASK(negative)), INTS(1, 2, 3, 4)));
    CHECK_VALUES(grid, 1, 30, 2, 3, 3, 5, 4, 7, 8, 20, 10, 11);
    OK(la_set_scalar(grid, LA_INDEX(LA_AT(2)), FLOAT(6.5)));
    CHECK_VALUES(MAKE(la_slice(grid, LA_INDEX(LA_AT(2)), OUT)), 6, 6, 6, 6);
    OK(la_set(grid, NULL, 0, INTS(0)));
    CHECK_NUMBER(check_value(grid, 11), 0);
}

static void of_equal_targets_the_last_store_wins(void) {
    la_array *row = GRID(3);
    const int64_t twice[] = {1, 1, 0, 1};
    OK(la_set(row, LA_INDEX(LA_INTS(twice, 4)), INTS(10, 20, 30, 40)));
    CHECK_VALUES(row, 30, 40, 2);
    OK(la_put(row, INTS(2, 2), INTS(7, 8), LA_MODE_RAISE));
    CHECK_VALUES(row, 30, 40, 8);
    /* Elements of the target that are one: later elements in C order win. */
    la_array *windows = MAKE(la_as_strided(row, 0, SHAPE(2, 2), (const int64_t[]){8, 8}, OUT));
    OK(la_assign(windows, MAKE(la_reshape(INTS(1, 2, 3, 4), SHAPE(2, 2), LA_ORDER_C, LA_COPY_NEVER, OUT)),
                 LA_CAST_NO));
    CHECK_VALUES(row, 1, 3, 4);
}

static void keyed_writes_that_do_not_fit_change_nothing(void) {
    la_array *row = GRID(4);
    const int64_t beyond[] = {0, 1, 4};
    CHECK_STATUS(LA_INDEX_ERROR, la_set(row, LA_INDEX(LA_INTS(beyond, 3)), INTS(7)));
    CHECK_MESSAGE("index 4 is out of bounds for axis 0 with size 4");
    CHECK_STATUS(LA_INDEX_ERROR, la_put(row, INTS(0, 1, 4), INTS(7), LA_MODE_RAISE));
    CHECK_STATUS(LA_SHAPE_ERROR, la_set(row, LA_INDEX(LA_INTS(beyond, 2)), INTS(1, 2, 3)));
    CHECK_STATUS(LA_SHAPE_ERROR, la_set(row, LA_INDEX(LA_MASK(BOOLS(1, 1, 1, 0))), INTS(1, 2)));
    CHECK_MESSAGE("cannot assign 2 input values to the 3 output values where the mask is true");
    CHECK_STATUS(LA_CAST_ERROR,
                 la_set_scalar(MAKE(la_zeros(LA_INT8, SHAPE(1), LA_ORDER_C, OUT)), LA_INDEX(LA_ALL), INT(200)));
    CHECK_STATUS(LA_READ_ONLY, la_set(MAKE(la_readonly(row, OUT)), LA_INDEX(LA_ALL), INTS(7)));
    CHECK_STATUS(LA_READ_ONLY, la_put(MAKE(la_readonly(row, OUT)), INTS(0), INTS(7), LA_MODE_RAISE));
    CHECK_STATUS(LA_READ_ONLY, la_put_along_axis(MAKE(la_readonly(row, OUT)), INTS(0), INTS(7), 0));
    CHECK_STATUS(LA_READ_ONLY, la_assign_where(MAKE(la_readonly(row, OUT)), row, BOOLS(1), LA_CAST_NO));
    CHECK_STATUS(LA_READ_ONLY, la_set_scalar(MAKE(la_readonly(row, OUT)), LA_INDEX(LA_ALL), INT(7)));
    CHECK_VALUES(row, 0, 1, 2, 3);
}

static void put_repeats_its_values(void) {
    la_array *grid = GRID(2, 3);
    OK(la_put(grid, INTS(0, -1, 2), INTS(10, 20), LA_MODE_RAISE));
    CHECK_VALUES(grid, 10, 1, 10, 3, 4, 20);
    OK(la_put(grid, INTS(6, -7), INTS(1), LA_MODE_WRAP));
    CHECK_VALUES(grid, 1, 1, 10, 3, 4, 1);
    OK(la_put(grid, INTS(60, -70), INTS(8, 9), LA_MODE_CLIP));
    CHECK_VALUES(grid, 9, 1, 10, 3, 4, 8);
    /* Through a view that is not contiguous, nothing is flattened. */
    la_array *transposed = MAKE(la_transpose(grid, OUT));
    OK(la_put(transposed, INTS(1), INTS(77), LA_MODE_RAISE));
    CHECK_VALUES(grid, 9, 1, 10, 77, 4, 8);
    la_array *none = MAKE(la_zeros(LA_INT64, SHAPE(0), LA_ORDER_C, OUT));
    OK(la_put(grid, none, none, LA_MODE_RAISE));
    CHECK_STATUS(LA_SHAPE_ERROR, la_put(grid, INTS(0), none, LA_MODE_RAISE));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_put(grid, INTS(0), INTS(1), 3));
    CHECK_STATUS(LA_INDEX_ERROR, la_put(grid, DOUBLES(0), INTS(1), LA_MODE_RAISE));
}

/* -- overlap ------------------------------------------------------------- */

static la_array *part(const la_array *array, const char *key) {
    return MAKE(la_slice_str(array, key, OUT));
}

static void a_shifted_copy_within_one_array_is_right(void) {
    la_array *row = GRID(10);
    OK(la_assign(part(row, "1:"), part(row, ":-1"), LA_CAST_NO));
    CHECK_VALUES(row, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    row = GRID(10);
    OK(la_assign(part(row, ":-1"), part(row, "1:"), LA_CAST_NO));
    CHECK_VALUES(row, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9);
    row = GRID(6);
    OK(la_assign(row, part(row, "::-1"), LA_CAST_NO));
    CHECK_VALUES(row, 5, 4, 3, 2, 1, 0);
}

static void where_numpy_is_wrong_the_definition_holds(void) {
    /* a = arange(10); a[0:9:2] = a[1:6] */
    la_array *row = GRID(10);
    OK(la_assign(part(row, "0:9:2"), part(row, "1:6"), LA_CAST_NO));
    CHECK_VALUES(row, 1, 1, 2, 3, 3, 5, 4, 7, 5, 9);
    /* buf.view(int64)[:] = buf.view(int32)[:8], widening in place */
    la_array *words = MAKE(la_arange(LA_INT32, 0, 16, 1, OUT));
    la_array *wide = MAKE(la_view_dtype(words, LA_INT64, OUT));
    OK(la_assign(wide, part(words, ":8"), LA_CAST_SAFE));
    CHECK_VALUES(wide, 0, 1, 2, 3, 4, 5, 6, 7);
    /* b[b[::-1]] = False: the mask is the target */
    la_array *bits = BOOLS(0, 0, 1, 1);
    const uint8_t no = 0;
    OK(la_set_scalar(bits, LA_INDEX(LA_MASK(part(bits, "::-1"))), LA_BOOL, &no));
    CHECK_VALUES(bits, 0, 0, 1, 1); /* the mask was 1, 1, 0, 0 */
    bits = BOOLS(1, 0, 1, 1);
    OK(la_set_scalar(bits, LA_INDEX(LA_MASK(part(bits, "::-1"))), LA_BOOL, &no));
    CHECK_VALUES(bits, 0, 0, 1, 0); /* the mask was 1, 1, 0, 1 */
    /* a[mask] = a[i:j] */
    row = GRID(6);
    OK(la_set(row, LA_INDEX(LA_MASK(BOOLS(0, 1, 1, 0, 1, 1))), part(row, ":4")));
    CHECK_VALUES(row, 0, 0, 1, 3, 2, 3);
    /* copyto(a, v, where=view of a) */
    bits = BOOLS(1, 1, 0, 1);
    OK(la_assign_where(bits, BOOLS(0), part(bits, "::-1"), LA_CAST_NO));
    CHECK_VALUES(bits, 0, 1, 0, 0); /* the mask was 1, 0, 1, 1 */
}

static void indices_may_be_the_target(void) {
    la_array *row = INTS(2, 0, 1);
    OK(la_set(row, LA_INDEX(LA_ARRAY(row)), INTS(10, 20, 30)));
    CHECK_VALUES(row, 20, 30, 10);
    row = INTS(2, 0, 1);
    OK(la_put(row, row, row, LA_MODE_RAISE));
    CHECK_VALUES(row, 0, 1, 2);
    /* An index out of bounds in the target itself changes nothing. */
    row = INTS(1, 0, 9);
    CHECK_STATUS(LA_INDEX_ERROR, la_put(row, row, INTS(5), LA_MODE_RAISE));
    CHECK_VALUES(row, 1, 0, 9);
}

static void a_matrix_may_be_assigned_its_own_transpose(void) {
    la_array *square = GRID(3, 3);
    OK(la_assign(square, MAKE(la_transpose(square, OUT)), LA_CAST_NO));
    CHECK_VALUES(square, 0, 3, 6, 1, 4, 7, 2, 5, 8);
    OK(la_assign(square, MAKE(la_flip(square, 0, NULL, OUT)), LA_CAST_NO));
    CHECK_VALUES(square, 8, 5, 2, 7, 4, 1, 6, 3, 0);
    OK(la_assign(square, part(square, "0"), LA_CAST_NO));
    CHECK_VALUES(square, 8, 5, 2, 8, 5, 2, 8, 5, 2);
}

/* Every pair of slices of one array, against a copy made beforehand. */
static void every_pair_of_slices_of_a_row_is_right(void) {
    enum { N = 7 };
    const int64_t apart = exhaust_fail_at ? 5 : 1; /* each allocation is a run there */
    for (int64_t step = -3; step <= 3; step += apart)
        for (int64_t other = -3; other <= 3; other += apart)
            for (int64_t start = 0; start < N; start += 2)
                for (int64_t from = 0; from < N; from += 3) {
                    if (step == 0 || other == 0) continue;
                    int64_t room = step > 0 ? (N - 1 - start) / step : start / -step;
                    int64_t reach = other > 0 ? (N - 1 - from) / other : from / -other;
                    int64_t count = (room < reach ? room : reach) + 1;
                    int64_t expected[N];
                    for (int64_t k = 0; k < N; k++) expected[k] = k;
                    for (int64_t k = 0; k < count; k++) expected[start + k * step] = from + k * other;
                    la_array *row = GRID(N);
                    la_array *target = MAKE(la_as_strided(row, start * 8, 1, &count,
                                                          (const int64_t[]){step * 8}, OUT));
                    la_array *source = MAKE(la_as_strided(row, from * 8, 1, &count,
                                                          (const int64_t[]){other * 8}, OUT));
                    OK(la_assign(target, source, LA_CAST_NO));
                    if (memcmp(la_data(row), expected, sizeof expected) != 0)
                        check_fail(__FILE__, __LINE__, "wrong: [%d::%d] = [%d::%d], %d elements",
                                   (int)start, (int)step, (int)from, (int)other, (int)count);
                    DROP(source), DROP(target), DROP(row);
                }
}

/* Overlap is a matter of addresses: two owners of one memory are no excuse. */
static void memory_wrapped_twice_overlaps_all_the_same(void) {
    int64_t values[] = {0, 1, 2, 3, 4, 5};
    la_array *one = MAKE(la_wrap(values, sizeof values, 0, LA_INT64, SHAPE(5), NULL, 0, NULL, NULL, OUT));
    la_array *other = MAKE(la_wrap(values, sizeof values, 8, LA_INT64, SHAPE(5), NULL, 0, NULL, NULL, OUT));
    OK(la_assign(other, one, LA_CAST_NO));
    CHECK_VALUES(other, 0, 1, 2, 3, 4);
    CHECK_VALUES(one, 0, 0, 1, 2, 3);
    OK(la_set(one, LA_INDEX(LA_MASK(BOOLS(1, 1, 1, 1, 1))), part(other, "::-1")));
    CHECK_VALUES(one, 4, 3, 2, 1, 0);
    OK(la_put(other, INTS(0, 1, 2, 3, 4), one, LA_MODE_RAISE));
    CHECK_VALUES(other, 4, 3, 2, 1, 0);
    OK(la_put_along_axis(one, INTS(0, 1, 2, 3, 4), part(other, "::-1"), 0));
    CHECK_VALUES(one, 0, 1, 2, 3, 4);
}

static void elements_of_other_sizes_overlap_byte_by_byte(void) {
    /* 16-bit words one byte apart: the source is read whole before the first store. */
    uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7};
    const uint8_t expected[] = {1, 1, 2, 3, 4, 5, 6};
    la_array *target = MAKE(la_wrap(bytes, 7, 1, LA_UINT16, SHAPE(3), NULL, 0, NULL, NULL, OUT));
    la_array *source = MAKE(la_wrap(bytes, 7, 0, LA_UINT16, SHAPE(3), NULL, 0, NULL, NULL, OUT));
    OK(la_assign(target, source, LA_CAST_NO));
    CHECK(memcmp(bytes, expected, sizeof bytes) == 0);
    /* The mask is the same bytes as the target, of another type. */
    la_array *numbers = MAKE(la_arange(LA_INT8, 0, 5, 1, OUT));
    la_array *mask = part(MAKE(la_view_dtype(numbers, LA_BOOL, OUT)), "::-1");
    OK(la_assign_where(numbers, INTS(0), mask, LA_CAST_UNSAFE)); /* the mask is 4 3 2 1 0 */
    CHECK_VALUES(numbers, 0, 0, 0, 0, 4);
    /* Narrowing onto the beginning of itself. */
    la_array *wide = GRID(6);
    la_array *narrow = part(MAKE(la_view_dtype(wide, LA_INT32, OUT)), ":6");
    OK(la_assign(narrow, wide, LA_CAST_SAME_KIND));
    CHECK_VALUES(narrow, 0, 1, 2, 3, 4, 5);
}

static void odd_addresses_are_no_trouble(void) {
    static char memory[64];
    char *odd = memory + ((size_t)memory % 2 ? 0 : 1);
    memset(memory, 0, sizeof memory);
    la_array *at = MAKE(la_wrap(odd, 40, 0, LA_FLOAT64, SHAPE(2, 2), NULL, 0, NULL, NULL, OUT));
    OK(la_assign(at, MAKE(la_reshape(INTS(1, 2, 3, 4), SHAPE(2, 2), LA_ORDER_C, LA_COPY_NEVER, OUT)), LA_CAST_SAFE));
    CHECK_VALUES(at, 1, 2, 3, 4);
    CHECK_VALUES(MAKE(la_copy(MAKE(la_transpose(at, OUT)), LA_ORDER_C, OUT)), 1, 3, 2, 4);
    CHECK_VALUES(MAKE(la_astype(at, LA_INT16, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT)), 1, 2, 3, 4);
    CHECK_VALUES(MAKE(la_compare_f64(at, 2.5, LA_GT, OUT)), 0, 0, 1, 1);
    CHECK_VALUES(MAKE(la_take(at, INTS(3, 0), LA_NO_AXIS, LA_MODE_RAISE, OUT)), 4, 1);
    CHECK_VALUES(MAKE(la_get(at, LA_INDEX(LA_MASK(BOOLS(0, 1))), OUT)), 3, 4);
    OK(la_fill_f64(part(at, ":, 1"), -1));
    CHECK_VALUES(at, 1, -1, 3, -1);
}

static void the_other_byte_order_is_read_and_written(void) {
    la_array *swapped = MAKE(la_full(LA_INT32 | 0x100, SHAPE(4), LA_ORDER_C, INT(3), OUT));
    CHECK_VALUES(swapped, 3, 3, 3, 3);
    OK(la_assign(part(swapped, "1:3"), DOUBLES(-1, 258), LA_CAST_UNSAFE));
    CHECK_VALUES(swapped, 3, -1, 258, 3);
    OK(la_assign(swapped, part(swapped, "::-1"), LA_CAST_NO));
    CHECK_VALUES(swapped, 3, 258, -1, 3);
    OK(la_set_item(swapped, 1, (const int64_t[]){0}, INT(7)));
    CHECK_VALUES(MAKE(la_compare_i64(swapped, 3, LA_GT, OUT)), 1, 1, 0, 0);
    CHECK_VALUES(MAKE(la_where(MAKE(la_compare(swapped, INTS(7), LA_EQ, OUT)), swapped, INTS(0), OUT)), 7, 0, 0, 0);
    CHECK_VALUES(MAKE(la_get(swapped, LA_INDEX(LA_MASK(MAKE(la_compare_i64(swapped, 0, LA_LT, OUT)))), OUT)), -1);
    OK(la_put(swapped, swapped, swapped, LA_MODE_CLIP)); /* at 3, 3, 0 and 3 */
    CHECK_VALUES(swapped, -1, 258, -1, 3);
    int64_t count = 0;
    OK(la_count_nonzero(swapped, &count));
    CHECK_NUMBER(count, 4);
}

static void nothing_is_written_to_no_elements(void) {
    la_array *none = MAKE(la_zeros(LA_INT64, SHAPE(0, 3), LA_ORDER_C, OUT));
    OK(la_fill_i64(none, 1));
    OK(la_assign(none, INTS(1, 2, 3), LA_CAST_NO));
    OK(la_assign(none, INTS(1), LA_CAST_NO));
    CHECK_STATUS(LA_SHAPE_ERROR, la_assign(none, INTS(1, 2), LA_CAST_NO));
    OK(la_set_scalar(none, LA_INDEX(LA_INTS(NULL, 0)), INT(1)));
    la_array *row = GRID(3);
    OK(la_set(row, LA_INDEX(LA_MASK(BOOLS(0, 0, 0))), INTS(9)));
    OK(la_set(row, LA_INDEX(LA_RANGE(2, 1)), INTS(9)));
    CHECK_VALUES(row, 0, 1, 2);
}

CHECK_MAIN(
    TEST(assignment_broadcasts_and_casts),
    TEST(a_mask_says_where_to_write),
    TEST(fill_writes_one_value_everywhere),
    TEST(any_key_can_be_written),
    TEST(of_equal_targets_the_last_store_wins),
    TEST(keyed_writes_that_do_not_fit_change_nothing),
    TEST(put_repeats_its_values),
    TEST(a_shifted_copy_within_one_array_is_right),
    TEST(where_numpy_is_wrong_the_definition_holds),
    TEST(indices_may_be_the_target),
    TEST(a_matrix_may_be_assigned_its_own_transpose),
    TEST(every_pair_of_slices_of_a_row_is_right),
    TEST(memory_wrapped_twice_overlaps_all_the_same),
    TEST(elements_of_other_sizes_overlap_byte_by_byte),
    TEST(odd_addresses_are_no_trouble),
    TEST(the_other_byte_order_is_read_and_written),
    TEST(nothing_is_written_to_no_elements),
)
