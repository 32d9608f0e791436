//! The two shapes that nearly all loops have: one operand in, one out; and two
//! in, one out. What is done to each element is a closure, inlined.
//!
//! Contiguous operands, and operands that are one repeated element, have loops
//! of their own, which the compiler turns into vector code; the general one
//! handles the rest.

/// A loop from one operand to another:
/// `(dst, dst_stride, src, src_stride, count)`.
///
/// # Safety
///
/// For each `k` below `count`, `dst + k * dst_stride` must be writable and
/// `src + k * src_stride` readable and initialised, for one element of the
/// loop's types, and nobody else may write them meanwhile.
pub(super) type UnaryLoop =
    unsafe fn(dst: *mut u8, dst_stride: isize, src: *const u8, src_stride: isize, count: usize);

/// A loop from two operands to a third:
/// `(dst, dst_stride, a, a_stride, b, b_stride, count)`.
///
/// # Safety
///
/// As for [`UnaryLoop`], for each of the operands.
pub(super) type BinaryLoop = unsafe fn(
    dst: *mut u8,
    dst_stride: isize,
    a: *const u8,
    a_stride: isize,
    b: *const u8,
    b_stride: isize,
    count: usize,
);

/// The place of element `k`.
#[inline(always)]
pub(super) fn at<T>(start: *const u8, stride: isize, k: usize) -> *const T {
    start
        .wrapping_offset(stride.wrapping_mul(k as isize))
        .cast::<T>()
}

/// The place of element `k`, to be written.
#[inline(always)]
pub(super) fn at_mut<T>(start: *mut u8, stride: isize, k: usize) -> *mut T {
    start
        .wrapping_offset(stride.wrapping_mul(k as isize))
        .cast::<T>()
}

/// `dst[k] = f(src[k])`.
///
/// # Safety
///
/// As for [`UnaryLoop`].
#[inline(always)]
pub(super) unsafe fn map1<S: Copy, D: Copy>(
    dst: *mut u8,
    dst_stride: isize,
    src: *const u8,
    src_stride: isize,
    count: usize,
    f: impl Fn(S) -> D,
) {
    let (dst_step, src_step) = (size_of::<D>() as isize, size_of::<S>() as isize);
    // SAFETY: the caller vouches for every place that is read or written.
    unsafe {
        if dst_stride == dst_step && src_stride == src_step {
            for k in 0..count {
                let x = at::<S>(src, src_step, k).read_unaligned();
                at_mut::<D>(dst, dst_step, k).write_unaligned(f(x));
            }
        } else if src_stride == 0 && count > 0 {
            let y = f(src.cast::<S>().read_unaligned());
            for k in 0..count {
                at_mut::<D>(dst, dst_stride, k).write_unaligned(y);
            }
        } else {
            for k in 0..count {
                let x = at::<S>(src, src_stride, k).read_unaligned();
                at_mut::<D>(dst, dst_stride, k).write_unaligned(f(x));
            }
        }
    }
}

/// `dst[k] = f(a[k], b[k])`.
///
/// # Safety
///
/// As for [`BinaryLoop`].
#[inline(always)]
#[allow(clippy::too_many_arguments)] // a loop's seven and the closure
pub(super) unsafe fn map2<A: Copy, B: Copy, D: Copy>(
    dst: *mut u8,
    dst_stride: isize,
    a: *const u8,
    a_stride: isize,
    b: *const u8,
    b_stride: isize,
    count: usize,
    f: impl Fn(A, B) -> D,
) {
    let step = size_of::<D>() as isize;
    let (a_step, b_step) = (size_of::<A>() as isize, size_of::<B>() as isize);
    let packed = dst_stride == step;
    // SAFETY: the caller vouches for every place that is read or written.
    unsafe {
        if count == 0 {
        } else if packed && a_stride == a_step && b_stride == b_step {
            for k in 0..count {
                let x = at::<A>(a, a_step, k).read_unaligned();
                let y = at::<B>(b, b_step, k).read_unaligned();
                at_mut::<D>(dst, step, k).write_unaligned(f(x, y));
            }
        } else if packed && a_stride == a_step && b_stride == 0 {
            let y = b.cast::<B>().read_unaligned();
            for k in 0..count {
                let x = at::<A>(a, a_step, k).read_unaligned();
                at_mut::<D>(dst, step, k).write_unaligned(f(x, y));
            }
        } else if packed && a_stride == 0 && b_stride == b_step {
            let x = a.cast::<A>().read_unaligned();
            for k in 0..count {
                let y = at::<B>(b, b_step, k).read_unaligned();
                at_mut::<D>(dst, step, k).write_unaligned(f(x, y));
            }
        } else {
            let (x0, y0) = (
                a.cast::<A>().read_unaligned(),
                b.cast::<B>().read_unaligned(),
            );
            for k in 0..count {
                let x = if a_stride == 0 {
                    x0
                } else {
                    at::<A>(a, a_stride, k).read_unaligned()
                };
                let y = if b_stride == 0 {
                    y0
                } else {
                    at::<B>(b, b_stride, k).read_unaligned()
                };
                at_mut::<D>(dst, dst_stride, k).write_unaligned(f(x, y));
            }
        }
    }
}
