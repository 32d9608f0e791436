# libarray: build, test, install. `make help` lists what can be made.
#
# Everything that is built goes to build/. The Rust part is Cargo's work; make
# gives its results their names, and drives the tests of the C side.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL := /bin/bash

BUILD := build
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CXX ?= c++
CFLAGS ?= -O1 -g
CARGO ?= cargo
PYTHON ?= python3
export CARGO_TARGET_DIR ?= $(CURDIR)/$(BUILD)/cargo
export CC CXX

# The version stands in Cargo.toml and nowhere else.
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
SONAME := libarray.so.$(basename $(VERSION))

SHARED := $(BUILD)/lib/libarray.so.$(VERSION)
STATIC := $(BUILD)/lib/libarray.a
STRIPPED := $(BUILD)/lib/stripped/libarray.so.$(VERSION)
HEADER := $(BUILD)/include/libarray.h
VENV := $(BUILD)/venv
# The Python package is tested as it is shipped: from its wheel, in a fresh environment.
WHEEL := $(BUILD)/wheel/built
PYTHON_VENV := $(BUILD)/python-venv
PYTHON_SOURCES := $(shell find bindings/python -type f -not -path '*/__pycache__/*' -not -path '*/build/*')
RESULTS := $(BUILD)/results

RUST_SOURCES := $(shell find src -type f) Cargo.toml Cargo.lock build.rs cbindgen.toml

# Programs of the C side: each source is one, linked both ways.
TESTS := $(patsubst c-tests/%.c,%,$(wildcard c-tests/test_*.c))
EXAMPLES := $(filter-out demo,$(patsubst examples/%.c,%,$(wildcard examples/*.c)))
DEMO := $(patsubst examples/%.c,%,$(wildcard examples/demo.c))
PLANTED := $(patsubst c-tests/planted/%.c,%,$(wildcard c-tests/planted/*.c))

SHARED_TESTS := $(TESTS:%=$(BUILD)/c-tests/shared/%)
STATIC_TESTS := $(TESTS:%=$(BUILD)/c-tests/static/%)
SHARED_EXAMPLES := $(EXAMPLES:%=$(BUILD)/examples/shared/%)
STATIC_EXAMPLES := $(EXAMPLES:%=$(BUILD)/examples/static/%)
SHARED_DEMO := $(DEMO:%=$(BUILD)/examples/shared/%)
STATIC_DEMO := $(DEMO:%=$(BUILD)/examples/static/%)
# Loads the library itself.
UNLOAD := $(BUILD)/c-tests/unload
PLANTED_TESTS := $(PLANTED:%=$(BUILD)/c-tests/planted/%)

STRICT := -std=c11 -D_GNU_SOURCE -pedantic -Wall -Wextra -Werror
INCLUDES := -Iinclude -Ic-tests
LINK_SHARED := -L$(BUILD)/lib -larray -Wl,-rpath,$(CURDIR)/$(BUILD)/lib -lm -pthread
LINK_STATIC := $(STATIC) -lm -pthread -ldl
C_HEADERS := include/libarray.h $(wildcard c-tests/*.h examples/*.h)

RUN := $(PYTHON) c-tests/run.py
# What the Python programs load and read.
PYTHON_LIBRARY := --library $(CURDIR)/$(SHARED) --header include/libarray.cdef.h
SUITE := tests/suite $(RESULTS)
VALGRIND := valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,possible \
	--show-leak-kinds=definite,possible --error-exitcode=99

## Build

.PHONY: all
all: $(SHARED) $(STATIC) $(STRIPPED) $(HEADER)  ## the shared and the static library, and the header

# Each kind of library by itself: link-time optimisation is skipped when one
# call also makes another kind.
$(SHARED): $(RUST_SOURCES)
	$(CARGO) rustc --release --locked --lib --crate-type cdylib
	@mkdir -p $(@D)
	cp $(CARGO_TARGET_DIR)/release/libarray.so $@
	ln -sf $(@F) $(@D)/$(SONAME)
	ln -sf $(SONAME) $(@D)/libarray.so

# After the shared library, since both are built in one folder.
$(STATIC): $(RUST_SOURCES) | $(SHARED)
	$(CARGO) rustc --release --locked --lib --crate-type staticlib
	@mkdir -p $(@D)
	cp $(CARGO_TARGET_DIR)/release/libarray.a $@

$(STRIPPED): $(SHARED)
	@mkdir -p $(@D)
	strip --strip-unneeded -o $@ $<
	$(PYTHON) packaging/kernel_sizes.py $< $@

$(HEADER): include/libarray.h
	@mkdir -p $(@D)
	cp $< $@

.PHONY: header
header:  ## write include/libarray.h anew from src/ffi
	@out=$$($(CARGO) check --locked --message-format=json | \
		sed -n 's/.*"reason":"build-script-executed","package_id":"[^"]*libarray[^"]*".*"out_dir":"\([^"]*\)".*/\1/p') && \
	cp -v "$$out/libarray.h" "$$out/libarray.cdef.h" include/

.PHONY: docs
docs:  ## the documentation of the Rust sources
	$(CARGO) doc --locked --no-deps --document-private-items

## Test

.PHONY: test
test: all  ## every test a contributor needs, and their count
	@$(SUITE) begin
	@$(SUITE) run "Rust" $(MAKE) --no-print-directory check-rust
	@$(SUITE) run "header" $(MAKE) --no-print-directory check-header
	@$(SUITE) run "ABI" $(MAKE) --no-print-directory check-abi
	@$(SUITE) run "C" $(MAKE) --no-print-directory check-c
	@$(SUITE) run "CPU levels" $(MAKE) --no-print-directory check-levels
	@$(SUITE) run "examples" $(MAKE) --no-print-directory check-examples
	@$(SUITE) run "NumPy" $(MAKE) --no-print-directory check-numpy
	@$(SUITE) run "Python" $(MAKE) --no-print-directory check-python
	@$(SUITE) run "NumPy's tests" $(MAKE) --no-print-directory check-numpy-suite
	@$(SUITE) run "panics" $(MAKE) --no-print-directory check-panics
	@$(SUITE) run "out of memory" $(MAKE) --no-print-directory check-oom-allocator
	@$(SUITE) run "out of memory below" $(MAKE) --no-print-directory check-oom-below
	@$(SUITE) run "out of memory in Python" $(MAKE) --no-print-directory check-oom-python
	@$(SUITE) run "fuzz corpus" $(MAKE) --no-print-directory check-fuzz
	@$(SUITE) run "valgrind" $(MAKE) --no-print-directory check-valgrind-short
	@$(SUITE) end

.PHONY: check-rust
check-rust: $(SHARED)  ## the Rust tests
	LIBARRAY_SHARED=$(CURDIR)/$(SHARED) $(CARGO) test --locked --no-fail-fast

.PHONY: check-header
check-header: $(SHARED)  ## the header is fresh, and compiles as C and C++ of every standard
	$(CARGO) test --locked --test header
	c-tests/header/check.sh $(BUILD)/c-tests/header $(LINK_SHARED)

# Two checks: the three places that say what the ABI is agree, and it only grew since
# the release.
.PHONY: check-abi check-abi-growth abi-release
check-abi: check-abi-growth  ## prototypes agree in header, declarations and code, and only grew since the release
	$(CARGO) test --manifest-path c-tests/abi/Cargo.toml
check-abi-growth: $(SHARED)
	@if tests/need abidiff abigail-tools; then \
		$(PYTHON) c-tests/abi/released.py check $(BUILD)/abi $(SHARED); \
	else \
		echo "skipped, since abidiff is missing"; [ -z "$$CI" ]; \
	fi
abi-release: $(SHARED)  ## store the ABI as that of the release: only when one is made
	tests/need abidiff abigail-tools
	$(PYTHON) c-tests/abi/released.py write $(BUILD)/abi $(SHARED)

.PHONY: check-c
check-c: $(SHARED_TESTS) $(STATIC_TESTS) $(UNLOAD)  ## the C tests, with both libraries
	$(RUN) $(SHARED_TESTS) $(STATIC_TESTS) "$(UNLOAD) $(SHARED)"

.PHONY: check-examples
check-examples: $(SHARED_EXAMPLES) $(STATIC_EXAMPLES) $(SHARED_DEMO) $(STATIC_DEMO)  ## the examples print what they should
	@mkdir -p $(BUILD)/demo
	$(RUN) --jobs 1 --expect examples/expected \
		$(SHARED_EXAMPLES) $(STATIC_EXAMPLES) $(SHARED_DEMO) $(STATIC_DEMO)

# The levels below the processor's own, which everything else runs with.
.PHONY: check-levels
check-levels: $(SHARED_TESTS)  ## kernels, writes and C tests with less of the instruction set
	@for level in portable sse2 avx2; do \
		echo "LIBARRAY_CPU=$$level"; export LIBARRAY_CPU=$$level; \
		$(CARGO) test --locked --lib -- kernels:: ops:: && $(RUN) $(SHARED_TESTS) || exit; \
	done

# One seed, so that a run can be repeated; `make fuzz-programs` takes new ones.
NUMPY_SEED ?= 77
.PHONY: check-numpy
check-numpy: $(SHARED) $(VENV)/ready  ## random programs, through libarray and through NumPy
	$(VENV)/bin/python tests/numpy/run.py $(PYTHON_LIBRARY) --seed $(NUMPY_SEED)

# Memory runs out at every allocation once: refused by the library's allocator, by the
# system below it, and by the system below the Python package.
OOM_PROGRAMS := $(SHARED_TESTS) $(SHARED_EXAMPLES) $(SHARED_DEMO)
REFUSE := $(BUILD)/c-tests/refuse.so
.PHONY: check-oom check-oom-allocator check-oom-below check-oom-python
check-oom: check-oom-allocator check-oom-below check-oom-python  ## every allocation fails once (CHECK_OOM_FULL=1: without sampling)
check-oom-allocator: $(OOM_PROGRAMS) $(PLANTED_TESTS)
	@mkdir -p $(BUILD)/demo
	$(PYTHON) c-tests/check_oom.py --must-fail $(PLANTED_TESTS)
	$(PYTHON) c-tests/check_oom.py $(OOM_PROGRAMS)
check-oom-below: $(OOM_PROGRAMS) $(PLANTED_TESTS) $(REFUSE)
	@mkdir -p $(BUILD)/demo
	$(PYTHON) c-tests/check_oom.py --below $(REFUSE) --must-fail $(PLANTED_TESTS)
	$(PYTHON) c-tests/check_oom.py --below $(REFUSE) --limit 300 $(OOM_PROGRAMS)
check-oom-python: $(REFUSE) $(PYTHON_VENV)/ready
	$(PYTHON) c-tests/check_oom.py --limit 1000 \
		--below "$(CURDIR)/$(REFUSE) $$($(PYTHON_VENV)/bin/python -c 'import libarray, glob, os; \
			print(*glob.glob(os.path.dirname(libarray.__file__) + "/libarray.so*"))')" \
		"$(PYTHON_VENV)/bin/python bindings/python/tests/exhaust.py"

$(REFUSE): c-tests/below/refuse.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -shared -fPIC $< -o $@ -ldl

.PHONY: check-valgrind check-valgrind-short
check-valgrind: VALGRIND += --track-origins=yes
check-valgrind: VALGRIND_PROGRAMS = $(SHARED_TESTS) $(STATIC_TESTS) $(SHARED_EXAMPLES) $(SHARED_DEMO)
check-valgrind-short: VALGRIND_PROGRAMS = $(SHARED_TESTS) $(SHARED_EXAMPLES)
check-valgrind check-valgrind-short: $(SHARED_TESTS) $(STATIC_TESTS) $(SHARED_EXAMPLES) $(SHARED_DEMO)
	@mkdir -p $(BUILD)/demo
	@if tests/need valgrind; then \
		c-tests/sanitize valgrind $(SANITIZED)/valgrind && \
		LIBARRAY_CASES=$${LIBARRAY_CASES:-5000} $(RUN) --timeout 900 --wrap "$(VALGRIND)" $(VALGRIND_PROGRAMS); \
	else \
		echo "skipped, since valgrind is missing"; echo "0 passed, 0 failed"; [ -z "$$CI" ]; \
	fi
check-valgrind:  ## C tests, examples and demo under valgrind (-short: a part, faster)

# Tools that watch memory, each proved on planted mistakes first. The library, and for
# threads Rust's standard library, are compiled anew for each.
SANITIZED := $(CURDIR)/$(BUILD)/sanitized
.PHONY: check-sanitize check-asan check-tsan
check-sanitize: check-asan check-tsan check-valgrind  ## C tests and examples under sanitizers (-asan: addresses, undefined; -tsan: threads) and valgrind
check-asan check-tsan: export LIBARRAY_CASES ?= 5000
check-asan:
	c-tests/sanitize address $(SANITIZED)/address
check-tsan:
	c-tests/sanitize thread $(SANITIZED)/thread

# Handles under Miri, by both models of aliasing; -floors adds the pure floors and the
# foreign structs, with few of their random cases, which takes half an hour.
MIRI := MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-strict-provenance -Zmiri-symbolic-alignment-check
MIRI_TEST := $(CARGO) +nightly miri test --locked --target-dir $(CARGO_TARGET_DIR)-miri
.PHONY: check-miri check-miri-floors
check-miri:  ## handles under Miri, where a nightly toolchain is to be had (-floors: the pure floors, too)
	@if rustup component add --toolchain nightly miri rust-src >/dev/null 2>&1; then \
		$(MIRI)" $(MIRI_TEST) --test handles && \
		$(MIRI) -Zmiri-tree-borrows" $(MIRI_TEST) --test handles; \
	else \
		echo "skipped: there is no nightly toolchain with Miri"; echo "0 passed, 0 failed"; \
	fi
check-miri-floors: check-miri
	$(MIRI)" $(MIRI_TEST) --lib -- error:: layout:: plan:: exchange::dlpack exchange::foreign \
		exchange::interface memory::shared memory::owned memory::scratch memory::progress

# A library that panics where the test program wants it to. No other has a trace of that.
PROVOKED := $(BUILD)/c-tests/panics
.PHONY: check-panics
check-panics: $(SHARED) $(STATIC)  ## a panic at any depth becomes LA_PANIC, and the library goes on
	RUSTFLAGS="--cfg libarray_provoke" $(CARGO) rustc --locked --lib --crate-type staticlib \
		--profile dev --target-dir $(CARGO_TARGET_DIR)-provoked
	@mkdir -p $(PROVOKED)
	$(CC) $(CFLAGS) $(STRICT) -DLA_STATIC $(INCLUDES) c-tests/panics/panics.c -o $(PROVOKED)/panics \
		$(CARGO_TARGET_DIR)-provoked/debug/libarray.a -lm -pthread -ldl
	! grep -q libarray_provoked $(SHARED) $(STATIC)
	$(RUN) --jobs 1 $(PROVOKED)/panics

# Everything that docs/reliability.md speaks of, without sampling: hours.
.PHONY: check-long
check-long:  ## the long form of every check (FUZZ_SECONDS for each fuzz target, 3600)
	CHECK_OOM_FULL=1 $(MAKE) --no-print-directory check-oom
	LIBARRAY_CASES=100000 $(MAKE) --no-print-directory check-sanitize
	$(MAKE) --no-print-directory check-abi check-panics check-c check-levels
	$(MAKE) --no-print-directory check-miri-floors
	$(MAKE) --no-print-directory check-numpy-suite-mutations
	$(MAKE) --no-print-directory fuzz fuzz-programs FUZZ_SECONDS=$(if $(filter 60,$(FUZZ_SECONDS)),3600,$(FUZZ_SECONDS))

.PHONY: check-install
check-install: all  ## installs to a temporary folder and builds a program from there
	packaging/check.sh $(BUILD)/install-check $(VERSION)

.PHONY: demo
demo: $(SHARED_DEMO)  ## the main job on real input
	@mkdir -p $(BUILD)/demo
	$(SHARED_DEMO)

.PHONY: wheel check-python check-numpy-suite check-numpy-suite-mutations
wheel: $(WHEEL)  ## the Python package, as a wheel in build/wheel
check-python: $(PYTHON_VENV)/ready  ## the tests of the Python package, from its wheel
	$(PYTHON_VENV)/bin/python -m pytest -q -p no:cacheprovider bindings/python/tests
check-numpy-suite: $(PYTHON_VENV)/ready  ## NumPy's own tests, through the Python package
	$(PYTHON) tests/numpy_suite/mutations.py --check
	$(PYTHON_VENV)/bin/python tests/numpy_suite/run.py
check-numpy-suite-mutations: $(PYTHON_VENV)/ready  ## mistakes planted in the sources: NumPy's tests must see each
	$(PYTHON_VENV)/bin/python tests/numpy_suite/mutations.py

$(WHEEL): $(STRIPPED) $(PYTHON_SOURCES) $(VENV)/ready
	rm -rf $(@D)
	$(VENV)/bin/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir $(@D) \
		--config-settings=build-dir=$(CURDIR)/$(BUILD)/python \
		--config-settings=cmake.define.LIBARRAY_LIBRARY=$(CURDIR)/$(STRIPPED) bindings/python
	@touch $@

$(PYTHON_VENV)/ready: $(WHEEL) bindings/python/tests/requirements.txt
	rm -rf $(PYTHON_VENV)
	$(PYTHON) -m venv $(PYTHON_VENV)
	$(PYTHON_VENV)/bin/pip install --quiet --disable-pip-version-check \
		-r bindings/python/tests/requirements.txt $(BUILD)/wheel/*.whl
	@touch $@

# Targets with an oracle each (fuzz/README.md). Their corpus is replayed by any
# toolchain; the fuzzer itself is libFuzzer, through cargo-fuzz.
FUZZ_SECONDS ?= 60
REPLAY := $(CARGO) run --quiet --locked --release --manifest-path fuzz/Cargo.toml \
	--target-dir $(CARGO_TARGET_DIR)-fuzz --bin replay --
.PHONY: fuzz fuzz-programs check-fuzz check-fuzz-short
fuzz:  ## every fuzz target for FUZZ_SECONDS (60) each
	fuzz/run $(FUZZ_SECONDS)
fuzz-programs: $(SHARED) $(SHARED_TESTS) $(VENV)/ready $(PYTHON_VENV)/ready  ## the random tests with many more cases, for FUZZ_SECONDS (60)
	tests/fuzz $(FUZZ_SECONDS)
check-fuzz:  ## the fuzzers' corpus and findings, replayed (-short: and 20 seconds of each target)
	$(REPLAY)
check-fuzz-short:
	$(REPLAY) --seconds 20

# ROWS=REGEX runs only some rows, TABLES=5 the whole table five times (a row counts
# by the median of five), TORCH=1 installs PyTorch first, a gigabyte.
BENCH := $(VENV)/bin/python benches/bench.py $(PYTHON_LIBRARY) --rows '$(ROWS)' \
	--tables $(or $(TABLES),1)
.PHONY: bench bench-quick bench-peers bench-chart
bench: $(SHARED) bench-peers  ## libarray beside NumPy and others, in one run (ROWS=REGEX TABLES=5 TORCH=1)
	$(BENCH)
	$(if $(ROWS),,$(VENV)/bin/python benches/overlap.py $(PYTHON_LIBRARY))
	$(if $(ROWS),,$(PYTHON_VENV)/bin/python benches/python.py)
bench-quick: $(SHARED) bench-peers  ## a taste of it, in under two minutes
	$(BENCH) --quick
	$(if $(ROWS),,$(VENV)/bin/python benches/overlap.py $(PYTHON_LIBRARY) --quick)
	$(if $(ROWS),,$(PYTHON_VENV)/bin/python benches/python.py --quick)
bench-peers: $(VENV)/ready $(PYTHON_VENV)/ready
	@benches/peers/build.sh $(BUILD)/bench
	$(if $(TORCH),$(VENV)/bin/pip install --quiet --disable-pip-version-check -r benches/requirements.txt)
bench-chart:  ## docs/performance.svg, from the last run of bench
	$(PYTHON) benches/chart.py

## Install

.PHONY: install
install: all  ## header, libraries, pkg-config file and CMake package (DESTDIR, PREFIX)
	install -d "$(DESTDIR)$(PREFIX)/include" "$(DESTDIR)$(PREFIX)/lib/pkgconfig" \
		"$(DESTDIR)$(PREFIX)/lib/cmake/libarray"
	install -m 644 include/libarray.h include/libarray.cdef.h "$(DESTDIR)$(PREFIX)/include/"
	install -m 755 $(STRIPPED) "$(DESTDIR)$(PREFIX)/lib/"
	ln -sf libarray.so.$(VERSION) "$(DESTDIR)$(PREFIX)/lib/$(SONAME)"
	ln -sf $(SONAME) "$(DESTDIR)$(PREFIX)/lib/libarray.so"
	install -m 644 $(STATIC) "$(DESTDIR)$(PREFIX)/lib/"
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' packaging/libarray.pc.in \
		> "$(DESTDIR)$(PREFIX)/lib/pkgconfig/libarray.pc"
	sed -e 's|@VERSION@|$(VERSION)|' -e 's|@SONAME@|$(SONAME)|' packaging/libarray-config.cmake.in \
		> "$(DESTDIR)$(PREFIX)/lib/cmake/libarray/libarray-config.cmake"
	sed -e 's|@VERSION@|$(VERSION)|' -e 's|@SERIES@|$(basename $(VERSION))|' \
		packaging/libarray-config-version.cmake.in \
		> "$(DESTDIR)$(PREFIX)/lib/cmake/libarray/libarray-config-version.cmake"

.PHONY: clean
clean:  ## remove everything that was built
	rm -rf $(BUILD)

.PHONY: help
help:  ## this list
	@sed -n -e 's/^## \(.*\)/\n\1/p' -e 's/^\([a-z-]*\):[^=]*  ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 28

# C programs

$(BUILD)/c-tests/shared/%: c-tests/%.c $(C_HEADERS) $(SHARED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(INCLUDES) $< -o $@ $(LINK_SHARED)

$(BUILD)/c-tests/static/%: c-tests/%.c $(C_HEADERS) $(STATIC)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -DLA_STATIC $(INCLUDES) $< -o $@ $(LINK_STATIC)

$(UNLOAD): c-tests/loading/unload.c $(C_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(INCLUDES) $< -o $@ -pthread -ldl

$(BUILD)/c-tests/planted/%: c-tests/planted/%.c $(C_HEADERS) $(SHARED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(INCLUDES) $< -o $@ $(LINK_SHARED)

$(BUILD)/examples/shared/%: examples/%.c $(C_HEADERS) $(SHARED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(INCLUDES) $< -o $@ $(LINK_SHARED)

$(BUILD)/examples/static/%: examples/%.c $(C_HEADERS) $(STATIC)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -DLA_STATIC $(INCLUDES) $< -o $@ $(LINK_STATIC)

# Python, with the NumPy that the comparison was written for.
$(VENV)/ready: tests/numpy/requirements.txt
	tests/need-python $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@
