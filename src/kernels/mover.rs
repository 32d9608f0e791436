//! What happens to each element on its way from source to target: nothing, a
//! conversion, or a change of byte order before or after one. Chosen once,
//! outside the loops.

use super::cast::cast_loop;
use super::copy::{copy_items, copy_loop};
use super::map::{UnaryLoop, at, at_mut};
use super::swap::swap_bytes;
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};

/// Bytes of a staging buffer on the stack.
const STAGE: usize = 2048;
/// Elements that a stage holds, however wide.
const STAGED: usize = STAGE / 16;

/// Moves runs of elements of one type to another.
#[derive(Clone, Copy)]
pub(super) enum Mover {
    /// One loop does it.
    Direct(UnaryLoop),
    /// Elements of an unusual size, unchanged.
    Items(usize),
    /// The bytes stand in the foreign order on one side or both.
    Staged { from: DType, to: DType },
}

impl Mover {
    /// The mover between two types. Raw bytes move only to raw bytes of the
    /// same size.
    pub(super) fn new(from: DType, to: DType) -> Result<Mover> {
        if from == to {
            let size = from.itemsize() as usize;
            return Ok(copy_loop(size).map_or(Mover::Items(size), Mover::Direct));
        }
        match (from.element(), to.element()) {
            (Some(a), Some(b)) if !from.is_swapped() && !to.is_swapped() => {
                Ok(Mover::Direct(cast_loop(a, b)))
            }
            (Some(_), Some(_)) => Ok(Mover::Staged { from, to }),
            _ => Err(Error::Cast {
                from,
                to,
                rule: "unsafe",
            }),
        }
    }

    /// Moves a run: stores in the order of the elements, each after it was
    /// read. Contiguous runs are read whole before the first store, a staged
    /// mover reads [`STAGED`] elements ahead.
    ///
    /// # Safety
    ///
    /// As for [`UnaryLoop`].
    pub(super) unsafe fn run(
        self,
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        // SAFETY: the caller's promise is that of each loop.
        unsafe {
            match self {
                Mover::Direct(run) => run(dst, dst_stride, src, src_stride, count),
                Mover::Items(size) => copy_items(dst, dst_stride, src, src_stride, count, size),
                Mover::Staged { from, to } => {
                    staged(dst, dst_stride, src, src_stride, count, from, to);
                }
            }
        }
    }
}

/// Through a buffer on the stack: gather, swap, convert, swap, scatter.
///
/// # Safety
///
/// As for [`Mover::run`]; both types are numbers.
unsafe fn staged(
    dst: *mut u8,
    dst_stride: isize,
    src: *const u8,
    src_stride: isize,
    count: usize,
    from: DType,
    to: DType,
) {
    let (Some(a), Some(b)) = (from.element(), to.element()) else {
        return;
    };
    let (a_size, b_size) = (a.size() as usize, b.size() as usize);
    let (Some(gather), Some(scatter)) = (copy_loop(a_size), copy_loop(b_size)) else {
        return;
    };
    let mut read = [0u8; STAGE];
    let mut converted = [0u8; STAGE];
    let mut done = 0;
    while done < count {
        let part = STAGED.min(count - done);
        let (a_step, b_step) = (a_size as isize, b_size as isize);
        // SAFETY: the stages hold `part` elements of any size; the elements
        // are those the caller vouches for.
        unsafe {
            let from_here = at::<u8>(src, src_stride, done);
            gather(read.as_mut_ptr(), a_step, from_here, src_stride, part);
            if from.is_swapped() {
                swap_elements(read.as_mut_ptr(), a, part);
            }
            cast_loop(a, b)(converted.as_mut_ptr(), b_step, read.as_ptr(), a_step, part);
            if to.is_swapped() {
                swap_elements(converted.as_mut_ptr(), b, part);
            }
            let to_here = at_mut::<u8>(dst, dst_stride, done);
            scatter(to_here, dst_stride, converted.as_ptr(), b_step, part);
        }
        done += part;
    }
}

/// Reverses the bytes of packed elements.
///
/// # Safety
///
/// `start` is followed by `count` elements that nobody else uses.
unsafe fn swap_elements(start: *mut u8, element: Element, count: usize) {
    let words = element.words() as usize;
    let size = element.size() as usize;
    // SAFETY: the caller's promise.
    unsafe { swap_bytes(start, size as isize, size / words, words, count) };
}

/// Reads runs of elements of any type as elements of another, through a buffer
/// only where something has to be done to them.
pub(super) struct Reader {
    mover: Option<Mover>,
    size: isize,
    stage: [u8; STAGE],
}

impl Reader {
    /// The most elements that one call of [`Reader::read`] takes.
    pub(super) const PART: usize = STAGED;

    /// A reader of `from` as `to`, which is native.
    pub(super) fn new(from: DType, to: Element) -> Result<Reader> {
        let native = DType::new(to);
        Ok(Reader {
            mover: match from == native {
                true => None,
                false => Some(Mover::new(from, native)?),
            },
            size: to.size() as isize,
            stage: [0; STAGE],
        })
    }

    /// Whether elements are read where they stand, so that runs need not be
    /// cut into parts.
    pub(super) fn is_direct(&self) -> bool {
        self.mover.is_none()
    }

    /// Gives the address and the stride of `count` converted elements; at most
    /// [`Reader::PART`] unless the reader is direct. They are valid until the
    /// next call.
    ///
    /// # Safety
    ///
    /// The elements must be readable.
    pub(super) unsafe fn read(
        &mut self,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) -> (*const u8, isize) {
        match self.mover {
            None => (src, src_stride),
            Some(mover) => {
                let count = count.min(Self::PART);
                // SAFETY: the stage holds that many; the rest is the caller's
                // promise.
                unsafe {
                    mover.run(self.stage.as_mut_ptr(), self.size, src, src_stride, count);
                }
                (self.stage.as_ptr(), self.size)
            }
        }
    }
}
