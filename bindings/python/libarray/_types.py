"""Element types: the questions of the array API standard about them."""

from __future__ import annotations

from . import _core
from ._core import can_cast, dtype, result_type
from ._device import only_cpu

__all__ = ["astype", "can_cast", "dtype", "finfo", "iinfo", "isdtype", "result_type"]

_KINDS = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}


def isdtype(dtype_, kind):
    """Whether a type is of a kind: a name of the standard, a type, or a tuple of them."""
    own = dtype(dtype_)
    if isinstance(kind, tuple):
        return any(isdtype(own, one) for one in kind)
    if isinstance(kind, str):
        if kind not in _KINDS:
            raise ValueError(f"kind argument is a string, but {kind!r} is not a known kind name")
        return own.kind in _KINDS[kind]
    return own == dtype(kind)


def astype(x, dtype_, /, *, copy=True, device=None):
    """The elements converted to another type: a copy, unless copy is False and
    nothing has to change."""
    only_cpu(device)
    return _core.asarray(x).astype(dtype_, copy=copy)


def _type_of(given):
    return given.dtype if isinstance(given, _core.Array) else dtype(given)


class iinfo:
    """The bounds of an integer type."""

    def __init__(self, type):
        self.dtype = _type_of(type)
        if self.dtype.kind not in "iu":
            raise ValueError(f"Invalid integer data type {self.dtype.kind!r}.")
        self.bits = 8 * self.dtype.itemsize
        signed = self.dtype.kind == "i"
        self.min = -(1 << (self.bits - 1)) if signed else 0
        self.max = (1 << (self.bits - signed)) - 1

    def __repr__(self):
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


# Bits of the fraction and of the exponent.
_FLOATS = {"float16": (10, 5), "bfloat16": (7, 8), "float32": (23, 8), "float64": (52, 11)}
_PARTS = {"complex64": "float32", "complex128": "float64"}


class finfo:
    """The precision and bounds of a floating-point type, or of a complex one's parts."""

    def __init__(self, type):
        given = _type_of(type)
        name = _PARTS.get(given.newbyteorder("=").name, given.newbyteorder("=").name)
        if name not in _FLOATS:
            raise ValueError(f"data type {given} not inexact")
        self.dtype = dtype(name)
        fraction, exponent = _FLOATS[name]
        highest = (1 << (exponent - 1)) - 1
        self.bits = 1 + exponent + fraction
        self.eps = 2.0**-fraction
        self.max = (2 - self.eps) * 2.0**highest
        self.min = -self.max
        self.smallest_normal = 2.0 ** (1 - highest)
        self.smallest_subnormal = 2.0 ** (1 - highest - fraction)

    def __repr__(self):
        return f"finfo(min={self.min}, max={self.max}, dtype={self.dtype})"
