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
pub static NAMES: [&str; MAX_OPERANDS] = names!(
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
    // What seldom is needed is large, so that only what is needed is made, and
    // taken in the order of the operands by those that need it.
    let mut room = Dims::new();
    let (shape, is_everyones) = common_shape(operands, &mut room)?;
    let is_stretched = |array: &Array| !is_everyones && array.shape() != shape;
    let mut stretched = ArrayVec::<Layout, MAX_OPERANDS>::new();
    for (operand, argument) in operands.iter().zip(&NAMES) {
        check(operand, argument, shape, casting)?;
        let array = operand.array;
        if is_stretched(array) {
            let layout = layout::broadcast_to(array.layout(), shape, array.itemsize())?;
            stretched.push(layout);
        }
    }
    if shape.contains(&0) {
        return Ok(());
    }
    let mut stretched = stretched.iter();
    let mut uses = ArrayVec::<plan::Use<'_>, MAX_OPERANDS>::new();
    let mut wide = ArrayVec::<LayoutRef<'_>, MAX_OPERANDS>::new();
    for operand in operands {
        let own = operand.array.layout();
        let layout = match is_stretched(operand.array) {
            true => stretched.next().map_or(own, Layout::as_ref),
            false => own,
        };
        wide.push(layout);
        uses.push(plan::Use {
            operand: write::operand(operand.array, layout),
            is_written: operand.is_written(),
        });
    }
    let reaches = plan::reaches::<MAX_OPERANDS>(&uses)?;
    let mut copies = ArrayVec::<Buffer, MAX_OPERANDS>::new();
    for ((operand, &wide), reach) in operands.iter().zip(&wide).zip(&reaches) {
        if *reach != Reach::InPlace {
            copies.push(Buffer::copy_of(operand.array, wide)?);
        }
    }
    let mut left = copies.iter();
    let mut passed = ArrayVec::<EachOperand<'_>, MAX_OPERANDS>::new();
    for ((operand, &wide), reach) in operands.iter().zip(&wide).zip(&reaches) {
        let copy = match reach {
            Reach::InPlace => None,
            Reach::ByCopy | Reach::Aside => left.next(),
        };
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
    let copied = operands.iter().zip(&reaches);
    let copied = copied.filter(|(_, reach)| **reach != Reach::InPlace);
    for ((operand, _), copy) in copied.zip(&copies) {
        if operand.is_written() {
            let target = operand.array.target("operands")?;
            kernels::transfer(&target, &copy.source()?, Traversal::Free)?;
        }
    }
    Ok(())
}

/// The shape to which the operands broadcast, and whether it is that of each of
/// them; `room` is for one that is not.
fn common_shape<'a>(operands: &'a [Operand<'_>], room: &'a mut Dims) -> Result<(&'a [i64], bool)> {
    let (first, others) = match operands {
        [] => (&[][..], operands),
        [first, others @ ..] => (first.array.shape(), others),
    };
    if others.iter().all(|other| other.array.shape() == first) {
        return Ok((first, true));
    }
    for operand in operands {
        *room = layout::broadcast_shapes(room, operand.array.shape())?;
    }
    Ok((room, false))
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
