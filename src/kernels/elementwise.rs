//! Loops over whole operands that look at elements and answer in truth values:
//! comparing, combining, testing, counting.

use super::compare::{CompareOp, compare_loop};
use super::logic::{LogicOp, isnan_loop, logic_loop, not_loop};
use super::map::{BinaryLoop, UnaryLoop};
use super::mover::Reader;
use super::operand::{Source, Target, same_shape};
use super::transfer::split_innermost;
use super::truth;
use crate::dtype::{DType, Element};
use crate::error::{Error, Result};
use crate::plan::{Loops, Traversal, walk};

/// `target = a op b`, elements compared as `a_type` with `b_type` (one type, or
/// the two 64-bit integers). The target is boolean and overlaps neither.
pub fn compare(
    target: &Target<'_>,
    a: &Source<'_>,
    b: &Source<'_>,
    op: CompareOp,
    (a_type, b_type): (Element, Element),
) -> Result<()> {
    let run = compare_loop(op, a_type, b_type).ok_or(Error::NoCommonType {
        a: a.dtype(),
        b: b.dtype(),
    })?;
    binary(target, a, b, run, (a_type, b_type))
}

/// `target = a has the bytes of b`, or has other ones unless `equal`. The target
/// is boolean and overlaps neither; the others are of one type, whichever.
pub fn compare_bytes(
    target: &Target<'_>,
    a: &Source<'_>,
    b: &Source<'_>,
    equal: bool,
) -> Result<()> {
    same_shape(target, a)?;
    same_shape(target, b)?;
    boolean(target)?;
    if a.dtype() != b.dtype() {
        return Err(Error::NoCommonType {
            a: a.dtype(),
            b: b.dtype(),
        });
    }
    let size = a.itemsize() as usize;
    let strides = [target.strides(), a.strides(), b.strides()];
    let loops = Loops::new(target.shape(), strides, Traversal::Free);
    if loops.is_empty() {
        return Ok(());
    }
    walk(loops.axes(), loops.starts(), |places| {
        let [to, x, y] = places.map(|place| place as isize);
        // SAFETY: the operands are proved to lie within their memory, and the
        // loops visit only their elements.
        unsafe {
            let (x, y) = (a.start().wrapping_offset(x), b.start().wrapping_offset(y));
            let is_equal = libc::memcmp(x.cast(), y.cast(), size) == 0;
            let result = u8::from(is_equal == equal);
            target.start().wrapping_offset(to).write(result);
        }
    });
    Ok(())
}

/// `target = truth(a) op truth(b)`. The target is boolean and overlaps neither.
pub fn combine(target: &Target<'_>, a: &Source<'_>, b: &Source<'_>, op: LogicOp) -> Result<()> {
    binary(target, a, b, logic_loop(op), (Element::Bool, Element::Bool))
}

/// `target = not truth(a)`. The target is boolean and does not overlap `a`.
pub fn negate(target: &Target<'_>, a: &Source<'_>) -> Result<()> {
    unary(target, a, not_loop(), Element::Bool)
}

/// `target = a is NaN`. The target is boolean and does not overlap `a`.
pub fn isnan(target: &Target<'_>, a: &Source<'_>) -> Result<()> {
    let element = number(a)?;
    unary(target, a, isnan_loop(element), element)
}

fn number(source: &Source<'_>) -> Result<Element> {
    source.dtype().element().ok_or(Error::WrongDType {
        argument: "array",
        given: source.dtype(),
        expected: "a type whose elements are numbers",
    })
}

fn boolean(target: &Target<'_>) -> Result<()> {
    if target.dtype() == DType::new(Element::Bool) {
        return Ok(());
    }
    Err(Error::WrongDType {
        argument: "target",
        given: target.dtype(),
        expected: "bool",
    })
}

/// Cuts `count` elements into parts that a reader takes at once.
fn parts(count: i64, direct: bool) -> impl Iterator<Item = (isize, usize)> {
    let part = if direct {
        count.max(1)
    } else {
        Reader::PART as i64
    };
    (0..count)
        .step_by(part as usize)
        .map(move |done| (done as isize, part.min(count - done) as usize))
}

fn binary(
    target: &Target<'_>,
    a: &Source<'_>,
    b: &Source<'_>,
    run: BinaryLoop,
    (a_type, b_type): (Element, Element),
) -> Result<()> {
    same_shape(target, a)?;
    same_shape(target, b)?;
    boolean(target)?;
    let mut a_reader = Reader::new(a.dtype(), a_type)?;
    let mut b_reader = Reader::new(b.dtype(), b_type)?;
    let direct = a_reader.is_direct() && b_reader.is_direct();
    let strides = [target.strides(), a.strides(), b.strides()];
    let loops = Loops::new(target.shape(), strides, Traversal::Free);
    if loops.is_empty() {
        return Ok(());
    }
    let (outer, inner) = split_innermost(loops.axes());
    let [dst_stride, a_stride, b_stride] = inner.strides.map(|stride| stride as isize);
    walk(outer, loops.starts(), |places| {
        let [dst_place, a_place, b_place] = places.map(|place| place as isize);
        for (done, count) in parts(inner.extent, direct) {
            // SAFETY: the operands are proved to lie within their memory, and
            // the loops visit only their elements.
            unsafe {
                let dst = target
                    .start()
                    .wrapping_offset(dst_place + done * dst_stride);
                let a = a.start().wrapping_offset(a_place + done * a_stride);
                let b = b.start().wrapping_offset(b_place + done * b_stride);
                let (a, a_stride) = a_reader.read(a, a_stride, count);
                let (b, b_stride) = b_reader.read(b, b_stride, count);
                run(dst, dst_stride, a, a_stride, b, b_stride, count);
            }
        }
    });
    Ok(())
}

fn unary(target: &Target<'_>, a: &Source<'_>, run: UnaryLoop, element: Element) -> Result<()> {
    same_shape(target, a)?;
    boolean(target)?;
    let mut reader = Reader::new(a.dtype(), element)?;
    let strides = [target.strides(), a.strides()];
    let loops = Loops::new(target.shape(), strides, Traversal::Free);
    if loops.is_empty() {
        return Ok(());
    }
    let (outer, inner) = split_innermost(loops.axes());
    let [dst_stride, a_stride] = inner.strides.map(|stride| stride as isize);
    walk(outer, loops.starts(), |places| {
        let [dst_place, a_place] = places.map(|place| place as isize);
        for (done, count) in parts(inner.extent, reader.is_direct()) {
            // SAFETY: as in `binary`.
            unsafe {
                let dst = target
                    .start()
                    .wrapping_offset(dst_place + done * dst_stride);
                let a = a.start().wrapping_offset(a_place + done * a_stride);
                let (a, a_stride) = reader.read(a, a_stride, count);
                run(dst, dst_stride, a, a_stride, count);
            }
        }
    });
    Ok(())
}

/// Visits the truth of all elements in runs of boolean bytes: `(start, stride,
/// count)`, until `visit` says that it has seen enough.
fn truths(
    source: &Source<'_>,
    mut visit: impl FnMut(*const u8, isize, usize) -> bool,
) -> Result<()> {
    number(source)?;
    let mut reader = Reader::new(source.dtype(), Element::Bool)?;
    let loops = Loops::new(source.shape(), [source.strides()], Traversal::Free);
    if loops.is_empty() {
        return Ok(());
    }
    let (outer, inner) = split_innermost(loops.axes());
    let stride = inner.strides[0] as isize;
    let mut enough = false;
    walk(outer, loops.starts(), |[place]| {
        for (done, count) in parts(inner.extent, reader.is_direct()) {
            if enough {
                return;
            }
            let here = source
                .start()
                .wrapping_offset(place as isize + done * stride);
            // SAFETY: the loops visit elements of the source only.
            let (values, stride) = unsafe { reader.read(here, stride, count) };
            enough = visit(values, stride, count);
        }
    });
    Ok(())
}

/// How many elements are true.
pub fn count_nonzero(source: &Source<'_>) -> Result<i64> {
    let mut total = 0;
    truths(source, |start, stride, count| {
        // SAFETY: `truths` hands over readable boolean bytes.
        total += unsafe { truth::count_true(start, stride, count) } as i64;
        false
    })?;
    Ok(total)
}

/// Whether any element is true.
pub fn any(source: &Source<'_>) -> Result<bool> {
    let mut found = false;
    truths(source, |start, stride, count| {
        // SAFETY: as above.
        found = unsafe { truth::any(start, stride, count) };
        found
    })?;
    Ok(found)
}

/// Whether all elements are true.
pub fn all(source: &Source<'_>) -> Result<bool> {
    let mut holds = true;
    truths(source, |start, stride, count| {
        // SAFETY: as above.
        holds = unsafe { truth::all(start, stride, count) };
        !holds
    })?;
    Ok(holds)
}
