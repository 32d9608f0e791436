#!/usr/bin/env python3
"""Lets each allocation of each program fail once, and wants all to end well.

A program that uses exhaust.h is run with LIBARRAY_FAIL_AT=1, 2, 3, ... until a
run ends without reaching the allocation that would fail. Each run must end by
itself with status 0 (it could do without the memory) or 77 (a call returned
LA_OUT_OF_MEMORY, everything was released, and the library still works after
it), and give every block back: no signal, no abort, no leak.

With --below LIBRARY it is the system that refuses, below the library's allocator:
LIBRARY (refuse.c) is loaded before the program, and takes LIBARRAY_FAIL_BELOW. So
allocations are found that do not go through the allocator, those of Rust's
standard library and of other crates among them.

Programs with more allocations than a limit are sampled, since each allocation is
a run: half of the limit are the first ones, the rest are spread evenly over the
others. With CHECK_OOM_FULL=1 in the environment every single one fails.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

NEVER = 1 << 60
REPORT = re.compile(r"^reached=([01]) live=(-?\d+) total=(\d+)$")


def run(words, fail_at, folder, below, kept=0):
    """One run; returns what is wrong with it, and the counts of its report. `kept`
    blocks need not be given back."""
    report = pathlib.Path(folder) / f"report-{fail_at}"
    environment = dict(os.environ, LIBARRAY_FAIL_REPORT=str(report))
    if below:
        environment |= {"LIBARRAY_FAIL_BELOW": str(fail_at), "LD_PRELOAD": below}
    else:
        environment["LIBARRAY_FAIL_AT"] = str(fail_at)
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            timeout=120,
        )
    except subprocess.TimeoutExpired:
        return "still running after 120 s", None
    output = done.stdout.decode(errors="replace")
    if done.returncode < 0:
        return f"killed by signal {-done.returncode}\n{output}", None
    if done.returncode not in (0, 77):
        return f"exit status {done.returncode}\n{output}", None
    if not report.exists():
        return "no report: does the program call exhaust_init()?", None
    match = REPORT.match(report.read_text().strip())
    report.unlink()
    if not match:
        return "a report that cannot be read", None
    reached, live, total = map(int, match.groups())
    if live > kept:
        return f"{live - kept} blocks were never given back\n{output}", None
    if done.returncode == 77 and not reached:
        return f"ran out of memory that was not refused\n{output}", None
    return "", (reached, total, live)


def points(total, limit):
    """Which allocations to refuse, of so many."""
    if total <= limit:
        return list(range(1, total + 1))
    first = limit // 2
    rest = total - first
    return list(range(1, first + 1)) + [
        first + 1 + step * rest // first for step in range(first)
    ]


def check(command, pool, options):
    """All runs of one program; returns its complaint, or "", a line, and how many
    allocations were refused."""
    words = shlex.split(command)
    name = "/".join(pathlib.Path(words[0]).parts[-2:])
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        # What the system gave and is kept on purpose is not known before.
        most = NEVER if options.below else 0
        complaint, counts = run(words, NEVER, folder, options.below, most)
        if complaint:
            return complaint, f"FAILED {name}: with no refusal: {complaint}", 0
        total, kept = counts[1], counts[2]
        chosen = points(total, options.limit)
        # One beyond the last must not be reached, or there were more.
        chosen.append(total + 1)
        # All of them, so that none still runs when the folder goes.
        results = list(pool.map(lambda n: run(words, n, folder, options.below, kept), chosen))
        for fail_at, (complaint, counts) in zip(chosen, results):
            if not complaint and fail_at > total and counts[0]:
                complaint = "the number of allocations differs from run to run"
            if complaint:
                text = f"FAILED {name}: allocation {fail_at} of {total}: {complaint}"
                return complaint, text, 0
    seconds = time.monotonic() - start
    refused = len(chosen) - 1
    sampled = "" if refused == total else f" of {total}"
    return "", f"ok     {name:40} {refused:6}{sampled} refused {seconds:6.1f} s", refused


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--must-fail", action="store_true", help="for planted mistakes")
    parser.add_argument("--below", metavar="LIBRARY", help="what refuses in the system's stead")
    parser.add_argument("--limit", type=int, default=4000, help="runs of one program")
    parser.add_argument("commands", nargs="*", help="a program and its arguments, as one word")
    options = parser.parse_args()
    if os.environ.get("CHECK_OOM_FULL") == "1":
        options.limit = NEVER
    passed = failed = refusals = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for command in options.commands:
            complaint, text, refused = check(command, pool, options)
            refusals += refused
            if options.must_fail:
                found, complaint = complaint, "" if complaint else "not found"
                text = f"ok     found in {command}: {found.splitlines()[0]}" if found else (
                    f"FAILED a planted mistake was not found: {command}"
                )
            print(text, flush=True)
            passed += not complaint
            failed += bool(complaint)
    if not options.must_fail:
        where = "the system" if options.below else "the allocator"
        print(f"{refusals} allocations refused by {where}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
