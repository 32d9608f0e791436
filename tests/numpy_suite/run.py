"""Runs NumPy's own tests through the Python package `libarray`.

The files come from the installed NumPy, are copied to a scratch folder with `numpy`
renamed to the shim, and run by pytest, one process a file. At the end stands a table
of what became of the tests, and the sum. See README.md.
"""

from __future__ import annotations

import argparse
import ast
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import selection  # noqa: E402
import skips  # noqa: E402

# Modules that a test imports: NumPy's names become the shim's, but for private
# helpers of its test machinery.
IMPORT = re.compile(r"^(\s*)(import|from) numpy(?!\.testing\._private)(?=[\s.])", re.MULTILINE)
# Buffers can be made by compiled classes only, so `memoryview` of a proxy needs help.
PRELUDE = "from shim._builtins import getrefcount, memoryview  # NumPy's file follows\n"


def selected_part(file: str, source: str) -> str:
    """The text without the classes and methods that are not taken up, whose
    parameters may need what libarray has not. Line numbers stay."""
    if selection.FILES[file] is None:
        return source
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            methods = [m for m in node.body if isinstance(m, ast.FunctionDef)
                       and m.name.startswith("test")]
            dropped = [m for m in methods if not selection.selected(file, node.name, m.name)]
            for part in [node] if len(dropped) == len(methods) else dropped:
                first = min([part.lineno, *(d.lineno for d in part.decorator_list)])
                for k in range(first - 1, part.end_lineno):
                    lines[k] = ""
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            for k in range(first - 1, node.end_lineno):
                lines[k] = ""
    return "\n".join(lines) + "\n"


def rewritten(source: str) -> str:
    """The text of a test file, with the shim in NumPy's place."""
    source = IMPORT.sub(r"\1\2 shim", source)
    return PRELUDE + source.replace("sys.getrefcount(", "getrefcount(")


def numpy_folder() -> pathlib.Path:
    import importlib.util
    return pathlib.Path(importlib.util.find_spec("numpy").submodule_search_locations[0])


def run_file(file: str, arguments) -> dict:
    """The results of one file's tests, by name."""
    scratch = arguments.scratch / ("on-numpy" if arguments.on_numpy else "shim")
    target = scratch / file.replace("/", "_")
    target.parent.mkdir(parents=True, exist_ok=True)
    source = selected_part(file, (numpy_folder() / file).read_text())
    if arguments.on_numpy:
        source = source.replace("from numpy.testing import", "from numpys_testing import")
        target.write_text(source)
    else:
        target.write_text(rewritten(source))
    results = target.with_suffix(".json")
    results.unlink(missing_ok=True)
    environment = dict(
        os.environ, NUMPY_SUITE_FILE=file, NUMPY_SUITE_RESULTS=str(results),
        PYTHONPATH=os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]),
        # NumPy's tests that need more say so, and skip themselves.
        NPY_AVAILABLE_MEM="2 GB", PYTHONDONTWRITEBYTECODE="1")
    if arguments.on_numpy:
        environment["NUMPY_SUITE_ON_NUMPY"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "plugin_entry",
               "--rootdir", str(scratch), "--tb", "short" if arguments.verbose else "line",
               "-o", "xfail_strict=false", str(target)]
    if arguments.quick:
        environment["NUMPY_SUITE_QUICK"] = "1"
        command += ["-m", "not slow", "-x"]
    if arguments.keyword:
        command += ["-k", arguments.keyword]
    try:
        done = subprocess.run(command, env=environment, cwd=scratch, text=True,
                              capture_output=not arguments.verbose, timeout=arguments.timeout)
        crash = None if results.exists() else f"ended with status {done.returncode}"
        output = (done.stdout or "") + (done.stderr or "")
    except subprocess.TimeoutExpired:
        crash, output = f"took more than {arguments.timeout} s", ""
    if crash:
        return {"(the whole file)": {"outcome": "failed", "calls": 0,
                                     "message": crash + "\n" + output[-2000:]}}
    return json.loads(results.read_text())


def judged(result: dict) -> tuple[str, str]:
    """What a test counts as, and why."""
    if "skip" in result:
        if result["outcome"] == "passed" and result["calls"]:
            return "failed", f"skipped ({result['skip']}), but it passes"
        return "skipped", result["skip"]
    if result["outcome"] == "skipped":
        return "skipped", "by NumPy: " + result["reason"].removeprefix("Skipped: ")
    if result["outcome"] == "passed" and not result["calls"]:
        return "vacuous", "no call of libarray"
    return result["outcome"], result.get("message", "")


def write_types(results: dict) -> None:
    """The pairs of types that NumPy's own arrays have, as a table in Python."""
    pairs = {file: {name: r["pairs"] for name, r in tests.items() if r.get("pairs")}
             for file, tests in results.items()}
    text = ""
    for file, of_file in pairs.items():
        if of_file:
            text += f"    {file!r}: {{\n"
            text += "".join(f"        {name!r}:\n            {found!r},\n"
                            for name, found in of_file.items())
            text += "    },\n"
    (HERE / "numpys_types.py").write_text(
        '"""Where NumPy compares arrays of different types in its own tests: by test, the\n'
        "pairs of types that its own arrays have. Any other difference is a failure.\n"
        'Written by `run.py --on-numpy`.\n"""\n\n'
        f"PAIRS = {{\n{text}}}\n")


MARKS = "<!-- counts: run.py --write-counts -->", "<!-- end of counts -->"


def write_counts(counts: dict, reasons: collections.Counter) -> None:
    """Puts the table of counts, and what was skipped, between the marks of each README."""
    kinds = ("passed", "failed", "vacuous", "skipped")
    lines = ["| File | collected | " + " | ".join(kinds) + " |", "| --- |" + " ---: |" * 5]
    total = collections.Counter()
    for file, of_file in [*counts.items(), ("all", total)]:
        total.update(of_file if of_file is not total else {})
        cells = [sum(of_file.values()), *(of_file[kind] for kind in kinds)]
        lines.append(f"| {file} | " + " | ".join(map(str, cells)) + " |")
    lines += ["", "| Skipped | |", "| ---: | --- |"]
    lines += [f"| {count} | {reason} |" for reason, count in reasons.most_common()]
    table = "\n".join(lines)
    for readme in (HERE / "README.md", ROOT / "bindings" / "python" / "README.md"):
        before, _, rest = readme.read_text().partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        readme.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="parts of the names of files (default: all)")
    parser.add_argument("-k", dest="keyword", help="only tests that match, as pytest's -k")
    parser.add_argument("-v", dest="verbose", action="store_true", help="pytest's own report, too")
    parser.add_argument("--on-numpy", action="store_true",
                        help="run on NumPy itself, to see where its own types differ")
    parser.add_argument("--quick", action="store_true",
                        help="without slow and skipped tests, to the first failure of each file")
    parser.add_argument("--write-counts", action="store_true",
                        help="put the table into the READMEs that show it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--timeout", type=int, default=900, help="seconds for one file")
    parser.add_argument("--scratch", type=pathlib.Path, default=ROOT / "build" / "numpy-suite")
    arguments = parser.parse_args()
    arguments.scratch = arguments.scratch.resolve()

    differences = (ROOT / "docs" / "differences.md").read_text()
    for reason in skips.reasons():
        row = reason.removeprefix("by design: ")
        assert row == reason or row in differences, f"docs/differences.md says nothing of {row}"

    files = [f for f in selection.FILES
             if not arguments.files or any(part in f for part in arguments.files)]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = dict(zip(files, pool.map(lambda f: run_file(f, arguments), files)))

    if arguments.on_numpy and not arguments.files and not arguments.keyword:
        write_types(results)
    counts = {}
    reasons = collections.Counter()
    for file, tests in results.items():
        of_file = counts[file] = collections.Counter()
        for name, result in tests.items():
            outcome, reason = judged(result)
            if arguments.on_numpy and outcome == "vacuous":
                outcome = "passed"
            of_file[outcome] += 1
            if outcome == "skipped":
                reasons[reason] += 1
            elif outcome != "passed":
                print(f"{outcome}: {file}::{name}\n    {reason.strip()}")
    kinds = ("passed", "failed", "vacuous", "skipped")
    print(f"\n{'file':42}{'collected':>10}" + "".join(f"{kind:>9}" for kind in kinds))
    total = collections.Counter()
    for file, of_file in counts.items():
        assert sum(of_file.values()) == len(results[file])
        total.update(of_file)
        print(f"{file:42}{len(results[file]):>10}" + "".join(f"{of_file[k]:>9}" for k in kinds))
    collected = sum(len(tests) for tests in results.values())
    print(f"{'all':42}{collected:>10}" + "".join(f"{total[k]:>9}" for k in kinds))
    assert collected == sum(total.values())
    if reasons:
        print("\nskipped:")
        for reason, count in reasons.most_common():
            print(f"{count:>6}  {reason}")
    if arguments.write_counts:
        write_counts(counts, reasons)
    calls = sum(result["calls"] for tests in results.values() for result in tests.values())
    print(f"\n{calls} calls of libarray")
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
