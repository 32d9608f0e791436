//! Element types: sizes, names, formats, casting and promotion.

use core::ffi::c_char;
use core::fmt::Write;

use arrayvec::ArrayVec;

use super::arguments::{casting, dtype, list, text};
use super::guard::{accessor, answer, guard};
use super::texts::write_text;
use super::types::*;
use crate::dtype::{Builder, DType, Operand, can_cast, result_type};
use crate::error::Error;

/// TYPES. Returns the size of one element in bytes, or -1 when `dtype` is no
/// element type.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn la_dtype_size(dtype_: la_dtype) -> i64 {
    accessor(-1, || Ok(dtype("dtype", dtype_)?.itemsize()))
}

/// Writes NumPy's name of the type, such as "float64" or ">i4"; for a record its
/// format.
///
/// `buf`, `capacity`: the text with its NUL, cut when there is no room; NULL
/// only with 0. `out_needed`: receives the bytes for the whole text with its
/// NUL; may be NULL. Returns LA_OK, LA_NULL_ARGUMENT, LA_DTYPE_ERROR or
/// LA_BUFFER_TOO_SMALL (`buf` holds a truncated text).
///
/// Threads: any.
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
/// LA_BFLOAT16, which NumPy has no format for. That of a record is the list that
/// NumPy calls `descr`, "[('x', '<f4'), ('', '|V4'), ('y', '<i8')]", where gaps
/// have an empty name; or, where fields overlap, stand in another order or are
/// laid out as C would, NumPy's dictionary: "{'names': ['x', 'y'], 'formats':
/// ['<i4', '<i4'], 'offsets': [4, 0], 'itemsize': 8}". `la_dtype_parse` reads both.
/// Parameters and statuses as for `la_dtype_name`.
///
/// Threads: any.
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
/// "V12") or one of NumPy's short names ("f8", "d"); or a record as
/// `la_dtype_format` writes it or Python would. Titles and fields that are arrays
/// have no counterpart.
///
/// `out`: receives the type. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_INVALID_ARGUMENT, LA_DTYPE_ERROR (no such type; the message names the byte),
/// LA_LIMIT (as for `la_dtype_record`) or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_parse(text_: *const c_char, out: *mut la_dtype) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { answer(out, || Ok(DType::parse(text("text", text_)?)?.to_raw())) }
}

/// Gives the same type in the other byte order; types of one byte and raw
/// bytes have only one. Of a record all fields change theirs. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_DTYPE_ERROR, LA_LIMIT (4096 records) or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_swapped(dtype_: la_dtype, out: *mut la_dtype) -> la_status {
    // SAFETY: the caller vouches for the pointer.
    unsafe {
        answer(out, || {
            Ok(dtype("dtype", dtype_)?.with_fields_swapped()?.to_raw())
        })
    }
}

/// Makes a record type: one whose elements have named fields. The same
/// description gives the same type, whoever makes it and however often, so that
/// types are equal if their numbers are; a process can have 4096 different ones,
/// for as long as it lives.
///
/// `count`: fields, 0 or more. `names`: UTF-8, each different and none empty.
/// `dtypes`: any types, records too. `offsets`: where each field begins, in bytes
/// from the start of the element; fields may overlap and leave gaps. NULL puts
/// them one behind the other. `itemsize`: bytes of an element, at least what the
/// fields need; 0 takes just that. LA_C_LAYOUT lays fields out as a C compiler
/// does a struct, and aligns elements so (NumPy's `align=True`); all others are
/// aligned to nothing. `out`: receives the type.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (a name that is empty or
/// stands twice, a negative offset, an item size that is too small or 0, an
/// offset that LA_C_LAYOUT does not allow), LA_DTYPE_ERROR (no type), LA_LIMIT
/// (4096 types, 64 levels of nested records, 65535 fields, 2^30 - 1 bytes),
/// LA_OVERFLOW or LA_OUT_OF_MEMORY. Any thread may call it.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_record(
    count: i32,
    names: *const *const c_char,
    dtypes: *const la_dtype,
    offsets: *const i64,
    itemsize: i64,
    out: *mut la_dtype,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        answer(out, || {
            let names = list("names", names, count.into())?;
            let dtypes = list("dtypes", dtypes, count.into())?;
            let offsets = match offsets.is_null() {
                true => None,
                false => Some(list("offsets", offsets, count.into())?),
            };
            if itemsize < 0 {
                return Err(Error::InvalidValue {
                    argument: "itemsize",
                    value: itemsize,
                    expected: "a number of bytes, 0 for what the fields need, or LA_C_LAYOUT",
                });
            }
            let as_in_c = itemsize == LA_C_LAYOUT.into();
            let mut record = Builder::new(as_in_c);
            for (k, (&name, &type_)) in names.iter().zip(dtypes).enumerate() {
                let offset = offsets.map(|offsets| offsets[k]);
                record.field(text("names", name)?, dtype("dtypes", type_)?, offset)?;
            }
            let itemsize = (itemsize > 0 && !as_in_c).then_some(itemsize);
            Ok(record.finish(itemsize)?.to_raw())
        })
    }
}

/// Returns the number of fields of a record type; 0 for all other types, -1 when
/// `dtype` is no element type.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn la_dtype_field_count(dtype_: la_dtype) -> i32 {
    accessor(-1, || {
        let record = dtype("dtype", dtype_)?.record();
        Ok(record.map_or(0, |record| record.fields().len() as i32))
    })
}

/// Describes a field of a record type: its name, its type, and where it begins.
///
/// `field`: its place, from 0 on. `buf`, `capacity`, `out_needed`: the name, as
/// for `la_dtype_name`. `out_dtype`: receives the type; may be NULL.
/// `out_offset`: receives the bytes from the start of the element; may be NULL.
/// Both are set even where the name is cut. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_DTYPE_ERROR (no type, or no record), LA_INDEX_ERROR (no such field) or
/// LA_BUFFER_TOO_SMALL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_dtype_field(
    dtype_: la_dtype,
    field: i32,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
    out_dtype: *mut la_dtype,
    out_offset: *mut i64,
) -> la_status {
    guard(|| {
        let dtype = dtype("dtype", dtype_)?;
        let fields = dtype.record().ok_or(Error::NotARecord { dtype })?.fields();
        let known = usize::try_from(field)
            .ok()
            .and_then(|field| fields.get(field));
        let known = known.ok_or(Error::FieldOutOfBounds {
            index: field.into(),
            count: fields.len() as i64,
        })?;
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let written = write_text("the name", buf, capacity, out_needed, |w| {
                w.write_str(known.name)
            });
            if matches!(written, Ok(()) | Err(Error::BufferTooSmall { .. })) {
                if !out_dtype.is_null() {
                    out_dtype.write_unaligned(known.dtype.to_raw());
                }
                if !out_offset.is_null() {
                    out_offset.write_unaligned(known.offset);
                }
            }
            written
        }
    })
}

/// Tells whether a casting rule allows a conversion: NumPy's `can_cast`.
///
/// `casting`: LA_CAST_NO to LA_CAST_SAME_VALUE (which allows what LA_CAST_UNSAFE
/// does, since it looks at values). Records convert field by field, in order:
/// every field must by the rule; LA_CAST_NO and LA_CAST_EQUIV also want the same
/// names, LA_CAST_NO the same offsets. Only LA_CAST_UNSAFE converts what is no
/// record to all fields of one, and a record of one field to another type. `out`: receives 1 or 0. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT or LA_DTYPE_ERROR.
///
/// Threads: any.
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
/// Python's numbers. `out`: receives the type, in this machine's byte order; equal
/// records give themselves, and different ones of the same names promote field by
/// field, without gaps. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (none given) or
/// LA_DTYPE_ERROR (unknown, or without a common type).
///
/// Threads: any.
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
