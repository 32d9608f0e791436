//! Runs: terms whose sums lie evenly spaced without a gap are one term.
//!
//! A term (g, u) takes the values 0, g, 2g, …, L = g·u. Beside it a term
//! (m·g, v) with m·g ≤ L + g leaves no gap between its steps, so both together
//! take 0, g, …, L + m·g·v: one term again. This collapses every contiguous
//! block, whatever its rank, and equal strides of the two arrays.

use super::equation::{Equation, Term};
use super::number::Number;

/// Sorts the terms by coefficient and merges all that can be merged.
#[inline]
pub(super) fn merge<N: Number>(equation: &mut Equation<N>) {
    sort(equation);
    // The first `kept` terms are runs that nothing merged so far; each next
    // term goes into one of them or is kept too. One pass suffices: a run that
    // a term's step is too large for never gets near larger ones either.
    let mut kept = 0;
    'terms: for next in 0..equation.terms.len() {
        let Term {
            coefficient,
            upper,
            slot,
        } = equation.terms[next];
        for run in &mut equation.terms[..kept] {
            if coefficient > run.reach() + run.coefficient {
                continue;
            }
            let Some(multiple) = exact_quotient(coefficient, run.coefficient) else {
                continue;
            };
            run.upper += multiple * upper;
            let into = run.slot;
            equation.note_join(into, slot, upper, multiple);
            continue 'terms;
        }
        if kept < next {
            equation.terms[kept] = equation.terms[next];
        }
        kept += 1;
    }
    equation.terms.truncate(kept);
}

/// The quotient where there is no remainder; without dividing in the common
/// cases.
fn exact_quotient<N: Number>(dividend: N, divisor: N) -> Option<N> {
    if divisor == N::ONE {
        return Some(dividend);
    }
    if dividend == divisor {
        return Some(N::ONE);
    }
    let quotient = dividend / divisor;
    (quotient * divisor == dividend).then_some(quotient)
}

/// Ascending by coefficient; by insertion, which is best for a few terms.
fn sort<N: Number>(equation: &mut Equation<N>) {
    let terms = &mut equation.terms[..];
    for next in 1..terms.len() {
        if terms[next - 1].coefficient <= terms[next].coefficient {
            continue;
        }
        let term = terms[next];
        let mut place = next;
        while place > 0 && terms[place - 1].coefficient > term.coefficient {
            terms[place] = terms[place - 1];
            place -= 1;
        }
        terms[place] = term;
    }
}
