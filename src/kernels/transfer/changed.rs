//! Looking for the first value that another type cannot hold.

use super::super::cast::value_check;
use super::super::mover::Reader;
use super::super::operand::Source;
use super::fields::first_changed_field;
use super::split_innermost;
use crate::dtype::{DType, is_field_cast};
use crate::error::Result;
use crate::plan::{Loops, Traversal, walk};

/// The first element, counted in C order, whose value another type cannot hold.
pub fn first_changed(source: &Source<'_>, to: DType) -> Result<Option<i64>> {
    if is_field_cast(source.dtype(), to) {
        return first_changed_field(source, to);
    }
    let (Some(from), Some(to)) = (source.dtype().element(), to.element()) else {
        return Ok(None);
    };
    let check = value_check(from, to);
    let mut reader = Reader::new(source.dtype(), from)?;
    let loops = Loops::new(source.shape(), [source.strides()], Traversal::InOrder);
    let mut found = None;
    let mut before = 0i64;
    if !loops.is_empty() {
        let (outer, inner) = split_innermost(loops.axes());
        let stride = inner.strides[0] as isize;
        walk(outer, loops.starts(), |[from]| {
            let mut done = 0;
            while found.is_none() && done < inner.extent {
                let part = (inner.extent - done).min(Reader::PART as i64);
                let here = source
                    .start()
                    .wrapping_offset(from as isize + done as isize * stride);
                // SAFETY: the loops visit elements of the source only.
                let changed = unsafe {
                    let (values, stride) = reader.read(here, stride, part as usize);
                    check(values, stride, part as usize)
                };
                found = changed.map(|k| before + done + k as i64);
                done += part;
            }
            before += inner.extent;
        });
    }
    Ok(found)
}
