/* libarray's calls as bench.py and overlap.py time them, in C.
 *
 * Each function repeats its job `count` times and returns the seconds it took,
 * or a negative number when a call failed. What makes a new array releases it
 * each time, as a program would.
 */
#define _POSIX_C_SOURCE 199309L

#include "libarray.h"

#include "clock.h"
#include "strided.h"

#define REPEAT(count, call)                    \
    double start = now();                      \
    for (long k = 0; k < (count); k++)         \
        if ((call) != LA_OK) return -1;        \
    return now() - start

#define REPEAT_NEW(count, call)                \
    double start = now();                      \
    for (long k = 0; k < (count); k++) {       \
        la_array *out = NULL;                  \
        if ((call) != LA_OK) return -1;        \
        la_release(out);                       \
    }                                          \
    return now() - start

double bench_slice(long count, const la_array *a) {
    REPEAT_NEW(count, la_slice(a, LA_INDEX(LA_RANGE(1, 4)), &out));
}

double bench_copy(long count, const la_array *a) {
    REPEAT_NEW(count, la_copy(a, LA_ORDER_C, &out));
}

double bench_assign(long count, la_array *target, const la_array *source) {
    REPEAT(count, la_assign(target, source, LA_CAST_UNSAFE));
}

double bench_take(long count, la_array *target, const la_array *source, const la_array *indices,
                  int32_t axis) {
    REPEAT(count, la_take_into(source, indices, axis, LA_MODE_RAISE, target));
}

double bench_mask(long count, const la_array *a, const la_array *mask) {
    REPEAT_NEW(count, la_get(a, LA_INDEX(LA_MASK(mask)), &out));
}

double bench_mask_into(long count, la_array *target, const la_array *a, const la_array *mask) {
    REPEAT(count, la_compress_into(a, mask, 0, target));
}

double bench_mask_fill(long count, la_array *a, const la_array *mask, double value) {
    REPEAT(count, la_set_scalar(a, LA_INDEX(LA_MASK(mask)), LA_FLOAT64, &value));
}

double bench_mask_assign(long count, la_array *a, const la_array *mask, const la_array *values) {
    REPEAT(count, la_set(a, LA_INDEX(LA_MASK(mask)), values));
}

double bench_load(long count, const char *path) { REPEAT_NEW(count, la_load_npy(path, &out)); }

double bench_save(long count, const char *path, const la_array *a) {
    REPEAT(count, la_save_npy(path, a));
}

#ifdef LA_MAX_OPERANDS
/* Adds two arrays: the loop of plain_add, as la_for_each calls it back. */
static int32_t add(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    if (strides[0] != 8 || strides[1] != 8 || strides[2] != 8) return 1;
    double *restrict out = (double *)data[0];
    const double *restrict a = (const double *)data[1], *restrict b = (const double *)data[2];
    for (int64_t i = 0; i < count; i++) out[i] = a[i] + b[i];
    return 0;
}

double bench_add(long count, la_array *out, const la_array *a, const la_array *b) {
    la_operand operands[] = {{out, LA_WRITE, 0}, {a, LA_READ, 0}, {b, LA_READ, 0}};
    REPEAT(count, la_for_each(3, operands, NULL, add, NULL));
}
#else /* the header has it in its first form only, which no library offers */
double bench_add(long count, la_array *out, const la_array *a, const la_array *b) {
    (void)count, (void)out, (void)a, (void)b;
    return CANNOT;
}
#endif

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
