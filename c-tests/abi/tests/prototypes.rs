//! The Rust functions have the types that the declarations give them.

use array::ffi::types::*;
use core::ffi::{c_char, c_void};

/// What the library defines, from all parts of its C ABI.
mod defined {
    pub use array::ffi::{
        compare::*, copy::*, create::*, describe::*, dtypes::*, each::*, exchange::*, files::*,
        index::*, join::*, lifetime::*, overlap::*, plan::*, runtime::*, show::*, view::*,
        write::*,
    };
}

include!(concat!(env!("OUT_DIR"), "/prototypes.rs"));

#[test]
fn every_function_has_its_declared_type() {
    // The work is done by the compiler.
    assert!(coerce() > 100);
}
