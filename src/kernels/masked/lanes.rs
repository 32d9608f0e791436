//! What AVX2 does for a word of a mask that is neither empty, full nor nearly
//! so: true elements brought together by permutations that the mask's bits look
//! up.
//!
//! A group of elements is one register: four of 8 bytes, eight of 4, 2 and 1.

use core::arch::x86_64::*;

use super::words::WORD;

/// For eight bits, the places of those that are set, ascending; then zeros.
static CHOSEN: [[u8; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut bits = 0;
    while bits < 256 {
        let (mut place, mut found) = (0, 0);
        while place < 8 {
            if bits >> place & 1 != 0 {
                table[bits][found] = place as u8;
                found += 1;
            }
            place += 1;
        }
        bits += 1;
    }
    table
};

/// The same for four elements of 8 bytes, as the pairs of 4 bytes that `vpermd`
/// moves.
static CHOSEN_PAIRS: [[u32; 8]; 16] = {
    let mut table = [[0; 8]; 16];
    let mut bits = 0;
    while bits < 16 {
        let mut place = 0;
        while place < 4 {
            let from = CHOSEN[bits][place] as u32;
            table[bits][2 * place] = 2 * from;
            table[bits][2 * place + 1] = 2 * from + 1;
            place += 1;
        }
        bits += 1;
    }
    table
};

/// Elements of `SIZE` bytes that one group has.
const fn group(size: usize) -> usize {
    if size == 8 { 4 } else { 8 }
}

/// Whether there are groups for elements of a size.
pub(super) const fn has_groups(size: usize) -> bool {
    matches!(size, 1 | 2 | 4 | 8)
}

/// A group with the elements whose bits are set in front.
///
/// # Safety
///
/// `from` is followed by a group of elements of `SIZE` bytes.
#[inline(always)]
unsafe fn chosen<const SIZE: usize>(from: *const u8, bits: usize) -> __m256i {
    // SAFETY: the caller's promise; the tables' entries are 8 or 32 bytes, and
    // `bits` is one group's.
    unsafe {
        if SIZE == 8 {
            let order = _mm256_loadu_si256(CHOSEN_PAIRS[bits & 15].as_ptr().cast());
            return _mm256_permutevar8x32_epi32(_mm256_loadu_si256(from.cast()), order);
        }
        let order = _mm_loadl_epi64(CHOSEN[bits & 255].as_ptr().cast());
        match SIZE {
            4 => {
                let order = _mm256_cvtepu8_epi32(order);
                _mm256_permutevar8x32_epi32(_mm256_loadu_si256(from.cast()), order)
            }
            2 => {
                // Place p is the bytes 2p and 2p + 1.
                let twice = _mm_add_epi8(order, order);
                let order = _mm_add_epi8(_mm_unpacklo_epi8(twice, twice), _mm_set1_epi16(0x0100));
                let value = _mm_shuffle_epi8(_mm_loadu_si128(from.cast()), order);
                _mm256_castsi128_si256(value)
            }
            _ => {
                let value = _mm_shuffle_epi8(_mm_loadl_epi64(from.cast()), order);
                _mm256_castsi128_si256(value)
            }
        }
    }
}

/// Stores one group.
///
/// # Safety
///
/// `to` has room for a group of elements of `SIZE` bytes.
#[inline(always)]
unsafe fn store<const SIZE: usize>(to: *mut u8, value: __m256i) {
    // SAFETY: the caller's promise.
    unsafe {
        match SIZE {
            4 | 8 => _mm256_storeu_si256(to.cast(), value),
            2 => _mm_storeu_si128(to.cast(), _mm256_castsi256_si128(value)),
            _ => _mm_storel_epi64(to.cast(), _mm256_castsi256_si128(value)),
        }
    }
}

/// The elements of a word whose bits are set, one behind the other. Writes ahead
/// of the last one, within 32 elements from the first.
///
/// # Safety
///
/// Both places are followed by 32 elements of `SIZE` bytes, for which there are
/// groups; the processor has AVX2.
#[inline(always)]
pub(super) unsafe fn pack<const SIZE: usize>(to: *mut u8, from: *const u8, bits: u32) {
    let mut to = to;
    for place in (0..WORD).step_by(group(SIZE)) {
        let bits = (bits >> place) as usize & ((1 << group(SIZE)) - 1);
        // SAFETY: the group lies in the word, and no more elements have been
        // stored than looked at.
        unsafe {
            let from = from.wrapping_add(place * SIZE);
            store::<SIZE>(to, chosen::<SIZE>(from, bits));
        }
        to = to.wrapping_add(bits.count_ones() as usize * SIZE);
    }
}
