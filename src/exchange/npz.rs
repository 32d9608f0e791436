//! NumPy's .npz archives: zip files whose members are .npy files, stored or
//! deflated.
//!
//! The archive is mapped for reading while it is open, so nobody should make the
//! file shorter meanwhile: touching what is gone ends the process with a signal,
//! which no library can prevent.

use core::ffi::CStr;

use memmap2::{Mmap, MmapOptions};
use rawzip::{ErrorKind, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};

use super::file::{self, InputFile};
use super::member::{Claims, Member};
use super::npy;
use crate::array::Array;
use crate::error::{Error, Result};
use crate::memory::{Block, Scratch};

/// The most members an archive may have.
pub const MAX_MEMBERS: i64 = 65535;

const SUFFIX: &str = ".npy";

/// An open archive.
pub struct Archive {
    zip: ZipSliceArchive<Mmap>,
    /// The names of all members, one after the other.
    names: Scratch<u8>,
    /// Where in `names` each name ends.
    ends: Scratch<usize>,
    /// Where this very struct stands while it is a raw pointer.
    room: Block,
}

impl Archive {
    /// Opens an archive and reads its list of members.
    pub fn open(path: &CStr) -> Result<Archive> {
        let room = Block::new(size_of::<Archive>(), align_of::<Archive>(), false)?;
        let file = InputFile::open(path, false)?;
        let length = usize::try_from(file.length()).map_err(|_| Error::Overflow {
            what: "the length of the file",
        })?;
        let mut options = MmapOptions::new();
        // SAFETY: the file is as long as that. Should others write to it, what
        // is read here is some bytes or others; none of them is trusted.
        let map = unsafe { options.len(length).map(file.descriptor()) }
            .map_err(|error| file::mapping_error(&error, length))?;
        let zip = ZipArchive::from_slice(map).map_err(|error| {
            let position = error.eocd_offset().unwrap_or(file.length());
            zip_error(&error, position)
        })?;
        let mut archive = Archive {
            zip,
            names: Scratch::new(),
            ends: Scratch::new(),
            room,
        };
        archive.read_names()?;
        Ok(archive)
    }

    fn read_names(&mut self) -> Result<()> {
        let claimed = self.zip.entries_hint();
        let mut position = self.zip.directory_offset();
        let mut count = 0u64;
        let mut entries = self.zip.entries();
        while let Some(record) = entries
            .next_entry()
            .map_err(|error| zip_error(&error, position))?
        {
            position = record.central_directory_offset();
            count += 1;
            if count > MAX_MEMBERS as u64 {
                return Err(Error::Limit {
                    what: "members of an archive",
                    limit: MAX_MEMBERS,
                    given: claimed.max(count).try_into().unwrap_or(i64::MAX),
                });
            }
            append_name(&mut self.names, &record)?;
            self.ends.push(self.names.len())?;
        }
        if count != claimed {
            return wrong("it has not as many members as it says", position);
        }
        Ok(())
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name of a member, without ".npy".
    pub fn name(&self, member: i64) -> Result<&str> {
        let name = usize::try_from(member).ok().and_then(|k| self.full_name(k));
        match name {
            Some(name) => Ok(name.strip_suffix(SUFFIX).unwrap_or(name)),
            None => Err(Error::FlatIndexOutOfBounds {
                index: member,
                size: self.len() as i64,
            }),
        }
    }

    fn full_name(&self, member: usize) -> Option<&str> {
        let end = *self.ends.get(member)?;
        let start = match member {
            0 => 0,
            _ => self.ends[member - 1],
        };
        core::str::from_utf8(&self.names[start..end]).ok()
    }

    /// The member of this name. As with NumPy, the whole name counts first, and
    /// of members of the same name the last.
    fn find(&self, name: &str) -> Option<usize> {
        let last = |matches: &dyn Fn(&str) -> bool| {
            (0..self.len())
                .rev()
                .find(|&member| self.full_name(member).is_some_and(matches))
        };
        last(&|full| full == name).or_else(|| last(&|full| full.strip_suffix(SUFFIX) == Some(name)))
    }

    /// Loads a member into new memory; `name` may be without its ".npy".
    pub fn load(&self, name: &str) -> Result<Array> {
        let member = self.find(name).ok_or(Error::InvalidText {
            argument: "name",
            position: 0,
            expected: "the name of a member",
        })?;
        let mut entries = self.zip.entries();
        let record = match entries.nth(member) {
            Some(Ok(record)) => record,
            _ => return wrong("its list of members has changed", 0),
        };
        if record.flags().is_encrypted() {
            return wrong("this member is encrypted", record.local_header_offset());
        }
        let entry = self
            .zip
            .get_entry(record.wayfinder())
            .map_err(|error| zip_error(&error, record.local_header_offset()))?;
        let claims = Claims {
            method: record.compression_method(),
            length: record.uncompressed_size_hint(),
            crc: record.crc32(),
        };
        let mut member = Member::new(entry.data(), claims)?;
        let array = npy::read(&mut member)?;
        member.finish()?;
        Ok(array)
    }

    /// Hands the archive over as an address, for the C ABI. It can be read there
    /// as an `Archive`.
    pub fn into_raw(self) -> *mut Archive {
        let place = self.room.start().cast::<Archive>().as_ptr();
        // SAFETY: the room is large enough and aligned for an archive; it is
        // its own, moves with it, and so lives until `from_raw` has taken it out.
        unsafe { place.write(self) };
        place
    }

    /// Takes an archive back from its address; `None` for NULL.
    ///
    /// # Safety
    ///
    /// The address came from `into_raw` and is used no more.
    pub unsafe fn from_raw(raw: *mut Archive) -> Option<Archive> {
        if raw.is_null() {
            return None;
        }
        // SAFETY: `into_raw` wrote an archive there, which is taken out once.
        Some(unsafe { raw.read() })
    }
}

/// Appends a member's name as Python reads it: in UTF-8 where the archive says
/// so, in the code page of the first PCs where it does not, and at most to the
/// first NUL.
fn append_name(names: &mut Scratch<u8>, record: &ZipFileHeaderRecord<'_>) -> Result<()> {
    let path = record.file_path();
    let name = path.as_bytes();
    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
    if record.flags().is_utf8() {
        if core::str::from_utf8(name).is_err() {
            return wrong(
                "the name of a member is not the UTF-8 it claims to be",
                record.central_directory_offset(),
            );
        }
        return names.extend_from_slice(name);
    }
    for &byte in name {
        let letter = match byte {
            0..128 => char::from(byte),
            _ => CODE_PAGE_437
                .chars()
                .nth(usize::from(byte) - 128)
                .unwrap_or(char::REPLACEMENT_CHARACTER),
        };
        names.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes())?;
    }
    Ok(())
}

/// The upper half of code page 437.
const CODE_PAGE_437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

fn wrong<T>(problem: &'static str, position: u64) -> Result<T> {
    Err(Error::Format {
        format: ".npz archive",
        problem,
        position,
    })
}

/// What an error of the zip reader comes to.
fn zip_error(error: &rawzip::Error, position: u64) -> Error {
    let problem = match error.kind() {
        ErrorKind::MissingEndOfCentralDirectory => "it does not end as a zip archive does",
        ErrorKind::InvalidEndOfCentralDirectory => "the end of its directory is damaged",
        ErrorKind::InvalidSignature { .. } => "an entry does not begin as one should",
        ErrorKind::Eof => "it ends too soon",
        _ => "it is damaged",
    };
    Error::Format {
        format: ".npz archive",
        problem,
        position,
    }
}
