//! Whether a layout overlaps itself: whether two different indices name
//! elements that have a byte in common.

use arrayvec::ArrayVec;

use super::Answer;
use super::equation::{Equation, Values, varying};
use super::number::Number;
use super::search::solve;
use super::work::Work;
use crate::error::{Error, Result};
use crate::layout::{LayoutRef, MAX_NDIM};

/// (|stride|, extent) of the axes along which addresses change, ascending.
type Axes = ArrayVec<(u64, i64), MAX_NDIM>;

/// Fills `axes`, which is empty, where it stands: moving it would cost more.
fn ascending(axes: &mut Axes, layout: LayoutRef<'_>) {
    axes.extend(varying(layout).map(|(extent, stride)| (stride.unsigned_abs(), extent)));
    // By insertion: nearly always few, and often in descending order.
    for next in 1..axes.len() {
        let mut place = next;
        while place > 0 && axes[place - 1].0 > axes[place].0 {
            axes.swap(place - 1, place);
            place -= 1;
        }
    }
}

/// Whether some axis repeats the same addresses.
fn repeats(layout: LayoutRef<'_>) -> bool {
    layout
        .axes()
        .any(|(extent, stride)| extent > 1 && stride == 0)
}

/// See [`super::is_surely_free_of_internal_overlap`].
pub(super) fn is_surely_free(layout: LayoutRef<'_>, itemsize: i64) -> bool {
    if layout.shape.contains(&0) || itemsize <= 0 {
        return true;
    }
    if repeats(layout) {
        return false;
    }
    // Each stride must step over all that the smaller ones cover.
    let mut covered = itemsize as u64;
    let mut axes = Axes::new();
    ascending(&mut axes, layout);
    axes.iter().all(|&(stride, extent)| {
        let beyond = stride >= covered;
        match stride
            .checked_mul(extent as u64 - 1)
            .and_then(|reach| reach.checked_add(covered))
        {
            Some(sum) => {
                covered = sum;
                beyond
            }
            None => false,
        }
    })
}

/// See [`super::has_internal_overlap`].
///
/// Two different indices differ by d ≠ 0. Take the axis of largest stride
/// with d ≠ 0 there, and the two indices in the order that makes it positive:
/// for each axis k one equation, in which d of the larger strides is 0, d of k
/// is at least 1, and d of the smaller ones takes either sign.
pub(super) fn decide(layout: LayoutRef<'_>, itemsize: i64, work: &mut Work) -> Result<Answer> {
    if is_surely_free(layout, itemsize) {
        return Ok(Answer::No);
    }
    if repeats(layout) {
        return Ok(Answer::Yes);
    }
    let mut axes = Axes::new();
    ascending(&mut axes, layout);
    // A step along one axis undoes a step along another of equal stride.
    if axes.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Ok(Answer::Yes);
    }
    let mut answer = Answer::No;
    for last in 0..axes.len() {
        match decide_axis(&axes[..=last], itemsize, work)? {
            Answer::No => {}
            Answer::Yes => return Ok(Answer::Yes),
            Answer::TooHard => answer = Answer::TooHard,
        }
    }
    Ok(answer)
}

fn decide_axis(axes: &[(u64, i64)], itemsize: i64, work: &mut Work) -> Result<Answer> {
    let mut narrow = Equation::<i64>::new();
    if difference(&mut narrow, axes, itemsize).is_some() {
        return solve(&mut narrow, work, &mut Values::new_const());
    }
    let mut wide = Equation::<i128>::new();
    difference(&mut wide, axes, itemsize).ok_or(Error::Overflow {
        what: "the distance between the first and the last byte",
    })?;
    solve(&mut wide, work, &mut Values::new_const())
}

/// The equation for the last of `axes`: stride · (1 + y) + Σ s·d + (i − j) = 0
/// with i and j bytes within an element; each two-sided variable is counted
/// from its lowest value. Signs of strides do not matter, since d takes both.
fn difference<N: Number>(
    equation: &mut Equation<N>,
    axes: &[(u64, i64)],
    itemsize: i64,
) -> Option<()> {
    let (&(stride, extent), smaller) = axes.split_last()?;
    let mut target = N::ZERO;
    for &(stride, extent) in smaller {
        let steps = N::of(extent - 1);
        let reach = equation.push(stride, steps.checked_add(steps)?)?;
        target = target.checked_add(reach / (N::ONE + N::ONE))?;
    }
    let slack = N::of(itemsize - 1);
    equation.push_bytes(slack.checked_add(slack)?)?;
    if extent > 2 {
        equation.push(stride, N::of(extent - 2))?;
    }
    equation.target = target
        .checked_add(slack)?
        .checked_sub(N::magnitude(stride)?)?;
    Some(())
}
