//! Reference counting that can fail to allocate: one block for the count, a
//! head and a few pairs of numbers behind it. It is what a handle of the C ABI
//! points to.
//!
//! Compared with `std::sync::Arc`: making one is fallible, the pairs are inline
//! (a view is one allocation), and letting go of the last reference does no
//! locked operation when the count already reads 1. The block of a head that
//! died can wait in another head, which it kept alive, for the next of its kind
//! ([`Spare`]): views are made and released all the time, and the C library's
//! `malloc` and `free` would be most of what that costs.

use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};

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
    /// How many pairs of numbers.
    pairs: u32,
    /// How many bytes that are nobody's but the head's.
    room: u32,
}

/// What can stand at the head of a [`Shared`].
pub trait Head: Sized {
    /// Fewer pairs get room for so many, so that one's block will do for
    /// another.
    const LEAST_PAIRS: usize = 0;

    /// Where the block of this one can wait once it has died: in another head,
    /// which this one keeps alive.
    fn spare(&self) -> Option<&Spare<Self>> {
        None
    }
}

/// A shared head with pairs of `i64`s behind it.
#[repr(transparent)]
pub struct Shared<H: Head> {
    inner: NonNull<Inner<H>>,
}

/// What a raw [`Shared`] points to; opaque.
pub struct Raw<H>(Inner<H>);

// SAFETY: the count is atomic, and head and tail are only read once shared.
unsafe impl<H: Head + Send + Sync> Send for Shared<H> {}
// SAFETY: as above.
unsafe impl<H: Head + Send + Sync> Sync for Shared<H> {}

/// Room for a [`Shared`], reserved before anything else may fail.
pub struct Slot<H: Head> {
    start: NonNull<Inner<H>>,
    origin: Origin,
    extra: Extra,
}

impl<H: Head> Slot<H> {
    const TAIL: usize = size_of::<Inner<H>>().next_multiple_of(align_of::<i64>());

    const ALIGN: usize = if align_of::<Inner<H>>() > align_of::<i64>() {
        align_of::<Inner<H>>()
    } else {
        align_of::<i64>()
    };

    /// The most pairs, and the most room, in bytes. Both are far
    /// from it; up to here no size overflows.
    const MOST: usize = 1 << 16;

    #[inline(always)]
    fn size(extra: Extra) -> usize {
        let pairs = (extra.pairs as usize).max(H::LEAST_PAIRS);
        Self::TAIL + pairs * size_of::<[i64; 2]>() + extra.room as usize
    }

    /// Reserves room for a head and `pairs` pairs of numbers.
    #[inline(always)]
    pub fn reserve(pairs: usize) -> Result<Slot<H>> {
        Self::reserve_with_room(pairs, 0)
    }

    /// The same, in the block that waits in `spare`, if there is one that fits.
    #[inline(always)]
    pub fn reserve_again(pairs: usize, spare: &Spare<H>) -> Result<Slot<H>> {
        if pairs <= H::LEAST_PAIRS
            && let Some((start, origin)) = spare.take()
        {
            let extra = Extra {
                pairs: pairs as u32,
                room: 0,
            };
            return Ok(Slot {
                start,
                origin,
                extra,
            });
        }
        Self::reserve(pairs)
    }

    /// Reserves room for a head, `pairs` pairs, and as many bytes more as
    /// `room` says.
    #[inline(always)]
    pub(super) fn reserve_with_room(pairs: usize, room: usize) -> Result<Slot<H>> {
        if pairs > Self::MOST || room > Self::MOST {
            return Err(Error::OutOfMemory { bytes: usize::MAX });
        }
        let extra = Extra {
            pairs: pairs as u32,
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
        let count = self.extra.pairs as usize;
        // SAFETY: the memory has room for the tail, aligned, and nobody else
        // knows it yet.
        unsafe {
            let tail = self.start.cast::<u8>().add(Self::TAIL).cast::<i64>();
            for k in (0..count).rev() {
                let (first, second) = pairs.next().unwrap_or((0, 0));
                tail.add(k).write(first);
                tail.add(count + k).write(second);
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
pub struct FilledSlot<H: Head>(Slot<H>);

impl<H: Head> FilledSlot<H> {
    /// The firsts and the seconds of the pairs.
    #[inline(always)]
    pub fn pairs(&self) -> (&[i64], &[i64]) {
        // SAFETY: `with_tail` wrote the numbers, and nobody else knows them yet.
        unsafe { halves(self.0.start, self.0.extra) }
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

/// The tail, which stands in two halves of one length, as the compiler sees here.
///
/// # Safety
///
/// The numbers have been written, and nobody writes them while they are borrowed.
#[inline(always)]
unsafe fn halves<'a, H: Head>(inner: NonNull<Inner<H>>, extra: Extra) -> (&'a [i64], &'a [i64]) {
    let count = extra.pairs as usize;
    // SAFETY: the caller's promise; the block was reserved for so many.
    unsafe {
        let firsts = inner.cast::<u8>().add(Slot::<H>::TAIL).cast::<i64>();
        let seconds = firsts.add(count);
        (
            slice::from_raw_parts(firsts.as_ptr(), count),
            slice::from_raw_parts(seconds.as_ptr(), count),
        )
    }
}

impl<H: Head> Drop for Slot<H> {
    fn drop(&mut self) {
        // SAFETY: reserved just so, and never filled.
        unsafe { free(self.start, self.extra, self.origin) };
    }
}

/// # Safety
///
/// The memory was reserved for just that and is used no more.
#[inline(always)]
unsafe fn free<H: Head>(start: NonNull<Inner<H>>, extra: Extra, origin: Origin) {
    let size = Slot::<H>::size(extra);
    // SAFETY: the caller's promise.
    unsafe { alloc::free(start.cast(), size, Slot::<H>::ALIGN, origin) };
}

impl<H: Head> Shared<H> {
    #[inline(always)]
    fn inner(&self) -> &Inner<H> {
        // SAFETY: the inner part lives as long as any reference to it.
        unsafe { self.inner.as_ref() }
    }

    /// The firsts and the seconds of the pairs behind the head.
    #[inline(always)]
    pub fn pairs(&self) -> (&[i64], &[i64]) {
        // SAFETY: the numbers were written before there was a reference to this.
        unsafe { halves(self.inner, self.inner().extra) }
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

impl<H: Head> Clone for Shared<H> {
    fn clone(&self) -> Self {
        self.inner().count.fetch_add(1, Ordering::Relaxed);
        Shared { inner: self.inner }
    }
}

impl<H: Head> Deref for Shared<H> {
    type Target = H;
    fn deref(&self) -> &H {
        &self.inner().head
    }
}

impl<H: Head> Drop for Shared<H> {
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
unsafe fn bury<H: Head>(inner: NonNull<Inner<H>>) {
    // SAFETY: nobody else knows the inner part any more; the head is moved out,
    // and dropped once.
    unsafe {
        let Inner {
            origin,
            extra,
            head,
            ..
        } = inner.read();
        let is_like_others = extra.pairs as usize <= H::LEAST_PAIRS && extra.room == 0;
        let is_kept = is_like_others
            && origin.is_default()
            && head.spare().is_some_and(|spare| spare.keep(inner));
        if !is_kept {
            free(inner, extra, origin);
        }
        drop(head);
    }
}

/// A place for one block without a head, of the default allocator and as large
/// as [`Head::LEAST_PAIRS`] asks for. Any thread may put one in or take it out.
pub struct Spare<H: Head>(AtomicPtr<Inner<H>>);

impl<H: Head> Default for Spare<H> {
    #[inline(always)]
    fn default() -> Spare<H> {
        Spare(AtomicPtr::new(ptr::null_mut()))
    }
}

impl<H: Head> Spare<H> {
    /// The block, unless another allocator has to serve what is made now.
    #[inline(always)]
    fn take(&self) -> Option<(NonNull<Inner<H>>, Origin)> {
        // Reading costs less than exchanging in vain.
        if self.0.load(Ordering::Relaxed).is_null() {
            return None;
        }
        let origin = alloc::default_origin()?;
        let block = NonNull::new(self.0.swap(ptr::null_mut(), Ordering::Acquire))?;
        Some((block, origin))
    }

    /// Keeps a block; says whether there was room.
    ///
    /// # Safety
    ///
    /// It is as this asks for, and is used no more unless it is not kept.
    #[inline(always)]
    unsafe fn keep(&self, block: NonNull<Inner<H>>) -> bool {
        let (free, order) = (ptr::null_mut(), Ordering::Relaxed);
        let is_free = self.0.load(Ordering::Relaxed).is_null();
        let kept = || {
            self.0
                .compare_exchange(free, block.as_ptr(), Ordering::Release, order)
        };
        is_free && kept().is_ok()
    }
}

impl<H: Head> Drop for Spare<H> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(block) = NonNull::new(*self.0.get_mut()) {
            // SAFETY: it was kept, so it is as `keep` asks for.
            unsafe { discard(block) };
        }
    }
}

/// Frees a block that waited in vain.
///
/// # Safety
///
/// As for [`Spare::keep`].
#[cold]
#[inline(never)]
unsafe fn discard<H: Head>(block: NonNull<Inner<H>>) {
    // SAFETY: the caller's promise; up to the least tail all sizes are the same.
    unsafe {
        let extra = Extra { pairs: 0, room: 0 };
        let origin = block.as_ref().origin;
        free(block, extra, origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    struct CountsDrops<'a>(&'a Cell<u32>);
    impl Head for CountsDrops<'_> {}
    impl Head for i64 {}
    impl Drop for CountsDrops<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    #[test]
    fn the_head_is_dropped_once_with_the_last_reference() {
        let drops = Cell::new(0);
        let first = Slot::reserve(2)
            .unwrap()
            .with_tail([(7, 8)].into_iter())
            .with_head(CountsDrops(&drops));
        assert_eq!(first.pairs(), (&[0, 7][..], &[0, 8][..]));
        let second = first.clone();
        assert_eq!((first.count(), first.is_same(&second)), (2, true));
        drop(first);
        assert_eq!(drops.get(), 0);
        drop(second);
        assert_eq!(drops.get(), 1);
    }

    /// Something whose dead blocks wait in another of its kind.
    struct Member(Option<Shared<Member>>, Spare<Member>);

    impl Head for Member {
        const LEAST_PAIRS: usize = 2;

        fn spare(&self) -> Option<&Spare<Member>> {
            self.0.as_ref().map(|club| &club.1)
        }
    }

    fn member(of: &Shared<Member>, pairs: usize) -> Shared<Member> {
        Slot::reserve_again(pairs, &of.1)
            .unwrap()
            .with_tail(core::iter::repeat((3, 4)))
            .with_head(Member(Some(of.clone()), Spare::default()))
    }

    #[test]
    fn the_block_of_a_dead_head_serves_the_next_that_fits() {
        let slot = Slot::reserve(0).unwrap();
        let club = slot.with_head(Member(None, Spare::default()));
        let first = member(&club, 1);
        let place = first.as_raw();
        drop(first);
        assert_eq!(club.count(), 1);
        let large = member(&club, 3);
        assert_ne!(large.as_raw(), place);
        assert_eq!(large.pairs(), (&[3; 3][..], &[4; 3][..]));
        let second = member(&club, 2);
        assert_eq!(second.as_raw(), place);
        assert_eq!(second.pairs(), (&[3; 2][..], &[4; 2][..]));
        assert_eq!((second.count(), club.count()), (1, 3));
        // One waits, the others are freed; the last to go takes the club along.
        drop((large, member(&club, 0), club, second));
    }

    #[test]
    fn blocks_go_from_thread_to_thread() {
        let slot = Slot::reserve(0).unwrap();
        let club = slot.with_head(Member(None, Spare::default()));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for pairs in (0..3).cycle().take(10_000) {
                        let own = member(&club, pairs);
                        assert_eq!((own.count(), own.pairs().0.len()), (1, pairs));
                        assert!(own.pairs().1.iter().all(|&second| second == 4));
                    }
                });
            }
        });
        assert_eq!(club.count(), 1);
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
