//! Reshaping: a view where strides can name the elements in order, else a copy.

use super::super::world::*;
use super::arguments::*;
use crate::model::{Expected, Layout, MAX_NDIM};
use array::ffi::{types::*, view::*};

/// A shape for so many elements, mostly.
fn shape_for(world: &mut World, size: i64) -> List<i64> {
    let any = shape(world);
    if world.input.once_in(4) {
        return any;
    }
    let mut extents = Vec::new();
    let mut rest = size.max(1);
    for _ in 0..world.input.below(4) {
        let factor = [1, 2, 3, 4, 6][world.input.below(5) as usize];
        if rest % factor == 0 {
            extents.push(factor);
            rest /= factor;
        }
    }
    extents.push(if size == 0 { 0 } else { rest });
    if world.input.once_in(4) {
        let place = world.input.below(extents.len() as i64) as usize;
        extents[place] = -1;
    }
    List::of(&extents)
}

/// The shape with its unknown extent worked out, if it is one of so many elements.
fn resolved(list: &[i64], size: i64, itemsize: i64, expected: &mut Expected) -> Option<Vec<i64>> {
    let mut list = list.to_vec();
    let unknown: Vec<usize> = (0..list.len()).filter(|&axis| list[axis] == -1).collect();
    let nonzero = list.iter().filter(|&&extent| extent > 0);
    let known = nonzero.fold(1i128, |n, &extent| n.saturating_mul(extent.into()));
    let is_large = known.saturating_mul(itemsize.into()) > i64::MAX.into();
    if is_large {
        // No such shape, and it does not fit either.
        expected.may_fail(LA_OVERFLOW);
    }
    let has_zero = list.contains(&0);
    let mut fits = list.iter().all(|&extent| extent >= -1) && unknown.len() < 2;
    let size = i128::from(size);
    if let [axis] = unknown[..] {
        fits &= !has_zero && size % known == 0;
        if fits {
            list[axis] = (size / known) as i64;
        }
    } else {
        fits &= size == if has_zero { 0 } else { known };
    }
    // Without elements the other extents may still be too many.
    expected.fails_if(fits && is_large, LA_OVERFLOW);
    expected.fails_if(!fits, LA_SHAPE_ERROR);
    fits.then_some(list)
}

/// Where the elements are, in C's or in Fortran's order.
fn in_order(layout: &Layout, fortran: bool) -> Vec<i64> {
    let mut turned = layout.clone();
    if fortran {
        turned.shape.reverse();
        turned.strides.reverse();
    }
    turned.offsets()
}

/// The strides that name the same elements in the same order, if there are any.
fn seen_as(layout: &Layout, shape: &[i64], fortran: bool) -> Option<Layout> {
    let elements = in_order(layout, fortran);
    let mut view = Layout::packed(shape, layout.itemsize, fortran);
    view.offset = layout.offset;
    let steps = Layout::packed(shape, 1, fortran).strides;
    for axis in (0..shape.len()).filter(|&axis| shape[axis] > 1) {
        if let Some(next) = elements.get(steps[axis] as usize) {
            view.strides[axis] = next - elements[0];
        }
    }
    (in_order(&view, fortran) == elements).then_some(view)
}

pub fn reshape(world: &mut World) {
    let Some(array) = world.pick().filter(Handle::is_small) else {
        return;
    };
    let size = array.size();
    let shape = shape_for(world, size);
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
        let fitting = resolved(list, size, itemsize, &mut expected);
        wanted = fitting.filter(|_| expected.is_ok());
    }
    let view = wanted
        .as_ref()
        .and_then(|list| seen_as(&array.layout, list, fortran));
    expected.fails_if(
        wanted.is_some() && view.is_none() && copy == LA_COPY_NEVER,
        LA_WOULD_COPY,
    );
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
                let elements = in_order(&array.layout, fortran)
                    .into_iter()
                    .map(|at| array.element(at));
                let mut placed: Vec<(i64, Vec<u8>)> = in_order(&layout, fortran)
                    .into_iter()
                    .zip(elements)
                    .collect();
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
