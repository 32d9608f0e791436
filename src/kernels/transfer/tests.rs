//! Transfers against the definition, at every level, and their order.

use super::*;
use crate::dtype::DType;
use crate::dtype::Element;
use crate::kernels::{generate, to_integers};
use crate::layout::{Dims, Layout};
use crate::memory::Memory;
use crate::plan::Sequence;
use crate::plan::walk;
use crate::random;

const NBYTES: i64 = 16 * 67 * 67;

fn layout(shape: &[i64], strides: &[i64]) -> Layout {
    Layout {
        shape: Dims::try_from(shape).unwrap(),
        strides: Dims::try_from(strides).unwrap(),
        offset: 0,
    }
}

/// Bytes that count through primes' residues, so that few repeat.
fn fill(memory: &Memory, count: i64) {
    let line = layout(&[count], &[1]);
    let target = Target::new(memory, line.as_ref(), DType::new(Element::UInt8)).unwrap();
    generate(&target, |k: i64| k * k % 251 + k % 3).unwrap();
}

fn bytes(memory: &Memory, count: i64) -> Vec<i64> {
    let line = layout(&[count], &[1]);
    let source = Source::new(memory, line.as_ref(), DType::new(Element::UInt8)).unwrap();
    to_integers(&source).unwrap().to_vec()
}

/// Layouts of one to six axes: packed in some order, with gaps, reversed,
/// sliced, and for the source repeated too.
#[test]
fn any_layout_is_moved_as_the_definition_says_at_every_level() {
    let mut random = random::numbers(0x5eed_0406);
    let mut patterns = [0; 4];
    for _ in 0..crate::random::cases(4000) {
        let item = [1, 2, 4, 8, 16, 3][random(6) as usize];
        let dtype = DType::raw_bytes(item as i32).unwrap();
        let ndim = 1 + random(6) as usize;
        let most = [600, 60, 24, 9, 6, 4][ndim - 1];
        let shape: Vec<i64> = (0..ndim)
            .map(|_| match random(3) {
                0 => 1 + random(4),
                _ => 1 + random(most),
            })
            .collect();
        let mut side = |is_source: bool| {
            let mut order: Vec<usize> = (0..ndim).collect();
            for k in (1..ndim).rev() {
                order.swap(k, random(k as i64 + 1) as usize);
            }
            let (mut strides, mut offset) = (vec![0; ndim], random(70));
            let mut step = item * [1, 1, 1, 2][random(4) as usize];
            for axis in order {
                if is_source && random(10) == 0 {
                    continue;
                }
                let backward = random(4) == 0;
                strides[axis] = if backward { -step } else { step };
                offset += if backward {
                    step * (shape[axis] - 1)
                } else {
                    0
                };
                step *= shape[axis] + [0, 0, 0, 1, 3][random(5) as usize];
                step += [0, 0, 0, 0, 1][random(5) as usize];
            }
            (
                Layout {
                    offset,
                    ..layout(&shape, &strides)
                },
                offset + step + item + 70,
            )
        };
        let ((to, to_bytes), (from, from_bytes)) = (side(false), side(true));
        let target_memory = Memory::allocate(to_bytes, false).unwrap();
        let source_memory = Memory::allocate(from_bytes, false).unwrap();
        fill(&source_memory, from_bytes);
        let source_bytes = bytes(&source_memory, from_bytes);
        let target = Target::new(&target_memory, to.as_ref(), dtype).unwrap();
        let source = Source::new(&source_memory, from.as_ref(), dtype).unwrap();
        fill(&target_memory, to_bytes);
        let mut wanted = bytes(&target_memory, to_bytes);
        // The loops as they are, of which another test says that they are
        // those of the shape.
        let loops = Loops::new(&shape, [&to.strides, &from.strides], Traversal::InOrder);
        walk(loops.axes(), loops.starts(), |[t, f]| {
            for byte in 0..item {
                let (t, f) = (to.offset + t + byte, from.offset + f + byte);
                wanted[t as usize] = source_bytes[f as usize];
            }
        });
        let free = Loops::new(&shape, [&to.strides, &from.strides], Traversal::Free);
        let plan = CopyPlan::new(&free, [item; 2], false, false);
        patterns[plan.pattern as usize] += 1;
        for level in Level::available() {
            let parts: [fn(usize) -> usize; 2] = [|_| 1, |_| 5];
            for (stream_from, parts_for) in [(0, parts[0]), (i64::MAX, parts[0]), (0, parts[1])] {
                fill(&target_memory, to_bytes);
                let with = With {
                    level,
                    stream_from,
                    parts_for,
                };
                transfer_with(&target, &source, Traversal::Free, with).unwrap();
                assert!(
                    bytes(&target_memory, to_bytes) == wanted,
                    "{level:?}, {stream_from}: {dtype} {shape:?} {to:?} {from:?} {plan:?}"
                );
            }
        }
    }
    println!("patterns {patterns:?}");
    assert!(patterns.iter().all(|&count| count > 20));
}

/// A target whose elements overlap shows in what order they were stored: the
/// last store to a byte is what remains. The source runs along the other
/// axis, which is what the tiles are for, with blocks of every size.
#[test]
fn an_ordered_transfer_never_goes_through_tiles() {
    let both = [false, true];
    let mut traversals = vec![Traversal::InOrder];
    for axes in [[0, 1], [1, 0]] {
        for (first, second) in both.iter().flat_map(|&a| both.map(|b| (a, b))) {
            let steps = [(axes[0], first), (axes[1], second)];
            traversals.push(Traversal::Ordered(Sequence::of(&steps)));
        }
    }
    let (to, from) = (
        Memory::allocate(NBYTES, false).unwrap(),
        Memory::allocate(NBYTES, false).unwrap(),
    );
    fill(&from, NBYTES);
    let source_bytes = bytes(&from, NBYTES);
    let mut told_apart = 0;
    let dtypes = [1, 2, 4, 8, 16, 3].map(|size| DType::raw_bytes(size).unwrap());
    for dtype in dtypes {
        let item = dtype.itemsize();
        for (rows, columns) in (1..=67).flat_map(|n| [(n, n), (67, n), (n, 5)]) {
            let shape = [rows, columns];
            let target_layout = layout(&shape, &[item, item]);
            let source_layout = layout(&shape, &[item, item * rows]);
            let target = Target::new(&to, target_layout.as_ref(), dtype).unwrap();
            let source = Source::new(&from, source_layout.as_ref(), dtype).unwrap();
            let used = item * (rows + columns);
            let run = |traversal| {
                fill(&to, used);
                transfer(&target, &source, traversal).unwrap();
                bytes(&to, used)
            };
            let free = run(Traversal::Free);
            for &traversal in &traversals {
                let mut expected = {
                    fill(&to, used);
                    bytes(&to, used)
                };
                let strides = [target.strides(), source.strides()];
                let loops = Loops::new(&shape, strides, traversal);
                walk(loops.axes(), loops.starts(), |[to, from]| {
                    for byte in 0..item {
                        expected[(to + byte) as usize] = source_bytes[(from + byte) as usize];
                    }
                });
                let got = run(traversal);
                assert!(got == expected, "{dtype} {shape:?} {traversal:?}");
                told_apart += i32::from(free != expected);
            }
        }
    }
    assert!(told_apart > 1000, "the tiles would have been noticed");
}
