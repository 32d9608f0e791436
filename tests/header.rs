//! The header and its declarations for other languages are what the sources
//! say; `make header` writes both anew.

mod support;

fn compare(checked_in: &str, fresh: &str) {
    let old = support::read(checked_in);
    let new = std::fs::read_to_string(fresh).expect("made by the build script");
    let differs = old.lines().zip(new.lines()).position(|(a, b)| a != b);
    let line = differs.unwrap_or(old.lines().count().min(new.lines().count())) + 1;
    assert!(
        old == new,
        "{checked_in} is not what src/ffi says, first in line {line}; run `make header`"
    );
}

#[test]
fn the_header_is_a_fresh_one() {
    compare("include/libarray.h", env!("LIBARRAY_FRESH_HEADER"));
}

#[test]
fn the_declarations_for_other_languages_are_fresh_ones() {
    compare(
        "include/libarray.cdef.h",
        env!("LIBARRAY_FRESH_DECLARATIONS"),
    );
}

#[test]
fn the_header_has_the_version_of_the_package() {
    let version = support::package("version");
    let numbers = support::header_numbers(&support::read("include/libarray.h"));
    let number = |name: &str| {
        let found = numbers.iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no {name}")).1
    };
    let header = format!(
        "{}.{}.{}",
        number("LA_VERSION_MAJOR"),
        number("LA_VERSION_MINOR"),
        number("LA_VERSION_PATCH")
    );
    assert_eq!(header, version);
}
