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
pub(super) unsafe fn swap_bytes(
    start: *mut u8,
    stride: isize,
    word_size: usize,
    words_per_item: usize,
    count: usize,
) {
    if word_size < 2 {
        return;
    }
    if stride == (word_size * words_per_item) as isize {
        // All words of all elements, one after the other.
        let stride = word_size as isize;
        // SAFETY: every word lies in an element that the caller vouches for.
        return unsafe { swap_words(start, stride, word_size, count * words_per_item) };
    }
    for word in 0..words_per_item {
        let start = start.wrapping_add(word * word_size);
        // SAFETY: this word of each element lies in it.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_of_each_element_is_reversed_by_itself() {
        for (word, words) in [
            (1, 1),
            (2, 1),
            (4, 1),
            (8, 1),
            (4, 2),
            (8, 2),
            (3, 2),
            (16, 1),
        ] {
            let item = word * words;
            for gap in [0, 1, 3] {
                for backwards in [false, true] {
                    for count in [0, 1, 2, 17] {
                        let stride = item + gap;
                        // One byte in front, so that nothing is aligned.
                        let mut bytes: Vec<u8> = (0..1 + stride * count.max(1))
                            .map(|k| (k * 7) as u8)
                            .collect();
                        let mut expected = bytes.clone();
                        for k in 0..count {
                            for w in 0..words {
                                let at = 1 + k * stride + w * word;
                                expected[at..at + word].reverse();
                            }
                        }
                        let (first, step) = match backwards {
                            true => (1 + stride * count.saturating_sub(1), -(stride as isize)),
                            false => (1, stride as isize),
                        };
                        // SAFETY: the elements lie within the buffer, apart.
                        unsafe {
                            let start = bytes.as_mut_ptr().add(first);
                            swap_bytes(start, step, word, words, count);
                        }
                        assert_eq!(bytes, expected, "{words} words of {word}, gap {gap}");
                    }
                }
            }
        }
    }
}
