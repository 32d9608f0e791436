// The other of two translation units, this one in C++.
#include "unit.h"

int64_t first_by_cpp(const la_array *album) {
    la_array *window = nullptr;
    int64_t value = -1;
    const int64_t index[] = {0};
    if (la_slice(album, LA_INDEX(LA_RANGE(1, 4)), &window) != LA_OK) return -1;
    if (la_item_i64(window, 1, index, &value) != LA_OK) value = -1;
    la_release(window);
    return value;
}
