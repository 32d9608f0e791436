//! Progress of long operations: a handler of the calling thread that hears how
//! many bytes are done, every so many bytes, and may stop the rest.
//!
//! An operation takes a [`Meter`], does its work in chunks of about
//! [`Meter::chunk_bytes`] and tells it after each. There is a meter only where
//! the thread has a handler and the operation is long enough for it to be
//! called, so that all others pay for one look at a thread-local.
//!
//! The handler is called by the thread that called the library, with no lock
//! held. What it calls of the library itself works, and makes no calls of the
//! handler.

use core::cell::Cell;
use core::ffi::c_void;

use crate::error::{Error, Result};

/// A program's handler.
#[derive(Clone, Copy)]
pub struct Handler {
    /// Called with the bytes done, those to do in all, and the payload; stops
    /// the operation with any number but 0.
    pub call: unsafe extern "C" fn(i64, i64, *mut c_void) -> i32,
    /// How many bytes to move between two calls, at least 1.
    pub every_bytes: i64,
    /// Handed to the function.
    pub payload: *mut c_void,
}

thread_local! {
    /// This thread's handler. Without a destructor, so that a thread may end
    /// in any way.
    static HANDLER: Cell<Option<Handler>> = const { Cell::new(None) };
    /// Whether the handler is being called.
    static IS_CALLED: Cell<bool> = const { Cell::new(false) };
}

/// Sets this thread's handler, or takes it away.
///
/// # Safety
///
/// The function can be called with its payload on this thread from now on until
/// another handler is set, and does not unwind.
pub unsafe fn set_progress(handler: Option<Handler>) {
    HANDLER.with(|place| place.set(handler));
}

/// How far an operation is.
#[derive(Debug)]
pub struct Meter {
    done: i64,
    total: i64,
    every: i64,
    /// The bytes done at which the handler is called next.
    next: i64,
}

impl Meter {
    /// A meter for an operation that moves `total` bytes, if this thread wants
    /// to hear of it.
    #[inline]
    pub fn start(total: i64) -> Option<Meter> {
        let every = HANDLER.with(Cell::get)?.every_bytes;
        if total < every || IS_CALLED.with(Cell::get) {
            return None;
        }
        Some(Meter {
            done: 0,
            total,
            every,
            next: every,
        })
    }

    /// How many bytes to move before the next [`Meter::advance`].
    pub fn chunk_bytes(&self) -> i64 {
        self.every
    }

    /// Tells that so many more bytes are done. Calls the handler when it is
    /// time, and at the end; an error when it wants to stop.
    pub fn advance(&mut self, bytes: i64) -> Result<()> {
        self.done = self.done.saturating_add(bytes).min(self.total);
        if self.done < self.next && self.done < self.total {
            return Ok(());
        }
        // The next multiple, so that chunks of unlike sizes do not add up to calls
        // left out.
        self.next = (self.done / self.every)
            .saturating_add(1)
            .saturating_mul(self.every);
        // As it is now: an earlier call may have set another one.
        let Some(handler) = HANDLER.with(Cell::get) else {
            return Ok(());
        };
        IS_CALLED.with(|is_called| is_called.set(true));
        // SAFETY: who set it promised that it can be called on this thread.
        let code = unsafe { (handler.call)(self.done, self.total, handler.payload) };
        IS_CALLED.with(|is_called| is_called.set(false));
        match code {
            0 => Ok(()),
            code => Err(Error::Cancelled {
                callback: "progress handler",
                code: code.into(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr;

    /// What a handler saw, and when it stops.
    struct Watch {
        calls: Vec<(i64, i64)>,
        stop_at: i64,
        nested: i32,
    }

    unsafe extern "C" fn watch(done: i64, total: i64, payload: *mut c_void) -> i32 {
        // SAFETY: the test's own.
        let seen = unsafe { &mut *payload.cast::<Watch>() };
        seen.calls.push((done, total));
        seen.nested += i32::from(Meter::start(1 << 40).is_some());
        if done >= seen.stop_at { 42 } else { 0 }
    }

    fn watched(every_bytes: i64, seen: &mut Watch, body: impl FnOnce()) {
        let handler = Handler {
            call: watch,
            every_bytes,
            payload: ptr::from_mut(seen).cast(),
        };
        // SAFETY: taken away before the watch ends.
        unsafe { set_progress(Some(handler)) };
        body();
        // SAFETY: none is set.
        unsafe { set_progress(None) };
    }

    fn new_watch(stop_at: i64) -> Watch {
        Watch {
            calls: vec![],
            stop_at,
            nested: 0,
        }
    }

    #[test]
    fn a_handler_hears_of_every_so_many_bytes_and_of_the_end() {
        let mut seen = new_watch(i64::MAX);
        watched(100, &mut seen, || {
            let mut meter = Meter::start(250).unwrap();
            assert_eq!(meter.chunk_bytes(), 100);
            for bytes in [60, 60, 60, 60, 10] {
                meter.advance(bytes).unwrap();
            }
        });
        assert_eq!(seen.calls, [(120, 250), (240, 250), (250, 250)]);
        assert_eq!(seen.nested, 0, "no handler inside of a handler");
    }

    #[test]
    fn a_number_stops_the_operation_and_is_told() {
        let mut seen = new_watch(200);
        watched(100, &mut seen, || {
            let mut meter = Meter::start(1000).unwrap();
            meter.advance(100).unwrap();
            let error = meter.advance(100).unwrap_err();
            assert_eq!(
                error.to_string(),
                "stopped by the progress handler, which returned 42"
            );
        });
        assert_eq!(seen.calls, [(100, 1000), (200, 1000)]);
    }

    #[test]
    fn short_operations_and_threads_without_a_handler_have_no_meter() {
        assert!(Meter::start(i64::MAX).is_none());
        let mut seen = new_watch(0);
        watched(100, &mut seen, || {
            assert!(Meter::start(99).is_none());
            assert!(Meter::start(100).is_some());
            let elsewhere = std::thread::spawn(|| Meter::start(100).is_none());
            assert!(elsewhere.join().unwrap());
        });
        assert!(seen.calls.is_empty());
    }

    #[test]
    fn a_handler_that_was_taken_away_is_not_called_again() {
        let mut seen = new_watch(0);
        let mut meter = None;
        watched(100, &mut seen, || meter = Meter::start(1000));
        meter.unwrap().advance(500).unwrap();
        assert!(seen.calls.is_empty());
    }
}
