// The exceptions that the package adds to Python's own.
#pragma once

#include "handle.hpp"

namespace libarray {

/// Raises `type` with the C ABI's last message, where a context has its own
/// exception for a failure (BufferError for what the exchanges refuse).
[[noreturn]] void raise_status_as(PyObject *type);

/// Warns that imaginary parts are dropped, where elements of a type that has them are
/// converted to numbers that have none.
void warn_of_complex(la_dtype from, la_dtype to);

/// As `check`, for keys: a result of too many axes is an IndexError.
void check_key(la_status status);

void bind_errors(nanobind::module_ &module);

} // namespace libarray
