//! Arrays joined along an axis they have or a new one.

use super::super::element::*;
use super::super::world::*;
use super::arguments::*;
use super::axes::place_of;
use super::slice::{end_temporary, temporary};
use crate::model::{Expected, Layout, MAX_NDIM};
use crate::slice_str::Entry;
use array::ffi::{join::*, types::*};

/// How arrays are put together.
#[derive(Clone, Copy)]
struct Way {
    stacks: bool,
    /// Flattened first.
    flat: bool,
    axis: i32,
}

impl Way {
    fn new(world: &mut World) -> Option<Way> {
        let stacks = world.input.once_in(2);
        let flat = !stacks && world.input.once_in(3);
        let axis = match flat {
            true => LA_NO_AXIS,
            false => world.input.small(-2, 1),
        };
        (flat || axis != LA_NO_AXIS).then_some(Way { stacks, flat, axis })
    }
}

/// An element and its type.
type Element = (Vec<u8>, i32);

/// The shape that arrays have together, and their elements in C order of it, each with
/// its type.
fn joined(
    handles: &[Handle],
    way: Way,
    expected: &mut Expected,
) -> Option<(Vec<i64>, Vec<Element>)> {
    let mut shapes: Vec<Vec<i64>> = handles.iter().map(|h| h.layout.shape.clone()).collect();
    let mut place = Some(0);
    if way.flat {
        shapes = handles.iter().map(|h| vec![h.size()]).collect();
    } else if way.stacks {
        let differ = shapes.iter().any(|shape| *shape != shapes[0]);
        expected.fails_if(differ, LA_SHAPE_ERROR);
        expected.fails_if(shapes[0].len() == MAX_NDIM, LA_LIMIT);
        place = place_of(way.axis, shapes[0].len() + 1, expected);
        if let Some(place) = place {
            for shape in shapes.iter_mut().filter(|shape| shape.len() >= place) {
                shape.insert(place, 1);
            }
        }
    } else {
        place = place_of(way.axis, shapes[0].len(), expected);
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
    let place = place.filter(|_| expected.is_ok())?;
    let mut shape = shapes[0].clone();
    shape[place] = shapes.iter().map(|shape| shape[place]).sum();
    let whole = Layout::packed(&shape, 1, false);
    let mut elements = vec![(Vec::new(), 0); whole.size() as usize];
    let mut begin = 0;
    for (handle, shape) in handles.iter().zip(&shapes) {
        let numbers = Layout {
            shape: shape.clone(),
            strides: whole.strides.clone(),
            offset: 0,
            itemsize: 1,
        };
        let start = begin * numbers.strides[place];
        for (number, element) in numbers.offsets().iter().zip(handle.elements()) {
            elements[(start + number) as usize] = (element, handle.dtype);
        }
        begin += shape[place];
    }
    Some((shape, elements))
}

pub fn join(world: &mut World) {
    if world.input.once_in(3) {
        return join_into(world);
    }
    let count = world.input.below(4);
    let picked: Vec<Option<Handle>> = (0..count).map(|_| world.pick()).collect();
    let Some(way) = Way::new(world) else {
        return;
    };
    if picked.iter().flatten().any(|h| !h.is_small()) {
        return;
    }
    let mut expected = Expected::default();
    expected.fails_if(count == 0, LA_INVALID_ARGUMENT);
    picked
        .iter()
        .for_each(|handle| missing(handle, &mut expected));
    let handles: Vec<Handle> = picked.iter().flatten().cloned().collect();
    let types: Vec<i32> = handles.iter().map(|h| h.dtype & !SWAPPED).collect();
    let mut result = None;
    if expected.is_ok() {
        let dtype = promote(&types);
        result = joined(&handles, way, &mut expected).map(|(shape, elements)| {
            let elements = elements.iter().map(|(e, from)| convert(e, *from, dtype));
            (shape, dtype, elements.collect::<Vec<Vec<u8>>>())
        });
        if let Some((shape, dtype, _)) = &result {
            check_memory(
                &Layout::packed(shape, itemsize(*dtype), false),
                &mut expected,
            );
        }
    } else {
        // What the others are is wrong or not beside that.
        for status in [LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_LIMIT] {
            expected.may_fail(status);
        }
    }
    let list: Vec<*const la_array> = picked.iter().map(|h| raw(h).cast_const()).collect();
    let mut out = Out::new(world, &mut expected);
    // SAFETY: as many handles, alive or NULL.
    let status = unsafe {
        match way.stacks {
            true => la_stack(count, list.as_ptr(), way.axis, out.place()),
            false => la_concatenate(count, list.as_ptr(), way.axis, out.place()),
        }
    };
    if let Some(raw) = out.get("la_concatenate, stack", status, &expected) {
        let (shape, dtype, elements) = result.unwrap();
        world.fresh_as_is(raw, &shape, dtype, &elements);
    }
}

/// Pieces of an array that fill it when they are joined along an axis, or stacked: from
/// anywhere in it, and maybe turned round, so that most overwrite each other.
fn pieces_of(world: &mut World, target: &Handle, way: Way) -> Vec<Handle> {
    let layout = &target.layout;
    let Some(axis) = place_of(way.axis, layout.ndim(), &mut Expected::default()) else {
        return Vec::new();
    };
    let (extent, mut rest) = (layout.shape[axis], layout.shape[axis]);
    let mut pieces = Vec::new();
    while rest > 0 && pieces.len() < 8 {
        let length = match way.stacks {
            true => 1,
            false => 1 + world.input.below(rest.min(200)),
        };
        let start = world.input.below((extent - length + 1).min(200));
        let last = if way.stacks {
            Entry::At(start)
        } else if world.input.once_in(3) {
            let before = (start > 0).then(|| start - 1);
            Entry::Range(Some(start + length - 1), before, -1)
        } else {
            Entry::Range(Some(start), Some(start + length), 1)
        };
        let mut key = vec![Entry::Range(None, None, 1); axis];
        key.push(last);
        pieces.push(temporary(target, &key));
        rest -= length;
    }
    pieces
}

fn join_into(world: &mut World) {
    let target = world.pick().filter(Handle::is_small);
    let Some(way) = Way::new(world) else {
        return;
    };
    let casting = world.input.small(0, 5);
    // Where elements of a target stand on each other, the last to be stored is not said.
    if target
        .as_ref()
        .is_some_and(|target| target.layout.overlaps_itself())
    {
        return;
    }
    let mut expected = Expected::default();
    missing(&target, &mut expected);
    let mut pieces = Vec::new();
    if let Some(target) = target.as_ref().filter(|_| !way.flat) {
        pieces = pieces_of(world, target, way);
    }
    let made = pieces.clone();
    if pieces.is_empty() || world.input.once_in(4) {
        let Some(other) = world.pick().filter(Handle::is_small) else {
            return end_temporary(made);
        };
        let place = world.input.below(pieces.len() as i64 + 1) as usize;
        pieces.insert(place, other);
    }
    let is_rule = (0..=5).contains(&casting);
    expected.fails_if(!is_rule, LA_INVALID_ARGUMENT);
    let mut elements = Vec::new();
    if let Some(target) = &target {
        expected.fails_if(!target.writeable, LA_READ_ONLY);
        let all = joined(&pieces, way, &mut Expected::default());
        joined(&pieces, way, &mut expected);
        if let Some((shape, all)) = all {
            expected.fails_if(shape != target.layout.shape, LA_SHAPE_ERROR);
            elements = all;
        }
        for piece in &pieces {
            let allowed = !is_rule || can_cast(piece.dtype, target.dtype, casting);
            expected.fails_if(!allowed, LA_CAST_ERROR);
            if casting == LA_CAST_SAME_VALUE {
                let mut all = piece.elements().into_iter();
                let kept = all.all(|e| keeps(&e, piece.dtype, target.dtype));
                expected.fails_if(!kept, LA_CAST_ERROR);
            }
        }
    } else {
        // What the pieces are is wrong or not beside that.
        for status in [LA_AXIS_ERROR, LA_SHAPE_ERROR, LA_LIMIT] {
            expected.may_fail(status);
        }
    }
    let list: Vec<*const la_array> = pieces.iter().map(|h| h.raw.cast_const()).collect();
    let count = list.len() as i64;
    // SAFETY: as many handles, all of them alive.
    let status = unsafe {
        match way.stacks {
            true => la_stack_into(count, list.as_ptr(), way.axis, casting, raw(&target)),
            false => la_concatenate_into(count, list.as_ptr(), way.axis, casting, raw(&target)),
        }
    };
    expected.check("la_concatenate_into, stack_into", status);
    if status == LA_OK {
        let target = target.unwrap();
        for (offset, (element, from)) in target.layout.offsets().into_iter().zip(&elements) {
            target.store(offset, &convert(element, *from, target.dtype));
        }
    }
    end_temporary(made);
}
