//! The overlap solver: exact on small layouts, where every byte is listed; its
//! witnesses checked on all others, in wide numbers; every budget gives the exact
//! answer or none; and it takes no more time than its budget allows.

use crate::input::Input;
use crate::model::Layout;
use array::error::Error;
use array::layout::LayoutRef;
use array::overlap::{
    Answer, Budget, bounds_overlap, find_overlap, has_internal_overlap, shares_memory,
};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// The most elements whose bytes are listed.
const FEW: i128 = 2048;
/// A unit takes one to ten nanoseconds; sanitizers take their time as well.
const LONGEST_UNIT: Duration = Duration::from_nanos(500);
const MOST_UNITS: u64 = 1 << 17;

fn layout(input: &mut Input, large: bool) -> Layout {
    let ndim = if input.once_in(32) {
        64
    } else {
        input.below(if large { 9 } else { 5 })
    };
    let mut layout = Layout {
        itemsize: [1, 1, 2, 4, 8, 16, 3, 12][input.below(8) as usize],
        ..Layout::default()
    };
    for axis in 0..ndim {
        if axis < 12 {
            let extent = if large {
                input.number(0, 20)
            } else {
                input.below(6)
            };
            layout.shape.push(extent.max(0));
            let stride = match large {
                true if input.once_in(3) => input.i64() >> input.below(64),
                _ => i64::from(input.byte() as i8),
            };
            layout.strides.push(stride);
        } else {
            layout.shape.push(1 + input.below(2));
            layout.strides.push(i64::from(input.byte() as i8));
        }
    }
    layout.offset = if large && input.once_in(8) {
        input.i64()
    } else {
        i64::from(input.byte() as i8)
    };
    layout
}

fn borrowed(layout: &Layout) -> LayoutRef<'_> {
    LayoutRef {
        shape: &layout.shape,
        strides: &layout.strides,
        offset: layout.offset,
    }
}

fn size(layout: &Layout) -> i128 {
    layout
        .shape
        .iter()
        .fold(1, |size: i128, &extent| size.saturating_mul(extent.into()))
}

/// The first byte of the element at an index.
fn address(layout: &Layout, index: &[i64]) -> i128 {
    let steps = index
        .iter()
        .zip(&layout.strides)
        .map(|(&i, &s)| i128::from(i) * i128::from(s));
    i128::from(layout.offset) + steps.sum::<i128>()
}

/// All of them.
fn addresses(layout: &Layout) -> Vec<i128> {
    if layout.shape.contains(&0) {
        return Vec::new();
    }
    let mut all = vec![i128::from(layout.offset)];
    for (&extent, &stride) in layout.shape.iter().zip(&layout.strides) {
        let steps = (0..extent).map(|k| i128::from(k) * i128::from(stride));
        let steps: Vec<i128> = steps.collect();
        all = all
            .iter()
            .flat_map(|at| steps.iter().map(move |step| at + step))
            .collect();
    }
    all
}

/// The time that this thread has worked.
fn worked() -> Duration {
    let mut now = Duration::ZERO;
    if let Ok(text) = std::fs::read_to_string("/proc/thread-self/schedstat")
        && let Some(nanoseconds) = text.split(' ').next().and_then(|n| n.parse().ok())
    {
        now = Duration::from_nanos(nanoseconds);
    }
    now
}

/// Asks within budgets; the exact answer, if one of them sufficed.
fn within_budgets(
    input: &mut Input,
    is_yes: Option<bool>,
    ask: impl Fn(Budget) -> Result<Answer, Error>,
) -> Option<bool> {
    let mut exact = is_yes;
    let units = [
        0,
        1,
        u64::from(input.byte()),
        u64::from(input.byte()) << 9,
        MOST_UNITS,
    ];
    for units in units {
        let start = Instant::now();
        let answer = ask(Budget::Units(units));
        let allowed = LONGEST_UNIT * units as u32 + Duration::from_millis(500);
        if start.elapsed() > allowed {
            // The machine may have been busy, or stood still.
            let took = (0..3).map(|_| {
                let start = worked();
                let _ = ask(Budget::Units(units));
                worked().saturating_sub(start)
            });
            let least = took.min().unwrap();
            assert!(least <= allowed, "{units} units take {least:?}");
        }
        let answer = match answer {
            Ok(Answer::Yes) => true,
            Ok(Answer::No) => false,
            Ok(Answer::TooHard) => continue,
            Err(Error::Overflow { .. }) => {
                assert!(
                    is_yes.is_none(),
                    "an overflow where all addresses could be listed"
                );
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        assert_eq!(*exact.get_or_insert(answer), answer, "with {units} units");
    }
    exact
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let large = input.byte() % 2 == 1;
    let a = layout(&mut input, large);
    let b = layout(&mut input, large);
    internal(&mut input, &a);

    let pair = (borrowed(&a), a.itemsize, borrowed(&b), b.itemsize);
    let by_list = (size(&a) <= FEW && size(&b) <= FEW).then(|| {
        let mut first = addresses(&a);
        first.sort_unstable();
        addresses(&b).iter().any(|&at| {
            // The last element of a that begins before this one ends.
            let place = first.partition_point(|&start| start < at + i128::from(b.itemsize));
            place > 0 && first[place - 1] + i128::from(a.itemsize) > at
        })
    });
    let far = by_list.filter(|_| {
        let all: Vec<i128> = [addresses(&a), addresses(&b)].concat();
        all.iter().max().copied().unwrap_or(0) - all.iter().min().copied().unwrap_or(0) < 1 << 100
    });
    let exact = within_budgets(&mut input, far, |budget| {
        shares_memory(pair.0, pair.1, pair.2, pair.3, budget)
    });
    if exact == Some(true) {
        assert!(
            bounds_overlap(pair.0, pair.1, pair.2, pair.3),
            "the bounds do not meet"
        );
    }
    if far.is_some() && size(&a) * size(&b) < 1 << 16 {
        let answer = shares_memory(pair.0, pair.1, pair.2, pair.3, Budget::DEFAULT);
        assert_eq!(
            answer.ok(),
            far.map(|yes| if yes { Answer::Yes } else { Answer::No })
        );
    }
    // The witness, and none where there is no overlap.
    const UNTOUCHED: i64 = -77;
    let (mut x, mut y) = (vec![UNTOUCHED; a.ndim()], vec![UNTOUCHED; b.ndim()]);
    let found = find_overlap(
        pair.0,
        pair.1,
        pair.2,
        pair.3,
        Budget::Units(MOST_UNITS),
        &mut x,
        &mut y,
    );
    match found {
        Ok(Answer::Yes) => {
            assert_ne!(exact, Some(false));
            for (layout, index) in [(&a, &x), (&b, &y)] {
                assert!(
                    index
                        .iter()
                        .zip(&layout.shape)
                        .all(|(i, n)| (0..*n).contains(i)),
                    "{index:?}"
                );
            }
            let (at_a, at_b) = (address(&a, &x), address(&b, &y));
            let meet = at_a < at_b + i128::from(b.itemsize) && at_b < at_a + i128::from(a.itemsize);
            assert!(meet, "no witness: {x:?} at {at_a}, {y:?} at {at_b}");
        }
        Ok(_) | Err(Error::Overflow { .. }) => {
            assert!(x.iter().chain(&y).all(|&i| i == UNTOUCHED));
            assert!(found != Ok(Answer::No) || exact != Some(true));
        }
        Err(error) => panic!("{error}"),
    }
}

fn internal(input: &mut Input, a: &Layout) {
    let by_list = (size(a) <= FEW).then(|| {
        let mut bytes = HashMap::new();
        let mut starts = addresses(a);
        starts.sort_unstable();
        starts
            .windows(2)
            .any(|pair| pair[1] - pair[0] < i128::from(a.itemsize))
            || starts
                .iter()
                .any(|&start| bytes.insert(start, ()).is_some())
    });
    let far = by_list.filter(|_| {
        let all = addresses(a);
        all.iter().max().copied().unwrap_or(0) - all.iter().min().copied().unwrap_or(0) < 1 << 100
    });
    within_budgets(input, far, |budget| {
        has_internal_overlap(borrowed(a), a.itemsize, budget)
    });
}
