// Element types as Python objects.

#include "dtype.hpp"

namespace libarray {

namespace {

// One object for each built-in type in both byte orders, so that `is` works; the
// module keeps them.
constexpr size_t builtin_numbers = 0x200;
PyObject *builtin[builtin_numbers];

const char *const names[] = {"bool",     "int8",    "int16",   "int32",   "int64",
                             "uint8",    "uint16",  "uint32",  "uint64",  "float16",
                             "bfloat16", "float32", "float64", "complex64", "complex128"};

la_dtype parse(const char *text) {
    la_dtype id = 0;
    la_status status = la_dtype_parse(text, &id);
    if (status == LA_DTYPE_ERROR)
        raise(PyExc_TypeError, "data type '%s' not understood", text);
    check(status);
    return id;
}

/// `[("x", "f4"), ("y", ...)]`; an empty name is padding when its type is raw
/// bytes, as in NumPy's descriptions of padded records.
la_dtype record_from_list(nb::handle list) {
    std::vector<std::string> names;
    std::vector<la_dtype> dtypes;
    std::vector<int64_t> offsets;
    int64_t offset = 0;
    size_t position = 0;
    for (nb::handle entry : list) {
        if (!PyTuple_Check(entry.ptr()))
            raise(PyExc_TypeError, "field %zu of a record must be a tuple (name, type), not %R",
                  position, entry.ptr());
        Py_ssize_t length = PyTuple_GET_SIZE(entry.ptr());
        if (length == 3)
            raise(PyExc_NotImplementedError, "fields that are arrays are not supported: %R",
                  entry.ptr());
        if (length != 2)
            raise(PyExc_TypeError, "field %zu of a record must be a tuple (name, type), not %R",
                  position, entry.ptr());
        if (!PyUnicode_Check(PyTuple_GET_ITEM(entry.ptr(), 0)))
            raise(PyExc_TypeError, "the name of field %zu must be a string, not %R", position,
                  PyTuple_GET_ITEM(entry.ptr(), 0));
        std::string name = text_in(PyTuple_GET_ITEM(entry.ptr(), 0));
        la_dtype dtype = dtype_from(entry[1]);
        if (!(name.empty() && is_raw(dtype))) {
            names.push_back(name.empty() ? std::string("f").append(std::to_string(position)) : name);
            dtypes.push_back(dtype);
            offsets.push_back(offset);
        }
        offset += la_dtype_size(dtype);
        ++position;
    }
    return make_record(names, dtypes, &offsets, offset);
}

/// `{"names": [...], "formats": [...], "offsets": [...], "itemsize": n}`.
la_dtype record_from_dict(nb::dict dict) {
    if (!dict.contains("names") || !dict.contains("formats"))
        raise(PyExc_ValueError, "a record type as a dict needs 'names' and 'formats'");
    std::vector<std::string> names;
    for (nb::handle name : dict["names"])
        names.push_back(text_in(name));
    std::vector<la_dtype> dtypes;
    for (nb::handle format : dict["formats"])
        dtypes.push_back(dtype_from(format));
    std::vector<int64_t> offsets;
    bool with_offsets = dict.contains("offsets") && !nb::object(dict["offsets"]).is_none();
    if (with_offsets)
        for (nb::handle offset : dict["offsets"])
            offsets.push_back(nb::cast<int64_t>(offset));
    if (names.size() != dtypes.size() || (with_offsets && names.size() != offsets.size()))
        raise(PyExc_ValueError, "'names', 'formats', and 'offsets' dict entries must have the same length");
    int64_t itemsize = dict.contains("itemsize") ? nb::cast<int64_t>(dict["itemsize"]) : 0;
    return make_record(names, dtypes, with_offsets ? &offsets : nullptr, itemsize);
}

/// A type of another library that means one of ours, or 0.
la_dtype foreign(nb::handle object) {
    if (PyType_Check(object.ptr())) {
        if (object.is(&PyBool_Type))
            return LA_BOOL;
        if (object.is(&PyLong_Type))
            return LA_INT64;
        if (object.is(&PyFloat_Type))
            return LA_FLOAT64;
        if (object.is(&PyComplex_Type))
            return LA_COMPLEX128;
        // NumPy's scalar types, and those of libraries made like it.
        nb::object module = nb::getattr(object, "__module__", nb::none());
        if (nb::isinstance<nb::str>(module) && nb::hasattr(object, "dtype"))
            return parse(text_in(nb::object(object.attr("__name__"))));
        return 0;
    }
    // NumPy's dtype and its likes describe themselves.
    if (!nb::getattr(object, "subdtype", nb::none()).is_none())
        raise(PyExc_TypeError, "Cannot interpret '%R' as a data type: it is a subarray dtype, "
                               "whose dimensions would be axes of the array", object.ptr());
    nb::object fields = nb::getattr(object, "fields", nb::none());
    if (!fields.is_none() && nb::hasattr(object, "itemsize")) {
        nb::dict dict;
        nb::list formats, offsets;
        nb::object names = object.attr("names");
        for (nb::handle name : names) {
            nb::object field = fields[name];
            formats.append(field[0]);
            offsets.append(field[1]);
        }
        dict["names"] = names;
        dict["formats"] = formats;
        dict["offsets"] = offsets;
        dict["itemsize"] = object.attr("itemsize");
        return record_from_dict(dict);
    }
    nb::object text = nb::getattr(object, "str", nb::none());
    if (nb::isinstance<nb::str>(text))
        return parse(text_in(text));
    return 0;
}

nb::object names_of(la_dtype id) {
    int32_t count = la_dtype_field_count(id);
    if (!is_record(id))
        return nb::none();
    nb::list names;
    for (int32_t k = 0; k < count; ++k)
        names.append(field_of(id, k).name);
    return nb::tuple(names);
}

nb::object fields_of(la_dtype id) {
    if (!is_record(id))
        return nb::none();
    nb::dict fields;
    for (int32_t k = 0; k < la_dtype_field_count(id); ++k) {
        Field field = field_of(id, k);
        fields[field.name] = nb::make_tuple(dtype_object(field.dtype), field.offset);
    }
    return fields;
}

char byteorder_of(la_dtype id) {
    if (is_raw(id) || is_record(id) || la_dtype_size(id) == 1)
        return '|';
    if (!is_swapped(id))
        return '=';
    return little_endian ? '>' : '<';
}

/// Whether `other` means the same type; what means none is no error.
bool equals(la_dtype id, nb::handle other) {
    if (nb::isinstance<DType>(other))
        return nb::cast<DType &>(other).id == id;
    if (other.is_none())
        return false;
    try {
        return dtype_from(other) == id;
    } catch (nb::python_error &error) {
        if (!error.matches(PyExc_TypeError) && !error.matches(PyExc_ValueError))
            throw;
        return false;
    }
}

la_dtype with_byteorder(la_dtype id, const std::string &order) {
    la_dtype swapped = 0;
    check(la_dtype_swapped(id, &swapped));
    const char c = order.empty() ? 'S' : order[0];
    switch (c) {
    case 'S': case 's': return swapped;
    case '=': case 'N': case 'n': return is_swapped(id) ? swapped : id;
    case '<': case 'L': case 'l': return is_swapped(id) == little_endian ? swapped : id;
    case '>': case 'B': case 'b': return is_swapped(id) == little_endian ? id : swapped;
    case '|': case 'I': case 'i': return id;
    default: raise(PyExc_ValueError, "%s is not a valid byteorder", order.c_str());
    }
}

} // namespace

la_dtype make_record(const std::vector<std::string> &names, const std::vector<la_dtype> &dtypes,
                     const std::vector<int64_t> *offsets, int64_t itemsize) {
    std::vector<const char *> texts;
    for (const std::string &name : names)
        texts.push_back(name.c_str());
    la_dtype id = 0;
    check(la_dtype_record((int32_t)names.size(), texts.data(), dtypes.data(),
                          offsets ? offsets->data() : nullptr, itemsize, &id));
    return id;
}

int64_t alignment_of(la_dtype id) {
    if (is_raw(id) || is_record(id))
        return 1;
    int64_t size = la_dtype_size(id);
    return is_complex(id) ? size / 2 : size;
}

nb::object dtype_object(la_dtype id) {
    if (id > 0 && (size_t)id < builtin_numbers && builtin[id])
        return nb::borrow(builtin[id]);
    return nb::cast(DType{id});
}

la_dtype dtype_from(nb::handle object) {
    if (nb::isinstance<DType>(object))
        return nb::cast<DType &>(object).id;
    if (nb::isinstance<nb::str>(object))
        return parse(text_in(object));
    if (object.is_none())
        return LA_FLOAT64;
    if (nb::isinstance<nb::list>(object))
        return record_from_list(object);
    if (nb::isinstance<nb::dict>(object))
        return record_from_dict(nb::borrow<nb::dict>(object));
    if (la_dtype id = foreign(object))
        return id;
    raise(PyExc_TypeError, "Cannot interpret '%R' as a data type", object.ptr());
}

char kind_of(la_dtype id) {
    if (is_raw(id) || is_record(id))
        return 'V';
    switch (native(id)) {
    case LA_BOOL: return 'b';
    case LA_INT8: case LA_INT16: case LA_INT32: case LA_INT64: return 'i';
    case LA_UINT8: case LA_UINT16: case LA_UINT32: case LA_UINT64: return 'u';
    case LA_COMPLEX64: case LA_COMPLEX128: return 'c';
    default: return 'f';
    }
}

Field field_of(la_dtype record, int32_t field) {
    Field result{nb::str(""), 0, 0};
    result.name = text_of([&](char *buf, size_t capacity, size_t *needed) {
        return la_dtype_field(record, field, buf, capacity, needed, &result.dtype, &result.offset);
    });
    return result;
}

nb::str dtype_name(la_dtype id) {
    return text_of([id](char *buf, size_t capacity, size_t *needed) {
        return la_dtype_name(id, buf, capacity, needed);
    });
}

nb::str dtype_format(la_dtype id) {
    return text_of([id](char *buf, size_t capacity, size_t *needed) {
        return la_dtype_format(id, buf, capacity, needed);
    });
}

la_dtype record_of_some(la_dtype record, nb::handle chosen) {
    std::vector<std::string> names;
    std::vector<la_dtype> dtypes;
    std::vector<int64_t> offsets;
    for (nb::handle name : chosen) {
        bool found = false;
        for (int32_t k = 0; k < la_dtype_field_count(record) && !found; ++k) {
            Field field = field_of(record, k);
            if (!field.name.equal(name))
                continue;
            found = true;
            names.push_back(text_in(name));
            dtypes.push_back(field.dtype);
            offsets.push_back(field.offset);
        }
        if (!found)
            raise(PyExc_KeyError, "%R", name.ptr());
    }
    return make_record(names, dtypes, &offsets, la_dtype_size(record));
}

void bind_dtype(nb::module_ &module) {
    nb::class_<DType>(module, "dtype", nb::is_final(), nb::is_weak_referenceable(),
                      "An element type, made from what NumPy's dtype is made from.")
        .def(nb::new_([](nb::handle type) { return dtype_object(dtype_from(type)); }),
             nb::arg("type").none())
        .def_prop_ro("name", [](DType &self) { return dtype_name(self.id); })
        .def_prop_ro("str", [](DType &self) { return dtype_format(self.id); })
        .def_prop_ro("kind", [](DType &self) { return nb::str(std::string(1, kind_of(self.id)).c_str()); })
        .def_prop_ro("itemsize", [](DType &self) { return la_dtype_size(self.id); })
        .def_prop_ro("alignment", [](DType &self) { return alignment_of(self.id); })
        .def_prop_ro("byteorder",
                     [](DType &self) { return nb::str(std::string(1, byteorder_of(self.id)).c_str()); })
        .def_prop_ro("isnative", [](DType &self) { return !is_swapped(self.id); })
        .def_prop_ro("names", [](DType &self) { return names_of(self.id); },
                     nb::for_getter(nb::sig("def names(self, /) -> tuple[str, ...] | None")))
        .def_prop_ro("fields", [](DType &self) { return fields_of(self.id); })
        .def("newbyteorder",
             [](DType &self, const char *order) { return dtype_object(with_byteorder(self.id, order)); },
             nb::arg("new_order") = "S", "The same type in another byte order.")
        .def("__getitem__",
             [](DType &self, nb::str name) {
                 nb::object fields = fields_of(self.id);
                 if (fields.is_none())
                     raise(PyExc_KeyError, "There are no fields in dtype %U.",
                           dtype_name(self.id).ptr());
                 return nb::object(fields[name][0]);
             })
        .def("__eq__", [](DType &self, nb::handle other) { return equals(self.id, other); },
             nb::arg().none())
        .def("__ne__", [](DType &self, nb::handle other) { return !equals(self.id, other); },
             nb::arg().none())
        .def("__hash__", [](DType &self) { return (Py_hash_t)self.id; })
        .def("__str__", [](DType &self) { return dtype_name(self.id); })
        .def("__repr__",
             [](DType &self) {
                 nb::str name = dtype_name(self.id);
                 if (is_record(self.id))
                     return nb::steal<nb::str>(PyUnicode_FromFormat("dtype(%U)", name.ptr()));
                 return nb::steal<nb::str>(PyUnicode_FromFormat("dtype(%R)", name.ptr()));
             })
        .def("__reduce__", [](DType &self) {
            nb::object text = is_record(self.id) ? nb::object(dtype_name(self.id))
                                                 : nb::object(dtype_format(self.id));
            return nb::make_tuple(nb::type<DType>(), nb::make_tuple(text));
        });

    nb::list kept;
    for (const char *name : names) {
        la_dtype id = parse(name);
        la_dtype swapped = 0;
        check(la_dtype_swapped(id, &swapped));
        for (la_dtype both : {id, swapped}) {
            if (builtin[both])
                continue;
            nb::object object = nb::cast(DType{both});
            builtin[both] = object.ptr();
            kept.append(object);
        }
        module.attr(name) = nb::handle(builtin[id]);
    }
    module.attr("_builtin_dtypes") = nb::tuple(kept);
}

} // namespace libarray
