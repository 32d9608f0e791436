"""The classes that look like NumPy's to the tests: `ndarray` holds an array of
libarray and `flatiter` an iterator of its elements. Whatever concerns memory is
passed on to libarray, and counted; arithmetic goes to NumPy.
"""

from __future__ import annotations

import builtins
import operator
import weakref

import libarray
import numpy

from . import _count

_call = _count.call

# The proxy of each array of libarray, so that `a[1:].base is a`.
_known = weakref.WeakValueDictionary()


def wrap(core, cls=None):
    """The proxy of an array of libarray: always the same one while it lives."""
    known = _known.get(id(core))
    if known is None:
        known = object.__new__(cls or ndarray)
        known._core = core
        _known[id(core)] = known
    return known


class ndarray:
    """What the tests take for numpy.ndarray."""

    __slots__ = ("_core", "__weakref__")
    __hash__ = None
    # NumPy's scalars and arrays leave operators to this class.
    __array_ufunc__ = None

    def __new__(cls, shape, dtype=float, buffer=None, offset=0, strides=None, order=None):
        if cls is not ndarray:
            raise TypeError("subclasses of arrays are not offered")
        return wrap(_call(libarray.Array, _convert.to_core(shape), _convert.core_dtype(dtype),
                          _convert.to_core(buffer), offset, strides, order))

    # Indexing

    def __getitem__(self, key):
        core = self._core
        result = _call(libarray.Array.__getitem__, core, _convert.to_core(key))
        if type(result) is libarray.Array:
            if (result.ndim == 0 and result.dtype.names is not None
                    and len(key if isinstance(key, tuple) else (key,)) == core.ndim
                    and _is_element(key)):
                return _convert.viewed(result)[()]
            return wrap(result)
        return _convert.from_core(result, core.dtype)

    def __setitem__(self, key, value):
        _call(libarray.Array.__setitem__, self._core, _convert.to_core(key),
              _convert.to_core(value))

    def __delitem__(self, key):
        _call(libarray.Array.__delitem__, self._core, _convert.to_core(key))

    def __len__(self):
        return _call(len, self._core)

    def __iter__(self):
        core = self._core
        for one in _call(iter, core):
            yield _convert.from_core(one, core.dtype)

    def __contains__(self, value):
        return _call(operator.contains, self._core, _convert.to_core(value))

    # As text, as a number, as bytes

    def __repr__(self):
        return _call(repr, self._core).replace("Array(", "array(", 1)

    def __str__(self):
        return _call(str, self._core)

    def __format__(self, spec):
        return format(self[()] if self.ndim == 0 else str(self), spec)

    def __bool__(self):
        return _call(bool, self._core)

    def __int__(self):
        return _call(int, self._core)

    def __float__(self):
        return _call(float, self._core)

    def __complex__(self):
        return _call(complex, self._core)

    def __index__(self):
        return _call(operator.index, self._core)

    def __copy__(self):
        return wrap(_call(self._core.__copy__))

    def __deepcopy__(self, memo):
        return wrap(_call(self._core.__deepcopy__, memo))

    def __reduce__(self):
        rebuild, arguments = _call(self._core.__reduce__)
        return _rebuilt, (rebuild, arguments)

    # NumPy, asked for an array of this.

    def __array__(self, dtype=None, *, copy=None):
        return wrap(_call(libarray.array, self._core, _convert.core_dtype(dtype), copy=copy))

    @property
    def __array_interface__(self):
        return _call(getattr, self._core, "__array_interface__")

    @property
    def __array_struct__(self):
        return _call(getattr, self._core, "__array_struct__")

    @property
    def ctypes(self):
        return numpy.asarray(self._core).ctypes

    @property
    def data(self):
        return _call(memoryview, self._core)

    @property
    def base(self):
        base = _call(getattr, self._core, "base")
        if type(base) is memoryview:
            return _Buffer(base)
        return wrap(base) if type(base) is libarray.Array else base

    @property
    def flat(self):
        return flatiter(_call(getattr, self._core, "flat"))

    @flat.setter
    def flat(self, value):
        _call(setattr, self._core, "flat", _convert.to_core(value))

    @property
    def dtype(self):
        return _convert.numpy_dtype(_call(getattr, self._core, "dtype"))

    @dtype.setter
    def dtype(self, dtype):
        _call(setattr, self._core, "dtype", _convert.core_dtype(dtype))

    def astype(self, dtype, *args, **kwargs):
        return wrap(_call(libarray.Array.astype, self._core, _convert.core_dtype(dtype),
                          *args, **kwargs))

    def view(self, dtype=None, type=None):
        cls = type or dtype
        if isinstance(cls, builtins.type) and issubclass(cls, ndarray):
            # A subclass is a matter of Python alone.
            core = _call(libarray.Array.view, self._core)
            return wrap(core, cls)
        return wrap(_call(libarray.Array.view, self._core, _convert.core_dtype(dtype)))

    def getfield(self, dtype, offset=0):
        return _convert.from_core(_call(libarray.Array.getfield, self._core,
                                        _convert.core_dtype(dtype), offset))


class _Buffer:
    """A memoryview that an array was made of: what it shows is known by its proxy."""

    def __init__(self, view):
        self._view = view

    @property
    def obj(self):
        shown = self._view.obj
        return wrap(shown) if type(shown) is libarray.Array else shown

    def __getattr__(self, name):
        return getattr(self._view, name)


def _is_element(key):
    """Whether a key of as many entries as there are axes has nothing but integers."""
    entries = key if isinstance(key, tuple) else (key,)
    return all(isinstance(e, (int, numpy.integer)) and not isinstance(e, bool) for e in entries)


def _rebuilt(rebuild, arguments):
    return wrap(rebuild(*arguments))


# What is passed on as it is: attributes that are read, attributes that are written
# too, and methods.

_READ = ["ndim", "size", "itemsize", "nbytes", "flags", "device"]
_WRITTEN = ["shape", "strides"]
_VIEWS = ["T", "mT"]
_WRITTEN_VIEWS = ["real", "imag"]
_METHODS = [
    "byteswap", "choose", "compress", "copy", "diagonal", "fill", "flatten", "item", "nonzero",
    "put", "ravel", "repeat", "reshape", "resize", "setfield", "setflags", "squeeze", "swapaxes",
    "take", "to_device", "tobytes", "tofile", "tolist", "transpose", "__dlpack__",
    "__dlpack_device__", "__array_namespace__",
]
# Methods whose one element comes back as a number of the array's type.
_GIVE_ELEMENTS = {"take", "compress", "choose"}

# NumPy's own: arithmetic, sorting, reductions.
_NUMPYS_METHODS = [
    "all", "any", "argmax", "argmin", "argpartition", "argsort", "clip", "conj", "conjugate",
    "cumprod", "cumsum", "dot", "max", "mean", "min", "partition", "prod", "round",
    "searchsorted", "sort", "std", "sum", "trace", "var",
]
_OPERATORS = [
    "add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift",
    "matmul",
]
# Of booleans these are libarray's; of integers they are arithmetic.
_BITWISE = ["and", "or", "xor"]


def _reads(name):
    return lambda self: _call(getattr, self._core, name)


def _views(name):
    return lambda self: wrap(_call(getattr, self._core, name))


def _writes(name):
    return lambda self, value: _call(setattr, self._core, name, _convert.to_core(value))


def _method(name):
    of_core = getattr(libarray.Array, name, None)
    element = name in _GIVE_ELEMENTS

    def method(self, *args, **kwargs):
        if of_core is None:
            raise AttributeError(f"libarray.Array has no method {name}")
        core = self._core
        result = _call(of_core, core, *(_convert.to_core(a) for a in args),
                       **{k: _convert.to_core(v) for k, v in kwargs.items()})
        return _convert.from_core(result, core.dtype if element else None)

    method.__name__ = name
    return method


def _numpys_method(name):
    def method(self, *args, **kwargs):
        seen = {}
        array = _convert.to_numpy(self, seen)
        args = [_convert.to_numpy(a, seen) for a in args]
        kwargs = {k: _convert.to_numpy(v, seen) for k, v in kwargs.items()}
        try:
            result = getattr(array, name)(*args, **kwargs)
        except _TRANSLATED as error:
            raise translated(error) from None
        return _convert.from_numpy(result, seen)

    method.__name__ = name
    return method


def _operator(name, bitwise):
    def of_numpy(self, other):
        seen = {}
        left, right = _convert.to_numpy(self, seen), _convert.to_numpy(other, seen)
        return _convert.from_numpy(getattr(left, name)(right), seen)

    def of_core(self, other):
        if self._core.dtype != libarray.bool:
            return of_numpy(self, other)
        result = _call(getattr(libarray.Array, name), self._core, _convert.to_core(other))
        return result if result is NotImplemented else _convert.from_core(result)

    return of_core if bitwise else of_numpy


def _compared(name):
    compare = getattr(libarray.Array, name)

    def method(self, other):
        result = _call(compare, self._core, _convert.to_core(other))
        if result is NotImplemented:
            return result
        result = _convert.from_core(result)
        # Comparisons of scalars give scalars.
        return result[()] if type(result) is ndarray and result.ndim == 0 else result

    return method


for _name in _READ:
    setattr(ndarray, _name, property(_reads(_name)))
for _name in _WRITTEN:
    setattr(ndarray, _name, property(_reads(_name), _writes(_name)))
for _name in _VIEWS:
    setattr(ndarray, _name, property(_views(_name)))
for _name in _WRITTEN_VIEWS:
    setattr(ndarray, _name, property(_views(_name), _writes(_name)))
for _name in _METHODS:
    setattr(ndarray, _name, _method(_name))
for _name in _NUMPYS_METHODS + ["__neg__", "__pos__", "__abs__"]:
    setattr(ndarray, _name, _numpys_method(_name))
for _name in _OPERATORS + _BITWISE:
    for _prefix in ("", "r", "i"):
        if _prefix == "i" and _name == "divmod":
            continue
        _full = f"__{_prefix}{_name}__"
        setattr(ndarray, _full, _operator(_full, _name in _BITWISE and _prefix != "i"))
for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    setattr(ndarray, _name, _compared(_name))


def _invert(self):
    if self._core.dtype == libarray.bool:
        return _convert.from_core(_call(operator.invert, self._core))
    return _numpys_method("__invert__")(self)


ndarray.__invert__ = _invert
ndarray.__hash__ = None


class flatiter:
    """What the tests take for numpy.flatiter."""

    __slots__ = ("_core",)

    def __init__(self, core):
        self._core = core

    def __iter__(self):
        return self

    def __next__(self):
        return _convert.from_core(_call(next, self._core), self._core.base.dtype)

    def __len__(self):
        return _call(len, self._core)

    def __getitem__(self, key):
        return _convert.from_core(_call(operator.getitem, self._core, _convert.to_core(key)),
                                  self._core.base.dtype)

    def __setitem__(self, key, value):
        _call(operator.setitem, self._core, _convert.to_core(key), _convert.to_core(value))

    def __array__(self, /, dtype=None, *, copy=None):
        return wrap(_call(self._core.__array__, _convert.core_dtype(dtype), copy=copy))

    def copy(self, /):
        """A copy of the elements, as one axis."""
        return wrap(_call(self._core.copy))

    @property
    def base(self):
        return wrap(_call(getattr, self._core, "base"))

    @property
    def coords(self):
        return _call(getattr, self._core, "coords")

    @property
    def index(self):
        return _call(getattr, self._core, "index")


def _flat_compare(name):
    def method(self, other):
        return getattr(wrap(_call(self._core.copy)), name)(other)
    return method


for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    setattr(flatiter, _name, _flat_compare(_name))


_TRANSLATED = (numpy.exceptions.AxisError, numpy.exceptions.TooHardError)


def translated(error):
    """An exception of NumPy as that of libarray, so that one class means both."""
    if isinstance(error, numpy.exceptions.AxisError):
        return libarray.AxisError(str(error))
    return libarray.TooHardError(str(error))


from . import _convert  # noqa: E402  (each of the two needs the other)
