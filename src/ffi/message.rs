//! The calling thread's message for its last failed call, in a fixed buffer
//! without a destructor, so that a thread may end and the library be unloaded
//! in any order.

use core::cell::RefCell;
use core::fmt::{self, Write};

/// Longest message in bytes, the NUL not counted.
const CAPACITY: usize = 1023;

struct Message {
    text: [u8; CAPACITY],
    len: usize,
}

impl Write for Message {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = CAPACITY - self.len;
        let mut take = part.len().min(room);
        while !part.is_char_boundary(take) {
            take -= 1;
        }
        self.text[self.len..self.len + take].copy_from_slice(&part.as_bytes()[..take]);
        self.len += take;
        if take < part.len() {
            return Err(fmt::Error); // full: what follows is cut
        }
        Ok(())
    }
}

thread_local! {
    static LAST: RefCell<Message> = const {
        RefCell::new(Message { text: [0; CAPACITY], len: 0 })
    };
}

/// Replaces the message; not from inside a deleter, which runs in the middle of
/// whatever call drops the last reference.
pub(super) fn set(text: &fmt::Arguments<'_>) {
    if crate::memory::is_deleting() {
        return;
    }
    LAST.with(|last| {
        if let Ok(mut last) = last.try_borrow_mut() {
            last.len = 0;
            let _ = last.write_fmt(*text);
        }
    });
}

/// Hands the message to `read`.
pub(super) fn with<T>(read: impl FnOnce(&str) -> T) -> T {
    LAST.with(|last| match last.try_borrow() {
        Ok(last) => read(core::str::from_utf8(&last.text[..last.len]).unwrap_or("")),
        Err(_) => read(""),
    })
}
