//! Which search is cheapest, for equations that simplification and closed
//! forms leave open.

use super::Answer;
use super::closed::{Pair, beside_run};
use super::dfs;
use super::equation::{Equation, MAX_TERMS, Term, Values};
use super::merge::merge;
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

/// Simplifies until nothing changes, or until a closed form fits.
#[inline]
fn simplify<N: Number>(equation: &mut Equation<N>) -> core::result::Result<(), Impossible> {
    if !equation.within_bounds() {
        return Err(Impossible);
    }
    loop {
        while tighten(equation)? {}
        merge(equation);
        if equation.terms.len() <= 2 {
            return Ok(());
        }
        divide(equation)?;
        if !force_residues(equation)? {
            return Ok(());
        }
    }
}

fn search<N: Number>(
    terms: &[Term<N>],
    target: N,
    work: &mut Work,
    solution: &mut [N],
) -> Result<Answer> {
    dfs::solve(terms, target, work, solution)
}
