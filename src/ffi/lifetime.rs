//! Handles: retaining, releasing, counting.

use super::arguments::{borrow, give, take};
use super::guard::accessor;
use super::types::la_array;

/// LIFETIME. Adds a reference and returns the same handle, now owned by the
/// caller as well.
///
/// NULL returns NULL. Any thread may call it.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_retain(array: *const la_array) -> *mut la_array {
    accessor(core::ptr::null_mut(), || {
        // SAFETY: the caller vouches for the handle.
        let array = unsafe { borrow("array", array) }?;
        Ok(give(array.clone()))
    })
}

/// Gives a reference back. With the last one the handle dies; with the last
/// handle on it the memory is freed, or the deleter of wrapped memory is called.
///
/// NULL does nothing. Any thread may call it, once for each reference.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_release(array: *mut la_array) {
    accessor((), || {
        // SAFETY: the caller gives up a reference that it owned.
        drop(unsafe { take(array) });
        Ok(())
    })
}

/// Returns how many references there are to this handle, by the program and by
/// the views whose `la_base` it is, or -1 for NULL. Another thread may change it
/// meanwhile.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_refcount(array: *const la_array) -> i64 {
    accessor(-1, || {
        // SAFETY: the caller vouches for the handle.
        Ok(unsafe { borrow("array", array) }?.refcount())
    })
}
