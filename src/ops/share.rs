//! Who shares memory with whom, asked of arrays.

use crate::array::Array;
use crate::error::{Error, Result};
use crate::layout::Dims;
use crate::overlap::{self, Answer, Budget};

/// Whether the ranges of addresses meet.
pub fn may_share(a: &Array, b: &Array) -> bool {
    overlap::bounds_overlap(
        a.address_layout(),
        a.itemsize(),
        b.address_layout(),
        b.itemsize(),
    )
}

fn decided(answer: Answer, budget: Budget) -> Result<bool> {
    match answer {
        Answer::Yes => Ok(true),
        Answer::No => Ok(false),
        Answer::TooHard => Err(Error::TooHard {
            budget: match budget {
                Budget::Units(units) => units.min(i64::MAX as u64) as i64,
                Budget::BoundsOnly => 0,
                Budget::Unlimited => i64::MAX,
            },
        }),
    }
}

/// Whether two arrays have a byte in common, exactly.
pub fn shares(a: &Array, b: &Array, budget: Budget) -> Result<bool> {
    let answer = overlap::shares_memory(
        a.address_layout(),
        a.itemsize(),
        b.address_layout(),
        b.itemsize(),
        budget,
    )?;
    decided(answer, budget)
}

/// As [`shares`], with an index into each array where they do.
pub fn find(a: &Array, b: &Array, budget: Budget) -> Result<Option<(Dims, Dims)>> {
    let mut a_index: Dims = a.shape().iter().map(|_| 0).collect();
    let mut b_index: Dims = b.shape().iter().map(|_| 0).collect();
    let answer = overlap::find_overlap(
        a.address_layout(),
        a.itemsize(),
        b.address_layout(),
        b.itemsize(),
        budget,
        &mut a_index,
        &mut b_index,
    )?;
    Ok(decided(answer, budget)?.then_some((a_index, b_index)))
}

/// Whether two elements of one array have a byte in common, exactly.
pub fn has_internal_overlap(array: &Array, budget: Budget) -> Result<bool> {
    let answer = overlap::has_internal_overlap(array.address_layout(), array.itemsize(), budget)?;
    decided(answer, budget)
}
