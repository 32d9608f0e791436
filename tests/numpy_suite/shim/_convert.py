"""Arrays, types and scalars: from the shim's to libarray's and to NumPy's, and back.

`to_core` and `to_numpy` unwrap what a test passes, `from_core` and `from_numpy`
wrap what comes back. Nothing here is counted as a call of libarray: a test that
only converts has tested nothing.
"""

from __future__ import annotations

import libarray
import numpy

from . import _proxies
from ._proxies import ndarray, flatiter

# Types


_DTYPES = {}


def core_dtype(given):
    """libarray's type for anything that NumPy takes for one; None stays None."""
    if given is None or isinstance(given, libarray.dtype):
        return given
    if isinstance(given, type) and issubclass(given, numpy.dtype):
        given = given()  # the class of a type
    try:
        dtype = given if isinstance(given, numpy.dtype) else numpy.dtype(given)
    except TypeError:
        return given  # for libarray to refuse
    return libarray.dtype(dtype)


def numpy_dtype(dtype):
    """NumPy's type for one of libarray's."""
    known = _DTYPES.get(dtype)
    if known is None:
        known = _DTYPES[dtype] = _numpy_dtype(dtype)
    return known


def _numpy_dtype(dtype):
    if dtype.names is None:
        return numpy.dtype(dtype.str)
    fields = [dtype.fields[name] for name in dtype.names]
    return numpy.dtype({
        "names": list(dtype.names),
        "formats": [numpy_dtype(field[0]) for field in fields],
        "offsets": [field[1] for field in fields],
        "itemsize": dtype.itemsize,
    })


# To libarray


def to_core(x):
    """The object with libarray's arrays and types in the place of the shim's and
    NumPy's."""
    kind = type(x)
    if kind is ndarray:
        return x._core
    if kind in _PLAIN or kind in _INDEX:
        return x
    if kind is list or kind is tuple:
        new = [to_core(y) for y in x]
        if all(a is b for a, b in zip(new, x)):
            return x
        return kind(new)
    if kind is slice:
        if type(x.start) in _INDEX and type(x.stop) in _INDEX and type(x.step) in _INDEX:
            return x
        return slice(to_core(x.start), to_core(x.stop), to_core(x.step))
    if kind is flatiter or isinstance(x, ndarray):
        return x._core
    if isinstance(x, tuple):
        return type(x)([to_core(y) for y in x])
    if isinstance(x, numpy.dtype) or (isinstance(x, type) and issubclass(x, numpy.generic)):
        return core_dtype(x)
    if kind is numpy._CopyMode:
        return _COPY_MODES[x]
    if hasattr(kind, "__array__") and kind.__module__.partition(".")[0] != "numpy":
        return _Made(x)
    return x


_COPY_MODES = {numpy._CopyMode.ALWAYS: True, numpy._CopyMode.IF_NEEDED: None,
               numpy._CopyMode.NEVER: False}


class _Made:
    """An object of a test that makes an array by its method `__array__`: of the shim
    there, of libarray here."""

    def __init__(self, maker):
        self._maker = maker

    def __array__(self, *args, **kwargs):
        return to_core(self._maker.__array__(*args, **kwargs))

    def __getattr__(self, name):
        if name in ("__index__", "__float__", "__int__", "__complex__", "__len__", "__getitem__"):
            raise AttributeError(name)
        return getattr(self._maker, name)


_INDEX = {int, numpy.int64, type(None)}
_PLAIN = {int, float, bool, complex, str, bytes, type(None), type(Ellipsis)}


# From libarray


def from_core(result, dtype=None):
    """What libarray gives as the shim's arrays and NumPy's types; a Python number is
    an element of type `dtype` where one is named."""
    kind = type(result)
    if kind is libarray.Array:
        return _proxies.wrap(result)
    if kind is libarray.dtype:
        return numpy_dtype(result)
    if kind is tuple or kind is list:
        return kind(from_core(one, dtype) for one in result)
    if kind is dict:
        return {name: from_core(one, dtype) for name, one in result.items()}
    if kind is libarray.FlatIterator:
        return flatiter(result)
    if dtype is not None and kind in _ELEMENTS:
        return scalar(result, dtype)
    return result


_ELEMENTS = {int, float, bool, complex, bytes, tuple}


def scalar(value, dtype):
    """NumPy's scalar of an element that libarray gave as a Python object."""
    dtype = numpy_dtype(dtype)
    if dtype.kind == "V":
        return numpy.array(value, dtype)[()]
    return dtype.type(value)


# NumPy's own functions


class _Lent:
    """Memory as the array interface describes it."""

    def __init__(self, core):
        self.core = core
        self.__array_interface__ = core.__array_interface__


def viewed(core):
    """A NumPy array of libarray's memory. The buffer protocol has no format for raw
    bytes that NumPy would read as such."""
    dtype = core.dtype
    return numpy.asarray(_Lent(core) if dtype.kind == "V" and dtype.names is None else core)


def to_numpy(x, seen=None):
    """The object with NumPy arrays that view the same memory in the place of the
    shim's. `seen` collects which array stands for which proxy."""
    kind = type(x)
    if kind in _PLAIN:
        return x
    if kind is ndarray:
        array = viewed(x._core)
        if seen is not None:
            seen[id(array)] = (array, x)
        return array
    if kind is flatiter:
        return viewed(x._core.__array__())
    if kind is list or kind is tuple:
        new = [to_numpy(y, seen) for y in x]
        if all(a is b for a, b in zip(new, x)):
            return x
        return kind(new)
    if kind is dict:
        return {name: to_numpy(y, seen) for name, y in x.items()}
    if kind is slice:
        return slice(to_numpy(x.start), to_numpy(x.stop), to_numpy(x.step))
    return x


def from_numpy(result, seen):
    """NumPy's results as arrays of libarray: those that own their memory are copied
    into libarray's, views stay views. What has a type that libarray has not stays
    NumPy's."""
    kind = type(result)
    if kind in _PLAIN or issubclass(kind, numpy.generic):
        return result
    if kind is numpy.ndarray:
        if id(result) in seen:
            return seen[id(result)][1]
        try:
            owner = result.flags.owndata
            return _proxies.wrap(libarray.array(result, order="K") if owner
                                 else libarray.asarray(result))
        except (TypeError, NotImplementedError, ValueError):
            return result
    if kind is tuple or kind is list:
        return kind(from_numpy(one, seen) for one in result)
    if isinstance(result, tuple) and hasattr(result, "_fields"):
        return kind(*(from_numpy(one, seen) for one in result))
    return result
