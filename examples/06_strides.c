/* Chapter 6, strides: how many bytes to go for the next element along each
 * axis. The address of an element is the address of the first one, plus each
 * index times its stride; that sum is done by hand here, and compared with
 * where the library finds the element. */
#include "example.h"

static void strides(const char *name, const la_array *array) {
    printf("%-14s shape %-7s strides %s\n", name, example_shape(array), example_strides(array));
}

/* table[i, j], once by hand and once as the library slices it. */
static la_status locate(const char *name, const la_array *table, int i, int j) {
    const int down = (int)la_strides(table)[0], right = (int)la_strides(table)[1];
    const char *by_hand = (const char *)la_data(table) + i * down + j * right;
    la_array *element = NULL;
    la_status status = la_slice(table, LA_INDEX(LA_AT(i), LA_AT(j)), &element);
    if (status != LA_OK) return status;
    printf("%s[%d, %d]: %d*%d + %d*%d = %d bytes from the first element, there is %d, %s\n",
           name, i, j, i, down, j, right, i * down + j * right,
           (int)*(const int64_t *)(const void *)by_hand,
           la_data(element) == by_hand ? "as the library says" : "not where it should be");
    la_release(element);
    return LA_OK;
}

int main(void) {
    exhaust_init();
    la_array *row = NULL, *even = NULL, *table = NULL, *transposed = NULL, *flipped = NULL;
    const int64_t shape[] = {2, 3};

    TRY(la_arange(LA_INT64, 0, 6, 1, &row));
    TRY(la_slice(row, LA_INDEX(LA_STEP(2)), &even));
    TRY(la_reshape(row, 2, shape, LA_ORDER_C, LA_COPY_NEVER, &table));
    TRY(la_transpose(table, &transposed));
    TRY(la_flip(table, 0, NULL, &flipped));
    strides("row", row);
    strides("row[::2]", even);
    strides("table", table);
    strides("table.T", transposed);
    strides("flipped table", flipped);

    puts("");
    TRY(locate("table", table, 0, 1));
    TRY(locate("table", table, 1, 0));
    TRY(locate("table", table, 1, 2));
    TRY(locate("table.T", transposed, 2, 1));
    TRY(locate("flipped", flipped, 1, 1));
done:
    la_release(flipped);
    la_release(transposed);
    la_release(table);
    la_release(even);
    la_release(row);
    return example_end();
}
