/* The header beside DLPack's own, whose structs it declares: in either order,
 * as C and as C++. Compiled and not run. */
#ifndef DLPACK_FIRST
#include "libarray.h"
#endif

/* What matters of dlpack.h: names, tags and typedefs as they stand there. */
#ifdef __cplusplus
extern "C" {
#endif
typedef struct DLManagedTensor {
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;
struct DLManagedTensorVersioned {
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensorVersioned *self);
};
#ifdef __cplusplus
}
#endif

#ifdef DLPACK_FIRST
#include "libarray.h"
#endif

la_status there_and_back(const la_array *array, la_array **out);
la_status there_and_back(const la_array *array, la_array **out) {
    struct DLManagedTensorVersioned *tensor;
    DLManagedTensor *unversioned;
    if (la_to_dlpack_unversioned(array, LA_COPY_NEVER, 0, &unversioned) == LA_OK)
        unversioned->deleter(unversioned);
    if (la_to_dlpack(array, LA_COPY_NEVER, 0, &tensor) != LA_OK) return LA_PANIC;
    return la_from_dlpack(tensor, LA_COPY_NEVER, out);
}
