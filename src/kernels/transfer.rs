//! Moving all elements of one layout to another of the same shape, converting
//! them where the types differ.

use super::cast::value_check;
use super::copy::{PlaneLoop, plane_loop};
use super::mover::{Mover, Reader};
use super::operand::{Source, Target, same_shape};
use crate::dtype::DType;
use crate::error::Result;
use crate::plan::{Axis, Loops, Traversal, walk};

/// Stores every element of `source` in `target`. With [`Traversal::InOrder`]
/// elements are stored one by one in C order, with [`Traversal::Ordered`] in
/// that order, and none is read after a later one's store; with
/// [`Traversal::Free`] in any order, so the two must be disjoint or the same
/// elements.
pub fn transfer(target: &Target<'_>, source: &Source<'_>, traversal: Traversal) -> Result<()> {
    same_shape(target, source)?;
    let mover = Mover::new(source.dtype(), target.dtype())?;
    let mut loops = Loops::new(
        target.shape(),
        [target.strides(), source.strides()],
        traversal,
    );
    if loops.is_empty() {
        return Ok(());
    }
    if traversal == Traversal::Free
        && source.dtype() == target.dtype()
        && let Some(copy) = crosswise(&mut loops, target.itemsize() as usize)
    {
        // SAFETY: both operands are proved to lie within their memory, and
        // a free traversal means that they do not overlap.
        unsafe { planes(&loops, target.start(), source.start(), copy) };
        return Ok(());
    }
    let (outer, inner) = split_innermost(loops.axes());
    let (dst, src) = (target.start(), source.start());
    walk(outer, loops.starts(), |[to, from]| {
        // SAFETY: both operands are proved to lie within their memory, and the
        // loops visit only their elements.
        unsafe {
            mover.run(
                dst.wrapping_offset(to as isize),
                inner.strides[0] as isize,
                src.wrapping_offset(from as isize),
                inner.strides[1] as isize,
                inner.extent as usize,
            );
        }
    });
    Ok(())
}

/// Splits off the innermost loop; no loop at all is one step.
pub(super) fn split_innermost<const N: usize>(axes: &[Axis<N>]) -> (&[Axis<N>], Axis<N>) {
    match axes {
        [outer @ .., inner] => (outer, *inner),
        [] => (
            &[],
            Axis {
                extent: 1,
                strides: [0; N],
            },
        ),
    }
}

/// Whether the source runs along another axis than the target; then that axis
/// is brought next to the innermost one, and planes are copied in blocks.
fn crosswise(loops: &mut Loops<2>, itemsize: usize) -> Option<PlaneLoop> {
    let copy = plane_loop(itemsize)?;
    let (outer, inner) = split_innermost(loops.axes());
    let stride = |axis: &Axis<2>| axis.strides[1].unsigned_abs();
    let (place, axis) = outer
        .iter()
        .enumerate()
        .filter(|(_, axis)| stride(axis) != 0)
        .min_by_key(|(_, axis)| stride(axis))?;
    let worth_it = stride(axis) < stride(&inner) && axis.extent >= 4 && inner.extent >= 4;
    worth_it.then(|| {
        loops.move_next_to_innermost(place);
        copy
    })
}

/// Copies plane by plane.
///
/// # Safety
///
/// The loops visit elements of the two operands only, which do not overlap, and
/// there are at least two loops.
unsafe fn planes(loops: &Loops<2>, dst: *mut u8, src: *const u8, copy: PlaneLoop) {
    let [outer @ .., middle, inner] = loops.axes() else {
        return;
    };
    let strides = |n: usize| [middle.strides[n] as isize, inner.strides[n] as isize];
    walk(outer, loops.starts(), |[to, from]| {
        // SAFETY: the caller's promise.
        unsafe {
            copy(
                dst.wrapping_offset(to as isize),
                strides(0),
                src.wrapping_offset(from as isize),
                strides(1),
                [middle.extent as usize, inner.extent as usize],
            );
        }
    });
}

/// The first element, counted in C order, whose value another type cannot hold.
pub fn first_changed(source: &Source<'_>, to: DType) -> Result<Option<i64>> {
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
