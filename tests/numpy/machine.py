"""Two arrays in lock step: one of NumPy, one of libarray, and what must agree.

A `Machine` holds named pairs. An operation (operations.py) is done on both
sides; `bind` then compares the two results in everything that can be told from
outside, and after every operation all memory is compared, byte by byte. Since
shape, strides, offset and owner of each pair agree, equal memory means equal
values through every view.
"""

import ctypes

import numpy as np

import libarray as la
import oracle
from libarray import Error, numpy_dtype

# Which statuses may answer an exception of NumPy. The specific classes come
# first: an AxisError is an IndexError and a ValueError at once.
STATUSES = [
    (np.exceptions.AxisError, {la.AXIS_ERROR}),
    (IndexError, {la.INDEX_ERROR}),
    (OverflowError, {la.CAST_ERROR, la.OVERFLOW}),
    (TypeError, {la.CAST_ERROR, la.DTYPE_ERROR}),
    (ValueError, {la.INVALID_ARGUMENT, la.AXIS_ERROR, la.SHAPE_ERROR, la.DTYPE_ERROR,
                  la.READ_ONLY, la.LIMIT, la.OVERFLOW}),
    (ZeroDivisionError, {la.INVALID_ARGUMENT}),
]


class Mismatch(Exception):
    """libarray and the expectation differ."""


class Missing(Exception):
    """A step names an array that does not exist (its maker failed or was removed)."""


class Root:
    """The memory behind some pairs: one allocation on each side."""

    def __init__(self, theirs, ours, low, our_low, nbytes, start, our_start):
        self.theirs, self.ours = theirs, ours
        self.low, self.our_low, self.nbytes = low, our_low, nbytes
        # Where the owner's first element lies; offsets count from there.
        self.start, self.our_start = start, our_start

    def bytes(self):
        return ctypes.string_at(self.low, self.nbytes)

    def our_bytes(self):
        return ctypes.string_at(self.our_low, self.nbytes)


class Pair:
    """One array on both sides: `a` is NumPy's, `l` is libarray's."""

    def __init__(self, name, a, l, root):
        self.name, self.a, self.l, self.root = name, a, l, root


def numpy_owner(a):
    """The object at the end of the chain of bases."""
    while True:
        base = a.array if isinstance(a, la.Memory) else a.base
        if base is None:
            return a
        a = base


class Machine:
    """The pairs of one program."""

    def __init__(self, library):
        self.library = library
        self.pairs = {}
        self.roots = {}
        self.kept = []
        self.checks = 0

    def do(self, operation, *arguments):
        """Does one step on both sides and compares."""
        from operations import OPERATIONS
        with np.errstate(all="ignore"):
            OPERATIONS[operation](self, *arguments)
        self.compare_memory(operation)

    def close(self):
        """Gives every handle back."""
        for pair in self.pairs.values():
            pair.l.release()
        for root in self.roots.values():
            root.ours.release()
        self.pairs, self.roots = {}, {}

    def __getitem__(self, name):
        if name not in self.pairs:
            raise Missing(name)
        return self.pairs[name]

    # -- both sides ---------------------------------------------------------------

    def both(self, theirs, ours, statuses=None):
        """Calls both. None when both failed, with statuses that fit."""
        expected = None
        try:
            result = theirs()
        except tuple(kind for kind, _ in STATUSES) as error:
            expected = error
        try:
            our_result = ours()
        except Error as error:
            if expected is None:
                raise Mismatch(f"expected success, got {error}") from None
            if statuses is None:
                statuses = next(s for kind, s in STATUSES if isinstance(expected, kind))
            if error.status not in statuses:
                names = ", ".join(map(self.status_name, sorted(statuses)))
                raise Mismatch(f"expected {names} ({type(expected).__name__}: {expected}), "
                               f"got {error}") from None
            if not error.message:
                raise Mismatch(f"{error.name} without a message") from None
            return None
        if expected is not None:
            raise Mismatch(f"expected {type(expected).__name__}: {expected}; got success")
        return result, our_result

    def status_name(self, status):
        return self.library.ffi.string(self.library.c.la_status_name(status)).decode()

    def expect(self, what, expected, got):
        self.checks += 1
        if expected != got:
            raise Mismatch(f"{what}: expected {expected}, got {got}")

    # -- results ------------------------------------------------------------------

    def bind(self, name, a, l, free=False, computed=False):
        """Names a pair of results, after comparing them.

        `free`: a new array whose axes may lie in any packed order (where NumPy's
        order is an accident of its implementation). `computed`: NaNs and true
        bytes may differ in their bits.
        """
        if free:
            a = self.relayout(a, l)
        pair = Pair(name, a, l, None)
        self.compare_description(pair)
        pair.root = self.root_of(pair)
        self.compare_place(pair)
        if computed:
            self.settle(pair)
        self.pairs[name] = pair
        self.compare_sharing(pair)
        return pair

    def bind_owner(self, name, a, l, root):
        """Names an array on memory that is already known as `root`."""
        pair = Pair(name, a, l, root)
        self.compare_description(pair)
        self.compare_place(pair)
        self.pairs[name] = pair
        self.compare_sharing(pair)

    def bind_result(self, name, result, **options):
        if result is not None:
            self.bind(name, *result, **options)

    def relayout(self, a, l):
        """A new NumPy array with the values of `a` and the axis order of `l`."""
        self.expect("shape", a.shape, l.shape)
        strides = l.strides
        order = sorted(range(a.ndim), key=lambda k: (-abs(strides[k]), k))
        packed = np.empty([a.shape[k] for k in order], a.dtype)
        out = packed.transpose(np.argsort(order)) if order else packed
        if a.dtype.kind == "b":
            out.view(np.uint8)[...] = a.view(np.uint8)
        else:
            out[...] = a
        return out

    def settle(self, pair):
        """Compares a pair's values, all NaNs being equal, and takes over their bits."""
        if pair.a.size == 0:
            return
        values = pair.l.numpy()
        equal, adoptable = oracle.differences(pair.a, values)
        if not equal:
            raise Mismatch(f"{pair.name} is {pair.l.numpy().tolist()}, "
                           f"expected {pair.a.tolist()}")
        if adoptable:
            writeable = pair.a
            if not writeable.flags.writeable:
                writeable = np.asarray(la.Memory(pair.a, pair.a.ctypes.data, pair.a.shape,
                                                  pair.a.strides, pair.a.dtype.str))
            oracle.adopt(writeable, values)

    def root_of(self, pair):
        """The pair's memory, which must be the same on both sides."""
        owner = numpy_owner(pair.a)
        base = pair.l.base
        owns = bool(pair.l.flags & la.FLAG_OWNS)
        self.expect("OWNS_DATA against the base", base is None, owns)
        known = self.roots.get(id(owner))
        for root in self.roots.values():
            same = pair.l.same_owner(root.ours)
            if same != (root is known):
                raise Mismatch(f"{pair.name} must be a {'view' if root is known else 'copy'}, "
                               f"la_same_owner says {int(same)}")
        if known is not None:
            if owns:
                raise Mismatch(f"{pair.name} is a view and says that it owns its memory")
            return known
        if pair.a.base is None and not owns:
            raise Mismatch(f"{pair.name} is new and says that it is a view")
        ours = pair.l if base is None else base
        # A handle of our own: the pair's may be released before the root.
        ours = la.Array(self.library, self.library.c.la_retain(ours.handle))
        low, high = np.lib.array_utils.byte_bounds(owner) if owner.size else (0, 0)
        our_low, our_high = ours.byte_bounds
        self.expect(f"bytes of the memory of {pair.name}", high - low, our_high - our_low)
        return self.add_root(Root(owner, ours, low, our_low, high - low,
                                  owner.ctypes.data, ours.address))

    def add_root(self, root):
        self.roots[id(root.theirs)] = root
        return root

    # -- comparisons ---------------------------------------------------------------

    def compare_description(self, pair):
        a, l = pair.a, pair.l
        self.expect("rank", a.ndim, l.ndim)
        self.expect("shape", a.shape, l.shape)
        self.expect("dtype", a.dtype, numpy_dtype(l.dtype))
        self.expect("itemsize, size, nbytes", (a.itemsize, a.size, a.nbytes),
                    (l.itemsize, l.size, l.nbytes))
        # The strides of axes of extent 1, and of arrays without elements, are
        # canonical in libarray's new arrays and accidental in NumPy's.
        if a.size:
            meant = [k for k in range(a.ndim) if a.shape[k] > 1]
            strides = l.strides
            self.expect("strides", [a.strides[k] for k in meant], [strides[k] for k in meant])
        flags = l.flags
        for what, expected, bit in (("C_CONTIGUOUS", a.flags.c_contiguous, la.FLAG_C),
                                    ("F_CONTIGUOUS", a.flags.f_contiguous, la.FLAG_F),
                                    ("WRITEABLE", a.flags.writeable, la.FLAG_WRITEABLE)):
            self.expect(what, expected, bool(flags & bit))
        if a.size:
            self.expect("ALIGNED", a.flags.aligned, bool(flags & la.FLAG_ALIGNED))
        if not a.flags.writeable:
            self.expect("la_data_mut of a read-only array", 0, l.mutable_address)
        else:
            self.expect("la_data_mut", l.address, l.mutable_address)

    def compare_place(self, pair):
        a, l, root = pair.a, pair.l, pair.root
        if a.size == 0:
            return
        expected = a.ctypes.data - root.start
        self.expect("offset from the owner's first element", expected,
                    l.address - root.our_start)
        self.expect("la_offset", expected, l.offset)
        low, high = np.lib.array_utils.byte_bounds(a)
        our_low, our_high = l.byte_bounds
        self.expect("byte bounds from the owner's lowest address",
                    (low - root.low, high - root.low),
                    (our_low - root.our_low, our_high - root.our_low))
        self.expect("la_retained_bytes", root.nbytes, l.retained_bytes)

    def compare_sharing(self, pair):
        """Who shares memory with whom, and the witnesses of it."""
        if pair.a.size <= 1000:
            self.expect("la_has_internal_overlap", oracle.overlaps_itself(pair.a),
                        pair.l.has_internal_overlap())
        for other in self.pairs.values():
            bounds = np.may_share_memory(pair.a, other.a)
            self.expect(f"la_may_share_memory({pair.name}, {other.name})",
                        bounds, pair.l.may_share_memory(other.l))
            shares = bounds and np.shares_memory(pair.a, other.a)
            self.expect(f"la_shares_memory({pair.name}, {other.name})",
                        shares, pair.l.shares_memory(other.l))
            witness = pair.l.find_overlap(other.l)
            self.expect(f"la_find_overlap({pair.name}, {other.name})",
                        shares, witness is not None)
            if witness is not None:
                places = []
                for side, index in zip((pair, other), witness):
                    if not all(0 <= i < n for i, n in zip(index, side.a.shape)):
                        raise Mismatch(f"witness {index} is no index of {side.name}")
                    places.append(side.l.address
                                  + sum(i * s for i, s in zip(index, side.l.strides)))
                if not (places[0] < places[1] + other.a.itemsize
                        and places[1] < places[0] + pair.a.itemsize):
                    raise Mismatch(f"witness {witness} of {pair.name} and {other.name}: "
                                   "these elements share no byte")

    def compare_memory(self, what):
        for root in self.roots.values():
            self.checks += 1
            if root.nbytes and root.bytes() != root.our_bytes():
                names = [p for p in self.pairs.values() if p.root is root]
                lines = [f"memory differs after {what}"]
                for p in names[:4]:
                    lines.append(f"  {p.name} is       {p.l.numpy().tolist()}")
                    lines.append(f"  {p.name} expected {p.a.tolist()}")
                raise Mismatch("\n".join(lines))
