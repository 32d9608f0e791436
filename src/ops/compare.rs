//! Comparing, combining and testing elements; results are new boolean arrays.

use crate::array::Array;
use crate::dtype::{DType, Element, Kind, Operand, Scalar, promote, result_type};
use crate::error::{Error, Result};
use crate::kernels::{self, CompareOp, LogicOp, Source};
use crate::layout::{self, Dims, Layout, Order};

const BOOL: DType = DType::new(Element::Bool);

/// The layout of a result of `shape`: in the order of memory of the first
/// operand that has that shape, as NumPy's element-wise functions do.
pub fn result_layout(shape: &[i64], operands: &[&Array], itemsize: i64) -> Result<Layout> {
    match operands.iter().find(|operand| operand.shape() == shape) {
        Some(leader) => layout::ordered(leader.layout(), leader.itemsize(), itemsize, Order::K),
        None => layout::packed(shape, itemsize, layout::Packing::C),
    }
}

/// Two arrays, stretched to the shape that they share.
struct Pair<'a> {
    shape: Dims,
    a: (&'a Array, Layout),
    b: (&'a Array, Layout),
}

impl<'a> Pair<'a> {
    fn new(a: &'a Array, b: &'a Array) -> Result<Pair<'a>> {
        let shape = layout::broadcast_shapes(a.shape(), b.shape())?;
        let stretch = |array: &'a Array| -> Result<(&'a Array, Layout)> {
            let layout = layout::broadcast_to(array.layout(), &shape, array.itemsize())?;
            Ok((array, layout))
        };
        Ok(Pair {
            a: stretch(a)?,
            b: stretch(b)?,
            shape,
        })
    }

    fn sources(&self) -> Result<(Source<'_>, Source<'_>)> {
        let ((a, a_layout), (b, b_layout)) = (&self.a, &self.b);
        Ok((
            Source::new(a.memory(), a_layout.as_ref(), a.dtype())?,
            Source::new(b.memory(), b_layout.as_ref(), b.dtype())?,
        ))
    }

    fn result(&self) -> Result<Array> {
        Array::allocate(
            BOOL,
            &result_layout(&self.shape, &[self.a.0, self.b.0], 1)?,
            false,
        )
    }
}

fn number(dtype: DType) -> Result<Element> {
    dtype.element().ok_or(Error::WrongDType {
        argument: "array",
        given: dtype,
        expected: "a type whose elements are numbers",
    })
}

/// The types that two types are compared as: one common type, or int64 with
/// uint64, which have none that holds both.
fn compared_as(a: DType, b: DType) -> Result<(Element, Element)> {
    let (x, y) = (number(a)?, number(b)?);
    match (x.kind(), y.kind()) {
        (Kind::Signed, Kind::Unsigned) if y == Element::UInt64 => {
            Ok((Element::Int64, Element::UInt64))
        }
        (Kind::Unsigned, Kind::Signed) if x == Element::UInt64 => {
            Ok((Element::UInt64, Element::Int64))
        }
        _ => {
            let common = number(promote(a, b)?)?;
            Ok((common, common))
        }
    }
}

/// `a op b`, element by element.
pub fn compare(a: &Array, b: &Array, op: CompareOp) -> Result<Array> {
    let types = compared_as(a.dtype(), b.dtype())?;
    let pair = Pair::new(a, b)?;
    let result = pair.result()?;
    let (x, y) = pair.sources()?;
    kernels::compare(&result.target("result")?, &x, &y, op, types)?;
    Ok(result)
}

/// `a op value`, element by element.
pub fn compare_scalar(a: &Array, value: &Scalar, op: CompareOp) -> Result<Array> {
    let own = number(a.dtype())?;
    let is_integer = matches!(own.kind(), Kind::Signed | Kind::Unsigned);
    let types = if value.operand() == Operand::WeakInt && is_integer {
        match value.check_bounds(a.dtype()) {
            Ok(()) => (own, own),
            // Out of the array's range: compare exactly, in 64 bits.
            Err(_) if own == Element::UInt64 => (own, Element::Int64),
            Err(_) => (Element::Int64, Element::Int64),
        }
    } else if value.is_weak() {
        let common = number(result_type(&[Operand::Strong(a.dtype()), value.operand()])?)?;
        (common, common)
    } else {
        compared_as(a.dtype(), value.dtype())?
    };
    let result = Array::allocate(BOOL, &result_layout(a.shape(), &[a], 1)?, false)?;
    let scalar = Source::repeated(value, a.shape())?;
    kernels::compare(&result.target("result")?, &a.source()?, &scalar, op, types)?;
    Ok(result)
}

/// `truth(a) op truth(b)`.
pub fn logical(a: &Array, b: &Array, op: LogicOp) -> Result<Array> {
    number(a.dtype())?;
    number(b.dtype())?;
    let pair = Pair::new(a, b)?;
    let result = pair.result()?;
    let (x, y) = pair.sources()?;
    kernels::combine(&result.target("result")?, &x, &y, op)?;
    Ok(result)
}

/// `not truth(a)`.
pub fn logical_not(a: &Array) -> Result<Array> {
    number(a.dtype())?;
    let result = Array::allocate(BOOL, &result_layout(a.shape(), &[a], 1)?, false)?;
    kernels::negate(&result.target("result")?, &a.source()?)?;
    Ok(result)
}

/// Where elements are NaN.
pub fn isnan(a: &Array) -> Result<Array> {
    number(a.dtype())?;
    let result = Array::allocate(BOOL, &result_layout(a.shape(), &[a], 1)?, false)?;
    kernels::isnan(&result.target("result")?, &a.source()?)?;
    Ok(result)
}

/// Whether any element is true.
pub fn any(a: &Array) -> Result<bool> {
    kernels::any(&a.source()?)
}

/// Whether all elements are true.
pub fn all(a: &Array) -> Result<bool> {
    kernels::all(&a.source()?)
}

/// How many elements are true.
pub fn count_nonzero(a: &Array) -> Result<i64> {
    kernels::count_nonzero(&a.source()?)
}

/// Whether two arrays have one shape and equal elements.
pub fn array_equal(a: &Array, b: &Array, equal_nan: bool) -> Result<bool> {
    compared_as(a.dtype(), b.dtype())?;
    if a.shape() != b.shape() {
        return Ok(false);
    }
    let equal = compare(a, b, CompareOp::Eq)?;
    if equal_nan {
        let both = logical(&isnan(a)?, &isnan(b)?, LogicOp::And)?;
        return all(&logical(&equal, &both, LogicOp::Or)?);
    }
    all(&equal)
}
