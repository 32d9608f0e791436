"""Exact sharing: la_shares_memory beside NumPy's shares_memory, in one run.

    python benches/overlap.py --library libarray.so [--quick]

Three kinds of rows:

* pairs of views as programs make them every day;
* the seeded family: random pairs of byte arrays with `d` axes a side, of extent
  `e`, with strides of `k` bits;
* the documented hard instance, 12223 x1 + 12224 x2 + 36674 x3 + 61119 x4 +
  85569 x5 = 89643481 with 0 <= xi <= 1048: two byte arrays that share nothing,
  with the last three strides on one side and the first two on the other.

The family, so that anybody can make it again in any language (it is that of
benches/overlap_family.rs, pair by pair):

* The generator is Vigna's SplitMix64; each row (d, e, k) seeds it with
  d * 2^32 + e * 2^16 + k. "A number from low to high", both included, is low +
  (the next 64 bits, unsigned) mod (high - low + 1).
* Each pair draws the d strides of the first array, then the d strides of the
  second, each a number from 2^(k-1) to 2^k - 1.
* The first array starts at 0. Pairs count from 0. In odd ones a shared byte is
  planted: for each axis of the first array, then of the second, an index from 0
  to e - 1 is drawn, and the second array starts where these two elements
  coincide. In even ones it starts at a number from -(the second's reach) to the
  first's reach, so that the bounds overlap; the reach of an array is the
  distance from its first to its last element. A byte may be shared there too,
  by chance.

Only addresses matter to the question, so both sides get arrays at addresses that
no machine maps, and large strides cost no memory. libarray gets its default
budget and is timed in C (bench.c); NumPy gets a million units of work and is
timed in Python, its interpreter's call included. The two take turns, and a pair
counts with its fastest time of three. What takes less than 0.1 ms is asked as
often as fits into that in the second and third turn; where NumPy takes longer
than 10 ms it is asked once. At a TooHardError the time is that after which NumPy
gives up. Wherever both answer they must agree, and what was planted must be
found, else the program fails. A goal is met when the median keeps it and libarray
answers every pair; single pairs beyond it are counted, and so are those that
NumPy answers sooner. Prints a Markdown table and writes build/bench_overlap.json.
"""

import argparse
import ctypes
import json
import os
import statistics
import sys
import time
import timeit

import numpy as np

from helper import BUILD, ROOT, libarray_helper, processor, text
from libarray import Library

UNITS = 1_000_000  # of NumPy's work
ORIGIN = 1 << 60  # an address that can't be mapped, with room on both sides
TURNS = 3
SHORT = 1e-4  # seconds, which are filled with repetitions
LONG = 0.01  # seconds, after which NumPy is asked only once

# d, e, k, pairs, goal in seconds (None: how far it goes).
FAMILY = [
    (3, 10, 22, 400, 50e-6),
    (7, 3, 25, 400, 100e-6),
    (10, 2, 22, 400, 70e-6),
    (4, 10, 29, 200, 0.5e-3),
    (8, 3, 28, 200, 0.5e-3),
    (12, 2, 26, 200, 0.5e-3),
    (6, 10, 42, 40, 30e-3),
    (10, 3, 34, 40, 30e-3),
    (12, 3, 41, 40, 30e-3),
    (16, 2, 34, 40, 30e-3),
    (2, 1000, 42, 40, 50e-3),
    (3, 100, 42, 40, 50e-3),
    (16, 3, 50, 4, None),
    (16, 3, 54, 4, None),
]


class Random:
    """Vigna's SplitMix64."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
        return z ^ z >> 31

    def range(self, low, high):
        """From low to high, both included."""
        return low + self.next() % (high - low + 1)


class Nowhere:
    """Bytes at an address that nobody reads, as NumPy takes them."""

    def __init__(self, start, shape, strides):
        self.__array_interface__ = {"data": (ORIGIN + start, False), "shape": shape,
                                    "strides": strides, "typestr": "|u1", "version": 3}


def nowhere(start, extents, strides):
    return np.asarray(Nowhere(start, tuple(extents), tuple(strides)))


def family(d, e, k, pairs):
    """The pairs of a row, and whether a shared byte was planted."""
    random = Random(d << 32 | e << 16 | k)
    for pair in range(pairs):
        a, b = ([random.range(1 << (k - 1), (1 << k) - 1) for _ in range(d)] for _ in range(2))
        planted = pair % 2 == 1
        if planted:
            in_a, in_b = (sum(random.range(0, e - 1) * stride for stride in strides)
                          for strides in (a, b))
            start = in_a - in_b
        else:
            start = random.range(-(e - 1) * sum(b), (e - 1) * sum(a))
        yield nowhere(0, [e] * d, a), nowhere(start, [e] * d, b), planted


def everyday():
    a, u = np.zeros(1000), np.zeros(1000, np.uint8)
    m, s = np.zeros((300, 400)), np.zeros((20, 30, 40))
    image = np.zeros((480, 640, 3), np.uint8)
    yield "`a[::2]` and `a[1::2]`, float64", a[::2], a[1::2]
    yield "`a[::2]` and `a[1::2]`, uint8", u[::2], u[1::2]
    yield "`a[:500]` and `a[500:]`", a[:500], a[500:]
    yield "`a[:600]` and `a[400:]`", a[:600], a[400:]
    yield "`a` and `a`", a, a
    yield "`a` and `a[::-1]`", a, a[::-1]
    yield "`m[:, :200]` and `m[:, 200:]`", m[:, :200], m[:, 200:]
    yield "`m[:, :201]` and `m[:, 200:]`", m[:, :201], m[:, 200:]
    yield "`m[:, ::2]` and `m[:, 1::2]`", m[:, ::2], m[:, 1::2]
    yield "`m[:, :300]` and `m[:, 1:301].T`", m[:, :300], m[:, 1:301].T
    yield "`s[::2]` and `s[1::2]`", s[::2], s[1::2]
    yield "`image[..., 0]` and `image[..., 1]`, uint8", image[..., 0], image[..., 1]
    yield ("`s[:18:2, :28:2, :38:2]` and `s[1::2, 1::2, 1::2]`",
           s[:18:2, :28:2, :38:2], s[1::2, 1::2, 1::2])


class Question:
    """One pair, put to both sides."""

    def __init__(self, library, helper, a, b, units=UNITS):
        self.helper, self.a, self.b, self.units = helper, a, b, units
        self.handles = [self.wrapped(library, x) for x in (a, b)]
        self.pointers = [ctypes.c_void_p(int(library.ffi.cast("uintptr_t", l.handle)))
                         for l in self.handles]
        self.budget = ctypes.c_int64(library.c.LA_WORK_DEFAULT)

    @staticmethod
    def wrapped(library, a):
        """libarray's array at the same addresses."""
        low, high = np.lib.array_utils.byte_bounds(a)
        return library.wrap(low, high - low, a.ctypes.data - low, a.dtype, a.shape, a.strides)

    def libarray(self, count=1):
        """The answer, None for too hard, and the seconds of one call."""
        answer = ctypes.c_int32()
        seconds = self.helper("shares_memory", count, *self.pointers, self.budget,
                              ctypes.byref(answer))
        return (None if answer.value < 0 else bool(answer.value)), seconds

    def numpy(self, count=1):
        """As `libarray`; a question that is repeated must not be too hard."""
        def call():
            return np.shares_memory(self.a, self.b, max_work=self.units)
        if count > 1:
            return call(), timeit.timeit(call, number=count) / count
        start = time.perf_counter()
        try:
            answer = call()
        except np.exceptions.TooHardError:
            answer = None
        return answer, time.perf_counter() - start

    def agreed(self, ours, numpys, planted=False):
        if (ours is not None and numpys is not None and ours != numpys
                or planted and False in (ours, numpys)):
            sys.exit(f"libarray says {ours}, NumPy says {numpys}, planted: {planted}: "
                     f"{self.a.__array_interface__} {self.b.__array_interface__}")

    def take_turns(self, planted=False):
        """Both answers and the fastest time of each."""
        best = {"libarray": float("inf"), "numpy": float("inf")}
        answers = {}
        for turn in range(TURNS):
            for side in sorted(best, reverse=turn % 2 == 1):
                if side == "numpy" and LONG < best["numpy"] < float("inf"):
                    continue
                count = max(1, int(SHORT / best[side]))
                answers[side], seconds = getattr(self, side)(count)
                best[side] = min(best[side], seconds)
        self.agreed(answers["libarray"], answers["numpy"], planted)
        return answers, best


class Row:
    """The pairs of one row of the table, and what both sides took for each."""

    def __init__(self, title, goal):
        self.title, self.goal = title, goal
        self.times = {"libarray": [], "numpy": []}
        self.answers = {"libarray": [], "numpy": []}

    def add(self, answers, seconds):
        for side in self.times:
            self.times[side].append(seconds[side])
            self.answers[side].append(answers[side])

    def verdict(self):
        ours = self.times["libarray"]
        unanswered = self.answers["libarray"].count(None)
        if self.goal is None:
            return None, f"open: answered {len(ours) - unanswered} of {len(ours)}"
        met = statistics.median(ours) <= self.goal and unanswered == 0
        beyond = sum(seconds > self.goal for seconds in ours)
        words = f"≤ {text(self.goal)}: {'met' if met else 'MISSED'}"
        if unanswered:
            words += f", {unanswered} too hard"
        if beyond and len(ours) > 1:
            words += f" ({beyond} of {len(ours)} beyond)"
        return met, words

    def sooner(self):
        """By how many seconds NumPy answered sooner, for each pair where it did."""
        pairs = zip(self.times["libarray"], self.times["numpy"], self.answers["numpy"])
        return [ours - numpys for ours, numpys, answer in pairs
                if answer is not None and ours > numpys]

    def line(self):
        pairs = len(self.answers["numpy"])
        hard = self.answers["numpy"].count(None)
        gives_up = "never" if not hard else "always" if hard == pairs else f"{hard} of {pairs}"
        times = [text(f(self.times[side])) for side in ("libarray", "numpy")
                 for f in (statistics.median, max)]
        return (f"| {self.title} | {' | '.join(times)} | {gives_up} | {len(self.sooner())} | "
                f"{self.verdict()[1]} |")

    def record(self):
        return {"pairs": self.title, "seconds": self.times, "answers": self.answers,
                "goal": self.goal, "met": self.verdict()[0], "sooner": self.sooner()}


def rows(library, helper, quick):
    calls, rounds = (5_000, 3) if quick else (50_000, 9)
    for title, a, b in everyday():
        question, row = Question(library, helper, a, b), Row(title, 100e-9)
        question.libarray(calls)
        for turn in range(rounds):
            answers, seconds = {}, {}
            for side in sorted(row.times, reverse=turn % 2 == 1):
                answers[side], seconds[side] = getattr(question, side)(
                    calls if side == "libarray" else calls // 10)
            question.agreed(answers["libarray"], answers["numpy"])
            row.add(answers, seconds)
        yield row

    for d, e, k, pairs, goal in FAMILY:
        pairs = max(2, pairs // 10) if quick else pairs
        row = Row(f"{d} axes, extent {e}, {k} bits: {pairs} pairs", goal)
        for a, b, planted in family(d, e, k, pairs):
            row.add(*Question(library, helper, a, b).take_turns(planted))
        yield row

    a = nowhere(0, [1049] * 3, [36674, 61119, 85569])
    b = nowhere(64_023_025, [1049] * 2, [12223, 12224])
    row = Row("the documented instance" + ("" if quick else ", NumPy without a limit"), 40e-3)
    question = Question(library, helper, a, b, UNITS if quick else -1)
    row.add(*question.take_turns())
    if any(row.answers["libarray"]):
        sys.exit("the documented instance has no solution")
    yield row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default=os.environ.get("LIBARRAY_SHARED"))
    parser.add_argument("--header", default=os.path.join(ROOT, "include", "libarray.cdef.h"))
    parser.add_argument("--quick", action="store_true", help="a tenth of the pairs")
    options = parser.parse_args()
    if not options.library:
        parser.error("--library or LIBARRAY_SHARED must name the shared library")

    path = os.path.abspath(options.library)
    library = Library(path, options.header)
    helper = libarray_helper(path)
    version = library.ffi.string(library.c.la_version_text()).decode()

    start = time.perf_counter()
    results, sooner, answered = [], [], 0
    print("| Do they share memory? | libarray | slowest | NumPy | slowest | NumPy gives up | "
          "NumPy sooner | goal |")
    print("| --- | ---: | ---: | ---: | ---: | --- | ---: | --- |")
    for row in rows(library, helper, options.quick):
        print(row.line(), flush=True)
        results.append(row.record())
        sooner += row.sooner()
        answered += sum(answer is not None for answer in row.answers["numpy"])

    print(f"\nNumPy answered {answered} times, {len(sooner)} times sooner than libarray"
          + (f", by {text(max(sooner))} at most." if sooner else "."))
    command = f"make bench{'-quick' if options.quick else ''}"
    print(f"\nMade by `{command}` (benches/overlap.py): medians and slowest over the pairs (for "
          f"everyday views over rounds), taken in turns; NumPy's with {UNITS:,} units of "
          f"work, its interpreter's call included. libarray {version}, NumPy {np.__version__}, "
          f"{processor()}, one thread ({time.perf_counter() - start:.0f} s).")
    with open(os.path.join(BUILD, "bench_overlap.json"), "w", encoding="utf-8") as file:
        json.dump({"command": command, "libarray": version, "numpy": np.__version__,
                   "processor": processor(), "units": UNITS, "rows": results}, file, indent=1)


if __name__ == "__main__":
    main()
