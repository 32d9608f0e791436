//! Gather and scatter at every level against the definition, on random layouts,
//! lists and sizes. All bytes of a target are compared, so that a store to a
//! place that is not meant is found.

use super::*;
use crate::kernels::arena::{Arena, SIZES, line, offsets, random_layout, random_shape};
use crate::kernels::exact::Random;
use crate::layout::Layout;

fn random(seed: u64) -> Random {
    println!("seed {seed:#x}");
    Random(seed)
}

/// A packed list of indices of one of the two types that are taken as they are.
struct List {
    memory: Arena,
    layout: Layout,
    dtype: DType,
    values: Vec<i64>,
    axis: usize,
}

impl List {
    fn new(random: &mut Random, values: Vec<i64>, axis: usize) -> List {
        let is_narrow = random.below(2) == 0;
        // Not aligned, either.
        let mut bytes = vec![0; 3];
        for &index in &values {
            match is_narrow {
                true => bytes.extend((index as i32).to_ne_bytes()),
                false => bytes.extend(index.to_ne_bytes()),
            }
        }
        let (element, size) = match is_narrow {
            true => (Element::Int32, 4),
            false => (Element::Int64, 8),
        };
        List {
            memory: Arena::of(bytes),
            layout: line(values.len() as i64, size, 3),
            dtype: DType::new(element),
            values,
            axis,
        }
    }

    fn as_list(&self) -> IndexList<'_> {
        IndexList::new(self.memory.source(&self.layout, self.dtype), self.axis).unwrap()
    }
}

/// What an index means, by the definition of the modes.
fn meant(mode: Mode, index: i64, extent: i64) -> Option<i64> {
    match mode {
        Mode::Raise if index < 0 => (index + extent >= 0).then_some(index + extent),
        Mode::Raise => (index < extent).then_some(index),
        Mode::Wrap => Some(((index % extent) + extent) % extent),
        Mode::Clip => Some(index.max(0).min(extent - 1)),
    }
}

/// An array, lists for some of its axes, and the other side.
struct Case {
    size: usize,
    array: Arena,
    array_layout: Layout,
    other: Arena,
    other_layout: Layout,
    lists: Vec<List>,
    count: i64,
    before: usize,
    mode: Mode,
}

impl Case {
    /// `overlapping` makes the array's elements overlap.
    fn new(random: &mut Random, overlapping: bool, repeats: bool) -> Case {
        let size = SIZES[random.below(8)];
        let mut shape = random_shape(random);
        shape
            .iter_mut()
            .for_each(|extent| *extent = (*extent).max(1));
        // Long rows now and then.
        if random.below(8) == 0 {
            shape = vec![random.below(9) as i64 + 1, random.below(300) as i64 + 1];
        }
        let (mut array_layout, nbytes) = random_layout(random, &shape, size, repeats);
        if overlapping {
            for stride in &mut array_layout.strides {
                *stride = stride.signum() * (stride.abs() / 2);
            }
        }
        let array = Arena::new(random, nbytes);
        let mode = [Mode::Raise, Mode::Raise, Mode::Wrap, Mode::Clip][random.below(4)];
        let count = match random.below(8) {
            0 => random.below(1600),
            _ => random.below(60),
        } as i64;
        let mut lists = vec![];
        let mut block = vec![];
        for (axis, &extent) in shape.iter().enumerate() {
            let is_last = axis + 1 == shape.len();
            if random.below(2) == 0 || is_last && lists.is_empty() {
                let mut index = || match mode {
                    Mode::Raise => random.below(2 * extent as u64) as i64 - extent,
                    _ => random.below(6 * extent as u64) as i64 - 3 * extent,
                };
                let values = (0..count).map(|_| index()).collect();
                lists.push(List::new(random, values, axis));
            } else {
                block.push(extent);
            }
        }
        let before = random.below(block.len() as u64 + 1);
        block.insert(before, count);
        let (other_layout, nbytes) = random_layout(random, &block, size, overlapping);
        Case {
            size: size as usize,
            array,
            array_layout,
            other: Arena::new(random, nbytes),
            other_layout,
            lists,
            count,
            before,
            mode,
        }
    }

    fn dtype(&self) -> DType {
        DType::raw_bytes(self.size as i32).unwrap()
    }

    /// For each element of the other side, in C order: where it is, and where the
    /// array's element is that it belongs to.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let layout = &self.other_layout;
        let mut pairs = vec![];
        for (flat, here) in offsets(layout).into_iter().enumerate() {
            let mut index: Vec<i64> = vec![];
            let mut rest = flat as i64;
            for &extent in layout.shape.iter().rev() {
                index.insert(0, rest % extent);
                rest /= extent;
            }
            let position = index.remove(self.before) as usize;
            let mut block = index.into_iter();
            let mut there = self.array_layout.offset;
            let axes = self
                .array_layout
                .shape
                .iter()
                .zip(&self.array_layout.strides);
            for (axis, (&extent, &stride)) in axes.enumerate() {
                let k = match self.lists.iter().find(|list| list.axis == axis) {
                    Some(list) => meant(self.mode, list.values[position], extent).unwrap(),
                    None => block.next().unwrap(),
                };
                there += k * stride;
            }
            pairs.push((here, there as usize));
        }
        pairs
    }

    fn run<T>(&self, body: impl FnOnce(&Selection<'_>) -> T) -> T {
        let lists: Vec<_> = self.lists.iter().map(List::as_list).collect();
        body(&Selection::new(&lists, self.count, self.before, self.mode).unwrap())
    }

    fn describe(&self) -> String {
        let axes: Vec<_> = self.lists.iter().map(|list| list.axis).collect();
        format!(
            "{} {:?} {:?} {axes:?} before {} {:?}",
            self.size, self.array_layout, self.other_layout, self.before, self.mode
        )
    }
}

#[test]
fn gather_takes_what_the_indices_name_and_writes_nothing_else() {
    let random = &mut random(0x6a7e_0001);
    for _ in 0..crate::random::cases(4000) {
        let case = Case::new(random, false, true);
        let mut expected = case.other.before.clone();
        for (here, there) in case.pairs() {
            let element = &case.array.before[there..][..case.size];
            expected[here..][..case.size].copy_from_slice(element);
        }
        for level in Level::available() {
            case.other.reset();
            let target = case.other.target(&case.other_layout, case.dtype());
            let source = case.array.source(&case.array_layout, case.dtype());
            case.run(|selection| gather_at(level, &target, &source, selection))
                .unwrap();
            let got = case.other.now();
            assert!(got == expected, "{level:?} {}", case.describe());
        }
    }
}

#[test]
fn scatter_stores_where_the_indices_name_and_the_last_one_wins() {
    let random = &mut random(0x6a7e_0002);
    for round in 0..crate::random::cases(4000) {
        let overlapping = round % 3 == 0;
        let traversal = match overlapping || round % 3 == 1 {
            true => Traversal::InOrder,
            false => Traversal::Free,
        };
        let case = Case::new(random, overlapping, false);
        let mut expected = case.array.before.clone();
        for (here, there) in case.pairs() {
            let element = &case.other.before[here..][..case.size];
            expected[there..][..case.size].copy_from_slice(element);
        }
        for level in Level::available() {
            case.array.reset();
            let target = case.array.target(&case.array_layout, case.dtype());
            let values = case.other.source(&case.other_layout, case.dtype());
            case.run(|selection| scatter_at(level, &target, &values, selection, traversal))
                .unwrap();
            let got = case.array.now();
            assert!(
                got == expected,
                "{level:?} {traversal:?} {}",
                case.describe()
            );
        }
    }
}

/// The element of an array at a place in C order of some shape, of which extents
/// may be 1 where the shape's are not.
fn place_of(layout: &Layout, shape: &[i64], number: i64) -> Vec<i64> {
    let mut left = number;
    let axes = shape.iter().zip(&layout.shape).rev();
    let mut index: Vec<i64> = axes
        .map(|(&extent, &own)| {
            let k = left % extent;
            left /= extent;
            if own == 1 { 0 } else { k }
        })
        .collect();
    index.reverse();
    index
}

#[test]
fn flat_indices_and_lines_reach_single_elements() {
    let random = &mut random(0x6a7e_0006);
    for round in 0..crate::random::cases(3000) {
        let (is_flat, gathers) = (round % 2 == 0, round % 4 < 2);
        let size = SIZES[random.below(8)];
        let mut shape: Vec<i64> = random_shape(random).iter().map(|&n| n.max(1)).collect();
        if shape.is_empty() {
            shape.push(1);
        }
        let (layout, nbytes) = random_layout(random, &shape, size, gathers);
        let array = Arena::new(random, nbytes);
        let axis = random.below(shape.len() as u64);
        let mode = [Mode::Raise, Mode::Raise, Mode::Wrap, Mode::Clip][random.below(4)];
        // Where the array has one line, there may be several of indices.
        let mut positions = shape.clone();
        for (k, extent) in positions.iter_mut().enumerate() {
            if k == axis || *extent == 1 {
                *extent = random.below(6) as i64;
            }
        }
        let (count, extent) = match is_flat {
            true => (random.below(1300) as i64, shape.iter().product()),
            false => (positions.iter().product(), shape[axis]),
        };
        let of_mode = |random: &mut Random| match mode {
            Mode::Raise => random.below(2 * extent as u64) as i64 - extent,
            _ => random.below(6 * extent as u64) as i64 - 3 * extent,
        };
        let values = (0..count).map(|_| of_mode(random)).collect();
        let list = List::new(random, values, axis);
        let pairs: Vec<(usize, usize)> = (0..count)
            .map(|k| {
                let meant = meant(mode, list.values[k as usize], extent).unwrap();
                let index = match is_flat {
                    true => place_of(&layout, &shape, meant),
                    false => {
                        let mut index = place_of(&layout, &positions, k);
                        index[axis] = meant;
                        index
                    }
                };
                let steps = index
                    .iter()
                    .zip(&layout.strides)
                    .map(|(k, stride)| k * stride);
                (
                    k as usize * size as usize,
                    (layout.offset + steps.sum::<i64>()) as usize,
                )
            })
            .collect();
        let other_layout = line(count, size, 0);
        let other = Arena::new(random, count * size);
        let dtype = DType::raw_bytes(size as i32).unwrap();
        let (to, from) = if gathers {
            (&other, &array)
        } else {
            (&array, &other)
        };
        let mut expected = to.before.clone();
        for (here, there) in pairs {
            let (here, there) = if gathers {
                (here, there)
            } else {
                (there, here)
            };
            expected[here..][..size as usize]
                .copy_from_slice(&from.before[there..][..size as usize]);
        }
        for level in Level::available() {
            to.reset();
            let list = list.as_list();
            let selection = match is_flat {
                true => Selection::flat(&list, count, mode).unwrap(),
                false => Selection::lines(&list, &positions, mode).unwrap(),
            };
            let done = match gathers {
                true => {
                    let target = other.target(&other_layout, dtype);
                    gather_at(level, &target, &array.source(&layout, dtype), &selection)
                }
                false => {
                    let target = array.target(&layout, dtype);
                    let values = other.source(&other_layout, dtype);
                    scatter_at(level, &target, &values, &selection, Traversal::Free)
                }
            };
            done.unwrap();
            let said =
                format!("{level:?} {size} {layout:?} {positions:?} {axis} {is_flat} {mode:?}");
            assert!(to.now() == expected, "{said}");
        }
    }
}

#[test]
fn lines_must_have_the_extents_of_the_array() {
    let random = &mut random(0x6a7e_0007);
    let array = Arena::new(random, 100);
    let mut layout = Layout::at(0);
    for (extent, stride) in [(4, 5), (5, 1)] {
        layout.push(extent, stride).unwrap();
    }
    let dtype = DType::raw_bytes(1).unwrap();
    for shape in [&[5, 2][..], &[3, 2], &[1, 2], &[2], &[4, 2, 1]] {
        let count: i64 = shape.iter().product();
        let list = List::new(random, vec![0; count as usize], 1);
        let list = list.as_list();
        let selection = Selection::lines(&list, shape, Mode::Raise).unwrap();
        let other = Arena::new(random, count);
        let to = line(count, 1, 0);
        let target = other.target(&to, dtype);
        let done = gather_at(level(), &target, &array.source(&layout, dtype), &selection);
        assert!(matches!(done, Err(Error::WrongShape { .. })), "{shape:?}");
    }
}

/// By parts of 512 positions, and in each list by list.
fn first_error(case: &Case) -> Option<Error> {
    let count = case.count as usize;
    for first in (0..count).step_by(512) {
        for list in &case.lists {
            let size = case.array_layout.shape[list.axis];
            for &index in &list.values[first..count.min(first + 512)] {
                if meant(Mode::Raise, index, size).is_none() {
                    return Some(Error::IndexOutOfBounds {
                        index,
                        axis: list.axis as i64,
                        size,
                    });
                }
            }
        }
    }
    None
}

#[test]
fn the_first_index_out_of_bounds_is_named() {
    let random = &mut random(0x6a7e_0003);
    let mut found = 0;
    for _ in 0..crate::random::cases(3000) {
        let mut case = Case::new(random, false, false);
        case.mode = Mode::Raise;
        for k in 0..case.lists.len() {
            let axis = case.lists[k].axis;
            let extent = case.array_layout.shape[axis];
            let mut values: Vec<i64> = (0..case.count)
                .map(|_| random.below(2 * extent as u64) as i64 - extent)
                .collect();
            for _ in 0..random.below(3) {
                if let Some(last) = values.len().checked_sub(1) {
                    let wrong = [extent, -extent - 1, 1 << 30, i32::MIN.into()];
                    values[random.below(last as u64 + 1)] = wrong[random.below(4)];
                }
            }
            case.lists[k] = List::new(random, values, axis);
        }
        let expected = first_error(&case);
        found += i32::from(expected.is_some());
        for level in Level::available() {
            let checked = case.run(|selection| selection.check_at(level, &case.array_layout.shape));
            assert_eq!(checked.err(), expected, "{level:?} {}", case.describe());
            let target = case.other.target(&case.other_layout, case.dtype());
            let source = case.array.source(&case.array_layout, case.dtype());
            let done = case.run(|selection| gather_at(level, &target, &source, selection));
            assert_eq!(done.err(), expected, "{level:?} {}", case.describe());
        }
    }
    assert!(found > 500, "{found}");
}

#[test]
fn indices_at_the_ends_of_their_type_are_out_of_bounds() {
    let random = &mut random(0x6a7e_0004);
    for index in [i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1, -11, 10] {
        let mut list = List::new(random, vec![3, -10, 9, 0], 0);
        let mut bytes = vec![0; 3];
        let values = [3, index, 9, 0];
        values
            .iter()
            .for_each(|k: &i64| bytes.extend(k.to_ne_bytes()));
        list.memory = Arena::of(bytes);
        list.layout = line(4, 8, 3);
        list.dtype = DType::new(Element::Int64);
        let lists = [list.as_list()];
        let selection = Selection::new(&lists, 4, 0, Mode::Raise).unwrap();
        for level in Level::available() {
            let expected = Error::IndexOutOfBounds {
                index,
                axis: 0,
                size: 10,
            };
            assert_eq!(selection.check_at(level, &[10]), Err(expected));
        }
    }
}

/// Results that are stored past the caches, from places aligned and not.
#[test]
fn large_results_are_the_same() {
    let random = &mut random(0x6a7e_0005);
    for nbytes in [4, 8, 16, 32, 96, 48] {
        let count = STREAM_FROM / nbytes + 5;
        let rows = 1000;
        let array = Arena::new(random, rows * nbytes + 1);
        let shape = [rows, nbytes];
        let mut array_layout = line(rows, nbytes, 1);
        let mut other_layout = line(count, nbytes, 0);
        // Rows of bytes where there is no element so large.
        if nbytes > 16 {
            array_layout.shape = Dims::try_from(&shape[..]).unwrap();
            array_layout.strides = Dims::try_from(&[nbytes, 1][..]).unwrap();
            other_layout.shape = Dims::try_from(&[count, nbytes][..]).unwrap();
            other_layout.strides = array_layout.strides.clone();
        }
        let dtype = DType::raw_bytes(if nbytes > 16 { 1 } else { nbytes as i32 }).unwrap();
        let values = (0..count)
            .map(|_| random.below(rows as u64) as i64)
            .collect();
        let list = List::new(random, values, 0);
        for offset in [64, 64 + nbytes, 64 + 16, 65] {
            other_layout.offset = offset;
            let size = count * nbytes;
            let other = Arena::of(vec![0xa5; (offset + size + 64) as usize]);
            let mut expected = other.before.clone();
            for (k, &index) in list.values.iter().enumerate() {
                let row = &array.before[(1 + index * nbytes) as usize..][..nbytes as usize];
                let place = offset as usize + k * nbytes as usize;
                expected[place..][..nbytes as usize].copy_from_slice(row);
            }
            for level in Level::available() {
                other.reset();
                let lists = [list.as_list()];
                let selection = Selection::new(&lists, count, 0, Mode::Raise).unwrap();
                let target = other.target(&other_layout, dtype);
                let source = array.source(&array_layout, dtype);
                gather_at(level, &target, &source, &selection).unwrap();
                assert!(other.now() == expected, "{level:?} {nbytes} {offset}");
            }
        }
    }
}
