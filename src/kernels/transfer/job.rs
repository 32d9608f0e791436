//! Driving the kernels over a plan: which kernel serves each pattern is chosen
//! here, once, before the loops.

use super::super::copy::{Manner, Packer, Plane, channels, run, streamed_run, transpose};
use super::super::cpu::{LINE, Level, fence, fetch};
use super::super::map::at;
use super::super::mover::Mover;
use super::split_innermost;
use crate::plan::{Axis, CopyPlan, Pattern, walk};

/// Runs up to so many bytes are fetched while the one before is copied.
const FETCHED: usize = 2048;
/// Conversions of fewer elements are not streamed one by one.
const STAGED: usize = 64;

/// What is moved, and what happens to it on the way.
pub(super) struct Job {
    pub(super) dst: *mut u8,
    pub(super) src: *const u8,
    pub(super) mover: Mover,
    pub(super) converts: bool,
    /// Whether any order will do.
    pub(super) free: bool,
    pub(super) level: Level,
    /// Whether the result stays in cache.
    pub(super) small: bool,
}

// SAFETY: the operands are reached through raw pointers only, and parts of a job
// that run at once have no element in common.
unsafe impl Sync for Job {}

impl Job {
    /// Where an element of the target stands.
    pub(super) fn to(&self, places: [i64; 2]) -> *mut u8 {
        self.dst.wrapping_offset(places[0] as isize)
    }

    /// Where an element of the source stands.
    pub(super) fn from(&self, places: [i64; 2]) -> *const u8 {
        self.src.wrapping_offset(places[1] as isize)
    }

    /// Runs along the last axis, one after the other, in the order of the loops.
    ///
    /// # Safety
    ///
    /// As for [`Job::run`].
    unsafe fn in_order(&self, plan: &CopyPlan) {
        let (outer, inside) = plan.split();
        let (_, inner) = split_innermost(inside);
        let strides = inner.strides.map(|stride| stride as isize);
        walk(outer, plan.starts(), |places| {
            let (to, from) = (self.to(places), self.from(places));
            // SAFETY: the caller's promise.
            unsafe {
                self.mover
                    .run(to, strides[0], from, strides[1], inner.extent as usize)
            };
        });
    }

    /// Moves what a plan of this job, or a part of it, says.
    ///
    /// # Safety
    ///
    /// Every place that the loops visit is an element of its operand, and
    /// valid for its access; where any order will do, the operands do not
    /// overlap, or are the same elements.
    pub(super) unsafe fn run(&self, plan: &CopyPlan) {
        let (outer, inside) = plan.split();
        let starts = plan.starts();
        let item = plan.item as usize;
        // SAFETY: the caller's promise, and the plan's for its patterns.
        unsafe {
            match (plan.pattern, inside) {
                _ if !self.free => self.in_order(plan),
                (Pattern::Transpose, [middle, inner]) => {
                    // Rows of less than a line are not worth it.
                    let stream = !self.small && inner.extent * plan.item >= 64;
                    self.planes(outer, [middle, inner], starts, item, stream);
                }
                (Pattern::Deinterleave, [few, long]) => {
                    self.channels(outer, [few, long], starts, item, true);
                }
                (Pattern::Interleave, [long, few]) => {
                    self.channels(outer, [few, long], starts, item, false);
                }
                _ => self.runs(plan),
            }
        }
    }

    /// # Safety
    ///
    /// As for [`Job::run`].
    unsafe fn runs(&self, plan: &CopyPlan) {
        let (outer, inside) = plan.split();
        let item = plan.item as usize;
        let (_, inner) = split_innermost(inside);
        let strides = inner.strides.map(|stride| stride as isize);
        let count = inner.extent as usize;
        let packed = strides[0] == item as isize;
        let stream = !self.small && packed && !plan.collects;
        let mover = match self.converts {
            true => self.mover,
            false => stream
                .then(|| streamed_run(item, self.level))
                .flatten()
                .or_else(|| run(item, self.level))
                .map_or(Mover::Items(item), Mover::Direct),
        };
        if plan.collects
            && let Some(mut packer) = Packer::new(self.to(plan.starts()))
        {
            let fill = |to: *mut u8, from: *const u8, part: usize| {
                // SAFETY: the caller's promise, and the packer's for its room.
                unsafe { mover.run(to, item as isize, from, strides[1], part) };
            };
            walk(outer, plan.starts(), |places| {
                // SAFETY: the caller's promise; the target is packed.
                unsafe { packer.take(self.from(places), strides[1], count, item, fill) };
            });
            // SAFETY: as above.
            unsafe { packer.finish() };
            return fence();
        }
        // What is only copied has its streaming loop already.
        let convert_past = self.converts && stream && count >= STAGED;
        let visit = |places: [i64; 2]| {
            let (to, from) = (self.to(places), self.from(places));
            // SAFETY: the caller's promise.
            unsafe {
                match convert_past {
                    true => mover.run_streamed(to, strides[0], from, strides[1], count),
                    false => mover.run(to, strides[0], from, strides[1], count),
                }
            };
        };
        // Lines of a run that the processor's prefetcher learns too late.
        let bytes = count * item;
        if strides[1] == item as isize && (2 * LINE..=FETCHED).contains(&bytes) {
            walk_late(
                outer,
                plan.starts(),
                |next| fetch(self.from(next), bytes),
                visit,
            );
        } else {
            walk(outer, plan.starts(), visit);
        }
        if stream {
            fence();
        }
    }

    /// # Safety
    ///
    /// As for [`Job::run`].
    unsafe fn planes(
        &self,
        outer: &[Axis<2>],
        [middle, inner]: [&Axis<2>; 2],
        starts: [i64; 2],
        item: usize,
        stream: bool,
    ) {
        let packed_source = middle.strides[1] == item as i64;
        let convert = match self.converts {
            true => Some(self.mover),
            false if packed_source => None,
            // Of items, which may be several elements.
            false => Some(Mover::of_bytes(item)),
        };
        let manner = Manner { stream, convert };
        let Some(transpose) = transpose(item, self.level) else {
            return; // the plan makes planes of these sizes only
        };
        let plane_at = |places: [i64; 2]| Plane {
            dst: self.to(places),
            dst_pitch: middle.strides[0] as isize,
            src: self.from(places),
            src_pitch: inner.strides[1] as isize,
            src_step: middle.strides[1] as isize,
            rows: middle.extent as usize,
            columns: inner.extent as usize,
        };
        // SAFETY: the caller's promise.
        let visit = |places| unsafe { transpose(&plane_at(places), &manner) };
        // Small planes have no run that the processor's prefetcher could learn.
        let (rows, columns) = (middle.extent as usize, inner.extent as usize);
        if packed_source && rows * item <= 4 * LINE && columns <= LINE {
            let ahead = |next: [i64; 2]| {
                for column in 0..columns {
                    let first = at::<u8>(self.from(next), inner.strides[1] as isize, column);
                    fetch(first, rows * item);
                }
            };
            walk_late(outer, starts, ahead, visit);
        } else {
            walk(outer, starts, visit);
        }
        if stream {
            fence();
        }
    }

    /// # Safety
    ///
    /// As for [`Job::run`].
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

/// Visits every place one step late: `ahead` has seen the next one by then.
fn walk_late(
    axes: &[Axis<2>],
    starts: [i64; 2],
    mut ahead: impl FnMut([i64; 2]),
    mut visit: impl FnMut([i64; 2]),
) {
    let mut last = None;
    walk(axes, starts, |next| {
        ahead(next);
        if let Some(place) = last.replace(next) {
            visit(place);
        }
    });
    if let Some(place) = last {
        visit(place);
    }
}
