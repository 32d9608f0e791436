//! Loops that compare elements, one by one, and write boolean bytes.
//!
//! Both operands are of one type (whoever calls has promoted them), but for
//! one pair: signed and unsigned 64-bit integers have no common type that holds
//! both, and are compared exactly.
//!
//! Comparisons with NaN are false, but for "not equal". Complex numbers are
//! ordered as NumPy orders them: by the real part, then, where those are equal,
//! by the imaginary; a NaN in any part makes it false. Truth values compare as
//! 0 and 1, whatever their bytes.

use core::mem::MaybeUninit;

use half::{bf16, f16};
use num_complex::Complex;

use super::convert::convert;
use super::copy::{copy_items, copy_loop};
use super::element::{Bool, dispatch};
use super::map::{BinaryLoop, at, at_mut};
use crate::dtype::Element;

/// A comparison.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it
pub enum CompareOp {
    Eq = 0,
    Ne = 1,
    Lt = 2,
    Le = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    /// The comparison with this number.
    pub const fn from_raw(raw: i32) -> Option<CompareOp> {
        Some(match raw {
            0 => CompareOp::Eq,
            1 => CompareOp::Ne,
            2 => CompareOp::Lt,
            3 => CompareOp::Le,
            4 => CompareOp::Gt,
            5 => CompareOp::Ge,
            _ => return None,
        })
    }
}

/// The loop that compares elements of type `a` with elements of type `b`.
///
/// There is one if the types are equal, or are the signed and the unsigned
/// 64-bit integer; else `None`: promote them first.
pub(super) fn compare_loop(op: CompareOp, a: Element, b: Element) -> Option<BinaryLoop> {
    match (a, b) {
        _ if a == b => Some(dispatch!(a, T => choose::<T, T>(op))),
        (Element::Int64, Element::UInt64) => Some(choose::<i64, u64>(op)),
        (Element::UInt64, Element::Int64) => Some(choose::<u64, i64>(op)),
        _ => None,
    }
}

fn choose<A: Compare<B>, B: Compare<A>>(op: CompareOp) -> BinaryLoop {
    match op {
        CompareOp::Eq => equal::<A, B>,
        CompareOp::Ne => not_equal::<A, B>,
        CompareOp::Lt => less::<A, B>,
        CompareOp::Le => less_equal::<A, B>,
        CompareOp::Gt => greater::<A, B>,
        CompareOp::Ge => greater_equal::<A, B>,
    }
}

/// The comparisons that the others are made from. "Not equal" is the opposite
/// of "equal", NaN included; "less or equal" is not the opposite of "greater".
trait Compare<Other: Copy>: Copy + 'static {
    fn equal(self, other: Other) -> bool;
    fn less(self, other: Other) -> bool;
    fn less_equal(self, other: Other) -> bool;
}

macro_rules! compare_as_rust_does {
    ($($type:ty)*) => {$(
        impl Compare<$type> for $type {
            #[inline(always)]
            fn equal(self, other: $type) -> bool {
                self == other
            }
            #[inline(always)]
            fn less(self, other: $type) -> bool {
                self < other
            }
            #[inline(always)]
            fn less_equal(self, other: $type) -> bool {
                self <= other
            }
        }
    )*};
}
compare_as_rust_does!(i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

/// For types that another, wider one stands for.
macro_rules! compare_as {
    ($($type:ty, $wide:ty;)*) => {$(
        impl Compare<$type> for $type {
            #[inline(always)]
            fn equal(self, other: $type) -> bool {
                convert::<$type, $wide>(self) == convert::<$type, $wide>(other)
            }
            #[inline(always)]
            fn less(self, other: $type) -> bool {
                convert::<$type, $wide>(self) < convert::<$type, $wide>(other)
            }
            #[inline(always)]
            fn less_equal(self, other: $type) -> bool {
                convert::<$type, $wide>(self) <= convert::<$type, $wide>(other)
            }
        }
    )*};
}
compare_as! {
    Bool, u8;
    f16, f32;
    bf16, f32;
}

// No short-circuit operators below: they would be branches in the loops.

macro_rules! compare_complex {
    ($($part:ty)*) => {$(
        impl Compare<Complex<$part>> for Complex<$part> {
            #[inline(always)]
            fn equal(self, other: Self) -> bool {
                (self.re == other.re) & (self.im == other.im)
            }
            #[inline(always)]
            fn less(self, other: Self) -> bool {
                let ordered = !(self.im.is_nan() | other.im.is_nan());
                ((self.re < other.re) & ordered)
                    | ((self.re == other.re) & (self.im < other.im))
            }
            #[inline(always)]
            fn less_equal(self, other: Self) -> bool {
                let ordered = !(self.im.is_nan() | other.im.is_nan());
                ((self.re < other.re) & ordered)
                    | ((self.re == other.re) & (self.im <= other.im))
            }
        }
    )*};
}
compare_complex!(f32 f64);

impl Compare<u64> for i64 {
    #[inline(always)]
    fn equal(self, other: u64) -> bool {
        (self >= 0) & (self as u64 == other)
    }
    #[inline(always)]
    fn less(self, other: u64) -> bool {
        (self < 0) | ((self as u64) < other)
    }
    #[inline(always)]
    fn less_equal(self, other: u64) -> bool {
        (self < 0) | (self as u64 <= other)
    }
}

impl Compare<i64> for u64 {
    #[inline(always)]
    fn equal(self, other: i64) -> bool {
        other.equal(self)
    }
    #[inline(always)]
    fn less(self, other: i64) -> bool {
        (other >= 0) & (self < other as u64)
    }
    #[inline(always)]
    fn less_equal(self, other: i64) -> bool {
        (other >= 0) & (self <= other as u64)
    }
}

/// A loop over packed elements, or with one element as `b`: `(dst, a, b, count)`.
/// In their order, each read before its result is stored.
type PackedLoop = unsafe fn(*mut u8, *const u8, *const u8, usize);

macro_rules! compare_loops {
    ($($name:ident: $x:ident, $y:ident => $result:expr;)*) => {$(
        /// # Safety
        ///
        /// As for [`BinaryLoop`].
        #[inline(never)] // or the mirrored loops would hold it a second time
        unsafe fn $name<A: Compare<B>, B: Compare<A>>(
            dst: *mut u8,
            dst_stride: isize,
            a: *const u8,
            a_stride: isize,
            b: *const u8,
            b_stride: isize,
            count: usize,
        ) {
            /// # Safety
            ///
            /// As for [`BinaryLoop`], of packed elements; there is one at least.
            unsafe fn packed<A: Compare<B>, B: Compare<A>, const REPEATED: bool>(
                dst: *mut u8,
                a: *const u8,
                b: *const u8,
                count: usize,
            ) {
                let b = b.cast::<B>();
                // SAFETY: there is one at least.
                let first = unsafe { b.read_unaligned() };
                for k in 0..count {
                    // SAFETY: element `k` is below `count`.
                    unsafe {
                        let $x = a.cast::<A>().add(k).read_unaligned();
                        let $y = if REPEATED { first } else { b.add(k).read_unaligned() };
                        dst.add(k).write($result as u8);
                    }
                }
            }
            let runs: [PackedLoop; 2] = [packed::<A, B, false>, packed::<A, B, true>];
            let sizes = [size_of::<A>(), size_of::<B>()];
            let operands = [(a, a_stride), (b, b_stride)];
            // SAFETY: the same contract.
            unsafe { in_tiles(runs, sizes, (dst, dst_stride), operands, count) }
        }
    )*};
}
compare_loops! {
    equal: x, y => x.equal(y);
    not_equal: x, y => !x.equal(y);
    less: x, y => x.less(y);
    less_equal: x, y => x.less_equal(y);
}

/// Elements that are compared at once where an operand is not packed.
const TILE: usize = 256;

/// A tile of an operand that is not packed, or of the result.
#[repr(align(64))]
struct Stage([MaybeUninit<u8>; 16 * TILE]);

impl Stage {
    fn start(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

/// Brings what is strided to packed buffers, so that there need not be a loop
/// for each way to stand. Only a repeated `b`, as most are, has one; a repeated
/// `a` is packed once.
///
/// # Safety
///
/// As for [`BinaryLoop`], with elements of `sizes` bytes.
#[inline(never)]
unsafe fn in_tiles(
    runs: [PackedLoop; 2],
    sizes: [usize; 2],
    (dst, dst_stride): (*mut u8, isize),
    operands: [(*const u8, isize); 2],
    count: usize,
) {
    let is_packed = |n: usize| operands[n].1 == sizes[n] as isize;
    let b_is_repeated = operands[1].1 == 0;
    let run = runs[usize::from(b_is_repeated)];
    let all_packed = is_packed(0) && (is_packed(1) || b_is_repeated) && dst_stride == 1;
    let tile = if all_packed { count } else { TILE };
    let mut stages = [const { Stage([MaybeUninit::uninit(); 16 * TILE]) }; 3];
    let mut done = 0;
    while done < count {
        let part = tile.min(count - done);
        let mut here = [core::ptr::null(); 2];
        let to = at_mut::<u8>(dst, dst_stride, done);
        // SAFETY: the caller vouches for the elements; a part that is not packed
        // is a tile at most, for which the stages have room.
        unsafe {
            for n in 0..2 {
                let (start, stride) = operands[n];
                here[n] = at::<u8>(start, stride, done);
                if !is_packed(n) {
                    let (stage, size) = (stages[n].start(), sizes[n]);
                    let needed = if n == 1 && b_is_repeated { 1 } else { part };
                    if stride != 0 || done == 0 {
                        gather(stage, size, here[n], stride, needed);
                    }
                    here[n] = stage;
                }
            }
            if dst_stride == 1 {
                run(to, here[0], here[1], part);
            } else {
                let made = stages[2].start();
                run(made, here[0], here[1], part);
                for k in 0..part {
                    at_mut::<u8>(to, dst_stride, k).write(made.add(k).read());
                }
            }
        }
        done += part;
    }
}

/// Packs elements.
///
/// # Safety
///
/// As for [`UnaryLoop`](super::map::UnaryLoop).
unsafe fn gather(dst: *mut u8, size: usize, src: *const u8, stride: isize, count: usize) {
    // SAFETY: the same contract.
    unsafe {
        match copy_loop(size) {
            Some(copy) => copy(dst, size as isize, src, stride, count),
            None => copy_items(dst, size as isize, src, stride, count, size),
        }
    }
}

macro_rules! mirrored_loops {
    ($($name:ident as $other:ident;)*) => {$(
        /// # Safety
        ///
        /// As for [`BinaryLoop`].
        unsafe fn $name<A: Compare<B>, B: Compare<A>>(
            dst: *mut u8,
            dst_stride: isize,
            a: *const u8,
            a_stride: isize,
            b: *const u8,
            b_stride: isize,
            count: usize,
        ) {
            // SAFETY: the same contract, for the same operands.
            unsafe { $other::<B, A>(dst, dst_stride, b, b_stride, a, a_stride, count) }
        }
    )*};
}
mirrored_loops! {
    greater as less;
    greater_equal as less_equal;
}

#[cfg(test)]
#[cfg(target_endian = "little")] // as the definition is written
mod tests {
    use core::cmp::Ordering;

    use super::*;
    use crate::dtype::Kind;
    use crate::kernels::exact::{Exact, Random, decode, samples};

    const OPS: [CompareOp; 6] = [
        CompareOp::Eq,
        CompareOp::Ne,
        CompareOp::Lt,
        CompareOp::Le,
        CompareOp::Gt,
        CompareOp::Ge,
    ];

    /// The order of two real numbers by the definition.
    fn order(a: Exact, b: Exact) -> Option<Ordering> {
        /// Its sign, then the place of its highest bit, then all of its bits
        /// from there.
        fn key(x: Exact) -> (i32, i32, u64) {
            let (negative, place, bits) = match x {
                Exact::Infinite { negative } => (negative, i32::MAX, 0),
                Exact::Finite { significand: 0, .. } | Exact::Nan => return (0, 0, 0),
                Exact::Finite {
                    negative,
                    significand,
                    exponent,
                } => {
                    let zeros = significand.leading_zeros();
                    let place = exponent - zeros as i32;
                    (negative, place, significand << zeros)
                }
            };
            (if negative { -1 } else { 1 }, place, bits)
        }
        if a == Exact::Nan || b == Exact::Nan {
            return None;
        }
        let (x, y) = (key(a), key(b));
        Some(x.0.cmp(&y.0).then_with(|| match x.0 {
            -1 => (y.1, y.2).cmp(&(x.1, x.2)),
            _ => (x.1, x.2).cmp(&(y.1, y.2)),
        }))
    }

    /// NumPy's comparison, as its source states it.
    fn expected(op: CompareOp, a: (Exact, Exact), b: (Exact, Exact)) -> bool {
        use Ordering::{Equal, Less};
        let (re, im) = (order(a.0, b.0), order(a.1, b.1));
        match op {
            CompareOp::Eq => re == Some(Equal) && im == Some(Equal),
            CompareOp::Ne => !expected(CompareOp::Eq, a, b),
            CompareOp::Lt => {
                (re == Some(Less) && im.is_some()) || (re == Some(Equal) && im == Some(Less))
            }
            CompareOp::Le => expected(CompareOp::Lt, a, b) || expected(CompareOp::Eq, a, b),
            CompareOp::Gt => expected(CompareOp::Lt, b, a),
            CompareOp::Ge => expected(CompareOp::Le, b, a),
        }
    }

    fn elements(element: Element) -> Vec<Vec<u8>> {
        let size = element.size() as usize;
        samples(element).chunks(size).map(<[u8]>::to_vec).collect()
    }

    /// Pairs of random samples, every third of them equal, or equal in the
    /// real part.
    fn pairs(a: Element, b: Element, random: &mut Random) -> Vec<(Vec<u8>, Vec<u8>)> {
        let (xs, ys) = (elements(a), elements(b));
        (0..600)
            .map(|k| {
                let x = xs[random.below(xs.len() as u64)].clone();
                let mut y = ys[random.below(ys.len() as u64)].clone();
                let shared = match k % 3 {
                    0 if a.kind() == Kind::Complex && k % 2 == 0 => x.len() / 2,
                    0 => x.len(),
                    _ => 0,
                };
                y[..shared].copy_from_slice(&x[..shared]);
                (x, y)
            })
            .collect()
    }

    #[test]
    fn comparisons_are_those_of_the_numbers() {
        let seed = 0xc0de;
        println!("seed {seed:#x}");
        let mut random = Random(seed);
        let mut types: Vec<(Element, Element)> = Element::ALL.map(|e| (e, e)).to_vec();
        types.push((Element::Int64, Element::UInt64));
        types.push((Element::UInt64, Element::Int64));
        for (a, b) in types {
            let pairs = pairs(a, b, &mut random);
            // One byte in front, so that nothing is aligned.
            let mut left = vec![0];
            let mut right = vec![0];
            for (x, y) in &pairs {
                left.extend(x);
                right.extend(y);
            }
            let (step, b_step) = (a.size() as isize, b.size() as isize);
            let count = pairs.len();
            for op in OPS {
                let compare = compare_loop(op, a, b).unwrap();
                let says = |x: &[u8], y: &[u8]| expected(op, decode(a, x), decode(b, y)) as u8;
                let mut out = vec![9; 2 * count];
                // SAFETY: (all) the operands hold `count` elements after the
                // first byte, and the result twice as many bytes.
                unsafe {
                    let (l, r) = (left.as_ptr().add(1), right.as_ptr().add(1));
                    compare(out.as_mut_ptr(), 1, l, step, r, b_step, count);
                    for (k, (x, y)) in pairs.iter().enumerate() {
                        assert_eq!(out[k], says(x, y), "{op:?} {a:?} {x:x?} {b:?} {y:x?}");
                    }
                    let (x, y) = &pairs[7];
                    compare(out.as_mut_ptr(), 1, l, step, y.as_ptr(), 0, count);
                    assert!(
                        (0..count).all(|k| out[k] == says(&pairs[k].0, y)),
                        "{op:?} {a:?}"
                    );
                    compare(out.as_mut_ptr(), 1, x.as_ptr(), 0, r, b_step, count);
                    assert!(
                        (0..count).all(|k| out[k] == says(x, &pairs[k].1)),
                        "{op:?} {a:?}"
                    );
                    // Backwards, and every second element of the other.
                    let last = l.offset(step * (count as isize - 1));
                    let half = count / 2;
                    out.fill(9);
                    compare(out.as_mut_ptr(), 2, last, -step, r, 2 * b_step, half);
                    for k in 0..half {
                        let expected = says(&pairs[count - 1 - k].0, &pairs[2 * k].1);
                        assert_eq!((out[2 * k], out[2 * k + 1]), (expected, 9));
                    }
                }
            }
        }
    }

    #[test]
    fn complex_numbers_are_ordered_as_in_numpy() {
        // numpy.less of NumPy 2.4.6 over all pairs of a + bi, with a of
        // 0, 1, nan and b of 0, 1, nan.
        const LESS: [&str; 9] = [
            "010110000",
            "000110000",
            "000000000",
            "000010000",
            "000000000",
            "000000000",
            "000000000",
            "000000000",
            "000000000",
        ];
        let parts = [0.0, 1.0, f64::NAN];
        let number = |k: usize| Complex::new(parts[k / 3], parts[k % 3]);
        for (row, line) in LESS.iter().enumerate() {
            for (column, c) in line.bytes().enumerate() {
                let (x, y) = (number(row), number(column));
                assert_eq!(x.less(y), c == b'1', "{x} < {y}");
            }
        }
    }

    #[test]
    fn types_that_differ_must_be_promoted_first() {
        assert!(compare_loop(CompareOp::Eq, Element::Int32, Element::Int64).is_none());
        assert!(compare_loop(CompareOp::Eq, Element::UInt64, Element::Int64).is_some());
    }
}
