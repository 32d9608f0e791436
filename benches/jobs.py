"""The jobs that rows are made of: which elements go where, and what must come out.

A job knows its memory, how many bytes it moves, and the right result as NumPy
tells it, against which every contestant is held before it is timed. How each
contestant does a job stands in contestants.py and peers.py, in the method that
has the name of the job's kind.
"""

import os

import numpy as np

PAGE = 4096
RNG = np.random.default_rng(1)


def memory(shape, dtype, ahead=0):
    """Uninitialised elements, `ahead` bytes after the start of a page."""
    dtype = np.dtype(dtype)
    nbytes = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    raw = np.empty(nbytes + 2 * PAGE, np.uint8)
    start = -raw.ctypes.data % PAGE + ahead
    return raw[start:start + nbytes].view(dtype).reshape(shape)


def target(shape, dtype, ahead=PAGE // 2):
    """Warm memory to write to: half a page off sources, where memcpy is at its fastest."""
    made = memory(shape, dtype, ahead)
    made.view(np.uint8).reshape(-1)[...] = 0xA5
    return made


def values(shape, dtype):
    """Random elements, from 0 to below 200 so that every cast keeps them in range."""
    made = memory(shape, dtype)
    flat = made.reshape(-1)
    if made.dtype.kind == "c":
        RNG.random(out=flat.view(np.float64))
    elif made.dtype in (np.float32, np.float64):
        RNG.random(out=flat, dtype=made.dtype)
        flat *= 200
    else:
        flat[...] = RNG.integers(0, 200, flat.size, np.uint8)
    return made


class Job:
    """What the kinds have in common."""

    kind = None
    target = None  # what is written, where it exists beforehand
    source = None

    def reset(self):
        """Makes sure that the next output is the next contestant's own."""
        self.target.fill(0)

    def output(self):
        return self.target

    def moved(self):
        """The destination's bytes."""
        return self.target.nbytes

    def traffic(self):
        """Half of the bytes read and written."""
        return (self.source.nbytes + self.moved()) // 2

    def close(self):
        """Nothing to take away."""


class Assign(Job):
    """target[...] = source, converted where the types differ."""

    kind = "assign"

    def __init__(self, target, source, threads=1):
        self.target, self.source, self.threads = target, source, threads
        if threads > 1:
            self.kind = "assign_threads"

    def expected(self):
        return self.source.astype(self.target.dtype, order="C")


class Copy(Job):
    """A new array with the source's elements; `cache`: of freed blocks, in bytes."""

    kind = "copy"

    def __init__(self, source, cache=0):
        self.source, self.cache = source, cache
        if cache:
            self.kind = "copy_cached"

    def reset(self):
        pass

    def moved(self):
        return self.source.nbytes

    def expected(self):
        return self.source


class View(Copy):
    """album[1:4], released again."""

    kind = "view"

    def expected(self):
        return self.source[1:4]


class InPlace(Job):
    """An array whose elements change places: "transpose", "reverse" or "shift" by one."""

    def __init__(self, kind, array):
        self.kind = kind + "_in_place"
        self.target, self.original = array, array.copy()

    def reset(self):
        self.target[...] = self.original

    def moved(self):
        return self.target.nbytes - (self.target.itemsize if self.kind.startswith("shift") else 0)

    def traffic(self):
        return self.moved()

    def expected(self):
        if self.kind == "transpose_in_place":
            return self.original.T
        if self.kind == "reverse_in_place":
            return self.original[::-1]
        return np.concatenate([self.original[:1], self.original[:-1]])


class Take(Job):
    """Rows (or elements) of the source at random, into the target."""

    kind = "take"

    def __init__(self, source, count):
        self.source = source
        self.indices = memory((count,), np.int64)
        self.indices[...] = RNG.integers(0, len(source), count)
        self.target = target((count,) + source.shape[1:], source.dtype)

    def traffic(self):
        return (2 * self.moved() + self.indices.nbytes) // 2

    def expected(self):
        return self.source[self.indices]


class Mask(Job):
    """source[mask], a new array."""

    kind = "mask"

    def __init__(self, count, share):
        self.source = values((count,), np.float64)
        self.mask = chosen(count, share)

    def reset(self):
        pass

    def moved(self):
        return int(self.mask.sum()) * self.source.itemsize

    def traffic(self):
        return (self.source.nbytes + self.mask.nbytes + self.moved()) // 2

    def expected(self):
        return self.source[self.mask]


class MaskInto(Mask):
    """source[mask] into an array that exists."""

    kind = "mask_into"

    def __init__(self, count, share):
        super().__init__(count, share)
        self.target = target((int(self.mask.sum()),), np.float64)

    def reset(self):
        Job.reset(self)


class MaskFill(Job):
    """target[mask] = one number."""

    kind = "mask_fill"
    value = 1.5

    def __init__(self, count, share):
        self.original = values((count,), np.float64)
        self.target = target((count,), np.float64)
        self.mask = chosen(count, share)

    def reset(self):
        self.target[...] = self.original

    def expected(self):
        return np.where(self.mask, self.value, self.original)


class MaskAssign(MaskFill):
    """target[mask] = as many values as are true."""

    kind = "mask_assign"

    def __init__(self, count, share):
        super().__init__(count, share)
        self.values = values((int(self.mask.sum()),), np.float64)

    def traffic(self):
        return (self.mask.nbytes + 2 * self.values.nbytes) // 2

    def expected(self):
        made = self.original.copy()
        made[self.mask] = self.values
        return made


def chosen(count, share):
    mask = memory((count,), np.bool_)
    mask[...] = RNG.random(count, np.float32) < share
    return mask


class Add(Job):
    """target = a + b, by a loop of the caller's."""

    kind = "add"

    def __init__(self, count):
        self.source, self.other = (values((count,), np.float64) for _ in range(2))
        self.target = target((count,), np.float64)

    def expected(self):
        return self.source + self.other


class File(Job):
    """An .npy file, in memory where the system offers such a folder."""

    def __init__(self, kind, count):
        self.kind = kind
        self.source = values((count,), np.float64)
        free = os.statvfs("/dev/shm") if os.path.isdir("/dev/shm") else None
        roomy = free is not None and free.f_bavail * free.f_frsize > 3 * self.source.nbytes
        folder = "/dev/shm" if roomy else os.path.join(os.path.dirname(__file__), "..", "build")
        self.path = os.path.join(folder, f"libarray-bench-{os.getpid()}.npy")
        np.save(self.path, self.source)
        self.header = os.path.getsize(self.path) - self.source.nbytes

    def reset(self):
        if self.kind == "save":
            os.remove(self.path)

    def moved(self):
        return self.source.nbytes

    def output(self):
        """What was saved. A file without a header is taken for the bare elements."""
        if self.kind == "save" and os.path.getsize(self.path) == self.source.nbytes:
            return np.fromfile(self.path, self.source.dtype)
        return np.load(self.path)

    def expected(self):
        return self.source

    def close(self):
        os.remove(self.path)
