"""`a.flat`: the elements in C order, beside NumPy's."""

import numpy as np
import pytest

import libarray as la


def pair(steps=(slice(None), slice(None))):
    numpys = np.arange(20).reshape(4, 5)[steps]
    return la.asarray(numpys.copy())[...], numpys.copy()


STRIDED = (slice(None, None, -2), slice(1, None, 3))
KEYS = [0, -1, 3, slice(None), slice(1, 6, 2), slice(None, None, -1), slice(10, 5), ..., (), [1, 3],
        [-1, -2], [[0, 1], [2, 3]], [], np.array([1, 2], "int16"), [True, 1]]


@pytest.mark.parametrize("key", KEYS, ids=str)
@pytest.mark.parametrize("steps", [(slice(None), slice(None)), STRIDED], ids=["packed", "strided"])
def test_reads_are_numpys(key, steps):
    base = np.arange(20).reshape(4, 5)
    ours, numpys = la.asarray(base)[steps], base[steps]
    got, expected = ours.flat[key], numpys.flat[key]
    assert np.asarray(got).tolist() == np.asarray(expected).tolist()
    assert np.asarray(got).dtype == np.asarray(expected).dtype


@pytest.mark.parametrize("key", [k for k in KEYS if not isinstance(k, tuple)], ids=str)
@pytest.mark.parametrize("values", [7, [1, 2], [1.5, 2.5, 3.5]], ids=str)
def test_writes_are_numpys(key, values):
    base = np.arange(20).reshape(4, 5)
    results = []
    for make in (la.array, np.array):
        array = make(base)
        part = array[STRIDED]
        try:
            part.flat[key] = values
        except Exception as error:
            results.append(type(error))
        else:
            results.append(array.tolist())
    assert results[0] == results[1]


def test_iteration_counts_and_ends():
    ours, _ = pair()
    it = ours.flat
    assert it.index == 0 and it.coords == (0, 0) and len(it) == 20
    assert list(it) == list(range(20))
    assert it.index == 20 and it.base is ours
    with pytest.raises(StopIteration):
        next(it)


@pytest.mark.parametrize("key, message", [
    (20, "index 20 is out of bounds"), (None, "only integers, slices"),
    ((1, 2), "too many indices for flat iterator"), ([True, False], "boolean indices for iterators"),
    ([25], "index 25 is out of bounds"), (np.array([True]), "did not match indexed flat iterator")])
def test_wrong_keys_are_refused(key, message):
    ours, _ = pair()
    with pytest.raises(IndexError, match=message):
        ours.flat[key]
    with pytest.raises(IndexError, match=message):
        ours.flat[key] = 1
    assert ours.tolist() == np.arange(20).reshape(4, 5).tolist()


def test_a_read_only_array_is_not_written():
    ours = la.arange(4).readonly()
    with pytest.raises(ValueError, match="read-only"):
        ours.flat[1] = 5
    with pytest.raises(ValueError, match="read-only"):
        ours.flat = 5


def test_writing_all_elements_repeats_the_values():
    ours = la.zeros((2, 3))
    ours.flat = [1, 2]
    assert ours.tolist() == [[1, 2, 1], [2, 1, 2]]


def test_values_are_read_whole_before_they_are_stored():
    ours = la.arange(6)
    ours.flat[1:5] = ours[0:4]
    assert ours.tolist() == [0, 0, 1, 2, 3, 5]
