"""Grids, index expressions, flat indices, and functions along axes, beside NumPy's."""

import numpy as np
import pytest

import libarray as la


def same(ours, numpys):
    if isinstance(numpys, tuple):
        assert isinstance(ours, tuple) and len(ours) == len(numpys)
        for a, b in zip(ours, numpys):
            same(a, b)
        return
    assert np.asarray(ours).shape == np.shape(numpys)
    assert np.asarray(ours).dtype == np.asarray(numpys).dtype
    np.testing.assert_allclose(np.asarray(ours), numpys, rtol=1e-14, atol=0)


KEYS = {
    "5": np.s_[:5], "1:5:2": np.s_[1:5:2], "-1:1:0.5": np.s_[-1:1:0.5], "10j": np.s_[0:1:10j],
    "two": np.s_[0:3, 1:4], "mixed": np.s_[0:1:5j, 0:3], "float32": np.s_[np.float32(0):2:1, 0:2],
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("name", ["mgrid", "ogrid"])
def test_grids_are_numpys(name, key):
    same(getattr(la, name)[key], getattr(np, name)[key])


ONE, TWO = np.arange(3), np.arange(6.0).reshape(2, 3)
JOINS = {
    "numbers": np.s_[1, 2, 3], "arrays": np.s_[ONE, 0, ONE], "slice": np.s_[1:4, 9],
    "step": np.s_[0:1:3j], "axis": ("1", TWO, TWO), "raised": ("0,2", ONE, ONE),
    "placed": ("0,2,0", ONE, ONE), "three": ("1,3", ONE, ONE), "matrix": np.s_[TWO, TWO],
}


@pytest.mark.parametrize("key", JOINS.values(), ids=JOINS)
@pytest.mark.parametrize("name", ["r_", "c_"])
def test_joins_are_numpys(name, key):
    try:
        expected = getattr(np, name)[key]
    except ValueError:
        with pytest.raises(ValueError):
            getattr(la, name)[key]
    else:
        same(getattr(la, name)[key], expected)


def test_expressions_are_the_key_itself():
    assert la.s_[1:3, ..., None] == np.s_[1:3, ..., None]
    assert la.index_exp[2] == (2,) and la.s_[2] == 2


@pytest.mark.parametrize("sparse", [False, True])
def test_indices_are_numpys(sparse):
    for shape in ((2, 3), (4,), (2, 0, 3)):
        same(la.indices(shape, sparse=sparse), np.indices(shape, sparse=sparse))


@pytest.mark.parametrize("order", ["C", "F"])
def test_flat_indices_go_there_and_back(order):
    shape = (3, 4, 5)
    flat = np.array([[0, 7], [59, 30]])
    places = la.unravel_index(flat, shape, order)
    same(places, np.unravel_index(flat, shape, order))
    same(la.ravel_multi_index(places, shape, order=order), flat)


def test_each_axis_can_have_its_rule():
    index, shape, mode = ([5, -1], [7, 9], [-3, 2]), (4, 3, 2), ("clip", "wrap", "clip")
    same(la.ravel_multi_index(index, shape, mode), np.ravel_multi_index(index, shape, mode))
    with pytest.raises(ValueError, match="invalid entry in coordinates array"):
        la.ravel_multi_index(index, shape)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_a_function_is_applied_to_each_line(axis):
    base = np.arange(24).reshape(2, 3, 4)
    for function in (lambda line: np.asarray(line).sum(), lambda line: np.asarray(line)[::-1],
                     lambda line: np.outer(line, line)):
        same(la.apply_along_axis(function, axis, la.asarray(base)),
             np.apply_along_axis(function, axis, base))


def test_a_function_is_applied_over_axes():
    base = np.arange(24).reshape(2, 3, 4)
    same(la.apply_over_axes(lambda a, axis: np.asarray(a).sum(axis), base, [0, 2]),
         np.apply_over_axes(np.sum, base, [0, 2]))


def test_linspace_tells_its_step():
    ours, numpys = la.linspace(2, 10, 5, retstep=True), np.linspace(2, 10, 5, retstep=True)
    same(ours[0], numpys[0])
    assert ours[1] == numpys[1]
