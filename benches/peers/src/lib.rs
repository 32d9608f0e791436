//! Other crates beside libarray: `ndarray` for any strides, `transpose` and
//! `fast_transpose` for matrices, and the slices of Rust's own library.
//!
//! Each function repeats its job `count` times and returns the seconds it took,
//! [`CANNOT`] where the crate has no way to do it. The caller hands whole arrays
//! that no one else touches meanwhile, and that lie as `benches/strided.h` says.

mod arrays;
mod matrices;

use std::time::Instant;

/// What a function answers that has no way to do the job.
const CANNOT: f64 = -2.0;

/// `benches/strided.h`.
#[repr(C)]
pub struct Strided {
    data: *mut u8,
    dtype: i32,
    ndim: i32,
    shape: [i64; 8],
    strides: [i64; 8],
}

/// Sixteen bytes that are moved as one.
type Pair = [f64; 2];

fn repeat(count: i64, mut job: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..count {
        job();
    }
    start.elapsed().as_secs_f64()
}

/// # Safety
///
/// `a` is the start of `n` float64, borrowed by nobody else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slice_reverse(count: i64, a: *mut f64, n: i64) -> f64 {
    // SAFETY: the caller's promise.
    let a = unsafe { std::slice::from_raw_parts_mut(a, n as usize) };
    repeat(count, || std::hint::black_box(&mut *a).reverse())
}

/// # Safety
///
/// As [`slice_reverse`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slice_shift(count: i64, a: *mut f64, n: i64) -> f64 {
    // SAFETY: the caller's promise.
    let a = unsafe { std::slice::from_raw_parts_mut(a, n as usize) };
    repeat(count, || {
        std::hint::black_box(&mut *a).copy_within(..n as usize - 1, 1)
    })
}
