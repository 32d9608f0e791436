//! Every kernel at every level against the loop that defines it: random shapes,
//! strides and places, with a pattern around and between the target's elements
//! that must stay as it was.

use core::ops::Range;

use super::super::cpu::{Level, fence};
use super::super::mover::Mover;
use super::{Manner, Plane, channels, copy_items, run, streamed_run, transpose};
use crate::dtype::{DType, Element};
use crate::random;

/// Elements in a buffer of their own: two axes, one of which may have extent 1.
struct Side {
    bytes: Vec<u8>,
    /// Where element (0, 0) starts.
    start: usize,
    strides: [isize; 2],
}

impl Side {
    /// Room for all elements, any of which may start anywhere; `salt` makes the
    /// contents.
    fn new(extents: [usize; 2], strides: [isize; 2], item: usize, shift: usize, salt: u8) -> Side {
        let reach = |n: usize| strides[n] * extents[n].saturating_sub(1) as isize;
        let low = reach(0).min(0) + reach(1).min(0);
        let high = reach(0).max(0) + reach(1).max(0) + item as isize;
        // Guards of two lines, and a shift within one.
        let start = 128 + shift + low.unsigned_abs();
        let total = start + high as usize + 128;
        let bytes = (0..total)
            .map(|k| (k as u8).wrapping_mul(37).wrapping_add(salt) ^ (k >> 8) as u8)
            .collect();
        Side {
            bytes,
            start,
            strides,
        }
    }

    fn element(&self, index: [usize; 2], item: usize) -> Range<usize> {
        let offset = self.strides[0] * index[0] as isize + self.strides[1] * index[1] as isize;
        let first = (self.start as isize + offset) as usize;
        first..first + item
    }

    fn place(&mut self) -> *mut u8 {
        self.bytes.as_mut_ptr().wrapping_add(self.start)
    }
}

/// What the target has to hold in the end: `target[i][j] = source[i][j]`.
fn naive(target: &Side, source: &Side, extents: [usize; 2], item: usize) -> Vec<u8> {
    let mut wanted = target.bytes.clone();
    for i in 0..extents[0] {
        for j in 0..extents[1] {
            let value = &source.bytes[source.element([i, j], item)];
            wanted[target.element([i, j], item)].copy_from_slice(value);
        }
    }
    wanted
}

const SIZES: [usize; 5] = [1, 2, 4, 8, 16];

#[test]
fn runs_are_copied_whatever_the_strides() {
    let mut random = random::numbers(0x5eed_0401);
    for round in 0..crate::random::cases(6000) {
        let item = SIZES[random(5) as usize];
        let count = random(150) as usize;
        let mut stride = |choices: &[isize]| {
            let items = choices[random(choices.len() as i64) as usize] * item as isize;
            items
                + if random(6) == 0 {
                    random(3) as isize
                } else {
                    0
                }
        };
        let to = stride(&[1, 1, 1, 1, 1, -1, 2, -3, 5]);
        let from = stride(&[1, -1, 0, 2, 3, 4, -2, -3, -4, 5, -7, 40]);
        if to.unsigned_abs() < item {
            continue;
        }
        let extents = [1, count];
        let (a, b) = (random(64) as usize, random(64) as usize);
        let mut target = Side::new(extents, [0, to], item, a, 1);
        let mut source = Side::new(extents, [0, from], item, b, 99);
        let before = target.bytes.clone();
        let wanted = naive(&target, &source, extents, item);
        for level in Level::available() {
            for loops in [run(item, level), streamed_run(item, level)] {
                target.bytes.copy_from_slice(&before);
                let (dst, src) = (target.place(), source.place());
                // SAFETY: the buffers hold all elements; the level is there.
                unsafe { loops.unwrap()(dst, to, src, from, count) };
                fence();
                let what = "item, strides, count";
                assert!(
                    target.bytes == wanted,
                    "round {round}, {level:?}, {what}: {item}, {to}, {from}, {count}"
                );
            }
        }
    }
}

#[test]
fn items_of_any_size_are_copied() {
    let mut random = random::numbers(0x5eed_0402);
    for _ in 0..crate::random::cases(1500) {
        let item = [3, 5, 6, 7, 12, 24, 32, 33, 48, 64, 100][random(11) as usize];
        let count = random(20) as usize;
        let mut stride = || (item as isize + random(9) as isize) * [1, -1][random(2) as usize];
        let (to, from) = (stride(), stride());
        let mut target = Side::new([1, count], [0, to], item, 3, 1);
        let mut source = Side::new([1, count], [0, from], item, 8, 99);
        let wanted = naive(&target, &source, [1, count], item);
        // SAFETY: the buffers hold all elements.
        unsafe { copy_items(target.place(), to, source.place(), from, count, item) };
        assert!(target.bytes == wanted, "{item}, {to}, {from}, {count}");
    }
}

#[test]
fn planes_are_transposed_whatever_their_extents_and_places() {
    let mut random = random::numbers(0x5eed_0403);
    for round in 0..900 {
        let item = SIZES[random(5) as usize];
        let lines = 64 / item as i64;
        let mut extent = || match random(4) {
            0 => random(9) + 1,
            1 => lines * (1 + random(3)),
            _ => 1 + random(4 * lines),
        } as usize;
        let (rows, columns) = (extent(), extent());
        // A pitch may be odd, a multiple of a line, of 512 bytes, or negative.
        let pitch = |random: &mut dyn FnMut(i64) -> i64, length: usize| {
            let least = (length * item) as isize;
            let pitch = match random(4) {
                0 => least + random(70) as isize,
                1 => (least + 63) / 64 * 64,
                2 => (least + 511) / 512 * 512,
                _ => least,
            };
            pitch * [1, 1, -1][random(3) as usize]
        };
        let dst_pitch = pitch(&mut random, columns);
        let mut src_step = item as isize * [1, 1, 1, -1, 2][random(5) as usize];
        if random(9) == 0 {
            src_step = 0;
        }
        let src_pitch = pitch(&mut random, rows * 2);
        let extents = [rows, columns];
        let shift = [0, 0, item, random(64) as usize][random(4) as usize];
        let mut target = Side::new(extents, [dst_pitch, item as isize], item, shift, 1);
        let mut source = Side::new(
            extents,
            [src_step, src_pitch],
            item,
            random(64) as usize,
            77,
        );
        let before = target.bytes.clone();
        let wanted = naive(&target, &source, extents, item);
        let raw = DType::raw_bytes(item as i32).unwrap();
        for level in Level::available() {
            for stream in [false, true] {
                target.bytes.copy_from_slice(&before);
                let plane = Plane {
                    dst: target.place(),
                    dst_pitch,
                    src: source.place(),
                    src_pitch,
                    src_step,
                    rows,
                    columns,
                };
                let convert = (src_step != item as isize).then(|| Mover::new(raw, raw).unwrap());
                // SAFETY: the buffers hold all elements; the level is there.
                unsafe { transpose(item, level).unwrap()(&plane, &Manner { stream, convert }) };
                fence();
                assert!(
                    target.bytes == wanted,
                    "round {round}, {level:?}, stream {stream}: item {item}, {rows} x {columns}, \
                     pitches {dst_pitch} {src_pitch}, step {src_step}"
                );
            }
        }
    }
}

#[test]
fn planes_are_converted_on_the_way() {
    let mut random = random::numbers(0x5eed_0404);
    let (single, double) = (DType::new(Element::Float32), DType::new(Element::Float64));
    for _ in 0..200 {
        let (rows, columns) = (1 + random(70) as usize, 1 + random(70) as usize);
        // Whole numbers, which both types hold.
        let number = |i: usize, j: usize| (i * 1000 + j) as f64;
        let mut source = Side::new([rows, columns], [8, 8 * rows as isize], 8, 0, 0);
        for i in 0..rows {
            for j in 0..columns {
                let place = source.element([i, j], 8);
                source.bytes[place].copy_from_slice(&number(i, j).to_ne_bytes());
            }
        }
        let mut target = Side::new([rows, columns], [4 * columns as isize, 4], 4, 4, 0);
        let mut wanted = target.bytes.clone();
        for i in 0..rows {
            for j in 0..columns {
                let value = (number(i, j) as f32).to_ne_bytes();
                wanted[target.element([i, j], 4)].copy_from_slice(&value);
            }
        }
        let plane = Plane {
            dst: target.place(),
            dst_pitch: 4 * columns as isize,
            src: source.place(),
            src_pitch: 8 * rows as isize,
            src_step: 8,
            rows,
            columns,
        };
        let manner = Manner {
            stream: random(2) == 0,
            convert: Some(Mover::new(double, single).unwrap()),
        };
        for level in Level::available() {
            // SAFETY: the buffers hold all elements; the level is there.
            unsafe { transpose(4, level).unwrap()(&plane, &manner) };
            fence();
            assert!(target.bytes == wanted, "{level:?}, {rows} x {columns}");
        }
    }
}

#[test]
fn channels_are_taken_apart_and_put_together() {
    let mut random = random::numbers(0x5eed_0405);
    for _ in 0..crate::random::cases(1200) {
        let item = SIZES[random(4) as usize];
        let few = 2 + random(3) as usize;
        let count = random(150) as usize;
        let apart = random(2) == 0;
        let packed = [item as isize, (few * item) as isize];
        let pitch = (count * item) as isize + random(40) as isize;
        let pitch = if random(3) == 0 { -pitch } else { pitch };
        let wide = [pitch, item as isize];
        let (to, from) = if apart {
            (wide, packed)
        } else {
            (packed, wide)
        };
        let extents = [few, count];
        let mut target = Side::new(extents, to, item, random(64) as usize, 1);
        let mut source = Side::new(extents, from, item, random(64) as usize, 77);
        let before = target.bytes.clone();
        let wanted = naive(&target, &source, extents, item);
        for level in Level::available() {
            target.bytes.copy_from_slice(&before);
            let kernel = channels(item, few, apart, level).unwrap();
            // SAFETY: the buffers hold all elements; the level is there.
            unsafe { kernel(target.place(), source.place(), pitch, count) };
            assert!(
                target.bytes == wanted,
                "{level:?}: {few} channels of {item}, apart {apart}, {count} items, pitch {pitch}"
            );
        }
    }
}
