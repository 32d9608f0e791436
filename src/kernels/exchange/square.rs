//! A square plane transposed in place, tile by tile.
//!
//! A tile above the diagonal and its mirror image below are read whole,
//! transposed in registers, and written to each other's place; one on the
//! diagonal to its own. Tiles are as wide as a line of the cache, so that every
//! line is read and written once while it is at hand, and go through linear
//! buffers, so that rows a multiple of 4 KiB apart do not drive each other out
//! (see `copy/transpose.rs`).

use core::mem::MaybeUninit;

use super::super::copy::turn_tile;
use super::super::cpu::{Isa, LINE, Level, levels};
use super::super::item::copy_run;

levels! {
    /// Transposes a square in place: `extent` rows, `pitch` bytes apart, of as
    /// many packed items.
    ///
    /// # Safety
    ///
    /// Every item is valid for reads and writes, no two share a byte, and nobody
    /// else uses them meanwhile.
    trait SquareKernel, fn square_kernel ->
    unsafe fn(start: *mut u8, pitch: isize, extent: usize);
}

/// The kernel for items of `itemsize` bytes, if there is one.
pub(super) fn transpose_square(
    itemsize: usize,
    level: Level,
) -> Option<unsafe fn(*mut u8, isize, usize)> {
    Some(match itemsize {
        1 => square_kernel::<Items<1, 16>>(level),
        2 => square_kernel::<Items<2, 8>>(level),
        4 => square_kernel::<Items<4, 4>>(level),
        8 => square_kernel::<Items<8, 2>>(level),
        16 => square_kernel::<Items<16, 1>>(level),
        _ => return None,
    })
}

/// Items of `S` bytes, `N` of which are 16.
struct Items<const S: usize, const N: usize>;

/// Tiles visited together, on each side, so that pages are used while they are
/// open.
const BLOCK: usize = 8;

impl<const S: usize, const N: usize> SquareKernel for Items<S, N> {
    #[inline(always)]
    unsafe fn run<I: Isa>(start: *mut u8, pitch: isize, extent: usize) {
        let side = LINE / S;
        let tiles = extent.div_ceil(side);
        let length = |k: usize| side.min(extent - k * side);
        let place = |row: usize, column: usize| {
            start
                .wrapping_offset(pitch * (row * side) as isize)
                .wrapping_add(column * LINE)
        };
        let mut buffers = [const { MaybeUninit::<Tile>::uninit() }; 3];
        let [one, other, turned] = buffers.each_mut().map(|b| b.as_mut_ptr().cast::<u8>());
        let mut block = 0;
        while block < tiles {
            let block_end = (block + BLOCK).min(tiles);
            let mut beside = block;
            while beside < tiles {
                let beside_end = (beside + BLOCK).min(tiles);
                for row in block..block_end {
                    for column in beside.max(row)..beside_end {
                        let (above, below) = (place(row, column), place(column, row));
                        let (height, width) = (length(row), length(column));
                        // SAFETY: the tiles are parts of the square, and the
                        // buffers hold one each.
                        unsafe {
                            read::<I, S>(one, above, pitch, height, width * S);
                            if row != column {
                                read::<I, S>(other, below, pitch, width, height * S);
                                turn_whole::<I, S, N>(turned, other);
                                write::<I>(above, pitch, turned, height, width * S);
                            }
                            turn_whole::<I, S, N>(turned, one);
                            write::<I>(below, pitch, turned, width, height * S);
                        }
                    }
                }
                beside = beside_end;
            }
            block = block_end;
        }
    }
}

/// A tile: lines of 64 bytes, as many as there are items in one.
#[repr(align(64))]
struct Tile(#[allow(dead_code)] [u8; LINE * LINE]);

/// Transposes a tile from one buffer to another.
///
/// # Safety
///
/// Both are tiles, the source initialised.
#[inline(always)]
unsafe fn turn_whole<I: Isa, const S: usize, const N: usize>(to: *mut u8, from: *const u8) {
    let pitch = LINE as isize;
    // SAFETY: the caller's promise.
    unsafe { turn_tile::<I, S, N>(to, pitch, from, pitch, [LINE / 16, LINE / I::WIDTH]) };
}

/// Brings lines to a buffer; what is missing of a whole tile becomes 0.
///
/// # Safety
///
/// The lines are readable; the buffer is a tile.
#[inline(always)]
unsafe fn read<I: Isa, const S: usize>(
    to: *mut u8,
    from: *const u8,
    pitch: isize,
    lines: usize,
    bytes: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if bytes == LINE && lines == LINE / S {
            for k in 0..LINE / S {
                copy_run::<I>(to.add(k * LINE), from.offset(pitch * k as isize), LINE);
            }
        } else {
            to.write_bytes(0, LINE * LINE);
            for k in 0..lines {
                copy_run::<I>(to.add(k * LINE), from.offset(pitch * k as isize), bytes);
            }
        }
    }
}

/// The way back.
///
/// # Safety
///
/// The lines are writable; the buffer is a tile.
#[inline(always)]
unsafe fn write<I: Isa>(to: *mut u8, pitch: isize, from: *const u8, lines: usize, bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if bytes == LINE {
            for k in 0..lines {
                copy_run::<I>(to.offset(pitch * k as isize), from.add(k * LINE), LINE);
            }
        } else {
            for k in 0..lines {
                copy_run::<I>(to.offset(pitch * k as isize), from.add(k * LINE), bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_transposed_in_place_and_nothing_else_is_touched() {
        for item in [1, 2, 4, 8, 16] {
            let side = LINE / item;
            for extent in (0..side.min(20) + 2).chain([2 * side - 1, 2 * side, 9 * side + 3]) {
                for gap in [0, 3, 64] {
                    let pitch = extent * item + gap;
                    let total = 70 + extent * pitch + 70;
                    let before: Vec<u8> = (0..total).map(|k| (k * 31 + k / 251) as u8).collect();
                    let place = |i: usize, j: usize| 70 + i * pitch + j * item;
                    let mut wanted = before.clone();
                    for (i, j) in (0..extent).flat_map(|i| (0..extent).map(move |j| (i, j))) {
                        let value = &before[place(j, i)..][..item];
                        wanted[place(i, j)..][..item].copy_from_slice(value);
                    }
                    for level in Level::available() {
                        let mut bytes = before.clone();
                        // SAFETY: the square lies within the buffer.
                        unsafe {
                            let start = bytes.as_mut_ptr().add(70);
                            transpose_square(item, level).unwrap()(start, pitch as isize, extent);
                        }
                        assert!(
                            bytes == wanted,
                            "{level:?}, item {item}, {extent}, gap {gap}"
                        );
                    }
                }
            }
        }
    }
}
