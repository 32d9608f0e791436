//! libarray: NumPy's memory model for C, C++ and every language with an FFI.
//!
//! The public interface is the C ABI in [`ffi`] and its header,
//! `include/libarray.h`. The modules below it are the floors that it stands
//! on; each uses only those below:
//!
//! ```text
//! ffi/  display/  exchange/  ops/  array  kernels/  plan/  overlap/  memory/  layout/  dtype/  error
//! ```

// Memory that runs out is an error here, so nothing may allocate that cannot
// fail (clippy.toml has the list); tests may.
#![cfg_attr(not(test), warn(clippy::disallowed_methods, clippy::disallowed_macros))]

pub mod array;
pub mod display;
pub mod dtype;
pub mod error;
pub mod exchange;
pub mod ffi;
pub mod kernels;
pub mod layout;
pub mod memory;
pub mod ops;
pub mod overlap;
pub mod plan;
#[cfg(test)]
mod random;
