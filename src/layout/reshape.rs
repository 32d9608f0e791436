//! Another shape for the same elements, without moving them where that is
//! possible.

use super::{Dims, Layout, LayoutRef, MAX_NDIM, Packing, dims, element_count};
use crate::error::{Error, Result, ShapeNote};

/// Checks a wanted shape against a size; one extent may be -1 and is inferred,
/// unless the others leave it open (a zero among them).
pub fn infer_shape(size: i64, wanted: &[i64], itemsize: i64) -> Result<Dims> {
    // Made when they are needed: notes of shapes are large.
    let shape = || ShapeNote::new(wanted);
    let misfit = || Error::ReshapeSize {
        size,
        shape: shape(),
    };
    let mut result = dims("shape", wanted)?;
    let mut unknown = None;
    for (axis, &extent) in wanted.iter().enumerate() {
        if extent == -1 && unknown.replace(axis).is_some() {
            return Err(Error::ReshapeUnknowns { shape: shape() });
        }
    }
    if let Some(axis) = unknown {
        result[axis] = 1;
        let known = element_count("shape", &result, 1)?;
        if known == 0 || size % known != 0 {
            return Err(misfit());
        }
        result[axis] = size / known;
    }
    if element_count("shape", &result, itemsize)? != size {
        return Err(misfit());
    }
    Ok(result)
}

/// Two old axes that would have to be one and are not: why a reshape copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The axis that varies slower, in the asked order.
    pub outer: usize,
    /// The axis next to it that varies faster.
    pub inner: usize,
    /// The stride of `outer`.
    pub stride: i64,
    /// The stride that `outer` would need to merge with `inner`.
    pub needed: i64,
}

impl From<Obstacle> for Error {
    fn from(obstacle: Obstacle) -> Error {
        Error::WouldCopyAxes {
            outer: obstacle.outer,
            inner: obstacle.inner,
            outer_stride: obstacle.stride,
            needed: obstacle.needed,
        }
    }
}

/// The layout of the same elements in another shape of the same size, or the
/// axes that stand in the way.
///
/// Axes of extent 1 are dropped; then old and new axes are paired up, greedily,
/// in groups of equal product. Each old group must be one run: in row-major
/// order `stride[k] = extent[k + 1] * stride[k + 1]` within the group, mirrored
/// for column-major. The new strides of a group fill up from its fastest axis.
/// After NumPy's `_attempt_nocopy_reshape`.
pub fn reshape(
    layout: LayoutRef<'_>,
    shape: &Dims,
    itemsize: i64,
    packing: Packing,
) -> Result<core::result::Result<Layout, Obstacle>> {
    if layout.shape.contains(&0) {
        let mut result = super::packed(shape, itemsize, packing)?;
        result.offset = layout.offset;
        return Ok(Ok(result));
    }
    let mut old = [(0usize, 0i64, 0i64); MAX_NDIM];
    let mut old_ndim = 0;
    for (axis, (extent, stride)) in layout.axes().enumerate() {
        if extent != 1 {
            old[old_ndim] = (axis, extent, stride);
            old_ndim += 1;
        }
    }
    let old = &old[..old_ndim];
    let mut strides: Dims = core::iter::repeat_n(0, shape.len()).collect();
    let (mut old_start, mut new_start) = (0, 0);
    while old_start < old.len() && new_start < shape.len() {
        // The smallest groups of equal product.
        let (mut old_end, mut new_end) = (old_start + 1, new_start + 1);
        let (mut old_product, mut new_product) = (old[old_start].1, shape[new_start]);
        while old_product != new_product {
            // Both products divide the size, which has been checked.
            if new_product < old_product {
                new_product *= shape[new_end];
                new_end += 1;
            } else {
                old_product *= old[old_end].1;
                old_end += 1;
            }
        }
        for pair in old[old_start..old_end].windows(2) {
            let (first, second) = (pair[0], pair[1]);
            let (outer, inner) = match packing {
                Packing::C => (first, second),
                Packing::F => (second, first),
            };
            let needed = inner.1.wrapping_mul(inner.2);
            if outer.2 != needed {
                return Ok(Err(Obstacle {
                    outer: outer.0,
                    inner: inner.0,
                    stride: outer.2,
                    needed,
                }));
            }
        }
        // Within memory that the old group spans, so nothing can overflow.
        match packing {
            Packing::C => {
                let mut next = old[old_end - 1].2;
                for axis in (new_start..new_end).rev() {
                    strides[axis] = next;
                    next = next.wrapping_mul(shape[axis]);
                }
            }
            Packing::F => {
                let mut next = old[old_start].2;
                for axis in new_start..new_end {
                    strides[axis] = next;
                    next = next.wrapping_mul(shape[axis]);
                }
            }
        }
        (old_start, new_start) = (old_end, new_end);
    }
    // What is left are new axes of extent 1. Their stride is never taken; they
    // continue the one before them, as NumPy has it.
    let last = match new_start {
        0 => itemsize,
        _ => match packing {
            Packing::C => strides[new_start - 1],
            Packing::F => strides[new_start - 1].wrapping_mul(shape[new_start - 1]),
        },
    };
    strides[new_start..].fill(last);
    Ok(Ok(Layout {
        shape: shape.clone(),
        strides,
        offset: layout.offset,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::packed;

    fn layout(shape: &[i64], strides: &[i64]) -> Layout {
        Layout {
            shape: shape.iter().copied().collect(),
            strides: strides.iter().copied().collect(),
            offset: 0,
        }
    }

    /// Offsets of all elements in the given order, one by one.
    fn walk(layout: &Layout, packing: Packing) -> Vec<i64> {
        let ndim = layout.shape.len();
        let size: i64 = layout.shape.iter().product();
        (0..size)
            .map(|flat| {
                let (mut rest, mut offset) = (flat, layout.offset);
                for k in 0..ndim {
                    let axis = match packing {
                        Packing::C => ndim - 1 - k,
                        Packing::F => k,
                    };
                    offset += rest % layout.shape[axis] * layout.strides[axis];
                    rest /= layout.shape[axis];
                }
                offset
            })
            .collect()
    }

    #[test]
    fn a_view_names_the_same_elements_in_the_same_order() {
        let mut random = crate::random::numbers(0x5eed_0001);
        let (mut views, mut copies) = (0, 0);
        for _ in 0..crate::random::cases(20_000) {
            let extents = [1, 1, 2, 2, 3, 4, 6];
            let ndim = random(4);
            let shape: Vec<i64> = (0..ndim).map(|_| extents[random(7) as usize]).collect();
            let mut source = packed(&shape, 8, Packing::C).unwrap();
            for axis in 0..shape.len() {
                match random(5) {
                    0 => source.strides[axis] *= 2,
                    1 => source.strides[axis] = -source.strides[axis],
                    2 => {
                        let other = random(ndim) as usize;
                        source.shape.swap(axis, other);
                        source.strides.swap(axis, other);
                    }
                    _ => {}
                }
            }
            let size: i64 = shape.iter().product();
            let mut new = Dims::new();
            let mut rest = size;
            while rest > 1 || random(3) == 0 {
                let factor = extents[random(7) as usize];
                if rest % factor == 0 && !new.is_full() {
                    new.push(factor);
                    rest /= factor;
                }
            }
            let packing = if random(2) == 0 {
                Packing::C
            } else {
                Packing::F
            };
            match reshape(source.as_ref(), &new, 8, packing).unwrap() {
                Ok(view) => {
                    views += 1;
                    assert_eq!(walk(&view, packing), walk(&source, packing));
                }
                Err(obstacle) => {
                    copies += 1;
                    assert_ne!(obstacle.stride, obstacle.needed);
                }
            }
        }
        assert!(
            cfg!(miri) || views > 1000 && copies > 1000,
            "{views} views, {copies} copies"
        );
    }

    #[test]
    fn a_transposed_matrix_does_not_flatten() {
        let transposed = layout(&[3, 2], &[8, 24]);
        let flat: Dims = [6].into_iter().collect();
        let refused = reshape(transposed.as_ref(), &flat, 8, Packing::C).unwrap();
        assert_eq!(
            refused,
            Err(Obstacle {
                outer: 0,
                inner: 1,
                stride: 8,
                needed: 48
            })
        );
        let view = reshape(transposed.as_ref(), &flat, 8, Packing::F)
            .unwrap()
            .unwrap();
        assert_eq!(&view.strides[..], &[8]);
    }

    #[test]
    fn minus_one_is_inferred_unless_it_is_open() {
        assert_eq!(&infer_shape(6, &[2, -1], 8).unwrap()[..], &[2, 3]);
        assert_eq!(&infer_shape(0, &[3, -1], 8).unwrap()[..], &[3, 0]);
        assert_eq!(&infer_shape(1, &[-1], 8).unwrap()[..], &[1]);
        assert!(infer_shape(0, &[0, -1], 8).is_err());
        assert!(infer_shape(6, &[4, -1], 8).is_err());
        assert!(infer_shape(6, &[-1, -1], 8).is_err());
        assert!(infer_shape(6, &[-2, 3], 8).is_err());
        assert!(infer_shape(6, &[4], 8).is_err());
        assert!(infer_shape(6, &[i64::MAX, i64::MAX], 8).is_err());
    }
}
