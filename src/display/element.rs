//! One element as a word: what its type's values look like, and how wide they
//! must be to stand under each other.

use core::fmt::{self, Write};

use super::decimal::FloatKind;
use super::real::{Column, Range, Word, write_alone};
use crate::dtype::{Element, Kind, Scalar};

/// How the elements of an array are written.
#[derive(Clone, Copy)]
pub(super) enum Style {
    /// An array without axes: its element stands alone.
    Alone,
    Bool,
    Integer {
        width: usize,
    },
    Real(Column),
    Complex {
        real: Column,
        imag: Column,
    },
}

impl Style {
    /// The style that suits all elements that `each` visits; it is called more
    /// than once and visits at least one.
    pub(super) fn fitting<E>(
        element: Element,
        precision: usize,
        each: impl Fn(&mut dyn FnMut(&Scalar)) -> Result<(), E>,
    ) -> Result<Style, E> {
        if let Some(kind) = FloatKind::of(element) {
            let complex = element.kind() == Kind::Complex;
            let mut ranges = [Range::default(); 2];
            each(&mut |scalar| {
                for (range, part) in ranges.iter_mut().zip(parts(scalar)) {
                    range.add(part);
                }
            })?;
            let [real_range, imag_range] = &ranges;
            let mut real = Column::new(kind, false, precision, real_range);
            let mut imag = Column::new(kind, true, precision, imag_range);
            each(&mut |scalar| {
                let [re, im] = parts(scalar);
                real.widen(re);
                if complex {
                    imag.widen(im);
                }
            })?;
            let (real, imag) = (real.finish(real_range), imag.finish(imag_range));
            return Ok(match complex {
                true => Style::Complex { real, imag },
                false => Style::Real(real),
            });
        }
        if element == Element::Bool {
            return Ok(Style::Bool);
        }
        // The widest is the least or the greatest.
        let mut extremes: Option<(i128, i128)> = None;
        each(&mut |scalar| {
            let value = integer(scalar);
            let (least, greatest) = extremes.unwrap_or((value, value));
            extremes = Some((least.min(value), greatest.max(value)));
        })?;
        let (least, greatest) = extremes.unwrap_or((0, 0));
        let width = integer_len(least).max(integer_len(greatest));
        Ok(Style::Integer { width })
    }

    /// Writes an element into an empty word.
    pub(super) fn write(&self, scalar: &Scalar, word: &mut Word) -> fmt::Result {
        match self {
            Style::Alone => alone(scalar, word),
            Style::Bool if is_true(scalar) => word.write_str(" True"),
            Style::Bool => word.write_str("False"),
            &Style::Integer { width } => write!(word, "{:width$}", integer(scalar)),
            Style::Real(column) => column.write(parts(scalar)[0], word),
            Style::Complex { real, imag } => {
                let [re, im] = parts(scalar);
                real.write(re, word)?;
                imag.write(im, word)?;
                // The unit follows the digits; what fills the column up, it.
                let padded = word.len();
                word.truncate(word.trim_end().len());
                let blanks = padded - word.len();
                write!(word, "j{:blanks$}", "")
            }
        }
    }
}

/// Writes an element as Python writes NumPy's scalars.
fn alone(scalar: &Scalar, word: &mut Word) -> fmt::Result {
    let Some(kind) = FloatKind::of(scalar.element()) else {
        return match (scalar.element(), is_true(scalar)) {
            (Element::Bool, true) => word.write_str("True"),
            (Element::Bool, false) => word.write_str("False"),
            _ => write!(word, "{}", integer(scalar)),
        };
    };
    let [re, im] = parts(scalar);
    if scalar.element().kind() != Kind::Complex {
        return write_alone(re, kind, false, true, word);
    }
    if re == 0.0 && re.is_sign_positive() {
        write_alone(im, kind, false, false, word)?;
        return word.write_char('j');
    }
    word.write_char('(')?;
    write_alone(re, kind, false, false, word)?;
    write_alone(im, kind, true, false, word)?;
    word.write_str("j)")
}

fn is_true(scalar: &Scalar) -> bool {
    scalar.bytes().iter().any(|&byte| byte != 0)
}

/// The first `N` bytes of the value, from byte `at` on.
fn bytes<const N: usize>(scalar: &Scalar, at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    if let Some(given) = scalar.bytes().get(at..at + N) {
        bytes.copy_from_slice(given);
    }
    bytes
}

/// The value of an integer.
fn integer(scalar: &Scalar) -> i128 {
    match scalar.element() {
        Element::Int8 => i8::from_ne_bytes(bytes(scalar, 0)).into(),
        Element::Int16 => i16::from_ne_bytes(bytes(scalar, 0)).into(),
        Element::Int32 => i32::from_ne_bytes(bytes(scalar, 0)).into(),
        Element::Int64 => i64::from_ne_bytes(bytes(scalar, 0)).into(),
        Element::UInt16 => u16::from_ne_bytes(bytes(scalar, 0)).into(),
        Element::UInt32 => u32::from_ne_bytes(bytes(scalar, 0)).into(),
        Element::UInt64 => u64::from_ne_bytes(bytes(scalar, 0)).into(),
        _ => u8::from_ne_bytes(bytes(scalar, 0)).into(),
    }
}

/// The number of characters of an integer, its sign counted.
fn integer_len(value: i128) -> usize {
    let digits = value.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
    digits + (value < 0) as usize
}

/// The real and the imaginary part; every type's values are doubles as well.
fn parts(scalar: &Scalar) -> [f64; 2] {
    match scalar.element() {
        Element::Float16 => [half::f16::from_ne_bytes(bytes(scalar, 0)).into(), 0.0],
        Element::BFloat16 => [half::bf16::from_ne_bytes(bytes(scalar, 0)).into(), 0.0],
        Element::Float32 => [f32::from_ne_bytes(bytes(scalar, 0)).into(), 0.0],
        Element::Complex64 => [0, 4].map(|at| f32::from_ne_bytes(bytes(scalar, at)).into()),
        Element::Complex128 => [0, 8].map(|at| f64::from_ne_bytes(bytes(scalar, at))),
        _ => [f64::from_ne_bytes(bytes(scalar, 0)), 0.0],
    }
}
