//! Where elements are true: their indices.

use super::words::{Words, places};
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};
use crate::kernels::cpu::{Isa, Level, level, levels};
use crate::kernels::map::at_mut;
use crate::kernels::mover::Reader;
use crate::kernels::operand::{Source, Target};
use crate::kernels::truth;
use crate::layout::Dims;

levels! {
    /// Writes the places of the true bytes of `truth`, `first` that of the first
    /// one, at most `room`, `step` bytes apart. Returns how many.
    trait FindKernel, fn find_kernel ->
    unsafe fn(truth: *const u8, stride: isize, count: usize, first: i64,
        to: *mut u8, step: isize, room: usize) -> usize;
}

struct Find;

impl FindKernel for Find {
    #[inline(always)]
    unsafe fn run<I: Isa>(
        truth: *const u8,
        stride: isize,
        count: usize,
        first: i64,
        to: *mut u8,
        step: isize,
        room: usize,
    ) -> usize {
        let mut words = Words::new(truth, stride, count);
        let mut done = 0;
        // SAFETY: the caller vouches for `count` bytes and `room` numbers.
        unsafe {
            while let Some(word) = words.next::<I>() {
                for place in places(word.bits) {
                    if done == room {
                        return done;
                    }
                    let index = first + (word.first + place) as i64;
                    at_mut::<i64>(to, step, done).write_unaligned(index);
                    done += 1;
                }
            }
        }
        done
    }
}

/// Writes the indices of the true elements of `source`, in C order, one row for
/// each: `target` is int64 of shape (count, rank). Returns how many
/// there were, at most the target's rows.
pub fn nonzero(target: &Target<'_>, source: &Source<'_>) -> Result<i64> {
    nonzero_at(level(), target, source)
}

pub(super) fn nonzero_at(level: Level, target: &Target<'_>, source: &Source<'_>) -> Result<i64> {
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
    let [row_stride, column_stride] = [0, 1].map(|k| target.strides()[k] as isize);
    let find = find_kernel::<Find>(level);
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
    let mut outer_index = Dims::new();
    outer_index.extend(outer_shape.iter().map(|_| 0));
    loop {
        let place: i64 = outer_index
            .iter()
            .zip(source.strides())
            .map(|(i, s)| i * s)
            .sum();
        let mut first = 0;
        while first < line {
            let part = match reader.is_direct() {
                true => line - first,
                false => (line - first).min(Reader::PART as i64),
            };
            let here = source
                .start()
                .wrapping_offset((place + first * line_stride) as isize);
            let row = at_mut::<u8>(target.start(), row_stride, done as usize);
            // SAFETY: the elements lie in the source; rows below `rows` lie in
            // the target, which has `ndim` columns.
            unsafe {
                let (truth, stride) = reader.read(here, line_stride as isize, part as usize);
                let room = (rows - done) as usize;
                let found = match ndim {
                    // No columns, but a row for each all the same.
                    0 => truth::count_true(truth, stride, part as usize).min(room),
                    _ => {
                        let last = row.wrapping_offset(column_stride * (ndim as isize - 1));
                        find(truth, stride, part as usize, first, last, row_stride, room)
                    }
                };
                for (column, &index) in outer_index.iter().enumerate() {
                    let column = row.wrapping_offset(column_stride * column as isize);
                    for k in 0..found {
                        at_mut::<i64>(column, row_stride, k).write_unaligned(index);
                    }
                }
                done += found as i64;
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
