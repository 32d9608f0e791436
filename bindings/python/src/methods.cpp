// The methods of Array that make views, copies, and indexed reads and writes.
// Their names and parameters are NumPy's; documentation says view or copy.

#include "methods.hpp"

#include "convert.hpp"
#include "dtype.hpp"
#include "errors.hpp"
#include "scalar.hpp"

namespace libarray {

namespace {

using nb::arg;
using nb::none;

/// A view that a function of the C ABI makes of an array alone.
template <la_status (*make)(const la_array *, la_array **)>
nb::object view_by(Self self) {
    const Array &a = self.array();
    Handle result;
    check(make(a.handle, result.out()));
    return view(a, self, std::move(result));
}

/// The shape of `a.reshape(2, 3)` and `a.reshape((2, 3))`.
std::vector<int64_t> shape_of(nb::args given) {
    return given.size() == 1 ? integers(given[0]) : integers(given);
}

nb::object reshape(Self self, nb::args given, nb::handle order, nb::handle copy) {
    const Array &a = self.array();
    if (given.size() == 0)
        raise(PyExc_TypeError, "reshape() takes at least one argument (0 given)");
    std::vector<int64_t> shape = shape_of(given);
    int32_t as = order_of(order, LA_ORDER_C), mode = copy_of(copy);
    Handle result;
    moving(la_nbytes(a.handle), [&] {
        return la_reshape(a.handle, (int32_t)shape.size(), shape.data(), as, mode, result.out());
    });
    return own_or_view(a, self, std::move(result));
}

nb::object transpose(Self self, nb::args given) {
    const Array &a = self.array();
    Handle result;
    if (given.size() == 0 || (given.size() == 1 && nb::handle(given[0]).is_none())) {
        check(la_transpose(a.handle, result.out()));
    } else {
        std::vector<int32_t> order = given.size() == 1 ? axes(given[0]) : axes(given);
        if ((int32_t)order.size() != la_ndim(a.handle))
            raise(PyExc_ValueError, "axes don't match array");
        check(la_permute(a.handle, (int32_t)order.size(), order.data(), result.out()));
    }
    return view(a, self, std::move(result));
}

nb::object squeeze(Self self, nb::handle axis) {
    const Array &a = self.array();
    Handle result;
    if (axis.is_none()) {
        check(la_squeeze(a.handle, 0, nullptr, result.out()));
    } else {
        std::vector<int32_t> which = axes(axis);
        const int32_t nothing = 0;
        check(la_squeeze(a.handle, (int32_t)which.size(), which.empty() ? &nothing : which.data(),
                         result.out()));
    }
    return view(a, self, std::move(result));
}

nb::object view_as(Self self, nb::handle dtype) {
    const Array &a = self.array();
    return view(a, self, view_dtype(a, dtype_or(dtype, la_dtype_of(a.handle))));
}

nb::object field(Self self, nb::handle dtype, int64_t offset) {
    const Array &a = self.array();
    la_dtype type = dtype_from(dtype);
    la_dtype window = 0;
    // A record with that one field lies over each element.
    const char *name = "field";
    if (offset < 0)
        raise(PyExc_ValueError, "offset must be non-negative");
    if (offset + la_dtype_size(type) > la_itemsize(a.handle))
        raise(PyExc_ValueError, "Need 0 <= offset <= %lld for requested type but received offset = %lld",
              (long long)(la_itemsize(a.handle) - la_dtype_size(type)), (long long)offset);
    check(la_dtype_record(1, &name, &type, &offset, la_itemsize(a.handle), &window));
    Handle records, result;
    check(la_view_dtype(a.handle, window, records.out()));
    check(la_field(records, name, result.out()));
    return view(a, self, std::move(result));
}

nb::object copy(Self self, nb::handle order) {
    const Array &a = self.array();
    int32_t as = order_of(order, LA_ORDER_C);
    Handle result;
    moving(la_nbytes(a.handle), [&] { return la_copy(a.handle, as, result.out()); });
    return own(std::move(result));
}

nb::object astype(Self self, nb::handle dtype, nb::handle order, const char *casting,
                  bool copy) {
    const Array &a = self.array();
    la_dtype type = dtype_from(dtype);
    int32_t as = order_of(order, LA_ORDER_K), rule = casting_of(casting);
    warn_of_complex(la_dtype_of(a.handle), type);
    Handle result;
    moving(la_nbytes(a.handle), [&] {
        return la_astype(a.handle, type, as, rule, copy ? LA_COPY_ALWAYS : LA_COPY_IF_NEEDED,
                         result.out());
    });
    if (!copy && la_base(result))
        return nb::borrow(self);
    return own_or_view(a, self, std::move(result));
}

nb::object ravel(Self self, nb::handle order) {
    const Array &a = self.array();
    int32_t as = order_of(order, LA_ORDER_C);
    Handle result;
    moving(la_nbytes(a.handle),
           [&] { return la_ravel(a.handle, as, LA_COPY_IF_NEEDED, result.out()); });
    return own_or_view(a, self, std::move(result));
}

nb::object flatten(Self self, nb::handle order) {
    const Array &a = self.array();
    int32_t as = order_of(order, LA_ORDER_C);
    Handle result;
    moving(la_nbytes(a.handle), [&] { return la_flatten(a.handle, as, result.out()); });
    return own(std::move(result));
}

/// The bytes with those of each machine word turned around, of the same type.
nb::object byteswap(Self self, bool inplace) {
    const Array &a = self.array();
    la_dtype dtype = la_dtype_of(a.handle), swapped = 0;
    check(la_dtype_swapped(dtype, &swapped));
    // Cast to the other order, and look at the result as if it had this one.
    Handle turned, result;
    moving(la_nbytes(a.handle), [&] {
        return la_astype(a.handle, swapped, LA_ORDER_K, LA_CAST_EQUIV, LA_COPY_ALWAYS,
                         turned.out());
    });
    check(la_view_dtype(turned, dtype, result.out()));
    if (inplace) {
        check(la_assign(a.handle, result, LA_CAST_NO));
        return nb::borrow(self);
    }
    Array owner{std::move(turned), nb::object()};
    return own(std::move(result));
}

nb::bytes to_bytes(const Array &a, nb::handle order) {
    int32_t as = order_of(order, LA_ORDER_C);
    Handle packed;
    moving(la_nbytes(a.handle),
           [&] { return la_contiguous(a.handle, as, LA_COPY_IF_NEEDED, packed.out()); });
    return nb::bytes(la_data(packed), (size_t)la_nbytes(packed));
}

/// `a.item()`, `a.item(3)`, `a.item(1, 2)`, `a.item((1, 2))`.
nb::object item_at(const Array &a, nb::args given) {
    std::vector<int64_t> index;
    if (given.size() == 0) {
        if (la_size(a.handle) != 1)
            raise(PyExc_ValueError, "can only convert an array of size 1 to a Python scalar");
        index.resize((size_t)la_ndim(a.handle));
    } else {
        index = shape_of(given);
    }
    if (index.size() == 1 && la_ndim(a.handle) != 1) {
        // Counted through the elements in C order.
        int64_t size = la_size(a.handle), flat = index[0];
        if (flat < -size || flat >= size)
            raise(PyExc_IndexError, "index %lld is out of bounds for size %lld", (long long)flat,
                  (long long)size);
        flat += flat < 0 ? size : 0;
        index.resize((size_t)la_ndim(a.handle));
        for (int32_t axis = la_ndim(a.handle); axis-- > 0;) {
            index[(size_t)axis] = flat % la_shape(a.handle)[axis];
            flat /= la_shape(a.handle)[axis];
        }
    }
    if ((int32_t)index.size() != la_ndim(a.handle))
        raise(PyExc_ValueError, "incorrect number of indices for array");
    return item(a.handle, (int32_t)index.size(), index.data());
}

/// What `a.take(i)` of a single index gives: the element itself.
nb::object element_or_array(Handle result) {
    if (la_ndim(result) == 0 && !is_record(la_dtype_of(result)))
        return item(result, 0, nullptr);
    return own(std::move(result));
}

/// An array of indices; an empty list has no type that would be wrong.
nb::object index_array(nb::handle indices) {
    bool list = PyList_Check(indices.ptr()) || PyTuple_Check(indices.ptr());
    nb::object array = as_array(indices, 0);
    if (list && la_size(array_in(array)->handle) == 0)
        array = as_array(array, LA_INT64);
    return array;
}

nb::object take(Self self, nb::handle indices, nb::handle axis, nb::handle out,
                const char *mode) {
    const Array &a = self.array();
    nb::object index = index_array(indices);
    int32_t along = axis_or_none(axis), rule = mode_of(mode);
    const Handle &by = array_in(index)->handle;
    if (!out.is_none()) {
        Array *target = array_in(out);
        if (!target)
            raise(PyExc_TypeError, "return arrays must be of ArrayType");
        moving(la_nbytes(target->handle),
               [&] { return la_take_into(a.handle, by, along, rule, target->handle); });
        return nb::borrow(out);
    }
    Handle result;
    moving(la_nbytes(a.handle), [&] { return la_take(a.handle, by, along, rule, result.out()); });
    return element_or_array(std::move(result));
}

void put(const Array &a, nb::handle indices, nb::handle values, const char *mode) {
    nb::object index = index_array(indices);
    nb::object value = as_array(values, 0);
    if (la_size(array_in(value)->handle) == 0)
        return; // Nothing is repeated as often as needed.
    check(la_put(a.handle, array_in(index)->handle, array_in(value)->handle, mode_of(mode)));
}

nb::object compress(Self self, nb::handle condition, nb::handle axis, nb::handle out) {
    const Array &a = self.array();
    nb::object mask = as_array(condition, 0);
    const Handle &by = array_in(mask)->handle;
    int32_t along = axis_or_none(axis);
    if (!out.is_none()) {
        Array *target = array_in(out);
        if (!target)
            raise(PyExc_TypeError, "return arrays must be of ArrayType");
        check(la_compress_into(a.handle, by, along, target->handle));
        return nb::borrow(out);
    }
    Handle result;
    moving(la_nbytes(a.handle), [&] { return la_compress(a.handle, by, along, result.out()); });
    return own(std::move(result));
}

nb::object repeat(Self self, nb::handle repeats, nb::handle axis) {
    const Array &a = self.array();
    nb::object counts = as_array(repeats, 0);
    char kind = kind_of(la_dtype_of(array_in(counts)->handle));
    if (kind != 'i' && kind != 'u' && kind != 'b' && la_size(array_in(counts)->handle) > 0)
        raise(PyExc_TypeError, "Cannot cast array data from dtype('%U') to dtype('int64') "
                               "according to the rule 'safe'",
              dtype_name(la_dtype_of(array_in(counts)->handle)).ptr());
    counts = as_array(counts, LA_INT64);
    if (la_ndim(array_in(counts)->handle) > 1)
        raise(PyExc_ValueError, "object too deep for desired array");
    Handle packed, result;
    check(la_ravel(array_in(counts)->handle, LA_ORDER_C, LA_COPY_IF_NEEDED, packed.out()));
    check(la_repeat(a.handle, la_size(packed), static_cast<const int64_t *>(la_data(packed)),
                    axis_or_none(axis), result.out()));
    return own(std::move(result));
}

/// One array of indices for each axis: the columns of the C ABI's answer.
nb::tuple nonzero(Self self) {
    const Array &a = self.array();
    if (la_ndim(a.handle) == 0)
        raise(PyExc_ValueError, "Calling nonzero on 0d arrays is not allowed. Use "
                                "np.atleast_1d(scalar).nonzero() instead.");
    Handle rows;
    moving(la_nbytes(a.handle), [&] { return la_nonzero(a.handle, rows.out()); });
    nb::object owner = own(std::move(rows));
    const Array &table = *array_in(owner);
    nb::list columns;
    for (int32_t axis = 0; axis < la_ndim(a.handle); ++axis) {
        la_index key[2] = {};
        key[0].kind = LA_INDEX_SLICE;
        key[0].flags = LA_INDEX_NO_START | LA_INDEX_NO_STOP;
        key[0].step = 1;
        key[1].kind = LA_INDEX_INTEGER;
        key[1].start = axis;
        Handle column;
        check(la_slice(table.handle, key, 2, column.out()));
        columns.append(view(table, owner, std::move(column)));
    }
    return nb::tuple(columns);
}

template <la_status (*test)(const la_array *, int32_t *)> bool tested(const Array &a) {
    int32_t result = 0;
    check(test(a.handle, &result));
    return result != 0;
}

} // namespace

void bind_methods(ArrayClass &array) {
    array
        .def("reshape", reshape, arg("shape"), nb::kw_only(), arg("order") = "C",
             arg("copy") = none(),
             "Another shape of the same size: a view where one exists (copy=None), or always a "
             "copy (True), or never (False).")
        .def("transpose", transpose, arg("axes"), "The axes in another order: a view.")
        .def("swapaxes",
             [](Self self, int32_t axis1, int32_t axis2) {
                 const Array &a = self.array();
                 Handle result;
                 check(la_swapaxes(a.handle, axis1, axis2, result.out()));
                 return view(a, self, std::move(result));
             },
             arg("axis1"), arg("axis2"), "Two axes exchanged: a view.")
        .def("squeeze", squeeze, arg("axis") = none(), "Without axes of extent 1: a view.")
        .def("diagonal",
             [](Self self, int64_t offset, int32_t axis1, int32_t axis2) {
                 const Array &a = self.array();
                 Handle result;
                 check(la_diagonal(a.handle, offset, axis1, axis2, result.out()));
                 return view(a, self, std::move(result));
             },
             arg("offset") = 0, arg("axis1") = 0, arg("axis2") = 1,
             "The elements with two equal indices: a read-only view.")
        .def("view", view_as, arg("dtype") = none(),
             "The same memory, read as another type: a view.")
        .def("getfield", field, arg("dtype"), arg("offset") = 0,
             "The bytes of each element from an offset on, read as a type: a view.")
        .def("readonly", view_by<la_readonly>,
             "The same elements, which cannot be written from there on: a view.")
        .def("copy", copy, arg("order").none() = "C", "A new array with the same elements.")
        .def("__copy__", [](Self self) { return copy(std::move(self), nb::str("K")); })
        .def("__deepcopy__", [](Self self, nb::handle) { return copy(self, nb::str("K")); },
             arg("memo").none())
        .def("compact", [](const Array &a) {
                 Handle result;
                 check(la_compact(a.handle, result.out()));
                 return own(std::move(result));
             },
             "A copy that keeps no more memory than its own elements.")
        .def("astype", astype, arg("dtype").none(), arg("order") = "K", arg("casting") = "unsafe",
             arg("copy") = true, "The elements converted to another type: a copy, or this very "
                                 "array when copy is False and nothing has to change.")
        .def("ravel", ravel, arg("order") = "C",
             "The elements as one axis: a view where they are packed in that order, else a copy.")
        .def("flatten", flatten, arg("order") = "C", "The elements as one axis: a copy.")
        .def("byteswap", byteswap, arg("inplace") = false,
             "The bytes of each machine word turned around: a copy, unless in place.")
        .def("tobytes", to_bytes, arg("order") = "C", "The elements' bytes, packed in an order.")
        .def("tolist", to_list, "The elements as nested lists of Python's numbers.")
        .def("item", item_at, arg("index"), "One element as Python's number.")
        .def("fill", [](const Array &a, nb::handle value) { store(a, nullptr, 0, value); },
             arg("value").none(), "Stores one value everywhere.")
        .def("take", take, arg("indices"), arg("axis") = none(), arg("out") = none(),
             arg("mode") = "raise", "The elements at some indices along an axis: a copy.")
        .def("put", put, arg("indices"), arg("values"), arg("mode") = "raise",
             "Stores values at indices counted in C order.")
        .def("compress", compress, arg("condition"), arg("axis") = none(), arg("out") = none(),
             "The elements along an axis where a condition is true: a copy.")
        .def("choose",
             [](Self self, nb::handle choices, nb::handle out, nb::handle mode) {
                 return nb::module_::import_("libarray").attr("choose")(self, choices, out, mode);
             },
             arg("choices"), arg("out") = none(), arg("mode") = "raise",
             "From each place of the choices, the element of the one that this array numbers: a "
             "copy.")
        .def("repeat", repeat, arg("repeats"), arg("axis") = none(),
             "Each element so many times: a copy.")
        .def("nonzero", nonzero, "The indices of the elements that are not zero, by axis.")
        .def("any", tested<la_any>, "Whether any element is true.")
        .def("all", tested<la_all>, "Whether all elements are true.")
        .def("__array_namespace__",
             [](Self, nb::handle version) {
                 if (!version.is_none()) {
                     static constexpr const char *known[] = {"2021.12", "2022.12", "2023.12",
                                                             "2024.12"};
                     bool found = false;
                     for (const char *one : known)
                         found = found || nb::str(one).equal(version);
                     if (!found)
                         raise(PyExc_ValueError, "version %R of the array API standard is not "
                                                 "supported", version.ptr());
                 }
                 return nb::module_::import_("libarray");
             },
             nb::kw_only(), arg("api_version") = none())
        .def("to_device",
             [](Self self, nb::handle device, nb::handle) {
                 if (!nb::str("cpu").equal(device))
                     raise(PyExc_ValueError, "Unsupported device: %R.", device.ptr());
                 return nb::borrow(self);
             },
             arg("device"), arg("stream") = none(), "This array: there is one device, 'cpu'.")
        .def("__reduce__", [](Self self) {
            nb::module_ package = nb::module_::import_("libarray");
            const Array &a = self.array();
            bool fortran = (la_flags(a.handle) & LA_FLAG_F_CONTIGUOUS) &&
                           !(la_flags(a.handle) & LA_FLAG_C_CONTIGUOUS);
            nb::object order = nb::str(fortran ? "F" : "C");
            return nb::make_tuple(package.attr("_rebuild"),
                                  nb::make_tuple(to_bytes(a, order),
                                                 dtype_object(la_dtype_of(a.handle)),
                                                 self.attr("shape"), order));
        });
}

} // namespace libarray
