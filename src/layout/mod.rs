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
pub use broadcast::{broadcast_shapes, broadcast_source, broadcast_to, stretch_in};
pub use index::{
    BasicEntry, KeyCounts, MAX_KEY, Slicer, clamp_range, normalize_index, offset_at, parse_key,
    resolve_range, slice, slice_of, stepped,
};
pub use order::{Order, Packing, order_into, ordered, pack, packed};
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
    #[inline]
    pub fn as_ref(&self) -> LayoutRef<'_> {
        LayoutRef {
            shape: &self.shape,
            strides: &self.strides,
            offset: self.offset,
        }
    }

    /// Appends an axis.
    #[inline]
    pub fn push(&mut self, extent: i64, stride: i64) -> Result<()> {
        if self.shape.try_push(extent).is_err() || self.strides.try_push(stride).is_err() {
            return Err(Error::TooManyAxes {
                argument: "result",
                given: MAX_NDIM as i64 + 1,
            });
        }
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
    #[inline]
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

/// What there is to know about a layout before its elements are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The number of elements.
    pub size: i64,
    /// Packed in row-major order.
    pub c_contiguous: bool,
    /// Packed in column-major order.
    pub f_contiguous: bool,
    /// The or-ed strides of axes of more than one element; 0 without elements.
    pub stride_bits: i64,
}

/// Makes a [`Summary`] in one walk over the axes. A zero extent makes a layout
/// C- and F-contiguous; axes of extent 1 are ignored.
#[inline(always)]
pub fn summarize(layout: LayoutRef<'_>, itemsize: i64) -> Summary {
    let (mut c_contiguous, mut f_contiguous) = (true, true);
    let (mut size, mut stride_bits) = (1i64, 0);
    // The stride of the axis inside, which in column-major order is that of the
    // next one outwards times its extent. The innermost has none, and the
    // outermost has to be packed itself.
    let mut inner = None;
    for (extent, stride) in layout.axes().rev() {
        if extent == 1 {
            continue;
        }
        let reach = stride.wrapping_mul(extent);
        c_contiguous &= stride == itemsize.wrapping_mul(size);
        f_contiguous &= inner.is_none_or(|inner| inner == reach);
        stride_bits |= stride;
        size = size.wrapping_mul(extent);
        inner = Some(stride);
    }
    f_contiguous &= inner.is_none_or(|outermost| outermost == itemsize);
    let is_empty = size == 0;
    Summary {
        size,
        c_contiguous: c_contiguous | is_empty,
        f_contiguous: f_contiguous | is_empty,
        stride_bits: if is_empty { 0 } else { stride_bits },
    }
}

/// The axes of elements packed in row-major order, the innermost first. The
/// shape was checked by [`element_count`].
#[inline(always)]
pub fn row_major(shape: &[i64], itemsize: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
    let mut next = itemsize;
    shape.iter().rev().map(move |&extent| {
        let stride = next;
        // Extents of 0 count as 1, so that the other strides stay canonical.
        next = stride.wrapping_mul(extent.max(1));
        (extent, stride)
    })
}

/// Whether a layout is C-contiguous and whether it is F-contiguous.
pub fn contiguity(layout: LayoutRef<'_>, itemsize: i64) -> (bool, bool) {
    let summary = summarize(layout, itemsize);
    (summary.c_contiguous, summary.f_contiguous)
}

/// The half-open range of bytes that a layout touches, relative to the start
/// of the memory; empty (both equal to the offset) when it has no elements.
pub fn byte_bounds(layout: LayoutRef<'_>, itemsize: i64) -> Result<(i64, i64)> {
    const TOO_FAR: Error = Error::Overflow {
        what: "the distance between the first and the last byte",
    };
    let (mut low, mut high) = (layout.offset, layout.offset);
    let mut fits = true;
    for (extent, stride) in layout.axes() {
        if extent == 0 {
            return Ok((layout.offset, layout.offset));
        }
        // An axis without elements may follow, so go on to the end.
        let (reach, overflows) = (extent - 1).overflowing_mul(stride);
        let end = if reach < 0 { &mut low } else { &mut high };
        let (sum, leaves) = end.overflowing_add(reach);
        *end = sum;
        fits &= !overflows && !leaves;
    }
    match high.checked_add(itemsize) {
        Some(high) if fits => Ok((low, high)),
        _ => Err(TOO_FAR),
    }
}

/// Checks that a layout stays within an allocation of `nbytes` bytes.
#[inline]
pub fn check_within(layout: LayoutRef<'_>, itemsize: i64, nbytes: i64) -> Result<()> {
    let (low, high) = byte_bounds(layout, itemsize)?;
    if low >= 0 && high <= nbytes {
        return Ok(());
    }
    Err(outside(layout, low, high, nbytes))
}

#[cold]
fn outside(layout: LayoutRef<'_>, low: i64, high: i64, nbytes: i64) -> Error {
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
    Error::OutsideMemory {
        low,
        high,
        nbytes,
        axis,
        stride,
        extent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether axes, the innermost first, lie packed with elements of 4 bytes.
    fn is_packed<'a>(mut axes: impl Iterator<Item = &'a (i64, i64)>) -> bool {
        let mut expected = 4;
        axes.all(|&(extent, stride)| {
            let fits = stride == expected;
            expected *= extent;
            fits
        })
    }

    #[test]
    fn a_summary_says_of_small_layouts_what_the_definitions_say() {
        // All layouts of up to three axes with these extents and strides.
        let choices = [0, 1, 2, 3]
            .into_iter()
            .flat_map(|extent| [-4, 0, 4, 8, 12, 24].map(|stride| (extent, stride)));
        let choices: Vec<(i64, i64)> = choices.collect();
        let mut layouts = vec![Layout::at(0)];
        let mut tried = 0;
        while let Some(layout) = layouts.pop() {
            let axes: Vec<(i64, i64)> = layout.as_ref().axes().collect();
            let is_empty = axes.iter().any(|axis| axis.0 == 0);
            let long = || axes.iter().filter(|axis| axis.0 > 1);
            let wanted = Summary {
                size: axes.iter().map(|axis| axis.0).product(),
                c_contiguous: is_empty || is_packed(long().rev()),
                f_contiguous: is_empty || is_packed(long()),
                stride_bits: match is_empty {
                    true => 0,
                    false => long().fold(0, |bits, axis| bits | axis.1),
                },
            };
            assert_eq!(summarize(layout.as_ref(), 4), wanted, "{axes:?}");
            tried += 1;
            if axes.len() < 3 {
                layouts.extend(choices.iter().map(|&(extent, stride)| {
                    let mut longer = layout.clone();
                    longer.push(extent, stride).unwrap();
                    longer
                }));
            }
        }
        assert_eq!(tried, 1 + 24 + 24 * 24 + 24 * 24 * 24);
    }
}
