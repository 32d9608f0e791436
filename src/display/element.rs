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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::DType;
    use std::convert::Infallible;

    /// The elements as they stand in a row, each after a bar; the expected
    /// texts below are those of NumPy 2.4.6 with its blanks.
    fn row<const N: usize>(element: Element, values: &[[u8; N]], precision: usize) -> String {
        let scalars: Vec<Scalar> = values
            .iter()
            .map(|bytes| Scalar::from_bytes(DType::new(element), bytes).unwrap())
            .collect();
        let style = Style::fitting::<Infallible>(element, precision, |visit| {
            scalars.iter().for_each(visit);
            Ok(())
        });
        let style = style.unwrap_or_else(|never| match never {});
        let mut row = String::new();
        for scalar in &scalars {
            let mut word = Word::new();
            style.write(scalar, &mut word).unwrap();
            row += "|";
            row += &word;
        }
        row
    }

    fn doubles(values: &[f64], precision: usize) -> String {
        let bytes: Vec<[u8; 8]> = values.iter().map(|x| x.to_ne_bytes()).collect();
        row(Element::Float64, &bytes, precision)
    }

    fn complex(values: &[(f64, f64)]) -> String {
        let bytes = values.iter().map(|(re, im)| {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&re.to_ne_bytes());
            bytes[8..].copy_from_slice(&im.to_ne_bytes());
            bytes
        });
        row(Element::Complex128, &bytes.collect::<Vec<_>>(), 8)
    }

    #[test]
    fn points_stand_under_each_other() {
        let values = [1.5, -22.25, 1.0 / 3.0];
        assert_eq!(
            doubles(&values, 8),
            "|  1.5       |-22.25      |  0.33333333"
        );
        assert_eq!(doubles(&values, 3), "|  1.5  |-22.25 |  0.333");
        assert_eq!(doubles(&[-0.004, 0.005, 0.006], 2), "|-0.  | 0.01| 0.01");
        assert_eq!(doubles(&[0.5, 1.5, 2.5], 0), "|0.|2.|2.");
        assert_eq!(doubles(&[9.99999999996], 8), "|10.");
    }

    #[test]
    fn exponents_show_for_large_small_and_widely_ranging_numbers() {
        assert_eq!(doubles(&[99999999.0], 8), "|99999999.");
        assert_eq!(doubles(&[1e8, 1e8], 8), "|1.e+08|1.e+08");
        assert_eq!(doubles(&[1e-4], 8), "|0.0001");
        assert_eq!(doubles(&[9e-5], 8), "|9.e-05");
        assert_eq!(doubles(&[1000.0, 1.0], 8), "|1000.|   1.");
        assert_eq!(doubles(&[1001.0, 1.0], 8), "|1.001e+03|1.000e+00");
        assert_eq!(doubles(&[1e100, -2.5e-7], 8), "| 1.0e+100|-2.5e-007");
        assert_eq!(
            doubles(&[5e-324, f64::MAX], 8),
            "|4.94065646e-324|1.79769313e+308"
        );
        // The digits of 0.1 go on where a neighbour has more.
        assert_eq!(
            doubles(&[0.1, 1.2345678901234567e-5], 17),
            "|1.0000000000000001e-01|1.2345678901234568e-05"
        );
    }

    #[test]
    fn each_type_has_its_own_limit_for_exponents() {
        let half = |x: f32| row(Element::Float16, &[half::f16::from_f32(x).to_ne_bytes()], 8);
        assert_eq!(
            (half(999.5), half(1e3)),
            ("|999.5".into(), "|1.e+03".into())
        );
        let single = |x: f32| row(Element::Float32, &[x.to_ne_bytes()], 8);
        assert_eq!(single(999_999.0), "|999999.");
        assert_eq!(single(1e6), "|1.e+06");
        assert_eq!(single(1e-4), "|0.0001");
    }

    #[test]
    fn nan_and_infinities_are_as_wide_as_numbers() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        assert_eq!(doubles(&[nan, inf, 1.0], 8), "|nan|inf| 1.");
        assert_eq!(doubles(&[nan, -inf, 1.25], 8), "| nan|-inf|1.25");
        assert_eq!(doubles(&[nan], 8), "|nan");
    }

    #[test]
    fn parts_of_complex_numbers_are_columns_of_their_own() {
        let values = [(1.0, 2.0), (-0.5, -1000.0)];
        assert_eq!(complex(&values), "| 1.    +2.j|-0.5-1000.j");
        let values = [(f64::NAN, f64::INFINITY), (1.0, 2.5)];
        assert_eq!(complex(&values), "|nan+infj| 1.+2.5j");
        assert_eq!(complex(&[(1.0, 2.5), (1.0, 2.0)]), "|1.+2.5j|1.+2.j ");
    }

    #[test]
    fn integers_and_bools_are_set_to_the_right() {
        let longs = [1i64, -200, 30, 4].map(i64::to_ne_bytes);
        assert_eq!(row(Element::Int64, &longs, 8), "|   1|-200|  30|   4");
        let ulongs = [u64::MAX, 0].map(u64::to_ne_bytes);
        assert_eq!(
            row(Element::UInt64, &ulongs, 8),
            "|18446744073709551615|                   0"
        );
        // Any byte but zero is true.
        assert_eq!(
            row(Element::Bool, &[[0], [1], [255]], 8),
            "|False| True| True"
        );
    }

    #[test]
    fn a_lone_element_is_written_as_pythons_scalars_are() {
        fn lone<const N: usize>(element: Element, bytes: [u8; N]) -> String {
            let scalar = Scalar::from_bytes(DType::new(element), &bytes).unwrap();
            let mut word = Word::new();
            Style::Alone.write(&scalar, &mut word).unwrap();
            word.to_string()
        }
        for (value, expected) in [
            (1.5, "1.5"),
            (100.0, "100.0"),
            (9999999999999998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (0.0001, "0.0001"),
            (0.00009, "9e-05"),
            (-0.0, "-0.0"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
            (5e-324, "5e-324"),
            (2f64.powi(70), "1.1805916207174113e+21"),
        ] {
            assert_eq!(lone(Element::Float64, value.to_ne_bytes()), expected);
        }
        for (value, expected) in [(0.1f32, "0.1"), (1e6, "1e+06"), (1e-4, "1e-04")] {
            assert_eq!(lone(Element::Float32, value.to_ne_bytes()), expected);
        }
        for (value, expected) in [
            ((1.0, 2.0), "(1+2j)"),
            ((0.0, 2.0), "2j"),
            ((-0.0, 2.0), "(-0+2j)"),
            ((f64::NAN, f64::NEG_INFINITY), "(nan-infj)"),
            ((0.0, f64::INFINITY), "infj"),
            ((1e16, -0.0), "(1e+16-0j)"),
        ] {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&f64::to_ne_bytes(value.0));
            bytes[8..].copy_from_slice(&f64::to_ne_bytes(value.1));
            assert_eq!(lone(Element::Complex128, bytes), expected);
        }
        assert_eq!(lone(Element::Bool, [2]), "True");
        assert_eq!(lone(Element::Int8, (-128i8).to_ne_bytes()), "-128");
    }
}
