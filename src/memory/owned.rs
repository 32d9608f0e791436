//! The memory behind an array: had from the allocator, lent by a caller, or
//! mapped from a file. Whoever holds a [`Memory`] keeps those bytes alive.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr;

use super::alloc::{Block, ELEMENT_ALIGNMENT};
use crate::error::Result;

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

/// Memory lent by a caller, given back once, on drop.
struct Lent {
    deleter: Deleter,
    memory: *mut c_void,
    payload: *mut c_void,
}

impl Drop for Lent {
    fn drop(&mut self) {
        DELETING.with(|depth| depth.set(depth.get() + 1));
        // SAFETY: the caller who lent the memory promised that its deleter can
        // be called once, from any thread, and does not unwind.
        unsafe { (self.deleter)(self.memory, self.payload) }
        DELETING.with(|depth| depth.set(depth.get() - 1));
    }
}

// SAFETY: the bytes are reached through raw pointers only, and concurrent
// writers are the program's business (DESIGN.md, promise 5). What keeps them
// alive may be dropped on any thread.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
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

    /// Memory that belongs to someone else, who gets it back through `deleter`.
    /// A NULL `memory` stands for no bytes.
    ///
    /// # Safety
    ///
    /// `[memory, memory + nbytes)` is valid for reads, and for writes when
    /// `writeable`, until the deleter is called (without one: for as long as
    /// any array stands on it). The deleter may be called once from any thread.
    pub unsafe fn foreign(
        memory: *mut u8,
        nbytes: i64,
        writeable: bool,
        deleter: Option<Deleter>,
        payload: *mut c_void,
    ) -> Memory {
        let keeper = match deleter {
            None => Keeper::Nobody,
            Some(deleter) => Keeper::Caller(Lent {
                deleter,
                memory: memory.cast(),
                payload,
            }),
        };
        Memory {
            start: non_null(memory),
            nbytes,
            writeable,
            _keeper: keeper,
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
