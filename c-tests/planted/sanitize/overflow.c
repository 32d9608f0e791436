/* A planted mistake: a write behind the last element of an array, beyond the bytes that
 * its alignment may leave there.
 * address: heap-buffer-overflow
 * valgrind: Invalid write */
#include "libarray.h"

int main(void) {
    la_array *a = NULL;
    const int64_t shape[] = {1000};
    if (la_zeros(LA_INT64, 1, shape, LA_ORDER_C, &a) != LA_OK) return 1;
    volatile int64_t *elements = la_data_mut(a);
    elements[1010] = 999;
    la_release(a);
    return 0;
}
