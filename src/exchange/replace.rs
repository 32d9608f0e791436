//! Writing a file so that a failure leaves what was there: the new file is
//! written beside the old one and takes its place only when it is complete.

use core::ffi::CStr;
use core::fmt::Write;
use core::sync::atomic::{AtomicU32, Ordering};
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};

use arrayvec::ArrayString;

use super::file;
use crate::error::{Error, Result};
use crate::memory::Scratch;

/// How often another name is tried where one is taken already.
const TRIES: u32 = 1000;

/// A file being written, to take the place of what is at a path.
///
/// The new file has the mode, and where the system lets us the owner, of the one
/// it replaces, or else those of any new file. A file that may not be written is
/// not replaced either. Where the path is a symbolic link to something, that is
/// replaced and the link stays; other hard links keep the old contents. What is
/// no regular file (a pipe, a terminal, `/dev/null`) cannot be replaced and is
/// written to at once. A process that ends in between leaves a file behind whose
/// name ends in `.npy.tmp`.
pub(super) struct Replacement {
    /// `None` once it is closed.
    file: Option<OwnedFd>,
    /// The name of the file being written, ending in NUL; empty when there is
    /// none to be removed.
    temporary: Scratch<u8>,
    /// The name it shall have, ending in NUL.
    target: Scratch<u8>,
}

impl Replacement {
    /// Checks that the path may be written, and makes the new file.
    pub(super) fn begin(path: &CStr) -> Result<Replacement> {
        // Neither made nor emptied: this only asks.
        let old = match file::open(path, libc::O_WRONLY, 0) {
            Ok(old) => Some(old),
            Err(libc::ENOENT) => None,
            Err(errno) => return Err(failed("opening path", errno)),
        };
        let mut target = Scratch::new();
        let Some(old) = old else {
            target.extend_from_slice(path.to_bytes_with_nul())?;
            return Replacement::beside(target);
        };
        let status = file::status(&old)?;
        if !file::is_regular(&status) {
            return Ok(Replacement {
                file: Some(old),
                temporary: Scratch::new(),
                target,
            });
        }
        target = resolved(path)?;
        let fresh = Replacement::beside(target)?;
        fresh.take_after(&status)?;
        Ok(fresh)
    }

    /// Makes a new file in the directory of `target`.
    fn beside(target: Scratch<u8>) -> Result<Replacement> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let directory = target.iter().rposition(|&byte| byte == b'/');
        let directory = &target[..directory.map_or(0, |slash| slash + 1)];
        for _ in 0..TRIES {
            let mut name = ArrayString::<64>::new();
            let unique = COUNTER.fetch_add(1, Ordering::Relaxed);
            // Two numbers of at most ten digits fit.
            let _ = write!(name, ".{}-{unique}.npy.tmp\0", std::process::id());
            let mut temporary = Scratch::new();
            temporary.extend_from_slice(directory)?;
            temporary.extend_from_slice(name.as_bytes())?;
            let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL;
            match file::open(text(&temporary)?, flags, 0o666) {
                Ok(file) => {
                    return Ok(Replacement {
                        file: Some(file),
                        temporary,
                        target,
                    });
                }
                Err(libc::EEXIST) => {}
                Err(errno) => return Err(failed("making a file beside path", errno)),
            }
        }
        Err(failed("making a file beside path", libc::EEXIST))
    }

    /// Gives the new file the owner and the mode of the old one.
    fn take_after(&self, old: &libc::stat) -> Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        // SAFETY: the descriptor is open. A new owner is more than most may
        // give; without it the file is the writer's, as any new file is.
        let mode = unsafe {
            let _ = libc::fchown(file.as_raw_fd(), old.st_uid, old.st_gid);
            libc::fchmod(file.as_raw_fd(), old.st_mode & 0o777)
        };
        match mode {
            0 => Ok(()),
            _ => Err(failed(
                "setting the mode of the new file",
                file::last_errno(),
            )),
        }
    }

    /// Appends `count` bytes.
    ///
    /// # Safety
    ///
    /// `start` is valid for reads of `count` bytes.
    pub(super) unsafe fn write(&mut self, start: *const u8, count: usize) -> Result<()> {
        match &self.file {
            // SAFETY: the caller's promise.
            Some(file) => unsafe { file::write_all(file, start, count) },
            None => Ok(()),
        }
    }

    /// Puts the new file in its place.
    pub(super) fn finish(mut self) -> Result<()> {
        if let Some(file) = self.file.take() {
            // Some file systems tell only now that a write has failed.
            // SAFETY: the descriptor is ours, and forgotten with this.
            let closed = unsafe { libc::close(file.into_raw_fd()) };
            match file::last_errno() {
                errno if closed != 0 && errno != libc::EINTR => {
                    return Err(failed("writing path", errno));
                }
                _ => {}
            }
        }
        if !self.temporary.is_empty() {
            let (from, to) = (text(&self.temporary)?, text(&self.target)?);
            // SAFETY: both are NUL-terminated texts.
            if unsafe { libc::rename(from.as_ptr(), to.as_ptr()) } != 0 {
                return Err(failed("renaming the new file to path", file::last_errno()));
            }
            self.temporary.clear();
        }
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Ok(temporary) = text(&self.temporary) {
            // SAFETY: a NUL-terminated text. If it cannot be removed there is
            // nothing left to try.
            let _ = unsafe { libc::unlink(temporary.as_ptr()) };
        }
    }
}

fn failed(action: &'static str, errno: i32) -> Error {
    Error::Io { action, errno }
}

/// A name that ends in NUL.
fn text(name: &[u8]) -> Result<&CStr> {
    CStr::from_bytes_until_nul(name).map_err(|_| failed("opening path", libc::ENOENT))
}

/// The path without symbolic links, ending in NUL.
fn resolved(path: &CStr) -> Result<Scratch<u8>> {
    let mut name = Scratch::<u8>::zeroed(libc::PATH_MAX as usize)?;
    // SAFETY: a NUL-terminated text, and as much room as the call wants.
    let found = unsafe { libc::realpath(path.as_ptr(), name.as_mut_ptr().cast()) };
    if found.is_null() {
        return Err(failed("opening path", file::last_errno()));
    }
    let length = text(&name)?.to_bytes_with_nul().len();
    name.truncate(length);
    Ok(name)
}
