//! Copies: new memory with the same values.

use super::arguments::{borrow, casting, copy_mode, dtype, order};
use super::guard::produce;
use super::types::*;
use crate::ops::{CopyMode, copy};

/// COPY. Copies the elements into new packed memory.
///
/// `order`: LA_ORDER_C, F, A, or K for the order of the source's own axes.
/// `out`: a new handle that owns its memory and shares nothing; always
/// writeable. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (order),
/// LA_OVERFLOW or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_copy(
    array: *const la_array,
    order_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            copy::copy(&*borrow("array", array)?, order(order_)?)
        })
    }
}

/// Converts the elements to another type.
///
/// `dtype`: the new type. `order`: of the copy, as for `la_copy`. `casting`:
/// what is allowed; LA_CAST_SAME_VALUE fails on the first element that would
/// change. Floats become integers by dropping the fraction, saturating at the
/// ends; NaN becomes 0. `copy`: LA_COPY_IF_NEEDED gives a view (a new handle on
/// the same memory) when type and order already fit; LA_COPY_NEVER fails with
/// LA_WOULD_COPY when they do not. `out`: a new handle.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_DTYPE_ERROR,
/// LA_CAST_ERROR, LA_WOULD_COPY, LA_OVERFLOW, LA_OUT_OF_MEMORY or
/// LA_CANCELLED (`la_set_progress`).
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_astype(
    array: *const la_array,
    dtype_: la_dtype,
    order_: i32,
    casting_: i32,
    copy: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let dtype = dtype("dtype", dtype_)?;
            let order = order(order_)?;
            copy::astype(&array, dtype, order, casting(casting_)?, copy_mode(copy)?)
        })
    }
}

/// Gives the elements packed in an order.
///
/// `order`: LA_ORDER_C, F, A or K. `copy`: LA_COPY_IF_NEEDED gives a view when
/// the array is already packed so and a copy otherwise; LA_COPY_NEVER fails
/// with LA_WOULD_COPY instead; LA_COPY_ALWAYS copies. `out`: a new handle.
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_WOULD_COPY,
/// LA_OVERFLOW, LA_OUT_OF_MEMORY or
/// LA_CANCELLED (`la_set_progress`).
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_contiguous(
    array: *const la_array,
    order_: i32,
    copy: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            copy::contiguous(&array, order(order_)?, copy_mode(copy)?)
        })
    }
}

/// Gives the elements as one packed axis.
///
/// `order`: in which they follow each other: LA_ORDER_C, F, A or K. `copy`: as
/// for `la_contiguous`; a view only where the array is already contiguous in
/// that order (`la_reshape` to one axis gives views of strided arrays too).
/// `out`: a new 1-d handle. Statuses as for `la_contiguous`.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_ravel(
    array: *const la_array,
    order_: i32,
    copy: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            copy::ravel(&array, order(order_)?, copy_mode(copy)?)
        })
    }
}

/// Copies the elements to one packed axis: `la_ravel` with LA_COPY_ALWAYS.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_flatten(
    array: *const la_array,
    order_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            copy::ravel(&*borrow("array", array)?, order(order_)?, CopyMode::Always)
        })
    }
}

/// Gives an array that keeps no more memory alive than its own elements need:
/// a view of `array` where that already holds, else a copy in order K.
/// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_OVERFLOW or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_compact(array: *const la_array, out: *mut *mut la_array) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || copy::compact(&*borrow("array", array)?)) }
}
