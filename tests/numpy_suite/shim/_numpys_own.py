"""The functions that are NumPy's own in the tests: arithmetic, reductions, sorting,
random numbers, and what looks at types and texts. They see NumPy arrays of
libarray's memory, and their results come back as arrays of libarray. Whatever stands
here is not judged by the tests; everything else is libarray's, or missing.
"""

# Element-wise arithmetic: universal functions, with their methods (`np.add.reduce`).
UFUNCS = """
    abs absolute add arccos arcsin arctan arctan2 bitwise_and bitwise_not bitwise_or bitwise_xor
    conj conjugate cos cosh deg2rad divide divmod exp exp2 expm1 fabs floor floor_divide fmod frexp
    gcd heaviside hypot invert isfinite isinf ldexp left_shift log log10 log1p log2 logaddexp
    maximum minimum mod modf multiply negative nextafter positive power rad2deg reciprocal
    remainder right_shift rint sign signbit sin sinh sqrt square subtract tan tanh true_divide
    trunc matmul
"""

# Reductions, sorting, linear algebra, sets.
FUNCTIONS = """
    all amax amin angle any argmax argmin argpartition argsort around average bincount clip
    convolve corrcoef correlate cross cumprod cumsum diff digitize dot ediff1d einsum histogram
    inner interp intersect1d isclose allclose isin kron lexsort matvec max mean median min nanmax
    nanmean nanmin nansum outer partition percentile piecewise prod ptp quantile round searchsorted
    setdiff1d setxor1d sort std sum tensordot trace trapezoid union1d unique var vdot vecmat vectorize
    real_if_close packbits unpackbits iscomplexobj isrealobj isreal iscomplex nan_to_num
    frompyfunc
"""

# Questions about types and texts, where no memory is concerned.
QUESTIONS = """
    array2string array_repr array_str base_repr binary_repr common_type format_float_positional
    format_float_scientific get_printoptions isdtype isscalar issubdtype iterable min_scalar_type
    mintypecode ndim printoptions promote_types set_printoptions shape size typename errstate
    geterr seterr isfortran
"""

# NumPy's iterator over arrays, and arrays as text in files.
REST = """
    loadtxt savetxt nditer nested_iters
"""

# Modules whose every function is NumPy's own.
MODULES = """
    random linalg fft polynomial _core._umath_tests
"""

NAMES = frozenset((UFUNCS + FUNCTIONS + QUESTIONS + REST).split())
MODULE_NAMES = frozenset(MODULES.split())
