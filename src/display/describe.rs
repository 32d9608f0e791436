//! An array in one line: what its elements are, where they lie, and whose
//! memory that is.

use core::fmt::{self, Display, Formatter, Write};

use crate::array::{Array, Flags};

/// Writes one line, such as
///
/// ```text
/// int64 (2, 3) strides (24, 8) C-contiguous view of int64 (6,) at byte 8, writeable
/// ```
///
/// * the type's name (its format where the bytes stand in the foreign order),
///   the shape, and the strides in bytes, as Python writes tuples;
/// * `C-contiguous`, `F-contiguous`, `C- and F-contiguous` or `not contiguous`;
/// * `owner`, or `view of` the base's type and shape `at byte` so many from the
///   base's first element;
/// * `writeable` or `read-only`, and `unaligned` where elements do not lie
///   where C would put them.
pub fn describe(array: &Array, w: &mut impl Write) -> fmt::Result {
    let flags = array.flags();
    let contiguity = match (
        flags.has(Flags::C_CONTIGUOUS),
        flags.has(Flags::F_CONTIGUOUS),
    ) {
        (true, true) => "C- and F-contiguous",
        (true, false) => "C-contiguous",
        (false, true) => "F-contiguous",
        (false, false) => "not contiguous",
    };
    let (shape, strides) = (Tuple(array.shape()), Tuple(array.strides()));
    write!(
        w,
        "{} {shape} strides {strides} {contiguity} ",
        array.dtype()
    )?;
    match array.base() {
        None => w.write_str("owner")?,
        Some(base) => write!(
            w,
            "view of {} {} at byte {}",
            base.dtype(),
            Tuple(base.shape()),
            array.offset_in_base()
        )?,
    }
    w.write_str(match array.is_writeable() {
        true => ", writeable",
        false => ", read-only",
    })?;
    if !flags.has(Flags::ALIGNED) {
        w.write_str(", unaligned")?;
    }
    Ok(())
}

/// Shows numbers as Python shows a tuple: `()`, `(6,)`, `(2, 3)`.
pub(super) struct Tuple<'a>(pub(super) &'a [i64]);

impl Display for Tuple<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('(')?;
        for (k, number) in self.0.iter().enumerate() {
            write!(f, "{}{number}", if k == 0 { "" } else { ", " })?;
        }
        f.write_str(if self.0.len() == 1 { ",)" } else { ")" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::{DType, Element};
    use crate::layout::{Layout, Packing, packed, transpose};

    fn line(array: &Array) -> String {
        let mut line = String::new();
        describe(array, &mut line).unwrap();
        line
    }

    fn zeros(dtype: DType, shape: &[i64]) -> Array {
        let layout = packed(shape, dtype.itemsize(), Packing::C).unwrap();
        Array::allocate(dtype, &layout, true).unwrap()
    }

    #[test]
    fn an_owner_says_so() {
        let int = DType::new(Element::Int64);
        assert_eq!(
            line(&zeros(int, &[2, 3])),
            "int64 (2, 3) strides (24, 8) C-contiguous owner, writeable"
        );
        let raw = DType::raw_bytes(3).unwrap();
        assert_eq!(
            line(&zeros(raw, &[])),
            "|V3 () strides () C- and F-contiguous owner, writeable"
        );
    }

    #[test]
    fn a_view_tells_where_it_lies_in_its_base() {
        let six = zeros(Element::Int64.into(), &[6]);
        let mut every_second = Layout::at(8);
        every_second.push(3, 16).unwrap();
        let every_second = six.view(&every_second).unwrap();
        assert_eq!(
            line(&every_second),
            "int64 (3,) strides (16,) not contiguous view of int64 (6,) at byte 8, writeable"
        );
        let square = zeros(Element::Float32.into(), &[2, 3]);
        let view = square.view(&transpose(square.layout())).unwrap();
        assert_eq!(
            line(&view),
            "float32 (3, 2) strides (4, 12) F-contiguous view of float32 (2, 3) at byte 0, writeable"
        );
    }

    #[test]
    fn what_cannot_be_written_or_is_not_aligned_is_named() {
        let bytes = zeros(Element::UInt8.into(), &[9]);
        let mut odd = Layout::at(1);
        odd.push(2, 4).unwrap();
        let odd = bytes.view_as(&odd, Element::Int32.into(), false).unwrap();
        assert_eq!(
            line(&odd),
            "int32 (2,) strides (4,) C- and F-contiguous view of uint8 (9,) at byte 1, read-only, unaligned"
        );
        let twin = bytes.readonly().unwrap();
        assert_eq!(
            line(twin.base().unwrap()),
            "uint8 (9,) strides (1,) C- and F-contiguous owner, read-only"
        );
    }
}
