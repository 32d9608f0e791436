// What Python users write for shapes, axes, orders and rules.

#include <cstring>

#include "array.hpp"

namespace libarray {

namespace {

int64_t integer(nb::handle object) {
    if (PyBool_Check(object.ptr()))
        raise(PyExc_TypeError, "an integer is required, not a bool");
    nb::object index = nb::steal(PyNumber_Index(object.ptr()));
    if (!index.is_valid())
        throw nb::python_error();
    int overflow = 0;
    long long value = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
    if (overflow)
        raise(PyExc_ValueError, "%R does not fit 64 bits", index.ptr());
    return value;
}

int32_t axis_of(nb::handle object) {
    int64_t axis = integer(object);
    // Far out of bounds stays out of bounds.
    return (int32_t)std::max<int64_t>(INT32_MIN, std::min<int64_t>(axis, LA_NO_AXIS - 1));
}

/// One value or a sequence of them, each read by `read`.
template <typename T, typename Read> std::vector<T> one_or_many(nb::handle object, Read read) {
    std::vector<T> values;
    bool plain = PyTuple_Check(object.ptr()) || PyList_Check(object.ptr());
    Array *array = array_in(object);
    if (!plain && (!PySequence_Check(object.ptr()) || PyUnicode_Check(object.ptr()) ||
                   (array && la_ndim(array->handle) == 0))) {
        values.push_back(read(object));
        return values;
    }
    nb::object sequence = nb::steal(PySequence_Fast(object.ptr(), "not a sequence"));
    if (!sequence.is_valid())
        throw nb::python_error();
    for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(sequence.ptr()); ++k)
        values.push_back(read(PySequence_Fast_GET_ITEM(sequence.ptr(), k)));
    return values;
}

/// The number that belongs to a name.
struct Named {
    const char *name;
    int32_t number;
};

template <size_t N>
int32_t named(const char *argument, const Named (&known)[N], const char *given) {
    for (const Named &one : known)
        if (!std::strcmp(one.name, given))
            return one.number;
    nb::list names;
    for (const Named &one : known)
        names.append(nb::str(one.name));
    raise(PyExc_ValueError, "%s must be one of %R (got '%s')", argument, names.ptr(), given);
}

} // namespace

std::vector<int64_t> integers(nb::handle object) {
    return one_or_many<int64_t>(object, integer);
}

std::vector<int32_t> axes(nb::handle object) { return one_or_many<int32_t>(object, axis_of); }

int32_t axis_or_none(nb::handle object) {
    return object.is_none() ? LA_NO_AXIS : axis_of(object);
}

int32_t order_of(nb::handle object, int32_t otherwise) {
    if (object.is_none())
        return otherwise;
    if (!nb::isinstance<nb::str>(object))
        raise(PyExc_TypeError, "order must be a string, not %R", object.ptr());
    constexpr Named orders[] = {{"C", LA_ORDER_C}, {"F", LA_ORDER_F}, {"A", LA_ORDER_A},
                                {"K", LA_ORDER_K}, {"c", LA_ORDER_C}, {"f", LA_ORDER_F},
                                {"a", LA_ORDER_A}, {"k", LA_ORDER_K}};
    return named("order", orders, text_in(object));
}

int32_t casting_of(const char *name) {
    constexpr Named rules[] = {{"no", LA_CAST_NO},         {"equiv", LA_CAST_EQUIV},
                               {"safe", LA_CAST_SAFE},     {"same_kind", LA_CAST_SAME_KIND},
                               {"unsafe", LA_CAST_UNSAFE}, {"same_value", LA_CAST_SAME_VALUE}};
    return named("casting", rules, name);
}

int32_t mode_of(const char *name) {
    constexpr Named modes[] = {
        {"raise", LA_MODE_RAISE}, {"wrap", LA_MODE_WRAP}, {"clip", LA_MODE_CLIP}};
    return named("mode", modes, name);
}

int32_t copy_of(nb::handle object) {
    if (object.is_none())
        return LA_COPY_IF_NEEDED;
    if (nb::isinstance<nb::str>(object))
        raise(PyExc_ValueError, "strings are not allowed for 'copy' keyword. Use True/False/None "
                                "instead.");
    int truth = PyObject_IsTrue(object.ptr());
    if (truth < 0)
        throw nb::python_error();
    return truth ? LA_COPY_ALWAYS : LA_COPY_NEVER;
}

nb::tuple tuple_of(const int64_t *numbers, int32_t count) {
    nb::object tuple = nb::steal(PyTuple_New(count));
    if (!tuple.is_valid())
        throw nb::python_error();
    for (int32_t k = 0; k < count; ++k)
        PyTuple_SET_ITEM(tuple.ptr(), k, PyLong_FromLongLong(numbers[k]));
    return nb::borrow<nb::tuple>(tuple);
}

} // namespace libarray
