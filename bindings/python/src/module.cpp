// The module `libarray._core`: libarray's C ABI as Python sees it.

#include "array.hpp"
#include "dtype.hpp"
#include "errors.hpp"
#include "functions.hpp"

NB_MODULE(_core, module) {
    module.doc() = "The C ABI of libarray; use the package `libarray`.";
    libarray::bind_errors(module);
    libarray::bind_dtype(module);
    libarray::bind_array(module);
    libarray::bind_functions(module);
}
