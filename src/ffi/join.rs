//! Joining arrays: new arrays made of several, or of one several times.

use core::ffi::c_void;

use super::arguments::{Value, borrow, casting, dims, list, optional_axis};
use super::guard::{guard, produce};
use super::types::*;
use crate::array::Array;
use crate::dtype::Casting;
use crate::error::Result;
use crate::ops::{join, join_into};

/// A list of handles of any length.
struct List<'a>(&'a [*const la_array]);

impl join::Pieces for List<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn piece(&self, k: usize) -> Result<Array> {
        // SAFETY: the caller vouches for every handle of the list.
        Ok(unsafe { borrow("arrays", self.0[k]) }?.clone())
    }
}

/// Makes an array of a list of arrays.
unsafe fn joined(
    count: i64,
    arrays: *const *const la_array,
    out: *mut *mut la_array,
    body: impl FnOnce(&dyn join::Pieces) -> Result<Array>,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || body(&List(list("arrays", arrays, count)?))) }
}

/// Joins a list of arrays into one that exists.
unsafe fn joined_into(
    count: i64,
    arrays: *const *const la_array,
    casting_: i32,
    target: *mut la_array,
    body: impl FnOnce(&dyn join::Pieces, Casting, &Array) -> Result<()>,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let pieces = List(list("arrays", arrays, count)?);
            let target = borrow("target", target)?;
            body(&pieces, casting(casting_)?, &target)
        }
    })
}

/// JOIN. Puts arrays one behind the other along an axis: a copy.
///
/// `count`, `arrays`: at least one, equal in all extents but that of the axis.
/// `axis`: negative counts from the end; LA_NO_AXIS flattens all first. The
/// result has the type they promote to. `out`: a new handle that owns its
/// memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (none given),
/// LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_DTYPE_ERROR, LA_OVERFLOW or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_concatenate(
    count: i64,
    arrays: *const *const la_array,
    axis: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        joined(count, arrays, out, |pieces| {
            join::concatenate(pieces, optional_axis(axis))
        })
    }
}

/// `la_concatenate` into an array that exists.
///
/// `count`, `arrays`, `axis`: as for `la_concatenate`. `casting`: LA_CAST_...,
/// the rule that each array's conversion to the target's type must satisfy.
/// `target`: of the joined shape, which is 1-d for LA_NO_AXIS. It may share
/// memory with the arrays, which are all read whole before the first write; only
/// those that an earlier array's elements would overwrite, or that cannot be
/// moved in place, are copied.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (none given, casting),
/// LA_READ_ONLY, LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_CAST_ERROR, LA_OVERFLOW,
/// LA_OUT_OF_MEMORY or LA_CANCELLED (`la_set_progress`).
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_concatenate_into(
    count: i64,
    arrays: *const *const la_array,
    axis: i32,
    casting_: i32,
    target: *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        joined_into(
            count,
            arrays,
            casting_,
            target,
            |pieces, casting, target| {
                join_into::concatenate_into(pieces, optional_axis(axis), casting, target)
            },
        )
    }
}

/// Puts arrays of one shape one behind the other along a new axis: a copy.
/// Parameters, ownership and statuses as for `la_concatenate`; LA_LIMIT at 64
/// axes.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_stack(
    count: i64,
    arrays: *const *const la_array,
    axis: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        joined(count, arrays, out, |pieces| {
            join::stack(pieces, axis.into())
        })
    }
}

/// `la_stack` into an array that exists; all else as for `la_concatenate_into`,
/// and LA_LIMIT at 64 axes.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_stack_into(
    count: i64,
    arrays: *const *const la_array,
    axis: i32,
    casting_: i32,
    target: *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        joined_into(
            count,
            arrays,
            casting_,
            target,
            |pieces, casting, target| join_into::stack_into(pieces, axis.into(), casting, target),
        )
    }
}

/// Repeats the whole array along each axis: a copy.
///
/// `ndim`, `counts`: how often along each of the last axes; more than the rank
/// adds axes in front. `out`: a new handle that owns its memory. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR (negative count),
/// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_tile(
    array: *const la_array,
    ndim: i32,
    counts: *const i64,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            join::tile(&array, &dims("counts", counts, ndim)?)
        })
    }
}

/// Repeats each element along an axis: a copy.
///
/// `count`, `repeats`: one number for all elements of the axis, or one for
/// each; 0 or more. `axis`: as for `la_take`. `out`: a new handle that owns its
/// memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_AXIS_ERROR,
/// LA_SHAPE_ERROR (another count, or a negative number), LA_OVERFLOW or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_repeat(
    array: *const la_array,
    count: i64,
    repeats: *const i64,
    axis: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let repeats = list("repeats", repeats, count)?;
            join::repeat(&array, repeats, optional_axis(axis))
        })
    }
}

/// Moves elements along an axis, those pushed out at one end coming in at the
/// other: a copy.
///
/// `shift`: how far; negative moves to lower indices. `axis`: LA_NO_AXIS rolls
/// the array flattened in C order and keeps its shape. `out`: a new handle that
/// owns its memory. Returns LA_OK, LA_NULL_ARGUMENT, LA_AXIS_ERROR, LA_OVERFLOW
/// or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_roll(
    array: *const la_array,
    shift: i64,
    axis: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            join::roll(&*borrow("array", array)?, shift, optional_axis(axis))
        })
    }
}

/// Surrounds the array with a constant value: a copy.
///
/// `ndim`: the array's rank. `before`, `after`: how many elements to add at each
/// end of each axis, `ndim` numbers each, 0 or more. `value_dtype`, `value`: as
/// for `la_full`. `out`: a new handle that owns its memory. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR (negative, or `ndim` is
/// not the rank), LA_DTYPE_ERROR, LA_CAST_ERROR, LA_OVERFLOW or
/// LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_pad(
    array: *const la_array,
    ndim: i32,
    before: *const i64,
    after: *const i64,
    value_dtype: la_dtype,
    value: *const c_void,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let before = dims("before", before, ndim)?;
            let after = dims("after", after, ndim)?;
            match super::arguments::value("value", value_dtype, value)? {
                Value::Number(value) => join::pad(&array, &before, &after, &value),
                Value::Bytes(value) => join::pad_with(&array, &before, &after, &value),
            }
        })
    }
}
