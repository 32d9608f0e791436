//! Loops cut to measure: into parts for several threads, or chunks between
//! two reports of progress. Only for loops whose order is free; each part is
//! loops by itself, and together they visit what the whole does.

use super::Loops;

impl<const N: usize> Loops<N> {
    /// The axis along which to cut into so many parts: the outermost one that
    /// is long enough, else the longest. `None` where there is nothing to cut.
    pub fn place_to_cut(&self, parts: i64) -> Option<usize> {
        let extents = || self.axes.iter().map(|axis| axis.extent);
        let outermost = extents().position(|extent| extent >= parts);
        outermost.or_else(|| self.longest())
    }

    /// The longest axis, the innermost of several.
    pub fn longest(&self) -> Option<usize> {
        let axes = self.axes.iter().enumerate();
        axes.max_by_key(|(_, axis)| axis.extent)
            .map(|(place, _)| place)
    }

    /// The steps from `first` up to `end` of the axis at `place`, and all of
    /// the others.
    pub fn part(&self, place: usize, first: i64, end: i64) -> Loops<N> {
        let mut part = self.clone();
        if let Some(axis) = part.axes.get_mut(place) {
            for (start, stride) in part.starts.iter_mut().zip(axis.strides) {
                // Within the operand's span, so nothing overflows; where there
                // is no step nothing is visited.
                *start = start.wrapping_add(first.wrapping_mul(stride));
            }
            axis.extent = (end - first).max(0);
            part.is_empty |= axis.extent == 0;
        }
        part
    }
}

/// The steps that part `part` of `parts` has of an axis: as many as the others,
/// or one more.
pub fn share(extent: i64, part: usize, parts: usize) -> (i64, i64) {
    let (part, parts) = (part as i64, parts.max(1) as i64);
    let (each, over) = (extent / parts, extent % parts);
    let start = |part: i64| each * part + over.min(part);
    (start(part), start(part + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Traversal, walk};
    use crate::random;

    #[test]
    fn the_parts_together_visit_what_the_whole_does() {
        let mut random = random::numbers(0x5eed_9a27);
        for _ in 0..crate::random::cases(2_000) {
            let ndim = random(4);
            let shape: Vec<i64> = (0..ndim).map(|_| random(7)).collect();
            let mut strides = || -> Vec<i64> { (0..ndim).map(|_| random(99) - 49).collect() };
            let (a, b) = (strides(), strides());
            let loops = Loops::new(&shape, [&a, &b], Traversal::Free);
            let visited = |loops: &Loops<2>| {
                let mut places = vec![];
                if !loops.is_empty() {
                    walk(loops.axes(), loops.starts(), |place| places.push(place));
                }
                places
            };
            let mut whole = visited(&loops);
            let parts = 1 + random(5) as usize;
            let Some(place) = loops.place_to_cut(parts as i64) else {
                continue;
            };
            let extent = loops.axes()[place].extent;
            let mut together = vec![];
            let mut lengths = vec![];
            for part in 0..parts {
                let (first, end) = share(extent, part, parts);
                lengths.push(end - first);
                together.extend(visited(&loops.part(place, first, end)));
            }
            whole.sort_unstable();
            together.sort_unstable();
            assert_eq!(together, whole);
            let spread = lengths.iter().max().unwrap() - lengths.iter().min().unwrap();
            assert!(spread <= 1, "{lengths:?}");
        }
    }

    #[test]
    fn the_outermost_axis_that_is_long_enough_is_cut() {
        let shape = [3, 100, 5];
        let a = [16000, 80, 8];
        let loops = Loops::new(&shape, [&a], Traversal::Free);
        assert_eq!(loops.place_to_cut(2), Some(0));
        assert_eq!(loops.place_to_cut(4), Some(1));
        assert_eq!(loops.place_to_cut(1000), Some(1));
        let nothing = Loops::new(&[], [&[]], Traversal::Free);
        assert_eq!(nothing.place_to_cut(2), None);
    }
}
