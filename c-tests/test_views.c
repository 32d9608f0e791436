/* Views: other shapes, strides and types of the same memory. */
#include "check.h"

static void a_change_through_one_view_is_seen_through_every_other(void) {
    la_array *album = GRID(6);
    la_array *window = MAKE(la_slice(album, LA_INDEX(LA_RANGE(1, 4)), OUT));
    la_array *flipped = MAKE(la_flip(window, 0, NULL, OUT));
    la_array *folded = MAKE(la_reshape(album, SHAPE(2, 3), LA_ORDER_C, LA_COPY_NEVER, OUT));
    OK(la_fill_i64(window, 999));
    CHECK_VALUES(album, 0, 999, 999, 999, 4, 5);
    OK(la_set_item(flipped, 1, (const int64_t[]){0}, INT(-1)));
    CHECK_VALUES(album, 0, 999, 999, -1, 4, 5);
    CHECK_VALUES(folded, 0, 999, 999, -1, 4, 5);
    CHECK(SHARE(window, folded) && SHARE(flipped, album));
}

static void a_range_clamps_as_pythons_does(void) {
    la_array *row = GRID(6);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_RANGE(-100, 2)), OUT)), 0, 1);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_RANGE(4, INT64_MAX)), OUT)), 4, 5);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_RANGE(-2, 6)), OUT)), 4, 5);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_FROM(4)), OUT)), 4, 5);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_TO(-4)), OUT)), 0, 1);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_STEP(-2)), OUT)), 5, 3, 1);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_FROM_STEP(3, -1)), OUT)), 3, 2, 1, 0);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_TO_STEP(3, -1)), OUT)), 5, 4);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_RANGE_STEP(10, -10, -3)), OUT)), 5, 2);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_STEP(INT64_MAX)), OUT)), 0);
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_STEP(INT64_MIN)), OUT)), 5);
    la_array *none = MAKE(la_slice(row, LA_INDEX(LA_RANGE(4, 2)), OUT));
    CHECK_SHAPE(none, 0);
    CHECK(la_data(none) == la_data(row)); /* an empty slice stays at the origin */
}

static void a_key_mixes_integers_ranges_newaxis_and_ellipsis(void) {
    la_array *cube = GRID(2, 3, 4);
    la_array *view = MAKE(la_slice(cube, LA_INDEX(LA_AT(1), LA_ELLIPSIS, LA_NEWAXIS, LA_STEP(-1)), OUT));
    CHECK_SHAPE(view, 3, 1, 4);
    CHECK_STRIDES(view, 32, 0, -8);
    CHECK_VALUES(view, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21, 20);
    CHECK_SHAPE(MAKE(la_slice(cube, LA_INDEX(LA_ELLIPSIS, LA_AT(0)), OUT)), 2, 3);
    CHECK_SHAPE(MAKE(la_slice(cube, LA_INDEX(LA_NEWAXIS, LA_ALL, LA_NEWAXIS), OUT)), 1, 2, 1, 3, 4);
    /* An ellipsis may stand for no axis at all. */
    CHECK_SHAPE(MAKE(la_slice(cube, LA_INDEX(LA_AT(0), LA_AT(0), LA_ELLIPSIS, LA_ALL), OUT)), 4);
    la_array *point = MAKE(la_slice(cube, LA_INDEX(LA_AT(-1), LA_AT(-1), LA_AT(-1)), OUT));
    CHECK_RANK_0(point);
    CHECK_VALUES(point, 23);
    CHECK(la_base(point) == cube);
    la_array *whole = MAKE(la_slice(cube, NULL, 0, OUT));
    CHECK_SHAPE(whole, 2, 3, 4);
    CHECK(whole != cube && la_base(whole) == cube);
    CHECK_RANK_0(MAKE(la_slice(point, LA_INDEX(LA_ELLIPSIS), OUT)));
}

static void a_key_is_built_entry_by_entry_as_well(void) {
    la_array *cube = GRID(2, 3, 4);
    la_index key[3];
    for (int k = 0; k < 3; k++) key[k] = LA_AT(k - 2);
    key[1] = LA_RANGE(0, 2);
    CHECK_VALUES(MAKE(la_slice(cube, key, 3, OUT)), 0, 4);
}

static void a_key_that_does_not_fit_is_refused(void) {
    la_array *grid = GRID(2, 3), *mask = BOOLS(1, 0);
    const int64_t list[] = {0};
    la_index wrong = LA_ALL, many[130];
    for (int k = 0; k < 130; k++) many[k] = LA_NEWAXIS;
    REFUSES(LA_INDEX_ERROR, "index 2 is out of bounds for axis 0 with size 2",
            la_slice(grid, LA_INDEX(LA_AT(2)), OUT));
    REFUSES(LA_INDEX_ERROR, "index -4 is out of bounds for axis 1 with size 3",
            la_slice(grid, LA_INDEX(LA_ALL, LA_AT(-4)), OUT));
    REFUSES(LA_INDEX_ERROR, "out of bounds", la_slice(grid, LA_INDEX(LA_AT(INT64_MIN)), OUT));
    REFUSES(LA_INDEX_ERROR, "array is 2-dimensional, but 3 were indexed",
            la_slice(grid, LA_INDEX(LA_AT(0), LA_AT(0), LA_ALL), OUT));
    REFUSES(LA_INDEX_ERROR, "single ellipsis",
            la_slice(grid, LA_INDEX(LA_ELLIPSIS, LA_ELLIPSIS), OUT));
    REFUSES(LA_INDEX_ERROR, "slice step cannot be zero", la_slice(grid, LA_INDEX(LA_STEP(0)), OUT));
    REFUSES(LA_INDEX_ERROR, "la_get", la_slice(grid, LA_INDEX(LA_MASK(mask)), OUT));
    REFUSES(LA_INDEX_ERROR, "la_get", la_slice(grid, LA_INDEX(LA_ARRAY(mask)), OUT));
    REFUSES(LA_INDEX_ERROR, "la_get", la_slice(grid, LA_INDEX(LA_INTS(list, 1)), OUT));
    REFUSES(LA_LIMIT, "64", la_slice(grid, many, 63, OUT));
    CHECK_NUMBER(la_ndim(MAKE(la_slice(grid, many, 62, OUT))), 64);
    CHECK_STATUS(LA_LIMIT, la_slice(grid, many, 130, OUT));
    wrong.kind = 99;
    REFUSES(LA_INVALID_ARGUMENT, "kind", la_slice(grid, &wrong, 1, OUT));
    wrong = LA_ALL;
    wrong.flags |= 4;
    REFUSES(LA_INVALID_ARGUMENT, "flags", la_slice(grid, &wrong, 1, OUT));
    wrong = LA_AT(0);
    wrong.flags = LA_INDEX_NO_STOP;
    REFUSES(LA_INVALID_ARGUMENT, "flags", la_slice(grid, &wrong, 1, OUT));
    wrong = LA_AT(0);
    wrong.reserved[1] = 1;
    REFUSES(LA_INVALID_ARGUMENT, "reserved", la_slice(grid, &wrong, 1, OUT));
    REFUSES(LA_NULL_ARGUMENT, "key", la_slice(grid, NULL, 1, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "count", la_slice(grid, &wrong, -1, OUT));
    REFUSES(LA_NULL_ARGUMENT, "array", la_slice(NULL, LA_INDEX(LA_ALL), OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_slice(grid, LA_INDEX(LA_ALL), NULL));
}

static void a_step_that_would_overflow_the_stride_is_no_trap(void) {
    /* A stride so large that any step over it leaves 64 bits. */
    la_array *grid = GRID(1, 3);
    la_array *odd = MAKE(la_as_strided(grid, 0, SHAPE(1), (const int64_t[]){INT64_MAX / 2}, OUT));
    la_array *out = NULL;
    EITHER(LA_OK, LA_OVERFLOW, la_slice(odd, LA_INDEX(LA_STEP(1000)), &out));
    if (out) CHECK_VALUES(KEEP(out), 0);
}

static void reshape_is_a_view_where_one_exists(void) {
    la_array *grid = GRID(4, 6);
    la_array *out;
    out = MAKE(la_reshape(grid, SHAPE(2, -1, 3), LA_ORDER_C, LA_COPY_NEVER, OUT));
    CHECK_SHAPE(out, 2, 4, 3);
    CHECK_STRIDES(out, 96, 24, 8);
    CHECK(la_base(out) == grid);
    /* Every second column keeps one stride when the rows merge: a[:, ::2] has
     * strides (48, 16), and 48 = 3 * 16. */
    la_array *half = MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_STEP(2)), OUT));
    out = MAKE(la_reshape(half, SHAPE(-1), LA_ORDER_C, LA_COPY_NEVER, OUT));
    CHECK_SHAPE(out, 12);
    CHECK_STRIDES(out, 16);
    CHECK(SHARE(out, grid));
    la_array *transposed = MAKE(la_transpose(grid, OUT));
    out = MAKE(la_reshape(transposed, SHAPE(24), LA_ORDER_F, LA_COPY_NEVER, OUT));
    CHECK_STRIDES(out, 8);
    out = MAKE(la_reshape(transposed, SHAPE(24), LA_ORDER_A, LA_COPY_NEVER, OUT));
    CHECK_NUMBER(check_value(out, 1), 1);
    out = MAKE(la_reshape(transposed, SHAPE(2, 3, 4), LA_ORDER_C, LA_COPY_NEVER, OUT));
    CHECK_STRIDES(out, 24, 8, 48);
    CHECK_RANK_0(MAKE(la_reshape(MAKE(la_slice(grid, LA_INDEX(LA_RANGE(0, 1), LA_RANGE(0, 1)), OUT)),
                                 0, NULL, LA_ORDER_C, LA_COPY_NEVER, OUT)));
}

static void reshape_copies_only_as_allowed(void) {
    la_array *grid = GRID(2, 3), *transposed = MAKE(la_transpose(grid, OUT));
    la_array *copy = MAKE(la_reshape(transposed, SHAPE(6), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    CHECK_VALUES(copy, 0, 3, 1, 4, 2, 5);
    CHECK(la_base(copy) == NULL && !SHARE(copy, grid));
    CHECK(la_flags(copy) & LA_FLAG_OWNS_DATA);
    REFUSES(LA_WOULD_COPY, "axes 0 and 1",
            la_reshape(transposed, SHAPE(6), LA_ORDER_C, LA_COPY_NEVER, OUT));
    la_array *always = MAKE(la_reshape(grid, SHAPE(3, 2), LA_ORDER_C, LA_COPY_ALWAYS, OUT));
    CHECK(!SHARE(always, grid));
    la_array *f = MAKE(la_reshape(grid, SHAPE(3, 2), LA_ORDER_F, LA_COPY_IF_NEEDED, OUT));
    CHECK_VALUES(f, 0, 4, 3, 2, 1, 5); /* numpy.arange(6).reshape(2,3).reshape((3,2), order="F") */
}

static void reshape_refuses_what_does_not_fit(void) {
    la_array *grid = GRID(2, 3), *none = MAKE(la_zeros(LA_INT8, SHAPE(0, 3), LA_ORDER_C, OUT));
    REFUSES(LA_SHAPE_ERROR, "cannot reshape array of size 6 into shape (4,)",
            la_reshape(grid, SHAPE(4), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    REFUSES(LA_SHAPE_ERROR, "cannot reshape array of size 6 into shape (-1,4)",
            la_reshape(grid, SHAPE(-1, 4), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    REFUSES(LA_SHAPE_ERROR, "one unknown dimension",
            la_reshape(grid, SHAPE(-1, -1), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    REFUSES(LA_SHAPE_ERROR, "", la_reshape(none, SHAPE(-1, 0), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    CHECK_SHAPE(MAKE(la_reshape(none, SHAPE(-1, 3), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT)), 0, 3);
    CHECK_SHAPE(MAKE(la_reshape(none, SHAPE(7, 0), LA_ORDER_C, LA_COPY_NEVER, OUT)), 7, 0);
    REFUSES(LA_SHAPE_ERROR, "", la_reshape(grid, SHAPE(-2, 3), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "order", la_reshape(grid, SHAPE(6), LA_ORDER_K, LA_COPY_IF_NEEDED, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "copy", la_reshape(grid, SHAPE(6), LA_ORDER_C, 3, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "ndim",
            la_reshape(grid, -1, NULL, LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    REFUSES(LA_NULL_ARGUMENT, "shape", la_reshape(grid, 1, NULL, LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    EITHER(LA_OVERFLOW, LA_SHAPE_ERROR, la_reshape(grid, SHAPE(INT64_MAX, 4), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
}

static void axes_change_places(void) {
    la_array *cube = GRID(2, 3, 4); /* strides 96, 32, 8 */
    la_array *out;
    out = MAKE(la_transpose(cube, OUT));
    CHECK_SHAPE(out, 4, 3, 2);
    CHECK_STRIDES(out, 8, 32, 96);
    CHECK_RANK_0(MAKE(la_transpose(MAKE(la_zeros(LA_INT8, 0, NULL, LA_ORDER_C, OUT)), OUT)));
    out = MAKE(la_permute(cube, AXES(-1, 0, 1), OUT));
    CHECK_SHAPE(out, 4, 2, 3);
    CHECK_STRIDES(out, 8, 96, 32);
    out = MAKE(la_swapaxes(cube, 0, -1, OUT));
    CHECK_STRIDES(out, 8, 32, 96);
    CHECK_STRIDES(MAKE(la_swapaxes(cube, 1, 1, OUT)), 96, 32, 8);
    out = MAKE(la_moveaxis(cube, 1, (const int32_t[]){0}, (const int32_t[]){-1}, OUT));
    CHECK_SHAPE(out, 3, 4, 2);
    out = MAKE(la_moveaxis(cube, 2, (const int32_t[]){0, 1}, (const int32_t[]){-1, -2}, OUT));
    CHECK_SHAPE(out, 4, 3, 2);
    REFUSES(LA_AXIS_ERROR, "axis 3 is out of bounds for array of dimension 3",
            la_swapaxes(cube, 3, 0, OUT));
    REFUSES(LA_AXIS_ERROR, "axis -4", la_swapaxes(cube, 0, -4, OUT));
    REFUSES(LA_AXIS_ERROR, "", la_permute(cube, AXES(0, 1), OUT));
    REFUSES(LA_AXIS_ERROR, "repeated axis", la_permute(cube, AXES(0, 1, -2), OUT));
    REFUSES(LA_AXIS_ERROR, "", la_permute(cube, AXES(0, 1, INT32_MIN), OUT));
    REFUSES(LA_NULL_ARGUMENT, "axes", la_permute(cube, 3, NULL, OUT));
    REFUSES(LA_AXIS_ERROR, "repeated axis",
            la_moveaxis(cube, 2, (const int32_t[]){0, 0}, (const int32_t[]){1, 2}, OUT));
    REFUSES(LA_AXIS_ERROR, "repeated axis",
            la_moveaxis(cube, 2, (const int32_t[]){0, 1}, (const int32_t[]){1, 1}, OUT));
}

static void axes_of_extent_1_come_and_go(void) {
    la_array *thin = GRID(1, 3, 1);
    la_array *out;
    CHECK_SHAPE(MAKE(la_squeeze(thin, 0, NULL, OUT)), 3);
    out = MAKE(la_squeeze(thin, AXES(-1), OUT));
    CHECK_SHAPE(out, 1, 3);
    CHECK(la_base(out) == thin);
    out = MAKE(la_expand_dims(MAKE(la_squeeze(thin, 0, NULL, OUT)), AXES(0, -1), OUT));
    CHECK_SHAPE(out, 1, 3, 1);
    CHECK_VALUES(out, 0, 1, 2);
    REFUSES(LA_SHAPE_ERROR, "axis 1 has size 3", la_squeeze(thin, AXES(1), OUT));
    REFUSES(LA_AXIS_ERROR, "axis 5", la_squeeze(thin, AXES(5), OUT));
    REFUSES(LA_AXIS_ERROR, "repeated", la_squeeze(thin, AXES(0, -3), OUT));
    REFUSES(LA_AXIS_ERROR, "repeated", la_expand_dims(thin, AXES(0, 0), OUT));
    REFUSES(LA_AXIS_ERROR, "axis 4", la_expand_dims(thin, AXES(4), OUT));
    /* Squeezing nothing still gives a new handle on the same memory. */
    la_array *full = GRID(2, 3), *same = MAKE(la_squeeze(full, 0, NULL, OUT));
    CHECK(same != full && SHARE(same, full));
}

static void broadcasting_repeats_without_memory(void) {
    la_array *row = GRID(3);
    la_array *out = MAKE(la_broadcast_to(row, SHAPE(2, 3), OUT));
    CHECK_STRIDES(out, 0, 8);
    CHECK_VALUES(out, 0, 1, 2, 0, 1, 2);
    CHECK(la_base(out) == row);
    CHECK(!(la_flags(out) & LA_FLAG_WRITEABLE));
    CHECK(la_data_mut(out) == NULL);
    CHECK_STATUS(LA_READ_ONLY, la_fill_i64(out, 1));
    CHECK_MESSAGE("assignment destination is read-only");
    CHECK_SHAPE(MAKE(la_broadcast_to(GRID(2, 1), SHAPE(5, 2, 0), OUT)), 5, 2, 0);
    REFUSES(LA_SHAPE_ERROR, "(3,)", la_broadcast_to(row, SHAPE(2, 4), OUT));
    REFUSES(LA_SHAPE_ERROR, "", la_broadcast_to(GRID(2, 3), SHAPE(3), OUT));
    REFUSES(LA_SHAPE_ERROR, "negative", la_broadcast_to(row, SHAPE(-2, 3), OUT));
    REFUSES(LA_OVERFLOW, "", la_broadcast_to(row, SHAPE(INT64_C(1) << 62, 3), OUT));
    REFUSES(LA_INVALID_ARGUMENT, "ndim", la_broadcast_to(row, -1, NULL, OUT));
}

static void shapes_broadcast_against_each_other(void) {
    const int64_t a[] = {8, 1, 6, 1}, b[] = {7, 1, 5}, c[] = {2};
    const int64_t *const shapes[] = {a, b, NULL}, *const clash[] = {b, c};
    const int32_t ndims[] = {4, 3, 0}, clash_ndims[] = {3, 1};
    int64_t shape[LA_MAX_NDIM];
    int32_t ndim = -1;
    OK(la_broadcast_shapes(3, ndims, shapes, &ndim, shape));
    CHECK_NUMBER(ndim, 4);
    CHECK(shape[0] == 8 && shape[1] == 7 && shape[2] == 6 && shape[3] == 5);
    ndim = -1;
    CHECK_STATUS(LA_SHAPE_ERROR, la_broadcast_shapes(2, clash_ndims, clash, &ndim, shape));
    CHECK_MESSAGE("could not be broadcast together with shapes");
    CHECK_NUMBER(ndim, -1);
    OK(la_broadcast_shapes(0, NULL, NULL, &ndim, shape));
    CHECK_NUMBER(ndim, 0);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_broadcast_shapes(-1, ndims, shapes, &ndim, shape));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_broadcast_shapes(2, ndims, shapes, NULL, shape));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_broadcast_shapes(2, NULL, shapes, &ndim, shape));
}

static void flip_and_rot90_are_negative_strides(void) {
    la_array *grid = GRID(2, 3); /* 0 1 2 / 3 4 5 */
    la_array *out = MAKE(la_flip(grid, 0, NULL, OUT));
    CHECK_STRIDES(out, -24, -8);
    CHECK_VALUES(out, 5, 4, 3, 2, 1, 0);
    CHECK_VALUES(MAKE(la_flip(grid, AXES(-1), OUT)), 2, 1, 0, 5, 4, 3);
    REFUSES(LA_AXIS_ERROR, "axis 2", la_flip(grid, AXES(2), OUT));
    REFUSES(LA_AXIS_ERROR, "repeated", la_flip(grid, AXES(1, 1), OUT));
    out = MAKE(la_rot90(grid, 1, 0, 1, OUT));
    CHECK_SHAPE(out, 3, 2);
    CHECK_VALUES(out, 2, 5, 1, 4, 0, 3);
    CHECK(SHARE(out, grid));
    CHECK_VALUES(MAKE(la_rot90(grid, 2, 0, 1, OUT)), 5, 4, 3, 2, 1, 0);
    CHECK_VALUES(MAKE(la_rot90(grid, -1, 0, 1, OUT)), 3, 0, 4, 1, 5, 2);
    CHECK_VALUES(MAKE(la_rot90(grid, 1, 1, 0, OUT)), 3, 0, 4, 1, 5, 2);
    CHECK_VALUES(MAKE(la_rot90(grid, INT64_MIN, 0, 1, OUT)), 0, 1, 2, 3, 4, 5);
    REFUSES(LA_AXIS_ERROR, "", la_rot90(grid, 1, 0, 0, OUT));
    REFUSES(LA_AXIS_ERROR, "", la_rot90(grid, 1, 0, 2, OUT));
}

static void the_diagonal_has_the_sum_of_two_strides(void) {
    la_array *grid = GRID(3, 4), *cube = GRID(2, 3, 4);
    la_array *out = MAKE(la_diagonal(grid, 0, 0, 1, OUT));
    CHECK_STRIDES(out, 40);
    CHECK_VALUES(out, 0, 5, 10);
    CHECK(!(la_flags(out) & LA_FLAG_WRITEABLE));
    CHECK(la_base(out) == grid && (la_flags(la_base(out)) & LA_FLAG_WRITEABLE));
    CHECK_VALUES(MAKE(la_diagonal(grid, 2, 0, 1, OUT)), 2, 7);
    CHECK_VALUES(MAKE(la_diagonal(grid, -2, 0, 1, OUT)), 8);
    CHECK_SHAPE(MAKE(la_diagonal(grid, 9, 0, 1, OUT)), 0);
    CHECK_SHAPE(MAKE(la_diagonal(grid, INT64_MIN, 0, 1, OUT)), 0);
    out = MAKE(la_diagonal(cube, 0, 0, 2, OUT));
    CHECK_SHAPE(out, 3, 2);
    CHECK_VALUES(out, 0, 13, 4, 17, 8, 21);
    REFUSES(LA_SHAPE_ERROR, "1", la_diagonal(GRID(4), 0, 0, 1, OUT));
    REFUSES(LA_AXIS_ERROR, "", la_diagonal(grid, 0, 0, 0, OUT));
    REFUSES(LA_AXIS_ERROR, "axis 2", la_diagonal(grid, 0, 0, 2, OUT));
}

static void real_and_imag_are_every_other_number(void) {
    const double values[] = {1, 2, 3, 4};
    la_array *z = MAKE(la_from_data(values, LA_COMPLEX128, SHAPE(2), NULL, LA_ORDER_C, OUT));
    la_array *real = MAKE(la_real(z, OUT)), *imag = MAKE(la_imag(z, OUT));
    CHECK_NUMBER(la_dtype_of(real), LA_FLOAT64);
    CHECK_STRIDES(real, 16);
    CHECK_VALUES(real, 1, 3);
    CHECK_VALUES(imag, 2, 4);
    CHECK_NUMBER(la_offset(imag), 8);
    CHECK(!SHARE(real, imag) && SHARE(imag, z));
    OK(la_fill_f64(imag, -1));
    CHECK_VALUES(z, 1, -1, 3, -1);
    la_array *row = GRID(2);
    CHECK(SHARE(MAKE(la_real(row, OUT)), row));
    la_array *nothing = MAKE(la_imag(row, OUT));
    CHECK_VALUES(nothing, 0, 0);
    CHECK_NUMBER(la_dtype_of(nothing), LA_INT64);
    CHECK(!SHARE(nothing, row) && !(la_flags(nothing) & LA_FLAG_WRITEABLE));
    REFUSES(LA_DTYPE_ERROR, "", la_real(MAKE(la_zeros(0x40000004, SHAPE(1), LA_ORDER_C, OUT)), OUT));
    REFUSES(LA_DTYPE_ERROR, "", la_imag(MAKE(la_zeros(0x40000004, SHAPE(1), LA_ORDER_C, OUT)), OUT));
}

static void bytes_are_read_as_another_type(void) {
    const uint32_t words[] = {0x3f800000, 0x40000000, 0x40400000, 0x40800000};
    la_array *a = MAKE(la_from_data(words, LA_UINT32, SHAPE(2, 2), NULL, LA_ORDER_C, OUT));
    CHECK_VALUES(MAKE(la_view_dtype(a, LA_FLOAT32, OUT)), 1, 2, 3, 4);
    la_array *bytes = MAKE(la_view_dtype(a, LA_UINT8, OUT));
    CHECK_SHAPE(bytes, 2, 8);
    CHECK_STRIDES(bytes, 8, 1);
    CHECK(SHARE(bytes, a));
    la_array *wide = MAKE(la_view_dtype(a, LA_UINT64, OUT));
    CHECK_SHAPE(wide, 2, 1);
    CHECK_VALUES(MAKE(la_view_dtype(MAKE(la_view_dtype(a, LA_FLOAT32, OUT)), LA_COMPLEX64, OUT)), 1, 2, 3, 4);
    la_array *swapped = MAKE(la_view_dtype(a, LA_UINT32 | 0x100, OUT));
    CHECK_NUMBER(check_value(swapped, 0), 0x0000803f);
    REFUSES(LA_DTYPE_ERROR, "last axis must be contiguous",
            la_view_dtype(MAKE(la_transpose(a, OUT)), LA_UINT8, OUT));
    REFUSES(LA_DTYPE_ERROR, "", la_view_dtype(a, LA_COMPLEX128, OUT)); /* 8 bytes in a row, 16 needed */
    REFUSES(LA_DTYPE_ERROR, "divisor", la_view_dtype(a, 0x40000003, OUT));
    REFUSES(LA_DTYPE_ERROR, "0d array",
            la_view_dtype(MAKE(la_zeros(LA_INT8, 0, NULL, LA_ORDER_C, OUT)), LA_INT16, OUT));
    REFUSES(LA_DTYPE_ERROR, "dtype", la_view_dtype(a, 0, OUT));
    /* An axis of extent 1 may shrink whatever its stride. */
    la_array *column = MAKE(la_slice(a, LA_INDEX(LA_ALL, LA_RANGE(0, 1)), OUT));
    CHECK_SHAPE(MAKE(la_view_dtype(column, LA_UINT16, OUT)), 2, 2);
}

static void as_strided_stays_inside_the_allocation(void) {
    la_array *row = GRID(6);
    la_array *windows = MAKE(la_as_strided(row, 0, SHAPE(4, 3), (const int64_t[]){8, 8}, OUT));
    CHECK_VALUES(windows, 0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5);
    CHECK(la_flags(windows) & LA_FLAG_WRITEABLE); /* as writable as the array */
    CHECK_STRIDES(MAKE(la_as_strided(row, 0, SHAPE(2, 3), NULL, OUT)), 24, 8);
    CHECK_VALUES(MAKE(la_as_strided(row, 40, SHAPE(3), (const int64_t[]){-16}, OUT)), 5, 3, 1);
    /* A view's own elements do not bound it; its owner's allocation does. */
    la_array *middle = MAKE(la_slice(row, LA_INDEX(LA_RANGE(2, 4)), OUT));
    CHECK_VALUES(MAKE(la_as_strided(middle, -16, SHAPE(6), NULL, OUT)), 0, 1, 2, 3, 4, 5);
    CHECK(la_flags(MAKE(la_as_strided(row, 1, SHAPE(5), NULL, OUT))) & LA_FLAG_WRITEABLE);
    CHECK_SHAPE(MAKE(la_as_strided(row, 0, SHAPE(0, 1000), (const int64_t[]){800000, 8}, OUT)), 0, 1000);
    REFUSES(LA_SHAPE_ERROR, "axis 0", la_as_strided(row, 0, SHAPE(100), NULL, OUT));
    REFUSES(LA_SHAPE_ERROR, "", la_as_strided(row, -8, SHAPE(1), NULL, OUT));
    REFUSES(LA_SHAPE_ERROR, "", la_as_strided(row, 0, SHAPE(2), (const int64_t[]){-8}, OUT));
    REFUSES(LA_SHAPE_ERROR, "", la_as_strided(row, INT64_C(1) << 40, SHAPE(1), NULL, OUT));
    REFUSES(LA_SHAPE_ERROR, "negative", la_as_strided(row, 0, SHAPE(-1), NULL, OUT));
    CHECK_STATUS(LA_OVERFLOW, la_as_strided(row, 0, SHAPE(3), (const int64_t[]){INT64_MAX}, OUT));
    CHECK_STATUS(LA_OVERFLOW, la_as_strided(row, 0, SHAPE(3, 3), (const int64_t[]){INT64_MIN, INT64_MIN}, OUT));
    EITHER(LA_OVERFLOW, LA_SHAPE_ERROR, la_as_strided(row, INT64_MAX, SHAPE(1), NULL, OUT));
    EITHER(LA_OVERFLOW, LA_SHAPE_ERROR, la_as_strided(row, INT64_MIN, SHAPE(1), NULL, OUT));
    REFUSES(LA_NULL_ARGUMENT, "shape", la_as_strided(row, 0, 1, NULL, NULL, OUT));
}

static void a_sliding_window_shows_every_window(void) {
    la_array *row = GRID(5), *grid = GRID(3, 4);
    la_array *out = MAKE(la_sliding_window(row, 1, NULL, (const int64_t[]){3}, OUT));
    CHECK_SHAPE(out, 3, 3);
    CHECK_STRIDES(out, 8, 8);
    CHECK_VALUES(out, 0, 1, 2, 1, 2, 3, 2, 3, 4);
    CHECK(!(la_flags(out) & LA_FLAG_WRITEABLE));
    out = MAKE(la_sliding_window(grid, AXES(-1), (const int64_t[]){2}, OUT));
    CHECK_SHAPE(out, 3, 3, 2);
    out = MAKE(la_sliding_window(grid, 2, NULL, (const int64_t[]){2, 2}, OUT));
    CHECK_SHAPE(out, 2, 3, 2, 2);
    CHECK_STRIDES(out, 32, 8, 32, 8);
    /* The same axis twice: 4 places for 2, of these 3 for 2. */
    out = MAKE(la_sliding_window(grid, AXES(1, 1), (const int64_t[]){2, 2}, OUT));
    CHECK_SHAPE(out, 3, 2, 2, 2);
    CHECK_SHAPE(MAKE(la_sliding_window(row, AXES(0), (const int64_t[]){0}, OUT)), 6, 0);
    REFUSES(LA_SHAPE_ERROR, "window shape cannot be larger than input array shape (window of 6",
            la_sliding_window(row, AXES(0), (const int64_t[]){6}, OUT));
    REFUSES(LA_AXIS_ERROR, "axis 1", la_sliding_window(row, AXES(1), (const int64_t[]){2}, OUT));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_sliding_window(grid, 1, NULL, (const int64_t[]){2}, OUT));
    EITHER(LA_SHAPE_ERROR, LA_INVALID_ARGUMENT, la_sliding_window(row, AXES(0), (const int64_t[]){-1}, OUT));
    REFUSES(LA_NULL_ARGUMENT, "windows", la_sliding_window(row, 1, NULL, NULL, OUT));
}

static void split_gives_views_of_the_parts(void) {
    la_array *grid = GRID(4, 3), *parts[4] = {NULL, NULL, NULL, NULL};
    OK(la_split(grid, 2, 0, parts));
    KEEP(parts[0]), KEEP(parts[1]);
    CHECK_VALUES(parts[0], 0, 1, 2, 3, 4, 5);
    CHECK_VALUES(parts[1], 6, 7, 8, 9, 10, 11);
    CHECK(la_base(parts[0]) == grid && la_base(parts[1]) == grid && !SHARE(parts[0], parts[1]));
    OK(la_split_at(grid, 3, (const int64_t[]){1, 1, -1}, 1, parts));
    for (int k = 0; k < 4; k++) KEEP(parts[k]);
    CHECK_SHAPE(parts[0], 4, 1);
    CHECK_SHAPE(parts[1], 4, 0);
    CHECK_SHAPE(parts[2], 4, 1);
    CHECK_SHAPE(parts[3], 4, 1);
    CHECK_VALUES(parts[2], 1, 4, 7, 10);
    OK(la_split_at(grid, 1, (const int64_t[]){100}, 0, parts));
    KEEP(parts[0]), KEEP(parts[1]);
    CHECK_SHAPE(parts[0], 4, 3);
    CHECK_SHAPE(parts[1], 0, 3);
    OK(la_split_at(grid, 0, NULL, 0, parts));
    CHECK_SHAPE(KEEP(parts[0]), 4, 3);
    parts[0] = parts[1] = CHECK_UNTOUCHED;
    CHECK_STATUS(LA_SHAPE_ERROR, la_split(grid, 3, 0, parts));
    CHECK_MESSAGE("array split does not result in an equal division");
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_split(grid, 0, 0, parts));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_split(grid, -2, 0, parts));
    CHECK_STATUS(LA_AXIS_ERROR, la_split(grid, 2, 2, parts));
    CHECK_STATUS(LA_AXIS_ERROR, la_split_at(grid, 1, (const int64_t[]){1}, -3, parts));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_split_at(grid, -1, (const int64_t[]){1}, 0, parts));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_split_at(grid, 1, NULL, 0, parts));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_split(grid, 2, 0, NULL));
    CHECK(parts[0] == CHECK_UNTOUCHED && parts[1] == CHECK_UNTOUCHED);
}

static void axes_of_extent_1_never_force_a_copy(void) {
    la_array *grid = GRID(4, 6);
    la_array *column = MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_RANGE(2, 3)), OUT)); /* (4, 1) */
    la_array *flat = MAKE(la_reshape(column, SHAPE(1, 4, 1, 1), LA_ORDER_C, LA_COPY_NEVER, OUT));
    CHECK_VALUES(flat, 2, 8, 14, 20);
    CHECK(SHARE(flat, grid));
}

CHECK_MAIN(
    TEST(a_change_through_one_view_is_seen_through_every_other),
    TEST(a_range_clamps_as_pythons_does),
    TEST(a_key_mixes_integers_ranges_newaxis_and_ellipsis),
    TEST(a_key_is_built_entry_by_entry_as_well),
    TEST(a_key_that_does_not_fit_is_refused),
    TEST(a_step_that_would_overflow_the_stride_is_no_trap),
    TEST(reshape_is_a_view_where_one_exists),
    TEST(reshape_copies_only_as_allowed),
    TEST(reshape_refuses_what_does_not_fit),
    TEST(axes_change_places),
    TEST(axes_of_extent_1_come_and_go),
    TEST(broadcasting_repeats_without_memory),
    TEST(shapes_broadcast_against_each_other),
    TEST(flip_and_rot90_are_negative_strides),
    TEST(the_diagonal_has_the_sum_of_two_strides),
    TEST(real_and_imag_are_every_other_number),
    TEST(bytes_are_read_as_another_type),
    TEST(as_strided_stays_inside_the_allocation),
    TEST(a_sliding_window_shows_every_window),
    TEST(split_gives_views_of_the_parts),
    TEST(axes_of_extent_1_never_force_a_copy),
)
