//! The library's loops, for callers' own operations.

use core::ffi::c_void;

use super::guard::unsupported;
use super::types::*;

/// LOOP. Broadcasts any number of arrays and calls back for each inner run.
/// Not offered yet: returns LA_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_for_each(
    count: i32,
    arrays: *const *mut la_array,
    loop_: la_loop,
    payload: *mut c_void,
) -> la_status {
    let _ = (count, arrays, loop_, payload);
    unsupported("la_for_each")
}
