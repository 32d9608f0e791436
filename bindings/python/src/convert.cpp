// Python objects as arrays, and arrays as lists.

#include "convert.hpp"

#include <cstring>

#include "dtype.hpp"
#include "errors.hpp"
#include "exchange.hpp"
#include "scalar.hpp"

namespace libarray {

namespace {

constexpr const char *needs_copy =
    "Unable to avoid copy while creating an array as requested.";

/// What nested sequences hold: their shape, the type of their elements, and the
/// elements (numbers, arrays, tuples of records) from left to right.
class Nested {
public:
    /// `target`: the type that the elements are to have, or 0.
    Nested(nb::handle object, la_dtype target) : target_(target) { visit(object, 0); }

    nb::object build() const;

private:
    enum class Leaf { number, bytes, tuple, array };

    void visit(nb::handle object, size_t depth);
    void leaf(nb::handle object, Leaf kind, size_t depth, const int64_t *shape, int32_t ndim,
              la_dtype dtype);
    void extent(size_t depth, int64_t length);
    void promote(la_dtype dtype);
    [[noreturn]] void ragged(size_t depth) const;

    la_dtype type() const { return target_ ? target_ : dtype_ ? dtype_ : (la_dtype)LA_FLOAT64; }
    nb::object build_numbers() const;

    la_dtype target_;
    la_dtype dtype_ = 0;
    std::vector<int64_t> shape_;
    // Whether an element was met, after which no axis can be added.
    bool closed_ = false;
    bool all_numbers_ = true;
    std::vector<std::pair<nb::object, Leaf>> leaves_;
};

void Nested::ragged(size_t depth) const {
    nb::tuple known = tuple_of(shape_.data(), (int32_t)depth);
    raise(PyExc_ValueError,
          "setting an array element with a sequence. The requested array has an inhomogeneous "
          "shape after %zu dimensions. The detected shape was %R + inhomogeneous part.",
          depth, known.ptr());
}

void Nested::extent(size_t depth, int64_t length) {
    if (depth < shape_.size()) {
        if (shape_[depth] != length)
            ragged(depth);
    } else if (closed_) {
        ragged(depth);
    } else {
        shape_.push_back(length);
    }
}

void Nested::promote(la_dtype dtype) {
    if (!dtype_ || dtype_ == dtype) {
        dtype_ = dtype;
        return;
    }
    la_dtype both[] = {dtype_, dtype};
    check(la_result_type(2, both, &dtype_));
}

void Nested::leaf(nb::handle object, Leaf kind, size_t depth, const int64_t *shape, int32_t ndim,
                  la_dtype dtype) {
    for (int32_t k = 0; k < ndim; ++k)
        extent(depth + k, shape[k]);
    if (depth + ndim < shape_.size())
        ragged(depth + ndim);
    closed_ = true;
    all_numbers_ = all_numbers_ && kind == Leaf::number;
    if (!target_)
        promote(dtype);
    leaves_.emplace_back(nb::borrow(object), kind);
}

void Nested::visit(nb::handle object, size_t depth) {
    PyObject *o = object.ptr();
    if (PyBool_Check(o))
        return leaf(object, Leaf::number, depth, nullptr, 0, LA_BOOL);
    if (PyLong_Check(o)) {
        la_dtype dtype = LA_INT64;
        if (!target_) {
            // Raises for what fits no integer type.
            dtype = scalar_from(object, 0)->dtype == LA_UINT64 ? LA_UINT64 : LA_INT64;
        }
        return leaf(object, Leaf::number, depth, nullptr, 0, dtype);
    }
    if (PyFloat_Check(o))
        return leaf(object, Leaf::number, depth, nullptr, 0, LA_FLOAT64);
    if (PyComplex_Check(o))
        return leaf(object, Leaf::number, depth, nullptr, 0, LA_COMPLEX128);
    if (target_ && is_raw(target_) && PyBytes_Check(o))
        return leaf(object, Leaf::bytes, depth, nullptr, 0, target_);
    if (target_ && is_record(target_) && PyTuple_Check(o))
        return leaf(object, Leaf::tuple, depth, nullptr, 0, target_);
    if (target_ && is_text_number(object, target_)) {
        return leaf(number_of_text(object, target_), Leaf::number, depth, nullptr, 0, target_);
    }
    bool list = PyList_Check(o) || PyTuple_Check(o);
    if (!list) {
        nb::object offered = offered_array(object);
        if (offered.is_valid()) {
            const Handle &array = array_in(offered)->handle;
            return leaf(offered, Leaf::array, depth, la_shape(array), la_ndim(array),
                        la_dtype_of(array));
        }
    }
    if (PyUnicode_Check(o) || PyBytes_Check(o) || !(list || PySequence_Check(o)))
        raise(PyExc_TypeError, "an object of type '%s' is no number and no array: %R",
              Py_TYPE(o)->tp_name, o);
    if (depth == LA_MAX_NDIM)
        raise(PyExc_ValueError,
              "setting an array element with a sequence. The requested array would exceed the "
              "maximum number of dimension of %d.", LA_MAX_NDIM);
    nb::object sequence = nb::steal(PySequence_Fast(o, "not a sequence"));
    if (!sequence.is_valid())
        throw nb::python_error();
    Py_ssize_t length = PySequence_Fast_GET_SIZE(sequence.ptr());
    extent(depth, length);
    for (Py_ssize_t k = 0; k < length; ++k)
        visit(PySequence_Fast_GET_ITEM(sequence.ptr(), k), depth + 1);
}

/// Writes a number as an element of one of the five types that numbers are
/// collected in.
void write_number(la_dtype type, nb::handle object, la_dtype target, char *to) {
    Scalar scalar = *scalar_from(object, target);
    bool integer = scalar.dtype == LA_WEAK_INT || scalar.dtype == LA_UINT64;
    double real = 0, imaginary = 0;
    switch (scalar.dtype) {
    case LA_BOOL: real = scalar.boolean; break;
    case LA_WEAK_INT: real = (double)scalar.integer; break;
    case LA_UINT64: real = (double)scalar.natural; break;
    case LA_WEAK_FLOAT: real = scalar.real; break;
    default: real = scalar.complex[0]; imaginary = scalar.complex[1];
    }
    switch (type) {
    case LA_BOOL: *to = real != 0 || imaginary != 0; break;
    case LA_INT64:
    case LA_UINT64: {
        // Integers keep all their bits; both unions' members have the same ones.
        uint64_t bits = integer ? scalar.natural : 0;
        if (scalar.dtype == LA_BOOL) {
            bits = scalar.boolean;
        } else if (!integer) {
            nb::object whole = nb::steal(PyNumber_Long(object.ptr()));
            if (!whole.is_valid())
                throw nb::python_error();
            bits = scalar_from(whole, target)->natural;
        }
        std::memcpy(to, &bits, sizeof bits);
        break;
    }
    case LA_FLOAT64: std::memcpy(to, &real, sizeof real); break;
    default: {
        double both[] = {real, imaginary};
        std::memcpy(to, both, sizeof both);
    }
    }
}

nb::object Nested::build_numbers() const {
    // Collected in the widest type of the kind, then converted as a whole.
    la_dtype dtype = type();
    la_dtype wide = dtype;
    switch (kind_of(dtype)) {
    case 'b': wide = LA_BOOL; break;
    case 'i': wide = LA_INT64; break;
    case 'u': wide = LA_UINT64; break;
    case 'f': wide = LA_FLOAT64; break;
    case 'c': wide = LA_COMPLEX128; break;
    }
    Handle array;
    check(la_empty(wide, (int32_t)shape_.size(), shape_.data(), LA_ORDER_C, array.out()));
    char *to = static_cast<char *>(la_data_mut(array));
    for (const auto &[object, kind] : leaves_) {
        write_number(wide, object, dtype, to);
        to += la_itemsize(array);
    }
    if (wide == dtype)
        return own(std::move(array));
    Handle converted;
    check(la_astype(array, dtype, LA_ORDER_C, LA_CAST_UNSAFE, LA_COPY_ALWAYS, converted.out()));
    return own(std::move(converted));
}

nb::object Nested::build() const {
    la_dtype dtype = type();
    if (all_numbers_ && kind_of(dtype) != 'V')
        return build_numbers();
    Handle array;
    check(la_zeros(dtype, (int32_t)shape_.size(), shape_.data(), LA_ORDER_C, array.out()));
    nb::object result = own(std::move(array));
    const Array &target = *array_in(result);
    std::vector<la_index> index(shape_.size());
    for (la_index &entry : index)
        entry.kind = LA_INDEX_INTEGER;
    for (const auto &[object, kind] : leaves_) {
        // An array stands for as many of the inner axes as it has.
        size_t outer = shape_.size();
        if (kind == Leaf::array)
            outer -= (size_t)la_ndim(array_in(object)->handle);
        if (kind == Leaf::tuple) {
            Handle element;
            check(la_slice(target.handle, index.data(), (int32_t)outer, element.out()));
            Py_ssize_t given = PyTuple_GET_SIZE(object.ptr());
            int32_t fields = la_dtype_field_count(dtype);
            if (given != fields)
                raise(PyExc_ValueError,
                      "could not assign tuple of length %zd to structure with %d fields.", given,
                      fields);
            for (int32_t k = 0; k < fields; ++k) {
                Array field;
                check(la_field(element, field_of(dtype, k).name.c_str(), field.handle.out()));
                store(field, nullptr, 0, PyTuple_GET_ITEM(object.ptr(), k));
            }
        } else {
            store(target, index.data(), (int32_t)outer, object);
        }
        for (size_t axis = outer; axis-- > 0;) {
            if (++index[axis].start < shape_[axis])
                break;
            index[axis].start = 0;
        }
    }
    return result;
}

/// An array with another type or order, where it has not got it yet.
nb::object adjusted(nb::handle object, la_dtype dtype, int32_t order, int32_t copy) {
    const Array &array = *array_in(object);
    la_dtype wanted = dtype ? dtype : la_dtype_of(array.handle);
    warn_of_complex(la_dtype_of(array.handle), wanted);
    Handle result;
    // NEVER and IF_NEEDED give a view where nothing has to change.
    la_status status = moved(la_nbytes(array.handle), [&] {
        return la_astype(array.handle, wanted, order, LA_CAST_UNSAFE, copy, result.out());
    });
    if (status == LA_WOULD_COPY)
        raise(PyExc_ValueError, "%s", needs_copy);
    check(status);
    // The same array: the very object, as NumPy gives it.
    if (la_base(result) && copy != LA_COPY_ALWAYS)
        return nb::borrow(object);
    return own(std::move(result));
}

nb::object list_of(la_dtype dtype, const int64_t *shape, int32_t ndim, const char *&bytes,
                   int64_t itemsize) {
    if (ndim == 0) {
        nb::object value = decode(dtype, bytes);
        bytes += itemsize;
        return value;
    }
    nb::object list = nb::steal(PyList_New((Py_ssize_t)*shape));
    if (!list.is_valid())
        throw nb::python_error();
    for (int64_t k = 0; k < *shape; ++k)
        PyList_SET_ITEM(list.ptr(), k,
                        list_of(dtype, shape + 1, ndim - 1, bytes, itemsize).release().ptr());
    return list;
}

} // namespace

nb::object as_array(nb::handle object, la_dtype dtype) {
    return as_array(object, dtype, LA_ORDER_K, LA_COPY_IF_NEEDED);
}

nb::object as_array(nb::handle object, la_dtype dtype, int32_t order, int32_t copy) {
    bool copied = false;
    nb::object array = offered_array(object, copy, &copied);
    if (copied && copy == LA_COPY_ALWAYS)
        copy = LA_COPY_IF_NEEDED; // The object has made it.
    if (!array.is_valid()) {
        if (copy == LA_COPY_NEVER)
            raise(PyExc_ValueError, "%s", needs_copy);
        array = Nested(object, dtype).build();
        copy = LA_COPY_IF_NEEDED;
    }
    bool fits = (!dtype || dtype == la_dtype_of(array_in(array)->handle)) &&
                (order == LA_ORDER_K || order == LA_ORDER_A);
    if (fits && copy != LA_COPY_ALWAYS)
        return array;
    return adjusted(array, dtype, order, copy);
}

void store(const Array &target, const la_index *key, int32_t count, nb::handle value) {
    la_dtype dtype = la_dtype_of(target.handle);
    if (Array *array = array_in(value)) {
        warn_of_complex(la_dtype_of(array->handle), dtype);
        return check_key(moved(la_nbytes(array->handle), [&] {
            return la_set(target.handle, key, count, array->handle);
        }));
    }
    if (std::optional<Scalar> scalar = scalar_from(value, dtype)) {
        check_key(la_set_scalar(target.handle, key, count, scalar->dtype, scalar->data()));
        return;
    }
    if (PyBytes_Check(value.ptr()) && is_raw(dtype)) {
        // Cut, or filled up with zeros, as NumPy does.
        std::vector<char> bytes((size_t)la_dtype_size(dtype));
        size_t given = (size_t)PyBytes_GET_SIZE(value.ptr());
        std::memcpy(bytes.data(), PyBytes_AS_STRING(value.ptr()), std::min(given, bytes.size()));
        check(la_set_scalar(target.handle, key, count, dtype, bytes.data()));
        return;
    }
    nb::object array = offered_array(value);
    if (!array.is_valid())
        array = Nested(value, dtype).build();
    const Handle &values = array_in(array)->handle;
    warn_of_complex(la_dtype_of(values), dtype);
    check_key(la_set(target.handle, key, count, values));
}

nb::object to_list(const Array &array) {
    Handle packed;
    check(la_contiguous(array.handle, LA_ORDER_C, LA_COPY_IF_NEEDED, packed.out()));
    const char *bytes = static_cast<const char *>(la_data(packed));
    return list_of(la_dtype_of(packed), la_shape(packed), la_ndim(packed), bytes,
                   la_itemsize(packed));
}

} // namespace libarray
