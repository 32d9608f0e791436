"""Questions about the truth of elements."""

from __future__ import annotations

from . import _core

__all__ = ["all", "any"]


def _answer(x, axis, keepdims, method):
    if axis is not None or keepdims:
        raise NotImplementedError("only whole arrays can be asked: axis=None, keepdims=False")
    return method(_core.asarray(x))


def all(x, /, *, axis=None, keepdims=False):
    """Whether all elements are true."""
    return _answer(x, axis, keepdims, _core.Array.all)


def any(x, /, *, axis=None, keepdims=False):
    """Whether any element is true."""
    return _answer(x, axis, keepdims, _core.Array.any)
