"""Writing whole arrays."""

import numpy as np

import libarray as la
import oracle
from operations.common import operation, scalar_value, write
from oracle import cast, store, truth


@operation
def assign(m, a, source, casting):
    p, v = m[a], m[source]
    allowed = (oracle.keeps_values(v.a, p.a.dtype) if casting == "same_value"
               else np.can_cast(v.a.dtype, p.a.dtype, casting))

    def values(shape):
        if not allowed:
            raise TypeError("the casting rule forbids it")
        return oracle.broadcast_values(cast(v.a, p.a.dtype), shape)

    # A shape that does not fit may be found before a cast that is forbidden.
    write(m, p, None, values, lambda: p.l.assign(v.l, casting),
          set() if allowed else {la.SHAPE_ERROR})


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
            # The source is converted whole, and then stored where the mask is true.
            if not oracle.keeps_values(v.a, p.a.dtype):
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

    write(m, p, None, scalar_value(p, dtype, value), ours)
