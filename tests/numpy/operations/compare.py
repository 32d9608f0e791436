"""Comparing, and combining truth values."""

import numpy as np

import libarray as la
from operations.common import operation
from oracle import normal, truth


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
