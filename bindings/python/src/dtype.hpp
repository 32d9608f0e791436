// Element types as Python objects.
#pragma once

#include <bit>
#include <string>
#include <vector>

#include "handle.hpp"

namespace libarray {

/// An element type: the number of the C ABI.
struct DType {
    la_dtype id;
};

/// The one Python object of a built-in type, or an object for any other.
nb::object dtype_object(la_dtype id);

/// Reads what users write for a type: a DType, its text, one of Python's own
/// number types, NumPy's dtypes and scalar types, a list or dictionary of fields.
la_dtype dtype_from(nb::handle object);

/// As `dtype_from`; `otherwise` for None.
inline la_dtype dtype_or(nb::handle object, la_dtype otherwise) {
    return object.is_none() ? otherwise : dtype_from(object);
}

/// The letter NumPy uses for what sort of values a type holds: b i u f c V.
char kind_of(la_dtype id);

/// Whether the type's bytes stand in the order foreign to this machine.
inline bool is_swapped(la_dtype id) { return id > 0 && id < 0x10000 && (id & 0x100); }

/// The same type in this machine's byte order; records are left as they are.
inline la_dtype native(la_dtype id) { return is_swapped(id) ? id & ~0x100 : id; }

inline bool is_raw(la_dtype id) { return (id & 0x40000000) != 0; }
inline bool is_record(la_dtype id) { return id >= 0x10000 && !is_raw(id); }
inline bool is_complex(la_dtype id) {
    return native(id) == LA_COMPLEX64 || native(id) == LA_COMPLEX128;
}

/// Whether this machine's least significant byte comes first.
inline constexpr bool little_endian = std::endian::native == std::endian::little;

/// The widest machine word of a built-in type; 1 for raw bytes and records.
int64_t alignment_of(la_dtype id);

/// A record type from lists of equal lengths; without offsets, packed; `itemsize` 0
/// is as large as the fields need.
la_dtype make_record(const std::vector<std::string> &names, const std::vector<la_dtype> &dtypes,
                     const std::vector<int64_t> *offsets, int64_t itemsize);

/// A field of a record type.
struct Field {
    nb::str name;
    la_dtype dtype;
    int64_t offset;
};
Field field_of(la_dtype record, int32_t field);

/// NumPy's name of the type ("float64", ">i4", "[('x', '<f4')]").
nb::str dtype_name(la_dtype id);

/// NumPy's format of the type ("<f8", "|V3").
nb::str dtype_format(la_dtype id);

/// A record type of the named fields alone, of the size and with the offsets of
/// the whole: what `a[["x", "y"]]` looks through.
la_dtype record_of_some(la_dtype record, nb::handle names);

void bind_dtype(nb::module_ &module);

} // namespace libarray
