"""la_format against str(ndarray): every type and rank, extremes, and summaries."""

import random

import numpy as np

from libarray import NUMBERS
from operations import data
from tally import Tally, attempt, source

EXTREMES = [0.0, -0.0, 1.0, -1.0, 0.1, 1 / 3, 2 / 3, 1e-5, 123456.789, 1e5, 1e8, 1e15, 1e16, 1e17,
            1e22, 1e23, 1e100, 1e-100, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
            float("nan"), float("inf"), float("-inf"), 0.5, 100.0, 99999999.0, 1e-4, 9.999e-5,
            12345678.9, 0.001, 1.23456789012345678, 65504.0, 6e-8, 3.4028235e38, 1e-45]


def floats(rng, dtype, shape):
    """Values of one of several manners: whole, fractions, mixed magnitudes, extremes."""
    size = int(np.prod(shape))
    manner = rng.randrange(6)
    if manner == 0:
        values = [float(rng.randint(-100, 1000)) for _ in range(size)]
    elif manner == 1:
        values = [round(rng.uniform(-10, 10), rng.randint(0, 6)) for _ in range(size)]
    elif manner == 2:
        values = [rng.choice([-1, 1]) * 10 ** rng.uniform(-12, 12) for _ in range(size)]
    elif manner == 3:
        values = [rng.choice(EXTREMES) for _ in range(size)]
    elif manner == 4:
        scale = 10 ** rng.uniform(-3, 9)
        values = [rng.uniform(-1, 1) * scale for _ in range(size)]
    else:
        values = [rng.choice([0.0, 1.0, 0.5, float("nan"), rng.choice(EXTREMES)])
                  for _ in range(size)]
    with np.errstate(over="ignore"):
        return np.array(values, np.float64).astype(dtype).reshape(shape)


def array(rng, dtype, shape):
    """A random array of the manner that its type has."""
    return np.asarray(_values(rng, dtype, shape))


def _values(rng, dtype, shape):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        if rng.random() < 0.1:
            raw = np.frombuffer(rng.randbytes(int(np.prod(shape)) * dtype.itemsize), dtype)
            return raw.reshape(shape)
        return floats(rng, dtype, shape)
    if dtype.kind == "c":
        part = f"f{dtype.itemsize // 2}"
        out = np.empty(shape, dtype)
        out.real, out.imag = floats(rng, part, shape), floats(rng, part, shape)
        return out
    if dtype.kind in "iu" and rng.random() < 0.5:
        bound = 10 ** rng.randint(0, 3)
        low = 0 if dtype.kind == "u" else max(-bound, np.iinfo(dtype).min)
        high = min(bound, np.iinfo(dtype).max)
        values = [rng.randint(low, high) for _ in range(int(np.prod(shape)))]
        return np.array(values, dtype).reshape(shape)
    return data(dtype, shape, rng.randrange(10**9))


def shape(rng):
    roll = rng.random()
    if roll < 0.12:
        return ()
    if roll < 0.5:
        return (rng.choice([0, 1, 2, 3, 5, 8, 20, 60]),)
    if roll < 0.75:
        return tuple(rng.choice([0, 1, 2, 3, 4, 9]) for _ in range(2))
    return tuple(rng.choice([1, 1, 2, 3, 2, 0 if rng.random() < 0.2 else 1])
                 for _ in range(rng.randint(3, 6)))


def smaller(a):
    """Arrays a little smaller than `a`, for shrinking."""
    for axis, extent in enumerate(a.shape):
        if extent > 1:
            yield a[(slice(None),) * axis + (slice(0, extent // 2),)]
            yield a[(slice(None),) * axis + (slice(extent // 2, None),)]
            yield a[(slice(None),) * axis + (slice(0, extent - 1),)]
            yield a[(slice(None),) * axis + (slice(1, None),)]
    if a.ndim > 1 and 1 in a.shape:
        yield np.squeeze(a, a.shape.index(1))


def run(library, seed, cases):
    tally = Tally("text")
    rng = random.Random(seed)

    def differs(a, options):
        with np.printoptions(precision=options.get("precision", 8),
                             threshold=options.get("threshold", 1000),
                             edgeitems=options.get("edge_items", 3),
                             linewidth=options.get("line_width", 75)):
            expected = repr(a) if options.get("form") else str(a)
        got = attempt(lambda: library.from_data(a).format(**options))
        return None if got == expected else (expected, got)

    def check(a, options):
        found = differs(a, options)
        if found is None:
            tally.passed += 1
            return
        changed = tally.failed < 10
        while changed:
            changed = False
            for candidate in smaller(a):
                if differs(candidate, options):
                    a, changed = candidate, True
                    break
        expected, got = differs(a, options)
        tally.fail(f"la_format of {source(a)}, options {options}\n"
                   f"  expected {expected!r}\n  got      {got!r}")

    names = list(NUMBERS)
    weighted = names + ["float16", "float32", "float64", "float64", "complex64", "complex128",
                        ">f8", ">i4", "V3"]
    for _ in range(cases):
        a = array(rng, rng.choice(weighted), shape(rng))
        if rng.random() < 0.3 and a.ndim > 1:
            a = a.T
        options = {}
        if rng.random() < 0.25:
            options = dict(rng.sample([("precision", rng.randint(0, 17)),
                                       ("threshold", rng.choice([0, 5, 20])),
                                       ("edge_items", rng.randint(1, 4)),
                                       ("line_width", rng.choice([10, 20, 40, 120]))],
                                      rng.randint(1, 4)))
        if rng.random() < 0.4:
            options["form"] = 1
        check(a, options)
    # Summarised by their size alone.
    for _ in range(cases // 60):
        a = array(rng, rng.choice(weighted),
                  rng.choice([(1001,), (1000,), (40, 30), (2000, 1), (1, 2000), (8, 9, 20),
                              (3, 7, 60), (5, 5, 5, 9), (2, 3, 400)]))
        check(a, {})
    # Each extreme by itself and beside a one.
    for value in EXTREMES:
        for name in ("float16", "float32", "float64", "complex64", "complex128"):
            with np.errstate(over="ignore"):
                for a in (np.array(value).astype(name), np.array([value]).astype(name),
                          np.array([value, 1.0]).astype(name), np.array([value, -value]).astype(name)):
                    check(a, {})
    return tally
