/* The library itself: versions, messages, allocators, counters, switches. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void the_counters_see_elements_and_not_views(void) {
    la_memory before = check_memory();
    la_array *zeros = MAKE(la_zeros(LA_FLOAT64, SHAPE(1000), LA_ORDER_C, OUT));
    la_memory made = check_memory();
    CHECK(made.live_bytes - before.live_bytes >= 8000);
    CHECK(made.live_bytes - before.live_bytes < 8000 + 256);
    CHECK(made.total_bytes - before.total_bytes >= 8000);
    CHECK(made.total_blocks > before.total_blocks);
    CHECK(made.peak_bytes >= made.live_bytes);
    la_array *view = MAKE(la_slice(zeros, LA_INDEX(LA_STEP(-2)), OUT));
    la_memory viewed = check_memory();
    CHECK_NUMBER(viewed.live_bytes, made.live_bytes);
    CHECK_NUMBER(viewed.total_bytes, made.total_bytes);
    DROP(zeros); /* the view keeps the memory */
    CHECK_NUMBER(check_memory().live_bytes, made.live_bytes);
    DROP(view);
    CHECK_NUMBER(check_memory().live_bytes, before.live_bytes);
    CHECK_NUMBER(check_memory().total_bytes, made.total_bytes);
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

/* -- the cache of freed large blocks. What make check-oom installs bypasses it,
 * as any allocator does. */

#define MIB ((int64_t)1 << 20)

static la_array *block(int64_t mib) {
    return MAKE(la_empty(LA_UINT8, SHAPE(mib * MIB), LA_ORDER_C, OUT));
}

static int is_all(const la_array *bytes, int value) {
    const unsigned char *data = la_data(bytes);
    return data[0] == value && memcmp(data, data + 1, (size_t)la_size(bytes) - 1) == 0;
}

static void a_freed_large_block_is_used_again(void) {
    if (exhaust_fail_at) return;
    OK(la_set_cache_limit(64 * MIB));
    la_memory before = check_memory();
    la_array *first = block(32);
    const void *place = la_data(first);
    CHECK_NUMBER(check_memory().cached_bytes, 0);
    DROP(first);
    CHECK_NUMBER(check_memory().cached_bytes, 32 * MIB);
    CHECK_NUMBER(check_memory().live_bytes, before.live_bytes);
    la_array *second = block(32);
    CHECK(la_data(second) == place);
    CHECK_NUMBER(check_memory().cached_bytes, 0);
    CHECK_NUMBER(check_memory().live_bytes, before.live_bytes + 32 * MIB);
    CHECK_NUMBER(check_memory().total_blocks, before.total_blocks + 2);
    DROP(second);
    /* A request of up to an eighth less is served, and the rest given back;
     * others are not. */
    la_array *smaller = block(30);
    CHECK(la_data(smaller) == place);
    CHECK_NUMBER(check_memory().cached_bytes, 0);
    DROP(smaller);
    CHECK_NUMBER(check_memory().cached_bytes, 30 * MIB);
    la_array *half = block(16), *larger = block(34);
    CHECK(la_data(half) != place && la_data(larger) != place);
    CHECK_NUMBER(check_memory().cached_bytes, 30 * MIB);
    OK(la_set_cache_limit(0));
}

static void small_blocks_are_not_kept(void) {
    if (exhaust_fail_at) return;
    OK(la_set_cache_limit(64 * MIB));
    DROP(block(3));
    DROP(MAKE(la_zeros(LA_FLOAT64, SHAPE(10), LA_ORDER_C, OUT)));
    CHECK_NUMBER(check_memory().cached_bytes, 0);
    OK(la_set_cache_limit(0));
}

static void zeros_from_the_cache_are_zero(void) {
    if (exhaust_fail_at) return;
    OK(la_set_cache_limit(64 * MIB));
    la_array *ones = block(8);
    const void *place = la_data(ones);
    memset(la_data_mut(ones), 0xA5, (size_t)(8 * MIB));
    DROP(ones);
    la_array *zeros = MAKE(la_zeros(LA_UINT8, SHAPE(8 * MIB - 77), LA_ORDER_C, OUT));
    CHECK(la_data(zeros) == place);
    CHECK(is_all(zeros, 0));
    OK(la_set_cache_limit(0));
}

static void the_cache_keeps_to_its_limit(void) {
    if (exhaust_fail_at) return;
    OK(la_set_cache_limit(20 * MIB));
    la_array *blocks[] = {block(8), block(8), block(8), block(24)};
    const void *newest = la_data(blocks[2]);
    for (int k = 0; k < 4; k++) {
        DROP(blocks[k]);
        CHECK(check_memory().cached_bytes <= 20 * MIB);
    }
    CHECK_NUMBER(check_memory().cached_bytes, 16 * MIB);
    OK(la_set_cache_limit(10 * MIB));
    CHECK_NUMBER(check_memory().cached_bytes, 8 * MIB);
    CHECK(la_data(block(8)) == newest);
    OK(la_set_cache_limit(0));
    DROP(block(8));
    CHECK_NUMBER(check_memory().cached_bytes, 0);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_set_cache_limit(-1));
    CHECK_MESSAGE("bytes is -1, expected a limit of 0 or more bytes");
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_set_cache_limit(INT64_MIN));
}

static void trim_empties_the_cache_and_leaves_the_limit(void) {
    if (exhaust_fail_at) return;
    la_trim();
    OK(la_set_cache_limit(64 * MIB));
    DROP(block(8));
    CHECK_NUMBER(check_memory().cached_bytes, 8 * MIB);
    la_trim();
    CHECK_NUMBER(check_memory().cached_bytes, 0);
    DROP(block(8));
    CHECK_NUMBER(check_memory().cached_bytes, 8 * MIB);
    OK(la_set_cache_limit(0));
    CHECK_NUMBER(check_memory().cached_bytes, 0);
}

static void another_allocator_has_no_part_in_the_cache(void) {
    if (exhaust_fail_at) return;
    static books kept;
    memset(&kept, 0, sizeof kept);
    la_allocator allocator = {sizeof allocator, books_alloc, books_free, &kept};
    OK(la_set_cache_limit(64 * MIB));
    la_array *ours = block(8);
    const void *place = la_data(ours);
    OK(la_set_allocator(&allocator));
    la_array *theirs = block(8);
    OK(la_set_allocator(NULL));
    DROP(theirs);
    CHECK_NUMBER(check_memory().cached_bytes, 0);
    CHECK_NUMBER(kept.live, 0);
    OK(la_set_allocator(&allocator));
    DROP(ours); /* goes back to where it came from all the same */
    CHECK_NUMBER(check_memory().cached_bytes, 8 * MIB);
    theirs = block(8);
    CHECK(la_data(theirs) != place);
    DROP(theirs);
    OK(la_set_allocator(NULL));
    CHECK_NUMBER(check_memory().cached_bytes, 8 * MIB);
    CHECK_NUMBER(kept.live + kept.wrong, 0);
    OK(la_set_cache_limit(0));
}

static int turning;

/* Makes and drops large blocks until told to stop; returns what went wrong. */
static void *turn_blocks_over(void *stop) {
    static char wrong[] = "two threads had one block";
    int mark = __sync_add_and_fetch(&turning, 1);
    for (int64_t round = 0; !__atomic_load_n((int *)stop, __ATOMIC_ACQUIRE); round++) {
        la_array *bytes = NULL;
        int64_t shape = (4 + (round + mark) % 3) * MIB;
        if (la_empty(LA_UINT8, 1, &shape, LA_ORDER_C, &bytes) != LA_OK) return "no memory";
        volatile unsigned char *data = la_data_mut(bytes);
        for (int64_t k = 0; k < shape; k += MIB) data[k] = (unsigned char)mark;
        for (int64_t k = 0; k < shape; k += MIB)
            if (data[k] != (unsigned char)mark) return wrong;
        la_release(bytes);
    }
    return NULL;
}

static void a_fork_in_the_middle_of_it_finds_a_cache_that_works(void) {
    if (exhaust_fail_at) return;
    pthread_t threads[2];
    static int stop;
    stop = 0;
    OK(la_set_cache_limit(16 * MIB));
    for (int k = 0; k < 2; k++) CHECK(pthread_create(&threads[k], NULL, turn_blocks_over, &stop) == 0);
    fflush(stdout); /* or each child would print it again */
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60); /* a child that hangs is killed, and seen */
            int64_t shape = 4 * MIB;
            int good = 1;
            for (int turn = 0; turn < 3; turn++) {
                la_array *bytes = NULL;
                good &= la_zeros(LA_UINT8, 1, &shape, LA_ORDER_C, &bytes) == LA_OK;
                good &= is_all(bytes, 0);
                la_release(bytes);
            }
            la_memory memory = {.size = sizeof memory};
            good &= la_memory_stats(&memory) == LA_OK && memory.cached_bytes >= shape;
            la_trim();
            good &= la_memory_stats(&memory) == LA_OK && memory.cached_bytes == 0;
            /* Not a plain end: what the other threads held is lost here, which
             * is none of valgrind's business. */
            if (good) kill(getpid(), SIGKILL);
            _exit(1);
        }
        int status = -1;
        CHECK(child > 0 && waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
    for (int k = 0; k < 2; k++) {
        void *wrong = NULL;
        pthread_join(threads[k], &wrong);
        CHECK_TEXT(wrong ? (char *)wrong : "", "");
    }
    CHECK(check_memory().cached_bytes <= 16 * MIB);
    OK(la_set_cache_limit(0));
    CHECK_NUMBER(check_memory().cached_bytes, 0);
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
    TEST(a_freed_large_block_is_used_again),
    TEST(small_blocks_are_not_kept),
    TEST(zeros_from_the_cache_are_zero),
    TEST(the_cache_keeps_to_its_limit),
    TEST(trim_empties_the_cache_and_leaves_the_limit),
    TEST(another_allocator_has_no_part_in_the_cache),
    TEST(a_fork_in_the_middle_of_it_finds_a_cache_that_works),
)
