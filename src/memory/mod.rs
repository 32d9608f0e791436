//! Who owns bytes: allocation that can fail, memory that is owned, foreign or
//! mapped, and the reference counts that keep it alive; and what else is the
//! process's: its threads, and who hears how far they are. What the bytes mean
//! is not known here.
//!
//! This floor is one of the four that may use `unsafe`; what it offers upwards
//! is safe.

mod alloc;
mod cache;
mod mapping;
mod owned;
mod progress;
mod provoke;
mod scratch;
mod shared;
pub mod threads;

pub use alloc::{Allocator, Block, ELEMENT_ALIGNMENT, Stats, set_allocator, stats};
pub use cache::{set_cache_limit, trim};
pub use owned::{Deleter, Lent, Memory, is_deleting};
pub use progress::{Handler, Meter, set_progress};
pub use provoke::provoke;
pub use scratch::{Plain, Scratch};
pub use shared::{FilledSlot, Head, Raw, Shared, Slot, Spare};
