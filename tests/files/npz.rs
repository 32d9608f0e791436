//! Archives of arrays.

use std::fs;
use std::path::Path;

use array::dtype::{DType, Element};
use array::error::{Error, Status};
use array::exchange::npz::Archive;

use super::{
    Directory, Random, bytes_of, c_path, counting, fixture, fixtures, values, write_fresh,
};

fn open(name: &str) -> Archive {
    Archive::open(&fixture(&format!("npz/{name}.npz"))).unwrap()
}

fn names(archive: &Archive) -> Vec<&str> {
    (0..archive.len() as i64)
        .map(|member| archive.name(member).unwrap())
        .collect()
}

fn open_error(path: &Path) -> Option<Error> {
    Archive::open(&c_path(path)).err()
}

#[test]
fn stored_deflated_and_prefixed_archives_hold_the_same() {
    for name in ["stored", "deflated", "prefixed"] {
        let archive = open(name);
        assert_eq!(
            names(&archive),
            ["a", "f", "big_endian", "scalar", "empty", "höhe"]
        );
        let a = archive.load("a").unwrap();
        assert_eq!((a.shape(), a.strides()), (&[2, 3][..], &[24, 8][..]));
        assert_eq!(values(&a), counting(Element::Float64, 6), "{name}");
        let f = archive.load("f.npy").unwrap();
        assert_eq!(f.strides(), &[4, 8]);
        assert_eq!(values(&f), counting(Element::Int32, 6));
        let swapped = archive.load("big_endian").unwrap();
        assert_eq!(swapped.dtype(), DType::parse(">i2").unwrap());
        assert_eq!(values(&swapped), counting(Element::Int16, 4));
        assert_eq!(values(&archive.load("scalar").unwrap()), [(7.0, 0.0)]);
        assert_eq!(archive.load("empty").unwrap().shape(), &[0]);
        assert_eq!(values(&archive.load("höhe").unwrap()).len(), 3);
    }
}

#[test]
fn a_large_member_is_inflated_in_rounds() {
    let archive = open("big");
    let big = archive.load("big").unwrap();
    let expected = |k: u32| f64::from((k.wrapping_mul(2_654_435_761) >> 12) % 7);
    let found = values(&big);
    assert_eq!(found.len(), 300_000);
    assert!(
        (0u32..)
            .zip(found)
            .all(|(k, value)| value == (expected(k), 0.0))
    );
    let zeros = archive.load("zeros").unwrap();
    assert!(values(&zeros).iter().all(|&value| value == (0.0, 0.0)));
}

#[test]
fn sizes_in_64_bits_are_read() {
    let archive = open("zip64");
    assert_eq!(names(&archive), ["a", "b"]);
    let b = archive.load("b").unwrap();
    assert_eq!(values(&b), counting(Element::Float64, 50));
}

#[test]
fn members_are_found_as_numpy_finds_them() {
    let archive = open("odd_members");
    let expected = "folder/ folder/a note.txt twice twice plain plain long bz";
    assert_eq!(names(&archive), expected.split(' ').collect::<Vec<_>>());
    let extent = |name| archive.load(name).unwrap().shape()[0];
    assert_eq!(extent("folder/a"), 2);
    assert_eq!(extent("twice"), 2, "the last of its name");
    assert_eq!(extent("plain"), 3, "the whole name first");
    assert_eq!(extent("plain.npy"), 4);
    for (name, word) in [
        ("folder/", "does not begin"),
        ("note.txt", "does not begin"),
        ("long", "goes on"),
        ("bz", "neither stored nor deflated"),
    ] {
        let error = archive.load(name).err().unwrap();
        assert_eq!(error.status(), Status::Format);
        assert!(error.to_string().contains(word), "{name}: {error}");
    }
    for name in ["", "gone", "twic", "a", "twice.npy.npy"] {
        let error = archive.load(name).err().unwrap();
        assert_eq!(error.status(), Status::InvalidArgument, "{name}");
    }
    for member in [-1, 9, i64::MIN, i64::MAX] {
        let error = archive.name(member).err().unwrap();
        assert!(matches!(error, Error::FlatIndexOutOfBounds { size: 9, .. }));
    }
}

#[test]
fn old_names_are_read_in_their_code_page() {
    assert_eq!(names(&open("code_page")), ["höhe"]);
    assert!(open("code_page").load("höhe").is_ok());
}

#[test]
fn an_archive_may_have_no_members() {
    let archive = open("no_members");
    assert!(archive.is_empty());
    assert!(archive.name(0).is_err() && archive.load("a").is_err());
}

#[test]
fn an_archive_survives_as_an_address() {
    let raw = open("stored").into_raw();
    // SAFETY: the address of an archive that is alive, given up in the end.
    unsafe {
        assert_eq!((*raw).len(), 6);
        assert!((*raw).load("a").is_ok());
        drop(Archive::from_raw(raw));
        assert!(Archive::from_raw(core::ptr::null_mut()).is_none());
    }
}

#[test]
fn what_is_no_archive_is_refused() {
    let directory = Directory::new();
    let place = directory.path("no.npz");
    for bytes in [&b""[..], b"PK", b"\x93NUMPY\x01\x00", &[0; 100]] {
        write_fresh(&place, bytes);
        assert_eq!(open_error(&place).map(|e| e.status()), Some(Status::Format));
    }
    assert!(Archive::open(&c_path(&directory.path("gone"))).is_err());
    let error = array::exchange::npy::load(&fixture("npz/stored.npz")).err();
    assert!(error.unwrap().to_string().contains(".npz"));
}

/// The place of a member's entry in the list at the end.
fn entry_of(bytes: &[u8], name: &str) -> usize {
    (0..bytes.len() - 46)
        .find(|&k| {
            bytes[k..].starts_with(b"PK\x01\x02") && bytes[k + 46..].starts_with(name.as_bytes())
        })
        .unwrap()
}

#[test]
fn lies_about_size_and_checksum_are_found() {
    const CRC: usize = 16;
    const PACKED: usize = 20;
    const LENGTH: usize = 24;
    let directory = Directory::new();
    let place = directory.path("lie.npz");
    let loads = |file: &str, name: &str, field: usize, change: &dyn Fn(u32) -> u32| {
        let mut bytes = bytes_of(&fixture(&format!("npz/{file}.npz")));
        let at = entry_of(&bytes, name) + field;
        let old = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        bytes[at..at + 4].copy_from_slice(&change(old).to_le_bytes());
        write_fresh(&place, &bytes);
        let error = Archive::open(&c_path(&place)).unwrap().load(name).err();
        error.map(|error| (error.status(), error.to_string()))
    };
    let found = |result: Option<(Status, String)>, word: &str| {
        let (status, text) = result.unwrap();
        assert_eq!(status, Status::Format);
        assert!(text.contains(word), "{text}");
    };
    assert!(loads("deflated", "a", CRC, &|crc| crc).is_none());
    for file in ["stored", "deflated"] {
        found(loads(file, "a", CRC, &|crc| crc ^ 1), "checksum");
        found(
            loads(file, "a", LENGTH, &|n| n - 1),
            if file == "stored" {
                "two sizes"
            } else {
                "ends before"
            },
        );
        found(loads(file, "a", LENGTH, &|_| 2_000_000_000), "two sizes");
    }
    found(loads("deflated", "a", LENGTH, &|n| n + 1), "goes on");
    found(
        loads("deflated", "a", PACKED, &|n| n - 1),
        "damaged or incomplete",
    );
    found(loads("deflated", "a", PACKED, &|_| 0), "two sizes");
    // A gigabyte promised by a few bytes is never asked for.
    let before = array::memory::stats().total_bytes;
    found(
        loads("big", "zeros", LENGTH, &|_| 1_000_000_000),
        "two sizes",
    );
    assert!(array::memory::stats().total_bytes - before < 100_000_000);
}

#[test]
fn an_archive_cut_short_anywhere_is_refused() {
    let directory = Directory::new();
    let place = directory.path("cut.npz");
    for name in ["npz/stored.npz", "npz/zip64.npz"] {
        let bytes = bytes_of(&fixture(name));
        for length in 0..bytes.len() {
            write_fresh(&place, &bytes[..length]);
            assert_eq!(open_error(&place).map(|e| e.status()), Some(Status::Format));
        }
    }
}

#[test]
fn damaged_archives_give_errors_and_never_a_panic() {
    let seed = 0xda94_2042_e4dd_58b5;
    println!("seed {seed:#x}");
    let mut random = Random(seed);
    let directory = Directory::new();
    let place = directory.path("damaged.npz");
    for fixture in fixtures("npz") {
        let original = fs::read(&fixture).unwrap();
        let rounds = if original.len() > 10_000 { 20 } else { 400 };
        for _ in 0..rounds {
            let mut bytes = original.clone();
            random.mutate(&mut bytes);
            write_fresh(&place, &bytes);
            let Ok(archive) = Archive::open(&c_path(&place)) else {
                continue;
            };
            for name in names(&archive) {
                if let Ok(array) = archive.load(name) {
                    assert!(array.nbytes() <= bytes.len() as i64 * 1032);
                    values(&array);
                }
            }
        }
    }
}
