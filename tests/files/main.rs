//! NumPy's files, read and written: the fixtures in `tests/data/` were made by
//! NumPy itself (`tests/data/make.py`), and what they hold is computed here from
//! what that script says.

mod npy;
mod npz;

use std::ffi::{CStr, CString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use array::array::Array;
use array::dtype::Element;

/// A directory of its own for a test; removed in the end.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Directory {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let unique = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("libarray-files-{}-{unique}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Directory(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names of the files in it.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes a file anew. Some file systems wait for the disk when an old file is
/// emptied and written, so that is removed first.
fn write_fresh(path: &Path, bytes: &[u8]) {
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
}

fn c_path(path: &Path) -> CString {
    CString::new(path.to_str().unwrap()).unwrap()
}

/// The path of a fixture, such as `npy/scalar.npy`.
fn fixture(name: &str) -> CString {
    c_path(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data")
            .join(name),
    )
}

fn bytes_of(path: &CStr) -> Vec<u8> {
    fs::read(path.to_str().unwrap()).unwrap()
}

/// The paths of all fixtures in a directory.
fn fixtures(directory: &str) -> Vec<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(directory);
    let mut paths: Vec<_> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// Real and imaginary part of every element, in C order.
fn values(array: &Array) -> Vec<(f64, f64)> {
    let source = array.source().unwrap();
    let mut index = vec![0; array.ndim()];
    let mut values = Vec::new();
    for _ in 0..array.size() {
        let scalar = source.load(&index).unwrap();
        let bytes = scalar.bytes();
        let f32_at = |k| f64::from(f32::from_ne_bytes(bytes[k..][..4].try_into().unwrap()));
        let f64_at = |k| f64::from_ne_bytes(bytes[k..][..8].try_into().unwrap());
        values.push(match scalar.element() {
            Element::Bool | Element::UInt8 => (f64::from(bytes[0]), 0.0),
            Element::Int8 => (f64::from(bytes[0] as i8), 0.0),
            Element::Int16 => (
                f64::from(i16::from_ne_bytes(bytes.try_into().unwrap())),
                0.0,
            ),
            Element::UInt16 => (
                f64::from(u16::from_ne_bytes(bytes.try_into().unwrap())),
                0.0,
            ),
            Element::Int32 => (
                f64::from(i32::from_ne_bytes(bytes.try_into().unwrap())),
                0.0,
            ),
            Element::UInt32 => (
                f64::from(u32::from_ne_bytes(bytes.try_into().unwrap())),
                0.0,
            ),
            Element::Int64 => (i64::from_ne_bytes(bytes.try_into().unwrap()) as f64, 0.0),
            Element::UInt64 => (u64::from_ne_bytes(bytes.try_into().unwrap()) as f64, 0.0),
            Element::Float16 => (
                half::f16::from_ne_bytes(bytes.try_into().unwrap()).to_f64(),
                0.0,
            ),
            Element::BFloat16 => unreachable!("no file has it"),
            Element::Float32 => (f32_at(0), 0.0),
            Element::Float64 => (f64_at(0), 0.0),
            Element::Complex64 => (f32_at(0), f32_at(4)),
            Element::Complex128 => (f64_at(0), f64_at(8)),
        });
        for axis in (0..index.len()).rev() {
            index[axis] += 1;
            if index[axis] < array.shape()[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    values
}

/// What [`values`] should be of an array that counts from 0.
fn counting(element: Element, count: usize) -> Vec<(f64, f64)> {
    (0..count)
        .map(|k| match element {
            Element::Bool => (f64::from(u8::from(k != 0)), 0.0),
            Element::Complex64 | Element::Complex128 => (k as f64, 0.0 - k as f64),
            _ => (k as f64, 0.0),
        })
        .collect()
}

/// A small random generator (xorshift); the seed is printed by the tests.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// Changes a few bytes, cuts some out, or repeats some.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        const LIKELY: &[u8] = b"(),:'\"{}[]L- 0123456789\x00\xff\\\n";
        for _ in 0..=self.below(3) {
            if bytes.is_empty() {
                return;
            }
            let place = self.below(bytes.len());
            match self.below(6) {
                0 => bytes[place] = self.below(256) as u8,
                1 => bytes[place] = LIKELY[self.below(LIKELY.len())],
                2 => bytes[place] ^= 1 << self.below(8),
                3 => {
                    bytes.remove(place);
                }
                4 => {
                    let end = place + self.below((bytes.len() - place).min(20) + 1);
                    let piece = bytes[place..end].to_vec();
                    bytes.splice(place..place, piece);
                }
                _ => bytes.truncate(place),
            }
        }
    }
}
