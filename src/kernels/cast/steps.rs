//! The steps in which an element becomes one of another type or byte order:
//! loops over packed elements, one after the other.
//!
//! Most casts are one step. The others go through a type that holds every value
//! on the way, so that nothing is rounded twice: truth values by way of bytes,
//! halves by way of float32, integers to halves by way of a floating-point type
//! (whose own rounding, if any, comes where float16 has only infinity left), a
//! real number becomes complex last of all. From 64 bits to the halves there is
//! no such type; there every rounding but the last is one to odd
//! (`convert.rs`).
//!
//! A complex number that becomes real is nothing but its first word, which is
//! where the element stands; so is an integer that becomes one of its size.

use super::packed::{PackedLoop, direct, swapped, to_odd};
use crate::dtype::{Element, Kind};
use crate::kernels::cpu::Level;

/// A loop over packed elements.
#[derive(Clone, Copy)]
pub(super) struct Step {
    run: PackedLoop,
    /// How many of the loop's elements one element is: two for a complex number
    /// whose words are converted one by one.
    words: usize,
}

impl Step {
    /// Converts `count` packed elements.
    ///
    /// # Safety
    ///
    /// As for [`PackedLoop`].
    #[inline(always)]
    pub(super) unsafe fn run(&self, dst: *mut u8, src: *const u8, count: usize) {
        // SAFETY: the same contract.
        unsafe { (self.run)(dst, src, count * self.words) }
    }
}

/// The most steps: into this byte order, three to convert, out of it.
const MOST: usize = 5;

/// All that is done to each element.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    /// The bytes that are read of an element, from its start.
    pub(super) from_size: usize,
    /// The bytes of an element in the end.
    pub(super) to_size: usize,
    /// The bytes of the widest element on the way.
    pub(super) widest: usize,
    steps: [Option<Step>; MOST],
    count: usize,
}

impl Steps {
    /// What turns `from` into `to` at a level. Between equal types that is
    /// nothing, but bool to bool becomes 0 or 1.
    pub(super) fn new(from: Element, to: Element, swaps: [bool; 2], level: Level) -> Steps {
        let from = match to.kind() {
            // Of a complex number, the real part.
            Kind::Unsigned | Kind::Signed | Kind::Float => word(from),
            _ => from,
        };
        let size = from.size() as usize;
        let mut steps = Steps {
            from_size: size,
            to_size: size,
            widest: size,
            steps: [None; MOST],
            count: 0,
        };
        if swaps[0] {
            steps.swap(from, level);
        }
        steps.convert(from, to, level);
        if swaps[1] {
            steps.swap(to, level);
        }
        steps
    }

    /// The steps in their order.
    #[inline(always)]
    pub(super) fn all(&self) -> &[Option<Step>] {
        &self.steps[..self.count]
    }

    fn push(&mut self, run: Option<PackedLoop>, words: i64, size: i64) {
        let size = size as usize;
        let words = words as usize;
        self.steps[self.count] = run.map(|run| Step { run, words });
        self.count += 1;
        self.to_size = size;
        self.widest = self.widest.max(size);
    }

    fn swap(&mut self, element: Element, level: Level) {
        let (words, size) = (element.words(), element.size());
        if size > words {
            self.push(swapped((size / words) as usize, level), words, size);
        }
    }

    /// The steps between types of this machine's byte order; `from` is not
    /// complex unless `to` is complex or bool.
    fn convert(&mut self, from: Element, to: Element, level: Level) {
        use Element::*;
        let integers = from.kind() < Kind::Float && to.kind() < Kind::Float;
        if (from == to || (integers && from.size() == to.size() && to != Bool)) && from != Bool {
            return;
        }
        if let Some(run) = direct(from, to, level) {
            return self.push(Some(run), 1, to.size());
        }
        let between = match (from, to) {
            (Complex64 | Complex128, Complex64 | Complex128) => {
                return self.push(direct(word(from), word(to), level), 2, to.size());
            }
            (_, Complex64 | Complex128) => word(to),
            (Bool, _) => Element::UInt8,
            (Float16 | BFloat16, _) => Float32,
            (Float64 | Int64 | UInt64, BFloat16) | (Float64, Float16) => {
                let (run, between) = to_odd(from, level).unzip();
                self.push(run, 1, between.map_or(0, Element::size));
                return between.map_or((), |between| self.convert(between, to, level));
            }
            // A 32-bit integer is exact in the wider one only.
            (Int32 | UInt32, BFloat16) => Float64,
            (_, Float16 | BFloat16) => Float32,
            // What is left is float32 to a 64-bit integer.
            _ => Float64,
        };
        self.convert(from, between, level);
        self.convert(between, to, level);
    }
}

/// The type of the words that a number is made of.
fn word(element: Element) -> Element {
    match element {
        Element::Complex64 => Element::Float32,
        Element::Complex128 => Element::Float64,
        real => real,
    }
}
