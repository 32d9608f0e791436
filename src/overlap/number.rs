//! The two integer types that the solver is written for: 64 bits, which is
//! what arrays in real memory need, and 128 bits for everything else.
//!
//! All sums that a solver forms lie between 0 and the equation's total, or
//! differ from such a sum by at most the total. The equation is built by checked
//! arithmetic and refused when its total exceeds [`Number::LIMIT`], half of the
//! type's largest value; after that plain arithmetic can't overflow.

use core::fmt::Debug;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, Rem, Sub, SubAssign};

use crate::memory::Plain;

pub(super) trait Number:
    Plain
    + Ord
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + AddAssign
    + SubAssign
    + DivAssign
{
    const ZERO: Self;
    const ONE: Self;
    /// The largest total that an equation in this type may have.
    const LIMIT: Self;

    fn of(value: i64) -> Self;
    fn to_i64(self) -> Option<i64>;
    /// The magnitude of a stride, if it fits.
    fn magnitude(value: u64) -> Option<Self>;
    fn checked_add(self, other: Self) -> Option<Self>;
    fn checked_sub(self, other: Self) -> Option<Self>;
    fn checked_mul(self, other: Self) -> Option<Self>;
    /// `self * other mod modulus`, for factors in `0..modulus`.
    fn mul_mod(self, other: Self, modulus: Self) -> Self;
    /// A rough value, for estimates.
    fn to_f64(self) -> f64;
    /// Some 64 bits of it, for hashing.
    fn bits(self) -> u64;

    fn half(self) -> Self;
    fn is_even(self) -> bool;

    /// The quotient rounded up, for a nonnegative dividend and a positive
    /// divisor.
    fn div_up(self, divisor: Self) -> Self {
        let quotient = self / divisor;
        if quotient * divisor == self {
            quotient
        } else {
            quotient + Self::ONE
        }
    }
}

macro_rules! shared {
    () => {
        const ZERO: Self = 0;
        const ONE: Self = 1;
        const LIMIT: Self = Self::MAX / 2;

        fn of(value: i64) -> Self {
            value.into()
        }
        fn magnitude(value: u64) -> Option<Self> {
            value.try_into().ok()
        }
        fn checked_add(self, other: Self) -> Option<Self> {
            self.checked_add(other)
        }
        fn checked_sub(self, other: Self) -> Option<Self> {
            self.checked_sub(other)
        }
        fn checked_mul(self, other: Self) -> Option<Self> {
            self.checked_mul(other)
        }
        fn half(self) -> Self {
            self >> 1
        }
        fn is_even(self) -> bool {
            self & 1 == 0
        }
        fn to_f64(self) -> f64 {
            self as f64
        }
    };
}

impl Number for i64 {
    shared!();

    fn to_i64(self) -> Option<i64> {
        Some(self)
    }
    fn mul_mod(self, other: Self, modulus: Self) -> Self {
        (i128::from(self) * i128::from(other) % i128::from(modulus)) as i64
    }
    fn bits(self) -> u64 {
        self as u64
    }
}

impl Number for i128 {
    shared!();

    fn to_i64(self) -> Option<i64> {
        self.try_into().ok()
    }
    fn mul_mod(self, mut other: Self, modulus: Self) -> Self {
        // By doubling: the product itself could need 252 bits.
        let (mut product, mut power) = (0, self);
        while other > 0 {
            if other & 1 == 1 {
                product = (product + power) % modulus;
            }
            power = (power + power) % modulus;
            other >>= 1;
        }
        product
    }
    fn bits(self) -> u64 {
        (self as u64) ^ ((self >> 64) as u64).rotate_left(32)
    }
}

/// The greatest common divisor of two nonnegative numbers.
pub(super) fn gcd<N: Number>(mut a: N, mut b: N) -> N {
    while b != N::ZERO {
        (a, b) = (b, a % b);
    }
    a
}

/// The inverse of `a` modulo `m`, for coprime `a >= 0` and `m >= 1`, by the
/// extended Euclidean algorithm.
pub(super) fn inverse<N: Number>(a: N, m: N) -> N {
    let (mut r0, mut r1) = (m, a % m);
    let (mut t0, mut t1) = (N::ZERO, N::ONE);
    while r1 != N::ZERO {
        let quotient = r0 / r1;
        (r0, r1) = (r1, r0 - quotient * r1);
        (t0, t1) = (t1, t0 - quotient * t1);
    }
    debug_assert!(r0 == N::ONE);
    let t = t0 % m;
    if t < N::ZERO { t + m } else { t }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_modulo_agree_in_both_widths() {
        let m = i64::LIMIT - 58;
        for (a, b) in [(m - 1, m - 1), (m / 2, m / 3), (12345, m - 7), (0, 5)] {
            let wide = i128::from(a).mul_mod(b.into(), m.into());
            assert_eq!(i128::from(a.mul_mod(b, m)), wide);
        }
        let m = i128::LIMIT - 1;
        assert_eq!((m - 1).mul_mod(m - 1, m), 1);
    }

    #[test]
    fn an_inverse_times_its_number_is_one() {
        for m in 1..60i64 {
            for a in 0..m {
                if gcd(a, m) == 1 {
                    assert_eq!(a * inverse(a, m) % m, 1 % m, "{a} modulo {m}");
                }
            }
        }
    }
}
