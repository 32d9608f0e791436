"""Who takes part: libarray, NumPy and plain C. The other peers stand in peers.py.

A contestant has a method for each kind of job that it can do (see jobs.py). It
returns an `Entry`: how to repeat the job so many times, which tells the seconds
of one, and where its result is, if that is not the job's target. A method, or
the first run, raises `Cannot` for a job that is beyond the contestant.
"""

import ctypes
import timeit
from dataclasses import dataclass
from typing import Callable

import numpy as np

from helper import Cannot, libarray_helper, plain_helper
from libarray import Error, Library, dtype_number

byte_bounds = np.lib.array_utils.byte_bounds


@dataclass
class Entry:
    run: Callable
    output: Callable | None = None


class Contestant:
    name = None

    def enter(self, job):
        """How this contestant does the job, or None."""
        method = getattr(self, job.kind, None)
        try:
            return method and method(job)
        except Cannot:
            return None


def python(call, output=None):
    """Times a call of Python's; its result is released each time."""
    timer = timeit.Timer(call)
    return Entry(lambda count: timer.timeit(count) / count, output)


def address(array):
    return ctypes.c_void_p(array.ctypes.data)


class Libarray(Contestant):
    name = "libarray"

    def __init__(self, path, header):
        self.library = Library(path, header)
        self.helper = libarray_helper(path)
        self.version = self.library.ffi.string(self.library.c.la_version_text()).decode()

    def wrap(self, a):
        """libarray's array on NumPy's own memory."""
        low, high = byte_bounds(a)
        return self.library.wrap(low, high - low, a.ctypes.data - low, a.dtype, a.shape, a.strides)

    def entry(self, name, *arguments, output=None):
        """Calls bench_`name`; arrays are handed as handles, which live as long as the entry."""
        def pointer(x):
            if isinstance(x, ctypes._SimpleCData) or isinstance(x, bytes):
                return x
            return ctypes.c_void_p(int(self.library.ffi.cast("uintptr_t", x.handle)))

        def run(count):
            return self.helper(name, count, *map(pointer, arguments))
        return Entry(run, output)

    def offered(self, function, *arguments):
        """Calls what the library may not have yet."""
        try:
            self.library.check(function(*arguments))
        except Error as error:
            raise Cannot(str(error)) from error

    def assign(self, job):
        return self.entry("assign", self.wrap(job.target), self.wrap(job.source))

    def assign_threads(self, job):
        entry = self.assign(job)

        def run(count):
            self.offered(self.library.c.la_set_num_threads, job.threads)
            try:
                entry.run(1)  # the threads are there
                return entry.run(count)
            finally:
                self.library.c.la_set_num_threads(1)
        return Entry(run)

    def copy(self, job):
        array = self.wrap(job.source)
        return self.entry("copy", array, output=lambda: array.copy().numpy())

    def copy_cached(self, job):
        entry = self.copy(job)

        def run(count):
            self.offered(self.library.c.la_set_cache_limit, job.cache)
            try:
                entry.run(1)  # the block is in the cache
                return entry.run(count)
            finally:
                self.library.c.la_set_cache_limit(0)
                self.library.c.la_trim()
        return Entry(run, entry.output)

    def view(self, job):
        array = self.wrap(job.source)
        return self.entry("slice", array, output=lambda: array.slice([slice(1, 4)]).numpy())

    def transpose_in_place(self, job):
        array = self.wrap(job.target)
        return self.entry("assign", array, array.transpose())

    def reverse_in_place(self, job):
        array = self.wrap(job.target)
        return self.entry("assign", array, array.flip())

    def shift_in_place(self, job):
        array = self.wrap(job.target)
        return self.entry("assign", array.slice([slice(1, None)]), array.slice([slice(None, -1)]))

    def take(self, job):
        return self.entry("take", self.wrap(job.target), self.wrap(job.source),
                          self.wrap(job.indices), ctypes.c_int32(0))

    def mask(self, job):
        array, mask = self.wrap(job.source), self.wrap(job.mask)
        return self.entry("mask", array, mask, output=lambda: array.get([("mask", mask)]).numpy())

    def mask_into(self, job):
        return self.entry("mask_into", self.wrap(job.target), self.wrap(job.source),
                          self.wrap(job.mask))

    def mask_fill(self, job):
        return self.entry("mask_fill", self.wrap(job.target), self.wrap(job.mask),
                          ctypes.c_double(job.value))

    def mask_assign(self, job):
        return self.entry("mask_assign", self.wrap(job.target), self.wrap(job.mask),
                          self.wrap(job.values))

    def add(self, job):
        return self.entry("add", *map(self.wrap, (job.target, job.source, job.other)))

    def load(self, job):
        return self.entry("load", job.path.encode(),
                          output=lambda: self.library.load_npy(job.path).numpy())

    def save(self, job):
        return self.entry("save", job.path.encode(), self.wrap(job.source))


class NumPy(Contestant):
    name = "NumPy"

    def assign(self, job):
        return python(lambda: np.copyto(job.target, job.source, casting="unsafe"))

    def copy(self, job):
        return python(job.source.copy, job.source.copy)

    copy_cached = copy

    def view(self, job):
        album = job.source
        return python(lambda: album[1:4], lambda: album[1:4])

    def transpose_in_place(self, job):
        return python(lambda: np.copyto(job.target, job.target.T))

    def reverse_in_place(self, job):
        return python(lambda: np.copyto(job.target, job.target[::-1]))

    def shift_in_place(self, job):
        return python(lambda: np.copyto(job.target[1:], job.target[:-1]))

    def take(self, job):
        # With mode="raise", `out` is filled by way of a copy, which takes longer.
        return python(lambda: np.take(job.source, job.indices, 0, job.target, "clip"))

    def mask(self, job):
        return python(lambda: job.source[job.mask], lambda: job.source[job.mask])

    def mask_into(self, job):
        return python(lambda: np.compress(job.mask, job.source, 0, job.target))

    def mask_fill(self, job):
        def fill():
            job.target[job.mask] = job.value
        return python(fill)

    def mask_assign(self, job):
        def assign():
            job.target[job.mask] = job.values
        return python(assign)

    def add(self, job):
        return python(lambda: np.add(job.source, job.other, job.target))

    def load(self, job):
        return python(lambda: np.load(job.path), lambda: np.load(job.path))

    def save(self, job):
        return python(lambda: np.save(job.path, job.source))


class Strided(ctypes.Structure):
    """strided.h."""
    _fields_ = [("data", ctypes.c_void_p), ("dtype", ctypes.c_int32), ("ndim", ctypes.c_int32),
                ("shape", ctypes.c_int64 * 8), ("strides", ctypes.c_int64 * 8)]


def strided(a):
    return ctypes.byref(Strided(a.ctypes.data, dtype_number(a.dtype), a.ndim,
                                (ctypes.c_int64 * 8)(*a.shape), (ctypes.c_int64 * 8)(*a.strides)))


class PlainC(Contestant):
    name = "plain C"

    def __init__(self):
        self.helper = plain_helper()

    def entry(self, name, *arguments, output=None):
        return Entry(lambda count: self.helper(name, count, *arguments), output)

    def assign(self, job):
        return self.entry("assign", strided(job.target), strided(job.source),
                          ctypes.c_int64(job.source.itemsize))

    def copy(self, job):
        # What the copy holds is memcpy's affair.
        return self.entry("copy", address(job.source), ctypes.c_size_t(job.source.nbytes),
                          output=lambda: job.source)

    copy_cached = copy

    def transpose_in_place(self, job):
        return self.entry("transpose_in_place", address(job.target),
                          ctypes.c_int64(len(job.target)), ctypes.c_int64(job.target.itemsize))

    def reverse_in_place(self, job):
        return self.entry("reverse_in_place", address(job.target),
                          ctypes.c_int64(job.target.size))

    def take(self, job):
        size = job.source.nbytes // len(job.source)
        return self.entry("take", address(job.target), address(job.source),
                          ctypes.c_int64(len(job.source)), address(job.indices),
                          ctypes.c_int64(job.indices.size), ctypes.c_int64(size))

    def mask(self, job):
        arguments = address(job.source), address(job.mask), ctypes.c_int64(job.mask.size)

        def output():
            chosen = np.empty(job.moved() // job.source.itemsize)
            self.helper("mask", 1, *arguments, address(chosen))
            return chosen
        return self.entry("mask", *arguments, None, output=output)

    def mask_into(self, job):
        return self.entry("mask_into", address(job.target), address(job.source),
                          address(job.mask), ctypes.c_int64(job.mask.size))

    def mask_fill(self, job):
        return self.entry("mask_fill", address(job.target), address(job.mask),
                          ctypes.c_int64(job.mask.size), ctypes.c_double(job.value))

    def mask_assign(self, job):
        return self.entry("mask_assign", address(job.target), address(job.mask),
                          ctypes.c_int64(job.mask.size), address(job.values))

    def add(self, job):
        return self.entry("add", address(job.target), address(job.source), address(job.other),
                          ctypes.c_int64(job.target.size))

    def load(self, job):
        return self.entry("load", job.path.encode(), ctypes.c_int64(job.header),
                          ctypes.c_size_t(job.source.nbytes), output=lambda: job.source)

    def save(self, job):
        return self.entry("save", job.path.encode(), address(job.source),
                          ctypes.c_size_t(job.source.nbytes))
