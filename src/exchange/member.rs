//! A member of a zip archive as a stream of bytes: stored as it is, or deflated.
//!
//! A member cannot lie about its size to make this library ask for memory: a
//! stored one has as many bytes as it claims, and a deflated one is refused when
//! it claims more than deflate could possibly make of it. No more is inflated
//! than claimed, and the checksum must be right in the end.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use rawzip::{CompressionMethod, Crc32};

use super::Input;
use crate::error::{Error, Result};
use crate::memory::Scratch;

/// The most bytes that deflate can make of one: a repetition of 258 takes two
/// bits at least.
const GREATEST_RATIO: u64 = 4 * 258;

/// The bytes that are inflated at a time. Repetitions reach back 32 KiB, and it
/// must be a power of two.
const WINDOW: usize = 1 << 16;

/// The bytes of a stored member that are copied and then summed up, so that they
/// are still in the cache.
const STRIDE: usize = 1 << 17;

/// What an archive says about a member.
pub(super) struct Claims {
    pub(super) method: CompressionMethod,
    pub(super) length: u64,
    pub(super) crc: u32,
}

/// A member that is being read.
pub(super) struct Member<'a> {
    /// The bytes in the archive that have not been read.
    packed: &'a [u8],
    /// `None` for a stored member.
    inflater: Option<Inflater>,
    claims: Claims,
    left: u64,
    crc: Crc32,
}

impl<'a> Member<'a> {
    /// Begins to read. `packed` are the member's bytes in the archive.
    pub(super) fn new(packed: &'a [u8], claims: Claims) -> Result<Member<'a>> {
        let inflater = match claims.method {
            CompressionMethod::STORE if claims.length == packed.len() as u64 => None,
            CompressionMethod::DEFLATE
                if claims.length <= (packed.len() as u64).saturating_mul(GREATEST_RATIO) =>
            {
                Some(Inflater::new()?)
            }
            CompressionMethod::STORE | CompressionMethod::DEFLATE => {
                return wrong("its two sizes in the archive contradict each other", 0);
            }
            _ => return wrong("it is neither stored nor deflated", 0),
        };
        Ok(Member {
            packed,
            inflater,
            left: claims.length,
            claims,
            crc: Crc32::new(),
        })
    }

    fn position(&self) -> u64 {
        self.claims.length - self.left
    }

    /// The next bytes, at most `most` of them and at least one, which is no more
    /// than are left.
    fn next(&mut self, most: usize) -> Result<&[u8]> {
        let position = self.position();
        let bytes = match &mut self.inflater {
            None => {
                let (bytes, rest) = self.packed.split_at(most.min(STRIDE));
                self.packed = rest;
                bytes
            }
            Some(inflater) => {
                if inflater.unread.is_empty() {
                    inflater.refill(&mut self.packed, position)?;
                }
                if inflater.unread.is_empty() {
                    return wrong("it inflates to fewer bytes than the archive says", position);
                }
                inflater.take(most)
            }
        };
        self.left -= bytes.len() as u64;
        self.crc.update(bytes);
        Ok(bytes)
    }

    /// Checks, after the last byte, that the member ends there and that its
    /// checksum is right.
    pub(super) fn finish(mut self) -> Result<()> {
        let position = self.position();
        if let Some(inflater) = &mut self.inflater {
            if inflater.unread.is_empty() && !inflater.done {
                inflater.refill(&mut self.packed, position)?;
            }
            if !inflater.unread.is_empty() || !inflater.done {
                return wrong("it inflates to more bytes than the archive says", position);
            }
        }
        if self.crc.checksum() != self.claims.crc {
            return wrong("its checksum (CRC-32) is wrong", position);
        }
        Ok(())
    }
}

fn wrong<T>(problem: &'static str, position: u64) -> Result<T> {
    Err(Error::Format {
        format: Member::FORMAT,
        problem,
        position,
    })
}

impl Input for Member<'_> {
    const FORMAT: &'static str = ".npz member";
    const MAY_GO_ON: bool = false;

    fn left(&self) -> u64 {
        self.left
    }

    unsafe fn read(&mut self, place: *mut u8, count: usize) -> Result<()> {
        let mut done = 0;
        while done < count {
            let bytes = self.next(count - done)?;
            // SAFETY: the caller's promise; there are at most as many bytes as
            // were asked for, and the place is not theirs.
            unsafe {
                place
                    .add(done)
                    .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            }
            done += bytes.len();
        }
        Ok(())
    }
}

/// Inflates into a window that wraps around.
struct Inflater {
    state: DecompressorOxide,
    window: Scratch<u8>,
    /// The part of the window that has been inflated and not yet read.
    unread: core::ops::Range<usize>,
    /// Whether the end of the deflated stream has been seen.
    done: bool,
}

impl Inflater {
    fn new() -> Result<Inflater> {
        Ok(Inflater {
            state: DecompressorOxide::new(),
            window: Scratch::zeroed(WINDOW)?,
            unread: 0..0,
            done: false,
        })
    }

    /// Inflates on, to the end of the window at most.
    fn refill(&mut self, packed: &mut &[u8], position: u64) -> Result<()> {
        if self.done {
            return Ok(());
        }
        let start = self.unread.end % WINDOW;
        let (status, used, made) = decompress(&mut self.state, packed, &mut self.window, start, 0);
        *packed = packed.get(used..).unwrap_or_default();
        self.unread = start..start + made;
        self.done = status == TINFLStatus::Done;
        match status {
            TINFLStatus::Done => Ok(()),
            TINFLStatus::HasMoreOutput if made > 0 => Ok(()),
            _ => wrong("its deflated bytes are damaged or incomplete", position),
        }
    }

    /// Reads at most `most` bytes of what has been inflated.
    fn take(&mut self, most: usize) -> &[u8] {
        let start = self.unread.start;
        self.unread.start = self.unread.end.min(start.saturating_add(most));
        &self.window[start..self.unread.start]
    }
}
