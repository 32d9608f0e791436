//! The C test suite leaves nothing of the header out: every function is called
//! from C and every number is used there.

mod support;

use std::collections::BTreeSet;
use support::{Language, read, reads, tokens};

/// All words of the C programs directly in `folders`, and those that are called.
fn words_and_calls(folders: &[&str]) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut words = BTreeSet::new();
    let mut calls = BTreeSet::new();
    let paths = folders
        .iter()
        .flat_map(|folder| support::files(folder, "c"));
    for path in paths.filter(|path| path.matches('/').count() == 1) {
        let text = read(&path);
        let tokens = tokens(&text, Language::C);
        for (at, token) in tokens.iter().enumerate() {
            words.insert(token.text.to_owned());
            if reads(&tokens, at + 1, &["("]) {
                calls.insert(token.text.to_owned());
            }
        }
    }
    (words, calls)
}

#[test]
fn every_function_of_the_header_is_called_by_a_c_test() {
    let (_, calls) = words_and_calls(&["c-tests"]);
    let functions = support::header_functions(&read("include/libarray.h"));
    let missing: Vec<_> = functions.difference(&calls).map(String::as_str).collect();
    assert!(missing.is_empty(), "no C test calls {}", missing.join(", "));
}

/// Those that cannot be among the calls of c-tests/test_exhaustion.c.
const WITHOUT_REFUSALS: &[(&str, &str)] = &[(
    "la_set_allocator",
    "what refuses is installed with it; it allocates from the system alone",
)];

#[test]
fn every_function_with_a_status_runs_out_of_memory_in_a_test() {
    let text = read("c-tests/test_exhaustion.c");
    let tokens = tokens(&text, Language::C);
    let calls: BTreeSet<_> = (0..tokens.len())
        .filter(|&at| reads(&tokens, at, &["CALL", "("]))
        .filter_map(|at| tokens.get(at + 2))
        .map(|token| token.text.to_owned())
        .collect();
    let functions = support::header_functions_returning(&read("include/libarray.h"), "la_status");
    assert!(functions.len() > 100, "the header's functions are not seen");
    let missing: Vec<_> = functions
        .difference(&calls)
        .map(String::as_str)
        .filter(|name| {
            WITHOUT_REFUSALS
                .iter()
                .all(|(exception, _)| exception != name)
        })
        .collect();
    assert!(missing.is_empty(), "not refused: {}", missing.join(", "));
}

#[test]
fn every_number_of_the_header_is_used_by_a_c_program() {
    let (words, _) = words_and_calls(&["c-tests", "examples"]);
    let numbers = support::header_numbers(&read("include/libarray.h"));
    let missing: Vec<_> = numbers
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !words.contains(*name))
        .collect();
    assert!(
        missing.is_empty(),
        "no C program uses {}",
        missing.join(", ")
    );
}
