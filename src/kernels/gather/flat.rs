//! Flat indices, which count through several axes in C order, made into places.
//!
//! Neighbouring axes that form one run count as one, so that few divisions are
//! left; and those are multiplications where the numbers have 32 bits.

use crate::layout::MAX_NDIM;
use crate::plan::{Axis, Loops, Traversal};
use arrayvec::ArrayVec;

/// The axes of an array as one line.
pub(super) struct Line {
    /// Outermost first; none for a single element.
    axes: ArrayVec<LineAxis, MAX_NDIM>,
    /// No index has more than 32 bits.
    is_narrow: bool,
}

struct LineAxis {
    /// At least 2.
    extent: u64,
    /// Bytes from one step to the next.
    stride: i64,
    /// 2⁶⁴ / `extent`, rounded up.
    ///
    /// Times `extent` it exceeds 2⁶⁴ by less than `extent`. So the quotient of a
    /// number below 2³² comes out too large by less than 2⁻³², which is less than
    /// one `extent`-th: too little to reach the next whole number.
    reciprocal: u64,
}

impl LineAxis {
    /// How many whole axes are in so many steps, and the steps that are left.
    #[inline(always)]
    fn divide<const NARROW: bool>(&self, steps: u64) -> (u64, u64) {
        let whole = match NARROW {
            true => ((u128::from(steps) * u128::from(self.reciprocal)) >> 64) as u64,
            false => steps / self.extent,
        };
        (whole, steps - whole * self.extent)
    }
}

impl Line {
    /// Through the axes of a layout that has elements.
    pub(super) fn new(shape: &[i64], strides: &[i64]) -> Line {
        let mut loops = Loops::none();
        loops.plan(shape, [strides], &Traversal::InOrder);
        let axis = |axis: &Axis<1>| LineAxis {
            extent: axis.extent as u64,
            stride: axis.strides[0],
            reciprocal: u64::MAX / axis.extent as u64 + 1,
        };
        let size: i64 = shape.iter().product();
        Line {
            axes: loops.axes().iter().map(axis).collect(),
            is_narrow: size as u64 <= 1 << 32,
        }
    }

    /// Makes places, in bytes from the first element, of flat indices, all of
    /// which are within bounds.
    pub(super) fn unravel(&self, places: &mut [i64]) {
        match self.is_narrow {
            true => places.iter_mut().for_each(|k| *k = self.place::<true>(*k)),
            false => places.iter_mut().for_each(|k| *k = self.place::<false>(*k)),
        }
    }

    /// Adds to places those of as many flat indices from `first` on, all of which
    /// are within bounds.
    pub(super) fn add(&self, first: usize, places: &mut [i64]) {
        let indices = first as i64..;
        let pairs = indices.zip(places);
        match self.is_narrow {
            true => pairs.for_each(|(k, place)| *place += self.place::<true>(k)),
            false => pairs.for_each(|(k, place)| *place += self.place::<false>(k)),
        }
    }

    /// The place of a flat index.
    #[inline(always)]
    fn place<const NARROW: bool>(&self, index: i64) -> i64 {
        let index = index as u64;
        // Two axes are by far the most common; places lie within one array's span.
        match &self.axes[..] {
            [] => 0,
            [only] => index as i64 * only.stride,
            [outer, inner] => {
                let (whole, steps) = inner.divide::<NARROW>(index);
                whole as i64 * outer.stride + steps as i64 * inner.stride
            }
            [outermost, inner @ ..] => {
                let (mut left, mut place) = (index, 0);
                for axis in inner.iter().rev() {
                    let (whole, steps) = axis.divide::<NARROW>(left);
                    place += steps as i64 * axis.stride;
                    left = whole;
                }
                place + left as i64 * outermost.stride
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    #[test]
    fn places_are_those_that_counting_through_the_axes_comes_to() {
        let mut random = random::numbers(0x6a7e_0011);
        for _ in 0..500 {
            let ndim = random(5);
            let shape: Vec<i64> = (0..ndim).map(|_| 1 + random(6)).collect();
            let strides: Vec<i64> = (0..ndim).map(|_| random(200) - 100).collect();
            let mut wanted = vec![0];
            for (&extent, stride) in shape.iter().zip(&strides) {
                let steps = |&place: &i64| (0..extent).map(move |k| place + k * stride);
                wanted = wanted.iter().flat_map(steps).collect();
            }
            let mut places: Vec<i64> = (0..wanted.len() as i64).collect();
            Line::new(&shape, &strides).unravel(&mut places);
            assert_eq!(places, wanted, "{shape:?} {strides:?}");
            let first = random(wanted.len() as i64) as usize;
            let mut places = vec![1000; wanted.len() - first];
            Line::new(&shape, &strides).add(first, &mut places);
            let added = wanted[first..].iter().map(|place| place + 1000);
            assert!(
                places.into_iter().eq(added),
                "{shape:?} {strides:?} {first}"
            );
        }
    }

    #[test]
    fn divisions_are_exact_to_the_largest_index() {
        let mut random = random::numbers(0x6a7e_0012);
        // Up to 32 bits, just so, and beyond.
        for (outer, inner) in [
            (1 << 16, 1 << 16),
            (3, 0x5555_5555),
            (0x5555_5555, 3),
            (65_537, 65_535),
            (2, (1 << 31) - 1),
            (1 << 31, 2),
            (3, (1 << 31) - 1),
            (1 << 40, 1 << 20),
            (7, 1_000_000_007_000),
        ] {
            let line = Line::new(&[outer, inner], &[-1, 1000]);
            let size = outer * inner;
            for k in 0..10_000 {
                // Around multiples of the inner extent, and the last ones.
                let index = match k {
                    0..100 => size - 1 - k,
                    _ => (random(outer) * inner + random(5) - 2).clamp(0, size - 1),
                };
                let mut places = [index];
                line.unravel(&mut places);
                let wanted = (index % inner).wrapping_mul(1000) - index / inner;
                assert_eq!(places, [wanted], "{index} in {outer} × {inner}");
            }
        }
    }
}
