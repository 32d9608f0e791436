//! Conversions in the instructions of AVX2 and F16C, where the compiler makes
//! no vectors: the halves, and 64-bit integers of doubles.

use core::arch::x86_64::*;
use core::marker::PhantomData;

use half::f16;

use super::packed::{Each, Packed, Plain};
use crate::kernels::convert::Value;
use crate::kernels::cpu::Isa;

/// Conversions of whole vectors, for processors that [`Isa::HAS_AVX2`].
pub(super) trait Vector {
    /// The type converted from.
    type From: Value;
    /// The type converted to.
    type To: Value;
    /// Elements at once.
    const COUNT: usize;

    /// Converts `COUNT` elements.
    ///
    /// # Safety
    ///
    /// As for a [`PackedLoop`](super::packed::PackedLoop); and the processor has
    /// AVX2 and F16C.
    unsafe fn convert(dst: *mut u8, src: *const u8);
}

/// A loop by whole vectors, and by one element at a time for the rest, or for
/// all where there are no such instructions.
pub(super) struct ByVector<V>(PhantomData<V>);

impl<V: Vector> Packed for ByVector<V> {
    #[inline(always)]
    unsafe fn run<I: Isa>(dst: *mut u8, src: *const u8, count: usize) {
        let (to_size, from_size) = (size_of::<V::To>(), size_of::<V::From>());
        let mut done = 0;
        // SAFETY: all elements are below `count`.
        unsafe {
            if I::HAS_AVX2 {
                while count - done >= V::COUNT {
                    V::convert(dst.add(done * to_size), src.add(done * from_size));
                    done += V::COUNT;
                }
                if count == done {
                    return;
                }
            }
            let (dst, src) = (dst.add(done * to_size), src.add(done * from_size));
            Each::<Plain<V::From, V::To>>::run::<I>(dst, src, count - done);
        }
    }
}

/// Between float16 and float32.
pub(super) struct Halves<S, D>(PhantomData<(S, D)>);

/// Ties to even.
const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT;

// SAFETY: (all blocks below) plain instructions of the sets that the caller
// vouches for, on as many elements as it vouches for.

impl Vector for Halves<f16, f32> {
    type From = f16;
    type To = f32;
    const COUNT: usize = 16;

    #[inline(always)]
    unsafe fn convert(dst: *mut u8, src: *const u8) {
        // SAFETY: see above.
        unsafe {
            let both = _mm256_loadu_si256(src.cast());
            let low = _mm256_cvtph_ps(_mm256_castsi256_si128(both));
            let high = _mm256_cvtph_ps(_mm256_extracti128_si256::<1>(both));
            _mm256_storeu_ps(dst.cast(), low);
            _mm256_storeu_ps(dst.add(32).cast(), high);
        }
    }
}

impl Vector for Halves<f32, f16> {
    type From = f32;
    type To = f16;
    const COUNT: usize = 16;

    #[inline(always)]
    unsafe fn convert(dst: *mut u8, src: *const u8) {
        // SAFETY: see above.
        unsafe {
            let low = _mm256_loadu_ps(src.cast());
            let high = _mm256_loadu_ps(src.add(32).cast());
            _mm_storeu_si128(dst.cast(), _mm256_cvtps_ph::<NEAREST>(low));
            _mm_storeu_si128(dst.add(16).cast(), _mm256_cvtps_ph::<NEAREST>(high));
        }
    }
}

impl Vector for Halves<f64, f16> {
    type From = f64;
    type To = f16;
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn convert(dst: *mut u8, src: *const u8) {
        /// `convert::double_to_odd`.
        #[inline(always)]
        unsafe fn to_odd(from: *const u8) -> __m128 {
            // SAFETY: see above.
            unsafe {
                let cut = _mm256_set1_epi64x((1 << 39) - 1);
                let x = _mm256_loadu_si256(from.cast());
                let carried = _mm256_add_epi64(_mm256_and_si256(x, cut), cut);
                let odd = _mm256_andnot_si256(cut, _mm256_or_si256(x, carried));
                _mm256_cvtpd_ps(_mm256_castsi256_pd(odd))
            }
        }
        // SAFETY: see above.
        unsafe {
            let both = _mm256_set_m128(to_odd(src.add(32)), to_odd(src));
            _mm_storeu_si128(dst.cast(), _mm256_cvtps_ph::<NEAREST>(both));
        }
    }
}

/// From float64 to a 64-bit integer `D`.
pub(super) struct Doubles<D>(PhantomData<D>);

/// Exponents as they stand in a double: of 2⁵², where the last bit of the
/// significand counts 1, and of the first numbers that are too large.
const OF_ONE_AT_THE_END: i64 = 1023 + 52;
const OF_2_TO_63: i64 = 1023 + 63;
const OF_2_TO_64: i64 = 1023 + 64;
const SIGNIFICAND: i64 = (1 << 52) - 1;
const INFINITE: i64 = 0x7ff << 52;

/// Four doubles without their signs: their bits, their exponents, and the
/// integers that they are with the fraction dropped, if those have 64 bits.
#[inline(always)]
unsafe fn magnitudes(bits: __m256i) -> (__m256i, __m256i, __m256i) {
    // SAFETY: see above.
    unsafe {
        let bits = _mm256_and_si256(bits, _mm256_set1_epi64x(i64::MAX));
        let exponent = _mm256_srli_epi64::<52>(bits);
        let significand = _mm256_or_si256(
            _mm256_and_si256(bits, _mm256_set1_epi64x(SIGNIFICAND)),
            _mm256_set1_epi64x(1 << 52),
        );
        // A shift by more than 63, or by a negative number, gives 0; so one of
        // the two does, or both are by 0.
        let end = _mm256_set1_epi64x(OF_ONE_AT_THE_END);
        let left = _mm256_sllv_epi64(significand, _mm256_sub_epi64(exponent, end));
        let right = _mm256_srlv_epi64(significand, _mm256_sub_epi64(end, exponent));
        (bits, exponent, _mm256_or_si256(left, right))
    }
}

impl Vector for Doubles<i64> {
    type From = f64;
    type To = i64;
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn convert(dst: *mut u8, src: *const u8) {
        // SAFETY: see above.
        unsafe {
            let x = _mm256_loadu_si256(src.cast());
            let (bits, exponent, magnitude) = magnitudes(x);
            let negative = _mm256_cmpgt_epi64(_mm256_setzero_si256(), x);
            let whole = _mm256_sub_epi64(_mm256_xor_si256(magnitude, negative), negative);
            let large = _mm256_cmpgt_epi64(exponent, _mm256_set1_epi64x(OF_2_TO_63 - 1));
            let end = _mm256_xor_si256(_mm256_set1_epi64x(i64::MAX), negative);
            let whole = _mm256_blendv_epi8(whole, end, large);
            let nan = _mm256_cmpgt_epi64(bits, _mm256_set1_epi64x(INFINITE));
            _mm256_storeu_si256(dst.cast(), _mm256_andnot_si256(nan, whole));
        }
    }
}

impl Vector for Doubles<u64> {
    type From = f64;
    type To = u64;
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn convert(dst: *mut u8, src: *const u8) {
        // SAFETY: see above.
        unsafe {
            let x = _mm256_loadu_si256(src.cast());
            let (_, exponent, magnitude) = magnitudes(x);
            let large = _mm256_cmpgt_epi64(exponent, _mm256_set1_epi64x(OF_2_TO_64 - 1));
            let whole = _mm256_or_si256(magnitude, large);
            // Positive ones up to infinity are integers from 0 to its bits, plus
            // one: no negative number is among them, and no NaN.
            let negative = _mm256_cmpgt_epi64(_mm256_setzero_si256(), x);
            let nan = _mm256_cmpgt_epi64(x, _mm256_set1_epi64x(INFINITE));
            let zero = _mm256_or_si256(negative, nan);
            _mm256_storeu_si256(dst.cast(), _mm256_andnot_si256(zero, whole));
        }
    }
}
