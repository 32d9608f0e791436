//! Who shares memory with whom: number theory on layouts. No pointer is
//! followed here.
//!
//! # The question
//!
//! Two strided arrays have a byte in common when an index x into one and an
//! index y into the other name addresses that agree, some byte within each
//! element allowed for. Count the steps of the first array upwards from its
//! lowest element and those of the second downwards from its highest: then all
//! strides become positive, and the question is whether
//!
//! ```text
//! a₁x₁ + a₂x₂ + … + aₙxₙ = b,   0 ≤ xᵢ ≤ uᵢ
//! ```
//!
//! has a solution in integers, where the aᵢ are the absolute strides of both
//! arrays, the uᵢ are the extents less one, and b is the distance between the
//! lowest byte of the first and the highest of the second. The bytes within
//! elements are one more term, of coefficient 1. This is a bounded linear
//! Diophantine equation, also known as an equality knapsack. Deciding it is
//! NP-complete, but weakly so and in the number of axes only, and arrays as
//! programs make them lead to easy ones.
//!
//! Whether an array overlaps itself is the same question about the difference
//! of two of its indices, asked once for each axis (`internal.rs`).
//!
//! # The answer
//!
//! Each step below is exact: it neither loses a solution nor invents one.
//!
//! 1. *Bounds*: b lies between 0 and Σ aᵢuᵢ, or there is no solution; and
//!    each variable keeps only the values that the others' bounds allow. *Common
//!    divisor*: it divides b, or there is no solution (`presolve.rs`).
//! 2. *Forced residues*: where the coefficients of all terms but one have a
//!    common divisor G > 1, the equation modulo G has only one unknown, whose
//!    residue is thereby known. It is substituted, and the equation divided by G
//!    (`presolve.rs`).
//! 3. *Runs*: terms whose sums lie evenly spaced without a gap are one term.
//!    This collapses every contiguous block, whatever its rank, and equal strides
//!    of the two arrays (`merge.rs`). Steps 1 to 3 repeat until nothing changes.
//! 4. *Closed forms* for one term; for two terms, by the inverse of one
//!    coefficient modulo the other; and for two terms beside a run of ones, by
//!    finding the first multiple of a number whose residue lies in a range. All
//!    take logarithmic time, as Euclid's algorithm (`closed.rs`). Slices,
//!    blocks, planes and their transposes and reversals end here or earlier, in
//!    less than a tenth of a microsecond and without allocation.
//! 5. *Search* for what is left, by the method that is cheapest by estimate
//!    (`search.rs`):
//!    * depth-first search with gcd and bounds pruning and remembered dead ends
//!      (`dfs.rs`), for few candidates or many solutions;
//!    * meeting in the middle (`middle.rs`), whose cost is the number of sums of
//!      half of the terms, for many terms of few values;
//!    * a bitset over the reachable sums (`bitset.rs`), whose cost is the size of
//!      the numbers, for small numbers and many values;
//!    * lattice reduction (`lattice.rs`), for few terms with large numbers.
//!
//! A yes comes with a witness: every step notes how to undo it, so that a
//! solution of the simplified equation gives one index into each array.
//!
//! # Numbers, memory, work
//!
//! The equation is set up in checked arithmetic: 64 bits where its total stays
//! below 2^62, as it does for all memory that exists, otherwise 128 bits and a
//! total below 2^126; beyond that the question is an error, not a wrong answer.
//! The total bounds every later sum (`number.rs`). Floating point serves
//! estimates and guides the lattice reduction; no answer depends on its rounding.
//!
//! Simplification and closed forms use the stack only, at most sixty-four
//! kilobytes. A search allocates at most 32 megabytes at a time: the bitset that much, the
//! table of dead ends four (eight in 128 bits), meeting in the middle twelve.
//!
//! Searches spend a [`Budget`] of units, counted the same everywhere; an
//! unfinished one answers [`Answer::TooHard`]. Everything before the search is
//! free, so that `Units(0)` already decides everyday questions exactly.
//!
//! # How far it goes
//!
//! `cargo bench --bench overlap_family` times random pairs of byte arrays. Up to
//! 12 axes of extent 3 or 16 of extent 2 on each side take milliseconds at
//! most. 16 axes of extent 3 on each side, whose 3^32 pairs of elements are
//! decided through 2 · 3^16 sums, take half a second and two thirds of the default
//! budget; each further axis on both sides multiplies that by three. Two axes of
//! extent 1000 or three of extent 100 with strides of 42 bits take some tens of
//! microseconds, by lattice reduction.
//!
//! # References
//!
//! * P. Ramachandran: Use of extended Euclidean algorithm in solving a system of
//!   linear Diophantine equations with bounded variables. ANTS-VII, Lecture Notes
//!   in Computer Science 4076, 182–192 (2006). The depth-first search.
//! * P. Virtanen: `mem_overlap.c` in NumPy (2015). The reduction of sharing to
//!   the equation, and its internal variant.
//! * E. Horowitz, S. Sahni: Computing partitions with applications to the knapsack
//!   problem. Journal of the ACM 21, 277–292 (1974). Meeting in the middle.
//! * R. Schroeppel, A. Shamir: A T = O(2^(n/2)), S = O(2^(n/4)) algorithm for
//!   certain NP-complete problems. SIAM Journal on Computing 10, 456–464 (1981).
//!   Four lists instead of two.
//! * N. Howgrave-Graham, A. Joux: New generic algorithms for hard knapsacks.
//!   EUROCRYPT 2010, Lecture Notes in Computer Science 6110, 235–256. Going
//!   through the four lists by residue classes.
//! * R. Bellman: Dynamic programming. Princeton (1957). Reachable sums.
//! * A. K. Lenstra, H. W. Lenstra, L. Lovász: Factoring polynomials with rational
//!   coefficients. Mathematische Annalen 261, 515–534 (1982). Basis reduction.
//! * K. Aardal, C. A. J. Hurkens, A. K. Lenstra: Solving a system of linear
//!   Diophantine equations with lower and upper bounds on the variables.
//!   Mathematics of Operations Research 25, 427–442 (2000). The lattice method.
//! * K. Aardal, A. K. Lenstra: Hard equality constrained integer knapsacks. IPCO
//!   2002, Lecture Notes in Computer Science 2337, 350–366. Why some instances
//!   with few terms are hard for search and easy for lattices; one of them,
//!   by G. Cornuéjols and others, is the documented instance of the tests.

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
use crate::layout::{LayoutRef, byte_bounds};
use crate::memory::provoke;
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
/// layout have a byte in common. Cheap: false means that no memory is shared,
/// true means nothing.
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
    // Numbers of 64 bits are nearly always enough, and much faster.
    if let (Ok((a_low, a_high)), Ok((b_low, b_high))) =
        (byte_bounds(a, a_itemsize), byte_bounds(b, b_itemsize))
    {
        return a_low < b_high && b_low < a_high;
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
    provoke(c"the solver");
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
