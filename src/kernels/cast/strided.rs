//! Casts of strided runs: the steps of a conversion are loops over packed
//! elements, so what is strided is gathered before the first one and scattered
//! after the last, tile by tile through two buffers on the stack.

use core::mem::MaybeUninit;

use super::steps::Steps;
use crate::dtype::{DType, Element};
use crate::kernels::copy::copy_loop;
use crate::kernels::cpu::{Isa, LINE, Level, fetch, level, levels};
use crate::kernels::map::{UnaryLoop, at, at_mut};

/// Bytes of each buffer. A tile is as many elements as have room whatever they
/// are on the way, from 128 to 2048: what is read for the next one has to be on
/// its way before it is needed, and not much before.
const STAGE: usize = 2048;

#[repr(C, align(64))]
struct Stage([MaybeUninit<u8>; STAGE]);

impl Stage {
    /// Not initialised, which would take longer than to convert a short run.
    #[inline(always)]
    fn new() -> Stage {
        Stage([MaybeUninit::uninit(); STAGE])
    }

    #[inline(always)]
    fn start(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

/// Converts runs of elements of one type to another.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Cast {
    steps: Steps,
    gather: UnaryLoop,
    scatter: UnaryLoop,
}

impl Cast {
    /// From one type to another, either of which may have its bytes swapped;
    /// `None` if one is no number. Equal types are not expected.
    pub(in crate::kernels) fn new(from: DType, to: DType) -> Option<Cast> {
        let swaps = [from.is_swapped(), to.is_swapped()];
        Cast::at(from.element()?, to.element()?, swaps, level())
    }

    /// As [`Cast::new`], for a level. (All numbers are of a size that has a loop.)
    pub(in crate::kernels) fn at(
        from: Element,
        to: Element,
        swaps: [bool; 2],
        level: Level,
    ) -> Option<Cast> {
        let steps = Steps::new(from, to, swaps, level);
        Some(Cast {
            gather: copy_loop(steps.from_size)?,
            scatter: copy_loop(steps.to_size)?,
            steps,
        })
    }

    /// The loop that does it, where nothing is to be done but to copy.
    pub(in crate::kernels) fn as_copy(&self) -> Option<UnaryLoop> {
        self.steps.all().is_empty().then_some(self.gather)
    }

    /// Converts a run: stores in the order of the elements, each after it was
    /// read. Reads at most a tile ahead, unless the operands are disjoint.
    ///
    /// # Safety
    ///
    /// As for [`UnaryLoop`].
    // Inlined into a loop over parts, its tests of fields that only a conversion
    // has would be hoisted before the one that tells whether there is one.
    #[inline(never)]
    pub(in crate::kernels) unsafe fn run(
        &self,
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        let (from_size, to_size) = (self.steps.from_size, self.steps.to_size);
        if src_stride == from_size as isize
            && dst_stride == to_size as isize
            && let [Some(step)] = self.steps.all()
            && are_disjoint(dst, count * to_size, src, count * from_size)
        {
            // SAFETY: the caller's promise; they do not overlap.
            unsafe { step.run(dst, src, count) };
        } else {
            // SAFETY: the same contract.
            unsafe { self.run_in_tiles(dst, dst_stride, src, src_stride, count) }
        }
    }

    /// # Safety
    ///
    /// As for [`UnaryLoop`].
    #[inline(never)]
    unsafe fn run_in_tiles(
        &self,
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        let to_size = self.steps.to_size;
        let packed = dst_stride == to_size as isize;
        let repeated = src_stride == 0 && count > 1;
        let most = if repeated {
            1
        } else {
            STAGE / self.steps.widest
        };
        let mut stages = [Stage::new(), Stage::new()];
        let mut done = 0;
        // SAFETY: the caller vouches for the elements, and a tile is within
        // each of the stages. All of its elements are read before the first is
        // stored.
        unsafe {
            while done < count {
                let part = most.min(count - done);
                let from = at::<u8>(src, src_stride, done);
                let to = at_mut::<u8>(dst, dst_stride, done);
                let direct = packed && !repeated;
                let next = most.min(count - done - part);
                let target = direct.then_some(to);
                let made = self.tile(&mut stages, from, src_stride, [part, next], target);
                if repeated {
                    return (self.scatter)(dst, dst_stride, made, 0, count);
                }
                if !core::ptr::eq(made, to) {
                    (self.scatter)(to, dst_stride, made, to_size as isize, part);
                }
                done += part;
            }
        }
    }

    /// Converts a tile of `count` elements in the stages, and says where it is: in
    /// one of them, or in the target's own place if that is given and the last
    /// step has its source in a stage. Then `next` elements will follow.
    ///
    /// # Safety
    ///
    /// The elements must be readable, and the tile must have room in the target
    /// and in the stages.
    #[inline(always)]
    unsafe fn tile(
        &self,
        stages: &mut [Stage; 2],
        src: *const u8,
        src_stride: isize,
        [count, next]: [usize; 2],
        target: Option<*mut u8>,
    ) -> *const u8 {
        let [first, second] = stages;
        let (mut free, mut other) = (first.start(), second.start());
        let mut here = src;
        let from_size = self.steps.from_size as isize;
        // SAFETY: the caller's promise; a step reads another stage than it
        // writes.
        unsafe {
            let steps = self.steps.all();
            let copied = src_stride != from_size || steps.is_empty();
            if copied {
                (self.gather)(free, from_size, src, src_stride, count);
                // What the next tile reads, while this one is converted.
                if (1..=LINE as isize).contains(&src_stride) {
                    let after = src.wrapping_offset(src_stride * count as isize);
                    fetch(after, src_stride as usize * next);
                }
                here = free;
                core::mem::swap(&mut free, &mut other);
            }
            for (k, step) in steps.iter().enumerate() {
                let Some(step) = step else { continue };
                let is_last = k + 1 == steps.len();
                let to = match target {
                    Some(target) if is_last && (copied || k > 0) => target,
                    _ => free,
                };
                step.run(to, here, count);
                here = to;
                core::mem::swap(&mut free, &mut other);
            }
        }
        here
    }

    /// Converts a run to packed elements, and stores them past the caches. For
    /// free plans only, whose operands are disjoint, and
    /// [`fence`](crate::kernels::cpu::fence) has to follow before anybody else
    /// may read them.
    ///
    /// # Safety
    ///
    /// As for [`UnaryLoop`], where the target is packed; source and target must
    /// not overlap.
    pub(in crate::kernels) unsafe fn run_streamed(
        &self,
        dst: *mut u8,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        let to_size = self.steps.to_size;
        let most = STAGE / self.steps.widest;
        let stream = stream_out::<Lines>(level());
        let mut stages = [Stage::new(), Stage::new()];
        // The first tile ends where a line does, so that all others are whole
        // lines.
        let before = dst.align_offset(LINE);
        let mut part = match before % to_size {
            0 if before > 0 => before / to_size,
            _ => most,
        };
        let mut done = 0;
        while done < count {
            part = part.min(count - done);
            let from = at::<u8>(src, src_stride, done);
            // What the next tile reads, unless it has been fetched already.
            let next = most.min(count - done - part);
            let from_size = self.steps.from_size;
            let ahead = match src_stride == from_size as isize {
                true => (from.wrapping_add(part * from_size), next * from_size),
                false => (from, 0),
            };
            // SAFETY: the caller vouches for the elements; a tile has room in
            // the stages.
            unsafe {
                let made = self.tile(&mut stages, from, src_stride, [part, next], None);
                stream(dst.add(done * to_size), made, part * to_size, ahead);
            }
            done += part;
            part = most;
        }
    }
}

/// Whether two runs of bytes have none in common.
#[inline(always)]
fn are_disjoint(dst: *mut u8, dst_bytes: usize, src: *const u8, src_bytes: usize) -> bool {
    let (dst, src) = (dst.addr(), src.addr());
    // Nothing ends above the last address.
    dst.wrapping_add(dst_bytes) <= src || src.wrapping_add(src_bytes) <= dst
}

levels! {
    /// Copies bytes, `(dst, src, bytes)`, those in whole lines of the target
    /// past the caches. Meanwhile fetches other bytes, `(start, bytes)`, so that
    /// memory is read while it is written.
    trait StreamOut, fn stream_out ->
    unsafe fn(dst: *mut u8, src: *const u8, nbytes: usize, ahead: (*const u8, usize));
}

struct Lines;

impl StreamOut for Lines {
    #[inline(always)]
    unsafe fn run<I: Isa>(
        dst: *mut u8,
        src: *const u8,
        nbytes: usize,
        (ahead, ahead_bytes): (*const u8, usize),
    ) {
        let head = dst.align_offset(LINE).min(nbytes);
        let end = head + (nbytes - head) / LINE * LINE;
        // What belongs to one line.
        let each = (ahead_bytes * LINE).div_ceil(nbytes.max(1));
        // SAFETY: the caller vouches for all of the bytes; a line is a multiple
        // of a register.
        unsafe {
            dst.copy_from_nonoverlapping(src, head);
            let (mut done, mut next) = (head, ahead);
            while done < end {
                fetch(next, each);
                next = next.wrapping_add(each);
                let mut k = 0;
                while k < LINE {
                    I::stream(dst.add(done + k), I::load(src.add(done + k)));
                    k += I::WIDTH;
                }
                done += LINE;
            }
            dst.add(done)
                .copy_from_nonoverlapping(src.add(done), nbytes - done);
        }
    }
}
