//! Freed large blocks, kept for reuse when the program asks for that: memory
//! that has been touched before costs a fraction of what the system has to
//! find, zero and map.
//!
//! The cache is a fixed table of places. A place holds nothing (0) or a whole
//! mapping in one word: mappings stand on multiples of 2 MiB, so that the low
//! bits of their address have room for their length. Each place changes by one
//! atomic operation and there is no lock, so that no thread ever waits, and a
//! child made by `fork` finds a table that is as good as its parent's, wherever
//! the other threads were. There is no count of bytes to go wrong either; they
//! are added up when asked for.
//!
//! Places are filled in a ring: when one is not empty or the limit is exceeded,
//! what was put there longest ago goes back to the system.

use core::ptr;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use super::mapping::{GRAIN, HUGE_PAGE, unmap};

/// How many blocks are kept at most.
const PLACES: usize = 64;

/// The blocks of one process; tests have caches of their own.
struct Cache {
    limit: AtomicUsize,
    /// The place after the one that was filled last.
    next: AtomicUsize,
    places: [AtomicU64; PLACES],
}

static CACHE: Cache = Cache::new();

/// How many bytes may be kept; 0 turns the cache off.
#[inline]
pub(super) fn limit() -> usize {
    CACHE.limit.load(SeqCst)
}

/// Sets how many bytes of freed large blocks are kept for reuse, and gives back
/// what is over.
pub fn set_cache_limit(bytes: usize) {
    CACHE.limit.store(bytes, SeqCst);
    CACHE.evict(CACHE.next.load(SeqCst));
}

/// Gives everything that is kept back to the system.
pub fn trim() {
    for place in &CACHE.places {
        release(place.swap(0, SeqCst));
    }
}

/// How many bytes are kept.
pub(super) fn cached_bytes() -> usize {
    CACHE.bytes()
}

/// A kept mapping of `len` bytes, if there is one; what it holds is anything.
pub(super) fn take(len: usize) -> Option<*mut u8> {
    CACHE.take(len)
}

/// Keeps a mapping, or gives it back to the system.
///
/// # Safety
///
/// It is a whole mapping of `len` bytes, a multiple of [`GRAIN`], which nobody
/// uses any more.
pub(super) unsafe fn put(start: *mut u8, len: usize) {
    // SAFETY: the caller's promise.
    unsafe { CACHE.put(start, len) };
}

/// A mapping as one word; `None` when it does not fit in.
fn pack(start: *mut u8, len: usize) -> Option<u64> {
    let grains = len / GRAIN;
    let fits = start.addr().is_multiple_of(HUGE_PAGE) && grains < HUGE_PAGE;
    (fits && grains > 0).then(|| start.expose_provenance() as u64 | grains as u64)
}

fn len_of(word: u64) -> usize {
    (word as usize & (HUGE_PAGE - 1)) * GRAIN
}

fn start_of(word: u64) -> *mut u8 {
    ptr::with_exposed_provenance_mut(word as usize & !(HUGE_PAGE - 1))
}

/// Gives back what stood in a place.
fn release(word: u64) {
    if word != 0 {
        // SAFETY: only whole mappings that nobody uses are put into places, and
        // whoever takes a word out owns it.
        unsafe { unmap(start_of(word), len_of(word)) };
    }
}

impl Cache {
    const fn new() -> Cache {
        Cache {
            limit: AtomicUsize::new(0),
            next: AtomicUsize::new(0),
            places: [const { AtomicU64::new(0) }; PLACES],
        }
    }

    fn bytes(&self) -> usize {
        let kept = self.places.iter().map(|place| len_of(place.load(SeqCst)));
        kept.fold(0, usize::saturating_add)
    }

    /// Takes the mapping that fits best: of this length, or up to an eighth
    /// longer, and then its end goes back to the system.
    fn take(&self, len: usize) -> Option<*mut u8> {
        loop {
            let words = self.places.iter().map(|place| (place, place.load(SeqCst)));
            let (place, word) = words
                .filter(|&(_, word)| (len..=len + len / 8).contains(&len_of(word)))
                .min_by_key(|&(_, word)| len_of(word))?;
            // Whoever was faster has taken one block away, so this ends.
            if place.compare_exchange(word, 0, SeqCst, SeqCst).is_ok() {
                let start = start_of(word);
                // SAFETY: the word was taken out, so the mapping is ours.
                unsafe { unmap(start.wrapping_add(len), len_of(word) - len) };
                return Some(start);
            }
        }
    }

    /// # Safety
    ///
    /// As for [`put`].
    unsafe fn put(&self, start: *mut u8, len: usize) {
        match pack(start, len) {
            Some(word) if len <= self.limit.load(SeqCst) => {
                let place = self.next.fetch_add(1, SeqCst);
                release(self.places[place % PLACES].swap(word, SeqCst));
                self.evict(place.wrapping_add(1));
            }
            // SAFETY: the caller's promise.
            _ => unsafe { unmap(start, len) },
        }
    }

    /// Gives back the oldest blocks until the rest is within the limit. A limit
    /// that is lowered meanwhile is seen here, or sees what was put.
    fn evict(&self, oldest: usize) {
        for k in 0..PLACES {
            if self.bytes() <= self.limit.load(SeqCst) {
                return;
            }
            let place = &self.places[oldest.wrapping_add(k) % PLACES];
            release(place.swap(0, SeqCst));
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::memory::mapping::ALLOCATOR;

    impl Drop for Cache {
        fn drop(&mut self) {
            for place in &self.places {
                release(place.swap(0, SeqCst));
            }
        }
    }

    fn cache(limit: usize) -> Cache {
        let cache = Cache::new();
        cache.limit.store(limit, SeqCst);
        cache
    }

    /// A new mapping, past the process's own cache, which is off.
    fn map(len: usize) -> *mut u8 {
        // SAFETY: checked for NULL right here.
        let start = unsafe { (ALLOCATOR.alloc)(len, 64, 0, ptr::null_mut()) }.cast::<u8>();
        assert!(!start.is_null());
        start
    }

    fn put(cache: &Cache, start: *mut u8, len: usize) {
        // SAFETY: these tests own what they put.
        unsafe { cache.put(start, len) };
    }

    #[test]
    fn a_word_holds_address_and_length_and_refuses_what_does_not_fit() {
        let start = ptr::without_provenance_mut::<u8>(0x7fff_ffe0_0000);
        for len in [GRAIN, 5 * HUGE_PAGE, (HUGE_PAGE - 1) * GRAIN] {
            let word = pack(start, len).unwrap();
            assert_eq!((start_of(word).addr(), len_of(word)), (start.addr(), len));
        }
        assert_eq!(pack(start, HUGE_PAGE * GRAIN), None);
        assert_eq!(pack(start.wrapping_add(4096), HUGE_PAGE), None);
        assert_eq!(pack(start, 0), None);
    }

    #[test]
    fn what_was_put_is_taken_once_by_a_request_that_it_fits() {
        let cache = cache(usize::MAX);
        let len = 16 * HUGE_PAGE;
        let start = map(len);
        put(&cache, start, len);
        assert_eq!(cache.bytes(), len);
        assert_eq!(cache.take(len + GRAIN), None);
        assert_eq!(cache.take(len / 2), None);
        assert_eq!(cache.take(len), Some(start));
        assert_eq!((cache.take(len), cache.bytes()), (None, 0));
        put(&cache, start, len);
    }

    #[test]
    fn the_end_of_a_longer_block_goes_back() {
        let cache = cache(usize::MAX);
        let len = 16 * HUGE_PAGE;
        put(&cache, map(len), len);
        let start = cache.take(len - HUGE_PAGE).unwrap();
        put(&cache, start, len - HUGE_PAGE);
        assert_eq!(cache.bytes(), len - HUGE_PAGE);
        // SAFETY: the part that is kept is still mapped.
        unsafe { start.add(len - HUGE_PAGE - 1).write(1) };
    }

    #[test]
    fn beyond_the_limit_the_oldest_goes() {
        let len = 2 * HUGE_PAGE;
        let cache = cache(2 * len);
        let blocks = [(); 3].map(|()| map(len));
        for block in blocks {
            put(&cache, block, len);
        }
        assert_eq!(cache.bytes(), 2 * len);
        let mut left = [cache.take(len).unwrap(), cache.take(len).unwrap()];
        let mut newest = [blocks[1], blocks[2]];
        left.sort_unstable();
        newest.sort_unstable();
        assert_eq!(left, newest);
        for block in left {
            put(&cache, block, len);
        }
        // One that exceeds it by itself displaces nothing.
        put(&cache, map(3 * len), 3 * len);
        assert_eq!(cache.bytes(), 2 * len);
        cache.limit.store(len, SeqCst);
        cache.evict(0);
        assert_eq!(cache.bytes(), len);
    }

    #[test]
    fn more_blocks_than_places_displace_the_oldest() {
        let cache = cache(usize::MAX);
        for _ in 0..2 * PLACES + 3 {
            put(&cache, map(HUGE_PAGE), HUGE_PAGE);
        }
        assert_eq!(cache.bytes(), PLACES * HUGE_PAGE);
    }

    #[test]
    fn threads_never_get_the_same_block() {
        let cache = cache(6 * HUGE_PAGE);
        std::thread::scope(|scope| {
            for thread in 1..=4u8 {
                let cache = &cache;
                scope.spawn(move || {
                    for round in 0..2000 {
                        let len = (1 + round % 2) * HUGE_PAGE;
                        let start = cache.take(len).unwrap_or_else(|| map(len));
                        // SAFETY: the block is this thread's own.
                        unsafe {
                            start.write_volatile(thread);
                            std::thread::yield_now();
                            assert_eq!(start.read_volatile(), thread);
                        }
                        put(cache, start, len);
                    }
                });
            }
        });
        assert!(cache.bytes() <= 6 * HUGE_PAGE);
    }
}
