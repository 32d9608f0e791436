//! Joining into an array that exists, which the pieces may share memory with.
//!
//! The pieces are moved one after the other. One that shares memory with a
//! place that is written before its own turn is copied first, and so is one
//! that no order moves to its own place; all copies go into one temporary. What
//! can fail comes before the first write. So each move is planned without a
//! search, once to learn whether it needs a copy and once, with the same result,
//! to be made.

use super::join::{Layers, Pieces, check_fits, check_some};
use crate::array::Array;
use crate::dtype::{Casting, DType, Element, is_field_cast};
use crate::error::{Error, Result, ShapeNote};
use crate::kernels::{self, Source, Target};
use crate::layout::{self, Layout, Order, Packing, normalize_axis};
use crate::memory::Scratch;
use crate::ops::{copy, create, write};
use crate::plan::{self, Assignment, Hazard, Traversal};

/// `target[...] = concatenate(pieces, axis)`.
pub fn concatenate_into(
    pieces: &dyn Pieces,
    axis: Option<i64>,
    casting: Casting,
    target: &Array,
) -> Result<()> {
    check_some(pieces)?;
    let (way, axis) = match axis {
        Some(axis) => (Way::Along, axis),
        None => (Way::Flat, 0),
    };
    join_into(pieces, way, axis, casting, target)
}

/// `target[...] = stack(pieces, axis)`.
pub fn stack_into(pieces: &dyn Pieces, axis: i64, casting: Casting, target: &Array) -> Result<()> {
    let axis = Layers::new(pieces, axis)?.axis();
    join_into(pieces, Way::Stacked, axis, casting, target)
}

fn join_into(
    pieces: &dyn Pieces,
    way: Way,
    axis: i64,
    casting: Casting,
    target: &Array,
) -> Result<()> {
    target.check_writeable("target")?;
    let joining = Joining::new(pieces, way, axis, target)?;
    joining.check(pieces, casting)?;
    if target.size() == 0 {
        return Ok(());
    }
    let (offsets, nbytes) = joining.find_copies(pieces)?;
    let copies = create::empty(DType::new(Element::UInt8), &[nbytes], Order::C)?;
    for (k, &offset) in offsets.iter().enumerate() {
        let piece = pieces.piece(k)?;
        if offset != IN_PLACE {
            let to = copied_layout(&piece, offset)?;
            let to = Target::new(copies.memory(), to.as_ref(), piece.dtype())?;
            kernels::transfer(&to, &piece.source()?, Traversal::Free)?;
        }
    }
    let mut start = 0;
    for (k, &offset) in offsets.iter().enumerate() {
        let piece = pieces.piece(k)?;
        let stop = start + joining.extent_of(&piece);
        if piece.size() > 0 {
            let place = joining.place_of(&piece, start)?;
            if offset == IN_PLACE {
                let plan = joining.plan(&piece, &place)?;
                write::move_as_planned(target, place.as_ref(), &piece, piece.layout(), &plan)?;
            } else {
                let from = copied_layout(&piece, offset)?;
                let from = Source::new(copies.memory(), from.as_ref(), piece.dtype())?;
                let to = Target::new(target.memory(), place.as_ref(), target.dtype())?;
                kernels::transfer(&to, &from, plan::any_order(joining.is_free))?;
            }
        }
        start = stop;
    }
    Ok(())
}

/// Stands for the offset of a copy that is not made.
const IN_PLACE: i64 = -1;

/// A piece's copy at an offset of the temporary.
fn copied_layout(piece: &Array, offset: i64) -> Result<Layout> {
    let itemsize = piece.itemsize();
    let mut packed = layout::ordered(piece.layout(), itemsize, itemsize, Order::K)?;
    packed.offset += offset;
    Ok(packed)
}

/// How pieces make up the target.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Each takes its extent of an axis that it has, too.
    Along,
    /// The same when each is flattened.
    Flat,
    /// Each takes one index of an axis that it has not. It is the place that loses
    /// the axis: views of the pieces that gain it could not be made any more once
    /// the first of them has been written.
    Stacked,
}

struct Joining<'a> {
    target: &'a Array,
    way: Way,
    axis: usize,
    /// Whether the target is known not to overlap itself.
    is_free: bool,
}

impl<'a> Joining<'a> {
    fn new(pieces: &dyn Pieces, way: Way, axis: i64, target: &'a Array) -> Result<Joining<'a>> {
        let ndim = match way {
            Way::Along => pieces.piece(0)?.ndim(),
            Way::Flat => 1,
            Way::Stacked => pieces.piece(0)?.ndim() + 1,
        };
        let axis = normalize_axis(axis, ndim)?;
        if target.ndim() != ndim {
            return Err(Error::WrongRank {
                argument: "target",
                given: target.ndim() as i64,
                wanted: ndim as i64,
            });
        }
        Ok(Joining {
            target,
            way,
            axis,
            is_free: write::traversal(target)? == Traversal::Free,
        })
    }

    /// How much of the axis a piece takes.
    fn extent_of(&self, piece: &Array) -> i64 {
        match self.way {
            Way::Along => piece.shape()[self.axis],
            Way::Flat => piece.size(),
            Way::Stacked => 1,
        }
    }

    /// An error unless all pieces fit each other, and together the target.
    fn check(&self, pieces: &dyn Pieces, casting: Casting) -> Result<()> {
        let first = pieces.piece(0)?;
        let mut joined = layout::dims("arrays", first.shape())?;
        match self.way {
            Way::Along => joined[self.axis] = 0,
            Way::Flat => joined = layout::dims("target", &[0])?,
            // Layers have room for it.
            Way::Stacked => joined.insert(self.axis, 0),
        }
        for k in 0..pieces.len() {
            let piece = pieces.piece(k)?;
            if self.way == Way::Along {
                check_fits(&first, &piece, k, self.axis)?;
            }
            let sum = joined[self.axis].checked_add(self.extent_of(&piece));
            joined[self.axis] = sum.ok_or(Error::Overflow {
                what: "the joined extent",
            })?;
        }
        if self.target.shape() != &joined[..] {
            return Err(Error::WrongShape {
                argument: "target",
                given: ShapeNote::new(self.target.shape()),
                wanted: ShapeNote::new(&joined),
            });
        }
        for k in 0..pieces.len() {
            copy::check_cast(&pieces.piece(k)?, self.target.dtype(), casting)?;
        }
        Ok(())
    }

    /// For each piece the place of its copy in the temporary, or [`IN_PLACE`];
    /// and the bytes of the temporary.
    fn find_copies(&self, pieces: &dyn Pieces) -> Result<(Scratch<i64>, i64)> {
        let mut offsets = Scratch::with_capacity(pieces.len())?;
        let (mut start, mut nbytes) = (0, 0i64);
        for k in 0..pieces.len() {
            let piece = pieces.piece(k)?;
            if piece.size() > 0 && self.needs_copy(&piece, start)? {
                offsets.push(nbytes)?;
                nbytes = nbytes.checked_add(piece.nbytes()).ok_or(Error::Overflow {
                    what: "the bytes of the pieces",
                })?;
            } else {
                offsets.push(IN_PLACE)?;
            }
            start += self.extent_of(&piece);
        }
        Ok((offsets, nbytes))
    }

    fn needs_copy(&self, piece: &Array, start: i64) -> Result<bool> {
        if is_field_cast(piece.dtype(), self.target.dtype()) {
            // Read whole before any field is stored, unless it is elsewhere.
            return Ok(!write::is_apart(piece, self.target)?);
        }
        let earlier = write::within(self.target.layout(), self.axis, 0, start);
        let earlier = write::operand(self.target, earlier.as_ref());
        if !plan::is_apart(write::operand(piece, piece.layout()), earlier)? {
            return Ok(true);
        }
        let plan = self.plan(piece, &self.place_of(piece, start)?)?;
        Ok(matches!(plan.hazard, Hazard::Buffered(_)))
    }

    /// The part of the target that a piece goes to, in the piece's shape.
    fn place_of(&self, piece: &Array, start: i64) -> Result<Layout> {
        let stop = start + self.extent_of(piece);
        let mut range = write::within(self.target.layout(), self.axis, start, stop);
        match self.way {
            Way::Along => Ok(range),
            Way::Flat => {
                let shape = layout::dims("arrays", piece.shape())?;
                let itemsize = self.target.itemsize();
                Ok(layout::reshape(
                    range.as_ref(),
                    &shape,
                    itemsize,
                    Packing::C,
                )??)
            }
            Way::Stacked => {
                range.shape.remove(self.axis);
                range.strides.remove(self.axis);
                Ok(range)
            }
        }
    }

    fn plan(&self, piece: &Array, place: &Layout) -> Result<Assignment> {
        if is_field_cast(piece.dtype(), self.target.dtype()) {
            return Ok(Assignment {
                hazard: match plan::any_order(self.is_free) {
                    Traversal::Free => Hazard::Free,
                    traversal => Hazard::Ordered(traversal),
                },
                bytes: 0,
            });
        }
        plan::assignment_without_search(
            write::operand(self.target, place.as_ref()),
            write::operand(piece, piece.layout()),
            piece.dtype() == self.target.dtype(),
            self.is_free,
        )
    }
}
