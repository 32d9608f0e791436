//! Elements that are stored: assignments, one value everywhere, one element.

use super::super::element::*;
use super::super::world::*;
use super::arguments::*;
use crate::model::{Expected, Layout, MAX_NDIM};
use array::ffi::{index::*, types::*, write::*};

/// Stores elements in C order of the layout; later ones win.
fn store(target: &Handle, layout: &Layout, elements: &[Vec<u8>]) {
    for (offset, element) in layout.offsets().into_iter().zip(elements) {
        target.store(offset, element);
    }
}

pub fn assign(world: &mut World, masked: bool) {
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
        let stretched_values = source.layout.stretched_source(shape);
        expected.fails_if(stretched_values.is_none(), LA_SHAPE_ERROR);
        if (0..=5).contains(&casting) {
            expected.fails_if(
                !can_cast(source.dtype, target.dtype, casting),
                LA_CAST_ERROR,
            );
        }
        if let Some(mask) = &mask {
            // Masks broadcast as values do, or as shapes do.
            let fits = mask.layout.stretched(shape);
            expected.fails_if(fits.is_none(), LA_SHAPE_ERROR);
            if fits.is_none() && mask.layout.stretched_source(shape).is_some() {
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

pub fn fill(world: &mut World) {
    let target = world.pick().filter(Handle::is_small);
    let what = world.input.below(3);
    let number = world.input.number(-3, 3);
    let (value_dtype, value) = scalar(world);
    if what == 2 && !is_used_value(value_dtype) {
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

pub fn item(world: &mut World) {
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
