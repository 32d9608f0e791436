/* Casts between all pairs of types, under every rule. */
#include "check.h"

static la_array *cast(const la_array *array, la_dtype dtype) {
    return MAKE(la_astype(array, dtype, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
}

static void small_whole_numbers_survive_every_pair_of_types(void) {
    la_array *bits = INTS(0, 1, 1, 0), *digits = INTS(0, 1, 100, 7);
    for (la_dtype from = LA_BOOL; from <= LA_COMPLEX128; from++)
        for (la_dtype to = LA_BOOL; to <= LA_COMPLEX128; to++) {
            la_array *numbers = from == LA_BOOL || to == LA_BOOL ? bits : digits;
            la_array *source = cast(numbers, from), *target = cast(source, to);
            la_array *back = cast(target, LA_INT64);
            CHECK_NUMBER(la_dtype_of(target), to);
            CHECK_SAME(back, numbers);
            DROP(back), DROP(target), DROP(source);
        }
}

static void the_other_byte_order_is_only_another_writing(void) {
    la_array *digits = INTS(0, 1, 100, 7);
    for (la_dtype dtype = LA_INT16; dtype <= LA_COMPLEX128; dtype++) {
        if (la_dtype_size(dtype) == 1) continue;
        la_array *swapped = cast(digits, dtype | 0x100), *same = cast(swapped, dtype);
        CHECK_SAME(cast(swapped, LA_INT64), digits);
        CHECK_SAME(same, swapped);
        CHECK(memcmp(la_data(same), la_data(swapped), (size_t)la_nbytes(same)) != 0);
    }
}

static void floats_become_integers_by_truncation_and_saturate(void) {
    la_array *f = DOUBLES(1.9, -1.9, 300, -300, 1e30, -1e30, INFINITY, -INFINITY, NAN);
    CHECK_VALUES(cast(f, LA_INT8), 1, -1, 127, -128, 127, -128, 127, -128, 0);
    CHECK_VALUES(cast(f, LA_UINT8), 1, 0, 255, 0, 255, 0, 255, 0, 0);
    CHECK_VALUES(cast(f, LA_INT32), 1, -1, 300, -300, 2147483647, -2147483648.0, 2147483647,
                 -2147483648.0, 0);
    la_array *wide = cast(f, LA_INT64);
    CHECK(((const int64_t *)la_data(wide))[4] == INT64_MAX);
    CHECK(((const int64_t *)la_data(wide))[5] == INT64_MIN);
    CHECK(((const uint64_t *)la_data(cast(f, LA_UINT64)))[4] == UINT64_MAX);
    CHECK_VALUES(cast(f, LA_BOOL), 1, 1, 1, 1, 1, 1, 1, 1, 1); /* NaN is not zero */
}

static void integers_wrap_as_c_does(void) {
    la_array *n = INTS(300, -1, 128, INT64_MIN);
    CHECK_VALUES(cast(n, LA_UINT8), 44, 255, 128, 0);
    CHECK_VALUES(cast(n, LA_INT8), 44, -1, -128, 0);
    CHECK_VALUES(cast(n, LA_UINT32), 300, 4294967295.0, 128, 0);
    CHECK_VALUES(cast(n, LA_BOOL), 1, 1, 1, 1);
    la_array *u = cast(INTS(-1), LA_UINT64);
    CHECK(((const uint64_t *)la_data(u))[0] == UINT64_MAX);
    CHECK_VALUES(cast(u, LA_FLOAT64), 18446744073709551616.0);
}

static void floats_round_to_the_nearest_even(void) {
    /* Halves of a unit in the last place of each small format. */
    la_array *f = DOUBLES(2049, 2051, 65504, 65519.9, 65520, 1e-8, 5.9604644775390625e-08, -0.0);
    la_array *half = cast(f, LA_FLOAT16);
    CHECK_VALUES(half, 2048, 2052, 65504, 65504, INFINITY, 0, 5.9604644775390625e-08, 0);
    CHECK(((const uint16_t *)la_data(half))[7] == 0x8000);
    CHECK_VALUES(cast(DOUBLES(257, 259, 3.3895313892515355e38, NAN), LA_BFLOAT16), 256, 260,
                 3.3895313892515355e38, NAN);
    CHECK_VALUES(cast(DOUBLES(16777217, 16777219, 1e300), LA_FLOAT32), 16777216, 16777220, INFINITY);
}

static void complex_numbers_keep_or_drop_their_imaginary_part(void) {
    const float z[] = {1.5f, 2.5f, 0, -1};
    la_array *c = MAKE(la_from_data(z, LA_COMPLEX64, SHAPE(2), NULL, LA_ORDER_C, OUT));
    CHECK_VALUES(cast(c, LA_COMPLEX128), 1.5, 2.5, 0, -1);
    CHECK_VALUES(cast(c, LA_FLOAT64), 1.5, 0);
    CHECK_VALUES(cast(c, LA_INT8), 1, 0);
    CHECK_VALUES(cast(c, LA_BOOL), 1, 1);
    CHECK_VALUES(cast(DOUBLES(2, -3), LA_COMPLEX64), 2, 0, -3, 0);
}

static void every_nonzero_byte_of_a_boolean_is_true(void) {
    const uint8_t bytes[] = {0, 1, 2, 255};
    la_array *b = MAKE(la_from_data(bytes, LA_BOOL, SHAPE(4), NULL, LA_ORDER_C, OUT));
    CHECK_VALUES(cast(b, LA_INT32), 0, 1, 1, 1);
    CHECK_VALUES(cast(b, LA_FLOAT16), 0, 1, 1, 1);
    CHECK_VALUES(cast(b, LA_COMPLEX64), 0, 0, 1, 0, 1, 0, 1, 0);
}

static void a_rule_forbids_before_anything_is_made(void) {
    la_array *f = DOUBLES(1, 2);
    REFUSES(LA_CAST_ERROR, "Cannot cast array data from float64 to int32 according to the rule 'same_kind'",
            la_astype(f, LA_INT32, LA_ORDER_K, LA_CAST_SAME_KIND, LA_COPY_ALWAYS, OUT));
    REFUSES(LA_CAST_ERROR, "'safe'", la_astype(f, LA_FLOAT32, LA_ORDER_K, LA_CAST_SAFE, LA_COPY_ALWAYS, OUT));
    REFUSES(LA_CAST_ERROR, "", la_astype(f, LA_FLOAT64 | 0x100, LA_ORDER_K, LA_CAST_NO, LA_COPY_ALWAYS, OUT));
    CHECK_VALUES(MAKE(la_astype(f, LA_FLOAT64 | 0x100, LA_ORDER_K, LA_CAST_EQUIV, LA_COPY_ALWAYS, OUT)), 1, 2);
    CHECK_VALUES(MAKE(la_astype(f, LA_FLOAT16, LA_ORDER_K, LA_CAST_SAME_KIND, LA_COPY_ALWAYS, OUT)), 1, 2);
    CHECK_VALUES(MAKE(la_astype(f, LA_COMPLEX128, LA_ORDER_K, LA_CAST_SAFE, LA_COPY_ALWAYS, OUT)), 1, 0, 2, 0);
    REFUSES(LA_INVALID_ARGUMENT, "casting", la_astype(f, LA_INT8, LA_ORDER_K, 6, LA_COPY_ALWAYS, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "copy", la_astype(f, LA_INT8, LA_ORDER_K, LA_CAST_UNSAFE, 7, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "order", la_astype(f, LA_INT8, 7, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
    REFUSES(LA_DTYPE_ERROR, "dtype", la_astype(f, 99, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
}

static la_status keep_value(const la_array *array, la_dtype dtype, la_array **out) {
    return la_astype(array, dtype, LA_ORDER_K, LA_CAST_SAME_VALUE, LA_COPY_ALWAYS, out);
}

static void same_value_fails_on_the_first_change(void) {
    CHECK_VALUES(MAKE(keep_value(DOUBLES(1, -128, 127), LA_INT8, OUT)), 1, -128, 127);
    REFUSES(LA_CAST_ERROR, "element 2", keep_value(DOUBLES(1, 2, 2.5, 3.5), LA_INT8, OUT));
    REFUSES(LA_CAST_ERROR, "element 0", keep_value(DOUBLES(128), LA_INT8, OUT));
    REFUSES(LA_CAST_ERROR, "element 1", keep_value(INTS(1, -1), LA_UINT64, OUT));
    REFUSES(LA_CAST_ERROR, "", keep_value(DOUBLES(NAN), LA_INT64, OUT));
    REFUSES(LA_CAST_ERROR, "", keep_value(INTS(INT64_C(9007199254740993)), LA_FLOAT64, OUT));
    REFUSES(LA_CAST_ERROR, "", keep_value(DOUBLES(9223372036854775808.0), LA_INT64, OUT));
    REFUSES(LA_CAST_ERROR, "", keep_value(DOUBLES(0.1), LA_FLOAT32, OUT));
    CHECK_VALUES(MAKE(keep_value(DOUBLES(NAN, INFINITY, -0.0), LA_FLOAT16, OUT)), NAN, INFINITY, 0);
    const double real[] = {3, 0}, imaginary[] = {3, 1};
    CHECK_VALUES(MAKE(keep_value(MAKE(la_from_data(real, LA_COMPLEX128, SHAPE(1), NULL, LA_ORDER_C, OUT)),
                                 LA_INT8, OUT)), 3);
    REFUSES(LA_CAST_ERROR, "",
            keep_value(MAKE(la_from_data(imaginary, LA_COMPLEX128, SHAPE(1), NULL, LA_ORDER_C, OUT)),
                       LA_FLOAT64, OUT));
}

static void astype_is_a_view_only_where_nothing_changes(void) {
    la_array *grid = GRID(2, 3), *transposed = MAKE(la_transpose(grid, OUT));
    la_array *same = MAKE(la_astype(grid, LA_INT64, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_IF_NEEDED, OUT));
    CHECK(same != grid && la_base(same) == grid && SHARE(same, grid));
    CHECK(SHARE(MAKE(la_astype(transposed, LA_INT64, LA_ORDER_F, LA_CAST_NO, LA_COPY_NEVER, OUT)), grid));
    la_array *copy = MAKE(la_astype(transposed, LA_INT64, LA_ORDER_C, LA_CAST_NO, LA_COPY_IF_NEEDED, OUT));
    CHECK(!SHARE(copy, grid));
    CHECK_STRIDES(copy, 16, 8);
    CHECK(!SHARE(cast(grid, LA_INT64), grid));
    REFUSES(LA_WOULD_COPY, "copy",
            la_astype(grid, LA_INT32, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_NEVER, OUT));
    REFUSES(LA_WOULD_COPY, "copy",
            la_astype(grid, LA_INT64, LA_ORDER_F, LA_CAST_UNSAFE, LA_COPY_NEVER, OUT));
    CHECK_STRIDES(MAKE(la_astype(transposed, LA_INT8, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_IF_NEEDED, OUT)), 1, 3);
}

CHECK_MAIN(
    TEST(small_whole_numbers_survive_every_pair_of_types),
    TEST(the_other_byte_order_is_only_another_writing),
    TEST(floats_become_integers_by_truncation_and_saturate),
    TEST(integers_wrap_as_c_does),
    TEST(floats_round_to_the_nearest_even),
    TEST(complex_numbers_keep_or_drop_their_imaginary_part),
    TEST(every_nonzero_byte_of_a_boolean_is_true),
    TEST(a_rule_forbids_before_anything_is_made),
    TEST(same_value_fails_on_the_first_change),
    TEST(astype_is_a_view_only_where_nothing_changes),
)
