//! Moving records field by field, and what is no record to the fields of one:
//! each part of an element by the kernel of its types.

use super::super::mover::Mover;
use super::super::operand::{Source, Target, same_shape};
use super::{first_changed, transfer};
use crate::dtype::{DType, for_each_part};
use crate::error::Result;
use crate::plan::{Loops, Traversal, walk};

/// As [`transfer`], which calls it for types that are converted by their fields.
/// The operands must be disjoint: no other order of loops than that of whole
/// fields is known here, and the same elements would be read after parts of them
/// are stored. Gaps in the target stay as they are.
#[cold] // as seen from what is asked for every day
#[inline(never)]
pub(super) fn transfer_fields(
    target: &Target<'_>,
    source: &Source<'_>,
    traversal: Traversal,
) -> Result<()> {
    same_shape(target, source)?;
    let (from, to) = (source.dtype(), target.dtype());
    // What cannot be done is said before the first store.
    for_each_part(from, to, &mut |part| {
        Mover::new(part.from.1, part.to.1).map(|_| ())
    })?;
    if traversal == Traversal::Free {
        return for_each_part(from, to, &mut |part| {
            let target = target.part(part.to.0, part.to.1)?;
            transfer(&target, &source.part(part.from.0, part.from.1)?, traversal)
        });
    }
    // Elements of the target may share memory, so that each is stored whole
    // before the next.
    let strides = [target.strides(), source.strides()];
    let loops = Loops::new(target.shape(), strides, traversal);
    let mut result = Ok(());
    if !loops.is_empty() {
        walk(loops.axes(), loops.starts(), |[to_place, from_place]| {
            if result.is_err() {
                return;
            }
            result = for_each_part(from, to, &mut |part| {
                let mover = Mover::new(part.from.1, part.to.1)?;
                let dst = target
                    .start()
                    .wrapping_offset((to_place + part.to.0) as isize);
                let src = source
                    .start()
                    .wrapping_offset((from_place + part.from.0) as isize);
                // SAFETY: both operands are proved to lie within their memory, the
                // loop visits only their elements, and parts lie within these.
                unsafe { mover.run(dst, 0, src, 0, 1) };
                Ok(())
            });
        });
    }
    result
}

/// As [`first_changed`], of types that are converted by their fields.
#[cold]
#[inline(never)]
pub(super) fn first_changed_field(source: &Source<'_>, to: DType) -> Result<Option<i64>> {
    let mut first: Option<i64> = None;
    for_each_part(source.dtype(), to, &mut |part| {
        let changed = first_changed(&source.part(part.from.0, part.from.1)?, part.to.1)?;
        first = match (first, changed) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Ok(())
    })?;
    Ok(first)
}
