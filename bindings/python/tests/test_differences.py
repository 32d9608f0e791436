"""The rows of docs/differences.md that no other test shows."""

import hashlib
import pickle

import numpy as np
import pytest

import libarray as la


def test_overlapping_writes_are_right():
    ours = la.arange(10)
    ours[0:9:2] = ours[1:6]
    expected = np.arange(10)
    expected[0:9:2] = expected[1:6].copy()
    assert ours.tolist() == expected.tolist()
    bits = la.asarray([False, False, True, True])
    bits[bits[::-1]] = False
    assert bits.tolist() == [False, False, True, True]
    mask = la.asarray([1, 0, 1, 1], dtype="uint8")
    la.copyto(mask, la.asarray([0, 0, 0, 0], dtype="uint8"), where=mask.view("bool"))
    assert mask.tolist() == [0, 0, 0, 0]


def test_put_writes_all_or_nothing():
    ours = la.zeros(3, "int64")
    with pytest.raises(IndexError):
        ours.put([0, 7], 1)
    assert ours.tolist() == [0, 0, 0]


def test_new_arrays_have_canonical_strides():
    view = la.arange(6)[::2].reshape(3, 1)[:1]
    assert view.copy().strides == (8, 8)


def test_raw_bytes_are_bytes():
    raw = la.zeros(2, "V3")
    raw[0] = b"ab"
    assert raw[0] == b"ab\0" and raw.tolist() == [b"ab\0", b"\0\0\0"]


def test_what_is_no_array_is_not_compared():
    ours = la.arange(3)
    assert (ours == None) is False and (ours != "text") is True  # noqa: E711
    with pytest.raises(TypeError):
        ours < None


def test_copies_by_index_are_in_c_order():
    columns = np.asfortranarray(np.arange(24).reshape(2, 3, 4))
    assert la.asarray(columns)[[0, 1]].flags.c_contiguous
    assert not columns[[0, 1]].flags.c_contiguous


def test_axes_without_a_stride_come_last():
    wide = la.broadcast_to(la.arange(2), (3, 2))
    assert wide.ravel("K").tolist() == [0, 0, 0, 1, 1, 1]
    assert np.asarray(wide).ravel("K").tolist() == [0, 1, 0, 1, 0, 1]


def test_masks_take_values_that_broadcast():
    ours, mask = la.zeros(4, "int64"), np.array([True, False, True, True])
    ours[mask] = la.asarray([[1, 2, 3]])
    assert ours.tolist() == [1, 0, 2, 3]
    with pytest.raises(ValueError):
        ours[mask] = la.asarray([[1], [2], [3]])
    with pytest.raises(TypeError):
        np.zeros(4, "int64")[mask] = np.array([[1, 2, 3]])


def test_everyday_sharing_costs_no_work():
    x = la.zeros((4, 5, 6), "int8")
    assert la.shares_memory(x[:, ::2, ::3], x[:, ::3, ::2], 1)
    with pytest.raises(np.exceptions.TooHardError):
        y = np.asarray(x)
        np.shares_memory(y[:, ::2, ::3], y[:, ::3, ::2], 1)


def test_stretched_arrays_are_read_only():
    stretched, same = la.broadcast_arrays(la.arange(3), la.zeros((2, 3)))
    assert not stretched.flags.writeable and same.flags.writeable
    assert not hasattr(stretched.flags, "_warn_on_write")


@pytest.mark.parametrize("dtype", ["g", "O", "S4", "U4", "M8[s]", "V", "(2,)i4"])
def test_types_that_there_are_not(dtype):
    with pytest.raises(TypeError):
        la.zeros(3, np.dtype(dtype))


def test_every_axis_can_have_an_index_array():
    ours = la.full((1,) * 64, 7)
    assert ours[(la.asarray([0]),) * 64].tolist() == [7]
    with pytest.raises(IndexError):
        np.full((1,) * 64, 7)[(np.array([0]),) * 64]


def test_joins_cast_by_same_value():
    parts = la.asarray([1, 2]), la.asarray([3])
    assert la.concatenate(parts, dtype="int8", casting="same_value").tolist() == [1, 2, 3]
    with pytest.raises(TypeError):
        la.concatenate([la.asarray([1000])], dtype="int8", casting="same_value")


def test_unpickled_arrays_own_their_memory():
    ours = pickle.loads(pickle.dumps(la.arange(1000)))
    assert ours.base is None and ours.flags.writeable and ours[999] == 999


def test_buffers_that_cannot_be_given():
    overlapping = la.dtype({"names": ["one", "two"], "formats": ["i4", "i4"], "offsets": [4, 0],
                            "itemsize": 8})
    with pytest.raises(BufferError):
        memoryview(la.zeros(1, overlapping))
    with pytest.raises(BufferError):
        hashlib.sha256(la.arange(5)[::2])  # asks for a simple buffer


def test_choose_has_no_limits_of_its_own():
    ours = la.full((1,) * 60, 1)
    assert la.choose(ours, [ours, 5]).item() == 5
    assert la.choose(70, range(100)).item() == 70


def test_there_is_no_arithmetic():
    ours = la.arange(3)
    for wrong in (lambda: ours + 1, lambda: 2 * ours, lambda: -ours, lambda: ours @ ours):
        with pytest.raises(TypeError):
            wrong()
    assert not hasattr(ours, "sum") and not hasattr(ours, "sort")
    with pytest.raises(NotImplementedError):
        la.any(ours, axis=0)


def test_types_are_not_called():
    with pytest.raises(TypeError):
        la.float64(3)
    assert la.full((), 3.0).item() == 3.0


def test_what_cannot_be_changed_in_place():
    ours = la.arange(3)
    assert not hasattr(ours, "resize")
    with pytest.raises(ValueError, match="only the flag WRITEABLE"):
        ours.setflags(align=False)


def test_padding_is_constant():
    assert la.pad(la.arange(2), 1, constant_values=9).tolist() == [9, 0, 1, 9]
    with pytest.raises(NotImplementedError, match="edge"):
        la.pad(la.arange(2), 1, mode="edge")


def test_values_of_nothing_must_fit_too():
    nothing = np.array([], "int64")
    np.zeros(3)[nothing] = np.zeros((2, 0))
    with pytest.raises(ValueError, match="could not broadcast"):
        la.zeros(3)[nothing] = la.zeros((2, 0))
