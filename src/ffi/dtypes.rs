//! Element types: sizes, names, formats, casting and promotion.

use core::ffi::c_char;
use core::fmt::Write;

use arrayvec::ArrayVec;

use super::arguments::{casting, dtype, list, text};
use super::guard::{accessor, answer, guard, unsupported};
use super::texts::write_text;
use super::types::*;
use crate::dtype::{DType, Operand, can_cast, result_type};
use crate::error::Error;

/// TYPES. Returns the size of one element in bytes, or -1 when `dtype` is no
/// element type.
#[unsafe(no_mangle)]
pub extern "C" fn la_dtype_size(dtype_: la_dtype) -> i64 {
    accessor(-1, || Ok(dtype("dtype", dtype_)?.itemsize()))
}

/// Writes NumPy's name of the type, such as "float64" or ">i4".
///
/// `buf`, `capacity`: the text with its NUL, cut when there is no room; NULL
/// only with 0. `out_needed`: receives the bytes for the whole text with its
/// NUL; may be NULL. Returns LA_OK, LA_NULL_ARGUMENT, LA_DTYPE_ERROR or
/// LA_BUFFER_TOO_SMALL (`buf` holds a truncated text).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_name(
    dtype_: la_dtype,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
) -> la_status {
    guard(|| {
        let dtype = dtype("dtype", dtype_)?;
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            write_text("the name", buf, capacity, out_needed, |w| {
                write!(w, "{dtype}")
            })
        }
    })
}

/// Writes NumPy's format string of the type, such as "<f8"; "bfloat16" for
/// LA_BFLOAT16, which NumPy has no format for. Parameters and statuses as for
/// `la_dtype_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_format(
    dtype_: la_dtype,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
) -> la_status {
    guard(|| {
        let format = dtype("dtype", dtype_)?.format();
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            write_text("the format", buf, capacity, out_needed, |w| {
                write!(w, "{format}")
            })
        }
    })
}

/// Reads an element type from its name ("float64"), its format ("<f8", ">i4",
/// "V12") or one of NumPy's short names ("f8", "d").
///
/// `out`: receives the type. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_INVALID_ARGUMENT or LA_DTYPE_ERROR (no such type).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_parse(text_: *const c_char, out: *mut la_dtype) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { answer(out, || Ok(DType::parse(text("text", text_)?)?.to_raw())) }
}

/// Gives the same type in the other byte order; types of one byte and raw
/// bytes have only one. Returns LA_OK, LA_NULL_ARGUMENT or LA_DTYPE_ERROR.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_swapped(dtype_: la_dtype, out: *mut la_dtype) -> la_status {
    // SAFETY: the caller vouches for the pointer.
    unsafe { answer(out, || Ok(dtype("dtype", dtype_)?.swapped().to_raw())) }
}

/// Makes a record type. Not offered yet: returns LA_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_record(
    count: i32,
    names: *const *const c_char,
    dtypes: *const la_dtype,
    offsets: *const i64,
    itemsize: i64,
    out: *mut la_dtype,
) -> la_status {
    let _ = (count, names, dtypes, offsets, itemsize, out);
    unsupported("la_dtype_record")
}

/// Returns the number of fields of a record type; 0 for all types of this
/// version, -1 when `dtype` is no element type.
#[unsafe(no_mangle)]
pub extern "C" fn la_dtype_field_count(dtype_: la_dtype) -> i32 {
    accessor(-1, || dtype("dtype", dtype_).map(|_| 0))
}

/// Describes a field of a record type. Not offered yet: returns
/// LA_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_field(
    dtype: la_dtype,
    field: i32,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
    out_dtype: *mut la_dtype,
    out_offset: *mut i64,
) -> la_status {
    let _ = (
        dtype, field, buf, capacity, out_needed, out_dtype, out_offset,
    );
    unsupported("la_dtype_field")
}

/// Tells whether a casting rule allows a conversion: NumPy's `can_cast`.
///
/// `casting`: LA_CAST_NO to LA_CAST_SAME_VALUE (which allows what LA_CAST_UNSAFE
/// does, since it looks at values). `out`: receives 1 or 0. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT or LA_DTYPE_ERROR.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_can_cast(
    from: la_dtype,
    to: la_dtype,
    casting_: i32,
    out: *mut i32,
) -> la_status {
    // SAFETY: the caller vouches for the pointer.
    unsafe {
        answer(out, || {
            let (from, to) = (dtype("from", from)?, dtype("to", to)?);
            Ok(can_cast(from, to, casting(casting_)?).into())
        })
    }
}

/// Gives the type that several types promote to, as NumPy 2 does.
///
/// `count`, `dtypes`: at least one; LA_WEAK_INT and LA_WEAK_FLOAT stand for
/// Python's numbers. `out`: receives the type, in this machine's byte order.
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (none given) or
/// LA_DTYPE_ERROR (unknown, or without a common type).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_result_type(
    count: i32,
    dtypes: *const la_dtype,
    out: *mut la_dtype,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        answer(out, || {
            let given = list("dtypes", dtypes, count.into())?;
            let mut operands = ArrayVec::<Operand, 64>::new();
            for &value in given {
                let operand = match value {
                    LA_WEAK_INT => Operand::WeakInt,
                    LA_WEAK_FLOAT => Operand::WeakFloat,
                    _ => Operand::Strong(dtype("dtypes", value)?),
                };
                // Naming a type twice changes nothing.
                if !operands.contains(&operand) {
                    operands.try_push(operand).map_err(|_| Error::Limit {
                        what: "different types",
                        limit: 64,
                        given: count.into(),
                    })?;
                }
            }
            Ok(result_type(&operands)?.to_raw())
        })
    }
}
