//! Text for people.

use core::ffi::c_char;

use super::arguments::borrow;
use super::guard::{guard, unsupported};
use super::texts::write_text;
use super::types::*;
use crate::display::{self, Form, FormatOptions};
use crate::error::{Error, Result};

unsafe fn options(given: *const la_format_options) -> Result<FormatOptions> {
    if given.is_null() {
        return Ok(FormatOptions::default());
    }
    // SAFETY: the caller vouches for the pointer.
    let given = unsafe { given.read_unaligned() };
    let check = |argument, value: i64, low: i64, high: i64, expected| {
        if (low..=high).contains(&value) {
            return Ok(value as usize);
        }
        Err(Error::InvalidValue {
            argument,
            value,
            expected,
        })
    };
    let size = size_of::<la_format_options>() as i64;
    check(
        "options->size",
        given.size as i64,
        size,
        size,
        "sizeof(la_format_options)",
    )?;
    let most = i32::MAX.into();
    Ok(FormatOptions {
        precision: check(
            "options->precision",
            given.precision.into(),
            0,
            17,
            "0 to 17",
        )?,
        threshold: check(
            "options->threshold",
            given.threshold.into(),
            0,
            most,
            "0 or more",
        )?,
        edge_items: check(
            "options->edge_items",
            given.edge_items.into(),
            1,
            most,
            "1 or more",
        )?,
        line_width: check(
            "options->line_width",
            given.line_width.into(),
            1,
            most,
            "1 or more",
        )?,
        form: match given.form {
            LA_FORMAT_REPR => Form::Repr,
            other => {
                let expected = "LA_FORMAT_STR or LA_FORMAT_REPR";
                check("options->form", other.into(), 0, 0, expected)?;
                Form::Str
            }
        },
    })
}

/// SHOW. Writes the elements as NumPy's `str` does or, when the options ask for
/// it, as its `repr` does.
///
/// `options`: NULL for NumPy's defaults and `str`. `buf`, `capacity`, `out_needed`: as for
/// `la_dtype_name`. Returns LA_OK, LA_NULL_ARGUMENT, LA_INVALID_ARGUMENT
/// (options), LA_BUFFER_TOO_SMALL or LA_OUT_OF_MEMORY.
///
/// Threads: reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_format(
    array: *const la_array,
    options_: *const la_format_options,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let text = display::Text::new(&*borrow("array", array)?, &options(options_)?)?;
            write_text("the text", buf, capacity, out_needed, |w| text.write(w))
        }
    })
}

/// Writes one line that tells type, shape, strides, contiguity, and whose
/// memory it is: "int64 (2, 3) strides (24, 8) C-contiguous view of ...".
///
/// `buf`, `capacity`, `out_needed`: as for `la_dtype_name`. Returns LA_OK,
/// LA_NULL_ARGUMENT or LA_BUFFER_TOO_SMALL.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_describe(
    array: *const la_array,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
) -> la_status {
    guard(|| {
        // SAFETY: the caller vouches for the pointers.
        unsafe {
            let array = borrow("array", array)?;
            write_text("the description", buf, capacity, out_needed, |w| {
                display::describe(&array, w)
            })
        }
    })
}

/// Explains in words why two arrays do or do not share memory, or why one is
/// not contiguous. Not offered yet: returns LA_UNSUPPORTED.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_explain(
    what: i32,
    a: *const la_array,
    b: *const la_array,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
) -> la_status {
    let _ = (what, a, b, buf, capacity, out_needed);
    unsupported("la_explain")
}

/// Draws the memory of an array as text or SVG. Not offered yet: returns
/// LA_UNSUPPORTED.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn la_draw(
    array: *const la_array,
    style: i32,
    buf: *mut c_char,
    capacity: usize,
    out_needed: *mut usize,
) -> la_status {
    let _ = (array, style, buf, capacity, out_needed);
    unsupported("la_draw")
}
