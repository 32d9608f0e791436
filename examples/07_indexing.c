/* Picking elements by lists and masks: always a copy. Writing with the same
 * key goes back into the array. */
#include "example.h"

int main(void) {
    exhaust_init();
    la_array *row = NULL, *bright = NULL, *dim = NULL, *both = NULL, *picked = NULL, *chosen = NULL;
    const int64_t list[] = {7, 0, -1};

    TRY(la_arange(LA_INT64, 0, 10, 1, &row));
    TRY(la_compare_i64(row, 3, LA_GT, &bright));       /* row > 3               */
    TRY(la_compare_i64(row, 7, LA_LT, &dim));          /* row < 7               */
    TRY(la_logical(bright, dim, LA_AND, &both));       /* (row > 3) & (row < 7) */
    TRY(la_get(row, LA_INDEX(LA_MASK(both)), &picked));
    TRY(la_get(row, LA_INDEX(LA_INTS(list, 3)), &chosen));
    TRY(example_show("row > 3", bright));
    TRY(example_show("row[3 < row < 7]", picked));
    TRY(example_show("row[[7, 0, -1]]", chosen));

    TRY(la_fill_i64(picked, -1)); /* a copy: the row does not change */
    TRY(example_show("row", row));
    TRY(la_set_scalar(row, LA_INDEX(LA_MASK(both)), LA_INT64, &(const int64_t){-1}));
    TRY(example_show("row, written", row));
done:
    la_release(chosen);
    la_release(picked);
    la_release(both);
    la_release(dim);
    la_release(bright);
    la_release(row);
    return example_end();
}
