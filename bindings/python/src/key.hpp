// Python's index expressions as keys of the C ABI.
#pragma once

#include <optional>

#include "array.hpp"

namespace libarray {

/// What stands in the brackets of `a[...]`.
class Key {
public:
    Key(const Array &array, nb::handle key);
    Key(const Key &) = delete;

    const la_index *entries() const { return entries_; }
    int32_t count() const { return count_; }

    /// Whether the key makes a copy: an array or list stands in it.
    bool is_advanced() const { return advanced_; }

    /// Whether it names one element: an integer for every axis and nothing else.
    bool names_element() const { return element_; }

    /// Whether an array of rank 0 stands for an integer, which makes a copy.
    bool has_scalar_array() const { return scalar_array_; }

    /// The indices of the element that the key names.
    void indices(int64_t *out) const;

private:
    void add(nb::handle entry);
    /// An object that stands for an integer; false for any other.
    bool add_number(nb::handle object);
    void add_slice(nb::handle slice);
    void add_sequence(nb::handle object);
    void add_array(const Array &array, nb::object owner);
    la_index &next();

    // The most entries the C ABI takes; more are refused there.
    static constexpr int32_t most_entries = 130;
    la_index entries_[most_entries];
    int32_t count_ = 0;
    bool advanced_ = false;
    bool element_ = false;
    bool scalar_array_ = false;
    // Arrays that were made for the key and live as long as it.
    std::vector<nb::object> owners_;
};

/// The field or fields that a string or a list of strings selects, as a view;
/// nothing for any other key.
std::optional<nb::object> select_fields(const Array &array, nb::handle self, nb::handle key);

} // namespace libarray
