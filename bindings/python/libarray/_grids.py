"""Objects that are used by indexing them: grids of coordinates, joins, and index
expressions.
"""

from __future__ import annotations

from . import _core
from ._creation import meshgrid
from ._manipulation import concatenate

__all__ = ["c_", "index_exp", "indices", "mgrid", "ogrid", "r_", "s_"]


def _parts(key):
    """Start, stop and step of a slice, and what their type depends on: an imaginary step
    counts the numbers, which are no integers then."""
    start = 0 if key.start is None else key.start
    step = 1 if key.step is None else key.step
    counts = bool(getattr(step, "imag", 0))
    return start, key.stop, step, (start, key.stop, 1.0 if counts else step), counts


def _points(key):
    """The numbers of a slice: `start:stop:step`, or so many of them from `start` to
    `stop` where the step is imaginary. Their type is that of the three together."""
    start, stop, step, typed, counts = _parts(key)
    dtype = _core.result_type(*typed)
    if counts:
        return _core.linspace(start, stop, int(abs(complex(step)))).astype(dtype, copy=False)
    return _core.arange(start, stop, step, dtype)


class _Grid:
    """Coordinates along axes, `grid[0:3, 0:1:5j]`: dense (`mgrid`) or one line for each
    axis (`ogrid`)."""

    def __init__(self, sparse):
        self._sparse = sparse

    def __getitem__(self, key):
        if not isinstance(key, tuple):
            # A slice by itself gives Python's numbers, in double precision.
            return _points(slice(*(_python_number(k) for k in (key.start, key.stop, key.step))))
        lines = [_points(k) for k in key]
        typed = [part for k in key for part in _parts(k)[3]]
        dtype = _core.result_type(*typed) if typed else _core.int64
        lines = [line.astype(dtype, copy=False) for line in lines]
        grids = meshgrid(*lines, indexing="ij", sparse=self._sparse, copy=False)
        if self._sparse:
            return tuple(grids)
        return _core.stack(grids) if grids else _core.empty((0,), dtype)

    def __len__(self):
        return 0


def _python_number(x):
    if x is None or isinstance(x, (int, float)):
        return x
    return complex(x) if x.imag else int(x) if hasattr(x, "__index__") else float(x)


mgrid = _Grid(sparse=False)
ogrid = _Grid(sparse=True)


def indices(dimensions, dtype=int, sparse=False):
    """The indices of each element of a shape, one Array for each axis: a copy."""
    dimensions = tuple(dimensions)
    lines = [_core.arange(n, dtype=dtype) for n in dimensions]
    grids = meshgrid(*lines, indexing="ij", sparse=sparse, copy=False)
    if sparse:
        return tuple(g.copy() for g in grids)
    return _core.stack(grids) if grids else _core.empty((0,), dtype)


class _Joined:
    """`r_[a, 0, 1:5]`: arrays, numbers and slices, one behind the other. A text first,
    "axis,least rank,where the axes go", says along which axis."""

    def __init__(self, axis=0, least=1, place=-1):
        self._axis, self._least, self._place = axis, least, place

    def __getitem__(self, key):
        key = key if isinstance(key, tuple) else (key,)
        axis, least, place = self._axis, self._least, self._place
        if isinstance(key[0], str):
            if key[0] in ("r", "c"):
                raise NotImplementedError("matrices are not offered")
            try:
                given = [int(word) for word in key[0].split(",")]
            except ValueError:
                raise ValueError(f"unknown special directive {key[0]!r}") from None
            axis, least, place = (given + [axis, least, place][len(given):])[:3]
            key = key[1:]
        parts, kinds = [], []
        for entry in key:
            if isinstance(entry, str):
                raise ValueError("special directives must be the first entry.")
            part = _points(entry) if isinstance(entry, slice) else _core.asarray(entry)
            parts.append(part)
            # Python's numbers take on the type of the arrays beside them.
            kinds.append(entry if isinstance(entry, (int, float, complex)) else part)
        dtype = _core.result_type(*kinds)
        return concatenate([_raised(part.astype(dtype, copy=False), least, place)
                            for part in parts], axis)

    def __len__(self):
        return 0


def _raised(array, least, place):
    """With `least` axes; those it had begin at `place`."""
    missing = least - array.ndim
    if missing <= 0:
        return array
    place = place + least if place < 0 else place
    before = min(max(place - array.ndim + 1, 0), missing) if place < least else missing
    return array.reshape((1,) * before + array.shape + (1,) * (missing - before))


r_ = _Joined()
c_ = _Joined(axis=-1, least=2, place=0)


class _Expression:
    """What stands in the brackets, for use as a key: `s_[1:4, ..., None]`."""

    def __init__(self, as_tuple):
        self._as_tuple = as_tuple

    def __getitem__(self, key):
        return (key,) if self._as_tuple and not isinstance(key, tuple) else key


index_exp = _Expression(as_tuple=True)
s_ = _Expression(as_tuple=False)
