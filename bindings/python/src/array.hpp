// The Python class Array: a handle of the C ABI, and the object that stands for
// its base.
#pragma once

#include <vector>

#include "handle.hpp"

namespace libarray {

/// What an instance holds.
struct Array {
    Handle handle;
    /// Stands for another array from now on: that is how `a.shape = ...` works.
    void replace(Handle other) {
        std::swap(handle, other);
        Unlocked::retire(std::move(other));
    }

    /// For a view, the Array that owns the memory; for imported memory, whatever
    /// Python object keeps it; else null. What `.base` gives.
    nb::object base;
};

/// A Python object of class Array. It is a type of its own, not one of nanobind's,
/// so that making one for a view costs as little as can be.
struct Instance {
    PyObject_HEAD
    PyObject *weak_references;
    Array array;
};

/// The class; set when it is made, and alive as long as the process.
extern PyTypeObject *array_type;

/// The Array in a Python object, or null.
inline Array *array_in(nb::handle object) {
    bool is_array = Py_TYPE(object.ptr()) == array_type;
    return is_array ? &reinterpret_cast<Instance *>(object.ptr())->array : nullptr;
}

/// A Python object that is known to be an Array, as a parameter.
class Self : public nb::object {
public:
    NB_OBJECT(Self, nb::object, "libarray.Array", array_in)
    Array &array() const { return *array_in(*this); }
};

/// A new Python object for an array that owns its memory.
nb::object own(Handle handle);

/// A new Python object for a view of `source`'s memory.
nb::object view(const Array &source, nb::handle self, Handle handle);

/// `own` or `view`, for calls that may make either of `source`.
nb::object own_or_view(const Array &source, nb::handle self, Handle handle);

/// A new Python object for memory that `keeper` keeps.
nb::object import(Handle handle, nb::object keeper);

/// A view of the same bytes as another type; what does not fit is a ValueError, as
/// NumPy has it, since the layout is wrong and not the type.
Handle view_dtype(const Array &source, la_dtype dtype);

/// Extents or other integers: one integer or a sequence of them.
std::vector<int64_t> integers(nb::handle object);

/// Axes: one integer or a sequence of them.
std::vector<int32_t> axes(nb::handle object);

/// One axis; None is LA_NO_AXIS.
int32_t axis_or_none(nb::handle object);

/// 'C', 'F', 'A' or 'K' (`otherwise` for None) as LA_ORDER_...
int32_t order_of(nb::handle object, int32_t otherwise);

/// The name of a casting rule as LA_CAST_...
int32_t casting_of(const char *name);

/// 'raise', 'wrap' or 'clip' as LA_MODE_...
int32_t mode_of(const char *name);

/// True, False or None as LA_COPY_ALWAYS, LA_COPY_NEVER, LA_COPY_IF_NEEDED.
int32_t copy_of(nb::handle object);

/// The shape as a tuple.
nb::tuple tuple_of(const int64_t *numbers, int32_t count);

/// The class while it is made: what is added to it, in nanobind's manner.
class ArrayClass {
public:
    explicit ArrayClass(nb::handle type) : type_(type) {}

    template <typename Function, typename... Extra>
    ArrayClass &def(const char *name, Function &&function, const Extra &...extra) {
        nb::cpp_function_def(std::forward<Function>(function), nb::scope(type_), nb::name(name),
                             nb::is_method(), extra...);
        return *this;
    }

private:
    nb::handle type_;
};

void bind_array(nb::module_ &module);

} // namespace libarray

/// Arrays as parameters: `Array &`, of objects of the very class.
template <> struct nanobind::detail::type_caster<libarray::Array> {
    static constexpr auto Name = const_name("libarray.Array");
    template <typename T> using Cast = precise_cast_t<T>;

    bool from_python(handle source, uint32_t, cleanup_list *) noexcept {
        value_ = libarray::array_in(source);
        return value_ != nullptr;
    }
    template <typename T> bool can_cast() const noexcept { return value_ != nullptr; }
    operator libarray::Array *() { return value_; }
    operator libarray::Array &() { return *value_; }

private:
    libarray::Array *value_;
};
