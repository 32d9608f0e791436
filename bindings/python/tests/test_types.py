"""Element types as Python objects."""

import pickle

import numpy as np
import pytest

import libarray as la

NAMES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
         "float16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("name", NAMES + [">i4", ">c16", "V5"])
def test_a_type_is_described_as_numpy_describes_it(name):
    ours, numpys = la.dtype(name), np.dtype(name)
    for attribute in ("name", "str", "kind", "itemsize", "alignment", "byteorder", "isnative",
                      "names", "fields"):
        if attribute == "name" and name[0] in ">V":
            continue  # NumPy names these without their order and size
        assert getattr(ours, attribute) == getattr(numpys, attribute), attribute
    assert ours == numpys and ours == numpys.str and hash(ours) == hash(la.dtype(name))
    assert la.dtype(numpys) == ours and pickle.loads(pickle.dumps(ours)) == ours
    assert ours.newbyteorder().str == numpys.newbyteorder().str


def test_types_are_made_from_what_python_has():
    assert la.dtype(bool) is la.bool and la.dtype(int) is la.int64
    assert la.dtype(float) is la.float64 and la.dtype(complex) is la.complex128
    assert la.dtype(np.float32) is la.float32 and la.dtype(None) is la.float64
    assert la.zeros(1, "f4").dtype is la.float32
    for wrong in ("no type", "U3", object, 7, np.dtype("M8[s]")):
        with pytest.raises(TypeError):
            la.dtype(wrong)
    assert la.int8 != la.uint8 and la.int8 != "nonsense" and la.int8 != None  # noqa: E711


@pytest.mark.parametrize("casting", ["no", "equiv", "safe", "same_kind", "unsafe"])
def test_casting_is_numpys(casting):
    for a in NAMES:
        for b in NAMES + [">i4"]:
            assert la.can_cast(a, b, casting) == np.can_cast(a, b, casting), (a, b)


def test_promotion_is_numpys():
    for a in NAMES:
        for b in NAMES:
            assert la.result_type(a, b) == np.result_type(a, b)
        for number in (1, 1.5, 1j, True):
            assert la.result_type(la.zeros(1, a), number) == np.result_type(np.zeros(1, a), number)
    assert la.result_type(1, 2) == la.int64 and la.result_type(1, 2.0) == la.float64
    assert la.result_type("bfloat16", "float16") == la.float32


@pytest.mark.parametrize("name", ["float16", "float32", "float64", "complex64"])
def test_finfo_is_numpys(name):
    ours, numpys = la.finfo(name), np.finfo(name)
    for attribute in ("bits", "eps", "max", "min", "smallest_normal"):
        assert getattr(ours, attribute) == float(getattr(numpys, attribute))
    assert ours.dtype == numpys.dtype


def test_iinfo_is_numpys():
    for name in NAMES[1:9]:
        assert (la.iinfo(name).min, la.iinfo(name).max) == (np.iinfo(name).min, np.iinfo(name).max)
    with pytest.raises(ValueError):
        la.iinfo("float32")


def test_same_value_casts_refuse_what_would_change():
    a = la.asarray([1.0, 2.5])
    with pytest.raises(TypeError):
        a.astype("int32", casting="same_value")
    assert a[:1].astype("int32", casting="same_value").tolist() == [1]
    with pytest.raises(TypeError, match="Cannot cast"):
        a.astype("int32", casting="safe")


def test_floats_saturate_when_they_become_integers():
    wild = la.asarray([1e30, -1e30, float("nan"), -1.0])
    assert wild.astype("uint8").tolist() == [255, 0, 0, 0]
    assert wild.astype("int32").tolist() == [2**31 - 1, -(2**31), 0, -1]
