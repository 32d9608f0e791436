"""Joining and repeating."""

import numpy as np

import libarray as la
from operations.common import operation, scalar_value
from oracle import cast, store


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

    def numpy_side():
        # NumPy overlooks it where there is nothing to repeat.
        if any(n < 0 for n in repeats):
            raise ValueError("repeats may not contain negative values")
        return np.repeat(p.a, repeats, axis)

    m.bind_result(out, m.both(numpy_side, lambda: p.l.repeat(repeats, axis)), free=True)


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
        store(b, np.broadcast_to(scalar_value(p, dtype, value)(()), shape))
        inner = b[tuple(slice(k, k + n) for k, n in zip(before, p.a.shape)) + (Ellipsis,)]
        store(inner, cast(p.a, p.a.dtype))
        return b

    m.bind_result(out, m.both(numpy_side, lambda: p.l.pad(before, after, dtype, value),
                              None), free=True, computed=True)
