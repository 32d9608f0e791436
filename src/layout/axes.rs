//! Layouts that differ from another in their axes only: order, sign, and axes
//! of extent 1 more or less.

use super::{Dims, Layout, LayoutRef, MAX_NDIM};
use crate::error::{Error, Result};

/// Turns an axis that may count from the end into 0..ndim.
pub fn normalize_axis(axis: i64, ndim: usize) -> Result<usize> {
    let from_start = if axis < 0 {
        axis.wrapping_add(ndim as i64)
    } else {
        axis
    };
    if (0..ndim as i64).contains(&from_start) {
        Ok(from_start as usize)
    } else {
        Err(Error::AxisOutOfBounds { axis, ndim })
    }
}

/// A set of axes, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AxisSet(u64);

impl AxisSet {
    /// The first `ndim` axes.
    pub fn all(ndim: usize) -> AxisSet {
        AxisSet(match ndim {
            0 => 0,
            _ => u64::MAX >> (MAX_NDIM - ndim.min(MAX_NDIM)),
        })
    }

    /// Reads a list of axes, each at most once.
    pub fn normalized(argument: &'static str, axes: &[i64], ndim: usize) -> Result<AxisSet> {
        let mut set = AxisSet(0);
        for &axis in axes {
            let normal = normalize_axis(axis, ndim)?;
            if set.contains(normal) {
                return Err(Error::RepeatedAxis { argument, axis });
            }
            set.0 |= 1 << normal;
        }
        Ok(set)
    }

    /// Whether an axis is in it.
    pub fn contains(self, axis: usize) -> bool {
        self.0 >> axis & 1 != 0
    }
}

/// Axis k of the result is axis `axes[k]` of the layout.
pub fn permute(layout: LayoutRef<'_>, axes: &[i64]) -> Result<Layout> {
    if axes.len() != layout.ndim() {
        return Err(Error::AxesCount {
            given: axes.len() as i64,
            ndim: layout.ndim(),
        });
    }
    AxisSet::normalized("axes", axes, layout.ndim())?;
    let mut result = Layout::at(layout.offset);
    for &axis in axes {
        let axis = normalize_axis(axis, layout.ndim())?;
        result.push(layout.shape[axis], layout.strides[axis])?;
    }
    Ok(result)
}

/// The axes in reverse order.
#[inline]
pub fn transpose(layout: LayoutRef<'_>) -> Layout {
    let mut result = Layout::at(layout.offset);
    result.extend(layout.axes().rev());
    result
}

/// Exchanges two axes.
pub fn swapaxes(layout: LayoutRef<'_>, axis1: i64, axis2: i64) -> Result<Layout> {
    let axis1 = normalize_axis(axis1, layout.ndim())?;
    let axis2 = normalize_axis(axis2, layout.ndim())?;
    let mut result = layout.to_owned();
    result.shape.swap(axis1, axis2);
    result.strides.swap(axis1, axis2);
    Ok(result)
}

/// Moves the axes `source` to the places `destination`; the others keep their
/// order and fill what is left.
pub fn moveaxis(layout: LayoutRef<'_>, source: &[i64], destination: &[i64]) -> Result<Layout> {
    let ndim = layout.ndim();
    if source.len() != destination.len() {
        return Err(Error::WrongRank {
            argument: "destination",
            given: destination.len() as i64,
            wanted: source.len() as i64,
        });
    }
    let moved = AxisSet::normalized("source", source, ndim)?;
    AxisSet::normalized("destination", destination, ndim)?;
    let mut order = [None; MAX_NDIM];
    for (&from, &to) in source.iter().zip(destination) {
        order[normalize_axis(to, ndim)?] = Some(normalize_axis(from, ndim)?);
    }
    let mut others = (0..ndim).filter(|&axis| !moved.contains(axis));
    let mut axes = Dims::new();
    for place in &order[..ndim] {
        let axis = place.or_else(|| others.next());
        axes.extend(axis.map(|axis| axis as i64));
    }
    permute(layout, &axes)
}

/// Removes the named axes, which must have extent 1; without names all such.
pub fn squeeze(layout: LayoutRef<'_>, axes: Option<&[i64]>) -> Result<Layout> {
    let removed = match axes {
        None => None,
        Some(axes) => Some(AxisSet::normalized("axes", axes, layout.ndim())?),
    };
    let mut result = Layout::at(layout.offset);
    for (axis, (extent, stride)) in layout.axes().enumerate() {
        let goes = removed.map_or(extent == 1, |set| set.contains(axis));
        if goes && extent != 1 {
            return Err(Error::SqueezeExtent {
                axis: axis as i64,
                size: extent,
            });
        }
        if !goes {
            result.push(extent, stride)?;
        }
    }
    Ok(result)
}

/// Adds axes of extent 1 at places of the result. Their stride is 0.
pub fn expand_dims(layout: LayoutRef<'_>, axes: &[i64]) -> Result<Layout> {
    let ndim = layout.ndim() + axes.len();
    if ndim > MAX_NDIM {
        return Err(Error::TooManyAxes {
            argument: "axes",
            given: ndim as i64,
        });
    }
    let added = AxisSet::normalized("axes", axes, ndim)?;
    let mut old = layout.axes();
    let mut result = Layout::at(layout.offset);
    for axis in 0..ndim {
        let (extent, stride) = match added.contains(axis) {
            true => (1, 0),
            false => old.next().unwrap_or((1, 0)),
        };
        result.push(extent, stride)?;
    }
    Ok(result)
}

/// Runs through the named axes backwards; without names through all.
pub fn flip(layout: LayoutRef<'_>, axes: Option<&[i64]>) -> Result<Layout> {
    const TOO_FAR: Error = Error::Overflow {
        what: "the flipped offset",
    };
    let flipped = match axes {
        None => AxisSet::all(layout.ndim()),
        Some(axes) => AxisSet::normalized("axes", axes, layout.ndim())?,
    };
    // An empty view stays at the origin, whatever it would reach.
    let is_empty = layout.shape.contains(&0);
    let mut result = layout.to_owned();
    for (axis, (extent, stride)) in layout.axes().enumerate() {
        if !flipped.contains(axis) {
            continue;
        }
        if !is_empty {
            let reach = (extent - 1).checked_mul(stride).ok_or(TOO_FAR)?;
            result.offset = result.offset.checked_add(reach).ok_or(TOO_FAR)?;
        }
        // The one stride that has no opposite is never taken.
        result.strides[axis] = stride.checked_neg().unwrap_or(stride);
    }
    Ok(result)
}

/// Turns the plane of two axes by `turns` quarters, from the first towards the
/// second.
pub fn rot90(layout: LayoutRef<'_>, turns: i64, axis1: i64, axis2: i64) -> Result<Layout> {
    let first = normalize_axis(axis1, layout.ndim())?;
    let second = normalize_axis(axis2, layout.ndim())?;
    if first == second {
        return Err(Error::RepeatedAxis {
            argument: "axis1 and axis2",
            axis: axis2,
        });
    }
    match turns.rem_euclid(4) {
        0 => Ok(layout.to_owned()),
        1 => {
            let flipped = flip(layout, Some(&[second as i64]))?;
            swapaxes(flipped.as_ref(), axis1, axis2)
        }
        2 => flip(layout, Some(&[first as i64, second as i64])),
        _ => {
            let swapped = swapaxes(layout, axis1, axis2)?;
            flip(swapped.as_ref(), Some(&[second as i64]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(shape: &[i64], strides: &[i64]) -> Layout {
        Layout {
            shape: shape.iter().copied().collect(),
            strides: strides.iter().copied().collect(),
            offset: 0,
        }
    }

    #[test]
    fn an_axis_counts_from_the_end_when_negative() {
        assert_eq!(normalize_axis(-1, 3), Ok(2));
        assert_eq!(normalize_axis(2, 3), Ok(2));
        for axis in [3, -4, i64::MIN, i64::MAX] {
            assert!(normalize_axis(axis, 3).is_err());
        }
    }

    #[test]
    fn moveaxis_keeps_the_order_of_the_others() {
        let cube = layout(&[3, 4, 5, 6], &[0, 1, 2, 3]);
        let moved = moveaxis(cube.as_ref(), &[0, -1], &[-1, 0]).unwrap();
        assert_eq!(&moved.shape[..], &[6, 4, 5, 3]);
        let moved = moveaxis(cube.as_ref(), &[0], &[2]).unwrap();
        assert_eq!(&moved.shape[..], &[4, 5, 3, 6]);
    }

    #[test]
    fn four_quarter_turns_are_none() {
        let plane = layout(&[2, 3], &[24, 8]);
        let mut turned = plane.clone();
        for _ in 0..4 {
            turned = rot90(turned.as_ref(), 1, 0, 1).unwrap();
        }
        assert_eq!(turned, plane);
        let back = rot90(plane.as_ref(), -1, 0, 1).unwrap();
        assert_eq!(back, rot90(plane.as_ref(), 3, 0, 1).unwrap());
        // np.rot90(np.arange(6).reshape(2, 3)) starts with element 2.
        let once = rot90(plane.as_ref(), 1, 0, 1).unwrap();
        assert_eq!((once.offset, &once.strides[..]), (16, &[-8, 24][..]));
    }

    #[test]
    fn an_axis_of_another_extent_is_not_squeezed() {
        let thin = layout(&[1, 3, 1], &[0, 8, 0]);
        assert_eq!(&squeeze(thin.as_ref(), None).unwrap().shape[..], &[3]);
        assert_eq!(
            squeeze(thin.as_ref(), Some(&[1])),
            Err(Error::SqueezeExtent { axis: 1, size: 3 })
        );
    }

    #[test]
    fn flipping_nothing_stays_at_the_origin() {
        let empty = layout(&[0, 3], &[24, 8]);
        assert_eq!(flip(empty.as_ref(), None).unwrap().offset, 0);
    }
}
