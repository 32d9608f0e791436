"""A thin Python face of libarray's C ABI, for the tests that hold it against NumPy.

It adds no behaviour: every method makes one call of the library, with NumPy-like
arguments, and turns a failing status into an exception. The declarations come
from the header that ships (its form without directives), so that these tests
read the ABI exactly as any other language would.
"""

import numpy as np
from cffi import FFI

ORDERS = {"C": 0, "F": 1, "A": 2, "K": 3}
COPIES = {"never": 0, "if_needed": 1, "always": 2}
CASTINGS = {"no": 0, "equiv": 1, "safe": 2, "same_kind": 3, "unsafe": 4, "same_value": 5}
MODES = {"raise": 0, "wrap": 1, "clip": 2}
COMPARISONS = {"equal": 0, "not_equal": 1, "less": 2, "less_equal": 3, "greater": 4,
               "greater_equal": 5}
LOGIC = {"and": 0, "or": 1, "xor": 2, "not": 3}

OK = 0
NULL_ARGUMENT, INVALID_ARGUMENT, INDEX_ERROR, AXIS_ERROR, SHAPE_ERROR = 1, 2, 3, 4, 5
DTYPE_ERROR, CAST_ERROR, READ_ONLY, WOULD_COPY, OVERFLOW, LIMIT = 6, 7, 8, 9, 10, 11
BUFFER_TOO_SMALL, FORMAT_ERROR = 14, 16

FLAG_C, FLAG_F, FLAG_OWNS, FLAG_ALIGNED, FLAG_WRITEABLE = 1, 2, 4, 256, 1024

NO_AXIS = 2147483647
WEAK_INT, WEAK_FLOAT = 128, 129
SWAPPED, RAW = 0x100, 0x40000000

# Every numeric type that both sides know, by NumPy's name.
NUMBERS = {
    "bool": 1, "int8": 2, "int16": 3, "int32": 4, "int64": 5, "uint8": 6, "uint16": 7,
    "uint32": 8, "uint64": 9, "float16": 10, "float32": 12, "float64": 13,
    "complex64": 14, "complex128": 15,
}
BFLOAT16 = 11
NAMES = {number: name for name, number in NUMBERS.items()}


class Error(Exception):
    """A call that returned something else than LA_OK."""

    def __init__(self, status, name, message):
        super().__init__(f"{name}: {message}")
        self.status = status
        self.name = name
        self.message = message


def dtype_number(dtype):
    """The la_dtype of a NumPy type; numbers are passed on."""
    if isinstance(dtype, (int, np.integer)):
        return int(dtype)
    if dtype == "bfloat16":
        return BFLOAT16
    dtype = np.dtype(dtype)
    if dtype.kind == "V":
        return RAW | dtype.itemsize
    number = NUMBERS[dtype.newbyteorder("=").name]
    return number if dtype.isnative else number | SWAPPED


def numpy_dtype(number):
    """The NumPy type of an la_dtype, or None for bfloat16."""
    if number & RAW:
        return np.dtype(f"V{number & ~RAW}")
    if number & 0xFF == BFLOAT16:
        return None
    dtype = np.dtype(NAMES[number & 0xFF])
    return dtype.newbyteorder("S") if number & SWAPPED else dtype


class Memory:
    """Describes an array's memory to NumPy, and keeps the array alive meanwhile."""

    def __init__(self, array, address, shape, strides, typestr):
        self.array = array
        self.__array_interface__ = {
            "data": (address, False), "shape": shape, "strides": strides,
            "typestr": typestr, "version": 3,
        }


class Library:
    """The loaded shared library."""

    def __init__(self, path, header):
        self.ffi = FFI()
        with open(header, encoding="utf-8") as text:
            self.ffi.cdef(text.read())
        self.c = self.ffi.dlopen(path)
        self.path, self.header = path, header
        self._out = self.ffi.new("la_array **")
        self._flag = self.ffi.new("int32_t *")
        self._count = self.ffi.new("int64_t *")

    # -- calling ---------------------------------------------------------------

    def text(self, function, *arguments):
        """Calls a function that writes text: first for its length, then for the text."""
        needed = self.ffi.new("size_t *")
        status = function(*arguments, self.ffi.NULL, 0, needed)
        if status != BUFFER_TOO_SMALL:
            self.check(status)
        room = self.ffi.new("char[]", needed[0])
        self.check(function(*arguments, room, needed[0], needed))
        raw = self.ffi.buffer(room)[:]
        if raw[-1] != 0 or b"\0" in raw[:-1]:
            raise AssertionError(f"needed {needed[0]} bytes, but the text is {raw!r}")
        return raw[:-1].decode()

    def check(self, status):
        """Raises `Error` unless the status is LA_OK."""
        if status != OK:
            room = self.ffi.new("char[]", 1000)
            self.c.la_last_error(room, 1000, self.ffi.NULL)
            name = self.ffi.string(self.c.la_status_name(status)).decode()
            raise Error(status, name, self.ffi.string(room).decode())

    def new(self, function, *arguments):
        """Calls a function that makes an array."""
        self._out[0] = self.ffi.NULL
        status = function(*arguments, self._out)
        if status != OK:
            if self._out[0] != self.ffi.NULL:
                raise AssertionError("a failed call touched its result")
            self.check(status)
        return Array(self, self._out[0])

    def flag(self, function, *arguments):
        """Calls a function that answers yes or no."""
        self.check(function(*arguments, self._flag))
        return bool(self._flag[0])

    def longs(self, values):
        return self.ffi.new("int64_t[]", [int(v) for v in values])

    def ints(self, values):
        return self.ffi.new("int32_t[]", [int(v) for v in values])

    def handles(self, arrays):
        return self.ffi.new("la_array *[]", [array.handle for array in arrays])

    def scalar(self, dtype, value):
        """A scalar argument: its type and the address of its value."""
        if dtype == WEAK_INT:
            return WEAK_INT, self.ffi.new("int64_t *", value)
        if dtype == WEAK_FLOAT:
            return WEAK_FLOAT, self.ffi.new("double *", value)
        raw = np.asarray(value).astype(dtype).tobytes()
        return dtype_number(dtype), self.ffi.new("char[]", raw)

    # -- types -----------------------------------------------------------------

    def dtype_size(self, dtype):
        return self.c.la_dtype_size(dtype_number(dtype))

    def dtype_name(self, dtype):
        return self.text(self.c.la_dtype_name, dtype_number(dtype))

    def dtype_format(self, dtype):
        return self.text(self.c.la_dtype_format, dtype_number(dtype))

    def dtype_parse(self, text):
        self.check(self.c.la_dtype_parse(text.encode(), self._flag))
        return self._flag[0]

    def dtype_swapped(self, dtype):
        self.check(self.c.la_dtype_swapped(dtype_number(dtype), self._flag))
        return self._flag[0]

    def can_cast(self, source, target, casting):
        return self.flag(self.c.la_can_cast, dtype_number(source), dtype_number(target),
                         CASTINGS[casting])

    def result_type(self, *dtypes):
        numbers = self.ints([dtype_number(d) for d in dtypes])
        self.check(self.c.la_result_type(len(dtypes), numbers, self._flag))
        return self._flag[0]

    def broadcast_shapes(self, *shapes):
        kept = [self.longs(shape) for shape in shapes]
        pointers = self.ffi.new("int64_t *[]", kept)
        room = self.ffi.new("int64_t[64]")
        self.check(self.c.la_broadcast_shapes(
            len(shapes), self.ints(map(len, shapes)),
            self.ffi.cast("const int64_t *const *", pointers), self._flag, room))
        return tuple(room[0:self._flag[0]])

    # -- making ----------------------------------------------------------------

    def empty(self, dtype, shape, order="C"):
        return self.new(self.c.la_empty, dtype_number(dtype), len(shape), self.longs(shape),
                        ORDERS[order])

    def zeros(self, dtype, shape, order="C"):
        return self.new(self.c.la_zeros, dtype_number(dtype), len(shape), self.longs(shape),
                        ORDERS[order])

    def ones(self, dtype, shape, order="C"):
        return self.new(self.c.la_ones, dtype_number(dtype), len(shape), self.longs(shape),
                        ORDERS[order])

    def full(self, dtype, shape, order, value_dtype, value):
        return self.new(self.c.la_full, dtype_number(dtype), len(shape), self.longs(shape),
                        ORDERS[order], *self.scalar(value_dtype, value))

    def like(self, kind, array, dtype, order, value=None):
        """empty_like, zeros_like, ones_like, full_like; dtype None is the array's own."""
        number = 0 if dtype is None else dtype_number(dtype)
        function = getattr(self.c, f"la_{kind}_like")
        more = () if value is None else self.scalar(*value)
        return self.new(function, array.handle, number, ORDERS[order], *more)

    def arange(self, dtype, start, stop, step):
        return self.new(self.c.la_arange, dtype_number(dtype), start, stop, step)

    def arange_f64(self, dtype, start, stop, step):
        return self.new(self.c.la_arange_f64, dtype_number(dtype), start, stop, step)

    def linspace(self, dtype, start, stop, count, endpoint=True):
        return self.new(self.c.la_linspace, dtype_number(dtype), start, stop, count,
                        int(endpoint))

    def eye(self, dtype, rows, columns, k=0, order="C"):
        return self.new(self.c.la_eye, dtype_number(dtype), rows, columns, k, ORDERS[order])

    def from_data(self, values, order="C", dtype=None):
        """Copies a NumPy array of any strides. `dtype` tells another type of equal size."""
        number = dtype_number(values.dtype if dtype is None else dtype)
        return self.new(self.c.la_from_data, self.ffi.cast("void *", values.ctypes.data), number,
                        values.ndim, self.longs(values.shape), self.longs(values.strides),
                        ORDERS[order])

    def wrap(self, address, nbytes, offset, dtype, shape, strides=None, flags=0):
        """Wraps borrowed memory, which the caller keeps alive."""
        return self.new(self.c.la_wrap, self.ffi.cast("void *", address), nbytes, offset,
                        dtype_number(dtype), len(shape), self.longs(shape),
                        self.ffi.NULL if strides is None else self.longs(strides), flags,
                        self.ffi.NULL, self.ffi.NULL)

    def load_npy(self, path):
        return self.new(self.c.la_load_npy, str(path).encode())

    def open_npy(self, path, mode=0):
        return self.new(self.c.la_open_npy, str(path).encode(), mode)

    def save_npy(self, path, array):
        self.check(self.c.la_save_npy(str(path).encode(), array.handle))

    def npz(self, path):
        """All members of an archive, in its order, as a dict."""
        out = self.ffi.new("la_npz **")
        self.check(self.c.la_npz_open(str(path).encode(), out))
        try:
            names = [self.text(self.c.la_npz_name, out[0], member)
                     for member in range(self.c.la_npz_count(out[0]))]
            return {name: self.new(self.c.la_npz_load, out[0], name.encode()) for name in names}
        finally:
            self.c.la_npz_close(out[0])

    # -- several arrays ---------------------------------------------------------

    def concatenate(self, arrays, axis=0):
        return self.new(self.c.la_concatenate, len(arrays), self.handles(arrays), _axis(axis))

    def stack(self, arrays, axis=0):
        return self.new(self.c.la_stack, len(arrays), self.handles(arrays), _axis(axis))

    def where(self, condition, x, y):
        return self.new(self.c.la_where, condition.handle, x.handle, y.handle)

    def ravel_multi_index(self, indices, shape, mode, order):
        return self.new(self.c.la_ravel_multi_index, len(indices), self.handles(indices),
                        self.longs(shape), MODES[mode], ORDERS[order])

    def live_bytes(self):
        stats = self.ffi.new("la_memory *")
        stats.size = self.ffi.sizeof("la_memory")
        self.check(self.c.la_memory_stats(stats))
        return stats.live_bytes


def _axis(axis):
    return NO_AXIS if axis is None else axis


class Array:
    """An owned handle."""

    def __init__(self, library, handle):
        self.library = library
        self.handle = handle

    def release(self):
        if self.handle is not None:
            self.library.c.la_release(self.handle)
            self.handle = None

    def __del__(self):
        self.release()

    def _new(self, name, *arguments):
        library = self.library
        return library.new(getattr(library.c, name), self.handle, *arguments)

    def _flag(self, name, *arguments):
        library = self.library
        return library.flag(getattr(library.c, name), self.handle, *arguments)

    def _do(self, name, *arguments):
        library = self.library
        library.check(getattr(library.c, name)(self.handle, *arguments))

    def _axes(self, axes):
        """The pair (count, axes) of a list of axes; None means all."""
        if axes is None:
            return 0, self.library.ffi.NULL
        return len(axes), self.library.ints(axes)

    # -- describe ----------------------------------------------------------------

    ndim = property(lambda self: self.library.c.la_ndim(self.handle))
    size = property(lambda self: self.library.c.la_size(self.handle))
    nbytes = property(lambda self: self.library.c.la_nbytes(self.handle))
    itemsize = property(lambda self: self.library.c.la_itemsize(self.handle))
    dtype = property(lambda self: self.library.c.la_dtype_of(self.handle))
    flags = property(lambda self: self.library.c.la_flags(self.handle))
    offset = property(lambda self: self.library.c.la_offset(self.handle))
    retained_bytes = property(lambda self: self.library.c.la_retained_bytes(self.handle))

    @property
    def shape(self):
        shape = self.library.c.la_shape(self.handle)
        return tuple(shape[k] for k in range(self.ndim))

    @property
    def strides(self):
        strides = self.library.c.la_strides(self.handle)
        return tuple(strides[k] for k in range(self.ndim))

    @property
    def address(self):
        ffi = self.library.ffi
        return int(ffi.cast("uintptr_t", self.library.c.la_data(self.handle)))

    @property
    def mutable_address(self):
        ffi = self.library.ffi
        return int(ffi.cast("uintptr_t", self.library.c.la_data_mut(self.handle)))

    @property
    def base(self):
        """The owner as a handle of its own, or None for an owner."""
        library = self.library
        base = library.c.la_base(self.handle)
        if base == library.ffi.NULL:
            return None
        return Array(library, library.c.la_retain(base))

    @property
    def byte_bounds(self):
        ffi = self.library.ffi
        low, high = ffi.new("void **"), ffi.new("void **")
        self._do("la_byte_bounds", ffi.cast("const void **", low), ffi.cast("const void **", high))
        return int(ffi.cast("uintptr_t", low[0])), int(ffi.cast("uintptr_t", high[0]))

    def same_owner(self, other):
        return bool(self.library.c.la_same_owner(self.handle, other.handle))

    def numpy(self, dtype=None):
        """The elements as NumPy sees them in the same memory: shared, not copied."""
        if dtype is None:
            dtype = numpy_dtype(self.dtype)
        if self.size == 0:
            return np.empty(self.shape, dtype)
        return np.asarray(Memory(self, self.address, self.shape, self.strides,
                                  np.dtype(dtype).str))

    # -- view ----------------------------------------------------------------------

    def slice(self, key):
        entries, kept = self._key(key)
        return self._new("la_slice", entries, len(entries))

    def slice_str(self, text):
        return self._new("la_slice_str", text.encode())

    def reshape(self, shape, order="C", copy="if_needed"):
        return self._new("la_reshape", len(shape), self.library.longs(shape), ORDERS[order],
                         COPIES[copy])

    def plan_reshape(self, shape, order="C"):
        """Whether `reshape` would copy, and how many bytes."""
        plan = self.library.ffi.new("la_plan *")
        plan.size = self.library.ffi.sizeof("la_plan")
        self._do("la_plan_reshape", len(shape), self.library.longs(shape), ORDERS[order], plan)
        return bool(plan.copies), plan.bytes

    def transpose(self):
        return self._new("la_transpose")

    def permute(self, axes):
        return self._new("la_permute", *self._axes(axes))

    def swapaxes(self, axis1, axis2):
        return self._new("la_swapaxes", axis1, axis2)

    def moveaxis(self, source, destination):
        return self._new("la_moveaxis", len(source), self.library.ints(source),
                         self.library.ints(destination))

    def squeeze(self, axes=None):
        return self._new("la_squeeze", *self._axes(axes))

    def expand_dims(self, axes):
        return self._new("la_expand_dims", *self._axes(axes))

    def broadcast_to(self, shape):
        return self._new("la_broadcast_to", len(shape), self.library.longs(shape))

    def flip(self, axes=None):
        return self._new("la_flip", *self._axes(axes))

    def rot90(self, k, axis1, axis2):
        return self._new("la_rot90", k, axis1, axis2)

    def diagonal(self, offset, axis1, axis2):
        return self._new("la_diagonal", offset, axis1, axis2)

    def real(self):
        return self._new("la_real")

    def imag(self):
        return self._new("la_imag")

    def view_dtype(self, dtype):
        return self._new("la_view_dtype", dtype_number(dtype))

    def as_strided(self, offset, shape, strides):
        pointer = self.library.ffi.NULL if strides is None else self.library.longs(strides)
        return self._new("la_as_strided", offset, len(shape), self.library.longs(shape), pointer)

    def sliding_window(self, windows, axes=None):
        pointer = self.library.ffi.NULL if axes is None else self.library.ints(axes)
        return self._new("la_sliding_window", len(windows), pointer, self.library.longs(windows))

    def _parts(self, function, count, *arguments):
        room = self.library.ffi.new("la_array *[]", max(count, 1))
        self._do(function, *arguments, room)
        return [Array(self.library, room[k]) for k in range(count)]

    def split(self, sections, axis=0):
        return self._parts("la_split", max(sections, 0), sections, axis)

    def split_at(self, indices, axis=0):
        return self._parts("la_split_at", len(indices) + 1, len(indices),
                           self.library.longs(indices), axis)

    def readonly(self):
        return self._new("la_readonly")

    # -- copy ------------------------------------------------------------------------

    def copy(self, order="C"):
        return self._new("la_copy", ORDERS[order])

    def astype(self, dtype, order="K", casting="unsafe", copy="always"):
        return self._new("la_astype", dtype_number(dtype), ORDERS[order], CASTINGS[casting],
                         COPIES[copy])

    def contiguous(self, order="C", copy="if_needed"):
        return self._new("la_contiguous", ORDERS[order], COPIES[copy])

    def ravel(self, order="C", copy="if_needed"):
        return self._new("la_ravel", ORDERS[order], COPIES[copy])

    def flatten(self, order="C"):
        return self._new("la_flatten", ORDERS[order])

    def compact(self):
        return self._new("la_compact")

    # -- index -------------------------------------------------------------------------

    def _key(self, key):
        """The la_index entries of a Python key, and what must live as long as they do.

        Beside Python's own entries: an `Array` is LA_ARRAY, ("mask", array) is
        LA_MASK, ("ints", values) is LA_INTS.
        """
        library = self.library
        entries = library.ffi.new("la_index[]", len(key))
        kept = []
        for entry, item in zip(entries, key):
            if isinstance(item, (int, np.integer)):
                entry.kind, entry.start = 1, int(item)
            elif isinstance(item, slice):
                entry.kind = 2
                entry.flags = (item.start is None) | (item.stop is None) << 1
                entry.start, entry.stop = item.start or 0, item.stop or 0
                entry.step = 1 if item.step is None else item.step
            elif item is None:
                entry.kind = 3
            elif item is Ellipsis:
                entry.kind = 4
            elif isinstance(item, Array):
                entry.kind, entry.array = 5, item.handle
            elif item[0] == "mask":
                entry.kind, entry.array = 6, item[1].handle
            else:
                values = library.longs(item[1])
                kept.append(values)
                entry.kind, entry.stop = 7, len(item[1])
                entry.array = library.ffi.cast("la_array *", values)
        return entries, kept

    def get(self, key):
        entries, kept = self._key(key)
        return self._new("la_get", entries, len(entries))

    def set(self, key, values):
        entries, kept = self._key(key)
        self._do("la_set", entries, len(entries), values.handle)

    def set_scalar(self, key, dtype, value):
        entries, kept = self._key(key)
        self._do("la_set_scalar", entries, len(entries), *self.library.scalar(dtype, value))

    def take(self, indices, axis=None, mode="raise"):
        return self._new("la_take", indices.handle, _axis(axis), MODES[mode])

    def put(self, indices, values, mode="raise"):
        self._do("la_put", indices.handle, values.handle, MODES[mode])

    def compress(self, condition, axis=None):
        return self._new("la_compress", condition.handle, _axis(axis))

    def nonzero(self):
        return self._new("la_nonzero")

    def take_along_axis(self, indices, axis):
        return self._new("la_take_along_axis", indices.handle, _axis(axis))

    def put_along_axis(self, indices, values, axis):
        self._do("la_put_along_axis", indices.handle, values.handle, _axis(axis))

    def unravel_index(self, shape, order="C"):
        return self._new("la_unravel_index", len(shape), self.library.longs(shape),
                         ORDERS[order])

    def item(self, index, dtype=None):
        """One element as a NumPy scalar of `dtype` (None: the array's own)."""
        result = numpy_dtype(self.dtype) if dtype is None else np.dtype(dtype)
        room = self.library.ffi.new("char[]", result.itemsize)
        number = 0 if dtype is None else dtype_number(dtype)
        self._do("la_item", len(index), self.library.longs(index), number, room)
        return np.frombuffer(self.library.ffi.buffer(room), result)[0]

    def set_item(self, index, dtype, value):
        self._do("la_set_item", len(index), self.library.longs(index),
                 *self.library.scalar(dtype, value))

    # -- write ---------------------------------------------------------------------------

    def assign(self, source, casting="unsafe"):
        self._do("la_assign", source.handle, CASTINGS[casting])

    def assign_where(self, source, mask, casting="unsafe"):
        self._do("la_assign_where", source.handle, mask.handle, CASTINGS[casting])

    def fill(self, dtype, value):
        self._do("la_fill", *self.library.scalar(dtype, value))

    def fill_i64(self, value):
        self._do("la_fill_i64", value)

    def fill_f64(self, value):
        self._do("la_fill_f64", value)

    # -- compare -------------------------------------------------------------------------

    def compare(self, other, comparison):
        return self._new("la_compare", other.handle, COMPARISONS[comparison])

    def compare_scalar(self, dtype, value, comparison):
        return self._new("la_compare_scalar", *self.library.scalar(dtype, value),
                         COMPARISONS[comparison])

    def compare_i64(self, value, comparison):
        return self._new("la_compare_i64", value, COMPARISONS[comparison])

    def compare_f64(self, value, comparison):
        return self._new("la_compare_f64", value, COMPARISONS[comparison])

    def logical(self, other, operation):
        handle = self.library.ffi.NULL if other is None else other.handle
        return self._new("la_logical", handle, LOGIC[operation])

    def isnan(self):
        return self._new("la_isnan")

    def any(self):
        return self._flag("la_any")

    def all(self):
        return self._flag("la_all")

    def count_nonzero(self):
        self._do("la_count_nonzero", self.library._count)
        return self.library._count[0]

    def array_equal(self, other, equal_nan):
        return self._flag("la_array_equal", other.handle, int(equal_nan))

    # -- overlap --------------------------------------------------------------------------

    def may_share_memory(self, other):
        return self._flag("la_may_share_memory", other.handle)

    def shares_memory(self, other, max_work=0):
        return self._flag("la_shares_memory", other.handle, max_work)

    def has_internal_overlap(self, max_work=0):
        return self._flag("la_has_internal_overlap", max_work)

    def find_overlap(self, other, max_work=0):
        """The two indices of a shared byte, or None."""
        ffi = self.library.ffi
        mine, theirs = ffi.new("int64_t[65]"), ffi.new("int64_t[65]")
        if self._flag("la_find_overlap", other.handle, max_work, mine, theirs):
            return tuple(mine[0:self.ndim]), tuple(theirs[0:other.ndim])
        return None

    # -- join ------------------------------------------------------------------------------

    def tile(self, counts):
        return self._new("la_tile", len(counts), self.library.longs(counts))

    def repeat(self, repeats, axis):
        return self._new("la_repeat", len(repeats), self.library.longs(repeats), _axis(axis))

    def roll(self, shift, axis):
        return self._new("la_roll", shift, _axis(axis))

    def pad(self, before, after, dtype, value):
        return self._new("la_pad", len(before), self.library.longs(before),
                         self.library.longs(after), *self.library.scalar(dtype, value))

    # -- show ------------------------------------------------------------------------------

    def format(self, **options):
        """NumPy's text. Options: precision, threshold, edge_items, line_width,
        form (0 for str, 1 for repr)."""
        library = self.library
        pointer = library.ffi.NULL
        if options:
            defaults = dict(precision=8, threshold=1000, edge_items=3, line_width=75, form=0)
            pointer = library.ffi.new("la_format_options *", {**defaults, **options})
            pointer.size = library.ffi.sizeof("la_format_options")
        return library.text(library.c.la_format, self.handle, pointer)

    def describe(self):
        return self.library.text(self.library.c.la_describe, self.handle)
