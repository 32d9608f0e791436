/* What a compiled program relies on: sizes, places and numbers that never
 * change. On every platform with 64-bit pointers. */
#include "check.h"

static void an_index_entry_has_56_bytes(void) {
    CHECK_NUMBER(sizeof(la_index), sizeof(void *) == 8 ? 56 : sizeof(la_index));
    CHECK_NUMBER(offsetof(la_index, kind), 0);
    CHECK_NUMBER(offsetof(la_index, flags), 4);
    CHECK_NUMBER(offsetof(la_index, start), 8);
    CHECK_NUMBER(offsetof(la_index, stop), 16);
    CHECK_NUMBER(offsetof(la_index, step), 24);
    CHECK_NUMBER(offsetof(la_index, array), 32);
    CHECK_NUMBER(offsetof(la_index, reserved), 40);
}

static void structs_start_with_their_size(void) {
    CHECK(offsetof(la_allocator, size) == 0 && offsetof(la_memory, size) == 0);
    CHECK(offsetof(la_format_options, size) == 0 && offsetof(la_plan, size) == 0);
    CHECK_NUMBER(sizeof(la_allocator), 4 * sizeof(void *));
    CHECK_NUMBER(sizeof(la_memory), 48);
    CHECK_NUMBER(offsetof(la_memory, live_bytes), 8);
    CHECK_NUMBER(offsetof(la_memory, peak_bytes), 16);
    CHECK_NUMBER(offsetof(la_memory, total_bytes), 24);
    CHECK_NUMBER(offsetof(la_memory, total_blocks), 32);
    CHECK_NUMBER(offsetof(la_memory, cached_bytes), 40);
    CHECK_NUMBER(sizeof(la_format_options), 32);
    CHECK_NUMBER(offsetof(la_format_options, line_width), 20);
    CHECK_NUMBER(offsetof(la_format_options, form), 24);
    CHECK_NUMBER(sizeof(la_plan), 32);
    CHECK_NUMBER(offsetof(la_plan, hazard), 12);
    CHECK_NUMBER(offsetof(la_plan, bytes), 16);
    CHECK_NUMBER(offsetof(la_plan, inner_axis), 28);
}

/* NumPy's PyArrayInterface as its headers have it. */
typedef struct numpy_interface {
    int two, nd;
    char typekind;
    int itemsize, flags;
    intptr_t *shape, *strides;
    void *data, *descr;
} numpy_interface;

static void the_array_interface_is_numpys(void) {
#define SAME_PLACE(field) CHECK_NUMBER(offsetof(la_array_interface, field), offsetof(numpy_interface, field))
    CHECK_NUMBER(sizeof(la_array_interface), sizeof(numpy_interface));
    SAME_PLACE(two), SAME_PLACE(nd), SAME_PLACE(typekind), SAME_PLACE(itemsize), SAME_PLACE(flags);
    SAME_PLACE(shape), SAME_PLACE(strides), SAME_PLACE(data), SAME_PLACE(descr);
    CHECK_NUMBER(LA_FLAG_NOTSWAPPED, 0x200);
    CHECK_NUMBER(sizeof(la_array_interface_v3), sizeof(void *) == 8 ? 64 : sizeof(la_array_interface_v3));
    CHECK(offsetof(la_array_interface_v3, size) == 0 && offsetof(la_array_interface_v3, typestr) == sizeof(size_t));
}

static void integers_have_fixed_widths(void) {
    CHECK_NUMBER(sizeof(la_status), 4);
    CHECK_NUMBER(sizeof(la_dtype), 4);
    CHECK((la_status)-1 < 0 && (la_dtype)-1 < 0);
}

static void numbers_are_settled(void) {
    static const int32_t in_order[] = {LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR, LA_AXIS_ERROR,
        LA_SHAPE_ERROR, LA_DTYPE_ERROR, LA_CAST_ERROR, LA_READ_ONLY, LA_WOULD_COPY, LA_OVERFLOW, LA_LIMIT, LA_TOO_HARD,
        LA_CANCELLED, LA_BUFFER_TOO_SMALL, LA_UNSUPPORTED, LA_FORMAT_ERROR, LA_IO_ERROR, LA_OUT_OF_MEMORY, LA_PANIC};
    static const int32_t types[] = {LA_BOOL, LA_INT8, LA_INT16, LA_INT32, LA_INT64, LA_UINT8, LA_UINT16, LA_UINT32,
        LA_UINT64, LA_FLOAT16, LA_BFLOAT16, LA_FLOAT32, LA_FLOAT64, LA_COMPLEX64, LA_COMPLEX128};
    for (int k = 0; k < 20; k++) CHECK_NUMBER(in_order[k], k);
    for (int k = 0; k < 15; k++) CHECK_NUMBER(types[k], k + 1);
    CHECK(LA_WEAK_INT == 128 && LA_WEAK_FLOAT == 129 && LA_MAX_NDIM == 64 && LA_NO_AXIS == INT32_MAX);
    CHECK(LA_FLAG_C_CONTIGUOUS == 1 && LA_FLAG_F_CONTIGUOUS == 2 && LA_FLAG_OWNS_DATA == 4);
    CHECK(LA_FLAG_ALIGNED == 256 && LA_FLAG_WRITEABLE == 1024); /* as in NumPy */
}

static int evaluations;
static int64_t once(int64_t value) {
    evaluations++;
    return value;
}

static void a_key_evaluates_each_argument_once(void) {
    la_array *grid = GRID(4, 6);
    evaluations = 0;
    la_array *view = MAKE(la_slice(grid, LA_INDEX(LA_AT(once(1)), LA_RANGE_STEP(once(4), once(1), once(-1))), OUT));
    CHECK_NUMBER(evaluations, 4);
    CHECK_VALUES(view, 10, 9, 8);
    CHECK_VALUES(MAKE(la_slice(GRID(2), LA_INDEX(), OUT)), 0, 1);
}

static void an_entry_fills_every_field(void) {
    la_index entry = LA_RANGE_STEP(1, 2, 3), all = LA_ALL, at = LA_AT(-4);
    CHECK(entry.kind == LA_INDEX_SLICE && entry.flags == 0 && entry.array == NULL);
    CHECK(entry.start == 1 && entry.stop == 2 && entry.step == 3);
    CHECK(entry.reserved[0] == 0 && entry.reserved[1] == 0);
    CHECK(all.flags == (LA_INDEX_NO_START | LA_INDEX_NO_STOP) && all.step == 1);
    CHECK(at.kind == LA_INDEX_INTEGER && at.start == -4);
    const int64_t list[] = {5, 6};
    la_index ints = LA_INTS(list, 2), array = LA_ARRAY(NULL), mask = LA_MASK(NULL);
    CHECK(ints.kind == LA_INDEX_INTS && ints.stop == 2 && (const void *)ints.array == (const void *)list);
    CHECK(array.kind == LA_INDEX_ARRAY && mask.kind == LA_INDEX_MASK);
    CHECK((LA_NEWAXIS).kind == LA_INDEX_NEWAXIS && (LA_ELLIPSIS).kind == LA_INDEX_ELLIPSIS);
}

CHECK_MAIN(
    TEST(an_index_entry_has_56_bytes),
    TEST(structs_start_with_their_size),
    TEST(the_array_interface_is_numpys),
    TEST(integers_have_fixed_widths),
    TEST(numbers_are_settled),
    TEST(a_key_evaluates_each_argument_once),
    TEST(an_entry_fills_every_field),
)
