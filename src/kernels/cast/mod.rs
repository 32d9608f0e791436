//! Converting elements of one type to another, and looking whether every value
//! would survive. What a value becomes is `convert.rs`'.
//!
//! A cast is one step or a few (`steps.rs`), each a loop over packed elements
//! compiled for every level of the processor (`packed.rs`, with `saturate.rs`
//! and `x86.rs`); strided runs go through buffers tile by tile (`strided.rs`).
//! So the code grows with the number of types, not with the number of pairs.

mod check;
mod packed;
mod saturate;
mod steps;
mod strided;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(super) use check::value_check;
pub(super) use strided::Cast;

use super::convert::Value;
use super::element::dispatch;
use super::map::UnaryLoop;
use crate::dtype::{DType, Element, Scalar};
use crate::error::Result;

/// The loop that converts elements of type `from` to `to`.
///
/// Between equal types it copies the bits, but for bool, which it makes 0 or 1.
pub(super) fn cast_loop(from: Element, to: Element) -> UnaryLoop {
    trait Pair {
        const FROM: DType;
        const TO: DType;
    }

    impl<S: Value, D: Value> Pair for (S, D) {
        const FROM: DType = DType::new(S::ELEMENT);
        const TO: DType = DType::new(D::ELEMENT);
    }

    /// # Safety
    ///
    /// As for [`UnaryLoop`].
    unsafe fn cast<P: Pair>(
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        if let Some(cast) = Cast::new(P::FROM, P::TO) {
            // SAFETY: the same contract.
            unsafe { cast.run(dst, dst_stride, src, src_stride, count) }
        }
    }

    dispatch!(from, S => dispatch!(to, D => cast::<(S, D)>))
}

/// What a single value becomes in type `to`; no longer weak.
pub fn cast_scalar(value: &Scalar, to: Element) -> Result<Scalar> {
    if value.element() == to {
        return Scalar::from_bytes(to.into(), value.bytes());
    }
    let mut bytes = [0u8; 16];
    let convert = cast_loop(value.element(), to);
    // SAFETY: the value has the bytes of one element of its type, and no type
    // is wider than 16 bytes.
    unsafe { convert(bytes.as_mut_ptr(), 0, value.bytes().as_ptr(), 0, 1) };
    Scalar::from_bytes(to.into(), &bytes[..to.size() as usize])
}

/// Whether a single value would be another one in type `to`.
pub fn scalar_changes(value: &Scalar, to: Element) -> bool {
    // SAFETY: the value has the bytes of one element of its type.
    unsafe { value_check(value.element(), to)(value.bytes().as_ptr(), 0, 1).is_some() }
}
