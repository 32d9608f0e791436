//! Closed forms: one term, two terms, and two terms beside a run of ones, all
//! in logarithmic time.

use super::equation::Term;
use super::number::{Number, gcd, inverse};

/// Two terms, prepared for many targets.
pub(super) struct Pair<N> {
    a: Term<N>,
    b: Term<N>,
    reach: N,
    divisor: N,
    /// `a`'s coefficient over the divisor: the period of `b`'s values.
    period: N,
    /// The inverse of `b`'s coefficient over the divisor, modulo the period.
    inverse: N,
}

impl<N: Number> Pair<N> {
    pub(super) fn new(a: Term<N>, b: Term<N>) -> Pair<N> {
        let divisor = gcd(b.coefficient, a.coefficient);
        let period = a.coefficient / divisor;
        let inverse = if period == N::ONE {
            N::ZERO
        } else {
            inverse(b.coefficient / divisor, period)
        };
        Pair {
            a,
            b,
            reach: a.reach() + b.reach(),
            divisor,
            period,
            inverse,
        }
    }

    /// The values of the two variables that give `target`.
    #[inline]
    pub(super) fn solve(&self, target: N) -> Option<[N; 2]> {
        if target < N::ZERO || target > self.reach {
            return None;
        }
        let high = self.b.upper.min(target / self.b.coefficient);
        let rest = target - self.a.reach();
        let low = if rest > N::ZERO {
            rest.div_up(self.b.coefficient)
        } else {
            N::ZERO
        };
        if low > high {
            return None;
        }
        let mut y = low;
        if self.divisor > N::ONE && target % self.divisor != N::ZERO {
            return None;
        }
        if self.period > N::ONE {
            let residue = (target / self.divisor % self.period).mul_mod(self.inverse, self.period);
            let ahead = (residue - low) % self.period;
            y += if ahead < N::ZERO {
                ahead + self.period
            } else {
                ahead
            };
            if y > high {
                return None;
            }
        }
        Some([(target - self.b.coefficient * y) / self.a.coefficient, y])
    }
}

/// The values of `run` (of coefficient 1), `a` and `b` that give `target`.
///
/// For b's coefficient m above the run's length U, a value x of `a` is
/// completed by the others where (target − a·x) mod m ≤ U; the bounds of `b`
/// confine x to an interval, and the first x in it is found by
/// [`first_in_range`].
pub(super) fn beside_run<N: Number>(
    run: &Term<N>,
    a: &Term<N>,
    b: &Term<N>,
    target: N,
) -> Option<[N; 3]> {
    debug_assert!(run.coefficient == N::ONE);
    if target < N::ZERO || target > run.upper + a.reach() + b.reach() {
        return None;
    }
    let modulus = b.coefficient;
    let rest = target - run.upper - b.reach();
    let low = if rest > N::ZERO {
        rest.div_up(a.coefficient)
    } else {
        N::ZERO
    };
    let high = a.upper.min(target / a.coefficient);
    if low > high {
        return None;
    }
    let target = target - a.coefficient * low;
    let residue = target % modulus;
    let ahead = if residue <= run.upper {
        N::ZERO
    } else {
        first_in_range(
            a.coefficient % modulus,
            modulus,
            residue - run.upper,
            residue,
        )?
    };
    if ahead > high - low {
        return None;
    }
    let target = target - a.coefficient * ahead;
    let y = b.upper.min(target / modulus);
    Some([target - modulus * y, low + ahead, y])
}

/// The smallest x ≥ 0 with l ≤ a·x mod m ≤ r, for 0 ≤ a < m and
/// 0 < l ≤ r < m; nothing if there is none, or if a·x would exceed the type.
///
/// As in Euclid's algorithm: if a multiple of `a` lies in the range, done;
/// otherwise the range lies between two multiples, and how often to go round
/// the modulus is the same question modulo `a`.
pub(super) fn first_in_range<N: Number>(a: N, m: N, l: N, r: N) -> Option<N> {
    if l == N::ZERO {
        return Some(N::ZERO);
    }
    if a == N::ZERO {
        return None;
    }
    if a > m - a {
        return first_in_range(m - a, m, m - r, m - l);
    }
    let x = l.div_up(a);
    if a * x <= r {
        return Some(x);
    }
    let modulo = |value: N| {
        let remainder = value % a;
        if remainder == N::ZERO {
            N::ZERO
        } else {
            a - remainder
        }
    };
    let rounds = first_in_range(m % a, a, modulo(r), modulo(l))?;
    Some(m.checked_mul(rounds)?.checked_add(l)?.div_up(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(coefficient: i64, upper: i64) -> Term<i64> {
        Term {
            coefficient,
            upper,
            slot: 0,
        }
    }

    #[test]
    fn the_first_multiple_in_a_range_is_the_one_that_counting_finds() {
        for m in 2..24i64 {
            for a in 0..m {
                for l in 1..m {
                    for r in l..m {
                        let counted = (0..m).find(|x| (l..=r).contains(&(a * x % m)));
                        assert_eq!(first_in_range(a, m, l, r), counted, "{a} {m} {l} {r}");
                    }
                }
            }
        }
    }

    #[test]
    fn two_terms_agree_with_trying_all_values() {
        for a in 1..9 {
            for b in 1..13 {
                for (u, v) in [(1, 1), (1, 5), (4, 2), (7, 3)] {
                    let pair = Pair::new(term(a, u), term(b, v));
                    for target in -1..=a * u + b * v + 1 {
                        let exists = (0..=u).any(|x| (0..=v).any(|y| a * x + b * y == target));
                        match pair.solve(target) {
                            None => assert!(!exists),
                            Some([x, y]) => {
                                assert!((0..=u).contains(&x) && (0..=v).contains(&y));
                                assert_eq!(a * x + b * y, target);
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn two_terms_beside_a_run_agree_with_trying_all_values() {
        for length in 1..6 {
            for a in 2..9 {
                for b in 2..13 {
                    for (u, v) in [(1, 1), (1, 5), (4, 2), (7, 3)] {
                        let (run, s, t) = (term(1, length), term(a, u), term(b, v));
                        for target in -1..=length + a * u + b * v + 1 {
                            let exists = (0..=u).any(|x| {
                                (0..=v).any(|y| (0..=length).contains(&(target - a * x - b * y)))
                            });
                            match beside_run(&run, &s, &t, target) {
                                None => assert!(!exists, "{length} {a} {b} {u} {v} {target}"),
                                Some([z, x, y]) => {
                                    assert!((0..=length).contains(&z));
                                    assert!((0..=u).contains(&x) && (0..=v).contains(&y));
                                    assert_eq!(z + a * x + b * y, target);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
