//! Layouts in, plan out: the loops that visit the elements of several operands
//! together, and what order those loops must keep.
//!
//! There is one simplifier, [`Loops::new`], for all of them. What it may do
//! depends on the [`Traversal`]: where the order of the elements does not
//! matter it sorts axes and flips signs; where C order does, it only drops axes
//! of extent 1 and merges neighbours that form one run. A [`Sequence`] says in
//! which order the sorted loops have to run instead.

mod assign;
mod copy;
mod each;
mod exchange;
mod line;
mod parts;
mod sequence;

pub use assign::{
    Assignment, Copied, Hazard, MaskedAssignment, Operand, Slab, any_order, assignment,
    assignment_without_search, is_apart, is_free_of_internal_overlap, masked_assignment,
};
pub use copy::{CopyPlan, Pattern};
pub use each::{Reach, Use, reaches};
pub use exchange::Pairing;
pub use parts::share;
pub use sequence::Sequence;

use arrayvec::ArrayVec;

use crate::layout::MAX_NDIM;

/// Which orders of the elements give the right result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traversal {
    /// Any.
    Free,
    /// Only C order of the shape.
    InOrder,
    /// Only this order of the loops that a free traversal has.
    Ordered(Sequence),
}

/// One loop: how often, and how far each operand moves, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis<const N: usize> {
    /// Number of steps; at least 2 after simplification.
    pub extent: i64,
    /// Bytes from one step to the next, for each operand.
    pub strides: [i64; N],
}

impl<const N: usize> Axis<N> {
    /// Turns the loop round; gives where it then starts.
    fn turned(&mut self, mut starts: [i64; N]) -> [i64; N] {
        for (start, stride) in starts.iter_mut().zip(&mut self.strides) {
            // Both within one array's span, so neither overflows.
            *start += (self.extent - 1) * *stride;
            *stride = -*stride;
        }
        starts
    }
}

/// Nested loops over `N` operands, outermost first.
#[derive(Clone, Debug)]
pub struct Loops<const N: usize> {
    axes: ArrayVec<Axis<N>, MAX_NDIM>,
    /// Bytes from each operand's first element to where its loop starts.
    starts: [i64; N],
    is_empty: bool,
}

impl<const N: usize> Loops<N> {
    /// Simplifies the loops over one shape. The first operand is the one whose
    /// order of memory is followed, when the traversal is free: the target.
    pub fn new(shape: &[i64], strides: [&[i64]; N], traversal: Traversal) -> Loops<N> {
        let mut loops = Loops::none();
        loops.plan(shape, strides, &traversal);
        loops
    }

    /// No loops yet: room for [`Loops::plan`].
    #[inline]
    pub const fn none() -> Loops<N> {
        Loops {
            axes: ArrayVec::new_const(),
            starts: [0; N],
            is_empty: false,
        }
    }

    /// As [`Loops::new`], in loops that stand where they will be used, and are
    /// none so far: they are large, and moving them costs more than planning.
    pub fn plan(&mut self, shape: &[i64], strides: [&[i64]; N], traversal: &Traversal) {
        for (axis, &extent) in shape.iter().enumerate() {
            self.is_empty |= extent == 0;
            if extent != 1 {
                self.axes.push(Axis {
                    extent,
                    strides: strides.map(|of_operand| of_operand[axis]),
                });
            }
        }
        if self.is_empty {
            self.axes.clear();
            return;
        }
        if *traversal != Traversal::InOrder {
            self.flip();
            self.sort();
        }
        self.merge();
        if let Traversal::Ordered(sequence) = traversal {
            self.arrange(sequence);
        }
    }

    /// The loops, outermost first.
    pub fn axes(&self) -> &[Axis<N>] {
        &self.axes
    }

    /// Bytes from each operand's first element to where its loop starts.
    pub fn starts(&self) -> [i64; N] {
        self.starts
    }

    /// Whether there is no element to visit.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Puts the axes in a sequence. One that it does not name stays outermost,
    /// so that every element is visited whatever the sequence is.
    #[cold]
    fn arrange(&mut self, sequence: &Sequence) {
        let mut left = self.axes.clone();
        self.axes.clear();
        let mut taken = [false; MAX_NDIM];
        for (place, backward) in sequence.steps() {
            if place >= left.len() || core::mem::replace(&mut taken[place], true) {
                continue;
            }
            if backward {
                self.starts = left[place].turned(self.starts);
            }
            self.axes.push(left[place]);
        }
        let mut place = 0;
        left.retain(|_| {
            place += 1;
            !taken[place - 1]
        });
        for (place, axis) in left.into_iter().enumerate() {
            self.axes.insert(place, axis);
        }
    }

    /// Makes the first operand that moves along an axis move forwards.
    fn flip(&mut self) {
        for axis in &mut self.axes {
            let leading = axis.strides.iter().copied().find(|&stride| stride != 0);
            if leading.is_some_and(|stride| stride < 0) {
                self.starts = axis.turned(self.starts);
            }
        }
    }

    /// Sorts axes by the first operand's stride, largest outermost; equal ones
    /// by the next operand's. Stable, and a few axes at most: by insertion.
    fn sort(&mut self) {
        let key = |axis: &Axis<N>| axis.strides.map(i64::unsigned_abs);
        for end in 1..self.axes.len() {
            let mut k = end;
            while k > 0 && key(&self.axes[k - 1]) < key(&self.axes[k]) {
                self.axes.swap(k - 1, k);
                k -= 1;
            }
        }
    }

    /// Joins neighbouring axes that are one run for every operand. Keeps the
    /// order of the elements.
    fn merge(&mut self) {
        let mut merged: usize = 0;
        for k in 0..self.axes.len() {
            let inner = self.axes[k];
            if let Some(outer) = merged.checked_sub(1).map(|last| self.axes[last]) {
                let one_run = (0..N)
                    .all(|n| inner.extent.checked_mul(inner.strides[n]) == Some(outer.strides[n]));
                if one_run {
                    self.axes[merged - 1] = Axis {
                        // At most the number of elements, which fits.
                        extent: outer.extent * inner.extent,
                        strides: inner.strides,
                    };
                    continue;
                }
            }
            self.axes[merged] = inner;
            merged += 1;
        }
        self.axes.truncate(merged);
    }

    /// Makes the axis at `place` the one next to the innermost. Only for loops
    /// whose order is free.
    pub fn move_next_to_innermost(&mut self, place: usize) {
        if let Some(next) = self.axes.len().checked_sub(2) {
            for k in place..next {
                self.axes.swap(k, k + 1);
            }
        }
    }
}

/// Visits every combination of steps of `axes`, outermost slowest, and hands
/// over the place of each operand, starting at `starts`.
pub fn walk<const N: usize>(axes: &[Axis<N>], starts: [i64; N], mut visit: impl FnMut([i64; N])) {
    walk_while(axes, starts, |places| {
        visit(places);
        true
    });
}

/// As [`walk`], until `visit` says not to go on.
#[inline]
pub fn walk_while<const N: usize>(
    axes: &[Axis<N>],
    starts: [i64; N],
    mut visit: impl FnMut([i64; N]) -> bool,
) {
    let step = |places: &mut [i64; N], strides: &[i64; N], steps: i64| {
        for (place, stride) in places.iter_mut().zip(strides) {
            *place = place.wrapping_add(stride.wrapping_mul(steps));
        }
    };
    let mut places = starts;
    match axes {
        [] => {
            visit(places);
        }
        [axis] => {
            for _ in 0..axis.extent {
                if !visit(places) {
                    return;
                }
                step(&mut places, &axis.strides, 1);
            }
        }
        [outer @ .., inner] => {
            let mut counters: ArrayVec<i64, MAX_NDIM> = outer.iter().map(|_| 0).collect();
            loop {
                let row = places;
                for _ in 0..inner.extent {
                    if !visit(places) {
                        return;
                    }
                    step(&mut places, &inner.strides, 1);
                }
                places = row;
                // The innermost counter that has steps left moves on; those
                // inside it start again.
                let mut k = outer.len();
                loop {
                    if k == 0 {
                        return;
                    }
                    k -= 1;
                    let axis = &outer[k];
                    counters[k] += 1;
                    if counters[k] < axis.extent {
                        step(&mut places, &axis.strides, 1);
                        break;
                    }
                    counters[k] = 0;
                    step(&mut places, &axis.strides, 1 - axis.extent);
                }
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::random;

    /// All places in C order, the definition.
    fn naive(shape: &[i64], strides: [&[i64]; 2]) -> Vec<[i64; 2]> {
        let size: i64 = shape.iter().product();
        (0..size)
            .map(|flat| {
                let (mut rest, mut places) = (flat, [0, 0]);
                for axis in (0..shape.len()).rev() {
                    let index = rest % shape[axis];
                    rest /= shape[axis];
                    places[0] += index * strides[0][axis];
                    places[1] += index * strides[1][axis];
                }
                places
            })
            .collect()
    }

    fn visited(loops: &Loops<2>) -> Vec<[i64; 2]> {
        let mut places = vec![];
        if !loops.is_empty() {
            walk(loops.axes(), loops.starts(), |place| places.push(place));
        }
        places
    }

    #[test]
    fn simplified_loops_visit_the_same_pairs() {
        let mut random = random::numbers(0x5eed_0002);
        for _ in 0..crate::random::cases(20_000) {
            let ndim = random(6);
            let shape: Vec<i64> = (0..ndim)
                .map(|_| [0, 1, 2, 2, 3, 4, 5, 3][random(8) as usize])
                .collect();
            let mut strides = || -> Vec<i64> { (0..ndim).map(|_| random(13) * 2 - 12).collect() };
            let (a, b) = (strides(), strides());
            let wanted = naive(&shape, [&a, &b]);
            let in_order = Loops::new(&shape, [&a, &b], Traversal::InOrder);
            assert_eq!(visited(&in_order), wanted);
            let mut free = visited(&Loops::new(&shape, [&a, &b], Traversal::Free));
            let mut sorted = wanted;
            free.sort_unstable();
            sorted.sort_unstable();
            assert_eq!(free, sorted);
        }
    }

    #[test]
    fn what_is_contiguous_becomes_one_loop() {
        let loops = Loops::new(&[2, 3, 4], [&[96, 32, 8], &[96, 32, 8]], Traversal::Free);
        assert_eq!(
            loops.axes(),
            &[Axis {
                extent: 24,
                strides: [8, 8]
            }]
        );
        // A reversal of all axes is one backward run.
        let loops = Loops::new(&[2, 3], [&[24, 8], &[-24, -8]], Traversal::Free);
        assert_eq!(
            loops.axes(),
            &[Axis {
                extent: 6,
                strides: [8, -8]
            }]
        );
        // Both transposed: the target's order of memory is followed.
        let loops = Loops::new(&[3, 2], [&[8, 24], &[8, 24]], Traversal::Free);
        assert_eq!(
            loops.axes(),
            &[Axis {
                extent: 6,
                strides: [8, 8]
            }]
        );
    }
}
