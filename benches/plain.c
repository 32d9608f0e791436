/* The jobs in plain C: what the machine itself needs, and the loops that a
 * program would have without a library, compiled with -O3 -march=native.
 *
 * Each function repeats its job `count` times and returns the seconds it took.
 */
#define _GNU_SOURCE

#include "clock.h"
#include "strided.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPEAT(count, job)                 \
    double start = now();                  \
    for (long k = 0; k < (count); k++) {   \
        job;                               \
    }                                      \
    return now() - start

/* ---- the machine ---- */

double plain_memcpy(long count, void *target, const void *source, size_t size) {
    REPEAT(count, memcpy(target, source, size); used(target));
}

double plain_memmove(long count, void *target, const void *source, size_t size) {
    REPEAT(count, memmove(target, source, size); used(target));
}

double plain_memset(long count, void *target, size_t size) {
    REPEAT(count, memset(target, 1, size); used(target));
}

double plain_malloc(long count, size_t size) {
    REPEAT(count, void *memory = malloc(size); used(memory); free(memory));
}

/* ---- moving between layouts ---- */

typedef struct { double re, im; } pair;

typedef void (*row_loop)(char *t, int64_t ts, const char *s, int64_t ss, int64_t n);

#define STEP(TO, FROM, TS, SS)                                      \
    for (int64_t i = 0; i < n; i++)                                 \
        *(TO *)(t + i * (TS)) = (TO) * (const FROM *)(s + i * (SS))

/* A row, with the usual steps written out, as a programmer knows them. */
#define ROW(NAME, TO, FROM)                                                              \
    static void NAME(char *restrict t, int64_t ts, const char *restrict s, int64_t ss,   \
                     int64_t n) {                                                        \
        const int64_t to = sizeof(TO), from = sizeof(FROM);                              \
        if (ts == to && ss == from) { STEP(TO, FROM, to, from); }                        \
        else if (ts == to && ss == 2 * from) { STEP(TO, FROM, to, 2 * from); }           \
        else if (ts == to && ss == -from) { STEP(TO, FROM, to, -from); }                 \
        else if (ts == to && ss == 0) { STEP(TO, FROM, to, 0); }                         \
        else if (ts == to) { STEP(TO, FROM, to, ss); }                                   \
        else { STEP(TO, FROM, ts, ss); }                                                 \
    }

ROW(move1, uint8_t, uint8_t)
ROW(move2, uint16_t, uint16_t)
ROW(move4, uint32_t, uint32_t)
ROW(move8, uint64_t, uint64_t)
ROW(move16, pair, pair)
ROW(f64_f32, float, double)
ROW(f32_f64, double, float)
ROW(f32_f16, _Float16, float)
ROW(f16_f32, float, _Float16)
ROW(f64_i32, int32_t, double)
ROW(i32_f64, double, int32_t)
ROW(i64_f64, double, int64_t)
ROW(i64_i32, int32_t, int64_t)
ROW(u8_f32, float, uint8_t)
ROW(f32_u8, uint8_t, float)

/* By the numbers of la_dtype. */
enum { I32 = 4, I64 = 5, U8 = 6, F16 = 10, F32 = 12, F64 = 13 };

static row_loop row_of(const strided *target, const strided *source, int64_t itemsize) {
    static const struct { int32_t from, to; row_loop row; } casts[] = {
        {F64, F32, f64_f32}, {F32, F64, f32_f64}, {F32, F16, f32_f16}, {F16, F32, f16_f32},
        {F64, I32, f64_i32}, {I32, F64, i32_f64}, {I64, F64, i64_f64}, {I64, I32, i64_i32},
        {U8, F32, u8_f32},   {F32, U8, f32_u8},
    };
    if (target->dtype == source->dtype)
        return itemsize == 1 ? move1 : itemsize == 2 ? move2 : itemsize == 4 ? move4
             : itemsize == 8 ? move8 : itemsize == 16 ? move16 : NULL;
    for (size_t k = 0; k < sizeof casts / sizeof *casts; k++)
        if (casts[k].from == source->dtype && casts[k].to == target->dtype) return casts[k].row;
    return NULL;
}

static void rows(row_loop row, const strided *t, char *to, const strided *s, const char *from,
                 int axis) {
    if (axis + 1 >= t->ndim) {
        row(to, t->strides[axis], from, s->strides[axis], t->shape[axis]);
        return;
    }
    for (int64_t i = 0; i < t->shape[axis]; i++)
        rows(row, t, to + i * t->strides[axis], s, from + i * s->strides[axis], axis + 1);
}

double plain_assign(long count, const strided *target, const strided *source, int64_t itemsize) {
    row_loop row = row_of(target, source, itemsize);
    if (row == NULL) return CANNOT;
    REPEAT(count, rows(row, target, target->data, source, source->data, 0));
}

double plain_copy(long count, const void *source, size_t size) {
    REPEAT(count, void *memory = malloc(size); memcpy(memory, source, size); used(memory);
           free(memory));
}

/* ---- in place ---- */

#define SWAP(T, a, b) do { T x = (a); (a) = (b); (b) = x; } while (0)

/* By blocks, since nobody would write it element by element. */
#define TRANSPOSE(NAME, T)                                                        \
    static void NAME(T *a, int64_t n) {                                           \
        enum { B = 32 };                                                          \
        for (int64_t i0 = 0; i0 < n; i0 += B)                                     \
            for (int64_t j0 = 0; j0 <= i0; j0 += B)                               \
                for (int64_t i = i0; i < i0 + B && i < n; i++)                    \
                    for (int64_t j = j0; j < j0 + B && j < i; j++)                \
                        SWAP(T, a[i * n + j], a[j * n + i]);                      \
    }

TRANSPOSE(transpose1, uint8_t)
TRANSPOSE(transpose4, uint32_t)
TRANSPOSE(transpose8, uint64_t)

double plain_transpose_in_place(long count, void *a, int64_t n, int64_t itemsize) {
    REPEAT(count, if (itemsize == 1) transpose1(a, n); else if (itemsize == 4) transpose4(a, n);
           else if (itemsize == 8) transpose8(a, n); else return CANNOT; used(a));
}

double plain_reverse_in_place(long count, uint64_t *a, int64_t n) {
    REPEAT(count, for (int64_t i = 0; i < n / 2; i++) SWAP(uint64_t, a[i], a[n - 1 - i]); used(a));
}

/* ---- take and masks, float64 or rows of bytes ---- */

/* Checks its indices, as the others do. */
double plain_take(long count, char *restrict target, const char *restrict source, int64_t extent,
                  const int64_t *restrict indices, int64_t n, int64_t size) {
    REPEAT(count, {
        for (int64_t i = 0; i < n; i++)
            if (indices[i] < -extent || indices[i] >= extent) return -1;
        if (size == 8)
            for (int64_t i = 0; i < n; i++) {
                int64_t at = indices[i] + (indices[i] < 0 ? extent : 0);
                ((uint64_t *)target)[i] = ((const uint64_t *)source)[at];
            }
        else if (size == 16)
            for (int64_t i = 0; i < n; i++) {
                int64_t at = indices[i] + (indices[i] < 0 ? extent : 0);
                memcpy(target + i * 16, source + at * 16, 16);
            }
        else
            for (int64_t i = 0; i < n; i++) {
                int64_t at = indices[i] + (indices[i] < 0 ? extent : 0);
                memcpy(target + i * size, source + at * size, size);
            }
        used(target);
    });
}

/* Makes a new block, as the others make a new array. `check`: NULL, or where what
 * was chosen is put beside. */
double plain_mask(long count, const double *a, const bool *mask, int64_t n, double *check) {
    REPEAT(count, {
        int64_t chosen = 0;
        for (int64_t i = 0; i < n; i++) chosen += mask[i];
        double *out = malloc((chosen + 1) * sizeof *out); /* one more: written, not kept */
        int64_t at = 0;
        for (int64_t i = 0; i < n; i++) {
            out[at] = a[i];
            at += mask[i];
        }
        used(out);
        if (check != NULL) memcpy(check, out, chosen * sizeof *out);
        free(out);
    });
}

/* The target has room for as many as are true, so nothing may be written behind. */
double plain_mask_into(long count, double *restrict out, const double *restrict a,
                       const bool *restrict mask, int64_t n) {
    REPEAT(count, {
        int64_t at = 0;
        for (int64_t i = 0; i < n; i++)
            if (mask[i]) out[at++] = a[i];
        used(out);
    });
}

double plain_mask_fill(long count, double *restrict a, const bool *restrict mask, int64_t n,
                       double value) {
    REPEAT(count, for (int64_t i = 0; i < n; i++) a[i] = mask[i] ? value : a[i]; used(a));
}

double plain_mask_assign(long count, double *restrict a, const bool *restrict mask, int64_t n,
                         const double *restrict values) {
    REPEAT(count, {
        const double *value = values;
        for (int64_t i = 0; i < n; i++)
            if (mask[i]) a[i] = *value++;
        used(a);
    });
}

double plain_add(long count, double *restrict out, const double *restrict a,
                 const double *restrict b, int64_t n) {
    REPEAT(count, for (int64_t i = 0; i < n; i++) out[i] = a[i] + b[i]; used(out));
}

/* ---- files ---- */

static bool whole(int file, char *memory, size_t size, bool reading) {
    while (size > 0) {
        ssize_t part = reading ? read(file, memory, size) : write(file, memory, size);
        if (part <= 0) return false;
        memory += part;
        size -= (size_t)part;
    }
    return true;
}

/* `header` bytes before the elements are skipped. */
double plain_load(long count, const char *path, int64_t header, size_t size) {
    REPEAT(count, {
        int file = open(path, O_RDONLY);
        char *memory = malloc(size);
        if (file < 0 || lseek(file, header, SEEK_SET) < 0 || !whole(file, memory, size, true))
            return -1;
        close(file);
        used(memory);
        free(memory);
    });
}

/* Without a header: the bytes alone. */
double plain_save(long count, const char *path, char *memory, size_t size) {
    REPEAT(count, {
        int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (file < 0 || !whole(file, memory, size, false)) return -1;
        close(file);
    });
}
