"""NumPy's memory model without NumPy: strided arrays, views that share memory and
keep it alive, copies that do not, and an exact answer to "do these two share
memory?".

The names are NumPy's and, where those of the array API standard (2024.12) differ,
these too. There is no arithmetic: libarray moves data.
"""

from . import lib
from ._core import (
    Array, AxisError, ComplexWarning, TooHardError, array_equal, bfloat16, complex64, complex128, equal,
    find_overlap, float16, float32, float64, greater, greater_equal, has_internal_overlap, int8,
    int16, int32, int64, isnan, less, less_equal, logical_and, logical_not, logical_or,
    logical_xor, may_share_memory, not_equal, num_threads, same_owner, set_num_threads,
    shares_memory, uint8, uint16, uint32, uint64,
)
from ._core import describe
from ._core import bool as bool
from ._core import version as _version
from ._apply import *
from ._creation import *
from ._files import *
from ._flat import FlatIterator
from ._grids import *
from ._indexing import *
from ._inspection import *
from ._manipulation import *
from ._truth import *
from ._types import *

__version__ = _version()
__array_api_version__ = "2024.12"

newaxis = None
e = 2.718281828459045
inf = float("inf")
nan = float("nan")
pi = 3.141592653589793


def _rebuild(data, dtype, shape, order):
    """An array from its bytes, for pickles."""
    from . import _core
    return _core.frombuffer(data, dtype).reshape(shape, order=order).copy("K")
