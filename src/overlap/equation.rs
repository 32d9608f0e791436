//! The question as an equation: Σ coefficient · x = target, 0 ≤ x ≤ upper,
//! with positive coefficients; and the way back from a solution of the
//! simplified equation to one of the original.

use arrayvec::ArrayVec;

use super::number::Number;
use crate::layout::{LayoutRef, MAX_NDIM};

/// Two arrays of the largest rank, and the bytes within an element.
pub(super) const MAX_TERMS: usize = 2 * MAX_NDIM + 1;

/// Room for the steps of the simplification. Joins need at most one step for
/// each term; shifts stop when only that much room is left.
const MAX_STEPS: usize = 4 * MAX_TERMS;

/// One product of the sum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term<N> {
    /// Positive.
    pub(super) coefficient: N,
    /// The variable's largest value, at least 1; its smallest is 0.
    pub(super) upper: N,
    /// Which original variable this is, in the order they were pushed.
    pub(super) slot: u8,
}

impl<N: Number> Term<N> {
    /// The largest value of the product.
    pub(super) fn reach(&self) -> N {
        self.coefficient * self.upper
    }
}

/// One change of variables, to be undone for the witness.
#[derive(Clone, Copy)]
enum Step<N> {
    /// The old variable is `offset + scale ·` the new one.
    Shift { slot: u8, offset: N, scale: N },
    /// The new variable `into` is the old one plus `multiple · from`.
    Join {
        into: u8,
        from: u8,
        multiple: N,
        upper: N,
    },
}

/// The equation as simplified so far, and the steps that led there.
///
/// It is large (some twenty kilobytes, mostly never touched), so it is made
/// once and changed in place.
pub(super) struct Equation<N: Number> {
    pub(super) terms: ArrayVec<Term<N>, MAX_TERMS>,
    pub(super) target: N,
    /// The sum of all reaches, at most [`Number::LIMIT`]; while the equation
    /// is open, `0 <= target <= total`.
    pub(super) total: N,
    steps: ArrayVec<Step<N>, MAX_STEPS>,
    slots: u8,
}

/// A value for each original variable; empty until there is a solution.
pub(super) type Values<N> = ArrayVec<N, MAX_TERMS>;

impl<N: Number> Equation<N> {
    pub(super) fn new() -> Equation<N> {
        Equation {
            terms: ArrayVec::new_const(),
            target: N::ZERO,
            total: N::ZERO,
            steps: ArrayVec::new_const(),
            slots: 0,
        }
    }

    /// Adds a term with `coefficient >= 1` and `upper >= 1`; gives its reach,
    /// or nothing if the total gets too large.
    #[inline]
    pub(super) fn push(&mut self, coefficient: u64, upper: N) -> Option<N> {
        let coefficient = N::magnitude(coefficient)?;
        let reach = coefficient.checked_mul(upper)?;
        self.total = self.total.checked_add(reach)?;
        if self.total > N::LIMIT {
            return None;
        }
        self.terms
            .try_push(Term {
                coefficient,
                upper,
                slot: self.slots,
            })
            .ok()?;
        self.slots += 1;
        Some(reach)
    }

    /// Whether elements of `a` and `b` have a byte in common; nothing if the
    /// numbers are too large for this type. Neither layout may be empty.
    ///
    /// With x the steps of `a` up from its lowest element, y the steps of `b`
    /// down from its highest, and i and j the bytes within the elements, the
    /// addresses agree where low(a) + Σ|s|x + i = high(b) − Σ|s|y + j; and
    /// i − j takes every value from −(itemsize of b − 1) to itemsize of a − 1,
    /// so it is one more term, of coefficient 1.
    ///
    /// That term comes first and then the axes from the last to the first,
    /// which most often is nearly ascending by coefficient.
    #[inline]
    pub(super) fn between(
        &mut self,
        (a, a_itemsize): (LayoutRef<'_>, i64),
        (b, b_itemsize): (LayoutRef<'_>, i64),
    ) -> Option<()> {
        self.push_bytes(N::of(a_itemsize - 1).checked_add(N::of(b_itemsize - 1))?)?;
        let mut low = N::of(a.offset);
        for (extent, stride) in varying(a) {
            let reach = self.push(stride.unsigned_abs(), N::of(extent - 1))?;
            if stride < 0 {
                low = low.checked_sub(reach)?;
            }
        }
        let mut high = N::of(b.offset);
        for (extent, stride) in varying(b) {
            let reach = self.push(stride.unsigned_abs(), N::of(extent - 1))?;
            if stride > 0 {
                high = high.checked_add(reach)?;
            }
        }
        self.target = high.checked_add(N::of(b_itemsize - 1))?.checked_sub(low)?;
        Some(())
    }

    /// Adds the term of the bytes within elements.
    pub(super) fn push_bytes(&mut self, slack: N) -> Option<()> {
        if slack > N::ZERO {
            self.push(1, slack)?;
        }
        Some(())
    }

    /// Whether the target lies between the smallest and the largest sum.
    pub(super) fn within_bounds(&self) -> bool {
        N::ZERO <= self.target && self.target <= self.total
    }

    /// Whether a shift may still be noted.
    pub(super) fn may_shift(&self) -> bool {
        self.steps.len() + MAX_TERMS < MAX_STEPS
    }

    /// Notes that the variable of `slot` was replaced: old = `offset` +
    /// `scale` · new.
    pub(super) fn note_shift(&mut self, slot: u8, offset: N, scale: N) {
        self.steps.push(Step::Shift {
            slot,
            offset,
            scale,
        });
    }

    /// Notes that the variable of slot `from` went into the run `into`.
    #[inline]
    pub(super) fn note_join(&mut self, into: u8, from: u8, upper: N, multiple: N) {
        self.steps.push(Step::Join {
            into,
            from,
            multiple,
            upper,
        });
    }

    /// Turns values of the terms that are left into values of all the
    /// original variables.
    pub(super) fn restore(&self, solution: &[N], values: &mut Values<N>) {
        values.clear();
        for _ in 0..self.slots {
            values.push(N::ZERO);
        }
        for (term, &x) in self.terms.iter().zip(solution) {
            values[usize::from(term.slot)] = x;
        }
        for step in self.steps.iter().rev() {
            match *step {
                Step::Shift {
                    slot,
                    offset,
                    scale,
                } => {
                    let x = &mut values[usize::from(slot)];
                    *x = offset + scale * *x;
                }
                // The term first takes as much as it can: what is left is
                // less than the term's coefficient, or else the term is at
                // its upper bound; either way the rest of the run covers it.
                Step::Join {
                    into,
                    from,
                    multiple,
                    upper,
                } => {
                    let run = &mut values[usize::from(into)];
                    let x = (*run / multiple).min(upper);
                    *run -= multiple * x;
                    values[usize::from(from)] = x;
                }
            }
        }
    }
}

/// The axes along which addresses change, from the last: (extent, stride).
pub(super) fn varying(layout: LayoutRef<'_>) -> impl Iterator<Item = (i64, i64)> + '_ {
    layout
        .axes()
        .rev()
        .filter(|&(extent, stride)| extent > 1 && stride != 0)
}

/// Writes the index that the values of the terms stand for: the next value
/// for each axis along which addresses change, from the last, counted from the
/// far end where `reversed` says so of the stride.
pub(super) fn write_index<N: Number>(
    layout: LayoutRef<'_>,
    values: &mut impl Iterator<Item = N>,
    reversed: impl Fn(i64) -> bool,
    index: &mut [i64],
) {
    for ((extent, stride), place) in layout.axes().zip(index).rev() {
        *place = 0;
        if extent > 1 && stride != 0 {
            let x = values.next().and_then(N::to_i64).unwrap_or(0);
            *place = if reversed(stride) { extent - 1 - x } else { x };
        }
    }
}
