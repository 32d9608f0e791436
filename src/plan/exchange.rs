//! Assignments that are done by pairs of elements changing places: reversals,
//! transpositions of a square, and both together.
//!
//! When the source is the target with some axes reversed, or two axes of one
//! extent exchanged, onto the same elements, then the source's element j is the
//! target's element π(j), where π is its own inverse. Each pair {j, π(j)} is
//! then independent of all others: swapping every pair once is the assignment.
//! A rotation by a quarter is not its own inverse and no case of this.

use crate::layout::{LayoutRef, MAX_NDIM};

/// Which element of the target each element changes places with: the axes
/// change places in pairs, and some are reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The axis that each axis changes places with; itself for most.
    partners: [u8; MAX_NDIM],
    /// The axes that are reversed; of a pair both or none.
    reversed: u64,
}

impl Pairing {
    /// Finds the pairing by which a source of the target's shape consists of
    /// the target's elements. The target must not overlap itself.
    ///
    /// 1. Each axis has a partner of the same extent, perhaps itself, such that
    ///    the source's strides are the target's exchanged, with one sign for
    ///    both.
    /// 2. The source starts where the target's index is 0, or the last one on
    ///    reversed axes.
    pub(super) fn find(target: LayoutRef<'_>, source: LayoutRef<'_>) -> Option<Pairing> {
        let (shape, a, b) = (target.shape, target.strides, source.strides);
        let mut pairing = Pairing {
            partners: core::array::from_fn(|axis| axis as u8),
            reversed: 0,
        };
        let mut start = i128::from(target.offset);
        for axis in 0..shape.len() {
            if shape[axis] == 1 || pairing.partner(axis) < axis {
                continue;
            }
            let fits = |other: usize| {
                shape[other] == shape[axis]
                    && [1, -1].into_iter().any(|sign| {
                        a[other].checked_mul(sign) == Some(b[axis])
                            && a[axis].checked_mul(sign) == Some(b[other])
                    })
            };
            let free = |other: usize| pairing.partner(other) == other;
            let other = (axis..shape.len()).find(|&other| free(other) && fits(other))?;
            pairing.partners[axis] = other as u8;
            pairing.partners[other] = axis as u8;
            if a[other] != b[axis] {
                pairing.reversed |= 1 << axis | 1 << other;
            }
        }
        for axis in (0..shape.len()).filter(|&axis| pairing.is_reversed(axis)) {
            start += i128::from(a[axis]) * i128::from(shape[axis] - 1);
        }
        (start == i128::from(source.offset)).then_some(pairing)
    }

    /// The axis that an axis changes places with.
    pub fn partner(&self, axis: usize) -> usize {
        usize::from(self.partners[axis])
    }

    /// Whether an axis is reversed.
    pub fn is_reversed(&self, axis: usize) -> bool {
        self.reversed >> axis & 1 != 0
    }
}
