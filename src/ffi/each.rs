//! The library's loops, for callers' own operations.

use arrayvec::ArrayVec;
use core::ffi::c_void;

use super::arguments::{Borrowed, borrow, casting, dtype, list};
use super::guard::guard;
use super::types::*;
use crate::dtype::Casting;
use crate::error::{Error, Result};
use crate::kernels::{Callback, MAX_OPERANDS};
use crate::memory::threads;
use crate::ops::each::{self, Access, NAMES, Operand};

/// The casting rule and the number of threads.
///
/// # Safety
///
/// `given` is NULL or points to options.
unsafe fn options(given: *const la_for_each_options) -> Result<(Casting, usize)> {
    if given.is_null() {
        return Ok((Casting::SameKind, 1));
    }
    // SAFETY: the caller's promise; the rest is read if the size is right.
    let given = unsafe {
        let size = (&raw const (*given).size).read_unaligned();
        if size != size_of::<la_for_each_options>() {
            return Err(Error::InvalidValue {
                argument: "options->size",
                value: size as i64,
                expected: "sizeof(la_for_each_options)",
            });
        }
        given.read_unaligned()
    };
    let casting = casting(given.casting)?;
    let threads = match given.num_threads {
        // Not as many as there are processors: nothing was asked for.
        0 => 1,
        count => threads::checked("options->num_threads", count.into())?,
    };
    Ok((casting, threads))
}

fn access(argument: &'static str, value: i32) -> Result<Access> {
    match value {
        LA_READ => Ok(Access::Read),
        LA_WRITE => Ok(Access::Write),
        LA_READ_WRITE => Ok(Access::ReadWrite),
        _ => Err(Error::InvalidValue {
            argument,
            value: value.into(),
            expected: "an access of LA_READ, LA_WRITE or LA_READ_WRITE (0 to 2)",
        }),
    }
}

/// LOOP. Calls a function of the program's for all elements of some arrays
/// together, in runs as long as there are: the loop of an element-wise
/// operation, with broadcasting, casts, overlap and threads seen to.
///
///   // z = x + y
///   la_operand operands[] = {{z, LA_WRITE, 0}, {x, LA_READ, 0}, {y, LA_READ, 0}};
///   la_for_each(3, operands, NULL, add, NULL);
///
/// `count`, `operands`: 1 to LA_MAX_OPERANDS arrays, whose shapes broadcast to
/// one; those that are written must have it. `options`: NULL for casts within a
/// kind and one thread. `loop_`: called as `la_loop` says, with the operands in
/// the order given; it is not called where the shape has no elements. `payload`:
/// handed to it. Nothing is retained, and no array is made.
///
/// The order of the elements is the library's choice, and so is where runs begin
/// and end: arrays that are contiguous together are one run. `data[k]` points at
/// the array's own elements, except where another type is wanted than theirs,
/// where their bytes are not in this machine's order (naming the swapped type
/// itself as `dtype` gives them as they are), or where they are not aligned as C
/// aligns their type: then it points into a block of at most a few thousand
/// elements, converted before the loop is called and back after.
///
/// Overlap: the result is as if everything had been read before the first call,
/// and everything stored after the last, operand by operand, so that of two
/// written ones the later wins. Operands that are the very same elements are
/// handed over as they are: the loop has to read what it needs at one index
/// before it stores there. Where others share memory, `data[k]` points into a
/// copy that is made before (LA_READ), or stored after the last call (written).
///
/// Returns LA_OK; LA_CANCELLED when the loop returns a number other than 0, which
/// the message has: elements of runs before it are stored (but not those of
/// written operands that are stored after the last call), the rest are as they
/// were; also when a handler of `la_set_progress` stops a copy before the loop, or
/// the storing after it, which is then done in part. In all other cases nothing
/// was called and nothing is changed:
/// LA_NULL_ARGUMENT; LA_INVALID_ARGUMENT (count, access, options, or a written
/// operand whose elements share memory with each other, such as a broadcast one);
/// LA_LIMIT (more operands, or threads, than there can be); LA_SHAPE_ERROR;
/// LA_OVERFLOW; LA_READ_ONLY; LA_DTYPE_ERROR; LA_CAST_ERROR (LA_CAST_SAME_VALUE
/// does not allow any cast of what is written); LA_OUT_OF_MEMORY.
///
/// Threads: writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_for_each(
    count: i32,
    operands: *const la_operand,
    options_: *const la_for_each_options,
    loop_: la_loop,
    payload: *mut c_void,
) -> la_status {
    guard(|| {
        if count == 0 {
            return Err(Error::InvalidValue {
                argument: "count",
                value: 0,
                expected: "at least one operand",
            });
        }
        // SAFETY: the caller vouches for the pointers and for the function.
        unsafe {
            let given = list("operands", operands, count.into())?;
            if given.len() > MAX_OPERANDS {
                return Err(Error::Limit {
                    what: "operands",
                    limit: MAX_OPERANDS as i64,
                    given: count.into(),
                });
            }
            let call = loop_.ok_or(Error::NullArgument { argument: "loop" })?;
            let (casting, threads) = options(options_)?;
            let mut arrays = ArrayVec::<Borrowed, MAX_OPERANDS>::new();
            for (operand, argument) in given.iter().zip(&NAMES) {
                arrays.push(borrow(argument, operand.array)?);
            }
            let mut operands = ArrayVec::<Operand<'_>, MAX_OPERANDS>::new();
            for ((operand, array), argument) in given.iter().zip(&arrays).zip(&NAMES) {
                operands.push(Operand {
                    array,
                    access: access(argument, operand.access)?,
                    dtype: match operand.dtype {
                        0 => None,
                        wanted => Some(dtype(argument, wanted)?),
                    },
                });
            }
            each::for_each(&operands, casting, threads, &Callback::new(call, payload))
        }
    })
}
