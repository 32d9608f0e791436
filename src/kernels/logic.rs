//! Truth values: their logic, the truth of elements of any type, NaN, and how
//! many are true.
//!
//! A truth value is a byte, true if it is not zero; results are 0 or 1.

use super::convert::{Value, Wide};
use super::element::{Bool, dispatch};
use super::map::{BinaryLoop, UnaryLoop, at, map1, map2};
use crate::dtype::{Element, Kind};

/// An operation on two truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it
pub enum LogicOp {
    And,
    Or,
    Xor,
}

/// The loop that combines truth values.
pub(super) fn logic_loop(op: LogicOp) -> BinaryLoop {
    match op {
        LogicOp::And => and,
        LogicOp::Or => or,
        LogicOp::Xor => xor,
    }
}

macro_rules! logic_loops {
    ($($name:ident: $x:ident, $y:ident => $result:expr;)*) => {$(
        /// # Safety
        ///
        /// As for [`BinaryLoop`].
        unsafe fn $name(
            dst: *mut u8,
            dst_stride: isize,
            a: *const u8,
            a_stride: isize,
            b: *const u8,
            b_stride: isize,
            count: usize,
        ) {
            let combine = |x: Bool, y: Bool| {
                let ($x, $y) = (x.is_true(), y.is_true());
                $result as u8
            };
            // SAFETY: the same contract.
            unsafe { map2(dst, dst_stride, a, a_stride, b, b_stride, count, combine) }
        }
    )*};
}
logic_loops! {
    and: x, y => x & y;
    or: x, y => x | y;
    xor: x, y => x ^ y;
}

/// The loop that negates truth values.
pub(super) fn not_loop() -> UnaryLoop {
    /// # Safety
    ///
    /// As for [`UnaryLoop`].
    unsafe fn not(
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        let negate = |x: Bool| !x.is_true() as u8;
        // SAFETY: the same contract.
        unsafe { map1(dst, dst_stride, src, src_stride, count, negate) }
    }
    not
}

/// The loop that says of each element whether it is NaN, in either part if it
/// is complex. Integers never are; their loop does not read them.
pub(super) fn isnan_loop(element: Element) -> UnaryLoop {
    match element.kind() {
        Kind::Float | Kind::Complex => dispatch!(element, T => isnan::<T>),
        _ => never_nan,
    }
}

/// # Safety
///
/// As for [`UnaryLoop`].
unsafe fn isnan<T: Value>(
    dst: *mut u8,
    dst_stride: isize,
    src: *const u8,
    src_stride: isize,
    count: usize,
) {
    let is_nan = |x: T| -> u8 {
        (match x.widen() {
            Wide::Single(x) => x.is_nan(),
            Wide::Double(x) => x.is_nan(),
            Wide::ComplexSingle(z) => z.re.is_nan() | z.im.is_nan(),
            Wide::ComplexDouble(z) => z.re.is_nan() | z.im.is_nan(),
            Wide::Signed(_) | Wide::Unsigned(_) => false,
        })
        .into()
    };
    // SAFETY: the same contract.
    unsafe { map1(dst, dst_stride, src, src_stride, count, is_nan) }
}

/// # Safety
///
/// As for [`UnaryLoop`].
unsafe fn never_nan(
    dst: *mut u8,
    dst_stride: isize,
    _src: *const u8,
    _src_stride: isize,
    count: usize,
) {
    // SAFETY: the same contract; the one byte of the source is our own.
    unsafe { map1(dst, dst_stride, [0u8].as_ptr(), 0, count, |x: u8| x) }
}

/// How many truth values are read at once: as many as a machine word has
/// bytes.
const WORD: usize = size_of::<u64>();
/// A word of bytes that are all 1.
const ONES: u64 = u64::MAX / 255;

/// A word that has a 1 in each byte where `word` has not zero.
#[inline(always)]
fn nonzero_bytes(word: u64) -> u64 {
    const LOW: u64 = ONES * 0x7f;
    // Adding 127 to its low seven bits carries into a byte's eighth bit, unless
    // they are zero; it never carries into the next byte.
    ((((word & LOW) + LOW) | word) >> 7) & ONES
}

/// How many of the truth values are true.
///
/// # Safety
///
/// For each `k` below `count`, the byte at `start + k * stride` must be readable
/// and initialised, and nobody else may write it meanwhile.
pub(super) unsafe fn count_true(start: *const u8, stride: isize, count: usize) -> usize {
    // SAFETY: asked only for elements below `count`.
    let is_true = |k: usize| unsafe { *at::<u8>(start, stride, k) != 0 };
    if stride == 0 && count > 0 {
        return if is_true(0) { count } else { 0 };
    }
    let words = if stride == 1 { count / WORD } else { 0 };
    let mut total = 0;
    let mut k = 0;
    while k < words {
        // Each byte of `sums` counts up to 255 words.
        let end = words.min(k + 255);
        let mut sums = 0;
        while k < end {
            // SAFETY: the eight bytes are elements below `count`.
            let word = unsafe { at::<u64>(start, WORD as isize, k).read_unaligned() };
            sums += nonzero_bytes(word);
            k += 1;
        }
        // The bytes would not fit into one byte together; pairs of them fit
        // into 16 bits, and those together too.
        let pairs = (sums & 0x00ff_00ff_00ff_00ff) + ((sums >> 8) & 0x00ff_00ff_00ff_00ff);
        total += (pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48) as usize;
    }
    total + (words * WORD..count).filter(|&k| is_true(k)).count()
}

/// Whether any of the truth values is true; stops at the first one.
///
/// # Safety
///
/// As for [`count_true`].
pub(super) unsafe fn any(start: *const u8, stride: isize, count: usize) -> bool {
    // SAFETY: the same contract.
    unsafe { find(start, stride, count, |word| word != 0, |byte| byte != 0) }
}

/// Whether all of the truth values are true; stops at the first that is not.
///
/// # Safety
///
/// As for [`count_true`].
pub(super) unsafe fn all(start: *const u8, stride: isize, count: usize) -> bool {
    // SAFETY: the same contract.
    unsafe {
        !find(
            start,
            stride,
            count,
            |word| nonzero_bytes(word) != ONES,
            |byte| byte == 0,
        )
    }
}

/// Whether what is looked for is in any of the words and single bytes that the
/// truth values are read in.
///
/// # Safety
///
/// As for [`count_true`].
#[inline(always)]
unsafe fn find(
    start: *const u8,
    stride: isize,
    count: usize,
    in_word: impl Fn(u64) -> bool,
    in_byte: impl Fn(u8) -> bool,
) -> bool {
    let count = if stride == 0 { count.min(1) } else { count };
    let words = if stride == 1 { count / WORD } else { 0 };
    // SAFETY: (both) only bytes of the elements below `count` are read.
    (0..words).any(|k| in_word(unsafe { at::<u64>(start, WORD as isize, k).read_unaligned() }))
        || (words * WORD..count).any(|k| in_byte(unsafe { *at::<u8>(start, stride, k) }))
}

#[cfg(test)]
#[cfg(target_endian = "little")] // as the definition is written
mod tests {
    use super::*;
    use crate::kernels::cast::cast_loop;
    use crate::kernels::exact::{Exact, Random, decode, samples};

    const BYTES: [u8; 6] = [0, 1, 2, 127, 128, 255];

    #[test]
    fn any_nonzero_byte_is_true_and_results_are_0_or_1() {
        let a: Vec<u8> = BYTES.iter().flat_map(|&x| [x; 6]).collect();
        let b: Vec<u8> = BYTES.repeat(6);
        for op in [LogicOp::And, LogicOp::Or, LogicOp::Xor] {
            let expected: Vec<u8> = a
                .iter()
                .zip(&b)
                .map(|(&x, &y)| match op {
                    LogicOp::And => x != 0 && y != 0,
                    LogicOp::Or => x != 0 || y != 0,
                    LogicOp::Xor => (x != 0) != (y != 0),
                } as u8)
                .collect();
            let mut out = a.clone();
            let dst = out.as_mut_ptr();
            // SAFETY: 36 elements each; the result replaces the first operand.
            unsafe { logic_loop(op)(dst, 1, dst, 1, b.as_ptr(), 1, 36) };
            assert_eq!(out, expected, "{op:?}");
            let mut reversed = vec![9; 36];
            // SAFETY: all run backwards from their last byte.
            unsafe {
                let last = |v: &[u8]| v.as_ptr().add(35);
                let end = reversed.as_mut_ptr().add(35);
                logic_loop(op)(end, -1, last(&a), -1, last(&b), -1, 36);
            }
            assert_eq!(reversed, expected, "{op:?}");
        }
        let mut out = [9; 6];
        // SAFETY: six elements each.
        unsafe { not_loop()(out.as_mut_ptr(), 1, BYTES.as_ptr(), 1, 6) };
        assert_eq!(out, [1, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn truth_and_nan_are_those_of_either_part() {
        for element in Element::ALL {
            let src = samples(element);
            let size = element.size() as usize;
            let count = src.len() / size;
            let (mut truth, mut nan) = (vec![9; count], vec![9; count]);
            // SAFETY: the buffers hold `count` elements.
            unsafe {
                cast_loop(element, Element::Bool)(
                    truth.as_mut_ptr(),
                    1,
                    src.as_ptr(),
                    size as isize,
                    count,
                );
                isnan_loop(element)(nan.as_mut_ptr(), 1, src.as_ptr(), size as isize, count);
            }
            for (k, x) in src.chunks(size).enumerate() {
                let (re, im) = decode(element, x);
                let zero = re.is_zero() && im.is_zero();
                assert_eq!(truth[k], !zero as u8, "{element:?} {x:x?}");
                let is_nan = re == Exact::Nan || im == Exact::Nan;
                assert_eq!(nan[k], is_nan as u8, "{element:?} {x:x?}");
            }
        }
    }

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
            // SAFETY: the elements are those read just now.
            unsafe {
                let first = bytes.as_ptr().add(first);
                assert_eq!(count_true(first, stride, count), truth);
                assert_eq!(any(first, stride, count), truth > 0);
                assert_eq!(all(first, stride, count), truth == count);
            }
        }
    }

    #[test]
    fn one_odd_byte_out_is_found_wherever_it_stands() {
        for count in 1..70 {
            for odd in 0..count {
                let mut bytes = vec![0u8; count];
                bytes[odd] = 128;
                // SAFETY: the buffer has `count` bytes.
                let (any_true, sum) = unsafe {
                    (
                        any(bytes.as_ptr(), 1, count),
                        count_true(bytes.as_ptr(), 1, count),
                    )
                };
                assert_eq!((any_true, sum), (true, 1));
                bytes.fill(255);
                bytes[odd] = 0;
                // SAFETY: the buffer has `count` bytes.
                let (all_true, sum) = unsafe {
                    (
                        all(bytes.as_ptr(), 1, count),
                        count_true(bytes.as_ptr(), 1, count),
                    )
                };
                assert_eq!((all_true, sum), (false, count - 1));
            }
        }
        // More words than one sum of bytes can count.
        let many = vec![255u8; 8 * 255 * 3 + 5];
        // SAFETY: the buffer has that many bytes.
        let sum = unsafe { count_true(many.as_ptr(), 1, many.len()) };
        assert_eq!(sum, many.len());
    }
}
