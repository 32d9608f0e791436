//! Elements by their definition: the numbers behind the bytes of a type, conversions
//! of them, and the tables of casting and promotion.

use array::ffi::types::*;
use std::cmp::Ordering;

/// The bit of types in the other byte order.
pub const SWAPPED: i32 = 0x100;

pub const TYPES: &[i32] = &[
    LA_BOOL, LA_INT8, LA_INT16, LA_INT32, LA_INT64, LA_UINT8, LA_UINT16, LA_UINT32, LA_UINT64,
    LA_FLOAT32, LA_FLOAT64,
];

/// The kinds in the order in which NumPy's same_kind casts go up.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub enum Kind {
    Bool,
    Unsigned,
    Signed,
    Float,
}

#[derive(Clone, Copy, Debug)]
pub enum Number {
    Int(i128),
    Float(f64),
}

/// Kind and size; nothing where it is no type, or one that programs do not use.
pub fn facts(dtype: i32) -> Option<(Kind, i64)> {
    let facts = match dtype & !SWAPPED {
        LA_BOOL => (Kind::Bool, 1),
        LA_INT8 => (Kind::Signed, 1),
        LA_INT16 => (Kind::Signed, 2),
        LA_INT32 => (Kind::Signed, 4),
        LA_INT64 => (Kind::Signed, 8),
        LA_UINT8 => (Kind::Unsigned, 1),
        LA_UINT16 => (Kind::Unsigned, 2),
        LA_UINT32 => (Kind::Unsigned, 4),
        LA_UINT64 => (Kind::Unsigned, 8),
        LA_FLOAT32 => (Kind::Float, 4),
        LA_FLOAT64 => (Kind::Float, 8),
        _ => return None,
    };
    (dtype & SWAPPED == 0 || facts.1 > 1).then_some(facts)
}

pub fn itemsize(dtype: i32) -> i64 {
    facts(dtype).unwrap().1
}

pub fn is_integer(dtype: i32) -> bool {
    matches!(facts(dtype), Some((Kind::Signed | Kind::Unsigned, _)))
}

/// What la_take and la_put take as indices, as NumPy does.
pub fn is_index(dtype: i32) -> bool {
    is_integer(dtype) || dtype == LA_BOOL
}

fn in_order(bytes: &[u8], dtype: i32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if dtype & SWAPPED != 0 {
        bytes.reverse();
    }
    bytes
}

pub fn read(bytes: &[u8], dtype: i32) -> Number {
    let bytes = in_order(bytes, dtype);
    let (kind, size) = facts(dtype).unwrap();
    let mut wide = [0; 16];
    wide[..bytes.len()].copy_from_slice(&bytes);
    let unsigned = u128::from_le_bytes(wide);
    match kind {
        Kind::Bool => Number::Int((unsigned != 0).into()),
        Kind::Unsigned => Number::Int(unsigned as i128),
        Kind::Signed => {
            let unused = 128 - 8 * size as u32;
            Number::Int((unsigned << unused) as i128 >> unused)
        }
        Kind::Float if size == 4 => Number::Float(f32::from_bits(unsigned as u32).into()),
        Kind::Float => Number::Float(f64::from_bits(unsigned as u64)),
    }
}

/// The lowest and the highest number of an integer type.
pub fn ends(dtype: i32) -> (i128, i128) {
    match facts(dtype).unwrap() {
        (Kind::Signed, size) => (-(1 << (8 * size - 1)), (1 << (8 * size - 1)) - 1),
        (_, size) => (0, (1 << (8 * size)) - 1),
    }
}

/// A number as an element: integers wrap, floats saturate and lose their fraction.
pub fn write(number: Number, dtype: i32) -> Vec<u8> {
    let (kind, size) = facts(dtype).unwrap();
    let bytes = match (kind, number) {
        (Kind::Bool, Number::Int(value)) => vec![u8::from(value != 0)],
        (Kind::Bool, Number::Float(value)) => vec![u8::from(value != 0.0)],
        (Kind::Float, Number::Int(value)) if size == 4 => (value as f32).to_le_bytes().to_vec(),
        (Kind::Float, Number::Int(value)) => (value as f64).to_le_bytes().to_vec(),
        (Kind::Float, Number::Float(value)) if size == 4 => (value as f32).to_le_bytes().to_vec(),
        (Kind::Float, Number::Float(value)) => value.to_le_bytes().to_vec(),
        (_, Number::Int(value)) => value.to_le_bytes()[..size as usize].to_vec(),
        (_, Number::Float(value)) => {
            let (low, high) = ends(dtype);
            (value as i128).clamp(low, high).to_le_bytes()[..size as usize].to_vec()
        }
    };
    in_order(&bytes, dtype)
}

/// An element in another type. Of the same type the bytes are copied as they are.
pub fn convert(bytes: &[u8], from: i32, to: i32) -> Vec<u8> {
    match from & !SWAPPED == to & !SWAPPED {
        true => in_order(&in_order(bytes, from), to),
        false => write(read(bytes, from), to),
    }
}

/// Whether a conversion keeps the value.
pub fn keeps(bytes: &[u8], from: i32, to: i32) -> bool {
    let compare = |a: Number, b: Number| match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Float(a), Number::Float(b)) => a == b || a.is_nan() && b.is_nan(),
        // A float that is this integer exactly; 2^127 and beyond are none.
        (Number::Int(a), Number::Float(b)) | (Number::Float(b), Number::Int(a)) => {
            b.fract() == 0.0 && b.abs() < 1e38 && b as i128 == a
        }
    };
    from & !SWAPPED == to & !SWAPPED
        || compare(read(bytes, from), read(&convert(bytes, from, to), to))
}

/// NumPy's can_cast.
pub fn can_cast(from: i32, to: i32, casting: i32) -> bool {
    let same = from & !SWAPPED == to & !SWAPPED;
    match casting {
        LA_CAST_NO => from == to,
        LA_CAST_EQUIV => same,
        LA_CAST_SAFE => same || is_safe(from, to),
        LA_CAST_SAME_KIND => {
            same || is_safe(from, to) || facts(from).unwrap().0 <= facts(to).unwrap().0
        }
        _ => true,
    }
}

fn is_safe(from: i32, to: i32) -> bool {
    let ((from, small), (to, large)) = (facts(from).unwrap(), facts(to).unwrap());
    match (from, to) {
        (Kind::Bool, _) => true,
        (Kind::Float, Kind::Float) => small <= large,
        // As NumPy has it, float64 holds all integers.
        (Kind::Signed | Kind::Unsigned, Kind::Float) => small < large || large == 8,
        (Kind::Unsigned, Kind::Signed) => small < large,
        (a, b) if a == b => small <= large,
        _ => false,
    }
}

/// The type that some promote to: the smallest that all are safe to.
pub fn promote(all: &[i32]) -> i32 {
    let safe = |to: &i32| {
        let fits = |from: i32| from & !SWAPPED == *to || is_safe(from, *to);
        all.iter().copied().all(fits)
    };
    let mut candidates: Vec<i32> = TYPES.iter().copied().filter(safe).collect();
    candidates.sort_by(|x, y| {
        let ((x, small), (y, large)) = (facts(*x).unwrap(), facts(*y).unwrap());
        let by_kind = x.partial_cmp(&y).unwrap_or(Ordering::Equal);
        // Floats last; of integers the narrowest, unsigned ones first.
        (x == Kind::Float)
            .cmp(&(y == Kind::Float))
            .then(small.cmp(&large))
            .then(by_kind)
    });
    candidates[0]
}
