#!/usr/bin/env bash
# Installs to a folder of its own and builds a program from what is there, as
# users do: through pkg-config, with the static library, and through CMake.
#
#     packaging/check.sh FOLDER VERSION     with CC in the environment
set -euo pipefail

folder=$(realpath -m "$1")
version=$2
prefix=/opt/libarray
root=$folder/root
library=$root$prefix/lib
here=$(cd "$(dirname "$0")" && pwd)
passed=0

check() {
    echo "ok: $1"
    passed=$((passed + 1))
}

rm -rf "$folder"
mkdir -p "$folder"
make --no-print-directory -s -C "$here/.." install DESTDIR="$root" PREFIX=$prefix

cat >"$folder/program.c" <<'C'
#include <libarray.h>
#include <stdio.h>

int main(void) {
    la_array *album = NULL, *window = NULL;
    if (la_arange(LA_INT64, 0, 6, 1, &album) != LA_OK) return 1;
    if (la_slice(album, LA_INDEX(LA_RANGE(1, 4)), &window) != LA_OK) return 1;
    if (la_fill_i64(window, 999) != LA_OK) return 1;
    printf("%s %d\n", la_version_text(), (int)((const int64_t *)la_data(album))[3]);
    la_release(window);
    la_release(album);
    return 0;
}
C

expect() {
    local what=$1 output
    shift
    output=$("$@")
    if [ "$output" != "$version 999" ]; then
        echo "FAILED: $what prints \"$output\""
        exit 1
    fi
    check "$what"
}

[ "$(readlink "$library/libarray.so")" = "libarray.so.${version%.*}" ]
[ -e "$library/libarray.so" ]
check "the links lead to the library"

need=$here/../tests/need
"$need" pkg-config
export PKG_CONFIG_PATH=$library/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
[ "$(pkg-config --modversion libarray)" = "$version" ]
# shellcheck disable=SC2046
$CC "$folder/program.c" $(pkg-config --cflags --libs libarray) -o "$folder/by-pkg-config"
expect "a program built through pkg-config" env LD_LIBRARY_PATH="$library" "$folder/by-pkg-config"

# shellcheck disable=SC2046
$CC -DLA_STATIC $(pkg-config --cflags libarray) "$folder/program.c" "$library/libarray.a" \
    -lm -lpthread -ldl -o "$folder/by-hand"
expect "a program with the static library" "$folder/by-hand"

if ! "$need" cmake; then
    echo "CMake's package was not tried"
    echo "$passed passed, 0 failed"
    [ -z "${CI:-}" ]
    exit
fi
mkdir -p "$folder/cmake"
cat >"$folder/cmake/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.13)
project(program C)
find_package(libarray ${version%.*} REQUIRED)
foreach(kind shared static)
  add_executable(by-cmake-\${kind} ../program.c)
  target_link_libraries(by-cmake-\${kind} libarray::\${kind})
endforeach()
CMAKE
cmake -S "$folder/cmake" -B "$folder/cmake/build" -DCMAKE_PREFIX_PATH="$root$prefix" \
    -DCMAKE_C_COMPILER="$CC" >"$folder/cmake.log" || { cat "$folder/cmake.log"; exit 1; }
cmake --build "$folder/cmake/build" >>"$folder/cmake.log" || { cat "$folder/cmake.log"; exit 1; }
for kind in shared static; do
    expect "a $kind program built through CMake" "$folder/cmake/build/by-cmake-$kind"
done

echo "$passed passed, 0 failed"
