//! `packed = wide[mask]`: the elements where a mask is true, one behind the
//! other.
//!
//! An empty word of the mask costs nothing, a full one is a straight copy. Where
//! few elements are true their places are put on a list first, and copied many
//! at a time, so that no search for the next one stands between their reads, far
//! apart as they are. Any other word is brought together by permutations, or
//! stores all its elements, each over the last one if that was false. Both write
//! ahead of the true elements, but only where there is room for a whole word
//! more, so never beyond the packed side's last element.

use core::mem::MaybeUninit;

use super::words::{FULL, WORD, Words, places};
use crate::kernels::cpu::{Isa, Level, levels};
use crate::kernels::item::{copy_item, copy_run};
use crate::kernels::map::{at, at_mut};

/// One run of the loop.
pub(super) struct Packing {
    /// The side that has the mask's shape.
    pub wide: *const u8,
    pub wide_stride: isize,
    /// The side that has an element for each true one.
    pub packed: *mut u8,
    pub packed_stride: isize,
    pub mask: *const u8,
    pub mask_stride: isize,
    /// Elements of the wide side.
    pub count: usize,
    /// Elements of the packed side from `packed` on.
    pub room: usize,
    /// Bytes of an element.
    pub size: usize,
}

/// A word with no more true elements than this goes on the list.
const FEW: usize = 4;
/// Places that the list has room for.
const LISTED: usize = 256;

levels! {
    /// Packs one run. Returns how many elements were true, at most `room`; what
    /// is written beyond them lies within the room.
    ///
    /// The wide side and the mask have `count` elements, the packed side `room`;
    /// it overlaps neither of the others, nor itself.
    trait PackKernel, fn pack_kernel -> unsafe fn(run: &Packing) -> usize;
}

/// The kernel for elements of a size.
pub(super) fn pack_loop(size: usize, level: Level) -> unsafe fn(&Packing) -> usize {
    match size {
        1 => pack_kernel::<Pack<1>>(level),
        2 => pack_kernel::<Pack<2>>(level),
        4 => pack_kernel::<Pack<4>>(level),
        8 => pack_kernel::<Pack<8>>(level),
        16 => pack_kernel::<Pack<16>>(level),
        _ => pack_kernel::<Pack<0>>(level),
    }
}

/// For elements of `SIZE` bytes; 0 is any other.
struct Pack<const SIZE: usize>;

impl<const SIZE: usize> PackKernel for Pack<SIZE> {
    #[inline(always)]
    unsafe fn run<I: Isa>(run: &Packing) -> usize {
        let size = if SIZE == 0 { run.size } else { SIZE };
        let step = size as isize;
        let contiguous = run.wide_stride == step && run.packed_stride == step;
        let mut words = Words::new(run.mask, run.mask_stride, run.count);
        let mut list = [const { MaybeUninit::<usize>::uninit() }; LISTED];
        let (mut listed, mut done) = (0, 0);
        // SAFETY: every element looked at is below `count` on the wide side and
        // below `room` on the packed one; the list has room for a word more, and
        // only those on it are read.
        unsafe {
            loop {
                let word = words.next::<I>();
                let bits = word.map_or(0, |word| word.bits);
                let found = bits.count_ones() as usize;
                let dense = SIZE != 0 && found > FEW;
                if listed > LISTED - WORD || listed > 0 && (dense || word.is_none()) {
                    let moved = listed.min(run.room - done);
                    for (k, place) in list[..moved].iter().enumerate() {
                        let to = at_mut(run.packed, run.packed_stride, done + k);
                        let from = at(run.wide, run.wide_stride, place.assume_init());
                        copy_item(to, from, size);
                    }
                    done += moved;
                    listed = 0;
                }
                let Some(word) = word else {
                    return done;
                };
                if bits == 0 {
                    continue;
                }
                if !dense || word.length < WORD || run.room - done < WORD {
                    let list = &mut list[listed..listed + WORD];
                    for (place, entry) in places(bits).zip(list) {
                        entry.write(word.first + place);
                    }
                    listed += found;
                    continue;
                }
                let from = at::<u8>(run.wide, run.wide_stride, word.first);
                let to = at_mut::<u8>(run.packed, run.packed_stride, done);
                if contiguous && bits == FULL {
                    copy_run::<I>(to, from, WORD * SIZE);
                } else if contiguous && has_groups::<I>(SIZE) {
                    pack_groups::<SIZE>(to, from, bits);
                } else {
                    let mut kept = 0;
                    for place in 0..WORD {
                        let to = at_mut(to, run.packed_stride, kept);
                        copy_item(to, at(from, run.wide_stride, place), size);
                        kept += (bits >> place & 1) as usize;
                    }
                }
                done += found;
            }
        }
    }
}

/// Whether the level has permutations for elements of a size.
#[inline(always)]
fn has_groups<I: Isa>(size: usize) -> bool {
    #[cfg(target_arch = "x86_64")]
    return I::LANES == 2 && super::lanes::has_groups(size);
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// See [`super::lanes::pack`].
///
/// # Safety
///
/// As there; and [`has_groups`] said so.
#[inline(always)]
unsafe fn pack_groups<const SIZE: usize>(to: *mut u8, from: *const u8, bits: u32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller's promise.
    unsafe {
        super::lanes::pack::<SIZE>(to, from, bits);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (to, from, bits);
}
