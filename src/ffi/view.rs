//! Views: other ways to look at the same memory. None of these copies an
//! element, except `la_reshape` where its copy mode allows it.

use core::ffi::c_char;

use super::arguments::{
    axes, borrow, copy_mode, dims, dtype, list, optional_axes, optional_dims, order, out, text,
};
use super::guard::{guard, produce, produce_quickly};
use super::key;
use super::types::*;
use crate::array::Array;
use crate::layout;
use crate::ops::view;

/// VIEW. Basic indexing, `a[1:4, ::-1, None]`: always a view.
///
/// `key`, `count`: the entries, written with LA_INDEX(...), at most 129.
/// Integers remove their axis, ranges keep it and clamp as Python's do,
/// LA_NEWAXIS adds one, LA_ELLIPSIS and missing entries stand for full axes.
/// Array entries make copies and are refused here; use `la_get`. A key of
/// integers for every axis gives a view of rank 0. `out`: a new handle that
/// keeps the base alive; as writable as `array`.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (unknown kind, flags,
/// nonzero reserved fields), LA_INDEX_ERROR (out of bounds, too many, step 0,
/// array entry), LA_OVERFLOW, LA_LIMIT (more than 64 axes) or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_slice(
    array: *const la_array,
    key: *const la_index,
    count: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        slice_quickly(array, key, count, out, key::slice_vector, || {
            slice_by_everyday_key(array, key, count, out)
        })
    }
}

/// The view that `select` makes for the keys it is for, else what `long_way` does.
///
/// # Safety
///
/// As for `la_slice`.
#[inline(always)]
unsafe fn slice_quickly(
    array: *const la_array,
    key: *const la_index,
    count: i32,
    out: *mut *mut la_array,
    select: impl FnOnce(&[la_index], &Array) -> Option<key::Quick>,
    long_way: impl FnOnce() -> la_status,
) -> la_status {
    // SAFETY: the caller's promise.
    unsafe {
        let quick = || {
            let array = borrow("array", array).ok()?;
            select(list("key", key, count.into()).ok()?, &array)
        };
        produce_quickly(out, quick, long_way)
    }
}

/// `la_slice` for all but vectors. Apart, so that it takes no registers from them.
///
/// # Safety
///
/// As for `la_slice`.
#[inline(never)]
unsafe fn slice_by_everyday_key(
    array: *const la_array,
    key: *const la_index,
    count: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        slice_quickly(array, key, count, out, key::slice_quickly, || {
            slice_by_any_key(array, key, count, out)
        })
    }
}

/// `la_slice` for keys that are not of the everyday kind, or not right. Apart,
/// so that it does not stand in the way of those that are.
///
/// # Safety
///
/// As for `la_slice`.
#[cold]
#[inline(never)]
unsafe fn slice_by_any_key(
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
            view::slice_by(&array, |slicer| key::slice(key, array.ndim(), slicer))
        })
    }
}

/// As `la_slice`, with the key as text in Python's syntax:
/// "1:4, ::-1, ..., None". Spaces are free; "newaxis" is None; an empty text
/// is the key `()`. Also LA_INVALID_ARGUMENT with the byte at which the text
/// stops making sense.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_slice_str(
    array: *const la_array,
    key: *const c_char,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            view::slice(&array, &layout::parse_key(text("key", key)?)?)
        })
    }
}

/// Gives the array another shape of the same size.
///
/// `shape`: the new extents; one may be -1 and is inferred, unless another is
/// 0. `order`: the order in which elements are counted: LA_ORDER_C, F or A.
/// `copy`: LA_COPY_IF_NEEDED gives a view where one exists and a packed copy
/// otherwise; LA_COPY_NEVER fails with LA_WOULD_COPY and names the axes that
/// stand in the way; LA_COPY_ALWAYS copies. `la_plan_reshape` tells beforehand.
/// `out`: a new handle.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (order K, copy),
/// LA_SHAPE_ERROR, LA_WOULD_COPY, LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_reshape(
    array: *const la_array,
    ndim: i32,
    shape: *const i64,
    order_: i32,
    copy: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let shape = dims("shape", shape, ndim)?;
            view::reshape(&array, &shape, order(order_)?, copy_mode(copy)?)
        })
    }
}

/// Reverses the order of the axes: `a.T`. A view.
/// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_transpose(
    array: *const la_array,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || view::transpose(&*borrow("array", array)?)) }
}

/// Puts the axes in another order: axis k of the result is axis `axes[k]` of
/// the array. A view.
///
/// `count`, `axes`: every axis once; negative ones count from the end. `out`:
/// a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
/// LA_AXIS_ERROR, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_permute(
    array: *const la_array,
    count: i32,
    axes_: *const i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            view::permute(&array, &axes("axes", axes_, count)?)
        })
    }
}

/// Exchanges two axes. A view.
///
/// `axis1`, `axis2`: negative ones count from the end. `out`: a new handle.
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_AXIS_ERROR or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_swapaxes(
    array: *const la_array,
    axis1: i32,
    axis2: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            view::swapaxes(&*borrow("array", array)?, axis1.into(), axis2.into())
        })
    }
}

/// Moves axes to new places, the others keeping their order. A view.
///
/// `count`: how many axes move. `source`, `destination`: where each comes from
/// and goes to; negative ones count from the end. `out`: a new handle. Returns
/// LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_AXIS_ERROR, LA_LIMIT or
/// LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_moveaxis(
    array: *const la_array,
    count: i32,
    source: *const i32,
    destination: *const i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let source = axes("source", source, count)?;
            view::moveaxis(&array, &source, &axes("destination", destination, count)?)
        })
    }
}

/// Removes axes of extent 1. A view.
///
/// `count`, `axes`: which; NULL with count 0 for all of extent 1 (a list of none
/// removes none). `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_AXIS_ERROR,
/// LA_SHAPE_ERROR (a named axis has another extent), LA_LIMIT or
/// LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_squeeze(
    array: *const la_array,
    count: i32,
    axes: *const i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            view::squeeze(&array, optional_axes("axes", axes, count)?.as_deref())
        })
    }
}

/// Adds axes of extent 1. A view.
///
/// `count`, `axes`: where they stand in the result; negative ones count from
/// the result's end. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_INVALID_ARGUMENT, LA_AXIS_ERROR, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_expand_dims(
    array: *const la_array,
    count: i32,
    axes_: *const i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            view::expand_dims(&array, &axes("axes", axes_, count)?)
        })
    }
}

/// Stretches axes of extent 1 (stride 0) and adds axes in front until the
/// shape is as asked. A view; it cannot be written through, since several
/// elements are one.
///
/// `ndim`, `shape`: the wanted extents. `out`: a new handle. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR, LA_OVERFLOW, LA_LIMIT
/// or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_broadcast_to(
    array: *const la_array,
    ndim: i32,
    shape: *const i64,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            view::broadcast_to(&array, &dims("shape", shape, ndim)?)
        })
    }
}

/// Computes the shape that several shapes broadcast to.
///
/// `count`: how many; of none it is rank 0. `ndims`, `shapes`: the rank and the
/// extents of each (NULL for rank 0). `out_ndim`: receives the rank.
/// `out_shape`: room for LA_MAX_NDIM numbers, of which the first `out_ndim` are
/// set. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_SHAPE_ERROR or
/// LA_LIMIT.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_broadcast_shapes(
    count: i32,
    ndims: *const i32,
    shapes: *const *const i64,
    out_ndim: *mut i32,
    out_shape: *mut i64,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let place = out("out_ndim", out_ndim)?;
            out("out_shape", out_shape)?;
            let ndims = list("ndims", ndims, count.into())?;
            let shapes = list("shapes", shapes, count.into())?;
            let mut result = layout::Dims::new();
            for (&ndim, &shape) in ndims.iter().zip(shapes) {
                let shape = dims("shapes", shape, ndim)?;
                layout::element_count("shapes", &shape, 1)?;
                result = layout::broadcast_shapes(&result, &shape)?;
            }
            for (axis, &extent) in result.iter().enumerate() {
                out_shape.add(axis).write_unaligned(extent);
            }
            place.set(result.len() as i32);
        }
        Ok(())
    })
}

/// Reverses the order of the elements along axes. A view with negative
/// strides.
///
/// `count`, `axes`: which; NULL with count 0 for all (a list of none flips
/// nothing). `out`: a new handle.
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_AXIS_ERROR,
/// LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_flip(
    array: *const la_array,
    count: i32,
    axes: *const i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            view::flip(&array, optional_axes("axes", axes, count)?.as_deref())
        })
    }
}

/// Rotates by `k` quarter turns in the plane of two axes, from `axis1` towards
/// `axis2`. A view.
///
/// `k`: any number, negative turns back. `out`: a new handle. Returns LA_OK,
/// LA_NULL_ARGUMENT, LA_AXIS_ERROR or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_rot90(
    array: *const la_array,
    k: i64,
    axis1: i32,
    axis2: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            view::rot90(&*borrow("array", array)?, k, axis1.into(), axis2.into())
        })
    }
}

/// Takes the elements `a[i, i + offset]` of the plane of two axes; the diagonal
/// becomes the last axis. A view; read-only, as in NumPy.
///
/// `offset`: 0 the main diagonal, positive above it; one outside is empty.
/// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_SHAPE_ERROR (rank
/// below 2), LA_AXIS_ERROR or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_diagonal(
    array: *const la_array,
    offset: i64,
    axis1: i32,
    axis2: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            view::diagonal(
                &*borrow("array", array)?,
                offset,
                axis1.into(),
                axis2.into(),
            )
        })
    }
}

/// Takes the real parts of a complex array; of another array, the whole. A
/// view.
/// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_DTYPE_ERROR (raw
/// bytes) or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_real(array: *const la_array, out: *mut *mut la_array) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || view::real(&*borrow("array", array)?)) }
}

/// Takes the imaginary parts of a complex array: a view. Of another array,
/// whose imaginary parts stand nowhere, new read-only zeros of the same shape,
/// as in NumPy.
/// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT, LA_DTYPE_ERROR (raw
/// bytes) or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_imag(array: *const la_array, out: *mut *mut la_array) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || view::imag(&*borrow("array", array)?)) }
}

/// Reads the same bytes as another element type. A view.
///
/// A type of the same size always fits. Otherwise only the last axis changes:
/// it must be contiguous (or of extent 1, when the size shrinks), and its bytes
/// must divide evenly. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_DTYPE_ERROR, LA_OVERFLOW or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_view_dtype(
    array: *const la_array,
    dtype_: la_dtype,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            view::view_dtype(&*borrow("array", array)?, dtype("dtype", dtype_)?)
        })
    }
}

/// Takes one field of an array of records. A view of the field's type, as
/// writeable as `array`: the same shape and strides, begun at the field.
///
/// Several fields at once are a view, too: `la_view_dtype` with a record of the
/// same size that has only these fields, at their offsets.
///
/// `name`: UTF-8. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_INVALID_ARGUMENT (no field of this name), LA_DTYPE_ERROR (no record) or
/// LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_field(
    array: *const la_array,
    name: *const c_char,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            view::field_named(&*borrow("array", array)?, text("name", name)?)
        })
    }
}

/// Looks at the array's memory with any shape and strides, checked against the
/// owner's allocation: a layout that leaves it is an error. A view, as writable
/// as `array`.
///
/// `offset`: the first element, in bytes from the array's first element.
/// `ndim`, `shape`: extents. `strides`: bytes, of any sign, or NULL for C
/// order. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_INVALID_ARGUMENT, LA_SHAPE_ERROR (the layout leaves the memory),
/// LA_OVERFLOW, LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_as_strided(
    array: *const la_array,
    offset: i64,
    ndim: i32,
    shape: *const i64,
    strides: *const i64,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let shape = dims("shape", shape, ndim)?;
            let strides = optional_dims("strides", strides, ndim)?;
            view::as_strided(&array, offset, &shape, strides.as_deref())
        })
    }
}

/// Shows every window of the given extents: the axes shrink to the places a
/// window can stand at, and the windows' own axes come last. A view; read-only,
/// since windows overlap.
///
/// `count`: how many axes have windows. `axes`: which; NULL for all, and then
/// `count` is the rank. An axis may be named twice. `windows`: the extent on
/// each, 0 or more. `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT,
/// LA_INVALID_ARGUMENT, LA_AXIS_ERROR, LA_SHAPE_ERROR (window too large),
/// LA_LIMIT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_sliding_window(
    array: *const la_array,
    count: i32,
    axes_: *const i32,
    windows: *const i64,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        produce(out, || {
            let array = borrow("array", array)?;
            let windows = dims("windows", windows, count)?;
            let axes = match axes_.is_null() {
                true => None,
                false => Some(axes("axes", axes_, count)?),
            };
            view::sliding_window(&array, axes.as_deref(), &windows)
        })
    }
}

/// Cuts the array into `sections` equal parts along an axis. Views.
///
/// `out`: room for `sections` handles, all set on success and none otherwise;
/// the caller owns each. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT
/// (no sections), LA_AXIS_ERROR, LA_SHAPE_ERROR (no equal division) or
/// LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_split(
    array: *const la_array,
    sections: i64,
    axis: i32,
    out_: *mut *mut la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            out("out", out_)?;
            let pieces = view::Split::equal(&array, sections, axis.into())?;
            give_all(out_, pieces)
        }
    })
}

/// Cuts the array before each of `count` indices along an axis, into
/// `count` + 1 parts. Views. Indices clamp as in a slice, so parts may be empty.
///
/// `out`: room for `count` + 1 handles, all set on success and none otherwise;
/// the caller owns each. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
/// LA_AXIS_ERROR or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_split_at(
    array: *const la_array,
    count: i64,
    indices: *const i64,
    axis: i32,
    out_: *mut *mut la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            out("out", out_)?;
            let indices = list("indices", indices, count)?;
            let pieces = view::Split::at(&array, indices, axis.into())?;
            give_all(out_, pieces)
        }
    })
}

/// Makes every piece before the first is handed over, so that a failure hands
/// over none.
unsafe fn give_all(out: *mut *mut la_array, pieces: view::Split<'_>) -> crate::error::Result<()> {
    let mut made = crate::memory::Scratch::<usize>::with_capacity(pieces.len())?;
    let mut failed = None;
    for k in 0..pieces.len() {
        match pieces.piece(k) {
            // There is room for all, so the push cannot fail.
            Ok(piece) => made.push(super::arguments::give(piece).expose_provenance())?,
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    for (k, &handle) in made.iter().enumerate() {
        let handle = core::ptr::with_exposed_provenance_mut::<la_array>(handle);
        // SAFETY: the handles were made above; there is a place for each.
        unsafe {
            match failed {
                None => out.add(k).write_unaligned(handle),
                Some(_) => drop(super::arguments::take(handle)),
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Makes a view that cannot be written through, nor can anything made from it,
/// its base included: `la_base` of it is a read-only twin of the owner. The
/// elements may still change through other handles.
/// `out`: a new handle. Returns LA_OK, LA_NULL_ARGUMENT or LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_readonly(array: *const la_array, out: *mut *mut la_array) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { produce(out, || view::readonly(&*borrow("array", array)?)) }
}
