//! A mask, 32 elements at a time: one bit for each.

use crate::kernels::cpu::Isa;
use crate::kernels::map::at;

/// Elements of a mask that are looked at together.
pub(super) const WORD: usize = 32;

/// All elements of a word are true.
pub(super) const FULL: u32 = u32::MAX;

/// Up to 32 elements of a mask.
#[derive(Clone, Copy)]
pub(super) struct Word {
    /// The first one's place in the mask.
    pub first: usize,
    /// Bit k is that of element `first + k`; 0 beyond the mask's end.
    pub bits: u32,
    /// How many elements: 32 but in the last word.
    pub length: usize,
}

/// A mask, from its first word to its last.
pub(super) struct Words {
    mask: *const u8,
    stride: isize,
    count: usize,
    next: usize,
}

impl Words {
    /// The `count` bytes `mask + k * stride`, true when not zero.
    pub(super) fn new(mask: *const u8, stride: isize, count: usize) -> Words {
        Words {
            mask,
            stride,
            count,
            next: 0,
        }
    }

    /// The next word; no more than that is read.
    ///
    /// # Safety
    ///
    /// The bytes of the mask must be readable, and this be called from a kernel
    /// of the level.
    #[inline(always)]
    pub(super) unsafe fn next<I: Isa>(&mut self) -> Option<Word> {
        let first = self.next;
        if first >= self.count {
            return None;
        }
        let length = WORD.min(self.count - first);
        self.next += length;
        let mut bytes = [0u8; WORD];
        let mut from = at::<u8>(self.mask, self.stride, first);
        if self.stride != 1 || length < WORD {
            // SAFETY: elements up to `first + length` are below `count`.
            unsafe { collect(&mut bytes, from, self.stride, length) };
            from = bytes.as_ptr();
        }
        let mut bits = 0;
        for k in (0..WORD).step_by(I::WIDTH) {
            // SAFETY: 32 elements side by side are readable, or the buffer is.
            bits |= unsafe { I::nonzero(I::load(from.wrapping_add(k))) } << k;
        }
        Some(Word {
            first,
            bits,
            length,
        })
    }
}

/// Brings the bytes of a word side by side. Not worth being inlined into every
/// kernel.
///
/// # Safety
///
/// For each `k` below `length`, at most 32, `from + k * stride` is readable.
#[inline(never)]
unsafe fn collect(bytes: &mut [u8; WORD], from: *const u8, stride: isize, length: usize) {
    for (k, byte) in bytes[..length].iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        *byte = unsafe { at::<u8>(from, stride, k).read() };
    }
}

/// The places of the bits that are set, ascending.
#[inline(always)]
pub(super) fn places(mut bits: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        (bits != 0).then(|| {
            bits &= bits - 1;
            place
        })
    })
}
