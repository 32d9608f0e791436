// Memory that some other Python object keeps, as an Array.
#pragma once

#include <optional>

#include "array.hpp"

namespace libarray {

/// What is known of foreign memory. Extents and strides are checked by the C ABI.
struct ForeignMemory {
    void *data = nullptr;
    la_dtype dtype = 0;
    std::vector<int64_t> shape;
    /// In bytes; none for C order.
    std::optional<std::vector<int64_t>> strides;
    bool read_only = false;

    /// An Array of the bytes that the elements span; `keeper` lives as long as it.
    nb::object as_array(nb::object keeper) const;

    /// An Array within the buffer of `source`, from `offset` bytes on; `data` and
    /// `read_only` are the buffer's.
    nb::object in_buffer(nb::object source, int64_t offset);
};

/// A reference to a Python object that the C ABI drops, on whatever thread: a
/// deleter with the object as its payload.
void drop_object(void *memory, void *object);

/// An Array of the buffer that an object offers; an invalid object where its
/// format is no element type of ours.
nb::object view_of_buffer(nb::handle object);

/// What the deleter of a capsule of a tensor must know of it: DLPack's two
/// structs, whose first or last member is the deleter.
struct DlpackUnversioned {
    struct {
        void *data;
        struct { int32_t type, id; } device;
        int32_t ndim;
        struct { uint8_t code, bits; uint16_t lanes; } dtype;
        int64_t *shape, *strides;
        uint64_t byte_offset;
    } tensor;
    void *manager_ctx;
    void (*deleter)(DlpackUnversioned *);
};
struct DlpackVersioned {
    struct { uint32_t major, minor; } version;
    void *manager_ctx;
    void (*deleter)(DlpackVersioned *);
};

} // namespace libarray
