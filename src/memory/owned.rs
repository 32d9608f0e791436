//! The memory behind an array: had from the allocator, lent by a caller, or
//! mapped from a file. Whoever holds a [`Memory`] keeps those bytes alive.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr;

use super::alloc::{Block, Counted, ELEMENT_ALIGNMENT};
use super::provoke;
use super::shared::{Head, Shared, Slot};
use crate::error::{Error, Result};

/// A caller's function that takes lent memory back: `(memory, payload)`.
pub type Deleter = unsafe extern "C" fn(*mut c_void, *mut c_void);

/// Bytes with an owner.
pub struct Memory {
    start: *mut u8,
    nbytes: i64,
    writeable: bool,
    /// Only there to be dropped.
    _keeper: Keeper,
}

/// What has to happen when the memory is no longer needed. The fields are only
/// dropped, never read.
#[allow(dead_code)]
enum Keeper {
    /// Nothing: it belongs to someone who promised to outlive us.
    Nobody,
    Allocator(Block),
    /// The elements stand behind this very [`Memory`].
    Inside(Counted),
    Caller(Lent),
    File(memmap2::Mmap),
    WriteableFile(memmap2::MmapMut),
}

thread_local! {
    /// How many deleters this thread is inside of.
    static DELETING: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread is inside a deleter, whose calls must not change what
/// the program sees of its own.
pub fn is_deleting() -> bool {
    DELETING.with(Cell::get) > 0
}

/// What a caller has lent: given back once, on drop.
pub struct Lent {
    deleter: Deleter,
    memory: *mut c_void,
    payload: *mut c_void,
}

impl Lent {
    /// Takes it over: from now on the deleter will be called, with these two.
    ///
    /// # Safety
    ///
    /// The deleter may be called once, from any thread, and does not unwind.
    pub unsafe fn new(deleter: Deleter, memory: *mut c_void, payload: *mut c_void) -> Lent {
        Lent {
            deleter,
            memory,
            payload,
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        DELETING.with(|depth| depth.set(depth.get() + 1));
        // SAFETY: whoever made this promised so.
        unsafe { (self.deleter)(self.memory, self.payload) }
        DELETING.with(|depth| depth.set(depth.get() - 1));
        provoke(c"after a deleter");
    }
}

// SAFETY: the bytes are reached through raw pointers only, and concurrent
// writers are the program's business (DESIGN.md, promise 5). What keeps them
// alive may be dropped on any thread.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Head for Memory {}

/// Up to so many bytes stand behind their [`Memory`] when that is shared: of a
/// small array the allocations cost more than the elements.
const INSIDE: i64 = 1024;

impl Memory {
    /// New memory from the allocator, aligned to [`ELEMENT_ALIGNMENT`], to be
    /// shared.
    pub fn shared(nbytes: i64, zeroed: bool) -> Result<Shared<Memory>> {
        let slot = if (0..=INSIDE).contains(&nbytes) {
            Slot::reserve_with_room(0, nbytes as usize + ELEMENT_ALIGNMENT)?
        } else {
            let slot = Slot::reserve(0)?;
            return Ok(slot.with_head(Memory::allocate(nbytes, zeroed)?));
        };
        let room = slot.room();
        let start = room.wrapping_add(room.addr().wrapping_neg() % ELEMENT_ALIGNMENT);
        if zeroed {
            // SAFETY: fewer than `ELEMENT_ALIGNMENT` bytes were skipped, so the
            // room reaches as far, and nobody else knows it.
            unsafe { start.write_bytes(0, nbytes as usize) };
        }
        Ok(slot.with_head(Memory {
            start,
            nbytes,
            writeable: true,
            _keeper: Keeper::Inside(Counted::new(nbytes as usize)),
        }))
    }

    /// A copy of `nbytes` bytes, `offset` from the start.
    pub fn shared_copy(&self, offset: i64, nbytes: i64) -> Result<Shared<Memory>> {
        let high = offset.saturating_add(nbytes);
        if offset < 0 || nbytes < 0 || high > self.nbytes {
            return Err(Error::OutsideMemory {
                low: offset,
                high,
                nbytes: self.nbytes,
                axis: 0,
                stride: 1,
                extent: nbytes,
            });
        }
        let copy = Memory::shared(nbytes, false)?;
        // SAFETY: both ranges lie within their memory, and one is new.
        unsafe {
            let from = self.start.add(offset as usize);
            copy.start.copy_from_nonoverlapping(from, nbytes as usize);
        }
        Ok(copy)
    }

    /// New memory from the allocator, aligned to [`ELEMENT_ALIGNMENT`].
    pub fn allocate(nbytes: i64, zeroed: bool) -> Result<Memory> {
        // An array's size is checked to fit i64 and is never negative.
        let block = Block::new(nbytes.max(0) as usize, ELEMENT_ALIGNMENT, zeroed)?;
        Ok(Memory {
            start: block.start().as_ptr(),
            nbytes,
            writeable: true,
            _keeper: Keeper::Allocator(block),
        })
    }

    /// Memory that belongs to someone else, who gets it back when `lent` is
    /// dropped. A NULL `memory` stands for no bytes.
    ///
    /// # Safety
    ///
    /// `[memory, memory + nbytes)` is valid for reads, and for writes when
    /// `writeable`, until it is given back (with nothing lent: for as long as
    /// any array stands on it).
    pub unsafe fn foreign(
        memory: *mut u8,
        nbytes: i64,
        writeable: bool,
        lent: Option<Lent>,
    ) -> Memory {
        Memory {
            start: non_null(memory),
            nbytes,
            writeable,
            _keeper: lent.map_or(Keeper::Nobody, Keeper::Caller),
        }
    }

    /// A mapped file that must not be written.
    pub fn mapped(map: memmap2::Mmap) -> Memory {
        Memory {
            start: non_null(map.as_ptr().cast_mut()),
            nbytes: map.len() as i64,
            writeable: false,
            _keeper: Keeper::File(map),
        }
    }

    /// A mapped file that may be written.
    pub fn mapped_mut(map: memmap2::MmapMut) -> Memory {
        Memory {
            start: non_null(map.as_ptr().cast_mut()),
            nbytes: map.len() as i64,
            writeable: true,
            _keeper: Keeper::WriteableFile(map),
        }
    }

    /// The lowest address; never NULL.
    pub fn start(&self) -> *mut u8 {
        self.start
    }

    /// The number of bytes.
    pub fn nbytes(&self) -> i64 {
        self.nbytes
    }

    /// Whether the two have no byte in common, whatever lies on them.
    pub fn is_apart(&self, other: &Memory) -> bool {
        let end = |memory: &Memory| memory.start.addr() as i128 + i128::from(memory.nbytes);
        end(self) <= other.start.addr() as i128 || end(other) <= self.start.addr() as i128
    }

    /// Whether the bytes may be written at all.
    pub fn is_writeable(&self) -> bool {
        self.writeable
    }
}

fn non_null(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        ptr::NonNull::dangling().as_ptr()
    } else {
        memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_memory_is_aligned_and_zero_when_asked_and_all_its_own() {
        for nbytes in [0, 1, 63, 64, 65, INSIDE - 1, INSIDE, INSIDE + 1, 100_000] {
            let shared = [(); 3].map(|()| Memory::shared(nbytes, true).unwrap());
            for (k, memory) in shared.iter().enumerate() {
                assert_eq!(memory.start.addr() % ELEMENT_ALIGNMENT, 0);
                assert_eq!((memory.nbytes(), memory.is_writeable()), (nbytes, true));
                for byte in 0..nbytes as usize {
                    // SAFETY: within the memory.
                    unsafe {
                        assert_eq!(memory.start.add(byte).read(), 0);
                        memory.start.add(byte).write(k as u8 + 1);
                    }
                }
            }
            for (k, memory) in shared.iter().enumerate() {
                for byte in 0..nbytes as usize {
                    // SAFETY: within the memory.
                    assert_eq!(unsafe { memory.start.add(byte).read() }, k as u8 + 1);
                }
            }
        }
    }

    #[test]
    fn a_copy_of_bytes_is_checked_against_the_memory() {
        let memory = Memory::shared(100, true).unwrap();
        // SAFETY: within the memory.
        unsafe { memory.start.add(40).write(7) };
        let copy = memory.shared_copy(39, 61).unwrap();
        assert_eq!(copy.nbytes(), 61);
        // SAFETY: within the copy.
        let first = unsafe { [copy.start.read(), copy.start.add(1).read()] };
        assert_eq!(first, [0, 7]);
        assert!(memory.shared_copy(100, 0).is_ok());
        for (offset, nbytes) in [(-1, 2), (40, 61), (101, 0), (0, -1), (1, i64::MAX)] {
            assert!(memory.shared_copy(offset, nbytes).is_err());
        }
    }
}
