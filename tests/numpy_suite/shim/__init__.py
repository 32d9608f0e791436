"""A module that the tests take for NumPy: arrays are libarray's, arithmetic is
NumPy's own. It renames and converts, and decides nothing; see README.md.
"""

from __future__ import annotations

from . import _namespace, testing
from ._proxies import flatiter, ndarray


def __getattr__(name):
    if name.startswith("__") and name != "__version__":
        raise AttributeError(name)
    value = _namespace.find("", name)
    globals()[name] = value
    return value


# These would be found among Python's own names.
bool = _namespace.find("", "bool")
abs = _namespace.find("", "abs")
all = _namespace.find("", "all")
any = _namespace.find("", "any")
max = _namespace.find("", "max")
min = _namespace.find("", "min")
round = _namespace.find("", "round")
sum = _namespace.find("", "sum")
