//! Axes permuted, swapped, added, dropped and reversed.

use super::super::world::*;
use super::arguments::*;
use crate::model::{Expected, MAX_NDIM};
use array::ffi::{types::*, view::*};

pub fn place_of(axis: i32, ndim: usize, expected: &mut Expected) -> Option<usize> {
    let from_start = if axis < 0 {
        i64::from(axis) + ndim as i64
    } else {
        axis.into()
    };
    let fits = (0..ndim as i64).contains(&from_start);
    expected.fails_if(!fits, LA_AXIS_ERROR);
    fits.then_some(from_start as usize)
}

/// Axes that are named once each.
fn places(list: Option<&[i32]>, ndim: usize, expected: &mut Expected) -> Option<Vec<usize>> {
    let places: Vec<Option<usize>> = list?
        .iter()
        .map(|&axis| place_of(axis, ndim, expected))
        .collect();
    let places: Vec<usize> = places.into_iter().collect::<Option<_>>()?;
    let twice = (1..places.len()).any(|k| places[..k].contains(&places[k]));
    expected.fails_if(twice, LA_AXIS_ERROR);
    (!twice).then_some(places)
}

pub fn axes(world: &mut World) {
    let what = world.input.below(6);
    let array = world.pick();
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    let ndim = array.as_ref().map_or(0, |array| array.layout.ndim());
    let count = if what == 1 {
        ndim.min(6) as i32
    } else {
        world.input.below(3) as i32
    };
    let list = List::<i32>::new(world, count, |world| {
        world.input.small(-(ndim as i64), ndim as i64)
    });
    let layout = array
        .as_ref()
        .map(|array| array.layout.clone())
        .unwrap_or_default();
    let mut result = layout.clone();
    // NULL with no axes stands for all of them, or for those of extent 1.
    let all = list.is_null && list.count == 0;
    let mut raw_out = Out::new(world, &mut expected);
    let (of, out) = (raw(&array), raw_out.place());
    // SAFETY: alive, and lists as long as any that is read.
    let (name, status) = unsafe {
        match what {
            0 => {
                result.shape.reverse();
                result.strides.reverse();
                ("la_transpose", la_transpose(of, out))
            }
            1 => {
                if array.is_some() {
                    let given = list.check(MAX_NDIM, &mut expected);
                    let wrong = given.is_some_and(|given| given.len() != ndim);
                    expected.fails_if(wrong, LA_AXIS_ERROR);
                    if let Some(order) = places(given, ndim, &mut expected) {
                        result.shape = order.iter().map(|&axis| layout.shape[axis]).collect();
                        result.strides = order.iter().map(|&axis| layout.strides[axis]).collect();
                    }
                } else {
                    list.check(MAX_NDIM, &mut expected);
                }
                (
                    "la_permute",
                    la_permute(of, list.count, list.pointer(), out),
                )
            }
            2 => {
                let (a, b) = (list.values[0], list.values[1]);
                let a_place = place_of(a, ndim, &mut expected);
                if let (Some(a), Some(b)) = (a_place, place_of(b, ndim, &mut expected)) {
                    result.shape.swap(a, b);
                    result.strides.swap(a, b);
                }
                ("la_swapaxes", la_swapaxes(of, a, b, out))
            }
            3 => {
                let named = places(list.check(MAX_NDIM, &mut expected), ndim, &mut expected);
                let gone = |axis: usize| match (&named, all) {
                    (Some(named), false) => named.contains(&axis),
                    _ => layout.shape[axis] == 1,
                };
                let wrong = (0..ndim).any(|axis| gone(axis) && layout.shape[axis] != 1);
                expected.fails_if(wrong, LA_SHAPE_ERROR);
                let kept: Vec<usize> = (0..ndim).filter(|&axis| !gone(axis)).collect();
                result.shape = kept.iter().map(|&axis| layout.shape[axis]).collect();
                result.strides = kept.iter().map(|&axis| layout.strides[axis]).collect();
                (
                    "la_squeeze",
                    la_squeeze(of, list.count, list.pointer(), out),
                )
            }
            4 => {
                let given = list.check(MAX_NDIM, &mut expected).map(<[i32]>::to_vec);
                let total = ndim + given.as_ref().map_or(0, Vec::len);
                expected.fails_if(total > MAX_NDIM, LA_LIMIT);
                if let Some(mut added) = places(given.as_deref(), total, &mut expected) {
                    added.sort_unstable();
                    for axis in added {
                        result.shape.insert(axis, 1);
                        result.strides.insert(axis, 0);
                    }
                }
                (
                    "la_expand_dims",
                    la_expand_dims(of, list.count, list.pointer(), out),
                )
            }
            _ => {
                let named = places(list.check(MAX_NDIM, &mut expected), ndim, &mut expected);
                for axis in 0..ndim {
                    if all || named.as_ref().is_some_and(|named| named.contains(&axis)) {
                        if layout.size() > 0 {
                            result.offset += (layout.shape[axis] - 1) * layout.strides[axis];
                        }
                        result.strides[axis] = layout.strides[axis].wrapping_neg();
                    }
                }
                ("la_flip", la_flip(of, list.count, list.pointer(), out))
            }
        }
    };
    if let Some(raw) = raw_out.get(name, status, &expected) {
        let array = array.unwrap();
        world.view(&array, raw, result, array.dtype, array.writeable);
    }
}
