//! Assignments between layouts of any strides, by `ndarray`.

use crate::{CANNOT, Pair, Strided, repeat};
use half::f16;
use ndarray::{
    ArrayView, ArrayViewMut, Axis, Dimension, Ix1, Ix2, Ix3, Ix4, Ix6, IxDyn, ShapeBuilder, Zip,
};

/// The numbers of la_dtype.
mod dtype {
    pub(super) const INT32: i32 = 4;
    pub(super) const INT64: i32 = 5;
    pub(super) const UINT8: i32 = 6;
    pub(super) const FLOAT16: i32 = 10;
    pub(super) const FLOAT32: i32 = 12;
    pub(super) const FLOAT64: i32 = 13;
}

impl Strided {
    /// The lowest address, the shape, and the strides without their signs, in elements.
    fn unsigned<T>(&self) -> (*mut T, Vec<usize>, Vec<usize>) {
        let (mut data, mut shape, mut strides) = (self.data, vec![], vec![]);
        for k in 0..self.ndim as usize {
            if self.strides[k] < 0 {
                data = data.wrapping_offset((self.strides[k] * (self.shape[k] - 1)) as isize);
            }
            shape.push(self.shape[k] as usize);
            strides.push(self.strides[k].unsigned_abs() as usize / size_of::<T>());
        }
        (data.cast(), shape, strides)
    }

    /// # Safety
    ///
    /// The memory is there and nobody writes to it.
    unsafe fn view<T, D: Dimension>(&self) -> ArrayView<'_, T, D> {
        let (data, shape, strides) = self.unsigned();
        // SAFETY: the caller's promise.
        let view =
            unsafe { ArrayView::from_shape_ptr(IxDyn(&shape).strides(IxDyn(&strides)), data) };
        let mut view = view.into_dimensionality().expect("the same rank");
        self.turned().for_each(|k| view.invert_axis(Axis(k)));
        view
    }

    /// # Safety
    ///
    /// The memory is there, nobody else uses it, and no element has two indices.
    unsafe fn view_mut<T, D: Dimension>(&self) -> ArrayViewMut<'_, T, D> {
        let (data, shape, strides) = self.unsigned();
        // SAFETY: the caller's promise.
        let view =
            unsafe { ArrayViewMut::from_shape_ptr(IxDyn(&shape).strides(IxDyn(&strides)), data) };
        let mut view = view.into_dimensionality().expect("the same rank");
        self.turned().for_each(|k| view.invert_axis(Axis(k)));
        view
    }

    /// The axes whose strides are negative.
    fn turned(&self) -> impl Iterator<Item = usize> {
        (0..self.ndim as usize).filter(|&k| self.strides[k] < 0)
    }
}

/// # Safety
///
/// The memory of both is there, apart, and nobody else uses the target's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ndarray_assign(
    count: i64,
    target: &Strided,
    source: &Strided,
    itemsize: i64,
) -> f64 {
    match target.ndim {
        1 => assign::<Ix1>(count, target, source, itemsize),
        2 => assign::<Ix2>(count, target, source, itemsize),
        3 => assign::<Ix3>(count, target, source, itemsize),
        4 => assign::<Ix4>(count, target, source, itemsize),
        6 => assign::<Ix6>(count, target, source, itemsize),
        _ => CANNOT,
    }
}

fn assign<D: Dimension>(count: i64, target: &Strided, source: &Strided, itemsize: i64) -> f64 {
    macro_rules! same {
        ($t:ty) => {{
            // SAFETY: the promise of `ndarray_assign`.
            let (mut t, s) = unsafe { (target.view_mut::<$t, D>(), source.view::<$t, D>()) };
            repeat(count, || t.assign(&s))
        }};
    }
    macro_rules! cast {
        ($from:ty, $to:ty, $convert:expr) => {{
            // SAFETY: the promise of `ndarray_assign`.
            let (mut t, s) = unsafe { (target.view_mut::<$to, D>(), source.view::<$from, D>()) };
            repeat(count, || {
                Zip::from(&mut t).and(&s).for_each(|t, &s| *t = $convert(s))
            })
        }};
    }
    if target.dtype == source.dtype {
        return match itemsize {
            1 => same!(u8),
            2 => same!(u16),
            4 => same!(f32),
            8 => same!(f64),
            16 => same!(Pair),
            _ => CANNOT,
        };
    }
    use dtype::*;
    match (source.dtype, target.dtype) {
        (FLOAT64, FLOAT32) => cast!(f64, f32, |x| x as f32),
        (FLOAT32, FLOAT64) => cast!(f32, f64, f64::from),
        (FLOAT32, FLOAT16) => cast!(f32, f16, f16::from_f32),
        (FLOAT16, FLOAT32) => cast!(f16, f32, f16::to_f32),
        (FLOAT64, INT32) => cast!(f64, i32, |x| x as i32),
        (INT32, FLOAT64) => cast!(i32, f64, f64::from),
        (INT64, FLOAT64) => cast!(i64, f64, |x| x as f64),
        (INT64, INT32) => cast!(i64, i32, |x| x as i32),
        (UINT8, FLOAT32) => cast!(u8, f32, f32::from),
        (FLOAT32, UINT8) => cast!(f32, u8, |x| x as u8),
        _ => CANNOT,
    }
}
