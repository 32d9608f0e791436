//! Every cast at every level of this processor against exact arithmetic
//! (`exact.rs`): packed and strided, misaligned, of any length, swapped,
//! streamed and in place.
#![cfg(target_endian = "little")] // as the definition is written

use super::*;
use crate::dtype::Kind;
use crate::kernels::cpu::{Level, fence};
use crate::kernels::exact::{self, Exact, Random, samples};

/// All pairs of types.
fn pairs() -> impl Iterator<Item = (Element, Element)> {
    let from = Element::ALL.into_iter();
    from.flat_map(|from| Element::ALL.map(|to| (from, to)))
}

/// Runs a cast over packed elements.
fn run(cast: &Cast, from: Element, to: Element, src: &[u8]) -> Vec<u8> {
    let count = src.len() / from.size() as usize;
    let mut dst = vec![0xa5; count * to.size() as usize];
    let (step, src_step) = (to.size() as isize, from.size() as isize);
    // SAFETY: both buffers hold `count` elements.
    unsafe { cast.run(dst.as_mut_ptr(), step, src.as_ptr(), src_step, count) };
    dst
}

/// What exact arithmetic makes of packed elements.
fn expected(from: Element, to: Element, src: &[u8]) -> Vec<u8> {
    src.chunks(from.size() as usize)
        .flat_map(|x| exact::convert(from, to, x))
        .collect()
}

fn is_nan(element: Element, bytes: &[u8]) -> bool {
    let (re, im) = exact::decode(element, bytes);
    re == Exact::Nan || im == Exact::Nan
}

/// Bits are equal; of NaN only that it is one, in the same part.
fn agree(element: Element, a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return true;
    }
    if element.kind() < Kind::Float || !is_nan(element, a) {
        return false;
    }
    let (x, y) = (exact::decode(element, a), exact::decode(element, b));
    x.0.same(y.0) && x.1.same(y.1)
}

/// The index of the first elements that do not [`agree`].
fn first_difference(element: Element, a: &[u8], b: &[u8]) -> Option<usize> {
    assert_eq!(a.len(), b.len());
    let size = element.size() as usize;
    (a.chunks(size).zip(b.chunks(size))).position(|(x, y)| !agree(element, x, y))
}

/// Reverses the bytes of each word.
fn swap_words(element: Element, bytes: &mut [u8]) {
    let size = (element.size() / element.words()) as usize;
    bytes.chunks_mut(size).for_each(<[u8]>::reverse);
}

#[test]
fn every_conversion_is_what_exact_arithmetic_makes_of_it_at_every_level() {
    for (from, to) in pairs() {
        let src = samples(from);
        let wanted = match from == to && from != Element::Bool {
            true => src.clone(), // each bit
            false => expected(from, to, &src),
        };
        let mut first: Option<Vec<u8>> = None;
        for level in Level::available() {
            let dst = run(
                &Cast::at(from, to, [false; 2], level).unwrap(),
                from,
                to,
                &src,
            );
            if let Some(k) = first_difference(to, &wanted, &dst) {
                let (size, to_size) = (from.size() as usize, to.size() as usize);
                let x = &src[k * size..][..size];
                panic!(
                    "{level:?}: {from:?} {x:x?} ({:?}) to {to:?}: {:x?}, expected {:x?}",
                    exact::decode(from, x),
                    &dst[k * to_size..][..to_size],
                    &wanted[k * to_size..][..to_size],
                );
            }
            // NaN has the same payload, too.
            let first = first.get_or_insert_with(|| dst.clone());
            let size = to.size() as usize;
            let differs = dst.chunks(size).zip(first.chunks(size));
            let differs = differs.enumerate().find(|(_, (a, b))| a != b);
            assert_eq!(differs, None, "{level:?}: {from:?} to {to:?}");
        }
    }
}

#[test]
fn a_nan_that_becomes_another_float_keeps_its_head_and_is_quiet() {
    let f32_of = |bits: u16| {
        let level = Level::highest();
        let cast = Cast::at(Element::Float16, Element::Float32, [false; 2], level).unwrap();
        let bytes = run(
            &cast,
            Element::Float16,
            Element::Float32,
            &bits.to_le_bytes(),
        );
        u32::from_le_bytes(bytes.try_into().unwrap())
    };
    assert_eq!(f32_of(0x7d55), 0x7fea_a000);
    assert_eq!(f32_of(0xfe01), 0xffc0_2000);
    for (from, bits) in [
        (Element::Float32, 0x7f8a_a001u64),
        (Element::Float64, 0x7ff1_5400_0000_0001),
    ] {
        let cast = Cast::at(from, Element::Float16, [false; 2], Level::highest()).unwrap();
        let size = from.size() as usize;
        let bytes = run(&cast, from, Element::Float16, &bits.to_le_bytes()[..size]);
        assert_eq!(bytes, 0x7e55u16.to_le_bytes(), "{from:?}");
    }
}

#[test]
fn doubles_are_rounded_to_halves_once() {
    // Each is beside a tie by less than single precision can tell, so that
    // rounding twice goes the other way.
    let cases: [(f64, u16, u16); 5] = [
        (1.0 + 2f64.powi(-11) + 2f64.powi(-40), 0x3c01, 0x3f80),
        (1.0 + 3.0 * 2f64.powi(-11) - 2f64.powi(-40), 0x3c01, 0x3f80),
        (1.0 + 2f64.powi(-8) + 2f64.powi(-40), 0x3c04, 0x3f81),
        (65520.0 - 2f64.powi(-20), 0x7bff, 0x4780),
        // Beside half of the smallest bfloat16, where float32 is subnormal.
        (2f64.powi(-134) + 2f64.powi(-180), 0, 1),
    ];
    for (x, half, brain) in cases {
        for level in Level::available() {
            let bits = |to| {
                let cast = Cast::at(Element::Float64, to, [false; 2], level).unwrap();
                let bytes = run(&cast, Element::Float64, to, &x.to_le_bytes());
                u16::from_le_bytes(bytes.try_into().unwrap())
            };
            assert_eq!(bits(Element::Float16), half, "{x}, {level:?}");
            assert_eq!(bits(Element::BFloat16), brain, "{x}, {level:?}");
        }
    }
}

/// Where the elements of a random run stand in a buffer that has nine bytes
/// more than they reach.
#[derive(Clone, Copy, Debug)]
struct Run {
    first: usize,
    stride: isize,
}

impl Run {
    /// Packed, or with any gap, backwards, and (where allowed) repeated; the
    /// first byte is rarely aligned.
    fn random(random: &mut Random, size: usize, count: usize, may_repeat: bool) -> (Run, usize) {
        let gap = match random.below(3) {
            0 => size,
            1 => 2 * size,
            _ => size + random.below(2 * size as u64 + 3),
        };
        let start = random.below(9);
        let nbytes = gap * count.max(1) + 9;
        let run = match random.below(6) {
            0 if may_repeat => Run {
                first: start,
                stride: 0,
            },
            1 | 2 => Run {
                first: start + gap * count.saturating_sub(1),
                stride: -(gap as isize),
            },
            _ => Run {
                first: start,
                stride: gap as isize,
            },
        };
        (run, nbytes)
    }

    fn place(&self, k: usize) -> usize {
        (self.first as isize + self.stride * k as isize) as usize
    }
}

/// Random elements among the samples.
fn pick(random: &mut Random, all: &[u8], size: usize) -> Vec<u8> {
    let k = size * random.below((all.len() / size) as u64);
    all[k..k + size].to_vec()
}

#[test]
fn strides_lengths_byte_orders_and_levels_change_nothing_and_no_byte_beside_is_touched() {
    let seed = 0x51ab;
    println!("seed {seed:#x}");
    let mut random = Random(seed);
    for (from, to) in pairs() {
        let all = samples(from);
        let (size, to_size) = (from.size() as usize, to.size() as usize);
        for round in 0..95 {
            let count = match round {
                0..70 => round,
                70..90 => random.below(70),
                // More than a tile.
                _ => 200 + random.below(1500),
            };
            let swaps = match random.below(3) {
                0 => [random.below(2) == 1, random.below(2) == 1],
                _ => [false; 2],
            };
            let (source, nbytes) = Run::random(&mut random, size, count, true);
            let (target, to_nbytes) = Run::random(&mut random, to_size, count, false);
            let mut src = vec![0x77; nbytes];
            for k in 0..count {
                let mut x = pick(&mut random, &all, size);
                if swaps[0] {
                    swap_words(from, &mut x);
                }
                src[source.place(k)..][..size].copy_from_slice(&x);
            }
            let before: Vec<u8> = (0..to_nbytes).map(|k| (k * 37) as u8).collect();
            let mut wanted = before.clone();
            let mut is_target = vec![false; to_nbytes];
            for k in 0..count {
                let mut x = src[source.place(k)..][..size].to_vec();
                if swaps[0] {
                    swap_words(from, &mut x);
                }
                let y = match from == to && from != Element::Bool {
                    true => x,
                    false => exact::convert(from, to, &x),
                };
                wanted[target.place(k)..][..to_size].copy_from_slice(&y);
                is_target[target.place(k)..][..to_size].fill(true);
            }
            for level in Level::available() {
                let cast = Cast::at(from, to, swaps, level).unwrap();
                let mut dst = before.clone();
                // SAFETY: all places lie within the buffers.
                unsafe {
                    cast.run(
                        dst.as_mut_ptr().add(target.first),
                        target.stride,
                        src.as_ptr().add(source.first),
                        source.stride,
                        count,
                    );
                }
                let case = format!("{level:?} {from:?} to {to:?} {swaps:?} {source:?} {target:?}");
                for k in 0..count {
                    let mut y = dst[target.place(k)..][..to_size].to_vec();
                    if swaps[1] {
                        swap_words(to, &mut y);
                    }
                    let wanted = &wanted[target.place(k)..][..to_size];
                    assert!(agree(to, wanted, &y), "{case}: {k} of {count}: {y:x?}");
                }
                for k in (0..to_nbytes).filter(|&k| !is_target[k]) {
                    assert_eq!(dst[k], before[k], "{case}: byte {k} is no element's");
                }
            }
        }
    }
}

#[test]
fn a_streamed_run_stores_what_another_does_and_no_byte_beside() {
    let seed = 0x57e4;
    println!("seed {seed:#x}");
    let mut random = Random(seed);
    for (from, to) in pairs() {
        let all = samples(from);
        let (size, to_size) = (from.size() as usize, to.size() as usize);
        let cast = Cast::at(from, to, [false; 2], Level::highest()).unwrap();
        for round in 0..12 {
            let count = match round {
                0..4 => random.below(70),
                _ => random.below(2500),
            };
            let (source, nbytes) = Run::random(&mut random, size, count, true);
            let mut src = vec![0x77; nbytes];
            for k in 0..count {
                src[source.place(k)..][..size].copy_from_slice(&pick(&mut random, &all, size));
            }
            let packed: Vec<u8> = (0..count)
                .flat_map(|k| src[source.place(k)..][..size].to_vec())
                .collect();
            let wanted = match from == to && from != Element::Bool {
                true => packed,
                false => expected(from, to, &packed),
            };
            // Some starts are aligned to elements, and some to nothing.
            let start = match random.below(2) {
                0 => 16 * random.below(8),
                _ => random.below(100),
            };
            let mut dst = vec![0x3c; start + count * to_size + 128];
            // SAFETY: all places lie within the buffers.
            unsafe {
                let target = dst.as_mut_ptr().add(start);
                let first = src.as_ptr().add(source.first);
                cast.run_streamed(target, first, source.stride, count);
            }
            fence();
            let (before, rest) = dst.split_at(start);
            let (elements, after) = rest.split_at(count * to_size);
            let different = first_difference(to, &wanted, elements);
            assert_eq!(different, None, "{from:?} to {to:?}, {source:?}");
            assert!(before.iter().chain(after).all(|&byte| byte == 0x3c));
        }
    }
}

/// Whether no store of an earlier element hits what is read for a later one:
/// the condition under which plans let operands overlap (`plan/sequence.rs`).
fn may_overlap(target: Run, to_size: usize, source: Run, size: usize, count: usize) -> bool {
    let hits = |j: usize, k: usize| {
        let (a, b) = (target.place(j), source.place(k));
        a < b + size && b < a + to_size
    };
    (0..count).all(|k| (0..k).all(|j| !hits(j, k)))
}

#[test]
fn where_a_plan_lets_operands_overlap_all_is_read_before_it_is_overwritten() {
    let seed = 0x07e6;
    println!("seed {seed:#x}");
    let mut random = Random(seed);
    let mut overlapping = 0;
    for (from, to) in pairs() {
        let all = samples(from);
        let (size, to_size) = (from.size() as usize, to.size() as usize);
        let mut tried = 0;
        for round in 0..400 {
            if tried == 12 {
                break;
            }
            // Of one stride or two; in either direction; from places that are
            // near, so that they overlap, and often the same.
            let count = match round % 4 {
                0 => 257 + random.below(200),
                _ => 2 + random.below(68),
            };
            let gap = [size.max(to_size), size, size + to_size][random.below(3)];
            let to_gap = [gap, to_size, 2 * to_size, to_size.div_ceil(2)][random.below(4)];
            let backwards = random.below(2) == 1;
            let run = |gap: usize, start: usize| match backwards {
                true => Run {
                    first: start + gap * (count - 1),
                    stride: -(gap as isize),
                },
                false => Run {
                    first: start,
                    stride: gap as isize,
                },
            };
            let shift = match random.below(3) {
                0 => 0,
                1 => random.below(40),
                _ => random.below((gap.max(to_gap) * count) as u64),
            };
            let (source, target) = match random.below(2) {
                0 => (run(gap, 3 + shift), run(to_gap, 3)),
                _ => (run(gap, 3), run(to_gap, 3 + shift)),
            };
            if !may_overlap(target, to_size, source, size, count) {
                continue;
            }
            tried += 1;
            let nbytes = 3 + shift + (gap.max(to_gap) + 16) * count + 16;
            let mut memory: Vec<u8> = (0..nbytes).map(|_| random.next() as u8).collect();
            for k in 0..count {
                let mut x = pick(&mut random, &all, size);
                // Where later elements overwrite parts of earlier ones, a NaN
                // would show its payload.
                while to_gap < to_size && is_nan(from, &x) {
                    x = pick(&mut random, &all, size);
                }
                memory[source.place(k)..][..size].copy_from_slice(&x);
            }
            let mut wanted = memory.clone();
            let mut stored = vec![false; nbytes];
            for k in 0..count {
                let x = &memory[source.place(k)..][..size];
                let y = match from == to && from != Element::Bool {
                    true => x.to_vec(),
                    false => exact::convert(from, to, x),
                };
                wanted[target.place(k)..][..to_size].copy_from_slice(&y);
                stored[target.place(k)..][..to_size].fill(true);
            }
            overlapping +=
                (0..count).any(|k| stored[source.place(k)..][..size].contains(&true)) as usize;
            for level in Level::available() {
                let cast = Cast::at(from, to, [false; 2], level).unwrap();
                let mut memory = memory.clone();
                let start = memory.as_mut_ptr();
                // SAFETY: all places lie within the buffer.
                unsafe {
                    let (to, from) = (start.add(target.first), start.add(source.first));
                    cast.run(to, target.stride, from, source.stride, count);
                }
                let case = format!("{level:?} {from:?} to {to:?} {source:?} {target:?}");
                for k in 0..count {
                    let (y, wanted) = (target.place(k), &wanted[target.place(k)..][..to_size]);
                    let y = &memory[y..][..to_size];
                    assert!(agree(to, wanted, y), "{case}: {k} of {count}");
                }
                for k in (0..nbytes).filter(|&k| !stored[k]) {
                    assert_eq!(memory[k], wanted[k], "{case}: byte {k}");
                }
            }
        }
        assert!(tried >= 8, "{from:?} to {to:?}: {tried}");
    }
    println!("{overlapping} runs overlapped");
    assert!(overlapping > 1000);
}

#[test]
fn a_scalar_is_converted_as_an_element_is() {
    let x = Scalar::weak_float(-2.5);
    let small = cast_scalar(&x, Element::Int8).unwrap();
    assert_eq!((small.bytes(), small.is_weak()), (&[0xfe][..], false));
    assert!(scalar_changes(&x, Element::Int8));
    assert!(!scalar_changes(&x, Element::Float16));
    let wide = cast_scalar(&x, Element::Complex128).unwrap();
    let parts = [(-2.5f64).to_ne_bytes(), 0f64.to_ne_bytes()];
    assert_eq!(wide.bytes(), parts.as_flattened());
}
