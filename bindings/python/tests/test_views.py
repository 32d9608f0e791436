"""Views share memory and keep it alive; copies do neither."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

import libarray as la


def test_a_slice_is_a_window_on_the_same_memory():
    album = la.arange(10)
    window = album[1:4]
    window[0] = 999
    assert album[1] == 999
    assert window.base is album and album.base is None
    assert la.shares_memory(album, window)


def test_the_base_of_a_view_of_a_view_is_the_owner():
    owner = la.arange(12)
    assert owner.reshape(3, 4).T[1:].base is owner


def test_a_view_keeps_its_base_alive():
    owner = la.arange(1000)
    view, gone = owner[10:20], weakref.ref(owner)
    del owner
    gc.collect()
    assert view[0] == 10 and gone() is not None
    del view
    assert gone() is None


def test_a_copy_shares_nothing():
    a = la.arange(6)
    for made in (a.copy(), a[[0, 1]], a[a > 2], a.flatten(), a.astype("int64"), copy.copy(a),
                 copy.deepcopy(a), la.array(a), a.take([0]), a.repeat(2)):
        assert made.base is None and not la.shares_memory(a, made)


def test_strides_are_those_of_the_source_text():
    assert la.arange(9).strides == (8,)
    assert la.arange(9).reshape(3, 3).strides == (24, 8)
    assert la.arange(9)[::2].strides == (16,)
    assert la.asarray([[1, 2], [3, 4]], order="F").strides == (8, 16)


def test_a_reshape_copies_only_when_it_has_to():
    a = la.arange(6).reshape(2, 3)
    assert a.reshape(6).base is a.base
    assert a.T.reshape(6).base is None
    with pytest.raises(ValueError, match="copy"):
        a.T.reshape(6, copy=False)
    assert a.reshape(6, copy=True).base is None


def test_a_shape_set_in_place_leaves_the_object_its_own():
    a = la.arange(6)
    a.shape = (2, 3)
    assert a.shape == (2, 3) and a.base is None and a.flags.owndata
    with pytest.raises(AttributeError, match="Incompatible shape"):
        a.T.shape = (6,)
    with pytest.raises(ValueError):
        a.shape = (4,)
    assert a.shape == (2, 3)


def test_access_only_narrows():
    a = la.arange(4)
    view = a[:2]
    a.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        a[0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        a.flags.writeable = True
    with pytest.raises(ValueError, match="read-only"):
        a[1:][0] = 1
    view[0] = 5  # made while the array could be written
    assert a[0] == 5
    assert not la.broadcast_to(a, (2, 4)).flags.writeable
    assert not view.readonly().flags.writeable


def test_flags_have_numpys_names():
    a, n = la.zeros((2, 3)).T, np.zeros((2, 3)).T
    for name in ("C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA", "WRITEABLE", "ALIGNED", "FNC", "FORC",
                 "CARRAY", "FARRAY", "BEHAVED", "C", "F", "O", "W", "A", "X"):
        assert a.flags[name] == n.flags[name], name
    assert str(a.flags) == str(n.flags)
    with pytest.raises(KeyError):
        a.flags["Z"]


def test_overlapping_writes_read_everything_first():
    a = la.arange(10)
    a[0:9:2] = a[1:6]
    assert a.tolist() == [1, 1, 2, 3, 3, 5, 4, 7, 5, 9]
    b = la.asarray([True, False, True, True])
    b[b[::-1]] = False
    assert b.tolist() == [False, False, False, False] or b.tolist() == [False, False, True, False]


def test_sharing_is_answered_with_a_witness():
    a = la.arange(12)
    x, y = a[::2], a[::3]
    i, j = la.find_overlap(x, y)
    assert x[i] == y[j]
    assert la.find_overlap(a[::2], a[1::2]) is None
    assert la.may_share_memory(a[::2], a[1::2]) and not la.shares_memory(a[::2], a[1::2])
    with pytest.raises(la.TooHardError):
        hard = la.zeros((40,) * 5, "int8")
        strided = la.lib.stride_tricks.as_strided
        la.shares_memory(strided(hard, (9,) * 5, (40**4 - 1, 6397, 1601, 37, 7)),
                         strided(hard, (9,) * 5, (40**4 - 3, 6391, 1607, 41, 11), 5), 1)


def test_layouts_that_leave_the_memory_are_refused():
    a = la.arange(4)
    assert la.lib.stride_tricks.as_strided(a, (2, 2), (8, 16)).tolist() == [[0, 2], [1, 3]]
    with pytest.raises(ValueError):
        la.lib.stride_tricks.as_strided(a, (5,), (8,))


@pytest.mark.parametrize("make", [
    lambda: la.arange(6).reshape(2, 3), lambda: la.asarray([[1, 2], [3, 4]], order="F"),
    lambda: la.zeros((), "complex64"), lambda: la.zeros((0, 3), ">i2")])
def test_a_pickle_brings_the_array_back(make):
    a = make()
    b = pickle.loads(pickle.dumps(a))
    assert la.array_equal(a, b) and b.dtype == a.dtype and b.shape == a.shape
    assert b.flags.f_contiguous == a.flags.f_contiguous and b.flags.writeable


def test_methods_refuse_what_is_no_array():
    with pytest.raises(TypeError):
        la.Array.copy(5)
    with pytest.raises(TypeError):
        la.Array()
    with pytest.raises(TypeError):
        class Mine(la.Array):
            pass
    with pytest.raises(TypeError):
        hash(la.arange(3))
