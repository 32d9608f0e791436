"""An iterator over the elements of an array in C order, which can be indexed: what
`a.flat` gives.
"""

from __future__ import annotations

import warnings
from operator import index

from . import _core

__all__ = ["FlatIterator"]

_NO_INDEX = ("only integers, slices (`:`), ellipsis (`...`) and integer or boolean arrays are "
             "valid indices")


class FlatIterator:
    """The elements of an array in C order, whatever its strides are."""

    __slots__ = ("_base", "_index")
    __hash__ = None

    def __init__(self, base):
        if base.ndim > 32:
            raise RuntimeError("this function only supports up to 32 dimensions but the array "
                               f"has {base.ndim}.")
        self._base = base
        self._index = 0

    @property
    def base(self):
        """The array whose elements are meant."""
        return self._base

    @property
    def index(self):
        """How many elements have been given."""
        return self._index

    @property
    def coords(self):
        """The indices of the element that comes next."""
        return self._place(self._index)

    def _place(self, at):
        """The indices of the element of number `at`."""
        place = []
        for extent in reversed(self._base.shape[1:]):
            at, along = divmod(at, extent)
            place.append(along)
        return (at, *reversed(place)) if self._base.ndim else ()

    def __iter__(self):
        return self

    def __next__(self):
        if self._index >= self._base.size:
            raise StopIteration
        self._index += 1
        return self._element(self._index - 1)

    def __len__(self):
        return self._base.size

    def _element(self, at):
        if self._base.dtype.names is not None:
            return self._base[self._place(at)]
        return self._base.item(at)

    def _at(self, key):
        """What a key names: one index, or an array of them."""
        size = self._base.size
        if isinstance(key, tuple):
            if len(key) > 1:
                raise IndexError("too many indices for flat iterator: flat iterator is "
                                 f"1-dimensional, but {len(key)} were indexed")
            key = key[0] if key else ...
        if key is None:
            raise IndexError(_NO_INDEX)
        if key is ...:
            return _core.arange(size)
        if isinstance(key, slice):
            start, stop, step = key.indices(size)
            return _core.arange(start, stop, step)
        if isinstance(key, FlatIterator):
            key = key.copy()
        array = isinstance(key, _core.Array)
        if not array:
            if not isinstance(key, (list, bool)) and hasattr(key, "__index__") and not hasattr(
                    key, "__len__"):
                return self._one(index(key))
            given, key = key, self._as_array(key)
            array = not isinstance(given, (list, bool)) and key.ndim > 0
        if key.dtype.kind == "b":
            if key.ndim == 0:
                warnings.warn("0-dimensional boolean index into flat iterators is deprecated",
                              DeprecationWarning, stacklevel=3)
                return _core.arange(1 if key.item() else 0)
            if not array:
                raise IndexError("boolean indices for iterators are not supported because a list "
                                 "is no array; use an array of booleans")
            if key.shape != (size,):
                raise IndexError("boolean index did not match indexed flat iterator along dimension "
                                 f"0; dimension is {size} but corresponding boolean dimension is "
                                 f"{key.shape[0]}")
            return key.nonzero()[0]
        if key.dtype.kind not in "iu":
            if not array and key.size == 0:
                return key.astype("int64")
            if array or key.dtype.kind not in "fc":
                raise IndexError(_NO_INDEX)
            warnings.warn("Invalid non-array indices for iterator objects are deprecated and will "
                          "be removed in a future version.", DeprecationWarning, stacklevel=3)
            key = key.astype("int64")
        return self._one(key.item()) if key.ndim == 0 else self._checked(key)

    @staticmethod
    def _as_array(key):
        try:
            if isinstance(key, list) and any(isinstance(k, bool) for k in key) and not all(
                    isinstance(k, bool) for k in key):
                key = [int(k) for k in key]
            return _core.asarray(key)
        except TypeError:
            raise IndexError(_NO_INDEX) from None

    def _one(self, at):
        size = self._base.size
        if not -size <= at < size:
            raise IndexError(f"index {at} is out of bounds for size {size}")
        return at + size if at < 0 else at

    def _checked(self, key):
        size = self._base.size
        for wrong in (key >= size, key < -size):
            if wrong.any():
                at = key.ravel()[wrong.ravel().nonzero()[0][0]]
                raise IndexError(f"index {at} is out of bounds for size {size}")
        return key

    def __getitem__(self, key):
        at = self._at(key)
        if isinstance(at, int):
            return self._element(at)
        if at.size == 0:
            return _core.empty(at.shape, self._base.dtype)
        return self._base.take(at)

    def __setitem__(self, key, value):
        if isinstance(key, tuple) and not key:
            raise IndexError("Assigning to a flat iterator with a 0-D index is not supported.")
        if not self._base.flags.writeable:
            raise ValueError("assignment destination is read-only")
        at = self._at(key)
        if isinstance(at, int):
            self._base[self._place(at)] = value
            return
        values = _core.asarray(value, self._base.dtype)
        if values.size == 0:
            if at.size:
                raise ValueError("Error setting single item of array.")
            return
        self._base.put(at, values)

    def copy(self, /):
        """The elements as an array of one axis: a copy."""
        return self._base.flatten()

    def __array__(self, /, dtype=None, *, copy=None):
        """The elements as an array of one axis: a view where they are packed, else a
        copy that cannot be written, since the array would not see it."""
        result = self._base.ravel()
        if result.base is None:
            result.flags.writeable = False
        return result if dtype is None else result.astype(dtype)

    def __eq__(self, other):
        return self.copy() == _value(other)

    def __ne__(self, other):
        return self.copy() != _value(other)

    def __lt__(self, other):
        return self.copy() < _value(other)

    def __le__(self, other):
        return self.copy() <= _value(other)

    def __gt__(self, other):
        return self.copy() > _value(other)

    def __ge__(self, other):
        return self.copy() >= _value(other)


def _value(other):
    return other.copy() if isinstance(other, FlatIterator) else other
