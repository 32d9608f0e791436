// The C ABI's statuses as Python exceptions.

#include "errors.hpp"

#include <cstdarg>
#include <cstring>

#include "dtype.hpp"

namespace libarray {

namespace {

// Owned by the module; they live as long as the process.
PyObject *axis_error = nullptr;
PyObject *too_hard_error = nullptr;
PyObject *complex_warning = nullptr;

PyObject *exception_of(la_status status) {
    switch (status) {
    case LA_INDEX_ERROR: return PyExc_IndexError;
    case LA_AXIS_ERROR: return axis_error;
    case LA_DTYPE_ERROR:
    case LA_CAST_ERROR: return PyExc_TypeError;
    case LA_TOO_HARD: return too_hard_error;
    case LA_CANCELLED: return PyExc_KeyboardInterrupt;
    case LA_UNSUPPORTED: return PyExc_NotImplementedError;
    case LA_IO_ERROR: return PyExc_OSError;
    case LA_OUT_OF_MEMORY: return PyExc_MemoryError;
    case LA_PANIC: return PyExc_SystemError;
    default: return PyExc_ValueError;
    }
}

nb::str last_error() {
    return text_of([](char *buf, size_t capacity, size_t *needed) {
        return la_last_error(buf, capacity, needed);
    });
}

} // namespace

void raise_status(la_status status) { raise_status_as(exception_of(status)); }

void raise_status_as(PyObject *type) {
    PyErr_SetObject(type, last_error().ptr());
    throw nb::python_error();
}

void raise(PyObject *type, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    PyErr_FormatV(type, format, arguments);
    va_end(arguments);
    throw nb::python_error();
}

void warn_of_complex(la_dtype from, la_dtype to) {
    if (!is_complex(from) || std::strchr("cbV", kind_of(to)))
        return;
    if (PyErr_WarnEx(complex_warning,
                     "Casting complex values to real discards the imaginary part", 1) < 0)
        throw nb::python_error();
}

void check_key(la_status status) {
    if (status == LA_LIMIT)
        raise_status_as(PyExc_IndexError);
    check(status);
}

const char *text_in(nb::handle string) {
    const char *text = PyUnicode_AsUTF8(string.ptr());
    if (!text)
        throw nb::python_error();
    return text;
}

void bind_errors(nb::module_ &module) {
    nb::tuple bases = nb::make_tuple(nb::handle(PyExc_ValueError), nb::handle(PyExc_IndexError));
    axis_error = PyErr_NewExceptionWithDoc(
        "libarray.AxisError", "An axis is out of bounds or named twice.", bases.ptr(), nullptr);
    too_hard_error = PyErr_NewExceptionWithDoc(
        "libarray.TooHardError",
        "The work budget ran out before the exact answer was known.",
        PyExc_RuntimeError, nullptr);
    complex_warning = PyErr_NewExceptionWithDoc(
        "libarray.ComplexWarning", "The imaginary parts of complex numbers are dropped.",
        PyExc_RuntimeWarning, nullptr);
    if (!axis_error || !too_hard_error || !complex_warning)
        throw nb::python_error();
    module.attr("AxisError") = nb::handle(axis_error);
    module.attr("ComplexWarning") = nb::handle(complex_warning);
    module.attr("TooHardError") = nb::handle(too_hard_error);
}

} // namespace libarray
