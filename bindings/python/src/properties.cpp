// What an Array tells about itself, and what can be set of it in place.

#include "properties.hpp"

#include "convert.hpp"
#include "dtype.hpp"
#include "exchange.hpp"
#include "flags.hpp"

namespace libarray {

namespace {

nb::object number(int64_t value) {
    PyObject *object = PyLong_FromLongLong(value);
    if (!object)
        throw nb::python_error();
    return nb::steal(object);
}

/// A number that a function of the C ABI tells of an array.
template <auto tell> nb::object told(PyObject *self) {
    return number(tell(array_in(self)->handle));
}

/// A view that a function of the C ABI makes of an array alone.
template <la_status (*make)(const la_array *, la_array **)> nb::object viewed(PyObject *self) {
    const Array &a = *array_in(self);
    Handle result;
    check(make(a.handle, result.out()));
    return view(a, self, std::move(result));
}

/// Stores a value through such a view.
template <la_status (*make)(const la_array *, la_array **)>
void store_viewed(PyObject *self, nb::handle value) {
    nb::object part = viewed<make>(self);
    store(*array_in(part), nullptr, 0, value);
}

nb::object get_shape(PyObject *self) {
    const Handle &handle = array_in(self)->handle;
    return tuple_of(la_shape(handle), la_ndim(handle));
}

void set_shape(PyObject *self, nb::handle given) {
    Array &a = *array_in(self);
    std::vector<int64_t> shape = integers(given);
    Handle handle;
    la_status status = la_reshape(a.handle, (int32_t)shape.size(), shape.data(), LA_ORDER_C,
                                  LA_COPY_NEVER, handle.out());
    if (status == LA_WOULD_COPY)
        raise(PyExc_AttributeError,
              "Incompatible shape for in-place modification. Use `.reshape()` to make a copy with "
              "the desired shape.");
    check(status);
    a.replace(std::move(handle));
}

nb::object get_strides(PyObject *self) {
    const Handle &handle = array_in(self)->handle;
    return tuple_of(la_strides(handle), la_ndim(handle));
}

void set_strides(PyObject *self, nb::handle given) {
    Array &a = *array_in(self);
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "Setting the strides on an array is deprecated: use "
                     "libarray.lib.stride_tricks.as_strided for a new view",
                     1) < 0)
        throw nb::python_error();
    std::vector<int64_t> strides = integers(given);
    int32_t ndim = la_ndim(a.handle);
    if ((int32_t)strides.size() != ndim)
        raise(PyExc_ValueError, "strides must be same length as shape (%d), not %zu", (int)ndim,
              strides.size());
    Handle handle;
    check(la_as_strided(a.handle, 0, ndim, la_shape(a.handle), strides.data(), handle.out()));
    a.replace(std::move(handle));
}

nb::object get_dtype(PyObject *self) { return dtype_object(la_dtype_of(array_in(self)->handle)); }

void set_dtype(PyObject *self, nb::handle given) {
    Array &a = *array_in(self);
    a.replace(view_dtype(a, dtype_from(given)));
}

nb::object get_base(PyObject *self) {
    const Array &a = *array_in(self);
    return a.base.is_valid() ? a.base : nb::none();
}

nb::object get_flat(PyObject *self) {
    return nb::module_::import_("libarray._flat").attr("FlatIterator")(nb::handle(self));
}

void set_flat(PyObject *self, nb::handle value) { get_flat(self)[nb::ellipsis()] = value; }

nb::object get_device(PyObject *) { return nb::str("cpu"); }

nb::object get_matrix_transpose(PyObject *self) {
    const Array &a = *array_in(self);
    if (la_ndim(a.handle) < 2)
        raise(PyExc_ValueError, "matrix transpose with ndim < 2 is undefined");
    Handle result;
    check(la_swapaxes(a.handle, -2, -1, result.out()));
    return view(a, self, std::move(result));
}

} // namespace

PyGetSetDef properties[] = {
    {"shape", getter<get_shape>, setter<set_shape>,
     "The extents. Setting them changes this array in place, without a copy.", nullptr},
    {"strides", getter<get_strides>, setter<set_strides>,
     "Bytes from one element to the next along each axis.", nullptr},
    {"dtype", getter<get_dtype>, setter<set_dtype>,
     "The element type. Setting it reads the same bytes as another type.", nullptr},
    {"ndim", getter<told<la_ndim>>, nullptr, "The number of axes.", nullptr},
    {"size", getter<told<la_size>>, nullptr, "The number of elements.", nullptr},
    {"itemsize", getter<told<la_itemsize>>, nullptr, "The bytes of an element.", nullptr},
    {"nbytes", getter<told<la_nbytes>>, nullptr, "The bytes of all elements.", nullptr},
    {"offset", getter<told<la_offset>>, nullptr,
     "Bytes from the base's first element to this array's.", nullptr},
    {"retained_bytes", getter<told<la_retained_bytes>>, nullptr,
     "The bytes of memory that this array keeps alive.", nullptr},
    {"base", getter<get_base>, nullptr,
     "The Array that owns the memory of a view, or the object that lent it; None for an array "
     "that owns its memory.",
     nullptr},
    {"flags", getter<get_flags>, nullptr, "The properties of this array's layout and memory.",
     nullptr},
    {"T", getter<viewed<la_transpose>>, nullptr, "The axes in reverse order: a view.", nullptr},
    {"mT", getter<get_matrix_transpose>, nullptr, "The last two axes exchanged: a view.", nullptr},
    {"real", getter<viewed<la_real>>, setter<store_viewed<la_real>>, "The real parts: a view.",
     nullptr},
    {"imag", getter<viewed<la_imag>>, setter<store_viewed<la_imag>>,
     "The imaginary parts: a view of complex arrays, else zeros that cannot be written.", nullptr},
    {"flat", getter<get_flat>, setter<set_flat>,
     "The elements in C order, to be iterated or indexed.", nullptr},
    {"device", getter<get_device>, nullptr, "The device of the memory: always 'cpu'.", nullptr},
    {"__array_interface__", getter<array_interface>, nullptr,
     "NumPy's array interface, version 3.", nullptr},
    {"__array_struct__", getter<array_struct>, nullptr, "NumPy's array interface, as a C struct.",
     nullptr},
    {}};

} // namespace libarray
