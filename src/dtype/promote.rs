//! The common type of several operands: NumPy 2's promotion (NEP 50), with
//! bfloat16 fitted in beside float16.
//!
//! Types decide, values never do. A plain number of the caller's language is
//! *weak*: it takes the type of the arrays beside it and only lifts their kind
//! (an integer array with a weak float gives `float64`).

use super::casting::Precision;
use super::{Builder, DType, Element, Kind};
use crate::error::{Error, Result};

/// What takes part in a promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// An array, or a scalar with a type of its own.
    Strong(DType),
    /// A plain integer.
    WeakInt,
    /// A plain floating-point number.
    WeakFloat,
}

/// The least type that both convert to, in this machine's byte order.
///
/// Where NumPy has no answer: bfloat16 keeps bool and 8-bit integers, gives
/// `float32` with 16-bit integers and float16, and `float64` with wider
/// integers, as float16 does.
pub fn promote(a: DType, b: DType) -> Result<DType> {
    match (a.element(), b.element()) {
        (Some(x), Some(y)) => Ok(DType::new(promote_elements(x, y))),
        _ if a == b => Ok(a),
        _ => promote_records(a, b),
    }
}

/// Records of the same names promote field by field; as in NumPy the fields of
/// the result follow each other, aligned where either record is.
fn promote_records(a: DType, b: DType) -> Result<DType> {
    let no_common_type = Error::NoCommonType { a, b };
    let (Some(x), Some(y)) = (a.record(), b.record()) else {
        return Err(no_common_type);
    };
    let pairs = || x.fields().iter().zip(y.fields());
    let named_alike = pairs().all(|(f, g)| f.name == g.name);
    if x.fields().len() != y.fields().len() || !named_alike {
        return Err(no_common_type);
    }
    let mut common = Builder::new(x.is_aligned() || y.is_aligned());
    for (f, g) in pairs() {
        let dtype = match f.dtype.is_record() {
            // Laid out anew even where both are the same.
            true => promote_records(f.dtype, g.dtype)?,
            false => promote(f.dtype, g.dtype)?,
        };
        common.field(f.name, dtype, None)?;
    }
    match x.fields() {
        [] => common.finish(Some(x.itemsize().max(y.itemsize()))),
        _ => common.finish(None),
    }
}

fn promote_elements(a: Element, b: Element) -> Element {
    // From here on `low` is of the lower kind.
    let (low, high) = if a.kind() <= b.kind() { (a, b) } else { (b, a) };
    if low == high || low.kind() == Kind::Bool {
        return high;
    }
    match (low.kind(), high.kind()) {
        (Kind::Unsigned, Kind::Signed) if low.size() >= high.size() => {
            // A signed type that holds the unsigned one; for 64 bits there is
            // none, and NumPy takes float64.
            match low.size() {
                1 => Element::Int16,
                2 => Element::Int32,
                4 => Element::Int64,
                _ => Element::Float64,
            }
        }
        (_, Kind::Unsigned | Kind::Signed) => {
            if low.size() > high.size() {
                low
            } else {
                high
            }
        }
        (_, Kind::Complex) => match low.precision().max(high.precision()) {
            Precision::Half | Precision::Single => Element::Complex64,
            Precision::Double => Element::Complex128,
        },
        (kind, _) => match low.precision().max(high.precision()) {
            // The two halves differ, and neither holds the other.
            Precision::Half if kind == Kind::Float => Element::Float32,
            Precision::Half => high,
            Precision::Single => Element::Float32,
            Precision::Double => Element::Float64,
        },
    }
}

/// The type in which an operation on all of `operands` is done; the same in
/// whichever order they come.
///
/// Weak operands by themselves give `int64` or `float64`.
pub fn result_type(operands: &[Operand]) -> Result<DType> {
    let mut common = None;
    // The highest kind first, as NumPy does: int8, uint16 and float32 give
    // float32, although the two integers alone would give an int32, which
    // only float64 holds.
    for kind in [
        Kind::Raw,
        Kind::Complex,
        Kind::Float,
        Kind::Signed,
        Kind::Unsigned,
        Kind::Bool,
    ] {
        for operand in operands {
            if let &Operand::Strong(dtype) = operand
                && dtype.kind() == kind
            {
                common = Some(match common {
                    None => dtype.native(),
                    Some(common) => promote(common, dtype)?,
                });
            }
        }
    }
    let weak = if operands.contains(&Operand::WeakFloat) {
        Some((Kind::Float, DType::new(Element::Float64)))
    } else if operands.contains(&Operand::WeakInt) {
        // Any integer type takes a weak integer, unsigned ones included.
        Some((Kind::Unsigned, DType::new(Element::Int64)))
    } else {
        None
    };
    match (common, weak) {
        (Some(common), None) => Ok(common),
        (Some(a), Some((_, b))) if a.kind() == Kind::Raw => Err(Error::NoCommonType { a, b }),
        (Some(common), Some((kind, _))) if common.kind() >= kind => Ok(common),
        (_, Some((_, default))) => Ok(default),
        (None, None) => Err(Error::InvalidValue {
            argument: "operands",
            value: 0,
            expected: "at least one array or dtype",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::tests::{NUMPY_ELEMENTS, both_orders};

    /// `numpy.promote_types(row, column)` of NumPy 2.4.6 as its character,
    /// rows and columns in the order of `NUMPY_ELEMENTS`.
    const PROMOTED: [&str; 14] = [
        "?bhiqBHIQefdFD",
        "bbhiqhiqdefdFD",
        "hhhiqhiqdffdFD",
        "iiiiqiiqddddDD",
        "qqqqqqqqddddDD",
        "BhhiqBHIQefdFD",
        "HiiiqHHIQffdFD",
        "IqqqqIIIQdddDD",
        "QddddQQQQdddDD",
        "eefddefddefdFD",
        "fffddffddffdFD",
        "ddddddddddddDD",
        "FFFDDFFDDFFDFD",
        "DDDDDDDDDDDDDD",
    ];

    /// `numpy.result_type(type, 1)`, then with `1.0`.
    const WITH_WEAK_INT: &str = "qbhiqBHIQefdFD";
    const WITH_WEAK_FLOAT: &str = "dddddddddefdFD";

    /// `numpy.result_type` of all combinations of three types with repetition,
    /// in the order of Python's `itertools.combinations_with_replacement`.
    const TRIPLES: &str = concat!(
        "?bhiqBHIQefdFDbhiqhiqdefdFDhiqhiqdffdFDiqiiqddddDDqqqqddddDDBHIQefdFDHIQffdFDIQd",
        "ddDDQdddDDefdFDfdFDdDDFDDbhiqhiqdefdFDhiqhiqdffdFDiqiiqddddDDqqqqddddDDhiqdefdFD",
        "iqdffdFDqddddDDddddDDefdFDfdFDdDDFDDhiqhiqdffdFDiqiiqddddDDqqqqddddDDhiqdffdFDiq",
        "dffdFDqddddDDddddDDffdFDfdFDdDDFDDiqiiqddddDDqqqqddddDDiiqddddDDiqddddDDqddddDDd",
        "dddDDdddDDddDDdDDDDDqqqqddddDDqqqddddDDqqddddDDqddddDDddddDDdddDDddDDdDDDDDBHIQe",
        "fdFDHIQffdFDIQdddDDQdddDDefdFDfdFDdDDFDDHIQffdFDIQdddDDQdddDDffdFDfdFDdDDFDDIQdd",
        "dDDQdddDDdddDDddDDdDDDDDQdddDDdddDDddDDdDDDDDefdFDfdFDdDDFDDfdFDdDDFDDdDDDDDFDDD",
    );

    fn numpy_char(c: u8) -> DType {
        let place = b"?bhiqBHIQefdFD".iter().position(|&x| x == c).unwrap();
        DType::new(NUMPY_ELEMENTS[place])
    }

    #[test]
    fn two_types_promote_as_in_numpy_in_any_byte_order() {
        for (row, &a) in NUMPY_ELEMENTS.iter().enumerate() {
            for (column, &b) in NUMPY_ELEMENTS.iter().enumerate() {
                let expected = numpy_char(PROMOTED[row].as_bytes()[column]);
                for x in both_orders(a) {
                    for y in both_orders(b) {
                        assert_eq!(promote(x, y), Ok(expected), "{x} and {y}");
                        let operands = [Operand::Strong(x), Operand::Strong(y)];
                        assert_eq!(result_type(&operands), Ok(expected), "{x} and {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn three_types_promote_as_in_numpy_in_any_order() {
        let mut expected = TRIPLES.bytes().map(numpy_char);
        let all = NUMPY_ELEMENTS.map(|e| Operand::Strong(e.into()));
        for i in 0..all.len() {
            for j in i..all.len() {
                for k in j..all.len() {
                    let expected = expected.next().unwrap();
                    let (a, b, c) = (all[i], all[j], all[k]);
                    for order in [
                        [a, b, c],
                        [a, c, b],
                        [b, a, c],
                        [b, c, a],
                        [c, a, b],
                        [c, b, a],
                    ] {
                        assert_eq!(result_type(&order), Ok(expected), "{order:?}");
                    }
                }
            }
        }
        assert_eq!(expected.next(), None);
    }

    #[test]
    fn weak_numbers_take_the_type_beside_them_as_in_numpy() {
        use Operand::{Strong, WeakFloat, WeakInt};
        for (k, &e) in NUMPY_ELEMENTS.iter().enumerate() {
            let with_int = numpy_char(WITH_WEAK_INT.as_bytes()[k]);
            let with_float = numpy_char(WITH_WEAK_FLOAT.as_bytes()[k]);
            for dtype in both_orders(e) {
                let strong = Strong(dtype);
                assert_eq!(result_type(&[strong]), Ok(DType::new(e)));
                assert_eq!(result_type(&[strong, WeakInt]), Ok(with_int));
                assert_eq!(result_type(&[WeakInt, strong, WeakInt]), Ok(with_int));
                assert_eq!(result_type(&[WeakFloat, strong]), Ok(with_float));
                assert_eq!(result_type(&[WeakInt, strong, WeakFloat]), Ok(with_float));
            }
        }
        let bf16 = Strong(DType::new(Element::BFloat16));
        assert_eq!(
            result_type(&[bf16, WeakInt, WeakFloat]),
            Ok(DType::new(Element::BFloat16))
        );
    }

    #[test]
    fn only_weak_numbers_give_int64_or_float64() {
        use Operand::{WeakFloat, WeakInt};
        let (int, float) = (DType::new(Element::Int64), DType::new(Element::Float64));
        assert_eq!(result_type(&[WeakInt, WeakInt]), Ok(int));
        assert_eq!(result_type(&[WeakFloat]), Ok(float));
        assert_eq!(result_type(&[WeakInt, WeakFloat]), Ok(float));
        assert!(result_type(&[]).is_err());
    }

    #[test]
    fn bfloat16_promotes_to_what_holds_both() {
        use Element::*;
        let expected = [
            (Bool, BFloat16),
            (Int8, BFloat16),
            (UInt8, BFloat16),
            (Int16, Float32),
            (UInt16, Float32),
            (Int32, Float64),
            (UInt32, Float64),
            (Int64, Float64),
            (UInt64, Float64),
            (Float16, Float32),
            (BFloat16, BFloat16),
            (Float32, Float32),
            (Float64, Float64),
            (Complex64, Complex64),
            (Complex128, Complex128),
        ];
        for (other, common) in expected {
            let (bf16, other) = (DType::new(BFloat16), DType::new(other));
            assert_eq!(promote(bf16, other), Ok(common.into()), "{other}");
            assert_eq!(promote(other, bf16), Ok(common.into()), "{other}");
        }
    }

    /// `numpy.result_type` of NumPy 2.4.6, but for what is equal already.
    #[test]
    fn records_promote_field_by_field_without_gaps() {
        let parse = |text| DType::parse(text).unwrap();
        for (a, b, common) in [
            (
                "[('x', '<i4'), ('y', '<f8')]",
                "[('x', '>u4'), ('', 'V4'), ('y', '<f4')]",
                "[('x', '<i8'), ('y', '<f8')]",
            ),
            (
                "[('', 'V1'), ('r', [('', 'V2'), ('a', '>i2')]), ('y', '<f4')]",
                "[('', 'V1'), ('r', [('', 'V2'), ('a', '>i2')]), ('y', '<f8')]",
                "[('r', [('a', '<i2')]), ('y', '<f8')]",
            ),
            (
                "[('x', '|i1'), ('y', '<f8')]",
                "{'names': ['x', 'y'], 'formats': ['|i1', '<f4'], 'aligned': True}",
                "{'names': ['x', 'y'], 'formats': ['|i1', '<f8'], 'offsets': [0, 8], 'itemsize': 16, 'aligned': True}",
            ),
        ] {
            let (a, b) = (parse(a), parse(b));
            assert_eq!(promote(a, b).unwrap().to_string(), common);
            assert_eq!(promote(b, a), promote(a, b));
            assert_eq!(promote(a, a), Ok(a));
        }
        let record = parse("[('x', '<i4'), ('y', '<f8')]");
        for other in [
            "[('y', '<f8'), ('x', '<i4')]",
            "[('x', '<i4')]",
            "[('x', '|V4'), ('y', '<f8')]",
            "|V12",
            "<i4",
        ] {
            assert!(promote(record, parse(other)).is_err(), "{other}");
        }
        assert!(result_type(&[Operand::Strong(record), Operand::WeakInt]).is_err());
    }

    #[test]
    fn raw_bytes_have_no_common_type_but_their_own() {
        let raw = DType::raw_bytes(4).unwrap();
        let int = DType::new(Element::Int32);
        assert_eq!(promote(raw, raw), Ok(raw));
        assert!(promote(raw, int).is_err());
        assert!(promote(int, raw).is_err());
        assert!(promote(raw, DType::raw_bytes(8).unwrap()).is_err());
        assert_eq!(result_type(&[Operand::Strong(raw)]), Ok(raw));
        assert!(result_type(&[Operand::Strong(raw), Operand::WeakInt]).is_err());
    }
}
