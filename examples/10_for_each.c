/* Your own loops: la_for_each hands over runs of elements, with broadcasting,
 * casts, overlap and threads seen to. With nothing else given, it prints what
 * such loops do; with the word "time" how long one takes beside plain C. */
#include "example.h"

#include <time.h>

/* z = x + y. Where all three are contiguous the compiler makes vectors of it. */
static int32_t add(char **data, const int64_t *strides, int64_t count, void *payload) {
    (void)payload;
    if (strides[0] == 8 && strides[1] == 8 && strides[2] == 8) {
        double *z = (double *)(void *)data[0];
        const double *x = (const double *)(void *)data[1], *y = (const double *)(void *)data[2];
        for (int64_t k = 0; k < count; k++) z[k] = x[k] + y[k];
        return 0;
    }
    for (int64_t k = 0; k < count; k++)
        *(double *)(void *)(data[0] + k * strides[0]) =
            *(double *)(void *)(data[1] + k * strides[1]) + *(double *)(void *)(data[2] + k * strides[2]);
    return 0;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The plain C loop, and `add` through la_for_each, on arrays of `count`. */
static la_status compare(int64_t count) {
    la_array *x = NULL, *y = NULL, *z = NULL;
    double plain = 1e9, each = 1e9, threads = 1e9;
    la_for_each_options two = {sizeof two, LA_CAST_SAFE, 2};
    la_status status = la_ones(LA_FLOAT64, 1, &count, LA_ORDER_C, &x);
    if (status == LA_OK) status = la_ones(LA_FLOAT64, 1, &count, LA_ORDER_C, &y);
    if (status == LA_OK) status = la_zeros(LA_FLOAT64, 1, &count, LA_ORDER_C, &z);
    la_operand operands[] = {{z, LA_WRITE, 0}, {x, LA_READ, 0}, {y, LA_READ, 0}};
    for (int round = 0; round < 15 && status == LA_OK; round++) {
        char *data[] = {(char *)la_data_mut(z), (char *)la_data_mut(x), (char *)la_data_mut(y)};
        double start = seconds();
        add(data, (const int64_t[]){8, 8, 8}, count, NULL);
        double one = seconds();
        status = la_for_each(3, operands, NULL, add, NULL);
        double other = seconds();
        if (status == LA_OK) status = la_for_each(3, operands, &two, add, NULL);
        double last = seconds();
        if (one - start < plain) plain = one - start;
        if (other - one < each) each = other - one;
        if (last - other < threads) threads = last - other;
    }
    if (status == LA_OK)
        printf("%10" PRId64 " doubles: plain C %9.2f us, la_for_each %9.2f us, on two threads %9.2f us\n",
               count, 1e6 * plain, 1e6 * each, 1e6 * threads);
    la_release(x);
    la_release(y);
    la_release(z);
    return status;
}

int main(int argc, char **argv) {
    exhaust_init();
    la_array *grid = NULL, *row = NULL, *sum = NULL, *small = NULL, *head = NULL, *tail = NULL;
    const int64_t shape[] = {3, 4};

    if (argc > 1 && strcmp(argv[1], "time") == 0) {
        TRY(compare(1000));
        TRY(compare(100000));
        TRY(compare(10000000));
        return example_end();
    }
    TRY(la_arange_f64(LA_FLOAT64, 0, 4, 1, &row));
    TRY(la_full(LA_FLOAT64, 2, shape, LA_ORDER_C, LA_WEAK_FLOAT, &(const double){10}, &grid));
    TRY(la_zeros(LA_FLOAT64, 2, shape, LA_ORDER_C, &sum));
    la_operand operands[] = {{sum, LA_WRITE, 0}, {grid, LA_READ, 0}, {row, LA_READ, 0}};
    TRY(la_for_each(3, operands, NULL, add, NULL));
    TRY(example_show("grid + row", sum));

    /* The loop wants doubles; these are cast on the way in and out. */
    TRY(la_zeros(LA_FLOAT32, 2, shape, LA_ORDER_F, &small));
    la_operand cast[] = {{small, LA_WRITE, LA_FLOAT64}, {sum, LA_READ, 0}, {row, LA_READ, LA_FLOAT64}};
    TRY(la_for_each(3, cast, NULL, add, NULL));
    TRY(example_show("as float32", small));

    /* row[1:] = row[1:] + row[:-1], as if all had been read before. */
    TRY(la_slice(row, LA_INDEX(LA_FROM(1)), &tail));
    TRY(la_slice(row, LA_INDEX(LA_TO(-1)), &head));
    la_operand shifted[] = {{tail, LA_WRITE, 0}, {tail, LA_READ, 0}, {head, LA_READ, 0}};
    TRY(la_for_each(3, shifted, NULL, add, NULL));
    TRY(example_show("row, shifted", row));

    /* On two threads: the loop must not mind, and the result does not either. */
    la_for_each_options two = {sizeof two, LA_CAST_SAFE, 2};
    TRY(la_for_each(3, operands, &two, add, NULL));
    TRY(example_show("on two threads", sum));
done:
    la_release(tail);
    la_release(head);
    la_release(small);
    la_release(sum);
    la_release(grid);
    la_release(row);
    return example_end();
}
