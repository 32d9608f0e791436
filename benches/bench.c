/* What bench.py and overlap.py time in C: libarray's calls, and what the machine itself needs.
 *
 * Each function repeats its job `count` times and returns the seconds it took,
 * or a negative number when a call failed. Results are made anew and released
 * each time, as a program would.
 */
#define _POSIX_C_SOURCE 199309L

#include "libarray.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Keeps the compiler from leaving out what nobody looks at. */
static void used(void *memory) { __asm__ volatile("" : : "r"(memory) : "memory"); }

#define REPEAT(count, call)                    \
    double start = now();                      \
    for (long k = 0; k < (count); k++) {       \
        la_array *out = NULL;                  \
        if ((call) != LA_OK) return -1;        \
        la_release(out);                       \
    }                                          \
    return now() - start

double bench_slice(long count, const la_array *a) {
    REPEAT(count, la_slice(a, LA_INDEX(LA_RANGE(1, 4)), &out));
}

double bench_copy(long count, const la_array *a) {
    REPEAT(count, la_copy(a, LA_ORDER_C, &out));
}

double bench_take(long count, const la_array *a, const la_array *indices) {
    REPEAT(count, la_take(a, indices, LA_NO_AXIS, LA_MODE_RAISE, &out));
}

double bench_mask(long count, const la_array *a, const la_array *mask) {
    REPEAT(count, la_get(a, LA_INDEX(LA_MASK(mask)), &out));
}

double bench_astype(long count, const la_array *a, la_dtype dtype) {
    REPEAT(count, la_astype(a, dtype, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, &out));
}

/* `answer`: receives 1, 0, or -1 for too hard. */
double bench_shares_memory(long count, const la_array *a, const la_array *b, int64_t max_work,
                           int32_t *answer) {
    double start = now();
    for (long k = 0; k < count; k++) {
        la_status status = la_shares_memory(a, b, max_work, answer);
        if (status == LA_TOO_HARD)
            *answer = -1;
        else if (status != LA_OK)
            return -1;
    }
    return now() - start;
}

double bench_malloc(long count, size_t size) {
    double start = now();
    for (long k = 0; k < count; k++) {
        void *memory = malloc(size);
        used(memory);
        free(memory);
    }
    return now() - start;
}

/* A fresh block, filled by memcpy: what a copy costs where nothing is left to win. */
double bench_memcpy(long count, const void *source, size_t size) {
    double start = now();
    for (long k = 0; k < count; k++) {
        void *memory = malloc(size);
        if (memory == NULL) return -1;
        memcpy(memory, source, size);
        used(memory);
        free(memory);
    }
    return now() - start;
}
