/* Records: types with named fields. Where NumPy 2.4.6 has an answer, the expected
 * one is its own. */
#include "dtypes.h"

#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOREIGN 0x100
#define RAW(size) (0x40000000 | (size))

/* -- types --------------------------------------------------------------------- */

/* What a C compiler makes of these fields, and NumPy with align=True. */
typedef struct sample {
    int8_t id;
    double value;
    int16_t count;
} sample;

static const char *const sample_names[] = {"id", "value", "count"};
static const la_dtype sample_types[] = {LA_INT8, LA_FLOAT64, LA_INT16};

static la_dtype sample_dtype(void) {
    la_dtype dtype = -7;
    OK(la_dtype_record(3, sample_names, sample_types, NULL, LA_C_LAYOUT, &dtype));
    return dtype;
}

static la_array *samples(void) {
    static const sample values[] = {{1, 0.5, 10}, {-2, 1.5, 20}, {3, -2.5, 30}};
    return MAKE(la_from_data(values, sample_dtype(), 1, (const int64_t[]){3}, NULL, LA_ORDER_C, OUT));
}

static void fields_are_laid_out_packed_in_place_or_as_in_c(void) {
    static const int64_t offsets[] = {0, 4, 1};
    la_dtype packed = -7, placed = -7, in_c = sample_dtype();
    OK(la_dtype_record(3, sample_names, sample_types, NULL, 0, &packed));
    OK(la_dtype_record(3, sample_names, sample_types, offsets, 20, &placed));
    CHECK_NUMBER(la_dtype_size(packed), 11);
    CHECK_NUMBER(la_dtype_size(placed), 20);
    CHECK_NUMBER(la_dtype_size(in_c), sizeof(sample));
    CHECK_NUMBER(la_dtype_field_count(in_c), 3);
    static const int64_t in_c_offsets[] = {offsetof(sample, id), offsetof(sample, value), offsetof(sample, count)};
    static const int64_t packed_offsets[] = {0, 1, 9};
    for (int32_t k = 0; k < 3; k++) {
        char name[24];
        size_t needed = 0;
        la_dtype dtype = -7;
        int64_t offset = -7;
        OK(la_dtype_field(in_c, k, name, sizeof name, &needed, &dtype, &offset));
        CHECK_TEXT(name, sample_names[k]);
        CHECK_NUMBER(needed, strlen(name) + 1);
        CHECK_NUMBER(dtype, sample_types[k]);
        CHECK_NUMBER(offset, in_c_offsets[k]);
        OK(la_dtype_field(packed, k, name, sizeof name, NULL, NULL, &offset));
        CHECK_NUMBER(offset, packed_offsets[k]);
        CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_dtype_field(placed, k, NULL, 0, &needed, &dtype, &offset));
        CHECK_NUMBER(needed, strlen(name) + 1);
        CHECK_NUMBER(offset, offsets[k]);
    }
    /* Aligned elements are so in memory; packed ones are anywhere. */
    CHECK(la_flags(samples()) & LA_FLAG_ALIGNED);
    la_array *odd = MAKE(la_field(MAKE(la_zeros(packed, SHAPE(2), LA_ORDER_C, OUT)), "value", OUT));
    CHECK(!(la_flags(odd) & LA_FLAG_ALIGNED));
}

static void the_same_description_is_the_same_type(void) {
    static const int64_t offsets[] = {0, 8, 16};
    la_dtype again = -7, other = -7;
    OK(la_dtype_record(3, sample_names, sample_types, offsets, LA_C_LAYOUT, &again));
    CHECK_NUMBER(again, sample_dtype());
    CHECK_NUMBER(parsed(format_of(again)), again);
    OK(la_dtype_record(3, sample_names, sample_types, offsets, sizeof(sample), &other));
    CHECK(other != again && other >= 0x10000);
    CHECK_NUMBER(la_dtype_size(other), la_dtype_size(again));
}

static void the_text_of_a_record_is_numpys_and_is_read_back(void) {
    static const char *const texts[] = {
        "[('x', '<f4'), ('y', '<i8')]",
        "[('', '|V1'), ('x', '>f4'), ('', '|V3'), ('y', '|u1'), ('', '|V7')]",
        "[('at', [('x', '<f4'), ('y', '<f4')]), ('raw', '|V3'), ('half', 'bfloat16')]",
        "{'names': ['x', 'y'], 'formats': ['<i4', '<i2'], 'offsets': [2, 0], 'itemsize': 6}",
        "{'names': ['all', 'low'], 'formats': ['<u4', '<u2'], 'offsets': [0, 0], 'itemsize': 8}",
        "{'names': ['a', 'b'], 'formats': ['|i1', '<f8'], 'offsets': [0, 8], 'itemsize': 16, 'aligned': True}",
        "[(\"it's\", '|i1'), ('\xc3\xbc', '|i1'), ('a\\n\\\\\\x1b', '|i1')]",
    };
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        la_dtype dtype = parsed(texts[k]);
        char name[512];
        CHECK_TEXT(format_of(dtype), texts[k]);
        OK(la_dtype_name(dtype, name, sizeof name, NULL));
        CHECK_TEXT(name, texts[k]);
    }
    CHECK_NUMBER(parsed("[('x','f4'),(\"y\",'int64',),]"), parsed(texts[0]));
    CHECK_NUMBER(parsed("{'names':['x','y'],'formats':['f4','i8']}"), parsed(texts[0]));
    la_dtype swapped = -7;
    OK(la_dtype_swapped(parsed(texts[1]), &swapped));
    CHECK_TEXT(format_of(swapped), "[('', '|V1'), ('x', '<f4'), ('', '|V3'), ('y', '|u1'), ('', '|V7')]");
    OK(la_dtype_swapped(swapped, &swapped));
    CHECK_NUMBER(swapped, parsed(texts[1]));
}

static void what_is_no_record_is_refused_with_its_numbers(void) {
    static const char *const twice[] = {"x", "y", "x"}, *const empty[] = {"", "y", "z"}, *const null[] = {"a", NULL, "b"};
    static const char *const invalid[] = {"a\xff", "y", "z"};
    static const la_dtype unknown[] = {LA_INT8, 77, LA_INT8};
    static const int64_t negative[] = {0, -1, 4}, odd[] = {0, 4, 8}, far[] = {0, INT64_MAX, 0};
    la_dtype out = 42;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(3, twice, sample_types, NULL, 0, &out));
    CHECK_MESSAGE("field 2: the name occurs more than once");
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(3, empty, sample_types, NULL, 0, &out));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(3, invalid, sample_types, NULL, 0, &out));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_dtype_record(3, null, sample_types, NULL, 0, &out));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_dtype_record(3, NULL, sample_types, NULL, 0, &out));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_dtype_record(3, sample_names, NULL, NULL, 0, &out));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_dtype_record(3, sample_names, sample_types, NULL, 0, NULL));
    CHECK_STATUS(LA_DTYPE_ERROR, la_dtype_record(3, sample_names, unknown, NULL, 0, &out));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(3, sample_names, sample_types, NULL, 10, &out));
    CHECK_MESSAGE("requires 11 bytes, cannot override to smaller itemsize of 10");
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(3, sample_names, sample_types, NULL, -1, &out));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(3, sample_names, sample_types, negative, 0, &out));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(3, sample_names, sample_types, odd, LA_C_LAYOUT, &out));
    CHECK_STATUS(LA_OVERFLOW, la_dtype_record(3, sample_names, sample_types, far, 0, &out));
    CHECK_STATUS(LA_LIMIT, la_dtype_record(1, sample_names, sample_types, NULL, 1 << 30, &out));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(-1, sample_names, sample_types, NULL, 0, &out));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_dtype_record(0, NULL, NULL, NULL, 0, &out));
    CHECK_STATUS(LA_DTYPE_ERROR, la_dtype_parse("[('x', 'f4', (3,))]", &out));
    CHECK_MESSAGE("subarray");
    CHECK_STATUS(LA_DTYPE_ERROR, la_dtype_parse("[('x', 'f4')", &out));
    CHECK_MESSAGE("at byte 12");
    CHECK_STATUS(LA_DTYPE_ERROR, la_dtype_field(LA_INT8, 0, NULL, 0, NULL, &out, NULL));
    CHECK_STATUS(LA_INDEX_ERROR, la_dtype_field(sample_dtype(), 3, NULL, 0, NULL, &out, NULL));
    CHECK_STATUS(LA_INDEX_ERROR, la_dtype_field(sample_dtype(), -1, NULL, 0, NULL, &out, NULL));
    CHECK_NUMBER(out, 42);
    CHECK_NUMBER(la_dtype_size(0x10fff), -1);
    CHECK_NUMBER(la_dtype_field_count(0x11000), -1);
    /* Without fields there is still an item. */
    OK(la_dtype_record(0, NULL, NULL, NULL, 8, &out));
    CHECK_NUMBER(la_dtype_field_count(out), 0);
    CHECK_NUMBER(la_dtype_size(out), 8);
}

/* A record of one field. In a child nobody sees that memory was refused once: it tries
 * again. */
static la_status one_field(const char *name, la_dtype *out) {
    const la_dtype types[] = {LA_INT8};
    la_status status = la_dtype_record(1, &name, types, NULL, 0, out);
    if (status == LA_OUT_OF_MEMORY && exhaust_fail_at)
        status = la_dtype_record(1, &name, types, NULL, 0, out);
    return status;
}

/* In a child, so that the table of this process stays as it is. */
static void a_child_has_its_parents_records_and_makes_its_own_up_to_the_limit(void) {
    la_dtype before = sample_dtype();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        char name[24];
        la_dtype out = 0, first = 0;
        la_status status = LA_OK;
        int made = 0;
        while (made < 5000 && status == LA_OK) {
            snprintf(name, sizeof name, "child%d", made);
            status = one_field(name, &out);
            if (made++ == 0) first = out;
        }
        /* The ones that are there are still found. */
        int good = status == LA_LIMIT && made > 3000 && made <= 4097 && sample_dtype() == before;
        strcpy(name, "child0");
        good = good && one_field(name, &out) == LA_OK && out == first;
        _exit(good ? 0 : 1);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK_NUMBER(status, 0);
}

/* -- fields -------------------------------------------------------------------- */

static void a_field_is_a_view_of_its_type_as_writeable_as_the_array(void) {
    la_array *array = samples();
    la_array *value = MAKE(la_field(array, "value", OUT)), *count = MAKE(la_field(array, "count", OUT));
    CHECK_NUMBER(la_dtype_of(value), LA_FLOAT64);
    CHECK_VALUES(value, 0.5, 1.5, -2.5);
    CHECK_VALUES(count, 10, 20, 30);
    CHECK_STRIDES(value, sizeof(sample));
    CHECK_NUMBER(la_offset(count), offsetof(sample, count));
    CHECK(la_base(value) == array);
    SHARE(value, array);
    OK(la_fill_f64(value, 7));
    CHECK_VALUES(value, 7, 7, 7);
    CHECK_VALUES(count, 10, 20, 30);
    int32_t shares = 1;
    OK(la_shares_memory(value, count, 0, &shares));
    CHECK_NUMBER(shares, 0);
    la_array *readonly = MAKE(la_field(MAKE(la_readonly(array, OUT)), "id", OUT));
    CHECK_STATUS(LA_READ_ONLY, la_fill_i64(readonly, 1));
    la_array *back = MAKE(la_field(MAKE(la_flip(array, 0, NULL, OUT)), "id", OUT));
    CHECK_VALUES(back, 3, -2, 1);
    la_array *none = MAKE(la_field(MAKE(la_zeros(sample_dtype(), SHAPE(0, 2), LA_ORDER_C, OUT)), "count", OUT));
    CHECK_SHAPE(none, 0, 2);
    REFUSES(LA_INVALID_ARGUMENT, "no field of this name in", la_field(array, "weight", OUT));
    REFUSES(LA_DTYPE_ERROR, "float64 has no fields", la_field(value, "value", OUT));
    REFUSES(LA_NULL_ARGUMENT, "name", la_field(array, NULL, OUT));
    REFUSES(LA_NULL_ARGUMENT, "array", la_field(NULL, "id", OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_field(array, "id", NULL));
}

static void records_are_views_of_other_types_and_of_fewer_fields(void) {
    la_array *plane = MAKE(la_view_dtype(GRID(3, 2), parsed("[('x', '<i8'), ('y', '<i8')]"), OUT));
    CHECK_SHAPE(plane, 3, 1);
    CHECK_VALUES(MAKE(la_field(plane, "y", OUT)), 1, 3, 5);
    CHECK_VALUES(MAKE(la_view_dtype(plane, LA_INT64, OUT)), 0, 1, 2, 3, 4, 5);
    /* samples[["id", "count"]] */
    la_array *array = samples();
    la_dtype fewer = parsed("{'names':['id','count'],'formats':['i1','<i2'],'offsets':[0,16],'itemsize':24}");
    la_array *some = MAKE(la_view_dtype(array, fewer, OUT));
    OK(la_fill_i64(some, 4));
    CHECK_VALUES(MAKE(la_field(array, "id", OUT)), 4, 4, 4);
    CHECK_VALUES(MAKE(la_field(array, "value", OUT)), 0.5, 1.5, -2.5);
    la_dtype nested = parsed("[('p', [('a', '<i4'), ('b', '<i4')]), ('c', '<i8')]");
    la_array *whole = MAKE(la_view_dtype(GRID(2, 2), nested, OUT));
    la_array *b = MAKE(la_field(MAKE(la_field(whole, "p", OUT)), "a", OUT));
    CHECK_VALUES(b, 0, 2);
    REFUSES(LA_DTYPE_ERROR, "smaller dtype", la_view_dtype(plane, parsed("[('x', 'V3')]"), OUT));
}

/* -- casting and assignment ------------------------------------------------------ */

static int can_cast(const char *from, const char *to, int32_t casting) {
    int32_t answer = -1;
    OK(la_can_cast(parsed(from), parsed(to), casting, &answer));
    return answer;
}

#define XY "[('x', '<i4'), ('y', '<f8')]"
#define AB "[('a', '<i4'), ('b', '<f8')]"
#define YX "[('y', '<f8'), ('x', '<i4')]"
#define GAP "[('x', '<i4'), ('', 'V4'), ('y', '<f8')]"

/* numpy.can_cast(from, to, rule) for "no", "equiv", "safe", "same_kind" and
 * "unsafe". */
static void casting_rules_of_records_are_numpys(void) {
    static const char *const rows[][3] = {
        {XY, XY, "YYYYY"},
        {XY, "[('x', '>i4'), ('y', '>f8')]", ".YYYY"},
        {XY, AB, "..YYY"},
        {XY, "[('x', '<i8'), ('y', '<f8')]", "..YYY"},
        {"[('x', '<i8'), ('y', '<f8')]", XY, "...YY"},
        {XY, "[('x', '<f4'), ('y', '<f4')]", "...YY"},
        {XY, GAP, ".YYYY"},
        {GAP, XY, ".YYYY"},
        {GAP, "{'names':['x','y'],'formats':['<i4','<f8'],'aligned':True}", "YYYYY"},
        {GAP, AB, "..YYY"},
        {XY, YX, "....Y"},
        {YX, "{'names':['y','x'],'formats':['<f8','<i4'],'offsets':[4,0]}", ".YYYY"},
        {XY, "[('x', '<i4')]", "....."},
        {XY, "<i4", "....."},
        {XY, "V12", "....."},
        {"[('x', '<i4')]", "<f8", "....Y"},
        {"[('x', [('y', '<i4')])]", "<i4", "....Y"},
        {"[('x', '<i4')]", "[('q', [('x', '<i4')])]", "....Y"},
        {"<i4", XY, "....Y"},
        {"<c16", XY, "....Y"},
        {"[('x', 'V4')]", "[('x', 'V4')]", "YYYYY"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        for (int32_t rule = LA_CAST_NO; rule <= LA_CAST_UNSAFE; rule++)
            if (can_cast(rows[k][0], rows[k][1], rule) != (rows[k][2][rule] == 'Y'))
                check_fail(__FILE__, __LINE__, "%s to %s by rule %d", rows[k][0], rows[k][1], (int)rule);
    CHECK(can_cast(XY, YX, LA_CAST_SAME_VALUE));
}

static void records_are_assigned_field_by_field_whatever_the_names(void) {
    la_array *array = samples();
    la_array *wide = MAKE(la_zeros(parsed("[('p', '<f4'), ('q', '>f8'), ('r', '<i8')]"), SHAPE(2, 3), LA_ORDER_C, OUT));
    OK(la_assign(wide, array, LA_CAST_SAME_KIND));
    CHECK_VALUES(MAKE(la_field(wide, "p", OUT)), 1, -2, 3, 1, -2, 3);
    CHECK_VALUES(MAKE(la_field(wide, "q", OUT)), 0.5, 1.5, -2.5, 0.5, 1.5, -2.5);
    CHECK_VALUES(MAKE(la_field(wide, "r", OUT)), 10, 20, 30, 10, 20, 30);
    CHECK_STATUS(LA_CAST_ERROR, la_assign(array, MAKE(la_get(wide, LA_INDEX(LA_AT(0)), OUT)), LA_CAST_SAFE));
    /* One value that does not fit, and nothing is written. */
    la_array *row = MAKE(la_slice(wide, LA_INDEX(LA_AT(1)), OUT));
    OK(la_set_item(MAKE(la_field(row, "p", OUT)), SHAPE(2), INT(300)));
    OK(la_fill_i64(MAKE(la_field(row, "r", OUT)), 5));
    CHECK_STATUS(LA_CAST_ERROR, la_assign(array, row, LA_CAST_SAME_VALUE));
    CHECK_MESSAGE("element 2");
    CHECK_VALUES(MAKE(la_field(array, "count", OUT)), 10, 20, 30);
    OK(la_set_item(MAKE(la_field(row, "p", OUT)), SHAPE(2), INT(100)));
    OK(la_assign(array, row, LA_CAST_SAME_VALUE));
    CHECK_VALUES(MAKE(la_field(array, "count", OUT)), 5, 5, 5);
    CHECK_VALUES(MAKE(la_field(array, "id", OUT)), 1, -2, 100);
    /* What is no record goes to every field, and a single field comes out. */
    OK(la_assign(array, INTS(7, 8, 9), LA_CAST_UNSAFE));
    CHECK_VALUES(MAKE(la_field(array, "value", OUT)), 7, 8, 9);
    CHECK_STATUS(LA_CAST_ERROR, la_assign(array, INTS(7, 8, 9), LA_CAST_SAME_KIND));
    la_array *single = MAKE(la_view_dtype(DOUBLES(1, 2.5), parsed("[('only', '<f8')]"), OUT));
    CHECK_VALUES(MAKE(la_astype(single, LA_INT32, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT)), 1, 2);
    CHECK_STATUS(LA_CAST_ERROR, la_assign(array, single, LA_CAST_UNSAFE));
}

static void the_same_type_is_copied_with_its_gaps_and_others_leave_them(void) {
    la_dtype gap = parsed("[('x', '|u1'), ('', 'V1'), ('y', '|u1')]"), other = parsed("[('x', '|i1'), ('y', '|i1')]");
    static const unsigned char bytes[] = {1, 2, 3, 4, 5, 6};
    la_array *source = MAKE(la_from_data(bytes, gap, SHAPE(2), NULL, LA_ORDER_C, OUT));
    la_array *target = MAKE(la_zeros(gap, SHAPE(2), LA_ORDER_C, OUT));
    la_array *seen = MAKE(la_view_dtype(target, LA_UINT8, OUT));
    OK(la_assign(target, source, LA_CAST_NO));
    CHECK_VALUES(seen, 1, 2, 3, 4, 5, 6);
    OK(la_assign(target, MAKE(la_ones(other, SHAPE(2), LA_ORDER_C, OUT)), LA_CAST_UNSAFE));
    CHECK_VALUES(seen, 1, 2, 1, 1, 5, 1);
    la_array *fresh = MAKE(la_astype(MAKE(la_ones(other, SHAPE(2), LA_ORDER_C, OUT)), gap, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
    CHECK_VALUES(MAKE(la_view_dtype(fresh, LA_UINT8, OUT)), 1, 0, 1, 1, 0, 1);
}

static void assignment_reads_all_before_it_writes(void) {
    /* The fields change places within the same bytes. */
    la_array *pairs = MAKE(la_view_dtype(INTS(1, 2, 3, 4), parsed("[('x', '<i8'), ('y', '<i8')]"), OUT));
    la_array *crossed = MAKE(la_view_dtype(pairs, parsed("{'names':['x','y'],'formats':['<i8','<i8'],'offsets':[8,0]}"), OUT));
    OK(la_assign(crossed, pairs, LA_CAST_SAFE));
    CHECK_VALUES(MAKE(la_view_dtype(pairs, LA_INT64, OUT)), 2, 1, 4, 3);
    la_plan plan = {.size = sizeof plan};
    OK(la_plan_assign(crossed, pairs, LA_CAST_SAFE, &plan));
    CHECK_NUMBER(plan.hazard, LA_HAZARD_BUFFERED);
    CHECK_NUMBER(plan.bytes, 32);
    /* Shifted by one record. */
    la_array *five = MAKE(la_view_dtype(INTS(1, 2, 3, 4, 5, 6), parsed("[('x', '<i8'), ('y', '<i8')]"), OUT));
    la_array *named = MAKE(la_view_dtype(five, parsed("[('p', '<i8'), ('q', '<u8')]"), OUT));
    OK(la_assign(MAKE(la_slice(five, LA_INDEX(LA_FROM(1)), OUT)), MAKE(la_slice(named, LA_INDEX(LA_TO(2)), OUT)), LA_CAST_UNSAFE));
    CHECK_VALUES(MAKE(la_view_dtype(five, LA_INT64, OUT)), 1, 2, 1, 2, 3, 4);
    /* A target whose elements share memory: the last store wins. */
    la_array *one = MAKE(la_zeros(parsed("[('x', '<i8'), ('y', '<i8')]"), SHAPE(1), LA_ORDER_C, OUT));
    la_array *many = MAKE(la_as_strided(one, 0, SHAPE(3), (const int64_t[]){0}, OUT));
    OK(la_assign(many, INTS(7, 8, 9), LA_CAST_UNSAFE));
    CHECK_VALUES(MAKE(la_view_dtype(one, LA_INT64, OUT)), 9, 9);
    /* A field on itself, from the array that it is part of. */
    OK(la_assign(MAKE(la_field(five, "x", OUT)), MAKE(la_field(five, "y", OUT)), LA_CAST_NO));
    CHECK_VALUES(MAKE(la_view_dtype(five, LA_INT64, OUT)), 2, 2, 2, 2, 4, 4);
}

static void a_value_of_a_record_is_its_bytes(void) {
    static const sample value = {7, 7.5, 70};
    la_dtype dtype = sample_dtype();
    la_array *array = MAKE(la_full(dtype, SHAPE(2), LA_ORDER_C, dtype, &value, OUT));
    CHECK_VALUES(MAKE(la_field(array, "value", OUT)), 7.5, 7.5);
    OK(la_fill(array, dtype, &(const sample){1, 2, 3}));
    OK(la_set_item(array, SHAPE(1), dtype, &value));
    OK(la_set_scalar(array, LA_INDEX(LA_INTS(((const int64_t[]){-2}), 1)), dtype, &(const sample){4, 5, 6}));
    CHECK_VALUES(MAKE(la_field(array, "count", OUT)), 6, 70);
    sample read;
    OK(la_item(array, SHAPE(1), 0, &read));
    CHECK(read.id == 7 && read.value == 7.5 && read.count == 70);
    double numbers[3];
    OK(la_item(array, SHAPE(0), parsed("[('a', '<f8'), ('b', '<f8'), ('c', '<f8')]"), numbers));
    CHECK(numbers[0] == 4 && numbers[1] == 5 && numbers[2] == 6);
    CHECK_STATUS(LA_CAST_ERROR, la_item(array, SHAPE(0), LA_INT8, numbers));
    la_array *padded = MAKE(la_pad(array, SHAPE(1), (const int64_t[]){1}, dtype, &value, OUT));
    CHECK_VALUES(MAKE(la_field(padded, "id", OUT)), 7, 4, 7, 7);
    la_array *like = MAKE(la_full_like(array, 0, LA_ORDER_K, dtype, &value, OUT));
    CHECK_VALUES(MAKE(la_field(like, "id", OUT)), 7, 7);
    la_array *same = MAKE(la_compare_scalar(array, dtype, &value, LA_EQ, OUT));
    CHECK_VALUES(same, 0, 1);
    CHECK_VALUES(MAKE(la_field(MAKE(la_ones(dtype, SHAPE(2), LA_ORDER_C, OUT)), "value", OUT)), 1, 1);
    CHECK_VALUES(MAKE(la_field(MAKE(la_zeros(dtype, SHAPE(2), LA_ORDER_F, OUT)), "value", OUT)), 0, 0);
    /* A plain integer has to fit every field. */
    CHECK_STATUS(LA_CAST_ERROR, la_fill_i64(array, 128));
    OK(la_fill_i64(array, 127));
    CHECK_VALUES(MAKE(la_field(array, "id", OUT)), 127, 127);
    REFUSES(LA_NULL_ARGUMENT, "value", la_full(dtype, SHAPE(2), LA_ORDER_C, dtype, NULL, OUT));
    REFUSES(LA_DTYPE_ERROR, "numbers", la_ones(parsed("[('x', 'V3')]"), SHAPE(2), LA_ORDER_C, OUT));
}

/* -- the rest ------------------------------------------------------------------- */

static void records_promote_field_by_field(void) {
    la_dtype both[2] = {parsed(XY), parsed("[('x', '>u4'), ('y', '<f4')]")}, out = -7;
    OK(la_result_type(2, both, &out));
    CHECK_TEXT(format_of(out), "[('x', '<i8'), ('y', '<f8')]");
    both[1] = both[0];
    OK(la_result_type(2, both, &out));
    CHECK_NUMBER(out, both[0]);
    both[1] = parsed(GAP);
    OK(la_result_type(2, both, &out));
    CHECK_NUMBER(out, both[0]);
    static const char *const others[] = {AB, YX, "<i4", "V12", "[('x', '<i4')]", "[('x', 'V4'), ('y', '<f8')]"};
    for (int k = 0; k < 6; k++) {
        both[1] = parsed(others[k]);
        CHECK_STATUS(LA_DTYPE_ERROR, la_result_type(2, both, &out));
    }
}

static void records_are_equal_if_all_their_fields_are(void) {
    la_array *a = samples(), *b = MAKE(la_copy(a, LA_ORDER_C, OUT));
    OK(la_set_item(MAKE(la_field(b, "count", OUT)), SHAPE(1), INT(21)));
    OK(la_set_item(MAKE(la_field(b, "value", OUT)), SHAPE(2), FLOAT(NAN)));
    CHECK_VALUES(MAKE(la_compare(a, b, LA_EQ, OUT)), 1, 0, 0);
    CHECK_VALUES(MAKE(la_compare(a, b, LA_NE, OUT)), 0, 1, 1);
    CHECK_VALUES(MAKE(la_compare(b, b, LA_EQ, OUT)), 1, 1, 0);
    /* Gaps have no say, nor has the type of a field. */
    la_array *wide = MAKE(la_astype(a, parsed("[('id', '<i8'), ('value', '>f8'), ('count', '<f4')]"), LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
    CHECK_VALUES(MAKE(la_compare(MAKE(la_expand_dims(wide, AXES(1), OUT)), a, LA_EQ, OUT)), 1, 0, 0, 0, 1, 0, 0, 0, 1);
    int32_t equal = -1;
    OK(la_array_equal(a, wide, 0, &equal));
    CHECK_NUMBER(equal, 1);
    OK(la_array_equal(b, b, 0, &equal));
    CHECK_NUMBER(equal, 0);
    OK(la_array_equal(b, b, 1, &equal));
    CHECK_NUMBER(equal, 1);
    REFUSES(LA_DTYPE_ERROR, "numbers", la_compare(a, b, LA_LT, OUT));
    REFUSES(LA_DTYPE_ERROR, "no common type", la_compare(a, MAKE(la_zeros(parsed(XY), SHAPE(3), LA_ORDER_C, OUT)), LA_EQ, OUT));
    REFUSES(LA_DTYPE_ERROR, "no common type", la_compare(a, INTS(1, 2, 3), LA_EQ, OUT));
    REFUSES(LA_SHAPE_ERROR, "broadcast", la_compare(a, MAKE(la_slice(b, LA_INDEX(LA_TO(2)), OUT)), LA_EQ, OUT));
    la_array *raw = MAKE(la_view_dtype(INTS(1, 2, 1), RAW(8), OUT));
    CHECK_VALUES(MAKE(la_compare_scalar(raw, RAW(8), &(const int64_t){1}, LA_EQ, OUT)), 1, 0, 1);
    CHECK_VALUES(MAKE(la_compare(raw, raw, LA_NE, OUT)), 0, 0, 0);
    REFUSES(LA_DTYPE_ERROR, "no common type", la_compare_scalar(raw, RAW(4), &(const int64_t){1}, LA_EQ, OUT));
    /* Zero in all fields is false. */
    la_array *truths = MAKE(la_zeros(sample_dtype(), SHAPE(3), LA_ORDER_C, OUT));
    OK(la_set_item(MAKE(la_field(truths, "value", OUT)), SHAPE(1), FLOAT(0.25)));
    CHECK_VALUES(MAKE(la_nonzero(truths, OUT)), 1);
    int64_t count = -1;
    OK(la_count_nonzero(truths, &count));
    CHECK_NUMBER(count, 1);
}

static void records_are_moved_whole_by_everything_that_moves(void) {
    la_dtype odd = parsed("[('x', '|i1'), ('y', '>i2')]");
    static const unsigned char bytes[] = {0, 0, 0, 1, 0, 1, 2, 0, 2, 3, 0, 3};
    la_array *a = MAKE(la_from_data(bytes, odd, SHAPE(4), NULL, LA_ORDER_C, OUT));
    la_array *picked[] = {
        MAKE(la_take(a, INTS(3, 0), 0, LA_MODE_RAISE, OUT)),
        MAKE(la_get(a, LA_INDEX(LA_INTS(((const int64_t[]){3, 0}), 2)), OUT)),
        MAKE(la_flip(MAKE(la_compress(a, BOOLS(1, 0, 0, 1), 0, OUT)), 0, NULL, OUT)),
        MAKE(la_slice(a, LA_INDEX(LA_STEP(-3)), OUT)),
        MAKE(la_compact(MAKE(la_slice(a, LA_INDEX(LA_STEP(-3)), OUT)), OUT)),
    };
    for (int k = 0; k < 5; k++) {
        CHECK_NUMBER(la_dtype_of(picked[k]), odd);
        CHECK_VALUES(MAKE(la_field(picked[k], "x", OUT)), 3, 0);
        CHECK_VALUES(MAKE(la_field(picked[k], "y", OUT)), 3, 0);
    }
    const la_array *two[] = {a, picked[0]};
    la_array *joined = MAKE(la_concatenate(2, two, 0, OUT));
    CHECK_VALUES(MAKE(la_field(joined, "y", OUT)), 0, 1, 2, 3, 3, 0);
    la_array *mixed[] = {a, MAKE(la_ones(parsed("[('x', '<i4'), ('y', '<i2')]"), SHAPE(1), LA_ORDER_C, OUT))};
    la_array *promoted = MAKE(la_concatenate(2, (const la_array *const *)mixed, 0, OUT));
    CHECK_TEXT(format_of(la_dtype_of(promoted)), "[('x', '<i4'), ('y', '<i2')]");
    CHECK_VALUES(MAKE(la_field(promoted, "x", OUT)), 0, 1, 2, 3, 1);
    OK(la_concatenate_into(2, (const la_array *const *)mixed, 0, LA_CAST_UNSAFE, MAKE(la_slice(joined, LA_INDEX(LA_FROM(1)), OUT))));
    CHECK_VALUES(MAKE(la_field(joined, "y", OUT)), 0, 0, 1, 2, 3, 1);
    la_array *chosen = MAKE(la_where(BOOLS(1, 0, 1, 0), a, MAKE(la_flip(a, 0, NULL, OUT)), OUT));
    CHECK_VALUES(MAKE(la_field(chosen, "y", OUT)), 0, 2, 2, 0);
    CHECK_VALUES(MAKE(la_field(MAKE(la_tile(picked[0], SHAPE(2), OUT)), "x", OUT)), 3, 0, 3, 0);
    CHECK_VALUES(MAKE(la_field(MAKE(la_roll(a, 1, 0, OUT)), "x", OUT)), 3, 0, 1, 2);
    CHECK_VALUES(MAKE(la_field(MAKE(la_repeat(picked[0], SHAPE(2), 0, OUT)), "y", OUT)), 3, 3, 0, 0);
    la_array *turned = MAKE(la_contiguous(MAKE(la_transpose(MAKE(la_reshape(a, SHAPE(2, 2), LA_ORDER_C, LA_COPY_NEVER, OUT)), OUT)), LA_ORDER_C, LA_COPY_IF_NEEDED, OUT));
    CHECK_VALUES(MAKE(la_field(turned, "y", OUT)), 0, 2, 1, 3);
    OK(la_put(a, INTS(0, 1), picked[0], LA_MODE_RAISE));
    CHECK_VALUES(MAKE(la_field(a, "y", OUT)), 3, 0, 2, 3);
    OK(la_set(a, LA_INDEX(LA_MASK(BOOLS(0, 0, 1, 1))), promoted = MAKE(la_slice(promoted, LA_INDEX(LA_RANGE(1, 3)), OUT))));
    CHECK_VALUES(MAKE(la_field(a, "x", OUT)), 3, 0, 1, 2);
    OK(la_assign_where(a, promoted = MAKE(la_slice(promoted, LA_INDEX(LA_TO(1)), OUT)), BOOLS(1, 0, 0, 0), LA_CAST_UNSAFE));
    CHECK_VALUES(MAKE(la_field(a, "y", OUT)), 1, 0, 1, 2);
}

/* What a loop saw of records: their numbers, added up. */
static int32_t sum_samples(char **data, const int64_t *strides, int64_t count, void *payload) {
    for (int64_t k = 0; k < count; k++) *(double *)payload += ((const sample *)(data[0] + k * strides[0]))->value;
    return 0;
}

static void a_loop_has_records_as_they_are_and_in_no_other_type(void) {
    la_array *array = samples();
    double sum = 0;
    la_operand operand = {array, LA_READ, 0};
    OK(la_for_each(1, &operand, NULL, sum_samples, &sum));
    CHECK(sum == -0.5);
    operand.dtype = parsed("[('a', '<f8'), ('b', '<f8'), ('c', '<f8')]");
    la_for_each_options options = {.size = sizeof options, .casting = LA_CAST_UNSAFE, .num_threads = 1};
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &operand, &options, sum_samples, &sum));
    operand.access = LA_WRITE;
    CHECK_STATUS(LA_CAST_ERROR, la_for_each(1, &operand, &options, sum_samples, &sum));
    CHECK(sum == -0.5);
}

static void what_takes_numbers_refuses_records_or_fills_all_fields(void) {
    la_dtype dtype = parsed(XY);
    la_array *array = MAKE(la_eye(dtype, 2, 2, 0, LA_ORDER_C, OUT));
    CHECK_VALUES(MAKE(la_field(array, "y", OUT)), 1, 0, 0, 1);
    REFUSES(LA_DTYPE_ERROR, "numeric", la_arange(dtype, 0, 4, 1, OUT));
    REFUSES(LA_DTYPE_ERROR, "numbers", la_real(array, OUT));
    REFUSES(LA_DTYPE_ERROR, "numbers", la_isnan(array, OUT));
    REFUSES(LA_DTYPE_ERROR, "numbers", la_logical(array, array, LA_AND, OUT));
    REFUSES(LA_INDEX_ERROR, "integer", la_take(INTS(1, 2), array, 0, LA_MODE_RAISE, OUT));
    CHECK_STATUS(LA_DTYPE_ERROR, la_assign_where(array, array, array, LA_CAST_NO));
}

static void check_shown(const la_array *array, const char *expected) {
    char text[1024];
    OK(la_format(array, NULL, text, sizeof text, NULL));
    CHECK_TEXT(text, expected);
}

static void records_are_shown_as_numpy_shows_them(void) {
    static const struct { int32_t i; double f; } values[] = {{1, 2.5}, {-10, 1e300}, {3, INFINITY}};
    la_dtype dtype = parsed("[('i', '<i4'), ('', 'V4'), ('f', '<f8')]");
    la_array *array = MAKE(la_from_data(values, dtype, SHAPE(3), NULL, LA_ORDER_C, OUT));
    check_shown(array, "[(  1, 2.5e+000) (-10, 1.0e+300) (  3,      inf)]");
    check_shown(MAKE(la_expand_dims(array, AXES(1), OUT)), "[[(  1, 2.5e+000)]\n [(-10, 1.0e+300)]\n [(  3,      inf)]]");
    check_shown(MAKE(la_slice(array, LA_INDEX(LA_AT(1)), OUT)), "(-10, 1e+300)");
    check_shown(MAKE(la_slice(array, LA_INDEX(LA_TO(0)), OUT)), "[]");
    static const unsigned char bytes[] = {1, 'a', 'b', 0, 3, 0, 0x3c};
    dtype = parsed("[('d', '?'), ('e', 'V2'), ('f', [('g', '>i2'), ('h', '<f2')])]");
    array = MAKE(la_from_data(bytes, dtype, SHAPE(1), NULL, LA_ORDER_C, OUT));
    check_shown(array, "[( True, b'\\x61\\x62', (3, 1.))]");
    check_shown(MAKE(la_slice(array, LA_INDEX(LA_AT(0)), OUT)), "(True, b'\\x61\\x62', (3, 1.0))");
    check_shown(MAKE(la_zeros(parsed("[('x', '<i4')]"), SHAPE(2), LA_ORDER_C, OUT)), "[(0,) (0,)]");
    check_shown(MAKE(la_zeros(parsed("[('', 'V8')]"), SHAPE(2), LA_ORDER_C, OUT)), "[() ()]");
    la_array *many = MAKE(la_zeros(parsed("[('f0', '<i4'), ('f1', '<f8')]"), SHAPE(1001), LA_ORDER_C, OUT));
    check_shown(many, "[(0, 0.) (0, 0.) (0, 0.) ... (0, 0.) (0, 0.) (0, 0.)]");
    check_shown(MAKE(la_slice(many, LA_INDEX(LA_TO(11)), OUT)),
                "[(0, 0.) (0, 0.) (0, 0.) (0, 0.) (0, 0.) (0, 0.) (0, 0.) (0, 0.) (0, 0.)\n (0, 0.) (0, 0.)]");
    char line[256];
    OK(la_describe(samples(), line, sizeof line, NULL));
    CHECK_TEXT(line, "{'names': ['id', 'value', 'count'], 'formats': ['|i1', '<f8', '<i2'], 'offsets': [0, 8, 16], "
                     "'itemsize': 24, 'aligned': True} (3,) strides (24,) C- and F-contiguous owner, writeable");
}

static void records_go_to_files_and_come_back(void) {
    char path[] = "/tmp/libarray-records-XXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0);
    close(file);
    la_array *array = samples();
    if (la_save_npy(path, array) == LA_OK) {
        la_array *loaded = NULL;
        la_status status = la_load_npy(path, &loaded);
        unlink(path);
        OK(status);
        KEEP(loaded);
        /* Files do not say that records are aligned, so the gaps are written out. */
        CHECK_TEXT(format_of(la_dtype_of(loaded)), "[('id', '|i1'), ('', '|V7'), ('value', '<f8'), ('count', '<i2'), ('', '|V6')]");
        CHECK_VALUES(MAKE(la_field(loaded, "value", OUT)), 0.5, 1.5, -2.5);
    } else {
        unlink(path);
        OK(la_save_npy(path, array));
    }
    la_array *crossed = MAKE(la_zeros(parsed("{'names':['a','b'],'formats':['u2','u2'],'offsets':[2,0]}"), SHAPE(2), LA_ORDER_C, OUT));
    CHECK_STATUS(LA_DTYPE_ERROR, la_save_npy("/tmp/libarray-never-written.npy", crossed));
}

CHECK_MAIN(
    TEST(fields_are_laid_out_packed_in_place_or_as_in_c),
    TEST(the_same_description_is_the_same_type),
    TEST(the_text_of_a_record_is_numpys_and_is_read_back),
    TEST(what_is_no_record_is_refused_with_its_numbers),
    TEST(a_child_has_its_parents_records_and_makes_its_own_up_to_the_limit),
    TEST(a_field_is_a_view_of_its_type_as_writeable_as_the_array),
    TEST(records_are_views_of_other_types_and_of_fewer_fields),
    TEST(casting_rules_of_records_are_numpys),
    TEST(records_are_assigned_field_by_field_whatever_the_names),
    TEST(the_same_type_is_copied_with_its_gaps_and_others_leave_them),
    TEST(assignment_reads_all_before_it_writes),
    TEST(a_value_of_a_record_is_its_bytes),
    TEST(records_promote_field_by_field),
    TEST(records_are_equal_if_all_their_fields_are),
    TEST(records_are_moved_whole_by_everything_that_moves),
    TEST(a_loop_has_records_as_they_are_and_in_no_other_type),
    TEST(what_takes_numbers_refuses_records_or_fills_all_fields),
    TEST(records_are_shown_as_numpy_shows_them),
    TEST(records_go_to_files_and_come_back),
)
