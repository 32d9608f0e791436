"""Choosing the steps of random programs.

A step is `(operation, arguments...)` of plain values. The generator looks at the
arrays that exist (at NumPy's side of them) and chooses arguments that are mostly
valid; about one step in twelve is wrong on purpose, since errors must agree too.
"""

import random
from types import SimpleNamespace

import numpy as np

import libarray as la
from libarray import NUMBERS
from operations import numpy_key
from oracle import broadcast_values

DTYPES = list(NUMBERS)
SWAPPED = [">i2", ">i4", ">u8", ">f2", ">f4", ">f8", ">c8", ">c16"]
CASTINGS = ["unsafe"] * 5 + ["same_kind", "same_kind", "safe", "equiv", "no", "same_value"]
LARGEST = 400


class Preview:
    """The arrays of a machine and those that some more steps will make, on NumPy's side."""

    def __init__(self, m, steps):
        self.arrays = {name: p.a for name, p in m.pairs.items()}
        for operation, name, *arguments in steps:
            if operation == "slice":
                self.arrays[name] = self.arrays[arguments[0]][tuple(arguments[1])]
            elif operation == "values":
                self.arrays[name] = np.array(arguments[2], arguments[0]).reshape(arguments[1])
            else:
                self.arrays[name] = np.zeros(arguments[1], arguments[0])

    def __getitem__(self, name):
        return SimpleNamespace(a=self.arrays[name], l=None)


class Generator:
    """Chooses the next step of one program."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.count = 0

    # -- small choices --------------------------------------------------------------

    def name(self):
        self.count += 1
        return f"v{self.count - 1}"

    def dtype(self):
        roll = self.rng.random()
        return self.rng.choice(SWAPPED if roll < 0.08 else DTYPES)

    def shape(self, rank=None):
        if rank is None:
            rank = self.rng.choices(range(7), [4, 14, 14, 10, 4, 2, 2])[0]
        while True:
            shape = tuple(self.rng.choices([0, 1, 2, 3, 4, 5, 7], [1, 4, 6, 6, 4, 2, 1])[0]
                          for _ in range(rank))
            if np.prod(shape) <= LARGEST:
                return shape

    def wrong(self):
        return self.rng.random() < 0.06

    def axis(self, rank):
        if self.wrong() or rank == 0:
            return self.rng.randint(-rank - 2, rank + 1)
        return self.rng.randint(-rank, rank - 1)

    def axes(self, rank, most=None):
        """Some different axes, some counted from the end."""
        count = self.rng.randint(1, max(1, min(rank, most or rank)))
        axes = self.rng.sample(range(rank), min(count, rank))
        axes = [k - rank if self.rng.random() < 0.3 else k for k in axes]
        if self.wrong():
            axes.append(self.rng.randint(-rank - 1, rank + 1))
        return tuple(axes)

    def pick(self, m, usable=lambda p: True, recent=True):
        """The name of an array for which `usable` holds, late ones preferred."""
        names = [name for name, p in m.pairs.items() if usable(p)]
        if not names:
            return None
        if recent and self.rng.random() < 0.5:
            names = names[-4:]
        return self.rng.choice(names)

    def number(self, m):
        return self.pick(m, lambda p: p.a.dtype.kind != "V")

    def target(self, m):
        """An array to write to: nearly always one that may be written."""
        return self.pick(m, lambda p: p.a.dtype.kind != "V"
                         and (p.a.flags.writeable or self.wrong()))

    def range(self, extent):
        def bound():
            return None if self.rng.random() < 0.3 else self.rng.randint(-extent - 2, extent + 2)
        step = self.rng.choice([None, None, 1, 2, 3, -1, -1, -2, -3])
        if self.rng.random() < 0.01:
            step = 0
        return slice(bound(), bound(), step)

    def integer(self, extent):
        if self.wrong() or extent == 0:
            return self.rng.randint(-extent - 2, extent + 1)
        return self.rng.randint(-extent, extent - 1)

    def basic_key(self, shape):
        key = []
        for extent in shape[:self.rng.randint(0, len(shape))]:
            key.append(self.integer(extent) if self.rng.random() < 0.3 else self.range(extent))
        if self.wrong():
            key.append(self.rng.choice([0, slice(None), Ellipsis]))
        if self.rng.random() < 0.25:
            # An ellipsis moves the entries after it to the last axes.
            cut = self.rng.randint(0, len(key))
            rest = shape[len(shape) - (len(key) - cut):] if len(key) > cut else ()
            key[cut:] = [Ellipsis] + [self.range(extent) for extent in rest]
        for _ in range(self.rng.choice([0, 0, 0, 1, 2])):
            key.insert(self.rng.randint(0, len(key)), None)
        return key

    def scalar(self):
        """A scalar argument: its type and value."""
        dtype = self.rng.choice([la.WEAK_INT, la.WEAK_INT, la.WEAK_FLOAT] + DTYPES)
        if dtype == la.WEAK_INT:
            return dtype, self.rng.choice([0, 1, 3, -1, 7, 100, 127, 128, 255, 300, -129, 65536,
                                           2**31, -2**63, 2**63 - 1])
        if dtype == la.WEAK_FLOAT:
            return dtype, self.rng.choice([0.0, -0.0, 1.5, 3.0, -2.7, 1e5, 1e300, float("inf"),
                                           float("nan"), 255.9])
        if dtype == "bool":
            return dtype, bool(self.rng.randint(0, 1))
        kind = np.dtype(dtype).kind
        if kind in "iu":
            limits = np.iinfo(dtype)
            return dtype, self.rng.choice([0, 1, 3, 7, int(limits.min), int(limits.max)])
        if kind == "c":
            return dtype, self.rng.choice([1 + 2j, 3j, 3 + 0j, -1.5 - 1j])
        return dtype, self.rng.choice([0.0, 1.5, 3.0, -2.25, float("inf")])

    # -- steps -----------------------------------------------------------------------

    def helper(self, m, dtype, shape, values):
        """A step that makes an array with exactly these values: (step, name)."""
        name = self.name()
        values = np.asarray(values, dtype).reshape(shape)
        return ("values", name, str(dtype), tuple(shape), values.ravel().tolist()), name

    def first(self):
        name, dtype, shape = self.name(), self.dtype(), self.shape()
        if self.rng.random() < 0.04:
            dtype = self.rng.choice(["V3", "V8", "V16"])
        order = self.rng.choice("CCF")
        roll = self.rng.random()
        if roll < 0.65 or dtype[0] == "V":
            return [("new", name, dtype, shape, order, self.rng.randrange(10**6))]
        if roll < 0.75:
            kind = self.rng.choice(["empty", "zeros", "ones", "full"])
            return [("make", name, kind, dtype, shape, order,
                     self.rng.choice([0.0, 1.0, -1.0, 300.5, float("nan")]))]
        return [self.wrapped(name, dtype)]

    def wrapped(self, name, dtype):
        """Foreign memory in any layout: gaps, negative strides, odd alignment, overlap."""
        size = np.dtype(dtype).itemsize
        shape = tuple(max(1, n) for n in self.shape(self.rng.choice([0, 1, 1, 2, 2, 3])))
        strides, step = [], size + self.rng.choice([0, 0, 0, 1, size])
        for n in reversed(shape):
            strides.insert(0, step * self.rng.choice([1, 1, -1]))
            step = abs(step) * n + self.rng.choice([0, 0, 0, size, 3])
        if len(shape) > 1 and self.rng.random() < 0.4:
            self.rng.shuffle(strides)
        if strides and self.rng.random() < 0.15:
            strides[self.rng.randrange(len(strides))] = self.rng.choice([0, size, 1])
        low = sum(min(0, (n - 1) * s) for n, s in zip(shape, strides))
        high = sum(max(0, (n - 1) * s) for n, s in zip(shape, strides)) + size
        before = self.rng.choice([0, 0, size, 3])
        nbytes = before + high - low + self.rng.choice([0, 0, 5])
        offset = before - low
        if self.wrong():
            offset += self.rng.choice([-1, 1]) * self.rng.randint(1, 20)
            offset = max(offset, 0)
        return ("wrap", name, dtype, shape, tuple(strides), offset, nbytes,
                self.rng.random() < 0.1, self.rng.randrange(10**6))

    VIEWS = ["slice"] * 8 + ["reshape"] * 5 + [
        "transpose", "permute", "swapaxes", "moveaxis", "squeeze", "expand_dims", "broadcast_to",
        "flip", "rot90", "diagonal", "real", "imag", "view_dtype", "view_dtype", "as_strided",
        "as_strided", "sliding_window", "split", "readonly", "through_bfloat16"]
    COPIES = ["copy", "copy", "contiguous", "ravel", "flatten", "astype", "astype", "compact",
              "like"]
    INDEXING = ["get"] * 6 + ["set"] * 6 + [
        "set_scalar", "set_scalar", "take", "put", "put", "compress", "nonzero", "where",
        "take_along_axis", "put_along_axis", "unravel_index", "ravel_multi_index", "item",
        "set_item"]
    WRITES = ["assign"] * 5 + ["assign_where"] * 3 + ["fill"]
    COMPARES = ["compare", "compare", "compare_scalar", "logical", "isnan", "reductions",
                "array_equal"]
    JOINS = ["concatenate", "stack", "tile", "repeat", "roll", "pad", "broadcast_shapes"]

    def steps(self, m):
        """The next step, with the arrays it needs made before it."""
        if len(m.pairs) > 14:
            # In the middle of a view's life, or before its views'.
            return [("release", self.pick(m, recent=False))]
        if len(m.pairs) < 1 or self.rng.random() < 0.06:
            return self.first()
        group = self.rng.choices(
            [self.VIEWS, self.COPIES, self.INDEXING, self.WRITES, self.COMPARES, self.JOINS],
            [40, 10, 22, 16, 8, 6])[0]
        return getattr(self, "choose_" + self.rng.choice(group))(m) or []

    # Each `choose_` gives a list of steps, or None when nothing fits.

    def choose_slice(self, m):
        a = self.pick(m)
        return [("slice", self.name(), a, self.basic_key(m[a].a.shape), self.rng.random() < 0.4)]

    def choose_reshape(self, m):
        a = self.pick(m)
        size = m[a].a.size
        shape = []
        if size == 0:
            shape = list(self.shape(3))
            shape[self.rng.randrange(3)] = 0
        else:
            rest = size
            while rest > 1 and len(shape) < 6:
                factor = self.rng.choice([d for d in range(1, rest + 1) if rest % d == 0])
                shape.append(factor)
                rest //= factor
            shape.append(rest)
            if self.rng.random() < 0.3:
                shape = list(m[a].a.shape) + [1]
            for _ in range(self.rng.choice([0, 0, 1])):
                shape.insert(self.rng.randint(0, len(shape)), 1)
        if self.rng.random() < 0.3 and shape:
            shape[self.rng.randrange(len(shape))] = -1
        if self.wrong():
            shape.append(self.rng.choice([2, -1, 0, -2]))
        return [("reshape", self.name(), a, tuple(shape), self.rng.choice("CCCFFA"),
                 self.rng.choice(["if_needed"] * 3 + ["never", "never", "always"]))]

    def choose_transpose(self, m):
        return [("transpose", self.name(), self.pick(m))]

    def choose_permute(self, m):
        a = self.pick(m)
        rank = m[a].a.ndim
        axes = list(range(rank))
        self.rng.shuffle(axes)
        axes = [k - rank if self.rng.random() < 0.2 else k for k in axes]
        if self.wrong() and axes:
            axes[0] = self.rng.randint(-rank - 1, rank)
        if not axes:
            return None
        return [("permute", self.name(), a, tuple(axes))]

    def choose_swapaxes(self, m):
        a = self.pick(m)
        rank = m[a].a.ndim
        return [("swapaxes", self.name(), a, self.axis(rank), self.axis(rank))]

    def choose_moveaxis(self, m):
        a = self.pick(m, lambda p: p.a.ndim)
        if a is None:
            return None
        rank = m[a].a.ndim
        source = self.axes(rank)
        places = self.rng.sample(range(rank), min(len(source), rank))
        if len(places) != len(source):
            return None
        return [("moveaxis", self.name(), a, source, tuple(places))]

    def choose_squeeze(self, m):
        a = self.pick(m)
        shape = m[a].a.shape
        units = [k for k, n in enumerate(shape) if n == 1]
        axes = None
        if units and self.rng.random() < 0.5:
            axes = tuple(self.rng.sample(units, self.rng.randint(1, len(units))))
        elif self.wrong() and shape:
            axes = self.axes(len(shape))
        return [("squeeze", self.name(), a, axes)]

    def choose_expand_dims(self, m):
        a = self.pick(m)
        count = self.rng.choice([1, 1, 2])
        rank = m[a].a.ndim + count
        if rank > 10:
            return None
        axes = self.rng.sample(range(rank), count)
        axes = [k - rank if self.rng.random() < 0.3 else k for k in axes]
        if self.wrong():
            axes[0] = self.rng.randint(-rank - 1, rank + 1)
        return [("expand_dims", self.name(), a, tuple(axes))]

    def choose_broadcast_to(self, m):
        a = self.pick(m)
        shape = [self.rng.randint(0, 4) if n == 1 and self.rng.random() < 0.7 else n
                 for n in m[a].a.shape]
        shape = list(self.shape(self.rng.choice([0, 0, 1, 2]))) + shape
        if self.wrong() and shape:
            shape[self.rng.randrange(len(shape))] = self.rng.choice([2, 6, -1])
        if abs(np.prod(shape)) > 4 * LARGEST:
            return None
        return [("broadcast_to", self.name(), a, tuple(shape))]

    def choose_flip(self, m):
        a = self.pick(m)
        rank = m[a].a.ndim
        axes = self.axes(rank) if rank and self.rng.random() < 0.7 else None
        return [("flip", self.name(), a, axes)]

    def choose_rot90(self, m):
        a = self.pick(m, lambda p: p.a.ndim >= 2) or self.pick(m)
        rank = m[a].a.ndim
        axis1, axis2 = self.rng.sample(range(rank), 2) if rank > 1 else (0, 1)
        if self.wrong():
            axis2 = self.axis(rank)
        return [("rot90", self.name(), a, self.rng.randint(-5, 5), axis1, axis2)]

    def choose_diagonal(self, m):
        a = self.pick(m, lambda p: p.a.ndim >= 2) or self.pick(m)
        rank = m[a].a.ndim
        axis1, axis2 = self.rng.sample(range(-rank, 0), 2) if rank > 1 else (0, 1)
        if self.wrong():
            axis2 = self.axis(rank)
        return [("diagonal", self.name(), a, self.rng.randint(-4, 4), axis1, axis2)]

    def choose_real(self, m):
        a = self.number(m)
        return a and [("real", self.name(), a)]

    def choose_imag(self, m):
        a = self.number(m)
        return a and [("imag", self.name(), a)]

    def choose_view_dtype(self, m):
        dtype = self.dtype() if self.rng.random() < 0.9 else self.rng.choice(["V3", "V8", "V1"])
        return [("view_dtype", self.name(), self.pick(m), dtype)]

    def choose_through_bfloat16(self, m):
        a = self.pick(m, lambda p: p.a.itemsize == 2) or self.pick(m)
        return [("through_bfloat16", self.name(), a)]

    def choose_as_strided(self, m):
        a = self.pick(m, lambda p: p.a.size)
        if a is None:
            return None
        p = m[a]
        size = p.a.itemsize
        shape = tuple(max(1, min(n, 4)) for n in self.shape(self.rng.choice([0, 1, 1, 2, 2, 3])))
        strides = tuple(self.rng.choice([size, size, 2 * size, 3 * size, -size, 0, 1, size // 2])
                        for _ in shape)
        # Mostly placed so that it fits; else wherever it falls.
        low = sum(min(0, (n - 1) * s) for n, s in zip(shape, strides))
        high = sum(max(0, (n - 1) * s) for n, s in zip(shape, strides)) + size
        first = p.a.ctypes.data - p.root.low
        room = p.root.nbytes - (high - low)
        if room >= 0 and not self.wrong():
            place = self.rng.randint(0, room)
            if self.rng.random() < 0.8:
                place -= place % size
            offset = place - low - first
        else:
            offset = self.rng.randint(-40, 40)
        return [("as_strided", self.name(), a, offset, shape, strides)]

    def choose_sliding_window(self, m):
        a = self.pick(m, lambda p: p.a.ndim)
        if a is None:
            return None
        shape = m[a].a.shape
        if self.rng.random() < 0.4:
            axes, used = None, range(len(shape))
        else:
            axes = tuple(self.rng.choice(range(-len(shape), len(shape)))
                         for _ in range(self.rng.choice([1, 1, 2])))
            used = axes
        windows = tuple(self.rng.randint(1, max(1, min(3, shape[k]))) for k in used)
        if self.wrong():
            windows = tuple(n + 3 for n in windows)
        if np.prod(windows) * m[a].a.size > 4 * LARGEST:
            return None
        return [("sliding_window", self.name(), a, windows, axes)]

    def choose_split(self, m):
        a = self.pick(m, lambda p: p.a.ndim)
        if a is None:
            return None
        axis = self.axis(m[a].a.ndim)
        if not -m[a].a.ndim <= axis < m[a].a.ndim:
            return [("split", self.name(), a, 1, axis, 0)]
        extent = m[a].a.shape[axis]
        if self.rng.random() < 0.5:
            sections = self.rng.choice([d for d in range(1, extent + 1) if extent % d == 0] or [1])
            if self.wrong():
                sections = self.rng.choice([0, 2, 5])
        else:
            sections = [self.rng.randint(-extent - 1, extent + 2)
                        for _ in range(self.rng.randint(0, 3))]
        return [("split", self.name(), a, sections, axis, self.rng.randrange(4))]

    def choose_readonly(self, m):
        if self.rng.random() < 0.5:
            return None
        return [("readonly", self.name(), self.pick(m))]

    def choose_copy(self, m):
        return [("copy", self.name(), self.pick(m), self.rng.choice("CFAK"))]

    def copy_mode(self):
        return self.rng.choice(["if_needed", "if_needed", "never", "always"])

    def choose_contiguous(self, m):
        return [("contiguous", self.name(), self.pick(m), self.rng.choice("CFAK"),
                 self.copy_mode())]

    def choose_ravel(self, m):
        return [("ravel", self.name(), self.pick(m), self.rng.choice("CFAK"), self.copy_mode())]

    def choose_flatten(self, m):
        return [("flatten", self.name(), self.pick(m), self.rng.choice("CFAK"))]

    def choose_astype(self, m):
        a = self.number(m)
        if a is None:
            return None
        dtype = self.dtype() if self.rng.random() < 0.8 else m[a].a.dtype.str
        return [("astype", self.name(), a, dtype, self.rng.choice("CFAKKK"),
                 self.rng.choice(CASTINGS), self.copy_mode())]

    def choose_compact(self, m):
        return [("compact", self.name(), self.pick(m))]

    def choose_like(self, m):
        a = self.number(m)
        return a and [("like", self.name(), self.rng.choice(["empty", "zeros", "ones", "full"]),
                       a, self.rng.choice([None, None, self.dtype()]), self.rng.choice("CFAKK"),
                       2.5)]

    # -- index ---------------------------------------------------------------------------

    def indices(self, m, extent, shape):
        """An array of indices for an axis: a list, a new array, or a live one that fits."""
        if self.rng.random() < 0.15:
            # A live array: perhaps the very one that is indexed or written.
            name = self.pick(m, lambda p: p.a.dtype.kind in "iu" and p.a.size <= 20
                             and (not p.a.size or -extent <= int(p.a.min())
                                  and int(p.a.max()) < extent))
            if name is not None:
                return [], name
        values = [self.integer(extent) for _ in range(int(np.prod(shape)))]
        if len(shape) == 1 and self.rng.random() < 0.4:
            return [], ("ints", values)
        small = ["int8", "uint8"] if all(0 <= v < 128 for v in values) else ["int16"]
        dtype = self.rng.choice(["int64", "int32", ">i4"] + small)
        step, name = self.helper(m, dtype, shape, values)
        return [step], name

    def advanced_key(self, m, shape):
        steps, key = [], []
        common = self.shape(self.rng.choice([0, 1, 1, 1, 2]))
        if np.prod(common) > 12:
            common = common[:1]
        if shape and self.rng.random() < 0.25:
            # One mask for some axes, perhaps for all.
            axes = self.rng.randint(1, len(shape))
            if self.rng.random() < 0.5:
                axes = len(shape)
            start = self.rng.randint(0, len(shape) - axes)
            mask = list(shape[start:start + axes])
            if self.wrong():
                mask[0] += 1
            live = self.pick(m, lambda p: p.a.dtype.kind == "b" and p.a.shape == tuple(mask))
            if live is None or self.rng.random() < 0.5:
                step, live = self.helper(m, "bool", mask,
                                         [self.rng.random() < 0.5 for _ in range(int(np.prod(mask)))])
                steps.append(step)
            key = [slice(None)] * start + [live if self.rng.random() < 0.5 else ("mask", live)]
            return steps, key
        for extent in shape:
            roll = self.rng.random()
            if roll < 0.45:
                # Some arrays have fewer axes or unit ones, and broadcast.
                part = common[self.rng.randint(0, len(common)):] if self.rng.random() < 0.3 \
                    else common
                part = tuple(1 if self.rng.random() < 0.15 else n for n in part)
                if self.wrong():
                    part = (6,)
                more, entry = self.indices(m, extent, part)
                steps += more
                key.append(entry)
            elif roll < 0.6:
                key.append(self.integer(extent))
            elif roll < 0.9:
                key.append(self.range(extent))
            else:
                break
        if self.rng.random() < 0.25:
            key.insert(self.rng.randint(0, len(key)), None)
        if self.rng.random() < 0.1:
            key.insert(len(key), Ellipsis)
        if self.rng.random() < 0.03:
            step, name = self.helper(m, "bool", (), [self.rng.random() < 0.5])
            steps.append(step)
            key.insert(0, name)
        if self.wrong() and self.rng.random() < 0.3:
            step, name = self.helper(m, "float64", (2,), [0, 1])
            steps.append(step)
            key.append(name)
        return steps, key

    def key(self, m, shape):
        if self.rng.random() < 0.2:
            return [], self.basic_key(shape)
        return self.advanced_key(m, shape)

    def choose_get(self, m):
        a = self.pick(m)
        steps, key = self.key(m, m[a].a.shape)
        return steps + [("get", self.name(), a, key)]

    def source_for(self, m, shape, target=None):
        """The name of an array that broadcasts to `shape`: often a live one, and then
        one that shares the target's memory where there is one."""
        def fits(p):
            try:
                broadcast_values(p.a, shape)
            except ValueError:
                return False
            return p.a.dtype.kind != "V"
        if target is not None and self.rng.random() < 0.6:
            name = self.pick(m, lambda p: fits(p) and p.root is target.root)
            if name is not None:
                return [], name
        name = self.pick(m, fits, recent=False)
        if name is not None and self.rng.random() < 0.5:
            return [], name
        part = tuple(shape)[self.rng.randint(0, len(shape)) if self.rng.random() < 0.3 else 0:]
        part = tuple(1 if self.rng.random() < 0.1 else n for n in part)
        if self.wrong():
            part = (2,) + tuple(part)
        if np.prod(part) > 4 * LARGEST:
            return [], None
        name = self.name()
        dtype = self.dtype() if target is None or self.rng.random() < 0.4 \
            else target.a.dtype.str
        return [("new", name, dtype, part, "C", self.rng.randrange(10**6))], name

    def choose_set(self, m):
        a = self.target(m)
        if a is None:
            return None
        p = m[a]
        steps, key = self.key(m, p.a.shape)
        # The shape of what is written, if the key is right.
        try:
            shape = p.a[numpy_key(Preview(m, steps), key)[0]].shape
        except (IndexError, ValueError):
            shape = ()
        more, values = self.source_for(m, shape, p)
        return values and steps + more + [("set", a, key, values)]

    def choose_set_scalar(self, m):
        a = self.target(m)
        if a is None:
            return None
        steps, key = self.key(m, m[a].a.shape)
        return steps + [("set_scalar", a, key, *self.scalar())]

    def flat_indices(self, m, size, mode):
        shape = self.shape(self.rng.choice([0, 1, 1, 2]))
        if np.prod(shape) > 30:
            shape = (3,)
        if mode == "raise":
            more, entry = self.indices(m, size, shape)
            if isinstance(entry, str):
                return more, entry
            values = entry[1]
        else:
            values = [self.rng.randint(-2 * size - 2, 2 * size + 2)
                      for _ in range(int(np.prod(shape)))]
        step, name = self.helper(m, "int64", shape, values)
        return [step], name

    def choose_take(self, m):
        a = self.pick(m)
        shape = m[a].a.shape
        mode = self.rng.choice(["raise", "raise", "wrap", "clip"])
        axis = None if self.rng.random() < 0.3 else self.axis(len(shape))
        fits = axis is not None and -len(shape) <= axis < len(shape)
        size = shape[axis] if fits else m[a].a.size
        steps, indices = self.flat_indices(m, size, mode)
        return steps + [("take", self.name(), a, indices, axis, mode)]

    def choose_put(self, m):
        a = self.target(m)
        if a is None:
            return None
        mode = self.rng.choice(["raise", "raise", "wrap", "clip"])
        steps, indices = self.flat_indices(m, m[a].a.size, mode)
        values = self.number(m)
        return steps + [("put", a, indices, values, mode)]

    def choose_compress(self, m):
        a = self.pick(m)
        shape = m[a].a.shape
        axis = None if self.rng.random() < 0.3 else self.axis(len(shape))
        fits = axis is not None and -len(shape) <= axis < len(shape)
        size = shape[axis] if fits else m[a].a.size
        if size > 60:
            return None
        length = max(0, size + self.rng.choice([0, 0, 0, -1, 1]))
        step, name = self.helper(m, self.rng.choice(["bool", "bool", "int16", "float32"]), (length,),
                                 [self.rng.randint(0, 1) for _ in range(length)])
        return [step, ("compress", self.name(), a, name, axis)]

    def choose_nonzero(self, m):
        a = self.number(m)
        return a and [("nonzero", self.name(), a)]

    def choose_where(self, m):
        condition = self.number(m)
        if condition is None:
            return None
        more, x = self.source_for(m, m[condition].a.shape)
        if x is None:
            return None
        y = self.pick(m, lambda p: p.a.dtype.kind != "V"
                      and (p.a.shape == m[condition].a.shape or p.a.ndim == 0 or self.wrong()))
        y = y or x
        if np.prod(m[y].a.shape if y in m.pairs else ()) * m[condition].a.size > 10**5:
            return None
        return more + [("where", self.name(), condition, x, y)]

    def along(self, m, p, axis):
        shape = list(p.a.shape)
        extent = shape[axis]
        shape[axis] = self.rng.randint(0, 4) if extent else 0
        shape = [1 if k != axis % len(shape) and self.rng.random() < 0.15 else n
                 for k, n in enumerate(shape)]
        values = [self.integer(extent) for _ in range(int(np.prod(shape)))]
        return self.helper(m, "int64", shape, values)

    def choose_take_along_axis(self, m):
        a = self.pick(m, lambda p: p.a.ndim and p.a.size <= 100)
        if a is None:
            return None
        axis = self.rng.randint(-m[a].a.ndim, m[a].a.ndim - 1)
        step, indices = self.along(m, m[a], axis)
        return [step, ("take_along_axis", self.name(), a, indices,
                       self.axis(m[a].a.ndim) if self.wrong() else axis)]

    def choose_put_along_axis(self, m):
        a = self.pick(m, lambda p: p.a.ndim and p.a.size <= 100 and p.a.dtype.kind != "V"
                      and p.a.flags.writeable)
        if a is None:
            return None
        axis = self.rng.randint(-m[a].a.ndim, m[a].a.ndim - 1)
        step, indices = self.along(m, m[a], axis)
        shape = list(m[a].a.shape)
        shape[axis] = step[3][axis]
        more, values = self.source_for(m, shape, m[a])
        return values and [step] + more + [("put_along_axis", a, indices, values, axis)]

    def choose_unravel_index(self, m):
        shape = self.shape(self.rng.randint(1, 4))
        size = int(np.prod(shape))
        if size == 0:
            return None
        count = self.rng.randint(0, 5)
        values = [self.rng.randint(0, size - 1 + self.wrong()) for _ in range(count)]
        step, name = self.helper(m, self.rng.choice(["int64", "int32"]), (count,), values)
        return [step, ("unravel_index", self.name(), name, shape, self.rng.choice("CF"))]

    def choose_ravel_multi_index(self, m):
        shape = tuple(max(1, n) for n in self.shape(self.rng.randint(1, 3)))
        mode = self.rng.choice(["raise", "wrap", "clip"])
        count = self.rng.randint(0, 4)
        steps, names = [], []
        for extent in shape:
            # NumPy refuses negative indices here, libarray counts them from the end.
            low, high = (0, extent - 1 + self.wrong()) if mode == "raise" else (-9, 9)
            step, name = self.helper(m, "int64", (count,),
                                     [self.rng.randint(low, high) for _ in range(count)])
            steps.append(step)
            names.append(name)
        return steps + [("ravel_multi_index", self.name(), names, shape, mode,
                         self.rng.choice("CF"))]

    def choose_item(self, m):
        a = self.number(m)
        if a is None:
            return None
        index = [self.integer(n) for n in m[a].a.shape]
        if self.wrong():
            index.append(0)
        return [("item", a, index, self.rng.choice([None, None] + DTYPES))]

    def choose_set_item(self, m):
        a = self.target(m)
        if a is None:
            return None
        return [("set_item", a, [self.integer(n) for n in m[a].a.shape], *self.scalar())]

    # -- write ---------------------------------------------------------------------------

    def overlapping(self, m):
        """Two windows of equal extent on one array, shifted or stretched differently:
        the writes that go wrong when they are done in the wrong order."""
        a = self.pick(m, lambda p: p.a.ndim and p.a.size > 3 and p.a.flags.writeable
                      and p.a.dtype.kind != "V")
        if a is None:
            return None
        shape = m[a].a.shape
        keys = ([], [])
        for extent in shape:
            count = self.rng.randint(max(1, extent // 3), extent)
            for key in keys:
                step = self.rng.choice([1, 1, 1, 2, -1, -1, -2, 3])
                while (count - 1) * abs(step) >= extent:
                    step = self.rng.choice([1, -1])
                first = self.rng.randint(0, extent - 1 - (count - 1) * abs(step))
                last = first + (count - 1) * abs(step)
                stop = first - 1
                key.append(slice(first, last + 1, step) if step > 0
                           else slice(last, stop if stop >= 0 else None, step))
        target, source = self.name(), self.name()
        return [("slice", target, a, keys[0], False), ("slice", source, a, keys[1], False)], \
            target, source

    def choose_assign(self, m):
        if self.rng.random() < 0.5:
            found = self.overlapping(m)
            if found:
                steps, target, source = found
                return steps + [("assign", target, source, "unsafe")]
        a = self.target(m)
        if a is None:
            return None
        more, source = self.source_for(m, m[a].a.shape, m[a])
        return source and more + [("assign", a, source, self.rng.choice(CASTINGS))]

    def choose_assign_where(self, m):
        a = self.target(m)
        if a is None:
            return None
        p = m[a]
        steps, target, source = [], a, None
        if self.rng.random() < 0.3:
            found = self.overlapping(m)
            if found:
                steps, target, source = found
        if source is None:
            steps, source = self.source_for(m, p.a.shape, p)
            if source is None:
                return None
        shape = Preview(m, steps)[target].a.shape
        mask = self.pick(m, lambda q: q.a.dtype.kind == "b" and q.a.shape == shape)
        if mask is None or self.rng.random() < 0.3:
            part = shape[self.rng.randint(0, len(shape)) if self.rng.random() < 0.3 else 0:]
            step, mask = self.helper(m, "bool" if not self.wrong() else "int8", part,
                                     [self.rng.random() < 0.5 for _ in range(int(np.prod(part)))])
            steps = steps + [step]
        return steps + [("assign_where", target, source, mask, self.rng.choice(CASTINGS))]

    def choose_fill(self, m):
        a = self.target(m)
        if a is None:
            return None
        dtype, value = self.scalar()
        short = dtype in (la.WEAK_INT, la.WEAK_FLOAT) and self.rng.random() < 0.5
        return [("fill", a, dtype, value, short)]

    # -- compare -------------------------------------------------------------------------

    def choose_compare(self, m):
        a = self.number(m)
        if a is None:
            return None
        more, b = self.source_for(m, m[a].a.shape)
        return b and more + [("compare", self.name(), a, b, self.rng.choice(list(la.COMPARISONS)))]

    def choose_compare_scalar(self, m):
        a = self.number(m)
        if a is None:
            return None
        dtype, value = self.scalar()
        short = dtype in (la.WEAK_INT, la.WEAK_FLOAT) and self.rng.random() < 0.5
        return [("compare_scalar", self.name(), a, dtype, value,
                 self.rng.choice(list(la.COMPARISONS)), short)]

    def choose_logical(self, m):
        a = self.number(m)
        if a is None:
            return None
        more, b = self.source_for(m, m[a].a.shape)
        return b and more + [("logical", self.name(), a, b, self.rng.choice(list(la.LOGIC)))]

    def choose_isnan(self, m):
        a = self.number(m)
        return a and [("isnan", self.name(), a)]

    def choose_reductions(self, m):
        a = self.number(m)
        return a and [("reductions", a)]

    def choose_array_equal(self, m):
        a = self.number(m)
        if a is None:
            return None
        b = self.pick(m, lambda p: p.a.dtype.kind != "V" and p.a.shape == m[a].a.shape)
        return [("array_equal", a, b, self.rng.random() < 0.5)]

    # -- join ----------------------------------------------------------------------------

    def relatives(self, m):
        a = self.number(m)
        if a is None:
            return None
        names = [name for name, p in m.pairs.items() if p.a.dtype.kind != "V"
                 and (p.a.shape == m[a].a.shape or self.rng.random() < 0.02)]
        return [self.rng.choice(names) for _ in range(self.rng.randint(1, 3))]

    def choose_concatenate(self, m):
        names = self.relatives(m)
        if not names:
            return None
        axis = None if self.rng.random() < 0.2 else self.axis(m[names[0]].a.ndim)
        return [("concatenate", self.name(), names, axis)]

    def choose_stack(self, m):
        names = self.relatives(m)
        return names and [("stack", self.name(), names, self.axis(m[names[0]].a.ndim + 1))]

    def choose_tile(self, m):
        counts = [self.rng.choice([1, 2, 3, 0]) for _ in range(self.rng.randint(0, 3))]
        a = self.pick(m, lambda p: p.a.size <= 60)
        return a and [("tile", self.name(), a, counts)]

    def choose_repeat(self, m):
        a = self.pick(m, lambda p: p.a.size <= 100)
        if a is None:
            return None
        rank = m[a].a.ndim
        axis = None if self.rng.random() < 0.3 or rank == 0 else self.rng.randint(-rank, rank - 1)
        extent = m[a].a.size if axis is None else m[a].a.shape[axis]
        count = extent if self.rng.random() < 0.5 else 1
        if self.wrong():
            count += 1
        repeats = [self.rng.randint(0, 3) for _ in range(count)]
        if self.wrong() and repeats:
            repeats[0] = -1
        return [("repeat", self.name(), a, repeats, axis)]

    def choose_roll(self, m):
        a = self.pick(m)
        rank = m[a].a.ndim
        axis = None if self.rng.random() < 0.3 else self.axis(rank)
        return [("roll", self.name(), a, self.rng.randint(-9, 9), axis)]

    def choose_pad(self, m):
        a = self.pick(m, lambda p: p.a.dtype.kind != "V" and p.a.size <= 60 and p.a.ndim <= 4)
        if a is None:
            return None
        rank = m[a].a.ndim
        low = -1 if self.wrong() else 0
        before = [self.rng.randint(low, 2) for _ in range(rank)]
        after = [self.rng.randint(0, 2) for _ in range(rank)]
        return [("pad", self.name(), a, before, after, *self.scalar())]

    def choose_broadcast_shapes(self, m):
        shapes = [self.shape(self.rng.randint(0, 3)) for _ in range(self.rng.randint(1, 3))]
        return [("broadcast_shapes", *shapes)]
