// The methods of Array that make views, copies, and indexed reads and writes.
#pragma once

#include "array.hpp"

namespace libarray {

void bind_methods(ArrayClass &array);

} // namespace libarray
