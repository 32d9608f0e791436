//! A caller's own element-wise loop over any number of arrays: broadcasting,
//! checks, and temporaries where operands share memory. The loop itself is
//! `kernels/`'.

use arrayvec::ArrayVec;

use crate::array::Array;
use crate::dtype::{Casting, DType, can_cast};
use crate::error::{Error, Result, ShapeNote};
use crate::kernels::{self, Callback, EachOperand, MAX_OPERANDS, Source, Target};
use crate::layout::{self, Dims, Layout, LayoutRef};
use crate::ops::copy;
use crate::ops::write::{self, Buffer};
use crate::plan::{self, Reach, Traversal};

/// What a loop does with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads elements.
    Read,
    /// It stores every element.
    Write,
    /// It reads elements and stores them.
    ReadWrite,
}

/// An array, what the loop does with it, and the type that it wants, if that is
/// not the array's own in this machine's byte order.
pub struct Operand<'a> {
    /// The array.
    pub array: &'a Array,
    /// What the loop does with it.
    pub access: Access,
    /// The type that it wants.
    pub dtype: Option<DType>,
}

impl Operand<'_> {
    fn is_written(&self) -> bool {
        self.access != Access::Read
    }

    /// The elements with the shape of the loop: as they are, or stretched.
    fn wide<'a>(&'a self, stretched: &'a Option<Layout>) -> LayoutRef<'a> {
        match stretched {
            Some(layout) => layout.as_ref(),
            None => self.array.layout(),
        }
    }

    fn wanted(&self) -> DType {
        self.dtype.unwrap_or(self.array.dtype().native())
    }
}

macro_rules! names {
    ($($k:literal)*) => {
        [$(concat!("operands[", $k, "]")),*]
    };
}

/// What messages call the operands.
pub const NAMES: [&str; MAX_OPERANDS] = names!(
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
);

/// Calls `callback` for all elements of at most [`MAX_OPERANDS`] operands,
/// broadcast, as if everything had been read before the first call and stored
/// after the last, operand by operand.
pub fn for_each(
    operands: &[Operand<'_>],
    casting: Casting,
    threads: usize,
    callback: &Callback,
) -> Result<()> {
    let mut shape = Dims::new();
    for operand in operands {
        shape = layout::broadcast_shapes(&shape, operand.array.shape())?;
    }
    let mut stretched = ArrayVec::<Option<Layout>, MAX_OPERANDS>::new();
    for (operand, argument) in operands.iter().zip(NAMES) {
        check(operand, argument, &shape, casting)?;
        let array = operand.array;
        stretched.push(match array.shape() == &shape[..] {
            true => None,
            false => Some(layout::broadcast_to(
                array.layout(),
                &shape,
                array.itemsize(),
            )?),
        });
    }
    if shape.contains(&0) {
        return Ok(());
    }
    let mut uses = ArrayVec::<plan::Use<'_>, MAX_OPERANDS>::new();
    for (operand, stretched) in operands.iter().zip(&stretched) {
        uses.push(plan::Use {
            operand: write::operand(operand.array, operand.wide(stretched)),
            is_written: operand.is_written(),
        });
    }
    let reaches = plan::reaches::<MAX_OPERANDS>(&uses)?;
    let mut copies = ArrayVec::<Option<Buffer>, MAX_OPERANDS>::new();
    for ((operand, stretched), reach) in operands.iter().zip(&stretched).zip(&reaches) {
        copies.push(match reach {
            Reach::InPlace => None,
            Reach::ByCopy | Reach::Aside => {
                let wide = operand.wide(stretched).to_owned();
                Some(Buffer::copy_of(operand.array, wide.as_ref())?)
            }
        });
    }
    let mut passed = ArrayVec::<EachOperand<'_>, MAX_OPERANDS>::new();
    for ((operand, stretched), copy) in operands.iter().zip(&stretched).zip(&copies) {
        let wide = operand.wide(stretched);
        let (memory, dtype) = (operand.array.memory(), operand.array.dtype());
        passed.push(match operand.is_written() {
            true => {
                let elements = match copy {
                    Some(copy) => copy.target()?,
                    None => Target::new(memory, wide, dtype)?,
                };
                let is_read = operand.access == Access::ReadWrite;
                EachOperand::written(elements, operand.wanted(), is_read)
            }
            false => {
                let elements = match copy {
                    Some(copy) => copy.source()?,
                    None => Source::new(memory, wide, dtype)?,
                };
                EachOperand::read(elements, operand.wanted())
            }
        });
    }
    kernels::for_each(&passed, threads, callback)?;
    for (operand, copy) in operands.iter().zip(&copies) {
        if operand.is_written()
            && let Some(copy) = copy
        {
            let target = operand.array.target("operands")?;
            kernels::transfer(&target, &copy.source()?, Traversal::Free)?;
        }
    }
    Ok(())
}

/// Refuses an operand that the loop cannot have, or cannot write.
fn check(
    operand: &Operand<'_>,
    argument: &'static str,
    shape: &[i64],
    casting: Casting,
) -> Result<()> {
    let (own, wanted) = (operand.array.dtype(), operand.wanted());
    if operand.access != Access::Write {
        copy::check_cast(operand.array, wanted, casting)?;
    }
    if !operand.is_written() {
        return Ok(());
    }
    operand.array.check_writeable(argument)?;
    if operand.array.shape() != shape {
        return Err(Error::WrongShape {
            argument,
            given: ShapeNote::new(operand.array.shape()),
            wanted: ShapeNote::new(shape),
        });
    }
    // What values will be stored is known only when it is too late.
    let looks_at_values = casting == Casting::SameValue && own.native() != wanted.native();
    if looks_at_values || !can_cast(wanted, own, casting) {
        return Err(Error::Cast {
            from: wanted,
            to: own,
            rule: casting.name(),
        });
    }
    match write::traversal(operand.array)? {
        Traversal::Free => Ok(()),
        _ => Err(Error::OverlapsItself { argument }),
    }
}
