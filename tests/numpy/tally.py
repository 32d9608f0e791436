"""Counting what passed and telling what failed."""

import numpy as np

import oracle
from libarray import Error

MOST_TOLD = 10


class Tally:
    """The number of checks that passed, and the failures of one group of tests."""

    def __init__(self, title):
        self.title = title
        self.passed = 0
        self.failed = 0

    def fail(self, text):
        self.failed += 1
        if self.failed <= MOST_TOLD:
            print(f"\nFAILED: {self.title}: {text}")
        elif self.failed == MOST_TOLD + 1:
            print(f"\n{self.title}: more failures are counted and not told")

    def check(self, what, expected, got):
        """`what` and `got` may be calls, made only when needed; errors of `got` are failures."""
        if callable(got):
            got = attempt(got)
        if expected == got:
            self.passed += 1
            return True
        self.fail(f"{what() if callable(what) else what}\n  expected {expected!r}\n"
                  f"  got      {got!r}")
        return False

    def check_values(self, what, expected, make):
        """Compares the array that `make` gives with NumPy's: type, shape and values."""
        got = attempt(make)
        if isinstance(got, str):
            self.check(what, "an array", got)
            return
        values = got.numpy()
        if values.dtype != expected.dtype or values.shape != expected.shape:
            self.check(what, (expected.dtype, expected.shape), (values.dtype, values.shape))
        elif expected.size and not oracle.differences(expected, values)[0]:
            differ = [k for k in range(expected.size)
                      if not oracle.differences(expected.ravel()[k:k + 1],
                                                values.ravel()[k:k + 1])[0]]
            text = what() if callable(what) else what
            self.fail(f"{text}: {len(differ)} of {expected.size} elements differ, the first "
                      f"at {differ[0]}:\n  expected {expected.ravel()[differ[0]]!r}\n"
                      f"  got      {values.ravel()[differ[0]]!r}")
        else:
            self.passed += 1


def attempt(call):
    """What `call` returns, or the name of the status with which it failed."""
    try:
        return call()
    except Error as error:
        return error.name


def source(a):
    """Python text that makes exactly this array."""
    a = np.asarray(a)
    return (f"np.frombuffer(bytes.fromhex('{a.tobytes().hex()}'), "
            f"{a.dtype.str!r}).reshape({a.shape})")
