/* A planted mistake: two threads write the same elements.
 * thread: data race */
#include "libarray.h"

#include <pthread.h>

static void *fill(void *array) {
    for (int k = 0; k < 100; k++)
        if (la_fill_i64(array, k) != LA_OK) return array;
    return NULL;
}

int main(void) {
    la_array *a = NULL;
    pthread_t thread;
    if (la_arange(LA_INT64, 0, 1000, 1, &a) != LA_OK) return 1;
    if (pthread_create(&thread, NULL, fill, a)) return 1;
    fill(a);
    pthread_join(thread, NULL);
    la_release(a);
    return 0;
}
