/* An array leaves for another library and comes back, as DLPack lets it: nothing
 * is copied, and what must not be written stays so. Only the structs' names are
 * needed here; dlpack.h has their fields, for those who look inside. */
#include "example.h"

static const char *access_of(const la_array *array) {
    return la_flags(array) & LA_FLAG_WRITEABLE ? "writeable" : "read-only";
}

int main(void) {
    exhaust_init();
    struct DLManagedTensorVersioned *tensor = NULL;
    struct DLManagedTensor *unversioned = NULL;
    la_array *album = NULL, *photos = NULL, *guest = NULL, *shown = NULL, *visitor = NULL;
    la_array_interface interface;

    TRY(la_arange(LA_INT64, 0, 6, 1, &album));
    TRY(la_slice_str(album, "4:0:-1", &photos));
    TRY(example_show("photos", photos));

    /* Out, and in again: the tensor belongs to whoever has it, and la_from_dlpack
     * takes it over even when it fails. */
    TRY(la_to_dlpack(photos, LA_COPY_NEVER, 0, &tensor));
    TRY(la_from_dlpack(tensor, LA_COPY_NEVER, &guest));
    printf("%-18s %s, strides %s, %s\n", "the guest", la_data(guest) == la_data(photos) ? "same memory" : "a copy",
           example_strides(guest), access_of(guest));
    TRY(la_fill_i64(guest, 9));
    TRY(example_show("the album", album));

    puts("release photos and album: the guest still holds the memory");
    la_release(photos);
    la_release(album);
    photos = album = NULL;
    TRY(example_show("the guest", guest));

    /* A consumer that ends the process over negative strides gets positive ones. */
    la_status status = la_to_dlpack(guest, LA_COPY_NEVER, LA_DLPACK_POSITIVE_STRIDES, &tensor);
    printf("%-18s %s\n", "positive strides", la_status_name(status));

    /* Read-only leaves with its flag, or not at all. */
    TRY(la_readonly(guest, &shown));
    TRY(la_to_dlpack(shown, LA_COPY_NEVER, 0, &tensor));
    TRY(la_from_dlpack(tensor, LA_COPY_NEVER, &visitor));
    printf("%-18s %s\n", "the visitor", access_of(visitor));
    status = la_to_dlpack_unversioned(shown, LA_COPY_NEVER, 0, &unversioned);
    printf("%-18s %s\n", "without a flag", la_status_name(status));

    /* NumPy's own struct, which __array_struct__ hands around in Python. */
    TRY(la_to_array_interface(visitor, &interface));
    printf("%-18s kind %c, itemsize %d, shape %s, strides %s\n", "for NumPy", interface.typekind,
           (int)interface.itemsize, example_tuple(interface.nd, interface.shape),
           example_tuple(interface.nd, interface.strides));
done:
    la_release(album);
    la_release(photos);
    la_release(guest);
    la_release(shown);
    la_release(visitor);
    return example_end();
}
