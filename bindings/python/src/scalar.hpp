// Single elements as Python objects, and Python numbers as elements.
#pragma once

#include <complex>
#include <optional>

#include "handle.hpp"

namespace libarray {

/// A value as the C ABI takes it: a type and where the value lies.
struct Scalar {
    la_dtype dtype;
    union {
        uint8_t boolean;
        int64_t integer;
        uint64_t natural;
        double real;
        double complex[2];
    };
    const void *data() const { return &boolean; }
};

/// One of Python's own numbers as a value to be stored in elements of type
/// `target` (0: to be compared or promoted); nothing for any other object.
/// Raises what NumPy raises where the value cannot be stored: OverflowError for
/// integers out of range and infinities, ValueError for NaN as an integer,
/// TypeError for complex numbers as real ones.
std::optional<Scalar> scalar_from(nb::handle object, la_dtype target);

/// Whether the object is one of Python's own numbers.
inline bool is_number(nb::handle object) {
    PyObject *o = object.ptr();
    return PyLong_Check(o) || PyFloat_Check(o) || PyComplex_Check(o);
}

/// Whether the object is a text, and the type one of numbers.
bool is_text_number(nb::handle object, la_dtype target);

/// The number that a text names, as Python reads it for numbers of a type's kind.
nb::object number_of_text(nb::handle object, la_dtype target);

/// An element's bytes as bool, int, float, complex, bytes (raw) or a tuple
/// (records).
nb::object decode(la_dtype dtype, const char *bytes);

/// The element with these indices, bounds checked.
nb::object item(const la_array *array, int32_t count, const int64_t *index);

} // namespace libarray
