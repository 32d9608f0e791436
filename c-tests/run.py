#!/usr/bin/env python3
"""Runs test programs side by side and counts what they count.

A program that ends with "12 passed, 0 failed" counts so many tests, any other
one test. With --expect its output must be that of a file; with --wrap it runs
under another program, valgrind for one, and counts once.
"""

import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

COUNT = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


def run(command, options):
    """Runs one program; returns its name, the counts and what to print."""
    words = shlex.split(command)
    name = "/".join(pathlib.Path(words[0]).parts[-2:])
    start = time.monotonic()
    complaint = ""
    try:
        done = subprocess.run(
            shlex.split(options.wrap) + words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=options.timeout,
        )
        output = done.stdout.decode(errors="replace")
        errors = done.stderr.decode(errors="replace")
        if done.returncode < 0:
            complaint = f"killed by signal {-done.returncode}"
        elif done.returncode:
            complaint = f"exit status {done.returncode}"
    except subprocess.TimeoutExpired:
        output, errors, complaint = "", "", f"still running after {options.timeout} s"
    except OSError as error:
        output, errors, complaint = "", "", str(error)

    if options.expect and not complaint:
        complaint, output = compare(words, output, options.expect)
    passed, failed = 1, 0
    counts = COUNT.findall(output)
    if counts and not options.wrap:
        passed, failed = map(int, counts[-1])
    if complaint:
        failed = failed or 1
        passed = passed if counts and not options.wrap else 0
    seconds = time.monotonic() - start
    verdict = "ok    " if not failed else "FAILED"
    text = f"{verdict} {name:40} {passed:4} passed {seconds:6.1f} s"
    if failed:
        text += f"\n  {complaint}\n{indent(output)}{indent(errors)}"
    return passed, failed, text


def compare(words, output, folder):
    """Compares the output with folder/PROGRAM.txt; returns complaint and diff."""
    path = pathlib.Path(folder) / (pathlib.Path(words[0]).name + ".txt")
    if not path.exists():
        return f"no expected output: {path}", output
    expected = path.read_text()
    if output == expected:
        return "", output
    lines = difflib.unified_diff(
        expected.splitlines(), output.splitlines(), str(path), "the output", lineterm=""
    )
    return "not the expected output", "\n".join(lines)


def indent(text):
    return "".join(f"    {line}\n" for line in text.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--expect", help="folder of expected outputs")
    parser.add_argument("--wrap", default="", help="a command to run each program under")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for each")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("commands", nargs="*", help="a program and its arguments, as one word")
    options = parser.parse_args()
    total_passed = total_failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for passed, failed, text in pool.map(lambda c: run(c, options), options.commands):
            print(text, flush=True)
            total_passed += passed
            total_failed += failed
    print(f"{total_passed} passed, {total_failed} failed")
    sys.exit(1 if total_failed or not total_passed else 0)


if __name__ == "__main__":
    main()
