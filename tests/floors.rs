//! The plan of the house, held against the sources: which floor may use which,
//! where `unsafe` may stand, that elements are never seen as slices, and that
//! nothing allocates in a way that cannot fail.
//!
//! Each rule is a function from the tokens of a file to complaints, and a test
//! with a planted violation shows that it can complain.

mod support;

use std::collections::BTreeSet;
use support::{Language, Token, reads, tokens, without_tests};

/// The floors from the ground up. A module uses those before it, and itself.
const FLOORS: &[&str] = &[
    "error", "dtype", "layout", "memory", "overlap", "plan", "kernels", "array", "ops", "exchange",
    "display", "ffi",
];

/// (file, floor, reason) for what may be named from below.
const UPWARD_EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "src/error.rs",
    "dtype",
    "messages name element types, which are plain numbers",
)];

/// The floors that may use `unsafe`.
const UNSAFE_FLOORS: &[&str] = &["memory", "kernels", "exchange", "ffi"];

/// Words that make a slice of a pointer.
const SLICE_MAKERS: &[&str] = &[
    "from_raw_parts",
    "from_raw_parts_mut",
    "slice_from_raw_parts",
    "slice_from_raw_parts_mut",
];

/// Where slices may be made: of memory that is not an array's elements.
const SLICE_FILES: &[(&str, &str)] = &[
    (
        "src/memory/scratch.rs",
        "private working memory, which nobody else sees",
    ),
    (
        "src/ffi/arguments.rs",
        "lists of numbers and handles that a caller lends",
    ),
    (
        "src/memory/shared.rs",
        "shape and strides behind a handle, which never change",
    ),
];

/// Types whose every use allocates without a way to fail.
const ALLOCATING_TYPES: &[&str] = &[
    "Arc", "BTreeMap", "BTreeSet", "Box", "CString", "HashMap", "HashSet", "OsString", "PathBuf",
    "Rc", "String", "Vec", "VecDeque",
];

/// Macros that allocate, or print, which the library never does.
const FORBIDDEN_MACROS: &[&str] = &[
    "dbg", "eprint", "eprintln", "format", "print", "println", "vec",
];

/// Methods and functions that allocate.
const ALLOCATING_CALLS: &[&[&str]] = &[
    &[".", "into_boxed_slice"],
    &[".", "into_boxed_str"],
    &[".", "to_string"],
    &[".", "to_vec"],
    &["env", "::", "var"],
    &["env", "::", "var_os"],
    &["io", "::", "Error", "::", "new"],
    &["io", "::", "Error", "::", "other"],
    &["thread", "::", "spawn"],
    // Long paths are copied to the heap.
    &["File", "::", "create"],
    &["File", "::", "open"],
    &["OpenOptions", "::", "new"],
    &["fs", "::", "read"],
    &["fs", "::", "remove_file"],
    &["fs", "::", "rename"],
    &["fs", "::", "write"],
];

/// (file, word, reason) for what the rule on allocation lets pass.
const ALLOCATION_EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "src/dtype/list.rs",
        "Vec",
        "grows by `try_reserve` alone, below the floor that has lists for the rest",
    ),
    (
        "src/ffi/guard.rs",
        "Box",
        "the type of a panic hook; the only one boxed has no size",
    ),
    (
        "src/memory/threads.rs",
        "String",
        "the type of a panic's message, which is only read",
    ),
];

/// Something that breaks a rule: the line, and the words that do.
type Complaint = (usize, String);

/// The floor of a source file; `None` for `lib.rs`, which only lists them.
fn floor_of(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("src/").expect("a source of the library");
    let floor = inner
        .split('/')
        .next()
        .expect("never empty")
        .trim_end_matches(".rs");
    (floor != "lib").then_some(floor)
}

/// How high a floor is.
fn height(floor: &str) -> Option<usize> {
    FLOORS.iter().position(|&name| name == floor)
}

/// The modules of the crate's root that a file names: `crate::x`, `$crate::x`,
/// `crate::{x, y::z}`, and `super::super::x` where that leads to the root.
fn named_modules<'a>(path: &str, tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let inner = path.strip_prefix("src/").expect("a source of the library");
    let depth = inner.trim_end_matches("/mod.rs").matches('/').count() + 1;
    let mut named = Vec::new();
    for at in 0..tokens.len() {
        let mut next = at;
        if tokens[at].text == "crate" && reads(tokens, at + 1, &["::"]) {
            next = at + 2;
        } else if tokens[at].text == "super" && (at == 0 || tokens[at - 1].text != "::") {
            let mut climbed = 0;
            while reads(tokens, next, &["super", "::"]) {
                climbed += 1;
                next += 2;
            }
            if climbed != depth {
                continue;
            }
        } else {
            continue;
        }
        if !reads(tokens, next, &["{"]) {
            named.extend(tokens.get(next));
            continue;
        }
        // The first word of each entry of the group.
        let mut open = 0;
        for k in next..tokens.len() {
            match tokens[k].text {
                "{" => open += 1,
                "}" => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
            if open == 1 && matches!(tokens[k].text, "{" | ",") && tokens[k + 1].text != "}" {
                named.push(tokens[k + 1]);
            }
        }
    }
    named
}

fn points_up(path: &str, tokens: &[Token<'_>]) -> Vec<Complaint> {
    let Some(floor) = floor_of(path) else {
        return Vec::new();
    };
    let Some(own) = height(floor) else {
        return vec![(1, format!("{floor} is not one of the floors"))];
    };
    let mut found = Vec::new();
    for module in named_modules(path, tokens) {
        let above = height(module.text).is_some_and(|other| other > own);
        let excepted = UPWARD_EXCEPTIONS
            .iter()
            .any(|(file, name, _)| *file == path && *name == module.text);
        if above && !excepted {
            found.push((
                module.line,
                format!("{floor} names {}, above it", module.text),
            ));
        }
    }
    found
}

fn unsafe_outside(path: &str, tokens: &[Token<'_>]) -> Vec<Complaint> {
    if floor_of(path).is_some_and(|floor| UNSAFE_FLOORS.contains(&floor)) {
        return Vec::new();
    }
    let found = tokens.iter().filter(|token| token.text == "unsafe");
    found
        .map(|token| (token.line, "unsafe".to_owned()))
        .collect()
}

fn element_slices(path: &str, tokens: &[Token<'_>]) -> Vec<Complaint> {
    if SLICE_FILES.iter().any(|(file, _)| *file == path) {
        return Vec::new();
    }
    let found = tokens
        .iter()
        .filter(|token| SLICE_MAKERS.contains(&token.text));
    found
        .map(|token| (token.line, token.text.to_owned()))
        .collect()
}

fn allocations(tokens: &[Token<'_>]) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_macro = FORBIDDEN_MACROS.contains(&token.text) && reads(tokens, at + 1, &["!"]);
        if is_macro || ALLOCATING_TYPES.contains(&token.text) {
            found.push((token.line, token.text.to_owned()));
        }
        for call in ALLOCATING_CALLS
            .iter()
            .filter(|call| reads(tokens, at, call))
        {
            found.push((token.line, call.concat()));
        }
    }
    found
}

/// Runs a rule over every source of the library, its tests left out.
fn complaints(rule: impl Fn(&str, &[Token<'_>]) -> Vec<Complaint>) -> Vec<(String, Complaint)> {
    let paths = support::files("src", "rs");
    assert!(
        paths.len() > 10,
        "the sources are not where this test looks"
    );
    let texts: Vec<String> = paths.iter().map(support::read).collect();
    let mut test_files = BTreeSet::new();
    let mut stripped = Vec::new();
    for (path, text) in paths.iter().zip(&texts) {
        let (kept, modules) = without_tests(&tokens(text, Language::Rust));
        let folder = path
            .strip_suffix("/mod.rs")
            .or_else(|| path.strip_suffix("/lib.rs"))
            .unwrap_or(path.trim_end_matches(".rs"));
        for module in modules {
            test_files.insert(format!("{folder}/{module}.rs"));
            test_files.insert(format!("{folder}/{module}/mod.rs"));
        }
        stripped.push((path, kept));
    }
    let mut all = Vec::new();
    for (path, tokens) in stripped {
        if !test_files.contains(path) {
            let found = rule(path, &tokens).into_iter();
            all.extend(found.map(|complaint| (path.clone(), complaint)));
        }
    }
    all
}

fn expect_none(what: &str, found: &[(String, Complaint)]) {
    let list: Vec<String> = found
        .iter()
        .map(|(path, (line, words))| format!("\n  {path}:{line}: {words}"))
        .collect();
    assert!(found.is_empty(), "{what}:{}", list.concat());
}

#[test]
fn no_floor_names_one_above_it() {
    expect_none("a floor points up", &complaints(points_up));
}

#[test]
fn unsafe_stands_only_on_four_floors() {
    expect_none(
        "unsafe outside memory, kernels, exchange and ffi",
        &complaints(unsafe_outside),
    );
}

#[test]
fn element_memory_never_becomes_a_slice() {
    expect_none("a slice made of a pointer", &complaints(element_slices));
}

#[test]
fn nothing_allocates_in_a_way_that_cannot_fail() {
    let mut found = complaints(|_, tokens| allocations(tokens));
    let excepted = |path: &str, words: &str| {
        ALLOCATION_EXCEPTIONS
            .iter()
            .any(|(file, word, _)| *file == path && *word == words)
    };
    for (file, word, _) in ALLOCATION_EXCEPTIONS {
        let needed = found
            .iter()
            .any(|(path, (_, words))| path == file && words == word);
        assert!(
            needed,
            "the exception for {word} in {file} is no longer needed"
        );
    }
    found.retain(|(path, (_, words))| !excepted(path, words));
    expect_none(
        "an allocation that cannot fail, or something printed",
        &found,
    );
}

/// The lines about which a rule complains in a planted source.
fn lines(found: Vec<Complaint>) -> Vec<usize> {
    found.into_iter().map(|(line, _)| line).collect()
}

/// The tokens of a planted source without its tests.
fn code(source: &str) -> Vec<Token<'_>> {
    without_tests(&tokens(source, Language::Rust)).0
}

#[test]
fn a_planted_step_upwards_is_found() {
    let source = "use crate::error::Error;
        use crate::ops::CopyMode;
        use crate::{layout, display::{text}};
        use super::ffi;
        fn f() { super::super::ops::view(); super::sibling() }
        macro_rules! m { () => { $crate::ops::f() } }
        // crate::ops in a comment, \"crate::ops\" in a string
        #[cfg(test)] mod tests { use crate::ops; }";
    let found = |path| lines(points_up(path, &code(source)));
    assert_eq!(found("src/plan/mod.rs"), [2, 3, 4, 6]);
    assert_eq!(found("src/plan/map.rs"), [2, 3, 5, 6]);
    assert_eq!(found("src/plan.rs"), [2, 3, 4, 6]);
    assert_eq!(found("src/ffi/view.rs"), []);
    assert_eq!(found("src/attic/mod.rs"), [1]);
}

#[test]
fn a_planted_unsafe_is_found() {
    let source = "/* unsafe */\nfn f() { unsafe { g() } }\nconst S: &str = r#\"unsafe\"#;";
    assert_eq!(lines(unsafe_outside("src/ops/view.rs", &code(source))), [2]);
    assert_eq!(lines(unsafe_outside("src/lib.rs", &code(source))), [2]);
    assert_eq!(
        lines(unsafe_outside("src/kernels/copy.rs", &code(source))),
        []
    );
}

#[test]
fn a_planted_slice_is_found() {
    let source = "fn f<'a>(p: *const u8) -> &'a [u8] {\n slice::from_raw_parts(p, 1)\n}";
    assert_eq!(
        lines(element_slices("src/kernels/copy.rs", &code(source))),
        [2]
    );
    assert_eq!(
        lines(element_slices("src/memory/scratch.rs", &code(source))),
        []
    );
}

#[test]
fn planted_allocations_are_found() {
    let source = "use arrayvec::ArrayVec;
        let a = Vec::with_capacity(3);
        let b = vec![1];
        let c = Box::new(1);
        let d = format!(\"{a}\");
        let e = x.to_string();
        let f: ArrayVec<u8, 2> = ArrayVec::new();
        let g = x.iter().collect::<Vec<_>>();
        let h = '\"'; let i = \"'\"; let j = std::fs::File::open(p);
        let k = vec.len() + format_args!(\"\");
        println!();
        #[cfg(test)]
        mod tests { fn f() { Vec::new(); } }
        let l = Arc::new(1);";
    assert_eq!(
        lines(allocations(&code(source))),
        [2, 3, 4, 5, 6, 8, 9, 11, 14]
    );
}

#[test]
fn test_modules_in_files_of_their_own_are_known() {
    let source = "#[cfg(test)]\n#[allow(dead_code)]\nmod exact;\nmod real;";
    assert_eq!(without_tests(&tokens(source, Language::Rust)).1, ["exact"]);
}
