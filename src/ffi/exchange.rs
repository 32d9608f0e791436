//! Other libraries' structs for arrays in memory. Written down here so that the
//! names are settled; not offered yet.

use core::ffi::c_void;

use super::guard::unsupported;
use super::types::*;

/// EXCHANGE. Makes a DLPack tensor (`DLManagedTensorVersioned *`) of an array.
/// Not offered yet: returns LA_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_to_dlpack(
    array: *const la_array,
    copy: i32,
    flags: i32,
    out: *mut *mut c_void,
) -> la_status {
    let _ = (array, copy, flags, out);
    unsupported("la_to_dlpack")
}

/// Takes over a DLPack tensor (`DLManagedTensorVersioned *`) as an array.
/// Not offered yet: returns LA_UNSUPPORTED and leaves the tensor to the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_from_dlpack(
    tensor: *mut c_void,
    copy: i32,
    out: *mut *mut la_array,
) -> la_status {
    let _ = (tensor, copy, out);
    unsupported("la_from_dlpack")
}

/// Fills NumPy's C array interface (`PyArrayInterface *`) from an array.
/// Not offered yet: returns LA_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_to_array_interface(
    array: *const la_array,
    out: *mut c_void,
) -> la_status {
    let _ = (array, out);
    unsupported("la_to_array_interface")
}

/// Makes an array of what NumPy's C array interface describes.
/// Not offered yet: returns LA_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_from_array_interface(
    source: *const c_void,
    deleter: la_deleter,
    payload: *mut c_void,
    out: *mut *mut la_array,
) -> la_status {
    let _ = (source, deleter, payload, out);
    unsupported("la_from_array_interface")
}
