//! Copies of a few bytes up to a few lines, inlined where a call would cost
//! more than the copy, and streamed where that is asked for.

use super::super::cpu::Isa;

/// Copies fewer than 32 bytes, by two moves that may overlap.
///
/// # Safety
///
/// Both places hold `count` bytes, and do not overlap.
#[inline(always)]
pub(in crate::kernels) unsafe fn few(to: *mut u8, from: *const u8, count: usize) {
    macro_rules! ends {
        ($word:ty) => {{
            let last = count - size_of::<$word>();
            let head = from.cast::<$word>().read_unaligned();
            let tail = from.add(last).cast::<$word>().read_unaligned();
            to.cast::<$word>().write_unaligned(head);
            to.add(last).cast::<$word>().write_unaligned(tail);
        }};
    }
    // SAFETY: the caller's promise; both moves lie within `count` bytes.
    unsafe {
        match count {
            16.. => ends!(u128),
            8.. => ends!(u64),
            4.. => ends!(u32),
            2.. => ends!(u16),
            1 => to.write(from.read()),
            0 => {}
        }
    }
}

/// Copies `count` bytes.
///
/// # Safety
///
/// Both places hold `count` bytes, and do not overlap.
#[inline(always)]
pub(in crate::kernels) unsafe fn get<I: Isa>(to: *mut u8, from: *const u8, count: usize) {
    let mut k = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while k + I::WIDTH <= count {
            I::store(to.add(k), I::load(from.add(k)));
            k += I::WIDTH;
        }
        few(to.add(k), from.add(k), count - k);
    }
}

/// Copies `count` bytes; past the caches if `stream` says so, but for what lies
/// before the first whole register of the target and behind the last.
///
/// # Safety
///
/// Both places hold `count` bytes, and do not overlap.
#[inline(always)]
pub(in crate::kernels) unsafe fn put<I: Isa>(
    to: *mut u8,
    from: *const u8,
    count: usize,
    stream: bool,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if !stream {
            return get::<I>(to, from, count);
        }
        let mut k = (to.addr().wrapping_neg() % I::WIDTH).min(count);
        few(to, from, k);
        while k + I::WIDTH <= count {
            I::stream(to.add(k), I::load(from.add(k)));
            k += I::WIDTH;
        }
        few(to.add(k), from.add(k), count - k);
    }
}
