//! Geometry: shape, strides, offset. Integers in, integers out; no bytes are
//! touched and no element types known (an item size is all that matters here).
//!
//! Units: extents count elements, strides and offsets count bytes. All
//! arithmetic is checked: a layout that would leave 64 bits is an error.

mod axes;
mod broadcast;
mod index;
mod order;
mod reshape;
mod window;

pub use axes::{
    AxisSet, expand_dims, flip, moveaxis, normalize_axis, permute, rot90, squeeze, swapaxes,
    transpose,
};
pub use broadcast::{broadcast_shapes, broadcast_source, broadcast_to};
pub use index::{
    BasicEntry, KeyCounts, MAX_KEY, Slicer, normalize_index, parse_key, resolve_range, slice,
    slice_of,
};
pub use order::{Order, Packing, ordered, packed};
pub use reshape::{Obstacle, infer_shape, reshape};
pub use window::{as_strided, diagonal, sliding_window};

use arrayvec::ArrayVec;

use crate::error::{Error, Result};

/// The most axes an array can have, for ever.
pub const MAX_NDIM: usize = 64;

/// One integer for each axis.
pub type Dims = ArrayVec<i64, MAX_NDIM>;

/// Where the elements of an array lie: `shape` in elements, `strides` in
/// bytes, and the byte `offset` of the first element from the start of the
/// memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Extent of each axis, in elements; never negative.
    pub shape: Dims,
    /// Distance from one element to the next along each axis, in bytes.
    pub strides: Dims,
    /// Distance of the first element from the start of the memory, in bytes.
    pub offset: i64,
}

/// A borrowed [`Layout`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutRef<'a> {
    /// Extent of each axis, in elements; never negative.
    pub shape: &'a [i64],
    /// Distance from one element to the next along each axis, in bytes.
    pub strides: &'a [i64],
    /// Distance of the first element from the start of the memory, in bytes.
    pub offset: i64,
}

impl Layout {
    /// An empty list of axes at `offset`; axes are pushed by [`Layout::push`].
    pub fn at(offset: i64) -> Layout {
        Layout {
            shape: Dims::new(),
            strides: Dims::new(),
            offset,
        }
    }

    /// Appends axes of another layout, of which there can't be too many. Made
    /// in place: a layout is large, and moving it costs more than filling it.
    #[inline]
    pub(crate) fn extend(&mut self, axes: impl Iterator<Item = (i64, i64)>) {
        for (extent, stride) in axes {
            if self.shape.try_push(extent).is_ok() {
                self.strides.push(stride);
            }
        }
    }

    /// Borrows it.
    pub fn as_ref(&self) -> LayoutRef<'_> {
        LayoutRef {
            shape: &self.shape,
            strides: &self.strides,
            offset: self.offset,
        }
    }

    /// Appends an axis.
    pub fn push(&mut self, extent: i64, stride: i64) -> Result<()> {
        if self.shape.is_full() {
            return Err(Error::TooManyAxes {
                argument: "result",
                given: MAX_NDIM as i64 + 1,
            });
        }
        self.shape.push(extent);
        self.strides.push(stride);
        Ok(())
    }
}

impl<'a> LayoutRef<'a> {
    /// The number of axes.
    pub fn ndim(self) -> usize {
        self.shape.len()
    }

    /// The number of elements. A layout that stands in an array has passed
    /// [`element_count`], so the product fits.
    pub fn size(self) -> i64 {
        self.shape.iter().product()
    }

    /// An owned copy.
    #[inline]
    pub fn to_owned(self) -> Layout {
        let mut layout = Layout::at(self.offset);
        layout.extend(self.axes());
        layout
    }

    /// (extent, stride) of each axis.
    pub fn axes(self) -> impl DoubleEndedIterator<Item = (i64, i64)> + ExactSizeIterator + 'a {
        self.shape.iter().copied().zip(self.strides.iter().copied())
    }
}

/// Copies a shape or strides from a caller, who may give at most 64 axes.
pub fn dims(argument: &'static str, values: &[i64]) -> Result<Dims> {
    Dims::try_from(values).map_err(|_| Error::TooManyAxes {
        argument,
        given: values.len() as i64,
    })
}

/// Checks a shape from a caller: no negative extents, and a number of bytes
/// that fits 64 bits. Returns the number of elements.
///
/// Zero extents do not excuse the others: the product of the nonzero extents
/// must fit as well, as in NumPy, so that strides always can be computed.
pub fn element_count(argument: &'static str, shape: &[i64], itemsize: i64) -> Result<i64> {
    let mut nonzero = 1i64;
    let mut empty = false;
    for (axis, &extent) in shape.iter().enumerate() {
        if extent < 0 {
            return Err(Error::NegativeExtent {
                argument,
                axis,
                extent,
            });
        }
        if extent == 0 {
            empty = true;
        } else {
            nonzero = nonzero.checked_mul(extent).ok_or(Error::Overflow {
                what: "the number of elements",
            })?;
        }
    }
    if nonzero.checked_mul(itemsize).is_none() {
        return Err(Error::TooBig {
            elements: nonzero,
            itemsize,
        });
    }
    Ok(if empty { 0 } else { nonzero })
}

/// Whether a layout is C-contiguous and whether it is F-contiguous.
///
/// A zero extent makes it both; axes of extent 1 are ignored.
pub fn contiguity(layout: LayoutRef<'_>, itemsize: i64) -> (bool, bool) {
    let mut c_contiguous = true;
    let mut expected = itemsize;
    for (extent, stride) in layout.axes().rev() {
        match extent {
            0 => return (true, true),
            1 => {}
            _ => {
                c_contiguous &= stride == expected;
                expected = expected.wrapping_mul(extent);
            }
        }
    }
    if layout.ndim() < 2 {
        return (c_contiguous, c_contiguous);
    }
    let mut expected = itemsize;
    for (extent, stride) in layout.axes() {
        if extent != 1 {
            if stride != expected {
                return (c_contiguous, false);
            }
            expected = expected.wrapping_mul(extent);
        }
    }
    (c_contiguous, true)
}

/// The half-open range of bytes that a layout touches, relative to the start
/// of the memory; empty (both equal to the offset) when it has no elements.
pub fn byte_bounds(layout: LayoutRef<'_>, itemsize: i64) -> Result<(i64, i64)> {
    const TOO_FAR: Error = Error::Overflow {
        what: "the distance between the first and the last byte",
    };
    let (mut low, mut high) = (layout.offset, layout.offset);
    if layout.shape.contains(&0) {
        return Ok((low, high));
    }
    for (extent, stride) in layout.axes() {
        let reach = (extent - 1).checked_mul(stride).ok_or(TOO_FAR)?;
        let end = if reach < 0 { &mut low } else { &mut high };
        *end = end.checked_add(reach).ok_or(TOO_FAR)?;
    }
    Ok((low, high.checked_add(itemsize).ok_or(TOO_FAR)?))
}

/// Checks that a layout stays within an allocation of `nbytes` bytes.
pub fn check_within(layout: LayoutRef<'_>, itemsize: i64, nbytes: i64) -> Result<()> {
    let (low, high) = byte_bounds(layout, itemsize)?;
    if low >= 0 && high <= nbytes {
        return Ok(());
    }
    // Name the axis that reaches furthest on the side that is exceeded.
    let (axis, (extent, stride)) = layout
        .axes()
        .enumerate()
        .max_by_key(|&(_, (extent, stride))| {
            let reach = (extent - 1).saturating_mul(stride);
            if low < 0 {
                reach.saturating_neg()
            } else {
                reach
            }
        })
        .unwrap_or((0, (1, 0)));
    Err(Error::OutsideMemory {
        low,
        high,
        nbytes,
        axis,
        stride,
        extent,
    })
}
