//! Loops that look whether every value would survive a conversion.

use crate::dtype::{Casting, Element, can_cast};
use crate::kernels::convert::{Value, convert};
use crate::kernels::element::dispatch;
use crate::kernels::map::at;

/// A loop that looks at `(src, src_stride, count)` and gives the index of the
/// first element that a conversion would change, if there is one.
///
/// # Safety
///
/// For each `k` below `count`, `src + k * src_stride` must be readable and
/// initialised, for one element of the loop's type, and nobody else may write
/// it meanwhile.
pub(in crate::kernels) type ValueCheck =
    unsafe fn(src: *const u8, src_stride: isize, count: usize) -> Option<usize>;

/// The loop that finds the first element of type `from` whose value changes
/// when it is converted to `to`, which is what `LA_CAST_SAME_VALUE` refuses.
///
/// NaN stays NaN and −0 stays −0 between floating-point types; −0 may become
/// the integer 0; bool holds no other values than 0 and 1; an imaginary part
/// may be dropped if it is zero, of either sign.
pub(in crate::kernels) fn value_check(from: Element, to: Element) -> ValueCheck {
    // "Safe" lets 64-bit integers round; all else that is safe is exact.
    let may_round = matches!(from, Element::Int64 | Element::UInt64);
    if from == to || (!may_round && can_cast(from.into(), to.into(), Casting::Safe)) {
        return nothing_changes;
    }
    dispatch!(from, S => dispatch!(to, D => first_change::<S, D>))
}

/// # Safety
///
/// None; unsafe only to be a [`ValueCheck`].
unsafe fn nothing_changes(_src: *const u8, _src_stride: isize, _count: usize) -> Option<usize> {
    None
}

/// # Safety
///
/// As for [`ValueCheck`].
unsafe fn first_change<S: Value, D: Value>(
    src: *const u8,
    src_stride: isize,
    count: usize,
) -> Option<usize> {
    (0..count).find(|&k| {
        // SAFETY: `k` is below `count`, so the caller vouches for this element.
        let value = unsafe { at::<S>(src, src_stride, k).read_unaligned() };
        !value.widen().is_same(convert::<S, D>(value).widen())
    })
}

#[cfg(test)]
#[cfg(target_endian = "little")] // as the definition is written
mod tests {
    use super::*;
    use crate::dtype::Kind;
    use crate::kernels::exact::{self, samples};

    #[test]
    fn the_check_finds_the_first_value_that_changes() {
        for from in Element::ALL {
            let src = samples(from);
            let size = from.size() as usize;
            for to in Element::ALL {
                let integer = |e: Element| e.kind() < Kind::Float;
                let changes: Vec<bool> = src
                    .chunks(size)
                    .map(|x| {
                        let (re, im) = exact::decode(from, x);
                        let (re2, im2) = exact::decode(to, &exact::convert(from, to, x));
                        let complex = |e: Element| e.kind() == Kind::Complex;
                        let imag = match complex(from) && complex(to) {
                            true => im.same(im2),
                            false => im.is_zero() && im2.is_zero(),
                        };
                        let zeros = (integer(from) || integer(to)) && re.is_zero();
                        let real = re.same(re2) || (zeros && re2.is_zero());
                        !(real && imag)
                    })
                    .collect();
                let check = value_check(from, to);
                for (k, &changed) in changes.iter().enumerate() {
                    // SAFETY: one element at `k`.
                    let found = unsafe { check(src.as_ptr().add(k * size), 0, 1) };
                    assert_eq!(
                        found,
                        changed.then_some(0),
                        "{from:?} {:x?} to {to:?}",
                        &src[k * size..(k + 1) * size]
                    );
                }
                // SAFETY: the buffer holds all of them.
                let found = unsafe { check(src.as_ptr(), size as isize, changes.len()) };
                assert_eq!(found, changes.iter().position(|&changed| changed));
            }
        }
    }
}
