//! Every writing function against an oracle that copies everything first.
//!
//! All operands of a case are views of one small buffer, with any strides:
//! overlapping, negative, zero, misaligned, of different types. The oracle
//! reads its operands from a snapshot of the buffer by the definition of a
//! strided layout, and stores element by element in C order of the destination.

use super::index::{self, Entry, Mode};
use super::join::Pieces;
use super::join_into::{concatenate_into, stack_into};
use super::{create, take, write};
use crate::array::Array;
use crate::dtype::{Casting, DType, Element, Kind};
use crate::error::Result;
use crate::kernels;
use crate::layout::{BasicEntry, Dims, Layout, Order};
use crate::plan::Hazard;

/// xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, n: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % n as u64) as i64
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as i64) as usize]
    }

    fn shape(&mut self, most_axes: i64) -> Vec<i64> {
        let ndim = self.below(most_axes) + 1;
        let most = [0, 12, 6, 4, 3, 3][ndim as usize];
        (0..ndim)
            .map(|_| match self.one_in(40) {
                true => 0,
                false => 1 + self.below(most),
            })
            .collect()
    }

    /// A shape without an extent of 0.
    fn filled_shape(&mut self, most_axes: i64) -> Vec<i64> {
        let shape = self.shape(most_axes);
        shape.iter().map(|&extent| extent.max(1)).collect()
    }

    fn dtype(&mut self) -> DType {
        use Element::*;
        let element = self.pick(&[
            UInt8, UInt8, UInt8, Int8, Bool, Int16, UInt16, Int32, UInt32, Int64, Int64, UInt64,
        ]);
        match self.below(5) {
            0 => DType::new(element).swapped(),
            _ => DType::new(element),
        }
    }
}

const BYTES: usize = 192;

/// The buffer that all operands of a case are views of.
struct Arena {
    bytes: Array,
}

impl Arena {
    fn new() -> Arena {
        let bytes = create::zeros(DType::new(Element::UInt8), &[BYTES as i64], Order::C).unwrap();
        Arena { bytes }
    }

    fn fill(&self, mut rule: impl FnMut() -> i64) {
        kernels::generate(&self.bytes.target("bytes").unwrap(), |_| rule()).unwrap();
    }

    fn snapshot(&self) -> Vec<u8> {
        let numbers = kernels::to_integers(&self.bytes.source().unwrap()).unwrap();
        numbers.iter().map(|&byte| byte as u8).collect()
    }

    /// A view with the given strides, somewhere in the buffer; `None` where it
    /// does not fit.
    fn view(
        &self,
        random: &mut Random,
        dtype: DType,
        shape: &[i64],
        strides: &[i64],
    ) -> Option<Array> {
        let (mut low, mut high) = (0, dtype.itemsize());
        for (&extent, &stride) in shape.iter().zip(strides) {
            let reach = (extent - 1).max(0) * stride;
            low += reach.min(0);
            high += reach.max(0);
        }
        let room = BYTES as i64 - (high - low);
        (room >= 0).then(|| {
            let layout = Layout {
                shape: Dims::try_from(shape).unwrap(),
                strides: Dims::try_from(strides).unwrap(),
                offset: random.below(room + 1) - low,
            };
            self.bytes.view_as(&layout, dtype, true).unwrap()
        })
    }

    /// A view of any kind.
    fn any_view(&self, random: &mut Random, dtype: DType, shape: &[i64]) -> Array {
        let item = dtype.itemsize();
        loop {
            let mut strides = vec![0; shape.len()];
            match random.below(4) {
                0 => {
                    for stride in &mut strides {
                        *stride = random.below(33) - 16;
                    }
                }
                1 => {
                    for stride in &mut strides {
                        *stride = item * (random.below(9) - 4);
                    }
                }
                _ => {
                    // A slice of a packed array, axes in any order.
                    let mut axes: Vec<usize> = (0..shape.len()).collect();
                    for k in (1..axes.len()).rev() {
                        if random.one_in(3) {
                            axes.swap(k, random.below(k as i64 + 1) as usize);
                        }
                    }
                    let mut step = item;
                    for &axis in axes.iter().rev() {
                        let slice = if random.one_in(4) { 2 } else { 1 };
                        let sign = if random.one_in(4) { -1 } else { 1 };
                        strides[axis] = step * slice * sign;
                        step *= slice * shape[axis].max(1) + i64::from(random.one_in(4));
                    }
                }
            }
            if let Some(view) = self.view(random, dtype, shape, &strides) {
                return view;
            }
            if random.one_in(8) {
                // Too large for any but tight strides.
                let strides: Vec<i64> = shape.iter().map(|_| random.below(3) - 1).collect();
                if let Some(view) = self.view(random, dtype, shape, &strides) {
                    return view;
                }
            }
        }
    }

    /// A view of a target's shape that is related to it: shifted, reversed,
    /// transposed, with other steps, or not at all.
    fn related(&self, random: &mut Random, target: &Array, dtype: DType) -> Array {
        let shape = target.shape();
        let mut layout = target.layout().to_owned();
        match random.below(6) {
            0 => {}
            1 => layout.offset += target.itemsize() * (random.below(9) - 4),
            2 => layout.offset += random.below(33) - 16,
            3 => {
                for (extent, stride) in shape.iter().zip(&mut layout.strides) {
                    if *extent > 0 && random.one_in(2) {
                        layout.offset += (extent - 1) * *stride;
                        *stride = -*stride;
                    }
                }
            }
            4 => {
                let mut axis = 1;
                while axis < shape.len() {
                    if shape[axis] == shape[axis - 1] {
                        layout.strides.swap(axis, axis - 1);
                        axis += 1;
                    }
                    axis += 1;
                }
                if random.one_in(2) {
                    for (extent, stride) in shape.iter().zip(&mut layout.strides) {
                        layout.offset += (extent - 1).max(0) * *stride;
                        *stride = -*stride;
                    }
                }
            }
            _ => {
                let axis = random.below(shape.len() as i64) as usize;
                let change = random.pick(&[1, 2, -1]);
                layout.strides[axis] = layout.strides[axis] * change / random.pick(&[1, 2]);
                layout.offset += random.below(17) - 8;
            }
        }
        let fits = crate::layout::check_within(layout.as_ref(), dtype.itemsize(), BYTES as i64);
        match fits {
            Ok(()) => self.bytes.view_as(&layout, dtype, true).unwrap(),
            Err(_) => self.any_view(random, dtype, shape),
        }
    }
}

/// Where element `index` lies, by definition.
fn place(array: &Array, index: &[i64]) -> usize {
    let steps = index.iter().zip(array.strides());
    (array.layout().offset + steps.map(|(i, stride)| i * stride).sum::<i64>()) as usize
}

/// All indices of a shape in C order.
fn indices(shape: &[i64]) -> Vec<Vec<i64>> {
    let size: i64 = shape.iter().product();
    (0..size)
        .map(|flat| {
            let mut rest = flat;
            let mut index = vec![0; shape.len()];
            for axis in (0..shape.len()).rev() {
                index[axis] = rest % shape[axis];
                rest /= shape[axis];
            }
            index
        })
        .collect()
}

/// The index into a source that is broadcast to `index`.
fn broadcast_index(source: &Array, index: &[i64]) -> Vec<i64> {
    let missing = index.len() as i64 - source.ndim() as i64;
    (0..source.ndim())
        .map(|axis| match source.shape()[axis] {
            1 => 0,
            // Leading axes of extent 1 may be too many.
            _ => index[(axis as i64 + missing) as usize],
        })
        .collect()
}

fn bytes_at<'a>(buffer: &'a [u8], array: &Array, index: &[i64]) -> &'a [u8] {
    let start = place(array, index);
    &buffer[start..start + array.itemsize() as usize]
}

fn number(dtype: DType, bytes: &[u8]) -> i128 {
    let mut bytes = bytes.to_vec();
    if dtype.is_swapped() {
        bytes.reverse();
    }
    let unsigned = bytes
        .iter()
        .rev()
        .fold(0i128, |sum, &byte| sum << 8 | i128::from(byte));
    let bits = 8 * bytes.len() as u32;
    match dtype.kind() {
        Kind::Bool => i128::from(unsigned != 0),
        Kind::Signed if unsigned >> (bits - 1) != 0 => unsigned - (1 << bits),
        _ => unsigned,
    }
}

/// What a value becomes in another type: its low bytes, for integers.
fn converted(from: DType, to: DType, bytes: &[u8]) -> Vec<u8> {
    if from == to {
        return bytes.to_vec();
    }
    let value = number(from, bytes);
    let size = to.itemsize() as usize;
    let mut bytes = match to.kind() {
        Kind::Bool => vec![u8::from(value != 0)],
        _ => value.to_le_bytes()[..size].to_vec(),
    };
    if to.is_swapped() {
        bytes.reverse();
    }
    bytes
}

/// One run of the property: what is done, and what ought to come of it.
struct Case {
    name: &'static str,
    operands: Vec<(&'static str, Array)>,
    expected: Vec<u8>,
    outcome: Result<()>,
    hazard: Option<Hazard>,
}

/// Stores `(destination, value)` pairs, one after the other.
fn stored(before: &[u8], stores: impl IntoIterator<Item = (usize, Vec<u8>)>) -> Vec<u8> {
    let mut after = before.to_vec();
    for (place, value) in stores {
        after[place..place + value.len()].copy_from_slice(&value);
    }
    after
}

/// A source for a target: of its shape, or one that broadcasts to it.
fn source_for(arena: &Arena, random: &mut Random, target: &Array, dtype: DType) -> Array {
    if !random.one_in(5) {
        return arena.related(random, target, dtype);
    }
    let dropped = random.below(target.ndim() as i64 + 1) as usize;
    let shape: Vec<i64> = target.shape()[dropped..]
        .iter()
        .map(|&extent| if random.one_in(2) { 1 } else { extent })
        .collect();
    arena.any_view(random, dtype, &shape)
}

fn source_dtype(random: &mut Random, target: DType) -> DType {
    match random.below(3) {
        0 => random.dtype(),
        _ => target,
    }
}

fn target_dtype(random: &mut Random) -> DType {
    match random.below(12) {
        0 => DType::raw_bytes(3).unwrap(),
        1 => DType::new(Element::Complex128),
        2 => DType::new(Element::Float64).swapped(),
        _ => random.dtype(),
    }
}

fn source_dtype_for(random: &mut Random, target: DType) -> DType {
    match target.kind() {
        Kind::Bool | Kind::Signed | Kind::Unsigned => source_dtype(random, target),
        // The oracle knows no arithmetic but that of integers.
        _ => target,
    }
}

fn assigned(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let shape = random.shape(5);
    let target = arena.any_view(random, dtype, &shape);
    let from = source_dtype_for(random, dtype);
    let source = source_for(arena, random, &target, from);
    let before = arena.snapshot();
    let expected = stored(
        &before,
        indices(&shape).iter().map(|index| {
            let value = bytes_at(&before, &source, &broadcast_index(&source, index));
            (place(&target, index), converted(from, dtype, value))
        }),
    );
    let plan = write::plan_assign(&target, &source, Casting::Unsafe).unwrap();
    assert_eq!(
        plan,
        write::plan_assign(&target, &source, Casting::Unsafe).unwrap()
    );
    Case {
        name: "assign",
        outcome: write::assign(&target, &source, Casting::Unsafe),
        operands: vec![("target", target), ("source", source)],
        expected,
        hazard: Some(plan.hazard),
    }
}

fn assigned_where(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let shape = random.shape(5);
    let target = arena.any_view(random, dtype, &shape);
    let from = source_dtype_for(random, dtype);
    let source = source_for(arena, random, &target, from);
    let mask = source_for(arena, random, &target, DType::new(Element::Bool));
    let before = arena.snapshot();
    let expected = stored(
        &before,
        indices(&shape).iter().filter_map(|index| {
            let when = bytes_at(&before, &mask, &broadcast_index(&mask, index))[0] != 0;
            let value = bytes_at(&before, &source, &broadcast_index(&source, index));
            when.then(|| (place(&target, index), converted(from, dtype, value)))
        }),
    );
    Case {
        name: "assign_where",
        outcome: write::assign_where(&target, &source, &mask, Casting::Unsafe),
        operands: vec![("target", target), ("source", source), ("mask", mask)],
        expected,
        hazard: None,
    }
}

/// `a[mask] = values`, one for each true element or one for all.
fn set_by_mask(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let shape = random.shape(4);
    let array = arena.any_view(random, dtype, &shape);
    let mask = arena.related(random, &array, DType::new(Element::Bool));
    let before = arena.snapshot();
    let chosen: Vec<_> = indices(&shape)
        .into_iter()
        .filter(|index| bytes_at(&before, &mask, index)[0] != 0)
        .collect();
    let count = match random.one_in(4) {
        true => 1,
        false => chosen.len() as i64,
    };
    let from = source_dtype_for(random, dtype);
    let values = arena.any_view(random, from, &[count]);
    let expected = stored(
        &before,
        chosen.iter().enumerate().map(|(k, index)| {
            let which = if count == 1 { 0 } else { k as i64 };
            let value = bytes_at(&before, &values, &[which]);
            (place(&array, index), converted(from, dtype, value))
        }),
    );
    Case {
        name: "set by a mask",
        outcome: index::set(&array, &[Entry::Array(&mask)], &values),
        operands: vec![("array", array), ("mask", mask), ("values", values)],
        expected,
        hazard: None,
    }
}

/// An index array of a type that the buffer's bytes make small numbers of.
fn index_view(arena: &Arena, random: &mut Random, shape: &[i64]) -> Array {
    let dtype = DType::new(random.pick(&[Element::UInt8, Element::Int8]));
    arena.any_view(random, dtype, shape)
}

/// `a[..., indices, ...] = values`, on one axis.
fn set_by_indices(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let shape = random.filled_shape(3);
    let array = arena.any_view(random, dtype, &shape);
    let axis = random.below(shape.len() as i64) as usize;
    let count = random.below(9);
    let picked = index_view(arena, random, &[count]);
    let least = shape[axis];
    // Every byte is an index of the axis.
    arena.fill(|| random.below(least));
    let before = arena.snapshot();
    let mut result_shape = shape.clone();
    result_shape[axis] = count;
    let from = source_dtype_for(random, dtype);
    let values = arena.any_view(random, from, &result_shape);
    let expected = stored(
        &before,
        indices(&result_shape).iter().map(|index| {
            let mut to = index.clone();
            to[axis] = number(picked.dtype(), bytes_at(&before, &picked, &[index[axis]])) as i64;
            let value = bytes_at(&before, &values, index);
            (place(&array, &to), converted(from, dtype, value))
        }),
    );
    let mut key = vec![Entry::Basic(BasicEntry::ALL); axis];
    key.push(Entry::Array(&picked));
    Case {
        name: "set by indices",
        outcome: index::set(&array, &key, &values),
        operands: vec![("array", array), ("indices", picked), ("values", values)],
        expected,
        hazard: None,
    }
}

/// `put`: flat indices that wrap around, values repeated.
fn put(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let shape = random.filled_shape(4);
    let array = arena.any_view(random, dtype, &shape);
    let count = random.below(9);
    let which = random.pick(&[
        Element::UInt8,
        Element::Int8,
        Element::Int16,
        Element::Int64,
    ]);
    let picked = arena.any_view(random, DType::new(which), &[count]);
    let given = 1 + random.below(9);
    let from = source_dtype_for(random, dtype);
    let values = arena.any_view(random, from, &[given]);
    let before = arena.snapshot();
    let places = indices(&shape);
    let expected = stored(
        &before,
        (0..count).map(|k| {
            let flat = number(picked.dtype(), bytes_at(&before, &picked, &[k]));
            let to = &places[flat.rem_euclid(places.len() as i128) as usize];
            let value = bytes_at(&before, &values, &[k % given]);
            (place(&array, to), converted(from, dtype, value))
        }),
    );
    Case {
        name: "put",
        outcome: take::put(&array, &picked, &values, Mode::Wrap),
        operands: vec![("array", array), ("indices", picked), ("values", values)],
        expected,
        hazard: None,
    }
}

fn put_along_axis(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let shape = random.filled_shape(3);
    let array = arena.any_view(random, dtype, &shape);
    let axis = random.below(shape.len() as i64) as usize;
    let mut index_shape = shape.clone();
    index_shape[axis] = random.below(5);
    let picked = index_view(arena, random, &index_shape);
    let least = shape[axis];
    arena.fill(|| random.below(least));
    let before = arena.snapshot();
    let from = source_dtype_for(random, dtype);
    let values = arena.any_view(random, from, &index_shape);
    let expected = stored(
        &before,
        indices(&index_shape).iter().map(|index| {
            let mut to = index.clone();
            to[axis] = number(picked.dtype(), bytes_at(&before, &picked, index)) as i64;
            let value = bytes_at(&before, &values, index);
            (place(&array, &to), converted(from, dtype, value))
        }),
    );
    Case {
        name: "put_along_axis",
        outcome: take::put_along_axis(&array, &picked, &values, Some(axis as i64)),
        operands: vec![("array", array), ("indices", picked), ("values", values)],
        expected,
        hazard: None,
    }
}

/// `place`: values in sequence where the mask is true, repeated.
fn placed(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let shape = random.shape(4);
    let array = arena.any_view(random, dtype, &shape);
    let which = random.pick(&[Element::Bool, Element::Bool, Element::Int16]);
    let mask = arena.related(random, &array, DType::new(which));
    let given = 1 + random.below(6);
    let from = source_dtype_for(random, dtype);
    let values = arena.any_view(random, from, &[given]);
    let before = arena.snapshot();
    let chosen = indices(&shape).into_iter().filter(|index| {
        bytes_at(&before, &mask, index)
            .iter()
            .any(|&byte| byte != 0)
    });
    let expected = stored(
        &before,
        chosen.enumerate().map(|(k, index)| {
            let value = bytes_at(&before, &values, &[k as i64 % given]);
            (place(&array, &index), converted(from, dtype, value))
        }),
    );
    Case {
        name: "place",
        outcome: take::place(&array, &mask, &values),
        operands: vec![("array", array), ("mask", mask), ("values", values)],
        expected,
        hazard: None,
    }
}

/// `take` or `compress` along an axis into an array that exists.
fn picked_into(arena: &Arena, random: &mut Random) -> Case {
    let from = target_dtype(random);
    let shape = random.filled_shape(3);
    let array = arena.any_view(random, from, &shape);
    let axis = random.below(shape.len() as i64) as usize;
    let compresses = random.one_in(2);
    let picked = match compresses {
        true => arena.any_view(random, DType::new(Element::Bool), &[shape[axis]]),
        false => {
            let which = random.pick(&[Element::UInt8, Element::Int16, Element::Int64]);
            let count = random.below(6);
            arena.any_view(random, DType::new(which), &[count])
        }
    };
    let before = arena.snapshot();
    let given = indices(picked.shape())
        .into_iter()
        .map(|at| number(picked.dtype(), bytes_at(&before, &picked, &at)));
    let chosen: Vec<i64> = match compresses {
        true => given
            .enumerate()
            .filter(|&(_, truth)| truth != 0)
            .map(|(k, _)| k as i64)
            .collect(),
        false => given
            .map(|index| index.rem_euclid(i128::from(shape[axis])) as i64)
            .collect(),
    };
    let mut result_shape = shape.clone();
    result_shape[axis] = chosen.len() as i64;
    let to = source_dtype_for(random, from);
    let target = arena.any_view(random, to, &result_shape);
    let expected = stored(
        &before,
        indices(&result_shape).iter().map(|index| {
            let mut read = index.clone();
            read[axis] = chosen[index[axis] as usize];
            let value = bytes_at(&before, &array, &read);
            (place(&target, index), converted(from, to, value))
        }),
    );
    let axis = Some(axis as i64);
    Case {
        name: "take_into, compress_into",
        outcome: match compresses {
            true => take::compress_into(&array, &picked, axis, &target),
            false => take::take_into(&array, &picked, axis, Mode::Wrap, &target),
        },
        operands: vec![("array", array), ("picked", picked), ("target", target)],
        expected,
        hazard: None,
    }
}

struct Arrays(Vec<Array>);

impl Pieces for Arrays {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn piece(&self, k: usize) -> Result<Array> {
        Ok(self.0[k].clone())
    }
}

fn joined_into(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let from = source_dtype_for(random, dtype);
    let count = 1 + random.below(4);
    let flat = random.one_in(3);
    let mut shape = random.filled_shape(3);
    let axis = random.below(shape.len() as i64) as usize;
    let (mut pieces, mut extent) = (vec![], 0);
    for _ in 0..count {
        shape[axis] = random.below(4);
        pieces.push(arena.any_view(random, from, &shape));
        extent += match flat {
            true => shape.iter().product(),
            false => shape[axis],
        };
    }
    shape[axis] = extent;
    if flat {
        shape = vec![extent];
    }
    let axis = if flat { 0 } else { axis };
    let target = arena.any_view(random, dtype, &shape);
    // Often the pieces are parts of the target, in another order.
    if random.one_in(2) && from == dtype && !flat {
        let mut start = 0;
        for piece in &mut pieces {
            let length = piece.shape()[axis];
            let part = write::within(target.layout(), axis, start, start + length);
            *piece = arena.bytes.view_as(&part, dtype, true).unwrap();
            start += length;
        }
        let turn = random.below(count) as usize;
        pieces.rotate_left(turn);
    }
    let before = arena.snapshot();
    let (mut stores, mut start) = (vec![], 0);
    for piece in &pieces {
        for (k, index) in indices(piece.shape()).iter().enumerate() {
            let mut to = index.clone();
            match flat {
                true => to = vec![start + k as i64],
                false => to[axis] += start,
            }
            let value = bytes_at(&before, piece, index);
            stores.push((place(&target, &to), converted(from, dtype, value)));
        }
        start += if flat {
            piece.size()
        } else {
            piece.shape()[axis]
        };
    }
    let pieces = Arrays(pieces);
    let axis = (!flat).then_some(axis as i64);
    let outcome = concatenate_into(&pieces, axis, Casting::Unsafe, &target);
    let mut operands = vec![("target", target)];
    operands.extend(pieces.0.into_iter().map(|piece| ("piece", piece)));
    Case {
        name: "concatenate_into",
        outcome,
        operands,
        expected: stored(&before, stores),
        hazard: None,
    }
}

fn stacked_into(arena: &Arena, random: &mut Random) -> Case {
    let dtype = target_dtype(random);
    let from = source_dtype_for(random, dtype);
    let count = 1 + random.below(4);
    let shape = random.filled_shape(3);
    let axis = random.below(shape.len() as i64 + 1) as usize;
    let mut whole = shape.clone();
    whole.insert(axis, count);
    let target = arena.any_view(random, dtype, &whole);
    let mut pieces: Vec<Array> = (0..count)
        .map(|_| arena.any_view(random, from, &shape))
        .collect();
    // Often the pieces are layers of the target, in another order.
    if random.one_in(2) && from == dtype {
        let turn = random.below(count);
        for (k, piece) in pieces.iter_mut().enumerate() {
            let layer = (k as i64 + turn) % count;
            let mut part = write::within(target.layout(), axis, layer, layer + 1);
            part.shape.remove(axis);
            part.strides.remove(axis);
            *piece = arena.bytes.view_as(&part, dtype, true).unwrap();
        }
    }
    let before = arena.snapshot();
    let mut stores = vec![];
    for (k, piece) in pieces.iter().enumerate() {
        for index in indices(piece.shape()) {
            let value = bytes_at(&before, piece, &index);
            let mut to = index.clone();
            to.insert(axis, k as i64);
            stores.push((place(&target, &to), converted(from, dtype, value)));
        }
    }
    let pieces = Arrays(pieces);
    let outcome = stack_into(&pieces, axis as i64, Casting::Unsafe, &target);
    let mut operands = vec![("target", target)];
    operands.extend(pieces.0.into_iter().map(|piece| ("piece", piece)));
    Case {
        name: "stack_into",
        outcome,
        operands,
        expected: stored(&before, stores),
        hazard: None,
    }
}

/// `cases` random writes; counts how assignments were done.
fn check(seed: u64, cases: usize) {
    println!("seed {seed:#x}");
    let arena = Arena::new();
    let mut random = Random(seed);
    let mut hazards = [0; 4];
    for case in 0..cases {
        let most = random.pick(&[2, 3, 256]);
        arena.fill(|| random.below(most));
        let state = random.0;
        let run = match random.below(12) {
            0..3 => assigned(&arena, &mut random),
            3 => assigned_where(&arena, &mut random),
            4 => set_by_mask(&arena, &mut random),
            5 => set_by_indices(&arena, &mut random),
            6 => put(&arena, &mut random),
            7 => put_along_axis(&arena, &mut random),
            8 => placed(&arena, &mut random),
            9 => picked_into(&arena, &mut random),
            10 => stacked_into(&arena, &mut random),
            _ => joined_into(&arena, &mut random),
        };
        let after = arena.snapshot();
        if run.outcome.is_ok() && after == run.expected {
            match run.hazard {
                Some(Hazard::Free) => hazards[0] += 1,
                Some(Hazard::Ordered(_)) => hazards[1] += 1,
                Some(Hazard::Exchange(_)) => hazards[2] += 1,
                Some(Hazard::Buffered(_)) => hazards[3] += 1,
                None => {}
            }
            continue;
        }
        for (name, array) in &run.operands {
            println!("{name}: {} {:?}", array.dtype(), array.layout());
        }
        println!("expected {:?}\n     got {after:?}", run.expected);
        panic!(
            "seed {seed:#x}, case {case} (state {state:#x}): {} {:?} {:?}",
            run.name, run.outcome, run.hazard
        );
    }
    println!("free, ordered, exchanged, buffered: {hazards:?}");
    assert!(cases < 10_000 || hazards.iter().all(|&count| count > cases / 1000));
}

#[test]
fn every_write_is_right_whatever_overlaps() {
    check(0x5eed_3a11_a5ed_0001, 100_000);
}

#[test]
#[ignore = "a million cases; LIBARRAY_SEED sets the seed"]
fn every_write_is_right_a_million_times() {
    let seed = std::env::var("LIBARRAY_SEED").ok();
    let seed = seed
        .and_then(|text| text.parse().ok())
        .unwrap_or(0x5eed_3a11_a5ed_0002);
    check(seed, 1_000_000);
}
