/* Writes into memory that is read by the same call: every writing function, the
 * cases that NumPy gets silently wrong, and the copies that are not made. Random
 * operands are in test_overlap_random.c. */
#include "check.h"

static la_array *part(const la_array *array, const char *key) {
    return MAKE(la_slice_str(array, key, OUT));
}

/* Assigns; checks that the plan tells the hazard and the bytes allocated. */
static void assigns(la_array *target, const la_array *source, int32_t hazard) {
    la_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    OK(la_plan_assign(target, source, LA_CAST_UNSAFE, &plan));
    int64_t before = check_memory().total_bytes;
    OK(la_assign(target, source, LA_CAST_UNSAFE));
    CHECK_NUMBER(plan.hazard, hazard);
    CHECK_NUMBER(check_memory().total_bytes - before, plan.bytes);
    CHECK_NUMBER(plan.copies, plan.bytes > 0);
    CHECK_NUMBER(plan.bytes > 0, hazard == LA_HAZARD_BUFFERED);
}

/* -- what NumPy gets silently wrong ------------------------------------------ */

static void steps_of_one_sign_but_different_size(void) {
    la_array *a = GRID(10);
    OK(la_assign(part(a, "0:9:2"), part(a, "1:6"), LA_CAST_NO));
    CHECK_VALUES(a, 1, 1, 2, 3, 3, 5, 4, 7, 5, 9);
}

static void a_widening_cast_in_place(void) {
    la_array *words = MAKE(la_arange(LA_INT32, 0, 16, 1, OUT));
    la_array *wide = MAKE(la_view_dtype(words, LA_INT64, OUT));
    assigns(wide, part(words, ":8"), LA_HAZARD_ORDERED);
    CHECK_VALUES(wide, 0, 1, 2, 3, 4, 5, 6, 7);
    assigns(part(words, ":8"), wide, LA_HAZARD_ORDERED);
    CHECK_VALUES(part(words, ":8"), 0, 1, 2, 3, 4, 5, 6, 7);
}

static void values_of_a_mask_that_are_a_part_of_the_target(void) {
    la_array *a = GRID(8);
    OK(la_set(a, LA_INDEX(LA_MASK(BOOLS(0, 1, 1, 0, 1, 1, 0, 1))), part(a, "1:6")));
    CHECK_VALUES(a, 0, 1, 2, 3, 3, 4, 6, 5);
}

static void a_mask_that_is_a_view_of_the_target(void) {
    const uint8_t no = 0;
    la_array *b = BOOLS(1, 0, 1, 1);
    OK(la_set_scalar(b, LA_INDEX(LA_MASK(part(b, "::-1"))), LA_BOOL, &no));
    CHECK_VALUES(b, 0, 0, 1, 0); /* the mask was 1, 1, 0, 1 */
    b = BOOLS(1, 1, 0, 1);
    OK(la_assign_where(b, BOOLS(0), part(b, "::-1"), LA_CAST_NO));
    CHECK_VALUES(b, 0, 1, 0, 0); /* the mask was 1, 0, 1, 1 */
    b = BOOLS(1, 0, 1, 1);
    OK(la_set_scalar(b, LA_INDEX(LA_MASK(b)), LA_BOOL, &no)); /* itself */
    CHECK_VALUES(b, 0, 0, 0, 0);
}

static void pieces_that_are_parts_of_the_joined_array(void) {
    la_array *a = GRID(4);
    const la_array *pieces[] = {part(a, "2:"), part(a, ":2")};
    OK(la_concatenate_into(2, pieces, 0, LA_CAST_NO, a));
    CHECK_VALUES(a, 2, 3, 0, 1);
}

static void placed_values_that_are_a_part_of_the_target(void) {
    la_array *a = GRID(6);
    OK(la_place(a, BOOLS(0, 1, 0, 1, 1, 1), part(a, "0:3")));
    CHECK_VALUES(a, 0, 0, 2, 1, 2, 0);
}

static void indices_that_are_views_of_the_target(void) {
    la_array *a = INTS(2, 0, 1, 3);
    OK(la_set(a, LA_INDEX(LA_ARRAY(part(a, "::-1"))), INTS(10, 20, 30, 40)));
    CHECK_VALUES(a, 30, 20, 40, 10);
    a = INTS(2, 0, 1);
    OK(la_put(a, a, a, LA_MODE_RAISE));
    CHECK_VALUES(a, 0, 1, 2);
    a = INTS(2, 0, 1);
    OK(la_put_along_axis(a, a, part(a, "::-1"), 0));
    CHECK_VALUES(a, 0, 2, 1);
    a = INTS(1, 2, 0);
    OK(la_take_into(a, a, 0, LA_MODE_RAISE, a));
    CHECK_VALUES(a, 2, 0, 1);
}

/* -- what is not copied --------------------------------------------------------- */

static void shifts_and_interleavings_allocate_nothing(void) {
    la_array *z = GRID(50, 60);
    assigns(part(z, ":, ::2"), part(z, ":, 1::2"), LA_HAZARD_FREE);
    CHECK_VALUES(part(z, "3, :4"), 181, 181, 183, 183);
    assigns(part(z, ":-1"), part(z, "1:"), LA_HAZARD_ORDERED);
    assigns(part(z, "1:"), part(z, ":-1"), LA_HAZARD_ORDERED);
    assigns(part(z, "1:, :-1"), part(z, ":-1, 1:"), LA_HAZARD_ORDERED);
    assigns(part(z, "::-1, 1:"), part(z, "::-1, :-1"), LA_HAZARD_ORDERED);
    la_array *cube = GRID(4, 5, 6);
    assigns(part(cube, "1:, :-1, 1:"), part(cube, ":-1, 1:, :-1"), LA_HAZARD_ORDERED);
}

static void the_same_elements_are_cast_in_place(void) {
    la_array *a = GRID(3, 4);
    la_array *doubles = MAKE(la_view_dtype(a, LA_FLOAT64, OUT));
    assigns(doubles, a, LA_HAZARD_FREE);
    CHECK_VALUES(doubles, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assigns(doubles, doubles, LA_HAZARD_FREE);
}

static void reversals_and_squares_change_places(void) {
    la_array *line = GRID(5);
    assigns(line, part(line, "::-1"), LA_HAZARD_EXCHANGE);
    CHECK_VALUES(line, 4, 3, 2, 1, 0);
    la_array *square = GRID(3, 3);
    assigns(square, MAKE(la_transpose(square, OUT)), LA_HAZARD_EXCHANGE);
    CHECK_VALUES(square, 0, 3, 6, 1, 4, 7, 2, 5, 8);
    assigns(square, part(square, "::-1, ::-1"), LA_HAZARD_EXCHANGE);
    CHECK_VALUES(square, 8, 5, 2, 7, 4, 1, 6, 3, 0);
    /* A quarter turn is none: it takes a copy. */
    assigns(square, MAKE(la_rot90(square, 1, 0, 1, OUT)), LA_HAZARD_BUFFERED);
    CHECK_VALUES(square, 2, 1, 0, 5, 4, 3, 8, 7, 6);
}

static void what_must_be_copied_is_the_part_that_meets(void) {
    la_array *a = GRID(100);
    assigns(part(a, "20:80:2"), part(a, "30:60"), LA_HAZARD_BUFFERED);
    la_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    OK(la_plan_assign(part(a, "::2"), part(a, "40:90"), LA_CAST_NO, &plan));
    CHECK_NUMBER(plan.hazard, LA_HAZARD_BUFFERED);
    /* The target ends at 98, so the whole source lies within its reach. */
    CHECK_NUMBER(plan.bytes, 50 * 8);
    OK(la_plan_assign(part(a, "60:0:-2"), part(a, "40:70"), LA_CAST_NO, &plan));
    CHECK_NUMBER(plan.hazard, LA_HAZARD_BUFFERED);
    CHECK_NUMBER(plan.bytes, 21 * 8); /* 40 to 60 */
}

/* -- the functions with a target ------------------------------------------------ */

static void take_into_writes_what_take_gives(void) {
    la_array *grid = GRID(2, 3);
    la_array *target = MAKE(la_zeros(LA_INT64, SHAPE(2, 2), LA_ORDER_F, OUT));
    OK(la_take_into(grid, INTS(2, 0), 1, LA_MODE_RAISE, target));
    CHECK_VALUES(target, 2, 0, 5, 3);
    la_array *narrow = MAKE(la_zeros(LA_INT8, SHAPE(2), LA_ORDER_C, OUT));
    OK(la_take_into(grid, INTS(-7, 60), LA_NO_AXIS, LA_MODE_CLIP, narrow));
    CHECK_VALUES(narrow, 0, 5);
    CHECK_STATUS(LA_INDEX_ERROR, la_take_into(grid, INTS(1, 3), 1, LA_MODE_RAISE, target));
    CHECK_STATUS(LA_SHAPE_ERROR, la_take_into(grid, INTS(1), 1, LA_MODE_RAISE, target));
    CHECK_STATUS(LA_AXIS_ERROR, la_take_into(grid, INTS(1), 2, LA_MODE_RAISE, target));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_take_into(grid, INTS(1, 1), 1, 7, target));
    CHECK_STATUS(LA_INDEX_ERROR, la_take_into(grid, DOUBLES(1, 1), 1, LA_MODE_RAISE, target));
    CHECK_STATUS(LA_READ_ONLY, la_take_into(grid, INTS(1, 1), 1, LA_MODE_RAISE, MAKE(la_readonly(target, OUT))));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_take_into(NULL, grid, 0, LA_MODE_RAISE, target));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_take_into(grid, NULL, 0, LA_MODE_RAISE, target));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_take_into(grid, grid, 0, LA_MODE_RAISE, NULL));
    CHECK_VALUES(target, 2, 0, 5, 3); /* nothing changed by any refusal */
    /* Rows of the target itself. */
    la_array *rows = GRID(3, 2);
    OK(la_take_into(rows, INTS(2, 0, 1), 0, LA_MODE_RAISE, rows));
    CHECK_VALUES(rows, 4, 5, 0, 1, 2, 3);
}

static void compress_into_writes_what_compress_gives(void) {
    la_array *grid = GRID(2, 3);
    la_array *target = MAKE(la_zeros(LA_FLOAT64, SHAPE(2, 2), LA_ORDER_C, OUT));
    OK(la_compress_into(grid, BOOLS(1, 0, 1), 1, target));
    CHECK_VALUES(target, 0, 2, 3, 5);
    CHECK_STATUS(LA_SHAPE_ERROR, la_compress_into(grid, BOOLS(1, 0, 0), 1, target));
    CHECK_STATUS(LA_SHAPE_ERROR, la_compress_into(grid, grid, 1, target));
    CHECK_STATUS(LA_INDEX_ERROR, la_compress_into(grid, BOOLS(1, 0, 0, 1), 1, target));
    CHECK_STATUS(LA_READ_ONLY, la_compress_into(grid, BOOLS(1, 0, 1), 1, MAKE(la_readonly(target, OUT))));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_compress_into(NULL, grid, 1, target));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_compress_into(grid, NULL, 1, target));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_compress_into(grid, BOOLS(1, 0, 1), 1, NULL));
    CHECK_VALUES(target, 0, 2, 3, 5);
    /* Condition and target are one. */
    la_array *row = INTS(0, 5, 6, 0, 7);
    OK(la_compress_into(row, row, 0, part(row, ":3")));
    CHECK_VALUES(row, 5, 6, 7, 0, 7);
}

static void concatenate_into_writes_what_concatenate_gives(void) {
    la_array *target = MAKE(la_zeros(LA_INT32, SHAPE(2, 5), LA_ORDER_C, OUT));
    const la_array *pieces[] = {GRID(2, 3), MAKE(la_ones(LA_INT8, SHAPE(2, 2), LA_ORDER_C, OUT))};
    OK(la_concatenate_into(2, pieces, -1, LA_CAST_SAME_KIND, target));
    CHECK_VALUES(target, 0, 1, 2, 1, 1, 3, 4, 5, 1, 1);
    CHECK_STATUS(LA_CAST_ERROR, la_concatenate_into(2, pieces, 1, LA_CAST_SAFE, target));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_concatenate_into(2, pieces, 1, 17, target));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_concatenate_into(0, pieces, 1, LA_CAST_SAFE, target));
    CHECK_STATUS(LA_SHAPE_ERROR, la_concatenate_into(1, pieces, 1, LA_CAST_UNSAFE, target));
    CHECK_STATUS(LA_SHAPE_ERROR, la_concatenate_into(2, pieces, 0, LA_CAST_UNSAFE, target));
    CHECK_STATUS(LA_AXIS_ERROR, la_concatenate_into(2, pieces, 2, LA_CAST_UNSAFE, target));
    CHECK_STATUS(LA_SHAPE_ERROR, la_concatenate_into(2, pieces, LA_NO_AXIS, LA_CAST_UNSAFE, target));
    CHECK_STATUS(LA_READ_ONLY, la_concatenate_into(2, pieces, 1, LA_CAST_UNSAFE, MAKE(la_readonly(target, OUT))));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_concatenate_into(2, NULL, 1, LA_CAST_UNSAFE, target));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_concatenate_into(2, pieces, 1, LA_CAST_UNSAFE, NULL));
    const la_array *hole[] = {pieces[0], NULL};
    CHECK_STATUS(LA_NULL_ARGUMENT, la_concatenate_into(2, hole, 1, LA_CAST_UNSAFE, target));
    CHECK_VALUES(target, 0, 1, 2, 1, 1, 3, 4, 5, 1, 1);
    la_array *line = MAKE(la_zeros(LA_FLOAT64, SHAPE(10), LA_ORDER_C, OUT));
    OK(la_concatenate_into(2, pieces, LA_NO_AXIS, LA_CAST_SAFE, line));
    CHECK_VALUES(line, 0, 1, 2, 3, 4, 5, 1, 1, 1, 1);
    /* Each piece moves to lower addresses: nothing is copied. */
    la_array *row = GRID(9);
    const la_array *forward[] = {part(row, "1:4"), part(row, "6:8")};
    int64_t before = check_memory().total_bytes;
    OK(la_concatenate_into(2, forward, 0, LA_CAST_NO, part(row, ":5")));
    CHECK_VALUES(row, 1, 2, 3, 6, 7, 5, 6, 7, 8);
    CHECK(check_memory().total_bytes - before <= 16 * 8); /* a note for each piece */
}

static void place_repeats_its_values(void) {
    la_array *grid = GRID(2, 3);
    OK(la_place(grid, MAKE(la_reshape(INTS(1, 0, -4, 1, 1, 0), SHAPE(2, 3), LA_ORDER_C, LA_COPY_NEVER, OUT)),
                DOUBLES(7.5, 8.5)));
    CHECK_VALUES(grid, 7, 1, 8, 7, 8, 5);
    la_array *none = MAKE(la_zeros(LA_INT64, SHAPE(0), LA_ORDER_C, OUT));
    la_array *never = MAKE(la_zeros(LA_BOOL, SHAPE(2, 3), LA_ORDER_C, OUT));
    OK(la_place(grid, never, none));
    CHECK_STATUS(LA_SHAPE_ERROR, la_place(grid, grid, none));
    CHECK_STATUS(LA_SHAPE_ERROR, la_place(grid, BOOLS(1, 1, 1), grid));
    CHECK_STATUS(LA_READ_ONLY, la_place(MAKE(la_readonly(grid, OUT)), never, grid));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_place(NULL, never, grid));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_place(grid, NULL, grid));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_place(grid, never, NULL));
    CHECK_VALUES(grid, 7, 1, 8, 7, 8, 5);
}

CHECK_MAIN(
    TEST(steps_of_one_sign_but_different_size),
    TEST(a_widening_cast_in_place),
    TEST(values_of_a_mask_that_are_a_part_of_the_target),
    TEST(a_mask_that_is_a_view_of_the_target),
    TEST(pieces_that_are_parts_of_the_joined_array),
    TEST(placed_values_that_are_a_part_of_the_target),
    TEST(indices_that_are_views_of_the_target),
    TEST(shifts_and_interleavings_allocate_nothing),
    TEST(the_same_elements_are_cast_in_place),
    TEST(reversals_and_squares_change_places),
    TEST(what_must_be_copied_is_the_part_that_meets),
    TEST(take_into_writes_what_take_gives),
    TEST(compress_into_writes_what_compress_gives),
    TEST(concatenate_into_writes_what_concatenate_gives),
    TEST(place_repeats_its_values)
)
