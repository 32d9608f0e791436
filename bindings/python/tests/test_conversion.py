"""Objects become arrays, and arrays become what other libraries know."""

import array as python_array
import ctypes
import gc
import sys
import threading

import numpy as np
import pytest

import libarray as la

TYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
         "float16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("values", [
    1, 2.5, True, 1j, [], [[]], [1, 2], [1, 2.5], [True, 2], [1, 1j], [[1, 2], [3, 4]],
    (1, (2, 3))[1], [2**63], [2**63, -1], [(1, 2), [3, 4]], range(3)], ids=repr)
def test_nested_numbers_have_numpys_shape_and_type(values):
    got, expected = la.asarray(values), np.asarray(values)
    assert got.shape == expected.shape and got.dtype == expected.dtype.name
    assert got.tolist() == expected.tolist()


@pytest.mark.parametrize("values, error", [
    ([[1], [1, 2]], ValueError), ([1, [2]], ValueError), ("text", TypeError), ([None], TypeError),
    (b"bytes", TypeError), (object(), TypeError), ([2**64], OverflowError), (["a"], TypeError),
    ({1: 2}, TypeError)], ids=repr)
def test_what_is_no_array_is_refused(values, error):
    with pytest.raises(error):
        la.asarray(values)


def test_arrays_within_lists():
    rows = [la.arange(3), np.arange(3.0), [7, 8, 9]]
    assert la.asarray(rows).tolist() == [[0, 1, 2], [0, 1, 2], [7, 8, 9]]
    assert la.asarray(rows).dtype == la.float64
    assert la.asarray([np.float32(1), la.zeros((), "float32")]).dtype == la.float32


def test_copy_has_three_values():
    numpys = np.arange(4)
    assert la.asarray(numpys).base is numpys
    assert la.asarray(numpys, copy=True).base is None
    with pytest.raises(ValueError, match="Unable to avoid copy"):
        la.asarray(numpys, dtype="float64", copy=False)
    with pytest.raises(ValueError, match="Unable to avoid copy"):
        la.asarray([1, 2], copy=False)
    ours = la.arange(4)
    assert la.asarray(ours) is ours and la.asarray(ours, copy=False) is ours


@pytest.mark.parametrize("name", TYPES + [">i4", ">f8", ">c8"])
def test_numpy_sees_the_same_memory(name):
    ours = la.asarray(np.arange(12).astype(name).reshape(3, 4), copy=True)
    for view in (ours, ours.T, ours[::-1, ::2], ours[1], ours[:0], ours[1:2, 1:2].reshape(())):
        numpys = np.asarray(view)
        assert numpys.dtype.str == view.dtype.str and numpys.tolist() == view.tolist()
        assert view.size == 0 or numpys.__array_interface__["data"][0] == \
            view.__array_interface__["data"][0]
        assert numpys.flags.writeable
        back = la.asarray(numpys)
        assert back.strides == numpys.strides and back.dtype.str == view.dtype.str
    numpys = np.asarray(ours)
    numpys[0, 0] = 1
    assert ours[0, 0] == 1


def test_read_only_memory_stays_so():
    fixed = la.arange(3).readonly()
    assert not np.asarray(fixed).flags.writeable and memoryview(fixed).readonly
    assert fixed.__array_interface__["data"][1] is True
    numpys = np.arange(3)
    numpys.flags.writeable = False
    assert not la.asarray(numpys).flags.writeable
    assert not la.asarray(memoryview(b"abc")).flags.writeable


def test_buffers_come_in():
    numbers = python_array.array("d", [1, 2, 3])
    ours = la.asarray(numbers)
    ours[0] = 9
    assert numbers[0] == 9 and ours.base is numbers
    with pytest.raises(BufferError):
        numbers.append(4)  # exported
    del ours
    gc.collect()
    numbers.append(4)
    assert la.asarray((ctypes.c_int32 * 2)(5, 6)).tolist() == [5, 6]
    assert la.frombuffer(b"\x01\x00\x02\x00", "int16").tolist() == [1, 2]
    assert la.frombuffer(bytearray(8), "uint8", count=3, offset=2).shape == (3,)
    for bad in (dict(offset=9), dict(count=9), dict(dtype="int16", offset=1)):
        with pytest.raises(ValueError):
            la.frombuffer(bytes(8), **{"dtype": "uint8", **bad})


def test_buffers_go_out():
    ours = la.arange(6).reshape(2, 3)
    view = memoryview(ours.T)
    assert view.shape == (3, 2) and view.strides == (8, 24) and view.tolist() == ours.T.tolist()
    assert bytes(memoryview(ours)) == ours.tobytes()
    with pytest.raises(TypeError, match="not writable"):
        ctypes.c_char.from_buffer(ours.readonly())
    with pytest.raises(BufferError, match="bfloat16"):
        memoryview(la.zeros(1, "bfloat16"))
    view = memoryview(la.arange(3))
    gc.collect()
    assert view.tolist() == [0, 1, 2]


def test_foreign_interfaces_come_in():
    numbers = np.arange(6, dtype="int16").reshape(2, 3)

    class Interface:
        __array_interface__ = numbers.T.__array_interface__

    class Maker:
        def __array__(self):
            return numbers

    assert la.asarray(Interface()).tolist() == numbers.T.tolist()
    assert la.asarray(Maker()).base is numbers

    class Broken:
        __array_interface__ = {"shape": (1,), "version": 3}

    with pytest.raises(ValueError, match="typestr"):
        la.asarray(Broken())


def test_the_struct_of_the_array_interface_goes_both_ways():
    class Struct:
        def __init__(self, array):
            self.array = array

        @property
        def __array_struct__(self):
            return self.array.__array_struct__

    ours, numpys = la.arange(6).reshape(2, 3), np.arange(6, dtype=">i4").reshape(2, 3)
    for view in (ours, ours.T, ours[:, ::-1], ours.readonly(), la.asarray(numpys)):
        back = np.asarray(Struct(view))
        assert back.dtype.str == view.dtype.str and back.tolist() == view.tolist()
        assert back.strides == view.strides and np.shares_memory(back, np.asarray(view))
        assert back.flags.writeable == view.flags.writeable
    for view in (numpys, numpys.T, numpys[:, ::-1]):
        back = la.asarray(Struct(view))
        assert back.dtype.str == view.dtype.str and back.strides == view.strides
        assert la.shares_memory(back, numpys)
    back = np.asarray(Struct(la.arange(5)[1:]))
    gc.collect()
    assert back.tolist() == [1, 2, 3, 4]

    class Wrong:
        __array_struct__ = 5

    with pytest.raises(ValueError):
        la.asarray(Wrong())


def test_memory_is_given_back_on_any_thread():
    numbers = python_array.array("b", [1])
    ours = [la.asarray(numbers)]
    thread = threading.Thread(target=ours.clear)
    thread.start()
    thread.join()
    numbers.append(2)


def test_references_come_out_even():
    numbers = np.arange(1000)
    before = sys.getrefcount(numbers)
    for _ in range(100):
        a = la.asarray(numbers)
        b = a[::2].reshape(10, -1)
        memoryview(b), np.asarray(b), b.T[0], a.flags, a.base
    del a, b
    gc.collect()
    assert sys.getrefcount(numbers) == before


@pytest.mark.parametrize("name", TYPES)
def test_dlpack_both_ways(name):
    numpys = np.arange(6).astype(name).reshape(2, 3)
    ours = la.from_dlpack(numpys)
    assert ours.tolist() == numpys.tolist() and ours.strides == numpys.strides
    for view in (ours, ours.T, ours[:, ::-1], ours[:0], ours[0, 0:1].reshape(())):
        back = np.from_dlpack(view)
        assert back.dtype == numpys.dtype and back.tolist() == view.tolist()
        assert view.size == 0 or np.shares_memory(back, numpys)
    assert ours.__dlpack_device__() == (1, 0)


def test_dlpack_keeps_read_only_and_refuses_what_has_no_type():
    fixed = la.arange(3).readonly()
    assert not np.from_dlpack(fixed).flags.writeable
    with pytest.raises(BufferError):
        fixed.__dlpack__()  # the struct without versions cannot say it
    for dtype in (">i4", "V3"):
        with pytest.raises(BufferError):
            la.zeros(2, dtype).__dlpack__(max_version=(1, 0))
    with pytest.raises(BufferError):
        la.zeros(2).__dlpack__(dl_device=(2, 0))
    with pytest.raises(RuntimeError):
        la.zeros(2).__dlpack__(stream=1)
    copied = la.from_dlpack(fixed, copy=True)
    assert copied.flags.writeable and not la.shares_memory(copied, fixed)
    with pytest.raises(ValueError, match="device"):
        la.from_dlpack(fixed, device="gpu")


def test_capsules_that_nobody_takes_give_everything_back():
    import weakref
    a = la.arange(3)
    gone = weakref.ref(a)
    capsules = [a.__dlpack__(), a.__dlpack__(max_version=(1, 0)), a[1:].__dlpack__()]
    kept = a.retained_bytes
    del a
    assert gone() is None and kept == 24
    del capsules
