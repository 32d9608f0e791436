//! ctest2's comparison of the declarations with the header. Its `main` ends
//! with a line that counts what was compared.

#![allow(warnings)] // of generated code

use array as _; // the library whose functions are looked at
use core::ffi::{c_char, c_void};
use libarray_abi::*;

include!(concat!(env!("OUT_DIR"), "/header.rs"));
