//! Which instructions the processor has, and code compiled for each level of
//! them.
//!
//! A kernel is written once, as the body of a type (see [`levels!`]), over the
//! small set of vector operations of [`Isa`]; a thin wrapper compiles it for
//! each [`Level`], and [`level`] says which of them to take. What is chosen
//! depends on the processor alone, unless the environment variable
//! `LIBARRAY_CPU` (`portable`, `sse2`, `avx2` or `avx512`) asks for less, so
//! that every level can be tested where the highest one runs. It is read once.
//!
//! The results never depend on the level.

use core::sync::atomic::{AtomicU8, Ordering};

/// How much of the instruction set may be used; each includes those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Level {
    /// Whatever the compiler makes of plain code; the only level of processors
    /// other than x86-64, for which alone it is compiled, and for the tests. On
    /// x86-64 the next one stands for it.
    Portable = 1,
    /// What every x86-64 processor has.
    Sse2,
    /// AVX2, BMI1, BMI2, F16C, FMA, LZCNT, POPCNT.
    Avx2,
    /// AVX-512 F, BW, CD, DQ, VL. Code written for AVX2, compiled with the
    /// larger set of registers and instructions.
    Avx512,
}

impl Level {
    /// All of them, lowest first.
    pub(super) const ALL: [Level; 4] = [Level::Portable, Level::Sse2, Level::Avx2, Level::Avx512];

    /// Its name in the environment variable.
    pub(super) fn name(self) -> &'static str {
        match self {
            Level::Portable => "portable",
            Level::Sse2 => "sse2",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        }
    }

    /// The highest level of this processor.
    pub(super) fn highest() -> Level {
        #[cfg(target_arch = "x86_64")]
        {
            macro_rules! all {
                ($($feature:tt)*) => { $(std::is_x86_feature_detected!($feature))&&* };
            }
            if !all!("avx2" "bmi1" "bmi2" "f16c" "fma" "lzcnt" "popcnt") {
                Level::Sse2
            } else if !all!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl") {
                Level::Avx2
            } else {
                Level::Avx512
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Level::Portable
    }

    /// The levels that this processor can run, lowest first.
    #[cfg(test)]
    pub(in crate::kernels) fn available() -> impl Iterator<Item = Level> {
        Level::ALL
            .into_iter()
            .filter(|&level| level <= Level::highest())
    }
}

/// The level in use; 0 until it is known.
static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// The level that kernels are chosen for.
#[inline]
pub(super) fn level() -> Level {
    match CHOSEN.load(Ordering::Relaxed) {
        1 => Level::Portable,
        2 => Level::Sse2,
        3 => Level::Avx2,
        4 => Level::Avx512,
        _ => choose(),
    }
}

/// Several threads may do this at once; all come to the same answer.
#[cold]
fn choose() -> Level {
    // SAFETY: the name is NUL-terminated. A program that changes its
    // environment while another thread reads it breaks the rules of `setenv`.
    let wanted = unsafe { libc::getenv(c"LIBARRAY_CPU".as_ptr()) };
    let mut level = Level::highest();
    if !wanted.is_null() {
        // SAFETY: what `getenv` returns is a NUL-terminated string.
        let wanted = unsafe { core::ffi::CStr::from_ptr(wanted) }.to_bytes();
        let asked = Level::ALL
            .into_iter()
            .find(|level| level.name().as_bytes() == wanted);
        level = asked.map_or(level, |asked| asked.min(level));
    }
    CHOSEN.store(level as u8, Ordering::Relaxed);
    level
}

/// The vector operations that kernels are written in: registers of one or two
/// lanes of 16 bytes, in which the same happens. All are inlined into a wrapper
/// that [`levels!`] makes, and must only be called from there.
pub(super) trait Isa: Copy + 'static {
    /// A register.
    type Register: Copy;
    /// Lanes of 16 bytes in a register.
    const LANES: usize;
    /// Bytes of a register.
    const WIDTH: usize = 16 * Self::LANES;
    /// Whether [`Isa::shuffle`] is one instruction.
    const HAS_SHUFFLE: bool;
    /// Whether kernels may use the instructions of [`Level::Avx2`] directly.
    const HAS_AVX2: bool;

    /// Reads [`Isa::WIDTH`] bytes.
    unsafe fn load(from: *const u8) -> Self::Register;
    /// Reads 16 bytes for each lane: from `first`, and (where there are two)
    /// from `second`.
    unsafe fn load_lanes(first: *const u8, second: *const u8) -> Self::Register;
    /// Writes [`Isa::WIDTH`] bytes.
    unsafe fn store(to: *mut u8, value: Self::Register);
    /// Writes 16 bytes of each lane: to `first`, and (where there are two) to
    /// `second`.
    unsafe fn store_lanes(first: *mut u8, second: *mut u8, value: Self::Register);
    /// Writes [`Isa::WIDTH`] bytes to a multiple of [`Isa::WIDTH`], past the
    /// caches; [`fence`] has to follow before anybody else may read them.
    unsafe fn stream(to: *mut u8, value: Self::Register);
    /// Within each lane, units of `SIZE` bytes of `a` and `b` in turns: those of
    /// the lower halves, and those of the upper halves.
    unsafe fn unpack<const SIZE: usize>(
        a: Self::Register,
        b: Self::Register,
    ) -> (Self::Register, Self::Register);
    /// Within each lane, every second unit of `SIZE` bytes, the first included: of
    /// `a`, then of `b`.
    unsafe fn evens<const SIZE: usize>(a: Self::Register, b: Self::Register) -> Self::Register;
    /// Within each lane, byte k of the result is the byte of `value` that byte k
    /// of `table` names, or 0 where that has its high bit set.
    unsafe fn shuffle(value: Self::Register, table: Self::Register) -> Self::Register;
    /// Bitwise or.
    unsafe fn or(a: Self::Register, b: Self::Register) -> Self::Register;
    /// The same 16 bytes in every lane.
    unsafe fn repeat_lane(lane: [u8; 16]) -> Self::Register;
    /// Bit k tells whether byte k is not zero.
    unsafe fn nonzero(value: Self::Register) -> u32;
}

/// Bytes of a line of the caches.
pub(super) const LINE: usize = 64;

/// Makes streamed stores visible to everybody.
#[inline(always)]
pub(super) fn fence() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 processor has it, and it only waits.
    unsafe {
        core::arch::x86_64::_mm_sfence();
    }
}

/// Brings the lines of so many bytes to the caches, where there are any.
#[inline(always)]
pub(super) fn fetch(start: *const u8, nbytes: usize) {
    #[cfg(target_arch = "x86_64")]
    for k in (0..nbytes).step_by(LINE) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: it does nothing where nothing can be read.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(start.wrapping_add(k).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (start, nbytes);
}

/// Plain code, of which the compiler makes what the processor has.
#[derive(Clone, Copy)]
#[cfg_attr(all(target_arch = "x86_64", not(test)), allow(dead_code))]
pub(super) struct Portable;

impl Isa for Portable {
    type Register = [u8; 16];
    const LANES: usize = 1;
    const HAS_SHUFFLE: bool = false;
    const HAS_AVX2: bool = false;

    #[inline(always)]
    unsafe fn load(from: *const u8) -> [u8; 16] {
        // SAFETY: the caller's promise.
        unsafe { from.cast::<[u8; 16]>().read() }
    }
    #[inline(always)]
    unsafe fn load_lanes(first: *const u8, _second: *const u8) -> [u8; 16] {
        // SAFETY: the caller's promise.
        unsafe { Self::load(first) }
    }
    #[inline(always)]
    unsafe fn store(to: *mut u8, value: [u8; 16]) {
        // SAFETY: the caller's promise.
        unsafe { to.cast::<[u8; 16]>().write(value) }
    }
    #[inline(always)]
    unsafe fn store_lanes(first: *mut u8, _second: *mut u8, value: [u8; 16]) {
        // SAFETY: the caller's promise.
        unsafe { Self::store(first, value) }
    }
    #[inline(always)]
    unsafe fn stream(to: *mut u8, value: [u8; 16]) {
        // SAFETY: the caller's promise.
        unsafe { Self::store(to, value) }
    }
    #[inline(always)]
    unsafe fn unpack<const SIZE: usize>(a: [u8; 16], b: [u8; 16]) -> ([u8; 16], [u8; 16]) {
        let pick = |half: usize| {
            core::array::from_fn(|k| {
                let unit = k / SIZE;
                let from = half + unit / 2 * SIZE + k % SIZE;
                if unit.is_multiple_of(2) {
                    a[from]
                } else {
                    b[from]
                }
            })
        };
        (pick(0), pick(8))
    }
    #[inline(always)]
    unsafe fn evens<const SIZE: usize>(a: [u8; 16], b: [u8; 16]) -> [u8; 16] {
        core::array::from_fn(|k| {
            let from = k % 8 / SIZE * 2 * SIZE + k % SIZE;
            if k < 8 { a[from] } else { b[from] }
        })
    }
    #[inline(always)]
    unsafe fn shuffle(value: [u8; 16], table: [u8; 16]) -> [u8; 16] {
        table.map(|k| {
            if k < 128 {
                value[usize::from(k & 15)]
            } else {
                0
            }
        })
    }
    #[inline(always)]
    unsafe fn or(a: [u8; 16], b: [u8; 16]) -> [u8; 16] {
        core::array::from_fn(|k| a[k] | b[k])
    }
    #[inline(always)]
    unsafe fn repeat_lane(lane: [u8; 16]) -> [u8; 16] {
        lane
    }
    #[inline(always)]
    unsafe fn nonzero(value: [u8; 16]) -> u32 {
        const LOW: u64 = u64::MAX / 255 * 0x7f;
        let half = |word: u64| {
            // The high bit of each byte that is not zero: adding 127 to its low
            // seven bits carries into it, unless they are zero.
            let high = (((word & LOW) + LOW) | word) & !LOW;
            // The factor brings the bit of byte k to bit 56 + k.
            ((high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
        };
        let value = u128::from_le_bytes(value);
        half(value as u64) | half((value >> 64) as u64) << 8
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Isa;
    use core::arch::x86_64::*;

    /// What every x86-64 processor has.
    #[derive(Clone, Copy)]
    pub(in crate::kernels) struct Sse2;

    // SAFETY: (all blocks below) plain instructions of the set that the wrapper
    // around the kernel is compiled for; what memory they touch is the caller's
    // promise.
    impl Isa for Sse2 {
        type Register = __m128i;
        const LANES: usize = 1;
        const HAS_SHUFFLE: bool = false;
        const HAS_AVX2: bool = false;

        #[inline(always)]
        unsafe fn load(from: *const u8) -> __m128i {
            // SAFETY: see above.
            unsafe { _mm_loadu_si128(from.cast()) }
        }
        #[inline(always)]
        unsafe fn load_lanes(first: *const u8, _second: *const u8) -> __m128i {
            // SAFETY: see above.
            unsafe { Self::load(first) }
        }
        #[inline(always)]
        unsafe fn store(to: *mut u8, value: __m128i) {
            // SAFETY: see above.
            unsafe { _mm_storeu_si128(to.cast(), value) }
        }
        #[inline(always)]
        unsafe fn store_lanes(first: *mut u8, _second: *mut u8, value: __m128i) {
            // SAFETY: see above.
            unsafe { Self::store(first, value) }
        }
        #[inline(always)]
        unsafe fn stream(to: *mut u8, value: __m128i) {
            // SAFETY: see above; the place is aligned.
            unsafe { _mm_stream_si128(to.cast(), value) }
        }
        #[inline(always)]
        unsafe fn unpack<const SIZE: usize>(a: __m128i, b: __m128i) -> (__m128i, __m128i) {
            // SAFETY: see above.
            unsafe {
                match SIZE {
                    1 => (_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b)),
                    2 => (_mm_unpacklo_epi16(a, b), _mm_unpackhi_epi16(a, b)),
                    4 => (_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b)),
                    _ => (_mm_unpacklo_epi64(a, b), _mm_unpackhi_epi64(a, b)),
                }
            }
        }
        #[inline(always)]
        unsafe fn evens<const SIZE: usize>(a: __m128i, b: __m128i) -> __m128i {
            // SAFETY: see above. Packing saturates, so what is packed is made to
            // fit first.
            unsafe {
                match SIZE {
                    1 => {
                        let low = |r| _mm_and_si128(r, _mm_set1_epi16(0xff));
                        _mm_packus_epi16(low(a), low(b))
                    }
                    2 => {
                        let low = |r| _mm_srai_epi32::<16>(_mm_slli_epi32::<16>(r));
                        _mm_packs_epi32(low(a), low(b))
                    }
                    4 => {
                        let (a, b) = (_mm_castsi128_ps(a), _mm_castsi128_ps(b));
                        _mm_castps_si128(_mm_shuffle_ps::<0b10_00_10_00>(a, b))
                    }
                    _ => _mm_unpacklo_epi64(a, b),
                }
            }
        }
        #[inline(always)]
        unsafe fn shuffle(value: __m128i, table: __m128i) -> __m128i {
            // SAFETY: see above; both are 16 bytes.
            unsafe {
                let [value, table] = [value, table].map(|r| core::mem::transmute(r));
                core::mem::transmute(super::Portable::shuffle(value, table))
            }
        }
        #[inline(always)]
        unsafe fn or(a: __m128i, b: __m128i) -> __m128i {
            // SAFETY: see above.
            unsafe { _mm_or_si128(a, b) }
        }
        #[inline(always)]
        unsafe fn repeat_lane(lane: [u8; 16]) -> __m128i {
            // SAFETY: see above.
            unsafe { Self::load(lane.as_ptr()) }
        }
        #[inline(always)]
        unsafe fn nonzero(value: __m128i) -> u32 {
            // SAFETY: see above.
            unsafe {
                !_mm_movemask_epi8(_mm_cmpeq_epi8(value, _mm_setzero_si128())) as u32 & 0xffff
            }
        }
    }

    /// Two lanes.
    #[derive(Clone, Copy)]
    pub(in crate::kernels) struct Avx2;

    // SAFETY: (all blocks below) as for `Sse2`.
    impl Isa for Avx2 {
        type Register = __m256i;
        const LANES: usize = 2;
        const HAS_SHUFFLE: bool = true;
        const HAS_AVX2: bool = true;

        #[inline(always)]
        unsafe fn load(from: *const u8) -> __m256i {
            // SAFETY: see above.
            unsafe { _mm256_loadu_si256(from.cast()) }
        }
        #[inline(always)]
        unsafe fn load_lanes(first: *const u8, second: *const u8) -> __m256i {
            // SAFETY: see above.
            unsafe {
                let low = _mm256_castsi128_si256(_mm_loadu_si128(first.cast()));
                _mm256_inserti128_si256::<1>(low, _mm_loadu_si128(second.cast()))
            }
        }
        #[inline(always)]
        unsafe fn store(to: *mut u8, value: __m256i) {
            // SAFETY: see above.
            unsafe { _mm256_storeu_si256(to.cast(), value) }
        }
        #[inline(always)]
        unsafe fn store_lanes(first: *mut u8, second: *mut u8, value: __m256i) {
            // SAFETY: see above.
            unsafe {
                _mm_storeu_si128(first.cast(), _mm256_castsi256_si128(value));
                _mm_storeu_si128(second.cast(), _mm256_extracti128_si256::<1>(value));
            }
        }
        #[inline(always)]
        unsafe fn stream(to: *mut u8, value: __m256i) {
            // SAFETY: see above; the place is aligned.
            unsafe { _mm256_stream_si256(to.cast(), value) }
        }
        #[inline(always)]
        unsafe fn unpack<const SIZE: usize>(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
            // SAFETY: see above.
            unsafe {
                match SIZE {
                    1 => (_mm256_unpacklo_epi8(a, b), _mm256_unpackhi_epi8(a, b)),
                    2 => (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)),
                    4 => (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)),
                    _ => (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b)),
                }
            }
        }
        #[inline(always)]
        unsafe fn evens<const SIZE: usize>(a: __m256i, b: __m256i) -> __m256i {
            // SAFETY: see above. Packing saturates, so what is packed is made to
            // fit first.
            unsafe {
                match SIZE {
                    1 => {
                        let mask = _mm256_set1_epi16(0xff);
                        _mm256_packus_epi16(_mm256_and_si256(a, mask), _mm256_and_si256(b, mask))
                    }
                    2 => {
                        let mask = _mm256_set1_epi32(0xffff);
                        _mm256_packus_epi32(_mm256_and_si256(a, mask), _mm256_and_si256(b, mask))
                    }
                    4 => {
                        let (a, b) = (_mm256_castsi256_ps(a), _mm256_castsi256_ps(b));
                        _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(a, b))
                    }
                    _ => _mm256_unpacklo_epi64(a, b),
                }
            }
        }
        #[inline(always)]
        unsafe fn shuffle(value: __m256i, table: __m256i) -> __m256i {
            // SAFETY: see above.
            unsafe { _mm256_shuffle_epi8(value, table) }
        }
        #[inline(always)]
        unsafe fn or(a: __m256i, b: __m256i) -> __m256i {
            // SAFETY: see above.
            unsafe { _mm256_or_si256(a, b) }
        }
        #[inline(always)]
        unsafe fn repeat_lane(lane: [u8; 16]) -> __m256i {
            // SAFETY: see above.
            unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(lane.as_ptr().cast())) }
        }
        #[inline(always)]
        unsafe fn nonzero(value: __m256i) -> u32 {
            // SAFETY: see above.
            unsafe {
                !_mm256_movemask_epi8(_mm256_cmpeq_epi8(value, _mm256_setzero_si256())) as u32
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Sse2};

/// Declares a family of kernels of one signature: a trait whose `run` is the
/// body, and a function that gives the body compiled for a level.
///
/// ```ignore
/// levels! {
///     /// What the kernels of the family do.
///     trait RunKernel, fn run_kernel -> unsafe fn(dst: *mut u8, count: usize);
/// }
/// struct Zero;
/// impl RunKernel for Zero {
///     #[inline(always)]
///     unsafe fn run<I: Isa>(dst: *mut u8, count: usize) { … }
/// }
/// let zero = run_kernel::<Zero>(level());
/// ```
///
/// Bodies, and all functions that they call with vector operations, must be
/// `#[inline(always)]`: code outside of the wrapper is compiled without its
/// instructions, and each operation there becomes a call. So a closure must not
/// contain one, unless it is inlined for certain: called in one place only.
macro_rules! levels {
    (
        $(#[$doc:meta])*
        trait $Kernel:ident, fn $choose:ident ->
        unsafe fn($($name:ident: $type:ty),* $(,)?) $(-> $result:ty)?;
    ) => {
        $(#[$doc])*
        pub(super) trait $Kernel {
            /// Whether it is compiled for AVX-512 by itself. What works with
            /// registers of 32 bytes by hand would only become larger.
            const GAINS_BY_AVX512: bool = false;

            /// The body.
            ///
            /// # Safety
            ///
            /// That of the family; and the processor has the instructions.
            unsafe fn run<I: $crate::kernels::cpu::Isa>($($name: $type),*) $(-> $result)?;
        }

        /// The kernel compiled for a level, at most the processor's own.
        #[allow(clippy::too_many_arguments)]
        pub(super) fn $choose<K: $Kernel>(
            level: $crate::kernels::cpu::Level,
        ) -> unsafe fn($($type),*) $(-> $result)? {
            use $crate::kernels::cpu::{self, Level};

            #[cfg(any(test, not(target_arch = "x86_64")))]
            unsafe fn portable<K: $Kernel>($($name: $type),*) $(-> $result)? {
                // SAFETY: the same contract.
                unsafe { K::run::<cpu::Portable>($($name),*) }
            }
            #[cfg(target_arch = "x86_64")]
            unsafe fn sse2<K: $Kernel>($($name: $type),*) $(-> $result)? {
                // SAFETY: the same contract.
                unsafe { K::run::<cpu::Sse2>($($name),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi1,bmi2,f16c,fma,lzcnt,popcnt")]
            unsafe fn avx2<K: $Kernel>($($name: $type),*) $(-> $result)? {
                // SAFETY: the same contract.
                unsafe { K::run::<cpu::Avx2>($($name),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi1,bmi2,f16c,fma,lzcnt,popcnt")]
            #[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]
            unsafe fn avx512<K: $Kernel>($($name: $type),*) $(-> $result)? {
                // SAFETY: the same contract.
                unsafe { K::run::<cpu::Avx2>($($name),*) }
            }
            match level {
                #[cfg(target_arch = "x86_64")]
                Level::Avx512 if K::GAINS_BY_AVX512 => avx512::<K>,
                #[cfg(target_arch = "x86_64")]
                Level::Avx512 | Level::Avx2 => avx2::<K>,
                #[cfg(target_arch = "x86_64")]
                Level::Sse2 => sse2::<K>,
                #[cfg(any(test, not(target_arch = "x86_64")))]
                _ => portable::<K>,
                #[cfg(not(any(test, not(target_arch = "x86_64"))))]
                _ => sse2::<K>,
            }
        }
    };
}
pub(super) use levels;

#[cfg(test)]
mod tests {
    use super::*;

    levels! {
        /// Every operation, on two registers of bytes; writes five results.
        trait EachOperation, fn each_operation ->
        unsafe fn(a: *const u8, b: *const u8, table: *const u8, out: *mut u8) -> usize;
    }

    struct All;
    impl EachOperation for All {
        #[inline(always)]
        unsafe fn run<I: Isa>(a: *const u8, b: *const u8, table: *const u8, out: *mut u8) -> usize {
            // SAFETY: the test's buffers have room for all of it.
            unsafe {
                let (x, y) = (I::load(a), I::load_lanes(b, b.add(16)));
                let mut place = out;
                let mut put = |value: I::Register| {
                    I::store_lanes(place, place.add(16), value);
                    place = place.add(I::WIDTH);
                };
                for (low, high) in [
                    I::unpack::<1>(x, y),
                    I::unpack::<2>(x, y),
                    I::unpack::<4>(x, y),
                    I::unpack::<8>(x, y),
                ] {
                    put(low);
                    put(high);
                }
                put(I::shuffle(
                    x,
                    I::repeat_lane(table.cast::<[u8; 16]>().read()),
                ));
                put(I::or(x, y));
                put(I::evens::<1>(x, y));
                put(I::evens::<2>(x, y));
                put(I::evens::<4>(x, y));
                put(I::evens::<8>(x, y));
                I::stream(place, x);
                fence();
                place = place.add(I::WIDTH);
                place.cast::<u32>().write_unaligned(I::nonzero(y));
                I::LANES
            }
        }
    }

    /// One lane of the definition.
    fn expected(a: &[u8], b: &[u8], table: &[u8]) -> Vec<Vec<u8>> {
        let mut wanted = vec![];
        for size in [1, 2, 4, 8] {
            for half in [0, 8] {
                let units = (half..half + 8).step_by(size);
                let both = units.flat_map(|u| [&a[u..u + size], &b[u..u + size]].concat());
                wanted.push(both.collect());
            }
        }
        let shuffled = table.iter().map(|&k| match k {
            128.. => 0,
            k => a[usize::from(k % 16)],
        });
        wanted.push(shuffled.collect());
        wanted.push(a.iter().zip(b).map(|(x, y)| x | y).collect());
        for size in [1, 2, 4, 8] {
            let both = [a, b].into_iter().flat_map(|of| of.chunks(size).step_by(2));
            wanted.push(both.flatten().copied().collect());
        }
        wanted
    }

    #[test]
    fn every_level_does_what_the_operations_say() {
        #[repr(align(32))]
        struct Out([u8; 32 * 16]);
        let a: [u8; 32] = core::array::from_fn(|k| (k * 7 + 1) as u8);
        // Zero and what is close to it, or to its other side.
        let b: [u8; 32] = core::array::from_fn(|k| [0, 1, 2, 127, 128, 255, 0, 91][k * k % 29 % 8]);
        let table: [u8; 16] = [15, 3, 128, 0, 7, 7, 255, 1, 2, 9, 14, 12, 200, 5, 6, 130];
        for level in Level::available() {
            let mut out = Out([0; 32 * 16]);
            // SAFETY: the processor has the level; the buffers have room.
            let lanes = unsafe {
                each_operation::<All>(level)(
                    a.as_ptr(),
                    b.as_ptr(),
                    table.as_ptr(),
                    out.0.as_mut_ptr(),
                )
            };
            let width = 16 * lanes;
            let bits = u32::from_le_bytes(out.0[width * 15..][..4].try_into().unwrap());
            for (k, &byte) in b[..width].iter().enumerate() {
                assert_eq!(bits >> k & 1 != 0, byte != 0, "{level:?}, byte {k}");
            }
            assert!(width == 32 || bits >> width == 0);
            for lane in 0..lanes {
                let part = 16 * lane..16 * lane + 16;
                let wanted = expected(&a[part.clone()], &b[part.clone()], &table);
                for (k, wanted) in wanted.iter().enumerate() {
                    let got = &out.0[width * k..width * (k + 1)][part.clone()];
                    assert_eq!(got, &wanted[..], "{level:?}, operation {k}, lane {lane}");
                }
                assert_eq!(&out.0[width * 14..][part.clone()], &a[part], "{level:?}");
            }
        }
    }
}
