"""Arrays in files, beside NumPy's."""

import numpy as np
import pytest

import libarray as la


@pytest.mark.parametrize("make", [
    lambda: np.arange(6).reshape(2, 3), lambda: np.arange(6.0).reshape(2, 3).T,
    lambda: np.zeros((0, 3), ">i2"), lambda: np.array(True)])
def test_npy_files_go_both_ways(make, tmp_path):
    numpys = make()
    np.save(tmp_path / "a.npy", numpys)
    ours = la.load(tmp_path / "a.npy")
    assert ours.tolist() == numpys.tolist() and ours.dtype.str == numpys.dtype.str
    la.save(tmp_path / "b", ours)
    assert (tmp_path / "b.npy").read_bytes() == (tmp_path / "a.npy").read_bytes()


def test_files_can_be_mapped(tmp_path):
    la.save(tmp_path / "a.npy", la.arange(5))
    writer, reader = la.load(tmp_path / "a.npy", "r+"), la.load(tmp_path / "a.npy", "r")
    writer[0] = 7
    assert reader[0] == 7 and not reader.flags.writeable
    private = la.load(tmp_path / "a.npy", "c")
    private[0] = 8
    assert reader[0] == 7
    with pytest.raises(ValueError):
        la.load(tmp_path / "a.npy", "w")


def test_archives_are_read_by_name(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.arange(3), y=np.eye(2))
    arrays = la.load(tmp_path / "a.npz")
    assert set(arrays) == {"x", "y"} and arrays["y"].tolist() == [[1, 0], [0, 1]]


def test_errors_are_pythons(tmp_path):
    with pytest.raises(OSError):
        la.load(tmp_path / "none.npy")
    (tmp_path / "bad.npy").write_bytes(b"no array")
    with pytest.raises(ValueError):
        la.load(tmp_path / "bad.npy")
