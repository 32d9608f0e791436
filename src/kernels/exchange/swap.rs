//! Two runs of items changing places: side by side, one against the other, or
//! with any strides.

use core::marker::PhantomData;

use super::super::cpu::{Isa, Level, levels};
use super::super::map::at_mut;

levels! {
    /// Swaps item k from `a` on with item k from `b` on, for each `k` below
    /// `count`.
    ///
    /// # Safety
    ///
    /// All items are valid for reads and writes, no two of them share a byte,
    /// and nobody else uses them meanwhile.
    trait SwapKernel, fn swap_kernel ->
    unsafe fn(a: *mut u8, b: *mut u8, strides: [isize; 2], count: usize, itemsize: usize);
}

/// `(a, b, strides, count, itemsize)`.
pub(super) type SwapLoop = unsafe fn(*mut u8, *mut u8, [isize; 2], usize, usize);

/// The loop for items of `itemsize` bytes.
pub(super) fn swap_loop(itemsize: usize, level: Level) -> SwapLoop {
    match itemsize {
        1 => swap_kernel::<Items<u8, 1>>(level),
        2 => swap_kernel::<Items<u16, 2>>(level),
        4 => swap_kernel::<Items<u32, 4>>(level),
        8 => swap_kernel::<Items<u64, 8>>(level),
        16 => swap_kernel::<Items<u128, 16>>(level),
        _ => swap_items,
    }
}

/// Items of `S` bytes.
struct Items<T, const S: usize>(PhantomData<T>);

impl<T: Copy, const S: usize> SwapKernel for Items<T, S> {
    #[inline(always)]
    unsafe fn run<I: Isa>(
        a: *mut u8,
        b: *mut u8,
        [a_stride, b_stride]: [isize; 2],
        count: usize,
        _itemsize: usize,
    ) {
        let step = S as isize;
        let per_register = I::WIDTH / S;
        let mut done = 0;
        // SAFETY: the caller's promise; registers hold items below `count`.
        unsafe {
            if a_stride == step && b_stride == step {
                while done + per_register <= count {
                    let (x, y) = (a.add(done * S), b.add(done * S));
                    let (one, other) = (I::load(x), I::load(y));
                    I::store(x, other);
                    I::store(y, one);
                    done += per_register;
                }
            } else if a_stride == step && b_stride == -step && I::HAS_SHUFFLE {
                let table = I::repeat_lane(const { reversed::<S>() });
                while done + per_register <= count {
                    let x = a.add(done * S);
                    let y = b.sub((done + per_register - 1) * S);
                    let (one, other) = (reverse::<I>(x, table), reverse::<I>(y, table));
                    I::store(x, other);
                    I::store(y, one);
                    done += per_register;
                }
            }
            for k in done..count {
                let (x, y) = (at_mut::<T>(a, a_stride, k), at_mut::<T>(b, b_stride, k));
                let (one, other) = (x.read_unaligned(), y.read_unaligned());
                x.write_unaligned(other);
                y.write_unaligned(one);
            }
        }
    }
}

/// Reads a register with its items in reverse order.
///
/// # Safety
///
/// A register's worth of bytes is readable.
#[inline(always)]
unsafe fn reverse<I: Isa>(from: *const u8, table: I::Register) -> I::Register {
    let last = I::WIDTH - 16;
    // SAFETY: the caller's promise.
    unsafe { I::shuffle(I::load_lanes(from.add(last), from), table) }
}

/// The items of 16 bytes in reverse order.
const fn reversed<const S: usize>() -> [u8; 16] {
    let mut table = [0; 16];
    let mut byte = 0;
    while byte < 16 {
        table[byte] = (16 - S - byte / S * S + byte % S) as u8;
        byte += 1;
    }
    table
}

/// Items of any size.
///
/// # Safety
///
/// As for [`SwapKernel`].
unsafe fn swap_items(
    a: *mut u8,
    b: *mut u8,
    [a_stride, b_stride]: [isize; 2],
    count: usize,
    itemsize: usize,
) {
    for k in 0..count {
        let (x, y) = (at_mut::<u8>(a, a_stride, k), at_mut::<u8>(b, b_stride, k));
        for byte in 0..itemsize {
            // SAFETY: the caller vouches for every byte of both places.
            unsafe { x.add(byte).swap(y.add(byte)) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_change_places_whatever_their_strides() {
        for item in [1, 2, 3, 4, 8, 16] {
            for count in 0..100 {
                for (a_step, b_step) in [(1, 1), (1, -1), (2, 1), (-1, 1), (-2, -3)] {
                    let reach = item * (3 * count + 1);
                    let before: Vec<u8> = (0..4 * reach + 9)
                        .map(|k| (k * 31 + k / 251) as u8)
                        .collect();
                    let strides = [a_step, b_step].map(|step: isize| step * item as isize);
                    let first = |stride: isize, low: usize| match stride < 0 {
                        true => low + reach - item,
                        false => low,
                    };
                    let starts = [first(strides[0], 5), first(strides[1], 2 * reach + 5)];
                    let place = |n: usize, k: usize| {
                        (starts[n] as isize + strides[n] * k as isize) as usize
                    };
                    let mut wanted = before.clone();
                    for k in 0..count {
                        let (x, y) = (place(0, k), place(1, k));
                        wanted[x..x + item].copy_from_slice(&before[y..y + item]);
                        wanted[y..y + item].copy_from_slice(&before[x..x + item]);
                    }
                    for level in Level::available() {
                        let mut bytes = before.clone();
                        // SAFETY: the runs lie within the buffer, apart.
                        unsafe {
                            let start = bytes.as_mut_ptr();
                            let (a, b) = (start.add(starts[0]), start.add(starts[1]));
                            swap_loop(item, level)(a, b, strides, count, item);
                        }
                        assert!(bytes == wanted, "{level:?}, {item}, {count}, {strides:?}");
                    }
                }
            }
        }
    }
}
