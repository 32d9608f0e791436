"""What the operations share: the register of them, data, keys, and the rule of writes."""

import numpy as np

import libarray as la
from oracle import broadcast_values, cast, store, truth

OPERATIONS = {}


def operation(function):
    """Registers a function under its name; `slice_` is "slice"."""
    OPERATIONS[function.__name__.rstrip("_")] = function
    return function


def data(dtype, shape, seed):
    """Values of any type: small numbers, fractions and extremes."""
    return np.asarray(_values(np.dtype(dtype), shape, seed))


def _values(dtype, shape, seed):
    rng = np.random.default_rng(seed)
    native = dtype.newbyteorder("=")
    size = int(np.prod(shape))
    if dtype.kind == "V":
        return np.frombuffer(rng.bytes(size * dtype.itemsize), dtype).reshape(shape)
    if dtype.kind == "b":
        return (rng.random(shape) < 0.5).astype(bool)
    if dtype.kind in "iu":
        limits = np.iinfo(native)
        low = max(limits.min, -9)
        values = rng.integers(low, 100, shape, dtype=native)
        wild = rng.integers(limits.min, limits.max, shape, dtype=native, endpoint=True)
        return np.where(rng.random(shape) < 0.15, wild, values).astype(dtype)
    if dtype.kind == "c":
        part = f"f{dtype.itemsize // 2}"
        out = np.empty(shape, native)
        out.real, out.imag = data(part, shape, seed + 1), data(part, shape, seed + 2)
        return out.astype(dtype)
    values = rng.integers(-9, 100, shape) / rng.choice([1, 1, 1, 2, 3], shape)
    limits = np.finfo(native)
    wild = rng.choice([np.nan, np.inf, -np.inf, -0.0, 300.0, -1e9, 1e19, 65504.0, 65520.0,
                       float(limits.max), float(limits.tiny),
                       float(limits.smallest_subnormal)], shape)
    with np.errstate(over="ignore"):
        return np.where(rng.random(shape) < 0.2, wild, values).astype(dtype)


def fits_inside(shape, strides, itemsize, offset, nbytes):
    low = offset + sum(min(0, (n - 1) * s) for n, s in zip(shape, strides))
    high = offset + itemsize + sum(max(0, (n - 1) * s) for n, s in zip(shape, strides))
    return low >= 0 and high <= nbytes


def numpy_key(m, key):
    """A key for NumPy (its index arrays copied) and for libarray."""
    theirs, ours = [], []
    for entry in key:
        if isinstance(entry, str):
            p = m[entry]
            theirs.append(truth(p.a) if p.a.dtype.kind == "b" else p.a.copy())
            ours.append(p.l)
        elif isinstance(entry, tuple) and entry[0] == "mask":
            p = m[entry[1]]
            if p.a.dtype.kind != "b":
                theirs.append("not a mask")
            else:
                theirs.append(truth(p.a))
            ours.append(("mask", p.l))
        elif isinstance(entry, tuple):
            theirs.append(np.array(entry[1], np.int64))
            ours.append(entry)
        else:
            theirs.append(entry)
            ours.append(entry)
    # With an ellipsis NumPy gives arrays of rank 0 instead of scalars. *Ours:*
    # a full integer index is a view.
    if not any(entry is Ellipsis for entry in theirs):
        theirs.append(Ellipsis)
    return tuple(theirs), ours


def is_advanced(key):
    return any(isinstance(entry, (str, tuple)) for entry in key)


def positions_of(m, p, key):
    """The flat index of each element of `p[key]`, and the error there is, if any."""
    theirs, ours = numpy_key(m, key)
    return lambda: np.arange(p.a.size).reshape(p.a.shape)[theirs], ours


def write(m, p, positions, values, ours, statuses=frozenset()):
    """Writes by the definition on NumPy's side. `positions` and `values` are calls."""
    allowed = set(statuses)

    def numpy_side():
        failed = None
        where = None
        if not p.a.flags.writeable:
            allowed.add(la.READ_ONLY)
            failed = ValueError("assignment destination is read-only")
        try:
            where = None if positions is None else positions()
        except (IndexError, ValueError) as error:
            allowed.update({la.INDEX_ERROR, la.DTYPE_ERROR} | (
                {la.AXIS_ERROR} if isinstance(error, np.exceptions.AxisError) else set()))
            failed = error
        shape = p.a.shape if where is None else where.shape
        try:
            stored = values(shape)
        except OverflowError as error:
            allowed.add(la.CAST_ERROR)
            failed = error
        except TypeError as error:
            allowed.add(la.CAST_ERROR)
            failed = error
        except ValueError as error:
            allowed.add(la.SHAPE_ERROR)
            failed = error
        if failed is not None:
            raise ValueError(str(failed))
        store(p.a, np.array(stored), where)

    if m.both(numpy_side, ours, allowed) is not None:
        m.settle(p)


def array_values(p, v):
    return lambda shape: broadcast_values(cast(v.a, p.a.dtype), shape)


def scalar_value(p, dtype, value):
    """A scalar as the target's type; a weak integer must fit it."""
    def values(shape):
        if dtype == la.WEAK_INT and p.a.dtype.kind in "iu":
            limits = np.iinfo(p.a.dtype)
            if not limits.min <= value <= limits.max:
                raise OverflowError(f"{value} does not fit {p.a.dtype}")
        given = {la.WEAK_INT: np.int64, la.WEAK_FLOAT: np.float64}.get(dtype, dtype)
        return np.broadcast_to(cast(cast(np.asarray(value), given), p.a.dtype), shape)
    return values


def in_type(x, dtype):
    """NumPy's scalars and some of its results lose a foreign byte order."""
    x = np.asarray(x)
    return x if x.dtype == dtype else x.astype(dtype)
