//! Other people's formats: arrays come in from files and from other libraries
//! in this process, and go out to them. What an array means is not decided here,
//! only how its bytes travel.
//!
//! Everything read here may have been made by anyone: each length, offset and
//! size that a file states is checked against what the file really holds before
//! it is used, and before memory is asked for. No input may make these functions
//! panic, nor allocate more than the file's own length justifies. Structs of
//! other libraries are checked as far as they can be: that the memory is there
//! has to be believed.
//!
//! This floor is one of the four that may use `unsafe`.

pub mod dlpack;
mod file;
pub mod foreign;
mod header;
pub mod interface;
mod member;
pub mod npy;
pub mod npz;
mod replace;

use crate::error::Result;

/// Bytes that come one after the other and whose number is known: a file, or a
/// member of an archive.
trait Input {
    /// What it is, for error messages.
    const FORMAT: &'static str;

    /// Whether bytes may follow the elements, and are left alone.
    const MAY_GO_ON: bool;

    /// How many bytes are left.
    fn left(&self) -> u64;

    /// Moves the next `count` bytes to `place`.
    ///
    /// # Safety
    ///
    /// `place` is valid for writes of `count` bytes, and `count` is at most
    /// [`Input::left`].
    unsafe fn read(&mut self, place: *mut u8, count: usize) -> Result<()>;
}
