// What `a.flags` gives: the properties of an array's layout and memory, by
// NumPy's names, as attributes and as items.

#include "flags.hpp"

#include <string_view>

namespace libarray {

namespace {

/// A window on the flags of an Array, which it keeps alive.
struct Flags {
    nb::object owner;
    Array &array() const { return *array_in(owner); }
    int32_t bits() const { return la_flags(array().handle); }
    bool has(int32_t flag) const { return (bits() & flag) != 0; }
};

/// Only what made its memory itself owns it; an array whose shape was set in
/// place is a view for the C ABI, but not for Python.
bool owns_data(const Flags &flags) { return !flags.array().base.is_valid(); }

bool fortran_only(const Flags &flags) {
    return flags.has(LA_FLAG_F_CONTIGUOUS) && !flags.has(LA_FLAG_C_CONTIGUOUS);
}

void set_writeable(Array &array, bool wanted) {
    if ((la_flags(array.handle) & LA_FLAG_WRITEABLE) ? wanted : !wanted)
        return;
    if (wanted)
        raise(PyExc_ValueError, "cannot set WRITEABLE flag to True of this array: access only "
                                "narrows, so a copy is needed to write");
    Handle handle;
    check(la_readonly(array.handle, handle.out()));
    array.replace(std::move(handle));
}

/// One flag, by any of the names NumPy has for it.
bool flag(const Flags &flags, std::string_view name) {
    if (name == "C" || name == "CONTIGUOUS" || name == "C_CONTIGUOUS")
        return flags.has(LA_FLAG_C_CONTIGUOUS);
    if (name == "F" || name == "FORTRAN" || name == "F_CONTIGUOUS")
        return flags.has(LA_FLAG_F_CONTIGUOUS);
    if (name == "O" || name == "OWNDATA")
        return owns_data(flags);
    if (name == "W" || name == "WRITEABLE")
        return flags.has(LA_FLAG_WRITEABLE);
    if (name == "A" || name == "ALIGNED")
        return flags.has(LA_FLAG_ALIGNED);
    if (name == "X" || name == "WRITEBACKIFCOPY")
        return false;
    if (name == "B" || name == "BEHAVED")
        return flags.has(LA_FLAG_ALIGNED) && flags.has(LA_FLAG_WRITEABLE);
    if (name == "CA" || name == "CARRAY")
        return flags.has(LA_FLAG_ALIGNED) && flags.has(LA_FLAG_WRITEABLE) &&
               flags.has(LA_FLAG_C_CONTIGUOUS);
    if (name == "FA" || name == "FARRAY")
        return flags.has(LA_FLAG_ALIGNED) && flags.has(LA_FLAG_WRITEABLE) && fortran_only(flags);
    if (name == "FNC")
        return fortran_only(flags);
    if (name == "FORC")
        return flags.has(LA_FLAG_F_CONTIGUOUS) || flags.has(LA_FLAG_C_CONTIGUOUS);
    raise(PyExc_KeyError, "Unknown flag");
}

constexpr const char *shown[] = {"C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA",
                                 "WRITEABLE",    "ALIGNED",      "WRITEBACKIFCOPY"};

nb::str describe(const Flags &flags) {
    nb::str text("");
    for (const char *name : shown)
        text = nb::steal<nb::str>(PyUnicode_FromFormat("%U  %s : %s\n", text.ptr(), name,
                                                       flag(flags, name) ? "True" : "False"));
    return text;
}

/// The or-ed numbers NumPy gives, which leave out what the C ABI has beside.
int32_t number(const Flags &flags) {
    return (flags.bits() & ~LA_FLAG_OWNS_DATA) | (owns_data(flags) ? LA_FLAG_OWNS_DATA : 0);
}

} // namespace

nb::object get_flags(PyObject *self) { return nb::cast(Flags{nb::borrow(self)}); }

void bind_flags(nb::module_ &module, ArrayClass &array) {
    nb::class_<Flags> flags(module, "Flags", nb::is_final(),
                            "The properties of an array's layout and memory.");
    struct Name {
        const char *attribute, *flag;
    };
    static constexpr Name names[] = {
        {"c_contiguous", "C"}, {"contiguous", "C"}, {"f_contiguous", "F"}, {"fortran", "F"},
        {"owndata", "O"},      {"aligned", "A"},    {"writebackifcopy", "X"}, {"behaved", "B"},
        {"carray", "CA"},      {"farray", "FA"},    {"fnc", "FNC"},        {"forc", "FORC"}};
    for (const Name &name : names)
        flags.def_prop_ro(name.attribute, [&name](Flags &f) { return flag(f, name.flag); });
    flags
        .def_prop_rw(
            "writeable", [](Flags &f) { return f.has(LA_FLAG_WRITEABLE); },
            [](Flags &f, nb::handle wanted) {
                int truth = PyObject_IsTrue(wanted.ptr());
                if (truth < 0)
                    throw nb::python_error();
                set_writeable(f.array(), truth);
            },
            "Whether elements may be written through this array. It can be set to False, "
            "never back.")
        .def_prop_ro("num", [](Flags &f) { return number(f); })
        .def("__getitem__", [](Flags &f, const char *name) { return flag(f, name); })
        .def("__setitem__",
             [](Flags &f, const char *given, bool wanted) {
                 std::string_view name = given;
                 if (name != "W" && name != "WRITEABLE")
                     raise(PyExc_KeyError, "Unknown flag");
                 set_writeable(f.array(), wanted);
             })
        .def("__eq__",
             [](Flags &f, nb::handle other) {
                 return nb::isinstance<Flags>(other) &&
                        number(f) == number(nb::cast<Flags &>(other));
             },
             nb::arg().none())
        .def("__repr__", describe)
        .def("__str__", describe);

    array
        .def("setflags",
             [](Array &a, nb::handle write, nb::handle align, nb::handle uic) {
                 if (!align.is_none() || !uic.is_none())
                     raise(PyExc_ValueError, "only the flag WRITEABLE can be set");
                 if (write.is_none())
                     return;
                 int truth = PyObject_IsTrue(write.ptr());
                 if (truth < 0)
                     throw nb::python_error();
                 set_writeable(a, truth);
             },
             nb::arg("write") = nb::none(), nb::arg("align") = nb::none(),
             nb::arg("uic") = nb::none(), "Makes the array read-only with write=False.");
}

} // namespace libarray
