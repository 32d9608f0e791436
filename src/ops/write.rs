//! Writing into arrays that exist. Every function here gives the result of
//! reading what it reads whole before the first store; `plan/` decides what
//! that takes.

use crate::array::Array;
use crate::dtype::{Casting, DType, Element, Scalar};
use crate::error::{Error, Result};
use crate::kernels::{self, Source};
use crate::layout::{self, Layout, LayoutRef, Order};
use crate::ops::copy;
use crate::overlap;
use crate::plan::{self, Assignment, Hazard, Traversal};

/// The traversal that a target allows: any order, unless elements share memory
/// with each other.
pub fn traversal(target: &Array) -> Result<Traversal> {
    match plan::is_free_of_internal_overlap(target.address_layout(), target.itemsize())? {
        true => Ok(Traversal::Free),
        false => Ok(Traversal::InOrder),
    }
}

/// `array`, or a copy of it when the two may share memory: for indices, masks
/// and values of writes that have no better plan.
pub fn apart_from(array: &Array, target: &Array) -> Result<Array> {
    let (a, b) = (array.address_layout(), target.address_layout());
    match overlap::bounds_overlap(a, array.itemsize(), b, target.itemsize()) {
        true => copy::copy(array, Order::K),
        false => Ok(array.clone()),
    }
}

fn broadcast(source: &Array, target: &Array) -> Result<Layout> {
    layout::broadcast_source(source.layout(), target.shape(), source.itemsize())
}

/// Plans the move of a source, already broadcast, into a target.
fn plan(target: &Array, source: &Array, layout: &Layout) -> Result<Assignment> {
    let addresses = LayoutRef {
        offset: source.address().addr() as i64,
        ..layout.as_ref()
    };
    plan::assignment(
        target.address_layout(),
        target.itemsize(),
        addresses,
        source.itemsize(),
        source.nbytes(),
    )
}

/// How [`assign`] would move the elements.
pub fn plan_assign(target: &Array, source: &Array, casting: Casting) -> Result<Assignment> {
    target.check_writeable("target")?;
    copy::check_cast(source, target.dtype(), casting)?;
    plan(target, source, &broadcast(source, target)?)
}

/// `target[...] = source`.
pub fn assign(target: &Array, source: &Array, casting: Casting) -> Result<()> {
    let plan = plan_assign(target, source, casting)?;
    let buffer;
    let source = match plan.hazard {
        Hazard::Buffered => {
            buffer = copy::copy(source, Order::K)?;
            &buffer
        }
        _ => source,
    };
    let layout = broadcast(source, target)?;
    let from = Source::new(source.memory(), layout.as_ref(), source.dtype())?;
    kernels::transfer(&target.target("target")?, &from, traversal_of(&plan))
}

fn traversal_of(plan: &Assignment) -> Traversal {
    match plan.in_order {
        true => Traversal::InOrder,
        false => Traversal::Free,
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
    let source_plan = plan(target, source, &broadcast(source, target)?)?;
    let mask_plan = plan(target, mask, &broadcast(mask, target)?)?;
    let buffered = |array: &Array, plan: &Assignment| match plan.hazard {
        Hazard::Buffered => copy::copy(array, Order::K),
        _ => Ok(array.clone()),
    };
    let source = buffered(source, &source_plan)?;
    let mask = buffered(mask, &mask_plan)?;
    let source_layout = broadcast(&source, target)?;
    let mask_layout = broadcast(&mask, target)?;
    kernels::transfer_where(
        &target.target("target")?,
        &Source::new(source.memory(), source_layout.as_ref(), source.dtype())?,
        &Source::new(mask.memory(), mask_layout.as_ref(), mask.dtype())?,
        traversal_of(&source_plan),
    )
}

/// One value everywhere, cast unsafely; a weak integer must fit.
pub fn fill(target: &Array, value: &Scalar) -> Result<()> {
    let to = target.target("target")?;
    value.check_bounds(target.dtype())?;
    let from = Source::repeated(value, target.shape())?;
    kernels::transfer(&to, &from, traversal(target)?)
}
