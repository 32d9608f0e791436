//! Conversions of packed elements to packed elements: the loops that all casts
//! are made of, and which of them is direct.
//!
//! There is one for each pair of real types but those that have an exact way
//! through another type (`steps.rs`), and each is compiled for every level of
//! the processor. Most are what the compiler makes of one element at a time;
//! where it does badly the same function is written so that it does well, or
//! (the halves; 64-bit integers from doubles) with the processor's own
//! instructions in `x86.rs`. All give what `convert.rs` says.

use core::marker::PhantomData;

use half::{bf16, f16};
use num_complex::Complex;

use super::saturate::Saturate;
#[cfg(target_arch = "x86_64")]
use super::x86;
use crate::dtype::Element;
use crate::kernels::convert::{Value, convert, double_to_odd, signed_to_odd, unsigned_to_odd};
use crate::kernels::cpu::{Isa, Level, levels};
use crate::kernels::element::Bool;
use crate::kernels::map::{at, at_mut};

/// A loop over packed elements: `(dst, src, count)`.
///
/// # Safety
///
/// The `count` elements from `src` must be readable and initialised and those
/// from `dst` writable, of the loop's types, nobody else may write them
/// meanwhile, and the two must not overlap. Neither need be aligned.
pub(in crate::kernels) type PackedLoop = unsafe fn(dst: *mut u8, src: *const u8, count: usize);

levels! {
    /// The body of a [`PackedLoop`].
    trait Packed, fn packed -> unsafe fn(dst: *mut u8, src: *const u8, count: usize);
}

/// What one element becomes.
pub(super) trait Rule {
    /// The type converted from.
    type From: Copy;
    /// The type converted to.
    type To: Copy;
    /// Converts one element.
    fn apply(x: Self::From) -> Self::To;
}

/// Element by element; the compiler makes vectors of it.
pub(super) struct Each<R>(PhantomData<R>);

impl<R: Rule> Packed for Each<R> {
    const GAINS_BY_AVX512: bool = true;

    #[inline(always)]
    unsafe fn run<I: Isa>(dst: *mut u8, src: *const u8, count: usize) {
        let (step, src_step) = (size_of::<R::To>() as isize, size_of::<R::From>() as isize);
        for k in 0..count {
            // SAFETY: element `k` is below `count`.
            unsafe {
                let x = at::<R::From>(src, src_step, k).read_unaligned();
                at_mut::<R::To>(dst, step, k).write_unaligned(R::apply(x));
            }
        }
    }
}

/// As `convert.rs` says it.
pub(super) struct Plain<S, D>(PhantomData<(S, D)>);

impl<S: Value, D: Value> Rule for Plain<S, D> {
    type From = S;
    type To = D;
    #[inline(always)]
    fn apply(x: S) -> D {
        convert::<S, D>(x)
    }
}

/// From a floating-point number to an integer of at most 32 bits, without the
/// branches that would keep the compiler from making vectors.
struct Saturated<S, D>(PhantomData<(S, D)>);

impl<S: Saturate<D>, D: Copy> Rule for Saturated<S, D> {
    type From = S;
    type To = D;
    #[inline(always)]
    fn apply(x: S) -> D {
        x.saturate()
    }
}

/// Rounded to odd, in a type that the halves are made from.
struct ToOdd<S, D>(PhantomData<(S, D)>);

/// By way of double precision, for which there are better instructions.
struct UnsignedToSingle;

macro_rules! rules {
    ($($rule:ty: $from:ident => $to:ident, $x:ident: $result:expr;)*) => {$(
        impl Rule for $rule {
            type From = $from;
            type To = $to;
            #[inline(always)]
            fn apply($x: $from) -> $to {
                $result
            }
        }
    )*};
}
rules! {
    ToOdd<f64, f32>: f64 => f32, x: double_to_odd(x);
    ToOdd<i64, f64>: i64 => f64, x: signed_to_odd(x);
    ToOdd<u64, f64>: u64 => f64, x: unsigned_to_odd(x);
    UnsignedToSingle: u64 => f32, x: unsigned_to_odd(x) as f32;
    Swapped<u16>: u16 => u16, x: x.swap_bytes();
    Swapped<u32>: u32 => u32, x: x.swap_bytes();
    Swapped<u64>: u64 => u64, x: x.swap_bytes();
}

/// With the bytes of each word reversed.
struct Swapped<W>(PhantomData<W>);

fn plain<S: Value, D: Value>(level: Level) -> PackedLoop {
    packed::<Each<Plain<S, D>>>(level)
}

fn saturated<S: Saturate<D> + 'static, D: Copy + 'static>(level: Level) -> PackedLoop {
    packed::<Each<Saturated<S, D>>>(level)
}

/// The loop that reverses the bytes of words.
pub(super) fn swapped(word_size: usize, level: Level) -> Option<PackedLoop> {
    Some(match word_size {
        2 => packed::<Each<Swapped<u16>>>(level),
        4 => packed::<Each<Swapped<u32>>>(level),
        8 => packed::<Each<Swapped<u64>>>(level),
        _ => return None,
    })
}

/// The loop that rounds *to odd*, and the type that it does that in: float32 of
/// float64, that of 64-bit integers.
pub(super) fn to_odd(from: Element, level: Level) -> Option<(PackedLoop, Element)> {
    use Element::*;
    Some(match from {
        Float64 => (packed::<Each<ToOdd<f64, f32>>>(level), Float32),
        Int64 => (packed::<Each<ToOdd<i64, f64>>>(level), Float64),
        UInt64 => (packed::<Each<ToOdd<u64, f64>>>(level), Float64),
        _ => return None,
    })
}

/// The loop that converts `from` to `to` in one step, where there is one.
///
/// Between integers, those that differ only in a sign that does not matter
/// share a loop; those of one size have none, since no bit changes.
pub(super) fn direct(from: Element, to: Element, level: Level) -> Option<PackedLoop> {
    use Element::*;
    Some(match (from, to) {
        (Bool | Int8 | UInt8, Bool) | (Bool, Int8 | UInt8) => plain::<Truth, Truth>(level),
        (Int16 | UInt16, Bool) => plain::<u16, Truth>(level),
        (Int32 | UInt32, Bool) => plain::<u32, Truth>(level),
        (Int64 | UInt64, Bool) => plain::<u64, Truth>(level),
        (Float32, Bool) => plain::<f32, Truth>(level),
        (Float64, Bool) => plain::<f64, Truth>(level),
        (Complex64, Bool) => plain::<Complex<f32>, Truth>(level),
        (Complex128, Bool) => plain::<Complex<f64>, Truth>(level),

        (Int8, Int16 | UInt16) => plain::<i8, i16>(level),
        (Int8, Int32 | UInt32) => plain::<i8, i32>(level),
        (Int8, Int64 | UInt64) => plain::<i8, i64>(level),
        (UInt8, Int16 | UInt16) => plain::<u8, i16>(level),
        (UInt8, Int32 | UInt32) => plain::<u8, i32>(level),
        (UInt8, Int64 | UInt64) => plain::<u8, i64>(level),
        (Int16, Int32 | UInt32) => plain::<i16, i32>(level),
        (Int16, Int64 | UInt64) => plain::<i16, i64>(level),
        (UInt16, Int32 | UInt32) => plain::<u16, i32>(level),
        (UInt16, Int64 | UInt64) => plain::<u16, i64>(level),
        (Int32, Int64 | UInt64) => plain::<i32, i64>(level),
        (UInt32, Int64 | UInt64) => plain::<u32, i64>(level),

        (Int16 | UInt16, Int8 | UInt8) => plain::<i16, i8>(level),
        (Int32 | UInt32, Int8 | UInt8) => plain::<i32, i8>(level),
        (Int32 | UInt32, Int16 | UInt16) => plain::<i32, i16>(level),
        (Int64 | UInt64, Int8 | UInt8) => plain::<i64, i8>(level),
        (Int64 | UInt64, Int16 | UInt16) => plain::<i64, i16>(level),
        (Int64 | UInt64, Int32 | UInt32) => plain::<i64, i32>(level),

        (Int8, Float32) => plain::<i8, f32>(level),
        (Int16, Float32) => plain::<i16, f32>(level),
        (Int32, Float32) => plain::<i32, f32>(level),
        (Int64, Float32) => plain::<i64, f32>(level),
        (UInt8, Float32) => plain::<u8, f32>(level),
        (UInt16, Float32) => plain::<u16, f32>(level),
        (UInt32, Float32) => plain::<u32, f32>(level),
        (UInt64, Float32) => packed::<Each<UnsignedToSingle>>(level),

        (Int8, Float64) => plain::<i8, f64>(level),
        (Int16, Float64) => plain::<i16, f64>(level),
        (Int32, Float64) => plain::<i32, f64>(level),
        (Int64, Float64) => plain::<i64, f64>(level),
        (UInt8, Float64) => plain::<u8, f64>(level),
        (UInt16, Float64) => plain::<u16, f64>(level),
        (UInt32, Float64) => plain::<u32, f64>(level),
        (UInt64, Float64) => plain::<u64, f64>(level),

        (Float32, Int8) => saturated::<f32, i8>(level),
        (Float32, Int16) => saturated::<f32, i16>(level),
        (Float32, Int32) => saturated::<f32, i32>(level),
        (Float32, UInt8) => saturated::<f32, u8>(level),
        (Float32, UInt16) => saturated::<f32, u16>(level),
        (Float32, UInt32) => saturated::<f32, u32>(level),

        (Float64, Int8) => saturated::<f64, i8>(level),
        (Float64, Int16) => saturated::<f64, i16>(level),
        (Float64, Int32) => saturated::<f64, i32>(level),
        (Float64, UInt8) => saturated::<f64, u8>(level),
        (Float64, UInt16) => saturated::<f64, u16>(level),
        (Float64, UInt32) => saturated::<f64, u32>(level),
        (Float64, Int64) => integers_of_doubles::<i64>(level),
        (Float64, UInt64) => integers_of_doubles::<u64>(level),

        (Float32, Float64) => plain::<f32, f64>(level),
        (Float64, Float32) => plain::<f64, f32>(level),
        (Float16, Float32) => halves::<f16, f32>(level),
        (Float32, Float16) => halves::<f32, f16>(level),
        (BFloat16, Float32) => plain::<bf16, f32>(level),
        (Float32, BFloat16) => plain::<f32, bf16>(level),
        (Float64, Float16) if level >= Level::Avx2 => halves::<f64, f16>(level),

        (Float32, Complex64) => plain::<f32, Complex<f32>>(level),
        (Float64, Complex128) => plain::<f64, Complex<f64>>(level),
        _ => return None,
    })
}

/// Within [`direct`] the name means the element type.
type Truth = Bool;

#[cfg(target_arch = "x86_64")]
fn integers_of_doubles<D: Value>(level: Level) -> PackedLoop
where
    x86::Doubles<D>: x86::Vector,
{
    packed::<x86::ByVector<x86::Doubles<D>>>(level)
}

#[cfg(not(target_arch = "x86_64"))]
fn integers_of_doubles<D: Value>(level: Level) -> PackedLoop {
    plain::<f64, D>(level)
}

#[cfg(target_arch = "x86_64")]
fn halves<S: Value, D: Value>(level: Level) -> PackedLoop
where
    x86::Halves<S, D>: x86::Vector,
{
    packed::<x86::ByVector<x86::Halves<S, D>>>(level)
}

#[cfg(not(target_arch = "x86_64"))]
fn halves<S: Value, D: Value>(level: Level) -> PackedLoop {
    plain::<S, D>(level)
}
