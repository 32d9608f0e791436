//! The process-wide allocator: one place through which handles, elements and
//! scratch memory are had and given back, so that a caller can replace it and
//! so that exhaustion is an error and never an abort.
//!
//! Each [`Block`] remembers the allocator it came from, which is why the
//! allocator can be replaced at any time. Allocators are kept in a list that
//! only grows (one entry for each distinct allocator ever set), so a block may
//! point at its entry without counting references.

use core::ffi::c_void;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicI64, AtomicPtr, Ordering};

use super::{cache, mapping, provoke};
use crate::error::{Error, Result};

/// Alignment of the first element of owned memory, in bytes: a cache line, and
/// enough for every vector register.
pub const ELEMENT_ALIGNMENT: usize = 64;

/// A caller's allocation functions. Two are the same allocator when functions and
/// payload have the same addresses.
#[derive(Clone, Copy)]
pub struct Allocator {
    /// Returns `size` bytes aligned to `align`, zeroed where `zeroed` is not 0,
    /// or NULL.
    pub alloc: unsafe extern "C" fn(usize, usize, i32, *mut c_void) -> *mut c_void,
    /// Takes back what `alloc` returned, with the same size and alignment.
    pub free: unsafe extern "C" fn(*mut c_void, usize, usize, *mut c_void),
    /// Handed to both.
    pub payload: *mut c_void,
}

impl PartialEq for Allocator {
    fn eq(&self, other: &Self) -> bool {
        self.alloc as usize == other.alloc as usize
            && self.free as usize == other.free as usize
            && self.payload == other.payload
    }
}

/// An allocator in the list that only grows.
struct Registered {
    allocator: Allocator,
    next: *const Registered,
}

// SAFETY: entries do not change, and whoever set an allocator promised that it
// works from any thread.
unsafe impl Sync for Registered {}

/// Stands for the default allocator's large blocks, which are mapped.
static MAPPED: Registered = Registered {
    allocator: mapping::ALLOCATOR,
    next: ptr::null(),
};

/// The allocator of new blocks; NULL stands for the default one.
static CURRENT: AtomicPtr<Registered> = AtomicPtr::new(ptr::null_mut());
/// The head of the list of all allocators ever set.
static REGISTERED: AtomicPtr<Registered> = AtomicPtr::new(ptr::null_mut());

static LIVE_BYTES: AtomicI64 = AtomicI64::new(0);
static PEAK_BYTES: AtomicI64 = AtomicI64::new(0);
static TOTAL_BYTES: AtomicI64 = AtomicI64::new(0);
static TOTAL_BLOCKS: AtomicI64 = AtomicI64::new(0);

/// What element and scratch memory has been asked for. Handles are not
/// counted, so that making a view costs no shared counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Bytes held now.
    pub live_bytes: i64,
    /// The largest `live_bytes` so far.
    pub peak_bytes: i64,
    /// Bytes ever asked for.
    pub total_bytes: i64,
    /// Blocks ever asked for.
    pub total_blocks: i64,
    /// Bytes of freed blocks that are kept for reuse; not among `live_bytes`.
    pub cached_bytes: i64,
}

/// Reads the counters; each by itself is exact, together they may straddle
/// another thread's allocation.
pub fn stats() -> Stats {
    Stats {
        live_bytes: LIVE_BYTES.load(Ordering::Relaxed),
        peak_bytes: PEAK_BYTES.load(Ordering::Relaxed),
        total_bytes: TOTAL_BYTES.load(Ordering::Relaxed),
        total_blocks: TOTAL_BLOCKS.load(Ordering::Relaxed),
        cached_bytes: cache::cached_bytes().min(i64::MAX as usize) as i64,
    }
}

/// Makes `allocator` serve all blocks from now on; `None` returns to the
/// default one. Blocks made before go back to the allocator they came from.
///
/// # Safety
///
/// The functions must behave as [`Allocator`] says, from any thread, for as
/// long as the process lives or until the last block they made is freed.
pub unsafe fn set_allocator(allocator: Option<Allocator>) -> Result<()> {
    let entry = match allocator {
        None => ptr::null(),
        Some(allocator) => register(allocator)?,
    };
    CURRENT.store(entry.cast_mut(), Ordering::Release);
    Ok(())
}

fn register(allocator: Allocator) -> Result<*const Registered> {
    let mut head = REGISTERED.load(Ordering::Acquire);
    let mut entry = head.cast_const();
    while !entry.is_null() {
        // SAFETY: entries are never freed nor changed once in the list.
        let known = unsafe { &*entry };
        if known.allocator == allocator {
            return Ok(entry);
        }
        entry = known.next;
    }
    let bytes = size_of::<Registered>();
    // SAFETY: a plain allocation; checked for NULL below.
    let fresh = unsafe { libc::malloc(bytes) }.cast::<Registered>();
    if fresh.is_null() {
        return Err(Error::OutOfMemory { bytes });
    }
    loop {
        // SAFETY: `fresh` is a live allocation of the right size that nobody
        // else knows yet.
        unsafe {
            fresh.write(Registered {
                allocator,
                next: head,
            });
        }
        match REGISTERED.compare_exchange_weak(head, fresh, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Ok(fresh),
            Err(now) => head = now,
        }
    }
}

/// From this size on zeroed memory comes from `calloc`, which gets it from the
/// system's zero pages; below, clearing it by hand is as fast.
const CALLOC_FROM: usize = 128 * 1024;
/// From this size on memory is asked to be backed by huge pages.
const HUGE_FROM: usize = 4 << 20;

/// The place of the raw pointer in front of an over-aligned zeroed block.
const STASH: usize = size_of::<*mut c_void>();

/// The C library's memory, aligned.
///
/// # Safety
///
/// `align` is a power of two.
#[inline(always)]
unsafe fn libc_alloc(size: usize, align: usize, zeroed: bool) -> *mut c_void {
    let size = size.max(1);
    // SAFETY: plain calls of the C library's allocator.
    unsafe {
        match (align <= align_of::<libc::max_align_t>(), zeroed) {
            (true, true) => libc::calloc(1, size),
            (true, false) => libc::malloc(size),
            (false, _) => libc_aligned_alloc(size, align, zeroed),
        }
    }
}

/// # Safety
///
/// As for [`libc_alloc`]; `size` is not 0.
unsafe fn libc_aligned_alloc(size: usize, align: usize, zeroed: bool) -> *mut c_void {
    // SAFETY: plain calls of the C library's allocator; the result is checked
    // before use, and the stash lies within the block allocated for it: the
    // user pointer is at least `STASH` bytes after its start.
    unsafe {
        let Some(padded) = size.checked_add(align + STASH) else {
            return ptr::null_mut();
        };
        let raw = if zeroed && size >= CALLOC_FROM {
            libc::calloc(1, padded)
        } else {
            libc::malloc(padded)
        };
        if raw.is_null() {
            return raw;
        }
        let start = raw.byte_add(STASH);
        let user = start.byte_add(bytes_to_alignment(start, align));
        user.cast::<*mut c_void>().sub(1).write_unaligned(raw);
        if size >= HUGE_FROM {
            advise_huge_pages(user, size);
        }
        if zeroed && size < CALLOC_FROM {
            ptr::write_bytes(user.cast::<u8>(), 0, size);
        }
        user
    }
}

/// # Safety
///
/// `block` came from [`libc_alloc`] with this alignment.
#[inline(always)]
unsafe fn libc_free(block: *mut c_void, align: usize) {
    // SAFETY: by the caller's promise the raw pointer stands right before it
    // exactly when it is over-aligned.
    unsafe {
        if align <= align_of::<libc::max_align_t>() {
            libc::free(block);
        } else {
            libc::free(block.cast::<*mut c_void>().sub(1).read_unaligned());
        }
    }
}

/// How many bytes `address` is short of a multiple of `align`.
fn bytes_to_alignment(address: *mut c_void, align: usize) -> usize {
    address.addr().wrapping_neg() & (align - 1)
}

/// Asks for huge pages behind the whole pages of a large block. A wish only:
/// where the system knows no such thing nothing happens.
fn advise_huge_pages(start: *mut c_void, size: usize) {
    #[cfg(target_os = "linux")]
    {
        let skip = bytes_to_alignment(start, 4096);
        if size > mapping::HUGE_PAGE + skip {
            // SAFETY: the range lies within the block; the advice changes no
            // contents. Its failure leaves small pages, which is no error.
            unsafe {
                libc::madvise(start.byte_add(skip), size - skip, libc::MADV_HUGEPAGE);
            }
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (start, size);
}

/// The allocator that a piece of memory came from.
#[derive(Clone, Copy)]
pub(super) struct Origin(
    /// NULL for the default allocator.
    *const Registered,
);

impl Origin {
    /// Whether it is the default allocator.
    #[inline(always)]
    pub(super) fn is_default(self) -> bool {
        self.0.is_null()
    }
}

/// The origin of memory of the default allocator, if that is the current one.
#[inline(always)]
pub(super) fn default_origin() -> Option<Origin> {
    let current = Origin(CURRENT.load(Ordering::Acquire));
    current.is_default().then_some(current)
}

/// Allocates `size` bytes aligned to `align`, a power of two, from the current
/// allocator. Not counted in [`stats`].
#[inline(always)]
pub(super) fn allocate(size: usize, align: usize, zeroed: bool) -> Result<(NonNull<u8>, Origin)> {
    debug_assert!(align.is_power_of_two());
    let allocator = CURRENT.load(Ordering::Acquire).cast_const();
    if allocator.is_null() && size <= isize::MAX as usize {
        // SAFETY: the alignment is a power of two.
        let start = unsafe { libc_alloc(size, align, zeroed) };
        if let Some(start) = NonNull::new(start.cast::<u8>()) {
            return Ok((start, Origin(allocator)));
        }
    }
    allocate_otherwise(size, align, zeroed, allocator)
}

/// From an allocator that a caller has set, or not at all.
#[cold]
#[inline(never)]
fn allocate_otherwise(
    size: usize,
    align: usize,
    zeroed: bool,
    allocator: *const Registered,
) -> Result<(NonNull<u8>, Origin)> {
    if !allocator.is_null() && size <= isize::MAX as usize {
        // SAFETY: entries live for ever, and whoever set this one promised that
        // its functions behave.
        let start = unsafe {
            let known = &(*allocator).allocator;
            (known.alloc)(size, align, zeroed.into(), known.payload)
        };
        if let Some(start) = NonNull::new(start.cast::<u8>()) {
            return Ok((start, Origin(allocator)));
        }
    }
    Err(Error::OutOfMemory { bytes: size })
}

/// Maps a large block; `None` leaves it to [`allocate`].
#[cold]
#[inline(never)]
fn map(size: usize, zeroed: bool) -> Option<(NonNull<u8>, Origin)> {
    if !CURRENT.load(Ordering::Acquire).is_null() || size > isize::MAX as usize {
        return None;
    }
    let allocator = &MAPPED.allocator;
    // SAFETY: any size and alignment will do.
    let start =
        unsafe { (allocator.alloc)(size, ELEMENT_ALIGNMENT, zeroed.into(), allocator.payload) };
    Some((NonNull::new(start.cast())?, Origin(&raw const MAPPED)))
}

/// Gives memory back.
///
/// # Safety
///
/// It came from [`allocate`] or [`map`] with this size and alignment, and is
/// used no more.
#[inline(always)]
pub(super) unsafe fn free(start: NonNull<u8>, size: usize, align: usize, origin: Origin) {
    let start = start.as_ptr().cast::<c_void>();
    // SAFETY: the caller's promise; entries live for ever.
    unsafe {
        if origin.0.is_null() {
            libc_free(start, align);
        } else {
            let known = &(*origin.0).allocator;
            (known.free)(start, size, align, known.payload);
        }
    }
}

/// So many bytes among those of [`stats`], for as long as this lives.
pub(super) struct Counted(i64);

impl Counted {
    /// Counts a block.
    pub(super) fn new(size: usize) -> Counted {
        let size = size as i64;
        let live = LIVE_BYTES.fetch_add(size, Ordering::Relaxed) + size;
        // Reading costs less than trying, and it seldom rises.
        if live > PEAK_BYTES.load(Ordering::Relaxed) {
            PEAK_BYTES.fetch_max(live, Ordering::Relaxed);
        }
        TOTAL_BYTES.fetch_add(size, Ordering::Relaxed);
        TOTAL_BLOCKS.fetch_add(1, Ordering::Relaxed);
        Counted(size)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE_BYTES.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// A block of bytes from the current allocator; freed when dropped.
pub struct Block {
    start: NonNull<u8>,
    size: usize,
    align: usize,
    origin: Origin,
    _counted: Counted,
}

// SAFETY: a block is plain memory with one owner; allocators are required to
// work from any thread.
unsafe impl Send for Block {}
// SAFETY: as above; sharing a `&Block` gives out nothing but its address.
unsafe impl Sync for Block {}

impl Block {
    /// Allocates `size` bytes (none is fine) aligned to `align`, a power of
    /// two; counted in [`stats`].
    pub fn new(size: usize, align: usize, zeroed: bool) -> Result<Block> {
        provoke(c"an allocation");
        let mapped = match mapping::is_for(size) && align <= mapping::GRAIN {
            true => map(size, zeroed),
            false => None,
        };
        let (start, origin) = match mapped {
            Some(mapped) => mapped,
            None => allocate(size, align, zeroed)?,
        };
        Ok(Block {
            start,
            size,
            align,
            origin,
            _counted: Counted::new(size),
        })
    }

    /// The first byte.
    pub fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// The number of bytes.
    pub fn size(&self) -> usize {
        self.size
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the block was allocated just so, and is freed once.
        unsafe { free(self.start, self.size, self.align, self.origin) };
    }
}
