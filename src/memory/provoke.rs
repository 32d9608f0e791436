//! Panics on purpose, for those who test what becomes of a panic: `make
//! check-panics`. Only a library built with `--cfg libarray_provoke` has them; in
//! any other [`provoke`] is nothing at all.

use core::ffi::CStr;

#[cfg(libarray_provoke)]
unsafe extern "C" {
    /// The test program's: whether to panic at a place, on the thread that asks.
    fn libarray_provoked(place: *const core::ffi::c_char) -> i32;
}

/// A place where the test program may want a panic.
///
/// # Panics
///
/// When it does, in a library that is built for it.
#[inline(always)]
pub fn provoke(place: &'static CStr) {
    #[cfg(libarray_provoke)]
    // SAFETY: the program that such a library is linked to defines it, and reads
    // the text only.
    if unsafe { libarray_provoked(place.as_ptr()) } != 0 {
        panic!("provoked: {}", place.to_str().unwrap_or_default());
    }
    #[cfg(not(libarray_provoke))]
    let _ = place;
}
