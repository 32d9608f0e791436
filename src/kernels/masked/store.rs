//! `wide[mask] = values`: one value for all true elements, one after the other
//! for each, or each from the same place of another operand.
//!
//! An element where the mask is false is never written, not even with what it
//! holds: another thread may be storing there. A word of the mask that is
//! empty costs nothing, a full one is a straight copy or fill, one with few true
//! elements goes bit by bit. Any other is stored element by element without a
//! branch, the false ones to a place where nobody looks. (AVX2's masked stores
//! take up to three times as long on some processors.)

use core::hint::{black_box, select_unpredictable};

use super::words::{FULL, WORD, Words, places};
use crate::kernels::cpu::{Isa, Level, levels};
use crate::kernels::item::copy_item;
use crate::kernels::map::{at, at_mut};

/// A word with no more true elements than this is served bit by bit: about as
/// many steps as one branch that was foretold wrong is worth.
const FEW: usize = 8;

/// Where values come from; see [`Storing::values`].
pub(super) const ONE: u8 = 0;
/// See [`Storing::values`].
pub(super) const NEXT: u8 = 1;
/// See [`Storing::values`].
pub(super) const SAME: u8 = 2;

/// One run of the loop.
pub(super) struct Storing {
    /// The side that has the mask's shape.
    pub wide: *mut u8,
    pub wide_stride: isize,
    /// [`ONE`]: a single value. [`NEXT`]: `room` values, one for each true
    /// element. [`SAME`]: as many values as the mask has elements.
    pub values: *const u8,
    pub values_stride: isize,
    pub mask: *const u8,
    pub mask_stride: isize,
    /// Elements of the wide side.
    pub count: usize,
    /// Values that there are, for [`NEXT`].
    pub room: usize,
    /// Bytes of an element.
    pub size: usize,
}

levels! {
    /// Stores one run, the elements in order. Returns how many were stored.
    ///
    /// The wide side and the mask have `count` elements, the values as many as
    /// their kind says. Values and mask may be read up to 32 elements ahead of
    /// the stores.
    trait StoreKernel, fn store_kernel -> unsafe fn(run: &Storing) -> usize;
}

/// The kernel for values of a kind and elements of a size.
pub(super) fn store_loop<const KIND: u8>(
    size: usize,
    level: Level,
) -> unsafe fn(&Storing) -> usize {
    match size {
        1 => store_kernel::<Store<1, KIND>>(level),
        2 => store_kernel::<Store<2, KIND>>(level),
        4 => store_kernel::<Store<4, KIND>>(level),
        8 => store_kernel::<Store<8, KIND>>(level),
        16 => store_kernel::<Store<16, KIND>>(level),
        _ => store_kernel::<Store<0, KIND>>(level),
    }
}

/// For elements of `SIZE` bytes; 0 is any other.
struct Store<const SIZE: usize, const KIND: u8>;

impl<const SIZE: usize, const KIND: u8> StoreKernel for Store<SIZE, KIND> {
    #[inline(always)]
    unsafe fn run<I: Isa>(run: &Storing) -> usize {
        let size = if SIZE == 0 { run.size } else { SIZE };
        let step = size as isize;
        let contiguous = run.wide_stride == step && (KIND == ONE || run.values_stride == step);
        let mut words = Words::new(run.mask, run.mask_stride, run.count);
        let mut done = 0;
        // Where the values of false elements go.
        let mut nowhere = [0u64; 2];
        // The compiler must not see that nobody looks, or it makes a branch of it.
        let nowhere = black_box(nowhere.as_mut_ptr().cast::<u8>());
        // The compiler must not know, or it unrolls the whole loop and finds
        // worse ways to look at the bits.
        let groups = black_box(WORD / GROUP);
        // One value as often as a register holds.
        let mut pattern = [0u64; 4];
        let pattern = pattern.as_mut_ptr().cast::<u8>();
        let mut one = [0; SIZE];
        // SAFETY: every element looked at is below `count` on the wide side and
        // below `room` among the values that come one after the other. The
        // buffers hold an element of a usual size, and two of the largest.
        unsafe {
            if SIZE != 0 && KIND == ONE && run.count > 0 {
                one = run.values.cast::<[u8; SIZE]>().read();
                for place in (0..32).step_by(SIZE) {
                    copy_item(pattern.wrapping_add(place), run.values, SIZE);
                }
            }
            while let Some(word) = words.next::<I>() {
                if word.bits == 0 {
                    continue;
                }
                let found = word.bits.count_ones() as usize;
                let room = if KIND == NEXT { run.room - done } else { WORD };
                let to = at_mut::<u8>(run.wide, run.wide_stride, word.first);
                let from = match KIND {
                    ONE => run.values,
                    NEXT => at::<u8>(run.values, run.values_stride, done),
                    _ => at::<u8>(run.values, run.values_stride, word.first),
                };
                let value = |k: usize, place: usize| match KIND {
                    ONE => from,
                    NEXT => at::<u8>(from, run.values_stride, k),
                    _ => at::<u8>(from, run.values_stride, place),
                };
                if SIZE == 0 || found <= FEW || word.length < WORD || room < WORD {
                    for (k, place) in places(word.bits).take(room).enumerate() {
                        let to = at_mut(to, run.wide_stride, place);
                        copy_item(to, value(k, place), size);
                    }
                    if found >= room && KIND == NEXT {
                        return run.room;
                    }
                } else if contiguous && word.bits == FULL {
                    if KIND == ONE {
                        let all = I::load(pattern);
                        for place in (0..WORD * SIZE).step_by(I::WIDTH) {
                            I::store(to.wrapping_add(place), all);
                        }
                    } else {
                        copy_word::<I, SIZE>(to, from);
                    }
                } else {
                    // With strides that the compiler knows it makes better code.
                    let each = Each {
                        to,
                        from,
                        bits: word.bits,
                        nowhere,
                    };
                    match contiguous {
                        true => store_each::<SIZE, KIND>(&each, one, [step, step], groups),
                        false => {
                            let strides = [run.wide_stride, run.values_stride];
                            store_each::<SIZE, KIND>(&each, one, strides, groups);
                        }
                    }
                }
                done += found;
            }
        }
        done
    }
}

/// Elements of a word that are stored in one step of a loop.
const GROUP: usize = 4;

/// What [`store_each`] needs of a word.
struct Each {
    to: *mut u8,
    from: *const u8,
    bits: u32,
    nowhere: *mut u8,
}

/// Stores at the elements of a word whose bits are set, without a branch; the
/// values of the others go to `nowhere`.
///
/// # Safety
///
/// There are 32 elements and values, and room for one more element.
#[inline(always)]
unsafe fn store_each<const SIZE: usize, const KIND: u8>(
    each: &Each,
    one: [u8; SIZE],
    [to_step, from_step]: [isize; 2],
    groups: usize,
) {
    let (mut to, mut from) = (each.to, each.from);
    let mut bits = each.bits;
    for _ in 0..groups {
        for place in 0..GROUP {
            let is_true = bits >> place & 1 != 0;
            let place = select_unpredictable(is_true, to, each.nowhere);
            // SAFETY: the caller's promise.
            unsafe {
                match KIND {
                    ONE => place.cast::<[u8; SIZE]>().write(one),
                    _ => copy_item(place, from, SIZE),
                }
            }
            to = to.wrapping_offset(to_step);
            from = match KIND {
                ONE => from,
                NEXT => from.wrapping_offset(from_step * is_true as isize),
                _ => from.wrapping_offset(from_step),
            };
        }
        bits >>= GROUP;
    }
}

/// Copies 32 elements, in order; the two sides may overlap.
///
/// # Safety
///
/// Both places hold 32 elements of `SIZE` bytes.
#[inline(always)]
unsafe fn copy_word<I: Isa, const SIZE: usize>(to: *mut u8, from: *const u8) {
    for place in (0..WORD * SIZE).step_by(I::WIDTH) {
        // SAFETY: the caller's promise.
        unsafe { I::store(to.wrapping_add(place), I::load(from.wrapping_add(place))) };
    }
}
