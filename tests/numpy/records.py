"""Record types against NumPy's structured dtypes: what they are, their texts, casts,
promotion, comparison, files, and what moves them whole.

A process can have 4096 record types, which bounds the number of rounds.
"""

import ast
import os
import random
import tempfile

import numpy as np

import oracle
from libarray import RAW, dtype_number, numpy_dtype
from operations import data
from tables import ALL
from tally import Tally, attempt

ROUNDS = 220
C_LAYOUT = 2147483647
NAMES = ["x", "y", "z", "ü", "a b", "it's", 'say "so"', "back\\slash", "line\n", "αβγ", "f0", "\x7f"]
RULES = ["no", "equiv", "safe", "same_kind", "unsafe"]


def number_of(library, dtype):
    """The la_dtype of any NumPy type, made with la_dtype_record if it is a record."""
    if dtype.names is None:
        return dtype_number(dtype)
    fields = [dtype.fields[name] for name in dtype.names]
    kept = [library.ffi.new("char[]", name.encode()) for name in dtype.names]
    library.check(library.c.la_dtype_record(
        len(fields), library.ffi.new("char *[]", kept),
        library.ints([number_of(library, field[0]) for field in fields]),
        library.longs([field[1] for field in fields]),
        C_LAYOUT if dtype.isalignedstruct else dtype.itemsize, library._flag))
    return library._flag[0]


def dtype_of(library, number):
    """The NumPy type of any la_dtype, asked field by field."""
    if number < 0x10000 or number & RAW:
        return numpy_dtype(number)
    ffi, c = library.ffi, library.c
    out, offset = ffi.new("la_dtype *"), ffi.new("int64_t *")
    names, formats, offsets = [], [], []
    for k in range(c.la_dtype_field_count(number)):
        names.append(library.text(
            lambda *text: c.la_dtype_field(number, k, *text, out, offset)))
        offsets.append(offset[0])
        formats.append(dtype_of(library, out[0]))
    return np.dtype({"names": names, "formats": formats, "offsets": offsets,
                     "itemsize": c.la_dtype_size(number)})


def random_record(rng, leaves, depth=0, names=None):
    """A random record: packed, with gaps, as in C, or with fields anywhere."""
    names = names or rng.sample(NAMES, rng.randint(1, 4))
    formats = [random_record(rng, leaves, depth + 1) if depth < 2 and rng.random() < 0.2
               else rng.choice(leaves) for _ in names]
    return laid_out(rng, names, formats)


def laid_out(rng, names, formats):
    manner = rng.randrange(5)
    if manner < 2:
        return np.dtype(list(zip(names, formats)))
    if manner == 2:
        return np.dtype({"names": names, "formats": formats}, align=True)
    offsets, end = [], 0
    for format in formats:
        offsets.append(end + rng.choice([0, 0, 1, 3]))
        end = offsets[-1] + format.itemsize
    if manner == 4:
        offsets = [rng.randint(0, end) for _ in formats]
        if rng.random() < 0.5:
            # Apart, in another order.
            offsets, end = [0] * len(formats), 0
            for k in rng.sample(range(len(formats)), len(formats)):
                offsets[k] = end
                end += formats[k].itemsize
    end = max(offset + format.itemsize for offset, format in zip(offsets, formats))
    return np.dtype({"names": names, "formats": formats, "offsets": offsets,
                     "itemsize": end + rng.choice([0, 0, 2])})


def is_in_order(dtype):
    """Whether NumPy has a descr for it."""
    if dtype.names is None:
        return True
    end = 0
    for name in dtype.names:
        field, offset = dtype.fields[name][:2]
        if offset < end or not is_in_order(field):
            return False
        end = offset + field.itemsize
    return True


def overlaps(dtype):
    """Whether fields of it, or of records within, share bytes."""
    if dtype.names is None:
        return False
    end = 0
    fields = [(dtype.fields[name][1], dtype[name]) for name in dtype.names]
    for offset, field in sorted(fields, key=lambda field: field[0]):
        if offset < end or overlaps(field):
            return True
        end = offset + field.itemsize
    return False


def has_aligned(dtype):
    """Whether it is a record laid out as in C, or has one."""
    if dtype.names is None:
        return False
    return dtype.isalignedstruct or any(has_aligned(dtype[name]) for name in dtype.names)


def like(rng, dtype, leaves, rename):
    """A record of the same tree with other leaves, laid out anew."""
    if dtype.names is None:
        return dtype if rng.random() < 0.5 else rng.choice(leaves)
    names = list(dtype.names)
    if rename and rng.random() < 0.3:
        names = rng.sample(NAMES, len(names))
    return laid_out(rng, names, [like(rng, dtype[name], leaves, rename) for name in dtype.names])


def fill(rng, a, small):
    """Random values in all fields; small ones have a meaning in every type."""
    if a.dtype.names is None:
        if small:
            a[...] = np.array([rng.randint(0, 100) for _ in range(a.size)]).reshape(a.shape)
        else:
            a[...] = data(a.dtype, a.shape, rng.randrange(10**9))
        return a
    for name in a.dtype.names:
        fill(rng, a[name], small)
    return a


def made(rng, dtype, shape, small=False):
    return fill(rng, np.zeros(shape, dtype), small)


def same(expected, got):
    """Whether two arrays of one record type have the same values in all fields."""
    if expected.dtype.names is None:
        return expected.size == 0 or oracle.differences(expected, got)[0]
    return all(same(expected[name], got[name]) for name in expected.dtype.names)


def numpy_of(array, dtype):
    """The elements as NumPy sees them."""
    if not array.size:
        return np.empty(array.shape, dtype)
    return array.view_dtype(RAW | dtype.itemsize).numpy().view(dtype)


def run(library, seed):
    tally = Tally("records")
    rng = random.Random(seed)
    everything = ALL + [np.dtype("V1"), np.dtype("V7")]
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            types(library, tally, rng, random_record(rng, everything))
            casts(library, tally, rng)
            elements(library, tally, rng, random_record(rng, everything), folder)
    return tally


def types(library, tally, rng, dtype):
    number = number_of(library, dtype)
    tally.check(f"la_dtype_size of {dtype}", dtype.itemsize, library.c.la_dtype_size(number))
    tally.check(f"the fields of {dtype}", dtype, lambda: dtype_of(library, number))
    tally.check(f"again {dtype}", number, lambda: number_of(library, dtype))
    text = library.dtype_format(number)
    tally.check(f"la_dtype_parse of {text}", number, lambda: library.dtype_parse(text))
    # Of records within others NumPy does not say that they are aligned, and so loses gaps.
    if not any(has_aligned(dtype[name]) for name in dtype.names):
        tally.check(f"la_dtype_parse of NumPy's {dtype}", number,
                    lambda: library.dtype_parse(str(dtype)))
    if "'aligned'" not in text and is_in_order(dtype):
        tally.check(f"descr of {dtype}", repr(dtype.descr), text)
    elif "'aligned'" not in text and "('', " not in text:
        # NumPy would take a gap for a field.
        tally.check(f"text of {dtype}", dtype, lambda: np.dtype(ast.literal_eval(text)))
    swapped = library.dtype_swapped(number)
    tally.check(f"la_dtype_swapped of {dtype}", dtype.newbyteorder("S"),
                lambda: dtype_of(library, swapped))


def casts(library, tally, rng):
    a = random_record(rng, ALL)
    b = like(rng, a, ALL, True) if rng.random() < 0.8 else random_record(rng, ALL)
    if rng.random() < 0.2:
        a, b = rng.sample([a, rng.choice(ALL)], 2)
    na, nb = number_of(library, a), number_of(library, b)
    for rule in RULES:
        tally.check(f"la_can_cast of {a} to {b} by {rule}", bool(np.can_cast(a, b, rule)),
                    lambda: library.can_cast(na, nb, rule))
    if na != nb:
        try:
            common = np.result_type(a, b)
        except TypeError:
            common = "LA_DTYPE_ERROR"
        tally.check(f"la_result_type of {a} and {b}", common,
                    lambda: dtype_of(library, library.result_type(na, nb)))
    if overlaps(a):
        # Any bits at all, which not every conversion has a meaning for.
        return
    shape = rng.choice([(), (3,), (2, 3), (0, 2)])
    x, y = made(rng, a, shape, True), made(rng, b, shape, True)
    try:
        expected = x.astype(b)
    except TypeError:
        expected = None
    held = library.from_data(x, dtype=na)
    got = attempt(lambda: held.astype(nb))
    if expected is None or isinstance(got, str):
        tally.check(f"la_astype of {a} to {b}", "LA_CAST_ERROR" if expected is None else "", got)
        return
    tally.check(f"la_astype of {a} to {b}\n{x}\n{expected}\n{numpy_of(got, b)}", True,
                lambda: same(expected, numpy_of(got, b)))
    # Into an array that exists, whose gaps stay.
    target = library.from_data(y, dtype=nb)
    view = numpy_of(target, b)[...] if y.size else y
    flip = bool(x.ndim) and rng.random() < 0.3
    if flip:
        target, view = target.flip([0]), view[::-1]
    y = y[::-1].copy() if flip else y
    y[...] = x
    target.assign(held)
    tally.check(f"la_assign of {a} to {b}", True, lambda: same(y, view))


def elements(library, tally, rng, dtype, folder):
    number = number_of(library, dtype)
    shape = rng.choice([(), (4,), (2, 3), (1, 5), (0,)])
    x = made(rng, dtype, shape)
    held = library.from_data(x, dtype=number)
    tally.check(f"elements of {dtype}", True, lambda: same(x, numpy_of(held, dtype)))
    for name in dtype.names:
        got = library.new(library.c.la_field, held.handle, name.encode())
        tally.check(f"la_field {name!r} of {dtype}", True,
                    lambda: same(x[name], numpy_of(got, dtype[name])))
        tally.check(f"strides of field {name!r} of {dtype}", x.strides if x.size else got.strides,
                    tuple(got.strides))
    whole = x if shape else np.array(x[()])
    for precision in (8, 3):
        with np.printoptions(precision=precision):
            for form, text in enumerate([str(whole), repr(whole)]):
                tally.check(f"la_format of {dtype} with precision {precision}", text,
                            lambda: held.format(precision=precision, form=form))
    # Comparison: with itself where a few fields were changed, maybe of other types.
    leaves_are_numbers = "V" not in {leaf.kind for leaf in leaves(dtype)}
    other = like(rng, dtype, ALL, False) if leaves_are_numbers else dtype
    y = made(rng, other, shape, True)
    small = made(rng, dtype, shape, True)
    a, b = library.from_data(small, dtype=number), \
        library.from_data(y, dtype=number_of(library, other))
    for name, expected in (("equal", lambda p, q: p == q), ("not_equal", lambda p, q: p != q)):
        for p, q, left, right in ((small, y, a, b), (small, small, a, a), (x, x, held, held)):
            tally.check(f"{name} of {p.dtype} and {q.dtype}", np.asarray(expected(p, q)).tolist(),
                        lambda: left.compare(right, name).numpy().tolist())
    z = made(rng, dtype, (6,), True)
    z[rng.sample(range(6), 3)] = np.zeros((), dtype)
    kept = library.from_data(z, dtype=number)
    tally.check(f"nonzero of {dtype}", np.argwhere(nonzero(z)).tolist(),
                lambda: kept.nonzero().numpy().tolist())
    if shape and x.size:
        picks = np.array([rng.randrange(shape[0]) for _ in range(5)])
        took = held.take(library.from_data(picks), 0)
        tally.check(f"la_take of {dtype}", True,
                    lambda: same(x.take(picks, 0), numpy_of(took, dtype)))
        joined = library.concatenate([held, took], 0)
        tally.check(f"la_concatenate of {dtype}", True, lambda: same(
            np.concatenate([x, x[picks]]).astype(dtype), numpy_of(joined, dtype)))
    files(library, tally, folder, x, held, number)


def leaves(dtype):
    if dtype.names is None:
        return [dtype]
    return [leaf for name in dtype.names for leaf in leaves(dtype[name])]


def nonzero(a):
    """By the definition: any field is; of raw bytes, any byte."""
    if a.dtype.names is not None:
        result = np.zeros(a.shape, bool)
        for name in a.dtype.names:
            result |= nonzero(a[name])
        return result
    if a.dtype.kind == "V":
        return np.array([any(bytes(item)) for item in a.ravel().tolist()]).reshape(a.shape)
    return oracle.truth(a)


def files(library, tally, folder, x, held, number):
    ours, numpys = os.path.join(folder, "ours.npy"), os.path.join(folder, "numpys.npy")
    if not is_in_order(x.dtype):
        tally.check(f"la_save_npy of {x.dtype}", "LA_DTYPE_ERROR",
                    lambda: library.save_npy(ours, held))
        return
    np.save(numpys, x)
    library.save_npy(ours, held)
    with open(ours, "rb") as one, open(numpys, "rb") as other:
        got, expected = one.read(), other.read()
    # What NumPy has in the gaps is not always what it was given.
    start = len(expected) - x.nbytes
    tally.check(f"the header that la_save_npy writes of {x.dtype}", expected[:start], got[:start])
    tally.check(f"np.load of what la_save_npy wrote of {x.dtype}", True,
                lambda: same(x, np.load(ours, max_header_size=10**6)))
    loaded = library.load_npy(numpys)
    descr = np.lib.format.descr_to_dtype(np.lib.format.dtype_to_descr(x.dtype))
    tally.check(f"the type of the loaded {x.dtype}", descr, lambda: dtype_of(library, loaded.dtype))
    tally.check(f"la_load_npy of {x.dtype}", True, lambda: same(x, numpy_of(loaded, x.dtype)))
