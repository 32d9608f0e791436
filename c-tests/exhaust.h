/* Makes memory run out on purpose, for the C tests, the examples and the demo.
 *
 * `make check-oom` runs a program again and again with LIBARRAY_FAIL_AT=1, 2,
 * 3, ...: the allocator installed here fails that one allocation of the library
 * and serves all others. When the program ends, the file that
 * LIBARRAY_FAIL_REPORT names says whether the allocation was reached, how many
 * blocks were never returned, and how many were asked for. With LIBARRAY_FAIL_BELOW
 * instead it is the system that refuses (below/refuse.c), and reports. Without
 * either nothing is installed.
 */
#ifndef EXHAUST_H
#define EXHAUST_H

#include "libarray.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a program returns when a call ran out of memory and all else was well. */
#define EXHAUST_EXIT 77

/* Whether any allocation is to be refused, and which of those made here. */
static long exhaust_fail_at, exhaust_refuse_at, exhaust_total, exhaust_live;

static inline void *exhaust_alloc(size_t size, size_t align, int32_t zeroed, void *payload) {
    (void)payload;
    if (__sync_add_and_fetch(&exhaust_total, 1) == exhaust_refuse_at) return NULL;
    /* The address that malloc gave stands right before the aligned block. */
    size_t room = size + align + sizeof(void *);
    char *raw = (char *)(zeroed ? calloc(1, room) : malloc(room));
    if (!raw) return NULL;
    size_t start = (size_t)raw + sizeof(void *);
    char *block = raw + sizeof(void *) + (align - start % align) % align;
    memcpy(block - sizeof(void *), &raw, sizeof raw);
    __sync_add_and_fetch(&exhaust_live, 1);
    return block;
}

static inline void exhaust_free(void *memory, size_t size, size_t align, void *payload) {
    (void)size, (void)align, (void)payload;
    void *raw;
    memcpy(&raw, (char *)memory - sizeof(void *), sizeof raw);
    free(raw);
    __sync_sub_and_fetch(&exhaust_live, 1);
}

static inline void exhaust_report(void) {
    const char *path = getenv("LIBARRAY_FAIL_REPORT");
    FILE *report = path ? fopen(path, "w") : NULL;
    if (!report) return;
    fprintf(report, "reached=%d live=%ld total=%ld\n", exhaust_total >= exhaust_refuse_at,
            exhaust_live, exhaust_total);
    fclose(report);
}

/* To be called before anything else of the library. */
static inline void exhaust_init(void) {
    const char *fail_at = getenv("LIBARRAY_FAIL_AT"), *below = getenv("LIBARRAY_FAIL_BELOW");
    if (below) exhaust_fail_at = strtol(below, NULL, 10);
    if (!fail_at) return;
    exhaust_fail_at = exhaust_refuse_at = strtol(fail_at, NULL, 10);
    atexit(exhaust_report);
    la_allocator allocator;
    allocator.size = sizeof allocator;
    allocator.alloc = exhaust_alloc;
    allocator.free = exhaust_free;
    allocator.payload = NULL;
    if (la_set_allocator(&allocator) != LA_OK) {
        fprintf(stderr, "the exhausting allocator could not be installed\n");
        exit(1);
    }
}

/* Whether the library still works after memory ran out once. What ran out may have been
 * an absurd request of the program; then the refusal may come here. */
static inline int exhaust_recovered(void) {
    la_array *array = NULL;
    if (la_arange(LA_INT64, 0, 8, 1, &array) != LA_OK && la_arange(LA_INT64, 0, 8, 1, &array) != LA_OK)
        return 0;
    int works = la_size(array) == 8;
    la_release(array);
    return works;
}

#endif
