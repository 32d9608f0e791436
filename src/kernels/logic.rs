//! Truth values: their logic, the truth of elements of any type, NaN, and how
//! many are true.
//!
//! A truth value is a byte, true if it is not zero; results are 0 or 1.

use super::cast::cast_loop;
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
pub fn logic_loop(op: LogicOp) -> BinaryLoop {
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
pub fn not_loop() -> UnaryLoop {
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

/// The loop that says of each element whether it is true: not zero, or NaN, or
/// complex with either part so.
pub fn truth_loop(element: Element) -> UnaryLoop {
    cast_loop(element, Element::Bool)
}

/// The loop that says of each element whether it is NaN, in either part if it
/// is complex. Integers never are; their loop does not read them.
pub fn isnan_loop(element: Element) -> UnaryLoop {
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
pub unsafe fn count_true(start: *const u8, stride: isize, count: usize) -> usize {
    // SAFETY: (all three) only bytes of the elements below `count` are read.
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
            sums += nonzero_bytes(unsafe { at::<u64>(start, WORD as isize, k).read_unaligned() });
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
pub unsafe fn any(start: *const u8, stride: isize, count: usize) -> bool {
    // SAFETY: the same contract.
    unsafe { find(start, stride, count, |word| word != 0, |byte| byte != 0) }
}

/// Whether all of the truth values are true; stops at the first that is not.
///
/// # Safety
///
/// As for [`count_true`].
pub unsafe fn all(start: *const u8, stride: isize, count: usize) -> bool {
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
