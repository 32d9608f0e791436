/* A planted mistake: a decision by an element of la_empty that nobody has set.
 * valgrind: depends on uninitialised value */
#include "libarray.h"

int main(void) {
    la_array *a = NULL;
    int32_t any = 0;
    const int64_t shape[] = {1000};
    if (la_empty(LA_INT64, 1, shape, LA_ORDER_C, &a) != LA_OK) return 1;
    if (la_any(a, &any) != LA_OK) return 1;
    la_release(a);
    return any == 5;
}
