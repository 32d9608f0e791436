//! How to write one array into another that may share memory with it: a pure
//! decision on layouts, made once, used by the write itself and by those who
//! ask beforehand.
//!
//! # The conditions
//!
//! Tried in this order, each exact or erring towards the next:
//!
//! 1. *Free*: no byte is shared, by the exact test within a budget, or source
//!    and target are the same elements (equal layouts and item sizes, whatever
//!    the types), where each store hits only what its own read has read. Any
//!    order will do, and tiles, streams and threads.
//! 2. *Ordered*: some order of the loops reads each byte before it is
//!    overwritten (`sequence.rs`).
//! 3. *Exchange*: the source is the target reversed or transposed, of one type
//!    (`exchange.rs`).
//! 4. *Buffered*: otherwise the part of the source that may meet the target is
//!    copied first. That is a slab on one axis: the indices at which the source
//!    reaches into the range of addresses from the target's first byte to its
//!    last. No store hits anything outside the slab, so that the rest is read
//!    where it stands, in any order.
//!
//! A target that may overlap itself is stored one by one in C order. Then the
//! later of two stores to a byte wins, as promised, and the source is buffered
//! whole unless it is disjoint or C order itself passes the test of 2. A source
//! of the same type with the very layout of the target is no work at all: each
//! byte is stored where it was read.
//!
//! # Work
//!
//! Questions get a budget proportional to the bytes to be moved, and so does
//! their number; one that is too hard counts as overlap. Neither clocks nor
//! addresses decide anything but through the distances between operands, so
//! the same layouts always give the same plan.
//!
//! # References
//!
//! * P. Virtanen: `solve_may_share_memory` and its use for temporary copies on
//!   overlap in NumPy 1.13 (2017). Asking the exact question before buffering,
//!   and the exemption of the same elements.
//! * R. Allen, K. Kennedy: Automatic translation of FORTRAN programs to vector
//!   form. ACM TOPLAS 9, 491–542 (1987). Direction vectors of dependences, and
//!   which orders of nested loops respect them; array assignments that read
//!   before they write are their example.
//! * W. Pugh: The Omega test. Supercomputing '91. Such dependences as integer
//!   programs, decided exactly.

use super::exchange::Pairing;
use super::sequence::{self, Operands};
use super::{Loops, Traversal};
use crate::error::Result;
use crate::layout::{self, Layout, LayoutRef, Order};
use crate::overlap::{self, Answer, Budget};

/// What a loop must respect to give the result of reading the source whole
/// before the first store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // one at a time, on the stack
pub enum Hazard {
    /// Nothing: any order, in blocks of any size.
    Free,
    /// The stores must come in a certain order.
    Ordered(Traversal),
    /// Pairs of elements change places.
    Exchange(Pairing),
    /// Part of the source has to be copied first.
    Buffered(Slab),
}

/// The part of a source that has to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slab {
    /// The axis and the range of indices on it; the whole source without one.
    pub range: Option<(usize, i64, i64)>,
    /// In which order the stores must come once the slab is copied.
    pub traversal: Traversal,
}

/// How an assignment is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What the loop must respect.
    pub hazard: Hazard,
    /// Bytes of the temporary, 0 without one.
    pub bytes: i64,
}

/// How an assignment through a mask is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskedAssignment {
    /// In which order the stores must come.
    pub traversal: Traversal,
    /// Whether the source has to be copied first.
    pub copies_source: bool,
    /// Whether the mask has to be copied first.
    pub copies_mask: bool,
}

/// Elements in memory: a layout whose offset is an address, and the bytes of
/// one element. Sources have the shape of the target, broadcast axes stride 0.
#[derive(Clone, Copy)]
pub struct Operand<'a> {
    /// Where the elements lie.
    pub layout: LayoutRef<'a>,
    /// Bytes of each.
    pub itemsize: i64,
}

impl Operand<'_> {
    fn nbytes(&self) -> i64 {
        self.layout.size().saturating_mul(self.itemsize)
    }

    /// Whether these are the elements of `other`, at the same indices.
    pub(super) fn is_same_as(&self, other: &Operand<'_>) -> bool {
        let mut axes = self.layout.axes().zip(other.layout.axes());
        self.itemsize == other.itemsize
            && self.layout.offset == other.layout.offset
            && axes.all(|(own, others)| own == others || (own.0 == 1 && others.0 == 1))
    }

    /// The bytes of a copy that has broadcast elements once, between two
    /// indices of one axis.
    fn copy_bytes(&self, range: Option<(usize, i64, i64)>) -> i64 {
        let axes = self.layout.axes().enumerate();
        axes.fold(self.itemsize, |bytes, (axis, (extent, stride))| {
            bytes.saturating_mul(match range {
                Some((slab, first, end)) if slab == axis => end - first,
                _ if stride == 0 => extent.min(1),
                _ => extent,
            })
        })
    }

    /// The lowest address and the one behind the highest.
    fn bounds(&self) -> (i128, i128) {
        let mut low = i128::from(self.layout.offset);
        let mut high = low + i128::from(self.itemsize);
        for (extent, stride) in self.layout.axes() {
            let reach = i128::from(extent - 1) * i128::from(stride);
            low += reach.min(0);
            high += reach.max(0);
        }
        (low, high)
    }
}

/// Where the elements of a temporary lie: packed, those that are broadcast
/// once.
pub struct Copied {
    /// What has to be copied: the original without its broadcast axes.
    pub from: Layout,
    /// The same elements in the temporary.
    pub to: Layout,
    /// The temporary with the shape of the original.
    pub wide: Layout,
}

impl Copied {
    /// The copy of an operand.
    pub fn of(original: Operand<'_>) -> Result<Copied> {
        let mut from = original.layout.to_owned();
        for (extent, stride) in from.shape.iter_mut().zip(&from.strides) {
            if *stride == 0 {
                *extent = (*extent).min(1);
            }
        }
        let itemsize = original.itemsize;
        let to = layout::ordered(from.as_ref(), itemsize, itemsize, Order::K)?;
        let wide = layout::broadcast_to(to.as_ref(), original.layout.shape, itemsize)?;
        Ok(Copied { from, to, wide })
    }

    fn operand(&self, original: Operand<'_>) -> Operand<'_> {
        Operand {
            layout: self.wide.as_ref(),
            itemsize: original.itemsize,
        }
    }
}

/// The work that may be spent on questions while moving `bytes` bytes:
/// proportional to them, so that asking never costs more than moving.
fn units(bytes: i64) -> u64 {
    bytes.unsigned_abs() / 4 + 64
}

/// Whether no two elements of a layout share a byte, as far as that is worth
/// finding out before writing it.
pub fn is_free_of_internal_overlap(layout: LayoutRef<'_>, itemsize: i64) -> Result<bool> {
    if overlap::is_surely_free_of_internal_overlap(layout, itemsize) {
        return Ok(true);
    }
    let budget = Budget::Units(units(layout.size().saturating_mul(itemsize)));
    Ok(overlap::has_internal_overlap(layout, itemsize, budget)? == Answer::No)
}

/// Whether two arrays, of any shapes, surely share no memory, as far as that
/// is worth finding out before copying the first.
pub fn is_apart(array: Operand<'_>, target: Operand<'_>) -> Result<bool> {
    shares(array, target, units(array.nbytes())).map(|shares| !shares)
}

/// Whether two operands must be treated as sharing memory; too hard counts as
/// yes.
fn shares(a: Operand<'_>, b: Operand<'_>, units: u64) -> Result<bool> {
    if !overlap::bounds_overlap(a.layout, a.itemsize, b.layout, b.itemsize) {
        return Ok(false);
    }
    let budget = Budget::Units(units);
    let answer = overlap::shares_memory(a.layout, a.itemsize, b.layout, b.itemsize, budget)?;
    Ok(answer != Answer::No)
}

/// Plans `target[...] = source`. `same_type` says that the bits are copied as
/// they are.
pub fn assignment(target: Operand<'_>, source: Operand<'_>, same_type: bool) -> Result<Assignment> {
    let is_free = || is_free_of_internal_overlap(target.layout, target.itemsize);
    assignment_within(units(target.nbytes()), target, source, same_type, is_free)
}

/// The same without any search, so that nothing is allocated and nothing can
/// fail half-way through several assignments. `is_free` says that the target
/// is known not to overlap itself.
pub fn assignment_without_search(
    target: Operand<'_>,
    source: Operand<'_>,
    same_type: bool,
    is_free: bool,
) -> Result<Assignment> {
    assignment_within(0, target, source, same_type, || Ok(is_free))
}

fn assignment_within(
    units: u64,
    target: Operand<'_>,
    source: Operand<'_>,
    same_type: bool,
    is_free: impl FnOnce() -> Result<bool>,
) -> Result<Assignment> {
    let without_copy = |hazard| Ok(Assignment { hazard, bytes: 0 });
    let same_elements = target.is_same_as(&source);
    if same_elements && same_type {
        return without_copy(Hazard::Free);
    }
    let is_free = is_free()?;
    let threatened = !(same_elements && is_free) && shares(target, source, units)?;
    match order([&target, &source], [false, threatened], is_free, units) {
        Some(Traversal::Free) => return without_copy(Hazard::Free),
        Some(traversal) => return without_copy(Hazard::Ordered(traversal)),
        None => {}
    }
    if is_free
        && same_type
        && let Some(pairing) = Pairing::find(target.layout, source.layout)
    {
        return without_copy(Hazard::Exchange(pairing));
    }
    let range = if is_free {
        slab(&target, &source)
    } else {
        None
    };
    let bytes = source.copy_bytes(range);
    if bytes == 0 {
        // The question was too hard, but their bounds are apart after all.
        return without_copy(Hazard::Free);
    }
    Ok(Assignment {
        hazard: Hazard::Buffered(Slab {
            range,
            traversal: any_order(is_free),
        }),
        bytes,
    })
}

/// Plans `target[mask] = source[mask]`, all of one shape. What is right for all
/// elements is right for those that the mask leaves.
pub fn masked_assignment(
    target: Operand<'_>,
    source: Operand<'_>,
    mask: Operand<'_>,
) -> Result<MaskedAssignment> {
    let is_free = is_free_of_internal_overlap(target.layout, target.itemsize)?;
    let units = units(target.nbytes());
    let threatened = |operand: Operand<'_>| -> Result<bool> {
        Ok(!(is_free && target.is_same_as(&operand)) && shares(target, operand, units)?)
    };
    let (source_threatened, mask_threatened) = (threatened(source)?, threatened(mask)?);
    // The mask is copied before the source, since it is the smaller one.
    for (copies_source, copies_mask) in [(false, false), (false, true), (true, false)] {
        if copies_source && !source_threatened || copies_mask && !mask_threatened {
            continue;
        }
        // The loops are those that will run, through the copies.
        let copy;
        let (mut source, mut mask) = (source, mask);
        if copies_source {
            copy = Copied::of(source)?;
            source = copy.operand(source);
        } else if copies_mask {
            copy = Copied::of(mask)?;
            mask = copy.operand(mask);
        }
        let left = [
            false,
            source_threatened && !copies_source,
            mask_threatened && !copies_mask,
        ];
        if let Some(traversal) = order([&target, &source, &mask], left, is_free, units) {
            return Ok(MaskedAssignment {
                traversal,
                copies_source,
                copies_mask,
            });
        }
    }
    Ok(MaskedAssignment {
        traversal: any_order(is_free),
        copies_source: source_threatened,
        copies_mask: mask_threatened,
    })
}

/// The order of stores that a target needs of itself.
pub fn any_order(is_free: bool) -> Traversal {
    match is_free {
        true => Traversal::Free,
        false => Traversal::InOrder,
    }
}

/// An order that is right for all threatened sources, if one is found.
fn order<const N: usize>(
    operands: [&Operand<'_>; N],
    threatened: [bool; N],
    is_free: bool,
    units: u64,
) -> Option<Traversal> {
    if !threatened.contains(&true) {
        return Some(any_order(is_free));
    }
    let strides = operands.map(|operand| operand.layout.strides);
    let loops = Loops::new(operands[0].layout.shape, strides, any_order(is_free));
    let operands = Operands {
        addresses: operands.map(|operand| operand.layout.offset),
        itemsizes: operands.map(|operand| operand.itemsize),
        threatened,
    };
    match is_free {
        true => sequence::find(&loops, &operands, units).map(Traversal::Ordered),
        false => {
            sequence::is_right_as_it_stands(&loops, &operands, units).then_some(Traversal::InOrder)
        }
    }
}

/// The range of indices on one axis at which the source may meet the target,
/// on the axis where the copy is smallest; nothing when that is no gain.
fn slab(target: &Operand<'_>, source: &Operand<'_>) -> Option<(usize, i64, i64)> {
    let (target_low, target_high) = target.bounds();
    let (low, high) = source.bounds();
    let mut best = None;
    let mut least = source.copy_bytes(None);
    for (axis, (extent, stride)) in source.layout.axes().enumerate() {
        if stride == 0 {
            continue;
        }
        let step = i128::from(stride).abs();
        // The range at index 0 of the axis seen upwards.
        let high = high - step * i128::from(extent - 1);
        let last = i128::from(extent);
        // The first step at which the range ends above the target's lowest
        // byte, and the first at which it starts beyond the highest.
        let first = ((target_low - high).div_euclid(step) + 1).clamp(0, last);
        let end = (-(low - target_high).div_euclid(step)).clamp(first, last);
        let (first, end) = match stride < 0 {
            true => (last - end, last - first),
            false => (first, end),
        };
        let range = Some((axis, first as i64, end as i64));
        let bytes = source.copy_bytes(range);
        if bytes < least {
            (best, least) = (range, bytes);
        }
    }
    best
}
