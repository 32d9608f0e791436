/* Many threads on the same handles, as the header's introduction allows: retained, viewed,
 * read and released at once, written where others do not look, while one thread changes
 * what is the process's. Meant for ThreadSanitizer above all (`make check-tsan`). */
#include "check.h"

#include "dlpack_kit.h"
#include <pthread.h>

enum { THREADS = 6, ROWS = THREADS, COLUMNS = 500 };

typedef struct shared {
    la_array *grid;     /* a row for each thread to write */
    la_array *constant; /* read by all */
    la_array *wrapped;  /* deleted once, by whoever is last */
    la_array *handed[THREADS]; /* for the neighbour to release; atomic */
    struct DLManagedTensorVersioned *loans[THREADS]; /* for the neighbour to take or to end; atomic */
} shared;

typedef struct worker {
    pthread_t thread;
    shared *all;
    int number, rounds;
    const char *wrong;
} worker;

static int deleted, cancelled;

static void count(void *memory, void *payload) {
    (void)memory, (void)payload;
    __atomic_add_fetch(&deleted, 1, __ATOMIC_SEQ_CST);
}

static int32_t cancel(int64_t done, int64_t total, void *payload) {
    (void)done, (void)total;
    return __atomic_load_n((int *)payload, __ATOMIC_SEQ_CST);
}

/* A row of this thread goes out and to the neighbour; what stood there comes in, is read
 * and written as that thread's own, or ends unused. What went wrong, or NULL. */
static const char *lend_once(worker *self, const la_array *row, int round) {
    la_array *copy = NULL, *taken = NULL;
    struct DLManagedTensorVersioned *loan = NULL;
    const char *wrong = NULL;
    int32_t same = 0;
    /* Only this thread may read its row while it works on it: the neighbour gets a copy. */
    if (la_copy(row, LA_ORDER_C, &copy) != LA_OK || la_to_dlpack(copy, LA_COPY_NEVER, 0, &loan) != LA_OK)
        wrong = "a loan";
    la_release(copy);
    loan = __atomic_exchange_n(&self->all->loans[(self->number + 1) % THREADS], loan, __ATOMIC_ACQ_REL);
    if (!loan) return wrong;
    if (round % 4 == 0) return loan->deleter(loan), wrong;
    if (la_from_dlpack(loan, LA_COPY_NEVER, &taken) != LA_OK) return "a loan taken";
    const int64_t value = ((const int64_t *)la_data(taken))[COLUMNS - 1];
    if (la_fill_i64(taken, value) != LA_OK || la_copy(taken, LA_ORDER_C, &copy) != LA_OK ||
        la_array_equal(taken, copy, 0, &same) != LA_OK || !same || ((const int64_t *)la_data(copy))[0] != value)
        wrong = "what was lent";
    else
        la_release(copy);
    la_release(taken);
    return wrong;
}

/* One round; what went wrong, or NULL. */
static const char *work_once(worker *self, int round) {
    shared *all = self->all;
    const int me = self->number;
    la_array *kept = la_retain(all->grid), *row = NULL, *twin = NULL, *view = NULL, *copy = NULL, *none = NULL;
    const char *wrong = NULL;
    int64_t item = 0, sum = 0;
    int32_t shares = -1, any = 0;
    la_plan plan = {.size = sizeof plan};
    const int64_t middle[] = {COLUMNS / 2};
    if (la_slice(kept, LA_INDEX(LA_AT(me)), &row) != LA_OK || la_readonly(kept, &twin) != LA_OK ||
        la_slice(all->constant, LA_INDEX(LA_STEP(-1)), &view) != LA_OK)
        wrong = "a view";
    /* Written by this thread alone, and read back through another handle. */
    else if (la_fill_i64(row, round) != LA_OK || la_item_i64(row, 1, middle, &item) != LA_OK || item != round)
        wrong = "a row of its own";
    else if (la_copy(view, LA_ORDER_C, &copy) != LA_OK || ((const int64_t *)la_data(copy))[0] != COLUMNS - 1)
        wrong = "what all read";
    else if (la_count_nonzero(all->constant, &sum) != LA_OK || sum != COLUMNS - 1)
        wrong = "a count";
    else if (la_shares_memory(row, twin, LA_WORK_DEFAULT, &shares) != LA_OK || shares != 1)
        wrong = "sharing";
    else if (la_plan_assign(row, view, LA_CAST_SAFE, &plan) != LA_OK || plan.bytes != 0)
        wrong = "a plan";
    else if (la_array_equal(copy, view, 0, &any) != LA_OK || !any)
        wrong = "equality";
    /* The message is this thread's, whatever others do meanwhile. */
    else if (la_slice(kept, LA_INDEX(LA_AT(100 + me)), &none) != LA_INDEX_ERROR)
        wrong = "an error";
    else {
        char number[40];
        snprintf(number, sizeof number, "index %d ", 100 + me);
        if (!strstr(check_last_error(), number)) wrong = "a message";
    }
    if (!wrong) wrong = lend_once(self, row, round);
    /* A view goes to the neighbour, who releases it; the one that stood there is released
     * here, where it may be the last of its array. */
    la_array *gift = NULL;
    if (!wrong && la_slice(round % 3 ? all->wrapped : copy, LA_INDEX(LA_TO(2)), &gift) != LA_OK) wrong = "a gift";
    la_release(__atomic_exchange_n(&all->handed[(me + 1) % THREADS], gift, __ATOMIC_ACQ_REL));
    la_release(none), la_release(copy), la_release(view), la_release(twin), la_release(row), la_release(kept);
    return wrong;
}

static void *work(void *argument) {
    worker *self = argument;
    for (int round = 1; round <= self->rounds && !self->wrong; round++) self->wrong = work_once(self, round);
    return NULL;
}

/* What is the process's changes under way; what was set last holds. */
static void *change(void *argument) {
    worker *self = argument;
    la_allocator own = {.size = sizeof own, .alloc = exhaust_alloc, .free = exhaust_free};
    for (int round = 0; round < self->rounds; round++) {
        la_memory memory = {.size = sizeof memory};
        if (la_set_num_threads(1 + round % 3) != LA_OK || la_set_cache_limit(round % 2 << 24) != LA_OK ||
            la_set_allocator(round % 2 ? &own : NULL) != LA_OK || la_memory_stats(&memory) != LA_OK)
            self->wrong = "a setting";
        la_trim();
    }
    if (la_set_num_threads(1) != LA_OK || la_set_cache_limit(0) != LA_OK || la_set_allocator(NULL) != LA_OK)
        self->wrong = "a setting";
    return NULL;
}

/* A long copy, stopped by a flag that another thread sets. */
static void *copy_until_cancelled(void *argument) {
    worker *self = argument;
    la_array *large = NULL, *copy = NULL;
    const int64_t shape[] = {1500, 1500};
    if (la_zeros(LA_FLOAT64, 2, shape, LA_ORDER_C, &large) != LA_OK) return self->wrong = "zeros", NULL;
    if (la_set_progress(cancel, 1 << 20, &cancelled) != LA_OK) self->wrong = "a handler";
    la_status status = LA_OK;
    for (int k = 0; k < 100000 && status == LA_OK && !self->wrong; k++) {
        status = la_copy(large, LA_ORDER_F, &copy);
        if (status == LA_OK) la_release(copy);
    }
    if (status != LA_CANCELLED) self->wrong = "no cancellation";
    la_release(large);
    return NULL;
}

static void threads_share_handles_and_settings(void) {
    /* How many allocations there are depends on how far the threads get. */
    if (exhaust_fail_at) return;
    static int64_t memory[COLUMNS];
    const char *cases = getenv("LIBARRAY_CASES");
    const int rounds = cases ? atoi(cases) / 20 + 10 : 3000;
    shared all;
    memset(&all, 0, sizeof all);
    worker workers[THREADS + 2];
    memset(workers, 0, sizeof workers);
    all.grid = GRID(ROWS, COLUMNS);
    all.constant = GRID(COLUMNS);
    OK(la_wrap(memory, sizeof memory, 0, LA_INT64, 1, (const int64_t[]){COLUMNS}, NULL, 0, count, NULL, &all.wrapped));
    for (int k = 0; k < THREADS + 2; k++) {
        workers[k].all = &all, workers[k].number = k, workers[k].rounds = rounds;
        void *(*run)(void *) = k < THREADS ? work : k == THREADS ? change : copy_until_cancelled;
        CHECK(!pthread_create(&workers[k].thread, NULL, run, &workers[k]));
    }
    /* This thread's reference goes while the others have theirs. */
    for (int k = 0; k < THREADS + 1; k++) pthread_join(workers[k].thread, NULL);
    __atomic_store_n(&cancelled, 1, __ATOMIC_SEQ_CST);
    pthread_join(workers[THREADS + 1].thread, NULL);
    for (int k = 0; k < THREADS + 2; k++)
        if (workers[k].wrong) check_fail(__FILE__, __LINE__, "thread %d: %s", k, workers[k].wrong);
    const int64_t *values = la_data(all.grid);
    int right = 1;
    for (int64_t k = 0; k < ROWS * COLUMNS; k++) right &= values[k] == rounds;
    CHECK(right);
    for (int k = 0; k < THREADS; k++) {
        la_release(all.handed[k]);
        if (all.loans[k]) all.loans[k]->deleter(all.loans[k]);
    }
    CHECK_NUMBER(deleted, 0);
    CHECK_NUMBER(la_refcount(all.wrapped), 1);
    la_release(all.wrapped);
    CHECK_NUMBER(deleted, 1);
    CHECK_NUMBER(la_refcount(all.grid), 1);
    CHECK_NUMBER(la_refcount(all.constant), 1);
}

CHECK_MAIN(TEST(threads_share_handles_and_settings))
