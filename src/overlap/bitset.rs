//! A bitset over the reachable sums: bit s says whether s is a sum of the
//! terms so far. Best for many values and small numbers.
//!
//! A term (a, u) adds itself by shifts of a, 2a, 4a, … and a last one that
//! makes up u, each or-ed into the set. Terms that together have few sums are
//! left out: each of their sums asks for one bit instead. Targets above half
//! of the total are mirrored (x becomes upper − x), so that at most half of
//! the total needs bits.
//!
//! Memory: at most [`MAX_BITS`], 32 megabytes.

use super::Answer;
use super::equation::Term;
use super::work::Work;
use crate::error::Result;
use crate::memory::Scratch;

const MAX_BITS: i64 = 1 << 28;
/// Words that are shifted and or-ed for one unit.
const WORDS_PER_UNIT: f64 = 8.0;
/// Sums of the terms that are left out, at most.
const MAX_PROBES: f64 = (1u64 << 24) as f64;

/// How many of the terms enter the set; the others, those of the largest
/// coefficients, are probed.
struct Plan {
    entered: usize,
    cost: f64,
}

/// The number of shifts that add a term.
fn shifts(upper: i64) -> f64 {
    f64::from(64 - upper.leading_zeros())
}

fn plan(terms: &[Term<i64>], target: i64) -> Plan {
    let mut best = Plan {
        entered: 0,
        cost: f64::INFINITY,
    };
    let (mut reach, mut shifting) = (0, 0.0);
    for (position, term) in terms.iter().enumerate() {
        reach = (reach + term.reach()).min(target);
        if reach >= MAX_BITS {
            break;
        }
        shifting += shifts(term.upper) * (reach as f64 / 64.0 + 1.0);
        let entered = position + 1;
        let probes: f64 = terms[entered..]
            .iter()
            .map(|term| term.upper as f64 + 1.0)
            .product();
        if probes <= MAX_PROBES {
            let cost = shifting / WORDS_PER_UNIT + probes;
            if cost < best.cost {
                best = Plan { entered, cost };
            }
        }
    }
    best
}

fn mirrored(terms: &[Term<i64>], target: i64) -> (bool, i64) {
    let total: i64 = terms.iter().map(Term::reach).sum();
    (target > total - target, target.min(total - target))
}

/// About how many units the search takes when there is no solution; infinite
/// where the set would be too large. A yes takes up to twice as many for the
/// witness.
pub(super) fn estimate(terms: &[Term<i64>], target: i64) -> f64 {
    plan(terms, mirrored(terms, target).1).cost
}

/// The sums of `terms` up to `limit`.
fn reachable(terms: &[Term<i64>], limit: i64) -> Result<Scratch<u64>> {
    let mut set = Scratch::<u64>::zeroed((limit >> 6) as usize + 1)?;
    set[0] = 1;
    let mut reach = 0;
    for term in terms {
        let (mut step, mut left) = (1, term.upper);
        while left > 0 {
            let times = step.min(left);
            let Some(shift) = term.coefficient.checked_mul(times).filter(|&s| s <= limit) else {
                break;
            };
            reach = limit.min(reach + shift);
            or_shifted(&mut set[..=(reach >> 6) as usize], shift);
            left -= times;
            step *= 2;
        }
    }
    Ok(set)
}

/// set |= set << shift. From the top, so that what is read was not yet
/// written.
fn or_shifted(set: &mut [u64], shift: i64) {
    let (words, bits) = ((shift >> 6) as usize, shift & 63);
    if words == 0 {
        for word in (1..set.len()).rev() {
            set[word] |= set[word] << bits | set[word - 1] >> (64 - bits);
        }
        set[0] |= set[0] << bits;
        return;
    }
    if words >= set.len() {
        return;
    }
    // In blocks no longer than the shift, source and destination are apart.
    let mut end = set.len();
    while end > words {
        let start = end.saturating_sub(words).max(words);
        let (below, above) = set.split_at_mut(start);
        let to = &mut above[..end - start];
        let from = &below[start - words..];
        if bits == 0 {
            for (to, from) in to.iter_mut().zip(from) {
                *to |= from;
            }
        } else {
            let first = start - words;
            to[0] |= from[0] << bits;
            if first > 0 {
                to[0] |= below[first - 1] >> (64 - bits);
            }
            for (to, pair) in to[1..].iter_mut().zip(from.windows(2)) {
                *to |= pair[1] << bits | pair[0] >> (64 - bits);
            }
        }
        end = start;
    }
}

fn contains(set: &[u64], sum: i64) -> bool {
    set[(sum >> 6) as usize] >> (sum & 63) & 1 != 0
}

/// Searches for a solution of Σ coefficient · x = target; `terms` ascend.
pub(super) fn solve(
    terms: &[Term<i64>],
    target: i64,
    work: &mut Work,
    solution: &mut [i64],
) -> Result<Answer> {
    let (mirror, target) = mirrored(terms, target);
    let plan = plan(terms, target);
    if plan.cost.is_infinite() || !work.spend(plan.cost as u64) {
        return Ok(Answer::TooHard);
    }
    let (entered, probed) = terms.split_at(plan.entered);
    let reach: i64 = entered.iter().map(Term::reach).sum();
    let mut set = reachable(entered, reach.min(target))?;
    let Some(mut left) = probe(&set, reach, probed, target, &mut solution[plan.entered..]) else {
        return Ok(Answer::No);
    };
    // The witness: the last term's value is one that leaves a sum of the
    // terms before it. That takes one set for each term, of ever fewer terms.
    for last in (0..entered.len()).rev() {
        let term = &entered[last];
        let reach: i64 = entered[..last].iter().map(Term::reach).sum();
        set = reachable(&entered[..last], reach.min(left))?;
        let fits = |x: &i64| {
            let rest = left - x * term.coefficient;
            (0..=reach).contains(&rest) && contains(&set, rest)
        };
        let lowest = (left - reach).max(0) / term.coefficient;
        let x = (lowest..=term.upper).find(fits).unwrap_or(0);
        solution[last] = x;
        left -= x * term.coefficient;
    }
    debug_assert!(left == 0);
    if mirror {
        for (x, term) in solution.iter_mut().zip(terms) {
            *x = term.upper - *x;
        }
    }
    Ok(Answer::Yes)
}

/// Looks through all sums of `probed` for one that leaves a sum in the set;
/// gives what it leaves.
fn probe(
    set: &[u64],
    reach: i64,
    probed: &[Term<i64>],
    target: i64,
    values: &mut [i64],
) -> Option<i64> {
    let Some((first, others)) = probed.split_first() else {
        return (target <= reach && contains(set, target)).then_some(target);
    };
    // An odometer over the other terms; the first one runs in the inner loop.
    let values = &mut values[..probed.len()];
    values.fill(0);
    let mut left = target;
    loop {
        let lowest = (left - reach).max(0);
        let lowest = lowest / first.coefficient + i64::from(lowest % first.coefficient > 0);
        if left >= 0 {
            let highest = first.upper.min(left / first.coefficient);
            for x in lowest..=highest {
                let rest = left - x * first.coefficient;
                if contains(set, rest) {
                    values[0] = x;
                    return Some(rest);
                }
            }
        }
        let mut digit = 0;
        loop {
            let term = others.get(digit)?;
            let value = &mut values[digit + 1];
            if *value < term.upper {
                *value += 1;
                left -= term.coefficient;
                break;
            }
            left += term.coefficient * *value;
            *value = 0;
            digit += 1;
        }
    }
}
