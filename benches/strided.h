/* How bench.py hands an array to the contestants that are not libarray. */
#ifndef BENCH_STRIDED_H
#define BENCH_STRIDED_H

#include <stdint.h>

#define MAX_AXES 8

/* `dtype` counts as la_dtype does, `strides` are bytes. The memory is the caller's. */
typedef struct {
    char *data;
    int32_t dtype, ndim;
    int64_t shape[MAX_AXES];
    int64_t strides[MAX_AXES];
} strided;

/* What a function answers that has no way to do the job. */
#define CANNOT (-2.0)

#endif
