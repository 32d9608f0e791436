/* Random arrays in one small buffer, for tests of writes that overlap: what they
 * hold and where, read without the library.
 *
 * `buffer` and `memory` are to be set before any view is made. Everything is
 * drawn from `seed`, with one draw in an argument list, so that a seed means
 * the same to every compiler. */
#ifndef OPERANDS_H
#define OPERANDS_H

#include "check.h"

enum { BYTES = 128, AXES_MOST = 8, MOST = 1024 };

static uint64_t seed;
static la_array *buffer;
static unsigned char *memory;

static inline int64_t below(int64_t n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)((seed >> 11) % (uint64_t)n);
}

/* -- numbers ------------------------------------------------------------------- */

static inline int is_swapped(la_dtype dtype) {
    return dtype >> 8 & 1;
}

static inline int is_signed(la_dtype dtype) {
    int kind = dtype & 0xff;
    return kind == LA_INT8 || kind == LA_INT16 || kind == LA_INT32 || kind == LA_INT64;
}

/* An element of the buffer; a bool is its byte. */
static inline int64_t read_at(int64_t where, la_dtype dtype) {
    int64_t size = la_dtype_size(dtype);
    uint64_t bits = 0;
    for (int64_t k = 0; k < size; k++)
        bits |= (uint64_t)memory[where + (is_swapped(dtype) ? size - 1 - k : k)] << 8 * k;
    if (size < 8 && is_signed(dtype) && bits >> (8 * size - 1)) bits |= ~UINT64_C(0) << 8 * size;
    return (int64_t)bits;
}

static inline void store_at(unsigned char *bytes, int64_t where, la_dtype to, la_dtype from, int64_t value) {
    int64_t size = la_dtype_size(to);
    if ((to == LA_BOOL) != (from == LA_BOOL)) value = value != 0;
    for (int64_t k = 0; k < size; k++)
        bytes[where + (is_swapped(to) ? size - 1 - k : k)] = (unsigned char)((uint64_t)value >> 8 * k);
}

static inline la_dtype any_integer(void) {
    static const la_dtype dtypes[] = {LA_UINT8, LA_UINT8, LA_UINT8, LA_INT8, LA_INT8, LA_INT16, LA_INT16,
                                      LA_UINT16, LA_INT32, LA_UINT32, LA_INT64, LA_INT64};
    la_dtype dtype = dtypes[below(12)];
    return la_dtype_size(dtype) > 1 && below(4) == 0 ? dtype | 0x100 : dtype;
}

static inline la_dtype any_dtype(void) {
    return below(8) ? any_integer() : LA_BOOL;
}

/* -- operands -------------------------------------------------------------------- */

/* An array, and where its elements lie in the buffer, in C order, and what
 * they are before the call. */
typedef struct operand {
    la_array *array;
    la_dtype dtype;
    int32_t ndim;
    int64_t shape[AXES_MOST], size, where[MOST], value[MOST];
} operand;

static inline int64_t count_of(int32_t ndim, const int64_t *shape) {
    int64_t count = 1;
    for (int32_t k = 0; k < ndim; k++) count *= shape[k];
    return count;
}

/* Whether the view fits; if so `offset` becomes one of the possible ones. */
static inline int fits(la_dtype dtype, int32_t ndim, const int64_t *shape, const int64_t *strides, int64_t *offset) {
    int64_t low = 0, high = la_dtype_size(dtype);
    for (int32_t k = 0; k < ndim; k++) {
        int64_t reach = shape[k] > 1 ? (shape[k] - 1) * strides[k] : 0;
        if (reach < 0) low += reach;
        else high += reach;
    }
    if (high - low > BYTES) return 0;
    *offset = below(BYTES - (high - low) + 1) - low;
    return 1;
}

static inline void view_at(operand *out, la_dtype dtype, int32_t ndim, const int64_t *shape,
                    const int64_t *strides, int64_t offset) {
    /* The first element as bytes; the same as the type wanted; then the view. */
    la_array *bytes = MAKE(la_slice(buffer, LA_INDEX(LA_TO(la_dtype_size(dtype))), OUT));
    la_array *typed = MAKE(la_view_dtype(bytes, dtype, OUT));
    out->array = MAKE(la_as_strided(typed, offset, ndim, shape, strides, OUT));
    DROP(typed);
    DROP(bytes);
    out->dtype = dtype;
    out->ndim = ndim;
    for (int32_t k = 0; k < ndim; k++) out->shape[k] = shape[k];
    out->size = count_of(ndim, shape);
    if (out->size > MOST) printf("an operand is too large\n"), exit(1);
    for (int64_t k = 0; k < out->size; k++)
        out->where[k] = check_address(out->array, k) - (const char *)memory;
}

/* A view of any kind; perhaps of the strides of `like`, at another place. */
static inline void any_view(operand *out, la_dtype dtype, int32_t ndim, const int64_t *shape, const operand *like) {
    int64_t size = la_dtype_size(dtype), strides[AXES_MOST], offset;
    for (;;) {
        int64_t kind = below(5), step = size;
        for (int32_t k = ndim; k-- > 0;) {
            if (kind == 0) strides[k] = below(33) - 16;
            else if (kind == 1) strides[k] = size * (below(9) - 4);
            else if (kind == 2) strides[k] = below(3) - 1;
            else strides[k] = below(4) ? step : -step; /* a packed array, reversed on some axes */
            step *= shape[k] > 0 ? shape[k] : 1;
        }
        if (like && like->ndim == ndim && below(2))
            for (int32_t k = 0; k < ndim; k++) strides[k] = la_strides(like->array)[k];
        if (!fits(dtype, ndim, shape, strides, &offset)) continue;
        view_at(out, dtype, ndim, shape, strides, offset);
        return;
    }
}

/* Axes of extents that make few elements together. */
static inline int32_t any_shape(int64_t *shape) {
    static const int64_t most[] = {1, 12, 5, 3, 2, 2};
    int32_t ndim = (int32_t)below(5) + 1;
    for (int32_t k = 0; k < ndim; k++) shape[k] = below(most[ndim]) + 1;
    return ndim;
}

/* A shape that broadcasts to the one given. */
static inline int32_t broadcastable(int32_t ndim, const int64_t *shape, int64_t *out) {
    int32_t dropped = below(4) ? 0 : (int32_t)below(ndim + 1);
    for (int32_t k = dropped; k < ndim; k++) out[k - dropped] = below(6) ? shape[k] : 1;
    return ndim - dropped;
}

static inline void view_to_broadcast(operand *out, la_dtype dtype, int32_t ndim, const int64_t *shape,
                              const operand *like) {
    int64_t own[AXES_MOST];
    any_view(out, dtype, broadcastable(ndim, shape, own), own, like);
}

/* Mostly puts indices there that are in bounds; elements that share bytes may
 * still spoil each other. */
static inline void plant(const operand *given, int64_t extent) {
    int spoiled = below(8) == 0;
    for (int64_t k = 0; k < given->size && !spoiled; k++) {
        int64_t index = below(extent);
        if (below(3) == 0 && is_signed(given->dtype)) index -= extent;
        store_at(memory, given->where[k], given->dtype, given->dtype, index);
    }
}

/* The private copy of an operand. */
static inline void read_whole(operand *given) {
    for (int64_t k = 0; k < given->size; k++) given->value[k] = read_at(given->where[k], given->dtype);
}

/* The element of `given` that stands at place `flat` (in C order) of a shape
 * that it is broadcast to. */
static inline int64_t broadcast_place(const operand *given, int32_t ndim, const int64_t *shape, int64_t flat) {
    int64_t place = 0, step = 1;
    for (int32_t k = ndim; k-- > 0;) {
        int32_t own = k - (ndim - given->ndim);
        if (own >= 0) {
            if (given->shape[own] != 1) place += flat % shape[k] * step;
            step *= given->shape[own];
        }
        flat /= shape[k];
    }
    return place;
}

#endif
