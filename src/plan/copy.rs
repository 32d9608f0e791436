//! How to move elements in any order: which loops run innermost, and by what
//! sort of kernel. A small planner on the one simplifier, for free loops only.
//!
//! Free loops come sorted by the target's strides, largest outermost. That is
//! right as long as the source runs the same way. Where it runs another way,
//! some axis is the source's innermost one, and the two innermost axes together
//! make a *plane* to be transposed. What is left goes outside, in the order of
//! the smaller of the two strides of each axis, so that neighbouring lines and
//! pages of both sides are visited close to each other.
//!
//! Where the result is streamed past the caches, lines are best *read* one after
//! the other: reading is what the processor waits for and can foresee, while
//! whole lines may be written anywhere. So the source's order is followed then.
//! Short runs are an exception, as far as they end within lines: they go to a
//! packed target in its own order, so that they can be collected to whole lines.

use super::{Axis, Loops};

/// The sort of kernel for the innermost axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// The last axis is a run.
    Run,
    /// The last two axes are a plane: the target is packed along the last, the
    /// source runs along the one before.
    Transpose,
    /// A plane again: the last axis is long; the one before has a few steps,
    /// which lie packed in the source, and so do all of the plane there.
    Deinterleave,
    /// The mirror image: the last axis has a few steps, packed in the target,
    /// as is all of the plane there; the one before is long and packed in the
    /// source.
    Interleave,
}

/// Loops with a kernel for the innermost.
#[derive(Clone, Debug)]
pub struct CopyPlan {
    /// What the kernels do.
    pub pattern: Pattern,
    /// Whether runs are collected to whole lines of a packed target.
    pub collects: bool,
    /// Bytes that are moved as one: an element's, or those of a few elements
    /// that lie side by side on both sides.
    pub item: i64,
    loops: Loops<2>,
}

/// The most bytes that elements side by side are taken for one item.
const LARGEST_ITEM: i64 = 64;
/// Bytes of a line of the cache.
const LINE: i64 = 64;
/// Runs that are shorter, in bytes, are worth collecting.
const SHORT_RUN: i64 = 512;
/// The most steps of a plane that count as a few.
const FEW: i64 = 4;

impl CopyPlan {
    /// Plans free loops over (target, source). `sizes` are the bytes of an
    /// element on each side; `converts` says that elements change on the way.
    /// `streams` says that the result goes past the caches.
    pub fn new(loops: &Loops<2>, sizes: [i64; 2], converts: bool, streams: bool) -> CopyPlan {
        let mut plan = CopyPlan {
            pattern: Pattern::Run,
            collects: false,
            item: sizes[0],
            loops: loops.clone(),
        };
        if !converts {
            plan.widen_item();
        }
        let source_item = if converts { sizes[1] } else { plan.item };
        plan.find_plane(source_item, converts);
        if streams {
            plan.order_for_streaming();
        }
        plan
    }

    /// Takes the loops as they are, for those that are not free.
    pub fn in_order(loops: &Loops<2>, sizes: [i64; 2]) -> CopyPlan {
        CopyPlan {
            pattern: Pattern::Run,
            collects: false,
            item: sizes[0],
            loops: loops.clone(),
        }
    }

    /// The loops, outermost first.
    pub fn axes(&self) -> &[Axis<2>] {
        self.loops.axes()
    }

    /// Bytes from each operand's first element to where its loops start.
    pub fn starts(&self) -> [i64; 2] {
        self.loops.starts()
    }

    /// The loops around the kernel, and those inside of it; with none for the
    /// kernel where there is but one element.
    pub fn split(&self) -> (&[Axis<2>], &[Axis<2>]) {
        let inside = match self.pattern {
            Pattern::Run => 1,
            _ => 2,
        };
        self.loops
            .axes
            .split_at(self.loops.axes.len().saturating_sub(inside))
    }

    /// A range of steps of one axis.
    pub fn part(&self, axis: usize, first: i64, end: i64) -> CopyPlan {
        let mut part = CopyPlan {
            loops: self.loops.part(axis, first, end),
            ..*self
        };
        // Only a part along the outermost axis has a packed target still.
        part.collects &= part.has_packed_target();
        part
    }

    /// Joins an innermost axis of a few bytes to the item.
    fn widen_item(&mut self) {
        if let Some(inner) = self.loops.axes.last()
            && inner.strides == [self.item; 2]
            && let Some(bytes) = inner.extent.checked_mul(self.item)
            && bytes <= LARGEST_ITEM
            // A longer run is better than wide items.
            && self.loops.axes.len() > 1
        {
            self.item = bytes;
            self.loops.axes.pop();
        }
    }

    /// Finds the plane in which source and target run along different axes.
    fn find_plane(&mut self, source_item: i64, converts: bool) {
        let Some((inner, outer)) = self.loops.axes.split_last() else {
            return;
        };
        let inner = *inner;
        let run = |axis: &Axis<2>| axis.strides[1].unsigned_abs();
        let cross = outer
            .iter()
            .enumerate()
            .filter(|(_, axis)| run(axis) != 0)
            .min_by_key(|(_, axis)| run(axis));
        let Some((place, &cross)) = cross else {
            return;
        };
        if run(&inner) <= run(&cross) {
            return;
        }
        let item = self.item;
        let packed_target = inner.strides[0] == item;
        let is_power = item <= 16 && (item as u64).is_power_of_two();
        let pattern = if !is_power || !packed_target {
            None
        } else if !converts
            && item < 16
            && cross.extent <= FEW
            && cross.strides[1] == item
            && inner.strides[1] == item * cross.extent
        {
            Some(Pattern::Deinterleave)
        } else if !converts
            && item < 16
            && inner.extent <= FEW
            && cross.strides == [item * inner.extent, item]
        {
            Some(Pattern::Interleave)
        } else if cross.extent > FEW && inner.extent > FEW {
            Some(Pattern::Transpose)
        } else {
            None
        };
        let last = self.loops.axes.len() - 1;
        match pattern {
            Some(pattern) => {
                self.pattern = pattern;
                let cross = self.loops.axes.remove(place);
                self.loops.axes.insert(last - 1, cross);
                self.order_outer(last - 1);
            }
            // The longer of the two is the better run, and the source's if it
            // is packed there.
            None if cross.extent > inner.extent || cross.strides[1].abs() == source_item => {
                let cross = self.loops.axes.remove(place);
                self.loops.axes.push(cross);
            }
            None => {}
        }
    }

    /// Sorts the first `count` axes by the smaller of their strides.
    fn order_outer(&mut self, count: usize) {
        self.sort(count, |axis| {
            let [to, from] = axis.strides.map(i64::unsigned_abs);
            if from == 0 { to } else { to.min(from) }
        });
    }

    /// Follows the source's order, unless short runs have to be collected.
    fn order_for_streaming(&mut self) {
        let (outer, inside) = self.split();
        let count = outer.len();
        let run = inside.last().map_or(1, |axis| axis.extent) * self.item;
        self.collects = self.pattern == Pattern::Run
            && run < SHORT_RUN
            && run % LINE != 0
            && self.has_packed_target();
        if !self.collects {
            self.sort(count, |axis| axis.strides[1].unsigned_abs());
        }
    }

    /// Whether the target's elements follow each other without a gap, in the
    /// order of the loops.
    fn has_packed_target(&self) -> bool {
        let mut expected = self.item;
        self.loops.axes.iter().rev().all(|axis| {
            let fits = axis.strides[0] == expected;
            expected = expected.saturating_mul(axis.extent);
            fits
        })
    }

    /// Sorts the first `count` axes by a key, largest outermost. Stable.
    fn sort(&mut self, count: usize, key: impl Fn(&Axis<2>) -> u64) {
        for end in 1..count {
            let mut k = end;
            while k > 0 && key(&self.loops.axes[k - 1]) < key(&self.loops.axes[k]) {
                self.loops.axes.swap(k - 1, k);
                k -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Traversal, walk};
    use crate::random;

    /// Every byte pair that the loops move, sorted.
    fn moved(axes: &[Axis<2>], starts: [i64; 2], item: i64) -> Vec<[i64; 2]> {
        let mut pairs = vec![];
        walk(axes, starts, |place| {
            pairs.extend((0..item).map(|byte| place.map(|p| p + byte)));
        });
        pairs.sort_unstable();
        pairs
    }

    #[test]
    fn a_plan_moves_the_same_bytes_as_the_loops() {
        let mut random = random::numbers(0x5eed_c0b1);
        let mut seen = [0; 4];
        for _ in 0..crate::random::cases(20_000) {
            let ndim = random(5);
            let item = [1, 2, 4, 8, 16, 3][random(6) as usize];
            let shape: Vec<i64> = (0..ndim)
                .map(|_| [1, 2, 3, 4, 5, 7][random(6) as usize])
                .collect();
            // Packed in some order of the axes, some axes reversed or repeated.
            let mut strides = |may_repeat: bool| -> Vec<i64> {
                let mut order: Vec<usize> = (0..ndim as usize).collect();
                for k in (1..order.len()).rev() {
                    order.swap(k, random(k as i64 + 1) as usize);
                }
                let mut result = vec![0; ndim as usize];
                let mut step = item * (1 + random(2));
                for axis in order {
                    result[axis] = step * [1, 1, 1, -1][random(4) as usize];
                    if may_repeat && random(8) == 0 {
                        result[axis] = 0;
                    }
                    step *= shape[axis] + i64::from(random(5) == 0);
                }
                result
            };
            let (a, b) = (strides(false), strides(true));
            let loops = Loops::new(&shape, [&a, &b], Traversal::Free);
            let plan = CopyPlan::new(&loops, [item; 2], false, random(2) == 0);
            seen[plan.pattern as usize] += 1;
            assert_eq!(
                moved(plan.axes(), plan.starts(), plan.item),
                moved(loops.axes(), loops.starts(), item),
                "{shape:?} {a:?} {b:?} {plan:?}"
            );
            let (_, inside) = plan.split();
            match (plan.pattern, inside) {
                (Pattern::Run, inside) => assert!(inside.len() <= 1),
                (Pattern::Transpose, [_, inner]) => assert_eq!(inner.strides[0], plan.item),
                (Pattern::Deinterleave, [few, long]) => {
                    assert_eq!(few.strides[1], plan.item);
                    assert_eq!(long.strides, [plan.item, plan.item * few.extent]);
                }
                (Pattern::Interleave, [long, few]) => {
                    assert_eq!(few.strides[0], plan.item);
                    assert_eq!(long.strides, [plan.item * few.extent, plan.item]);
                }
                other => panic!("{other:?}"),
            }
        }
        println!("patterns {seen:?}");
        assert!(cfg!(miri) || seen.iter().all(|&count| count > 50));
    }

    #[test]
    fn parts_of_a_plan_are_the_plan() {
        let loops = Loops::new(&[6, 5, 7], [&[280, 56, 8], &[8, 48, 240]], Traversal::Free);
        let plan = CopyPlan::new(&loops, [8; 2], false, false);
        assert_eq!(plan.pattern, Pattern::Transpose);
        for (axis, extent) in plan.axes().iter().map(|axis| axis.extent).enumerate() {
            let (one, two) = (plan.part(axis, 0, 2), plan.part(axis, 2, extent));
            let mut both = moved(one.axes(), one.starts(), 8);
            both.extend(moved(two.axes(), two.starts(), 8));
            both.sort_unstable();
            assert_eq!(both, moved(plan.axes(), plan.starts(), 8));
        }
    }
}
