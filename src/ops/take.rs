//! Functions that take and put elements by index or condition.

use super::CopyMode;
use super::index::{self, Along, Entry, Mode};
use crate::array::Array;
use crate::dtype::{Casting, DType, Element, Kind, promote};
use crate::error::{Error, Result, ShapeNote};
use crate::kernels;
use crate::layout::{self, Dims, MAX_NDIM, Order, Packing, normalize_axis, packed};
use crate::ops::{compare, copy, create, indices, view, write};

const INT64: DType = DType::new(Element::Int64);
const BOOL: DType = DType::new(Element::Bool);

/// The array and what indices count along: an axis, or where there is none all
/// elements in C order, as a view with one axis if there is one. Nothing is copied.
fn along(array: &Array, axis: Option<i64>) -> Result<(Array, (Along, usize))> {
    if let Some(axis) = axis {
        let axis = normalize_axis(axis, array.ndim())?;
        return Ok((array.clone(), (Along::Axes, axis)));
    }
    match view::reshape(array, &[array.size()], Order::C, CopyMode::Never) {
        Ok(line) => Ok((line, (Along::Axes, 0))),
        Err(Error::WouldCopyAxes { .. }) => Ok((array.clone(), (Along::All, 0))),
        Err(error) => Err(error),
    }
}

/// Elements along an axis by index; the indices' shape replaces the axis.
pub fn take(array: &Array, indices: &Array, axis: Option<i64>, mode: Mode) -> Result<Array> {
    let (array, along, indices) = taken(array, indices, axis, mode)?;
    index::get_along(&array, along, &indices, mode)
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
    let (array, along, indices) = taken(array, indices, axis, mode)?;
    index::get_along_into(&array, along, &indices, mode, target)
}

/// What is taken from, along what, by which indices.
fn taken(
    array: &Array,
    indices: &Array,
    axis: Option<i64>,
    mode: Mode,
) -> Result<(Array, (Along, usize), Array)> {
    let mut indices = indices::as_taken(indices)?;
    let (mut array, mut along) = along(array, axis)?;
    // A copy that is no larger than the result makes each index cheaper.
    if matches!(along, (Along::All, _)) && indices.size() >= array.size() {
        array = copy::ravel(&array, Order::C, CopyMode::IfNeeded)?;
        along = (Along::Axes, 0);
    }
    let extent = match along {
        (Along::All, _) => array.size(),
        (Along::Axes | Along::Lines, axis) => array.shape()[axis],
    };
    if extent == 0 && indices.size() > 0 {
        let mut others = array.shape().iter().enumerate();
        let takes_nothing = matches!(along, (Along::Axes, axis)
            if others.any(|(k, &extent)| k != axis && extent == 0));
        if !takes_nothing {
            return Err(Error::EmptyTake {
                count: indices.size(),
            });
        }
        if mode != Mode::Raise {
            // Nothing is read, so one place does for all indices.
            let mut place = array.layout().to_owned();
            place.shape[along.1] = 1;
            array = array.view(&place)?;
            let zero = create::zeros(INT64, &[], Order::C)?;
            indices = view::broadcast_to(&zero, indices.shape())?;
        }
    }
    Ok((array, along, indices))
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
    let indices = copy::as_line(&indices)?;
    let values = repeated(values, count)?;
    let (flat, along) = along(array, None)?;
    let done = index::set_along(&flat, along, &indices, &values, mode);
    done.map_err(|error| match error {
        Error::IndexOutOfBounds { index, size, .. } => Error::FlatIndexOutOfBounds { index, size },
        other => other,
    })
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

/// `count` values: the given ones in C order, again from the start when they
/// run out.
fn repeated(values: &Array, count: i64) -> Result<Array> {
    let flat = copy::as_line(values)?;
    if flat.size() == count {
        return Ok(flat);
    }
    if flat.size() > count {
        let head = layout::BasicEntry::Range {
            start: None,
            stop: Some(count),
            step: 1,
        };
        return view::slice(&flat, &[head]);
    }
    let counting = create::arange(INT64, 0, count, 1)?;
    index::get_along(&flat, (Along::Axes, 0), &counting, Mode::Wrap)
}

/// Elements along an axis where a 1-d condition is true.
pub fn compress(array: &Array, condition: &Array, axis: Option<i64>) -> Result<Array> {
    let (array, along) = conditioned(array, condition, axis)?;
    match as_mask(&array, condition)? {
        Some(masked) => index::select_where(&masked, condition),
        None => index::get_along(&array, along, &true_indices(condition)?, Mode::Raise),
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
    let (array, along) = conditioned(array, condition, axis)?;
    match as_mask(&array, condition)? {
        Some(masked) => index::select_where_into(&masked, condition, target),
        None => {
            let indices = true_indices(condition)?;
            index::get_along_into(&array, along, &indices, Mode::Raise, target)
        }
    }
}

/// The array that a condition applies to, and along what.
fn conditioned(
    array: &Array,
    condition: &Array,
    axis: Option<i64>,
) -> Result<(Array, (Along, usize))> {
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
    let result = compare::result(dtype, &shape, &[condition, x, y])?;
    let mask = match condition.dtype() == BOOL {
        true => condition.clone(),
        false => copy::convert(condition, BOOL, Order::K)?,
    };
    write::assign(&result, y, Casting::Unsafe)?;
    write::assign_where(&result, x, &mask, Casting::Unsafe)?;
    Ok(result)
}

/// The array and what the indices of every line count along.
fn along_lines(
    array: &Array,
    indices: &Array,
    axis: Option<i64>,
) -> Result<(Array, (Along, usize))> {
    if !matches!(indices.dtype().kind(), Kind::Signed | Kind::Unsigned) {
        return Err(Error::IndexDType {
            entry: 0,
            dtype: indices.dtype(),
        });
    }
    let (array, (along, axis)) = along(array, axis)?;
    let (along, ndim) = match along {
        Along::All => (along, 1),
        Along::Axes | Along::Lines => (Along::Lines, array.ndim()),
    };
    match indices.ndim() == ndim {
        true => Ok((array, (along, axis))),
        false => Err(Error::WrongRank {
            argument: "indices",
            given: indices.ndim() as i64,
            wanted: ndim as i64,
        }),
    }
}

/// For every line along an axis, the elements that the indices name.
pub fn take_along_axis(array: &Array, indices: &Array, axis: Option<i64>) -> Result<Array> {
    let (array, along) = along_lines(array, indices, axis)?;
    index::get_along(&array, along, indices, Mode::Raise)
}

/// For every line along an axis, values stored where the indices name.
pub fn put_along_axis(
    array: &Array,
    indices: &Array,
    values: &Array,
    axis: Option<i64>,
) -> Result<()> {
    array.check_writeable("array")?;
    let (array, along) = along_lines(array, indices, axis)?;
    index::set_along(&array, along, indices, values, Mode::Raise)
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
