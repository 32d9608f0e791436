//! Views of other strides: as told, broadcast, diagonal; and read-only twins.

use super::super::world::*;
use super::arguments::*;
use super::axes::place_of;
use crate::model::{Expected, Layout, MAX_NDIM};
use array::ffi::{types::*, view::*};

pub fn as_strided(world: &mut World) {
    let array = world.pick();
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    let size = array.as_ref().map(|array| array.layout.itemsize);
    let (shape, strides, layout) = strided(world, size, &mut expected);
    let offset = world.input.number(-8, 16);
    let mut view = None;
    if let (Some(array), Some(layout)) = (&array, layout) {
        match array.layout.offset.checked_add(offset) {
            Some(offset) => {
                let layout = Layout { offset, ..layout };
                check_within(
                    &layout,
                    array.block.bytes.borrow().len() as i64,
                    &mut expected,
                );
                view = Some(layout);
            }
            None => {
                expected.fails(LA_OVERFLOW);
                expected.fails(LA_SHAPE_ERROR);
            }
        }
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive; lists as long as any that is read.
    let status = unsafe {
        la_as_strided(
            raw(&array),
            offset,
            shape.count,
            shape.pointer(),
            strides_pointer(&strides),
            out.place(),
        )
    };
    if let Some(raw) = out.get("la_as_strided", status, &expected) {
        let array = array.unwrap();
        world.view(&array, raw, view.unwrap(), array.dtype, array.writeable);
    }
}

pub fn broadcast(world: &mut World) {
    let array = world.pick();
    let mut shape = shape(world);
    if let Some(array) = array.as_ref().filter(|_| !world.input.once_in(4)) {
        // One that fits, mostly.
        let fit = array
            .layout
            .shape
            .iter()
            .map(|&n| if n == 1 { shape.values[0] } else { n });
        let mut fit: Vec<i64> = fit.collect();
        if world.input.once_in(2) {
            fit.insert(0, shape.values[0]);
        }
        shape = List::of(&fit);
    }
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    let mut view = None;
    if shape.count > MAX_NDIM as i32 {
        expected.may_fail(LA_SHAPE_ERROR);
        expected.may_fail(LA_OVERFLOW);
    }
    if let (Some(list), Some(array)) = (shape.check(MAX_NDIM, &mut expected), &array) {
        let fits = check_shape(list, array.layout.itemsize, &mut expected);
        view = array.layout.stretched(list).filter(|_| fits);
        // What is no shape does not fit, either.
        expected.fails_if(view.is_none(), LA_SHAPE_ERROR);
    } else {
        expected.may_fail(LA_SHAPE_ERROR);
        expected.may_fail(LA_OVERFLOW);
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, and a list as long as any that is read.
    let status = unsafe { la_broadcast_to(raw(&array), shape.count, shape.pointer(), out.place()) };
    if let Some(raw) = out.get("la_broadcast_to", status, &expected) {
        let array = array.unwrap();
        world.view(&array, raw, view.unwrap(), array.dtype, false);
    }
}

pub fn diagonal(world: &mut World) {
    let array = world.pick();
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    let (offset, a, b) = (
        world.input.number(-3, 3),
        world.input.small(-2, 1),
        world.input.small(-2, 1),
    );
    let readonly = world.input.once_in(3);
    let mut view = array.as_ref().map(|array| array.layout.clone());
    if let Some(array) = array.as_ref().filter(|_| !readonly) {
        let (layout, ndim) = (&array.layout, array.layout.ndim());
        expected.fails_if(ndim < 2, LA_SHAPE_ERROR);
        let a = place_of(a, ndim, &mut expected);
        if let (Some(a), Some(b)) = (a, place_of(b, ndim, &mut expected)) {
            expected.fails_if(a == b, LA_AXIS_ERROR);
            if a != b {
                let (rows, columns) = (i128::from(layout.shape[a]), i128::from(layout.shape[b]));
                let (row, column) = (-i128::from(offset.min(0)), i128::from(offset.max(0)));
                let count = (rows - row).min(columns - column).max(0) as i64;
                let mut result = layout.clone();
                if count > 0 && layout.size() > 0 {
                    result.offset +=
                        row as i64 * layout.strides[a] + column as i64 * layout.strides[b];
                }
                for axis in [a.max(b), a.min(b)] {
                    result.shape.remove(axis);
                    result.strides.remove(axis);
                }
                result.shape.push(count);
                result
                    .strides
                    .push(layout.strides[a].wrapping_add(layout.strides[b]));
                view = Some(result);
            }
        }
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, with room for the result.
    let status = unsafe {
        match readonly {
            true => la_readonly(raw(&array), out.place()),
            false => la_diagonal(raw(&array), offset, a, b, out.place()),
        }
    };
    if let Some(raw) = out.get("la_diagonal, readonly", status, &expected) {
        let array = array.unwrap();
        world.view(&array, raw, view.unwrap(), array.dtype, false);
    }
}
