// Made from libarray.h, for tools that read C declarations but no directives.
static const int32_t LA_OK = 0;
static const int32_t LA_NULL_ARGUMENT = 1;
static const int32_t LA_INVALID_ARGUMENT = 2;
static const int32_t LA_INDEX_ERROR = 3;
static const int32_t LA_AXIS_ERROR = 4;
static const int32_t LA_SHAPE_ERROR = 5;
static const int32_t LA_DTYPE_ERROR = 6;
static const int32_t LA_CAST_ERROR = 7;
static const int32_t LA_READ_ONLY = 8;
static const int32_t LA_WOULD_COPY = 9;
static const int32_t LA_OVERFLOW = 10;
static const int32_t LA_LIMIT = 11;
static const int32_t LA_TOO_HARD = 12;
static const int32_t LA_CANCELLED = 13;
static const int32_t LA_BUFFER_TOO_SMALL = 14;
static const int32_t LA_UNSUPPORTED = 15;
static const int32_t LA_FORMAT_ERROR = 16;
static const int32_t LA_IO_ERROR = 17;
static const int32_t LA_OUT_OF_MEMORY = 18;
static const int32_t LA_PANIC = 19;
static const int32_t LA_BOOL = 1;
static const int32_t LA_INT8 = 2;
static const int32_t LA_INT16 = 3;
static const int32_t LA_INT32 = 4;
static const int32_t LA_INT64 = 5;
static const int32_t LA_UINT8 = 6;
static const int32_t LA_UINT16 = 7;
static const int32_t LA_UINT32 = 8;
static const int32_t LA_UINT64 = 9;
static const int32_t LA_FLOAT16 = 10;
static const int32_t LA_BFLOAT16 = 11;
static const int32_t LA_FLOAT32 = 12;
static const int32_t LA_FLOAT64 = 13;
static const int32_t LA_COMPLEX64 = 14;
static const int32_t LA_COMPLEX128 = 15;
static const int32_t LA_WEAK_INT = 128;
static const int32_t LA_WEAK_FLOAT = 129;
static const int32_t LA_MAX_NDIM = 64;
static const int32_t LA_C_LAYOUT = 2147483647;
static const int32_t LA_NO_AXIS = 2147483647;
static const int32_t LA_ORDER_C = 0;
static const int32_t LA_ORDER_F = 1;
static const int32_t LA_ORDER_A = 2;
static const int32_t LA_ORDER_K = 3;
static const int32_t LA_COPY_NEVER = 0;
static const int32_t LA_COPY_IF_NEEDED = 1;
static const int32_t LA_COPY_ALWAYS = 2;
static const int32_t LA_CAST_NO = 0;
static const int32_t LA_CAST_EQUIV = 1;
static const int32_t LA_CAST_SAFE = 2;
static const int32_t LA_CAST_SAME_KIND = 3;
static const int32_t LA_CAST_UNSAFE = 4;
static const int32_t LA_CAST_SAME_VALUE = 5;
static const int32_t LA_FLAG_C_CONTIGUOUS = 1;
static const int32_t LA_FLAG_F_CONTIGUOUS = 2;
static const int32_t LA_FLAG_OWNS_DATA = 4;
static const int32_t LA_FLAG_ALIGNED = 256;
static const int32_t LA_FLAG_WRITEABLE = 1024;
static const int32_t LA_FLAG_NOTSWAPPED = 512;
static const int32_t LA_WRAP_READ_ONLY = 1;
static const int32_t LA_INDEX_INTEGER = 1;
static const int32_t LA_INDEX_SLICE = 2;
static const int32_t LA_INDEX_NEWAXIS = 3;
static const int32_t LA_INDEX_ELLIPSIS = 4;
static const int32_t LA_INDEX_ARRAY = 5;
static const int32_t LA_INDEX_MASK = 6;
static const int32_t LA_INDEX_INTS = 7;
static const int32_t LA_INDEX_NO_START = 1;
static const int32_t LA_INDEX_NO_STOP = 2;
static const int32_t LA_MODE_RAISE = 0;
static const int32_t LA_MODE_WRAP = 1;
static const int32_t LA_MODE_CLIP = 2;
static const int32_t LA_EQ = 0;
static const int32_t LA_NE = 1;
static const int32_t LA_LT = 2;
static const int32_t LA_LE = 3;
static const int32_t LA_GT = 4;
static const int32_t LA_GE = 5;
static const int32_t LA_AND = 0;
static const int32_t LA_OR = 1;
static const int32_t LA_XOR = 2;
static const int32_t LA_NOT = 3;
static const int64_t LA_WORK_DEFAULT = 0;
static const int64_t LA_WORK_UNLIMITED = -1;
static const int32_t LA_HAZARD_FREE = 0;
static const int32_t LA_HAZARD_ORDERED = 1;
static const int32_t LA_HAZARD_EXCHANGE = 2;
static const int32_t LA_HAZARD_BUFFERED = 3;
static const int32_t LA_OPEN_READ = 0;
static const int32_t LA_OPEN_READ_WRITE = 1;
static const int32_t LA_OPEN_COPY_ON_WRITE = 2;
static const int32_t LA_DLPACK_POSITIVE_STRIDES = 1;
static const int32_t LA_MAX_OPERANDS = 32;
static const int32_t LA_READ = 0;
static const int32_t LA_WRITE = 1;
static const int32_t LA_READ_WRITE = 2;
static const int32_t LA_FORMAT_STR = 0;
static const int32_t LA_FORMAT_REPR = 1;
static const int32_t LA_EXPLAIN_SHARING = 0;
static const int32_t LA_EXPLAIN_CONTIGUITY = 1;
static const int32_t LA_VERSION_MAJOR = 0;
static const int32_t LA_VERSION_MINOR = 1;
static const int32_t LA_VERSION_PATCH = 0;
struct DLManagedTensor;
struct DLManagedTensorVersioned;
typedef struct la_array la_array;
typedef struct la_npz la_npz;
typedef int32_t la_status;
typedef struct la_allocator {
    size_t size;
    void *(*alloc)(size_t size, size_t align, int32_t zeroed, void *payload);
    void (*free)(void *memory, size_t size, size_t align, void *payload);
    void *payload;
} la_allocator;
typedef int32_t (*la_progress)(int64_t done, int64_t total, void *payload);
typedef struct la_memory {
    size_t size;
    int64_t live_bytes;
    int64_t peak_bytes;
    int64_t total_bytes;
    int64_t total_blocks;
    int64_t cached_bytes;
} la_memory;
typedef int32_t la_dtype;
typedef void (*la_deleter)(void *memory, void *payload);
typedef struct la_index {
    int32_t kind;
    int32_t flags;
    int64_t start;
    int64_t stop;
    int64_t step;
    const struct la_array *array;
    int64_t reserved[2];
} la_index;
typedef struct la_format_options {
    size_t size;
    int32_t precision;
    int32_t threshold;
    int32_t edge_items;
    int32_t line_width;
    int32_t form;
} la_format_options;
typedef struct la_plan {
    size_t size;
    int32_t copies;
    int32_t hazard;
    int64_t bytes;
    int32_t outer_axis;
    int32_t inner_axis;
} la_plan;
typedef struct la_operand {
    const struct la_array *array;
    int32_t access;
    la_dtype dtype;
} la_operand;
typedef struct la_for_each_options {
    size_t size;
    int32_t casting;
    int32_t num_threads;
} la_for_each_options;
typedef int32_t (*la_loop)(char **data,
                           const int64_t *strides,
                           int64_t count,
                           void *payload);
typedef struct la_array_interface {
    int32_t two;
    int32_t nd;
    char typekind;
    int32_t itemsize;
    int32_t flags;
    const int64_t *shape;
    const int64_t *strides;
    void *data;
    void *descr;
} la_array_interface;
typedef struct la_array_interface_v3 {
    size_t size;
    char typestr[16];
    void *data;
    const int64_t *shape;
    const int64_t *strides;
    int32_t ndim;
    int32_t read_only;
    int32_t version;
    int32_t reserved;
} la_array_interface_v3;
void la_version(int32_t *major, int32_t *minor, int32_t *patch);
const char *la_version_text(void);
const char *la_status_name(la_status status);
la_status la_last_error(char *buf, size_t capacity, size_t *out_needed);
la_status la_set_allocator(const struct la_allocator *allocator);
la_status la_set_cache_limit(int64_t bytes);
void la_trim(void);
la_status la_set_num_threads(int32_t count);
int32_t la_num_threads(void);
la_status la_set_progress(la_progress handler, int64_t every_bytes, void *payload);
la_status la_memory_stats(struct la_memory *out);
int64_t la_dtype_size(la_dtype dtype);
la_status la_dtype_name(la_dtype dtype,
                        char *buf,
                        size_t capacity,
                        size_t *out_needed);
la_status la_dtype_format(la_dtype dtype,
                          char *buf,
                          size_t capacity,
                          size_t *out_needed);
la_status la_dtype_parse(const char *text, la_dtype *out);
la_status la_dtype_swapped(la_dtype dtype, la_dtype *out);
la_status la_dtype_record(int32_t count,
                          const char *const *names,
                          const la_dtype *dtypes,
                          const int64_t *offsets,
                          int64_t itemsize,
                          la_dtype *out);
int32_t la_dtype_field_count(la_dtype dtype);
la_status la_dtype_field(la_dtype dtype,
                         int32_t field,
                         char *buf,
                         size_t capacity,
                         size_t *out_needed,
                         la_dtype *out_dtype,
                         int64_t *out_offset);
la_status la_can_cast(la_dtype from,
                      la_dtype to,
                      int32_t casting,
                      int32_t *out);
la_status la_result_type(int32_t count,
                         const la_dtype *dtypes,
                         la_dtype *out);
struct la_array *la_retain(const struct la_array *array);
void la_release(struct la_array *array);
int64_t la_refcount(const struct la_array *array);
la_status la_empty(la_dtype dtype,
                   int32_t ndim,
                   const int64_t *shape,
                   int32_t order,
                   struct la_array **out);
la_status la_zeros(la_dtype dtype,
                   int32_t ndim,
                   const int64_t *shape,
                   int32_t order,
                   struct la_array **out);
la_status la_ones(la_dtype dtype,
                  int32_t ndim,
                  const int64_t *shape,
                  int32_t order,
                  struct la_array **out);
la_status la_full(la_dtype dtype,
                  int32_t ndim,
                  const int64_t *shape,
                  int32_t order,
                  la_dtype value_dtype,
                  const void *value,
                  struct la_array **out);
la_status la_arange(la_dtype dtype,
                    int64_t start,
                    int64_t stop,
                    int64_t step,
                    struct la_array **out);
la_status la_arange_f64(la_dtype dtype,
                        double start,
                        double stop,
                        double step,
                        struct la_array **out);
la_status la_linspace(la_dtype dtype,
                      double start,
                      double stop,
                      int64_t count,
                      int32_t endpoint,
                      struct la_array **out);
la_status la_eye(la_dtype dtype,
                 int64_t rows,
                 int64_t columns,
                 int64_t k,
                 int32_t order,
                 struct la_array **out);
la_status la_empty_like(const struct la_array *array,
                        la_dtype dtype,
                        int32_t order,
                        struct la_array **out);
la_status la_zeros_like(const struct la_array *array,
                        la_dtype dtype,
                        int32_t order,
                        struct la_array **out);
la_status la_ones_like(const struct la_array *array,
                       la_dtype dtype,
                       int32_t order,
                       struct la_array **out);
la_status la_full_like(const struct la_array *array,
                       la_dtype dtype,
                       int32_t order,
                       la_dtype value_dtype,
                       const void *value,
                       struct la_array **out);
la_status la_from_data(const void *data,
                       la_dtype dtype,
                       int32_t ndim,
                       const int64_t *shape,
                       const int64_t *strides,
                       int32_t order,
                       struct la_array **out);
la_status la_wrap(void *memory,
                  int64_t nbytes,
                  int64_t offset,
                  la_dtype dtype,
                  int32_t ndim,
                  const int64_t *shape,
                  const int64_t *strides,
                  int32_t flags,
                  la_deleter deleter,
                  void *payload,
                  struct la_array **out);
int32_t la_ndim(const struct la_array *array);
const int64_t *la_shape(const struct la_array *array);
const int64_t *la_strides(const struct la_array *array);
la_dtype la_dtype_of(const struct la_array *array);
int64_t la_itemsize(const struct la_array *array);
int64_t la_size(const struct la_array *array);
int64_t la_nbytes(const struct la_array *array);
const void *la_data(const struct la_array *array);
void *la_data_mut(struct la_array *array);
int64_t la_offset(const struct la_array *array);
int32_t la_flags(const struct la_array *array);
const struct la_array *la_base(const struct la_array *array);
int32_t la_same_owner(const struct la_array *a, const struct la_array *b);
la_status la_byte_bounds(const struct la_array *array,
                         const void **out_low,
                         const void **out_high);
int64_t la_retained_bytes(const struct la_array *array);
la_status la_slice(const struct la_array *array,
                   const struct la_index *key,
                   int32_t count,
                   struct la_array **out);
la_status la_slice_str(const struct la_array *array,
                       const char *key,
                       struct la_array **out);
la_status la_reshape(const struct la_array *array,
                     int32_t ndim,
                     const int64_t *shape,
                     int32_t order,
                     int32_t copy,
                     struct la_array **out);
la_status la_transpose(const struct la_array *array, struct la_array **out);
la_status la_permute(const struct la_array *array,
                     int32_t count,
                     const int32_t *axes,
                     struct la_array **out);
la_status la_swapaxes(const struct la_array *array,
                      int32_t axis1,
                      int32_t axis2,
                      struct la_array **out);
la_status la_moveaxis(const struct la_array *array,
                      int32_t count,
                      const int32_t *source,
                      const int32_t *destination,
                      struct la_array **out);
la_status la_squeeze(const struct la_array *array,
                     int32_t count,
                     const int32_t *axes,
                     struct la_array **out);
la_status la_expand_dims(const struct la_array *array,
                         int32_t count,
                         const int32_t *axes,
                         struct la_array **out);
la_status la_broadcast_to(const struct la_array *array,
                          int32_t ndim,
                          const int64_t *shape,
                          struct la_array **out);
la_status la_broadcast_shapes(int32_t count,
                              const int32_t *ndims,
                              const int64_t *const *shapes,
                              int32_t *out_ndim,
                              int64_t *out_shape);
la_status la_flip(const struct la_array *array,
                  int32_t count,
                  const int32_t *axes,
                  struct la_array **out);
la_status la_rot90(const struct la_array *array,
                   int64_t k,
                   int32_t axis1,
                   int32_t axis2,
                   struct la_array **out);
la_status la_diagonal(const struct la_array *array,
                      int64_t offset,
                      int32_t axis1,
                      int32_t axis2,
                      struct la_array **out);
la_status la_real(const struct la_array *array, struct la_array **out);
la_status la_imag(const struct la_array *array, struct la_array **out);
la_status la_view_dtype(const struct la_array *array,
                        la_dtype dtype,
                        struct la_array **out);
la_status la_field(const struct la_array *array,
                   const char *name,
                   struct la_array **out);
la_status la_as_strided(const struct la_array *array,
                        int64_t offset,
                        int32_t ndim,
                        const int64_t *shape,
                        const int64_t *strides,
                        struct la_array **out);
la_status la_sliding_window(const struct la_array *array,
                            int32_t count,
                            const int32_t *axes,
                            const int64_t *windows,
                            struct la_array **out);
la_status la_split(const struct la_array *array,
                   int64_t sections,
                   int32_t axis,
                   struct la_array **out);
la_status la_split_at(const struct la_array *array,
                      int64_t count,
                      const int64_t *indices,
                      int32_t axis,
                      struct la_array **out);
la_status la_readonly(const struct la_array *array, struct la_array **out);
la_status la_copy(const struct la_array *array,
                  int32_t order,
                  struct la_array **out);
la_status la_astype(const struct la_array *array,
                    la_dtype dtype,
                    int32_t order,
                    int32_t casting,
                    int32_t copy,
                    struct la_array **out);
la_status la_contiguous(const struct la_array *array,
                        int32_t order,
                        int32_t copy,
                        struct la_array **out);
la_status la_ravel(const struct la_array *array,
                   int32_t order,
                   int32_t copy,
                   struct la_array **out);
la_status la_flatten(const struct la_array *array,
                     int32_t order,
                     struct la_array **out);
la_status la_compact(const struct la_array *array, struct la_array **out);
la_status la_get(const struct la_array *array,
                 const struct la_index *key,
                 int32_t count,
                 struct la_array **out);
la_status la_set(struct la_array *array,
                 const struct la_index *key,
                 int32_t count,
                 const struct la_array *values);
la_status la_set_scalar(struct la_array *array,
                        const struct la_index *key,
                        int32_t count,
                        la_dtype value_dtype,
                        const void *value);
la_status la_take(const struct la_array *array,
                  const struct la_array *indices,
                  int32_t axis,
                  int32_t mode,
                  struct la_array **out);
la_status la_take_into(const struct la_array *array,
                       const struct la_array *indices,
                       int32_t axis,
                       int32_t mode,
                       struct la_array *target);
la_status la_put(struct la_array *array,
                 const struct la_array *indices,
                 const struct la_array *values,
                 int32_t mode);
la_status la_place(struct la_array *array,
                   const struct la_array *mask,
                   const struct la_array *values);
la_status la_compress(const struct la_array *array,
                      const struct la_array *condition,
                      int32_t axis,
                      struct la_array **out);
la_status la_compress_into(const struct la_array *array,
                           const struct la_array *condition,
                           int32_t axis,
                           struct la_array *target);
la_status la_nonzero(const struct la_array *array, struct la_array **out);
la_status la_where(const struct la_array *condition,
                   const struct la_array *x,
                   const struct la_array *y,
                   struct la_array **out);
la_status la_take_along_axis(const struct la_array *array,
                             const struct la_array *indices,
                             int32_t axis,
                             struct la_array **out);
la_status la_put_along_axis(struct la_array *array,
                            const struct la_array *indices,
                            const struct la_array *values,
                            int32_t axis);
la_status la_unravel_index(const struct la_array *indices,
                           int32_t ndim,
                           const int64_t *shape,
                           int32_t order,
                           struct la_array **out);
la_status la_ravel_multi_index(int32_t count,
                               const struct la_array *const *indices,
                               const int64_t *shape,
                               int32_t mode,
                               int32_t order,
                               struct la_array **out);
la_status la_item(const struct la_array *array,
                  int32_t count,
                  const int64_t *index,
                  la_dtype dtype,
                  void *out);
la_status la_set_item(struct la_array *array,
                      int32_t count,
                      const int64_t *index,
                      la_dtype value_dtype,
                      const void *value);
la_status la_item_f64(const struct la_array *array,
                      int32_t count,
                      const int64_t *index,
                      double *out);
la_status la_item_i64(const struct la_array *array,
                      int32_t count,
                      const int64_t *index,
                      int64_t *out);
la_status la_item_u64(const struct la_array *array,
                      int32_t count,
                      const int64_t *index,
                      uint64_t *out);
la_status la_assign(struct la_array *target,
                    const struct la_array *source,
                    int32_t casting);
la_status la_assign_where(struct la_array *target,
                          const struct la_array *source,
                          const struct la_array *mask,
                          int32_t casting);
la_status la_fill(struct la_array *target,
                  la_dtype value_dtype,
                  const void *value);
la_status la_fill_f64(struct la_array *target, double value);
la_status la_fill_i64(struct la_array *target, int64_t value);
la_status la_compare(const struct la_array *a,
                     const struct la_array *b,
                     int32_t op,
                     struct la_array **out);
la_status la_compare_scalar(const struct la_array *a,
                            la_dtype value_dtype,
                            const void *value,
                            int32_t op,
                            struct la_array **out);
la_status la_compare_i64(const struct la_array *a,
                         int64_t value,
                         int32_t op,
                         struct la_array **out);
la_status la_compare_f64(const struct la_array *a,
                         double value,
                         int32_t op,
                         struct la_array **out);
la_status la_logical(const struct la_array *a,
                     const struct la_array *b,
                     int32_t op,
                     struct la_array **out);
la_status la_isnan(const struct la_array *array, struct la_array **out);
la_status la_any(const struct la_array *array, int32_t *out);
la_status la_all(const struct la_array *array, int32_t *out);
la_status la_count_nonzero(const struct la_array *array, int64_t *out);
la_status la_array_equal(const struct la_array *a,
                         const struct la_array *b,
                         int32_t equal_nan,
                         int32_t *out);
la_status la_may_share_memory(const struct la_array *a,
                              const struct la_array *b,
                              int32_t *out);
la_status la_shares_memory(const struct la_array *a,
                           const struct la_array *b,
                           int64_t max_work,
                           int32_t *out);
la_status la_find_overlap(const struct la_array *a,
                          const struct la_array *b,
                          int64_t max_work,
                          int64_t *out_a_index,
                          int64_t *out_b_index,
                          int32_t *out);
la_status la_has_internal_overlap(const struct la_array *array,
                                  int64_t max_work,
                                  int32_t *out);
la_status la_concatenate(int64_t count,
                         const struct la_array *const *arrays,
                         int32_t axis,
                         struct la_array **out);
la_status la_concatenate_into(int64_t count,
                              const struct la_array *const *arrays,
                              int32_t axis,
                              int32_t casting,
                              struct la_array *target);
la_status la_stack(int64_t count,
                   const struct la_array *const *arrays,
                   int32_t axis,
                   struct la_array **out);
la_status la_stack_into(int64_t count,
                        const struct la_array *const *arrays,
                        int32_t axis,
                        int32_t casting,
                        struct la_array *target);
la_status la_tile(const struct la_array *array,
                  int32_t ndim,
                  const int64_t *counts,
                  struct la_array **out);
la_status la_repeat(const struct la_array *array,
                    int64_t count,
                    const int64_t *repeats,
                    int32_t axis,
                    struct la_array **out);
la_status la_roll(const struct la_array *array,
                  int64_t shift,
                  int32_t axis,
                  struct la_array **out);
la_status la_pad(const struct la_array *array,
                 int32_t ndim,
                 const int64_t *before,
                 const int64_t *after,
                 la_dtype value_dtype,
                 const void *value,
                 struct la_array **out);
la_status la_load_npy(const char *path, struct la_array **out);
la_status la_save_npy(const char *path, const struct la_array *array);
la_status la_open_npy(const char *path, int32_t mode, struct la_array **out);
la_status la_npz_open(const char *path, struct la_npz **out);
void la_npz_close(struct la_npz *npz);
int64_t la_npz_count(const struct la_npz *npz);
la_status la_npz_name(const struct la_npz *npz,
                      int64_t member,
                      char *buf,
                      size_t capacity,
                      size_t *out_needed);
la_status la_npz_load(const struct la_npz *npz,
                      const char *name,
                      struct la_array **out);
la_status la_format(const struct la_array *array,
                    const struct la_format_options *options,
                    char *buf,
                    size_t capacity,
                    size_t *out_needed);
la_status la_describe(const struct la_array *array,
                      char *buf,
                      size_t capacity,
                      size_t *out_needed);
la_status la_explain(int32_t what,
                     const struct la_array *a,
                     const struct la_array *b,
                     char *buf,
                     size_t capacity,
                     size_t *out_needed);
la_status la_draw(const struct la_array *array,
                  int32_t style,
                  char *buf,
                  size_t capacity,
                  size_t *out_needed);
la_status la_plan_reshape(const struct la_array *array,
                          int32_t ndim,
                          const int64_t *shape,
                          int32_t order,
                          struct la_plan *out);
la_status la_plan_assign(const struct la_array *target,
                         const struct la_array *source,
                         int32_t casting,
                         struct la_plan *out);
la_status la_for_each(int32_t count,
                      const struct la_operand *operands,
                      const struct la_for_each_options *options,
                      la_loop loop,
                      void *payload);
la_status la_to_dlpack(const struct la_array *array,
                       int32_t copy,
                       int32_t flags,
                       struct DLManagedTensorVersioned **out);
la_status la_to_dlpack_unversioned(const struct la_array *array,
                                   int32_t copy,
                                   int32_t flags,
                                   struct DLManagedTensor **out);
la_status la_from_dlpack(struct DLManagedTensorVersioned *tensor,
                         int32_t copy,
                         struct la_array **out);
la_status la_from_dlpack_unversioned(struct DLManagedTensor *tensor,
                                     int32_t copy,
                                     struct la_array **out);
la_status la_to_array_interface(const struct la_array *array,
                                struct la_array_interface *out);
la_status la_from_array_interface(const struct la_array_interface *source,
                                  la_deleter deleter,
                                  void *payload,
                                  struct la_array **out);
la_status la_to_array_interface_v3(const struct la_array *array,
                                   struct la_array_interface_v3 *out);
la_status la_from_array_interface_v3(const struct la_array_interface_v3 *source,
                                     la_deleter deleter,
                                     void *payload,
                                     struct la_array **out);
