/* Chapter 3, view or copy? Nothing here knows the answer beforehand: each line
 * of the table asks la_shares_memory whether the result and the array have a
 * byte in common. */
#include "example.h"

static la_array *array, *result;

/* Prints a line of the table, and lets go of the result. */
static la_status report(const char *expression) {
    int32_t shares = 0;
    la_status status = la_shares_memory(array, result, LA_WORK_DEFAULT, &shares);
    if (status == LA_OK)
        printf("%-20s %s  %s\n", expression, shares ? "view" : "copy", example_shape(result));
    la_release(result);
    result = NULL;
    return status;
}

int main(void) {
    exhaust_init();
    la_array *flat = NULL, *mask = NULL;
    const int64_t shape[] = {3, 4}, other[] = {2, 6}, rows[] = {0, 2};

    TRY(la_arange(LA_INT64, 0, 12, 1, &flat));
    TRY(la_reshape(flat, 2, shape, LA_ORDER_C, LA_COPY_IF_NEEDED, &array));
    TRY(la_compare_i64(array, 5, LA_GT, &mask));

    TRY(la_slice(array, LA_INDEX(LA_RANGE(0, 2)), &result));
    TRY(report("a[0:2]"));
    TRY(la_slice(array, LA_INDEX(LA_STEP(-1), LA_STEP(2)), &result));
    TRY(report("a[::-1, ::2]"));
    TRY(la_reshape(array, 2, other, LA_ORDER_C, LA_COPY_IF_NEEDED, &result));
    TRY(report("a.reshape(2, 6)"));
    TRY(la_transpose(array, &result));
    TRY(report("a.T"));
    TRY(la_ravel(array, LA_ORDER_C, LA_COPY_IF_NEEDED, &result));
    TRY(report("a.ravel()"));
    TRY(la_ravel(array, LA_ORDER_F, LA_COPY_IF_NEEDED, &result));
    TRY(report("a.ravel(order=\"F\")"));
    TRY(la_get(array, LA_INDEX(LA_INTS(rows, 2)), &result));
    TRY(report("a[[0, 2]]"));
    TRY(la_get(array, LA_INDEX(LA_MASK(mask)), &result));
    TRY(report("a[a > 5]"));
    TRY(la_copy(array, LA_ORDER_C, &result));
    TRY(report("a.copy()"));
    TRY(la_flatten(array, LA_ORDER_C, &result));
    TRY(report("a.flatten()"));
    TRY(la_astype(array, LA_FLOAT32, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_IF_NEEDED, &result));
    TRY(report("a.astype(float32)"));
done:
    la_release(result);
    la_release(mask);
    la_release(array);
    la_release(flat);
    return example_end();
}
