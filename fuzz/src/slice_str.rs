//! Index keys as text: a parser that splits where the library's goes byte by byte,
//! and basic indexing by its definition. Where a text is refused, the position that
//! the error names lies within it, and what stands before it is a key.

use crate::memory::Watch;
use crate::model::{Expected, Layout, last_error};
use array::error::Error;
use array::ffi::{describe::*, lifetime::la_release, types::*, view::la_slice_str};
use array::layout::parse_key;
use std::ffi::CString;
use std::ptr::null_mut;

/// An entry of a basic key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    At(i64),
    Range(Option<i64>, Option<i64>, i64),
    NewAxis,
    Ellipsis,
}

const MAX_KEY: usize = 129;

/// An integer, or nothing where there is none.
fn integer(text: &str) -> Result<Option<i64>, ()> {
    let text = text.trim_matches([' ', '\t', '\n']);
    if text.is_empty() {
        return Ok(None);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.trim_start_matches([' ', '\t', '\n']);
    match digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Err(()),
        false => format!("{sign}{digits}").parse().map(Some).map_err(|_| ()),
    }
}

fn entry(text: &str) -> Result<Entry, ()> {
    let text = text.trim_matches([' ', '\t', '\n']);
    match text {
        "..." => return Ok(Entry::Ellipsis),
        "None" | "newaxis" => return Ok(Entry::NewAxis),
        _ => {}
    }
    let parts: Vec<&str> = text.split(':').collect();
    let numbers: Vec<Option<i64>> = parts
        .iter()
        .map(|part| integer(part))
        .collect::<Result<_, _>>()?;
    match numbers[..] {
        [Some(index)] => Ok(Entry::At(index)),
        [start, stop] => Ok(Entry::Range(start, stop, 1)),
        [start, stop, step] => Ok(Entry::Range(start, stop, step.unwrap_or(1))),
        _ => Err(()),
    }
}

/// The key, or the statuses with which it may be refused.
fn parse(text: &str) -> Result<Vec<Entry>, Vec<i32>> {
    let mut parts: Vec<&str> = text.split(',').collect();
    if parts
        .last()
        .is_some_and(|part| part.trim_matches([' ', '\t', '\n']).is_empty())
        && (parts.len() > 1 || text.trim_matches([' ', '\t', '\n']).is_empty())
    {
        parts.pop();
    }
    let mut key = Vec::new();
    for part in parts.iter().take(MAX_KEY) {
        key.push(entry(part).map_err(|()| vec![LA_INVALID_ARGUMENT])?);
    }
    match parts.get(MAX_KEY).map(|part| entry(part)) {
        None => Ok(key),
        Some(Ok(_)) => Err(vec![LA_LIMIT]),
        // One too many, and wrong as well.
        Some(Err(())) => Err(vec![LA_LIMIT, LA_INVALID_ARGUMENT]),
    }
}

const SHAPES: &[&[i64]] = &[&[5, 4, 3], &[], &[7], &[2, 0, 3], &[1; 63], &[1, 6]];

pub fn run(data: &[u8]) {
    check(data, |_| {});
}

/// `change` spoils the key that the model goes by.
pub(crate) fn check(data: &[u8], change: impl Fn(&mut [Entry])) {
    let Some((&choice, text)) = data.split_first() else {
        return;
    };
    let text = &text[..text
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(text.len())];
    let watch = Watch::begin(1 << 20);
    let source = Layout::packed(SHAPES[usize::from(choice) % SHAPES.len()], 8, false);
    let mut array = null_mut();
    let ndim = source.shape.len() as i32;
    // SAFETY: the shape has as many extents.
    unsafe {
        let status = array::ffi::create::la_zeros(
            LA_INT64,
            ndim,
            source.shape.as_ptr(),
            LA_ORDER_C,
            &mut array,
        );
        assert_eq!(status, LA_OK);
    }
    let mut expected = Expected::default();
    let mut view = None;
    let parsed = std::str::from_utf8(text)
        .map_err(|_| vec![LA_INVALID_ARGUMENT])
        .and_then(|text| {
            check_position(text);
            parse(text)
        });
    match parsed {
        Err(statuses) => statuses
            .into_iter()
            .for_each(|status| expected.fails(status)),
        Ok(mut key) => {
            change(&mut key);
            view = source.slice(&key, &mut expected);
        }
    }
    let c_text = CString::new(text).unwrap();
    let mut out = null_mut();
    // SAFETY: a live handle, a text with its NUL, room for the result.
    unsafe {
        let status = la_slice_str(array, c_text.as_ptr(), &mut out);
        expected.check("la_slice_str", status);
        match view.filter(|_| status == LA_OK) {
            Some(view) => {
                view.check(out, la_data(array).cast());
                la_release(out);
            }
            None => assert!(out.is_null() && !last_error().is_empty()),
        }
        la_release(array);
    }
    watch.end();
}

/// Where the text stops making sense, it made sense until there: what stands before
/// is a key, or one entry longer than a key may be.
fn check_position(text: &str) {
    if let Err(Error::InvalidText { position, .. }) = parse_key(text) {
        assert!(
            position <= text.len() && text.is_char_boundary(position),
            "{text:?} {position}"
        );
        let before = parse_key(&text[..position]);
        assert!(
            before.is_ok() || matches!(before, Err(Error::Limit { .. })),
            "{text:?} {position}: {before:?}"
        );
    }
}
