//! Comparing elements, and truth.

use core::ffi::c_void;

use super::arguments::{Value, boolean, borrow, borrow_optional};
use super::guard::{answer, produce};
use super::types::*;
use crate::dtype::Scalar;
use crate::error::{Error, Result};
use crate::kernels::{CompareOp, LogicOp};
use crate::ops::compare;

fn op(value: i32) -> Result<CompareOp> {
    match value {
        LA_EQ => Ok(CompareOp::Eq),
        LA_NE => Ok(CompareOp::Ne),
        LA_LT => Ok(CompareOp::Lt),
        LA_LE => Ok(CompareOp::Le),
        LA_GT => Ok(CompareOp::Gt),
        LA_GE => Ok(CompareOp::Ge),
        _ => Err(Error::InvalidValue {
            argument: "op",
            value: value.into(),
            expected: "LA_EQ, LA_NE, LA_LT, LA_LE, LA_GT or LA_GE (0 to 5)",
        }),
    }
}

/// COMPARE. Compares two arrays element by element: `a > b`.
///
/// Both are broadcast and promoted as NumPy 2 does (signed with unsigned 64-bit
/// integers are compared exactly; complex numbers in dictionary order). Records of
/// the same names are equal if all their fields are, raw bytes of one size if all
/// bytes are; neither has an order. `op`: LA_EQ, LA_NE, LA_LT, LA_LE, LA_GT or
/// LA_GE. `out`: a new boolean array that
/// owns its memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
/// LA_SHAPE_ERROR, LA_DTYPE_ERROR, LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_compare(
    a: *const la_array,
    b: *const la_array,
    op_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            compare::compare(&*borrow("a", a)?, &*borrow("b", b)?, op(op_)?)
        })
    }
}

/// Compares every element with a scalar: `a > 3`.
///
/// `value_dtype`, `value`: the type (or LA_WEAK_INT, LA_WEAK_FLOAT, which
/// promote as Python's numbers do; an integer out of the array's range is
/// compared exactly) and address. `out` and statuses as for `la_compare`.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_compare_scalar(
    a: *const la_array,
    value_dtype: la_dtype,
    value: *const c_void,
    op_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let value = super::arguments::value("value", value_dtype, value)?;
            let a = borrow("a", a)?;
            match value {
                Value::Number(value) => compare::compare_scalar(&a, &value, op(op_)?),
                Value::Bytes(value) => compare::compare(&a, &value, op(op_)?),
            }
        })
    }
}

/// `la_compare_scalar` with LA_WEAK_INT.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_compare_i64(
    a: *const la_array,
    value: i64,
    op_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            compare::compare_scalar(&*borrow("a", a)?, &Scalar::weak_int(value), op(op_)?)
        })
    }
}

/// `la_compare_scalar` with LA_WEAK_FLOAT.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_compare_f64(
    a: *const la_array,
    value: f64,
    op_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            compare::compare_scalar(&*borrow("a", a)?, &Scalar::weak_float(value), op(op_)?)
        })
    }
}

/// Combines truth values element by element: `(a > 3) & (a < 7)`.
///
/// `op`: LA_AND, LA_OR, LA_XOR, or LA_NOT, which takes `b` NULL. Both are of
/// any type (nonzero is true, NaN too) and broadcast. `out`: a new boolean array
/// that owns its memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
/// LA_SHAPE_ERROR, LA_DTYPE_ERROR (raw bytes, records), LA_OVERFLOW, LA_LIMIT or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_logical(
    a: *const la_array,
    b: *const la_array,
    op: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let a = borrow("a", a)?;
            let op = match op {
                LA_AND => LogicOp::And,
                LA_OR => LogicOp::Or,
                LA_XOR => LogicOp::Xor,
                LA_NOT => {
                    return match borrow_optional(b) {
                        None => compare::logical_not(&a),
                        Some(_) => Err(Error::InvalidValue {
                            argument: "op",
                            value: op.into(),
                            expected: "one with two operands, or b NULL with LA_NOT",
                        }),
                    };
                }
                _ => {
                    return Err(Error::InvalidValue {
                        argument: "op",
                        value: op.into(),
                        expected: "LA_AND, LA_OR, LA_XOR or LA_NOT (0 to 3)",
                    });
                }
            };
            compare::logical(&a, &*borrow("b", b)?, op)
        })
    }
}

/// Finds the elements that are NaN (either part of a complex number).
/// `out`: a new boolean array that owns its memory. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_DTYPE_ERROR (raw bytes, records), LA_OVERFLOW or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_isnan(array: *const la_array, out: *mut *mut la_array) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || compare::isnan(&*borrow("array", array)?)) }
}

/// Tells whether any element is true (nonzero; NaN is; of raw bytes any byte, of
/// records any field). No element: 0. `out`: receives 1 or 0. Returns LA_OK,
/// LA_NULL_ARGUMENT or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_any(array: *const la_array, out: *mut i32) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { answer(out, || Ok(compare::any(&*borrow("array", array)?)?.into())) }
}

/// Tells whether all elements are true. No element: 1. `out` and statuses as
/// for `la_any`.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_all(array: *const la_array, out: *mut i32) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { answer(out, || Ok(compare::all(&*borrow("array", array)?)?.into())) }
}

/// Counts the elements that are true. `out`: receives the number. Statuses as
/// for `la_any`.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_count_nonzero(array: *const la_array, out: *mut i64) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { answer(out, || compare::count_nonzero(&*borrow("array", array)?)) }
}

/// Tells whether two arrays have the same shape and equal elements, after
/// promotion. `equal_nan`: 1 when NaN equals NaN. `out`: receives 1 or 0.
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (equal_nan),
/// LA_DTYPE_ERROR (no common type) or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_array_equal(
    a: *const la_array,
    b: *const la_array,
    equal_nan: i32,
    out: *mut i32,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        answer(out, || {
            let (a, b) = (borrow("a", a)?, borrow("b", b)?);
            Ok(compare::array_equal(&a, &b, boolean("equal_nan", equal_nan)?)?.into())
        })
    }
}
