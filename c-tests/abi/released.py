#!/usr/bin/env python3
"""Holds the C ABI to that of the last release: it may only grow.

    released.py write FOLDER LIBRARY       describes the ABI anew (when a release is made)
    released.py check FOLDER LIBRARY       compares it with the description that is stored,
                                           and proves on broken headers that it would see

What is described is what a C program sees: a source with a body for each function of
the header is compiled, and libabigail's `abidw` reads its debugging information. The
constants are macros, which leave no trace there, so that each has a function in that
source which takes an array of as many bytes. (Not enumerators: `abidiff` takes those of
an enumeration for the same when they have the same numbers.) The debugging information of the library itself would show Rust's types
instead; of the library the names that it exports are compared with the header's.

`abidiff` then refuses whatever is no addition: a function that is gone, another
parameter or result, a field that is new, gone or moved, a constant with another number.
A struct that begins with its own size may gain fields at its end, which a caller of the
last release does not know and the library does not touch.

FOLDER is for what is built.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / "include"
STORED = HERE / "released.abi"
GROWING = HERE / "growing.suppr"

# Numbers that are meant to change from release to release.
VERSION = re.compile(r"LA_VERSION_\w+$")
CONSTANT = re.compile(r"^static const \w+ (LA_\w+) = ", re.M)
# A prototype begins a line, unlike the fields of a struct, and has a name and a list.
PROTOTYPE = re.compile(r"^(?!typedef\b|struct \w+ \{|static\b)([\w][\w \*]*?\b(la_\w+)\([^;{}]*\));",
                       re.M)


def run(*words):
    """Runs a command that has to succeed; what it printed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def describe(folder, header, declarations, name):
    """Compiles a body for each function; gives the description and the functions."""
    functions = {match[1]: match[0] for match in PROTOTYPE.findall(declarations)}
    constants = [c for c in CONSTANT.findall(declarations) if not VERSION.match(c)]
    if not functions or not constants:
        sys.exit("no functions or constants were found in the declarations")
    lines = ['#include "libarray.h"']
    # None is below -1.
    lines += [f"void value_of_{c}(char (*bytes)[(int64_t)({c}) + 2]) {{ (void)bytes; }}"
              for c in constants]
    lines += [f"{text} {{ __builtin_trap(); }}" for text in functions.values()]
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "libarray.h").write_text(header)
    source = place / "abi.c"
    source.write_text("\n".join(lines) + "\n")
    built = place / "libabi.so"
    # The folders are no part of the description.
    run("cc", "-g", "-shared", "-fPIC", "-w", f"-ffile-prefix-map={place}=.", f"-I{place}",
        source, "-o", built)
    described = place / "abi.xml"
    run("abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed",
        "--out-file", described, built)
    text = described.read_text()
    # What the compiler calls itself, and where it stood.
    text = re.sub(r" (language|path|comp-dir-path)='[^']*'", "", text)
    described.write_text(text)
    return described, set(functions)


def today(folder):
    return describe(folder, (INCLUDE / "libarray.h").read_text(),
                    (INCLUDE / "libarray.cdef.h").read_text(), "today")


def difference(described):
    """What changed since the release that is no addition, or "" ."""
    done = subprocess.run(
        ["abidiff", "--no-added-syms", "--suppressions", str(GROWING), str(STORED),
         str(described)], capture_output=True, text=True)
    return (done.stdout + done.stderr) if done.returncode else ""


def exports(library):
    symbols = run("nm", "-D", "--defined-only", library).split("\n")
    return {line.split()[2] for line in symbols if line}


def check(folder, library):
    described, functions = today(folder)
    problems = []
    exported = exports(library)
    if exported != functions:
        problems.append(f"only the library has {sorted(exported - functions)}, "
                        f"only the header {sorted(functions - exported)}")
    text = difference(described)
    if text:
        problems.append(text)
    for problem in problems:
        print(f"FAILED {problem}")
    if not problems:
        print(f"ok     {len(functions)} functions: additions only since the release")
    return problems


# Breaks of every kind, and additions: (what, is it an addition, [(old, new), ...]). The
# texts are replaced in the header and in the declarations alike.
TRIALS = [
    ("a function that is gone", False,
     [(re.compile(r"\n[^\n]*\bla_size\([^;]*;"), "")]),
    ("another parameter type", False,
     [("int64_t la_refcount(const struct la_array *array)",
       "int64_t la_refcount(const int32_t *array)")]),
    ("one parameter more", False,
     [("int64_t la_refcount(const struct la_array *array)",
       "int64_t la_refcount(const struct la_array *array, int32_t how)")]),
    ("another result", False,
     [("int64_t la_nbytes(const", "int32_t la_nbytes(const")]),
    ("a constant with another number", False,
     [(re.compile(r"(LA_ORDER_F\s*=?\s*)1\b"), r"\g<1>5")]),
    ("a constant that is gone", False,
     [(re.compile(r"\n[^\n]*\bLA_COPY_ALWAYS =? ?2\b[^\n]*"), "")]),
    ("fields in another order", False,
     [(re.compile(r"(int32_t kind;)(.*?)(int32_t flags;)", re.S), r"\3\2\1")]),
    ("a field more in a struct without a size", False,
     [(re.compile(r"(int64_t reserved\[2\];)"), r"\1 int64_t more;")]),
    ("a new field in the middle of a struct with a size", False,
     [(re.compile(r"(typedef struct la_for_each_options \{.*?size_t size;)", re.S),
       r"\1 int64_t inserted;")]),
    ("a new field at the end of a struct with a size", True,
     [(re.compile(r"(typedef struct la_for_each_options \{.*?)(\n\} la_for_each_options;)", re.S),
       r"\1 int64_t appended;\2")]),
    ("a new function", True,
     [("int64_t la_refcount(const struct la_array *array);",
       "int64_t la_refcount(const struct la_array *array);\n"
       "int64_t la_new_function(const struct la_array *array);")]),
    ("a new constant", True,
     [(re.compile(r"(\n)(#define LA_ORDER_K 3|static const int32_t LA_ORDER_K = 3;)"),
       lambda match: match[0] + "\n" + match[2].replace("_K", "_NEW").replace("3", "4"))]),
]


def prove(folder):
    originals = [(INCLUDE / name).read_text() for name in ("libarray.h", "libarray.cdef.h")]
    problems = []
    for number, (what, is_addition, replacements) in enumerate(TRIALS):
        texts = list(originals)
        for old, new in replacements:
            for k, text in enumerate(texts):
                changed = (text.replace(old, new) if isinstance(old, str)
                           else old.sub(new, text, count=1))
                if changed == text:
                    sys.exit(f"{what}: could not be done to the header, which has changed")
                texts[k] = changed
        described, _ = describe(folder, *texts, f"trial-{number}")
        refused = bool(difference(described))
        good = refused != is_addition
        verdict = "refused" if refused else "let pass"
        print(f"{'ok    ' if good else 'FAILED'} {verdict}: {what}")
        if not good:
            problems.append(what)
    return problems


def main():
    verb, folder, library = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    folder.mkdir(parents=True, exist_ok=True)
    if verb == "write":
        described, functions = today(folder)
        STORED.write_text(described.read_text())
        print(f"{len(functions)} functions described")
        return
    problems = check(folder, library) + prove(folder)
    if problems:
        sys.exit(1)
    # As the other half of `make check-abi` counts.
    print(f"PASSED {1 + len(TRIALS)} tests")


if __name__ == "__main__":
    main()
