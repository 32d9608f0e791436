"""Python's index syntax, beside NumPy's answers."""

import operator

import numpy as np
import pytest

import libarray as la

GRID = np.arange(24).reshape(2, 3, 4)

KEYS = [
    0, -1, slice(None), slice(1, None), Ellipsis, None, (), (0, 1), (0, 1, 2), (slice(None), 1),
    (Ellipsis, 0), (0, Ellipsis), (None, 0, None), (slice(None, None, -1), slice(None), 2),
    [0, 1], [[0, 1], [1, 0]], [], [True, False], ([0, 1], [0, 2]), (0, slice(None), [0, 3]),
    (slice(None), [0, 2], slice(1, 3)), (GRID > 5), (0, GRID[0] > 5), np.array(1), np.array([1]),
    True, False, (True, 0), (np.array([[0], [1]]), np.array([0, 2])), np.int8(1), (0, 0, 0, Ellipsis),
]


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_reading_gives_what_numpy_gives(key):
    got, expected = la.asarray(GRID)[key], GRID[key]
    if isinstance(expected, np.ndarray):
        assert got.shape == expected.shape and got.tolist() == expected.tolist()
        assert la.shares_memory(got, GRID) == np.shares_memory(expected, GRID)
    else:
        assert got == expected and isinstance(got, int)


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_writing_does_what_numpy_does(key):
    ours, numpys = la.asarray(GRID, copy=True), GRID.copy()
    ours[key] = 99
    numpys[key] = 99
    assert ours.tolist() == numpys.tolist()
    if isinstance(GRID[key], np.ndarray):
        values = np.arange(GRID[key].size).reshape(GRID[key].shape)
        ours[key] = values
        numpys[key] = values
        assert ours.tolist() == numpys.tolist()


@pytest.mark.parametrize("key", [
    5, (0, 0, 0, 0), 1.5, "name", b"x", (0, 1.0), [0, 5], [[True] * 4], (0, [1, 2, 3], [1, 2]),
    2**70, [1.5], object(), 1j], ids=repr)
def test_what_is_no_index_is_an_index_error(key):
    with pytest.raises(IndexError):
        la.asarray(GRID)[key]
    ours = la.asarray(GRID, copy=True)
    with pytest.raises(IndexError):
        ours[key] = 1
    assert ours.tolist() == GRID.tolist()


def test_messages_are_numpys():
    a = la.asarray(GRID)
    with pytest.raises(IndexError, match="index 5 is out of bounds for axis 0 with size 2"):
        a[5]
    with pytest.raises(IndexError, match="too many indices for array: array is 3-dimensional, but 4"):
        a[0, 0, 0, 0]
    with pytest.raises(ValueError, match=r"could not broadcast input array from shape \(2,\) into"):
        a[0] = [1, 2]
    with pytest.raises(ValueError, match="slice step cannot be zero"):
        a[::0]
    with pytest.raises(TypeError, match="len\\(\\) of unsized object"):
        len(la.zeros(()))


@pytest.mark.parametrize("dtype, value, error", [
    ("uint8", 256, OverflowError), ("uint8", -1, OverflowError), ("int8", 128, OverflowError),
    ("int64", 2**63, OverflowError), ("uint64", 2**64, OverflowError), ("int32", 1j, TypeError),
    ("float64", 1j, TypeError), ("int32", float("nan"), ValueError),
    ("int32", float("inf"), OverflowError), ("int32", "a", ValueError), ("int32", None, TypeError)])
def test_numbers_that_do_not_fit_are_refused(dtype, value, error):
    a = la.zeros(2, dtype)
    for write in (lambda: a.__setitem__(0, value), lambda: a.__setitem__(slice(None), value),
                  lambda: a.__setitem__(slice(None), [value, value]), lambda: a.fill(value)):
        with pytest.raises(error):
            write()
    assert a.tolist() == [0, 0]


def test_numbers_that_fit_are_stored():
    a = la.zeros(5, "uint64")
    a[:] = [2**64 - 1, 2**63, 3.7, True, 0]
    assert a.tolist() == [2**64 - 1, 2**63, 3, 1, 0]
    b = la.zeros(2, "int64")
    b[:] = [2**53 + 1, -(2**63)]
    assert b.tolist() == [2**53 + 1, -(2**63)]


def test_a_full_index_gives_pythons_number():
    for dtype, kind in (("bool", bool), ("int8", int), ("uint64", int), ("float16", float),
                        ("bfloat16", float), ("float32", float), ("complex64", complex)):
        value = la.ones((1, 1), dtype)[0, 0]
        assert type(value) is kind and value == 1
        assert type(la.ones((), dtype)[()]) is kind
        assert isinstance(la.ones((), dtype)[...], la.Array)


def test_sequences_protocol():
    a = la.asarray(GRID)
    assert len(a) == 2 and [r.tolist() for r in a] == GRID.tolist()
    assert 5 in a and 99 not in a
    assert list(la.arange(3)) == [0, 1, 2]
    with pytest.raises(TypeError, match="0-d"):
        iter(la.zeros(()))
    with pytest.raises(ValueError, match="cannot delete"):
        del a[0]


@pytest.mark.parametrize("op", [operator.eq, operator.ne, operator.lt, operator.le, operator.gt,
                                operator.ge])
def test_comparisons_promote_as_numpy_does(op):
    numpys = np.array([-1, 0, 5], dtype="int8")
    ours = la.asarray(numpys)
    for other in (0, 1.5, 1000, -(2**70), np.array([0, 1, 5], dtype="uint64"), [[0], [5]]):
        got = op(ours, la.asarray(other) if isinstance(other, np.ndarray) else other)
        assert got.dtype == la.bool and got.tolist() == op(numpys, np.asarray(other)).tolist() \
            if isinstance(other, list) else got.tolist() == op(numpys, other).tolist()


def test_truth_of_more_than_one_element_is_ambiguous():
    assert la.ones(1) and not la.zeros((1, 1))
    for a in (la.zeros(2), la.zeros(0)):
        with pytest.raises(ValueError, match="ambiguous"):
            bool(a)


def test_numbers_of_one_element():
    assert int(la.full((), 3.7)) == 3 and float(la.full(1, 2)) == 2.0
    assert complex(la.full((), 1j)) == 1j and range(5)[la.full((), 2)] == 2
    with pytest.raises(TypeError):
        float(la.zeros(2))
    with pytest.raises(TypeError):
        operator.index(la.zeros(1, "int64"))


def test_masks_combine():
    a = la.arange(6)
    assert a[(a > 1) & (a < 5)].tolist() == [2, 3, 4]
    assert a[~((a < 2) | (a > 3)) ^ (a == 0)].tolist() == [0, 2, 3]
    with pytest.raises(TypeError):
        a & a
