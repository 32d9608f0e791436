//! The text of an array: brackets around every axis, rows broken where a line
//! is full, and a few elements at the edges in place of very many.

use core::fmt::{self, Write};

use super::describe::Tuple;
use super::element::Style;
use super::real::Word;
use super::record;
use crate::array::Array;
use crate::dtype::{DType, Element, Scalar};
use crate::error::Result;
use crate::kernels::Source;
use crate::layout::Dims;
use crate::memory::{self, Scratch};

/// What NumPy calls print options. The others have NumPy's default values:
/// very small numbers are not suppressed, and numbers have no more digits than
/// tell them from their neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatOptions {
    /// The most digits after the decimal point.
    pub precision: usize,
    /// Arrays of more elements than this are summarised.
    pub threshold: usize,
    /// In a summary, how many elements are shown at each end of an axis.
    pub edge_items: usize,
    /// Characters in a line.
    pub line_width: usize,
    /// What surrounds the elements.
    pub form: Form,
}

/// Which of Python's two texts of an array is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `str`: the elements, with blanks between them.
    Str,
    /// `repr`: an expression that makes the array, "array([1, 2])", with the
    /// type where numbers like these have another one by themselves.
    Repr,
}

impl Default for FormatOptions {
    fn default() -> FormatOptions {
        FormatOptions {
            precision: 8,
            threshold: 1000,
            edge_items: 3,
            line_width: 75,
            form: Form::Str,
        }
    }
}

/// What stands before the elements of an expression.
const OPENING: &str = "array(";

/// An array's text, ready to be written: how wide its columns are is known.
///
/// It holds a reference to the array and reads the elements again when it is
/// written. Numbers that changed meanwhile may stand out of line, and one far
/// beyond its column ends the text with an error.
pub struct Text {
    array: Array,
    line_width: i64,
    form: Form,
    shown: Shown,
    content: Content,
}

/// What stands for an element.
enum Content {
    /// Nothing: there are no elements.
    Nothing,
    Words(Style),
    /// Words in parentheses, or bytes: whatever is made of several parts. The
    /// style of each field that is no record, in their order.
    Parts(Scratch<Style>),
}

/// Which elements of an axis are shown.
#[derive(Clone, Copy)]
enum Shown {
    All,
    /// So many at each end.
    Edges(i64),
}

impl Shown {
    /// The number of the entries to show first, or `None` where there is no
    /// gap after them.
    fn gap(self, extent: i64) -> Option<i64> {
        match self {
            Shown::Edges(edge) if 2 * edge < extent => Some(edge),
            _ => None,
        }
    }

    /// The entries of an axis in order; `None` stands for the gap.
    fn entries(self, extent: i64) -> impl Iterator<Item = Option<i64>> {
        let (lead, dots, rest) = match self.gap(extent) {
            // NumPy always shows the last one.
            Some(edge) => (edge, Some(None), extent - edge.max(1)),
            None => (0, None, 0),
        };
        (0..lead)
            .map(Some)
            .chain(dots)
            .chain((rest..extent).map(Some))
    }

    /// Steps to the next index whose element has a say in the columns' width;
    /// false, and back at the first one, after the last.
    fn advance(self, index: &mut [i64], shape: &[i64]) -> bool {
        for (i, &extent) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if self.gap(extent) == Some(*i) {
                *i = extent - *i;
            }
            if *i < extent {
                return true;
            }
            *i = 0;
        }
        false
    }
}

impl Text {
    /// Looks at the elements that will be shown, to see how wide they are. All
    /// that can fail happens here.
    pub fn new(array: &Array, options: &FormatOptions) -> Result<Text> {
        let bounded = |value: usize| value.min(i32::MAX as usize) as i64;
        let shown = match array.size() > bounded(options.threshold) {
            true => Shown::Edges(bounded(options.edge_items)),
            false => Shown::All,
        };
        let source = array.source()?;
        let content = if array.size() == 0 {
            Content::Nothing
        } else if let Some(element) = array.dtype().element() {
            Content::Words(match (array.ndim(), options.form) {
                (0, form) if form == Form::Str || element == Element::Bool => Style::Alone,
                _ => Style::fitting(element, options.precision, |visit| {
                    visit_shown(&source, shown, visit)
                })?,
            })
        } else {
            let mut styles = Scratch::new();
            let each =
                |part: &Source<'_>, visit: &mut dyn FnMut(&Scalar)| visit_shown(part, shown, visit);
            let options = (options.precision, options.form);
            record::find_styles(&source, options, &each, &mut styles)?;
            Content::Parts(styles)
        };
        Ok(Text {
            array: array.clone(),
            line_width: bounded(options.line_width),
            form: options.form,
            shown,
            content,
        })
    }

    /// Writes the text. Only the writer can fail, as long as no element changes.
    pub fn write(&self, w: &mut impl Write) -> fmt::Result {
        memory::provoke(c"a text");
        let mut line = Line {
            out: w,
            column: 0,
            blanks: 0,
        };
        if self.form == Form::Repr {
            line.put(OPENING)?;
        }
        match self.content {
            Content::Nothing => line.put("[]")?,
            _ => self.write_axis(&mut Dims::new(), &mut line)?,
        }
        match self.form {
            Form::Str => Ok(()),
            Form::Repr => self.write_rest(&mut line),
        }
    }

    /// Writes what follows the elements in an expression: the shape where they
    /// do not show it, and the type where it is not the one they would have.
    fn write_rest(&self, line: &mut Line<impl Write>) -> fmt::Result {
        let array = &self.array;
        let summary = matches!(self.shown, Shown::Edges(_));
        let shape = (array.size() == 0 && array.shape() != [0]) || summary;
        let dtype = array.size() == 0 || !is_implied(array.dtype());
        if !shape && !dtype {
            return line.put(")");
        }
        let rest = Rest {
            shape: shape.then(|| array.shape()),
            dtype: dtype.then(|| array.dtype()),
        };
        let mut width = Width(0);
        write!(width, "{rest}")?;
        line.put(",")?;
        match line.column + width.0 + 1 > self.line_width {
            true => line.begin(1, OPENING.len() as i64)?,
            false => line.blank(1),
        }
        line.put("")?;
        write!(line.out, "{rest}")
    }

    /// Writes what lies at `index`, an index into the first axes.
    fn write_axis(&self, index: &mut Dims, line: &mut Line<impl Write>) -> fmt::Result {
        let axis = index.len();
        let Some(&extent) = self.array.shape().get(axis) else {
            return self.write_element(index, line, (0, i64::MAX));
        };
        // Rows stand as far in as there are brackets before their first
        // element; each axis keeps a column for its closing bracket.
        let (before, after, separator) = match self.form {
            Form::Str => (0, 0, ""),
            Form::Repr => (OPENING.len() as i64, 1, ","),
        };
        let indent = before + axis as i64 + 1;
        let full = self.line_width - after - (axis as i64 + 1);
        let last = axis + 1 == self.array.ndim();
        line.put("[")?;
        line.column = indent;
        for (n, entry) in self.shown.entries(extent).enumerate() {
            // An empty one would put the blanks that are held back.
            if n > 0 && !separator.is_empty() {
                line.put(separator)?;
            }
            match last {
                _ if n == 0 => {}
                true => line.blank(1),
                false => line.begin(self.array.ndim() - axis - 1, indent)?,
            }
            match entry {
                None if last => line.place("...", (indent, full))?,
                None => line.put("...")?,
                Some(i) => {
                    index.push(i);
                    match last {
                        true => self.write_element(index, line, (indent, full))?,
                        false => self.write_axis(index, line)?,
                    }
                    index.pop();
                }
            }
        }
        line.put("]")
    }

    /// Writes an element, in a line that is to stay within `bounds`.
    fn write_element(
        &self,
        index: &[i64],
        line: &mut Line<impl Write>,
        bounds: (i64, i64),
    ) -> fmt::Result {
        match &self.content {
            Content::Nothing => Ok(()),
            Content::Words(style) => {
                let scalar = load(&self.array, index)?;
                let mut word = Word::new();
                style.write(&scalar, &mut word)?;
                line.place(&word, bounds)
            }
            Content::Parts(styles) => {
                let source = self.array.source().map_err(|_| fmt::Error)?;
                let mut length = Width(0);
                record::write(&source, index, styles, &mut length)?;
                line.make_room(length.0, bounds)?;
                line.put("")?;
                record::write(&source, index, styles, line.out)?;
                line.column += length.0;
                Ok(())
            }
        }
    }
}

/// Whether numbers written in an expression have this type without saying so.
fn is_implied(dtype: DType) -> bool {
    use Element::{Bool, Complex128, Float64, Int64};
    [Bool, Int64, Float64, Complex128]
        .map(DType::new)
        .contains(&dtype)
}

/// The last arguments of an expression, and its end.
struct Rest<'a> {
    shape: Option<&'a [i64]>,
    dtype: Option<DType>,
}

impl fmt::Display for Rest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(shape) = self.shape {
            write!(f, "shape={}", Tuple(shape))?;
        }
        let separator = if self.shape.is_some() { ", " } else { "" };
        match self.dtype {
            None => f.write_str(")"),
            Some(dtype) if dtype.is_record() => write!(f, "{separator}dtype={})", dtype.str()),
            // A name alone is a name in Python, too.
            Some(dtype) if dtype.element().is_some() && !dtype.is_swapped() => {
                write!(f, "{separator}dtype={dtype})")
            }
            Some(dtype) => write!(f, "{separator}dtype='{dtype}')"),
        }
    }
}

/// Counts the characters that are written.
struct Width(i64);

impl Write for Width {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.chars().count() as i64;
        Ok(())
    }
}

/// Calls `visit` with each element that will be shown.
fn visit_shown(source: &Source<'_>, shown: Shown, visit: &mut dyn FnMut(&Scalar)) -> Result<()> {
    let mut index: Dims = source.shape().iter().map(|_| 0).collect();
    loop {
        visit(&source.load(&index)?);
        if !shown.advance(&mut index, source.shape()) {
            return Ok(());
        }
    }
}

/// Reads an element. [`Text::new`] has seen that this works.
fn load(array: &Array, index: &[i64]) -> core::result::Result<Scalar, fmt::Error> {
    let source = array.source().map_err(|_| fmt::Error)?;
    source.load(index).map_err(|_| fmt::Error)
}

/// The line being written. Blanks at its end are held back until something
/// follows them, for none remain where a line is broken.
struct Line<'a, W> {
    out: &'a mut W,
    /// Characters in this line, those held back counted.
    column: i64,
    blanks: usize,
}

impl<W: Write> Line<'_, W> {
    /// Starts a line, after `newlines`, with an indent.
    fn begin(&mut self, newlines: usize, indent: i64) -> fmt::Result {
        for _ in 0..newlines {
            self.out.write_char('\n')?;
        }
        self.column = 0;
        self.blanks = 0;
        self.blank(indent as usize);
        Ok(())
    }

    fn blank(&mut self, count: usize) {
        self.blanks += count;
        self.column += count as i64;
    }

    /// Breaks the line if `width` more characters would go beyond `full`,
    /// unless a fresh line, which starts at `indent`, gives no more room.
    fn make_room(&mut self, width: i64, (indent, full): (i64, i64)) -> fmt::Result {
        if self.column.saturating_add(width) > full && self.column > indent {
            return self.begin(1, indent);
        }
        Ok(())
    }

    /// Writes a text in this line or, if it is full, the next.
    fn place(&mut self, text: &str, bounds: (i64, i64)) -> fmt::Result {
        self.make_room(text.len() as i64, bounds)?;
        let dense = text.trim_end_matches(' ');
        self.put(dense)?;
        self.blank(text.len() - dense.len());
        Ok(())
    }

    /// Writes a text in this line.
    fn put(&mut self, text: &str) -> fmt::Result {
        write!(self.out, "{:blanks$}{text}", "", blanks = self.blanks)?;
        self.blanks = 0;
        self.column += text.len() as i64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Packing, packed};

    /// The text of zeros; the expected ones below are those of NumPy 2.4.6.
    fn zeros(dtype: &str, shape: &[i64], options: FormatOptions) -> String {
        let dtype = DType::parse(dtype).unwrap();
        let layout = packed(shape, dtype.itemsize(), Packing::C).unwrap();
        let array = Array::allocate(dtype, &layout, true).unwrap();
        let mut text = String::new();
        Text::new(&array, &options)
            .unwrap()
            .write(&mut text)
            .unwrap();
        text
    }

    const NUMPYS: FormatOptions = FormatOptions {
        precision: 8,
        threshold: 1000,
        edge_items: 3,
        line_width: 75,
        form: Form::Str,
    };

    #[test]
    fn every_axis_has_brackets_and_outer_ones_blank_lines() {
        assert_eq!(FormatOptions::default(), NUMPYS);
        assert_eq!(zeros("i4", &[], NUMPYS), "0");
        assert_eq!(zeros("i4", &[3], NUMPYS), "[0 0 0]");
        assert_eq!(zeros("i4", &[2, 2], NUMPYS), "[[0 0]\n [0 0]]");
        assert_eq!(
            zeros("i4", &[2, 1, 1, 2], NUMPYS),
            "[[[[0 0]]]\n\n\n [[[0 0]]]]"
        );
        let deep = zeros("f8", &[1; 64], NUMPYS);
        assert_eq!(deep, ["[".repeat(64), "0.".into(), "]".repeat(64)].concat());
    }

    #[test]
    fn nothing_is_a_pair_of_brackets_whatever_its_shape() {
        for shape in [&[0][..], &[0, 3], &[2, 0]] {
            assert_eq!(zeros("f8", shape, NUMPYS), "[]");
        }
    }

    #[test]
    fn rows_are_broken_at_the_line_width_without_trailing_blanks() {
        let narrow = |line_width| FormatOptions {
            line_width,
            ..NUMPYS
        };
        assert_eq!(zeros("i4", &[7], narrow(9)), "[0 0 0 0\n 0 0 0]");
        assert_eq!(zeros("i4", &[2, 3], narrow(7)), "[[0 0\n  0]\n [0 0\n  0]]");
        // A line takes one element, however narrow it is.
        assert_eq!(zeros("f8", &[3], narrow(1)), "[0.\n 0.\n 0.]");
    }

    #[test]
    fn many_elements_are_summarised_by_those_at_the_edges() {
        let edges = |threshold, edge_items| FormatOptions {
            threshold,
            edge_items,
            ..NUMPYS
        };
        assert_eq!(zeros("u1", &[1001], NUMPYS), "[0 0 0 ... 0 0 0]");
        assert_eq!(
            zeros("u1", &[4, 5], edges(5, 1)),
            "[[0 ... 0]\n ...\n [0 ... 0]]"
        );
        assert_eq!(
            zeros("u1", &[3, 1, 3], edges(5, 1)),
            "[[[0 ... 0]]\n\n ...\n\n [[0 ... 0]]]"
        );
        // Short axes are shown whole.
        assert_eq!(zeros("u1", &[2, 3], edges(5, 2)), "[[0 0 0]\n [0 0 0]]");
        assert_eq!(zeros("u1", &[3], edges(0, 0)), "[... 0]");
    }

    #[test]
    fn raw_bytes_are_shown_one_by_one() {
        assert_eq!(zeros("V2", &[], NUMPYS), r"b'\x00\x00'");
        let long = r"b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'";
        assert_eq!(zeros("V17", &[2], NUMPYS), format!("[{long}\n {long}]"));
    }

    #[test]
    fn an_expression_names_shape_and_type_only_where_the_elements_do_not_tell() {
        let repr = |dtype, shape: &[i64], line_width| {
            let form = Form::Repr;
            zeros(
                dtype,
                shape,
                FormatOptions {
                    line_width,
                    form,
                    ..NUMPYS
                },
            )
        };
        assert_eq!(repr("i8", &[3], 75), "array([0, 0, 0])");
        assert_eq!(repr("i8", &[], 75), "array(0)");
        assert_eq!(repr("f8", &[], 75), "array(0.)");
        assert_eq!(repr("?", &[], 75), "array(False)");
        assert_eq!(
            repr("f4", &[2, 1], 75),
            "array([[0.],\n       [0.]], dtype=float32)"
        );
        assert_eq!(repr(">i4", &[1], 75), "array([0], dtype='>i4')");
        assert_eq!(repr("f8", &[0], 75), "array([], dtype=float64)");
        assert_eq!(
            repr("i8", &[2, 0], 75),
            "array([], shape=(2, 0), dtype=int64)"
        );
        assert_eq!(
            repr("i8", &[1001], 75),
            "array([0, 0, 0, ..., 0, 0, 0], shape=(1001,))"
        );
        assert_eq!(repr("i8", &[4], 17), "array([0, 0, 0,\n       0])");
        assert_eq!(repr("u1", &[2], 20), "array([0, 0],\n      dtype=uint8)");
    }

    #[test]
    fn a_huge_broadcast_array_is_summarised_at_once() {
        let element = packed(&[], 1, Packing::C).unwrap();
        let one = Array::allocate(Element::Bool.into(), &element, true).unwrap();
        let mut layout = element;
        layout.push(1 << 31, 0).unwrap();
        layout.push(1 << 31, 0).unwrap();
        let all = one.view(&layout).unwrap();
        let options = FormatOptions {
            edge_items: 1,
            ..NUMPYS
        };
        let mut text = String::new();
        Text::new(&all, &options).unwrap().write(&mut text).unwrap();
        assert_eq!(text, "[[False ... False]\n ...\n [False ... False]]");
    }
}
