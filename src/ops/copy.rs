//! Copies: new memory with the same values, in an order or of another type.

use crate::array::{Array, Flags};
use crate::dtype::{Casting, DType, can_cast, is_field_cast};
use crate::error::{Error, Result};
use crate::kernels::{self, Target};
use crate::layout::{self, Layout, Order, Packing, packed};
use crate::ops::{CopyMode, create};
use crate::plan::Traversal;

/// A packed copy.
pub fn copy(array: &Array, order: Order) -> Result<Array> {
    convert(array, array.dtype(), order)
}

/// Up to so many bytes are copied at once where they lie as they shall lie;
/// the kernels move more than that faster, but take their time to begin.
const AT_ONCE: i64 = 4096;

/// A packed copy of another type, unsafely cast.
pub fn convert(array: &Array, dtype: DType, order: Order) -> Result<Array> {
    let is_c = array.flags().has(Flags::C_CONTIGUOUS);
    // Fields leave gaps that they do not write.
    let zeroed = is_field_cast(array.dtype(), dtype);
    let same_bytes = is_c && order != Order::F && dtype == array.dtype();
    if same_bytes && array.nbytes() <= AT_ONCE {
        return array.copy_packed();
    }
    let result = create::like(array, dtype, order, zeroed)?;
    kernels::transfer(&result.target("result")?, &array.source()?, Traversal::Free)?;
    Ok(result)
}

/// New memory with `layout`, packed in `packing`, filled with the elements of
/// `array` in that order, whatever its shape.
pub fn into_layout(array: &Array, layout: &Layout, packing: Packing) -> Result<Array> {
    let result = Array::allocate(array.dtype(), layout, false)?;
    // The same memory, seen with the shape of the source.
    let as_source = packed(array.shape(), array.itemsize(), packing)?;
    let target = Target::new(result.memory(), as_source.as_ref(), array.dtype())?;
    kernels::transfer(&target, &array.source()?, Traversal::Free)?;
    Ok(result)
}

/// An error unless the casting rule allows the conversion. With `SameValue` the
/// elements are looked at.
pub fn check_cast(array: &Array, dtype: DType, casting: Casting) -> Result<()> {
    let from = array.dtype();
    if from == dtype {
        return Ok(()); // by any rule
    }
    if !can_cast(from, dtype, casting) {
        return Err(Error::Cast {
            from,
            to: dtype,
            rule: casting.name(),
        });
    }
    if casting == Casting::SameValue
        && let Some(element) = kernels::first_changed(&array.source()?, dtype)?
    {
        return Err(Error::ValueChanges {
            from,
            to: dtype,
            element,
        });
    }
    Ok(())
}

/// Whether the elements already lie packed in an order. A and K are content
/// with either, and K with any permutation of the axes for which a copy would
/// have the same strides.
fn is_packed(array: &Array, order: Order) -> Result<bool> {
    let c = array.flags().has(Flags::C_CONTIGUOUS);
    let f = array.flags().has(Flags::F_CONTIGUOUS);
    Ok(match order {
        Order::C => c,
        Order::F => f,
        Order::A => c || f,
        Order::K => c || f || keeps_its_strides(array)?,
    })
}

/// Whether a copy in order K would have the strides that the array has.
fn keeps_its_strides(array: &Array) -> Result<bool> {
    let itemsize = array.itemsize();
    let kept = layout::ordered(array.layout(), itemsize, itemsize, Order::K)?;
    let mut axes = kept.as_ref().axes().zip(array.layout().axes());
    Ok(axes.all(|(kept, own)| own.0 == 1 || kept == own))
}

/// Another type and order; a view when both already fit and the mode allows it.
pub fn astype(
    array: &Array,
    dtype: DType,
    order: Order,
    casting: Casting,
    mode: CopyMode,
) -> Result<Array> {
    check_cast(array, dtype, casting)?;
    let any_order = order == Order::K;
    if mode != CopyMode::Always && dtype == array.dtype() && (any_order || is_packed(array, order)?)
    {
        return array.view_itself();
    }
    if mode == CopyMode::Never {
        return Err(Error::WouldCopy {
            reason: match dtype == array.dtype() {
                true => "the elements do not lie packed in the asked order",
                false => "the type changes",
            },
        });
    }
    convert(array, dtype, order)
}

/// Packed in an order; a view when it already is and the mode allows it.
pub fn contiguous(array: &Array, order: Order, mode: CopyMode) -> Result<Array> {
    if mode != CopyMode::Always && is_packed(array, order)? {
        return array.view_itself();
    }
    if mode == CopyMode::Never {
        return Err(Error::WouldCopy {
            reason: "the elements do not lie packed in the asked order",
        });
    }
    copy(array, order)
}

/// All elements as a packed line, in C order: the array itself where it is one.
pub(super) fn as_line(array: &Array) -> Result<Array> {
    match array.ndim() == 1 && array.flags().has(Flags::C_CONTIGUOUS) {
        true => Ok(array.clone()),
        false => ravel(array, Order::C, CopyMode::IfNeeded),
    }
}

/// One packed axis; a view when the elements already lie so and the mode
/// allows it.
pub fn ravel(array: &Array, order: Order, mode: CopyMode) -> Result<Array> {
    let itemsize = array.itemsize();
    let order = match order {
        Order::A => match order.packing(array.layout(), itemsize) {
            Packing::C => Order::C,
            Packing::F => Order::F,
        },
        other => other,
    };
    let flat = packed(&[array.size()], itemsize, Packing::C)?;
    if mode != CopyMode::Always && is_packed(array, order)? {
        let line = Layout {
            offset: array.layout().offset,
            ..flat
        };
        return array.view(&line);
    }
    if mode == CopyMode::Never {
        return Err(Error::WouldCopy {
            reason: "the elements do not lie packed in the asked order",
        });
    }
    let result = Array::allocate(array.dtype(), &flat, false)?;
    let as_source = layout::ordered(array.layout(), itemsize, itemsize, order)?;
    let target = Target::new(result.memory(), as_source.as_ref(), array.dtype())?;
    kernels::transfer(&target, &array.source()?, Traversal::Free)?;
    Ok(result)
}

/// An array that keeps no more memory alive than it needs.
pub fn compact(array: &Array) -> Result<Array> {
    if array.retained_bytes() <= array.nbytes() {
        return array.view_itself();
    }
    copy(array, Order::K)
}
