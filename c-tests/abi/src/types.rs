//! Every type and number of `include/libarray.h`, declared by hand from the
//! header, for ctest2 to compare with what the C compiler sees.

use core::ffi::{c_char, c_void};

pub type la_status = i32;
pub type la_dtype = i32;
pub type la_deleter = Option<unsafe extern "C" fn(memory: *mut c_void, payload: *mut c_void)>;
pub type la_progress =
    Option<unsafe extern "C" fn(done: i64, total: i64, payload: *mut c_void) -> i32>;
pub type la_loop = Option<
    unsafe extern "C" fn(
        data: *mut *mut c_char,
        strides: *const i64,
        count: i64,
        payload: *mut c_void,
    ) -> i32,
>;

/// Opaque: only its address crosses the ABI.
pub enum la_array {}

/// Opaque: only its address crosses the ABI.
pub enum la_npz {}

/// Opaque here, and dlpack.h's.
pub enum DLManagedTensorVersioned {}

/// Opaque here, and dlpack.h's.
pub enum DLManagedTensor {}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_array_interface {
    pub two: i32,
    pub nd: i32,
    pub typekind: c_char,
    pub itemsize: i32,
    pub flags: i32,
    pub shape: *const i64,
    pub strides: *const i64,
    pub data: *mut c_void,
    pub descr: *mut c_void,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_array_interface_v3 {
    pub size: usize,
    pub typestr: [c_char; 16],
    pub data: *mut c_void,
    pub shape: *const i64,
    pub strides: *const i64,
    pub ndim: i32,
    pub read_only: i32,
    pub version: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_allocator {
    pub size: usize,
    pub alloc: Option<
        unsafe extern "C" fn(
            size: usize,
            align: usize,
            zeroed: i32,
            payload: *mut c_void,
        ) -> *mut c_void,
    >,
    pub free: Option<
        unsafe extern "C" fn(memory: *mut c_void, size: usize, align: usize, payload: *mut c_void),
    >,
    pub payload: *mut c_void,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_memory {
    pub size: usize,
    pub live_bytes: i64,
    pub peak_bytes: i64,
    pub total_bytes: i64,
    pub total_blocks: i64,
    pub cached_bytes: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_index {
    pub kind: i32,
    pub flags: i32,
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub array: *const la_array,
    pub reserved: [i64; 2],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_format_options {
    pub size: usize,
    pub precision: i32,
    pub threshold: i32,
    pub edge_items: i32,
    pub line_width: i32,
    pub form: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_plan {
    pub size: usize,
    pub copies: i32,
    pub hazard: i32,
    pub bytes: i64,
    pub outer_axis: i32,
    pub inner_axis: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_operand {
    pub array: *const la_array,
    pub access: i32,
    pub dtype: la_dtype,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct la_for_each_options {
    pub size: usize,
    pub casting: i32,
    pub num_threads: i32,
}

pub const LA_OK: i32 = 0;
pub const LA_NULL_ARGUMENT: i32 = 1;
pub const LA_INVALID_ARGUMENT: i32 = 2;
pub const LA_INDEX_ERROR: i32 = 3;
pub const LA_AXIS_ERROR: i32 = 4;
pub const LA_SHAPE_ERROR: i32 = 5;
pub const LA_DTYPE_ERROR: i32 = 6;
pub const LA_CAST_ERROR: i32 = 7;
pub const LA_READ_ONLY: i32 = 8;
pub const LA_WOULD_COPY: i32 = 9;
pub const LA_OVERFLOW: i32 = 10;
pub const LA_LIMIT: i32 = 11;
pub const LA_TOO_HARD: i32 = 12;
pub const LA_CANCELLED: i32 = 13;
pub const LA_BUFFER_TOO_SMALL: i32 = 14;
pub const LA_UNSUPPORTED: i32 = 15;
pub const LA_FORMAT_ERROR: i32 = 16;
pub const LA_IO_ERROR: i32 = 17;
pub const LA_OUT_OF_MEMORY: i32 = 18;
pub const LA_PANIC: i32 = 19;
pub const LA_BOOL: i32 = 1;
pub const LA_INT8: i32 = 2;
pub const LA_INT16: i32 = 3;
pub const LA_INT32: i32 = 4;
pub const LA_INT64: i32 = 5;
pub const LA_UINT8: i32 = 6;
pub const LA_UINT16: i32 = 7;
pub const LA_UINT32: i32 = 8;
pub const LA_UINT64: i32 = 9;
pub const LA_FLOAT16: i32 = 10;
pub const LA_BFLOAT16: i32 = 11;
pub const LA_FLOAT32: i32 = 12;
pub const LA_FLOAT64: i32 = 13;
pub const LA_COMPLEX64: i32 = 14;
pub const LA_COMPLEX128: i32 = 15;
pub const LA_WEAK_INT: i32 = 128;
pub const LA_WEAK_FLOAT: i32 = 129;
pub const LA_MAX_NDIM: i32 = 64;
pub const LA_C_LAYOUT: i32 = 2147483647;
pub const LA_NO_AXIS: i32 = 2147483647;
pub const LA_ORDER_C: i32 = 0;
pub const LA_ORDER_F: i32 = 1;
pub const LA_ORDER_A: i32 = 2;
pub const LA_ORDER_K: i32 = 3;
pub const LA_COPY_NEVER: i32 = 0;
pub const LA_COPY_IF_NEEDED: i32 = 1;
pub const LA_COPY_ALWAYS: i32 = 2;
pub const LA_CAST_NO: i32 = 0;
pub const LA_CAST_EQUIV: i32 = 1;
pub const LA_CAST_SAFE: i32 = 2;
pub const LA_CAST_SAME_KIND: i32 = 3;
pub const LA_CAST_UNSAFE: i32 = 4;
pub const LA_CAST_SAME_VALUE: i32 = 5;
pub const LA_FLAG_C_CONTIGUOUS: i32 = 1;
pub const LA_FLAG_F_CONTIGUOUS: i32 = 2;
pub const LA_FLAG_OWNS_DATA: i32 = 4;
pub const LA_FLAG_ALIGNED: i32 = 256;
pub const LA_FLAG_WRITEABLE: i32 = 1024;
pub const LA_FLAG_NOTSWAPPED: i32 = 512;
pub const LA_WRAP_READ_ONLY: i32 = 1;
pub const LA_INDEX_INTEGER: i32 = 1;
pub const LA_INDEX_SLICE: i32 = 2;
pub const LA_INDEX_NEWAXIS: i32 = 3;
pub const LA_INDEX_ELLIPSIS: i32 = 4;
pub const LA_INDEX_ARRAY: i32 = 5;
pub const LA_INDEX_MASK: i32 = 6;
pub const LA_INDEX_INTS: i32 = 7;
pub const LA_INDEX_NO_START: i32 = 1;
pub const LA_INDEX_NO_STOP: i32 = 2;
pub const LA_MODE_RAISE: i32 = 0;
pub const LA_MODE_WRAP: i32 = 1;
pub const LA_MODE_CLIP: i32 = 2;
pub const LA_EQ: i32 = 0;
pub const LA_NE: i32 = 1;
pub const LA_LT: i32 = 2;
pub const LA_LE: i32 = 3;
pub const LA_GT: i32 = 4;
pub const LA_GE: i32 = 5;
pub const LA_AND: i32 = 0;
pub const LA_OR: i32 = 1;
pub const LA_XOR: i32 = 2;
pub const LA_NOT: i32 = 3;
pub const LA_WORK_DEFAULT: i64 = 0;
pub const LA_WORK_UNLIMITED: i64 = -1;
pub const LA_HAZARD_FREE: i32 = 0;
pub const LA_HAZARD_ORDERED: i32 = 1;
pub const LA_HAZARD_EXCHANGE: i32 = 2;
pub const LA_HAZARD_BUFFERED: i32 = 3;
pub const LA_OPEN_READ: i32 = 0;
pub const LA_OPEN_READ_WRITE: i32 = 1;
pub const LA_OPEN_COPY_ON_WRITE: i32 = 2;
pub const LA_DLPACK_POSITIVE_STRIDES: i32 = 1;
pub const LA_MAX_OPERANDS: i32 = 32;
pub const LA_READ: i32 = 0;
pub const LA_WRITE: i32 = 1;
pub const LA_READ_WRITE: i32 = 2;
pub const LA_FORMAT_STR: i32 = 0;
pub const LA_FORMAT_REPR: i32 = 1;
pub const LA_EXPLAIN_SHARING: i32 = 0;
pub const LA_EXPLAIN_CONTIGUITY: i32 = 1;
pub const LA_VERSION_MAJOR: i32 = 0;
pub const LA_VERSION_MINOR: i32 = 1;
pub const LA_VERSION_PATCH: i32 = 0;
