// Single elements as Python objects, and Python numbers as elements.

#include "scalar.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "dtype.hpp"

namespace libarray {

namespace {

/// The bounds of an integer type; `uint64` has its upper one apart.
struct Bounds {
    int64_t low;
    uint64_t high;
};

template <typename T> Bounds all_of() {
    return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

std::optional<Bounds> bounds_of(la_dtype dtype) {
    if (is_raw(dtype) || is_record(dtype))
        return std::nullopt;
    switch (native(dtype)) {
    case LA_INT8: return all_of<int8_t>();
    case LA_INT16: return all_of<int16_t>();
    case LA_INT32: return all_of<int32_t>();
    case LA_INT64: return all_of<int64_t>();
    case LA_UINT8: return all_of<uint8_t>();
    case LA_UINT16: return all_of<uint16_t>();
    case LA_UINT32: return all_of<uint32_t>();
    case LA_UINT64: return all_of<uint64_t>();
    default: return std::nullopt;
    }
}

[[noreturn]] void out_of_bounds(nb::handle integer, la_dtype target) {
    raise(PyExc_OverflowError, "Python integer %R out of bounds for %U", integer.ptr(),
          dtype_name(native(target)).ptr());
}

Scalar integer_for(nb::handle object, la_dtype target) {
    Scalar scalar;
    int overflow = 0;
    scalar.integer = PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
    if (scalar.integer == -1 && PyErr_Occurred())
        throw nb::python_error();
    std::optional<Bounds> bounds = target ? bounds_of(target) : std::nullopt;
    if (!overflow) {
        scalar.dtype = LA_WEAK_INT;
        if (bounds && (scalar.integer < bounds->low ||
                       (scalar.integer > 0 && (uint64_t)scalar.integer > bounds->high)))
            out_of_bounds(object, target);
        return scalar;
    }
    if (overflow > 0) {
        unsigned long long value = PyLong_AsUnsignedLongLong(object.ptr());
        if (!PyErr_Occurred()) {
            if (bounds && value > bounds->high)
                out_of_bounds(object, target);
            scalar.dtype = LA_UINT64;
            scalar.natural = value;
            return scalar;
        }
        PyErr_Clear();
    }
    if (bounds || !target)
        out_of_bounds(object, target ? target : (la_dtype)LA_INT64);
    scalar.dtype = LA_WEAK_FLOAT;
    scalar.real = PyLong_AsDouble(object.ptr());
    if (scalar.real == -1.0 && PyErr_Occurred())
        throw nb::python_error();
    return scalar;
}

/// Elements of one machine word, read from any address.
template <typename T> T load(const char *bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

nb::object steal(PyObject *object) {
    if (!object)
        throw nb::python_error();
    return nb::steal(object);
}

double half(const char *bytes) { return PyFloat_Unpack2(bytes, little_endian); }

double bfloat(const char *bytes) {
    uint32_t bits = (uint32_t)load<uint16_t>(bytes) << 16;
    return load<float>(reinterpret_cast<const char *>(&bits));
}

} // namespace

bool is_text_number(nb::handle object, la_dtype target) {
    if (!PyUnicode_Check(object.ptr()) && !PyBytes_Check(object.ptr()))
        return false;
    char kind = target ? kind_of(target) : 'V';
    return kind == 'i' || kind == 'u' || kind == 'f' || kind == 'c';
}

nb::object number_of_text(nb::handle object, la_dtype target) {
    switch (kind_of(target)) {
    case 'f': return steal(PyNumber_Float(object.ptr()));
    case 'c': return nb::handle((PyObject *)&PyComplex_Type)(object);
    default: return steal(PyNumber_Long(object.ptr()));
    }
}

std::optional<Scalar> scalar_from(nb::handle object, la_dtype target) {
    if (is_text_number(object, target))
        return scalar_from(number_of_text(object, target), target);
    Scalar scalar;
    if (PyBool_Check(object.ptr())) {
        scalar.dtype = LA_BOOL;
        scalar.boolean = object.is(Py_True);
        return scalar;
    }
    if (PyLong_Check(object.ptr()))
        return integer_for(object, target);
    char kind = target ? kind_of(target) : 'c';
    if (PyFloat_Check(object.ptr())) {
        scalar.dtype = LA_WEAK_FLOAT;
        scalar.real = PyFloat_AS_DOUBLE(object.ptr());
        if ((kind == 'i' || kind == 'u') && !std::isfinite(scalar.real))
            raise(std::isnan(scalar.real) ? PyExc_ValueError : PyExc_OverflowError,
                  "cannot convert float %s to integer",
                  std::isnan(scalar.real) ? "NaN" : "infinity");
        return scalar;
    }
    if (PyComplex_Check(object.ptr())) {
        Py_complex value = PyComplex_AsCComplex(object.ptr());
        if (kind == 'i' || kind == 'u' || kind == 'f')
            raise(PyExc_TypeError, "%s argument must be a real number, not a complex number: %R",
                  kind == 'f' ? "float()" : "int()", object.ptr());
        scalar.dtype = LA_COMPLEX128;
        scalar.complex[0] = value.real;
        scalar.complex[1] = value.imag;
        return scalar;
    }
    return std::nullopt;
}

nb::object decode(la_dtype dtype, const char *bytes) {
    if (is_raw(dtype))
        return steal(PyBytes_FromStringAndSize(bytes, la_dtype_size(dtype)));
    if (is_record(dtype)) {
        int32_t count = la_dtype_field_count(dtype);
        nb::object tuple = steal(PyTuple_New(count));
        for (int32_t k = 0; k < count; ++k) {
            Field field = field_of(dtype, k);
            PyTuple_SET_ITEM(tuple.ptr(), k,
                             decode(field.dtype, bytes + field.offset).release().ptr());
        }
        return tuple;
    }
    char turned[16];
    if (is_swapped(dtype)) {
        dtype = native(dtype);
        size_t size = (size_t)la_dtype_size(dtype);
        size_t word = is_complex(dtype) ? size / 2 : size;
        for (size_t k = 0; k < size; ++k)
            turned[k] = bytes[k / word * word + (word - 1 - k % word)];
        bytes = turned;
    }
    switch (dtype) {
    case LA_BOOL: return nb::borrow(*bytes ? Py_True : Py_False);
    case LA_INT8: return steal(PyLong_FromLong(load<int8_t>(bytes)));
    case LA_INT16: return steal(PyLong_FromLong(load<int16_t>(bytes)));
    case LA_INT32: return steal(PyLong_FromLong(load<int32_t>(bytes)));
    case LA_INT64: return steal(PyLong_FromLongLong(load<int64_t>(bytes)));
    case LA_UINT8: return steal(PyLong_FromLong(load<uint8_t>(bytes)));
    case LA_UINT16: return steal(PyLong_FromLong(load<uint16_t>(bytes)));
    case LA_UINT32: return steal(PyLong_FromUnsignedLong(load<uint32_t>(bytes)));
    case LA_UINT64: return steal(PyLong_FromUnsignedLongLong(load<uint64_t>(bytes)));
    case LA_FLOAT16: return steal(PyFloat_FromDouble(half(bytes)));
    case LA_BFLOAT16: return steal(PyFloat_FromDouble(bfloat(bytes)));
    case LA_FLOAT32: return steal(PyFloat_FromDouble(load<float>(bytes)));
    case LA_FLOAT64: return steal(PyFloat_FromDouble(load<double>(bytes)));
    case LA_COMPLEX64:
        return steal(PyComplex_FromDoubles(load<float>(bytes), load<float>(bytes + 4)));
    case LA_COMPLEX128:
        return steal(PyComplex_FromDoubles(load<double>(bytes), load<double>(bytes + 8)));
    default: raise(PyExc_SystemError, "element type %d is not known here", (int)dtype);
    }
}

nb::object item(const la_array *array, int32_t count, const int64_t *index) {
    la_dtype dtype = la_dtype_of(array);
    char small[64];
    int64_t size = la_itemsize(array);
    if (size <= (int64_t)sizeof small) {
        check(la_item(array, count, index, 0, small));
        return decode(dtype, small);
    }
    std::vector<char> large((size_t)size);
    check(la_item(array, count, index, 0, large.data()));
    return decode(dtype, large.data());
}

} // namespace libarray
