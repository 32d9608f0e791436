//! Arrays joined along an axis they have or a new one.

use super::super::element::*;
use super::super::world::*;
use super::arguments::*;
use super::axes::place_of;
use crate::model::{Expected, Layout, MAX_NDIM};
use array::ffi::{join::*, types::*};

pub fn join(world: &mut World) {
    let count = world.input.below(4);
    let picked: Vec<Option<Handle>> = (0..count).map(|_| world.pick()).collect();
    let stacks = world.input.once_in(2);
    let flat = !stacks && world.input.once_in(3);
    let axis = if flat {
        LA_NO_AXIS
    } else {
        world.input.small(-2, 1)
    };
    if picked.iter().flatten().any(|h| !h.is_small()) || axis == LA_NO_AXIS && !flat {
        return;
    }
    let mut expected = Expected::default();
    expected.fails_if(count == 0, LA_INVALID_ARGUMENT);
    picked
        .iter()
        .for_each(|handle| missing(handle, &mut expected));
    let handles: Vec<Handle> = picked.iter().flatten().cloned().collect();
    if !expected.is_ok() {
        // What the others are is wrong or not beside that.
        for status in [LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_LIMIT] {
            expected.may_fail(status);
        }
    }
    let mut result = None;
    if expected.is_ok() {
        let mut shapes: Vec<Vec<i64>> = handles.iter().map(|h| h.layout.shape.clone()).collect();
        let types: Vec<i32> = handles.iter().map(|h| h.dtype & !SWAPPED).collect();
        let dtype = promote(&types);
        let mut place = Some(0);
        if flat {
            shapes = handles.iter().map(|h| vec![h.size()]).collect();
        } else if stacks {
            expected.fails_if(
                shapes.iter().any(|shape| *shape != shapes[0]),
                LA_SHAPE_ERROR,
            );
            expected.fails_if(shapes[0].len() == MAX_NDIM, LA_LIMIT);
            place = place_of(axis, shapes[0].len() + 1, &mut expected);
            if let Some(place) = place {
                for shape in shapes.iter_mut().filter(|shape| shape.len() >= place) {
                    shape.insert(place, 1);
                }
            }
        } else {
            place = place_of(axis, shapes[0].len(), &mut expected);
            // Without axes there is none to join along.
            expected.fails_if(shapes.iter().any(Vec::is_empty), LA_SHAPE_ERROR);
            let without = |shape: &Vec<i64>| {
                let mut shape = shape.clone();
                if let Some(place) = place.filter(|&place| place < shape.len()) {
                    shape.remove(place);
                }
                shape
            };
            let differ = |shape: &Vec<i64>| {
                shape.len() != shapes[0].len() || without(shape) != without(&shapes[0])
            };
            expected.fails_if(shapes.iter().any(differ), LA_SHAPE_ERROR);
        }
        if let Some(place) = place.filter(|_| expected.is_ok()) {
            let mut shape = shapes[0].clone();
            shape[place] = shapes.iter().map(|shape| shape[place]).sum();
            let layout = Layout::packed(&shape, itemsize(dtype), false);
            let mut elements = vec![Vec::new(); layout.size() as usize];
            let mut begin = 0;
            for (handle, shape) in handles.iter().zip(&shapes) {
                let numbers = Layout {
                    shape: shape.clone(),
                    strides: Layout::packed(&layout.shape, 1, false).strides,
                    offset: 0,
                    itemsize: 1,
                };
                let start = begin * numbers.strides[place];
                for (number, element) in numbers.offsets().iter().zip(handle.elements()) {
                    elements[(start + number) as usize] = convert(&element, handle.dtype, dtype);
                }
                begin += shape[place];
            }
            check_memory(&layout, &mut expected);
            result = Some((shape, dtype, elements));
        }
    }
    let list: Vec<*const la_array> = picked.iter().map(|h| raw(h).cast_const()).collect();
    let mut out = Out::new(world, &mut expected);
    // SAFETY: as many handles, alive or NULL.
    let status = unsafe {
        match stacks {
            true => la_stack(count, list.as_ptr(), axis, out.place()),
            false => la_concatenate(count, list.as_ptr(), axis, out.place()),
        }
    };
    if let Some(raw) = out.get("la_concatenate, stack", status, &expected) {
        let (shape, dtype, elements) = result.unwrap();
        world.fresh_as_is(raw, &shape, dtype, &elements);
    }
}
