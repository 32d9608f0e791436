//! Real numbers as NumPy writes them: alone, or in a column where the decimal
//! points stand under each other.
//!
//! A column is decided in two passes over its numbers. The first finds the
//! [`Range`] of their magnitudes, which decides between `1234.5` and
//! `1.2345e+03`; the second ([`Column::widen`]) finds how many characters stand
//! before and after the points.

use core::fmt::{self, Write};

use arrayvec::ArrayString;

use super::decimal::{Decimal, FloatKind, Limit};

/// A number's text. Columns are at most 9 digits before the point (the rest
/// takes an exponent) and 21 after it (17 digits from the fourth place on), so
/// that a complex number fits as well.
pub(super) type Word = ArrayString<128>;

/// Below this, and from a limit that depends on the kind, numbers take an
/// exponent.
const SMALL: f64 = 1e-4;

/// What a first pass over a column learns.
#[derive(Clone, Copy, Default)]
pub(super) struct Range {
    /// The least and the greatest magnitude of the finite numbers but zero.
    extremes: Option<(f64, f64)>,
    finite: bool,
    infinite_or_nan: bool,
    minus_infinity: bool,
}

impl Range {
    /// Takes note of a number.
    pub(super) fn add(&mut self, value: f64) {
        if !value.is_finite() {
            self.infinite_or_nan = true;
            self.minus_infinity |= value == f64::NEG_INFINITY;
            return;
        }
        self.finite = true;
        if value != 0.0 {
            let value = value.abs();
            let (least, greatest) = self.extremes.unwrap_or((value, value));
            self.extremes = Some((least.min(value), greatest.max(value)));
        }
    }

    /// Whether the magnitudes ask for exponents, as NumPy decides it: in the
    /// arithmetic of the numbers' own kind.
    fn asks_for_exponents(&self, kind: FloatKind) -> bool {
        let Some((least, greatest)) = self.extremes else {
            return false;
        };
        greatest >= 10f64.powi(kind.sure_digits().min(8))
            || least < kind.round(SMALL)
            || kind.round(greatest / least) > 1000.0
    }
}

/// How the numbers of a column are written.
#[derive(Clone, Copy)]
pub(super) struct Column {
    kind: FloatKind,
    /// Positive numbers show their sign, as imaginary parts do.
    plus: bool,
    exponents: bool,
    /// Digits after the point: at most so many; with exponents, exactly.
    precision: i32,
    /// Characters before the point.
    before: usize,
    /// Characters after the point, the exponent among them.
    after: usize,
    exponent_digits: usize,
}

impl Column {
    /// A column without a width yet.
    pub(super) fn new(kind: FloatKind, plus: bool, precision: usize, range: &Range) -> Column {
        Column {
            kind,
            plus,
            exponents: range.asks_for_exponents(kind),
            // No number has more digits than that.
            precision: precision.min(2000) as i32,
            before: 0,
            after: 0,
            exponent_digits: 0,
        }
    }

    /// Makes room for a number.
    pub(super) fn widen(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        let decimal = self.digits(value, 0);
        let sign = (decimal.negative || self.plus) as usize;
        if self.exponents {
            let magnitude = decimal.exponent.unsigned_abs();
            self.before = self.before.max(sign + 1);
            self.after = self.after.max(decimal.digits.len() - 1);
            self.exponent_digits = self.exponent_digits.max(if magnitude > 99 { 3 } else { 2 });
        } else {
            self.before = self.before.max(sign + decimal.whole_len());
            self.after = self.after.max(decimal.fraction_len());
        }
    }

    /// Settles the widths, once all numbers are known.
    pub(super) fn finish(mut self, range: &Range) -> Column {
        if self.exponents {
            self.precision = self.after as i32;
            self.after += self.exponent_digits + 2;
        }
        if range.infinite_or_nan {
            // NumPy leaves room for "inf" where there is but a "nan", too.
            let widest = "inf".len() + (self.plus || range.minus_infinity) as usize;
            self.before = self.before.max(widest.saturating_sub(self.after + 1));
        }
        self
    }

    fn digits(&self, value: f64, at_least: i32) -> Decimal {
        let limit = match self.exponents {
            true => Limit::Total(at_least, self.precision + 1),
            false => Limit::Fraction(self.precision),
        };
        Decimal::new(value, self.kind, limit)
    }

    /// Writes a number, as wide as the column.
    pub(super) fn write(&self, value: f64, word: &mut Word) -> fmt::Result {
        if !value.is_finite() {
            let width = self.before + self.after + 1;
            return write!(word, "{:>width$}", not_finite(value, self.plus));
        }
        let decimal = self.digits(value, self.precision + 1);
        let sign = sign(decimal.negative, self.plus);
        if self.exponents {
            let pad = self.before.saturating_sub(sign.len() + 1);
            write!(word, "{:pad$}{sign}", "")?;
            write_scientific(&decimal, self.precision, true, word)?;
            write_exponent(decimal.exponent, self.exponent_digits, word)
        } else {
            let pad = self.before.saturating_sub(sign.len() + decimal.whole_len());
            write!(word, "{:pad$}{sign}", "")?;
            write_positional(&decimal, word)?;
            let pad = self.after.saturating_sub(decimal.fraction_len());
            write!(word, "{:pad$}", "")
        }
    }
}

/// Writes a number that stands alone with all the digits that it has. `point`
/// asks for a digit after the decimal point, so that `1.0` differs from `1`.
pub(super) fn write_alone(
    value: f64,
    kind: FloatKind,
    plus: bool,
    point: bool,
    word: &mut Word,
) -> fmt::Result {
    if !value.is_finite() {
        return word.write_str(not_finite(value, plus));
    }
    let decimal = Decimal::new(value, kind, Limit::Shortest);
    word.write_str(sign(decimal.negative, plus))?;
    let large = match kind {
        FloatKind::Double => 1e16,
        _ => 10f64.powi(kind.sure_digits()),
    };
    if value != 0.0 && !(SMALL..large).contains(&value.abs()) {
        let fraction = decimal.digits.len() as i32 - 1;
        write_scientific(&decimal, fraction, fraction > 0, word)?;
        return write_exponent(decimal.exponent, 2, word);
    }
    write_positional(&decimal, word)?;
    match (decimal.fraction_len(), point) {
        (0, true) => word.write_char('0'),
        (0, false) => {
            word.pop();
            Ok(())
        }
        _ => Ok(()),
    }
}

fn sign(negative: bool, plus: bool) -> &'static str {
    match (negative, plus) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    }
}

fn not_finite(value: f64, plus: bool) -> &'static str {
    match (value.is_nan(), value > 0.0, plus) {
        (true, _, false) => "nan",
        (true, _, true) => "+nan",
        (false, true, false) => "inf",
        (false, true, true) => "+inf",
        (false, false, _) => "-inf",
    }
}

/// Writes `123.45`, with the point even where nothing follows it.
fn write_positional(decimal: &Decimal, word: &mut Word) -> fmt::Result {
    for place in (0..decimal.whole_len() as i32).rev() {
        word.write_char(decimal.at(place))?;
    }
    word.write_char('.')?;
    for place in 1..=decimal.fraction_len() as i32 {
        word.write_char(decimal.at(-place))?;
    }
    Ok(())
}

/// Writes `1.2345` for whatever power of ten, with that many digits after the
/// point, if there is to be one.
fn write_scientific(decimal: &Decimal, fraction: i32, point: bool, word: &mut Word) -> fmt::Result {
    word.write_char(decimal.at(decimal.exponent))?;
    if point {
        word.write_char('.')?;
    }
    for place in 1..=fraction {
        word.write_char(decimal.at(decimal.exponent - place))?;
    }
    Ok(())
}

/// Writes `e+02`, with that many digits at least.
fn write_exponent(exponent: i32, digits: usize, word: &mut Word) -> fmt::Result {
    let sign = if exponent < 0 { '-' } else { '+' };
    write!(word, "e{sign}{:0digits$}", exponent.unsigned_abs())
}
