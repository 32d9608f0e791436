//! Who shares memory with whom: number theory on layouts. No pointer is
//! followed here.
//!
//! TODO

mod bitset;
mod candidates;
mod closed;
mod dfs;
mod equation;
mod internal;
mod lattice;
mod merge;
mod middle;
mod number;
mod presolve;
mod search;
#[cfg(test)]
mod tests;
mod work;

pub use work::Budget;

use crate::error::{Error, Result};
use crate::layout::LayoutRef;
use equation::{Equation, Values, varying, write_index};
use number::Number;
use work::Work;

/// The answer to an exact question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Certainly not.
    No,
    /// Certainly; a witness was found.
    Yes,
    /// Not decided within the budget.
    TooHard,
}

/// Whether the ranges of addresses from the lowest to the highest byte of each
/// layout have a byte in common. Cheap; no false means that no memory is
/// shared, yes means nothing.
///
/// Memory is seen as addresses: `offset` is the address of the first element.
pub fn bounds_overlap(
    a: LayoutRef<'_>,
    a_itemsize: i64,
    b: LayoutRef<'_>,
    b_itemsize: i64,
) -> bool {
    if is_empty(a, a_itemsize) || is_empty(b, b_itemsize) {
        return false;
    }
    let (a_low, a_high) = bounds(a, a_itemsize);
    let (b_low, b_high) = bounds(b, b_itemsize);
    a_low < b_high && b_low < a_high
}

/// Whether the layout has no bytes at all.
fn is_empty(layout: LayoutRef<'_>, itemsize: i64) -> bool {
    itemsize <= 0 || layout.shape.contains(&0)
}

/// The half-open range of addresses, in arithmetic wide enough for all.
fn bounds(layout: LayoutRef<'_>, itemsize: i64) -> (i128, i128) {
    let (mut low, mut high) = (i128::from(layout.offset), i128::from(layout.offset));
    for (extent, stride) in varying(layout) {
        // At most 2^126; the sum of 64 of them may saturate.
        let reach = i128::from(extent - 1) * i128::from(stride);
        let end = if reach < 0 { &mut low } else { &mut high };
        *end = end.saturating_add(reach);
    }
    (low, high.saturating_add(i128::from(itemsize)))
}

/// Whether `a` and `b` have a byte in common, exactly.
///
/// Memory is seen as addresses: `offset` is the address of the first element.
/// An empty layout shares nothing. Fails where the distance between the first
/// and the last byte exceeds 126 bits, and where memory for the search can't
/// be had.
pub fn shares_memory(
    a: LayoutRef<'_>,
    a_itemsize: i64,
    b: LayoutRef<'_>,
    b_itemsize: i64,
    budget: Budget,
) -> Result<Answer> {
    decide((a, a_itemsize), (b, b_itemsize), budget, None)
}

/// As [`shares_memory`]; on yes, the elements at `a_index` and `b_index` (one
/// entry for each axis) have at least one byte in common. Otherwise the
/// indices are left alone.
pub fn find_overlap(
    a: LayoutRef<'_>,
    a_itemsize: i64,
    b: LayoutRef<'_>,
    b_itemsize: i64,
    budget: Budget,
    a_index: &mut [i64],
    b_index: &mut [i64],
) -> Result<Answer> {
    for (index, layout) in [(&*a_index, a), (&*b_index, b)] {
        if index.len() != layout.ndim() {
            return Err(Error::IndexCount {
                expected: layout.ndim(),
                given: index.len() as i64,
            });
        }
    }
    decide(
        (a, a_itemsize),
        (b, b_itemsize),
        budget,
        Some((a_index, b_index)),
    )
}

/// Whether two different indices of `a` name elements that have a byte in
/// common, exactly. Errors as [`shares_memory`].
pub fn has_internal_overlap(a: LayoutRef<'_>, itemsize: i64, budget: Budget) -> Result<Answer> {
    match budget {
        Budget::BoundsOnly if internal::is_surely_free(a, itemsize) => Ok(Answer::No),
        Budget::BoundsOnly => Ok(Answer::TooHard),
        Budget::Units(units) => internal::decide(a, itemsize, &mut Work::units(units)),
        Budget::Unlimited => internal::decide(a, itemsize, &mut Work::units(u64::MAX)),
    }
}

/// Proves quickly that no two indices of `a` share a byte: in ascending order
/// each stride steps over all that the smaller ones cover. True for every
/// slice, transposition or reversal of a contiguous array; false means that it
/// is not known.
pub fn is_surely_free_of_internal_overlap(a: LayoutRef<'_>, itemsize: i64) -> bool {
    internal::is_surely_free(a, itemsize)
}

type Indices<'a> = (&'a mut [i64], &'a mut [i64]);

fn decide(
    a: (LayoutRef<'_>, i64),
    b: (LayoutRef<'_>, i64),
    budget: Budget,
    indices: Option<Indices<'_>>,
) -> Result<Answer> {
    if is_empty(a.0, a.1) || is_empty(b.0, b.1) {
        return Ok(Answer::No);
    }
    let units = match budget {
        Budget::BoundsOnly => {
            return Ok(if bounds_overlap(a.0, a.1, b.0, b.1) {
                Answer::TooHard
            } else {
                Answer::No
            });
        }
        Budget::Units(units) => units,
        Budget::Unlimited => u64::MAX,
    };
    let mut work = Work::units(units);
    // A guess costs a unit: the first elements, which views often share.
    if a.0.offset == b.0.offset && work.left() > 1 {
        if let Some((a_index, b_index)) = indices {
            a_index.fill(0);
            b_index.fill(0);
        }
        return Ok(Answer::Yes);
    }
    let mut narrow = Equation::<i64>::new();
    if narrow.between(a, b).is_some() {
        return solve(&mut narrow, a, b, &mut work, indices);
    }
    decide_wide(a, b, &mut work, indices)
}

/// The same where the numbers exceed 62 bits.
#[cold]
fn decide_wide(
    a: (LayoutRef<'_>, i64),
    b: (LayoutRef<'_>, i64),
    work: &mut Work,
    indices: Option<Indices<'_>>,
) -> Result<Answer> {
    let mut wide = Equation::<i128>::new();
    wide.between(a, b).ok_or(Error::Overflow {
        what: "the distance between the first and the last byte",
    })?;
    solve(&mut wide, a, b, work, indices)
}

fn solve<N: Number>(
    equation: &mut Equation<N>,
    (a, a_itemsize): (LayoutRef<'_>, i64),
    (b, b_itemsize): (LayoutRef<'_>, i64),
    work: &mut Work,
    indices: Option<Indices<'_>>,
) -> Result<Answer> {
    let mut values = Values::<N>::new_const();
    let answer = search::solve(equation, work, &mut values)?;
    if let (Answer::Yes, Some((a_index, b_index))) = (answer, indices) {
        // The bytes within elements come first, if there are any.
        let bytes = usize::from(a_itemsize > 1 || b_itemsize > 1);
        let mut values = values.iter().copied().skip(bytes);
        write_index(a, &mut values, |stride| stride < 0, a_index);
        write_index(b, &mut values, |stride| stride > 0, b_index);
    }
    Ok(answer)
}
