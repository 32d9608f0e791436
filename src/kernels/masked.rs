//! Elements where a mask is true: moved to the same place of another layout,
//! packed one behind the other, or unpacked again.
//!
//! A mask is bytes, true when not zero. Eight of them are looked at at once:
//! none true is skipped, all true is one run, and only mixtures go bit by bit.

use super::map::{at, at_mut};
use super::mover::{Mover, Reader};
use super::operand::{Source, Target, same_shape};
use super::transfer::split_innermost;
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};
use crate::plan::{Loops, Traversal, walk};

/// Calls `visit(first, count)` for runs of true elements, ascending; the runs
/// together are exactly the true elements.
///
/// # Safety
///
/// For each `k` below `count`, `mask + k * stride` must be readable.
#[inline(always)]
unsafe fn for_each_run(
    mask: *const u8,
    stride: isize,
    count: usize,
    mut visit: impl FnMut(usize, usize),
) {
    const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let mut k = 0;
    if stride == 1 {
        while k + 8 <= count {
            // SAFETY: eight bytes from `k` on are below `count`.
            let word = u64::from_le(unsafe { at::<u64>(mask, 1, k).read_unaligned() });
            // The high bit of each byte that is not zero.
            let mut found = (((word & LOW_BITS) + LOW_BITS) | word) & !LOW_BITS;
            if found == !LOW_BITS {
                visit(k, 8);
            } else {
                while found != 0 {
                    visit(k + (found.trailing_zeros() / 8) as usize, 1);
                    found &= found - 1;
                }
            }
            k += 8;
        }
    }
    while k < count {
        // SAFETY: `k` is below `count`.
        if unsafe { at::<u8>(mask, stride, k).read() } != 0 {
            visit(k, 1);
        }
        k += 1;
    }
}

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

/// Copies one element of a size known to the compiler, or of any size.
///
/// # Safety
///
/// Both places hold `size` bytes; they may overlap.
#[inline(always)]
unsafe fn copy_one(dst: *mut u8, src: *const u8, size: usize) {
    // SAFETY: (all) the caller's promise.
    unsafe {
        match size {
            1 => dst.write(src.read()),
            2 => dst
                .cast::<u16>()
                .write_unaligned(src.cast::<u16>().read_unaligned()),
            4 => dst
                .cast::<u32>()
                .write_unaligned(src.cast::<u32>().read_unaligned()),
            8 => dst
                .cast::<u64>()
                .write_unaligned(src.cast::<u64>().read_unaligned()),
            16 => dst
                .cast::<u128>()
                .write_unaligned(src.cast::<u128>().read_unaligned()),
            _ => dst.copy_from(src, size),
        }
    }
}

/// Calls a function with the size as a constant where it is a usual one, so
/// that copying an element is one move.
macro_rules! with_constant_size {
    ($size:expr, $run:ident($($argument:expr),*)) => {
        match $size {
            1 => $run($($argument),*, 1),
            2 => $run($($argument),*, 2),
            4 => $run($($argument),*, 4),
            8 => $run($($argument),*, 8),
            16 => $run($($argument),*, 16),
            size => $run($($argument),*, size),
        }
    };
}

/// Stores the elements of `source` in `target` where `mask` is true, converted;
/// in C order with [`Traversal::InOrder`], in that order with
/// [`Traversal::Ordered`], neither source nor mask being read after a later
/// element's store. With [`Traversal::Free`] each must be disjoint from the
/// target or its very elements.
pub fn transfer_where(
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
    let same_type = source.dtype() == target.dtype();
    let (outer, inner) = split_innermost(loops.axes());
    let strides = inner.strides.map(|stride| stride as isize);
    let count = inner.extent as usize;
    walk(outer, loops.starts(), |places| {
        let [to, from, when] = places.map(|place| place as isize);
        let dst = target.start().wrapping_offset(to);
        let src = source.start().wrapping_offset(from);
        let mask = mask.start().wrapping_offset(when);
        // SAFETY: the operands are proved to lie within their memory, and the
        // loops visit only their elements.
        unsafe {
            if same_type {
                let size = target.itemsize() as usize;
                with_constant_size!(size, copy_where(dst, src, mask, strides, count));
            } else {
                for_each_run(mask, strides[2], count, |k, run| {
                    let dst = at_mut::<u8>(dst, strides[0], k);
                    mover.run(dst, strides[0], at(src, strides[1], k), strides[1], run);
                });
            }
        }
    });
    Ok(())
}

/// # Safety
///
/// As for [`for_each_run`], with elements of `size` bytes at both other places.
#[inline(always)]
unsafe fn copy_where(
    dst: *mut u8,
    src: *const u8,
    mask: *const u8,
    [to, from, when]: [isize; 3],
    count: usize,
    size: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        for_each_run(mask, when, count, |first, run| {
            for k in first..first + run {
                copy_one(at_mut(dst, to, k), at(src, from, k), size);
            }
        });
    }
}

/// Packs the elements of `source` where `mask` is true, in C order, into the
/// 1-d `target` of the same type, which must have room for exactly as many.
/// Returns how many there were, at most the target's extent.
pub fn compress(target: &Target<'_>, source: &Source<'_>, mask: &Source<'_>) -> Result<i64> {
    same_shape(source, mask)?;
    packed_where(target, source, mask, Direction::Compress)
}

/// Stores the elements of the 1-d `values` (or its only one, again and again,
/// when its stride is 0) where `mask` is true, in C order, in `target` of the
/// same type. Neither values nor mask overlap the target.
pub fn expand(target: &Target<'_>, mask: &Source<'_>, values: &Source<'_>) -> Result<i64> {
    same_shape(target, mask)?;
    packed_where(target, values, mask, Direction::Expand)
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Compress,
    Expand,
}

fn packed_where(
    target: &Target<'_>,
    source: &Source<'_>,
    mask: &Source<'_>,
    direction: Direction,
) -> Result<i64> {
    check_mask(mask)?;
    if source.dtype() != target.dtype() {
        return Err(Error::WrongDType {
            argument: "values",
            given: source.dtype(),
            expected: "the target's type",
        });
    }
    // The side that has the mask's shape, and the one that is packed.
    let (wide, packed) = match direction {
        Direction::Compress => (source, &target.as_source()),
        Direction::Expand => (&target.as_source(), source),
    };
    if packed.shape().len() != 1 {
        return Err(Error::WrongRank {
            argument: "values",
            given: packed.shape().len() as i64,
            wanted: 1,
        });
    }
    let room = packed.shape()[0];
    let packed_stride = packed.strides()[0] as isize;
    let strides = [wide.strides(), mask.strides()];
    let loops = Loops::new(wide.shape(), strides, Traversal::InOrder);
    if loops.is_empty() {
        return Ok(0);
    }
    let (outer, inner) = split_innermost(loops.axes());
    let [wide_stride, mask_stride] = inner.strides.map(|stride| stride as isize);
    let size = target.itemsize() as usize;
    let mut done = 0i64;
    walk(outer, loops.starts(), |[place, when]| {
        let run = Run {
            wide: wide.start().wrapping_offset(place as isize).cast_mut(),
            wide_stride,
            packed: at::<u8>(packed.start(), packed_stride, done as usize).cast_mut(),
            packed_stride,
            mask: mask.start().wrapping_offset(when as isize),
            mask_stride,
            count: inner.extent as usize,
            room: (room - done) as usize,
            direction,
        };
        // SAFETY: the operands are proved to lie within their memory, the loops
        // visit only their elements, and the packed side is not left, since no
        // more than `room` elements are moved. Pointers made mutable here are
        // written only where they belong to the target.
        done += unsafe { with_constant_size!(size, packed_run(&run)) } as i64;
    });
    Ok(done)
}

struct Run {
    wide: *mut u8,
    wide_stride: isize,
    packed: *mut u8,
    packed_stride: isize,
    mask: *const u8,
    mask_stride: isize,
    count: usize,
    room: usize,
    direction: Direction,
}

/// Returns how many elements were moved.
///
/// # Safety
///
/// As for [`for_each_run`]; the wide side has `count` elements of `size` bytes,
/// the packed side `room`; the side that is written overlaps nothing else.
#[inline(always)]
unsafe fn packed_run(run: &Run, size: usize) -> usize {
    let mut done = 0;
    // SAFETY: the caller's promise, and `done` stays below `room`.
    unsafe {
        for_each_run(run.mask, run.mask_stride, run.count, |first, length| {
            let length = length.min(run.room - done);
            for k in 0..length {
                let wide = at_mut::<u8>(run.wide, run.wide_stride, first + k);
                let packed = at_mut::<u8>(run.packed, run.packed_stride, done + k);
                match run.direction {
                    Direction::Compress => copy_one(packed, wide, size),
                    Direction::Expand => copy_one(wide, packed, size),
                }
            }
            done += length;
        });
    }
    done
}

/// Writes the indices of the true elements of `source`, in C order, one row for
/// each: `target` is int64 of shape (count, rank) and packed. Returns how many
/// there were, at most the target's rows.
pub fn nonzero(target: &Target<'_>, source: &Source<'_>) -> Result<i64> {
    let ndim = source.shape().len();
    let [rows, columns] = *target.shape() else {
        return Err(Error::WrongRank {
            argument: "target",
            given: target.shape().len() as i64,
            wanted: 2,
        });
    };
    if columns != ndim as i64 || target.dtype() != DType::new(Element::Int64) {
        return Err(Error::WrongRank {
            argument: "target",
            given: columns,
            wanted: ndim as i64,
        });
    }
    let mut reader = Reader::new(source.dtype(), Element::Bool)?;
    let (row_stride, column_stride) = (target.strides()[0], target.strides()[1]);
    let mut done = 0i64;
    if source.shape().contains(&0) {
        return Ok(0);
    }
    // Unsimplified loops: the index along each axis is what is asked for.
    let (line, outer_shape) = match source.shape() {
        [outer @ .., line] => (*line, outer),
        [] => (1, &[][..]),
    };
    let line_stride = source.strides().last().copied().unwrap_or(0);
    let mut outer_index = crate::layout::Dims::new();
    outer_index.extend(outer_shape.iter().map(|_| 0));
    loop {
        let place: i64 = outer_index
            .iter()
            .zip(source.strides())
            .map(|(i, s)| i * s)
            .sum();
        let mut first = 0;
        while first < line {
            let part = (line - first).min(Reader::PART as i64);
            let here = source
                .start()
                .wrapping_offset((place + first * line_stride) as isize);
            // SAFETY: the elements lie in the source; rows below `rows` lie in
            // the target, which has `ndim` columns.
            unsafe {
                let (truth, stride) = reader.read(here, line_stride as isize, part as usize);
                for_each_run(truth, stride, part as usize, |start, run| {
                    for k in start..start + run {
                        if done == rows {
                            return;
                        }
                        let row = target.start().wrapping_offset((done * row_stride) as isize);
                        let last = [first + k as i64];
                        let index = outer_index.iter().chain(&last).take(ndim);
                        for (column, &i) in index.enumerate() {
                            at_mut::<i64>(row, column_stride as isize, column).write_unaligned(i);
                        }
                        done += 1;
                    }
                });
            }
            first += part;
        }
        let Some(axis) = (0..outer_shape.len()).rfind(|&k| outer_index[k] + 1 < outer_shape[k])
        else {
            return Ok(done);
        };
        outer_index[axis] += 1;
        outer_index[axis + 1..].fill(0);
    }
}
