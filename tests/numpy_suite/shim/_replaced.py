"""Names of NumPy that stand for something of libarray's under another name, or in
another form.
"""

from __future__ import annotations

import ctypes
import functools
import operator

import libarray
import numpy

from . import _convert, _count, _proxies
from ._convert import from_core, to_core

_call = _count.call


def iterating(name, cls):
    """A class of libarray, whose objects are iterated, as one that gives the shim's
    arrays and NumPy's scalars."""

    class Iterating:
        def __init__(self, *args, **kwargs):
            args = [to_core(a) for a in args]
            self._core = _call(cls, *args, **kwargs)
            array = args[0] if args else None
            self._dtype = array.dtype if isinstance(array, libarray.Array) else None

        def __iter__(self):
            return self

        def __next__(self):
            result = _call(next, self._core)
            if self._dtype is None:
                return result
            return result[0], from_core(result[1], self._dtype)

        def __getattr__(self, attribute):
            return from_core(getattr(self._core, attribute))

    Iterating.__name__ = Iterating.__qualname__ = name
    return Iterating


class Indexed:
    """An object of libarray that is used by indexing it: `mgrid`, `r_`, `s_`."""

    def __init__(self, name):
        self._name = name

    def __getitem__(self, key):
        return from_core(_call(getattr(libarray, self._name).__getitem__, to_core(key)))


def may_share_memory(a, b, /, max_work=0):
    """NumPy's takes a budget, 0 for the bounds alone and -1 for the exact answer;
    libarray's two functions are these two."""
    a, b = to_core(a), to_core(b)
    if max_work is None or max_work == 0:
        return _call(libarray.may_share_memory, a, b)
    return _call(libarray.shares_memory, a, b, max_work)


def array_indexing(write, array, index, *value):
    """`array_indexing(0, a, i)` is `a[i]`, `(1, a, i, v)` is `a[i] = v`, and without a
    value it deletes."""
    if not write:
        return array[index]
    if value:
        array[index] = value[0]
    else:
        del array[index]


class _PyBuffer(ctypes.Structure):
    _fields_ = [("buf", ctypes.c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t),
                ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
                ("format", ctypes.c_char_p), ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
                ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
                ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)), ("internal", ctypes.c_void_p)]


_BUFFER_FLAGS = {"SIMPLE": 0, "WRITABLE": 1, "FORMAT": 4, "ND": 8, "STRIDES": 0x18,
                 "C_CONTIGUOUS": 0x38, "F_CONTIGUOUS": 0x58, "ANY_CONTIGUOUS": 0x98,
                 "STRIDED": 0x19, "STRIDED_RO": 0x18, "FULL_RO": 0x11C}


def get_buffer_info(array, flags):
    """The shape and the strides of the buffer that an array gives when it is asked with
    these flags."""
    buffer = _PyBuffer()
    asked = functools.reduce(operator.or_, (_BUFFER_FLAGS[flag] for flag in flags))
    call = _call if type(array) is _proxies.ndarray else lambda function, *args: function(*args)
    call(ctypes.pythonapi.PyObject_GetBuffer, ctypes.py_object(to_core(array)),
         ctypes.byref(buffer), asked)
    try:
        return (buffer.shape[:buffer.ndim] if buffer.shape else None,
                buffer.strides[:buffer.ndim] if buffer.strides else None)
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(buffer))


def block_setup(arrays):
    """NumPy's block has two ways of working and chooses by the size of the result;
    libarray's has one."""
    return arrays, 0, 0, block_in_one_way(arrays, 0, 0).size


def block_in_one_way(arrays, list_ndim, result_ndim):
    return from_core(_call(libarray.block, to_core(arrays)))


def from_dlpack(x, /, *, device=None, copy=None):
    """A subclass may have its own `__dlpack__`, so it is asked as it is."""
    return from_core(_call(libarray.from_dlpack, x._core if type(x) is _proxies.ndarray else x,
                           device=device, copy=copy))


def applying(function):
    """A function of libarray that calls one of the test's with arrays: that one sees
    the shim's."""
    def called(func, *args, **kwargs):
        def func_of_core(*arrays, **named):
            return to_core(func(*(from_core(a) for a in arrays),
                                **{k: from_core(v) for k, v in named.items()}))
        return from_core(_call(function, func_of_core, *(to_core(a) for a in args),
                               **{k: to_core(v) for k, v in kwargs.items()}))
    return called


BY_NAME = {
    "apply_along_axis": applying(libarray.apply_along_axis),
    "apply_over_axes": applying(libarray.apply_over_axes),
    "from_dlpack": from_dlpack,
    "ndarray": _proxies.ndarray,
    "flatiter": _proxies.flatiter,
    "AxisError": libarray.AxisError,
    "TooHardError": libarray.TooHardError,
    "ComplexWarning": libarray.ComplexWarning,
    "may_share_memory": may_share_memory,
}
for _name in ("mgrid", "ogrid", "r_", "c_", "s_", "index_exp"):
    BY_NAME[_name] = Indexed(_name)

BY_PATH = {
    "_core._multiarray_tests.internal_overlap":
        lambda a, max_work=-1: _call(libarray.has_internal_overlap, to_core(a), max_work),
    "_core._multiarray_tests.array_indexing": array_indexing,
    "_core._multiarray_tests.get_buffer_info": get_buffer_info,
    "_core._exceptions._ArrayMemoryError": MemoryError,
    "_core.shape_base._block_setup": block_setup,
    "_core.shape_base._block_concatenate": block_in_one_way,
    "_core.shape_base._block_slicing": block_in_one_way,
    "lib._stride_tricks_impl._broadcast_shape":
        lambda *arrays: _call(libarray.broadcast_shapes,
                              *(_call(libarray.asarray, to_core(a)).shape for a in arrays)),
}
