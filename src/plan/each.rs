//! How to reach the operands of a caller's own element-wise loop, so that
//! everything is as if it had been read before the first store.
//!
//! What the loop does with an element is not known, nor in which order it takes
//! those of a run: it may store several before it reads the next. Only that it
//! reads what belongs to one index before it stores there is asked of it. So
//! there is no order of the elements that could help, as there is for
//! assignments (`assign.rs`), and each operand is reached in one of three ways:
//!
//! 1. *In place*, if no store can hit what is read of it at another index: it
//!    shares no byte with an operand that is written in place, or is the very
//!    same elements.
//! 2. *By a copy* made before, for an operand that is only read.
//! 3. *Aside*, for one that is written: the loop works on a copy, which is
//!    stored when the loop is over. So it is for a written operand that shares
//!    memory with another before it, so that the later operand's stores win.

use arrayvec::ArrayVec;

use super::assign::{Operand, is_apart};
use crate::error::Result;

/// What a loop does with an operand. All have one shape, and those that are
/// written do not overlap themselves.
#[derive(Clone, Copy)]
pub struct Use<'a> {
    /// The elements.
    pub operand: Operand<'a>,
    /// Whether some are written.
    pub is_written: bool,
}

/// How an operand is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Where it stands.
    InPlace,
    /// By a copy made before the loop.
    ByCopy,
    /// By a copy that is stored after the loop.
    Aside,
}

/// Plans a loop over at most `M` operands.
pub fn reaches<const M: usize>(uses: &[Use<'_>]) -> Result<ArrayVec<Reach, M>> {
    let mut reaches = ArrayVec::<Reach, M>::new();
    for (k, own) in uses.iter().enumerate() {
        let mut reach = Reach::InPlace;
        if own.is_written {
            for other in uses[..k].iter().filter(|other| other.is_written) {
                if !is_apart(own.operand, other.operand)? {
                    reach = Reach::Aside;
                    break;
                }
            }
        }
        reaches.push(reach);
    }
    for (k, own) in uses.iter().enumerate() {
        if own.is_written {
            continue;
        }
        for (j, other) in uses.iter().enumerate() {
            let is_stored_to = other.is_written && reaches[j] == Reach::InPlace;
            if is_stored_to
                && !own.operand.is_same_as(&other.operand)
                && !is_apart(own.operand, other.operand)?
            {
                reaches[k] = Reach::ByCopy;
                break;
            }
        }
    }
    Ok(reaches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::LayoutRef;

    fn of(offset: i64, stride: i64, itemsize: i64) -> Operand<'static> {
        let strides: &[i64] = match stride {
            8 => &[8],
            4 => &[4],
            -8 => &[-8],
            0 => &[0],
            _ => &[16],
        };
        Operand {
            layout: LayoutRef {
                shape: &[10],
                strides,
                offset,
            },
            itemsize,
        }
    }

    fn plan(operands: &[(Operand<'_>, bool)]) -> Vec<Reach> {
        let uses: Vec<Use<'_>> = operands
            .iter()
            .map(|&(operand, is_written)| Use {
                operand,
                is_written,
            })
            .collect();
        reaches::<4>(&uses).unwrap().to_vec()
    }

    #[test]
    fn what_is_apart_or_the_same_is_reached_in_place() {
        use Reach::InPlace;
        let target = of(1000, 8, 8);
        for source in [of(2000, 8, 8), target, of(2000, 0, 8)] {
            assert_eq!(plan(&[(target, true), (source, false)]), [InPlace; 2]);
        }
        // Even and odd elements.
        let (even, odd) = (of(1000, 16, 8), of(1008, 16, 8));
        assert_eq!(plan(&[(even, false), (odd, true)]), [InPlace; 2]);
        // Nothing is written.
        assert_eq!(
            plan(&[(target, false), (of(1008, 8, 8), false)]),
            [InPlace; 2]
        );
    }

    #[test]
    fn what_a_store_could_hit_is_copied_before() {
        use Reach::{ByCopy, InPlace};
        let target = of(1000, 8, 8);
        let sources = [
            of(1008, 8, 8),
            of(992, 8, 8),
            of(1072, -8, 8),
            of(1000, 0, 8),
            of(1000, 8, 4),
            of(1000, 4, 4),
        ];
        for source in sources {
            assert_eq!(plan(&[(target, true), (source, false)]), [InPlace, ByCopy]);
            assert_eq!(plan(&[(source, false), (target, true)]), [ByCopy, InPlace]);
        }
    }

    #[test]
    fn the_later_of_two_written_operands_is_stored_afterwards() {
        use Reach::{Aside, InPlace};
        let (first, shifted) = (of(1000, 8, 8), of(1008, 8, 8));
        for second in [first, shifted] {
            assert_eq!(plan(&[(first, true), (second, true)]), [InPlace, Aside]);
        }
        // What only meets the one that is stored afterwards stays where it is,
        // to be read; to be written it comes after that.
        let next = of(1084, 8, 4);
        assert_eq!(
            plan(&[(first, true), (shifted, true), (next, false)]),
            [InPlace, Aside, InPlace]
        );
        assert_eq!(
            plan(&[(first, true), (shifted, true), (next, true)]),
            [InPlace, Aside, Aside]
        );
    }
}
