// Python's index expressions as keys of the C ABI.

#include "key.hpp"

#include "convert.hpp"
#include "dtype.hpp"

namespace libarray {

namespace {

constexpr const char *no_index =
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or "
    "boolean arrays are valid indices";

/// An integer of any class; out of 64 bits is out of bounds.
int64_t integer(nb::handle object) {
    Py_ssize_t value = PyNumber_AsSsize_t(object.ptr(), PyExc_IndexError);
    if (value == -1 && PyErr_Occurred())
        throw nb::python_error();
    return value;
}

/// A bound or step of a slice: what is beyond 64 bits is clamped.
int64_t bound(nb::handle object) {
    if (PyLong_CheckExact(object.ptr())) {
        Py_ssize_t value = PyLong_AsSsize_t(object.ptr());
        if (value != -1 || !PyErr_Occurred())
            return value;
        PyErr_Clear();
    } else if (!PyIndex_Check(object.ptr())) {
        raise(PyExc_TypeError,
              "slice indices must be integers or None or have an __index__ method");
    }
    Py_ssize_t value = PyNumber_AsSsize_t(object.ptr(), nullptr);
    if (value == -1 && PyErr_Occurred())
        throw nb::python_error();
    return value;
}

bool is_text_list(nb::handle key) {
    if (!PyList_Check(key.ptr()) || PyList_GET_SIZE(key.ptr()) == 0)
        return false;
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(key.ptr()); ++k)
        if (!PyUnicode_Check(PyList_GET_ITEM(key.ptr(), k)))
            return false;
    return true;
}

} // namespace

Key::Key(const Array &array, nb::handle key) {
    int32_t integers = 0;
    if (PyTuple_Check(key.ptr())) {
        Py_ssize_t length = PyTuple_GET_SIZE(key.ptr());
        try {
            for (Py_ssize_t k = 0; k < length; ++k)
                add(PyTuple_GET_ITEM(key.ptr(), k));
        } catch (nb::python_error &error) {
            // What is no index at all is told before a slice with wrong bounds.
            for (Py_ssize_t k = 0; k < length; ++k)
                if (error.matches(PyExc_TypeError) && PyFloat_Check(PyTuple_GET_ITEM(key.ptr(), k)))
                    raise(PyExc_IndexError, "%s", no_index);
            throw;
        }
    } else {
        add(key);
    }
    for (int32_t k = 0; k < count_; ++k)
        integers += entries_[k].kind == LA_INDEX_INTEGER;
    element_ = integers == count_ && count_ == la_ndim(array.handle);
}

void Key::indices(int64_t *out) const {
    for (int32_t k = 0; k < count_; ++k)
        out[k] = entries_[k].start;
}

la_index &Key::next() {
    if (count_ == most_entries)
        raise(PyExc_IndexError, "too many indices for array: more than %d were given",
              (int)most_entries);
    entries_[count_] = la_index{};
    return entries_[count_++];
}

void Key::add(nb::handle entry) {
    PyObject *object = entry.ptr();
    if (PyLong_CheckExact(object)) {
        la_index &index = next();
        index.kind = LA_INDEX_INTEGER;
        index.start = PyLong_AsSsize_t(object);
        if (index.start == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            index.start = integer(entry); // raises IndexError
        }
    } else if (PySlice_Check(object)) {
        add_slice(entry);
    } else if (object == Py_Ellipsis) {
        next().kind = LA_INDEX_ELLIPSIS;
    } else if (object == Py_None) {
        next().kind = LA_INDEX_NEWAXIS;
    } else if (Array *array = array_in(entry)) {
        add_array(*array, nb::object());
    } else if (PyBool_Check(object)) {
        add_sequence(entry);
    } else if (!add_number(entry)) {
        add_sequence(entry);
    }
}

bool Key::add_number(nb::handle object) {
    // An array that could be an index is one of rank 0, and stays an array.
    bool sequence = PySequence_Check(object.ptr());
    if (!PyIndex_Check(object.ptr()) || (sequence && PyObject_CheckBuffer(object.ptr())))
        return false;
    nb::object number = nb::steal(PyNumber_Index(object.ptr()));
    if (!number.is_valid()) {
        nb::python_error error;
        if (!sequence || !error.matches(PyExc_TypeError))
            throw error;
        return false;
    }
    la_index &index = next();
    index.kind = LA_INDEX_INTEGER;
    index.start = integer(number);
    return true;
}

void Key::add_slice(nb::handle slice) {
    auto *parts = reinterpret_cast<PySliceObject *>(slice.ptr());
    la_index &index = next();
    index.kind = LA_INDEX_SLICE;
    // What was left out is a flag in the C ABI.
    index.flags = (parts->start == Py_None ? LA_INDEX_NO_START : 0) |
                  (parts->stop == Py_None ? LA_INDEX_NO_STOP : 0);
    index.start = parts->start == Py_None ? 0 : bound(parts->start);
    index.stop = parts->stop == Py_None ? 0 : bound(parts->stop);
    index.step = parts->step == Py_None ? 1 : bound(parts->step);
    if (index.step == 0)
        raise(PyExc_ValueError, "slice step cannot be zero");
}

void Key::add_sequence(nb::handle object) {
    if (PyUnicode_Check(object.ptr()) || PyBytes_Check(object.ptr()) || PyFloat_Check(object.ptr()) ||
        PyComplex_Check(object.ptr()))
        raise(PyExc_IndexError, "%s", no_index);
    bool foreign_array = !PyList_Check(object.ptr()) && !PyTuple_Check(object.ptr());
    nb::object made;
    try {
        made = as_array(object, 0);
    } catch (nb::python_error &error) {
        // What is no array is no index either; what goes wrong in making one
        // (memory, ragged lists) is told as it is.
        if (!error.matches(PyExc_TypeError))
            throw;
        raise(PyExc_IndexError, "%s", no_index);
    }
    Array *array = array_in(made);
    // A list of nothing has no type that would be wrong.
    if (!foreign_array && la_size(array->handle) == 0 && kind_of(la_dtype_of(array->handle)) == 'f') {
        Handle integers;
        check(la_astype(array->handle, LA_INT64, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS,
                        integers.out()));
        made = own(std::move(integers));
        array = array_in(made);
    }
    add_array(*array, made);
}

void Key::add_array(const Array &array, nb::object owner) {
    char kind = kind_of(la_dtype_of(array.handle));
    if (la_ndim(array.handle) == 0 && (kind == 'i' || kind == 'u')) {
        uint64_t natural = 0;
        la_index &index = next();
        index.kind = LA_INDEX_INTEGER;
        if (la_item_i64(array.handle, 0, nullptr, &index.start) != LA_OK) {
            check(la_item_u64(array.handle, 0, nullptr, &natural));
            raise(PyExc_IndexError, "index %llu is out of bounds", (unsigned long long)natural);
        }
        scalar_array_ = true;
        return;
    }
    la_index &index = next();
    index.kind = LA_INDEX_ARRAY;
    index.array = array.handle;
    advanced_ = true;
    if (owner.is_valid())
        owners_.push_back(std::move(owner));
}

std::optional<nb::object> select_fields(const Array &array, nb::handle self, nb::handle key) {
    la_dtype dtype = la_dtype_of(array.handle);
    if (PyUnicode_Check(key.ptr())) {
        if (!is_record(dtype))
            raise(PyExc_IndexError, "%s", no_index);
        Handle field;
        check(la_field(array.handle, text_in(key), field.out()));
        return view(array, self, std::move(field));
    }
    if (!is_record(dtype) || !is_text_list(key))
        return std::nullopt;
    Handle fields;
    check(la_view_dtype(array.handle, record_of_some(dtype, key), fields.out()));
    return view(array, self, std::move(fields));
}

} // namespace libarray
