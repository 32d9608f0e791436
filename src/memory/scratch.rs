//! Private working memory: a vector that can fail to grow.
//!
//! It serves what an operation needs for itself (index tables, remembered
//! states, buffers); nobody else sees it, so that slices of it are sound,
//! which slices of array elements never are.

use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::slice;

use super::alloc::{Block, ELEMENT_ALIGNMENT};
use crate::error::{Error, Result};

/// Types whose values are just bytes: every bit pattern is valid, zero too,
/// and dropping does nothing.
///
/// # Safety
///
/// Implement it only for types of which all that is true.
pub unsafe trait Plain: Copy + 'static {}

macro_rules! plain {
    ($($t:ty)*) => {$(
        // SAFETY: integers and floats take every bit pattern.
        unsafe impl Plain for $t {}
    )*};
}
plain!(u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 usize f32 f64);

// SAFETY: an array of plain values without padding between them.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}

/// A growable vector of values that need no dropping, whose allocations can fail.
pub struct Scratch<T: Copy + 'static> {
    block: Option<Block>,
    len: usize,
    capacity: usize,
    _values: PhantomData<T>,
}

impl<T: Copy + 'static> Default for Scratch<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Plain> Scratch<T> {
    /// `len` zeros.
    pub fn zeroed(len: usize) -> Result<Self> {
        if len == 0 {
            return Ok(Self::new());
        }
        Ok(Scratch {
            block: Some(Block::new(Self::bytes(len)?, ELEMENT_ALIGNMENT, true)?),
            len,
            capacity: len,
            _values: PhantomData,
        })
    }
}

impl<T: Copy + 'static> Scratch<T> {
    /// Blocks are aligned for every type that is kept in one.
    const FITS: () = assert!(align_of::<T>() <= ELEMENT_ALIGNMENT);

    /// An empty vector; allocates nothing.
    pub const fn new() -> Self {
        let () = Self::FITS;
        Scratch {
            block: None,
            len: 0,
            capacity: 0,
            _values: PhantomData,
        }
    }

    /// An empty vector with room for `capacity` values.
    pub fn with_capacity(capacity: usize) -> Result<Self> {
        let mut fresh = Self::new();
        fresh.reallocate(capacity)?;
        Ok(fresh)
    }

    /// Appends a value.
    pub fn push(&mut self, value: T) -> Result<()> {
        if self.len == self.capacity {
            self.reallocate((self.capacity * 2).max(16))?;
        }
        // SAFETY: `len < capacity`, so the place lies within the block.
        unsafe { self.start().add(self.len).write(value) };
        self.len += 1;
        Ok(())
    }

    /// Removes the last value.
    pub fn pop(&mut self) -> Option<T> {
        let value = *self.last()?;
        self.len -= 1;
        Some(value)
    }

    /// Appends all of `values`.
    pub fn extend_from_slice(&mut self, values: &[T]) -> Result<()> {
        let needed = self.len.saturating_add(values.len());
        if needed > self.capacity {
            self.reallocate(needed.max(self.capacity.saturating_mul(2)))?;
        }
        // SAFETY: there is room for all of them, and nobody else can hold a
        // slice of this vector while it is borrowed mutably.
        unsafe {
            self.start()
                .add(self.len)
                .copy_from_nonoverlapping(values.as_ptr(), values.len());
        }
        self.len = needed;
        Ok(())
    }

    /// Forgets all values and keeps the memory.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Shortens it to `len` values; longer than it is does nothing.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    fn bytes(len: usize) -> Result<usize> {
        len.checked_mul(size_of::<T>())
            .ok_or(Error::OutOfMemory { bytes: usize::MAX })
    }

    fn reallocate(&mut self, capacity: usize) -> Result<()> {
        if capacity == 0 {
            return Ok(());
        }
        let fresh = Block::new(Self::bytes(capacity)?, ELEMENT_ALIGNMENT, false)?;
        // SAFETY: the new block has room for at least `len` values; a block
        // and its successor are distinct.
        unsafe {
            fresh
                .start()
                .cast::<T>()
                .as_ptr()
                .copy_from_nonoverlapping(self.start(), self.len);
        }
        self.block = Some(fresh);
        self.capacity = capacity;
        Ok(())
    }

    fn start(&self) -> *mut T {
        match &self.block {
            Some(block) => block.start().cast::<T>().as_ptr(),
            None => core::ptr::NonNull::dangling().as_ptr(),
        }
    }
}

impl<T: Copy + 'static> Deref for Scratch<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        // SAFETY: the first `len` values are initialised (or were zeroed), the
        // pointer is aligned and not NULL, and the block is ours alone.
        unsafe { slice::from_raw_parts(self.start(), self.len) }
    }
}

impl<T: Copy + 'static> DerefMut for Scratch<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as for `deref`, and borrowed mutably.
        unsafe { slice::from_raw_parts_mut(self.start(), self.len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_keeps_its_values_and_shrinks() {
        let mut numbers = Scratch::<i64>::new();
        for n in 0..1000 {
            numbers.push(n).unwrap();
        }
        numbers.extend_from_slice(&[7, 8]).unwrap();
        assert_eq!(numbers.len(), 1002);
        assert!(numbers[..1000].iter().copied().eq(0..1000));
        assert_eq!(numbers.pop(), Some(8));
        numbers.truncate(3);
        assert_eq!(&numbers[..], &[0, 1, 2]);
    }

    #[test]
    fn zeroed_is_zero_and_aligned() {
        let zeros = Scratch::<i128>::zeroed(100_000).unwrap();
        assert!(zeros.iter().all(|&n| n == 0));
        assert_eq!(zeros.as_ptr().addr() % ELEMENT_ALIGNMENT, 0);
    }

    #[test]
    fn an_absurd_length_is_an_error_and_not_an_abort() {
        assert!(Scratch::<i64>::zeroed(usize::MAX / 4).is_err());
        assert!(Scratch::<u8>::with_capacity(usize::MAX / 2 + 1).is_err());
    }
}
