//! Keys from the caller: `la_index` entries, checked and turned into what the
//! floors below understand.

use arrayvec::ArrayVec;

use super::arguments::{Borrowed, borrow, list};
use super::guard::fail;
use super::types::*;
use crate::array::Array;
use crate::error::{Error, Result};
use crate::layout::{self, BasicEntry, KeyCounts, LayoutRef, MAX_KEY, Slicer};
use crate::ops::index;

/// An entry of a key, its arrays borrowed.
pub(super) enum Entry<'a> {
    Basic(BasicEntry),
    Array(Borrowed),
    Ints(&'a [i64]),
}

impl Entry<'_> {
    fn as_op(&self) -> index::Entry<'_> {
        match self {
            Entry::Basic(basic) => index::Entry::Basic(*basic),
            Entry::Array(array) => index::Entry::Array(array),
            Entry::Ints(list) => index::Entry::Ints(list),
        }
    }
}

/// A key of integers and ranges only, and a layout that it fits: what it
/// selects, told axis by axis. All other keys, those that are wrong among them,
/// are left to [`slice`].
struct Everyday<'a> {
    key: &'a [la_index],
    layout: LayoutRef<'a>,
    /// The axes of `layout` that are yet to be told.
    left: usize,
    offset: i64,
}

impl<'a> Everyday<'a> {
    /// Checks key and layout, of which the latter must have elements: then no
    /// product of a stride overflows. Also gives the number of axes.
    #[inline(always)]
    fn new(key: &'a [la_index], array: &'a Array) -> Option<(usize, Everyday<'a>)> {
        let layout = array.layout();
        let mut ndim = layout.ndim();
        if key.len() > ndim || array.size() == 0 {
            return None;
        }
        for (axis, index) in key.iter().enumerate() {
            let extent = *layout.shape.get(axis)?;
            let is_range = index.kind == LA_INDEX_SLICE
                && index.flags & !(LA_INDEX_NO_START | LA_INDEX_NO_STOP) == 0
                && index.step != 0;
            if !is_range {
                let inside = -extent <= index.start && index.start < extent;
                if index.kind != LA_INDEX_INTEGER || index.flags != 0 || !inside {
                    return None;
                }
                ndim -= 1;
            }
            if index.reserved[0] | index.reserved[1] != 0 {
                return None;
            }
        }
        let everyday = Everyday {
            key,
            layout,
            left: layout.ndim(),
            offset: layout.offset,
        };
        Some((ndim, everyday))
    }

    /// The offset, once all axes have been told.
    #[inline(always)]
    fn offset(mut self) -> i64 {
        // What is left are integers in front of everything else.
        while self.next().is_some() {}
        self.offset
    }
}

impl Iterator for Everyday<'_> {
    /// (extent, stride), the innermost first.
    type Item = (i64, i64);

    #[inline(always)]
    fn next(&mut self) -> Option<(i64, i64)> {
        while let Some(axis) = self.left.checked_sub(1) {
            self.left = axis;
            let (&extent, &stride) = (self.layout.shape.get(axis)?, self.layout.strides.get(axis)?);
            let Some(index) = self.key.get(axis) else {
                return Some((extent, stride));
            };
            if index.kind == LA_INDEX_INTEGER {
                let behind = if index.start < 0 { extent } else { 0 };
                self.offset += (index.start + behind) * stride;
                continue;
            }
            let bound = |absent, value| (index.flags & absent == 0).then_some(value);
            let (first, count) = layout::clamp_range(
                bound(LA_INDEX_NO_START, index.start),
                bound(LA_INDEX_NO_STOP, index.stop),
                index.step,
                extent,
            )?;
            self.offset += first * stride;
            return Some((count, layout::stepped(stride, index.step, count).ok()?));
        }
        None
    }
}

/// A view, or the status of an error whose message has been left.
pub(super) type Quick = core::result::Result<Array, la_status>;

/// The view that a key of integers and ranges selects; `None` for all other keys.
#[inline(always)]
pub(super) fn slice_quickly(key: &[la_index], array: &Array) -> Option<Quick> {
    let (ndim, axes) = Everyday::new(key, array)?;
    let view = array.view_by(ndim, axes, Everyday::offset);
    Some(view.map_err(|error| fail(&error)))
}

/// What is asked for most of all: a view of the elements `start:stop:step` of a
/// vector. Nothing the general case would not do as well, but with every count
/// known while compiling it takes half the time. `None` leaves it to that.
#[inline(always)]
pub(super) fn slice_vector(key: &[la_index], array: &Array) -> Option<Quick> {
    let layout = array.layout();
    let [index] = key else {
        return None;
    };
    let ([extent], [stride]) = (layout.shape, layout.strides) else {
        return None;
    };
    let others = index.flags & !(LA_INDEX_NO_START | LA_INDEX_NO_STOP);
    let odd = i64::from(others) | index.reserved[0] | index.reserved[1];
    if index.kind != LA_INDEX_SLICE || odd != 0 || *extent == 0 {
        return None;
    }
    let bound = |absent, value| (index.flags & absent == 0).then_some(value);
    let (first, count) = layout::clamp_range(
        bound(LA_INDEX_NO_START, index.start),
        bound(LA_INDEX_NO_STOP, index.stop),
        index.step,
        *extent,
    )?;
    let axis = (count, layout::stepped(*stride, index.step, count).ok()?);
    let offset = layout.offset + first * stride;
    let view = array.view_by(1, core::iter::once(axis), |_| offset);
    Some(view.map_err(|error| fail(&error)))
}

/// Hands a key of which every entry must be basic to a slicer.
///
/// # Safety
///
/// The arrays named by the entries are live.
pub(super) unsafe fn slice(key: &[la_index], ndim: usize, slicer: &mut Slicer<'_>) -> Result<()> {
    check_count(key)?;
    // SAFETY: the caller's promise.
    unsafe { drive(key, ndim, slicer).or_else(|error| explain(key, ndim, error)) }
}

unsafe fn drive(key: &[la_index], ndim: usize, slicer: &mut Slicer<'_>) -> Result<()> {
    for (k, index) in key.iter().enumerate() {
        // SAFETY: the caller's promise.
        match unsafe { entry(k as i64, index) }? {
            Entry::Basic(BasicEntry::At(index)) => slicer.at(index)?,
            Entry::Basic(BasicEntry::Range { start, stop, step }) => {
                slicer.range(start, stop, step)?;
            }
            Entry::Basic(BasicEntry::NewAxis) => slicer.new_axis()?,
            Entry::Basic(BasicEntry::Ellipsis) => {
                // SAFETY: the caller's promise.
                slicer.whole_axes(unsafe { left_over(key, ndim) }?)?;
            }
            Entry::Array(_) | Entry::Ints(_) => {
                return Err(Error::AdvancedKey { entry: k as i64 });
            }
        }
    }
    Ok(())
}

/// A key that is too long is the first thing to complain about.
#[cold]
unsafe fn explain(key: &[la_index], ndim: usize, error: Error) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { left_over(key, ndim) }?;
    Err(error)
}

/// How many axes the ellipsis stands for.
unsafe fn left_over(key: &[la_index], ndim: usize) -> Result<usize> {
    let mut counts = KeyCounts::default();
    for (k, index) in key.iter().enumerate() {
        // SAFETY: the caller's promise.
        match unsafe { entry(k as i64, index) }? {
            Entry::Basic(basic) => counts.add(basic.consumes(), basic == BasicEntry::Ellipsis),
            Entry::Array(_) | Entry::Ints(_) => {
                return Err(Error::AdvancedKey { entry: k as i64 });
            }
        }
    }
    counts.left_over(ndim)
}

/// Runs `body` with the entries of any key.
///
/// # Safety
///
/// The arrays and lists named by the entries are live.
pub(super) unsafe fn with_any<T>(
    key: &[la_index],
    body: impl FnOnce(&[index::Entry<'_>]) -> Result<T>,
) -> Result<T> {
    check_count(key)?;
    // Both lists are filled where they stand: they have room for more than is
    // moved for nothing.
    let mut borrowed = ArrayVec::<Entry<'_>, MAX_KEY>::new();
    for (k, index) in key.iter().enumerate() {
        // SAFETY: the caller's promise.
        borrowed.push(unsafe { entry(k as i64, index) }?);
    }
    let mut entries = ArrayVec::<index::Entry<'_>, MAX_KEY>::new();
    for entry in &borrowed {
        entries.push(entry.as_op());
    }
    body(&entries)
}

fn check_count(key: &[la_index]) -> Result<()> {
    if key.len() > MAX_KEY {
        return Err(Error::Limit {
            what: "entries of a key",
            limit: MAX_KEY as i64,
            given: key.len() as i64,
        });
    }
    Ok(())
}

unsafe fn entry(k: i64, index: &la_index) -> Result<Entry<'_>> {
    #[cold]
    fn wrong_entry(entry: i64, problem: &'static str, value: i64) -> Error {
        Error::InvalidEntry {
            argument: "key",
            entry,
            problem,
            value,
        }
    }
    let wrong = |problem, value| wrong_entry(k, problem, value);
    if let Some(&value) = index.reserved.iter().find(|&&value| value != 0) {
        return Err(wrong("reserved fields must be 0", value));
    }
    let allowed = match index.kind {
        LA_INDEX_SLICE => LA_INDEX_NO_START | LA_INDEX_NO_STOP,
        LA_INDEX_INTEGER..=LA_INDEX_INTS => 0,
        kind => return Err(wrong("unknown kind", kind.into())),
    };
    if index.flags & !allowed != 0 {
        return Err(wrong("unknown flags", index.flags.into()));
    }
    let bound = |absent, value| (index.flags & absent == 0).then_some(value);
    Ok(match index.kind {
        LA_INDEX_INTEGER => Entry::Basic(BasicEntry::At(index.start)),
        LA_INDEX_SLICE => Entry::Basic(BasicEntry::Range {
            start: bound(LA_INDEX_NO_START, index.start),
            stop: bound(LA_INDEX_NO_STOP, index.stop),
            step: index.step,
        }),
        LA_INDEX_NEWAXIS => Entry::Basic(BasicEntry::NewAxis),
        LA_INDEX_ELLIPSIS => Entry::Basic(BasicEntry::Ellipsis),
        LA_INDEX_ARRAY | LA_INDEX_MASK => {
            // SAFETY: the caller's promise.
            let array = unsafe { borrow("key: array", index.array) }?;
            let is_mask = array.dtype().kind() == crate::dtype::Kind::Bool;
            if index.kind == LA_INDEX_MASK && !is_mask {
                return Err(Error::WrongDType {
                    argument: "key: mask",
                    given: array.dtype(),
                    expected: "bool",
                });
            }
            Entry::Array(array)
        }
        LA_INDEX_INTS => {
            // SAFETY: the caller's promise.
            Entry::Ints(unsafe { list("key: integers", index.array.cast::<i64>(), index.stop) }?)
        }
        kind => return Err(wrong("unknown kind", kind.into())),
    })
}
