//! Moving all elements of one layout to another of the same shape, converting
//! them where the types differ.
//!
//! The plan (`plan/copy.rs`) says which loops run innermost and by what sort of
//! kernel; `job.rs` drives the kernels over it; here is decided what is
//! *streamed* past the caches, and into which parts the work is cut for threads
//! and for those who want to hear of its progress.

mod changed;
mod fields;
mod job;
#[cfg(test)]
mod tests;

pub use changed::first_changed;

use super::copy::STREAM_FROM;
use super::cpu::{Level, level};
use super::mover::Mover;
use super::operand::{Source, Target, same_shape};
use crate::dtype::is_field_cast;
use crate::error::Result;
use crate::memory::{Meter, provoke, threads};
use crate::plan::{Axis, CopyPlan, Loops, Pattern, Traversal, share};
use job::Job;

/// From this many bytes on a packed run is streamed where `memcpy` would stumble
/// over a source a little behind the target, modulo the 4 KiB by which the
/// processor first compares addresses.
const ALIASED_FROM: i64 = 64 << 10;

/// Stores every element of `source` in `target`. With [`Traversal::InOrder`]
/// elements are stored one by one in C order, with [`Traversal::Ordered`] in
/// that order, and none is read after a later one's store; with
/// [`Traversal::Free`] in any order, so the two must be disjoint or the same
/// elements; where either is of records, and the types differ, disjoint in any
/// case.
pub fn transfer(target: &Target<'_>, source: &Source<'_>, traversal: Traversal) -> Result<()> {
    if is_field_cast(source.dtype(), target.dtype()) {
        return fields::transfer_fields(target, source, traversal);
    }
    provoke(c"a kernel");
    let with = With {
        level: level(),
        stream_from: STREAM_FROM,
        parts_for: threads::parts_for,
    };
    transfer_with(target, source, traversal, with)
}

/// What the kernels are chosen by, besides the plan.
#[derive(Clone, Copy)]
struct With {
    level: Level,
    stream_from: i64,
    /// Into how many parts work of so many bytes is cut for threads.
    parts_for: fn(usize) -> usize,
}

fn transfer_with(
    target: &Target<'_>,
    source: &Source<'_>,
    traversal: Traversal,
    with: With,
) -> Result<()> {
    same_shape(target, source)?;
    let mover = Mover::new(source.dtype(), target.dtype())?;
    let strides = [target.strides(), source.strides()];
    let mut loops = Loops::none();
    loops.plan(target.shape(), strides, &traversal);
    if loops.is_empty() {
        return Ok(());
    }
    if is_itself(target, source) {
        return Ok(());
    }
    let sizes = [target.itemsize(), source.itemsize()];
    let bytes = target.size().saturating_mul(sizes[0]);
    let mut job = Job {
        dst: target.start(),
        src: source.start(),
        mover,
        converts: source.dtype() != target.dtype(),
        free: traversal == Traversal::Free,
        level: with.level,
        small: bytes.saturating_add(source.touched()) < with.stream_from,
    };
    let meter = Meter::start(bytes);
    match loops.axes() {
        axes @ ([] | [_]) if job.small && meter.is_none() && !is_aliased(&job, axes, sizes[0]) => {
            // The plan would come to this.
            let (_, inner) = split_innermost(axes);
            let strides = inner.strides.map(|stride| stride as isize);
            let places = loops.starts();
            let (to, from) = (job.to(places), job.from(places));
            // SAFETY: both operands are proved to lie within their memory, and
            // the loop visits only their elements.
            unsafe {
                job.mover
                    .run(to, strides[0], from, strides[1], inner.extent as usize);
            }
            return Ok(());
        }
        axes => job.small &= !is_aliased(&job, axes, sizes[0]),
    }
    let plan = match job.free {
        true => CopyPlan::new(&loops, sizes, job.converts, !job.small),
        false => CopyPlan::in_order(&loops, sizes),
    };
    // SAFETY: both operands are proved to lie within their memory, and the
    // loops visit only their elements; a free traversal means that they do not
    // overlap, or are the same elements.
    unsafe { in_parts(&job, &plan, bytes, meter, with) }
}

/// Whether every element would be stored where it was read, as it is.
fn is_itself(target: &Target<'_>, source: &Source<'_>) -> bool {
    let places = |operand: &Source<'_>| (operand.start(), operand.dtype());
    places(target) == places(source) && target.strides() == source.strides()
}

/// Whether this is a packed run that `memcpy` would be slow at.
fn is_aliased(job: &Job, axes: &[Axis<2>], item: i64) -> bool {
    let [axis] = axes else {
        return false;
    };
    let ahead = job.dst.addr().wrapping_sub(job.src.addr()) % 4096;
    job.free
        && !job.converts
        && axis.strides == [item; 2]
        && axis.extent.saturating_mul(item) >= ALIASED_FROM
        && (1..=512).contains(&ahead)
}

/// Does a job in as many parts as threads and the meter want.
///
/// # Safety
///
/// As for [`Job::run`].
unsafe fn in_parts(
    job: &Job,
    plan: &CopyPlan,
    bytes: i64,
    meter: Option<Meter>,
    with: With,
) -> Result<()> {
    let Some(mut meter) = meter else {
        // SAFETY: the same contract.
        unsafe { on_threads(job, plan, bytes, with) };
        return Ok(());
    };
    let chunks = (bytes / meter.chunk_bytes().max(1)).max(1);
    let cut = Cut::new(plan, chunks, job.free);
    for k in 0..cut.parts {
        let (first, end) = cut.range(k);
        let part = cut.bytes(bytes, end) - cut.bytes(bytes, first);
        // SAFETY: the same contract; parts follow each other in order.
        unsafe { on_threads(job, &cut.part(k), part, with) };
        meter.advance(part)?;
    }
    Ok(())
}

/// Does a job on as many threads as it is worth.
///
/// # Safety
///
/// As for [`Job::run`].
unsafe fn on_threads(job: &Job, plan: &CopyPlan, bytes: i64, with: With) {
    let parts = match job.free {
        true => (with.parts_for)(bytes as usize),
        false => 1,
    };
    if parts <= 1 {
        // SAFETY: the same contract.
        return unsafe { job.run(plan) };
    }
    let cut = Cut::new(plan, parts as i64, true);
    threads::parallel(cut.parts as usize, &|k| {
        // SAFETY: the same contract; the parts of a free plan have no element in
        // common, and may run at once.
        unsafe { job.run(&cut.part(k as i64)) };
    });
}

/// A plan cut into parts along one axis.
struct Cut<'a> {
    plan: &'a CopyPlan,
    axis: usize,
    extent: i64,
    parts: i64,
    /// Parts start at multiples of so many steps.
    grain: i64,
}

/// Steps of an innermost loop that stay together: whole tiles and registers.
const GRAIN: i64 = 64;

/// How many grains an extent, which is not 0, has.
fn grains_of(extent: i64, grain: i64) -> i64 {
    1 + (extent - 1) / grain
}

impl<'a> Cut<'a> {
    /// Cuts into about `wanted` parts; along the outermost axis where parts have
    /// to follow each other in the order of the loops, or each needs its target
    /// packed.
    fn new(plan: &'a CopyPlan, wanted: i64, any_order: bool) -> Cut<'a> {
        let axes = plan.axes();
        let outside = plan.split().0.len();
        let grain = |axis: usize| if axis < outside { 1 } else { GRAIN };
        let parts = |axis: usize| grains_of(axes[axis].extent, grain(axis));
        // The few steps of a pattern are never cut.
        let may_be_cut = |axis: &usize| match plan.pattern {
            Pattern::Deinterleave => *axis != outside,
            Pattern::Interleave => *axis != outside + 1,
            _ => true,
        };
        let count = match any_order && !plan.collects {
            true => axes.len(),
            false => axes.len().min(1),
        };
        // Of a plane, rather by whole lines of the source.
        let candidates = (0..count).map(|k| match plan.pattern {
            Pattern::Transpose if count > 1 && k >= outside => 2 * outside + 1 - k,
            _ => k,
        });
        let candidates = candidates.filter(may_be_cut);
        let long_enough = candidates.clone().find(|&axis| parts(axis) >= wanted);
        match long_enough.or_else(|| candidates.max_by_key(|&axis| parts(axis))) {
            Some(axis) => Cut {
                plan,
                axis,
                extent: axes[axis].extent,
                parts: parts(axis).min(wanted).max(1),
                grain: grain(axis),
            },
            None => Cut {
                plan,
                axis: 0,
                extent: 1,
                parts: 1,
                grain: 1,
            },
        }
    }

    /// Where part k starts and ends. The first parts are the longer ones, so
    /// that as much is done as is said to be by then.
    fn range(&self, k: i64) -> (i64, i64) {
        let grains = grains_of(self.extent, self.grain);
        let (first, end) = share(grains, k as usize, self.parts as usize);
        let step = |grains: i64| (grains * self.grain).min(self.extent);
        (step(first), step(end))
    }

    fn part(&self, k: i64) -> CopyPlan {
        let (first, end) = self.range(k);
        match self.parts {
            1 => self.plan.clone(),
            _ => self.plan.part(self.axis, first, end),
        }
    }

    /// Bytes up to a step, of so many in all.
    fn bytes(&self, total: i64, step: i64) -> i64 {
        (i128::from(total) * i128::from(step) / i128::from(self.extent)) as i64
    }
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
