"""Corners of how objects become arrays: `__array__` with `copy`, texts as numbers,
complex numbers as real ones, interfaces of single elements, `Array(...)` itself.
"""

import ctypes
import warnings

import numpy as np
import pytest

import libarray as la


class Maker:
    """Makes an array by `__array__`, and notes with which `copy`."""

    def __init__(self):
        self.array, self.asked = la.arange(3), []

    def __array__(self, dtype=None, copy=None):
        self.asked.append(copy)
        return self.array


class OldMaker:
    def __init__(self):
        self.array = la.arange(3)

    def __array__(self, dtype=None):
        return self.array


@pytest.mark.parametrize("copy", [True, False, None])
def test_the_object_is_asked_for_the_copy_and_trusted(copy):
    maker = Maker()
    assert la.array(maker, copy=copy) is maker.array
    assert maker.asked == [copy]


def test_older_objects_are_copied_with_a_warning():
    maker = OldMaker()
    with pytest.warns(DeprecationWarning, match="must implement 'dtype' and 'copy'"):
        assert la.array(maker, copy=True) is not maker.array
    with pytest.warns(DeprecationWarning), pytest.raises(ValueError, match="Unable to avoid copy"):
        la.array(maker, copy=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert la.asarray(maker) is maker.array


def test_an_object_that_makes_no_array_is_refused():
    class Empty:
        def __array__(self, dtype=None, copy=None):
            return None

    with pytest.raises(ValueError, match="__array__ method not producing an array"):
        la.asarray(Empty())


@pytest.mark.parametrize("dtype, text, value", [
    ("int32", "-12", -12), ("uint8", "200", 200), ("float32", "1.5", 1.5),
    ("float64", "nan", float("nan")), ("complex128", "1+2j", 1 + 2j), ("int64", b"7", 7)])
def test_texts_are_read_as_numbers(dtype, text, value):
    for ours in (la.asarray([text], dtype), la.zeros(1, dtype)):
        ours[0] = text
        np.testing.assert_equal(ours[0], value)


def test_texts_that_are_no_numbers_are_refused():
    ours = la.zeros(2, "int64")
    for write in (lambda: ours.__setitem__(0, "x"), lambda: la.asarray(["1", "x"], "int64")):
        with pytest.raises(ValueError, match="invalid literal"):
            write()


def test_dropped_imaginary_parts_are_warned_of():
    source, target = la.asarray([1 + 2j]), la.zeros(1)
    for drop in (lambda: source.astype("float32"), lambda: target.__setitem__(slice(None), source),
                 lambda: target.__setitem__([0], source),
                 lambda: la.copyto(target, source, "unsafe")):
        with pytest.warns(la.ComplexWarning):
            drop()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        source.astype("complex64"), source.astype("bool"), la.zeros(1).astype("complex64")


def test_an_array_is_made_in_a_buffer():
    memory = bytearray(range(16))
    ours = la.Array((2, 3), "uint8", memory, 1, (1, 4))
    assert ours.tolist() == np.ndarray((2, 3), "uint8", memory, 1, (1, 4)).tolist()
    ours[0, 0] = 99
    assert memory[1] == 99 and ours.base is memory
    assert la.Array((2, 3), "int16", order="F").strides == (2, 4)
    with pytest.raises(TypeError, match="buffer is too small"):
        la.Array(17, "uint8", memory)
    with pytest.raises(ValueError, match="same length as shape"):
        la.Array(2, "uint8", memory, 0, (1, 1))
    with pytest.raises(ValueError):
        la.Array(9, "uint8", memory, 0, (2,))
    with pytest.raises(ValueError, match="too big"):
        la.Array((2**62, 4), "int64", memory, 0, (0, 0))
    assert la.Array((2**40,), "int64", memory, 0, (0,)).shape == (2**40,)


def test_structures_of_ctypes_are_records():
    class Pair(ctypes.Structure):
        _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint32)]

    pair = Pair(1, 2)
    ours = la.asarray(pair)
    pair.a = 9
    assert ours.dtype.itemsize == ctypes.sizeof(Pair)
    assert (ours["a"].item(), ours["b"].item()) == (9, 2)


def test_buffers_of_packed_arrays_have_packed_strides():
    view = la.lib.stride_tricks.as_strided(la.ones((1, 3, 4), "int64"), strides=(-1, 32, 8))
    assert memoryview(view).strides == (96, 32, 8)
    assert memoryview(view.T).strides == (8, 32, 96)


def test_writeable_windows_write_the_array():
    ours = la.arange(5)
    windows = la.lib.stride_tricks.sliding_window_view(ours, 2, writeable=True)
    windows[0, 1] = 7
    assert ours.tolist() == [0, 7, 2, 3, 4]
    assert not la.lib.stride_tricks.sliding_window_view(ours, 2).flags.writeable
    assert not la.lib.stride_tricks.as_strided(ours, writeable=False).flags.writeable


def test_bools_are_no_extents_and_no_axes():
    for wrong in (lambda: la.zeros(4).reshape((True, -1)), lambda: la.take(la.zeros(4), [0], False)):
        with pytest.raises(TypeError):
            wrong()


def test_the_bounds_of_array_ranks():
    nested = [[1, 2], [3, 4]]
    assert la.array(nested, ndmax=2).shape == (2, 2) and la.array(nested, ndmin=3).shape == (1, 2, 2)
    with pytest.raises(ValueError, match="exceed the maximum number of dimension of 1"):
        la.array(nested, ndmax=1)
    with pytest.raises(ValueError, match="ndmin must be <= ndmax"):
        la.array(nested, ndmin=2, ndmax=1)


def test_block_keeps_columns_and_tells_of_wrong_depths():
    columns = la.zeros((2, 2), order="F")
    assert la.block([[columns, columns]]).flags.f_contiguous
    with pytest.raises(ValueError, match="depths are mismatched"):
        la.block([1, []])
    with pytest.raises(ValueError, match="cannot be empty"):
        la.block([[1], []])
