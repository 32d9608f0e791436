"""la_load_npy, la_save_npy, la_open_npy and la_npz_* against NumPy's own files."""

import os
import random
import tempfile

import numpy as np

from operations import data
from tables import ALL
from tally import Tally, attempt


def run(library, seed):
    tally = Tally("files")
    rng = random.Random(seed)
    shapes = [(), (0,), (1,), (5,), (3, 4), (0, 3), (2, 3, 4), (1, 1), (2, 1, 3, 2)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "array.npy")
        for dtype in ALL + [np.dtype("V5")]:
            for shape in shapes:
                a = data(dtype, shape, rng.randrange(10**6))
                order = rng.choice("CF")
                a = np.array(a, order=order)
                round_trip(library, tally, path, a, rng)
                if dtype.kind != "V":
                    archive(library, tally, folder, {"a": a, "second": a[..., None]})
        broken(library, tally, path)
        members = {f"name {k} – é": data("float32", (k, 3), k) for k in range(30)}
        archive(library, tally, folder, members)
        archive(library, tally, folder, {})
    return tally


def round_trip(library, tally, path, a, rng):
    what = f"{a.dtype.str} {a.shape} {'F' if a.flags.fnc else 'C'}"
    version = rng.choice([(1, 0), (2, 0), (3, 0)])
    with open(path, "wb") as file:
        np.lib.format.write_array(file, a, version, allow_pickle=False)
    tally.check_values(f"la_load_npy of {what}, version {version}", a,
                       lambda: library.load_npy(path))
    loaded = attempt(lambda: library.load_npy(path))
    if not isinstance(loaded, str):
        tally.check(f"contiguity of the loaded {what}", (a.flags.c_contiguous, a.flags.f_contiguous),
                    (bool(loaded.flags & 1), bool(loaded.flags & 2)))
    if a.dtype.itemsize * a.size:
        tally.check_values(f"la_open_npy of {what}, version {version}", a,
                           lambda: library.open_npy(path))
    # Back: from a view with gaps now and then.
    kept = library.from_data(a, "F" if a.flags.fnc else "C")
    if a.ndim and rng.random() < 0.4:
        kept = kept.flip()
        a = np.flip(a)
    os.remove(path)
    if tally.check(f"la_save_npy of {what}", None, lambda: library.save_npy(path, kept)) or \
            os.path.exists(path):
        saved = np.load(path)
        tally.check(f"np.load of what la_save_npy wrote of {what}",
                    (a.dtype, a.shape, a.tobytes()), (saved.dtype, saved.shape, saved.tobytes()))
        tally.check(f"order of what la_save_npy wrote of {what}",
                    a.flags.f_contiguous and not a.flags.c_contiguous, bool(saved.flags.fnc))
    tally.check("files left beside it", [os.path.basename(path)],
                [name for name in os.listdir(os.path.dirname(path)) if "npz" not in name])


def archive(library, tally, folder, members):
    for save in (np.savez, np.savez_compressed):
        path = os.path.join(folder, "archive.npz")
        save(path, **members)
        loaded = attempt(lambda: library.npz(path))
        if isinstance(loaded, str):
            tally.check(f"members of {save.__name__}", list(members), loaded)
            continue
        tally.check(f"members of {save.__name__}", list(members), list(loaded))
        for name, a in members.items():
            if name in loaded:
                tally.check_values(f"member {name!r}: {a.dtype.str} {a.shape}", a,
                                   lambda: loaded[name])


def broken(library, tally, path):
    """Files that are cut or claim nonsense: a status, whatever they hold."""
    np.save(path, np.arange(6.0).reshape(2, 3))
    with open(path, "rb") as file:
        good = file.read()
    wrong = [good[:n] for n in range(0, len(good), 7)]
    for old, new in ((b"'<f8'", b"'<f9'"), (b"(2, 3)", b"(2,-3)"), (b"(2, 3)", b"(9, 9)"),
                     (b"\x93NUMPY", b"\x93NUMPX"), (b"False", b"Maybe"), (b"'shape'", b"'shope'"),
                     (b"\x01\x00", b"\x09\x00"), (b"{", b"["), (b"'<f8'", b"'|O' ")):
        wrong.append(good.replace(old, new, 1))
    for content in wrong:
        with open(path, "wb") as file:
            file.write(content)
        for call in (library.load_npy, library.open_npy):
            tally.check(f"loading {content[:120]!r}", "LA_FORMAT_ERROR", lambda: call(path))
    os.remove(path)
    tally.check("loading no file", "LA_IO_ERROR", lambda: library.load_npy(path))
