"""numpy.testing for the tests: what compares arrays sees NumPy arrays of libarray's
memory, and compares their types, too; everything else is NumPy's.
"""

from __future__ import annotations

import numpy
import numpy.testing as _numpys

from ._convert import to_numpy
from ._proxies import flatiter, ndarray

# The test that runs now (None while files are imported), and the pairs of types that
# NumPy's own arrays have in its comparisons. The plugin sets both.
current = None
numpys_pairs = []


def _is_array(x):
    return isinstance(x, (ndarray, numpy.ndarray)) or type(x) is flatiter


def _check_types(a, b):
    if not (_is_array(a) and _is_array(b)):
        return
    a, b = to_numpy(a), to_numpy(b)
    if a.dtype != b.dtype and [a.dtype.str, b.dtype.str] not in numpys_pairs:
        raise AssertionError(f"the types of the arrays differ: {a.dtype} and {b.dtype}")


def _adapted(name, types):
    function = getattr(_numpys, name)

    def compare(*args, **kwargs):
        __tracebackhide__ = True
        function(*(to_numpy(a) for a in args), **{k: to_numpy(v) for k, v in kwargs.items()})
        if types and len(args) >= 2:
            _check_types(args[0], args[1])

    compare.__name__ = name
    return compare


for _name in ("assert_equal", "assert_array_equal"):
    globals()[_name] = _adapted(_name, True)
for _name in ("assert_almost_equal", "assert_array_almost_equal", "assert_allclose",
              "assert_array_less", "assert_approx_equal", "assert_array_almost_equal_nulp",
              "assert_array_max_ulp", "assert_array_compare"):
    globals()[_name] = _adapted(_name, False)


def __getattr__(name):
    if name == "_private":
        from numpy.testing import _private
        return _private
    return getattr(_numpys, name)
