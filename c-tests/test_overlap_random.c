/* Every writing function with random operands, all of them views of one small
 * buffer: of one to five axes, of any strides (overlapping, negative, zero,
 * misaligned), of different types, the masks and indices among them. The oracle
 * reads all operands into private copies first and then stores one element
 * after the other. LIBARRAY_CASES and LIBARRAY_SEED say how many and which. */
#include "operands.h"

/* -- the writing functions --------------------------------------------------------- */

static operand target, source, mask, indices, pieces[3];
static unsigned char before[BYTES], after[BYTES];
static la_status expected;

/* To be called when all operands are there, before the first `store`. */
static void remember(void) {
    memcpy(before, memory, BYTES);
    memcpy(after, memory, BYTES);
    read_whole(&target);
    read_whole(&source);
    read_whole(&mask);
    read_whole(&indices);
}

static void store(int64_t element, const operand *values, int64_t which) {
    store_at(after, target.where[element], target.dtype, values->dtype, values->value[which]);
}

/* Where an index leads; what is out of bounds makes the call fail. */
static int64_t resolved(int64_t index, int64_t extent, int32_t mode) {
    if (mode == LA_MODE_WRAP) return (index % extent + extent) % extent;
    if (mode == LA_MODE_CLIP) return index < 0 ? 0 : index >= extent ? extent - 1 : index;
    if (index < -extent || index >= extent) {
        expected = LA_INDEX_ERROR;
        return 0;
    }
    return index < 0 ? index + extent : index;
}

static int32_t any_mode(void) {
    static const int32_t modes[] = {LA_MODE_RAISE, LA_MODE_RAISE, LA_MODE_WRAP, LA_MODE_CLIP};
    return modes[below(4)];
}

static void any_target(void) {
    int64_t shape[AXES_MOST];
    int32_t ndim = any_shape(shape);
    any_view(&target, any_dtype(), ndim, shape, NULL);
}

static la_status assigns(void) {
    any_target();
    view_to_broadcast(&source, any_dtype(), target.ndim, target.shape, &target);
    remember();
    for (int64_t k = 0; k < target.size; k++)
        store(k, &source, broadcast_place(&source, target.ndim, target.shape, k));
    return la_assign(target.array, source.array, LA_CAST_UNSAFE);
}

static la_status assigns_where(void) {
    any_target();
    view_to_broadcast(&source, any_dtype(), target.ndim, target.shape, &target);
    view_to_broadcast(&mask, LA_BOOL, target.ndim, target.shape, &target);
    remember();
    for (int64_t k = 0; k < target.size; k++)
        if (mask.value[broadcast_place(&mask, target.ndim, target.shape, k)])
            store(k, &source, broadcast_place(&source, target.ndim, target.shape, k));
    return la_assign_where(target.array, source.array, mask.array, LA_CAST_UNSAFE);
}

/* A scalar that lies in the buffer. */
static const void *any_scalar(operand *scalar) {
    any_view(scalar, any_integer() & 0xff, 0, NULL, NULL);
    return memory + scalar->where[0];
}

static la_status fills(void) {
    any_target();
    const void *value = any_scalar(&source);
    remember();
    for (int64_t k = 0; k < target.size; k++) store(k, &source, 0);
    return la_fill(target.array, source.dtype, value);
}

static la_status places(void) {
    int64_t shape[AXES_MOST];
    any_target();
    any_view(&mask, any_dtype(), target.ndim, target.shape, &target);
    int32_t ndim = any_shape(shape);
    any_view(&source, any_dtype(), ndim, shape, NULL);
    remember();
    for (int64_t k = 0, done = 0; k < target.size; k++)
        if (mask.value[k]) store(k, &source, done++ % source.size);
    return la_place(target.array, mask.array, source.array);
}

static la_status puts_values(void) {
    int64_t shape[AXES_MOST];
    int32_t mode = any_mode();
    any_target();
    int32_t ndim = any_shape(shape);
    any_view(&indices, any_integer(), ndim, shape, &target);
    ndim = any_shape(shape);
    any_view(&source, any_dtype(), ndim, shape, &target);
    plant(&indices, target.size);
    remember();
    for (int64_t k = 0; k < indices.size; k++)
        store(resolved(indices.value[k], target.size, mode), &source, k % source.size);
    return la_put(target.array, indices.array, source.array, mode);
}

/* The lines along an axis: `outer` blocks of `extent` rows of `inner` elements. */
typedef struct lines {
    int32_t axis;
    int64_t outer, extent, inner;
} lines;

static lines any_axis(const operand *given) {
    if (below(6) == 0) return (lines){LA_NO_AXIS, 1, given->size, 1};
    int32_t axis = (int32_t)below(given->ndim);
    lines along = {axis, count_of(axis, given->shape), given->shape[axis],
                   count_of(given->ndim - axis - 1, given->shape + axis + 1)};
    if (below(2)) along.axis -= given->ndim;
    return along;
}

static la_status puts_along_an_axis(void) {
    int64_t part[AXES_MOST], own[AXES_MOST];
    any_target();
    lines along = any_axis(&target);
    int32_t ndim = along.axis == LA_NO_AXIS ? 1 : target.ndim;
    int32_t axis = along.axis == LA_NO_AXIS ? 0 : (along.axis + ndim) % ndim;
    for (int32_t k = 0; k < ndim; k++) {
        part[k] = k == axis ? below(4) + 1 : target.shape[k];
        own[k] = k == axis || below(6) ? part[k] : 1;
    }
    any_view(&indices, any_integer(), ndim, own, &target);
    view_to_broadcast(&source, any_dtype(), ndim, part, &target);
    plant(&indices, along.extent);
    remember();
    for (int64_t k = 0; k < count_of(ndim, part); k++) {
        int64_t block = k / along.inner / part[axis];
        int64_t row = resolved(indices.value[broadcast_place(&indices, ndim, part, k)], along.extent, LA_MODE_RAISE);
        store((block * along.extent + row) * along.inner + k % along.inner, &source,
              broadcast_place(&source, ndim, part, k));
    }
    return la_put_along_axis(target.array, indices.array, source.array, along.axis);
}

/* The target of a function that replaces an axis of the source by others. */
static void target_with_axes(const lines *along, int32_t count, const int64_t *axes) {
    int64_t shape[AXES_MOST];
    int32_t ndim = 0, axis = along->axis == LA_NO_AXIS ? 0 : (along->axis + source.ndim) % source.ndim;
    if (along->axis != LA_NO_AXIS)
        for (int32_t k = 0; k < axis; k++) shape[ndim++] = source.shape[k];
    for (int32_t k = 0; k < count; k++) shape[ndim++] = axes[k];
    if (along->axis != LA_NO_AXIS)
        for (int32_t k = axis + 1; k < source.ndim; k++) shape[ndim++] = source.shape[k];
    any_view(&target, below(2) ? source.dtype : any_dtype(), ndim, shape, &source);
}

static void store_rows(const lines *along, int64_t count, const int64_t *rows) {
    for (int64_t k = 0; k < target.size; k++) {
        int64_t block = k / along->inner / count, row = rows[k / along->inner % count];
        store(k, &source, (block * along->extent + row) * along->inner + k % along->inner);
    }
}

static la_status takes(void) {
    int64_t shape[AXES_MOST], rows[MOST];
    int32_t mode = any_mode(), ndim = any_shape(shape);
    any_view(&source, any_dtype(), ndim, shape, NULL);
    lines along = any_axis(&source);
    ndim = (int32_t)below(3);
    for (int32_t k = 0; k < ndim; k++) shape[k] = below(3) + 1;
    any_view(&indices, any_integer(), ndim, shape, &source);
    target_with_axes(&along, ndim, shape);
    plant(&indices, along.extent);
    remember();
    for (int64_t k = 0; k < indices.size; k++) rows[k] = resolved(indices.value[k], along.extent, mode);
    store_rows(&along, indices.size, rows);
    return la_take_into(source.array, indices.array, along.axis, mode, target.array);
}

static la_status compresses(void) {
    int64_t shape[AXES_MOST], rows[MOST], count = 0;
    int32_t ndim = any_shape(shape);
    any_view(&source, any_dtype(), ndim, shape, NULL);
    lines along = any_axis(&source);
    int64_t length = below(8) ? along.extent : below(along.extent + 2); /* shorter, or too long */
    any_view(&mask, any_dtype(), 1, &length, NULL);
    read_whole(&mask);
    for (int64_t k = 0; k < length; k++) {
        if (!mask.value[k]) continue;
        if (k >= along.extent) expected = LA_INDEX_ERROR;
        rows[count++] = k < along.extent ? k : 0;
    }
    target_with_axes(&along, 1, &count);
    remember();
    store_rows(&along, count, rows);
    return la_compress_into(source.array, mask.array, along.axis, target.array);
}

static la_status concatenates(void) {
    int64_t shape[AXES_MOST], joined[AXES_MOST] = {0}, count = below(3) + 1;
    int32_t ndim = any_shape(shape), axis = below(6) ? (int32_t)below(ndim) : LA_NO_AXIS;
    int64_t inner = axis == LA_NO_AXIS ? 1 : count_of(ndim - axis - 1, shape + axis + 1), total = 0;
    const la_array *arrays[3];
    for (int32_t k = 0; k < ndim; k++) joined[k] = shape[k];
    for (int64_t i = 0; i < count; i++) {
        if (axis != LA_NO_AXIS) shape[axis] = below(3) + 1;
        any_view(&pieces[i], any_dtype(), ndim, shape, i ? &pieces[0] : NULL);
        arrays[i] = pieces[i].array;
        total += axis == LA_NO_AXIS ? pieces[i].size : shape[axis];
    }
    joined[axis == LA_NO_AXIS ? 0 : axis] = total;
    any_view(&target, below(2) ? pieces[0].dtype : any_dtype(), axis == LA_NO_AXIS ? 1 : ndim, joined, &pieces[0]);
    remember();
    for (int64_t i = 0, start = 0; i < count; i++) {
        int64_t rows = axis == LA_NO_AXIS ? pieces[i].size : pieces[i].shape[axis];
        read_whole(&pieces[i]);
        for (int64_t k = 0; k < pieces[i].size; k++)
            store((k / inner / rows * total + start + k / inner % rows) * inner + k % inner, &pieces[i], k);
        start += rows;
    }
    return la_concatenate_into(count, arrays, axis, LA_CAST_UNSAFE, target.array);
}

/* -- keys ------------------------------------------------------------------------- */

enum { SLICE, FULL, INTEGER, ARRAY, MASK, BENEATH_A_MASK };

static operand lists[5];
static la_index key[5];
static int32_t key_count;

/* The elements of the target that a key names, in C order of its shape. */
typedef struct selection {
    int32_t ndim;
    int64_t shape[AXES_MOST], size, element[MOST];
} selection;

/* What stands on each axis of the target; at least one array or mask. */
static void any_kinds(int *kinds) {
    int advanced = 0, masked = 0;
    while (!advanced) {
        masked = 0;
        for (int32_t axis = 0; axis < target.ndim; axis++) {
            static const int choice[] = {SLICE, SLICE, INTEGER, ARRAY, ARRAY, MASK};
            kinds[axis] = choice[below(6)];
            if (kinds[axis] == MASK && masked) kinds[axis] = SLICE;
            advanced |= kinds[axis] == ARRAY || kinds[axis] == MASK;
            if (kinds[axis] != MASK) continue;
            masked = 1;
            while (axis + 1 < target.ndim && below(2)) kinds[++axis] = BENEATH_A_MASK;
        }
    }
    /* Full axes at the end need no entry. */
    for (int32_t axis = target.ndim; axis-- > 0 && kinds[axis] == SLICE && below(2);) kinds[axis] = FULL;
}

/* An index array, or a list of integers in the buffer, for one axis. */
static la_index any_list(operand *list, int32_t ndim, const int64_t *shape, int64_t extent) {
    int64_t own[AXES_MOST], stride = 8;
    int32_t count = broadcastable(ndim, shape, own);
    if (count == 1 && below(2)) {
        view_at(list, LA_INT64, 1, own, &stride, 8 * below(BYTES / 8 - own[0] + 1));
        plant(list, extent);
        return LA_INTS((const int64_t *)(const void *)(memory + list->where[0]), own[0]);
    }
    any_view(list, any_integer(), count, own, &target);
    plant(list, extent);
    return LA_ARRAY(list->array);
}

/* Draws a key for the target and finds what it selects. A place of the
 * selection is a place in each of its groups: one group for each slice and one
 * for all arrays, masks and integers together, which stands where they stand if
 * they stand side by side, else first. */
static void any_key(selection *out) {
    static int64_t picks[5][MOST];
    int kinds[5], group_of[5], groups = 0, first = -1, last = -1, apart = 0, masked = 0;
    int32_t ndim = (int32_t)below(3), joint_ndim = 0;
    int64_t shape[2], joint[2] = {1, 1}, extents[6], offset[5], step[5];
    any_target();
    any_kinds(kinds);
    for (int32_t axis = 0; axis < target.ndim; axis++) masked |= kinds[axis] == MASK;
    for (int32_t k = 0; k < ndim; k++) shape[k] = masked ? 1 : below(3) + 1;
    if (masked && ndim > 1) ndim = 1; /* a mask stands for lists of one axis */

    key_count = 0;
    for (int32_t axis = 0; axis < target.ndim; axis++) {
        int64_t extent = target.shape[axis];
        offset[axis] = 0, step[axis] = 1;
        if (kinds[axis] == SLICE) {
            offset[axis] = below(extent);
            step[axis] = below(2) ? below(2) + 1 : -1 - below(2);
            key[key_count++] = LA_FROM_STEP(offset[axis], step[axis]);
        } else if (kinds[axis] == INTEGER) {
            int64_t index = below(2 * extent) - extent;
            offset[axis] = index < 0 ? index + extent : index;
            key[key_count++] = LA_AT(index);
        } else if (kinds[axis] == ARRAY) {
            key[key_count++] = any_list(&lists[axis], ndim, shape, extent);
            operand *list = &lists[axis];
            /* Aligned at the last axis; extents of 1 stretch. */
            for (int32_t k = 1; k <= list->ndim; k++)
                if (list->shape[list->ndim - k] > joint[2 - k]) joint[2 - k] = list->shape[list->ndim - k];
            if (list->ndim > joint_ndim) joint_ndim = list->ndim;
        } else if (kinds[axis] == MASK) {
            int32_t end = axis + 1;
            while (end < target.ndim && kinds[end] == BENEATH_A_MASK) end++;
            any_view(&mask, LA_BOOL, end - axis, target.shape + axis, below(2) ? &target : NULL);
            key[key_count++] = LA_MASK(mask.array);
        }
    }

    /* Nothing is planted any more: now all can be read. */
    for (int32_t axis = 0; axis < target.ndim; axis++) {
        if (kinds[axis] != ARRAY) continue;
        read_whole(&lists[axis]);
        /* One of rank 0 is an integer, looked at even where nothing is selected. */
        if (lists[axis].ndim == 0) resolved(lists[axis].value[0], target.shape[axis], LA_MODE_RAISE);
    }
    if (masked) {
        read_whole(&mask);
        joint_ndim = 1;
        joint[1] = 0;
        for (int64_t k = 0; k < mask.size; k++) joint[1] += mask.value[k] != 0;
    }
    const int64_t *joint_shape = joint + 2 - joint_ndim;
    int64_t joint_size = count_of(joint_ndim, joint_shape);

    for (int32_t axis = 0; axis < target.ndim; axis++) {
        if (kinds[axis] == SLICE || kinds[axis] == FULL) continue;
        if (last >= 0 && last != axis - 1) apart = 1;
        if (first < 0) first = axis;
        last = axis;
    }
    int joint_group = -1;
    out->ndim = 0;
    for (int32_t axis = -1; axis < target.ndim; axis++) {
        if (axis == (apart ? -1 : first)) {
            joint_group = groups;
            extents[groups++] = joint_size;
            for (int32_t k = 0; k < joint_ndim; k++) out->shape[out->ndim++] = joint_shape[k];
        }
        if (axis < 0 || (kinds[axis] != SLICE && kinds[axis] != FULL)) continue;
        int64_t count = 0;
        for (int64_t i = offset[axis]; i >= 0 && i < target.shape[axis]; i += step[axis]) picks[axis][count++] = i;
        group_of[axis] = groups;
        extents[groups++] = count;
        out->shape[out->ndim++] = count;
    }
    for (int32_t axis = 0; axis < target.ndim; axis++) {
        if (kinds[axis] == SLICE || kinds[axis] == FULL) continue;
        group_of[axis] = joint_group;
        if (kinds[axis] == INTEGER)
            for (int64_t k = 0; k < joint_size; k++) picks[axis][k] = offset[axis];
        if (kinds[axis] == ARRAY)
            for (int64_t k = 0; k < joint_size; k++) {
                int64_t which = broadcast_place(&lists[axis], joint_ndim, joint_shape, k);
                picks[axis][k] = resolved(lists[axis].value[which], target.shape[axis], LA_MODE_RAISE);
            }
        if (kinds[axis] != MASK) continue;
        for (int64_t k = 0, done = 0; k < mask.size; k++) {
            if (!mask.value[k]) continue;
            int64_t rest = k;
            for (int32_t own = mask.ndim; own-- > 0; rest /= mask.shape[own])
                picks[axis + own][done] = rest % mask.shape[own];
            done++;
        }
    }
    out->size = count_of(out->ndim, out->shape);
    for (int64_t k = 0; k < out->size; k++) {
        int64_t place[6], rest = k, element = 0;
        for (int group = groups; group-- > 0; rest /= extents[group]) place[group] = rest % extents[group];
        for (int32_t axis = 0; axis < target.ndim; axis++)
            element = element * target.shape[axis] + picks[axis][place[group_of[axis]]];
        out->element[k] = element;
    }
}

static selection chosen;

static la_status sets(void) {
    any_key(&chosen);
    view_to_broadcast(&source, any_dtype(), chosen.ndim, chosen.shape, &target);
    remember();
    for (int64_t k = 0; k < chosen.size; k++)
        store(chosen.element[k], &source, broadcast_place(&source, chosen.ndim, chosen.shape, k));
    return la_set(target.array, key, key_count, source.array);
}

static la_status sets_a_scalar(void) {
    any_key(&chosen);
    const void *value = any_scalar(&source);
    remember();
    for (int64_t k = 0; k < chosen.size; k++) store(chosen.element[k], &source, 0);
    return la_set_scalar(target.array, key, key_count, source.dtype, value);
}

/* -- the property ------------------------------------------------------------------- */

static void every_write_is_as_if_all_had_been_read_first(void) {
    static const struct {
        const char *name;
        la_status (*run)(void);
    } writes[] = {
        {"la_assign", assigns},
        {"la_assign_where", assigns_where},
        {"la_fill", fills},
        {"la_place", places},
        {"la_put", puts_values},
        {"la_put_along_axis", puts_along_an_axis},
        {"la_take_into", takes},
        {"la_compress_into", compresses},
        {"la_concatenate_into", concatenates},
        {"la_set", sets},
        {"la_set", sets},
        {"la_set_scalar", sets_a_scalar},
    };
    enum { WRITES = sizeof writes / sizeof writes[0] };
    int64_t done[WRITES] = {0};
    const uint16_t probe = 1;
    if (*(const unsigned char *)&probe != 1) return; /* the oracle is for little endian */
    buffer = MAKE(la_zeros(LA_UINT8, SHAPE(BYTES), LA_ORDER_C, OUT));
    memory = (unsigned char *)la_data_mut(buffer);
    const char *given = getenv("LIBARRAY_SEED"), *cases = getenv("LIBARRAY_CASES");
    seed = given ? strtoull(given, NULL, 0) : 0x5eed0c0ffee;
    uint64_t first_seed = seed;
    /* Few where each allocation in turn is to fail. */
    int64_t count = cases ? atoll(cases) : exhaust_fail_at ? 60 : 100000;
    int kept = check_handle_count;
    for (int64_t k = 0; k < count; k++) {
        int64_t most = below(2) ? 2 : 256, which = below(WRITES);
        for (int i = 0; i < BYTES; i++) memory[i] = (unsigned char)below(most);
        expected = LA_OK;
        la_status status = writes[which].run();
        /* A call that fails has written nothing, out of memory included. */
        int right = memcmp(memory, status == LA_OK ? after : before, BYTES) == 0;
        int known = status == expected || (status == LA_OUT_OF_MEMORY && exhaust_fail_at);
        if (!right || !known) {
            check_fail(__FILE__, __LINE__, "seed %#llx, case %lld: %s gave %s, expected %s; the bytes are %s",
                       (unsigned long long)first_seed, (long long)k, writes[which].name, la_status_name(status),
                       la_status_name(expected), right ? "right" : "wrong");
            return;
        }
        CHECK_STATUS(expected, status);
        done[which] += status == LA_OK;
        while (check_handle_count > kept) DROP(check_handles[check_handle_count - 1]);
    }
    /* Most calls are to succeed, or little is shown. */
    for (int k = 0; k < WRITES; k++) CHECK(done[k] >= count / (2 * WRITES) - 50);
}

CHECK_MAIN(TEST(every_write_is_as_if_all_had_been_read_first))
