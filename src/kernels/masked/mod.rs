//! Elements where a mask is true: moved to the same place of another layout,
//! packed one behind the other, or unpacked again.
//!
//! A mask is bytes, true when not zero. Thirty-two of them are looked at at once
//! (`words.rs`), and most words are served as a whole: `pack.rs` brings true
//! elements together, `store.rs` stores at them; `lanes.rs` has the permutations
//! and masked stores of AVX2.

#[cfg(target_arch = "x86_64")]
mod lanes;
mod nonzero;
mod pack;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use nonzero::nonzero;

use self::pack::{Packing, pack_loop};
use self::store::{NEXT, ONE, SAME, Storing, store_loop};
use super::cpu::{Level, level};
use super::map::{at, at_mut};
use super::mover::Mover;
use super::operand::{Source, Target, same_shape};
use super::transfer::split_innermost;
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};
use crate::plan::{Loops, Traversal, walk};

fn check_mask(mask: &Source<'_>) -> Result<()> {
    if mask.dtype() == DType::new(Element::Bool) {
        return Ok(());
    }
    Err(Error::WrongDType {
        argument: "mask",
        given: mask.dtype(),
        expected: "bool",
    })
}

/// Stores the elements of `source` in `target` where `mask` is true, converted;
/// in C order with [`Traversal::InOrder`], in that order with
/// [`Traversal::Ordered`], neither source nor mask being read after a later
/// element's store. With [`Traversal::Free`] each must be disjoint from the
/// target or its very elements. Other elements of the target are not written,
/// not even with what they hold.
pub fn transfer_where(
    target: &Target<'_>,
    source: &Source<'_>,
    mask: &Source<'_>,
    traversal: Traversal,
) -> Result<()> {
    transfer_where_at(level(), target, source, mask, traversal)
}

fn transfer_where_at(
    level: Level,
    target: &Target<'_>,
    source: &Source<'_>,
    mask: &Source<'_>,
    traversal: Traversal,
) -> Result<()> {
    same_shape(target, source)?;
    same_shape(target, mask)?;
    check_mask(mask)?;
    let mover = Mover::new(source.dtype(), target.dtype())?;
    let strides = [target.strides(), source.strides(), mask.strides()];
    let loops = Loops::new(target.shape(), strides, traversal);
    if loops.is_empty() {
        return Ok(());
    }
    let size = target.itemsize() as usize;
    let converts = source.dtype() != target.dtype();
    let (outer, inner) = split_innermost(loops.axes());
    let store = match inner.strides[1] == 0 && !converts {
        true => store_loop::<ONE>(size, level),
        false => store_loop::<SAME>(size, level),
    };
    walk(outer, loops.starts(), |places| {
        let [to, from, when] = places.map(|place| place as isize);
        let run = Storing {
            wide: target.start().wrapping_offset(to),
            wide_stride: inner.strides[0] as isize,
            values: source.start().wrapping_offset(from),
            values_stride: inner.strides[1] as isize,
            mask: mask.start().wrapping_offset(when),
            mask_stride: inner.strides[2] as isize,
            count: inner.extent as usize,
            room: 0,
            size,
        };
        // SAFETY: the operands are proved to lie within their memory, and the
        // loops visit only their elements.
        unsafe {
            match converts {
                true => store_converted(&run, mover, store),
                false => _ = store(&run),
            }
        }
    });
    Ok(())
}

/// Elements that are converted together, if any of them is wanted.
const STAGED: usize = 128;

/// Stores one run of values of another type, by way of a buffer.
///
/// # Safety
///
/// As for `store`, where the values are those that `mover` takes and makes ones
/// of `run.size` bytes of, at most 16.
unsafe fn store_converted(run: &Storing, mover: Mover, store: unsafe fn(&Storing) -> usize) {
    let mut stage = [0u64; 2 * STAGED];
    let stage = stage.as_mut_ptr().cast::<u8>();
    let step = run.size as isize;
    let mut first = 0;
    while first < run.count {
        let part = Storing {
            wide: at_mut(run.wide, run.wide_stride, first),
            values: stage,
            values_stride: step,
            mask: at(run.mask, run.mask_stride, first),
            count: STAGED.min(run.count - first),
            ..*run
        };
        let from = at::<u8>(run.values, run.values_stride, first);
        // SAFETY: elements `first` and those after it lie in the run; the stage
        // has room for as many of the largest size.
        unsafe {
            if super::truth::any(part.mask, part.mask_stride, part.count) {
                mover.run(stage, step, from, run.values_stride, part.count);
                store(&part);
            }
        }
        first += part.count;
    }
}

/// Packs the elements of `source` where `mask` is true, in C order, into the
/// 1-d `target` of the same type, which must have room for exactly as many and
/// overlap neither itself nor the others. Returns how many there were, at most
/// the target's extent; should there be fewer, because another thread has
/// changed the mask, elements of the target beyond them may have been written.
pub fn compress(target: &Target<'_>, source: &Source<'_>, mask: &Source<'_>) -> Result<i64> {
    compress_at(level(), target, source, mask)
}

fn compress_at(
    level: Level,
    target: &Target<'_>,
    source: &Source<'_>,
    mask: &Source<'_>,
) -> Result<i64> {
    same_shape(source, mask)?;
    let pack = pack_loop(target.itemsize() as usize, level);
    for_each_run(source, &target.as_source(), mask, |run| {
        let run = Packing {
            wide: run.wide,
            wide_stride: run.wide_stride,
            // Writable, since it is the target's.
            packed: run.packed.cast_mut(),
            packed_stride: run.packed_stride,
            mask: run.mask,
            mask_stride: run.mask_stride,
            count: run.count,
            room: run.room,
            size: target.itemsize() as usize,
        };
        // SAFETY: see `for_each_run`.
        unsafe { pack(&run) }
    })
}

/// Stores the elements of the 1-d `values` (or its only one, again and again,
/// when its stride is 0) where `mask` is true, in C order, in `target` of the
/// same type. Neither values nor mask overlap the target, but the mask may be
/// its very elements. Other elements of the target are not written, not even
/// with what they hold.
pub fn expand(target: &Target<'_>, mask: &Source<'_>, values: &Source<'_>) -> Result<i64> {
    expand_at(level(), target, mask, values)
}

fn expand_at(
    level: Level,
    target: &Target<'_>,
    mask: &Source<'_>,
    values: &Source<'_>,
) -> Result<i64> {
    same_shape(target, mask)?;
    let size = target.itemsize() as usize;
    let store = match values.strides() {
        [0] => store_loop::<ONE>(size, level),
        _ => store_loop::<NEXT>(size, level),
    };
    for_each_run(&target.as_source(), values, mask, |run| {
        let run = Storing {
            // Writable, since it is the target's.
            wide: run.wide.cast_mut(),
            wide_stride: run.wide_stride,
            values: run.packed,
            values_stride: run.packed_stride,
            mask: run.mask,
            mask_stride: run.mask_stride,
            count: run.count,
            room: run.room,
            size,
        };
        // SAFETY: see `for_each_run`.
        unsafe { store(&run) }
    })
}

/// One run of elements beside their mask, and where it stands on the packed
/// side.
struct Run {
    wide: *const u8,
    wide_stride: isize,
    packed: *const u8,
    packed_stride: isize,
    mask: *const u8,
    mask_stride: isize,
    count: usize,
    room: usize,
}

/// Calls `serve` for each run of `wide` and `mask`, of one shape, in C order. The
/// operands are proved to lie within their memory: each run has `count` elements
/// of both, and `room` of `packed`. `serve` says how many of those it used.
fn for_each_run(
    wide: &Source<'_>,
    packed: &Source<'_>,
    mask: &Source<'_>,
    mut serve: impl FnMut(&Run) -> usize,
) -> Result<i64> {
    check_mask(mask)?;
    if wide.dtype() != packed.dtype() {
        return Err(Error::WrongDType {
            argument: "values",
            given: packed.dtype(),
            expected: "the target's type",
        });
    }
    let &[room] = packed.shape() else {
        return Err(Error::WrongRank {
            argument: "values",
            given: packed.shape().len() as i64,
            wanted: 1,
        });
    };
    if room == 0 {
        return Ok(0);
    }
    let packed_stride = packed.strides()[0] as isize;
    let strides = [wide.strides(), mask.strides()];
    let loops = Loops::new(wide.shape(), strides, Traversal::InOrder);
    if loops.is_empty() {
        return Ok(0);
    }
    let (outer, inner) = split_innermost(loops.axes());
    let [wide_stride, mask_stride] = inner.strides.map(|stride| stride as isize);
    let mut done = 0i64;
    walk(outer, loops.starts(), |[place, when]| {
        let used = serve(&Run {
            wide: wide.start().wrapping_offset(place as isize),
            wide_stride,
            packed: at::<u8>(packed.start(), packed_stride, done as usize),
            packed_stride,
            mask: mask.start().wrapping_offset(when as isize),
            mask_stride,
            count: inner.extent as usize,
            room: (room - done) as usize,
        });
        // One value for all is as many as are wanted.
        done = (done + used as i64).min(room);
    });
    Ok(done)
}
