/* Chapter 4, do they share? Three ways to find out: whose memory it is, an
 * exact test of every byte, and the addresses themselves. */
#include "example.h"

static const char *yes(int32_t answer) { return answer ? "yes" : "no"; }

static la_status compare(const char *names, const la_array *a, const la_array *b) {
    int32_t bounds = 0, exact = 0;
    la_status status = la_may_share_memory(a, b, &bounds);
    if (status == LA_OK) status = la_shares_memory(a, b, LA_WORK_DEFAULT, &exact);
    if (status == LA_OK)
        printf("%-14s %-10s %-12s %s\n", names, yes(la_same_owner(a, b)), yes(bounds), yes(exact));
    return status;
}

int main(void) {
    exhaust_init();
    la_array *row = NULL, *even = NULL, *odd = NULL, *thirds = NULL, *copy = NULL;
    int64_t in_even = 0, in_thirds = 0;
    int32_t found = 0;

    TRY(la_arange(LA_INT64, 0, 10, 1, &row));
    TRY(la_slice(row, LA_INDEX(LA_STEP(2)), &even));         /* row[::2]    */
    TRY(la_slice(row, LA_INDEX(LA_FROM_STEP(1, 2)), &odd));  /* row[1::2]   */
    TRY(la_slice(row, LA_INDEX(LA_STEP(-3)), &thirds));      /* row[::-3]   */
    TRY(la_copy(row, LA_ORDER_C, &copy));                    /* row.copy()  */

    puts("               same owner bounds meet share a byte");
    TRY(compare("row, even", row, even));
    TRY(compare("even, odd", even, odd));
    TRY(compare("even, thirds", even, thirds));
    TRY(compare("row, copy", row, copy));

    puts("\nBy base: the base of a view is the array that owns the memory.");
    printf("base of even is row: %s, base of copy: %s\n", yes(la_base(even) == row),
           la_base(copy) ? "another array" : "none, it owns its memory");

    puts("\nBy witness: an element that both name.");
    TRY(la_find_overlap(even, thirds, LA_WORK_DEFAULT, &in_even, &in_thirds, &found));
    if (found) {
        const char *here = (const char *)la_data(even) + in_even * la_strides(even)[0];
        const char *there = (const char *)la_data(thirds) + in_thirds * la_strides(thirds)[0];
        printf("both lie at the same address: %s\n", yes(here == there));
    }

    puts("\nBy address: bytes from the first element of row.");
    printf("even starts at %" PRId64 ", odd at %" PRId64 ", thirds at %" PRId64 "\n",
           la_offset(even), la_offset(odd), la_offset(thirds));
done:
    la_release(copy);
    la_release(thirds);
    la_release(odd);
    la_release(even);
    la_release(row);
    return example_end();
}
