"""Element types, casts, promotion and the makers of arrays, pair by pair."""

import itertools
import random

import numpy as np

import libarray as la
import oracle
from libarray import NUMBERS, dtype_number
from operations import data
from tally import Tally, attempt, source

NATIVE = [np.dtype(name) for name in NUMBERS]
ALL = NATIVE + [d.newbyteorder("S") for d in NATIVE if d.itemsize > 1]


def types(library, seed):
    """Names, formats, sizes; reading them."""
    tally = Tally("types")
    for dtype in ALL:
        number = dtype_number(dtype)
        name = dtype.name if dtype.isnative else dtype.str
        tally.check(f"la_dtype_name of {dtype.str}", name, lambda: library.dtype_name(dtype))
        tally.check(f"la_dtype_format of {dtype.str}", dtype.str,
                    lambda: library.dtype_format(dtype))
        tally.check(f"la_dtype_size of {dtype.str}", dtype.itemsize,
                    lambda: library.dtype_size(dtype))
        tally.check(f"la_dtype_swapped of {dtype.str}", dtype_number(dtype.newbyteorder("S")),
                    lambda: library.dtype_swapped(number))
        texts = {dtype.str, dtype.str[1:] if dtype.isnative else dtype.str, dtype.name
                 if dtype.isnative else dtype.str, dtype.char if dtype.isnative else dtype.str,
                 dtype.byteorder + dtype.char, dtype.byteorder + dtype.str[1:]}
        for text in sorted(texts):
            tally.check(f"la_dtype_parse of {text!r}", dtype_number(np.dtype(text)),
                        lambda: library.dtype_parse(text))
    for text in ["V1", "V12", "|V3", "?", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "e",
                 "f", "d", "F", "D", "=f8", "=i4", "|u1", "<b1", ">i1", "<u2", ">c16"]:
        tally.check(f"la_dtype_parse of {text!r}", dtype_number(np.dtype(text)),
                    lambda: library.dtype_parse(text))
    for text in ["", "foo", "<f3", "f16", "c32", "O", "U5", "S3", "M8[s]", "f8 ", " f8", "float65",
                 "<", "<<f8", "V-1", "V99999999999999999999", "i4,i4"]:
        got = attempt(lambda: library.dtype_parse(text))
        tally.check(f"la_dtype_parse of {text!r} fails", True,
                    got in ("LA_DTYPE_ERROR", "LA_INVALID_ARGUMENT"))
    for number, name, size in ((la.BFLOAT16, "bfloat16", 2),):
        tally.check("la_dtype_name of bfloat16", name, lambda: library.dtype_name(number))
        tally.check("la_dtype_format of bfloat16", name, lambda: library.dtype_format(number))
        tally.check("la_dtype_parse of bfloat16", number, lambda: library.dtype_parse(name))
        tally.check("la_dtype_size of bfloat16", size, lambda: library.dtype_size(number))
    tally.check("la_dtype_size of V12", 12, lambda: library.dtype_size("V12"))
    for number in (0, -1, 16, 255, 0x10F + 1, 0x40000000, 0x1FFFF):
        tally.check(f"la_dtype_size of {number:#x}", -1, lambda: library.dtype_size(number))
    return tally


def casting_table(library, seed):
    """la_can_cast over all pairs and rules."""
    tally = Tally("casting table")
    for a, b in itertools.product(ALL, ALL):
        for rule in ("no", "equiv", "safe", "same_kind", "unsafe"):
            tally.check(lambda: f"la_can_cast({a.str}, {b.str}, {rule})",
                        bool(np.can_cast(a, b, rule)), lambda: library.can_cast(a, b, rule))
        # What it allows depends on the values.
        tally.check(lambda: f"la_can_cast({a.str}, {b.str}, same_value)", True,
                    lambda: library.can_cast(a, b, "same_value"))
    for name in ("float32", "float64", "complex64", "complex128"):
        tally.check(f"bfloat16 is safe to {name}", True,
                    lambda: library.can_cast("bfloat16", name, "safe"))
        tally.check(f"{name} is not safe to bfloat16", False,
                    lambda: library.can_cast(name, "bfloat16", "safe"))
    for rule in ("no", "equiv", "safe", "same_kind", "unsafe"):
        tally.check(f"bfloat16 to itself, {rule}", True,
                    lambda: library.can_cast("bfloat16", "bfloat16", rule))
    return tally


def promotion_table(library, seed):
    """la_result_type over all pairs, with weak scalars, and over random threes."""
    tally = Tally("promotion table")
    rng = random.Random(seed)
    weak = {la.WEAK_INT: 1, la.WEAK_FLOAT: 1.0}
    kinds = ALL + list(weak)
    some = list(itertools.product(kinds, kinds)) + [(k,) for k in kinds]
    some += [tuple(rng.choice(kinds) for _ in range(rng.choice([3, 4, 5]))) for _ in range(1500)]
    for each in some:
        expected = np.result_type(*(weak.get(k, k) if isinstance(k, int) else k for k in each))
        tally.check(lambda: f"la_result_type of {[str(k) for k in each]}",
                    dtype_number(expected.newbyteorder("=")),
                    lambda: library.result_type(*each))
    for a, b in (("float16", "float32"), ("float32", "float32"), ("float64", "float64"),
                 ("bfloat16", "bfloat16"), ("complex64", "complex64")):
        tally.check(f"bfloat16 with {a}", dtype_number(b),
                    lambda: library.result_type("bfloat16", a))
    return tally


def bfloat16_to_float32(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def float32_to_bfloat16(values):
    """Rounded to nearest, ties to even; NaN stays NaN."""
    bits = values.view(np.uint32).astype(np.uint64)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    return np.where(np.isnan(values), np.uint16(0x7FC0), rounded)


def cast_values(library, seed):
    """la_astype of every type to every other, with extremes, against the definition."""
    tally = Tally("cast values")
    rng = np.random.default_rng(seed)
    halves = np.arange(65536, dtype=np.uint16).view(np.float16)
    singles = rng.integers(0, 2**32, 20000, np.uint32).view(np.float32)
    doubles = np.concatenate([rng.integers(0, 2**64, 5000, np.uint64).view(np.float64),
                              singles.astype(np.float64),
                              halves.astype(np.float64) * (1 + 2.0**-12)])
    longs = rng.integers(-2**63, 2**63 - 1, 5000) >> rng.integers(0, 64, 5000)
    edges = np.array([s * (2.0**p + d) for p in (7, 8, 15, 16, 31, 32, 63, 64)
                      for d in (-1, -0.5, 0, 0.5, 1) for s in (1, -1)])
    special = [halves, singles, doubles, longs, longs.view(np.uint64), edges,
               edges.astype(np.float32), (edges + 1j * edges[::-1]),
               np.arange(256, dtype=np.uint8).view(bool)]
    for values in special:
        handle = library.from_data(values)
        for target in ALL:
            tally.check_values(lambda: f"{values.dtype} to {target.str}",
                               oracle.cast(values, target), lambda: handle.astype(target))
    for k, (a, b) in enumerate(itertools.product(ALL, ALL)):
        for n in (1, 3, 40):
            values = data(a, (n,), seed + 3 * k + n)
            tally.check_values(lambda: f"{source(values)} to {b.str}", oracle.cast(values, b),
                               lambda: library.from_data(values).astype(b))
    # bfloat16, which NumPy lacks: through float32 by its definition.
    bits = np.arange(65536, dtype=np.uint16)
    handle = library.from_data(bits).view_dtype("bfloat16")
    for target in NATIVE:
        tally.check_values(lambda: f"bfloat16 to {target}",
                           oracle.cast(bfloat16_to_float32(bits), target),
                           lambda: handle.astype(target))
    for values in (singles, halves, np.arange(-300, 300, dtype=np.int16)):
        expected = bits_of_bfloat16(float32_to_bfloat16(values.astype(np.float32)))
        tally.check_values(
            lambda: f"{values.dtype} to bfloat16", expected,
            lambda: bits_to_float32(library, library.from_data(values).astype("bfloat16")))
    return tally


def bits_of_bfloat16(bits):
    """As float32, where NaNs compare as one."""
    return bfloat16_to_float32(bits)


def bits_to_float32(library, handle):
    return library.from_data(bfloat16_to_float32(handle.view_dtype("uint16").numpy()))


def same_values(library, seed):
    """LA_CAST_SAME_VALUE: the definition decides, element by element."""
    tally = Tally("same_value")
    special = [0, 1, 2, -1, 0.5, 1.5, float("nan"), float("inf"), -0.0, 127, 128, 255, 256, 2048,
               2049, 65504, 65520, 2**24, 2**24 + 1, 2**31, 2**53, 2**53 + 1, 1e300, 1e-300, 1 + 1j,
               3 + 0j, 2**63 - 1]
    for a, b in itertools.product(ALL, NATIVE):
        for value in special:
            with np.errstate(all="ignore"):
                try:
                    values = np.array([1, value, 0]).astype(a)
                except OverflowError:
                    continue
            handle = library.from_data(values)
            if oracle.keeps_values(values, b):
                tally.check_values(lambda: f"{source(values)} to {b.str}, same_value",
                                   oracle.cast(values, b),
                                   lambda: handle.astype(b, casting="same_value"))
            else:
                tally.check(lambda: f"{source(values)} to {b.str}, same_value", "LA_CAST_ERROR",
                            lambda: handle.astype(b, casting="same_value"))
    return tally


def makers(library, seed):
    """la_arange, la_linspace, la_eye, la_full with random arguments."""
    tally = Tally("makers")
    rng = random.Random(seed)
    for _ in range(1000):
        dtype = np.dtype(rng.choice(list(NUMBERS)))
        start, stop = rng.randint(-40, 40), rng.randint(-40, 60)
        step = rng.choice([1, 1, 2, 3, 7, -1, -2, -5])
        if dtype.kind != "b":
            tally.check_values(f"la_arange({dtype}, {start}, {stop}, {step})",
                               oracle.cast(np.arange(start, stop, step), dtype),
                               lambda: library.arange(dtype, start, stop, step))
            first, last = rng.uniform(-9, 9), rng.uniform(-9, 20)
            by = rng.choice([0.5, 0.1, -0.25, 1 / 3, 2.0, -1.7])
            tally.check_values(f"la_arange_f64({dtype}, {first}, {last}, {by})",
                               oracle.cast(np.arange(first, last, by), dtype),
                               lambda: library.arange_f64(dtype, first, last, by))
            count, endpoint = rng.randint(0, 30), rng.random() < 0.6
            first, last = rng.choice([0.0, -3.0, 1e-3, 5.5]), rng.choice([1.0, 10.0, -2.5, 0.1])
            values = np.linspace(first, last, count, endpoint)
            if dtype.kind in "iu":
                values = np.floor(values)
            tally.check_values(f"la_linspace({dtype}, {first}, {last}, {count}, {endpoint})",
                               oracle.cast(values, dtype),
                               lambda: library.linspace(dtype, first, last, count, endpoint))
        rows, columns, k = rng.randint(0, 6), rng.randint(0, 6), rng.randint(-7, 7)
        order = rng.choice("CF")
        tally.check_values(f"la_eye({dtype}, {rows}, {columns}, {k})",
                           np.eye(rows, columns, k, dtype, order),
                           lambda: library.eye(dtype, rows, columns, k, order))
    return tally
