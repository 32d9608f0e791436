"""Functions that NumPy keeps in its module `lib`."""

from . import stride_tricks
from .._core import byte_bounds

__all__ = ["byte_bounds", "stride_tricks"]
