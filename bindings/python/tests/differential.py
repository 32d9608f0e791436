"""Random programs through libarray and through NumPy, step by step.

Each program keeps pairs of arrays, one of each library, with views of views
among them. A step does the same with both; whatever can be told of the results
has to agree: error or not, shape, strides, type, flags, whether it is a view,
the elements, and which arrays of the program share memory with it. Where NumPy
is known to be wrong (a write that overlaps what it reads), NumPy is handed a
copy of what is read, which is what "read whole before the first write" means.

    python differential.py --seed 1 --programs 1000
"""

import argparse
import random
import sys
import time
import warnings

import numpy as np

import libarray as la

TYPES = ["bool", "int8", "uint8", "int16", "int32", "int64", "uint64", "float16", "float32",
         "float64", "complex64", "complex128", ">i4", ">f8"]


def converts_alike(values, dtype):
    """Whether the cast is defined: reals that are out of an integer's range saturate here
    and give anything there."""
    if np.dtype(dtype).kind not in "iu" or values.dtype.kind not in "fc" or not values.size:
        return True
    bounds = np.iinfo(dtype)
    # As Python's integers: a bound as a float may be another number.
    return bool(np.isfinite(values).all()) and int(values.real.min()) >= bounds.min \
        and int(values.real.max()) <= bounds.max


class Pair:
    def __init__(self, ours, numpys):
        self.ours = ours
        self.numpys = numpys


class Different(Exception):
    """What does not agree, in words."""


def numbers(strides, shape):
    """The strides that say something: of axes with more than one element."""
    if 0 in shape:
        return None
    return [s for s, n in zip(strides, shape) if n > 1]


def same(ours, numpys):
    """Raises unless everything that can be told of two arrays agrees."""
    def agree(what, a, b):
        if a != b:
            raise Different(f"{what}: {a!r}, NumPy has {b!r}")
    if not isinstance(ours, la.Array):
        if isinstance(numpys, np.ndarray):
            raise Different(f"{ours!r} is no array, NumPy has {numpys!r}")
        value = numpys.item() if isinstance(numpys, np.generic) else numpys
        if repr(ours) != repr(value) and not (ours != ours and value != value):
            raise Different(f"value {ours!r}, NumPy has {value!r}")
        return
    agree("shape", ours.shape, numpys.shape)
    agree("dtype", ours.dtype.str, numpys.dtype.str)
    agree("strides", numbers(ours.strides, ours.shape), numbers(numpys.strides, numpys.shape))
    for flag in ("c_contiguous", "f_contiguous", "writeable", "aligned"):
        agree(flag, getattr(ours.flags, flag), getattr(numpys.flags, flag))
    agree("bytes", ours.tobytes(), numpys.tobytes())


def packed(result):
    """A result that is a copy, whose order in memory each library chooses, in C
    order."""
    return result.copy("C") if hasattr(result, "strides") and result.ndim else result


class Program:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pairs = []
        self.steps = []
        for _ in range(2):
            self.new()

    # What programs are made of

    def shape(self, most=4):
        return tuple(self.random.choice([0, 1, 2, 3, 3, 4, 5])
                     for _ in range(self.random.randint(0, most)))

    def new(self):
        shape, dtype = self.shape(), self.random.choice(TYPES)
        size = int(np.prod(shape))
        values = [self.random.randint(-3, 120) for _ in range(size)]
        numpys = np.array(values, dtype="int64").astype(dtype).reshape(shape)
        numpys = numpys.copy(order=self.random.choice("CF"))
        self.steps.append(f"x{len(self.pairs)} = array of {dtype}, {shape}, {values}")
        ours = la.asarray(numpys, copy=True)
        same(ours, numpys)
        self.pairs.append(Pair(ours, numpys))

    def one(self):
        return self.random.randrange(len(self.pairs))

    def index(self, extent):
        return self.random.randint(-extent - 1, extent) if self.random.random() < 0.05 else \
            self.random.randrange(-extent, extent) if extent else 0

    def slice(self, extent):
        def bound():
            return self.random.choice([None, self.random.randint(-extent - 2, extent + 2)])
        return slice(bound(), bound(), self.random.choice([None, None, 1, 2, 3, -1, -2]))

    def basic_key(self, shape):
        key = []
        for extent in shape[:self.random.randint(0, len(shape))]:
            kind = self.random.random()
            key.append(self.index(extent) if kind < 0.3 else self.slice(extent))
            if kind > 0.9:
                key.append(None)
        if self.random.random() < 0.3:
            key.insert(self.random.randint(0, len(key)), Ellipsis)
        return tuple(key)

    def advanced_key(self, shape):
        if shape and self.random.random() < 0.25:
            count = self.random.randint(1, len(shape))
            mask = np.array([self.random.random() < 0.5 for _ in range(int(np.prod(shape[:count])))],
                            dtype=bool).reshape(shape[:count])
            return (mask,)
        key = []
        common = self.shape(2)
        for extent in shape[:self.random.randint(1, len(shape))] if shape else ():
            kind = self.random.random()
            if kind < 0.5:
                size = int(np.prod(common))
                key.append(np.array([self.index(extent) for _ in range(size)],
                                    dtype="int64").reshape(common))
            else:
                key.append(self.index(extent) if kind < 0.65 else self.slice(extent))
        if self.random.random() < 0.2:
            key.insert(self.random.randint(0, len(key)), self.random.choice([None, Ellipsis]))
        return tuple(key)

    @staticmethod
    def item_of(array, key):
        value = array[key]
        return value.item() if isinstance(value, np.generic) else value

    @staticmethod
    def ours_of(key):
        return tuple(la.asarray(k, copy=True) if isinstance(k, np.ndarray) else k for k in key)

    # Steps: each gives a text, and two functions that do it

    def step_slice(self, x, a, b):
        key = self.basic_key(b.shape)
        return f"x{x}[{key}]", lambda: a[key], lambda: b[key]

    step_slice_again = step_slice

    def step_get(self, x, a, b):
        key = self.advanced_key(b.shape)
        ours = self.ours_of(key)
        return f"x{x}[{key}]", lambda: packed(a[ours]), lambda: packed(b[key])

    def step_set_scalar(self, x, a, b):
        key = self.random.choice([self.basic_key, self.advanced_key])(b.shape)
        ours, value = self.ours_of(key), self.random.choice([0, 1, 7, 100, 2.5, -1, True])
        return f"x{x}[{key}] = {value}", lambda: a.__setitem__(ours, value), \
            lambda: b.__setitem__(key, value)

    def step_set(self, x, a, b):
        y = self.one()
        key = self.random.choice([self.basic_key, self.advanced_key])(b.shape)
        ours = self.ours_of(key)
        source, numpys = self.pairs[y].ours, self.pairs[y].numpys.copy()
        value_key = self.basic_key(numpys.shape)
        try:
            numpys[value_key]
        except IndexError:
            value_key = ()
        if isinstance(source, la.Array) and isinstance(self.item_of(numpys, value_key), complex) \
                and b.dtype.kind != "c":
            return None  # Python's complex numbers are refused by real arrays
        value = self.item_of(numpys, value_key)
        if isinstance(value, int) and b.dtype.kind in "iu" and numpys.dtype.kind in "iu" \
                and not np.iinfo(b.dtype).min <= value <= np.iinfo(b.dtype).max:
            return None  # NumPy's own integers wrap, where Python's are refused
        if not converts_alike(numpys[value_key], b.dtype):
            return None
        if np.size(value) == 0 and np.ndim(value) > 1:
            return None  # of no elements, some shapes that do not fit are taken there
        masked = any(isinstance(k, np.ndarray) and k.dtype == bool for k in key)
        if masked and numpys[value_key].ndim > 1:
            return None  # refused there
        if len(key) == b.ndim and numpys[value_key].ndim > 0:
            return None  # a sequence as an element: some are taken there
        return f"x{x}[{key}] = x{y}[{value_key}]", \
            lambda: a.__setitem__(ours, source[value_key]), \
            lambda: b.__setitem__(key, numpys[value_key])

    def step_assign_shifted(self, x, a, b):
        if b.ndim == 0 or b.shape[0] < 2:
            return None
        n = self.random.randint(1, b.shape[0] - 1)
        to, src = (slice(n, None), slice(None, -n))
        if self.random.random() < 0.5:
            to, src = src, to
        step = self.random.choice([1, -1])
        return f"x{x}[{to}] = x{x}[{src}][::{step}]", \
            lambda: a.__setitem__(to, a[src][::step]), \
            lambda: b.__setitem__(to, b[src][::step].copy())

    def step_transpose(self, x, a, b):
        axes = list(range(b.ndim))
        self.random.shuffle(axes)
        return f"x{x}.transpose({axes})", lambda: a.transpose(axes), lambda: b.transpose(axes)

    def step_reshape(self, x, a, b):
        size = b.size
        shape = []
        while size > 1 and len(shape) < 4:
            factor = self.random.choice([d for d in range(1, size + 1) if size % d == 0])
            shape.append(factor)
            size //= factor
        shape.append(size if self.random.random() < 0.7 else -1)
        order = self.random.choice("CFA")
        return f"x{x}.reshape({shape}, {order})", lambda: a.reshape(shape, order=order), \
            lambda: b.reshape(shape, order=order)

    def step_view_dtype(self, x, a, b):
        dtype = self.random.choice(["int8", "int16", "int32", "int64", "uint8", "float32",
                                    "complex64", ">i2"])
        return f"x{x}.view({dtype})", lambda: a.view(dtype), lambda: b.view(dtype)

    def step_squeeze(self, x, a, b):
        return f"x{x}.squeeze()", a.squeeze, b.squeeze

    def step_flip(self, x, a, b):
        if b.ndim == 0:
            return None  # a scalar there
        axis = self.random.choice([None, *range(-b.ndim, b.ndim)])
        return f"flip(x{x}, {axis})", lambda: la.flip(a, axis=axis), lambda: np.flip(b, axis)

    def step_broadcast(self, x, a, b):
        shape = tuple(self.random.choice([1, 2]) for _ in range(self.random.randint(0, 2)))
        shape += tuple(n if n != 1 else self.random.choice([1, 3]) for n in b.shape)
        return f"broadcast_to(x{x}, {shape})", lambda: la.broadcast_to(a, shape), \
            lambda: np.broadcast_to(b, shape)

    def step_diagonal(self, x, a, b):
        offset = self.random.randint(-3, 3)
        return f"x{x}.diagonal({offset})", lambda: a.diagonal(offset), lambda: b.diagonal(offset)

    def step_part(self, x, a, b):
        part = self.random.choice(["real", "imag"])
        if part == "imag" and b.dtype.kind != "c":
            return None
        return f"x{x}.{part}", lambda: getattr(a, part), lambda: getattr(b, part)

    def step_copy(self, x, a, b):
        order = self.random.choice("CFAK")
        return f"x{x}.copy({order})", lambda: a.copy(order), lambda: b.copy(order)

    def step_ravel(self, x, a, b):
        order = self.random.choice("CFAK")
        if order == "K" and 0 in b.strides:
            order = "C"  # axes without a stride come in another place there
        name = self.random.choice(["ravel", "flatten"])
        return f"x{x}.{name}({order})", lambda: getattr(a, name)(order), \
            lambda: getattr(b, name)(order)

    def step_astype(self, x, a, b):
        dtype, order = self.random.choice(TYPES), self.random.choice("CFAK")
        if not converts_alike(b, dtype):
            return None
        return f"x{x}.astype({dtype}, {order})", lambda: a.astype(dtype, order), \
            lambda: b.astype(dtype, order)

    def step_take(self, x, a, b):
        axis = self.random.choice([None, *range(b.ndim)])
        extent = b.size if axis is None else b.shape[axis]
        at = [self.index(extent) for _ in range(self.random.randint(0, 4))]
        mode = self.random.choice(["raise", "raise", "wrap", "clip"])
        if b.size == 0 and axis is not None and mode != "clip":
            return None  # it looks at indices only for some shapes there, and wraps for ever
        return f"x{x}.take({at}, {axis}, {mode})", lambda: a.take(at, axis, mode=mode), \
            lambda: b.take(np.array(at, dtype="int64"), axis, mode=mode)

    def step_put(self, x, a, b):
        at = [self.index(b.size) for _ in range(self.random.randint(0, 4))]
        if any(not -b.size <= i < b.size for i in at):
            return None  # NumPy writes some of them before it raises
        values = [self.random.randint(0, 100) for _ in range(self.random.randint(1, 3))]
        return f"x{x}.put({at}, {values})", lambda: a.put(at, values), \
            lambda: b.put(np.array(at, dtype="int64"), values)

    def step_repeat(self, x, a, b):
        axis = self.random.choice([None, *range(b.ndim)])
        times = self.random.randint(0, 3)
        return f"x{x}.repeat({times}, {axis})", lambda: a.repeat(times, axis), \
            lambda: b.repeat(times, axis)

    def step_compress(self, x, a, b):
        axis = self.random.choice([None, *range(b.ndim)])
        extent = b.size if axis is None else b.shape[axis]
        mask = [self.random.random() < 0.5 for _ in range(self.random.randint(0, extent))]
        return f"x{x}.compress({mask}, {axis})", lambda: a.compress(mask, axis), \
            lambda: b.compress(np.array(mask, dtype=bool), axis)

    def step_nonzero(self, x, a, b):
        return f"argwhere(x{x})", lambda: packed(la.argwhere(a)), \
            lambda: packed(np.argwhere(b))

    def step_roll(self, x, a, b):
        axis = self.random.choice([None, *range(b.ndim)])
        by = self.random.randint(-5, 5)
        return f"roll(x{x}, {by}, {axis})", lambda: packed(la.roll(a, by, axis)), \
            lambda: packed(np.roll(b, by, axis))

    def step_tile(self, x, a, b):
        times = [self.random.randint(0, 2) for _ in range(self.random.randint(1, 2))]
        if b.size * 4 > 2000:
            return None
        return f"tile(x{x}, {times})", lambda: packed(la.tile(a, times)), \
            lambda: packed(np.tile(b, times))

    def step_window(self, x, a, b):
        if b.ndim == 0:
            return None
        axis = self.random.randrange(b.ndim)
        width = self.random.randint(0, b.shape[axis] + 1)
        windows = np.lib.stride_tricks.sliding_window_view
        return f"sliding_window_view(x{x}, {width}, {axis})", \
            lambda: la.lib.stride_tricks.sliding_window_view(a, width, axis), \
            lambda: windows(b, width, axis)

    def step_concat(self, x, a, b):
        axis = self.random.choice([None, *range(b.ndim)])
        y = self.one()
        other = self.pairs[y]
        return f"concat(x{x}, x{y}, {axis})", \
            lambda: packed(la.concatenate([a, other.ours, a], axis)), \
            lambda: packed(np.concatenate([b, other.numpys, b], axis))

    def step_where(self, x, a, b):
        y = self.one()
        other = self.pairs[y]
        return f"where(x{x}, x{y}, x{x})", lambda: packed(la.where(a, other.ours, a)), \
            lambda: packed(np.where(b, other.numpys, b))

    def step_compare(self, x, a, b):
        y = self.one()
        other = self.pairs[y]
        if {a.dtype.kind, other.ours.dtype.kind} & {"c"}:
            return f"x{x} == x{y}", lambda: packed(la.equal(a, other.ours)), \
                lambda: packed(np.asarray(np.equal(b, other.numpys)))
        return f"x{x} < x{y}", lambda: packed(la.less(a, other.ours)), \
            lambda: packed(np.asarray(np.less(b, other.numpys)))

    def step_item(self, x, a, b):
        index = [self.index(n) for n in b.shape]
        return f"x{x}.item({index})", lambda: a.item(*index), lambda: b.item(*index)

    def step_text(self, x, a, b):
        return f"repr(x{x})", lambda: repr(a), lambda: repr(b)

    # Running them

    def step(self):
        x = self.one()
        a, b = self.pairs[x].ours, self.pairs[x].numpys
        names = [name for name in dir(self) if name.startswith("step_")]
        made = getattr(self, self.random.choice(names))(x, a, b)
        if made is None:
            return
        text, ours, numpys = made
        self.steps.append(text)
        results = []
        for do in (ours, numpys):
            try:
                results.append((do(), None))
            except (IndexError, ValueError, TypeError, OverflowError, MemoryError) as error:
                results.append((None, error))
        (got, our_error), (expected, numpy_error) = results
        if (our_error is None) != (numpy_error is None):
            raise Different(f"error {our_error!r}, NumPy's {numpy_error!r}")
        if numpy_error is not None:
            ours, numpys = type(our_error), type(numpy_error)
            # A sequence as an element is a TypeError or a ValueError by its type there.
            sequence = "only 0-dimensional arrays" in str(numpy_error) and ours is ValueError
            # Of two things wrong, the number that does not fit is told first here.
            sequence = sequence or (ours, numpys) == (OverflowError, IndexError)
            if not (issubclass(ours, numpys) or issubclass(numpys, ours) or sequence
                    or {ours.__name__, numpys.__name__} == {"AxisError"}):
                raise Different(f"error {our_error!r}, NumPy's {numpy_error!r}")
            return
        if isinstance(expected, np.ndarray) and expected.size <= 4000:
            same(got, expected)
            self.steps[-1] = f"x{len(self.pairs)} = {text}"
            self.pairs.append(Pair(got, expected))
            self.check_sharing(len(self.pairs) - 1)
        elif expected is not None and not isinstance(expected, np.ndarray):
            if isinstance(expected, str):
                if got != expected:
                    raise Different(f"{got!r}, NumPy has {expected!r}")
            else:
                same(got, expected)
        for pair in self.pairs:
            same(pair.ours, pair.numpys)

    def check_sharing(self, new):
        for k, pair in enumerate(self.pairs):
            got = la.shares_memory(self.pairs[new].ours, pair.ours)
            expected = np.shares_memory(self.pairs[new].numpys, pair.numpys)
            if got != expected:
                raise Different(f"x{new} and x{k} share memory: {got}, NumPy says {expected}")

    def run(self, steps=12):
        for _ in range(steps):
            self.step()


def run(seed, programs=None, seconds=None):
    """Runs programs; returns how many, and how many failed."""
    warnings.simplefilter("ignore")
    count = failed = 0
    end = time.monotonic() + seconds if seconds else None
    while (end is None and count < programs) or (end is not None and time.monotonic() < end):
        program = Program(f"{seed}/{count}")
        try:
            program.run()
        except Different as difference:
            failed += 1
            print(f"FAILED: program {count} of seed {seed}\n  " + "\n  ".join(program.steps)
                  + f"\n  {difference}", file=sys.stderr)
        count += 1
    return count, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args()
    print(f"seed {options.seed}")
    count, failed = run(options.seed, options.programs, options.seconds)
    print(f"{count - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
