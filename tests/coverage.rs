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
