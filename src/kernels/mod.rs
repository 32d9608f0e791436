//! Moving elements: strided loops over raw pointers. No ownership and no
//! handles here; [`Source`] and [`Target`] carry the proof that a layout lies
//! within its memory, and the loops rely on it.

mod operand;

pub use operand::{Source, Target};
