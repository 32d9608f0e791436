"""Views with any shape and strides. Unlike NumPy's they are checked: a layout that
leaves the memory of its owner is an error.
"""

from __future__ import annotations

from .. import _core
from .._core import broadcast_shapes
from .._manipulation import broadcast_arrays, broadcast_to

__all__ = ["as_strided", "broadcast_arrays", "broadcast_shapes", "broadcast_to",
           "sliding_window_view"]


def as_strided(x, shape=None, strides=None, subok=False, writeable=True):
    """The memory with another shape and other strides, in bytes: a view. `subok` is
    NumPy's, where arrays have subclasses."""
    view = _core.as_strided(x, shape, strides)
    return view if writeable else view.readonly()


def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    """All windows of a shape, as further axes: a view, read-only unless it is asked to
    be writeable."""
    view = _core.sliding_window_view(x, window_shape, axis)
    if not writeable:
        return view
    return _core.as_strided(x, view.shape, view.strides)
