"""Copies, and what is a copy only when it must be."""

import numpy as np

import libarray as la
import oracle
from machine import numpy_owner
from operations.common import operation
from oracle import cast, store


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


def has_still_axes(a):
    """Whether NumPy's ravel and flatten follow another order K than its copy does:
    they leave axes of stride 0 where they are, the copy brings them innermost.
    *Ours:* K is the same order everywhere, the copy's."""
    return a.size > 0 and any(n > 1 and s == 0 for n, s in zip(a.shape, a.strides))


@operation
def ravel(m, out, a, order, copy):
    p = m[a]

    def numpy_side():
        b = np.ravel(p.a, order)
        if order == "K" and has_still_axes(p.a):
            b = p.a.copy("K").flatten("K")
        copied = numpy_owner(b) is not p.root.theirs
        if copied and copy == "never":
            raise ValueError("would copy")
        return b.copy() if copy == "always" and not copied else b

    m.bind_result(out, m.both(numpy_side, lambda: p.l.ravel(order, copy), {la.WOULD_COPY}))


@operation
def flatten(m, out, a, order):
    p = m[a]
    b = p.a.copy("K") if order == "K" and has_still_axes(p.a) else p.a
    m.bind(out, b.flatten(order), p.l.flatten(order))


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
