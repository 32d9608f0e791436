"""What an expression costs through the Python package, beside NumPy's own.

Both libraries evaluate the same text on equal arrays, in turns, so that what the
machine does meanwhile hits both; a row is the median and the minimum of many
short rounds. Run in an environment where the package is installed:

    build/python-venv/bin/python benches/python.py [--quick]
"""

import argparse
import statistics
import timeit

import numpy
import libarray

# Each expression, and whether it indexes: those have to cost no more than NumPy's.
EXPRESSIONS = [
    ("a[1:4]", True),
    ("a[3]", True),
    ("b[1]", True),
    ("b[0, 1]", True),
    ("b[:, 1]", True),
    ("b[1:, ::-1]", True),
    ("b[..., None]", True),
    ("a[[0, 2]]", True),
    ("a[i]", True),
    ("a[m]", True),
    ("a[3] = 7", True),
    ("a[1:4] = 7", True),
    ("a[1:4] = c", True),
    ("a.shape", False),
    ("a.T", False),
    ("a.reshape(2, 5)", False),
    ("a.copy()", False),
    ("a == 3", False),
]


def arrays(library):
    a = library.arange(10)
    return {"a": a, "b": library.asarray([[1, 2, 3], [4, 5, 6]]), "c": library.arange(3),
            "i": library.asarray([0, 2, 5]), "m": a > 3}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    rounds, number = (15, 2000) if parser.parse_args().quick else (61, 5000)
    print(f"\n{'expression':18} {'libarray':>10} {'NumPy':>10} {'ratio':>7} {'of minima':>10}")
    for text, indexes in EXPRESSIONS:
        timers = [timeit.Timer(text, globals=arrays(library)) for library in (libarray, numpy)]
        times = [[], []]
        for _ in range(rounds):
            for timer, results in zip(timers, times):
                results.append(timer.timeit(number) / number * 1e9)
        ours, numpys = times
        ratio = statistics.median(o / n for o, n in zip(ours, numpys))
        least = min(ours) / min(numpys)
        mark = "" if not indexes else "must 1.00" if ratio <= 1 else "must 1.00, not reached"
        print(f"{text:18} {statistics.median(ours):7.0f} ns {statistics.median(numpys):7.0f} ns "
              f"{ratio:7.2f} {least:10.2f}  {mark}")


if __name__ == "__main__":
    main()
