/* Index keys written as text: "1:4, ::-1, ..., None". */
#include "check.h"

static la_array *at(const la_array *array, const char *key) {
    return MAKE(la_slice_str(array, key, OUT));
}

static void a_text_means_what_it_means_in_python(void) {
    la_array *grid = GRID(4, 6);
    CHECK_SAME(at(grid, "1:4, ::-1"), MAKE(la_slice(grid, LA_INDEX(LA_RANGE(1, 4), LA_STEP(-1)), OUT)));
    CHECK_SAME(at(grid, "2"), MAKE(la_slice(grid, LA_INDEX(LA_AT(2)), OUT)));
    CHECK_SAME(at(grid, "-1,-2"), MAKE(la_slice(grid, LA_INDEX(LA_AT(-1), LA_AT(-2)), OUT)));
    CHECK_SAME(at(grid, "..., 3"), MAKE(la_slice(grid, LA_INDEX(LA_ELLIPSIS, LA_AT(3)), OUT)));
    CHECK_SAME(at(grid, "None, :"), MAKE(la_slice(grid, LA_INDEX(LA_NEWAXIS), OUT)));
    CHECK_SAME(at(grid, "newaxis,..."), MAKE(la_slice(grid, LA_INDEX(LA_NEWAXIS), OUT)));
    CHECK_SAME(at(grid, ":3"), MAKE(la_slice(grid, LA_INDEX(LA_TO(3)), OUT)));
    CHECK_SAME(at(grid, "2:"), MAKE(la_slice(grid, LA_INDEX(LA_FROM(2)), OUT)));
    CHECK_SAME(at(grid, "2::"), MAKE(la_slice(grid, LA_INDEX(LA_FROM(2)), OUT)));
    CHECK_SAME(at(grid, ":"), grid);
    CHECK_SAME(at(grid, "::"), grid);
    CHECK_SAME(at(grid, "3:0:-2"), MAKE(la_slice(grid, LA_INDEX(LA_RANGE_STEP(3, 0, -2)), OUT)));
    CHECK_SAME(at(grid, ":-1:2"), MAKE(la_slice(grid, LA_INDEX(LA_TO_STEP(-1, 2)), OUT)));
    CHECK_SAME(at(grid, ""), grid);
    CHECK_SAME(at(grid, "   "), grid);
    CHECK_SAME(at(grid, " 1 : 3 ,\t- 2 : "), MAKE(la_slice(grid, LA_INDEX(LA_RANGE(1, 3), LA_FROM(-2)), OUT)));
    CHECK_SAME(at(grid, "1,"), MAKE(la_slice(grid, LA_INDEX(LA_AT(1)), OUT)));
    CHECK_SAME(at(grid, "+1"), MAKE(la_slice(grid, LA_INDEX(LA_AT(1)), OUT)));
    CHECK(la_base(at(grid, "1:4")) == grid);
}

static void a_text_that_makes_no_sense_names_its_place(void) {
    la_array *grid = GRID(4, 6);
    REFUSES(LA_INVALID_ARGUMENT, "byte 2", la_slice_str(grid, "1:x", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte 3", la_slice_str(grid, "0, ?", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "1:2:3:4", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "1 2", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, ",", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "1,,2", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "..", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "....", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "-", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "--1", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "1.5", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "Nonesense", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "[1]", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "byte", la_slice_str(grid, "\xff", OUT));
}

static void numbers_beyond_64_bits_do_not_wrap(void) {
    la_array *grid = GRID(4, 6);
    CHECK_SAME(at(grid, "-9223372036854775808:9223372036854775807"), grid);
    REFUSES(LA_INVALID_ARGUMENT, "64 bits", la_slice_str(grid, "9223372036854775808", OUT));
    REFUSES(LA_INVALID_ARGUMENT, "64 bits", la_slice_str(grid, "99999999999999999999999999999999999", OUT));
}

static void a_text_obeys_the_rules_of_keys(void) {
    la_array *grid = GRID(4, 6);
    REFUSES(LA_INDEX_ERROR, "index 4 is out of bounds for axis 0 with size 4", la_slice_str(grid, "4", OUT));
    REFUSES(LA_INDEX_ERROR, "slice step cannot be zero", la_slice_str(grid, "::0", OUT));
    REFUSES(LA_INDEX_ERROR, "too many indices", la_slice_str(grid, "0,0,0", OUT));
    REFUSES(LA_INDEX_ERROR, "single ellipsis", la_slice_str(grid, "...,...", OUT));
    REFUSES(LA_NULL_ARGUMENT, "key", la_slice_str(grid, NULL, OUT));
    REFUSES(LA_NULL_ARGUMENT, "array", la_slice_str(NULL, "0", OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_slice_str(grid, "0", NULL));
}

CHECK_MAIN(
    TEST(a_text_means_what_it_means_in_python),
    TEST(a_text_that_makes_no_sense_names_its_place),
    TEST(numbers_beyond_64_bits_do_not_wrap),
    TEST(a_text_obeys_the_rules_of_keys),
)
