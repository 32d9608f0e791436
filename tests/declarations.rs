//! The header, the declarations of `c-tests/abi` and the Rust functions name
//! the same things. That they also mean the same is tested in `c-tests/abi`,
//! which can only look at what it declares: hence this test.

mod support;

use std::collections::BTreeSet;
use support::{Language, Token, read, reads, tokens};

type Names = BTreeSet<String>;

/// The words that follow `pattern` and begin as the library's names do.
fn words_after(tokens: &[Token<'_>], pattern: &[&str]) -> Names {
    (0..tokens.len())
        .filter(|&at| reads(tokens, at, pattern))
        .filter_map(|at| tokens.get(at + pattern.len()))
        .filter(|token| token.text.starts_with("la_") || token.text.starts_with("LA_"))
        .map(|token| token.text.to_owned())
        .collect()
}

/// Fails when two sets of names differ, and says how.
fn expect_same(first: (&str, &Names), second: (&str, &Names)) {
    let only = |a: &Names, b: &Names| a.difference(b).cloned().collect::<Vec<_>>().join(" ");
    assert!(
        first.1 == second.1,
        "only in {}: [{}], only in {}: [{}]",
        first.0,
        only(first.1, second.1),
        second.0,
        only(second.1, first.1)
    );
}

/// The functions of the Rust sources that are exported.
fn exported_functions() -> Names {
    let mut names = Names::new();
    for path in support::files("src", "rs") {
        let text = read(&path);
        let tokens = tokens(&text, Language::Rust);
        for at in (0..tokens.len()).filter(|&at| tokens[at].text == "no_mangle") {
            let name = (at..tokens.len())
                .find(|&k| tokens[k].text == "fn")
                .map(|k| k + 1);
            names.insert(tokens[name.expect("a function")].text.to_owned());
        }
    }
    names
}

#[test]
fn header_declarations_and_sources_have_the_same_functions() {
    let header = support::header_functions(&read("include/libarray.h"));
    assert!(header.len() > 100, "the header is not read rightly");
    let text = read("c-tests/abi/src/functions.rs");
    let declared = words_after(&tokens(&text, Language::Rust), &["pub", "fn"]);
    let defined = exported_functions();
    expect_same(("the header", &header), ("the declarations", &declared));
    expect_same(("the header", &header), ("src/ffi", &defined));
}

#[test]
fn header_and_declarations_have_the_same_numbers() {
    let header = support::header_numbers(&read("include/libarray.h"));
    let header: Names = header.into_iter().map(|(name, _)| name).collect();
    assert!(header.len() > 80, "the header is not read rightly");
    let text = read("c-tests/abi/src/types.rs");
    let declared = words_after(&tokens(&text, Language::Rust), &["pub", "const"]);
    expect_same(("the header", &header), ("the declarations", &declared));
}

#[test]
fn header_and_declarations_have_the_same_types() {
    let text = read("include/libarray.h");
    let c = tokens(&text, Language::C);
    let mut header = words_after(&c, &["typedef", "struct"]);
    header.extend(words_after(&c, &["typedef", "int32_t"]));
    header.extend(words_after(&c, &["typedef", "int32_t", "(", "*"]));
    header.extend(words_after(&c, &["typedef", "void", "(", "*"]));
    let text = read("c-tests/abi/src/types.rs");
    let rust = tokens(&text, Language::Rust);
    let mut declared = Names::new();
    for kind in ["struct", "enum", "type"] {
        declared.extend(words_after(&rust, &["pub", kind]));
    }
    expect_same(("the header", &header), ("the declarations", &declared));
}

#[test]
fn a_missing_name_is_told_by_both_sides() {
    let text = "LA_API LA_NODISCARD\nla_status la_a(int32_t x);\nLA_API void la_b(void);\n\
                #define LA_API\nstatic inline int la_c(int x) { return x; } // LA_API la_d();";
    let names = support::header_functions(text);
    assert_eq!(names.iter().collect::<Vec<_>>(), ["la_a", "la_b"]);
    let fewer = Names::from(["la_a".to_owned()]);
    let told = std::panic::catch_unwind(|| expect_same(("one", &names), ("two", &fewer)));
    assert!(
        told.unwrap_err()
            .downcast_ref::<String>()
            .unwrap()
            .contains("[la_b]")
    );
}
