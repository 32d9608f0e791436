"""The rows of the table: what is timed, against what, and what is to be reached.

A figure is the ratio of a contestant's time to its row's reference in the same
run: "memcpy" of the destination's bytes into warm memory, "traffic" (memcpy of
half of the bytes read and written, marked † in the report), "memset", "memmove",
"peer" (the fastest other contestant), "malloc" (one pair of malloc and free),
"one thread", or "ns" (the time itself). `must` and `stretch` are the most that
it may be; None leaves only the comparison with the other contestants.
"""

import re
from dataclasses import dataclass
from typing import Callable

import numpy as np

from jobs import (Add, Assign, Copy, File, InPlace, Mask, MaskAssign, MaskFill, MaskInto, Take,
                  View, target, values)

MIB = 1 << 20
SIZES = {1: np.uint8, 2: np.uint16, 4: np.float32, 8: np.float64, 16: np.complex128}


@dataclass
class Row:
    group: str
    title: str
    reference: str
    must: float | None
    stretch: float | None
    prepare: Callable
    quick: bool = True  # whether it belongs to a quick run

    @property
    def name(self):
        return f"{self.group}, {self.title}" if self.title else self.group


def rows(pattern="", quick=False):
    """The rows whose names contain the regular expression, in the order of the table."""
    wanted = re.compile(pattern, re.IGNORECASE)
    for part in (copies, steps, transposes, permutations, images, blocks, takes, masks, casts,
                 broadcasts, in_place, files, threads, small):
        yield from (row for row in part()
                    if wanted.search(row.name) and (row.quick or not quick))


def fresh(view):
    """A job that assigns this view to a new target of its shape."""
    return Assign(target(view.shape, view.dtype), view)


def copies():
    def contiguous(nbytes, ahead=2048):
        source = values((nbytes // 8,), np.float64)
        return Assign(target(source.shape, source.dtype, ahead), source)

    for text, nbytes, must in (("64 KiB", MIB // 16, 1.05), ("8 MiB", 8 * MIB, 0.8),
                               ("256 MiB", 256 * MIB, 1.0)):
        yield Row("contiguous copy", text, "memcpy", must, None,
                  lambda nbytes=nbytes: contiguous(nbytes))
    yield Row("contiguous copy", "256 MiB, destination 64 bytes ahead mod 4096", "memcpy", 1.1, 1.0,
              lambda: contiguous(256 * MIB, 64))
    for text, cache, must, stretch in (("cache off", 0, 2.2, 1.6),
                                       ("cache on", 1024 * MIB, 1.2, 1.05)):
        yield Row("fresh copy of 256 MiB", text, "memcpy", must, stretch,
                  lambda cache=cache: Copy(values((32 * MIB,), np.float64), cache))


def steps():
    for size, must in zip(SIZES, (1.8, 1.7, 1.6, 0.95, 1.2)):
        yield Row("a[::2], 10⁶", _bytes(size), "memcpy", must, None,
                  lambda size=size: fresh(values((2_000_000,), SIZES[size])[::2]))
    for size, must in zip(SIZES, (1.1, 0.95, 0.85, 0.9, 0.8)):
        yield Row("a[::-1], 10⁷", _bytes(size), "memcpy", must, None,
                  lambda size=size: fresh(values((10_000_000,), SIZES[size])[::-1]))


def transposes():
    goals = {
        4096: ((1, 3, 2.5), (2, 2.2, 1.9), (4, 1.7, 1.4), (8, 1.5, 1.25), (16, 1.8, 1.5)),
        4099: ((1, 4, 3), (2, 3, 2.2), (4, 2, 1.7), (8, 2, 1.7), (16, 1.8, 1.6)),
        10000: ((4, 3.2, 2), (8, 2.2, 1.7)),
    }
    for n, goal in goals.items():
        for size, must, stretch in goal:
            yield Row(f"2-D transpose {n}²", _bytes(size), "memcpy", must, stretch,
                      lambda n=n, size=size: fresh(values((n, n), SIZES[size]).T),
                      quick=n < 10000)


def permutations():
    for shape, dtype, axes, must, stretch in (
            ((64,) * 4, np.float32, (3, 2, 1, 0), 3.3, 2.5),
            ((64,) * 4, np.float32, (0, 2, 1, 3), 1.25, 1.0),
            ((64,) * 4, np.float32, (1, 0, 3, 2), 1.9, 1.7),
            ((64,) * 4, np.uint8, (2, 3, 0, 1), 3.5, 2.5),
            ((16,) * 6, np.float32, (5, 3, 1, 4, 2, 0), 2.4, 1.9)):
        power = {4: "⁴", 6: "⁶"}[len(shape)]
        yield Row(f"{shape[0]}{power} {np.dtype(dtype).name}",
                  f"axes ({','.join(map(str, axes))})", "memcpy", must, stretch,
                  lambda s=shape, d=dtype, axes=axes: fresh(values(s, d).transpose(axes)))


def images():
    for dtype, must, stretch in ((np.uint8, 2, 1.3), (np.float32, 1.6, 1.3)):
        yield Row("8×224×224×3 to channels first", np.dtype(dtype).name, "memcpy", must, stretch,
                  lambda d=dtype: fresh(values((8, 224, 224, 3), d).transpose(0, 3, 1, 2)))
    for dtype, must, stretch in ((np.uint8, 2, 1.1), (np.float32, 3, 1.8)):
        yield Row("8×3×224×224 to channels last", np.dtype(dtype).name, "memcpy", must, stretch,
                  lambda d=dtype: fresh(values((8, 3, 224, 224), d).transpose(0, 2, 3, 1)))


def blocks():
    inner = slice(10, -10)
    for title, shape, key, must, stretch in (
            ("2-D", (3000, 3000), (inner, inner), 0.95, 0.8),
            ("3-D", (220, 220, 220), (inner, inner, inner), 1.05, 0.95),
            ("inner extent 4", (1600, 1600, 6), (inner, inner, slice(1, -1)), 1.4, 1.2)):
        yield Row("a[10:-10, …] float64", title, "memcpy", must, stretch,
                  lambda shape=shape, key=key: fresh(values(shape, np.float64)[key]))


def takes():
    for text, extent in (("10⁷", 10_000_000), ("10⁵", 100_000)):
        yield Row("take 10⁶ float64", f"of {text}", "peer", 1.05, 0.9,
                  lambda extent=extent: Take(values((extent,), np.float64), 1_000_000))
    for width, count, text, must, stretch in ((64, 100_000, "10⁵", 1.05, 0.97),
                                              (4, 1_000_000, "10⁶", 2.4, 1.8)):
        yield Row(f"take {text} rows of {text}", f"{width} float32", "traffic", must, stretch,
                  lambda width=width, count=count: Take(values((count, width), np.float32), count))


def masks():
    for group, kind, reference, goals in (
            ("mask 10⁷ float64", MaskInto, "traffic",
             ((1, 0.9, 0.7), (50, 1.2, 1.0), (99, 1.0, 0.95))),
            ("mask 10⁷ float64, new array", Mask, "traffic",
             ((1, None, None), (50, None, None), (99, None, None))),
            ("masked fill", MaskFill, "memcpy", ((1, 0.45, 0.35), (50, 0.8, 0.7), (99, 0.8, 0.7))),
            ("masked assign", MaskAssign, "traffic", ((50, 2.5, 1.5), (99, 1.5, 1.1)))):
        for share, must, stretch in goals:
            yield Row(group, f"{share} %", reference, must, stretch,
                      lambda kind=kind, share=share: kind(10_000_000, share / 100))


CASTS = [("float64", "float32"), ("float32", "float64"), ("float32", "float16"),
         ("float16", "float32"), ("float64", "int32"), ("int32", "float64"), ("int64", "float64"),
         ("int64", "int32"), ("uint8", "float32"), ("float32", "uint8")]


def casts():
    def cast(source, to):
        return Assign(target(source.shape, to), source)

    for group, must, stretch, view in (
            ("cast 10⁷, contiguous", 1.0, 0.85, lambda a: a(10_000_000)),
            ("cast 10⁷, of a[::2]", None, 1.2, lambda a: a(20_000_000)[::2]),
            ("cast 10⁷, transposed 3125×3200", 3, 2, lambda a: a((3200, 3125)).T)):
        for of, to in CASTS:
            exact = must == 1.0 and to == "float16"
            yield Row(group, f"{of} → {to}", "traffic", 0.95 if exact else must, stretch,
                      lambda of=of, to=to, view=view: cast(view(lambda s: values(s, of)), to),
                      quick=(of, to) in CASTS[:3])
    yield Row("cast, transposed 4096²", "float64 → float32", "traffic", 3, 2,
              lambda: cast(values((4096, 4096), np.float64).T, np.float32))


def broadcasts():
    for title, shape, must in (("a row", (1, 4096), 1.9), ("a column", (4096, 1), 1.8)):
        yield Row("broadcast to 4096² float64", title, "memset", must, 1.6,
                  lambda shape=shape: fresh(
                      np.broadcast_to(values(shape, np.float64), (4096, 4096))))


def in_place():
    for size, must, stretch in ((8, 1.8, 1.5), (4, 2.1, 1.6), (1, 3.2, 2.6)):
        yield Row("in-place transpose 4096²", _bytes(size), "memcpy", must, stretch,
                  lambda size=size: InPlace("transpose", values((4096, 4096), SIZES[size])))
    yield Row("in-place reversal", "float64, 10⁷", "memcpy", 0.55, 0.5,
              lambda: InPlace("reverse", values((10_000_000,), np.float64)))
    yield Row("in-place shift by one", "float64, 10⁷", "memmove", 1.05, None,
              lambda: InPlace("shift", values((10_000_000,), np.float64)))


def files():
    for kind, must, stretch in (("load", 2, 1.6), ("save", 2.5, 2)):
        yield Row(".npy of 256 MiB", kind, "memcpy", must, stretch,
                  lambda kind=kind: File(kind, 32 * MIB))


def threads():
    """At least 1.5 times the speed: at most two thirds of the time."""
    def two(source, to=None):
        return Assign(target(source.shape, to or source.dtype), source, threads=2)

    for size in (1, 4, 8):
        yield Row("two threads, 2-D transpose 4096²", _bytes(size), "one thread", 0.667, None,
                  lambda size=size: two(values((4096, 4096), SIZES[size]).T))
    yield Row("two threads, 64⁴ float32", "axes (3,2,1,0)", "one thread", 0.667, None,
              lambda: two(values((64,) * 4, np.float32).transpose()))
    for of, to in CASTS[:2]:
        yield Row("two threads, cast of a transposed 3125×3200", f"{of} → {to}", "one thread",
                  0.667, None, lambda of=of, to=to: two(values((3200, 3125), of).T, to))


def small():
    yield Row("view a[1:4] made and released", "", "malloc", 1.6, None,
              lambda: View(np.arange(6)))
    yield Row("10 float64", "new copy", "ns", 100, None, lambda: Copy(values((10,), np.float64)))
    yield Row("10 float64", "assigned", "ns", 100, None, lambda: fresh(values((10,), np.float64)))
    for text, count in (("10⁴", 10_000), ("10⁷", 10_000_000)):
        yield Row("la_for_each adds two float64 arrays", text, "peer", 1.05, None,
                  lambda count=count: Add(count))


def _bytes(size):
    return "1 byte" if size == 1 else f"{size} bytes"
