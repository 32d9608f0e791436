//! Which search is cheapest, for equations that simplification and closed
//! forms leave open.

use arrayvec::ArrayVec;

use super::Answer;
use super::bitset;
use super::closed::{Pair, beside_run};
use super::dfs::{self, Breadth};
use super::equation::{Equation, MAX_TERMS, Term, Values};
use super::lattice::Lattice;
use super::merge::merge;
use super::middle;
use super::number::Number;
use super::presolve::{Impossible, divide, force_residues, tighten};
use super::work::Work;
use crate::error::Result;

/// Decides the equation; on yes, `values` are those of the original variables.
pub(super) fn solve<N: Number>(
    equation: &mut Equation<N>,
    work: &mut Work,
    values: &mut Values<N>,
) -> Result<Answer> {
    if simplify(equation).is_err() {
        return Ok(Answer::No);
    }
    let terms = &equation.terms;
    let target = equation.target;
    let closed = |solution: Option<&[N]>, values: &mut Values<N>| match solution {
        Some(solution) => {
            equation.restore(solution, values);
            Ok(Answer::Yes)
        }
        None => Ok(Answer::No),
    };
    match &terms[..] {
        [] => closed(Some(&[]), values),
        [term] => {
            let x = target / term.coefficient;
            let divides = x * term.coefficient == target;
            closed(divides.then_some(&[x][..]), values)
        }
        [a, b] => closed(
            Pair::new(*a, *b).solve(target).as_ref().map(|x| &x[..]),
            values,
        ),
        [run, a, b] if run.coefficient == N::ONE => closed(
            beside_run(run, a, b, target).as_ref().map(|x| &x[..]),
            values,
        ),
        _ => {
            let mut solution = [N::ZERO; MAX_TERMS];
            let answer = search(terms, target, work, &mut solution)?;
            if answer == Answer::Yes {
                equation.restore(&solution[..terms.len()], values);
            }
            Ok(answer)
        }
    }
}

/// Simplifies until no term can be dropped, merged or divided any more, or
/// until a closed form fits. (Bounds alone can go on narrowing one another step
/// by step for ever; a single round each time is worth its cost.)
#[inline]
fn simplify<N: Number>(equation: &mut Equation<N>) -> core::result::Result<(), Impossible> {
    if !equation.within_bounds() {
        return Err(Impossible);
    }
    loop {
        merge(equation);
        let count = equation.terms.len();
        if count <= 2 {
            return Ok(());
        }
        tighten(equation)?;
        divide(equation)?;
        if !force_residues(equation)? && equation.terms.len() == count {
            return Ok(());
        }
    }
}

/// Searches by the cheapest method, in 64 bits if the numbers fit by now.
fn search<N: Number>(
    terms: &[Term<N>],
    target: N,
    work: &mut Work,
    solution: &mut [N],
) -> Result<Answer> {
    let Some((narrow, narrow_target)) = narrow(terms, target) else {
        return dfs::solve(terms, target, Breadth::Full, work, solution);
    };
    let mut found = [0; MAX_TERMS];
    let answer = search_narrow(&narrow, narrow_target, work, &mut found[..terms.len()])?;
    for (x, &value) in solution.iter_mut().zip(&found) {
        *x = N::of(value);
    }
    Ok(answer)
}

/// The same terms in 64 bits, if they fit.
fn narrow<N: Number>(
    terms: &[Term<N>],
    target: N,
) -> Option<(ArrayVec<Term<i64>, MAX_TERMS>, i64)> {
    let mut narrow = ArrayVec::new_const();
    let mut total = 0i64;
    for term in terms {
        total = total.checked_add(term.reach().to_i64()?)?;
        narrow.push(Term {
            coefficient: term.coefficient.to_i64()?,
            upper: term.upper.to_i64()?,
            slot: term.slot,
        });
    }
    (total <= i64::LIMIT).then_some((narrow, target.to_i64()?))
}

/// Less than this is not worth the preparation of a depth-first search.
const LEAST: f64 = 100.0;
/// From this cost on it pays to look in several ways first.
const LARGE: f64 = 16_000.0;
/// What a quick look may cost.
const LOOK: u64 = 2_000;
/// What the lattice may spend where a solution is likely.
const TRIAL: f64 = 1_000_000.0;
/// What the methods of unknown cost get at first, where no other can answer.
const FIRST_SHARE: u64 = 1 << 16;

/// What meeting in the middle and the bitset cost is known beforehand, so the
/// cheaper of them, the sure one, is what the others have to beat. Where there
/// are many more combinations of values than sums, a solution is likely and
/// near: a quick look at few values of each variable comes first. Then
/// depth-first search may be lucky for a small part of the sure cost, but for
/// no more than the lattice's reduction takes; and the lattice, which tells
/// after reduction what to expect, is enumerated in full where that is less
/// than the sure cost.
fn search_narrow(
    terms: &[Term<i64>],
    target: i64,
    work: &mut Work,
    x: &mut [i64],
) -> Result<Answer> {
    let dfs_cost = dfs::estimate(terms);
    let middle_cost = middle::estimate(terms);
    let bitset_cost = bitset::estimate(terms, target);
    let sure = middle_cost.min(bitset_cost);
    let reduction = Lattice::cost(terms.len());
    let abundance = combinations_per_sum(terms);

    let mut answer = Answer::TooHard;
    if abundance > 1.0 && sure > LARGE {
        answer = look(terms, target, work, x)?;
    }

    let share = if dfs_cost <= sure {
        f64::INFINITY
    } else if abundance > 1.0 && sure <= LARGE {
        sure
    } else {
        (sure / 128.0).min(reduction)
    };
    if answer == Answer::TooHard && share >= LEAST {
        answer = depth_first(terms, target, share as u64, work, x)?;
    }

    let mut reduced = None;
    if answer == Answer::TooHard && sure > reduction {
        reduced = Lattice::new(terms, target, work);
    }
    if let Some(lattice) = &reduced {
        let share = if lattice.estimate() < sure {
            sure
        } else if abundance > 1.0 {
            (sure / 4.0).min(TRIAL)
        } else {
            0.0
        };
        answer = work.lend(share as u64, |work| lattice.solve(work, x));
    }

    if answer == Answer::TooHard && dfs_cost / abundance.max(1.0) < sure {
        answer = depth_first(terms, target, (sure / 2.0) as u64, work, x)?;
    }
    if answer == Answer::TooHard && sure <= work.left() as f64 {
        answer = if middle_cost <= bitset_cost {
            middle::solve(terms, target, work, x)?
        } else {
            bitset::solve(terms, target, work, x)?
        };
    }

    // Too large for a sure method: the others in turn, with more each time.
    let mut share = FIRST_SHARE;
    while answer == Answer::TooHard && work.left() > 0 {
        answer = depth_first(terms, target, share, work, x)?;
        if let (Answer::TooHard, Some(lattice)) = (answer, &reduced) {
            answer = work.lend(share, |work| lattice.solve(work, x));
        }
        share = share.saturating_mul(4);
    }
    Ok(answer)
}

/// A quick look at few values of each variable, in several ways.
fn look(terms: &[Term<i64>], target: i64, work: &mut Work, x: &mut [i64]) -> Result<Answer> {
    let ways = [
        Breadth::Few(1),
        Breadth::Downward,
        Breadth::Few(2),
        Breadth::Few(4),
    ];
    for breadth in ways {
        let answer = work.lend(LOOK, |work| dfs::solve(terms, target, breadth, work, x))?;
        if answer != Answer::TooHard {
            return Ok(answer);
        }
    }
    Ok(Answer::TooHard)
}

/// Depth-first search for at most `share` units.
fn depth_first(
    terms: &[Term<i64>],
    target: i64,
    share: u64,
    work: &mut Work,
    x: &mut [i64],
) -> Result<Answer> {
    work.lend(share, |work| {
        dfs::solve(terms, target, Breadth::Full, work, x)
    })
}

/// How many combinations of values there are for each possible sum.
fn combinations_per_sum(terms: &[Term<i64>]) -> f64 {
    let combinations: f64 = terms.iter().map(|term| term.upper as f64 + 1.0).product();
    let total: f64 = terms.iter().map(|term| term.reach() as f64).sum();
    combinations / total
}
