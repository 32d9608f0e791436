//! NumPy's array interface: what its C struct (`PyArrayInterface`, the second
//! version of it) and its dictionary (version 3) say of an element type, and
//! which flags they carry. Shape, strides and data are the array's own.

use core::fmt::{self, Display, Formatter};

use crate::array::{Array, Flags};
use crate::dtype::DType;
use crate::error::{Error, Result};

/// The bytes of the elements stand in this machine's order.
pub const NOTSWAPPED: i32 = 0x200;

/// The flags of the struct, which has nothing to say of ownership.
pub fn flags(array: &Array) -> i32 {
    let shown = [
        Flags::C_CONTIGUOUS,
        Flags::F_CONTIGUOUS,
        Flags::ALIGNED,
        Flags::WRITEABLE,
    ];
    let mask = shown.iter().fold(0, |mask, flag| mask | flag.bits());
    let order = match array.dtype().is_swapped() {
        true => 0,
        false => NOTSWAPPED,
    };
    array.flags().bits() & mask | order
}

/// Whether flags of the struct let the elements be written.
pub fn is_writeable(flags: i32) -> bool {
    flags & Flags::WRITEABLE.bits() != 0
}

/// The type that the struct means.
pub fn dtype(kind: u8, itemsize: i32, flags: i32) -> Result<DType> {
    let (kind, itemsize) = (char::from(kind), i64::from(itemsize));
    let native = DType::from_kind_letter(kind, itemsize);
    let dtype = native.ok_or(Error::NoSuchKind { kind, itemsize })?;
    Ok(match flags & NOTSWAPPED {
        0 => dtype.swapped(),
        _ => dtype,
    })
}

/// Shows a type as the dictionary's `typestr`. bfloat16 leaves as two raw
/// bytes, as it does from Python, where NumPy knows it no better.
pub struct TypeStr(pub DType);

impl Display for TypeStr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.kind_letter() {
            'V' => write!(f, "|V{}", self.0.itemsize()),
            _ => self.0.format().fmt(f),
        }
    }
}

/// The type that a `typestr` means, which ends with a NUL.
pub fn parse_typestr(text: &[u8]) -> Result<DType> {
    let wrong = |position, expected| Error::InvalidText {
        argument: "source->typestr",
        position,
        expected,
    };
    let end = text.iter().position(|&byte| byte == 0);
    let end = end.ok_or(wrong(text.len(), "a NUL"))?;
    let text =
        core::str::from_utf8(&text[..end]).map_err(|error| wrong(error.valid_up_to(), "UTF-8"))?;
    match text.starts_with(['<', '>', '|', '=']) {
        true => DType::parse(text),
        false => Err(wrong(0, "a byte order, one of <, > and |")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Element;

    #[test]
    fn every_type_leaves_and_comes_back() {
        for element in Element::ALL {
            let native = DType::new(element);
            for dtype in [native, native.swapped()] {
                let expected = match element {
                    Element::BFloat16 => DType::raw_bytes(2).unwrap(),
                    _ => dtype,
                };
                let flags = if dtype.is_swapped() { 0 } else { NOTSWAPPED };
                let kind = dtype.kind_letter() as u8;
                let size = dtype.itemsize() as i32;
                assert_eq!(super::dtype(kind, size, flags), Ok(expected));
                let mut text = TypeStr(dtype).to_string();
                text.push('\0');
                assert_eq!(parse_typestr(text.as_bytes()), Ok(expected), "{text}");
            }
        }
    }

    #[test]
    fn what_numpy_calls_its_types() {
        // numpy.dtype(...).str and .kind of NumPy 2.4.6 on this byte order.
        for (element, typestr, kind) in [
            (Element::Bool, "|b1", 'b'),
            (Element::Int8, "|i1", 'i'),
            (Element::UInt32, "<u4", 'u'),
            (Element::Float16, "<f2", 'f'),
            (Element::Complex128, "<c16", 'c'),
        ] {
            let dtype = DType::new(element);
            let native = if cfg!(target_endian = "big") {
                ">"
            } else {
                "<"
            };
            assert_eq!(TypeStr(dtype).to_string(), typestr.replace('<', native));
            assert_eq!(dtype.kind_letter(), kind);
        }
        let raw = DType::raw_bytes(12).unwrap();
        assert_eq!(TypeStr(raw).to_string(), "|V12");
        assert_eq!(TypeStr(Element::BFloat16.into()).to_string(), "|V2");
    }

    #[test]
    fn types_that_are_not_ours_are_refused() {
        for (kind, size) in [
            (b'f', 16),
            (b'O', 8),
            (b'i', 0),
            (b'i', -4),
            (b'V', 0),
            (0, 1),
        ] {
            assert!(dtype(kind, size, NOTSWAPPED).is_err());
        }
        for text in [
            "", "\0", "<f8", "f8\0", "<f3\0", "|O\0", "<M8[s]\0", "\u{fc}\0",
        ] {
            assert!(parse_typestr(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(parse_typestr(b"<\xff\0").is_err());
    }
}
