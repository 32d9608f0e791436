//! Handles of the C ABI from Rust: small enough for Miri (`make check-miri`), which sees
//! pointers that are used after their memory is gone, beyond its bounds, or against the
//! rules of aliasing, and threads that race.

use array::ffi::compare::*;
use array::ffi::copy::*;
use array::ffi::create::*;
use array::ffi::describe::*;
use array::ffi::exchange::*;
use array::ffi::index::*;
use array::ffi::lifetime::*;
use array::ffi::overlap::*;
use array::ffi::runtime::*;
use array::ffi::show::*;
use array::ffi::types::*;
use array::ffi::view::*;
use array::ffi::write::*;
use core::ffi::c_void;
use core::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A handle that is released at the end.
struct Handle(*mut la_array);

// SAFETY: handles may be shared and sent, as the header says.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: a handle of its own.
        unsafe { la_release(self.0) };
    }
}

/// The handle that a call makes.
fn made(call: impl FnOnce(*mut *mut la_array) -> la_status) -> Handle {
    let mut out = ptr::null_mut();
    assert_eq!(call(&raw mut out), LA_OK);
    Handle(out)
}

fn arange(count: i64) -> Handle {
    // SAFETY: a place for a handle.
    made(|out| unsafe { la_arange(LA_INT64, 0, count, 1, out) })
}

fn slice(array: &Handle, text: &core::ffi::CStr) -> Handle {
    // SAFETY: a live handle and a text.
    made(|out| unsafe { la_slice_str(array.0, text.as_ptr(), out) })
}

fn item(array: &Handle, index: i64) -> i64 {
    let mut value = 0;
    // SAFETY: a live handle, an index and a place.
    let status = unsafe { la_item_i64(array.0, 1, &raw const index, &raw mut value) };
    assert_eq!(status, LA_OK);
    value
}

#[test]
fn views_outlive_the_handle_they_were_made_of_in_any_order() {
    for order in 0..6 {
        let album = arange(6);
        let window = slice(&album, c"1:4");
        let inner = slice(&window, c"::-1");
        let mut handles = [Some(album), Some(window), Some(inner)];
        // Every order of three.
        let first = order % 3;
        handles[first] = None;
        let rest: Vec<usize> = (0..3).filter(|&k| k != first).collect();
        let second = rest[order / 3];
        if let Some(last) = &handles[rest[1 - order / 3]] {
            // SAFETY: live handles.
            assert!(unsafe { la_size(last.0) } >= 3);
        }
        handles[second] = None;
        if let Some(inner) = &handles[2] {
            assert_eq!(item(inner, 0), 3);
        }
    }
}

#[test]
fn writes_through_a_window_reach_the_album_and_its_base_is_the_album() {
    let album = arange(6);
    let window = slice(&album, c"1:4");
    // SAFETY: live handles.
    unsafe {
        assert_eq!(la_fill_i64(window.0, 999), LA_OK);
        assert!(ptr::eq(la_base(window.0), album.0));
        assert!(la_base(album.0).is_null());
        assert_eq!(la_refcount(album.0), 2);
    }
    assert_eq!([0, 1, 3, 4].map(|k| item(&album, k)), [0, 999, 999, 4]);
}

#[test]
fn assignments_and_copies_of_overlapping_views() {
    let line = arange(8);
    let (head, tail) = (slice(&line, c":-2"), slice(&line, c"2:"));
    // SAFETY: live handles.
    unsafe { assert_eq!(la_assign(tail.0, head.0, LA_CAST_NO), LA_OK) };
    assert_eq!(
        core::array::from_fn::<_, 8, _>(|k| item(&line, k as i64)),
        [0, 1, 0, 1, 2, 3, 4, 5]
    );
    let reversed = slice(&line, c"::-1");
    // SAFETY: live handles.
    unsafe { assert_eq!(la_assign(line.0, reversed.0, LA_CAST_NO), LA_OK) };
    assert_eq!(item(&line, 0), 5);
    // SAFETY: live handles and a place.
    let copy = made(|out| unsafe { la_copy(reversed.0, LA_ORDER_C, out) });
    assert_eq!(item(&copy, 0), 0);
    let mut shares = -1;
    // SAFETY: live handles and a place.
    unsafe { la_shares_memory(copy.0, line.0, LA_WORK_DEFAULT, &raw mut shares) };
    assert_eq!(shares, 0);
}

#[test]
fn foreign_memory_is_given_back_once_by_the_last_of_its_views() {
    static DELETED: AtomicUsize = AtomicUsize::new(0);
    unsafe extern "C" fn deleter(memory: *mut c_void, payload: *mut c_void) {
        // SAFETY: the payload is the vector that the memory is of.
        let vector = unsafe { Box::from_raw(payload.cast::<Vec<i64>>()) };
        assert!(ptr::eq(vector.as_ptr(), memory.cast()));
        DELETED.fetch_add(1, Ordering::SeqCst);
    }
    let mut vector = Box::new(vec![1i64, 2, 3, 4]);
    let memory = vector.as_mut_ptr();
    let shape = [4i64];
    // SAFETY: the memory is the deleter's to free.
    let array = made(|out| unsafe {
        la_wrap(
            memory.cast(),
            32,
            0,
            LA_INT64,
            1,
            shape.as_ptr(),
            ptr::null(),
            0,
            Some(deleter),
            Box::into_raw(vector).cast(),
            out,
        )
    });
    let view = slice(&array, c"1:");
    drop(array);
    assert_eq!((DELETED.load(Ordering::SeqCst), item(&view, 0)), (0, 2));
    drop(view);
    assert_eq!(DELETED.load(Ordering::SeqCst), 1);
}

#[test]
fn a_read_only_twin_keeps_the_owner_and_narrows() {
    let owner = arange(4);
    // SAFETY: a live handle and a place.
    let twin = made(|out| unsafe { la_readonly(owner.0, out) });
    let view = slice(&twin, c"1:");
    drop(owner);
    // SAFETY: live handles.
    unsafe {
        assert_eq!(la_fill_i64(view.0, 1), LA_READ_ONLY);
        assert_eq!(la_same_owner(view.0, twin.0), 1);
        assert!(la_data_mut(view.0).is_null());
    }
    assert_eq!(item(&view, 2), 3);
}

#[test]
fn handles_are_retained_viewed_and_released_by_several_threads() {
    let array = arange(10);
    std::thread::scope(|scope| {
        for k in 0..3 {
            let array = &array;
            scope.spawn(move || {
                for _ in 0..3 {
                    // SAFETY: a live handle.
                    let kept = Handle(unsafe { la_retain(array.0) });
                    let view = slice(&kept, c"2:8");
                    let inner = slice(&view, c"::2");
                    drop(view);
                    assert_eq!(item(&inner, k), 2 + 2 * k);
                }
            });
        }
    });
    // SAFETY: a live handle.
    assert_eq!(unsafe { la_refcount(array.0) }, 1);
}

#[test]
fn the_last_release_may_be_another_threads() {
    let array = arange(10);
    let view = slice(&array, c"2:8");
    drop(array);
    std::thread::spawn(move || assert_eq!(item(&view, 0), 2))
        .join()
        .unwrap();
}

#[test]
fn messages_are_each_threads_own() {
    let text = || {
        let mut text = [0u8; 200];
        let mut needed = 0;
        // SAFETY: a buffer of that size.
        unsafe { la_last_error(text.as_mut_ptr().cast(), 200, &raw mut needed) };
        String::from_utf8_lossy(&text[..needed.saturating_sub(1)]).into_owned()
    };
    let array = arange(3);
    let mut out = ptr::null_mut();
    // SAFETY: a live handle, a text and a place.
    let status = unsafe { la_slice_str(array.0, c"7".as_ptr(), &raw mut out) };
    assert_eq!((status, out.is_null()), (LA_INDEX_ERROR, true));
    assert!(text().contains("out of bounds"));
    std::thread::scope(|scope| scope.spawn(|| assert_eq!(text(), "")).join().unwrap());
}

#[test]
fn indices_masks_and_strings_move_elements() {
    let array = arange(6);
    let indices = slice(&array, c"1:3");
    // SAFETY: live handles and a place.
    let taken = made(|out| unsafe { la_take(array.0, indices.0, 0, LA_MODE_RAISE, out) });
    assert_eq!((item(&taken, 0), item(&taken, 1)), (1, 2));
    // SAFETY: a live handle and a place.
    let mask = made(|out| unsafe { la_compare_i64(array.0, 3, LA_GT, out) });
    let place = la_index {
        kind: LA_INDEX_MASK,
        flags: 0,
        start: 0,
        stop: 0,
        step: 0,
        array: mask.0,
        reserved: [0; 2],
    };
    // SAFETY: live handles, a key and a place.
    let picked = made(|out| unsafe { la_get(array.0, &raw const place, 1, out) });
    assert_eq!((item(&picked, 0), item(&picked, 1)), (4, 5));
    // SAFETY: live handles.
    unsafe { assert_eq!(la_put(array.0, indices.0, picked.0, LA_MODE_RAISE), LA_OK) };
    assert_eq!((item(&array, 1), item(&array, 2)), (4, 5));
    let mut text = [0u8; 100];
    let mut needed = 0;
    // SAFETY: a live handle and a buffer of that size.
    let status = unsafe {
        la_format(
            array.0,
            ptr::null(),
            text.as_mut_ptr().cast(),
            100,
            &raw mut needed,
        )
    };
    assert_eq!(status, LA_OK);
    assert_eq!(&text[..needed - 1], b"[0 4 5 3 4 5]");
}

#[test]
fn a_tensor_keeps_its_array_and_is_given_back_once() {
    let array = arange(6);
    let mut tensor = ptr::null_mut();
    // SAFETY: live handles and places; the tensor is handed on once.
    unsafe {
        assert_eq!(
            la_to_dlpack(array.0, LA_COPY_NEVER, 0, &raw mut tensor),
            LA_OK
        );
    }
    drop(array);
    // SAFETY: as above.
    let back = made(|out| unsafe { la_from_dlpack(tensor, LA_COPY_NEVER, out) });
    assert_eq!(item(&back, 5), 5);
}
