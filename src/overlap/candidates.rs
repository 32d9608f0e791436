//! The values of a variable that a search tries, in the order in which it
//! tries them.
//!
//! From the middle outwards is best in general: there the other variables have
//! most room, so that solutions are likeliest. From the top downwards leaves
//! least to the others, which suits targets near the end of their range.

use super::number::Number;

/// The values low, low + step, … up to high, in some order.
#[derive(Clone, Copy)]
pub(super) struct Candidates<N> {
    first: N,
    step: N,
    /// How many were given, and how many there are.
    given: N,
    count: N,
    outward: bool,
}

impl<N: Number> Candidates<N> {
    /// Those in the middle first.
    #[inline]
    pub(super) fn outward(low: N, high: N, step: N) -> Candidates<N> {
        let count = if low > high {
            N::ZERO
        } else if step == N::ONE {
            high - low + N::ONE
        } else {
            (high - low) / step + N::ONE
        };
        Candidates {
            first: low + (count - N::ONE).max(N::ZERO).half() * step,
            step,
            given: N::ZERO,
            count,
            outward: true,
        }
    }

    /// The same values, the largest first.
    pub(super) fn downward(self) -> Candidates<N> {
        // As many lie above the middle as below it, or one more.
        Candidates {
            first: self.first + self.count.half() * self.step,
            outward: false,
            ..self
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
        let turn = self.given;
        self.given += N::ONE;
        Some(if !self.outward {
            self.first - turn * self.step
        } else if turn.is_even() {
            // The middle, then one step up, one down, two up, two down, …
            self.first - turn.half() * self.step
        } else {
            self.first + (turn + N::ONE).half() * self.step
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut candidates: Candidates<i64>) -> Vec<i64> {
        core::iter::from_fn(|| candidates.next()).collect()
    }

    #[test]
    fn every_value_comes_once_and_in_the_promised_order() {
        for low in -3..3i64 {
            for high in -5..9 {
                for step in 1..4 {
                    let mut expected: Vec<i64> = (low..=high).step_by(step as usize).collect();
                    let candidates = Candidates::outward(low, high, step);
                    let mut outward = all(candidates);
                    if let Some(first) = outward.first() {
                        assert_eq!(*first, expected[(expected.len() - 1) / 2]);
                    }
                    outward.sort_unstable();
                    assert_eq!(outward, expected);
                    expected.reverse();
                    assert_eq!(all(candidates.downward()), expected);
                }
            }
        }
    }
}
