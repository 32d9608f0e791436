/* Who shares memory with whom: exactly, by bounds, and with a witness. */
#include "check.h"

static void bounds_meet_where_no_byte_is_shared(void) {
    la_array *row = GRID(10);
    la_array *even = MAKE(la_slice(row, LA_INDEX(LA_STEP(2)), OUT));
    la_array *odd = MAKE(la_slice(row, LA_INDEX(LA_FROM_STEP(1, 2)), OUT));
    int32_t may = -1, exact = -1;
    OK(la_may_share_memory(even, odd, &may));
    OK(la_shares_memory(even, odd, LA_WORK_DEFAULT, &exact));
    CHECK(may == 1 && exact == 0);
    CHECK(SHARE(even, row) && SHARE(row, row));
    CHECK(!SHARE(row, GRID(10)));
}

static void a_witness_names_the_common_byte(void) {
    la_array *row = GRID(30);
    la_array *threes = MAKE(la_slice(row, LA_INDEX(LA_FROM_STEP(2, 3)), OUT));  /* 2 5 8 ... */
    la_array *fives = MAKE(la_slice(row, LA_INDEX(LA_FROM_STEP(1, 5)), OUT));   /* 1 6 11 ... */
    int64_t a = -1, b = -1;
    int32_t found = -1;
    OK(la_find_overlap(threes, fives, LA_WORK_UNLIMITED, &a, &b, &found));
    CHECK_NUMBER(found, 1);
    CHECK_NUMBER(2 + 3 * a, 1 + 5 * b);
    la_array *apart = MAKE(la_slice(row, LA_INDEX(LA_FROM_STEP(3, 3)), OUT));
    a = b = -1;
    OK(la_find_overlap(threes, apart, LA_WORK_DEFAULT, &a, &b, &found));
    CHECK(found == 0 && a == -1 && b == -1);
    la_array *point = MAKE(la_slice(row, LA_INDEX(LA_AT(6)), OUT));
    OK(la_find_overlap(point, fives, LA_WORK_DEFAULT, NULL, &b, &found));
    CHECK(found == 1 && b == 1);
}

static void bytes_count_and_not_elements(void) {
    const double z[] = {1, 2, 3, 4};
    la_array *c = MAKE(la_from_data(z, LA_COMPLEX128, SHAPE(2), NULL, LA_ORDER_C, OUT));
    la_array *real = MAKE(la_real(c, OUT)), *imag = MAKE(la_imag(c, OUT));
    CHECK(!SHARE(real, imag) && SHARE(real, c) && SHARE(imag, c));
    /* A byte in the middle of an element. */
    la_array *bytes = MAKE(la_view_dtype(imag, LA_FLOAT64, OUT));
    la_array *third = MAKE(la_as_strided(MAKE(la_view_dtype(MAKE(la_slice(c, LA_INDEX(LA_RANGE(0, 1)), OUT)),
                                                            LA_UINT8, OUT)), 11, SHAPE(1), NULL, OUT));
    CHECK(SHARE(third, bytes) && !SHARE(third, real));
}

static void no_elements_share_nothing(void) {
    la_array *row = GRID(4), *none = MAKE(la_slice(row, LA_INDEX(LA_RANGE(2, 2)), OUT));
    CHECK(!SHARE(none, row) && !SHARE(none, none));
    CHECK(la_same_owner(none, row));
}

static int overlaps_itself(const la_array *array) {
    int32_t found = -1;
    OK(la_has_internal_overlap(array, LA_WORK_DEFAULT, &found));
    return found;
}

static la_array *pairs(const la_array *row, int64_t rows, int64_t first, int64_t second) {
    return MAKE(la_as_strided(row, 0, 2, (const int64_t[]){rows, rows},
                              (const int64_t[]){first, second}, OUT));
}

static void internal_overlap_is_of_different_elements(void) {
    la_array *row = GRID(6);
    CHECK_NUMBER(overlaps_itself(row), 0);
    CHECK_NUMBER(overlaps_itself(MAKE(la_broadcast_to(row, SHAPE(2, 6), OUT))), 1);
    CHECK_NUMBER(overlaps_itself(MAKE(la_sliding_window(row, 1, NULL, (const int64_t[]){3}, OUT))), 1);
    CHECK_NUMBER(overlaps_itself(pairs(row, 2, 16, 24)), 0); /* at 0, 24, 16 and 40 */
    CHECK_NUMBER(overlaps_itself(pairs(row, 2, 16, 20)), 1); /* at 16 and 20, 8 bytes each */
    CHECK_NUMBER(overlaps_itself(pairs(row, 1, 0, 0)), 0);   /* a single element */
}

static void a_budget_of_one_is_too_small_for_a_hard_question(void) {
    la_array *x = MAKE(la_zeros(LA_INT8, SHAPE(64, 192, 48), LA_ORDER_C, OUT));
    la_array *a = MAKE(la_slice_str(x, "::2,::3,::4", OUT)), *b = MAKE(la_slice_str(x, "1::2,::3,::4", OUT));
    int32_t shares = 42;
    OK(la_shares_memory(a, b, LA_WORK_UNLIMITED, &shares));
    CHECK_NUMBER(shares, 0);
    la_array *hard = MAKE(la_zeros(LA_INT8, SHAPE(200000), LA_ORDER_C, OUT));
    a = MAKE(la_as_strided(hard, 0, SHAPE(7, 7, 7, 7), (const int64_t[]){4003, 4021, 6007, 7001}, OUT));
    b = MAKE(la_as_strided(hard, 11, SHAPE(7, 7, 7, 7), (const int64_t[]){4001, 4019, 6011, 7013}, OUT));
    int expected = 0;
    static unsigned char seen[200000];
    memset(seen, 0, sizeof seen);
    const char *start = la_data(hard);
    for (int64_t k = 0; k < la_size(a); k++) seen[check_address(a, k) - start] = 1;
    for (int64_t k = 0; k < la_size(b); k++) expected |= seen[check_address(b, k) - start];
    shares = 42;
    OK(la_shares_memory(a, b, LA_WORK_UNLIMITED, &shares));
    CHECK_NUMBER(shares, expected);
    shares = 42;
    EITHER(LA_OK, LA_TOO_HARD, la_shares_memory(a, b, 1, &shares));
    CHECK(shares == 42 || shares == expected);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_shares_memory(a, b, -2, &shares));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_shares_memory(NULL, b, 0, &shares));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_shares_memory(a, b, 0, NULL));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_may_share_memory(a, NULL, &shares));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_has_internal_overlap(NULL, 0, &shares));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_find_overlap(a, b, 0, NULL, NULL, &shares));
}

/* A small generator, so that every machine asks the same questions. */
static uint64_t state;
static int64_t up_to(int64_t most) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (int64_t)(state % (uint64_t)(most + 1));
}

static void random_pairs_agree_with_the_definition(void) {
    enum { BYTES = 96 };
    const int rounds = exhaust_fail_at ? 8 : 400; /* each allocation is a run there */
    static unsigned char memory[BYTES];
    state = 20240229;
    la_array *owner = MAKE(la_wrap(memory, BYTES, 0, LA_UINT8, SHAPE(BYTES), NULL, 0, NULL, NULL, OUT));
    for (int round = 0; round < rounds; round++) {
        la_array *pair[2];
        unsigned char touched[2][BYTES];
        memset(touched, 0, sizeof touched);
        for (int side = 0; side < 2; side++) {
            static const la_dtype types[] = {LA_UINT8, LA_INT16, LA_INT32};
            la_dtype dtype = types[up_to(2)];
            int64_t shape[3], strides[3], size = la_dtype_size(dtype), low = 0, high = size;
            for (int k = 0; k < 3; k++) {
                shape[k] = 1 + up_to(2);
                strides[k] = up_to(24) - 12;
                int64_t reach = (shape[k] - 1) * strides[k];
                if (reach < 0) low += reach; else high += reach;
            }
            la_array *view = MAKE(la_wrap(memory, BYTES, -low + up_to(BYTES - (high - low) - 1), dtype, 3,
                                          shape, strides, 0, NULL, NULL, OUT));
            for (int64_t k = 0; k < la_size(view); k++)
                for (int64_t byte = 0; byte < size; byte++)
                    touched[side][(const unsigned char *)check_address(view, k) + byte - memory] = 1;
            pair[side] = view;
        }
        int expected = 0;
        for (int k = 0; k < BYTES; k++) expected |= touched[0][k] & touched[1][k];
        int64_t a[3], b[3];
        int32_t found = -1;
        CHECK_NUMBER(SHARE(pair[0], pair[1]), expected);
        OK(la_find_overlap(pair[0], pair[1], LA_WORK_UNLIMITED, a, b, &found));
        CHECK_NUMBER(found, expected);
        if (found) {
            const char *at[2];
            for (int side = 0; side < 2; side++) {
                at[side] = la_data(pair[side]);
                for (int k = 0; k < 3; k++) {
                    int64_t index = side ? b[k] : a[k];
                    CHECK(index >= 0 && index < la_shape(pair[side])[k]);
                    at[side] += index * la_strides(pair[side])[k];
                }
            }
            CHECK(at[0] < at[1] + la_itemsize(pair[1]) && at[1] < at[0] + la_itemsize(pair[0]));
        }
        DROP(pair[0]), DROP(pair[1]);
    }
    DROP(owner);
}

CHECK_MAIN(
    TEST(bounds_meet_where_no_byte_is_shared),
    TEST(a_witness_names_the_common_byte),
    TEST(bytes_count_and_not_elements),
    TEST(no_elements_share_nothing),
    TEST(internal_overlap_is_of_different_elements),
    TEST(a_budget_of_one_is_too_small_for_a_hard_question),
    TEST(random_pairs_agree_with_the_definition),
)
