//! What the tests that read sources share: a small tokenizer for Rust and C,
//! which knows comments, strings and test modules, and where things stand.

#![allow(dead_code, unreachable_pub)] // each test uses a part

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of Cargo.toml.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of this repository as text.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below `folder` whose names end in `extension`, relative to the
/// root, sorted. A folder that is not there has none.
pub fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path: PathBuf = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                let path = path.strip_prefix(root()).expect("below the root");
                found.push(path.to_str().expect("a plain name").replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// A word, a number or a mark of a source. A string is `""` and a character
/// `''`, whatever they hold; `::` is one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Rust,
    C,
}

/// The tokens of a source, without its comments.
pub fn tokens(source: &str, language: Language) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (length, text) = if first.is_whitespace() {
            (first.len_utf8(), None)
        } else if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), None)
        } else if rest.starts_with("/*") {
            (comment_length(rest, language), None)
        } else if let Some(length) = raw_string_length(rest, language) {
            (length, Some("\"\""))
        } else if first == '"' {
            (quoted_length(rest, '"'), Some("\"\""))
        } else if first == '\'' && !is_lifetime(rest, language) {
            (quoted_length(rest, '\''), Some("''"))
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (length, Some(&rest[..length]))
        } else if rest.starts_with("::") {
            (2, Some("::"))
        } else {
            let length = first.len_utf8();
            (length, Some(&rest[..length]))
        };
        if let Some(text) = text {
            found.push(Token { text, line });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Rust's comments nest, C's do not.
fn comment_length(text: &str, language: Language) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") && (depth == 0 || language == Language::Rust) {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// `r"..."`, `br#"..."#` and their kin; their prefix is part of the string.
fn raw_string_length(text: &str, language: Language) -> Option<usize> {
    if language != Language::Rust {
        return None;
    }
    let prefix = ["br", "cr", "r"]
        .into_iter()
        .find(|p| text.starts_with(p))?;
    let marks = text[prefix.len()..].len() - text[prefix.len()..].trim_start_matches('#').len();
    let start = prefix.len() + marks;
    text[start..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    let length = text[start + 1..]
        .find(&end)
        .map(|at| start + 1 + at + end.len());
    Some(length.unwrap_or(text.len()))
}

/// The length of a quoted text with escapes.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// Whether this apostrophe begins a lifetime: a word follows, and no second
/// apostrophe right after its first letter.
fn is_lifetime(text: &str, language: Language) -> bool {
    let mut letters = text.chars().skip(1);
    language == Language::Rust
        && letters
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_')
        && letters.next() != Some('\'')
}

/// Whether the tokens from `at` on read `pattern`.
pub fn reads(tokens: &[Token<'_>], at: usize, pattern: &[&str]) -> bool {
    tokens.len() >= at + pattern.len()
        && pattern
            .iter()
            .zip(&tokens[at..])
            .all(|(text, token)| *text == token.text)
}

/// Takes away what stands behind `#[cfg(test)]`. Returns the rest and the
/// modules that stand so in files of their own.
pub fn without_tests<'a>(tokens: &[Token<'a>]) -> (Vec<Token<'a>>, Vec<&'a str>) {
    const TEST: &[&str] = &["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut modules = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !reads(tokens, at, TEST) {
            kept.push(tokens[at]);
            at += 1;
            continue;
        }
        at += TEST.len();
        let mut depth = 0;
        while at < tokens.len() {
            let text = tokens[at].text;
            if depth == 0 && text == "mod" && reads(tokens, at + 2, &[";"]) {
                modules.push(tokens[at + 1].text);
            }
            at += 1;
            match text {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                _ => {}
            }
            if depth == 0 && (text == ";" || text == "}") {
                break;
            }
        }
    }
    (kept, modules)
}

/// The names of the functions that a C header declares.
pub fn header_functions(header: &str) -> BTreeSet<String> {
    prototypes(header).map(|(_, name)| name).collect()
}

/// The names of those whose result is written with one word.
pub fn header_functions_returning(header: &str, result: &str) -> BTreeSet<String> {
    let chosen = prototypes(header).filter(|(word, _)| word == result);
    chosen.map(|(_, name)| name).collect()
}

/// The last word of each function's result, and its name.
fn prototypes(header: &str) -> impl Iterator<Item = (String, String)> {
    let code = without_directives(header);
    let tokens = tokens(&code, Language::C);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.text == "LA_API" {
            let open = (at..tokens.len()).find(|&k| tokens[k].text == "(");
            let open = open.expect("a prototype has parameters");
            let word = |k: usize| tokens[k].text.to_owned();
            found.push((word(open - 2), word(open - 1)));
        }
    }
    found.into_iter()
}

/// The numbers that a C header defines: `#define LA_NAME number`.
pub fn header_numbers(header: &str) -> BTreeSet<(String, i64)> {
    let mut numbers = BTreeSet::new();
    for line in header.lines() {
        let mut words = line.split_whitespace();
        if words.next() == Some("#define") {
            let (name, value) = (words.next(), words.next());
            if let (Some(name), Some(Ok(value))) = (name, value.map(str::parse)) {
                numbers.insert((name.to_owned(), value));
            }
        }
    }
    numbers
}

/// C without its preprocessor lines and what continues them.
fn without_directives(source: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in source.lines() {
        let directive = inside || line.trim_start().starts_with('#');
        inside = directive && line.ends_with('\\');
        if !directive {
            kept += line;
        }
        kept.push('\n');
    }
    kept
}

/// The value of a key in the `[package]` part of Cargo.toml.
pub fn package(key: &str) -> String {
    let text = read("Cargo.toml");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('='))
        .unwrap_or_else(|| panic!("no {key} in Cargo.toml"));
    line.trim().trim_matches('"').to_owned()
}
