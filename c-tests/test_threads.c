/* Threads that the program asks for, and the progress of long operations. */
#include "check.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs `body` in a forked child and returns what it returns; -1 when it did not
 * end. The answer comes through a pipe, and the child then becomes another
 * program: what its parent's other threads hold is lost to it, and looks like a
 * leak to valgrind. */
static int in_child(int (*body)(void *), void *argument) {
    int ends[2], answer = -1;
    if (pipe(ends)) return -1;
    pid_t child = fork();
    if (child == 0) {
        alarm(100);
        answer = body(argument);
        if (write(ends[1], &answer, sizeof answer) == sizeof answer) execl("/bin/true", "true", NULL);
        _exit(0);
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], &answer, sizeof answer) != sizeof answer) answer = -1;
    close(ends[0]);
    if (child > 0) waitpid(child, NULL, 0);
    return answer;
}

/* -- how many --------------------------------------------------------------- */

static int asked_by_environment(void *value) {
    if (value) setenv("LIBARRAY_NUM_THREADS", value, 1);
    else unsetenv("LIBARRAY_NUM_THREADS");
    return la_num_threads();
}

/* To be the first test, since the environment is read once. */
static void the_environment_asks_for_threads(void) {
    CHECK_NUMBER(in_child(asked_by_environment, NULL), 1);
    CHECK_NUMBER(in_child(asked_by_environment, "3"), 3);
    CHECK_NUMBER(in_child(asked_by_environment, "100000"), 256);
    CHECK_NUMBER(in_child(asked_by_environment, "-2"), 1);
    CHECK_NUMBER(in_child(asked_by_environment, "many"), 1);
    CHECK(in_child(asked_by_environment, "0") >= 1);
}

static void the_number_of_threads_is_set_and_checked(void) {
    OK(la_set_num_threads(4));
    CHECK_NUMBER(la_num_threads(), 4);
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_set_num_threads(-1));
    CHECK_MESSAGE("count is -1");
    CHECK_STATUS(LA_LIMIT, la_set_num_threads(257));
    CHECK_MESSAGE("at most 256, found 257");
    CHECK_NUMBER(la_num_threads(), 4);
    OK(la_set_num_threads(0));
    CHECK(la_num_threads() >= 1 && la_num_threads() <= sysconf(_SC_NPROCESSORS_CONF));
    OK(la_set_num_threads(1));
    CHECK_NUMBER(la_num_threads(), 1);
}

/* -- at work ------------------------------------------------------------------ */

static int32_t twice(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    for (int64_t k = 0; k < count; k++) *(int64_t *)(void *)(data[0] + k * strides[0]) *= 2;
    return 0;
}

/* Doubles the numbers of a grid on three threads; what it found, as a text. */
static const char *doubles(la_array *grid, int64_t factor) {
    la_operand operand = {grid, LA_READ_WRITE, 0};
    la_for_each_options options = {sizeof options, LA_CAST_SAFE, 3};
    la_status status = la_for_each(1, &operand, &options, twice, NULL);
    if (status != LA_OK) return la_status_name(status);
    for (int64_t k = 0; k < la_size(grid); k++)
        if (((const int64_t *)la_data(grid))[k] != k * factor) return "a wrong number";
    return NULL;
}

typedef struct worker {
    pthread_t thread;
    la_array *grid;
    const char *wrong;
    int *stop; /* atomic */
} worker;

static void *work(void *argument) {
    worker *self = argument;
    int64_t factor = 1;
    for (int round = 0; !self->wrong && (self->stop ? !__atomic_load_n(self->stop, __ATOMIC_RELAXED) : round < 30); round++) {
        if (factor >= INT64_C(1) << 40) {
            for (int64_t k = 0; k < la_size(self->grid); k++) ((int64_t *)la_data_mut(self->grid))[k] = k;
            factor = 1;
        }
        self->wrong = doubles(self->grid, factor *= 2);
    }
    return NULL;
}

static void several_threads_of_the_program_may_ask_for_threads_at_once(void) {
    worker workers[4];
    memset(workers, 0, sizeof workers);
    for (int k = 0; k < 4; k++) workers[k].grid = GRID(50, 41);
    for (int k = 0; k < 4; k++) CHECK(pthread_create(&workers[k].thread, NULL, work, &workers[k]) == 0);
    for (int k = 0; k < 4; k++) {
        pthread_join(workers[k].thread, NULL);
        if (workers[k].wrong) check_fail(__FILE__, __LINE__, "thread %d: %s", k, workers[k].wrong);
    }
}

static int work_in_the_child(void *grid) {
    for (int64_t factor = 2; factor <= 16; factor *= 2)
        if (doubles(grid, factor)) return 1;
    la_array *copy = NULL;
    la_status status = la_copy(grid, LA_ORDER_F, &copy);
    la_release(copy);
    return status == LA_OK || status == LA_OUT_OF_MEMORY ? 0 : 2;
}

static void a_child_forked_during_another_threads_work_works(void) {
    int stop = 0;
    worker other;
    memset(&other, 0, sizeof other);
    other.grid = GRID(100, 100);
    other.stop = &stop;
    la_array *own = GRID(60, 60);
    CHECK(pthread_create(&other.thread, NULL, work, &other) == 0);
    for (int k = 0; k < 10; k++) CHECK_NUMBER(in_child(work_in_the_child, own), 0);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    pthread_join(other.thread, NULL);
    CHECK(other.wrong == NULL);
    CHECK(doubles(own, 2) == NULL); /* the parent's is as it was */
}

/* -- progress ------------------------------------------------------------------- */

static int32_t watch(int64_t done, int64_t total, void *payload) {
    (void)done, (void)total;
    ++*(int *)payload;
    return 0;
}

static void a_progress_handler_is_set_and_taken_away(void) {
    int calls = 0;
    OK(la_set_progress(watch, 1024, &calls));
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_set_progress(watch, 0, &calls));
    CHECK_MESSAGE("every_bytes is 0, expected at least 1");
    CHECK_STATUS(LA_INVALID_ARGUMENT, la_set_progress(watch, -5, &calls));
    DROP(MAKE(la_copy(GRID(10), LA_ORDER_C, OUT))); /* too short to be told of */
    CHECK_NUMBER(calls, 0);
    OK(la_set_progress(NULL, 0, NULL));
}

CHECK_MAIN(
    TEST(the_environment_asks_for_threads),
    TEST(the_number_of_threads_is_set_and_checked),
    TEST(several_threads_of_the_program_may_ask_for_threads_at_once),
    TEST(a_child_forked_during_another_threads_work_works),
    TEST(a_progress_handler_is_set_and_taken_away),
)
