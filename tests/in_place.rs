//! What is promised to happen in place allocates nothing, and what does not
//! allocates exactly the bytes that the plan tells. Counted, not timed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use array::array::Array;
use array::dtype::{Casting, DType, Element, Scalar};
use array::layout::{BasicEntry, Dims, Layout, Order};
use array::memory;
use array::ops::{CopyMode, create, index, take, view, write};
use array::plan::Hazard;

/// The counters are the process's, so one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes allocated for elements and scratch while `body` runs.
fn allocated(body: impl FnOnce()) -> i64 {
    let before = memory::stats().total_bytes;
    body();
    memory::stats().total_bytes - before
}

fn counting(shape: &[i64]) -> Array {
    let size = shape.iter().product();
    let line = create::arange(DType::new(Element::Int64), 0, size, 1).unwrap();
    view::reshape(&line, shape, Order::C, CopyMode::Never).unwrap()
}

fn range(start: i64, stop: i64, step: i64) -> BasicEntry {
    BasicEntry::Range {
        start: Some(start),
        stop: Some(stop),
        step,
    }
}

fn part(array: &Array, key: &[BasicEntry]) -> Array {
    view::slice(array, key).unwrap()
}

fn viewed(array: &Array, element: Element, shape: &[i64], strides: &[i64], offset: i64) -> Array {
    let layout = Layout {
        shape: Dims::try_from(shape).unwrap(),
        strides: Dims::try_from(strides).unwrap(),
        offset,
    };
    array.view_as(&layout, DType::new(element), true).unwrap()
}

/// Each element's index, in C order.
fn indices(shape: &[i64]) -> Vec<Vec<i64>> {
    let mut all = vec![vec![]];
    for &extent in shape {
        all = all
            .iter()
            .flat_map(|index: &Vec<i64>| (0..extent).map(move |i| [&index[..], &[i]].concat()))
            .collect();
    }
    all
}

fn values(array: &Array) -> Vec<Scalar> {
    let source = array.source().unwrap();
    indices(array.shape())
        .iter()
        .map(|index| source.load(index).unwrap())
        .collect()
}

/// Assigns, and checks the values, the hazard, and that what is allocated is
/// what the plan tells.
#[track_caller]
fn assigns(target: &Array, source: &Array, hazard: &str) {
    let expected = values(&array::ops::copy::convert(source, target.dtype(), Order::C).unwrap());
    let plan = write::plan_assign(target, source, Casting::Unsafe).unwrap();
    let bytes = allocated(|| write::assign(target, source, Casting::Unsafe).unwrap());
    let name = match plan.hazard {
        Hazard::Free => "free",
        Hazard::Ordered(_) => "ordered",
        Hazard::Exchange(_) => "exchange",
        Hazard::Buffered(_) => "buffered",
    };
    assert_eq!(name, hazard);
    assert_eq!(bytes, plan.bytes, "allocated, told");
    assert_eq!(bytes == 0, name != "buffered");
    assert!(values(target) == expected, "values");
}

#[test]
fn the_copies_that_numpy_makes_for_nothing_are_not_made() {
    let _alone = alone();
    let z = counting(&[200, 200]);
    let odd = part(&z, &[BasicEntry::ALL, range(1, 200, 2)]);
    let even = part(&z, &[BasicEntry::ALL, range(0, 200, 2)]);
    assigns(&even, &odd, "free");
    assigns(
        &part(&z, &[range(0, 199, 1)]),
        &part(&z, &[range(1, 200, 1)]),
        "ordered",
    );
}

#[test]
fn any_uniform_shift_of_any_rank_is_done_in_place() {
    let _alone = alone();
    for rank in 1..=5usize {
        let extent = [0, 40, 9, 5, 4, 3][rank];
        let whole = counting(&vec![extent; rank]);
        for shifts in indices(&vec![3; rank]) {
            // Each axis moves down, stays, or moves up; and each layout also
            // reversed and transposed.
            let key = |sign: i64| -> Vec<BasicEntry> {
                let side = |&shift: &i64| match (shift - 1) * sign {
                    1 => range(1, extent, 1),
                    -1 => range(0, extent - 1, 1),
                    _ => range(0, extent, 1),
                };
                shifts.iter().map(side).collect()
            };
            if shifts.iter().all(|&shift| shift == 1) {
                continue;
            }
            let (target, source) = (part(&whole, &key(1)), part(&whole, &key(-1)));
            assigns(&target, &source, "ordered");
            let turned = |array: &Array| {
                let mut layout = array.layout().to_owned();
                layout.shape.reverse();
                layout.strides.reverse();
                layout.offset += (layout.shape[0] - 1) * layout.strides[0];
                layout.strides[0] = -layout.strides[0];
                array.view(&layout).unwrap()
            };
            assigns(&turned(&target), &turned(&source), "ordered");
        }
    }
}

#[test]
fn one_axis_is_done_in_place_whenever_one_direction_is_right() {
    let _alone = alone();
    let whole = counting(&[64]);
    let (mut in_place, mut neither) = (0, 0);
    let steps = [-3i64, -2, -1, 1, 2, 3];
    for n in 1..=7i64 {
        for (a, b) in steps.iter().flat_map(|&a| steps.map(|b| (a, b))) {
            for shift in -9..=9i64 {
                let (t, s) = (30, 30 + shift);
                // By definition: a store must not hit what is read later.
                let right = |order: Vec<i64>| {
                    (0..order.len()).all(|earlier| {
                        (earlier + 1..order.len())
                            .all(|later| t + a * order[earlier] != s + b * order[later])
                    })
                };
                let right = right((0..n).collect()) || right((0..n).rev().collect());
                let line = |first: i64, step: i64| {
                    viewed(&whole, Element::Int64, &[n], &[8 * step], 8 * first)
                };
                let (target, source) = (line(t, a), line(s, b));
                let plan = write::plan_assign(&target, &source, Casting::No).unwrap();
                let exchanges = matches!(plan.hazard, Hazard::Exchange(_));
                assert!(!right || !exchanges);
                assert_eq!(plan.bytes == 0, right || exchanges, "{n} {a} {b} {shift}");
                in_place += i32::from(right);
                neither += i32::from(!right);
            }
        }
    }
    assert!(in_place > 3000 && neither > 300, "{in_place} {neither}");
}

#[test]
fn casts_of_the_same_elements_are_done_in_place() {
    let _alone = alone();
    let a = counting(&[7, 9]);
    let as_double = viewed(&a, Element::Float64, &[7, 9], &[72, 8], 0);
    assigns(&as_double, &a, "free");
    let b = counting(&[7, 9]);
    let shape = [3, 4];
    let strides = [144, -16];
    let offset = 64;
    let integers = viewed(&b, Element::Int64, &shape, &strides, offset);
    let doubles = viewed(&b, Element::Float64, &shape, &strides, offset);
    assigns(&doubles, &integers, "free");
    let swapped = b
        .view_as(
            &b.layout().to_owned(),
            DType::new(Element::Int64).swapped(),
            true,
        )
        .unwrap();
    assigns(&swapped, &b, "free");
}

#[test]
fn casts_of_other_sizes_are_done_in_place_where_a_direction_is_right() {
    let _alone = alone();
    let a = counting(&[8]);
    let narrow = viewed(&a, Element::Int32, &[8], &[4], 0);
    let wide = viewed(&a, Element::Int64, &[8], &[8], 0);
    assigns(&narrow, &wide, "ordered");
    assigns(&wide, &narrow, "ordered");
    // From the middle outwards there is no order.
    let middle = viewed(&a, Element::Int32, &[8], &[4], 16);
    assigns(&wide, &middle, "buffered");
}

/// A change of byte order goes through a stage of 128 elements, which is read
/// ahead of the stores: here the runs are longer.
#[test]
fn orders_hold_for_kernels_that_read_ahead() {
    let _alone = alone();
    let elements = [
        Element::Int16,
        Element::Int32,
        Element::Int64,
        Element::Float64,
    ];
    let dtypes = elements.map(|element| [DType::new(element), DType::new(element).swapped()]);
    let dtypes = dtypes.concat();
    let memory = create::zeros(DType::new(Element::Int64), &[1200], Order::C).unwrap();
    let mut ordered = 0;
    for (&to, &from) in dtypes
        .iter()
        .flat_map(|to| dtypes.iter().map(move |from| (to, from)))
    {
        for n in [5, 127, 128, 129, 257, 300] {
            for (shift, sign) in [(-40, 1), (-3, 1), (0, 1), (3, -1), (8, 1), (1025, 1)] {
                let counting = create::arange(DType::new(Element::Int64), 0, 1200, 1).unwrap();
                write::assign(&memory, &counting, Casting::No).unwrap();
                let line = |dtype: DType, start: i64| {
                    let first = if sign < 0 {
                        start + (n - 1) * dtype.itemsize()
                    } else {
                        start
                    };
                    let layout = Layout {
                        shape: [n].into_iter().collect(),
                        strides: [sign * dtype.itemsize()].into_iter().collect(),
                        offset: first,
                    };
                    memory.view_as(&layout, dtype, true).unwrap()
                };
                let (target, source) = (line(to, 2048), line(from, 2048 + shift));
                let expected = values(&array::ops::copy::convert(&source, to, Order::C).unwrap());
                let plan = write::plan_assign(&target, &source, Casting::Unsafe).unwrap();
                ordered += i32::from(matches!(plan.hazard, Hazard::Ordered(_)));
                write::assign(&target, &source, Casting::Unsafe).unwrap();
                let bits = |values: &[Scalar]| {
                    values
                        .iter()
                        .map(|v| v.bytes().to_vec())
                        .collect::<Vec<_>>()
                };
                assert!(
                    bits(&values(&target)) == bits(&expected),
                    "{to} {from} {n} {shift}"
                );
            }
        }
    }
    assert!(ordered > 800, "{ordered}");
}

#[test]
fn reversals_and_square_transpositions_swap_in_place() {
    let _alone = alone();
    for extent in [1, 2, 5, 8, 33, 70] {
        let line = counting(&[extent]);
        let reversed = viewed(&line, Element::Int64, &[extent], &[-8], 8 * (extent - 1));
        assigns(
            &line,
            &reversed,
            if extent < 2 { "free" } else { "exchange" },
        );
        let square = counting(&[extent, extent]);
        let transposed = view::transpose(&square).unwrap();
        let kind = if extent < 2 { "free" } else { "exchange" };
        assigns(&square, &transposed, kind);
    }
    let tall = counting(&[40, 3, 40]);
    let mut layout = tall.layout().to_owned();
    layout.strides.swap(0, 2);
    assigns(&tall, &tall.view(&layout).unwrap(), "exchange");
    let cube = counting(&[4, 5, 4]);
    for flipped in [vec![0], vec![1], vec![0, 2], vec![0, 1, 2]] {
        let mut layout = cube.layout().to_owned();
        for axis in flipped {
            layout.offset += (layout.shape[axis] - 1) * layout.strides[axis];
            layout.strides[axis] = -layout.strides[axis];
        }
        assigns(&cube, &cube.view(&layout).unwrap(), "exchange");
        layout.strides.swap(0, 2);
        let source = cube.view(&layout).unwrap();
        let plan = write::plan_assign(&cube, &source, Casting::No).unwrap();
        let own_inverse = (layout.strides[0] < 0) == (layout.strides[2] < 0);
        let kind = if own_inverse { "exchange" } else { "buffered" };
        assert_eq!(plan.bytes == 0, own_inverse);
        assigns(&cube, &source, kind);
    }
}

#[test]
fn only_the_slab_that_meets_the_target_is_copied() {
    let _alone = alone();
    let a = counting(&[100]);
    // Two steps forward meet one step forward in the middle: no direction is
    // right, and only a part of the source lies where the target does.
    let target = part(&a, &[range(20, 80, 2)]);
    let source = part(&a, &[range(30, 60, 1)]);
    assigns(&target, &source, "buffered");
    let square = counting(&[40, 40]);
    let target = part(&square, &[range(0, 20, 1), range(0, 20, 1)]);
    let source = view::transpose(&part(&square, &[range(0, 20, 1), range(15, 35, 1)])).unwrap();
    let plan = write::plan_assign(&target, &source, Casting::No).unwrap();
    assert!(plan.bytes <= 20 * 20 * 8, "{}", plan.bytes);
    assigns(&target, &source, "buffered");
    // One element, broadcast, is one element to copy.
    let row = counting(&[30]);
    let one = part(&row, &[BasicEntry::At(7)]);
    assigns(&row, &view::broadcast_to(&one, &[30]).unwrap(), "buffered");
    assert!(values(&row).iter().all(|value| *value == values(&one)[0]));
}

#[test]
fn masks_and_indices_are_copied_only_when_they_share_memory() {
    let _alone = alone();
    let bytes = create::zeros(DType::new(Element::UInt8), &[64, 2], Order::C).unwrap();
    let column = |k, element| viewed(&bytes, element, &[64], &[2], k);
    // The mask interleaves with the target: their bounds overlap, their bytes
    // do not.
    let (target, mask) = (column(0, Element::UInt8), column(1, Element::Bool));
    let value = create::full(
        DType::new(Element::UInt8),
        &[],
        Order::C,
        &Scalar::weak_int(7),
    )
    .unwrap();
    let count = allocated(|| {
        write::assign_where(&target, &value, &mask, Casting::Unsafe).unwrap();
        index::set(&target, &[index::Entry::Array(&mask)], &value).unwrap();
    });
    assert_eq!(count, 0);
    let shifted = viewed(&bytes, Element::Bool, &[63], &[2], 2);
    let target = viewed(&bytes, Element::UInt8, &[63], &[2], 0);
    assert_eq!(
        allocated(|| write::assign_where(&target, &value, &shifted, Casting::Unsafe).unwrap()),
        0,
        "a mask that lies ahead is read in time"
    );
    let wide = create::zeros(DType::new(Element::Int64), &[8, 2], Order::C).unwrap();
    let indices = part(&wide, &[BasicEntry::ALL, BasicEntry::At(1)]);
    let target = part(&wide, &[BasicEntry::ALL, BasicEntry::At(0)]);
    let source = create::zeros(DType::new(Element::Int64), &[8], Order::C).unwrap();
    // The kernel wants packed indices, which is one copy of 64 bytes.
    let count = allocated(|| {
        take::take_into(&source, &indices, Some(0), index::Mode::Raise, &target).unwrap();
    });
    assert_eq!(count, 64);
}

#[test]
fn taking_rows_of_a_strided_array_allocates_the_result_alone() {
    let _alone = alone();
    let whole = counting(&[2048, 2048]);
    for (array, axis) in [(view::transpose(&whole).unwrap(), 0), (whole.clone(), 1)] {
        for element in [Element::Int64, Element::Int32] {
            let rows = create::arange(DType::new(element), 5, 13, 4).unwrap();
            let mut taken = None;
            let bytes = allocated(|| {
                taken = Some(take::take(&array, &rows, Some(axis), index::Mode::Raise).unwrap());
            });
            assert_eq!(bytes, 2 * 2048 * 8);
            let taken = taken.unwrap();
            for k in [0, 1, 2047] {
                let at = |row| if axis == 0 { [row, k] } else { [k, row] };
                for (row, place) in [(0, 5), (1, 9)] {
                    let source = (array.source().unwrap(), taken.source().unwrap());
                    assert_eq!(source.0.load(&at(place)), source.1.load(&at(row)));
                }
            }
        }
    }
}

#[test]
fn indices_of_32_bits_and_masks_are_used_as_they_are() {
    let _alone = alone();
    let source = counting(&[100]);
    let target = counting(&[25]);
    let indices = create::arange(DType::new(Element::Int32), 0, 100, 4).unwrap();
    let mask = viewed(&source, Element::Bool, &[100], &[8], 0);
    let half = create::zeros(DType::new(Element::Bool), &[100], Order::C).unwrap();
    let seven = create::full(
        DType::new(Element::Int64),
        &[],
        Order::C,
        &Scalar::weak_int(7),
    )
    .unwrap();
    write::assign(
        &part(&half, &[range(0, 100, 4)]),
        &view::broadcast_to(&part(&mask, &[BasicEntry::At(1)]), &[25]).unwrap(),
        Casting::No,
    )
    .unwrap();
    let bytes = allocated(|| {
        take::take_into(&source, &indices, Some(0), index::Mode::Raise, &target).unwrap();
        index::set(&source, &[index::Entry::Array(&indices)], &seven).unwrap();
    });
    assert_eq!(bytes, 0);
    assert!(values(&target)[24] == Scalar::from_i64(96));
    let bytes = allocated(|| take::compress_into(&source, &half, Some(0), &target).unwrap());
    assert_eq!(bytes, 0);
    assert!(
        values(&target)
            .iter()
            .all(|value| *value == values(&seven)[0])
    );
}
