"""Modules that look like NumPy's: each name in them is libarray's function, a class
or a number of NumPy, or one of the functions listed as NumPy's own.
"""

from __future__ import annotations

import functools
import importlib
import importlib.abc
import importlib.machinery
import inspect
import sys
import types

import libarray
import libarray.lib
import numpy

from . import _convert, _count, _numpys_own, _proxies, _replaced, testing
from ._convert import from_core, from_numpy, to_core, to_numpy

ROOT = __package__

# Where a type may stand among the arguments without its name, by function.
_TYPE_AT = {
    "array": 1, "asarray": 1, "asanyarray": 1, "ascontiguousarray": 1, "asfortranarray": 1,
    "arange": 3, "empty": 1, "zeros": 1, "ones": 1, "full": 2, "empty_like": 1, "zeros_like": 1,
    "ones_like": 1, "full_like": 2, "identity": 1, "eye": 3, "frombuffer": 1, "fromiter": 1,
    "fromstring": 1, "fromfile": 1, "indices": 1, "tri": 3, "linspace": 5,
}
_TYPES_ALL = {"can_cast", "result_type"}


def of_core(name, function):
    """A function of libarray that takes and gives the shim's arrays."""
    at = _TYPE_AT.get(name)

    def called(*args, **kwargs):
        if testing.current is not None:
            return call(args, kwargs)
        # What fails while a file is imported, for a parameter of some test, fails
        # when the test uses it.
        try:
            return call(args, kwargs)
        except Exception as error:
            return Missing(f"{name}: {error}")

    def call(args, kwargs):
        args = [to_core(a) for a in args]
        kwargs = {k: to_core(v) for k, v in kwargs.items()}
        if at is not None and at < len(args):
            args[at] = _convert.core_dtype(args[at])
        if "dtype" in kwargs:
            kwargs["dtype"] = _convert.core_dtype(kwargs["dtype"])
        if name in _TYPES_ALL:
            args = [_type_or_array(a) for a in args]
        return from_core(_count.call(function, *args, **kwargs), _element_type(name, args))

    called.__name__ = called.__qualname__ = name
    called.__doc__ = function.__doc__
    called.__module__ = "numpy"
    try:
        called.__signature__ = inspect.signature(function)
    except ValueError:
        pass  # nanobind's functions tell none
    return called


def _type_or_array(x):
    if isinstance(x, (str, type)) and not isinstance(x, numpy.generic):
        return _convert.core_dtype(x)
    return x


def _element_type(name, args):
    """The type of the one element that a function gives as a number."""
    if name in ("ravel_multi_index", "unravel_index"):
        return libarray.int64
    if name in ("take", "compress", "choose") and args:
        array = args[0] if name == "take" else args[1] if len(args) > 1 else None
        return getattr(array, "dtype", None) if isinstance(array, libarray.Array) else None
    return None


def of_numpy(function):
    """A function of NumPy that takes and gives the shim's arrays."""
    def called(*args, **kwargs):
        seen = {}
        args = [to_numpy(a, seen) for a in args]
        kwargs = {k: to_numpy(v, seen) for k, v in kwargs.items()}
        try:
            result = function(*args, **kwargs)
        except _proxies._TRANSLATED as error:
            raise _proxies.translated(error) from None
        return _own_object(from_numpy(result, seen))

    functools.update_wrapper(called, function, updated=())
    return called


class Own:
    """An object of NumPy (a universal function, a random generator) all of whose
    methods take and give the shim's arrays."""

    def __init__(self, numpys):
        self._numpys = numpys
        self._called = None
        self.__name__ = getattr(numpys, "__name__", type(numpys).__name__)

    def __call__(self, *args, **kwargs):
        if self._called is None:
            self._called = of_numpy(self._numpys)
        return self._called(*args, **kwargs)

    def __getattr__(self, name):
        value = getattr(self._numpys, name)
        if callable(value) and not isinstance(value, type):
            value = self.__dict__[name] = Own(value)
        return value

    def __getitem__(self, key):
        return of_numpy(self._numpys.__getitem__)(key)

    def __enter__(self):
        return Own(self._numpys.__enter__())

    def __exit__(self, *error):
        return self._numpys.__exit__(*error)

    def __iter__(self):
        for one in self._numpys:
            yield from_numpy(one, {})

    def __next__(self):
        return from_numpy(next(self._numpys), {})

    def __len__(self):
        return len(self._numpys)

    def __repr__(self):
        return repr(self._numpys)


_OWN_CLASSES = (numpy.random.RandomState, numpy.random.Generator, numpy.nditer)


def _own_object(result):
    return Own(result) if isinstance(result, _OWN_CLASSES) else result


_CORE = {}
for _module in (libarray, libarray.lib, libarray.lib.stride_tricks):
    for _name in dir(_module):
        if not _name.startswith("_"):
            _CORE.setdefault(_name, getattr(_module, _name))


class NotOffered(NotImplementedError):
    """A name that is neither libarray's nor listed as NumPy's own was used."""


class Missing:
    """Stands for such a name, so that a file that only imports it can be imported."""

    def __init__(self, name):
        self._name = name

    def _used(self, *args, **kwargs):
        if testing.current is None:
            return self
        raise NotOffered(f"libarray has no {self._name}")

    __call__ = __getitem__ = _used

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._used()


def find(path, name):
    """What stands for `numpy.PATH.NAME`."""
    full = f"{path}.{name}" if path else name
    if full in _replaced.BY_PATH:
        return _replaced.BY_PATH[full]
    if name in _replaced.BY_NAME:
        return _replaced.BY_NAME[name]
    numpys = getattr(importlib.import_module(f"numpy.{path}" if path else "numpy"), name)
    if isinstance(numpys, types.ModuleType):
        if numpys.__name__.startswith("numpy."):
            return importlib.import_module(f"{ROOT}.{numpys.__name__[len('numpy.'):]}")
        return numpys
    if path.split(".")[0] in _numpys_own.MODULE_NAMES or path in _numpys_own.MODULE_NAMES:
        return _numpys_function(numpys)
    if isinstance(numpys, type) and name in _CORE and not issubclass(
            numpys, (numpy.generic, numpy.dtype)):
        return from_core_class(name, _CORE[name])
    if isinstance(numpys, type) and name not in _numpys_own.NAMES:
        if issubclass(numpys, numpy.ndarray):
            return Missing(full)
        return numpys
    if name in _numpys_own.NAMES:
        return _numpys_function(numpys)
    if name in _CORE and not isinstance(_CORE[name], (int, float)) and _CORE[name] is not None:
        value = _CORE[name]
        return of_core(name, value) if callable(value) else value
    if not callable(numpys) and not isinstance(numpys, numpy.ndarray):
        return numpys
    return Missing(full)


def from_core_class(name, cls):
    """A class of libarray (`ndindex`, `ndenumerate`) whose objects give the shim's
    arrays."""
    return _replaced.iterating(name, cls)


def _numpys_function(numpys):
    if isinstance(numpys, numpy.ufunc):
        return Own(numpys)
    if isinstance(numpys, type):
        if issubclass(numpys, (numpy.generic, numpy.dtype, BaseException)):
            return numpys
        return of_numpy(numpys) if numpys in _OWN_CLASSES else Own(numpys)
    return of_numpy(numpys) if callable(numpys) else numpys


class Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = find(self.__numpy_path__, name)
        self.__dict__[name] = value
        return value


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports `shim.X.Y` for `numpy.X.Y`, whatever X and Y are."""

    def find_spec(self, fullname, path=None, target=None):
        if not fullname.startswith(ROOT + ".") or fullname.split(".")[1] in _FILES:
            return None
        try:
            importlib.import_module("numpy" + fullname[len(ROOT):])
        except ModuleNotFoundError:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        module = Module(spec.name)
        module.__numpy_path__ = spec.name[len(ROOT) + 1:]
        return module

    def exec_module(self, module):
        pass


_FILES = {"_builtins", "_convert", "_count", "_namespace", "_numpys_own", "_proxies", "_replaced", "testing"}
sys.meta_path.insert(0, Finder())
