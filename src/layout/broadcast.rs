//! Broadcasting: shapes lined up at their last axes, extents of 1 stretched
//! with stride 0.

use super::{Dims, Layout, LayoutRef, dims, element_count};
use crate::error::{Error, Result, ShapeNote};

/// The shape that two shapes broadcast to.
pub fn broadcast_shapes(a: &[i64], b: &[i64]) -> Result<Dims> {
    let ndim = a.len().max(b.len());
    let extent = |shape: &[i64], axis: usize| match (axis + shape.len()).checked_sub(ndim) {
        Some(own) => shape[own],
        None => 1,
    };
    let mut result = Dims::new();
    for axis in 0..ndim {
        result.push(match (extent(a, axis), extent(b, axis)) {
            (1, other) | (other, 1) => other,
            (x, y) if x == y => x,
            _ => {
                return Err(Error::Broadcast {
                    a: ShapeNote::new(a),
                    b: ShapeNote::new(b),
                });
            }
        });
    }
    Ok(result)
}

/// Stretches a layout to `shape`. The size of the result is checked against
/// `itemsize`, since it can be far larger than any memory.
pub fn broadcast_to(layout: LayoutRef<'_>, shape: &[i64], itemsize: i64) -> Result<Layout> {
    element_count("shape", shape, itemsize)?;
    let fail = || Error::BroadcastInto {
        from: ShapeNote::new(layout.shape),
        into: ShapeNote::new(shape),
    };
    let added = shape.len().checked_sub(layout.ndim()).ok_or_else(fail)?;
    let mut result = Layout {
        shape: dims("shape", shape)?,
        strides: Dims::new(),
        offset: layout.offset,
    };
    result.strides.extend(core::iter::repeat_n(0, added));
    for ((extent, stride), &wanted) in layout.axes().zip(&shape[added..]) {
        result.strides.push(match extent {
            _ if extent == wanted => stride,
            1 => 0,
            _ => return Err(fail()),
        });
    }
    Ok(result)
}

/// The layout itself where it has the shape already, else what `stretch`
/// ([`broadcast_to`] or [`broadcast_source`]) makes of it, in `room`, since layouts
/// are too large to be moved for nothing.
pub fn stretch_in<'a>(
    room: &'a mut Layout,
    layout: LayoutRef<'a>,
    shape: &[i64],
    itemsize: i64,
    stretch: fn(LayoutRef<'_>, &[i64], i64) -> Result<Layout>,
) -> Result<LayoutRef<'a>> {
    if layout.shape == shape {
        return Ok(layout);
    }
    *room = stretch(layout, shape, itemsize)?;
    Ok(room.as_ref())
}

/// As [`broadcast_to`], after dropping leading axes of extent 1 that the target
/// does not have, as assignment does.
pub fn broadcast_source(layout: LayoutRef<'_>, shape: &[i64], itemsize: i64) -> Result<Layout> {
    let extra = layout.ndim().saturating_sub(shape.len());
    let dropped = layout.shape[..extra]
        .iter()
        .take_while(|&&e| e == 1)
        .count();
    let stripped = LayoutRef {
        shape: &layout.shape[dropped..],
        strides: &layout.strides[dropped..],
        offset: layout.offset,
    };
    broadcast_to(stripped, shape, itemsize).map_err(|error| match error {
        Error::BroadcastInto { into, .. } => Error::BroadcastInto {
            from: ShapeNote::new(layout.shape),
            into,
        },
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_line_up_at_their_last_axes() {
        let shape = |a: &[i64], b: &[i64]| broadcast_shapes(a, b).map(|s| s.to_vec());
        assert_eq!(shape(&[2, 1, 4], &[3, 1]), Ok(vec![2, 3, 4]));
        assert_eq!(shape(&[], &[0]), Ok(vec![0]));
        assert_eq!(shape(&[1], &[0]), Ok(vec![0]));
        assert!(shape(&[2], &[3]).is_err());
        assert!(shape(&[2], &[0]).is_err());
    }

    #[test]
    fn stretched_axes_have_stride_zero() {
        let column = Layout {
            shape: [3, 1].into_iter().collect(),
            strides: [8, 8].into_iter().collect(),
            offset: 5,
        };
        let wide = broadcast_to(column.as_ref(), &[2, 3, 4], 8).unwrap();
        assert_eq!(&wide.strides[..], &[0, 8, 0]);
        assert_eq!(wide.offset, 5);
        assert!(broadcast_to(column.as_ref(), &[3], 8).is_err());
        assert!(broadcast_to(column.as_ref(), &[3, i64::MAX], 8).is_err());
    }

    #[test]
    fn assignment_drops_leading_ones_only() {
        let source = Layout {
            shape: [1, 1, 3].into_iter().collect(),
            strides: [0, 0, 8].into_iter().collect(),
            offset: 0,
        };
        assert!(broadcast_source(source.as_ref(), &[3], 8).is_ok());
        assert!(broadcast_source(source.as_ref(), &[4], 8).is_err());
        let two = Layout {
            shape: [2, 3].into_iter().collect(),
            ..source
        };
        let refused = broadcast_source(two.as_ref(), &[3], 8);
        assert!(refused.is_err());
    }
}
