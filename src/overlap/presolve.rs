//! Simplifications that lose no solution: bounds, common divisors, forced
//! residues. Each says whether it found the equation impossible.

use arrayvec::ArrayVec;

use super::equation::{Equation, MAX_TERMS};
use super::number::{Number, gcd, inverse};

/// The equation has no solution.
#[derive(Debug)]
pub(super) struct Impossible;

/// Narrows each variable to the values that the bounds of the others allow,
/// and drops those that have only one.
pub(super) fn tighten<N: Number>(equation: &mut Equation<N>) -> Result<(), Impossible> {
    let mut next = 0;
    while next < equation.terms.len() {
        let term = equation.terms[next];
        let reach = term.reach();
        let above = equation.total - equation.target;
        if (reach <= equation.target && reach <= above) || !equation.may_shift() {
            next += 1;
            continue;
        }
        // The others reach at most total − reach, and at least 0.
        let low = if reach > above {
            (reach - above).div_up(term.coefficient)
        } else {
            N::ZERO
        };
        let high = term.upper.min(equation.target / term.coefficient);
        if low > high {
            return Err(Impossible);
        }
        if low == N::ZERO && high == term.upper {
            next += 1;
            continue;
        }
        let upper = high - low;
        equation.target -= term.coefficient * low;
        equation.total -= term.coefficient * (term.upper - upper);
        if !equation.within_bounds() {
            return Err(Impossible);
        }
        if low > N::ZERO {
            equation.note_shift(term.slot, low, N::ONE);
        }
        if upper == N::ZERO {
            // In order: the terms may be sorted.
            equation.terms.remove(next);
        } else {
            equation.terms[next].upper = upper;
            next += 1;
        }
    }
    Ok(())
}

/// Divides by the greatest common divisor of the coefficients.
pub(super) fn divide<N: Number>(equation: &mut Equation<N>) -> Result<(), Impossible> {
    let mut divisor = N::ZERO;
    for term in &equation.terms {
        divisor = gcd(term.coefficient, divisor);
        if divisor == N::ONE {
            return Ok(());
        }
    }
    if divisor <= N::ONE {
        return Ok(());
    }
    if equation.target % divisor != N::ZERO {
        return Err(Impossible);
    }
    for term in &mut equation.terms {
        term.coefficient /= divisor;
    }
    equation.target /= divisor;
    equation.total /= divisor;
    Ok(())
}

/// Where the other coefficients have a common divisor G > 1, the variable's
/// residue modulo G is forced: the variable becomes r + G·y, and the whole
/// equation is divided by G, which leaves this coefficient as it is and
/// divides all others. Coefficients must have no common divisor. Says whether
/// anything changed.
pub(super) fn force_residues<N: Number>(equation: &mut Equation<N>) -> Result<bool, Impossible> {
    let mut changed = false;
    loop {
        let Some((position, divisor)) = most_forced(equation) else {
            return Ok(changed);
        };
        if !equation.may_shift() {
            return Ok(changed);
        }
        changed = true;
        let term = equation.terms[position];
        let residue =
            (equation.target % divisor).mul_mod(inverse(term.coefficient, divisor), divisor);
        if residue > term.upper {
            return Err(Impossible);
        }
        let upper = (term.upper - residue) / divisor;
        equation.note_shift(term.slot, residue, divisor);
        equation.target -= term.coefficient * residue;
        // In this order: the divisor alone may be larger than all steps there are.
        equation.total -= term.reach() - term.coefficient * (divisor * upper);
        if !equation.within_bounds() {
            return Err(Impossible);
        }
        for (other, term) in equation.terms.iter_mut().enumerate() {
            if other != position {
                term.coefficient /= divisor;
            }
        }
        equation.target /= divisor;
        equation.total /= divisor;
        if upper == N::ZERO {
            equation.terms.remove(position);
            // What is left can have a common divisor only if it had one
            // before, which was just divided out; alone, it can.
            divide(equation)?;
        } else {
            equation.terms[position].upper = upper;
        }
    }
}

/// The first term whose other coefficients share a divisor, with that divisor.
fn most_forced<N: Number>(equation: &Equation<N>) -> Option<(usize, N)> {
    let terms = &equation.terms;
    // The divisor of all terms after each one; then one pass from the front.
    let mut after: ArrayVec<N, MAX_TERMS> = ArrayVec::new_const();
    let mut divisor = N::ZERO;
    for term in terms.iter().rev() {
        after.push(divisor);
        divisor = gcd(term.coefficient, divisor);
    }
    let mut before = N::ZERO;
    for (position, term) in terms.iter().enumerate() {
        let others = gcd(before, after[terms.len() - 1 - position]);
        if others > N::ONE {
            return Some((position, others));
        }
        before = gcd(before, term.coefficient);
    }
    None
}
