//! Reading and writing through index arrays.
//!
//! The array side is a layout of which some axes are indexed: for each of them
//! there is a list of indices, all of one length. Position p of the lists names
//! one sub-block, made of the axes that are not indexed. The other side (the
//! result, or the values to store) has the axes `before`, then one for the
//! positions, then those `after`.
//!
//! Or there is one list and no sub-block: its indices count through all axes of the
//! array side in C order; or the positions count through the other axes, so that
//! each index is for a line of its own.
//!
//! Indices are checked where they are used, part by part (`offsets.rs`), so that
//! a list that another thread changes meanwhile can spoil a result but never the
//! memory; flat ones are taken apart (`flat.rs`). Then the elements, or runs of them,
//! are moved to or from the places found (`place.rs`).

mod flat;
mod offsets;
mod place;
#[cfg(test)]
mod tests;

use self::flat::Line;
use self::offsets::{ADD, CHECK, Indices, MULTIPLY, Places, SHIFT, index_kernel};
use self::place::{Placing, can_stream, place_loop, stream_loop};
use crate::dtype::{DType, Element};
use crate::error::{Error, Result, ShapeNote};
use crate::kernels::copy::STREAM_FROM;
use crate::kernels::cpu::{self, Level, fence, level};
use crate::kernels::map::at;
use crate::kernels::mover::Mover;
use crate::kernels::operand::{Source, Target};
use crate::kernels::transfer::split_innermost;
use crate::layout::{self, Dims, MAX_NDIM};
use crate::plan::{Axis, Loops, Traversal, walk};
use arrayvec::ArrayVec;

/// What an index out of bounds means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// An error; negative indices count from the end.
    Raise,
    /// It wraps around.
    Wrap,
    /// It is clipped; negative ones become 0.
    Clip,
}

impl Mode {
    /// The index as counted from the start; out of bounds where it is wrong.
    #[inline(always)]
    fn normalize(self, index: i64, extent: i64) -> i64 {
        match self {
            Mode::Raise if index < 0 => index.wrapping_add(extent),
            Mode::Raise => index,
            // A division is worth avoiding.
            Mode::Wrap if extent > 0 && (index < 0 || index >= extent) => index.rem_euclid(extent),
            Mode::Wrap => index,
            Mode::Clip => index.clamp(0, (extent - 1).max(0)),
        }
    }
}

/// A packed list of int32 or int64 indices for one axis.
#[derive(Clone, Copy)]
pub struct IndexList<'a> {
    values: Source<'a>,
    /// The axis of the array side that it indexes.
    axis: usize,
}

impl<'a> IndexList<'a> {
    /// `values` must be 1-d, int32 or int64, and packed.
    pub fn new(values: Source<'a>, axis: usize) -> Result<IndexList<'a>> {
        let taken_as_it_is = [Element::Int32, Element::Int64].map(DType::new);
        let packed = values.shape().len() == 1
            && taken_as_it_is.contains(&values.dtype())
            && (values.shape()[0] <= 1 || values.strides()[0] == values.itemsize());
        match packed {
            true => Ok(IndexList { values, axis }),
            false => Err(Error::WrongDType {
                argument: "indices",
                given: values.dtype(),
                expected: "packed int32 or int64",
            }),
        }
    }

    fn is_narrow(&self) -> bool {
        self.values.dtype() == DType::new(Element::Int32)
    }

    /// # Safety
    ///
    /// The list must have more than `k` indices.
    unsafe fn read(&self, k: usize) -> i64 {
        let place = at::<u8>(self.values.start(), self.values.itemsize() as isize, k);
        // SAFETY: the index lies within the list's memory.
        unsafe {
            match self.is_narrow() {
                true => place.cast::<i32>().read_unaligned().into(),
                false => place.cast::<i64>().read_unaligned(),
            }
        }
    }

    /// The kernel that makes places of its indices.
    fn kernel<const KIND: u8>(&self, level: Level) -> unsafe fn(&Indices) -> bool {
        match self.is_narrow() {
            true => index_kernel::<Places<i32, KIND>>(level),
            false => index_kernel::<Places<i64, KIND>>(level),
        }
    }
}

/// The axis of the array side that a list indexes.
#[derive(Clone, Copy)]
struct IndexedAxis {
    extent: i64,
    stride: i64,
}

/// What the lists say of a position.
#[derive(Clone, Copy)]
enum Reach<'a> {
    /// Where it is on the axes that have a list; the others are the sub-block.
    Axes,
    /// Its number in C order. There is one list.
    Flat,
    /// Where it is on the axis that has the only list. The positions have a shape,
    /// which tells where it is on the others.
    Lines(&'a [i64]),
}

/// Which elements of an array are meant.
pub struct Selection<'a> {
    /// At most one list for each axis.
    lists: &'a [IndexList<'a>],
    reach: Reach<'a>,
    /// How many positions the lists have.
    count: i64,
    /// How many of the other side's axes come before the positions' axis.
    before: usize,
    mode: Mode,
}

/// Positions handled at once; their places stand on the stack.
const PART: usize = 512;
/// As many positions as need no memory worth clearing.
const SMALL: usize = 32;

impl<'a> Selection<'a> {
    /// All lists must have `count` entries and index different axes.
    pub fn new(
        lists: &'a [IndexList<'a>],
        count: i64,
        before: usize,
        mode: Mode,
    ) -> Result<Selection<'a>> {
        for list in lists {
            if list.values.shape()[0] != count {
                return Err(Error::WrongShape {
                    argument: "indices",
                    given: ShapeNote::new(list.values.shape()),
                    wanted: ShapeNote::new(&[count]),
                });
            }
        }
        Ok(Selection {
            lists,
            reach: Reach::Axes,
            count,
            before,
            mode,
        })
    }

    /// The elements that flat indices name; the axis of the list does not count.
    pub fn flat(list: &'a IndexList<'a>, count: i64, mode: Mode) -> Result<Selection<'a>> {
        let lists = core::slice::from_ref(list);
        Ok(Selection {
            reach: Reach::Flat,
            ..Selection::new(lists, count, 0, mode)?
        })
    }

    /// One element for each position of a shape: on the axis of the list the index
    /// says which, on the others the position. There the shape has the array's
    /// extents, or any where that is 1.
    pub fn lines(list: &'a IndexList<'a>, shape: &'a [i64], mode: Mode) -> Result<Selection<'a>> {
        let lists = core::slice::from_ref(list);
        let count = layout::element_count("indices", shape, 8)?;
        Ok(Selection {
            reach: Reach::Lines(shape),
            ..Selection::new(lists, count, 0, mode)?
        })
    }

    /// Makes the places of the only list those of elements, where that takes more
    /// than the list. The array has elements.
    fn line(&self, array: &Source<'_>) -> Result<Option<Line>> {
        let positions = match self.reach {
            Reach::Axes => return Ok(None),
            Reach::Flat => return Ok(Some(Line::new(array.shape(), array.strides()))),
            Reach::Lines(positions) => positions,
        };
        let wrong = || Error::WrongShape {
            argument: "indices",
            given: ShapeNote::new(positions),
            wanted: ShapeNote::new(array.shape()),
        };
        if positions.len() != array.shape().len() {
            return Err(wrong());
        }
        let mut strides = Dims::new();
        for (axis, (&extent, &own)) in positions.iter().zip(array.shape()).enumerate() {
            strides.push(match extent {
                _ if self.lists.iter().any(|list| list.axis == axis) || own == 1 => 0,
                _ if extent == own => array.strides()[axis],
                _ => return Err(wrong()),
            });
        }
        Ok(Some(Line::new(positions, &strides)))
    }

    /// Checks every index against the axis that it is for.
    pub fn check(&self, shape: &[i64]) -> Result<()> {
        self.check_at(level(), shape)
    }

    fn check_at(&self, level: Level, shape: &[i64]) -> Result<()> {
        match self.count <= SMALL as i64 {
            true => self.check_within(level, shape, &mut [0; SMALL]),
            false => self.check_within(level, shape, &mut [0; PART]),
        }
    }

    /// `places` has room for a part.
    fn check_within(&self, level: Level, shape: &[i64], places: &mut [i64]) -> Result<()> {
        // With stride 0 only the checks remain.
        let mut axes = ArrayVec::new();
        self.axes(
            shape,
            &[0; MAX_NDIM][..shape.len().min(MAX_NDIM)],
            &mut axes,
        )?;
        for (first, part) in self.parts() {
            self.places::<CHECK>(level, &axes, first, &mut places[..part])?;
        }
        Ok(())
    }

    /// The positions in parts: (first, how many).
    fn parts(&self) -> impl Iterator<Item = (usize, usize)> {
        let count = self.count as usize;
        let mut next = 0;
        core::iter::from_fn(move || {
            let first = next;
            next = count.min(first + PART);
            (first < count).then(|| (first, next - first))
        })
    }

    /// The axis of each list, into an empty list: one that is returned would be
    /// moved with all the room it has.
    fn axes(
        &self,
        shape: &[i64],
        strides: &[i64],
        axes: &mut ArrayVec<IndexedAxis, MAX_NDIM>,
    ) -> Result<()> {
        if let Reach::Flat = self.reach {
            // Their places are numbers of elements yet.
            axes.push(IndexedAxis {
                extent: shape.iter().product(),
                stride: 1,
            });
            return Ok(());
        }
        for list in self.lists {
            let axis = list.axis;
            if axis >= shape.len() || axes.is_full() {
                return Err(Error::AxisOutOfBounds {
                    axis: axis as i64,
                    ndim: shape.len(),
                });
            }
            axes.push(IndexedAxis {
                extent: shape[axis],
                stride: strides[axis],
            });
        }
        Ok(())
    }

    /// Computes the places, in bytes, of the positions from `first` on, or with
    /// the kind [`CHECK`] only makes sure that there are such.
    fn places<const KIND: u8>(
        &self,
        level: Level,
        axes: &[IndexedAxis],
        first: usize,
        places: &mut [i64],
    ) -> Result<()> {
        if self.mode != Mode::Raise || self.lists.is_empty() {
            return self.places_one_by_one(axes, first, places);
        }
        for (n, (list, axis)) in self.lists.iter().zip(axes).enumerate() {
            let kernel = match KIND {
                CHECK => list.kernel::<CHECK>(level),
                _ if n > 0 => list.kernel::<ADD>(level),
                _ if axis.stride.count_ones() == 1 && axis.stride > 0 => {
                    list.kernel::<SHIFT>(level)
                }
                _ => list.kernel::<MULTIPLY>(level),
            };
            let indices = Indices {
                list: at(list.values.start(), list.values.itemsize() as isize, first),
                count: places.len(),
                extent: axis.extent,
                stride: axis.stride,
                places: places.as_mut_ptr(),
            };
            // SAFETY: the list has at least `first + places.len()` indices, all
            // within their memory.
            if !unsafe { kernel(&indices) } {
                return self.places_one_by_one(axes, first, places);
            }
        }
        Ok(())
    }

    /// The same in any mode, and with the first index that is out of bounds as
    /// the error. (There need not be one any more, should another thread change
    /// the list.)
    #[cold]
    fn places_one_by_one(
        &self,
        axes: &[IndexedAxis],
        first: usize,
        places: &mut [i64],
    ) -> Result<()> {
        places.fill(0);
        for (list, &IndexedAxis { extent, stride }) in self.lists.iter().zip(axes) {
            for (k, place) in places.iter_mut().enumerate() {
                // SAFETY: the list has at least `first + places.len()` indices.
                let index = unsafe { list.read(first + k) };
                let normal = self.mode.normalize(index, extent);
                // One unsigned comparison for both ends.
                if normal as u64 >= extent as u64 {
                    return Err(Error::IndexOutOfBounds {
                        index,
                        axis: list.axis as i64,
                        size: extent,
                    });
                }
                *place += normal * stride;
            }
        }
        Ok(())
    }

    /// Where the indices from `first` on stand, and the bytes of each: what will
    /// be read next.
    fn ahead(&self, first: usize) -> (*const u8, usize) {
        self.lists.first().map_or((core::ptr::null(), 0), |list| {
            let itemsize = list.values.itemsize();
            let place = at::<u8>(list.values.start(), itemsize as isize, first);
            (place, itemsize as usize)
        })
    }

    fn is_indexed(&self, axis: usize) -> bool {
        !matches!(self.reach, Reach::Axes) || self.lists.iter().any(|list| list.axis == axis)
    }
}

/// `target = source[selection]`: types equal, `target` overlapping neither the
/// source nor itself.
pub fn gather(target: &Target<'_>, source: &Source<'_>, selection: &Selection<'_>) -> Result<()> {
    gather_at(level(), target, source, selection)
}

fn gather_at(
    level: Level,
    target: &Target<'_>,
    source: &Source<'_>,
    selection: &Selection<'_>,
) -> Result<()> {
    let sides = Sides {
        target,
        source,
        array: source,
        other: target,
        array_is_source: true,
    };
    sides.run(level, selection, Traversal::Free)
}

/// `target[selection] = values`: types equal, values not overlapping the
/// target. With [`Traversal::InOrder`] the stores come in C order of `values`;
/// without, the last of equal positions still wins.
pub fn scatter(
    target: &Target<'_>,
    values: &Source<'_>,
    selection: &Selection<'_>,
    traversal: Traversal,
) -> Result<()> {
    scatter_at(level(), target, values, selection, traversal)
}

fn scatter_at(
    level: Level,
    target: &Target<'_>,
    values: &Source<'_>,
    selection: &Selection<'_>,
    traversal: Traversal,
) -> Result<()> {
    let sides = Sides {
        target,
        source: values,
        array: target,
        other: values,
        array_is_source: false,
    };
    sides.run(level, selection, traversal)
}

/// The two sides of a gather or scatter, by what is read and written and by
/// what is indexed.
struct Sides<'a> {
    target: &'a Target<'a>,
    source: &'a Source<'a>,
    array: &'a Source<'a>,
    other: &'a Source<'a>,
    array_is_source: bool,
}

impl Sides<'_> {
    fn run(&self, level: Level, selection: &Selection<'_>, traversal: Traversal) -> Result<()> {
        if self.source.dtype() != self.target.dtype() {
            return Err(Error::NoCommonType {
                a: self.source.dtype(),
                b: self.target.dtype(),
            });
        }
        let (array, other) = (self.array, self.other);
        if let (Reach::Axes, [_], [extent], [stride], [step]) = (
            selection.reach,
            selection.lists,
            array.shape(),
            array.strides(),
            other.strides(),
        ) {
            let axis = IndexedAxis {
                extent: *extent,
                stride: *stride,
            };
            return self.run_vector(level, selection, axis, *step);
        }
        let mut axes = ArrayVec::new();
        selection.axes(array.shape(), array.strides(), &mut axes)?;
        // The axes of the sub-block, with the strides of (target, source).
        let mut shape = Dims::new();
        let (mut array_strides, mut other_strides) = (Dims::new(), Dims::new());
        for (axis, (&extent, &stride)) in array.shape().iter().zip(array.strides()).enumerate() {
            if !selection.is_indexed(axis) {
                shape.push(extent);
                array_strides.push(stride);
            }
        }
        let before = selection.before.min(shape.len());
        let fits = other.shape().len() == shape.len() + 1
            && other.shape()[..before] == shape[..before]
            && other.shape()[before] == selection.count
            && other.shape()[before + 1..] == shape[before..];
        if !fits {
            return Err(misfit(&shape, before, selection.count, other.shape()));
        }
        let step = other.strides()[before];
        other_strides.extend(other.strides()[..before].iter().copied());
        other_strides.extend(other.strides()[before + 1..].iter().copied());
        if shape.contains(&0) || selection.count == 0 {
            // Nothing to move, and strides that no loop may touch; but wrong
            // indices are errors all the same.
            return selection.check_at(level, array.shape());
        }
        let (target_strides, source_strides) = match self.array_is_source {
            true => (&other_strides, &array_strides),
            false => (&array_strides, &other_strides),
        };
        // In order, the axes before the positions are the outermost loops, and
        // every position is visited again for each of their steps.
        let outermost = match traversal {
            Traversal::InOrder => before,
            Traversal::Free | Traversal::Ordered(_) => 0,
        };
        let plan = |loops: &mut Loops<2>, range: core::ops::Range<usize>| {
            let strides = [
                &target_strides[range.clone()],
                &source_strides[range.clone()],
            ];
            loops.plan(&shape[range], strides, &traversal);
        };
        let (mut block, mut outer) = (Loops::none(), Loops::none());
        plan(&mut block, outermost..shape.len());
        plan(&mut outer, 0..outermost);
        let line = selection.line(array)?;
        let visit = Visit {
            line: line.as_ref(),
            dst: self.target.start(),
            src: self.source.start(),
            array_is_source: self.array_is_source,
            axes: &axes,
            step,
            plan: self.plan(selection, &axes, step, &block, traversal),
            block: &block,
            is_large: self.is_large(selection),
            mover: self.mover(),
        };
        let mut outcome = Ok(());
        walk(outer.axes(), outer.starts(), |[to, from]| {
            if outcome.is_ok() {
                let starts = [to + block.starts()[0], from + block.starts()[1]];
                outcome = visit.positions(level, selection, starts);
            }
        });
        outcome
    }

    /// A vector that is indexed: positions of single elements, and nothing else to
    /// find out.
    fn run_vector(
        &self,
        level: Level,
        selection: &Selection<'_>,
        axis: IndexedAxis,
        step: i64,
    ) -> Result<()> {
        if self.other.shape() != [selection.count] {
            return Err(Error::WrongShape {
                argument: "values",
                given: ShapeNote::new(self.other.shape()),
                wanted: ShapeNote::new(&[selection.count]),
            });
        }
        if selection.count == 0 {
            return Ok(());
        }
        let visit = Visit {
            line: None,
            dst: self.target.start(),
            src: self.source.start(),
            array_is_source: self.array_is_source,
            axes: &[axis],
            step,
            plan: Plan::Positions {
                nbytes: self.target.itemsize() as usize,
                apart: 0,
            },
            block: &Loops::none(),
            is_large: self.is_large(selection),
            mover: self.mover(),
        };
        visit.positions(level, selection, [0, 0])
    }

    /// Elements of the one type that both sides have.
    fn mover(&self) -> Mover {
        Mover::of_bytes(self.target.itemsize() as usize)
    }

    /// Whether more bytes are read and written than should stay in the cache.
    fn is_large(&self, selection: &Selection<'_>) -> bool {
        // Beyond the stack's places first of all: to add up the bytes takes longer
        // than to move few of them.
        let moved = self.other.size().saturating_mul(self.other.itemsize());
        (selection.count > SMALL as i64 || moved >= STREAM_FROM / 2)
            && self.touched(selection) >= STREAM_FROM
    }

    /// The bytes of all lines that are read or written: indices, the side that is
    /// not indexed, and at most as much of the other.
    fn touched(&self, selection: &Selection<'_>) -> i64 {
        let bytes = self.other.size().saturating_mul(self.other.itemsize());
        let of_position = (bytes / selection.count).max(LINE);
        let blocks = selection.count.saturating_mul(of_position);
        let indices = selection.lists.iter().map(|list| list.values.touched());
        let other = indices.fold(bytes, i64::saturating_add);
        other.saturating_add(blocks.min(self.array.touched()))
    }

    /// Which loop is the inner one: the block of a position, or the positions.
    fn plan(
        &self,
        selection: &Selection<'_>,
        axes: &[IndexedAxis],
        step: i64,
        block: &Loops<2>,
        traversal: Traversal,
    ) -> Plan {
        let itemsize = self.target.itemsize();
        let (outer, inner) = split_innermost(block.axes());
        let is_run = inner.strides == [itemsize; 2] || block.axes().is_empty();
        // What stands side by side on both sides moves as one.
        let (nbytes, apart) = match is_run {
            true => (itemsize * inner.extent, outer.len()),
            false => (itemsize, block.axes().len()),
        };
        let positions = Plan::Positions {
            nbytes: nbytes as usize,
            apart,
        };
        if apart == 0 {
            return positions;
        }
        if traversal != Traversal::Free {
            return Plan::Blocks;
        }
        let (array, other) = match self.array_is_source {
            true => (1, 0),
            false => (0, 1),
        };
        if is_run {
            // Long runs should be stored one behind the other.
            let inside = |axis: &Axis<2>| axis.strides[other].abs() < step.abs();
            return match nbytes >= 2 * LINE && outer.iter().any(inside) {
                true => Plan::Blocks,
                false => positions,
            };
        }
        // Elements far apart: where the positions are closer together, on
        // either side, they make the better inner loop, as the lines of a part
        // of them stay in the cache for the next step of the block.
        let indexed = axes.iter().map(|axis| axis.stride.abs()).min();
        let closer = |near: i64, far: i64| near < far.abs() && far.abs() >= LINE;
        let better = inner.extent < FEW
            || closer(indexed.unwrap_or(0), inner.strides[array])
            || closer(step.abs(), inner.strides[other]);
        match better && selection.count >= FEW {
            true => positions,
            false => Plan::Blocks,
        }
    }
}

/// The other side has not the axes of the sub-block with the positions among them.
#[cold]
fn misfit(block: &Dims, before: usize, count: i64, given: &[i64]) -> Error {
    let mut wanted = block.clone();
    // Of more axes than fit the note shows those that do.
    let _ = wanted.try_insert(before, count);
    Error::WrongShape {
        argument: "values",
        given: ShapeNote::new(given),
        wanted: ShapeNote::new(&wanted),
    }
}

/// Bytes of a cache line.
const LINE: i64 = cpu::LINE as i64;
/// Steps that are not worth a call of a loop.
const FEW: i64 = 8;

/// The order of the loops.
#[derive(Clone, Copy)]
enum Plan {
    /// Position by position, each one's block as a whole.
    Blocks,
    /// For each step of the block's first `apart` axes all positions of a part,
    /// `nbytes` bytes each.
    Positions { nbytes: usize, apart: usize },
}

/// What all steps of the outermost loops have in common.
struct Visit<'a> {
    dst: *mut u8,
    src: *const u8,
    array_is_source: bool,
    axes: &'a [IndexedAxis],
    /// What the places of the list still need.
    line: Option<&'a Line>,
    /// From one position to the next on the side that is not indexed.
    step: i64,
    plan: Plan,
    /// Whether more bytes are read and written than should stay in the cache.
    is_large: bool,
    block: &'a Loops<2>,
    mover: Mover,
}

impl Visit<'_> {
    /// Whether what is gathered goes past the caches: a large result, written
    /// from its first byte to its last.
    fn streams(&self, level: Level, nbytes: usize, apart: usize, dst: *const u8) -> bool {
        self.array_is_source
            && self.is_large
            && apart == 0
            && self.step == nbytes as i64
            && can_stream(nbytes, dst, level)
    }

    /// All positions, for one step of the outermost loops.
    fn positions(&self, level: Level, selection: &Selection<'_>, starts: [i64; 2]) -> Result<()> {
        match selection.count <= SMALL as i64 {
            true => self.in_parts(level, selection, starts, &mut [0; SMALL]),
            false => self.in_parts(level, selection, starts, &mut [0; PART]),
        }
    }

    /// `places` has room for a part.
    fn in_parts(
        &self,
        level: Level,
        selection: &Selection<'_>,
        [to, from]: [i64; 2],
        places: &mut [i64],
    ) -> Result<()> {
        let dst = self.dst.wrapping_offset(to as isize);
        let src = self.src.wrapping_offset(from as isize);
        for (first, part) in selection.parts() {
            let places = &mut places[..part];
            selection.places::<MULTIPLY>(level, self.axes, first, places)?;
            match (self.line, selection.reach) {
                (None, _) => {}
                (Some(line), Reach::Flat) => line.unravel(places),
                (Some(line), _) => line.add(first, places),
            }
            let start = first as i64 * self.step;
            // SAFETY: the indices are checked, so each position's block lies
            // within the array, and the other side has one for each.
            unsafe {
                self.part(
                    level,
                    dst,
                    src,
                    start,
                    places,
                    selection.ahead(first + part),
                )
            };
        }
        Ok(())
    }

    /// # Safety
    ///
    /// Every element of the blocks at `places` on the indexed side, and at
    /// `start` and what follows on the other, lies within its side's memory.
    unsafe fn part(
        &self,
        level: Level,
        dst: *mut u8,
        src: *const u8,
        start: i64,
        places: &[i64],
        (ahead, ahead_step): (*const u8, usize),
    ) {
        let sides = |here: i64, there: i64| match self.array_is_source {
            true => [here, there],
            false => [there, here],
        };
        match self.plan {
            Plan::Positions { nbytes, apart } => {
                let starts = sides(start, 0);
                let streams =
                    self.streams(level, nbytes, apart, dst.wrapping_offset(start as isize));
                let place = match streams {
                    true => stream_loop(nbytes, level),
                    false => place_loop(nbytes, self.array_is_source, level),
                };
                walk(&self.block.axes()[..apart], starts, |[to, from]| {
                    let runs = Placing {
                        dst: dst.wrapping_offset(to as isize),
                        src: src.wrapping_offset(from as isize),
                        step: self.step as isize,
                        places: places.as_ptr(),
                        count: places.len(),
                        nbytes,
                        ahead,
                        ahead_step,
                    };
                    // SAFETY: the caller's promise.
                    unsafe { place(&runs) };
                });
                if streams {
                    fence();
                }
            }
            Plan::Blocks => {
                let (outer, inner) = split_innermost(self.block.axes());
                for (k, &place) in places.iter().enumerate() {
                    let starts = sides(start + k as i64 * self.step, place);
                    walk(outer, starts, |[to, from]| {
                        // SAFETY: the caller's promise.
                        unsafe {
                            self.mover.run(
                                dst.wrapping_offset(to as isize),
                                inner.strides[0] as isize,
                                src.wrapping_offset(from as isize),
                                inner.strides[1] as isize,
                                inner.extent as usize,
                            );
                        }
                    });
                }
            }
        }
    }
}
