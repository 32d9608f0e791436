//! The boundary: every exported function's body runs inside one of these two,
//! which turn errors into a status and a message, and panics into `LA_PANIC`.

use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, Ordering};
use std::cell::Cell;
use std::panic::{self, PanicHookInfo};
use std::sync::OnceLock;

use super::arguments::{give, out};
use super::message;
use super::types::{LA_OK, LA_PANIC, la_array, la_status};
use crate::array::Array;
use crate::error::{Error, Result};
use crate::memory;

/// Where the sources of the library stand, as panics name it: this file's own path
/// without its name.
const SOURCES: &str = file!().split_at(file!().len() - "ffi/guard.rs".len()).0;

/// Whether a panic was raised by the library's own sources. In its unit tests these
/// are the tests', too, whose panics are to be printed.
fn is_ours(info: &PanicHookInfo<'_>) -> bool {
    let place = info.location().map_or("", |location| location.file());
    !cfg!(test) && place.starts_with(SOURCES)
}

thread_local! {
    /// How many guards this thread is inside of: panics there are caught, so
    /// they are noted as a message and not printed.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static>;

/// The hook that was there before ours.
static PREVIOUS: OnceLock<Hook> = OnceLock::new();
/// Whether a guard has begun to install ours. Nobody waits for that: a child that is
/// forked meanwhile would wait for ever.
static INSTALLED: AtomicBool = AtomicBool::new(false);

/// Makes the panic hook note the panics that a guard will catch, here or where
/// a worker's is raised again, and pass all others on to the hook that was there.
#[inline]
fn install_hook() {
    if !INSTALLED.load(Ordering::Relaxed) {
        install_hook_once();
    }
}

#[cold]
fn install_hook_once() {
    if INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    // The first and only one.
    let _ = PREVIOUS.set(panic::take_hook());
    // A closure that captures nothing has no size, so this box, the only
    // one in the library, allocates nothing.
    #[allow(clippy::disallowed_methods)]
    panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let is_inside = DEPTH.with(Cell::get) > 0 || memory::threads::is_worker();
        if is_inside || is_ours(info) {
            message::set(&format_args!("internal error: {info}"));
        } else if let Some(previous) = PREVIOUS.get() {
            previous(info);
        }
    }));
}

/// Runs `body`; its error or panic becomes the status and the message.
pub(super) fn guard(body: impl FnOnce() -> Result<()>) -> la_status {
    install_hook();
    DEPTH.with(|depth| {
        depth.set(depth.get() + 1);
        let status = catch(|| {
            memory::provoke(c"the boundary");
            match body() {
                Ok(()) => LA_OK,
                Err(error) => fail(&error),
            }
        });
        depth.set(depth.get() - 1);
        status
    })
}

/// Runs what gives a status; a panic gives one, too. Errors have become a status
/// by then, since they are too large to be handed through here in vain.
#[inline(always)]
fn catch(body: impl FnOnce() -> la_status) -> la_status {
    panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or(LA_PANIC)
}

/// Leaves the message of an error; apart, since it hardly ever runs.
#[cold]
#[inline(never)]
pub(super) fn fail(error: &Error) -> la_status {
    message::set(&format_args!("{error}"));
    error.status() as la_status
}

/// Runs `body` for a function that returns a value and no status; an error or
/// a panic leaves a message and returns `otherwise`.
///
/// These functions read a field or drop a reference, so that they have nothing
/// to panic about; should one all the same, the panic stops here. The depth would
/// cost more than the work, so that such a panic is known by its place alone.
pub(super) fn accessor<T>(otherwise: T, body: impl FnOnce() -> Result<T>) -> T {
    let body = || {
        memory::provoke(c"an accessor");
        body().map_err(|error| fail(&error))
    };
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value,
        Ok(Err(_)) | Err(_) => otherwise,
    }
}

/// The body of a function that makes an array: runs `body` and hands its
/// result to `out`, which is checked first and untouched on failure.
///
/// # Safety
///
/// `out_array` is NULL or a place for a handle.
pub(super) unsafe fn produce(
    out_array: *mut *mut la_array,
    body: impl FnOnce() -> Result<Array>,
) -> la_status {
    guard(|| {
        let place = out("out", out_array)?;
        let array = body()?;
        // SAFETY: the caller's promise.
        unsafe { place.give(array) };
        Ok(())
    })
}

/// The body of a function that makes an array, with a short way for what is
/// asked for every day: `quick` gives `None` for everything else, above all for
/// arguments that are wrong, and `long_way` is taken. Its errors have been
/// through [`fail`], since they are too large to be carried about. As for an [`accessor`],
/// the depth would cost more than the short way has to do.
///
/// # Safety
///
/// `out_array` is NULL or a place for a handle.
#[inline(always)]
pub(super) unsafe fn produce_quickly(
    out_array: *mut *mut la_array,
    quick: impl FnOnce() -> Option<core::result::Result<Array, la_status>>,
    long_way: impl FnOnce() -> la_status,
) -> la_status {
    catch(|| {
        memory::provoke(c"a short way");
        let made = match out_array.is_null() {
            true => None,
            false => quick(),
        };
        match made {
            Some(Ok(array)) => {
                // SAFETY: not NULL, and the caller's promise.
                unsafe { out_array.write_unaligned(give(array)) };
                LA_OK
            }
            Some(Err(status)) => status,
            None => long_way(),
        }
    })
}

/// The body of a function that answers with a plain value.
///
/// # Safety
///
/// `out_value` is NULL or a place for a value.
pub(super) unsafe fn answer<T>(out_value: *mut T, body: impl FnOnce() -> Result<T>) -> la_status {
    guard(|| {
        let place = out("out", out_value)?;
        let value = body()?;
        // SAFETY: the caller's promise.
        unsafe { place.set(value) };
        Ok(())
    })
}

/// The body of a function that this version does not offer yet.
pub(super) fn unsupported(what: &'static str) -> la_status {
    guard(|| Err(Error::Unsupported { what }))
}
