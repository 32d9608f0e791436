/* DLPack both ways: the kit's cases, and what libarray makes of its own. */
#include "check.h"
#include "dlpack_kit.h"

/* -- libarray as the kit sees it ---------------------------------------------------- */

static const kit_way ways[] = {{"LA_COPY_NEVER", 0}, {"LA_COPY_IF_NEEDED", 0}, {"LA_COPY_ALWAYS", 1}};

static la_status import_status(kit_managed tensor, int32_t copy, la_array **out) {
    return tensor.versioned ? la_from_dlpack(tensor.versioned, copy, out)
                            : la_from_dlpack_unversioned(tensor.unversioned, copy, out);
}

static int import_for_the_kit(void *mine, int way, kit_managed tensor, void **handle) {
    (void)mine;
    la_array *array = CHECK_UNTOUCHED;
    la_status status = import_status(tensor, way, &array); /* the ways are the modes */
    CHECK((status == LA_OK) == (array != CHECK_UNTOUCHED));
    *handle = array;
    if (status == LA_OUT_OF_MEMORY && exhaust_fail_at) {
        check_ran_out = 1;
        return KIT_NO_MEMORY;
    }
    /* A refused tensor is the tensor's fault, and nothing else. */
    CHECK(status == LA_OK || status == LA_NULL_ARGUMENT || status == LA_INVALID_ARGUMENT || status == LA_SHAPE_ERROR ||
          status == LA_DTYPE_ERROR || status == LA_OVERFLOW || status == LA_LIMIT || status == LA_UNSUPPORTED);
    return status == LA_OK ? KIT_IMPORTED : KIT_REFUSED;
}

static void describe_to_the_kit(void *mine, void *handle, kit_view *view) {
    const la_array *array = handle;
    (void)mine;
    view->data = la_data(array);
    view->ndim = la_ndim(array);
    view->itemsize = la_itemsize(array);
    view->shape = la_shape(array);
    view->strides = la_strides(array);
    view->writeable = (la_flags(array) & LA_FLAG_WRITEABLE) != 0;
    CHECK(la_base(array) == NULL && la_refcount(array) == 1);
}

static void release_for_the_kit(void *mine, void *handle) {
    (void)mine;
    la_release(handle);
}

static void tell_the_fault(void *mine, const char *test, const char *what) {
    (void)mine;
    check_fail(__FILE__, __LINE__, "a tensor, %s, %s", test, what);
}

static void the_kit_finds_no_fault_with_imports(void) {
    kit_library library = {NULL, 3, ways, LA_MAX_NDIM, 0, exhaust_fail_at == 0, import_for_the_kit,
                           describe_to_the_kit, release_for_the_kit, tell_the_fault};
    int imported = 0, count = kit_check_imports(&library, &imported);
    CHECK(count > 9000 && imported > 250);
}

/* Importers with a mistake, to see that the kit would find it. */
enum { IGNORES_READ_ONLY, COUNTS_STRIDES_IN_ELEMENTS, IGNORES_THE_OFFSET, REFUSES_ALL, TAKES_ALL, COPIES, MISTAKES };

typedef struct mistaken {
    int mistake, found;
} mistaken;

static int import_mistakenly(void *mine, int way, kit_managed tensor, void **handle) {
    const mistaken *how = mine;
    if (how->mistake == IGNORES_THE_OFFSET && tensor.versioned && tensor.versioned->version.major == 1)
        tensor.versioned->dl_tensor.byte_offset = 0;
    int result = import_for_the_kit(NULL, how->mistake == COPIES ? LA_COPY_ALWAYS : way, tensor, handle);
    if (how->mistake == REFUSES_ALL && result == KIT_IMPORTED) {
        la_release(*handle);
        return KIT_REFUSED;
    }
    if (how->mistake != TAKES_ALL || result != KIT_REFUSED) return result;
    *handle = NULL; /* the name of a scalar, say: whoever looks at it is told nothing */
    return KIT_IMPORTED;
}

static void describe_mistakenly(void *mine, void *handle, kit_view *view) {
    static int64_t strides[LA_MAX_NDIM];
    const mistaken *how = mine;
    if (!handle) return;
    describe_to_the_kit(NULL, handle, view);
    if (how->mistake == IGNORES_READ_ONLY) view->writeable = 1;
    if (how->mistake != COUNTS_STRIDES_IN_ELEMENTS) return;
    for (int32_t k = 0; k < view->ndim; k++) strides[k] = view->strides[k] / view->itemsize;
    view->strides = strides;
}

static void note_the_fault(void *mine, const char *test, const char *what) {
    (void)test, (void)what;
    ((mistaken *)mine)->found++;
}

static void the_kit_finds_planted_mistakes(void) {
    for (int mistake = 0; mistake < MISTAKES && !exhaust_fail_at; mistake++) {
        mistaken how = {mistake, 0};
        kit_library library = {&how, 1, ways, LA_MAX_NDIM, 0, 0, import_mistakenly, describe_mistakenly,
                               release_for_the_kit, note_the_fault};
        kit_check_imports(&library, NULL);
        if (!how.found) check_fail(__FILE__, __LINE__, "mistake %d was not found", mistake);
    }
}

/* -- importing -------------------------------------------------------------------------- */

static kit_loan loan;

/* Imports a draft that must be refused with a status and a message; the deleter
 * has to be called by then. */
static void refuse_draft(const kit_draft *draft, int versioned, la_status status, const char *text, int line) {
    la_array *array = CHECK_UNTOUCHED;
    kit_managed tensor = kit_produce(draft, versioned, &loan);
    check_status(import_status(tensor, LA_COPY_NEVER, &array), status, "an import", __FILE__, line);
    check_message(text, "an import", __FILE__, line);
    CHECK(array == CHECK_UNTOUCHED && loan.deletions == 1);
}
/* In both structs, which say the same. */
#define REFUSES_TENSOR(status, text, change)                          \
    do {                                                              \
        kit_draft plain = kit_plain_draft(), *t = &plain;             \
        change;                                                       \
        refuse_draft(t, 1, (status), (text), __LINE__);               \
        refuse_draft(t, 0, (status), (text), __LINE__);               \
    } while (0)

static void a_refused_tensor_is_told_with_its_numbers(void) {
    REFUSES_TENSOR(LA_UNSUPPORTED, "DLPack device 2 (id 7)", kit_device(t, kDLCUDA, 7));
    REFUSES_TENSOR(LA_UNSUPPORTED, "device -1", kit_device(t, -1, 0));
    REFUSES_TENSOR(LA_UNSUPPORTED, "device 3 ", kit_device(t, kDLCUDAHost, 0));
    REFUSES_TENSOR(LA_DTYPE_ERROR, "code 2, 32 bits and 4 lanes", kit_type(t, kDLFloat, 32, 4));
    REFUSES_TENSOR(LA_DTYPE_ERROR, "code 0, 32 bits and 0 lanes", kit_type(t, kDLInt, 32, 0));
    REFUSES_TENSOR(LA_DTYPE_ERROR, "code 6, 1 bits", kit_type(t, kDLBool, 1, 1));
    REFUSES_TENSOR(LA_DTYPE_ERROR, "code 17, 4 bits", kit_type(t, kDLFloat4_e2m1fn, 4, 1));
    REFUSES_TENSOR(LA_DTYPE_ERROR, "code 2, 128 bits", kit_type(t, kDLFloat, 128, 1));
    REFUSES_TENSOR(LA_DTYPE_ERROR, "code 255, 255 bits and 65535 lanes", kit_type(t, 255, 255, 65535));
    REFUSES_TENSOR(LA_INVALID_ARGUMENT, "ndim is -1", t->dl.ndim = -1);
    REFUSES_TENSOR(LA_LIMIT, "found 65", t->dl.ndim = 65);
    REFUSES_TENSOR(LA_LIMIT, "found 2147483647", t->dl.ndim = INT32_MAX);
    REFUSES_TENSOR(LA_NULL_ARGUMENT, "the tensor's shape", t->dl.shape = NULL);
    REFUSES_TENSOR(LA_NULL_ARGUMENT, "the tensor's data", t->null_data = 1);
    REFUSES_TENSOR(LA_SHAPE_ERROR, "axis 1 is -3", kit_grid(t, 0, 3, -3, 1));
    REFUSES_TENSOR(LA_OVERFLOW, "number of elements", kit_grid(t, INT64_MAX, 0, 3, 0));
    REFUSES_TENSOR(LA_OVERFLOW, "4611686018427387903 elements of 4 bytes", kit_row(t, INT64_MAX / 2, 0));
    REFUSES_TENSOR(LA_OVERFLOW, "stride 9223372036854775807 of axis 0, in elements of 4 bytes", kit_row(t, 2, INT64_MAX));
    REFUSES_TENSOR(LA_OVERFLOW, "distance", kit_grid(t, 2, INT64_MAX / 5, 2, INT64_MAX / 5));
    REFUSES_TENSOR(LA_OVERFLOW, "18446744073709551615 to ", t->dl.byte_offset = UINT64_MAX);
    REFUSES_TENSOR(LA_OVERFLOW, "where no memory can be", kit_row(t, 2, INT64_MIN / 8));
}

static void versions_and_flags_are_told_too(void) {
    kit_draft draft = kit_plain_draft();
    kit_major(&draft, 2, 5);
    refuse_draft(&draft, 1, LA_UNSUPPORTED, "version 2.5", __LINE__);
    kit_major(&draft, 0, 8);
    refuse_draft(&draft, 1, LA_UNSUPPORTED, "version 0.8", __LINE__);
    kit_major(&draft, 1, 4);
    draft.flags = 0x18 | DLPACK_FLAG_BITMASK_READ_ONLY;
    refuse_draft(&draft, 1, LA_UNSUPPORTED, "flags 0x19", __LINE__);
}

static void a_tensor_is_taken_over_whatever_else_is_wrong(void) {
    kit_draft draft = kit_plain_draft();
    for (int versioned = 0; versioned < 2; versioned++) {
        CHECK_STATUS(LA_NULL_ARGUMENT, import_status(kit_produce(&draft, versioned, &loan), LA_COPY_NEVER, NULL));
        CHECK_MESSAGE("out must not be NULL");
        CHECK_NUMBER(loan.deletions, 1);
        REFUSES(LA_INVALID_ARGUMENT, "copy is 3", import_status(kit_produce(&draft, versioned, &loan), 3, OUT));
        CHECK_NUMBER(loan.deletions, 1);
    }
    REFUSES(LA_NULL_ARGUMENT, "tensor must not be NULL", la_from_dlpack(NULL, LA_COPY_NEVER, OUT));
    REFUSES(LA_NULL_ARGUMENT, "tensor must not be NULL", la_from_dlpack_unversioned(NULL, LA_COPY_NEVER, OUT));
}

static void offsets_of_any_alignment_are_honoured(void) {
    kit_draft draft = kit_plain_draft();
    draft.dl.byte_offset = 13;
    kit_managed tensor = kit_produce(&draft, 1, &loan);
    const char *data = tensor.versioned->dl_tensor.data;
    la_array *array = MAKE(la_from_dlpack(tensor.versioned, LA_COPY_NEVER, OUT));
    CHECK((const char *)la_data(array) == data + 13 && !(la_flags(array) & LA_FLAG_ALIGNED));
    CHECK_NUMBER(la_retained_bytes(array), 24);
}

static void the_allocation_is_what_the_elements_span(void) {
    kit_draft draft = kit_plain_draft();
    kit_grid(&draft, 2, -10, 3, 2);
    la_array *array = MAKE(la_from_dlpack(kit_produce(&draft, 1, &loan).versioned, LA_COPY_IF_NEEDED, OUT));
    CHECK_STRIDES(array, -40, 8);
    CHECK_NUMBER(la_retained_bytes(array), 40 + 16 + 4);
    CHECK_SHAPE(MAKE(la_as_strided(array, -40, SHAPE(15), NULL, OUT)), 15);
    REFUSES(LA_SHAPE_ERROR, "60", la_as_strided(array, -40, SHAPE(16), NULL, OUT));
    REFUSES(LA_SHAPE_ERROR, "60", la_as_strided(array, -44, SHAPE(1), NULL, OUT));
}

static void views_keep_the_tensor(void) {
    kit_draft draft = kit_plain_draft();
    for (int versioned = 0; versioned < 2; versioned++) {
        la_array *array = MAKE(import_status(kit_produce(&draft, versioned, &loan), LA_COPY_NEVER, OUT));
        la_array *view = MAKE(la_transpose(array, OUT)), *copy = MAKE(la_copy(array, LA_ORDER_C, OUT));
        DROP(array);
        CHECK_NUMBER(loan.deletions, 0);
        CHECK_SAME(view, MAKE(la_transpose(copy, OUT)));
        DROP(view);
        CHECK_NUMBER(loan.deletions, 1);
    }
}

static void a_read_only_tensor_stays_so(void) {
    kit_draft draft = kit_plain_draft();
    for (int versioned = 0; versioned < 2; versioned++) {
        draft.flags = versioned ? DLPACK_FLAG_BITMASK_READ_ONLY : 0; /* the other struct cannot say it is not */
        la_array *array = MAKE(import_status(kit_produce(&draft, versioned, &loan), LA_COPY_NEVER, OUT));
        CHECK(la_data_mut(array) == NULL);
        CHECK_STATUS(LA_READ_ONLY, la_fill_i64(array, 1));
        CHECK_STATUS(LA_READ_ONLY, la_fill_i64(MAKE(la_slice(array, LA_INDEX(LA_AT(0)), OUT)), 1));
        la_array *copy = MAKE(import_status(kit_produce(&draft, versioned, &loan), LA_COPY_ALWAYS, OUT));
        OK(la_fill_i64(copy, 1));
        CHECK_VALUES(copy, 1, 1, 1, 1, 1, 1);
    }
    draft.flags = DLPACK_FLAG_BITMASK_IS_COPIED;
    la_array *array = MAKE(la_from_dlpack(kit_produce(&draft, 1, &loan).versioned, LA_COPY_NEVER, OUT));
    OK(la_fill_i64(array, 2));
}

static void copies_keep_the_order_of_the_axes(void) {
    kit_draft draft = kit_plain_draft();
    kit_grid(&draft, 2, 1, 3, -2);
    draft.dl.byte_offset = 64;
    CHECK_STRIDES(MAKE(la_from_dlpack(kit_produce(&draft, 1, &loan).versioned, LA_COPY_ALWAYS, OUT)), 4, 8);
    CHECK_NUMBER(loan.deletions, 1);
}

static void fail_inside(struct DLManagedTensorVersioned *self) {
    (void)la_ndim(NULL); /* leaves a message, which is not the program's */
    *(int *)self->manager_ctx += la_data(NULL) == NULL;
}

static void a_deleter_may_call_the_library_and_leaves_no_message(void) {
    int32_t values[] = {1, 2, 3};
    int64_t shape[] = {3};
    int called = 0;
    struct DLManagedTensorVersioned tensor;
    memset(&tensor, 0, sizeof tensor);
    tensor.version.major = 1;
    tensor.manager_ctx = &called;
    tensor.deleter = fail_inside;
    tensor.dl_tensor.data = values;
    tensor.dl_tensor.device.device_type = kDLCPU;
    tensor.dl_tensor.ndim = 1;
    tensor.dl_tensor.shape = shape;
    REFUSES(LA_DTYPE_ERROR, "code 0, 0 bits", la_from_dlpack(&tensor, LA_COPY_NEVER, OUT));
    CHECK_NUMBER(called, 1);
    tensor.dl_tensor.dtype.bits = 32;
    tensor.dl_tensor.dtype.lanes = 1;
    la_array *array = MAKE(la_from_dlpack(&tensor, LA_COPY_NEVER, OUT));
    CHECK_VALUES(array, 1, 2, 3);
    REFUSES(LA_INDEX_ERROR, "index 5", la_slice(array, LA_INDEX(LA_AT(5)), OUT));
    DROP(array);
    CHECK_NUMBER(called, 2);
    CHECK_MESSAGE("index 5");
}

/* -- exporting ---------------------------------------------------------------------------- */

/* An exported tensor is not kept by the harness: each test gives it back, or
 * imports it, before it calls anything that could end the test. */
static struct DLManagedTensorVersioned *exported(const la_array *array, int32_t copy, int32_t flags) {
    struct DLManagedTensorVersioned *tensor = NULL;
    OK(la_to_dlpack(array, copy, flags, &tensor));
    const char *complaint = kit_look(kit_versioned(tensor));
    if (complaint) check_fail(__FILE__, __LINE__, "an exported tensor: %s", complaint);
    CHECK(tensor->dl_tensor.byte_offset == 0 && tensor->version.minor >= 2);
    CHECK(tensor->dl_tensor.device.device_type == kDLCPU && tensor->dl_tensor.dtype.lanes == 1);
    return tensor;
}

static DLManagedTensor *exported_unversioned(const la_array *array, int32_t copy, int32_t flags) {
    DLManagedTensor *tensor = NULL;
    OK(la_to_dlpack_unversioned(array, copy, flags, &tensor));
    const char *complaint = kit_look(kit_unversioned(tensor));
    if (complaint) check_fail(__FILE__, __LINE__, "an exported tensor: %s", complaint);
    return tensor;
}

static void end(struct DLManagedTensorVersioned *tensor) { kit_end(kit_versioned(tensor), 0); }

#define REFUSES_EXPORT(status, text, array, copy, flags)                                      \
    do {                                                                                      \
        struct DLManagedTensorVersioned *tensor = (void *)&check_mark;                               \
        CHECK_STATUS((status), la_to_dlpack((array), (copy), (flags), &tensor));              \
        CHECK_MESSAGE(text);                                                                  \
        CHECK((void *)tensor == (void *)&check_mark);                                         \
    } while (0)

static void every_type_has_its_code(void) {
    static const struct { la_dtype dtype; int code, bits; } types[] = {
        {LA_BOOL, kDLBool, 8}, {LA_INT8, kDLInt, 8}, {LA_INT16, kDLInt, 16}, {LA_INT32, kDLInt, 32},
        {LA_INT64, kDLInt, 64}, {LA_UINT8, kDLUInt, 8}, {LA_UINT16, kDLUInt, 16}, {LA_UINT32, kDLUInt, 32},
        {LA_UINT64, kDLUInt, 64}, {LA_FLOAT16, kDLFloat, 16}, {LA_BFLOAT16, kDLBfloat, 16},
        {LA_FLOAT32, kDLFloat, 32}, {LA_FLOAT64, kDLFloat, 64}, {LA_COMPLEX64, kDLComplex, 64},
        {LA_COMPLEX128, kDLComplex, 128},
    };
    for (size_t k = 0; k < sizeof types / sizeof types[0]; k++) {
        la_array *array = MAKE(la_zeros(types[k].dtype, SHAPE(2, 3), LA_ORDER_C, OUT));
        struct DLManagedTensorVersioned *tensor = exported(array, LA_COPY_NEVER, 0);
        CHECK_NUMBER(tensor->dl_tensor.dtype.code, types[k].code);
        CHECK_NUMBER(tensor->dl_tensor.dtype.bits, types[k].bits);
        CHECK(tensor->dl_tensor.strides[0] == 3 && tensor->dl_tensor.strides[1] == 1);
        la_array *back = MAKE(la_from_dlpack(tensor, LA_COPY_NEVER, OUT));
        CHECK_NUMBER(la_dtype_of(back), types[k].dtype);
        CHECK(la_data(back) == la_data(array));
    }
}

static void an_exported_tensor_keeps_the_array_alive(void) {
    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
        la_array *album = GRID(4, 3), *window = MAKE(la_slice(album, LA_INDEX(LA_FROM(2)), OUT));
        struct DLManagedTensorVersioned *tensor = exported(window, LA_COPY_NEVER, 0);
        CHECK_NUMBER(la_refcount(window), 2);
        CHECK(tensor->dl_tensor.data == la_data(window) && tensor->flags == 0);
        DROP(album), DROP(window);
        int64_t value;
        memcpy(&value, kit_address(&tensor->dl_tensor, 5), sizeof value);
        CHECK_NUMBER(value, 11);
        kit_end(kit_versioned(tensor), elsewhere); /* live bytes are counted after the test */
    }
}

static void a_round_trip_shares_the_memory(void) {
    la_array *grid = GRID(4, 6), *views[8];
    views[0] = grid;
    views[1] = MAKE(la_slice(grid, LA_INDEX(LA_STEP(-1), LA_RANGE_STEP(4, 0, -2)), OUT));
    views[2] = MAKE(la_transpose(grid, OUT));
    views[3] = MAKE(la_slice(grid, LA_INDEX(LA_AT(2), LA_AT(3)), OUT));
    views[4] = MAKE(la_sliding_window(MAKE(la_slice(grid, LA_INDEX(LA_AT(1)), OUT)), AXES(0), (const int64_t[]){3}, OUT));
    views[5] = MAKE(la_broadcast_to(MAKE(la_slice(grid, LA_INDEX(LA_AT(1)), OUT)), SHAPE(3, 6), OUT));
    views[6] = MAKE(la_slice(grid, LA_INDEX(LA_RANGE(2, 2)), OUT));
    views[7] = MAKE(la_slice(grid, LA_INDEX(LA_NEWAXIS, LA_ELLIPSIS, LA_NEWAXIS), OUT));
    for (int k = 0; k < 8; k++) {
        struct DLManagedTensorVersioned *tensor = exported(views[k], LA_COPY_NEVER, 0);
        la_array *back = MAKE(la_from_dlpack(tensor, LA_COPY_NEVER, OUT));
        CHECK_SAME(back, views[k]);
        CHECK((la_size(back) == 0 || la_data(back) == la_data(views[k])) && !la_same_owner(back, views[k]));
        CHECK((la_size(back) > 0) == SHARE(back, views[k]));
        CHECK(((la_flags(back) ^ la_flags(views[k])) & LA_FLAG_WRITEABLE) == 0);
        for (int32_t axis = 0; axis < la_ndim(back); axis++)
            CHECK_NUMBER(la_strides(back)[axis], la_strides(views[k])[axis]);
        if (!(la_flags(views[k]) & LA_FLAG_WRITEABLE)) continue;
        back = MAKE(la_from_dlpack_unversioned(exported_unversioned(views[k], LA_COPY_NEVER, 0), LA_COPY_NEVER, OUT));
        CHECK_SAME(back, views[k]);
    }
}

static void a_read_only_array_leaves_with_the_flag_or_not_at_all(void) {
    la_array *readonly = MAKE(la_readonly(GRID(3), OUT));
    struct DLManagedTensorVersioned *tensor = exported(readonly, LA_COPY_NEVER, 0);
    CHECK(tensor->flags == DLPACK_FLAG_BITMASK_READ_ONLY && tensor->dl_tensor.data == la_data(readonly));
    la_array *back = MAKE(la_from_dlpack(tensor, LA_COPY_IF_NEEDED, OUT));
    CHECK_STATUS(LA_READ_ONLY, la_fill_i64(back, 1));
    DLManagedTensor *unversioned = NULL;
    CHECK_STATUS(LA_READ_ONLY, la_to_dlpack_unversioned(readonly, LA_COPY_NEVER, 0, &unversioned));
    CHECK_MESSAGE("Cannot export readonly array");
    CHECK_STATUS(LA_READ_ONLY, la_to_dlpack_unversioned(readonly, LA_COPY_IF_NEEDED, 0, &unversioned));
    CHECK(unversioned == NULL && la_refcount(readonly) == 1 + 1); /* the tensor's */
    unversioned = exported_unversioned(readonly, LA_COPY_ALWAYS, 0);
    CHECK(unversioned->dl_tensor.data != la_data(readonly));
    kit_end(kit_unversioned(unversioned), 0);
}

static void a_copy_is_flagged_and_can_be_written(void) {
    la_array *readonly = MAKE(la_readonly(MAKE(la_transpose(GRID(2, 3), OUT)), OUT));
    struct DLManagedTensorVersioned *tensor = exported(readonly, LA_COPY_ALWAYS, 0);
    CHECK_NUMBER(tensor->flags, DLPACK_FLAG_BITMASK_IS_COPIED);
    CHECK(tensor->dl_tensor.strides[0] == 1 && tensor->dl_tensor.strides[1] == 3); /* order K */
    CHECK_NUMBER(la_refcount(readonly), 1);
    la_array *back = MAKE(la_from_dlpack(tensor, LA_COPY_NEVER, OUT));
    CHECK_SAME(back, readonly);
    OK(la_fill_i64(back, 7));
    CHECK_VALUES(readonly, 0, 3, 1, 4, 2, 5);
}

static void strides_can_be_had_positive(void) {
    const int32_t positive = LA_DLPACK_POSITIVE_STRIDES;
    la_array *grid = GRID(2, 3), *back = MAKE(la_flip(grid, AXES(0), OUT));
    la_array *broadcast = MAKE(la_broadcast_to(grid, SHAPE(4, 2, 3), OUT));
    REFUSES_EXPORT(LA_WOULD_COPY, "axis 0 has stride -24", back, LA_COPY_NEVER, positive);
    struct DLManagedTensorVersioned *tensor = exported(back, LA_COPY_IF_NEEDED, positive);
    CHECK_NUMBER(tensor->flags, DLPACK_FLAG_BITMASK_IS_COPIED);
    CHECK(tensor->dl_tensor.strides[0] == 3 && tensor->dl_tensor.strides[1] == 1);
    CHECK_SAME(MAKE(la_from_dlpack(tensor, LA_COPY_NEVER, OUT)), back);
    tensor = exported(MAKE(la_transpose(back, OUT)), LA_COPY_ALWAYS, positive);
    CHECK(tensor->dl_tensor.strides[0] == 1 && tensor->dl_tensor.strides[1] == 3);
    end(tensor);
    /* What is not negative stays, and 0 is not. */
    tensor = exported(grid, LA_COPY_NEVER, positive);
    CHECK(tensor->flags == 0 && tensor->dl_tensor.data == la_data(grid));
    end(tensor);
    tensor = exported(broadcast, LA_COPY_NEVER, positive);
    CHECK(tensor->dl_tensor.strides[0] == 0 && tensor->flags == DLPACK_FLAG_BITMASK_READ_ONLY);
    end(tensor);
    /* Negative strides along which no step is made need no copy. */
    tensor = exported(MAKE(la_slice(back, LA_INDEX(LA_RANGE_STEP(1, 0, -1), LA_STEP(1)), OUT)), LA_COPY_NEVER, positive);
    CHECK(tensor->flags == 0 && tensor->dl_tensor.strides[0] >= 0);
    end(tensor);
    tensor = exported(MAKE(la_slice(back, LA_INDEX(LA_STEP(-1), LA_RANGE_STEP(0, 2, -1)), OUT)), LA_COPY_NEVER, positive);
    CHECK(tensor->flags == 0 && tensor->dl_tensor.strides[1] >= 0);
    end(tensor);
    REFUSES_EXPORT(LA_INVALID_ARGUMENT, "flags is 2", grid, LA_COPY_NEVER, 2);
    REFUSES_EXPORT(LA_INVALID_ARGUMENT, "flags is -1", grid, LA_COPY_NEVER, -1);
    REFUSES_EXPORT(LA_INVALID_ARGUMENT, "copy is -1", grid, -1, 0);
}

static void what_dlpack_cannot_say_is_refused(void) {
    static const la_dtype swapped = LA_FLOAT64 | 0x100, raw = 0x40000000 | 8;
    for (int32_t copy = LA_COPY_NEVER; copy <= LA_COPY_ALWAYS; copy++) {
        REFUSES_EXPORT(LA_DTYPE_ERROR, "array: data type >f8", MAKE(la_zeros(swapped, SHAPE(3), LA_ORDER_C, OUT)), copy, 0);
        REFUSES_EXPORT(LA_DTYPE_ERROR, "array: data type |V8", MAKE(la_zeros(raw, SHAPE(3), LA_ORDER_C, OUT)), copy, 0);
        DLManagedTensor *unversioned = NULL;
        CHECK_STATUS(LA_DTYPE_ERROR, la_to_dlpack_unversioned(MAKE(la_zeros(raw, SHAPE(3), LA_ORDER_C, OUT)), copy, 0, &unversioned));
    }
    struct DLManagedTensorVersioned *tensor = NULL;
    CHECK_STATUS(LA_NULL_ARGUMENT, la_to_dlpack(NULL, LA_COPY_NEVER, 0, &tensor));
    CHECK_MESSAGE("array");
    CHECK_STATUS(LA_NULL_ARGUMENT, la_to_dlpack(GRID(1), LA_COPY_NEVER, 0, NULL));
    CHECK_MESSAGE("out");
    CHECK_STATUS(LA_NULL_ARGUMENT, la_to_dlpack_unversioned(GRID(1), LA_COPY_NEVER, 0, NULL));
}

static void strides_between_elements_are_refused_or_copied(void) {
    char memory[64];
    memset(memory, 1, sizeof memory);
    la_array *odd = MAKE(la_wrap(memory, 64, 0, LA_INT32, SHAPE(2, 3), (const int64_t[]){16, 5}, 0, NULL, NULL, OUT));
    REFUSES_EXPORT(LA_UNSUPPORTED, "axis 1 has stride 5, itemsize 4", odd, LA_COPY_NEVER, 0);
    REFUSES_EXPORT(LA_UNSUPPORTED, "multiple of itemsize", odd, LA_COPY_IF_NEEDED, 0);
    la_array *back = MAKE(la_from_dlpack(exported(odd, LA_COPY_ALWAYS, 0), LA_COPY_NEVER, OUT));
    CHECK_SAME(back, odd);
    /* Along an axis of one element no step is made. */
    la_array *single = MAKE(la_slice(odd, LA_INDEX(LA_ALL, LA_RANGE(1, 2)), OUT));
    struct DLManagedTensorVersioned *tensor = exported(single, LA_COPY_NEVER, 0);
    CHECK(tensor->dl_tensor.data == memory + 5 && tensor->dl_tensor.strides[0] == 4);
    end(tensor);
    end(exported(MAKE(la_slice(odd, LA_INDEX(LA_RANGE(1, 1)), OUT)), LA_COPY_NEVER, 0));
}

static void sixty_four_axes_and_none(void) {
    int64_t shape[64];
    for (int k = 0; k < 64; k++) shape[k] = k % 16 == 3 ? 2 : 1;
    la_array *wide = MAKE(la_zeros(LA_INT8, 64, shape, LA_ORDER_F, OUT));
    struct DLManagedTensorVersioned *tensor = exported(wide, LA_COPY_NEVER, 0);
    CHECK(tensor->dl_tensor.ndim == 64 && tensor->dl_tensor.strides[51] == 8);
    CHECK_SAME(MAKE(la_from_dlpack(tensor, LA_COPY_NEVER, OUT)), wide);
    la_array *scalar = MAKE(la_slice(GRID(3), LA_INDEX(LA_AT(2)), OUT));
    tensor = exported(scalar, LA_COPY_NEVER, 0);
    CHECK(tensor->dl_tensor.ndim == 0 && tensor->dl_tensor.data == la_data(scalar));
    la_array *back = MAKE(la_from_dlpack(tensor, LA_COPY_NEVER, OUT));
    CHECK_RANK_0(back);
    CHECK_VALUES(back, 2);
}

static void a_consumer_may_write_into_the_struct(void) {
    la_array *grid = GRID(2, 3);
    struct DLManagedTensorVersioned *tensor = exported(grid, LA_COPY_NEVER, 0);
    DLTensor *dl = &tensor->dl_tensor;
    for (int axis = 0; axis < 2; axis++) dl->shape[axis] = dl->strides[axis] = -1;
    dl->data = NULL;
    end(tensor);
    CHECK_SHAPE(grid, 2, 3);
    CHECK_STRIDES(grid, 24, 8);
}

static int32_t stop(int64_t done, int64_t total, void *payload) {
    (void)done, (void)total, (void)payload;
    return 1;
}

static void a_stopped_copy_ends_the_loan(void) {
    kit_draft draft = kit_plain_draft();
    kit_row(&draft, 1000000, 0);
    la_array *long_row = MAKE(la_zeros(LA_INT64, SHAPE(100000, 2), LA_ORDER_C, OUT));
    la_array *back = MAKE(la_flip(long_row, 0, NULL, OUT));
    struct DLManagedTensorVersioned *tensor = NULL;
    OK(la_set_progress(stop, 1000, NULL));
    la_array *array = CHECK_UNTOUCHED;
    la_status imported = la_from_dlpack(kit_produce(&draft, 1, &loan).versioned, LA_COPY_ALWAYS, &array);
    la_status status = la_to_dlpack(back, LA_COPY_IF_NEEDED, LA_DLPACK_POSITIVE_STRIDES, &tensor);
    OK(la_set_progress(NULL, 0, NULL)); /* before a check may jump out */
    CHECK_STATUS(LA_CANCELLED, imported);
    CHECK_NUMBER(loan.deletions, 1);
    CHECK_STATUS(LA_CANCELLED, status);
    CHECK(array == CHECK_UNTOUCHED && tensor == NULL && la_refcount(back) == 1);
}

static void the_structs_are_laid_out_as_specified(void) {
    if (sizeof(void *) != 8) return;
    CHECK(sizeof(DLTensor) == 48 && sizeof(DLManagedTensor) == 64 && sizeof(struct DLManagedTensorVersioned) == 80);
    CHECK(offsetof(struct DLManagedTensorVersioned, deleter) == 16 && offsetof(struct DLManagedTensorVersioned, dl_tensor) == 32);
    CHECK(offsetof(DLTensor, shape) == 24 && offsetof(DLTensor, byte_offset) == 40);
}

CHECK_MAIN(
    TEST(the_structs_are_laid_out_as_specified),
    TEST(the_kit_finds_no_fault_with_imports),
    TEST(the_kit_finds_planted_mistakes),
    TEST(a_refused_tensor_is_told_with_its_numbers),
    TEST(versions_and_flags_are_told_too),
    TEST(a_tensor_is_taken_over_whatever_else_is_wrong),
    TEST(offsets_of_any_alignment_are_honoured),
    TEST(the_allocation_is_what_the_elements_span),
    TEST(views_keep_the_tensor),
    TEST(a_read_only_tensor_stays_so),
    TEST(copies_keep_the_order_of_the_axes),
    TEST(a_deleter_may_call_the_library_and_leaves_no_message),
    TEST(every_type_has_its_code),
    TEST(an_exported_tensor_keeps_the_array_alive),
    TEST(a_round_trip_shares_the_memory),
    TEST(a_read_only_array_leaves_with_the_flag_or_not_at_all),
    TEST(a_copy_is_flagged_and_can_be_written),
    TEST(strides_can_be_had_positive),
    TEST(what_dlpack_cannot_say_is_refused),
    TEST(strides_between_elements_are_refused_or_copied),
    TEST(sixty_four_axes_and_none),
    TEST(a_consumer_may_write_into_the_struct),
    TEST(a_stopped_copy_ends_the_loan),
)
