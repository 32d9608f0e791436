//! DLPack 1.x: a struct in which libraries hand arrays in memory to each other,
//! with the function that ends the loan. Written from the specification's
//! `dlpack.h`, version 1.3.
//!
//! The structs stand here and not in a dependency, since those that exist
//! declare codes of types and devices as Rust enumerations: a code that is not
//! among them, which any producer may send, would be undefined behaviour before
//! it could be refused.

use core::ffi::c_void;
use core::panic::AssertUnwindSafe;
use std::panic;

use super::foreign::Described;
use crate::array::Array;
use crate::dtype::{DType, Element, Kind};
use crate::error::{Error, Result};
use crate::layout::{self, Dims, MAX_NDIM, Order};
use crate::memory::{self, Lent, Raw, Shared, Slot};
use crate::ops::{CopyMode, copy};

/// The version that is written; any minor version is read.
const VERSION: DLPackVersion = DLPackVersion { major: 1, minor: 3 };

const READ_ONLY: u64 = 1;
const IS_COPIED: u64 = 2;
/// Says how types of less than a byte are stored, of which there are none here.
const IS_SUBBYTE_TYPE_PADDED: u64 = 4;

/// The processor's own memory.
const CPU: i32 = 1;

/// The version of the struct; another major one has other fields.
#[repr(C)]
#[derive(Clone, Copy)]
struct DLPackVersion {
    major: u32,
    minor: u32,
}

/// Where the memory is.
#[repr(C)]
#[derive(Clone, Copy)]
struct DLDevice {
    device_type: i32,
    device_id: i32,
}

/// An element type.
#[repr(C)]
#[derive(Clone, Copy)]
struct DLDataType {
    code: u8,
    bits: u8,
    lanes: u16,
}

/// An array, without a word on who owns it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DLTensor {
    data: *mut c_void,
    device: DLDevice,
    ndim: i32,
    dtype: DLDataType,
    shape: *mut i64,
    /// In elements; NULL for C order, which versions before 1.2 allowed.
    strides: *mut i64,
    byte_offset: u64,
}

/// A tensor with an owner, as of version 1. On another major version nothing
/// behind `flags` may be looked at.
#[repr(C)]
pub struct DLManagedTensorVersioned {
    version: DLPackVersion,
    manager_ctx: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut DLManagedTensorVersioned)>,
    flags: u64,
    dl_tensor: DLTensor,
}

/// A tensor with an owner, as of before version 1.
#[repr(C)]
pub struct DLManagedTensor {
    dl_tensor: DLTensor,
    manager_ctx: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut DLManagedTensor)>,
}

// What dlpack.h says on 64-bit machines.
#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<DLTensor>() == 48 && offset_of!(DLTensor, device) == 8);
    assert!(offset_of!(DLTensor, ndim) == 16 && offset_of!(DLTensor, dtype) == 20);
    assert!(offset_of!(DLTensor, shape) == 24 && offset_of!(DLTensor, strides) == 32);
    assert!(offset_of!(DLTensor, byte_offset) == 40);
    assert!(size_of::<DLManagedTensor>() == 64);
    assert!(offset_of!(DLManagedTensor, manager_ctx) == 48);
    assert!(offset_of!(DLManagedTensor, deleter) == 56);
    assert!(size_of::<DLManagedTensorVersioned>() == 80);
    assert!(offset_of!(DLManagedTensorVersioned, manager_ctx) == 8);
    assert!(offset_of!(DLManagedTensorVersioned, deleter) == 16);
    assert!(offset_of!(DLManagedTensorVersioned, flags) == 24);
    assert!(offset_of!(DLManagedTensorVersioned, dl_tensor) == 32);
};

/// The type code and bits of an element type; all have them.
const fn type_of(element: Element) -> DLDataType {
    let code = match (element, element.kind()) {
        (Element::BFloat16, _) => 4,
        (_, Kind::Unsigned) => 1,
        (_, Kind::Float) => 2,
        (_, Kind::Complex) => 5,
        (_, Kind::Bool) => 6,
        // Elements that are numbers are of no other kind than signed.
        (_, _) => 0,
    };
    DLDataType {
        code,
        bits: (element.size() * 8) as u8,
        lanes: 1,
    }
}

/// The element type that a foreign one means.
fn element_of(given: DLDataType) -> Result<Element> {
    let DLDataType { code, bits, lanes } = given;
    let fits = |element: &Element| {
        let own = type_of(*element);
        own.code == code && own.bits == bits && own.lanes == lanes
    };
    let found = Element::ALL.into_iter().find(fits);
    found.ok_or(Error::DlpackType { code, bits, lanes })
}

/// The two structs that a tensor travels in.
pub trait Managed: Sized {
    /// Whether it has room for flags.
    const HAS_FLAGS: bool;

    /// One that [`delete`] will take back.
    fn new(tensor: DLTensor, flags: u64) -> Self;

    /// Where it notes whose it is.
    ///
    /// # Safety
    ///
    /// `this` is alive.
    unsafe fn context(this: *mut Self) -> *mut *mut c_void;

    /// Where its deleter stands.
    ///
    /// # Safety
    ///
    /// `this` is alive.
    unsafe fn deleter(this: *mut Self) -> *const Option<unsafe extern "C" fn(*mut Self)>;

    /// Calls its deleter, if it has one.
    ///
    /// # Safety
    ///
    /// `this` is alive, and the loan may end.
    unsafe fn call_deleter(this: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(deleter) = Self::deleter(this).read_unaligned() {
                deleter(this);
            }
        }
    }

    /// Reads the tensor, and whether it may be written; an error where this
    /// version cannot.
    ///
    /// # Safety
    ///
    /// `this` is alive.
    unsafe fn read(this: *mut Self) -> Result<(DLTensor, bool)>;
}

impl Managed for DLManagedTensorVersioned {
    const HAS_FLAGS: bool = true;

    fn new(dl_tensor: DLTensor, flags: u64) -> Self {
        DLManagedTensorVersioned {
            version: VERSION,
            manager_ctx: core::ptr::null_mut(),
            deleter: Some(delete::<Self>),
            flags,
            dl_tensor,
        }
    }

    unsafe fn context(this: *mut Self) -> *mut *mut c_void {
        // SAFETY: the caller's promise.
        unsafe { &raw mut (*this).manager_ctx }
    }

    unsafe fn deleter(this: *mut Self) -> *const Option<unsafe extern "C" fn(*mut Self)> {
        // SAFETY: the caller's promise. Up to the flags the fields are those of
        // every version.
        unsafe { &raw const (*this).deleter }
    }

    unsafe fn read(this: *mut Self) -> Result<(DLTensor, bool)> {
        // SAFETY: the caller's promise; nothing else is read before the version
        // is known to be ours.
        unsafe {
            let DLPackVersion { major, minor } = (&raw const (*this).version).read_unaligned();
            if major != VERSION.major {
                return Err(Error::DlpackVersion { major, minor });
            }
            let flags = (&raw const (*this).flags).read_unaligned();
            if flags & !(READ_ONLY | IS_COPIED | IS_SUBBYTE_TYPE_PADDED) != 0 {
                return Err(Error::DlpackFlags { flags });
            }
            let tensor = (&raw const (*this).dl_tensor).read_unaligned();
            Ok((tensor, flags & READ_ONLY == 0))
        }
    }
}

impl Managed for DLManagedTensor {
    const HAS_FLAGS: bool = false;

    fn new(dl_tensor: DLTensor, _: u64) -> Self {
        DLManagedTensor {
            dl_tensor,
            manager_ctx: core::ptr::null_mut(),
            deleter: Some(delete::<Self>),
        }
    }

    unsafe fn context(this: *mut Self) -> *mut *mut c_void {
        // SAFETY: the caller's promise.
        unsafe { &raw mut (*this).manager_ctx }
    }

    unsafe fn deleter(this: *mut Self) -> *const Option<unsafe extern "C" fn(*mut Self)> {
        // SAFETY: the caller's promise.
        unsafe { &raw const (*this).deleter }
    }

    unsafe fn read(this: *mut Self) -> Result<(DLTensor, bool)> {
        // SAFETY: the caller's promise.
        let tensor = unsafe { (&raw const (*this).dl_tensor).read_unaligned() };
        // It can't say that it must not be written; NumPy, too, takes it that it
        // must not.
        Ok((tensor, false))
    }
}

/// A tensor that stands for an array, behind which its shape and strides stand.
struct Exported<M> {
    managed: M,
    /// Only there to be dropped.
    _array: Array,
}

impl<M> memory::Head for Exported<M> {}

/// Lets go of the array, and of what it was exported in.
unsafe extern "C" fn delete<M: Managed>(this: *mut M) {
    if this.is_null() {
        return;
    }
    // Dropping has nothing to panic about; should it all the same, that must not
    // reach the consumer.
    let _ = panic::catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the consumer calls this once for each tensor that `export`
        // made, and the reference noted there is the tensor's own.
        unsafe {
            let raw = M::context(this).read().cast::<Raw<Exported<M>>>();
            drop(Shared::from_raw(raw));
        }
    }));
}

/// The first axis that is stepped along in a way that `is_wrong` says.
fn find_axis(array: &Array, is_wrong: impl Fn(i64) -> bool) -> Option<(usize, i64)> {
    let mut axes = array.layout().axes().enumerate();
    let found = axes.find(|&(_, (extent, stride))| extent > 1 && is_wrong(stride));
    // Without elements no step is ever made.
    found
        .filter(|_| array.size() > 0)
        .map(|(axis, (_, stride))| (axis, stride))
}

/// The array to be exported, and whether it is a copy.
fn prepare<M: Managed>(array: &Array, mode: CopyMode, positive: bool) -> Result<(Array, bool)> {
    if mode == CopyMode::Always {
        return Ok((copy::copy(array, Order::K)?, true));
    }
    if positive && let Some((axis, stride)) = find_axis(array, |stride| stride < 0) {
        return match mode {
            CopyMode::Never => Err(Error::NegativeStride { axis, stride }),
            _ => Ok((copy::copy(array, Order::C)?, true)),
        };
    }
    let itemsize = array.itemsize();
    if let Some((axis, stride)) = find_axis(array, |stride| stride % itemsize != 0) {
        return Err(Error::DlpackStride {
            axis,
            stride,
            itemsize,
        });
    }
    if !M::HAS_FLAGS && !array.is_writeable() {
        return Err(Error::ReadOnlyExport);
    }
    Ok((array.clone(), false))
}

/// Makes a tensor of an array; `positive` asks for strides that are not
/// negative. It keeps the array alive until its deleter is called.
pub fn export<M: Managed>(array: &Array, mode: CopyMode, positive: bool) -> Result<*mut M> {
    let dtype = array.dtype();
    let native = dtype.element().filter(|_| !dtype.is_swapped());
    let element = native.ok_or(Error::WrongDType {
        argument: "array",
        given: dtype,
        expected: "a number in this machine's byte order, since DLPack only supports such",
    })?;
    let (array, is_copy) = prepare::<M>(array, mode, positive)?;

    let (ndim, itemsize) = (array.ndim(), array.itemsize());
    let canonical = layout::row_major(array.shape(), 1);
    let axes = array.layout().axes().rev().zip(canonical);
    let slot = Slot::<Exported<M>>::reserve(ndim)?;
    let slot = slot.with_tail(axes.map(|((extent, stride), (_, canonical))| {
        // Where no step is made any stride will do, and consumers want one that
        // they can read.
        let is_used = extent > 1 && array.size() > 0;
        let readable = stride % itemsize == 0 && !(positive && stride < 0);
        let stride = match is_used || readable {
            true => stride / itemsize,
            false => canonical,
        };
        (extent, stride)
    }));
    let shape = slot.tail_start();
    let tensor = DLTensor {
        data: match array.size() {
            0 => core::ptr::null_mut(),
            _ => array.address().cast_mut().cast(),
        },
        device: DLDevice {
            device_type: CPU,
            device_id: 0,
        },
        ndim: ndim as i32,
        dtype: type_of(element),
        shape,
        strides: shape.wrapping_add(ndim),
        byte_offset: 0,
    };
    let read_only = if array.is_writeable() { 0 } else { READ_ONLY };
    let copied = if is_copy { IS_COPIED } else { 0 };
    let exported = slot.with_head(Exported {
        managed: M::new(tensor, read_only | copied),
        _array: array,
    });
    // SAFETY: alive, with the reference that is given away with the tensor, and
    // nobody else knows it yet.
    unsafe {
        let managed = &raw mut (*exported.head_start()).managed;
        M::context(managed).write(exported.into_raw().cast());
        Ok(managed)
    }
}

/// A tensor of someone else's, taken over: it is given back when this, or the
/// array made of it, is gone.
pub struct Taken {
    tensor: DLTensor,
    writeable: bool,
    lent: Lent,
}

/// Takes a tensor over that someone else has made; NULL is an error. The loan
/// ends with the result, also when that is an error.
///
/// # Safety
///
/// `this` is NULL, or a tensor that is now ours: its pointers are what the
/// specification says, or NULL, and its deleter may be called once, from any
/// thread.
pub unsafe fn take<M: Managed>(this: *mut M) -> Result<Taken> {
    unsafe extern "C" fn end<M: Managed>(_: *mut c_void, this: *mut c_void) {
        // SAFETY: it is alive until its deleter has run, which happens here.
        unsafe { M::call_deleter(this.cast()) }
    }
    if this.is_null() {
        return Err(Error::NullArgument { argument: "tensor" });
    }
    // SAFETY: the caller's promise.
    unsafe {
        let lent = Lent::new(end::<M>, core::ptr::null_mut(), this.cast());
        let (tensor, writeable) = M::read(this)?;
        Ok(Taken {
            tensor,
            writeable,
            lent,
        })
    }
}

impl Taken {
    /// An array of the tensor's memory, or a copy of it.
    ///
    /// # Safety
    ///
    /// The memory is what the tensor says.
    pub unsafe fn into_array(self, mode: CopyMode) -> Result<Array> {
        let Taken {
            tensor,
            writeable,
            lent,
        } = self;
        let DLDevice {
            device_type,
            device_id,
        } = tensor.device;
        if device_type != CPU {
            return Err(Error::DlpackDevice {
                device_type,
                device_id,
            });
        }
        let dtype = DType::new(element_of(tensor.dtype)?);
        let ndim = rank(tensor.ndim)?;
        // SAFETY: the caller's promise.
        let (shape, strides) = unsafe {
            let shape = read_numbers(tensor.shape, ndim);
            let strides = read_numbers(tensor.strides, ndim);
            (shape, strides)
        };
        let shape = shape.ok_or(Error::NullArgument {
            argument: "the tensor's shape",
        })?;
        let strides = strides.map(|strides| in_bytes(strides, dtype.itemsize()));
        let strides = strides.transpose()?;
        let described = Described {
            name: "the tensor's data",
            data: tensor.data.cast(),
            byte_offset: tensor.byte_offset,
            dtype,
            shape: &shape,
            strides: strides.as_deref(),
            writeable,
        };
        let checked = described.check()?;
        // SAFETY: the caller's promise.
        let array = unsafe { checked.wrap(Some(lent)) };
        match mode {
            CopyMode::Always => copy::copy(&array, Order::K),
            _ => Ok(array),
        }
    }
}

/// The number of axes, checked.
fn rank(ndim: i32) -> Result<usize> {
    match usize::try_from(ndim) {
        Ok(rank) if rank <= MAX_NDIM => Ok(rank),
        Ok(_) => Err(Error::TooManyAxes {
            argument: "the tensor",
            given: ndim.into(),
        }),
        Err(_) => Err(Error::InvalidValue {
            argument: "the tensor's ndim",
            value: ndim.into(),
            expected: "a number from 0 to 64",
        }),
    }
}

/// Reads a shape or strides; `None` for NULL where there should be some.
///
/// # Safety
///
/// `numbers` is NULL or points to `count` of them, at most `MAX_NDIM`.
unsafe fn read_numbers(numbers: *const i64, count: usize) -> Option<Dims> {
    if numbers.is_null() && count > 0 {
        return None;
    }
    // SAFETY: the caller's promise.
    let read = |k| unsafe { numbers.wrapping_add(k).read_unaligned() };
    Some((0..count).map(read).collect())
}

/// Strides in bytes, of strides in elements.
fn in_bytes(mut strides: Dims, itemsize: i64) -> Result<Dims> {
    for (axis, stride) in strides.iter_mut().enumerate() {
        let bytes = stride.checked_mul(itemsize);
        *stride = bytes.ok_or(Error::StrideTooLarge {
            axis,
            stride: *stride,
            itemsize,
        })?;
    }
    Ok(strides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_code_and_no_other_code_a_type() {
        for element in Element::ALL {
            assert_eq!(element_of(type_of(element)), Ok(element));
        }
        let mut known = 0;
        for code in 0..=u8::MAX {
            for bits in 0..=u8::MAX {
                let given = |lanes| element_of(DLDataType { code, bits, lanes });
                known += usize::from(given(1).is_ok());
                assert!(
                    [0, 2, u16::MAX]
                        .into_iter()
                        .all(|lanes| given(lanes).is_err())
                );
            }
        }
        assert_eq!(known, Element::ALL.len());
    }

    fn there_and_back<M: Managed>(array: &Array, mode: CopyMode) -> Array {
        let tensor = export::<M>(array, mode, false).unwrap();
        // SAFETY: just made, and given up.
        unsafe { take(tensor).unwrap().into_array(CopyMode::Never).unwrap() }
    }

    #[test]
    fn an_array_that_comes_back_is_the_same_and_holds_the_first() {
        let whole = Array::allocate_packed(Element::Int16.into(), &[3, 4], true).unwrap();
        let array = whole.view(&layout::transpose(whole.layout())).unwrap();
        let back = there_and_back::<DLManagedTensorVersioned>(&array, CopyMode::Never);
        assert_eq!(back.address_layout(), array.address_layout());
        assert_eq!((back.dtype(), back.is_writeable()), (array.dtype(), true));
        assert_eq!(array.refcount(), 2);
        drop(back);
        assert_eq!(array.refcount(), 1);
        let old = there_and_back::<DLManagedTensor>(&array, CopyMode::IfNeeded);
        assert_eq!(
            (old.address(), old.is_writeable()),
            (array.address(), false)
        );
        let copy = there_and_back::<DLManagedTensor>(&array, CopyMode::Always);
        assert!(copy.address() != array.address() && array.refcount() == 2);
    }

    #[test]
    fn steps_that_are_not_taken_need_not_be_elements() {
        let whole = Array::allocate_packed(Element::Int8.into(), &[64], true).unwrap();
        let mut layout = layout::Layout::at(5);
        for (extent, stride) in [(2, 8), (1, 3), (1, -8)] {
            layout.push(extent, stride).unwrap();
        }
        let array = whole.view_as(&layout, Element::Int32.into(), true).unwrap();
        for (positive, last) in [(false, -2), (true, 1)] {
            let tensor = export::<DLManagedTensor>(&array, CopyMode::Never, positive).unwrap();
            // SAFETY: just made, and alive until the deleter is called.
            unsafe {
                let strides = (*tensor).dl_tensor.strides;
                let strides = [0, 1, 2].map(|axis| strides.add(axis).read());
                assert_eq!(strides, [2, 1, last]);
                DLManagedTensor::call_deleter(tensor);
            }
        }
        layout.strides[0] = 6;
        let odd = whole.view_as(&layout, Element::Int32.into(), true).unwrap();
        let refused = export::<DLManagedTensor>(&odd, CopyMode::IfNeeded, false);
        assert_eq!(
            refused,
            Err(Error::DlpackStride {
                axis: 0,
                stride: 6,
                itemsize: 4
            })
        );
    }
}
