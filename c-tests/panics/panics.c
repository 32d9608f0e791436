/* What becomes of a panic: LA_PANIC with its message, nothing printed, nothing lost,
 * and a library that works afterwards, also while other threads are at work.
 *
 * The library of this program is built with `--cfg libarray_provoke`: at some places, from
 * the boundary down to the kernels, it asks libarray_provoked() below whether to panic. */
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

int32_t libarray_provoked(const char *place);

/* The place where this thread's next visit panics, and where any worker's does. */
static __thread const char *armed;
static const char *armed_for_workers;

int32_t libarray_provoked(const char *place) {
    if (armed && strcmp(armed, place) == 0) {
        armed = NULL;
        return 1;
    }
    const char *wanted = __atomic_load_n(&armed_for_workers, __ATOMIC_SEQ_CST);
    return wanted && strcmp(wanted, place) == 0 &&
           __atomic_compare_exchange_n(&armed_for_workers, &wanted, NULL, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

/* -- what a call may not change ----------------------------------------------- */

static int open_files(void) {
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;
    while (folder && readdir(folder)) count++;
    if (folder) closedir(folder);
    return count;
}

/* -- one call for each place --------------------------------------------------- */

#define SIDE 800                /* of a square that is large enough to be shared */
static la_array *grid, *other; /* the square, 0, 1, ...; its copy */
static char path[64];

static void prepare(void) {
    const int64_t shape[] = {SIDE, SIDE};
    grid = check_grid(2, shape);
    other = MAKE(la_copy(grid, LA_ORDER_C, OUT));
}

/* Each does its work, and says of a success whether the result is right. */

static la_status call_copy(int *right) {
    la_array *out = CHECK_UNTOUCHED;
    la_status status = la_copy(grid, LA_ORDER_F, &out);
    if (status != LA_OK) return *right = out == CHECK_UNTOUCHED, status;
    *right = ((const int64_t *)la_data(out))[1] == SIDE;
    la_release(out);
    return status;
}

static la_status call_full(int *right) {
    la_array *out = CHECK_UNTOUCHED;
    double seven = 7;
    int64_t shape[] = {3};
    la_status status = la_full(LA_FLOAT64, 1, shape, LA_ORDER_C, LA_FLOAT64, &seven, &out);
    if (status != LA_OK) return *right = out == CHECK_UNTOUCHED, status;
    *right = ((const double *)la_data(out))[2] == 7;
    la_release(out);
    return status;
}

static la_status call_slice(int *right) {
    la_array *out = CHECK_UNTOUCHED;
    la_status status = la_slice(grid, LA_INDEX(LA_AT(1), LA_RANGE(2, 5)), &out);
    if (status != LA_OK) return *right = out == CHECK_UNTOUCHED, status;
    *right = ((const int64_t *)la_data(out))[0] == SIDE + 2;
    la_release(out);
    return status;
}

/* Stores a row; what panics before the first store changes nothing. */
static la_status call_assign(int *right) {
    la_array *row = NULL, *flipped = NULL;
    int64_t *values = la_data_mut(other);
    for (int64_t k = 0; k < SIDE; k++) values[k] = k;
    if (la_slice(other, LA_INDEX(LA_AT(0)), &row) != LA_OK) return LA_INDEX_ERROR;
    if (la_slice(grid, LA_INDEX(LA_AT(1)), &flipped) != LA_OK) return la_release(row), LA_INDEX_ERROR;
    la_status status = la_assign(row, flipped, LA_CAST_NO);
    *right = 1;
    for (int64_t k = 0; k < SIDE; k++) *right &= values[k] == (status == LA_OK ? SIDE + k : k);
    la_release(row);
    la_release(flipped);
    return status;
}

static la_status call_shares(int *right) {
    int32_t shares = 5;
    la_array *odd = NULL, *even = NULL;
    if (la_slice(grid, LA_INDEX(LA_ALL, LA_STEP(2)), &even) != LA_OK) return LA_INDEX_ERROR;
    if (la_slice(grid, LA_INDEX(LA_ALL, LA_FROM_STEP(1, 2)), &odd) != LA_OK)
        return la_release(even), LA_INDEX_ERROR;
    la_status status = la_shares_memory(even, odd, LA_WORK_DEFAULT, &shares);
    *right = shares == (status == LA_OK ? 0 : 5);
    la_release(odd);
    la_release(even);
    return status;
}

static la_status call_save(int *right) {
    la_status status = la_save_npy(path, grid);
    *right = (access(path, F_OK) == 0) == (status == LA_OK);
    unlink(path);
    return status;
}

static la_status call_load(int *right) {
    const char *was_armed = armed;
    armed = NULL;
    if (la_save_npy(path, grid) != LA_OK) return LA_IO_ERROR;
    armed = was_armed;
    la_array *out = CHECK_UNTOUCHED;
    la_status status = la_load_npy(path, &out);
    unlink(path);
    if (status != LA_OK) return *right = out == CHECK_UNTOUCHED, status;
    *right = ((const int64_t *)la_data(out))[7] == 7;
    la_release(out);
    return status;
}

static la_status call_text(int *right) {
    char text[40] = "untouched";
    la_array *row = NULL;
    if (la_slice(grid, LA_INDEX(LA_AT(0), LA_TO(3)), &row) != LA_OK) return LA_INDEX_ERROR;
    la_status status = la_format(row, NULL, text, sizeof text, NULL);
    *right = status != LA_OK || strcmp(text, "[0 1 2]") == 0;
    la_release(row);
    return status;
}

/* Shared among three threads. Elements are stored, or not yet, when a part panics. */
static la_status call_shared(int *right) {
    la_array *flipped = NULL;
    if (la_set_num_threads(3) != LA_OK) return LA_LIMIT;
    if (la_transpose(grid, &flipped) != LA_OK) return LA_AXIS_ERROR;
    la_status status = la_assign(other, flipped, LA_CAST_NO);
    if (la_set_num_threads(1) != LA_OK) return LA_LIMIT;
    const int64_t *values = la_data(other);
    *right = 1;
    for (int64_t k = 0; status == LA_OK && k < SIDE * SIDE; k++)
        *right &= values[k] == k % SIDE * SIDE + k / SIDE;
    la_release(flipped);
    return status;
}

typedef struct step {
    const char *place;
    la_status (*call)(int *right);
    int on_worker;
} step;

static const step steps[] = {
    {"the boundary", call_full, 0},
    {"a short way", call_slice, 0},
    {"an allocation", call_copy, 0},
    {"an operation", call_assign, 0},
    {"a kernel", call_assign, 0},
    {"the solver", call_shares, 0},
    {"a file that is written", call_save, 0},
    {"a file that is read", call_load, 0},
    {"a text", call_text, 0},
    {"the caller's part", call_shared, 0},
    {"a worker's part", call_shared, 1},
};
#define STEPS (sizeof steps / sizeof *steps)

/* -- tests ----------------------------------------------------------------------- */

static void every_panic_becomes_a_status(void) {
    prepare();
    for (size_t k = 0; k < STEPS; k++) {
        int right = 0, files = open_files();
        CHECK_STATUS(LA_OK, steps[k].call(&right));
        CHECK(right);
        int64_t bytes = check_live_bytes();
        /* Workers take a part when they are awake in time. */
        la_status status = LA_OK;
        for (int tries = 0; tries < 1000 && status == LA_OK; tries++) {
            if (steps[k].on_worker) __atomic_store_n(&armed_for_workers, steps[k].place, __ATOMIC_SEQ_CST);
            else armed = steps[k].place;
            status = steps[k].call(&right);
            CHECK(right);
        }
        __atomic_store_n(&armed_for_workers, NULL, __ATOMIC_SEQ_CST);
        armed = NULL;
        CHECK_NUMBER(status, LA_PANIC);
        CHECK_MESSAGE("provoked: ");
        CHECK_MESSAGE(steps[k].place);
        CHECK_NUMBER(check_live_bytes(), bytes);
        CHECK_NUMBER(open_files(), files);
        CHECK_STATUS(LA_OK, steps[k].call(&right));
        CHECK(right);
    }
}

static int deleted;

static void count_deletion(void *memory, void *payload) {
    (void)memory, (void)payload;
    deleted++;
}

/* la_release returns nothing: the message tells. What was to be deleted is. */
static void a_panic_in_a_release_stays_inside(void) {
    double value = 1;
    int64_t bytes = check_live_bytes();
    la_array *array = NULL;
    OK(la_wrap(&value, sizeof value, 0, LA_FLOAT64, 0, NULL, NULL, 0, count_deletion, NULL, &array));
    armed = "after a deleter";
    la_release(array);
    CHECK(!armed);
    CHECK_MESSAGE("provoked: after a deleter");
    CHECK_NUMBER(deleted, 1);
    CHECK_NUMBER(check_live_bytes(), bytes);
}

static void a_panic_in_an_accessor_gives_its_error_value(void) {
    prepare();
    armed = "an accessor";
    int64_t bytes = la_retained_bytes(grid);
    CHECK(!armed);
    CHECK_NUMBER(bytes, -1);
    CHECK_MESSAGE("provoked: an accessor");
    CHECK_NUMBER(la_retained_bytes(grid), SIDE * SIDE * 8);
}

typedef struct bystander {
    pthread_t thread;
    int64_t calls;
    const char *wrong;
} bystander;

static int stop;

/* Works as long as others panic, and must not notice. */
static void *stand_by(void *argument) {
    bystander *self = argument;
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST) && !self->wrong) {
        la_array *line = NULL, *copy = NULL, *view = NULL;
        if (la_arange(LA_INT64, 0, 3000, 1, &line) != LA_OK ||
            la_slice(line, LA_INDEX(LA_STEP(-1)), &view) != LA_OK ||
            la_copy(view, LA_ORDER_C, &copy) != LA_OK)
            self->wrong = check_last_error();
        else if (((const int64_t *)la_data(copy))[1] != 2998)
            self->wrong = "a wrong number";
        la_release(line);
        la_release(view);
        la_release(copy);
        self->calls++;
    }
    return NULL;
}

static void other_threads_do_not_notice(void) {
    bystander bystanders[3];
    memset(bystanders, 0, sizeof bystanders);
    prepare();
    __atomic_store_n(&stop, 0, __ATOMIC_SEQ_CST);
    for (int k = 0; k < 3; k++) CHECK(!pthread_create(&bystanders[k].thread, NULL, stand_by, &bystanders[k]));
    int64_t panics = 0;
    for (int round = 0; round < 200; round++)
        for (size_t k = 0; k < STEPS; k++) {
            if (steps[k].call == call_save || steps[k].call == call_load) continue; /* slow */
            int right = 0;
            if (steps[k].on_worker) __atomic_store_n(&armed_for_workers, steps[k].place, __ATOMIC_SEQ_CST);
            else armed = steps[k].place;
            la_status status = steps[k].call(&right);
            CHECK(right);
            CHECK(status == LA_PANIC || steps[k].on_worker || steps[k].call == call_shared);
            panics += status == LA_PANIC;
            armed = NULL;
            __atomic_store_n(&armed_for_workers, NULL, __ATOMIC_SEQ_CST);
        }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    for (int k = 0; k < 3; k++) {
        pthread_join(bystanders[k].thread, NULL);
        CHECK_TEXT(bystanders[k].wrong ? bystanders[k].wrong : "nothing", "nothing");
        CHECK(bystanders[k].calls > 0);
    }
    CHECK(panics > 1000);
}

static void *panic_once(void *argument) {
    int right = 0;
    armed = "a kernel";
    *(la_status *)argument = call_full(&right);
    return NULL;
}

/* The message is the thread's own, as any other. */
static void a_panic_in_a_thread_of_the_program_is_its_own(void) {
    prepare();
    CHECK_STATUS(LA_NULL_ARGUMENT, la_assign(NULL, grid, LA_CAST_NO));
    la_status status = LA_OK;
    pthread_t thread;
    CHECK(!pthread_create(&thread, NULL, panic_once, &status));
    pthread_join(thread, NULL);
    CHECK_NUMBER(status, LA_PANIC);
    CHECK_MESSAGE("target");
}

/* -- what is printed -------------------------------------------------------------- */

static int real_stderr, printed;

static void begin(void) {
    snprintf(path, sizeof path, "/tmp/libarray-panics-%ld.npy", (long)getpid());
    char name[] = "/tmp/libarray-panics-XXXXXX";
    real_stderr = dup(2);
    printed = mkstemp(name);
    unlink(name);
    dup2(printed, 2);
    CHECK(real_stderr > 2 && printed > 2);
}

/* To be the last test. */
static void nothing_is_printed(void) {
    char text[200];
    ssize_t length = pread(printed, text, sizeof text - 1, 0);
    text[length < 0 ? 0 : length] = '\0';
    dup2(real_stderr, 2);
    CHECK_NUMBER(length, 0);
    CHECK_TEXT(text, "");
}

CHECK_MAIN(TEST(begin), TEST(every_panic_becomes_a_status), TEST(a_panic_in_a_release_stays_inside),
           TEST(a_panic_in_an_accessor_gives_its_error_value), TEST(other_threads_do_not_notice),
           TEST(a_panic_in_a_thread_of_the_program_is_its_own),
           TEST(nothing_is_printed))
