//! Other libraries' structs for arrays in memory: DLPack, and NumPy's array
//! interface.

use core::ffi::c_void;
use core::fmt::Write;

use super::arguments::{Out, boolean, borrow, copy_mode, dims, optional_dims, out};
use super::guard::guard;
use super::texts::write_text;
use super::types::*;
use crate::array::Flags;
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::exchange::dlpack::{self, Managed};
use crate::exchange::foreign::Described;
use crate::exchange::interface;
use crate::memory::Lent;

/// EXCHANGE. Makes a DLPack tensor of an array, for another library to take
/// over: without a copy where the mode allows it.
///
/// `array`: of a built-in type in this machine's byte order; its strides must be
/// multiples of the item size, since DLPack counts elements. `copy`:
/// LA_COPY_NEVER and LA_COPY_IF_NEEDED share the memory, the second copying (in C
/// order) what `flags` forbid; LA_COPY_ALWAYS copies (in order K). `flags`: 0, or
/// LA_DLPACK_POSITIVE_STRIDES for consumers that cannot do with negative ones.
/// `out`: receives a DLManagedTensorVersioned of version 1.3 on the CPU, its
/// strides filled in, its byte_offset 0, its data NULL without elements; flagged
/// read-only when the array is, and as copied when it was. It belongs to the
/// caller, who hands it on; whoever has it last calls `tensor->deleter(tensor)`
/// once, on any thread. Until then it keeps the array and its memory alive.
/// Including dlpack.h beside this header names the fields.
///
/// Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT (copy, flags),
/// LA_DTYPE_ERROR (swapped bytes, raw bytes: never converted silently),
/// LA_UNSUPPORTED (strides that are no multiple of the item size),
/// LA_WOULD_COPY, LA_OVERFLOW, LA_OUT_OF_MEMORY or LA_CANCELLED
/// (`la_set_progress`).
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_to_dlpack(
    array: *const la_array,
    copy: i32,
    flags: i32,
    out: *mut *mut DLManagedTensorVersioned,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { export::<dlpack::DLManagedTensorVersioned>(array, copy, flags, out.cast()) }
}

/// As `la_to_dlpack`, in the struct from before DLPack 1.0, a DLManagedTensor:
/// for consumers that know no newer one. It has no flags, so that a read-only
/// array would lose its protection: that is LA_READ_ONLY, unless a copy leaves.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_to_dlpack_unversioned(
    array: *const la_array,
    copy: i32,
    flags: i32,
    out: *mut *mut DLManagedTensor,
) -> la_status {
    // SAFETY: the caller vouches for the pointers.
    unsafe { export::<dlpack::DLManagedTensor>(array, copy, flags, out.cast()) }
}

unsafe fn export<M: Managed>(
    array: *const la_array,
    copy: i32,
    flags: i32,
    out_tensor: *mut *mut M,
) -> la_status {
    guard(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let place = out("out", out_tensor)?;
            let array = borrow("array", array)?;
            let mode = copy_mode(copy)?;
            if flags & !LA_DLPACK_POSITIVE_STRIDES != 0 {
                return Err(Error::InvalidValue {
                    argument: "flags",
                    value: flags.into(),
                    expected: "0 or LA_DLPACK_POSITIVE_STRIDES",
                });
            }
            let positive = flags & LA_DLPACK_POSITIVE_STRIDES != 0;
            place.set(dlpack::export::<M>(&array, mode, positive)?);
        }
        Ok(())
    })
}

/// Takes over a DLPack tensor of another library as an array: without a copy
/// unless one is asked for.
///
/// `tensor`: a DLManagedTensorVersioned. Whatever the status, it is no longer the
/// caller's: its deleter (which may be NULL) is called once, before this returns
/// when it fails or copies, else when the last handle on the memory is gone, on
/// whichever thread that happens, with no lock held. It must not throw or
/// longjmp, and what it calls of the library leaves no message. NULL strides mean
/// C order; byte_offset is honoured; any alignment will do; without elements the
/// data is not looked at. How large the allocation is is not told: it is taken to
/// be what the elements span, and that they are there cannot be checked. `copy`:
/// LA_COPY_NEVER and LA_COPY_IF_NEEDED give an array of the tensor's memory, which
/// cannot be written when the tensor is flagged read-only; LA_COPY_ALWAYS copies
/// (in order K), and the copy can. `out`: a new handle that counts as the owner:
/// its base is NULL.
///
/// Returns LA_OK, LA_NULL_ARGUMENT (also for the tensor's shape, or data with
/// elements), LA_INVALID_ARGUMENT (copy, a negative rank), LA_UNSUPPORTED (a major
/// version other than 1, of which only the deleter is used; a device other than
/// the CPU; unknown flags), LA_DTYPE_ERROR (a type that is not built in, or lanes
/// other than 1), LA_SHAPE_ERROR (negative extent), LA_LIMIT (more than 64 axes),
/// LA_OVERFLOW, LA_OUT_OF_MEMORY or LA_CANCELLED (`la_set_progress`).
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_from_dlpack(
    tensor: *mut DLManagedTensorVersioned,
    copy: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers, and gives the tensor up.
    unsafe { import(tensor.cast::<dlpack::DLManagedTensorVersioned>(), copy, out) }
}

/// As `la_from_dlpack`, of the struct from before DLPack 1.0, a DLManagedTensor.
/// It cannot say whether its memory may be written, so that the array cannot be,
/// as in NumPy, unless it is a copy.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_from_dlpack_unversioned(
    tensor: *mut DLManagedTensor,
    copy: i32,
    out: *mut *mut la_array,
) -> la_status {
    // SAFETY: the caller vouches for the pointers, and gives the tensor up.
    unsafe { import(tensor.cast::<dlpack::DLManagedTensor>(), copy, out) }
}

unsafe fn import<M: Managed>(
    tensor: *mut M,
    copy: i32,
    out_array: *mut *mut la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let taken = dlpack::take(tensor)?;
            let place = out("out", out_array)?;
            place.give(taken.into_array(copy_mode(copy)?)?);
        }
        Ok(())
    })
}

/// The C array interface counts in `intptr_t`, shapes here in `int64_t`.
fn check_width() -> Result<()> {
    match size_of::<isize>() == size_of::<i64>() {
        true => Ok(()),
        false => Err(Error::Unsupported {
            what: "the C array interface where addresses do not have 64 bits",
        }),
    }
}

/// Fills NumPy's C array interface: what `__array_struct__` points to.
///
/// `out`: receives the description; a `PyArrayInterface *` of NumPy may be cast
/// to it. Nothing is copied: shape, strides and data are borrowed, and live as
/// long as the handle. Byte-swapped types lack LA_FLAG_NOTSWAPPED; LA_BFLOAT16,
/// for which NumPy has no letter, leaves as two raw bytes; `descr` is NULL.
///
/// Returns LA_OK, LA_NULL_ARGUMENT or LA_UNSUPPORTED (where addresses do not have
/// 64 bits).
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_to_array_interface(
    array: *const la_array,
    out_: *mut la_array_interface,
) -> la_status {
    guard(|| {
        check_width()?;
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let place = out("out", out_)?;
            let array = borrow("array", array)?;
            place.set(la_array_interface {
                two: 2,
                nd: array.ndim() as i32,
                typekind: array.dtype().kind_letter() as u8 as core::ffi::c_char,
                itemsize: array.itemsize() as i32,
                flags: interface::flags(&array),
                shape: array.shape().as_ptr(),
                strides: array.strides().as_ptr(),
                data: array.address().cast_mut().cast(),
                descr: core::ptr::null_mut(),
            });
        }
        Ok(())
    })
}

/// Makes an array of the memory that NumPy's C array interface describes,
/// without copying.
///
/// `source`: what `__array_struct__` points to; read during the call only. Of its
/// flags LA_FLAG_WRITEABLE and LA_FLAG_NOTSWAPPED count; NULL strides mean C
/// order; kind 'V' becomes raw bytes, and `descr` is not looked at. How large the
/// allocation is is not told: it is taken to be what the elements span. `deleter`:
/// called once with `source->data` and `payload` when the last handle on the
/// memory is gone, on whichever thread that happens; NULL borrows. `out`: a new
/// handle that counts as the owner: its base is NULL.
///
/// If the status is not LA_OK, the deleter is never called and the memory still
/// belongs to the caller. Returns LA_OK, LA_NULL_ARGUMENT (also for shape, or data
/// with elements), LA_INVALID_ARGUMENT (`two` is not 2, a negative rank),
/// LA_DTYPE_ERROR (a kind other than b, i, u, f, c and V, or of no such size),
/// LA_SHAPE_ERROR (negative extent), LA_LIMIT (more than 64 axes), LA_OVERFLOW,
/// LA_OUT_OF_MEMORY or LA_UNSUPPORTED (as for `la_to_array_interface`).
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_from_array_interface(
    source: *const la_array_interface,
    deleter: la_deleter,
    payload: *mut c_void,
    out_: *mut *mut la_array,
) -> la_status {
    guard(|| {
        check_width()?;
        // SAFETY: the caller vouches for the pointers and for the memory.
        unsafe {
            let place = out("out", out_)?;
            let source = read(source)?;
            if source.two != 2 {
                return Err(Error::InvalidValue {
                    argument: "source->two",
                    value: source.two.into(),
                    expected: "2, the mark of an array interface",
                });
            }
            let kind = source.typekind as u8;
            let given = Given {
                dtype: interface::dtype(kind, source.itemsize, source.flags)?,
                writeable: interface::is_writeable(source.flags),
                ndim: source.nd,
                shape: source.shape,
                strides: source.strides,
                data: source.data,
            };
            given.wrap(deleter, payload, place)
        }
    })
}

/// Fills the fields of NumPy's array interface of version 3, the dictionary that
/// `__array_interface__` is: `typestr`, `data` with `read_only`, `shape`,
/// `strides` and `version`.
///
/// `out`: its `size` set by the caller. Nothing is copied: shape, strides and data
/// are borrowed, and live as long as the handle. LA_BFLOAT16, for which NumPy has
/// no format, leaves as "|V2".
///
/// Returns LA_OK, LA_NULL_ARGUMENT or LA_INVALID_ARGUMENT (size).
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_to_array_interface_v3(
    array: *const la_array,
    out_: *mut la_array_interface_v3,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            check_size("out->size", read_size("out", out_)?)?;
            let mut typestr = [0; 16];
            let text = interface::TypeStr(array.dtype());
            let needed = core::ptr::null_mut();
            write_text("typestr", typestr.as_mut_ptr(), 16, needed, |w| {
                write!(w, "{text}")
            })?;
            let is_packed = array.flags().has(Flags::C_CONTIGUOUS);
            out_.write_unaligned(la_array_interface_v3 {
                size: size_of::<la_array_interface_v3>(),
                typestr,
                data: array.address().cast_mut().cast(),
                shape: array.shape().as_ptr(),
                strides: match is_packed {
                    true => core::ptr::null(),
                    false => array.strides().as_ptr(),
                },
                ndim: array.ndim() as i32,
                read_only: (!array.is_writeable()).into(),
                version: 3,
                reserved: 0,
            });
        }
        Ok(())
    })
}

/// Makes an array of the memory that the fields of an `__array_interface__`
/// dictionary describe, without copying.
///
/// `source`: its `size` set, `reserved` 0, `version` 3; `strides` NULL for C
/// order, which is Python's None. `typestr`: a byte order, a kind and a size, such
/// as "<f8". A dictionary's `offset` is to be added to `data`, its `descr` says no
/// more than raw bytes to this function, and a `mask` has no counterpart.
/// `deleter`, `payload`, `out`, ownership and statuses as for
/// `la_from_array_interface`; also LA_INVALID_ARGUMENT for size, version,
/// `read_only`, `reserved`, and a `typestr` that is no text.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_from_array_interface_v3(
    source: *const la_array_interface_v3,
    deleter: la_deleter,
    payload: *mut c_void,
    out_: *mut *mut la_array,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers and for the memory.
        unsafe {
            let place = out("out", out_)?;
            check_size("source->size", read_size("source", source)?)?;
            let source = read(source)?;
            for (argument, value, expected) in [
                ("source->version", source.version, 3),
                ("source->reserved", source.reserved, 0),
            ] {
                if value != expected {
                    return Err(Error::InvalidValue {
                        argument,
                        value: value.into(),
                        expected: if expected == 3 { "3" } else { "0" },
                    });
                }
            }
            let typestr = source.typestr.map(|c| c as u8);
            let given = Given {
                dtype: interface::parse_typestr(&typestr)?,
                writeable: !boolean("source->read_only", source.read_only)?,
                ndim: source.ndim,
                shape: source.shape,
                strides: source.strides,
                data: source.data,
            };
            given.wrap(deleter, payload, place)
        }
    })
}

/// Copies a struct of the caller's.
///
/// # Safety
///
/// `source` is NULL or points to one.
unsafe fn read<T>(source: *const T) -> Result<T> {
    if source.is_null() {
        return Err(Error::NullArgument { argument: "source" });
    }
    // SAFETY: the caller's promise; alignment is not asked for.
    Ok(unsafe { source.read_unaligned() })
}

/// The size that a struct says it has.
///
/// # Safety
///
/// `place` is NULL or points to one.
unsafe fn read_size(argument: &'static str, place: *const la_array_interface_v3) -> Result<usize> {
    if place.is_null() {
        return Err(Error::NullArgument { argument });
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { (&raw const (*place).size).read_unaligned() })
}

/// Structs of later versions are refused, since not all of them would be seen.
fn check_size(argument: &'static str, size: usize) -> Result<()> {
    if size == size_of::<la_array_interface_v3>() {
        return Ok(());
    }
    Err(Error::InvalidValue {
        argument,
        value: size as i64,
        expected: "sizeof(la_array_interface_v3)",
    })
}

/// What both forms of the interface say.
struct Given {
    dtype: DType,
    writeable: bool,
    ndim: i32,
    shape: *const i64,
    strides: *const i64,
    data: *mut c_void,
}

impl Given {
    /// Hands an array of it to `place`, and the memory to the array.
    ///
    /// # Safety
    ///
    /// As for `la_from_array_interface`.
    unsafe fn wrap(
        &self,
        deleter: la_deleter,
        payload: *mut c_void,
        place: Out<*mut la_array>,
    ) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe {
            let shape = dims("source->shape", self.shape, self.ndim)?;
            let strides = optional_dims("source->strides", self.strides, self.ndim)?;
            let described = Described {
                name: "source->data",
                data: self.data.cast(),
                byte_offset: 0,
                dtype: self.dtype,
                shape: &shape,
                strides: strides.as_deref(),
                writeable: self.writeable,
            };
            let checked = described.check()?;
            // Nothing can fail from here on, so the deleter is now ours.
            let lent = deleter.map(|deleter| Lent::new(deleter, self.data, payload));
            place.give(checked.wrap(lent));
        }
        Ok(())
    }
}
