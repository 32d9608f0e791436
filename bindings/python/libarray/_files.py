"""Arrays in .npy and .npz files."""

from __future__ import annotations

import os

from . import _core

__all__ = ["load", "save"]


def load(file, mmap_mode=None):
    """The Array of an .npy file, read or mapped ('r', 'r+', 'c'); of an .npz file, a
    dictionary of all its arrays."""
    with open(file, "rb") as opened:
        archive = opened.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    if archive:
        if mmap_mode is not None:
            raise ValueError("the members of an .npz archive cannot be mapped")
        return _core.load_npz(file)
    return _core.load_npy(file, mmap_mode)


def save(file, arr):
    """Writes an .npy file; ".npy" is added to a name without it."""
    file = os.fsdecode(file)
    _core.save_npy(file if file.endswith(".npy") else file + ".npy", arr)
