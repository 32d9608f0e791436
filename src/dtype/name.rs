//! What element types are called: NumPy's names (`float64`), its format
//! strings (`<f8`), the text that describes a record, and what each is parsed
//! from. (Reading the text of a record is `literal.rs`'.)
//!
//! bfloat16 is not one of NumPy's types, so it has no format there; here its
//! name serves as one, with the byte order before it when that is foreign.

use core::ffi::{c_int, c_long, c_short};
use core::fmt::{self, Display, Formatter, Write};

use super::{DType, Element, Kind, MAX_RAW_SIZE, Record};
use crate::error::{Error, Result};

/// The format characters of this machine's byte order and of the other.
const NATIVE: char = if cfg!(target_endian = "big") {
    '>'
} else {
    '<'
};
const FOREIGN: char = if cfg!(target_endian = "big") {
    '<'
} else {
    '>'
};

impl Element {
    /// NumPy's name.
    pub const fn name(self) -> &'static str {
        match self {
            Element::Bool => "bool",
            Element::Int8 => "int8",
            Element::Int16 => "int16",
            Element::Int32 => "int32",
            Element::Int64 => "int64",
            Element::UInt8 => "uint8",
            Element::UInt16 => "uint16",
            Element::UInt32 => "uint32",
            Element::UInt64 => "uint64",
            Element::Float16 => "float16",
            Element::BFloat16 => "bfloat16",
            Element::Float32 => "float32",
            Element::Float64 => "float64",
            Element::Complex64 => "complex64",
            Element::Complex128 => "complex128",
        }
    }

    /// The letter of its kind in a format; bfloat16 has none.
    const fn letter(self) -> Option<char> {
        match (self, self.kind()) {
            (Element::BFloat16, _) | (_, Kind::Raw) => None,
            (_, Kind::Bool) => Some('b'),
            (_, Kind::Unsigned) => Some('u'),
            (_, Kind::Signed) => Some('i'),
            (_, Kind::Float) => Some('f'),
            (_, Kind::Complex) => Some('c'),
        }
    }

    /// The type of this letter and size in a format.
    fn from_letter(letter: char, size: i64) -> Option<Element> {
        Element::ALL
            .into_iter()
            .find(|e| e.letter() == Some(letter) && e.size() == size)
    }

    /// The type that a whole name means: NumPy's own, or one of its aliases.
    fn from_name(name: &str) -> Option<Element> {
        let int = size_of::<c_int>();
        let long = size_of::<c_long>();
        let pointer = size_of::<isize>();
        Some(match name {
            "bool_" => Element::Bool,
            "byte" => Element::Int8,
            "ubyte" => Element::UInt8,
            "short" => signed(size_of::<c_short>()),
            "ushort" => unsigned(size_of::<c_short>()),
            "intc" => signed(int),
            "uintc" => unsigned(int),
            "long" => signed(long),
            "ulong" => unsigned(long),
            "longlong" => Element::Int64,
            "ulonglong" => Element::UInt64,
            "int" | "int_" | "intp" => signed(pointer),
            "uint" | "uintp" => unsigned(pointer),
            "half" => Element::Float16,
            "single" => Element::Float32,
            "float" | "double" => Element::Float64,
            "csingle" => Element::Complex64,
            "complex" | "cdouble" => Element::Complex128,
            _ => return Element::ALL.into_iter().find(|e| e.name() == name),
        })
    }

    /// The type of one of the characters that NumPy and the buffer protocol
    /// (PEP 3118) use. Like NumPy, and unlike Python's `struct`, the sizes are
    /// those of this machine's C, whichever byte order stands in front.
    fn from_char(c: char) -> Option<Element> {
        Some(match c {
            '?' => Element::Bool,
            'b' => Element::Int8,
            'B' => Element::UInt8,
            'h' => signed(size_of::<c_short>()),
            'H' => unsigned(size_of::<c_short>()),
            'i' => signed(size_of::<c_int>()),
            'I' => unsigned(size_of::<c_int>()),
            'l' => signed(size_of::<c_long>()),
            'L' => unsigned(size_of::<c_long>()),
            'q' => Element::Int64,
            'Q' => Element::UInt64,
            'n' | 'p' => signed(size_of::<isize>()),
            'N' | 'P' => unsigned(size_of::<isize>()),
            'e' => Element::Float16,
            'f' => Element::Float32,
            'd' => Element::Float64,
            'F' => Element::Complex64,
            'D' => Element::Complex128,
            _ => return None,
        })
    }
}

/// The signed integer type of `size` bytes, one of C's.
const fn signed(size: usize) -> Element {
    match size {
        1 => Element::Int8,
        2 => Element::Int16,
        4 => Element::Int32,
        _ => Element::Int64,
    }
}

/// The unsigned integer type of `size` bytes, one of C's.
const fn unsigned(size: usize) -> Element {
    match size {
        1 => Element::UInt8,
        2 => Element::UInt16,
        4 => Element::UInt32,
        _ => Element::UInt64,
    }
}

/// Shows a type as NumPy's format string, such as `<f8`, `|b1` or `|V12`; a
/// record as the list or the dictionary that describes it.
#[derive(Clone, Copy, Debug)]
pub struct FormatText {
    dtype: DType,
    manner: Manner,
}

/// How the text of a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// With all there is to say: what parses back to the type.
    Whole,
    /// As in NumPy's files, which do not say that a record is aligned.
    Descr,
    /// As NumPy's `str`: short codes, and a dictionary where there are gaps.
    Str,
    /// The same within another record, where it is not said to be aligned.
    InnerStr,
}

impl Display for FormatText {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(record) = self.dtype.record() {
            return self.write_record(record, f);
        }
        let size = self.dtype.itemsize();
        let Some(element) = self.dtype.element() else {
            return write!(f, "|V{size}");
        };
        let swapped = self.dtype.is_swapped();
        match element.letter() {
            Some(letter) if size == 1 => write!(f, "|{letter}1"),
            Some(letter) if swapped => write!(f, "{FOREIGN}{letter}{size}"),
            Some(letter) => write!(f, "{NATIVE}{letter}{size}"),
            None if swapped => write!(f, "{FOREIGN}{}", element.name()),
            None => f.write_str(element.name()),
        }
    }
}

impl FormatText {
    /// The type of a field, within the text of its record.
    fn write_field(self, dtype: DType, f: &mut Formatter<'_>) -> fmt::Result {
        let is_str = matches!(self.manner, Manner::Str | Manner::InnerStr);
        let manner = match is_str {
            true => Manner::InnerStr,
            false => self.manner,
        };
        let text = FormatText { dtype, manner };
        match (dtype.is_record(), dtype.element()) {
            (true, _) => text.fmt(f),
            (_, Some(Element::Bool)) if is_str => f.write_str("'?'"),
            (_, Some(element)) if is_str && element.size() == 1 => {
                write!(f, "'{}1'", element.letter().unwrap_or('?'))
            }
            (_, None) if is_str => write!(f, "'V{}'", dtype.itemsize()),
            _ => write!(f, "'{text}'"),
        }
    }

    fn write_record(self, record: &Record, f: &mut Formatter<'_>) -> fmt::Result {
        let as_list = match self.manner {
            Manner::Whole => record.is_in_order() && !record.is_aligned(),
            Manner::Descr => record.is_in_order(),
            Manner::Str => record.is_dense() && !record.is_aligned(),
            Manner::InnerStr => record.is_dense(),
        };
        if !as_list {
            return self.write_dictionary(record, f);
        }
        let shows_gaps = matches!(self.manner, Manner::Whole | Manner::Descr);
        f.write_char('[')?;
        let (mut separator, mut end) = ("", 0);
        for field in record.fields() {
            if field.offset > end && shows_gaps {
                write!(f, "{separator}('', '|V{}')", field.offset - end)?;
                separator = ", ";
            }
            write!(f, "{separator}({}, ", Repr(field.name))?;
            self.write_field(field.dtype, f)?;
            f.write_char(')')?;
            (separator, end) = (", ", field.end());
        }
        if record.itemsize() > end && shows_gaps {
            write!(f, "{separator}('', '|V{}')", record.itemsize() - end)?;
        }
        f.write_char(']')
    }

    fn write_dictionary(self, record: &Record, f: &mut Formatter<'_>) -> fmt::Result {
        let fields = || {
            let separators = core::iter::once("").chain(core::iter::repeat(", "));
            record.fields().iter().zip(separators)
        };
        f.write_str("{'names': [")?;
        for (field, separator) in fields() {
            write!(f, "{separator}{}", Repr(field.name))?;
        }
        f.write_str("], 'formats': [")?;
        for (field, separator) in fields() {
            f.write_str(separator)?;
            self.write_field(field.dtype, f)?;
        }
        f.write_str("], 'offsets': [")?;
        for (field, separator) in fields() {
            write!(f, "{separator}{}", field.offset)?;
        }
        write!(f, "], 'itemsize': {}", record.itemsize())?;
        f.write_str(
            match record.is_aligned() && self.manner != Manner::InnerStr {
                true => ", 'aligned': True}",
                false => "}",
            },
        )
    }
}

/// Shows a text as Python's `repr` does, but that of all characters beyond
/// Latin-1 none is escaped.
struct Repr<'a>(&'a str);

impl Display for Repr<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let quote = match self.0.contains('\'') && !self.0.contains('"') {
            true => '"',
            false => '\'',
        };
        f.write_char(quote)?;
        for c in self.0.chars() {
            match c {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\\' => f.write_str("\\\\")?,
                _ if c == quote => write!(f, "\\{c}")?,
                '\0'..' ' | '\x7f'..='\u{a0}' | '\u{ad}' => write!(f, "\\x{:02x}", c as u32)?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char(quote)
    }
}

/// Shows a type by NumPy's name; one in the foreign byte order, and raw bytes,
/// and records by their format, much as NumPy's `str` does.
impl Display for DType {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.element() {
            Some(element) if !self.is_swapped() => f.write_str(element.name()),
            _ => self.format().fmt(f),
        }
    }
}

impl DType {
    /// The name, to be written by `Display`.
    pub const fn name(self) -> impl Display {
        self
    }

    /// The letter of the kind in NumPy's formats: `b`, `i`, `u`, `f`, `c`, and
    /// `V` for what has none of its own, bfloat16 included.
    pub fn kind_letter(self) -> char {
        self.element().and_then(Element::letter).unwrap_or('V')
    }

    /// The type of this kind and size, in this machine's byte order.
    pub fn from_kind_letter(letter: char, size: i64) -> Option<DType> {
        match letter {
            'V' => i32::try_from(size).ok().and_then(DType::raw_bytes),
            _ => Element::from_letter(letter, size).map(DType::new),
        }
    }

    /// The format string, to be written by `Display`.
    pub const fn format(self) -> FormatText {
        FormatText {
            dtype: self,
            manner: Manner::Whole,
        }
    }

    /// What NumPy's `str` shows of a record, to be written by `Display`. Unlike
    /// [`DType::format`] it may not say that records within are aligned.
    pub const fn str(self) -> FormatText {
        FormatText {
            dtype: self,
            manner: Manner::Str,
        }
    }

    /// The format as NumPy's files have it, to be written by `Display`; `None`
    /// where they have none: for bfloat16, and for records whose fields overlap
    /// or stand in another order.
    pub fn descr(self) -> Option<FormatText> {
        let has_one = match self.record() {
            Some(record) => {
                let mut fields = record.fields().iter();
                record.is_in_order() && fields.all(|field| field.dtype.descr().is_some())
            }
            None => self.element() != Some(Element::BFloat16),
        };
        has_one.then_some(FormatText {
            dtype: self,
            manner: Manner::Descr,
        })
    }

    /// The type that a text means: a name (`int32`, `bfloat16`), one of
    /// NumPy's aliases (`double`, `intp`, …), or a format, which is an optional
    /// byte order (`<`, `>`, `=` or `|`) before a kind with its size (`f8`,
    /// `V12`) or a single character (`d`, `?`); or a record, as a list of its
    /// fields or a dictionary.
    ///
    /// A byte order means nothing, and is ignored, where elements have one
    /// byte or are raw; `|` and `=` mean this machine's.
    pub fn parse(text: &str) -> Result<DType> {
        match text.trim_start().starts_with(['[', '{']) {
            true => DType::parse_record(text),
            false => DType::parse_simple(text),
        }
    }

    /// The same of all types but records.
    pub(super) fn parse_simple(text: &str) -> Result<DType> {
        if let Some(element) = Element::from_name(text) {
            return Ok(element.into());
        }
        let (order, body) = match text.chars().next() {
            Some(order @ ('<' | '>' | '=' | '|')) => (order, &text[1..]),
            _ => (NATIVE, text),
        };
        let dtype = parse_body(body, text.len() - body.len())?;
        Ok(if order == FOREIGN {
            dtype.swapped()
        } else {
            dtype
        })
    }
}

/// Parses what follows the byte order; `start` is its place in the text.
fn parse_body(body: &str, start: usize) -> Result<DType> {
    let wrong = |offset: usize, expected| {
        Err(Error::NotAType {
            position: start + offset,
            expected,
        })
    };
    if body == Element::BFloat16.name() {
        return Ok(Element::BFloat16.into());
    }
    const TYPE: &str = "the name or format of an element type";
    let mut rest = body.chars();
    let Some(letter) = rest.next() else {
        return wrong(0, TYPE);
    };
    let digits = rest.as_str();
    if digits.is_empty() && letter != 'V' {
        return match Element::from_char(letter) {
            Some(element) => Ok(element.into()),
            None => wrong(0, TYPE),
        };
    }
    if !matches!(letter, 'b' | 'i' | 'u' | 'f' | 'c' | 'V') {
        return wrong(0, TYPE);
    }
    if let Some(place) = digits.bytes().position(|c| !c.is_ascii_digit()) {
        // A word that starts with such a letter is a name that is not known.
        return match place {
            0 => wrong(0, TYPE),
            _ => wrong(1 + place, "the end"),
        };
    }
    if digits.len() > 1 && digits.starts_with('0') {
        // NumPy reads these as octal, or not at all.
        return wrong(1, "a size without leading zeros");
    }
    // Only digits are left, so all that can fail is that the number is too
    // large (or that there is none), and then zero is as wrong.
    let size = digits.parse::<i64>().unwrap_or(0);
    if letter == 'V' {
        let raw = i32::try_from(size).ok().and_then(DType::raw_bytes);
        const { assert!(MAX_RAW_SIZE == 1073741823) };
        return match raw {
            Some(dtype) => Ok(dtype),
            None => wrong(1, "a size from 1 to 1073741823 bytes"),
        };
    }
    match Element::from_letter(letter, size) {
        Some(element) => Ok(element.into()),
        None => wrong(1, "the size in bytes of a type of this kind"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `numpy.dtype(text).str` of NumPy 2.4.6 is on 64-bit Linux.
    const NUMPY: [(&str, &str); 60] = [
        ("bool", "|b1"),
        ("bool_", "|b1"),
        ("?", "|b1"),
        ("<?", "|b1"),
        ("b1", "|b1"),
        ("byte", "|i1"),
        ("b", "|i1"),
        ("int8", "|i1"),
        (">i1", "|i1"),
        ("i1", "|i1"),
        ("ubyte", "|u1"),
        ("B", "|u1"),
        ("uint8", "|u1"),
        ("short", "<i2"),
        ("h", "<i2"),
        (">h", ">i2"),
        ("int16", "<i2"),
        ("ushort", "<u2"),
        ("H", "<u2"),
        ("intc", "<i4"),
        ("i", "<i4"),
        ("|i4", "<i4"),
        ("int32", "<i4"),
        ("uintc", "<u4"),
        ("I", "<u4"),
        ("long", "<i8"),
        ("l", "<i8"),
        ("<l", "<i8"),
        ("=l", "<i8"),
        ("longlong", "<i8"),
        ("q", "<i8"),
        ("int", "<i8"),
        ("int_", "<i8"),
        ("intp", "<i8"),
        ("n", "<i8"),
        ("p", "<i8"),
        ("ulong", "<u8"),
        ("L", "<u8"),
        ("ulonglong", "<u8"),
        ("Q", "<u8"),
        ("uint", "<u8"),
        ("uintp", "<u8"),
        ("N", "<u8"),
        ("P", "<u8"),
        ("half", "<f2"),
        ("e", "<f2"),
        ("single", "<f4"),
        ("f", "<f4"),
        ("float", "<f8"),
        ("double", "<f8"),
        ("d", "<f8"),
        (">d", ">f8"),
        ("=f8", "<f8"),
        ("csingle", "<c8"),
        ("F", "<c8"),
        ("complex", "<c16"),
        ("cdouble", "<c16"),
        ("D", "<c16"),
        (">D", ">c16"),
        (">V12", "|V12"),
    ];

    #[test]
    #[cfg(all(target_pointer_width = "64", target_endian = "little", unix))]
    fn texts_mean_what_they_mean_to_numpy() {
        for (text, format) in NUMPY {
            let dtype = DType::parse(text).unwrap();
            assert_eq!(dtype.format().to_string(), format, "{text}");
        }
    }

    #[test]
    fn names_and_formats_parse_back_to_the_type() {
        for element in Element::ALL {
            for dtype in crate::dtype::tests::both_orders(element) {
                assert_eq!(DType::parse(&dtype.to_string()), Ok(dtype));
                assert_eq!(DType::parse(&dtype.name().to_string()), Ok(dtype));
                assert_eq!(DType::parse(&dtype.format().to_string()), Ok(dtype));
            }
        }
        for size in [1, 12, 1 << 20, MAX_RAW_SIZE] {
            let dtype = DType::raw_bytes(size).unwrap();
            assert_eq!(DType::parse(&dtype.to_string()), Ok(dtype));
        }
    }

    #[test]
    fn names_are_numpys_and_foreign_orders_show_their_format() {
        let int = DType::new(Element::Int32);
        assert_eq!(int.to_string(), "int32");
        assert_eq!(int.swapped().to_string(), format!("{FOREIGN}i4"));
        assert_eq!(int.format().to_string(), format!("{NATIVE}i4"));
        let bf16 = DType::new(Element::BFloat16);
        assert_eq!(bf16.format().to_string(), "bfloat16");
        assert_eq!(bf16.swapped().to_string(), format!("{FOREIGN}bfloat16"));
        assert_eq!(DType::raw_bytes(12).unwrap().to_string(), "|V12");
    }

    #[test]
    fn an_error_names_the_place_in_the_text() {
        for (text, place) in [
            ("", 0),
            ("<", 1),
            ("int33", 0),
            (">int32", 1),
            (" f8", 0),
            ("f8 ", 2),
            ("f3", 1),
            ("b2", 1),
            (">c4", 2),
            ("<f99999999999999999999", 2),
            ("V", 1),
            ("V0", 1),
            ("V1073741824", 1),
            ("S4", 0),
            ("O", 0),
            ("g", 0),
            ("c", 0),
            ("é8", 0),
            ("fé", 0),
            ("<<f8", 1),
            ("f-8", 0),
        ] {
            match DType::parse(text) {
                Err(Error::NotAType { position, .. }) => assert_eq!(position, place, "{text:?}"),
                other => panic!("{text:?} gave {other:?}"),
            }
        }
    }
}
