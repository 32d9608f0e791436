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
struct Tuple<'a>(&'a [i64]);

impl Display for Tuple<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('(')?;
        for (k, number) in self.0.iter().enumerate() {
            write!(f, "{}{number}", if k == 0 { "" } else { ", " })?;
        }
        f.write_str(if self.0.len() == 1 { ",)" } else { ")" })
    }
}
