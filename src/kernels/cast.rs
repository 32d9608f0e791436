//! Loops that convert elements of one type to another, and loops that look
//! whether every value would survive.
//!
//! All are for this machine's byte order (see `swap.rs` for the other), and
//! compiled for each pair of types. How a value converts is `convert.rs`'.

use super::convert::{Value, convert};
use super::element::dispatch;
use super::map::{UnaryLoop, at, map1};
use crate::dtype::{Casting, Element, Scalar, can_cast};
use crate::error::Result;

/// The loop that converts elements of type `from` to `to`.
///
/// Between equal types it copies the bits, but for bool, which it makes 0 or 1.
pub(super) fn cast_loop(from: Element, to: Element) -> UnaryLoop {
    if from == to && from != Element::Bool {
        return match from.size() {
            1 => copy::<u8>,
            2 => copy::<u16>,
            4 => copy::<u32>,
            8 => copy::<u64>,
            _ => copy::<[u64; 2]>,
        };
    }
    dispatch!(from, S => dispatch!(to, D => cast::<S, D>))
}

/// # Safety
///
/// As for [`UnaryLoop`].
unsafe fn copy<T: Copy>(
    dst: *mut u8,
    dst_stride: isize,
    src: *const u8,
    src_stride: isize,
    count: usize,
) {
    // SAFETY: the same contract.
    unsafe { map1(dst, dst_stride, src, src_stride, count, |x: T| x) }
}

/// # Safety
///
/// As for [`UnaryLoop`].
unsafe fn cast<S: Value, D: Value>(
    dst: *mut u8,
    dst_stride: isize,
    src: *const u8,
    src_stride: isize,
    count: usize,
) {
    // SAFETY: the same contract.
    unsafe { map1(dst, dst_stride, src, src_stride, count, convert::<S, D>) }
}

/// What a single value becomes in type `to`; no longer weak.
pub fn cast_scalar(value: &Scalar, to: Element) -> Result<Scalar> {
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

/// A loop that looks at `(src, src_stride, count)` and gives the index of the
/// first element that a conversion would change, if there is one.
///
/// # Safety
///
/// For each `k` below `count`, `src + k * src_stride` must be readable and
/// initialised, for one element of the loop's type, and nobody else may write
/// it meanwhile.
pub(super) type ValueCheck =
    unsafe fn(src: *const u8, src_stride: isize, count: usize) -> Option<usize>;

/// The loop that finds the first element of type `from` whose value changes
/// when it is converted to `to`, which is what `LA_CAST_SAME_VALUE` refuses.
///
/// NaN stays NaN and −0 stays −0 between floating-point types; −0 may become
/// the integer 0; bool holds no other values than 0 and 1; an imaginary part
/// may be dropped if it is zero, of either sign.
pub(super) fn value_check(from: Element, to: Element) -> ValueCheck {
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
    use crate::kernels::exact::{self, Exact, Random, samples};

    /// Runs a loop over contiguous elements.
    fn run(from: Element, to: Element, src: &[u8]) -> Vec<u8> {
        let count = src.len() / from.size() as usize;
        let mut dst = vec![0xa5; count * to.size() as usize];
        let (step, src_step) = (to.size() as isize, from.size() as isize);
        // SAFETY: both buffers hold `count` elements.
        unsafe { cast_loop(from, to)(dst.as_mut_ptr(), step, src.as_ptr(), src_step, count) };
        dst
    }

    fn is_nan(element: Element, bytes: &[u8]) -> bool {
        let (re, im) = exact::decode(element, bytes);
        re == Exact::Nan || im == Exact::Nan
    }

    /// Bits are equal; of NaN only that it is one, in the same part.
    fn agree(element: Element, a: &[u8], b: &[u8]) -> bool {
        if !is_nan(element, a) || element.kind() < Kind::Float {
            return a == b;
        }
        let (x, y) = (exact::decode(element, a), exact::decode(element, b));
        x.0.same(y.0) && x.1.same(y.1)
    }

    #[test]
    fn every_conversion_is_what_exact_arithmetic_makes_of_it() {
        for from in Element::ALL {
            let src = samples(from);
            for to in Element::ALL {
                let dst = run(from, to, &src);
                for (x, y) in src
                    .chunks(from.size() as usize)
                    .zip(dst.chunks(to.size() as usize))
                {
                    let expected = exact::convert(from, to, x);
                    assert!(
                        agree(to, &expected, y),
                        "{from:?} {x:x?} ({:?}) to {to:?}: {y:x?}, expected {expected:x?}",
                        exact::decode(from, x)
                    );
                }
            }
        }
    }

    #[test]
    fn equal_types_keep_every_bit_but_a_bool_becomes_0_or_1() {
        for element in Element::ALL {
            let src = samples(element);
            let expected = match element {
                Element::Bool => src.iter().map(|&x| (x != 0) as u8).collect(),
                _ => src.clone(),
            };
            assert_eq!(run(element, element, &src), expected, "{element:?}");
        }
    }

    #[test]
    fn doubles_are_rounded_to_halves_once() {
        // Each is beside a tie by less than single precision can tell, so that
        // rounding twice goes the other way.
        let cases: [(f64, u16, u16); 4] = [
            (1.0 + 2f64.powi(-11) + 2f64.powi(-40), 0x3c01, 0x3f80),
            (1.0 + 3.0 * 2f64.powi(-11) - 2f64.powi(-40), 0x3c01, 0x3f80),
            (1.0 + 2f64.powi(-8) + 2f64.powi(-40), 0x3c04, 0x3f81),
            (65520.0 - 2f64.powi(-20), 0x7bff, 0x4780),
        ];
        for (x, half, brain) in cases {
            let bits = |to| {
                u16::from_ne_bytes(
                    run(Element::Float64, to, &x.to_ne_bytes())[..2]
                        .try_into()
                        .unwrap(),
                )
            };
            assert_eq!(bits(Element::Float16), half, "{x}");
            assert_eq!(bits(Element::BFloat16), brain, "{x}");
        }
    }

    #[test]
    fn strides_of_any_sign_and_misaligned_pointers_change_nothing() {
        let seed = 0x51ab;
        println!("seed {seed:#x}");
        let mut random = Random(seed);
        for from in Element::ALL {
            let all = samples(from);
            for to in Element::ALL {
                for _ in 0..12 {
                    let count = random.below(40);
                    let (size, to_size) = (from.size() as usize, to.size() as usize);
                    // Elements stand `gap` bytes apart at either side.
                    let gap = size + random.below(5);
                    let to_gap = to_size + random.below(5);
                    let reversed = random.below(2) == 1;
                    let to_reversed = random.below(2) == 1;
                    let repeated = random.below(4) == 0;
                    let mut src = vec![0x77; gap * count.max(1) + 9];
                    let mut dst = vec![0x77; to_gap * count + 9];
                    let place = |k: usize, gap: usize, reversed: bool| {
                        1 + gap * if reversed { count - 1 - k } else { k }
                    };
                    let mut packed = Vec::new();
                    let mut expected = dst.clone();
                    for k in 0..count {
                        let any = size * random.below((all.len() / size) as u64);
                        let p = if repeated { 1 } else { place(k, gap, reversed) };
                        src[p..p + size].copy_from_slice(&all[any..any + size]);
                    }
                    for k in 0..count {
                        let p = if repeated { 1 } else { place(k, gap, reversed) };
                        packed.extend(&src[p..p + size]);
                    }
                    let converted = run(from, to, &packed);
                    for k in 0..count {
                        let q = place(k, to_gap, to_reversed);
                        expected[q..q + to_size]
                            .copy_from_slice(&converted[k * to_size..(k + 1) * to_size]);
                    }
                    let sign = |reversed| if reversed { -1isize } else { 1 };
                    let first = |gap, reversed| {
                        if count == 0 {
                            1
                        } else {
                            place(0, gap, reversed)
                        }
                    };
                    let (start, stride) = match repeated {
                        true => (1, 0),
                        false => (first(gap, reversed), sign(reversed) * gap as isize),
                    };
                    let to_stride = sign(to_reversed) * to_gap as isize;
                    // SAFETY: all places lie within the buffers.
                    unsafe {
                        cast_loop(from, to)(
                            dst.as_mut_ptr().add(first(to_gap, to_reversed)),
                            to_stride,
                            src.as_ptr().add(start),
                            stride,
                            count,
                        );
                    }
                    assert_eq!(dst, expected, "{from:?} to {to:?}");
                }
            }
        }
    }

    #[test]
    fn a_scalar_is_converted_as_an_element_is() {
        let x = Scalar::weak_float(-2.5);
        let small = cast_scalar(&x, Element::Int8).unwrap();
        assert_eq!((small.bytes(), small.is_weak()), (&[0xfe][..], false));
        assert!(scalar_changes(&x, Element::Int8));
        assert!(!scalar_changes(&x, Element::Float16));
        let wide = cast_scalar(&x, Element::Complex128).unwrap();
        let parts = [(-2.5f64).to_ne_bytes(), 0f64.to_ne_bytes()];
        assert_eq!(wide.bytes(), parts.as_flattened());
    }

    #[test]
    fn overlapping_operands_are_converted_in_order() {
        // Each result is read again as the next source.
        let mut bytes: Vec<u8> = (0..64u8).collect();
        let mut expected = bytes.clone();
        for k in 0..60 {
            expected[k + 1] = expected[k];
        }
        let start = bytes.as_mut_ptr();
        // SAFETY: 61 bytes of 64 are touched.
        unsafe { cast_loop(Element::Int8, Element::UInt8)(start.add(1), 1, start, 1, 60) };
        assert_eq!(bytes, expected);
    }

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
