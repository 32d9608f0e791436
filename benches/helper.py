"""What the benchmarks share: compiled helpers in C, where things lie, and how times read."""

import ctypes
import os
import platform
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCHES = os.path.join(ROOT, "benches")
NATIVE = ("-O3", "-march=native", "-Wall", "-Wextra")
BUILD = os.path.join(ROOT, "build")
sys.path.insert(0, os.path.join(ROOT, "tests", "numpy"))


class Cannot(Exception):
    """A contestant has no way to do a job."""


class Helper:
    """A shared library of ours with functions that repeat a job and tell the seconds."""

    def __init__(self, target, prefix):
        self.c, self.prefix = ctypes.CDLL(target), prefix

    def __call__(self, name, count, *arguments):
        """Seconds for one job, over `count` of them."""
        function = getattr(self.c, f"{self.prefix}_{name}")
        function.restype = ctypes.c_double
        seconds = function(ctypes.c_long(count), *arguments)
        if seconds == -2:
            raise Cannot
        if seconds < 0:
            raise RuntimeError(f"{self.prefix}_{name}: a call failed")
        return seconds / count


def compiled(source, target, *flags):
    """Compiles one file of benches/ to build/bench/."""
    folder = os.path.join(BUILD, "bench")
    os.makedirs(folder, exist_ok=True)
    target = os.path.join(folder, target)
    cpp = source.endswith(".cpp")
    compiler = os.environ.get("CXX", "c++") if cpp else os.environ.get("CC", "cc")
    subprocess.run([compiler, "-std=gnu++17" if cpp else "-std=gnu11", "-shared", "-fPIC",
                    "-I", os.path.join(ROOT, "include"), os.path.join(BENCHES, source),
                    "-o", target, *flags], check=True)
    return target


def libarray_helper(library):
    """bench.c, linked with the library at this path."""
    return Helper(compiled("bench.c", "libbench.so", *NATIVE, library,
                           "-Wl,-rpath," + os.path.dirname(library)), "bench")


def plain_helper():
    """plain.c, made for this very machine."""
    return Helper(compiled("plain.c", "libplain.so", *NATIVE), "plain")


def text(seconds):
    """A time, for people."""
    if seconds is None:
        return ""
    for unit, scale in (("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)):
        if seconds < 1000 * scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds:.3g} s"


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file
                        if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
