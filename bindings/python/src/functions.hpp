// The functions of the module `libarray._core`.
#pragma once

#include <vector>

#include "array.hpp"

namespace libarray {

/// The type that arrays, types and Python's numbers promote to.
la_dtype result_type_of(const std::vector<nb::handle> &operands);

void bind_functions(nb::module_ &module);

} // namespace libarray
