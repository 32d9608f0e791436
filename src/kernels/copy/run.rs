//! Runs of items of one size along one axis.
//!
//! The target's stride, the source's and the item size choose the way: packed
//! runs are moved whole; a repeated item fills; a packed target whose source
//! goes backwards, or by two to four items, is made of registers of which each
//! byte is looked up (one shuffle for each 16 bytes that are read); everything
//! else goes item by item.
//!
//! Stores are made in the order of the items, and what a register stores has
//! been read before, so that the loops serve ordered plans too. A register's
//! worth of items is read with all that lies between them, which belongs to the
//! span of the operand; the last items go one by one, so that nothing behind
//! them is read.

use super::super::cpu::{Isa, Level, levels};
use super::super::map::{UnaryLoop, at, at_mut};
use super::stream::put_long;

levels! {
    /// Copies a run: `(dst, dst_stride, src, src_stride, count)`.
    ///
    /// # Safety
    ///
    /// As for [`UnaryLoop`].
    trait RunKernel, fn run_kernel ->
    unsafe fn(dst: *mut u8, dst_stride: isize, src: *const u8, src_stride: isize, count: usize);
}

/// The loop for items of `itemsize` bytes; `None` for sizes without one.
pub(in crate::kernels) fn run(itemsize: usize, level: Level) -> Option<UnaryLoop> {
    Some(match itemsize {
        1 => run_kernel::<Run<u8, 1>>(level),
        2 => run_kernel::<Run<u16, 2>>(level),
        4 => run_kernel::<Run<u32, 4>>(level),
        8 => run_kernel::<Run<u64, 8>>(level),
        16 => run_kernel::<Run<u128, 16>>(level),
        _ => return None,
    })
}

/// The same for targets that are packed and written past the caches;
/// [`fence`](super::super::cpu::fence) has to follow. Source and target must not
/// overlap.
pub(in crate::kernels) fn streamed_run(itemsize: usize, level: Level) -> Option<UnaryLoop> {
    Some(match itemsize {
        1 => run_kernel::<Streamed<u8, 1>>(level),
        2 => run_kernel::<Streamed<u16, 2>>(level),
        4 => run_kernel::<Streamed<u32, 4>>(level),
        8 => run_kernel::<Streamed<u64, 8>>(level),
        16 => run_kernel::<Streamed<u128, 16>>(level),
        _ => return None,
    })
}

/// Items of `S` bytes.
struct Run<T, const S: usize>(core::marker::PhantomData<T>);

impl<T: Copy, const S: usize> RunKernel for Run<T, S> {
    #[inline(always)]
    unsafe fn run<I: Isa>(
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        let step = S as isize;
        // SAFETY: the caller vouches for every element.
        unsafe {
            if dst_stride == step && src_stride == step {
                dst.copy_from(src, count * S);
            } else if count == 0 {
            } else if dst_stride == -step && src_stride == -step {
                let last = (count - 1) as isize * step;
                let (dst, src) = (dst.wrapping_offset(-last), src.wrapping_offset(-last));
                dst.copy_from(src, count * S);
            } else if dst_stride == step && src_stride == 0 {
                fill::<I, S>(dst, src, count, false);
            } else if dst_stride == step {
                gather::<I, T, S>(dst, src, src_stride, count, false);
            } else if src_stride == 0 {
                let value = src.cast::<T>().read_unaligned();
                for k in 0..count {
                    at_mut::<T>(dst, dst_stride, k).write_unaligned(value);
                }
            } else {
                for k in 0..count {
                    let value = at::<T>(src, src_stride, k).read_unaligned();
                    at_mut::<T>(dst, dst_stride, k).write_unaligned(value);
                }
            }
        }
    }
}

/// Items of `S` bytes to a packed target, past the caches.
struct Streamed<T, const S: usize>(core::marker::PhantomData<T>);

impl<T: Copy, const S: usize> RunKernel for Streamed<T, S> {
    #[inline(always)]
    unsafe fn run<I: Isa>(
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        let step = S as isize;
        // SAFETY: the caller vouches for every element.
        unsafe {
            if dst_stride != step {
                return <Run<T, S> as RunKernel>::run::<I>(dst, dst_stride, src, src_stride, count);
            }
            if src_stride == step {
                return put_long::<I>(dst, src, count * S);
            }
            // Up to the first register's place that starts with an item.
            let mut head = 0;
            while head < count.min(I::WIDTH) && !dst.add(head * S).addr().is_multiple_of(I::WIDTH) {
                let value = at::<T>(src, src_stride, head).read_unaligned();
                at_mut::<T>(dst, step, head).write_unaligned(value);
                head += 1;
            }
            let (dst, src) = (dst.add(head * S), at::<u8>(src, src_stride, head));
            // Items that stand across the places of registers are not streamed.
            let aligned = dst.addr().is_multiple_of(I::WIDTH);
            if src_stride == 0 && head < count {
                fill::<I, S>(dst, src, count - head, aligned);
            } else {
                gather::<I, T, S>(dst, src, src_stride, count - head, aligned);
            }
        }
    }
}

/// Repeats one item; `stream` only where `dst` is the place of a register.
///
/// # Safety
///
/// `src` is an item, and `dst` has room for `count`, which is not 0.
#[inline(always)]
unsafe fn fill<I: Isa, const S: usize>(dst: *mut u8, src: *const u8, count: usize, stream: bool) {
    let mut lane = [0u8; 16];
    // SAFETY: the caller's promise; an item is at most 16 bytes.
    unsafe {
        lane.as_mut_ptr().copy_from_nonoverlapping(src, S);
    }
    let lane: [u8; 16] = core::array::from_fn(|k| lane[k % S]);
    let bytes = count * S;
    let mut k = 0;
    // SAFETY: the caller's promise.
    unsafe {
        let pattern = I::repeat_lane(lane);
        while k + I::WIDTH <= bytes {
            if stream {
                I::stream(dst.add(k), pattern);
            } else {
                I::store(dst.add(k), pattern);
            }
            k += I::WIDTH;
        }
        while k < bytes {
            dst.add(k).copy_from_nonoverlapping(lane.as_ptr(), S);
            k += S;
        }
    }
}

/// Packs items; `stream` only where `dst` is the place of a register.
///
/// # Safety
///
/// As for [`UnaryLoop`].
#[inline(always)]
unsafe fn gather<I: Isa, T: Copy, const S: usize>(
    dst: *mut u8,
    src: *const u8,
    stride: isize,
    count: usize,
    stream: bool,
) {
    let step = S as isize;
    let mut done = 0;
    // SAFETY: the caller's promise.
    unsafe {
        if S < 16 && stride == 2 * step {
            done = evens::<I, S>(dst, src, count, stream);
        } else if I::HAS_SHUFFLE && S < 16 {
            macro_rules! lookup {
                ($ratio:literal, $backward:literal) => {
                    done = looked_up::<I, S, $ratio, $backward>(dst, src, count, stream)
                };
            }
            match stride / step {
                _ if !stride.unsigned_abs().is_multiple_of(S) => {}
                3 => lookup!(3, false),
                4 => lookup!(4, false),
                -1 => lookup!(1, true),
                -2 => lookup!(2, true),
                -3 => lookup!(3, true),
                -4 => lookup!(4, true),
                _ => {}
            }
        } else if S == 16 && stream {
            while done + I::LANES <= count {
                let second = done + I::LANES - 1;
                let item = I::load_lanes(at(src, stride, done), at(src, stride, second));
                I::stream(dst.add(done * S), item);
                done += I::LANES;
            }
        }
        for k in done..count {
            let value = at::<T>(src, stride, k).read_unaligned();
            at_mut::<T>(dst, step, k).write_unaligned(value);
        }
    }
}

/// Packs every second item, as far as whole registers go. Returns how many that
/// were.
///
/// # Safety
///
/// As for [`UnaryLoop`].
#[inline(always)]
unsafe fn evens<I: Isa, const S: usize>(
    dst: *mut u8,
    src: *const u8,
    count: usize,
    stream: bool,
) -> usize {
    let per_register = I::WIDTH / S;
    let mut done = 0;
    // SAFETY: registers are read up to the item behind them, which there is.
    unsafe {
        while done + per_register < count {
            let (from, to) = (src.add(2 * done * S), dst.add(done * S));
            let second = from.wrapping_add(32);
            let a = I::load_lanes(from, second);
            let b = I::load_lanes(from.add(16), second.wrapping_add(16));
            let packed = I::evens::<S>(a, b);
            if stream {
                I::stream(to, packed);
            } else {
                I::store(to, packed);
            }
            done += per_register;
        }
    }
    done
}

/// Packs items that stand `R` items apart, backwards where `B` says so, as far
/// as whole registers go. Returns how many that were.
///
/// # Safety
///
/// As for [`UnaryLoop`].
#[inline(always)]
unsafe fn looked_up<I: Isa, const S: usize, const R: usize, const B: bool>(
    dst: *mut u8,
    src: *const u8,
    count: usize,
    stream: bool,
) -> usize {
    let per_lane = 16 / S;
    let per_register = per_lane * I::LANES;
    // Bytes of the source that make 16 of the target, and where, seen from the
    // first of its items, they start.
    let block = 16 * R;
    let (next, lowest) = match B {
        false => (block as isize, 0),
        true => (-(block as isize), S as isize - block as isize),
    };
    let tables = const { tables::<S, R, B>() };
    let mut done = 0;
    // SAFETY: registers are read up to the item behind them, which there is.
    unsafe {
        let table: [I::Register; R] = [
            I::repeat_lane(tables[0]),
            I::repeat_lane(tables[1]),
            I::repeat_lane(tables[2]),
            I::repeat_lane(tables[3]),
        ][..R]
            .try_into()
            .unwrap_or_else(|_| unreachable!());
        let mut from = src.wrapping_offset(lowest);
        while done + per_register < count {
            let other = from.wrapping_offset(next);
            let mut packed = I::shuffle(I::load_lanes(from, other), table[0]);
            let mut part = 1;
            while part < R {
                let read =
                    I::load_lanes(from.wrapping_add(16 * part), other.wrapping_add(16 * part));
                packed = I::or(packed, I::shuffle(read, table[part]));
                part += 1;
            }
            let to = dst.add(done * S);
            if stream {
                I::stream(to, packed);
            } else {
                I::store(to, packed);
            }
            from = from.wrapping_offset(next * I::LANES as isize);
            done += per_register;
        }
    }
    done
}

/// For each 16 bytes of a block, which of them goes to which byte of the
/// result; 128 for none.
const fn tables<const S: usize, const R: usize, const B: bool>() -> [[u8; 16]; 4] {
    let mut tables = [[128; 16]; 4];
    let per_lane = 16 / S;
    let mut byte = 0;
    while byte < 16 {
        let item = byte / S;
        // Backwards, a block ends with its first item.
        let start = match B {
            false => item * R * S,
            true => (per_lane - 1 - item) * R * S + (R - 1) * S,
        };
        let place = start + byte % S;
        tables[place / 16][byte] = (place % 16) as u8;
        byte += 1;
    }
    tables
}
