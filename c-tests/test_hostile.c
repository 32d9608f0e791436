/* Random calls of every function with arguments that nobody would write: the
 * ends of the integers, unknown numbers, NULL, no elements, huge extents, every
 * layout that the memory admits. No call may crash or give LA_PANIC, touch its
 * results when it fails, or change what it was to write; nothing made from a
 * read-only handle may be written; all memory comes back.
 *
 * The allocator refuses blocks above a size, so that arrays stay small and
 * running out of memory is met often, and fills blocks with small numbers, so
 * that some of them are indices. LIBARRAY_SEED and LIBARRAY_CASES repeat a run
 * or prolong it. */
#include "check.h"

#define HANDLES 40
#define LARGEST_BLOCK 65536
/* Functions that visit every element get no larger arrays than this. */
#define FEW 4096
#define SNAPSHOT 8192

static uint64_t state;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static int64_t below(int64_t limit) {
    return (int64_t)(next() % (uint64_t)limit);
}

/* -- arguments ----------------------------------------------------------------- */

static const int64_t extremes[] = {
    INT64_MIN, INT64_MIN + 1, -4294967296, INT32_MIN, -65, -64, -16, -8, -3, -2, -1, 0, 1, 2, 3, 4, 7,
    8, 16, 24, 63, 64, 65, 128, 129, 255, 4095, INT32_MAX, 4294967296, 3037000500,
    1152921504606846976, INT64_MAX / 8, INT64_MAX / 8 + 1, INT64_MAX - 1, INT64_MAX};

static int64_t wild(void) {
    return extremes[below((int64_t)(sizeof extremes / sizeof extremes[0]))];
}

/* Mostly what makes sense. */
static int64_t number(int64_t low, int64_t high) {
    return below(12) ? low + below(high - low + 1) : wild();
}

static int32_t small(int64_t low, int64_t high) {
    int64_t value = number(low, high);
    return below(40) ? (int32_t)value : below(2) ? INT32_MIN : INT32_MAX;
}

static int64_t extent(void) {
    switch (below(8)) {
    case 0: return 0;
    case 1: return 1;
    case 2: return wild();
    default: return below(7);
    }
}

static int64_t stride(void) {
    return below(4) ? (below(9) - 4) * (1 << below(5)) : wild();
}

static int32_t rank(void) {
    return below(20) ? (int32_t)below(5) : small(0, 65);
}

/* Record types: plain, swapped with a gap, nested with raw bytes, crossed. None
 * is larger than 16 bytes. */
static la_dtype records[4];

static void make_records(void) {
    static const char *const texts[4] = {
        "[('x', '<i4'), ('y', '<f8')]",
        "[('x', '>i2'), ('', 'V2'), ('y', '?')]",
        "[('r', [('x', '<f2')]), ('b', 'V3')]",
        "{'names': ['y', 'x'], 'formats': ['<u4', '<c8'], 'offsets': [6, 0]}",
    };
    for (int k = 0; k < 4; k++) OK(la_dtype_parse(texts[k], &records[k]));
}

static int32_t dtype(void) {
    switch (below(11)) {
    case 10: return records[below(4)];
    case 0: return 0x40000000 | (int32_t)below(20);
    case 1: return 0x100 | (int32_t)below(20);
    case 2: return small(0, 300);
    case 3: return below(2) ? LA_WEAK_INT : LA_WEAK_FLOAT;
    case 4: return below(2) ? LA_BOOL : 0x7fffffff - (int32_t)below(2);
    default: return 1 + (int32_t)below(15);
    }
}

/* The type of a value, which a call may read as many bytes of as it says. */
static int32_t value_dtype(void) {
    int32_t type = dtype();
    return type > 0x40000000 + 32 ? LA_INT8 : type;
}

/* Room for the lists that functions read: never shorter than what a call that
 * is not refused by its count may read. */
static int64_t shape[160], strides[160], list[160];
static int32_t axes[160];
static la_dtype dtypes[160];
static unsigned char bytes[4096], value[64];
static la_index key[160];

/* -- handles --------------------------------------------------------------------- */

static la_array *handles[HANDLES];
/* Whether a handle may be written, nor anything made from it. */
static int narrow[HANDLES];
static int wraps, deleted;

static void deleter(void *memory, void *payload) {
    (void)memory;
    ++*(int *)payload;
}

static la_array *any(void) {
    return below(60) ? handles[below(HANDLES)] : NULL;
}

/* A handle that a function may visit element by element. */
static la_array *few(void) {
    for (;;) {
        la_array *array = any();
        if (la_size(array) <= FEW) return array;
    }
}

static int is_narrow(const la_array *array) {
    for (int k = 0; array && k < HANDLES; k++)
        if (handles[k] == array && narrow[k]) return 1;
    return 0;
}

static la_array **nowhere_or(la_array **out) {
    return below(100) ? out : NULL;
}

static const void *null_or(const void *pointer) {
    return below(50) ? pointer : NULL;
}

static void fill_arguments(void) {
    int sensible = below(3) != 0;
    for (int k = 0; k < 160; k++) {
        if (k >= 6 && below(16)) continue; /* most calls read a few */
        shape[k] = sensible ? below(4) : extent();
        strides[k] = sensible ? (below(7) - 3) * 8 : stride();
        list[k] = sensible ? below(5) - 1 : wild();
        axes[k] = sensible ? (int32_t)below(4) - 1 : small(-4, 4);
        dtypes[k] = dtype();
    }
    for (int k = 0; k < 32; k++) value[k] = (unsigned char)(below(2) ? 0 : next());
}

/* An array of a shape that fits, so that checks of shapes are passed often. */
static void shape_of(const la_array *array) {
    for (int32_t k = 0; k < la_ndim(array); k++)
        if (below(6)) shape[k] = la_shape(array)[k];
}

static int32_t fill_key(void) {
    int32_t count = below(30) ? (int32_t)below(5) : small(0, 131);
    for (int32_t k = 0; k < (count < 0 || count > 140 ? 5 : count); k++) {
        int64_t bound = number(-4, 4), other = number(-4, 4);
        la_array *array = few();
        switch (below(9)) {
        case 0: key[k] = LA_AT(number(-2, 2)); break;
        case 1: key[k] = LA_NEWAXIS; break;
        case 2: key[k] = LA_ELLIPSIS; break;
        case 3: key[k] = LA_ARRAY(array); break;
        case 4: key[k] = LA_MASK(array); break;
        case 5: key[k] = LA_INTS(list, below(4)); break;
        case 6: key[k] = LA_ALL; break;
        default: key[k] = LA_RANGE_STEP(bound, other, number(-3, 3)); break;
        }
        if (!below(40)) key[k].flags = small(0, 4);
        if (!below(100)) key[k].kind = small(0, 8);
        if (key[k].kind == LA_INDEX_INTS) {
            if (key[k].array != (const la_array *)(const void *)list) key[k].kind = LA_INDEX_NEWAXIS;
            if (!below(20)) key[k].stop = below(2) ? -below(3) : INT64_MIN;
        } else if (key[k].array == (const la_array *)(const void *)list) {
            key[k].array = array;
        }
        if (!below(200)) key[k].reserved[below(2)] = wild();
    }
    return count;
}

/* -- one call ---------------------------------------------------------------------- */

static struct {
    const char *name;
    la_array *target;
    const unsigned char *low;
    int64_t length;
    unsigned char bytes[SNAPSHOT];
} before;

static void watch(la_array *target) {
    const void *low, *high;
    before.target = target;
    before.length = 0;
    if (!target || la_byte_bounds(target, &low, &high) != LA_OK) return;
    int64_t length = (const char *)high - (const char *)low;
    if (length > SNAPSHOT) return;
    before.low = (const unsigned char *)low;
    before.length = length;
    if (length) memcpy(before.bytes, low, (size_t)length);
}

static void written(la_status status) {
    if (status != LA_OK && before.length && memcmp(before.bytes, before.low, (size_t)before.length))
        check_fail(before.name, 0, "a refused call has written (%s)", check_last_error());
    if (status == LA_OK && is_narrow(before.target) && la_size(before.target) > 0)
        check_fail(before.name, 0, "a read-only handle was written");
}

static void judge(la_status status) {
    if (status == LA_PANIC) check_fail(before.name, 0, "%s", check_last_error());
    if (status < LA_OK || status > LA_PANIC) check_fail(before.name, 0, "status %d", (int)status);
}

/* Puts a new handle in place of an old one; `sources` are what it may be a view of. */
static void store(la_array *made, const la_array *source, int is_narrowing) {
    int is_view = source && la_same_owner(made, source) && made != source;
    int stays_narrow = is_narrowing || (is_view && is_narrow(source));
    if (stays_narrow && ((la_flags(made) & LA_FLAG_WRITEABLE) ||
                         (la_base(made) && (la_flags(la_base(made)) & LA_FLAG_WRITEABLE))))
        check_fail(before.name, 0, "a writable handle was made from a read-only one");
    if (la_nbytes(made) < 0 || la_size(made) < 0)
        check_fail(before.name, 0, "the size of the result overflows");
    int64_t place = below(HANDLES);
    la_release(handles[place]);
    handles[place] = made;
    narrow[place] = stays_narrow;
}

static void made(la_status status, la_array *out, const la_array *source) {
    judge(status);
    if (status != LA_OK) {
        if (out != CHECK_UNTOUCHED) check_fail(before.name, 0, "out was touched by a refused call");
    } else if (out == CHECK_UNTOUCHED) {
        check_fail(before.name, 0, "success without a result");
    } else {
        store(out, source, 0);
    }
}

static void number_made(la_status status, int64_t out) {
    judge(status);
    if (status != LA_OK && out != 77) check_fail(before.name, 0, "out was touched by a refused call");
}

#define MADE(source, function, ...)                        \
    do {                                                   \
        la_array *out_ = CHECK_UNTOUCHED;                  \
        la_array **out = nowhere_or(&out_);                \
        before.name = #function;                           \
        la_status status_ = function(__VA_ARGS__);         \
        made(status_, out_, (source));                     \
    } while (0)
#define WROTE(target_, function, ...)                      \
    do {                                                   \
        before.name = #function;                           \
        watch(target_);                                    \
        la_status status_ = function(__VA_ARGS__);         \
        judge(status_);                                    \
        written(status_);                                  \
    } while (0)
#define TOLD(type, function, ...)                          \
    do {                                                   \
        type out_ = 77, *out = &out_;                      \
        if (!below(100)) out = NULL;                       \
        before.name = #function;                           \
        la_status status_ = function(__VA_ARGS__);         \
        number_made(status_, (int64_t)out_);               \
    } while (0)
#define SAID(function, ...)                                \
    do {                                                   \
        before.name = #function;                           \
        judge(function(__VA_ARGS__));                      \
    } while (0)

static void create(void) {
    int32_t type = dtype(), order = small(0, 3), ndim = rank();
    const int64_t *extents = (const int64_t *)null_or(shape);
    la_array *like = any();
    const void *scalar = null_or(value);
    double a = below(3) ? (double)wild() : NAN, b = below(3) ? (double)below(9) : HUGE_VAL;
    switch (below(13)) {
    case 0: MADE(NULL, la_empty, type, ndim, extents, order, out); break;
    case 1: MADE(NULL, la_zeros, type, ndim, extents, order, out); break;
    case 2: MADE(NULL, la_ones, type, ndim, extents, order, out); break;
    case 3: MADE(NULL, la_full, type, ndim, extents, order, value_dtype(), scalar, out); break;
    case 4: MADE(NULL, la_arange, type, number(-3, 3), number(-9, 9), number(-3, 3), out); break;
    case 5: MADE(NULL, la_arange_f64, type, b, a, (double)number(-2, 2) / 2, out); break;
    case 6: MADE(NULL, la_linspace, type, a, b, number(-1, 9), small(0, 1), out); break;
    case 7:
        MADE(NULL, la_eye, type, number(0, 5), number(0, 5), number(-3, 3), order, out);
        break;
    case 8: MADE(NULL, la_empty_like, like, below(2) ? 0 : type, order, out); break;
    case 9: MADE(NULL, la_zeros_like, like, below(2) ? 0 : type, order, out); break;
    case 10: MADE(NULL, la_ones_like, like, below(2) ? 0 : type, order, out); break;
    case 11:
        MADE(NULL, la_full_like, like, below(2) ? 0 : type, order, value_dtype(), scalar, out);
        break;
    default: {
        /* Without strides a layout that does not fit the block is refused. */
        int is_empty = 0, in_bounds = 1;
        for (int32_t k = 0; k < ndim && k < 64; k++) {
            is_empty |= shape[k] == 0;
            in_bounds &= shape[k] < 5;
        }
        if (is_empty || (in_bounds && ndim < 4)) {
            const int64_t *given = NULL;
            if (below(2)) {
                given = strides;
                if (!is_empty)
                    for (int32_t k = 0; k < 4; k++) strides[k] = below(101) - 50;
            }
            MADE(NULL, la_from_data, is_empty ? null_or(bytes) : bytes + 2000 + below(8), type, ndim,
                 extents, given, order, out);
        }
    }
    }
}

static void wrap(void) {
    int64_t nbytes = below(8) ? below(600) : number(-1, 64), offset = number(0, 200);
    if (nbytes > (int64_t)sizeof bytes && below(2)) nbytes = sizeof bytes;
    int is_honest = nbytes <= (int64_t)sizeof bytes - 8;
    int32_t flags = below(2) ? (int32_t)below(2) : small(0, 3), ndim = rank();
    if (!is_honest) return;
    la_array *out = CHECK_UNTOUCHED;
    before.name = "la_wrap";
    int deleted_before = deleted;
    la_status status = la_wrap(bytes + below(8), nbytes, offset, dtype(), ndim, shape,
                               (const int64_t *)(below(3) ? strides : NULL), flags, deleter,
                               &deleted, nowhere_or(&out));
    judge(status);
    if (deleted != deleted_before) check_fail("la_wrap", 0, "calls the deleter");
    if (status != LA_OK) {
        if (out != CHECK_UNTOUCHED) check_fail("la_wrap", 0, "touches out");
        return;
    }
    wraps++;
    store(out, NULL, flags & LA_WRAP_READ_ONLY);
}

static void view(void) {
    la_array *a = any();
    int32_t count = below(3) ? (int32_t)below(4) : small(0, 4), entries;
    const int32_t *named = (const int32_t *)(below(5) ? axes : NULL);
    if (below(3)) shape_of(a);
    if (a && below(2)) count = la_ndim(a);
    switch (below(22)) {
    case 0:
    case 1:
        entries = fill_key();
        MADE(a, la_slice, a, null_or(key), entries, out);
        break;
    case 2: MADE(a, la_slice_str, a, below(2) ? "..., ::-1" : "-1:9223372036854775807:2, None, 0", out); break;
    case 3:
        if (la_size(a) < FEW || below(2))
            MADE(a, la_reshape, a, rank(), shape, small(0, 3), small(0, 2), out);
        break;
    case 4: MADE(a, la_transpose, a, out); break;
    case 5: MADE(a, la_permute, a, count, named, out); break;
    case 6: MADE(a, la_swapaxes, a, small(-2, 2), small(-2, 2), out); break;
    case 7: MADE(a, la_moveaxis, a, count, named, axes + 3, out); break;
    case 8: MADE(a, la_squeeze, a, count, named, out); break;
    case 9: MADE(a, la_expand_dims, a, count, named, out); break;
    case 10: MADE(a, la_broadcast_to, a, rank(), shape, out); break;
    case 11: MADE(a, la_flip, a, count, named, out); break;
    case 12: MADE(a, la_rot90, a, wild(), small(-2, 2), small(-2, 2), out); break;
    case 13: MADE(a, la_diagonal, a, number(-3, 3), small(-2, 2), small(-2, 2), out); break;
    case 14: MADE(a, la_real, a, out); break;
    case 15: MADE(a, la_imag, a, out); break;
    case 16: MADE(a, la_view_dtype, a, dtype(), out); break;
    case 17:
    case 18:
        if (below(2)) {
            /* Without elements any strides will do. */
            shape[below(3)] = 0;
            for (int k = 0; k < 4; k++) strides[k] = wild();
        }
        MADE(a, la_as_strided, a, number(-16, 32), rank(), shape,
             (const int64_t *)(below(4) ? strides : NULL), out);
        break;
    case 19: MADE(a, la_sliding_window, a, count, named, below(2) ? shape : list, out); break;
    case 20: {
        la_array *out = CHECK_UNTOUCHED;
        before.name = "la_readonly";
        la_status status = la_readonly(a, &out);
        judge(status);
        if (status == LA_OK) store(out, a, 1);
        break;
    }
    default: {
        la_array *parts[65];
        for (int k = 0; k < 65; k++) parts[k] = CHECK_UNTOUCHED;
        int64_t sections = number(-1, 4), made_count = sections;
        int32_t axis = small(-2, 1);
        la_status status;
        if (below(2)) {
            /* Nothing can be cut into any number of nothings. */
            for (int32_t k = 0; k < la_ndim(a); k++)
                if (sections > 64 && la_shape(a)[k] % sections == 0) return;
            before.name = "la_split";
            status = la_split(a, sections, axis, parts);
        } else {
            made_count = (sections < 0 ? 0 : sections % 64) + 1;
            before.name = "la_split_at";
            status = la_split_at(a, sections < 0 ? sections : made_count - 1, list, axis, parts);
        }
        judge(status);
        la_retain(a); /* storing a part may release it */
        for (int k = 0; k < 65; k++)
            if ((parts[k] != CHECK_UNTOUCHED) != (status == LA_OK && k < made_count))
                check_fail(before.name, 0, "part %d of %d", k, (int)made_count);
            else if (parts[k] != CHECK_UNTOUCHED)
                store(parts[k], a, 0);
        la_release(a);
    }
    }
}

static void copy(void) {
    la_array *a = few();
    int32_t order = small(0, 3), mode = small(0, 2);
    switch (below(7)) {
    case 0: MADE(a, la_copy, a, order, out); break;
    case 1: MADE(a, la_astype, a, dtype(), order, small(0, 5), mode, out); break;
    case 2: MADE(a, la_contiguous, a, order, mode, out); break;
    case 3: MADE(a, la_ravel, a, order, mode, out); break;
    case 4: MADE(a, la_flatten, a, order, out); break;
    case 5: MADE(a, la_compact, a, out); break;
    default: a = any(); MADE(a, la_contiguous, a, order, mode, out);
    }
}

static void take(void) {
    la_array *a = few(), *b = few(), *c = few();
    int32_t axis = below(6) ? (int32_t)below(4) - 2 : below(2) ? LA_NO_AXIS : small(-2, 2);
    int32_t mode = small(0, 2), order = small(0, 1), count = below(9) ? (int32_t)below(3) : small(0, 4);
    const la_array *several[5] = {a, b, c, a, b};
    if (count > 5) count = 5;
    switch (below(11)) {
    case 0:
    case 1:
    case 2: {
        int32_t entries = fill_key();
        la_array *from = below(2) ? a : any();
        MADE(from, la_get, from, null_or(key), entries, out);
        break;
    }
    case 3: MADE(NULL, la_take, below(3) ? a : any(), b, axis, mode, out); break;
    case 4: MADE(NULL, la_compress, a, b, axis, out); break;
    case 5: MADE(NULL, la_nonzero, a, out); break;
    case 6: MADE(NULL, la_where, a, b, c, out); break;
    case 7: MADE(NULL, la_take_along_axis, a, b, axis, out); break;
    case 8: MADE(NULL, la_unravel_index, a, rank(), shape, order, out); break;
    case 9: MADE(NULL, la_ravel_multi_index, count, several, shape, mode, order, out); break;
    default: {
        unsigned char result[16];
        memset(result, 0x5a, sizeof result);
        la_status status;
        int32_t given = below(4) ? la_ndim(a) : small(0, 4), type = below(2) ? 0 : dtype();
        /* A value of raw bytes needs as much room as it says. */
        if (la_itemsize(a) > 16) break;
        before.name = "la_item";
        status = la_item(a, given < 0 ? 0 : given, list, type, result);
        judge(status);
        for (size_t k = 0; status != LA_OK && k < sizeof result; k++)
            if (result[k] != 0x5a) check_fail("la_item", 0, "touches out");
        TOLD(double, la_item_f64, a, given, list, out);
        TOLD(int64_t, la_item_i64, a, given, list, out);
        TOLD(uint64_t, la_item_u64, a, given, list, out);
    }
    }
}

static void write(void) {
    la_array *a = few(), *b = few(), *c = few();
    int32_t axis = below(6) ? (int32_t)below(4) - 2 : below(2) ? LA_NO_AXIS : small(-2, 2);
    int32_t mode = small(0, 2), casting = below(3) ? LA_CAST_UNSAFE : small(0, 5);
    int32_t entries = fill_key(), type = value_dtype();
    int64_t joined = below(9) ? 1 + below(3) : below(2) ? 0 : INT64_MIN;
    const la_array *several[3] = {b, c, few()};
    const void *scalar = null_or(value);
    switch (below(16)) {
    case 0:
    case 1: WROTE(a, la_set, a, key, entries, b); break;
    case 2:
    case 3: WROTE(a, la_set_scalar, a, key, entries, type, scalar); break;
    case 4: WROTE(a, la_take_into, b, c, axis, mode, a); break;
    case 5: WROTE(a, la_put, a, b, c, mode); break;
    case 6: WROTE(a, la_place, a, b, c); break;
    case 7: WROTE(a, la_compress_into, b, c, axis, a); break;
    case 8: WROTE(a, la_put_along_axis, a, b, c, axis); break;
    case 9: WROTE(a, la_set_item, a, below(4) ? la_ndim(a) : small(0, 4), list, type, scalar); break;
    case 10: WROTE(a, la_assign, a, b, casting); break;
    case 11: WROTE(a, la_assign_where, a, b, c, casting); break;
    case 12: WROTE(a, la_fill, a, type, scalar); break;
    case 13: WROTE(a, la_fill_f64, a, (double)wild() * 1e290); break;
    case 14: WROTE(a, la_fill_i64, a, wild()); break;
    default: WROTE(a, la_concatenate_into, joined, several, axis, casting, a); break;
    }
}

static void compare(void) {
    la_array *a = few(), *b = below(4) ? few() : a;
    int32_t op = small(0, 5);
    switch (below(11)) {
    case 0: MADE(NULL, la_compare, a, b, op, out); break;
    case 1: MADE(NULL, la_compare_scalar, a, value_dtype(), null_or(value), op, out); break;
    case 2: MADE(NULL, la_compare_i64, a, wild(), op, out); break;
    case 3: MADE(NULL, la_compare_f64, a, below(3) ? (double)wild() : NAN, op, out); break;
    case 4: MADE(NULL, la_logical, a, b, small(0, 3), out); break;
    case 5: MADE(NULL, la_isnan, a, out); break;
    case 6: TOLD(int32_t, la_any, a, out); break;
    case 7: TOLD(int32_t, la_all, a, out); break;
    case 8: TOLD(int64_t, la_count_nonzero, a, out); break;
    case 9: TOLD(int32_t, la_array_equal, a, b, small(0, 1), out); break;
    default: MADE(NULL, la_compare, any(), any(), op, out); break;
    }
}

static void overlap(void) {
    la_array *a = any(), *b = below(4) ? any() : a;
    int64_t budget = below(4) ? 1 + below(1000) : below(2) ? LA_WORK_DEFAULT : INT64_MIN;
    int64_t in_a[LA_MAX_NDIM + 1], in_b[LA_MAX_NDIM + 1];
    switch (below(4)) {
    case 0: TOLD(int32_t, la_may_share_memory, a, b, out); break;
    case 1: TOLD(int32_t, la_shares_memory, a, b, budget, out); break;
    case 2: TOLD(int32_t, la_find_overlap, a, b, budget, in_a, in_b, out); break;
    default: TOLD(int32_t, la_has_internal_overlap, a, budget, out); break;
    }
}

static void join(void) {
    la_array *a = few();
    const la_array *several[5] = {a, few(), few(), any(), any()};
    int64_t count = below(9) ? 1 + below(4) : below(2) ? INT64_MIN : below(2) - 1;
    int32_t axis = below(6) ? (int32_t)below(4) - 2 : below(2) ? LA_NO_AXIS : small(-2, 2);
    int64_t repeats = below(2) ? 1 : below(9) ? below(6) : below(2) ? -1 : INT64_MAX;
    if (count > 1 && below(2)) several[1] = a;
    switch (below(6)) {
    case 0: MADE(NULL, la_concatenate, count, several, axis, out); break;
    case 1: MADE(NULL, la_stack, count, several, axis, out); break;
    case 2: MADE(NULL, la_tile, a, rank(), list, out); break;
    case 3: MADE(NULL, la_repeat, a, repeats, list, axis, out); break;
    case 4: MADE(NULL, la_roll, a, wild(), axis, out); break;
    default:
        MADE(NULL, la_pad, a, below(3) ? la_ndim(a) : rank(), list, list + 2, dtype(), null_or(value),
             out);
        break;
    }
}

static void tell(void) {
    la_array *a = any(), *b = any();
    char text[300];
    size_t needed, capacity = (size_t)below(sizeof text), *place = below(9) ? &needed : NULL;
    char *buf = below(9) ? text : NULL;
    const void *low, *high;
    la_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.size = below(9) ? sizeof plan : (size_t)wild();
    if (plan.size > sizeof plan && plan.size < 4096) plan.size = 0;
    la_format_options options = {sizeof options, small(0, 17), small(0, 10), small(0, 4),
                                 small(10, 75), small(0, 2)};
    int32_t ndims[3] = {small(0, 3), small(0, 3), small(0, 3)}, out_ndim;
    const int64_t *shapes[3] = {shape, list, NULL};
    int64_t out_shape[LA_MAX_NDIM];
    switch (below(13)) {
    case 0: SAID(la_describe, a, buf, capacity, place); break;
    case 1:
        if (la_size(a) > FEW && options.threshold > FEW) options.threshold = 10;
        if (options.edge_items > 4 && la_size(a) > FEW) options.edge_items = 2;
        if (la_ndim(a) < 6) SAID(la_format, a, below(4) ? &options : NULL, buf, capacity, place);
        break;
    case 2: SAID(la_plan_reshape, a, rank(), shape, small(0, 3), &plan); break;
    case 3: SAID(la_plan_assign, few(), few(), small(0, 5), &plan); break;
    case 4: SAID(la_byte_bounds, a, &low, &high); break;
    case 5: SAID(la_dtype_name, dtype(), buf, capacity, place); break;
    case 6: SAID(la_dtype_format, dtype(), buf, capacity, place); break;
    case 7: TOLD(int32_t, la_can_cast, dtype(), dtype(), small(0, 5), out); break;
    case 8: TOLD(int32_t, la_result_type, below(9) ? (int32_t)below(5) : -(int32_t)below(3), dtypes, out); break;
    case 9: TOLD(int32_t, la_dtype_swapped, dtype(), out); break;
    case 10: SAID(la_broadcast_shapes, 1 + (int32_t)below(3), ndims, shapes, &out_ndim, out_shape); break;
    case 11: SAID(la_last_error, buf, capacity, place); break;
    default:
        la_retain(a);
        la_release(a);
        la_refcount(a), la_ndim(a), la_shape(a), la_strides(a), la_dtype_of(a), la_itemsize(a);
        la_nbytes(a), la_data(a), la_data_mut(a), la_offset(a), la_flags(a), la_base(a);
        la_same_owner(a, b), la_retained_bytes(a);
    }
}

/* -- memory ---------------------------------------------------------------------------- */

static void *stingy_alloc(size_t size, size_t align, int32_t zeroed, void *payload) {
    if (size > LARGEST_BLOCK) return NULL;
    unsigned char *block = (unsigned char *)exhaust_alloc(size, align, zeroed, payload);
    if (block && !zeroed && size < 4096)
        for (size_t k = 0; k < size; k++)
            block[k] = (unsigned char)(k % 8 ? 0 : next() >> 40 & (below(9) ? 3 : 255));
    else if (block && !zeroed)
        memset(block, 1, size);
    return block;
}

static void hostile_calls(void) {
    make_records();
    const char *given = getenv("LIBARRAY_SEED"), *cases = getenv("LIBARRAY_CASES");
    state = given ? strtoull(given, NULL, 10) : 20260801;
    /* Where each allocation in turn fails, the program runs once for each. */
    long long count = cases ? strtoll(cases, NULL, 10) : exhaust_fail_at ? 100 : 12000;
    printf("seed %llu, %lld calls\n", (unsigned long long)state, count);
    state = state * 2654435761u + 88172645463325252u;
    la_allocator allocator = {sizeof allocator, stingy_alloc, exhaust_free, NULL};
    OK(la_set_allocator(&allocator));
    static void (*const calls[])(void) = {create, wrap,    view,    view, view, copy,
                                          take,   write,   compare, join, tell, overlap, write};
    for (long long k = 0; k < count; k++) {
        if (k % 4 == 0) fill_arguments();
        calls[below(sizeof calls / sizeof calls[0])]();
    }
    for (int k = 0; k < HANDLES; k++) {
        la_release(handles[k]);
        handles[k] = NULL;
    }
    CHECK_NUMBER(deleted, wraps);
    CHECK_NUMBER(exhaust_live, 0);
    allocator.alloc = exhaust_alloc;
    OK(la_set_allocator(exhaust_refuse_at ? &allocator : NULL));
}

/* -- what they found ------------------------------------------------------------------- */

static void a_range_that_runs_the_other_way_is_empty(void) {
    CHECK_SHAPE(MAKE(la_arange(LA_INT64, INT64_MAX, INT64_MIN, 1, OUT)), 0);
    CHECK_SHAPE(MAKE(la_arange(LA_INT64, INT64_MIN, INT64_MAX, -1, OUT)), 0);
    REFUSES(LA_OVERFLOW, "elements", la_arange(LA_INT64, INT64_MIN, INT64_MAX, 1, OUT));
}

static void repeating_a_broadcast_element_takes_no_time_for_each(void) {
    const int64_t none = 0, three = 3;
    la_array *vast = MAKE(la_broadcast_to(GRID(1), SHAPE(INT64_MAX / 8), OUT));
    CHECK_SHAPE(MAKE(la_repeat(vast, 1, &none, 0, OUT)), 0);
    REFUSES(LA_OVERFLOW, "", la_repeat(vast, 1, &three, 0, OUT));
}

/* A view without elements may have any strides, which nothing may multiply. */
static la_array *nothing_with_strides(const int64_t *extents, int64_t first, int64_t second) {
    const int64_t distances[] = {first, second};
    return MAKE(la_as_strided(GRID(1), 0, 2, extents, distances, OUT));
}

static void strides_of_nothing_are_not_multiplied(void) {
    la_array *a = nothing_with_strides((const int64_t[]){0, 5}, 8, INT64_MAX);
    const int64_t nowhere = 0;
    CHECK_SHAPE(MAKE(la_get(a, LA_INDEX(LA_INTS(&nowhere, 0), LA_RANGE(3, 5)), OUT)), 0, 2);
    la_array *b = nothing_with_strides((const int64_t[]){0, 5}, 8, INT64_MIN);
    CHECK_SHAPE(MAKE(la_get(b, LA_INDEX(LA_INTS(&nowhere, 0)), OUT)), 0, 5);
    la_array *c = nothing_with_strides((const int64_t[]){3, 0}, INT64_MAX, 8);
    double value = 7;
    int64_t raw = 7;
    CHECK_STATUS(LA_INDEX_ERROR, la_item_f64(c, SHAPE(2, 0), &value));
    CHECK_STATUS(LA_INDEX_ERROR, la_item(c, SHAPE(2, 0), 0, &raw));
    CHECK(value == 7 && raw == 7);
}

static void an_item_may_be_read_into_the_array_itself(void) {
    la_array *a = INTS(1, 2);
    OK(la_item(a, SHAPE(0), 0, (char *)la_data_mut(a) + 4));
    int32_t words[4];
    memcpy(words, la_data(a), sizeof words);
    CHECK(words[0] == 1 && words[1] == 1 && words[2] == 0 && words[3] == 0);
}

static void strides_that_are_never_taken_turn_round(void) {
    la_array *a = nothing_with_strides((const int64_t[]){0, 5}, INT64_MIN, INT64_MAX);
    CHECK_SHAPE(MAKE(la_flip(a, 0, NULL, OUT)), 0, 5);
    CHECK_SHAPE(MAKE(la_rot90(a, 1, 0, 1, OUT)), 5, 0);
    la_array *b = nothing_with_strides((const int64_t[]){1, 1}, INT64_MIN, INT64_MIN);
    CHECK_VALUES(MAKE(la_flip(b, 0, NULL, OUT)), 0);
    CHECK_VALUES(MAKE(la_diagonal(b, 0, 0, 1, OUT)), 0);
}

static void memory_that_cannot_be_is_not_wrapped(void) {
    REFUSES(LA_OVERFLOW, "memory + nbytes",
            la_wrap((void *)(uintptr_t)(INTPTR_MAX - 7), 16, 0, LA_INT64, SHAPE(2), NULL, 0, NULL,
                    NULL, OUT));
    REFUSES(LA_OVERFLOW, "memory + nbytes",
            la_wrap((void *)(UINTPTR_MAX - 7), 16, 0, LA_INT64, SHAPE(2), NULL, 0, NULL, NULL, OUT));
}

CHECK_MAIN(TEST(hostile_calls),
           TEST(a_range_that_runs_the_other_way_is_empty),
           TEST(repeating_a_broadcast_element_takes_no_time_for_each),
           TEST(strides_of_nothing_are_not_multiplied),
           TEST(an_item_may_be_read_into_the_array_itself),
           TEST(strides_that_are_never_taken_turn_round),
           TEST(memory_that_cannot_be_is_not_wrapped))
