/* Chapter 5, memory layout. Memory is one long line. The order, C or F, says
 * how a table is wound onto it; the table itself is the same. */
#include "example.h"

static la_status report(const char *title, const la_array *table) {
    /* The elements as they lie in memory, one after the other. */
    const int64_t *memory = la_data(table);
    printf("%s\n", title);
    la_status status = example_show("  the table", table);
    printf("  in memory          ");
    for (int64_t k = 0; k < la_size(table); k++) printf("%s%d", k ? "\u2192" : "", (int)memory[k]);
    printf("\n  strides            %s\n", example_strides(table));
    printf("  C-contiguous       %s\n", la_flags(table) & LA_FLAG_C_CONTIGUOUS ? "yes" : "no");
    printf("  F-contiguous       %s\n\n", la_flags(table) & LA_FLAG_F_CONTIGUOUS ? "yes" : "no");
    return status;
}

int main(void) {
    exhaust_init();
    la_array *c = NULL, *f = NULL, *transposed = NULL;
    const int64_t values[] = {1, 2, 3, 4, 5, 6}, shape[] = {2, 3};

    TRY(la_from_data(values, LA_INT64, 2, shape, NULL, LA_ORDER_C, &c));
    TRY(la_copy(c, LA_ORDER_F, &f));
    TRY(la_transpose(c, &transposed));

    TRY(report("Order C: row by row", c));
    TRY(report("Order F: column by column", f));
    TRY(report("The transpose of the first: its memory, read the other way", transposed));
done:
    la_release(transposed);
    la_release(f);
    la_release(c);
    return example_end();
}
