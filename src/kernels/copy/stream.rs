//! Packed runs stored past the caches, where that is asked for.

use super::super::cpu::{Isa, fetch};
use super::super::item::{copy_few, copy_run};

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
            return copy_run::<I>(to, from, count);
        }
        let mut k = (to.addr().wrapping_neg() % I::WIDTH).min(count);
        copy_few(to, from, k);
        while k + I::WIDTH <= count {
            I::stream(to.add(k), I::load(from.add(k)));
            k += I::WIDTH;
        }
        copy_few(to.add(k), from.add(k), count - k);
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
/// Both places hold `count` bytes, and do not overlap, or are the same.
#[inline(always)]
pub(in crate::kernels) unsafe fn put_long<I: Isa>(to: *mut u8, from: *const u8, count: usize) {
    let ahead = to.addr().wrapping_sub(from.addr()) % PAGE;
    let pages = if (1..1024).contains(&ahead) { 1 } else { PAGES };
    // SAFETY: the caller's promise.
    unsafe {
        if count < LONG {
            return put::<I>(to, from, count, true);
        }
        if count >= VERY_LONG && pages > 1 {
            return to.copy_from(from, count);
        }
        let mut done = (to.addr().wrapping_neg() % I::WIDTH).min(count);
        copy_few(to, from, done);
        while done + pages * PAGE <= count {
            let mut turn = done;
            while turn < done + PAGE {
                let mut page = 0;
                while page < pages {
                    let here = turn + page * PAGE;
                    put_turn::<I>(to.add(here), from.add(here));
                    page += 1;
                }
                turn += TURN;
            }
            done += pages * PAGE;
        }
        put::<I>(to.add(done), from.add(done), count - done, true);
    }
}

/// Bytes of a turn, all of which are read before the first is written.
const TURN: usize = 128;

/// # Safety
///
/// Both places hold [`TURN`] bytes, and `to` is the place of a register.
#[inline(always)]
unsafe fn put_turn<I: Isa>(to: *mut u8, from: *const u8) {
    fetch(from.wrapping_add(4 * TURN), TURN);
    // SAFETY: the caller's promise; a register is 16 or 32 bytes.
    unsafe {
        let mut read = [I::load(from); TURN / 16];
        let count = TURN / I::WIDTH;
        let mut k = 1;
        while k < count {
            read[k] = I::load(from.add(k * I::WIDTH));
            k += 1;
        }
        k = 0;
        while k < count {
            I::stream(to.add(k * I::WIDTH), read[k]);
            k += 1;
        }
    }
}
