// What `a.flags` gives.
#pragma once

#include "array.hpp"

namespace libarray {

/// Adds the class Flags, `a.flags` and `a.setflags`.
void bind_flags(nb::module_ &module, nb::class_<Array> &array);

} // namespace libarray
