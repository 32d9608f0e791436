"""Programs that are run every time: writes that NumPy itself gets wrong, and what
random programs have found. The expectation is the oracle's, as for any program;
where the right result is known in numbers, it stands here."""

import programs
from machine import Machine
from tally import Tally

TEN = ("values", "a", "int64", (10,), list(range(10)))


def window(name, start, stop, step=None):
    return ("slice", name, "a", [slice(start, stop, step)], False)


PROGRAMS = {
    "a[0:9:2] = a[1:6]": (
        [TEN, window("t", 0, 9, 2), window("s", 1, 6), ("assign", "t", "s", "unsafe")],
        [1, 1, 2, 3, 3, 5, 4, 7, 5, 9]),
    "buf.view(i8)[:] = buf.view(i4)[:8]": (
        [("values", "a", "int32", (16,), list(range(16))), ("view_dtype", "t", "a", "int64"),
         window("s", 0, 8), ("assign", "t", "s", "unsafe")],
        [n for k in range(8) for n in (k, 0)]),
    "a[mask] = a[2:6]": (
        [TEN, ("values", "m", "bool", (10,), [0, 1, 0, 1, 0, 1, 0, 1, 0, 0]), window("s", 2, 6),
         ("set", "a", [("mask", "m")], "s")],
        [0, 2, 2, 3, 4, 4, 6, 5, 8, 9]),
    "b[b[::-1]] = False": (
        [("values", "a", "bool", (4,), [0, 0, 1, 1]), window("m", None, None, -1),
         ("values", "f", "bool", (), [0]), ("set", "a", ["m"], "f")],
        [False, False, True, True]),
    "b[b[::-1]] = False, of [0 1 1 1]": (
        [("values", "a", "bool", (4,), [0, 1, 1, 1]), window("m", None, None, -1),
         ("values", "f", "bool", (), [0]), ("set", "a", ["m"], "f")],
        [False, False, False, True]),
    "copyto(a, 0, where=a[::-1])": (
        [("values", "a", "bool", (4,), [1, 1, 0, 1]), window("m", None, None, -1),
         ("values", "f", "bool", (), [0]), ("assign_where", "a", "f", "m", "unsafe")],
        [False, True, False, False]),
    "a[a] = a[::-1]": (
        [("values", "a", "int64", (5,), [3, 1, 4, 0, 2]), window("s", None, None, -1),
         ("set", "a", ["a"], "s")],
        [1, 0, 3, 2, 4]),
    "put(a, a, a[::-1])": (
        [("values", "a", "int64", (5,), [3, 1, 4, 0, 2]), window("s", None, None, -1),
         ("put", "a", "a", "s", "raise")],
        [1, 0, 3, 2, 4]),
    "a[[1, 1, 1]] = [5, 6, 7]": (
        [TEN, ("values", "s", "int64", (3,), [5, 6, 7]),
         ("set", "a", [("ints", [1, 1, 1])], "s")],
        [0, 7, 2, 3, 4, 5, 6, 7, 8, 9]),
    "an index of rank 0 is checked, though there is nothing to index": (
        [("values", "a", "int64", (0, 3), []), ("values", "none", "int64", (0,), []),
         ("values", "far", "int64", (), [5]), ("get", "b", "a", ["none", "far"])],
        []),
    "clip takes an index of rank 0 from beyond the end": (
        [("values", "a", "int64", (3,), [1, 2, 3]), ("values", "far", "int64", (), [9]),
         ("take", "b", "a", "far", 0, "clip")],
        [1, 2, 3]),
}


def run(library, seed):
    tally = Tally("known programs")
    for title, (steps, expected) in PROGRAMS.items():
        machine = Machine(library)
        try:
            for step in steps:
                machine.do(*step)
            tally.check(title, expected, machine["a"].l.numpy().ravel().tolist())
        except Exception as error:
            tally.fail(f"{title}: {error}\n\n{programs.listing(library, steps)}\n")
        finally:
            machine.close()
    return tally
