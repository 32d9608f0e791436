//! The C ABI as a user of the header would declare it in Rust, for tests only.
//!
//! Two tests keep the three faces of the ABI together: ctest2 compares these
//! declarations with `include/libarray.h` through the C compiler (sizes,
//! fields, numbers, prototypes), and `tests/prototypes.rs` coerces each Rust
//! function to the type declared here. `tests/declarations.rs` of the library
//! checks that all three name the same functions.

#![allow(non_camel_case_types)]
#![allow(improper_ctypes)] // the opaque types are only pointed at

mod functions;
mod types;

pub use functions::*;
pub use types::*;
