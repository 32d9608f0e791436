// The functions of the module `libarray._core`: those of the C ABI, with Python
// objects for their arguments. What is composed of them stands in Python.

#include "functions.hpp"

#include <string>

#include "convert.hpp"
#include "dtype.hpp"
#include "errors.hpp"
#include "exchange.hpp"
#include "scalar.hpp"

namespace libarray {

namespace {

using nb::arg;
using nb::none;

/// A borrowed list of arrays, made of a sequence of anything.
struct Arrays {
    std::vector<nb::object> objects;
    std::vector<const la_array *> handles;

    explicit Arrays(nb::handle sequence) {
        for (nb::handle one : sequence) {
            objects.push_back(as_array(one, 0));
            handles.push_back(array_in(objects.back())->handle);
        }
    }
    int64_t count() const { return (int64_t)handles.size(); }
    const la_array *const *data() const {
        // Never NULL, so that an empty list is told as such.
        static const la_array *const nothing = nullptr;
        return handles.empty() ? &nothing : handles.data();
    }
    int64_t nbytes() const {
        int64_t sum = 0;
        for (const la_array *one : handles)
            sum += la_nbytes(one);
        return sum;
    }
};

/// An array that is written: only an Array will do.
Array &target(nb::handle object, const char *argument) {
    if (Array *array = array_in(object))
        return *array;
    raise(PyExc_TypeError, "%s must be an Array, not %s", argument, Py_TYPE(object.ptr())->tp_name);
}

template <typename Make> nb::object made(Make make) {
    Handle result;
    check(make(result.out()));
    return own(std::move(result));
}

/// What `make` makes of an object as an array: a view of that, or a copy.
template <typename Make> nb::object made_of(nb::handle object, Make make) {
    nb::object source = as_array(object, 0);
    const Array &a = *array_in(source);
    Handle result;
    moving(la_nbytes(a.handle), [&] { return make(a.handle, result.out()); });
    return own_or_view(a, source, std::move(result));
}

using Create = la_status (*)(la_dtype, int32_t, const int64_t *, int32_t, la_array **);

template <Create create>
nb::object create_by(nb::handle shape, nb::handle dtype, nb::handle order) {
    std::vector<int64_t> extents = integers(shape);
    la_dtype type = dtype_from(dtype);
    int32_t as = order_of(order, LA_ORDER_C);
    return made([&](la_array **out) {
        return create(type, (int32_t)extents.size(), extents.data(), as, out);
    });
}

using CreateLike = la_status (*)(const la_array *, la_dtype, int32_t, la_array **);

template <CreateLike create>
nb::object create_like(nb::handle prototype, nb::handle dtype, nb::handle order) {
    nb::object source = as_array(prototype, 0);
    int32_t as = order_of(order, LA_ORDER_K);
    return made([&](la_array **out) {
        return create(array_in(source)->handle, dtype_or(dtype, 0), as, out);
    });
}

/// The type of an array of a number: what Python's numbers are by default.
la_dtype type_of(const Scalar &scalar) {
    switch (scalar.dtype) {
    case LA_WEAK_INT: return LA_INT64;
    case LA_WEAK_FLOAT: return LA_FLOAT64;
    default: return scalar.dtype;
    }
}

nb::object full(nb::handle shape, nb::handle value, nb::handle dtype, nb::handle order) {
    std::vector<int64_t> extents = integers(shape);
    int32_t as = order_of(order, LA_ORDER_C);
    if (is_number(value)) {
        la_dtype type = dtype.is_none() ? type_of(*scalar_from(value, 0)) : dtype_from(dtype);
        Scalar scalar = *scalar_from(value, type);
        return made([&](la_array **out) {
            return la_full(type, (int32_t)extents.size(), extents.data(), as, scalar.dtype,
                           scalar.data(), out);
        });
    }
    nb::object values = as_array(value, dtype_or(dtype, 0));
    nb::object result = made([&](la_array **out) {
        return la_empty(la_dtype_of(array_in(values)->handle), (int32_t)extents.size(),
                        extents.data(), as, out);
    });
    store(*array_in(result), nullptr, 0, values);
    return result;
}

/// `arange(stop)`, `arange(start, stop)`, `arange(start, stop, step)`.
nb::object arange(nb::handle start, nb::handle stop, nb::handle step, nb::handle dtype) {
    nb::object zero = nb::int_(0), one = nb::int_(1);
    nb::handle from = stop.is_none() ? nb::handle(zero) : start;
    nb::handle to = stop.is_none() ? start : stop;
    nb::handle by = step.is_none() ? nb::handle(one) : step;
    bool all_integers = PyIndex_Check(from.ptr()) && PyIndex_Check(to.ptr()) && PyIndex_Check(by.ptr());
    if (all_integers) {
        la_dtype type = dtype_or(dtype, LA_INT64);
        int64_t bounds[3] = {integers(from)[0], integers(to)[0], integers(by)[0]};
        if (bounds[2] == 0)
            raise(PyExc_ZeroDivisionError, "division by zero");
        return made([&](la_array **out) {
            return la_arange(type, bounds[0], bounds[1], bounds[2], out);
        });
    }
    la_dtype type = dtype_or(dtype, LA_FLOAT64);
    double bounds[3];
    int k = 0;
    for (nb::handle bound : {from, to, by}) {
        bounds[k] = PyFloat_AsDouble(bound.ptr());
        if (bounds[k++] == -1.0 && PyErr_Occurred())
            throw nb::python_error();
    }
    if (bounds[2] == 0)
        raise(PyExc_ZeroDivisionError, "division by zero");
    return made([&](la_array **out) {
        return la_arange_f64(type, bounds[0], bounds[1], bounds[2], out);
    });
}

nb::object array(nb::handle object, nb::handle dtype, nb::handle order, nb::handle copy) {
    return as_array(object, dtype_or(dtype, 0), order_of(order, LA_ORDER_K), copy_of(copy));
}

nb::object broadcast_to(nb::handle object, nb::handle shape) {
    std::vector<int64_t> extents = integers(shape);
    return made_of(object, [&](const la_array *a, la_array **out) {
        return la_broadcast_to(a, (int32_t)extents.size(), extents.data(), out);
    });
}

nb::tuple broadcast_shapes(nb::args shapes) {
    std::vector<std::vector<int64_t>> all;
    std::vector<int32_t> ranks;
    std::vector<const int64_t *> data;
    for (nb::handle shape : shapes)
        all.push_back(integers(shape));
    for (const std::vector<int64_t> &shape : all) {
        ranks.push_back((int32_t)shape.size());
        data.push_back(shape.data());
    }
    static const int32_t no_rank = 0;
    static const int64_t *const no_shape = nullptr;
    int32_t ndim = 0;
    int64_t result[LA_MAX_NDIM];
    check(la_broadcast_shapes((int32_t)all.size(), all.empty() ? &no_rank : ranks.data(),
                              all.empty() ? &no_shape : data.data(), &ndim, result));
    return tuple_of(result, ndim);
}

nb::object moveaxis(nb::handle object, nb::handle source, nb::handle destination) {
    std::vector<int32_t> from = axes(source), to = axes(destination);
    if (from.size() != to.size())
        raise(PyExc_ValueError,
              "`source` and `destination` arguments must have the same number of elements");
    return made_of(object, [&](const la_array *a, la_array **out) {
        return la_moveaxis(a, (int32_t)from.size(), from.data(), to.data(), out);
    });
}

nb::object flip(nb::handle object, nb::handle axis) {
    std::vector<int32_t> which = axis.is_none() ? std::vector<int32_t>() : axes(axis);
    static const int32_t nothing = 0;
    const int32_t *data = axis.is_none() ? nullptr : which.empty() ? &nothing : which.data();
    return made_of(object, [&](const la_array *a, la_array **out) {
        return la_flip(a, (int32_t)which.size(), data, out);
    });
}

nb::object expand_dims(nb::handle object, nb::handle axis) {
    std::vector<int32_t> where = axes(axis);
    return made_of(object, [&](const la_array *a, la_array **out) {
        return la_expand_dims(a, (int32_t)where.size(), where.data(), out);
    });
}

nb::object as_strided(nb::handle object, nb::handle shape, nb::handle strides, int64_t offset) {
    nb::object source = as_array(object, 0);
    const Array &a = *array_in(source);
    std::vector<int64_t> extents(la_shape(a.handle), la_shape(a.handle) + la_ndim(a.handle));
    std::vector<int64_t> steps(la_strides(a.handle), la_strides(a.handle) + la_ndim(a.handle));
    if (!shape.is_none())
        extents = integers(shape);
    if (!strides.is_none())
        steps = integers(strides);
    if (extents.size() != steps.size())
        raise(PyExc_ValueError, "mismatch in length of strides and shape");
    Handle result;
    check(la_as_strided(a.handle, offset, (int32_t)extents.size(), extents.data(), steps.data(),
                        result.out()));
    return view(a, source, std::move(result));
}

nb::object sliding_window_view(nb::handle object, nb::handle window_shape, nb::handle axis) {
    std::vector<int64_t> windows = integers(window_shape);
    std::vector<int32_t> along = axis.is_none() ? std::vector<int32_t>() : axes(axis);
    nb::object source = as_array(object, 0);
    const Array &a = *array_in(source);
    if (axis.is_none() && (int32_t)windows.size() != la_ndim(a.handle))
        raise(PyExc_ValueError,
              "Since axis is None, must provide window_shape for all dimensions of `x`; got %zu "
              "window_shape elements and `x.ndim` is %d.",
              windows.size(), (int)la_ndim(a.handle));
    if (!axis.is_none() && along.size() != windows.size())
        raise(PyExc_ValueError,
              "Must provide matching length window_shape and axis; got %zu window_shape elements "
              "and %zu axes elements.",
              windows.size(), along.size());
    for (int64_t window : windows)
        if (window < 0)
            raise(PyExc_ValueError, "`window_shape` cannot contain negative values");
    Handle result;
    check(la_sliding_window(a.handle, (int32_t)windows.size(),
                            axis.is_none() ? nullptr : along.data(), windows.data(),
                            result.out()));
    return view(a, source, std::move(result));
}

/// Views of the parts of an array that is cut before each of some indices.
nb::list split_at(nb::handle object, nb::handle indices, int32_t axis) {
    nb::object source = as_array(object, 0);
    const Array &a = *array_in(source);
    std::vector<int64_t> places = integers(indices);
    std::vector<la_array *> parts(places.size() + 1);
    static const int64_t nothing = 0;
    check(la_split_at(a.handle, (int64_t)places.size(), places.empty() ? &nothing : places.data(),
                      axis, parts.data()));
    std::vector<Handle> handles;
    handles.reserve(parts.size());
    for (la_array *part : parts)
        *handles.emplace_back().out() = part;
    nb::list result;
    for (Handle &part : handles)
        result.append(view(a, source, std::move(part)));
    return result;
}

nb::object joined(nb::handle arrays, nb::handle axis, nb::handle out, nb::handle dtype,
                  const char *casting, bool new_axis) {
    Arrays given(arrays);
    int32_t along = axis_or_none(axis), rule = casting_of(casting);
    if (!out.is_none()) {
        Array &into = target(out, "out");
        if (!dtype.is_none())
            raise(PyExc_TypeError, "concatenate() only takes `out` or `dtype` as an argument, but "
                                   "both were provided.");
        moving(la_nbytes(into.handle), [&] {
            return new_axis ? la_stack_into(given.count(), given.data(), along, rule, into.handle)
                            : la_concatenate_into(given.count(), given.data(), along, rule,
                                                  into.handle);
        });
        return nb::borrow(out);
    }
    Handle result;
    moving(given.nbytes(), [&] {
        return (new_axis ? la_stack : la_concatenate)(given.count(), given.data(), along,
                                                      result.out());
    });
    if (dtype.is_none() || dtype_from(dtype) == la_dtype_of(result))
        return own(std::move(result));
    // Every array must be allowed to become the type, not their common one alone.
    la_dtype type = dtype_from(dtype);
    return made([&](la_array **other) {
        la_status status = la_empty_like(result, type, LA_ORDER_K, other);
        if (status != LA_OK)
            return status;
        status = new_axis
                     ? la_stack_into(given.count(), given.data(), along, rule, *other)
                     : la_concatenate_into(given.count(), given.data(), along, rule, *other);
        if (status != LA_OK) {
            la_release(*other);
            *other = nullptr;
        }
        return status;
    });
}

nb::object tile(nb::handle object, nb::handle counts) {
    std::vector<int64_t> times = integers(counts);
    return made_of(object, [&](const la_array *a, la_array **out) {
        return la_tile(a, (int32_t)times.size(), times.data(), out);
    });
}

nb::object roll(nb::handle object, int64_t shift, nb::handle axis) {
    int32_t along = axis_or_none(axis);
    return made_of(object, [&](const la_array *a, la_array **out) {
        return la_roll(a, shift, along, out);
    });
}

nb::object rot90(nb::handle object, int64_t k, int32_t axis1, int32_t axis2) {
    return made_of(object, [&](const la_array *a, la_array **out) {
        return la_rot90(a, k, axis1, axis2, out);
    });
}

nb::object pad(nb::handle object, nb::handle before, nb::handle after, nb::handle value) {
    nb::object source = as_array(object, 0);
    const Handle &a = array_in(source)->handle;
    std::vector<int64_t> low = integers(before), high = integers(after);
    if (low.size() != high.size())
        raise(PyExc_ValueError, "%zu widths before, %zu after", low.size(), high.size());
    std::optional<Scalar> scalar = scalar_from(value, la_dtype_of(a));
    if (!scalar)
        raise(PyExc_TypeError, "the value to pad with must be a number, not %R", value.ptr());
    return made([&](la_array **out) {
        return la_pad(a, (int32_t)low.size(), low.data(), high.data(), scalar->dtype,
                      scalar->data(), out);
    });
}

nb::object where(nb::handle condition, nb::handle x, nb::handle y) {
    nb::object mask = as_array(condition, 0);
    // Python's numbers take on the type of the array beside them.
    nb::object left, right;
    if (is_number(x) && !is_number(y)) {
        right = as_array(y, 0);
        left = as_array(x, result_type_of({x, right}));
    } else if (is_number(y) && !is_number(x)) {
        left = as_array(x, 0);
        right = as_array(y, result_type_of({left, y}));
    } else {
        left = as_array(x, 0);
        right = as_array(y, 0);
    }
    Handle result;
    moving(la_nbytes(array_in(mask)->handle), [&] {
        return la_where(array_in(mask)->handle, array_in(left)->handle, array_in(right)->handle,
                        result.out());
    });
    return own(std::move(result));
}

void copyto(nb::handle dst, nb::handle src, const char *casting, nb::handle mask) {
    Array &to = target(dst, "dst");
    la_dtype type = la_dtype_of(to.handle);
    int32_t rule = casting_of(casting);
    nb::object source;
    if (is_number(src)) {
        // A number is as weak here as in an expression.
        la_dtype strong = type_of(*scalar_from(src, 0));
        int32_t allowed = 0;
        la_dtype weak = result_type_of({dst, src});
        check(la_can_cast(weak, type, rule, &allowed));
        if (!allowed)
            raise(PyExc_TypeError, "Cannot cast scalar from dtype('%U') to dtype('%U') according "
                                   "to the rule '%s'",
                  dtype_name(strong).ptr(), dtype_name(type).ptr(), casting);
        source = as_array(src, type);
    } else {
        source = as_array(src, 0);
    }
    const Handle &from = array_in(source)->handle;
    warn_of_complex(la_dtype_of(from), type);
    if (mask.is_none() || mask.is(Py_True)) {
        moving(la_nbytes(to.handle), [&] { return la_assign(to.handle, from, rule); });
        return;
    }
    nb::object condition = as_array(mask, 0);
    if (la_dtype_of(array_in(condition)->handle) != LA_BOOL)
        raise(PyExc_TypeError, "Cannot cast array data from dtype('%U') to dtype('bool') according "
                               "to the rule 'safe'",
              dtype_name(la_dtype_of(array_in(condition)->handle)).ptr());
    moving(la_nbytes(to.handle), [&] {
        return la_assign_where(to.handle, from, array_in(condition)->handle, rule);
    });
}

/// Indices of whole arrays as one axis are themselves a list.
void check_flat(nb::handle index, nb::handle axis) {
    if (axis.is_none() && la_ndim(array_in(index)->handle) != 1)
        raise(PyExc_ValueError, "when axis=None, `indices` must have a single dimension.");
}

nb::object take_along_axis(nb::handle object, nb::handle indices, nb::handle axis) {
    nb::object source = as_array(object, 0), index = as_array(indices, 0);
    check_flat(index, axis);
    int32_t along = axis_or_none(axis);
    return made([&](la_array **out) {
        return la_take_along_axis(array_in(source)->handle, array_in(index)->handle, along, out);
    });
}

void put_along_axis(nb::handle array, nb::handle indices, nb::handle values, nb::handle axis) {
    Array &to = target(array, "arr");
    nb::object index = as_array(indices, 0), value = as_array(values, 0);
    check_flat(index, axis);
    check(la_put_along_axis(to.handle, array_in(index)->handle, array_in(value)->handle,
                            axis_or_none(axis)));
}

void place(nb::handle array, nb::handle mask, nb::handle values) {
    Array &to = target(array, "arr");
    nb::object condition = as_array(mask, 0), value = as_array(values, 0);
    check(la_place(to.handle, array_in(condition)->handle, array_in(value)->handle));
}

nb::object unravel_index(nb::handle indices, nb::handle shape, nb::handle order) {
    nb::object index = as_array(indices, 0);
    std::vector<int64_t> extents = integers(shape);
    int32_t as = order_of(order, LA_ORDER_C);
    return made([&](la_array **out) {
        return la_unravel_index(array_in(index)->handle, (int32_t)extents.size(), extents.data(),
                                as, out);
    });
}

nb::object ravel_multi_index(nb::handle indices, nb::handle shape, const char *mode,
                             nb::handle order) {
    Arrays index(indices);
    std::vector<int64_t> extents = integers(shape);
    if (index.handles.size() != extents.size())
        raise(PyExc_ValueError, "parameter multi_index must be a sequence of length %zu",
              extents.size());
    int32_t as = order_of(order, LA_ORDER_C), rule = mode_of(mode);
    return made([&](la_array **out) {
        return la_ravel_multi_index((int32_t)index.count(), index.data(), extents.data(), rule,
                                    as, out);
    });
}

/// Two operands of a comparison, of which one may be a number.
template <int32_t op> nb::object compared(nb::handle a, nb::handle b) {
    nb::object left = as_array(a, 0);
    constexpr int python[] = {Py_EQ, Py_NE, Py_LT, Py_LE, Py_GT, Py_GE};
    nb::object result = nb::steal(PyObject_RichCompare(left.ptr(), b.ptr(), python[op]));
    if (!result.is_valid())
        throw nb::python_error();
    return result;
}

template <int32_t op> nb::object logical(nb::handle a, nb::handle b) {
    nb::object left = as_array(a, 0), right = as_array(b, 0);
    return made([&](la_array **out) {
        return la_logical(array_in(left)->handle, array_in(right)->handle, op, out);
    });
}

/// A work budget: None is the C ABI's default, -1 without end.
int64_t work(nb::handle max_work) {
    if (max_work.is_none())
        return LA_WORK_DEFAULT;
    long long steps = PyLong_AsLongLong(max_work.ptr());
    if (steps == -1 && PyErr_Occurred())
        throw nb::python_error();
    return steps;
}

nb::object find_overlap(nb::handle a, nb::handle b, nb::handle max_work) {
    nb::object left = as_array(a, 0), right = as_array(b, 0);
    const Handle &x = array_in(left)->handle, &y = array_in(right)->handle;
    int64_t in_x[LA_MAX_NDIM], in_y[LA_MAX_NDIM];
    int32_t found = 0;
    check(la_find_overlap(x, y, work(max_work), in_x, in_y, &found));
    if (!found)
        return none();
    return nb::make_tuple(tuple_of(in_x, la_ndim(x)), tuple_of(in_y, la_ndim(y)));
}

nb::tuple byte_bounds(nb::handle object) {
    nb::object source = as_array(object, 0);
    const void *low = nullptr, *high = nullptr;
    check(la_byte_bounds(array_in(source)->handle, &low, &high));
    return nb::make_tuple((uintptr_t)low, (uintptr_t)high);
}

std::string path_of(nb::handle path) {
    nb::object text = nb::steal(PyOS_FSPath(path.ptr()));
    if (!text.is_valid())
        throw nb::python_error();
    nb::object bytes;
    if (PyBytes_Check(text.ptr()))
        bytes = text;
    else
        bytes = nb::steal(PyUnicode_EncodeFSDefault(text.ptr()));
    if (!bytes.is_valid())
        throw nb::python_error();
    return PyBytes_AS_STRING(bytes.ptr());
}

nb::object open_npy(nb::handle path, nb::handle mode) {
    std::string name = path_of(path);
    return made([&](la_array **out) {
        if (mode.is_none())
            return la_load_npy(name.c_str(), out);
        const char *how = text_in(mode);
        std::string_view wanted = how;
        int32_t flag = wanted == "r"    ? LA_OPEN_READ
                       : wanted == "r+" ? LA_OPEN_READ_WRITE
                       : wanted == "c"  ? LA_OPEN_COPY_ON_WRITE
                                        : -1;
        if (flag < 0)
            raise(PyExc_ValueError, "mmap_mode must be 'r', 'r+' or 'c', not '%s'", how);
        return la_open_npy(name.c_str(), flag, out);
    });
}

/// The members of an .npz archive by name, all read.
nb::dict load_npz(nb::handle path) {
    la_npz *npz = nullptr;
    check(la_npz_open(path_of(path).c_str(), &npz));
    struct Close {
        la_npz *npz;
        ~Close() { la_npz_close(npz); }
    } close{npz};
    nb::dict members;
    for (int64_t k = 0; k < la_npz_count(npz); ++k) {
        nb::str name = text_of([&](char *buf, size_t capacity, size_t *needed) {
            return la_npz_name(npz, k, buf, capacity, needed);
        });
        members[name] = made([&](la_array **out) { return la_npz_load(npz, name.c_str(), out); });
    }
    return members;
}

bool can_cast(nb::handle from, nb::handle to, const char *casting) {
    if (is_number(from))
        raise(PyExc_TypeError, "can_cast() does not support Python ints, floats, and complex "
                               "because the result used to depend on the value.");
    Array *array = array_in(from);
    int32_t allowed = 0;
    check(la_can_cast(array ? la_dtype_of(array->handle) : dtype_from(from), dtype_from(to),
                      casting_of(casting), &allowed));
    return allowed != 0;
}

} // namespace

la_dtype result_type_of(const std::vector<nb::handle> &operands) {
    std::vector<la_dtype> types;
    bool complex = false;
    for (nb::handle operand : operands) {
        PyObject *o = operand.ptr();
        if (Array *array = array_in(operand)) {
            types.push_back(la_dtype_of(array->handle));
        } else if (PyBool_Check(o)) {
            types.push_back(LA_BOOL);
        } else if (PyLong_CheckExact(o)) {
            types.push_back(LA_WEAK_INT);
        } else if (PyFloat_CheckExact(o)) {
            types.push_back(LA_WEAK_FLOAT);
        } else if (PyComplex_CheckExact(o)) {
            complex = true;
        } else if (nb::isinstance<DType>(operand) || nb::isinstance<nb::str>(operand) || PyType_Check(o)) {
            types.push_back(dtype_from(operand));
        } else {
            nb::object array = offered_array(operand);
            types.push_back(array.is_valid() ? la_dtype_of(array_in(array)->handle)
                                             : dtype_from(operand));
        }
    }
    if (complex) {
        // As weak as a float, but complex: of the precision the others ask for.
        la_dtype real = LA_FLOAT64;
        bool only_numbers = true;
        for (la_dtype type : types)
            only_numbers = only_numbers && (type == LA_WEAK_INT || type == LA_WEAK_FLOAT);
        if (!only_numbers) {
            types.push_back(LA_WEAK_FLOAT);
            check(la_result_type((int32_t)types.size(), types.data(), &real));
        }
        types.assign({real, LA_COMPLEX64});
        if (real == LA_FLOAT16 || real == LA_BFLOAT16)
            return LA_COMPLEX64;
    }
    la_dtype result = 0;
    check(la_result_type((int32_t)types.size(), types.data(), &result));
    return result;
}

void bind_functions(nb::module_ &m) {
    // Creation
    m.def("asarray", array, arg("obj"), arg("dtype") = none(), arg("order") = none(), nb::kw_only(),
          arg("copy") = none(),
          "The object as an Array: itself, a view of the memory it offers, or a copy.");
    m.def("empty", create_by<la_empty>, arg("shape"), arg("dtype") = none(), arg("order") = none());
    m.def("zeros", create_by<la_zeros>, arg("shape"), arg("dtype") = none(), arg("order") = none());
    m.def("ones", create_by<la_ones>, arg("shape"), arg("dtype") = none(), arg("order") = none());
    m.def("full", full, arg("shape"), arg("fill_value"), arg("dtype") = none(),
          arg("order") = none());
    m.def("empty_like", create_like<la_empty_like>, arg("x"), arg("dtype") = none(),
          arg("order") = none());
    m.def("zeros_like", create_like<la_zeros_like>, arg("x"), arg("dtype") = none(),
          arg("order") = none());
    m.def("ones_like", create_like<la_ones_like>, arg("x"), arg("dtype") = none(),
          arg("order") = none());
    m.def("arange", arange, arg("start"), arg("stop") = none(), arg("step") = none(),
          arg("dtype") = none());
    m.def("linspace",
          [](double start, double stop, int64_t num, nb::handle dtype, bool endpoint) {
              return made([&](la_array **out) {
                  return la_linspace(dtype_or(dtype, LA_FLOAT64), start, stop, num, endpoint, out);
              });
          },
          arg("start"), arg("stop"), arg("num"), arg("dtype") = none(), arg("endpoint") = true);
    m.def("eye",
          [](int64_t rows, int64_t columns, int64_t k, nb::handle dtype, nb::handle order) {
              return made([&](la_array **out) {
                  return la_eye(dtype_from(dtype), rows, columns, k,
                                order_of(order, LA_ORDER_C), out);
              });
          },
          arg("n_rows"), arg("n_cols"), arg("k") = 0, arg("dtype") = none(),
          arg("order") = none());
    m.def("frombuffer",
          [](nb::handle buffer, nb::handle dtype, int64_t count, int64_t offset) {
              return from_buffer(buffer, dtype_from(dtype), count, offset);
          },
          arg("buffer"), arg("dtype") = none(), arg("count") = -1, arg("offset") = 0);

    // Views
    m.def("broadcast_to", broadcast_to, arg("x"), arg("shape"));
    m.def("broadcast_shapes", broadcast_shapes, arg("shapes"));
    m.def("moveaxis", moveaxis, arg("x"), arg("source"), arg("destination"));
    m.def("flip", flip, arg("x"), arg("axis") = none());
    m.def("rot90", rot90, arg("x"), arg("k"), arg("axis1"), arg("axis2"));
    m.def("expand_dims", expand_dims, arg("x"), arg("axis"));
    m.def("as_strided", as_strided, arg("x"), arg("shape") = none(), arg("strides") = none(),
          arg("offset") = 0);
    m.def("sliding_window_view", sliding_window_view, arg("x"), arg("window_shape"),
          arg("axis") = none());
    m.def("split_at", split_at, arg("x"), arg("indices"), arg("axis"));

    // Joining and repeating
    m.def("concatenate",
          [](nb::handle arrays, nb::handle axis, nb::handle out, nb::handle dtype,
             const char *casting) { return joined(arrays, axis, out, dtype, casting, false); },
          arg("arrays"), arg("axis").none() = 0, arg("out") = none(), arg("dtype") = none(),
          arg("casting") = "same_kind");
    m.def("stack",
          [](nb::handle arrays, int32_t axis, nb::handle out, nb::handle dtype,
             const char *casting) {
              return joined(arrays, nb::int_(axis), out, dtype, casting, true);
          },
          arg("arrays"), arg("axis") = 0, arg("out") = none(), arg("dtype") = none(),
          arg("casting") = "same_kind");
    m.def("tile", tile, arg("x"), arg("repetitions"));
    m.def("roll", roll, arg("x"), arg("shift"), arg("axis") = none());
    m.def("pad", pad, arg("x"), arg("before"), arg("after"), arg("value"));

    // Indexed reads and writes
    m.def("where", where, arg("condition"), arg("x"), arg("y"));
    m.def("copyto", copyto, arg("dst"), arg("src"), arg("casting") = "same_kind",
          arg("where") = none());
    m.def("take_along_axis", take_along_axis, arg("x"), arg("indices"), arg("axis").none() = -1);
    m.def("put_along_axis", put_along_axis, arg("x"), arg("indices"), arg("values"),
          arg("axis").none());
    m.def("place", place, arg("x"), arg("mask"), arg("values"));
    m.def("unravel_index", unravel_index, arg("indices"), arg("shape"), arg("order") = none());
    m.def("ravel_multi_index", ravel_multi_index, arg("multi_index"), arg("dims"),
          arg("mode") = "raise", arg("order") = none());
    m.def("count_nonzero", [](nb::handle object) {
        nb::object source = as_array(object, 0);
        int64_t count = 0;
        check(la_count_nonzero(array_in(source)->handle, &count));
        return count;
    });

    // Comparing
    m.def("equal", compared<LA_EQ>);
    m.def("not_equal", compared<LA_NE>);
    m.def("less", compared<LA_LT>);
    m.def("less_equal", compared<LA_LE>);
    m.def("greater", compared<LA_GT>);
    m.def("greater_equal", compared<LA_GE>);
    m.def("logical_and", logical<LA_AND>);
    m.def("logical_or", logical<LA_OR>);
    m.def("logical_xor", logical<LA_XOR>);
    m.def("logical_not", [](nb::handle object) {
        return made_of(object, [](const la_array *a, la_array **out) {
            return la_logical(a, nullptr, LA_NOT, out);
        });
    });
    m.def("isnan", [](nb::handle object) { return made_of(object, la_isnan); });
    m.def("array_equal",
          [](nb::handle a, nb::handle b, bool equal_nan) {
              nb::object left = as_array(a, 0), right = as_array(b, 0);
              int32_t equal = 0;
              check(la_array_equal(array_in(left)->handle, array_in(right)->handle, equal_nan,
                                   &equal));
              return equal != 0;
          },
          arg("a"), arg("b"), arg("equal_nan") = false);

    // Sharing
    m.def("shares_memory",
          [](nb::handle a, nb::handle b, nb::handle max_work) {
              nb::object left = as_array(a, 0), right = as_array(b, 0);
              int32_t shares = 0;
              check(la_shares_memory(array_in(left)->handle, array_in(right)->handle,
                                     work(max_work), &shares));
              return shares != 0;
          },
          arg("a"), arg("b"), arg("max_work") = none());
    m.def("may_share_memory", [](nb::handle a, nb::handle b) {
        nb::object left = as_array(a, 0), right = as_array(b, 0);
        int32_t shares = 0;
        check(la_may_share_memory(array_in(left)->handle, array_in(right)->handle, &shares));
        return shares != 0;
    });
    m.def("find_overlap", find_overlap, arg("a"), arg("b"), arg("max_work") = none());
    m.def("has_internal_overlap",
          [](nb::handle object, nb::handle max_work) {
              nb::object source = as_array(object, 0);
              int32_t overlaps = 0;
              check(la_has_internal_overlap(array_in(source)->handle, work(max_work), &overlaps));
              return overlaps != 0;
          },
          arg("x"), arg("max_work") = none());
    m.def("same_owner", [](const Array &a, const Array &b) {
        return la_same_owner(a.handle, b.handle) != 0;
    });
    m.def("refcount", [](const Array &a) { return la_refcount(a.handle); });
    m.def("byte_bounds", byte_bounds, arg("x"));

    // Types
    m.def("can_cast", can_cast, arg("from_"), arg("to"), arg("casting") = "safe");
    m.def("result_type", [](nb::args operands) {
        return dtype_object(result_type_of({operands.begin(), operands.end()}));
    });

    // Files and text
    m.def("load_npy", open_npy, arg("path"), arg("mmap_mode") = none());
    m.def("load_npz", load_npz, arg("path"));
    m.def("save_npy", [](nb::handle path, nb::handle object) {
        nb::object source = as_array(object, 0);
        check(la_save_npy(path_of(path).c_str(), array_in(source)->handle));
    });
    m.def("describe", [](nb::handle object) {
        nb::object source = as_array(object, 0);
        return text_of([&](char *buf, size_t capacity, size_t *needed) {
            return la_describe(array_in(source)->handle, buf, capacity, needed);
        });
    });

    // Runtime
    m.def("version", [] { return nb::str(la_version_text()); });
    m.def("set_num_threads", [](int32_t count) { check(la_set_num_threads(count)); });
    m.def("num_threads", [] { return la_num_threads(); });
}

} // namespace libarray
