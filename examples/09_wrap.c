/* Memory that is not libarray's: wrap it, and say how to give it back. The
 * deleter runs once, when the last handle on the memory is gone. */
#include "example.h"

static void give_back(void *memory, void *payload) {
    printf("deleter: %s is given back\n", (const char *)payload);
    free(memory);
}

int main(void) {
    exhaust_init();
    static char name[] = "the camera's frame";
    la_array *frame = NULL, *corner = NULL;
    const int64_t shape[] = {3, 4};
    uint8_t *pixels = calloc(3, 4);
    if (!pixels) return 1;

    /* Should this fail, the memory stays ours; otherwise it is the frame's. */
    la_status status = la_wrap(pixels, 12, 0, LA_UINT8, 2, shape, NULL, 0, give_back, name, &frame);
    if (status != LA_OK) free(pixels);
    TRY(status);
    TRY(la_slice(frame, LA_INDEX(LA_FROM(1), LA_FROM(2)), &corner));
    TRY(la_fill_i64(corner, 9));
    printf("pixel 6 was written in place: %d\n", pixels[6]);
    puts("release the frame");
    la_release(frame);
    frame = NULL;
    puts("the corner still holds the memory");
    TRY(example_show("corner", corner));
    puts("release the corner");
done:
    la_release(corner);
    la_release(frame);
    return example_end();
}
