/* Every index macro of the header, used as C and as C++ of every standard.
 * Compiled and not run. */
#include "libarray.h"

la_status every_macro(const la_array *array, la_array **out);
la_status every_macro(const la_array *array, la_array **out) {
    static const int64_t rows[] = {0, 2};
    la_index key[2];
    la_status status;
    int n = 1;
    key[0] = LA_AT(n);
    key[1] = LA_NEWAXIS;
    status = la_slice(array, key, 2, out);
    if (status == LA_OK) status = la_slice(array, LA_INDEX(LA_AT(0), LA_AT(n++)), out);
    if (status == LA_OK) status = la_slice(array, LA_INDEX(LA_RANGE(1, 4), LA_RANGE_STEP(9, 1, -2)), out);
    if (status == LA_OK) status = la_slice(array, LA_INDEX(LA_FROM(2), LA_FROM_STEP(n, 2)), out);
    if (status == LA_OK) status = la_slice(array, LA_INDEX(LA_TO(-1), LA_TO_STEP(8, 2)), out);
    if (status == LA_OK) status = la_slice(array, LA_INDEX(LA_ALL, LA_STEP(-1)), out);
    if (status == LA_OK) status = la_slice(array, LA_INDEX(LA_NEWAXIS, LA_ELLIPSIS), out);
    if (status == LA_OK) status = la_get(array, LA_INDEX(LA_ARRAY(array)), out);
    if (status == LA_OK) status = la_get(array, LA_INDEX(LA_MASK(array)), out);
    if (status == LA_OK) status = la_get(array, LA_INDEX(LA_INTS(rows, 2)), out);
    return status;
}
