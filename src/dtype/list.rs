//! A list that can fail to grow, for what this floor keeps: it lies below
//! `memory/`, whose lists serve everything above, and what it keeps outlives
//! every allocator that a caller may set. So the system's allocator gives it.

use core::ops::Deref;

use crate::error::{Error, Result};

/// A growable list whose allocations can fail.
pub(super) struct List<T>(Vec<T>);

impl<T> List<T> {
    /// An empty list; allocates nothing.
    pub(super) const fn new() -> List<T> {
        List(Vec::new())
    }

    /// An empty list with room for exactly `capacity` values.
    pub(super) fn with_room(capacity: usize) -> Result<List<T>> {
        let mut list = Vec::new();
        list.try_reserve_exact(capacity)
            .map_err(no_room::<T>(capacity))?;
        Ok(List(list))
    }

    /// Appends a value.
    #[allow(clippy::disallowed_methods)] // there is room for it
    pub(super) fn push(&mut self, value: T) -> Result<()> {
        self.0
            .try_reserve(1)
            .map_err(no_room::<T>(self.0.len() + 1))?;
        self.0.push(value);
        Ok(())
    }

    /// Appends all of `values`.
    #[allow(clippy::disallowed_methods)] // there is room for them
    pub(super) fn extend(&mut self, values: &[T]) -> Result<()>
    where
        T: Copy,
    {
        let total = self.0.len().saturating_add(values.len());
        self.0
            .try_reserve(values.len())
            .map_err(no_room::<T>(total))?;
        self.0.extend_from_slice(values);
        Ok(())
    }

    /// Forgets all values and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The values, to be changed or sorted.
    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.0
    }

    /// The values, kept for ever.
    pub(super) fn keep(self) -> &'static mut [T] {
        self.0.leak()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

/// The error when there is no room for so many values.
fn no_room<T>(count: usize) -> impl FnOnce(std::collections::TryReserveError) -> Error {
    move |_| Error::OutOfMemory {
        bytes: count.saturating_mul(size_of::<T>()),
    }
}
