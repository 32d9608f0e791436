//! One element, or one short run of bytes, moved without a call.

use super::cpu::Isa;

/// Copies one element; a single move where the size is a usual one and the
/// compiler knows it.
///
/// # Safety
///
/// Both places hold `size` bytes; they may overlap.
#[inline(always)]
pub(super) unsafe fn copy_item(dst: *mut u8, src: *const u8, size: usize) {
    // SAFETY: (all) the caller's promise.
    unsafe {
        match size {
            1 => copy_as::<u8>(dst, src),
            2 => copy_as::<u16>(dst, src),
            4 => copy_as::<u32>(dst, src),
            8 => copy_as::<u64>(dst, src),
            // Of a size that the compiler knows it makes moves.
            _ => dst.copy_from(src, size),
        }
    }
}

/// # Safety
///
/// Both places hold a `T`; they may overlap.
#[inline(always)]
unsafe fn copy_as<T: Copy>(dst: *mut u8, src: *const u8) {
    // SAFETY: the caller's promise.
    unsafe {
        dst.cast::<T>()
            .write_unaligned(src.cast::<T>().read_unaligned());
    }
}

/// Copies fewer than 32 bytes, by two moves that may overlap. Bytes may be stored
/// twice.
///
/// # Safety
///
/// Both places hold `nbytes` bytes, and they do not overlap.
#[inline(always)]
pub(super) unsafe fn copy_few(dst: *mut u8, src: *const u8, nbytes: usize) {
    // The first bytes, and the last.
    macro_rules! both_ends {
        ($type:ty) => {{
            let last = nbytes - size_of::<$type>();
            copy_as::<$type>(dst, src);
            copy_as::<$type>(dst.wrapping_add(last), src.wrapping_add(last));
        }};
    }
    // SAFETY: every part lies within the run.
    unsafe {
        match nbytes {
            0 => {}
            1 => copy_as::<u8>(dst, src),
            2..4 => both_ends!(u16),
            4..8 => both_ends!(u32),
            8..16 => both_ends!(u64),
            _ => both_ends!(u128),
        }
    }
}

/// Bytes from which on a copy is worth a call of the library's.
const CALL: usize = 1024;

/// Copies a run of any size; a short one by a few registers, of which the last
/// two may overlap. Bytes may be stored twice, and are all within the run.
///
/// # Safety
///
/// Both places hold `nbytes` bytes, and they do not overlap.
#[inline(always)]
pub(super) unsafe fn copy_run<I: Isa>(dst: *mut u8, src: *const u8, nbytes: usize) {
    // SAFETY: every part lies within the run.
    unsafe {
        match nbytes {
            ..32 => copy_few(dst, src, nbytes),
            32..CALL => {
                let mut done = 0;
                let last = nbytes - I::WIDTH;
                while done < last {
                    I::store(dst.wrapping_add(done), I::load(src.wrapping_add(done)));
                    done += I::WIDTH;
                }
                I::store(dst.wrapping_add(last), I::load(src.wrapping_add(last)));
            }
            _ => dst.copy_from_nonoverlapping(src, nbytes),
        }
    }
}
