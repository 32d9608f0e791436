/* Chapter 2, copies. A copy has its own memory: nothing that happens to it is
 * ever seen in the original. */
#include "example.h"

static int64_t bytes_held(void) {
    la_memory memory = {0};
    memory.size = sizeof memory;
    return la_memory_stats(&memory) == LA_OK ? memory.live_bytes : -1;
}

int main(void) {
    exhaust_init();
    la_array *album = NULL, *window = NULL, *copy = NULL;
    int64_t before;

    TRY(la_arange(LA_INT64, 0, 6, 1, &album));
    before = bytes_held();
    TRY(la_slice(album, LA_INDEX(LA_RANGE(1, 4)), &window)); /* album[1:4]        */
    printf("the view took %" PRId64 " bytes for elements\n", bytes_held() - before);
    before = bytes_held();
    TRY(la_copy(window, LA_ORDER_C, &copy));                 /* album[1:4].copy() */
    printf("the copy took %" PRId64 " bytes for elements\n", bytes_held() - before);

    puts("\nwrite 999 into the copy\n");
    TRY(la_fill_i64(copy, 999));
    TRY(example_show("copy", copy));
    TRY(example_show("album", album));
    printf("\nthe view's base is the album: %s\n", la_base(window) == album ? "yes" : "no");
    printf("the copy has no base, it owns its memory: %s\n", la_base(copy) == NULL ? "yes" : "no");
done:
    la_release(copy);
    la_release(window);
    la_release(album);
    return example_end();
}
