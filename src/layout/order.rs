//! Packed layouts: where the elements of new arrays lie.

use super::{Layout, LayoutRef, MAX_NDIM, contiguity, element_count};
use crate::error::{Error, Result};

/// In which order elements follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Row-major: the last axis varies fastest.
    C,
    /// Column-major: the first axis varies fastest.
    F,
    /// F for an array that is F- and not C-contiguous, else C.
    A,
    /// As close to the source's own order as a packed layout can be.
    K,
}

/// A packed order, which is all that a new layout can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Row-major.
    C,
    /// Column-major.
    F,
}

impl Order {
    /// What C, F and A come to for a given array. K is resolved as C, which is
    /// its meaning where nothing but a list of elements is asked for.
    pub fn packing(self, layout: LayoutRef<'_>, itemsize: i64) -> Packing {
        match self {
            Order::C | Order::K => Packing::C,
            Order::F => Packing::F,
            Order::A => match contiguity(layout, itemsize) {
                (false, true) => Packing::F,
                _ => Packing::C,
            },
        }
    }

    /// What an order means where there is no array to follow.
    pub fn of_new(self) -> Packing {
        match self {
            Order::F => Packing::F,
            _ => Packing::C,
        }
    }
}

/// The packed layout of a shape, at offset 0.
pub fn packed(shape: &[i64], itemsize: i64, packing: Packing) -> Result<Layout> {
    let mut layout = Layout::at(0);
    pack(&mut layout, shape, itemsize, packing)?;
    Ok(layout)
}

/// As [`packed`], in a layout that stands where it will be used, and is empty:
/// moving one costs more than filling it. Returns the number of elements.
pub fn pack(layout: &mut Layout, shape: &[i64], itemsize: i64, packing: Packing) -> Result<i64> {
    let count = element_count("shape", shape, itemsize)?;
    if shape.len() > MAX_NDIM {
        return Err(Error::TooManyAxes {
            argument: "shape",
            given: shape.len() as i64,
        });
    }
    layout.offset = 0;
    layout.extend(shape.iter().map(|&extent| (extent, itemsize)));
    let mut next = itemsize;
    let mut place = |(stride, &extent): (&mut i64, &i64)| {
        *stride = next;
        // Extents of 0 count as 1, so that the other strides stay canonical.
        next *= extent.max(1);
    };
    let axes = layout.strides.iter_mut().zip(shape);
    match packing {
        Packing::C => axes.rev().for_each(&mut place),
        Packing::F => axes.for_each(&mut place),
    }
    Ok(count)
}

/// The packed layout of a copy of `layout` in an order; only K looks at more
/// than the shape.
///
/// Order K is C if the array is C-contiguous, F if it is F-contiguous, and else
/// sorts the axes by |stride|, largest outermost, ties by axis. Negative strides
/// become positive.
///
/// `source_itemsize` belongs to `layout`, `itemsize` to the copy.
pub fn ordered(
    layout: LayoutRef<'_>,
    source_itemsize: i64,
    itemsize: i64,
    order: Order,
) -> Result<Layout> {
    let mut result = Layout::at(0);
    order_into(&mut result, layout, source_itemsize, itemsize, order)?;
    Ok(result)
}

/// As [`ordered`], in a layout that stands where it will be used, and is empty.
/// Returns the number of elements.
pub fn order_into(
    result: &mut Layout,
    layout: LayoutRef<'_>,
    source_itemsize: i64,
    itemsize: i64,
    order: Order,
) -> Result<i64> {
    let packing = match order {
        Order::K => match contiguity(layout, source_itemsize) {
            (true, _) => Some(Packing::C),
            (_, true) => Some(Packing::F),
            _ => None,
        },
        _ => Some(order.packing(layout, source_itemsize)),
    };
    let count = pack(
        result,
        layout.shape,
        itemsize,
        packing.unwrap_or(Packing::C),
    )?;
    if packing.is_none() {
        keep_order(result, layout, itemsize);
    }
    Ok(count)
}

/// Gives a packed layout the order of the axes of another.
fn keep_order(result: &mut Layout, layout: LayoutRef<'_>, itemsize: i64) {
    let ndim = layout.ndim();
    let mut axes = [0usize; MAX_NDIM];
    for (axis, place) in axes[..ndim].iter_mut().enumerate() {
        *place = axis;
    }
    // A stable insertion sort allocates nothing, and ranks are small.
    for end in 1..ndim {
        let mut k = end;
        while k > 0
            && layout.strides[axes[k - 1]].unsigned_abs() < layout.strides[axes[k]].unsigned_abs()
        {
            axes.swap(k - 1, k);
            k -= 1;
        }
    }
    let mut next = itemsize;
    for &axis in axes[..ndim].iter().rev() {
        result.strides[axis] = next;
        next *= layout.shape[axis].max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_by_three_in_both_orders() {
        assert_eq!(
            &packed(&[2, 3], 8, Packing::C).unwrap().strides[..],
            &[24, 8]
        );
        assert_eq!(
            &packed(&[2, 3], 8, Packing::F).unwrap().strides[..],
            &[8, 16]
        );
    }

    #[test]
    fn order_k_sorts_by_stride_and_makes_it_positive() {
        // np.zeros((2, 3, 4)).transpose(1, 0, 2)[:, ::-1].copy("K").strides
        let source = Layout {
            shape: [3, 2, 4].into_iter().collect(),
            strides: [32, -96, 8].into_iter().collect(),
            offset: 96,
        };
        let kept = ordered(source.as_ref(), 8, 8, Order::K).unwrap();
        assert_eq!(&kept.strides[..], &[32, 96, 8]);
    }

    #[test]
    fn order_a_follows_f_only() {
        let f = packed(&[2, 3], 8, Packing::F).unwrap();
        assert_eq!(Order::A.packing(f.as_ref(), 8), Packing::F);
        let both = packed(&[3], 8, Packing::F).unwrap();
        assert_eq!(Order::A.packing(both.as_ref(), 8), Packing::C);
    }
}
