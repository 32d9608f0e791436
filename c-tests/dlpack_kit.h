/* A conformance kit for DLPack 1.x in C: a producer of every legal shape of its
 * structs and of many illegal ones, and a consumer that looks at what another
 * library produces. None that is published was found.
 *
 * It knows nothing of libarray (tests are in test_dlpack.c) and can be held
 * against any library that reads or writes the structs from C:
 *
 *     static int import(void *mine, int way, kit_managed tensor, void **handle);
 *     static void describe(void *mine, void *handle, kit_view *view);
 *     static void release(void *mine, void *handle);
 *     static void fail(void *mine, const char *test, const char *what);
 *
 *     static const kit_way ways[] = {{"view", 0}, {"copy", 1}};
 *     kit_library library = {NULL, 2, ways, 64, -1, 1, import, describe, release, fail};
 *     int count = kit_check_imports(&library, NULL); // calls fail for what is wrong
 *
 *     const char *complaint = kit_look(tensor);    // at an exported one; or NULL
 *     kit_end(tensor, elsewhere);                  // calls its deleter
 *
 * What it holds an importer to: it takes over every tensor that it is given.
 * The deleter is called exactly once, with the tensor itself: when the last
 * handle goes, on whichever thread; at once when the import copies or fails.
 * Of another major version nothing is read but version, deleter and what stands
 * between them. Legal tensors are imported as they are, illegal ones and other
 * devices, types and lanes refused without a crash. The blocks are freed by the
 * deleter and no longer than they need be, so run it under valgrind as well.
 *
 * The definitions are written from the specification; dlpack.h may be included
 * before this file instead (where the newer struct may have a tag and no typedef,
 * hence `struct` everywhere). The program links with -pthread. */
#ifndef DLPACK_KIT_H
#define DLPACK_KIT_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- the specification, https://dmlc.github.io/dlpack/latest/c_api.html -------- */

#ifndef DLPACK_MAJOR_VERSION
#define DLPACK_MAJOR_VERSION 1
#define DLPACK_MINOR_VERSION 3
#define DLPACK_FLAG_BITMASK_READ_ONLY (1UL << 0UL)
#define DLPACK_FLAG_BITMASK_IS_COPIED (1UL << 1UL)
#define DLPACK_FLAG_BITMASK_IS_SUBBYTE_TYPE_PADDED (1UL << 2UL)

typedef struct {
    uint32_t major, minor;
} DLPackVersion;

typedef enum { kDLCPU = 1, kDLCUDA = 2, kDLCUDAHost = 3, kDLROCMHost = 11, kDLCUDAManaged = 13 } DLDeviceType;

typedef struct {
    DLDeviceType device_type;
    int32_t device_id;
} DLDevice;

typedef enum {
    kDLInt = 0, kDLUInt = 1, kDLFloat = 2, kDLOpaqueHandle = 3, kDLBfloat = 4, kDLComplex = 5, kDLBool = 6,
    kDLFloat8_e3m4 = 7, kDLFloat4_e2m1fn = 17
} DLDataTypeCode;

typedef struct {
    uint8_t code, bits;
    uint16_t lanes;
} DLDataType;

typedef struct {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape;
    int64_t *strides; /* in elements; before version 1.2 NULL for C order */
    uint64_t byte_offset;
} DLTensor;

typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;

struct DLManagedTensorVersioned {
    DLPackVersion version;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensorVersioned *self);
    uint64_t flags; /* up to here the same in every major version */
    DLTensor dl_tensor;
};
#endif

/* -- what the kit hands over ---------------------------------------------------- */

/* A tensor in one of the two structs; the other pointer is NULL. */
typedef struct kit_managed {
    struct DLManagedTensorVersioned *versioned;
    DLManagedTensor *unversioned;
} kit_managed;

enum { KIT_IMPORTED, KIT_REFUSED, KIT_NO_MEMORY };

/* What a library sees in what it imported. */
typedef struct kit_view {
    const void *data;
    int32_t ndim;
    int64_t itemsize; /* bytes */
    const int64_t *shape, *strides; /* elements, bytes */
    int writeable;
} kit_view;

/* A way to import: sharing the memory, or copying it. */
typedef struct kit_way {
    const char *name;
    int copies;
} kit_way;

/* The library to be checked. */
typedef struct kit_library {
    void *mine; /* handed to the functions */
    int way_count;
    const kit_way *ways;
    int32_t max_ndim;
    int unversioned_writeable; /* 0, 1, or -1 for whatever it is */
    int threads; /* 1: every handle is also released on another thread */
    int (*import)(void *mine, int way, kit_managed tensor, void **handle); /* KIT_... */
    void (*describe)(void *mine, void *handle, kit_view *view);
    void (*release)(void *mine, void *handle);
    void (*fail)(void *mine, const char *test, const char *what);
} kit_library;

enum { KIT_BYTES = 1024, KIT_AXES = 70, KIT_MIDDLE = 512 };

/* What outlives a tensor: how it ended. */
typedef struct kit_loan {
    int deletions, wrong; /* calls of the deleter; those with another tensor */
} kit_loan;

/* A tensor on its way: changed by a case, then copied into a struct. */
typedef struct kit_draft {
    DLPackVersion version;
    uint64_t flags;
    int no_deleter, null_data;
    int64_t start; /* where in the memory data points */
    DLTensor dl;   /* shape and strides: NULL, or anything else for these: */
    int64_t shape[KIT_AXES], strides[KIT_AXES];
} kit_draft;

/* A tensor with all it needs. Of another major version only the beginning is
 * allocated, up to `flags`. */
typedef struct kit_block {
    union {
        struct DLManagedTensorVersioned versioned;
        DLManagedTensor unversioned;
    } managed;
    int64_t shape[KIT_AXES], strides[KIT_AXES];
    unsigned char memory[KIT_BYTES];
} kit_block;

static inline void kit_deleted(void *self, kit_loan *loan, size_t size) {
    loan->deletions++;
    memset(self, 0xdd, size); /* what is read from here on is wrong */
    free(self);
}

static inline void kit_delete_versioned(struct DLManagedTensorVersioned *self) {
    kit_deleted(self, (kit_loan *)self->manager_ctx, offsetof(struct DLManagedTensorVersioned, dl_tensor));
}

static inline void kit_delete_unversioned(DLManagedTensor *self) {
    kit_deleted(self, (kit_loan *)self->manager_ctx, sizeof *self);
}

static int64_t kit_not_null;

/* Six numbers of 32 bits in two rows, in the middle of the memory. */
static inline kit_draft kit_plain_draft(void) {
    kit_draft draft;
    memset(&draft, 0, sizeof draft);
    draft.version.major = DLPACK_MAJOR_VERSION;
    draft.version.minor = DLPACK_MINOR_VERSION;
    draft.start = KIT_MIDDLE;
    draft.dl.device.device_type = kDLCPU;
    draft.dl.ndim = 2;
    draft.dl.dtype.code = kDLInt;
    draft.dl.dtype.bits = 32;
    draft.dl.dtype.lanes = 1;
    draft.dl.shape = draft.dl.strides = &kit_not_null;
    draft.shape[0] = 2, draft.shape[1] = 3;
    draft.strides[0] = 3, draft.strides[1] = 1;
    return draft;
}

static inline int kit_is_foreign(const kit_draft *draft, int versioned) {
    return versioned && draft->version.major != DLPACK_MAJOR_VERSION;
}

/* Makes the struct of a draft; exits when there is no memory. */
static inline kit_managed kit_produce(const kit_draft *draft, int versioned, kit_loan *loan) {
    kit_managed made = {NULL, NULL};
    int is_foreign = kit_is_foreign(draft, versioned);
    size_t size = is_foreign ? offsetof(struct DLManagedTensorVersioned, dl_tensor) : sizeof(kit_block);
    kit_block *block = (kit_block *)malloc(size);
    if (!block) exit(1);
    memset(loan, 0, sizeof *loan);
    memset(block, 0xee, size);
    DLTensor dl = draft->dl;
    if (!is_foreign) {
        for (int k = 0; k < KIT_BYTES; k++) block->memory[k] = (unsigned char)(7 * k + 3);
        memcpy(block->shape, draft->shape, sizeof block->shape);
        memcpy(block->strides, draft->strides, sizeof block->strides);
        dl.data = draft->null_data ? NULL : block->memory + draft->start;
        if (dl.shape) dl.shape = block->shape;
        if (dl.strides) dl.strides = block->strides;
    }
    if (versioned) {
        struct DLManagedTensorVersioned *managed = (struct DLManagedTensorVersioned *)(void *)block;
        managed->version = draft->version;
        managed->manager_ctx = loan;
        managed->deleter = draft->no_deleter ? NULL : kit_delete_versioned;
        managed->flags = draft->flags;
        if (!is_foreign) managed->dl_tensor = dl;
        made.versioned = managed;
    } else {
        DLManagedTensor *managed = (DLManagedTensor *)(void *)block;
        managed->dl_tensor = dl;
        managed->manager_ctx = loan;
        managed->deleter = draft->no_deleter ? NULL : kit_delete_unversioned;
        made.unversioned = managed;
    }
    return made;
}

/* -- the cases -------------------------------------------------------------------- */

enum { KIT_ACCEPT, KIT_REFUSE, KIT_EITHER };
enum { KIT_BOTH, KIT_VERSIONED };

static inline void kit_type(kit_draft *t, int code, int bits, int lanes) {
    t->dl.dtype.code = (uint8_t)code;
    t->dl.dtype.bits = (uint8_t)bits;
    t->dl.dtype.lanes = (uint16_t)lanes;
}

static inline void kit_row(kit_draft *t, int64_t extent, int64_t stride) {
    t->dl.ndim = 1;
    t->shape[0] = extent;
    t->strides[0] = stride;
}

static inline void kit_grid(kit_draft *t, int64_t rows, int64_t row, int64_t columns, int64_t column) {
    t->dl.ndim = 2;
    t->shape[0] = rows, t->strides[0] = row;
    t->shape[1] = columns, t->strides[1] = column;
}

static inline void kit_ranks(kit_draft *t, int32_t ndim, int32_t max_ndim) {
    t->dl.ndim = max_ndim + ndim;
    for (int k = 0; k < KIT_AXES; k++) t->shape[k] = k == 1 ? 2 : 1, t->strides[k] = 1;
}

static inline void kit_major(kit_draft *t, uint32_t major, uint32_t minor) {
    t->version.major = major;
    t->version.minor = minor;
}

static inline void kit_device(kit_draft *t, int32_t type, int32_t id) {
    /* Any number may arrive here, whatever the enumeration has names for. */
    memcpy(&t->dl.device.device_type, &type, sizeof type);
    t->dl.device.device_id = id;
}

/* X(outcome, structs, what the tensor is, how the plain draft `t` becomes it).
 * `most` is the library's largest rank. */
#define KIT_CASES(X)                                                                              \
    X(ACCEPT, BOTH, packed, (void)most)                                                           \
    X(ACCEPT, BOTH, null_strides_mean_c_order, t->dl.strides = NULL)                              \
    X(ACCEPT, BOTH, columns_first, kit_grid(t, 2, 1, 3, 2))                                       \
    X(ACCEPT, BOTH, rank_0, t->dl.ndim = 0)                                                       \
    X(ACCEPT, BOTH, rank_0_without_strides, (t->dl.ndim = 0, t->dl.strides = NULL))               \
    X(ACCEPT, BOTH, rank_0_without_lists, (t->dl.ndim = 0, t->dl.shape = t->dl.strides = NULL))   \
    X(ACCEPT, BOTH, rank_1, kit_row(t, 5, 1))                                                     \
    X(ACCEPT, BOTH, all_axes_that_there_are, kit_ranks(t, 0, most))                               \
    X(ACCEPT, BOTH, offset, t->dl.byte_offset = 64)                                               \
    X(ACCEPT, BOTH, offset_and_null_strides, (t->dl.byte_offset = 8, t->dl.strides = NULL))       \
    X(EITHER, BOTH, offset_of_one_byte, t->dl.byte_offset = 1)                                    \
    X(EITHER, BOTH, data_off_by_one, t->start++)                                                  \
    X(ACCEPT, BOTH, gaps, kit_grid(t, 2, 40, 3, 5))                                               \
    X(ACCEPT, BOTH, rows_backwards, kit_grid(t, 2, -3, 3, 1))                                     \
    X(ACCEPT, BOTH, all_backwards, kit_grid(t, 4, -6, 3, -2))                                     \
    X(ACCEPT, BOTH, offset_and_backwards, (t->dl.byte_offset = 256, kit_row(t, 60, -3)))          \
    X(ACCEPT, BOTH, a_broadcast_row, kit_grid(t, 4, 0, 3, 1))                                     \
    X(ACCEPT, BOTH, one_element_a_thousand_times, kit_row(t, 1000, 0))                            \
    X(ACCEPT, BOTH, windows, kit_grid(t, 4, 1, 3, 1))                                             \
    X(ACCEPT, BOTH, no_elements, (kit_grid(t, 0, 3, 3, 1), t->null_data = 1))                     \
    X(ACCEPT, BOTH, no_columns, (kit_grid(t, 2, 0, 0, 1), t->null_data = 1))                      \
    X(ACCEPT, BOTH, no_elements_but_data, kit_grid(t, 0, 3, 3, 1))                                \
    X(ACCEPT, BOTH, no_elements_nor_strides, (kit_row(t, 0, 1), t->dl.strides = NULL))            \
    X(EITHER, BOTH, no_elements_far_away, (kit_row(t, 0, 1), t->dl.byte_offset = UINT64_MAX))     \
    X(ACCEPT, BOTH, long_steps_not_taken, kit_grid(t, 1, 1000000, 3, 1))                          \
    X(ACCEPT, BOTH, no_deleter, t->no_deleter = 1)                                                \
    X(ACCEPT, VERSIONED, first_version, kit_major(t, 1, 0))                                       \
    X(ACCEPT, VERSIONED, first_version_without_strides, (kit_major(t, 1, 0), t->dl.strides = NULL)) \
    X(ACCEPT, VERSIONED, newer_minor_version, kit_major(t, 1, 99))                                \
    X(ACCEPT, VERSIONED, newest_minor_version, kit_major(t, 1, UINT32_MAX))                       \
    X(ACCEPT, VERSIONED, read_only, t->flags = DLPACK_FLAG_BITMASK_READ_ONLY)                     \
    X(ACCEPT, VERSIONED, copied, t->flags = DLPACK_FLAG_BITMASK_IS_COPIED)                        \
    X(ACCEPT, VERSIONED, read_only_and_copied, t->flags = 3)                                      \
    X(ACCEPT, VERSIONED, padded_without_need, t->flags = DLPACK_FLAG_BITMASK_IS_SUBBYTE_TYPE_PADDED) \
    X(EITHER, VERSIONED, unknown_flag, t->flags = UINT64_C(1) << 3)                               \
    X(EITHER, VERSIONED, all_flags, t->flags = UINT64_MAX)                                        \
    X(REFUSE, VERSIONED, version_0, kit_major(t, 0, 8))                                           \
    X(REFUSE, VERSIONED, version_2, kit_major(t, 2, 0))                                           \
    X(REFUSE, VERSIONED, last_version, kit_major(t, UINT32_MAX, UINT32_MAX))                      \
    X(REFUSE, VERSIONED, version_2_without_deleter, (kit_major(t, 2, 0), t->no_deleter = 1))      \
    X(EITHER, BOTH, second_cpu, kit_device(t, kDLCPU, 1))                                         \
    X(REFUSE, BOTH, no_device, kit_device(t, 0, 0))                                               \
    X(REFUSE, BOTH, cuda, kit_device(t, kDLCUDA, 0))                                              \
    X(EITHER, BOTH, cuda_host, kit_device(t, kDLCUDAHost, 0))                                     \
    X(EITHER, BOTH, rocm_host, kit_device(t, kDLROCMHost, 0))                                     \
    X(EITHER, BOTH, cuda_managed, kit_device(t, kDLCUDAManaged, 0))                               \
    X(REFUSE, BOTH, metal, kit_device(t, 8, 0))                                                   \
    X(REFUSE, BOTH, device_below_all, kit_device(t, -1, 0))                                       \
    X(REFUSE, BOTH, device_beyond_all, kit_device(t, INT32_MAX, INT32_MIN))                       \
    X(REFUSE, BOTH, no_lanes, kit_type(t, kDLInt, 32, 0))                                         \
    X(REFUSE, BOTH, two_lanes, kit_type(t, kDLFloat, 32, 2))                                      \
    X(REFUSE, BOTH, many_lanes, kit_type(t, kDLInt, 32, 65535))                                   \
    X(REFUSE, BOTH, negative_rank, t->dl.ndim = -1)                                               \
    X(REFUSE, BOTH, lowest_rank, t->dl.ndim = INT32_MIN)                                          \
    X(REFUSE, BOTH, one_axis_too_many, kit_ranks(t, 1, most))                                     \
    X(REFUSE, BOTH, highest_rank, t->dl.ndim = INT32_MAX)                                         \
    X(REFUSE, BOTH, no_shape, t->dl.shape = NULL)                                                 \
    X(REFUSE, BOTH, no_data, t->null_data = 1)                                                    \
    X(REFUSE, BOTH, no_data_but_an_offset, (t->null_data = 1, t->dl.byte_offset = 4096))          \
    X(REFUSE, BOTH, negative_extent, kit_grid(t, 2, 3, -3, 1))                                    \
    X(REFUSE, BOTH, negative_extents, kit_grid(t, -2, 3, -3, 1))                                  \
    X(REFUSE, BOTH, negative_extent_and_none, kit_grid(t, 0, 3, -3, 1))                           \
    X(REFUSE, BOTH, lowest_extent, kit_row(t, INT64_MIN, 1))                                      \
    X(REFUSE, BOTH, more_elements_than_numbers, kit_grid(t, INT64_MAX, 0, 3, 0))                  \
    X(REFUSE, BOTH, more_bytes_than_numbers, kit_row(t, INT64_MAX / 2, 0))                        \
    X(REFUSE, BOTH, more_bytes_than_addresses, (kit_row(t, INT64_MAX / 4, 1), t->dl.strides = NULL)) \
    X(REFUSE, BOTH, stride_beyond_numbers, kit_row(t, 2, INT64_MAX))                              \
    X(REFUSE, BOTH, stride_below_numbers, kit_row(t, 2, INT64_MIN))                               \
    X(REFUSE, BOTH, stride_beyond_addresses, kit_row(t, 2, INT64_MAX / 4))                        \
    X(REFUSE, BOTH, stride_below_addresses, kit_row(t, 2, INT64_MIN / 4))                         \
    X(REFUSE, BOTH, span_beyond_numbers, kit_grid(t, 2, INT64_MAX / 5, 2, INT64_MAX / 5))         \
    X(REFUSE, BOTH, span_below_and_beyond, kit_grid(t, 2, INT64_MAX / 5, 2, INT64_MIN / 5))       \
    X(REFUSE, BOTH, offset_beyond_numbers, t->dl.byte_offset = UINT64_MAX - 64)                   \
    X(REFUSE, BOTH, offset_beyond_addresses, t->dl.byte_offset = (uint64_t)INT64_MAX - 64)

typedef struct kit_case {
    const char *name;
    int outcome, structs;
    void (*change)(kit_draft *t, int32_t most);
} kit_case;

#define KIT_FUNCTION_(outcome, structs, name, change) \
    static inline void kit_case_##name(kit_draft *t, int32_t most) { (void)t, (void)most, change; }
#define KIT_ENTRY_(outcome, structs, name, change) {#name, KIT_##outcome, KIT_##structs, kit_case_##name},

KIT_CASES(KIT_FUNCTION_)

/* -- checking an importer ----------------------------------------------------------- */

typedef struct kit_release_call {
    const kit_library *library;
    void *handle;
} kit_release_call;

static inline void *kit_release_on_a_thread(void *call_) {
    kit_release_call *call = (kit_release_call *)call_;
    call->library->release(call->library->mine, call->handle);
    return NULL;
}

/* Compares what the library sees with the draft, by the specification. */
static inline const char *kit_compare(const kit_library *library, const kit_draft *draft, int versioned,
                                      int copies, const unsigned char *memory, const kit_view *view) {
    int64_t itemsize = draft->dl.dtype.bits / 8, size = 1, packed[KIT_AXES];
    if (view->ndim != draft->dl.ndim) return "has another rank";
    if (view->itemsize != itemsize) return "has elements of another size";
    for (int32_t k = view->ndim; k-- > 0;) {
        packed[k] = size;
        size *= draft->shape[k];
        if (view->shape[k] != draft->shape[k]) return "has another shape";
    }
    int may_write = copies || !versioned ? 1 : !(draft->flags & DLPACK_FLAG_BITMASK_READ_ONLY);
    if (!copies && !versioned) may_write = library->unversioned_writeable;
    if (may_write != -1 && view->writeable != may_write) return "is writeable where it must not, or not where it may";
    if (size == 0) return NULL;
    const unsigned char *first = memory + draft->start + draft->dl.byte_offset;
    if (!copies && view->data != first) return "has its first element elsewhere";
    if (copies && (const unsigned char *)view->data >= memory && (const unsigned char *)view->data < memory + KIT_BYTES)
        return "is no copy";
    const int64_t *strides = draft->dl.strides ? draft->strides : packed;
    for (int32_t k = 0; k < view->ndim; k++)
        if (!copies && draft->shape[k] > 1 && view->strides[k] != strides[k] * itemsize) return "has other strides";
    for (int64_t element = 0; element < size && element < 1000; element++) {
        const unsigned char *theirs = (const unsigned char *)view->data;
        int64_t place = draft->start + (int64_t)draft->dl.byte_offset, rest = element;
        for (int32_t k = view->ndim; k-- > 0; rest /= draft->shape[k]) {
            theirs += rest % draft->shape[k] * view->strides[k];
            place += rest % draft->shape[k] * strides[k] * itemsize;
        }
        for (int64_t byte = 0; byte < itemsize; byte++)
            if (theirs[byte] != (unsigned char)(7 * (place + byte) + 3)) return "has other elements";
    }
    return NULL;
}

/* Imports one draft in one way; 1 when it was imported. */
static inline int kit_import(const kit_library *library, const char *name, int outcome, const kit_draft *draft,
                             int versioned, int way, int elsewhere) {
    char test[160];
    int copies = library->ways[way].copies;
    kit_loan loan;
    void *handle = NULL;
    kit_managed made = kit_produce(draft, versioned, &loan);
    void *block = made.versioned ? (void *)made.versioned : (void *)made.unversioned;
    const unsigned char *memory = kit_is_foreign(draft, versioned) ? NULL : ((kit_block *)block)->memory;
    snprintf(test, sizeof test, "%s (%s, %s, %s)", name, versioned ? "versioned" : "unversioned",
             library->ways[way].name, elsewhere ? "released elsewhere" : "released here");
#define KIT_NEED(condition, what) \
    do { if (!(condition)) library->fail(library->mine, test, (what)); } while (0)
    int result = library->import(library->mine, way, made, &handle), expected = draft->no_deleter ? 0 : 1;
    if (result != KIT_IMPORTED) {
        KIT_NEED(result == KIT_NO_MEMORY || outcome != KIT_ACCEPT, "is legal and was refused");
        KIT_NEED(loan.deletions == expected, "was refused, and its deleter not called once");
        if (draft->no_deleter) free(block);
        return 0;
    }
    KIT_NEED(outcome != KIT_REFUSE, "must be refused and was imported");
    if (outcome != KIT_REFUSE) {
        kit_view view;
        memset(&view, 0, sizeof view);
        library->describe(library->mine, handle, &view);
        const char *complaint = kit_compare(library, draft, versioned, copies, memory, &view);
        if (complaint) library->fail(library->mine, test, complaint);
    }
    KIT_NEED(loan.deletions == (copies ? expected : 0), "had its deleter called too early, or was not given back");
    kit_release_call call = {library, handle};
    pthread_t thread;
    if (elsewhere && pthread_create(&thread, NULL, kit_release_on_a_thread, &call) == 0)
        pthread_join(thread, NULL);
    else
        kit_release_on_a_thread(&call);
    KIT_NEED(loan.deletions == expected, "was released, and its deleter not called once");
    if (draft->no_deleter) free(block);
#undef KIT_NEED
    return 1;
}

/* One draft in every way, in both structs if they can hold it. */
static inline int kit_import_all(const kit_library *library, const char *name, int outcome, int structs,
                                 const kit_draft *draft, int *imported) {
    int count = 0;
    for (int way = 0; way < library->way_count; way++)
        for (int versioned = structs == KIT_VERSIONED; versioned < 2; versioned++)
            for (int elsewhere = 0; elsewhere <= library->threads; elsewhere++, count++)
                *imported += kit_import(library, name, outcome, draft, versioned, way, elsewhere);
    return count;
}

/* Every code with every number of bits, and who must know it. */
static inline int kit_type_outcome(int code, int bits) {
    switch (code) {
    case kDLInt: case kDLUInt:
        return bits == 8 || bits == 16 || bits == 32 || bits == 64 ? KIT_ACCEPT : bits == 128 ? KIT_EITHER : KIT_REFUSE;
    case kDLFloat: return bits == 16 || bits == 32 || bits == 64 ? KIT_ACCEPT : bits % 8 ? KIT_REFUSE : KIT_EITHER;
    case kDLBfloat: return bits == 16 ? KIT_ACCEPT : KIT_REFUSE;
    case kDLComplex: return bits == 64 || bits == 128 ? KIT_ACCEPT : bits == 32 ? KIT_EITHER : KIT_REFUSE;
    case kDLBool: return bits == 8 ? KIT_ACCEPT : KIT_REFUSE;
    default: /* handles, and floats of less than two bytes: who can do with them may */
        return code <= kDLFloat4_e2m1fn ? KIT_EITHER : KIT_REFUSE;
    }
}

/* Holds an importer to all of it; the number of tensors that it was given.
 * `imported` receives how many it took, if it is not NULL. */
static inline int kit_check_imports(const kit_library *library, int *imported) {
    static const kit_case cases[] = {KIT_CASES(KIT_ENTRY_)};
    int count = 0, taken = 0;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        kit_draft draft = kit_plain_draft();
        cases[k].change(&draft, library->max_ndim);
        count += kit_import_all(library, cases[k].name, cases[k].outcome, cases[k].structs, &draft, &taken);
    }
    for (int code = 0; code < 256; code += code < 20 ? 1 : 47)
        for (int bits = 0; bits < 256; bits += bits < 136 ? 1 : 17) {
            char name[64];
            kit_draft draft = kit_plain_draft();
            int outcome = kit_type_outcome(code, bits);
            snprintf(name, sizeof name, "type code %d of %d bits", code, bits);
            kit_type(&draft, code, bits, 1);
            if (outcome == KIT_ACCEPT || bits % 8 == 0) {
                count += kit_import_all(library, name, outcome, KIT_BOTH, &draft, &taken);
            } else {
                taken += kit_import(library, name, outcome, &draft, bits % 2, bits % library->way_count, 0);
                draft.flags = DLPACK_FLAG_BITMASK_IS_SUBBYTE_TYPE_PADDED;
                taken += kit_import(library, name, outcome, &draft, 1, code % library->way_count, 0);
                count += 2;
            }
        }
    if (imported) *imported = taken;
    return count;
}

/* -- looking at an exporter's tensor --------------------------------------------------- */

static inline DLTensor *kit_tensor(kit_managed managed) {
    return managed.versioned ? &managed.versioned->dl_tensor : &managed.unversioned->dl_tensor;
}

static inline kit_managed kit_versioned(struct DLManagedTensorVersioned *tensor) {
    kit_managed managed = {tensor, NULL};
    return managed;
}

static inline kit_managed kit_unversioned(DLManagedTensor *tensor) {
    kit_managed managed = {NULL, tensor};
    return managed;
}

/* What is wrong with an exported tensor by the specification, or NULL. */
static inline const char *kit_look(kit_managed managed) {
    if (!managed.versioned && !managed.unversioned) return "there is no tensor";
    const DLTensor *tensor = kit_tensor(managed);
    int64_t size = 1;
    if (managed.versioned) {
        if (managed.versioned->version.major != DLPACK_MAJOR_VERSION) return "it is of another major version";
        if (managed.versioned->flags > 7) return "it has flags that the specification does not know";
        if (!managed.versioned->deleter) return "it has no deleter";
    } else if (!managed.unversioned->deleter) {
        return "it has no deleter";
    }
    if (tensor->device.device_type == kDLCPU && tensor->device.device_id != 0) return "the CPU has a number other than 0";
    if (tensor->ndim < 0) return "its rank is negative";
    if (tensor->dtype.lanes != 1) return "it has lanes, which no array has";
    if (kit_type_outcome(tensor->dtype.code, tensor->dtype.bits) == KIT_REFUSE) return "it has a type that there is not";
    if (tensor->ndim > 0 && !tensor->shape) return "it has no shape";
    if (tensor->ndim > 0 && !tensor->strides) return "it has no strides, which version 1.2 asks for";
    for (int32_t k = 0; k < tensor->ndim; k++) {
        if (tensor->shape[k] < 0) return "it has a negative extent";
        size *= tensor->shape[k];
    }
    if (size == 0 && tensor->data) return "it has no elements, and data that is not NULL";
    if (size > 0 && !tensor->data) return "it has elements and no data";
    return NULL;
}

typedef struct kit_end_call {
    kit_managed managed;
} kit_end_call;

static inline void *kit_end_on_a_thread(void *call_) {
    kit_managed managed = ((kit_end_call *)call_)->managed;
    if (managed.versioned && managed.versioned->deleter) managed.versioned->deleter(managed.versioned);
    if (managed.unversioned && managed.unversioned->deleter) managed.unversioned->deleter(managed.unversioned);
    return NULL;
}

/* Gives an exported tensor back, as its consumer does: here, or on a thread. */
static inline void kit_end(kit_managed managed, int elsewhere) {
    kit_end_call call = {managed};
    pthread_t thread;
    if (elsewhere && pthread_create(&thread, NULL, kit_end_on_a_thread, &call) == 0)
        pthread_join(thread, NULL);
    else
        kit_end_on_a_thread(&call);
}

/* The address of an element counted in C order, as a consumer finds it. */
static inline const char *kit_address(const DLTensor *tensor, int64_t element) {
    int64_t itemsize = tensor->dtype.bits / 8;
    const char *address = (const char *)tensor->data + tensor->byte_offset;
    for (int32_t k = tensor->ndim; k-- > 0; element /= tensor->shape[k])
        address += element % tensor->shape[k] * tensor->strides[k] * itemsize;
    return address;
}

#endif
