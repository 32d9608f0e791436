/* Arrays as text. The expected texts are what NumPy 2.4.6 prints. */
#include "check.h"

static const char *text_of(const la_array *array, const la_format_options *options) {
    static char text[4096];
    OK(la_format(array, options, text, sizeof text, NULL));
    return text;
}

static void arrays_print_as_numpy_prints_them(void) {
    CHECK_TEXT(text_of(GRID(2, 3), NULL), "[[0 1 2]\n [3 4 5]]");
    CHECK_TEXT(text_of(DOUBLES(0.1, 1e10, NAN, -INFINITY), NULL), "[1.e-01 1.e+10    nan   -inf]");
    CHECK_TEXT(text_of(DOUBLES(1.5, 2), NULL), "[1.5 2. ]");
    CHECK_TEXT(text_of(DOUBLES(-0.0, 3.14159265358979), NULL), "[-0.          3.14159265]");
    CHECK_TEXT(text_of(DOUBLES(1e-5, 1), NULL), "[1.e-05 1.e+00]");
    CHECK_TEXT(text_of(BOOLS(1, 0), NULL), "[ True False]");
    CHECK_TEXT(text_of(BOOLS(7), NULL), "[ True]");
    const float tenths[] = {0.1f, 0.2f};
    CHECK_TEXT(text_of(MAKE(la_from_data(tenths, LA_FLOAT32, SHAPE(2), NULL, LA_ORDER_C, OUT)), NULL), "[0.1 0.2]");
    const double z[] = {1, 2, -0.0, -0.5};
    CHECK_TEXT(text_of(MAKE(la_from_data(z, LA_COMPLEX128, SHAPE(2), NULL, LA_ORDER_C, OUT)), NULL),
               "[ 1.+2.j  -0.-0.5j]");
    CHECK_TEXT(text_of(GRID(2, 3, 4), NULL),
               "[[[ 0  1  2  3]\n  [ 4  5  6  7]\n  [ 8  9 10 11]]\n\n"
               " [[12 13 14 15]\n  [16 17 18 19]\n  [20 21 22 23]]]");
    CHECK_TEXT(text_of(MAKE(la_arange(LA_INT64, 0, 40000, 1000, OUT)), NULL),
               "[    0  1000  2000  3000  4000  5000  6000  7000  8000  9000 10000 11000\n"
               " 12000 13000 14000 15000 16000 17000 18000 19000 20000 21000 22000 23000\n"
               " 24000 25000 26000 27000 28000 29000 30000 31000 32000 33000 34000 35000\n"
               " 36000 37000 38000 39000]");
}

static void rank_0_and_empty_arrays_print_too(void) {
    CHECK_TEXT(text_of(MAKE(la_full(LA_INT8, 0, NULL, LA_ORDER_C, INT(5), OUT)), NULL), "5");
    CHECK_TEXT(text_of(MAKE(la_full(LA_FLOAT64, 0, NULL, LA_ORDER_C, INT(2), OUT)), NULL), "2.0");
    CHECK_TEXT(text_of(MAKE(la_zeros(LA_FLOAT64, SHAPE(0), LA_ORDER_C, OUT)), NULL), "[]");
    CHECK_TEXT(text_of(MAKE(la_zeros(LA_FLOAT64, SHAPE(2, 0), LA_ORDER_C, OUT)), NULL), "[]");
}

static void large_arrays_are_summarised(void) {
    CHECK_TEXT(text_of(GRID(2000), NULL), "[   0    1    2 ... 1997 1998 1999]");
    CHECK_TEXT(text_of(GRID(100, 100), NULL),
               "[[   0    1    2 ...   97   98   99]\n [ 100  101  102 ...  197  198  199]\n"
               " [ 200  201  202 ...  297  298  299]\n ...\n [9700 9701 9702 ... 9797 9798 9799]\n"
               " [9800 9801 9802 ... 9897 9898 9899]\n [9900 9901 9902 ... 9997 9998 9999]]");
}

static void options_change_the_text(void) {
    la_format_options options = {sizeof options, 3, 5, 2, 30, LA_FORMAT_STR};
    CHECK_TEXT(text_of(MAKE(la_linspace(LA_FLOAT64, 0, 1, 7, 1, OUT)), &options), "[0.    0.167 ... 0.833 1.   ]");
    CHECK_TEXT(text_of(DOUBLES(1.0 / 3, 2.0 / 3), &options), "[0.333 0.667]");
    options.threshold = 1000;
    CHECK_TEXT(text_of(GRID(20), &options), "[ 0  1  2  3  4  5  6  7  8\n  9 10 11 12 13 14 15 16 17\n 18 19]");
    char text[8];
    options.precision = 18;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_format(GRID(2), &options, text, sizeof text, NULL));
    options.precision = -1;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_format(GRID(2), &options, text, sizeof text, NULL));
    options.precision = 8;
    options.size = 4;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_format(GRID(2), &options, text, sizeof text, NULL));
}

static void an_expression_makes_the_array(void) {
    la_format_options repr = {sizeof repr, 8, 1000, 3, 75, LA_FORMAT_REPR};
    CHECK_TEXT(text_of(GRID(2, 3), &repr), "array([[0, 1, 2],\n       [3, 4, 5]])");
    CHECK_TEXT(text_of(DOUBLES(1.5, 2), &repr), "array([1.5, 2. ])");
    CHECK_TEXT(text_of(MAKE(la_full(LA_FLOAT32, 0, NULL, LA_ORDER_C, INT(2), OUT)), &repr),
               "array(2., dtype=float32)");
    CHECK_TEXT(text_of(MAKE(la_zeros(LA_FLOAT64, SHAPE(2, 0), LA_ORDER_C, OUT)), &repr),
               "array([], shape=(2, 0), dtype=float64)");
    CHECK_TEXT(text_of(MAKE(la_zeros(LA_INT64, SHAPE(1001), LA_ORDER_C, OUT)), &repr),
               "array([0, 0, 0, ..., 0, 0, 0], shape=(1001,))");
    repr.form = LA_FORMAT_STR;
    CHECK_TEXT(text_of(GRID(3), &repr), "[0 1 2]");
    repr.form = 2;
    char text[64];
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_format(GRID(2), &repr, text, sizeof text, NULL));
}

static void texts_are_cut_to_their_buffer(void) {
    char text[8];
    size_t needed = 0;
    CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_format(GRID(2, 3), NULL, text, sizeof text, &needed));
    CHECK_TEXT(text, "[[0 1 2");
    CHECK_NUMBER(needed, strlen("[[0 1 2]\n [3 4 5]]") + 1);
    CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_describe(GRID(2, 3), text, sizeof text, &needed));
    CHECK_TEXT(text, "int64 (");
    CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_describe(GRID(2, 3), NULL, 0, &needed));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_format(NULL, NULL, text, sizeof text, NULL));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_describe(NULL, text, sizeof text, NULL));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_format(GRID(2), NULL, NULL, sizeof text, NULL));
}

static void one_line_describes_an_array(void) {
    char text[256];
    la_array *grid = GRID(2, 3);
    OK(la_describe(grid, text, sizeof text, NULL));
    CHECK(strstr(text, "int64 (2, 3) strides (24, 8) C-contiguous") == text);
    CHECK(!strstr(text, "view"));
    OK(la_describe(MAKE(la_transpose(grid, OUT)), text, sizeof text, NULL));
    CHECK(strstr(text, "int64 (3, 2) strides (8, 24) F-contiguous view of int64 (2, 3)") == text);
    OK(la_describe(MAKE(la_readonly(grid, OUT)), text, sizeof text, NULL));
    CHECK(strstr(text, "read-only") != NULL);
    CHECK(strchr(text, '\n') == NULL);
}

CHECK_MAIN(
    TEST(arrays_print_as_numpy_prints_them),
    TEST(rank_0_and_empty_arrays_print_too),
    TEST(large_arrays_are_summarised),
    TEST(options_change_the_text),
    TEST(an_expression_makes_the_array),
    TEST(texts_are_cut_to_their_buffer),
    TEST(one_line_describes_an_array),
)
