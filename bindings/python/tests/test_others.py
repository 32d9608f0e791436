"""Memory shared with libraries other than NumPy."""

import pytest

import libarray as la


def test_arrow_sees_the_same_memory():
    import pyarrow as pa
    ours = la.arange(6)
    buffer = pa.py_buffer(ours)
    assert buffer.address == ours.__array_interface__["data"][0]
    numbers = pa.Array.from_buffers(pa.int64(), 6, [None, buffer])
    ours[0] = 42
    assert numbers.to_pylist() == [42, 1, 2, 3, 4, 5]
    with pytest.raises(BufferError):
        pa.py_buffer(ours[::2])  # Arrow's buffers have no strides


def test_arrows_memory_comes_in():
    import pyarrow as pa
    numbers = pa.array([1, 2, 3])
    ours = la.from_dlpack(numbers)
    assert ours.tolist() == [1, 2, 3] and not ours.flags.writeable
    assert la.shares_memory(ours, la.asarray(numbers.buffers()[1]))


def test_torch_sees_the_same_memory():
    torch = pytest.importorskip("torch", reason="PyTorch is a gigabyte; install it to run this")
    ours = la.arange(6).reshape(2, 3)
    tensor = torch.from_dlpack(ours.T)
    tensor[0, 0] = 42
    assert ours[0, 0] == 42 and tensor.stride() == (1, 3)
    assert la.shares_memory(la.from_dlpack(tensor), ours)
    assert la.asarray(torch.arange(3)).tolist() == [0, 1, 2]
