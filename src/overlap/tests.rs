//! The whole pipeline against brute force.

use super::equation::Term;
use super::lattice::Lattice;
use super::number::gcd;
use super::*;
use crate::layout::Layout;

/// A small generator with a fixed seed: xorshift.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn range(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }
}

fn layout(offset: i64, axes: &[(i64, i64)]) -> Layout {
    let mut layout = Layout::at(offset);
    for &(extent, stride) in axes {
        layout.push(extent, stride).unwrap();
    }
    layout
}

/// The addresses of all elements, in C order.
fn addresses(layout: &Layout) -> Vec<i64> {
    let mut addresses = vec![layout.offset];
    for (extent, stride) in layout.as_ref().axes() {
        addresses = addresses
            .iter()
            .flat_map(|&start| (0..extent).map(move |x| start + x * stride))
            .collect();
    }
    addresses
}

/// One bit for each byte that is touched, addresses 0 to 1023.
fn touched(layout: &Layout, itemsize: i64) -> [bool; 1024] {
    let mut bytes = [false; 1024];
    for address in addresses(layout) {
        bytes[address as usize..(address + itemsize) as usize].fill(true);
    }
    bytes
}

fn address_of(layout: &Layout, index: &[i64]) -> i128 {
    assert_eq!(index.len(), layout.shape.len());
    let mut address = i128::from(layout.offset);
    for ((extent, stride), &x) in layout.as_ref().axes().zip(index) {
        assert!((0..extent).contains(&x), "index out of bounds");
        address += i128::from(x) * i128::from(stride);
    }
    address
}

/// Checks the witness.
fn assert_meets(a: &Layout, a_itemsize: i64, ai: &[i64], b: &Layout, b_itemsize: i64, bi: &[i64]) {
    let (p, q) = (address_of(a, ai), address_of(b, bi));
    assert!(
        p < q + i128::from(b_itemsize) && q < p + i128::from(a_itemsize),
        "{a:?} at {ai:?} and {b:?} at {bi:?} do not meet"
    );
}

/// A layout of up to `max_ndim` axes that stays within the bytes 0 to 1023.
fn random_layout(random: &mut Random, max_ndim: i64, itemsize: i64) -> Layout {
    loop {
        let mut made = Layout::at(0);
        let (mut low, mut high) = (0, itemsize);
        for _ in 0..random.range(0, max_ndim) {
            let smallest = i64::from(random.range(0, 60) > 0);
            let extent = random.range(smallest, 5);
            let most = [4, 20, 80][random.range(0, 2) as usize];
            let stride = random.range(-most, most);
            made.push(extent, stride).unwrap();
            let reach = (extent - 1).max(0) * stride;
            low += reach.min(0);
            high += reach.max(0);
        }
        if high - low <= 1000 {
            let near = random.range(0, (1000 - (high - low)).min(80));
            made.offset = near - low;
            return made;
        }
    }
}

fn compare_with_brute_force(seed: u64, pairs: usize) {
    let mut random = Random::new(seed);
    let mut shared = 0;
    for round in 0..pairs {
        let (p, q) = (random.range(1, 4), random.range(1, 4));
        let a = random_layout(&mut random, 4, p);
        let b = random_layout(&mut random, 4, q);
        let (x, y) = (touched(&a, p), touched(&b, q));
        let expected = x.iter().zip(&y).any(|(x, y)| *x && *y);
        let mut ai = [0; 4];
        let mut bi = [0; 4];
        let (ai, bi) = (&mut ai[..a.shape.len()], &mut bi[..b.shape.len()]);
        let (ar, br) = (a.as_ref(), b.as_ref());
        let answer = find_overlap(ar, p, br, q, Budget::Unlimited, ai, bi).unwrap();
        let wanted = if expected { Answer::Yes } else { Answer::No };
        assert_eq!(
            answer, wanted,
            "seed {seed}, round {round}: {a:?} {p} {b:?} {q}"
        );
        if expected {
            shared += 1;
            assert_meets(&a, p, ai, &b, q, bi);
            assert!(bounds_overlap(ar, p, br, q));
        }
    }
    assert!(
        shared > pairs / 5 && shared < pairs * 19 / 20,
        "{shared} of {pairs} share memory"
    );
}

#[test]
fn sharing_agrees_with_brute_force_on_small_layouts() {
    compare_with_brute_force(1, 60_000);
}

#[test]
#[ignore = "long"]
fn sharing_agrees_with_brute_force_on_two_million_small_layouts() {
    compare_with_brute_force(2, 2_000_000);
}

fn compare_internal_with_brute_force(seed: u64, count: usize) {
    let mut random = Random::new(seed);
    let mut overlapping = 0;
    for round in 0..count {
        let itemsize = random.range(1, 4);
        let a = random_layout(&mut random, 4, itemsize);
        let mut starts = addresses(&a);
        starts.sort_unstable();
        let expected = starts.windows(2).any(|pair| pair[1] - pair[0] < itemsize);
        let answer = has_internal_overlap(a.as_ref(), itemsize, Budget::Unlimited).unwrap();
        let wanted = if expected { Answer::Yes } else { Answer::No };
        assert_eq!(
            answer, wanted,
            "seed {seed}, round {round}: {a:?} {itemsize}"
        );
        overlapping += usize::from(expected);
        if is_surely_free_of_internal_overlap(a.as_ref(), itemsize) {
            assert!(!expected, "seed {seed}, round {round}: {a:?} {itemsize}");
        }
    }
    assert!(overlapping > count / 5 && overlapping < count * 19 / 20);
}

#[test]
fn internal_overlap_agrees_with_brute_force_on_small_layouts() {
    compare_internal_with_brute_force(3, 60_000);
}

/// A solver of the equation in normal form: ascending terms without a common
/// divisor.
type Solver = fn(&[Term<i64>], i64, &mut Work, &mut [i64]) -> Result<Answer>;

fn by_lattice(
    terms: &[Term<i64>],
    target: i64,
    work: &mut Work,
    solution: &mut [i64],
) -> Result<Answer> {
    Ok(match Lattice::new(terms, target, work) {
        Some(lattice) => lattice.solve(work, solution),
        None => Answer::TooHard,
    })
}

const SOLVERS: [(&str, Solver); 4] = [
    ("depth-first search", dfs::solve),
    ("meeting in the middle", middle::solve),
    ("bitset", bitset::solve),
    ("lattice", by_lattice),
];

/// Ascending terms without a common divisor.
fn random_terms(random: &mut Random, count: i64, largest: i64, upper: i64) -> Vec<Term<i64>> {
    loop {
        let mut terms: Vec<_> = (0..count)
            .map(|slot| Term {
                coefficient: random.range(1, largest),
                upper: random.range(1, upper),
                slot: slot as u8,
            })
            .collect();
        terms.sort_unstable_by_key(|term| term.coefficient);
        if terms.iter().fold(0, |d, term| gcd(term.coefficient, d)) == 1 {
            return terms;
        }
    }
}

fn sum(terms: &[Term<i64>], solution: &[i64]) -> i64 {
    terms
        .iter()
        .zip(solution)
        .map(|(term, &x)| {
            assert!(
                (0..=term.upper).contains(&x),
                "{x} is not within 0 and {}",
                term.upper
            );
            term.coefficient * x
        })
        .sum()
}

/// Lets a solver answer, checks its witness; nothing if it withdraws.
fn ask(solver: Solver, terms: &[Term<i64>], target: i64) -> Option<bool> {
    let mut solution = [0; equation::MAX_TERMS];
    let solution = &mut solution[..terms.len()];
    let answer = solver(terms, target, &mut Work::units(1 << 40), solution).unwrap();
    if answer == Answer::Yes {
        assert_eq!(sum(terms, solution), target, "{terms:?} {solution:?}");
    }
    match answer {
        Answer::TooHard => None,
        answer => Some(answer == Answer::Yes),
    }
}

#[test]
fn each_solver_agrees_with_brute_force_on_small_equations() {
    let mut random = Random::new(4);
    let mut withdrawn = 0;
    for round in 0..4_000 {
        let count = random.range(3, 6);
        let terms = random_terms(&mut random, count, 60, 4);
        let total: i64 = terms.iter().map(Term::reach).sum();
        let mut sums = vec![0];
        for term in &terms {
            sums = sums
                .iter()
                .flat_map(|&s| (0..=term.upper).map(move |x| s + x * term.coefficient))
                .collect();
            sums.sort_unstable();
            sums.dedup();
        }
        for _ in 0..4 {
            let target = random.range(0, total);
            let expected = sums.binary_search(&target).is_ok();
            for (name, solver) in SOLVERS {
                match ask(solver, &terms, target) {
                    Some(answer) => assert_eq!(
                        answer, expected,
                        "{name}, round {round}: {terms:?} = {target}"
                    ),
                    None => withdrawn += 1,
                }
            }
        }
    }
    assert_eq!(withdrawn, 0);
}

#[test]
fn solvers_agree_with_one_another_on_larger_equations() {
    let mut random = Random::new(5);
    let mut yes = 0;
    for round in 0..300 {
        let (count, largest, upper) = [
            (4, 3_000, 60),
            (6, 100_000, 9),
            (9, 200_000, 3),
            (12, 300_000, 2),
        ][round % 4];
        let terms = random_terms(&mut random, count, largest, upper);
        let total: i64 = terms.iter().map(Term::reach).sum();
        // Half of them planted, half near the end, where sums are sparse.
        let target = if round % 2 == 0 {
            let x: Vec<_> = terms
                .iter()
                .map(|term| random.range(0, term.upper))
                .collect();
            sum(&terms, &x)
        } else {
            random.range(0, total / 6)
        };
        let answers = SOLVERS.map(|(_, solver)| ask(solver, &terms, target));
        let known = answers[0].unwrap();
        assert!(round % 2 == 1 || known);
        assert!(
            answers
                .iter()
                .all(|&answer| answer.is_none_or(|answer| answer == known)),
            "round {round}: {answers:?} for {terms:?} = {target}"
        );
        assert!(answers[1].is_some() && answers[2].is_some());
        yes += usize::from(known);
    }
    assert!((150..290).contains(&yes), "{yes} of 300");
}
