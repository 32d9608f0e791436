//! What happens to each element on its way from source to target: nothing, or
//! a conversion of its type, its byte order or both. Chosen once, outside the
//! loops.

use super::cast::Cast;
use super::copy::{copy_items, copy_loop};
use super::map::UnaryLoop;
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};

/// Moves runs of elements of one type to another.
#[derive(Clone, Copy)]
pub(super) enum Mover {
    /// A copy, of a size that has a loop.
    Direct(UnaryLoop),
    /// Elements of an unusual size, unchanged.
    Items(usize),
    /// A conversion.
    Cast(Cast),
}

impl Mover {
    /// The mover between two types. Raw bytes move only to raw bytes of the
    /// same size.
    pub(super) fn new(from: DType, to: DType) -> Result<Mover> {
        if from == to {
            return Ok(Mover::of_bytes(from.itemsize() as usize));
        }
        let cast = Cast::new(from, to).ok_or(Error::Cast {
            from,
            to,
            rule: "unsafe",
        })?;
        Ok(cast.as_copy().map_or(Mover::Cast(cast), Mover::Direct))
    }

    /// The mover of items of so many bytes, as they are.
    pub(super) fn of_bytes(size: usize) -> Mover {
        copy_loop(size).map_or(Mover::Items(size), Mover::Direct)
    }

    /// Moves a run: stores in the order of the elements, each after it was
    /// read. Contiguous runs that are copied are read whole before the first
    /// store; a conversion reads a tile ahead of its stores.
    ///
    /// # Safety
    ///
    /// As for [`UnaryLoop`].
    #[inline]
    pub(super) unsafe fn run(
        &self,
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
                Mover::Items(size) => copy_items(dst, dst_stride, src, src_stride, count, *size),
                Mover::Cast(cast) => cast.run(dst, dst_stride, src, src_stride, count),
            }
        }
    }

    /// Moves a run to packed elements, those that are converted past the
    /// caches: for results that these would not hold. For free plans only, of
    /// disjoint operands; [`fence`](super::cpu::fence) has to follow before
    /// anybody else may read them.
    ///
    /// # Safety
    ///
    /// As for [`UnaryLoop`]; `dst_stride` is the size of an element.
    pub(super) unsafe fn run_streamed(
        &self,
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        // SAFETY: the same contract.
        unsafe {
            match self {
                Mover::Cast(cast) => cast.run_streamed(dst, src, src_stride, count),
                _ => self.run(dst, dst_stride, src, src_stride, count),
            }
        }
    }
}

/// Bytes of a reader's buffer.
const STAGE: usize = 2048;
/// Elements that it holds, however wide.
const STAGED: usize = STAGE / 16;

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
        match &self.mover {
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
