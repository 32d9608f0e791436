//! Views by basic keys, as entries and as text.

use super::super::world::*;
use super::arguments::*;
use crate::model::Expected;
use crate::slice_str::Entry;
use array::ffi::{lifetime::*, types::*, view::*};
use std::ptr::{null, null_mut};

fn entry(world: &mut World) -> Entry {
    let input = &mut world.input;
    match input.below(8) {
        0 | 1 => Entry::At(input.number(-3, 2)),
        2 => Entry::NewAxis,
        3 => Entry::Ellipsis,
        _ => {
            let start = (!input.once_in(3)).then(|| input.number(-4, 4));
            let stop = (!input.once_in(3)).then(|| input.number(-4, 5));
            let step = input.number(-2, 3);
            Entry::Range(start, stop, step)
        }
    }
}

pub fn raw_entry(entry: Entry) -> la_index {
    let mut raw = la_index {
        kind: LA_INDEX_NEWAXIS,
        flags: 0,
        start: 0,
        stop: 0,
        step: 0,
        array: null(),
        reserved: [0; 2],
    };
    match entry {
        Entry::At(index) => (raw.kind, raw.start) = (LA_INDEX_INTEGER, index),
        Entry::NewAxis => {}
        Entry::Ellipsis => raw.kind = LA_INDEX_ELLIPSIS,
        Entry::Range(start, stop, step) => {
            raw.kind = LA_INDEX_SLICE;
            let flag = |bound: Option<i64>, flag| if bound.is_none() { flag } else { 0 };
            raw.flags = flag(start, LA_INDEX_NO_START) | flag(stop, LA_INDEX_NO_STOP);
            (raw.start, raw.stop, raw.step) = (start.unwrap_or(0), stop.unwrap_or(0), step);
        }
    }
    raw
}

pub fn slice(world: &mut World) {
    let array = world.pick();
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    let count = world.input.below(5) as usize;
    let key: Vec<Entry> = (0..count).map(|_| entry(world)).collect();
    let mut raw_key: Vec<la_index> = key.iter().map(|&entry| raw_entry(entry)).collect();
    if count > 0 && world.input.once_in(24) {
        let spoiled = &mut raw_key[world.input.below(count as i64) as usize];
        match world.input.below(4) {
            0 => (spoiled.kind, spoiled.flags) = (world.input.small(8, 300).max(8), 0),
            1 => spoiled.flags |= 4 << world.input.below(29),
            2 => spoiled.reserved[1] = 1,
            _ => spoiled.reserved[0] = -1,
        }
        expected.fails(LA_INVALID_ARGUMENT);
    }
    let mut view = None;
    if let Some(array) = &array {
        // A key that is spoiled may be found wrong in other entries first.
        view = array.layout.slice(&key, &mut expected);
    }
    let mut count = count as i32;
    if world.input.once_in(48) {
        count = -1;
        expected.fails(LA_INVALID_ARGUMENT);
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, and as many entries.
    let status = unsafe { la_slice(raw(&array), raw_key.as_ptr(), count, out.place()) };
    if let Some(raw) = out.get("la_slice", status, &expected) {
        let array = array.unwrap();
        world.view(&array, raw, view.unwrap(), array.dtype, array.writeable);
    }
}

pub fn slice_text(world: &mut World) {
    let array = world.pick();
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    let count = world.input.below(5) as usize;
    let key: Vec<Entry> = (0..count).map(|_| entry(world)).collect();
    let number = |n: Option<i64>| n.map_or(String::new(), |n| n.to_string());
    let texts: Vec<String> = key
        .iter()
        .map(|entry| match *entry {
            Entry::At(index) => index.to_string(),
            Entry::NewAxis => "None".into(),
            Entry::Ellipsis => "...".into(),
            Entry::Range(start, stop, 1) => format!("{}:{}", number(start), number(stop)),
            Entry::Range(start, stop, step) => format!("{}:{}:{step}", number(start), number(stop)),
        })
        .collect();
    let text = std::ffi::CString::new(texts.join(", ")).unwrap();
    let view = array
        .as_ref()
        .and_then(|array| array.layout.slice(&key, &mut expected));
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, and a text with its NUL.
    let status = unsafe { la_slice_str(raw(&array), text.as_ptr(), out.place()) };
    if let Some(raw) = out.get("la_slice_str", status, &expected) {
        let array = array.unwrap();
        world.view(&array, raw, view.unwrap(), array.dtype, array.writeable);
    }
}

/// A view by a key that fits, for the time of one call.
pub fn temporary(array: &Handle, key: &[Entry]) -> Handle {
    let mut expected = Expected::default();
    let layout = array.layout.slice(key, &mut expected).unwrap();
    let key: Vec<la_index> = key.iter().map(|&entry| raw_entry(entry)).collect();
    let mut view = null_mut();
    // SAFETY: alive, and as many entries.
    let status = unsafe { la_slice(array.raw, key.as_ptr(), key.len() as i32, &mut view) };
    expected.check("la_slice", status);
    Handle {
        raw: view,
        layout,
        is_owner: false,
        ..array.clone()
    }
}

pub fn end_temporary(handles: Vec<Handle>) {
    for handle in handles {
        // SAFETY: alive; it is used no more.
        unsafe { la_release(handle.raw) };
    }
}
