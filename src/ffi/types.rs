//! The types and numbers that cross the ABI. A number, once released, is never
//! given another meaning.

use core::ffi::{c_char, c_void};

/// The result of a call that can fail: LA_OK (0), or what went wrong.
///
/// Treat numbers you do not know as failure. The number alone is enough to
/// decide what to do; `la_last_error` tells a person why.
pub type la_status = i32;

/// An element type.
///
/// 0 is invalid; 1 to 255 are the built-in types (LA_BOOL ...); 0x100 or-ed to
/// one of more than one byte means bytes in the foreign order; 0x40000000 or-ed with a size
/// means that many raw bytes. None of these needs memory. Numbers from 0x10000
/// are records (`la_dtype_record`), which mean something in this process only:
/// elsewhere their text does (`la_dtype_format`).
pub type la_dtype = i32;

/// An array: a handle on shape, strides, element type and memory.
///
/// Opaque and reference counted. A handle lives until as many `la_release`
/// calls as there were `la_retain` calls plus one. Its shape, strides, type and
/// base never change, so any number of threads may use one handle at once;
/// only the elements can change, and keeping writers of the same elements
/// apart is up to the program. Handles never cross two copies of the library
/// in one process.
#[allow(dead_code)]
pub struct la_array {
    _private: [u8; 0],
}

/// An open .npz archive: a list of named .npy members.
///
/// Lives from `la_npz_open` until `la_npz_close`; may be used by one thread at
/// a time. Arrays loaded from it do not depend on it.
#[allow(dead_code)]
pub struct la_npz {
    _private: [u8; 0],
}

/// DLPack's struct for handing an array to another library, since its version
/// 1.0. dlpack.h says what is in it; only its address is needed here.
#[allow(dead_code)]
pub struct DLManagedTensorVersioned {
    _private: [u8; 0],
}

/// DLPack's struct from before version 1.0.
#[allow(dead_code)]
pub struct DLManagedTensor {
    _private: [u8; 0],
}

/// NumPy's C array interface: what the capsule `__array_struct__` holds, field by
/// field the `PyArrayInterface` of NumPy's headers.
///
/// Filled by `la_to_array_interface`: its pointers are borrowed from the handle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_array_interface {
    /// 2, as a mark.
    pub two: i32,
    /// The number of axes.
    pub nd: i32,
    /// 'b', 'i', 'u', 'f' or 'c' for booleans, signed and unsigned integers,
    /// floats and complex numbers, 'V' for raw bytes.
    pub typekind: c_char,
    /// The size of an element in bytes.
    pub itemsize: i32,
    /// Or-ed LA_FLAG_C_CONTIGUOUS, F_CONTIGUOUS, ALIGNED, WRITEABLE and
    /// NOTSWAPPED.
    pub flags: i32,
    /// `nd` extents.
    pub shape: *const i64,
    /// `nd` strides in bytes.
    pub strides: *const i64,
    /// The address of the element whose indices are all 0.
    pub data: *mut c_void,
    /// A Python object with the fields of records; NULL.
    pub descr: *mut c_void,
}

/// The fields of NumPy's array interface of version 3, the dictionary
/// `__array_interface__`.
///
/// Filled by `la_to_array_interface_v3`: its pointers are borrowed from the
/// handle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_array_interface_v3 {
    /// sizeof(la_array_interface_v3); set it before the call.
    pub size: usize,
    /// "typestr": byte order, kind and size, such as "<f8", with a NUL.
    pub typestr: [c_char; 16],
    /// The first part of "data": the address of the element whose indices are
    /// all 0.
    pub data: *mut c_void,
    /// "shape": `ndim` extents.
    pub shape: *const i64,
    /// "strides": `ndim` numbers of bytes; NULL, in Python None, for elements
    /// packed in C order.
    pub strides: *const i64,
    /// The number of axes.
    pub ndim: i32,
    /// The second part of "data": 1 when the elements must not be written, else
    /// 0.
    pub read_only: i32,
    /// "version": 3.
    pub version: i32,
    /// Zero.
    pub reserved: i32,
}

/// One entry of an index key: what stands between two commas in `a[1:4, 0]`.
///
/// Make it with LA_AT, LA_RANGE, LA_ALL, LA_NEWAXIS, LA_ELLIPSIS, LA_ARRAY,
/// LA_MASK, LA_INTS and their relatives rather than by hand. The layout is
/// frozen; unknown flags and nonzero reserved fields are refused. `array` is
/// borrowed for the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_index {
    /// One of LA_INDEX_INTEGER, LA_INDEX_SLICE, LA_INDEX_NEWAXIS,
    /// LA_INDEX_ELLIPSIS, LA_INDEX_ARRAY, LA_INDEX_MASK, LA_INDEX_INTS.
    pub kind: i32,
    /// Or-ed LA_INDEX_NO_START, LA_INDEX_NO_STOP; 0 for other kinds.
    pub flags: i32,
    /// The index of an integer entry, or the start of a slice.
    pub start: i64,
    /// The stop of a slice, or the number of values behind LA_INDEX_INTS.
    pub stop: i64,
    /// The step of a slice; not 0.
    pub step: i64,
    /// The array of LA_INDEX_ARRAY and LA_INDEX_MASK; for LA_INDEX_INTS the
    /// address of `int64_t` values.
    pub array: *const la_array,
    /// Zero.
    pub reserved: [i64; 2],
}

/// A process-wide allocator for `la_set_allocator`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_allocator {
    /// sizeof(la_allocator).
    pub size: usize,
    /// Returns `size` bytes aligned to `align` (a power of two), all zero when
    /// `zeroed` is not 0, or NULL when there are none. Any thread may call it.
    pub alloc: Option<
        unsafe extern "C" fn(
            size: usize,
            align: usize,
            zeroed: i32,
            payload: *mut c_void,
        ) -> *mut c_void,
    >,
    /// Takes back what `alloc` returned, with the same size and alignment.
    pub free: Option<
        unsafe extern "C" fn(memory: *mut c_void, size: usize, align: usize, payload: *mut c_void),
    >,
    /// Handed to both.
    pub payload: *mut c_void,
}

/// What element and working memory the library has asked for, in bytes.
/// Handles are not counted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_memory {
    /// sizeof(la_memory); set it before the call.
    pub size: usize,
    /// Bytes held now.
    pub live_bytes: i64,
    /// The largest `live_bytes` so far.
    pub peak_bytes: i64,
    /// Bytes ever asked for.
    pub total_bytes: i64,
    /// Blocks ever asked for, from the cache of freed blocks or not.
    pub total_blocks: i64,
    /// Bytes of freed blocks that `la_set_cache_limit` lets the library keep;
    /// not among `live_bytes`.
    pub cached_bytes: i64,
}

/// What an operation would do, told by the `la_plan_...` functions.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_plan {
    /// sizeof(la_plan); set it before the call.
    pub size: usize,
    /// 1 when elements would be copied to new memory, 0 when not.
    pub copies: i32,
    /// LA_HAZARD_FREE, LA_HAZARD_ORDERED, LA_HAZARD_EXCHANGE or
    /// LA_HAZARD_BUFFERED; FREE for plans that write nothing.
    pub hazard: i32,
    /// Bytes of new memory that would be needed, for a result or a temporary.
    pub bytes: i64,
    /// The axes that do not merge and so force a copy; -1 when there are none.
    pub outer_axis: i32,
    /// See `outer_axis`.
    pub inner_axis: i32,
}

/// Options of `la_format`; NULL stands for NumPy's defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_format_options {
    /// sizeof(la_format_options).
    pub size: usize,
    /// Digits after the point, 0 to 17 (8).
    pub precision: i32,
    /// More elements than this are summarised (1000).
    pub threshold: i32,
    /// Elements shown at each end of a summarised axis (3).
    pub edge_items: i32,
    /// Columns after which a line is broken (75).
    pub line_width: i32,
    /// LA_FORMAT_STR (0) or LA_FORMAT_REPR.
    pub form: i32,
}

/// An array in a call of `la_for_each`, and what the loop does with it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_operand {
    /// The array, borrowed for the call; written only if `access` says so.
    pub array: *const la_array,
    /// LA_READ, LA_WRITE (every element is stored, and what it was before is not
    /// to be read) or LA_READ_WRITE.
    pub access: i32,
    /// The type as which the loop wants the elements; 0 for the array's own, in
    /// this machine's byte order.
    pub dtype: la_dtype,
}

/// Options of `la_for_each`; NULL stands for LA_CAST_SAME_KIND and one thread.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_for_each_options {
    /// sizeof(la_for_each_options).
    pub size: usize,
    /// One of LA_CAST_...: which casts the wanted types may take, from the
    /// array's type for what is read, to it for what is written.
    pub casting: i32,
    /// The threads that may call the loop at once, whatever la_set_num_threads
    /// says; 0 and 1 are the calling thread alone. With more, the loop must be
    /// able to run on several threads at the same time, on different elements.
    pub num_threads: i32,
}

/// What `la_for_each` calls for a run of elements: `data[k]` is the first one of
/// operand k, `strides[k]` the distance to the next in bytes (of any sign, 0 for
/// one element again and again, `itemsize` for elements that are contiguous),
/// `count` the number of elements, at least 1. `data` may be changed, the rest
/// must not.
///
/// Returns 0 to go on; anything else stops with LA_CANCELLED. It may call the
/// library, but must not throw, longjmp, or fork a child that returns from it.
/// On a thread of the library it has a stack of 1 MiB.
pub type la_loop = Option<
    unsafe extern "C" fn(
        data: *mut *mut c_char,
        strides: *const i64,
        count: i64,
        payload: *mut c_void,
    ) -> i32,
>;

/// Called once when wrapped memory is no longer needed, on whichever thread
/// drops the last reference. It must not throw or longjmp. What it calls of the
/// library leaves no message, so that the program's own stays.
pub type la_deleter = Option<unsafe extern "C" fn(memory: *mut c_void, payload: *mut c_void)>;

/// What `la_set_progress` sets: told the bytes stored so far by the operation
/// under way and those to be stored in all.
///
/// Returns 0 to go on; anything else stops with LA_CANCELLED. It is called by the
/// thread that called the library, with no lock held; it may call the library,
/// copies included, which makes no further calls of it. It must not throw or
/// longjmp.
pub type la_progress =
    Option<unsafe extern "C" fn(done: i64, total: i64, payload: *mut c_void) -> i32>;

/// Success.
pub const LA_OK: i32 = 0;
/// A required pointer is NULL.
pub const LA_NULL_ARGUMENT: i32 = 1;
/// An argument has a value that the function does not take.
pub const LA_INVALID_ARGUMENT: i32 = 2;
/// An index is out of bounds, or a key does not fit the array.
pub const LA_INDEX_ERROR: i32 = 3;
/// An axis is out of bounds or named twice.
pub const LA_AXIS_ERROR: i32 = 4;
/// Shapes do not fit each other, or a layout does not fit its memory.
pub const LA_SHAPE_ERROR: i32 = 5;
/// The element type is unknown, or wrong for this function.
pub const LA_DTYPE_ERROR: i32 = 6;
/// The casting rule forbids the conversion.
pub const LA_CAST_ERROR: i32 = 7;
/// The destination may not be written.
pub const LA_READ_ONLY: i32 = 8;
/// Only a copy could answer, and the caller asked for none.
pub const LA_WOULD_COPY: i32 = 9;
/// Sizes or strides exceed 64-bit arithmetic.
pub const LA_OVERFLOW: i32 = 10;
/// A documented limit is exceeded.
pub const LA_LIMIT: i32 = 11;
/// The work budget ran out before the exact answer was known.
pub const LA_TOO_HARD: i32 = 12;
/// A callback asked to stop.
pub const LA_CANCELLED: i32 = 13;
/// The caller's buffer is too small for the whole text.
pub const LA_BUFFER_TOO_SMALL: i32 = 14;
/// Not offered by this version, or beyond what another library's format can say.
pub const LA_UNSUPPORTED: i32 = 15;
/// A file or text is not in the format it claims.
pub const LA_FORMAT_ERROR: i32 = 16;
/// The operating system refused.
pub const LA_IO_ERROR: i32 = 17;
/// Memory could not be had.
pub const LA_OUT_OF_MEMORY: i32 = 18;
/// A defect in the library; the call was stopped at its boundary.
pub const LA_PANIC: i32 = 19;

/// Boolean; one byte, any nonzero value is true.
pub const LA_BOOL: i32 = 1;
/// Signed 8-bit integer.
pub const LA_INT8: i32 = 2;
/// Signed 16-bit integer.
pub const LA_INT16: i32 = 3;
/// Signed 32-bit integer.
pub const LA_INT32: i32 = 4;
/// Signed 64-bit integer.
pub const LA_INT64: i32 = 5;
/// Unsigned 8-bit integer.
pub const LA_UINT8: i32 = 6;
/// Unsigned 16-bit integer.
pub const LA_UINT16: i32 = 7;
/// Unsigned 32-bit integer.
pub const LA_UINT32: i32 = 8;
/// Unsigned 64-bit integer.
pub const LA_UINT64: i32 = 9;
/// IEEE 754 half precision.
pub const LA_FLOAT16: i32 = 10;
/// The upper half of a float32.
pub const LA_BFLOAT16: i32 = 11;
/// IEEE 754 single precision.
pub const LA_FLOAT32: i32 = 12;
/// IEEE 754 double precision.
pub const LA_FLOAT64: i32 = 13;
/// Two float32: real and imaginary part.
pub const LA_COMPLEX64: i32 = 14;
/// Two float64: real and imaginary part.
pub const LA_COMPLEX128: i32 = 15;
/// For scalar arguments and `la_result_type` only: an `int64_t` that takes on
/// the type of what it meets, as Python's integers do.
pub const LA_WEAK_INT: i32 = 128;
/// For scalar arguments and `la_result_type` only: a `double` that takes on
/// the precision of what it meets, as Python's floats do.
pub const LA_WEAK_FLOAT: i32 = 129;

/// The most axes an array can have, for ever.
pub const LA_MAX_NDIM: i32 = 64;
/// For the item size of `la_dtype_record` only: as a C compiler lays out a struct.
pub const LA_C_LAYOUT: i32 = 0x7fffffff;
/// Stands for "no axis" (the flattened array) where a function says so.
pub const LA_NO_AXIS: i32 = 0x7fffffff;

/// Row-major: the last axis varies fastest.
pub const LA_ORDER_C: i32 = 0;
/// Column-major: the first axis varies fastest.
pub const LA_ORDER_F: i32 = 1;
/// F when the array is F-contiguous and not C-contiguous, else C.
pub const LA_ORDER_A: i32 = 2;
/// As close to the order of the source as a packed array can be.
pub const LA_ORDER_K: i32 = 3;

/// Never copy; fail with LA_WOULD_COPY instead.
pub const LA_COPY_NEVER: i32 = 0;
/// A view where possible, else a copy.
pub const LA_COPY_IF_NEEDED: i32 = 1;
/// Always a copy.
pub const LA_COPY_ALWAYS: i32 = 2;

/// Only identical types.
pub const LA_CAST_NO: i32 = 0;
/// Only a change of byte order.
pub const LA_CAST_EQUIV: i32 = 1;
/// Only casts that keep every value.
pub const LA_CAST_SAFE: i32 = 2;
/// Safe casts, and casts within a kind such as float64 to float32.
pub const LA_CAST_SAME_KIND: i32 = 3;
/// Any conversion.
pub const LA_CAST_UNSAFE: i32 = 4;
/// Any conversion, but fail if a value would change.
pub const LA_CAST_SAME_VALUE: i32 = 5;

/// Packed in row-major order.
pub const LA_FLAG_C_CONTIGUOUS: i32 = 0x1;
/// Packed in column-major order.
pub const LA_FLAG_F_CONTIGUOUS: i32 = 0x2;
/// This handle owns its memory: its base is NULL.
pub const LA_FLAG_OWNS_DATA: i32 = 0x4;
/// Elements are aligned as C would align them.
pub const LA_FLAG_ALIGNED: i32 = 0x100;
/// Elements may be written through this handle.
pub const LA_FLAG_WRITEABLE: i32 = 0x400;

/// Bytes of elements stand in this machine's order; in `la_array_interface` only.
pub const LA_FLAG_NOTSWAPPED: i32 = 0x200;

/// For `la_wrap`: the memory may not be written.
pub const LA_WRAP_READ_ONLY: i32 = 1;

/// An integer: removes the axis.
pub const LA_INDEX_INTEGER: i32 = 1;
/// A range with a step: keeps the axis.
pub const LA_INDEX_SLICE: i32 = 2;
/// A new axis of extent 1.
pub const LA_INDEX_NEWAXIS: i32 = 3;
/// As many full ranges as are missing.
pub const LA_INDEX_ELLIPSIS: i32 = 4;
/// An array of integers or of booleans.
pub const LA_INDEX_ARRAY: i32 = 5;
/// An array of booleans.
pub const LA_INDEX_MASK: i32 = 6;
/// A list of `int64_t` values.
pub const LA_INDEX_INTS: i32 = 7;
/// The slice starts at its natural end.
pub const LA_INDEX_NO_START: i32 = 1;
/// The slice stops at its natural end.
pub const LA_INDEX_NO_STOP: i32 = 2;

/// Out-of-bounds indices are errors; negative ones count from the end.
pub const LA_MODE_RAISE: i32 = 0;
/// Indices wrap around.
pub const LA_MODE_WRAP: i32 = 1;
/// Indices are clipped to the range; negative ones become 0.
pub const LA_MODE_CLIP: i32 = 2;

/// `a == b`
pub const LA_EQ: i32 = 0;
/// `a != b`
pub const LA_NE: i32 = 1;
/// `a < b`
pub const LA_LT: i32 = 2;
/// `a <= b`
pub const LA_LE: i32 = 3;
/// `a > b`
pub const LA_GT: i32 = 4;
/// `a >= b`
pub const LA_GE: i32 = 5;

/// Both are true.
pub const LA_AND: i32 = 0;
/// At least one is true.
pub const LA_OR: i32 = 1;
/// Exactly one is true.
pub const LA_XOR: i32 = 2;
/// The first is false; takes no second operand.
pub const LA_NOT: i32 = 3;

/// Work budget: the documented default, enough for every layout met in
/// practice and bounded to well under a second.
pub const LA_WORK_DEFAULT: i64 = 0;
/// Work budget: until the answer is known.
pub const LA_WORK_UNLIMITED: i64 = -1;

/// Elements may be moved in any order, in blocks, streams or threads.
pub const LA_HAZARD_FREE: i32 = 0;
/// A certain order of the elements keeps the result right.
pub const LA_HAZARD_ORDERED: i32 = 1;
/// Pairs of elements change places.
pub const LA_HAZARD_EXCHANGE: i32 = 2;
/// Part of the source is copied first.
pub const LA_HAZARD_BUFFERED: i32 = 3;

/// For `la_open_npy`: map for reading.
pub const LA_OPEN_READ: i32 = 0;
/// For `la_open_npy`: map for reading and writing; writes reach the file.
pub const LA_OPEN_READ_WRITE: i32 = 1;
/// For `la_open_npy`: map privately; writes stay in this process.
pub const LA_OPEN_COPY_ON_WRITE: i32 = 2;

/// For `la_to_dlpack`: no stride may be negative (that of a broadcast axis may be
/// 0). Some consumers end the process over one.
pub const LA_DLPACK_POSITIVE_STRIDES: i32 = 1;

/// The most operands of one call of `la_for_each`.
pub const LA_MAX_OPERANDS: i32 = 32;
/// Elements of the operand are read.
pub const LA_READ: i32 = 0;
/// Every element of the operand is stored.
pub const LA_WRITE: i32 = 1;
/// Elements of the operand are read and stored.
pub const LA_READ_WRITE: i32 = 2;

/// The elements alone, as Python's `str` gives them: `[1 2]`.
pub const LA_FORMAT_STR: i32 = 0;
/// An expression that makes the array, as Python's `repr` gives it:
/// `array([1, 2])`.
pub const LA_FORMAT_REPR: i32 = 1;

/// Explain why two arrays do or do not share memory.
pub const LA_EXPLAIN_SHARING: i32 = 0;
/// Explain why an array is or is not contiguous.
pub const LA_EXPLAIN_CONTIGUITY: i32 = 1;

/// Major part of the header's version.
pub const LA_VERSION_MAJOR: i32 = 0;
/// Minor part of the header's version.
pub const LA_VERSION_MINOR: i32 = 1;
/// Patch part of the header's version.
pub const LA_VERSION_PATCH: i32 = 0;
