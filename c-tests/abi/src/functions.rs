//! Every function of `include/libarray.h`, declared by hand from the header.
//!
//! Plain declarations only: ctest2 reads this file with an old parser, and the
//! build script turns each line into the type to which the Rust function is
//! coerced.

use super::types::*;
use core::ffi::{c_char, c_void};

extern "C" {
    pub fn la_version(major: *mut i32, minor: *mut i32, patch: *mut i32);
    pub fn la_version_text() -> *const c_char;
    pub fn la_status_name(status: la_status) -> *const c_char;
    pub fn la_last_error(buf: *mut c_char, capacity: usize, out_needed: *mut usize) -> la_status;
    pub fn la_set_allocator(allocator: *const la_allocator) -> la_status;
    pub fn la_set_cache_limit(bytes: i64) -> la_status;
    pub fn la_trim();
    pub fn la_set_num_threads(count: i32) -> la_status;
    pub fn la_num_threads() -> i32;
    pub fn la_set_progress(
        handler: la_progress,
        every_bytes: i64,
        payload: *mut c_void,
    ) -> la_status;
    pub fn la_memory_stats(out: *mut la_memory) -> la_status;
    pub fn la_dtype_size(dtype: la_dtype) -> i64;
    pub fn la_dtype_name(
        dtype: la_dtype,
        buf: *mut c_char,
        capacity: usize,
        out_needed: *mut usize,
    ) -> la_status;
    pub fn la_dtype_format(
        dtype: la_dtype,
        buf: *mut c_char,
        capacity: usize,
        out_needed: *mut usize,
    ) -> la_status;
    pub fn la_dtype_parse(text: *const c_char, out: *mut la_dtype) -> la_status;
    pub fn la_dtype_swapped(dtype: la_dtype, out: *mut la_dtype) -> la_status;
    pub fn la_dtype_record(
        count: i32,
        names: *const *const c_char,
        dtypes: *const la_dtype,
        offsets: *const i64,
        itemsize: i64,
        out: *mut la_dtype,
    ) -> la_status;
    pub fn la_dtype_field_count(dtype: la_dtype) -> i32;
    pub fn la_dtype_field(
        dtype: la_dtype,
        field: i32,
        buf: *mut c_char,
        capacity: usize,
        out_needed: *mut usize,
        out_dtype: *mut la_dtype,
        out_offset: *mut i64,
    ) -> la_status;
    pub fn la_can_cast(from: la_dtype, to: la_dtype, casting: i32, out: *mut i32) -> la_status;
    pub fn la_result_type(count: i32, dtypes: *const la_dtype, out: *mut la_dtype) -> la_status;
    pub fn la_retain(array: *const la_array) -> *mut la_array;
    pub fn la_release(array: *mut la_array);
    pub fn la_refcount(array: *const la_array) -> i64;
    pub fn la_empty(
        dtype: la_dtype,
        ndim: i32,
        shape: *const i64,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_zeros(
        dtype: la_dtype,
        ndim: i32,
        shape: *const i64,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_ones(
        dtype: la_dtype,
        ndim: i32,
        shape: *const i64,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_full(
        dtype: la_dtype,
        ndim: i32,
        shape: *const i64,
        order: i32,
        value_dtype: la_dtype,
        value: *const c_void,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_arange(
        dtype: la_dtype,
        start: i64,
        stop: i64,
        step: i64,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_arange_f64(
        dtype: la_dtype,
        start: f64,
        stop: f64,
        step: f64,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_linspace(
        dtype: la_dtype,
        start: f64,
        stop: f64,
        count: i64,
        endpoint: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_eye(
        dtype: la_dtype,
        rows: i64,
        columns: i64,
        k: i64,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_empty_like(
        array: *const la_array,
        dtype: la_dtype,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_zeros_like(
        array: *const la_array,
        dtype: la_dtype,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_ones_like(
        array: *const la_array,
        dtype: la_dtype,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_full_like(
        array: *const la_array,
        dtype: la_dtype,
        order: i32,
        value_dtype: la_dtype,
        value: *const c_void,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_from_data(
        data: *const c_void,
        dtype: la_dtype,
        ndim: i32,
        shape: *const i64,
        strides: *const i64,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_wrap(
        memory: *mut c_void,
        nbytes: i64,
        offset: i64,
        dtype: la_dtype,
        ndim: i32,
        shape: *const i64,
        strides: *const i64,
        flags: i32,
        deleter: la_deleter,
        payload: *mut c_void,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_ndim(array: *const la_array) -> i32;
    pub fn la_shape(array: *const la_array) -> *const i64;
    pub fn la_strides(array: *const la_array) -> *const i64;
    pub fn la_dtype_of(array: *const la_array) -> la_dtype;
    pub fn la_itemsize(array: *const la_array) -> i64;
    pub fn la_size(array: *const la_array) -> i64;
    pub fn la_nbytes(array: *const la_array) -> i64;
    pub fn la_data(array: *const la_array) -> *const c_void;
    pub fn la_data_mut(array: *mut la_array) -> *mut c_void;
    pub fn la_offset(array: *const la_array) -> i64;
    pub fn la_flags(array: *const la_array) -> i32;
    pub fn la_base(array: *const la_array) -> *const la_array;
    pub fn la_same_owner(a: *const la_array, b: *const la_array) -> i32;
    pub fn la_byte_bounds(
        array: *const la_array,
        out_low: *mut *const c_void,
        out_high: *mut *const c_void,
    ) -> la_status;
    pub fn la_retained_bytes(array: *const la_array) -> i64;
    pub fn la_slice(
        array: *const la_array,
        key: *const la_index,
        count: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_slice_str(
        array: *const la_array,
        key: *const c_char,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_reshape(
        array: *const la_array,
        ndim: i32,
        shape: *const i64,
        order: i32,
        copy: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_transpose(array: *const la_array, out: *mut *mut la_array) -> la_status;
    pub fn la_permute(
        array: *const la_array,
        count: i32,
        axes: *const i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_swapaxes(
        array: *const la_array,
        axis1: i32,
        axis2: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_moveaxis(
        array: *const la_array,
        count: i32,
        source: *const i32,
        destination: *const i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_squeeze(
        array: *const la_array,
        count: i32,
        axes: *const i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_expand_dims(
        array: *const la_array,
        count: i32,
        axes: *const i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_broadcast_to(
        array: *const la_array,
        ndim: i32,
        shape: *const i64,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_broadcast_shapes(
        count: i32,
        ndims: *const i32,
        shapes: *const *const i64,
        out_ndim: *mut i32,
        out_shape: *mut i64,
    ) -> la_status;
    pub fn la_flip(
        array: *const la_array,
        count: i32,
        axes: *const i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_rot90(
        array: *const la_array,
        k: i64,
        axis1: i32,
        axis2: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_diagonal(
        array: *const la_array,
        offset: i64,
        axis1: i32,
        axis2: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_real(array: *const la_array, out: *mut *mut la_array) -> la_status;
    pub fn la_imag(array: *const la_array, out: *mut *mut la_array) -> la_status;
    pub fn la_view_dtype(
        array: *const la_array,
        dtype: la_dtype,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_field(
        array: *const la_array,
        name: *const c_char,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_as_strided(
        array: *const la_array,
        offset: i64,
        ndim: i32,
        shape: *const i64,
        strides: *const i64,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_sliding_window(
        array: *const la_array,
        count: i32,
        axes: *const i32,
        windows: *const i64,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_split(
        array: *const la_array,
        sections: i64,
        axis: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_split_at(
        array: *const la_array,
        count: i64,
        indices: *const i64,
        axis: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_readonly(array: *const la_array, out: *mut *mut la_array) -> la_status;
    pub fn la_copy(array: *const la_array, order: i32, out: *mut *mut la_array) -> la_status;
    pub fn la_astype(
        array: *const la_array,
        dtype: la_dtype,
        order: i32,
        casting: i32,
        copy: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_contiguous(
        array: *const la_array,
        order: i32,
        copy: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_ravel(
        array: *const la_array,
        order: i32,
        copy: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_flatten(array: *const la_array, order: i32, out: *mut *mut la_array) -> la_status;
    pub fn la_compact(array: *const la_array, out: *mut *mut la_array) -> la_status;
    pub fn la_get(
        array: *const la_array,
        key: *const la_index,
        count: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_set(
        array: *mut la_array,
        key: *const la_index,
        count: i32,
        values: *const la_array,
    ) -> la_status;
    pub fn la_set_scalar(
        array: *mut la_array,
        key: *const la_index,
        count: i32,
        value_dtype: la_dtype,
        value: *const c_void,
    ) -> la_status;
    pub fn la_take(
        array: *const la_array,
        indices: *const la_array,
        axis: i32,
        mode: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_take_into(
        array: *const la_array,
        indices: *const la_array,
        axis: i32,
        mode: i32,
        target: *mut la_array,
    ) -> la_status;
    pub fn la_put(
        array: *mut la_array,
        indices: *const la_array,
        values: *const la_array,
        mode: i32,
    ) -> la_status;
    pub fn la_place(
        array: *mut la_array,
        mask: *const la_array,
        values: *const la_array,
    ) -> la_status;
    pub fn la_compress(
        array: *const la_array,
        condition: *const la_array,
        axis: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_compress_into(
        array: *const la_array,
        condition: *const la_array,
        axis: i32,
        target: *mut la_array,
    ) -> la_status;
    pub fn la_nonzero(array: *const la_array, out: *mut *mut la_array) -> la_status;
    pub fn la_where(
        condition: *const la_array,
        x: *const la_array,
        y: *const la_array,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_take_along_axis(
        array: *const la_array,
        indices: *const la_array,
        axis: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_put_along_axis(
        array: *mut la_array,
        indices: *const la_array,
        values: *const la_array,
        axis: i32,
    ) -> la_status;
    pub fn la_unravel_index(
        indices: *const la_array,
        ndim: i32,
        shape: *const i64,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_ravel_multi_index(
        count: i32,
        indices: *const *const la_array,
        shape: *const i64,
        mode: i32,
        order: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_item(
        array: *const la_array,
        count: i32,
        index: *const i64,
        dtype: la_dtype,
        out: *mut c_void,
    ) -> la_status;
    pub fn la_set_item(
        array: *mut la_array,
        count: i32,
        index: *const i64,
        value_dtype: la_dtype,
        value: *const c_void,
    ) -> la_status;
    pub fn la_item_f64(
        array: *const la_array,
        count: i32,
        index: *const i64,
        out: *mut f64,
    ) -> la_status;
    pub fn la_item_i64(
        array: *const la_array,
        count: i32,
        index: *const i64,
        out: *mut i64,
    ) -> la_status;
    pub fn la_item_u64(
        array: *const la_array,
        count: i32,
        index: *const i64,
        out: *mut u64,
    ) -> la_status;
    pub fn la_assign(target: *mut la_array, source: *const la_array, casting: i32) -> la_status;
    pub fn la_assign_where(
        target: *mut la_array,
        source: *const la_array,
        mask: *const la_array,
        casting: i32,
    ) -> la_status;
    pub fn la_fill(target: *mut la_array, value_dtype: la_dtype, value: *const c_void)
        -> la_status;
    pub fn la_fill_f64(target: *mut la_array, value: f64) -> la_status;
    pub fn la_fill_i64(target: *mut la_array, value: i64) -> la_status;
    pub fn la_compare(
        a: *const la_array,
        b: *const la_array,
        op: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_compare_scalar(
        a: *const la_array,
        value_dtype: la_dtype,
        value: *const c_void,
        op: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_compare_i64(
        a: *const la_array,
        value: i64,
        op: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_compare_f64(
        a: *const la_array,
        value: f64,
        op: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_logical(
        a: *const la_array,
        b: *const la_array,
        op: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_isnan(array: *const la_array, out: *mut *mut la_array) -> la_status;
    pub fn la_any(array: *const la_array, out: *mut i32) -> la_status;
    pub fn la_all(array: *const la_array, out: *mut i32) -> la_status;
    pub fn la_count_nonzero(array: *const la_array, out: *mut i64) -> la_status;
    pub fn la_array_equal(
        a: *const la_array,
        b: *const la_array,
        equal_nan: i32,
        out: *mut i32,
    ) -> la_status;
    pub fn la_may_share_memory(a: *const la_array, b: *const la_array, out: *mut i32) -> la_status;
    pub fn la_shares_memory(
        a: *const la_array,
        b: *const la_array,
        max_work: i64,
        out: *mut i32,
    ) -> la_status;
    pub fn la_find_overlap(
        a: *const la_array,
        b: *const la_array,
        max_work: i64,
        out_a_index: *mut i64,
        out_b_index: *mut i64,
        out: *mut i32,
    ) -> la_status;
    pub fn la_has_internal_overlap(
        array: *const la_array,
        max_work: i64,
        out: *mut i32,
    ) -> la_status;
    pub fn la_concatenate(
        count: i64,
        arrays: *const *const la_array,
        axis: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_concatenate_into(
        count: i64,
        arrays: *const *const la_array,
        axis: i32,
        casting: i32,
        target: *mut la_array,
    ) -> la_status;
    pub fn la_stack_into(
        count: i64,
        arrays: *const *const la_array,
        axis: i32,
        casting: i32,
        target: *mut la_array,
    ) -> la_status;
    pub fn la_stack(
        count: i64,
        arrays: *const *const la_array,
        axis: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_tile(
        array: *const la_array,
        ndim: i32,
        counts: *const i64,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_repeat(
        array: *const la_array,
        count: i64,
        repeats: *const i64,
        axis: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_roll(
        array: *const la_array,
        shift: i64,
        axis: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_pad(
        array: *const la_array,
        ndim: i32,
        before: *const i64,
        after: *const i64,
        value_dtype: la_dtype,
        value: *const c_void,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_load_npy(path: *const c_char, out: *mut *mut la_array) -> la_status;
    pub fn la_save_npy(path: *const c_char, array: *const la_array) -> la_status;
    pub fn la_open_npy(path: *const c_char, mode: i32, out: *mut *mut la_array) -> la_status;
    pub fn la_npz_open(path: *const c_char, out: *mut *mut la_npz) -> la_status;
    pub fn la_npz_close(npz: *mut la_npz);
    pub fn la_npz_count(npz: *const la_npz) -> i64;
    pub fn la_npz_name(
        npz: *const la_npz,
        member: i64,
        buf: *mut c_char,
        capacity: usize,
        out_needed: *mut usize,
    ) -> la_status;
    pub fn la_npz_load(
        npz: *const la_npz,
        name: *const c_char,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_format(
        array: *const la_array,
        options: *const la_format_options,
        buf: *mut c_char,
        capacity: usize,
        out_needed: *mut usize,
    ) -> la_status;
    pub fn la_describe(
        array: *const la_array,
        buf: *mut c_char,
        capacity: usize,
        out_needed: *mut usize,
    ) -> la_status;
    pub fn la_explain(
        what: i32,
        a: *const la_array,
        b: *const la_array,
        buf: *mut c_char,
        capacity: usize,
        out_needed: *mut usize,
    ) -> la_status;
    pub fn la_draw(
        array: *const la_array,
        style: i32,
        buf: *mut c_char,
        capacity: usize,
        out_needed: *mut usize,
    ) -> la_status;
    pub fn la_plan_reshape(
        array: *const la_array,
        ndim: i32,
        shape: *const i64,
        order: i32,
        out: *mut la_plan,
    ) -> la_status;
    pub fn la_plan_assign(
        target: *const la_array,
        source: *const la_array,
        casting: i32,
        out: *mut la_plan,
    ) -> la_status;
    pub fn la_for_each(
        count: i32,
        operands: *const la_operand,
        options: *const la_for_each_options,
        loop_: la_loop,
        payload: *mut c_void,
    ) -> la_status;
    pub fn la_to_dlpack(
        array: *const la_array,
        copy: i32,
        flags: i32,
        out: *mut *mut DLManagedTensorVersioned,
    ) -> la_status;
    pub fn la_to_dlpack_unversioned(
        array: *const la_array,
        copy: i32,
        flags: i32,
        out: *mut *mut DLManagedTensor,
    ) -> la_status;
    pub fn la_from_dlpack(
        tensor: *mut DLManagedTensorVersioned,
        copy: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_from_dlpack_unversioned(
        tensor: *mut DLManagedTensor,
        copy: i32,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_to_array_interface(array: *const la_array, out: *mut la_array_interface)
        -> la_status;
    pub fn la_from_array_interface(
        source: *const la_array_interface,
        deleter: la_deleter,
        payload: *mut c_void,
        out: *mut *mut la_array,
    ) -> la_status;
    pub fn la_to_array_interface_v3(
        array: *const la_array,
        out: *mut la_array_interface_v3,
    ) -> la_status;
    pub fn la_from_array_interface_v3(
        source: *const la_array_interface_v3,
        deleter: la_deleter,
        payload: *mut c_void,
        out: *mut *mut la_array,
    ) -> la_status;
}
