"""Tests that are not judged, by name, each with its reason.

A skipped test is run all the same (but for those that would crash, hang or take all
memory, which say so), and one that passes is reported: its skip has to go. A name
stands for all parameters of a test, unless it names some: `[...]` is a pattern as in
a shell.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

OBJECT = "object dtype"
TEXT = "strings and dates"
SUBCLASS = "subclasses"
C_API = "the C API of NumPy"
SORTING = "sorting"
ARITHMETIC = "arithmetic"
DIFFERENCE = "by design, see docs/differences.md"


@dataclass
class Skip:
    reason: str
    run: bool = True


SKIPS = {
    "_core/tests/test_indexerrors.py": {
        "TestIndexErrors::test_take_from_object": OBJECT,
        "TestIndexErrors::test_multiindex_exceptions": OBJECT,
        "TestIndexErrors::test_put_exceptions": OBJECT,
    },
}

def find(file, name):
    """The skip of a test, or None."""
    of_file = SKIPS.get(file, {})
    function, bracket, parameters = name.partition("[")
    skip = of_file.get(function)
    if skip is None and bracket:
        for pattern, candidate in of_file.items():
            own, _, wanted = pattern.partition("[")
            if own == function and fnmatch.fnmatchcase(parameters[:-1], wanted[:-1]):
                skip = candidate
                break
    return Skip(skip) if isinstance(skip, str) else skip

