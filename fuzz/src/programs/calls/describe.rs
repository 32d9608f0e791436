//! What arrays say of themselves, and how long they live.

use super::super::world::*;
use array::ffi::{describe::*, lifetime::*, show::*, types::*};
use std::ptr::{null, null_mut};

pub fn report(world: &mut World) {
    let array = world.pick();
    let capacity = world.input.byte() as usize;
    let mut buf = vec![0x7fu8; capacity + 1];
    let mut needed = 0;
    let what = world.input.below(3);
    if what == 1 && array.as_ref().is_some_and(|array| !array.is_small()) {
        return;
    }
    // SAFETY: alive or NULL, with a buffer as large as said.
    let status = unsafe {
        let buf = buf.as_mut_ptr().cast();
        match what {
            0 => la_describe(raw(&array), buf, capacity, &mut needed),
            1 => la_format(raw(&array), null(), buf, capacity, &mut needed),
            _ => {
                let dtype = array.as_ref().map_or(0, |array| array.dtype);
                array::ffi::dtypes::la_dtype_name(dtype, buf, capacity, &mut needed)
            }
        }
    };
    assert_eq!(buf[capacity], 0x7f, "written beyond the buffer");
    if array.is_none() {
        let nothing = if what == 2 {
            LA_DTYPE_ERROR
        } else {
            LA_NULL_ARGUMENT
        };
        return assert_eq!(status, nothing);
    }
    let fits = needed <= capacity;
    assert_eq!(status, if fits { LA_OK } else { LA_BUFFER_TOO_SMALL });
    if capacity > 0 {
        let end = buf.iter().position(|&byte| byte == 0).expect("a text ends");
        let text = std::str::from_utf8(&buf[..end]).expect("a text is UTF-8");
        assert!(!fits || text.len() + 1 == needed);
    }
}

pub fn lifetime(world: &mut World) {
    let Some(array) = world.pick() else {
        // SAFETY: NULL is allowed.
        return unsafe {
            la_release(null_mut());
            assert!(la_retain(null()).is_null());
            assert_eq!(
                (la_refcount(null()), la_ndim(null()), la_size(null())),
                (-1, -1, -1)
            );
            assert!(la_shape(null()).is_null() && la_base(null()).is_null());
            assert_eq!((la_flags(null()), la_dtype_of(null())), (0, 0));
        };
    };
    // SAFETY: alive; references are given back as often as they are taken.
    unsafe {
        let before = la_refcount(array.raw);
        assert_eq!(la_retain(array.raw), array.raw);
        assert_eq!(la_refcount(array.raw), before + 1);
        la_release(array.raw);
        assert_eq!(la_refcount(array.raw), before);
    }
    let place = world
        .handles
        .iter()
        .position(|handle| handle.raw == array.raw)
        .unwrap();
    drop(array);
    world.drop_handle(place);
}
