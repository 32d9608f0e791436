//! Copies, and conversions to another type.

use super::super::element::*;
use super::super::world::*;
use super::arguments::*;
use crate::model::{Expected, Layout};
use array::ffi::{copy::*, types::*};

/// The layout of a copy in an order.
fn copied(layout: &Layout, order: i32, itemsize: i64) -> Layout {
    let (c, f) = layout.contiguity();
    let packed = |fortran| Layout::packed(&layout.shape, itemsize, fortran);
    match order {
        LA_ORDER_F => packed(true),
        LA_ORDER_A | LA_ORDER_K if f && !c => packed(true),
        LA_ORDER_K if !c => {
            let mut axes: Vec<usize> = (0..layout.ndim()).collect();
            axes.sort_by_key(|&axis| std::cmp::Reverse(layout.strides[axis].unsigned_abs()));
            let mut result = packed(false);
            let mut next = itemsize;
            for &axis in axes.iter().rev() {
                result.strides[axis] = next;
                next *= layout.shape[axis].max(1);
            }
            result
        }
        _ => packed(false),
    }
}

pub fn copy(world: &mut World) {
    let array = world.pick();
    let order = world.input.small(0, 3);
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    let is_order = (0..=3).contains(&order);
    expected.fails_if(!is_order, LA_INVALID_ARGUMENT);
    if let Some(array) = &array {
        check_memory(&array.layout, &mut expected);
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, with room for the result.
    let status = unsafe { la_copy(raw(&array), order, out.place()) };
    if let Some(raw) = out.get("la_copy", status, &expected) {
        let array = array.unwrap();
        let layout = copied(&array.layout, order, array.layout.itemsize);
        world.fresh(raw, layout, array.dtype, &array.elements());
    }
}

pub fn astype(world: &mut World) {
    let Some(array) = world.pick().filter(Handle::is_small) else {
        return;
    };
    let (dtype, order) = (world.dtype(), world.input.small(0, 3));
    let (casting, copy) = (world.input.small(0, 5), world.input.small(0, 2));
    if !is_used(dtype) {
        return;
    }
    let mut expected = Expected::default();
    expected.fails_if(!(0..=3).contains(&order), LA_INVALID_ARGUMENT);
    expected.fails_if(!(0..=5).contains(&casting), LA_INVALID_ARGUMENT);
    expected.fails_if(!(0..=2).contains(&copy), LA_INVALID_ARGUMENT);
    expected.fails_if(facts(dtype).is_none(), LA_DTYPE_ERROR);
    let (c, f) = array.layout.contiguity();
    let fits = dtype == array.dtype
        && match order {
            LA_ORDER_C => c,
            LA_ORDER_F => f,
            LA_ORDER_A => c || f,
            // Every array is in the order of its own axes.
            _ => true,
        };
    if expected.is_ok() {
        expected.fails_if(!can_cast(array.dtype, dtype, casting), LA_CAST_ERROR);
        expected.fails_if(copy == LA_COPY_NEVER && !fits, LA_WOULD_COPY);
        if casting == LA_CAST_SAME_VALUE {
            let kept = array
                .elements()
                .iter()
                .all(|e| keeps(e, array.dtype, dtype));
            expected.fails_if(!kept, LA_CAST_ERROR);
        }
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, with room for the result.
    let status = unsafe { la_astype(array.raw, dtype, order, casting, copy, out.place()) };
    if let Some(raw) = out.get("la_astype", status, &expected) {
        if fits && copy != LA_COPY_ALWAYS {
            let layout = array.layout.clone();
            return world.view(&array, raw, layout, dtype, array.writeable);
        }
        let layout = copied(&array.layout, order, itemsize(dtype));
        let elements: Vec<Vec<u8>> = array
            .elements()
            .iter()
            .map(|e| convert(e, array.dtype, dtype))
            .collect();
        world.fresh(raw, layout, dtype, &elements);
    }
}
