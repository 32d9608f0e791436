//! Functions that take and put elements by index or condition.

use arrayvec::ArrayVec;

use super::CopyMode;
use super::compare::result_layout;
use super::index::{self, Entry, Mode};
use crate::array::Array;
use crate::dtype::{Casting, DType, Element, Kind, promote};
use crate::error::{Error, Result, ShapeNote};
use crate::kernels;
use crate::layout::{self, Dims, MAX_KEY, MAX_NDIM, Order, Packing, normalize_axis, packed};
use crate::ops::{copy, create, indices, view, write};

const INT64: DType = DType::new(Element::Int64);
const BOOL: DType = DType::new(Element::Bool);

/// The array flattened in C order when there is no axis.
fn along(array: &Array, axis: Option<i64>) -> Result<(Array, usize)> {
    match axis {
        Some(axis) => Ok((array.clone(), normalize_axis(axis, array.ndim())?)),
        None => {
            let flat = view::reshape(array, &[array.size()], Order::C, CopyMode::IfNeeded)?;
            Ok((flat, 0))
        }
    }
}

/// Elements along an axis by index; the indices' shape replaces the axis.
pub fn take(array: &Array, indices: &Array, axis: Option<i64>, mode: Mode) -> Result<Array> {
    let (array, axis, indices) = taken(array, indices, axis)?;
    index::get_along(&array, axis, &indices, mode)
}

/// [`take`] into an array that exists.
pub fn take_into(
    array: &Array,
    indices: &Array,
    axis: Option<i64>,
    mode: Mode,
    target: &Array,
) -> Result<()> {
    target.check_writeable("target")?;
    let (array, axis, indices) = taken(array, indices, axis)?;
    index::get_along_into(&array, axis, &indices, mode, target)
}

/// What is taken from, along which axis, by which indices.
fn taken(array: &Array, indices: &Array, axis: Option<i64>) -> Result<(Array, usize, Array)> {
    let indices = indices::as_taken(indices)?;
    let (array, axis) = along(array, axis)?;
    if array.shape()[axis] == 0 && indices.size() > 0 {
        return Err(Error::EmptyTake {
            count: indices.size(),
        });
    }
    Ok((array, axis, indices))
}

/// Values stored at flat indices in C order; values are repeated as needed.
pub fn put(array: &Array, indices: &Array, values: &Array, mode: Mode) -> Result<()> {
    array.check_writeable("array")?;
    let indices = write::apart_from(&indices::as_taken(indices)?, array)?;
    let count = indices.size();
    if count == 0 {
        return Ok(());
    }
    if values.size() == 0 {
        return Err(Error::WrongShape {
            argument: "values",
            given: ShapeNote::new(values.shape()),
            wanted: ShapeNote::new(&[count]),
        });
    }
    copy::check_cast(values, array.dtype(), Casting::Unsafe)?;
    let indices = copy::ravel(&indices, Order::C, CopyMode::IfNeeded)?;
    let values = repeated(values, count)?;
    let line = layout::reshape(
        array.layout(),
        &[array.size()].into_iter().collect(),
        array.itemsize(),
        Packing::C,
    )?;
    if let Ok(line) = line {
        let flat = array.view_as(&line, array.dtype(), true)?;
        let raised = index::set_along(&flat, 0, &indices, &values, mode);
        return raised.map_err(|error| match error {
            Error::IndexOutOfBounds { index, size, .. } => {
                Error::FlatIndexOutOfBounds { index, size }
            }
            other => other,
        });
    }
    // No single stride steps through the array in C order: one index an axis.
    let size = array.size();
    let flat = kernels::to_integers(&indices.source()?)?;
    let rows = create::empty(INT64, &[array.ndim() as i64, count], Order::C)?;
    for &index in &flat[..] {
        normalize_flat(index, size, mode)?;
    }
    let mut inner = 1;
    for axis in (0..array.ndim()).rev() {
        let extent = array.shape()[axis];
        let row = view::slice(&rows, &[layout::BasicEntry::At(axis as i64)])?;
        kernels::generate(&row.target("indices")?, |k| {
            let index = normalize_flat(flat[k as usize], size, mode).unwrap_or(0);
            index / inner % extent
        })?;
        inner *= extent;
    }
    with_rows(&rows, array.ndim(), |key| index::set(array, key, &values))
}

/// Values stored, in C order, where a mask of the array's shape is true; values
/// are repeated as needed.
pub fn place(array: &Array, mask: &Array, values: &Array) -> Result<()> {
    array.check_writeable("array")?;
    if mask.shape() != array.shape() {
        return Err(Error::WrongShape {
            argument: "mask",
            given: ShapeNote::new(mask.shape()),
            wanted: ShapeNote::new(array.shape()),
        });
    }
    copy::check_cast(values, array.dtype(), Casting::Unsafe)?;
    let mask = match mask.dtype() == BOOL {
        true => mask.clone(),
        false => copy::convert(mask, BOOL, Order::K)?,
    };
    let count = kernels::count_nonzero(&mask.source()?)?;
    if count == 0 {
        return Ok(());
    }
    if values.size() == 0 {
        return Err(Error::WrongShape {
            argument: "values",
            given: ShapeNote::new(values.shape()),
            wanted: ShapeNote::new(&[count]),
        });
    }
    index::set(array, &[Entry::Array(&mask)], &repeated(values, count)?)
}

/// Runs `body` with a key made of the rows of an index array.
fn with_rows<T>(
    rows: &Array,
    count: usize,
    body: impl FnOnce(&[Entry<'_>]) -> Result<T>,
) -> Result<T> {
    let mut lists = ArrayVec::<Array, MAX_NDIM>::new();
    for k in 0..count {
        lists.push(view::slice(rows, &[layout::BasicEntry::At(k as i64)])?);
    }
    let mut key = ArrayVec::<Entry<'_>, MAX_KEY>::new();
    key.extend(lists.iter().map(Entry::Array));
    body(&key)
}

fn normalize_flat(index: i64, size: i64, mode: Mode) -> Result<i64> {
    let normal = match mode {
        Mode::Raise if index < 0 => index.wrapping_add(size),
        Mode::Raise => index,
        Mode::Wrap if size > 0 => index.rem_euclid(size),
        Mode::Wrap => index,
        Mode::Clip => index.clamp(0, (size - 1).max(0)),
    };
    match (0..size).contains(&normal) {
        true => Ok(normal),
        false => Err(Error::FlatIndexOutOfBounds { index, size }),
    }
}

/// `count` values: the given ones in C order, again from the start when they
/// run out.
fn repeated(values: &Array, count: i64) -> Result<Array> {
    let flat = copy::ravel(values, Order::C, CopyMode::IfNeeded)?;
    if flat.size() >= count {
        let head = layout::BasicEntry::Range {
            start: None,
            stop: Some(count),
            step: 1,
        };
        return view::slice(&flat, &[head]);
    }
    let counting = create::arange(INT64, 0, count, 1)?;
    index::get_along(&flat, 0, &counting, Mode::Wrap)
}

/// Elements along an axis where a 1-d condition is true.
pub fn compress(array: &Array, condition: &Array, axis: Option<i64>) -> Result<Array> {
    let (array, axis) = conditioned(array, condition, axis)?;
    match as_mask(&array, condition)? {
        Some(masked) => index::select_where(&masked, condition),
        None => index::get_along(&array, axis, &true_indices(condition)?, Mode::Raise),
    }
}

/// [`compress`] into an array that exists.
pub fn compress_into(
    array: &Array,
    condition: &Array,
    axis: Option<i64>,
    target: &Array,
) -> Result<()> {
    target.check_writeable("target")?;
    let (array, axis) = conditioned(array, condition, axis)?;
    match as_mask(&array, condition)? {
        Some(masked) => index::select_where_into(&masked, condition, target),
        None => {
            let indices = true_indices(condition)?;
            index::get_along_into(&array, axis, &indices, Mode::Raise, target)
        }
    }
}

/// The array that a condition applies to, and along which axis.
fn conditioned(array: &Array, condition: &Array, axis: Option<i64>) -> Result<(Array, usize)> {
    if condition.ndim() != 1 {
        return Err(Error::WrongRank {
            argument: "condition",
            given: condition.ndim() as i64,
            wanted: 1,
        });
    }
    along(array, axis)
}

/// The part of the array that has the condition as its mask, if both have one
/// axis: then no list of indices is needed.
fn as_mask(array: &Array, condition: &Array) -> Result<Option<Array>> {
    let length = condition.size();
    if condition.dtype() != BOOL || array.ndim() != 1 || length > array.size() {
        return Ok(None);
    }
    let head = layout::BasicEntry::Range {
        start: None,
        stop: Some(length),
        step: 1,
    };
    view::slice(array, &[head]).map(Some)
}

/// Where a 1-d condition is true.
fn true_indices(condition: &Array) -> Result<Array> {
    let lists = indices::nonzero_lists(condition)?;
    view::slice(&lists, &[layout::BasicEntry::At(0)])
}

/// From `x` where the condition is true, else from `y`.
pub fn choose(condition: &Array, x: &Array, y: &Array) -> Result<Array> {
    let dtype = match x.dtype() == y.dtype() {
        // Raw bytes have no promotion but to themselves.
        true => x.dtype().native(),
        false => promote(x.dtype(), y.dtype())?,
    };
    let mut shape = layout::broadcast_shapes(x.shape(), y.shape())?;
    shape = layout::broadcast_shapes(&shape, condition.shape())?;
    let layout = result_layout(&shape, &[condition, x, y], dtype.itemsize())?;
    let result = Array::allocate(dtype, &layout, dtype.is_record())?;
    let mask = match condition.dtype() == BOOL {
        true => condition.clone(),
        false => copy::convert(condition, BOOL, Order::K)?,
    };
    write::assign(&result, y, Casting::Unsafe)?;
    write::assign_where(&result, x, &mask, Casting::Unsafe)?;
    Ok(result)
}

/// Indices for every axis of `array`: the given ones on `axis`, counting on the
/// others.
fn along_axis<T>(
    array: &Array,
    indices: &Array,
    axis: Option<i64>,
    body: impl FnOnce(&Array, &[Entry<'_>]) -> Result<T>,
) -> Result<T> {
    if !matches!(indices.dtype().kind(), Kind::Signed | Kind::Unsigned) {
        return Err(Error::IndexDType {
            entry: 0,
            dtype: indices.dtype(),
        });
    }
    let (array, axis) = along(array, axis)?;
    if indices.ndim() != array.ndim() {
        return Err(Error::WrongRank {
            argument: "indices",
            given: indices.ndim() as i64,
            wanted: array.ndim() as i64,
        });
    }
    let mut lists = ArrayVec::<Array, MAX_NDIM>::new();
    for (k, &extent) in array.shape().iter().enumerate() {
        if k == axis {
            lists.push(indices.clone());
            continue;
        }
        let counting = create::arange(INT64, 0, extent, 1)?;
        let mut shape: Dims = array.shape().iter().map(|_| 1).collect();
        shape[k] = extent;
        lists.push(view::reshape(&counting, &shape, Order::C, CopyMode::Never)?);
    }
    let mut key = ArrayVec::<Entry<'_>, MAX_KEY>::new();
    key.extend(lists.iter().map(Entry::Array));
    body(&array, &key)
}

/// For every line along an axis, the elements that the indices name.
pub fn take_along_axis(array: &Array, indices: &Array, axis: Option<i64>) -> Result<Array> {
    along_axis(array, indices, axis, index::get)
}

/// For every line along an axis, values stored where the indices name.
pub fn put_along_axis(
    array: &Array,
    indices: &Array,
    values: &Array,
    axis: Option<i64>,
) -> Result<()> {
    array.check_writeable("array")?;
    if axis.is_none() {
        let flat = [array.size()];
        let line = view::reshape(array, &flat, Order::C, CopyMode::Never);
        match line {
            Ok(line) => return put_along_axis(&line, indices, values, Some(0)),
            Err(Error::WouldCopyAxes { .. }) => {
                if indices.ndim() != 1 {
                    return Err(Error::WrongRank {
                        argument: "indices",
                        given: indices.ndim() as i64,
                        wanted: 1,
                    });
                }
                let wide = view::broadcast_to(values, indices.shape())?;
                return put(array, indices, &wide, Mode::Raise);
            }
            Err(error) => return Err(error),
        }
    }
    along_axis(array, indices, axis, |array, key| {
        index::set(array, key, values)
    })
}

/// Strides, in elements, with which flat indices count through a shape.
fn counting_strides(shape: &[i64], order: Order) -> Result<Dims> {
    if !matches!(order, Order::C | Order::F) {
        return Err(Error::InvalidValue {
            argument: "order",
            value: order as i64,
            expected: "LA_ORDER_C or LA_ORDER_F (0 or 1)",
        });
    }
    Ok(packed(shape, 1, order.of_new())?.strides)
}

/// Flat indices as one index for each axis, in a new last axis.
pub fn unravel_index(indices: &Array, shape: &[i64], order: Order) -> Result<Array> {
    let strides = counting_strides(shape, order)?;
    let size = layout::element_count("shape", shape, 1)?;
    let flat = kernels::to_integers(&indices::as_int64(indices)?.source()?)?;
    if let Some(&index) = flat.iter().find(|&&index| !(0..size).contains(&index)) {
        return Err(Error::FlatIndexOutOfBounds { index, size });
    }
    let mut result_shape = layout::dims("indices", indices.shape())?;
    let ndim = shape.len() as i64;
    result_shape
        .try_push(ndim)
        .map_err(|_| Error::TooManyAxes {
            argument: "indices",
            given: MAX_NDIM as i64 + 1,
        })?;
    let result = create::empty(INT64, &result_shape, Order::C)?;
    let line = view::reshape(&result, &[-1], Order::C, CopyMode::Never);
    let line = match ndim == 0 || flat.is_empty() {
        true => return Ok(result),
        false => line?,
    };
    kernels::generate(&line.target("result")?, |k| {
        let axis = (k % ndim) as usize;
        flat[(k / ndim) as usize] / strides[axis] % shape[axis]
    })?;
    Ok(result)
}

/// One index for each axis as flat indices.
pub fn ravel_multi_index(
    indices: &[&Array],
    shape: &[i64],
    mode: Mode,
    order: Order,
) -> Result<Array> {
    let strides = counting_strides(shape, order)?;
    let mut joined = Dims::new();
    for list in indices {
        joined = layout::broadcast_shapes(&joined, list.shape())?;
    }
    let result = create::zeros(INT64, &joined, Order::C)?;
    let count = layout::element_count("indices", &joined, 8)?;
    let mut sums = crate::memory::Scratch::<i64>::zeroed(count as usize)?;
    for (axis, list) in indices.iter().enumerate() {
        let wide = view::broadcast_to(&indices::as_int64(list)?, &joined)?;
        let values = kernels::to_integers(&wide.source()?)?;
        for (sum, &index) in sums.iter_mut().zip(&values[..]) {
            let size = shape[axis];
            let normal = match mode {
                Mode::Raise => index,
                Mode::Wrap if size > 0 => index.rem_euclid(size),
                Mode::Wrap => index,
                Mode::Clip => index.clamp(0, (size - 1).max(0)),
            };
            if !(0..size).contains(&normal) {
                return Err(Error::IndexOutOfBounds {
                    index,
                    axis: axis as i64,
                    size,
                });
            }
            *sum += normal * strides[axis];
        }
    }
    let flat = packed(&[count], 8, Packing::C)?;
    let target = kernels::Target::new(result.memory(), flat.as_ref(), INT64)?;
    kernels::generate(&target, |k| sums[k as usize])?;
    Ok(result)
}
