//! Copies of a few bytes up to a few lines, inlined where a call would cost
//! more than the copy, and streamed where that is asked for.

use super::super::cpu::{Isa, fetch};

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

/// Bytes of a page, and how many are streamed together.
const PAGE: usize = 4096;
const PAGES: usize = 4;
/// Runs that are shorter, in bytes, gain nothing by that.
const LONG: usize = 256 << 10;
/// From so many bytes on the C library streams too, and is at least as good.
const VERY_LONG: usize = 160 << 20;

/// Copies a long run of bytes past the caches. A few pages at a time take turns,
/// two lines each: so several streams are under way in the processor, and in
/// different banks of the memory, which measures up to a third faster than one
/// stream. Not so where the target starts a little ahead of the source, modulo a
/// page: loads would then wait for the stores of the turn before, from which the
/// processor tells them by their last twelve bits only.
///
/// # Safety
///
/// Both places hold `count` bytes, and do not overlap.
#[inline(always)]
pub(in crate::kernels) unsafe fn put_long<I: Isa>(to: *mut u8, from: *const u8, count: usize) {
    const TURN: usize = 128;
    let ahead = to.addr().wrapping_sub(from.addr()) % PAGE;
    if count < LONG || (1..1024).contains(&ahead) {
        // SAFETY: the same contract.
        return unsafe { put::<I>(to, from, count, true) };
    }
    if count >= VERY_LONG {
        // SAFETY: the same contract.
        return unsafe { to.copy_from_nonoverlapping(from, count) };
    }
    // SAFETY: the caller's promise.
    unsafe {
        let mut done = (to.addr().wrapping_neg() % I::WIDTH).min(count);
        few(to, from, done);
        while done + PAGES * PAGE <= count {
            let mut turn = done;
            while turn < done + PAGE {
                let mut page = 0;
                while page < PAGES {
                    let here = turn + page * PAGE;
                    fetch(from.wrapping_add(here + TURN), TURN);
                    let mut k = 0;
                    while k < TURN {
                        I::stream(to.add(here + k), I::load(from.add(here + k)));
                        k += I::WIDTH;
                    }
                    page += 1;
                }
                turn += TURN;
            }
            done += PAGES * PAGE;
        }
        put::<I>(to.add(done), from.add(done), count - done, true);
    }
}
