//! One axis: whether some element is read after a store has hit it, decided
//! exactly in logarithmic time.
//!
//! Element j of the target lies at `t + a·j`, element k of the source at
//! `s + b·k`, with j and k below n. Their bytes meet when the difference
//! `t − s + a·j − b·k` lies strictly between minus the target's item size and
//! the source's. Moving forwards, the store of j comes before the read of k
//! when j < k; so forwards is right exactly when no pair with j < k meets.
//! Backwards is the same question about the axis seen from its other end.
//!
//! The pairs for which the difference is at most some number are counted, for
//! both ends of the range of meeting; the two counts are equal exactly when no
//! pair meets. For each k the number of such j is the floor of a quotient
//! linear in k, kept between 0 and k; where it is neither end, the sum of
//! floors is found as the lattice points under a line are, by Euclid's
//! algorithm.

/// Target and source along one axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// How many elements, the same on both sides.
    pub extent: i64,
    /// Bytes from one element to the next, target first.
    pub strides: [i64; 2],
    /// Bytes from the source's first element to the target's.
    pub distance: i128,
    /// Bytes of an element, target first.
    pub itemsizes: [i128; 2],
}

/// Numbers beyond this could overflow further down. No memory is so large.
const TOO_LARGE: i128 = 1 << 100;

impl Line {
    /// Whether moving element by element reads some byte after a store has hit
    /// it; yes, too, for numbers that no memory has.
    pub(super) fn meets(&self, backward: bool) -> bool {
        let n = i128::from(self.extent);
        let [mut a, mut b] = self.strides.map(i128::from);
        let mut distance = self.distance;
        let reach = (n * a.abs().max(b.abs())).max(distance.abs());
        if reach.max(self.itemsizes[0]).max(self.itemsizes[1]) > TOO_LARGE {
            return true;
        }
        if backward {
            distance += (a - b) * (n - 1);
            (a, b) = (-a, -b);
        }
        let [target_size, source_size] = self.itemsizes;
        count(n, a, b, source_size - 1 - distance) > count(n, a, b, -target_size - distance)
    }
}

/// The pairs 0 ≤ j < k < n with a·j − b·k ≤ `most`.
fn count(n: i128, a: i128, b: i128, most: i128) -> i128 {
    match a {
        // All j below k, or none.
        0 => sum_between(half_line(most, b, n)),
        1.. => floors(n, most + a, b, a),
        // As many as there are, without those that are too small.
        _ => n * (n - 1) / 2 - floors(n, -most - a - 1, -b, -a),
    }
}

/// The k from 1 to n − 1 with p + q·k ≥ 0, as a half-open range.
fn half_line(p: i128, q: i128, n: i128) -> (i128, i128) {
    let (first, end) = match q {
        0 if p >= 0 => (1, n),
        0 => (1, 1),
        // k ≥ −p / q, rounded up.
        1.. => ((-p).div_euclid(q) + i128::from((-p).rem_euclid(q) != 0), n),
        // k ≤ p / −q, rounded down.
        _ => (1, p.div_euclid(-q) + 1),
    };
    let (first, end) = (first.clamp(1, n.max(1)), end.clamp(1, n.max(1)));
    (first, end.max(first))
}

fn sum_between((first, end): (i128, i128)) -> i128 {
    (first + end - 1) * (end - first) / 2
}

/// The sum over k from 1 to n − 1 of ⌊(p + q·k) / m⌋, kept between 0 and k.
fn floors(n: i128, p: i128, q: i128, m: i128) -> i128 {
    // At least 1, and at least k: the latter implies the former.
    let some = half_line(p - m, q, n);
    let all = half_line(p, q - m, n);
    let mut sum = sum_between(all);
    // What is left of the first range lies on one side of the second, since
    // both reach an end of the axis.
    let between = match all {
        (first, end) if first == end => some,
        (first, end) if first == some.0 => (end, some.1),
        (first, _) => (some.0, first),
    };
    let length = between.1 - between.0;
    if length > 0 {
        // From the end with the smaller value on, so that it ascends.
        let start = if q < 0 { between.1 - 1 } else { between.0 };
        sum += floor_sum(length, m, q.abs(), p + q * start);
    }
    sum
}

/// The sum over i below n of ⌊(a·i + b) / m⌋, with a and b not negative: the
/// lattice points under a line.
fn floor_sum(mut n: i128, mut m: i128, mut a: i128, mut b: i128) -> i128 {
    let mut sum = 0;
    loop {
        sum += n * (n - 1) / 2 * (a / m) + n * (b / m);
        (a, b) = (a % m, b % m);
        let top = a * n + b;
        if top < m {
            return sum;
        }
        // Points seen from the other axis.
        (n, b) = (top / m, top % m);
        (m, a) = (a, m);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    #[test]
    fn a_line_meets_exactly_where_trying_all_pairs_says_so() {
        let mut random = random::numbers(0x5eed_11e5);
        let mut met = 0;
        for _ in 0..crate::random::cases(200_000) {
            let extent = random(9);
            let mut stride = || random(2 * 9) - 9;
            let strides = [stride(), stride()];
            let line = Line {
                extent,
                strides,
                distance: i128::from(random(60) - 30),
                itemsizes: [1 + i128::from(random(8)), 1 + i128::from(random(8))],
            };
            for backward in [false, true] {
                let pairs = (0..extent).flat_map(|j| (0..extent).map(move |k| (j, k)));
                let expected = pairs
                    .filter(|&(j, k)| if backward { k < j } else { j < k })
                    .any(|(j, k)| {
                        let target = line.distance + i128::from(strides[0] * j);
                        let source = i128::from(strides[1] * k);
                        target < source + line.itemsizes[1] && source < target + line.itemsizes[0]
                    });
                assert_eq!(line.meets(backward), expected, "{line:?} {backward}");
                met += i32::from(expected);
            }
        }
        assert!(cfg!(miri) || met > 50_000, "{met}");
    }

    #[test]
    fn long_lines_take_no_time() {
        let line = Line {
            extent: 1 << 40,
            strides: [16, 8],
            distance: 0,
            itemsizes: [8, 8],
        };
        // a[::2] = a[:n]: forwards overwrites what is read later.
        assert!(line.meets(false));
        assert!(!line.meets(true));
    }
}
