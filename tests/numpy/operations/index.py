"""Reading and writing by keys and by arrays of indices."""

import numpy as np

import libarray as la
import oracle
from machine import Mismatch
from operations.common import (array_values, in_type, is_advanced, numpy_key, operation,
                               positions_of, scalar_value, write)
from oracle import cast, truth


@operation
def get(m, out, a, key):
    p = m[a]
    theirs, ours = numpy_key(m, key)
    result = m.both(lambda: p.a[theirs], lambda: p.l.get(ours),
                    {la.INDEX_ERROR, la.DTYPE_ERROR})
    m.bind_result(out, result, free=is_advanced(key))


def keys_first(p, where, v):
    try:
        where()
    except (IndexError, ValueError):
        return {la.SHAPE_ERROR}
    return set()


@operation
def set_(m, a, key, values):
    p, v = m[a], m[values]
    where, ours = positions_of(m, p, key)
    # Where the key and the values are both wrong, either may be told.
    write(m, p, where, array_values(p, v), lambda: p.l.set(ours, v.l), keys_first(p, where, v))


@operation
def set_scalar(m, a, key, dtype, value):
    p = m[a]
    where, ours = positions_of(m, p, key)
    write(m, p, where, scalar_value(p, dtype, value),
           lambda: p.l.set_scalar(ours, dtype, value))


def existing(a, axis):
    """The axis, if the array has it: NumPy gives an array of rank 0 one. *Ours:* none."""
    if axis is not None and a.ndim == 0:
        raise np.exceptions.AxisError(axis, 0)
    return axis


def extent_of(a, axis):
    """How many there are to choose from; 0 where there is no such axis."""
    if axis is None:
        return a.size
    return a.shape[axis] if -a.ndim <= axis < a.ndim else 0


def check_bounds(a, indices, axis):
    """NumPy does not look at the indices where there is nothing to take. *Ours:* always."""
    size = extent_of(a, axis)
    for index in indices.ravel():
        if not -size <= index < size:
            np.arange(size)[index]


@operation
def take(m, out, a, indices, axis, mode):
    p, i = m[a], m[indices]

    def numpy_side():
        existing(p.a, axis)
        flat = i.a.astype(np.int64)
        extent = extent_of(p.a, axis)
        if extent == 0 and (axis is None or -p.a.ndim <= axis < p.a.ndim):
            # Before NumPy is asked: it would wrap for ever, even where nothing is taken.
            beside = [] if axis is None else np.delete(p.a.shape, axis)
            if mode == "raise" or 0 not in beside:
                check_bounds(p.a, flat, axis)
            mode_there = "clip" if mode == "wrap" else mode
            return np.take(p.a, flat, axis, mode=mode_there)
        if mode == "wrap":
            # NumPy wraps by adding the size again and again: for hours, when it is far.
            flat %= max(extent, 1)
        b = np.take(p.a, flat, axis, mode=mode)
        if not isinstance(b, np.ndarray):
            # A scalar, which has lost byte order and odd true bytes.
            b = np.take(p.a, flat.reshape(1), axis, mode=mode).reshape(()).copy()
        if mode == "raise":
            check_bounds(p.a, flat, axis)
        return b

    m.bind_result(out, m.both(numpy_side, lambda: p.l.take(i.l, axis, mode)))


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

    write(m, p, positions, repeated, lambda: p.l.put(i.l, v.l, mode),
          set() if v.a.size else {la.SHAPE_ERROR})


@operation
def compress(m, out, a, condition, axis):
    p, c = m[a], m[condition]

    def numpy_side():
        b = np.compress(truth(c.a), p.a, existing(p.a, axis))
        check_bounds(p.a, np.flatnonzero(truth(c.a)), axis)
        return in_type(b, p.a.dtype)

    m.bind_result(out, m.both(numpy_side, lambda: p.l.compress(c.l, axis)))


@operation
def nonzero(m, out, a):
    p = m[a]
    m.bind(out, np.argwhere(truth(p.a)).copy(), p.l.nonzero())


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

    write(m, p, positions, array_values(p, v), lambda: p.l.put_along_axis(i.l, v.l, axis),
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

    write(m, p, position, scalar_value(p, dtype, value),
           lambda: p.l.set_item(index, dtype, value))
