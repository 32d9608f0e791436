//! Reading what Python's `repr` writes: the texts of record types, and the
//! headers of `.npy` files, which are written in the same way.
//!
//! Of Python's literals it knows those that can stand there: strings in either
//! quote with their escapes, whole numbers, lists, tuples and dictionaries, with
//! any white space between. A record is a list of its fields, gaps under an
//! empty name, or, where fields overlap or stand in another order, a dictionary:
//!
//! ```text
//! [('x', '<f4'), ('', '|V4'), ('y', [('a', '|u1'), ('b', '>i2')])]
//! {'names': ['x', 'y'], 'formats': ['<i4', '<u2'], 'offsets': [0, 2], 'itemsize': 4}
//! ```

use super::list::List;
use super::{Builder, DType, Element};
use crate::error::{Error, Result};

/// How deep a text may nest records.
const DEEPEST: u32 = 64;

/// Reads a text from its start on.
pub struct Cursor<'a> {
    text: &'a str,
    /// The next byte; always at the start of a character.
    at: usize,
    /// Whether only types that NumPy has are read.
    is_numpys: bool,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug)]
pub enum Wrong {
    /// It cannot be read.
    At {
        /// The byte in the text.
        place: usize,
        /// What was expected there, or is not understood.
        problem: &'static str,
    },
    /// It can, but what it says is not possible.
    Error(Error),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        Wrong::Error(error)
    }
}

/// What has been read.
pub(super) type Parsed<T> = core::result::Result<T, Wrong>;

/// A string of a text, between its quotes.
#[derive(Clone, Copy)]
pub struct Quoted<'a> {
    body: &'a str,
    /// Where it begins, behind the quote.
    pub place: usize,
}

impl<'a> Cursor<'a> {
    /// At the start of a text.
    pub fn new(text: &'a str) -> Cursor<'a> {
        Cursor {
            text,
            at: 0,
            is_numpys: false,
        }
    }

    /// At the start of a text in which only types that NumPy has may stand, and
    /// as its files name them.
    pub fn of_numpy(text: &'a str) -> Cursor<'a> {
        Cursor {
            is_numpys: true,
            ..Cursor::new(text)
        }
    }

    /// The place of the next byte.
    pub fn place(&self) -> usize {
        self.at
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.rest().bytes().next()
    }

    /// An error at the next byte.
    pub fn wrong<T>(&self, problem: &'static str) -> Parsed<T> {
        wrong_at(self.at, problem)
    }

    /// Steps over white space.
    pub fn skip_space(&mut self) {
        let is_space = |c| matches!(c, ' ' | '\t' | '\r' | '\n' | '\x0c');
        self.at = self.text.len() - self.rest().trim_start_matches(is_space).len();
    }

    /// Steps over `byte`, an ASCII one, and white space before it, if it comes
    /// next.
    pub fn accept(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Steps over `byte`, which must come next.
    pub fn expect(&mut self, byte: u8, problem: &'static str) -> Parsed<()> {
        match self.accept(byte) {
            true => Ok(()),
            false => self.wrong(problem),
        }
    }

    /// Steps over a word, and white space before it, if it comes next.
    pub fn accept_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// Only white space may be left.
    pub fn expect_end(&mut self, problem: &'static str) -> Parsed<()> {
        self.skip_space();
        match self.rest().is_empty() {
            true => Ok(()),
            false => self.wrong(problem),
        }
    }

    /// Goes on behind an entry of a list that `close` ends; whether there are
    /// more.
    pub fn more(&mut self, close: u8, problem: &'static str) -> Parsed<bool> {
        if self.accept(b',') {
            return Ok(!self.accept(close));
        }
        self.expect(close, problem)?;
        Ok(false)
    }

    /// A string in either quote, in one line.
    pub fn string(&mut self) -> Parsed<Quoted<'a>> {
        self.skip_space();
        let Some(quote @ (b'\'' | b'"')) = self.peek() else {
            return self.wrong("a string was expected");
        };
        let rest = &self.rest()[1..];
        let mut bytes = rest.bytes().enumerate();
        while let Some((length, byte)) = bytes.next() {
            match byte {
                b'\\' => {
                    bytes.next();
                }
                b'\n' => break,
                _ if byte == quote => {
                    let place = self.at + 1;
                    self.at = place + length + 1;
                    let body = &rest[..length];
                    return Ok(Quoted { body, place });
                }
                _ => {}
            }
        }
        self.wrong("this string does not end as one should")
    }

    /// A whole number of 0 or more; of one beyond 64 bits, nothing.
    pub fn number(&mut self, problem: &'static str) -> Parsed<Option<i64>> {
        self.skip_space();
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return self.wrong(problem);
        }
        // Nothing but digits, so only their number can be wrong.
        let value = self.rest()[..digits].parse().ok();
        self.at += digits;
        // Python 2 wrote its long integers so.
        self.at += usize::from(self.peek() == Some(b'L'));
        Ok(value)
    }

    /// An element type: a format in quotes, or a record.
    pub fn dtype(&mut self) -> Parsed<DType> {
        self.nested(0)
    }

    fn nested(&mut self, depth: u32) -> Parsed<DType> {
        self.skip_space();
        if depth > DEEPEST {
            return Err(Wrong::Error(Error::Limit {
                what: "levels of nested records",
                limit: DEEPEST.into(),
                given: depth.into(),
            }));
        }
        let place = self.at;
        match self.peek() {
            Some(b'[') => self.list(depth).map_err(|wrong| described_at(place, wrong)),
            Some(b'{') if !self.is_numpys => self
                .dictionary(depth)
                .map_err(|wrong| described_at(place, wrong)),
            Some(b'(') => self.wrong("subarray types have no counterpart here"),
            _ => {
                let name = self.string()?;
                self.named(&name)
            }
        }
    }

    /// The type of a name or format.
    fn named(&self, name: &Quoted<'_>) -> Parsed<DType> {
        let body = name.body;
        match DType::parse_simple(body) {
            // NumPy itself has no such type.
            Ok(dtype) if !self.is_numpys || dtype.element() != Some(Element::BFloat16) => Ok(dtype),
            _ => wrong_at(name.place, without_counterpart(body)),
        }
    }

    /// `[('x', '<f4'), ('', '|V4'), ...]`
    fn list(&mut self, depth: u32) -> Parsed<DType> {
        let mut record = Builder::new(false);
        let mut end = 0i64;
        let mut name = List::new();
        self.expect(b'[', "'[' was expected")?;
        let mut more = !self.accept(b']');
        while more {
            self.expect(b'(', "a field, as ('name', 'format'), was expected")?;
            self.skip_space();
            if self.peek() == Some(b'(') {
                return self.wrong("titles of fields have no counterpart here");
            }
            let quoted = self.string()?;
            self.expect(b',', "',' was expected")?;
            let dtype = self.nested(depth + 1)?;
            if self.more(b')', "',' or ')' was expected")? {
                return self.wrong("subarray types have no counterpart here");
            }
            let is_gap = quoted.body.is_empty() && dtype.element().is_none() && !dtype.is_record();
            if !is_gap {
                name.clear();
                let place = quoted.place;
                record
                    .field(quoted.unescape(&mut name)?, dtype, Some(end))
                    .map_err(|error| described_at(place, Wrong::Error(error)))?;
            }
            end = end.saturating_add(dtype.itemsize());
            more = self.more(b']', "',' or ']' was expected")?;
        }
        Ok(record.finish(Some(end))?)
    }

    /// `{'names': [...], 'formats': [...], 'offsets': [...], 'itemsize': n}`
    fn dictionary(&mut self, depth: u32) -> Parsed<DType> {
        let mut names = List::<u8>::new();
        let mut name_ends = List::<usize>::new();
        let mut formats = List::<DType>::new();
        let mut offsets = List::<i64>::new();
        let (mut itemsize, mut is_aligned) = (None, false);
        let mut seen = [false; 5];
        self.expect(b'{', "'{' was expected")?;
        let mut more = !self.accept(b'}');
        while more {
            self.skip_space();
            let place = self.at;
            let key = self.string()?.body;
            self.expect(b':', "':' was expected")?;
            const KEYS: [&str; 5] = ["names", "formats", "offsets", "itemsize", "aligned"];
            let Some(which) = KEYS.iter().position(|&known| known == key) else {
                return wrong_at(place, "a record has no such key");
            };
            if core::mem::replace(&mut seen[which], true) {
                return wrong_at(place, "this key stands twice");
            }
            match which {
                0 => self.entries(|cursor| {
                    cursor.string()?.unescape(&mut names)?;
                    Ok(name_ends.push(names.len())?)
                })?,
                1 => self.entries(|cursor| Ok(formats.push(cursor.nested(depth + 1)?)?))?,
                2 => self.entries(|cursor| Ok(offsets.push(cursor.bytes()?)?))?,
                3 => itemsize = Some(self.bytes()?),
                _ if self.accept_word("True") => is_aligned = true,
                _ if self.accept_word("False") => is_aligned = false,
                _ => return self.wrong("True or False was expected"),
            }
            more = self.more(b'}', "',' or '}' was expected")?;
        }
        let [has_names, has_formats, has_offsets, ..] = seen;
        if !has_names || !has_formats {
            return self.wrong("'names' and 'formats' were expected");
        }
        let count = name_ends.len();
        if formats.len() != count || (has_offsets && offsets.len() != count) {
            return self.wrong("'names', 'formats' and 'offsets' must be of one length");
        }
        let mut record = Builder::new(is_aligned);
        let mut start = 0;
        for (k, &end) in name_ends.iter().enumerate() {
            // Put there as texts.
            let name = core::str::from_utf8(&names[start..end]).unwrap_or_default();
            record.field(name, formats[k], offsets.get(k).copied())?;
            start = end;
        }
        Ok(record.finish(itemsize)?)
    }

    /// A list, whose entries `entry` reads.
    fn entries(&mut self, mut entry: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        self.expect(b'[', "a list was expected")?;
        let mut more = !self.accept(b']');
        while more {
            entry(self)?;
            more = self.more(b']', "',' or ']' was expected")?;
        }
        Ok(())
    }

    /// A number of bytes.
    fn bytes(&mut self) -> Parsed<i64> {
        let place = self.at;
        let value = self.number("a number of bytes was expected")?;
        value.map_or_else(|| wrong_at(place, "this number is too large"), Ok)
    }
}

impl<'a> Quoted<'a> {
    /// The string as it stands in the text, its escapes too.
    pub fn body(&self) -> &'a str {
        self.body
    }

    /// Appends what the string means to `room`; returns what was appended.
    fn unescape<'b>(&self, room: &'b mut List<u8>) -> Parsed<&'b str> {
        let start = room.len();
        let mut rest = self.body;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            let meant = match c {
                '\\' => {
                    let place = self.place + self.body.len() - rest.len() - 1;
                    escaped(&mut rest)
                        .map_or_else(|| wrong_at(place, "this escape is not known"), Ok)?
                }
                _ => c,
            };
            room.extend(meant.encode_utf8(&mut [0; 4]).as_bytes())?;
        }
        // Characters were put there, nothing else.
        Ok(core::str::from_utf8(&room[start..]).unwrap_or_default())
    }
}

/// The character that an escape means; `rest` begins behind the backslash.
fn escaped(rest: &mut &str) -> Option<char> {
    let kind = rest.chars().next()?;
    *rest = &rest[kind.len_utf8()..];
    let digits = match kind {
        '\\' | '\'' | '"' => return Some(kind),
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let number = rest.get(..digits)?;
    if !number.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    *rest = &rest[digits..];
    char::from_u32(u32::from_str_radix(number, 16).ok()?)
}

fn wrong_at<T>(place: usize, problem: &'static str) -> Parsed<T> {
    Err(Wrong::At { place, problem })
}

/// Errors of a description, with the place of what describes it.
fn described_at(place: usize, wrong: Wrong) -> Wrong {
    let problem = match wrong {
        Wrong::Error(Error::FieldName { problem, .. }) => problem,
        Wrong::Error(Error::FieldAlignment { .. }) => "a field is not aligned",
        Wrong::Error(Error::ItemsizeAlignment { .. }) => "the itemsize is not aligned",
        Wrong::Error(Error::ItemsizeTooSmall { .. }) => "the fields do not fit the itemsize",
        Wrong::Error(Error::InvalidValue { .. }) => "a record has at least one byte",
        _ => return wrong,
    };
    Wrong::At { place, problem }
}

/// What to say of a format that is no element type.
fn without_counterpart(format: &str) -> &'static str {
    match format.trim_start_matches(['<', '>', '=', '|']).as_bytes() {
        [b'O', ..] => "Python objects are never loaded",
        [b'S' | b'a', ..] => "byte strings have no counterpart here",
        [b'U', ..] => "text strings have no counterpart here",
        [b'M' | b'm', ..] => "dates and times have no counterpart here",
        b"f12" | b"f16" | b"c24" | b"c32" | b"g" | b"G" => "long double has no counterpart here",
        _ => "'descr' names no element type",
    }
}

impl DType {
    /// The record that a text describes.
    pub(super) fn parse_record(text: &str) -> Result<DType> {
        let mut cursor = Cursor::new(text);
        let parsed = cursor
            .dtype()
            .and_then(|dtype| cursor.expect_end("the end was expected").map(|()| dtype));
        parsed.map_err(|wrong| match wrong {
            Wrong::At { place, problem } => Error::TypeText {
                position: place,
                problem,
            },
            Wrong::Error(error) => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    /// What `numpy.dtype(...)` of NumPy 2.4.6 is, by its `str` (its `descr` where
    /// there are gaps, which shows the codes of types of one byte in full).
    const TEXTS: [(&str, &str); 9] = [
        ("[('x', 'f4'), ('y', 'i8')]", "[('x', '<f4'), ('y', '<i8')]"),
        (" [ (\"x\" ,'>f4',) , ] \n", "[('x', '>f4')]"),
        (
            "[('x','|u1'),('','V4'),('y','?')]",
            "[('x', '|u1'), ('', '|V4'), ('y', '|b1')]",
        ),
        (
            "[('', '|V4'), ('x', '|i1'), ('', 'V1'), ('', 'V2')]",
            "[('', '|V4'), ('x', '|i1'), ('', '|V3')]",
        ),
        (
            "[('a', [('b', '<i2'), ('c', [('d', 'V2')])])]",
            "[('a', [('b', '<i2'), ('c', [('d', '|V2')])])]",
        ),
        (
            r"[('it\'s', 'i1'), ('\x41\u03b1\U0001f600\\', 'i1')]",
            "[(\"it's\", '|i1'), ('A\u{3b1}\u{1f600}\\\\', '|i1')]",
        ),
        (
            "{'names': ['x', 'y'], 'formats': ['<i4', '<i2']}",
            "[('x', '<i4'), ('y', '<i2')]",
        ),
        (
            "{'itemsize': 9, 'offsets': [4, 0], 'formats': ['<i4', '<i2'], 'names': ['x', 'y']}",
            "{'names': ['x', 'y'], 'formats': ['<i4', '<i2'], 'offsets': [4, 0], 'itemsize': 9}",
        ),
        (
            "{'names':['x','y'],'formats':['u1','<f8'],'aligned':True}",
            "{'names': ['x', 'y'], 'formats': ['|u1', '<f8'], 'offsets': [0, 8], 'itemsize': 16, 'aligned': True}",
        ),
    ];

    #[test]
    fn records_are_read_as_python_may_write_them() {
        for (text, format) in TEXTS {
            let dtype = DType::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(dtype.is_record());
            assert_eq!(dtype.to_string(), format);
            assert_eq!(DType::parse(format), Ok(dtype), "{text}");
        }
        let empty = DType::parse("{'names': [], 'formats': [], 'itemsize': 8}").unwrap();
        assert_eq!(empty.to_string(), "[('', '|V8')]");
        assert_eq!(DType::parse("[('', 'V8')]"), Ok(empty));
    }

    #[test]
    fn an_error_names_the_place_in_the_text() {
        for marked in [
            "[^",
            "[('x', 'f4')^",
            "[('x', 'f4')] ^f8",
            "[^'x']",
            "[('x'^)]",
            "[('x', ^f4)]",
            "[('x', '^f3')]",
            "[('x', '^S4')]",
            "[('x', 'f4', ^2)]",
            "[('x', ^('f4', 2))]",
            "[(^('t', 'x'), 'f4')]",
            "[('^', 'f4')]",
            "^[('x', 'f4'), ('x', 'f8')]",
            "[('a', 'f4'), ('x', ^[('y', 'f4'), ('y', 'f4')])]",
            "^[]",
            r"[('a^\q', 'f4')]",
            r"[('^\x4', 'f4')]",
            r"[('^\ud800', 'f4')]",
            r"[('^\x00', 'f4')]",
            "[('x, '^f4')]",
            "[(^'x, f4)]",
            "{'names': ['x'], 'formats': ['f4', 'f4']}^",
            "{'names': ['x']}^",
            "{'names': ['x'], ^'names': ['x']}",
            "{'names': ['x'], ^'titles': ['x']}",
            "{'names': ['x'], 'formats': ['f4'], 'offsets': [^-1]}",
            "{'names': ['x'], 'formats': ['f4'], 'aligned': ^1}",
            "^{'names': ['x'], 'formats': ['f4'], 'itemsize': 3}",
            "^{'names': ['x'], 'formats': ['f4'], 'offsets': [1], 'aligned': True}",
        ] {
            let place = marked.find('^').unwrap();
            let text = marked.replace('^', "");
            match DType::parse(&text) {
                Err(Error::TypeText { position, problem }) => {
                    assert_eq!(position, place, "{marked}: {problem}");
                }
                other => panic!("{marked} gave {other:?}"),
            }
        }
    }

    #[test]
    fn a_text_may_not_nest_deeper_than_records_can() {
        let text =
            |levels: usize| format!("{}'i1'{}", "[('x', ".repeat(levels), ")]".repeat(levels));
        assert!(DType::parse(&text(64)).is_ok());
        assert!(matches!(DType::parse(&text(65)), Err(Error::Limit { .. })));
        assert!(matches!(
            DType::parse(&text(100_000)),
            Err(Error::Limit { .. })
        ));
    }

    /// Whatever the text is, there is an answer, and what is accepted reads back
    /// as the same type.
    #[test]
    fn no_text_can_break_the_reader() {
        let mut numbers = random::numbers(0x2545_f491_4f6c_dd1d);
        let mut below = |limit: usize| numbers(limit as i64) as usize;
        const PIECES: &[&str] = &[
            "[",
            "]",
            "(",
            ")",
            "{",
            "}",
            ",",
            ":",
            "'",
            "\"",
            " ",
            "\\",
            "\\x41",
            "7",
            "\u{fc}",
            "('x', '<f4')",
            "('y', 'i2')",
            "('', 'V2')",
            "'names'",
            "'offsets'",
            "[0, 2]",
            "'V3'",
            "[('z', 'u1')]",
        ];
        let wholes = [TEXTS[4].0, TEXTS[7].0];
        let mut types = std::collections::BTreeSet::new();
        for round in 0..crate::random::cases(50_000) {
            // All tests of a process share the table.
            if types.len() == 400 {
                break;
            }
            let mut text = wholes[round % 2].to_string();
            for _ in 0..1 + below(4) {
                let mut place = below(text.len() + 1);
                while !text.is_char_boundary(place) {
                    place -= 1;
                }
                match below(4) {
                    0 => text.truncate(place),
                    1 if place < text.len() => {
                        text.remove(place);
                    }
                    _ => text.insert_str(place, PIECES[below(PIECES.len())]),
                }
            }
            if let Ok(dtype) = DType::parse(&text) {
                types.insert(dtype.to_raw());
                assert_eq!(DType::parse(&dtype.to_string()), Ok(dtype), "{text}");
            }
        }
        assert!(types.len() > 100, "{}", types.len());
    }
}
