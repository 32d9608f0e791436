//! Indices, checked and made into places: a part of a list at a time, into
//! private memory, so that another thread that changes the list meanwhile can
//! spoil a result but never lead a copy out of bounds.

use crate::kernels::cpu::{Isa, levels};
use crate::kernels::map::{at, at_mut};

/// A part of a list of indices for one axis.
pub(super) struct Indices {
    /// Packed; read unaligned.
    pub list: *const u8,
    pub count: usize,
    /// Of the axis that they index.
    pub extent: i64,
    /// Bytes from one of its elements to the next.
    pub stride: i64,
    /// Where the places go, `count` numbers that are our own.
    pub places: *mut i64,
}

levels! {
    /// Turns indices into places, counted in bytes from the axis's first
    /// element. Negative indices count from the end. Returns whether all are
    /// within bounds; if not, the places are worth nothing.
    ///
    /// The list has `count` indices, and there is room for as many places.
    trait IndexKernel, fn index_kernel -> unsafe fn(indices: &Indices) -> bool;
}

/// Types of indices that need no conversion.
pub(super) trait Index: Copy + Into<i64> {}
impl Index for i32 {}
impl Index for i64 {}

/// No places, only the check.
pub(super) const CHECK: u8 = 0;
/// The stride is a power of two.
pub(super) const SHIFT: u8 = 1;
/// Any stride.
pub(super) const MULTIPLY: u8 = 2;
/// Any stride; to be added to the places that are there.
pub(super) const ADD: u8 = 3;

/// The kernel for a type of indices and what is made of them.
pub(super) struct Places<T, const KIND: u8>(core::marker::PhantomData<T>);

impl<T: Index, const KIND: u8> IndexKernel for Places<T, KIND> {
    #[inline(always)]
    unsafe fn run<I: Isa>(indices: &Indices) -> bool {
        let Indices { extent, stride, .. } = *indices;
        let shift = stride.trailing_zeros() & 63;
        let step = size_of::<T>() as isize;
        // Its sign tells whether any was out of bounds.
        let mut wrong = 0i64;
        for k in 0..indices.count {
            // SAFETY: there are `count` of both.
            unsafe {
                let index: i64 = at::<T>(indices.list, step, k).read_unaligned().into();
                let normal = index.wrapping_add(extent & (index >> 63));
                wrong |= normal | (extent - 1).wrapping_sub(normal);
                let place = at_mut::<i64>(indices.places.cast(), 8, k);
                match KIND {
                    CHECK => {}
                    SHIFT => place.write(normal << shift),
                    MULTIPLY => place.write(normal.wrapping_mul(stride)),
                    _ => place.write(place.read().wrapping_add(normal.wrapping_mul(stride))),
                }
            }
        }
        wrong >= 0
    }
}
