//! The library itself: versions, messages, memory, threads.

use core::ffi::{c_char, c_void};

use super::guard::guard;
use super::message;
use super::texts::write_text;
use super::types::*;
use crate::error::{Error, Result};
use crate::memory::{self, Allocator, threads};

/// RUNTIME. Gives the version of the library that runs, which may be newer than
/// the header's LA_VERSION_MAJOR, MINOR and PATCH. Any pointer may be NULL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_version(major: *mut i32, minor: *mut i32, patch: *mut i32) {
    let parts = [
        (major, LA_VERSION_MAJOR),
        (minor, LA_VERSION_MINOR),
        (patch, LA_VERSION_PATCH),
    ];
    for (place, value) in parts {
        if !place.is_null() {
            // SAFETY: the caller vouches for the pointers.
            unsafe { place.write_unaligned(value) };
        }
    }
}

/// Returns the version as text, "0.1.0"; it lives as long as the library.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn la_version_text() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Returns the name of a status, such as "LA_INDEX_ERROR", or "unknown status";
/// it lives as long as the library.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn la_status_name(status: la_status) -> *const c_char {
    match status {
        LA_OK => c"LA_OK",
        LA_NULL_ARGUMENT => c"LA_NULL_ARGUMENT",
        LA_INVALID_ARGUMENT => c"LA_INVALID_ARGUMENT",
        LA_INDEX_ERROR => c"LA_INDEX_ERROR",
        LA_AXIS_ERROR => c"LA_AXIS_ERROR",
        LA_SHAPE_ERROR => c"LA_SHAPE_ERROR",
        LA_DTYPE_ERROR => c"LA_DTYPE_ERROR",
        LA_CAST_ERROR => c"LA_CAST_ERROR",
        LA_READ_ONLY => c"LA_READ_ONLY",
        LA_WOULD_COPY => c"LA_WOULD_COPY",
        LA_OVERFLOW => c"LA_OVERFLOW",
        LA_LIMIT => c"LA_LIMIT",
        LA_TOO_HARD => c"LA_TOO_HARD",
        LA_CANCELLED => c"LA_CANCELLED",
        LA_BUFFER_TOO_SMALL => c"LA_BUFFER_TOO_SMALL",
        LA_UNSUPPORTED => c"LA_UNSUPPORTED",
        LA_FORMAT_ERROR => c"LA_FORMAT_ERROR",
        LA_IO_ERROR => c"LA_IO_ERROR",
        LA_OUT_OF_MEMORY => c"LA_OUT_OF_MEMORY",
        LA_PANIC => c"LA_PANIC",
        _ => c"unknown status",
    }
    .as_ptr()
}

/// Writes the calling thread's message for its last failed call; empty when
/// none has failed. Success does not clear it, nor does this call replace it.
///
/// `buf`, `capacity`, `out_needed`: as for `la_dtype_name`. Returns LA_OK,
/// LA_NULL_ARGUMENT or LA_BUFFER_TOO_SMALL.
///
/// Threads: own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_last_error(
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
) -> la_status {
    let result = message::with(|text| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            write_text("the message", buf, capacity, out_needed, |w| {
                core::fmt::Write::write_str(w, text)
            })
        }
    });
    match result {
        Ok(()) => LA_OK,
        Err(error) => error.status() as la_status,
    }
}

/// Replaces the allocator of the whole process: for handles, elements and
/// working memory.
///
/// `allocator`: its functions, copied; NULL returns to the C library's. It can
/// be called at any time and from any thread, since each block goes back to the
/// allocator it came from. Returns LA_OK, LA_NULL_ARGUMENT (a function is
/// missing), LA_INVALID_ARGUMENT (size) or LA_OUT_OF_MEMORY.
///
/// Threads: process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_set_allocator(allocator: *const la_allocator) -> la_status {
    guard(|| {
        if allocator.is_null() {
            // SAFETY: the default allocator behaves.
            return unsafe { memory::set_allocator(None) };
        }
        // SAFETY: the caller vouches for the pointer and for the functions.
        unsafe {
            let given = allocator.read_unaligned();
            if given.size != size_of::<la_allocator>() {
                return Err(Error::InvalidValue {
                    argument: "allocator->size",
                    value: given.size as i64,
                    expected: "sizeof(la_allocator)",
                });
            }
            let missing = |argument| Error::NullArgument { argument };
            memory::set_allocator(Some(Allocator {
                alloc: given.alloc.ok_or(missing("allocator->alloc"))?,
                free: given.free.ok_or(missing("allocator->free"))?,
                payload: given.payload,
            }))
        }
    })
}

/// Sets how many bytes of freed large blocks are kept for reuse, which spares
/// the next array of that size what fresh memory costs: page faults and
/// clearing by the system, about as much time as filling it once.
///
/// `bytes`: the limit; 0, the default, keeps nothing and gives back what is
/// kept. Blocks of elements and of working memory from 4 MiB on are kept, up to
/// 64 of them, the newest; a block serves a request of its size or of up to an
/// eighth less. Zeroed memory from the cache is cleared at once and not when it
/// is touched. Only memory of the default allocator is kept: what an allocator
/// of `la_set_allocator` made goes back to it; nor is anything kept on systems
/// without `mmap`. Any thread may call it; no thread ever waits for another,
/// and a child made by `fork` has a cache of its own with what was in it.
/// Returns LA_OK or LA_INVALID_ARGUMENT (negative).
///
/// Threads: process.
#[unsafe(no_mangle)]
pub extern "C" fn la_set_cache_limit(bytes: i64) -> la_status {
    guard(|| {
        let limit = usize::try_from(bytes).map_err(|_| Error::InvalidValue {
            argument: "bytes",
            value: bytes,
            expected: "a limit of 0 or more bytes",
        })?;
        memory::set_cache_limit(limit);
        Ok(())
    })
}

/// Gives the blocks that are kept for reuse back to the system; the limit
/// stays. Does nothing while none are kept. Any thread may call it.
///
/// Threads: process.
#[unsafe(no_mangle)]
pub extern "C" fn la_trim() {
    memory::trim();
}

/// Sets how many threads an operation may use, in the whole process; 1 unless
/// the environment variable LIBARRAY_NUM_THREADS holds another number when this
/// is first needed.
///
/// `count`: 1 to 256; 0 for as many as there are processors that this process may
/// run on. Threads are made when an operation is large enough to be shared, sleep
/// in between with all signals blocked, and end at exit; where none can be made,
/// the calling thread does the work. Results do not depend on their number. A
/// forked child has none of its parent's threads, and makes its own.
///
/// Returns LA_OK, LA_INVALID_ARGUMENT (negative) or LA_LIMIT.
///
/// Threads: process.
#[unsafe(no_mangle)]
pub extern "C" fn la_set_num_threads(count: i32) -> la_status {
    guard(|| threads::set_num_threads(count.into()))
}

/// Returns how many threads an operation may use; see `la_set_num_threads`.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn la_num_threads() -> i32 {
    // At most 256.
    threads::num_threads() as i32
}

/// Sets the calling thread's progress handler, which is called during long
/// operations: copies, casts and writes of at least `every_bytes` bytes.
///
/// `handler`: called every `every_bytes` bytes or, since elements are moved in
/// blocks (of 64 rows, for transposes), a little later, and at the end;
/// NULL takes it away. A number other than 0 that it returns stops the operation
/// with LA_CANCELLED, and the message has the number: a destination then holds
/// some of the new elements and some of the old, a new array is not made.
/// Any function that makes or writes elements may return LA_CANCELLED then. What
/// is counted is one pass over the elements: an operation that goes through a
/// temporary, or joins several arrays, is several; reversals and transposes in
/// place, and what goes by indices or masks, are not heard of.
/// `every_bytes`: at least 1; small numbers slow operations down. `payload`:
/// handed to the handler. Handler and payload are used until this thread sets
/// another one, or NULL, and have to last that long.
///
/// Returns LA_OK or LA_INVALID_ARGUMENT (every_bytes).
///
/// Threads: own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_set_progress(
    handler: la_progress,
    every_bytes: i64,
    payload: *mut c_void,
) -> la_status {
    guard(|| {
        let handler = match handler {
            None => None,
            Some(_) if every_bytes < 1 => {
                return Err(Error::InvalidValue {
                    argument: "every_bytes",
                    value: every_bytes,
                    expected: "at least 1",
                });
            }
            Some(call) => Some(memory::Handler {
                call,
                every_bytes,
                payload,
            }),
        };
        // SAFETY: the caller vouches for the handler.
        unsafe { memory::set_progress(handler) };
        Ok(())
    })
}

/// Reads the counters of element and working memory.
///
/// `out`: its `size` set by the caller. Returns LA_OK, LA_NULL_ARGUMENT or
/// LA_INVALID_ARGUMENT (size).
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_memory_stats(out: *mut la_memory) -> la_status {
    guard(|| -> Result<()> {
        if out.is_null() {
            return Err(Error::NullArgument { argument: "out" });
        }
        // SAFETY: the caller vouches for the pointer.
        unsafe {
            let size = (&raw const (*out).size).read_unaligned();
            if size != size_of::<la_memory>() {
                return Err(Error::InvalidValue {
                    argument: "out->size",
                    value: size as i64,
                    expected: "sizeof(la_memory)",
                });
            }
            let stats = memory::stats();
            out.write_unaligned(la_memory {
                size,
                live_bytes: stats.live_bytes,
                peak_bytes: stats.peak_bytes,
                total_bytes: stats.total_bytes,
                total_blocks: stats.total_blocks,
                cached_bytes: stats.cached_bytes,
            });
        }
        Ok(())
    })
}
