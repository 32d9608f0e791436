/* A planted mistake: a status is taken for success. `make check-oom` must find
 * it. */
#include "exhaust.h"

int main(void) {
    int64_t shape[] = {100};
    la_array *a = NULL;
    exhaust_init();
    la_status status = la_zeros(LA_INT64, 1, shape, LA_ORDER_C, &a);
    (void)status;
    volatile int64_t first = *(const int64_t *)la_data(a);
    (void)first;
    la_release(a);
    return 0;
}
