//! A caller's own loop over any number of operands: hands it runs of elements,
//! as long as there are, where they stand; or, where it wants another type or
//! an alignment that they do not have, in blocks converted before and after.
//!
//! All operands have one shape, and any order of the elements is right; that
//! has been seen to (`plan/each.rs`).

use core::ffi::{c_char, c_void};
use core::ptr;
use core::sync::atomic::{AtomicI32, Ordering};

use arrayvec::ArrayVec;

use super::mover::Mover;
use super::operand::{Source, Target, same_shape};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::layout::MAX_NDIM;
use crate::memory::{ELEMENT_ALIGNMENT, Scratch, threads};
use crate::plan::{Axis, Loops, Traversal, share, walk_while};

/// The most operands of a loop.
pub const MAX_OPERANDS: usize = 32;

/// Elements of a block of converted ones: 16 KiB of the widest common types, so
/// that the blocks of a few operands stay in the nearest caches.
const BLOCK: i64 = 2048;
/// An innermost loop of fewer steps changes places with a longer one, since a
/// call for each few elements costs more than the elements do.
const SHORT: i64 = 32;
/// Then the longer one goes in steps of so many elements, which are still in
/// the nearest caches when the next of the short loop comes.
const STRETCH: i64 = 1024;
/// Parts of a loop for each thread, so that those that are held up do fewer.
const PARTS_PER_THREAD: usize = 8;

/// A caller's loop, called with the first element of each operand, the bytes
/// from one to the next, and the number of elements; anything but 0 stops.
pub type Loop = unsafe extern "C" fn(*mut *mut c_char, *const i64, i64, *mut c_void) -> i32;

/// A caller's loop and what it is handed.
#[derive(Clone, Copy)]
pub struct Callback {
    call: Loop,
    payload: *mut c_void,
}

impl Callback {
    /// A loop to be called by [`for_each`].
    ///
    /// # Safety
    ///
    /// The function can be called with the payload, touches nothing but the
    /// elements that it is handed (and what is its own), and does not unwind;
    /// on several threads at once, if `for_each` is told to use several.
    pub unsafe fn new(call: Loop, payload: *mut c_void) -> Callback {
        Callback { call, payload }
    }
}

/// What a loop does with elements, and as which type it wants them.
#[derive(Clone, Copy)]
pub struct EachOperand<'a> {
    elements: Source<'a>,
    dtype: DType,
    is_read: bool,
    is_written: bool,
}

impl<'a> EachOperand<'a> {
    /// Elements that are read.
    pub fn read(elements: Source<'a>, dtype: DType) -> EachOperand<'a> {
        EachOperand {
            elements,
            dtype,
            is_read: true,
            is_written: false,
        }
    }

    /// Elements that are written, and read before if `is_read`.
    pub fn written(elements: Target<'a>, dtype: DType, is_read: bool) -> EachOperand<'a> {
        EachOperand {
            elements: elements.as_source(),
            dtype,
            is_read,
            is_written: true,
        }
    }

    /// Whether a loop can have the elements where they stand.
    fn is_direct(&self) -> bool {
        let align = self.dtype.alignment();
        let is_aligned = |distance: i64| distance & (align - 1) == 0;
        let mut axes = self.elements.shape().iter().zip(self.elements.strides());
        self.dtype == self.elements.dtype()
            && is_aligned(self.elements.start().addr() as i64)
            && axes.all(|(&extent, &stride)| extent == 1 || is_aligned(stride))
    }
}

/// Calls `callback` for all elements, on up to `threads` threads.
pub fn for_each(operands: &[EachOperand<'_>], threads: usize, callback: &Callback) -> Result<()> {
    match operands.len() {
        0..=2 => over::<2>(operands, threads, callback),
        3..=4 => over::<4>(operands, threads, callback),
        5..=8 => over::<8>(operands, threads, callback),
        9..=MAX_OPERANDS => over::<MAX_OPERANDS>(operands, threads, callback),
        count => Err(Error::Limit {
            what: "operands",
            limit: MAX_OPERANDS as i64,
            given: count as i64,
        }),
    }
}

/// An operand under way.
#[derive(Clone, Copy)]
struct Way {
    /// Its place among the caller's operands.
    place: usize,
    start: *mut u8,
    /// The size of an element as the caller wants it.
    itemsize: i64,
    /// Which detour its elements make; `None` where they are handed over where
    /// they stand.
    detour: Option<usize>,
}

/// A block through which an operand's elements go. Apart from the [`Way`], since
/// most have none and movers are large.
struct Detour {
    /// From the start of a thread's blocks.
    block: usize,
    /// Into the block, if the operand is read.
    load: Option<Mover>,
    /// Out of it, if it is written.
    store: Option<Mover>,
}

/// A loop under way, seen from all threads.
struct Pass<'a, const N: usize> {
    callback: &'a Callback,
    /// In the order of the loops.
    ways: ArrayVec<Way, N>,
    detours: ArrayVec<Detour, N>,
    /// One thread's blocks behind the other's.
    blocks: *mut u8,
    blocks_of_a_thread: usize,
    /// What the callback stopped with, or 0.
    code: AtomicI32,
}

// SAFETY: elements and payload are reached from several threads only where the
// caller asked for that, each element from one of them; blocks are one thread's.
unsafe impl<const N: usize> Sync for Pass<'_, N> {}

fn over<const N: usize>(
    operands: &[EachOperand<'_>],
    threads: usize,
    callback: &Callback,
) -> Result<()> {
    const STILL: [i64; MAX_NDIM] = [0; MAX_NDIM];
    let Some(first) = operands.first() else {
        return Ok(());
    };
    let shape = first.elements.shape();
    let mut pass = Pass {
        callback,
        ways: ArrayVec::new(),
        detours: ArrayVec::new(),
        blocks: ptr::null_mut(),
        blocks_of_a_thread: 0,
        code: AtomicI32::new(0),
    };
    // Those that are missing up to `N` never move.
    let mut strides = [&STILL[..shape.len()]; N];
    // Those that are written come first, since their order of memory counts.
    for is_written in [true, false] {
        let group = operands.iter().enumerate();
        for (place, operand) in group.filter(|(_, operand)| operand.is_written == is_written) {
            same_shape(&first.elements, &operand.elements)?;
            strides[pass.ways.len()] = operand.elements.strides();
            pass.add(place, operand)?;
        }
    }
    let mut loops = Loops::none();
    loops.plan(shape, strides, &Traversal::Free);
    if loops.is_empty() {
        return Ok(());
    }
    let is_stretched = stretch(&mut loops);
    let cut = match threads {
        0 | 1 => None,
        _ => loops.place_to_cut((threads * PARTS_PER_THREAD) as i64),
    };
    let (parts, threads) = match cut {
        None => (1, 1),
        Some(place) => {
            let extent = usize::try_from(loops.axes()[place].extent).unwrap_or(usize::MAX);
            let parts = extent.min(threads * PARTS_PER_THREAD);
            (parts, threads.min(parts))
        }
    };
    // Zeros, so that not even a loop that does not store what it should hands
    // on what stood in memory before.
    let needed = pass.blocks_of_a_thread.saturating_mul(threads);
    let mut blocks = Scratch::<u8>::zeroed(needed)?;
    pass.blocks = blocks.as_mut_ptr();
    let do_part = |part: usize, seat: usize| match cut {
        // SAFETY: each part visits other elements than the others do, and each
        // seat has blocks of its own.
        Some(place) => unsafe {
            let (first, end) = share(loops.axes()[place].extent, part, parts);
            pass.visit(&loops.part(place, first, end), is_stretched, seat);
        },
        // SAFETY: as above.
        None => unsafe { pass.visit(&loops, is_stretched, seat) },
    };
    match parts {
        1 => do_part(0, 0),
        _ => threads::parallel_on(threads, parts, &do_part),
    }
    match pass.code.load(Ordering::Relaxed) {
        0 => Ok(()),
        code => Err(Error::Cancelled {
            callback: "loop",
            code: code.into(),
        }),
    }
}

/// Brings the longest axis next to a short innermost one, to run along it
/// instead.
fn stretch<const N: usize>(loops: &mut Loops<N>) -> bool {
    let (Some(inner), Some(place)) = (loops.axes().last(), loops.longest()) else {
        return false;
    };
    if inner.extent >= SHORT || loops.axes()[place].extent <= inner.extent {
        return false;
    }
    loops.move_next_to_innermost(place);
    true
}

impl<const N: usize> Pass<'_, N> {
    /// Adds an operand, of which there are at most `N`.
    #[inline(always)]
    fn add(&mut self, place: usize, operand: &EachOperand<'_>) -> Result<()> {
        let is_direct = operand.is_direct();
        self.ways.push(Way {
            place,
            start: operand.elements.start().cast_mut(),
            itemsize: operand.dtype.itemsize(),
            detour: (!is_direct).then_some(self.detours.len()),
        });
        match is_direct {
            true => Ok(()),
            false => self.add_detour(operand),
        }
    }

    #[cold]
    fn add_detour(&mut self, operand: &EachOperand<'_>) -> Result<()> {
        let (own, wanted) = (operand.elements.dtype(), operand.dtype);
        self.detours.push(Detour {
            block: self.blocks_of_a_thread,
            load: match operand.is_read {
                true => Some(Mover::new(own, wanted)?),
                false => None,
            },
            store: match operand.is_written {
                true => Some(Mover::new(wanted, own)?),
                false => None,
            },
        });
        // Only numbers are converted or aligned, which are small.
        self.blocks_of_a_thread +=
            (BLOCK as usize * wanted.itemsize() as usize).next_multiple_of(ELEMENT_ALIGNMENT);
        Ok(())
    }

    /// Visits all elements of some loops. With `is_stretched` runs go along the
    /// axis next to the innermost.
    ///
    /// # Safety
    ///
    /// The loops visit elements of the operands only, which no other thread
    /// visits, and nobody else has the seat.
    unsafe fn visit(&self, loops: &Loops<N>, is_stretched: bool, seat: usize) {
        let still = Axis {
            extent: 1,
            strides: [0; N],
        };
        match *loops.axes() {
            ref outer @ [.., next, inner] if is_stretched => {
                let outer = &outer[..outer.len() - 2];
                walk_while(outer, loops.starts(), |places| {
                    (0..next.extent).step_by(STRETCH as usize).all(|first| {
                        let count = STRETCH.min(next.extent - first);
                        (0..inner.extent).all(|k| {
                            let mut here = places;
                            for (n, place) in here.iter_mut().enumerate() {
                                *place += first * next.strides[n] + k * inner.strides[n];
                            }
                            // SAFETY: the caller's promise.
                            unsafe { self.run(here, &next.strides, count, seat) }
                        })
                    })
                });
            }
            ref axes => {
                let (inner, outer) = axes.split_last().unwrap_or((&still, &[]));
                walk_while(outer, loops.starts(), |places| {
                    // SAFETY: the caller's promise.
                    unsafe { self.run(places, &inner.strides, inner.extent, seat) }
                });
            }
        }
    }

    /// One run of elements; says whether to go on.
    ///
    /// # Safety
    ///
    /// As for [`Pass::visit`], of the run.
    unsafe fn run(&self, places: [i64; N], strides: &[i64; N], count: i64, seat: usize) -> bool {
        let mut data = [ptr::null_mut::<c_char>(); N];
        let mut steps = [0i64; N];
        if self.detours.is_empty() {
            for (n, way) in self.ways.iter().enumerate() {
                data[way.place] = way.start.wrapping_offset(places[n] as isize).cast();
                steps[way.place] = strides[n];
            }
            return self.call(&mut data, &steps, count);
        }
        let blocks = self.blocks.wrapping_add(seat * self.blocks_of_a_thread);
        (0..count).step_by(BLOCK as usize).all(|done| {
            let count = BLOCK.min(count - done);
            let here = |n: usize| {
                let place = places[n] + done * strides[n];
                self.ways[n].start.wrapping_offset(place as isize)
            };
            for (n, way) in self.ways.iter().enumerate() {
                let Some(detour) = way.detour.map(|k| &self.detours[k]) else {
                    data[way.place] = here(n).cast();
                    steps[way.place] = strides[n];
                    continue;
                };
                let block = blocks.wrapping_add(detour.block);
                // An element that is read again and again is converted once.
                let is_one = strides[n] == 0 && detour.store.is_none();
                if let Some(load) = &detour.load {
                    let count = if is_one { 1 } else { count as usize };
                    // SAFETY: the run is of elements, by the caller's promise,
                    // and a block has room for so many.
                    unsafe {
                        let step = way.itemsize as isize;
                        load.run(block, step, here(n), strides[n] as isize, count);
                    }
                }
                data[way.place] = block.cast();
                steps[way.place] = if is_one { 0 } else { way.itemsize };
            }
            if !self.call(&mut data, &steps, count) {
                return false;
            }
            for (n, way) in self.ways.iter().enumerate() {
                let detour = way.detour.map(|k| &self.detours[k]);
                if let Some(Detour {
                    block,
                    store: Some(store),
                    ..
                }) = detour
                {
                    let block = blocks.wrapping_add(*block);
                    // SAFETY: as above.
                    unsafe {
                        let step = way.itemsize as isize;
                        store.run(here(n), strides[n] as isize, block, step, count as usize);
                    }
                }
            }
            true
        })
    }

    /// Calls the caller's loop, unless it has stopped elsewhere; says whether
    /// to go on.
    fn call(&self, data: &mut [*mut c_char; N], steps: &[i64; N], count: i64) -> bool {
        if self.code.load(Ordering::Relaxed) != 0 {
            return false;
        }
        let Callback { call, payload } = *self.callback;
        // SAFETY: who made the callback promised that it can be called so.
        let code = unsafe { call(data.as_mut_ptr(), steps.as_ptr(), count, payload) };
        if code != 0 {
            // The first one counts.
            let order = Ordering::Relaxed;
            let _ = self.code.compare_exchange(0, code, order, order);
        }
        code == 0
    }
}
