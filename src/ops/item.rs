//! Single elements.

use crate::array::Array;
use crate::dtype::{Casting, DType, Scalar};
use crate::error::{Error, Result};
use crate::kernels;
use crate::layout::{BasicEntry, MAX_NDIM, Order};
use crate::ops::{CopyMode, copy, view, write};

/// The element at one index for each axis, as an array of rank 0.
pub fn element(array: &Array, index: &[i64]) -> Result<Array> {
    if index.len() != array.ndim() {
        return Err(Error::IndexCount {
            expected: array.ndim(),
            given: index.len() as i64,
        });
    }
    let mut key = arrayvec::ArrayVec::<_, MAX_NDIM>::new();
    key.extend(index.iter().map(|&i| BasicEntry::At(i)));
    view::slice(array, &key)
}

/// Reads one element as a value of a native type.
pub fn read(array: &Array, index: &[i64], dtype: DType) -> Result<Scalar> {
    let value = array.source()?.load(index)?;
    match dtype.element() {
        Some(element) if !dtype.is_swapped() => kernels::cast_scalar(&value, element),
        _ => Err(Error::WrongDType {
            argument: "dtype",
            given: dtype,
            expected: "a built-in type in this machine's byte order, or the array's own type",
        }),
    }
}

/// One element converted to a type of any sort, as an array without axes.
pub fn converted(array: &Array, index: &[i64], dtype: DType) -> Result<Array> {
    copy::astype(
        &element(array, index)?,
        dtype,
        Order::C,
        Casting::Unsafe,
        CopyMode::Always,
    )
}

/// Writes one element, of a value of any type as an array without axes.
pub fn set_with(array: &Array, index: &[i64], value: &Array) -> Result<()> {
    array.check_writeable("array")?;
    write::fill_with(&element(array, index)?, value)
}

/// Writes one element.
pub fn set(array: &Array, index: &[i64], value: &Scalar) -> Result<()> {
    array.check_writeable("array")?;
    let Some(own) = array.dtype().element() else {
        return write::fill(&element(array, index)?, value);
    };
    value.check_bounds(array.dtype())?;
    let value = kernels::cast_scalar(value, own)?;
    array.target("array")?.store(index, &value)
}
