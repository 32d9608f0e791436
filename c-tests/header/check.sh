#!/usr/bin/env bash
# Compiles the header by itself, with every index macro and beside DLPack's, as C
# and C++ of every standard from C99 and C++11 on, and links two units that include
# it.
#
#     check.sh FOLDER LIBRARY_FLAGS...     with CC, CXX in the environment
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
include=$here/../../include
folder=$1
shift
strict=(-pedantic -Wall -Wextra -Werror -I"$include")
passed=0 failed=0

check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
    fi
}

# The first of the names that the compiler knows: new standards have two.
standard() {
    local compiler=$1 language=$2 name
    shift 2
    for name; do
        if $compiler -std="$name" -x "$language" -fsyntax-only /dev/null 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "$1"
}

mkdir -p "$folder"
echo '#include "libarray.h"' >"$folder/alone.c"
printf '#define DLPACK_FIRST\n#include "%s"\n' "$here/dlpack.c" >"$folder/dlpack_first.c"
sources=("$folder/alone.c" "$here/macros.c" "$here/dlpack.c" "$folder/dlpack_first.c")
for names in c99 c11 c17 "c23 c2x"; do
    # shellcheck disable=SC2086
    std=$(standard "$CC" c $names)
    for source in "${sources[@]}"; do
        check "$std $source" $CC -std="$std" "${strict[@]}" -x c -c "$source" -o "$folder/$std.o"
    done
done
for names in c++11 c++14 c++17 c++20 "c++23 c++2b"; do
    # shellcheck disable=SC2086
    std=$(standard "$CXX" c++ $names)
    for source in "${sources[@]}"; do
        check "$std $source" $CXX -std="$std" "${strict[@]}" -x c++ -c "$source" -o "$folder/$std.o"
    done
done

check "unit in C" $CC -std=c99 "${strict[@]}" -c "$here/unit.c" -o "$folder/unit_c.o"
check "unit in C++" $CXX -std=c++11 "${strict[@]}" -c "$here/unit.cpp" -o "$folder/unit_cpp.o"
check "two units linked" $CXX "$folder/unit_c.o" "$folder/unit_cpp.o" "$@" -o "$folder/units"
check "two units run" "$folder/units"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
