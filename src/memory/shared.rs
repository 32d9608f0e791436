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
use crate::error::{Error, Result};

#[repr(C)]
struct Inner<H> {
    count: AtomicUsize,
    /// Where the memory that all this stands in goes back to.
    origin: Origin,
    extra: Extra,
    head: H,
    // The numbers of the tail follow at `TAIL` bytes from the start, and then
    // the room.
}

/// What stands behind a head.
#[derive(Clone, Copy)]
struct Extra {
    /// How many numbers.
    tail_len: u32,
    /// How many bytes that are nobody's but the head's.
    room: u32,
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
    extra: Extra,
}

impl<H> Slot<H> {
    const TAIL: usize = size_of::<Inner<H>>().next_multiple_of(align_of::<i64>());

    const ALIGN: usize = if align_of::<Inner<H>>() > align_of::<i64>() {
        align_of::<Inner<H>>()
    } else {
        align_of::<i64>()
    };

    /// The longest tail, in numbers, and the most room, in bytes. Both are far
    /// from it; up to here no size overflows.
    const MOST: usize = 1 << 16;

    #[inline(always)]
    fn size(extra: Extra) -> usize {
        Self::TAIL + extra.tail_len as usize * size_of::<i64>() + extra.room as usize
    }

    /// Reserves room for a head and `tail_len` numbers.
    #[inline(always)]
    pub fn reserve(tail_len: usize) -> Result<Slot<H>> {
        Self::reserve_with_room(tail_len, 0)
    }

    /// Reserves room for a head, `tail_len` numbers, and as many bytes more as
    /// `room` says.
    #[inline(always)]
    pub(super) fn reserve_with_room(tail_len: usize, room: usize) -> Result<Slot<H>> {
        if tail_len > Self::MOST || room > Self::MOST {
            return Err(Error::OutOfMemory { bytes: usize::MAX });
        }
        let extra = Extra {
            tail_len: tail_len as u32,
            room: room as u32,
        };
        let (start, origin) = alloc::allocate(Self::size(extra), Self::ALIGN, false)?;
        Ok(Slot {
            start: start.cast(),
            origin,
            extra,
        })
    }

    /// Where the room begins that was asked for; of no particular alignment.
    pub(super) fn room(&self) -> *mut u8 {
        let before = Self::size(self.extra) - self.extra.room as usize;
        self.start.as_ptr().cast::<u8>().wrapping_add(before)
    }

    /// Fills the tail with pairs of numbers, the last pair given first: all the
    /// firsts stand in front of all the seconds. Numbers that are missing are 0.
    #[inline(always)]
    pub fn with_tail(self, mut pairs: impl Iterator<Item = (i64, i64)>) -> FilledSlot<H> {
        let tail_len = self.extra.tail_len as usize;
        let count = tail_len / 2;
        // SAFETY: the memory has room for the tail, aligned, and nobody else
        // knows it yet.
        unsafe {
            let tail = self.start.cast::<u8>().add(Self::TAIL).cast::<i64>();
            for k in (0..count).rev() {
                let (first, second) = pairs.next().unwrap_or((0, 0));
                tail.add(k).write(first);
                tail.add(count + k).write(second);
            }
            if !tail_len.is_multiple_of(2) {
                tail.add(tail_len - 1).write(0);
            }
        }
        FilledSlot(self)
    }

    /// Fills it when there is no tail, or one of zeros.
    #[inline(always)]
    pub fn with_head(self, head: H) -> Shared<H> {
        self.with_tail(core::iter::empty()).with_head(head)
    }
}

/// Room for a [`Shared`] whose tail is there already.
pub struct FilledSlot<H>(Slot<H>);

impl<H> FilledSlot<H> {
    /// The numbers of the tail.
    #[inline(always)]
    pub fn tail(&self) -> &[i64] {
        let len = self.0.extra.tail_len as usize;
        // SAFETY: `with_tail` wrote that many numbers there, and nobody else
        // knows them yet.
        unsafe {
            let numbers = self.0.start.cast::<u8>().add(Slot::<H>::TAIL);
            slice::from_raw_parts(numbers.cast::<i64>().as_ptr(), len)
        }
    }

    /// Where the tail stands, and will stay: for others to read, and to write as
    /// long as nobody here asks for it.
    pub fn tail_start(&self) -> *mut i64 {
        let start = self.0.start.as_ptr().cast::<u8>();
        start.wrapping_add(Slot::<H>::TAIL).cast()
    }

    /// Puts the head in front.
    #[inline(always)]
    pub fn with_head(self, head: H) -> Shared<H> {
        let Slot {
            start,
            origin,
            extra,
        } = *ManuallyDrop::new(self.0);
        // SAFETY: the memory has room for the inner part, aligned, and nobody
        // else knows it yet.
        unsafe {
            start.write(Inner {
                count: AtomicUsize::new(1),
                origin,
                extra,
                head,
            });
        }
        Shared { inner: start }
    }
}

impl<H> Drop for Slot<H> {
    fn drop(&mut self) {
        // SAFETY: reserved just so, and never filled.
        unsafe { free(self.start, self.extra, self.origin) };
    }
}

/// # Safety
///
/// The memory was reserved for just that and is used no more.
#[inline(always)]
unsafe fn free<H>(start: NonNull<Inner<H>>, extra: Extra, origin: Origin) {
    let size = Slot::<H>::size(extra);
    // SAFETY: the caller's promise.
    unsafe { alloc::free(start.cast(), size, Slot::<H>::ALIGN, origin) };
}

impl<H> Shared<H> {
    #[inline(always)]
    fn inner(&self) -> &Inner<H> {
        // SAFETY: the inner part lives as long as any reference to it.
        unsafe { self.inner.as_ref() }
    }

    /// The numbers behind the head.
    pub fn tail(&self) -> &[i64] {
        // SAFETY: `fill` wrote that many numbers there.
        unsafe {
            let numbers = self.inner.cast::<u8>().add(Slot::<H>::TAIL).cast::<i64>();
            slice::from_raw_parts(numbers.as_ptr(), self.inner().extra.tail_len as usize)
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

    /// Where the head stands: for others to read, and to write as long as nobody
    /// here asks for it.
    pub fn head_start(&self) -> *mut H {
        // SAFETY: the inner part is alive, and only an address is made.
        unsafe { &raw mut (*self.inner.as_ptr()).head }
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
    #[inline(always)]
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
        // SAFETY: this was the last reference.
        unsafe { bury(self.inner) };
    }
}

/// Drops the head and gives the memory back that it stood in. Apart, so that
/// letting go of one reference among many is a few instructions anywhere.
///
/// # Safety
///
/// The last reference is gone.
#[inline(never)]
unsafe fn bury<H>(mut inner: NonNull<Inner<H>>) {
    // SAFETY: nobody else knows the inner part any more; the head is dropped
    // once.
    unsafe {
        let (extra, origin) = (inner.as_ref().extra, inner.as_ref().origin);
        core::ptr::drop_in_place(&raw mut inner.as_mut().head);
        free(inner, extra, origin);
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
            .with_tail([(7, 8)].into_iter())
            .with_head(CountsDrops(&drops));
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
            .with_head(CountsDrops(&drops))
            .into_raw();
        // SAFETY: just made, and owned.
        drop(unsafe { Shared::from_raw(raw) });
        assert_eq!(drops.get(), 1);
        // SAFETY: NULL is allowed.
        assert!(unsafe { Shared::<i64>::from_raw(core::ptr::null()) }.is_none());
    }
}
