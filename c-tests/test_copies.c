/* Copies: new memory in the order that was asked for, sharing nothing. */
#include "check.h"

static void a_copy_shares_nothing_and_is_writeable(void) {
    la_array *grid = GRID(2, 3), *readonly = MAKE(la_readonly(grid, OUT));
    la_array *copy = MAKE(la_copy(readonly, LA_ORDER_C, OUT));
    CHECK(!SHARE(copy, grid) && !la_same_owner(copy, grid));
    CHECK(la_base(copy) == NULL);
    CHECK(la_flags(copy) & LA_FLAG_WRITEABLE);
    OK(la_fill_i64(copy, 7));
    CHECK_VALUES(grid, 0, 1, 2, 3, 4, 5);
    CHECK_NUMBER((size_t)la_data(copy) % 64, 0);
}

static void order_decides_where_elements_lie(void) {
    la_array *grid = GRID(2, 3), *transposed = MAKE(la_transpose(grid, OUT));
    CHECK_STRIDES(MAKE(la_copy(transposed, LA_ORDER_C, OUT)), 16, 8);
    CHECK_STRIDES(MAKE(la_copy(transposed, LA_ORDER_F, OUT)), 8, 24);
    CHECK_STRIDES(MAKE(la_copy(transposed, LA_ORDER_A, OUT)), 8, 24);
    CHECK_STRIDES(MAKE(la_copy(transposed, LA_ORDER_K, OUT)), 8, 24);
    la_array *f = MAKE(la_copy(grid, LA_ORDER_F, OUT));
    CHECK_VALUES(f, 0, 1, 2, 3, 4, 5);
    const int64_t *memory = la_data(f);
    CHECK(memory[0] == 0 && memory[1] == 3 && memory[2] == 1 && memory[5] == 5);
    REFUSES(LA_INVALID_ARGUMENT, "order", la_copy(grid, 4, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "order", la_copy(grid, -1, OUT));
    REFUSES(LA_NULL_ARGUMENT, "array", la_copy(NULL, LA_ORDER_C, OUT));
}

static void order_k_keeps_the_axes_by_stride(void) {
    la_array *cube = GRID(2, 3, 4); /* strides 96, 32, 8 */
    la_array *view = MAKE(la_permute(cube, AXES(1, 2, 0), OUT)); /* 32, 8, 96 */
    la_array *copy = MAKE(la_copy(view, LA_ORDER_K, OUT));
    CHECK_STRIDES(copy, 32, 8, 96);
    CHECK_SAME(copy, view);
    /* Negative strides become positive; a stride of 0 ends innermost. */
    copy = MAKE(la_copy(MAKE(la_flip(view, 0, NULL, OUT)), LA_ORDER_K, OUT));
    CHECK_STRIDES(copy, 32, 8, 96);
    la_array *stretched = MAKE(la_broadcast_to(GRID(3, 1), SHAPE(3, 5), OUT)); /* 8, 0 */
    CHECK_STRIDES(MAKE(la_copy(stretched, LA_ORDER_K, OUT)), 40, 8);
    stretched = MAKE(la_broadcast_to(GRID(3), SHAPE(5, 3), OUT)); /* 0, 8 */
    CHECK_STRIDES(MAKE(la_copy(stretched, LA_ORDER_K, OUT)), 8, 40);
}

static void contiguous_copies_only_where_it_must(void) {
    la_array *grid = GRID(2, 3), *transposed = MAKE(la_transpose(grid, OUT));
    la_array *out = MAKE(la_contiguous(grid, LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    CHECK(out != grid && la_base(out) == grid && SHARE(out, grid));
    CHECK(SHARE(MAKE(la_contiguous(transposed, LA_ORDER_F, LA_COPY_NEVER, OUT)), grid));
    CHECK(SHARE(MAKE(la_contiguous(transposed, LA_ORDER_K, LA_COPY_NEVER, OUT)), grid));
    out = MAKE(la_contiguous(transposed, LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    CHECK(!SHARE(out, grid));
    CHECK_STRIDES(out, 16, 8);
    CHECK(!SHARE(MAKE(la_contiguous(grid, LA_ORDER_C, LA_COPY_ALWAYS, OUT)), grid));
    REFUSES(LA_WOULD_COPY, "copy", la_contiguous(transposed, LA_ORDER_C, LA_COPY_NEVER, OUT));
    REFUSES(LA_INVALID_ARGUMENT, "copy", la_contiguous(grid, LA_ORDER_C, -1, OUT));
}

static void ravel_is_a_view_only_of_what_is_contiguous(void) {
    la_array *grid = GRID(2, 3), *transposed = MAKE(la_transpose(grid, OUT));
    CHECK(SHARE(MAKE(la_ravel(grid, LA_ORDER_C, LA_COPY_NEVER, OUT)), grid));
    CHECK_VALUES(MAKE(la_ravel(grid, LA_ORDER_F, LA_COPY_IF_NEEDED, OUT)), 0, 3, 1, 4, 2, 5);
    CHECK_VALUES(MAKE(la_ravel(transposed, LA_ORDER_C, LA_COPY_IF_NEEDED, OUT)), 0, 3, 1, 4, 2, 5);
    CHECK(SHARE(MAKE(la_ravel(transposed, LA_ORDER_F, LA_COPY_NEVER, OUT)), grid));
    la_array *k = MAKE(la_ravel(transposed, LA_ORDER_K, LA_COPY_NEVER, OUT));
    CHECK_VALUES(k, 0, 1, 2, 3, 4, 5);
    CHECK(SHARE(k, grid));
    /* reshape gives a view here, ravel does not: as NumPy. */
    la_array *even = MAKE(la_slice(GRID(6), LA_INDEX(LA_STEP(2)), OUT));
    CHECK(SHARE(MAKE(la_reshape(even, SHAPE(-1), LA_ORDER_C, LA_COPY_NEVER, OUT)), even));
    la_array *packed = MAKE(la_ravel(even, LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    CHECK(!SHARE(packed, even));
    CHECK_VALUES(packed, 0, 2, 4);
    REFUSES(LA_WOULD_COPY, "copy", la_ravel(even, LA_ORDER_C, LA_COPY_NEVER, OUT));
    la_array *flat = MAKE(la_flatten(grid, LA_ORDER_C, OUT));
    CHECK(!SHARE(flat, grid));
    CHECK_VALUES(flat, 0, 1, 2, 3, 4, 5);
    CHECK_VALUES(MAKE(la_flatten(grid, LA_ORDER_F, OUT)), 0, 3, 1, 4, 2, 5);
    CHECK_SHAPE(MAKE(la_flatten(MAKE(la_zeros(LA_INT8, 0, NULL, LA_ORDER_C, OUT)), LA_ORDER_C, OUT)), 1);
    REFUSES(LA_INVALID_ARGUMENT, "order", la_flatten(grid, 9, OUT));
}

static void a_copy_keeps_every_byte(void) {
    /* A boolean that is true with another byte than 1 is copied as it is. */
    const uint8_t bytes[] = {0, 1, 2, 255};
    la_array *copy = MAKE(la_copy(MAKE(la_from_data(bytes, LA_BOOL, SHAPE(4), NULL, LA_ORDER_C, OUT)),
                                  LA_ORDER_C, OUT));
    CHECK(memcmp(la_data(copy), bytes, 4) == 0);
    const uint32_t nan = 0x7fa12345; /* a signalling NaN with a payload */
    copy = MAKE(la_copy(MAKE(la_from_data(&nan, LA_FLOAT32, 0, NULL, NULL, LA_ORDER_C, OUT)), LA_ORDER_C, OUT));
    CHECK(memcmp(la_data(copy), &nan, 4) == 0);
}

static void copies_of_every_layout_hold_the_same_values(void) {
    la_array *cube = GRID(3, 4, 5);
    static const char *const keys[] = {"...", "::-1", ":, ::2, ::-2", "1", "..., 2", "1:1", "2:0:-1, None, 1:3"};
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
        for (int32_t order = LA_ORDER_C; order <= LA_ORDER_K; order++) {
            la_array *view = MAKE(la_slice_str(cube, keys[k], OUT));
            la_array *turned = MAKE(la_transpose(view, OUT));
            la_array *copy = MAKE(la_copy(turned, order, OUT));
            CHECK_SAME(copy, turned);
            CHECK(!SHARE(copy, cube));
            DROP(copy), DROP(turned), DROP(view);
        }
}

CHECK_MAIN(
    TEST(a_copy_shares_nothing_and_is_writeable),
    TEST(order_decides_where_elements_lie),
    TEST(order_k_keeps_the_axes_by_stride),
    TEST(contiguous_copies_only_where_it_must),
    TEST(ravel_is_a_view_only_of_what_is_contiguous),
    TEST(a_copy_keeps_every_byte),
    TEST(copies_of_every_layout_hold_the_same_values),
)
