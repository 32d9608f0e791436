//! The work budget: what a search may cost, counted the same on every machine.

/// How much work an exact question may cost.
///
/// One unit is one step of a search: one candidate value tried, one partial
/// sum formed, a few words of a bitset. It takes one to ten nanoseconds on
/// current machines, but is a count and not a time: the same question with
/// the same budget has the same answer everywhere. What takes polynomial time
/// (bounds, presolving, merging, closed forms) is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// Compare the bounds, and nothing else: [`super::Answer::TooHard`] then
    /// only says that the bounds overlap.
    BoundsOnly,
    /// At most so many units of search.
    Units(u64),
    /// However long it takes.
    Unlimited,
}

impl Budget {
    /// The budget that is used unless the caller sets one: 134 million units,
    /// about half a second.
    ///
    /// It is a limit for the rare hard question, not a target: everyday
    /// questions cost none at all. It suffices for whatever meeting in the
    /// middle can do with 67 million sums on each side, that is for any two
    /// byte arrays of 16 axes of extent 3.
    pub const DEFAULT: Budget = Budget::Units(1 << 27);
}

/// What is left of a budget.
pub(super) struct Work {
    left: u64,
}

impl Work {
    pub(super) fn units(left: u64) -> Work {
        Work { left }
    }

    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Takes `units` away; false, with nothing left, if there were fewer.
    #[inline]
    pub(super) fn spend(&mut self, units: u64) -> bool {
        let enough = units <= self.left;
        self.left = self.left.saturating_sub(units);
        enough
    }

    /// Lets `search` use at most `cap` units of what is left.
    pub(super) fn lend<T>(&mut self, cap: u64, search: impl FnOnce(&mut Work) -> T) -> T {
        let mut part = Work::units(cap.min(self.left));
        let before = part.left;
        let result = search(&mut part);
        self.left -= before - part.left;
        result
    }
}
