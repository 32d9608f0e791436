/* NumPy's array interface both ways: the C struct, and the fields of version 3. */
#include "check.h"

static int deleted;
static void *deleted_memory;

static void count_deletion(void *memory, void *payload) {
    deleted_memory = memory;
    deleted += *(int *)payload;
}

static int one = 1;

/* -- the struct --------------------------------------------------------------------- */

static void a_struct_says_what_the_array_is(void) {
    la_array *grid = GRID(2, 3), *view = MAKE(la_slice(grid, LA_INDEX(LA_STEP(-1), LA_FROM(1)), OUT));
    la_array_interface said;
    OK(la_to_array_interface(view, &said));
    CHECK(said.two == 2 && said.nd == 2 && said.typekind == 'i' && said.itemsize == 8);
    CHECK(said.shape == la_shape(view) && said.strides == la_strides(view) && said.data == la_data(view));
    CHECK(said.shape[0] == 2 && said.shape[1] == 2 && said.strides[0] == -24 && said.strides[1] == 8);
    CHECK_NUMBER(said.flags, LA_FLAG_ALIGNED | LA_FLAG_WRITEABLE | LA_FLAG_NOTSWAPPED);
    CHECK(said.descr == NULL && la_refcount(view) == 1);
    OK(la_to_array_interface(grid, &said));
    CHECK_NUMBER(said.flags, LA_FLAG_C_CONTIGUOUS | LA_FLAG_ALIGNED | LA_FLAG_WRITEABLE | LA_FLAG_NOTSWAPPED);
    OK(la_to_array_interface(MAKE(la_readonly(MAKE(la_transpose(grid, OUT)), OUT)), &said));
    CHECK_NUMBER(said.flags, LA_FLAG_F_CONTIGUOUS | LA_FLAG_ALIGNED | LA_FLAG_NOTSWAPPED);
    CHECK_STATUS(LA_NULL_ARGUMENT, la_to_array_interface(NULL, &said));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_to_array_interface(grid, NULL));
}

/* What NumPy calls the kinds of its types, and ml_dtypes that of bfloat16. */
static const struct { la_dtype dtype; char kind, *typestr; } types[] = {
    {LA_BOOL, 'b', "|b1"}, {LA_INT8, 'i', "|i1"}, {LA_INT16, 'i', "<i2"}, {LA_INT32, 'i', "<i4"},
    {LA_INT64, 'i', "<i8"}, {LA_UINT8, 'u', "|u1"}, {LA_UINT16, 'u', "<u2"}, {LA_UINT32, 'u', "<u4"},
    {LA_UINT64, 'u', "<u8"}, {LA_FLOAT16, 'f', "<f2"}, {LA_BFLOAT16, 'V', "|V2"}, {LA_FLOAT32, 'f', "<f4"},
    {LA_FLOAT64, 'f', "<f8"}, {LA_COMPLEX64, 'c', "<c8"}, {LA_COMPLEX128, 'c', "<c16"},
    {0x100 | LA_INT32, 'i', ">i4"}, {0x100 | LA_COMPLEX64, 'c', ">c8"}, {0x40000000 | 12, 'V', "|V12"},
    {0x40000000 | 0x3fffffff, 'V', "|V1073741823"},
};
enum { TYPES = sizeof types / sizeof types[0] };

static la_dtype what_comes_back(la_dtype dtype) { return dtype == LA_BFLOAT16 ? (0x40000000 | 2) : dtype; }

static la_array_interface_v3 empty_fields(void) {
    la_array_interface_v3 fields;
    memset(&fields, 0, sizeof fields);
    fields.size = sizeof fields;
    return fields;
}

static void every_type_leaves_and_comes_back(void) {
    const uint16_t endian = 1;
    if (!*(const char *)&endian) return; /* the table is of little-endian machines */
    for (int k = 0; k < TYPES; k++) {
        int64_t extent = types[k].dtype == (0x40000000 | 0x3fffffff) ? 0 : 3;
        la_array *array = MAKE(la_zeros(types[k].dtype, 1, &extent, LA_ORDER_C, OUT));
        la_array_interface said;
        la_array_interface_v3 fields = empty_fields();
        OK(la_to_array_interface(array, &said));
        CHECK(said.typekind == types[k].kind && said.itemsize == la_itemsize(array));
        CHECK(!(said.flags & LA_FLAG_NOTSWAPPED) == ((types[k].dtype & 0x40000100) == 0x100));
        la_array *back = MAKE(la_from_array_interface(&said, NULL, NULL, OUT));
        CHECK_NUMBER(la_dtype_of(back), what_comes_back(types[k].dtype));
        CHECK(extent == 0 || la_data(back) == la_data(array));
        OK(la_to_array_interface_v3(array, &fields));
        CHECK_TEXT(fields.typestr, types[k].typestr);
        back = MAKE(la_from_array_interface_v3(&fields, NULL, NULL, OUT));
        CHECK_NUMBER(la_dtype_of(back), what_comes_back(types[k].dtype));
        CHECK(extent == 0 || la_data(back) == la_data(array));
    }
}

static int32_t values[6] = {1, 2, 3, 4, 5, 6};

/* A struct of the six values, to be changed. */
static la_array_interface plain(void) {
    static const int64_t shape[] = {2, 3}, strides[] = {12, 4};
    la_array_interface source;
    memset(&source, 0, sizeof source);
    source.two = 2;
    source.nd = 2;
    source.typekind = 'i';
    source.itemsize = 4;
    source.flags = LA_FLAG_NOTSWAPPED | LA_FLAG_WRITEABLE;
    source.shape = shape;
    source.strides = strides;
    source.data = values;
    return source;
}

static void memory_is_used_in_place_and_given_back(void) {
    static const int64_t backwards[] = {-12, -4};
    la_array_interface source = plain();
    deleted = 0;
    la_array *array = MAKE(la_from_array_interface(&source, count_deletion, &one, OUT));
    CHECK(la_data(array) == values && la_base(array) == NULL && (la_flags(array) & LA_FLAG_WRITEABLE));
    CHECK_VALUES(array, 1, 2, 3, 4, 5, 6);
    CHECK_NUMBER(la_retained_bytes(array), sizeof values);
    la_array *view = MAKE(la_slice(array, LA_INDEX(LA_AT(1)), OUT));
    DROP(array);
    CHECK_NUMBER(deleted, 0);
    CHECK_VALUES(view, 4, 5, 6);
    DROP(view);
    CHECK(deleted == 1 && deleted_memory == values);
    /* The deleter gets what data was, not the lowest address. */
    source.data = &values[5];
    source.strides = backwards;
    source.flags = LA_FLAG_NOTSWAPPED;
    array = MAKE(la_from_array_interface(&source, count_deletion, &one, OUT));
    CHECK_VALUES(array, 6, 5, 4, 3, 2, 1);
    CHECK_STATUS(LA_READ_ONLY, la_fill_i64(array, 0));
    DROP(array);
    CHECK(deleted == 2 && deleted_memory == &values[5]);
    source.data = values;
    source.strides = NULL; /* C order */
    source.flags = 0;      /* in the other byte order */
    array = MAKE(la_from_array_interface(&source, NULL, NULL, OUT));
    CHECK(la_dtype_of(array) == (0x100 | LA_INT32) && la_strides(array)[0] == 12);
}

#define REFUSES_STRUCT(status, text, change)                                                  \
    do {                                                                                      \
        la_array_interface source = plain();                                                  \
        change;                                                                               \
        REFUSES((status), (text), la_from_array_interface(&source, count_deletion, &one, OUT)); \
    } while (0)

static void a_wrong_struct_stays_the_callers(void) {
    static const int64_t negative[] = {2, -3}, huge[] = {INT64_MAX, INT64_MAX}, two[] = {2, 2};
    static const int64_t far[] = {INT64_MAX - 100, 4}, apart[] = {INT64_MAX / 3 * 2, INT64_MAX / 3 * 2};
    deleted = 0;
    REFUSES_STRUCT(LA_INVALID_ARGUMENT, "source->two is 3", source.two = 3);
    REFUSES_STRUCT(LA_INVALID_ARGUMENT, "ndim is -1", source.nd = -1);
    REFUSES_STRUCT(LA_LIMIT, "found 65", source.nd = 65);
    REFUSES_STRUCT(LA_DTYPE_ERROR, "kind 'O' with an itemsize of 8", (source.typekind = 'O', source.itemsize = 8));
    REFUSES_STRUCT(LA_DTYPE_ERROR, "kind 'f' with an itemsize of 16", (source.typekind = 'f', source.itemsize = 16));
    REFUSES_STRUCT(LA_DTYPE_ERROR, "itemsize of 0", source.itemsize = 0);
    REFUSES_STRUCT(LA_DTYPE_ERROR, "itemsize of -4", source.itemsize = -4);
    REFUSES_STRUCT(LA_DTYPE_ERROR, "itemsize of 4", source.typekind = -1);
    REFUSES_STRUCT(LA_DTYPE_ERROR, "itemsize of -2147483648", (source.typekind = 'V', source.itemsize = INT32_MIN));
    REFUSES_STRUCT(LA_NULL_ARGUMENT, "source->shape", source.shape = NULL);
    REFUSES_STRUCT(LA_NULL_ARGUMENT, "source->data", source.data = NULL);
    REFUSES_STRUCT(LA_SHAPE_ERROR, "axis 1 is -3", source.shape = negative);
    REFUSES_STRUCT(LA_OVERFLOW, "number of elements", source.shape = huge);
    REFUSES_STRUCT(LA_OVERFLOW, "where no memory can be", source.strides = far);
    REFUSES_STRUCT(LA_OVERFLOW, "distance", (source.shape = two, source.strides = apart));
    REFUSES(LA_NULL_ARGUMENT, "source", la_from_array_interface(NULL, count_deletion, &one, OUT));
    la_array_interface source = plain();
    CHECK_STATUS(LA_NULL_ARGUMENT, la_from_array_interface(&source, count_deletion, &one, NULL));
    CHECK_NUMBER(deleted, 0);
    static const int64_t none[] = {2, 0};
    source.shape = none;
    source.data = NULL;
    CHECK_SHAPE(MAKE(la_from_array_interface(&source, NULL, NULL, OUT)), 2, 0);
}

/* -- version 3 ---------------------------------------------------------------------------- */

static void the_fields_say_what_the_dictionary_says(void) {
    la_array *grid = GRID(2, 3), *turned = MAKE(la_transpose(grid, OUT));
    la_array_interface_v3 fields = empty_fields();
    OK(la_to_array_interface_v3(grid, &fields));
    CHECK(fields.strides == NULL && fields.shape == la_shape(grid) && fields.data == la_data(grid));
    CHECK(fields.ndim == 2 && fields.read_only == 0 && fields.version == 3 && fields.reserved == 0);
    CHECK_NUMBER(fields.size, sizeof fields);
    OK(la_to_array_interface_v3(MAKE(la_readonly(turned, OUT)), &fields));
    CHECK(fields.read_only == 1 && fields.data == la_data(grid));
    OK(la_to_array_interface_v3(turned, &fields));
    CHECK(fields.strides == la_strides(turned) && fields.strides[0] == 8 && fields.strides[1] == 24);
    fields.size++;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_to_array_interface_v3(turned, &fields));
    CHECK_MESSAGE("out->size is 65");
    fields.size = sizeof fields;
    CHECK_STATUS(LA_NULL_ARGUMENT, la_to_array_interface_v3(NULL, &fields));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_to_array_interface_v3(turned, NULL));
    CHECK(fields.version == 3 && fields.strides == la_strides(turned)); /* as before */
}

static la_array_interface_v3 plain_fields(void) {
    static const int64_t shape[] = {2, 3};
    la_array_interface_v3 source = empty_fields();
    strcpy(source.typestr, "=i4");
    source.data = values;
    source.shape = shape;
    source.ndim = 2;
    source.version = 3;
    return source;
}

#define REFUSES_FIELDS(status, text, change)                                                     \
    do {                                                                                         \
        la_array_interface_v3 source = plain_fields();                                           \
        change;                                                                                  \
        REFUSES((status), (text), la_from_array_interface_v3(&source, count_deletion, &one, OUT)); \
    } while (0)

static void fields_are_read_and_checked(void) {
    static const int64_t column[] = {4, 8};
    la_array_interface_v3 source = plain_fields();
    deleted = 0;
    la_array *array = MAKE(la_from_array_interface_v3(&source, count_deletion, &one, OUT));
    CHECK(la_data(array) == values && la_dtype_of(array) == LA_INT32 && la_data_mut(array) == values);
    CHECK_VALUES(array, 1, 2, 3, 4, 5, 6);
    source.strides = column;
    source.read_only = 1;
    la_array *turned = MAKE(la_from_array_interface_v3(&source, NULL, NULL, OUT));
    CHECK_VALUES(turned, 1, 3, 5, 2, 4, 6);
    CHECK(la_data_mut(turned) == NULL);
    DROP(array);
    CHECK(deleted == 1 && deleted_memory == values);
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "source->size is 0", source.size = 0);
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "source->version is 2", source.version = 2);
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "source->reserved is 1", source.reserved = 1);
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "source->read_only is 2", source.read_only = 2);
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "a NUL", memset(source.typestr, 'V', sizeof source.typestr));
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "a byte order", strcpy(source.typestr, "i4"));
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "a byte order", strcpy(source.typestr, ""));
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "UTF-8", strcpy(source.typestr, "<\xff"));
    REFUSES_FIELDS(LA_DTYPE_ERROR, "", strcpy(source.typestr, "|O"));
    REFUSES_FIELDS(LA_DTYPE_ERROR, "", strcpy(source.typestr, "<M8[ns]"));
    REFUSES_FIELDS(LA_DTYPE_ERROR, "", strcpy(source.typestr, "<U5"));
    REFUSES_FIELDS(LA_DTYPE_ERROR, "", strcpy(source.typestr, "<i3"));
    REFUSES_FIELDS(LA_INVALID_ARGUMENT, "ndim", source.ndim = -1);
    REFUSES_FIELDS(LA_LIMIT, "65", source.ndim = 65);
    REFUSES_FIELDS(LA_NULL_ARGUMENT, "source->shape", source.shape = NULL);
    REFUSES_FIELDS(LA_NULL_ARGUMENT, "source->data", source.data = NULL);
    REFUSES(LA_NULL_ARGUMENT, "source", la_from_array_interface_v3(NULL, count_deletion, &one, OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_from_array_interface_v3(&source, count_deletion, &one, NULL));
    CHECK_NUMBER(deleted, 1); /* the caller keeps what is refused */
}

static void views_make_the_round_trip(void) {
    la_array *grid = GRID(4, 6), *views[4];
    views[0] = MAKE(la_slice(grid, LA_INDEX(LA_STEP(-1), LA_RANGE_STEP(4, 0, -2)), OUT));
    views[1] = MAKE(la_broadcast_to(MAKE(la_slice(grid, LA_INDEX(LA_AT(1)), OUT)), SHAPE(3, 6), OUT));
    views[2] = MAKE(la_slice(grid, LA_INDEX(LA_AT(2), LA_AT(3)), OUT));
    views[3] = MAKE(la_slice(MAKE(la_view_dtype(grid, LA_INT8, OUT)), LA_INDEX(LA_ALL, LA_FROM_STEP(3, 5)), OUT));
    for (int k = 0; k < 4; k++) {
        la_array_interface said;
        la_array_interface_v3 fields = empty_fields();
        OK(la_to_array_interface(views[k], &said));
        OK(la_to_array_interface_v3(views[k], &fields));
        la_array *back = MAKE(la_from_array_interface(&said, NULL, NULL, OUT));
        la_array *again = MAKE(la_from_array_interface_v3(&fields, NULL, NULL, OUT));
        CHECK_SAME(back, views[k]);
        CHECK_SAME(again, views[k]);
        CHECK(la_data(back) == la_data(views[k]) && la_data(again) == la_data(views[k]));
        CHECK(((la_flags(back) ^ la_flags(views[k])) & LA_FLAG_WRITEABLE) == 0);
        CHECK_NUMBER(la_flags(again), la_flags(back));
    }
}

CHECK_MAIN(
    TEST(a_struct_says_what_the_array_is),
    TEST(every_type_leaves_and_comes_back),
    TEST(memory_is_used_in_place_and_given_back),
    TEST(a_wrong_struct_stays_the_callers),
    TEST(the_fields_say_what_the_dictionary_says),
    TEST(fields_are_read_and_checked),
    TEST(views_make_the_round_trip),
)
