/* Chapter 1, views. A window cut into an album is not a copy of its pictures:
 * it is another way of looking at the same memory. */
#include "example.h"

int main(void) {
    exhaust_init();
    la_array *album = NULL, *window = NULL;

    TRY(la_arange(LA_INT64, 0, 6, 1, &album));
    TRY(la_slice(album, LA_INDEX(LA_RANGE(1, 4)), &window)); /* album[1:4] */
    TRY(example_show("album", album));
    TRY(example_show("window", window));

    puts("\nwrite 999 through the window\n");
    TRY(la_fill_i64(window, 999));
    TRY(example_show("window", window));
    TRY(example_show("album", album));

    puts("\nwrite 7 into the album\n");
    TRY(la_set_item(album, 1, (const int64_t[]){2}, LA_INT64, &(const int64_t){7}));
    TRY(example_show("album", album));
    TRY(example_show("window", window));

    puts("\nrelease the album: the window keeps its memory alive\n");
    la_release(album);
    album = NULL;
    TRY(example_show("window", window));
    TRY(example_show("its base", la_base(window)));
done:
    la_release(window);
    la_release(album);
    return example_end();
}
