//! Elements that come from a rule, and elements that become the library's own
//! numbers.

use super::convert::Value;
use super::map::at_mut;
use super::mover::{Mover, Reader};
use super::operand::{Source, Target};
use super::transfer::split_innermost;
use crate::dtype::{DType, Element};
use crate::error::{Error, Result, ShapeNote};
use crate::memory::{Plain, Scratch};
use crate::plan::{Loops, Traversal, walk};

/// Values made at once, on the stack.
const PART: usize = 256;

/// Types that [`generate`] makes.
#[allow(private_bounds)] // the conversions are the kernels' own business
pub trait Generated: Value + Plain + Default {}
impl Generated for i64 {}
impl Generated for f64 {}

/// Stores `rule(k)` as element k of a 1-d target, converted to its type.
pub fn generate<T: Generated>(target: &Target<'_>, mut rule: impl FnMut(i64) -> T) -> Result<()> {
    let &[count] = target.shape() else {
        return Err(Error::WrongRank {
            argument: "target",
            given: target.shape().len() as i64,
            wanted: 1,
        });
    };
    let stride = target.strides()[0] as isize;
    let mover = Mover::new(DType::new(T::ELEMENT), target.dtype())?;
    let mut values = [T::default(); PART];
    let mut done = 0;
    while done < count {
        let part = PART.min((count - done) as usize);
        for (k, value) in values[..part].iter_mut().enumerate() {
            *value = rule(done + k as i64);
        }
        let here = at_mut::<u8>(target.start(), stride, done as usize);
        let step = size_of::<T>() as isize;
        // SAFETY: elements `done` to `done + part` lie in the target.
        unsafe { mover.run(here, stride, values.as_ptr().cast(), step, part) };
        done += part as i64;
    }
    Ok(())
}

/// Reads all elements, in C order, as int64.
pub fn to_integers(source: &Source<'_>) -> Result<Scratch<i64>> {
    let size = source.size();
    let size = usize::try_from(size).map_err(|_| Error::WrongShape {
        argument: "source",
        given: ShapeNote::new(source.shape()),
        wanted: ShapeNote::new(&[]),
    })?;
    let mut numbers = Scratch::zeroed(size)?;
    let mut reader = Reader::new(source.dtype(), Element::Int64)?;
    let loops = Loops::new(source.shape(), [source.strides()], Traversal::InOrder);
    if loops.is_empty() {
        return Ok(numbers);
    }
    let mut rest = &mut numbers[..];
    let (outer, inner) = split_innermost(loops.axes());
    let stride = inner.strides[0] as isize;
    walk(outer, loops.starts(), |[place]| {
        let (row, after) = core::mem::take(&mut rest).split_at_mut(inner.extent as usize);
        rest = after;
        for (part, values) in row.chunks_mut(Reader::PART).enumerate() {
            let first = (part * Reader::PART) as isize;
            let here = source
                .start()
                .wrapping_offset(place as isize + first * stride);
            // SAFETY: the loops visit elements of the source only, and the
            // reader hands over as many as asked for.
            unsafe {
                let (read, step) = reader.read(here, stride, values.len());
                for (k, value) in values.iter_mut().enumerate() {
                    let number = read.wrapping_offset(step * k as isize).cast::<i64>();
                    *value = number.read_unaligned();
                }
            }
        }
    });
    Ok(numbers)
}
