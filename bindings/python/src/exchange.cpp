// Memory of other Python objects as arrays, and ours as theirs: the array
// interface, DLPack, and which of them is asked first. The buffer protocol
// stands in buffer.cpp.

#include "exchange.hpp"

#include <memory>
#include <string_view>

#include "convert.hpp"
#include "dtype.hpp"
#include "errors.hpp"
#include "foreign.hpp"

namespace libarray {

namespace {

using nb::arg;
using nb::none;

constexpr const char *capsule_name = "dltensor";
constexpr const char *copy_keyword_guide =
    "https://numpy.org/devdocs/numpy_2_0_migration_guide.html"
    "#adapting-to-changes-in-the-copy-keyword";
constexpr const char *versioned_name = "dltensor_versioned";

/// Strides of an interface: a tuple as long as the shape.
std::vector<int64_t> strides_of(nb::handle given, size_t ndim) {
    if (!nb::isinstance<nb::tuple>(given))
        raise(PyExc_TypeError, "__array_interface__ strides must be a tuple, not %R", given.ptr());
    std::vector<int64_t> strides = integers(given);
    if (strides.size() != ndim)
        raise(PyExc_ValueError, "mismatch in length of strides and shape");
    return strides;
}

/// A new Array of an object that describes itself as one element without saying where
/// it lies: of the number that it is.
nb::object only_element_of(nb::handle owner, const ForeignMemory &memory) {
    for (int64_t extent : memory.shape)
        if (extent != 1)
            raise(PyExc_ValueError, "cannot coerce scalar to array with size other than 1");
    char kind = kind_of(memory.dtype);
    nb::object number = nb::steal(kind == 'f' ? PyNumber_Float(owner.ptr())
                                              : PyNumber_Long(owner.ptr()));
    if (!number.is_valid())
        throw nb::python_error();
    Handle handle;
    check(la_empty(memory.dtype, (int32_t)memory.shape.size(), memory.shape.data(), LA_ORDER_C,
                   handle.out()));
    nb::object result = own(std::move(handle));
    store(*array_in(result), nullptr, 0, number);
    return result;
}

/// An Array of what an object's `__array_interface__` describes.
nb::object from_interface(nb::handle owner, nb::object interface) {
    if (!nb::isinstance<nb::dict>(interface))
        raise(PyExc_ValueError, "Invalid __array_interface__ value, must be a dict");
    nb::dict dict = nb::steal<nb::dict>(PyDict_Copy(interface.ptr()));
    // Without memory it describes the object as one element.
    if (!dict.contains("shape") && !dict.contains("data"))
        dict["shape"] = nb::make_tuple();
    for (const char *key : {"typestr", "shape"})
        if (!dict.contains(key))
            raise(PyExc_ValueError, "Missing __array_interface__ %s", key);
    ForeignMemory memory;
    nb::object descr = dict.contains("descr") ? nb::object(dict["descr"]) : nb::object();
    memory.dtype = dtype_from(dict["typestr"]);
    if (is_raw(memory.dtype) && descr.is_valid() && nb::isinstance<nb::list>(descr) &&
        nb::len(descr) > 1)
        memory.dtype = dtype_from(descr);
    nb::object shape = dict["shape"];
    if (!nb::isinstance<nb::tuple>(shape))
        raise(PyExc_TypeError, "__array_interface__ shape must be a tuple, not %R", shape.ptr());
    memory.shape = integers(shape);
    if (dict.contains("strides") && !nb::object(dict["strides"]).is_none())
        memory.strides = strides_of(dict["strides"], memory.shape.size());
    if (!dict.contains("data") && !PyObject_CheckBuffer(owner.ptr()))
        return only_element_of(owner, memory);
    nb::object data = dict.contains("data") ? nb::object(dict["data"]) : none();
    if (nb::isinstance<nb::tuple>(data)) {
        if (nb::len(data) != 2)
            raise(PyExc_TypeError, "__array_interface__ data must be a 2-tuple with (data pointer "
                                   "integer, read-only flag)");
        memory.data = reinterpret_cast<void *>(nb::cast<uintptr_t>(nb::object(data[0])));
        memory.read_only = PyObject_IsTrue(nb::object(data[1]).ptr()) == 1;
        return memory.as_array(nb::borrow(owner));
    }
    // Otherwise the memory is that of a buffer: the one named, or the owner's.
    nb::object source = data.is_none() ? nb::borrow(owner) : data;
    int64_t offset = dict.contains("offset") ? nb::cast<int64_t>(nb::object(dict["offset"])) : 0;
    return memory.in_buffer(source, offset);
}

/// NumPy's C struct of the array interface, with the array whose numbers it shows.
struct Shown {
    la_array_interface interface;
    Handle handle;
};

/// An Array of what an object's `__array_struct__` describes.
nb::object from_struct(nb::handle owner, nb::handle capsule) {
    constexpr int32_t has_descr = 0x800;
    if (!PyCapsule_CheckExact(capsule.ptr()))
        raise(PyExc_ValueError, "invalid __array_struct__");
    auto *interface = static_cast<la_array_interface *>(
        PyCapsule_GetPointer(capsule.ptr(), PyCapsule_GetName(capsule.ptr())));
    if (!interface)
        throw nb::python_error();
    // Both live as long as the array: the owner of the memory and the struct's.
    nb::object kept = nb::make_tuple(owner, capsule);
    Handle result;
    check(la_from_array_interface(interface, drop_object, kept.ptr(), result.out()));
    kept.release(); // The C ABI drops it.
    nb::object array = import(std::move(result), nb::borrow(owner));
    if (interface->typekind != 'V')
        return array;
    Array &a = *array_in(array);
    nb::object dtype = nb::getattr(owner, "dtype", nb::none());
    // A type of the owner's tells of fields that no description can put in order.
    if (!nb::getattr(dtype, "fields", nb::none()).is_none())
        a.replace(view_dtype(a, dtype_from(dtype)));
    else if ((interface->flags & has_descr) && interface->descr)
        a.replace(view_dtype(a, dtype_from(static_cast<PyObject *>(interface->descr))));
    return array;
}

/// Drops a tensor that no consumer has taken.
template <typename Tensor> void drop(PyObject *capsule, const char *name) {
    if (!PyCapsule_IsValid(capsule, name))
        return;
    auto *tensor = static_cast<Tensor *>(PyCapsule_GetPointer(capsule, name));
    if (tensor->deleter)
        tensor->deleter(tensor);
}

nb::object to_dlpack(Self self, nb::handle stream, nb::handle max_version,
                     nb::handle dl_device, nb::handle copy) {
    const Array &a = self.array();
    if (!stream.is_none())
        raise(PyExc_RuntimeError, "libarray's arrays are on the CPU, where there is no stream but None");
    if (!dl_device.is_none()) {
        nb::object device = nb::borrow(dl_device);
        if (nb::cast<int>(nb::object(device[0])) != 1 || nb::cast<int>(nb::object(device[1])) != 0)
            raise(PyExc_BufferError, "unsupported device requested");
    }
    bool versioned = false;
    if (!max_version.is_none()) {
        nb::object version = nb::borrow(max_version);
        versioned = nb::cast<int>(nb::object(version[0])) >= 1;
    }
    // None asks for a view where there is one, and there always is.
    int32_t mode = copy.is_none() ? LA_COPY_NEVER : copy_of(copy);
    DLManagedTensorVersioned *newer = nullptr;
    DLManagedTensor *older = nullptr;
    la_status status = versioned ? la_to_dlpack(a.handle, mode, 0, &newer)
                                 : la_to_dlpack_unversioned(a.handle, mode, 0, &older);
    if (status != LA_OK)
        raise_status_as(status == LA_OUT_OF_MEMORY ? PyExc_MemoryError : PyExc_BufferError);
    void *tensor = versioned ? static_cast<void *>(newer) : static_cast<void *>(older);
    PyObject *capsule = PyCapsule_New(
        tensor, versioned ? versioned_name : capsule_name, [](PyObject *dropped) {
            drop<DlpackVersioned>(dropped, versioned_name);
            drop<DlpackUnversioned>(dropped, capsule_name);
        });
    if (!capsule)
        throw nb::python_error();
    return nb::steal(capsule);
}

/// An Array of the tensor in a capsule, which is taken over.
nb::object from_capsule(nb::handle capsule, int32_t copy) {
    bool versioned = PyCapsule_IsValid(capsule.ptr(), versioned_name);
    const char *name = versioned ? versioned_name : capsule_name;
    void *tensor = PyCapsule_GetPointer(capsule.ptr(), name);
    if (!tensor)
        throw nb::python_error();
    if (PyCapsule_SetName(capsule.ptr(), versioned ? "used_dltensor_versioned" : "used_dltensor"))
        throw nb::python_error();
    Handle result;
    la_status status =
        versioned
            ? la_from_dlpack(static_cast<DLManagedTensorVersioned *>(tensor), copy, result.out())
            : la_from_dlpack_unversioned(static_cast<DLManagedTensor *>(tensor), copy, result.out());
    if (status != LA_OK)
        raise_status_as(status == LA_OUT_OF_MEMORY ? PyExc_MemoryError : PyExc_BufferError);
    return own(std::move(result));
}

nb::object from_dlpack(nb::handle x, nb::handle device, nb::handle copy) {
    if (!device.is_none() && !nb::str("cpu").equal(device))
        raise(PyExc_ValueError, "unsupported device: %R", device.ptr());
    nb::object place = x.attr("__dlpack_device__")();
    if (nb::cast<int>(nb::object(place[0])) != 1)
        raise(PyExc_BufferError, "only arrays on the CPU can be imported, not those on device %R",
              place.ptr());
    nb::object method = x.attr("__dlpack__");
    nb::object capsule;
    try {
        if (device.is_none() && copy.is_none())
            capsule = method(arg("max_version") = nb::make_tuple(1, 3));
        else
            capsule = method(arg("max_version") = nb::make_tuple(1, 3), arg("copy") = copy,
                             arg("dl_device") = device.is_none() ? nb::object(none())
                                                                 : nb::object(nb::make_tuple(1, 0)));
    } catch (nb::python_error &error) {
        // Producers from before version 1 of the protocol know no arguments.
        if (!error.matches(PyExc_TypeError))
            throw;
        if (!copy.is_none() && copy_of(copy) == LA_COPY_ALWAYS)
            return from_capsule(method(), LA_COPY_ALWAYS);
        capsule = method();
    }
    return from_capsule(capsule, LA_COPY_IF_NEEDED);
}

/// What `__array__` gives, called as NumPy 2 calls it.
nb::object made_by_object(nb::handle method, int32_t copy, bool *copied) {
    if (copy == LA_COPY_IF_NEEDED)
        return method();
    bool always = copy == LA_COPY_ALWAYS;
    try {
        nb::object made = method(arg("copy") = always);
        if (copied)
            *copied = true;
        return made;
    } catch (nb::python_error &error) {
        // Methods from before NumPy 2 know no such argument.
        nb::str message(error.value());
        std::string_view text = text_in(message);
        if (!error.matches(PyExc_TypeError) ||
            text.find("unexpected keyword argument 'copy'") == std::string_view::npos)
            throw;
    }
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                         "__array__ implementation doesn't accept a copy keyword, so passing "
                         "copy=%s failed. __array__ must implement 'dtype' and 'copy' keyword "
                         "arguments. To learn more, see the migration guide %s",
                         always ? "True" : "False", copy_keyword_guide) < 0)
        throw nb::python_error();
    if (!always)
        raise(PyExc_ValueError, "Unable to avoid copy while creating an array as requested, see %s",
              copy_keyword_guide);
    return method();
}

/// The fields of a record type as a list; raw bytes where its order allows none.
nb::object description(la_dtype record) {
    nb::object read = nb::module_::import_("ast").attr("literal_eval")(dtype_format(record));
    if (nb::isinstance<nb::list>(read))
        return read;
    nb::list raw;
    nb::object size = nb::steal(PyUnicode_FromFormat("|V%lld", (long long)la_dtype_size(record)));
    raw.append(nb::make_tuple("", size));
    return raw;
}

} // namespace

nb::object array_interface(PyObject *self) {
    const Array &a = *array_in(self);
    nb::dict dict;
    dict["version"] = 3;
    la_dtype dtype = la_dtype_of(a.handle);
    bool record = is_record(dtype);
    dict["typestr"] = record ? nb::steal(PyUnicode_FromFormat("|V%lld", (long long)la_itemsize(a.handle)))
                      : native(dtype) == LA_BFLOAT16 ? nb::object(nb::str("|V2"))
                                                     : nb::object(dtype_format(dtype));
    if (record)
        dict["descr"] = description(dtype);
    dict["shape"] = tuple_of(la_shape(a.handle), la_ndim(a.handle));
    bool packed = la_flags(a.handle) & LA_FLAG_C_CONTIGUOUS;
    dict["strides"] = packed ? nb::object(none())
                             : nb::object(tuple_of(la_strides(a.handle), la_ndim(a.handle)));
    bool read_only = !(la_flags(a.handle) & LA_FLAG_WRITEABLE);
    dict["data"] = nb::make_tuple((uintptr_t)la_data(a.handle), read_only);
    return dict;
}

nb::object array_struct(PyObject *self) {
    auto shown = std::make_unique<Shown>();
    shown->handle = Handle::share(array_in(self)->handle);
    check(la_to_array_interface(shown->handle, &shown->interface));
    PyObject *capsule = PyCapsule_New(shown.get(), nullptr, [](PyObject *dropped) {
        delete static_cast<Shown *>(PyCapsule_GetPointer(dropped, nullptr));
    });
    if (!capsule)
        throw nb::python_error();
    shown.release();
    return nb::steal(capsule);
}

nb::object offered_array(nb::handle object, int32_t copy, bool *copied) {
    if (array_in(object))
        return nb::borrow(object);
    PyObject *o = object.ptr();
    // Quickly past what never offers memory.
    if (PyFloat_Check(o) && Py_TYPE(o) == &PyFloat_Type)
        return nb::object();
    if (PyLong_CheckExact(o) || PyList_Check(o) || PyTuple_Check(o) || PyUnicode_Check(o) ||
        PyBytes_Check(o) || PyComplex_CheckExact(o) || PyBool_Check(o))
        return nb::object();
    if (PyObject_CheckBuffer(o)) {
        nb::object array = view_of_buffer(object);
        // What has no format of its own may be shown as bytes, and say better what it is.
        bool bytes = array.is_valid() && la_dtype_of(array_in(array)->handle) == LA_UINT8;
        if (array.is_valid() && !(bytes && nb::hasattr(object, "__array_interface__")))
            return array;
    }
    nb::object capsule = nb::getattr(object, "__array_struct__", nb::object());
    nb::object interface = nb::getattr(object, "__array_interface__", nb::object());
    if (capsule.is_valid() && !PyType_Check(o)) {
        nb::object array = from_struct(object, capsule);
        // The struct of some records leaves their fields out, which the dictionary names.
        if (!is_raw(la_dtype_of(array_in(array)->handle)) || !interface.is_valid())
            return array;
    }
    if (interface.is_valid() && !PyType_Check(o))
        return from_interface(object, interface);
    if (nb::hasattr(object, "__dlpack__") && !PyType_Check(o))
        return from_dlpack(object, none(), none());
    nb::object make = nb::getattr(object, "__array__", nb::object());
    if (make.is_valid() && !PyType_Check(o)) {
        nb::object made = made_by_object(make, copy, copied), array;
        if (!made.type().is(object.type()))
            array = offered_array(made);
        if (!array.is_valid())
            raise(PyExc_ValueError, "object __array__ method not producing an array");
        return array;
    }
    return nb::object();
}

void bind_exchange(nb::module_ &module, ArrayClass &array) {
    array.def("__dlpack__", to_dlpack, nb::kw_only(), arg("stream") = none(),
             arg("max_version") = none(), arg("dl_device") = none(), arg("copy") = none(),
             "A DLPack capsule of the same memory, or of a copy when asked for one.")
        .def("__dlpack_device__", [](Self) { return nb::make_tuple(1, 0); });
    module.def("from_dlpack", from_dlpack, arg(), nb::kw_only(), arg("device") = none(),
               arg("copy") = none(), "An Array of the memory that `x` offers by DLPack.");
}

} // namespace libarray
