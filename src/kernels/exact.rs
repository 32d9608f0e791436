//! What the tests measure the kernels by: every element taken apart into
//! integers, and conversions done by the definition, in exact arithmetic. Slow
//! and simple; nothing here uses a floating-point operation of the machine.

use crate::dtype::{Element, Kind};

/// A real number: (−1)^negative × significand × 2^exponent, or none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Exact {
    Nan,
    Infinite {
        negative: bool,
    },
    Finite {
        negative: bool,
        significand: u64,
        exponent: i32,
    },
}

impl Exact {
    pub(super) const ZERO: Exact = Exact::Finite {
        negative: false,
        significand: 0,
        exponent: 0,
    };

    pub(super) fn is_zero(self) -> bool {
        matches!(self, Exact::Finite { significand: 0, .. })
    }

    /// The same number in the one form whose significand is odd (or zero).
    fn reduced(self) -> Exact {
        match self {
            Exact::Finite {
                negative,
                significand: 0,
                ..
            } => Exact::Finite {
                negative,
                significand: 0,
                exponent: 0,
            },
            Exact::Finite {
                negative,
                significand,
                exponent,
            } => Exact::Finite {
                negative,
                significand: significand >> significand.trailing_zeros(),
                exponent: exponent + significand.trailing_zeros() as i32,
            },
            other => other,
        }
    }

    /// Whether both are one number, the sign of zero included, or both NaN.
    pub(super) fn same(self, other: Exact) -> bool {
        self.reduced() == other.reduced()
    }
}

/// How a floating-point type is laid out: the bits of a word, and of those the
/// ones of the fraction.
fn float_format(element: Element) -> (u32, u32) {
    match element {
        Element::Float16 => (16, 10),
        Element::BFloat16 => (16, 7),
        Element::Float32 | Element::Complex64 => (32, 23),
        _ => (64, 52),
    }
}

/// The words of an element, as numbers (a complex number has two).
fn words(element: Element, bytes: &[u8]) -> Vec<u64> {
    let size = (element.size() / element.words()) as usize;
    bytes
        .chunks(size)
        .map(|word| {
            let mut whole = [0; 8];
            whole[..size].copy_from_slice(word);
            u64::from_le_bytes(whole)
        })
        .collect()
}

fn decode_word(element: Element, word: u64) -> Exact {
    match element.kind() {
        Kind::Bool => Exact::Finite {
            negative: false,
            significand: (word != 0) as u64,
            exponent: 0,
        },
        Kind::Unsigned => Exact::Finite {
            negative: false,
            significand: word,
            exponent: 0,
        },
        Kind::Signed => {
            let unused = 64 - 8 * element.size() as u32;
            let value = ((word << unused) as i64) >> unused;
            Exact::Finite {
                negative: value < 0,
                significand: value.unsigned_abs(),
                exponent: 0,
            }
        }
        _ => {
            let (bits, fraction_bits) = float_format(element);
            let negative = word >> (bits - 1) & 1 == 1;
            let top = (1 << (bits - 1 - fraction_bits)) - 1;
            let biased = (word >> fraction_bits & top) as i32;
            let fraction = word & ((1 << fraction_bits) - 1);
            let least = 1 - (top / 2) as i32 - fraction_bits as i32;
            if biased == top as i32 {
                return match fraction {
                    0 => Exact::Infinite { negative },
                    _ => Exact::Nan,
                };
            }
            let hidden = ((biased > 0) as u64) << fraction_bits;
            Exact::Finite {
                negative,
                significand: fraction | hidden,
                exponent: least + (biased - 1).max(0),
            }
        }
    }
}

/// The real and the imaginary part of an element.
pub(super) fn decode(element: Element, bytes: &[u8]) -> (Exact, Exact) {
    let words = words(element, bytes);
    let imag = words.get(1).map(|&word| decode_word(element, word));
    (decode_word(element, words[0]), imag.unwrap_or(Exact::ZERO))
}

fn encode_word(element: Element, value: Exact, from_integer: bool) -> u64 {
    let bits = 8 * (element.size() / element.words()) as u32;
    let mask = u64::MAX >> (64 - bits);
    match element.kind() {
        Kind::Unsigned | Kind::Signed => {
            let (low, high) = match element.kind() {
                Kind::Signed => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
                _ => (0, (1i128 << bits) - 1),
            };
            let whole = match value {
                Exact::Nan => 0,
                Exact::Infinite { negative: true } => low,
                Exact::Infinite { negative: false } => high,
                Exact::Finite {
                    negative,
                    significand,
                    exponent,
                } => {
                    let magnitude = match exponent {
                        ..=-64 => 0,
                        -63..0 => significand as i128 >> -exponent,
                        0..=60 => (significand as i128) << exponent,
                        _ if significand == 0 => 0,
                        _ => i128::MAX,
                    };
                    let whole = if negative { -magnitude } else { magnitude };
                    match from_integer {
                        true => whole,
                        false => whole.clamp(low, high),
                    }
                }
            };
            whole as u64 & mask
        }
        Kind::Float | Kind::Complex => {
            let (bits, fraction_bits) = float_format(element);
            let exponent_mask = (1u64 << (bits - 1 - fraction_bits)) - 1;
            let infinity = exponent_mask << fraction_bits;
            match value {
                Exact::Nan => infinity | 1 << (fraction_bits - 1),
                Exact::Infinite { negative } => infinity | (negative as u64) << (bits - 1),
                Exact::Finite {
                    negative,
                    significand,
                    exponent,
                } => {
                    let sign = (negative as u64) << (bits - 1);
                    let least = 1 - (exponent_mask / 2) as i32 - fraction_bits as i32;
                    let length = (64 - significand.leading_zeros()) as i32;
                    // The exponent of the last bit that can be kept.
                    let mut last = least.max(length + exponent - (fraction_bits as i32 + 1));
                    let mut kept = if exponent >= last {
                        (significand as u128) << (exponent - last).min(64)
                    } else {
                        let lost = (last - exponent).min(100);
                        let (kept, rest) = (
                            significand as u128 >> lost,
                            significand as u128 & ((1 << lost) - 1),
                        );
                        let half = 1u128 << (lost - 1);
                        kept + (rest > half || (rest == half && kept & 1 == 1)) as u128
                    };
                    if significand == 0 {
                        return sign;
                    }
                    if kept == 1 << (fraction_bits + 1) {
                        kept >>= 1;
                        last += 1;
                    }
                    if kept < 1 << fraction_bits {
                        return sign | kept as u64;
                    }
                    let biased = (last - least + 1) as u64;
                    if biased >= exponent_mask {
                        return sign | infinity;
                    }
                    sign | biased << fraction_bits | (kept as u64 - (1 << fraction_bits))
                }
            }
        }
        _ => !value.is_zero() as u64,
    }
}

/// The element of type `element` nearest to a number.
pub(super) fn encode(element: Element, (re, im): (Exact, Exact), from_integer: bool) -> Vec<u8> {
    let size = (element.size() / element.words()) as usize;
    if element == Element::Bool {
        return vec![!(re.is_zero() && im.is_zero()) as u8];
    }
    [re, im][..element.words() as usize]
        .iter()
        .flat_map(|&part| encode_word(element, part, from_integer).to_le_bytes()[..size].to_vec())
        .collect()
}

/// What the definition makes of an element of type `from` as a `to`.
pub(super) fn convert(from: Element, to: Element, bytes: &[u8]) -> Vec<u8> {
    let from_integer = !matches!(from.kind(), Kind::Float | Kind::Complex);
    encode(to, decode(from, bytes), from_integer)
}

/// Random bits, the same in each run: Marsaglia's xorshift.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, n: u64) -> usize {
        (self.next() % n) as usize
    }
}

/// Elements of a type that are likely to go wrong, one after the other: the
/// specials, every power of two and its neighbours, ties of each narrower
/// floating-point type and what is just beside them, and random bits.
pub(super) fn samples(element: Element) -> Vec<u8> {
    let mut reals = vec![
        Exact::Nan,
        Exact::Infinite { negative: true },
        Exact::Infinite { negative: false },
    ];
    let mut push = |significand, exponent| {
        for negative in [false, true] {
            reals.push(Exact::Finite {
                negative,
                significand,
                exponent,
            });
        }
    };
    push(0, 0);
    for exponent in (-1080..1030i32).filter(|e| e.abs() < 160 || e % 8 == 0) {
        push(1, exponent);
        push(3, exponent);
    }
    // A tie of a type with p bits is an odd number of p + 1 bits.
    for precision in [8, 11, 24, 53] {
        for exponent in (-150..130i32).filter(|e| e.abs() < 70 || e % 3 == 0) {
            let tie = (1u64 << precision) | 1;
            let ones = (1u64 << (precision + 1)) - 1;
            let odd_tie = (1u64 << precision) | 3;
            for number in [tie, ones, odd_tie] {
                let room = 63 - precision - 1;
                for beside in [1, 12, 28, room].into_iter().filter(|&b| b <= room) {
                    let shifted = number << beside;
                    for value in [shifted - 1, shifted, shifted + 1] {
                        push(value, exponent - (beside + precision));
                    }
                }
            }
        }
    }
    // Integers and halves around the ends of the integer types.
    for bits in [7, 8, 15, 16, 31, 32, 53, 61] {
        for value in (2u64 << bits) - 4..=(2u64 << bits) + 4 {
            push(value, -1);
            push(value, 0);
        }
    }
    for value in [
        u64::MAX,
        u64::MAX - 1,
        1 << 63,
        (1 << 63) - 1,
        (1 << 63) + 1,
    ] {
        push(value, 0);
    }
    let mut bytes = Vec::new();
    for (k, &re) in reals.iter().enumerate() {
        let im = match k % 3 {
            0 => Exact::ZERO,
            1 => reals[k * 7 % reals.len()],
            _ => re,
        };
        bytes.extend(encode(element, (re, im), false));
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2000 {
        let (a, b) = (random.next(), random.next());
        let both = (a as u128 | (b as u128) << 64).to_le_bytes();
        bytes.extend(&both[..element.size() as usize]);
    }
    if element.size() == 2 {
        bytes.extend((0..=u16::MAX).flat_map(u16::to_le_bytes));
    }
    if element.size() == 1 {
        bytes.extend(0..=u8::MAX);
    }
    bytes
}
