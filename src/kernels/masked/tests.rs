//! Every kernel at every level against the definition, on random masks, sizes
//! and strides. All bytes of a target are compared, so that a store to an
//! element that is not meant, or between two, is found.

use super::nonzero::nonzero_at;
use super::*;
use crate::kernels::arena::{Arena, SIZES, line, offsets, random_layout, random_shape};
use crate::kernels::exact::Random;
use crate::layout::Layout;

const BOOL: DType = DType::new(Element::Bool);

fn random(seed: u64) -> Random {
    println!("seed {seed:#x}");
    Random(seed)
}

/// A mask of a shape, from empty to full, whose true bytes are any but zero.
fn random_mask(random: &mut Random, shape: &[i64]) -> (Arena, Layout, Vec<bool>) {
    let (layout, nbytes) = random_layout(random, shape, 1, true);
    let percent = [0, 1, 10, 30, 50, 70, 97, 100][random.below(8)];
    let bytes = (0..nbytes)
        .map(|_| match random.below(100) < percent {
            true => [1, 1, 2, 127, 128, 255][random.below(6)],
            false => 0,
        })
        .collect();
    let arena = Arena::of(bytes);
    let places = offsets(&layout);
    let truths = places.iter().map(|&k| arena.before[k] != 0).collect();
    (arena, layout, truths)
}

fn true_places(truths: &[bool]) -> Vec<usize> {
    (0..truths.len()).filter(|&k| truths[k]).collect()
}

/// A line of values or for results, possibly with gaps and backwards.
fn random_line(random: &mut Random, count: i64, size: i64) -> (Layout, i64) {
    random_layout(random, &[count], size, false)
}

#[test]
fn compress_takes_the_true_elements_and_writes_nothing_else() {
    let random = &mut random(0x5e1e_0001);
    for _ in 0..crate::random::cases(6000) {
        let size = SIZES[random.below(8)];
        let dtype = DType::raw_bytes(size as i32).unwrap();
        let shape = random_shape(random);
        let (mask, mask_layout, truths) = random_mask(random, &shape);
        let (wide_layout, nbytes) = random_layout(random, &shape, size, true);
        let wide = Arena::new(random, nbytes);
        let places = true_places(&truths);
        // Now and then with less room than there are true elements.
        let room = match random.below(5) {
            0 => random.below(places.len() as u64 + 1),
            _ => places.len(),
        };
        let (packed_layout, nbytes) = random_line(random, room as i64, size);
        let packed = Arena::new(random, nbytes);
        let mut expected = packed.before.clone();
        let from = offsets(&wide_layout);
        for (&to, &place) in offsets(&packed_layout).iter().zip(&places) {
            let element = &wide.before[from[place]..][..size as usize];
            expected[to..][..size as usize].copy_from_slice(element);
        }
        for level in Level::available() {
            packed.reset();
            let found = compress_at(
                level,
                &packed.target(&packed_layout, dtype),
                &wide.source(&wide_layout, dtype),
                &mask.source(&mask_layout, BOOL),
            );
            assert_eq!(found, Ok(room as i64));
            assert!(
                packed.now() == expected,
                "{level:?} {size} {wide_layout:?} {packed_layout:?} {mask_layout:?}"
            );
        }
    }
}

#[test]
fn expand_stores_at_the_true_elements_and_touches_no_others() {
    let random = &mut random(0x5e1e_0002);
    for round in 0..crate::random::cases(6000) {
        let size = SIZES[random.below(8)];
        let dtype = DType::raw_bytes(size as i32).unwrap();
        let shape = random_shape(random);
        let (mask, mask_layout, truths) = random_mask(random, &shape);
        let (wide_layout, nbytes) = random_layout(random, &shape, size, false);
        let wide = Arena::new(random, nbytes);
        let places = true_places(&truths);
        let count = places.len() as i64;
        let (mut values_layout, nbytes) = random_line(random, count, size);
        if round % 2 == 0 {
            values_layout.strides[0] = 0;
        }
        let values = Arena::new(random, nbytes);
        let mut expected = wide.before.clone();
        let to = offsets(&wide_layout);
        for (&from, &place) in offsets(&values_layout).iter().zip(&places) {
            let element = &values.before[from..][..size as usize];
            expected[to[place]..][..size as usize].copy_from_slice(element);
        }
        for level in Level::available() {
            wide.reset();
            let used = expand_at(
                level,
                &wide.target(&wide_layout, dtype),
                &mask.source(&mask_layout, BOOL),
                &values.source(&values_layout, dtype),
            );
            assert_eq!(used, Ok(count));
            assert!(
                wide.now() == expected,
                "{level:?} {size} {wide_layout:?} {values_layout:?} {mask_layout:?}"
            );
        }
    }
}

#[test]
fn a_masked_transfer_touches_the_true_elements_only() {
    let random = &mut random(0x5e1e_0003);
    for _ in 0..crate::random::cases(6000) {
        let size = SIZES[random.below(8)];
        let dtype = DType::raw_bytes(size as i32).unwrap();
        let shape = random_shape(random);
        let (mask, mask_layout, truths) = random_mask(random, &shape);
        let (mut to_layout, nbytes) = random_layout(random, &shape, size, false);
        let mut traversal = [Traversal::Free, Traversal::InOrder][random.below(2)];
        if random.below(4) == 0 {
            // Elements that overlap: the later one wins.
            traversal = Traversal::InOrder;
            for stride in &mut to_layout.strides {
                *stride = stride.signum() * (stride.abs() / 2);
            }
        }
        let to = Arena::new(random, nbytes);
        let (from_layout, nbytes) = random_layout(random, &shape, size, true);
        let from = Arena::new(random, nbytes);
        let mut expected = to.before.clone();
        let both = offsets(&to_layout).into_iter().zip(offsets(&from_layout));
        for ((to, place), truth) in both.zip(&truths) {
            if *truth {
                let element = &from.before[place..][..size as usize];
                expected[to..][..size as usize].copy_from_slice(element);
            }
        }
        for level in Level::available() {
            to.reset();
            transfer_where_at(
                level,
                &to.target(&to_layout, dtype),
                &from.source(&from_layout, dtype),
                &mask.source(&mask_layout, BOOL),
                traversal,
            )
            .unwrap();
            assert!(
                to.now() == expected,
                "{level:?} {size} {to_layout:?} {from_layout:?} {mask_layout:?} {traversal:?}"
            );
        }
    }
}

#[test]
fn a_masked_transfer_converts() {
    let random = &mut random(0x5e1e_0004);
    let int16 = DType::new(Element::Int16);
    for _ in 0..crate::random::cases(3000) {
        let shape = random_shape(random);
        let (mask, mask_layout, truths) = random_mask(random, &shape);
        let (to_layout, nbytes) = random_layout(random, &shape, 8, false);
        let to = Arena::new(random, nbytes);
        let (from_layout, nbytes) = random_layout(random, &shape, 2, true);
        let from = Arena::new(random, nbytes);
        let from_dtype = [int16, int16.swapped()][random.below(2)];
        let mut expected = to.before.clone();
        let both = offsets(&to_layout).into_iter().zip(offsets(&from_layout));
        for ((to, place), truth) in both.zip(&truths) {
            if *truth {
                let bytes = [from.before[place], from.before[place + 1]];
                let number = match from_dtype.is_swapped() {
                    true => i16::from_ne_bytes(bytes).swap_bytes(),
                    false => i16::from_ne_bytes(bytes),
                };
                expected[to..][..8].copy_from_slice(&i64::from(number).to_ne_bytes());
            }
        }
        for level in Level::available() {
            to.reset();
            transfer_where_at(
                level,
                &to.target(&to_layout, DType::new(Element::Int64)),
                &from.source(&from_layout, from_dtype),
                &mask.source(&mask_layout, BOOL),
                [Traversal::Free, Traversal::InOrder][random.below(2)],
            )
            .unwrap();
            assert!(
                to.now() == expected,
                "{level:?} {to_layout:?} {from_layout:?}"
            );
        }
    }
}

#[test]
fn a_mask_may_be_the_very_elements_that_are_stored_to() {
    let random = &mut random(0x5e1e_0005);
    for _ in 0..500 {
        let count = random.below(200) as i64;
        let (mask, layout, truths) = random_mask(random, &[count]);
        if layout.strides[0] == 0 {
            continue;
        }
        let value = Arena::of(vec![0, 7]);
        let mut expected = mask.before.clone();
        for (&place, truth) in offsets(&layout).iter().zip(&truths) {
            if *truth {
                expected[place] = 7;
            }
        }
        for level in Level::available() {
            mask.reset();
            let itself = mask.source(&layout, BOOL);
            let values = line(true_places(&truths).len() as i64, 0, 1);
            let values = value.source(&values, BOOL);
            expand_at(level, &mask.target(&layout, BOOL), &itself, &values).unwrap();
            assert!(mask.now() == expected, "{level:?} {layout:?}");
        }
    }
}

#[test]
fn nonzero_gives_the_index_of_each_true_element() {
    let random = &mut random(0x5e1e_0006);
    for _ in 0..crate::random::cases(3000) {
        let shape = match random.below(20) {
            0 => vec![],
            _ => random_shape(random),
        };
        let (mask, layout, truths) = random_mask(random, &shape);
        let places = true_places(&truths);
        let (count, ndim) = (places.len() as i64, shape.len() as i64);
        let (to_layout, nbytes) = random_layout(random, &[count, ndim], 8, false);
        let to = Arena::new(random, nbytes);
        let mut expected = to.before.clone();
        let to_offsets = offsets(&to_layout);
        for (row, &place) in places.iter().enumerate() {
            let mut rest = place as i64;
            for axis in (0..shape.len()).rev() {
                let to = to_offsets[row * shape.len() + axis];
                let index = rest % shape[axis];
                expected[to..][..8].copy_from_slice(&index.to_ne_bytes());
                rest /= shape[axis];
            }
        }
        // Bytes that are no truth values are read by way of a buffer.
        let dtype = DType::new([Element::Bool, Element::UInt8][random.below(2)]);
        for level in Level::available() {
            to.reset();
            let target = to.target(&to_layout, DType::new(Element::Int64));
            let found = nonzero_at(level, &target, &mask.source(&layout, dtype));
            assert_eq!(found, Ok(count), "{shape:?}");
            assert!(to.now() == expected, "{level:?} {layout:?} {to_layout:?}");
        }
    }
}
