"""libarray beside NumPy, in one run.

    python benches/bench.py --library libarray.so [--quick]

Every row does the same job on the same source memory, by libarray (timed in C,
see bench.c) and by NumPy (timed in Python, with enough work per call that
Python's share vanishes, but for the row of the slice). The two take turns, so
that a slow moment of the machine meets both; the medians of the rounds are
compared. Where there is a bare equivalent in C (malloc and free, memcpy into a
fresh block) it is timed as well. Prints a Markdown table and writes
build/bench.json.
"""

import argparse
import ctypes
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import timeit

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "numpy"))

from libarray import Library, dtype_number


class Helper:
    """bench.c, compiled and loaded."""

    def __init__(self, library, folder):
        os.makedirs(folder, exist_ok=True)
        target = os.path.join(folder, "libbench.so")
        subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-O2", "-shared", "-fPIC",
                        "-I", os.path.join(ROOT, "include"),
                        os.path.join(ROOT, "benches", "bench.c"), "-o", target,
                        library, "-Wl,-rpath," + os.path.dirname(library)], check=True)
        self.c = ctypes.CDLL(target)

    def __call__(self, name, count, *arguments):
        """Seconds for one job, over `count` of them."""
        function = getattr(self.c, f"bench_{name}")
        function.restype = ctypes.c_double
        seconds = function(ctypes.c_long(count), *arguments)
        if seconds < 0:
            raise RuntimeError(f"bench_{name}: a call failed")
        return seconds / count


class Row:
    """One job: how each side does it once, and how often in a round."""

    def __init__(self, title, count, libarray, numpy, bare=None, goal=1.1):
        self.title, self.count, self.goal = title, count, goal
        self.jobs = {"libarray": libarray, "numpy": numpy}
        if bare is not None:
            self.jobs["c"] = bare
        self.times = {name: [] for name in self.jobs}

    def round(self, backwards):
        for name in sorted(self.jobs, reverse=backwards):
            self.times[name].append(self.jobs[name](self.count))

    def medians(self):
        return {name: statistics.median(times) for name, times in self.times.items()}


def python(call):
    """Times a call of NumPy; its result is released each time."""
    timer = timeit.Timer(call)
    return lambda count: timer.timeit(count) / count


def rows(library, helper):
    rng = np.random.default_rng(1)
    kept = []

    def wrapped(a):
        """libarray's array on NumPy's own memory."""
        kept.append(a)
        return library.wrap(a.ctypes.data, a.nbytes, 0, a.dtype, a.shape)

    def pointer(l):
        kept.append(l)
        return ctypes.c_void_p(int(library.ffi.cast("uintptr_t", l.handle)))

    def shared(a):
        return pointer(wrapped(a))

    album = np.arange(6)
    handle = shared(album)
    yield Row("slice `a[1:4]` and its release, against malloc + free", 200_000,
              lambda n: helper("slice", n, handle), python(lambda: album[1:4]),
              lambda n: helper("malloc", n, ctypes.c_size_t(128)), goal=3.0)

    for size, count in ((64 << 10, 2000), (8 << 20, 10), (256 << 20, 1)):
        a = rng.integers(0, 255, size, np.uint8).view(np.float64)
        yield copy_row(f"copy {size >> 10} KiB" if size < 1 << 20 else f"copy {size >> 20} MiB",
                       helper, count, shared(a), a)

    square = np.arange(4096 * 4096, dtype=np.float64).reshape(4096, 4096)
    turned = pointer(wrapped(square).transpose())
    yield Row("copy of a transposed 4096 x 4096 float64", 1,
              lambda n: helper("copy", n, turned), python(lambda: square.T.copy()))

    many = rng.random(10_000_000)
    whole = shared(many)
    stepped = pointer(wrapped(many).slice([slice(None, None, 2)]))
    yield Row("copy of `a[::2]`, a of 10⁷ float64", 2,
              lambda n: helper("copy", n, stepped), python(lambda: many[::2].copy()))

    indices = rng.integers(0, many.size, many.size)
    chosen = shared(indices)
    yield Row("take 10⁷ of 10⁷ float64, at random", 1,
              lambda n: helper("take", n, whole, chosen), python(lambda: many.take(indices)))

    ordered = np.sort(indices)
    in_order = shared(ordered)
    yield Row("take 10⁷ of 10⁷ float64, in order", 1,
              lambda n: helper("take", n, whole, in_order), python(lambda: many.take(ordered)))

    mask = rng.random(many.size) < 0.5
    bright = shared(mask)
    yield Row("mask `a[m]`, 10⁷ float64, half of them", 1,
              lambda n: helper("mask", n, whole, bright), python(lambda: many[mask]))

    single = dtype_number(np.float32)
    yield Row("float64 to float32, 10⁷", 2,
              lambda n: helper("astype", n, whole, ctypes.c_int32(single)),
              python(lambda: many.astype(np.float32)))


def copy_row(title, helper, count, handle, a):
    return Row(title, count, lambda n: helper("copy", n, handle), python(lambda: np.copy(a)),
               lambda n: helper("memcpy", n, ctypes.c_void_p(a.ctypes.data),
                                ctypes.c_size_t(a.nbytes)))


def text(seconds):
    if seconds is None:
        return ""
    for unit, scale in (("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)):
        if seconds < 1000 * scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds:.3g} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default=os.environ.get("LIBARRAY_SHARED"))
    parser.add_argument("--header", default=os.path.join(ROOT, "include", "libarray.cdef.h"))
    parser.add_argument("--rounds", type=int, default=None, help="15, with --quick 5")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    if not options.library:
        parser.error("--library or LIBARRAY_SHARED must name the shared library")
    rounds = options.rounds or (5 if options.quick else 15)

    path = os.path.abspath(options.library)
    library = Library(path, options.header)
    build = os.path.join(ROOT, "build")
    helper = Helper(path, os.path.join(build, "bench"))
    version = library.ffi.string(library.c.la_version_text()).decode()

    start = time.perf_counter()
    results = []
    print("| Job | libarray | NumPy | plain C | libarray / NumPy | goal |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for row in rows(library, helper):
        row.round(False)
        for times in row.times.values():
            times.clear()
        for k in range(rounds):
            row.round(k % 2 == 1)
        medians = row.medians()
        against = "c" if row.goal == 3.0 else "numpy"
        ratio = medians["libarray"] / medians[against]
        kept = "met" if ratio <= row.goal else f"MISSED ({ratio:.2f})"
        goal = f"≤ {row.goal:g}× {'malloc + free' if against == 'c' else 'NumPy'}: {kept}"
        print(f"| {row.title} | {text(medians['libarray'])} | {text(medians['numpy'])} | "
              f"{text(medians.get('c'))} | {medians['libarray'] / medians['numpy']:.2f} | "
              f"{goal} |", flush=True)
        results.append({"job": row.title, "seconds": medians, "rounds": row.times,
                        "ratio": ratio, "against": against, "goal": row.goal,
                        "met": ratio <= row.goal})

    command = f"make bench{'-quick' if options.quick else ''}"
    print(f"\nMade by `{command}`: medians of {rounds} rounds taken in turns, libarray {version}, "
          f"NumPy {np.__version__}, {processor()}, one thread "
          f"({time.perf_counter() - start:.0f} s).")
    with open(os.path.join(build, "bench.json"), "w", encoding="utf-8") as file:
        json.dump({"command": command, "libarray": version, "numpy": np.__version__,
                   "processor": processor(), "rounds": rounds, "rows": results}, file, indent=1)


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file
                        if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
