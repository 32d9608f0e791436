/* Lets the system refuse memory to libarray, below any allocator that a program can set.
 *
 * Loaded before the program (LD_PRELOAD), it stands in for the C library's malloc and its
 * kin, for mmap and for pthread_create. Calls that come from libarray.so are counted: from
 * its own code, from Rust's standard library and from all crates that it is linked with,
 * since their code lies in libarray.so, too. The one that LIBARRAY_FAIL_BELOW numbers is
 * refused; LIBARRAY_FAIL_BELOW_ALL=1 refuses all from it on. Calls by the program itself
 * and by the C library for its own sake (buffers of stdio, the loader) are served and not
 * counted: running out of memory there is not libarray's to answer for.
 *
 * At the end LIBARRAY_FAIL_REPORT names the file for the counts, as in exhaust.h. Blocks
 * that libarray.so got and nobody has freed are told; some are kept on purpose, such as
 * types of records, so that only more than without a refusal are a leak. Mappings are not
 * counted as blocks. In a program that has no libarray.so, which one that has may start,
 * nothing happens.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t align, size_t size);
extern void __libc_free(void *block);

static uintptr_t code_start, code_end;
static long fail_at, asked;
static int all_from_there;

static int find_library(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size, (void)data;
    if (!info->dlpi_name || !strstr(info->dlpi_name, "libarray.so")) return 0;
    for (int k = 0; k < info->dlpi_phnum; k++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[k];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        code_start = info->dlpi_addr + part->p_vaddr;
        code_end = code_start + part->p_memsz;
    }
    return 1;
}

__attribute__((constructor)) static void begin(void) {
    const char *number = getenv("LIBARRAY_FAIL_BELOW"), *all = getenv("LIBARRAY_FAIL_BELOW_ALL");
    fail_at = number ? strtol(number, NULL, 10) : 0;
    all_from_there = all && *all == '1';
    dl_iterate_phdr(find_library, NULL);
    if (!code_start) fail_at = 0;
}

static int from_library(const void *caller) {
    return (uintptr_t)caller >= code_start && (uintptr_t)caller < code_end;
}

/* Counts a call; says whether it is to be refused. */
static int refuse(void) {
    long number = __atomic_add_fetch(&asked, 1, __ATOMIC_SEQ_CST);
    return fail_at && (number == fail_at || (all_from_there && number > fail_at));
}

/* -- blocks of the library -------------------------------------------------------- */

/* Open addressing; a block that was removed leaves a mark. Guarded by a spinning lock,
 * which, unlike a mutex, a forked child can have for itself at once. */
enum { PLACES = 1 << 20 };
static void *blocks[PLACES];
static long live;
static char lock;
#define REMOVED ((void *)1)

static void enter(void) {
    while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE)) {}
}

static void leave(void) { __atomic_clear(&lock, __ATOMIC_RELEASE); }

static size_t place_of(const void *block) { return ((uintptr_t)block >> 4) * 0x9e3779b97f4a7c15u >> 44; }

static void *add(void *block) {
    if (!block) return NULL;
    enter();
    size_t place = place_of(block);
    while (blocks[place] && blocks[place] != REMOVED) place = (place + 1) % PLACES;
    blocks[place] = block;
    live++;
    leave();
    return block;
}

static void drop(const void *block) {
    if (!block || !fail_at) return;
    enter();
    for (size_t place = place_of(block); blocks[place]; place = (place + 1) % PLACES) {
        if (blocks[place] != block) continue;
        blocks[place] = REMOVED;
        live--;
        break;
    }
    leave();
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("LIBARRAY_FAIL_REPORT");
    FILE *report = fail_at && path ? fopen(path, "w") : NULL;
    if (!report) return;
    fprintf(report, "reached=%d live=%ld total=%ld\n", asked >= fail_at, live, asked);
    fclose(report);
}

/* -- in their stead ------------------------------------------------------------------ */

#define IS_COUNTED (fail_at && from_library(__builtin_return_address(0)))

void *malloc(size_t size) {
    if (!IS_COUNTED) return __libc_malloc(size);
    return refuse() ? (errno = ENOMEM, NULL) : add(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    if (!IS_COUNTED) return __libc_calloc(count, size);
    return refuse() ? (errno = ENOMEM, NULL) : add(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size) {
    if (!IS_COUNTED) {
        drop(block);
        return __libc_realloc(block, size);
    }
    if (refuse()) return errno = ENOMEM, NULL;
    drop(block);
    return add(__libc_realloc(block, size));
}

void *memalign(size_t align, size_t size) {
    if (!IS_COUNTED) return __libc_memalign(align, size);
    return refuse() ? (errno = ENOMEM, NULL) : add(__libc_memalign(align, size));
}

void *aligned_alloc(size_t align, size_t size) {
    if (!IS_COUNTED) return __libc_memalign(align, size);
    return refuse() ? (errno = ENOMEM, NULL) : add(__libc_memalign(align, size));
}

int posix_memalign(void **out, size_t align, size_t size) {
    int counted = IS_COUNTED;
    if (counted && refuse()) return ENOMEM;
    void *block = __libc_memalign(align, size);
    if (!block) return ENOMEM;
    *out = counted ? add(block) : block;
    return 0;
}

void free(void *block) {
    drop(block);
    __libc_free(block);
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    static void *(*real)(void *, size_t, int, int, int, off_t);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "mmap");
    if (IS_COUNTED && refuse()) return errno = ENOMEM, MAP_FAILED;
    return real(address, length, protection, flags, file, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    static void *(*real)(void *, size_t, int, int, int, off_t);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "mmap64");
    if (IS_COUNTED && refuse()) return errno = ENOMEM, MAP_FAILED;
    return real(address, length, protection, flags, file, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *payload) {
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    if (IS_COUNTED && refuse()) return EAGAIN;
    return real(thread, how, run, payload);
}
