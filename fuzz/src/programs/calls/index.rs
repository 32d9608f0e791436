//! Reading and writing by keys with one array among basic entries.

use super::super::element::*;
use super::super::world::*;
use super::arguments::*;
use super::slice::raw_entry;
use super::take::{integers, resolve};
use crate::model::{Expected, Layout, MAX_NDIM};
use crate::slice_str::Entry;
use array::ffi::{index::*, types::*};

/// A key with one array among basic entries, and what it selects.
struct Selection {
    key: Vec<la_index>,
    /// The numbers of an entry that is a list; the key's place of them stays good.
    _list: Vec<i64>,
    /// Where the elements are, in C order of the result; none where it is in error.
    offsets: Vec<i64>,
    shape: Vec<i64>,
}

impl Selection {
    fn count(&self) -> i32 {
        self.key.len() as i32
    }
}

/// A selection by the definition; nothing where NumPy itself may go either way.
fn select(world: &mut World, array: &Handle, expected: &mut Expected) -> Option<Selection> {
    let layout = &array.layout;
    let indices = world.pick().filter(Handle::is_small)?;
    let is_mask = indices.dtype == LA_BOOL;
    let consumed = if is_mask { indices.layout.ndim() } else { 1 };
    // Every axis before it gets a range, so that its place is known.
    let before = world.input.below(3) as usize;
    let mut raw_key = Vec::new();
    let mut head = layout.clone();
    let mut key = Vec::new();
    for _ in 0..before {
        let (start, stop) = (world.input.below(3), world.input.below(5));
        key.push(Entry::Range(Some(start), Some(stop), 1));
    }
    raw_key.extend(key.iter().map(|&entry| raw_entry(entry)));
    let kind = if is_mask && world.input.once_in(2) {
        LA_INDEX_MASK
    } else {
        LA_INDEX_ARRAY
    };
    // The elements that a list names: kept alive by the caller.
    let mut list = Vec::new();
    let as_list = indices.dtype == LA_INT64 && indices.layout.ndim() == 1 && world.input.once_in(2);
    if as_list {
        list = integers(&indices)
            .into_iter()
            .map(|n| n as i64)
            .collect::<Vec<i64>>();
        raw_key.push(la_index {
            kind: LA_INDEX_INTS,
            stop: list.len() as i64,
            array: list.as_ptr().cast(),
            ..raw_entry(Entry::NewAxis)
        });
    } else {
        raw_key.push(la_index {
            kind,
            array: indices.raw,
            ..raw_entry(Entry::NewAxis)
        });
    }
    let usable = is_mask || is_integer(indices.dtype);
    expected.fails_if(!usable, LA_INDEX_ERROR);
    let fits = before + consumed <= layout.ndim();
    expected.fails_if(!fits, LA_INDEX_ERROR);
    let done = |offsets, shape| {
        Some(Selection {
            key: raw_key,
            _list: list,
            offsets,
            shape,
        })
    };
    if !usable || !fits {
        return done(vec![], vec![]);
    }
    head = head.slice(&key, expected)?;
    let axes = before..before + consumed;
    let indexed = &layout.shape[axes.clone()];
    // Without elements strides may be anything, and lead nowhere.
    let steps = match layout.size() {
        0 => vec![0; consumed],
        _ => layout.strides[axes.clone()].to_vec(),
    };
    // What is selected from the indexed axes, in bytes.
    let mut reached = Vec::new();
    let own_shape = if is_mask {
        expected.fails_if(indices.layout.shape != indexed, LA_INDEX_ERROR);
        if indices.layout.shape != indexed {
            return done(vec![], vec![]);
        }
        let bytes = Layout {
            shape: indexed.to_vec(),
            strides: steps.clone(),
            offset: 0,
            itemsize: 1,
        };
        let places = bytes.offsets().into_iter().zip(indices.elements());
        reached.extend(places.filter(|place| place.1[0] != 0).map(|place| place.0));
        vec![reached.len() as i64]
    } else {
        for index in integers(&indices) {
            match resolve(index, indexed[0], LA_MODE_RAISE) {
                Some(place) => reached.push(place * steps[0]),
                // Where the result has no elements anyway, NumPy looks or not.
                None => {
                    let rest = head
                        .shape
                        .iter()
                        .enumerate()
                        .filter(|axis| !axes.contains(&axis.0));
                    match rest.map(|axis| axis.1).any(|&extent| extent == 0) {
                        true => return None,
                        false => expected.fails(LA_INDEX_ERROR),
                    }
                }
            }
        }
        indices.layout.shape.clone()
    };
    if !expected.is_ok() {
        return done(vec![], vec![]);
    }
    let (mut outer, mut inner) = (head.clone(), head);
    outer.shape.truncate(before);
    outer.strides.truncate(before);
    inner.shape.drain(..axes.end);
    inner.strides.drain(..axes.end);
    inner.offset = 0;
    let shape = [&outer.shape[..], &own_shape, &inner.shape].concat();
    if shape.len() > MAX_NDIM {
        expected.fails(LA_LIMIT);
        return done(vec![], vec![]);
    }
    let size = shape
        .iter()
        .fold(1i128, |n, &extent| n.saturating_mul(extent.into()));
    if size > FEW.into() {
        return None;
    }
    let inner = inner.offsets();
    let offsets = outer.offsets().into_iter().flat_map(|at| {
        let inner = &inner;
        reached
            .iter()
            .flat_map(move |step| inner.iter().map(move |rest| at + step + rest))
    });
    let offsets: Vec<i64> = offsets.collect();
    assert!(shape.contains(&0) || offsets.len() as i128 == size);
    done(if shape.contains(&0) { vec![] } else { offsets }, shape)
}

pub fn get(world: &mut World) {
    let Some(array) = world.pick().filter(Handle::is_small) else {
        return;
    };
    let mut expected = Expected::default();
    let Some(selection) = select(world, &array, &mut expected) else {
        return;
    };
    if !expected.is_ok() {
        // Its shape, and room for it, may be asked for before the indices are looked at.
        expected.may_fail(LA_LIMIT);
        expected.may_fail(LA_OUT_OF_MEMORY);
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, and as many entries.
    let status = unsafe {
        la_get(
            array.raw,
            selection.key.as_ptr(),
            selection.count(),
            out.place(),
        )
    };
    if let Some(raw) = out.get("la_get", status, &expected) {
        let elements: Vec<Vec<u8>> = selection
            .offsets
            .iter()
            .map(|&at| array.element(at))
            .collect();
        // The axes of the copy may stand in another order in memory than in C's.
        world.fresh_as_is(raw, &selection.shape, array.dtype, &elements);
    }
}

pub fn set(world: &mut World) {
    let Some(array) = world.pick().filter(Handle::is_small) else {
        return;
    };
    let values = world.pick();
    if values.as_ref().is_some_and(|values| !values.is_small()) {
        return;
    }
    let mut expected = Expected::default();
    missing(&values, &mut expected);
    expected.fails_if(!array.writeable, LA_READ_ONLY);
    let mut selected = Expected::default();
    let Some(selection) = select(world, &array, &mut selected) else {
        return;
    };
    let mut elements = Vec::new();
    if selected.is_ok() {
        if let Some(values) = &values {
            match values.layout.stretched_source(&selection.shape) {
                Some(layout) => {
                    let bytes = layout.offsets().into_iter().map(|at| values.element(at));
                    elements = bytes
                        .map(|e| convert(&e, values.dtype, array.dtype))
                        .collect();
                }
                None => expected.fails(LA_SHAPE_ERROR),
            }
        }
    } else {
        expected.fails(LA_INDEX_ERROR);
        expected.may_fail(LA_LIMIT);
        expected.may_fail(LA_SHAPE_ERROR);
        expected.may_fail(LA_OUT_OF_MEMORY);
    }
    // SAFETY: alive or NULL, and as many entries.
    let status = unsafe {
        la_set(
            array.raw,
            selection.key.as_ptr(),
            selection.count(),
            raw(&values),
        )
    };
    expected.check("la_set", status);
    if status == LA_OK {
        for (offset, element) in selection.offsets.into_iter().zip(&elements) {
            array.store(offset, element);
        }
    }
}
