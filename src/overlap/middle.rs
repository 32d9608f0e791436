//! Meeting in the middle: the terms are split into two halves, and a sum of
//! one half must be the target minus a sum of the other (Horowitz and Sahni).
//!
//! The halves can have many millions of sums, so they are never held in
//! memory: each half is itself split in two short lists of sums (Schroeppel
//! and Shamir), and the sums are visited by residue classes modulo a prime
//! near the length of the lists (Howgrave-Graham and Joux): a pair from the
//! lists whose sum has a given residue is found through a list sorted by
//! residue. One class of one half is small enough for the cache: its sums set
//! bits in a filter, the other half's sums are looked up there, and the few
//! that pass are compared exactly.
//!
//! Equal sums within a list count once, so what the terms have in common
//! speeds it up.
//!
//! Memory: lists of at most [`MAX_LIST`] sums, tables of about as many
//! residues, a filter of at most [`MAX_FILTER`] bits and [`MAX_SUSPECTS`]
//! numbers to compare: twelve megabytes at the very most.

use core::ops::Range;

use arrayvec::ArrayVec;

use super::Answer;
use super::equation::{MAX_TERMS, Term};
use super::work::Work;
use crate::error::Result;
use crate::memory::Scratch;

/// The longest list: half of the terms have at most its square as sums.
const MAX_LIST: usize = 1 << 17;
/// Bits of the filter, at most: what fits in a core's cache beside the lists.
const MAX_FILTER: usize = 1 << 20;
/// Up to how many sums a half is visited in one go.
const ONE_CLASS: usize = 1 << 13;
/// How many sums of an inner list a residue has on average, at most: long
/// enough to keep inner loops worthwhile.
const PER_RESIDUE: usize = 4;
/// How many sums of the left half a class has on average, at most: few enough
/// to leave the filter nearly empty.
const PER_CLASS: usize = 1 << 16;
/// About how many numbers may pass the filter before they are compared.
const MAX_SUSPECTS: usize = 1 << 18;

/// How the terms are split: for each term the quarter that it goes to. The
/// first two quarters make one half.
struct Split {
    quarter: ArrayVec<u8, MAX_TERMS>,
    /// The number of sums of each quarter.
    counts: [f64; 4],
}

impl Split {
    /// Gives the terms in descending number of values each to the half, then
    /// to the quarter, that has fewer sums so far.
    fn new(terms: &[Term<i64>]) -> Split {
        let mut order = ArrayVec::<u8, MAX_TERMS>::new();
        for (t, term) in terms.iter().enumerate() {
            let fewer = |&o: &u8| terms[usize::from(o)].upper < term.upper;
            let place = order.iter().position(fewer).unwrap_or(order.len());
            order.insert(place, t as u8);
        }
        let mut quarter: ArrayVec<u8, MAX_TERMS> = terms.iter().map(|_| 0).collect();
        let mut counts = [1.0f64; 4];
        for &t in &order {
            let first = counts[0] * counts[1] <= counts[2] * counts[3];
            let half = if first { 0 } else { 2 };
            let place = if counts[half] <= counts[half + 1] {
                half
            } else {
                half + 1
            };
            counts[place] *= terms[usize::from(t)].upper as f64 + 1.0;
            quarter[usize::from(t)] = place as u8;
        }
        Split { quarter, counts }
    }

    fn halves(&self) -> [f64; 2] {
        [
            self.counts[0] * self.counts[1],
            self.counts[2] * self.counts[3],
        ]
    }
}

/// About how many units the search takes when there is no solution; infinite
/// where its lists would be too long.
pub(super) fn estimate(terms: &[Term<i64>]) -> f64 {
    let split = Split::new(terms);
    if split.counts.iter().any(|&count| count > MAX_LIST as f64) {
        return f64::INFINITY;
    }
    split.halves().iter().sum::<f64>() + split.counts.iter().sum::<f64>()
}

/// All sums of the terms of one quarter, the first term's value running
/// fastest.
fn sums(terms: &[Term<i64>], split: &Split, quarter: usize) -> Result<Scratch<i64>> {
    let mut sums = Scratch::with_capacity(split.counts[quarter] as usize)?;
    sums.push(0)?;
    for (term, &place) in terms.iter().zip(&split.quarter) {
        if usize::from(place) != quarter {
            continue;
        }
        let before = sums.len();
        for x in 1..=term.upper {
            for earlier in 0..before {
                sums.push(sums[earlier] + x * term.coefficient)?;
            }
        }
    }
    Ok(sums)
}

/// The same in ascending order, each once.
fn distinct_sums(terms: &[Term<i64>], split: &Split, quarter: usize) -> Result<Scratch<i64>> {
    let mut sums = sums(terms, split, quarter)?;
    sums.sort_unstable();
    let mut kept = 0;
    for next in 0..sums.len() {
        if next == 0 || sums[next] != sums[kept - 1] {
            sums[kept] = sums[next];
            kept += 1;
        }
    }
    sums.truncate(kept);
    Ok(sums)
}

/// A prime, from `least` on, modulo which the sums of neither list crowd on
/// few residues; if none of the first few is good, the last tried.
fn modulus(lists: [&Scratch<i64>; 2], least: usize) -> Result<i64> {
    let mut prime = prime_from(least);
    for _ in 0..8 {
        let mut crowded = false;
        for list in lists {
            let mut counts = Scratch::<u32>::zeroed(prime as usize)?;
            let limit = 8 * (list.len() / prime as usize + 4) as u32;
            for &sum in list.iter() {
                let count = &mut counts[(sum % prime) as usize];
                *count += 1;
                crowded |= *count > limit;
            }
        }
        if !crowded {
            break;
        }
        prime = prime_from(prime as usize + 1);
    }
    Ok(prime)
}

/// The sums of half of the terms, as pairs from two lists, by residue classes.
struct Half {
    outer: Scratch<i64>,
    outer_residues: Scratch<u32>,
    /// Sorted by residue.
    inner: Scratch<i64>,
    /// Where each residue begins in `inner`; one more at the end.
    starts: Scratch<u32>,
    /// The most sums that a residue has in `inner`.
    longest: usize,
}

impl Half {
    fn new(outer: Scratch<i64>, inner: &Scratch<i64>, modulus: i64) -> Result<Half> {
        let mut outer_residues = Scratch::with_capacity(outer.len())?;
        for &sum in outer.iter() {
            outer_residues.push((sum % modulus) as u32)?;
        }
        // Counting sort.
        let mut starts = Scratch::<u32>::zeroed(modulus as usize + 1)?;
        for &sum in inner.iter() {
            starts[(sum % modulus) as usize + 1] += 1;
        }
        let longest = starts.iter().copied().max().unwrap_or(0) as usize;
        for residue in 1..starts.len() {
            starts[residue] += starts[residue - 1];
        }
        let mut sorted = Scratch::zeroed(inner.len())?;
        for &sum in inner.iter() {
            let place = &mut starts[(sum % modulus) as usize];
            sorted[*place as usize] = sum;
            *place += 1;
        }
        // Each start has moved to where the next residue begins.
        for residue in (1..starts.len()).rev() {
            starts[residue] = starts[residue - 1];
        }
        starts[0] = 0;
        Ok(Half {
            outer,
            outer_residues,
            inner: sorted,
            starts,
            longest,
        })
    }

    fn count(&self) -> usize {
        self.outer.len() * self.inner.len()
    }

    /// Calls `visit` with each sum whose residue is `class` and whose part
    /// from the outer list is one of `rows`.
    #[inline]
    fn visit(&self, class: u32, rows: Range<usize>, mut visit: impl FnMut(i64)) {
        let modulus = self.starts.len() as u32 - 1;
        let outer = &self.outer[rows.clone()];
        for (&sum, &residue) in outer.iter().zip(&self.outer_residues[rows]) {
            let wanted = if class >= residue {
                class - residue
            } else {
                class + modulus - residue
            } as usize;
            let range = self.starts[wanted] as usize..self.starts[wanted + 1] as usize;
            for &other in &self.inner[range] {
                visit(sum + other);
            }
        }
    }
}

/// A set of numbers that may claim to contain others too: one bit for each
/// value of a hash.
struct Filter {
    bits: Scratch<u64>,
    shift: u32,
}

impl Filter {
    /// A filter for `count` numbers.
    fn new(count: usize) -> Result<Filter> {
        let size = (count * 32).next_power_of_two().clamp(1 << 10, MAX_FILTER);
        Ok(Filter {
            bits: Scratch::zeroed(size / 64)?,
            shift: 64 - size.ilog2(),
        })
    }

    fn clear(&mut self) {
        self.bits.fill(0);
    }

    #[inline]
    fn place(&self, number: i64, salt: u64) -> (usize, u64) {
        let hash = (number as u64).wrapping_mul(salt) >> self.shift;
        ((hash >> 6) as usize, 1 << (hash & 63))
    }

    #[inline]
    fn insert(&mut self, number: i64, salt: u64) {
        let (word, bit) = self.place(number, salt);
        self.bits[word] |= bit;
    }

    #[inline]
    fn may_contain(&self, number: i64, salt: u64) -> bool {
        let (word, bit) = self.place(number, salt);
        self.bits[word] & bit != 0
    }
}

/// Two unrelated odd multipliers.
const FIRST_SALT: u64 = 0x9E37_79B9_7F4A_7C15;
const SECOND_SALT: u64 = 0xC2B2_AE3D_27D4_EB4F;

/// Searches for a solution of Σ coefficient · x = target.
pub(super) fn solve(
    terms: &[Term<i64>],
    target: i64,
    work: &mut Work,
    solution: &mut [i64],
) -> Result<Answer> {
    solve_from(ONE_CLASS, terms, target, work, solution)
}

/// The same, with residue classes for halves of more than `one_class` sums.
pub(super) fn solve_from(
    one_class: usize,
    terms: &[Term<i64>],
    target: i64,
    work: &mut Work,
    solution: &mut [i64],
) -> Result<Answer> {
    let split = Split::new(terms);
    if split.counts.iter().any(|&count| count > MAX_LIST as f64) {
        return Ok(Answer::TooHard);
    }
    if !work.spend(split.counts.iter().sum::<f64>() as u64) {
        return Ok(Answer::TooHard);
    }
    let [a, b, c, d] = [
        distinct_sums(terms, &split, 0)?,
        distinct_sums(terms, &split, 1)?,
        distinct_sums(terms, &split, 2)?,
        distinct_sums(terms, &split, 3)?,
    ];
    let (left_count, right_count) = (a.len() * b.len(), c.len() * d.len());
    let modulus = if left_count.max(right_count) <= one_class {
        1
    } else {
        let least = b.len().max(d.len()) / PER_RESIDUE;
        modulus([&b, &d], least.max(left_count / PER_CLASS))?
    };
    let left = Half::new(a, &b, modulus)?;
    let right = Half::new(c, &d, modulus)?;
    let mut meeting = Meeting {
        filter: Filter::new(left_count / modulus as usize)?,
        suspects: Scratch::new(),
        left,
        right,
        target,
    };
    match meeting.search(work)? {
        (answer, None) => Ok(answer),
        (_, Some(sum)) => {
            spell_out(terms, &split, &meeting.left, 0, sum, solution)?;
            spell_out(terms, &split, &meeting.right, 2, target - sum, solution)?;
            Ok(Answer::Yes)
        }
    }
}

struct Meeting {
    left: Half,
    right: Half,
    target: i64,
    filter: Filter,
    suspects: Scratch<i64>,
}

impl Meeting {
    /// Goes through all classes; on yes, gives the left half's sum.
    fn search(&mut self, work: &mut Work) -> Result<(Answer, Option<i64>)> {
        let modulus = self.left.starts.len() as i64 - 1;
        let left_cost = self.left.count() as u64 / modulus as u64 + 1;
        let right_cost = self.right.count() as u64 / modulus as u64 + 1;
        // So many at once that not too many can pass the filter.
        let rows = MAX_SUSPECTS / self.right.longest + 1;
        for class in 0..modulus {
            if !work.spend(right_cost) {
                return Ok((Answer::TooHard, None));
            }
            let other_class = (self.target - class).rem_euclid(modulus) as u32;
            for start in (0..self.right.outer.len()).step_by(rows) {
                if !work.spend(left_cost) {
                    return Ok((Answer::TooHard, None));
                }
                let end = self.right.outer.len().min(start + rows);
                let met = self.meet(class as u32, other_class, start..end)?;
                if met.is_some() {
                    return Ok((Answer::Yes, met));
                }
            }
        }
        Ok((Answer::No, None))
    }

    /// Compares one class of the left half with some rows of the right half.
    fn meet(&mut self, class: u32, other_class: u32, rows: Range<usize>) -> Result<Option<i64>> {
        let all = 0..self.left.outer.len();
        let Meeting {
            filter, suspects, ..
        } = self;
        filter.clear();
        self.left
            .visit(class, all.clone(), |sum| filter.insert(sum, FIRST_SALT));
        suspects.clear();
        let mut noted = Ok(());
        self.right.visit(other_class, rows, |sum| {
            if filter.may_contain(self.target - sum, FIRST_SALT) && noted.is_ok() {
                noted = suspects.push(self.target - sum);
            }
        });
        noted?;
        if suspects.is_empty() {
            return Ok(None);
        }
        // The other way round, by another hash: which sums on the left look
        // like a suspect? Nearly none, so looking those up costs little.
        suspects.sort_unstable();
        filter.clear();
        for &suspect in suspects.iter() {
            filter.insert(suspect, SECOND_SALT);
        }
        let mut met = None;
        self.left.visit(class, all, |sum| {
            if met.is_none()
                && filter.may_contain(sum, SECOND_SALT)
                && suspects.binary_search(&sum).is_ok()
            {
                met = Some(sum);
            }
        });
        Ok(met)
    }
}

/// Finds the values that make `sum`, a sum of the half whose quarters are
/// `quarter` and the next.
fn spell_out(
    terms: &[Term<i64>],
    split: &Split,
    half: &Half,
    quarter: usize,
    sum: i64,
    solution: &mut [i64],
) -> Result<()> {
    let lists = [
        sums(terms, split, quarter)?,
        sums(terms, split, quarter + 1)?,
    ];
    let modulus = half.starts.len() as i64 - 1;
    let first = half.outer.iter().copied().find(|first| {
        let residue = (sum - first).rem_euclid(modulus) as usize;
        let range = half.starts[residue] as usize..half.starts[residue + 1] as usize;
        half.inner[range].contains(&(sum - first))
    });
    debug_assert!(first.is_some(), "a sum that was met is a sum of its half");
    let parts = [first.unwrap_or(0), sum - first.unwrap_or(0)];
    for (which, (list, part)) in lists.iter().zip(parts).enumerate() {
        // A position in a list is a number whose digits are the values.
        let mut position = list.iter().position(|&other| other == part).unwrap_or(0);
        for ((term, &place), x) in terms.iter().zip(&split.quarter).zip(&mut *solution) {
            if usize::from(place) == quarter + which {
                let radix = term.upper as usize + 1;
                *x = (position % radix) as i64;
                position /= radix;
            }
        }
    }
    Ok(())
}

/// The smallest prime that is at least `least`.
fn prime_from(least: usize) -> i64 {
    let mut candidate = least.max(3) as i64 | 1;
    while (3..)
        .step_by(2)
        .take_while(|d| d * d <= candidate)
        .any(|d| candidate % d == 0)
    {
        candidate += 2;
    }
    candidate
}
