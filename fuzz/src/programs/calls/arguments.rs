//! Arguments of calls, right or wrong, and what the header says of them.

use super::super::element::*;
use super::super::world::*;
use crate::model::{Expected, Layout, MAX_NDIM};
use array::ffi::dtypes::la_dtype_size;
use array::ffi::types::*;
use std::ptr::null;

/// Numbers from the caller, with room for more than any call may read.
pub struct List<T> {
    pub values: Vec<T>,
    pub count: i32,
    pub is_null: bool,
    is_unaligned: bool,
}

/// More numbers than any call may read.
const ROOM: usize = 131;

impl<T: Copy + Default> List<T> {
    /// Just these numbers, with nothing wrong about them but what they say.
    pub fn of(numbers: &[T]) -> List<T> {
        let mut values = numbers.to_vec();
        values.resize(ROOM, T::default());
        List {
            values,
            count: numbers.len() as i32,
            is_null: false,
            is_unaligned: false,
        }
    }

    /// `count` numbers; sometimes the pointer or the count is wrong.
    pub fn new(world: &mut World, count: i32, mut value: impl FnMut(&mut World) -> T) -> List<T> {
        let count = if world.input.once_in(48) {
            world.input.small(-1, 66)
        } else {
            count
        };
        // Beyond the room nothing may be read, since there are too many.
        let filled = count.clamp(0, 6) as usize;
        let mut values: Vec<T> = (0..filled).map(|_| value(world)).collect();
        values.resize(ROOM, values.last().copied().unwrap_or_default());
        let is_null = world.input.once_in(80);
        let is_unaligned = !is_null && world.input.once_in(80);
        List {
            values,
            count,
            is_null,
            is_unaligned,
        }
    }

    pub fn pointer(&self) -> *const T {
        match (self.is_null, self.is_unaligned) {
            (true, _) => null(),
            (_, true) => self.values.as_ptr().wrapping_byte_add(1),
            _ => self.values.as_ptr(),
        }
    }

    pub fn list(&self) -> &[T] {
        &self.values[..self.count.clamp(0, ROOM as i32) as usize]
    }

    /// The list, if it is one.
    pub fn check(&self, most: usize, expected: &mut Expected) -> Option<&[T]> {
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

pub fn shape(world: &mut World) -> List<i64> {
    let ndim = world.input.small(0, 3);
    List::new(world, ndim, |world| world.input.number(0, 4))
}

/// Whether a shape can be one of elements of that size.
pub fn check_shape(shape: &[i64], itemsize: i64, expected: &mut Expected) -> bool {
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

pub fn check_memory(layout: &Layout, expected: &mut Expected) {
    expected.fails_if(layout.nbytes() > LARGEST_BLOCK, LA_OUT_OF_MEMORY);
}

/// The layout of a new array.
pub fn new_layout(
    shape: &List<i64>,
    dtype: i32,
    order: i32,
    expected: &mut Expected,
) -> Option<Layout> {
    let size = facts(dtype).map(|facts| facts.1);
    expected.fails_if(size.is_none(), LA_DTYPE_ERROR);
    expected.fails_if(!(0..=3).contains(&order), LA_INVALID_ARGUMENT);
    // Whatever is read of a list that is too long may be found wrong as well.
    if shape.count > MAX_NDIM as i32 {
        expected.may_fail(LA_SHAPE_ERROR);
        expected.may_fail(LA_OVERFLOW);
    }
    let list = shape.check(MAX_NDIM, expected)?;
    let fits = check_shape(list, size.unwrap_or(1), expected);
    let layout = Layout::packed(list_if(list, fits), size?, order == LA_ORDER_F);
    check_memory(&layout, expected);
    fits.then_some(layout)
}

pub fn list_if(list: &[i64], fits: bool) -> &[i64] {
    if fits { list } else { &[] }
}

/// Whether a layout stays within an allocation.
pub fn check_within(layout: &Layout, nbytes: i64, expected: &mut Expected) {
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
            || high - low > i64::MAX.into()
            || layout.strides.iter().any(|s| s.unsigned_abs() > 1 << 40)
        {
            expected.may_fail(LA_OVERFLOW);
        }
    }
}

/// A shape with strides; the layout if both are lists.
pub fn strided(
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
        strides.resize(ROOM, 0);
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

pub fn strides_pointer(strides: &Option<Vec<i64>>) -> *const i64 {
    strides.as_ref().map_or(null(), |strides| strides.as_ptr())
}

pub fn scalar(world: &mut World) -> (i32, Vec<u8>) {
    let dtype = world.dtype();
    let size = facts(dtype).map_or(8, |facts| facts.1) as usize;
    let mut bytes = world.input.take(size).to_vec();
    bytes.resize(size, 0);
    (dtype, bytes)
}

pub fn missing(handle: &Option<Handle>, expected: &mut Expected) {
    expected.fails_if(handle.is_none(), LA_NULL_ARGUMENT);
}

/// Types that programs do not use are left to other tests.
pub fn is_used(dtype: i32) -> bool {
    facts(dtype).is_some() || la_dtype_size(dtype) < 0
}

/// The same for the types of single values, some of which no array has.
pub fn is_used_value(dtype: i32) -> bool {
    is_used(dtype) && ![LA_WEAK_INT, LA_WEAK_FLOAT].contains(&dtype)
}
