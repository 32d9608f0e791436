//! The calls that a program is made of. Each works out what the header says of its
//! arguments before it is made; one that succeeds is done in the model as well.

use super::element::*;
use super::world::*;
use crate::model::{Expected, Layout, MAX_NDIM};
use crate::slice_str::Entry;
use array::ffi::{
    copy::*, create::*, describe::*, index::*, join::*, lifetime::*, overlap::*, show::*, types::*,
    view::*, write::*,
};
use std::ptr::{null, null_mut};
use std::rc::Rc;

pub fn call(world: &mut World) {
    match world.input.below(25) {
        0 => make(world),
        1 => from_data(world),
        2 => wrap(world),
        3 => as_strided(world),
        4 => slice(world),
        5 => slice_text(world),
        6 => reshape(world),
        7 => axes(world),
        8 => broadcast(world),
        9 => diagonal(world),
        10 => copy(world),
        11 => astype(world),
        12 => assign(world, false),
        13 => assign(world, true),
        14 => fill(world),
        15 => item(world),
        16 => get(world),
        17 => set(world),
        18 => take(world),
        19 => put(world),
        20 => join(world),
        21 => overlap(world),
        22 => report(world),
        23 => lifetime(world),
        _ => arange(world),
    }
}

/* Lists of numbers. */

/// Numbers from the caller, with room for more than any call may read.
struct List<T> {
    values: Vec<T>,
    count: i32,
    is_null: bool,
    is_unaligned: bool,
}

impl<T: Copy + Default> List<T> {
    /// `count` numbers; sometimes the pointer or the count is wrong.
    fn new(world: &mut World, count: i32, mut value: impl FnMut(&mut World) -> T) -> List<T> {
        let count = if world.input.once_in(48) {
            world.input.small(-1, 66)
        } else {
            count
        };
        // Beyond the room nothing may be read, since there are too many.
        let filled = count.clamp(0, 6) as usize;
        let mut values: Vec<T> = (0..filled).map(|_| value(world)).collect();
        values.resize(131, values.last().copied().unwrap_or_default());
        let is_null = world.input.once_in(80);
        let is_unaligned = !is_null && world.input.once_in(80);
        List {
            values,
            count,
            is_null,
            is_unaligned,
        }
    }

    fn pointer(&self) -> *const T {
        match (self.is_null, self.is_unaligned) {
            (true, _) => null(),
            (_, true) => self.values.as_ptr().wrapping_byte_add(1),
            _ => self.values.as_ptr(),
        }
    }

    fn list(&self) -> &[T] {
        &self.values[..self.count.clamp(0, 131) as usize]
    }

    /// The list, if it is one.
    fn check(&self, most: usize, expected: &mut Expected) -> Option<&[T]> {
        expected.fails_if(self.count < 0, LA_INVALID_ARGUMENT);
        expected.fails_if(self.count > most as i32, LA_LIMIT);
        if self.count > 0 {
            expected.fails_if(self.is_null, LA_NULL_ARGUMENT);
            expected.fails_if(self.is_unaligned, LA_INVALID_ARGUMENT);
        }
        let is_list = self.count >= 0 && self.count <= most as i32;
        (is_list && (self.count == 0 || !self.is_null && !self.is_unaligned)).then_some(self.list())
    }
}

fn shape(world: &mut World) -> List<i64> {
    let ndim = world.input.small(0, 3);
    List::new(world, ndim, |world| world.input.number(0, 4))
}

/// Whether a shape can be one of elements of that size.
fn check_shape(shape: &[i64], itemsize: i64, expected: &mut Expected) -> bool {
    let is_negative = shape.iter().any(|&extent| extent < 0);
    let nonzero = shape.iter().filter(|&&extent| extent > 0);
    let bytes = nonzero.fold(i128::from(itemsize), |n, &extent| {
        n.saturating_mul(extent.into())
    });
    let is_large = bytes > i64::MAX.into();
    expected.fails_if(is_negative, LA_SHAPE_ERROR);
    expected.fails_if(is_large, LA_OVERFLOW);
    !is_negative && !is_large
}

fn check_memory(layout: &Layout, expected: &mut Expected) {
    expected.fails_if(layout.nbytes() > LARGEST_BLOCK, LA_OUT_OF_MEMORY);
}

/// The layout of a new array.
fn new_layout(
    shape: &List<i64>,
    dtype: i32,
    order: i32,
    expected: &mut Expected,
) -> Option<Layout> {
    let size = facts(dtype).map(|facts| facts.1);
    expected.fails_if(size.is_none(), LA_DTYPE_ERROR);
    expected.fails_if(!(0..=3).contains(&order), LA_INVALID_ARGUMENT);
    if let Some(_) = shape.check(MAX_NDIM, expected).filter(|_| size.is_none()) {
        check_shape(shape.list(), 1, &mut Expected::default());
    }
    // Whatever is read of a list that is too long may be found wrong as well.
    if shape.count > MAX_NDIM as i32 {
        expected.may_fail(LA_SHAPE_ERROR);
        expected.may_fail(LA_OVERFLOW);
    }
    let list = shape.check(MAX_NDIM, &mut Expected::default())?;
    let fits = check_shape(list, size.unwrap_or(1), expected);
    let layout = Layout::packed(list_if(list, fits), size?, order == LA_ORDER_F);
    check_memory(&layout, expected);
    fits.then_some(layout)
}

fn list_if(list: &[i64], fits: bool) -> &[i64] {
    if fits { list } else { &[] }
}

fn missing(handle: &Option<Handle>, expected: &mut Expected) {
    expected.fails_if(handle.is_none(), LA_NULL_ARGUMENT);
}

/// Types that programs do not use are left to other tests.
fn is_used(dtype: i32) -> bool {
    facts(dtype).is_some() || unsafe { la_dtype_size_of(dtype) } < 0
}

unsafe fn la_dtype_size_of(dtype: i32) -> i64 {
    // SAFETY: any number will do.
    #[allow(unused_unsafe)]
    unsafe {
        array::ffi::dtypes::la_dtype_size(dtype)
    }
}

/* Creating. */

fn scalar(world: &mut World) -> (i32, Vec<u8>) {
    let dtype = world.dtype();
    let size = facts(dtype).map_or(8, |facts| facts.1) as usize;
    let mut bytes = world.input.take(size).to_vec();
    bytes.resize(size, 0);
    (dtype, bytes)
}

fn make(world: &mut World) {
    let (what, dtype, shape) = (world.input.below(3), world.dtype(), shape(world));
    let order = world.input.small(0, 3);
    let (value_dtype, value) = scalar(world);
    if !is_used(dtype) || !is_used(value_dtype) && what == 2 {
        return;
    }
    let mut expected = Expected::default();
    let layout = new_layout(&shape, dtype, order, &mut expected);
    let mut out = Out::new(world, &mut expected);
    let (pointer, count) = (shape.pointer(), shape.count);
    // SAFETY: the list is as long as any that is read; the rest is to be checked.
    let status = unsafe {
        match what {
            0 => la_zeros(dtype, count, pointer, order, out.place()),
            1 => la_ones(dtype, count, pointer, order, out.place()),
            _ => {
                expected.fails_if(facts(value_dtype).is_none(), LA_DTYPE_ERROR);
                let value = value.as_ptr().cast();
                la_full(
                    dtype,
                    count,
                    pointer,
                    order,
                    value_dtype,
                    value,
                    out.place(),
                )
            }
        }
    };
    if let Some(raw) = out.get("la_zeros, ones, full", status, &expected) {
        let layout = layout.unwrap();
        let element = match what {
            0 | 1 => write(Number::Int(what.into()), dtype),
            _ => convert(&value, value_dtype, dtype),
        };
        let elements = vec![element; layout.size() as usize];
        world.fresh(raw, layout, dtype, &elements);
    }
}

fn from_data(world: &mut World) {
    let (dtype, shape) = (world.dtype(), shape(world));
    let order = world.input.small(0, 1);
    if !is_used(dtype) {
        return;
    }
    let mut expected = Expected::default();
    expected.fails_if(!(0..=1).contains(&order), LA_INVALID_ARGUMENT);
    // A and K may count as C, as they do for la_empty.
    let mut order_expected = Expected::default();
    let layout = new_layout(&shape, dtype, 0, &mut order_expected);
    let mut expected = match (0..=3).contains(&order) {
        true => order_expected,
        false => {
            order_expected.fails(LA_INVALID_ARGUMENT);
            order_expected
        }
    };
    if order == 2 || order == 3 {
        expected.may_fail(LA_INVALID_ARGUMENT);
    }
    let layout = layout.map(|l| Layout::packed(&l.shape, l.itemsize, order == LA_ORDER_F));
    let size = layout.as_ref().map_or(0, |layout| layout.nbytes());
    // What is not there cannot be read.
    if size > LARGEST_BLOCK {
        return;
    }
    let mut data = world.input.take(size.min(256) as usize).to_vec();
    data.resize(size as usize + 8, 3);
    let is_null = world.input.once_in(32);
    expected.fails_if(is_null && size > 0, LA_NULL_ARGUMENT);
    if is_null && layout.is_none() {
        expected.may_fail(LA_NULL_ARGUMENT);
    }
    let mut out = Out::new(world, &mut expected);
    let place = if is_null {
        null()
    } else {
        data.as_ptr().cast()
    };
    // SAFETY: as much data as the shape says.
    let status = unsafe {
        la_from_data(
            place,
            dtype,
            shape.count,
            shape.pointer(),
            null(),
            order,
            out.place(),
        )
    };
    if let Some(raw) = out.get("la_from_data", status, &expected) {
        let layout = layout.unwrap();
        let offsets = layout.offsets().into_iter();
        let elements: Vec<Vec<u8>> = offsets
            .map(|at| data[at as usize..(at + layout.itemsize) as usize].to_vec())
            .collect();
        world.fresh(raw, layout, dtype, &elements);
    }
}

/// Whether a layout stays within an allocation.
fn check_within(layout: &Layout, nbytes: i64, expected: &mut Expected) {
    let (mut low, mut high) = (i128::from(layout.offset), i128::from(layout.offset));
    if !layout.shape.contains(&0) {
        for (&extent, &stride) in layout.shape.iter().zip(&layout.strides) {
            let reach = (i128::from(extent) - 1) * i128::from(stride);
            if reach < 0 {
                low += reach
            } else {
                high += reach
            }
        }
        high += i128::from(layout.itemsize);
    }
    if low < 0 || high > nbytes.into() {
        expected.fails(LA_SHAPE_ERROR);
        let lowest = i128::from(i64::MIN);
        // A sum of the way there may leave 64 bits where the end does not.
        if low < lowest
            || high > i64::MAX.into()
            || layout.strides.iter().any(|s| s.unsigned_abs() > 1 << 40)
        {
            expected.may_fail(LA_OVERFLOW);
        }
    }
}

/// A shape with strides; the layout if both are lists.
fn strided(
    world: &mut World,
    itemsize: Option<i64>,
    expected: &mut Expected,
) -> (List<i64>, Option<Vec<i64>>, Option<Layout>) {
    let shape = shape(world);
    let strides = (!world.input.once_in(3)).then(|| {
        let unit = if world.input.once_in(4) {
            1
        } else {
            itemsize.unwrap_or(1)
        };
        let mut strides: Vec<i64> = (0..6)
            .map(|_| world.input.number(-3, 6).saturating_mul(unit))
            .collect();
        strides.resize(131, 0);
        strides
    });
    let list = shape.check(MAX_NDIM, expected).map(<[i64]>::to_vec);
    if shape.count > MAX_NDIM as i32 {
        expected.may_fail(LA_SHAPE_ERROR);
        expected.may_fail(LA_OVERFLOW);
    }
    let layout = list.zip(itemsize).and_then(|(list, itemsize)| {
        let fits = check_shape(&list, itemsize, expected);
        let mut layout = Layout::packed(list_if(&list, fits), itemsize, false);
        if let Some(strides) = &strides {
            layout.strides = strides[..layout.ndim()].to_vec();
        }
        fits.then_some(layout)
    });
    (shape, strides, layout)
}

fn strides_pointer(strides: &Option<Vec<i64>>) -> *const i64 {
    strides.as_ref().map_or(null(), |strides| strides.as_ptr())
}

fn wrap(world: &mut World) {
    let dtype = world.dtype();
    if !is_used(dtype) {
        return;
    }
    let mut expected = Expected::default();
    let size = facts(dtype).map(|facts| facts.1);
    expected.fails_if(size.is_none(), LA_DTYPE_ERROR);
    let (shape, strides, layout) = strided(world, size, &mut expected);
    let room = 8 * (1 + world.input.below(24));
    let mut memory = vec![0x0102_0304_0506_0708u64; room as usize / 8];
    for (word, byte) in memory.iter_mut().zip(world.input.take(24)) {
        *word = word.rotate_left(u32::from(*byte)) ^ u64::from(*byte);
    }
    let nbytes = if world.input.once_in(20) {
        world.input.small(-1, 8).min(room as i32) as i64
    } else {
        room
    };
    let offset = world.input.number(0, 16);
    let flags = world.input.small(0, 1);
    let is_null = world.input.once_in(40);
    expected.fails_if(!(0..=1).contains(&flags), LA_INVALID_ARGUMENT);
    expected.fails_if(nbytes < 0 || offset < 0, LA_INVALID_ARGUMENT);
    expected.fails_if(is_null && nbytes > 0, LA_NULL_ARGUMENT);
    if is_null && nbytes <= 0 {
        return;
    }
    let layout = layout.map(|layout| Layout { offset, ..layout });
    if let Some(layout) = &layout {
        check_within(layout, nbytes, &mut expected);
    }
    let mut out = Out::new(world, &mut expected);
    let start: *mut u8 = memory.as_mut_ptr().cast();
    let place = if is_null { null_mut() } else { start.cast() };
    // SAFETY: the memory is there, and lives as long as its block.
    let status = unsafe {
        la_wrap(
            place,
            nbytes,
            offset,
            dtype,
            shape.count,
            shape.pointer(),
            strides_pointer(&strides),
            flags,
            Some(delete),
            null_mut(),
            out.place(),
        )
    };
    if let Some(raw) = out.get("la_wrap", status, &expected) {
        let bytes = memory
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .take(nbytes as usize);
        let bytes: Vec<u8> = bytes.collect();
        let block = Block {
            start,
            bytes: bytes.into(),
            origin: offset,
            wrapped: Some(memory),
        };
        world.wrapped += 1;
        let (layout, writeable) = (layout.unwrap(), flags == 0);
        world.adopt(Handle {
            raw,
            block: Rc::new(block),
            layout,
            dtype,
            writeable,
            is_owner: true,
        });
    }
}

fn as_strided(world: &mut World) {
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

fn arange(world: &mut World) {
    let dtype = world.dtype();
    let (start, stop, step) = (
        world.input.number(-5, 5),
        world.input.number(-5, 20),
        world.input.number(-2, 3),
    );
    if !is_used(dtype) || facts(dtype).is_some_and(|facts| facts.0 == Kind::Bool) {
        return;
    }
    let mut expected = Expected::default();
    expected.fails_if(facts(dtype).is_none(), LA_DTYPE_ERROR);
    expected.fails_if(step == 0, LA_INVALID_ARGUMENT);
    let (first, end, by) = (i128::from(start), i128::from(stop), i128::from(step));
    let distance = if by > 0 { end - first } else { first - end };
    let count = if by == 0 || distance <= 0 {
        0
    } else {
        (distance + by.abs() - 1) / by.abs()
    };
    let size = facts(dtype).map_or(1, |facts| facts.1);
    expected.fails_if(count * i128::from(size) > i64::MAX.into(), LA_OVERFLOW);
    expected.fails_if(
        count * i128::from(size) > LARGEST_BLOCK.into(),
        LA_OUT_OF_MEMORY,
    );
    let mut out = Out::new(world, &mut expected);
    // SAFETY: room for the result.
    let status = unsafe { la_arange(dtype, start, stop, step, out.place()) };
    if let Some(raw) = out.get("la_arange", status, &expected) {
        let elements: Vec<Vec<u8>> = (0..count)
            .map(|k| write(Number::Int(first + k * by), dtype))
            .collect();
        world.fresh(
            raw,
            Layout::packed(&[count as i64], size, false),
            dtype,
            &elements,
        );
    }
}

/* Views. */

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

fn raw_entry(entry: Entry) -> la_index {
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

fn slice(world: &mut World) {
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

fn slice_text(world: &mut World) {
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

fn reshape(world: &mut World) {
    let Some(array) = world.pick().filter(Handle::is_small) else {
        return;
    };
    let size = array.size();
    let mut shape = shape(world);
    if !world.input.once_in(4) {
        // One that fits: factors of the size.
        let mut rest = size.max(1);
        shape.values.clear();
        for _ in 0..world.input.below(4) {
            let factor = [1, 2, 3, 4, 6][world.input.below(5) as usize];
            if rest % factor == 0 {
                shape.values.push(factor);
                rest /= factor;
            }
        }
        shape.values.push(if size == 0 { 0 } else { rest });
        shape.count = shape.values.len() as i32;
        if world.input.once_in(4) {
            let place = world.input.below(shape.count.into()) as usize;
            shape.values[place] = -1;
        }
        shape.values.resize(131, 1);
        (shape.is_null, shape.is_unaligned) = (false, false);
    }
    let (order, copy) = (world.input.small(0, 2), world.input.small(0, 2));
    let mut expected = Expected::default();
    expected.fails_if(!(0..=2).contains(&order), LA_INVALID_ARGUMENT);
    expected.fails_if(!(0..=2).contains(&copy), LA_INVALID_ARGUMENT);
    let (c, f) = array.layout.contiguity();
    let fortran = order == LA_ORDER_F || order == LA_ORDER_A && f && !c;
    let itemsize = array.layout.itemsize;
    let mut wanted = None;
    if shape.count > MAX_NDIM as i32 {
        expected.may_fail(LA_SHAPE_ERROR);
        expected.may_fail(LA_OVERFLOW);
    }
    if let Some(list) = shape.check(MAX_NDIM, &mut expected) {
        let mut list = list.to_vec();
        let unknown: Vec<usize> = (0..list.len()).filter(|&axis| list[axis] == -1).collect();
        let nonzero = list.iter().filter(|&&extent| extent > 0);
        let known = nonzero.fold(1i128, |n, &extent| n.saturating_mul(extent.into()));
        if known * i128::from(itemsize) > i64::MAX.into() {
            // No such shape, and it does not fit either.
            expected.may_fail(LA_OVERFLOW);
        }
        let has_zero = list.contains(&0);
        let mut fits = list.iter().all(|&extent| extent >= -1) && unknown.len() < 2;
        if let [axis] = unknown[..] {
            fits &= !has_zero && i128::from(size) % known == 0;
            list[axis] = if fits {
                (i128::from(size) / known) as i64
            } else {
                1
            };
            fits &= i128::from(list[axis]) * known == size.into();
        } else {
            fits &= size
                == if has_zero {
                    0
                } else {
                    known.min(i64::MAX.into()) as i64
                };
            // Without elements the other extents may still be too many.
            if has_zero && known * i128::from(itemsize) > i64::MAX.into() {
                expected.fails(LA_OVERFLOW);
            }
        }
        expected.fails_if(!fits, LA_SHAPE_ERROR);
        wanted = (fits && expected.is_ok()).then_some(list);
    }
    // The elements in the asked order, and whether strides could name them so.
    let in_order = |layout: &Layout| match fortran {
        false => layout.offsets(),
        true => {
            let mut turned = layout.clone();
            turned.shape.reverse();
            turned.strides.reverse();
            turned.offsets()
        }
    };
    let mut view = None;
    if let Some(list) = &wanted {
        let elements = in_order(&array.layout);
        let mut candidate = Layout::packed(list, itemsize, fortran);
        candidate.offset = array.layout.offset;
        let steps = Layout::packed(list, 1, fortran);
        if size > 0 {
            for axis in (0..list.len()).filter(|&axis| list[axis] > 1) {
                candidate.strides[axis] = elements[steps.strides[axis] as usize] - elements[0];
            }
        }
        if in_order(&candidate) == elements {
            view = Some(candidate);
        }
        expected.fails_if(view.is_none() && copy == LA_COPY_NEVER, LA_WOULD_COPY);
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, and a list as long as any that is read.
    let status = unsafe {
        la_reshape(
            array.raw,
            shape.count,
            shape.pointer(),
            order,
            copy,
            out.place(),
        )
    };
    if let Some(raw) = out.get("la_reshape", status, &expected) {
        match view.filter(|_| copy != LA_COPY_ALWAYS) {
            Some(view) => world.view(&array, raw, view, array.dtype, array.writeable),
            None => {
                let layout = Layout::packed(&wanted.unwrap(), itemsize, fortran);
                let elements = in_order(&array.layout)
                    .into_iter()
                    .map(|at| array.element(at));
                let mut placed: Vec<(i64, Vec<u8>)> =
                    in_order(&layout).into_iter().zip(elements).collect();
                placed.sort_by_key(|element| element.0);
                let by_offset: Vec<Vec<u8>> = placed.into_iter().map(|element| element.1).collect();
                let elements: Vec<Vec<u8>> = layout
                    .offsets()
                    .into_iter()
                    .map(|at| by_offset[(at / itemsize) as usize].clone())
                    .collect();
                world.fresh(raw, layout, array.dtype, &elements);
            }
        }
    }
}

fn place_of(axis: i32, ndim: usize, expected: &mut Expected) -> Option<usize> {
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

fn axes(world: &mut World) {
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

/// The strides with which a layout is seen in another shape.
fn stretched(layout: &Layout, shape: &[i64]) -> Option<Layout> {
    let added = shape.len().checked_sub(layout.ndim())?;
    let mut result = Layout {
        shape: shape.to_vec(),
        strides: vec![0; shape.len()],
        ..layout.clone()
    };
    for axis in added..shape.len() {
        match layout.shape[axis - added] {
            extent if extent == shape[axis] => result.strides[axis] = layout.strides[axis - added],
            1 => {}
            _ => return None,
        }
    }
    Some(result)
}

/// The same for values that are stored, whose leading axes of extent 1 may go.
fn stretched_source(layout: &Layout, shape: &[i64]) -> Option<Layout> {
    let mut layout = layout.clone();
    while layout.ndim() > shape.len() && layout.shape[0] == 1 {
        layout.shape.remove(0);
        layout.strides.remove(0);
    }
    stretched(&layout, shape)
}

fn broadcast(world: &mut World) {
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
        shape.count = fit.len() as i32;
        fit.resize(131, 1);
        (shape.values, shape.is_null, shape.is_unaligned) = (fit, false, false);
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
        view = stretched(&array.layout, list).filter(|_| fits);
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

fn diagonal(world: &mut World) {
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

/* Copies. */

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

fn copy(world: &mut World) {
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

fn astype(world: &mut World) {
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

/* Writing. */

/// Stores elements in C order of the layout; later ones win.
fn store(target: &Handle, layout: &Layout, elements: &[Vec<u8>]) {
    for (offset, element) in layout.offsets().into_iter().zip(elements) {
        target.store(offset, element);
    }
}

fn assign(world: &mut World, masked: bool) {
    let (target, source) = (world.pick(), world.pick());
    let mask = if masked { world.pick() } else { None };
    let casting = world.input.small(0, 5);
    let everything = [&target, &source, &mask];
    if everything
        .iter()
        .any(|h| h.as_ref().is_some_and(|h| !h.is_small()))
    {
        return;
    }
    let mut expected = Expected::default();
    missing(&target, &mut expected);
    missing(&source, &mut expected);
    expected.fails_if(!(0..=5).contains(&casting), LA_INVALID_ARGUMENT);
    if masked {
        missing(&mask, &mut expected);
        let wrong = mask.as_ref().is_some_and(|mask| mask.dtype != LA_BOOL);
        expected.fails_if(wrong, LA_DTYPE_ERROR);
    }
    expected.fails_if(
        target.as_ref().is_some_and(|target| !target.writeable),
        LA_READ_ONLY,
    );
    let mut elements = Vec::new();
    let mut chosen = None;
    if let (Some(target), Some(source)) = (&target, &source) {
        let shape = &target.layout.shape;
        let stretched_values = stretched_source(&source.layout, shape);
        expected.fails_if(stretched_values.is_none(), LA_SHAPE_ERROR);
        if (0..=5).contains(&casting) {
            expected.fails_if(
                !can_cast(source.dtype, target.dtype, casting),
                LA_CAST_ERROR,
            );
        }
        if let Some(mask) = &mask {
            // Masks broadcast as values do, or as shapes do.
            let fits = stretched(&mask.layout, shape);
            expected.fails_if(fits.is_none(), LA_SHAPE_ERROR);
            if fits.is_none() && stretched_source(&mask.layout, shape).is_some() {
                return;
            }
            chosen = fits.map(|fits| {
                fits.offsets()
                    .iter()
                    .map(|&at| mask.element(at)[0] != 0)
                    .collect::<Vec<_>>()
            });
        }
        if casting == LA_CAST_SAME_VALUE {
            // The whole source is judged, also what no element is made of.
            let kept = source
                .elements()
                .iter()
                .all(|e| keeps(e, source.dtype, target.dtype));
            match kept || target.size() > 0 {
                true => expected.fails_if(!kept, LA_CAST_ERROR),
                false => expected.may_fail(LA_CAST_ERROR),
            }
        }
        if let Some(values) = stretched_values {
            let bytes: Vec<Vec<u8>> = values
                .offsets()
                .iter()
                .map(|&at| source.element(at))
                .collect();
            elements = bytes
                .iter()
                .map(|e| convert(e, source.dtype, target.dtype))
                .collect();
        }
    }
    // SAFETY: alive or NULL.
    let status = unsafe {
        match masked {
            true => la_assign_where(raw(&target), raw(&source), raw(&mask), casting),
            false => la_assign(raw(&target), raw(&source), casting),
        }
    };
    expected.check("la_assign", status);
    if status == LA_OK {
        let target = target.unwrap();
        let chosen = chosen.unwrap_or_else(|| vec![true; elements.len()]);
        let offsets = target
            .layout
            .offsets()
            .into_iter()
            .zip(&elements)
            .zip(chosen);
        for ((offset, element), _) in offsets.filter(|stored| stored.1) {
            target.store(offset, element);
        }
    }
}

/// A weak integer as an element, if it fits.
fn weak(value: i64, dtype: i32, expected: &mut Expected) -> Vec<u8> {
    if is_integer(dtype) {
        let (low, high) = ends(dtype);
        expected.fails_if(!(low..=high).contains(&i128::from(value)), LA_CAST_ERROR);
    }
    write(Number::Int(value.into()), dtype)
}

fn fill(world: &mut World) {
    let target = world.pick().filter(Handle::is_small);
    let what = world.input.below(3);
    let number = world.input.number(-3, 3);
    let (value_dtype, value) = scalar(world);
    if what == 2 && !is_used(value_dtype) {
        return;
    }
    let mut expected = Expected::default();
    missing(&target, &mut expected);
    expected.fails_if(
        target.as_ref().is_some_and(|target| !target.writeable),
        LA_READ_ONLY,
    );
    let dtype = target.as_ref().map(|target| target.dtype);
    let mut element = Vec::new();
    // SAFETY: alive or NULL; values as large as their types.
    let status = unsafe {
        match what {
            0 => {
                element = dtype.map_or(vec![], |dtype| weak(number, dtype, &mut expected));
                la_fill_i64(raw(&target), number)
            }
            1 => {
                let value = f64::from_bits(number as u64);
                let value = if number.unsigned_abs() < 64 {
                    number as f64 / 2.0
                } else {
                    value
                };
                element = dtype.map_or(vec![], |dtype| write(Number::Float(value), dtype));
                la_fill_f64(raw(&target), value)
            }
            _ => {
                let is_type = facts(value_dtype).is_some();
                expected.fails_if(!is_type, LA_DTYPE_ERROR);
                if let Some(dtype) = dtype.filter(|_| is_type) {
                    element = convert(&value, value_dtype, dtype);
                }
                // Of any alignment.
                let mut room = [0u8; 17];
                let shift = world.input.below(2) as usize;
                room[shift..shift + value.len()].copy_from_slice(&value);
                la_fill(raw(&target), value_dtype, room[shift..].as_ptr().cast())
            }
        }
    };
    expected.check("la_fill", status);
    if status == LA_OK {
        let target = target.unwrap();
        let elements = vec![element; target.size() as usize];
        store(&target, &target.layout, &elements);
    }
}

fn item(world: &mut World) {
    let array = world.pick();
    let ndim = array.as_ref().map_or(0, |array| array.layout.ndim()) as i32;
    let index = List::<i64>::new(world, ndim, |world| world.input.number(-2, 2));
    let writes = world.input.once_in(2);
    let mut expected = Expected::default();
    missing(&array, &mut expected);
    let mut place = None;
    if index.count > MAX_NDIM as i32 {
        expected.may_fail(LA_INDEX_ERROR);
        expected.may_fail(LA_INVALID_ARGUMENT);
    }
    let list = index.check(MAX_NDIM, &mut expected).map(<[i64]>::to_vec);
    if let (Some(list), Some(array)) = (&list, &array) {
        expected.fails_if(list.len() != array.layout.ndim(), LA_INDEX_ERROR);
        let mut at = i128::from(array.layout.offset);
        for (axis, &i) in list.iter().enumerate().take(array.layout.ndim()) {
            let extent = array.layout.shape[axis];
            let from_start = if i < 0 { i.saturating_add(extent) } else { i };
            expected.fails_if(!(0..extent).contains(&from_start), LA_INDEX_ERROR);
            at += i128::from(from_start) * i128::from(array.layout.strides[axis]);
        }
        place = Some(at as i64);
    } else {
        expected.may_fail(LA_INDEX_ERROR);
    }
    let (count, pointer) = (index.count, index.pointer());
    if writes {
        let value = world.input.number(-3, 3);
        let read_only = array.as_ref().is_some_and(|array| !array.writeable);
        expected.fails_if(read_only, LA_READ_ONLY);
        let dtype = array.as_ref().map_or(LA_INT64, |array| array.dtype);
        let element = weak(value, dtype, &mut expected);
        // SAFETY: alive, and a list as long as any that is read.
        let status = unsafe {
            la_set_item(
                raw(&array),
                count,
                pointer,
                LA_WEAK_INT,
                (&raw const value).cast(),
            )
        };
        expected.check("la_set_item", status);
        if status == LA_OK {
            array.unwrap().store(place.unwrap(), &element);
        }
        return;
    }
    let mut value = [0xa5u8; 9];
    // SAFETY: as above; room for a double, at any alignment.
    let status = unsafe {
        la_item(
            raw(&array),
            count,
            pointer,
            LA_FLOAT64,
            value[1..].as_mut_ptr().cast(),
        )
    };
    expected.check("la_item", status);
    match status {
        LA_OK => {
            let array = array.unwrap();
            let wanted = convert(&array.element(place.unwrap()), array.dtype, LA_FLOAT64);
            assert_eq!(value[1..], wanted, "the item");
        }
        _ => assert_eq!(value, [0xa5; 9]),
    }
}

/* Indexing. */

/// An index into the flattened or into one axis: where it lies in `0..size`.
fn resolve(index: i128, size: i64, mode: i32) -> Option<i64> {
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

fn integers(indices: &Handle) -> Vec<i128> {
    let numbers = indices
        .elements()
        .into_iter()
        .map(|e| read(&e, indices.dtype));
    numbers
        .map(|n| if let Number::Int(n) = n { n } else { 0 })
        .collect()
}

/// A key with one array among basic entries: the array's own axes, the offsets of
/// what is selected, and the shape of the result.
fn select(
    world: &mut World,
    array: &Handle,
    expected: &mut Expected,
) -> Option<(Vec<la_index>, i32, Vec<i64>, Vec<i64>, Vec<i64>)> {
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
    let count = raw_key.len() as i32;
    let usable = is_mask || is_integer(indices.dtype);
    expected.fails_if(!usable, LA_INDEX_ERROR);
    let fits = before + consumed <= layout.ndim();
    expected.fails_if(!fits, LA_INDEX_ERROR);
    let done = |offsets, shape| Some((raw_key.clone(), count, offsets, shape, list.clone()));
    if !usable || !fits {
        return done(vec![], vec![]);
    }
    head = head.slice(&key, expected)?;
    let axes = before..before + consumed;
    let (indexed, steps) = (&layout.shape[axes.clone()], &layout.strides[axes.clone()]);
    // What is selected from the indexed axes, in bytes.
    let mut reached = Vec::new();
    let own_shape;
    if is_mask {
        expected.fails_if(indices.layout.shape != indexed, LA_INDEX_ERROR);
        if indices.layout.shape != indexed {
            return done(vec![], vec![]);
        }
        let bytes = Layout {
            shape: indexed.to_vec(),
            strides: steps.to_vec(),
            offset: 0,
            itemsize: 1,
        };
        let places = bytes.offsets().into_iter().zip(indices.elements());
        reached.extend(places.filter(|place| place.1[0] != 0).map(|place| place.0));
        own_shape = vec![reached.len() as i64];
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
        own_shape = indices.layout.shape.clone();
    }
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

fn get(world: &mut World) {
    let Some(array) = world.pick().filter(Handle::is_small) else {
        return;
    };
    let mut expected = Expected::default();
    let Some((mut key, count, offsets, shape, list)) = select(world, &array, &mut expected) else {
        return;
    };
    repoint(&mut key, &list);
    if !expected.is_ok() {
        // Room for the result may be asked for before the indices are looked at.
        expected.may_fail(LA_OUT_OF_MEMORY);
    }
    let mut out = Out::new(world, &mut expected);
    // SAFETY: alive, and as many entries.
    let status = unsafe { la_get(array.raw, key.as_ptr(), count, out.place()) };
    if let Some(raw) = out.get("la_get", status, &expected) {
        let elements: Vec<Vec<u8>> = offsets.iter().map(|&at| array.element(at)).collect();
        // The axes of the copy may stand in another order in memory than in C's.
        fresh_as_is(world, raw, &shape, array.dtype, &elements);
    }
}

/// A list that was cloned stands elsewhere.
fn repoint(key: &mut [la_index], list: &[i64]) {
    if let Some(last) = key.last_mut().filter(|last| last.kind == LA_INDEX_INTS) {
        last.array = list.as_ptr().cast();
    }
}

/// A new array whose packed strides are the library's choice.
fn fresh_as_is(
    world: &mut World,
    raw: *mut la_array,
    shape: &[i64],
    dtype: i32,
    elements: &[Vec<u8>],
) {
    let mut layout = Layout::packed(shape, itemsize(dtype), false);
    if layout.size() > 0 {
        // SAFETY: alive; as many strides as axes.
        let strides = unsafe {
            assert_eq!(la_ndim(raw) as usize, shape.len());
            std::slice::from_raw_parts(la_strides(raw), shape.len())
        };
        layout.strides = strides.to_vec();
        let mut offsets = layout.offsets();
        offsets.sort_unstable();
        let packed = (0..layout.size()).map(|k| k * layout.itemsize);
        assert!(offsets.into_iter().eq(packed), "a copy is packed");
    }
    world.fresh(raw, layout, dtype, elements);
}

fn set(world: &mut World) {
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
    let Some((mut key, count, offsets, shape, list)) = select(world, &array, &mut selected) else {
        return;
    };
    repoint(&mut key, &list);
    let mut elements = Vec::new();
    if selected.is_ok() {
        if let Some(values) = &values {
            match stretched_source(&values.layout, &shape) {
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
    let status = unsafe { la_set(array.raw, key.as_ptr(), count, raw(&values)) };
    expected.check("la_set", status);
    if status == LA_OK {
        for (offset, element) in offsets.into_iter().zip(&elements) {
            array.store(offset, element);
        }
    }
}

fn take(world: &mut World) {
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

fn put(world: &mut World) {
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

/* Joining. */

fn join(world: &mut World) {
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
        fresh_as_is(world, raw, &shape, dtype, &elements);
    }
}

/* Questions. */

fn overlap(world: &mut World) {
    let (a, b) = (world.pick(), world.pick());
    if [&a, &b]
        .iter()
        .any(|h| h.as_ref().is_some_and(|h| !h.is_small()))
    {
        return;
    }
    let work = world.input.number(-1, 3);
    let mut expected = Expected::default();
    missing(&a, &mut expected);
    missing(&b, &mut expected);
    expected.fails_if(work < LA_WORK_UNLIMITED, LA_INVALID_ARGUMENT);
    if work > 0 {
        expected.may_fail(LA_TOO_HARD);
    }
    let touched = |handle: &Handle| {
        let size = handle.layout.itemsize;
        let mut bytes: Vec<i64> = handle
            .layout
            .offsets()
            .into_iter()
            .flat_map(|at| at..at + size)
            .collect();
        bytes.sort_unstable();
        bytes
    };
    let mut shares = false;
    if let (Some(a), Some(b)) = (&a, &b) {
        let bytes = touched(b);
        shares = Rc::ptr_eq(&a.block, &b.block)
            && touched(a).iter().any(|at| bytes.binary_search(at).is_ok());
    }
    let rank = |h: &Option<Handle>| h.as_ref().map_or(0, |h| h.layout.ndim());
    let (mut x, mut y) = (vec![-9i64; rank(&a) + 1], vec![-9i64; rank(&b) + 1]);
    let (mut answer, mut again, mut own) = (7, 7, 7);
    // SAFETY: alive or NULL, with room for the results.
    let (status, own_status) = unsafe {
        let status = la_shares_memory(raw(&a), raw(&b), work, &mut answer);
        let found = la_find_overlap(
            raw(&a),
            raw(&b),
            work,
            x.as_mut_ptr(),
            y.as_mut_ptr(),
            &mut again,
        );
        assert_eq!((status, answer), (found, again));
        let mut may = 7;
        if la_may_share_memory(raw(&a), raw(&b), &mut may) == LA_OK && shares {
            assert_eq!(may, 1, "a quick test may not say no");
        }
        (status, la_has_internal_overlap(raw(&a), work, &mut own))
    };
    expected.check("la_shares_memory", status);
    if status == LA_OK {
        let (a, b) = (a.as_ref().unwrap(), b.as_ref().unwrap());
        assert_eq!(answer, i32::from(shares), "whether memory is shared");
        if shares {
            let at = |handle: &Handle, index: &[i64]| {
                let layout = &handle.layout;
                assert!(
                    index
                        .iter()
                        .zip(&layout.shape)
                        .all(|(i, n)| (0..*n).contains(i))
                );
                layout.offset
                    + index
                        .iter()
                        .zip(&layout.strides)
                        .map(|(i, s)| i * s)
                        .sum::<i64>()
            };
            let (from_a, from_b) = (at(a, &x), at(b, &y));
            assert!(from_a < from_b + b.layout.itemsize && from_b < from_a + a.layout.itemsize);
        }
    } else {
        assert_eq!(answer, 7);
    }
    if own_status == LA_OK {
        let bytes = touched(a.as_ref().unwrap());
        assert_eq!(
            own,
            i32::from(bytes.windows(2).any(|pair| pair[0] == pair[1])),
            "its own overlap"
        );
    }
}

fn report(world: &mut World) {
    let array = world.pick();
    let capacity = world.input.byte() as usize;
    let mut buf = vec![0x7fu8; capacity + 1];
    let mut needed = 0;
    let what = world.input.below(3);
    if what == 1 && array.as_ref().is_some_and(|array| !array.is_small()) {
        return;
    }
    // SAFETY: alive or NULL, with a buffer as large as said.
    let status = unsafe {
        let buf = buf.as_mut_ptr().cast();
        match what {
            0 => la_describe(raw(&array), buf, capacity, &mut needed),
            1 => la_format(raw(&array), null(), buf, capacity, &mut needed),
            _ => {
                let dtype = array.as_ref().map_or(0, |array| array.dtype);
                array::ffi::dtypes::la_dtype_name(dtype, buf, capacity, &mut needed)
            }
        }
    };
    assert_eq!(buf[capacity], 0x7f, "written beyond the buffer");
    if array.is_none() {
        let nothing = if what == 2 {
            LA_DTYPE_ERROR
        } else {
            LA_NULL_ARGUMENT
        };
        return assert_eq!(status, nothing);
    }
    let fits = needed <= capacity;
    assert_eq!(status, if fits { LA_OK } else { LA_BUFFER_TOO_SMALL });
    if capacity > 0 {
        let end = buf.iter().position(|&byte| byte == 0).expect("a text ends");
        let text = std::str::from_utf8(&buf[..end]).expect("a text is UTF-8");
        assert!(!fits || text.len() + 1 == needed);
    }
}

fn lifetime(world: &mut World) {
    let Some(array) = world.pick() else {
        // SAFETY: NULL is allowed.
        return unsafe {
            la_release(null_mut());
            assert!(la_retain(null()).is_null());
            assert_eq!(
                (la_refcount(null()), la_ndim(null()), la_size(null())),
                (-1, -1, -1)
            );
            assert!(la_shape(null()).is_null() && la_base(null()).is_null());
            assert_eq!((la_flags(null()), la_dtype_of(null())), (0, 0));
        };
    };
    // SAFETY: alive; references are given back as often as they are taken.
    unsafe {
        let before = la_refcount(array.raw);
        assert_eq!(la_retain(array.raw), array.raw);
        assert_eq!(la_refcount(array.raw), before + 1);
        la_release(array.raw);
        assert_eq!(la_refcount(array.raw), before);
    }
    let place = world
        .handles
        .iter()
        .position(|handle| handle.raw == array.raw)
        .unwrap();
    drop(array);
    world.drop_handle(place);
}
