//! Writing into arrays that exist. Every function here gives the result of
//! reading what it reads whole before the first store; `plan/` decides what
//! that takes.

use crate::array::{Array, Flags};
use crate::dtype::{Casting, DType, Element, Scalar, is_field_cast};
use crate::error::{Error, Result};
use crate::kernels::{self, Source, Target};
use crate::layout::{self, Layout, LayoutRef, Order};
use crate::memory::{self, Memory};
use crate::ops::copy;
use crate::plan::{self, Assignment, Hazard, Slab, Traversal};

/// The traversal that a target allows: any order, unless elements share memory
/// with each other.
pub fn traversal(target: &Array) -> Result<Traversal> {
    match plan::is_free_of_internal_overlap(target.address_layout(), target.itemsize())? {
        true => Ok(Traversal::Free),
        false => Ok(Traversal::InOrder),
    }
}

/// Whether two arrays surely share no memory.
pub(super) fn is_apart(array: &Array, target: &Array) -> Result<bool> {
    plan::is_apart(
        operand(array, array.layout()),
        operand(target, target.layout()),
    )
}

/// `array`, or a copy of it when the two share memory: for indices and values
/// of writes that have no better plan.
pub fn apart_from(array: &Array, target: &Array) -> Result<Array> {
    apart_from_part(array, target, target.layout())
}

/// The same for a target that is a part of an array.
pub fn apart_from_part(array: &Array, whole: &Array, part: LayoutRef<'_>) -> Result<Array> {
    let target = operand(whole, part);
    match plan::is_apart(operand(array, array.layout()), target)? {
        true => Ok(array.clone()),
        false => copy::copy(array, Order::K),
    }
}

/// A mask of the target's shape, or a copy of it when the two share memory;
/// a mask that is the target itself is fine, when each element is looked at
/// before it is stored.
pub fn mask_apart_from(mask: &Array, target: &Array) -> Result<Array> {
    let same_elements = mask.address_layout() == target.address_layout()
        && mask.itemsize() == target.itemsize()
        && traversal(target)? == Traversal::Free;
    match same_elements {
        true => Ok(mask.clone()),
        false => apart_from(mask, target),
    }
}

/// The layout of a source with the shape of a target: its own, or one that is
/// made in `room`.
pub(super) fn broadcast_in<'a>(
    room: &'a mut Layout,
    source: &'a Array,
    shape: &[i64],
) -> Result<LayoutRef<'a>> {
    layout::stretch_in(
        room,
        source.layout(),
        shape,
        source.itemsize(),
        layout::broadcast_source,
    )
}

/// Elements of an array's memory, by their addresses.
pub(super) fn operand<'a>(array: &Array, layout: LayoutRef<'a>) -> plan::Operand<'a> {
    let offset = array.memory().start().addr() as i64 + layout.offset;
    plan::Operand {
        layout: LayoutRef { offset, ..layout },
        itemsize: array.itemsize(),
    }
}

/// Plans the move of a source, already broadcast, into a target.
fn plan(target: &Array, source: &Array, layout: LayoutRef<'_>) -> Result<Assignment> {
    // The everyday case, for which small arrays need not be looked at closely:
    // a packed target, and memory of its own for each.
    let is_packed =
        target.flags().has(Flags::C_CONTIGUOUS) || target.flags().has(Flags::F_CONTIGUOUS);
    if is_packed && target.memory().is_apart(source.memory()) {
        return Ok(Assignment {
            hazard: Hazard::Free,
            bytes: 0,
        });
    }
    if is_field_cast(source.dtype(), target.dtype()) {
        return plan_fields(target, source, layout);
    }
    plan::assignment(
        operand(target, target.layout()),
        operand(source, layout),
        source.dtype() == target.dtype(),
    )
}

/// The same where the elements are converted field by field: what was not copied
/// would be read after some of its fields were stored.
#[cold]
#[inline(never)]
fn plan_fields(target: &Array, source: &Array, layout: LayoutRef<'_>) -> Result<Assignment> {
    let traversal = traversal(target)?;
    let apart = plan::is_apart(operand(source, layout), operand(target, target.layout()))?;
    Ok(match (apart, traversal) {
        (true, Traversal::Free) => Assignment {
            hazard: Hazard::Free,
            bytes: 0,
        },
        (true, traversal) => Assignment {
            hazard: Hazard::Ordered(traversal),
            bytes: 0,
        },
        (false, traversal) => Assignment {
            hazard: Hazard::Buffered(Slab {
                range: None,
                traversal,
            }),
            bytes: source.nbytes(),
        },
    })
}

/// How [`assign`] would move the elements.
pub fn plan_assign(target: &Array, source: &Array, casting: Casting) -> Result<Assignment> {
    target.check_writeable("target")?;
    copy::check_cast(source, target.dtype(), casting)?;
    let mut room = Layout::at(0);
    plan(
        target,
        source,
        broadcast_in(&mut room, source, target.shape())?,
    )
}

/// `target[...] = source`.
pub fn assign(target: &Array, source: &Array, casting: Casting) -> Result<()> {
    target.check_writeable("target")?;
    copy::check_cast(source, target.dtype(), casting)?;
    let mut room = Layout::at(0);
    let from = broadcast_in(&mut room, source, target.shape())?;
    let plan = plan(target, source, from)?;
    memory::provoke(c"an operation");
    move_as_planned(target, target.layout(), source, from, &plan)
}

/// Moves elements of a source, at `from`, to those of a target, at `to`.
pub(super) fn move_as_planned(
    target: &Array,
    to: LayoutRef<'_>,
    source: &Array,
    from: LayoutRef<'_>,
    plan: &Assignment,
) -> Result<()> {
    let all_to = Target::new(target.memory(), to, target.dtype())?;
    let all_from = Source::new(source.memory(), from, source.dtype())?;
    match &plan.hazard {
        Hazard::Free => kernels::transfer(&all_to, &all_from, Traversal::Free),
        Hazard::Ordered(traversal) => kernels::transfer(&all_to, &all_from, *traversal),
        Hazard::Exchange(pairing) => kernels::exchange(&all_to, pairing),
        Hazard::Buffered(slab) => move_buffered(target, to, source, from, slab),
    }
}

/// The same through a copy of part of the source, or of all of it. Apart, since
/// it needs room on the stack that the other ways do without.
#[inline(never)]
fn move_buffered(
    target: &Array,
    to: LayoutRef<'_>,
    source: &Array,
    from: LayoutRef<'_>,
    slab: &Slab,
) -> Result<()> {
    let Some((axis, first, end)) = slab.range else {
        let all_to = Target::new(target.memory(), to, target.dtype())?;
        let buffer = Buffer::copy_of(source, from)?;
        return kernels::transfer(&all_to, &buffer.source()?, slab.traversal);
    };
    let copied = Some(Buffer::copy_of(
        source,
        within(from, axis, first, end).as_ref(),
    )?);
    // What no store hits is read where it stands.
    let parts = [
        (0, first, &None),
        (end, from.shape[axis], &None),
        (first, end, &copied),
    ];
    for (first, end, copy) in parts {
        if first == end {
            continue;
        }
        let to = within(to, axis, first, end);
        let to = Target::new(target.memory(), to.as_ref(), target.dtype())?;
        let from = within(from, axis, first, end);
        kernels::transfer(&to, &elements(source, from.as_ref(), copy)?, slab.traversal)?;
    }
    Ok(())
}

/// A range of indices on one axis.
pub(super) fn within(layout: LayoutRef<'_>, axis: usize, first: i64, end: i64) -> Layout {
    let mut part = layout.to_owned();
    part.offset += first * part.strides[axis];
    part.shape[axis] = end - first;
    part
}

/// A temporary: elements packed in new memory, those that are broadcast once.
pub(super) struct Buffer {
    memory: Memory,
    dtype: DType,
    /// In the buffer, with the shape of what it is a copy of.
    layout: Layout,
}

impl Buffer {
    /// Copies elements of an array's memory.
    pub(super) fn copy_of(array: &Array, original: LayoutRef<'_>) -> Result<Buffer> {
        let (itemsize, dtype) = (array.itemsize(), array.dtype());
        let copy = plan::Copied::of(plan::Operand {
            layout: original,
            itemsize,
        })?;
        let nbytes = layout::element_count("source", &copy.to.shape, itemsize)? * itemsize;
        let memory = Memory::allocate(nbytes, false)?;
        let to = Target::new(&memory, copy.to.as_ref(), dtype)?;
        let from = Source::new(array.memory(), copy.from.as_ref(), dtype)?;
        kernels::transfer(&to, &from, Traversal::Free)?;
        Ok(Buffer {
            memory,
            dtype,
            layout: copy.wide,
        })
    }

    /// The elements, with the shape of what they are copies of.
    pub(super) fn source(&self) -> Result<Source<'_>> {
        Source::new(&self.memory, self.layout.as_ref(), self.dtype)
    }

    /// The same, to be written; for copies of elements that are not broadcast.
    pub(super) fn target(&self) -> Result<Target<'_>> {
        Target::new(&self.memory, self.layout.as_ref(), self.dtype)
    }
}

/// The elements of a source where they stand, or those of its copy.
fn elements<'a>(
    array: &'a Array,
    layout: LayoutRef<'a>,
    copy: &'a Option<Buffer>,
) -> Result<Source<'a>> {
    match copy {
        Some(buffer) => buffer.source(),
        None => Source::new(array.memory(), layout, array.dtype()),
    }
}

/// `target[mask] = source[mask]`, all broadcast to the target's shape.
pub fn assign_where(target: &Array, source: &Array, mask: &Array, casting: Casting) -> Result<()> {
    target.check_writeable("target")?;
    if mask.dtype() != DType::new(Element::Bool) {
        return Err(Error::WrongDType {
            argument: "mask",
            given: mask.dtype(),
            expected: "bool",
        });
    }
    copy::check_cast(source, target.dtype(), casting)?;
    if is_field_cast(source.dtype(), target.dtype()) {
        let converted = copy::convert(source, target.dtype(), Order::K)?;
        return assign_where(target, &converted, mask, Casting::No);
    }
    let (mut source_room, mut mask_room) = (Layout::at(0), Layout::at(0));
    let source_wide = broadcast_in(&mut source_room, source, target.shape())?;
    let mask_wide = broadcast_in(&mut mask_room, mask, target.shape())?;
    let plan = plan::masked_assignment(
        operand(target, target.layout()),
        operand(source, source_wide),
        operand(mask, mask_wide),
    )?;
    let copied = |array: &Array, wide: LayoutRef<'_>, copies: bool| match copies {
        true => Buffer::copy_of(array, wide).map(Some),
        false => Ok(None),
    };
    let source_copy = copied(source, source_wide, plan.copies_source)?;
    let mask_copy = copied(mask, mask_wide, plan.copies_mask)?;
    kernels::transfer_where(
        &target.target("target")?,
        &elements(source, source_wide, &source_copy)?,
        &elements(mask, mask_wide, &mask_copy)?,
        plan.traversal,
    )
}

/// One value everywhere, as an array without axes, cast unsafely.
pub fn fill_with(target: &Array, value: &Array) -> Result<()> {
    assign(target, value, Casting::Unsafe)
}

/// One value everywhere, cast unsafely; a weak integer must fit.
pub fn fill(target: &Array, value: &Scalar) -> Result<()> {
    let to = target.target("target")?;
    value.check_bounds(target.dtype())?;
    let from = Source::repeated(value, target.shape())?;
    kernels::transfer(&to, &from, traversal(target)?)
}
