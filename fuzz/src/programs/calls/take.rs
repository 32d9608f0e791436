//! Elements by lists of numbers, in each mode.

use super::super::element::*;
use super::super::world::*;
use super::arguments::*;
use super::axes::place_of;
use crate::model::{Expected, Layout, MAX_NDIM};
use array::ffi::{index::*, types::*};

/// An index into the flattened or into one axis: where it lies in `0..size`.
pub fn resolve(index: i128, size: i64, mode: i32) -> Option<i64> {
    let size = i128::from(size);
    if index > i64::MAX.into() {
        return None;
    }
    match mode {
        LA_MODE_RAISE => {
            let from_start = if index < 0 { index + size } else { index };
            (0..size).contains(&from_start).then_some(from_start as i64)
        }
        _ if size == 0 => None,
        LA_MODE_WRAP => Some(index.rem_euclid(size) as i64),
        _ => Some(index.clamp(0, size - 1) as i64),
    }
}

pub fn integers(indices: &Handle) -> Vec<i128> {
    let numbers = indices
        .elements()
        .into_iter()
        .map(|e| read(&e, indices.dtype));
    numbers
        .map(|n| if let Number::Int(n) = n { n } else { 0 })
        .collect()
}

pub fn take(world: &mut World) {
    let (array, indices) = (world.pick(), world.pick());
    if [&array, &indices]
        .iter()
        .any(|h| h.as_ref().is_some_and(|h| !h.is_small()))
    {
        return;
    }
    let mode = world.input.small(0, 2);
    let flat =
        world.input.once_in(3) || array.as_ref().is_some_and(|array| array.layout.ndim() == 0);
    let axis = if flat {
        LA_NO_AXIS
    } else {
        world.input.small(-2, 1)
    };
    let flat = axis == LA_NO_AXIS;
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    missing(&indices, &mut expected);
    let is_mode = (0..=2).contains(&mode);
    expected.fails_if(!is_mode, LA_INVALID_ARGUMENT);
    if let Some(indices) = &indices {
        expected.fails_if(!is_index(indices.dtype), LA_INDEX_ERROR);
    }
    let mut result = None;
    if let Some(array) = &array {
        // As three axes: before the one that is taken from, it, and after.
        let layout = &array.layout;
        let place = if flat {
            Some(0)
        } else {
            place_of(axis, layout.ndim(), &mut expected)
        };
        if let (Some(place), Some(indices), true, true) =
            (place, indices.as_ref(), is_mode, expected.is_ok())
        {
            let (extent, end) = if flat {
                (array.size(), layout.ndim())
            } else {
                (layout.shape[place], place + 1)
            };
            let (head, tail) = (&layout.shape[..place], &layout.shape[end..]);
            let shape = [head, &indices.layout.shape, tail].concat();
            expected.fails_if(shape.len() > MAX_NDIM, LA_LIMIT);
            let size = shape
                .iter()
                .fold(1i128, |n, &extent| n.saturating_mul(extent.into()));
            if size > FEW.into() {
                return;
            }
            let (outer, inner): (i64, i64) = (head.iter().product(), tail.iter().product());
            let mut places = Vec::new();
            for index in integers(indices) {
                match resolve(index, extent, mode) {
                    Some(place) => places.push(place),
                    // From nothing to nothing.
                    None if mode != LA_MODE_RAISE
                        && outer * inner == 0
                        && index <= i64::MAX.into() => {}
                    None => expected.fails(LA_INDEX_ERROR),
                }
            }
            let all = array.elements();
            let mut elements = Vec::new();
            for before in 0..if size > 0 { outer } else { 0 } {
                for place in &places {
                    for after in 0..inner {
                        let at = (before * extent + place) * inner + after;
                        elements.extend(all.get(at as usize).cloned());
                    }
                }
            }
            result = Some((shape, elements));
        }
    }
    let mut out = Out::new(world, &mut expected);
    if !expected.is_ok() {
        // What is wrong with the indices, beside that.
        expected.may_fail(LA_INDEX_ERROR);
    }
    // SAFETY: alive or NULL, with room for the result.
    let status = unsafe { la_take(raw(&array), raw(&indices), axis, mode, out.place()) };
    if let Some(raw) = out.get("la_take", status, &expected) {
        let (shape, elements) = result.unwrap();
        let dtype = array.unwrap().dtype;
        world.fresh(
            raw,
            Layout::packed(&shape, itemsize(dtype), false),
            dtype,
            &elements,
        );
    }
}

pub fn put(world: &mut World) {
    let (array, indices, values) = (world.pick(), world.pick(), world.pick());
    let everything = [&array, &indices, &values];
    if everything
        .iter()
        .any(|h| h.as_ref().is_some_and(|h| !h.is_small()))
    {
        return;
    }
    let mode = world.input.small(0, 2);
    let mut expected = Expected::default();
    everything
        .iter()
        .for_each(|handle| missing(handle, &mut expected));
    let is_mode = (0..=2).contains(&mode);
    expected.fails_if(!is_mode, LA_INVALID_ARGUMENT);
    expected.fails_if(
        array.as_ref().is_some_and(|array| !array.writeable),
        LA_READ_ONLY,
    );
    let mut stores = Vec::new();
    if let (Some(array), Some(indices), Some(values)) = (&array, &indices, &values) {
        expected.fails_if(!is_index(indices.dtype), LA_INDEX_ERROR);
        expected.fails_if(values.size() == 0 && indices.size() > 0, LA_SHAPE_ERROR);
        if is_mode && is_index(indices.dtype) {
            let places = array.layout.offsets();
            let bytes = values.elements();
            for (k, index) in integers(indices).into_iter().enumerate() {
                match resolve(index, array.size(), mode) {
                    Some(place) if !bytes.is_empty() => {
                        let element = convert(&bytes[k % bytes.len()], values.dtype, array.dtype);
                        stores.push((places[place as usize], element));
                    }
                    Some(_) => {}
                    None => expected.fails(LA_INDEX_ERROR),
                }
            }
        }
    }
    // SAFETY: alive or NULL.
    let status = unsafe { la_put(raw(&array), raw(&indices), raw(&values), mode) };
    expected.check("la_put", status);
    if status == LA_OK {
        let array = array.unwrap();
        for (offset, element) in stores {
            array.store(offset, &element);
        }
    }
}
