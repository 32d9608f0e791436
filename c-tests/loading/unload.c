/* Loads the library, uses it and unloads it, a thousand times, and from several threads at
 * once: nothing is lost and nothing crashes. Not linked with the library, unlike the other
 * tests:
 *
 *     unload build/lib/libarray.so.0.1.0
 *
 * The library is linked with `-z nodelete`: dlclose leaves its code where it is, since
 * threads of the pool run in it, and threads of the program have values of its own that are
 * to be dropped when they end. So what is checked is that it stays, and that it is there
 * once, however often it is loaded. */
#include "libarray.h"

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *path;

/* What the process has. */
typedef struct footprint {
    long resident, mappings, files, threads;
} footprint;

static long entries(const char *folder) {
    DIR *directory = opendir(folder);
    long count = 0;
    while (directory && readdir(directory)) count++;
    if (directory) closedir(directory);
    return count;
}

static footprint look(void) {
    footprint now = {0, 0, entries("/proc/self/fd"), entries("/proc/self/task")};
    char line[1024];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps)) now.mappings += strstr(line, "libarray") != NULL;
    if (maps) fclose(maps);
    FILE *memory = fopen("/proc/self/statm", "r");
    long total = 0;
    if (memory && fscanf(memory, "%ld %ld", &total, &now.resident) != 2) now.resident = -1;
    if (memory) fclose(memory);
    return now;
}


/* Loads, works with `threads` threads, unloads; what went wrong, or NULL. */
static const char *use_once(int threads) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
    la_status (*set_num_threads)(int32_t) = NULL;
    la_status (*arange)(la_dtype, int64_t, int64_t, int64_t, la_array **) = NULL;
    la_status (*reshape)(const la_array *, int32_t, const int64_t *, int32_t, int32_t, la_array **) = NULL;
    la_status (*transpose)(const la_array *, la_array **) = NULL;
    la_status (*copy)(const la_array *, int32_t, la_array **) = NULL;
    la_status (*slice_str)(const la_array *, const char *, la_array **) = NULL;
    const void *(*data)(const la_array *) = NULL;
    void (*release)(la_array *) = NULL;
    *(void **)&set_num_threads = dlsym(library, "la_set_num_threads");
    *(void **)&arange = dlsym(library, "la_arange");
    *(void **)&reshape = dlsym(library, "la_reshape");
    *(void **)&transpose = dlsym(library, "la_transpose");
    *(void **)&copy = dlsym(library, "la_copy");
    *(void **)&slice_str = dlsym(library, "la_slice_str");
    *(void **)&data = dlsym(library, "la_data");
    *(void **)&release = dlsym(library, "la_release");
    if (!set_num_threads || !arange || !reshape || !transpose || !copy || !slice_str || !data || !release)
        return "a function is missing";
    /* Large enough to be shared among threads, or small. */
    const int64_t side = threads > 1 ? 800 : 20, shape[] = {side, side};
    la_array *line = NULL, *grid = NULL, *flipped = NULL, *copied = NULL, *none = NULL;
    const char *wrong = NULL;
    if (set_num_threads(threads) != LA_OK || arange(LA_INT64, 0, side * side, 1, &line) != LA_OK ||
        reshape(line, 2, shape, LA_ORDER_C, LA_COPY_NEVER, &grid) != LA_OK ||
        transpose(grid, &flipped) != LA_OK || copy(flipped, LA_ORDER_C, &copied) != LA_OK)
        wrong = "a call failed";
    else if (((const int64_t *)data(copied))[1] != side)
        wrong = "a wrong number";
    else if (slice_str(line, "1:2:3:4", &none) == LA_OK)
        wrong = "nonsense was taken";
    release(line), release(grid), release(flipped), release(copied);
    return dlclose(library) ? dlerror() : wrong;
}

static void *use_often(void *argument) {
    int *often = argument;
    for (int k = 0; k < *often; k++) {
        const char *wrong = use_once(1);
        if (wrong) return (void *)(size_t)wrong;
    }
    return NULL;
}

static int failures;

static void report(const char *name, const char *wrong) {
    printf("%s ... %s%s\n", name, wrong ? "FAILED: " : "ok", wrong ? wrong : "");
    failures += wrong != NULL;
}

/* Nothing more than before, but for pages that the C library's memory takes. */
static const char *growth(footprint before) {
    static char text[200];
    footprint now = look();
    if (now.files <= before.files && now.mappings <= before.mappings && now.threads <= before.threads &&
        now.resident <= before.resident + 300)
        return NULL;
    snprintf(text, sizeof text, "from %ld to %ld pages, %ld to %ld mappings, %ld to %ld files, %ld to %ld threads",
             before.resident, now.resident, before.mappings, now.mappings, before.files, now.files,
             before.threads, now.threads);
    return text;
}

/* Before anything that would keep it for another reason. */
static const char *close_and_look_for_it(void) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library || dlclose(library)) return dlerror();
    library = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (!library) return "it has gone";
    return dlclose(library) ? dlerror() : NULL;
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    path = arguments[1];
    const char *wrong = close_and_look_for_it();
    report("its_code_stays_where_it_is", wrong);
    for (int k = 0; k < 50 && !wrong; k++) wrong = use_once(3);
    footprint before = look();
    for (int k = 0; k < 1000 && !wrong; k++) wrong = use_once(k % 10 ? 1 : 3);
    report("a_thousand_times_with_and_without_threads", wrong ? wrong : growth(before));

    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    for (int turn = 0; turn < 2; turn++) {
        int often = 250;
        wrong = NULL;
        for (int k = 0; k < THREADS; k++)
            if (pthread_create(&threads[k], NULL, use_often, &often)) wrong = "no thread";
        for (int k = 0; k < THREADS && !wrong; k++) {
            void *answer = NULL;
            pthread_join(threads[k], &answer);
            if (answer) wrong = answer;
        }
        /* The first turn is for what threads of the program take once. */
        if (turn == 0) before = look();
    }
    report("a_thousand_times_from_four_threads_at_once", wrong ? wrong : growth(before));

    /* Threads that end after the library was closed drop what it kept for them. */
    int once = 1;
    for (int k = 0; k < 1000 && !wrong; k++) {
        void *answer = NULL;
        if (pthread_create(&threads[0], NULL, use_often, &once)) wrong = "no thread";
        else pthread_join(threads[0], &answer);
        if (answer) wrong = answer;
    }
    report("a_thousand_threads_that_end_after_it_was_closed", wrong ? wrong : growth(before));
    printf("%d passed, %d failed\n", 4 - failures, failures);
    return failures != 0;
}
