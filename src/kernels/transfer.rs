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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Element;
    use crate::kernels::{generate, to_integers};
    use crate::layout::{Dims, Layout};
    use crate::memory::Memory;
    use crate::plan::Sequence;

    const NBYTES: i64 = 16 * 67 * 67;

    fn layout(shape: &[i64], strides: &[i64]) -> Layout {
        Layout {
            shape: Dims::try_from(shape).unwrap(),
            strides: Dims::try_from(strides).unwrap(),
            offset: 0,
        }
    }

    /// Bytes that count through primes' residues, so that few repeat.
    fn fill(memory: &Memory, count: i64) {
        let line = layout(&[count], &[1]);
        let target = Target::new(memory, line.as_ref(), DType::new(Element::UInt8)).unwrap();
        generate(&target, |k: i64| k * k % 251 + k % 3).unwrap();
    }

    fn bytes(memory: &Memory, count: i64) -> Vec<i64> {
        let line = layout(&[count], &[1]);
        let source = Source::new(memory, line.as_ref(), DType::new(Element::UInt8)).unwrap();
        to_integers(&source).unwrap().to_vec()
    }

    /// A target whose elements overlap shows in what order they were stored: the
    /// last store to a byte is what remains. The source runs along the other
    /// axis, which is what the tiles are for, with blocks of every size.
    #[test]
    fn an_ordered_transfer_never_goes_through_tiles() {
        let both = [false, true];
        let mut traversals = vec![Traversal::InOrder];
        for axes in [[0, 1], [1, 0]] {
            for (first, second) in both.iter().flat_map(|&a| both.map(|b| (a, b))) {
                let steps = [(axes[0], first), (axes[1], second)];
                traversals.push(Traversal::Ordered(Sequence::of(&steps)));
            }
        }
        let (to, from) = (
            Memory::allocate(NBYTES, false).unwrap(),
            Memory::allocate(NBYTES, false).unwrap(),
        );
        fill(&from, NBYTES);
        let source_bytes = bytes(&from, NBYTES);
        let mut told_apart = 0;
        let dtypes = [1, 2, 4, 8, 16, 3].map(|size| DType::raw_bytes(size).unwrap());
        for dtype in dtypes {
            let item = dtype.itemsize();
            for (rows, columns) in (1..=67).flat_map(|n| [(n, n), (67, n), (n, 5)]) {
                let shape = [rows, columns];
                let target_layout = layout(&shape, &[item, item]);
                let source_layout = layout(&shape, &[item, item * rows]);
                let target = Target::new(&to, target_layout.as_ref(), dtype).unwrap();
                let source = Source::new(&from, source_layout.as_ref(), dtype).unwrap();
                let used = item * (rows + columns);
                let run = |traversal| {
                    fill(&to, used);
                    transfer(&target, &source, traversal).unwrap();
                    bytes(&to, used)
                };
                let free = run(Traversal::Free);
                for &traversal in &traversals {
                    let mut expected = {
                        fill(&to, used);
                        bytes(&to, used)
                    };
                    let strides = [target.strides(), source.strides()];
                    let loops = Loops::new(&shape, strides, traversal);
                    walk(loops.axes(), loops.starts(), |[to, from]| {
                        for byte in 0..item {
                            expected[(to + byte) as usize] = source_bytes[(from + byte) as usize];
                        }
                    });
                    let got = run(traversal);
                    assert!(got == expected, "{dtype} {shape:?} {traversal:?}");
                    told_apart += i32::from(free != expected);
                }
            }
        }
        assert!(told_apart > 1000, "the tiles would have been noticed");
    }
}
