/* Files that NumPy reads and writes: save, load, or map without reading. */
#include "example.h"

#include <unistd.h>

int main(void) {
    exhaust_init();
    char path[64];
    snprintf(path, sizeof path, "build/example-%ld.npy", (long)getpid());
    la_array *table = NULL, *loaded = NULL, *mapped = NULL;
    const int64_t shape[] = {2, 3};
    int32_t equal = 0;

    TRY(la_full(LA_FLOAT32, 2, shape, LA_ORDER_F, LA_WEAK_FLOAT, &(const double){0.5}, &table));
    TRY(la_save_npy(path, table)); /* numpy.load(path) reads this */
    TRY(la_load_npy(path, &loaded));
    TRY(la_array_equal(table, loaded, 0, &equal));
    printf("what was loaded is equal: %s, in F order as well: %s\n", equal ? "yes" : "no",
           la_flags(loaded) & LA_FLAG_F_CONTIGUOUS ? "yes" : "no");

    TRY(la_open_npy(path, LA_OPEN_READ_WRITE, &mapped)); /* no element is read yet */
    TRY(la_fill_f64(mapped, 2));                          /* this goes to the file */
    la_release(mapped);
    mapped = NULL;
    la_release(loaded);
    loaded = NULL;
    TRY(la_load_npy(path, &loaded));
    TRY(example_show("after the write", loaded));
done:
    remove(path);
    la_release(mapped);
    la_release(loaded);
    la_release(table);
    return example_end();
}
