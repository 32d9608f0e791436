//! Whether two arrays share memory, beside the list of their bytes.

use super::super::world::*;
use super::arguments::*;
use crate::model::Expected;
use array::ffi::{overlap::*, types::*};
use std::rc::Rc;

pub fn overlap(world: &mut World) {
    let (a, b) = (world.pick(), world.pick());
    if [&a, &b]
        .iter()
        .any(|h| h.as_ref().is_some_and(|h| !h.is_small()))
    {
        return;
    }
    let work = world.input.number(-1, 3);
    let mut expected = Expected::default();
    missing(&a, &mut expected);
    missing(&b, &mut expected);
    expected.fails_if(work < LA_WORK_UNLIMITED, LA_INVALID_ARGUMENT);
    if work > 0 {
        expected.may_fail(LA_TOO_HARD);
    }
    let touched = |handle: &Handle| {
        let size = handle.layout.itemsize;
        let mut bytes: Vec<i64> = handle
            .layout
            .offsets()
            .into_iter()
            .flat_map(|at| at..at + size)
            .collect();
        bytes.sort_unstable();
        bytes
    };
    let mut shares = false;
    if let (Some(a), Some(b)) = (&a, &b) {
        let bytes = touched(b);
        shares = Rc::ptr_eq(&a.block, &b.block)
            && touched(a).iter().any(|at| bytes.binary_search(at).is_ok());
    }
    let rank = |h: &Option<Handle>| h.as_ref().map_or(0, |h| h.layout.ndim());
    let (mut x, mut y) = (vec![-9i64; rank(&a) + 1], vec![-9i64; rank(&b) + 1]);
    let (mut answer, mut again, mut own) = (7, 7, 7);
    // SAFETY: alive or NULL, with room for the results.
    let (status, own_status) = unsafe {
        let status = la_shares_memory(raw(&a), raw(&b), work, &mut answer);
        let found = la_find_overlap(
            raw(&a),
            raw(&b),
            work,
            x.as_mut_ptr(),
            y.as_mut_ptr(),
            &mut again,
        );
        assert_eq!((status, answer), (found, again));
        let mut may = 7;
        if la_may_share_memory(raw(&a), raw(&b), &mut may) == LA_OK && shares {
            assert_eq!(may, 1, "a quick test may not say no");
        }
        (status, la_has_internal_overlap(raw(&a), work, &mut own))
    };
    expected.check("la_shares_memory", status);
    if status == LA_OK {
        let (a, b) = (a.as_ref().unwrap(), b.as_ref().unwrap());
        assert_eq!(answer, i32::from(shares), "whether memory is shared");
        if shares {
            let at = |handle: &Handle, index: &[i64]| {
                let layout = &handle.layout;
                assert!(
                    index
                        .iter()
                        .zip(&layout.shape)
                        .all(|(i, n)| (0..*n).contains(i))
                );
                layout.offset
                    + index
                        .iter()
                        .zip(&layout.strides)
                        .map(|(i, s)| i * s)
                        .sum::<i64>()
            };
            let (from_a, from_b) = (at(a, &x), at(b, &y));
            assert!(from_a < from_b + b.layout.itemsize && from_b < from_a + a.layout.itemsize);
        }
    } else {
        assert_eq!(answer, 7);
    }
    if own_status == LA_OK {
        let bytes = touched(a.as_ref().unwrap());
        assert_eq!(
            own,
            i32::from(bytes.windows(2).any(|pair| pair[0] == pair[1])),
            "its own overlap"
        );
    }
}
