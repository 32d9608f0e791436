//! The boundary: every exported function's body runs inside one of these two,
//! which turn errors into a status and a message, and panics into `LA_PANIC`.

use core::panic::AssertUnwindSafe;
use std::cell::Cell;
use std::panic::{self, PanicHookInfo};
use std::sync::OnceLock;

use super::arguments::out;
use super::message;
use super::types::{LA_OK, LA_PANIC, la_array, la_status};
use crate::array::Array;
use crate::error::{Error, Result};
use crate::memory;

thread_local! {
    /// How many guards this thread is inside of: panics there are caught, so
    /// they are noted as a message and not printed.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static>;

/// The hook that was there before ours; set once, by the first guard.
static PREVIOUS: OnceLock<Hook> = OnceLock::new();

/// Makes the panic hook note the panics that a guard will catch, here or where
/// a worker's is raised again, and pass all others on to the hook that was there.
fn install_hook() {
    PREVIOUS.get_or_init(|| {
        let previous = panic::take_hook();
        // A closure that captures nothing has no size, so this box, the only
        // one in the library, allocates nothing.
        #[allow(clippy::disallowed_methods)]
        panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
            if DEPTH.with(Cell::get) > 0 || memory::threads::is_worker() {
                message::set(&format_args!("internal error: {info}"));
            } else if let Some(previous) = PREVIOUS.get() {
                previous(info);
            }
        }));
        previous
    });
}

/// Runs `body`; its error or panic becomes the status and the message.
pub(super) fn guard(body: impl FnOnce() -> Result<()>) -> la_status {
    install_hook();
    let result = DEPTH.with(|depth| {
        depth.set(depth.get() + 1);
        let result = panic::catch_unwind(AssertUnwindSafe(body));
        depth.set(depth.get() - 1);
        result
    });
    match result {
        Ok(Ok(())) => LA_OK,
        Ok(Err(error)) => {
            fail(&error);
            error.status() as la_status
        }
        Err(_) => LA_PANIC,
    }
}

/// Leaves the message of an error; apart, since it hardly ever runs.
#[cold]
fn fail(error: &Error) {
    message::set(&format_args!("{error}"));
}

/// Runs `body` for a function that returns a value and no status; an error or
/// a panic leaves a message and returns `otherwise`.
///
/// These functions read a field or drop a reference, so that they have nothing
/// to panic about; should one all the same, the panic stops here, and only its
/// message is printed, since the depth that would keep it quiet costs more than
/// the work.
pub(super) fn accessor<T>(otherwise: T, body: impl FnOnce() -> Result<T>) -> T {
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value,
        Ok(Err(error)) => {
            fail(&error);
            otherwise
        }
        Err(_) => otherwise,
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
