/* Misuse, function by function: NULL where it is not allowed, ranks and counts
 * that cannot be, numbers that no enumeration has, addresses that are not
 * aligned. Each is a status and a message; nothing is touched and nothing is
 * leaked. What a single function refuses stands with its other tests. */
#include "check.h"

static const int64_t shape[] = {2, 3}, zeros[] = {0, 0};
static const int32_t axes[] = {0, 1};

/* NULL for an input is refused, and the message says that it is NULL. */
#define NO_INPUT(...) \
    (CHECK_STATUS(LA_NULL_ARGUMENT, __VA_ARGS__), check_message("NULL", #__VA_ARGS__, __FILE__, __LINE__))
/* So is NULL for the place of the result. */
#define NO_OUT(...) \
    (CHECK_STATUS(LA_NULL_ARGUMENT, __VA_ARGS__), check_message("out", #__VA_ARGS__, __FILE__, __LINE__))

static void null_for_an_array_is_refused_everywhere(void) {
    la_array *a = GRID(2, 3), *mask = BOOLS(1, 0, 1), *parts[3];
    la_array *const none = NULL;
    const la_array *const nones[] = {NULL, NULL};
    const void *low, *high;
    char text[8];
    double f;
    int64_t i;
    uint64_t u;
    int32_t answer;
    la_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    NO_INPUT(la_empty_like(none, 0, LA_ORDER_K, OUT));
    NO_INPUT(la_zeros_like(none, 0, LA_ORDER_K, OUT));
    NO_INPUT(la_ones_like(none, 0, LA_ORDER_K, OUT));
    NO_INPUT(la_full_like(none, 0, LA_ORDER_K, INT(1), OUT));
    NO_INPUT(la_byte_bounds(none, &low, &high));
    NO_INPUT(la_slice(none, LA_INDEX(LA_ALL), OUT));
    NO_INPUT(la_slice_str(none, ":", OUT));
    NO_INPUT(la_reshape(none, 2, shape, LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    NO_INPUT(la_transpose(none, OUT));
    NO_INPUT(la_permute(none, 2, axes, OUT));
    NO_INPUT(la_swapaxes(none, 0, 1, OUT));
    NO_INPUT(la_moveaxis(none, 1, axes, axes, OUT));
    NO_INPUT(la_squeeze(none, 0, NULL, OUT));
    NO_INPUT(la_expand_dims(none, 1, axes, OUT));
    NO_INPUT(la_broadcast_to(none, 2, shape, OUT));
    NO_INPUT(la_flip(none, 0, NULL, OUT));
    NO_INPUT(la_rot90(none, 1, 0, 1, OUT));
    NO_INPUT(la_diagonal(none, 0, 0, 1, OUT));
    NO_INPUT(la_real(none, OUT));
    NO_INPUT(la_imag(none, OUT));
    NO_INPUT(la_view_dtype(none, LA_INT8, OUT));
    NO_INPUT(la_as_strided(none, 0, 2, shape, NULL, OUT));
    NO_INPUT(la_sliding_window(none, 1, axes, shape, OUT));
    NO_INPUT(la_split(none, 2, 0, parts));
    NO_INPUT(la_split_at(none, 2, shape, 0, parts));
    NO_INPUT(la_readonly(none, OUT));
    NO_INPUT(la_copy(none, LA_ORDER_C, OUT));
    NO_INPUT(la_astype(none, LA_INT8, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
    NO_INPUT(la_contiguous(none, LA_ORDER_C, LA_COPY_ALWAYS, OUT));
    NO_INPUT(la_ravel(none, LA_ORDER_C, LA_COPY_ALWAYS, OUT));
    NO_INPUT(la_flatten(none, LA_ORDER_C, OUT));
    NO_INPUT(la_compact(none, OUT));
    NO_INPUT(la_get(none, LA_INDEX(LA_ALL), OUT));
    NO_INPUT(la_set(none, LA_INDEX(LA_ALL), a));
    NO_INPUT(la_set(a, LA_INDEX(LA_ALL), none));
    NO_INPUT(la_set_scalar(none, LA_INDEX(LA_ALL), INT(1)));
    NO_INPUT(la_set_scalar(a, LA_INDEX(LA_ALL), LA_INT8, NULL));
    NO_INPUT(la_take(none, a, 0, LA_MODE_RAISE, OUT));
    NO_INPUT(la_take(a, none, 0, LA_MODE_RAISE, OUT));
    NO_INPUT(la_put(none, a, a, LA_MODE_RAISE));
    NO_INPUT(la_put(a, none, a, LA_MODE_RAISE));
    NO_INPUT(la_put(a, a, none, LA_MODE_RAISE));
    NO_INPUT(la_compress(none, mask, 0, OUT));
    NO_INPUT(la_compress(a, none, 0, OUT));
    NO_INPUT(la_nonzero(none, OUT));
    NO_INPUT(la_where(none, a, a, OUT));
    NO_INPUT(la_where(mask, none, a, OUT));
    NO_INPUT(la_where(mask, a, none, OUT));
    NO_INPUT(la_take_along_axis(none, a, 0, OUT));
    NO_INPUT(la_take_along_axis(a, none, 0, OUT));
    NO_INPUT(la_put_along_axis(none, a, a, 0));
    NO_INPUT(la_put_along_axis(a, none, a, 0));
    NO_INPUT(la_put_along_axis(a, a, none, 0));
    NO_INPUT(la_unravel_index(none, 2, shape, LA_ORDER_C, OUT));
    NO_INPUT(la_ravel_multi_index(2, nones, shape, LA_MODE_RAISE, LA_ORDER_C, OUT));
    NO_INPUT(la_item(none, 2, zeros, 0, &i));
    NO_INPUT(la_item_f64(none, 2, zeros, &f));
    NO_INPUT(la_item_i64(none, 2, zeros, &i));
    NO_INPUT(la_item_u64(none, 2, zeros, &u));
    NO_INPUT(la_set_item(none, 2, zeros, INT(1)));
    NO_INPUT(la_set_item(a, 2, zeros, LA_INT8, NULL));
    NO_INPUT(la_assign(none, a, LA_CAST_NO));
    NO_INPUT(la_assign_where(none, a, mask, LA_CAST_NO));
    NO_INPUT(la_assign_where(a, none, mask, LA_CAST_NO));
    NO_INPUT(la_fill(none, INT(1)));
    NO_INPUT(la_fill_f64(none, 1));
    NO_INPUT(la_fill_i64(none, 1));
    NO_INPUT(la_compare(none, a, LA_EQ, OUT));
    NO_INPUT(la_compare(a, none, LA_EQ, OUT));
    NO_INPUT(la_compare_scalar(none, INT(1), LA_EQ, OUT));
    NO_INPUT(la_compare_scalar(a, LA_INT8, NULL, LA_EQ, OUT));
    NO_INPUT(la_compare_i64(none, 1, LA_EQ, OUT));
    NO_INPUT(la_compare_f64(none, 1, LA_EQ, OUT));
    NO_INPUT(la_logical(none, mask, LA_AND, OUT));
    NO_INPUT(la_logical(none, NULL, LA_NOT, OUT));
    NO_INPUT(la_isnan(none, OUT));
    NO_INPUT(la_any(none, &answer));
    NO_INPUT(la_all(none, &answer));
    NO_INPUT(la_count_nonzero(none, &i));
    NO_INPUT(la_array_equal(none, a, 0, &answer));
    NO_INPUT(la_array_equal(a, none, 0, &answer));
    NO_INPUT(la_may_share_memory(none, a, &answer));
    NO_INPUT(la_shares_memory(none, a, 0, &answer));
    NO_INPUT(la_find_overlap(none, a, 0, &i, &i, &answer));
    NO_INPUT(la_has_internal_overlap(none, 0, &answer));
    NO_INPUT(la_concatenate(2, nones, 0, OUT));
    NO_INPUT(la_stack(2, nones, 0, OUT));
    NO_INPUT(la_tile(none, 1, shape, OUT));
    NO_INPUT(la_repeat(none, 1, shape, 0, OUT));
    NO_INPUT(la_roll(none, 1, 0, OUT));
    NO_INPUT(la_pad(none, 2, zeros, zeros, INT(0), OUT));
    NO_INPUT(la_save_npy("build/x.npy", none));
    NO_INPUT(la_format(none, NULL, text, sizeof text, NULL));
    NO_INPUT(la_describe(none, text, sizeof text, NULL));
    NO_INPUT(la_plan_reshape(none, 2, shape, LA_ORDER_C, &plan));
    NO_INPUT(la_plan_assign(none, a, LA_CAST_NO, &plan));
    CHECK_VALUES(a, 0, 1, 2, 3, 4, 5);
    CHECK_NUMBER(la_refcount(a), 1);
}

static void null_for_the_result_is_refused_everywhere(void) {
    la_array *a = GRID(2, 3), *mask = BOOLS(1, 0, 1);
    const la_array *pair[2];
    pair[0] = pair[1] = a;
    char byte = 0;
    int payload = 0;
    NO_OUT(la_empty(LA_INT8, 2, shape, LA_ORDER_C, NULL));
    NO_OUT(la_zeros(LA_INT8, 2, shape, LA_ORDER_C, NULL));
    NO_OUT(la_ones(LA_INT8, 2, shape, LA_ORDER_C, NULL));
    NO_OUT(la_full(LA_INT8, 2, shape, LA_ORDER_C, INT(1), NULL));
    NO_OUT(la_arange(LA_INT8, 0, 3, 1, NULL));
    NO_OUT(la_arange_f64(LA_INT8, 0, 3, 1, NULL));
    NO_OUT(la_linspace(LA_FLOAT64, 0, 3, 1, 1, NULL));
    NO_OUT(la_eye(LA_INT8, 2, 2, 0, LA_ORDER_C, NULL));
    NO_OUT(la_empty_like(a, 0, LA_ORDER_K, NULL));
    NO_OUT(la_full_like(a, 0, LA_ORDER_K, INT(1), NULL));
    NO_OUT(la_from_data(&byte, LA_INT8, 0, NULL, NULL, LA_ORDER_C, NULL));
    NO_OUT(la_wrap(&byte, 1, 0, LA_INT8, 0, NULL, NULL, 0, NULL, &payload, NULL));
    NO_OUT(la_slice(a, LA_INDEX(LA_ALL), NULL));
    NO_OUT(la_slice_str(a, ":", NULL));
    NO_OUT(la_reshape(a, 2, shape, LA_ORDER_C, LA_COPY_IF_NEEDED, NULL));
    NO_OUT(la_transpose(a, NULL));
    NO_OUT(la_permute(a, 2, axes, NULL));
    NO_OUT(la_broadcast_to(a, 2, shape, NULL));
    NO_OUT(la_as_strided(a, 0, 2, shape, NULL, NULL));
    NO_OUT(la_split(a, 2, 0, NULL));
    NO_OUT(la_split_at(a, 1, shape, 0, NULL));
    NO_OUT(la_readonly(a, NULL));
    NO_OUT(la_copy(a, LA_ORDER_C, NULL));
    NO_OUT(la_astype(a, LA_INT8, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, NULL));
    NO_OUT(la_get(a, LA_INDEX(LA_ALL, LA_MASK(mask)), NULL));
    NO_OUT(la_take(a, mask, 0, LA_MODE_RAISE, NULL));
    NO_OUT(la_nonzero(a, NULL));
    NO_OUT(la_where(mask, a, a, NULL));
    NO_OUT(la_item(a, 2, zeros, 0, NULL));
    NO_OUT(la_item_f64(a, 2, zeros, NULL));
    NO_OUT(la_item_u64(a, 2, zeros, NULL));
    NO_OUT(la_compare(a, a, LA_EQ, NULL));
    NO_OUT(la_any(a, NULL));
    NO_OUT(la_all(a, NULL));
    NO_OUT(la_count_nonzero(a, NULL));
    NO_OUT(la_array_equal(a, a, 0, NULL));
    NO_OUT(la_may_share_memory(a, a, NULL));
    NO_OUT(la_has_internal_overlap(a, 0, NULL));
    NO_OUT(la_find_overlap(a, a, 0, NULL, NULL, NULL));
    NO_OUT(la_concatenate(2, pair, 0, NULL));
    NO_OUT(la_stack(2, pair, 0, NULL));
    NO_OUT(la_pad(a, 2, zeros, zeros, INT(0), NULL));
    NO_OUT(la_plan_reshape(a, 2, shape, LA_ORDER_C, NULL));
    NO_OUT(la_plan_assign(a, a, LA_CAST_NO, NULL));
    CHECK_NUMBER(la_refcount(a), 1);
}

static void ranks_and_counts_that_cannot_be_are_refused(void) {
    la_array *a = GRID(2, 3);
    la_plan plan = {sizeof plan, 0, 0, 0, 0, 0};
    static const int32_t counts[] = {-1, INT32_MIN};
    for (int k = 0; k < 2; k++) {
        int32_t count = counts[k];
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_zeros(LA_INT8, count, shape, LA_ORDER_C, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_from_data(shape, LA_INT8, count, shape, NULL, LA_ORDER_C, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_slice(a, NULL, count, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_reshape(a, count, shape, LA_ORDER_C, LA_COPY_NEVER, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_squeeze(a, count, axes, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_flip(a, count, axes, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_expand_dims(a, count, axes, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_moveaxis(a, count, axes, axes, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_as_strided(a, 0, count, shape, shape, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_get(a, NULL, count, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_set(a, NULL, count, a));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_unravel_index(a, count, shape, LA_ORDER_C, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_tile(a, count, shape, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_plan_reshape(a, count, shape, LA_ORDER_C, &plan));
    }
    int64_t many[100];
    for (int k = 0; k < 100; k++) many[k] = 1;
    REFUSES(LA_LIMIT, "64", la_reshape(a, 65, many, LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    REFUSES(LA_LIMIT, "64", la_broadcast_to(a, 100, many, OUT));
    REFUSES(LA_LIMIT, "64", la_as_strided(a, 0, 65, many, NULL, OUT));
    REFUSES(LA_LIMIT, "64", la_tile(a, 65, many, OUT));
    la_array *deep = MAKE(la_reshape(INTS(7), 64, many, LA_ORDER_C, LA_COPY_NEVER, OUT));
    REFUSES(LA_LIMIT, "64", la_expand_dims(deep, AXES(0), OUT));
    REFUSES(LA_LIMIT, "64", la_sliding_window(deep, AXES(0), many, OUT));
    REFUSES(LA_LIMIT, "64", la_slice(deep, LA_INDEX(LA_NEWAXIS), OUT));
    CHECK_STATUS(LA_LIMIT, la_stack(1, (const la_array *const[]){deep}, 0, OUT));
    CHECK_STATUS(LA_LIMIT, la_unravel_index(deep, SHAPE(8), LA_ORDER_C, OUT));
    CHECK_VALUES(MAKE(la_transpose(deep, OUT)), 7);
}

static void numbers_of_no_enumeration_are_refused(void) {
    la_array *a = GRID(2, 3);
    static const int32_t wild[] = {-1, 99, INT32_MAX, INT32_MIN};
    for (int k = 0; k < 4; k++) {
        int32_t number = wild[k];
        REFUSES(LA_INVALID_ARGUMENT, "order", la_zeros(LA_INT8, 2, shape, number, OUT));
        REFUSES(LA_INVALID_ARGUMENT, "order", la_copy(a, number, OUT));
        REFUSES(LA_INVALID_ARGUMENT, "copy", la_ravel(a, LA_ORDER_C, number, OUT));
        REFUSES(LA_INVALID_ARGUMENT, "casting", la_astype(a, LA_INT8, LA_ORDER_K, number, LA_COPY_ALWAYS, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_assign(a, a, number));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_put(a, a, a, number));
        REFUSES(LA_INVALID_ARGUMENT, "mode", la_take(a, a, LA_NO_AXIS, number, OUT));
        REFUSES(LA_INVALID_ARGUMENT, "op", la_compare(a, a, number, OUT));
        REFUSES(LA_INVALID_ARGUMENT, "op", la_logical(a, a, number, OUT));
        REFUSES(LA_INVALID_ARGUMENT, "endpoint", la_linspace(LA_FLOAT64, 0, 1, 3, number, OUT));
        CHECK_STATUS(LA_INVALID_ARGUMENT, la_array_equal(a, a, number, &(int32_t){0}));
        REFUSES(LA_INVALID_ARGUMENT, "mode", la_open_npy("x", number, OUT));
        REFUSES(LA_DTYPE_ERROR, "dtype", la_view_dtype(a, number < 0 ? number : 99, OUT));
        if (number != LA_NO_AXIS) {
            REFUSES(LA_AXIS_ERROR, number == -1 ? "" : "axis", la_swapaxes(a, 0, number == -1 ? 7 : number, OUT));
            CHECK_STATUS(LA_AXIS_ERROR, la_roll(a, 1, number == -1 ? 7 : number, OUT));
        }
        la_index entry = LA_ALL;
        entry.kind = number;
        REFUSES(LA_INVALID_ARGUMENT, "kind", la_slice(a, &entry, 1, OUT));
        REFUSES(LA_INVALID_ARGUMENT, "kind", la_get(a, &entry, 1, OUT));
    }
    CHECK_VALUES(a, 0, 1, 2, 3, 4, 5);
}

static void lists_that_are_not_aligned_are_refused(void) {
    la_array *a = GRID(2, 3);
    static char memory[128];
    char *odd = memory + ((size_t)memory % 2 ? 0 : 1);
    memset(memory, 0, sizeof memory);
    const int64_t *numbers = (const int64_t *)(const void *)odd;
    const int32_t *places = (const int32_t *)(const void *)odd;
    REFUSES(LA_INVALID_ARGUMENT, "aligned", la_zeros(LA_INT8, 2, numbers, LA_ORDER_C, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "aligned", la_reshape(a, 1, numbers, LA_ORDER_C, LA_COPY_NEVER, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "aligned", la_permute(a, 2, places, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "aligned", la_slice(a, (const la_index *)(const void *)odd, 1, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "aligned", la_get(a, LA_INDEX(LA_INTS(numbers, 1)), OUT));
    REFUSES(LA_INVALID_ARGUMENT, "aligned", la_as_strided(a, 0, 1, shape, numbers, OUT));
}

CHECK_MAIN(
    TEST(null_for_an_array_is_refused_everywhere),
    TEST(null_for_the_result_is_refused_everywhere),
    TEST(ranks_and_counts_that_cannot_be_are_refused),
    TEST(numbers_of_no_enumeration_are_refused),
    TEST(lists_that_are_not_aligned_are_refused),
)
