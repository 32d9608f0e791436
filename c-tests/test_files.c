/* Files: .npy written and read, in every format that NumPy ever wrote, mapped,
 * damaged; and the members of .npz archives. The bytes of the files are made
 * by hand, after NumPy's description of its format. */
#include "check.h"

#include <unistd.h>

static char name_of_file[64];

static void remove_file(void) {
    remove(name_of_file);
}

/* Each program has its own file, since several may run at once. */
static const char *path(void) {
    if (!*name_of_file) {
        snprintf(name_of_file, sizeof name_of_file, "build/test_files-%ld.npy", (long)getpid());
        atexit(remove_file);
    }
    return name_of_file;
}

static void write_bytes(const void *bytes, size_t count) {
    FILE *file = fopen(path(), "wb");
    if (!file || fwrite(bytes, 1, count, file) != count) check_fail(path(), 0, "cannot be written");
    if (file) fclose(file);
}

static unsigned char file[4096];

/* A .npy file: magic, version, length of the header, header, data. */
static size_t npy(int version, const char *header, const void *data, size_t size) {
    size_t length = strlen(header), at = 8;
    memcpy(file, "\x93NUMPY", 6);
    file[6] = (unsigned char)version, file[7] = 0;
    file[at++] = (unsigned char)length, file[at++] = (unsigned char)(length >> 8);
    if (version > 1) file[at++] = 0, file[at++] = 0;
    memcpy(file + at, header, length);
    if (size) memcpy(file + at + length, data, size);
    return at + length + size;
}

static la_array *load(int version, const char *header, const void *data, size_t size) {
    write_bytes(file, npy(version, header, data, size));
    return MAKE(la_load_npy(path(), OUT));
}

static void every_type_order_and_layout_comes_back(void) {
    la_array *grid = GRID(2, 3);
    const int apart = exhaust_fail_at ? 20 : 1; /* each allocation is a run there */
    for (la_dtype dtype = LA_BOOL; dtype <= LA_COMPLEX128; dtype += apart) {
        if (dtype == LA_BFLOAT16) continue;
        la_array *c = MAKE(la_astype(grid, dtype, LA_ORDER_C, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
        la_array *views[3];
        views[0] = c;
        views[1] = MAKE(la_transpose(c, OUT));
        views[2] = MAKE(la_slice(c, LA_INDEX(LA_STEP(-1), LA_STEP(2)), OUT));
        for (int k = 0; k < 3; k++) {
            OK(la_save_npy(path(), views[k]));
            la_array *loaded = MAKE(la_load_npy(path(), OUT));
            CHECK_NUMBER(la_dtype_of(loaded), dtype);
            CHECK_SAME(loaded, views[k]);
            CHECK(la_base(loaded) == NULL && (la_flags(loaded) & LA_FLAG_WRITEABLE));
            if (k == 1) CHECK(la_flags(loaded) & LA_FLAG_F_CONTIGUOUS);
        }
    }
    la_array *swapped = MAKE(la_astype(grid, LA_INT32 | 0x100, LA_ORDER_K, LA_CAST_UNSAFE, LA_COPY_ALWAYS, OUT));
    OK(la_save_npy(path(), swapped));
    CHECK_SAME(MAKE(la_load_npy(path(), OUT)), grid);
    OK(la_save_npy(path(), MAKE(la_zeros(LA_INT8, 0, NULL, LA_ORDER_C, OUT))));
    CHECK_RANK_0(MAKE(la_load_npy(path(), OUT)));
    OK(la_save_npy(path(), MAKE(la_zeros(LA_INT8, SHAPE(3, 0), LA_ORDER_C, OUT))));
    CHECK_SHAPE(MAKE(la_load_npy(path(), OUT)), 3, 0);
}

static void a_saved_file_is_as_numpy_writes_it(void) {
    OK(la_save_npy(path(), MAKE(la_transpose(GRID(2, 3), OUT))));
    FILE *saved = fopen(path(), "rb");
    size_t count = saved ? fread(file, 1, sizeof file, saved) : 0;
    if (saved) fclose(saved);
    static const char header[] = "{'descr': '<i8', 'fortran_order': True, 'shape': (3, 2), }";
    CHECK(count > 128 && memcmp(file, "\x93NUMPY\x01\x00", 8) == 0);
    CHECK_NUMBER(file[8] + 256 * file[9] + 10, 128); /* a multiple of 64 */
    CHECK(memcmp(file + 10, header, sizeof header - 1) == 0);
    CHECK(file[127] == '\n' && file[126] == ' ');
    CHECK_NUMBER(count, 128 + 6 * 8);
    CHECK(file[128] == 0 && file[136] == 1 && file[144] == 2); /* the memory of 0 1 2 3 4 5 */
}

static void formats_1_2_and_3_are_read(void) {
    static const unsigned char little[] = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0};
    static const unsigned char big[] = {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6};
    for (int version = 1; version <= 3; version++) {
        la_array *a = load(version, "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }\n", little, 12);
        CHECK_VALUES(a, 1, 2, 3, 4, 5, 6);
        CHECK_STRIDES(a, 6, 2);
        a = load(version, "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n", big, 12);
        CHECK_NUMBER(la_dtype_of(a), LA_INT16 | 0x100);
        CHECK_VALUES(a, 1, 3, 5, 2, 4, 6);
        CHECK_STRIDES(a, 2, 4);
    }
    /* Other writers order and space the header as they like. */
    la_array *a = load(1, "{\"shape\":(6,),\"fortran_order\":False,\"descr\":\"|i1\"}      \n", little, 6);
    CHECK_VALUES(a, 1, 0, 2, 0, 3, 0);
    CHECK_RANK_0(load(1, "{'descr': '<i2', 'fortran_order': False, 'shape': (), }\n", little, 2));
}

static void refused(int line, const void *bytes, size_t count) {
    la_array *out = CHECK_UNTOUCHED;
    write_bytes(bytes, count);
    for (int mapped = 0; mapped < 2; mapped++) {
        la_status status = mapped ? la_open_npy(path(), LA_OPEN_READ, &out) : la_load_npy(path(), &out);
        if (status == LA_OUT_OF_MEMORY) check_status(status, LA_FORMAT_ERROR, "loading", __FILE__, line);
        if (status != LA_FORMAT_ERROR && status != LA_OVERFLOW && status != LA_LIMIT)
            check_fail(__FILE__, line, "a wrong file gave %s", la_status_name(status));
        if (out != CHECK_UNTOUCHED) {
            check_fail(__FILE__, line, "out was touched");
            if (status == LA_OK) la_release(out);
            out = CHECK_UNTOUCHED;
        }
    }
}

static void files_that_lie_are_refused(void) {
    static const unsigned char data[64];
#define LIE(header) refused(__LINE__, file, npy(1, header, data, 12))
    LIE("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4), }\n"); /* 16 bytes, 12 there */
    LIE("{'descr': '<i2', 'fortran_order': False, 'shape': (-2, 3), }\n");
    LIE("{'descr': '<i2', 'fortran_order': False, 'shape': (9223372036854775807, 9), }\n");
    LIE("{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999999999999999, ), }\n");
    LIE("{'descr': '<i2', 'fortran_order': False, 'shape': 6, }\n");
    LIE("{'descr': '<i2', 'fortran_order': Maybe, 'shape': (6,), }\n");
    LIE("{'descr': '<i2', 'fortran_order': False, }\n");
    LIE("{'descr': '<i2', 'shape': (6,), }\n");
    LIE("{'fortran_order': False, 'shape': (6,), }\n");
    LIE("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n");
    LIE("{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }\n");
    LIE("{'descr': [('x', '<i2', (2,))], 'fortran_order': False, 'shape': (3,), }\n");
    LIE("{'descr': [('x', '<i2'), ('x', '<i2')], 'fortran_order': False, 'shape': (3,), }\n");
    LIE("{'descr': [('x', '|V5'), ('', '|V2')], 'fortran_order': False, 'shape': (6,), }\n");
    LIE("{'descr': '<i2', 'fortran_order': False, 'shape': (6,), 'more': 1}\n");
    LIE("{'descr': '<i2', 'fortran_order': False, 'shape': (6,)");
    LIE("");
    LIE("[]\n");
    LIE("{'descr': '<i2', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
        "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1), }\n");
    refused(__LINE__, "", 0);
    refused(__LINE__, "\x93NUM", 4);
    refused(__LINE__, "PK\x03\x04 not an array", 17);
    refused(__LINE__, file, npy(4, "{'descr': '<i2', 'fortran_order': False, 'shape': (6,), }\n", data, 12));
    refused(__LINE__, file, npy(0, "{'descr': '<i2', 'fortran_order': False, 'shape': (6,), }\n", data, 12));
}

static void a_file_cut_anywhere_is_refused(void) {
    static const unsigned char data[12];
    static unsigned char whole[256];
    size_t count = npy(1, "{'descr': '<i2', 'fortran_order': False, 'shape': (6,), }\n", data, 12);
    memcpy(whole, file, count);
    for (size_t length = 0; length < count; length += exhaust_fail_at ? 40 : 1) refused(__LINE__, whole, length);
}

static void a_file_that_is_not_there_is_an_io_error(void) {
    REFUSES(LA_IO_ERROR, "no such file or directory", la_load_npy("build/there is no such file.npy", OUT));
    REFUSES(LA_IO_ERROR, "no such file or directory", la_open_npy("build/no/such/folder.npy", LA_OPEN_READ, OUT));
    CHECK_STATUS(LA_IO_ERROR, la_load_npy("build", OUT));
    CHECK_STATUS(LA_IO_ERROR, la_save_npy("build/no/such/folder.npy", GRID(2)));
    REFUSES(LA_NULL_ARGUMENT, "path", la_load_npy(NULL, OUT));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_load_npy("x", NULL));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_save_npy(NULL, GRID(2)));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_save_npy(path(), NULL));
    la_npz *archive = NULL;
    CHECK_STATUS(LA_IO_ERROR, la_npz_open("build/no such archive.npz", &archive));
    CHECK(archive == NULL);
}

static void a_failed_save_leaves_what_was_there(void) {
    la_array *grid = GRID(3);
    OK(la_save_npy(path(), grid));
    CHECK_STATUS(LA_DTYPE_ERROR, la_save_npy(path(), MAKE(la_zeros(LA_BFLOAT16, SHAPE(2), LA_ORDER_C, OUT))));
    CHECK_SAME(MAKE(la_load_npy(path(), OUT)), grid);
}

static void a_mapped_file_is_the_array(void) {
    OK(la_save_npy(path(), GRID(2, 3)));
    la_array *readonly = MAKE(la_open_npy(path(), LA_OPEN_READ, OUT));
    CHECK_VALUES(readonly, 0, 1, 2, 3, 4, 5);
    CHECK(!(la_flags(readonly) & LA_FLAG_WRITEABLE));
    CHECK_STATUS(LA_READ_ONLY, la_fill_i64(readonly, 1));
    la_array *private = MAKE(la_open_npy(path(), LA_OPEN_COPY_ON_WRITE, OUT));
    OK(la_fill_i64(MAKE(la_slice(private, LA_INDEX(LA_AT(0)), OUT)), 9));
    CHECK_VALUES(private, 9, 9, 9, 3, 4, 5);
    CHECK_VALUES(MAKE(la_load_npy(path(), OUT)), 0, 1, 2, 3, 4, 5);
    la_array *writeable = MAKE(la_open_npy(path(), LA_OPEN_READ_WRITE, OUT));
    la_array *row = MAKE(la_slice(writeable, LA_INDEX(LA_AT(1)), OUT));
    DROP(writeable); /* the mapping goes with the last handle on it */
    OK(la_fill_i64(row, 7));
    CHECK_VALUES(readonly, 0, 1, 2, 7, 7, 7);
    DROP(row);
    CHECK_VALUES(MAKE(la_load_npy(path(), OUT)), 0, 1, 2, 7, 7, 7);
    REFUSES(LA_INVALID_ARGUMENT, "mode", la_open_npy(path(), 3, OUT));
    remove(path());
    CHECK_VALUES(readonly, 0, 1, 2, 7, 7, 7); /* what is mapped needs no name */
}

static void an_archive_names_and_loads_its_members(void) {
    static const char *const names[] = {"elevation", "dx", "xmax", "dy", "xmin", "ymin", "ymax"};
    la_npz *archive = NULL;
    char name[32];
    size_t needed = 0;
    OK(la_npz_open("examples/data/jacksboro_fault_dem.npz", &archive));
    int64_t count = la_npz_count(archive);
    CHECK_NUMBER(count, 7);
    for (int64_t k = 0; k < count && k < 7; k++)
        if (la_npz_name(archive, k, name, sizeof name, &needed) == LA_OK) CHECK_TEXT(name, names[k]);
    la_status cut = la_npz_name(archive, 0, name, 5, &needed);
    CHECK(cut == LA_BUFFER_TOO_SMALL && strcmp(name, "elev") == 0 && needed == 10);
    CHECK(la_npz_name(archive, 7, name, sizeof name, NULL) == LA_INDEX_ERROR);
    CHECK(la_npz_name(archive, -1, name, sizeof name, NULL) == LA_INDEX_ERROR);
    la_array *heights = NULL, *dx = NULL, *untouched = CHECK_UNTOUCHED;
    la_status loaded = la_npz_load(archive, "elevation", &heights);
    la_status scalar = la_npz_load(archive, "dx.npy", &dx);
    la_status missing = la_npz_load(archive, "depth", &untouched);
    la_npz_close(archive); /* arrays do not depend on it */
    if (heights) KEEP(heights);
    if (dx) KEEP(dx);
    OK(loaded);
    OK(scalar);
    CHECK_STATUS(LA_INVALID_ARGUMENT, missing);
    CHECK(untouched == CHECK_UNTOUCHED);
    CHECK_SHAPE(heights, 344, 403);
    CHECK_NUMBER(la_dtype_of(heights), LA_INT16);
    CHECK_RANK_0(dx);
    CHECK_VALUES(dx, 0.0008333333333333334);
    /* The lowest and the highest place, as NumPy finds them. */
    double lowest = 1e9, highest = -1e9;
    for (int64_t k = 0; k < la_size(heights); k++) {
        double value = check_value(heights, k);
        lowest = value < lowest ? value : lowest;
        highest = value > highest ? value : highest;
    }
    CHECK(lowest == 236 && highest == 1076);
}

static void what_is_no_archive_is_refused(void) {
    la_npz *archive = NULL;
    CHECK_STATUS(LA_FORMAT_ERROR, la_npz_open("examples/data/README.md", &archive));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_npz_open(NULL, &archive));
    CHECK_STATUS(LA_NULL_ARGUMENT, la_npz_open("x", NULL));
    CHECK(archive == NULL);
    CHECK_NUMBER(la_npz_count(NULL), -1);
    char name[8];
    CHECK_STATUS(LA_NULL_ARGUMENT, la_npz_name(NULL, 0, name, sizeof name, NULL));
    REFUSES(LA_NULL_ARGUMENT, "", la_npz_load(NULL, "x", OUT));
    la_npz_close(NULL);
}

CHECK_MAIN(
    TEST(every_type_order_and_layout_comes_back),
    TEST(a_saved_file_is_as_numpy_writes_it),
    TEST(formats_1_2_and_3_are_read),
    TEST(files_that_lie_are_refused),
    TEST(a_file_cut_anywhere_is_refused),
    TEST(a_file_that_is_not_there_is_an_io_error),
    TEST(a_failed_save_leaves_what_was_there),
    TEST(a_mapped_file_is_the_array),
    TEST(an_archive_names_and_loads_its_members),
    TEST(what_is_no_archive_is_refused),
)
