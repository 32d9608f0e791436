// Memory of other Python objects as arrays, and ours as theirs.
#pragma once

#include "array.hpp"

namespace libarray {

/// The object as an Array, when it is one or offers memory that can be viewed
/// (the buffer protocol, the array interface, DLPack, `__array__`); an invalid
/// object for everything else.
/// `copy` is passed on to `__array__`, whose result then needs no further copy: that
/// sets `copied`.
nb::object offered_array(nb::handle object, int32_t copy = LA_COPY_IF_NEEDED,
                         bool *copied = nullptr);

/// A 1-d Array of the bytes that an object offers by the buffer protocol, from
/// `offset` on; `count` -1 takes all that are there.
nb::object from_buffer(nb::handle object, la_dtype dtype, int64_t count, int64_t offset);

/// An Array of a shape in the buffer of an object (None: in new memory that is not
/// set), from `offset` bytes on; `strides` None lays it out in an order.
nb::object array_in_buffer(nb::handle shape, nb::handle dtype, nb::handle buffer, int64_t offset,
                           nb::handle strides, nb::handle order);

/// Slots of the buffer protocol for Array.
int get_buffer(PyObject *self, Py_buffer *buffer, int flags) noexcept;
void release_buffer(PyObject *self, Py_buffer *buffer) noexcept;

/// What `a.__array_interface__` gives.
nb::object array_interface(PyObject *self);

/// What `a.__array_struct__` gives.
nb::object array_struct(PyObject *self);

/// Adds `__dlpack__` and its like to Array, and `from_dlpack` to the module.
void bind_exchange(nb::module_ &module, ArrayClass &array);

} // namespace libarray
