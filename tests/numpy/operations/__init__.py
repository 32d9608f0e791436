"""Every operation of the header's make, view, copy, index, write, compare and join
sections, done on both sides.

The first argument is the machine, the second (where the operation makes an
array) the name of the result; names of arrays are strings. All arguments are
plain values, so that a program prints as a listing that runs.

Where a comment says *ours*, libarray differs from NumPy on purpose.
"""

from operations import compare, copy, index, join, make, view, write
from operations.common import OPERATIONS, data, numpy_key

__all__ = ["OPERATIONS", "compare", "copy", "data", "index", "join", "make", "numpy_key", "view",
           "write"]
