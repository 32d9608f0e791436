//! The decimal digits of a floating-point number: as few as tell it from its
//! neighbours, or as many as are asked for.
//!
//! A number stands for an interval, everything that rounds to it. Digits are
//! made one by one, exactly, until what has been written lies within that
//! interval, or until a limit; the last digit is then rounded towards whatever
//! lies within, and to nearest (ties to even) where that leaves a choice. The
//! method is that of G. L. Steele and J. L. White, "How to print floating-point
//! numbers accurately" (PLDI 1990), which NumPy uses too. The standard
//! library's shortest digits would do for most numbers; but it knows neither
//! float16 nor bfloat16, it rounds ties up, and it does not say how a number goes
//! on after its shortest digits, which NumPy shows where a column has more.

use core::cmp::Ordering;

use arrayvec::ArrayVec;

use crate::dtype::Element;

/// Which floating-point numbers exist: that decides how far the neighbours are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FloatKind {
    Half,
    BFloat,
    Single,
    Double,
}

impl FloatKind {
    /// The kind of a floating-point type, or of the parts of a complex one.
    pub(super) fn of(element: Element) -> Option<FloatKind> {
        match element {
            Element::Float16 => Some(FloatKind::Half),
            Element::BFloat16 => Some(FloatKind::BFloat),
            Element::Float32 | Element::Complex64 => Some(FloatKind::Single),
            Element::Float64 | Element::Complex128 => Some(FloatKind::Double),
            _ => None,
        }
    }

    /// Bits of the significand, the leading one counted.
    fn significand_bits(self) -> i32 {
        match self {
            FloatKind::Half => 11,
            FloatKind::BFloat => 8,
            FloatKind::Single => 24,
            FloatKind::Double => 53,
        }
    }

    /// The smallest number is 2 to this power.
    fn lowest_exponent(self) -> i32 {
        match self {
            FloatKind::Half => -24,
            FloatKind::BFloat => -133,
            FloatKind::Single => -149,
            FloatKind::Double => -1074,
        }
    }

    /// Every decimal of so many digits survives a conversion to this kind.
    pub(super) fn sure_digits(self) -> i32 {
        match self {
            FloatKind::Half => 3,
            FloatKind::BFloat => 2,
            FloatKind::Single => 6,
            FloatKind::Double => 15,
        }
    }

    /// The number of this kind next to `value`, as its own arithmetic rounds.
    pub(super) fn round(self, value: f64) -> f64 {
        match self {
            FloatKind::Half => half::f16::from_f32(value as f32).into(),
            FloatKind::BFloat => half::bf16::from_f32(value as f32).into(),
            FloatKind::Single => (value as f32).into(),
            FloatKind::Double => value,
        }
    }
}

/// Where digits end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// As few as tell the number from its neighbours.
    Shortest,
    /// The same, but so many after the decimal point at most.
    Fraction(i32),
    /// The same, but at least and at most so many in all.
    Total(i32, i32),
}

/// Digits and a sign: `d.ddd` times ten to the `exponent`.
pub(super) struct Decimal {
    pub(super) negative: bool,
    /// ASCII; at least one, and no trailing zeros beyond the first digit. The
    /// first is zero for zero itself and where a limit left nothing.
    pub(super) digits: ArrayVec<u8, 32>,
    /// The power of ten of the first digit.
    pub(super) exponent: i32,
}

impl Decimal {
    /// The digits of `value`, a finite number of that kind.
    pub(super) fn new(value: f64, kind: FloatKind, limit: Limit) -> Decimal {
        let negative = value.is_sign_negative();
        let mut digits = ArrayVec::new();
        let exponent = if value == 0.0 {
            digits.push(b'0');
            0
        } else {
            generate(Binary::new(value, kind), limit, &mut digits)
        };
        while digits.len() > 1 && digits.last() == Some(&b'0') {
            digits.pop();
        }
        Decimal {
            negative,
            digits,
            exponent,
        }
    }

    /// Digits before the decimal point when written without an exponent.
    pub(super) fn whole_len(&self) -> usize {
        self.exponent.max(0) as usize + 1
    }

    /// Digits after the decimal point when written without an exponent, the
    /// trailing zeros left out.
    pub(super) fn fraction_len(&self) -> usize {
        if self.digits[..] == *b"0" {
            return 0;
        }
        (self.digits.len() as i32 - 1 - self.exponent).max(0) as usize
    }

    /// The digit that stands for ten to the `place`.
    pub(super) fn at(&self, place: i32) -> char {
        let digit = usize::try_from(self.exponent - place)
            .ok()
            .and_then(|k| self.digits.get(k));
        digit.copied().unwrap_or(b'0').into()
    }
}

/// A positive number in its own kind: `significand` times two to the `exponent`.
struct Binary {
    significand: u64,
    exponent: i32,
    /// The neighbour below is nearer than the one above.
    near_below: bool,
}

impl Binary {
    fn new(value: f64, kind: FloatKind) -> Binary {
        const STORED: u32 = f64::MANTISSA_DIGITS - 1;
        let bits = value.abs().to_bits();
        let biased = (bits >> STORED) as i32;
        let fraction = bits & ((1 << STORED) - 1);
        // As a double first, then with the significand of its own kind; what
        // is shifted out is zero, since the number is of that kind.
        let (wide, wide_exponent) = match biased {
            0 => (fraction, FloatKind::Double.lowest_exponent()),
            _ => (
                fraction | 1 << STORED,
                biased - 1 + FloatKind::Double.lowest_exponent(),
            ),
        };
        let top = 63 - wide.leading_zeros() as i32 + wide_exponent;
        let exponent = (top + 1 - kind.significand_bits()).max(kind.lowest_exponent());
        let significand = wide >> (exponent - wide_exponent);
        Binary {
            significand,
            exponent,
            near_below: significand == 1 << (kind.significand_bits() - 1)
                && exponent > kind.lowest_exponent(),
        }
    }

    /// A power of ten that is not above the number, and at most a few below.
    fn power_of_ten(&self) -> i32 {
        let top = self.significand.ilog2() as i32 + self.exponent;
        // 78913 / 2^18 is a little less than the logarithm of 2.
        ((top * 78913) >> 18) - 1
    }
}

/// Writes the digits of `number` and returns the power of ten of the first.
fn generate(number: Binary, limit: Limit, digits: &mut ArrayVec<u8, 32>) -> i32 {
    // The number is value / one, its interval reaches from below / one under
    // it to above / one over it: half the distance to each neighbour.
    let mut value = Natural::new(4 * number.significand);
    let mut one = Natural::new(4);
    let mut below = Natural::new(if number.near_below { 1 } else { 2 });
    let mut above = Natural::new(2);
    let both_ends = number.significand.is_multiple_of(2);
    if number.exponent >= 0 {
        let shift = number.exponent as usize;
        value.shift_left(shift);
        below.shift_left(shift);
        above.shift_left(shift);
    } else {
        one.shift_left(-number.exponent as usize);
    }

    // Scale so that the first digit is value / one.
    let mut place = number.power_of_ten();
    if let Limit::Fraction(most) = limit {
        place = place.max(-most);
    }
    if place >= 0 {
        one.multiply_by_power_of_ten(place as u32);
    } else {
        for scaled in [&mut value, &mut below, &mut above] {
            scaled.multiply_by_power_of_ten(-place as u32);
        }
    }
    loop {
        let mut ten = one.clone();
        ten.multiply(10);
        if value.compare(&ten) == Ordering::Less {
            break;
        }
        one = ten;
        place += 1;
    }

    let first = place;
    let (least, most) = match limit {
        Limit::Shortest => (i32::MAX, i32::MIN),
        Limit::Fraction(most) => (i32::MAX, -most),
        Limit::Total(least, most) => (first + 1 - least, first + 1 - most),
    };
    let (mut digit, mut down, mut up);
    loop {
        digit = value.take_digit(&one);
        // Whether this digit, and the next one up, lie in the interval.
        let end = |order| order == Ordering::Less || both_ends && order == Ordering::Equal;
        down = end(value.compare(&below));
        up = end(one.compare(&value.plus(&above)));
        if (down || up) && place <= least || place <= most || digits.remaining_capacity() == 1 {
            break;
        }
        digits.push(b'0' + digit);
        place -= 1;
        value.multiply(10);
        below.multiply(10);
        above.multiply(10);
    }
    if down == up {
        value.multiply(2);
        up = match value.compare(&one) {
            Ordering::Less => false,
            Ordering::Equal => digit % 2 == 1,
            Ordering::Greater => true,
        };
    }
    digits.push(b'0' + digit);
    if up && increment(digits) {
        return first + 1;
    }
    first
}

/// Adds one in the last place. True when the first digit overflowed: then the
/// digits are those of the next power of ten.
fn increment(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return false;
        }
        *digit = b'0';
    }
    if let Some(first) = digits.first_mut() {
        *first = b'1';
    }
    true
}

/// A natural number of up to 1280 bits. The largest that occurs is the
/// smallest double's interval, continued for all the digits that a buffer
/// holds: 2 to the 1076 times 10 to the 32.
#[derive(Clone)]
struct Natural {
    /// Least significant first; zero from `len` on.
    limbs: [u64; Self::CAPACITY],
    len: usize,
}

impl Natural {
    const CAPACITY: usize = 20;

    fn new(value: u64) -> Natural {
        let mut limbs = [0; Self::CAPACITY];
        limbs[0] = value;
        Natural { limbs, len: 1 }
    }

    fn multiply(&mut self, factor: u64) {
        let mut carry = 0;
        for limb in &mut self.limbs[..self.len] {
            let product = u128::from(*limb) * u128::from(factor) + carry;
            *limb = product as u64;
            carry = product >> 64;
        }
        if carry > 0 {
            self.limbs[self.len] = carry as u64;
            self.len += 1;
        }
    }

    fn multiply_by_power_of_ten(&mut self, mut power: u32) {
        // The largest power of ten that fits 64 bits.
        const STEP: u32 = 19;
        while power > 0 {
            let step = power.min(STEP);
            self.multiply(10u64.pow(step));
            power -= step;
        }
    }

    fn shift_left(&mut self, bits: usize) {
        let limbs = bits / 64;
        self.limbs.copy_within(..self.len, limbs);
        self.limbs[..limbs].fill(0);
        self.len += limbs;
        self.multiply(1 << (bits % 64));
    }

    fn compare(&self, other: &Natural) -> Ordering {
        let len = self.len.max(other.len);
        self.limbs[..len]
            .iter()
            .rev()
            .cmp(other.limbs[..len].iter().rev())
    }

    fn plus(&self, other: &Natural) -> Natural {
        let mut sum = self.clone();
        sum.len = self.len.max(other.len);
        let mut carry = 0;
        for (limb, &add) in sum.limbs[..sum.len].iter_mut().zip(&other.limbs) {
            let total = u128::from(*limb) + u128::from(add) + carry;
            *limb = total as u64;
            carry = total >> 64;
        }
        if carry > 0 {
            sum.limbs[sum.len] = 1;
            sum.len += 1;
        }
        sum
    }

    /// Divides by `divisor`, of which this is less than ten times: leaves the
    /// remainder and returns the quotient.
    fn take_digit(&mut self, divisor: &Natural) -> u8 {
        let mut digit = 0;
        while self.compare(divisor) != Ordering::Less {
            let mut borrow = false;
            let len = self.len.max(divisor.len);
            for (limb, &subtract) in self.limbs[..len].iter_mut().zip(&divisor.limbs) {
                let (difference, under) = limb.overflowing_sub(subtract);
                let (difference, under_again) = difference.overflowing_sub(borrow.into());
                *limb = difference;
                borrow = under || under_again;
            }
            digit += 1;
        }
        while self.len > 1 && self.limbs[self.len - 1] == 0 {
            self.len -= 1;
        }
        digit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digits as `ddd` and the power of ten of the first.
    fn digits(value: f64, kind: FloatKind, limit: Limit) -> (String, i32) {
        let decimal = Decimal::new(value, kind, limit);
        let digits = decimal.digits.iter().map(|&digit| char::from(digit));
        (digits.collect(), decimal.exponent)
    }

    /// A few thousand doubles of any bits.
    fn any_doubles() -> impl Iterator<Item = f64> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let any = core::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            f64::from_bits(state)
        });
        any.filter(|x| x.is_finite()).take(5000)
    }

    /// What the standard library writes as `d.ddde-7`.
    fn standard(text: &str) -> (String, i32) {
        let (digits, exponent) = text.trim_start_matches('-').split_once('e').unwrap();
        let digits = digits.replace('.', "");
        let dense = digits.trim_end_matches('0');
        let dense = if dense.is_empty() { "0" } else { dense };
        (dense.to_string(), exponent.parse().unwrap())
    }

    #[test]
    fn shortest_digits_are_those_of_the_standard_library_but_for_ties() {
        let check = |ours: (String, i32), shortest: String, exact: String| {
            // Halfway between two shortest texts the standard library goes up,
            // even from an even digit.
            let tie = standard(&exact).0 == ours.0.clone() + "5";
            assert!(ours == standard(&shortest) || tie, "{ours:?}, {shortest}");
        };
        for x in any_doubles() {
            let ours = digits(x, FloatKind::Double, Limit::Shortest);
            check(ours, format!("{x:e}"), format!("{x:.800e}"));
            let x = x as f32;
            if x.is_finite() {
                let ours = digits(x.into(), FloatKind::Single, Limit::Shortest);
                check(ours, format!("{x:e}"), format!("{x:.200e}"));
            }
        }
        let ours = digits(2567984.25, FloatKind::Single, Limit::Shortest);
        assert_eq!(ours, ("25679842".into(), 6));
    }

    #[test]
    fn digits_cut_short_are_rounded_from_the_exact_value() {
        for x in any_doubles() {
            for total in [1, 5, 12] {
                let ours = digits(x, FloatKind::Double, Limit::Total(0, total));
                let exact = format!("{x:.*e}", total as usize - 1);
                assert_eq!(ours, standard(&exact), "{x:e} to {total} digits");
            }
        }
    }

    #[test]
    fn digits_asked_for_beyond_the_shortest_are_the_exact_values() {
        for x in any_doubles() {
            let ours = digits(x, FloatKind::Double, Limit::Total(25, 25));
            assert_eq!(ours, standard(&format!("{x:.24e}")), "{x:e}");
        }
    }

    #[test]
    fn ties_go_to_the_even_digit() {
        for (value, places, expected) in [
            (0.5, 0, "0"),
            (1.5, 0, "2"),
            (2.5, 0, "2"),
            (0.125, 2, "12"),
            (0.375, 2, "38"),
            (0.0625, 0, "0"),
        ] {
            let ours = digits(value, FloatKind::Double, Limit::Fraction(places));
            assert_eq!(ours.0, expected, "{value} to {places} places");
        }
    }

    #[test]
    fn small_kinds_need_few_digits() {
        for (value, kind, expected) in [
            (0.0999755859375, FloatKind::Half, ("1", -1)),
            (65504.0, FloatKind::Half, ("655", 4)),
            (5.960464477539063e-8, FloatKind::Half, ("6", -8)),
            (0.10009765625, FloatKind::BFloat, ("1", -1)),
            (3.140625, FloatKind::BFloat, ("314", 0)),
            (128.0, FloatKind::BFloat, ("128", 2)),
        ] {
            let (text, exponent) = digits(value, kind, Limit::Shortest);
            assert_eq!((&text[..], exponent), expected, "{value}");
        }
    }

    #[test]
    fn every_float16_and_bfloat16_is_told_from_its_neighbours_by_its_digits() {
        for bits in 0..0x8000u16 {
            let parse = |kind, value: f64| -> f64 {
                let (text, exponent) = digits(value, kind, Limit::Shortest);
                format!("0.{text}e{}", exponent + 1).parse().unwrap()
            };
            let x = half::f16::from_bits(bits);
            if x.is_finite() {
                let back = parse(FloatKind::Half, x.into());
                assert_eq!(FloatKind::Half.round(back), x.into(), "{x}");
            }
            let x = half::bf16::from_bits(bits);
            if x.is_finite() {
                let back = parse(FloatKind::BFloat, x.into());
                assert_eq!(FloatKind::BFloat.round(back), x.into(), "{x}");
            }
        }
    }
}
