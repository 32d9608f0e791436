"""The functions of the array API standard (2024.12) that move data."""

import itertools

import numpy as np
import pytest

import libarray as la

STANDARD = """
arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like
tril triu zeros zeros_like broadcast_arrays broadcast_to concat expand_dims flip moveaxis
permute_dims repeat reshape roll squeeze stack tile unstack take take_along_axis astype can_cast
finfo iinfo isdtype result_type nonzero where count_nonzero equal not_equal less less_equal greater
greater_equal logical_and logical_or logical_xor logical_not isnan matrix_transpose
e inf nan newaxis pi bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64
complex64 complex128 __array_namespace_info__ __array_api_version__
""".split()


@pytest.mark.parametrize("name", STANDARD)
def test_the_namespace_has_the_standards_name(name):
    assert hasattr(la, name)
    namespace = la.zeros(1).__array_namespace__(api_version="2024.12")
    assert namespace is la


def test_other_versions_of_the_standard_are_refused():
    with pytest.raises(ValueError):
        la.zeros(1).__array_namespace__(api_version="1999.01")


def test_inspection():
    info = la.__array_namespace_info__()
    assert info.devices() == ["cpu"] == [info.default_device()]
    assert info.dtypes(kind="unsigned integer").keys() == {"uint8", "uint16", "uint32", "uint64"}
    assert info.default_dtypes()["indexing"] == la.int64
    assert info.capabilities()["max dimensions"] == 64


CALLS = [
    ("eye", (3, 4), {"k": 1}), ("linspace", (0, 1), {"num": 5}),
    ("linspace", (0, 1), {"num": 4, "endpoint": False}), ("arange", (5,), {}),
    ("arange", (1, 2, 0.25), {}), ("full", ((2, 2), 7), {}), ("full", ((2,), 1.5), {}),
    ("tril", ("grid",), {}), ("triu", ("grid",), {"k": 1}), ("tril", ("grid",), {"k": -1}),
    ("concat", (["grid", "grid"],), {"axis": 1}), ("concat", (["grid", "grid"],), {"axis": None}),
    ("stack", (["grid", "grid"],), {"axis": -1}), ("flip", ("grid",), {}),
    ("flip", ("grid",), {"axis": 0}), ("moveaxis", ("cube", 0, 2), {}),
    ("permute_dims", ("cube", (2, 0, 1)), {}), ("repeat", ("grid", 2), {"axis": 0}),
    ("reshape", ("grid", (4, 3)), {}), ("roll", ("grid", 1), {}),
    ("roll", ("grid", (1, 2)), {"axis": (0, 1)}), ("roll", ("grid", 1), {"axis": 1}),
    ("squeeze", ("row",), {"axis": 0}), ("expand_dims", ("grid",), {"axis": 1}),
    ("tile", ("grid", (2, 1)), {}), ("take", ("grid", [2, 0]), {"axis": 1}),
    ("broadcast_to", ("row", (3, 4)), {}), ("where", ("mask", "grid", 0), {}),
    ("where", ("mask", 1.5, "grid"), {}), ("count_nonzero", ("mask",), {}),
    ("isnan", ("grid",), {}), ("logical_not", ("mask",), {}),
    ("logical_and", ("mask", "grid"), {}), ("less", ("grid", 4), {}),
    ("take_along_axis", ("grid", "column"), {"axis": 1}), ("unstack", ("cube",), {"axis": 1}),
    ("nonzero", ("mask",), {}), ("meshgrid", ("line", "line"), {}),
    ("meshgrid", ("line", "line"), {"indexing": "ij"}), ("atleast_2d", ("line",), {}),
    ("vstack", (["line", "line"],), {}), ("hstack", (["line", "line"],), {}),
    ("dstack", (["line", "line"],), {}), ("column_stack", (["line", "line"],), {}),
    ("array_split", ("line", 3), {}), ("split", ("line", [1, 2]), {}), ("hsplit", ("grid", 2), {}),
    ("delete", ("line", [0, 2]), {}), ("delete", ("grid", slice(0, 1)), {"axis": 1}),
    ("insert", ("line", 1, 9), {}), ("insert", ("grid", [0, 2], [[7], [8]]), {"axis": 0}),
    ("append", ("line", [1, 2]), {}), ("diag", ("line",), {}), ("diag", ("grid",), {"k": 1}),
    ("tri", (3,), {"k": 1}), ("rot90", ("grid",), {}), ("rot90", ("grid",), {"k": -1}),
    ("choose", ([0, 1, 0, 1], [[1, 2, 3, 4], [5, 6, 7, 8]]), {}), ("argwhere", ("mask",), {}),
    ("flatnonzero", ("mask",), {}), ("extract", ("mask", "grid"), {}),
    ("unravel_index", ([5, 7], (3, 4)), {}), ("ravel_multi_index", (([1, 2], [0, 3]), (3, 4)), {}),
    ("ix_", ([0, 1], [2]), {}), ("pad", ("grid", ((1, 0), (0, 2))), {}),
    ("resize", ("line", (2, 3)), {}), ("broadcast_arrays", ("row", "grid"), {}),
    ("select", (["mask"], ["grid"]), {"default": 5}), ("rollaxis", ("cube", 2), {}),
    ("block", ([["grid", "grid"], ["grid", "grid"]],), {}), ("diagonal", ("grid",), {}),
]

INPUTS = {
    "grid": np.arange(12).reshape(3, 4),
    "cube": np.arange(24).reshape(2, 3, 4),
    "row": np.arange(4).reshape(1, 4),
    "column": np.array([[0], [1], [2]]),
    "line": np.array([3, 1, 4, 1]),
    "mask": np.arange(12).reshape(3, 4) % 3 == 0,
}


def filled(argument, convert):
    if isinstance(argument, str) and argument in INPUTS:
        return convert(INPUTS[argument])
    if isinstance(argument, (list, tuple)):
        return type(argument)(filled(part, convert) for part in argument)
    return argument


def compared(got, expected):
    if isinstance(expected, (tuple, list)):
        assert len(got) == len(expected)
        for one, other in zip(got, expected):
            compared(one, other)
    elif isinstance(expected, np.ndarray):
        assert got.shape == expected.shape and got.dtype == expected.dtype.str
        assert got.tolist() == expected.tolist()
    else:
        assert got == expected


@pytest.mark.parametrize("name, arguments, options", CALLS,
                         ids=[f"{n}-{k}" for k, (n, _, _) in enumerate(CALLS)])
def test_a_function_gives_what_numpy_gives(name, arguments, options):
    got = getattr(la, name)(*(filled(a, la.asarray) for a in arguments), **options)
    expected = getattr(np, name)(*(filled(a, np.asarray) for a in arguments), **options)
    compared(got, expected)


def test_outputs_are_filled_in_place():
    a, out = la.arange(4), la.zeros((2, 4), "float64")
    assert la.stack([a, a], out=out) is out and out.tolist() == [[0, 1, 2, 3]] * 2
    out = la.zeros(8, "int64")
    assert la.concatenate([a, a], out=out) is out and out[4] == 0 and out[7] == 3
    # Joined over itself: everything is read before the first write.
    la.concatenate([out[4:], out[:4]], out=out)
    assert out.tolist() == [0, 1, 2, 3] * 2
    with pytest.raises(TypeError):
        la.concatenate([a, a + 0.5 if False else la.ones(4)], out=out)


def test_writes_by_function():
    a = la.arange(6)
    la.copyto(a, 7, where=a > 3)
    la.put(a, [0, -1], [9, 8])
    assert a.tolist() == [9, 1, 2, 3, 7, 8]
    la.place(a, a > 6, la.asarray([0, 1]))
    assert a.tolist() == [0, 1, 2, 3, 1, 0]
    la.putmask(a, a == 0, la.asarray([10, 20, 30, 40, 50, 60]))
    assert a.tolist() == [10, 1, 2, 3, 1, 60]
    grid = la.zeros((3, 3), "int64")
    la.fill_diagonal(grid, 5)
    la.put_along_axis(grid, la.asarray([[2], [0], [1]]), 1, 1)
    assert grid.tolist() == [[5, 0, 1], [1, 5, 0], [0, 1, 5]]
    with pytest.raises(TypeError, match="Cannot cast"):
        la.copyto(a, 1.5)


def test_one_device():
    a = la.zeros(2, device="cpu")
    assert a.device == "cpu" and a.to_device("cpu") is a
    with pytest.raises(ValueError):
        la.zeros(2, device="gpu")
    with pytest.raises(ValueError):
        a.to_device("gpu")


def test_indices_in_c_order():
    assert list(la.ndindex(2, 3)) == list(itertools.product(range(2), range(3)))
    assert [(i, v) for i, v in la.ndenumerate(la.asarray([[1, 2]]))] == [((0, 0), 1), ((0, 1), 2)]
