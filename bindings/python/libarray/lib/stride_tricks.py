"""Views with any shape and strides. Unlike NumPy's they are checked: a layout that
leaves the memory of its owner is an error."""

from .._core import as_strided, broadcast_shapes, broadcast_to, sliding_window_view
from .._manipulation import broadcast_arrays

__all__ = ["as_strided", "broadcast_arrays", "broadcast_shapes", "broadcast_to",
           "sliding_window_view"]
