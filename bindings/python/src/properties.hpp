// Properties of the class Array, as the C slots that Python calls at once.
#pragma once

#include "array.hpp"

namespace libarray {

/// A getter: `get(self)` gives the value.
template <nb::object (*get)(PyObject *)> PyObject *getter(PyObject *self, void *) noexcept {
    return slot<PyObject *>(nullptr, [&] { return get(self).release().ptr(); });
}

/// A setter: `set(self, value)`. No property can be deleted.
template <void (*set)(PyObject *, nb::handle)>
int setter(PyObject *self, PyObject *value, void *) noexcept {
    return slot<int>(-1, [&] {
        if (!value)
            raise(PyExc_AttributeError, "attributes of an array cannot be deleted");
        set(self, value);
        return 0;
    });
}

/// The table of all properties, ended by an empty entry.
extern PyGetSetDef properties[];

} // namespace libarray
