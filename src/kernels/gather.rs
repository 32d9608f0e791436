//! Reading and writing through index arrays.
//!
//! The array side is a layout of which some axes are indexed: for each of them
//! there is a list of indices, all of one length. Position p of the lists names
//! one sub-block, made of the axes that are not indexed. The other side (the
//! result, or the values to store) has the axes `before`, then one for the
//! positions, then those `after`.
//!
//! Indices are checked where they are used, part by part, so that a list that
//! another thread changes meanwhile can spoil a result but never the memory.

use super::map::at;
use super::mover::Mover;
use super::operand::{Source, Target};
use super::transfer::split_innermost;
use crate::dtype::{DType, Element};
use crate::error::{Error, Result, ShapeNote};
use crate::layout::{Dims, MAX_NDIM};
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
            Mode::Wrap if extent > 0 => index.rem_euclid(extent),
            Mode::Wrap => index,
            Mode::Clip => index.clamp(0, (extent - 1).max(0)),
        }
    }
}

/// A packed list of int64 indices for one axis.
#[derive(Clone, Copy)]
pub struct IndexList<'a> {
    values: Source<'a>,
    /// The axis of the array side that it indexes.
    axis: usize,
}

impl<'a> IndexList<'a> {
    /// `values` must be 1-d, int64 and packed.
    pub fn new(values: Source<'a>, axis: usize) -> Result<IndexList<'a>> {
        let packed = values.shape().len() == 1
            && values.dtype() == DType::new(Element::Int64)
            && (values.shape()[0] <= 1 || values.strides()[0] == 8);
        match packed {
            true => Ok(IndexList { values, axis }),
            false => Err(Error::WrongDType {
                argument: "indices",
                given: values.dtype(),
                expected: "packed int64",
            }),
        }
    }
}

/// Which elements of an array are meant.
pub struct Selection<'a> {
    /// At most one list for each axis.
    lists: &'a [IndexList<'a>],
    /// How many positions the lists have.
    count: i64,
    /// How many of the other side's axes come before the positions' axis.
    before: usize,
    mode: Mode,
}

/// Positions handled at once; their offsets stand on the stack.
const PART: usize = 512;

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
            count,
            before,
            mode,
        })
    }

    /// Checks every index against the axis that it is for.
    pub fn check(&self, shape: &[i64]) -> Result<()> {
        let mut offsets = [0; PART];
        // With stride 0 only the checks remain.
        let axes = self.axes(shape, &[0; MAX_NDIM][..shape.len().min(MAX_NDIM)])?;
        let mut first = 0;
        while first < self.count {
            let part = PART.min((self.count - first) as usize);
            self.offsets(&axes, first as usize, &mut offsets[..part])?;
            first += part as i64;
        }
        Ok(())
    }

    /// (extent, stride) of the axis of each list.
    fn axes(&self, shape: &[i64], strides: &[i64]) -> Result<ArrayVec<(i64, i64), MAX_NDIM>> {
        let mut axes = ArrayVec::new();
        for list in self.lists {
            let axis = list.axis;
            if axis >= shape.len() || axes.is_full() {
                return Err(Error::AxisOutOfBounds {
                    axis: axis as i64,
                    ndim: shape.len(),
                });
            }
            axes.push((shape[axis], strides[axis]));
        }
        Ok(axes)
    }

    /// Computes the byte offsets of the positions from `first` on.
    fn offsets(&self, axes: &[(i64, i64)], first: usize, offsets: &mut [i64]) -> Result<()> {
        offsets.fill(0);
        for (list, &(extent, stride)) in self.lists.iter().zip(axes) {
            let values = at::<u8>(list.values.start(), 8, first);
            for (k, offset) in offsets.iter_mut().enumerate() {
                // SAFETY: the list has at least `first + offsets.len()` values,
                // all within their memory.
                let index = unsafe { at::<i64>(values, 8, k).read_unaligned() };
                let normal = self.mode.normalize(index, extent);
                // One unsigned comparison for both ends.
                if normal as u64 >= extent as u64 {
                    return Err(Error::IndexOutOfBounds {
                        index,
                        axis: list.axis as i64,
                        size: extent,
                    });
                }
                *offset += normal * stride;
            }
        }
        Ok(())
    }

    fn is_indexed(&self, axis: usize) -> bool {
        self.lists.iter().any(|list| list.axis == axis)
    }
}

/// `target = source[selection]`: types equal, `target` not overlapping.
pub fn gather(target: &Target<'_>, source: &Source<'_>, selection: &Selection<'_>) -> Result<()> {
    let sides = Sides {
        target,
        source,
        array: source,
        other: target,
        array_is_source: true,
    };
    sides.run(selection, Traversal::Free)
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
    let sides = Sides {
        target,
        source: values,
        array: target,
        other: values,
        array_is_source: false,
    };
    sides.run(selection, traversal)
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
    fn run(&self, selection: &Selection<'_>, traversal: Traversal) -> Result<()> {
        let mover = Mover::new(self.source.dtype(), self.target.dtype())?;
        if self.source.dtype() != self.target.dtype() {
            return Err(Error::NoCommonType {
                a: self.source.dtype(),
                b: self.target.dtype(),
            });
        }
        let (array, other) = (self.array, self.other);
        let axes = selection.axes(array.shape(), array.strides())?;
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
        let mut wanted = shape.clone();
        if wanted.try_insert(before, selection.count).is_err() || other.shape() != &wanted[..] {
            return Err(Error::WrongShape {
                argument: "values",
                given: ShapeNote::new(other.shape()),
                wanted: ShapeNote::new(&wanted),
            });
        }
        let position_stride = other.strides()[before];
        other_strides.extend(other.strides().iter().copied());
        other_strides.remove(before);
        if shape.contains(&0) || selection.count == 0 {
            // Nothing to move, and strides that no loop may touch; but wrong
            // indices are errors all the same.
            return selection.check(array.shape());
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
        let loops = |range: core::ops::Range<usize>| {
            let strides = [
                &target_strides[range.clone()],
                &source_strides[range.clone()],
            ];
            Loops::new(&shape[range], strides, traversal)
        };
        let block = loops(outermost..shape.len());
        let outer = loops(0..outermost);
        let mut outcome = Ok(());
        walk(outer.axes(), outer.starts(), |[to, from]| {
            if outcome.is_ok() {
                let starts = [to + block.starts()[0], from + block.starts()[1]];
                outcome =
                    self.visit_positions(selection, &axes, position_stride, &block, starts, mover);
            }
        });
        outcome
    }

    fn visit_positions(
        &self,
        selection: &Selection<'_>,
        axes: &[(i64, i64)],
        position_stride: i64,
        block: &Loops<2>,
        [to, from]: [i64; 2],
        mover: Mover,
    ) -> Result<()> {
        let dst = self.target.start().wrapping_offset(to as isize);
        let src = self.source.start().wrapping_offset(from as isize);
        if let ([list], [axis], Mode::Raise, []) =
            (selection.lists, axes, selection.mode, block.axes())
        {
            let line = Line {
                dst,
                src,
                step: position_stride as isize,
                list,
                count: selection.count as usize,
                axis: *axis,
                gather: self.array_is_source,
            };
            // SAFETY: indices are checked as they are used, and the other side
            // has one place for each.
            return unsafe { line.copy(self.target.itemsize() as usize) };
        }
        let mut offsets = [0; PART];
        let (outer, inner) = split_innermost(block.axes());
        let mut first = 0;
        while first < selection.count {
            let part = PART.min((selection.count - first) as usize);
            selection.offsets(axes, first as usize, &mut offsets[..part])?;
            let start = first * position_stride;
            // SAFETY: the indices are checked, so each position's block lies
            // within the array, and the other side has one for each.
            unsafe {
                if block.axes().is_empty() {
                    let size = self.target.itemsize() as usize;
                    let single = Singles {
                        dst,
                        src,
                        start: start as isize,
                        step: position_stride as isize,
                        offsets: &offsets[..part],
                        gather: self.array_is_source,
                    };
                    single.copy(size);
                } else {
                    for (k, &offset) in offsets[..part].iter().enumerate() {
                        let place = start + k as i64 * position_stride;
                        let (to, from) = match self.array_is_source {
                            true => (place, offset),
                            false => (offset, place),
                        };
                        copy_block(outer, &inner, dst, src, [to, from], mover);
                    }
                }
            }
            first += part as i64;
        }
        Ok(())
    }
}

/// # Safety
///
/// Every element that the loops visit lies within its side's memory.
unsafe fn copy_block(
    outer: &[Axis<2>],
    inner: &Axis<2>,
    dst: *mut u8,
    src: *const u8,
    starts: [i64; 2],
    mover: Mover,
) {
    walk(outer, starts, |[to, from]| {
        // SAFETY: the caller's promise.
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
}

/// Single elements, indexed on one axis: the everyday case, in one pass.
struct Line<'a> {
    dst: *mut u8,
    src: *const u8,
    /// From one position to the next on the side that is not indexed.
    step: isize,
    list: &'a IndexList<'a>,
    count: usize,
    /// (extent, stride) of the indexed axis.
    axis: (i64, i64),
    gather: bool,
}

impl Line<'_> {
    /// # Safety
    ///
    /// Every place on either side holds an element of `size` bytes.
    unsafe fn copy(&self, size: usize) -> Result<()> {
        // SAFETY: (all) the caller's promise.
        unsafe {
            match size {
                1 => self.copy_as::<u8>(),
                2 => self.copy_as::<u16>(),
                4 => self.copy_as::<u32>(),
                8 => self.copy_as::<u64>(),
                16 => self.copy_as::<u128>(),
                _ => self.each(|dst, src| dst.copy_from(src, size)),
            }
        }
    }

    unsafe fn copy_as<T: Copy>(&self) -> Result<()> {
        let step = size_of::<T>() as isize;
        let packed = self.step == step && self.axis.1 as isize == step;
        // SAFETY: (all) the caller's promise.
        let copy = |dst: *mut u8, src: *const u8| unsafe {
            dst.cast::<T>()
                .write_unaligned(src.cast::<T>().read_unaligned());
        };
        // With strides and direction that the compiler knows the loop is short
        // enough for many elements to be under way at once.
        match (self.gather, packed) {
            (true, true) => self.each_at(step, step, |place, at| {
                copy(
                    self.dst.wrapping_offset(place),
                    self.src.wrapping_offset(at),
                );
            }),
            (false, true) => self.each_at(step, step, |place, at| {
                copy(
                    self.dst.wrapping_offset(at),
                    self.src.wrapping_offset(place),
                );
            }),
            _ => self.each(copy),
        }
    }

    #[inline(always)]
    fn each(&self, copy: impl Fn(*mut u8, *const u8)) -> Result<()> {
        self.each_at(self.step, self.axis.1 as isize, |place, at| {
            let (to, from) = match self.gather {
                true => (place, at),
                false => (at, place),
            };
            copy(self.dst.wrapping_offset(to), self.src.wrapping_offset(from));
        })
    }

    /// Calls `visit(place, at)` for each position: its place on the side that is
    /// not indexed and where its index leads on the other.
    #[inline(always)]
    fn each_at(&self, step: isize, stride: isize, visit: impl Fn(isize, isize)) -> Result<()> {
        let extent = self.axis.0;
        let values = self.list.values.start();
        for k in 0..self.count {
            // SAFETY: the list has `count` values, all within their memory.
            let index = unsafe { at::<i64>(values, 8, k).read_unaligned() };
            let normal = Mode::Raise.normalize(index, extent);
            if normal as u64 >= extent as u64 {
                return Err(self.out_of_bounds(index));
            }
            visit(k as isize * step, normal as isize * stride);
        }
        Ok(())
    }

    #[cold]
    fn out_of_bounds(&self, index: i64) -> Error {
        Error::IndexOutOfBounds {
            index,
            axis: self.list.axis as i64,
            size: self.axis.0,
        }
    }
}

/// Positions that are one element each.
struct Singles<'a> {
    dst: *mut u8,
    src: *const u8,
    /// Place of the first position on the side that is not indexed.
    start: isize,
    /// From one position to the next there.
    step: isize,
    /// Places on the indexed side.
    offsets: &'a [i64],
    gather: bool,
}

impl Singles<'_> {
    /// # Safety
    ///
    /// Every place holds an element of `size` bytes.
    unsafe fn copy(&self, size: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            match size {
                1 => self.copy_as::<u8>(),
                2 => self.copy_as::<u16>(),
                4 => self.copy_as::<u32>(),
                8 => self.copy_as::<u64>(),
                16 => self.copy_as::<u128>(),
                _ => self.each(|dst, src| dst.copy_from(src, size)),
            }
        }
    }

    unsafe fn copy_as<T: Copy>(&self) {
        // SAFETY: the caller's promise.
        self.each(|dst, src| unsafe {
            dst.cast::<T>()
                .write_unaligned(src.cast::<T>().read_unaligned());
        });
    }

    #[inline(always)]
    fn each(&self, copy: impl Fn(*mut u8, *const u8)) {
        let mut place = self.start;
        for &offset in self.offsets {
            let (to, from) = match self.gather {
                true => (place, offset as isize),
                false => (offset as isize, place),
            };
            copy(self.dst.wrapping_offset(to), self.src.wrapping_offset(from));
            place += self.step;
        }
    }
}
