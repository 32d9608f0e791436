//! Moving all elements of one layout to another of the same shape, converting
//! them where the types differ.
//!
//! The plan (`plan/copy.rs`) says which loops run innermost and by what sort of
//! kernel; here the kernels are chosen, once, and driven over the other loops.
//! Results that will not stay in cache are written past it (*streamed*).

use super::cast::value_check;
use super::copy::{Manner, Packer, Plane, channels, copy_items, run, streamed_run, transpose};
use super::cpu::{Level, fence, level};
use super::map::UnaryLoop;
use super::mover::{Mover, Reader};
use super::operand::{Source, Target, same_shape};
use crate::dtype::DType;
use crate::error::Result;
use crate::plan::{Axis, CopyPlan, Loops, Pattern, Traversal, walk};

/// From this many bytes on a result is streamed: it would drive everything else
/// out of the caches, and be gone itself before it is looked at. Measured with
/// 32 MiB of cache: at 2 MB streaming loses, at 4 MB it is even, at 6 MB it wins
/// by a half.
const STREAM_FROM: i64 = 3 << 20;
/// Runs to one packed target that are shorter are collected before they are
/// streamed.
const SHORT_RUN: i64 = 2048;
/// From this many bytes on a packed run is streamed where `memcpy` would stumble
/// over a source a little behind the target, modulo the 4 KiB by which the
/// processor first compares addresses.
const ALIASED_FROM: i64 = 64 << 10;

/// Stores every element of `source` in `target`. With [`Traversal::InOrder`]
/// elements are stored one by one in C order, with [`Traversal::Ordered`] in
/// that order, and none is read after a later one's store; with
/// [`Traversal::Free`] in any order, so the two must be disjoint or the same
/// elements.
pub fn transfer(target: &Target<'_>, source: &Source<'_>, traversal: Traversal) -> Result<()> {
    let with = With {
        level: level(),
        stream_from: STREAM_FROM,
    };
    transfer_with(target, source, traversal, with)
}

/// What the kernels are chosen by, besides the plan.
#[derive(Clone, Copy)]
struct With {
    level: Level,
    stream_from: i64,
}

fn transfer_with(
    target: &Target<'_>,
    source: &Source<'_>,
    traversal: Traversal,
    with: With,
) -> Result<()> {
    same_shape(target, source)?;
    let mover = Mover::new(source.dtype(), target.dtype())?;
    let loops = Loops::new(
        target.shape(),
        [target.strides(), source.strides()],
        traversal,
    );
    if loops.is_empty() {
        return Ok(());
    }
    let job = Job {
        dst: target.start(),
        src: source.start(),
        mover,
        item: target.itemsize(),
        converts: source.dtype() != target.dtype(),
        free: traversal == Traversal::Free,
        level: with.level,
    };
    let sizes = [target.itemsize(), source.itemsize()];
    // SAFETY: both operands are proved to lie within their memory, and the
    // loops visit only their elements; a free traversal means that they do not
    // overlap, or are the same elements.
    unsafe {
        let small = target.size().saturating_mul(sizes[0]) < with.stream_from;
        match loops.axes() {
            [] => job
                .mover
                .run(job.to(loops.starts()), 0, job.from(loops.starts()), 0, 1),
            [inner] if small && !job.is_aliased(inner, loops.starts()) => {
                job.runs(&[], loops.axes(), loops.starts());
            }
            [_] if job.free => job.planned_runs(&CopyPlan::new(&loops, sizes, job.converts), false),
            _ if job.free => job.planned(&CopyPlan::new(&loops, sizes, job.converts), small),
            axes => {
                let (outer, inner) = axes.split_at(axes.len() - 1);
                job.runs(outer, inner, loops.starts());
            }
        }
    }
    Ok(())
}

/// What is moved, and what happens to it on the way.
struct Job {
    dst: *mut u8,
    src: *const u8,
    mover: Mover,
    /// Bytes of a target element.
    item: i64,
    converts: bool,
    /// Whether any order will do.
    free: bool,
    level: Level,
}

impl Job {
    fn to(&self, places: [i64; 2]) -> *mut u8 {
        self.dst.wrapping_offset(places[0] as isize)
    }

    fn from(&self, places: [i64; 2]) -> *const u8 {
        self.src.wrapping_offset(places[1] as isize)
    }

    /// Whether this is a packed run that `memcpy` would be slow at.
    fn is_aliased(&self, inner: &Axis<2>, starts: [i64; 2]) -> bool {
        let ahead = self
            .to(starts)
            .addr()
            .wrapping_sub(self.from(starts).addr())
            % 4096;
        let bytes = inner.extent.saturating_mul(inner.strides[0]);
        self.free
            && !self.converts
            && inner.strides[0] == inner.strides[1]
            && bytes >= ALIASED_FROM
            && (1..=512).contains(&ahead)
            && inner.strides[0] == self.item
    }

    /// Runs along the inner axis, one after the other.
    ///
    /// # Safety
    ///
    /// Every place that the loops visit is an element of its operand.
    unsafe fn runs(&self, outer: &[Axis<2>], inner: &[Axis<2>], starts: [i64; 2]) {
        let (_, inner) = split_innermost(inner);
        let strides = inner.strides.map(|stride| stride as isize);
        let count = inner.extent as usize;
        walk(outer, starts, |places| {
            // SAFETY: the caller's promise.
            unsafe {
                let (to, from) = (self.to(places), self.from(places));
                self.mover.run(to, strides[0], from, strides[1], count);
            }
        });
    }

    /// # Safety
    ///
    /// As for [`Job::runs`], and any order will do.
    unsafe fn planned(&self, plan: &CopyPlan, small: bool) {
        let (outer, inside) = plan.split();
        let starts = plan.starts();
        let item = plan.item as usize;
        // SAFETY: the caller's promise, and the plan's for its patterns.
        unsafe {
            match (plan.pattern, inside) {
                (Pattern::Transpose, [middle, inner]) => {
                    // Rows of less than a line are not worth it.
                    let stream = !small && inner.extent * plan.item >= 64;
                    self.planes(outer, [middle, inner], starts, item, stream);
                }
                (Pattern::Deinterleave, [few, long]) => {
                    self.channels(outer, [few, long], starts, item, true);
                }
                (Pattern::Interleave, [long, few]) => {
                    self.channels(outer, [few, long], starts, item, false);
                }
                _ => self.planned_runs(plan, small),
            }
        }
    }

    /// # Safety
    ///
    /// As for [`Job::planned`].
    unsafe fn planned_runs(&self, plan: &CopyPlan, small: bool) {
        let (outer, inside) = plan.split();
        let item = plan.item as usize;
        let (_, inner) = split_innermost(inside);
        let strides = inner.strides.map(|stride| stride as isize);
        let count = inner.extent as usize;
        let packed = strides[0] == item as isize;
        let looped = match self.converts {
            true => RunLoop::Convert(self.mover),
            false => run(item, self.level).map_or(RunLoop::Items(item), RunLoop::Copy),
        };
        let dst_is_packed = packed && is_packed(plan.axes(), plan.item);
        let short = inner.extent * plan.item < SHORT_RUN;
        // SAFETY: (all) the caller's promise.
        let streamed = match looped {
            _ if small || !packed => None,
            RunLoop::Copy(_) if !(dst_is_packed && short) => streamed_run(item, self.level),
            _ => None,
        };
        if let RunLoop::Convert(mover) = looped
            && !small
            && packed
            && !short
        {
            walk(outer, plan.starts(), |places| {
                let (to, from) = (self.to(places), self.from(places));
                // SAFETY: the caller's promise.
                unsafe { mover.run_streamed(to, strides[0], from, strides[1], count) };
            });
            return fence();
        }
        if let Some(streamed) = streamed {
            walk(outer, plan.starts(), |places| unsafe {
                let (to, from) = (self.to(places), self.from(places));
                streamed(to, strides[0], from, strides[1], count);
            });
            return fence();
        }
        if !small
            && dst_is_packed
            && let Some(mut packer) = Packer::new(self.to(plan.starts()))
        {
            walk(outer, plan.starts(), |places| unsafe {
                packer.take(
                    self.from(places),
                    strides[1],
                    count,
                    item,
                    |to, from, part| {
                        looped.run(to, item as isize, from, strides[1], part);
                    },
                );
            });
            // SAFETY: as above.
            unsafe { packer.finish() };
            return fence();
        }
        walk(outer, plan.starts(), |places| unsafe {
            let (to, from) = (self.to(places), self.from(places));
            looped.run(to, strides[0], from, strides[1], count);
        });
    }

    /// # Safety
    ///
    /// As for [`Job::planned`].
    unsafe fn planes(
        &self,
        outer: &[Axis<2>],
        [middle, inner]: [&Axis<2>; 2],
        starts: [i64; 2],
        item: usize,
        stream: bool,
    ) {
        let packed_source = middle.strides[1] == item as i64;
        let manner = Manner {
            stream,
            convert: (self.converts || !packed_source).then_some(self.mover),
        };
        let Some(transpose) = transpose(item, self.level) else {
            return; // the plan makes planes of these sizes only
        };
        walk(outer, starts, |places| {
            let plane = Plane {
                dst: self.to(places),
                dst_pitch: middle.strides[0] as isize,
                src: self.from(places),
                src_pitch: inner.strides[1] as isize,
                src_step: middle.strides[1] as isize,
                rows: middle.extent as usize,
                columns: inner.extent as usize,
            };
            // SAFETY: the caller's promise.
            unsafe { transpose(&plane, manner) };
        });
        if stream {
            fence();
        }
    }

    /// # Safety
    ///
    /// As for [`Job::planned`].
    unsafe fn channels(
        &self,
        outer: &[Axis<2>],
        [few, long]: [&Axis<2>; 2],
        starts: [i64; 2],
        item: usize,
        apart: bool,
    ) {
        let pitch = few.strides[if apart { 0 } else { 1 }] as isize;
        let count = long.extent as usize;
        let Some(channels) = channels(item, few.extent as usize, apart, self.level) else {
            return; // the plan makes planes of these sizes only
        };
        walk(outer, starts, |places| {
            // SAFETY: the caller's promise.
            unsafe { channels(self.to(places), self.from(places), pitch, count) };
        });
    }
}

/// The loop for a run.
#[derive(Clone, Copy)]
enum RunLoop {
    Copy(UnaryLoop),
    Items(usize),
    Convert(Mover),
}

impl RunLoop {
    /// # Safety
    ///
    /// As for [`UnaryLoop`].
    unsafe fn run(
        self,
        dst: *mut u8,
        dst_stride: isize,
        src: *const u8,
        src_stride: isize,
        count: usize,
    ) {
        // SAFETY: the same contract.
        unsafe {
            match self {
                RunLoop::Copy(run) => run(dst, dst_stride, src, src_stride, count),
                RunLoop::Items(size) => copy_items(dst, dst_stride, src, src_stride, count, size),
                RunLoop::Convert(mover) => mover.run(dst, dst_stride, src, src_stride, count),
            }
        }
    }
}

/// Whether the target's elements follow each other without a gap, in the order
/// of the loops.
fn is_packed(axes: &[Axis<2>], item: i64) -> bool {
    let mut expected = item;
    axes.iter().rev().all(|axis| {
        let fits = axis.strides[0] == expected;
        expected = expected.saturating_mul(axis.extent);
        fits
    })
}

/// Splits off the innermost loop; no loop at all is one step.
pub(super) fn split_innermost<const N: usize>(axes: &[Axis<N>]) -> (&[Axis<N>], Axis<N>) {
    match axes {
        [outer @ .., inner] => (outer, *inner),
        [] => (
            &[],
            Axis {
                extent: 1,
                strides: [0; N],
            },
        ),
    }
}

/// The first element, counted in C order, whose value another type cannot hold.
pub fn first_changed(source: &Source<'_>, to: DType) -> Result<Option<i64>> {
    let (Some(from), Some(to)) = (source.dtype().element(), to.element()) else {
        return Ok(None);
    };
    let check = value_check(from, to);
    let mut reader = Reader::new(source.dtype(), from)?;
    let loops = Loops::new(source.shape(), [source.strides()], Traversal::InOrder);
    let mut found = None;
    let mut before = 0i64;
    if !loops.is_empty() {
        let (outer, inner) = split_innermost(loops.axes());
        let stride = inner.strides[0] as isize;
        walk(outer, loops.starts(), |[from]| {
            let mut done = 0;
            while found.is_none() && done < inner.extent {
                let part = (inner.extent - done).min(Reader::PART as i64);
                let here = source
                    .start()
                    .wrapping_offset(from as isize + done as isize * stride);
                // SAFETY: the loops visit elements of the source only.
                let changed = unsafe {
                    let (values, stride) = reader.read(here, stride, part as usize);
                    check(values, stride, part as usize)
                };
                found = changed.map(|k| before + done + k as i64);
                done += part;
            }
            before += inner.extent;
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Element;
    use crate::kernels::copy::random_numbers;
    use crate::kernels::{generate, to_integers};
    use crate::layout::{Dims, Layout};
    use crate::memory::Memory;
    use crate::plan::Sequence;

    const NBYTES: i64 = 16 * 67 * 67;

    fn layout(shape: &[i64], strides: &[i64]) -> Layout {
        Layout {
            shape: Dims::try_from(shape).unwrap(),
            strides: Dims::try_from(strides).unwrap(),
            offset: 0,
        }
    }

    /// Bytes that count through primes' residues, so that few repeat.
    fn fill(memory: &Memory, count: i64) {
        let line = layout(&[count], &[1]);
        let target = Target::new(memory, line.as_ref(), DType::new(Element::UInt8)).unwrap();
        generate(&target, |k: i64| k * k % 251 + k % 3).unwrap();
    }

    fn bytes(memory: &Memory, count: i64) -> Vec<i64> {
        let line = layout(&[count], &[1]);
        let source = Source::new(memory, line.as_ref(), DType::new(Element::UInt8)).unwrap();
        to_integers(&source).unwrap().to_vec()
    }

    /// Layouts of one to six axes: packed in some order, with gaps, reversed,
    /// sliced, and for the source repeated too.
    #[test]
    fn any_layout_is_moved_as_the_definition_says_at_every_level() {
        let mut random = random_numbers(0x5eed_0406);
        let mut patterns = [0; 4];
        for _ in 0..4000 {
            let item = [1, 2, 4, 8, 16, 3][random(6) as usize];
            let dtype = DType::raw_bytes(item as i32).unwrap();
            let ndim = 1 + random(6) as usize;
            let most = [600, 60, 24, 9, 6, 4][ndim - 1];
            let shape: Vec<i64> = (0..ndim)
                .map(|_| match random(3) {
                    0 => 1 + random(4),
                    _ => 1 + random(most),
                })
                .collect();
            let mut side = |is_source: bool| {
                let mut order: Vec<usize> = (0..ndim).collect();
                for k in (1..ndim).rev() {
                    order.swap(k, random(k as i64 + 1) as usize);
                }
                let (mut strides, mut offset) = (vec![0; ndim], random(70));
                let mut step = item * [1, 1, 1, 2][random(4) as usize];
                for axis in order {
                    if is_source && random(10) == 0 {
                        continue;
                    }
                    let backward = random(4) == 0;
                    strides[axis] = if backward { -step } else { step };
                    offset += if backward {
                        step * (shape[axis] - 1)
                    } else {
                        0
                    };
                    step *= shape[axis] + [0, 0, 0, 1, 3][random(5) as usize];
                    step += [0, 0, 0, 0, 1][random(5) as usize];
                }
                (
                    Layout {
                        offset,
                        ..layout(&shape, &strides)
                    },
                    offset + step + item + 70,
                )
            };
            let ((to, to_bytes), (from, from_bytes)) = (side(false), side(true));
            let target_memory = Memory::allocate(to_bytes, false).unwrap();
            let source_memory = Memory::allocate(from_bytes, false).unwrap();
            fill(&source_memory, from_bytes);
            let source_bytes = bytes(&source_memory, from_bytes);
            let target = Target::new(&target_memory, to.as_ref(), dtype).unwrap();
            let source = Source::new(&source_memory, from.as_ref(), dtype).unwrap();
            fill(&target_memory, to_bytes);
            let mut wanted = bytes(&target_memory, to_bytes);
            // The loops as they are, of which another test says that they are
            // those of the shape.
            let loops = Loops::new(&shape, [&to.strides, &from.strides], Traversal::InOrder);
            walk(loops.axes(), loops.starts(), |[t, f]| {
                for byte in 0..item {
                    let (t, f) = (to.offset + t + byte, from.offset + f + byte);
                    wanted[t as usize] = source_bytes[f as usize];
                }
            });
            let free = Loops::new(&shape, [&to.strides, &from.strides], Traversal::Free);
            let plan = CopyPlan::new(&free, [item; 2], false);
            patterns[plan.pattern as usize] += 1;
            for level in Level::available() {
                for stream_from in [0, i64::MAX] {
                    fill(&target_memory, to_bytes);
                    let with = With { level, stream_from };
                    transfer_with(&target, &source, Traversal::Free, with).unwrap();
                    assert!(
                        bytes(&target_memory, to_bytes) == wanted,
                        "{level:?}, {stream_from}: {dtype} {shape:?} {to:?} {from:?} {plan:?}"
                    );
                }
            }
        }
        println!("patterns {patterns:?}");
        assert!(patterns.iter().all(|&count| count > 20));
    }

    /// A target whose elements overlap shows in what order they were stored: the
    /// last store to a byte is what remains. The source runs along the other
    /// axis, which is what the tiles are for, with blocks of every size.
    #[test]
    fn an_ordered_transfer_never_goes_through_tiles() {
        let both = [false, true];
        let mut traversals = vec![Traversal::InOrder];
        for axes in [[0, 1], [1, 0]] {
            for (first, second) in both.iter().flat_map(|&a| both.map(|b| (a, b))) {
                let steps = [(axes[0], first), (axes[1], second)];
                traversals.push(Traversal::Ordered(Sequence::of(&steps)));
            }
        }
        let (to, from) = (
            Memory::allocate(NBYTES, false).unwrap(),
            Memory::allocate(NBYTES, false).unwrap(),
        );
        fill(&from, NBYTES);
        let source_bytes = bytes(&from, NBYTES);
        let mut told_apart = 0;
        let dtypes = [1, 2, 4, 8, 16, 3].map(|size| DType::raw_bytes(size).unwrap());
        for dtype in dtypes {
            let item = dtype.itemsize();
            for (rows, columns) in (1..=67).flat_map(|n| [(n, n), (67, n), (n, 5)]) {
                let shape = [rows, columns];
                let target_layout = layout(&shape, &[item, item]);
                let source_layout = layout(&shape, &[item, item * rows]);
                let target = Target::new(&to, target_layout.as_ref(), dtype).unwrap();
                let source = Source::new(&from, source_layout.as_ref(), dtype).unwrap();
                let used = item * (rows + columns);
                let run = |traversal| {
                    fill(&to, used);
                    transfer(&target, &source, traversal).unwrap();
                    bytes(&to, used)
                };
                let free = run(Traversal::Free);
                for &traversal in &traversals {
                    let mut expected = {
                        fill(&to, used);
                        bytes(&to, used)
                    };
                    let strides = [target.strides(), source.strides()];
                    let loops = Loops::new(&shape, strides, traversal);
                    walk(loops.axes(), loops.starts(), |[to, from]| {
                        for byte in 0..item {
                            expected[(to + byte) as usize] = source_bytes[(from + byte) as usize];
                        }
                    });
                    let got = run(traversal);
                    assert!(got == expected, "{dtype} {shape:?} {traversal:?}");
                    told_apart += i32::from(free != expected);
                }
            }
        }
        assert!(told_apart > 1000, "the tiles would have been noticed");
    }
}
