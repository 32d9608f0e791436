//! Memory of another library, as the structs of exchange formats describe it:
//! an address, a layout and an element type, but not how large the allocation
//! is. It is taken to be the bytes that the elements span, so that no view of
//! an imported array reaches further than the array did.

use crate::array::{Array, Slot};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::{Layout, Order};
use crate::memory::{Lent, Memory};
use crate::ops::create::{self, DataLayout};

/// What another library says of an array. Nothing of it is believed but that
/// the memory is there.
pub struct Described<'a> {
    /// What `data` is called, for messages.
    pub name: &'static str,
    /// The address from which `byte_offset` counts; anything without elements.
    pub data: *mut u8,
    /// The distance of the first element from there.
    pub byte_offset: u64,
    /// The element type.
    pub dtype: DType,
    /// The extents.
    pub shape: &'a [i64],
    /// The distances in bytes; `None` for elements packed in C order.
    pub strides: Option<&'a [i64]>,
    /// Whether the elements may be written.
    pub writeable: bool,
}

/// A description that holds, and room for an array of it: nothing can fail any
/// more.
pub struct Checked {
    slot: Slot,
    layout: Layout,
    dtype: DType,
    start: *mut u8,
    nbytes: i64,
    writeable: bool,
}

impl Described<'_> {
    /// Checks all of it that can be checked.
    pub fn check(&self) -> Result<Checked> {
        let (shape, strides) = (self.shape, self.strides);
        let DataLayout { layout, nbytes } =
            create::data_layout(self.dtype, shape, strides, Order::C)?;
        Ok(Checked {
            slot: Slot::reserve(layout.shape.len())?,
            start: self.lowest(layout.offset, nbytes)?,
            layout,
            dtype: self.dtype,
            nbytes,
            writeable: self.writeable,
        })
    }

    /// The lowest of the `nbytes` bytes, `before` bytes before the first element.
    fn lowest(&self, before: i64, nbytes: i64) -> Result<*mut u8> {
        if nbytes == 0 {
            // Without elements the address counts for nothing.
            return Ok(core::ptr::null_mut());
        }
        if self.data.is_null() {
            return Err(Error::NullArgument {
                argument: self.name,
            });
        }
        // Addresses are compared as signed numbers, so that the memory may not
        // cross the middle of them either. None does that exists.
        let address = self.data.addr() as u64;
        let low = i128::from(self.byte_offset) - i128::from(before);
        let high = low + i128::from(nbytes);
        let (first, end) = (i128::from(address) + low, i128::from(address) + high);
        if first < 1 || end > isize::MAX as i128 {
            return Err(Error::NoSuchMemory {
                argument: self.name,
                address,
                low,
                high,
            });
        }
        // Both lie within memory, so that the difference is right even where
        // one of the steps leaves it.
        let start = self.data.wrapping_add(self.byte_offset as usize);
        Ok(start.wrapping_sub(before as usize))
    }
}

impl Checked {
    /// An array that owns this memory, which is given back with `lent`.
    ///
    /// # Safety
    ///
    /// The bytes of the elements are there, may be written if the description
    /// said so, and stay until `lent` is dropped; without it, for as long as any
    /// array stands on them.
    pub unsafe fn wrap(self, lent: Option<Lent>) -> Array {
        // SAFETY: the caller's promise.
        let memory = unsafe { Memory::foreign(self.start, self.nbytes, self.writeable, lent) };
        self.slot.own(memory, self.dtype, &self.layout, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Element;

    fn described(data: usize, byte_offset: u64, strides: &[i64]) -> Result<Checked> {
        Described {
            name: "data",
            data: core::ptr::without_provenance_mut(data),
            byte_offset,
            dtype: Element::Int64.into(),
            shape: &[4],
            strides: Some(strides),
            writeable: true,
        }
        .check()
    }

    #[test]
    fn the_memory_is_what_the_elements_span() {
        let forwards = described(0x1000, 16, &[24]).unwrap();
        assert_eq!((forwards.start.addr(), forwards.nbytes), (0x1010, 80));
        let backwards = described(0x1000, 16, &[-24]).unwrap();
        assert_eq!(
            (backwards.start.addr(), backwards.nbytes),
            (0x1010 - 72, 80)
        );
        assert_eq!(backwards.layout.offset, 72);
        let again = described(0x1000, 0, &[0]).unwrap();
        assert_eq!((again.start.addr(), again.nbytes), (0x1000, 8));
    }

    #[test]
    fn elements_beyond_all_addresses_are_refused() {
        let top = isize::MAX as usize;
        assert!(described(top - 32, 0, &[8]).is_ok());
        for (data, byte_offset, stride) in [
            (top - 31, 0, 8),
            (8, u64::MAX, 8),
            (8, i64::MAX as u64, 8),
            (24, 0, -8),
            (usize::MAX, 0, 8),
            (8, 0, i64::MAX / 3),
        ] {
            let refused = described(data, byte_offset, &[stride]).err();
            let status = refused.map(|error| error.status());
            assert_eq!(status, Some(crate::error::Status::Overflow), "{data:#x}");
        }
        // A low address far below the data, and an offset that makes up for it.
        assert!(described(8, 24, &[-8]).is_ok());
    }
}
