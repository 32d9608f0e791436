#!/usr/bin/env bash
# Builds the peers of libarray that can be built here, into the folder named:
# `benches/peers/build.sh build/bench`. One that can't be is left out, and it
# says why; that is no failure, since the benchmark runs without.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$1
mkdir -p "$folder"

# TARGET SOURCE...: whether the target is there and newer than all its sources.
fresh() {
    local target=$1 source
    shift
    for source; do
        [ "$target" -nt "$source" ] || return 1
    done
}

skipped() {
    echo "skipped $1: $2"
    rm -f "$3"
}

target=$folder/libpeers.so
if ! fresh "$target" benches/peers/src/*.rs benches/peers/Cargo.*; then
    if RUSTFLAGS="-C target-cpu=native" "${CARGO:-cargo}" build --quiet --release --locked \
        --manifest-path benches/peers/Cargo.toml --target-dir "$folder/cargo"; then
        cp "$folder/cargo/release/libpeers.so" "$target"
    else
        skipped "the Rust crates" "they could not be built" "$target"
    fi
fi

eigen() {
    for place in "${EIGEN:-}" /usr/include/eigen3 /usr/local/include/eigen3; do
        if [ -e "$place/unsupported/Eigen/CXX11/Tensor" ]; then
            echo "$place"
            return
        fi
    done
}

target=$folder/libeigen.so
if [ -z "$(eigen)" ] && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "installing libeigen3-dev"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get install -y -qq libeigen3-dev ||
        { apt-get update -qq && apt-get install -y -qq libeigen3-dev; }; } >/dev/null 2>&1 || true
fi
if [ -z "$(eigen)" ]; then
    skipped Eigen "its headers are missing (package libeigen3-dev, or EIGEN=folder)" "$target"
elif ! fresh "$target" benches/eigen.cpp benches/*.h; then
    "${CXX:-c++}" -std=gnu++17 -O3 -march=native -shared -fPIC -isystem "$(eigen)" \
        benches/eigen.cpp -o "$target" ||
        skipped Eigen "it could not be compiled" "$target"
fi
