//! What the fuzzers run. Each target is a plain function of some bytes that panics
//! when the library does not do what the target's oracle says; libFuzzer, the
//! replay of the corpus and the named findings all call the same functions.

mod input;
mod memory;
mod model;

pub mod dlpack;
pub mod files;
pub mod overlap;
pub mod planted;
pub mod programs;
pub mod slice_str;

/// A fuzz target by its name, which is that of its corpus and of its program, too.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
}

/// All of them but the planted one, which must fail.
pub const TARGETS: &[Target] = &[
    Target {
        name: "slice_str",
        run: slice_str::run,
    },
    Target {
        name: "files",
        run: files::run,
    },
    Target {
        name: "dlpack",
        run: dlpack::run,
    },
    Target {
        name: "overlap",
        run: overlap::run,
    },
    Target {
        name: "programs",
        run: programs::run,
    },
];
