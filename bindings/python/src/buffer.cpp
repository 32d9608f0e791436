// Python's buffer protocol, both ways.

#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "dtype.hpp"
#include "exchange.hpp"
#include "foreign.hpp"

namespace libarray {

namespace {

/// A buffer that is given back when the last view of it is gone.
struct Borrowed {
    Py_buffer buffer;
    ~Borrowed() { PyBuffer_Release(&buffer); }
};

/// Lowest address and number of bytes that the elements take.
struct Span {
    char *low;
    int64_t nbytes, offset;
};

Span span_of(const ForeignMemory &memory, int64_t itemsize) {
    // Wider than 64 bits, so that foreign numbers cannot overflow.
    __int128 low = 0, high = itemsize;
    __int128 packed = itemsize;
    for (size_t k = memory.shape.size(); k-- > 0;) {
        if (memory.shape[k] == 0)
            return {static_cast<char *>(memory.data), 0, 0};
        __int128 stride = memory.strides ? (*memory.strides)[k] : packed;
        packed *= memory.shape[k];
        __int128 reach = stride * (memory.shape[k] - 1);
        (reach < 0 ? low : high) += reach;
        if (high - low > std::numeric_limits<int64_t>::max())
            raise(PyExc_ValueError, "the elements span more than 63 bits of address space");
    }
    return {static_cast<char *>(memory.data) + (int64_t)low, (int64_t)(high - low),
            (int64_t)-low};
}

/// Reads a PEP 3118 format; 0 where it means nothing of ours.
class Format {
public:
    explicit Format(const char *text) : at_(text) {}

    la_dtype whole() {
        la_dtype dtype = one();
        return *at_ ? 0 : dtype;
    }

private:
    la_dtype one();
    la_dtype record();

    const char *at_;
    // '@' (native sizes and alignment), '=' (standard sizes), '<', '>'
    char order_ = '@';
};

la_dtype Format::one() {
    while (std::strchr("@=<>!^", *at_) && *at_)
        order_ = *at_++;
    int64_t repeat = -1;
    while (*at_ >= '0' && *at_ <= '9' && repeat < (1 << 28))
        repeat = (repeat < 0 ? 0 : repeat * 10) + (*at_++ - '0');
    bool native_sizes = order_ == '@' || order_ == '^';
    la_dtype dtype = 0;
    char letter = *at_ ? *at_++ : 0;
    if (letter == 's' || letter == 'x')
        return repeat != 0 ? 0x40000000 | (int32_t)(repeat < 0 ? 1 : repeat) : 0;
    if (repeat >= 0 && repeat != 1)
        return 0;
    switch (letter) {
    case '?': dtype = LA_BOOL; break;
    case 'b': dtype = LA_INT8; break;
    case 'B': case 'c': dtype = LA_UINT8; break;
    case 'h': dtype = LA_INT16; break;
    case 'H': dtype = LA_UINT16; break;
    case 'i': dtype = LA_INT32; break;
    case 'I': dtype = LA_UINT32; break;
    case 'l': dtype = native_sizes && sizeof(long) == 8 ? LA_INT64 : LA_INT32; break;
    case 'L': dtype = native_sizes && sizeof(long) == 8 ? LA_UINT64 : LA_UINT32; break;
    case 'n': case 'q': dtype = LA_INT64; break;
    case 'N': case 'Q': dtype = LA_UINT64; break;
    case 'e': dtype = LA_FLOAT16; break;
    case 'f': dtype = LA_FLOAT32; break;
    case 'd': dtype = LA_FLOAT64; break;
    case 'Z':
        letter = *at_ ? *at_++ : 0;
        dtype = letter == 'f' ? LA_COMPLEX64 : letter == 'd' ? LA_COMPLEX128 : 0;
        break;
    case 'T': return record();
    default: return 0;
    }
    bool foreign = little_endian ? order_ == '>' || order_ == '!' : order_ == '<';
    if (dtype && foreign)
        check(la_dtype_swapped(dtype, &dtype));
    return dtype;
}

/// `T{i:x:d:y:}`, as NumPy writes records: in native order with alignment, where
/// a byte order before a member says that there is none.
la_dtype Format::record() {
    std::vector<std::string> names;
    std::vector<la_dtype> dtypes;
    std::vector<int64_t> offsets;
    int64_t offset = 0;
    if (*at_++ != '{')
        return 0;
    while (*at_ && *at_ != '}') {
        la_dtype dtype = one();
        if (!dtype)
            return 0;
        // Without a name, raw bytes are padding.
        bool padding = at_[-1] == 'x' && *at_ != ':';
        int64_t align = order_ == '@' ? alignment_of(dtype) : 1;
        offset = (offset + align - 1) / align * align;
        if (!padding) {
            if (*at_++ != ':')
                return 0;
            const char *end = std::strchr(at_, ':');
            if (!end)
                return 0;
            names.emplace_back(at_, end);
            dtypes.push_back(dtype);
            offsets.push_back(offset);
            at_ = end + 1;
        }
        offset += la_dtype_size(dtype);
    }
    if (*at_++ != '}')
        return 0;
    return make_record(names, dtypes, &offsets, offset);
}

/// The letters of PEP 3118 for a type; nothing where it has none.
std::optional<std::string> format_of(la_dtype dtype) {
    if (is_raw(dtype))
        return std::to_string(la_dtype_size(dtype)).append("x");
    if (is_record(dtype)) {
        std::string text = "T{";
        int64_t offset = 0;
        for (int32_t k = 0; k < la_dtype_field_count(dtype); ++k) {
            Field field = field_of(dtype, k);
            std::optional<std::string> inner = format_of(field.dtype);
            if (!inner || field.offset < offset)
                return std::nullopt;
            if (field.offset > offset)
                text += std::to_string(field.offset - offset) + "x";
            // A byte order switches alignment off, and names the sizes of types that
            // differ between machines.
            if ((*inner)[0] != '<' && (*inner)[0] != '>')
                text += "=";
            if (*inner == "l" || *inner == "L")
                *inner = *inner == "l" ? "q" : "Q";
            text += *inner + ":" + field.name.c_str() + ":";
            offset = field.offset + la_dtype_size(field.dtype);
        }
        if (offset < la_dtype_size(dtype))
            text += std::to_string(la_dtype_size(dtype) - offset) + "x";
        return text + "}";
    }
    const char *letters = nullptr;
    switch (native(dtype)) {
    case LA_BOOL: letters = "?"; break;
    case LA_INT8: letters = "b"; break;
    case LA_INT16: letters = "h"; break;
    case LA_INT32: letters = "i"; break;
    case LA_INT64: letters = is_swapped(dtype) || sizeof(long) != 8 ? "q" : "l"; break;
    case LA_UINT8: letters = "B"; break;
    case LA_UINT16: letters = "H"; break;
    case LA_UINT32: letters = "I"; break;
    case LA_UINT64: letters = is_swapped(dtype) || sizeof(long) != 8 ? "Q" : "L"; break;
    case LA_FLOAT16: letters = "e"; break;
    case LA_FLOAT32: letters = "f"; break;
    case LA_FLOAT64: letters = "d"; break;
    case LA_COMPLEX64: letters = "Zf"; break;
    case LA_COMPLEX128: letters = "Zd"; break;
    default: return std::nullopt;
    }
    std::string text = is_swapped(dtype) ? (little_endian ? ">" : "<") : "";
    return text.append(letters);
}

/// What an exported buffer keeps: the format, and a reference to the very array
/// whose shape and strides it shows.
struct Exported {
    Handle handle;
    std::string format;
    /// As packed elements have them, where the array is packed: consumers check axes of
    /// extent 1, too.
    std::vector<int64_t> strides;

    /// Notes the strides; `fortran` where packed columns are asked for.
    void note_strides(bool fortran);
};

void Exported::note_strides(bool fortran) {
    int32_t ndim = la_ndim(handle), has = la_flags(handle);
    const int64_t *shape = la_shape(handle);
    bool rows = has & LA_FLAG_C_CONTIGUOUS, columns = has & LA_FLAG_F_CONTIGUOUS;
    strides.assign(la_strides(handle), la_strides(handle) + ndim);
    if (!rows && !columns)
        return;
    bool by_columns = columns && (fortran || !rows);
    int64_t packed = la_itemsize(handle);
    for (int32_t k = 0; k < ndim; ++k) {
        int32_t axis = by_columns ? k : ndim - 1 - k;
        strides[(size_t)axis] = packed;
        packed *= shape[axis];
    }
}

/// The buffer, unless its elements lie behind pointers.
std::unique_ptr<Borrowed> without_suboffsets(std::unique_ptr<Borrowed> borrowed) {
    const Py_buffer &buffer = borrowed->buffer;
    for (int k = 0; buffer.suboffsets && k < buffer.ndim; ++k)
        if (buffer.suboffsets[k] >= 0)
            raise(PyExc_BufferError,
                  "NumPy currently does not support importing buffers which include suboffsets as "
                  "they are not compatible with the NumPy memory layout without a copy.  Consider "
                  "copying the original before trying to convert it to a NumPy array.");
    return borrowed;
}

/// The buffer of an object, writable if it can be had so.
std::unique_ptr<Borrowed> borrow_buffer(nb::handle object, bool with_layout) {
    auto borrowed = std::unique_ptr<Borrowed>(new Borrowed{});
    int layout = with_layout ? PyBUF_INDIRECT | PyBUF_FORMAT : PyBUF_SIMPLE;
    if (PyObject_GetBuffer(object.ptr(), &borrowed->buffer, layout | PyBUF_WRITABLE) == 0)
        return without_suboffsets(std::move(borrowed));
    if (!PyErr_ExceptionMatches(PyExc_BufferError) && !PyErr_ExceptionMatches(PyExc_ValueError))
        throw nb::python_error();
    PyErr_Clear();
    if (PyObject_GetBuffer(object.ptr(), &borrowed->buffer, layout) < 0)
        throw nb::python_error();
    return without_suboffsets(std::move(borrowed));
}

/// Something that gives a buffer back with the last reference to it.
nb::object keeper_of(std::unique_ptr<Borrowed> borrowed) {
    return nb::capsule(borrowed.release(), [](void *kept) noexcept {
        delete static_cast<Borrowed *>(kept);
    });
}

nb::object wrap(const ForeignMemory &memory, const Span &span, nb::object keeper,
                nb::handle shown) {
    if (memory.strides && memory.strides->size() != memory.shape.size())
        raise(PyExc_ValueError, "%zu strides for %zu axes", memory.strides->size(),
              memory.shape.size());
    Handle handle;
    nb::object kept = keeper;
    check(la_wrap(span.low, span.nbytes, span.offset, memory.dtype, (int32_t)memory.shape.size(),
                  memory.shape.data(), memory.strides ? memory.strides->data() : nullptr,
                  memory.read_only ? LA_WRAP_READ_ONLY : 0, drop_object, kept.ptr(),
                  handle.out()));
    kept.release(); // The C ABI drops it.
    return import(std::move(handle), nb::borrow(shown));
}

} // namespace

void drop_object(void *, void *object) {
    if (!Py_IsInitialized())
        return; // The interpreter is gone, and its objects with it.
    nb::gil_scoped_acquire held;
    Py_DECREF(static_cast<PyObject *>(object));
}

nb::object ForeignMemory::as_array(nb::object keeper) const {
    return wrap(*this, span_of(*this, la_dtype_size(dtype)), keeper, keeper);
}

nb::object ForeignMemory::in_buffer(nb::object source, int64_t offset) {
    auto borrowed = borrow_buffer(source, false);
    if (offset < 0 || offset > borrowed->buffer.len)
        raise(PyExc_ValueError, "offset must be non-negative and no greater than buffer length (%zd)",
              borrowed->buffer.len);
    data = static_cast<char *>(borrowed->buffer.buf);
    read_only = borrowed->buffer.readonly;
    Span span{static_cast<char *>(data), borrowed->buffer.len, offset};
    return wrap(*this, span, keeper_of(std::move(borrowed)), source);
}

nb::object view_of_buffer(nb::handle object) {
    std::unique_ptr<Borrowed> borrowed;
    try {
        borrowed = borrow_buffer(object, true);
    } catch (nb::python_error &error) {
        // NumPy's records with fields out of order have no format, but an interface.
        bool no_format = error.matches(PyExc_ValueError) || error.matches(PyExc_BufferError);
        if (!no_format || !nb::hasattr(object, "__array_interface__"))
            throw;
        return nb::object();
    }
    const Py_buffer &buffer = borrowed->buffer;
    ForeignMemory memory;
    memory.dtype = buffer.format ? Format(buffer.format).whole() : (la_dtype)LA_UINT8;
    if (memory.dtype && la_dtype_size(memory.dtype) != buffer.itemsize &&
        nb::hasattr(object.type(), "_fields_"))
        // The formats of ctypes leave out what is between the fields.
        memory.dtype = dtype_from(
            nb::module_::import_("libarray._ctypes").attr("dtype_of")(object.type()));
    if (!memory.dtype || la_dtype_size(memory.dtype) != buffer.itemsize) {
        // Whoever describes itself in another way, too, is asked that way.
        for (const char *other : {"__array_interface__", "__dlpack__", "__array__"})
            if (nb::hasattr(object, other))
                return nb::object();
        raise(PyExc_ValueError, "'%s' is not a valid PEP 3118 buffer format string",
              buffer.format ? buffer.format : "");
    }
    memory.data = buffer.buf;
    memory.read_only = buffer.readonly;
    memory.shape.assign(buffer.shape, buffer.shape + buffer.ndim);
    if (buffer.strides)
        memory.strides.emplace(buffer.strides, buffer.strides + buffer.ndim);
    Span span = span_of(memory, buffer.itemsize);
    return wrap(memory, span, keeper_of(std::move(borrowed)), object);
}

nb::object from_buffer(nb::handle object, la_dtype dtype, int64_t count, int64_t offset) {
    auto borrowed = borrow_buffer(object, false);
    const Py_buffer &buffer = borrowed->buffer;
    int64_t itemsize = la_dtype_size(dtype);
    if (offset < 0 || offset > buffer.len)
        raise(PyExc_ValueError,
              "offset must be non-negative and no greater than buffer length (%zd)", buffer.len);
    int64_t rest = buffer.len - offset;
    if (count < 0) {
        if (rest % itemsize)
            raise(PyExc_ValueError, "buffer size must be a multiple of element size");
        count = rest / itemsize;
    } else if (count > rest / itemsize) {
        raise(PyExc_ValueError, "buffer is smaller than requested size");
    }
    ForeignMemory memory;
    memory.dtype = dtype;
    memory.shape = {count};
    memory.data = static_cast<char *>(buffer.buf);
    memory.read_only = buffer.readonly;
    Span span{static_cast<char *>(buffer.buf), buffer.len, offset};
    return wrap(memory, span, keeper_of(std::move(borrowed)), object);
}

namespace {

/// The strides of packed elements of a shape, and their bytes.
std::vector<int64_t> packed_strides(const ForeignMemory &memory, bool fortran, int64_t *nbytes) {
    size_t ndim = memory.shape.size();
    std::vector<int64_t> strides(ndim);
    // What the elements take, where no extent is 0; then the strides do not matter.
    __int128 span = la_dtype_size(memory.dtype);
    bool empty = false;
    for (size_t k = 0; k < ndim; ++k) {
        size_t axis = fortran ? k : ndim - 1 - k;
        int64_t extent = memory.shape[axis];
        if (extent < 0)
            raise(PyExc_ValueError, "negative dimensions are not allowed");
        strides[axis] = (int64_t)span;
        empty = empty || extent == 0;
        span *= std::max<int64_t>(extent, 1);
        if (span > std::numeric_limits<int64_t>::max())
            raise(PyExc_ValueError, "array is too big; `arr.size * arr.dtype.itemsize` is larger "
                                    "than the maximum possible size.");
    }
    *nbytes = empty ? 0 : (int64_t)span;
    return strides;
}

} // namespace

nb::object array_in_buffer(nb::handle shape, nb::handle dtype, nb::handle buffer, int64_t offset,
                           nb::handle strides, nb::handle order) {
    ForeignMemory memory;
    memory.dtype = dtype_from(dtype);
    memory.shape = integers(shape);
    int32_t as = order_of(order, LA_ORDER_C);
    int32_t ndim = (int32_t)memory.shape.size();
    if (buffer.is_none() && strides.is_none()) {
        Handle made;
        check(la_empty(memory.dtype, ndim, memory.shape.data(), as, made.out()));
        return own(std::move(made));
    }
    int64_t nbytes = 0;
    memory.strides = packed_strides(memory, as == LA_ORDER_F, &nbytes);
    if (!strides.is_none()) {
        memory.strides = integers(strides);
        if (memory.strides->size() != memory.shape.size())
            raise(PyExc_ValueError, "strides, if given, must be the same length as shape");
    }
    if (buffer.is_none()) {
        Handle packed, result;
        check(la_zeros(memory.dtype, ndim, memory.shape.data(), as, packed.out()));
        if (la_as_strided(packed, offset, ndim, memory.shape.data(), memory.strides->data(),
                          result.out()) != LA_OK)
            raise(PyExc_ValueError, "strides is incompatible with shape of requested array and "
                                    "size of buffer");
        return own(std::move(result));
    }
    if (strides.is_none() && offset >= 0 && nbytes > borrow_buffer(buffer, false)->buffer.len - offset)
        raise(PyExc_TypeError, "buffer is too small for requested array");
    return memory.in_buffer(nb::borrow(buffer), offset);
}

int get_buffer(PyObject *self, Py_buffer *buffer, int flags) noexcept {
    buffer->obj = nullptr;
    return slot<int>(-1, [&] {
        const Array &a = *array_in(self);
        int32_t has = la_flags(a.handle);
        auto wants = [flags](int asked) { return (flags & asked) == asked; };
        if (wants(PyBUF_WRITABLE) && !(has & LA_FLAG_WRITEABLE))
            raise(PyExc_BufferError, "buffer source array is read-only");
        if (wants(PyBUF_C_CONTIGUOUS) && !(has & LA_FLAG_C_CONTIGUOUS))
            raise(PyExc_BufferError, "array is not C-contiguous");
        if (wants(PyBUF_F_CONTIGUOUS) && !(has & LA_FLAG_F_CONTIGUOUS))
            raise(PyExc_BufferError, "array is not Fortran contiguous");
        if (wants(PyBUF_ANY_CONTIGUOUS) && !(has & (LA_FLAG_C_CONTIGUOUS | LA_FLAG_F_CONTIGUOUS)))
            raise(PyExc_BufferError, "array is not contiguous");
        if (!wants(PyBUF_STRIDES) && !(has & LA_FLAG_C_CONTIGUOUS))
            raise(PyExc_BufferError, "array is not C-contiguous");
        auto exported = std::make_unique<Exported>();
        if (wants(PyBUF_FORMAT)) {
            std::optional<std::string> format = format_of(la_dtype_of(a.handle));
            if (!format)
                raise(PyExc_BufferError, "the buffer protocol has no format for %U",
                      dtype_name(la_dtype_of(a.handle)).ptr());
            exported->format = std::move(*format);
        }
        exported->handle = Handle::share(a.handle);
        static_assert(sizeof(Py_ssize_t) == sizeof(int64_t));
        buffer->buf = const_cast<void *>(la_data(a.handle));
        buffer->len = la_nbytes(a.handle);
        buffer->itemsize = la_itemsize(a.handle);
        buffer->readonly = !(has & LA_FLAG_WRITEABLE);
        buffer->ndim = la_ndim(a.handle);
        buffer->format = wants(PyBUF_FORMAT) ? exported->format.data() : nullptr;
        auto numbers = [](const int64_t *of) {
            return reinterpret_cast<Py_ssize_t *>(const_cast<int64_t *>(of));
        };
        buffer->shape = wants(PyBUF_ND) ? numbers(la_shape(exported->handle)) : nullptr;
        exported->note_strides(wants(PyBUF_F_CONTIGUOUS));
        buffer->strides = wants(PyBUF_STRIDES) ? numbers(exported->strides.data()) : nullptr;
        buffer->suboffsets = nullptr;
        buffer->internal = exported.release();
        buffer->obj = Py_NewRef(self);
        return 0;
    });
}

void release_buffer(PyObject *, Py_buffer *buffer) noexcept {
    delete static_cast<Exported *>(buffer->internal);
}

} // namespace libarray
