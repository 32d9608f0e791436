/* Indexing with arrays, masks and lists, and its relatives: always a copy. */
#include "check.h"

static void integers_pick_elements_in_any_order(void) {
    la_array *row = MAKE(la_arange(LA_INT64, 10, 16, 1, OUT));
    const int64_t rows[] = {4, 0, -1, 0};
    la_array *picked = MAKE(la_get(row, LA_INDEX(LA_INTS(rows, 4)), OUT));
    CHECK_VALUES(picked, 14, 10, 15, 10);
    CHECK(la_base(picked) == NULL && !SHARE(picked, row));
    la_array *where = MAKE(la_reshape(INTS(0, 1, 2, 3), SHAPE(2, 2), LA_ORDER_C, LA_COPY_NEVER, OUT));
    CHECK_SHAPE(MAKE(la_get(row, LA_INDEX(LA_ARRAY(where)), OUT)), 2, 2);
    la_array *narrow = MAKE(la_astype(INTS(1, 2), LA_UINT8, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
    CHECK_VALUES(MAKE(la_get(row, LA_INDEX(LA_ARRAY(narrow)), OUT)), 11, 12);
    la_array *swapped = MAKE(la_astype(INTS(1, 2), LA_INT32 | 0x100, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
    CHECK_VALUES(MAKE(la_get(row, LA_INDEX(LA_ARRAY(swapped)), OUT)), 11, 12);
    CHECK_SHAPE(MAKE(la_get(row, LA_INDEX(LA_INTS(NULL, 0)), OUT)), 0);
}

static void a_basic_key_is_still_a_view(void) {
    la_array *grid = GRID(3, 4);
    la_array *view = MAKE(la_get(grid, LA_INDEX(LA_RANGE(1, 3), LA_AT(0)), OUT));
    CHECK(la_base(view) == grid && SHARE(view, grid));
    CHECK_VALUES(view, 4, 8);
}

static void a_mask_picks_where_it_is_true(void) {
    la_array *grid = GRID(2, 3);
    la_array *large = MAKE(la_compare_i64(grid, 2, LA_GT, OUT));
    la_array *picked = MAKE(la_get(grid, LA_INDEX(LA_MASK(large)), OUT));
    CHECK_VALUES(picked, 3, 4, 5);
    CHECK(!SHARE(picked, grid));
    CHECK_VALUES(MAKE(la_get(grid, LA_INDEX(LA_ARRAY(large)), OUT)), 3, 4, 5);
    /* A 1-d mask stands for the first axis; after a range, for the next one. */
    CHECK_VALUES(MAKE(la_get(grid, LA_INDEX(LA_MASK(BOOLS(0, 1))), OUT)), 3, 4, 5);
    la_array *columns = MAKE(la_get(grid, LA_INDEX(LA_ALL, LA_MASK(BOOLS(1, 0, 1))), OUT));
    CHECK_SHAPE(columns, 2, 2);
    CHECK_VALUES(columns, 0, 2, 3, 5);
    /* Bytes other than 0 and 1 are true as well. */
    CHECK_VALUES(MAKE(la_get(GRID(3), LA_INDEX(LA_MASK(BOOLS(0, 2, 255))), OUT)), 1, 2);
    /* A 0-d mask adds an axis of extent 1 or 0. */
    const uint8_t yes = 1, no = 0;
    la_array *on = MAKE(la_from_data(&yes, LA_BOOL, 0, NULL, NULL, LA_ORDER_C, OUT));
    la_array *off = MAKE(la_from_data(&no, LA_BOOL, 0, NULL, NULL, LA_ORDER_C, OUT));
    CHECK_SHAPE(MAKE(la_get(grid, LA_INDEX(LA_MASK(on)), OUT)), 1, 2, 3);
    CHECK_SHAPE(MAKE(la_get(grid, LA_INDEX(LA_MASK(off)), OUT)), 0, 2, 3);
}

static void axes_stand_where_numpy_puts_them(void) {
    la_array *cube = GRID(2, 3, 4);
    const int64_t two[] = {0, 2}, other[] = {1, 3}, ones[] = {1, 0};
    la_array *out;
    /* Side by side: in place. x[:, [0, 2]] */
    out = MAKE(la_get(cube, LA_INDEX(LA_ALL, LA_INTS(two, 2)), OUT));
    CHECK_SHAPE(out, 2, 2, 4);
    CHECK_NUMBER(check_value(out, 4), 8);
    /* x[:, [0, 2], [1, 3]]: one axis in the place of both */
    out = MAKE(la_get(cube, LA_INDEX(LA_ALL, LA_INTS(two, 2), LA_INTS(other, 2)), OUT));
    CHECK_VALUES(out, 1, 11, 13, 23);
    CHECK_SHAPE(out, 2, 2);
    /* Apart: first. x[[1, 0], :, [1, 3]] */
    out = MAKE(la_get(cube, LA_INDEX(LA_INTS(ones, 2), LA_ALL, LA_INTS(other, 2)), OUT));
    CHECK_SHAPE(out, 2, 3);
    CHECK_VALUES(out, 13, 17, 21, 3, 7, 11);
    /* An integer counts as one of them: x[0, :, [1, 3]] has shape (2, 3). */
    out = MAKE(la_get(cube, LA_INDEX(LA_AT(0), LA_ALL, LA_INTS(other, 2)), OUT));
    CHECK_SHAPE(out, 2, 3);
    CHECK_VALUES(out, 1, 5, 9, 3, 7, 11);
    /* x[:, 0, [1, 3]] */
    out = MAKE(la_get(cube, LA_INDEX(LA_ALL, LA_AT(0), LA_INTS(other, 2)), OUT));
    CHECK_VALUES(out, 1, 3, 13, 15);
    /* newaxis between them sets them apart: x[[1, 0], None, [0, 2]] */
    CHECK_SHAPE(MAKE(la_get(cube, LA_INDEX(LA_INTS(ones, 2), LA_NEWAXIS, LA_INTS(two, 2)), OUT)), 2, 1, 4);
    CHECK_SHAPE(MAKE(la_get(cube, LA_INDEX(LA_NEWAXIS, LA_INTS(ones, 2), LA_INTS(two, 2)), OUT)), 1, 2, 4);
    /* x[..., [1, 3]] */
    CHECK_SHAPE(MAKE(la_get(cube, LA_INDEX(LA_ELLIPSIS, LA_INTS(other, 2)), OUT)), 2, 3, 2);
}

static void index_arrays_broadcast_against_each_other(void) {
    la_array *grid = GRID(3, 4);
    la_array *rows = MAKE(la_reshape(INTS(0, 2), SHAPE(2, 1), LA_ORDER_C, LA_COPY_NEVER, OUT));
    la_array *columns = INTS(0, 1, 3);
    la_array *out = MAKE(la_get(grid, LA_INDEX(LA_ARRAY(rows), LA_ARRAY(columns)), OUT));
    CHECK_SHAPE(out, 2, 3);
    CHECK_VALUES(out, 0, 1, 3, 8, 9, 11);
    const int64_t two[] = {0, 1}, three[] = {0, 1, 2};
    REFUSES(LA_INDEX_ERROR, "shape mismatch: indexing arrays could not be broadcast together with shapes (2,) (3,)",
            la_get(grid, LA_INDEX(LA_INTS(two, 2), LA_INTS(three, 3)), OUT));
}

static void a_mask_beside_a_list_is_its_list_of_places(void) {
    /* x[[True, False, True], [1, 3]] of 3x4: elements (0, 1) and (2, 3) */
    const int64_t columns[] = {1, 3};
    la_array *out = MAKE(la_get(GRID(3, 4), LA_INDEX(LA_MASK(BOOLS(1, 0, 1)), LA_INTS(columns, 2)), OUT));
    CHECK_VALUES(out, 1, 11);
}

static void keys_that_do_not_fit_are_refused(void) {
    la_array *grid = GRID(2, 3);
    const int64_t beyond[] = {0, 3}, below[] = {-3};
    REFUSES(LA_INDEX_ERROR, "index 3 is out of bounds for axis 1 with size 3",
            la_get(grid, LA_INDEX(LA_ALL, LA_INTS(beyond, 2)), OUT));
    REFUSES(LA_INDEX_ERROR, "index -3 is out of bounds for axis 0 with size 2",
            la_get(grid, LA_INDEX(LA_INTS(below, 1)), OUT));
    REFUSES(LA_INDEX_ERROR, "arrays used as indices must be of integer (or boolean) type",
            la_get(grid, LA_INDEX(LA_ARRAY(DOUBLES(0))), OUT));
    REFUSES(LA_DTYPE_ERROR, "bool", la_get(grid, LA_INDEX(LA_MASK(INTS(0, 1))), OUT));
    REFUSES(LA_INDEX_ERROR, "boolean index did not match indexed array along axis 0; size of axis is 2 but size of "
                            "corresponding boolean axis is 3",
            la_get(grid, LA_INDEX(LA_MASK(BOOLS(1, 1, 1))), OUT));
    REFUSES(LA_INDEX_ERROR, "too many indices",
            la_get(grid, LA_INDEX(LA_INTS(beyond, 1), LA_INTS(beyond, 1), LA_INTS(beyond, 1)), OUT));
    REFUSES(LA_NULL_ARGUMENT, "", la_get(grid, LA_INDEX(LA_MASK(NULL)), OUT));
    REFUSES(LA_NULL_ARGUMENT, "", la_get(grid, LA_INDEX(LA_ARRAY(NULL)), OUT));
    REFUSES(LA_NULL_ARGUMENT, "", la_get(grid, LA_INDEX(LA_INTS(NULL, 2)), OUT));
    REFUSES(LA_INVALID_ARGUMENT, "", la_get(grid, LA_INDEX(LA_INTS(beyond, -1)), OUT));
    REFUSES(LA_NULL_ARGUMENT, "array", la_get(NULL, LA_INDEX(LA_ALL), OUT));
}

static void take_replaces_an_axis(void) {
    la_array *grid = GRID(3, 4), *which = INTS(2, 0, -1);
    la_array *out = MAKE(la_take(grid, which, 0, LA_MODE_RAISE, OUT));
    CHECK_SHAPE(out, 3, 4);
    CHECK_VALUES(out, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11);
    CHECK_VALUES(MAKE(la_take(grid, which, LA_NO_AXIS, LA_MODE_RAISE, OUT)), 2, 0, 11);
    la_array *pairs = MAKE(la_reshape(INTS(0, 1, 2, 3), SHAPE(2, 2), LA_ORDER_C, LA_COPY_NEVER, OUT));
    CHECK_SHAPE(MAKE(la_take(grid, pairs, -1, LA_MODE_RAISE, OUT)), 3, 2, 2);
    la_array *outside = INTS(-5, 7);
    CHECK_VALUES(MAKE(la_take(GRID(4), outside, 0, LA_MODE_WRAP, OUT)), 3, 3);
    CHECK_VALUES(MAKE(la_take(GRID(4), outside, 0, LA_MODE_CLIP, OUT)), 0, 3);
    REFUSES(LA_INDEX_ERROR, "index -5 is out of bounds for axis 0 with size 4",
            la_take(GRID(4), outside, 0, LA_MODE_RAISE, OUT));
    /* From an axis without elements nothing can be taken, unless nothing is. */
    la_array *rowless = MAKE(la_zeros(LA_INT64, SHAPE(0, 3), LA_ORDER_C, OUT));
    REFUSES(LA_INDEX_ERROR, "size 0", la_take(rowless, which, 0, LA_MODE_CLIP, OUT));
    CHECK_SHAPE(MAKE(la_take(MAKE(la_zeros(LA_INT64, SHAPE(0, 0), LA_ORDER_C, OUT)), which, 0,
                             LA_MODE_CLIP, OUT)), 3, 0);
    REFUSES(LA_AXIS_ERROR, "axis 2", la_take(grid, which, 2, LA_MODE_RAISE, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "mode", la_take(grid, which, 0, 3, OUT));
    CHECK_STATUS(LA_INDEX_ERROR, la_take(grid, DOUBLES(1), 0, LA_MODE_RAISE, OUT));
    la_array *none = MAKE(la_zeros(LA_INT64, SHAPE(0), LA_ORDER_C, OUT));
    REFUSES(LA_INDEX_ERROR, "", la_take(none, which, 0, LA_MODE_WRAP, OUT));
    CHECK_SHAPE(MAKE(la_take(none, none, 0, LA_MODE_RAISE, OUT)), 0);
}

/* A transposed array of 10^6 numbers: k in C order is k % 1000 * 1000 + k / 1000. */
static la_array *transposed_million(void) {
    la_array *flat = MAKE(la_arange(LA_INT64, 0, 1000 * 1000, 1, OUT));
    la_array *square = MAKE(la_reshape(flat, SHAPE(1000, 1000), LA_ORDER_C, LA_COPY_NEVER, OUT));
    return MAKE(la_transpose(square, OUT));
}

static void flat_indices_reach_what_is_not_contiguous(void) {
    la_array *grid = MAKE(la_transpose(GRID(2, 3), OUT)); /* 0 3 1 4 2 5 */
    CHECK_VALUES(MAKE(la_take(grid, INTS(1, -1, 2, 0), LA_NO_AXIS, LA_MODE_RAISE, OUT)), 3, 5, 1, 0);
    CHECK_VALUES(MAKE(la_take(grid, INTS(7, -7, 1), LA_NO_AXIS, LA_MODE_WRAP, OUT)), 3, 5, 3);
    CHECK_VALUES(MAKE(la_take(grid, INTS(7, -7, 1), LA_NO_AXIS, LA_MODE_CLIP, OUT)), 5, 0, 3);
    REFUSES(LA_INDEX_ERROR, "index 6 is out of bounds for axis 0 with size 6",
            la_take(grid, INTS(0, 6), LA_NO_AXIS, LA_MODE_RAISE, OUT));
    la_array *pairs = MAKE(la_reshape(INTS(5, 4, 3, 2), SHAPE(2, 2), LA_ORDER_C, LA_COPY_NEVER, OUT));
    la_array *out = MAKE(la_take(grid, pairs, LA_NO_AXIS, LA_MODE_RAISE, OUT));
    CHECK_SHAPE(out, 2, 2);
    CHECK_VALUES(out, 5, 2, 4, 1);
    CHECK_VALUES(MAKE(la_take_along_axis(grid, INTS(1, -2), LA_NO_AXIS, OUT)), 3, 2);
    CHECK_VALUES(MAKE(la_compress(grid, BOOLS(0, 1, 0, 1), LA_NO_AXIS, OUT)), 3, 4);
    /* The last of equal places wins; values are repeated. */
    OK(la_put(grid, INTS(1, -1, 0, 1), INTS(10, 20, 30, 40), LA_MODE_RAISE));
    CHECK_VALUES(grid, 30, 40, 1, 4, 2, 20);
    OK(la_put_along_axis(grid, INTS(2, 3), INTS(7), LA_NO_AXIS));
    CHECK_VALUES(grid, 30, 40, 7, 7, 2, 20);
    REFUSES(LA_INDEX_ERROR, "6", la_put(grid, INTS(0, 6), INTS(9), LA_MODE_RAISE));
    CHECK_VALUES(grid, 30, 40, 7, 7, 2, 20);
}

static void taking_copies_no_more_than_is_taken(void) {
    la_array *million = transposed_million();
    la_array *places = MAKE(la_arange(LA_INT64, 0, 1000 * 1000, 999, OUT));
    int64_t live = check_memory().live_bytes, count = la_size(places);
    la_array *taken = MAKE(la_take(million, places, LA_NO_AXIS, LA_MODE_RAISE, OUT));
    CHECK(check_memory().peak_bytes - live <= 8 * count + 256);
    for (int64_t k = 0; k < count; k++) {
        int64_t place = 999 * k, wanted = place % 1000 * 1000 + place / 1000;
        CHECK_NUMBER(((const int64_t *)la_data(taken))[k], wanted);
    }
    la_array *target = MAKE(la_zeros(LA_INT64, SHAPE(1002), LA_ORDER_C, OUT));
    int64_t total = check_memory().total_bytes;
    OK(la_take_into(million, places, LA_NO_AXIS, LA_MODE_RAISE, target));
    CHECK_NUMBER(check_memory().total_bytes, total);
    CHECK(la_item_i64(target, 1, (const int64_t[]){1}, &live) == LA_OK && live == 999000);
    OK(la_put(million, places, MAKE(la_arange(LA_INT64, 0, 1002, 1, OUT)), LA_MODE_RAISE));
    CHECK_NUMBER(check_memory().total_bytes - total, 8 * 1002);
    OK(la_item_i64(million, 2, (const int64_t[]){0, 999}, &live));
    CHECK_NUMBER(live, 1);
}

static void lines_need_no_indices_for_the_other_axes(void) {
    la_array *million = transposed_million();
    la_array *places = MAKE(la_zeros(LA_INT64, SHAPE(1000, 3), LA_ORDER_C, OUT));
    int64_t total = check_memory().total_bytes;
    la_array *taken = MAKE(la_take_along_axis(million, places, 1, OUT));
    CHECK(check_memory().total_bytes - total <= 8 * 3000 + 256);
    CHECK_SHAPE(taken, 1000, 3);
    for (int64_t k = 0; k < 3000; k++)
        CHECK_NUMBER(((const int64_t *)la_data(taken))[k], k / 3);
}

static void compress_takes_where_a_condition_holds(void) {
    la_array *grid = GRID(3, 2);
    CHECK_VALUES(MAKE(la_compress(grid, BOOLS(0, 1, 1), 0, OUT)), 2, 3, 4, 5);
    CHECK_VALUES(MAKE(la_compress(grid, INTS(0, 7), 0, OUT)), 2, 3); /* shorter is fine */
    CHECK_VALUES(MAKE(la_compress(grid, BOOLS(0, 1), 1, OUT)), 1, 3, 5);
    CHECK_VALUES(MAKE(la_compress(grid, BOOLS(0, 1, 0, 1), LA_NO_AXIS, OUT)), 1, 3);
    CHECK_VALUES(MAKE(la_compress(grid, BOOLS(1, 0, 0, 0, 0), 0, OUT)), 0, 1);
    CHECK_STATUS(LA_INDEX_ERROR, la_compress(grid, BOOLS(0, 0, 0, 1), 0, OUT));
    CHECK_STATUS(LA_SHAPE_ERROR, la_compress(grid, grid, 0, OUT));
    CHECK_STATUS(LA_AXIS_ERROR, la_compress(grid, BOOLS(1), 2, OUT));
}

static void nonzero_lists_the_places(void) {
    la_array *out = MAKE(la_nonzero(MAKE(la_eye(LA_FLOAT32, 2, 3, 1, LA_ORDER_C, OUT)), OUT));
    CHECK_SHAPE(out, 2, 2);
    CHECK_NUMBER(la_dtype_of(out), LA_INT64);
    CHECK_VALUES(out, 0, 1, 1, 2);
    CHECK_VALUES(MAKE(la_nonzero(DOUBLES(0, NAN, -0.0, 3), OUT)), 1, 3);
    CHECK_SHAPE(MAKE(la_nonzero(DOUBLES(0, 0), OUT)), 0, 1);
    /* Order is by index, not by memory. */
    CHECK_VALUES(MAKE(la_nonzero(MAKE(la_transpose(GRID(2, 2), OUT)), OUT)), 0, 1, 1, 0, 1, 1);
    CHECK_SHAPE(MAKE(la_nonzero(MAKE(la_ones(LA_INT8, 0, NULL, LA_ORDER_C, OUT)), OUT)), 1, 0);
}

static void where_chooses_and_promotes(void) {
    la_array *out = MAKE(la_where(BOOLS(1, 0, 1), INTS(1, 2, 3), DOUBLES(0.5), OUT));
    CHECK_NUMBER(la_dtype_of(out), LA_FLOAT64);
    CHECK_VALUES(out, 1, 0.5, 3);
    la_array *column = MAKE(la_reshape(BOOLS(1, 0), SHAPE(2, 1), LA_ORDER_C, LA_COPY_NEVER, OUT));
    out = MAKE(la_where(column, INTS(1, 2), INTS(8, 9), OUT));
    CHECK_SHAPE(out, 2, 2);
    CHECK_VALUES(out, 1, 2, 8, 9);
    CHECK_VALUES(MAKE(la_where(DOUBLES(NAN, 0, 2), INTS(1), INTS(0), OUT)), 1, 0, 1);
    CHECK_STATUS(LA_SHAPE_ERROR, la_where(BOOLS(1, 0, 1), INTS(1, 2), INTS(1), OUT));
    CHECK_MESSAGE("could not be broadcast together");
    REFUSES(LA_NULL_ARGUMENT, "x", la_where(BOOLS(1), NULL, INTS(1), OUT));
}

static void lines_along_an_axis_are_indexed_one_by_one(void) {
    la_array *grid = MAKE(la_reshape(INTS(30, 10, 20, 5, 6, 4), SHAPE(2, 3), LA_ORDER_C, LA_COPY_NEVER, OUT));
    la_array *order = MAKE(la_reshape(INTS(1, 2, 0, 2, 0, 1), SHAPE(2, 3), LA_ORDER_C, LA_COPY_NEVER, OUT));
    CHECK_VALUES(MAKE(la_take_along_axis(grid, order, 1, OUT)), 10, 20, 30, 4, 5, 6);
    la_array *last = MAKE(la_reshape(INTS(-1), SHAPE(1, 1), LA_ORDER_C, LA_COPY_NEVER, OUT));
    CHECK_VALUES(MAKE(la_take_along_axis(grid, last, 1, OUT)), 20, 4);
    CHECK_VALUES(MAKE(la_take_along_axis(grid, INTS(5, 0), LA_NO_AXIS, OUT)), 4, 30);
    CHECK_STATUS(LA_INDEX_ERROR,
                 la_take_along_axis(grid, MAKE(la_full_like(order, 0, LA_ORDER_K, INT(3), OUT)), 1, OUT));
    CHECK_STATUS(LA_SHAPE_ERROR, la_take_along_axis(grid, INTS(0), 1, OUT));
    CHECK_STATUS(LA_AXIS_ERROR, la_take_along_axis(grid, order, 2, OUT));
    OK(la_put_along_axis(grid, last, INTS(99), 1));
    CHECK_VALUES(grid, 30, 10, 99, 5, 6, 99);
    OK(la_put_along_axis(grid, order, order, -1));
    CHECK_VALUES(grid, 0, 1, 2, 0, 1, 2);
    CHECK_STATUS(LA_AXIS_ERROR, la_put_along_axis(grid, order, order, 5));
}

static void flat_indices_and_tuples_are_inverse(void) {
    la_array *flat = INTS(0, 7, 11);
    const int64_t shape[] = {3, 4};
    la_array *c = MAKE(la_unravel_index(flat, 2, shape, LA_ORDER_C, OUT));
    CHECK_SHAPE(c, 3, 2);
    CHECK_VALUES(c, 0, 0, 1, 3, 2, 3);
    CHECK_VALUES(MAKE(la_unravel_index(flat, 2, shape, LA_ORDER_F, OUT)), 0, 0, 1, 2, 2, 3);
    la_array *rows = MAKE(la_slice(c, LA_INDEX(LA_ALL, LA_AT(0)), OUT));
    la_array *columns = MAKE(la_slice(c, LA_INDEX(LA_ALL, LA_AT(1)), OUT));
    const la_array *both[2];
    both[0] = rows, both[1] = columns;
    CHECK_VALUES(MAKE(la_ravel_multi_index(2, both, shape, LA_MODE_RAISE, LA_ORDER_C, OUT)), 0, 7, 11);
    CHECK_VALUES(MAKE(la_ravel_multi_index(2, both, shape, LA_MODE_RAISE, LA_ORDER_F, OUT)), 0, 10, 11);
    both[0] = INTS(-1, 5);
    both[1] = INTS(1);
    CHECK_VALUES(MAKE(la_ravel_multi_index(2, both, shape, LA_MODE_WRAP, LA_ORDER_C, OUT)), 9, 9);
    CHECK_VALUES(MAKE(la_ravel_multi_index(2, both, shape, LA_MODE_CLIP, LA_ORDER_C, OUT)), 1, 9);
    CHECK_STATUS(LA_INDEX_ERROR, la_ravel_multi_index(2, both, shape, LA_MODE_RAISE, LA_ORDER_C, OUT));
    CHECK_STATUS(LA_INDEX_ERROR, la_unravel_index(INTS(12), 2, shape, LA_ORDER_C, OUT));
    CHECK_STATUS(LA_INDEX_ERROR, la_unravel_index(INTS(-1), 2, shape, LA_ORDER_C, OUT));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_unravel_index(flat, 2, shape, LA_ORDER_K, OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_ravel_multi_index(2, NULL, shape, LA_MODE_RAISE, LA_ORDER_C, OUT));
}

static void one_element_is_read_as_any_type(void) {
    la_array *grid = GRID(2, 3), *big = MAKE(la_full(LA_UINT64, 0, NULL, LA_ORDER_C, INT(INT64_MAX), OUT));
    const int64_t at[] = {1, -1};
    double f = 0;
    int64_t i = 0;
    uint64_t u = 0;
    float odd[2] = {0, 0};
    OK(la_item_f64(grid, 2, at, &f));
    CHECK(f == 5);
    OK(la_item_i64(grid, 2, at, &i));
    CHECK(i == 5);
    OK(la_item_u64(grid, 2, at, &u));
    CHECK(u == 5);
    OK(la_item_u64(big, 0, NULL, &u));
    CHECK(u == INT64_MAX);
    OK(la_item(grid, 2, at, LA_FLOAT32, odd));
    CHECK(odd[0] == 5);
    OK(la_item(grid, 2, at, 0, &i));
    CHECK(i == 5);
    char bytes[9] = {0};
    OK(la_item(grid, 2, at, LA_INT64, bytes + 1)); /* of any alignment */
    CHECK(bytes[0] == 0 && bytes[1] + bytes[8] == 5);
    i = 42;
    CHECK_STATUS(LA_INDEX_ERROR, la_item_i64(grid, 1, at, &i));
    CHECK_STATUS(LA_INDEX_ERROR, la_item_i64(grid, 2, (const int64_t[]){2, 0}, &i));
    CHECK_MESSAGE("index 2 is out of bounds for axis 0 with size 2");
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_item_i64(grid, -2, at, &i));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_item_i64(grid, 2, NULL, &i));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_item_i64(grid, 2, at, NULL));
    CHECK_STATUS(LA_DTYPE_ERROR, la_item(grid, 2, at, 99, &i));
    CHECK(i == 42);
}

static void one_element_is_written_from_any_type(void) {
    la_array *row = MAKE(la_zeros(LA_INT8, SHAPE(3), LA_ORDER_C, OUT));
    const int64_t at[] = {-1};
    OK(la_set_item(row, 1, at, INT(-5)));
    CHECK_VALUES(row, 0, 0, -5);
    OK(la_set_item(row, 1, at, FLOAT(2.9)));
    CHECK_VALUES(row, 0, 0, 2);
    CHECK_STATUS(LA_CAST_ERROR, la_set_item(row, 1, at, INT(128)));
    CHECK_MESSAGE("128");
    CHECK_STATUS(LA_INDEX_ERROR, la_set_item(row, 1, (const int64_t[]){3}, INT(1)));
    CHECK_STATUS(LA_READ_ONLY, la_set_item(MAKE(la_readonly(row, OUT)), 1, at, INT(1)));
    CHECK_VALUES(row, 0, 0, 2);
}

CHECK_MAIN(
    TEST(integers_pick_elements_in_any_order),
    TEST(a_basic_key_is_still_a_view),
    TEST(a_mask_picks_where_it_is_true),
    TEST(axes_stand_where_numpy_puts_them),
    TEST(index_arrays_broadcast_against_each_other),
    TEST(a_mask_beside_a_list_is_its_list_of_places),
    TEST(keys_that_do_not_fit_are_refused),
    TEST(take_replaces_an_axis),
    TEST(flat_indices_reach_what_is_not_contiguous),
    TEST(taking_copies_no_more_than_is_taken),
    TEST(lines_need_no_indices_for_the_other_axes),
    TEST(compress_takes_where_a_condition_holds),
    TEST(nonzero_lists_the_places),
    TEST(where_chooses_and_promotes),
    TEST(lines_along_an_axis_are_indexed_one_by_one),
    TEST(flat_indices_and_tuples_are_inverse),
    TEST(one_element_is_read_as_any_type),
    TEST(one_element_is_written_from_any_type),
)
