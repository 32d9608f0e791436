// What `a.flags` gives.
#pragma once

#include "array.hpp"

namespace libarray {

/// What `a.flags` gives.
nb::object get_flags(PyObject *self);

/// Adds the class Flags, and `a.setflags`.
void bind_flags(nb::module_ &module, ArrayClass &array);

} // namespace libarray
