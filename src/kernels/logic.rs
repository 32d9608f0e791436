//! Truth values: their logic, and which elements are NaN.
//!
//! A truth value is a byte, true if it is not zero; results are 0 or 1.

use super::convert::{Value, Wide};
use super::element::{Bool, dispatch};
use super::map::{BinaryLoop, UnaryLoop, map1, map2};
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

#[cfg(test)]
#[cfg(target_endian = "little")] // as the definition is written
mod tests {
    use super::*;
    use crate::kernels::cast::cast_loop;
    use crate::kernels::exact::{Exact, decode, samples};

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
}
