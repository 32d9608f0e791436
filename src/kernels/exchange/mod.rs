//! Elements of one array changing places in pairs: reversal and transposition
//! in place.
//!
//! The target is seen a second time through the pairing, so that the two views
//! at one index are the two elements that change places. Each pair has to be
//! visited once. A reversed axis is cut in the middle: one half meets the
//! other, and what stands in the middle of an odd extent is left to the other
//! axes. Two exchanged axes are a square, of which the triangle above the
//! diagonal meets the one below, and the diagonal is left to the other axes.

mod square;
mod swap;

use square::transpose_square;
use swap::swap_loop;

use super::cpu::level;
use super::operand::Target;
use super::transfer::split_innermost;
use crate::error::{Error, Result, ShapeNote};
use crate::layout::{Dims, Layout};
use crate::plan::{Loops, Pairing, Traversal, walk};

/// Side of the square blocks in which a transposition goes through a plane, so
/// that the lines of both triangles are used whole while they are at hand.
const BLOCK: i64 = 32;

/// `target[j] = target[pairing(j)]` for all j at once. The target must not
/// overlap itself.
pub fn exchange(target: &Target<'_>, pairing: &Pairing) -> Result<()> {
    let (shape, strides) = (target.shape(), target.strides());
    let ndim = shape.len();
    let mut pair = Pair {
        start: target.start(),
        itemsize: target.itemsize() as usize,
        first: Layout::at(0),
        second: Layout::at(0),
    };
    for axis in 0..ndim {
        let partner = pairing.partner(axis);
        // Both views name elements of the target only, whatever the pairing.
        let is_pair = partner < ndim
            && pairing.partner(partner) == axis
            && shape[partner] == shape[axis]
            && pairing.is_reversed(partner) == pairing.is_reversed(axis);
        if !is_pair {
            return Err(Error::Broadcast {
                a: ShapeNote::new(shape),
                b: ShapeNote::new(shape),
            });
        }
        let stride = strides[partner];
        pair.first.push(shape[axis], strides[axis])?;
        match pairing.is_reversed(axis) {
            true => {
                pair.second.push(shape[axis], -stride)?;
                pair.second.offset += (shape[axis] - 1).max(0) * stride;
            }
            false => pair.second.push(shape[axis], stride)?,
        }
    }
    if shape.contains(&0) {
        return Ok(());
    }
    for (axis, &extent) in shape.iter().enumerate() {
        let partner = pairing.partner(axis);
        if partner > axis {
            if pairing.is_reversed(axis) {
                // Seen from the other end of one axis it is a transposition;
                // the one that is not packed, if one is.
                let packed = strides[axis].unsigned_abs() < strides[partner].unsigned_abs();
                pair.turn(if packed { partner } else { axis });
            }
            if !pair.transpose_squares(axis, partner) {
                pair.swap_triangles(axis, partner);
            }
            pair.keep_diagonal(axis, partner);
        } else if partner == axis && pairing.is_reversed(axis) {
            let half = extent / 2;
            pair.part(&[(axis, 0, half)]).swap_all();
            // Nothing, or what stands in the middle.
            pair = pair.part(&[(axis, half, half + extent % 2)]);
        }
    }
    Ok(())
}

/// Two views of the same elements; those at one index change places.
#[derive(Clone)]
struct Pair {
    start: *mut u8,
    itemsize: usize,
    first: Layout,
    second: Layout,
}

impl Pair {
    /// Index ranges on some axes.
    fn part(&self, ranges: &[(usize, i64, i64)]) -> Pair {
        let mut part = self.clone();
        for view in [&mut part.first, &mut part.second] {
            for &(axis, first, end) in ranges {
                view.offset += first * view.strides[axis];
                view.shape[axis] = end - first;
            }
        }
        part
    }

    /// Looks at an axis from its other end.
    fn turn(&mut self, axis: usize) {
        for view in [&mut self.first, &mut self.second] {
            view.offset += (view.shape[axis] - 1) * view.strides[axis];
            view.strides[axis] = -view.strides[axis];
        }
    }

    /// Leaves of two axes their diagonal, as the first of them.
    fn keep_diagonal(&mut self, row: usize, column: usize) {
        for view in [&mut self.first, &mut self.second] {
            view.strides[row] += view.strides[column];
            view.shape[column] = 1;
        }
    }

    /// Transposes squares in place where that is all there is to do: the other
    /// axes stay as they are, and one of the two is packed. Says whether it did.
    fn transpose_squares(&self, row: usize, column: usize) -> bool {
        let strides = &self.first.strides;
        let item = self.itemsize as i64;
        let others = || (0..strides.len()).filter(|&axis| axis != row && axis != column);
        let stay = self.first.offset == self.second.offset
            && others().all(|axis| strides[axis] == self.second.strides[axis]);
        let pitch = match (strides[row], strides[column]) {
            (pitch, packed) if packed == item => pitch,
            (packed, pitch) if packed == item => pitch,
            _ => return false,
        };
        let (true, Some(transpose)) = (stay, transpose_square(self.itemsize, level())) else {
            return false;
        };
        let extent = self.first.shape[row] as usize;
        let mut outside = Layout::at(self.first.offset);
        for axis in others() {
            // No more axes than there were.
            if outside.push(self.first.shape[axis], strides[axis]).is_err() {
                return false;
            }
        }
        let loops = Loops::new(&outside.shape, [&outside.strides], Traversal::Free);
        if !loops.is_empty() {
            walk(loops.axes(), loops.starts(), |[place]| {
                let start = self
                    .start
                    .wrapping_offset((outside.offset + place) as isize);
                // SAFETY: the squares lie within the target, which is proved to
                // lie within its memory, and does not overlap itself.
                unsafe { transpose(start, pitch as isize, extent) };
            });
        }
        true
    }

    /// Swaps what lies above the diagonal of two axes with what lies below.
    fn swap_triangles(&self, row: usize, column: usize) {
        let shape = &self.first.shape;
        let extent = shape[row];
        let is_plane = shape
            .iter()
            .enumerate()
            .all(|(axis, &extent)| extent == 1 || axis == row || axis == column);
        let swap_block = |rows: [i64; 2], columns: [i64; 2]| match is_plane {
            true => (rows[0]..rows[1]).for_each(|k| self.swap_line((row, k), column, columns)),
            false => self
                .part(&[(row, rows[0], rows[1]), (column, columns[0], columns[1])])
                .swap_all(),
        };
        let mut block = 0;
        while block < extent {
            let end = (block + BLOCK).min(extent);
            for k in block..end {
                swap_block([k, k + 1], [k + 1, end]);
            }
            let mut beside = end;
            while beside < extent {
                let beside_end = (beside + BLOCK).min(extent);
                swap_block([block, end], [beside, beside_end]);
                beside = beside_end;
            }
            block = end;
        }
    }

    /// Swaps a part of one row of a plane.
    fn swap_line(&self, (row, k): (usize, i64), column: usize, [first, end]: [i64; 2]) {
        let place = |view: &Layout| {
            let offset = view.offset + k * view.strides[row] + first * view.strides[column];
            self.start.wrapping_offset(offset as isize)
        };
        let (a, b) = (place(&self.first), place(&self.second));
        let strides = [&self.first, &self.second].map(|view| view.strides[column] as isize);
        // SAFETY: both views lie within the target, which is proved to lie
        // within its memory.
        unsafe {
            swap_loop(self.itemsize, level())(a, b, strides, (end - first) as usize, self.itemsize)
        };
    }

    /// Swaps all elements of the first view with those of the second.
    fn swap_all(&self) {
        let shape: &Dims = &self.first.shape;
        let strides = [&self.first.strides[..], &self.second.strides[..]];
        let loops = Loops::new(shape, strides, Traversal::Free);
        if loops.is_empty() {
            return;
        }
        let swap = swap_loop(self.itemsize, level());
        let (outer, inner) = split_innermost(loops.axes());
        let strides = inner.strides.map(|stride| stride as isize);
        let offsets = [self.first.offset, self.second.offset];
        walk(outer, loops.starts(), |places| {
            let [a, b] = [0, 1].map(|n| {
                self.start
                    .wrapping_offset((offsets[n] + places[n]) as isize)
            });
            // SAFETY: both views lie within the target, which is proved to lie
            // within its memory, and parts of them do so too.
            unsafe { swap(a, b, strides, inner.extent as usize, self.itemsize) };
        });
    }
}
