"""Element types of what ctypes declares."""

from __future__ import annotations

import ctypes

_KINDS = {**dict.fromkeys("bhilq", "i"), **dict.fromkeys("BHILQ", "u"), "f": "f", "d": "f"}


def dtype_of(declared):
    """A structure of ctypes as a record type, or one of its numbers as a type."""
    if not hasattr(declared, "_fields_"):
        code = getattr(declared, "_type_", None)
        if code == "?":
            return "bool"
        if code not in _KINDS:
            raise TypeError(f"{declared!r} has no element type")
        return f"{_KINDS[code]}{ctypes.sizeof(declared)}"
    names = [field[0] for field in declared._fields_]
    return {
        "names": names,
        "formats": [dtype_of(field[1]) for field in declared._fields_],
        "offsets": [getattr(declared, name).offset for name in names],
        "itemsize": ctypes.sizeof(declared),
    }
