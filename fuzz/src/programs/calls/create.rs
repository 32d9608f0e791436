//! New arrays, and arrays on the memory of the caller.

use super::super::element::*;
use super::super::world::*;
use super::arguments::*;
use crate::model::{Expected, Layout};
use array::ffi::{create::*, types::*};
use std::ptr::{null, null_mut};
use std::rc::Rc;

pub fn make(world: &mut World) {
    let (what, dtype, shape) = (world.input.below(3), world.dtype(), shape(world));
    let order = world.input.small(0, 3);
    let (value_dtype, value) = scalar(world);
    if !is_used(dtype) || !is_used_value(value_dtype) && what == 2 {
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

pub fn from_data(world: &mut World) {
    let (dtype, shape) = (world.dtype(), shape(world));
    let order = world.input.small(0, 1);
    if !is_used(dtype) {
        return;
    }
    // A and K may count as C, as they do for la_empty.
    let mut expected = Expected::default();
    let layout = new_layout(&shape, dtype, 0, &mut expected);
    expected.fails_if(!(0..=3).contains(&order), LA_INVALID_ARGUMENT);
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

pub fn wrap(world: &mut World) {
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

pub fn arange(world: &mut World) {
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
