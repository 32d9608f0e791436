// Python objects as arrays, and arrays as lists.
#pragma once

#include "array.hpp"

namespace libarray {

/// The object as an Array: itself if it is one, a view of the memory it offers
/// (buffers, array interface, DLPack), or a new array of the numbers in nested
/// sequences. `dtype` 0: the type of the object, else elements are converted.
nb::object as_array(nb::handle object, la_dtype dtype);

/// As `as_array`, as a new copy (LA_COPY_ALWAYS), or raising ValueError where a
/// copy would be needed (LA_COPY_NEVER).
nb::object as_array(nb::handle object, la_dtype dtype, int32_t order, int32_t copy);

/// Stores a Python object in all elements of an array: what stands on the right
/// of `a[key] = value`, once the key has been applied.
void store(const Array &target, const la_index *key, int32_t count, nb::handle value);

/// The elements as nested lists of Python's numbers; for rank 0, the number.
nb::object to_list(const Array &array);

} // namespace libarray
