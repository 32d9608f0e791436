//! A few channels taken apart and put together: planes in which one side is
//! packed with two, three or four items at a time (the colours of an image, the
//! parts of a number), and the other has a row for each.
//!
//! 16 bytes of each channel are as many registers as there are channels; each
//! register on one side is put together from bytes of those on the other, looked
//! up in tables that are made at compile time.

use super::super::cpu::{Isa, Level, levels};
use super::super::map::{at, at_mut};

levels! {
    /// Moves `count` items of each channel between a packed side and one in
    /// which channel c starts `c * pitch` bytes from the first:
    /// `(dst, src, pitch, count)`.
    ///
    /// # Safety
    ///
    /// Every item is valid for its access; the sides do not overlap.
    trait ChannelsKernel, fn channels_kernel ->
    unsafe fn(dst: *mut u8, src: *const u8, pitch: isize, count: usize);
}

/// `(dst, src, pitch, count)`.
pub(in crate::kernels) type ChannelsLoop = unsafe fn(*mut u8, *const u8, isize, usize);

/// The kernel that gathers each channel (`apart`) or the one that packs them.
pub(in crate::kernels) fn channels(
    itemsize: usize,
    channels: usize,
    apart: bool,
    level: Level,
) -> Option<ChannelsLoop> {
    macro_rules! choose {
        ($($size:literal $item:ty),*) => {
            match (itemsize, channels, apart) {
                $(
                    ($size, 2, true) => channels_kernel::<Apart<$item, $size, 2>>(level),
                    ($size, 3, true) => channels_kernel::<Apart<$item, $size, 3>>(level),
                    ($size, 4, true) => channels_kernel::<Apart<$item, $size, 4>>(level),
                    ($size, 2, false) => channels_kernel::<Together<$item, $size, 2>>(level),
                    ($size, 3, false) => channels_kernel::<Together<$item, $size, 3>>(level),
                    ($size, 4, false) => channels_kernel::<Together<$item, $size, 4>>(level),
                )*
                _ => return None,
            }
        };
    }
    Some(choose!(1 u8, 2 u16, 4 u32, 8 u64))
}

/// `C` channels of items of `S` bytes, from the packed side.
struct Apart<T, const S: usize, const C: usize>(core::marker::PhantomData<T>);
/// The same, to the packed side.
struct Together<T, const S: usize, const C: usize>(core::marker::PhantomData<T>);

impl<T: Copy, const S: usize, const C: usize> ChannelsKernel for Apart<T, S, C> {
    #[inline(always)]
    unsafe fn run<I: Isa>(dst: *mut u8, src: *const u8, pitch: isize, count: usize) {
        let per_lane = 16 / S;
        let mut done = 0;
        // SAFETY: the caller's promise.
        unsafe {
            if I::HAS_SHUFFLE {
                let tables = const { apart::<S, C>() };
                while done + per_lane * I::LANES <= count {
                    let from = src.add(done * S * C);
                    let other = from.add(if I::LANES == 2 { 16 * C } else { 0 });
                    let mut read = [I::load_lanes(from, other); C];
                    let mut k = 1;
                    while k < C {
                        read[k] = I::load_lanes(from.add(16 * k), other.add(16 * k));
                        k += 1;
                    }
                    let mut channel = 0;
                    while channel < C {
                        let made = combine::<I, C>(&read, &tables[channel]);
                        I::store(at_mut::<u8>(dst, pitch, channel).add(done * S), made);
                        channel += 1;
                    }
                    done += per_lane * I::LANES;
                }
            }
            for k in done..count {
                for channel in 0..C {
                    let item = src.add((k * C + channel) * S).cast::<T>().read_unaligned();
                    let to = at_mut::<u8>(dst, pitch, channel).add(k * S);
                    to.cast::<T>().write_unaligned(item);
                }
            }
        }
    }
}

impl<T: Copy, const S: usize, const C: usize> ChannelsKernel for Together<T, S, C> {
    #[inline(always)]
    unsafe fn run<I: Isa>(dst: *mut u8, src: *const u8, pitch: isize, count: usize) {
        let per_lane = 16 / S;
        let mut done = 0;
        // SAFETY: the caller's promise.
        unsafe {
            if I::HAS_SHUFFLE {
                let tables = const { together::<S, C>() };
                while done + per_lane * I::LANES <= count {
                    let mut read = [I::load(src.add(done * S)); C];
                    let mut k = 1;
                    while k < C {
                        read[k] = I::load(at::<u8>(src, pitch, k).add(done * S));
                        k += 1;
                    }
                    let to = dst.add(done * S * C);
                    let mut part = 0;
                    while part < C {
                        let made = combine::<I, C>(&read, &tables[part]);
                        let first = to.add(16 * part);
                        I::store_lanes(first, first.wrapping_add(16 * C), made);
                        part += 1;
                    }
                    done += per_lane * I::LANES;
                }
            }
            for k in done..count {
                for channel in 0..C {
                    let from = at::<u8>(src, pitch, channel).add(k * S);
                    let item = from.cast::<T>().read_unaligned();
                    dst.add((k * C + channel) * S)
                        .cast::<T>()
                        .write_unaligned(item);
                }
            }
        }
    }
}

/// A register put together from bytes of several.
///
/// # Safety
///
/// The processor has the instructions.
#[inline(always)]
unsafe fn combine<I: Isa, const C: usize>(
    read: &[I::Register; C],
    tables: &[[u8; 16]; 4],
) -> I::Register {
    // SAFETY: the caller's promise.
    unsafe {
        let mut made = I::shuffle(read[0], I::repeat_lane(tables[0]));
        let mut k = 1;
        while k < C {
            made = I::or(made, I::shuffle(read[k], I::repeat_lane(tables[k])));
            k += 1;
        }
        made
    }
}

/// For each channel and each 16 bytes of the packed side, which of them goes to
/// which byte of the channel; 128 for none.
const fn apart<const S: usize, const C: usize>() -> [[[u8; 16]; 4]; 4] {
    let mut tables = [[[128; 16]; 4]; 4];
    let mut channel = 0;
    while channel < C {
        let mut byte = 0;
        while byte < 16 {
            let place = (byte / S * C + channel) * S + byte % S;
            tables[channel][place / 16][byte] = (place % 16) as u8;
            byte += 1;
        }
        channel += 1;
    }
    tables
}

/// For each 16 bytes of the packed side and each channel, which byte of the
/// channel goes to which of them; 128 for none.
const fn together<const S: usize, const C: usize>() -> [[[u8; 16]; 4]; 4] {
    let mut tables = [[[128; 16]; 4]; 4];
    let mut place = 0;
    while place < 16 * C {
        let item = place / S;
        tables[place / 16][item % C][place % 16] = (item / C * S + place % S) as u8;
        place += 1;
    }
    tables
}
