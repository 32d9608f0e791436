//! New arrays made of several, or of one several times.

use arrayvec::ArrayVec;

use super::CopyMode;
use super::index::{self, Along, Mode};
use crate::array::Array;
use crate::dtype::{Casting, DType, Element, Operand, Scalar, promote, result_type};
use crate::error::{Error, Result, ShapeNote};
use crate::kernels;
use crate::layout::{self, BasicEntry, Dims, MAX_NDIM, Order, normalize_axis};
use crate::ops::{copy, create, view, write};

/// A list of arrays that need not stand in memory as one.
#[allow(clippy::len_without_is_empty)] // an empty list is an error
pub trait Pieces {
    /// How many.
    fn len(&self) -> usize;
    /// Number `k`.
    fn piece(&self, k: usize) -> Result<Array>;
}

/// The type that all pieces promote to.
fn common_type(pieces: &dyn Pieces) -> Result<DType> {
    let first = pieces.piece(0)?.dtype();
    let mut seen = ArrayVec::<Operand, 32>::new();
    let mut all_the_same = true;
    for k in 0..pieces.len() {
        let dtype = pieces.piece(k)?.dtype();
        all_the_same &= dtype == first;
        let operand = Operand::Strong(dtype.native());
        if !all_the_same && (dtype.element().is_none() || first.element().is_none()) {
            return common_record(pieces);
        }
        // There are fewer built-in types than places.
        if !seen.contains(&operand) {
            seen.push(operand);
        }
        if seen.len() > Element::ALL.len() {
            break;
        }
    }
    if all_the_same {
        return Ok(first.native());
    }
    result_type(&seen)
}

/// The same where pieces are records or raw bytes.
fn common_record(pieces: &dyn Pieces) -> Result<DType> {
    let mut common = pieces.piece(0)?.dtype();
    for k in 1..pieces.len() {
        common = promote(common, pieces.piece(k)?.dtype())?;
    }
    Ok(common)
}

pub(super) fn check_some(pieces: &dyn Pieces) -> Result<()> {
    match pieces.len() {
        0 => Err(Error::InvalidValue {
            argument: "count",
            value: 0,
            expected: "at least one array",
        }),
        _ => Ok(()),
    }
}

/// An error unless piece number `index` has the shape of the first one on all axes but
/// the one that they are joined along.
pub(super) fn check_fits(first: &Array, piece: &Array, index: usize, axis: usize) -> Result<()> {
    if first.ndim() != piece.ndim() {
        return Err(Error::JoinRank {
            first: first.ndim(),
            index: index as i64,
            given: piece.ndim(),
        });
    }
    let pairs = first.shape().iter().zip(piece.shape());
    for (k, (&first, &given)) in pairs.enumerate() {
        if k != axis && first != given {
            return Err(Error::JoinExtent {
                axis: k as i64,
                first,
                index: index as i64,
                given,
            });
        }
    }
    Ok(())
}

/// `start:stop` on one axis of an array.
fn range_on(array: &Array, axis: usize, start: i64, stop: i64) -> Result<Array> {
    let mut key = ArrayVec::<BasicEntry, MAX_NDIM>::new();
    key.extend((0..axis).map(|_| BasicEntry::ALL));
    key.push(BasicEntry::Range {
        start: Some(start),
        stop: Some(stop),
        step: 1,
    });
    view::slice(array, &key)
}

/// Arrays one behind the other along an axis.
pub fn concatenate(pieces: &dyn Pieces, axis: Option<i64>) -> Result<Array> {
    check_some(pieces)?;
    let flat = |k: usize| -> Result<Array> {
        let piece = pieces.piece(k)?;
        match axis {
            Some(_) => Ok(piece),
            None => copy::ravel(&piece, Order::C, CopyMode::IfNeeded),
        }
    };
    let first = flat(0)?;
    let axis = normalize_axis(axis.unwrap_or(0), first.ndim())?;
    let mut shape: Dims = first.shape().iter().copied().collect();
    shape[axis] = 0;
    for k in 0..pieces.len() {
        let piece = flat(k)?;
        check_fits(&first, &piece, k, axis)?;
        shape[axis] = shape[axis]
            .checked_add(piece.shape()[axis])
            .ok_or(Error::Overflow {
                what: "the joined extent",
            })?;
    }
    let result = create::unset(common_type(pieces)?, &shape, Order::C)?;
    let mut start = 0;
    for k in 0..pieces.len() {
        let piece = flat(k)?;
        let stop = start + piece.shape()[axis];
        let place = range_on(&result, axis, start, stop)?;
        write::assign(&place, &piece, Casting::Unsafe)?;
        start = stop;
    }
    Ok(result)
}

/// Arrays of one shape, each with a new axis of extent 1 at one place: put one
/// behind the other along it, they are stacked.
pub struct Layers<'a> {
    pieces: &'a dyn Pieces,
    axis: i64,
}

impl Layers<'_> {
    /// `axis` is one of the result's.
    pub fn new(pieces: &dyn Pieces, axis: i64) -> Result<Layers<'_>> {
        check_some(pieces)?;
        let first = pieces.piece(0)?;
        let axis = normalize_axis(axis, first.ndim() + 1)? as i64;
        if first.ndim() == MAX_NDIM {
            return Err(Error::TooManyAxes {
                argument: "arrays",
                given: first.ndim() as i64 + 1,
            });
        }
        for k in 1..pieces.len() {
            let piece = pieces.piece(k)?;
            if piece.shape() != first.shape() {
                return Err(Error::WrongShape {
                    argument: "arrays",
                    given: ShapeNote::new(piece.shape()),
                    wanted: ShapeNote::new(first.shape()),
                });
            }
        }
        Ok(Layers { pieces, axis })
    }

    /// The new axis, counted from the front.
    pub fn axis(&self) -> i64 {
        self.axis
    }
}

impl Pieces for Layers<'_> {
    fn len(&self) -> usize {
        self.pieces.len()
    }
    fn piece(&self, k: usize) -> Result<Array> {
        view::expand_dims(&self.pieces.piece(k)?, &[self.axis])
    }
}

/// Arrays of one shape along a new axis.
pub fn stack(pieces: &dyn Pieces, axis: i64) -> Result<Array> {
    let layers = Layers::new(pieces, axis)?;
    concatenate(&layers, Some(layers.axis))
}

fn check_counts(argument: &'static str, counts: &[i64]) -> Result<()> {
    match counts.iter().position(|&count| count < 0) {
        None => Ok(()),
        Some(axis) => Err(Error::NegativeExtent {
            argument,
            axis,
            extent: counts[axis],
        }),
    }
}

/// The whole array, repeated along each axis.
///
/// The result is seen with two axes for each: which repetition, and where in
/// it. Then one broadcast assignment fills it.
pub fn tile(array: &Array, counts: &[i64]) -> Result<Array> {
    check_counts("counts", counts)?;
    let ndim = array.ndim().max(counts.len());
    let (added, missing) = (ndim - array.ndim(), ndim - counts.len());
    let mut shape = Dims::new();
    for axis in 0..ndim {
        let extent = axis.checked_sub(added).map_or(1, |own| array.shape()[own]);
        let count = axis.checked_sub(missing).map_or(1, |own| counts[own]);
        shape.push(extent.checked_mul(count).ok_or(Error::Overflow {
            what: "the tiled extent",
        })?);
    }
    let result = create::empty(array.dtype(), &shape, Order::C)?;
    if result.size() == 0 {
        return Ok(result);
    }
    // Fill the first tile, then double what is filled along one axis after the
    // other. Each step copies a part of the result to a disjoint part.
    let mut filled = layout::broadcast_to(
        array.layout(),
        &{
            let mut first: Dims = shape.iter().map(|_| 1).collect();
            for (axis, &extent) in array.shape().iter().enumerate() {
                first[axis + added] = extent;
            }
            first
        },
        array.itemsize(),
    )?
    .shape;
    let part = |extents: &[i64], axis: usize, start: i64| -> Result<Array> {
        let mut key = ArrayVec::<BasicEntry, MAX_NDIM>::new();
        for (k, &extent) in extents.iter().enumerate() {
            let from = if k == axis { start } else { 0 };
            key.push(BasicEntry::Range {
                start: Some(from),
                stop: Some(from + extent),
                step: 1,
            });
        }
        view::slice(&result, &key)
    };
    write::assign(&part(&filled, 0, 0)?, array, Casting::Unsafe)?;
    for axis in (0..ndim).rev() {
        while filled[axis] < shape[axis] {
            let mut block = filled.clone();
            block[axis] = block[axis].min(shape[axis] - filled[axis]);
            let source = part(&block, axis, 0)?;
            write::assign(&part(&block, axis, filled[axis])?, &source, Casting::Unsafe)?;
            filled[axis] += block[axis];
        }
    }
    Ok(result)
}

/// Each element of an axis, repeated.
pub fn repeat(array: &Array, repeats: &[i64], axis: Option<i64>) -> Result<Array> {
    check_counts("repeats", repeats)?;
    let flat;
    let (array, axis) = match axis {
        Some(axis) => (array, normalize_axis(axis, array.ndim())?),
        None => {
            flat = copy::ravel(array, Order::C, CopyMode::IfNeeded)?;
            (&flat, 0)
        }
    };
    let extent = array.shape()[axis];
    if repeats.len() != 1 && repeats.len() as i64 != extent {
        return Err(Error::WrongShape {
            argument: "repeats",
            given: ShapeNote::new(&[repeats.len() as i64]),
            wanted: ShapeNote::new(&[extent]),
        });
    }
    let times = |k: i64| repeats[if repeats.len() == 1 { 0 } else { k as usize }];
    // One number is not added up: the extent of a broadcast array has no bound
    // but that of the integers.
    let total = match *repeats {
        [all] => extent.checked_mul(all),
        _ => repeats.iter().try_fold(0i64, |sum, &n| sum.checked_add(n)),
    };
    let total = total.ok_or(Error::Overflow {
        what: "the repeated extent",
    })?;
    let indices = create::empty(DType::new(Element::Int64), &[total], Order::C)?;
    let (mut element, mut left) = (0, if extent > 0 { times(0) } else { 0 });
    kernels::generate(&indices.target("indices")?, |_| {
        while left == 0 {
            element += 1;
            left = times(element);
        }
        left -= 1;
        element
    })?;
    index::get_along(array, (Along::Axes, axis), &indices, Mode::Raise)
}

/// Elements moved along an axis, those pushed out coming in at the other end.
pub fn roll(array: &Array, shift: i64, axis: Option<i64>) -> Result<Array> {
    let Some(axis) = axis else {
        let line = copy::ravel(array, Order::C, CopyMode::IfNeeded)?;
        let rolled = roll(&line, shift, Some(0))?;
        let result = create::empty(array.dtype(), array.shape(), Order::C)?;
        let flat = view::reshape(&result, &[array.size()], Order::C, CopyMode::Never)?;
        write::assign(&flat, &rolled, Casting::No)?;
        return Ok(result);
    };
    let axis = normalize_axis(axis, array.ndim())?;
    let extent = array.shape()[axis];
    let result = create::empty_like(array, array.dtype(), Order::K)?;
    if extent == 0 {
        return Ok(result);
    }
    let shift = shift.rem_euclid(extent);
    for (from, to, count) in [(0, shift, extent - shift), (extent - shift, 0, shift)] {
        let place = range_on(&result, axis, to, to + count)?;
        let source = range_on(array, axis, from, from + count)?;
        write::assign(&place, &source, Casting::No)?;
    }
    Ok(result)
}

/// The array, surrounded by a value.
pub fn pad(array: &Array, before: &[i64], after: &[i64], value: &Scalar) -> Result<Array> {
    pad_by(array, before, after, |shape| {
        create::full(array.dtype(), shape, Order::C, value)
    })
}

/// The same with a value of any type, as an array without axes.
pub fn pad_with(array: &Array, before: &[i64], after: &[i64], value: &Array) -> Result<Array> {
    pad_by(array, before, after, |shape| {
        create::full_of(array.dtype(), shape, Order::C, value)
    })
}

fn pad_by(
    array: &Array,
    before: &[i64],
    after: &[i64],
    full: impl FnOnce(&[i64]) -> Result<Array>,
) -> Result<Array> {
    check_counts("before", before)?;
    check_counts("after", after)?;
    if before.len() != array.ndim() {
        return Err(Error::WrongRank {
            argument: "before and after",
            given: before.len() as i64,
            wanted: array.ndim() as i64,
        });
    }
    let mut shape = Dims::new();
    for (axis, &extent) in array.shape().iter().enumerate() {
        let padded = extent
            .checked_add(before[axis])
            .and_then(|sum| sum.checked_add(after[axis]));
        shape.push(padded.ok_or(Error::Overflow {
            what: "the padded extent",
        })?);
    }
    let result = full(&shape)?;
    let mut key = ArrayVec::<BasicEntry, MAX_NDIM>::new();
    for (axis, &extent) in array.shape().iter().enumerate() {
        key.push(BasicEntry::Range {
            start: Some(before[axis]),
            stop: Some(before[axis] + extent),
            step: 1,
        });
    }
    write::assign(&view::slice(&result, &key)?, array, Casting::No)?;
    Ok(result)
}
