//! Text for people: the elements of an array as NumPy shows them, and an array
//! in one line.
//!
//! [`Text`] equals Python's `str` or `repr` of the array in NumPy 2.4, character
//! by character. bfloat16, which NumPy lacks, is written by the rules for float16
//! with its own digits and limits. But for how wide the fields of a record are,
//! nothing here allocates: numbers are made in
//! fixed buffers and everything goes straight to the writer.

mod decimal;
mod describe;
mod element;
mod real;
mod record;
mod text;

pub use describe::describe;
pub use text::{Form, FormatOptions, Text};
