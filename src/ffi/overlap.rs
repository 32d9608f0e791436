//! Who shares memory with whom.

use super::arguments::{borrow, out};
use super::guard::{answer, guard};
use super::types::*;
use crate::error::{Error, Result};
use crate::ops::share;
use crate::overlap::Budget;

fn budget(work: i64) -> Result<Budget> {
    match work {
        LA_WORK_DEFAULT => Ok(Budget::DEFAULT),
        LA_WORK_UNLIMITED => Ok(Budget::Unlimited),
        1.. => Ok(Budget::Units(work as u64)),
        _ => Err(Error::InvalidValue {
            argument: "max_work",
            value: work,
            expected: "LA_WORK_DEFAULT, LA_WORK_UNLIMITED or a positive number",
        }),
    }
}

/// OVERLAP. Tells whether the ranges of addresses of two arrays meet: a quick
/// test that may say 1 where no byte is shared, never 0 where one is.
/// `out`: receives 1 or 0. Returns LA_OK or LA_NULL_ARGUMENT.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_may_share_memory(
    a: *const la_array,
    b: *const la_array,
    out: *mut i32,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        answer(out, || {
            Ok(share::may_share(&*borrow("a", a)?, &*borrow("b", b)?).into())
        })
    }
}

/// Tells exactly whether two arrays have a byte of memory in common.
///
/// `max_work`: LA_WORK_DEFAULT, LA_WORK_UNLIMITED or a number of steps, after
/// which the answer is LA_TOO_HARD; the question is a bounded Diophantine
/// equation, which some strides make hard. `out`: receives 1 or 0.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT, LA_TOO_HARD or
/// LA_OUT_OF_MEMORY.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_shares_memory(
    a: *const la_array,
    b: *const la_array,
    max_work: i64,
    out: *mut i32,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        answer(out, || {
            let (a, b) = (borrow("a", a)?, borrow("b", b)?);
            Ok(share::shares(&a, &b, budget(max_work)?)?.into())
        })
    }
}

/// As `la_shares_memory`, with a witness: an index into each array, the two
/// elements of which have a byte in common.
///
/// `out_a_index`, `out_b_index`: room for `la_ndim` numbers each (NULL for rank
/// 0); set only when `out` becomes 1.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_find_overlap(
    a: *const la_array,
    b: *const la_array,
    max_work: i64,
    out_a_index: *mut i64,
    out_b_index: *mut i64,
    out_: *mut i32,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let (a, b) = (borrow("a", a)?, borrow("b", b)?);
            let place = out("out", out_)?;
            if a.ndim() > 0 {
                out("out_a_index", out_a_index)?;
            }
            if b.ndim() > 0 {
                out("out_b_index", out_b_index)?;
            }
            let witness = share::find(&a, &b, budget(max_work)?)?;
            place.set(witness.is_some().into());
            if let Some((a_index, b_index)) = witness {
                for (axis, &index) in a_index.iter().enumerate() {
                    out_a_index.add(axis).write_unaligned(index);
                }
                for (axis, &index) in b_index.iter().enumerate() {
                    out_b_index.add(axis).write_unaligned(index);
                }
            }
        }
        Ok(())
    })
}

/// Tells exactly whether two different elements of one array have a byte in
/// common. Parameters and statuses as for `la_shares_memory`.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_has_internal_overlap(
    array: *const la_array,
    max_work: i64,
    out: *mut i32,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        answer(out, || {
            Ok(share::has_internal_overlap(&*borrow("array", array)?, budget(max_work)?)?.into())
        })
    }
}
