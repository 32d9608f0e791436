//! Floating-point numbers to integers of at most 32 bits: the fraction is
//! dropped, the ends of the type saturate, NaN becomes 0. The same as Rust's
//! `as`, for which the compiler makes code element by element; of this it makes
//! vectors: clamp first, then convert what is known to fit.

/// A floating-point number that becomes an integer.
pub(super) trait Saturate<D>: Copy {
    /// The integer nearest towards zero that `D` has, or 0 for NaN.
    fn saturate(self) -> D;
}

/// For integers whose ends the floating-point type holds.
macro_rules! saturate_exactly {
    ($($float:ident: $($integer:ident)*;)*) => {$($(
        impl Saturate<$integer> for $float {
            #[inline(always)]
            fn saturate(self) -> $integer {
                const LOW: $float = $integer::MIN as $float;
                const HIGH: $float = $integer::MAX as $float;
                let x = if LOW < 0.0 { number(self, self.is_nan()) } else { self };
                // So written, a NaN that is left becomes `LOW`, which is 0.
                let x = if x > LOW { x } else { LOW };
                let x = if x < HIGH { x } else { HIGH };
                // SAFETY: within the range of i32, which holds that of the type.
                unsafe { x.to_int_unchecked::<i32>() as $integer }
            }
        }
    )*)*};
}
saturate_exactly! {
    f32: i8 i16 u8 u16;
    f64: i8 i16 u8 u16 i32;
}

/// `x`, or 0 in the place of NaN.
#[inline(always)]
fn number<F: From<u8>>(x: F, is_nan: bool) -> F {
    if is_nan { F::from(0) } else { x }
}

impl Saturate<i32> for f32 {
    #[inline(always)]
    fn saturate(self) -> i32 {
        const LOW: f32 = i32::MIN as f32;
        // The last one below 2³¹.
        const HIGH: f32 = 2147483520.0;
        let x = number(self, self.is_nan());
        let x = if x > LOW { x } else { LOW };
        let fits = if x < HIGH { x } else { HIGH };
        // SAFETY: within the range.
        let whole = unsafe { fits.to_int_unchecked::<i32>() };
        if x > HIGH { i32::MAX } else { whole }
    }
}

/// `x`, from 0 to below 2³², as an integer: by way of the signed one, the only
/// one that processors have.
macro_rules! unsigned {
    ($float:ident, $x:expr) => {{
        const HALF: $float = 2147483648.0;
        let x: $float = $x;
        let (rest, bit) = if x >= HALF {
            (x - HALF, 1 << 31)
        } else {
            (x, 0)
        };
        // SAFETY: from 0 to below 2³¹; the difference above is exact.
        unsafe { rest.to_int_unchecked::<i32>() as u32 | bit }
    }};
}

impl Saturate<u32> for f32 {
    #[inline(always)]
    fn saturate(self) -> u32 {
        // The last one below 2³².
        const HIGH: f32 = 4294967040.0;
        let x = if self > 0.0 { self } else { 0.0 };
        let whole = unsigned!(f32, if x < HIGH { x } else { HIGH });
        if x > HIGH { u32::MAX } else { whole }
    }
}

impl Saturate<u32> for f64 {
    #[inline(always)]
    fn saturate(self) -> u32 {
        const HIGH: f64 = u32::MAX as f64;
        let x = if self > 0.0 { self } else { 0.0 };
        unsigned!(f64, if x < HIGH { x } else { HIGH })
    }
}
