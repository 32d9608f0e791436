/* Element types: sizes, names, formats, casting and promotion. The tables are
 * what NumPy 2.4.6 answers; bfloat16, which NumPy lacks, follows its definition:
 * safe to every type that holds a float32. */
#include "dtypes.h"

#define FOREIGN 0x100
#define RAW(size) (0x40000000 | (size))

typedef struct type_row {
    la_dtype dtype;
    int64_t size;
    const char *name, *format, *swapped;
} type_row;

static const type_row types[] = {
    {LA_BOOL, 1, "bool", "|b1", NULL},
    {LA_INT8, 1, "int8", "|i1", NULL},
    {LA_INT16, 2, "int16", "<i2", ">i2"},
    {LA_INT32, 4, "int32", "<i4", ">i4"},
    {LA_INT64, 8, "int64", "<i8", ">i8"},
    {LA_UINT8, 1, "uint8", "|u1", NULL},
    {LA_UINT16, 2, "uint16", "<u2", ">u2"},
    {LA_UINT32, 4, "uint32", "<u4", ">u4"},
    {LA_UINT64, 8, "uint64", "<u8", ">u8"},
    {LA_FLOAT16, 2, "float16", "<f2", ">f2"},
    {LA_FLOAT32, 4, "float32", "<f4", ">f4"},
    {LA_FLOAT64, 8, "float64", "<f8", ">f8"},
    {LA_COMPLEX64, 8, "complex64", "<c8", ">c8"},
    {LA_COMPLEX128, 16, "complex128", "<c16", ">c16"},
};
enum { TYPES = sizeof types / sizeof types[0] };

static const char *name_of(la_dtype dtype) {
    static char text[64];
    OK(la_dtype_name(dtype, text, sizeof text, NULL));
    return text;
}

static void types_have_numpys_sizes_names_and_formats(void) {
    for (int k = 0; k < TYPES; k++) {
        const type_row *row = &types[k];
        CHECK_NUMBER(la_dtype_size(row->dtype), row->size);
        CHECK_TEXT(name_of(row->dtype), row->name);
        CHECK_TEXT(format_of(row->dtype), row->format);
        CHECK_NUMBER(parsed(row->name), row->dtype);
        CHECK_NUMBER(parsed(row->format), row->dtype);
        CHECK_NUMBER(la_dtype_field_count(row->dtype), 0);
    }
    CHECK_NUMBER(la_dtype_size(LA_BFLOAT16), 2);
    CHECK_TEXT(name_of(LA_BFLOAT16), "bfloat16");
    CHECK_TEXT(format_of(LA_BFLOAT16), "bfloat16");
    CHECK_NUMBER(parsed("bfloat16"), LA_BFLOAT16);
}

static void a_type_in_the_other_byte_order_is_another_type(void) {
    for (int k = 0; k < TYPES; k++) {
        const type_row *row = &types[k];
        la_dtype swapped = 0, back = 0;
        OK(la_dtype_swapped(row->dtype, &swapped));
        OK(la_dtype_swapped(swapped, &back));
        CHECK_NUMBER(back, row->dtype);
        CHECK_NUMBER(swapped, row->swapped ? row->dtype | FOREIGN : row->dtype);
        if (!row->swapped) continue;
        CHECK_NUMBER(la_dtype_size(swapped), row->size);
        CHECK_TEXT(name_of(swapped), row->swapped);
        CHECK_TEXT(format_of(swapped), row->swapped);
        CHECK_NUMBER(parsed(row->swapped), swapped);
    }
}

static void raw_bytes_are_a_type_of_any_size(void) {
    CHECK_NUMBER(la_dtype_size(RAW(12)), 12);
    CHECK_NUMBER(parsed("V12"), RAW(12));
    CHECK_NUMBER(parsed("|V12"), RAW(12));
    CHECK_TEXT(format_of(RAW(12)), "|V12");
    la_dtype same = 0;
    OK(la_dtype_swapped(RAW(3), &same));
    CHECK_NUMBER(same, RAW(3));
    la_array *zeros = MAKE(la_zeros(RAW(3), SHAPE(2), LA_ORDER_C, OUT));
    CHECK_NUMBER(la_itemsize(zeros), 3);
    CHECK_NUMBER(la_nbytes(zeros), 6);
    CHECK_STRIDES(zeros, 3);
}

static void short_names_are_read_as_numpy_reads_them(void) {
    CHECK_NUMBER(parsed("f8"), LA_FLOAT64);
    CHECK_NUMBER(parsed("d"), LA_FLOAT64);
    CHECK_NUMBER(parsed("f"), LA_FLOAT32);
    CHECK_NUMBER(parsed("e"), LA_FLOAT16);
    CHECK_NUMBER(parsed("?"), LA_BOOL);
    CHECK_NUMBER(parsed("b1"), LA_BOOL);
    CHECK_NUMBER(parsed("b"), LA_INT8);
    CHECK_NUMBER(parsed("B"), LA_UINT8);
    CHECK_NUMBER(parsed("h"), LA_INT16);
    CHECK_NUMBER(parsed("i"), LA_INT32);
    CHECK_NUMBER(parsed("I"), LA_UINT32);
    CHECK_NUMBER(parsed("q"), LA_INT64);
    CHECK_NUMBER(parsed("Q"), LA_UINT64);
    CHECK_NUMBER(parsed("F"), LA_COMPLEX64);
    CHECK_NUMBER(parsed("D"), LA_COMPLEX128);
    CHECK_NUMBER(parsed("u2"), LA_UINT16);
    CHECK_NUMBER(parsed("c16"), LA_COMPLEX128);
    CHECK_NUMBER(parsed("=i4"), LA_INT32);
    CHECK_NUMBER(parsed(">d"), LA_FLOAT64 | FOREIGN);
}

static void what_is_no_type_is_refused(void) {
    static const char *const wrong[] = {
        "", "x", "float65", "<f3", "f16", "i3", "b8", "u16", "V", "V-1", ">", "<<f8",
        "f8 ", "(2,)f8", "V99999999999999999999", "O", "S5", "U5", "M8[s]", "\xc3\xa9",
    };
    static const la_dtype numbers[] = {0, -1, 16, 127, 128, 129, 255, 0x100, 0x110, 0x200, 0x10d0,
                                       0x10000, 0x20000000, INT32_MIN};
    la_dtype out = 42;
    int32_t answer = 42;
    char text[32] = "as before";
    for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
        la_status status = la_dtype_parse(wrong[k], &out);
        if (status != LA_DTYPE_ERROR && status != LA_INVALID_ARGUMENT)
            check_fail(__FILE__, __LINE__, "parsing \"%s\" gave %s", wrong[k], la_status_name(status));
        CHECK_NUMBER(out, 42);
    }
    CHECK_STATUS(LA_DTYPE_ERROR, la_dtype_parse("float65", &out));
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        CHECK_NUMBER(la_dtype_size(numbers[k]), -1);
        CHECK_NUMBER(la_dtype_field_count(numbers[k]), -1);
        CHECK_STATUS(LA_DTYPE_ERROR, la_dtype_name(numbers[k], text, sizeof text, NULL));
        CHECK_STATUS(LA_DTYPE_ERROR, la_dtype_format(numbers[k], text, sizeof text, NULL));
        CHECK_STATUS(LA_DTYPE_ERROR, la_dtype_swapped(numbers[k], &out));
        CHECK_STATUS(LA_DTYPE_ERROR, la_can_cast(numbers[k], LA_INT8, LA_CAST_SAFE, &answer));
        CHECK_STATUS(LA_DTYPE_ERROR, la_can_cast(LA_INT8, numbers[k], LA_CAST_SAFE, &answer));
        REFUSES(LA_DTYPE_ERROR, "dtype", la_zeros(numbers[k], SHAPE(2), LA_ORDER_C, OUT));
    }
    CHECK_NUMBER(out, 42);
    CHECK_NUMBER(answer, 42);
    CHECK_STATUS(LA_NULL_ARGUMENT, la_dtype_parse(NULL, &out));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_dtype_parse("f8", NULL));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_dtype_swapped(LA_INT8, NULL));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_can_cast(LA_INT8, LA_INT8, LA_CAST_NO, NULL));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_can_cast(LA_INT8, LA_INT8, 6, &answer));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_can_cast(LA_INT8, LA_INT8, -1, &answer));
}

static void a_name_is_cut_to_its_buffer(void) {
    char text[8];
    size_t needed = 0;
    CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_dtype_name(LA_COMPLEX128, text, 8, &needed));
    CHECK_TEXT(text, "complex");
    CHECK_NUMBER(needed, 11);
    CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_dtype_format(LA_COMPLEX128, NULL, 0, &needed));
    CHECK_NUMBER(needed, 5);
    CHECK_STATUS(LA_NULL_ARGUMENT, la_dtype_name(LA_COMPLEX128, NULL, 8, &needed));
}

static int can_cast(la_dtype from, la_dtype to, int32_t casting) {
    int32_t answer = -1;
    OK(la_can_cast(from, to, casting, &answer));
    return answer;
}

static const char *const safe[TYPES] = {
    "11111111111111", /* bool */
    "01111000011111", /* int8 */
    "00111000001111", /* int16 */
    "00011000000101", /* int32 */
    "00001000000101", /* int64 */
    "00111111111111", /* uint8 */
    "00011011101111", /* uint16 */
    "00001001100101", /* uint32 */
    "00000000100101", /* uint64 */
    "00000000011111", /* float16 */
    "00000000001111", /* float32 */
    "00000000000101", /* float64 */
    "00000000000011", /* complex64 */
    "00000000000001", /* complex128 */
};

static const char *const same_kind[TYPES] = {
    "11111111111111", /* bool */
    "01111000011111", /* int8 */
    "01111000011111", /* int16 */
    "01111000011111", /* int32 */
    "01111000011111", /* int64 */
    "01111111111111", /* uint8 */
    "01111111111111", /* uint16 */
    "01111111111111", /* uint32 */
    "01111111111111", /* uint64 */
    "00000000011111", /* float16 */
    "00000000011111", /* float32 */
    "00000000011111", /* float64 */
    "00000000000011", /* complex64 */
    "00000000000011", /* complex128 */
};

static void casting_rules_are_numpys_table(void) {
    for (int from = 0; from < TYPES; from++)
        for (int to = 0; to < TYPES; to++) {
            la_dtype a = types[from].dtype, b = types[to].dtype;
            CHECK_NUMBER(can_cast(a, b, LA_CAST_NO), a == b);
            CHECK_NUMBER(can_cast(a, b, LA_CAST_EQUIV), a == b);
            CHECK_NUMBER(can_cast(a, b, LA_CAST_SAFE), safe[from][to] - '0');
            CHECK_NUMBER(can_cast(a, b, LA_CAST_SAME_KIND), same_kind[from][to] - '0');
            CHECK_NUMBER(can_cast(a, b, LA_CAST_UNSAFE), 1);
            CHECK_NUMBER(can_cast(a, b, LA_CAST_SAME_VALUE), 1);
            if (!types[to].swapped) continue;
            CHECK_NUMBER(can_cast(a, b | FOREIGN, LA_CAST_NO), 0);
            CHECK_NUMBER(can_cast(a, b | FOREIGN, LA_CAST_EQUIV), a == b);
            CHECK_NUMBER(can_cast(a, b | FOREIGN, LA_CAST_SAFE), safe[from][to] - '0');
        }
}

static void bfloat16_casts_safely_to_what_holds_a_float32(void) {
    CHECK(can_cast(LA_BFLOAT16, LA_FLOAT32, LA_CAST_SAFE));
    CHECK(can_cast(LA_BFLOAT16, LA_FLOAT64, LA_CAST_SAFE));
    CHECK(can_cast(LA_BFLOAT16, LA_COMPLEX64, LA_CAST_SAFE));
    CHECK(can_cast(LA_BFLOAT16, LA_COMPLEX128, LA_CAST_SAFE));
    CHECK(!can_cast(LA_BFLOAT16, LA_FLOAT16, LA_CAST_SAFE));
    CHECK(!can_cast(LA_FLOAT16, LA_BFLOAT16, LA_CAST_SAFE));
    CHECK(can_cast(LA_FLOAT32, LA_BFLOAT16, LA_CAST_SAME_KIND));
    CHECK(!can_cast(LA_BFLOAT16, LA_INT64, LA_CAST_SAME_KIND));
    CHECK(can_cast(LA_BFLOAT16, LA_INT64, LA_CAST_UNSAFE));
}

static la_dtype promoted(la_dtype a, la_dtype b) {
    la_dtype both[2], out = 0;
    both[0] = a;
    both[1] = b;
    OK(la_result_type(2, both, &out));
    return out;
}

/* Each type by its letter in NumPy, the columns in the order of `types`. */
static const char letters[] = "?bhilBHILefdFD";
static const char *const promotion[TYPES] = {
    "?bhilBHILefdFD", /* bool */
    "bbhilhildefdFD", /* int8 */
    "hhhilhildffdFD", /* int16 */
    "iiiiliilddddDD", /* int32 */
    "llllllllddddDD", /* int64 */
    "BhhilBHILefdFD", /* uint8 */
    "HiiilHHILffdFD", /* uint16 */
    "IllllIIILdddDD", /* uint32 */
    "LddddLLLLdddDD", /* uint64 */
    "eefddefddefdFD", /* float16 */
    "fffddffddffdFD", /* float32 */
    "ddddddddddddDD", /* float64 */
    "FFFDDFFDDFFDFD", /* complex64 */
    "DDDDDDDDDDDDDD", /* complex128 */
};

static la_dtype lettered(char letter) {
    return types[strchr(letters, letter) - letters].dtype;
}

static void promotion_is_numpys_table(void) {
    static const char weak_int[] = "lbhilBHILefdFD", weak_float[] = "dddddddddefdFD";
    for (int a = 0; a < TYPES; a++) {
        for (int b = 0; b < TYPES; b++)
            CHECK_NUMBER(promoted(types[a].dtype, types[b].dtype), lettered(promotion[a][b]));
        CHECK_NUMBER(promoted(types[a].dtype, LA_WEAK_INT), lettered(weak_int[a]));
        CHECK_NUMBER(promoted(LA_WEAK_FLOAT, types[a].dtype), lettered(weak_float[a]));
    }
    CHECK_NUMBER(promoted(LA_INT32 | FOREIGN, LA_INT32 | FOREIGN), LA_INT32);
    CHECK_NUMBER(promoted(LA_BFLOAT16, LA_FLOAT16), LA_FLOAT32);
    CHECK_NUMBER(promoted(LA_BFLOAT16, LA_BFLOAT16), LA_BFLOAT16);
    CHECK_NUMBER(promoted(LA_BFLOAT16, LA_FLOAT64), LA_FLOAT64);
    CHECK_NUMBER(promoted(LA_BFLOAT16, LA_WEAK_FLOAT), LA_BFLOAT16);
}

static void many_types_promote_in_one_go(void) {
    static const la_dtype three[] = {LA_INT8, LA_UINT8, LA_FLOAT16};
    static const la_dtype weak[] = {LA_WEAK_INT, LA_INT16, LA_WEAK_INT};
    static const la_dtype raw[] = {LA_INT8, RAW(4)};
    static const la_dtype unknown[] = {LA_INT8, 77};
    la_dtype out = 42;
    OK(la_result_type(3, three, &out));
    CHECK_NUMBER(out, LA_FLOAT16);
    OK(la_result_type(3, weak, &out));
    CHECK_NUMBER(out, LA_INT16);
    OK(la_result_type(1, three, &out));
    CHECK_NUMBER(out, LA_INT8);
    OK(la_result_type(1, weak, &out));
    CHECK_NUMBER(out, LA_INT64);
    CHECK_STATUS(LA_DTYPE_ERROR, la_result_type(2, raw, &out));
    CHECK_STATUS(LA_DTYPE_ERROR, la_result_type(2, unknown, &out));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_result_type(0, three, &out));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_result_type(-1, three, &out));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_result_type(2, NULL, &out));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_result_type(2, three, NULL));
    CHECK_NUMBER(out, LA_INT64);
}

CHECK_MAIN(
    TEST(types_have_numpys_sizes_names_and_formats),
    TEST(a_type_in_the_other_byte_order_is_another_type),
    TEST(raw_bytes_are_a_type_of_any_size),
    TEST(short_names_are_read_as_numpy_reads_them),
    TEST(what_is_no_type_is_refused),
    TEST(a_name_is_cut_to_its_buffer),
    TEST(casting_rules_are_numpys_table),
    TEST(bfloat16_casts_safely_to_what_holds_a_float32),
    TEST(promotion_is_numpys_table),
    TEST(many_types_promote_in_one_go),
)
