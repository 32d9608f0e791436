"""Makes the files in npy/ and npz/ with NumPy itself (2.4.6 made those that are
checked in). Every array is 0, 1, 2, ... in C order unless its name says more;
complex numbers have the negated value as their imaginary part.

npy/python2_on_windows.npy is not made here: it is one of NumPy's own tests
(numpy/lib/tests/data/win64python2.npy, BSD-3-Clause), written by Python 2, whose
extents end in L.
"""

import io
import pathlib
import sys
import zipfile

import numpy as np
from numpy.lib import format as npy

here = pathlib.Path(__file__).parent
NPY = here / "npy"
NPZ = here / "npz"
NPY.mkdir(exist_ok=True)
NPZ.mkdir(exist_ok=True)

NAMES = """bool int8 int16 int32 int64 uint8 uint16 uint32 uint64
float16 float32 float64 complex64 complex128""".split()


def counting(shape, name):
    values = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    if name.startswith("complex"):
        values = values - 1j * values
    return values.astype(name)


def save(name, array, version=None):
    with open(NPY / f"{name}.npy", "wb") as file:
        npy.write_array(file, array, version=version)


# Every type, in both orders and both byte orders.
for name in NAMES:
    array = counting((2, 3), name)
    save(f"{name}_c", array)
    save(f"{name}_f", np.asfortranarray(array))
    save(f"{name}_be", array.astype(array.dtype.newbyteorder(">")))

# Shapes at the edge.
save("scalar", counting((), "float64") + 7)
save("line", counting((5,), "int32"))
save("empty", counting((0,), "int16"))
save("empty_3d", counting((2, 0, 3), "int16"))
save("many_axes", counting((1,) * 31 + (2,) + (1,) * 32, "int8"))
save("strided", counting((4, 6, 5), "int32")[::-2, 1:, ::2])

# Formats 2.0 and 3.0, which NumPy uses by itself only for records.
save("format_2", counting((2, 3), "float64"), (2, 0))
save("format_3", np.asfortranarray(counting((2, 3), "float64")), (3, 0))

# Raw bytes: 12 to an element, which are 0 to 35.
save("raw", np.arange(36, dtype="u1").view("V12"))

# Types without a counterpart.
save("refused_object", np.array([None, 1]))
save("refused_text", np.array(["a", "bc"]))
save("refused_bytes", np.array([b"a", b"bc"]))
save("refused_date", np.array(["2026-01-01"], "M8[D]"))
save("refused_span", np.array([1], "m8[s]"))
save("refused_longdouble", np.zeros(2, np.longdouble))
save("refused_titles", np.zeros(2, [(("title", "x"), "<i4")]))
save("refused_array_field", np.zeros(2, [("x", "<i4", (3,))]))

# Records, whose bytes are 0, 1, 2, ...
def record(name, dtype):
    dtype = np.dtype(dtype)
    save(name, np.arange(6 * dtype.itemsize, dtype="u1").view(dtype).reshape(2, 3))


record("record", [("x", "<i4"), ("y", "<f8")])
record("record_nested", [("a", [("b", ">i2"), ("c", [("d", "?")])]), ("e", "V3")])
record("record_gaps", {"names": ["x", "y"], "formats": ["<i2", "<f4"], "offsets": [1, 8],
                       "itemsize": 16})
record("record_aligned", np.dtype([("x", "i1"), ("y", "<c16")], align=True))
record("record_quotes", [("it's", "i1"), ('a "b"', "u1"), ("back\\slash\n", "i1"),
                         ("'\"", "i1")])
# Names in Latin-1 fit format 1.0, others need 3.0; very many fields need 2.0.
record("record_latin1", [("\u00fcber", "<i4")])
record("record_utf8", [("\u03b1", "<i4"), ("\u00fc", "i1")])
record("record_many", [(f"a_long_name_{k:04}", "u1") for k in range(3000)])

# Archives. "big" takes several rounds to inflate.
members = {
    "a": counting((2, 3), "float64"),
    "f": np.asfortranarray(counting((2, 3), "int32")),
    "big_endian": counting((4,), ">i2"),
    "scalar": counting((), "float64") + 7,
    "empty": counting((0,), "int16"),
    "h\u00f6he": counting((3,), "uint8"),
}
np.savez(NPZ / "stored.npz", **members)
np.savez_compressed(NPZ / "deflated.npz", **members)
big = (np.arange(300_000, dtype="<u4") * 2654435761 >> 12) % 7
np.savez_compressed(NPZ / "big.npz", big=big.astype("u1"), zeros=np.zeros(400_000))
np.savez(NPZ / "no_members.npz")


def member(array):
    file = io.BytesIO()
    npy.write_array(file, array)
    return file.getvalue()


def archive(name):
    return zipfile.ZipFile(NPZ / f"{name}.npz", "w", zipfile.ZIP_DEFLATED)


with archive("odd_members") as zip:
    zip.writestr("folder/", b"")
    zip.writestr("folder/a.npy", member(counting((2,), "int8")))
    zip.writestr("note.txt", b"no array")
    zip.writestr("twice.npy", member(counting((1,), "int8")))
    zip.writestr("twice.npy", member(counting((2,), "int8")))
    zip.writestr("plain", member(counting((3,), "int8")))
    zip.writestr("plain.npy", member(counting((4,), "int8")))
    zip.writestr("long.npy", member(counting((4,), "int8")) + b"more")
    zip.writestr(zipfile.ZipInfo("bz.npy"), member(counting((4,), "int8")),
                 compress_type=zipfile.ZIP_BZIP2)

# A name in code page 437, as old programs write it: "h\x94he".
with archive("code_page") as zip:
    zip.writestr("h#he.npy", member(counting((2,), "int8")))
data = (NPZ / "code_page.npz").read_bytes()
(NPZ / "code_page.npz").write_bytes(data.replace(b"h#he", b"h\x94he"))

# Sizes, offsets and counts in their 64-bit form, as in archives over 4 GiB.
zipfile.ZIP64_LIMIT = 100
zipfile.ZIP_FILECOUNT_LIMIT = 1
with archive("zip64") as zip:
    zip.writestr("a.npy", member(counting((2, 3), "float64")))
    zip.writestr("b.npy", member(counting((50,), "float64")))

# An archive behind something else, as self-extracting ones are.
(NPZ / "prefixed.npz").write_bytes(b"#!/bin/sh\n" + (NPZ / "stored.npz").read_bytes())

print("made with NumPy", np.__version__, "and Python", sys.version.split()[0])
