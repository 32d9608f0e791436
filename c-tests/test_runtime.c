/* The library itself: versions, messages, allocators, counters, switches. */
#include "check.h"

#include <pthread.h>

static void the_running_version_is_the_headers(void) {
    int32_t major = -1, minor = -1, patch = -1;
    char text[32];
    la_version(&major, &minor, &patch);
    CHECK_NUMBER(major, LA_VERSION_MAJOR);
    CHECK_NUMBER(minor, LA_VERSION_MINOR);
    CHECK_NUMBER(patch, LA_VERSION_PATCH);
    snprintf(text, sizeof text, "%d.%d.%d", (int)major, (int)minor, (int)patch);
    CHECK_TEXT(la_version_text(), text);
    la_version(NULL, NULL, NULL);
    la_version(NULL, &minor, NULL);
    CHECK_NUMBER(minor, LA_VERSION_MINOR);
}

static void every_status_has_its_name(void) {
    static const char *const names[] = {
        "LA_OK", "LA_NULL_ARGUMENT", "LA_INVALID_ARGUMENT", "LA_INDEX_ERROR", "LA_AXIS_ERROR",
        "LA_SHAPE_ERROR", "LA_DTYPE_ERROR", "LA_CAST_ERROR", "LA_READ_ONLY", "LA_WOULD_COPY",
        "LA_OVERFLOW", "LA_LIMIT", "LA_TOO_HARD", "LA_CANCELLED", "LA_BUFFER_TOO_SMALL",
        "LA_UNSUPPORTED", "LA_FORMAT_ERROR", "LA_IO_ERROR", "LA_OUT_OF_MEMORY", "LA_PANIC",
    };
    for (la_status status = LA_OK; status <= LA_PANIC; status++)
        CHECK_TEXT(la_status_name(status), names[status]);
    CHECK_TEXT(la_status_name(LA_PANIC + 1), "unknown status");
    CHECK_TEXT(la_status_name(-1), "unknown status");
    CHECK_TEXT(la_status_name(INT32_MIN), "unknown status");
}

static void a_message_stays_until_the_next_failure(void) {
    la_array *row = GRID(3);
    char text[256];
    size_t needed = 0;
    REFUSES(LA_INDEX_ERROR, "index 5 is out of bounds for axis 0 with size 3",
            la_slice(row, LA_INDEX(LA_AT(5)), OUT));
    (void)MAKE(la_slice(row, LA_INDEX(LA_AT(1)), OUT));
    OK(la_last_error(text, sizeof text, &needed));
    CHECK_TEXT(text, "index 5 is out of bounds for axis 0 with size 3");
    CHECK_NUMBER(needed, strlen(text) + 1);
    REFUSES(LA_INDEX_ERROR, "index 7 is out of bounds", la_slice(row, LA_INDEX(LA_AT(7)), OUT));
}

static void a_text_is_cut_to_the_buffer_and_terminated(void) {
    la_array *row = GRID(3);
    char text[8];
    size_t needed = 0, again = 0;
    REFUSES(LA_INDEX_ERROR, "index 5", la_slice(row, LA_INDEX(LA_AT(5)), OUT));
    memset(text, 'x', sizeof text);
    CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_last_error(text, 6, &needed));
    CHECK_TEXT(text, "index");
    CHECK(text[6] == 'x' && text[7] == 'x');
    CHECK_NUMBER(needed, strlen("index 5 is out of bounds for axis 0 with size 3") + 1);
    CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_last_error(NULL, 0, &again));
    CHECK_NUMBER(again, needed);
    CHECK_STATUS(LA_BUFFER_TOO_SMALL, la_last_error(text, 1, NULL));
    CHECK_TEXT(text, "");
    CHECK_STATUS(LA_NULL_ARGUMENT, la_last_error(NULL, 8, NULL));
    /* Asking for the message has not replaced it. */
    CHECK_MESSAGE("index 5 is out of bounds");
}

static void *ask_for_the_message(void *buffer) {
    char *text = buffer;
    if (la_last_error(text, 128, NULL) != LA_OK) strcpy(text, "la_last_error failed");
    (void)la_ndim(NULL);
    if (la_last_error(text + 128, 128, NULL) != LA_OK) strcpy(text, "la_last_error failed");
    return NULL;
}

static void each_thread_has_its_own_message(void) {
    static char text[256];
    pthread_t thread;
    la_array *row = GRID(3);
    REFUSES(LA_INDEX_ERROR, "index 5", la_slice(row, LA_INDEX(LA_AT(5)), OUT));
    CHECK(pthread_create(&thread, NULL, ask_for_the_message, text) == 0);
    pthread_join(thread, NULL);
    CHECK_TEXT(text, "");
    CHECK(strstr(text + 128, "NULL") != NULL);
    CHECK_MESSAGE("index 5");
}

static la_memory stats(void) {
    la_memory memory;
    memset(&memory, 0, sizeof memory);
    memory.size = sizeof memory;
    OK(la_memory_stats(&memory));
    return memory;
}

static void the_counters_see_elements_and_not_views(void) {
    la_memory before = stats();
    la_array *zeros = MAKE(la_zeros(LA_FLOAT64, SHAPE(1000), LA_ORDER_C, OUT));
    la_memory made = stats();
    CHECK(made.live_bytes - before.live_bytes >= 8000);
    CHECK(made.live_bytes - before.live_bytes < 8000 + 256);
    CHECK(made.total_bytes - before.total_bytes >= 8000);
    CHECK(made.total_blocks > before.total_blocks);
    CHECK(made.peak_bytes >= made.live_bytes);
    la_array *view = MAKE(la_slice(zeros, LA_INDEX(LA_STEP(-2)), OUT));
    la_memory viewed = stats();
    CHECK_NUMBER(viewed.live_bytes, made.live_bytes);
    CHECK_NUMBER(viewed.total_bytes, made.total_bytes);
    DROP(zeros); /* the view keeps the memory */
    CHECK_NUMBER(stats().live_bytes, made.live_bytes);
    DROP(view);
    CHECK_NUMBER(stats().live_bytes, before.live_bytes);
    CHECK_NUMBER(stats().total_bytes, made.total_bytes);
}

static void the_size_of_a_struct_is_checked(void) {
    la_memory memory;
    memset(&memory, 0, sizeof memory);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_memory_stats(&memory));
    memory.size = 3;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_memory_stats(&memory));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_memory_stats(NULL));
}

/* An allocator that keeps books, for one test at a time. */
typedef struct books {
    long live, total, wrong;
    int empty; /* 1: has no memory to give */
} books;

typedef struct entry {
    size_t size, align;
    void *raw;
} entry;

static void *books_alloc(size_t size, size_t align, int32_t zeroed, void *payload) {
    books *kept = payload;
    kept->total++;
    if (kept->empty) return NULL;
    if (align == 0 || (align & (align - 1)) != 0) kept->wrong++;
    size_t room = sizeof(entry) + align + size;
    char *raw = malloc(room);
    if (!raw) return NULL;
    /* Memory that was not asked to be zero is anything but. */
    memset(raw, zeroed ? 0 : 0xA5, room);
    char *block = raw + sizeof(entry);
    block += (align - (size_t)block % align) % align;
    entry noted = {size, align, raw};
    memcpy(block - sizeof noted, &noted, sizeof noted);
    kept->live++;
    return block;
}

static void books_free(void *memory, size_t size, size_t align, void *payload) {
    books *kept = payload;
    entry noted;
    memcpy(&noted, (char *)memory - sizeof noted, sizeof noted);
    if (noted.size != size || noted.align != align) kept->wrong++;
    kept->live--;
    free(noted.raw);
}

static void a_block_goes_back_to_the_allocator_it_came_from(void) {
    if (exhaust_fail_at) return; /* it would replace the exhausting one */
    static books kept;
    memset(&kept, 0, sizeof kept);
    la_allocator allocator = {sizeof allocator, books_alloc, books_free, &kept};
    OK(la_set_allocator(&allocator));
    la_array *zeros = MAKE(la_zeros(LA_INT32, SHAPE(3, 5), LA_ORDER_C, OUT));
    la_array *view = MAKE(la_transpose(zeros, OUT));
    OK(la_set_allocator(NULL));
    CHECK(kept.live >= 2);
    CHECK((size_t)la_data(zeros) % 64 == 0);
    CHECK_VALUES(zeros, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    long total = kept.total;
    la_array *other = GRID(4); /* not from it any more */
    CHECK_NUMBER(kept.total, total);
    DROP(zeros);
    CHECK(kept.live >= 1);
    DROP(view);
    DROP(other);
    CHECK_NUMBER(kept.live, 0);
    CHECK_NUMBER(kept.wrong, 0);
}

static void an_empty_allocator_is_a_status_and_changes_nothing(void) {
    if (exhaust_fail_at) return;
    static books kept;
    memset(&kept, 0, sizeof kept);
    kept.empty = 1;
    la_allocator allocator = {sizeof allocator, books_alloc, books_free, &kept};
    la_array *row = GRID(4), *parts[2];
    parts[0] = parts[1] = CHECK_UNTOUCHED;
    OK(la_set_allocator(&allocator));
    REFUSES(LA_OUT_OF_MEMORY, "out of memory", la_zeros(LA_INT8, SHAPE(7), LA_ORDER_C, OUT));
    REFUSES(LA_OUT_OF_MEMORY, "out of memory", la_slice(row, LA_INDEX(LA_FROM(1)), OUT));
    REFUSES(LA_OUT_OF_MEMORY, "out of memory", la_copy(row, LA_ORDER_C, OUT));
    REFUSES(LA_OUT_OF_MEMORY, "out of memory", la_compare_i64(row, 1, LA_GT, OUT));
    CHECK_STATUS(LA_OUT_OF_MEMORY, la_split(row, 2, 0, parts));
    CHECK(parts[0] == CHECK_UNTOUCHED && parts[1] == CHECK_UNTOUCHED);
    CHECK_NUMBER(la_refcount(row), 1);
    CHECK_VALUES(row, 0, 1, 2, 3);
    OK(la_set_allocator(NULL));
    CHECK_VALUES(MAKE(la_slice(row, LA_INDEX(LA_FROM(1)), OUT)), 1, 2, 3);
    CHECK_NUMBER(kept.live, 0);
}

static void an_allocator_needs_its_size_and_both_functions(void) {
    la_allocator allocator = {sizeof allocator, books_alloc, books_free, NULL};
    allocator.size = 0;
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_set_allocator(&allocator));
    allocator.size = sizeof allocator;
    allocator.alloc = NULL;
    CHECK_STATUS(LA_NULL_ARGUMENT, la_set_allocator(&allocator));
    allocator.alloc = books_alloc;
    allocator.free = NULL;
    CHECK_STATUS(LA_NULL_ARGUMENT, la_set_allocator(&allocator));
}

static void switches_that_are_not_offered_say_so(void) {
    OK(la_set_cache_limit(0));
    CHECK_STATUS(LA_UNSUPPORTED, la_set_cache_limit(1 << 20));
    CHECK_STATUS(LA_UNSUPPORTED, la_set_cache_limit(-1));
    la_trim();
}

CHECK_MAIN(
    TEST(the_running_version_is_the_headers),
    TEST(every_status_has_its_name),
    TEST(a_message_stays_until_the_next_failure),
    TEST(a_text_is_cut_to_the_buffer_and_terminated),
    TEST(each_thread_has_its_own_message),
    TEST(the_counters_see_elements_and_not_views),
    TEST(the_size_of_a_struct_is_checked),
    TEST(a_block_goes_back_to_the_allocator_it_came_from),
    TEST(an_empty_allocator_is_a_status_and_changes_nothing),
    TEST(an_allocator_needs_its_size_and_both_functions),
    TEST(switches_that_are_not_offered_say_so),
)
