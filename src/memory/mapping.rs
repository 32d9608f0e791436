//! Large blocks: memory straight from the system, on boundaries of huge pages,
//! and zero as it comes.
//!
//! The first touch of a fresh page costs far more than the copy that touches
//! it: with pages of 4 KiB a copy of 256 MiB into new memory takes nine times
//! the copy into old. Huge pages are zeroed in one go each and need a
//! five-hundredth of the page faults, but only stand on multiples of their own
//! size, which blocks of the C library's never do. Below [`MAPPED_FROM`] that
//! library wins all the same, since it keeps what was freed and hands it out
//! warm; above, it maps each block anew as well.
//!
//! Blocks need no header: where a mapping starts and how long it is follows
//! from the block's address and size. All of them start at the same place
//! within their pages. Starting them a few cache lines apart was measured for
//! copies and sums of two to four arrays and gained nothing, while distances of
//! up to 512 bytes make the C library's `memcpy` four times slower.

use core::ffi::c_void;
use core::ptr;

use super::alloc::Allocator;
use super::cache;

/// From this size on a block is mapped; the C library never keeps blocks
/// larger than this for later.
pub(super) const MAPPED_FROM: usize = 32 << 20;
/// The same while the cache of freed blocks is on, which then keeps them.
pub(super) const CACHED_FROM: usize = 4 << 20;
/// The size of a huge page, and what mappings are aligned to.
pub(super) const HUGE_PAGE: usize = 2 << 20;
/// Mappings are a multiple of this long: the largest page there is.
pub(super) const GRAIN: usize = 64 << 10;

/// The functions of mapped blocks, in the form of any other allocator's.
pub(super) const ALLOCATOR: Allocator = Allocator {
    alloc: allocate,
    free,
    payload: ptr::null_mut(),
};

/// Whether a block of the default allocator is to be mapped.
#[inline]
pub(super) fn is_for(size: usize) -> bool {
    size >= CACHED_FROM && (size >= MAPPED_FROM || cache::limit() > 0)
}

/// How long the mapping behind a block is. A last part that would fill half a
/// huge page gets a whole one; a smaller one has small pages. `None` when there
/// can be no such block.
fn mapped_len(size: usize) -> Option<usize> {
    let unit = match size % HUGE_PAGE >= HUGE_PAGE / 2 {
        true => HUGE_PAGE,
        false => GRAIN,
    };
    size.checked_next_multiple_of(unit)
}

unsafe extern "C" fn allocate(
    size: usize,
    _align: usize,
    zeroed: i32,
    _payload: *mut c_void,
) -> *mut c_void {
    let Some(len) = mapped_len(size) else {
        return ptr::null_mut();
    };
    if let Some(start) = cache::take(len) {
        if zeroed != 0 {
            // Four times faster than having the system exchange the pages.
            // SAFETY: the cache gave out a mapping of this length.
            unsafe { start.write_bytes(0, size) };
        }
        return start.cast();
    }
    system::map(len).cast()
}

unsafe extern "C" fn free(start: *mut c_void, size: usize, _align: usize, _payload: *mut c_void) {
    let Some(len) = mapped_len(size) else { return };
    // SAFETY: the block came from `allocate` with this size, so its mapping is
    // this long, and nobody uses it any more.
    unsafe { cache::put(start.cast(), len) };
}

/// Gives a mapping, or the end of one, back to the system.
///
/// # Safety
///
/// `[start, start + len)` consists of whole pages of a mapping from
/// [`allocate`], which nobody uses any more.
pub(super) unsafe fn unmap(start: *mut u8, len: usize) {
    // SAFETY: the caller's promise.
    unsafe { system::unmap(start, len) };
}

#[cfg(unix)]
mod system {
    use core::ptr;

    use super::HUGE_PAGE;

    /// Maps `len` bytes of zeros, on a boundary of a huge page where there is
    /// room for that; NULL when there is none at all.
    pub(super) fn map(len: usize) -> *mut u8 {
        // Newer systems align such mappings by themselves.
        let start = map_anywhere(len);
        if start.is_null() || start.addr().is_multiple_of(HUGE_PAGE) {
            advise(start, len);
            return start;
        }
        let Some(wider) = len.checked_add(HUGE_PAGE) else {
            return start;
        };
        let wide = map_anywhere(wider);
        if wide.is_null() {
            advise(start, len);
            return start;
        }
        let before = wide.addr().wrapping_neg() % HUGE_PAGE;
        // SAFETY: all three are whole pages of mappings that nobody else knows
        // yet, and lie outside the part that is handed out.
        unsafe {
            unmap(start, len);
            unmap(wide, before);
            unmap(wide.add(before + len), wider - before - len);
        }
        let start = wide.wrapping_add(before);
        advise(start, len);
        start
    }

    fn map_anywhere(len: usize) -> *mut u8 {
        // SAFETY: a new private mapping, at an address of the system's choice.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANON,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return ptr::null_mut();
        }
        start.cast()
    }

    /// Asks for huge pages. A wish only: where the system knows no such thing,
    /// or does not want to, pages stay small.
    fn advise(start: *mut u8, len: usize) {
        #[cfg(target_os = "linux")]
        if !start.is_null() {
            // SAFETY: the range is a whole mapping; its contents do not change.
            unsafe { libc::madvise(start.cast(), len, libc::MADV_HUGEPAGE) };
        }
        #[cfg(not(target_os = "linux"))]
        let _ = (start, len);
    }

    /// # Safety
    ///
    /// The range consists of whole pages of mappings made here, or of nothing,
    /// and nobody uses it any more.
    pub(super) unsafe fn unmap(start: *mut u8, len: usize) {
        if len > 0 {
            // SAFETY: the caller's promise.
            unsafe { libc::munmap(start.cast(), len) };
        }
    }
}

/// Elsewhere nothing is mapped, and the C library serves blocks of any size.
#[cfg(not(unix))]
mod system {
    pub(super) fn map(_len: usize) -> *mut u8 {
        core::ptr::null_mut()
    }

    pub(super) unsafe fn unmap(_start: *mut u8, _len: usize) {}
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_as_long_as_its_block_and_at_most_a_half_page_longer() {
        assert_eq!(mapped_len(MAPPED_FROM), Some(MAPPED_FROM));
        assert_eq!(mapped_len(MAPPED_FROM + 1), Some(MAPPED_FROM + GRAIN));
        let half = MAPPED_FROM + HUGE_PAGE / 2;
        assert_eq!(mapped_len(half - 1), Some(half));
        assert_eq!(mapped_len(half), Some(MAPPED_FROM + HUGE_PAGE));
        assert_eq!(mapped_len(usize::MAX), None);
    }

    #[test]
    fn a_mapping_is_zero_writeable_to_its_end_and_stands_on_a_huge_page() {
        let size = MAPPED_FROM + 12_345;
        let len = mapped_len(size).unwrap();
        let start = system::map(len);
        assert!(!start.is_null());
        assert_eq!(start.addr() % HUGE_PAGE, 0);
        for k in (0..len).step_by(4096).chain([len - 1]) {
            // SAFETY: within the mapping, which is this test's own.
            unsafe {
                assert_eq!(start.add(k).read(), 0);
                start.add(k).write(7);
            }
        }
        // SAFETY: as above; the last use.
        unsafe { unmap(start, len) };
    }

    #[test]
    fn more_than_there_is_is_null() {
        assert!(system::map(isize::MAX as usize & !(HUGE_PAGE - 1)).is_null());
    }
}
