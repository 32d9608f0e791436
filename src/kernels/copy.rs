//! Copies of elements of one size, whatever their type: runs along one axis,
//! and planes, where source and target run along different axes.

use super::map::{UnaryLoop, at, at_mut};

/// The loop that copies elements of `itemsize` bytes; `None` for sizes without
/// a loop of their own, which [`copy_items`] handles.
///
/// Contiguous runs, both forwards or both backwards, are moved as a whole, as
/// if through a buffer, which is reading far ahead; otherwise elements are
/// copied one after the other.
pub(super) fn copy_loop(itemsize: usize) -> Option<UnaryLoop> {
    Some(match itemsize {
        1 => copy_run::<u8>,
        2 => copy_run::<u16>,
        4 => copy_run::<u32>,
        8 => copy_run::<u64>,
        16 => copy_run::<u128>,
        _ => return None,
    })
}

/// # Safety
///
/// As for [`UnaryLoop`].
unsafe fn copy_run<T: Copy>(
    dst: *mut u8,
    dst_stride: isize,
    src: *const u8,
    src_stride: isize,
    count: usize,
) {
    let step = size_of::<T>() as isize;
    // SAFETY: the caller vouches for every element.
    unsafe {
        if dst_stride == step && src_stride == step {
            dst.copy_from(src, count * size_of::<T>());
        } else if count == 0 {
        } else if dst_stride == -step && src_stride == -step {
            let last = (count - 1) as isize * step;
            let (dst, src) = (dst.wrapping_offset(-last), src.wrapping_offset(-last));
            dst.copy_from(src, count * size_of::<T>());
        } else if src_stride == 0 {
            let value = src.cast::<T>().read_unaligned();
            if dst_stride == step {
                for k in 0..count {
                    at_mut::<T>(dst, step, k).write_unaligned(value);
                }
            } else {
                for k in 0..count {
                    at_mut::<T>(dst, dst_stride, k).write_unaligned(value);
                }
            }
        } else if dst_stride == step && src_stride == 2 * step {
            // With strides that the compiler knows it makes better code.
            for k in 0..count {
                let value = at::<T>(src, 2 * step, k).read_unaligned();
                at_mut::<T>(dst, step, k).write_unaligned(value);
            }
        } else if dst_stride == step {
            for k in 0..count {
                let value = at::<T>(src, src_stride, k).read_unaligned();
                at_mut::<T>(dst, step, k).write_unaligned(value);
            }
        } else {
            for k in 0..count {
                let value = at::<T>(src, src_stride, k).read_unaligned();
                at_mut::<T>(dst, dst_stride, k).write_unaligned(value);
            }
        }
    }
}

/// Copies elements of any size one after the other; contiguous runs at once.
///
/// # Safety
///
/// As for [`UnaryLoop`].
pub(super) unsafe fn copy_items(
    dst: *mut u8,
    dst_stride: isize,
    src: *const u8,
    src_stride: isize,
    count: usize,
    itemsize: usize,
) {
    let step = itemsize as isize;
    // SAFETY: the caller vouches for every element.
    unsafe {
        if dst_stride == step && src_stride == step {
            return dst.copy_from(src, count * itemsize);
        }
        for k in 0..count {
            at_mut::<u8>(dst, dst_stride, k).copy_from(at::<u8>(src, src_stride, k), itemsize);
        }
    }
}

/// Two nested loops over elements of one size:
/// `(dst, dst_strides, src, src_strides, counts)`, each `[outer, inner]`.
pub(super) type PlaneLoop = unsafe fn(*mut u8, [isize; 2], *const u8, [isize; 2], [usize; 2]);

/// The loop for planes in which the target runs along the inner axis and the
/// source along the outer one.
pub(super) fn plane_loop(itemsize: usize) -> Option<PlaneLoop> {
    Some(match itemsize {
        1 => copy_plane::<u8, 64>,
        2 => copy_plane::<u16, 32>,
        4 => copy_plane::<u32, 16>,
        8 => copy_plane::<u64, 8>,
        16 => copy_plane::<u128, 4>,
        _ => return None,
    })
}

/// Copies a plane in square blocks of one cache line a side, so that every line
/// of the source that is fetched is used whole before it is dropped.
///
/// # Safety
///
/// Every element must be as for [`UnaryLoop`], and source and target must not
/// overlap.
unsafe fn copy_plane<T: Copy, const BLOCK: usize>(
    dst: *mut u8,
    dst_strides: [isize; 2],
    src: *const u8,
    src_strides: [isize; 2],
    counts: [usize; 2],
) {
    let [outer, inner] = counts;
    // SAFETY: the caller vouches for every element.
    unsafe {
        let mut row = 0;
        while row < outer {
            let rows = BLOCK.min(outer - row);
            let mut column = 0;
            while column < inner {
                let columns = BLOCK.min(inner - column);
                let from = at::<u8>(at(src, src_strides[0], row), src_strides[1], column);
                let to = at_mut::<u8>(at_mut(dst, dst_strides[0], row), dst_strides[1], column);
                for r in 0..rows {
                    let from = at::<u8>(from, src_strides[0], r);
                    let to = at_mut::<u8>(to, dst_strides[0], r);
                    for c in 0..columns {
                        let value = at::<T>(from, src_strides[1], c).read_unaligned();
                        at_mut::<T>(to, dst_strides[1], c).write_unaligned(value);
                    }
                }
                column += columns;
            }
            row += rows;
        }
    }
}
