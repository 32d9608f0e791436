//! Describing an array: everything that can be asked without reading an
//! element.

use core::ffi::c_void;

use super::arguments::{borrow, out};
use super::guard::{accessor, guard};
use super::types::*;

/// DESCRIBE. Returns the number of axes, 0 to 64; -1 for NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_ndim(array: *const la_array) -> i32 {
    // SAFETY: the caller vouches for the handle.
    accessor(-1, || Ok(unsafe { borrow("array", array) }?.ndim() as i32))
}

/// Returns the extents, `la_ndim` numbers of elements; borrowed, they live as
/// long as the handle. NULL for NULL; never NULL otherwise, for rank 0 too.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_shape(array: *const la_array) -> *const i64 {
    accessor(core::ptr::null(), || {
        // SAFETY: the caller vouches for the handle.
        Ok(unsafe { borrow("array", array) }?.shape().as_ptr())
    })
}

/// Returns the strides, `la_ndim` numbers of bytes from one element to the
/// next along each axis; borrowed, they live as long as the handle. They may
/// be zero or negative. NULL for NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_strides(array: *const la_array) -> *const i64 {
    accessor(core::ptr::null(), || {
        // SAFETY: the caller vouches for the handle.
        Ok(unsafe { borrow("array", array) }?.strides().as_ptr())
    })
}

/// Returns the element type; 0 for NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_of(array: *const la_array) -> la_dtype {
    accessor(0, || {
        // SAFETY: the caller vouches for the handle.
        Ok(unsafe { borrow("array", array) }?.dtype().to_raw())
    })
}

/// Returns the size of one element in bytes; -1 for NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_itemsize(array: *const la_array) -> i64 {
    // SAFETY: the caller vouches for the handle.
    accessor(-1, || Ok(unsafe { borrow("array", array) }?.itemsize()))
}

/// Returns the number of elements; -1 for NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_size(array: *const la_array) -> i64 {
    // SAFETY: the caller vouches for the handle.
    accessor(-1, || Ok(unsafe { borrow("array", array) }?.size()))
}

/// Returns the number of elements times the item size, in bytes: what a packed
/// copy would take, not what the view spans. -1 for NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_nbytes(array: *const la_array) -> i64 {
    // SAFETY: the caller vouches for the handle.
    accessor(-1, || Ok(unsafe { borrow("array", array) }?.nbytes()))
}

/// Returns the address of the element whose indices are all 0, for reading.
/// Valid while the handle or any other on the same memory lives. NULL for
/// NULL. With no elements the address must not be read.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_data(array: *const la_array) -> *const c_void {
    accessor(core::ptr::null(), || {
        // SAFETY: the caller vouches for the handle.
        Ok(unsafe { borrow("array", array) }?.address().cast())
    })
}

/// As `la_data`, for writing: NULL, with a message, when the array is
/// read-only or NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_data_mut(array: *mut la_array) -> *mut c_void {
    accessor(core::ptr::null_mut(), || {
        // SAFETY: the caller vouches for the handle.
        let array = unsafe { borrow("array", array) }?;
        array.check_writeable("array")?;
        Ok(array.address().cast_mut().cast())
    })
}

/// Returns the distance in bytes from the first element of the base (of the
/// array itself when it owns its memory: 0) to the array's first element.
/// Negative offsets are possible where the base itself does not start at its
/// lowest address. 0 for NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_offset(array: *const la_array) -> i64 {
    // SAFETY: the caller vouches for the handle.
    accessor(
        0,
        || Ok(unsafe { borrow("array", array) }?.offset_in_base()),
    )
}

/// Returns the or-ed LA_FLAG_... that hold; 0 for NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_flags(array: *const la_array) -> i32 {
    // SAFETY: the caller vouches for the handle.
    accessor(0, || Ok(unsafe { borrow("array", array) }?.flags().bits()))
}

/// Returns the handle that owns the memory of a view, or NULL when the array
/// owns its memory itself (or is NULL).
///
/// Chains collapse: the base of a view of a view is the owner. The base of a
/// read-only array made by `la_readonly` is a read-only twin of the owner;
/// `la_same_owner` tells that they are one. Borrowed: it lives at least as
/// long as the handle asked; `la_retain` it to keep it longer.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_base(array: *const la_array) -> *const la_array {
    accessor(core::ptr::null(), || {
        // SAFETY: the caller vouches for the handle.
        let array = unsafe { borrow("array", array) }?;
        Ok(array
            .base()
            .map_or(core::ptr::null(), |base| base.as_raw().cast()))
    })
}

/// Returns 1 when both arrays stand on memory of one owner, whether or not
/// they have an element in common; 0 when not, or when either is NULL. Memory
/// that was wrapped twice has two owners; `la_shares_memory` goes by address.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_same_owner(a: *const la_array, b: *const la_array) -> i32 {
    accessor(0, || {
        // SAFETY: the caller vouches for the handles.
        let (a, b) = unsafe { (borrow("a", a)?, borrow("b", b)?) };
        Ok(a.same_owner(&b).into())
    })
}

/// Gives the lowest address that an element of the array touches and the
/// address after the highest; the same address twice when it has no elements.
///
/// `out_low`, `out_high`: receive the addresses; valid as `la_data` is.
/// Returns LA_OK or LA_NULL_ARGUMENT.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_byte_bounds(
    array: *const la_array,
    out_low: *mut *const c_void,
    out_high: *mut *const c_void,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the handle and the places.
        unsafe {
            let array = borrow("array", array)?;
            let (low_place, high_place) = (out("out_low", out_low)?, out("out_high", out_high)?);
            let (low, high) = array.address_bounds();
            low_place.set(low.cast());
            high_place.set(high.cast());
        }
        Ok(())
    })
}

/// Returns how many bytes of memory the array keeps alive: the whole
/// allocation of its owner, however small the view. -1 for NULL. `la_compact`
/// gives a copy that keeps no more than its own elements.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_retained_bytes(array: *const la_array) -> i64 {
    accessor(-1, || {
        // SAFETY: the caller vouches for the handle.
        Ok(unsafe { borrow("array", array) }?.retained_bytes())
    })
}
