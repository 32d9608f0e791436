/* Element types and their texts, for the tests that speak of both. */
#ifndef DTYPES_H
#define DTYPES_H

#include "check.h"

/* The type that a text means. */
static inline la_dtype parsed(const char *text) {
    la_dtype dtype = -7;
    OK(la_dtype_parse(text, &dtype));
    return dtype;
}

/* The format of a type; kept until the next call. */
static inline const char *format_of(la_dtype dtype) {
    static char text[512];
    OK(la_dtype_format(dtype, text, sizeof text, NULL));
    return text;
}

#endif
