// The Python class Array: its life, indexing, comparing, and conversions. Its
// properties stand in properties.cpp, its methods in methods.cpp.

#include "array.hpp"

#include <structmember.h>

#include "convert.hpp"
#include "dtype.hpp"
#include "errors.hpp"
#include "exchange.hpp"
#include "flags.hpp"
#include "key.hpp"
#include "methods.hpp"
#include "properties.hpp"
#include "scalar.hpp"

namespace libarray {

PyTypeObject *array_type = nullptr;

namespace {

Array &self_of(PyObject *self) { return reinterpret_cast<Instance *>(self)->array; }

nb::object make(Handle handle, nb::object base) {
    Instance *instance = PyObject_New(Instance, array_type);
    if (!instance)
        throw nb::python_error();
    instance->weak_references = nullptr;
    new (&instance->array) Array{std::move(handle), std::move(base)};
    return nb::steal((PyObject *)instance);
}

void deallocate(PyObject *self) noexcept {
    auto *instance = reinterpret_cast<Instance *>(self);
    PyTypeObject *type = Py_TYPE(self);
    if (instance->weak_references)
        PyObject_ClearWeakRefs(self);
    instance->array.~Array();
    PyObject_Free(self);
    Py_DECREF(type);
}

PyObject *get_item(PyObject *self, PyObject *key) noexcept {
    return slot<PyObject *>(nullptr, [&]() -> PyObject * {
        const Array &array = self_of(self);
        if (std::optional<nb::object> fields = select_fields(array, self, key))
            return fields->release().ptr();
        Key parsed(array, key);
        if (parsed.names_element() && !is_record(la_dtype_of(array.handle))) {
            int64_t indices[LA_MAX_NDIM];
            parsed.indices(indices);
            return item(array.handle, parsed.count(), indices).release().ptr();
        }
        Handle result;
        if (!parsed.is_advanced()) {
            check_key(la_slice(array.handle, parsed.entries(), parsed.count(), result.out()));
            if (!parsed.has_scalar_array())
                return view(array, self, std::move(result)).release().ptr();
            Handle copied;
            check(la_copy(result, LA_ORDER_K, copied.out()));
            return own(std::move(copied)).release().ptr();
        }
        check_key(moved(la_nbytes(array.handle), [&] {
            return la_get(array.handle, parsed.entries(), parsed.count(), result.out());
        }));
        return own(std::move(result)).release().ptr();
    });
}

int set_item(PyObject *self, PyObject *key, PyObject *value) noexcept {
    return slot<int>(-1, [&] {
        if (!value)
            raise(PyExc_ValueError, "cannot delete array elements");
        const Array &array = self_of(self);
        if (!(la_flags(array.handle) & LA_FLAG_WRITEABLE))
            raise(PyExc_ValueError, "assignment destination is read-only");
        if (std::optional<nb::object> fields = select_fields(array, self, key)) {
            store(*array_in(*fields), nullptr, 0, value);
            return 0;
        }
        Key parsed(array, key);
        if (parsed.names_element() && is_number(value) && !is_record(la_dtype_of(array.handle))) {
            int64_t indices[LA_MAX_NDIM];
            parsed.indices(indices);
            Scalar scalar = *scalar_from(value, la_dtype_of(array.handle));
            check(la_set_item(array.handle, parsed.count(), indices, scalar.dtype, scalar.data()));
            return 0;
        }
        Array *values = array_in(value);
        bool list = PyList_Check(value) || (PyTuple_Check(value) &&
                                            !is_record(la_dtype_of(array.handle)));
        if (parsed.names_element() && parsed.count() > 0 &&
            (list || (values && la_ndim(values->handle) > 0))) {
            int64_t indices[LA_MAX_NDIM];
            parsed.indices(indices);
            item(array.handle, parsed.count(), indices); // a wrong index is told first
            raise(PyExc_ValueError, "setting an array element with a sequence.");
        }
        store(array, parsed.entries(), parsed.count(), value);
        return 0;
    });
}

/// `Array(shape, dtype, buffer, offset, strides, order)`, as NumPy's ndarray is made.
PyObject *construct(PyTypeObject *, PyObject *args, PyObject *named) noexcept {
    return slot<PyObject *>(nullptr, [&]() -> PyObject * {
        static const char *const names[] = {"shape",   "dtype", "buffer", "offset",
                                            "strides", "order", nullptr};
        PyObject *shape = nullptr, *dtype = Py_None, *buffer = Py_None, *strides = Py_None,
                 *order = Py_None;
        Py_ssize_t offset = 0;
        if (!PyArg_ParseTupleAndKeywords(args, named, "O|OOnOO", const_cast<char **>(names),
                                         &shape, &dtype, &buffer, &offset, &strides, &order))
            throw nb::python_error();
        return array_in_buffer(shape, dtype, buffer, offset, strides, order).release().ptr();
    });
}

Py_ssize_t length(PyObject *self) noexcept {
    return slot<Py_ssize_t>(-1, [&] {
        const Array &array = self_of(self);
        if (la_ndim(array.handle) == 0)
            raise(PyExc_TypeError, "len() of unsized object");
        return (Py_ssize_t)la_shape(array.handle)[0];
    });
}

/// `a[i]` for iteration, which ends by the error of the first index too large.
PyObject *sequence_item(PyObject *self, Py_ssize_t index) noexcept {
    if (la_ndim(self_of(self).handle) > 0 && index >= la_shape(self_of(self).handle)[0]) {
        PyErr_SetString(PyExc_IndexError, "index out of bounds");
        return nullptr;
    }
    PyObject *key = PyLong_FromSsize_t(index);
    if (!key)
        return nullptr;
    PyObject *result = get_item(self, key);
    Py_DECREF(key);
    return result;
}

PyObject *iterate(PyObject *self) noexcept {
    if (la_ndim(self_of(self).handle) == 0) {
        PyErr_SetString(PyExc_TypeError, "iteration over a 0-d array");
        return nullptr;
    }
    return PySeqIter_New(self);
}

/// Whether some element equals the value: NumPy's `(a == value).any()`.
int contains(PyObject *self, PyObject *value) noexcept {
    return slot<int>(-1, [&] {
        nb::object equal = nb::steal(PyObject_RichCompare(self, value, Py_EQ));
        if (!equal.is_valid())
            throw nb::python_error();
        Array *array = array_in(equal);
        if (!array)
            return PyObject_IsTrue(equal.ptr());
        int32_t any = 0;
        check(la_any(array->handle, &any));
        return (int)any;
    });
}

PyObject *compare(PyObject *self, PyObject *other, int op) noexcept {
    return slot<PyObject *>(nullptr, [&]() -> PyObject * {
        constexpr int32_t ops[] = {LA_LT, LA_LE, LA_EQ, LA_NE, LA_GT, LA_GE};
        const Array &array = self_of(self);
        Handle result;
        if (other == Py_None || PyUnicode_Check(other))
            return Py_NewRef(Py_NotImplemented);
        if (is_number(other)) {
            // What fits no 64 bits lies on one side of every element.
            Scalar scalar = *scalar_from(other, PyLong_Check(other) ? (la_dtype)LA_FLOAT64 : 0);
            check(la_compare_scalar(array.handle, scalar.dtype, scalar.data(), ops[op],
                                    result.out()));
            return own(std::move(result)).release().ptr();
        }
        nb::object right;
        try {
            right = as_array(other, 0);
        } catch (nb::python_error &error) {
            if (!error.matches(PyExc_TypeError))
                throw;
            return Py_NewRef(Py_NotImplemented);
        }
        const Handle &values = array_in(right)->handle;
        moving(la_nbytes(array.handle),
               [&] { return la_compare(array.handle, values, ops[op], result.out()); });
        return own(std::move(result)).release().ptr();
    });
}

/// The one element of an array that has one, for Python's conversions.
nb::object only_element(PyObject *self, const char *refusal) {
    const Array &array = self_of(self);
    if (la_size(array.handle) != 1)
        raise(PyExc_TypeError, "%s", refusal);
    int64_t zeros[LA_MAX_NDIM] = {};
    return item(array.handle, la_ndim(array.handle), zeros);
}

int truth(PyObject *self) noexcept {
    return slot<int>(-1, [&] {
        const Array &array = self_of(self);
        int64_t size = la_size(array.handle);
        if (size == 0)
            raise(PyExc_ValueError, "The truth value of an empty array is ambiguous. Use "
                                    "`array.size > 0` to check that an array is not empty.");
        if (size > 1)
            raise(PyExc_ValueError, "The truth value of an array with more than one element is "
                                    "ambiguous. Use a.any() or a.all()");
        int32_t any = 0;
        check(la_any(array.handle, &any));
        return (int)any;
    });
}

constexpr const char *only_scalars =
    "only length-1 arrays can be converted to Python scalars";

template <PyObject *(*convert)(PyObject *)> PyObject *as_number(PyObject *self) noexcept {
    return slot<PyObject *>(nullptr,
                            [&] { return convert(only_element(self, only_scalars).ptr()); });
}

/// `range(a)` and the like: rank 0 and integers only.
PyObject *as_index(PyObject *self) noexcept {
    return slot<PyObject *>(nullptr, [&]() -> PyObject * {
        const Handle &handle = self_of(self).handle;
        char kind = kind_of(la_dtype_of(handle));
        if (la_ndim(handle) != 0 || (kind != 'i' && kind != 'u'))
            raise(PyExc_TypeError,
                  "only integer scalar arrays can be converted to a scalar index");
        return only_element(self, only_scalars).release().ptr();
    });
}

nb::str text(const Array &array, int32_t style) {
    la_format_options options{sizeof options, 8, 1000, 3, 75, style};
    return text_of([&](char *buf, size_t capacity, size_t *needed) {
        return la_format(array.handle, &options, buf, capacity, needed);
    });
}

PyObject *represent(PyObject *self) noexcept {
    return slot<PyObject *>(nullptr, [&] { return text(self_of(self), LA_FORMAT_REPR).release().ptr(); });
}

PyObject *print(PyObject *self) noexcept {
    return slot<PyObject *>(nullptr, [&] { return text(self_of(self), LA_FORMAT_STR).release().ptr(); });
}

/// `~mask`, `a & b`, `a | b`, `a ^ b` of booleans.
PyObject *logical(PyObject *left, PyObject *right, int32_t op) noexcept {
    return slot<PyObject *>(nullptr, [&]() -> PyObject * {
        nb::object operands[2];
        for (int k = 0; k < (right ? 2 : 1); ++k) {
            nb::handle given = k ? right : left;
            if (!array_in(given) && !PyBool_Check(given.ptr()))
                return Py_NewRef(Py_NotImplemented);
            operands[k] = as_array(given, 0);
            if (la_dtype_of(array_in(operands[k])->handle) != LA_BOOL)
                raise(PyExc_TypeError, "&, |, ^ and ~ are for boolean arrays only");
        }
        Handle result;
        check(la_logical(array_in(operands[0])->handle,
                         right ? array_in(operands[1])->handle.get() : nullptr, op, result.out()));
        return own(std::move(result)).release().ptr();
    });
}

template <int32_t op> PyObject *binary(PyObject *left, PyObject *right) noexcept {
    return logical(left, right, op);
}
PyObject *invert(PyObject *self) noexcept { return logical(self, nullptr, LA_NOT); }

template <typename F> void *slot_address(F *function) { return reinterpret_cast<void *>(function); }

} // namespace

nb::object own(Handle handle) { return make(std::move(handle), nb::object()); }

nb::object view(const Array &source, nb::handle self, Handle handle) {
    // Chains end at the Array that owns, or stands for, the memory.
    bool is_view = source.base.is_valid() && array_in(source.base);
    return make(std::move(handle), is_view ? source.base : nb::borrow(self));
}

nb::object own_or_view(const Array &source, nb::handle self, Handle handle) {
    return la_base(handle) ? view(source, self, std::move(handle)) : own(std::move(handle));
}

Handle view_dtype(const Array &source, la_dtype dtype) {
    Handle result;
    la_status status = la_view_dtype(source.handle, dtype, result.out());
    if (status == LA_DTYPE_ERROR)
        raise_status_as(PyExc_ValueError);
    check(status);
    return result;
}

nb::object import(Handle handle, nb::object keeper) {
    return make(std::move(handle), std::move(keeper));
}

void bind_array(nb::module_ &module) {
    static PyMemberDef members[] = {
        {"__weaklistoffset__", T_PYSSIZET, offsetof(Instance, weak_references), READONLY, nullptr},
        {}};
    static PyType_Slot slots[] = {
        {Py_tp_doc, const_cast<char *>("A strided n-dimensional array: memory, and how its "
                                       "elements lie in it.")},
        {Py_tp_new, slot_address(construct)},
        {Py_tp_dealloc, slot_address(deallocate)},
        {Py_tp_members, members},
        {Py_tp_getset, properties},
        {Py_mp_subscript, slot_address(get_item)},
        {Py_mp_ass_subscript, slot_address(set_item)},
        {Py_mp_length, slot_address(length)},
        {Py_sq_length, slot_address(length)},
        {Py_sq_item, slot_address(sequence_item)},
        {Py_sq_contains, slot_address(contains)},
        {Py_tp_iter, slot_address(iterate)},
        {Py_tp_richcompare, slot_address(compare)},
        {Py_tp_hash, slot_address(PyObject_HashNotImplemented)},
        {Py_tp_repr, slot_address(represent)},
        {Py_tp_str, slot_address(print)},
        {Py_nb_bool, slot_address(truth)},
        {Py_nb_int, slot_address(as_number<PyNumber_Long>)},
        {Py_nb_float, slot_address(as_number<PyNumber_Float>)},
        {Py_nb_index, slot_address(as_index)},
        {Py_nb_invert, slot_address(invert)},
        {Py_nb_and, slot_address(binary<LA_AND>)},
        {Py_nb_or, slot_address(binary<LA_OR>)},
        {Py_nb_xor, slot_address(binary<LA_XOR>)},
        {Py_bf_getbuffer, slot_address(get_buffer)},
        {Py_bf_releasebuffer, slot_address(release_buffer)},
        {0, nullptr}};
    static PyType_Spec spec = {"libarray.Array", sizeof(Instance), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_SEQUENCE,
                               slots};
    array_type = (PyTypeObject *)PyType_FromSpec(&spec);
    if (!array_type)
        throw nb::python_error();
    module.attr("Array") = nb::handle((PyObject *)array_type);

    ArrayClass array((PyObject *)array_type);
    array.def("__complex__", [](Self self) {
        nb::object element = only_element(self.ptr(), only_scalars);
        Py_complex value = PyComplex_AsCComplex(element.ptr());
        if (PyErr_Occurred())
            throw nb::python_error();
        return nb::steal(PyComplex_FromCComplex(value));
    });
    bind_flags(module, array);
    bind_methods(array);
    bind_exchange(module, array);
}

} // namespace libarray
