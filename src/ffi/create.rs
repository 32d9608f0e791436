//! Making arrays: from nothing, from values, from the caller's memory.

use core::ffi::c_void;

use super::arguments::{Value, boolean, borrow, dims, dtype, dtype_or, optional_dims, order, out};
use super::guard::{guard, produce};
use super::types::*;
use crate::layout::Order;
use crate::memory::{Lent, Memory};
use crate::ops::create;

/// CREATE. Makes an array whose elements are not set: reading them before
/// writing gives arbitrary values.
///
/// `dtype`: the element type. `ndim`, `shape`: the extents, each 0 or more;
/// NULL only with rank 0. `order`: LA_ORDER_C or LA_ORDER_F (A and K are C
/// here). `out`: receives a new handle that owns its memory, aligned to 64
/// bytes.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (order, rank),
/// LA_SHAPE_ERROR (negative extent), LA_DTYPE_ERROR, LA_OVERFLOW, LA_LIMIT
/// (more than 64 axes) or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_empty(
    dtype: la_dtype,
    ndim: i32,
    shape: *const i64,
    order: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { filled(dtype, ndim, shape, order, out, create::empty) }
}

/// Makes an array of zeros (false for LA_BOOL). Parameters, ownership and
/// statuses as for `la_empty`. Large arrays cost nothing until they are
/// touched.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_zeros(
    dtype: la_dtype,
    ndim: i32,
    shape: *const i64,
    order: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { filled(dtype, ndim, shape, order, out, create::zeros) }
}

/// Makes an array of ones (true for LA_BOOL). Parameters, ownership and
/// statuses as for `la_empty`; raw bytes types are refused, and records with a
/// field of raw bytes. Of other records all fields are one.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_ones(
    dtype: la_dtype,
    ndim: i32,
    shape: *const i64,
    order: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { filled(dtype, ndim, shape, order, out, create::ones) }
}

type Maker = fn(crate::dtype::DType, &[i64], Order) -> crate::error::Result<crate::array::Array>;

unsafe fn filled(
    type_: la_dtype,
    ndim: i32,
    shape: *const i64,
    order_: i32,
    out: *mut *mut la_array,
    make: Maker,
) -> la_status {
    // SAFETY: the caller's promise.
    unsafe {
        produce(out, || {
            let dtype = dtype("dtype", type_)?;
            make(dtype, &dims("shape", shape, ndim)?, order(order_)?)
        })
    }
}

/// Makes an array of one value everywhere.
///
/// `value_dtype`, `value`: the value's type (or LA_WEAK_INT, LA_WEAK_FLOAT)
/// and address, of any alignment; it is cast to `dtype` unsafely, as NumPy
/// does. To a record any number goes to all its fields; a record's value is its
/// bytes, and may be cast to another record. The rest, ownership and statuses as
/// for `la_empty`; also LA_CAST_ERROR when a weak integer does not fit, or no cast
/// is known.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_full(
    dtype_: la_dtype,
    ndim: i32,
    shape: *const i64,
    order_: i32,
    value_dtype: la_dtype,
    value: *const c_void,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let dtype = dtype("dtype", dtype_)?;
            let shape = dims("shape", shape, ndim)?;
            let order = order(order_)?;
            match super::arguments::value("value", value_dtype, value)? {
                Value::Number(value) => create::full(dtype, &shape, order, &value),
                Value::Bytes(value) => create::full_of(dtype, &shape, order, &value),
            }
        })
    }
}

/// Makes the 1-d array `start, start + step, ...` up to but without `stop`.
///
/// The values are computed in 64-bit integers and then cast unsafely to
/// `dtype` (a numeric type). `step` may be negative, not 0; an empty range is
/// no error. `out`: a new handle that owns its memory.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (step 0),
/// LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_arange(
    dtype_: la_dtype,
    start: i64,
    stop: i64,
    step: i64,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointer.
    unsafe {
        produce(out, || {
            create::arange(dtype("dtype", dtype_)?, start, stop, step)
        })
    }
}

/// As `la_arange`, computed in double precision: ceil((stop - start) / step)
/// values `start + i * d`, where d is the distance of the first two values,
/// `(start + step) - start`, as in NumPy. Also LA_INVALID_ARGUMENT when the
/// length is not a number.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_arange_f64(
    dtype_: la_dtype,
    start: f64,
    stop: f64,
    step: f64,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointer.
    unsafe {
        produce(out, || {
            create::arange_f64(dtype("dtype", dtype_)?, start, stop, step)
        })
    }
}

/// Makes `count` evenly spaced values from `start` to `stop`.
///
/// `endpoint`: 1 when `stop` is the last value, 0 when it is left out. The
/// values are computed in double precision and cast to `dtype` (rounded down
/// first for integers, as NumPy does). `out`: a new 1-d handle that owns its
/// memory.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (negative count,
/// endpoint), LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_linspace(
    dtype_: la_dtype,
    start: f64,
    stop: f64,
    count: i64,
    endpoint: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointer.
    unsafe {
        produce(out, || {
            let endpoint = boolean("endpoint", endpoint)?;
            create::linspace(dtype("dtype", dtype_)?, start, stop, count, endpoint)
        })
    }
}

/// Makes a matrix of `rows` x `columns` with ones on the diagonal `k` (0 the
/// main one, positive above it) and zeros elsewhere.
///
/// `order`: LA_ORDER_C or LA_ORDER_F. `out`: a new handle that owns its memory.
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR
/// (negative extent), LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_eye(
    dtype_: la_dtype,
    rows: i64,
    columns: i64,
    k: i64,
    order_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointer.
    unsafe {
        produce(out, || {
            create::eye(dtype("dtype", dtype_)?, rows, columns, k, order(order_)?)
        })
    }
}

/// Makes an array of the shape of `array`, its elements not set.
///
/// `dtype`: 0 for the array's own. `order`: LA_ORDER_K follows the array's
/// axes. `out`: a new handle that owns its memory and is unrelated to `array`.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (order),
/// LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_empty_like(
    array: *const la_array,
    dtype: la_dtype,
    order: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { filled_like(array, dtype, order, out, create::empty_like) }
}

/// As `la_empty_like`, of zeros.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_zeros_like(
    array: *const la_array,
    dtype: la_dtype,
    order: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { filled_like(array, dtype, order, out, create::zeros_like) }
}

/// As `la_empty_like`, of ones.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_ones_like(
    array: *const la_array,
    dtype: la_dtype,
    order: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { filled_like(array, dtype, order, out, create::ones_like) }
}

type LikeMaker = fn(
    &crate::array::Array,
    crate::dtype::DType,
    Order,
) -> crate::error::Result<crate::array::Array>;

unsafe fn filled_like(
    array: *const la_array,
    dtype: la_dtype,
    order_: i32,
    out: *mut *mut la_array,
    make: LikeMaker,
) -> la_status {
    // SAFETY: the caller's promise.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            make(
                &array,
                dtype_or("dtype", dtype, array.dtype())?,
                order(order_)?,
            )
        })
    }
}

/// As `la_empty_like`, of one value everywhere; `value_dtype` and `value` as
/// for `la_full`.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_full_like(
    array: *const la_array,
    dtype: la_dtype,
    order_: i32,
    value_dtype: la_dtype,
    value: *const c_void,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let dtype = dtype_or("dtype", dtype, array.dtype())?;
            let value = super::arguments::value("value", value_dtype, value)?;
            let order = order(order_)?;
            match value {
                Value::Number(value) => create::full_like(&array, dtype, order, &value),
                Value::Bytes(value) => create::full_like_of(&array, dtype, order, &value),
            }
        })
    }
}

/// Makes an array by copying the caller's values; the memory is not needed
/// afterwards.
///
/// `data`: the element whose indices are all 0, of any alignment; may be NULL
/// only when there are no elements. `strides`: `ndim` distances in bytes, or
/// NULL for values packed in `order`. `order`: LA_ORDER_C or LA_ORDER_F, the
/// order of the result, and of the data when `strides` is NULL. That the memory
/// is as large as shape and strides say cannot be checked. `out`: a new handle
/// that owns its memory.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR,
/// LA_DTYPE_ERROR, LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_from_data(
    data: *const c_void,
    dtype_: la_dtype,
    ndim: i32,
    shape: *const i64,
    strides: *const i64,
    order_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers and for the memory.
    unsafe {
        produce(out, || {
            let dtype = dtype("dtype", dtype_)?;
            let shape = dims("shape", shape, ndim)?;
            let order = order(order_)?;
            let strides = optional_dims("strides", strides, ndim)?;
            let plan = create::data_layout(dtype, &shape, strides.as_deref(), order)?;
            if data.is_null() && plan.nbytes > 0 {
                return Err(crate::error::Error::NullArgument { argument: "data" });
            }
            let lowest = data.wrapping_byte_sub(plan.layout.offset as usize);
            let memory = Memory::foreign(lowest.cast_mut().cast(), plan.nbytes, false, None);
            create::from_data(memory, dtype, &plan.layout, order)
        })
    }
}

/// Makes an array of memory that belongs to the caller, without copying.
///
/// `memory`, `nbytes`: the allocation, [memory, memory + nbytes), against which
/// this layout and every later `la_as_strided` are checked; any alignment;
/// NULL only with `nbytes` 0. `offset`: where in it the element with all
/// indices 0 lies, in bytes. `dtype`, `ndim`, `shape`: as for `la_empty`.
/// `strides`: `ndim` distances in bytes, or NULL for C order. `flags`: 0 or
/// LA_WRAP_READ_ONLY. `deleter`: called once with `memory` and `payload` when
/// the last handle on the memory is gone, on whichever thread that happens;
/// NULL borrows, and the memory must outlive all handles. `out`: a new handle
/// that counts as the owner: its base is NULL.
///
/// If the status is not LA_OK, the deleter is never called and the memory
/// still belongs to the caller. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_INVALID_ARGUMENT (flags, negative nbytes or offset), LA_SHAPE_ERROR (the
/// layout leaves the memory, or a negative extent), LA_DTYPE_ERROR,
/// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_wrap(
    memory: *mut c_void,
    nbytes: i64,
    offset: i64,
    dtype_: la_dtype,
    ndim: i32,
    shape: *const i64,
    strides: *const i64,
    flags: i32,
    deleter: la_deleter,
    payload: *mut c_void,
    out_: *mut *mut la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers and for the memory.
        unsafe {
            let place = out("out", out_)?;
            let dtype = dtype("dtype", dtype_)?;
            let shape = dims("shape", shape, ndim)?;
            let strides = optional_dims("strides", strides, ndim)?;
            if flags & !LA_WRAP_READ_ONLY != 0 {
                return Err(crate::error::Error::InvalidValue {
                    argument: "flags",
                    value: flags.into(),
                    expected: "0 or LA_WRAP_READ_ONLY",
                });
            }
            let layout = create::wrapped_layout(dtype, &shape, strides.as_deref(), offset, nbytes)?;
            if memory.is_null() && nbytes > 0 {
                return Err(crate::error::Error::NullArgument { argument: "memory" });
            }
            // Addresses are compared as signed numbers, so that the memory may
            // not cross the middle of them either. None does that exists.
            let start = memory.addr();
            if start.checked_add(nbytes as usize).is_none()
                || (start as i64).checked_add(nbytes).is_none()
            {
                return Err(crate::error::Error::Overflow {
                    what: "memory + nbytes",
                });
            }
            let writeable = flags & LA_WRAP_READ_ONLY == 0;
            let slot = crate::array::Slot::reserve(layout.shape.len())?;
            // Nothing can fail from here on, so the deleter is now ours.
            let lent = deleter.map(|deleter| Lent::new(deleter, memory, payload));
            let memory = Memory::foreign(memory.cast(), nbytes, writeable, lent);
            place.give(slot.own(memory, dtype, &layout, true));
        }
        Ok(())
    })
}
