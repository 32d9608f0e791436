//! NumPy's .npy files: one array, its header and then its elements, packed in
//! C or F order.
//!
//! A file is read straight into the memory of the new array, or mapped. Elements
//! in the other byte order stay as they are: the array's type says so. As with
//! NumPy, what follows the elements in a file is left alone.

use core::ffi::CStr;

use memmap2::MmapOptions;

use super::Input;
use super::file::{self, InputFile};
use super::header::Header;
use super::replace::Replacement;
use crate::array::{Array, Slot};
use crate::error::{Error, Result};
use crate::kernels::{self, Source, Target};
use crate::layout::{self, Layout, Order, Packing};
use crate::memory::{self, Memory};
use crate::plan::Traversal;

/// How a file is mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// For reading only.
    Read,
    /// Writes reach the file.
    ReadWrite,
    /// Writes stay with this process.
    CopyOnWrite,
}

/// Loads a file into new memory.
pub fn load(path: &CStr) -> Result<Array> {
    read(&mut InputFile::open(path, false)?)
}

/// Reads a header and the elements it promises.
pub(super) fn read<I: Input>(input: &mut I) -> Result<Array> {
    let (header, layout) = promised(input)?;
    memory::provoke(c"a file that is read");
    let array = Array::allocate(header.dtype, &layout, false)?;
    let elements = array.target("array")?;
    // SAFETY: the new array is packed and starts at its lowest byte, so this is
    // its whole memory; that the input has as many bytes was checked.
    unsafe { input.read(elements.start(), array.nbytes() as usize)? };
    Ok(array)
}

/// Reads a header, and checks that the elements it promises are there.
fn promised<I: Input>(input: &mut I) -> Result<(Header, Layout)> {
    let header = Header::read(input)?;
    let layout = header.layout()?;
    let (needed, there) = (header.nbytes()?, input.left());
    if needed > there || (needed < there && !I::MAY_GO_ON) {
        return Err(Error::ElementBytes {
            format: I::FORMAT,
            needed,
            there,
        });
    }
    Ok((header, layout))
}

/// Maps a file: no element is read until it is used.
///
/// Where others make the file shorter while it is mapped, touching what is gone
/// ends the process with a signal, which no library can prevent.
pub fn open(path: &CStr, mode: OpenMode) -> Result<Array> {
    let mut file = InputFile::open(path, mode == OpenMode::ReadWrite)?;
    let (header, layout) = promised(&mut file)?;
    let nbytes = header.nbytes()? as usize;
    let slot = Slot::reserve(layout.shape.len())?;
    let descriptor = file.descriptor();
    let mut options = MmapOptions::new();
    // The elements alone, so that no view can ever reach the header.
    options.offset(file.position()).len(nbytes);
    // SAFETY: the range lies within the file. Its bytes are only reached through
    // raw pointers, so that others may change them meanwhile.
    let memory = unsafe {
        match mode {
            OpenMode::Read => options.map(descriptor).map(Memory::mapped),
            OpenMode::ReadWrite => options.map_mut(descriptor).map(Memory::mapped_mut),
            OpenMode::CopyOnWrite => options.map_copy(descriptor).map(Memory::mapped_mut),
        }
    };
    match memory {
        Ok(memory) => Ok(slot.own(memory, header.dtype, &layout, true)),
        Err(error) => Err(file::mapping_error(&error, nbytes)),
    }
}

/// Saves an array, F-contiguous ones in F order and all others in C order, byte
/// for byte as NumPy would.
///
/// The file is written beside the path and then takes its place, so that a
/// failure leaves what was there, and so that an array mapped from a file can be
/// saved to it. It is not forced to the disk: after a power failure either the
/// old or the new file may be there, or an empty one, as the file system has it.
/// [`Replacement`] tells what becomes of links, modes and devices.
pub fn save(path: &CStr, array: &Array) -> Result<()> {
    let header = Header {
        dtype: array.dtype(),
        packing: Order::A.packing(array.layout(), array.itemsize()),
        shape: layout::dims("shape", array.shape())?,
    };
    let header = header.write()?;
    let mut file = Replacement::begin(path)?;
    memory::provoke(c"a file that is written");
    // SAFETY: a text of ours, of this length.
    unsafe { file.write(header.as_ptr(), header.len())? };
    if array.is_packed() {
        // SAFETY: packed elements fill their bytes without a gap.
        unsafe { file.write(array.address(), array.nbytes() as usize)? };
    } else {
        write_slabs(&mut file, array)?;
    }
    file.finish()
}

impl Array {
    /// Whether the elements fill a range of bytes, in C order or in F order.
    fn is_packed(&self) -> bool {
        layout::contiguity(self.layout(), self.itemsize()) != (false, false)
    }
}

/// The bytes of elements that are gathered before they are written.
const SLAB: i64 = 1 << 20;

/// Writes elements that do not stand packed, in C order. Slab by slab they are
/// gathered into a buffer, so that the array is never copied as a whole.
fn write_slabs(file: &mut Replacement, array: &Array) -> Result<()> {
    let (whole, dtype) = (array.layout(), array.dtype());
    // A slab is some rows of the axis `cut`: as far out as rows fit the buffer.
    let mut cut = whole.ndim() - 1;
    let mut row = array.itemsize();
    while cut > 0 && row.saturating_mul(whole.shape[cut]) <= SLAB {
        row *= whole.shape[cut];
        cut -= 1;
    }
    let rows = (SLAB / row).clamp(1, whole.shape[cut]);
    let buffer = Memory::allocate(rows * row, false)?;
    let mut slab = whole.to_owned();
    slab.shape[..cut].fill(1);
    let mut index = [0i64; layout::MAX_NDIM];
    loop {
        let mut start = 0;
        while start < whole.shape[cut] {
            slab.shape[cut] = rows.min(whole.shape[cut] - start);
            index[cut] = start;
            let place = index
                .iter()
                .zip(whole.strides)
                .map(|(i, stride)| i * stride);
            slab.offset = whole.offset + place.sum::<i64>();
            let packed = layout::packed(&slab.shape, array.itemsize(), Packing::C)?;
            let target = Target::new(&buffer, packed.as_ref(), dtype)?;
            let source = Source::new(array.memory(), slab.as_ref(), dtype)?;
            kernels::transfer(&target, &source, Traversal::Free)?;
            // SAFETY: so many bytes of the buffer have just been filled.
            unsafe { file.write(buffer.start(), (slab.shape[cut] * row) as usize)? };
            start += rows;
        }
        if !advance(&mut index[..cut], whole.shape) {
            return Ok(());
        }
    }
}

/// Moves `index` on by one in C order; false after the last.
fn advance(index: &mut [i64], shape: &[i64]) -> bool {
    for (place, &extent) in index.iter_mut().zip(shape).rev() {
        *place += 1;
        if *place < extent {
            return true;
        }
        *place = 0;
    }
    false
}
