//! What callers hand over, checked: handles, pointers with lengths, texts and
//! numbers that stand for an enumeration. One place decides what NULL means.

use core::ffi::{CStr, c_char};
use core::mem::ManuallyDrop;
use core::ops::Deref;

use super::types::*;
use crate::array::Array;
use crate::dtype::{Casting, DType, Scalar};
use crate::error::{Error, Result};
use crate::layout::{Dims, MAX_NDIM, Order};
use crate::memory::Shared;
use crate::ops::CopyMode;

/// A handle borrowed from the caller for the length of the call.
pub(super) struct Borrowed(ManuallyDrop<Array>);

impl Deref for Borrowed {
    type Target = Array;
    fn deref(&self) -> &Array {
        &self.0
    }
}

/// Borrows a handle.
///
/// # Safety
///
/// `handle` is NULL or a live handle, and stays alive during the call.
pub(super) unsafe fn borrow(argument: &'static str, handle: *const la_array) -> Result<Borrowed> {
    // SAFETY: the caller's promise; the borrowed array is never dropped.
    match unsafe { Shared::from_raw(handle.cast()) } {
        Some(shared) => Ok(Borrowed(ManuallyDrop::new(Array::from_shared(shared)))),
        None => Err(Error::NullArgument { argument }),
    }
}

/// Borrows a handle that may be NULL.
///
/// # Safety
///
/// As for [`borrow`].
pub(super) unsafe fn borrow_optional(handle: *const la_array) -> Option<Borrowed> {
    // SAFETY: the caller's promise.
    unsafe { borrow("", handle) }.ok()
}

/// Borrows a list of handles, at most `N`.
///
/// # Safety
///
/// `handles` points to `count` pointers, each as for [`borrow`].
pub(super) unsafe fn borrow_all<const N: usize>(
    argument: &'static str,
    handles: *const *const la_array,
    count: i64,
) -> Result<arrayvec::ArrayVec<Borrowed, N>> {
    // SAFETY: the caller's promise.
    let handles = unsafe { list(argument, handles, count) }?;
    if handles.len() > N {
        return Err(Error::Limit {
            what: argument,
            limit: N as i64,
            given: count,
        });
    }
    let mut arrays = arrayvec::ArrayVec::new();
    for &handle in handles {
        // SAFETY: the caller's promise.
        arrays.push(unsafe { borrow(argument, handle) }?);
    }
    Ok(arrays)
}

/// A place for a result. It is written only on success.
pub(super) struct Out<T>(*mut T);

/// Checks a pointer to a result.
pub(super) fn out<T>(argument: &'static str, place: *mut T) -> Result<Out<T>> {
    if place.is_null() {
        return Err(Error::NullArgument { argument });
    }
    Ok(Out(place))
}

impl<T> Out<T> {
    /// Hands the result over.
    ///
    /// # Safety
    ///
    /// The pointer was to a place that may hold a `T`.
    pub(super) unsafe fn set(self, value: T) {
        // SAFETY: the caller's promise; alignment is not asked for.
        unsafe { self.0.write_unaligned(value) }
    }
}

impl Out<*mut la_array> {
    /// Hands a new handle over.
    ///
    /// # Safety
    ///
    /// As for [`Out::set`].
    pub(super) unsafe fn give(self, array: Array) {
        // SAFETY: the caller's promise.
        unsafe { self.set(array.into_shared().into_raw().cast()) }
    }
}

/// A list from the caller: `count` values, NULL only with none.
///
/// # Safety
///
/// `values` points to `count` values that nobody writes during the call.
pub(super) unsafe fn list<'a, T>(
    argument: &'static str,
    values: *const T,
    count: i64,
) -> Result<&'a [T]> {
    if count < 0 {
        return Err(Error::InvalidValue {
            argument,
            value: count,
            expected: "a count of 0 or more",
        });
    }
    if count == 0 {
        return Ok(&[]);
    }
    if values.is_null() {
        return Err(Error::NullArgument { argument });
    }
    if !values.is_aligned() {
        return Err(Error::InvalidValue {
            argument,
            value: values.addr() as i64,
            expected: "an address aligned for its type",
        });
    }
    let fits = (count as u64).checked_mul(size_of::<T>() as u64);
    if fits.is_none_or(|bytes| bytes > isize::MAX as u64) {
        return Err(Error::Overflow { what: argument });
    }
    // SAFETY: not NULL, aligned, of a possible size; the rest is the caller's
    // promise.
    Ok(unsafe { core::slice::from_raw_parts(values, count as usize) })
}

/// A shape or strides: `ndim` numbers.
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn dims(argument: &'static str, values: *const i64, ndim: i32) -> Result<Dims> {
    check_rank("ndim", ndim)?;
    // SAFETY: the caller's promise.
    let values = unsafe { list(argument, values, ndim.into()) }?;
    crate::layout::dims(argument, values)
}

/// Strides, of which NULL means "none given".
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn optional_dims(
    argument: &'static str,
    values: *const i64,
    ndim: i32,
) -> Result<Option<Dims>> {
    match values.is_null() {
        true => Ok(None),
        // SAFETY: the caller's promise.
        false => unsafe { dims(argument, values, ndim) }.map(Some),
    }
}

/// Axes, or any other short list of 32-bit numbers, widened.
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn axes(argument: &'static str, values: *const i32, count: i32) -> Result<Dims> {
    check_rank("count", count)?;
    // SAFETY: the caller's promise.
    let values = unsafe { list(argument, values, count.into()) }?;
    Ok(values.iter().map(|&axis| axis.into()).collect())
}

/// A list of axes of which NULL means "all".
///
/// # Safety
///
/// As for [`list`].
pub(super) unsafe fn optional_axes(
    argument: &'static str,
    values: *const i32,
    count: i32,
) -> Result<Option<Dims>> {
    if values.is_null() && count == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { axes(argument, values, count) }.map(Some)
}

fn check_rank(argument: &'static str, ndim: i32) -> Result<()> {
    if ndim < 0 {
        return Err(Error::InvalidValue {
            argument,
            value: ndim.into(),
            expected: "a number from 0 to 64",
        });
    }
    if ndim as usize > MAX_NDIM {
        return Err(Error::TooManyAxes {
            argument,
            given: ndim.into(),
        });
    }
    Ok(())
}

/// A NUL-terminated text.
///
/// # Safety
///
/// `text` is NULL or NUL-terminated, and nobody writes it during the call.
pub(super) unsafe fn c_text<'a>(argument: &'static str, text: *const c_char) -> Result<&'a CStr> {
    if text.is_null() {
        return Err(Error::NullArgument { argument });
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { CStr::from_ptr(text) })
}

/// A NUL-terminated UTF-8 text.
///
/// # Safety
///
/// As for [`c_text`].
pub(super) unsafe fn text<'a>(argument: &'static str, text: *const c_char) -> Result<&'a str> {
    // SAFETY: the caller's promise.
    let text = unsafe { c_text(argument, text) }?;
    core::str::from_utf8(text.to_bytes()).map_err(|error| Error::InvalidText {
        argument,
        position: error.valid_up_to(),
        expected: "UTF-8",
    })
}

/// An element type.
pub(super) fn dtype(argument: &'static str, value: la_dtype) -> Result<DType> {
    DType::from_raw(value).ok_or(Error::UnknownDType {
        argument,
        value: value.into(),
    })
}

/// An element type of which 0 means "as the array".
pub(super) fn dtype_or(argument: &'static str, value: la_dtype, otherwise: DType) -> Result<DType> {
    if value == 0 {
        return Ok(otherwise);
    }
    dtype(argument, value)
}

/// A scalar: a type (or one of the weak types) and the address of a value.
///
/// # Safety
///
/// `value` is NULL or points to a value of the type, of any alignment.
pub(super) unsafe fn scalar(
    argument: &'static str,
    type_: la_dtype,
    value: *const core::ffi::c_void,
) -> Result<Scalar> {
    if value.is_null() {
        return Err(Error::NullArgument { argument });
    }
    // SAFETY: the caller's promise, for each type.
    unsafe {
        match type_ {
            LA_WEAK_INT => Ok(Scalar::weak_int(value.cast::<i64>().read_unaligned())),
            LA_WEAK_FLOAT => Ok(Scalar::weak_float(value.cast::<f64>().read_unaligned())),
            _ => {
                let dtype = dtype("value_dtype", type_)?;
                let mut bytes = [0u8; 16];
                let size = dtype.itemsize() as usize;
                if dtype.element().is_none() {
                    return Err(Error::WrongDType {
                        argument,
                        given: dtype,
                        expected: "a built-in type",
                    });
                }
                bytes
                    .as_mut_ptr()
                    .copy_from_nonoverlapping(value.cast::<u8>(), size);
                Scalar::from_bytes(dtype, &bytes[..size])
            }
        }
    }
}

/// A value of a scalar argument, whatever its type.
pub(super) enum Value {
    /// A number.
    Number(Scalar),
    /// Raw bytes or a record, as an array without axes.
    Bytes(Array),
}

/// A scalar of any type: a type (or one of the weak types) and the address of a
/// value.
///
/// # Safety
///
/// As for [`scalar`].
pub(super) unsafe fn value(
    argument: &'static str,
    type_: la_dtype,
    value: *const core::ffi::c_void,
) -> Result<Value> {
    // None of the built-in types, and none of the weak ones.
    let bytes = DType::from_raw(type_).filter(|dtype| dtype.element().is_none());
    // SAFETY: the caller's promise.
    unsafe {
        let Some(dtype) = bytes else {
            return scalar(argument, type_, value).map(Value::Number);
        };
        if value.is_null() {
            return Err(Error::NullArgument { argument });
        }
        let array = Array::allocate_packed(dtype, &[], false)?;
        let place = array.target(argument)?.start();
        place.copy_from_nonoverlapping(value.cast(), dtype.itemsize() as usize);
        Ok(Value::Bytes(array))
    }
}

/// A memory order.
pub(super) fn order(value: i32) -> Result<Order> {
    match value {
        LA_ORDER_C => Ok(Order::C),
        LA_ORDER_F => Ok(Order::F),
        LA_ORDER_A => Ok(Order::A),
        LA_ORDER_K => Ok(Order::K),
        _ => Err(Error::InvalidValue {
            argument: "order",
            value: value.into(),
            expected: "LA_ORDER_C, LA_ORDER_F, LA_ORDER_A or LA_ORDER_K (0 to 3)",
        }),
    }
}

/// A casting rule.
pub(super) fn casting(value: i32) -> Result<Casting> {
    Casting::from_raw(value).ok_or(Error::InvalidValue {
        argument: "casting",
        value: value.into(),
        expected: "LA_CAST_NO, EQUIV, SAFE, SAME_KIND, UNSAFE or SAME_VALUE (0 to 5)",
    })
}

/// When to copy.
pub(super) fn copy_mode(value: i32) -> Result<CopyMode> {
    match value {
        LA_COPY_NEVER => Ok(CopyMode::Never),
        LA_COPY_IF_NEEDED => Ok(CopyMode::IfNeeded),
        LA_COPY_ALWAYS => Ok(CopyMode::Always),
        _ => Err(Error::InvalidValue {
            argument: "copy",
            value: value.into(),
            expected: "LA_COPY_NEVER, LA_COPY_IF_NEEDED or LA_COPY_ALWAYS (0 to 2)",
        }),
    }
}

/// A yes or no.
pub(super) fn boolean(argument: &'static str, value: i32) -> Result<bool> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::InvalidValue {
            argument,
            value: value.into(),
            expected: "0 or 1",
        }),
    }
}

/// An axis, or "none".
pub(super) fn optional_axis(axis: i32) -> Option<i64> {
    (axis != LA_NO_AXIS).then_some(axis.into())
}

/// Takes a reference over from the caller.
///
/// # Safety
///
/// `handle` is NULL or a live handle of which the caller owns a reference.
pub(super) unsafe fn take(handle: *mut la_array) -> Option<Array> {
    // SAFETY: the caller's promise.
    unsafe { Shared::from_raw(handle.cast_const().cast()) }.map(Array::from_shared)
}

/// Hands a reference over to the caller.
pub(super) fn give(array: Array) -> *mut la_array {
    array.into_shared().into_raw().cast()
}
