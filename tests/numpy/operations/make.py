"""Making arrays, and giving handles back."""

import ctypes

import numpy as np

import libarray as la
from libarray import Memory
from machine import Root
from operations.common import data, fits_inside, operation
from oracle import cast, store


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
    inside = fits_inside(shape, strides, np.dtype(dtype).itemsize, offset, nbytes)

    def numpy_side():
        if not inside:
            raise ValueError("the layout leaves the memory")
        return np.asarray(Memory(theirs, theirs.ctypes.data + offset, shape, strides,
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


@operation
def release(m, a):
    """The handle goes; views of it, and what it is a view of, stay."""
    m[a].l.release()
    del m.pairs[a]
