/* A planted mistake: a view is never released, and keeps its base alive.
 * address: detected memory leaks
 * valgrind: definitely lost */
#include "libarray.h"

/* A function of its own, so that no register and no place on the stack still has them. */
static __attribute__((noinline)) int forget(int times) {
    la_array *a = NULL, *view = NULL;
    if (la_arange(LA_INT64, 0, 1000, 1, &a) != LA_OK) return 1;
    if (la_slice(a, LA_INDEX(LA_RANGE(1, 4)), &view) != LA_OK) return 1;
    la_release(a);
    return times > 0 && forget(times - 1);
}

int main(void) { return forget(20); }
