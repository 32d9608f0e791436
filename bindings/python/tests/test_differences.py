"""The rows of docs/differences.md that no other test shows."""

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
