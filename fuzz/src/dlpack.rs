//! DLPack tensors of any bit pattern, in both structs. Which statuses a tensor gives
//! is worked out from the header's words. The deleter is called exactly once: before
//! the call returns where that fails or copies, else with the last handle.

use crate::input::Input;
use crate::memory::Watch;
use crate::model::{Expected, Layout};
use array::ffi::{describe::*, exchange::*, lifetime::*, types::*, view::la_transpose};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;

thread_local! {
    static DELETED: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "C" fn delete(_: *mut c_void) {
    DELETED.set(DELETED.get() + 1);
}

/// dlpack.h's DLTensor.
#[repr(C)]
#[derive(Clone, Copy)]
struct Tensor {
    data: *mut c_void,
    device_type: i32,
    device_id: i32,
    ndim: i32,
    code: u8,
    bits: u8,
    lanes: u16,
    shape: *mut i64,
    strides: *mut i64,
    byte_offset: u64,
}

/// More the library does not get.
const LARGEST_BLOCK: usize = 1 << 20;

type Deleter = Option<unsafe extern "C" fn(*mut c_void)>;

#[repr(C)]
struct Versioned {
    major: u32,
    minor: u32,
    context: *mut c_void,
    deleter: Deleter,
    flags: u64,
    tensor: Tensor,
}

#[repr(C)]
struct Unversioned {
    tensor: Tensor,
    context: *mut c_void,
    deleter: Deleter,
}

/// (code, bits) of the element types.
const TYPES: &[(u8, u8, i32)] = &[
    (6, 8, LA_BOOL),
    (0, 8, LA_INT8),
    (0, 16, LA_INT16),
    (0, 32, LA_INT32),
    (0, 64, LA_INT64),
    (1, 8, LA_UINT8),
    (1, 16, LA_UINT16),
    (1, 32, LA_UINT32),
    (1, 64, LA_UINT64),
    (2, 16, LA_FLOAT16),
    (4, 16, LA_BFLOAT16),
    (2, 32, LA_FLOAT32),
    (2, 64, LA_FLOAT64),
    (5, 64, LA_COMPLEX64),
    (5, 128, LA_COMPLEX128),
];

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let watch = Watch::begin(LARGEST_BLOCK);
    DELETED.set(0);
    let mut memory = [0x55u64; 64];
    let size = size_of_val(&memory) as i128;
    let start = memory.as_mut_ptr().cast::<u8>();

    let choices = input.byte();
    let (versioned, has_deleter) = (choices & 1 == 0, choices & 6 != 6);
    let copy = input.small(0, 2);
    let ndim = input.small(0, 3);
    let ndim = if input.once_in(16) {
        60 + ndim % 8
    } else {
        ndim
    };
    let mut shape = [1i64; 80];
    let mut strides = [0i64; 80];
    let count = usize::try_from(ndim).unwrap_or(0).min(80);
    for axis in 0..count.min(8) {
        shape[axis] = input.number(0, 4);
        strides[axis] = input.number(-2, 8);
    }
    let (code, bits, dtype) = TYPES[input.below(TYPES.len() as i64) as usize];
    let odd = input.once_in(12);
    let has_shape = !input.once_in(16);
    let has_strides = !input.once_in(4);
    let tensor = Tensor {
        data: match input.below(16) {
            15 => null_mut(),
            14 => input.i64() as *mut c_void,
            place => start.wrapping_add(place as usize * 9).cast(),
        },
        device_type: if input.once_in(16) {
            input.small(0, 16)
        } else {
            1
        },
        device_id: input.small(0, 2),
        ndim,
        code: if odd { input.byte() } else { code },
        bits: if odd { input.byte() } else { bits },
        lanes: if odd { input.small(0, 2) as u16 } else { 1 },
        shape: if has_shape {
            shape.as_mut_ptr()
        } else {
            null_mut()
        },
        strides: if has_strides {
            strides.as_mut_ptr()
        } else {
            null_mut()
        },
        byte_offset: if input.once_in(8) {
            input.i64() as u64
        } else {
            input.below(64) as u64
        },
    };
    let major = if input.once_in(16) {
        input.small(0, 3) as u32
    } else {
        1
    };
    let flags = if input.once_in(16) {
        input.i64() as u64
    } else {
        input.below(8) as u64
    };

    // What the header says.
    let mut expected = Expected::default();
    let known = TYPES
        .iter()
        .find(|t| (t.0, t.1, 1) == (tensor.code, tensor.bits, tensor.lanes));
    expected.fails_if(!(0..=2).contains(&copy), LA_INVALID_ARGUMENT);
    expected.fails_if(versioned && (major != 1 || flags > 7), LA_UNSUPPORTED);
    let readable = !versioned || major == 1;
    let mut layout = None;
    let mut spans = false;
    if readable {
        expected.fails_if(tensor.device_type != 1, LA_UNSUPPORTED);
        expected.fails_if(known.is_none(), LA_DTYPE_ERROR);
        expected.fails_if(ndim < 0, LA_INVALID_ARGUMENT);
        expected.fails_if(ndim > 64, LA_LIMIT);
        expected.fails_if(ndim > 0 && !has_shape, LA_NULL_ARGUMENT);
        if let Some(&(_, bits, _)) = known
            && (0..=64).contains(&ndim)
            && (has_shape || ndim == 0)
        {
            let itemsize = i64::from(bits / 8);
            let extents = &shape[..count];
            expected.fails_if(extents.iter().any(|&extent| extent < 0), LA_SHAPE_ERROR);
            let nonzero = extents.iter().filter(|&&extent| extent > 0);
            let product = nonzero.fold(i128::from(itemsize), |product, &extent| {
                product.saturating_mul(extent.into())
            });
            let mut too_large = product > i64::MAX.into();
            let wide: Vec<i128> = match has_strides {
                true => strides[..count]
                    .iter()
                    .map(|&s| i128::from(s) * i128::from(itemsize))
                    .collect(),
                false if too_large || extents.iter().any(|&extent| extent < 0) => vec![0; count],
                false => {
                    let packed = Layout::packed(extents, itemsize, false);
                    packed.strides.iter().map(|&s| s.into()).collect()
                }
            };
            too_large |= wide.iter().any(|&s| i64::try_from(s).is_err());
            expected.fails_if(too_large, LA_OVERFLOW);
            if expected.is_ok() && !extents.contains(&0) {
                let (mut low, mut high) = (0i128, i128::from(itemsize));
                for (&extent, stride) in extents.iter().zip(&wide) {
                    let reach = (i128::from(extent) - 1) * stride;
                    if reach < 0 {
                        low += reach
                    } else {
                        high += reach
                    }
                }
                expected.fails_if(
                    low < i64::MIN.into() || high > i64::MAX.into() || high - low > i64::MAX.into(),
                    LA_OVERFLOW,
                );
                expected.fails_if(tensor.data.is_null(), LA_NULL_ARGUMENT);
                let first = tensor.data.addr() as i128 + i128::from(tensor.byte_offset);
                // No such addresses: which number it is that exceeds 64 bits is
                // the library's to say.
                if !tensor.data.is_null() && (first + low < 1 || first + high > i64::MAX.into()) {
                    expected.fails(LA_OVERFLOW);
                }
                let begin = first - start.addr() as i128;
                spans = begin + low >= 0 && begin + high <= size;
            } else {
                spans = extents.contains(&0);
            }
            if expected.is_ok() {
                let strides = wide.iter().map(|&s| s as i64).collect();
                let offset = (tensor.data.addr() as u64).wrapping_add(tensor.byte_offset) as i64;
                layout = Some(Layout {
                    shape: extents.to_vec(),
                    strides,
                    offset,
                    itemsize,
                });
            }
        }
    }
    // What is copied has to be there, which no library can check.
    let copy = if copy == LA_COPY_ALWAYS && expected.is_ok() && !spans {
        LA_COPY_NEVER
    } else {
        copy
    };

    if let Some(layout) = layout.as_ref().filter(|_| copy == LA_COPY_ALWAYS) {
        expected.fails_if(layout.nbytes() > LARGEST_BLOCK as i64, LA_OUT_OF_MEMORY);
    }

    let no_out = input.once_in(32);
    expected.fails_if(no_out, LA_NULL_ARGUMENT);
    let deleter: Deleter = has_deleter.then_some(delete);
    // One byte more, so that the struct can stand unaligned.
    let shift = usize::from(choices >> 3 & 1);
    let mut room = [0u64; 12];
    let place = room.as_mut_ptr().cast::<u8>().wrapping_add(shift);
    let mut out: *mut la_array = null_mut();
    let place_of_out = if no_out { null_mut() } else { &raw mut out };
    // SAFETY: the room is large enough, and lives to the end; what the tensor points
    // to is there as far as it is read.
    let status = unsafe {
        if versioned {
            let context = null_mut();
            place.cast::<Versioned>().write_unaligned(Versioned {
                major,
                minor: 77,
                context,
                deleter,
                flags,
                tensor,
            });
            la_from_dlpack(place.cast(), copy, place_of_out)
        } else {
            place.cast::<Unversioned>().write_unaligned(Unversioned {
                tensor,
                context: null_mut(),
                deleter,
            });
            la_from_dlpack_unversioned(place.cast(), copy, place_of_out)
        }
    };
    expected.check("la_from_dlpack", status);
    let calls = u32::from(has_deleter);
    if status != LA_OK {
        assert!(out.is_null());
        assert_eq!(DELETED.get(), calls, "the deleter after a failure");
        return watch.end();
    }
    let layout = layout.expect("a tensor that is taken has a layout");
    // SAFETY: the handle is alive until it is released.
    unsafe {
        assert_eq!(la_dtype_of(out), known.map_or(dtype, |t| t.2));
        assert!(la_base(out).is_null());
        let copied = copy == LA_COPY_ALWAYS;
        if copied {
            let packed = Layout {
                offset: 0,
                ..layout.clone()
            };
            assert_eq!(
                std::slice::from_raw_parts(la_shape(out), count),
                packed.shape
            );
            assert_eq!(DELETED.get(), calls, "the deleter after a copy");
        } else {
            layout.check(out, std::ptr::null());
            assert_eq!(DELETED.get(), 0, "the deleter while there is a handle");
        }
        let writeable = copied || (versioned && flags & 1 == 0);
        assert_eq!(la_flags(out) & LA_FLAG_WRITEABLE != 0, writeable);
        let mut view = null_mut();
        assert_eq!(la_transpose(out, &mut view), LA_OK);
        assert_eq!(la_refcount(out), 2);
        la_release(out);
        assert_eq!(
            DELETED.get(),
            if copied { calls } else { 0 },
            "the view keeps the loan"
        );
        la_release(view);
    }
    assert_eq!(DELETED.get(), calls, "the deleter in the end");
    watch.end();
}
