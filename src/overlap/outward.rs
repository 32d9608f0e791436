//! Values from the middle of an interval outwards. In the middle of what the
//! bounds allow the other variables have most room, so that is where solutions
//! are likeliest.

use super::number::Number;

/// The values low, low + step, … up to high, those in the middle first.
#[derive(Clone, Copy)]
pub(super) struct Outward<N> {
    middle: N,
    step: N,
    /// How many were given, and how many there are.
    given: N,
    count: N,
}

impl<N: Number> Outward<N> {
    #[inline]
    pub(super) fn new(low: N, high: N, step: N) -> Outward<N> {
        let count = if low > high {
            N::ZERO
        } else if step == N::ONE {
            high - low + N::ONE
        } else {
            (high - low) / step + N::ONE
        };
        Outward {
            middle: low + (count - N::ONE).max(N::ZERO).half() * step,
            step,
            given: N::ZERO,
            count,
        }
    }

    /// Leaves only the first `most` values; says whether that left some out.
    pub(super) fn limit(&mut self, most: N) -> bool {
        let cut = self.count > most;
        self.count = self.count.min(most);
        cut
    }

    #[inline]
    pub(super) fn next(&mut self) -> Option<N> {
        if self.given >= self.count {
            return None;
        }
        // The middle, then one step up, one down, two up, two down, …
        let away = (self.given + N::ONE).half() * self.step;
        let down = self.given.is_even();
        self.given += N::ONE;
        Some(if down {
            self.middle - away
        } else {
            self.middle + away
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_once_and_the_middle_first() {
        for low in -3..3i64 {
            for high in -5..9 {
                for step in 1..4 {
                    let mut outward = Outward::new(low, high, step);
                    let mut given: Vec<i64> = core::iter::from_fn(|| outward.next()).collect();
                    let expected: Vec<i64> = (low..=high).step_by(step as usize).collect();
                    if let Some(&first) = given.first() {
                        assert_eq!(first, expected[(expected.len() - 1) / 2]);
                    }
                    given.sort_unstable();
                    assert_eq!(given, expected);
                }
            }
        }
    }
}
