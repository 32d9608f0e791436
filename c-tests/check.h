/* What the C tests are written with.
 *
 * A test is a function; a table of tests is a program:
 *
 *     static void a_window_shares_the_album(void) {
 *         la_array *album = MAKE(la_arange(LA_INT64, 0, 6, 1, OUT));
 *         la_array *window = MAKE(la_slice(album, LA_INDEX(LA_RANGE(1, 4)), OUT));
 *         CHECK_VALUES(window, 1, 2, 3);
 *         REFUSES(LA_INDEX_ERROR, "out of bounds", la_slice(album, LA_INDEX(LA_AT(6)), OUT));
 *     }
 *
 *     CHECK_MAIN(TEST(a_window_shares_the_album))
 *
 * MAKE hands its handle to the harness, which releases it when the test ends;
 * it must not be released by the test (DROP does that early). OUT is the slot
 * for the handle: REFUSES also checks that a refused call left it untouched.
 * Expected values are read from memory by the rules of the header (la_data,
 * la_shape, la_strides), not by the functions that read elements.
 *
 * A call that runs out of memory (see exhaust.h) ends its test, not the
 * program: the harness releases what the test held and tries the library again.
 */
#ifndef CHECK_H
#define CHECK_H

#include "exhaust.h"
#include "libarray.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#define CHECK(condition) check_that((condition), #condition, __FILE__, __LINE__)
/* A call that must succeed. */
#define OK(...) check_status((__VA_ARGS__), LA_OK, #__VA_ARGS__, __FILE__, __LINE__)
/* A call whose result is kept until the test ends. */
#define MAKE(...) (OK(__VA_ARGS__), check_keep(check_slot))
/* Where a call under MAKE or REFUSES puts its handle. */
#define OUT check_empty_slot()
#define CHECK_STATUS(status, ...) \
    check_status((__VA_ARGS__), (status), #__VA_ARGS__, __FILE__, __LINE__)
/* A call that must fail in one of two ways, of which either is right. */
#define EITHER(status, other, ...) \
    check_either((__VA_ARGS__), (status), (other), #__VA_ARGS__, __FILE__, __LINE__)
/* A call that must fail with a status and a message that has `text` in it. */
#define REFUSES(status, text, ...)                                               \
    (check_status((__VA_ARGS__), (status), #__VA_ARGS__, __FILE__, __LINE__),    \
     check_message((text), #__VA_ARGS__, __FILE__, __LINE__),                    \
     check_that(check_slot == CHECK_UNTOUCHED, "out is untouched by " #__VA_ARGS__, __FILE__, __LINE__))
#define CHECK_MESSAGE(text) check_message((text), "the last call", __FILE__, __LINE__)
#define CHECK_TEXT(text, expected) check_text((text), (expected), #text, __FILE__, __LINE__)

#define CHECK_COUNT_(type, ...) ((int64_t)(sizeof((const type[]){__VA_ARGS__}) / sizeof(type)))
#define CHECK_SHAPE(array, ...)                                                   \
    check_extents((array), la_shape, CHECK_COUNT_(int64_t, __VA_ARGS__),   \
                  (const int64_t[]){__VA_ARGS__}, "shape of " #array, __FILE__, __LINE__)
#define CHECK_STRIDES(array, ...)                                                 \
    check_extents((array), la_strides, CHECK_COUNT_(int64_t, __VA_ARGS__), \
                  (const int64_t[]){__VA_ARGS__}, "strides of " #array, __FILE__, __LINE__)
#define CHECK_RANK_0(array) CHECK(la_ndim(array) == 0)
/* All elements in C order; a complex one is two values, the real part first. */
#define CHECK_VALUES(array, ...)                                                  \
    check_values((array), CHECK_COUNT_(double, __VA_ARGS__),                      \
                 (const double[]){__VA_ARGS__}, #array, __FILE__, __LINE__)
#define CHECK_SAME(array, other) check_same((array), (other), #array " and " #other, __FILE__, __LINE__)
#define CHECK_FLAGS(array, expected) \
    check_number(la_flags(array), (expected), "flags of " #array, __FILE__, __LINE__)
#define CHECK_NUMBER(value, expected) \
    check_number((int64_t)(value), (int64_t)(expected), #value, __FILE__, __LINE__)
/* Exact tests of sharing, both of bounds and of bytes. */
#define SHARE(a, b) check_shares((a), (b), __FILE__, __LINE__)
#define DROP(handle) check_drop(handle)
#define KEEP(handle) check_keep(handle)

/* An array argument given as its values: two arguments, the count first. */
#define SHAPE(...) (int32_t)CHECK_COUNT_(int64_t, __VA_ARGS__), (const int64_t[]){__VA_ARGS__}
#define AXES(...) (int32_t)CHECK_COUNT_(int32_t, __VA_ARGS__), (const int32_t[]){__VA_ARGS__}
/* A scalar argument: two arguments, the type first. */
#define INT(value) LA_WEAK_INT, &(const int64_t){value}
#define FLOAT(value) LA_WEAK_FLOAT, &(const double){value}
/* 1-d arrays of the values. */
#define INTS(...) CHECK_LIST_(int64_t, LA_INT64, __VA_ARGS__)
#define DOUBLES(...) CHECK_LIST_(double, LA_FLOAT64, __VA_ARGS__)
#define BOOLS(...) CHECK_LIST_(uint8_t, LA_BOOL, __VA_ARGS__)
#define CHECK_LIST_(type, dtype, ...)                                             \
    MAKE(la_from_data((const type[]){__VA_ARGS__}, (dtype), 1,                    \
                      (const int64_t[]){CHECK_COUNT_(type, __VA_ARGS__)}, NULL, LA_ORDER_C, OUT))
/* An int64 array of 0, 1, 2, ... that owns its memory: GRID(2, 3). */
#define GRID(...) check_grid(SHAPE(__VA_ARGS__))

#define TEST(name) {#name, name}
#define CHECK_MAIN(...)                                                           \
    int main(void) {                                                              \
        static const check_test tests[] = {__VA_ARGS__};                          \
        check_init();                                                             \
        return check_run(tests, sizeof tests / sizeof tests[0]);                  \
    }

typedef struct check_test {
    const char *name;
    void (*run)(void);
} check_test;

#define CHECK_HANDLES 512
/* An address that is no handle: what OUT holds before a call. */
#define CHECK_UNTOUCHED ((la_array *)(void *)&check_mark)

static char check_mark;
static la_array *check_slot;
static la_array *check_handles[CHECK_HANDLES];
static int check_handle_count, check_failures, check_ran_out;
static jmp_buf check_way_out;

/* -- results ------------------------------------------------------------- */

static inline void check_fail(const char *file, int line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("    %s:%d: ", file, line);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    check_failures++;
}

static inline int check_that(int condition, const char *what, const char *file, int line) {
    if (!condition) check_fail(file, line, "not so: %s", what);
    return condition;
}

static inline void check_number(int64_t value, int64_t expected, const char *what,
                                const char *file, int line) {
    if (value != expected)
        check_fail(file, line, "%s is %lld, expected %lld", what, (long long)value,
                   (long long)expected);
}

static inline void check_text(const char *text, const char *expected, const char *what,
                              const char *file, int line) {
    if (strcmp(text, expected) != 0)
        check_fail(file, line, "%s is\n\"%s\"\nexpected\n\"%s\"", what, text, expected);
}

static inline const char *check_last_error(void) {
    static _Thread_local char text[1024];
    text[0] = '\0';
    la_status status = la_last_error(text, sizeof text, NULL);
    return status == LA_OK || status == LA_BUFFER_TOO_SMALL ? text : "la_last_error failed";
}

static inline void check_message(const char *part, const char *call, const char *file, int line) {
    if (!strstr(check_last_error(), part))
        check_fail(file, line, "%s: the message is \"%s\", expected \"%s\" in it", call,
                   check_last_error(), part);
}

/* The one place that sees every status. Out of memory ends the test when it
 * was made on purpose; a call that fails where it must not ends it, too, since
 * what it should have made does not exist. */
static inline void check_status(la_status status, la_status expected, const char *call,
                                const char *file, int line) {
    if (status == expected) return;
    if (status == LA_OUT_OF_MEMORY && exhaust_fail_at) {
        check_ran_out = 1;
        longjmp(check_way_out, 1);
    }
    check_fail(file, line, "%s\n        gave %s, expected %s (last message: %s)", call,
               la_status_name(status), la_status_name(expected), check_last_error());
    if (expected == LA_OK) longjmp(check_way_out, 1);
    if (status == LA_OK && check_slot && check_slot != CHECK_UNTOUCHED) {
        la_release(check_slot); /* a handle that nobody wanted */
        check_slot = CHECK_UNTOUCHED;
    }
}

static inline void check_either(la_status status, la_status one, la_status other, const char *call,
                                const char *file, int line) {
    check_status(status, status == other ? other : one, call, file, line);
}

/* -- handles --------------------------------------------------------------- */

static inline la_array **check_empty_slot(void) {
    check_slot = CHECK_UNTOUCHED;
    return &check_slot;
}

static inline la_array *check_keep(la_array *handle) {
    if (check_handle_count == CHECK_HANDLES) {
        printf("a test holds more than %d handles\n", CHECK_HANDLES);
        exit(1);
    }
    check_handles[check_handle_count++] = handle;
    check_slot = CHECK_UNTOUCHED; /* so that one MAKE may stand inside another */
    return handle;
}

static inline void check_drop(la_array *handle) {
    for (int k = check_handle_count; k-- > 0;) {
        if (check_handles[k] != handle) continue;
        check_handles[k] = check_handles[--check_handle_count];
        la_release(handle);
        return;
    }
    printf("DROP of a handle that is not kept\n");
    exit(1);
}

/* -- arrays ---------------------------------------------------------------- */

static inline int check_same_extents(int64_t count, const int64_t *a, const int64_t *b) {
    for (int64_t k = 0; k < count; k++)
        if (a[k] != b[k]) return 0;
    return 1;
}

static inline void check_print_extents(int64_t count, const int64_t *extents) {
    printf("(");
    for (int64_t k = 0; k < count; k++) printf(k ? ", %lld" : "%lld", (long long)extents[k]);
    printf(")");
}

static inline void check_extents(const la_array *array, const int64_t *(*ask)(const la_array *),
                                 int64_t count, const int64_t *expected, const char *what,
                                 const char *file, int line) {
    const int64_t *extents = ask(array);
    int64_t ndim = la_ndim(array);
    if (ndim == count && check_same_extents(ndim, extents, expected)) return;
    printf("    %s:%d: %s: ", file, line, what);
    check_print_extents(ndim, extents);
    printf(", expected ");
    check_print_extents(count, expected);
    printf("\n");
    check_failures++;
}

static inline double check_half(uint16_t bits) {
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    double value = exponent == 31 ? (fraction ? NAN : INFINITY)
                   : exponent     ? ldexp(1024 + fraction, exponent - 25)
                                  : ldexp(fraction, -24);
    return bits >> 15 ? -value : value;
}

/* One number at an address, by the meaning of its type. Part 1 of a complex
 * number is its imaginary part. */
static inline double check_read(const char *address, la_dtype dtype, int part) {
    char bytes[16];
    int64_t size = la_dtype_size(dtype);
    int parts = (dtype & 0xff) >= LA_COMPLEX64 ? 2 : 1;
    size /= parts;
    memcpy(bytes, address + part * size, (size_t)size);
    if (dtype & 0x100)
        for (int64_t k = 0; k < size / 2; k++) {
            char byte = bytes[k];
            bytes[k] = bytes[size - 1 - k];
            bytes[size - 1 - k] = byte;
        }
#define CHECK_READ_AS(type) { type value; memcpy(&value, bytes, sizeof value); return (double)value; }
    switch (dtype & 0xff) {
    case LA_BOOL: return bytes[0] != 0;
    case LA_INT8: CHECK_READ_AS(int8_t)
    case LA_INT16: CHECK_READ_AS(int16_t)
    case LA_INT32: CHECK_READ_AS(int32_t)
    case LA_INT64: CHECK_READ_AS(int64_t)
    case LA_UINT8: CHECK_READ_AS(uint8_t)
    case LA_UINT16: CHECK_READ_AS(uint16_t)
    case LA_UINT32: CHECK_READ_AS(uint32_t)
    case LA_UINT64: CHECK_READ_AS(uint64_t)
    case LA_FLOAT32: case LA_COMPLEX64: CHECK_READ_AS(float)
    case LA_FLOAT64: case LA_COMPLEX128: CHECK_READ_AS(double)
    case LA_FLOAT16: {
        uint16_t bits;
        memcpy(&bits, bytes, sizeof bits);
        return check_half(bits);
    }
    case LA_BFLOAT16: {
        uint16_t half;
        uint32_t bits;
        float value;
        memcpy(&half, bytes, sizeof half);
        bits = (uint32_t)half << 16;
        memcpy(&value, &bits, sizeof value);
        return (double)value;
    }
    default: return NAN;
    }
#undef CHECK_READ_AS
}

/* The address of an element counted in C order, by definition. */
static inline const char *check_address(const la_array *array, int64_t element) {
    const char *address = (const char *)la_data(array);
    for (int32_t axis = la_ndim(array); axis-- > 0;) {
        int64_t extent = la_shape(array)[axis];
        address += element % extent * la_strides(array)[axis];
        element /= extent;
    }
    return address;
}

static inline double check_value(const la_array *array, int64_t element) {
    int parts = (la_dtype_of(array) & 0xff) >= LA_COMPLEX64 ? 2 : 1;
    return check_read(check_address(array, element / parts), la_dtype_of(array),
                      (int)(element % parts));
}

static inline int check_equal(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

static inline void check_values(const la_array *array, int64_t count, const double *expected,
                                const char *what, const char *file, int line) {
    int64_t parts = (la_dtype_of(array) & 0xff) >= LA_COMPLEX64 ? 2 : 1;
    if (la_size(array) * parts != count) {
        check_fail(file, line, "%s has %lld values, expected %lld", what,
                   (long long)(la_size(array) * parts), (long long)count);
        return;
    }
    for (int64_t k = 0; k < count; k++) {
        if (check_equal(check_value(array, k), expected[k])) continue;
        printf("    %s:%d: %s is [", file, line, what);
        for (int64_t i = 0; i < count; i++) printf(i ? ", %.17g" : "%.17g", check_value(array, i));
        printf("], expected [");
        for (int64_t i = 0; i < count; i++) printf(i ? ", %.17g" : "%.17g", expected[i]);
        printf("]\n");
        check_failures++;
        return;
    }
}

/* Same shape and same values, whatever the types and strides. */
static inline void check_same(const la_array *a, const la_array *b, const char *what,
                              const char *file, int line) {
    int64_t parts = (la_dtype_of(a) & 0xff) >= LA_COMPLEX64 ? 2 : 1;
    if (la_ndim(a) != la_ndim(b) || !check_same_extents(la_ndim(a), la_shape(a), la_shape(b))) {
        check_fail(file, line, "%s differ in shape", what);
        return;
    }
    for (int64_t k = 0; k < la_size(a) * parts; k++)
        if (!check_equal(check_value(a, k), check_value(b, k))) {
            check_fail(file, line, "%s differ at element %lld: %.17g and %.17g", what,
                       (long long)(k / parts), check_value(a, k), check_value(b, k));
            return;
        }
}

static inline int check_shares(const la_array *a, const la_array *b, const char *file, int line) {
    int32_t exact = -1, bounds = -1;
    check_status(la_shares_memory(a, b, LA_WORK_DEFAULT, &exact), LA_OK, "la_shares_memory", file,
                 line);
    check_status(la_may_share_memory(a, b, &bounds), LA_OK, "la_may_share_memory", file, line);
    check_that(bounds >= exact, "bounds meet where bytes are shared", file, line);
    return exact;
}

static inline la_array *check_grid(int32_t ndim, const int64_t *shape) {
    la_array *grid = MAKE(la_empty(LA_INT64, ndim, shape, LA_ORDER_C, OUT));
    for (int64_t k = 0; k < la_size(grid); k++) ((int64_t *)la_data_mut(grid))[k] = k;
    return grid;
}

/* -- running --------------------------------------------------------------- */

/* What la_memory_stats tells. */
static inline la_memory check_memory(void) {
    la_memory memory;
    memset(&memory, 0, sizeof memory);
    memory.size = sizeof memory;
    OK(la_memory_stats(&memory));
    return memory;
}

static inline int64_t check_live_bytes(void) {
    la_memory memory;
    memset(&memory, 0, sizeof memory);
    memory.size = sizeof memory;
    return la_memory_stats(&memory) == LA_OK ? memory.live_bytes : -1;
}

static inline void check_init(void) {
    exhaust_init();
}

static inline int check_run_one(const check_test *test) {
    /* volatile: they are read after a longjmp. */
    volatile int failures_before = check_failures;
    volatile int64_t live_before = check_live_bytes();
    if (setjmp(check_way_out) == 0) test->run();
    while (check_handle_count > 0) la_release(check_handles[--check_handle_count]);
    if (check_live_bytes() != live_before)
        check_fail(test->name, 0, "leaves %lld bytes behind",
                   (long long)(check_live_bytes() - live_before));
    if (check_ran_out && !exhaust_recovered())
        check_fail(test->name, 0, "the library does not work after running out of memory once");
    printf("%s ... %s\n", test->name, check_failures == failures_before ? "ok" : "FAILED");
    return check_failures == failures_before;
}

static inline int check_run(const check_test *tests, size_t count) {
    size_t passed = 0;
    for (size_t k = 0; k < count; k++) passed += (size_t)check_run_one(&tests[k]);
    printf("%zu passed, %zu failed\n", passed, count - passed);
    if (passed != count) return 1;
    return check_ran_out ? EXHAUST_EXIT : 0;
}

#endif
