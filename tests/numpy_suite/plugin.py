"""The pytest plugin that runs one of NumPy's files through the shim: it picks the
tests, counts each one's calls of libarray, and writes what became of them.
"""

from __future__ import annotations

import json
import os

import pytest

import numpys_types
import selection
import skips

FILE = os.environ["NUMPY_SUITE_FILE"]
RESULTS = os.environ["NUMPY_SUITE_RESULTS"]
# Judged as NumPy's own arrays are: nothing is libarray's, and nothing skipped.
ON_NUMPY = bool(os.environ.get("NUMPY_SUITE_ON_NUMPY"))

# Whether a failure has been seen is all that is asked.
QUICK = bool(os.environ.get("NUMPY_SUITE_QUICK"))

if not ON_NUMPY:
    from shim import _count, testing
else:
    import numpys_testing as testing


def name_of(item):
    """`TestClass::test_name[parameters]`."""
    return item.nodeid.split("::", 1)[1]


class Suite:
    def __init__(self):
        self.results = {}

    def pytest_configure(self, config):
        for marker in ("slow", "thread_unsafe", "valgrind_error", "leaks_references"):
            config.addinivalue_line("markers", marker + ": NumPy's")

    def pytest_collection_modifyitems(self, config, items):
        kept = [item for item in items if selection.selected(
            FILE, item.cls.__name__ if item.cls else None, item.originalname or item.name)]
        config.hook.pytest_deselected(items=[i for i in items if i not in kept])
        items[:] = kept

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item, nextitem):
        name = name_of(item)
        self.results[name] = {"outcome": "passed", "calls": 0}
        skip = None if ON_NUMPY else skips.find(FILE, name)
        if skip:
            self.results[name]["skip"] = skip.reason
            if not skip.run or QUICK:
                item.add_marker(pytest.mark.skip(reason=skip.reason))
        testing.current = name
        testing.numpys_pairs = numpys_types.PAIRS.get(FILE, {}).get(name, [])
        yield
        testing.current = None
        if ON_NUMPY:
            self.results[name]["pairs"] = testing.different.get(name, [])

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item):
        before = 0 if ON_NUMPY else _count.calls
        yield
        if not ON_NUMPY:
            self.results[name_of(item)]["calls"] = _count.calls - before

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = (yield).get_result()
        result = self.results[name_of(item)]
        if report.skipped:
            # By NumPy itself, on this platform, or by us.
            result["outcome"] = "skipped"
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(call.excinfo)
            result["reason"] = getattr(report, "wasxfail", None) or reason
        elif report.failed:
            result["outcome"] = "failed"
            lines = str(report.longreprtext).strip().splitlines()
            result["message"] = next((l for l in reversed(lines) if l.startswith("E ")), lines[-1])
        result["seconds"] = result.get("seconds", 0) + report.duration

    def pytest_collectreport(self, report):
        if report.failed:
            self.results["(collection)"] = {"outcome": "failed", "calls": 0,
                                            "message": str(report.longrepr)}

    def pytest_sessionfinish(self, session):
        with open(RESULTS, "w") as file:
            json.dump(self.results, file, indent=1)
