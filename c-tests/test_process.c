/* What a program may do with its process while the library is at work: fork, take signals,
 * become another program, and lose a file that is mapped. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static const char *file(const char *name) {
    static char path[128];
    if (!*folder) {
        strcpy(folder, "/tmp/libarray-process-XXXXXX");
        CHECK(mkdtemp(folder) != NULL);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* -- everything that has a lock, or state of the process ------------------------------- */

/* A bit of all of it; 0 if all was right. `name` makes its types its own. */
static int work_of_all_kinds(const char *name, int64_t side) {
    const int64_t shape[] = {side, side};
    const la_dtype types[] = {LA_INT16};
    la_array *line = NULL, *grid = NULL, *flipped = NULL, *copy = NULL, *twin = NULL;
    la_dtype type = 0;
    int wrong = 0;
    if (la_arange(LA_INT64, 0, side * side, 1, &line) != LA_OK ||
        la_reshape(line, 2, shape, LA_ORDER_C, LA_COPY_NEVER, &grid) != LA_OK ||
        la_transpose(grid, &flipped) != LA_OK || la_readonly(grid, &twin) != LA_OK ||
        la_copy(flipped, LA_ORDER_C, &copy) != LA_OK) {
        wrong = 1;
    } else {
        const int64_t *values = la_data(copy);
        if (values[1] != side || values[side * side - 2] != side * side - 1 - side) wrong = 2;
        if (la_fill_i64(twin, 1) != LA_READ_ONLY) wrong = 3;
        if (!strstr(check_last_error(), "read-only")) wrong = 4;
        if (la_assign(flipped, copy, LA_CAST_NO) != LA_OK) wrong = 5;
    }
    if (la_dtype_record(1, &name, types, NULL, 0, &type) != LA_OK) wrong = 6;
    if (la_set_cache_limit(side % 2 ? 1 << 24 : 0) != LA_OK) wrong = 7;
    la_trim();
    la_release(line), la_release(grid), la_release(flipped), la_release(copy), la_release(twin);
    return wrong;
}

static int stop;

static void *work_until_stopped(void *argument) {
    int round = 0;
    char name[32];
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        /* Often new types, yet fewer than a process may have. */
        snprintf(name, sizeof name, "thread%d", round % 2000);
        int wrong = work_of_all_kinds(name, round % 4 ? 20 + round % 7 : 800 + round % 3);
        if (wrong) return *(int *)argument = wrong, NULL;
        round++;
    }
    return NULL;
}

/* How many threads there are. */
static int running_threads(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *task;
    while (tasks && (task = readdir(tasks))) count += *task->d_name != '.';
    if (tasks) closedir(tasks);
    return count;
}

static void *change_allocators_until_stopped(void *argument) {
    la_allocator own = {.size = sizeof own, .alloc = exhaust_alloc, .free = exhaust_free};
    for (int round = 0; !__atomic_load_n(&stop, __ATOMIC_SEQ_CST); round++) {
        if (la_set_allocator(round % 2 ? &own : NULL) != LA_OK) *(int *)argument = 8;
        if (round % 100 == 0) usleep(100);
    }
    if (la_set_allocator(NULL) != LA_OK) *(int *)argument = 8;
    return NULL;
}

/* Forked while others hold whatever they hold. A child that hangs is ended by its alarm,
 * and one that works ends with its answer; it becomes another program, so that what it
 * cannot free is no leak. */
static void children_work_whatever_other_threads_were_at(void) {
    enum { THREADS = 4 };
    /* How many allocations there are depends on how far the threads get. */
    if (exhaust_fail_at) return;
    const int forks = getenv("LIBARRAY_CASES") ? 20 : 150;
    pthread_t threads[THREADS];
    int wrong[THREADS] = {0}, failed = 0, last = 0;
    OK(la_set_num_threads(3));
    stop = 0;
    for (int k = 0; k < THREADS; k++)
        CHECK(!pthread_create(&threads[k], NULL, k ? work_until_stopped : change_allocators_until_stopped, &wrong[k]));
    for (int k = 0; k < forks; k++) {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            alarm(60);
            char name[32], answer[12];
            snprintf(name, sizeof name, "child%d", k);
            /* A square of 800 is shared among threads of its own. */
            int bad = work_of_all_kinds(name, 800);
            if (!bad && running_threads() < 2) bad = 10;
            if (!bad) bad = work_of_all_kinds(name, 33);
            if (!bad && la_set_allocator(NULL) != LA_OK) bad = 9;
            snprintf(answer, sizeof answer, "exit %d", bad);
            execl("/bin/sh", "sh", "-c", answer, NULL);
            _exit(99);
        }
        int status = -1;
        CHECK(child > 0 && waitpid(child, &status, 0) == child);
        if (status) failed++, last = status;
    }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    for (int k = 0; k < THREADS; k++) {
        pthread_join(threads[k], NULL);
        CHECK_NUMBER(wrong[k], 0);
    }
    if (failed) check_fail(__FILE__, __LINE__, "%d of %d children failed, the last with status %d", failed, forks, last);
    OK(la_set_num_threads(1));
    OK(la_set_cache_limit(0));
}

/* -- signals ------------------------------------------------------------------------------ */

static pthread_t main_thread;
static int signals_taken, signals_elsewhere;

static void take_signal(int number) {
    (void)number;
    __atomic_add_fetch(&signals_taken, 1, __ATOMIC_SEQ_CST);
    if (!pthread_equal(pthread_self(), main_thread)) __atomic_add_fetch(&signals_elsewhere, 1, __ATOMIC_SEQ_CST);
}

static void signals_go_to_the_programs_threads_and_break_nothing(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = take_signal; /* calls of the system are interrupted, not restarted */
    main_thread = pthread_self();
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    la_array *grid = GRID(800, 800);
    la_array *flipped = MAKE(la_transpose(grid, OUT));
    OK(la_set_num_threads(3));
    /* Where calls take far longer, nothing would get on between two signals. */
    const long apart = getenv("LIBARRAY_CASES") ? 20000 : 300; /* microseconds */
    struct itimerval often = {{0, apart}, {0, apart}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    la_status status = LA_OK;
    const int rounds = exhaust_fail_at ? 2 : getenv("LIBARRAY_CASES") ? 5 : 30;
    for (int k = 0; k < rounds && status == LA_OK; k++) {
        la_array *copy = NULL, *read = NULL;
        status = la_copy(flipped, LA_ORDER_C, &copy);
        if (status == LA_OK) status = la_save_npy(file("signals.npy"), copy);
        if (status == LA_OK) status = la_load_npy(file("signals.npy"), &read);
        if (status == LA_OK && memcmp(la_data(read), la_data(copy), 800 * 800 * 8)) status = LA_IO_ERROR;
        la_release(copy), la_release(read);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_IGN); /* one may still be on its way */
    unlink(file("signals.npy"));
    OK(la_set_num_threads(1));
    OK(status);
    if (!exhaust_fail_at) CHECK(signals_taken > 0);
    CHECK_NUMBER(signals_elsewhere, 0);
}

/* -- other programs ------------------------------------------------------------------------ */

/* How many descriptors are open, and how many of those stay open in another program. */
static int open_files(int *inherited) {
    int count = 0;
    *inherited = 0;
    for (int number = 3; number < 256; number++) {
        int flags = fcntl(number, F_GETFD);
        count += flags >= 0;
        *inherited += flags >= 0 && !(flags & FD_CLOEXEC);
    }
    return count;
}

typedef struct watcher {
    int open, inherited, most, most_inherited;
} watcher;

static void *watch_files(void *argument) {
    watcher *self = argument;
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        int inherited, count = open_files(&inherited);
        if (count > self->most) self->most = count;
        if (inherited > self->most_inherited) self->most_inherited = inherited;
        usleep(200); /* valgrind lets one thread at a time run, as long as it likes */
    }
    return NULL;
}

/* A file is open while elements are written to it, not in a program that is started
 * meanwhile, and not longer: archives and mapped arrays need none. */
static void no_file_of_the_library_is_open_in_another_program(void) {
    la_npz *archive = NULL;
    la_array *flipped = MAKE(la_transpose(GRID(800, 800), OUT));
    watcher files = {0, 0, 0, 0};
    pthread_t thread;
    files.open = open_files(&files.inherited);
    la_status status = LA_OK;
    stop = 0;
    CHECK(!pthread_create(&thread, NULL, watch_files, &files));
    const int saves = exhaust_fail_at ? 1 : getenv("LIBARRAY_CASES") ? 5 : 30;
    for (int k = 0; k < saves && status == LA_OK; k++)
        status = la_save_npy(file("open.npy"), flipped);
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    pthread_join(thread, NULL);
    OK(status);
    if (!exhaust_fail_at) CHECK(files.most > files.open);
    CHECK_NUMBER(files.most_inherited, files.inherited);
    MAKE(la_open_npy(file("open.npy"), LA_OPEN_READ_WRITE, OUT));
    unlink(file("open.npy"));
    OK(la_npz_open("examples/data/jacksboro_fault_dem.npz", &archive));
    int inherited, count = open_files(&inherited);
    la_npz_close(archive);
    CHECK_NUMBER(count, files.open);
}

/* -- a mapped file that is truncated ------------------------------------------------------- */

static void a_file_that_is_too_short_is_not_mapped(void) {
    la_array *grid = GRID(600, 10);
    OK(la_save_npy(file("short.npy"), grid));
    /* The header takes 128 bytes. */
    CHECK(truncate(file("short.npy"), 4096) == 0);
    const char *const numbers = "ends before the elements that its header promises: "
                                "they take 48000 bytes, 3968 follow the header";
    REFUSES(LA_FORMAT_ERROR, numbers, la_open_npy(file("short.npy"), LA_OPEN_READ, OUT));
    REFUSES(LA_FORMAT_ERROR, numbers, la_open_npy(file("short.npy"), LA_OPEN_COPY_ON_WRITE, OUT));
    REFUSES(LA_FORMAT_ERROR, numbers, la_load_npy(file("short.npy"), OUT));
    CHECK(truncate(file("short.npy"), 20) == 0);
    REFUSES(LA_FORMAT_ERROR, "", la_open_npy(file("short.npy"), LA_OPEN_READ, OUT));
    unlink(file("short.npy"));
}

static char farewell[24];

/* Becomes a program that ends with the signal's number: so nothing that a child cannot
 * free is a leak. */
static void leave(int number) {
    static char shell[] = "sh", option[] = "-c";
    static char *const words[] = {shell, option, farewell, NULL};
    (void)number;
    execv("/bin/sh", words);
    _exit(98);
}

/* What the header says: the bytes that are gone end the process by SIGBUS when they are
 * read; those that are left, and all that the array is, stay as they were. */
static void a_mapped_file_that_loses_bytes_raises_sigbus_where_they_were(void) {
    la_array *grid = GRID(600, 10);
    OK(la_save_npy(file("cut.npy"), grid));
    la_array *mapped = MAKE(la_open_npy(file("cut.npy"), LA_OPEN_READ, OUT));
    CHECK(truncate(file("cut.npy"), 4096) == 0);
    CHECK_NUMBER(la_size(mapped), 6000);
    int64_t item = -1;
    const int64_t first[] = {0, 5};
    OK(la_item_i64(mapped, 2, first, &item));
    CHECK_NUMBER(item, 5);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        const int64_t last[] = {599, 9};
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = leave;
        snprintf(farewell, sizeof farewell, "exit %d", SIGBUS);
        sigaction(SIGBUS, &action, NULL);
        la_status status = la_item_i64(mapped, 2, last, &item);
        _exit(100 + status);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_NUMBER(WEXITSTATUS(status), SIGBUS);
    /* Who does not take the signal ends by it. */
    child = fork();
    if (child == 0) {
        const int64_t last[] = {599, 9};
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGBUS, SIG_DFL); /* also where a sanitizer takes it */
        _exit(100 + la_item_i64(mapped, 2, last, &item));
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK_NUMBER(WTERMSIG(status), SIGBUS);
    unlink(file("cut.npy"));
    rmdir(folder);
}

CHECK_MAIN(
    TEST(children_work_whatever_other_threads_were_at),
    TEST(signals_go_to_the_programs_threads_and_break_nothing),
    TEST(no_file_of_the_library_is_open_in_another_program),
    TEST(a_file_that_is_too_short_is_not_mapped),
    TEST(a_mapped_file_that_loses_bytes_raises_sigbus_where_they_were),
)
