//! How long exact sharing takes: `cargo bench --bench overlap_family`.
//!
//! Three parts:
//!
//! * pairs of views as programs make them every day, per call;
//! * the seeded family: random pairs of byte arrays with `d` axes a side of
//!   extent `e` and positive strides of `k` bits (from 2^(k−1) up to 2^k − 1).
//!   The first array starts at address 0. In odd rounds a shared byte is
//!   planted: the second one starts where a random element of each coincide.
//!   In even rounds it starts anywhere that lets the bounds overlap;
//! * the documented hard instance.
//!
//! The generator is SplitMix64, seeded with the row's numbers, so that the
//! family is the same in every language. Each question gets the default
//! budget and is asked three times, of which the fastest counts; `too hard` is
//! counted.

use std::hint::black_box;
use std::time::{Duration, Instant};

use array::layout::{Layout, LayoutRef};
use array::overlap::{Answer, Budget, find_overlap, shares_memory};

/// Vigna's SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included.
    fn range(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }
}

fn layout(offset: i64, axes: &[(i64, i64)]) -> Layout {
    let mut layout = Layout::at(offset);
    for &(extent, stride) in axes {
        layout.push(extent, stride).expect("at most 64 axes");
    }
    layout
}

fn random_layout(random: &mut Random, d: usize, e: i64, k: u32) -> Layout {
    let mut made = Layout::at(0);
    for _ in 0..d {
        let stride = random.range(1 << (k - 1), (1 << k) - 1);
        made.push(e, stride).expect("at most 64 axes");
    }
    made
}

fn random_address(random: &mut Random, layout: LayoutRef<'_>) -> i64 {
    layout
        .axes()
        .map(|(extent, stride)| random.range(0, extent - 1) * stride)
        .sum()
}

fn reach(layout: LayoutRef<'_>) -> i64 {
    layout
        .axes()
        .map(|(extent, stride)| (extent - 1) * stride)
        .sum()
}

/// Times one question and checks the witness.
fn time(a: &Layout, b: &Layout) -> (Answer, Duration) {
    let (a, b) = (a.as_ref(), b.as_ref());
    let (mut a_index, mut b_index) = ([0; 64], [0; 64]);
    let (a_index, b_index) = (&mut a_index[..a.ndim()], &mut b_index[..b.ndim()]);
    let mut taken = Duration::MAX;
    let mut answer = Answer::TooHard;
    for _ in 0..3 {
        let start = Instant::now();
        answer = find_overlap(a, 1, b, 1, Budget::DEFAULT, a_index, b_index).expect("memory");
        taken = taken.min(start.elapsed());
    }
    if answer == Answer::Yes {
        let address = |layout: LayoutRef<'_>, index: &[i64]| {
            layout.offset
                + layout
                    .strides
                    .iter()
                    .zip(index)
                    .map(|(stride, x)| stride * x)
                    .sum::<i64>()
        };
        assert_eq!(address(a, a_index), address(b, b_index), "false witness");
    }
    (answer, taken)
}

fn row(d: usize, e: i64, k: u32, rounds: usize, goal: &str) {
    let mut random = Random((d as u64) << 32 | (e as u64) << 16 | u64::from(k));
    let mut times = Vec::new();
    let (mut yes, mut too_hard) = (0, 0);
    for round in 0..rounds {
        let a = random_layout(&mut random, d, e, k);
        let mut b = random_layout(&mut random, d, e, k);
        b.offset = if round % 2 == 1 {
            random_address(&mut random, a.as_ref()) - random_address(&mut random, b.as_ref())
        } else {
            random.range(-reach(b.as_ref()), reach(a.as_ref()))
        };
        let (answer, taken) = time(&a, &b);
        assert!(
            round % 2 == 0 || answer != Answer::No,
            "missed what was planted"
        );
        yes += usize::from(answer == Answer::Yes);
        too_hard += usize::from(answer == Answer::TooHard);
        times.push(taken);
    }
    times.sort_unstable();
    println!(
        "{d:>2} axes, extent {e:>4}, {k:>2} bits: median {:>10.1?}  max {:>10.1?}  goal {goal:>7}  ({yes} yes, {too_hard} too hard of {rounds})",
        times[rounds / 2],
        times[rounds - 1],
    );
}

fn everyday(name: &str, a: &Layout, b: &Layout, itemsize: i64) {
    let (a, b) = (a.as_ref(), b.as_ref());
    let calls = 200_000u32;
    let mut best = Duration::MAX;
    let mut answer = Answer::TooHard;
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..calls {
            answer = shares_memory(
                black_box(a),
                itemsize,
                black_box(b),
                itemsize,
                Budget::DEFAULT,
            )
            .expect("memory");
        }
        best = best.min(start.elapsed());
    }
    println!(
        "{name:<44} {:>6.1} ns  {answer:?}",
        best.as_nanos() as f64 / f64::from(calls)
    );
}

fn main() {
    // A 1-D array of 1000 doubles, a matrix of 300 × 400, a stack of 20 × 30 × 40.
    let line = |start: i64, step: i64, count| layout(8 * start, &[(count, 8 * step)]);
    everyday(
        "a[::2] and a[1::2], float64",
        &line(0, 2, 500),
        &line(1, 2, 500),
        8,
    );
    everyday(
        "a[::2] and a[1::2], uint8",
        &layout(0, &[(500, 2)]),
        &layout(1, &[(500, 2)]),
        1,
    );
    everyday(
        "a[:500] and a[500:]",
        &line(0, 1, 500),
        &line(500, 1, 500),
        8,
    );
    everyday(
        "a[:600] and a[400:]",
        &line(0, 1, 600),
        &line(400, 1, 600),
        8,
    );
    everyday("a and a[::-1]", &line(0, 1, 1000), &line(999, -1, 1000), 8);
    everyday("a and a", &line(0, 1, 1000), &line(0, 1, 1000), 8);
    let block = |start: i64, columns| layout(8 * start, &[(300, 3200), (columns, 8)]);
    everyday(
        "m[:, :200] and m[:, 200:]",
        &block(0, 200),
        &block(200, 200),
        8,
    );
    everyday(
        "m[:, :201] and m[:, 200:]",
        &block(0, 201),
        &block(200, 200),
        8,
    );
    let columns = |start: i64| layout(8 * start, &[(300, 3200), (200, 16)]);
    everyday("m[:, ::2] and m[:, 1::2]", &columns(0), &columns(1), 8);
    let transposed = layout(8, &[(300, 8), (300, 3200)]);
    everyday(
        "m[:, :300] and m[:, 1:301].T",
        &layout(0, &[(300, 3200), (300, 8)]),
        &transposed,
        8,
    );
    let planes = |start: i64| layout(start, &[(10, 19200), (30, 320), (40, 8)]);
    everyday("s[::2] and s[1::2]", &planes(0), &planes(9600), 8);
    let pixels = |channel| layout(channel, &[(480, 1920), (640, 3)]);
    everyday(
        "image[..., 0] and image[..., 1], uint8",
        &pixels(0),
        &pixels(1),
        1,
    );
    let inner = |start: i64| layout(start, &[(9, 19200), (14, 640), (19, 16)]);
    everyday(
        "s[:18:2, :28:2, :38:2] and s[1::2, 1::2, 1::2]",
        &inner(0),
        &inner(9928),
        8,
    );

    println!();
    row(3, 10, 22, 400, "50 µs");
    row(7, 3, 25, 400, "100 µs");
    row(10, 2, 22, 400, "70 µs");
    row(4, 10, 29, 200, "0.5 ms");
    row(8, 3, 28, 200, "0.5 ms");
    row(12, 2, 26, 200, "0.5 ms");
    row(6, 10, 42, 40, "30 ms");
    row(10, 3, 34, 40, "30 ms");
    row(12, 3, 41, 40, "30 ms");
    row(16, 2, 34, 40, "30 ms");
    row(2, 1000, 42, 40, "50 ms");
    row(3, 100, 42, 40, "50 ms");
    row(16, 3, 50, 4, "open");
    row(16, 3, 54, 4, "open");

    let a = layout(0, &[(1049, 36674), (1049, 61119), (1049, 85569)]);
    let b = layout(64_023_025, &[(1049, 12223), (1049, 12224)]);
    let (answer, taken) = time(&a, &b);
    println!("\nthe documented instance: {taken:.1?}  goal 40 ms  ({answer:?})");
}
