//! The header of a .npy file: what the array behind it is, written as a Python
//! dictionary. The format is described in NumPy's `numpy/lib/format.py`.
//!
//! ```text
//! "\x93NUMPY"  1 0   length of the text (16 bits; 32 in formats 2.0 and 3.0)
//! {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }   ...spaces... \n
//! ```
//!
//! NumPy lets Python read the dictionary. The small parser here reads what any
//! version of NumPy has ever written for the types that libarray has (keys in
//! any order, either quote, any white space, Python 2's `2L`) and refuses all
//! else, naming the byte.

use core::fmt::Write;

use arrayvec::ArrayString;

use super::Input;
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};
use crate::layout::{self, Dims, Layout, MAX_NDIM, Packing};
use crate::memory::Scratch;

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// The longest header that is read, in bytes. One of an array of 64 axes needs
/// less than 2 KiB; only records, which are refused, need more than 64 KiB.
const LONGEST: u64 = 1 << 20;

/// NumPy pads headers so that the elements start at a multiple of this.
const ALIGNMENT: usize = 64;
/// NumPy leaves room for one extent to grow to this many digits in place.
const GROWTH_DIGITS: usize = 21;

/// The text of a header that is written; 64 extents of 19 digits fit.
pub(super) type HeaderText = ArrayString<2048>;

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
        Parser {
            format: I::FORMAT,
            text: &text,
            at: 0,
            start: 8 + width as u64,
        }
        .header()
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

    /// The header as NumPy would write it, byte for byte, but for its first ten
    /// bytes, which are not text. However many axes there are, it fits format 1.0.
    pub(super) fn write(&self) -> Result<([u8; 10], HeaderText)> {
        if self.dtype.element() == Some(Element::BFloat16) {
            return Err(Error::WrongDType {
                argument: "array",
                given: self.dtype,
                expected: "a type that .npy can name",
            });
        }
        let mut text = HeaderText::new();
        // Nothing fails here: there is room for the longest header.
        self.write_dictionary(&mut text).map_err(|_| Error::Limit {
            what: "bytes of a .npy header",
            limit: HeaderText::new().capacity() as i64,
            given: i64::MAX,
        })?;
        let mut preamble = [0u8; 10];
        preamble[..6].copy_from_slice(MAGIC);
        preamble[6] = 1;
        preamble[8..].copy_from_slice(&(text.len() as u16).to_le_bytes());
        Ok((preamble, text))
    }

    fn write_dictionary(&self, text: &mut HeaderText) -> core::fmt::Result {
        let (order, growing) = match self.packing {
            Packing::C => ("False", self.shape.first()),
            Packing::F => ("True", self.shape.last()),
        };
        let descr = self.dtype.format();
        write!(
            text,
            "{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ("
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
            spaces(text, GROWTH_DIGITS.saturating_sub(digits))?;
        }
        let length = 10 + text.len() + 1;
        // As NumPy does: a whole line of spaces where none is needed.
        spaces(text, ALIGNMENT - length % ALIGNMENT)?;
        text.write_str("\n")
    }
}

fn spaces(text: &mut HeaderText, count: usize) -> core::fmt::Result {
    write!(text, "{:count$}", "")
}

/// Reads as many bytes as there are and `place` has room for; returns them.
fn fill<'a, I: Input>(input: &mut I, place: &'a mut [u8]) -> Result<&'a [u8]> {
    let count = input.left().min(place.len() as u64) as usize;
    // SAFETY: no more than `place` has room for.
    unsafe { input.read(place.as_mut_ptr(), count)? };
    Ok(&place[..count])
}

/// Reads a dictionary, byte by byte.
struct Parser<'a> {
    format: &'static str,
    text: &'a [u8],
    /// The next byte.
    at: usize,
    /// Where the text begins in the file.
    start: u64,
}

impl<'a> Parser<'a> {
    fn header(mut self) -> Result<Header> {
        let (mut dtype, mut packing, mut shape) = (None, None, None);
        self.expect(b'{', "a dictionary was expected")?;
        while !self.accept(b'}') {
            self.skip_space();
            let place = self.at;
            let key = self.string()?;
            self.expect(b':', "':' was expected")?;
            let first = match key {
                b"descr" => dtype.replace(self.dtype()?).is_none(),
                b"fortran_order" => packing.replace(self.packing()?).is_none(),
                b"shape" => shape.replace(self.shape()?).is_none(),
                _ => return self.wrong_at(place, "the header has an unknown key"),
            };
            if !first {
                return self.wrong_at(place, "the header has a key twice");
            }
            if !self.accept(b',') {
                self.expect(b'}', "',' or '}' was expected")?;
                break;
            }
        }
        self.skip_space();
        if self.at < self.text.len() {
            return self.wrong("the end of the header was expected");
        }
        match (dtype, packing, shape) {
            (Some(dtype), Some(packing), Some(shape)) => Ok(Header {
                dtype,
                packing,
                shape,
            }),
            (None, ..) => self.wrong("the header has no 'descr'"),
            (_, None, _) => self.wrong("the header has no 'fortran_order'"),
            (.., None) => self.wrong("the header has no 'shape'"),
        }
    }

    fn wrong<T>(&self, problem: &'static str) -> Result<T> {
        self.wrong_at(self.at, problem)
    }

    fn wrong_at<T>(&self, place: usize, problem: &'static str) -> Result<T> {
        Err(Error::Format {
            format: self.format,
            problem,
            position: self.start + place as u64,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n' | 0x0c)) {
            self.at += 1;
        }
    }

    /// Steps over `byte`, and white space before it, if it comes next.
    fn accept(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, problem: &'static str) -> Result<()> {
        match self.accept(byte) {
            true => Ok(()),
            false => self.wrong(problem),
        }
    }

    /// A string in either quote. None of those that can stand in a header needs
    /// an escape.
    fn string(&mut self) -> Result<&'a [u8]> {
        self.skip_space();
        let quote = match self.peek() {
            Some(quote @ (b'\'' | b'"')) => quote,
            _ => return self.wrong("a string was expected"),
        };
        let body = &self.text[self.at + 1..];
        let ends = |&byte: &u8| byte == quote || matches!(byte, b'\\' | b'\n');
        match body.iter().position(ends) {
            Some(length) if body[length] == quote => {
                self.at += length + 2;
                Ok(&body[..length])
            }
            _ => self.wrong("this string does not end as one should"),
        }
    }

    fn packing(&mut self) -> Result<Packing> {
        self.skip_space();
        for (word, packing) in [(&b"False"[..], Packing::C), (b"True", Packing::F)] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(packing);
            }
        }
        self.wrong("True or False was expected")
    }

    /// A tuple of extents. As in Python, a single one needs its comma.
    fn shape(&mut self) -> Result<Dims> {
        let mut shape = Dims::new();
        let mut count = 0;
        self.expect(b'(', "a tuple of extents was expected")?;
        while !self.accept(b')') {
            let extent = self.extent()?;
            // More axes than there can be are only counted.
            let _ = shape.try_push(extent);
            count += 1;
            if !self.accept(b',') {
                if count == 1 {
                    return self.wrong("',' was expected");
                }
                self.expect(b')', "',' or ')' was expected")?;
                break;
            }
        }
        if count > MAX_NDIM as i64 {
            return Err(Error::TooManyAxes {
                argument: "shape",
                given: count,
            });
        }
        Ok(shape)
    }

    fn extent(&mut self) -> Result<i64> {
        self.skip_space();
        let place = self.at;
        let mut extent = Some(0i64);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            extent = extent
                .and_then(|n| n.checked_mul(10))
                .and_then(|n| n.checked_add(i64::from(digit - b'0')));
            self.at += 1;
        }
        if self.at == place {
            return match self.peek() {
                Some(b'-') => self.wrong("negative dimensions are not allowed"),
                _ => self.wrong("an extent was expected"),
            };
        }
        // Python 2 wrote its long integers so.
        self.at += usize::from(self.peek() == Some(b'L'));
        extent.ok_or(Error::Overflow {
            what: "an extent in the header",
        })
    }

    fn dtype(&mut self) -> Result<DType> {
        self.skip_space();
        match self.peek() {
            Some(b'[') => return self.wrong("records have no counterpart here"),
            Some(b'(') => return self.wrong("subarray types have no counterpart here"),
            _ => {}
        }
        let place = self.at + 1;
        let text = self.string()?;
        let body = match text {
            [b'<' | b'>' | b'=' | b'|', body @ ..] => body,
            _ => text,
        };
        let problem = match body {
            [b'O', ..] => "Python objects are never loaded",
            [b'S' | b'a', ..] => "byte strings have no counterpart here",
            [b'U', ..] => "text strings have no counterpart here",
            [b'M' | b'm', ..] => "dates and times have no counterpart here",
            b"f12" | b"f16" | b"c24" | b"c32" | b"g" | b"G" => {
                "long double has no counterpart here"
            }
            _ => "'descr' names no element type",
        };
        match core::str::from_utf8(text).ok().map(DType::parse) {
            // NumPy itself has no such type.
            Some(Ok(dtype)) if dtype.element() != Some(Element::BFloat16) => Ok(dtype),
            _ => self.wrong_at(place, problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "{'descr': ^'<f8\\', 'fortran_order': True, 'shape': (2,)}",
            "{'descr': ^'<f8, }",
            "{'descr': ^[('x', '<f4')], 'fortran_order': True, 'shape': (2,)}",
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
        let (preamble, text) = longest.write().unwrap();
        assert_eq!((preamble.len() + text.len()) % 64, 0);
        let mut bytes = preamble.to_vec();
        bytes.extend_from_slice(text.as_bytes());
        assert_eq!(Header::read(&mut Bytes(&bytes)), Ok(longest));
    }

    /// Whatever the bytes are, there is an answer, and what is accepted is
    /// written and read again as the same.
    #[test]
    fn no_text_can_break_the_parser() {
        let mut state = 0x853c_49e6_748f_ea9b_u64;
        println!("seed {state:#x}");
        let mut below = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % limit as u64) as usize
        };
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
            "[",
            "\\",
            "\u{fc}",
            "\0",
        ];
        let whole = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }";
        let mut accepted = 0;
        for round in 0..200_000 {
            let mut text = whole.to_string();
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
            let (preamble, text) = header.write().unwrap();
            let again = [&preamble[..], text.as_bytes()].concat();
            assert_eq!(Header::read(&mut Bytes(&again)), Ok(header));
        }
        assert!(accepted > 1000);
    }
}
