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

/// The documented hard instance: no common byte, which NumPy needs seconds
/// and millions of steps to find out.
fn documented_instance() -> (Layout, Layout) {
    (
        layout(0, &[(1049, 36674), (1049, 61119), (1049, 85569)]),
        layout(64_023_025, &[(1049, 12223), (1049, 12224)]),
    )
}

#[test]
fn the_documented_instance_has_no_common_byte() {
    let (a, b) = documented_instance();
    let answer = shares_memory(a.as_ref(), 1, b.as_ref(), 1, Budget::DEFAULT);
    assert_eq!(answer, Ok(Answer::No));
}

#[test]
fn a_budget_of_one_unit_is_too_hard_for_the_documented_instance() {
    let (a, b) = documented_instance();
    for units in [0, 1] {
        let answer = shares_memory(a.as_ref(), 1, b.as_ref(), 1, Budget::Units(units));
        assert_eq!(answer, Ok(Answer::TooHard));
    }
}

#[test]
fn the_example_that_numpy_tests_as_too_hard_is_free() {
    // x = zeros((4, 5, 6), int8); x[:, ::2, ::3] and x[:, ::3, ::2]
    let a = layout(0, &[(4, 30), (3, 12), (2, 3)]);
    let b = layout(0, &[(4, 30), (2, 18), (3, 2)]);
    let ask = |budget| shares_memory(a.as_ref(), 1, b.as_ref(), 1, budget).unwrap();
    assert_eq!(ask(Budget::Units(0)), Answer::Yes);
    assert_eq!(ask(Budget::BoundsOnly), Answer::TooHard);
}

#[test]
fn everyday_views_cost_no_units_at_all() {
    let free = |a: &Layout, b: &Layout, itemsize| {
        shares_memory(a.as_ref(), itemsize, b.as_ref(), itemsize, Budget::Units(0)).unwrap()
    };
    // a[::2] and a[1::2]
    let halves = |start| layout(start, &[(500, 16)]);
    assert_eq!(free(&halves(0), &halves(8), 8), Answer::No);
    assert_eq!(free(&halves(0), &halves(9), 8), Answer::Yes);
    // Blocks of columns of a matrix of 400 columns.
    let columns = |start: i64, count| layout(8 * start, &[(300, 3200), (count, 8)]);
    assert_eq!(free(&columns(0, 200), &columns(200, 200), 8), Answer::No);
    assert_eq!(free(&columns(0, 201), &columns(200, 200), 8), Answer::Yes);
    // Odd and even planes, rows and columns.
    let planes = |start| layout(start, &[(10, 19200), (30, 640), (40, 16)]);
    assert_eq!(free(&planes(0), &planes(9928), 8), Answer::No);
    assert_eq!(free(&planes(0), &planes(8), 8), Answer::No);
    assert_eq!(free(&planes(0), &planes(0), 8), Answer::Yes);
    // Channels of an image, and a view with its reversal.
    let channel = |channel| layout(channel, &[(480, 1920), (640, 3)]);
    assert_eq!(free(&channel(0), &channel(2), 1), Answer::No);
    let line = layout(0, &[(1000, 8)]);
    assert_eq!(free(&line, &layout(7992, &[(1000, -8)]), 8), Answer::Yes);
}

#[test]
fn empty_layouts_share_nothing_not_even_with_themselves() {
    let empty = layout(0, &[(3, 8), (0, 8)]);
    let full = layout(0, &[(3, 8)]);
    for (a, b) in [(&empty, &full), (&full, &empty), (&empty, &empty)] {
        let (a, b) = (a.as_ref(), b.as_ref());
        assert_eq!(shares_memory(a, 8, b, 8, Budget::Unlimited), Ok(Answer::No));
        assert!(!bounds_overlap(a, 8, b, 8));
    }
    let full = full.as_ref();
    assert_eq!(
        shares_memory(full, 0, full, 8, Budget::Unlimited),
        Ok(Answer::No)
    );
    let internal = has_internal_overlap(empty.as_ref(), 80, Budget::Unlimited);
    assert_eq!(internal, Ok(Answer::No));
}

#[test]
fn an_index_of_the_wrong_length_is_refused() {
    let a = layout(0, &[(3, 8)]);
    let a = a.as_ref();
    let error = find_overlap(a, 8, a, 8, Budget::DEFAULT, &mut [0; 2], &mut [0]);
    assert_eq!(
        error,
        Err(Error::IndexCount {
            expected: 1,
            given: 2
        })
    );
}

#[test]
fn numbers_at_the_edge_of_64_bits_do_not_overflow() {
    let huge = 1i64 << 62;
    let (mut ai, mut bi) = ([0; 2], [0; 2]);
    let mut ask = |a: &Layout, b: &Layout| {
        let answer = find_overlap(
            a.as_ref(),
            8,
            b.as_ref(),
            8,
            Budget::Units(100_000),
            &mut ai,
            &mut bi,
        );
        if answer == Ok(Answer::Yes) {
            assert_meets(a, 8, &ai, b, 8, &bi);
        }
        answer
    };
    // Products of 2^124: a lattice of points 2^62 apart, and the same one
    // beside it.
    let a = layout(i64::MIN, &[(huge, huge), (2, 1 << 40)]);
    let b = layout(i64::MIN + 8, &[(huge, huge), (2, 1 << 40)]);
    assert_eq!(ask(&a, &b), Ok(Answer::No));
    let b = layout(i64::MIN + 7, &[(huge, huge), (2, 1 << 40)]);
    assert_eq!(ask(&a, &b), Ok(Answer::Yes));
    // Strides without a common divisor, of opposite signs.
    let b = layout(i64::MAX, &[(huge, -huge + 1), (3, i64::MIN)]);
    assert!(ask(&a, &b).is_ok());
    // The smallest stride has no magnitude in 64 bits.
    let a = layout(0, &[(2, i64::MIN), (1, 1)]);
    let b = layout(i64::MIN, &[(3, 24), (1, 1)]);
    assert_eq!(ask(&a, &b), Ok(Answer::Yes));
    let b = layout(i64::MIN + 8, &[(3, 24), (1, 1)]);
    assert_eq!(ask(&a, &b), Ok(Answer::No));
    // Sums beyond 126 bits are an error, not an answer.
    let a = layout(0, &[(i64::MAX, i64::MAX), (i64::MAX, i64::MAX)]);
    assert!(
        matches!(ask(&a, &a.clone()), Ok(Answer::Yes)),
        "the first elements"
    );
    let mut b = a.clone();
    b.offset = 8;
    assert!(matches!(ask(&a, &b), Err(Error::Overflow { .. })));
    assert!(bounds_overlap(a.as_ref(), 8, b.as_ref(), 8));
    let internal = has_internal_overlap(a.as_ref(), 8, Budget::DEFAULT);
    assert_eq!(internal, Ok(Answer::Yes), "equal strides");
    assert!(!is_surely_free_of_internal_overlap(a.as_ref(), 8));
}

#[test]
fn wide_numbers_get_the_answers_of_narrow_ones() {
    // Everything times 2^50: one byte becomes an element of 2^50 bytes.
    let mut random = Random::new(6);
    for round in 0..crate::random::cases(3_000) {
        let a = random_layout(&mut random, 4, 1);
        let b = random_layout(&mut random, 4, 1);
        let scaled = |made: &Layout| {
            let mut wide = made.clone();
            wide.offset = (made.offset - 500) << 53;
            for stride in &mut wide.strides {
                *stride <<= 53;
            }
            wide
        };
        let narrow = shares_memory(a.as_ref(), 1, b.as_ref(), 1, Budget::Unlimited);
        let (a, b) = (scaled(&a), scaled(&b));
        let (mut ai, mut bi) = ([0; 4], [0; 4]);
        let (ai, bi) = (&mut ai[..a.shape.len()], &mut bi[..b.shape.len()]);
        let size = 1 << 53;
        let wide = find_overlap(
            a.as_ref(),
            size,
            b.as_ref(),
            size,
            Budget::Unlimited,
            ai,
            bi,
        );
        assert_eq!(wide, narrow, "round {round}");
        if wide == Ok(Answer::Yes) {
            assert_meets(&a, size, ai, &b, size, bi);
        }
        let one = find_overlap(a.as_ref(), 1, b.as_ref(), 3, Budget::Unlimited, ai, bi);
        assert_eq!(one, narrow, "round {round}");
    }
}

#[test]
fn the_same_question_gets_the_same_answer_and_witness() {
    let mut random = Random::new(7);
    for _ in 0..20 {
        let mut axes = || -> Vec<_> {
            (0..7)
                .map(|_| (3, random.range(1 << 24, 1 << 25)))
                .collect()
        };
        let a = layout(0, &axes());
        let mut b = layout(0, &axes());
        b.offset = a.strides[2] + a.strides[5] - b.strides[1] - b.strides[3];
        let ask = |units| {
            let (mut ai, mut bi) = ([0; 7], [0; 7]);
            let budget = Budget::Units(units);
            let answer = find_overlap(a.as_ref(), 1, b.as_ref(), 1, budget, &mut ai, &mut bi);
            (answer.unwrap(), ai, bi)
        };
        for units in [0, 10, 1_000, 100_000, 1 << 27] {
            assert_eq!(ask(units), ask(units));
        }
        assert_eq!(ask(1 << 27).0, Answer::Yes);
    }
}

#[test]
fn sharing_agrees_with_brute_force_on_small_layouts_of_bytes() {
    // Without the bytes within elements most equations have no run of ones.
    let mut random = Random::new(8);
    for round in 0..crate::random::cases(40_000) {
        let a = random_layout(&mut random, 5, 1);
        let b = random_layout(&mut random, 5, 1);
        let (x, y) = (touched(&a, 1), touched(&b, 1));
        let expected = x.iter().zip(&y).any(|(x, y)| *x && *y);
        let answer = shares_memory(a.as_ref(), 1, b.as_ref(), 1, Budget::Unlimited).unwrap();
        assert_eq!(
            answer == Answer::Yes,
            expected,
            "round {round}: {a:?} {b:?}"
        );
    }
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

#[test]
#[ignore = "long"]
fn internal_overlap_agrees_with_brute_force_on_a_million_small_layouts() {
    compare_internal_with_brute_force(9, 1_000_000);
}

#[test]
fn large_halves_meet_class_by_class() {
    let mut random = Random::new(10);
    for round in 0..6 {
        let terms = random_terms(&mut random, 20, 1 << 33, 2);
        let x: Vec<_> = terms.iter().map(|t| random.range(0, t.upper)).collect();
        let target = sum(&terms, &x);
        assert_eq!(
            ask(middle::solve, &terms, target),
            Some(true),
            "round {round}"
        );
        // All coefficients even but one, and an odd target: that one's value
        // must be 1, and then the others would have to miss their reach by 2.
        let mut even = terms.clone();
        even.iter_mut().for_each(|term| term.coefficient *= 2);
        even[0].coefficient += 1;
        even[0].upper = 2;
        let reach: i64 = even.iter().map(Term::reach).sum();
        let target = reach - even[0].coefficient - 2;
        assert_eq!(
            ask(middle::solve, &even, target),
            Some(false),
            "round {round}"
        );
    }
}

#[test]
#[ignore = "prints times; run it alone and optimised"]
fn a_unit_takes_about_the_same_time_in_each_search() {
    let term = |coefficient, upper| Term {
        coefficient,
        upper,
        slot: 0,
    };
    let five = [12223, 12224, 36674, 61119, 85569].map(|a| term(a, 1048));
    let mut random = Random::new(11);
    let many = random_terms(&mut random, 24, 1 << 42, 2);
    let questions: [(&str, Solver, &[Term<i64>], i64); 3] = [
        ("depth-first search", by_depth, &many, 1 << 45),
        ("meeting in the middle", middle::solve, &many, 1 << 45),
        ("bitset", bitset::solve, &five, 89_643_481),
    ];
    for (name, solver, terms, target) in questions {
        let mut work = Work::units(1 << 24);
        let mut solution = [0; equation::MAX_TERMS];
        let start = std::time::Instant::now();
        let answer = solver(terms, target, &mut work, &mut solution[..terms.len()]).unwrap();
        let taken = start.elapsed().as_nanos() as f64;
        let units = (1 << 24) - work.left();
        println!(
            "{name}: {answer:?}, {units} units of {:.2} ns",
            taken / units as f64
        );
    }
}

/// A solver of the equation in normal form: ascending terms without a common
/// divisor.
type Solver = fn(&[Term<i64>], i64, &mut Work, &mut [i64]) -> Result<Answer>;

fn by_depth(
    terms: &[Term<i64>],
    target: i64,
    work: &mut Work,
    solution: &mut [i64],
) -> Result<Answer> {
    dfs::solve(terms, target, dfs::Breadth::Full, work, solution)
}

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

fn by_classes(
    terms: &[Term<i64>],
    target: i64,
    work: &mut Work,
    solution: &mut [i64],
) -> Result<Answer> {
    middle::solve_from(0, terms, target, work, solution)
}

const SOLVERS: [(&str, Solver); 5] = [
    ("depth-first search", by_depth),
    ("meeting in the middle", middle::solve),
    ("bitset", bitset::solve),
    ("meeting in the middle by classes", by_classes),
    ("lattice", by_lattice),
];

/// Ascending terms without a common divisor.
pub(super) fn random_terms(
    random: &mut Random,
    count: i64,
    largest: i64,
    upper: i64,
) -> Vec<Term<i64>> {
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

pub(super) fn sum(terms: &[Term<i64>], solution: &[i64]) -> i64 {
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
    for round in 0..crate::random::cases(3_000) {
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

#[test]
fn a_divisor_larger_than_all_steps_does_not_overflow() {
    // The first stride's own residue modulo the second is forced; their product has
    // 80 bits, though no address has more than 42.
    let (large, shape) = (1i64 << 40, [2i64]);
    let a = LayoutRef {
        shape: &shape,
        strides: &[large + 1],
        offset: 0,
    };
    for (offset, answer) in [(1, Answer::Yes), (large, Answer::No), (2, Answer::No)] {
        let b = LayoutRef {
            shape: &shape,
            strides: &[large],
            offset,
        };
        let found = shares_memory(a, 1, b, 1, Budget::Units(0));
        assert_eq!(found, Ok(answer), "at {offset}");
    }
}
