//! How many truth values are true, and whether any or all are.
//!
//! A truth value is a byte, true if it is not zero.

use super::cpu::{Isa, Level, level, levels};
use super::map::at;

levels! {
    /// Looks at `count` truth values side by side.
    trait TruthKernel, fn truth_kernel -> unsafe fn(start: *const u8, count: usize) -> usize;
}

/// Bytes that are added up side by side, in as many registers as that takes.
const BLOCK: usize = 128;

/// How many are true.
struct Count;

impl TruthKernel for Count {
    #[inline(always)]
    unsafe fn run<I: Isa>(start: *const u8, count: usize) -> usize {
        let mut total = 0;
        let mut k = 0;
        while k + BLOCK <= count {
            // A byte of `sums` counts up to 255 blocks.
            let end = count.min(k + 255 * BLOCK);
            let mut sums = [0u8; BLOCK];
            while k + BLOCK <= end {
                // SAFETY: the bytes are below `count`.
                let block = unsafe { at::<[u8; BLOCK]>(start, 1, k).read() };
                for (sum, byte) in sums.iter_mut().zip(block) {
                    *sum += u8::from(byte != 0);
                }
                k += BLOCK;
            }
            total += sums.iter().map(|&sum| usize::from(sum)).sum::<usize>();
        }
        while k < count {
            // SAFETY: as above.
            total += usize::from(unsafe { start.wrapping_add(k).read() } != 0);
            k += 1;
        }
        total
    }
}

/// 1 if any is true (or, with `ALL`, if all are), else 0.
struct Find<const ALL: bool>;

impl<const ALL: bool> TruthKernel for Find<ALL> {
    #[inline(always)]
    unsafe fn run<I: Isa>(start: *const u8, count: usize) -> usize {
        // Stops at the first block that decides it.
        let decides = |byte: u8| (byte != 0) != ALL;
        let mut k = 0;
        while k + BLOCK <= count {
            // SAFETY: the bytes are below `count`.
            let block = unsafe { at::<[u8; BLOCK]>(start, 1, k).read() };
            let found = block.map(|byte| u8::from(decides(byte)));
            if found.iter().fold(0, |all, &byte| all | byte) != 0 {
                return usize::from(!ALL);
            }
            k += BLOCK;
        }
        while k < count {
            // SAFETY: as above.
            if decides(unsafe { start.wrapping_add(k).read() }) {
                return usize::from(!ALL);
            }
            k += 1;
        }
        usize::from(ALL)
    }
}

/// How many of the truth values are true.
///
/// # Safety
///
/// For each `k` below `count`, the byte at `start + k * stride` must be readable
/// and initialised, and nobody else may write it meanwhile.
pub(super) unsafe fn count_true(start: *const u8, stride: isize, count: usize) -> usize {
    // SAFETY: the same contract.
    unsafe { count_true_at(level(), start, stride, count) }
}

/// Whether any of the truth values is true; stops soon after the first one.
///
/// # Safety
///
/// As for [`count_true`].
pub(super) unsafe fn any(start: *const u8, stride: isize, count: usize) -> bool {
    // SAFETY: the same contract.
    unsafe { any_at(level(), start, stride, count) }
}

/// Whether all of the truth values are true; stops soon after the first that is
/// not.
///
/// # Safety
///
/// As for [`count_true`].
pub(super) unsafe fn all(start: *const u8, stride: isize, count: usize) -> bool {
    // SAFETY: the same contract.
    unsafe { all_at(level(), start, stride, count) }
}

/// # Safety
///
/// As for [`count_true`].
unsafe fn count_true_at(level: Level, start: *const u8, stride: isize, count: usize) -> usize {
    // SAFETY: asked only for elements below `count`.
    let is_true = |k: usize| unsafe { *at::<u8>(start, stride, k) != 0 };
    match stride {
        // SAFETY: the elements stand side by side.
        1 => unsafe { truth_kernel::<Count>(level)(start, count) },
        0 if count > 0 => count * usize::from(is_true(0)),
        _ => (0..count).filter(|&k| is_true(k)).count(),
    }
}

/// # Safety
///
/// As for [`count_true`].
unsafe fn any_at(level: Level, start: *const u8, stride: isize, count: usize) -> bool {
    // SAFETY: asked only for elements below `count`.
    let is_true = |k: usize| unsafe { *at::<u8>(start, stride, k) != 0 };
    match stride {
        // SAFETY: the elements stand side by side.
        1 => unsafe { truth_kernel::<Find<false>>(level)(start, count) != 0 },
        0 => count > 0 && is_true(0),
        _ => (0..count).any(is_true),
    }
}

/// # Safety
///
/// As for [`count_true`].
unsafe fn all_at(level: Level, start: *const u8, stride: isize, count: usize) -> bool {
    // SAFETY: asked only for elements below `count`.
    let is_true = |k: usize| unsafe { *at::<u8>(start, stride, k) != 0 };
    match stride {
        // SAFETY: the elements stand side by side.
        1 => unsafe { truth_kernel::<Find<true>>(level)(start, count) != 0 },
        0 => count == 0 || is_true(0),
        _ => (0..count).all(is_true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::exact::Random;

    const BYTES: [u8; 6] = [0, 1, 2, 127, 128, 255];

    #[test]
    fn counting_finds_each_true_byte_at_any_length_stride_and_place() {
        let seed = 0xb001;
        println!("seed {seed:#x}");
        let mut random = Random(seed);
        for round in 0..600 {
            let count = if round < 40 {
                round
            } else {
                random.below(6000)
            };
            let stride = [1, 1, 2, 3, -1, -2, 0][random.below(7)];
            let start = random.below(9);
            let reach = count * isize::unsigned_abs(stride);
            // From nearly none true to all true.
            let share = [1, 5, 6][random.below(3)];
            let bytes: Vec<u8> = (0..start + reach + 2)
                .map(|_| match random.below(6) < share {
                    true => BYTES[1 + random.below(5)],
                    false if share == 1 => 0,
                    false => BYTES[random.below(2)],
                })
                .collect();
            let first = if stride < 0 { start + reach } else { start };
            let truths: Vec<bool> = (0..count as isize)
                .map(|k| bytes[(first as isize + k * stride) as usize] != 0)
                .collect();
            let truth = truths.iter().filter(|&&t| t).count();
            for level in Level::available() {
                // SAFETY: the elements are those read just now.
                unsafe {
                    let first = bytes.as_ptr().add(first);
                    assert_eq!(count_true_at(level, first, stride, count), truth);
                    assert_eq!(any_at(level, first, stride, count), truth > 0);
                    assert_eq!(all_at(level, first, stride, count), truth == count);
                }
            }
        }
    }

    #[test]
    fn one_odd_byte_out_is_found_wherever_it_stands() {
        for level in Level::available() {
            for count in (1..70).chain([127, 128, 129, 255, 256, 257, 300]) {
                for odd in 0..count {
                    let mut bytes = vec![0u8; count];
                    bytes[odd] = 128;
                    // SAFETY: the buffer has `count` bytes.
                    let (any_true, sum) = unsafe {
                        (
                            any_at(level, bytes.as_ptr(), 1, count),
                            count_true_at(level, bytes.as_ptr(), 1, count),
                        )
                    };
                    assert_eq!((any_true, sum), (true, 1));
                    bytes.fill(255);
                    bytes[odd] = 0;
                    // SAFETY: the buffer has `count` bytes.
                    let (all_true, sum) = unsafe {
                        (
                            all_at(level, bytes.as_ptr(), 1, count),
                            count_true_at(level, bytes.as_ptr(), 1, count),
                        )
                    };
                    assert_eq!((all_true, sum), (false, count - 1));
                }
            }
            // More blocks than one sum of bytes can count.
            let many = vec![255u8; BLOCK * 255 * 3 + 5];
            // SAFETY: the buffer has that many bytes.
            let sum = unsafe { count_true_at(level, many.as_ptr(), 1, many.len()) };
            assert_eq!(sum, many.len());
        }
    }
}
