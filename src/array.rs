//! An array: memory, the layout of elements in it, their type, whose memory it
//! is, and whether it may be written.
//!
//! An [`Array`] is a reference to something immutable (its elements apart), so
//! cloning it copies nothing. Two invariants hold for each, and everything
//! above relies on them: every element lies within the memory, and the number
//! of bytes of a packed copy fits 64 bits.

use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::kernels::{Source, Target};
use crate::layout::{self, Layout, LayoutRef};
use crate::memory::{self, FilledSlot, Memory, Raw, Shared};

/// What an array is, apart from shape and strides, which stand behind it.
pub struct Head {
    dtype: DType,
    flags: Flags,
    /// Bytes from the start of the memory to the first element.
    offset: i64,
    /// Number of elements.
    size: i64,
    owner: Owner,
    /// Of an owner or twin: where the block of a view that died waits for the
    /// next one. Beside the count, which both write anyway.
    views: memory::Spare<Head>,
}

impl memory::Head for Head {
    /// Three axes: with them a block fills two lines of the cache.
    const LEAST_PAIRS: usize = 3;

    fn spare(&self) -> Option<&memory::Spare<Head>> {
        match &self.owner {
            Owner::Base(base) => Some(&base.0.views),
            Owner::Itself(_) | Owner::Twin(_) => None,
        }
    }
}

enum Owner {
    /// This array owns its memory. That stands apart, so that an owner is two
    /// words and a view is made without moving more.
    Itself(Shared<Memory>),
    /// This array stands for the owner, read-only.
    Twin(Array),
    /// A view: its base, which is an owner or a twin.
    Base(Array),
}

/// A reference to an array.
#[repr(transparent)]
#[derive(Clone)]
pub struct Array(Shared<Head>);

/// Properties of an array, as or-ed bits; the numbers are those of the C ABI
/// and of NumPy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(i32);

impl Flags {
    /// Packed in row-major order.
    pub const C_CONTIGUOUS: Flags = Flags(0x1);
    /// Packed in column-major order.
    pub const F_CONTIGUOUS: Flags = Flags(0x2);
    /// Owns its memory: there is no base.
    pub const OWNS_DATA: Flags = Flags(0x4);
    /// Elements lie where C would put them.
    pub const ALIGNED: Flags = Flags(0x100);
    /// Elements may be written.
    pub const WRITEABLE: Flags = Flags(0x400);

    /// The or-ed numbers.
    pub fn bits(self) -> i32 {
        self.0
    }

    /// Whether all of `other` hold.
    pub fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    fn with(self, other: Flags, holds: bool) -> Flags {
        Flags(if holds { self.0 | other.0 } else { self.0 })
    }
}

/// Room for an array that owns its memory, reserved before anything else may
/// fail.
pub struct Slot {
    array: memory::Slot<Head>,
    memory: memory::Slot<Memory>,
}

impl Slot {
    /// Reserves room for an array of `ndim` axes.
    pub fn reserve(ndim: usize) -> Result<Slot> {
        Ok(Slot {
            array: memory::Slot::reserve(ndim)?,
            memory: memory::Slot::reserve(0)?,
        })
    }

    /// An array that owns `memory`. The layout must lie within it; what makes
    /// layouts checks that, and the kernels check it again.
    pub fn own(self, memory: Memory, dtype: DType, layout: &Layout, writeable: bool) -> Array {
        let writeable = writeable && memory.is_writeable();
        let start = memory.start().cast_const();
        let memory = self.memory.with_head(memory);
        let owner = Owner::Itself(memory);
        fill(self.array, owner, start, dtype, layout.as_ref(), writeable)
    }
}

/// Fills the room for an array whose axes stand there already. `start` is that
/// of the memory.
#[inline(always)]
fn finish(
    slot: FilledSlot<Head>,
    owner: Owner,
    start: *const u8,
    offset: i64,
    dtype: DType,
    writeable: bool,
) -> Array {
    let (shape, strides) = slot.pairs();
    let layout = LayoutRef {
        shape,
        strides,
        offset,
    };
    let (itemsize, alignment) = dtype.itemsize_and_alignment();
    let summary = layout::summarize(layout, itemsize);
    let address = start.wrapping_offset(offset as isize).addr() as i64;
    let misplaced = (address | summary.stride_bits) & (alignment - 1);
    let owns = !matches!(owner, Owner::Base(_));
    let flags = Flags(0)
        .with(Flags::C_CONTIGUOUS, summary.c_contiguous)
        .with(Flags::F_CONTIGUOUS, summary.f_contiguous)
        .with(Flags::OWNS_DATA, owns)
        // Without elements the address counts for nothing.
        .with(Flags::ALIGNED, misplaced == 0 || summary.size == 0)
        .with(Flags::WRITEABLE, writeable);
    Array(slot.with_head(Head {
        dtype,
        flags,
        offset,
        size: summary.size,
        owner,
        views: memory::Spare::default(),
    }))
}

/// Fills the room for an array with a layout that is there already; one copy of
/// this for all who have one.
#[inline(never)]
fn fill(
    slot: memory::Slot<Head>,
    owner: Owner,
    start: *const u8,
    dtype: DType,
    layout: LayoutRef<'_>,
    writeable: bool,
) -> Array {
    let slot = slot.with_tail(layout.axes().rev());
    finish(slot, owner, start, layout.offset, dtype, writeable)
}

impl Array {
    /// New memory for a packed layout (one that starts at its lowest byte).
    pub fn allocate(dtype: DType, layout: &Layout, zeroed: bool) -> Result<Array> {
        let itemsize = dtype.itemsize();
        let nbytes = layout::element_count("shape", &layout.shape, itemsize)? * itemsize;
        let slot = memory::Slot::reserve(layout.shape.len())?;
        let memory = Memory::shared(nbytes, zeroed)?;
        let start = memory.start();
        let owner = Owner::Itself(memory);
        Ok(fill(slot, owner, start, dtype, layout.as_ref(), true))
    }

    /// New memory for elements packed in row-major order.
    pub fn allocate_packed(dtype: DType, shape: &[i64], zeroed: bool) -> Result<Array> {
        let itemsize = dtype.itemsize();
        let nbytes = layout::element_count("shape", shape, itemsize)? * itemsize;
        Array::own_packed(dtype, shape, || Memory::shared(nbytes, zeroed))
    }

    /// A copy of an array that is packed in row-major order, as plain bytes.
    pub fn copy_packed(&self) -> Result<Array> {
        let nbytes = self.nbytes();
        // Without elements it does not matter where they would be.
        let offset = if nbytes == 0 { 0 } else { self.0.offset };
        Array::own_packed(self.dtype(), self.shape(), || {
            self.memory().shared_copy(offset, nbytes)
        })
    }

    /// The shape is checked, and its elements fit the memory.
    fn own_packed(
        dtype: DType,
        shape: &[i64],
        memory: impl FnOnce() -> Result<Shared<Memory>>,
    ) -> Result<Array> {
        if shape.len() > layout::MAX_NDIM {
            return Err(Error::TooManyAxes {
                argument: "shape",
                given: shape.len() as i64,
            });
        }
        let slot = memory::Slot::reserve(shape.len())?;
        let memory = memory()?;
        let start = memory.start();
        let slot = slot.with_tail(layout::row_major(shape, dtype.itemsize()));
        Ok(finish(slot, Owner::Itself(memory), start, 0, dtype, true))
    }

    /// A view of the same memory with the same type; as writeable as this.
    pub fn view(&self, layout: &Layout) -> Result<Array> {
        self.view_of(layout.as_ref(), self.dtype(), self.is_writeable())
    }

    /// A view of the same memory; `writeable` can only be narrowed.
    pub fn view_as(&self, layout: &Layout, dtype: DType, writeable: bool) -> Result<Array> {
        self.view_of(layout.as_ref(), dtype, writeable)
    }

    /// The same elements once more.
    pub fn view_itself(&self) -> Result<Array> {
        self.view_of(self.layout(), self.dtype(), self.is_writeable())
    }

    /// A view of `ndim` axes with the same type. `axes` are (extent, stride),
    /// the innermost first, and then the offset is asked for: for those who
    /// would make a layout only to have it copied.
    #[inline(always)]
    pub fn view_by<A: Iterator<Item = (i64, i64)>>(
        &self,
        ndim: usize,
        mut axes: A,
        offset: impl FnOnce(A) -> i64,
    ) -> Result<Array> {
        let base = self.root();
        let slot = memory::Slot::reserve_again(ndim, &base.0.views)?.with_tail(&mut axes);
        let offset = offset(axes);
        let start = base.memory().start();
        let (dtype, writeable) = (self.dtype(), self.is_writeable());
        Ok(finish(
            slot,
            Owner::Base(base),
            start,
            offset,
            dtype,
            writeable,
        ))
    }

    fn view_of(&self, layout: LayoutRef<'_>, dtype: DType, writeable: bool) -> Result<Array> {
        let base = self.root();
        let slot = memory::Slot::reserve_again(layout.ndim(), &base.0.views)?;
        let start = base.memory().start();
        let writeable = writeable && self.is_writeable();
        Ok(fill(
            slot,
            Owner::Base(base),
            start,
            dtype,
            layout,
            writeable,
        ))
    }

    /// What is the base of a view of this: the owner, or its twin.
    #[inline(always)]
    fn root(&self) -> Array {
        match &self.0.owner {
            Owner::Base(base) => base.clone(),
            Owner::Itself(_) | Owner::Twin(_) => self.clone(),
        }
    }

    /// A view that cannot be written, whose base is a read-only twin of the
    /// owner, so that nothing made from it can be written either.
    pub fn readonly(&self) -> Result<Array> {
        let owner = self.root();
        if !owner.is_writeable() {
            // The base is read-only already; a twin of it would add nothing.
            return self.view_of(self.layout(), self.dtype(), false);
        }
        let start = owner.memory().start();
        let twin = fill(
            memory::Slot::reserve(owner.ndim())?,
            Owner::Twin(owner.clone()),
            start,
            owner.dtype(),
            owner.layout(),
            false,
        );
        Ok(fill(
            memory::Slot::reserve(self.ndim())?,
            Owner::Base(twin),
            start,
            self.dtype(),
            self.layout(),
            false,
        ))
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.0.pairs().0.len()
    }

    /// The extents.
    pub fn shape(&self) -> &[i64] {
        self.layout().shape
    }

    /// The strides, in bytes.
    pub fn strides(&self) -> &[i64] {
        self.layout().strides
    }

    /// Shape, strides, and the offset from the start of the memory.
    pub fn layout(&self) -> LayoutRef<'_> {
        let (shape, strides) = self.0.pairs();
        LayoutRef {
            shape,
            strides,
            offset: self.0.offset,
        }
    }

    /// The layout with addresses in place of offsets, for comparing arrays of
    /// different memory.
    pub fn address_layout(&self) -> LayoutRef<'_> {
        LayoutRef {
            offset: self.address().addr() as i64,
            ..self.layout()
        }
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.0.dtype
    }

    /// The size of an element in bytes.
    pub fn itemsize(&self) -> i64 {
        self.0.dtype.itemsize()
    }

    /// The number of elements.
    pub fn size(&self) -> i64 {
        self.0.size
    }

    /// The bytes of a packed copy.
    pub fn nbytes(&self) -> i64 {
        self.0.size * self.itemsize()
    }

    /// The flags.
    pub fn flags(&self) -> Flags {
        self.0.flags
    }

    /// Whether elements may be written through this array.
    pub fn is_writeable(&self) -> bool {
        self.0.flags.has(Flags::WRITEABLE)
    }

    /// An error unless the array may be written.
    pub fn check_writeable(&self, argument: &'static str) -> Result<()> {
        match self.is_writeable() {
            true => Ok(()),
            false => Err(Error::ReadOnly { argument }),
        }
    }

    /// The memory that the elements lie in.
    pub fn memory(&self) -> &Memory {
        match &self.0.owner {
            Owner::Itself(memory) => memory,
            // At most two steps: a view's base is an owner or a twin.
            Owner::Twin(owner) | Owner::Base(owner) => owner.memory(),
        }
    }

    /// The address of the first element.
    pub fn address(&self) -> *const u8 {
        self.memory()
            .start()
            .wrapping_offset(self.0.offset as isize)
    }

    /// The lowest address that an element touches and the one after the highest.
    pub fn address_bounds(&self) -> (*const u8, *const u8) {
        // Within memory, so the bounds exist.
        let (low, high) = layout::byte_bounds(self.layout(), self.itemsize())
            .unwrap_or((self.0.offset, self.0.offset));
        let start = self.memory().start().cast_const();
        (
            start.wrapping_offset(low as isize),
            start.wrapping_offset(high as isize),
        )
    }

    /// The elements, to be read.
    pub fn source(&self) -> Result<Source<'_>> {
        Source::new(self.memory(), self.layout(), self.dtype())
    }

    /// The elements, to be written.
    pub fn target(&self, argument: &'static str) -> Result<Target<'_>> {
        self.check_writeable(argument)?;
        Target::new(self.memory(), self.layout(), self.dtype())
    }

    /// The owner of the memory, or its read-only twin; `None` for these two.
    pub fn base(&self) -> Option<&Array> {
        match &self.0.owner {
            Owner::Base(base) => Some(base),
            Owner::Itself(_) | Owner::Twin(_) => None,
        }
    }

    /// Bytes from the base's first element to this array's.
    pub fn offset_in_base(&self) -> i64 {
        self.base().map_or(0, |base| self.0.offset - base.0.offset)
    }

    /// Whether both stand on the memory of one owner.
    pub fn same_owner(&self, other: &Array) -> bool {
        core::ptr::eq(self.memory(), other.memory())
    }

    /// The bytes of memory that this array keeps alive.
    pub fn retained_bytes(&self) -> i64 {
        self.memory().nbytes()
    }

    /// How many references there are.
    pub fn refcount(&self) -> i64 {
        self.0.count() as i64
    }

    /// The reference inside, for the C ABI.
    pub fn from_shared(shared: Shared<Head>) -> Array {
        Array(shared)
    }

    /// The reference inside, for the C ABI.
    pub fn into_shared(self) -> Shared<Head> {
        self.0
    }

    /// The address that stands for this array in the C ABI, borrowed.
    pub fn as_raw(&self) -> *const Raw<Head> {
        self.0.as_raw()
    }
}
