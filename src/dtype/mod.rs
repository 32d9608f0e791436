//! Element types: what they are, how large, what they are called, and which
//! converts to which. No element is read here; that is `kernels/`.
//!
//! A [`DType`] is the very `int32_t` that crosses the C ABI (`la_dtype`), once
//! it has been validated by [`DType::from_raw`]:
//!
//! | value | meaning |
//! | --- | --- |
//! | 1–255 | a built-in type ([`Element`]) |
//! | `0x100` or-ed in | the same with its bytes swapped |
//! | `0x4000_0000` or-ed with a size | that many raw bytes |
//! | from `0x1_0000` | records ([`Record`]), as they are made |

mod casting;
mod fields;
mod list;
mod literal;
mod name;
mod promote;
mod record;
mod scalar;

use crate::error::Result;

pub use casting::{Casting, can_cast};
pub use fields::{Part, for_each_part, is_field_cast};
pub use literal::{Cursor, Quoted, Wrong};
pub use name::FormatText;
pub use promote::{Operand, promote, result_type};
pub use record::{Builder, Field, Record};
pub use scalar::Scalar;

/// The largest size of a raw bytes type.
const MAX_RAW_SIZE: i32 = 0x3fff_ffff;
const SWAPPED: i32 = 0x100;
const RAW: i32 = 0x4000_0000;
/// Beyond this number there are no built-in types.
const LAST_BUILT_IN: i32 = 0x1ff;

/// The built-in element types, by their number in the C ABI.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names say it
pub enum Element {
    Bool = 1,
    Int8 = 2,
    Int16 = 3,
    Int32 = 4,
    Int64 = 5,
    UInt8 = 6,
    UInt16 = 7,
    UInt32 = 8,
    UInt64 = 9,
    Float16 = 10,
    BFloat16 = 11,
    Float32 = 12,
    Float64 = 13,
    Complex64 = 14,
    Complex128 = 15,
}

/// What sort of values an element type holds; ordered as NumPy's `same_kind`
/// rule climbs. Raw bytes, and with them records, stand apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Kind {
    Bool,
    Unsigned,
    Signed,
    Float,
    Complex,
    Raw,
}

impl Element {
    /// All built-in types, in the order of their numbers.
    pub const ALL: [Element; 15] = [
        Element::Bool,
        Element::Int8,
        Element::Int16,
        Element::Int32,
        Element::Int64,
        Element::UInt8,
        Element::UInt16,
        Element::UInt32,
        Element::UInt64,
        Element::Float16,
        Element::BFloat16,
        Element::Float32,
        Element::Float64,
        Element::Complex64,
        Element::Complex128,
    ];

    /// The size of one element in bytes.
    pub const fn size(self) -> i64 {
        match self {
            Element::Bool | Element::Int8 | Element::UInt8 => 1,
            Element::Int16 | Element::UInt16 | Element::Float16 | Element::BFloat16 => 2,
            Element::Int32 | Element::UInt32 | Element::Float32 => 4,
            Element::Int64 | Element::UInt64 | Element::Float64 | Element::Complex64 => 8,
            Element::Complex128 => 16,
        }
    }

    /// How many machine words an element is made of: a complex number is two,
    /// everything else one. A swap of bytes reverses each word by itself.
    pub const fn words(self) -> i64 {
        match self.kind() {
            Kind::Complex => 2,
            _ => 1,
        }
    }

    /// What sort of values it holds.
    pub const fn kind(self) -> Kind {
        match self {
            Element::Bool => Kind::Bool,
            Element::Int8 | Element::Int16 | Element::Int32 | Element::Int64 => Kind::Signed,
            Element::UInt8 | Element::UInt16 | Element::UInt32 | Element::UInt64 => Kind::Unsigned,
            Element::Float16 | Element::BFloat16 | Element::Float32 | Element::Float64 => {
                Kind::Float
            }
            Element::Complex64 | Element::Complex128 => Kind::Complex,
        }
    }
}

/// Size and alignment by the number of a built-in type, all of which fit four
/// bits: nearly every call of the library asks for them.
const SIZES: [(u8, u8); 16] = {
    let mut sizes = [(0, 0); 16];
    let mut k = 0;
    while k < Element::ALL.len() {
        let element = Element::ALL[k];
        let word = element.size() / element.words();
        sizes[element as usize] = (element.size() as u8, word as u8);
        k += 1;
    }
    sizes
};

/// A validated element type.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DType(i32);

impl DType {
    /// The type with this number, if there is one.
    #[inline]
    pub fn from_raw(raw: i32) -> Option<DType> {
        let element = raw & !SWAPPED;
        if element >= Element::Bool as i32 && element <= Element::Complex128 as i32 {
            let one_byte = Element::ALL[element as usize - 1].size() == 1;
            if raw & SWAPPED != 0 && one_byte {
                return None;
            }
            return Some(DType(raw));
        }
        if raw & RAW != 0 && raw > 0 && raw & MAX_RAW_SIZE > 0 {
            return Some(DType(raw));
        }
        if raw >= record::FIRST && record::size_and_alignment(raw).is_some() {
            return Some(DType(raw));
        }
        None
    }

    /// The native form of a built-in type.
    pub const fn new(element: Element) -> DType {
        DType(element as i32)
    }

    /// Raw bytes, `size` to an element; 1 to 2³⁰ − 1.
    pub const fn raw_bytes(size: i32) -> Option<DType> {
        if size > 0 && size <= MAX_RAW_SIZE {
            Some(DType(RAW | size))
        } else {
            None
        }
    }

    /// The number that crosses the C ABI.
    pub const fn to_raw(self) -> i32 {
        self.0
    }

    /// The built-in type, whichever its byte order; `None` for raw bytes and
    /// records.
    pub const fn element(self) -> Option<Element> {
        if self.0 > LAST_BUILT_IN {
            None
        } else {
            Some(Element::ALL[(self.0 & 0xff) as usize - 1])
        }
    }

    /// Whether the bytes stand in the order foreign to this machine.
    pub const fn is_swapped(self) -> bool {
        self.0 <= LAST_BUILT_IN && self.0 & SWAPPED != 0
    }

    /// The record, if it is one.
    pub fn record(self) -> Option<&'static Record> {
        match self.is_record() {
            true => record::of(self.0),
            false => None,
        }
    }

    /// Whether it is a record.
    pub const fn is_record(self) -> bool {
        self.0 > LAST_BUILT_IN && self.0 & RAW == 0
    }

    /// The same type in this machine's byte order; a record as it is.
    pub const fn native(self) -> DType {
        if self.is_swapped() {
            DType(self.0 & !SWAPPED)
        } else {
            self
        }
    }

    /// The same type in the other byte order; types whose elements have one
    /// byte, and raw bytes, have only one order. A record stays as it is: its
    /// twin may have to be made ([`DType::with_fields_swapped`]).
    pub const fn swapped(self) -> DType {
        match self.element() {
            Some(element) if element.size() > 1 => DType(self.0 ^ SWAPPED),
            _ => self,
        }
    }

    /// The same type in the other byte order; of a record, all its fields.
    pub fn with_fields_swapped(self) -> Result<DType> {
        let Some(record) = self.record() else {
            return Ok(self.swapped());
        };
        let mut twin = Builder::new(record.is_aligned());
        for field in record.fields() {
            twin.field(
                field.name,
                field.dtype.with_fields_swapped()?,
                Some(field.offset),
            )?;
        }
        twin.finish(Some(record.itemsize()))
    }

    /// The size of one element in bytes.
    #[inline]
    pub fn itemsize(self) -> i64 {
        self.itemsize_and_alignment().0
    }

    /// The alignment that C would ask for: that of the widest machine word in
    /// the element (a complex number aligns as its parts do); 1 for raw bytes,
    /// and for records that were not made to be aligned.
    #[inline]
    pub fn alignment(self) -> i64 {
        self.itemsize_and_alignment().1
    }

    /// Both at once.
    #[inline]
    pub fn itemsize_and_alignment(self) -> (i64, i64) {
        if self.0 > LAST_BUILT_IN {
            return self.size_beyond_the_built_in();
        }
        let (size, alignment) = SIZES[(self.0 & 0xf) as usize];
        (size as i64, alignment as i64)
    }

    /// The same of raw bytes and records; apart, since what is left is small
    /// enough to stand wherever it is asked for.
    #[cold]
    #[inline(never)]
    fn size_beyond_the_built_in(self) -> (i64, i64) {
        if self.0 & RAW != 0 {
            return ((self.0 & MAX_RAW_SIZE) as i64, 1);
        }
        // A record that was let in is in the table for ever.
        record::size_and_alignment(self.0).unwrap_or((1, 1))
    }

    /// What sort of values it holds.
    pub const fn kind(self) -> Kind {
        match self.element() {
            Some(element) => element.kind(),
            None => Kind::Raw,
        }
    }
}

impl From<Element> for DType {
    fn from(element: Element) -> DType {
        DType::new(element)
    }
}

impl core::fmt::Debug for DType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The built-in types that NumPy has too, in the order of the tables that
    /// it generated for the tests of this floor.
    pub(crate) const NUMPY_ELEMENTS: [Element; 14] = [
        Element::Bool,
        Element::Int8,
        Element::Int16,
        Element::Int32,
        Element::Int64,
        Element::UInt8,
        Element::UInt16,
        Element::UInt32,
        Element::UInt64,
        Element::Float16,
        Element::Float32,
        Element::Float64,
        Element::Complex64,
        Element::Complex128,
    ];

    /// The type in both byte orders (twice the same for types of one byte).
    pub(crate) fn both_orders(element: Element) -> [DType; 2] {
        let native = DType::new(element);
        [native, native.swapped()]
    }

    #[test]
    fn a_number_is_a_type_or_is_refused() {
        let valid = |raw| DType::from_raw(raw).is_some();
        assert!(!valid(0) && !valid(-1) && !valid(16) && !valid(0x200 | 4));
        assert!(valid(0x100 | Element::Int16 as i32));
        assert!(!valid(0x100 | Element::Int8 as i32));
        assert!(!valid(RAW) && valid(RAW | 1) && valid(i32::MAX));
        assert!(!valid(i32::MIN) && !valid(0x1_0000 + 4095) && !valid(0x1_0000 + 4096));
        assert!(!valid(0xffff) && !valid(0x2_0000));
        for element in Element::ALL {
            for dtype in both_orders(element) {
                assert_eq!(DType::from_raw(dtype.to_raw()), Some(dtype));
                assert_eq!(dtype.element(), Some(element));
                assert_eq!(dtype.native(), DType::new(element));
            }
        }
    }
}
