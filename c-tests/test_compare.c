/* Comparisons, truth values, and questions about whole arrays. */
#include "check.h"

static void each_operator_compares_element_by_element(void) {
    la_array *a = INTS(1, 2, 3), *b = INTS(2, 2, 2);
    CHECK_VALUES(MAKE(la_compare(a, b, LA_EQ, OUT)), 0, 1, 0);
    CHECK_VALUES(MAKE(la_compare(a, b, LA_NE, OUT)), 1, 0, 1);
    CHECK_VALUES(MAKE(la_compare(a, b, LA_LT, OUT)), 1, 0, 0);
    CHECK_VALUES(MAKE(la_compare(a, b, LA_LE, OUT)), 1, 1, 0);
    CHECK_VALUES(MAKE(la_compare(a, b, LA_GT, OUT)), 0, 0, 1);
    CHECK_VALUES(MAKE(la_compare(a, b, LA_GE, OUT)), 0, 1, 1);
    la_array *out = MAKE(la_compare_i64(a, 2, LA_GE, OUT));
    CHECK_NUMBER(la_dtype_of(out), LA_BOOL);
    CHECK(la_base(out) == NULL);
    CHECK_VALUES(out, 0, 1, 1);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_compare(a, b, 6, OUT));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_compare(a, b, -1, OUT));
    CHECK_STATUS(LA_SHAPE_ERROR, la_compare(a, INTS(1, 2), LA_EQ, OUT));
    CHECK_MESSAGE("operands could not be broadcast together with shapes (3,) (2,)");
    CHECK_STATUS(LA_DTYPE_ERROR, la_compare(a, MAKE(la_zeros(0x40000005, SHAPE(3), LA_ORDER_C, OUT)), LA_LT, OUT));
}

static void operands_broadcast_and_promote(void) {
    la_array *column = MAKE(la_reshape(INTS(0, 2), SHAPE(2, 1), LA_ORDER_C, LA_COPY_NEVER, OUT));
    la_array *out = MAKE(la_compare(column, DOUBLES(0, 1.5, 3), LA_GE, OUT));
    CHECK_SHAPE(out, 2, 3);
    CHECK_VALUES(out, 1, 0, 0, 1, 1, 0);
    CHECK_VALUES(MAKE(la_compare_f64(INTS(1, 2), 1.5, LA_LT, OUT)), 1, 0);
    /* A Python float takes the array's precision: float32(0.1) == 0.1 */
    la_array *tenth = MAKE(la_full(LA_FLOAT32, SHAPE(1), LA_ORDER_C, FLOAT(0.1), OUT));
    const double strong = 0.1;
    CHECK_VALUES(MAKE(la_compare_f64(tenth, 0.1, LA_EQ, OUT)), 1);
    CHECK_VALUES(MAKE(la_compare_scalar(tenth, LA_FLOAT64, &strong, LA_EQ, OUT)), 0);
    CHECK_VALUES(MAKE(la_compare_scalar(tenth, FLOAT(0.1), LA_EQ, OUT)), 1);
}

static void signed_and_unsigned_64_bits_are_compared_exactly(void) {
    la_array *minus = INTS(-1, INT64_MAX);
    const uint64_t large[] = {UINT64_MAX, UINT64_C(1) << 63};
    la_array *u = MAKE(la_from_data(large, LA_UINT64, SHAPE(2), NULL, LA_ORDER_C, OUT));
    CHECK_VALUES(MAKE(la_compare(minus, u, LA_EQ, OUT)), 0, 0);
    CHECK_VALUES(MAKE(la_compare(minus, u, LA_LT, OUT)), 1, 1);
    CHECK_VALUES(MAKE(la_compare(u, minus, LA_GT, OUT)), 1, 1);
    CHECK_VALUES(MAKE(la_compare_i64(u, -1, LA_GT, OUT)), 1, 1);
    /* A Python integer outside the array's range is compared exactly, too. */
    la_array *bytes = MAKE(la_arange(LA_UINT8, 254, 256, 1, OUT));
    CHECK_VALUES(MAKE(la_compare_i64(bytes, 300, LA_LT, OUT)), 1, 1);
    CHECK_VALUES(MAKE(la_compare_i64(bytes, -1, LA_NE, OUT)), 1, 1);
    CHECK_VALUES(MAKE(la_compare_i64(bytes, 255, LA_EQ, OUT)), 0, 1);
}

static void nan_is_equal_to_nothing(void) {
    la_array *a = DOUBLES(NAN, 0, INFINITY);
    CHECK_VALUES(MAKE(la_compare(a, a, LA_EQ, OUT)), 0, 1, 1);
    CHECK_VALUES(MAKE(la_compare(a, a, LA_NE, OUT)), 1, 0, 0);
    CHECK_VALUES(MAKE(la_compare_f64(a, 0, LA_LE, OUT)), 0, 1, 0);
    CHECK_VALUES(MAKE(la_compare(DOUBLES(0.0), DOUBLES(-0.0), LA_EQ, OUT)), 1);
    CHECK_VALUES(MAKE(la_isnan(a, OUT)), 1, 0, 0);
    CHECK_VALUES(MAKE(la_isnan(INTS(1), OUT)), 0);
    const float z[] = {0, NAN, 1, 2};
    CHECK_VALUES(MAKE(la_isnan(MAKE(la_from_data(z, LA_COMPLEX64, SHAPE(2), NULL, LA_ORDER_C, OUT)), OUT)), 1, 0);
    CHECK_STATUS(LA_DTYPE_ERROR, la_isnan(MAKE(la_zeros(0x40000005, SHAPE(3), LA_ORDER_C, OUT)), OUT));
}

static void complex_numbers_compare_in_dictionary_order(void) {
    const double x[] = {1, 5, 2, 0}, y[] = {1, 6, 1, 9};
    la_array *a = MAKE(la_from_data(x, LA_COMPLEX128, SHAPE(2), NULL, LA_ORDER_C, OUT));
    la_array *b = MAKE(la_from_data(y, LA_COMPLEX128, SHAPE(2), NULL, LA_ORDER_C, OUT));
    CHECK_VALUES(MAKE(la_compare(a, b, LA_LT, OUT)), 1, 0);
    CHECK_VALUES(MAKE(la_compare(a, b, LA_EQ, OUT)), 0, 0);
}

static void masks_are_combined(void) {
    la_array *row = GRID(10);
    la_array *above = MAKE(la_compare_i64(row, 3, LA_GT, OUT)), *below = MAKE(la_compare_i64(row, 7, LA_LT, OUT));
    CHECK_VALUES(MAKE(la_logical(above, below, LA_AND, OUT)), 0, 0, 0, 0, 1, 1, 1, 0, 0, 0);
    CHECK_VALUES(MAKE(la_logical(above, below, LA_XOR, OUT)), 1, 1, 1, 1, 0, 0, 0, 1, 1, 1);
    int32_t all = 0;
    OK(la_all(MAKE(la_logical(above, below, LA_OR, OUT)), &all));
    CHECK(all == 1);
    CHECK_VALUES(MAKE(la_logical(BOOLS(0, 1, 2), NULL, LA_NOT, OUT)), 1, 0, 0);
    CHECK_VALUES(MAKE(la_logical(BOOLS(2, 2), BOOLS(1, 0), LA_AND, OUT)), 1, 0);
    CHECK_VALUES(MAKE(la_logical(BOOLS(2, 2), BOOLS(1, 0), LA_XOR, OUT)), 0, 1);
    CHECK_VALUES(MAKE(la_logical(DOUBLES(NAN, 0, 0.5), INTS(1), LA_AND, OUT)), 1, 0, 1);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_logical(above, below, 4, OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_logical(above, NULL, LA_AND, OUT));
    CHECK_STATUS(LA_SHAPE_ERROR, la_logical(above, BOOLS(1, 0), LA_AND, OUT));
    /* NOT takes no second operand. */
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_logical(above, below, LA_NOT, OUT));
}

static int any(const la_array *array) {
    int32_t answer = -1;
    OK(la_any(array, &answer));
    return answer;
}

static int all(const la_array *array) {
    int32_t answer = -1;
    OK(la_all(array, &answer));
    return answer;
}

static int64_t count(const la_array *array) {
    int64_t answer = -1;
    OK(la_count_nonzero(array, &answer));
    return answer;
}

static void whole_arrays_are_asked_for_truth(void) {
    la_array *none = MAKE(la_zeros(LA_FLOAT32, SHAPE(3, 0), LA_ORDER_C, OUT));
    CHECK(any(BOOLS(0, 0, 255)) && !any(BOOLS(0, 0)) && !any(none));
    CHECK(all(BOOLS(1, 2, 255)) && !all(BOOLS(1, 0)) && all(none));
    CHECK(all(DOUBLES(NAN, -1)) && !all(DOUBLES(1, -0.0)));
    CHECK_NUMBER(count(DOUBLES(NAN, 0, -0.0, 2)), 2);
    CHECK_NUMBER(count(BOOLS(0, 1, 2, 3)), 3);
    CHECK_NUMBER(count(none), 0);
    CHECK_NUMBER(count(MAKE(la_slice(GRID(4, 6), LA_INDEX(LA_STEP(-2), LA_STEP(3)), OUT))), 4);
    la_array *raw = MAKE(la_zeros(0x40000005, SHAPE(3), LA_ORDER_C, OUT));
    int32_t answer = 42;
    int64_t number = 42;
    CHECK(!any(raw) && !all(raw) && count(raw) == 0);
    OK(la_set_item(raw, SHAPE(1), 0x40000005, "\0\0\0\0\1"));
    CHECK(any(raw) && !all(raw) && count(raw) == 1);
    CHECK_STATUS(LA_NULL_ARGUMENT, la_any(NULL, &answer));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_all(raw, NULL));
    CHECK(answer == 42 && number == 42);
}

static int equal(const la_array *a, const la_array *b, int32_t equal_nan) {
    int32_t answer = -1;
    OK(la_array_equal(a, b, equal_nan, &answer));
    return answer;
}

static void arrays_are_equal_in_shape_and_value(void) {
    CHECK(equal(INTS(1, 2), DOUBLES(1, 2), 0));
    CHECK(!equal(INTS(1, 2), INTS(1, 3), 0));
    CHECK(!equal(INTS(1, 1), INTS(1), 0)); /* nothing is broadcast */
    CHECK(!equal(GRID(2, 3), GRID(3, 2), 0));
    CHECK(!equal(DOUBLES(NAN), DOUBLES(NAN), 0));
    CHECK(equal(DOUBLES(NAN), DOUBLES(NAN), 1));
    CHECK(equal(BOOLS(0, 1), BOOLS(0, 7), 0));
    CHECK(equal(MAKE(la_transpose(GRID(2, 3), OUT)), MAKE(la_copy(MAKE(la_transpose(GRID(2, 3), OUT)),
                                                                  LA_ORDER_C, OUT)), 0));
    int32_t answer = 42;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_array_equal(INTS(1), INTS(1), 2, &answer));
    CHECK(answer == 42);
}

CHECK_MAIN(
    TEST(each_operator_compares_element_by_element),
    TEST(operands_broadcast_and_promote),
    TEST(signed_and_unsigned_64_bits_are_compared_exactly),
    TEST(nan_is_equal_to_nothing),
    TEST(complex_numbers_compare_in_dictionary_order),
    TEST(masks_are_combined),
    TEST(whole_arrays_are_asked_for_truth),
    TEST(arrays_are_equal_in_shape_and_value),
)
