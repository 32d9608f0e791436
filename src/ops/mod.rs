//! What users do with arrays. Each operation checks its arguments, decides on
//! layouts, and lets the kernels move elements; there is no pointer arithmetic
//! here.

pub mod compare;
pub mod copy;
pub mod create;
pub mod each;
pub mod index;
pub mod indices;
pub mod item;
pub mod join;
pub mod join_into;
pub mod share;
pub mod take;
pub mod view;
pub mod write;
#[cfg(test)]
mod written;

/// When an operation that can give a view or a copy copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyMode {
    /// Never; where only a copy would do, it is an error.
    Never,
    /// Where no view will do.
    IfNeeded,
    /// Always.
    Always,
}
