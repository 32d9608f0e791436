/* libarray: NumPy's memory model for C, C++ and every language with an FFI.
 *
 * Strided n-dimensional arrays whose views share memory, whose copies do not,
 * and which can always tell which is which.
 *
 *     la_array *album = NULL, *window = NULL;
 *     int64_t shape[] = {6};
 *     if (la_arange(LA_INT64, 0, 6, 1, &album) != LA_OK) { ... }
 *     if (la_slice(album, LA_INDEX(LA_RANGE(1, 4)), &window) != LA_OK) { ... }
 *     la_fill_i64(window, 999);           // seen through the album as well
 *     la_release(window);
 *     la_release(album);
 *
 * CONVENTIONS, which hold for every function and are not repeated below.
 *
 * Status.     A function that can fail returns la_status and hands its result
 *             through its last parameters, which are untouched on failure.
 *             Nothing else changes on failure either. Besides the statuses that
 *             its comment lists, any function may return LA_PANIC: a defect of
 *             the library, stopped at its boundary. A function that cannot fail
 *             on a valid handle returns its value; on NULL it returns what its
 *             comment says and sets the message of la_last_error.
 * NULL.       Where a comment does not allow NULL, it is LA_NULL_ARGUMENT.
 * Ownership.  Every handle that arrives through `out` is new and belongs to the
 *             caller, who gives it back with la_release. An `out` variable is
 *             overwritten, never released. Pointers that are returned (la_shape,
 *             la_strides, la_base, la_data) are borrowed from the handle asked.
 * Views.      A view shares its elements with its base and keeps it alive, in
 *             any order of release. A copy shares nothing.
 * Units.      Extents, indices and sizes count elements; strides and offsets
 *             count bytes. Negative axes and indices count from the end.
 * Threads.    Every function may be called from any thread, on the same handles
 *             too: shape, strides, type and base of an array never change. Only
 *             elements do, and the library does not keep their writers apart.
 *             What a call may run beside is said by the last line of its comment:
 *               any      every other call: it looks at no elements, or at those
 *                        of a new array only;
 *               reads    every call that does not write the elements that it
 *                        reads;
 *               writes   every call that neither reads nor writes the elements
 *                        of its target; other elements of the same memory may
 *                        be used meanwhile;
 *               process  every other call: what it sets holds for calls that
 *                        begin later, in all threads;
 *               own      every other call: it is about the calling thread;
 *               archive  every call that has not the same archive.
 *             Handles are released by any thread, each reference once. After a
 *             fork the child may go on, whatever other threads were at.
 * Unchecked.  What no library can check: handles that were released, buffers
 *             shorter than stated, unsynchronised writers, callbacks that throw
 *             or longjmp, mapped files truncated by others.
 */


#ifndef LIBARRAY_H
#define LIBARRAY_H

#include <stddef.h>
#include <stdint.h>

#if defined(LA_STATIC)
#  define LA_API
#elif defined(_WIN32)
#  define LA_API __declspec(dllimport)
#elif defined(__GNUC__)
#  define LA_API __attribute__((visibility("default")))
#else
#  define LA_API
#endif

#if defined(LA_NO_NODISCARD)
#  define LA_NODISCARD
#elif defined(__GNUC__)
#  define LA_NODISCARD __attribute__((warn_unused_result))
#else
#  define LA_NODISCARD
#endif


// Success.
#define LA_OK 0

// A required pointer is NULL.
#define LA_NULL_ARGUMENT 1

// An argument has a value that the function does not take.
#define LA_INVALID_ARGUMENT 2

// An index is out of bounds, or a key does not fit the array.
#define LA_INDEX_ERROR 3

// An axis is out of bounds or named twice.
#define LA_AXIS_ERROR 4

// Shapes do not fit each other, or a layout does not fit its memory.
#define LA_SHAPE_ERROR 5

// The element type is unknown, or wrong for this function.
#define LA_DTYPE_ERROR 6

// The casting rule forbids the conversion.
#define LA_CAST_ERROR 7

// The destination may not be written.
#define LA_READ_ONLY 8

// Only a copy could answer, and the caller asked for none.
#define LA_WOULD_COPY 9

// Sizes or strides exceed 64-bit arithmetic.
#define LA_OVERFLOW 10

// A documented limit is exceeded.
#define LA_LIMIT 11

// The work budget ran out before the exact answer was known.
#define LA_TOO_HARD 12

// A callback asked to stop.
#define LA_CANCELLED 13

// The caller's buffer is too small for the whole text.
#define LA_BUFFER_TOO_SMALL 14

// Not offered by this version, or beyond what another library's format can say.
#define LA_UNSUPPORTED 15

// A file or text is not in the format it claims.
#define LA_FORMAT_ERROR 16

// The operating system refused.
#define LA_IO_ERROR 17

// Memory could not be had.
#define LA_OUT_OF_MEMORY 18

// A defect in the library; the call was stopped at its boundary.
#define LA_PANIC 19

// Boolean; one byte, any nonzero value is true.
#define LA_BOOL 1

// Signed 8-bit integer.
#define LA_INT8 2

// Signed 16-bit integer.
#define LA_INT16 3

// Signed 32-bit integer.
#define LA_INT32 4

// Signed 64-bit integer.
#define LA_INT64 5

// Unsigned 8-bit integer.
#define LA_UINT8 6

// Unsigned 16-bit integer.
#define LA_UINT16 7

// Unsigned 32-bit integer.
#define LA_UINT32 8

// Unsigned 64-bit integer.
#define LA_UINT64 9

// IEEE 754 half precision.
#define LA_FLOAT16 10

// The upper half of a float32.
#define LA_BFLOAT16 11

// IEEE 754 single precision.
#define LA_FLOAT32 12

// IEEE 754 double precision.
#define LA_FLOAT64 13

// Two float32: real and imaginary part.
#define LA_COMPLEX64 14

// Two float64: real and imaginary part.
#define LA_COMPLEX128 15

// For scalar arguments and `la_result_type` only: an `int64_t` that takes on
// the type of what it meets, as Python's integers do.
#define LA_WEAK_INT 128

// For scalar arguments and `la_result_type` only: a `double` that takes on
// the precision of what it meets, as Python's floats do.
#define LA_WEAK_FLOAT 129

// The most axes an array can have, for ever.
#define LA_MAX_NDIM 64

// For the item size of `la_dtype_record` only: as a C compiler lays out a struct.
#define LA_C_LAYOUT 2147483647

// Stands for "no axis" (the flattened array) where a function says so.
#define LA_NO_AXIS 2147483647

// Row-major: the last axis varies fastest.
#define LA_ORDER_C 0

// Column-major: the first axis varies fastest.
#define LA_ORDER_F 1

// F when the array is F-contiguous and not C-contiguous, else C.
#define LA_ORDER_A 2

// As close to the order of the source as a packed array can be.
#define LA_ORDER_K 3

// Never copy; fail with LA_WOULD_COPY instead.
#define LA_COPY_NEVER 0

// A view where possible, else a copy.
#define LA_COPY_IF_NEEDED 1

// Always a copy.
#define LA_COPY_ALWAYS 2

// Only identical types.
#define LA_CAST_NO 0

// Only a change of byte order.
#define LA_CAST_EQUIV 1

// Only casts that keep every value.
#define LA_CAST_SAFE 2

// Safe casts, and casts within a kind such as float64 to float32.
#define LA_CAST_SAME_KIND 3

// Any conversion.
#define LA_CAST_UNSAFE 4

// Any conversion, but fail if a value would change.
#define LA_CAST_SAME_VALUE 5

// Packed in row-major order.
#define LA_FLAG_C_CONTIGUOUS 1

// Packed in column-major order.
#define LA_FLAG_F_CONTIGUOUS 2

// This handle owns its memory: its base is NULL.
#define LA_FLAG_OWNS_DATA 4

// Elements are aligned as C would align them.
#define LA_FLAG_ALIGNED 256

// Elements may be written through this handle.
#define LA_FLAG_WRITEABLE 1024

// Bytes of elements stand in this machine's order; in `la_array_interface` only.
#define LA_FLAG_NOTSWAPPED 512

// For `la_wrap`: the memory may not be written.
#define LA_WRAP_READ_ONLY 1

// An integer: removes the axis.
#define LA_INDEX_INTEGER 1

// A range with a step: keeps the axis.
#define LA_INDEX_SLICE 2

// A new axis of extent 1.
#define LA_INDEX_NEWAXIS 3

// As many full ranges as are missing.
#define LA_INDEX_ELLIPSIS 4

// An array of integers or of booleans.
#define LA_INDEX_ARRAY 5

// An array of booleans.
#define LA_INDEX_MASK 6

// A list of `int64_t` values.
#define LA_INDEX_INTS 7

// The slice starts at its natural end.
#define LA_INDEX_NO_START 1

// The slice stops at its natural end.
#define LA_INDEX_NO_STOP 2

// Out-of-bounds indices are errors; negative ones count from the end.
#define LA_MODE_RAISE 0

// Indices wrap around.
#define LA_MODE_WRAP 1

// Indices are clipped to the range; negative ones become 0.
#define LA_MODE_CLIP 2

// `a == b`
#define LA_EQ 0

// `a != b`
#define LA_NE 1

// `a < b`
#define LA_LT 2

// `a <= b`
#define LA_LE 3

// `a > b`
#define LA_GT 4

// `a >= b`
#define LA_GE 5

// Both are true.
#define LA_AND 0

// At least one is true.
#define LA_OR 1

// Exactly one is true.
#define LA_XOR 2

// The first is false; takes no second operand.
#define LA_NOT 3

// Work budget: the documented default, enough for every layout met in
// practice and bounded to well under a second.
#define LA_WORK_DEFAULT 0

// Work budget: until the answer is known.
#define LA_WORK_UNLIMITED -1

// Elements may be moved in any order, in blocks, streams or threads.
#define LA_HAZARD_FREE 0

// A certain order of the elements keeps the result right.
#define LA_HAZARD_ORDERED 1

// Pairs of elements change places.
#define LA_HAZARD_EXCHANGE 2

// Part of the source is copied first.
#define LA_HAZARD_BUFFERED 3

// For `la_open_npy`: map for reading.
#define LA_OPEN_READ 0

// For `la_open_npy`: map for reading and writing; writes reach the file.
#define LA_OPEN_READ_WRITE 1

// For `la_open_npy`: map privately; writes stay in this process.
#define LA_OPEN_COPY_ON_WRITE 2

// For `la_to_dlpack`: no stride may be negative (that of a broadcast axis may be
// 0). Some consumers end the process over one.
#define LA_DLPACK_POSITIVE_STRIDES 1

// The most operands of one call of `la_for_each`.
#define LA_MAX_OPERANDS 32

// Elements of the operand are read.
#define LA_READ 0

// Every element of the operand is stored.
#define LA_WRITE 1

// Elements of the operand are read and stored.
#define LA_READ_WRITE 2

// The elements alone, as Python's `str` gives them: `[1 2]`.
#define LA_FORMAT_STR 0

// An expression that makes the array, as Python's `repr` gives it:
// `array([1, 2])`.
#define LA_FORMAT_REPR 1

// Explain why two arrays do or do not share memory.
#define LA_EXPLAIN_SHARING 0

// Explain why an array is or is not contiguous.
#define LA_EXPLAIN_CONTIGUITY 1

// Major part of the header's version.
#define LA_VERSION_MAJOR 0

// Minor part of the header's version.
#define LA_VERSION_MINOR 1

// Patch part of the header's version.
#define LA_VERSION_PATCH 0

// DLPack's struct from before version 1.0.
struct DLManagedTensor;

// DLPack's struct for handing an array to another library, since its version
// 1.0. dlpack.h says what is in it; only its address is needed here.
struct DLManagedTensorVersioned;

// An array: a handle on shape, strides, element type and memory.
//
// Opaque and reference counted. A handle lives until as many `la_release`
// calls as there were `la_retain` calls plus one. Its shape, strides, type and
// base never change, so any number of threads may use one handle at once;
// only the elements can change, and keeping writers of the same elements
// apart is up to the program. Handles never cross two copies of the library
// in one process.
typedef struct la_array la_array;

// An open .npz archive: a list of named .npy members.
//
// Lives from `la_npz_open` until `la_npz_close`; may be used by one thread at
// a time. Arrays loaded from it do not depend on it.
typedef struct la_npz la_npz;

// The result of a call that can fail: LA_OK (0), or what went wrong.
//
// Treat numbers you do not know as failure. The number alone is enough to
// decide what to do; `la_last_error` tells a person why.
typedef int32_t la_status;

// A process-wide allocator for `la_set_allocator`.
typedef struct la_allocator {
    // sizeof(la_allocator).
    size_t size;
    // Returns `size` bytes aligned to `align` (a power of two), all zero when
    // `zeroed` is not 0, or NULL when there are none. Any thread may call it.
    void *(*alloc)(size_t size, size_t align, int32_t zeroed, void *payload);
    // Takes back what `alloc` returned, with the same size and alignment.
    void (*free)(void *memory, size_t size, size_t align, void *payload);
    // Handed to both.
    void *payload;
} la_allocator;

// What `la_set_progress` sets: told the bytes stored so far by the operation
// under way and those to be stored in all.
//
// Returns 0 to go on; anything else stops with LA_CANCELLED. It is called by the
// thread that called the library, with no lock held; it may call the library,
// copies included, which makes no further calls of it. It must not throw or
// longjmp.
typedef int32_t (*la_progress)(int64_t done, int64_t total, void *payload);

// What element and working memory the library has asked for, in bytes.
// Handles are not counted.
typedef struct la_memory {
    // sizeof(la_memory); set it before the call.
    size_t size;
    // Bytes held now.
    int64_t live_bytes;
    // The largest `live_bytes` so far.
    int64_t peak_bytes;
    // Bytes ever asked for.
    int64_t total_bytes;
    // Blocks ever asked for, from the cache of freed blocks or not.
    int64_t total_blocks;
    // Bytes of freed blocks that `la_set_cache_limit` lets the library keep;
    // not among `live_bytes`.
    int64_t cached_bytes;
} la_memory;

// An element type.
//
// 0 is invalid; 1 to 255 are the built-in types (LA_BOOL ...); 0x100 or-ed to
// one of more than one byte means bytes in the foreign order; 0x40000000 or-ed with a size
// means that many raw bytes. None of these needs memory. Numbers from 0x10000
// are records (`la_dtype_record`), which mean something in this process only:
// elsewhere their text does (`la_dtype_format`).
typedef int32_t la_dtype;

// Called once when wrapped memory is no longer needed, on whichever thread
// drops the last reference. It must not throw or longjmp. What it calls of the
// library leaves no message, so that the program's own stays.
typedef void (*la_deleter)(void *memory, void *payload);

// One entry of an index key: what stands between two commas in `a[1:4, 0]`.
//
// Make it with LA_AT, LA_RANGE, LA_ALL, LA_NEWAXIS, LA_ELLIPSIS, LA_ARRAY,
// LA_MASK, LA_INTS and their relatives rather than by hand. The layout is
// frozen; unknown flags and nonzero reserved fields are refused. `array` is
// borrowed for the call.
typedef struct la_index {
    // One of LA_INDEX_INTEGER, LA_INDEX_SLICE, LA_INDEX_NEWAXIS,
    // LA_INDEX_ELLIPSIS, LA_INDEX_ARRAY, LA_INDEX_MASK, LA_INDEX_INTS.
    int32_t kind;
    // Or-ed LA_INDEX_NO_START, LA_INDEX_NO_STOP; 0 for other kinds.
    int32_t flags;
    // The index of an integer entry, or the start of a slice.
    int64_t start;
    // The stop of a slice, or the number of values behind LA_INDEX_INTS.
    int64_t stop;
    // The step of a slice; not 0.
    int64_t step;
    // The array of LA_INDEX_ARRAY and LA_INDEX_MASK; for LA_INDEX_INTS the
    // address of `int64_t` values.
    const struct la_array *array;
    // Zero.
    int64_t reserved[2];
} la_index;

// Options of `la_format`; NULL stands for NumPy's defaults.
typedef struct la_format_options {
    // sizeof(la_format_options).
    size_t size;
    // Digits after the point, 0 to 17 (8).
    int32_t precision;
    // More elements than this are summarised (1000).
    int32_t threshold;
    // Elements shown at each end of a summarised axis (3).
    int32_t edge_items;
    // Columns after which a line is broken (75).
    int32_t line_width;
    // LA_FORMAT_STR (0) or LA_FORMAT_REPR.
    int32_t form;
} la_format_options;

// What an operation would do, told by the `la_plan...` functions.
typedef struct la_plan {
    // sizeof(la_plan); set it before the call.
    size_t size;
    // 1 when elements would be copied to new memory, 0 when not.
    int32_t copies;
    // LA_HAZARD_FREE, LA_HAZARD_ORDERED, LA_HAZARD_EXCHANGE or
    // LA_HAZARD_BUFFERED; FREE for plans that write nothing.
    int32_t hazard;
    // Bytes of new memory that would be needed, for a result or a temporary.
    int64_t bytes;
    // The axes that do not merge and so force a copy; -1 when there are none.
    int32_t outer_axis;
    // See `outer_axis`.
    int32_t inner_axis;
} la_plan;

// An array in a call of `la_for_each`, and what the loop does with it.
typedef struct la_operand {
    // The array, borrowed for the call; written only if `access` says so.
    const struct la_array *array;
    // LA_READ, LA_WRITE (every element is stored, and what it was before is not
    // to be read) or LA_READ_WRITE.
    int32_t access;
    // The type as which the loop wants the elements; 0 for the array's own, in
    // this machine's byte order.
    la_dtype dtype;
} la_operand;

// Options of `la_for_each`; NULL stands for LA_CAST_SAME_KIND and one thread.
typedef struct la_for_each_options {
    // sizeof(la_for_each_options).
    size_t size;
    // One of LA_CAST...: which casts the wanted types may take, from the
    // array's type for what is read, to it for what is written.
    int32_t casting;
    // The threads that may call the loop at once, whatever la_set_num_threads
    // says; 0 and 1 are the calling thread alone. With more, the loop must be
    // able to run on several threads at the same time, on different elements.
    int32_t num_threads;
} la_for_each_options;

// What `la_for_each` calls for a run of elements: `data[k]` is the first one of
// operand k, `strides[k]` the distance to the next in bytes (of any sign, 0 for
// one element again and again, `itemsize` for elements that are contiguous),
// `count` the number of elements, at least 1. `data` may be changed, the rest
// must not.
//
// Returns 0 to go on; anything else stops with LA_CANCELLED. It may call the
// library, but must not throw, longjmp, or fork a child that returns from it.
// On a thread of the library it has a stack of 1 MiB.
typedef int32_t (*la_loop)(char **data,
                           const int64_t *strides,
                           int64_t count,
                           void *payload);

// NumPy's C array interface: what the capsule `__array_struct__` holds, field by
// field the `PyArrayInterface` of NumPy's headers.
//
// Filled by `la_to_array_interface`: its pointers are borrowed from the handle.
typedef struct la_array_interface {
    // 2, as a mark.
    int32_t two;
    // The number of axes.
    int32_t nd;
    // 'b', 'i', 'u', 'f' or 'c' for booleans, signed and unsigned integers,
    // floats and complex numbers, 'V' for raw bytes.
    char typekind;
    // The size of an element in bytes.
    int32_t itemsize;
    // Or-ed LA_FLAG_C_CONTIGUOUS, F_CONTIGUOUS, ALIGNED, WRITEABLE and
    // NOTSWAPPED.
    int32_t flags;
    // `nd` extents.
    const int64_t *shape;
    // `nd` strides in bytes.
    const int64_t *strides;
    // The address of the element whose indices are all 0.
    void *data;
    // A Python object with the fields of records; NULL.
    void *descr;
} la_array_interface;

// The fields of NumPy's array interface of version 3, the dictionary
// `__array_interface__`.
//
// Filled by `la_to_array_interface_v3`: its pointers are borrowed from the
// handle.
typedef struct la_array_interface_v3 {
    // sizeof(la_array_interface_v3); set it before the call.
    size_t size;
    // "typestr": byte order, kind and size, such as "<f8", with a NUL.
    char typestr[16];
    // The first part of "data": the address of the element whose indices are
    // all 0.
    void *data;
    // "shape": `ndim` extents.
    const int64_t *shape;
    // "strides": `ndim` numbers of bytes; NULL, in Python None, for elements
    // packed in C order.
    const int64_t *strides;
    // The number of axes.
    int32_t ndim;
    // The second part of "data": 1 when the elements must not be written, else
    // 0.
    int32_t read_only;
    // "version": 3.
    int32_t version;
    // Zero.
    int32_t reserved;
} la_array_interface_v3;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// RUNTIME. Gives the version of the library that runs, which may be newer than
// the header's LA_VERSION_MAJOR, MINOR and PATCH. Any pointer may be NULL.
//
// Threads: any.
LA_API void la_version(int32_t *major, int32_t *minor, int32_t *patch);

// Returns the version as text, "0.1.0"; it lives as long as the library.
//
// Threads: any.
LA_API const char *la_version_text(void);

// Returns the name of a status, such as "LA_INDEX_ERROR", or "unknown status";
// it lives as long as the library.
//
// Threads: any.
LA_API const char *la_status_name(la_status status);

// Writes the calling thread's message for its last failed call; empty when
// none has failed. Success does not clear it, nor does this call replace it.
//
// `buf`, `capacity`, `out_needed`: as for `la_dtype_name`. Returns LA_OK,
// LA_NULL_ARGUMENT or LA_BUFFER_TOO_SMALL.
//
// Threads: own.
LA_API LA_NODISCARD la_status la_last_error(char *buf, size_t capacity, size_t *out_needed);

// Replaces the allocator of the whole process: for handles, elements and
// working memory.
//
// `allocator`: its functions, copied; NULL returns to the C library's. It can
// be called at any time and from any thread, since each block goes back to the
// allocator it came from. Returns LA_OK, LA_NULL_ARGUMENT (a function is
// missing), LA_INVALID_ARGUMENT (size) or LA_OUT_OF_MEMORY.
//
// Threads: process.
LA_API LA_NODISCARD la_status la_set_allocator(const struct la_allocator *allocator);

// Sets how many bytes of freed large blocks are kept for reuse, which spares
// the next array of that size what fresh memory costs: page faults and
// clearing by the system, about as much time as filling it once.
//
// `bytes`: the limit; 0, the default, keeps nothing and gives back what is
// kept. Blocks of elements and of working memory from 4 MiB on are kept, up to
// 64 of them, the newest; a block serves a request of its size or of up to an
// eighth less. Zeroed memory from the cache is cleared at once and not when it
// is touched. Only memory of the default allocator is kept: what an allocator
// of `la_set_allocator` made goes back to it; nor is anything kept on systems
// without `mmap`. Any thread may call it; no thread ever waits for another,
// and a child made by `fork` has a cache of its own with what was in it.
// Returns LA_OK or LA_INVALID_ARGUMENT (negative).
//
// Threads: process.
LA_API LA_NODISCARD la_status la_set_cache_limit(int64_t bytes);

// Gives the blocks that are kept for reuse back to the system; the limit
// stays. Does nothing while none are kept. Any thread may call it.
//
// Threads: process.
LA_API void la_trim(void);

// Sets how many threads an operation may use, in the whole process; 1 unless
// the environment variable LIBARRAY_NUM_THREADS holds another number when this
// is first needed.
//
// `count`: 1 to 256; 0 for as many as there are processors that this process may
// run on. Threads are made when an operation is large enough to be shared, sleep
// in between with all signals blocked, and end at exit; where none can be made,
// the calling thread does the work. Results do not depend on their number. A
// forked child has none of its parent's threads, and makes its own.
//
// Returns LA_OK, LA_INVALID_ARGUMENT (negative) or LA_LIMIT.
//
// Threads: process.
LA_API LA_NODISCARD la_status la_set_num_threads(int32_t count);

// Returns how many threads an operation may use; see `la_set_num_threads`.
//
// Threads: any.
LA_API int32_t la_num_threads(void);

// Sets the calling thread's progress handler, which is called during long
// operations: copies, casts and writes of at least `every_bytes` bytes.
//
// `handler`: called every `every_bytes` bytes or, since elements are moved in
// blocks (of 64 rows, for transposes), a little later, and at the end;
// NULL takes it away. A number other than 0 that it returns stops the operation
// with LA_CANCELLED, and the message has the number: a destination then holds
// some of the new elements and some of the old, a new array is not made.
// Any function that makes or writes elements may return LA_CANCELLED then. What
// is counted is one pass over the elements: an operation that goes through a
// temporary, or joins several arrays, is several; reversals and transposes in
// place, and what goes by indices or masks, are not heard of.
// `every_bytes`: at least 1; small numbers slow operations down. `payload`:
// handed to the handler. Handler and payload are used until this thread sets
// another one, or NULL, and have to last that long.
//
// Returns LA_OK or LA_INVALID_ARGUMENT (every_bytes).
//
// Threads: own.
LA_API LA_NODISCARD la_status la_set_progress(la_progress handler, int64_t every_bytes, void *payload);

// Reads the counters of element and working memory.
//
// `out`: its `size` set by the caller. Returns LA_OK, LA_NULL_ARGUMENT or
// LA_INVALID_ARGUMENT (size).
//
// Threads: any.
LA_API LA_NODISCARD la_status la_memory_stats(struct la_memory *out);

// TYPES. Returns the size of one element in bytes, or -1 when `dtype` is no
// element type.
//
// Threads: any.
LA_API int64_t la_dtype_size(la_dtype dtype);

// Writes NumPy's name of the type, such as "float64" or ">i4"; for a record its
// format.
//
// `buf`, `capacity`: the text with its NUL, cut when there is no room; NULL
// only with 0. `out_needed`: receives the bytes for the whole text with its
// NUL; may be NULL. Returns LA_OK, LA_NULL_ARGUMENT, LA_DTYPE_ERROR or
// LA_BUFFER_TOO_SMALL (`buf` holds a truncated text).
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_dtype_name(la_dtype dtype,
                        char *buf,
                        size_t capacity,
                        size_t *out_needed);

// Writes NumPy's format string of the type, such as "<f8"; "bfloat16" for
// LA_BFLOAT16, which NumPy has no format for. That of a record is the list that
// NumPy calls `descr`, "[('x', '<f4'), ('', '|V4'), ('y', '<i8')]", where gaps
// have an empty name; or, where fields overlap, stand in another order or are
// laid out as C would, NumPy's dictionary: "{'names': ['x', 'y'], 'formats':
// ['<i4', '<i4'], 'offsets': [4, 0], 'itemsize': 8}". `la_dtype_parse` reads both.
// Parameters and statuses as for `la_dtype_name`.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_dtype_format(la_dtype dtype,
                          char *buf,
                          size_t capacity,
                          size_t *out_needed);

// Reads an element type from its name ("float64"), its format ("<f8", ">i4",
// "V12") or one of NumPy's short names ("f8", "d"); or a record as
// `la_dtype_format` writes it or Python would. Titles and fields that are arrays
// have no counterpart.
//
// `out`: receives the type. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_INVALID_ARGUMENT, LA_DTYPE_ERROR (no such type; the message names the byte),
// LA_LIMIT (as for `la_dtype_record`) or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD la_status la_dtype_parse(const char *text, la_dtype *out);

// Gives the same type in the other byte order; types of one byte and raw
// bytes have only one. Of a record all fields change theirs. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_DTYPE_ERROR, LA_LIMIT (4096 records) or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD la_status la_dtype_swapped(la_dtype dtype, la_dtype *out);

// Makes a record type: one whose elements have named fields. The same
// description gives the same type, whoever makes it and however often, so that
// types are equal if their numbers are; a process can have 4096 different ones,
// for as long as it lives.
//
// `count`: fields, 0 or more. `names`: UTF-8, each different and none empty.
// `dtypes`: any types, records too. `offsets`: where each field begins, in bytes
// from the start of the element; fields may overlap and leave gaps. NULL puts
// them one behind the other. `itemsize`: bytes of an element, at least what the
// fields need; 0 takes just that. LA_C_LAYOUT lays fields out as a C compiler
// does a struct, and aligns elements so (NumPy's `align=True`); all others are
// aligned to nothing. `out`: receives the type.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (a name that is empty or
// stands twice, a negative offset, an item size that is too small or 0, an
// offset that LA_C_LAYOUT does not allow), LA_DTYPE_ERROR (no type), LA_LIMIT
// (4096 types, 64 levels of nested records, 65535 fields, 2^30 - 1 bytes),
// LA_OVERFLOW or LA_OUT_OF_MEMORY. Any thread may call it.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_dtype_record(int32_t count,
                          const char *const *names,
                          const la_dtype *dtypes,
                          const int64_t *offsets,
                          int64_t itemsize,
                          la_dtype *out);

// Returns the number of fields of a record type; 0 for all other types, -1 when
// `dtype` is no element type.
//
// Threads: any.
LA_API int32_t la_dtype_field_count(la_dtype dtype);

// Describes a field of a record type: its name, its type, and where it begins.
//
// `field`: its place, from 0 on. `buf`, `capacity`, `out_needed`: the name, as
// for `la_dtype_name`. `out_dtype`: receives the type; may be NULL.
// `out_offset`: receives the bytes from the start of the element; may be NULL.
// Both are set even where the name is cut. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_DTYPE_ERROR (no type, or no record), LA_INDEX_ERROR (no such field) or
// LA_BUFFER_TOO_SMALL.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_dtype_field(la_dtype dtype,
                         int32_t field,
                         char *buf,
                         size_t capacity,
                         size_t *out_needed,
                         la_dtype *out_dtype,
                         int64_t *out_offset);

// Tells whether a casting rule allows a conversion: NumPy's `can_cast`.
//
// `casting`: LA_CAST_NO to LA_CAST_SAME_VALUE (which allows what LA_CAST_UNSAFE
// does, since it looks at values). Records convert field by field, in order:
// every field must by the rule; LA_CAST_NO and LA_CAST_EQUIV also want the same
// names, LA_CAST_NO the same offsets. Only LA_CAST_UNSAFE converts what is no
// record to all fields of one, and a record of one field to another type. `out`: receives 1 or 0. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT or LA_DTYPE_ERROR.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_can_cast(la_dtype from,
                      la_dtype to,
                      int32_t casting,
                      int32_t *out);

// Gives the type that several types promote to, as NumPy 2 does.
//
// `count`, `dtypes`: at least one; LA_WEAK_INT and LA_WEAK_FLOAT stand for
// Python's numbers. `out`: receives the type, in this machine's byte order; equal
// records give themselves, and different ones of the same names promote field by
// field, without gaps. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (none given) or
// LA_DTYPE_ERROR (unknown, or without a common type).
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_result_type(int32_t count,
                         const la_dtype *dtypes,
                         la_dtype *out);

// LIFETIME. Adds a reference and returns the same handle, now owned by the
// caller as well.
//
// NULL returns NULL. Any thread may call it.
//
// Threads: any.
LA_API struct la_array *la_retain(const struct la_array *array);

// Gives a reference back. With the last one the handle dies; with the last
// handle on it the memory is freed, or the deleter of wrapped memory is called.
//
// NULL does nothing. Any thread may call it, once for each reference.
//
// Threads: any.
LA_API void la_release(struct la_array *array);

// Returns how many references there are to this handle, by the program and by
// the views whose `la_base` it is, or -1 for NULL. Another thread may change it
// meanwhile.
//
// Threads: any.
LA_API int64_t la_refcount(const struct la_array *array);

// CREATE. Makes an array whose elements are not set: reading them before
// writing gives arbitrary values.
//
// `dtype`: the element type. `ndim`, `shape`: the extents, each 0 or more;
// NULL only with rank 0. `order`: LA_ORDER_C or LA_ORDER_F (A and K are C
// here). `out`: receives a new handle that owns its memory, aligned to 64
// bytes.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (order, rank),
// LA_SHAPE_ERROR (negative extent), LA_DTYPE_ERROR, LA_OVERFLOW, LA_LIMIT
// (more than 64 axes) or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_empty(la_dtype dtype,
                   int32_t ndim,
                   const int64_t *shape,
                   int32_t order,
                   struct la_array **out);

// Makes an array of zeros (false for LA_BOOL). Parameters, ownership and
// statuses as for `la_empty`. Large arrays cost nothing until they are
// touched.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_zeros(la_dtype dtype,
                   int32_t ndim,
                   const int64_t *shape,
                   int32_t order,
                   struct la_array **out);

// Makes an array of ones (true for LA_BOOL). Parameters, ownership and
// statuses as for `la_empty`; raw bytes types are refused, and records with a
// field of raw bytes. Of other records all fields are one.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_ones(la_dtype dtype,
                  int32_t ndim,
                  const int64_t *shape,
                  int32_t order,
                  struct la_array **out);

// Makes an array of one value everywhere.
//
// `value_dtype`, `value`: the value's type (or LA_WEAK_INT, LA_WEAK_FLOAT)
// and address, of any alignment; it is cast to `dtype` unsafely, as NumPy
// does. To a record any number goes to all its fields; a record's value is its
// bytes, and may be cast to another record. The rest, ownership and statuses as
// for `la_empty`; also LA_CAST_ERROR when a weak integer does not fit, or no cast
// is known.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_full(la_dtype dtype,
                  int32_t ndim,
                  const int64_t *shape,
                  int32_t order,
                  la_dtype value_dtype,
                  const void *value,
                  struct la_array **out);

// Makes the 1-d array `start, start + step, ...` up to but without `stop`.
//
// The values are computed in 64-bit integers and then cast unsafely to
// `dtype` (a numeric type). `step` may be negative, not 0; an empty range is
// no error. `out`: a new handle that owns its memory.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (step 0),
// LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_arange(la_dtype dtype,
                    int64_t start,
                    int64_t stop,
                    int64_t step,
                    struct la_array **out);

// As `la_arange`, computed in double precision: ceil((stop - start) / step)
// values `start + i * d`, where d is the distance of the first two values,
// `(start + step) - start`, as in NumPy. Also LA_INVALID_ARGUMENT when the
// length is not a number.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_arange_f64(la_dtype dtype,
                        double start,
                        double stop,
                        double step,
                        struct la_array **out);

// Makes `count` evenly spaced values from `start` to `stop`.
//
// `endpoint`: 1 when `stop` is the last value, 0 when it is left out. The
// values are computed in double precision and cast to `dtype` (rounded down
// first for integers, as NumPy does). `out`: a new 1-d handle that owns its
// memory.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (negative count,
// endpoint), LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_linspace(la_dtype dtype,
                      double start,
                      double stop,
                      int64_t count,
                      int32_t endpoint,
                      struct la_array **out);

// Makes a matrix of `rows` x `columns` with ones on the diagonal `k` (0 the
// main one, positive above it) and zeros elsewhere.
//
// `order`: LA_ORDER_C or LA_ORDER_F. `out`: a new handle that owns its memory.
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR
// (negative extent), LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_eye(la_dtype dtype,
                 int64_t rows,
                 int64_t columns,
                 int64_t k,
                 int32_t order,
                 struct la_array **out);

// Makes an array of the shape of `array`, its elements not set.
//
// `dtype`: 0 for the array's own. `order`: LA_ORDER_K follows the array's
// axes. `out`: a new handle that owns its memory and is unrelated to `array`.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (order),
// LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_empty_like(const struct la_array *array,
                        la_dtype dtype,
                        int32_t order,
                        struct la_array **out);

// As `la_empty_like`, of zeros.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_zeros_like(const struct la_array *array,
                        la_dtype dtype,
                        int32_t order,
                        struct la_array **out);

// As `la_empty_like`, of ones.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_ones_like(const struct la_array *array,
                       la_dtype dtype,
                       int32_t order,
                       struct la_array **out);

// As `la_empty_like`, of one value everywhere; `value_dtype` and `value` as
// for `la_full`.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_full_like(const struct la_array *array,
                       la_dtype dtype,
                       int32_t order,
                       la_dtype value_dtype,
                       const void *value,
                       struct la_array **out);

// Makes an array by copying the caller's values; the memory is not needed
// afterwards.
//
// `data`: the element whose indices are all 0, of any alignment; may be NULL
// only when there are no elements. `strides`: `ndim` distances in bytes, or
// NULL for values packed in `order`. `order`: LA_ORDER_C or LA_ORDER_F, the
// order of the result, and of the data when `strides` is NULL. That the memory
// is as large as shape and strides say cannot be checked. `out`: a new handle
// that owns its memory.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR,
// LA_DTYPE_ERROR, LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_from_data(const void *data,
                       la_dtype dtype,
                       int32_t ndim,
                       const int64_t *shape,
                       const int64_t *strides,
                       int32_t order,
                       struct la_array **out);

// Makes an array of memory that belongs to the caller, without copying.
//
// `memory`, `nbytes`: the allocation, [memory, memory + nbytes), against which
// this layout and every later `la_as_strided` are checked; any alignment;
// NULL only with `nbytes` 0. `offset`: where in it the element with all
// indices 0 lies, in bytes. `dtype`, `ndim`, `shape`: as for `la_empty`.
// `strides`: `ndim` distances in bytes, or NULL for C order. `flags`: 0 or
// LA_WRAP_READ_ONLY. `deleter`: called once with `memory` and `payload` when
// the last handle on the memory is gone, on whichever thread that happens;
// NULL borrows, and the memory must outlive all handles. `out`: a new handle
// that counts as the owner: its base is NULL.
//
// If the status is not LA_OK, the deleter is never called and the memory
// still belongs to the caller. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_INVALID_ARGUMENT (flags, negative nbytes or offset), LA_SHAPE_ERROR (the
// layout leaves the memory, or a negative extent), LA_DTYPE_ERROR,
// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_wrap(void *memory,
                  int64_t nbytes,
                  int64_t offset,
                  la_dtype dtype,
                  int32_t ndim,
                  const int64_t *shape,
                  const int64_t *strides,
                  int32_t flags,
                  la_deleter deleter,
                  void *payload,
                  struct la_array **out);

// DESCRIBE. Returns the number of axes, 0 to 64; -1 for NULL.
//
// Threads: any.
LA_API int32_t la_ndim(const struct la_array *array);

// Returns the extents, `la_ndim` numbers of elements; borrowed, they live as
// long as the handle. NULL for NULL; never NULL otherwise, for rank 0 too.
//
// Threads: any.
LA_API const int64_t *la_shape(const struct la_array *array);

// Returns the strides, `la_ndim` numbers of bytes from one element to the
// next along each axis; borrowed, they live as long as the handle. They may
// be zero or negative. NULL for NULL.
//
// Threads: any.
LA_API const int64_t *la_strides(const struct la_array *array);

// Returns the element type; 0 for NULL.
//
// Threads: any.
LA_API la_dtype la_dtype_of(const struct la_array *array);

// Returns the size of one element in bytes; -1 for NULL.
//
// Threads: any.
LA_API int64_t la_itemsize(const struct la_array *array);

// Returns the number of elements; -1 for NULL.
//
// Threads: any.
LA_API int64_t la_size(const struct la_array *array);

// Returns the number of elements times the item size, in bytes: what a packed
// copy would take, not what the view spans. -1 for NULL.
//
// Threads: any.
LA_API int64_t la_nbytes(const struct la_array *array);

// Returns the address of the element whose indices are all 0, for reading.
// Valid while the handle or any other on the same memory lives. NULL for
// NULL. With no elements the address must not be read.
//
// Threads: any.
LA_API const void *la_data(const struct la_array *array);

// As `la_data`, for writing: NULL, with a message, when the array is
// read-only or NULL.
//
// Threads: any.
LA_API void *la_data_mut(struct la_array *array);

// Returns the distance in bytes from the first element of the base (of the
// array itself when it owns its memory: 0) to the array's first element.
// Negative offsets are possible where the base itself does not start at its
// lowest address. 0 for NULL.
//
// Threads: any.
LA_API int64_t la_offset(const struct la_array *array);

// Returns the or-ed LA_FLAG... that hold; 0 for NULL.
//
// Threads: any.
LA_API int32_t la_flags(const struct la_array *array);

// Returns the handle that owns the memory of a view, or NULL when the array
// owns its memory itself (or is NULL).
//
// Chains collapse: the base of a view of a view is the owner. The base of a
// read-only array made by `la_readonly` is a read-only twin of the owner;
// `la_same_owner` tells that they are one. Borrowed: it lives at least as
// long as the handle asked; `la_retain` it to keep it longer.
//
// Threads: any.
LA_API const struct la_array *la_base(const struct la_array *array);

// Returns 1 when both arrays stand on memory of one owner, whether or not
// they have an element in common; 0 when not, or when either is NULL. Memory
// that was wrapped twice has two owners; `la_shares_memory` goes by address.
//
// Threads: any.
LA_API int32_t la_same_owner(const struct la_array *a, const struct la_array *b);

// Gives the lowest address that an element of the array touches and the
// address after the highest; the same address twice when it has no elements.
//
// `out_low`, `out_high`: receive the addresses; valid as `la_data` is.
// Returns LA_OK or LA_NULL_ARGUMENT.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_byte_bounds(const struct la_array *array,
                         const void **out_low,
                         const void **out_high);

// Returns how many bytes of memory the array keeps alive: the whole
// allocation of its owner, however small the view. -1 for NULL. `la_compact`
// gives a copy that keeps no more than its own elements.
//
// Threads: any.
LA_API int64_t la_retained_bytes(const struct la_array *array);

// VIEW. Basic indexing, `a[1:4, ::-1, None]`: always a view.
//
// `key`, `count`: the entries, written with LA_INDEX(...), at most 129.
// Integers remove their axis, ranges keep it and clamp as Python's do,
// LA_NEWAXIS adds one, LA_ELLIPSIS and missing entries stand for full axes.
// Array entries make copies and are refused here; use `la_get`. A key of
// integers for every axis gives a view of rank 0. `out`: a new handle that
// keeps the base alive; as writable as `array`.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (unknown kind, flags,
// nonzero reserved fields), LA_INDEX_ERROR (out of bounds, too many, step 0,
// array entry), LA_OVERFLOW, LA_LIMIT (more than 64 axes) or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_slice(const struct la_array *array,
                   const struct la_index *key,
                   int32_t count,
                   struct la_array **out);

// As `la_slice`, with the key as text in Python's syntax:
// "1:4, ::-1, ..., None". Spaces are free; "newaxis" is None; an empty text
// is the key `()`. Also LA_INVALID_ARGUMENT with the byte at which the text
// stops making sense.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_slice_str(const struct la_array *array,
                       const char *key,
                       struct la_array **out);

// Gives the array another shape of the same size.
//
// `shape`: the new extents; one may be -1 and is inferred, unless another is
// 0. `order`: the order in which elements are counted: LA_ORDER_C, F or A.
// `copy`: LA_COPY_IF_NEEDED gives a view where one exists and a packed copy
// otherwise; LA_COPY_NEVER fails with LA_WOULD_COPY and names the axes that
// stand in the way; LA_COPY_ALWAYS copies. `la_plan_reshape` tells beforehand.
// `out`: a new handle.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (order K, copy),
// LA_SHAPE_ERROR, LA_WOULD_COPY, LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_reshape(const struct la_array *array,
                     int32_t ndim,
                     const int64_t *shape,
                     int32_t order,
                     int32_t copy,
                     struct la_array **out);

// Reverses the order of the axes: `a.T`. A view.
// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD la_status la_transpose(const struct la_array *array, struct la_array **out);

// Puts the axes in another order: axis k of the result is axis `axes[k]` of
// the array. A view.
//
// `count`, `axes`: every axis once; negative ones count from the end. `out`:
// a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
// LA_AXIS_ERROR, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_permute(const struct la_array *array,
                     int32_t count,
                     const int32_t *axes,
                     struct la_array **out);

// Exchanges two axes. A view.
//
// `axis1`, `axis2`: negative ones count from the end. `out`: a new handle.
// Returns LA_OK, LA_NULL_ARGUMENT, LA_AXIS_ERROR or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_swapaxes(const struct la_array *array,
                      int32_t axis1,
                      int32_t axis2,
                      struct la_array **out);

// Moves axes to new places, the others keeping their order. A view.
//
// `count`: how many axes move. `source`, `destination`: where each comes from
// and goes to; negative ones count from the end. `out`: a new handle. Returns
// LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_AXIS_ERROR, LA_LIMIT or
// LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_moveaxis(const struct la_array *array,
                      int32_t count,
                      const int32_t *source,
                      const int32_t *destination,
                      struct la_array **out);

// Removes axes of extent 1. A view.
//
// `count`, `axes`: which; NULL with count 0 for all of extent 1 (a list of none
// removes none). `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_AXIS_ERROR,
// LA_SHAPE_ERROR (a named axis has another extent), LA_LIMIT or
// LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_squeeze(const struct la_array *array,
                     int32_t count,
                     const int32_t *axes,
                     struct la_array **out);

// Adds axes of extent 1. A view.
//
// `count`, `axes`: where they stand in the result; negative ones count from
// the result's end. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_INVALID_ARGUMENT, LA_AXIS_ERROR, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_expand_dims(const struct la_array *array,
                         int32_t count,
                         const int32_t *axes,
                         struct la_array **out);

// Stretches axes of extent 1 (stride 0) and adds axes in front until the
// shape is as asked. A view; it cannot be written through, since several
// elements are one.
//
// `ndim`, `shape`: the wanted extents. `out`: a new handle. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR, LA_OVERFLOW, LA_LIMIT
// or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_broadcast_to(const struct la_array *array,
                          int32_t ndim,
                          const int64_t *shape,
                          struct la_array **out);

// Computes the shape that several shapes broadcast to.
//
// `count`: how many; of none it is rank 0. `ndims`, `shapes`: the rank and the
// extents of each (NULL for rank 0). `out_ndim`: receives the rank.
// `out_shape`: room for LA_MAX_NDIM numbers, of which the first `out_ndim` are
// set. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR or
// LA_LIMIT.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_broadcast_shapes(int32_t count,
                              const int32_t *ndims,
                              const int64_t *const *shapes,
                              int32_t *out_ndim,
                              int64_t *out_shape);

// Reverses the order of the elements along axes. A view with negative
// strides.
//
// `count`, `axes`: which; NULL with count 0 for all (a list of none flips
// nothing). `out`: a new handle.
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_AXIS_ERROR,
// LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_flip(const struct la_array *array,
                  int32_t count,
                  const int32_t *axes,
                  struct la_array **out);

// Rotates by `k` quarter turns in the plane of two axes, from `axis1` towards
// `axis2`. A view.
//
// `k`: any number, negative turns back. `out`: a new handle. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_AXIS_ERROR or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_rot90(const struct la_array *array,
                   int64_t k,
                   int32_t axis1,
                   int32_t axis2,
                   struct la_array **out);

// Takes the elements `a[i, i + offset]` of the plane of two axes; the diagonal
// becomes the last axis. A view; read-only, as in NumPy.
//
// `offset`: 0 the main diagonal, positive above it; one outside is empty.
// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_SHAPE_ERROR (rank
// below 2), LA_AXIS_ERROR or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_diagonal(const struct la_array *array,
                      int64_t offset,
                      int32_t axis1,
                      int32_t axis2,
                      struct la_array **out);

// Takes the real parts of a complex array; of another array, the whole. A
// view.
// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_DTYPE_ERROR (raw
// bytes) or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD la_status la_real(const struct la_array *array, struct la_array **out);

// Takes the imaginary parts of a complex array: a view. Of another array,
// whose imaginary parts stand nowhere, new read-only zeros of the same shape,
// as in NumPy.
// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_DTYPE_ERROR (raw
// bytes) or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD la_status la_imag(const struct la_array *array, struct la_array **out);

// Reads the same bytes as another element type. A view.
//
// A type of the same size always fits. Otherwise only the last axis changes:
// it must be contiguous (or of extent 1, when the size shrinks), and its bytes
// must divide evenly. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_view_dtype(const struct la_array *array,
                        la_dtype dtype,
                        struct la_array **out);

// Takes one field of an array of records. A view of the field's type, as
// writeable as `array`: the same shape and strides, begun at the field.
//
// Several fields at once are a view, too: `la_view_dtype` with a record of the
// same size that has only these fields, at their offsets.
//
// `name`: UTF-8. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_INVALID_ARGUMENT (no field of this name), LA_DTYPE_ERROR (no record) or
// LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_field(const struct la_array *array,
                   const char *name,
                   struct la_array **out);

// Looks at the array's memory with any shape and strides, checked against the
// owner's allocation: a layout that leaves it is an error. A view, as writable
// as `array`.
//
// `offset`: the first element, in bytes from the array's first element.
// `ndim`, `shape`: extents. `strides`: bytes, of any sign, or NULL for C
// order. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_INVALID_ARGUMENT, LA_SHAPE_ERROR (the layout leaves the memory),
// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_as_strided(const struct la_array *array,
                        int64_t offset,
                        int32_t ndim,
                        const int64_t *shape,
                        const int64_t *strides,
                        struct la_array **out);

// Shows every window of the given extents: the axes shrink to the places a
// window can stand at, and the windows' own axes come last. A view; read-only,
// since windows overlap.
//
// `count`: how many axes have windows. `axes`: which; NULL for all, and then
// `count` is the rank. An axis may be named twice. `windows`: the extent on
// each, 0 or more. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_INVALID_ARGUMENT, LA_AXIS_ERROR, LA_SHAPE_ERROR (window too large),
// LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_sliding_window(const struct la_array *array,
                            int32_t count,
                            const int32_t *axes,
                            const int64_t *windows,
                            struct la_array **out);

// Cuts the array into `sections` equal parts along an axis. Views.
//
// `out`: room for `sections` handles, all set on success and none otherwise;
// the caller owns each. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT
// (no sections), LA_AXIS_ERROR, LA_SHAPE_ERROR (no equal division) or
// LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_split(const struct la_array *array,
                   int64_t sections,
                   int32_t axis,
                   struct la_array **out);

// Cuts the array before each of `count` indices along an axis, into
// `count` + 1 parts. Views. Indices clamp as in a slice, so parts may be empty.
//
// `out`: room for `count` + 1 handles, all set on success and none otherwise;
// the caller owns each. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
// LA_AXIS_ERROR or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_split_at(const struct la_array *array,
                      int64_t count,
                      const int64_t *indices,
                      int32_t axis,
                      struct la_array **out);

// Makes a view that cannot be written through, nor can anything made from it,
// its base included: `la_base` of it is a read-only twin of the owner. The
// elements may still change through other handles.
// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD la_status la_readonly(const struct la_array *array, struct la_array **out);

// COPY. Copies the elements into new packed memory.
//
// `order`: LA_ORDER_C, F, A, or K for the order of the source's own axes.
// `out`: a new handle that owns its memory and shares nothing; always
// writeable. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (order),
// LA_OVERFLOW or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_copy(const struct la_array *array,
                  int32_t order,
                  struct la_array **out);

// Converts the elements to another type.
//
// `dtype`: the new type. `order`: of the copy, as for `la_copy`. `casting`:
// what is allowed; LA_CAST_SAME_VALUE fails on the first element that would
// change. Floats become integers by dropping the fraction, saturating at the
// ends; NaN becomes 0. `copy`: LA_COPY_IF_NEEDED gives a view (a new handle on
// the same memory) when type and order already fit; LA_COPY_NEVER fails with
// LA_WOULD_COPY when they do not. `out`: a new handle.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_DTYPE_ERROR,
// LA_CAST_ERROR, LA_WOULD_COPY, LA_OVERFLOW, LA_OUT_OF_MEMORY or
// LA_CANCELLED (`la_set_progress`).
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_astype(const struct la_array *array,
                    la_dtype dtype,
                    int32_t order,
                    int32_t casting,
                    int32_t copy,
                    struct la_array **out);

// Gives the elements packed in an order.
//
// `order`: LA_ORDER_C, F, A or K. `copy`: LA_COPY_IF_NEEDED gives a view when
// the array is already packed so and a copy otherwise; LA_COPY_NEVER fails
// with LA_WOULD_COPY instead; LA_COPY_ALWAYS copies. `out`: a new handle.
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_WOULD_COPY,
// LA_OVERFLOW, LA_OUT_OF_MEMORY or
// LA_CANCELLED (`la_set_progress`).
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_contiguous(const struct la_array *array,
                        int32_t order,
                        int32_t copy,
                        struct la_array **out);

// Gives the elements as one packed axis.
//
// `order`: in which they follow each other: LA_ORDER_C, F, A or K. `copy`: as
// for `la_contiguous`; a view only where the array is already contiguous in
// that order (`la_reshape` to one axis gives views of strided arrays too).
// `out`: a new 1-d handle. Statuses as for `la_contiguous`.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_ravel(const struct la_array *array,
                   int32_t order,
                   int32_t copy,
                   struct la_array **out);

// Copies the elements to one packed axis: `la_ravel` with LA_COPY_ALWAYS.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_flatten(const struct la_array *array,
                     int32_t order,
                     struct la_array **out);

// Gives an array that keeps no more memory alive than its own elements need:
// a view of `array` where that already holds, else a copy in order K.
// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_OVERFLOW or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD la_status la_compact(const struct la_array *array, struct la_array **out);

// INDEX. `a[key]` with any key: a view for a basic key, a copy as soon as an
// array, mask or list stands in it.
//
// `key`, `count`: the entries, written with LA_INDEX(...); index arrays are of
// integers, of any shape, broadcast against each other; a boolean array counts
// for as many axes as it has. Axes are placed as NumPy places them: where all
// array entries (integers count as such beside one) stand side by side their
// axes stay there, else they come first. `out`: a new handle.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR,
// LA_DTYPE_ERROR (LA_MASK of no booleans), LA_OVERFLOW, LA_LIMIT or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_get(const struct la_array *array,
                 const struct la_index *key,
                 int32_t count,
                 struct la_array **out);

// `a[key] = values` with any key.
//
// `values`: broadcast to the shape of `a[key]` (extra leading axes of extent 1
// are dropped) and cast unsafely, as NumPy does. Keys and values are read
// whole before the first write, whatever shares memory with what; where an
// element is named twice, the last store in C order wins. Indices are checked
// before anything is written.
//
// Returns the statuses of `la_get`, LA_READ_ONLY, LA_SHAPE_ERROR (values do
// not fit) or LA_DTYPE_ERROR.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_set(struct la_array *array,
                 const struct la_index *key,
                 int32_t count,
                 const struct la_array *values);

// `a[key] = value` with a scalar; `value_dtype` and `value` as for `la_full`.
// Statuses as for `la_set`, and LA_CAST_ERROR when a weak integer does not fit
// the array's type.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_set_scalar(struct la_array *array,
                        const struct la_index *key,
                        int32_t count,
                        la_dtype value_dtype,
                        const void *value);

// Takes elements along an axis by their indices: a copy.
//
// `indices`: integers, or booleans as 0 and 1, of any shape, which replaces the
// axis. `axis`: negative counts from the end; LA_NO_AXIS takes from the array
// flattened in C order. `mode`: what an index out of bounds means; from an axis without elements nothing
// can be taken in any mode, unless another axis has none either, when LA_MODE_WRAP
// and LA_MODE_CLIP give a result without elements. `out`: a new handle that owns
// its memory.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (mode), LA_INDEX_ERROR
// (out of bounds, or indices that are no integers), LA_AXIS_ERROR, LA_OVERFLOW,
// LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_take(const struct la_array *array,
                  const struct la_array *indices,
                  int32_t axis,
                  int32_t mode,
                  struct la_array **out);

// `la_take` into an array that exists.
//
// `array`, `indices`, `axis`, `mode`: as for `la_take`. `target`: of the shape
// that `la_take` would give; elements are cast to its type unsafely, as `la_set`
// does. It may share memory with the array and the indices, which are read
// whole before the first write; indices are checked before it. Nothing is copied
// when the types are equal and no memory is shared. Nothing is returned: no
// handle is made.
//
// Returns LA_OK, LA_NULL_ARGUMENT (any of the three arrays), LA_READ_ONLY,
// LA_INVALID_ARGUMENT (mode), LA_INDEX_ERROR, LA_AXIS_ERROR, LA_SHAPE_ERROR
// (target), LA_DTYPE_ERROR, LA_CAST_ERROR (raw bytes), LA_OVERFLOW, LA_LIMIT or
// LA_OUT_OF_MEMORY.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_take_into(const struct la_array *array,
                       const struct la_array *indices,
                       int32_t axis,
                       int32_t mode,
                       struct la_array *target);

// Stores values at indices of the array flattened in C order (nothing is
// flattened in fact).
//
// `indices`: as for `la_take`. `values`: cast unsafely and repeated, in C
// order, as often as needed; none is an error unless there are no indices.
// `mode`: what an index out of bounds means. All indices are checked before
// anything is written; the last of equal indices wins.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR,
// LA_READ_ONLY, LA_SHAPE_ERROR, LA_DTYPE_ERROR or LA_OUT_OF_MEMORY.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_put(struct la_array *array,
                 const struct la_array *indices,
                 const struct la_array *values,
                 int32_t mode);

// Stores values, one after the other, at the elements where a mask is true.
//
// `mask`: of the array's shape and any type, nonzero is true. `values`: taken
// in C order, cast unsafely, and repeated as often as needed (where `la_set`
// with a mask wants one for each element, or one for all); none is an error
// unless the mask is false everywhere. Mask and values may share memory with
// the array: they are read whole before the first write.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_READ_ONLY, LA_SHAPE_ERROR (mask, or no
// values), LA_DTYPE_ERROR, LA_CAST_ERROR (raw bytes) or LA_OUT_OF_MEMORY.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_place(struct la_array *array,
                   const struct la_array *mask,
                   const struct la_array *values);

// Takes the elements along an axis at which a 1-d condition is true: a copy.
//
// `condition`: any type, nonzero is true; shorter than the axis is fine, true
// beyond its end is not. `axis`: as for `la_take`. `out`: a new handle that
// owns its memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INDEX_ERROR,
// LA_AXIS_ERROR, LA_SHAPE_ERROR (condition not 1-d), LA_DTYPE_ERROR,
// LA_OVERFLOW or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_compress(const struct la_array *array,
                      const struct la_array *condition,
                      int32_t axis,
                      struct la_array **out);

// `la_compress` into an array that exists.
//
// `array`, `condition`, `axis`: as for `la_compress`. `target`: as for
// `la_take_into`, of the shape that `la_compress` would give; array and
// condition are read whole before the first write. Returns the statuses of
// `la_compress`, LA_READ_ONLY, LA_CAST_ERROR (raw bytes) or LA_LIMIT.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_compress_into(const struct la_array *array,
                           const struct la_array *condition,
                           int32_t axis,
                           struct la_array *target);

// Finds the elements that are not zero (or false; NaN is not zero).
//
// `out`: receives an int64 array of shape (count, rank): one row for each
// element, in C order. NumPy's tuple is its columns. A new handle that owns
// its memory. Raw bytes are not zero if any byte is not, records if any field is
// not. Returns LA_OK, LA_NULL_ARGUMENT, LA_OVERFLOW or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD la_status la_nonzero(const struct la_array *array, struct la_array **out);

// Chooses element by element: from `x` where `condition` is true, else from
// `y`. A copy.
//
// All three are broadcast; the result has the type that `x` and `y` promote
// to. `out`: a new handle that owns its memory. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_SHAPE_ERROR, LA_DTYPE_ERROR, LA_OVERFLOW, LA_LIMIT or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_where(const struct la_array *condition,
                   const struct la_array *x,
                   const struct la_array *y,
                   struct la_array **out);

// Takes, for every line along an axis, the elements that the matching line of
// `indices` names: a copy.
//
// `indices`: integers of the array's rank, broadcast against it on the other
// axes. `axis`: as for `la_take`; LA_NO_AXIS wants 1-d indices. `out`: a new
// handle that owns its memory. Returns LA_OK, LA_NULL_ARGUMENT,
// LA_INDEX_ERROR, LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_OVERFLOW or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_take_along_axis(const struct la_array *array,
                             const struct la_array *indices,
                             int32_t axis,
                             struct la_array **out);

// Stores, for every line along an axis, values at the places that the matching
// line of `indices` names: the inverse of `la_take_along_axis`.
//
// `values`: broadcast to the shape of the indexed part and cast unsafely.
// Returns the statuses of `la_set` and LA_AXIS_ERROR.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_put_along_axis(struct la_array *array,
                            const struct la_array *indices,
                            const struct la_array *values,
                            int32_t axis);

// Turns flat indices into one index for each axis of a shape.
//
// `indices`: integers of any shape. `order`: LA_ORDER_C or LA_ORDER_F, how the
// flat indices count. `out`: an int64 array with the axes of `indices` and a
// last one of extent `ndim`; a new handle that owns its memory. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR, LA_SHAPE_ERROR,
// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_unravel_index(const struct la_array *indices,
                           int32_t ndim,
                           const int64_t *shape,
                           int32_t order,
                           struct la_array **out);

// Turns one index for each axis of a shape into flat indices: the inverse of
// `la_unravel_index`.
//
// `count`, `indices`: one integer array for each axis, broadcast against each
// other. `mode`: what an index out of bounds means; with LA_MODE_RAISE a
// negative one is out of bounds as well. `order`: LA_ORDER_C or LA_ORDER_F.
// `out`: int64; a new handle that owns its memory. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR, LA_SHAPE_ERROR,
// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_ravel_multi_index(int32_t count,
                               const struct la_array *const *indices,
                               const int64_t *shape,
                               int32_t mode,
                               int32_t order,
                               struct la_array **out);

// Reads one element.
//
// `count`, `index`: one index for each axis, negative ones from the end.
// `dtype`: the type of the result, to which the value is cast unsafely; 0 for
// the array's own. `out`: room for one value of it, of any alignment; a record's
// value is its bytes. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
// LA_INDEX_ERROR, LA_DTYPE_ERROR, LA_CAST_ERROR (from or to a record) or
// LA_OUT_OF_MEMORY (likewise).
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_item(const struct la_array *array,
                  int32_t count,
                  const int64_t *index,
                  la_dtype dtype,
                  void *out);

// Writes one element; `index` as for `la_item`, `value_dtype` and `value` as
// for `la_full`. Returns the statuses of `la_item`, LA_READ_ONLY or
// LA_CAST_ERROR (a weak integer does not fit).
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_set_item(struct la_array *array,
                      int32_t count,
                      const int64_t *index,
                      la_dtype value_dtype,
                      const void *value);

// Reads one element as a double; as `la_item` with LA_FLOAT64.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_item_f64(const struct la_array *array,
                      int32_t count,
                      const int64_t *index,
                      double *out);

// Reads one element as a signed integer; as `la_item` with LA_INT64.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_item_i64(const struct la_array *array,
                      int32_t count,
                      const int64_t *index,
                      int64_t *out);

// Reads one element as an unsigned integer; as `la_item` with LA_UINT64.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_item_u64(const struct la_array *array,
                      int32_t count,
                      const int64_t *index,
                      uint64_t *out);

// WRITE. `target[...] = source`: copies the elements of one array into
// another.
//
// `source`: broadcast to the target's shape (extra leading axes of extent 1
// are dropped) and cast to its type as `casting` allows; records field by field,
// in order and whatever the names, while gaps between fields stay as they are,
// but for equal types, of which all bytes are copied. It is read whole before the
// first write, however the two overlap; where target elements share memory with
// each other, the last store in C order wins. With LA_CAST_SAME_VALUE nothing is
// written when a value would change.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (casting),
// LA_READ_ONLY, LA_SHAPE_ERROR, LA_CAST_ERROR, LA_OUT_OF_MEMORY or
// LA_CANCELLED (`la_set_progress`).
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_assign(struct la_array *target,
                    const struct la_array *source,
                    int32_t casting);

// As `la_assign`, only where `mask` is true. (Gaps of converted records become 0,
// as they do in all writes by index or mask.)
//
// `mask`: booleans, broadcast to the target's shape; read whole before the
// first write. LA_CAST_SAME_VALUE judges the whole source, masked or not. Also
// LA_DTYPE_ERROR when the mask is of another type.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_assign_where(struct la_array *target,
                          const struct la_array *source,
                          const struct la_array *mask,
                          int32_t casting);

// Writes one value everywhere; `value_dtype` and `value` as for `la_full`,
// cast unsafely.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_READ_ONLY, LA_DTYPE_ERROR, LA_CAST_ERROR
// (a weak integer does not fit), LA_OUT_OF_MEMORY or
// LA_CANCELLED (`la_set_progress`).
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_fill(struct la_array *target,
                  la_dtype value_dtype,
                  const void *value);

// `la_fill` with a double, cast to the array's type.
//
// Threads: writes.
LA_API LA_NODISCARD la_status la_fill_f64(struct la_array *target, double value);

// `la_fill` with an integer, which must fit the array's type when that is of
// integers (else LA_CAST_ERROR).
//
// Threads: writes.
LA_API LA_NODISCARD la_status la_fill_i64(struct la_array *target, int64_t value);

// COMPARE. Compares two arrays element by element: `a > b`.
//
// Both are broadcast and promoted as NumPy 2 does (signed with unsigned 64-bit
// integers are compared exactly; complex numbers in dictionary order). Records of
// the same names are equal if all their fields are, raw bytes of one size if all
// bytes are; neither has an order. `op`: LA_EQ, LA_NE, LA_LT, LA_LE, LA_GT or
// LA_GE. `out`: a new boolean array that
// owns its memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
// LA_SHAPE_ERROR, LA_DTYPE_ERROR, LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_compare(const struct la_array *a,
                     const struct la_array *b,
                     int32_t op,
                     struct la_array **out);

// Compares every element with a scalar: `a > 3`.
//
// `value_dtype`, `value`: the type (or LA_WEAK_INT, LA_WEAK_FLOAT, which
// promote as Python's numbers do; an integer out of the array's range is
// compared exactly) and address. `out` and statuses as for `la_compare`.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_compare_scalar(const struct la_array *a,
                            la_dtype value_dtype,
                            const void *value,
                            int32_t op,
                            struct la_array **out);

// `la_compare_scalar` with LA_WEAK_INT.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_compare_i64(const struct la_array *a,
                         int64_t value,
                         int32_t op,
                         struct la_array **out);

// `la_compare_scalar` with LA_WEAK_FLOAT.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_compare_f64(const struct la_array *a,
                         double value,
                         int32_t op,
                         struct la_array **out);

// Combines truth values element by element: `(a > 3) & (a < 7)`.
//
// `op`: LA_AND, LA_OR, LA_XOR, or LA_NOT, which takes `b` NULL. Both are of
// any type (nonzero is true, NaN too) and broadcast. `out`: a new boolean array
// that owns its memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
// LA_SHAPE_ERROR, LA_DTYPE_ERROR (raw bytes, records), LA_OVERFLOW, LA_LIMIT or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_logical(const struct la_array *a,
                     const struct la_array *b,
                     int32_t op,
                     struct la_array **out);

// Finds the elements that are NaN (either part of a complex number).
// `out`: a new boolean array that owns its memory. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_DTYPE_ERROR (raw bytes, records), LA_OVERFLOW or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD la_status la_isnan(const struct la_array *array, struct la_array **out);

// Tells whether any element is true (nonzero; NaN is; of raw bytes any byte, of
// records any field). No element: 0. `out`: receives 1 or 0. Returns LA_OK,
// LA_NULL_ARGUMENT or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD la_status la_any(const struct la_array *array, int32_t *out);

// Tells whether all elements are true. No element: 1. `out` and statuses as
// for `la_any`.
//
// Threads: reads.
LA_API LA_NODISCARD la_status la_all(const struct la_array *array, int32_t *out);

// Counts the elements that are true. `out`: receives the number. Statuses as
// for `la_any`.
//
// Threads: reads.
LA_API LA_NODISCARD la_status la_count_nonzero(const struct la_array *array, int64_t *out);

// Tells whether two arrays have the same shape and equal elements, after
// promotion. `equal_nan`: 1 when NaN equals NaN. `out`: receives 1 or 0.
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (equal_nan),
// LA_DTYPE_ERROR (no common type) or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_array_equal(const struct la_array *a,
                         const struct la_array *b,
                         int32_t equal_nan,
                         int32_t *out);

// OVERLAP. Tells whether the ranges of addresses of two arrays meet: a quick
// test that may say 1 where no byte is shared, never 0 where one is.
// `out`: receives 1 or 0. Returns LA_OK or LA_NULL_ARGUMENT.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_may_share_memory(const struct la_array *a,
                              const struct la_array *b,
                              int32_t *out);

// Tells exactly whether two arrays have a byte of memory in common.
//
// `max_work`: LA_WORK_DEFAULT, LA_WORK_UNLIMITED or a number of steps, after
// which the answer is LA_TOO_HARD; the question is a bounded Diophantine
// equation, which some strides make hard. `out`: receives 1 or 0.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_TOO_HARD or
// LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_shares_memory(const struct la_array *a,
                           const struct la_array *b,
                           int64_t max_work,
                           int32_t *out);

// As `la_shares_memory`, with a witness: an index into each array, the two
// elements of which have a byte in common.
//
// `out_a_index`, `out_b_index`: room for `la_ndim` numbers each (NULL for rank
// 0); set only when `out` becomes 1.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_find_overlap(const struct la_array *a,
                          const struct la_array *b,
                          int64_t max_work,
                          int64_t *out_a_index,
                          int64_t *out_b_index,
                          int32_t *out);

// Tells exactly whether two different elements of one array have a byte in
// common. Parameters and statuses as for `la_shares_memory`.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_has_internal_overlap(const struct la_array *array,
                                  int64_t max_work,
                                  int32_t *out);

// JOIN. Puts arrays one behind the other along an axis: a copy.
//
// `count`, `arrays`: at least one, equal in all extents but that of the axis.
// `axis`: negative counts from the end; LA_NO_AXIS flattens all first. The
// result has the type they promote to. `out`: a new handle that owns its
// memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (none given),
// LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_DTYPE_ERROR, LA_OVERFLOW or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_concatenate(int64_t count,
                         const struct la_array *const *arrays,
                         int32_t axis,
                         struct la_array **out);

// `la_concatenate` into an array that exists.
//
// `count`, `arrays`, `axis`: as for `la_concatenate`. `casting`: LA_CAST...,
// the rule that each array's conversion to the target's type must satisfy.
// `target`: of the joined shape, which is 1-d for LA_NO_AXIS. It may share
// memory with the arrays, which are all read whole before the first write; only
// those that an earlier array's elements would overwrite, or that cannot be
// moved in place, are copied.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (none given, casting),
// LA_READ_ONLY, LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_CAST_ERROR, LA_OVERFLOW,
// LA_OUT_OF_MEMORY or LA_CANCELLED (`la_set_progress`).
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_concatenate_into(int64_t count,
                              const struct la_array *const *arrays,
                              int32_t axis,
                              int32_t casting,
                              struct la_array *target);

// Puts arrays of one shape one behind the other along a new axis: a copy.
// Parameters, ownership and statuses as for `la_concatenate`; LA_LIMIT at 64
// axes.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_stack(int64_t count,
                   const struct la_array *const *arrays,
                   int32_t axis,
                   struct la_array **out);

// `la_stack` into an array that exists; all else as for `la_concatenate_into`,
// and LA_LIMIT at 64 axes.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_stack_into(int64_t count,
                        const struct la_array *const *arrays,
                        int32_t axis,
                        int32_t casting,
                        struct la_array *target);

// Repeats the whole array along each axis: a copy.
//
// `ndim`, `counts`: how often along each of the last axes; more than the rank
// adds axes in front. `out`: a new handle that owns its memory. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR (negative count),
// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_tile(const struct la_array *array,
                  int32_t ndim,
                  const int64_t *counts,
                  struct la_array **out);

// Repeats each element along an axis: a copy.
//
// `count`, `repeats`: one number for all elements of the axis, or one for
// each; 0 or more. `axis`: as for `la_take`. `out`: a new handle that owns its
// memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_AXIS_ERROR,
// LA_SHAPE_ERROR (another count, or a negative number), LA_OVERFLOW or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_repeat(const struct la_array *array,
                    int64_t count,
                    const int64_t *repeats,
                    int32_t axis,
                    struct la_array **out);

// Moves elements along an axis, those pushed out at one end coming in at the
// other: a copy.
//
// `shift`: how far; negative moves to lower indices. `axis`: LA_NO_AXIS rolls
// the array flattened in C order and keeps its shape. `out`: a new handle that
// owns its memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_AXIS_ERROR, LA_OVERFLOW
// or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_roll(const struct la_array *array,
                  int64_t shift,
                  int32_t axis,
                  struct la_array **out);

// Surrounds the array with a constant value: a copy.
//
// `ndim`: the array's rank. `before`, `after`: how many elements to add at each
// end of each axis, `ndim` numbers each, 0 or more. `value_dtype`, `value`: as
// for `la_full`. `out`: a new handle that owns its memory. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR (negative, or `ndim` is
// not the rank), LA_DTYPE_ERROR, LA_CAST_ERROR, LA_OVERFLOW or
// LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_pad(const struct la_array *array,
                 int32_t ndim,
                 const int64_t *before,
                 const int64_t *after,
                 la_dtype value_dtype,
                 const void *value,
                 struct la_array **out);

// FILES. Loads a .npy file (format 1, 2 or 3, either order, either byte order)
// into new memory.
//
// `path`: as the system's file names are. `out`: a new handle that owns its
// memory; in F order when the file is; of a byte-swapped type when the file is.
// Returns LA_OK, LA_NULL_ARGUMENT, LA_IO_ERROR, LA_FORMAT_ERROR (not a .npy
// file, truncated, or of a type without a counterpart here), LA_OVERFLOW,
// LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD la_status la_load_npy(const char *path, struct la_array **out);

// Saves an array as a .npy file that NumPy reads.
//
// An F-contiguous array is written in F order, any other in C order. The file
// is written beside the path and renamed, so that a failure leaves what was
// there. Returns LA_OK, LA_NULL_ARGUMENT, LA_IO_ERROR, LA_DTYPE_ERROR
// (bfloat16 has no .npy type) or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD la_status la_save_npy(const char *path, const struct la_array *array);

// Maps a .npy file into memory: no element is read until it is used.
//
// `mode`: LA_OPEN_READ (read-only), LA_OPEN_READ_WRITE (writes reach the file)
// or LA_OPEN_COPY_ON_WRITE (writes stay here). A file that is shorter than its
// header says is LA_FORMAT_ERROR. It must not be truncated by others while
// mapped: touching bytes that are gone raises SIGBUS, which no library can
// prevent, and which ends the process unless it handles that; all else stays
// usable. `out`: a new handle; the mapping goes with the last handle on it, and
// no file stays open. Statuses as for `la_load_npy`, and LA_INVALID_ARGUMENT
// (mode).
//
// Threads: any.
LA_API LA_NODISCARD la_status la_open_npy(const char *path, int32_t mode, struct la_array **out);

// Opens a .npz archive and reads its list of members.
//
// `out`: receives the archive, to be closed by `la_npz_close`. Returns LA_OK,
// LA_NULL_ARGUMENT, LA_IO_ERROR, LA_FORMAT_ERROR, LA_LIMIT or LA_OUT_OF_MEMORY.
//
// Threads: any.
LA_API LA_NODISCARD la_status la_npz_open(const char *path, struct la_npz **out);

// Closes an archive. NULL does nothing.
//
// Threads: archive.
LA_API void la_npz_close(struct la_npz *npz);

// Returns the number of members; -1 for NULL.
//
// Threads: archive.
LA_API int64_t la_npz_count(const struct la_npz *npz);

// Writes the name of a member, without ".npy".
//
// `member`: 0 to `la_npz_count` - 1. `buf`, `capacity`, `out_needed`: as for
// `la_dtype_name`. Returns LA_OK, LA_NULL_ARGUMENT, LA_INDEX_ERROR or
// LA_BUFFER_TOO_SMALL.
//
// Threads: archive.
LA_API LA_NODISCARD
la_status la_npz_name(const struct la_npz *npz,
                      int64_t member,
                      char *buf,
                      size_t capacity,
                      size_t *out_needed);

// Loads a member of an archive into new memory.
//
// `name`: with or without ".npy". `out`: a new handle, as from `la_load_npy`.
// A member that claims more than 1032 times its bytes in the archive, which is the
// most that deflate can make of them, is refused before memory is asked for.
// Statuses as for `la_load_npy`, and LA_INVALID_ARGUMENT when there is no such
// member.
//
// Threads: archive.
LA_API LA_NODISCARD
la_status la_npz_load(const struct la_npz *npz,
                      const char *name,
                      struct la_array **out);

// SHOW. Writes the elements as NumPy's `str` does or, when the options ask for
// it, as its `repr` does.
//
// `options`: NULL for NumPy's defaults and `str`. `buf`, `capacity`, `out_needed`: as for
// `la_dtype_name`. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT
// (options), LA_BUFFER_TOO_SMALL or LA_OUT_OF_MEMORY.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_format(const struct la_array *array,
                    const struct la_format_options *options,
                    char *buf,
                    size_t capacity,
                    size_t *out_needed);

// Writes one line that tells type, shape, strides, contiguity, and whose
// memory it is: "int64 (2, 3) strides (24, 8) C-contiguous view of ...".
//
// `buf`, `capacity`, `out_needed`: as for `la_dtype_name`. Returns LA_OK,
// LA_NULL_ARGUMENT or LA_BUFFER_TOO_SMALL.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_describe(const struct la_array *array,
                      char *buf,
                      size_t capacity,
                      size_t *out_needed);

// Explains in words why two arrays do or do not share memory, or why one is
// not contiguous. Not offered yet: returns LA_UNSUPPORTED.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_explain(int32_t what,
                     const struct la_array *a,
                     const struct la_array *b,
                     char *buf,
                     size_t capacity,
                     size_t *out_needed);

// Draws the memory of an array as text or SVG. Not offered yet: returns
// LA_UNSUPPORTED.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_draw(const struct la_array *array,
                  int32_t style,
                  char *buf,
                  size_t capacity,
                  size_t *out_needed);

// PLAN. Tells whether `la_reshape` would copy, how many bytes, and which axes
// stand in the way. Nothing is allocated.
//
// Parameters as for `la_reshape`. `out`: its `size` set by the caller; receives
// the plan. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
// LA_SHAPE_ERROR, LA_OVERFLOW or LA_LIMIT.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_plan_reshape(const struct la_array *array,
                          int32_t ndim,
                          const int64_t *shape,
                          int32_t order,
                          struct la_plan *out);

// Tells how `la_assign` would move the elements: in any order, in a certain
// one, by exchanging pairs, or through a temporary of how many bytes, which is
// exactly what `la_assign` then allocates. Nothing is written. docs/overlap.md
// lists what is done in place.
//
// Parameters as for `la_assign`. `out`: as for `la_plan_reshape`. Returns the
// statuses of `la_assign`.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_plan_assign(const struct la_array *target,
                         const struct la_array *source,
                         int32_t casting,
                         struct la_plan *out);

// LOOP. Calls a function of the program's for all elements of some arrays
// together, in runs as long as there are: the loop of an element-wise
// operation, with broadcasting, casts, overlap and threads seen to.
//
//   // z = x + y
//   la_operand operands[] = {{z, LA_WRITE, 0}, {x, LA_READ, 0}, {y, LA_READ, 0}};
//   la_for_each(3, operands, NULL, add, NULL);
//
// `count`, `operands`: 1 to LA_MAX_OPERANDS arrays, whose shapes broadcast to
// one; those that are written must have it. `options`: NULL for casts within a
// kind and one thread. `loop`: called as `la_loop` says, with the operands in
// the order given; it is not called where the shape has no elements. `payload`:
// handed to it. Nothing is retained, and no array is made.
//
// The order of the elements is the library's choice, and so is where runs begin
// and end: arrays that are contiguous together are one run. `data[k]` points at
// the array's own elements, except where another type is wanted than theirs,
// where their bytes are not in this machine's order (naming the swapped type
// itself as `dtype` gives them as they are), or where they are not aligned as C
// aligns their type: then it points into a block of at most a few thousand
// elements, converted before the loop is called and back after.
//
// Overlap: the result is as if everything had been read before the first call,
// and everything stored after the last, operand by operand, so that of two
// written ones the later wins. Operands that are the very same elements are
// handed over as they are: the loop has to read what it needs at one index
// before it stores there. Where others share memory, `data[k]` points into a
// copy that is made before (LA_READ), or stored after the last call (written).
//
// Returns LA_OK; LA_CANCELLED when the loop returns a number other than 0, which
// the message has: elements of runs before it are stored (but not those of
// written operands that are stored after the last call), the rest are as they
// were; also when a handler of `la_set_progress` stops a copy before the loop, or
// the storing after it, which is then done in part. In all other cases nothing
// was called and nothing is changed:
// LA_NULL_ARGUMENT; LA_INVALID_ARGUMENT (count, access, options, or a written
// operand whose elements share memory with each other, such as a broadcast one);
// LA_LIMIT (more operands, or threads, than there can be); LA_SHAPE_ERROR;
// LA_OVERFLOW; LA_READ_ONLY; LA_DTYPE_ERROR; LA_CAST_ERROR (LA_CAST_SAME_VALUE
// does not allow any cast of what is written); LA_OUT_OF_MEMORY.
//
// Threads: writes.
LA_API LA_NODISCARD
la_status la_for_each(int32_t count,
                      const struct la_operand *operands,
                      const struct la_for_each_options *options,
                      la_loop loop,
                      void *payload);

// EXCHANGE. Makes a DLPack tensor of an array, for another library to take
// over: without a copy where the mode allows it.
//
// `array`: of a built-in type in this machine's byte order; its strides must be
// multiples of the item size, since DLPack counts elements. `copy`:
// LA_COPY_NEVER and LA_COPY_IF_NEEDED share the memory, the second copying (in C
// order) what `flags` forbid; LA_COPY_ALWAYS copies (in order K). `flags`: 0, or
// LA_DLPACK_POSITIVE_STRIDES for consumers that cannot do with negative ones.
// `out`: receives a DLManagedTensorVersioned of version 1.3 on the CPU, its
// strides filled in, its byte_offset 0, its data NULL without elements; flagged
// read-only when the array is, and as copied when it was. It belongs to the
// caller, who hands it on; whoever has it last calls `tensor->deleter(tensor)`
// once, on any thread. Until then it keeps the array and its memory alive.
// Including dlpack.h beside this header names the fields.
//
// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (copy, flags),
// LA_DTYPE_ERROR (swapped bytes, raw bytes: never converted silently),
// LA_UNSUPPORTED (strides that are no multiple of the item size),
// LA_WOULD_COPY, LA_OVERFLOW, LA_OUT_OF_MEMORY or LA_CANCELLED
// (`la_set_progress`).
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_to_dlpack(const struct la_array *array,
                       int32_t copy,
                       int32_t flags,
                       struct DLManagedTensorVersioned **out);

// As `la_to_dlpack`, in the struct from before DLPack 1.0, a DLManagedTensor:
// for consumers that know no newer one. It has no flags, so that a read-only
// array would lose its protection: that is LA_READ_ONLY, unless a copy leaves.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_to_dlpack_unversioned(const struct la_array *array,
                                   int32_t copy,
                                   int32_t flags,
                                   struct DLManagedTensor **out);

// Takes over a DLPack tensor of another library as an array: without a copy
// unless one is asked for.
//
// `tensor`: a DLManagedTensorVersioned. Whatever the status, it is no longer the
// caller's: its deleter (which may be NULL) is called once, before this returns
// when it fails or copies, else when the last handle on the memory is gone, on
// whichever thread that happens, with no lock held. It must not throw or
// longjmp, and what it calls of the library leaves no message. NULL strides mean
// C order; byte_offset is honoured; any alignment will do; without elements the
// data is not looked at. How large the allocation is is not told: it is taken to
// be what the elements span, and that they are there cannot be checked. `copy`:
// LA_COPY_NEVER and LA_COPY_IF_NEEDED give an array of the tensor's memory, which
// cannot be written when the tensor is flagged read-only; LA_COPY_ALWAYS copies
// (in order K), and the copy can. `out`: a new handle that counts as the owner:
// its base is NULL.
//
// Returns LA_OK, LA_NULL_ARGUMENT (also for the tensor's shape, or data with
// elements), LA_INVALID_ARGUMENT (copy, a negative rank), LA_UNSUPPORTED (a major
// version other than 1, of which only the deleter is used; a device other than
// the CPU; unknown flags), LA_DTYPE_ERROR (a type that is not built in, or lanes
// other than 1), LA_SHAPE_ERROR (negative extent), LA_LIMIT (more than 64 axes),
// LA_OVERFLOW, LA_OUT_OF_MEMORY or LA_CANCELLED (`la_set_progress`).
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_from_dlpack(struct DLManagedTensorVersioned *tensor,
                         int32_t copy,
                         struct la_array **out);

// As `la_from_dlpack`, of the struct from before DLPack 1.0, a DLManagedTensor.
// It cannot say whether its memory may be written, so that the array cannot be,
// as in NumPy, unless it is a copy.
//
// Threads: reads.
LA_API LA_NODISCARD
la_status la_from_dlpack_unversioned(struct DLManagedTensor *tensor,
                                     int32_t copy,
                                     struct la_array **out);

// Fills NumPy's C array interface: what `__array_struct__` points to.
//
// `out`: receives the description; a `PyArrayInterface *` of NumPy may be cast
// to it. Nothing is copied: shape, strides and data are borrowed, and live as
// long as the handle. Byte-swapped types lack LA_FLAG_NOTSWAPPED; LA_BFLOAT16,
// for which NumPy has no letter, leaves as two raw bytes; `descr` is NULL.
//
// Returns LA_OK, LA_NULL_ARGUMENT or LA_UNSUPPORTED (where addresses do not have
// 64 bits).
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_to_array_interface(const struct la_array *array,
                                struct la_array_interface *out);

// Makes an array of the memory that NumPy's C array interface describes,
// without copying.
//
// `source`: what `__array_struct__` points to; read during the call only. Of its
// flags LA_FLAG_WRITEABLE and LA_FLAG_NOTSWAPPED count; NULL strides mean C
// order; kind 'V' becomes raw bytes, and `descr` is not looked at. How large the
// allocation is is not told: it is taken to be what the elements span. `deleter`:
// called once with `source->data` and `payload` when the last handle on the
// memory is gone, on whichever thread that happens; NULL borrows. `out`: a new
// handle that counts as the owner: its base is NULL.
//
// If the status is not LA_OK, the deleter is never called and the memory still
// belongs to the caller. Returns LA_OK, LA_NULL_ARGUMENT (also for shape, or data
// with elements), LA_INVALID_ARGUMENT (`two` is not 2, a negative rank),
// LA_DTYPE_ERROR (a kind other than b, i, u, f, c and V, or of no such size),
// LA_SHAPE_ERROR (negative extent), LA_LIMIT (more than 64 axes), LA_OVERFLOW,
// LA_OUT_OF_MEMORY or LA_UNSUPPORTED (as for `la_to_array_interface`).
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_from_array_interface(const struct la_array_interface *source,
                                  la_deleter deleter,
                                  void *payload,
                                  struct la_array **out);

// Fills the fields of NumPy's array interface of version 3, the dictionary that
// `__array_interface__` is: `typestr`, `data` with `read_only`, `shape`,
// `strides` and `version`.
//
// `out`: its `size` set by the caller. Nothing is copied: shape, strides and data
// are borrowed, and live as long as the handle. LA_BFLOAT16, for which NumPy has
// no format, leaves as "|V2".
//
// Returns LA_OK, LA_NULL_ARGUMENT or LA_INVALID_ARGUMENT (size).
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_to_array_interface_v3(const struct la_array *array,
                                   struct la_array_interface_v3 *out);

// Makes an array of the memory that the fields of an `__array_interface__`
// dictionary describe, without copying.
//
// `source`: its `size` set, `reserved` 0, `version` 3; `strides` NULL for C
// order, which is Python's None. `typestr`: a byte order, a kind and a size, such
// as "<f8". A dictionary's `offset` is to be added to `data`, its `descr` says no
// more than raw bytes to this function, and a `mask` has no counterpart.
// `deleter`, `payload`, `out`, ownership and statuses as for
// `la_from_array_interface`; also LA_INVALID_ARGUMENT for size, version,
// `read_only`, `reserved`, and a `typestr` that is no text.
//
// Threads: any.
LA_API LA_NODISCARD
la_status la_from_array_interface_v3(const struct la_array_interface_v3 *source,
                                     la_deleter deleter,
                                     void *payload,
                                     struct la_array **out);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LIBARRAY_H */


/* Index expressions
 *
 * LA_INDEX(...) stands for two arguments, a pointer and a count, and is written
 * where a function takes `const la_index *key, int32_t count`:
 *
 *     la_slice(a, LA_INDEX(LA_AT(0), LA_ALL, LA_STEP(-1)), &out);   a[0, :, ::-1]
 *     la_slice(a, LA_INDEX(LA_ELLIPSIS, LA_NEWAXIS), &out);         a[..., None]
 *     la_get(a, LA_INDEX(LA_MASK(bright)), &out);                   a[bright]
 *     la_get(a, LA_INDEX(LA_INTS(rows, 2), LA_RANGE(1, 4)), &out);  a[[0, 2], 1:4]
 *
 * Each entry is an expression of type la_index that evaluates its arguments
 * once, so `key[k] = LA_AT(n)` works as well.
 */
#ifndef LIBARRAY_INDEX_H
#define LIBARRAY_INDEX_H

static inline la_index la_index_entry_(int32_t kind, int32_t flags, int64_t start,
                                       int64_t stop, int64_t step, const void *array) {
    la_index entry;
    entry.kind = kind;
    entry.flags = flags;
    entry.start = start;
    entry.stop = stop;
    entry.step = step;
    entry.array = (const la_array *)array;
    entry.reserved[0] = 0;
    entry.reserved[1] = 0;
    return entry;
}

#ifdef __cplusplus
#  define LA_NULL_ nullptr
#else
#  define LA_NULL_ NULL
#endif

#define LA_SLICE_(flags, start, stop, step)                                      \
    la_index_entry_(LA_INDEX_SLICE, (flags), (int64_t)(start), (int64_t)(stop),  \
                    (int64_t)(step), LA_NULL_)

/** a[i] */
#define LA_AT(i) la_index_entry_(LA_INDEX_INTEGER, 0, (int64_t)(i), 0, 0, LA_NULL_)
/** a[start:stop] */
#define LA_RANGE(start, stop) LA_SLICE_(0, start, stop, 1)
/** a[start:stop:step] */
#define LA_RANGE_STEP(start, stop, step) LA_SLICE_(0, start, stop, step)
/** a[start:] */
#define LA_FROM(start) LA_SLICE_(LA_INDEX_NO_STOP, start, 0, 1)
/** a[start::step] */
#define LA_FROM_STEP(start, step) LA_SLICE_(LA_INDEX_NO_STOP, start, 0, step)
/** a[:stop] */
#define LA_TO(stop) LA_SLICE_(LA_INDEX_NO_START, 0, stop, 1)
/** a[:stop:step] */
#define LA_TO_STEP(stop, step) LA_SLICE_(LA_INDEX_NO_START, 0, stop, step)
/** a[:] */
#define LA_ALL LA_SLICE_(LA_INDEX_NO_START | LA_INDEX_NO_STOP, 0, 0, 1)
/** a[::step] */
#define LA_STEP(step) LA_SLICE_(LA_INDEX_NO_START | LA_INDEX_NO_STOP, 0, 0, step)
/** a[None] */
#define LA_NEWAXIS la_index_entry_(LA_INDEX_NEWAXIS, 0, 0, 0, 0, LA_NULL_)
/** a[...] */
#define LA_ELLIPSIS la_index_entry_(LA_INDEX_ELLIPSIS, 0, 0, 0, 0, LA_NULL_)
/** a[indices]: an array of integers or booleans */
#define LA_ARRAY(indices) la_index_entry_(LA_INDEX_ARRAY, 0, 0, 0, 0, (indices))
/** a[mask]: an array of booleans */
#define LA_MASK(mask) la_index_entry_(LA_INDEX_MASK, 0, 0, 0, 0, (mask))
/** a[[...]]: `count` values of type int64_t */
#define LA_INTS(values, count) \
    la_index_entry_(LA_INDEX_INTS, 0, 0, (int64_t)(count), 0, la_ints_(values))

/* Only int64_t values may stand behind LA_INTS; another type does not compile. */
static inline const void *la_ints_(const int64_t *values) { return values; }

#ifdef __cplusplus
template <size_t N>
inline const la_index *la_key_(const la_index (&key)[N]) { return key + 1; }
template <size_t N>
char (&la_key_count_(const la_index (&key)[N]))[N];
#  define LA_KEY_START_ la_index_entry_(0, 0, 0, 0, 0, nullptr)
#  define LA_INDEX(...)                     \
    la_key_({LA_KEY_START_, __VA_ARGS__}),  \
    (int32_t)(sizeof(la_key_count_({LA_KEY_START_, __VA_ARGS__})) - 1)
#else
#  define LA_KEY_START_ la_index_entry_(0, 0, 0, 0, 0, NULL)
#  define LA_INDEX(...)                                 \
    ((const la_index[]){LA_KEY_START_, __VA_ARGS__}) + 1, \
    (int32_t)(sizeof((const la_index[]){LA_KEY_START_, __VA_ARGS__}) / sizeof(la_index) - 1)
#endif

#endif /* LIBARRAY_INDEX_H */
