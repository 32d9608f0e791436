//! The library's memory, watched: how much it holds, how much it held at most,
//! and none of it in blocks larger than a limit.

use array::ffi::runtime::la_set_allocator;
use array::ffi::types::la_allocator;
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Once;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
    static LARGEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

unsafe extern "C" fn get(size: usize, align: usize, zeroed: i32, _: *mut c_void) -> *mut c_void {
    if size > LARGEST.get() {
        return null_mut();
    }
    HELD.set(HELD.get() + size);
    PEAK.set(PEAK.get().max(HELD.get()));
    let layout = Layout::from_size_align(size.max(1), align).unwrap();
    // SAFETY: a layout of at least one byte.
    unsafe {
        if zeroed != 0 {
            alloc_zeroed(layout)
        } else {
            alloc(layout)
        }
    }
    .cast()
}

unsafe extern "C" fn put(memory: *mut c_void, size: usize, align: usize, _: *mut c_void) {
    HELD.set(HELD.get() - size);
    let layout = Layout::from_size_align(size.max(1), align).unwrap();
    // SAFETY: it came from `get` with these numbers.
    unsafe { dealloc(memory.cast(), layout) }
}

/// Begins to watch: what is held now is the caller's, and counts as nothing.
pub struct Watch {
    before: usize,
}

impl Watch {
    /// Blocks of more than `largest` bytes are refused from now on.
    pub fn begin(largest: usize) -> Watch {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let allocator = la_allocator {
                size: size_of::<la_allocator>(),
                alloc: Some(get),
                free: Some(put),
                payload: null_mut(),
            };
            // SAFETY: a whole struct, which is copied.
            assert_eq!(unsafe { la_set_allocator(&allocator) }, 0);
        });
        LARGEST.set(largest);
        PEAK.set(HELD.get());
        Watch { before: HELD.get() }
    }

    /// The most bytes held at once since the beginning.
    pub fn peak(&self) -> usize {
        PEAK.get() - self.before
    }

    /// Everything has come back.
    pub fn end(self) {
        assert_eq!(HELD.get(), self.before, "memory leaks");
    }
}
