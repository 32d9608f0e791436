//! A target with a bug in it, to show that the fuzzer finds one: the model of an
//! index key that takes a step of -7 for one of 7. `make fuzz` runs it first, and
//! fails unless it is found.

use crate::slice_str::{self, Entry};

pub fn run(data: &[u8]) {
    slice_str::check(data, |key| {
        for entry in key {
            if let Entry::Range(_, _, step @ -7) = entry {
                *step = 7;
            }
        }
    });
}
