//! How to write one array into another that may share memory with it: a pure
//! decision on layouts, made once, used by the write itself and by those who
//! ask beforehand.

use crate::error::Result;
use crate::layout::LayoutRef;
use crate::overlap::{self, Answer, Budget};

/// What a loop must respect to give the result of reading the source whole
/// before the first store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hazard {
    /// Nothing: any order, in blocks of any size.
    Free,
    /// The stores must come in a certain order.
    Ordered,
    /// Pairs of elements change places.
    Exchange,
    /// Part of the source has to be copied first.
    Buffered,
}

/// How an assignment is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What the loop must respect.
    pub hazard: Hazard,
    /// Bytes of the temporary, 0 without one.
    pub bytes: i64,
    /// Whether the target may overlap itself, so that stores must come one by
    /// one in C order.
    pub in_order: bool,
}

/// The work that may be spent on one question while writing `bytes` bytes:
/// proportional to them, so that asking never costs more than moving.
fn budget(bytes: i64) -> Budget {
    Budget::Units(bytes.unsigned_abs() / 4 + 64)
}

/// Whether no two elements of a layout share a byte, as far as that is worth
/// finding out before writing it.
pub fn is_free_of_internal_overlap(layout: LayoutRef<'_>, itemsize: i64) -> Result<bool> {
    if overlap::is_surely_free_of_internal_overlap(layout, itemsize) {
        return Ok(true);
    }
    let bytes = layout.size().saturating_mul(itemsize);
    let answer = overlap::has_internal_overlap(layout, itemsize, budget(bytes))?;
    Ok(answer == Answer::No)
}

/// Whether two layouts must be treated as sharing memory; too hard counts as
/// yes. Offsets are addresses.
fn may_share(
    target: LayoutRef<'_>,
    target_itemsize: i64,
    source: LayoutRef<'_>,
    source_itemsize: i64,
) -> Result<bool> {
    if !overlap::bounds_overlap(target, target_itemsize, source, source_itemsize) {
        return Ok(false);
    }
    let bytes = target.size().saturating_mul(target_itemsize);
    let answer = overlap::shares_memory(
        target,
        target_itemsize,
        source,
        source_itemsize,
        budget(bytes),
    )?;
    Ok(answer != Answer::No)
}

/// Plans `target[...] = source`, both of one shape (a broadcast source has
/// stride 0), offsets being addresses. `source_bytes` is what a copy of the
/// source takes.
pub fn assignment(
    target: LayoutRef<'_>,
    target_itemsize: i64,
    source: LayoutRef<'_>,
    source_itemsize: i64,
    source_bytes: i64,
) -> Result<Assignment> {
    let in_order = !is_free_of_internal_overlap(target, target_itemsize)?;
    let plan = |hazard, bytes| {
        Ok(Assignment {
            hazard,
            bytes,
            in_order,
        })
    };
    let same_elements = !in_order && target == source && target_itemsize == source_itemsize;
    if !same_elements && may_share(target, target_itemsize, source, source_itemsize)? {
        return plan(Hazard::Buffered, source_bytes);
    }
    plan(
        if in_order {
            Hazard::Ordered
        } else {
            Hazard::Free
        },
        0,
    )
}
