//! Reference counting that can fail to allocate: one block for the count, a
//! head and a short list of numbers behind it. It is what a handle of the C ABI
//! points to.
//!
//! Compared with `std::sync::Arc`: making one is fallible, the list is inline
//! (a view is one allocation), and letting go of the last reference does no
//! locked operation when the count already reads 1.

use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::NonNull;
use core::slice;
use core::sync::atomic::{AtomicUsize, Ordering, fence};

use super::alloc::{self, Origin};
use crate::error::Result;

#[repr(C)]
struct Inner<H> {
    count: AtomicUsize,
    /// Where the memory that all this stands in goes back to.
    origin: Origin,
    tail_len: usize,
    head: H,
    // `tail_len` numbers follow at `TAIL` bytes from the start.
}

/// A shared head with `i64`s behind it.
#[repr(transparent)]
pub struct Shared<H> {
    inner: NonNull<Inner<H>>,
}

/// What a raw [`Shared`] points to; opaque.
pub struct Raw<H>(Inner<H>);

// SAFETY: the count is atomic, and head and tail are only read once shared.
unsafe impl<H: Send + Sync> Send for Shared<H> {}
// SAFETY: as above.
unsafe impl<H: Send + Sync> Sync for Shared<H> {}

/// Room for a [`Shared`], reserved before anything else may fail.
pub struct Slot<H> {
    start: NonNull<Inner<H>>,
    origin: Origin,
    tail_len: usize,
}

impl<H> Slot<H> {
    const TAIL: usize = size_of::<Inner<H>>().next_multiple_of(align_of::<i64>());

    const ALIGN: usize = if align_of::<Inner<H>>() > align_of::<i64>() {
        align_of::<Inner<H>>()
    } else {
        align_of::<i64>()
    };

    /// The bytes of a head and `tail_len` numbers. Tails are short lists, so
    /// this cannot overflow once memory for one has been found.
    fn size(tail_len: usize) -> usize {
        Self::TAIL.saturating_add(tail_len.saturating_mul(size_of::<i64>()))
    }

    /// Reserves room for a head and `tail_len` numbers.
    #[inline]
    pub fn reserve(tail_len: usize) -> Result<Slot<H>> {
        let (start, origin) = alloc::allocate(Self::size(tail_len), Self::ALIGN, false)?;
        Ok(Slot {
            start: start.cast(),
            origin,
            tail_len,
        })
    }

    /// Fills it. The two lists of `tail` stand one behind the other; what is
    /// over is left out, what is missing is 0.
    #[inline(always)]
    pub fn fill(self, head: H, tail: [&[i64]; 2]) -> Shared<H> {
        let this = ManuallyDrop::new(self);
        let inner = this.start;
        // SAFETY: the memory has room for the inner part and the tail, with the
        // alignment of both, and nobody else knows it yet.
        unsafe {
            let numbers = inner.cast::<u8>().add(Self::TAIL).cast::<i64>();
            let first = tail[0].len().min(this.tail_len);
            let second = tail[1].len().min(this.tail_len - first);
            let place = numbers.as_ptr();
            place.copy_from_nonoverlapping(tail[0].as_ptr(), first);
            place
                .add(first)
                .copy_from_nonoverlapping(tail[1].as_ptr(), second);
            let missing = this.tail_len - first - second;
            if missing > 0 {
                place.add(first + second).write_bytes(0, missing);
            }
            inner.write(Inner {
                count: AtomicUsize::new(1),
                tail_len: this.tail_len,
                origin: this.origin,
                head,
            });
        }
        Shared { inner }
    }
}

impl<H> Drop for Slot<H> {
    fn drop(&mut self) {
        // SAFETY: reserved just so, and never filled.
        unsafe { free(self.start, self.tail_len, self.origin) };
    }
}

/// # Safety
///
/// The memory was reserved for so many numbers and is used no more.
#[inline]
unsafe fn free<H>(start: NonNull<Inner<H>>, tail_len: usize, origin: Origin) {
    let size = Slot::<H>::size(tail_len);
    // SAFETY: the caller's promise.
    unsafe { alloc::free(start.cast(), size, Slot::<H>::ALIGN, origin) };
}

impl<H> Shared<H> {
    fn inner(&self) -> &Inner<H> {
        // SAFETY: the inner part lives as long as any reference to it.
        unsafe { self.inner.as_ref() }
    }

    /// The numbers behind the head.
    pub fn tail(&self) -> &[i64] {
        // SAFETY: `fill` wrote that many numbers there.
        unsafe {
            let numbers = self.inner.cast::<u8>().add(Slot::<H>::TAIL).cast::<i64>();
            slice::from_raw_parts(numbers.as_ptr(), self.inner().tail_len)
        }
    }

    /// How many references there are.
    pub fn count(&self) -> usize {
        self.inner().count.load(Ordering::Relaxed)
    }

    /// Whether two references are to the same thing.
    pub fn is_same(&self, other: &Shared<H>) -> bool {
        self.inner == other.inner
    }

    /// The address that stands for it, borrowed.
    pub fn as_raw(&self) -> *const Raw<H> {
        self.inner.as_ptr().cast()
    }

    /// The address that stands for it, with the reference.
    pub fn into_raw(self) -> *mut Raw<H> {
        ManuallyDrop::new(self).inner.as_ptr().cast()
    }

    /// Takes a reference back from its address; `None` for NULL.
    ///
    /// # Safety
    ///
    /// The address came from `into_raw` or `as_raw`, the thing is alive, and the
    /// result is dropped only if a reference is owned.
    pub unsafe fn from_raw(raw: *const Raw<H>) -> Option<Shared<H>> {
        NonNull::new(raw.cast_mut().cast::<Inner<H>>()).map(|inner| Shared { inner })
    }
}

impl<H> Clone for Shared<H> {
    fn clone(&self) -> Self {
        self.inner().count.fetch_add(1, Ordering::Relaxed);
        Shared { inner: self.inner }
    }
}

impl<H> Deref for Shared<H> {
    type Target = H;
    fn deref(&self) -> &H {
        &self.inner().head
    }
}

impl<H> Drop for Shared<H> {
    fn drop(&mut self) {
        let count = &self.inner().count;
        // Nobody else can add a reference while ours is the only one, so a
        // count of 1 needs no locked decrement.
        if count.load(Ordering::Acquire) != 1 {
            if count.fetch_sub(1, Ordering::Release) != 1 {
                return;
            }
            fence(Ordering::Acquire);
        }
        let (tail_len, origin) = (self.inner().tail_len, self.inner().origin);
        // SAFETY: this was the last reference; the head is dropped once, then
        // the memory that it stood in goes back.
        unsafe {
            core::ptr::drop_in_place(&raw mut (*self.inner.as_ptr()).head);
            free(self.inner, tail_len, origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    struct CountsDrops<'a>(&'a Cell<u32>);
    impl Drop for CountsDrops<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    #[test]
    fn the_head_is_dropped_once_with_the_last_reference() {
        let drops = Cell::new(0);
        let first = Slot::reserve(3)
            .unwrap()
            .fill(CountsDrops(&drops), [&[7], &[8]]);
        assert_eq!(first.tail(), &[7, 8, 0]);
        let second = first.clone();
        assert_eq!((first.count(), first.is_same(&second)), (2, true));
        drop(first);
        assert_eq!(drops.get(), 0);
        drop(second);
        assert_eq!(drops.get(), 1);
    }

    #[test]
    fn a_raw_reference_comes_back() {
        let drops = Cell::new(0);
        let raw = Slot::reserve(0)
            .unwrap()
            .fill(CountsDrops(&drops), [&[], &[]])
            .into_raw();
        // SAFETY: just made, and owned.
        drop(unsafe { Shared::from_raw(raw) });
        assert_eq!(drops.get(), 1);
        // SAFETY: NULL is allowed.
        assert!(unsafe { Shared::<i64>::from_raw(core::ptr::null()) }.is_none());
    }
}
