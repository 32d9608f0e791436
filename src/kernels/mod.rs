//! Moving elements: raw strided loops over pointers. No ownership, no handles,
//! no layouts and no checks; whoever calls a loop has planned it.
//!
//! Every loop takes a pointer to the first element and a stride in bytes for
//! each operand, and a count. Strides have any sign, or are zero; pointers
//! need not be aligned. A kernel is chosen once, outside the loop.
//!
//! **Order.** Unless a loop says otherwise it behaves as if it read and wrote
//! one element after the other, from the first to the last, also where its
//! operands overlap. An operand whose stride is zero is read once, before the
//! first write.
//!
//! This floor is one of the four that may use `unsafe`.

mod cast;
mod compare;
mod convert;
mod element;
#[cfg(test)]
mod exact;
mod logic;
mod map;
mod operand;
mod swap;

pub use cast::{ValueCheck, cast_loop, cast_scalar, scalar_changes, value_check};
pub use compare::{CompareOp, compare_loop};
pub use convert::{Value, Wide, convert};
pub use element::Bool;
pub use logic::{LogicOp, all, any, count_true, isnan_loop, logic_loop, not_loop, truth_loop};
pub use map::{BinaryLoop, UnaryLoop};
pub use operand::{Source, Target};
pub use swap::swap_bytes;
