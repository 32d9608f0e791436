"""Reading and writing elements by their indices and by masks."""

from __future__ import annotations

import itertools

from . import _core
from ._core import Array, copyto, count_nonzero, place, put_along_axis

__all__ = [
    "argwhere", "choose", "compress", "copyto", "count_nonzero", "diag_indices",
    "diag_indices_from", "diagonal", "extract", "fill_diagonal", "flatnonzero", "ix_",
    "ndenumerate", "ndindex", "nonzero", "place", "put", "put_along_axis", "putmask",
    "ravel_multi_index", "select", "take", "take_along_axis", "unravel_index", "where",
]


def take(a, indices, /, axis=None, out=None, mode="raise"):
    """The elements at some indices along an axis: a copy."""
    return _core.asarray(a).take(indices, axis, out, mode)


def take_along_axis(arr, indices, /, axis=-1):
    """For every line along an axis, the elements that the matching line of
    `indices` names: a copy."""
    return _core.take_along_axis(arr, indices, axis)


def put(a, ind, v, mode="raise"):
    """Stores values at indices counted in C order."""
    if not isinstance(a, Array):
        raise TypeError(f"argument 1 must be an Array, not {type(a).__name__}")
    return a.put(ind, v, mode)


def choose(a, choices, out=None, mode="raise"):
    """From each place of the choices, the element of the one that `a` numbers: a
    copy."""
    a = _core.asarray(a)
    # Python's numbers take on the type of the arrays beside them.
    choices = [c if isinstance(c, (int, float, complex)) else _core.asarray(c) for c in choices]
    dtype = _core.result_type(*choices)
    choices = [_core.asarray(c).astype(dtype, copy=False) for c in choices]
    shape = _core.broadcast_shapes(a.shape, *(c.shape for c in choices))
    table = _core.stack([_core.broadcast_to(c, shape) for c in choices])
    which = _core.broadcast_to(a, shape)
    flat = table.reshape(len(choices), -1)
    if mode == "raise":
        if count_nonzero(which < 0) or count_nonzero(which >= len(choices)):
            raise ValueError("invalid entry in choice array")
    lines = _core.stack([which.ravel(), _core.arange(flat.shape[1])])
    flat_index = _core.ravel_multi_index(lines, flat.shape, mode)
    result = flat.take(flat_index).reshape(shape)
    if out is None:
        return result
    if out.shape != shape:
        raise ValueError("output array does not match result of np.choose")
    copyto(out, result, "unsafe")
    return out


def compress(condition, a, axis=None, out=None):
    """The elements along an axis where a condition is true: a copy."""
    return _core.asarray(a).compress(condition, axis, out)


def diagonal(a, offset=0, axis1=0, axis2=1):
    """The elements with two equal indices: a read-only view."""
    return _core.asarray(a).diagonal(offset, axis1, axis2)


def nonzero(x, /):
    """The indices of the elements that are not zero, by axis."""
    return _core.asarray(x).nonzero()


def flatnonzero(a):
    """The indices, counted in C order, of the elements that are not zero."""
    return _core.asarray(a).ravel().nonzero()[0]


def argwhere(a):
    """The indices of the elements that are not zero, one row for each."""
    a = _core.asarray(a)
    if a.ndim == 0:
        return _core.empty((count_nonzero(a), 0), "int64")
    return _core.stack(a.nonzero(), 1)


def where(condition, x=None, y=None, /):
    """Elements from `x` where a condition is true, else from `y`: a copy. Of a
    condition alone, the indices of what is true."""
    if x is None and y is None:
        return _core.asarray(condition).nonzero()
    if x is None or y is None:
        raise ValueError("either both or neither of x and y should be given")
    return _core.where(condition, x, y)


def extract(condition, arr):
    """The elements where a condition is true, as one axis: a copy."""
    return take(_core.asarray(arr).ravel(), flatnonzero(condition))


def putmask(a, /, mask, values):
    """Stores, where a mask is true, the value of the same place in `values`, which
    are repeated as often as needed."""
    if not isinstance(a, Array):
        raise TypeError(f"argument 1 must be an Array, not {type(a).__name__}")
    mask, values = _core.asarray(mask), _core.asarray(values)
    if mask.size != a.size:
        raise ValueError("putmask: mask and data must be the same size")
    if values.size == 0:
        return
    at = flatnonzero(mask)
    if values.size == 1:
        a.put(at, values)
        return
    a.put(at, values.take(at, mode="wrap"))


def select(condlist, choicelist, default=0):
    """From the first choice whose condition is true, element by element: a copy."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if not condlist:
        raise ValueError("select with an empty condition list is not possible")
    choices = [_core.asarray(c) for c in choicelist]
    dtype = _core.result_type(*choices, default)
    conditions = [_core.asarray(c) for c in condlist]
    for k, condition in enumerate(conditions):
        if condition.dtype != "bool":
            raise TypeError(f"invalid entry {k} in condlist: should be boolean ndarray")
    shape = _core.broadcast_shapes(*(c.shape for c in conditions), *(c.shape for c in choices))
    result = _core.full(shape, default, dtype)
    for condition, choice in zip(reversed(conditions), reversed(choices)):
        copyto(result, choice, "unsafe", condition)
    return result


def _integers(given):
    """Indices as an Array of integers; sequences of nothing have no type."""
    array = _core.asarray(given)
    if array.dtype.kind in "iu":
        return array
    if array.size == 0 and not isinstance(given, Array):
        raise TypeError("indices must be integral: the provided empty sequence was inferred as "
                        "float. Wrap it with 'np.array(indices, dtype=np.intp)'")
    raise TypeError("only int indices permitted")


def unravel_index(indices, shape, order="C"):
    """Flat indices as one Array of indices for each axis of a shape."""
    shape = (shape,) if hasattr(shape, "__index__") else tuple(shape)
    indices = _integers(indices)
    if not shape and indices.ndim:
        if indices.size != 1 or indices.reshape(()).item() == 0:
            raise ValueError("multiple indices are not supported for 0d array")
    try:
        table = _core.unravel_index(indices, shape, order)
    except IndexError as error:
        raise ValueError(str(error)) from None
    # Each axis in memory of its own, as NumPy gives them.
    columns = tuple(table[..., k] for k in range(len(shape)))
    return tuple(c.item() if c.ndim == 0 else c for c in columns)


def ravel_multi_index(multi_index, dims, mode="raise", order="C"):
    """The flat index of each tuple of indices, one sequence for each axis of a shape;
    `mode` may be one for each axis."""
    dims = (dims,) if hasattr(dims, "__index__") else tuple(dims)
    if isinstance(multi_index, Array):
        multi_index = [multi_index[k] for k in range(len(multi_index))]
    lists = [_integers(one) for one in multi_index]
    if len(lists) != len(dims):
        raise ValueError("parameter multi_index must be a sequence of length "
                         f"{len(dims)}")
    try:
        if not isinstance(mode, str):
            # By the axis's own rule within its bounds, and then all of them.
            lists = [_core.ravel_multi_index([one], (extent,), rule)
                     for one, extent, rule in zip(lists, dims, mode, strict=True)]
            mode = "raise"
        result = _core.ravel_multi_index(lists, dims, mode, order)
    except IndexError:
        raise ValueError("invalid entry in coordinates array") from None
    return result.item() if result.ndim == 0 else result


def ix_(*args):
    """One Array for each axis, that together select a grid."""
    grids = []
    for k, sequence in enumerate(args):
        one = _core.asarray(sequence)
        if one.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if one.size == 0 and not isinstance(sequence, Array):
            one = one.astype("int64")
        if one.dtype == "bool":
            one = one.nonzero()[0]
        grids.append(one.reshape((1,) * k + (one.size,) + (1,) * (len(args) - k - 1)))
    return tuple(grids)


def fill_diagonal(a, val, wrap=False):
    """Stores values on the main diagonal."""
    if a.ndim < 2:
        raise ValueError("array must be at least 2-d")
    if a.ndim == 2:
        end = None if wrap else a.shape[1] * a.shape[1]
        step = a.shape[1] + 1
        rows = range(0, a.size if end is None else min(end, a.size), step)
        at = _core.arange(0, rows.stop, step)
    else:
        if any(n != a.shape[0] for n in a.shape):
            raise ValueError("All dimensions of input must be of equal length")
        step = 1 + sum(a.shape[0] ** k for k in range(1, a.ndim))
        at = _core.arange(0, a.size, step)
    if at.size:
        a.put(at, val)


def diag_indices(n, ndim=2):
    """The indices of the main diagonal."""
    return (_core.arange(n),) * ndim


def diag_indices_from(arr):
    """The indices of the main diagonal of an array."""
    if arr.ndim < 2:
        raise ValueError("input array must be at least 2-d")
    if any(n != arr.shape[0] for n in arr.shape):
        raise ValueError("All dimensions of input must be of equal length")
    return diag_indices(arr.shape[0], arr.ndim)


class ndindex:
    """The indices of a shape, in C order."""

    def __init__(self, *shape):
        if len(shape) == 1 and isinstance(shape[0], tuple):
            shape = shape[0]
        if any(n < 0 for n in shape):
            raise ValueError("negative dimensions are not allowed")
        self._indices = itertools.product(*map(range, shape))

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._indices)


class ndenumerate:
    """The indices and elements of an array, in C order."""

    def __init__(self, arr):
        self._array = _core.asarray(arr)
        self._indices = ndindex(*self._array.shape)

    def __iter__(self):
        return self

    def __next__(self):
        at = next(self._indices)
        return at, self._array[at]
