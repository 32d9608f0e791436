//! Makes the header and its preprocessed twin from `src/ffi`, and names the
//! shared library.
//!
//! Both headers are written to Cargo's output folder; `make header` copies them
//! to `include/` and the tests compare them, so a build never changes a file
//! that is checked in.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    println!("cargo:rerun-if-changed=src/ffi");

    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    let header = make_header(&root);
    let declarations = make_declarations(&header);
    for (name, text, variable) in [
        ("libarray.h", &header, "LIBARRAY_FRESH_HEADER"),
        (
            "libarray.cdef.h",
            &declarations,
            "LIBARRAY_FRESH_DECLARATIONS",
        ),
    ] {
        let path = out.join(name);
        fs::write(&path, text).expect("the output folder is writable");
        // For the tests, and for `make header`, which reads it from the output.
        println!("cargo:rustc-env={variable}={}", path.display());
    }
    name_shared_library();
}

/// The SONAME carries the minor version, since before 1.0 each may break the
/// ABI. `nodelete`: unloading a library with live thread-locals crashes.
/// `Bsymbolic`: calls inside the library stay inside.
fn name_shared_library() {
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        let major = env!("CARGO_PKG_VERSION_MAJOR");
        let minor = env!("CARGO_PKG_VERSION_MINOR");
        for argument in [
            format!("-Wl,-soname,libarray.so.{major}.{minor}"),
            "-Wl,-z,nodelete".into(),
            "-Wl,-Bsymbolic".into(),
        ] {
            println!("cargo:rustc-cdylib-link-arg={argument}");
        }
    }
}

/// Runs cbindgen over the sources of the C ABI, in the order in which
/// `src/ffi/mod.rs` names its modules, which is the order of the header.
fn make_header(root: &Path) -> String {
    let ffi = root.join("src/ffi");
    let read = |name: &str| fs::read_to_string(ffi.join(name)).expect("a part of the sources");
    let mut config =
        cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("a valid cbindgen.toml");
    config.header = Some(read("header_intro.h"));
    config.after_includes = Some(read("header_prelude.h"));
    config.trailer = Some(read("header_macros.h"));

    let mut builder = cbindgen::Builder::new().with_config(config);
    for line in read("mod.rs").lines() {
        let module = line
            .strip_prefix("pub mod ")
            .and_then(|m| m.strip_suffix(';'));
        if let Some(module) = module {
            builder = builder.with_src(ffi.join(module).with_extension("rs"));
        }
    }
    let bindings = builder.generate().expect("cbindgen reads the C ABI");
    let mut text = Vec::new();
    bindings.write(&mut text);
    tidy(&String::from_utf8(text).expect("a header is UTF-8"))
}

/// Marks every status as not to be dropped, and takes away the underscore that
/// keeps some parameters apart from functions of the same name in the sources.
/// DLPack's structs are declared and not defined, so that dlpack.h may do so.
fn tidy(header: &str) -> String {
    let mut marked = header
        .replace("LA_API la_status ", "LA_API LA_NODISCARD la_status ")
        .replace("LA_API\nla_status ", "LA_API LA_NODISCARD\nla_status ");
    for name in ["DLManagedTensorVersioned", "DLManagedTensor"] {
        let defined = format!("typedef struct {name} {name};");
        marked = marked.replace(&defined, &format!("struct {name};"));
    }
    let mut tidied = String::with_capacity(marked.len());
    let declarations_end = marked.find("/* Index expressions").unwrap_or(marked.len());
    let (declarations, macros) = marked.split_at(declarations_end);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut characters = declarations.chars().peekable();
    while let Some(c) = characters.next() {
        let ends_word = characters.peek().is_none_or(|&next| !is_word(next));
        let ends_name = tidied
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        if c == '_' && ends_word && ends_name {
            continue;
        }
        tidied.push(c);
    }
    tidied.push_str(macros);
    tidied
}

/// The same declarations without directives, for cffi and LuaJIT, which read
/// none: constants become `static const`, macros are left out.
fn make_declarations(header: &str) -> String {
    let mut text = String::from(
        "// Made from libarray.h, for tools that read C declarations but no directives.\n",
    );
    let end = header.find("/* Index expressions").unwrap_or(header.len());
    let body = &header[..end];
    const PRELUDE_END: &str = "#  define LA_NODISCARD\n#endif";
    let start = body
        .rfind(PRELUDE_END)
        .map_or(0, |at| at + PRELUDE_END.len());
    let plain = body[start..]
        .replace("LA_API LA_NODISCARD\n", "")
        .replace("LA_API LA_NODISCARD ", "")
        .replace("LA_API\n", "")
        .replace("LA_API ", "");
    let mut inside_directive = false;
    for line in plain.lines().map(str::trim_end) {
        let code = line.trim_start();
        if let Some(definition) = code.strip_prefix("#define LA_") {
            if let Some((name, value)) = definition.split_once(' ') {
                let width = if name.starts_with("WORK_") { 64 } else { 32 };
                text += &format!("static const int{width}_t LA_{name} = {value};\n");
            }
        } else if code.starts_with('#') {
            inside_directive = !code.starts_with("#endif");
        } else if !inside_directive && !code.is_empty() && !code.starts_with("//") {
            text += line;
            text.push('\n');
        }
    }
    text
}
