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

/// What the comment of a function may say under "Threads:", as the introduction explains.
const BESIDE: &[&str] = &["any", "reads", "writes", "process", "own", "archive"];

#[test]
fn every_function_says_what_may_run_at_the_same_time() {
    let header = support::read("include/libarray.h");
    for word in BESIDE {
        let explained = header.contains(&format!(" *               {word:9}"));
        assert!(explained, "{word} is not explained");
    }
    let mut functions = 0;
    for paragraph in header.split("\n\n") {
        let Some((comment, prototype)) = paragraph.split_once("\nLA_API ") else {
            continue;
        };
        functions += 1;
        let lines = comment.lines();
        let words: Vec<_> = lines
            .filter_map(|l| l.strip_prefix("// Threads: "))
            .collect();
        let [word] = words[..] else {
            panic!("not one line \"Threads:\" before {prototype}");
        };
        let word = word.trim_end_matches('.');
        assert!(BESIDE.contains(&word), "{word}: {prototype}");
        // An array that is not const is written, but for the one that is released or
        // asked for an address, and results.
        let parameters = prototype.split_once('(').map_or("", |(_, rest)| rest);
        let is_written = |text: &str| {
            let text = text.trim();
            text.starts_with("struct la_array *") && !text.starts_with("struct la_array **")
        };
        let exempt = ["la_release", "la_data_mut"]
            .iter()
            .any(|name| prototype.contains(name));
        if parameters.split(',').any(is_written) && !exempt {
            assert_eq!(word, "writes", "of what is written: {prototype}");
        }
    }
    let known = support::header_functions(&header).len();
    assert_eq!(functions, known, "the header's functions are not all seen");
}
