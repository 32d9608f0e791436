//! Elements of several parts: records as NumPy writes them, like tuples, and raw
//! bytes, each byte by itself.

use core::fmt::{self, Write};

use super::element::Style;
use super::real::Word;
use super::text::Form;
use crate::dtype::{DType, Kind, Scalar};
use crate::error::Result;
use crate::kernels::Source;
use crate::memory::Scratch;

/// Shows the elements of a source to a visitor.
pub(super) type Each<'a> = &'a dyn Fn(&Source<'_>, &mut dyn FnMut(&Scalar)) -> Result<()>;

/// Appends the style of each field that is a number, in the order of the fields:
/// fields stand under each other as the elements of an array do.
pub(super) fn find_styles(
    source: &Source<'_>,
    (precision, form): (usize, Form),
    each: Each<'_>,
    styles: &mut Scratch<Style>,
) -> Result<()> {
    if let Some(record) = source.dtype().record() {
        for field in record.fields() {
            let part = source.part(field.offset, field.dtype)?;
            find_styles(&part, (precision, form), each, styles)?;
        }
        return Ok(());
    }
    let Some(element) = source.dtype().element() else {
        return Ok(());
    };
    // As Python writes a record that stands alone: in its `str` only complex
    // numbers are written like an array's, in its `repr` all but booleans.
    let is_alone = source.shape().is_empty()
        && match form {
            Form::Str => element.kind() != Kind::Complex,
            Form::Repr => element.kind() == Kind::Bool,
        };
    let style = match is_alone {
        true => Style::Alone,
        false => Style::fitting(element, precision, |visit| each(source, visit))?,
    };
    styles.push(style)
}

/// Writes the element at an index. Only the writer can fail, as long as no
/// element changes.
pub(super) fn write(
    source: &Source<'_>,
    index: &[i64],
    styles: &[Style],
    w: &mut dyn Write,
) -> fmt::Result {
    write_part(source, index, &mut styles.iter(), w)
}

fn write_part(
    source: &Source<'_>,
    index: &[i64],
    styles: &mut core::slice::Iter<'_, Style>,
    w: &mut dyn Write,
) -> fmt::Result {
    let Some(record) = source.dtype().record() else {
        return match source.dtype().element() {
            Some(_) => write_number(source, index, styles.next(), w),
            None => write_bytes(source, index, w),
        };
    };
    w.write_char('(')?;
    for (k, field) in record.fields().iter().enumerate() {
        w.write_str(if k == 0 { "" } else { ", " })?;
        let part = source.part(field.offset, field.dtype);
        write_part(&part.map_err(|_| fmt::Error)?, index, styles, w)?;
    }
    w.write_str(if record.fields().len() == 1 {
        ",)"
    } else {
        ")"
    })
}

fn write_number(
    source: &Source<'_>,
    index: &[i64],
    style: Option<&Style>,
    w: &mut dyn Write,
) -> fmt::Result {
    let scalar = source.load(index).map_err(|_| fmt::Error)?;
    let mut word = Word::new();
    style.ok_or(fmt::Error)?.write(&scalar, &mut word)?;
    w.write_str(&word)
}

fn write_bytes(source: &Source<'_>, index: &[i64], w: &mut dyn Write) -> fmt::Result {
    const BYTE: DType = DType::new(crate::dtype::Element::UInt8);
    w.write_str("b'")?;
    for k in 0..source.itemsize() {
        let byte = source.part(k, BYTE).and_then(|byte| byte.load(index));
        let byte = byte.map_err(|_| fmt::Error)?.bytes()[0];
        write!(w, "\\x{byte:02X}")?;
    }
    w.write_char('\'')
}
