/* What the two units of one program share: each makes `album[1:4]` with the
 * header's macros and returns its first element. */
#ifndef UNIT_H
#define UNIT_H

#include "libarray.h"

#ifdef __cplusplus
extern "C" {
#endif
int64_t first_by_c(const la_array *album);
int64_t first_by_cpp(const la_array *album);
#ifdef __cplusplus
}
#endif

#endif
