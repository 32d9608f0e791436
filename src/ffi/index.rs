//! Indexing with arrays, and single elements.

use core::ffi::c_void;

use super::arguments::{Value, borrow, borrow_all, dims, list, optional_axis, out};
use super::guard::{answer, guard, produce};
use super::key;
use super::types::*;
use crate::dtype::{Element, is_field_cast};
use crate::error::{Error, Result};
use crate::layout::{self, MAX_NDIM};
use crate::ops::index::{self, Mode};
use crate::ops::{indices, item, take};

fn mode(value: i32) -> Result<Mode> {
    match value {
        LA_MODE_RAISE => Ok(Mode::Raise),
        LA_MODE_WRAP => Ok(Mode::Wrap),
        LA_MODE_CLIP => Ok(Mode::Clip),
        _ => Err(Error::InvalidValue {
            argument: "mode",
            value: value.into(),
            expected: "LA_MODE_RAISE, LA_MODE_WRAP or LA_MODE_CLIP (0 to 2)",
        }),
    }
}

/// INDEX. `a[key]` with any key: a view for a basic key, a copy as soon as an
/// array, mask or list stands in it.
///
/// `key`, `count`: the entries, written with LA_INDEX(...); index arrays are of
/// integers, of any shape, broadcast against each other; a boolean array counts
/// for as many axes as it has. Axes are placed as NumPy places them: where all
/// array entries (integers count as such beside one) stand side by side their
/// axes stay there, else they come first. `out`: a new handle.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR,
/// LA_DTYPE_ERROR (LA_MASK of no booleans), LA_OVERFLOW, LA_LIMIT or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_get(
    array: *const la_array,
    key: *const la_index,
    count: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let key = list("key", key, count.into())?;
            key::with_any(key, |entries| index::get(&array, entries))
        })
    }
}

/// `a[key] = values` with any key.
///
/// `values`: broadcast to the shape of `a[key]` (extra leading axes of extent 1
/// are dropped) and cast unsafely, as NumPy does. Keys and values are read
/// whole before the first write, whatever shares memory with what; where an
/// element is named twice, the last store in C order wins. Indices are checked
/// before anything is written.
///
/// Returns the statuses of `la_get`, LA_READ_ONLY, LA_SHAPE_ERROR (values do
/// not fit) or LA_DTYPE_ERROR.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_set(
    array: *mut la_array,
    key: *const la_index,
    count: i32,
    values: *const la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            let key = list("key", key, count.into())?;
            key::with_any(key, |entries| {
                index::set(&array, entries, &*borrow("values", values)?)
            })
        }
    })
}

/// `a[key] = value` with a scalar; `value_dtype` and `value` as for `la_full`.
/// Statuses as for `la_set`, and LA_CAST_ERROR when a weak integer does not fit
/// the array's type.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_set_scalar(
    array: *mut la_array,
    key: *const la_index,
    count: i32,
    value_dtype: la_dtype,
    value: *const c_void,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            let key = list("key", key, count.into())?;
            key::with_any(key, |entries| {
                match super::arguments::value("value", value_dtype, value)? {
                    Value::Number(value) => index::set_scalar(&array, entries, &value),
                    Value::Bytes(value) => index::set(&array, entries, &value),
                }
            })
        }
    })
}

/// Takes elements along an axis by their indices: a copy.
///
/// `indices`: integers, or booleans as 0 and 1, of any shape, which replaces the
/// axis. `axis`: negative counts from the end; LA_NO_AXIS takes from the array
/// flattened in C order. `mode`: what an index out of bounds means; from an axis without elements nothing
/// can be taken in any mode, unless another axis has none either, when LA_MODE_WRAP
/// and LA_MODE_CLIP give a result without elements. `out`: a new handle that owns
/// its memory.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (mode), LA_INDEX_ERROR
/// (out of bounds, or indices that are no integers), LA_AXIS_ERROR, LA_OVERFLOW,
/// LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_take(
    array: *const la_array,
    indices: *const la_array,
    axis: i32,
    mode_: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let indices = borrow("indices", indices)?;
            take::take(&array, &indices, optional_axis(axis), mode(mode_)?)
        })
    }
}

/// `la_take` into an array that exists.
///
/// `array`, `indices`, `axis`, `mode`: as for `la_take`. `target`: of the shape
/// that `la_take` would give; elements are cast to its type unsafely, as `la_set`
/// does. It may share memory with the array and the indices, which are read
/// whole before the first write; indices are checked before it. Nothing is copied
/// when the types are equal and no memory is shared. Nothing is returned: no
/// handle is made.
///
/// Returns LA_OK, LA_NULL_ARGUMENT (any of the three arrays), LA_READ_ONLY,
/// LA_INVALID_ARGUMENT (mode), LA_INDEX_ERROR, LA_AXIS_ERROR, LA_SHAPE_ERROR
/// (target), LA_DTYPE_ERROR, LA_CAST_ERROR (raw bytes), LA_OVERFLOW, LA_LIMIT or
/// LA_OUT_OF_MEMORY.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_take_into(
    array: *const la_array,
    indices: *const la_array,
    axis: i32,
    mode_: i32,
    target: *mut la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            let indices = borrow("indices", indices)?;
            let target = borrow("target", target)?;
            let axis = optional_axis(axis);
            take::take_into(&array, &indices, axis, mode(mode_)?, &target)
        }
    })
}

/// Stores values at indices of the array flattened in C order (nothing is
/// flattened in fact).
///
/// `indices`: as for `la_take`. `values`: cast unsafely and repeated, in C
/// order, as often as needed; none is an error unless there are no indices.
/// `mode`: what an index out of bounds means. All indices are checked before
/// anything is written; the last of equal indices wins.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR,
/// LA_READ_ONLY, LA_SHAPE_ERROR, LA_DTYPE_ERROR or LA_OUT_OF_MEMORY.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_put(
    array: *mut la_array,
    indices: *const la_array,
    values: *const la_array,
    mode_: i32,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            let indices = borrow("indices", indices)?;
            take::put(&array, &indices, &*borrow("values", values)?, mode(mode_)?)
        }
    })
}

/// Stores values, one after the other, at the elements where a mask is true.
///
/// `mask`: of the array's shape and any type, nonzero is true. `values`: taken
/// in C order, cast unsafely, and repeated as often as needed (where `la_set`
/// with a mask wants one for each element, or one for all); none is an error
/// unless the mask is false everywhere. Mask and values may share memory with
/// the array: they are read whole before the first write.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_READ_ONLY, LA_SHAPE_ERROR (mask, or no
/// values), LA_DTYPE_ERROR, LA_CAST_ERROR (raw bytes) or LA_OUT_OF_MEMORY.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_place(
    array: *mut la_array,
    mask: *const la_array,
    values: *const la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            let mask = borrow("mask", mask)?;
            take::place(&array, &mask, &*borrow("values", values)?)
        }
    })
}

/// Takes the elements along an axis at which a 1-d condition is true: a copy.
///
/// `condition`: any type, nonzero is true; shorter than the axis is fine, true
/// beyond its end is not. `axis`: as for `la_take`. `out`: a new handle that
/// owns its memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INDEX_ERROR,
/// LA_AXIS_ERROR, LA_SHAPE_ERROR (condition not 1-d), LA_DTYPE_ERROR,
/// LA_OVERFLOW or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_compress(
    array: *const la_array,
    condition: *const la_array,
    axis: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let condition = borrow("condition", condition)?;
            take::compress(&array, &condition, optional_axis(axis))
        })
    }
}

/// `la_compress` into an array that exists.
///
/// `array`, `condition`, `axis`: as for `la_compress`. `target`: as for
/// `la_take_into`, of the shape that `la_compress` would give; array and
/// condition are read whole before the first write. Returns the statuses of
/// `la_compress`, LA_READ_ONLY, LA_CAST_ERROR (raw bytes) or LA_LIMIT.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_compress_into(
    array: *const la_array,
    condition: *const la_array,
    axis: i32,
    target: *mut la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            let condition = borrow("condition", condition)?;
            let target = borrow("target", target)?;
            take::compress_into(&array, &condition, optional_axis(axis), &target)
        }
    })
}

/// Finds the elements that are not zero (or false; NaN is not zero).
///
/// `out`: receives an int64 array of shape (count, rank): one row for each
/// element, in C order. NumPy's tuple is its columns. A new handle that owns
/// its memory. Raw bytes are not zero if any byte is not, records if any field is
/// not. Returns LA_OK, LA_NULL_ARGUMENT, LA_OVERFLOW or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_nonzero(array: *const la_array, out: *mut *mut la_array) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || indices::nonzero(&*borrow("array", array)?)) }
}

/// Chooses element by element: from `x` where `condition` is true, else from
/// `y`. A copy.
///
/// All three are broadcast; the result has the type that `x` and `y` promote
/// to. `out`: a new handle that owns its memory. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_SHAPE_ERROR, LA_DTYPE_ERROR, LA_OVERFLOW, LA_LIMIT or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_where(
    condition: *const la_array,
    x: *const la_array,
    y: *const la_array,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let condition = borrow("condition", condition)?;
            take::choose(&condition, &*borrow("x", x)?, &*borrow("y", y)?)
        })
    }
}

/// Takes, for every line along an axis, the elements that the matching line of
/// `indices` names: a copy.
///
/// `indices`: integers of the array's rank, broadcast against it on the other
/// axes. `axis`: as for `la_take`; LA_NO_AXIS wants 1-d indices. `out`: a new
/// handle that owns its memory. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_INDEX_ERROR, LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_OVERFLOW or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_take_along_axis(
    array: *const la_array,
    indices: *const la_array,
    axis: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let indices = borrow("indices", indices)?;
            take::take_along_axis(&array, &indices, optional_axis(axis))
        })
    }
}

/// Stores, for every line along an axis, values at the places that the matching
/// line of `indices` names: the inverse of `la_take_along_axis`.
///
/// `values`: broadcast to the shape of the indexed part and cast unsafely.
/// Returns the statuses of `la_set` and LA_AXIS_ERROR.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_put_along_axis(
    array: *mut la_array,
    indices: *const la_array,
    values: *const la_array,
    axis: i32,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            let indices = borrow("indices", indices)?;
            let values = borrow("values", values)?;
            take::put_along_axis(&array, &indices, &values, optional_axis(axis))
        }
    })
}

/// Turns flat indices into one index for each axis of a shape.
///
/// `indices`: integers of any shape. `order`: LA_ORDER_C or LA_ORDER_F, how the
/// flat indices count. `out`: an int64 array with the axes of `indices` and a
/// last one of extent `ndim`; a new handle that owns its memory. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR, LA_SHAPE_ERROR,
/// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_unravel_index(
    indices: *const la_array,
    ndim: i32,
    shape: *const i64,
    order: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let indices = borrow("indices", indices)?;
            let shape = dims("shape", shape, ndim)?;
            take::unravel_index(&indices, &shape, super::arguments::order(order)?)
        })
    }
}

/// Turns one index for each axis of a shape into flat indices: the inverse of
/// `la_unravel_index`.
///
/// `count`, `indices`: one integer array for each axis, broadcast against each
/// other. `mode`: what an index out of bounds means; with LA_MODE_RAISE a
/// negative one is out of bounds as well. `order`: LA_ORDER_C or LA_ORDER_F.
/// `out`: int64; a new handle that owns its memory. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_INDEX_ERROR, LA_SHAPE_ERROR,
/// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_ravel_multi_index(
    count: i32,
    indices: *const *const la_array,
    shape: *const i64,
    mode_: i32,
    order: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let indices = borrow_all::<MAX_NDIM>("indices", indices, count.into())?;
            let shape = dims("shape", shape, count)?;
            let order = super::arguments::order(order)?;
            let mut list = arrayvec::ArrayVec::<_, MAX_NDIM>::new();
            list.extend(indices.iter().map(core::ops::Deref::deref));
            take::ravel_multi_index(&list, &shape, mode(mode_)?, order)
        })
    }
}

/// Reads one element.
///
/// `count`, `index`: one index for each axis, negative ones from the end.
/// `dtype`: the type of the result, to which the value is cast unsafely; 0 for
/// the array's own. `out`: room for one value of it, of any alignment; a record's
/// value is its bytes. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
/// LA_INDEX_ERROR, LA_DTYPE_ERROR, LA_CAST_ERROR (from or to a record) or
/// LA_OUT_OF_MEMORY (likewise).
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_item(
    array: *const la_array,
    count: i32,
    index: *const i64,
    dtype: la_dtype,
    out_: *mut c_void,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            out("out", out_.cast::<u8>())?;
            let index = list("index", index, count.into())?;
            let dtype = super::arguments::dtype_or("dtype", dtype, array.dtype())?;
            // `out` may lie anywhere, in the array too.
            let put = |bytes: *const u8, size: usize| out_.cast::<u8>().copy_from(bytes, size);
            if dtype == array.dtype() {
                // As it stands, whatever its type and byte order.
                let offset = layout::offset_at(array.shape(), array.strides(), index)? as isize;
                put(array.address().offset(offset), array.itemsize() as usize);
            } else if is_field_cast(array.dtype(), dtype) {
                let value = item::converted(&array, index, dtype)?;
                put(value.address(), value.itemsize() as usize);
            } else {
                let value = item::read(&array, index, dtype)?;
                put(value.bytes().as_ptr(), value.bytes().len());
            }
            Ok(())
        }
    })
}

/// Writes one element; `index` as for `la_item`, `value_dtype` and `value` as
/// for `la_full`. Returns the statuses of `la_item`, LA_READ_ONLY or
/// LA_CAST_ERROR (a weak integer does not fit).
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_set_item(
    array: *mut la_array,
    count: i32,
    index: *const i64,
    value_dtype: la_dtype,
    value: *const c_void,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            let index = list("index", index, count.into())?;
            match super::arguments::value("value", value_dtype, value)? {
                Value::Number(value) => item::set(&array, index, &value),
                Value::Bytes(value) => item::set_with(&array, index, &value),
            }
        }
    })
}

unsafe fn typed_item<T, const SIZE: usize>(
    array: *const la_array,
    count: i32,
    index: *const i64,
    out: *mut T,
    element: Element,
    from_bytes: fn([u8; SIZE]) -> T,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        answer(out, || {
            let array = borrow("array", array)?;
            let index = list("index", index, count.into())?;
            let value = item::read(&array, index, element.into())?;
            let mut bytes = [0; SIZE];
            bytes.copy_from_slice(value.bytes());
            Ok(from_bytes(bytes))
        })
    }
}

/// Reads one element as a double; as `la_item` with LA_FLOAT64.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_item_f64(
    array: *const la_array,
    count: i32,
    index: *const i64,
    out: *mut f64,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        typed_item(
            array,
            count,
            index,
            out,
            Element::Float64,
            f64::from_ne_bytes,
        )
    }
}

/// Reads one element as a signed integer; as `la_item` with LA_INT64.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_item_i64(
    array: *const la_array,
    count: i32,
    index: *const i64,
    out: *mut i64,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { typed_item(array, count, index, out, Element::Int64, i64::from_ne_bytes) }
}

/// Reads one element as an unsigned integer; as `la_item` with LA_UINT64.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_item_u64(
    array: *const la_array,
    count: i32,
    index: *const i64,
    out: *mut u64,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        typed_item(
            array,
            count,
            index,
            out,
            Element::UInt64,
            u64::from_ne_bytes,
        )
    }
}
