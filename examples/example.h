/* What the examples share, so that they can be about arrays.
 *
 * TRY(call) prints the library's message when the call fails and goes on at
 * `done:`, where every program releases its handles (releasing NULL does
 * nothing) and returns example_end().
 */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include "../c-tests/exhaust.h" /* makes memory run out on purpose, for `make check-oom` */
#include "libarray.h"

#include <inttypes.h>
#include <stdio.h>

#define TRY(...) do { if (example_failed((__VA_ARGS__), #__VA_ARGS__)) goto done; } while (0)

static la_status example_failure = LA_OK;

static inline int example_failed(la_status status, const char *call) {
    char message[512] = "";
    if (status == LA_OK) return 0;
    la_status known = la_last_error(message, sizeof message, NULL);
    fprintf(stderr, "%s\nin %s\n%s\n", la_status_name(status), call, known == LA_OK ? message : "");
    example_failure = status;
    return 1;
}

static inline int example_end(void) {
    if (example_failure == LA_OUT_OF_MEMORY && exhaust_recovered()) return EXHAUST_EXIT;
    return example_failure == LA_OK ? 0 : 1;
}

/* Prints a label and the elements, as NumPy would. */
static inline la_status example_show(const char *label, const la_array *array) {
    char text[1024];
    la_status status = la_format(array, NULL, text, sizeof text, NULL);
    if (status != LA_OK) return status;
    printf("%-18s ", label);
    for (const char *c = text; *c; c++) {
        putchar(*c);
        if (*c == '\n') printf("%19s", ""); /* lines stand below each other */
    }
    printf("\n");
    return LA_OK;
}

/* Extents or strides as text, "(24, 8)"; good for the next few calls. */
static inline const char *example_tuple(int32_t count, const int64_t *numbers) {
    static char texts[4][128];
    static int next;
    char *text = texts[next++ % 4];
    size_t room = sizeof texts[0], at = 1;
    strcpy(text, "(");
    for (int32_t k = 0; k < count && at < room; k++)
        at += (size_t)snprintf(text + at, room - at, k ? ", %" PRId64 : "%" PRId64, numbers[k]);
    if (at < room) snprintf(text + at, room - at, count == 1 ? ",)" : ")");
    return text;
}

static inline const char *example_shape(const la_array *array) {
    return example_tuple(la_ndim(array), la_shape(array));
}

static inline const char *example_strides(const la_array *array) {
    return example_tuple(la_ndim(array), la_strides(array));
}

#endif
