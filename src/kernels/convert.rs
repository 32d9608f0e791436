//! What one value becomes in another type. Exact rules, the same on every
//! platform:
//!
//! * to bool: nonzero is true, and so is NaN; a complex number is true if
//!   either part is;
//! * integer to integer wraps, as in C and NumPy;
//! * to floating point rounds **once**, to nearest, ties to even; NaN stays NaN;
//! * floating point to integer drops the fraction, saturates at the ends of
//!   the type, and makes NaN 0 (where C and NumPy leave it undefined);
//! * complex to real drops the imaginary part, real to complex adds a zero one.
//!
//! The halves are converted here by arithmetic without branches, which the
//! compiler vectorises. A number with more bits than single precision is first
//! rounded *to odd*: bits are cut off, and the last one that is kept is set if
//! any of them was. Such a result can be taken for a tie by no further rounding
//! to at least two bits less (Boldo and Melquiond, "Emulation of FMA and
//! correctly rounded sums", 2008). Rounding to nearest twice would be wrong on
//! ties that the first rounding made.

use half::{bf16, f16};
use num_complex::Complex;

use super::element::Bool;
use crate::dtype::Element;

/// A value on its way from one type to another, in the widest type of its
/// sort; widening is always exact.
///
/// Every use is inlined where the sort is known, so nothing is matched on at
/// run time.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the names say it
pub enum Wide {
    Signed(i64),
    Unsigned(u64),
    Single(f32),
    Double(f64),
    ComplexSingle(Complex<f32>),
    ComplexDouble(Complex<f64>),
}

/// The Rust type of an element's values.
pub trait Value: Copy + 'static {
    /// The element type.
    const ELEMENT: Element;

    /// The value in the widest type of its sort.
    fn widen(self) -> Wide;

    /// What the value becomes in this type.
    fn narrow(wide: Wide) -> Self;
}

/// What `value` becomes in the type `D`.
#[inline(always)]
pub(super) fn convert<S: Value, D: Value>(value: S) -> D {
    D::narrow(value.widen())
}

impl Wide {
    /// Without its imaginary part.
    #[inline(always)]
    fn real(self) -> Wide {
        match self {
            Wide::ComplexSingle(z) => Wide::Single(z.re),
            Wide::ComplexDouble(z) => Wide::Double(z.re),
            real => real,
        }
    }

    /// The imaginary part.
    #[inline(always)]
    fn imag(self) -> f64 {
        match self {
            Wide::ComplexSingle(z) => z.im.into(),
            Wide::ComplexDouble(z) => z.im,
            _ => 0.0,
        }
    }

    /// Whether `self` and `other` are the same number: NaN is itself, zeros of
    /// two floating-point types have their sign, and a real number has the
    /// imaginary part 0.
    #[inline(always)]
    pub(super) fn is_same(self, other: Wide) -> bool {
        let imag = match (self, other) {
            (
                Wide::ComplexSingle(_) | Wide::ComplexDouble(_),
                Wide::ComplexSingle(_) | Wide::ComplexDouble(_),
            ) => same_double(self.imag(), other.imag()),
            // Where one is real, a zero of either sign will do.
            _ => self.imag() == other.imag(),
        };
        imag && same_real(self.real(), other.real())
    }
}

#[inline(always)]
fn same_real(a: Wide, b: Wide) -> bool {
    use Wide::{Double, Signed, Single, Unsigned};
    match (a, b) {
        (Single(x), b) => same_real(Double(x.into()), b),
        (a, Single(y)) => same_real(a, Double(y.into())),
        (Signed(x), Signed(y)) => x == y,
        (Unsigned(x), Unsigned(y)) => x == y,
        (Signed(x), Unsigned(y)) | (Unsigned(y), Signed(x)) => x >= 0 && x as u64 == y,
        (Double(x), Double(y)) => same_double(x, y),
        // The bounds exclude the one value that saturates to an integer that
        // it is not; going back excludes fractions, and integers that round.
        (Signed(x), Double(y)) | (Double(y), Signed(x)) => {
            y < 9223372036854775808.0 && y as i64 == x && x as f64 == y
        }
        (Unsigned(x), Double(y)) | (Double(y), Unsigned(x)) => {
            y < 18446744073709551616.0 && y as u64 == x && x as f64 == y
        }
        // Complex numbers have been taken apart before.
        _ => false,
    }
}

#[inline(always)]
fn same_double(x: f64, y: f64) -> bool {
    x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan())
}

impl Value for Bool {
    const ELEMENT: Element = Element::Bool;

    #[inline(always)]
    fn widen(self) -> Wide {
        Wide::Unsigned(self.is_true().into())
    }

    #[inline(always)]
    fn narrow(wide: Wide) -> Bool {
        Bool::from(match wide {
            Wide::Signed(x) => x != 0,
            Wide::Unsigned(x) => x != 0,
            Wide::Single(x) => x != 0.0,
            Wide::Double(x) => x != 0.0,
            // Not the short-circuit `||`, which would be a branch.
            Wide::ComplexSingle(z) => (z.re != 0.0) | (z.im != 0.0),
            Wide::ComplexDouble(z) => (z.re != 0.0) | (z.im != 0.0),
        })
    }
}

macro_rules! integer_value {
    ($($element:ident $type:ident $sort:ident)*) => {$(
        impl Value for $type {
            const ELEMENT: Element = Element::$element;

            #[inline(always)]
            fn widen(self) -> Wide {
                Wide::$sort(self.into())
            }

            // `as` wraps between integers; from a floating-point number it
            // saturates and makes NaN 0.
            #[inline(always)]
            fn narrow(wide: Wide) -> $type {
                match wide {
                    Wide::Signed(x) => x as $type,
                    Wide::Unsigned(x) => x as $type,
                    Wide::Single(x) => x as $type,
                    Wide::Double(x) => x as $type,
                    Wide::ComplexSingle(z) => z.re as $type,
                    Wide::ComplexDouble(z) => z.re as $type,
                }
            }
        }
    )*};
}

integer_value! {
    Int8 i8 Signed
    Int16 i16 Signed
    Int32 i32 Signed
    Int64 i64 Signed
    UInt8 u8 Unsigned
    UInt16 u16 Unsigned
    UInt32 u32 Unsigned
    UInt64 u64 Unsigned
}

macro_rules! float_value {
    ($($element:ident $type:ident $sort:ident $complex:ident $complex_sort:ident)*) => {$(
        impl Value for $type {
            const ELEMENT: Element = Element::$element;

            #[inline(always)]
            fn widen(self) -> Wide {
                Wide::$sort(self)
            }

            // `as` rounds once, to nearest, from integers too.
            #[inline(always)]
            fn narrow(wide: Wide) -> $type {
                match wide {
                    Wide::Signed(x) => x as $type,
                    Wide::Unsigned(x) => x as $type,
                    Wide::Single(x) => x as $type,
                    Wide::Double(x) => x as $type,
                    Wide::ComplexSingle(z) => z.re as $type,
                    Wide::ComplexDouble(z) => z.re as $type,
                }
            }
        }

        impl Value for Complex<$type> {
            const ELEMENT: Element = Element::$complex;

            #[inline(always)]
            fn widen(self) -> Wide {
                Wide::$complex_sort(self)
            }

            #[inline(always)]
            fn narrow(wide: Wide) -> Complex<$type> {
                let im = match wide {
                    Wide::ComplexSingle(z) => z.im as $type,
                    Wide::ComplexDouble(z) => z.im as $type,
                    _ => 0.0,
                };
                Complex::new($type::narrow(wide.real()), im)
            }
        }
    )*};
}

float_value! {
    Float32 f32 Single Complex64 ComplexSingle
    Float64 f64 Double Complex128 ComplexDouble
}

impl Value for f16 {
    const ELEMENT: Element = Element::Float16;

    #[inline(always)]
    fn widen(self) -> Wide {
        Wide::Single(f16_to_f32(self))
    }

    #[inline(always)]
    fn narrow(wide: Wide) -> f16 {
        // Beyond its largest number, 65504; and f32 holds it exactly.
        const INFINITE: i32 = 1 << 17;
        match wide.real() {
            Wide::Signed(x) => {
                let x = x.clamp(-INFINITE as i64, INFINITE as i64) as i32;
                f32_to_f16(x as f32)
            }
            Wide::Unsigned(x) => f32_to_f16(x.min(INFINITE as u64) as i32 as f32),
            Wide::Single(x) => f32_to_f16(x),
            Wide::Double(x) => f32_to_f16(double_to_odd(x)),
            Wide::ComplexSingle(_) | Wide::ComplexDouble(_) => f16::NAN, // not after `real`
        }
    }
}

impl Value for bf16 {
    const ELEMENT: Element = Element::BFloat16;

    #[inline(always)]
    fn widen(self) -> Wide {
        Wide::Single(f32::from_bits((self.to_bits() as u32) << 16))
    }

    #[inline(always)]
    fn narrow(wide: Wide) -> bf16 {
        match wide.real() {
            Wide::Signed(x) => f32_to_bf16(double_to_odd(signed_to_odd(x))),
            Wide::Unsigned(x) => f32_to_bf16(double_to_odd(unsigned_to_odd(x))),
            Wide::Single(x) => f32_to_bf16(x),
            Wide::Double(x) => f32_to_bf16(double_to_odd(x)),
            Wide::ComplexSingle(_) | Wide::ComplexDouble(_) => bf16::NAN, // not after `real`
        }
    }
}

/// `x` without those last bits that `cut` has, rounded to odd.
#[inline(always)]
fn to_odd(x: u64, cut: u64) -> u64 {
    // Adding `cut` to what is cut off carries, unless that is zero.
    (x | ((x & cut) + cut)) & !cut
}

/// `x` in double precision, rounded to odd where that can't hold it.
#[inline(always)]
pub(super) fn unsigned_to_odd(x: u64) -> f64 {
    to_odd(x, if x >> 53 != 0 { (1 << 11) - 1 } else { 0 }) as f64
}

/// `x` in double precision, rounded to odd where that can't hold it. (Of the
/// two neighbours of a negative number, too, one is odd.)
#[inline(always)]
pub(super) fn signed_to_odd(x: i64) -> f64 {
    let large = x.wrapping_add(1 << 53) as u64 >> 54 != 0;
    let odd = to_odd(x as u64, if large { (1 << 11) - 1 } else { 0 }) as i64;
    // Not as a whole, of which compilers make no vectors. Nothing is rounded.
    const TWO_TO_32: f64 = 4294967296.0;
    (odd >> 32) as i32 as f64 * TWO_TO_32 + odd as u32 as f64
}

/// `x` in single precision, rounded to odd at the 14th bit, for rounding to one
/// of the halves: they have at most 11 bits.
///
/// What is kept is exact in single precision down to 2⁻¹³⁶, below which all
/// halves are 0; and a large number that single precision lacks is infinite in
/// both. A NaN keeps the head of its payload.
#[inline(always)]
pub(super) fn double_to_odd(x: f64) -> f32 {
    f64::from_bits(to_odd(x.to_bits(), (1 << 39) - 1)) as f32
}

/// Rounds to nearest, ties to even.
#[inline(always)]
fn f32_to_bf16(x: f32) -> bf16 {
    let bits = x.to_bits();
    let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1));
    // Rounding could carry a NaN into infinity; so cut it, and keep it quiet.
    let nan = bits | 0x40_0000;
    let kept = if bits & 0x7fff_ffff > 0x7f80_0000 {
        nan
    } else {
        rounded
    };
    bf16::from_bits((kept >> 16) as u16)
}

/// Rounds to nearest, ties to even.
#[inline(always)]
fn f32_to_f16(x: f32) -> f16 {
    let bits = x.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    // From 2⁻¹⁴ on the numbers of both types are normal: take 13 bits off the
    // significand, rounding, and change the bias of the exponent by 112.
    let odd = magnitude >> 13 & 1;
    let normal = magnitude.wrapping_sub(112 << 23).wrapping_add(0xfff + odd) >> 13;
    // Below, halves are multiples of 2⁻²⁴, which is the last bit of 0.5:
    // adding that number lets the processor round.
    let subnormal = (f32::from_bits(magnitude) + 0.5)
        .to_bits()
        .wrapping_sub(0.5f32.to_bits());
    let finite = if magnitude < 113 << 23 {
        subnormal
    } else {
        normal
    };
    // 65520 is where rounding reaches the infinite.
    let overflow = magnitude >= 0x477f_f000;
    let infinite_or_finite = if overflow { 0x7c00 } else { finite as u16 };
    // A NaN keeps the head of its payload, and is quiet.
    let nan = 0x7e00 | (bits >> 13 & 0x1ff) as u16;
    f16::from_bits(
        sign | if magnitude > 0x7f80_0000 {
            nan
        } else {
            infinite_or_finite
        },
    )
}

/// Exact; a NaN becomes quiet, as IEEE 754 and the processor's instruction
/// have it.
#[inline(always)]
fn f16_to_f32(x: f16) -> f32 {
    let bits = x.to_bits() as u32;
    let sign = (bits & 0x8000) << 16;
    let magnitude = bits & 0x7fff;
    // Shifted into place, the exponent is 112 too small, or 224 when it is
    // that of infinity and NaN.
    let rebias = if magnitude >= 0x7c00 {
        224 << 23
    } else {
        112 << 23
    };
    let normal = (magnitude << 13).wrapping_add(rebias);
    // Subnormal halves count multiples of 2⁻²⁴.
    let subnormal = (magnitude as i32 as f32 * (1.0 / 16777216.0)).to_bits();
    let quiet = if magnitude > 0x7c00 { 0x40_0000 } else { 0 };
    let value = quiet | if magnitude < 0x400 { subnormal } else { normal };
    f32::from_bits(sign | value)
}
