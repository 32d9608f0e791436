/* A planted mistake: a handle is forgotten when memory runs out. `make
 * check-oom` must find it. */
#include "exhaust.h"

int main(void) {
    int64_t shape[] = {100};
    la_array *a = NULL, *b = NULL;
    exhaust_init();
    if (la_zeros(LA_INT64, 1, shape, LA_ORDER_C, &a) != LA_OK) return EXHAUST_EXIT;
    if (la_copy(a, LA_ORDER_C, &b) != LA_OK) return EXHAUST_EXIT;
    la_release(a);
    la_release(b);
    return 0;
}
