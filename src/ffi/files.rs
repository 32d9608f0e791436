//! NumPy's files.

use core::ffi::c_char;

use super::arguments::{borrow, c_text, out, text};
use super::guard::{accessor, guard, produce};
use super::texts::write_text;
use super::types::*;
use crate::error::{Error, Result};
use crate::exchange::npy::{self, OpenMode};
use crate::exchange::npz::Archive;

/// FILES. Loads a .npy file (format 1, 2 or 3, either order, either byte order)
/// into new memory.
///
/// `path`: as the system's file names are. `out`: a new handle that owns its
/// memory; in F order when the file is; of a byte-swapped type when the file is.
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_IO_ERROR, LA_FORMAT_ERROR (not a .npy
/// file, truncated, or of a type without a counterpart here), LA_OVERFLOW,
/// LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_load_npy(path: *const c_char, out: *mut *mut la_array) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || npy::load(c_text("path", path)?)) }
}

/// Saves an array as a .npy file that NumPy reads.
///
/// An F-contiguous array is written in F order, any other in C order. The file
/// is written beside the path and renamed, so that a failure leaves what was
/// there. Returns LA_OK, LA_NULL_ARGUMENT, LA_IO_ERROR, LA_DTYPE_ERROR
/// (bfloat16 has no .npy type) or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_save_npy(path: *const c_char, array: *const la_array) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe { npy::save(c_text("path", path)?, &*borrow("array", array)?) }
    })
}

/// Maps a .npy file into memory: no element is read until it is used.
///
/// `mode`: LA_OPEN_READ (read-only), LA_OPEN_READ_WRITE (writes reach the file)
/// or LA_OPEN_COPY_ON_WRITE (writes stay here). A file that is shorter than its
/// header says is LA_FORMAT_ERROR. It must not be truncated by others while
/// mapped: touching bytes that are gone raises SIGBUS, which no library can
/// prevent, and which ends the process unless it handles that; all else stays
/// usable. `out`: a new handle; the mapping goes with the last handle on it, and
/// no file stays open. Statuses as for `la_load_npy`, and LA_INVALID_ARGUMENT
/// (mode).
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_open_npy(
    path: *const c_char,
    mode: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let mode = match mode {
                LA_OPEN_READ => OpenMode::Read,
                LA_OPEN_READ_WRITE => OpenMode::ReadWrite,
                LA_OPEN_COPY_ON_WRITE => OpenMode::CopyOnWrite,
                _ => {
                    return Err(Error::InvalidValue {
                        argument: "mode",
                        value: mode.into(),
                        expected: "LA_OPEN_READ, READ_WRITE or COPY_ON_WRITE (0 to 2)",
                    });
                }
            };
            npy::open(c_text("path", path)?, mode)
        })
    }
}

unsafe fn archive<'a>(npz: *const la_npz) -> Result<&'a Archive> {
    // SAFETY: the caller vouches for the pointer; the library made it.
    unsafe { npz.cast::<Archive>().as_ref() }.ok_or(Error::NullArgument { argument: "npz" })
}

/// Opens a .npz archive and reads its list of members.
///
/// `out`: receives the archive, to be closed by `la_npz_close`. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_IO_ERROR, LA_FORMAT_ERROR, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_npz_open(path: *const c_char, out_: *mut *mut la_npz) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let place = out("out", out_)?;
            let archive = Archive::open(c_text("path", path)?)?;
            place.set(archive.into_raw().cast());
        }
        Ok(())
    })
}

/// Closes an archive. NULL does nothing.
///
/// Threads: archive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_npz_close(npz: *mut la_npz) {
    accessor((), || {
        // SAFETY: the caller gives the archive up.
        drop(unsafe { Archive::from_raw(npz.cast()) });
        Ok(())
    })
}

/// Returns the number of members; -1 for NULL.
///
/// Threads: archive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_npz_count(npz: *const la_npz) -> i64 {
    // SAFETY: the caller vouches for the pointer.
    accessor(-1, || Ok(unsafe { archive(npz) }?.len() as i64))
}

/// Writes the name of a member, without ".npy".
///
/// `member`: 0 to `la_npz_count` - 1. `buf`, `capacity`, `out_needed`: as for
/// `la_dtype_name`. Returns LA_OK, LA_NULL_ARGUMENT, LA_INDEX_ERROR or
/// LA_BUFFER_TOO_SMALL.
///
/// Threads: archive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_npz_name(
    npz: *const la_npz,
    member: i64,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let name = archive(npz)?.name(member)?;
            write_text("the name", buf, capacity, out_needed, |w| {
                core::fmt::Write::write_str(w, name)
            })
        }
    })
}

/// Loads a member of an archive into new memory.
///
/// `name`: with or without ".npy". `out`: a new handle, as from `la_load_npy`.
/// A member that claims more than 1032 times its bytes in the archive, which is the
/// most that deflate can make of them, is refused before memory is asked for.
/// Statuses as for `la_load_npy`, and LA_INVALID_ARGUMENT when there is no such
/// member.
///
/// Threads: archive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_npz_load(
    npz: *const la_npz,
    name: *const c_char,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || archive(npz)?.load(text("name", name)?)) }
}
