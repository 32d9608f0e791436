//! Moving elements: raw strided loops over pointers. No ownership, no handles,
//! no layouts and no checks; whoever calls a loop has planned it.
//!
//! Every loop takes a pointer to the first element and a stride in bytes for
//! each operand, and a count. Strides have any sign, or are zero; pointers
//! need not be aligned. A kernel is chosen once, outside the loop.
//!
//! **Order.** Unless a loop says otherwise it stores one element after the
//! other, from the first to the last, also where its operands overlap, and has
//! read what it stores by then. It may read ahead of its stores, as far as it
//! likes: vector code by a register, a conversion by a tile of at most 2048
//! elements, a mask by 32 bytes, a contiguous run by its whole length, an
//! operand of stride zero for ever. Plans of a certain order count on exactly
//! this (`plan/sequence.rs`). Loops that store in another order (planes copied
//! in tiles) are for free plans only.
//!
//! This floor is one of the four that may use `unsafe`.

#[cfg(test)]
mod arena;
mod cast;
mod compare;
mod convert;
mod copy;
mod cpu;
mod each;
mod element;
mod elementwise;
#[cfg(test)]
mod exact;
mod exchange;
mod gather;
mod generate;
mod item;
mod logic;
mod map;
mod masked;
mod mover;
mod operand;
mod transfer;
mod truth;

pub use cast::{cast_scalar, scalar_changes};
pub use compare::CompareOp;
pub use each::{Callback, EachOperand, Loop, MAX_OPERANDS, for_each};
pub use elementwise::{all, any, combine, compare, compare_bytes, count_nonzero, isnan, negate};
pub use exchange::exchange;
pub use gather::{IndexList, Mode, Selection, gather, scatter};
pub use generate::{generate, to_integers};
pub use logic::LogicOp;
pub use masked::{compress, expand, nonzero, transfer_where};
pub use operand::{Source, Target};
pub use transfer::{first_changed, transfer};
