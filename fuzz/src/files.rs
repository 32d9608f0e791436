//! .npy and .npz files of any content. What opens has exactly the bytes that stand
//! in the file, mapped or loaded; saved and loaded again it is the same; and no more
//! memory was taken than the file's length allows: of a member at most 1032 times
//! its bytes in the archive, which is the most that deflate can make of them.

use crate::input::Input;
use crate::memory::Watch;
use crate::model::last_error;
use array::ffi::{describe::*, files::*, lifetime::la_release, types::*};
use std::ffi::{CString, c_char};
use std::path::PathBuf;
use std::ptr::null_mut;

/// What the reader may take beside the elements: handles, a header of up to 1 MiB
/// and the text that it becomes, an inflater, the list of members.
const OVERHEAD: usize = 4 << 20;
const GREATEST_RATIO: usize = 1032;

/// A file of this process's own.
struct File {
    path: PathBuf,
    name: CString,
}

impl File {
    fn new(suffix: &str, bytes: &[u8]) -> File {
        let memory = PathBuf::from("/dev/shm");
        let folder = if memory.is_dir() {
            memory
        } else {
            std::env::temp_dir()
        };
        let id = std::process::id();
        let path = folder.join(format!(
            "libarray-fuzz-{id}-{:?}{suffix}",
            std::thread::current().id()
        ));
        std::fs::write(&path, bytes).unwrap();
        let name = CString::new(path.to_str().unwrap()).unwrap();
        File { path, name }
    }

    fn as_ptr(&self) -> *const c_char {
        self.name.as_ptr()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() % 4 {
        0 => npy(input.rest()),
        1 => npz(input.rest(), &[]),
        2 => npy(&written(&mut input)),
        _ => archive(&mut input),
    }
}

/// A .npy file with a right beginning: the input has its text and its elements.
fn written(input: &mut Input) -> Vec<u8> {
    const TEXTS: &[&str] = &[
        "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 2), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }",
        "{'descr': '<c16', 'fortran_order': False, 'shape': (), }",
        "{'descr': [('x', '<i2'), ('y', '>f4')], 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '|V5', 'fortran_order': False, 'shape': (0, 9223372036854775807), }",
        "{'descr': '<f2', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
    ];
    let (choice, version) = (input.byte(), 1 + input.byte() % 3);
    let text = match usize::from(choice) {
        choice if choice < 2 * TEXTS.len() => TEXTS[choice % TEXTS.len()].as_bytes(),
        choice => input.take(choice),
    };
    let lie = input.byte();
    let length = if lie < 224 {
        text.len() as u32
    } else {
        u32::from(lie) << (lie % 25)
    };
    let mut file = b"\x93NUMPY".to_vec();
    file.extend([version, 0]);
    file.extend(&length.to_le_bytes()[..if version == 1 { 2 } else { 4 }]);
    file.extend(text);
    let repeats = 1 + usize::from(input.byte());
    file.extend(input.take(64).repeat(repeats));
    file
}

/// The bytes of the elements, where the file says that its header ends.
fn elements(file: &[u8]) -> &[u8] {
    match file[6] {
        1 => &file[10 + usize::from(u16::from_le_bytes([file[8], file[9]]))..],
        _ => &file[12 + u32::from_le_bytes(file[8..12].try_into().unwrap()) as usize..],
    }
}

/// What there is to know of an array: type, shape, strides, bytes.
type Content = (i32, Vec<i64>, Vec<i64>, Vec<u8>);

/// # Safety
///
/// The handle is alive, and packed.
unsafe fn content(array: *const la_array) -> Content {
    // SAFETY: the caller's promise.
    unsafe {
        let ndim = la_ndim(array) as usize;
        let shape = std::slice::from_raw_parts(la_shape(array), ndim);
        let strides = std::slice::from_raw_parts(la_strides(array), ndim);
        assert_eq!(
            shape.iter().product::<i64>() * la_itemsize(array),
            la_nbytes(array)
        );
        let nbytes = la_nbytes(array) as usize;
        let bytes = match nbytes {
            0 => Vec::new(),
            _ => std::slice::from_raw_parts(la_data(array).cast::<u8>(), nbytes).to_vec(),
        };
        (la_dtype_of(array), shape.to_vec(), strides.to_vec(), bytes)
    }
}

fn is_possible(status: i32) {
    let statuses = [LA_FORMAT_ERROR, LA_OVERFLOW, LA_LIMIT, LA_OUT_OF_MEMORY];
    assert!(
        statuses.contains(&status),
        "status {status}: {}",
        last_error()
    );
}

/// Loads, maps, saves and loads again.
fn npy(bytes: &[u8]) {
    let file = File::new(".npy", bytes);
    let watch = Watch::begin(usize::MAX);
    let mut array = null_mut();
    // SAFETY: a path with its NUL, room for the result.
    let status = unsafe { la_load_npy(file.as_ptr(), &mut array) };
    assert!(
        watch.peak() <= bytes.len() + OVERHEAD,
        "{} bytes of memory",
        watch.peak()
    );
    if status != LA_OK {
        is_possible(status);
        assert!(array.is_null());
    }
    let loaded = (status == LA_OK).then(|| {
        // SAFETY: alive; what is loaded is packed.
        let content = unsafe { content(array) };
        assert!(
            elements(bytes).starts_with(&content.3),
            "other elements than the file has"
        );
        content
    });
    // A private writable mapping would reach the file if it were none.
    for mode in [LA_OPEN_READ, LA_OPEN_COPY_ON_WRITE] {
        let mut mapped = null_mut();
        // SAFETY: as above; nobody makes the file shorter.
        unsafe {
            let status_mapped = la_open_npy(file.as_ptr(), mode, &mut mapped);
            assert_eq!(status_mapped, status, "mapped: {}", last_error());
            if let Some(loaded) = &loaded {
                assert_eq!(&content(mapped), loaded);
                assert_eq!(la_data_mut(mapped).is_null(), mode == LA_OPEN_READ);
                if mode == LA_OPEN_COPY_ON_WRITE && !loaded.3.is_empty() {
                    *la_data_mut(mapped).cast::<u8>() ^= 1;
                }
                la_release(mapped);
            } else {
                assert!(mapped.is_null());
            }
        }
    }
    if let Some(loaded) = loaded {
        assert_eq!(
            std::fs::read(&file.path).unwrap(),
            bytes,
            "the file has changed"
        );
        check_saved(array, &loaded);
    }
    // SAFETY: alive or NULL.
    unsafe { la_release(array) };
    watch.end();
}

fn check_saved(array: *mut la_array, loaded: &Content) {
    let saved = File::new("-saved.npy", b"before");
    let mut again = null_mut();
    // SAFETY: alive; paths with their NUL, room for the result.
    unsafe {
        assert_eq!(
            la_save_npy(saved.as_ptr(), array),
            LA_OK,
            "{}",
            last_error()
        );
        assert_eq!(
            la_load_npy(saved.as_ptr(), &mut again),
            LA_OK,
            "{}",
            last_error()
        );
        let again_content = content(again);
        assert_eq!(
            (again_content.0, &again_content.1, &again_content.3),
            (loaded.0, &loaded.1, &loaded.3)
        );
        la_release(again);
    }
}

/// An archive with members that the input describes, some of which lie.
fn archive(input: &mut Input) {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    let mut honest = Vec::new();
    let count = 1 + input.below(4);
    let mut member_count = 0u16;
    for member in 0..count {
        let raw = match input.below(4) {
            0 => {
                // A bomb: many equal bytes, seldom so many that they take long.
                let blocks = usize::from(input.byte());
                let length = blocks << if blocks < 250 { 5 } else { 14 };
                let mut raw = b"\x93NUMPY\x01\x00".to_vec();
                let text =
                    format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({length},), }}");
                raw.extend((text.len() as u16).to_le_bytes());
                raw.extend(text.as_bytes());
                raw.resize(raw.len() + length, 0);
                raw
            }
            _ => written(input),
        };
        let deflated = input.byte() % 2 == 1;
        let packed = match deflated {
            true => miniz_oxide::deflate::compress_to_vec(&raw, 1),
            false => raw.clone(),
        };
        let (mut method, mut length, mut packed_length) = (
            if deflated { 8u16 } else { 0 },
            raw.len() as u32,
            packed.len() as u32,
        );
        let (mut crc, mut flags) = (crc32(&raw), 0u16);
        let mut name = [&b"member"[..], &[b'a' + member as u8], b".npy"].concat();
        let lie = input.byte();
        match lie {
            200..210 => length = input.i64() as u32,
            210..220 => packed_length = input.i64() as u32,
            220..230 => crc ^= 1 << (lie % 32),
            230..235 => method = input.byte().into(),
            235..240 => flags = input.i64() as u16,
            240..=255 => name = input.take(12).to_vec(),
            _ => honest.push((String::from_utf8(name.clone()).unwrap(), raw.clone())),
        }
        let offset = file.len() as u32;
        let mut middle = Vec::new();
        middle.extend(20u16.to_le_bytes());
        middle.extend(flags.to_le_bytes());
        middle.extend(method.to_le_bytes());
        middle.extend([0; 4]);
        middle.extend(crc.to_le_bytes());
        middle.extend(packed_length.to_le_bytes());
        middle.extend(length.to_le_bytes());
        middle.extend((name.len() as u16).to_le_bytes());
        middle.extend([0; 2]);
        file.extend(b"PK\x03\x04");
        file.extend(&middle);
        file.extend(&name);
        file.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&middle);
        directory.extend([0; 10]);
        let offset = if input.once_in(64) {
            input.i64() as u32
        } else {
            offset
        };
        directory.extend(offset.to_le_bytes());
        directory.extend(&name);
        member_count += 1;
        if offset as usize > file.len() {
            honest.clear();
        }
    }
    let start = file.len() as u32;
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(member_count.to_le_bytes().repeat(2));
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend([0; 2]);
    let damage = input.byte();
    if damage >= 240 {
        honest.clear();
        let at = input.i64() as usize % file.len();
        file[at] ^= 1 << (damage % 8);
    }
    npz(&file, &honest);
}

/// The checksum of each byte by itself.
const CRC_OF_BYTE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, &byte| {
        CRC_OF_BYTE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8)
    })
}

/// Loads every member. Those in `honest`, if the archive opens, are what they say.
fn npz(bytes: &[u8], honest: &[(String, Vec<u8>)]) {
    let file = File::new(".npz", bytes);
    let watch = Watch::begin(usize::MAX);
    let limit = bytes.len().saturating_mul(GREATEST_RATIO) + OVERHEAD;
    let mut archive = null_mut();
    // SAFETY: paths and names with their NUL, buffers as large as said.
    unsafe {
        let status = la_npz_open(file.as_ptr(), &mut archive);
        if status != LA_OK {
            is_possible(status);
            assert!(archive.is_null());
            return watch.end();
        }
        let count = la_npz_count(archive);
        assert!(
            count >= 0 && count as usize * 46 <= bytes.len(),
            "{count} members"
        );
        let absent = c"no such member";
        let mut is_absent = true;
        for member in 0..count {
            let mut name = [0u8; 256];
            let mut needed = 0;
            let status = la_npz_name(
                archive,
                member,
                name.as_mut_ptr().cast(),
                name.len(),
                &mut needed,
            );
            if status != LA_OK {
                assert!(status == LA_BUFFER_TOO_SMALL && needed > name.len());
                continue;
            }
            let name = std::ffi::CStr::from_bytes_until_nul(&name).unwrap();
            let text = name.to_str().expect("a name is UTF-8");
            is_absent &= name != absent;
            let mut array = null_mut();
            let status = la_npz_load(archive, name.as_ptr(), &mut array);
            assert!(
                watch.peak() <= limit,
                "{} bytes of memory for {}",
                watch.peak(),
                bytes.len()
            );
            if status == LA_OK {
                let loaded = content(array);
                for (_, raw) in honest.iter().filter(|h| h.0 == format!("{text}.npy")) {
                    assert_eq!(elements(raw), loaded.3, "{text}");
                }
                check_saved(array, &loaded);
                la_release(array);
            } else {
                if status != LA_INVALID_ARGUMENT {
                    is_possible(status);
                }
                assert!(array.is_null());
            }
        }
        let mut array = null_mut();
        if is_absent {
            let status = la_npz_load(archive, absent.as_ptr(), &mut array);
            assert_eq!(status, LA_INVALID_ARGUMENT);
        }
        la_npz_close(archive);
    }
    watch.end();
}
