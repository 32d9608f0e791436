"""libarray beside NumPy, plain C and other libraries, in one run.

    python benches/bench.py --library libarray.so [--rows REGEX] [--quick] [--tables N]

Every row (rows.py) is one job on the same memory for all contestants. First each
does it once and is held against NumPy's result: a wrong one ends the program.
Then come rounds in which the contestants take turns, in an order that rotates,
so that a slow moment of the machine meets all; each repeats the job until about
a millisecond has passed. The reference, mostly memcpy, takes part as one more
contestant. Figures are ratios of medians over the rounds. Prints a Markdown table
and writes build/bench.json, for benches/chart.py to draw.

On this kind of machine medians drift from run to run: --tables runs the whole
table several times, and a row counts by the median of its tables.
"""

import argparse
import ctypes
import math
import os
import statistics
import sys

import numpy as np

from helper import BUILD, ROOT, Cannot
from contestants import Libarray, NumPy, PlainC, address, byte_bounds
from jobs import PAGE, memory
from peers import peers
from report import Report
from rows import rows

LEAST = 1.2e-3  # seconds that a turn lasts at least
PARTS = 3
# Rounds; and seconds of one job, after which a peer takes few turns, and how many.
THOROUGH, QUICK = (9, 0.3, 3), (3, 0.05, 1)


class Reference:
    """What a row's figures are divided by; takes turns like a contestant."""

    def __init__(self, plain):
        self.plain = plain
        self.spare = None

    def __call__(self, row, job):
        """How to time the reference, or None where a contestant or a number is it."""
        kind = row.reference
        if kind in ("memcpy", "traffic"):
            size = job.moved() if kind == "memcpy" else job.traffic()
            return self.run("memcpy", *self.apart(job, size), ctypes.c_size_t(size))
        if kind == "memset":
            return self.run("memset", address(job.target), ctypes.c_size_t(job.moved()))
        if kind == "memmove":
            array = job.target.view(np.uint8)
            shift = job.target.itemsize
            return self.run("memmove", address(array[shift:]), address(array),
                            ctypes.c_size_t(job.moved()))
        if kind == "malloc":
            return self.run("malloc", ctypes.c_size_t(128))
        return None

    def run(self, name, *arguments):
        return lambda count: self.plain(name, count, *arguments)

    def apart(self, job, size):
        """Warm memory to copy to and from: the job's own, if memcpy is fast between the two.

        It is not where the destination is a little ahead of the source modulo 4096.
        """
        if job.target is not None and job.source is not None:
            (to, to_end), (of, of_end) = byte_bounds(job.target), byte_bounds(job.source)
            if min(to_end - to, of_end - of) >= size and (to - of) % PAGE == PAGE // 2:
                return ctypes.c_void_p(to), ctypes.c_void_p(of)
        if self.spare is None or self.spare[0].size < size:
            self.spare = [memory((size,), np.uint8, ahead) for ahead in (PAGE // 2, 0)]
            for block in self.spare:
                block.fill(1)
        return tuple(map(address, self.spare))


class Wrong(Exception):
    """A contestant's result is not NumPy's."""


def tried(job, entry, expected):
    """Does the job once, looks at what came out, and tells the seconds."""
    job.reset()
    seconds = entry.run(1)
    found = (entry.output or job.output)()
    if found.dtype != expected.dtype or not np.array_equal(found, expected):
        raise Wrong
    return seconds


def turn(run, count):
    """The seconds of one job in one turn."""
    if count == 1:
        return run(1)
    run(1)  # what the one before left in the caches is not this one's affair
    # In parts, since a switch to another process weighs heavily in so short a time.
    return statistics.median(run(math.ceil(count / PARTS)) for _ in range(PARTS))


class Turns:
    """The turns of one row: who takes part, how often, and the seconds of each."""

    def __init__(self, rounds, slow, few):
        self.rounds, self.slow, self.few = rounds, slow, few
        self.runs, self.counts, self.times = {}, {}, {}

    def add(self, name, run, seconds):
        """`seconds`: of the first run, the warm-up. Finds out how often to repeat a short job."""
        if seconds < 2 * LEAST:
            seconds = run(max(1, int(1e-4 / max(seconds, 1e-8))))
        self.counts[name] = max(1, math.ceil(LEAST / max(seconds, 1e-9)))
        self.runs[name], self.times[name] = run, []

    def take(self):
        names = list(self.runs)
        slow = set()
        for k in range(self.rounds):
            order = [names[(k + i) % len(names)] for i in range(len(names))]
            for name in order:
                if name in slow and len(self.times[name]) >= self.few:
                    continue
                count, run = self.counts[name], self.runs[name]
                self.times[name].append(turn(run, count))
                if self.times[name][-1] > self.slow and name not in ("libarray", "reference"):
                    slow.add(name)
        return self.times


def measure(row, contestants, reference, thorough):
    """The seconds of each contestant in each round, None for one that cannot do it."""
    job = row.prepare()
    try:
        expected, turns, cannot = job.expected(), Turns(*thorough), {}
        for contestant in contestants:
            entry = contestant.enter(job)
            try:
                if entry is None:
                    raise Cannot
                turns.add(contestant.name, entry.run, tried(job, entry, expected))
            except Cannot:
                cannot[contestant.name] = None
            except Wrong:
                sys.exit(f"{row.name}: {contestant.name} gives a wrong result")
        if row.reference == "one thread":
            job.kind = "assign"
            run = contestants[0].enter(job).run if "libarray" in turns.runs else None
        else:
            run = reference(row, job)
        if run:
            turns.add("reference", run, run(1))
        return {**cannot, **turns.take()}
    finally:
        job.close()


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", default=os.environ.get("LIBARRAY_SHARED"))
    parser.add_argument("--header", default=os.path.join(ROOT, "include", "libarray.cdef.h"))
    parser.add_argument("--rows", default="", metavar="REGEX", help="only rows whose names match")
    parser.add_argument("--only", default="", metavar="NAMES",
                        help="only these contestants, beside libarray; separated by commas")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    parser.add_argument("--rounds", type=int, default=None, help="9, with --quick 3")
    parser.add_argument("--tables", type=int, default=1, help="how often to run the whole table")
    parser.add_argument("--quick", action="store_true",
                        help="fewer rounds and rows, and the slowest peers only once")
    parser.add_argument("--minima", action="store_true",
                        help="compare minima of the rounds, on a machine that others use too")
    parser.add_argument("--json", help="build/bench.json, for a part of the table bench-part.json")
    options = parser.parse_args()
    rounds, *slow = QUICK if options.quick else THOROUGH
    options.rounds = options.rounds or rounds
    part = "-part" if options.rows or options.only else ""
    options.json = options.json or os.path.join(BUILD, f"bench{part}.json")
    options.thorough = (options.rounds, *slow)
    if not options.list and not options.library:
        parser.error("--library or LIBARRAY_SHARED must name the shared library")
    return options


def main():
    options = parsed()
    if options.list:
        print("\n".join(row.name for row in rows(options.rows, options.quick)))
        return
    libarray, plain = Libarray(os.path.abspath(options.library), options.header), PlainC()
    others = [NumPy(), plain, *peers()]
    if options.only:
        wanted = options.only.lower().split(",")
        others = [c for c in others if c.name.lower() in wanted]
    reference = Reference(plain.helper)
    report = Report(libarray.version, [c.name for c in others], options)
    for table in range(options.tables):
        report.begin(table)
        for row in rows(options.rows, options.quick):
            report.add(row, measure(row, [libarray, *others], reference, options.thorough))
    report.end()


if __name__ == "__main__":
    main()
