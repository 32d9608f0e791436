"""Records: types with named fields, whose fields are views."""

import pickle

import numpy as np
import pytest

import libarray as la

POINT = [("x", "<i4"), ("y", "<f8")]
KINDS = [
    POINT,
    {"names": ["a", "b"], "formats": ["<i2", "<f4"], "offsets": [4, 0], "itemsize": 12},
    [("p", POINT), ("raw", "V3"), ("swapped", ">u2")],
    np.dtype([("a", "i1"), ("b", "f8")], align=True),
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_record_type_is_numpys(kind):
    ours, numpys = la.dtype(kind), np.dtype(kind)
    assert (ours.names, ours.itemsize, ours.kind) == (numpys.names, numpys.itemsize, "V")
    for name in ours.names:
        field, offset = ours.fields[name]
        assert field == numpys.fields[name][0] and offset == numpys.fields[name][1]
        assert ours[name] == field
    assert la.dtype(numpys) == ours and la.dtype(kind) == ours and hash(la.dtype(kind)) == hash(ours)
    assert pickle.loads(pickle.dumps(ours)) == ours
    with pytest.raises(KeyError):
        ours["none"]


@pytest.mark.parametrize("wrong", [
    [("x", "i4"), ("x", "f4")], [("x",)], [("x", "no type")], [(1, "i4")], ["x"],
    {"names": ["a"]}, {"names": ["a"], "formats": ["i4", "i4"]},
    {"names": ["a"], "formats": ["i4"], "offsets": [0], "itemsize": 2},
    {"names": ["a"], "formats": ["i4"], "offsets": [-4]}], ids=str)
def test_what_is_no_record_type_is_refused(wrong):
    with pytest.raises((TypeError, ValueError)):
        la.dtype(wrong)


def test_a_field_is_a_view():
    points = la.zeros(3, POINT)
    points["x"] = [1, 2, 3]
    points["y"][1:] = 0.5
    assert points.tolist() == [(1, 0.0), (2, 0.5), (3, 0.5)]
    assert points["x"].strides == (12,) and points["x"].base is points
    assert la.shares_memory(points, points["y"]) and not la.shares_memory(points["x"], points["y"])
    assert not points.readonly()["x"].flags.writeable
    with pytest.raises((KeyError, ValueError, IndexError)):
        points["z"]
    with pytest.raises(IndexError):
        la.arange(3)["x"]


def test_some_fields_are_a_view():
    points = la.zeros(2, [("x", "i4"), ("y", "f8"), ("z", "i2")])
    some = points[["z", "x"]]
    assert some.dtype.names == ("z", "x") and some.base is points
    some[0] = (7, 8)
    assert points.tolist() == [(8, 0.0, 7), (0, 0.0, 0)]
    with pytest.raises(KeyError):
        points[["x", "none"]]


def test_an_element_is_a_view_of_rank_0():
    points = la.zeros(2, POINT)
    first = points[0]
    first["x"] = 5
    assert points.tolist()[0] == (5, 0.0) and first.shape == () and first.item() == (5, 0.0)


def test_tuples_are_records():
    points = la.asarray([(1, 2.5), (3, 4)], POINT)
    assert points.shape == (2,) and points.tolist() == [(1, 2.5), (3, 4.0)]
    points[1] = (9, 9)
    points[:1] = [(7, 7)]
    assert points.tolist() == [(7, 7.0), (9, 9.0)]
    nested = la.asarray([((1, 2.0), b"abc", 3)], KINDS[2])
    assert nested.tolist() == [((1, 2.0), b"abc", 3)] and nested["p"]["y"].tolist() == [2.0]
    with pytest.raises(ValueError, match="length 3"):
        points[0] = (1, 2, 3)
    with pytest.raises(OverflowError):
        points[0] = (2**40, 0)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_records_are_shared_with_numpy(kind):
    numpys = np.zeros((2, 3), kind)
    for name in numpys.dtype.names:
        if numpys.dtype[name].kind in "iuf":
            numpys[name] = np.arange(6).reshape(2, 3)
    for view in (numpys, numpys.T, numpys[:, ::-1]):
        ours = la.asarray(view)
        assert ours.tolist() == view.tolist() and ours.strides == view.strides
        assert la.shares_memory(ours, numpys)
        back = np.asarray(ours)
        assert back.tobytes() == view.tobytes() and np.shares_memory(back, numpys)
        # Fields out of order have no format in a buffer: NumPy sees raw bytes.
        if list(view.dtype.fields) == sorted(view.dtype.fields, key=lambda n: view.dtype.fields[n][1]):
            assert back.dtype.fields == view.dtype.fields
    copied = la.asarray(numpys, copy=True)
    assert copied.base is None and copied.tolist() == numpys.tolist()


def test_records_are_cast_compared_and_shown_as_numpy_does():
    numpys = np.array([(1, 2.5), (3, 4.0)], POINT)
    ours = la.asarray(numpys)
    wider = [("u", "<i8"), ("v", "<f4")]
    assert ours.astype(wider).tolist() == numpys.astype(wider).tolist()
    assert (ours == ours[::-1]).tolist() == (numpys == numpys[::-1]).tolist()
    assert (ours != ours).tolist() == [False, False]
    assert repr(ours) == repr(numpys) and str(ours) == str(numpys)
    with pytest.raises(TypeError):
        ours < ours


def test_records_move_like_anything_else(tmp_path):
    ours = la.asarray([(k, k / 2) for k in range(6)], POINT)
    expected = [(k, k / 2) for k in range(6)]
    assert ours[[5, 0]].tolist() == [expected[5], expected[0]]
    assert ours[ours["x"] > 3].tolist() == expected[4:]
    assert ours.reshape(2, 3).T.ravel().tolist() == [expected[k] for k in (0, 3, 1, 4, 2, 5)]
    assert la.concatenate([ours[:1], ours[-1:]]).tolist() == [expected[0], expected[5]]
    la.save(tmp_path / "points.npy", ours)
    assert np.load(tmp_path / "points.npy").tolist() == expected
    assert la.load(tmp_path / "points.npy").dtype == la.dtype(POINT)
