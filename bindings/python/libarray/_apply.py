"""Functions of a caller over the lines of an array."""

from __future__ import annotations

from . import _core
from ._indexing import ndindex
from ._manipulation import normalize_axis

__all__ = ["apply_along_axis", "apply_over_axes"]


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """What a function gives for each line along an axis, in the place of that axis: a
    copy."""
    arr = _core.asarray(arr)
    axis = normalize_axis(axis, arr.ndim)
    lines = _core.moveaxis(arr, axis, -1)
    outer = lines.shape[:-1]
    places = ndindex(*outer)
    first = next(places, None)
    if first is None:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    value = _core.asarray(func1d(lines[first + (...,)], *args, **kwargs))
    result = _core.empty(outer + value.shape, value.dtype)
    result[first + (...,)] = value
    for place in places:
        result[place + (...,)] = _core.asarray(func1d(lines[place + (...,)], *args, **kwargs))
    inner = range(len(outer), result.ndim)
    order = [*range(axis), *inner, *range(axis, len(outer))]
    return result.transpose(order)


def apply_over_axes(func, a, axes):
    """A function that reduces an array along an axis, applied for one axis after the
    other."""
    result = _core.asarray(a)
    ndim = result.ndim
    axes = [axes] if hasattr(axes, "__index__") else list(axes)
    for axis in axes:
        axis = normalize_axis(axis, ndim)
        value = _core.asarray(func(result, axis))
        if value.ndim != result.ndim:
            value = _core.expand_dims(value, axis)
            if value.ndim != result.ndim:
                raise ValueError("function is not returning an array of the correct shape")
        result = value
    return result
