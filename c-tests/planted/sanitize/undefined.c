/* A planted mistake: an index is computed with a sum that does not fit its type.
 * address: signed integer overflow */
#include "libarray.h"

int main(void) {
    la_array *a = NULL;
    int64_t item = 0;
    volatile int32_t first = INT32_MAX;
    const int64_t index[] = {first + 1};
    if (la_arange(LA_INT64, 0, 1000, 1, &a) != LA_OK) return 1;
    if (la_item_i64(a, 1, index, &item) == LA_OK) return 1;
    la_release(a);
    return 0;
}
