"""numpy.testing with the comparison of types, for running NumPy's tests on NumPy: it
tells where NumPy's own arrays are of different types.
"""

from __future__ import annotations

import numpy
import numpy.testing as _numpys

current = None
types_may_differ = frozenset()


def _adapted(name):
    function = getattr(_numpys, name)

    def compare(*args, **kwargs):
        function(*args, **kwargs)
        if (len(args) >= 2 and all(isinstance(a, (numpy.ndarray, numpy.flatiter)) for a in args[:2])
                and current not in types_may_differ):
            a, b = numpy.asarray(args[0]), numpy.asarray(args[1])
            if a.dtype != b.dtype:
                raise AssertionError(f"the types of the arrays differ: {a.dtype} and {b.dtype}")

    return compare


assert_equal = _adapted("assert_equal")
assert_array_equal = _adapted("assert_array_equal")


def __getattr__(name):
    return getattr(_numpys, name)
