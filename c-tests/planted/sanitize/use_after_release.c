/* A planted mistake: elements are read through a pointer that outlives their array.
 * address: heap-use-after-free
 * valgrind: Invalid read */
#include "libarray.h"

int main(void) {
    la_array *a = NULL, *view = NULL;
    if (la_arange(LA_INT64, 0, 1000, 1, &a) != LA_OK) return 1;
    if (la_slice(a, LA_INDEX(LA_RANGE(1, 4)), &view) != LA_OK) return 1;
    const volatile int64_t *elements = la_data(view);
    la_release(view);
    la_release(a);
    return elements[0] == 5;
}
