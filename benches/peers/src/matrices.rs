//! Transposes of packed matrices, by `transpose` and `fast_transpose`.

use crate::{CANNOT, Pair, repeat};
use fast_transpose::{
    FlipMode::NoFlip, FlopMode::Flop, transpose_plane, transpose_plane_f32,
    transpose_plane_f32_with_alpha, transpose_plane16, transpose_rgba_f32,
};
use std::slice::{from_raw_parts, from_raw_parts_mut};

/// `batch` matrices of `height` rows of `width` elements, each to its transpose.
///
/// # Safety
///
/// Both pointers lead to that many elements, and nobody else uses the target.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn transpose_matrices(
    count: i64,
    target: *mut u8,
    source: *const u8,
    batch: i64,
    height: i64,
    width: i64,
    itemsize: i64,
) -> f64 {
    macro_rules! each {
        ($t:ty) => {{
            let (height, width) = (height as usize, width as usize);
            let n = batch as usize * height * width;
            // SAFETY: the caller's promise.
            let (target, source) = unsafe {
                (
                    from_raw_parts_mut(target.cast::<$t>(), n),
                    from_raw_parts(source.cast::<$t>(), n),
                )
            };
            repeat(count, || {
                let size = height * width;
                for (t, s) in target.chunks_exact_mut(size).zip(source.chunks_exact(size)) {
                    transpose::transpose(s, t, width, height);
                }
            })
        }};
    }
    match itemsize {
        1 => each!(u8),
        2 => each!(u16),
        4 => each!(f32),
        8 => each!(f64),
        16 => each!(Pair),
        _ => CANNOT,
    }
}

/// A square matrix of `n` rows, in place.
///
/// # Safety
///
/// The pointer leads to that many elements, and nobody else uses them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn transpose_in_place(count: i64, a: *mut u8, n: i64, itemsize: i64) -> f64 {
    macro_rules! each {
        ($t:ty) => {{
            let n = n as usize;
            // SAFETY: the caller's promise.
            let a = unsafe { from_raw_parts_mut(a.cast::<$t>(), n * n) };
            let mut scratch = vec![<$t>::default(); n];
            repeat(count, || {
                transpose::transpose_inplace(a, &mut scratch, n, n)
            })
        }};
    }
    match itemsize {
        1 => each!(u8),
        4 => each!(f32),
        8 => each!(f64),
        _ => CANNOT,
    }
}

/// As [`transpose_matrices`], with the functions for images that have this many bytes a pixel.
/// What the crate calls a flop is left, since without it the images are also mirrored.
///
/// # Safety
///
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fast_transpose_matrices(
    count: i64,
    target: *mut u8,
    source: *const u8,
    batch: i64,
    height: i64,
    width: i64,
    itemsize: i64,
) -> f64 {
    // The number of parts that one element has for the function.
    macro_rules! each {
        ($t:ty, $parts:expr, $function:ident) => {{
            let (height, width) = (height as usize, width as usize);
            let size = height * width * $parts;
            let n = batch as usize * size;
            // SAFETY: the caller's promise.
            let (target, source) = unsafe {
                (
                    from_raw_parts_mut(target.cast::<$t>(), n),
                    from_raw_parts(source.cast::<$t>(), n),
                )
            };
            repeat(count, || {
                for (t, s) in target.chunks_exact_mut(size).zip(source.chunks_exact(size)) {
                    $function(
                        s,
                        width * $parts,
                        t,
                        height * $parts,
                        width,
                        height,
                        NoFlip,
                        Flop,
                    )
                    .expect("the sizes fit");
                }
            })
        }};
    }
    match itemsize {
        1 => each!(u8, 1, transpose_plane),
        2 => each!(u16, 1, transpose_plane16),
        4 => each!(f32, 1, transpose_plane_f32),
        8 => each!(f32, 2, transpose_plane_f32_with_alpha),
        16 => each!(f32, 4, transpose_rgba_f32),
        _ => CANNOT,
    }
}
