//! Texts handed to the caller: through `(buf, capacity, &needed)`, with a NUL,
//! cut at a UTF-8 boundary where there is no room.

use core::ffi::c_char;
use core::fmt::{self, Write};

use crate::error::{Error, Result};

/// Writes what fits into the caller's buffer and counts the rest.
pub(super) struct TextWriter {
    buf: *mut u8,
    /// Bytes that may be written, the NUL not counted.
    room: usize,
    written: usize,
    total: usize,
}

impl Write for TextWriter {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        // Once a part has been cut, nothing more is written, only counted.
        if self.written == self.total {
            let mut take = part.len().min(self.room - self.written);
            while !part.is_char_boundary(take) {
                take -= 1;
            }
            // SAFETY: `written + take` is within the caller's `capacity`.
            unsafe {
                self.buf
                    .add(self.written)
                    .copy_from_nonoverlapping(part.as_ptr(), take);
            }
            self.written += take;
        }
        self.total += part.len();
        Ok(())
    }
}

/// Writes a text: `print` is called once. The buffer is terminated even when
/// the text is cut, which is the error `BufferTooSmall`.
///
/// # Safety
///
/// `buf` is NULL or has room for `capacity` bytes; `out_needed` is NULL or a
/// place for a number.
pub(super) unsafe fn write_text(
    what: &'static str,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
    print: impl FnOnce(&mut TextWriter) -> fmt::Result,
) -> Result<()> {
    if buf.is_null() && capacity > 0 {
        return Err(Error::NullArgument { argument: "buf" });
    }
    // With no capacity the buffer is never written; a dangling start will do.
    let start = if buf.is_null() {
        core::ptr::NonNull::<u8>::dangling().as_ptr()
    } else {
        buf.cast::<u8>()
    };
    let mut writer = TextWriter {
        buf: start,
        room: capacity.saturating_sub(1),
        written: 0,
        total: 0,
    };
    // The writer itself never fails.
    let _ = print(&mut writer);
    let needed = writer.total + 1;
    // SAFETY: the caller's promise; `written < capacity` when there is any.
    unsafe {
        if capacity > 0 {
            start.add(writer.written).write(0);
        }
        if !out_needed.is_null() {
            out_needed.write_unaligned(needed);
        }
    }
    if needed > capacity {
        return Err(Error::BufferTooSmall {
            what,
            needed,
            capacity,
        });
    }
    Ok(())
}
