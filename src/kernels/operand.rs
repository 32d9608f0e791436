//! What a kernel works on: an element type and a layout, proved to lie within
//! a piece of memory. Making one is the proof; from there on loops need no
//! bounds checks, and everything above the kernels stays free of `unsafe`.

use core::marker::PhantomData;

use super::cpu;
use crate::dtype::{DType, Scalar};
use crate::error::{Error, Result, ShapeNote};
use crate::layout::{self, LayoutRef};
use crate::memory::Memory;

/// Elements to be read.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    start: *const u8,
    shape: &'a [i64],
    strides: &'a [i64],
    dtype: DType,
    _memory: PhantomData<&'a Memory>,
}

/// Elements to be written. Several targets may lie on the same memory: that is
/// what views are for, and why elements are never seen as Rust references.
#[derive(Clone, Copy)]
pub struct Target<'a>(Source<'a>);

impl<'a> Source<'a> {
    /// Checks that `layout` lies within `memory`.
    #[inline]
    pub fn new(memory: &'a Memory, layout: LayoutRef<'a>, dtype: DType) -> Result<Source<'a>> {
        layout::check_within(layout, dtype.itemsize(), memory.nbytes())?;
        Ok(Source {
            start: memory.start().wrapping_offset(layout.offset as isize),
            shape: layout.shape,
            strides: layout.strides,
            dtype,
            _memory: PhantomData,
        })
    }

    /// One value, wherever it is wanted: every stride is 0.
    pub fn repeated(value: &'a Scalar, shape: &'a [i64]) -> Result<Source<'a>> {
        const NOWHERE: [i64; layout::MAX_NDIM] = [0; layout::MAX_NDIM];
        let strides = NOWHERE.get(..shape.len()).ok_or(Error::TooManyAxes {
            argument: "shape",
            given: shape.len() as i64,
        })?;
        Ok(Source {
            start: value.bytes().as_ptr(),
            shape,
            strides,
            dtype: value.dtype(),
            _memory: PhantomData,
        })
    }

    /// Numbers of the library's own, as a 1-d operand; `shape` and `strides`
    /// say so and must be `[values.len()]` and `[8]`.
    pub fn numbers(
        values: &'a [i64],
        shape: &'a [i64; 1],
        strides: &'a [i64; 1],
    ) -> Result<Source<'a>> {
        if shape[0] != values.len() as i64 || strides[0] != 8 {
            return Err(Error::WrongShape {
                argument: "values",
                given: ShapeNote::new(shape),
                wanted: ShapeNote::new(&[values.len() as i64]),
            });
        }
        Ok(Source {
            start: values.as_ptr().cast(),
            shape,
            strides,
            dtype: DType::new(crate::dtype::Element::Int64),
            _memory: PhantomData,
        })
    }

    /// A part of each element, such as a field of a record, as elements of a type.
    pub fn part(&self, offset: i64, dtype: DType) -> Result<Source<'a>> {
        if offset < 0 || offset + dtype.itemsize() > self.itemsize() {
            return Err(Error::InvalidValue {
                argument: "offset",
                value: offset,
                expected: "a part within the element",
            });
        }
        Ok(Source {
            start: self.start.wrapping_offset(offset as isize),
            dtype,
            ..*self
        })
    }

    /// The address of the first element.
    pub fn start(&self) -> *const u8 {
        self.start
    }

    /// The extents.
    pub fn shape(&self) -> &'a [i64] {
        self.shape
    }

    /// The strides in bytes.
    pub fn strides(&self) -> &'a [i64] {
        self.strides
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The size of an element in bytes.
    pub fn itemsize(&self) -> i64 {
        self.dtype.itemsize()
    }

    /// The number of elements.
    pub fn size(&self) -> i64 {
        self.shape.iter().product()
    }

    /// The bytes of the lines that reading all elements brings to the caches.
    pub(super) fn touched(&self) -> i64 {
        const LINE: i64 = cpu::LINE as i64;
        let item = self.itemsize();
        let axes = || self.shape.iter().zip(self.strides);
        let elements = axes().filter(|&(_, &stride)| stride != 0);
        let count = elements.fold(1i64, |count, (&extent, _)| count.saturating_mul(extent));
        // Gaps up to a line come along.
        let steps = axes().filter(|&(&extent, &stride)| extent > 1 && stride != 0);
        let step = steps.map(|(_, stride)| stride.saturating_abs()).min();
        count.saturating_mul(step.unwrap_or(item).clamp(item.min(LINE), LINE).max(item))
    }

    /// Reads the element at an index of the right length within the extents.
    #[inline]
    pub fn load(&self, index: &[i64]) -> Result<Scalar> {
        let offset = layout::offset_at(self.shape, self.strides, index)? as isize;
        let mut bytes = [0u8; 16];
        let size = self.itemsize() as usize;
        if size > bytes.len() {
            return Err(Error::WrongDType {
                argument: "array",
                given: self.dtype,
                expected: "a built-in type",
            });
        }
        // SAFETY: the element lies within the memory, which was checked when
        // this source was made; `bytes` has room for it.
        unsafe {
            bytes
                .as_mut_ptr()
                .copy_from_nonoverlapping(self.start.offset(offset), size);
        }
        Scalar::from_bytes(self.dtype, &bytes[..size])
    }
}

impl<'a> Target<'a> {
    /// Checks that `layout` lies within `memory` and that this may be written.
    #[inline]
    pub fn new(memory: &'a Memory, layout: LayoutRef<'a>, dtype: DType) -> Result<Target<'a>> {
        if !memory.is_writeable() {
            return Err(Error::ReadOnly { argument: "target" });
        }
        Source::new(memory, layout, dtype).map(Target)
    }

    /// The address of the first element.
    pub fn start(&self) -> *mut u8 {
        self.0.start.cast_mut()
    }

    /// A part of each element, as [`Source::part`] has it.
    pub fn part(&self, offset: i64, dtype: DType) -> Result<Target<'a>> {
        self.0.part(offset, dtype).map(Target)
    }

    /// Writes the element at an index of the right length within the extents: a
    /// value of the same type but for the order of its bytes.
    pub fn store(&self, index: &[i64], value: &Scalar) -> Result<()> {
        let offset = layout::offset_at(self.0.shape, self.0.strides, index)? as isize;
        if value.dtype() != self.0.dtype.native() {
            return Err(Error::WrongDType {
                argument: "value",
                given: value.dtype(),
                expected: "the array's type",
            });
        }
        let bytes = value.bytes_in_order_of(self.0.dtype);
        // SAFETY: the element lies within the memory, which was checked when
        // this target was made, and is as large as the value.
        unsafe {
            let to = self.start().offset(offset);
            to.copy_from_nonoverlapping(bytes.as_ptr(), value.bytes().len());
        }
        Ok(())
    }

    /// The same elements, to be read.
    pub fn as_source(&self) -> Source<'a> {
        self.0
    }
}

impl<'a> core::ops::Deref for Target<'a> {
    type Target = Source<'a>;
    fn deref(&self) -> &Source<'a> {
        &self.0
    }
}

/// Refuses operands of different shapes: loops run over one shape.
pub(super) fn same_shape(a: &Source<'_>, b: &Source<'_>) -> Result<()> {
    if a.shape == b.shape {
        return Ok(());
    }
    Err(Error::Broadcast {
        a: ShapeNote::new(a.shape),
        b: ShapeNote::new(b.shape),
    })
}
