//! One array to a file.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use array::array::{Array, Flags};
use array::dtype::{DType, Element};
use array::error::{Error, Status};
use array::exchange::npy::{OpenMode, load, open, save};
use array::layout::{self, Layout, Packing};

use super::{
    Directory, Random, bytes_of, c_path, counting, fixture, fixtures, values, write_fresh,
};

/// The types that NumPy has.
fn elements() -> impl Iterator<Item = Element> {
    Element::ALL
        .into_iter()
        .filter(|&element| element != Element::BFloat16)
}

fn status(result: Result<Array, Error>) -> Status {
    match result {
        Ok(_) => Status::Ok,
        Err(error) => error.status(),
    }
}

/// An array whose bytes are 0, 1, 2, ... as they lie in memory.
fn bytes_in_order(dtype: DType, layout: &Layout) -> Array {
    let array = Array::allocate(dtype, layout, false).unwrap();
    let start = array.target("array").unwrap().start();
    for k in 0..array.nbytes() as usize {
        // SAFETY: a packed layout fills its memory.
        unsafe { start.add(k).write(k as u8) };
    }
    array
}

/// The bytes of the elements, in C order.
fn bytes_in_c_order(array: &Array) -> Vec<u8> {
    let source = array.source().unwrap();
    let itemsize = array.itemsize() as usize;
    let mut bytes = Vec::new();
    for n in 0..array.size() {
        let (mut rest, mut offset) = (n, 0);
        for (&extent, stride) in array.shape().iter().zip(array.strides()).rev() {
            offset += rest % extent * stride;
            rest /= extent;
        }
        for k in 0..itemsize {
            // SAFETY: an element of the array, which the source has checked.
            bytes.push(unsafe { source.start().offset(offset as isize).add(k).read() });
        }
    }
    bytes
}

#[test]
fn every_type_loads_from_both_orders_and_both_byte_orders() {
    for element in elements() {
        let name = element.name();
        let c = load(&fixture(&format!("npy/{name}_c.npy"))).unwrap();
        let f = load(&fixture(&format!("npy/{name}_f.npy"))).unwrap();
        let be = load(&fixture(&format!("npy/{name}_be.npy"))).unwrap();
        let size = element.size();
        assert_eq!(
            (c.shape(), c.strides()),
            (&[2, 3][..], &[3 * size, size][..])
        );
        assert_eq!(
            (f.shape(), f.strides()),
            (&[2, 3][..], &[size, 2 * size][..])
        );
        let little = DType::parse(&format!("<{}", &c.dtype().format().to_string()[1..]));
        let big = little.unwrap().swapped();
        assert_eq!(c.dtype(), little.unwrap());
        assert_eq!(f.dtype(), little.unwrap());
        assert_eq!(be.dtype(), big, "{name}");
        for array in [c, f, be] {
            assert_eq!(values(&array), counting(element, 6), "{name}");
            assert!(array.flags().has(Flags::OWNS_DATA) && array.is_writeable());
        }
    }
}

#[test]
fn shapes_at_the_edge_load() {
    let scalar = load(&fixture("npy/scalar.npy")).unwrap();
    assert_eq!((scalar.ndim(), values(&scalar)), (0, vec![(7.0, 0.0)]));
    let line = load(&fixture("npy/line.npy")).unwrap();
    assert_eq!(values(&line), counting(Element::Int32, 5));
    assert_eq!(load(&fixture("npy/empty.npy")).unwrap().shape(), &[0]);
    assert_eq!(
        load(&fixture("npy/empty_3d.npy")).unwrap().shape(),
        &[2, 0, 3]
    );
    let axes = load(&fixture("npy/many_axes.npy")).unwrap();
    assert_eq!((axes.ndim(), axes.size(), axes.shape()[31]), (64, 2, 2));
}

#[test]
fn all_formats_load() {
    for name in ["npy/format_2.npy", "npy/format_3.npy"] {
        let array = load(&fixture(name)).unwrap();
        assert_eq!(values(&array), counting(Element::Float64, 6), "{name}");
    }
    let old = load(&fixture("npy/python2_on_windows.npy")).unwrap();
    assert_eq!(values(&old), [(1.0, 0.0), (1.0, 0.0)]);
}

#[test]
fn raw_bytes_load() {
    let raw = load(&fixture("npy/raw.npy")).unwrap();
    assert_eq!(Some(raw.dtype()), DType::raw_bytes(12));
    assert_eq!(bytes_in_c_order(&raw), (0..36).collect::<Vec<u8>>());
}

#[test]
fn types_without_a_counterpart_are_refused_by_what_they_are() {
    for (name, word) in [
        ("object", "Python objects"),
        ("text", "text strings"),
        ("bytes", "byte strings"),
        ("date", "dates"),
        ("span", "dates"),
        ("longdouble", "long double"),
    ] {
        let path = fixture(&format!("npy/refused_{name}.npy"));
        for result in [load(&path), open(&path, OpenMode::Read)] {
            let error = result.err().unwrap();
            assert_eq!(error.status(), Status::Format, "{name}");
            assert!(error.to_string().contains(word), "{name}: {error}");
            // The position is that of the type within the file.
            let Error::Format { position, .. } = error else {
                unreachable!();
            };
            let place = bytes_of(&path).windows(8).position(|w| w == b"'descr':");
            assert!(
                (9..=11).contains(&(position - place.unwrap() as u64)),
                "{name}: {error}"
            );
        }
    }
}

#[test]
fn records_load_with_their_names_gaps_and_nested_fields() {
    let many: Vec<String> = (0..3000)
        .map(|k| format!("('a_long_name_{k:04}', '|u1')"))
        .collect();
    for (name, text, itemsize) in [
        ("record", "[('x', '<i4'), ('y', '<f8')]", 12),
        (
            "record_nested",
            "[('a', [('b', '>i2'), ('c', [('d', '|b1')])]), ('e', '|V3')]",
            6,
        ),
        (
            "record_gaps",
            "[('', '|V1'), ('x', '<i2'), ('', '|V5'), ('y', '<f4'), ('', '|V4')]",
            16,
        ),
        (
            "record_aligned",
            "[('x', '|i1'), ('', '|V7'), ('y', '<c16')]",
            24,
        ),
        (
            "record_quotes",
            r#"[("it's", '|i1'), ('a "b"', '|u1'), ('back\\slash\n', '|i1'), ('\'"', '|i1')]"#,
            4,
        ),
        ("record_latin1", "[('\u{fc}ber', '<i4')]", 4),
        ("record_utf8", "[('\u{3b1}', '<i4'), ('\u{fc}', '|i1')]", 5),
        ("record_many", &format!("[{}]", many.join(", ")), 3000),
    ] {
        let array = load(&fixture(&format!("npy/{name}.npy"))).unwrap();
        assert_eq!(array.dtype().format().to_string(), text);
        assert_eq!((array.shape(), array.itemsize()), (&[2, 3][..], itemsize));
        let expected: Vec<u8> = (0..6 * itemsize).map(|k| k as u8).collect();
        assert!(bytes_in_c_order(&array) == expected, "{name}");
    }
}

#[test]
fn fields_without_a_counterpart_are_refused_by_what_they_are() {
    for (name, word) in [("titles", "titles"), ("array_field", "subarray")] {
        let error = load(&fixture(&format!("npy/refused_{name}.npy")))
            .err()
            .unwrap();
        assert_eq!(error.status(), Status::Format, "{name}");
        assert!(error.to_string().contains(word), "{name}: {error}");
    }
}

#[test]
fn a_record_that_numpy_cannot_describe_is_not_saved() {
    let directory = Directory::new();
    for text in [
        "{'names': ['x', 'y'], 'formats': ['<i4', '<i2'], 'offsets': [0, 2], 'itemsize': 4}",
        "{'names': ['x', 'y'], 'formats': ['<i2', '<i2'], 'offsets': [2, 0]}",
        "[('x', 'bfloat16')]",
        "[('r', {'names': ['x', 'y'], 'formats': ['<i4', '<i2'], 'offsets': [0, 2]})]",
    ] {
        let dtype = DType::parse(text).unwrap();
        let layout = layout::packed(&[3], dtype.itemsize(), Packing::C).unwrap();
        let array = Array::allocate(dtype, &layout, true).unwrap();
        let error = save(&c_path(&directory.path("r.npy")), &array).unwrap_err();
        assert!(matches!(error, Error::WrongDType { .. }), "{error}");
    }
    assert!(directory.names().is_empty());
}

#[test]
fn saving_what_was_loaded_gives_numpys_very_bytes() {
    let directory = Directory::new();
    let again = c_path(&directory.path("again.npy"));
    let mut count = 0;
    for path in fixtures("npy") {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let others = ["format_2", "format_3", "python2_on_windows"];
        if name.starts_with("refused_") || others.contains(&name) {
            continue;
        }
        let array = load(&c_path(&path)).unwrap();
        save(&again, &array).unwrap();
        assert_eq!(bytes_of(&again), fs::read(&path).unwrap(), "{name}");
        count += 1;
    }
    assert!(count > 40);
    assert_eq!(directory.names(), ["again.npy"]);
}

#[test]
fn a_strided_view_is_saved_as_numpy_saves_it() {
    // counting((4, 6, 5), "int32")[::-2, 1:, ::2]
    let directory = Directory::new();
    let path = c_path(&directory.path("strided.npy"));
    let whole = layout::packed(&[4, 6, 5], 4, Packing::C).unwrap();
    let whole = Array::allocate(Element::Int32.into(), &whole, false).unwrap();
    let start = whole.target("whole").unwrap().start().cast::<i32>();
    for k in 0..120 {
        // SAFETY: an element of the packed array.
        unsafe { start.add(k).write(k as i32) };
    }
    let mut layout = Layout::at(3 * 120 + 20);
    for (extent, stride) in [(2, -240), (5, 20), (3, 8)] {
        layout.push(extent, stride).unwrap();
    }
    save(&path, &whole.view(&layout).unwrap()).unwrap();
    assert_eq!(bytes_of(&path), bytes_of(&fixture("npy/strided.npy")));
}

/// Random views of random arrays, some of them larger than the buffer through
/// which they are gathered.
#[test]
fn any_view_comes_back_with_its_elements_in_place() {
    let seed = 0x9e37_79b9_7f4a_7c15;
    println!("seed {seed:#x}");
    let mut random = Random(seed);
    let directory = Directory::new();
    let path = c_path(&directory.path("view.npy"));
    let dtypes = [
        DType::new(Element::Int8),
        DType::new(Element::Float16).swapped(),
        DType::new(Element::Complex128),
        DType::raw_bytes(7).unwrap(),
    ];
    for round in 0..200 {
        let dtype = dtypes[random.below(4)];
        let most = if round % 20 == 0 { 90 } else { 9 };
        let ndim = random.below(4);
        let shape: Vec<i64> = (0..ndim).map(|_| random.below(most) as i64).collect();
        let packed = layout::packed(&shape, dtype.itemsize(), Packing::C).unwrap();
        let whole = bytes_in_order(dtype, &packed);
        let mut layout = packed.clone();
        for axis in 0..ndim {
            let extent = layout.shape[axis];
            match random.below(4) {
                0 if whole.size() > 0 => {
                    layout.offset += (extent - 1) * layout.strides[axis];
                    layout.strides[axis] *= -1;
                }
                1 => {
                    layout.strides[axis] *= 2;
                    layout.shape[axis] = (extent + 1) / 2;
                }
                2 => layout.strides[axis] = 0,
                _ => {}
            }
            let other = random.below(ndim);
            layout.shape.swap(axis, other);
            layout.strides.swap(axis, other);
        }
        let view = whole.view(&layout).unwrap();
        save(&path, &view).unwrap();
        for array in [load(&path), open(&path, OpenMode::Read)] {
            let array = array.unwrap();
            assert_eq!((array.shape(), array.dtype()), (view.shape(), dtype));
            assert_eq!(
                bytes_in_c_order(&array),
                bytes_in_c_order(&view),
                "{layout:?}"
            );
        }
    }
}

#[test]
fn a_large_transposed_view_is_gathered_slab_by_slab() {
    let directory = Directory::new();
    let path = c_path(&directory.path("large.npy"));
    let packed = layout::packed(&[700, 3, 300], 8, Packing::C).unwrap();
    let whole = bytes_in_order(Element::Int64.into(), &packed);
    let mut layout = packed.clone();
    layout.shape.swap(1, 2);
    layout.strides.swap(1, 2);
    let view = whole.view(&layout).unwrap();
    save(&path, &view).unwrap();
    let array = load(&path).unwrap();
    assert_eq!(array.shape(), &[700, 300, 3]);
    assert!(bytes_in_c_order(&array) == bytes_in_c_order(&view));
}

#[test]
fn bfloat16_has_no_name_in_a_file() {
    let directory = Directory::new();
    let layout = layout::packed(&[3], 2, Packing::C).unwrap();
    let array = Array::allocate(Element::BFloat16.into(), &layout, true).unwrap();
    let error = save(&c_path(&directory.path("b.npy")), &array).unwrap_err();
    assert!(matches!(error, Error::WrongDType { .. }), "{error}");
    assert!(directory.names().is_empty());
}

#[test]
fn a_mapped_file_is_shared_private_or_read_only_as_asked() {
    let directory = Directory::new();
    let path = c_path(&directory.path("mapped.npy"));
    let original = bytes_of(&fixture("npy/int16_c.npy"));
    fs::write(directory.path("mapped.npy"), &original).unwrap();
    let write = |array: &Array| {
        let start = array.target("array").unwrap().start().cast::<i16>();
        // SAFETY: the first element of the array.
        unsafe { start.write_unaligned(999) };
        assert_eq!(values(array)[0], (999.0, 0.0));
    };

    let read = open(&path, OpenMode::Read).unwrap();
    assert_eq!(values(&read), counting(Element::Int16, 6));
    assert!(!read.is_writeable() && read.target("array").is_err());
    assert_eq!(read.memory().nbytes(), 12);

    let private = open(&path, OpenMode::CopyOnWrite).unwrap();
    write(&private);
    assert_eq!(bytes_of(&path), original);
    drop(private);

    let shared = open(&path, OpenMode::ReadWrite).unwrap();
    write(&shared);
    drop(shared);
    let mut expected = original.clone();
    expected[128..130].copy_from_slice(&999i16.to_le_bytes());
    assert_eq!(bytes_of(&path), expected);
    assert_eq!(values(&read)[0], (999.0, 0.0));
}

#[test]
fn every_fixture_maps_to_what_it_loads() {
    for path in fixtures("npy") {
        let path = c_path(&path);
        let Ok(loaded) = load(&path) else {
            continue;
        };
        for mode in [OpenMode::Read, OpenMode::CopyOnWrite] {
            let mapped = open(&path, mode).unwrap();
            assert_eq!(mapped.strides(), loaded.strides());
            assert_eq!(bytes_in_c_order(&mapped), bytes_in_c_order(&loaded));
        }
    }
}

#[test]
fn a_mapped_array_can_be_saved_to_its_own_file() {
    let directory = Directory::new();
    let path = c_path(&directory.path("own.npy"));
    fs::write(
        directory.path("own.npy"),
        bytes_of(&fixture("npy/int32_c.npy")),
    )
    .unwrap();
    let mapped = open(&path, OpenMode::ReadWrite).unwrap();
    save(&path, &mapped).unwrap();
    assert_eq!(values(&mapped), counting(Element::Int32, 6));
    assert_eq!(bytes_of(&path), bytes_of(&fixture("npy/int32_c.npy")));
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let directory = Directory::new();
    let place = directory.path("cut.npy");
    let path = c_path(&place);
    for name in ["int16_f", "format_2", "python2_on_windows", "scalar"] {
        let bytes = bytes_of(&fixture(&format!("npy/{name}.npy")));
        for length in 0..bytes.len() {
            write_fresh(&place, &bytes[..length]);
            assert_eq!(
                status(load(&path)),
                Status::Format,
                "{name} cut at {length}"
            );
            assert_eq!(status(open(&path, OpenMode::Read)), Status::Format);
        }
    }
}

#[test]
fn what_follows_the_elements_is_left_alone() {
    let directory = Directory::new();
    let place = directory.path("more.npy");
    let mut bytes = bytes_of(&fixture("npy/int16_c.npy"));
    bytes.extend_from_slice(b"more");
    write_fresh(&place, &bytes);
    for array in [load(&c_path(&place)), open(&c_path(&place), OpenMode::Read)] {
        assert_eq!(values(&array.unwrap()), counting(Element::Int16, 6));
    }
}

#[test]
fn a_header_that_promises_too_much_is_refused_before_memory_is_asked_for() {
    let directory = Directory::new();
    let place = directory.path("lie.npy");
    for (shape, expected) in [
        ("(7,)", Status::Format),
        ("(4611686018427387904,)", Status::Overflow),
        ("(1000000000000,)", Status::Format),
        ("(9223372036854775807, 2)", Status::Overflow),
        ("(9223372036854775808,)", Status::Overflow),
        ("(4294967296, 4294967296, 4294967296)", Status::Overflow),
        (
            "(0, 9223372036854775807, 9223372036854775807)",
            Status::Overflow,
        ),
        ("(-1,)", Status::Format),
    ] {
        let text = format!("{{'descr': '<i2', 'fortran_order': False, 'shape': {shape}}}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend_from_slice(&(text.len() as u16).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend_from_slice(&[0; 12]);
        write_fresh(&place, &bytes);
        assert_eq!(status(load(&c_path(&place))), expected, "{shape}");
        assert_eq!(
            status(open(&c_path(&place), OpenMode::Read)),
            expected,
            "{shape}"
        );
    }
}

#[test]
fn damaged_files_give_an_error_or_an_array_no_larger_than_they_are() {
    let seed = 0x2545_f491_4f6c_dd1d;
    println!("seed {seed:#x}");
    let mut random = Random(seed);
    let directory = Directory::new();
    let place = directory.path("damaged.npy");
    let path = c_path(&place);
    for fixture in fixtures("npy") {
        let original = fs::read(&fixture).unwrap();
        for _ in 0..100 {
            let mut bytes = original.clone();
            random.mutate(&mut bytes);
            write_fresh(&place, &bytes);
            for array in [load(&path), open(&path, OpenMode::CopyOnWrite)]
                .into_iter()
                .flatten()
            {
                assert!(array.nbytes() <= bytes.len() as i64);
                bytes_in_c_order(&array);
            }
        }
    }
}

#[test]
fn what_cannot_be_opened_is_named_by_the_system() {
    let directory = Directory::new();
    let gone = c_path(&directory.path("gone/a.npy"));
    let itself = c_path(&directory.0);
    let array = load(&fixture("npy/line.npy")).unwrap();
    let io = |action, errno| Some(Error::Io { action, errno });
    assert_eq!(load(&gone).err(), io("opening path", libc::ENOENT));
    assert_eq!(load(&itself).err(), io("opening path", libc::EISDIR));
    assert_eq!(
        load(c"/dev/null").err(),
        io("opening path", libc::ESPIPE),
        "a device has no length"
    );
    let pipe = c_path(&directory.path("pipe"));
    // SAFETY: a NUL-terminated text.
    assert_eq!(unsafe { libc::mkfifo(pipe.as_ptr(), 0o600) }, 0);
    assert_eq!(load(&pipe).err(), io("opening path", libc::ESPIPE));
    fs::remove_file(directory.path("pipe")).unwrap();
    let making = io("making a file beside path", libc::ENOENT);
    assert_eq!(save(&gone, &array).err(), making);
    assert_eq!(
        save(&itself, &array).err(),
        io("opening path", libc::EISDIR)
    );
    assert!(directory.names().is_empty());
    let long = c_path(&directory.path(&"x".repeat(300)));
    assert_eq!(load(&long).err(), io("opening path", libc::ENAMETOOLONG));
    assert_eq!(
        save(&long, &array).err(),
        io("opening path", libc::ENAMETOOLONG)
    );
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    let array = load(&fixture("npy/line.npy")).unwrap();
    save(c"/dev/null", &array).unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let full = save(c"/dev/full", &array);
    assert_eq!(
        full.err(),
        Some(Error::Io {
            action: "writing path",
            errno: libc::ENOSPC
        })
    );
}

#[test]
fn a_new_file_takes_the_place_of_the_old_one_with_its_mode_and_through_links() {
    let directory = Directory::new();
    let (real, link) = (directory.path("real.npy"), directory.path("link.npy"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.npy", &link).unwrap();
    let before = fs::metadata(&real).unwrap();
    let array = load(&fixture("npy/line.npy")).unwrap();
    save(&c_path(&link), &array).unwrap();
    let after = fs::metadata(&real).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(bytes_of(&c_path(&real)), bytes_of(&fixture("npy/line.npy")));
    assert_eq!(after.mode() & 0o777, 0o640);
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert_ne!(after.ino(), before.ino());
    assert_eq!(directory.names(), ["link.npy", "real.npy"]);
}

#[test]
fn a_write_that_fails_leaves_the_old_file_and_nothing_beside_it() {
    // The limit on the size of files holds for the whole process, so a child
    // of its own meets it: this very test, run again.
    const CHILD: &str = "LIBARRAY_TEST_SMALL_FILES";
    if let Some(path) = std::env::var_os(CHILD) {
        let path = c_path(path.as_ref());
        let layout = layout::packed(&[1000], 8, Packing::C).unwrap();
        let array = Array::allocate(Element::Int64.into(), &layout, true).unwrap();
        let limit = libc::rlimit {
            rlim_cur: 4096,
            rlim_max: 4096,
        };
        // SAFETY: plain calls of the system, in a process of our own.
        unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            libc::setrlimit(libc::RLIMIT_FSIZE, &limit);
        }
        let result = save(&path, &array);
        let expected = Error::Io {
            action: "writing path",
            errno: libc::EFBIG,
        };
        std::process::exit(if result == Err(expected) { 42 } else { 1 });
    }
    let directory = Directory::new();
    let path = directory.path("kept.npy");
    fs::write(&path, "old").unwrap();
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "npy::a_write_that_fails_leaves_the_old_file_and_nothing_beside_it",
        ])
        .env(CHILD, &path)
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(42));
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(directory.names(), ["kept.npy"]);
}
