//! Writing into arrays that exist.

use core::ffi::c_void;

use super::arguments::{Value, borrow, casting};
use super::guard::guard;
use super::types::*;
use crate::dtype::Scalar;
use crate::ops::write;

/// WRITE. `target[...] = source`: copies the elements of one array into
/// another.
///
/// `source`: broadcast to the target's shape (extra leading axes of extent 1
/// are dropped) and cast to its type as `casting` allows; records field by field,
/// in order and whatever the names, while gaps between fields stay as they are,
/// but for equal types, of which all bytes are copied. It is read whole before the
/// first write, however the two overlap; where target elements share memory with
/// each other, the last store in C order wins. With LA_CAST_SAME_VALUE nothing is
/// written when a value would change.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (casting),
/// LA_READ_ONLY, LA_SHAPE_ERROR, LA_CAST_ERROR, LA_OUT_OF_MEMORY or
/// LA_CANCELLED (`la_set_progress`).
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_assign(
    target: *mut la_array,
    source: *const la_array,
    casting_: i32,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let target = borrow("target", target)?;
            write::assign(&target, &*borrow("source", source)?, casting(casting_)?)
        }
    })
}

/// As `la_assign`, only where `mask` is true. (Gaps of converted records become 0,
/// as they do in all writes by index or mask.)
///
/// `mask`: booleans, broadcast to the target's shape; read whole before the
/// first write. LA_CAST_SAME_VALUE judges the whole source, masked or not. Also
/// LA_DTYPE_ERROR when the mask is of another type.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_assign_where(
    target: *mut la_array,
    source: *const la_array,
    mask: *const la_array,
    casting_: i32,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let target = borrow("target", target)?;
            let source = borrow("source", source)?;
            let mask = borrow("mask", mask)?;
            write::assign_where(&target, &source, &mask, casting(casting_)?)
        }
    })
}

/// Writes one value everywhere; `value_dtype` and `value` as for `la_full`,
/// cast unsafely.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_READ_ONLY, LA_DTYPE_ERROR, LA_CAST_ERROR
/// (a weak integer does not fit), LA_OUT_OF_MEMORY or
/// LA_CANCELLED (`la_set_progress`).
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_fill(
    target: *mut la_array,
    value_dtype: la_dtype,
    value: *const c_void,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let target = borrow("target", target)?;
            match super::arguments::value("value", value_dtype, value)? {
                Value::Number(value) => write::fill(&target, &value),
                Value::Bytes(value) => write::fill_with(&target, &value),
            }
        }
    })
}

/// `la_fill` with a double, cast to the array's type.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_fill_f64(target: *mut la_array, value: f64) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointer.
        let target = unsafe { borrow("target", target) }?;
        write::fill(&target, &Scalar::weak_float(value))
    })
}

/// `la_fill` with an integer, which must fit the array's type when that is of
/// integers (else LA_CAST_ERROR).
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_fill_i64(target: *mut la_array, value: i64) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointer.
        let target = unsafe { borrow("target", target) }?;
        write::fill(&target, &Scalar::weak_int(value))
    })
}
