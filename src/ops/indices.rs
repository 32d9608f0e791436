//! Indices in the one form that the kernels take, and indices of what is true.

use crate::array::Array;
use crate::dtype::{Casting, DType, Element, Kind};
use crate::error::{Error, Result};
use crate::kernels;
use crate::layout::Order;
use crate::ops::compare::with_truth;
use crate::ops::{copy, create, view};

const INT32: DType = DType::new(Element::Int32);
const INT64: DType = DType::new(Element::Int64);

/// Indices as the kernels take them: the array itself where it is int64 or
/// int32, else a conversion to int64.
pub(super) fn as_taken(indices: &Array) -> Result<Array> {
    match indices.dtype() == INT32 {
        true => Ok(indices.clone()),
        false => as_int64(indices),
    }
}

/// Indices as int64; the array itself where it already is. A uint64 beyond the
/// range of int64 is out of bounds of any axis.
pub(super) fn as_int64(indices: &Array) -> Result<Array> {
    match indices.dtype().kind() {
        _ if indices.dtype() == INT64 => Ok(indices.clone()),
        Kind::Bool | Kind::Signed => copy::convert(indices, INT64, Order::C),
        Kind::Unsigned => {
            let checked = copy::check_cast(indices, INT64, Casting::SameValue);
            checked.map_err(|error| match error {
                Error::ValueChanges { element, .. } => Error::IndexTooLarge { element },
                other => other,
            })?;
            copy::convert(indices, INT64, Order::C)
        }
        _ => Err(Error::IndexDType {
            entry: 0,
            dtype: indices.dtype(),
        }),
    }
}

/// The indices of the elements that are true: int64 of shape (count, rank).
pub fn nonzero(array: &Array) -> Result<Array> {
    let array = &with_truth(array)?;
    let count = kernels::count_nonzero(&array.source()?)?;
    let rows = create::zeros(INT64, &[count, array.ndim() as i64], Order::C)?;
    kernels::nonzero(&rows.target("result")?, &array.source()?)?;
    Ok(rows)
}

/// The same as one packed list for each axis: int64 of shape (rank, count).
pub(super) fn nonzero_lists(array: &Array) -> Result<Array> {
    let array = &with_truth(array)?;
    let count = kernels::count_nonzero(&array.source()?)?;
    let lists = create::zeros(INT64, &[array.ndim() as i64, count], Order::C)?;
    let rows = view::transpose(&lists)?;
    kernels::nonzero(&rows.target("result")?, &array.source()?)?;
    Ok(lists)
}
