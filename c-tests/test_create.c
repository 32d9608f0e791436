/* Making arrays: of nothing, of one value, of a range, of the caller's values. */
#include "check.h"

#define OWNED_C (LA_FLAG_C_CONTIGUOUS | LA_FLAG_OWNS_DATA | LA_FLAG_ALIGNED | LA_FLAG_WRITEABLE)
#define OWNED_F (LA_FLAG_F_CONTIGUOUS | LA_FLAG_OWNS_DATA | LA_FLAG_ALIGNED | LA_FLAG_WRITEABLE)

static void empty_is_packed_aligned_and_owns_its_memory(void) {
    la_array *c = MAKE(la_empty(LA_INT32, SHAPE(2, 3), LA_ORDER_C, OUT));
    CHECK_SHAPE(c, 2, 3);
    CHECK_STRIDES(c, 12, 4);
    CHECK_FLAGS(c, OWNED_C);
    CHECK(la_base(c) == NULL);
    CHECK_NUMBER((size_t)la_data(c) % 64, 0);
    la_array *f = MAKE(la_empty(LA_INT32, SHAPE(2, 3), LA_ORDER_F, OUT));
    CHECK_STRIDES(f, 4, 8);
    CHECK_FLAGS(f, OWNED_F);
    CHECK(!SHARE(c, f));
    CHECK_STRIDES(MAKE(la_empty(LA_INT32, SHAPE(2, 3), LA_ORDER_K, OUT)), 12, 4);
    CHECK_STRIDES(MAKE(la_empty(LA_INT32, SHAPE(2, 3), LA_ORDER_A, OUT)), 12, 4);
}

static void rank_0_has_one_element(void) {
    la_array *scalar = MAKE(la_zeros(LA_FLOAT64, 0, NULL, LA_ORDER_C, OUT));
    CHECK_RANK_0(scalar);
    CHECK(la_shape(scalar) != NULL && la_strides(scalar) != NULL);
    CHECK_NUMBER(la_size(scalar), 1);
    CHECK_VALUES(scalar, 0);
    CHECK_FLAGS(scalar, OWNED_C | LA_FLAG_F_CONTIGUOUS);
}

static void no_elements_are_an_array_too(void) {
    la_array *none = MAKE(la_ones(LA_INT16, SHAPE(2, 0, 3), LA_ORDER_C, OUT));
    CHECK_SHAPE(none, 2, 0, 3);
    CHECK_NUMBER(la_size(none), 0);
    CHECK_NUMBER(la_nbytes(none), 0);
    CHECK_FLAGS(none, OWNED_C | LA_FLAG_F_CONTIGUOUS);
    /* One extent of 0 makes the others harmless. */
    la_array *wide = MAKE(la_zeros(LA_INT8, SHAPE(0, INT64_C(1) << 40), LA_ORDER_C, OUT));
    CHECK_NUMBER(la_size(wide), 0);
}

static void zeros_and_ones_of_every_type(void) {
    for (la_dtype dtype = LA_BOOL; dtype <= LA_COMPLEX128; dtype++) {
        la_array *zeros = MAKE(la_zeros(dtype, SHAPE(2), LA_ORDER_C, OUT));
        la_array *ones = MAKE(la_ones(dtype, SHAPE(2), LA_ORDER_C, OUT));
        if (dtype >= LA_COMPLEX64) {
            CHECK_VALUES(zeros, 0, 0, 0, 0);
            CHECK_VALUES(ones, 1, 0, 1, 0);
        } else {
            CHECK_VALUES(zeros, 0, 0);
            CHECK_VALUES(ones, 1, 1);
        }
    }
    CHECK_VALUES(MAKE(la_ones(LA_INT16 | 0x100, SHAPE(2), LA_ORDER_C, OUT)), 1, 1);
    REFUSES(LA_DTYPE_ERROR, "dtype", la_ones(0x40000000 | 4, SHAPE(2), LA_ORDER_C, OUT));
}

static void full_casts_its_value_as_numpy_does(void) {
    const float half = 2.5f;
    const uint8_t bytes[] = {9, 7, 0}; /* an int16 at an odd address */
    CHECK_VALUES(MAKE(la_full(LA_INT64, SHAPE(2), LA_ORDER_C, INT(-7), OUT)), -7, -7);
    CHECK_VALUES(MAKE(la_full(LA_FLOAT32, SHAPE(2), LA_ORDER_C, FLOAT(0.5), OUT)), 0.5, 0.5);
    CHECK_VALUES(MAKE(la_full(LA_INT8, SHAPE(1), LA_ORDER_C, LA_FLOAT32, &half, OUT)), 2);
    CHECK_VALUES(MAKE(la_full(LA_COMPLEX64, SHAPE(1), LA_ORDER_C, FLOAT(1.5), OUT)), 1.5, 0);
    CHECK_VALUES(MAKE(la_full(LA_BOOL, SHAPE(1), LA_ORDER_C, INT(5), OUT)), 1);
    CHECK_VALUES(MAKE(la_full(LA_INT32, SHAPE(1), LA_ORDER_C, LA_INT16, bytes + 1, OUT)), 7);
    REFUSES(LA_CAST_ERROR, "300", la_full(LA_UINT8, SHAPE(1), LA_ORDER_C, INT(300), OUT));
    REFUSES(LA_CAST_ERROR, "-1", la_full(LA_UINT64, SHAPE(1), LA_ORDER_C, INT(-1), OUT));
    REFUSES(LA_DTYPE_ERROR, "value_dtype",
            la_full(LA_UINT8, SHAPE(1), LA_ORDER_C, 0, &half, OUT));
    REFUSES(LA_NULL_ARGUMENT, "value", la_full(LA_UINT8, SHAPE(1), LA_ORDER_C, LA_INT8, NULL, OUT));
}

static void arange_steps_up_to_its_stop(void) {
    CHECK_VALUES(MAKE(la_arange(LA_INT64, 0, 6, 1, OUT)), 0, 1, 2, 3, 4, 5);
    CHECK_VALUES(MAKE(la_arange(LA_INT32, 5, -2, -3, OUT)), 5, 2, -1);
    CHECK_VALUES(MAKE(la_arange(LA_FLOAT16, 1, 8, 3, OUT)), 1, 4, 7);
    CHECK_SHAPE(MAKE(la_arange(LA_INT64, 3, 3, 1, OUT)), 0);
    CHECK_SHAPE(MAKE(la_arange(LA_INT64, 3, 0, 1, OUT)), 0);
    CHECK_VALUES(MAKE(la_arange(LA_FLOAT64, INT64_MIN, INT64_MAX, INT64_MAX, OUT)),
                 -9223372036854775808.0, -1, 9223372036854775806.0);
    REFUSES(LA_INVALID_ARGUMENT, "step", la_arange(LA_INT64, 0, 3, 0, OUT));
    CHECK_STATUS(LA_OVERFLOW, la_arange(LA_INT64, INT64_MIN, INT64_MAX, 1, OUT));
    REFUSES(LA_DTYPE_ERROR, "dtype", la_arange(0, 0, 3, 1, OUT));
}

static void arange_f64_has_the_ceiling_of_its_length(void) {
    /* numpy.arange(0, 1, 0.3), numpy.arange(2, 0, -0.5) */
    CHECK_VALUES(MAKE(la_arange_f64(LA_FLOAT64, 0, 1, 0.3, OUT)), 0, 0.3, 0.6, 3 * 0.3);
    CHECK_VALUES(MAKE(la_arange_f64(LA_FLOAT32, 2, 0, -0.5, OUT)), 2, 1.5, 1, 0.5);
    CHECK_SHAPE(MAKE(la_arange_f64(LA_FLOAT64, 1, 0, 0.25, OUT)), 0);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_arange_f64(LA_FLOAT64, 0, 1, 0, OUT));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_arange_f64(LA_FLOAT64, 0, NAN, 1, OUT));
    EITHER(LA_INVALID_ARGUMENT, LA_OVERFLOW, la_arange_f64(LA_FLOAT64, 0, INFINITY, 1, OUT));
    EITHER(LA_INVALID_ARGUMENT, LA_OVERFLOW, la_arange_f64(LA_FLOAT64, 0, 1, 1e-300, OUT));
}

static void linspace_reaches_its_end_exactly(void) {
    CHECK_VALUES(MAKE(la_linspace(LA_FLOAT64, 0, 1, 5, 1, OUT)), 0, 0.25, 0.5, 0.75, 1);
    CHECK_VALUES(MAKE(la_linspace(LA_FLOAT64, 0, 1, 4, 0, OUT)), 0, 0.25, 0.5, 0.75);
    CHECK_VALUES(MAKE(la_linspace(LA_FLOAT64, 3, 9, 1, 1, OUT)), 3);
    CHECK_SHAPE(MAKE(la_linspace(LA_FLOAT64, 3, 9, 0, 1, OUT)), 0);
    /* Integers are rounded down: numpy.linspace(-1, 1, 5, dtype=int) */
    CHECK_VALUES(MAKE(la_linspace(LA_INT64, -1, 1, 5, 1, OUT)), -1, -1, 0, 0, 1);
    la_array *tenths = MAKE(la_linspace(LA_FLOAT64, 0, 0.7, 8, 1, OUT));
    CHECK(check_value(tenths, 7) == 0.7);
    REFUSES(LA_INVALID_ARGUMENT, "count", la_linspace(LA_FLOAT64, 0, 1, -1, 1, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "endpoint", la_linspace(LA_FLOAT64, 0, 1, 3, 2, OUT));
}

static void eye_has_ones_on_its_diagonal(void) {
    CHECK_VALUES(MAKE(la_eye(LA_INT8, 2, 3, 0, LA_ORDER_C, OUT)), 1, 0, 0, 0, 1, 0);
    CHECK_VALUES(MAKE(la_eye(LA_INT8, 2, 3, 1, LA_ORDER_F, OUT)), 0, 1, 0, 0, 0, 1);
    CHECK_VALUES(MAKE(la_eye(LA_BOOL, 3, 2, -1, LA_ORDER_C, OUT)), 0, 0, 1, 0, 0, 1);
    CHECK_VALUES(MAKE(la_eye(LA_FLOAT64, 2, 2, INT64_MIN, LA_ORDER_C, OUT)), 0, 0, 0, 0);
    CHECK_VALUES(MAKE(la_eye(LA_FLOAT64, 2, 2, INT64_MAX, LA_ORDER_C, OUT)), 0, 0, 0, 0);
    REFUSES(LA_SHAPE_ERROR, "axis 0 is -1", la_eye(LA_INT8, -1, 2, 0, LA_ORDER_C, OUT));
    REFUSES(LA_SHAPE_ERROR, "axis 1 is -9223372036854775808", la_eye(LA_INT8, 2, INT64_MIN, 0, LA_ORDER_C, OUT));
}

static void like_takes_shape_type_and_order_from_an_array(void) {
    la_array *f = MAKE(la_zeros(LA_INT16, SHAPE(2, 3, 4), LA_ORDER_F, OUT));
    la_array *view = MAKE(la_permute(f, AXES(1, 0, 2), OUT)); /* strides 4, 2, 12 */
    la_array *empty = MAKE(la_empty_like(view, 0, LA_ORDER_K, OUT));
    CHECK_NUMBER(la_dtype_of(empty), LA_INT16);
    CHECK_SHAPE(empty, 3, 2, 4);
    CHECK_STRIDES(empty, 4, 2, 12);
    CHECK(la_base(empty) == NULL && !SHARE(empty, f));
    la_array *zeros = MAKE(la_zeros_like(view, LA_FLOAT64, LA_ORDER_C, OUT));
    CHECK_NUMBER(la_dtype_of(zeros), LA_FLOAT64);
    CHECK_STRIDES(zeros, 64, 32, 8);
    CHECK_NUMBER(check_value(zeros, 23), 0);
    CHECK_STRIDES(MAKE(la_ones_like(f, 0, LA_ORDER_A, OUT)), 2, 4, 12);
    CHECK_STRIDES(MAKE(la_ones_like(view, 0, LA_ORDER_A, OUT)), 16, 8, 2);
    CHECK_VALUES(MAKE(la_ones_like(GRID(3), 0, LA_ORDER_K, OUT)), 1, 1, 1);
    CHECK_VALUES(MAKE(la_full_like(GRID(3), LA_FLOAT32, LA_ORDER_K, FLOAT(1.5), OUT)), 1.5, 1.5, 1.5);
    REFUSES(LA_NULL_ARGUMENT, "array", la_empty_like(NULL, 0, LA_ORDER_K, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "order", la_zeros_like(f, 0, 4, OUT));
    REFUSES(LA_DTYPE_ERROR, "dtype", la_ones_like(f, -5, LA_ORDER_K, OUT));
    /* Order K packs a reversed or stretched array again. */
    la_array *flipped = MAKE(la_flip(view, 0, NULL, OUT));
    CHECK_STRIDES(MAKE(la_empty_like(flipped, 0, LA_ORDER_K, OUT)), 4, 2, 12);
}

static void from_data_copies_in_any_layout(void) {
    int32_t values[] = {1, 2, 3, 4, 5, 6};
    la_array *c = MAKE(la_from_data(values, LA_INT32, SHAPE(2, 3), NULL, LA_ORDER_C, OUT));
    la_array *f = MAKE(la_from_data(values, LA_INT32, SHAPE(2, 3), NULL, LA_ORDER_F, OUT));
    la_array *backwards = MAKE(la_from_data(values + 5, LA_INT32, SHAPE(2, 3),
                                            (const int64_t[]){-12, -4}, LA_ORDER_C, OUT));
    la_array *stretched = MAKE(la_from_data(values, LA_INT32, SHAPE(2, 3),
                                            (const int64_t[]){0, 8}, LA_ORDER_F, OUT));
    memset(values, 0, sizeof values); /* not needed afterwards */
    CHECK_VALUES(c, 1, 2, 3, 4, 5, 6);
    CHECK_STRIDES(c, 12, 4);
    CHECK_VALUES(f, 1, 3, 5, 2, 4, 6);
    CHECK_STRIDES(f, 4, 8);
    CHECK_VALUES(backwards, 6, 5, 4, 3, 2, 1);
    CHECK_STRIDES(backwards, 12, 4);
    CHECK_VALUES(stretched, 1, 3, 5, 1, 3, 5);
    CHECK_STRIDES(stretched, 4, 8);
    CHECK_FLAGS(backwards, OWNED_C);
}

static void from_data_reads_any_alignment(void) {
    char bytes[1 + 2 * sizeof(double)];
    double values[] = {1.5, -2.5};
    memcpy(bytes + 1, values, sizeof values);
    CHECK_VALUES(MAKE(la_from_data(bytes + 1, LA_FLOAT64, SHAPE(2), NULL, LA_ORDER_C, OUT)), 1.5, -2.5);
    CHECK_SHAPE(MAKE(la_from_data(NULL, LA_FLOAT64, SHAPE(3, 0), NULL, LA_ORDER_C, OUT)), 3, 0);
    REFUSES(LA_NULL_ARGUMENT, "data", la_from_data(NULL, LA_FLOAT64, SHAPE(1), NULL, LA_ORDER_C, OUT));
    CHECK_STATUS(LA_OVERFLOW,
                 la_from_data(values, LA_FLOAT64, SHAPE(3, 3),
                              (const int64_t[]){INT64_MAX, INT64_MAX}, LA_ORDER_C, OUT));
    CHECK_STATUS(LA_OVERFLOW, la_from_data(values, LA_FLOAT64, SHAPE(3),
                                           (const int64_t[]){INT64_MIN}, LA_ORDER_C, OUT));
}

static void a_shape_that_cannot_be_is_refused(void) {
    int64_t many[65];
    for (int k = 0; k < 65; k++) many[k] = 1;
    REFUSES(LA_SHAPE_ERROR, "axis 1 is -4", la_empty(LA_INT8, SHAPE(3, -4), LA_ORDER_C, OUT));
    REFUSES(LA_SHAPE_ERROR, "negative", la_zeros(LA_INT8, SHAPE(INT64_MIN), LA_ORDER_C, OUT));
    REFUSES(LA_SHAPE_ERROR, "negative", la_ones(LA_INT8, SHAPE(0, -1), LA_ORDER_C, OUT));
    REFUSES(LA_OVERFLOW, "", la_empty(LA_INT8, SHAPE(INT64_MAX, 2), LA_ORDER_C, OUT));
    REFUSES(LA_OVERFLOW, "", la_empty(LA_FLOAT64, SHAPE(INT64_C(1) << 60, 4), LA_ORDER_C, OUT));
    REFUSES(LA_OVERFLOW, "", la_empty(LA_FLOAT64, SHAPE(INT64_C(1) << 61), LA_ORDER_C, OUT));
    REFUSES(LA_NULL_ARGUMENT, "shape", la_empty(LA_INT8, 2, NULL, LA_ORDER_C, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "ndim", la_empty(LA_INT8, -1, many, LA_ORDER_C, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "order", la_empty(LA_INT8, 1, many, 4, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "order", la_empty(LA_INT8, 1, many, INT32_MIN, OUT));
    REFUSES(LA_LIMIT, "65", la_empty(LA_INT8, 65, many, LA_ORDER_C, OUT));
    REFUSES(LA_LIMIT, "64", la_empty(LA_INT8, INT32_MAX, many, LA_ORDER_C, OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_empty(LA_INT8, 1, many, LA_ORDER_C, NULL));
    CHECK_NUMBER(la_ndim(MAKE(la_empty(LA_INT8, 64, many, LA_ORDER_C, OUT))), 64);
}

static void memory_that_no_machine_has_is_a_status(void) {
    if (exhaust_fail_at) return;
    REFUSES(LA_OUT_OF_MEMORY, "out of memory",
            la_zeros(LA_INT8, SHAPE(INT64_C(1) << 62), LA_ORDER_C, OUT));
}

CHECK_MAIN(
    TEST(empty_is_packed_aligned_and_owns_its_memory),
    TEST(rank_0_has_one_element),
    TEST(no_elements_are_an_array_too),
    TEST(zeros_and_ones_of_every_type),
    TEST(full_casts_its_value_as_numpy_does),
    TEST(arange_steps_up_to_its_stop),
    TEST(arange_f64_has_the_ceiling_of_its_length),
    TEST(linspace_reaches_its_end_exactly),
    TEST(eye_has_ones_on_its_diagonal),
    TEST(like_takes_shape_type_and_order_from_an_array),
    TEST(from_data_copies_in_any_layout),
    TEST(from_data_reads_any_alignment),
    TEST(a_shape_that_cannot_be_is_refused),
    TEST(memory_that_no_machine_has_is_a_status),
)
