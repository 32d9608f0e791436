/* Time, as every contestant in C measures it. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <time.h>

static inline double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Keeps the compiler from leaving out what nobody looks at. */
static inline void used(void *memory) { __asm__ volatile("" : : "r"(memory) : "memory"); }

#endif
