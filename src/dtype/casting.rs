//! Which element type may become which, and under what rule: NumPy 2's casting
//! tables, written as the few sentences that they come from.

use super::{DType, Element, Kind};

/// How much a conversion may do to the values; each rule but the last allows
/// all that the one before it does. The numbers are those of the C ABI.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Casting {
    /// Nothing: the types must be the same.
    No = 0,
    /// Only the order of the bytes may change.
    Equiv = 1,
    /// Every value must survive (64-bit integers may round to `float64`).
    Safe = 2,
    /// Also within a kind, and upwards: bool, unsigned, signed, float, complex.
    SameKind = 3,
    /// Everything that has a meaning at all.
    Unsafe = 4,
    /// As `Unsafe`, but each value is looked at, and one that would change is
    /// an error. The types alone decide as for `Unsafe`.
    SameValue = 5,
}

impl Casting {
    /// The rule with this number.
    pub const fn from_raw(raw: i32) -> Option<Casting> {
        Some(match raw {
            0 => Casting::No,
            1 => Casting::Equiv,
            2 => Casting::Safe,
            3 => Casting::SameKind,
            4 => Casting::Unsafe,
            5 => Casting::SameValue,
            _ => return None,
        })
    }

    /// The rule as NumPy spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Casting::No => "no",
            Casting::Equiv => "equiv",
            Casting::Safe => "safe",
            Casting::SameKind => "same_kind",
            Casting::Unsafe => "unsafe",
            Casting::SameValue => "same_value",
        }
    }
}

/// Whether `from` may be converted to `to` under the rule.
///
/// Raw bytes have no values, so they convert to nothing but themselves. Records
/// convert field by field, in order and whatever the names.
pub fn can_cast(from: DType, to: DType, casting: Casting) -> bool {
    let (Some(source), Some(target)) = (from.element(), to.element()) else {
        return from == to || can_cast_fields(from, to, casting);
    };
    match casting {
        Casting::No => from == to,
        Casting::Equiv => source == target,
        Casting::Safe => is_safe(source, target),
        Casting::SameKind => source.kind() <= target.kind() || is_safe(source, target),
        Casting::Unsafe | Casting::SameValue => true,
    }
}

/// The same where a record takes part: each field must convert by the rule.
/// Other names need a rule that lets values change their meaning, other places
/// one that lets bytes move, and so does all that is not from record to record.
#[cold]
#[inline(never)]
fn can_cast_fields(from: DType, to: DType, casting: Casting) -> bool {
    let any_values = matches!(casting, Casting::Unsafe | Casting::SameValue);
    match (from.record(), to.record()) {
        (Some(a), Some(b)) => {
            let pairs = || a.fields().iter().zip(b.fields());
            let named_alike = || pairs().all(|(x, y)| x.name == y.name);
            let placed_alike = || pairs().all(|(x, y)| x.offset == y.offset);
            a.fields().len() == b.fields().len()
                && match casting {
                    Casting::No => named_alike() && placed_alike() && a.itemsize() == b.itemsize(),
                    Casting::Equiv => named_alike(),
                    _ => true,
                }
                && pairs().all(|(x, y)| can_cast(x.dtype, y.dtype, casting))
        }
        (None, Some(record)) => {
            let mut fields = record.fields().iter();
            any_values && fields.all(|field| can_cast(from, field.dtype, casting))
        }
        (Some(record), None) => match record.fields() {
            [field] => any_values && can_cast(field.dtype, to, casting),
            _ => false,
        },
        (None, None) => false,
    }
}

/// Whether every value of `from` is a value of `to` (where 64-bit integers
/// count as values of `float64`, as NumPy has it).
fn is_safe(from: Element, to: Element) -> bool {
    if from == to {
        return true;
    }
    match (from.kind(), to.kind()) {
        (Kind::Bool, _) => true,
        (Kind::Unsigned, Kind::Unsigned) | (Kind::Signed, Kind::Signed) => from.size() <= to.size(),
        (Kind::Unsigned, Kind::Signed) => from.size() < to.size(),
        (Kind::Unsigned | Kind::Signed, Kind::Float | Kind::Complex) => {
            from.precision() <= to.precision()
        }
        (Kind::Float, Kind::Float) => from.precision() < to.precision(),
        (Kind::Float | Kind::Complex, Kind::Complex) => from.precision() <= to.precision(),
        _ => false,
    }
}

/// How exact a floating-point type is, in steps: half (either form of it),
/// single, double.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precision {
    Half,
    Single,
    Double,
}

impl Element {
    /// The precision of a floating-point or complex type; for the others that
    /// of the least one that can stand for them. Eight bits fit the
    /// significands of both halves (11 bits and 8), sixteen that of a single.
    pub(super) const fn precision(self) -> Precision {
        match (self.kind(), self.size() / self.words()) {
            (Kind::Float, 2) | (_, 1) => Precision::Half,
            (Kind::Float | Kind::Complex, 4) | (_, 2) => Precision::Single,
            _ => Precision::Double,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::tests::{NUMPY_ELEMENTS, both_orders};

    /// `numpy.can_cast(row, column, "safe")` of NumPy 2.4.6, rows and columns
    /// in the order of `NUMPY_ELEMENTS`.
    const SAFE: [&str; 14] = [
        "YYYYYYYYYYYYYY",
        ".YYYY....YYYYY",
        "..YYY.....YYYY",
        "...YY......Y.Y",
        "....Y......Y.Y",
        "..YYYYYYYYYYYY",
        "...YY.YYY.YYYY",
        "....Y..YY..Y.Y",
        "........Y..Y.Y",
        ".........YYYYY",
        "..........YYYY",
        "...........Y.Y",
        "............YY",
        ".............Y",
    ];

    /// The same for "same_kind".
    const SAME_KIND: [&str; 14] = [
        "YYYYYYYYYYYYYY",
        ".YYYY....YYYYY",
        ".YYYY....YYYYY",
        ".YYYY....YYYYY",
        ".YYYY....YYYYY",
        ".YYYYYYYYYYYYY",
        ".YYYYYYYYYYYYY",
        ".YYYYYYYYYYYYY",
        ".YYYYYYYYYYYYY",
        ".........YYYYY",
        ".........YYYYY",
        ".........YYYYY",
        "............YY",
        "............YY",
    ];

    #[test]
    fn casting_between_numpys_types_follows_numpys_tables_in_any_byte_order() {
        for (row, &from) in NUMPY_ELEMENTS.iter().enumerate() {
            for (column, &to) in NUMPY_ELEMENTS.iter().enumerate() {
                let says = |table: &[&str; 14]| table[row].as_bytes()[column] == b'Y';
                for a in both_orders(from) {
                    for b in both_orders(to) {
                        let note = format!("{a} to {b}");
                        assert_eq!(can_cast(a, b, Casting::No), a == b, "{note}");
                        assert_eq!(can_cast(a, b, Casting::Equiv), from == to, "{note}");
                        assert_eq!(can_cast(a, b, Casting::Safe), says(&SAFE), "{note}");
                        assert_eq!(
                            can_cast(a, b, Casting::SameKind),
                            says(&SAME_KIND),
                            "{note}"
                        );
                        assert!(can_cast(a, b, Casting::Unsafe));
                        assert!(can_cast(a, b, Casting::SameValue));
                    }
                }
            }
        }
    }

    #[test]
    fn bfloat16_is_safe_where_its_eight_bits_of_significand_suffice() {
        use Element::*;
        let bf16 = DType::new(BFloat16);
        let to_bf16 = |e: Element, rule| can_cast(e.into(), bf16, rule);
        let from_bf16 = |e: Element, rule| can_cast(bf16, e.into(), rule);
        for e in Element::ALL {
            let exact = matches!(e, Bool | Int8 | UInt8 | BFloat16);
            assert_eq!(to_bf16(e, Casting::Safe), exact, "{e:?}");
            let complex = matches!(e, Complex64 | Complex128);
            assert_eq!(to_bf16(e, Casting::SameKind), !complex, "{e:?}");
            let wider = matches!(e, BFloat16 | Float32 | Float64) || complex;
            assert_eq!(from_bf16(e, Casting::Safe), wider, "{e:?}");
            assert_eq!(
                from_bf16(e, Casting::SameKind),
                wider || e == Float16,
                "{e:?}"
            );
        }
    }

    #[test]
    fn raw_bytes_convert_to_nothing_but_themselves() {
        let four = DType::raw_bytes(4).unwrap();
        let eight = DType::raw_bytes(8).unwrap();
        for raw in 0..6 {
            let rule = Casting::from_raw(raw).unwrap();
            assert!(can_cast(four, four, rule));
            assert!(!can_cast(four, eight, rule));
            assert!(!can_cast(four, DType::new(Element::Int32), rule));
            assert!(!can_cast(DType::new(Element::Bool), four, rule));
        }
    }

    #[test]
    fn rules_have_numpys_names_and_the_numbers_of_the_abi() {
        let names = ["no", "equiv", "safe", "same_kind", "unsafe", "same_value"];
        for (raw, name) in names.into_iter().enumerate() {
            let rule = Casting::from_raw(raw as i32).unwrap();
            assert_eq!((rule as usize, rule.name()), (raw, name));
        }
        assert_eq!(Casting::from_raw(6), None);
        assert_eq!(Casting::from_raw(-1), None);
    }
}
