//! Keys from the caller: `la_index` entries, checked and turned into what the
//! floors below understand.

use arrayvec::ArrayVec;

use super::arguments::{Borrowed, borrow, list};
use super::types::*;
use crate::error::{Error, Result};
use crate::layout::{BasicEntry, MAX_KEY};
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

/// The entries as the operations take them.
pub(super) fn entries<'a>(key: &'a [Entry<'_>]) -> ArrayVec<index::Entry<'a>, MAX_KEY> {
    key.iter().map(Entry::as_op).collect()
}

/// A key of which every entry must be basic, entry by entry.
///
/// # Safety
///
/// The arrays named by the entries are live.
pub(super) unsafe fn basic(
    key: &[la_index],
) -> Result<impl Iterator<Item = Result<BasicEntry>> + Clone> {
    check_count(key)?;
    Ok(key.iter().enumerate().map(|(k, index)| {
        // SAFETY: the caller's promise.
        match unsafe { entry(k as i64, index) }? {
            Entry::Basic(basic) => Ok(basic),
            Entry::Array(_) | Entry::Ints(_) => Err(Error::AdvancedKey { entry: k as i64 }),
        }
    }))
}

/// Any key.
///
/// # Safety
///
/// The arrays and lists named by the entries are live.
pub(super) unsafe fn any(key: &[la_index]) -> Result<ArrayVec<Entry<'_>, MAX_KEY>> {
    check_count(key)?;
    let mut entries = ArrayVec::new();
    for (k, index) in key.iter().enumerate() {
        // SAFETY: the caller's promise.
        entries.push(unsafe { entry(k as i64, index) }?);
    }
    Ok(entries)
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

#[inline]
unsafe fn entry(k: i64, index: &la_index) -> Result<Entry<'_>> {
    let wrong = |problem, value| Error::InvalidEntry {
        argument: "key",
        entry: k,
        problem,
        value,
    };
    // Read one by one: the caller has just written the fields one by one, and a
    // wider load of two at once would wait until the stores have reached the
    // cache.
    // SAFETY: (all) the reference is valid.
    let field = |field: *const i64| unsafe { field.read_volatile() };
    let reserved = [
        field(&raw const index.reserved[0]),
        field(&raw const index.reserved[1]),
    ];
    if let Some(value) = reserved.into_iter().find(|&value| value != 0) {
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
            start: bound(LA_INDEX_NO_START, field(&raw const index.start)),
            stop: bound(LA_INDEX_NO_STOP, field(&raw const index.stop)),
            step: field(&raw const index.step),
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
