//! Packed runs stored past the caches, where that is asked for; and from which
//! size on it should be.

use super::super::cpu::{Isa, fetch};
use super::super::item::{copy_few, copy_run};

/// From so many bytes on, of the lines read and written, a result is streamed: it
/// would drive everything else out of the caches, and be gone itself before it is
/// looked at. Measured with 32 MiB of cache, which others share, for copies, rows,
/// strides, reversals, transposes, casts and gathers, with and without reading the
/// result afterwards: below, conversions lose by up to a third where nobody else
/// uses the cache; from here on all win, by a half where most is written.
pub(in crate::kernels) const STREAM_FROM: i64 = 10 << 20;

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
/// stream. Not so where the target starts where the source does, modulo a page, or
/// a little ahead of it: loads would then wait for the stores of the turns before,
/// from which the processor tells them by their last twelve bits only, and take
/// three times as long.
///
/// # Safety
///
/// Both places hold `count` bytes, and do not overlap, or are the same.
#[inline(always)]
pub(in crate::kernels) unsafe fn put_long<I: Isa>(to: *mut u8, from: *const u8, count: usize) {
    // How far the last turn's stores reach ahead of the next turn's loads.
    let reach = to.addr().wrapping_sub(from.addr()).wrapping_add(TURN) % PAGE;
    let pages = if reach < NEAR { 1 } else { PAGES };
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

/// Stores that are so many bytes away are done before the loads come there.
const NEAR: usize = 1024 + TURN;

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
