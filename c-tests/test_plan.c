/* Plans tell what an operation would do before it does it; and what is not
 * offered yet says so. */
#include "check.h"

static la_plan empty_plan(void) {
    la_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    return plan;
}

static void a_plan_tells_whether_reshape_copies_and_why(void) {
    la_array *grid = GRID(4, 6), *transposed = MAKE(la_transpose(grid, OUT));
    la_plan plan = empty_plan();
    OK(la_plan_reshape(grid, SHAPE(3, 8), LA_ORDER_C, &plan));
    CHECK(plan.copies == 0 && plan.bytes == 0);
    CHECK(plan.outer_axis == -1 && plan.inner_axis == -1);
    CHECK_NUMBER(plan.hazard, LA_HAZARD_FREE);
    OK(la_plan_reshape(transposed, SHAPE(24), LA_ORDER_C, &plan));
    CHECK_NUMBER(plan.copies, 1);
    CHECK_NUMBER(plan.bytes, 24 * 8);
    CHECK(plan.outer_axis == 0 && plan.inner_axis == 1);
    OK(la_plan_reshape(transposed, SHAPE(-1), LA_ORDER_F, &plan));
    CHECK_NUMBER(plan.copies, 0);
    CHECK_STATUS(LA_SHAPE_ERROR, la_plan_reshape(grid, SHAPE(7), LA_ORDER_C, &plan));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_plan_reshape(grid, SHAPE(24), LA_ORDER_K, &plan));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_plan_reshape(grid, SHAPE(24), LA_ORDER_C, NULL));
    plan.size = 1;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_plan_reshape(grid, SHAPE(24), LA_ORDER_C, &plan));
}

static void a_plan_tells_how_assignment_stays_right(void) {
    la_array *row = GRID(10);
    la_plan plan = empty_plan();
    OK(la_plan_assign(row, GRID(10), LA_CAST_NO, &plan));
    CHECK_NUMBER(plan.hazard, LA_HAZARD_FREE);
    CHECK_NUMBER(plan.bytes, 0);
    OK(la_plan_assign(MAKE(la_slice(row, LA_INDEX(LA_STEP(2)), OUT)),
                      MAKE(la_slice(row, LA_INDEX(LA_FROM_STEP(1, 2)), OUT)), LA_CAST_NO, &plan));
    CHECK_NUMBER(plan.hazard, LA_HAZARD_FREE); /* they interleave and share nothing */
    OK(la_plan_assign(MAKE(la_slice(row, LA_INDEX(LA_FROM(1)), OUT)),
                      MAKE(la_slice(row, LA_INDEX(LA_TO(-1)), OUT)), LA_CAST_NO, &plan));
    CHECK(plan.hazard == LA_HAZARD_ORDERED || plan.hazard == LA_HAZARD_EXCHANGE || plan.hazard == LA_HAZARD_BUFFERED);
    CHECK((plan.hazard == LA_HAZARD_BUFFERED) == (plan.bytes > 0));
    CHECK_VALUES(row, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9); /* nothing is written */
    CHECK_STATUS(LA_CAST_ERROR, la_plan_assign(row, DOUBLES(1), LA_CAST_SAFE, &plan));
    CHECK_STATUS(LA_SHAPE_ERROR, la_plan_assign(row, INTS(1, 2), LA_CAST_SAFE, &plan));
    CHECK_STATUS(LA_READ_ONLY, la_plan_assign(MAKE(la_readonly(row, OUT)), INTS(1), LA_CAST_SAFE, &plan));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_plan_assign(row, NULL, LA_CAST_SAFE, &plan));
}

static void what_is_not_offered_yet_says_so(void) {
    la_array *row = GRID(3);
    char text[16] = "as before";
    size_t needed = 42;
    CHECK_STATUS(LA_UNSUPPORTED, la_explain(LA_EXPLAIN_SHARING, row, row, text, sizeof text, &needed));
    CHECK_STATUS(LA_UNSUPPORTED, la_explain(LA_EXPLAIN_CONTIGUITY, row, NULL, text, sizeof text, &needed));
    CHECK_STATUS(LA_UNSUPPORTED, la_draw(row, 0, text, sizeof text, &needed));
    CHECK_MESSAGE("not supported by this version");
    CHECK(needed == 42);
    CHECK_TEXT(text, "as before");
}

CHECK_MAIN(
    TEST(a_plan_tells_whether_reshape_copies_and_why),
    TEST(a_plan_tells_how_assignment_stays_right),
    TEST(what_is_not_offered_yet_says_so),
)
