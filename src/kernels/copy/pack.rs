//! Many short runs to one long packed target, past the caches.
//!
//! A short run seldom ends where a line of the cache does, and streaming part of
//! a line is slower than not streaming at all. So runs are collected in a buffer
//! on the stack, which leaves it in whole lines.

use core::mem::MaybeUninit;

use super::super::cpu::{LINE, level};
use super::super::map::{UnaryLoop, at};
use super::run::streamed_run;

/// Bytes that are collected; few enough to stay in the nearest cache.
const ROOM: usize = 4096;

#[repr(align(64))]
struct Buffer(#[allow(dead_code)] [u8; ROOM]);

/// Takes runs one after the other and writes them from one place on.
pub(in crate::kernels) struct Packer {
    buffer: MaybeUninit<Buffer>,
    filled: usize,
    /// Where the first byte of the buffer belongs.
    to: *mut u8,
    stream: UnaryLoop,
}

impl Packer {
    /// One that writes from `to` on. [`fence`](super::super::cpu::fence) has to
    /// follow its end. `None` where nothing can be streamed.
    pub(in crate::kernels) fn new(to: *mut u8) -> Option<Packer> {
        Some(Packer {
            buffer: MaybeUninit::uninit(),
            filled: 0,
            to,
            stream: streamed_run(1, level())?,
        })
    }

    /// Takes a run: `fill(dst, src, count)` packs items of `item` bytes, at most
    /// [`ROOM`] less a line.
    ///
    /// # Safety
    ///
    /// The run is readable, and behind what was taken before there is room for
    /// it at the target, which nobody else uses.
    #[inline(always)]
    pub(in crate::kernels) unsafe fn take(
        &mut self,
        src: *const u8,
        src_stride: isize,
        count: usize,
        item: usize,
        fill: impl Fn(*mut u8, *const u8, usize),
    ) {
        let mut done = 0;
        while done < count {
            let room = (ROOM - self.filled) / item;
            if room == 0 {
                // SAFETY: the caller's promise.
                unsafe { self.flush() };
                continue;
            }
            let part = room.min(count - done);
            let here = self
                .buffer
                .as_mut_ptr()
                .cast::<u8>()
                .wrapping_add(self.filled);
            fill(here, at(src, src_stride, done), part);
            self.filled += part * item;
            done += part;
        }
    }

    /// Writes what ends with a line, and keeps the rest.
    ///
    /// # Safety
    ///
    /// As for [`Packer::take`].
    unsafe fn flush(&mut self) {
        let over = self.to.wrapping_add(self.filled).addr() % LINE;
        let whole = self.filled.saturating_sub(over);
        let start = self.buffer.as_mut_ptr().cast::<u8>();
        // SAFETY: `filled` bytes of the buffer are initialised, and belong from
        // `to` on; the rest is moved within the buffer.
        unsafe {
            (self.stream)(self.to, 1, start, 1, whole);
            start.copy_from(start.add(whole), self.filled - whole);
            self.to = self.to.add(whole);
        }
        self.filled -= whole;
    }

    /// Writes what is left.
    ///
    /// # Safety
    ///
    /// As for [`Packer::take`].
    pub(in crate::kernels) unsafe fn finish(mut self) {
        // SAFETY: the caller's promise.
        unsafe {
            self.flush();
            let start = self.buffer.as_ptr().cast::<u8>();
            self.to.copy_from_nonoverlapping(start, self.filled);
        }
    }
}
