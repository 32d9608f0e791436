//! Makes both tests of this crate from its declarations.

use std::env;
use std::fs;
use std::path::PathBuf;

fn main() {
    for input in ["build.rs", "src", "../../include/libarray.h"] {
        println!("cargo:rerun-if-changed={input}");
    }
    compare_with_header();
    write_prototypes();
}

/// ctest2 writes a C file and a Rust file that tell each other what they know
/// of every type, constant and function; `tests/header.rs` is that Rust file.
fn compare_with_header() {
    let mut test = ctest2::TestGenerator::new();
    test.header("libarray.h")
        .include("../../include")
        // The compiler must see each prototype as declared; unused results are
        // the point of such a test.
        .define("LA_NO_NODISCARD", None)
        .type_name(|name, is_struct, _| match (name, is_struct) {
            ("f64", _) => "double".into(),
            // Opaque types are enumerations in Rust and structs in C.
            ("la_array" | "la_npz" | "DLManagedTensorVersioned" | "DLManagedTensor", _) => {
                format!("struct {name}")
            }
            (_, true) => format!("struct {name}"),
            (_, false) => name.to_string(),
        })
        .generate("src/lib.rs", "header.rs");
}

/// Turns `pub fn name(arguments) -> result;` into a coercion of the Rust
/// function of that name to that type, which compiles only if they agree.
fn write_prototypes() {
    let text = fs::read_to_string("src/functions.rs").expect("part of this crate");
    let mut coercions = String::from("fn coerce() -> usize {\n");
    let mut count = 0;
    for declaration in text.split("pub fn ").skip(1) {
        let (declaration, _) = declaration.split_once(';').expect("a declaration ends");
        let (name, signature) = declaration.split_once('(').expect("a function");
        coercions += &format!("    let _: unsafe extern \"C\" fn({signature} = defined::{name};\n");
        count += 1;
    }
    coercions += &format!("    {count}\n}}\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    fs::write(out.join("prototypes.rs"), coercions).expect("the output folder is writable");
}
