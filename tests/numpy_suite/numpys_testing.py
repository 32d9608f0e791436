"""numpy.testing with the comparison of types, for running NumPy's tests on NumPy: it
tells where NumPy's own arrays are of different types.
"""

from __future__ import annotations

import numpy
import numpy.testing as _numpys

current = None
# By test: the pairs of types that were compared and differ.
different = {}


def _adapted(name):
    function = getattr(_numpys, name)

    def compare(*args, **kwargs):
        function(*args, **kwargs)
        if len(args) >= 2 and all(isinstance(a, (numpy.ndarray, numpy.flatiter)) for a in args[:2]):
            pair = [numpy.asarray(a).dtype.str for a in args[:2]]
            pairs = different.setdefault(current, [])
            if pair[0] != pair[1] and pair not in pairs:
                pairs.append(pair)

    return compare


assert_equal = _adapted("assert_equal")
assert_array_equal = _adapted("assert_array_equal")


def __getattr__(name):
    return getattr(_numpys, name)
