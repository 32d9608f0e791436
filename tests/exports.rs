//! The shared library from outside, as the dynamic linker sees it: it exports
//! the header's functions and nothing else, needs little, and is small.
//!
//! `make test` names the library to look at in LIBARRAY_SHARED; without it the
//! one that Cargo built for this test run is looked at.

#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;
use std::process::Command;

const LARGEST: u64 = 2 << 20;

/// What a program built with libarray may need besides.
const NEEDED: &[&str] = &[
    "libc.so.",
    "libm.so.",
    "libgcc_s.so.",
    "ld-linux",
    "linux-vdso",
];

fn library() -> PathBuf {
    if let Some(path) = env::var_os("LIBARRAY_SHARED") {
        return path.into();
    }
    // This test is target/PROFILE/deps/exports-HASH.
    let test = env::current_exe().expect("a path");
    let folder = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("two folders up");
    folder.join("libarray.so")
}

/// The output of a tool of the binutils, which the linker brings along.
fn run(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool)
        .args(arguments)
        .arg(library())
        .output()
        .unwrap_or_else(|error| panic!("{tool}: {error}"));
    assert!(
        output.status.success(),
        "{tool} fails on {}",
        library().display()
    );
    String::from_utf8(output.stdout).expect("plain text")
}

#[test]
fn the_library_exports_the_functions_of_the_header_and_nothing_else() {
    let listed = run("nm", &["-D", "--defined-only", "--format=posix"]);
    let mut exported = BTreeSet::new();
    for line in listed.lines() {
        let mut words = line.split_whitespace();
        let (name, kind) = (words.next().expect("a name"), words.next().expect("a kind"));
        assert_eq!(kind, "T", "{name} is exported and not a function");
        exported.insert(name.to_owned());
    }
    let header = support::header_functions(&support::read("include/libarray.h"));
    let missing: Vec<_> = header.difference(&exported).collect();
    let surplus: Vec<_> = exported.difference(&header).collect();
    assert!(
        missing.is_empty(),
        "in the header and not exported: {missing:?}"
    );
    assert!(
        surplus.is_empty(),
        "exported and not in the header: {surplus:?}"
    );
}

#[test]
fn the_library_needs_only_the_c_library_the_mathematics_and_the_unwinder() {
    let dynamic = run("readelf", &["--dynamic", "--wide"]);
    for line in dynamic.lines().filter(|line| line.contains("(NEEDED)")) {
        let known = NEEDED.iter().any(|name| line.contains(&format!("[{name}")));
        assert!(known, "a dependency too many: {line}");
    }
}

#[test]
fn the_library_is_named_after_its_version() {
    let version = support::package("version");
    let (minor, _) = version.rsplit_once('.').expect("three numbers");
    let dynamic = run("readelf", &["--dynamic", "--wide"]);
    let name = format!("soname: [libarray.so.{minor}]");
    assert!(dynamic.contains(&name), "no {name}");
    assert!(
        dynamic.contains("NODELETE"),
        "the library could be unloaded"
    );
}

#[test]
fn the_stripped_library_is_small() {
    let stripped = env::temp_dir().join(format!("libarray-stripped-{}", std::process::id()));
    run("strip", &["-o", stripped.to_str().expect("a plain name")]);
    let size = std::fs::metadata(&stripped)
        .expect("written by strip")
        .len();
    std::fs::remove_file(&stripped).expect("just written");
    assert!(size < LARGEST, "{size} bytes stripped, more than {LARGEST}");
}

#[test]
fn the_running_version_is_that_of_the_package() {
    let (mut major, mut minor, mut patch) = (-1, -1, -1);
    // SAFETY: three places for numbers, and a text that lives for ever.
    let text = unsafe {
        array::ffi::runtime::la_version(&mut major, &mut minor, &mut patch);
        std::ffi::CStr::from_ptr(array::ffi::runtime::la_version_text())
    };
    let version = support::package("version");
    assert_eq!(text.to_str(), Ok(version.as_str()));
    assert_eq!(format!("{major}.{minor}.{patch}"), version);
}
