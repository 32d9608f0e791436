"""Making arrays: NumPy's functions, of which the array API standard's are a part."""

from __future__ import annotations

from operator import index

from . import _core
from ._core import Array
from ._device import only_cpu

__all__ = [
    "arange", "array", "asanyarray", "asarray", "ascontiguousarray", "asfortranarray", "copy", "diag",
    "empty", "empty_like", "eye", "from_dlpack", "frombuffer", "full", "full_like", "identity",
    "linspace", "meshgrid", "ones", "ones_like", "tri", "tril", "triu", "zeros", "zeros_like",
]


_MOST_AXES = 64


def array(object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0, ndmax=0, like=None):
    """A new Array of what `object` holds; with copy=None a view where one exists, with
    copy=False nothing but a view. `ndmin` and `ndmax` are the least and the most axes
    of the result (ndmax=0: no bound)."""
    if not 0 <= ndmax <= _MOST_AXES:
        raise ValueError(f"ndmax must be in the range [0, NPY_MAXDIMS ({_MOST_AXES})]")
    if ndmax and ndmin > ndmax:
        raise ValueError("ndmin must be <= ndmax")
    if ndmin > _MOST_AXES:
        raise ValueError(f"ndmin bigger than allowable number of dimensions (={_MOST_AXES})")
    result = _core.asarray(object, dtype, order, copy=copy)
    if ndmax and result.ndim > ndmax:
        if isinstance(object, Array):
            raise ValueError("object too deep for desired array")
        raise ValueError("setting an array element with a sequence. The requested array would "
                         f"exceed the maximum number of dimension of {ndmax}.")
    if result.ndim < ndmin:
        result = result.reshape((1,) * (ndmin - result.ndim) + result.shape)
    return result


def asarray(a, dtype=None, order=None, *, device=None, copy=None, like=None):
    """The object as an Array: itself, a view of the memory it offers, or a copy."""
    only_cpu(device)
    return _core.asarray(a, dtype, order, copy=copy)


def asanyarray(a, dtype=None, order=None, *, device=None, copy=None, like=None):
    """As asarray: there are no subclasses of Array."""
    return asarray(a, dtype, order, device=device, copy=copy)


def ascontiguousarray(a, dtype=None, *, like=None):
    """The object as a row-major Array of rank 1 or more: a view where it is one."""
    return _at_least_1d(_core.asarray(a, dtype, "C"))


def asfortranarray(a, dtype=None, *, like=None):
    """The object as a column-major Array of rank 1 or more: a view where it is one."""
    return _at_least_1d(_core.asarray(a, dtype, "F"))


def _at_least_1d(x: Array) -> Array:
    return x.reshape(1) if x.ndim == 0 else x


def copy(a, order="K", subok=False):
    """A new Array of what `a` holds. `subok` is NumPy's, where arrays have subclasses."""
    return _core.asarray(a, None, order, copy=True)


def empty(shape, dtype=None, order="C", *, device=None):
    """An Array whose elements are not set."""
    only_cpu(device)
    return _core.empty(shape, dtype, order)


def zeros(shape, dtype=None, order="C", *, device=None):
    """An Array of zeros."""
    only_cpu(device)
    return _core.zeros(shape, dtype, order)


def ones(shape, dtype=None, order="C", *, device=None):
    """An Array of ones."""
    only_cpu(device)
    return _core.ones(shape, dtype, order)


def full(shape, fill_value, dtype=None, order="C", *, device=None):
    """An Array of one value everywhere."""
    only_cpu(device)
    return _core.full(shape, fill_value, dtype, order)


def _with_shape(make, x, dtype, order, shape):
    """What `make` makes of `x`, or of its type when it is to have another shape."""
    x = _core.asarray(x)
    if shape is None:
        return make(x, dtype, order)
    shape = (shape,) if hasattr(shape, "__index__") else tuple(shape)
    if order == "A" or (order == "K" and len(shape) != x.ndim):
        order = "F" if x.flags.fnc else "C"
    if order == "K":
        # An array of the same order of axes, with other extents.
        steps = sorted(range(x.ndim), key=lambda k: (-abs(x.strides[k]), k))
        packed = _core.empty([shape[k] for k in steps], dtype or x.dtype)
        places = sorted(range(x.ndim), key=steps.__getitem__)
        return make(packed.transpose(places), None, "K")
    return make(_core.empty(shape, dtype or x.dtype, order), None, order)


def empty_like(x, /, dtype=None, order="K", *, shape=None, device=None):
    """An Array of the shape of `x` whose elements are not set."""
    only_cpu(device)
    return _with_shape(_core.empty_like, x, dtype, order, shape)


def zeros_like(x, /, dtype=None, order="K", *, shape=None, device=None):
    """An Array of zeros of the shape of `x`."""
    only_cpu(device)
    return _with_shape(_core.zeros_like, x, dtype, order, shape)


def ones_like(x, /, dtype=None, order="K", *, shape=None, device=None):
    """An Array of ones of the shape of `x`."""
    only_cpu(device)
    return _with_shape(_core.ones_like, x, dtype, order, shape)


def full_like(x, /, fill_value, dtype=None, order="K", *, shape=None, device=None):
    """An Array of one value everywhere, of the shape of `x`."""
    result = empty_like(x, dtype, order, shape=shape, device=device)
    _core.copyto(result, fill_value, "unsafe")
    return result


def arange(start, /, stop=None, step=None, dtype=None, *, device=None):
    """The numbers `start`, `start + step`, ... below `stop`."""
    only_cpu(device)
    return _core.arange(start, stop, step, dtype)


def linspace(start, stop, /, num=50, endpoint=True, retstep=False, dtype=None, *, device=None):
    """So many numbers, evenly spaced, from `start` to `stop`; with `retstep`, and the
    step between them."""
    only_cpu(device)
    result = _core.linspace(start, stop, num, dtype, endpoint)
    if not retstep:
        return result
    parts = num - 1 if endpoint else num
    return result, (stop - start) / parts if parts > 0 else float("nan")


def eye(N, M=None, k=0, dtype=None, order="C", *, device=None):
    """Ones on a diagonal, zeros elsewhere: of N rows and M columns."""
    only_cpu(device)
    rows, columns = index(N), index(N if M is None else M)
    # A diagonal beside the array is as good as one far off.
    k = min(max(index(k), -rows), columns)
    return _core.eye(rows, columns, k, dtype, order)


def identity(n, dtype=None):
    """Ones on the main diagonal of a square, zeros elsewhere."""
    return eye(n, dtype=dtype)


def _lower(rows, columns, k):
    """True at and below a diagonal."""
    return _core.arange(k, rows + k)[:, None] >= _core.arange(columns)


def tri(n, m=None, k=0, dtype=None):
    """Ones at and below a diagonal, zeros above."""
    return _lower(n, n if m is None else m, k).astype(dtype)


def tril(x, /, k=0, *, diagonal=None):
    """The elements at and below a diagonal, zeros above: a copy."""
    x = _matrices(x)
    k = k if diagonal is None else diagonal
    return _core.where(_lower(*x.shape[-2:], k), x, _core.zeros((), x.dtype))


def triu(x, /, k=0, *, diagonal=None):
    """The elements at and above a diagonal, zeros below: a copy."""
    x = _matrices(x)
    k = k if diagonal is None else diagonal
    return _core.where(_lower(*x.shape[-2:], k - 1), _core.zeros((), x.dtype), x)


def _matrices(x):
    x = _core.asarray(x)
    return _core.broadcast_to(x, x.shape * 2) if x.ndim == 1 else x


def diag(v, k=0):
    """The diagonal of a matrix (a read-only view), or a matrix with that diagonal."""
    v = _core.asarray(v)
    if v.ndim == 2:
        return v.diagonal(k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    n = v.size + abs(k)
    result = _core.zeros((n, n), v.dtype)
    start = k if k >= 0 else -k * n
    result.reshape(-1)[start : start + v.size * (n + 1) : n + 1] = v
    return result


def meshgrid(*arrays, indexing="xy", sparse=False, copy=True):
    """One Array for each axis of the grid that coordinates span."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    n = len(arrays)
    grids = [_core.asarray(a).reshape((1,) * k + (-1,) + (1,) * (n - k - 1))
             for k, a in enumerate(arrays)]
    if indexing == "xy" and n > 1:
        grids = [g.swapaxes(0, 1) for g in grids]
    if not sparse:
        shape = _core.broadcast_shapes(*(g.shape for g in grids))
        grids = [_core.broadcast_to(g, shape) for g in grids]
    return tuple(g.copy() for g in grids) if copy else tuple(grids)


from_dlpack = _core.from_dlpack


def frombuffer(buffer, dtype=None, count=-1, offset=0):
    """The bytes of a buffer as elements of one axis: a view."""
    return _core.frombuffer(buffer, dtype, count, offset)
