// The exceptions that the package adds to Python's own.
#pragma once

#include <nanobind/nanobind.h>

namespace libarray {

/// Raises `type` with the C ABI's last message, where a context has its own
/// exception for a failure (BufferError for what the exchanges refuse).
[[noreturn]] void raise_status_as(PyObject *type);

void bind_errors(nanobind::module_ &module);

} // namespace libarray
