/* Every function of the header, with each of its allocations refused in turn: it
 * returns LA_OUT_OF_MEMORY or does without, and a call that fails changes nothing.
 *
 * A call is made again and again with allocation 1, 2, 3, ... refused, until it gets
 * through without reaching the refused one: once with that allocation alone, once with
 * all from it on. After each failure all elements, results, handles and bytes in use are
 * as before. tests/coverage.rs insists that no function is left out. */
#include "check.h"
#include "dlpack_kit.h"
#include "dtypes.h"

#include <limits.h>
#include <unistd.h>

/* -- an allocator that refuses ----------------------------------------------------- */

static long asked, refuse_from, refuse_to;
static long points; /* refusals that were met */

static void *refusing_alloc(size_t size, size_t align, int32_t zeroed, void *payload) {
    (void)payload;
    asked++;
    if (asked >= refuse_from && asked <= refuse_to) return NULL;
    void *block = NULL;
    if (posix_memalign(&block, align < sizeof(void *) ? sizeof(void *) : align, size ? size : 1)) return NULL;
    if (zeroed) memset(block, 0, size);
    return block;
}

static void refusing_free(void *memory, size_t size, size_t align, void *payload) {
    (void)size, (void)align, (void)payload;
    free(memory);
}

/* -- what the calls work on ---------------------------------------------------------- */

static la_array *line, *grid, *columns, *flipped, *floats, *shorts, *mask, *line_mask, *indices,
    *small, *rows, *lines, *complexes, *records, *swapped, *overlapping, *target, *short_target,
    *float_target;
static la_dtype record_type;
static char npy[64], npz[] = "tests/data/npz/deflated.npz", fresh[64];
static struct DLManagedTensorVersioned *tensor;
static struct DLManagedTensor *old_tensor;
static la_array_interface interface_;
static la_array_interface_v3 interface3;

/* What a call hands out; filled with a pattern before, which a failure leaves. */
static struct outputs {
    la_array *array[4];
    la_npz *npz;
    struct DLManagedTensorVersioned *tensor;
    struct DLManagedTensor *old_tensor;
    la_array_interface interface_;
    la_array_interface_v3 interface3;
    la_plan plan;
    la_dtype dtype;
    int32_t number, axes;
    int64_t count, index[2][4], shape[8];
    double real;
    uint64_t natural;
    const void *low, *high;
    size_t needed;
    char text[2000];
} out, before;

/* The owners of all elements, and copies of these from before. */
static la_array **const owners[] = {&line,    &grid,    &floats,  &shorts,    &mask,    &line_mask,
                                    &indices, &small,   &rows,    &lines,     &complexes, &records,
                                    &swapped, &target,  &short_target, &float_target};
#define OWNERS (sizeof owners / sizeof *owners)
static char kept[OWNERS][1024];

static la_array *numbers(la_dtype dtype, int64_t count) {
    return MAKE(la_arange(dtype, 0, count, 1, OUT));
}

static void build(void) {
    const int64_t shape[] = {3, 4}, two[] = {2}, three_one[] = {3, 1};
    static const char *const names[] = {"x", "y"};
    const la_dtype types[] = {LA_INT16, LA_FLOAT64};
    line = numbers(LA_INT64, 12);
    grid = check_grid(2, shape);
    columns = MAKE(la_slice(grid, LA_INDEX(LA_ALL, LA_STEP(2)), OUT));
    flipped = MAKE(la_transpose(grid, OUT));
    floats = MAKE(la_linspace(LA_FLOAT64, 0, 1, 12, 1, OUT));
    shorts = numbers(LA_INT16, 12);
    mask = MAKE(la_compare_i64(grid, 5, LA_GT, OUT));
    line_mask = MAKE(la_compare_i64(line, 5, LA_GT, OUT));
    indices = numbers(LA_INT64, 2);
    small = numbers(LA_UINT8, 3);
    rows = MAKE(la_zeros(LA_INT64, 2, three_one, LA_ORDER_C, OUT));
    lines = MAKE(la_zeros(LA_INT64, 2, shape, LA_ORDER_C, OUT));
    complexes = MAKE(la_ones(LA_COMPLEX128, 1, two, LA_ORDER_C, OUT));
    OK(la_dtype_record(2, names, types, NULL, 0, &record_type));
    records = MAKE(la_zeros(record_type, 1, two, LA_ORDER_C, OUT));
    swapped = numbers(LA_INT64 | 0x100, 12);
    overlapping = MAKE(la_as_strided(line, 0, 2, (const int64_t[]){3, 4}, (const int64_t[]){8, 16}, OUT));
    target = MAKE(la_zeros(LA_INT64, 1, two, LA_ORDER_C, OUT));
    short_target = MAKE(la_zeros(LA_INT16, 1, (const int64_t[]){24}, LA_ORDER_C, OUT));
    float_target = MAKE(la_zeros(LA_FLOAT32, 2, (const int64_t[]){2, 12}, LA_ORDER_C, OUT));
    snprintf(npy, sizeof npy, "/tmp/libarray-exhaustion-%ld.npy", (long)getpid());
    snprintf(fresh, sizeof fresh, "/tmp/libarray-exhaustion-%ld-new.npy", (long)getpid());
    OK(la_save_npy(npy, grid));
}

static void keep(void) {
    memset(&out, 0xa5, sizeof out);
    out.interface_ = interface_;
    out.interface3.size = sizeof out.interface3;
    out.plan.size = sizeof out.plan;
    before = out;
    for (size_t k = 0; k < OWNERS; k++) {
        CHECK(la_nbytes(*owners[k]) <= (int64_t)sizeof kept[k]);
        memcpy(kept[k], la_data(*owners[k]), (size_t)la_nbytes(*owners[k]));
    }
}

/* All elements as kept. */
static int unchanged(void) {
    for (size_t k = 0; k < OWNERS; k++)
        if (memcmp(kept[k], la_data(*owners[k]), (size_t)la_nbytes(*owners[k]))) return 0;
    return 1;
}

static void restore(void) {
    for (size_t k = 0; k < OWNERS; k++)
        memcpy(la_data_mut(*owners[k]), kept[k], (size_t)la_nbytes(*owners[k]));
}

static int64_t references(void) {
    int64_t sum = 0;
    for (size_t k = 0; k < OWNERS; k++) sum += la_refcount(*owners[k]);
    return sum + la_refcount(columns) + la_refcount(flipped) + la_refcount(overlapping);
}

static void release_outputs(void) {
    for (int k = 0; k < 4; k++)
        if (out.array[k] != before.array[k]) la_release(out.array[k]);
    if (out.npz != before.npz) la_npz_close(out.npz);
    if (out.tensor != before.tensor) out.tensor->deleter(out.tensor);
    if (out.old_tensor != before.old_tensor) out.old_tensor->deleter(out.old_tensor);
}

/* -- the calls ------------------------------------------------------------------------- */

static int32_t add_one(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    for (int64_t k = 0; k < count; k++) *(double *)(void *)(data[0] + k * strides[0]) += 1;
    return 0;
}

static void lend(void *memory, void *payload) { (void)memory, (void)payload; }

static const int64_t d34[] = {3, 4}, d43[] = {4, 3}, d234[] = {2, 3, 4}, at[] = {1, 2}, two_[] = {2, 2};
static const int32_t axes_[] = {1, 0}, axis0[] = {0}, ranks[] = {2, 1};
static const double seven = 7;

#define LIST(...) (const la_array *const[]){__VA_ARGS__}
#define CALLS(CALL)                                                                              \
    CALL(la_dtype_name(LA_INT64, out.text, sizeof out.text, &out.needed))                          \
    CALL(la_dtype_format(record_type, out.text, sizeof out.text, &out.needed))                     \
    CALL(la_dtype_parse(next_record(), &out.dtype))                                                \
    CALL(la_dtype_swapped(record_type, &out.dtype))                                                \
    CALL(la_dtype_record(1, (const char *const[]){next_name()}, (const la_dtype[]){LA_INT8}, NULL, 0, &out.dtype)) \
    CALL(la_dtype_field(record_type, 1, out.text, sizeof out.text, &out.needed, &out.dtype, &out.count)) \
    CALL(la_can_cast(record_type, LA_INT64, LA_CAST_SAFE, &out.number))                            \
    CALL(la_result_type(2, (const la_dtype[]){LA_INT64, LA_FLOAT32}, &out.dtype))                  \
    CALL(la_empty(LA_INT64, 2, d34, LA_ORDER_C, out.array))                                        \
    CALL(la_zeros(LA_INT64, 2, d34, LA_ORDER_F, out.array))                                        \
    CALL(la_ones(LA_INT64, 2, d34, LA_ORDER_C, out.array))                                         \
    CALL(la_full(LA_INT16, 2, d34, LA_ORDER_C, LA_FLOAT64, &seven, out.array))                     \
    CALL(la_arange(LA_INT16, 0, 9, 2, out.array))                                                  \
    CALL(la_arange_f64(LA_FLOAT16, 0, 9, 2, out.array))                                            \
    CALL(la_linspace(LA_FLOAT32, 0, 9, 4, 1, out.array))                                           \
    CALL(la_eye(LA_FLOAT64, 3, 4, 1, LA_ORDER_C, out.array))                                       \
    CALL(la_empty_like(flipped, LA_INT8, LA_ORDER_K, out.array))                                   \
    CALL(la_zeros_like(flipped, LA_INT8, LA_ORDER_K, out.array))                                   \
    CALL(la_ones_like(columns, LA_INT8, LA_ORDER_K, out.array))                                    \
    CALL(la_full_like(columns, LA_INT8, LA_ORDER_K, LA_FLOAT64, &seven, out.array))                \
    CALL(la_from_data(at, LA_INT64, 1, two_, NULL, LA_ORDER_C, out.array))                         \
    CALL(la_wrap(kept, 16, 0, LA_INT64, 1, two_, NULL, 0, lend, NULL, out.array))                  \
    CALL(la_byte_bounds(columns, &out.low, &out.high))                                             \
    CALL(la_slice(grid, LA_INDEX(LA_AT(1), LA_FROM(1)), out.array))                                \
    CALL(la_slice_str(grid, "..., None, ::-1", out.array))                                         \
    CALL(la_reshape(flipped, 2, d34, LA_ORDER_C, LA_COPY_IF_NEEDED, out.array))                    \
    CALL(la_transpose(grid, out.array))                                                            \
    CALL(la_permute(grid, 2, axes_, out.array))                                                    \
    CALL(la_swapaxes(grid, 0, 1, out.array))                                                       \
    CALL(la_moveaxis(grid, 1, axis0, axes_, out.array))                                            \
    CALL(la_squeeze(rows, 0, NULL, out.array))                                                     \
    CALL(la_expand_dims(grid, 1, axis0, out.array))                                                \
    CALL(la_broadcast_to(grid, 3, d234, out.array))                                                \
    CALL(la_broadcast_shapes(2, ranks, (const int64_t *const[]){d34, d43}, &out.axes, out.shape))  \
    CALL(la_flip(grid, 1, axis0, out.array))                                                       \
    CALL(la_rot90(grid, 1, 0, 1, out.array))                                                       \
    CALL(la_diagonal(grid, 0, 0, 1, out.array))                                                    \
    CALL(la_real(complexes, out.array))                                                            \
    CALL(la_imag(floats, out.array))                                                               \
    CALL(la_view_dtype(grid, LA_INT32, out.array))                                                 \
    CALL(la_field(records, "y", out.array))                                                        \
    CALL(la_as_strided(line, 0, 2, d34, (const int64_t[]){8, 8}, out.array))                       \
    CALL(la_sliding_window(grid, 1, axis0, two_, out.array))                                       \
    CALL(la_split(grid, 3, 0, out.array))                                                          \
    CALL(la_split_at(grid, 1, at, 0, out.array))                                                   \
    CALL(la_readonly(columns, out.array))                                                          \
    CALL(la_copy(flipped, LA_ORDER_C, out.array))                                                  \
    CALL(la_astype(columns, LA_FLOAT32, LA_ORDER_K, LA_CAST_SAME_VALUE, LA_COPY_ALWAYS, out.array)) \
    CALL(la_contiguous(flipped, LA_ORDER_C, LA_COPY_IF_NEEDED, out.array))                         \
    CALL(la_ravel(columns, LA_ORDER_F, LA_COPY_IF_NEEDED, out.array))                              \
    CALL(la_flatten(grid, LA_ORDER_F, out.array))                                                  \
    CALL(la_compact(columns, out.array))                                                           \
    CALL(la_get(grid, LA_INDEX(LA_ARRAY(small), LA_ARRAY(rows)), out.array))                       \
    CALL(la_get(grid, LA_INDEX(LA_MASK(mask)), out.array))                                         \
    CALL(la_get(line, LA_INDEX(LA_INTS(at, 2)), out.array))                                        \
    CALL(la_get(grid, LA_INDEX(LA_NEWAXIS, LA_ALL, LA_MASK(picked)), out.array))                   \
    CALL(la_set(grid, LA_INDEX(LA_ARRAY(small), LA_INTS(at, 1)), floats_of_three))                 \
    CALL(la_set(line, LA_INDEX(LA_INTS(at, 2)), reversed_pair))                                    \
    CALL(la_set(grid, LA_INDEX(LA_MASK(mask)), first_six))                                         \
    CALL(la_set_scalar(grid, LA_INDEX(LA_ARRAY(small), LA_AT(1)), LA_FLOAT64, &seven))             \
    CALL(la_take(flipped, small, LA_NO_AXIS, LA_MODE_RAISE, out.array))                            \
    CALL(la_take_into(line, own_indices, 0, LA_MODE_RAISE, own_target))                            \
    CALL(la_put(flipped, small, floats, LA_MODE_RAISE))                                            \
    CALL(la_place(grid, mask, floats))                                                             \
    CALL(la_compress(grid, picked, 1, out.array))                                                  \
    CALL(la_compress_into(line, line_mask, 0, head))                                               \
    CALL(la_nonzero(grid, out.array))                                                              \
    CALL(la_where(mask, grid, floats_grid, out.array))                                             \
    CALL(la_take_along_axis(grid, lines, 0, out.array))                                            \
    CALL(la_put_along_axis(grid, rows, floats_column, 1))                                          \
    CALL(la_unravel_index(small, 2, d34, LA_ORDER_C, out.array))                                   \
    CALL(la_ravel_multi_index(2, LIST(small, small), d34, LA_MODE_RAISE, LA_ORDER_C, out.array))   \
    CALL(la_item(grid, 2, at, LA_FLOAT64, &out.real))                                              \
    CALL(la_set_item(grid, 2, at, LA_FLOAT64, &seven))                                             \
    CALL(la_item_f64(grid, 2, at, &out.real))                                                      \
    CALL(la_item_i64(grid, 2, at, &out.count))                                                     \
    CALL(la_item_u64(grid, 2, at, &out.natural))                                                   \
    CALL(la_assign(line_tail, odd_order, LA_CAST_SAFE))                                            \
    CALL(la_assign(overlapping, floats_grid, LA_CAST_UNSAFE))                                      \
    CALL(la_assign_where(line_tail, odd_order, tail_mask, LA_CAST_SAFE))                           \
    CALL(la_fill(grid, LA_FLOAT64, &seven))                                                        \
    CALL(la_fill_f64(swapped, 7))                                                                  \
    CALL(la_fill_i64(columns, 7))                                                                  \
    CALL(la_compare(grid, floats_grid, LA_LT, out.array))                                          \
    CALL(la_compare(records, records, LA_EQ, out.array))                                           \
    CALL(la_compare_scalar(columns, LA_FLOAT64, &seven, LA_LT, out.array))                         \
    CALL(la_compare_i64(columns, 3, LA_LT, out.array))                                             \
    CALL(la_compare_f64(columns, 3, LA_LT, out.array))                                             \
    CALL(la_logical(mask, grid, LA_XOR, out.array))                                                \
    CALL(la_isnan(floats, out.array))                                                              \
    CALL(la_any(records, &out.number))                                                             \
    CALL(la_all(columns, &out.number))                                                             \
    CALL(la_count_nonzero(records, &out.count))                                                    \
    CALL(la_array_equal(floats, floats, 1, &out.number))                                           \
    CALL(la_may_share_memory(columns, grid, &out.number))                                          \
    CALL(la_shares_memory(overlapping, columns, LA_WORK_DEFAULT, &out.number))                     \
    CALL(la_find_overlap(overlapping, line, LA_WORK_DEFAULT, out.index[0], out.index[1], &out.number)) \
    CALL(la_has_internal_overlap(overlapping, LA_WORK_DEFAULT, &out.number))                       \
    CALL(la_concatenate(2, LIST(flipped, flipped), 0, out.array))                                  \
    CALL(la_concatenate_into(2, LIST(line_tail, line_head), 0, LA_CAST_SAFE, line))                \
    CALL(la_stack(2, LIST(flipped, flipped), 0, out.array))                                        \
    CALL(la_stack_into(2, LIST(shorts, shorts), 0, LA_CAST_SAFE, float_target))                    \
    CALL(la_tile(columns, 2, two_, out.array))                                                     \
    CALL(la_repeat(columns, 1, two_, 0, out.array))                                                \
    CALL(la_roll(columns, 1, LA_NO_AXIS, out.array))                                               \
    CALL(la_pad(columns, 2, two_, two_, LA_FLOAT64, &seven, out.array))                            \
    CALL(la_load_npy(npy, out.array))                                                              \
    CALL(la_save_npy(fresh, columns))                                                              \
    CALL(la_open_npy(npy, LA_OPEN_READ, out.array))                                                \
    CALL(la_npz_open(npz, &out.npz))                                                               \
    CALL(la_npz_name(archive, 0, out.text, sizeof out.text, &out.needed))                          \
    CALL(la_npz_load(archive, member, out.array))                                                  \
    CALL(la_format(columns, NULL, out.text, sizeof out.text, &out.needed))                         \
    CALL(la_format(floats, NULL, out.text, sizeof out.text, &out.needed))                          \
    CALL(la_describe(columns, out.text, sizeof out.text, &out.needed))                             \
    CALL(la_plan_reshape(flipped, 2, d34, LA_ORDER_C, &out.plan))                                  \
    CALL(la_plan_assign(line_tail, odd_order, LA_CAST_SAFE, &out.plan))                            \
    CALL(la_for_each(1, (const la_operand[]){{short_target, LA_READ_WRITE, LA_FLOAT64}}, &unsafely, add_one, NULL)) \
    CALL(la_to_dlpack(columns, LA_COPY_ALWAYS, 0, &out.tensor))                                    \
    CALL(la_to_dlpack_unversioned(columns, LA_COPY_ALWAYS, 0, &out.old_tensor))                    \
    CALL(la_to_array_interface(columns, &out.interface_))                                          \
    CALL(la_from_array_interface(&interface_, lend, NULL, out.array))                              \
    CALL(la_to_array_interface_v3(columns, &out.interface3))                                       \
    CALL(la_from_array_interface_v3(&interface3, lend, NULL, out.array))                           \
    CALL(la_from_dlpack(tensor, LA_COPY_ALWAYS, out.array))                                        \
    CALL(la_from_dlpack_unversioned(old_tensor, LA_COPY_ALWAYS, out.array))                        \
    CALL(la_explain(LA_EXPLAIN_SHARING, grid, line, out.text, sizeof out.text, &out.needed))       \
    CALL(la_draw(grid, 0, out.text, sizeof out.text, &out.needed))                                 \
    CALL(la_memory_stats(&stats))                                                                  \
    CALL(la_last_error(out.text, sizeof out.text, &out.needed))                                    \
    CALL(la_set_cache_limit(0))                                                                    \
    CALL(la_set_num_threads(1))                                                                    \
    CALL(la_set_progress(NULL, 0, NULL))

/* Views and values that some of them need. */
static la_array *picked, *floats_of_three, *reversed_pair, *first_six, *own_indices, *own_target,
    *head, *floats_grid, *floats_column, *line_head, *line_tail, *odd_order, *tail_mask;
static la_npz *archive;
static char member[200];
static la_memory stats = {.size = sizeof stats};
static const la_for_each_options unsafely = {sizeof unsafely, LA_CAST_UNSAFE, 1};

static void build_more(void) {
    picked = MAKE(la_get(mask, LA_INDEX(LA_AT(1)), OUT));
    floats_of_three = MAKE(la_slice(floats, LA_INDEX(LA_TO(3)), OUT));
    reversed_pair = MAKE(la_slice(line, LA_INDEX(LA_RANGE_STEP(3, 1, -1)), OUT));
    /* Of another order, and of the very elements that are stored to. */
    first_six = MAKE(la_slice(line, LA_INDEX(LA_TO(6)), OUT));
    own_indices = MAKE(la_slice(line, LA_INDEX(LA_RANGE(1, 6)), OUT));
    own_target = MAKE(la_slice(line, LA_INDEX(LA_RANGE(3, 8)), OUT));
    head = first_six;
    floats_grid = MAKE(la_reshape(floats, 2, d34, LA_ORDER_C, LA_COPY_NEVER, OUT));
    floats_column = MAKE(la_slice(floats_grid, LA_INDEX(LA_ALL, LA_TO(1)), OUT));
    line_head = MAKE(la_slice(line, LA_INDEX(LA_TO(5)), OUT));
    line_tail = MAKE(la_slice(line, LA_INDEX(LA_FROM(5)), OUT));
    odd_order = MAKE(la_slice(line, LA_INDEX(LA_RANGE_STEP(8, 1, -1)), OUT));
    tail_mask = MAKE(la_slice(line_mask, LA_INDEX(LA_TO(7)), OUT));
    OK(la_npz_open(npz, &archive));
    OK(la_npz_name(archive, 0, member, sizeof member, NULL));
}

/* Types are kept for ever: each call has a new one. */
static char name_of_type[32], text_of_type[64];

static const char *next_name(void) {
    static int count;
    snprintf(name_of_type, sizeof name_of_type, "field%d", count++);
    return name_of_type;
}

static const char *next_record(void) {
    static int count;
    snprintf(text_of_type, sizeof text_of_type, "[('parsed%d', '<f8'), ('z', '|i1')]", count++);
    return text_of_type;
}

/* -- refusing -------------------------------------------------------------------------- */

#define TEXT(...) #__VA_ARGS__,
static const char *const texts[] = {CALLS(TEXT)};
#define COUNT (sizeof texts / sizeof *texts)

/* Makes call `number` of the list. */
static la_status run(size_t number) {
    enum { FIRST = __COUNTER__ + 1 };
    switch (number) {
#define CASE(...) case __COUNTER__ - FIRST: return __VA_ARGS__;
        CALLS(CASE)
    }
    return LA_INVALID_ARGUMENT;
}

/* What a call takes over is made anew for each: a tensor's loan ends even if it fails. */
static void prepare(const char *text) {
    if (strncmp(text, "la_from_dlpack(", 15) == 0) OK(la_to_dlpack(grid, LA_COPY_NEVER, 0, &tensor));
    if (strncmp(text, "la_from_dlpack_u", 16) == 0)
        OK(la_to_dlpack_unversioned(grid, LA_COPY_NEVER, 0, &old_tensor));
}

/* One call with allocations refused; says whether one was reached. */
static int attempt(size_t number, long from, long to) {
    const char *text = texts[number];
    prepare(text);
    keep();
    int64_t live = check_live_bytes(), held = references();
    asked = 0, refuse_from = from, refuse_to = to;
    la_status status = run(number);
    refuse_from = refuse_to = 0;
    int reached = asked >= from;
    points += reached;
    if (status == LA_OK || status == LA_UNSUPPORTED) {
        release_outputs();
        restore();
        unlink(fresh);
        return reached;
    }
    if (status != LA_OUT_OF_MEMORY || !reached) {
        check_fail(text, 0, "gives %s with allocation %ld refused: %s", la_status_name(status), from,
                   check_last_error());
        return 0;
    }
    /* Texts may be cut. */
    memcpy(before.text, out.text, sizeof out.text);
    if (memcmp(&before, &out, sizeof out)) check_fail(text, 0, "writes a result, refused %ld", from);
    if (!unchanged()) check_fail(text, 0, "changes elements, refused %ld", from);
    /* A tensor was lent by a handle of its own, which is gone now. */
    if (references() != held - (strncmp(text, "la_from_dlpack", 14) == 0))
        check_fail(text, 0, "keeps a reference, refused %ld", from);
    if (check_live_bytes() > live)
        check_fail(text, 0, "keeps %lld bytes, refused %ld", (long long)(check_live_bytes() - live), from);
    if (access(fresh, F_OK) == 0) check_fail(text, 0, "leaves a file behind, refused %ld", from);
    return 1;
}

static void every_function_runs_out_of_memory_and_changes_nothing(void) {
    /* Then a refused allocation is the harness's, not this program's. */
    if (exhaust_fail_at) return;
    la_allocator refusing = {.size = sizeof refusing, .alloc = refusing_alloc, .free = refusing_free};
    OK(la_set_allocator(&refusing));
    build();
    build_more();
    OK(la_to_array_interface(grid, &interface_));
    interface3.size = sizeof interface3;
    OK(la_to_array_interface_v3(grid, &interface3));
    for (size_t number = 0; number < COUNT; number++) {
        attempt(number, LONG_MAX, LONG_MAX); /* owners then keep the room of views for the next */
        for (long n = 1; attempt(number, n, n) && n < 500; n++) {}
        for (long n = 1; attempt(number, n, LONG_MAX) && n < 500; n++) {}
    }
    printf("    %ld refusals in %zu calls\n", points, COUNT);
    CHECK(points > 300);
    la_npz_close(archive);
    unlink(npy);
    OK(la_set_allocator(NULL));
}

CHECK_MAIN(TEST(every_function_runs_out_of_memory_and_changes_nothing))
