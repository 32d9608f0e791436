//! Loops that compare elements, one by one, and write boolean bytes.
//!
//! Both operands are of one type (whoever calls has promoted them), but for
//! one pair: signed and unsigned 64-bit integers have no common type that holds
//! both, and are compared exactly.
//!
//! Comparisons with NaN are false, but for "not equal". Complex numbers are
//! ordered as NumPy orders them: by the real part, then, where those are equal,
//! by the imaginary; a NaN in any part makes it false. Truth values compare as
//! 0 and 1, whatever their bytes.

use half::{bf16, f16};
use num_complex::Complex;

use super::convert::convert;
use super::element::{Bool, dispatch};
use super::map::{BinaryLoop, map2};
use crate::dtype::Element;

/// A comparison.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it
pub enum CompareOp {
    Eq = 0,
    Ne = 1,
    Lt = 2,
    Le = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    /// The comparison with this number.
    pub const fn from_raw(raw: i32) -> Option<CompareOp> {
        Some(match raw {
            0 => CompareOp::Eq,
            1 => CompareOp::Ne,
            2 => CompareOp::Lt,
            3 => CompareOp::Le,
            4 => CompareOp::Gt,
            5 => CompareOp::Ge,
            _ => return None,
        })
    }
}

/// The loop that compares elements of type `a` with elements of type `b`.
///
/// There is one if the types are equal, or are the signed and the unsigned
/// 64-bit integer; else `None`: promote them first.
pub fn compare_loop(op: CompareOp, a: Element, b: Element) -> Option<BinaryLoop> {
    match (a, b) {
        _ if a == b => Some(dispatch!(a, T => choose::<T, T>(op))),
        (Element::Int64, Element::UInt64) => Some(choose::<i64, u64>(op)),
        (Element::UInt64, Element::Int64) => Some(choose::<u64, i64>(op)),
        _ => None,
    }
}

fn choose<A: Compare<B>, B: Compare<A>>(op: CompareOp) -> BinaryLoop {
    match op {
        CompareOp::Eq => equal::<A, B>,
        CompareOp::Ne => not_equal::<A, B>,
        CompareOp::Lt => less::<A, B>,
        CompareOp::Le => less_equal::<A, B>,
        CompareOp::Gt => greater::<A, B>,
        CompareOp::Ge => greater_equal::<A, B>,
    }
}

/// The comparisons that the others are made from. "Not equal" is the opposite
/// of "equal", NaN included; "less or equal" is not the opposite of "greater".
trait Compare<Other: Copy>: Copy + 'static {
    fn equal(self, other: Other) -> bool;
    fn less(self, other: Other) -> bool;
    fn less_equal(self, other: Other) -> bool;
}

macro_rules! compare_as_rust_does {
    ($($type:ty)*) => {$(
        impl Compare<$type> for $type {
            #[inline(always)]
            fn equal(self, other: $type) -> bool {
                self == other
            }
            #[inline(always)]
            fn less(self, other: $type) -> bool {
                self < other
            }
            #[inline(always)]
            fn less_equal(self, other: $type) -> bool {
                self <= other
            }
        }
    )*};
}
compare_as_rust_does!(i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

/// For types that another, wider one stands for.
macro_rules! compare_as {
    ($($type:ty, $wide:ty;)*) => {$(
        impl Compare<$type> for $type {
            #[inline(always)]
            fn equal(self, other: $type) -> bool {
                convert::<$type, $wide>(self) == convert::<$type, $wide>(other)
            }
            #[inline(always)]
            fn less(self, other: $type) -> bool {
                convert::<$type, $wide>(self) < convert::<$type, $wide>(other)
            }
            #[inline(always)]
            fn less_equal(self, other: $type) -> bool {
                convert::<$type, $wide>(self) <= convert::<$type, $wide>(other)
            }
        }
    )*};
}
compare_as! {
    Bool, u8;
    f16, f32;
    bf16, f32;
}

// No short-circuit operators below: they would be branches in the loops.

macro_rules! compare_complex {
    ($($part:ty)*) => {$(
        impl Compare<Complex<$part>> for Complex<$part> {
            #[inline(always)]
            fn equal(self, other: Self) -> bool {
                (self.re == other.re) & (self.im == other.im)
            }
            #[inline(always)]
            fn less(self, other: Self) -> bool {
                let ordered = !(self.im.is_nan() | other.im.is_nan());
                ((self.re < other.re) & ordered)
                    | ((self.re == other.re) & (self.im < other.im))
            }
            #[inline(always)]
            fn less_equal(self, other: Self) -> bool {
                let ordered = !(self.im.is_nan() | other.im.is_nan());
                ((self.re < other.re) & ordered)
                    | ((self.re == other.re) & (self.im <= other.im))
            }
        }
    )*};
}
compare_complex!(f32 f64);

impl Compare<u64> for i64 {
    #[inline(always)]
    fn equal(self, other: u64) -> bool {
        (self >= 0) & (self as u64 == other)
    }
    #[inline(always)]
    fn less(self, other: u64) -> bool {
        (self < 0) | ((self as u64) < other)
    }
    #[inline(always)]
    fn less_equal(self, other: u64) -> bool {
        (self < 0) | (self as u64 <= other)
    }
}

impl Compare<i64> for u64 {
    #[inline(always)]
    fn equal(self, other: i64) -> bool {
        other.equal(self)
    }
    #[inline(always)]
    fn less(self, other: i64) -> bool {
        (other >= 0) & (self < other as u64)
    }
    #[inline(always)]
    fn less_equal(self, other: i64) -> bool {
        (other >= 0) & (self <= other as u64)
    }
}

macro_rules! compare_loops {
    ($($name:ident: $x:ident, $y:ident => $result:expr;)*) => {$(
        /// # Safety
        ///
        /// As for [`BinaryLoop`].
        unsafe fn $name<A: Compare<B>, B: Compare<A>>(
            dst: *mut u8,
            dst_stride: isize,
            a: *const u8,
            a_stride: isize,
            b: *const u8,
            b_stride: isize,
            count: usize,
        ) {
            let compare = |$x: A, $y: B| $result as u8;
            // SAFETY: the same contract.
            unsafe { map2(dst, dst_stride, a, a_stride, b, b_stride, count, compare) }
        }
    )*};
}
compare_loops! {
    equal: x, y => x.equal(y);
    not_equal: x, y => !x.equal(y);
    less: x, y => x.less(y);
    less_equal: x, y => x.less_equal(y);
}

macro_rules! mirrored_loops {
    ($($name:ident as $other:ident;)*) => {$(
        /// # Safety
        ///
        /// As for [`BinaryLoop`].
        unsafe fn $name<A: Compare<B>, B: Compare<A>>(
            dst: *mut u8,
            dst_stride: isize,
            a: *const u8,
            a_stride: isize,
            b: *const u8,
            b_stride: isize,
            count: usize,
        ) {
            // SAFETY: the same contract, for the same operands.
            unsafe { $other::<B, A>(dst, dst_stride, b, b_stride, a, a_stride, count) }
        }
    )*};
}
mirrored_loops! {
    greater as less;
    greater_equal as less_equal;
}
