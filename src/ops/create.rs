//! New arrays: empty, filled, counted, or copied from a caller's memory.

use crate::array::{Array, Flags, Slot};
use crate::dtype::{Casting, DType, Element, Kind, Scalar, can_cast};
use crate::error::{Error, Result};
use crate::kernels::{self, Source};
use crate::layout::{self, Layout, LayoutRef, Order, Packing, byte_bounds, packed};
use crate::memory::Memory;
use crate::ops::write;
use crate::plan::Traversal;

/// Elements not set.
pub fn empty(dtype: DType, shape: &[i64], order: Order) -> Result<Array> {
    new(dtype, shape, order, false)
}

/// All zero.
pub fn zeros(dtype: DType, shape: &[i64], order: Order) -> Result<Array> {
    new(dtype, shape, order, true)
}

fn new(dtype: DType, shape: &[i64], order: Order, zeroed: bool) -> Result<Array> {
    if order.of_new() == Packing::C {
        return Array::allocate_packed(dtype, shape, zeroed);
    }
    let mut layout = Layout::at(0);
    layout::pack(&mut layout, shape, dtype.itemsize(), order.of_new())?;
    Array::allocate(dtype, &layout, zeroed)
}

/// A new array whose elements are written one field after the other, so that the
/// gaps between fields are set here.
pub fn unset(dtype: DType, shape: &[i64], order: Order) -> Result<Array> {
    new(dtype, shape, order, dtype.is_record())
}

/// All one.
pub fn ones(dtype: DType, shape: &[i64], order: Order) -> Result<Array> {
    check_number(dtype)?;
    full(dtype, shape, order, &Scalar::weak_int(1))
}

/// Raw bytes have no values, nor do records that have raw bytes.
fn check_number(dtype: DType) -> Result<()> {
    match can_cast(DType::new(Element::Int64), dtype, Casting::Unsafe) {
        true => Ok(()),
        false => Err(Error::WrongDType {
            argument: "dtype",
            given: dtype,
            expected: "a type whose elements are numbers",
        }),
    }
}

/// One value everywhere, cast unsafely.
pub fn full(dtype: DType, shape: &[i64], order: Order, value: &Scalar) -> Result<Array> {
    let array = unset(dtype, shape, order)?;
    write::fill(&array, value)?;
    Ok(array)
}

/// The same of a value of any type, as an array without axes.
pub fn full_of(dtype: DType, shape: &[i64], order: Order, value: &Array) -> Result<Array> {
    let array = unset(dtype, shape, order)?;
    write::fill_with(&array, value)?;
    Ok(array)
}

/// The shape of `array`, packed in an order; elements zero or not set.
pub(super) fn like(array: &Array, dtype: DType, order: Order, zeroed: bool) -> Result<Array> {
    let is_c = array.flags().has(Flags::C_CONTIGUOUS);
    if order == Order::C || is_c && order != Order::F {
        return Array::allocate_packed(dtype, array.shape(), zeroed);
    }
    // Made where it stands: layouts are too large to be moved for nothing.
    let mut layout = Layout::at(0);
    let itemsizes = (array.itemsize(), dtype.itemsize());
    layout::order_into(&mut layout, array.layout(), itemsizes.0, itemsizes.1, order)?;
    Array::allocate(dtype, &layout, zeroed)
}

/// The shape of `array`, elements not set.
pub fn empty_like(array: &Array, dtype: DType, order: Order) -> Result<Array> {
    like(array, dtype, order, false)
}

/// The shape of `array`, all zero.
pub fn zeros_like(array: &Array, dtype: DType, order: Order) -> Result<Array> {
    like(array, dtype, order, true)
}

/// The shape and type of `array`, all zero for ever: it cannot be written.
pub fn constant_zeros_like(array: &Array) -> Result<Array> {
    let itemsize = array.itemsize();
    let layout = layout::ordered(array.layout(), itemsize, itemsize, Order::K)?;
    let slot = Slot::reserve(array.ndim())?;
    let memory = Memory::allocate(array.nbytes(), true)?;
    Ok(slot.own(memory, array.dtype(), &layout, false))
}

/// The shape of `array`, all one.
pub fn ones_like(array: &Array, dtype: DType, order: Order) -> Result<Array> {
    check_number(dtype)?;
    full_like(array, dtype, order, &Scalar::weak_int(1))
}

/// The shape of `array`, one value everywhere.
pub fn full_like(array: &Array, dtype: DType, order: Order, value: &Scalar) -> Result<Array> {
    let result = like(array, dtype, order, dtype.is_record())?;
    write::fill(&result, value)?;
    Ok(result)
}

/// The same of a value of any type, as an array without axes.
pub fn full_like_of(array: &Array, dtype: DType, order: Order, value: &Array) -> Result<Array> {
    let result = like(array, dtype, order, dtype.is_record())?;
    write::fill_with(&result, value)?;
    Ok(result)
}

fn check_numeric(dtype: DType) -> Result<()> {
    match dtype.kind() {
        Kind::Bool | Kind::Raw => Err(Error::WrongDType {
            argument: "dtype",
            given: dtype,
            expected: "a numeric type",
        }),
        _ => Ok(()),
    }
}

/// `start, start + step, ...` up to but without `stop`, in 64-bit integers.
pub fn arange(dtype: DType, start: i64, stop: i64, step: i64) -> Result<Array> {
    check_numeric(dtype)?;
    let (distance, stride) = (i128::from(stop) - i128::from(start), i128::from(step));
    if step == 0 {
        return Err(Error::InvalidValue {
            argument: "step",
            value: 0,
            expected: "a number other than 0",
        });
    }
    let rounding = stride - stride.signum();
    // A range that runs the other way is empty, however far it is.
    let count = ((distance + rounding) / stride).max(0);
    let count = i64::try_from(count).map_err(|_| Error::Overflow {
        what: "the number of elements",
    })?;
    let array = empty(dtype, &[count], Order::C)?;
    // Every value lies between start and stop, so nothing can overflow.
    kernels::generate(&array.target("result")?, |k| {
        start.wrapping_add(k.wrapping_mul(step))
    })?;
    Ok(array)
}

/// `start + i * step` in double precision. As in NumPy the step that is taken
/// is the difference of the first two values.
pub fn arange_f64(dtype: DType, start: f64, stop: f64, step: f64) -> Result<Array> {
    check_numeric(dtype)?;
    let count = ((stop - start) / step).ceil();
    if !count.is_finite() {
        return Err(Error::InvalidValue {
            argument: "step",
            value: step as i64,
            expected: "a step that reaches stop in a finite number of steps",
        });
    }
    if count >= i64::MAX as f64 {
        return Err(Error::Overflow {
            what: "the number of elements",
        });
    }
    let array = empty(dtype, &[count.max(0.0) as i64], Order::C)?;
    let delta = (start + step) - start;
    kernels::generate(&array.target("result")?, |k| start + k as f64 * delta)?;
    Ok(array)
}

/// `count` evenly spaced values.
pub fn linspace(dtype: DType, start: f64, stop: f64, count: i64, endpoint: bool) -> Result<Array> {
    check_numeric(dtype)?;
    if count < 0 {
        return Err(Error::InvalidValue {
            argument: "count",
            value: count,
            expected: "0 or more samples",
        });
    }
    let array = empty(dtype, &[count], Order::C)?;
    let gaps = (if endpoint { count - 1 } else { count }) as f64;
    let distance = stop - start;
    let step = distance / gaps;
    let is_integer = matches!(dtype.kind(), Kind::Signed | Kind::Unsigned);
    kernels::generate(&array.target("result")?, |k| {
        let value = if endpoint && k > 0 && k == count - 1 {
            stop
        } else if gaps > 0.0 && step != 0.0 {
            k as f64 * step + start
        } else if gaps > 0.0 {
            // The step underflowed; divide last.
            k as f64 / gaps * distance + start
        } else {
            k as f64 * distance + start
        };
        if is_integer { value.floor() } else { value }
    })?;
    Ok(array)
}

/// Ones on the diagonal `k`, zeros elsewhere.
pub fn eye(dtype: DType, rows: i64, columns: i64, k: i64, order: Order) -> Result<Array> {
    check_number(dtype)?;
    for (argument, extent) in [("rows", rows), ("columns", columns)] {
        if extent < 0 {
            return Err(Error::NegativeExtent {
                argument,
                axis: usize::from(argument == "columns"),
                extent,
            });
        }
    }
    let array = zeros(dtype, &[rows, columns], order)?;
    let diagonal = layout::diagonal(array.layout(), k, 0, 1)?;
    write::fill(&array.view(&diagonal)?, &Scalar::weak_int(1))?;
    Ok(array)
}

/// Where a caller's values lie, measured from the lowest byte of them.
pub struct DataLayout {
    /// The layout, its offset from the lowest byte.
    pub layout: Layout,
    /// From the lowest byte to the one after the highest.
    pub nbytes: i64,
}

/// Reads a caller's shape and strides; without strides the values are packed
/// in `order`.
pub fn data_layout(
    dtype: DType,
    shape: &[i64],
    strides: Option<&[i64]>,
    order: Order,
) -> Result<DataLayout> {
    let itemsize = dtype.itemsize();
    let mut layout = given_layout(dtype, shape, strides, order)?;
    let (low, high) = byte_bounds(layout.as_ref(), itemsize)?;
    const TOO_FAR: Error = Error::Overflow {
        what: "the distance between the first and the last byte",
    };
    layout.offset = low.checked_neg().ok_or(TOO_FAR)?;
    let nbytes = high.checked_sub(low).ok_or(TOO_FAR)?;
    Ok(DataLayout { layout, nbytes })
}

fn given_layout(
    dtype: DType,
    shape: &[i64],
    strides: Option<&[i64]>,
    order: Order,
) -> Result<Layout> {
    let nowhere = LayoutRef {
        shape: &[],
        strides: &[],
        offset: 0,
    };
    match strides {
        None => packed(shape, dtype.itemsize(), order.of_new()),
        Some(_) => layout::as_strided(nowhere, 0, shape, strides, dtype.itemsize()),
    }
}

/// Copies a caller's values into a new array packed in `order`.
pub fn from_data(memory: Memory, dtype: DType, layout: &Layout, order: Order) -> Result<Array> {
    let source = Source::new(&memory, layout.as_ref(), dtype)?;
    let array = empty(dtype, &layout.shape, order)?;
    kernels::transfer(&array.target("result")?, &source, Traversal::Free)?;
    Ok(array)
}

/// The layout of a caller's memory, checked against its `nbytes`.
pub fn wrapped_layout(
    dtype: DType,
    shape: &[i64],
    strides: Option<&[i64]>,
    offset: i64,
    nbytes: i64,
) -> Result<Layout> {
    for (argument, value) in [("nbytes", nbytes), ("offset", offset)] {
        if value < 0 {
            return Err(Error::InvalidValue {
                argument,
                value,
                expected: "0 or more bytes",
            });
        }
    }
    let mut layout = given_layout(dtype, shape, strides, Order::C)?;
    layout.offset = offset;
    layout::check_within(layout.as_ref(), dtype.itemsize(), nbytes)?;
    Ok(layout)
}
