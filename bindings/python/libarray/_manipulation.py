"""Giving arrays other shapes, and joining, cutting and repeating them.

Names are NumPy's; those of the array API standard stand beside them where they
differ (`concat`, `permute_dims`, `unstack`). Each function says whether it makes
a view or a copy.
"""

from __future__ import annotations

from operator import index

from . import _core
from ._core import AxisError, broadcast_shapes, expand_dims, flip

__all__ = [
    "append", "array_split", "atleast_1d", "atleast_2d", "atleast_3d", "block", "broadcast_arrays",
    "broadcast_shapes", "broadcast_to", "column_stack", "concat", "concatenate", "delete",
    "dsplit", "dstack", "expand_dims", "flip", "fliplr", "flipud", "hsplit", "hstack", "insert",
    "matrix_transpose", "moveaxis", "pad", "permute_dims", "ravel", "repeat", "reshape", "resize",
    "roll", "rollaxis", "rot90", "split", "squeeze", "stack", "swapaxes", "tile", "transpose",
    "unstack", "vsplit", "vstack",
]


def normalize_axis(axis, ndim):
    """The axis counted from the front."""
    axis = index(axis)
    if not -ndim <= axis < ndim:
        raise AxisError(f"axis {axis} is out of bounds for array of dimension {ndim}")
    return axis % ndim


def along(ndim, axis, key):
    """The index expression with `key` on one axis and all of the others."""
    return (slice(None),) * axis + (key,) + (slice(None),) * (ndim - axis - 1)


# Shapes


def reshape(x, /, shape, order="C", *, copy=None):
    """Another shape of the same size: a view where one exists, else a copy."""
    return _core.asarray(x).reshape(shape, order=order, copy=copy)


def ravel(a, order="C"):
    """The elements as one axis: a view where they are packed in that order."""
    return _core.asarray(a).ravel(order)


def transpose(a, axes=None):
    """The axes in another order, or in reverse: a view."""
    return _core.asarray(a).transpose(axes)


def permute_dims(x, /, axes):
    """The axes in another order: a view."""
    return _core.asarray(x).transpose(axes)


def matrix_transpose(x, /):
    """The last two axes exchanged: a view."""
    return _core.asarray(x).mT


def swapaxes(a, axis1, axis2):
    """Two axes exchanged: a view."""
    return _core.asarray(a).swapaxes(axis1, axis2)


def moveaxis(a, source, destination):
    """Axes moved to other places; the others keep their order: a view."""
    a = _core.asarray(a)
    places = []
    for name, given in (("source", source), ("destination", destination)):
        axes = [given] if hasattr(given, "__index__") else list(given)
        for axis in axes:
            if not -a.ndim <= index(axis) < a.ndim:
                raise AxisError(f"{name}: axis {axis} is out of bounds for array of dimension "
                                f"{a.ndim}")
        axes = [index(axis) % a.ndim for axis in axes]
        if len(set(axes)) != len(axes):
            raise ValueError(f"repeated axis in `{name}` argument")
        places.append(axes)
    return _core.moveaxis(a, *places)


def rollaxis(a, axis, start=0):
    """An axis moved before another: a view."""
    a = _core.asarray(a)
    axis = normalize_axis(axis, a.ndim)
    if start < 0:
        start += a.ndim
    if not 0 <= start < a.ndim + 1:
        raise AxisError(f"'start' arg requires {-a.ndim} <= start < {a.ndim + 1}, but "
                        f"{start} was passed in")
    return moveaxis(a, axis, start - 1 if axis < start else start)


def squeeze(a, axis=None):
    """Without axes of extent 1: a view."""
    return _core.asarray(a).squeeze(axis)


def broadcast_to(array, shape, subok=False):
    """Stretched to a shape: a read-only view. `subok` is NumPy's, where arrays have
    subclasses."""
    return _core.broadcast_to(array, shape)


def broadcast_arrays(*args, subok=False):
    """All arrays stretched to their common shape: read-only views of those that
    are stretched."""
    arrays = [_core.asarray(a) for a in args]
    shape = broadcast_shapes(*(a.shape for a in arrays))
    return tuple(a if a.shape == shape else broadcast_to(a, shape) for a in arrays)


def fliplr(m):
    """The second axis reversed: a view."""
    m = _core.asarray(m)
    if m.ndim < 2:
        raise ValueError("Input must be >= 2-d.")
    return m[:, ::-1]


def flipud(m):
    """The first axis reversed: a view."""
    m = _core.asarray(m)
    if m.ndim < 1:
        raise ValueError("Input must be >= 1-d.")
    return m[::-1]


def rot90(m, k=1, axes=(0, 1)):
    """Turned by quarters in the plane of two axes: a view."""
    m, axes = _core.asarray(m), tuple(axes)
    if len(axes) != 2:
        raise ValueError("len(axes) must be 2.")
    if axes[0] == axes[1] or abs(axes[0] - axes[1]) == m.ndim:
        raise ValueError("Axes must be different.")
    if any(not -m.ndim <= axis < m.ndim for axis in axes):
        raise ValueError(f"Axes={axes} out of range for array of ndim={m.ndim}.")
    return _core.rot90(m, k, *axes)


def _one_or_all(arrays, change):
    changed = tuple(change(_core.asarray(a)) for a in arrays)
    return changed[0] if len(changed) == 1 else changed


def atleast_1d(*arrays):
    """With one axis or more: views."""
    return _one_or_all(arrays, lambda a: a.reshape(1) if a.ndim == 0 else a)


def atleast_2d(*arrays):
    """With two axes or more, new ones in front: views."""
    return _one_or_all(arrays, lambda a: a if a.ndim > 1 else a[None] if a.ndim else a.reshape(1, 1))


def atleast_3d(*arrays):
    """With three axes or more: views."""
    def three(a):
        if a.ndim == 0:
            return a.reshape(1, 1, 1)
        return a[None, :, None] if a.ndim == 1 else a[:, :, None] if a.ndim == 2 else a
    return _one_or_all(arrays, three)


# Joining


def _sequence(arrays):
    if hasattr(arrays, "__next__") or not hasattr(arrays, "__getitem__"):
        raise TypeError("arrays to stack must be passed as a \"sequence\" type such as list or tuple.")
    return arrays


def concatenate(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    """Arrays one behind the other along an axis: a copy."""
    return _core.concatenate(arrays, axis, out, dtype, casting)


def concat(arrays, /, *, axis=0):
    """Arrays one behind the other along an axis: a copy."""
    return _core.concatenate(arrays, axis)


def stack(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    """Arrays of one shape along a new axis: a copy."""
    arrays = [_core.asarray(a) for a in _sequence(arrays)]
    if not arrays:
        raise ValueError("need at least one array to stack")
    if any(a.shape != arrays[0].shape for a in arrays):
        raise ValueError("all input arrays must have the same shape")
    return _core.stack(arrays, normalize_axis(axis, arrays[0].ndim + 1), out, dtype, casting)


def unstack(x, /, *, axis=0):
    """The arrays that lie along an axis: views."""
    x = _core.asarray(x)
    if x.ndim == 0:
        raise ValueError("Input array must be at least 1-d.")
    axis = normalize_axis(axis, x.ndim)
    return tuple(x[along(x.ndim, axis, i)] if x.ndim > 1 else x[i, ...]
                 for i in range(x.shape[axis]))


def _joined(arrays, change, axis, **options):
    arrays = change(*_sequence(arrays))
    return concatenate(arrays if isinstance(arrays, tuple) else [arrays], axis, **options)


def vstack(tup, *, dtype=None, casting="same_kind"):
    """Arrays as rows, one below the other: a copy."""
    return _joined(tup, atleast_2d, 0, dtype=dtype, casting=casting)


def hstack(tup, *, dtype=None, casting="same_kind"):
    """Arrays beside each other: a copy."""
    arrays = atleast_1d(*_sequence(tup))
    arrays = arrays if isinstance(arrays, tuple) else (arrays,)
    axis = 0 if arrays and arrays[0].ndim == 1 else 1
    return concatenate(arrays, axis, dtype=dtype, casting=casting)


def dstack(tup):
    """Arrays one behind the other along the third axis: a copy."""
    return _joined(tup, atleast_3d, 2)


def column_stack(tup):
    """Arrays of one axis as columns: a copy."""
    arrays = [_core.asarray(a) for a in _sequence(tup)]
    return concatenate([a if a.ndim > 1 else a.reshape(1, -1).T if a.ndim else a.reshape(1, 1)
                        for a in arrays], 1)


def block(arrays):
    """Arrays put together as nested lists lay them out: a copy."""
    empty = []
    depth = _block_depth(arrays, (), empty)
    if empty:
        raise ValueError(f"List at {empty[0]} cannot be empty")
    leaves = list(_block_leaves(arrays))
    ndim = max([depth, *(a.ndim for a in leaves)])

    def build(part, level):
        if level == depth:
            part = _core.asarray(part)
            return part.reshape((1,) * (ndim - part.ndim) + part.shape)
        return concatenate([build(p, level + 1) for p in part], level - depth)

    result = build(arrays, 0)
    if all(a.flags.f_contiguous for a in leaves) and not all(a.flags.c_contiguous for a in leaves):
        return result.copy("F")
    return result.copy() if depth == 0 else result


def _block_depth(part, position, empty):
    """How deep the lists are nested, which is the same everywhere; `empty` collects
    the places of empty lists."""
    if isinstance(part, tuple):
        raise TypeError(f"{_block_place(position)} is a tuple. Only lists can be used to arrange "
                        "blocks, and np.block does not allow implicit conversion from tuple to "
                        "ndarray.")
    if not isinstance(part, list):
        return 0
    if not part:
        empty.append(_block_place(position))
        return 1
    depths = [_block_depth(p, position + (i,), empty) for i, p in enumerate(part)]
    for i, depth in enumerate(depths):
        if depth != depths[0]:
            raise ValueError(
                f"List depths are mismatched. First element was at depth {len(position) + 1 + depths[0]}, "
                f"but there is an element at depth {len(position) + 1 + depth} "
                f"({_block_place(position + (i,))})")
    return depths[0] + 1


def _block_place(position):
    return "arrays" + "".join(f"[{i}]" for i in position)


def _block_leaves(part):
    if isinstance(part, list):
        for p in part:
            yield from _block_leaves(p)
    else:
        yield _core.asarray(part)


def append(arr, values, axis=None):
    """Values behind an array: a copy."""
    if axis is None:
        arr, values = ravel(arr), ravel(values)
        axis = arr.ndim - 1
    return concatenate((arr, values), axis)


# Cutting


def array_split(ary, indices_or_sections, axis=0):
    """The parts of an array, nearly equal or cut before some indices: views."""
    ary = _core.asarray(ary)
    length = ary.shape[normalize_axis(axis, ary.ndim)]
    if hasattr(indices_or_sections, "__len__"):
        places = [index(i) for i in indices_or_sections]
    else:
        sections = index(indices_or_sections)
        if sections <= 0:
            raise ValueError("number sections must be larger than 0.")
        size, larger = divmod(length, sections)
        places = [k * size + min(k, larger) for k in range(1, sections)]
    return _core.split_at(ary, places, axis)


def split(ary, indices_or_sections, axis=0):
    """The equal parts of an array, or those cut before some indices: views."""
    ary = _core.asarray(ary)
    if not hasattr(indices_or_sections, "__len__"):
        length = ary.shape[normalize_axis(axis, ary.ndim)]
        if length % index(indices_or_sections):
            raise ValueError("array split does not result in an equal division")
    return array_split(ary, indices_or_sections, axis)


def hsplit(ary, indices_or_sections):
    """The parts along the second axis (the first of one): views."""
    ary = _core.asarray(ary)
    if ary.ndim == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


def vsplit(ary, indices_or_sections):
    """The parts along the first axis: views."""
    ary = _core.asarray(ary)
    if ary.ndim < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(ary, indices_or_sections, 0)


def dsplit(ary, indices_or_sections):
    """The parts along the third axis: views."""
    ary = _core.asarray(ary)
    if ary.ndim < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(ary, indices_or_sections, 2)


# Repeating and surrounding


def tile(a, reps, /):
    """The whole array several times along its axes: a copy."""
    return _core.tile(a, reps)


def repeat(a, repeats, /, axis=None):
    """Each element several times: a copy."""
    return _core.asarray(a).repeat(repeats, axis)


def roll(a, /, shift, axis=None):
    """Elements moved along axes, in again at the other end: a copy."""
    if axis is None and hasattr(shift, "__len__"):
        shift = sum(shift)
    a = _core.asarray(a)
    if not hasattr(shift, "__len__") and not hasattr(axis, "__len__"):
        extent = a.size if axis is None else a.shape[normalize_axis(axis, a.ndim)]
        return _core.roll(a, index(shift) % extent if extent else 0, axis)
    shifts = [index(s) for s in shift] if hasattr(shift, "__len__") else [index(shift)]
    axes = list(axis) if hasattr(axis, "__len__") else [axis]
    if len(shifts) != len(axes) and 1 not in (len(shifts), len(axes)):
        raise ValueError("'shift' and 'axis' should be scalars or 1D sequences")
    count = max(len(shifts), len(axes)) if shifts and axes else 0
    by_axis = {}
    for k in range(count):
        one = normalize_axis(axes[k % len(axes)], a.ndim)
        by_axis[one] = by_axis.get(one, 0) + shifts[k % len(shifts)]
    result = a.copy("K")
    for one, by in by_axis.items():
        extent = result.shape[one]
        result = _core.roll(result, by % extent if extent else 0, one)
    return result


def pad(array, pad_width, mode="constant", *, constant_values=0):
    """Surrounded by a constant: a copy. Only mode "constant" is offered, with one
    value for all sides."""
    array = _core.asarray(array)
    if mode != "constant":
        raise NotImplementedError(f"pad: mode {mode!r} is not offered, only 'constant'")
    widths = _core.broadcast_to(_core.asarray(pad_width), (array.ndim, 2)).tolist()
    return _core.pad(array, [w[0] for w in widths], [w[1] for w in widths], constant_values)


def resize(a, new_shape):
    """The elements, repeated as often as needed, in another shape: a copy."""
    new_shape = (new_shape,) if hasattr(new_shape, "__index__") else tuple(new_shape)
    a = ravel(a)
    size = 1
    for extent in new_shape:
        size *= extent
        if extent < 0:
            raise ValueError("all elements of `new_shape` must be non-negative")
    if a.size == 0 or size == 0:
        return _core.zeros(new_shape, a.dtype)
    return concatenate([a] * -(-size // a.size))[:size].reshape(new_shape)


# Inserting and deleting


def delete(arr, obj, axis=None):
    """Without some elements along an axis: a copy."""
    arr = _core.asarray(arr)
    if axis is None:
        arr, axis = arr.ravel(), 0
    axis = normalize_axis(axis, arr.ndim)
    length = arr.shape[axis]
    keep = _core.ones(length, "bool")
    if isinstance(obj, slice):
        keep[obj] = False
    else:
        chosen = _core.asarray(obj)
        if chosen.dtype == "bool":
            if chosen.shape != (length,):
                raise ValueError("boolean array argument obj to delete must be one dimensional and "
                                 f"match the axis length of {length}")
        elif chosen.size == 0 and not isinstance(obj, _core.Array):
            chosen = chosen.astype("int64")
        elif chosen.size == 1:
            chosen = chosen.reshape(()).item()
            if not -length <= chosen < length:
                raise IndexError(f"index {chosen} is out of bounds for axis {axis} with size {length}")
        keep[chosen] = False
    new = _core.empty(along_shape(arr.shape, axis, keep.nonzero()[0].size), arr.dtype,
                      "F" if arr.flags.fnc else "C")
    return arr.compress(keep, axis, new)


def insert(arr, obj, values, axis=None):
    """With values before some indices along an axis: a copy."""
    arr = _core.asarray(arr)
    if axis is None:
        arr, axis = arr.ravel(), 0
    axis = normalize_axis(axis, arr.ndim)
    length = arr.shape[axis]
    if isinstance(obj, slice):
        places = list(range(*obj.indices(length)))
        single = False
    else:
        chosen = _core.asarray(obj)
        if chosen.dtype == "bool":
            if chosen.ndim != 1:
                raise ValueError("boolean array argument obj to insert must be one dimensional")
            chosen = chosen.nonzero()[0]
        elif chosen.ndim > 1:
            raise ValueError("index array argument obj to insert must be one dimensional or scalar")
        elif chosen.size == 0 and not isinstance(obj, _core.Array):
            chosen = chosen.astype("int64")
        elif chosen.dtype.kind not in "iu":
            raise IndexError("arrays used as indices must be of integer (or boolean) type")
        single = chosen.ndim == 0
        places = [index(i) for i in chosen.reshape(-1).tolist()]
    for place in places:
        if not -length <= place <= length:
            raise IndexError(f"index {place} is out of bounds for axis {axis} with size {length}")
    places = [place + length if place < 0 else place for place in places]
    values = _core.asarray(values, arr.dtype)
    if len(places) == 1:
        if values.ndim < arr.ndim:
            values = values.reshape((1,) * (arr.ndim - values.ndim) + values.shape)
        if single:
            values = moveaxis(values, 0, axis)
        places *= values.shape[axis] if values.ndim else 1
    # Values come before what stood there; equal places keep the values' order.
    order = sorted(range(len(places)), key=places.__getitem__)
    new = _core.empty(along_shape(arr.shape, axis, length + len(places)), arr.dtype,
                      "F" if arr.flags.fnc else "C")
    at = [0] * len(places)
    for rank, k in enumerate(order):
        at[k] = places[k] + rank
    old = _core.ones(new.shape[axis], "bool")
    at = _core.asarray(at, "int64")
    old[at] = False
    new[along(new.ndim, axis, at)] = values
    new[along(new.ndim, axis, old)] = arr
    return new


def along_shape(shape, axis, extent):
    """The shape with another extent on one axis."""
    return shape[:axis] + (extent,) + shape[axis + 1 :]
