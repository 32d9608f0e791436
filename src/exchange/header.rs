//! The header of a .npy file: what the array behind it is, written as a Python
//! dictionary. The format is described in NumPy's `numpy/lib/format.py`.
//!
//! ```text
//! "\x93NUMPY"  1 0   length of the text (16 bits; 32 in formats 2.0 and 3.0)
//! {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }   ...spaces... \n
//! ```
//!
//! NumPy lets Python read the dictionary. The small parser here, which stands on
//! that of element types (`dtype/literal.rs`), reads what any version of NumPy has
//! ever written for the types that libarray has (keys in any order, either quote,
//! any white space, Python 2's `2L`) and refuses all else, naming the byte.
//!
//! The text is Latin-1 in formats 1.0 and 2.0 and UTF-8 in 3.0, which makes a
//! difference to the names of fields only.

use core::fmt::{self, Write};

use super::Input;
use crate::dtype::{Cursor, DType, FormatText, Wrong};
use crate::error::{Error, Result};
use crate::layout::{self, Dims, Layout, MAX_NDIM, Packing};
use crate::memory::Scratch;

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// The longest header that is read, in bytes. One of an array of 64 axes needs
/// less than 2 KiB; only records of very many fields need more than 64 KiB.
const LONGEST: u64 = 1 << 20;

/// NumPy pads headers so that the elements start at a multiple of this.
const ALIGNMENT: usize = 64;
/// NumPy leaves room for one extent to grow to this many digits in place.
const GROWTH_DIGITS: usize = 21;

/// What a header says.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    pub(super) dtype: DType,
    pub(super) packing: Packing,
    pub(super) shape: Dims,
}

impl Header {
    /// Reads a header; afterwards `input` stands at the first element.
    pub(super) fn read<I: Input>(input: &mut I) -> Result<Header> {
        let wrong = |problem, position| {
            Err(Error::Format {
                format: I::FORMAT,
                problem,
                position,
            })
        };
        const TOO_SHORT: &str = "it ends within its header";
        let mut preamble = [0u8; 12];
        let length = input.left();
        let known = fill(input, &mut preamble[..8])?;
        if known.starts_with(b"PK") {
            return wrong("this is a zip archive: open it as a .npz file", 0);
        }
        let magic = &known[..known.len().min(MAGIC.len())];
        if magic.is_empty() || !MAGIC.starts_with(magic) {
            return wrong("it does not begin as a .npy file does", 0);
        }
        if known.len() < 8 {
            return wrong(TOO_SHORT, length);
        }
        let width = match known[6..] {
            [1, 0] => 2,
            [2 | 3, 0] => 4,
            _ => return wrong("only formats 1.0, 2.0 and 3.0 are known", 6),
        };
        if fill(input, &mut preamble[8..8 + width])?.len() < width {
            return wrong(TOO_SHORT, length);
        }
        // The bytes that format 1.0 does not have are zero.
        let text_length =
            u32::from_le_bytes([preamble[8], preamble[9], preamble[10], preamble[11]]);
        let text_length = u64::from(text_length);
        if text_length > input.left() {
            return wrong(TOO_SHORT, length);
        }
        if text_length > LONGEST {
            return wrong("the header is longer than 1 MiB", 8);
        }
        let mut text = Scratch::<u8>::zeroed(text_length as usize)?;
        fill(input, &mut text)?;
        let (is_utf8, start) = (preamble[6] == 3, 8 + width as u64);
        if !is_utf8 && !text.is_ascii() {
            text = latin1_to_utf8(&text)?;
        }
        // In a text that was Latin-1 each character was a byte.
        let position = |place: usize| {
            let is_part = |&&byte: &&u8| !is_utf8 && byte & 0xc0 == 0x80;
            let added = text[..place].iter().filter(is_part).count();
            start + (place - added) as u64
        };
        let parsed = match core::str::from_utf8(&text) {
            Ok(text) => dictionary(&mut Cursor::of_numpy(text)),
            Err(error) => Err(Wrong::At {
                place: error.valid_up_to(),
                problem: "the header is not UTF-8",
            }),
        };
        parsed.map_err(|wrong| match wrong {
            Wrong::At { place, problem } => Error::Format {
                format: I::FORMAT,
                problem,
                position: position(place),
            },
            Wrong::Error(error) => error,
        })
    }

    /// The layout of the elements, the first of them at offset 0.
    pub(super) fn layout(&self) -> Result<Layout> {
        layout::packed(&self.shape, self.dtype.itemsize(), self.packing)
    }

    /// The number of bytes of the elements.
    pub(super) fn nbytes(&self) -> Result<u64> {
        let itemsize = self.dtype.itemsize();
        // That the product fits is part of what is checked.
        let count = layout::element_count("shape", &self.shape, itemsize)?;
        Ok((count * itemsize) as u64)
    }

    /// The header as NumPy would write it, byte for byte: in the oldest format
    /// that can hold it.
    pub(super) fn write(&self) -> Result<Scratch<u8>> {
        let Some(descr) = self.dtype.descr() else {
            return Err(Error::WrongDType {
                argument: "array",
                given: self.dtype,
                expected: "a type that .npy can name",
            });
        };
        let mut body = Body::default();
        // What fails is remembered, so as to be told.
        let _ = self.write_dictionary(&descr, &mut body);
        let text = body.finish()?;
        let is_latin1 = text.chars().all(|c| (c as u32) < 256);
        let length = match is_latin1 {
            true => text.chars().count(),
            false => text.len(),
        };
        // As NumPy does: a whole line of spaces where none is needed.
        let padded = |before: usize| {
            let length = before + length + 1;
            length + ALIGNMENT - length % ALIGNMENT - before
        };
        let (version, before) = match is_latin1 {
            true if padded(10) <= usize::from(u16::MAX) => (1, 10),
            true => (2, 12),
            false => (3, 12),
        };
        let length = padded(before);
        if length as u64 > LONGEST {
            return Err(Error::Limit {
                what: "bytes of a .npy header",
                limit: LONGEST as i64,
                given: length as i64,
            });
        }
        let mut header = Scratch::with_capacity(before + length)?;
        header.extend_from_slice(MAGIC)?;
        header.extend_from_slice(&[version, 0])?;
        header.extend_from_slice(&(length as u32).to_le_bytes()[..before - 8])?;
        match is_latin1 {
            true => {
                for c in text.chars() {
                    header.push(c as u8)?;
                }
            }
            false => header.extend_from_slice(text.as_bytes())?,
        }
        while header.len() < before + length - 1 {
            header.push(b' ')?;
        }
        header.push(b'\n')?;
        Ok(header)
    }

    fn write_dictionary(&self, descr: &FormatText, text: &mut Body) -> fmt::Result {
        let (order, growing) = match self.packing {
            Packing::C => ("False", self.shape.first()),
            Packing::F => ("True", self.shape.last()),
        };
        // A record's is a list, all others are strings.
        let quote = if self.dtype.is_record() { "" } else { "'" };
        write!(
            text,
            "{{'descr': {quote}{descr}{quote}, 'fortran_order': {order}, 'shape': ("
        )?;
        for (axis, extent) in self.shape.iter().enumerate() {
            write!(text, "{}{extent}", if axis == 0 { "" } else { ", " })?;
        }
        text.write_str(if self.shape.len() == 1 {
            ",), }"
        } else {
            "), }"
        })?;
        if let Some(&extent) = growing {
            let digits = extent.checked_ilog10().unwrap_or(0) as usize + 1;
            let count = GROWTH_DIGITS.saturating_sub(digits);
            write!(text, "{:count$}", "")?;
        }
        Ok(())
    }
}

/// The text of a header that is written.
#[derive(Default)]
struct Body {
    text: Scratch<u8>,
    failure: Option<Error>,
}

impl Write for Body {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.text
            .extend_from_slice(part.as_bytes())
            .map_err(|error| {
                self.failure = Some(error);
                fmt::Error
            })
    }
}

impl Body {
    fn finish(&self) -> Result<&str> {
        match self.failure {
            Some(error) => Err(error),
            // Texts were put there, nothing else.
            None => Ok(core::str::from_utf8(&self.text).unwrap_or_default()),
        }
    }
}

/// A text whose bytes are the numbers of its characters.
fn latin1_to_utf8(text: &[u8]) -> Result<Scratch<u8>> {
    let mut utf8 = Scratch::with_capacity(2 * text.len())?;
    for &byte in text {
        let c = char::from(byte);
        utf8.extend_from_slice(c.encode_utf8(&mut [0; 2]).as_bytes())?;
    }
    Ok(utf8)
}

/// Reads as many bytes as there are and `place` has room for; returns them.
fn fill<'a, I: Input>(input: &mut I, place: &'a mut [u8]) -> Result<&'a [u8]> {
    let count = input.left().min(place.len() as u64) as usize;
    // SAFETY: no more than `place` has room for.
    unsafe { input.read(place.as_mut_ptr(), count)? };
    Ok(&place[..count])
}

/// What has been read of a header.
type Parsed<T> = core::result::Result<T, Wrong>;

fn wrong_at<T>(place: usize, problem: &'static str) -> Parsed<T> {
    Err(Wrong::At { place, problem })
}

/// The whole text of a header.
fn dictionary(text: &mut Cursor<'_>) -> Parsed<Header> {
    let (mut dtype, mut packing, mut shape) = (None, None, None);
    text.expect(b'{', "a dictionary was expected")?;
    let mut more = !text.accept(b'}');
    while more {
        text.skip_space();
        let place = text.place();
        let key = text.string()?.body();
        text.expect(b':', "':' was expected")?;
        let first = match key {
            "descr" => dtype.replace(text.dtype()?).is_none(),
            "fortran_order" => packing.replace(order(text)?).is_none(),
            "shape" => shape.replace(extents(text)?).is_none(),
            _ => return wrong_at(place, "the header has an unknown key"),
        };
        if !first {
            return wrong_at(place, "the header has a key twice");
        }
        more = text.more(b'}', "',' or '}' was expected")?;
    }
    text.expect_end("the end of the header was expected")?;
    match (dtype, packing, shape) {
        (Some(dtype), Some(packing), Some(shape)) => Ok(Header {
            dtype,
            packing,
            shape,
        }),
        (None, ..) => text.wrong("the header has no 'descr'"),
        (_, None, _) => text.wrong("the header has no 'fortran_order'"),
        (.., None) => text.wrong("the header has no 'shape'"),
    }
}

fn order(text: &mut Cursor<'_>) -> Parsed<Packing> {
    for (word, packing) in [("False", Packing::C), ("True", Packing::F)] {
        if text.accept_word(word) {
            return Ok(packing);
        }
    }
    text.wrong("True or False was expected")
}

/// A tuple of extents. As in Python, a single one needs its comma.
fn extents(text: &mut Cursor<'_>) -> Parsed<Dims> {
    let mut shape = Dims::new();
    let mut count = 0;
    text.expect(b'(', "a tuple of extents was expected")?;
    while !text.accept(b')') {
        let extent = extent(text)?;
        // More axes than there can be are only counted.
        let _ = shape.try_push(extent);
        count += 1;
        if !text.accept(b',') {
            if count == 1 {
                return text.wrong("',' was expected");
            }
            text.expect(b')', "',' or ')' was expected")?;
            break;
        }
    }
    if count > MAX_NDIM as i64 {
        return Err(Wrong::Error(Error::TooManyAxes {
            argument: "shape",
            given: count,
        }));
    }
    Ok(shape)
}

fn extent(text: &mut Cursor<'_>) -> Parsed<i64> {
    text.skip_space();
    if text.peek() == Some(b'-') {
        return text.wrong("negative dimensions are not allowed");
    }
    match text.number("an extent was expected")? {
        Some(extent) => Ok(extent),
        None => Err(Wrong::Error(Error::Overflow {
            what: "an extent in the header",
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    /// A file in memory.
    struct Bytes<'a>(&'a [u8]);

    impl Input for Bytes<'_> {
        const FORMAT: &'static str = "bytes";
        const MAY_GO_ON: bool = true;

        fn left(&self) -> u64 {
            self.0.len() as u64
        }

        unsafe fn read(&mut self, place: *mut u8, count: usize) -> Result<()> {
            let (bytes, rest) = self.0.split_at(count);
            // SAFETY: the caller has room for `count` bytes.
            unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), count) };
            self.0 = rest;
            Ok(())
        }
    }

    /// The text behind the preamble of format 1.0.
    const START: u64 = 10;

    fn file(text: &str) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend_from_slice(&(text.len() as u16).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    fn read(text: &str) -> Result<Header> {
        Header::read(&mut Bytes(&file(text)))
    }

    fn header(descr: &str, packing: Packing, shape: &[i64]) -> Header {
        Header {
            dtype: DType::parse(descr).unwrap(),
            packing,
            shape: shape.iter().copied().collect(),
        }
    }

    #[test]
    fn a_dictionary_is_read_however_python_may_write_it() {
        for text in [
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 30), }   \n",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 30)}",
            "{'shape': (2L, 30L), 'fortran_order': True, 'descr': '<f8'}",
            "{\"shape\":(2,30,),\"descr\":\"<f8\",\"fortran_order\":True}",
            " \t{ 'descr' :'d' ,\n'fortran_order' : True,'shape' :( 2 , 30 , ) } \r\n\x0c",
            "{'descr': 'float64', 'fortran_order': True, 'shape': (002, 30)}",
        ] {
            assert_eq!(
                read(text),
                Ok(header("<f8", Packing::F, &[2, 30])),
                "{text}"
            );
        }
        for (text, shape) in [
            ("()", &[][..]),
            ("(3,)", &[3]),
            ("( )", &[]),
            ("(0, 1)", &[0, 1]),
        ] {
            let text = format!("{{'descr': '|V12', 'fortran_order': False, 'shape': {text}}}");
            assert_eq!(read(&text), Ok(header("|V12", Packing::C, shape)), "{text}");
        }
    }

    #[test]
    fn an_error_names_the_byte() {
        // The mark stands where the error is.
        for marked in [
            "^",
            "^[1]",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2,)^",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2,)}^;",
            "{'descr': '<f8', 'fortran_order': True ^'shape': (2,)}",
            "{'descr': '<f8', 'fortran_order': ^1, 'shape': (2,)}",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2^)}",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2,^,)}",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2^.0,)}",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2, ^-1)}",
            "{'descr': '<f8', 'fortran_order': True, 'shape': ^[2]}",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2L^3)}",
            "{'descr': '^f7', 'fortran_order': True, 'shape': (2,)}",
            "{'descr': '^<', 'fortran_order': True, 'shape': (2,)}",
            "{'descr': '^bfloat16', 'fortran_order': True, 'shape': (2,)}",
            "{'descr': '^\u{fc}', 'fortran_order': True, 'shape': (2,)}",
            "{'descr': '^<f8\\', 'fortran_order': True, 'shape': (2,)}",
            "{'descr': ^'<f8, }",
            "{'descr': [('x', '<f4'), ('y', '^f7')], 'fortran_order': True, 'shape': (2,)}",
            "{'descr': [('x', '<f4'^], 'fortran_order': True, 'shape': (2,)}",
            "{'descr': ^[('x', '<f4'), ('x', '<f4')], 'fortran_order': True, 'shape': (2,)}",
            "{'descr': [('^', '<f4')], 'fortran_order': True, 'shape': (2,)}",
            "{'descr': [('x', '<f4', ^(2,))], 'fortran_order': True, 'shape': (2,)}",
            "{'descr': [(^('t', 'x'), '<f4')], 'fortran_order': True, 'shape': (2,)}",
            "{'descr': [('x', '^bfloat16')], 'fortran_order': True, 'shape': (2,)}",
            "{'descr': ^[], 'fortran_order': True, 'shape': (2,)}",
            "{'descr': ^{'names': [], 'formats': []}, 'fortran_order': True, 'shape': (2,)}",
            "{'descr': ^('<f4', (2,)), 'fortran_order': True, 'shape': (2,)}",
            "{^'order': True}",
            "{'descr': '<f8', ^'descr': '<f8', 'fortran_order': True, 'shape': (2,)}",
            "{'descr': '<f8'}^",
            "{}^",
            "{^descr: 1}",
        ] {
            let (before, after) = marked.split_once('^').unwrap();
            match read(&format!("{before}{after}")) {
                Err(Error::Format { position, .. }) => {
                    let expected = START + before.len() as u64;
                    assert_eq!(position, expected, "{marked}");
                }
                other => panic!("{marked}: {other:?}"),
            }
        }
    }

    #[test]
    fn more_axes_than_there_can_be_are_a_limit() {
        let text = |axes| {
            let ones = "1, ".repeat(axes);
            format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({ones})}}")
        };
        assert!(read(&text(64)).is_ok());
        let given = |given| {
            Err(Error::TooManyAxes {
                argument: "shape",
                given,
            })
        };
        assert_eq!(read(&text(65)), given(65));
        assert_eq!(read(&text(1000)), given(1000));
    }

    #[test]
    fn a_header_stays_within_its_length() {
        // The text goes on behind the end that the length says.
        let mut bytes = file("{'descr': '<f8', 'fortran_order': False, 'shape': ()}");
        bytes[8] -= 1;
        let position = START + u64::from(bytes[8]);
        assert_eq!(
            Header::read(&mut Bytes(&bytes)),
            Err(Error::Format {
                format: "bytes",
                problem: "',' or '}' was expected",
                position
            })
        );
        // In format 2.0 the length has four bytes, and a limit.
        let mut long = b"\x93NUMPY\x02\x00\x01\x00\x10\x00".to_vec();
        long.resize(12 + (1 << 20) + 1, b' ');
        let problem = Header::read(&mut Bytes(&long)).unwrap_err().to_string();
        assert_eq!(
            problem,
            "bytes: the header is longer than 1 MiB (at byte 8)"
        );
    }

    #[test]
    fn the_longest_header_is_written_and_read() {
        let longest = header(">c16", Packing::F, &[i64::MAX; 64]);
        let bytes = longest.write().unwrap();
        assert_eq!(bytes.len() % 64, 0);
        assert_eq!(Header::read(&mut Bytes(&bytes)), Ok(longest));
    }

    /// Whatever the bytes are, there is an answer, and what is accepted is
    /// written and read again as the same.
    #[test]
    fn no_text_can_break_the_parser() {
        let mut numbers = random::numbers(0x853c_49e6_748f_ea9b);
        let mut below = |limit: usize| numbers(limit as i64) as usize;
        const PIECES: &[&str] = &[
            "{",
            "}",
            "(",
            ")",
            ",",
            ":",
            "'",
            "\"",
            " ",
            "\n",
            "L",
            "-",
            "0",
            "7",
            "99999999999",
            "'descr'",
            "'shape'",
            "'fortran_order'",
            "True",
            "False",
            "'<f8'",
            "'>i2'",
            "'|V9'",
            "('x', '<i4')",
            "('', '|V3')",
            "('y', [('x', '>f8'), ('z', '?')])",
            "]",
            "[",
            "\\",
            "\u{fc}",
            "\0",
        ];
        let wholes = [
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }",
            "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (3, 4), }",
        ];
        let (mut accepted, mut records) = (0, std::collections::BTreeSet::new());
        for round in 0..crate::random::cases(200_000) {
            // All tests of a process share the table of records.
            if records.len() == 400 {
                break;
            }
            let mut text = wholes[usize::from(round % 16 == 1)].to_string();
            if round % 4 == 0 {
                text.clear();
            }
            for _ in 0..1 + below(4) {
                let mut place = below(text.len() + 1);
                while !text.is_char_boundary(place) {
                    place -= 1;
                }
                if below(3) == 0 {
                    text.truncate(place);
                } else {
                    text.insert_str(place, PIECES[below(PIECES.len())]);
                }
            }
            let mut bytes = file(&text);
            if below(10) == 0 {
                let place = below(bytes.len());
                bytes[place] = below(256) as u8;
            }
            let Ok(header) = Header::read(&mut Bytes(&bytes)) else {
                continue;
            };
            accepted += 1;
            if header.dtype.is_record() {
                records.insert(header.dtype.to_raw());
            }
            let again = header.write().unwrap();
            assert_eq!(Header::read(&mut Bytes(&again)), Ok(header));
        }
        assert!(accepted > 1000 && records.len() > 10);
    }
}
