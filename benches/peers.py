"""The other peers, those of them that are here: Rust crates, Eigen, PyTorch.

`make bench` builds what it can (peers/build.sh). Whoever is missing is told on
the standard error, and left out.
"""

import ctypes
import os
import sys

import numpy as np

from contestants import Contestant, Entry, address, python, strided
from helper import BUILD, Cannot, Helper


def peers():
    """Those that can take part here."""
    found = []
    for kinds, library in (((NdArray, Transpose, FastTranspose, RustSlice), "libpeers.so"),
                           ((Eigen,), "libeigen.so")):
        path = os.path.join(BUILD, "bench", library)
        if os.path.exists(path):
            found += [kind(path) for kind in kinds]
        else:
            missing(", ".join(kind.name for kind in kinds), f"{library} was not built (make bench)")
    try:
        found.append(PyTorch())
    except ImportError:
        missing(PyTorch.name, "not installed (make bench TORCH=1)")
    return found


def missing(name, reason):
    print(f"without {name}: {reason}", file=sys.stderr)


class Compiled(Contestant):
    """Functions in C's manner, in a library of ours."""

    def __init__(self, path):
        self.helper = Helper(path, self.prefix)

    def entry(self, name, *arguments):
        return Entry(lambda count: self.helper(name, count, *arguments))

    def strided_assign(self, job):
        return self.entry("assign", strided(job.target), strided(job.source),
                          ctypes.c_int64(job.source.itemsize))

    def square_in_place(self, job):
        return self.entry("transpose_in_place", address(job.target),
                          ctypes.c_int64(len(job.target)), ctypes.c_int64(job.target.itemsize))


class NdArray(Compiled):
    name, prefix = "ndarray", "ndarray"
    assign = Compiled.strided_assign


class Eigen(Compiled):
    name, prefix = "Eigen", "eigen"
    assign = Compiled.strided_assign
    transpose_in_place = Compiled.square_in_place

    def reverse_in_place(self, job):
        return self.entry("reverse_in_place", address(job.target), ctypes.c_int64(job.target.size))


def matrices(job):
    """A job as `batch` transposes of packed matrices of (height, width), if it is that."""
    source = job.source
    if source.dtype != job.target.dtype or not job.target.flags.c_contiguous:
        raise Cannot
    for batch in range(source.ndim - 1):
        for k in range(batch + 1, source.ndim):
            axes = (*range(batch), *range(k, source.ndim), *range(batch, k))
            if source.transpose(axes).flags.c_contiguous:
                count, width, height = (int(np.prod(source.shape[part])) for part in (
                    slice(0, batch), slice(batch, k), slice(k, None)))
                if width > 1 and height > 1:
                    return count, height, width
    raise Cannot


class Transpose(Compiled):
    name, prefix = "transpose", "transpose"

    def assign(self, job):
        return self.entry("matrices", address(job.target), address(job.source),
                          *map(ctypes.c_int64, matrices(job)),
                          ctypes.c_int64(job.source.itemsize))

    def transpose_in_place(self, job):
        return self.entry("in_place", address(job.target), ctypes.c_int64(len(job.target)),
                          ctypes.c_int64(job.target.itemsize))


class FastTranspose(Transpose):
    name, prefix = "fast_transpose", "fast_transpose"
    transpose_in_place = None


class RustSlice(Compiled):
    name, prefix = "Rust slice", "slice"

    def reverse_in_place(self, job):
        return self.entry("reverse", address(job.target), ctypes.c_int64(job.target.size))

    def shift_in_place(self, job):
        return self.entry("shift", address(job.target), ctypes.c_int64(job.target.size))


class PyTorch(Contestant):
    name = "PyTorch"

    def __init__(self):
        import torch
        torch.set_num_threads(1)
        self.torch = torch

    def tensor(self, a):
        """The same memory. PyTorch knows neither negative strides nor every type."""
        try:
            return self.torch.from_numpy(a)
        except (TypeError, ValueError) as error:
            raise Cannot from error

    def assign(self, job):
        target, source = self.tensor(job.target), self.tensor(job.source)
        return python(lambda: target.copy_(source))

    def copy(self, job):
        source = self.tensor(job.source)
        return python(source.clone, lambda: source.clone().numpy())

    copy_cached = copy

    def reverse_in_place(self, job):
        target = self.tensor(job.target)
        return python(lambda: target.copy_(target.flip(0)))

    def take(self, job):
        target, source, indices = map(self.tensor, (job.target, job.source, job.indices))
        return python(lambda: self.torch.index_select(source, 0, indices, out=target))

    def mask(self, job):
        source, mask = self.tensor(job.source), self.tensor(job.mask)
        return python(lambda: source[mask], lambda: source[mask].numpy())

    def mask_fill(self, job):
        target, mask = self.tensor(job.target), self.tensor(job.mask)
        return python(lambda: target.masked_fill_(mask, job.value))

    def mask_assign(self, job):
        target, mask, values = map(self.tensor, (job.target, job.mask, job.values))
        return python(lambda: target.masked_scatter_(mask, values))

    def add(self, job):
        target, a, b = map(self.tensor, (job.target, job.source, job.other))
        return python(lambda: self.torch.add(a, b, out=target))
