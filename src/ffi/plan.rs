//! What an operation would do, without doing it.

use super::arguments::{borrow, casting, dims, order};
use super::guard::guard;
use super::types::*;
use crate::error::{Error, Result};
use crate::ops::{view, write};
use crate::plan::Hazard;

/// Checks the caller's struct: larger ones of later versions are refused, since
/// their tail would stay unset.
unsafe fn place(out: *mut la_plan) -> Result<()> {
    if out.is_null() {
        return Err(Error::NullArgument { argument: "out" });
    }
    // SAFETY: the caller vouches for the pointer.
    let size = unsafe { (&raw const (*out).size).read_unaligned() };
    if size != size_of::<la_plan>() {
        return Err(Error::InvalidValue {
            argument: "out->size",
            value: size as i64,
            expected: "sizeof(la_plan)",
        });
    }
    Ok(())
}

/// PLAN. Tells whether `la_reshape` would copy, how many bytes, and which axes
/// stand in the way. Nothing is allocated.
///
/// Parameters as for `la_reshape`. `out`: its `size` set by the caller; receives
/// the plan. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT,
/// LA_SHAPE_ERROR, LA_OVERFLOW or LA_LIMIT.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_plan_reshape(
    array: *const la_array,
    ndim: i32,
    shape: *const i64,
    order_: i32,
    out: *mut la_plan,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            place(out)?;
            let shape = dims("shape", shape, ndim)?;
            let obstacle = view::plan_reshape(&array, &shape, order(order_)?)?;
            out.write_unaligned(la_plan {
                size: size_of::<la_plan>(),
                copies: obstacle.is_some().into(),
                hazard: LA_HAZARD_FREE,
                bytes: obstacle.map_or(0, |_| array.nbytes()),
                outer_axis: obstacle.map_or(-1, |axes| axes.outer as i32),
                inner_axis: obstacle.map_or(-1, |axes| axes.inner as i32),
            });
        }
        Ok(())
    })
}

/// Tells how `la_assign` would move the elements: in any order, in a certain
/// one, by exchanging pairs, or through a temporary of how many bytes, which is
/// exactly what `la_assign` then allocates. Nothing is written. docs/overlap.md
/// lists what is done in place.
///
/// Parameters as for `la_assign`. `out`: as for `la_plan_reshape`. Returns the
/// statuses of `la_assign`.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_plan_assign(
    target: *const la_array,
    source: *const la_array,
    casting_: i32,
    out: *mut la_plan,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let target = borrow("target", target)?;
            let source = borrow("source", source)?;
            place(out)?;
            let plan = write::plan_assign(&target, &source, casting(casting_)?)?;
            out.write_unaligned(la_plan {
                size: size_of::<la_plan>(),
                copies: (plan.bytes > 0).into(),
                hazard: match plan.hazard {
                    Hazard::Free => LA_HAZARD_FREE,
                    Hazard::Ordered(_) => LA_HAZARD_ORDERED,
                    Hazard::Exchange(_) => LA_HAZARD_EXCHANGE,
                    Hazard::Buffered(_) => LA_HAZARD_BUFFERED,
                },
                bytes: plan.bytes,
                outer_axis: -1,
                inner_axis: -1,
            });
        }
        Ok(())
    })
}
