//! Views: other layouts of the same memory.

use crate::array::{Array, Flags};
use crate::dtype::{DType, Element, Field};
use crate::error::{Error, Result};
use crate::layout::{self, BasicEntry, Layout, Obstacle, Order, Packing, Slicer, packed};
use crate::ops::{CopyMode, copy, create};

/// `a[key]` for a basic key.
pub fn slice(array: &Array, key: &[BasicEntry]) -> Result<Array> {
    array.view(&layout::slice(array.layout(), key)?)
}

/// As [`slice`], with a key that `drive` hands over entry by entry.
#[inline]
pub fn slice_by(array: &Array, drive: impl FnOnce(&mut Slicer<'_>) -> Result<()>) -> Result<Array> {
    let mut layout = Layout::at(array.layout().offset);
    let mut slicer = Slicer::new(array.layout(), &mut layout);
    drive(&mut slicer)?;
    slicer.finish()?;
    array.view(&layout)
}

/// The packing that a reshape counts elements in.
fn reshape_packing(array: &Array, order: Order) -> Result<Packing> {
    if order == Order::K {
        return Err(Error::InvalidValue {
            argument: "order",
            value: 3,
            expected: "LA_ORDER_C, LA_ORDER_F or LA_ORDER_A (0 to 2)",
        });
    }
    Ok(order.packing(array.layout(), array.itemsize()))
}

/// Another shape; a view where one exists, else as the mode says.
pub fn reshape(array: &Array, shape: &[i64], order: Order, mode: CopyMode) -> Result<Array> {
    let packing = reshape_packing(array, order)?;
    let shape = layout::infer_shape(array.size(), shape, array.itemsize())?;
    if mode != CopyMode::Always {
        // What is packed stays packed: no axes need to be paired up.
        if packing == Packing::C && array.flags().has(Flags::C_CONTIGUOUS) {
            let axes = layout::row_major(&shape, array.itemsize());
            return array.view_by(shape.len(), axes, |_| array.layout().offset);
        }
        match layout::reshape(array.layout(), &shape, array.itemsize(), packing)? {
            Ok(layout) => return array.view(&layout),
            Err(obstacle) if mode == CopyMode::Never => return Err(obstacle.into()),
            Err(_) => {}
        }
    }
    let layout = packed(&shape, array.itemsize(), packing)?;
    copy::into_layout(array, &layout, packing)
}

/// The axes that would make [`reshape`] copy, if any.
pub fn plan_reshape(array: &Array, shape: &[i64], order: Order) -> Result<Option<Obstacle>> {
    let packing = reshape_packing(array, order)?;
    let shape = layout::infer_shape(array.size(), shape, array.itemsize())?;
    Ok(layout::reshape(array.layout(), &shape, array.itemsize(), packing)?.err())
}

/// The axes reversed.
pub fn transpose(array: &Array) -> Result<Array> {
    array.view(&layout::transpose(array.layout()))
}

/// The axes in another order.
pub fn permute(array: &Array, axes: &[i64]) -> Result<Array> {
    array.view(&layout::permute(array.layout(), axes)?)
}

/// Two axes exchanged.
pub fn swapaxes(array: &Array, axis1: i64, axis2: i64) -> Result<Array> {
    array.view(&layout::swapaxes(array.layout(), axis1, axis2)?)
}

/// Axes moved to new places.
pub fn moveaxis(array: &Array, source: &[i64], destination: &[i64]) -> Result<Array> {
    array.view(&layout::moveaxis(array.layout(), source, destination)?)
}

/// Axes of extent 1 removed.
pub fn squeeze(array: &Array, axes: Option<&[i64]>) -> Result<Array> {
    array.view(&layout::squeeze(array.layout(), axes)?)
}

/// Axes of extent 1 added.
pub fn expand_dims(array: &Array, axes: &[i64]) -> Result<Array> {
    array.view(&layout::expand_dims(array.layout(), axes)?)
}

/// Stretched to a shape; read-only.
pub fn broadcast_to(array: &Array, shape: &[i64]) -> Result<Array> {
    let layout = layout::broadcast_to(array.layout(), shape, array.itemsize())?;
    array.view_as(&layout, array.dtype(), false)
}

/// Run through backwards.
pub fn flip(array: &Array, axes: Option<&[i64]>) -> Result<Array> {
    array.view(&layout::flip(array.layout(), axes)?)
}

/// Turned in the plane of two axes.
pub fn rot90(array: &Array, turns: i64, axis1: i64, axis2: i64) -> Result<Array> {
    array.view(&layout::rot90(array.layout(), turns, axis1, axis2)?)
}

/// A diagonal; read-only.
pub fn diagonal(array: &Array, offset: i64, axis1: i64, axis2: i64) -> Result<Array> {
    let layout = layout::diagonal(array.layout(), offset, axis1, axis2)?;
    array.view_as(&layout, array.dtype(), false)
}

/// The type of one part of a complex number, in the byte order of the whole.
fn part_type(dtype: DType) -> Option<DType> {
    let part = match dtype.element()? {
        Element::Complex64 => DType::new(Element::Float32),
        Element::Complex128 => DType::new(Element::Float64),
        _ => return None,
    };
    Some(if dtype.is_swapped() {
        part.swapped()
    } else {
        part
    })
}

fn check_number(array: &Array) -> Result<()> {
    match array.dtype().element() {
        Some(_) => Ok(()),
        None => Err(Error::WrongDType {
            argument: "array",
            given: array.dtype(),
            expected: "a type whose elements are numbers",
        }),
    }
}

/// The real parts.
pub fn real(array: &Array) -> Result<Array> {
    check_number(array)?;
    let part = part_type(array.dtype()).unwrap_or(array.dtype());
    array.view_as(&array.layout().to_owned(), part, array.is_writeable())
}

/// The imaginary parts: a view of a complex array, else new read-only zeros.
pub fn imag(array: &Array) -> Result<Array> {
    check_number(array)?;
    let Some(part) = part_type(array.dtype()) else {
        return create::constant_zeros_like(array);
    };
    let mut layout = array.layout().to_owned();
    if array.size() > 0 {
        layout.offset += part.itemsize();
    }
    array.view_as(&layout, part, array.is_writeable())
}

/// The field of a name.
pub fn field_named(array: &Array, name: &str) -> Result<Array> {
    let dtype = array.dtype();
    let record = dtype.record().ok_or(Error::NotARecord { dtype })?;
    let place = record.find(name).ok_or(Error::NoSuchField { dtype })?;
    field(array, &record.fields()[place])
}

/// A field of the records that an array has.
pub fn field(array: &Array, field: &Field) -> Result<Array> {
    let mut layout = array.layout().to_owned();
    // Without elements there is nothing that it could point into.
    if array.size() > 0 {
        layout.offset += field.offset;
    }
    array.view_as(&layout, field.dtype, array.is_writeable())
}

/// The same bytes as another type.
pub fn view_dtype(array: &Array, dtype: DType) -> Result<Array> {
    let (old, new) = (array.itemsize(), dtype.itemsize());
    let mut layout = array.layout().to_owned();
    if old != new {
        resize_items(&mut layout, old, new)?;
    }
    array.view_as(&layout, dtype, array.is_writeable())
}

/// Cuts the last axis into items of another size.
fn resize_items(layout: &mut Layout, old: i64, new: i64) -> Result<()> {
    let empty = layout.shape.contains(&0);
    let Some(last) = layout.shape.len().checked_sub(1) else {
        return Err(Error::ViewScalar { old, new });
    };
    let (extent, stride) = (layout.shape[last], layout.strides[last]);
    if extent != 1 && !empty && stride != old {
        return Err(Error::ViewNotContiguous {
            stride,
            itemsize: old,
        });
    }
    // The bytes of an array fit, and those of one axis are fewer.
    let bytes = extent * old;
    if new < old {
        if old % new != 0 {
            return Err(Error::ViewSmaller { old, new });
        }
    } else if bytes % new != 0 {
        return Err(Error::ViewLarger { bytes, new });
    }
    layout.shape[last] = bytes / new;
    layout.strides[last] = new;
    Ok(())
}

/// Any layout within the owner's memory.
pub fn as_strided(
    array: &Array,
    offset: i64,
    shape: &[i64],
    strides: Option<&[i64]>,
) -> Result<Array> {
    let itemsize = array.itemsize();
    let layout = layout::as_strided(array.layout(), offset, shape, strides, itemsize)?;
    layout::check_within(layout.as_ref(), itemsize, array.memory().nbytes())?;
    array.view(&layout)
}

/// Every window; read-only.
pub fn sliding_window(array: &Array, axes: Option<&[i64]>, windows: &[i64]) -> Result<Array> {
    let layout = layout::sliding_window(array.layout(), axes, windows, array.itemsize())?;
    array.view_as(&layout, array.dtype(), false)
}

/// A view that cannot be written, nor anything made from it.
pub fn readonly(array: &Array) -> Result<Array> {
    array.readonly()
}

/// An array cut into parts along an axis.
pub struct Split<'a> {
    array: &'a Array,
    axis: usize,
    cuts: Cuts<'a>,
}

enum Cuts<'a> {
    Equal { sections: i64, extent: i64 },
    At(&'a [i64]),
}

impl<'a> Split<'a> {
    /// Cuts into `sections` equal parts.
    pub fn equal(array: &'a Array, sections: i64, axis: i64) -> Result<Split<'a>> {
        let axis = layout::normalize_axis(axis, array.ndim())?;
        let size = array.shape()[axis];
        if sections <= 0 {
            return Err(Error::InvalidValue {
                argument: "sections",
                value: sections,
                expected: "a number larger than 0",
            });
        }
        if size % sections != 0 {
            return Err(Error::UnequalSplit {
                axis: axis as i64,
                size,
                sections,
            });
        }
        let extent = size / sections;
        Ok(Split {
            array,
            axis,
            cuts: Cuts::Equal { sections, extent },
        })
    }

    /// Cuts before each of the indices.
    pub fn at(array: &'a Array, indices: &'a [i64], axis: i64) -> Result<Split<'a>> {
        let axis = layout::normalize_axis(axis, array.ndim())?;
        Ok(Split {
            array,
            axis,
            cuts: Cuts::At(indices),
        })
    }

    /// How many parts there are; at least one.
    #[allow(clippy::len_without_is_empty)] // it never is
    pub fn len(&self) -> usize {
        match self.cuts {
            Cuts::Equal { sections, .. } => sections as usize,
            Cuts::At(indices) => indices.len() + 1,
        }
    }

    /// Part `k`, below `len`.
    pub fn piece(&self, k: usize) -> Result<Array> {
        let (start, stop) = match self.cuts {
            Cuts::Equal { extent, .. } => {
                let start = k as i64 * extent;
                (Some(start), Some(start + extent))
            }
            Cuts::At(indices) => (
                k.checked_sub(1).map(|before| indices[before]),
                indices.get(k).copied(),
            ),
        };
        let mut key = arrayvec::ArrayVec::<_, { layout::MAX_NDIM }>::new();
        key.extend((0..self.axis).map(|_| BasicEntry::ALL));
        key.push(BasicEntry::Range {
            start,
            stop,
            step: 1,
        });
        slice(self.array, &key)
    }
}
