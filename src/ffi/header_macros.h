
/* Index expressions
 *
 * LA_INDEX(...) stands for two arguments, a pointer and a count, and is written
 * where a function takes `const la_index *key, int32_t count`:
 *
 *     la_slice(a, LA_INDEX(LA_AT(0), LA_ALL, LA_STEP(-1)), &out);   a[0, :, ::-1]
 *     la_slice(a, LA_INDEX(LA_ELLIPSIS, LA_NEWAXIS), &out);         a[..., None]
 *     la_get(a, LA_INDEX(LA_MASK(bright)), &out);                   a[bright]
 *     la_get(a, LA_INDEX(LA_INTS(rows, 2), LA_RANGE(1, 4)), &out);  a[[0, 2], 1:4]
 *
 * Each entry is an expression of type la_index that evaluates its arguments
 * once, so `key[k] = LA_AT(n)` works as well.
 */
#ifndef LIBARRAY_INDEX_H
#define LIBARRAY_INDEX_H

static inline la_index la_index_entry_(int32_t kind, int32_t flags, int64_t start,
                                       int64_t stop, int64_t step, const void *array) {
    la_index entry;
    entry.kind = kind;
    entry.flags = flags;
    entry.start = start;
    entry.stop = stop;
    entry.step = step;
    entry.array = (const la_array *)array;
    entry.reserved[0] = 0;
    entry.reserved[1] = 0;
    return entry;
}

#ifdef __cplusplus
#  define LA_NULL_ nullptr
#else
#  define LA_NULL_ NULL
#endif

#define LA_SLICE_(flags, start, stop, step)                                      \
    la_index_entry_(LA_INDEX_SLICE, (flags), (int64_t)(start), (int64_t)(stop),  \
                    (int64_t)(step), LA_NULL_)

/** a[i] */
#define LA_AT(i) la_index_entry_(LA_INDEX_INTEGER, 0, (int64_t)(i), 0, 0, LA_NULL_)
/** a[start:stop] */
#define LA_RANGE(start, stop) LA_SLICE_(0, start, stop, 1)
/** a[start:stop:step] */
#define LA_RANGE_STEP(start, stop, step) LA_SLICE_(0, start, stop, step)
/** a[start:] */
#define LA_FROM(start) LA_SLICE_(LA_INDEX_NO_STOP, start, 0, 1)
/** a[start::step] */
#define LA_FROM_STEP(start, step) LA_SLICE_(LA_INDEX_NO_STOP, start, 0, step)
/** a[:stop] */
#define LA_TO(stop) LA_SLICE_(LA_INDEX_NO_START, 0, stop, 1)
/** a[:stop:step] */
#define LA_TO_STEP(stop, step) LA_SLICE_(LA_INDEX_NO_START, 0, stop, step)
/** a[:] */
#define LA_ALL LA_SLICE_(LA_INDEX_NO_START | LA_INDEX_NO_STOP, 0, 0, 1)
/** a[::step] */
#define LA_STEP(step) LA_SLICE_(LA_INDEX_NO_START | LA_INDEX_NO_STOP, 0, 0, step)
/** a[None] */
#define LA_NEWAXIS la_index_entry_(LA_INDEX_NEWAXIS, 0, 0, 0, 0, LA_NULL_)
/** a[...] */
#define LA_ELLIPSIS la_index_entry_(LA_INDEX_ELLIPSIS, 0, 0, 0, 0, LA_NULL_)
/** a[indices]: an array of integers or booleans */
#define LA_ARRAY(indices) la_index_entry_(LA_INDEX_ARRAY, 0, 0, 0, 0, (indices))
/** a[mask]: an array of booleans */
#define LA_MASK(mask) la_index_entry_(LA_INDEX_MASK, 0, 0, 0, 0, (mask))
/** a[[...]]: `count` values of type int64_t */
#define LA_INTS(values, count) \
    la_index_entry_(LA_INDEX_INTS, 0, 0, (int64_t)(count), 0, la_ints_(values))

/* Only int64_t values may stand behind LA_INTS; another type does not compile. */
static inline const void *la_ints_(const int64_t *values) { return values; }

#ifdef __cplusplus
template <size_t N>
inline const la_index *la_key_(const la_index (&key)[N]) { return key + 1; }
template <size_t N>
char (&la_key_count_(const la_index (&key)[N]))[N];
#  define LA_KEY_START_ la_index_entry_(0, 0, 0, 0, 0, nullptr)
#  define LA_INDEX(...)                     \
    la_key_({LA_KEY_START_, __VA_ARGS__}),  \
    (int32_t)(sizeof(la_key_count_({LA_KEY_START_, __VA_ARGS__})) - 1)
#else
#  define LA_KEY_START_ la_index_entry_(0, 0, 0, 0, 0, NULL)
#  define LA_INDEX(...)                                 \
    ((const la_index[]){LA_KEY_START_, __VA_ARGS__}) + 1, \
    (int32_t)(sizeof((const la_index[]){LA_KEY_START_, __VA_ARGS__}) / sizeof(la_index) - 1)
#endif

#endif /* LIBARRAY_INDEX_H */
