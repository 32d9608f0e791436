/* What a handle tells about itself. */
#include "check.h"

static void a_view_tells_its_geometry(void) {
    la_array *grid = GRID(4, 6);
    la_array *view = MAKE(la_slice(grid, LA_INDEX(LA_RANGE(1, 3), LA_STEP(-2)), OUT));
    CHECK_NUMBER(la_ndim(view), 2);
    CHECK_SHAPE(view, 2, 3);
    CHECK_STRIDES(view, 48, -16);
    CHECK_NUMBER(la_dtype_of(view), LA_INT64);
    CHECK_NUMBER(la_itemsize(view), 8);
    CHECK_NUMBER(la_size(view), 6);
    CHECK_NUMBER(la_nbytes(view), 48);
    /* Its first element is grid[1, 5], the 11th. */
    CHECK_NUMBER(la_offset(view), 88);
    CHECK((const char *)la_data(view) == (const char *)la_data(grid) + 88);
    CHECK(la_data_mut(view) == la_data(view));
    CHECK_NUMBER(la_offset(grid), 0);
    CHECK(la_base(view) == grid && la_base(grid) == NULL);
    CHECK_NUMBER(la_retained_bytes(view), la_retained_bytes(grid));
    CHECK(la_retained_bytes(grid) >= 24 * 8);
}

static void flags_follow_numpys_rules(void) {
    const int32_t view = LA_FLAG_ALIGNED | LA_FLAG_WRITEABLE;
    const int32_t c = LA_FLAG_C_CONTIGUOUS, f = LA_FLAG_F_CONTIGUOUS;
    la_array *grid = GRID(4, 6);
    CHECK_FLAGS(grid, view | c | LA_FLAG_OWNS_DATA);
    CHECK_FLAGS(MAKE(la_transpose(grid, OUT)), view | f);
    CHECK_FLAGS(MAKE(la_slice(grid, LA_INDEX(LA_AT(1)), OUT)), view | c | f);
    CHECK_FLAGS(MAKE(la_slice(grid, LA_INDEX(LA_RANGE(1, 3)), OUT)), view | c);
    CHECK_FLAGS(MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_AT(1)), OUT)), view);
    CHECK_FLAGS(MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_STEP(2)), OUT)), view);
    CHECK_FLAGS(MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_RANGE(0, 1)), OUT)), view);
    /* An axis of extent 1 does not count, whatever its stride; no elements are
     * contiguous in both orders. */
    CHECK_FLAGS(MAKE(la_slice(grid, LA_INDEX(LA_RANGE_STEP(0, 1, 3)), OUT)), view | c | f);
    CHECK_FLAGS(MAKE(la_slice(grid, LA_INDEX(LA_RANGE(1, 1), LA_STEP(2)), OUT)), view | c | f);
    CHECK_FLAGS(MAKE(la_slice(grid, LA_INDEX(LA_RANGE(1, 2), LA_RANGE(2, 3)), OUT)), view | c | f);
}

static void alignment_is_of_address_and_strides(void) {
    static char memory[64];
    char *odd = memory + ((size_t)memory % 2 ? 0 : 1);
    la_array *at_odd = MAKE(la_wrap(odd, 32, 0, LA_INT16, SHAPE(3), NULL, 0, NULL, NULL, OUT));
    CHECK(!(la_flags(at_odd) & LA_FLAG_ALIGNED));
    la_array *odd_steps = MAKE(la_wrap(odd + 1, 32, 0, LA_INT16, SHAPE(3),
                                       (const int64_t[]){3}, 0, NULL, NULL, OUT));
    CHECK(!(la_flags(odd_steps) & LA_FLAG_ALIGNED));
    /* The stride of an axis of extent 1 does not matter. */
    la_array *one = MAKE(la_wrap(odd + 1, 32, 0, LA_INT16, SHAPE(1),
                                 (const int64_t[]){3}, 0, NULL, NULL, OUT));
    CHECK(la_flags(one) & LA_FLAG_ALIGNED);
    la_array *bytes = MAKE(la_wrap(odd, 32, 0, LA_INT8, SHAPE(3), NULL, 0, NULL, NULL, OUT));
    CHECK(la_flags(bytes) & LA_FLAG_ALIGNED);
}

static void the_base_of_a_view_of_a_view_is_the_owner(void) {
    la_array *album = GRID(10);
    la_array *window = MAKE(la_slice(album, LA_INDEX(LA_RANGE(2, 9)), OUT));
    la_array *pane = MAKE(la_slice(window, LA_INDEX(LA_STEP(3)), OUT));
    CHECK(la_base(window) == album);
    CHECK(la_base(pane) == album);
    CHECK_NUMBER(la_offset(pane), 16);
    CHECK(la_same_owner(pane, album) && la_same_owner(window, pane) && la_same_owner(album, album));
    /* One owner, though no element in common. */
    la_array *apart = MAKE(la_slice(album, LA_INDEX(LA_RANGE(0, 2)), OUT));
    CHECK(la_same_owner(apart, pane) && !SHARE(apart, pane));
    CHECK(!la_same_owner(album, GRID(10)));
}

static void byte_bounds_hold_every_element(void) {
    la_array *grid = GRID(4, 6);
    const char *low, *high, *start = la_data(grid);
    la_array *view = MAKE(la_slice(grid, LA_INDEX(LA_RANGE_STEP(2, 0, -1), LA_RANGE(1, 4)), OUT));
    OK(la_byte_bounds(view, (const void **)&low, (const void **)&high));
    CHECK_NUMBER(low - start, (1 * 6 + 1) * 8);
    CHECK_NUMBER(high - start, (2 * 6 + 3) * 8 + 8);
    la_array *none = MAKE(la_slice(grid, LA_INDEX(LA_RANGE(3, 3)), OUT));
    OK(la_byte_bounds(none, (const void **)&low, (const void **)&high));
    CHECK(low == high);
    CHECK_STATUS(LA_NULL_ARGUMENT, la_byte_bounds(NULL, (const void **)&low, (const void **)&high));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_byte_bounds(view, NULL, (const void **)&high));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_byte_bounds(view, (const void **)&low, NULL));
}

static void a_small_view_retains_the_whole_allocation(void) {
    la_array *large = MAKE(la_zeros(LA_FLOAT64, SHAPE(1000), LA_ORDER_C, OUT));
    la_array *small = MAKE(la_slice(large, LA_INDEX(LA_RANGE(0, 2)), OUT));
    CHECK(la_retained_bytes(small) >= 8000);
    la_array *compact = MAKE(la_compact(small, OUT));
    CHECK(la_retained_bytes(compact) < 8000);
    CHECK(!SHARE(compact, large));
    CHECK_VALUES(compact, 0, 0);
    /* What keeps no more than it needs is not copied again. */
    CHECK(SHARE(MAKE(la_compact(large, OUT)), large));
}

static void readers_of_null_say_so(void) {
    CHECK_NUMBER(la_ndim(NULL), -1);
    CHECK_MESSAGE("NULL");
    CHECK(la_shape(NULL) == NULL);
    CHECK(la_strides(NULL) == NULL);
    CHECK_NUMBER(la_dtype_of(NULL), 0);
    CHECK_NUMBER(la_itemsize(NULL), -1);
    CHECK_NUMBER(la_size(NULL), -1);
    CHECK_NUMBER(la_nbytes(NULL), -1);
    CHECK(la_data(NULL) == NULL);
    CHECK(la_data_mut(NULL) == NULL);
    CHECK_NUMBER(la_offset(NULL), 0);
    CHECK_NUMBER(la_flags(NULL), 0);
    CHECK(la_base(NULL) == NULL);
    CHECK_NUMBER(la_same_owner(NULL, NULL), 0);
    CHECK_NUMBER(la_retained_bytes(NULL), -1);
    CHECK_NUMBER(la_refcount(NULL), -1);
    CHECK(la_retain(NULL) == NULL);
    la_release(NULL);
}

CHECK_MAIN(
    TEST(a_view_tells_its_geometry),
    TEST(flags_follow_numpys_rules),
    TEST(alignment_is_of_address_and_strides),
    TEST(the_base_of_a_view_of_a_view_is_the_owner),
    TEST(byte_bounds_hold_every_element),
    TEST(a_small_view_retains_the_whole_allocation),
    TEST(readers_of_null_say_so),
)
