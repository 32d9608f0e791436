"""What the array API standard lets a program ask of a namespace."""

from __future__ import annotations

from . import _core
from ._types import isdtype

__all__ = ["__array_namespace_info__"]


class __array_namespace_info__:
    """Capabilities, devices and types of this namespace."""

    def capabilities(self):
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self):
        return "cpu"

    def devices(self):
        return ["cpu"]

    def default_dtypes(self, *, device=None):
        self._check(device)
        return {
            "real floating": _core.float64,
            "complex floating": _core.complex128,
            "integral": _core.int64,
            "indexing": _core.int64,
        }

    def dtypes(self, *, device=None, kind=None):
        self._check(device)
        names = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
                 "float32", "float64", "complex64", "complex128"]
        return {name: getattr(_core, name) for name in names
                if kind is None or isdtype(getattr(_core, name), kind)}

    @staticmethod
    def _check(device):
        if device not in (None, "cpu"):
            raise ValueError(f"Device not understood. Only \"cpu\" is allowed, but received: {device}")
