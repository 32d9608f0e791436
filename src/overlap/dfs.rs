//! Depth-first search with remembered dead ends.
//!
//! Values are chosen for the largest coefficient first, from the middle of what
//! is possible outwards, where solutions are likeliest; the bounds of the
//! smaller terms and their common divisor leave an interval of one residue
//! class to try (Ramachandran's search). The last two terms, or three where
//! the smallest coefficient is 1, are solved in closed form. What is left of
//! the target at some depth often recurs, so targets that led nowhere are
//! remembered in a table of fixed size, where a newer one may replace an older.

use arrayvec::ArrayVec;

use super::Answer;
use super::candidates::Candidates;
use super::closed::{Pair, beside_run};
use super::equation::{MAX_TERMS, Term};
use super::number::{Number, gcd, inverse};
use super::work::Work;
use crate::error::Result;
use crate::memory::Scratch;

/// Places in the table of dead ends: at most four megabytes (eight in 128
/// bits).
const REMEMBERED: usize = 1 << 19;
/// How many candidates are tried before the table is made.
const PATIENCE: u64 = 1 << 12;
/// What trying one candidate costs.
const CANDIDATE: u64 = 8;

/// What a depth knows beforehand.
#[derive(Clone, Copy)]
struct Depth<N> {
    term: Term<N>,
    /// The sum of the reaches of the smaller terms.
    below: N,
    /// The common divisor of this coefficient and the smaller ones.
    divisor: N,
    /// The variable's residue is forced modulo this.
    period: N,
    /// The inverse of the coefficient over the divisor, modulo the period.
    inverse: N,
}

/// Where the search stands at a depth.
#[derive(Clone, Copy)]
struct Place<N> {
    target: N,
    candidates: Candidates<N>,
}

enum Leaf<N> {
    Pair(Pair<N>),
    BesideRun([Term<N>; 3]),
}

impl<N: Number> Leaf<N> {
    fn new(terms: &[Term<N>]) -> Leaf<N> {
        if terms[0].coefficient == N::ONE {
            Leaf::BesideRun([terms[0], terms[1], terms[2]])
        } else {
            Leaf::Pair(Pair::new(terms[0], terms[1]))
        }
    }

    /// How many terms it solves.
    fn len(&self) -> usize {
        match self {
            Leaf::Pair(_) => 2,
            Leaf::BesideRun(_) => 3,
        }
    }

    fn solve(&self, target: N, solution: &mut [N]) -> bool {
        match self {
            Leaf::Pair(pair) => pair
                .solve(target)
                .map(|x| solution[..2].copy_from_slice(&x))
                .is_some(),
            Leaf::BesideRun([run, a, b]) => beside_run(run, a, b, target)
                .map(|x| solution[..3].copy_from_slice(&x))
                .is_some(),
        }
    }
}

impl<N: Number> Depth<N> {
    /// The candidates for this term's variable that leave `target`.
    #[inline]
    fn open(&self, target: N) -> Option<Place<N>> {
        let coefficient = self.term.coefficient;
        let high = self.term.upper.min(target / coefficient);
        let rest = target - self.below;
        let mut low = if rest > N::ZERO {
            rest.div_up(coefficient)
        } else {
            N::ZERO
        };
        if self.period > N::ONE {
            let residue = (target / self.divisor % self.period).mul_mod(self.inverse, self.period);
            let ahead = (residue - low) % self.period;
            low += if ahead < N::ZERO {
                ahead + self.period
            } else {
                ahead
            };
        }
        (low <= high).then(|| Place {
            target,
            candidates: Candidates::outward(low, high, self.period),
        })
    }
}

/// The depths above the leaf, deepest first.
fn depths<N: Number>(terms: &[Term<N>], leaf: usize) -> ArrayVec<Depth<N>, MAX_TERMS> {
    let mut depths = ArrayVec::new_const();
    let (mut below, mut divisor) = (N::ZERO, N::ZERO);
    for (position, term) in terms.iter().enumerate() {
        let smaller = divisor;
        divisor = gcd(term.coefficient, divisor);
        if position >= leaf {
            let period = smaller / divisor;
            depths.push(Depth {
                term: *term,
                below,
                divisor,
                period,
                inverse: if period > N::ONE {
                    inverse(term.coefficient / divisor, period)
                } else {
                    N::ZERO
                },
            });
        }
        below += term.reach();
    }
    depths
}

/// About how many units the search takes when there is no solution and no dead
/// end recurs.
pub(super) fn estimate<N: Number>(terms: &[Term<N>]) -> f64 {
    let leaf = if terms[0].coefficient == N::ONE { 3 } else { 2 };
    // How many candidates a variable has, on average, for one choice of those
    // above it.
    let mut choices: ArrayVec<f64, MAX_TERMS> = ArrayVec::new_const();
    let (mut below, mut divisor) = (N::ZERO, N::ZERO);
    for (position, term) in terms.iter().enumerate() {
        let smaller = divisor;
        divisor = gcd(term.coefficient, divisor);
        if position >= leaf {
            let window = below.to_f64() / term.coefficient.to_f64() + 1.0;
            let values = window.min(term.upper.to_f64() + 1.0);
            choices.push(values * divisor.to_f64() / smaller.to_f64());
        }
        below += term.reach();
    }
    let (mut paths, mut total) = (1.0, 1.0);
    for choices in choices.iter().rev() {
        paths *= choices;
        total += paths;
    }
    total * CANDIDATE as f64
}

/// Which candidates a search tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breadth {
    /// All, from the middle outwards, remembering dead ends.
    Full,
    /// All, from the largest downwards: for a quick look.
    Downward,
    /// Only so many of each variable, those in the middle, so that all
    /// variables get their turn soon: for a quick look too. When they lead
    /// nowhere and others were left out, the answer is [`Answer::TooHard`].
    Few(i64),
}

/// Searches for a solution. `terms` are at least two, three if the first
/// coefficient is 1, ascending, without a common divisor that does not divide
/// `target`, and `target` lies within their bounds.
pub(super) fn solve<N: Number>(
    terms: &[Term<N>],
    target: N,
    breadth: Breadth,
    work: &mut Work,
    solution: &mut [N],
) -> Result<Answer> {
    let leaf = Leaf::new(terms);
    let depths = depths(terms, leaf.len());
    if !work.spend(1) {
        return Ok(Answer::TooHard);
    }
    if depths.is_empty() {
        return Ok(if leaf.solve(target, solution) {
            Answer::Yes
        } else {
            Answer::No
        });
    }
    let mut dead_ends = DeadEnds::new(depths.len());
    let mut tried = 0;
    // The places of the depths from the current one upwards; the last is the
    // deepest.
    let mut places: ArrayVec<Place<N>, MAX_TERMS> = ArrayVec::new_const();
    let mut cut = false;
    let mut open = |depth: usize, target: N| {
        let mut place = depths[depth].open(target)?;
        match breadth {
            Breadth::Full => {}
            Breadth::Downward => place.candidates = place.candidates.downward(),
            Breadth::Few(most) => cut |= place.candidates.limit(N::of(most)),
        }
        Some(place)
    };
    places.extend(open(depths.len() - 1, target));
    while !places.is_empty() {
        let depth = depths.len() - places.len();
        let place = &mut places[depths.len() - 1 - depth];
        let Some(x) = place.candidates.next() else {
            dead_ends.remember(depth, place.target);
            places.pop();
            continue;
        };
        let target = place.target - depths[depth].term.coefficient * x;
        if !work.spend(CANDIDATE) {
            return Ok(Answer::TooHard);
        }
        tried += 1;
        if tried == PATIENCE && breadth == Breadth::Full {
            dead_ends.start()?;
        }
        solution[leaf.len() + depth] = x;
        if depth == 0 {
            if leaf.solve(target, solution) {
                return Ok(Answer::Yes);
            }
        } else if !dead_ends.contains(depth - 1, target) {
            places.extend(open(depth - 1, target));
        }
    }
    Ok(if cut { Answer::TooHard } else { Answer::No })
}

/// Targets known to lead nowhere, a segment of the table for each depth. The
/// leaf's targets are not remembered: to look one up costs as much as to solve
/// it.
struct DeadEnds<N: Number> {
    /// Each target plus one; zero is an empty place.
    table: Scratch<N>,
    segment: usize,
}

impl<N: Number> DeadEnds<N> {
    fn new(depths: usize) -> DeadEnds<N> {
        let segment = REMEMBERED / depths;
        DeadEnds {
            table: Scratch::new(),
            // The largest power of two that fits.
            segment: 1 << segment.ilog2(),
        }
    }

    /// Makes the table; until then nothing is remembered.
    fn start(&mut self) -> Result<()> {
        self.table = Scratch::zeroed(REMEMBERED)?;
        Ok(())
    }

    fn place(&self, depth: usize, target: N) -> usize {
        let mixed = target.bits().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        depth * self.segment + (mixed as usize & (self.segment - 1))
    }

    fn remember(&mut self, depth: usize, target: N) {
        let place = self.place(depth, target);
        if let Some(known) = self.table.get_mut(place) {
            *known = target + N::ONE;
        }
    }

    fn contains(&self, depth: usize, target: N) -> bool {
        self.table.get(self.place(depth, target)) == Some(&(target + N::ONE))
    }
}
