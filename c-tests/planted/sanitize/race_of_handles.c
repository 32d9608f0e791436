/* A planted mistake: a handle is released while another thread still looks at it.
 * thread: WARNING: ThreadSanitizer */
#include "libarray.h"

#include <pthread.h>

static void *look(void *array) {
    volatile int64_t size = 0;
    for (int k = 0; k < 1000; k++) size += la_size(array);
    return NULL;
}

int main(void) {
    la_array *a = NULL;
    pthread_t thread;
    if (la_arange(LA_INT64, 0, 1000, 1, &a) != LA_OK) return 1;
    if (pthread_create(&thread, NULL, look, a)) return 1;
    la_release(a);
    pthread_join(thread, NULL);
    return 0;
}
