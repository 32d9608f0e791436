//! Records: types whose elements have named fields, each of a type of its own
//! at an offset of its own. Fields may overlap, leave gaps, stand in any order,
//! and be records themselves.
//!
//! A record is described once and kept for ever in a table of the process; its
//! [`DType`] is [`FIRST`] and its place in the table. Equal descriptions have
//! one place, so that two types are equal if their numbers are.
//!
//! # How the table is read and written
//!
//! Nobody waits to read it. An entry is complete before its size is published
//! in [`SIZES`], and a number without a size is no type. Writers take turns by
//! a lock that holds the writer's process id: a child forked while another
//! thread of its parent was writing finds a lock that nobody in it holds, takes
//! it over, and leaves the place unused that was being written.

use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::OnceLock;

use super::list::List;
use super::{DType, MAX_RAW_SIZE};
use crate::error::{Error, Result};

/// The number of the first record in the C ABI.
pub(super) const FIRST: i32 = 0x1_0000;
/// The most records of a process.
const MOST: usize = 4096;
/// How deep records may be nested, so that whoever goes through their fields
/// may do so by recursion.
const DEEPEST: u32 = 64;
/// The most fields that are no records, over all levels, so that going through
/// them always ends soon: twice the same field at each of 64 levels would not.
const MOST_LEAVES: u64 = 65535;

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Not empty.
    pub name: &'static str,
    /// A type of any sort.
    pub dtype: DType,
    /// Bytes from the start of the record.
    pub offset: i64,
}

impl Field {
    /// The first byte after it.
    pub fn end(&self) -> i64 {
        self.offset + self.dtype.itemsize()
    }
}

/// What a record type is.
#[derive(Debug)]
pub struct Record {
    fields: &'static [Field],
    /// The places of the fields in the order of their names.
    by_name: &'static [u32],
    itemsize: i64,
    /// Whether it is laid out, and aligned, as C would.
    is_aligned: bool,
    depth: u32,
    leaves: u64,
    hash: u64,
}

impl Record {
    /// The fields, in their order.
    pub fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// The bytes of an element.
    pub fn itemsize(&self) -> i64 {
        self.itemsize
    }

    /// Whether its elements are aligned as C would align them; else to nothing.
    pub fn is_aligned(&self) -> bool {
        self.is_aligned
    }

    /// The field of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        let by_name = |&k: &u32| self.fields[k as usize].name.cmp(name);
        let place = self.by_name.binary_search_by(by_name).ok()?;
        Some(self.by_name[place] as usize)
    }

    /// Whether the fields stand as they would without offsets, and fill the item.
    pub fn is_dense(&self) -> bool {
        let (mut end, mut widest) = (0, 1);
        let dense = self.fields.iter().all(|field| {
            let alignment = match self.is_aligned {
                true => field.dtype.alignment(),
                false => 1,
            };
            let is_next = field.offset == round_up(end, alignment);
            (end, widest) = (field.end(), widest.max(alignment));
            is_next
        });
        dense && self.itemsize == round_up(end, widest)
    }

    /// Whether the fields follow each other in memory without overlap.
    pub fn is_in_order(&self) -> bool {
        let mut end = 0;
        self.fields.iter().all(|field| {
            let follows = field.offset >= end;
            end = field.end();
            follows
        })
    }
}

/// The records, in chunks that are allocated as they are needed.
static TABLE: [OnceLock<&'static [OnceLock<Record>]>; MOST / CHUNK] =
    [const { OnceLock::new() }; MOST / CHUNK];
const CHUNK: usize = 64;
/// The size of each record with its alignment, which is a power of two up to 8,
/// in the two highest bits; 0 for what is no record. Nearly every call of the
/// library asks for them.
static SIZES: [AtomicU32; MOST] = [const { AtomicU32::new(0) }; MOST];
/// How many places are taken.
static TAKEN: AtomicUsize = AtomicUsize::new(0);
/// How many chunks are there, or were begun.
static BEGUN: AtomicUsize = AtomicUsize::new(0);
/// The id of the process that is writing, or 0.
static WRITER: AtomicU32 = AtomicU32::new(0);

/// The size and the alignment of the record with this number.
#[inline]
pub(super) fn size_and_alignment(raw: i32) -> Option<(i64, i64)> {
    let packed = SIZES.get((raw - FIRST) as usize)?.load(Ordering::Acquire);
    if packed == 0 {
        return None;
    }
    Some(((packed & MAX_RAW_SIZE as u32) as i64, 1 << (packed >> 30)))
}

/// The record with this number.
pub(super) fn of(raw: i32) -> Option<&'static Record> {
    let place = usize::try_from(raw.checked_sub(FIRST)?).ok()?;
    TABLE.get(place / CHUNK)?.get()?[place % CHUNK].get()
}

/// The right to write the table.
struct Writing;

impl Writing {
    fn begin() -> Writing {
        let own = std::process::id();
        loop {
            match WRITER.compare_exchange(0, own, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Writing,
                // Left behind by a thread that the parent of this process had.
                Err(parent) if parent != own => {
                    let taken =
                        WRITER.compare_exchange(parent, own, Ordering::Acquire, Ordering::Relaxed);
                    if taken.is_ok() {
                        return Writing;
                    }
                }
                Err(_) => std::thread::yield_now(),
            }
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        WRITER.store(0, Ordering::Release);
    }
}

/// A description in the making: fields are added, then it becomes a type.
pub struct Builder {
    names: List<u8>,
    fields: List<Draft>,
    is_aligned: bool,
    /// Where the last field ended.
    end: i64,
    /// Where the one that reaches farthest does.
    reach: i64,
}

#[derive(Clone, Copy)]
struct Draft {
    /// Where its name ends in the list of names; it begins where the one before
    /// ends.
    name_end: usize,
    dtype: DType,
    offset: i64,
}

/// Sorts by Williams' and Floyd's heapsort: in place, never in more than n log n
/// steps, and in a hundredth of the code that the standard library's sort takes.
fn heapsort(places: &mut [u32], is_before: impl Fn(&u32, &u32) -> bool) {
    let sift_down = |heap: &mut [u32], mut root: usize| {
        while let Some(left) = heap.get(2 * root + 1) {
            let right = heap.get(2 * root + 2);
            let larger = 2 * root + 1 + usize::from(right.is_some_and(|r| is_before(left, r)));
            if !is_before(&heap[root], &heap[larger]) {
                return;
            }
            heap.swap(root, larger);
            root = larger;
        }
    };
    for root in (0..places.len() / 2).rev() {
        sift_down(places, root);
    }
    for end in (1..places.len()).rev() {
        places.swap(0, end);
        sift_down(&mut places[..end], 0);
    }
}

impl Builder {
    /// No fields yet. `is_aligned`: whether they are laid out as C would, and
    /// elements are aligned so; else fields follow each other without gaps.
    pub fn new(is_aligned: bool) -> Builder {
        Builder {
            names: List::new(),
            fields: List::new(),
            is_aligned,
            end: 0,
            reach: 0,
        }
    }

    /// Adds a field; without an offset, behind the last one.
    pub fn field(&mut self, name: &str, dtype: DType, offset: Option<i64>) -> Result<()> {
        let field = self.fields.len() as i64;
        let wrong = |problem| Error::FieldName { field, problem };
        if name.is_empty() {
            return Err(wrong("a name must not be empty"));
        }
        if name.contains('\0') {
            return Err(wrong("a name must not contain NUL"));
        }
        let (size, alignment) = dtype.itemsize_and_alignment();
        let offset = match offset {
            Some(offset) if offset < 0 => {
                return Err(Error::NegativeOffset { field, offset });
            }
            Some(offset) if self.is_aligned && offset % alignment != 0 => {
                return Err(Error::FieldAlignment {
                    field,
                    offset,
                    alignment,
                });
            }
            Some(offset) => offset,
            None if self.is_aligned => round_up(self.end, alignment),
            None => self.end,
        };
        // Both are far below 2⁶³, once they have been checked.
        self.end = offset.checked_add(size).ok_or(Error::Overflow {
            what: "the itemsize of the record",
        })?;
        self.reach = self.reach.max(self.end);
        check_size(self.reach)?;
        self.names.extend(name.as_bytes())?;
        self.fields.push(Draft {
            name_end: self.names.len(),
            dtype,
            offset,
        })
    }

    /// The type with these fields, of an item size that is at least what they
    /// need; that is taken without one.
    pub fn finish(self, itemsize: Option<i64>) -> Result<DType> {
        let alignments = self.fields.iter().map(|draft| draft.dtype.alignment());
        let alignment = match self.is_aligned {
            true => alignments.fold(1, i64::max),
            false => 1,
        };
        let itemsize = itemsize.unwrap_or(round_up(self.reach, alignment));
        if itemsize < self.reach {
            return Err(Error::ItemsizeTooSmall {
                needed: self.reach,
                itemsize,
            });
        }
        if itemsize % alignment != 0 {
            return Err(Error::ItemsizeAlignment {
                itemsize,
                alignment,
            });
        }
        if itemsize == 0 {
            return Err(Error::InvalidValue {
                argument: "itemsize",
                value: 0,
                expected: "at least one byte",
            });
        }
        check_size(itemsize)?;
        let (depth, leaves) = self.extent()?;
        let by_name = self.sorted()?;
        let hash = self.hash(itemsize);
        let writing = Writing::begin();
        let taken = TAKEN.load(Ordering::Relaxed);
        for place in 0..taken {
            let raw = FIRST + place as i32;
            if let Some(record) = of(raw)
                && record.hash == hash
                && self.describes(record, itemsize)
                && size_and_alignment(raw).is_some()
            {
                return Ok(DType(raw));
            }
        }
        // All that may fail comes before what is kept for ever.
        let (taken, chunk) = next_place(taken)?;
        let fields = self.keep()?;
        let record = Record {
            fields,
            by_name: by_name.keep(),
            itemsize,
            is_aligned: self.is_aligned,
            depth,
            leaves,
            hash,
        };
        // From here on the place is taken, also for a child forked meanwhile.
        TAKEN.swap(taken + 1, Ordering::AcqRel);
        let _ = chunk[taken % CHUNK].set(record);
        let packed = itemsize as u32 | alignment.trailing_zeros() << 30;
        SIZES[taken].store(packed, Ordering::Release);
        drop(writing);
        Ok(DType(FIRST + taken as i32))
    }

    /// The name of a field.
    fn name(&self, field: usize) -> &str {
        let start = match field {
            0 => 0,
            _ => self.fields[field - 1].name_end,
        };
        let name = &self.names[start..self.fields[field].name_end];
        // They were put there as texts.
        core::str::from_utf8(name).unwrap_or_default()
    }

    /// How deep it is nested, and how many fields it has that are no records.
    fn extent(&self) -> Result<(u32, u64)> {
        let (mut depth, mut leaves) = (1, 0);
        for draft in self.fields.iter() {
            match draft.dtype.record() {
                Some(record) => {
                    depth = depth.max(record.depth + 1);
                    leaves += record.leaves.max(1);
                }
                None => leaves += 1,
            }
        }
        if depth > DEEPEST {
            return Err(Error::Limit {
                what: "levels of nested records",
                limit: DEEPEST.into(),
                given: depth.into(),
            });
        }
        if leaves > MOST_LEAVES {
            return Err(Error::Limit {
                what: "fields of a record",
                limit: MOST_LEAVES as i64,
                given: leaves as i64,
            });
        }
        Ok((depth, leaves))
    }

    /// The places of the fields in the order of their names, which must differ.
    fn sorted(&self) -> Result<List<u32>> {
        let mut places = List::with_room(self.fields.len())?;
        for place in 0..self.fields.len() {
            places.push(place as u32)?;
        }
        let name = |&place: &u32| self.name(place as usize);
        heapsort(places.as_mut_slice(), |a, b| (name(a), a) < (name(b), b));
        // Of those that stand twice, the first to do so.
        let twice = places
            .windows(2)
            .filter(|pair| name(&pair[0]) == name(&pair[1]));
        match twice.map(|pair| pair[1]).min() {
            None => Ok(places),
            Some(field) => Err(Error::FieldName {
                field: field.into(),
                problem: "the name occurs more than once",
            }),
        }
    }

    /// FNV-1a of all that tells descriptions apart.
    fn hash(&self, itemsize: i64) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut mix = |bytes: &[u8]| {
            for &byte in bytes {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        };
        mix(&self.names);
        for draft in self.fields.iter() {
            mix(&(draft.name_end as u64).to_ne_bytes());
            mix(&draft.dtype.to_raw().to_ne_bytes());
            mix(&draft.offset.to_ne_bytes());
        }
        mix(&itemsize.to_ne_bytes());
        mix(&[self.is_aligned.into()]);
        hash
    }

    fn describes(&self, record: &Record, itemsize: i64) -> bool {
        record.itemsize == itemsize
            && record.is_aligned == self.is_aligned
            && record.fields.len() == self.fields.len()
            && record.fields.iter().enumerate().all(|(k, field)| {
                let draft = &self.fields[k];
                (field.dtype, field.offset) == (draft.dtype, draft.offset)
                    && field.name == self.name(k)
            })
    }

    /// The fields, in memory of their own that is kept for ever.
    fn keep(&self) -> Result<&'static [Field]> {
        let mut fields = List::with_room(self.fields.len())?;
        let mut names = List::with_room(self.names.len())?;
        names.extend(&self.names)?;
        let mut names: &'static [u8] = names.keep();
        let mut start = 0;
        for draft in self.fields.iter() {
            let (name, rest) = names.split_at(draft.name_end - start);
            fields.push(Field {
                name: core::str::from_utf8(name).unwrap_or_default(),
                dtype: draft.dtype,
                offset: draft.offset,
            })?;
            (names, start) = (rest, draft.name_end);
        }
        Ok(fields.keep())
    }
}

/// The next place, where so many are taken, and the chunk that has it; in the
/// hands of a writer.
fn next_place(taken: usize) -> Result<(usize, &'static [OnceLock<Record>])> {
    let mut place = taken;
    loop {
        let slot = TABLE.get(place / CHUNK).ok_or(Error::Limit {
            what: "different record types",
            limit: MOST as i64,
            given: MOST as i64 + 1,
        })?;
        if let Some(chunk) = slot.get() {
            return Ok((place, chunk));
        }
        if place / CHUNK < BEGUN.load(Ordering::Relaxed) {
            // It was being added when this process was forked.
            place = (place / CHUNK + 1) * CHUNK;
            continue;
        }
        let mut chunk = List::with_room(CHUNK)?;
        for _ in 0..CHUNK {
            chunk.push(OnceLock::new())?;
        }
        BEGUN.swap(place / CHUNK + 1, Ordering::AcqRel);
        return Ok((place, slot.get_or_init(|| chunk.keep())));
    }
}

fn check_size(itemsize: i64) -> Result<()> {
    if itemsize > MAX_RAW_SIZE.into() {
        return Err(Error::Limit {
            what: "bytes of a record",
            limit: MAX_RAW_SIZE.into(),
            given: itemsize,
        });
    }
    Ok(())
}

/// The next multiple of an alignment; neither is near 2⁶³.
fn round_up(offset: i64, alignment: i64) -> i64 {
    (offset + alignment - 1) & !(alignment - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Element;

    fn record(fields: &[(&str, DType, Option<i64>)], itemsize: Option<i64>) -> Result<DType> {
        let mut builder = Builder::new(false);
        for &(name, dtype, offset) in fields {
            builder.field(name, dtype, offset)?;
        }
        builder.finish(itemsize)
    }

    const INT: DType = DType::new(Element::Int32);
    const BYTE: DType = DType::new(Element::Int8);
    const COMPLEX: DType = DType::new(Element::Complex128);

    #[test]
    fn the_same_description_is_the_same_type_and_any_other_another() {
        let plain = [("a", INT, None), ("b", BYTE, None)];
        let first = record(&plain, None).unwrap();
        assert_eq!(record(&plain, None), Ok(first));
        assert_eq!(record(&plain, Some(5)), Ok(first));
        assert_eq!(
            record(&[("a", INT, Some(0)), ("b", BYTE, Some(4))], None),
            Ok(first)
        );
        let others = [
            record(&plain, Some(6)),
            record(&[("a", INT, None), ("c", BYTE, None)], None),
            record(&[("a", INT.swapped(), None), ("b", BYTE, None)], None),
            record(&[("a", INT, Some(1)), ("b", BYTE, Some(0))], None),
            record(&[("ab", INT, None), ("", BYTE, None)], None),
            record(&[("b", BYTE, Some(4)), ("a", INT, Some(0))], None),
        ];
        for other in others.into_iter().flatten() {
            assert_ne!(other, first);
            assert_eq!(DType::from_raw(other.to_raw()), Some(other));
        }
    }

    #[test]
    fn fields_follow_each_other_packed_or_as_in_c() {
        let nested = record(&[("p", BYTE, None), ("q", INT, None)], None).unwrap();
        let fields = [
            ("a", BYTE),
            ("b", INT),
            ("c", BYTE),
            ("d", COMPLEX),
            ("e", nested),
        ];
        // numpy.dtype(..., align=False) and align=True.
        for (is_aligned, offsets, itemsize, alignment) in [
            (false, [0, 1, 5, 6, 22], 27, 1),
            (true, [0, 4, 8, 16, 32], 40, 8),
        ] {
            let mut builder = Builder::new(is_aligned);
            for (name, dtype) in fields {
                builder.field(name, dtype, None).unwrap();
            }
            let dtype = builder.finish(None).unwrap();
            let record = dtype.record().unwrap();
            assert_eq!(dtype.itemsize_and_alignment(), (itemsize, alignment));
            assert!(record.fields().iter().map(|field| field.offset).eq(offsets));
            for (k, (name, _)) in fields.into_iter().enumerate() {
                assert_eq!(record.find(name), Some(k));
            }
            assert_eq!(record.find("f"), None);
            assert!(record.is_in_order());
        }
        let crossed = record(&[("a", INT, Some(4)), ("b", INT, Some(0))], None).unwrap();
        assert!(!crossed.record().unwrap().is_in_order());
    }

    #[test]
    fn what_no_record_can_be_is_an_error_with_its_numbers() {
        let message = |result: Result<DType>| result.unwrap_err().to_string();
        assert_eq!(
            message(record(&[("a", INT, None), ("", INT, None)], None)),
            "field 1: a name must not be empty"
        );
        assert_eq!(
            message(record(
                &[("a", INT, None), ("b", INT, None), ("a", BYTE, None)],
                None
            )),
            "field 2: the name occurs more than once"
        );
        assert_eq!(
            message(record(&[("a", INT, Some(-1))], None)),
            "field 0: offset -1 cannot be negative"
        );
        assert_eq!(
            message(record(&[("a", INT, Some(2))], Some(5))),
            "NumPy dtype descriptor requires 6 bytes, cannot override to smaller itemsize of 5"
        );
        assert!(matches!(
            record(&[("a", INT, Some(i64::MAX))], None),
            Err(Error::Overflow { .. })
        ));
        assert!(matches!(
            record(&[("a", INT, None)], Some(1 << 30)),
            Err(Error::Limit { .. })
        ));
        assert!(matches!(record(&[], None), Err(Error::InvalidValue { .. })));
        let mut aligned = Builder::new(true);
        assert_eq!(
            aligned.field("a", INT, Some(2)),
            Err(Error::FieldAlignment {
                field: 0,
                offset: 2,
                alignment: 4
            })
        );
        aligned.field("a", INT, Some(4)).unwrap();
        assert_eq!(
            aligned.finish(Some(10)),
            Err(Error::ItemsizeAlignment {
                itemsize: 10,
                alignment: 4
            })
        );
    }

    #[test]
    fn nesting_ends_before_going_through_it_would_not() {
        let mut deep = INT;
        let mut levels = 0;
        let limit = loop {
            match record(&[("deeper", deep, None)], None) {
                Ok(dtype) => deep = dtype,
                Err(error) => break error,
            }
            levels += 1;
        };
        assert_eq!(levels, 64);
        assert!(matches!(limit, Error::Limit { .. }));
        // Twice the same at each level: the number of fields is what ends it.
        let mut wide = INT;
        let mut levels = 0;
        while let Ok(dtype) = record(&[("a", wide, Some(0)), ("b", wide, Some(0))], None) {
            wide = dtype;
            levels += 1;
        }
        assert_eq!(levels, 15);
    }

    #[test]
    fn all_threads_get_the_same_type_for_the_same_description() {
        let make = |k: usize| {
            let name = format!("thread_test_{}", k % 20);
            record(&[(&name, INT, None)], None).unwrap()
        };
        let all: Vec<Vec<DType>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(move || (0..200).map(make).collect()))
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        for types in &all {
            assert_eq!(types, &all[0]);
            for (k, dtype) in types.iter().enumerate() {
                let expected = format!("thread_test_{}", k % 20);
                assert_eq!(dtype.record().unwrap().fields()[0].name, expected);
            }
        }
    }

    #[test]
    fn a_lock_that_another_process_left_behind_is_taken_over() {
        // As a child finds it whose parent was writing: an id that is not its own.
        // Other tests may write meanwhile, so the lock is taken the regular way.
        let writing = Writing::begin();
        WRITER.store(std::process::id() ^ 1, Ordering::Release);
        core::mem::forget(writing);
        assert!(record(&[("after a fork", INT, None)], None).is_ok());
    }

    #[test]
    fn a_chunk_that_another_process_was_adding_is_left_out() {
        // As a child finds it whose parent was adding: begun, but not there.
        let writing = Writing::begin();
        let taken = TAKEN.load(Ordering::Relaxed);
        let begun = BEGUN.load(Ordering::Relaxed);
        assert_eq!(begun, taken.div_ceil(CHUNK), "nothing was ever left out");
        BEGUN.store(begun + 1, Ordering::Relaxed);
        TAKEN.store(begun * CHUNK, Ordering::Relaxed);
        let (place, _) = next_place(begun * CHUNK).unwrap();
        assert_eq!(place, (begun + 1) * CHUNK);
        drop(writing);
        let name = "after a chunk was left out";
        let dtype = record(&[(name, INT, None)], None).unwrap();
        assert!(dtype.to_raw() >= FIRST + place as i32);
        assert_eq!(dtype.record().unwrap().fields()[0].name, name);
        assert_eq!(record(&[(name, INT, None)], None), Ok(dtype));
        assert!(next_place(MOST).is_err());
    }
}
