/* Joining and repeating arrays: always a copy. */
#include "check.h"

#define LIST(...) (int64_t)(sizeof((const la_array *[]){__VA_ARGS__}) / sizeof(la_array *)), \
                  (const la_array *[]){__VA_ARGS__}

static void concatenate_puts_arrays_in_line(void) {
    la_array *a = GRID(2, 3), *b = MAKE(la_full(LA_FLOAT32, SHAPE(1, 3), LA_ORDER_C, FLOAT(0.5), OUT));
    la_array *out = MAKE(la_concatenate(LIST(a, b), 0, OUT));
    CHECK_NUMBER(la_dtype_of(out), LA_FLOAT64); /* int64 and float32 */
    CHECK_SHAPE(out, 3, 3);
    CHECK_VALUES(out, 0, 1, 2, 3, 4, 5, 0.5, 0.5, 0.5);
    CHECK(!SHARE(out, a));
    la_array *t = MAKE(la_transpose(a, OUT));
    CHECK_VALUES(MAKE(la_concatenate(LIST(t, t), -1, OUT)), 0, 3, 0, 3, 1, 4, 1, 4, 2, 5, 2, 5);
    CHECK_VALUES(MAKE(la_concatenate(LIST(a, INTS(7)), LA_NO_AXIS, OUT)), 0, 1, 2, 3, 4, 5, 7);
    REFUSES(LA_SHAPE_ERROR, "along dimension 0, the array at index 0 has size 2 and the array at "
                            "index 1 has size 1",
            la_concatenate(LIST(a, b), 1, OUT));
    REFUSES(LA_SHAPE_ERROR, "index 0 has 2 dimension(s) and the array at index 2 has 1 dimension(s)",
            la_concatenate(LIST(a, a, INTS(7)), 0, OUT));
    la_array *room = MAKE(la_zeros(LA_INT64, SHAPE(2, 6), LA_ORDER_C, OUT));
    REFUSES(LA_SHAPE_ERROR, "along dimension 0, the array at index 0 has size 2 and the array at "
                            "index 1 has size 1",
            la_concatenate_into(LIST(a, b), 1, LA_CAST_UNSAFE, room));
    REFUSES(LA_AXIS_ERROR, "axis 2", la_concatenate(LIST(a, a), 2, OUT));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_concatenate(0, NULL, 0, OUT));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_concatenate(-1, NULL, 0, OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_concatenate(2, NULL, 0, OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_concatenate(LIST(a, NULL), 0, OUT));
}

static void stack_adds_an_axis(void) {
    la_array *a = INTS(1, 2), *b = INTS(3, 4);
    la_array *out = MAKE(la_stack(LIST(a, b), 0, OUT));
    CHECK_SHAPE(out, 2, 2);
    CHECK_VALUES(out, 1, 2, 3, 4);
    CHECK_VALUES(MAKE(la_stack(LIST(a, b), -1, OUT)), 1, 3, 2, 4);
    REFUSES(LA_AXIS_ERROR, "axis 2", la_stack(LIST(a, b), 2, OUT));
    REFUSES(LA_SHAPE_ERROR, "", la_stack(LIST(a, INTS(1)), 0, OUT));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_stack(0, NULL, 0, OUT));
}

static void stack_into_writes_what_stack_gives(void) {
    la_array *a = INTS(1, 2), *b = INTS(3, 4);
    la_array *target = MAKE(la_zeros(LA_FLOAT32, SHAPE(2, 2), LA_ORDER_F, OUT));
    OK(la_stack_into(LIST(a, b), -1, LA_CAST_SAME_KIND, target));
    CHECK_VALUES(target, 1, 3, 2, 4);
    REFUSES(LA_SHAPE_ERROR, "", la_stack_into(LIST(a, b, a), 0, LA_CAST_UNSAFE, target));
    REFUSES(LA_SHAPE_ERROR, "", la_stack_into(LIST(a, INTS(1)), 0, LA_CAST_UNSAFE, target));
    REFUSES(LA_AXIS_ERROR, "axis -4", la_stack_into(LIST(a, b), -4, LA_CAST_UNSAFE, target));
    CHECK_STATUS(LA_CAST_ERROR, la_stack_into(LIST(a, b), 0, LA_CAST_SAFE, target));
    CHECK_STATUS(LA_READ_ONLY, la_stack_into(LIST(a, b), 0, LA_CAST_UNSAFE, MAKE(la_readonly(target, OUT))));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_stack_into(0, NULL, 0, LA_CAST_UNSAFE, target));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_stack_into(LIST(a, b), 0, LA_CAST_UNSAFE, NULL));
    CHECK_VALUES(target, 1, 3, 2, 4);
    /* The rows of a square, stacked as its columns: read whole before the first write. */
    la_array *square = GRID(2, 2);
    la_array *top = MAKE(la_slice_str(square, "0", OUT)), *bottom = MAKE(la_slice_str(square, "1", OUT));
    OK(la_stack_into(LIST(top, bottom), 1, LA_CAST_NO, square));
    CHECK_VALUES(square, 0, 2, 1, 3);
}

static void tile_repeats_the_whole(void) {
    la_array *a = INTS(1, 2);
    CHECK_VALUES(MAKE(la_tile(a, SHAPE(2), OUT)), 1, 2, 1, 2);
    la_array *out = MAKE(la_tile(a, SHAPE(2, 2), OUT));
    CHECK_SHAPE(out, 2, 4);
    CHECK_VALUES(out, 1, 2, 1, 2, 1, 2, 1, 2);
    CHECK_SHAPE(MAKE(la_tile(GRID(2, 3), SHAPE(2), OUT)), 2, 6);
    CHECK_SHAPE(MAKE(la_tile(a, SHAPE(0), OUT)), 0);
    la_array *same = MAKE(la_tile(a, 0, NULL, OUT));
    CHECK_VALUES(same, 1, 2);
    CHECK(!SHARE(same, a));
    CHECK_STATUS(LA_SHAPE_ERROR, la_tile(a, SHAPE(-1), OUT));
    CHECK_STATUS(LA_OVERFLOW, la_tile(a, SHAPE(INT64_MAX), OUT));
}

static void repeat_repeats_each_element(void) {
    la_array *a = GRID(2, 2);
    la_array *out = MAKE(la_repeat(a, 1, (const int64_t[]){2}, 0, OUT));
    CHECK_SHAPE(out, 4, 2);
    CHECK_VALUES(out, 0, 1, 0, 1, 2, 3, 2, 3);
    CHECK_VALUES(MAKE(la_repeat(a, 2, (const int64_t[]){0, 3}, 1, OUT)), 1, 1, 1, 3, 3, 3);
    CHECK_VALUES(MAKE(la_repeat(a, 1, (const int64_t[]){2}, LA_NO_AXIS, OUT)), 0, 0, 1, 1, 2, 2, 3, 3);
    CHECK_STATUS(LA_SHAPE_ERROR, la_repeat(a, 3, (const int64_t[]){1, 2, 3}, 0, OUT));
    EITHER(LA_INVALID_ARGUMENT, LA_SHAPE_ERROR, la_repeat(a, 1, (const int64_t[]){-1}, 0, OUT));
    CHECK_STATUS(LA_AXIS_ERROR, la_repeat(a, 1, (const int64_t[]){1}, 2, OUT));
    CHECK_STATUS(LA_OVERFLOW, la_repeat(a, 1, (const int64_t[]){INT64_MAX}, 0, OUT));
}

static void roll_moves_round(void) {
    la_array *row = GRID(5), *grid = GRID(2, 3);
    CHECK_VALUES(MAKE(la_roll(row, 2, 0, OUT)), 3, 4, 0, 1, 2);
    CHECK_VALUES(MAKE(la_roll(row, -6, 0, OUT)), 1, 2, 3, 4, 0);
    CHECK_VALUES(MAKE(la_roll(grid, 1, LA_NO_AXIS, OUT)), 5, 0, 1, 2, 3, 4);
    CHECK_VALUES(MAKE(la_roll(grid, 1, 1, OUT)), 2, 0, 1, 5, 3, 4);
    CHECK_VALUES(MAKE(la_roll(row, INT64_MIN, 0, OUT)), 3, 4, 0, 1, 2); /* -2^63 is 2 modulo 5 */
    CHECK_STATUS(LA_AXIS_ERROR, la_roll(row, 1, 1, OUT));
}

static void pad_surrounds_with_a_value(void) {
    la_array *out = MAKE(la_pad(GRID(2, 2), 2, (const int64_t[]){0, 1}, (const int64_t[]){1, 0}, INT(9), OUT));
    CHECK_SHAPE(out, 3, 3);
    CHECK_VALUES(out, 9, 0, 1, 9, 2, 3, 9, 9, 9);
    const int64_t zero[] = {0, 0}, minus[] = {0, -1}, huge[] = {INT64_MAX, 0};
    CHECK_STATUS(LA_SHAPE_ERROR, la_pad(GRID(2, 2), 2, minus, zero, INT(0), OUT));
    CHECK_STATUS(LA_OVERFLOW, la_pad(GRID(2, 2), 2, huge, zero, INT(0), OUT));
    la_array *byte = MAKE(la_zeros(LA_INT8, SHAPE(1, 1), LA_ORDER_C, OUT));
    CHECK_STATUS(LA_CAST_ERROR, la_pad(byte, 2, zero, zero, INT(1000), OUT));
    EITHER(LA_INVALID_ARGUMENT, LA_SHAPE_ERROR, la_pad(GRID(2, 2), 1, zero, zero, INT(0), OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_pad(GRID(2, 2), 2, NULL, zero, INT(0), OUT));
}

CHECK_MAIN(
    TEST(concatenate_puts_arrays_in_line),
    TEST(stack_adds_an_axis),
    TEST(stack_into_writes_what_stack_gives),
    TEST(tile_repeats_the_whole),
    TEST(repeat_repeats_each_element),
    TEST(roll_moves_round),
    TEST(pad_surrounds_with_a_value),
)
