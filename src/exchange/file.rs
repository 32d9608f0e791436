//! Files by their descriptors. The standard library copies a path before it
//! opens it, and aborts where there is no memory for the copy, so files are
//! opened, read and written here by the system's own calls.

use core::ffi::{CStr, c_int};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use super::Input;
use crate::error::{Error, Result};

/// The most bytes that one call to the system moves: every system takes this
/// many, and some refuse twice as many.
const STEP: usize = 1 << 30;

/// The number of the system's last error on this thread.
pub(super) fn last_errno() -> i32 {
    io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// What a failed mapping of `nbytes` bytes comes to.
pub(super) fn mapping_error(error: &io::Error, nbytes: usize) -> Error {
    match error.raw_os_error() {
        Some(libc::ENOMEM) => Error::OutOfMemory { bytes: nbytes },
        errno => Error::Io {
            action: "mapping path",
            errno: errno.unwrap_or(0),
        },
    }
}

/// Opens a path; on failure returns the system's error number. `mode` matters
/// only where the flags let a file be created.
pub(super) fn open(
    path: &CStr,
    flags: c_int,
    mode: libc::c_uint,
) -> core::result::Result<OwnedFd, i32> {
    loop {
        // SAFETY: the path is a NUL-terminated text.
        let fd = unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) };
        if fd >= 0 {
            // SAFETY: just opened, and nobody else knows it.
            return Ok(unsafe { OwnedFd::from_raw_fd(fd) });
        }
        match last_errno() {
            libc::EINTR => {}
            errno => return Err(errno),
        }
    }
}

/// What the system knows about an open file.
pub(super) fn status(file: &OwnedFd) -> Result<libc::stat> {
    let mut status = core::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the descriptor is open; the call fills the whole struct, or fails.
    unsafe {
        match libc::fstat(file.as_raw_fd(), status.as_mut_ptr()) {
            0 => Ok(status.assume_init()),
            _ => Err(Error::Io {
                action: "asking for the size of path",
                errno: last_errno(),
            }),
        }
    }
}

/// Whether a file is an ordinary one, with a length and a place on a disk.
pub(super) fn is_regular(status: &libc::stat) -> bool {
    status.st_mode & libc::S_IFMT == libc::S_IFREG
}

/// Writes all of `count` bytes.
///
/// # Safety
///
/// `start` is valid for reads of `count` bytes. (They need not be initialised
/// nor at rest: the system reads them, not this program.)
pub(super) unsafe fn write_all(file: &OwnedFd, start: *const u8, count: usize) -> Result<()> {
    let mut done = 0;
    while done < count {
        // SAFETY: the caller's promise; `done` is less than `count`.
        let written = unsafe {
            libc::write(
                file.as_raw_fd(),
                start.add(done).cast(),
                (count - done).min(STEP),
            )
        };
        match written {
            1.. => done += written as usize,
            // Nothing written and no error: the system has no reason to give.
            0 => return Err(write_error(libc::EIO)),
            _ => match last_errno() {
                libc::EINTR => {}
                errno => return Err(write_error(errno)),
            },
        }
    }
    Ok(())
}

fn write_error(errno: i32) -> Error {
    Error::Io {
        action: "writing path",
        errno,
    }
}

/// A regular file that is read from its start to its end.
pub(super) struct InputFile {
    file: OwnedFd,
    length: u64,
    position: u64,
}

impl InputFile {
    /// Opens a file for reading, and for writing too where its mapping needs that.
    /// Only a regular file will do: of a pipe nobody knows how long it is.
    pub(super) fn open(path: &CStr, writeable: bool) -> Result<InputFile> {
        const ACTION: &str = "opening path";
        let flags = if writeable {
            libc::O_RDWR
        } else {
            libc::O_RDONLY
        };
        let refused = |errno| Error::Io {
            action: ACTION,
            errno,
        };
        // Without waiting for the other end of a pipe, which is refused anyway;
        // regular files know no waiting.
        let file = open(path, flags | libc::O_NONBLOCK, 0).map_err(refused)?;
        let status = status(&file)?;
        if status.st_mode & libc::S_IFMT == libc::S_IFDIR {
            return Err(refused(libc::EISDIR));
        }
        if !is_regular(&status) {
            return Err(refused(libc::ESPIPE));
        }
        Ok(InputFile {
            file,
            length: status.st_size.max(0) as u64,
            position: 0,
        })
    }

    /// How long the file was when it was opened, in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The descriptor, for mapping.
    pub(super) fn descriptor(&self) -> RawFd {
        self.file.as_raw_fd()
    }
}

impl Input for InputFile {
    const FORMAT: &'static str = ".npy file";
    // NumPy reads several arrays from one file, one after the other.
    const MAY_GO_ON: bool = true;

    fn left(&self) -> u64 {
        self.length - self.position
    }

    unsafe fn read(&mut self, place: *mut u8, count: usize) -> Result<()> {
        let mut done = 0;
        while done < count {
            // SAFETY: the caller's promise; `done` is less than `count`.
            let read = unsafe {
                libc::read(
                    self.file.as_raw_fd(),
                    place.add(done).cast(),
                    (count - done).min(STEP),
                )
            };
            match read {
                1.. => {
                    done += read as usize;
                    self.position += read as u64;
                }
                0 => {
                    return Err(Error::Format {
                        format: Self::FORMAT,
                        problem: "the file became shorter while it was read",
                        position: self.position,
                    });
                }
                _ => match last_errno() {
                    libc::EINTR => {}
                    errno => {
                        return Err(Error::Io {
                            action: "reading path",
                            errno,
                        });
                    }
                },
            }
        }
        Ok(())
    }
}
