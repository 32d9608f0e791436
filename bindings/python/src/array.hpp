// The Python class Array: a handle of the C ABI, and the object that stands for
// its base.
#pragma once

#include <vector>

#include "handle.hpp"

namespace libarray {

/// What an instance holds.
struct Array {
    Handle handle;
    /// For a view, the Array that owns the memory; for imported memory, whatever
    /// Python object keeps it; else null. What `.base` gives.
    nb::object base;
};

/// The Array in a Python object, or null.
Array *array_in(nb::handle object);

/// A new Python object for an array that owns its memory.
nb::object own(Handle handle);

/// A new Python object for a view of `source`'s memory.
nb::object view(const Array &source, nb::handle self, Handle handle);

/// `own` or `view`, for calls that may make either of `source`.
nb::object own_or_view(const Array &source, nb::handle self, Handle handle);

/// A new Python object for memory that `keeper` keeps.
nb::object import(Handle handle, nb::object keeper);

/// Extents or other integers: one integer or a sequence of them.
std::vector<int64_t> integers(nb::handle object);

/// Axes: one integer or a sequence of them.
std::vector<int32_t> axes(nb::handle object);

/// One axis; None is LA_NO_AXIS.
int32_t axis_or_none(nb::handle object);

/// 'C', 'F', 'A' or 'K' (`otherwise` for None) as LA_ORDER_...
int32_t order_of(nb::handle object, int32_t otherwise);

/// The name of a casting rule as LA_CAST_...
int32_t casting_of(const char *name);

/// 'raise', 'wrap' or 'clip' as LA_MODE_...
int32_t mode_of(const char *name);

/// True, False or None as LA_COPY_ALWAYS, LA_COPY_NEVER, LA_COPY_IF_NEEDED.
int32_t copy_of(nb::handle object);

/// The shape as a tuple.
nb::tuple tuple_of(const int64_t *numbers, int32_t count);

void bind_array(nb::module_ &module);

} // namespace libarray
