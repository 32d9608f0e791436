//! Copies of items of one size, whatever their type: a room for each shape that
//! the innermost loops can have.
//!
//! | File | Shape |
//! | --- | --- |
//! | `run.rs` | one axis: packed, reversed, strided, repeated |
//! | `transpose.rs` | planes in which source and target run along different axes |
//! | `channels.rs` | planes of which one side has two to four items at a time |
//! | `pack.rs` | many short runs to one long packed target, past the caches |
//! | `stream.rs` | packed runs past the caches |
//!
//! Which one serves is `plan/copy.rs`' decision.

mod channels;
mod pack;
mod run;
mod stream;
#[cfg(test)]
mod tests;
mod transpose;

use super::cpu::level;
use super::item::copy_item;
use super::map::{UnaryLoop, at, at_mut};

pub(super) use channels::channels;
pub(super) use pack::Packer;
pub(super) use run::{run, streamed_run};
pub(super) use stream::STREAM_FROM;
pub(super) use transpose::{Manner, Plane, transpose, turn_tile};

/// The loop that copies elements of `itemsize` bytes; `None` for sizes without
/// a loop of their own, which [`copy_items`] handles.
///
/// Packed runs, both forwards or both backwards, are moved as a whole, as if
/// through a buffer, which is reading far ahead; otherwise elements are stored
/// one after the other, each after it was read.
pub(super) fn copy_loop(itemsize: usize) -> Option<UnaryLoop> {
    run(itemsize, level())
}

/// Copies elements of any size one after the other; packed runs at once.
///
/// # Safety
///
/// As for [`UnaryLoop`].
pub(super) unsafe fn copy_items(
    dst: *mut u8,
    dst_stride: isize,
    src: *const u8,
    src_stride: isize,
    count: usize,
    itemsize: usize,
) {
    let step = itemsize as isize;
    // SAFETY: the caller vouches for every element.
    unsafe {
        if dst_stride == step && src_stride == step {
            return dst.copy_from(src, count * itemsize);
        }
        macro_rules! each {
            ($size:literal) => {
                for k in 0..count {
                    let (to, from) = (at_mut::<u8>(dst, dst_stride, k), at(src, src_stride, k));
                    copy_item(to, from, $size);
                }
            };
        }
        match itemsize {
            3 => each!(3),
            6 => each!(6),
            12 => each!(12),
            24 => each!(24),
            32 => each!(32),
            48 => each!(48),
            64 => each!(64),
            _ => {
                for k in 0..count {
                    let (to, from) = (at_mut::<u8>(dst, dst_stride, k), at(src, src_stride, k));
                    to.copy_from(from, itemsize);
                }
            }
        }
    }
}
