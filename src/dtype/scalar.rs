//! One value with its type: what a caller passes to fill an array or to compare
//! it with. Only its bytes are kept; converting them is `kernels/`' work.

use super::{DType, Element, Kind, Operand};
use crate::error::{Error, Result};

/// One element's value in this machine's byte order, with its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar {
    /// Always native, never raw bytes.
    dtype: DType,
    /// The first `dtype.itemsize()` bytes are the value, the others zero.
    bytes: [u8; Scalar::CAPACITY],
    /// A plain number of the caller's language, which takes its type from
    /// the arrays beside it.
    weak: bool,
}

impl Scalar {
    /// The size of the widest built-in type.
    const CAPACITY: usize = 16;

    fn new<const N: usize>(element: Element, value: [u8; N], weak: bool) -> Scalar {
        let mut bytes = [0; Self::CAPACITY];
        bytes[..N].copy_from_slice(&value);
        Scalar {
            dtype: element.into(),
            bytes,
            weak,
        }
    }

    /// A value of type bool.
    pub fn from_bool(value: bool) -> Scalar {
        Self::new(Element::Bool, [value.into()], false)
    }

    /// A value of type int64.
    pub fn from_i64(value: i64) -> Scalar {
        Self::new(Element::Int64, value.to_ne_bytes(), false)
    }

    /// A value of type uint64.
    pub fn from_u64(value: u64) -> Scalar {
        Self::new(Element::UInt64, value.to_ne_bytes(), false)
    }

    /// A value of type float64.
    pub fn from_f64(value: f64) -> Scalar {
        Self::new(Element::Float64, value.to_ne_bytes(), false)
    }

    /// A plain integer, held as int64.
    pub fn weak_int(value: i64) -> Scalar {
        Self::new(Element::Int64, value.to_ne_bytes(), true)
    }

    /// A plain floating-point number, held as float64.
    pub fn weak_float(value: f64) -> Scalar {
        Self::new(Element::Float64, value.to_ne_bytes(), true)
    }

    /// The value that `value` holds as one element of type `dtype`, in that
    /// type's byte order.
    ///
    /// Refused for raw bytes, which have no value, and when the length is not
    /// that of one element.
    pub fn from_bytes(dtype: DType, value: &[u8]) -> Result<Scalar> {
        let Some(element) = dtype.element() else {
            return Err(Error::WrongDType {
                argument: "dtype",
                given: dtype,
                expected: "a type whose elements are numbers",
            });
        };
        if value.len() as i64 != element.size() {
            return Err(Error::InvalidValue {
                argument: "value",
                value: value.len() as i64,
                expected: "as many bytes as one element has",
            });
        }
        let mut bytes = [0; Self::CAPACITY];
        bytes[..value.len()].copy_from_slice(value);
        if dtype.is_swapped() {
            swap_words(element, &mut bytes[..value.len()]);
        }
        Ok(Scalar {
            dtype: element.into(),
            bytes,
            weak: false,
        })
    }

    /// Its type, in this machine's byte order.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Its type; unlike an array's, always a built-in one.
    pub fn element(&self) -> Element {
        Element::ALL[self.dtype.to_raw() as usize - 1]
    }

    /// The bytes of the value, in this machine's order.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.dtype.itemsize() as usize]
    }

    /// The first bytes are those of an element of its type in the byte order of
    /// `dtype`.
    pub fn bytes_in_order_of(&self, dtype: DType) -> [u8; Scalar::CAPACITY] {
        let mut bytes = self.bytes;
        if dtype.is_swapped() {
            let size = self.bytes().len();
            swap_words(self.element(), &mut bytes[..size]);
        }
        bytes
    }

    /// Whether it takes its type from the arrays beside it.
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// What it contributes to a promotion.
    pub fn operand(&self) -> Operand {
        match (self.weak, self.dtype.kind()) {
            (false, _) => Operand::Strong(self.dtype),
            (true, Kind::Float) => Operand::WeakFloat,
            (true, _) => Operand::WeakInt,
        }
    }

    /// Refuses a weak integer that the integer type `to` cannot hold, as NumPy
    /// 2 does with Python's integers; every other value passes. It goes to every
    /// field of a record, so each must hold it.
    pub fn check_bounds(&self, to: DType) -> Result<()> {
        if self.operand() != Operand::WeakInt {
            return Ok(());
        }
        if to.is_record() {
            return self.check_bounds_of_fields(to);
        }
        let mut value = [0; 8];
        value.copy_from_slice(self.bytes());
        let value = i64::from_ne_bytes(value);
        let bits = 8 * to.itemsize();
        let fits = match to.kind() {
            Kind::Signed => bits == 64 || (-1i64 << (bits - 1)..1 << (bits - 1)).contains(&value),
            Kind::Unsigned => value >= 0 && (bits == 64 || value < 1 << bits),
            _ => true,
        };
        if fits {
            Ok(())
        } else {
            Err(Error::ValueOutOfBounds { value, dtype: to })
        }
    }

    #[cold]
    #[inline(never)]
    fn check_bounds_of_fields(&self, to: DType) -> Result<()> {
        let mut fields = to.record().into_iter().flat_map(|record| record.fields());
        fields.try_for_each(|field| self.check_bounds(field.dtype))
    }
}

/// Turns around the bytes of each machine word of an element.
fn swap_words(element: Element, bytes: &mut [u8]) {
    let word = (element.size() / element.words()) as usize;
    for word in bytes.chunks_exact_mut(word) {
        word.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constructors_keep_the_value_and_name_its_type() {
        let cases: [(Scalar, Element, &[u8]); 4] = [
            (Scalar::from_bool(true), Element::Bool, &[1]),
            (Scalar::from_i64(-2), Element::Int64, &(-2i64).to_ne_bytes()),
            (Scalar::from_u64(u64::MAX), Element::UInt64, &[255; 8]),
            (
                Scalar::from_f64(0.5),
                Element::Float64,
                &0.5f64.to_ne_bytes(),
            ),
        ];
        for (scalar, element, bytes) in cases {
            assert_eq!(scalar.dtype(), DType::new(element));
            assert_eq!(scalar.element(), element);
            assert_eq!(scalar.bytes(), bytes);
            assert!(!scalar.is_weak());
            assert_eq!(scalar.operand(), Operand::Strong(element.into()));
        }
        assert_eq!(Scalar::weak_int(3).operand(), Operand::WeakInt);
        assert_eq!(Scalar::weak_float(3.0).operand(), Operand::WeakFloat);
        assert!(Scalar::weak_int(3).is_weak());
    }

    #[test]
    fn foreign_bytes_are_put_in_order_word_by_word() {
        let parts = [1.5f64, -2.0];
        let foreign: Vec<u8> = parts
            .iter()
            .flat_map(|x| x.to_bits().swap_bytes().to_ne_bytes())
            .collect();
        let native: Vec<u8> = parts.iter().flat_map(|x| x.to_ne_bytes()).collect();
        let dtype = DType::new(Element::Complex128);
        let scalar = Scalar::from_bytes(dtype.swapped(), &foreign).unwrap();
        assert_eq!(scalar.dtype(), dtype);
        assert_eq!(scalar.bytes(), &native[..]);
        assert_eq!(Scalar::from_bytes(dtype, &native), Ok(scalar));
    }

    #[test]
    fn raw_bytes_and_wrong_lengths_are_refused() {
        let raw = DType::raw_bytes(4).unwrap();
        assert!(Scalar::from_bytes(raw, &[0; 4]).is_err());
        let int = DType::new(Element::Int32);
        assert!(Scalar::from_bytes(int, &[0; 3]).is_err());
        assert!(Scalar::from_bytes(int, &[0; 16]).is_err());
    }

    #[test]
    fn a_weak_integer_must_fit_the_integer_type_it_meets() {
        let fits = |value, e: Element| Scalar::weak_int(value).check_bounds(e.into()).is_ok();
        for e in Element::ALL {
            for value in [
                0,
                1,
                -1,
                127,
                128,
                -128,
                -129,
                255,
                256,
                32767,
                32768,
                -32768,
                -32769,
                65535,
                65536,
                i32::MAX as i64,
                i32::MAX as i64 + 1,
                i32::MIN as i64,
                i32::MIN as i64 - 1,
                u32::MAX as i64,
                u32::MAX as i64 + 1,
                i64::MAX,
                i64::MIN,
            ] {
                let expected = match e {
                    Element::Int8 => i8::try_from(value).is_ok(),
                    Element::Int16 => i16::try_from(value).is_ok(),
                    Element::Int32 => i32::try_from(value).is_ok(),
                    Element::UInt8 => u8::try_from(value).is_ok(),
                    Element::UInt16 => u16::try_from(value).is_ok(),
                    Element::UInt32 => u32::try_from(value).is_ok(),
                    Element::UInt64 => u64::try_from(value).is_ok(),
                    _ => true,
                };
                assert_eq!(fits(value, e), expected, "{value} in {e:?}");
                assert!(Scalar::from_i64(value).check_bounds(e.into()).is_ok());
            }
        }
    }
}
