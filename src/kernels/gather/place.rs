//! Runs of bytes moved between places in turn on one side and places given by a
//! list on the other. The one spot that chooses by size.

use crate::kernels::cpu::{Isa, Level, fetch, levels};
use crate::kernels::item::{copy_item, copy_run};
use crate::kernels::map::at;

/// What is moved, and where.
pub(super) struct Placing {
    pub dst: *mut u8,
    pub src: *const u8,
    /// From one position to the next on the side that is not indexed.
    pub step: isize,
    /// Places on the indexed side, in bytes.
    pub places: *const i64,
    pub count: usize,
    /// The indices that are to be read next, and bytes for each.
    pub ahead: *const u8,
    pub ahead_step: usize,
    /// Bytes of each run.
    pub nbytes: usize,
}

levels! {
    /// Moves `count` runs, one after the other.
    ///
    /// On either side there are `nbytes` bytes at every place; the sides do not
    /// overlap.
    trait PlaceKernel, fn place_kernel -> unsafe fn(runs: &Placing);
}

/// The kernel for runs of a size; `gather` tells that the source is indexed,
/// not the target.
pub(super) fn place_loop(nbytes: usize, gather: bool, level: Level) -> unsafe fn(&Placing) {
    macro_rules! of_size {
        ($size:literal) => {
            match gather {
                true => place_kernel::<Place<$size, true>>(level),
                false => place_kernel::<Place<$size, false>>(level),
            }
        };
    }
    match nbytes {
        1 => of_size!(1),
        2 => of_size!(2),
        4 => of_size!(4),
        8 => of_size!(8),
        16 => of_size!(16),
        _ => of_size!(0),
    }
}

/// Whether runs of a size can be stored past the caches, one behind the other
/// from `dst` on.
pub(super) fn can_stream(nbytes: usize, dst: *const u8, level: Level) -> bool {
    let aligned = match nbytes {
        4 | 8 | 16 => nbytes,
        _ if nbytes.is_multiple_of(ALIGNED) => ALIGNED,
        _ => return false,
    };
    level >= Level::Sse2 && dst.addr().is_multiple_of(aligned)
}

/// Bytes of the largest register that streams.
const ALIGNED: usize = 32;

/// The kernel that gathers runs and stores them past the caches: the step is
/// `nbytes`, [`can_stream`] said so, and a fence has to follow.
pub(super) fn stream_loop(nbytes: usize, level: Level) -> unsafe fn(&Placing) {
    match nbytes {
        4 => place_kernel::<Stream<4>>(level),
        8 => place_kernel::<Stream<8>>(level),
        16 => place_kernel::<Stream<16>>(level),
        _ => place_kernel::<Stream<0>>(level),
    }
}

/// For runs of `SIZE` bytes; 0 is any multiple of [`ALIGNED`].
struct Stream<const SIZE: usize>;

impl<const SIZE: usize> PlaceKernel for Stream<SIZE> {
    #[inline(always)]
    unsafe fn run<I: Isa>(runs: &Placing) {
        // SAFETY: there are `count` places, each good on both sides; what is
        // streamed to is aligned.
        unsafe {
            match SIZE {
                0 => stream_runs::<I>(runs),
                _ => stream_items::<I, SIZE>(runs),
            }
        }
    }
}

/// # Safety
///
/// As for [`stream_loop`].
#[inline(always)]
unsafe fn stream_runs<I: Isa>(runs: &Placing) {
    for k in 0..runs.count {
        if k.is_multiple_of(TOGETHER) {
            runs.prefetch_indices(k);
        }
        runs.prefetch_run(k + FEW_AHEAD);
        let dst = runs.dst.wrapping_add(k * runs.nbytes);
        // SAFETY: the caller's promise.
        unsafe {
            let src = runs.source(k);
            for done in (0..runs.nbytes).step_by(I::WIDTH) {
                I::stream(dst.wrapping_add(done), I::load(src.wrapping_add(done)));
            }
        }
    }
}

/// # Safety
///
/// As for [`stream_loop`].
#[inline(always)]
unsafe fn stream_items<I: Isa, const SIZE: usize>(runs: &Placing) {
    let mut k = 0;
    while k < runs.count {
        let dst = runs.dst.wrapping_add(k * SIZE);
        // SAFETY: the caller's promise.
        unsafe {
            if k + TOGETHER > runs.count || !dst.addr().is_multiple_of(I::WIDTH) {
                copy_item(dst, runs.source(k), SIZE);
                k += 1;
                continue;
            }
            runs.prefetch_indices(k);
            if k + TOGETHER + MANY_AHEAD <= runs.count {
                for ahead in k + MANY_AHEAD..k + MANY_AHEAD + TOGETHER {
                    fetch(runs.source(ahead), 1);
                }
            }
            for item in (0..TOGETHER).step_by(I::WIDTH / SIZE) {
                let items = load_items::<I, SIZE>(runs, k + item);
                I::stream(dst.wrapping_add(item * SIZE), items);
            }
        }
        k += TOGETHER;
    }
}

/// A register of items of `SIZE` bytes, from the `k`-th on.
///
/// # Safety
///
/// There are as many places.
#[inline(always)]
unsafe fn load_items<I: Isa, const SIZE: usize>(runs: &Placing, k: usize) -> I::Register {
    // Of the arrays the compiler makes registers.
    macro_rules! load_each {
        ($type:ty, $count:literal) => {{
            let mut items: [$type; $count] = [0; $count];
            for n in 0..I::WIDTH / SIZE {
                items[n % $count] = runs.source(k + n).cast::<$type>().read_unaligned();
            }
            I::load(items.as_ptr().cast())
        }};
    }
    // SAFETY: the caller's promise.
    unsafe {
        match SIZE {
            16 => I::load_lanes(runs.source(k), runs.source(k + I::LANES - 1)),
            8 => load_each!(u64, 4),
            _ => load_each!(u32, 8),
        }
    }
}

/// How far ahead of their use runs of some length are asked for.
const FEW_AHEAD: usize = 8;
/// The same for single items.
const MANY_AHEAD: usize = 32;
/// Bytes of a run that are asked for; the processor sees by itself that more
/// follow.
const ASKED: usize = 512;

impl Placing {
    /// # Safety
    ///
    /// There is a place `k`.
    #[inline(always)]
    unsafe fn place(&self, k: usize) -> isize {
        // SAFETY: the caller's promise.
        unsafe { at::<i64>(self.places.cast(), 8, k).read() as isize }
    }

    /// The `k`-th run of the source, which is the indexed side.
    ///
    /// # Safety
    ///
    /// There is a place `k`.
    #[inline(always)]
    unsafe fn source(&self, k: usize) -> *const u8 {
        // SAFETY: the caller's promise.
        self.src.wrapping_offset(unsafe { self.place(k) })
    }

    /// Asks for the indices that the next part will read when this one is at
    /// `k`.
    #[inline(always)]
    fn prefetch_indices(&self, k: usize) {
        fetch(self.ahead.wrapping_add(k * self.ahead_step), 1);
    }

    /// Asks for the `k`-th run of the source, if there is one.
    #[inline(always)]
    fn prefetch_run(&self, k: usize) {
        if k < self.count {
            // SAFETY: there is a place `k`.
            fetch(unsafe { self.source(k) }, self.nbytes.min(ASKED));
        }
    }
}

/// Indices that share a cache line, or two.
const TOGETHER: usize = 8;

/// For runs of `SIZE` bytes; 0 is any other size.
struct Place<const SIZE: usize, const GATHER: bool>;

impl<const SIZE: usize, const GATHER: bool> PlaceKernel for Place<SIZE, GATHER> {
    #[inline(always)]
    unsafe fn run<I: Isa>(runs: &Placing) {
        // SAFETY: the same contract.
        unsafe {
            // With a step that the compiler knows it makes better code.
            if SIZE != 0 && runs.step == SIZE as isize {
                place::<I, SIZE, GATHER>(runs, SIZE as isize);
            } else {
                place::<I, SIZE, GATHER>(runs, runs.step);
            }
        }
    }
}

/// # Safety
///
/// As for [`PlaceKernel`], with the runs' step.
#[inline(always)]
unsafe fn place<I: Isa, const SIZE: usize, const GATHER: bool>(runs: &Placing, step: isize) {
    let mut k = 0;
    while k < runs.count {
        runs.prefetch_indices(k);
        let end = runs.count.min(k + TOGETHER);
        while k < end {
            // SAFETY: there are `count` places, each good on both sides.
            unsafe {
                let there = runs.place(k);
                let here = step.wrapping_mul(k as isize);
                let (to, from) = if GATHER { (here, there) } else { (there, here) };
                let dst = runs.dst.wrapping_offset(to);
                let src = runs.src.wrapping_offset(from);
                if SIZE == 0 {
                    if GATHER {
                        runs.prefetch_run(k + FEW_AHEAD);
                    }
                    copy_run::<I>(dst, src, runs.nbytes);
                } else {
                    copy_item(dst, src, SIZE);
                }
            }
            k += 1;
        }
    }
}
