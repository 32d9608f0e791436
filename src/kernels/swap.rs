//! Reversing the bytes of elements in place, between this machine's byte order
//! and the other.

use super::map::at_mut;

/// Reverses the bytes of each word of `count` elements, in place. An element is
/// `words_per_item` words of `word_size` bytes (a complex number is two).
///
/// # Safety
///
/// For each `k` below `count`, `start + k * stride` must be readable, writable
/// and initialised for one element, no two elements may share a byte, and
/// nobody else may use them meanwhile.
pub unsafe fn swap_bytes(
    start: *mut u8,
    stride: isize,
    word_size: usize,
    words_per_item: usize,
    count: usize,
) {
    if word_size < 2 {
        return;
    }
    // SAFETY: (all) every word lies in an element that the caller vouches for.
    if stride == (word_size * words_per_item) as isize {
        // All words of all elements, one after the other.
        let stride = word_size as isize;
        return unsafe { swap_words(start, stride, word_size, count * words_per_item) };
    }
    for word in 0..words_per_item {
        let start = start.wrapping_add(word * word_size);
        unsafe { swap_words(start, stride, word_size, count) };
    }
}

/// # Safety
///
/// As for [`swap_bytes`], where an element is one word.
unsafe fn swap_words(start: *mut u8, stride: isize, word_size: usize, count: usize) {
    macro_rules! swap_each {
        ($word:ty, $stride:expr) => {
            for k in 0..count {
                let word = at_mut::<$word>(start, $stride, k);
                // SAFETY: element `k` is below `count`.
                unsafe { word.write_unaligned(word.read_unaligned().swap_bytes()) };
            }
        };
    }
    match (word_size, stride) {
        // With a stride that the compiler knows it makes vector code.
        (2, 2) => swap_each!(u16, 2),
        (4, 4) => swap_each!(u32, 4),
        (8, 8) => swap_each!(u64, 8),
        (2, _) => swap_each!(u16, stride),
        (4, _) => swap_each!(u32, stride),
        (8, _) => swap_each!(u64, stride),
        _ => {
            for k in 0..count {
                let word = at_mut::<u8>(start, stride, k);
                for low in 0..word_size / 2 {
                    // SAFETY: both bytes are in element `k`, and distinct.
                    unsafe { word.add(low).swap(word.add(word_size - 1 - low)) };
                }
            }
        }
    }
}
