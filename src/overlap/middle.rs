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
//! Memory: four lists of at most [`MAX_LIST`] sums with their residues, and a
//! filter of at most [`MAX_FILTER`] bits: thirty megabytes at the very most,
//! and less than one for halves of up to a thousand million sums.

use arrayvec::ArrayVec;

use super::Answer;
use super::equation::{MAX_TERMS, Term};
use super::work::Work;
use crate::error::Result;
use crate::memory::Scratch;

/// The longest list: half of the terms have at most its square as sums.
const MAX_LIST: usize = 1 << 19;
/// Bits of the filter, at most: what fits beside the lists in a core's cache.
const MAX_FILTER: usize = 1 << 20;
/// Up to how many sums a half is visited in one go.
const ONE_CLASS: usize = 1 << 13;
/// Sums of a class that one residue and one value have on average, for halves
/// of more than [`ONE_CLASS`]: long enough to keep inner loops worthwhile.
const PER_BUCKET: usize = 4;

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
        let mut order: ArrayVec<u8, MAX_TERMS> = (0..terms.len() as u8).collect();
        order.sort_unstable_by_key(|&t| (-terms[usize::from(t)].upper, t));
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

/// The sums of half of the terms, as pairs from two lists, by residue classes.
struct Half {
    outer: Scratch<i64>,
    outer_residues: Scratch<u32>,
    /// Sorted by residue.
    inner: Scratch<i64>,
    /// Where each residue begins in `inner`; one more at the end.
    starts: Scratch<u32>,
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
        })
    }

    /// Calls `visit` with each sum whose residue is `class`.
    #[inline]
    fn visit(&self, class: u32, mut visit: impl FnMut(i64)) {
        let modulus = self.starts.len() as u32 - 1;
        for (&sum, &residue) in self.outer.iter().zip(self.outer_residues.iter()) {
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
    let split = Split::new(terms);
    if split.counts.iter().any(|&count| count > MAX_LIST as f64) {
        return Ok(Answer::TooHard);
    }
    if !work.spend(split.counts.iter().sum::<f64>() as u64) {
        return Ok(Answer::TooHard);
    }
    let lists = [
        sums(terms, &split, 0)?,
        sums(terms, &split, 1)?,
        sums(terms, &split, 2)?,
        sums(terms, &split, 3)?,
    ];
    let [left_count, right_count] = split.halves().map(|count| count as usize);
    let modulus = if left_count.max(right_count) <= ONE_CLASS {
        1
    } else {
        prime_from(lists[1].len().max(lists[3].len()) / PER_BUCKET)
    };
    let [a, b, c, d] = lists;
    let left = Half::new(a, &b, modulus)?;
    let right = Half::new(c, &d, modulus)?;

    let mut filter = Filter::new(left_count / modulus as usize)?;
    let mut suspects = Scratch::<i64>::new();
    let class_cost = (left_count + right_count) as u64 / modulus as u64 + 1;
    for class in 0..modulus {
        if !work.spend(class_cost) {
            return Ok(Answer::TooHard);
        }
        if class > 0 {
            filter.clear();
        }
        left.visit(class as u32, |sum| filter.insert(sum, FIRST_SALT));
        suspects.clear();
        let mut out_of_memory = Ok(());
        right.visit((target - class).rem_euclid(modulus) as u32, |sum| {
            if filter.may_contain(target - sum, FIRST_SALT) && out_of_memory.is_ok() {
                out_of_memory = suspects.push(target - sum);
            }
        });
        out_of_memory?;
        if suspects.is_empty() {
            continue;
        }
        // The other way round, by another hash: which sums on the left look
        // like a suspect? Few, so comparing each with all costs little.
        filter.clear();
        for &suspect in suspects.iter() {
            filter.insert(suspect, SECOND_SALT);
        }
        let mut met = None;
        left.visit(class as u32, |sum| {
            if met.is_none() && filter.may_contain(sum, SECOND_SALT) && suspects.contains(&sum) {
                met = Some(sum);
            }
        });
        if let Some(sum) = met {
            spell_out(terms, &split, &left, 0, sum, solution)?;
            spell_out(terms, &split, &right, 2, target - sum, solution)?;
            return Ok(Answer::Yes);
        }
    }
    Ok(Answer::No)
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
    let list = sums(terms, split, quarter + 1)?;
    let modulus = half.starts.len() as i64 - 1;
    for (mut outer, &first) in half.outer.iter().enumerate() {
        let rest = sum - first;
        if rest < 0 {
            continue;
        }
        let residue = (rest % modulus) as usize;
        let range = half.starts[residue] as usize..half.starts[residue + 1] as usize;
        if !half.inner[range].contains(&rest) {
            continue;
        }
        let Some(mut inner) = list.iter().position(|&other| other == rest) else {
            continue;
        };
        // A position in a list is a number whose digits are the values.
        for ((term, &place), x) in terms.iter().zip(&split.quarter).zip(solution) {
            let radix = term.upper as usize + 1;
            if usize::from(place) == quarter {
                *x = (outer % radix) as i64;
                outer /= radix;
            } else if usize::from(place) == quarter + 1 {
                *x = (inner % radix) as i64;
                inner /= radix;
            }
        }
        return Ok(());
    }
    debug_assert!(false, "a sum that was met is a sum of its half");
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
