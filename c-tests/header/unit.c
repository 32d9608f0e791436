/* One of two translation units, this one in C, that include the header. */
#include "unit.h"

#include <stdio.h>

int64_t first_by_c(const la_array *album) {
    la_array *window = NULL;
    int64_t value = -1;
    if (la_slice(album, LA_INDEX(LA_RANGE(1, 4)), &window) != LA_OK) return -1;
    if (la_item_i64(window, 1, (const int64_t[]){0}, &value) != LA_OK) value = -1;
    la_release(window);
    return value;
}

int main(void) {
    la_array *album = NULL;
    int agree;
    if (la_arange(LA_INT64, 10, 16, 1, &album) != LA_OK) return 1;
    agree = first_by_c(album) == 11 && first_by_cpp(album) == 11;
    la_release(album);
    puts(agree ? "C and C++ agree" : "C and C++ differ");
    return !agree;
}
