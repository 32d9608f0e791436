//! What a program has made so far: handles, the memory behind them, and the model of
//! both.

use super::element::{TYPES, facts, itemsize};
use crate::input::Input;
use crate::memory::Watch;
use crate::model::{Expected, Layout};
use array::ffi::{describe::*, lifetime::*, types::*};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::rc::Rc;

/// The most handles at a time; the oldest goes.
const MOST_HANDLES: usize = 10;
/// Larger blocks the library does not get.
pub const LARGEST_BLOCK: i64 = 1 << 16;
/// Arrays of more elements are not looked at element by element.
pub const FEW: i64 = 2048;

thread_local! {
    static DELETED: Cell<u32> = const { Cell::new(0) };
}

pub unsafe extern "C" fn delete(_: *mut c_void, _: *mut c_void) {
    DELETED.set(DELETED.get() + 1);
}

/// Memory that arrays stand on: where it is, and what it should hold.
#[derive(Debug)]
pub struct Block {
    pub start: *mut u8,
    pub bytes: std::cell::RefCell<Vec<u8>>,
    /// The first element of the array that owns it.
    pub origin: i64,
    /// What was wrapped, if it was.
    pub wrapped: Option<Vec<u64>>,
}

#[derive(Clone, Debug)]
pub struct Handle {
    pub raw: *mut la_array,
    pub block: Rc<Block>,
    pub layout: Layout,
    pub dtype: i32,
    pub writeable: bool,
    pub is_owner: bool,
}

impl Handle {
    pub fn size(&self) -> i64 {
        self.layout.size()
    }

    /// Whether a call may visit every element.
    pub fn is_small(&self) -> bool {
        self.layout
            .shape
            .iter()
            .fold(1i64, |n, &extent| n.saturating_mul(extent.max(1)))
            <= FEW
    }

    pub fn element(&self, offset: i64) -> Vec<u8> {
        let start = offset as usize;
        self.block.bytes.borrow()[start..start + self.layout.itemsize as usize].to_vec()
    }

    /// All elements, in C order.
    pub fn elements(&self) -> Vec<Vec<u8>> {
        self.layout
            .offsets()
            .into_iter()
            .map(|offset| self.element(offset))
            .collect()
    }

    pub fn store(&self, offset: i64, element: &[u8]) {
        let start = offset as usize;
        self.block.bytes.borrow_mut()[start..start + element.len()].copy_from_slice(element);
    }
}

pub struct World<'a> {
    pub input: Input<'a>,
    pub handles: Vec<Handle>,
    watch: Option<Watch>,
    pub wrapped: u32,
}

impl<'a> World<'a> {
    pub fn new(input: Input<'a>) -> World<'a> {
        DELETED.set(0);
        World {
            input,
            handles: Vec::new(),
            watch: Some(Watch::begin(LARGEST_BLOCK as usize)),
            wrapped: 0,
        }
    }

    /// One of the arrays; now and then none.
    pub fn pick(&mut self) -> Option<Handle> {
        if self.handles.is_empty() || self.input.once_in(40) {
            return None;
        }
        let place = self.input.below(self.handles.len() as i64) as usize;
        Some(self.handles[place].clone())
    }

    /// One of the types; now and then none.
    pub fn dtype(&mut self) -> i32 {
        let choice = usize::from(self.input.byte());
        let dtype = TYPES[choice % TYPES.len()];
        match choice {
            254.. => self.input.small(-2, 0x300),
            200.. if facts(dtype | 0x100).is_some() => dtype | 0x100,
            _ => dtype,
        }
    }

    pub fn push(&mut self, handle: Handle) {
        if self.handles.len() == MOST_HANDLES {
            let oldest = self.handles.remove(0);
            self.release(oldest);
        }
        self.handles.push(handle);
    }

    fn release(&mut self, handle: Handle) {
        // SAFETY: alive; it is used no more.
        unsafe { la_release(handle.raw) };
        drop(handle);
    }

    pub fn drop_handle(&mut self, place: usize) {
        let handle = self.handles.remove(place);
        self.release(handle);
        self.check_deleters();
    }

    fn check_deleters(&self) {
        let mut alive: Vec<*mut u8> = Vec::new();
        for handle in self
            .handles
            .iter()
            .filter(|handle| handle.block.wrapped.is_some())
        {
            if !alive.contains(&handle.block.start) {
                alive.push(handle.block.start);
            }
        }
        assert_eq!(
            DELETED.get() + alive.len() as u32,
            self.wrapped,
            "deleters called"
        );
    }

    /// A view of an array, as the library made it and as it should be.
    pub fn view(
        &mut self,
        of: &Handle,
        raw: *mut la_array,
        layout: Layout,
        dtype: i32,
        writeable: bool,
    ) {
        let handle = Handle {
            raw,
            block: of.block.clone(),
            layout,
            dtype,
            writeable,
            is_owner: false,
        };
        self.adopt(handle);
    }

    /// A new array: packed, owner of its memory, with these elements in C order.
    pub fn fresh(&mut self, raw: *mut la_array, layout: Layout, dtype: i32, elements: &[Vec<u8>]) {
        let mut bytes = vec![0; layout.nbytes() as usize];
        for (offset, element) in layout.offsets().into_iter().zip(elements) {
            bytes[offset as usize..offset as usize + element.len()].copy_from_slice(element);
        }
        // SAFETY: alive.
        let start = unsafe { la_data(raw) }.cast_mut().cast();
        let block = Block {
            start,
            bytes: bytes.into(),
            origin: 0,
            wrapped: None,
        };
        let writeable = true;
        self.adopt(Handle {
            raw,
            block: Rc::new(block),
            layout,
            dtype,
            writeable,
            is_owner: true,
        });
    }

    /// A new array whose packed strides are the library's choice.
    pub fn fresh_as_is(
        &mut self,
        raw: *mut la_array,
        shape: &[i64],
        dtype: i32,
        elements: &[Vec<u8>],
    ) {
        let mut layout = Layout::packed(shape, itemsize(dtype), false);
        if layout.size() > 0 {
            // SAFETY: alive; as many strides as axes.
            let strides = unsafe {
                assert_eq!(la_ndim(raw) as usize, shape.len());
                std::slice::from_raw_parts(la_strides(raw), shape.len())
            };
            layout.strides = strides.to_vec();
            let mut offsets = layout.offsets();
            offsets.sort_unstable();
            let packed = (0..layout.size()).map(|k| k * layout.itemsize);
            assert!(offsets.into_iter().eq(packed), "a copy is packed");
        }
        self.fresh(raw, layout, dtype, elements);
    }

    /// Takes a handle in, once it says of itself what it should.
    pub fn adopt(&mut self, mut handle: Handle) {
        let Handle {
            raw,
            block,
            layout,
            dtype,
            writeable,
            is_owner,
        } = &mut handle;
        // SAFETY: alive.
        unsafe {
            layout.check(*raw, block.start);
            // The strides of axes along which no step is taken are the library's.
            let strides = std::slice::from_raw_parts(la_strides(*raw), layout.ndim());
            layout.strides.copy_from_slice(strides);
            assert_eq!(la_dtype_of(*raw), *dtype, "the type");
            let flags = la_flags(*raw);
            assert_eq!(flags & LA_FLAG_WRITEABLE != 0, *writeable, "writeable");
            assert_eq!(la_data_mut(*raw).is_null(), !*writeable);
            assert_eq!(flags & LA_FLAG_OWNS_DATA != 0, *is_owner, "owns its data");
            assert_eq!(la_base(*raw).is_null(), *is_owner, "the base");
            assert!(la_refcount(*raw) >= 1);
            if layout.size() > 0 {
                assert_eq!(la_offset(*raw), layout.offset - block.origin, "the offset");
                let align = layout.itemsize;
                let long = layout
                    .shape
                    .iter()
                    .zip(&layout.strides)
                    .filter(|axis| *axis.0 > 1);
                let steps = long.fold(la_data(*raw).addr() as i64, |all, axis| all | axis.1);
                assert_eq!(
                    flags & LA_FLAG_ALIGNED != 0,
                    steps & (align - 1) == 0,
                    "aligned"
                );
            }
            for other in &self.handles {
                let same = Rc::ptr_eq(&other.block, block);
                assert_eq!(la_same_owner(*raw, other.raw) != 0, same, "the owner");
            }
        }
        self.push(handle);
        self.check_deleters();
    }

    /// Every byte is what it should be.
    pub fn check_memory(&self) {
        for handle in &self.handles {
            let bytes = handle.block.bytes.borrow();
            // SAFETY: as many bytes are there while a handle on them is alive.
            let real = match bytes.is_empty() {
                true => &[],
                false => unsafe { std::slice::from_raw_parts(handle.block.start, bytes.len()) },
            };
            assert!(real == &bytes[..], "memory: {real:x?} should be {bytes:x?}");
        }
    }

    pub fn end(mut self) {
        while !self.handles.is_empty() {
            self.drop_handle(0);
        }
        assert_eq!(DELETED.get(), self.wrapped);
        self.watch.take().unwrap().end();
    }
}

/// A place for a handle; now and then none, which is an error.
pub struct Out {
    handle: *mut la_array,
    is_missing: bool,
}

impl Out {
    pub fn new(world: &mut World, expected: &mut Expected) -> Out {
        let is_missing = world.input.once_in(64);
        expected.fails_if(is_missing, LA_NULL_ARGUMENT);
        Out {
            handle: null_mut(),
            is_missing,
        }
    }

    pub fn place(&mut self) -> *mut *mut la_array {
        if self.is_missing {
            null_mut()
        } else {
            &mut self.handle
        }
    }

    /// The handle, if the call gave one, which it does with LA_OK alone.
    pub fn get(self, name: &str, status: i32, expected: &Expected) -> Option<*mut la_array> {
        expected.check(name, status);
        assert_eq!(
            self.handle.is_null(),
            status != LA_OK,
            "{name} and its result"
        );
        (status == LA_OK).then_some(self.handle)
    }
}

pub fn raw(handle: &Option<Handle>) -> *mut la_array {
    handle.as_ref().map_or(null_mut(), |handle| handle.raw)
}
