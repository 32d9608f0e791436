//! Layouts whose elements need not be distinct: diagonals, windows, free
//! strides.

use super::{Layout, LayoutRef, Packing, dims, element_count, normalize_axis, packed};
use crate::error::{Error, Result};

/// The elements `[i, i + offset]` of the plane of two axes; the diagonal comes
/// last.
pub fn diagonal(layout: LayoutRef<'_>, offset: i64, axis1: i64, axis2: i64) -> Result<Layout> {
    if layout.ndim() < 2 {
        return Err(Error::DiagonalRank {
            ndim: layout.ndim(),
        });
    }
    let first = normalize_axis(axis1, layout.ndim())?;
    let second = normalize_axis(axis2, layout.ndim())?;
    if first == second {
        return Err(Error::RepeatedAxis {
            argument: "axis1 and axis2",
            axis: axis2,
        });
    }
    // Where the diagonal enters the plane.
    let (row, column) = (offset.min(0).saturating_neg(), offset.max(0));
    let rows = layout.shape[first].saturating_sub(row);
    let columns = layout.shape[second].saturating_sub(column);
    let extent = rows.min(columns).max(0);
    let (row_stride, column_stride) = (layout.strides[first], layout.strides[second]);
    let mut result = Layout::at(layout.offset);
    if extent > 0 && !layout.shape.contains(&0) {
        // An element of the array, so nothing can overflow.
        result.offset += row * row_stride + column * column_stride;
    }
    for (axis, (extent, stride)) in layout.axes().enumerate() {
        if axis != first && axis != second {
            result.push(extent, stride)?;
        }
    }
    // Where the sum does not fit, no element is a step away.
    result.push(extent, row_stride.wrapping_add(column_stride))?;
    Ok(result)
}

/// Every window of the given extents along the given axes (all, when `axes` is
/// absent); the windows' axes come last, in the order of `windows`.
pub fn sliding_window(
    layout: LayoutRef<'_>,
    axes: Option<&[i64]>,
    windows: &[i64],
    itemsize: i64,
) -> Result<Layout> {
    let wanted = axes.map_or(layout.ndim(), <[i64]>::len);
    if windows.len() != wanted {
        return Err(Error::InvalidValue {
            argument: "count",
            value: windows.len() as i64,
            expected: "one window for each axis",
        });
    }
    let mut result = layout.to_owned();
    for (k, &window) in windows.iter().enumerate() {
        let axis = match axes {
            None => k,
            Some(axes) => normalize_axis(axes[k], layout.ndim())?,
        };
        if window < 0 {
            return Err(Error::NegativeExtent {
                argument: "windows",
                axis: k,
                extent: window,
            });
        }
        let size = result.shape[axis];
        // A window of 0 stands at one place more than there are elements.
        let places = size.checked_sub(window).and_then(|n| n.checked_add(1));
        result.shape[axis] = places.filter(|&n| n > 0).ok_or(Error::WindowTooLarge {
            window,
            axis: axis as i64,
            size,
        })?;
        result.push(window, layout.strides[axis])?;
    }
    element_count("windows", &result.shape, itemsize)?;
    Ok(result)
}

/// Any shape and strides, the first element `offset` bytes after that of
/// `layout`; without strides in C order. Whether it stays within the memory is
/// for the caller to check.
pub fn as_strided(
    layout: LayoutRef<'_>,
    offset: i64,
    shape: &[i64],
    strides: Option<&[i64]>,
    itemsize: i64,
) -> Result<Layout> {
    element_count("shape", shape, itemsize)?;
    let mut result = match strides {
        None => packed(shape, itemsize, Packing::C)?,
        Some(strides) => Layout {
            shape: dims("shape", shape)?,
            strides: dims("strides", strides)?,
            offset: 0,
        },
    };
    result.offset = layout
        .offset
        .checked_add(offset)
        .ok_or(Error::Overflow { what: "the offset" })?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane() -> Layout {
        packed(&[3, 4], 8, Packing::C).unwrap()
    }

    #[test]
    fn diagonals_enter_the_plane_where_numpy_says() {
        let main = diagonal(plane().as_ref(), 0, 0, 1).unwrap();
        assert_eq!(
            (&main.shape[..], &main.strides[..], main.offset),
            (&[3][..], &[40][..], 0)
        );
        let above = diagonal(plane().as_ref(), 2, 0, 1).unwrap();
        assert_eq!((&above.shape[..], above.offset), (&[2][..], 16));
        let below = diagonal(plane().as_ref(), -1, 0, 1).unwrap();
        assert_eq!((&below.shape[..], below.offset), (&[2][..], 32));
        for outside in [4, -3, i64::MAX, i64::MIN] {
            let none = diagonal(plane().as_ref(), outside, 0, 1).unwrap();
            assert_eq!((&none.shape[..], none.offset), (&[0][..], 0));
        }
        assert!(diagonal(plane().as_ref(), 0, 1, -1).is_err());
    }

    #[test]
    fn windows_come_last() {
        let view = sliding_window(plane().as_ref(), None, &[2, 3], 8).unwrap();
        assert_eq!(&view.shape[..], &[2, 2, 2, 3]);
        assert_eq!(&view.strides[..], &[32, 8, 32, 8]);
        let twice = sliding_window(plane().as_ref(), Some(&[1, 1]), &[2, 3], 8).unwrap();
        assert_eq!(&twice.shape[..], &[3, 1, 2, 3]);
        assert!(sliding_window(plane().as_ref(), Some(&[0]), &[4], 8).is_err());
        assert!(sliding_window(plane().as_ref(), Some(&[0]), &[-1], 8).is_err());
        let none = sliding_window(plane().as_ref(), Some(&[0]), &[0], 8).unwrap();
        assert_eq!(&none.shape[..], &[4, 4, 0]);
    }
}
