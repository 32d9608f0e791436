//! What the tests of masks and indices stand on: memory whose every byte is
//! known before and after, and random layouts within it. A kernel's work is
//! judged by all bytes, so that those around and between the elements guard.

use super::exact::Random;
use super::operand::{Source, Target};
use crate::dtype::DType;
use crate::layout::{Dims, Layout};
use crate::memory::Memory;

/// Bytes of an operand's memory, filled at random.
pub(super) struct Arena {
    memory: Memory,
    /// As they were at first.
    pub before: Vec<u8>,
}

impl Arena {
    pub(super) fn new(random: &mut Random, nbytes: i64) -> Arena {
        let before: Vec<u8> = (0..nbytes).map(|_| random.next() as u8).collect();
        Arena::of(before)
    }

    pub(super) fn of(before: Vec<u8>) -> Arena {
        let memory = Memory::allocate(before.len().max(1) as i64, false).unwrap();
        let arena = Arena { memory, before };
        arena.reset();
        arena
    }

    /// Puts back what was there at first.
    pub(super) fn reset(&self) {
        // SAFETY: the memory has as many bytes, and only this test uses it.
        unsafe {
            self.memory
                .start()
                .copy_from(self.before.as_ptr(), self.before.len());
        }
    }

    pub(super) fn now(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.before.len()];
        // SAFETY: as above.
        unsafe {
            bytes
                .as_mut_ptr()
                .copy_from(self.memory.start(), bytes.len());
        }
        bytes
    }

    pub(super) fn source<'a>(&'a self, layout: &'a Layout, dtype: DType) -> Source<'a> {
        Source::new(&self.memory, layout.as_ref(), dtype).unwrap()
    }

    pub(super) fn target<'a>(&'a self, layout: &'a Layout, dtype: DType) -> Target<'a> {
        Target::new(&self.memory, layout.as_ref(), dtype).unwrap()
    }
}

/// A layout without overlap, and how many bytes it needs: axes in any order and
/// direction, packed or with gaps, at any alignment. With `repeats`, strides may
/// be 0.
pub(super) fn random_layout(
    random: &mut Random,
    shape: &[i64],
    size: i64,
    repeats: bool,
) -> (Layout, i64) {
    let mut order: Vec<usize> = (0..shape.len()).collect();
    if random.below(2) == 0 {
        order.reverse();
    }
    let mut layout = Layout {
        shape: Dims::try_from(shape).unwrap(),
        strides: shape.iter().map(|_| 0).collect(),
        offset: [0, 0, 1, 7, 16][random.below(5)] + 40,
    };
    let mut step = size;
    for &axis in order.iter().rev() {
        if repeats && random.below(5) == 0 {
            continue;
        }
        step += [0, 0, 0, 1, 3, size][random.below(6)];
        let reach = step * (shape[axis] - 1).max(0);
        layout.strides[axis] = step;
        if random.below(4) == 0 {
            layout.strides[axis] = -step;
            layout.offset += reach;
        }
        step += reach;
    }
    let nbytes = layout.offset + step + size + 40;
    (layout, nbytes)
}

/// A packed layout of one axis from some byte on.
pub(super) fn line(count: i64, stride: i64, offset: i64) -> Layout {
    Layout {
        shape: Dims::try_from(&[count][..]).unwrap(),
        strides: Dims::try_from(&[stride][..]).unwrap(),
        offset,
    }
}

/// Where each element starts, in C order: the definition.
pub(super) fn offsets(layout: &Layout) -> Vec<usize> {
    let mut all = vec![layout.offset];
    for (&extent, &stride) in layout.shape.iter().zip(&layout.strides) {
        all = all
            .iter()
            .flat_map(|&place| (0..extent).map(move |k| place + k * stride))
            .collect();
    }
    all.iter().map(|&place| place as usize).collect()
}

/// An extent of 1 to 3 axes, a few hundred elements at most.
pub(super) fn random_shape(random: &mut Random) -> Vec<i64> {
    match random.below(4) {
        0 => vec![random.below(6) as i64, random.below(50) as i64],
        1 => vec![
            random.below(4) as i64,
            random.below(4) as i64,
            random.below(40) as i64,
        ],
        _ => vec![random.below(220) as i64],
    }
}

/// Sizes of elements: those with kernels of their own, and others.
pub(super) const SIZES: [i64; 8] = [1, 2, 4, 8, 16, 3, 5, 24];
