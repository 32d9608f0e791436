"""Every operation of the header's make, view, copy, index, write, compare and join
sections, done on both sides.

The first argument is the machine, the second (where the operation makes an
array) the name of the result; names of arrays are strings. All arguments are
plain values, so that a program prints as a listing that runs.

Where a comment says *ours*, libarray differs from NumPy on purpose.
"""

import ctypes

import numpy as np

import libarray as la
import oracle
from libarray import _Memory
from machine import Mismatch, Root, numpy_owner
from oracle import cast, normal, store, truth

OPERATIONS = {}


def operation(function):
    OPERATIONS[function.__name__.rstrip("_")] = function
    return function


# -- data ------------------------------------------------------------------------


def data(dtype, shape, seed):
    """Values of any type: small numbers, fractions and extremes."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
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


def aligned_bytes(nbytes):
    room = np.zeros(nbytes + 64, np.uint8)
    start = -room.ctypes.data % 64
    return room[start:start + nbytes]


@operation
def new(m, out, dtype, shape, order, seed):
    """la_from_data, from strided values of either order."""
    values = data(dtype, shape, seed)
    a = np.array(values, order=order)
    if seed % 2:
        values = np.repeat(np.asarray(values)[..., None], 2, -1)[..., 0]
    m.bind(out, a, m.library.from_data(values, order))


@operation
def values(m, out, dtype, shape, numbers):
    """la_from_data with exactly these values."""
    a = np.array(numbers, dtype).reshape(shape)
    m.bind(out, a, m.library.from_data(a))


@operation
def make(m, out, kind, dtype, shape, order, value):
    """la_empty (then filled), la_zeros, la_ones, la_full."""
    if kind == "full":
        a = np.full(shape, 0, dtype, order)
        store(a, np.broadcast_to(cast(np.float64(value), dtype), shape))
        l = m.library.full(dtype, shape, order, "float64", value)
    elif kind == "empty":
        a = np.zeros(shape, dtype, order)
        l = m.library.empty(dtype, shape, order)
        ctypes.memset(l.address, 0, l.nbytes)
    else:
        a = getattr(np, kind)(shape, dtype, order)
        l = getattr(m.library, kind)(dtype, shape, order)
    m.bind(out, a, l)


@operation
def like(m, out, kind, a, dtype, order, value):
    """la_zeros_like, la_ones_like, la_full_like, la_empty_like."""
    p = m[a]
    b = np.empty_like(p.a, dtype, order)
    number = {"empty": 0, "zeros": 0, "ones": 1, "full": value}[kind]
    store(b, np.broadcast_to(cast(np.float64(number), b.dtype), b.shape))
    l = m.library.like(kind, p.l, dtype, order, ("float64", value) if kind == "full" else None)
    if kind == "empty":
        ctypes.memset(l.address, 0, l.nbytes)
    m.bind(out, b, l)


@operation
def wrap(m, out, dtype, shape, strides, offset, nbytes, read_only, seed):
    """la_wrap of any layout in a buffer, which both sides fill with the same bytes."""
    mine, theirs = aligned_bytes(nbytes), aligned_bytes(nbytes)
    mine[:] = theirs[:] = data("V1", (nbytes,), seed).view(np.uint8)
    if np.dtype(dtype).kind == "b":
        mine &= 1
        theirs &= 1
    m.kept += [mine, theirs]
    inside = _inside(shape, strides, np.dtype(dtype).itemsize, offset, nbytes)

    def numpy_side():
        if not inside:
            raise ValueError("the layout leaves the memory")
        return np.asarray(_Memory(theirs, theirs.ctypes.data + offset, shape, strides,
                                  np.dtype(dtype).str))

    result = m.both(numpy_side,
                    lambda: m.library.wrap(mine.ctypes.data, nbytes, offset, dtype, shape,
                                           strides, int(read_only)), {la.SHAPE_ERROR})
    if result is None:
        return
    a, l = result
    if read_only:
        a.flags.writeable = False
    owner = theirs.base
    m.add_root(Root(owner, la.Array(m.library, m.library.c.la_retain(l.handle)),
                    theirs.ctypes.data, mine.ctypes.data, nbytes, a.ctypes.data, l.address))
    # The owner counts as owning its memory, although NumPy's array does not.
    m.expect("OWNS_DATA of wrapped memory", True, bool(l.flags & la.FLAG_OWNS))
    m.bind_owner(out, a, l, m.roots[id(owner)])


def _inside(shape, strides, itemsize, offset, nbytes):
    low = offset + sum(min(0, (n - 1) * s) for n, s in zip(shape, strides))
    high = offset + itemsize + sum(max(0, (n - 1) * s) for n, s in zip(shape, strides))
    return low >= 0 and high <= nbytes


@operation
def release(m, a):
    """The handle goes; views of it, and what it is a view of, stay."""
    m[a].l.release()
    del m.pairs[a]


# -- keys --------------------------------------------------------------------------


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


def _is_advanced(key):
    return any(isinstance(entry, (str, tuple)) for entry in key)


def _key_text(key):
    def text(entry):
        if entry is None:
            return "None"
        if entry is Ellipsis:
            return "..."
        if isinstance(entry, slice):
            first = ":".join("" if v is None else str(v) for v in (entry.start, entry.stop))
            return first if entry.step is None else f"{first}:{entry.step}"
        return str(entry)
    return ", ".join(map(text, key))


# -- view --------------------------------------------------------------------------


@operation
def slice_(m, out, a, key, as_text):
    """Basic indexing, with structs or as text."""
    p = m[a]
    theirs, ours = numpy_key(m, key)
    result = m.both(lambda: p.a[theirs],
                    lambda: p.l.slice_str(_key_text(key)) if as_text else p.l.slice(ours))
    if result is not None:
        b, l = result
        # The pointer of an empty slice too: Python's rules decide where it is.
        m.expect("offset from the sliced array", b.ctypes.data - p.a.ctypes.data,
                 l.address - p.l.address)
        m.bind(out, b, l)


@operation
def reshape(m, out, a, shape, order, copy):
    p = m[a]

    def numpy_side():
        np.reshape(p.a, shape, order)
        try:
            return np.reshape(p.a, shape, order,
                              copy={"never": False, "if_needed": None, "always": True}[copy])
        except ValueError:
            statuses.clear()
            statuses.add(la.WOULD_COPY)
            raise

    statuses = {la.SHAPE_ERROR, la.INVALID_ARGUMENT}
    result = m.both(numpy_side, lambda: p.l.reshape(shape, order, copy), statuses)
    if result is not None:
        m.bind(out, *result)
        if copy == "if_needed":
            copies = m[out].root is not p.root
            m.expect("la_plan_reshape", (copies, p.a.nbytes if copies else 0),
                     p.l.plan_reshape(shape, order))


@operation
def transpose(m, out, a):
    p = m[a]
    m.bind(out, p.a.T, p.l.transpose())


@operation
def permute(m, out, a, axes):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.transpose(p.a, axes), lambda: p.l.permute(axes),
                              {la.AXIS_ERROR, la.INVALID_ARGUMENT}))


@operation
def swapaxes(m, out, a, axis1, axis2):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.swapaxes(p.a, axis1, axis2),
                              lambda: p.l.swapaxes(axis1, axis2)))


@operation
def moveaxis(m, out, a, source, destination):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.moveaxis(p.a, source, destination),
                              lambda: p.l.moveaxis(source, destination), {la.AXIS_ERROR}))


@operation
def squeeze(m, out, a, axes):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.squeeze(p.a, axes), lambda: p.l.squeeze(axes)))


@operation
def expand_dims(m, out, a, axes):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.expand_dims(p.a, axes), lambda: p.l.expand_dims(axes),
                              {la.AXIS_ERROR}))


@operation
def broadcast_to(m, out, a, shape):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.broadcast_to(p.a, shape),
                              lambda: p.l.broadcast_to(shape), {la.SHAPE_ERROR}))


@operation
def broadcast_shapes(m, *shapes):
    result = m.both(lambda: np.broadcast_shapes(*shapes),
                    lambda: m.library.broadcast_shapes(*shapes), {la.SHAPE_ERROR})
    if result is not None:
        m.expect("la_broadcast_shapes", *result)


@operation
def flip(m, out, a, axes):
    p = m[a]
    # Without axes NumPy makes a scalar of an array of rank 0; *ours:* a view.
    whole = p.a.ndim == 0 and axes is None
    m.bind_result(out, m.both(lambda: p.a[...] if whole else np.flip(p.a, axes), lambda: p.l.flip(axes),
                              {la.AXIS_ERROR}))


@operation
def rot90(m, out, a, k, axis1, axis2):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.rot90(p.a, k, (axis1, axis2)),
                              lambda: p.l.rot90(k, axis1, axis2),
                              {la.AXIS_ERROR, la.SHAPE_ERROR}))


@operation
def diagonal(m, out, a, offset, axis1, axis2):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.diagonal(p.a, offset, axis1, axis2),
                              lambda: p.l.diagonal(offset, axis1, axis2),
                              {la.AXIS_ERROR, la.SHAPE_ERROR}))


@operation
def real(m, out, a):
    p = m[a]
    m.bind(out, p.a.real, p.l.real())


@operation
def imag(m, out, a):
    p = m[a]
    b = p.a.imag
    m.bind(out, b, p.l.imag(), free=False)


@operation
def view_dtype(m, out, a, dtype):
    p = m[a]
    m.bind_result(out, m.both(lambda: p.a.view(dtype), lambda: p.l.view_dtype(dtype),
                              {la.DTYPE_ERROR}))


@operation
def through_bfloat16(m, out, a):
    """A view as bfloat16, which NumPy lacks, and back: no bit changes."""
    p = m[a]

    def ours():
        between = p.l.view_dtype("bfloat16")
        m.expect("dtype", la.BFLOAT16, between.dtype)
        m.expect("shape", p.a.view(np.uint16).shape, between.shape)
        return between.copy("K").view_dtype(np.uint16)

    result = m.both(lambda: p.a.view(np.uint16).copy("K"), ours, {la.DTYPE_ERROR})
    if result is not None:
        m.bind(out, *result)


@operation
def as_strided(m, out, a, offset, shape, strides):
    """Checked against the owner's allocation, where NumPy checks nothing."""
    p = m[a]
    start = p.a.ctypes.data + offset
    inside = _inside(shape, strides, p.a.itemsize, start - p.root.low, p.root.nbytes)

    def numpy_side():
        if not inside:
            raise ValueError("the layout leaves the memory")
        b = np.asarray(_Memory(p.root.theirs, start, shape, strides, p.a.dtype.str))
        if not p.a.flags.writeable:
            b.flags.writeable = False
        return b

    m.bind_result(out, m.both(numpy_side, lambda: p.l.as_strided(offset, shape, strides),
                              {la.SHAPE_ERROR}))


@operation
def sliding_window(m, out, a, windows, axes):
    p = m[a]
    m.bind_result(out, m.both(
        lambda: np.lib.stride_tricks.sliding_window_view(p.a, windows, axes),
        lambda: p.l.sliding_window(windows, axes)))


@operation
def split(m, out, a, sections, axis, keep):
    """la_split for a number, la_split_at for a list; all parts are compared."""
    p = m[a]
    at = isinstance(sections, list)
    result = m.both(lambda: np.split(p.a, sections, axis),
                    lambda: p.l.split_at(sections, axis) if at else p.l.split(sections, axis),
                    {la.AXIS_ERROR, la.SHAPE_ERROR, la.INVALID_ARGUMENT})
    if result is None:
        return
    theirs, ours = result
    m.expect("number of parts", len(theirs), len(ours))
    for k, (b, l) in enumerate(zip(theirs, ours)):
        name = out if k == keep % len(theirs) else "part"
        m.bind(name, b, l)
        m.pairs.pop("part", None)


@operation
def readonly(m, out, a):
    p = m[a]
    b = p.a[...]
    b.flags.writeable = False
    l = p.l.readonly()
    m.bind(out, b, l)
    m.expect("the base of a read-only array is writeable", False,
             bool(l.base.flags & la.FLAG_WRITEABLE))


# -- copy --------------------------------------------------------------------------


@operation
def copy(m, out, a, order):
    p = m[a]
    m.bind(out, p.a.copy(order), p.l.copy(order))


@operation
def contiguous(m, out, a, order, copy):
    p = m[a]
    flags = p.a.flags
    if order == "K":
        # Packed already: the strides are those that a copy in order K would have.
        packed = p.a.copy("K")
        fits = p.a.size == 0 or all(
            s == t for n, s, t in zip(p.a.shape, p.a.strides, packed.strides) if n > 1)
    else:
        fits = {"C": flags.c_contiguous, "F": flags.f_contiguous,
                "A": flags.c_contiguous or flags.f_contiguous}[order]

    def numpy_side():
        if copy == "never" and not fits:
            raise ValueError("would copy")
        return p.a.copy(order) if copy == "always" or not fits else p.a[...]

    m.bind_result(out, m.both(numpy_side, lambda: p.l.contiguous(order, copy),
                              {la.WOULD_COPY}))


@operation
def ravel(m, out, a, order, copy):
    p = m[a]

    def numpy_side():
        b = np.ravel(p.a, order)
        copied = numpy_owner(b) is not p.root.theirs
        if copied and copy == "never":
            raise ValueError("would copy")
        return b.copy() if copy == "always" and not copied else b

    m.bind_result(out, m.both(numpy_side, lambda: p.l.ravel(order, copy), {la.WOULD_COPY}))


@operation
def flatten(m, out, a, order):
    p = m[a]
    m.bind(out, p.a.flatten(order), p.l.flatten(order))


@operation
def astype(m, out, a, dtype, order, casting, copy):
    p = m[a]
    dtype = np.dtype(dtype)
    flags = p.a.flags
    fits = p.a.dtype == dtype and {
        "K": True, "A": flags.c_contiguous or flags.f_contiguous,
        "C": flags.c_contiguous, "F": flags.f_contiguous}[order]
    statuses = set()

    def numpy_side():
        allowed = (oracle.keeps_values(p.a, dtype) if casting == "same_value"
                   else np.can_cast(p.a.dtype, dtype, casting))
        if not allowed:
            statuses.add(la.CAST_ERROR)
        if copy == "never" and not fits:
            statuses.add(la.WOULD_COPY)
        if statuses:
            raise ValueError("forbidden cast, or a copy where none may be")
        if fits and copy != "always":
            return p.a[...]
        b = np.empty_like(p.a, dtype, order)
        store(b, cast(p.a, dtype))
        return b

    m.bind_result(out, m.both(numpy_side, lambda: p.l.astype(dtype, order, casting, copy),
                              statuses), computed=True)


@operation
def compact(m, out, a):
    """*Ours:* a view where the array is all of its memory, else a copy in order K."""
    p = m[a]
    whole = p.root.nbytes <= p.a.nbytes
    m.bind(out, p.a[...] if whole else p.a.copy("K"), p.l.compact())


# -- index -------------------------------------------------------------------------


@operation
def get(m, out, a, key):
    p = m[a]
    theirs, ours = numpy_key(m, key)
    result = m.both(lambda: p.a[theirs], lambda: p.l.get(ours),
                    {la.INDEX_ERROR, la.DTYPE_ERROR})
    m.bind_result(out, result, free=_is_advanced(key))


def _positions(m, p, key):
    """The flat index of each element of `p[key]`, and the error there is, if any."""
    theirs, ours = numpy_key(m, key)
    return lambda: np.arange(p.a.size).reshape(p.a.shape)[theirs], ours


def _write(m, p, positions, values, ours, statuses=frozenset()):
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
        except IndexError as error:
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


def _array_values(p, v):
    return lambda shape: oracle.broadcast_values(cast(v.a, p.a.dtype), shape)


def _scalar_value(p, dtype, value):
    """A scalar as the target's type; a weak integer must fit it."""
    def values(shape):
        if dtype == la.WEAK_INT and p.a.dtype.kind in "iu":
            limits = np.iinfo(p.a.dtype)
            if not limits.min <= value <= limits.max:
                raise OverflowError(f"{value} does not fit {p.a.dtype}")
        given = {la.WEAK_INT: np.int64, la.WEAK_FLOAT: np.float64}.get(dtype, dtype)
        return np.broadcast_to(cast(cast(np.asarray(value), given), p.a.dtype), shape)
    return values


@operation
def set_(m, a, key, values):
    p, v = m[a], m[values]
    where, ours = _positions(m, p, key)
    _write(m, p, where, _array_values(p, v), lambda: p.l.set(ours, v.l))


@operation
def set_scalar(m, a, key, dtype, value):
    p = m[a]
    where, ours = _positions(m, p, key)
    _write(m, p, where, _scalar_value(p, dtype, value),
           lambda: p.l.set_scalar(ours, dtype, value))


@operation
def take(m, out, a, indices, axis, mode):
    p, i = m[a], m[indices]
    m.bind_result(out, m.both(
        lambda: _signed(np.take(p.a, i.a.astype(np.int64), axis, mode=mode), p.a.dtype),
        lambda: p.l.take(i.l, axis, mode)))


def _signed(x, dtype):
    """NumPy's scalars and some of its results lose a foreign byte order."""
    x = np.asarray(x)
    return x if x.dtype == dtype else x.astype(dtype)


@operation
def put(m, a, indices, values, mode):
    """By the definition: all indices are checked before anything is written."""
    p, i, v = m[a], m[indices], m[values]
    size = p.a.size

    def positions():
        flat = i.a.astype(np.int64)
        if flat.size and size == 0:
            raise IndexError("no elements to put to")
        if mode == "raise":
            if ((flat < -size) | (flat >= size)).any():
                raise IndexError("index out of bounds")
            return np.where(flat < 0, flat + size, flat)
        return flat % max(size, 1) if mode == "wrap" else np.clip(flat, 0, max(size - 1, 0))

    def repeated(shape):
        count = int(np.prod(shape))
        converted = cast(v.a, p.a.dtype).ravel()
        if count and not converted.size:
            raise ValueError("no values")
        return np.resize(converted, count).reshape(shape) if count else converted[:0].reshape(shape)

    _write(m, p, positions, repeated, lambda: p.l.put(i.l, v.l, mode))


@operation
def compress(m, out, a, condition, axis):
    p, c = m[a], m[condition]
    m.bind_result(out, m.both(
        lambda: _signed(np.compress(truth(c.a), p.a, axis), p.a.dtype),
        lambda: p.l.compress(c.l, axis)))


@operation
def nonzero(m, out, a):
    p = m[a]
    m.bind(out, np.ascontiguousarray(np.argwhere(truth(p.a))), p.l.nonzero())


@operation
def where(m, out, condition, x, y):
    c, x, y = m[condition], m[x], m[y]

    def numpy_side():
        common = np.result_type(x.a.dtype, y.a.dtype).newbyteorder("=")
        return np.where(truth(c.a), cast(x.a, common), cast(y.a, common))

    m.bind_result(out, m.both(numpy_side, lambda: m.library.where(c.l, x.l, y.l),
                              {la.SHAPE_ERROR}), free=True, computed=True)


@operation
def take_along_axis(m, out, a, indices, axis):
    p, i = m[a], m[indices]
    m.bind_result(out, m.both(
        lambda: np.take_along_axis(p.a, i.a.astype(np.int64), axis),
        lambda: p.l.take_along_axis(i.l, axis),
        {la.AXIS_ERROR, la.INDEX_ERROR, la.SHAPE_ERROR}), free=True)


@operation
def put_along_axis(m, a, indices, values, axis):
    p, i, v = m[a], m[indices], m[values]

    def positions():
        try:
            return np.take_along_axis(np.arange(p.a.size).reshape(p.a.shape),
                                      i.a.astype(np.int64), axis)
        except ValueError as error:
            raise IndexError(str(error)) from None

    _write(m, p, positions, _array_values(p, v), lambda: p.l.put_along_axis(i.l, v.l, axis),
           {la.SHAPE_ERROR, la.AXIS_ERROR})


@operation
def unravel_index(m, out, indices, shape, order):
    i = m[indices]
    m.bind_result(out, m.both(
        lambda: np.ascontiguousarray(
            np.stack(np.unravel_index(i.a.astype(np.int64), shape, order), -1)).astype(np.int64),
        lambda: i.l.unravel_index(shape, order), {la.INDEX_ERROR}))


@operation
def ravel_multi_index(m, out, indices, shape, mode, order):
    pairs = [m[i] for i in indices]
    m.bind_result(out, m.both(
        lambda: np.asarray(np.ravel_multi_index(
            [p.a.astype(np.int64) for p in pairs], shape, mode=mode, order=order)),
        lambda: m.library.ravel_multi_index([p.l for p in pairs], shape, mode, order),
        {la.INDEX_ERROR, la.SHAPE_ERROR}), free=True)


@operation
def item(m, a, index, dtype):
    p = m[a]

    def numpy_side():
        if len(index) != p.a.ndim:
            raise IndexError("an index for each axis")
        value = p.a[tuple(index) + (Ellipsis,)]
        return cast(value, value.dtype if dtype is None else dtype)

    result = m.both(numpy_side, lambda: np.asarray(p.l.item(index, dtype)))
    if result is not None:
        value, ours = result
        if not oracle.differences(value.reshape(1), ours.astype(value.dtype).reshape(1))[0]:
            raise Mismatch(f"la_item: expected {value}, got {ours}")


@operation
def set_item(m, a, index, dtype, value):
    p = m[a]

    def position():
        if len(index) != p.a.ndim:
            raise IndexError("an index for each axis")
        return np.arange(p.a.size).reshape(p.a.shape)[tuple(index) + (Ellipsis,)]

    _write(m, p, position, _scalar_value(p, dtype, value),
           lambda: p.l.set_item(index, dtype, value))


# -- write -------------------------------------------------------------------------


def _checked_values(p, v, casting):
    def values(shape):
        converted = oracle.broadcast_values(cast(v.a, p.a.dtype), shape)
        if not (oracle.keeps_values(v.a, p.a.dtype) if casting == "same_value"
                else np.can_cast(v.a.dtype, p.a.dtype, casting)):
            raise TypeError("the casting rule forbids it")
        return converted
    return values


@operation
def assign(m, a, source, casting):
    p, v = m[a], m[source]
    _write(m, p, None, _checked_values(p, v, casting), lambda: p.l.assign(v.l, casting))


@operation
def assign_where(m, a, source, mask, casting):
    p, v, w = m[a], m[source], m[mask]

    def positions():
        return np.arange(p.a.size).reshape(p.a.shape)

    def ours():
        p.l.assign_where(v.l, w.l, casting)

    # As assignment, and then the unchosen places keep what they hold.
    allowed = {la.SHAPE_ERROR, la.READ_ONLY, la.CAST_ERROR, la.DTYPE_ERROR}

    def numpy_side():
        if w.a.dtype.kind != "b":
            raise TypeError("the mask is not of booleans")
        if not p.a.flags.writeable:
            raise ValueError("read-only")
        chosen = np.broadcast_to(truth(w.a), p.a.shape).ravel()
        source = oracle.broadcast_values(np.array(v.a), p.a.shape)
        if casting == "same_value":
            # Only elements that are written can change their value.
            if not oracle.keeps_values(source.ravel()[chosen], p.a.dtype):
                raise TypeError("a value would change")
        elif not np.can_cast(v.a.dtype, p.a.dtype, casting):
            raise TypeError("the casting rule forbids it")
        values = cast(source, p.a.dtype).ravel()
        store(p.a, values[chosen], positions().ravel()[chosen])

    if m.both(numpy_side, ours, allowed) is not None:
        m.settle(p)


@operation
def fill(m, a, dtype, value, short=False):
    """la_fill, or with `short` la_fill_i64 and la_fill_f64."""
    p = m[a]

    def ours():
        if short:
            (p.l.fill_i64 if dtype == la.WEAK_INT else p.l.fill_f64)(value)
        else:
            p.l.fill(dtype, value)

    _write(m, p, None, _scalar_value(p, dtype, value), ours)


# -- compare -----------------------------------------------------------------------


@operation
def compare(m, out, a, b, comparison):
    p, q = m[a], m[b]
    m.bind_result(out, m.both(
        lambda: np.asarray(getattr(np, comparison)(normal(p.a), normal(q.a))),
        lambda: p.l.compare(q.l, comparison), {la.SHAPE_ERROR}), free=True)


@operation
def compare_scalar(m, out, a, dtype, value, comparison, short=False):
    """la_compare_scalar, or with `short` la_compare_i64 and la_compare_f64."""
    p = m[a]
    scalar = value if dtype in (la.WEAK_INT, la.WEAK_FLOAT) else np.dtype(dtype).type(value)

    def ours():
        if short:
            call = p.l.compare_i64 if dtype == la.WEAK_INT else p.l.compare_f64
            return call(value, comparison)
        return p.l.compare_scalar(dtype, value, comparison)

    b = np.asarray(getattr(np, comparison)(normal(p.a), scalar))
    m.bind(out, b, ours(), free=True)


@operation
def logical(m, out, a, b, op):
    p = m[a]
    if op == "not":
        m.bind(out, np.asarray(~truth(p.a)), p.l.logical(None, op), free=True)
        return
    q = m[b]
    function = {"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}[op]
    m.bind_result(out, m.both(lambda: np.asarray(function(truth(p.a), truth(q.a))),
                              lambda: p.l.logical(q.l, op), {la.SHAPE_ERROR}), free=True)


@operation
def isnan(m, out, a):
    p = m[a]
    m.bind(out, np.asarray(p.a != p.a if p.a.dtype.kind in "fc" else np.zeros(p.a.shape, bool)),
           p.l.isnan(), free=True)


@operation
def reductions(m, a):
    p = m[a]
    truths = truth(p.a)
    m.expect("la_any", bool(truths.any()), p.l.any())
    m.expect("la_all", bool(truths.all()), p.l.all())
    m.expect("la_count_nonzero", int(np.count_nonzero(truths)), p.l.count_nonzero())


@operation
def array_equal(m, a, b, equal_nan):
    p, q = m[a], m[b]
    m.expect("la_array_equal", np.array_equal(normal(p.a), normal(q.a), equal_nan),
             p.l.array_equal(q.l, equal_nan))


# -- join --------------------------------------------------------------------------


def _common(pairs):
    return np.result_type(*(p.a.dtype for p in pairs)).newbyteorder("=")


@operation
def concatenate(m, out, names, axis):
    pairs = [m[name] for name in names]
    m.bind_result(out, m.both(
        lambda: np.concatenate([cast(p.a, _common(pairs)) for p in pairs], axis),
        lambda: m.library.concatenate([p.l for p in pairs], axis),
        {la.SHAPE_ERROR, la.AXIS_ERROR, la.INVALID_ARGUMENT}), free=True, computed=True)


@operation
def stack(m, out, names, axis):
    pairs = [m[name] for name in names]
    m.bind_result(out, m.both(
        lambda: np.stack([cast(p.a, _common(pairs)) for p in pairs], axis),
        lambda: m.library.stack([p.l for p in pairs], axis),
        {la.SHAPE_ERROR, la.AXIS_ERROR, la.INVALID_ARGUMENT}), free=True, computed=True)


@operation
def tile(m, out, a, counts):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.tile(p.a, counts), lambda: p.l.tile(counts)), free=True)


@operation
def repeat(m, out, a, repeats, axis):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.repeat(p.a, repeats, axis),
                              lambda: p.l.repeat(repeats, axis)), free=True)


@operation
def roll(m, out, a, shift, axis):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.roll(p.a, shift, axis), lambda: p.l.roll(shift, axis)),
                  free=True)


@operation
def pad(m, out, a, before, after, dtype, value):
    p = m[a]

    def numpy_side():
        if len(before) != p.a.ndim:
            raise ValueError("one pair for each axis")
        if any(n < 0 for n in before + after):
            raise ValueError("negative padding")
        shape = [n + b + f for n, b, f in zip(p.a.shape, before, after)]
        b = np.zeros(shape, p.a.dtype)
        store(b, np.broadcast_to(_scalar_value(p, dtype, value)(()), shape))
        inner = b[tuple(slice(k, k + n) for k, n in zip(before, p.a.shape)) + (Ellipsis,)]
        store(inner, cast(p.a, p.a.dtype))
        return b

    m.bind_result(out, m.both(numpy_side, lambda: p.l.pad(before, after, dtype, value),
                              None), free=True, computed=True)
