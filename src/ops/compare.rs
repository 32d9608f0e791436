//! Comparing, combining and testing elements; results are new boolean arrays.

use crate::array::Array;
use crate::dtype::{DType, Element, Kind, Operand, Scalar, promote, result_type};
use crate::error::{Error, Result};
use crate::kernels::{self, CompareOp, LogicOp, Source};
use crate::layout::{self, Dims, Layout, LayoutRef, Order};
use crate::ops::{copy, create, view, write};

const BOOL: DType = DType::new(Element::Bool);

/// A new array of `shape`, not initialised: in the order of memory of the first
/// operand that has that shape, as NumPy's element-wise functions do.
pub(super) fn result(dtype: DType, shape: &[i64], operands: &[&Array]) -> Result<Array> {
    // Fields leave gaps that nobody writes.
    let zeroed = dtype.is_record();
    match operands.iter().find(|operand| operand.shape() == shape) {
        Some(leader) => create::like(leader, dtype, Order::K, zeroed),
        None => Array::allocate_packed(dtype, shape, zeroed),
    }
}

/// Room for what a [`Pair`] may need, since layouts are too large to be moved for
/// nothing.
struct PairRoom {
    shape: Dims,
    a: Layout,
    b: Layout,
}

impl PairRoom {
    #[inline(always)]
    fn new() -> PairRoom {
        PairRoom {
            shape: Dims::new(),
            a: Layout::at(0),
            b: Layout::at(0),
        }
    }
}

/// Two arrays, stretched to the shape that they share.
struct Pair<'a> {
    shape: &'a [i64],
    a: (&'a Array, LayoutRef<'a>),
    b: (&'a Array, LayoutRef<'a>),
}

impl<'a> Pair<'a> {
    fn new(room: &'a mut PairRoom, a: &'a Array, b: &'a Array) -> Result<Pair<'a>> {
        if a.shape() != b.shape() {
            room.shape = layout::broadcast_shapes(a.shape(), b.shape())?;
        }
        let shape = match a.shape() == b.shape() {
            true => a.shape(),
            false => &room.shape,
        };
        let stretch = |array: &'a Array, room| {
            let own = array.layout();
            let wide = layout::stretch_in(room, own, shape, array.itemsize(), layout::broadcast_to);
            wide.map(|wide| (array, wide))
        };
        Ok(Pair {
            shape,
            a: stretch(a, &mut room.a)?,
            b: stretch(b, &mut room.b)?,
        })
    }

    fn sources(&self) -> Result<(Source<'a>, Source<'a>)> {
        let source = |(array, layout): (&'a Array, LayoutRef<'a>)| {
            Source::new(array.memory(), layout, array.dtype())
        };
        Ok((source(self.a)?, source(self.b)?))
    }

    fn result(&self) -> Result<Array> {
        result(BOOL, self.shape, &[self.a.0, self.b.0])
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

/// Whether elements of two types are equal or not has a meaning: raw bytes have
/// to be of one size, records of the same names whose fields can be compared.
fn check_equatable(a: DType, b: DType) -> Result<()> {
    match (a.record(), b.record()) {
        _ if a == b => Ok(()),
        (Some(x), Some(y)) => {
            let pairs = || x.fields().iter().zip(y.fields());
            let named_alike = pairs().all(|(f, g)| f.name == g.name);
            if x.fields().len() != y.fields().len() || !named_alike {
                return Err(Error::NoCommonType { a, b });
            }
            pairs().try_for_each(|(f, g)| check_equatable(f.dtype, g.dtype))
        }
        _ if a.element().is_some() && b.element().is_some() => compared_as(a, b).map(|_| ()),
        _ => Err(Error::NoCommonType { a, b }),
    }
}

/// `a == b` or `a != b` of raw bytes, which are compared as they are, and of
/// records, which are equal if all fields are.
#[cold]
#[inline(never)]
fn equate(a: &Array, b: &Array, op: CompareOp) -> Result<Array> {
    let is_equal = match op {
        CompareOp::Eq => true,
        CompareOp::Ne => false,
        _ => number(a.dtype()).and(number(b.dtype())).map(|_| false)?,
    };
    check_equatable(a.dtype(), b.dtype())?;
    let mut room = PairRoom::new();
    let pair = Pair::new(&mut room, a, b)?;
    let result = pair.result()?;
    let fields = |array: &Array| array.dtype().record().map(|record| record.fields());
    let (Some(a_fields), Some(b_fields)) = (fields(a), fields(b)) else {
        let (x, y) = pair.sources()?;
        kernels::compare_bytes(&result.target("result")?, &x, &y, is_equal)?;
        return Ok(result);
    };
    // Before any field is looked at.
    write::fill(&result, &Scalar::from_bool(is_equal))?;
    let join = match is_equal {
        true => LogicOp::And,
        false => LogicOp::Or,
    };
    let mut joined = result;
    for (f, g) in a_fields.iter().zip(b_fields) {
        let part = compare(&view::field(a, f)?, &view::field(b, g)?, op)?;
        joined = logical(&joined, &part, join)?;
    }
    Ok(joined)
}

/// The elements as truth values: raw bytes are true if any is not 0, records if
/// any field is.
#[cold]
#[inline(never)]
pub fn truth(a: &Array) -> Result<Array> {
    if a.dtype().element().is_some() {
        return copy::convert(a, BOOL, Order::K);
    }
    let Some(record) = a.dtype().record() else {
        return equate(a, &create::zeros(a.dtype(), &[], Order::C)?, CompareOp::Ne);
    };
    let mut joined = create::zeros_like(a, BOOL, Order::K)?;
    for field in record.fields() {
        joined = logical(&joined, &truth(&view::field(a, field)?)?, LogicOp::Or)?;
    }
    Ok(joined)
}

/// An array whose elements have a truth for the kernels: itself, or its truth.
pub(super) fn with_truth(a: &Array) -> Result<Array> {
    match a.dtype().element() {
        Some(_) => Ok(a.clone()),
        None => truth(a),
    }
}

/// `a op b`, element by element.
pub fn compare(a: &Array, b: &Array, op: CompareOp) -> Result<Array> {
    if a.dtype().element().is_none() || b.dtype().element().is_none() {
        return equate(a, b, op);
    }
    let types = compared_as(a.dtype(), b.dtype())?;
    let mut room = PairRoom::new();
    let pair = Pair::new(&mut room, a, b)?;
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
    let result = result(BOOL, a.shape(), &[a])?;
    let scalar = Source::repeated(value, a.shape())?;
    kernels::compare(&result.target("result")?, &a.source()?, &scalar, op, types)?;
    Ok(result)
}

/// `truth(a) op truth(b)`.
pub fn logical(a: &Array, b: &Array, op: LogicOp) -> Result<Array> {
    number(a.dtype())?;
    number(b.dtype())?;
    let mut room = PairRoom::new();
    let pair = Pair::new(&mut room, a, b)?;
    let result = pair.result()?;
    let (x, y) = pair.sources()?;
    kernels::combine(&result.target("result")?, &x, &y, op)?;
    Ok(result)
}

/// `not truth(a)`.
pub fn logical_not(a: &Array) -> Result<Array> {
    number(a.dtype())?;
    let result = result(BOOL, a.shape(), &[a])?;
    kernels::negate(&result.target("result")?, &a.source()?)?;
    Ok(result)
}

/// Where elements are NaN.
pub fn isnan(a: &Array) -> Result<Array> {
    number(a.dtype())?;
    let result = result(BOOL, a.shape(), &[a])?;
    kernels::isnan(&result.target("result")?, &a.source()?)?;
    Ok(result)
}

/// Whether any element is true.
pub fn any(a: &Array) -> Result<bool> {
    kernels::any(&with_truth(a)?.source()?)
}

/// Whether all elements are true.
pub fn all(a: &Array) -> Result<bool> {
    kernels::all(&with_truth(a)?.source()?)
}

/// How many elements are true.
pub fn count_nonzero(a: &Array) -> Result<i64> {
    kernels::count_nonzero(&with_truth(a)?.source()?)
}

/// Whether two arrays have one shape and equal elements.
pub fn array_equal(a: &Array, b: &Array, equal_nan: bool) -> Result<bool> {
    check_equatable(a.dtype(), b.dtype())?;
    if a.shape() != b.shape() {
        return Ok(false);
    }
    if let (true, Some(x), Some(y)) = (equal_nan, a.dtype().record(), b.dtype().record()) {
        let mut pairs = x.fields().iter().zip(y.fields());
        return pairs.try_fold(true, |equal, (f, g)| {
            Ok(equal && array_equal(&view::field(a, f)?, &view::field(b, g)?, true)?)
        });
    }
    let equal = compare(a, b, CompareOp::Eq)?;
    // Raw bytes are never NaN.
    if equal_nan && a.dtype().element().is_some() {
        let both = logical(&isnan(a)?, &isnan(b)?, LogicOp::And)?;
        return all(&logical(&equal, &both, LogicOp::Or)?);
    }
    all(&equal)
}
