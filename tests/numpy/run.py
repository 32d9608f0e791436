"""Holds libarray against NumPy, through the C ABI.

    python run.py --library libarray.so --header libarray.cdef.h [--programs N] [--seed S]

Thousands of random programs run on both in lock step; tables of casts and
promotion are compared over all pairs of types; so are files, and the text of
thousands of arrays. Ends with a count, and with status 1 when anything failed.
A failing program is shrunk and printed as a listing that runs by itself.
"""

import argparse
import os
import sys
import time
import warnings

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import files
import known
import programs
import records
import tables
import texts
from libarray import Library
from tally import Tally


def random_programs(library, seed, count, length):
    tally = Tally("programs")
    for k in range(count):
        checks, steps, failure = programs.random_program(library, seed * 1_000_003 + k, length)
        tally.passed += 1 if failure is None else 0
        if failure is not None:
            if tally.failed < 10:
                shrunk = programs.shrink(library, steps)
                again = programs.run(library, shrunk)
                tally.fail(f"program {k} of seed {seed}: {again[0] if again else failure}\n\n"
                           f"{programs.listing(library, shrunk)}\n")
            else:
                tally.fail("")
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default=os.environ.get("LIBARRAY_SHARED"),
                        help="the shared library (LIBARRAY_SHARED)")
    parser.add_argument("--header", default=os.path.join(ROOT, "include", "libarray.cdef.h"),
                        help="its declarations without directives")
    parser.add_argument("--programs", type=int, default=4000, help="how many (4000)")
    parser.add_argument("--steps", type=int, default=14, help="steps of each program (14)")
    parser.add_argument("--texts", type=int, default=12000, help="random arrays to print (12000)")
    parser.add_argument("--seed", type=int, default=None, help="default: from the clock")
    parser.add_argument("--only", default=None, help="one group: programs, types, ... files")
    options = parser.parse_args()

    if not options.library:
        parser.error("--library or LIBARRAY_SHARED must name the shared library")
    warnings.simplefilter("ignore")
    seed = int(time.time()) % 100_000 if options.seed is None else options.seed
    print(f"libarray against NumPy {np.__version__}, seed {seed}")
    library = Library(options.library, options.header)
    groups = {
        "types": lambda: tables.types(library, seed),
        "casting": lambda: tables.casting_table(library, seed),
        "promotion": lambda: tables.promotion_table(library, seed),
        "values": lambda: tables.cast_values(library, seed),
        "same_value": lambda: tables.same_values(library, seed),
        "makers": lambda: tables.makers(library, seed),
        "files": lambda: files.run(library, seed),
        "records": lambda: records.run(library, seed),
        "texts": lambda: texts.run(library, seed, options.texts),
        "known": lambda: known.run(library, seed),
        "programs": lambda: random_programs(library, seed, options.programs, options.steps),
    }
    passed = failed = 0
    for name, group in groups.items():
        if options.only not in (None, name):
            continue
        start = time.perf_counter()
        tally = group()
        print(f"  {tally.title}: {tally.passed} passed, {tally.failed} failed "
              f"({time.perf_counter() - start:.1f} s)", flush=True)
        passed += tally.passed
        failed += tally.failed
    if failed:
        print(f"repeat with --seed {seed}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
