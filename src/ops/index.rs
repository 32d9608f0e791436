//! Indexing with any key: `a[key]` and `a[key] = values`.
//!
//! A key is resolved in one pass into a view that has all axes that it leaves,
//! in order, and a list of indices for each axis that an array, a mask or a list
//! indexes. Where the axes of the indices go in the result follows NumPy: if all
//! array entries stand side by side (integers count as such beside one) they
//! stay in place, else they come first.

use arrayvec::ArrayVec;

use crate::array::Array;
use crate::dtype::{DType, Element, Kind, Scalar};
use crate::error::{Error, Result, ShapeNote};
use crate::kernels::{self, IndexList, Selection, Source, Target};
use crate::layout::{
    self, BasicEntry, Dims, KeyCounts, Layout, LayoutRef, MAX_KEY, MAX_NDIM, Order, Packing, packed,
};
use crate::ops::{copy, create, indices, view, write};
use crate::plan::Traversal;

pub use crate::kernels::Mode;

/// One entry of a key.
#[derive(Clone, Copy)]
pub enum Entry<'a> {
    /// An integer, a range, a new axis or the ellipsis.
    Basic(BasicEntry),
    /// An array of integers or booleans.
    Array(&'a Array),
    /// A list of integers.
    Ints(&'a [i64]),
}

const INT64: DType = DType::new(Element::Int64);

/// What an entry that is no basic one indexes with.
enum Indexer<'a> {
    /// Integers, of any shape.
    Integers(&'a Array),
    List(&'a [i64]),
    /// Booleans; they speak for as many axes as they have.
    Mask(&'a Array),
}

impl<'a> Entry<'a> {
    fn indexer(self, position: usize) -> Result<Option<Indexer<'a>>> {
        match self {
            Entry::Basic(_) => Ok(None),
            Entry::Ints(list) => Ok(Some(Indexer::List(list))),
            Entry::Array(array) => match array.dtype().kind() {
                Kind::Bool => Ok(Some(Indexer::Mask(array))),
                Kind::Signed | Kind::Unsigned => Ok(Some(Indexer::Integers(array))),
                _ => Err(Error::IndexDType {
                    entry: position as i64,
                    dtype: array.dtype(),
                }),
            },
        }
    }

    /// How many axes of the array it speaks for.
    fn consumes(self) -> usize {
        match self {
            Entry::Basic(entry) => entry.consumes(),
            Entry::Ints(_) => 1,
            Entry::Array(array) => match array.dtype().kind() {
                Kind::Bool => array.ndim(),
                _ => 1,
            },
        }
    }
}

/// The view that a basic key makes; `None` for any other key.
fn basic_view(array: &Array, key: &[Entry<'_>]) -> Result<Option<Array>> {
    // Filled where it stands: a key has room for more than is moved for nothing.
    let mut basic = ArrayVec::<BasicEntry, MAX_KEY>::new();
    for entry in key {
        match entry {
            Entry::Basic(entry) => basic.try_push(*entry).map_err(|_| Error::Limit {
                what: "entries of a key",
                limit: MAX_KEY as i64,
                given: key.len() as i64,
            })?,
            _ => return Ok(None),
        }
    }
    view::slice(array, &basic).map(Some)
}

/// A key that is nothing but a mask of the array's own rank.
fn lone_mask<'a>(array: &Array, key: &[Entry<'a>]) -> Result<Option<&'a Array>> {
    let [Entry::Array(mask)] = *key else {
        return Ok(None);
    };
    if mask.dtype().kind() != Kind::Bool || mask.ndim() != array.ndim() {
        return Ok(None);
    }
    check_mask(mask, array, 0)?;
    Ok(Some(mask))
}

/// A mask must have the extents of the axes from `axis` on.
fn check_mask(mask: &Array, array: &Array, axis: usize) -> Result<()> {
    for (k, &extent) in mask.shape().iter().enumerate() {
        let size = array.shape()[axis + k];
        if size != extent {
            return Err(Error::MaskShape {
                axis: (axis + k) as i64,
                size,
                mask: extent,
            });
        }
    }
    Ok(())
}

/// A vector and a key that is nothing but one list of indices: the list, which a
/// target does not touch, if there is one. Then there is nothing to resolve.
fn lone_list(array: &Array, key: &[Entry<'_>], target: Option<&Array>) -> Result<Option<Array>> {
    let ([_], [entry]) = (array.shape(), key) else {
        return Ok(None);
    };
    match entry.indexer(0)? {
        Some(Indexer::Integers(indices)) if indices.ndim() == 1 => {
            list_of(indices, target).map(Some)
        }
        Some(Indexer::List(list)) => of_integers(list).map(Some),
        _ => Ok(None),
    }
}

/// Indices as a packed list, one that a target does not touch.
fn list_of(indices: &Array, target: Option<&Array>) -> Result<Array> {
    let indices = apart(&indices::as_taken(indices)?, target)?;
    copy::as_line(&indices)
}

/// A list of the caller's as an array.
fn of_integers(list: &[i64]) -> Result<Array> {
    let indices = create::empty(INT64, &[list.len() as i64], Order::C)?;
    kernels::generate(&indices.target("indices")?, |k| list[k as usize])?;
    Ok(indices)
}

/// The indices for one axis of the view, int32 or int64, of any shape.
struct AxisIndices {
    axis: usize,
    indices: Array,
}

/// What indices count along.
#[derive(Clone, Copy)]
pub(super) enum Along {
    /// Each along its axis, with the axes that have none left as they are.
    Axes,
    /// All axes, as if they were one in C order; there is one list.
    All,
    /// An axis, each in a line of its own: the indices have a shape like the
    /// array's, and are for the line at their own place on the other axes.
    Lines,
}

/// A key, understood.
struct Resolved {
    /// The array with its basic entries applied; indexed axes still whole.
    view: Layout,
    /// In ascending order of axis.
    lists: ArrayVec<AxisIndices, MAX_NDIM>,
    along: Along,
    /// The shape that all indices broadcast to.
    index_shape: Dims,
    /// How many axes of the view that are not indexed come before the indices'
    /// axes in the result.
    before: usize,
}

/// Follows the entries to find where the indices' axes go.
enum Placement {
    /// No array entry so far.
    None,
    /// All of them side by side so far, behind `before` other axes.
    Adjacent { before: usize, ended: bool },
    /// Something stands between two of them.
    Apart,
}

impl Placement {
    fn indexed(&mut self, others: usize) {
        *self = match *self {
            Placement::None => Placement::Adjacent {
                before: others,
                ended: false,
            },
            Placement::Adjacent {
                before,
                ended: false,
            } => Placement::Adjacent {
                before,
                ended: false,
            },
            _ => Placement::Apart,
        };
    }

    fn other(&mut self) {
        if let Placement::Adjacent { ended, .. } = self {
            *ended = true;
        }
    }

    fn before(&self) -> usize {
        match *self {
            Placement::Adjacent { before, .. } => before,
            _ => 0,
        }
    }
}

/// Resolves a key that has at least one entry that is not basic, into what is
/// empty. Indices that may share memory with `target` are copied.
fn resolve(
    resolved: &mut Resolved,
    array: &Array,
    key: &[Entry<'_>],
    target: Option<&Array>,
) -> Result<()> {
    let mut counts = KeyCounts::default();
    for entry in key {
        let is_ellipsis = matches!(entry, Entry::Basic(BasicEntry::Ellipsis));
        counts.add(entry.consumes(), is_ellipsis);
    }
    let left_over = counts.left_over(array.ndim())?;
    resolved.view.offset = array.layout().offset;
    let mut placement = Placement::None;
    let mut others = 0;
    let mut axis = 0;
    let has_elements = !array.shape().contains(&0);
    for (position, &entry) in key.iter().enumerate() {
        match entry {
            Entry::Basic(BasicEntry::At(index)) => {
                let index = layout::normalize_index(index, axis, array.shape()[axis])?;
                if has_elements {
                    resolved.view.offset += index * array.strides()[axis];
                }
                placement.indexed(others);
                axis += 1;
            }
            Entry::Basic(basic) => {
                let whole = match basic {
                    BasicEntry::Ellipsis => left_over,
                    other => other.consumes(),
                };
                let taken = layout::LayoutRef {
                    shape: &array.shape()[axis..axis + whole],
                    strides: &array.strides()[axis..axis + whole],
                    offset: resolved.view.offset,
                };
                let part = layout::slice_of(taken, &[basic], has_elements)?;
                resolved.view.offset = part.offset;
                for (extent, stride) in part.as_ref().axes() {
                    resolved.view.push(extent, stride)?;
                }
                placement.other();
                others += part.shape.len();
                axis += whole;
            }
            _ => {
                let Some(indexer) = entry.indexer(position)? else {
                    continue;
                };
                placement.indexed(others);
                axis += resolved.index_axes(array, axis, indexer, target)?;
            }
        }
    }
    for (extent, stride) in array.layout().axes().skip(axis) {
        resolved.view.push(extent, stride)?;
    }
    resolved.before = placement.before();
    Ok(())
}

/// Indices that a target does not touch, if there is one.
fn apart(indices: &Array, target: Option<&Array>) -> Result<Array> {
    match target {
        Some(target) => write::apart_from(indices, target),
        None => Ok(indices.clone()),
    }
}

impl Resolved {
    /// Nothing yet. It is filled where it stands, since it has room for more than is
    /// moved for nothing.
    #[inline(always)]
    fn none() -> Resolved {
        Resolved {
            view: Layout::at(0),
            lists: ArrayVec::new(),
            along: Along::Axes,
            index_shape: Dims::new(),
            before: 0,
        }
    }

    /// A single index array for an axis of an array, or for all of them, into what
    /// is empty.
    fn single(
        &mut self,
        array: &Array,
        (along, axis): (Along, usize),
        indices: &Array,
        target: Option<&Array>,
    ) -> Result<()> {
        let indices = apart(&indices::as_taken(indices)?, target)?;
        self.view.offset = array.layout().offset;
        for (extent, stride) in array.layout().axes() {
            self.view.push(extent, stride)?;
        }
        self.along = along;
        self.before = match along {
            Along::Axes => axis,
            Along::All | Along::Lines => 0,
        };
        self.broadcast(indices.shape())?;
        if let Along::Lines = along {
            let mut others = layout::dims("array", array.shape())?;
            others[axis] = 1;
            self.broadcast(&others)?;
        }
        self.lists.push(AxisIndices { axis, indices });
        Ok(())
    }

    /// Adds the axes that one array entry indexes, from `axis` of the array on.
    /// Returns how many of the array's axes that were.
    fn index_axes(
        &mut self,
        array: &Array,
        axis: usize,
        indexer: Indexer<'_>,
        target: Option<&Array>,
    ) -> Result<usize> {
        match indexer {
            Indexer::Integers(indices) => {
                let indices = apart(&indices::as_taken(indices)?, target)?;
                self.index_axis(array, axis, indices)?;
                Ok(1)
            }
            Indexer::List(list) => {
                self.index_axis(array, axis, of_integers(list)?)?;
                Ok(1)
            }
            Indexer::Mask(mask) => {
                check_mask(mask, array, axis)?;
                let lists = indices::nonzero_lists(mask)?;
                let count = lists.shape()[1];
                if mask.ndim() == 0 {
                    // No axis, but an index of extent 0 or 1 all the same.
                    self.broadcast(&[count])?;
                }
                for k in 0..mask.ndim() {
                    let list = view::slice(&lists, &[BasicEntry::At(k as i64)])?;
                    self.index_axis(array, axis + k, list)?;
                }
                Ok(mask.ndim())
            }
        }
    }

    fn index_axis(&mut self, array: &Array, axis: usize, indices: Array) -> Result<()> {
        self.broadcast(indices.shape())?;
        let place = self.view.shape.len();
        self.view.push(array.shape()[axis], array.strides()[axis])?;
        self.lists.push(AxisIndices {
            axis: place,
            indices,
        });
        Ok(())
    }

    fn broadcast(&mut self, shape: &[i64]) -> Result<()> {
        if self.index_shape.is_empty() {
            self.index_shape.extend(shape.iter().copied());
            return Ok(());
        }
        let joined = layout::broadcast_shapes(&self.index_shape, shape);
        self.index_shape = joined.map_err(|_| Error::IndexBroadcast {
            a: ShapeNote::new(&self.index_shape),
            b: ShapeNote::new(shape),
        })?;
        Ok(())
    }

    /// The result's shape, into an empty list.
    fn shape_in(&self, shape: &mut Dims) -> Result<()> {
        self.with_positions(&self.index_shape, shape)
    }

    /// The result's shape with all positions on one axis, as the kernels have
    /// it, into an empty list.
    fn flat_shape_in(&self, shape: &mut Dims) -> Result<()> {
        self.with_positions(&[self.count()?], shape)
    }

    fn count(&self) -> Result<i64> {
        layout::element_count("indices", &self.index_shape, 8)
    }

    fn is_indexed(&self, axis: usize) -> bool {
        self.lists.iter().any(|list| list.axis == axis)
    }

    fn with_positions(&self, positions: &[i64], result: &mut Dims) -> Result<()> {
        let others = (0..self.view.shape.len())
            .filter(|&axis| matches!(self.along, Along::Axes) && !self.is_indexed(axis))
            .map(|axis| self.view.shape[axis]);
        let before = others.clone().take(self.before);
        let after = others.skip(self.before);
        for extent in before.chain(positions.iter().copied()).chain(after) {
            result.try_push(extent).map_err(|_| Error::TooManyAxes {
                argument: "result",
                given: MAX_NDIM as i64 + 1,
            })?;
        }
        Ok(())
    }

    /// Runs `body` with the selection that this is.
    fn select<T>(&self, mode: Mode, body: impl FnOnce(&Selection<'_>) -> Result<T>) -> Result<T> {
        let count = self.count()?;
        let mut packed_lists = ArrayVec::<Array, MAX_NDIM>::new();
        for list in &self.lists {
            if list.indices.ndim() == 0 && mode == Mode::Raise {
                // Of rank 0 it counts as an integer, which must be in bounds
                // even where the other indices leave nothing to index.
                let index = kernels::to_integers(&list.indices.source()?)?[0];
                let extent = match self.along {
                    Along::All => self.view.as_ref().size(),
                    Along::Axes | Along::Lines => self.view.shape[list.axis],
                };
                layout::normalize_index(index, list.axis, extent)?;
            }
            let wide = match list.indices.shape() == &self.index_shape[..] {
                true => list.indices.clone(),
                false => view::broadcast_to(&list.indices, &self.index_shape)?,
            };
            packed_lists.push(copy::as_line(&wide)?);
        }
        let mut lists = ArrayVec::<IndexList<'_>, MAX_NDIM>::new();
        for (list, packed) in self.lists.iter().zip(&packed_lists) {
            lists.push(IndexList::new(packed.source()?, list.axis)?);
        }
        let selection = match (self.along, &lists[..]) {
            (Along::All, [list]) => Selection::flat(list, count, mode)?,
            (Along::Lines, [list]) => Selection::lines(list, &self.index_shape, mode)?,
            (_, lists) => Selection::new(lists, count, self.before, mode)?,
        };
        body(&selection)
    }
}

/// `a[key]`: a view for a basic key, else a copy.
pub fn get(array: &Array, key: &[Entry<'_>]) -> Result<Array> {
    if let Some(view) = basic_view(array, key)? {
        return Ok(view);
    }
    if let Some(mask) = lone_mask(array, key)? {
        return select_where(array, mask);
    }
    if let Some(list) = lone_list(array, key, None)? {
        return get_from_vector(array, &list, Mode::Raise);
    }
    let mut resolved = Resolved::none();
    resolve(&mut resolved, array, key, None)?;
    get_selected(array, &resolved, Mode::Raise)
}

fn get_selected(array: &Array, resolved: &Resolved, mode: Mode) -> Result<Array> {
    let (mut shape, mut flat_shape, mut flat) = (Dims::new(), Dims::new(), Layout::at(0));
    resolved.shape_in(&mut shape)?;
    resolved.flat_shape_in(&mut flat_shape)?;
    let result = create::empty(array.dtype(), &shape, Order::C)?;
    layout::pack(&mut flat, &flat_shape, array.itemsize(), Packing::C)?;
    let target = Target::new(result.memory(), flat.as_ref(), array.dtype())?;
    let source = Source::new(array.memory(), resolved.view.as_ref(), array.dtype())?;
    resolved.select(mode, |selection| {
        kernels::gather(&target, &source, selection)
    })?;
    Ok(result)
}

/// The elements of a vector that a packed list of indices names.
fn get_from_vector(array: &Array, list: &Array, mode: Mode) -> Result<Array> {
    let result = create::empty(array.dtype(), list.shape(), Order::C)?;
    let list = [IndexList::new(list.source()?, 0)?];
    let selection = Selection::new(&list, result.shape()[0], 0, mode)?;
    kernels::gather(&result.target("result")?, &array.source()?, &selection)?;
    Ok(result)
}

/// The elements where a mask of the array's shape is true, in C order.
pub(super) fn select_where(array: &Array, mask: &Array) -> Result<Array> {
    let count = kernels::count_nonzero(&mask.source()?)?;
    let result = create::empty(array.dtype(), &[count], Order::C)?;
    let target = result.target("result")?;
    let found = kernels::compress(&target, &array.source()?, &mask.source()?)?;
    match found == count {
        true => Ok(result),
        // Another thread changed the mask between counting and copying; give
        // what is there.
        false => result.view(&packed(&[found], array.itemsize(), Packing::C)?),
    }
}

/// As [`select_where`], into a 1-d array that exists; at once where nothing that
/// is read shares memory with it.
pub(super) fn select_where_into(array: &Array, mask: &Array, target: &Array) -> Result<()> {
    copy::check_cast(array, target.dtype(), crate::dtype::Casting::Unsafe)?;
    let count = kernels::count_nonzero(&mask.source()?)?;
    if target.shape() != [count] {
        return Err(Error::WrongShape {
            argument: "target",
            given: ShapeNote::new(target.shape()),
            wanted: ShapeNote::new(&[count]),
        });
    }
    let direct = array.dtype() == target.dtype()
        && write::traversal(target)? == Traversal::Free
        && write::is_apart(array, target)?
        && write::is_apart(mask, target)?;
    match direct {
        true => {
            let to = target.target("target")?;
            kernels::compress(&to, &array.source()?, &mask.source()?)?;
            Ok(())
        }
        false => {
            let result = select_where(array, mask)?;
            write::assign(target, &result, crate::dtype::Casting::Unsafe)
        }
    }
}

/// `a[key] = values`.
pub fn set(array: &Array, key: &[Entry<'_>], values: &Array) -> Result<()> {
    array.check_writeable("array")?;
    if let Some(place) = basic_view(array, key)? {
        return write::assign(&place, values, crate::dtype::Casting::Unsafe);
    }
    if let Some(mask) = lone_mask(array, key)? {
        return set_where(array, mask, values);
    }
    if let Some(list) = lone_list(array, key, Some(array))? {
        return set_in_vector(array, &list, values, Mode::Raise);
    }
    let mut resolved = Resolved::none();
    resolve(&mut resolved, array, key, Some(array))?;
    set_selected(array, &resolved, values, Mode::Raise)
}

fn set_selected(array: &Array, resolved: &Resolved, values: &Array, mode: Mode) -> Result<()> {
    let (mut shape, mut flat_shape) = (Dims::new(), Dims::new());
    resolved.shape_in(&mut shape)?;
    // Fails before anything else when the shapes do not fit.
    let mut room = Layout::at(0);
    write::broadcast_in(&mut room, values, &shape)?;
    let mut values = converted_apart(values, array, resolved.view.as_ref())?;
    resolved.flat_shape_in(&mut flat_shape)?;
    let (mut wide_room, flat_room);
    let flat = if shape == flat_shape {
        write::broadcast_in(&mut room, &values, &shape)?
    } else {
        wide_room = Layout::at(0);
        let wide = write::broadcast_in(&mut wide_room, &values, &shape)?;
        match layout::reshape(wide, &flat_shape, 1, Packing::C)? {
            Ok(flat) => flat_room = flat,
            Err(_) => {
                values = copy::copy(&values.view(&wide.to_owned())?, Order::C)?;
                flat_room = packed(&flat_shape, array.itemsize(), Packing::C)?;
            }
        }
        flat_room.as_ref()
    };
    let target = Target::new(array.memory(), resolved.view.as_ref(), array.dtype())?;
    let source = Source::new(values.memory(), flat, values.dtype())?;
    let traversal = write::traversal(array)?;
    resolved.select(mode, |selection| {
        selection.check(target.shape())?;
        kernels::scatter(&target, &source, selection, traversal)
    })
}

/// Stores values at the elements of a vector that a packed list of indices names.
fn set_in_vector(array: &Array, list: &Array, values: &Array, mode: Mode) -> Result<()> {
    // Fails before anything else when the shapes do not fit.
    let mut room = Layout::at(0);
    write::broadcast_in(&mut room, values, list.shape())?;
    let values = converted_apart(values, array, array.layout())?;
    let wide = write::broadcast_in(&mut room, &values, list.shape())?;
    let source = Source::new(values.memory(), wide, values.dtype())?;
    let target = array.target("array")?;
    let lists = [IndexList::new(list.source()?, 0)?];
    let selection = Selection::new(&lists, list.shape()[0], 0, mode)?;
    selection.check(target.shape())?;
    kernels::scatter(&target, &source, &selection, write::traversal(array)?)
}

/// The values as the array's type, in memory that a part of the array does not
/// touch.
fn converted_apart(values: &Array, array: &Array, part: LayoutRef<'_>) -> Result<Array> {
    if values.dtype() != array.dtype() {
        copy::check_cast(values, array.dtype(), crate::dtype::Casting::Unsafe)?;
        return copy::convert(values, array.dtype(), Order::K);
    }
    write::apart_from_part(values, array, part)
}

/// `a[mask] = values`, the mask of the array's shape: values are one for all,
/// or one for each.
fn set_where(array: &Array, mask: &Array, values: &Array) -> Result<()> {
    let mask = write::mask_apart_from(mask, array)?;
    let count = kernels::count_nonzero(&mask.source()?)?;
    let leading = values.ndim().saturating_sub(1);
    if values.shape()[..leading].iter().any(|&extent| extent != 1) {
        return Err(Error::BroadcastInto {
            from: ShapeNote::new(values.shape()),
            into: ShapeNote::new(&[count]),
        });
    }
    let given = values.size();
    let single = values.ndim() == 0 || given == 1;
    if !single && given != count {
        return Err(Error::MaskAssign {
            given,
            wanted: count,
        });
    }
    let values = converted_apart(values, array, array.layout())?;
    let stride = match single {
        true => 0,
        false => values.strides()[leading],
    };
    let mut line = Layout::at(values.layout().offset);
    line.push(count, stride)?;
    let source = Source::new(values.memory(), line.as_ref(), values.dtype())?;
    let target = array.target("array")?;
    kernels::expand(&target, &mask.source()?, &source)?;
    Ok(())
}

/// `a[key] = value`.
pub fn set_scalar(array: &Array, key: &[Entry<'_>], value: &Scalar) -> Result<()> {
    array.check_writeable("array")?;
    value.check_bounds(array.dtype())?;
    if let Some(place) = basic_view(array, key)? {
        return write::fill(&place, value);
    }
    let single = create::full(array.dtype(), &[], Order::C, value)?;
    set(array, key, &single)
}

/// The elements that an index array names, along an axis (which counts for nothing
/// with [`Along::All`]), as [`get`] gives them, with a mode.
pub(super) fn get_along(
    array: &Array,
    along: (Along, usize),
    indices: &Array,
    mode: Mode,
) -> Result<Array> {
    match (along.0, array.shape(), indices.shape()) {
        (Along::Axes, [_], [_]) => get_from_vector(array, &list_of(indices, None)?, mode),
        _ => {
            let mut resolved = Resolved::none();
            resolved.single(array, along, indices, None)?;
            get_selected(array, &resolved, mode)
        }
    }
}

/// As [`get_along`], into an array that exists; at once where nothing that is
/// read shares memory with it.
pub(super) fn get_along_into(
    array: &Array,
    along: (Along, usize),
    indices: &Array,
    mode: Mode,
    target: &Array,
) -> Result<()> {
    target.check_writeable("target")?;
    copy::check_cast(array, target.dtype(), crate::dtype::Casting::Unsafe)?;
    let mut resolved = Resolved::none();
    resolved.single(array, along, indices, None)?;
    let (mut shape, mut flat_shape) = (Dims::new(), Dims::new());
    resolved.shape_in(&mut shape)?;
    resolved.flat_shape_in(&mut flat_shape)?;
    if target.shape() != &shape[..] {
        return Err(Error::WrongShape {
            argument: "target",
            given: ShapeNote::new(target.shape()),
            wanted: ShapeNote::new(&shape),
        });
    }
    let mut reads = core::iter::once(array).chain(resolved.lists.iter().map(|list| &list.indices));
    let direct = array.dtype() == target.dtype()
        && write::traversal(target)? == Traversal::Free
        && reads.try_fold(true, |all, read| {
            Ok::<bool, Error>(all && write::is_apart(read, target)?)
        })?;
    let flat = layout::reshape(target.layout(), &flat_shape, 1, Packing::C)?;
    let (true, Ok(flat)) = (direct, flat) else {
        let result = get_selected(array, &resolved, mode)?;
        return write::assign(target, &result, crate::dtype::Casting::Unsafe);
    };
    let to = Target::new(target.memory(), flat.as_ref(), target.dtype())?;
    let from = Source::new(array.memory(), resolved.view.as_ref(), array.dtype())?;
    resolved.select(mode, |selection| {
        selection.check(from.shape())?;
        kernels::gather(&to, &from, selection)
    })
}

/// Stores at the elements that an index array names, with a mode.
pub(super) fn set_along(
    array: &Array,
    along: (Along, usize),
    indices: &Array,
    values: &Array,
    mode: Mode,
) -> Result<()> {
    array.check_writeable("array")?;
    match (along.0, array.shape(), indices.shape()) {
        (Along::Axes, [_], [_]) => {
            set_in_vector(array, &list_of(indices, Some(array))?, values, mode)
        }
        _ => {
            let mut resolved = Resolved::none();
            resolved.single(array, along, indices, Some(array))?;
            set_selected(array, &resolved, values, mode)
        }
    }
}
