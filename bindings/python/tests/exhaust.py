"""Memory runs out below the package: what each of its functions makes of that.

    LD_PRELOAD="refuse.so libarray.so" LIBARRAY_FAIL_BELOW=7 python exhaust.py

`make check-oom-python` runs it once for each allocation of the library, which refuse.c
refuses (c-tests/below/). A refusal has to arrive as MemoryError, or not at all where the
library can do without; afterwards the same expression has its right value. Ends with 77
where memory ran out, like the C tests.
"""

import gc
import os
import pickle
import sys
import tempfile

import libarray as la

FOLDER = tempfile.mkdtemp()
PATH = os.path.join(FOLDER, "a.npy")


def operands():
    a = la.arange(24)
    return (a, la.reshape(a, (4, 6)), la.linspace(0, 1, 24), a > 11, la.asarray([0, 2, 5]),
            la.zeros(3, dtype=[("x", "<i2"), ("y", "<f8")]))


REFUSED = []


def again(function):
    """Its value; where memory is refused, once, that of the second time."""
    try:
        return function()
    except MemoryError as error:
        REFUSED.append(error)
        return function()


a, b, f, m, i, records = again(operands)


def values():
    return [x.tolist() for x in (a, b, f, m, i, records)]


def assign(target, key, value):
    """Stores into a copy, so that the next expression finds what this one did."""
    copy = target.copy()
    copy[key] = value
    return copy.tolist()


def into(function, *arguments):
    """What a function makes of its first argument, a copy."""
    copy = arguments[0].copy()
    function(copy, *arguments[1:])
    return copy.tolist()


# Each gives something that compares equal to itself when it is evaluated again.
EXPRESSIONS = [
    lambda: a[3:9].tolist(),
    lambda: b[::-1, 1].tolist(),
    lambda: b[..., None].shape,
    lambda: a[i].tolist(),
    lambda: a[[1, 2]].tolist(),
    lambda: b[:, [0, 3]].tolist(),
    lambda: a[m].tolist(),
    lambda: [x for x in a[:3]],
    lambda: assign(a, slice(1, 4), 7),
    lambda: assign(a, i, [1, 2, 3]),
    lambda: assign(a, m, 0.5),
    lambda: assign(b, (slice(None), [0, 1]), b[:, 1:3]),
    lambda: assign(a, slice(2, None), a[:-2]),
    lambda: b.T.copy().tolist(),
    lambda: b.reshape(3, 8).tolist(),
    lambda: b.T.reshape(-1).tolist(),
    lambda: b.astype("float32").tolist(),
    lambda: b.ravel("F").tolist(),
    lambda: b.flatten().tolist(),
    lambda: b.take([1, 2], axis=1).tolist(),
    lambda: b.repeat(2, axis=0).tolist(),
    lambda: b.swapaxes(0, 1).shape,
    lambda: b.diagonal().tolist(),
    lambda: b.view("int32").shape,
    lambda: b.byteswap().tolist(),
    lambda: b.compact().tolist(),
    lambda: b.readonly().flags.writeable,
    lambda: b.tobytes(),
    lambda: [x.tolist() for x in b.nonzero()],
    lambda: into(la.put, a, [1, 2], [7, 8]),
    lambda: into(la.place, a, m, [7, 8]),
    lambda: into(la.putmask, a, m, [7, 8]),
    lambda: into(la.copyto, f, a),
    lambda: into(la.put_along_axis, b, la.zeros((4, 1), dtype="int64"), 9, 1),
    lambda: into(la.fill_diagonal, b, 3),
    lambda: repr(b),
    lambda: str(f),
    lambda: repr(records),
    lambda: la.describe(b[::2]),
    lambda: (b == b.copy()).all(),
    lambda: (a < f).tolist(),
    lambda: (m & m).tolist(),
    lambda: (~m).tolist(),
    lambda: la.where(m, a, f).tolist(),
    lambda: la.concatenate([a, f]).tolist(),
    lambda: la.stack([b, b], axis=1).tolist(),
    lambda: la.hstack([b, b]).tolist(),
    lambda: la.block([[b, b], [b, b]]).shape,
    lambda: la.tile(a, 2).tolist(),
    lambda: la.roll(b, 1).tolist(),
    lambda: la.pad(b, 1).tolist(),
    lambda: la.flip(b).tolist(),
    lambda: la.rot90(b).tolist(),
    lambda: [x.tolist() for x in la.split(a, 3)],
    lambda: [x.shape for x in la.meshgrid(a, f)],
    lambda: [x.shape for x in la.broadcast_arrays(a, b[:, :1])],
    lambda: la.unravel_index(i, (4, 6))[0].tolist(),
    lambda: la.ravel_multi_index((la.asarray([0, 1]), la.asarray([2, 3])), (4, 6)).tolist(),
    lambda: la.take_along_axis(b, la.zeros((4, 1), dtype="int64"), axis=1).tolist(),
    lambda: la.compress([True, False, True], b, axis=1).tolist(),
    lambda: la.delete(a, [1, 2]).tolist(),
    lambda: la.insert(a, 1, 9).tolist(),
    lambda: la.append(a, [9]).tolist(),
    lambda: la.choose(la.asarray([0, 1]), [a[:2], f[:2]]).tolist(),
    lambda: la.select([m], [a], 0).tolist(),
    lambda: la.eye(3).tolist(),
    lambda: la.tril(b).tolist(),
    lambda: la.full((2, 3), 7).tolist(),
    lambda: la.zeros_like(b).tolist(),
    lambda: la.array_equal(a, a.copy()),
    lambda: la.count_nonzero(b),
    lambda: la.shares_memory(b[:, ::2], b[:, 1::2]),
    lambda: la.find_overlap(a, a[3:]) is not None,
    lambda: la.has_internal_overlap(la.broadcast_to(a, (2, 24))),
    lambda: la.isnan(f).tolist(),
    lambda: la.asarray([[1, 2.5], [3, 4]]).tolist(),
    lambda: la.asarray(memoryview(bytearray(b"abcd"))).tolist(),
    lambda: la.frombuffer(b"abcdefgh", dtype="int16").tolist(),
    lambda: memoryview(b).tolist(),
    lambda: la.from_dlpack(b).tolist(),
    lambda: la.asarray(b, copy=True).tolist(),
    lambda: pickle.loads(pickle.dumps(b)).tolist(),
    lambda: (la.save(PATH, b), la.load(PATH).tolist(), os.unlink(PATH))[1],
    lambda: records["y"].tolist(),
    lambda: records[["x"]].tolist(),
    lambda: la.argwhere(m).tolist(),
    lambda: [x.tolist() for x in la.ix_([0, 1], [2])],
    lambda: b.flat[3],
    lambda: la.apply_along_axis(lambda row: row[::-1], 1, b).tolist(),
    lambda: b.item(3),
    lambda: b.__array_interface__["shape"],
]


def main():
    before = again(values)
    for number, expression in enumerate(EXPRESSIONS):
        value = again(expression)
        if value is None or value != again(expression):
            sys.exit(f"expression {number} has another value the second time")
    if again(values) != before:
        sys.exit("an operand has changed")
    gc.collect()
    os.rmdir(FOLDER)
    sys.exit(77 if REFUSED else 0)


if __name__ == "__main__":
    main()
