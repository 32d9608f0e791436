"""Tests that are not judged, by name, each with its reason.

A skipped test is run all the same (but for those that would crash, hang or take all
memory, which say so), and one that passes is reported: its skip has to go. A name
stands for all parameters of a test, unless it names some: `[...]` is a pattern as in
a shell.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

OBJECT = "object dtype"
TEXT = "strings and dates"
SUBCLASS = "subclasses"
C_API = "the C API of NumPy"
SORTING = "sorting"
ARITHMETIC = "arithmetic"


def by_design(row):
    """A row of docs/differences.md, named by words that stand in it."""
    return f"by design: {row}"


ACCESS = by_design("access only narrows")
BEYOND = by_design("a layout that leaves the owner's memory")
BROADCAST = by_design("`broadcast_arrays`")
BUFFERS = by_design("buffers that cannot be given")
C_ORDER = by_design("memory order of what indexing by arrays")
CHOOSE = by_design("limits of `choose`")
MANY_INDICES = by_design("many indices that are arrays")
PICKLES = by_design("unpickled arrays")
SAME_VALUE = by_design('`concatenate(casting="same_value")`')
TYPES = by_design("types there are")
WORK = by_design("`max_work`")


@dataclass
class Skip:
    reason: str
    run: bool = True


SKIPS = {
    "_core/tests/test_indexerrors.py": {
        "TestIndexErrors::test_take_from_object": OBJECT,
        "TestIndexErrors::test_multiindex_exceptions": OBJECT,
        "TestIndexErrors::test_put_exceptions": OBJECT,
    },
    "lib/tests/test_stride_tricks.py": {
        "test_as_strided": OBJECT,
        "test_reference_types": OBJECT,
        "TestSlidingWindowView::test_subok": SUBCLASS,
        "test_subclasses": SUBCLASS,
        "test_writeable": BROADCAST,
    },
    "_core/tests/test_mem_overlap.py": {
        # The solver by itself, of the module _multiarray_tests.
        "test_diophantine_fuzz": C_API,
        "test_diophantine_overflow": C_API,
        "test_internal_overlap_diophantine": C_API,
        "test_shares_memory_api": WORK,
        "test_internal_overlap_manual": BEYOND,
        "test_internal_overlap_fuzz": BEYOND,
        "TestUFunc::test_unary_ufunc_call_fuzz": ARITHMETIC,
        "TestUFunc::test_unary_ufunc_call_complex_fuzz": ARITHMETIC,
        "TestUFunc::test_binary_ufunc_accumulate_fuzz": ARITHMETIC,
        "TestUFunc::test_binary_ufunc_reduce_fuzz": ARITHMETIC,
        "TestUFunc::test_binary_ufunc_reduceat_fuzz": ARITHMETIC,
    },
    "_core/tests/test_indexing.py": {
        "TestIndexing::test_boolean_assignment_needs_api": OBJECT,
        "TestIndexing::test_scalar_return_type": OBJECT,
        "TestIndexing::test_subclass_writeable": SUBCLASS,
        "TestIndexing::test_too_many_fancy_indices_special_case": MANY_INDICES,
        "TestIndexing::test_too_many_advanced_indices[1-64-True]": MANY_INDICES,
        "TestIndexing::test_too_many_advanced_indices[1-64-False]": MANY_INDICES,
        "TestIndexing::test_too_many_advanced_indices[1-80-True]": MANY_INDICES,
        "TestIndexing::test_too_many_advanced_indices[1-80-False]": MANY_INDICES,
        "TestIndexing::test_too_many_advanced_indices[64-64-index2]": MANY_INDICES,
        "TestIndexing::test_memory_order": C_ORDER,
        "TestIndexing::test_unaligned": TEXT,
        "TestIndexing::test_character_assignment": TEXT,
        "TestSubclasses::test_basic": SUBCLASS,
        "TestSubclasses::test_finalize_gets_full_info": SUBCLASS,
        "TestFancyIndexingEquivalence::test_object_assign": OBJECT,
        "TestFancyIndexingEquivalence::test_cast_equivalence": TEXT,
        "TestFlatiterIndexing::test_empty_string_flat_index_on_flatiter": TEXT,
        "TestFlatiterIndexing::test_nonempty_string_flat_index_on_flatiter": TEXT,
    },
    "_core/tests/test_dlpack.py": {
        "TestDLPack::test_invalid_dtype": TEXT,
    },
    "_core/tests/test_shape_base.py": {
        "TestConcatenate::test_concatenate_axis_None": TEXT,
        "TestConcatenate::test_out_and_dtype[*-S4-*]": TEXT,
        "TestConcatenate::test_dtype_with_promotion[*-[SU]*]": TEXT,
        "TestConcatenate::test_concatenate_same_value": SAME_VALUE,
        # Without concatenation in sequences, operator.concat adds.
        "TestConcatenate::test_operator_concat": ARITHMETIC,
        # How NumPy's functions are overridden.
        "test_block_dispatcher": C_API,
    },
    "lib/tests/test_shape_base.py": {
        "TestApplyAlongAxis::test_preserve_subclass": SUBCLASS,
        "TestApplyAlongAxis::test_subclass": SUBCLASS,
        "TestApplyAlongAxis::test_subclass_preservation": SUBCLASS,
        "TestApplyAlongAxis::test_axis_insertion_ma": SUBCLASS,
        "TestApplyAlongAxis::test_with_iterable_object": OBJECT,
        "TestExpandDims::test_subclasses": SUBCLASS,
        "TestKron::test_return_type": SUBCLASS,
        "TestKron::test_kron_smoke[array_class1]": SUBCLASS,
        "TestKron::test_kron_ma": SUBCLASS,
    },
    "_core/tests/test_item_selection.py": {
        "TestTake::test_simple": OBJECT,
        "TestTake::test_refcounting": OBJECT,
        **{f"{test}[{before}{kind}]": reason
           for test, before in [("TestPutMask::test_simple", ""), ("TestPutMask::test_empty", "*-"),
                                ("TestPut::test_simple", "*-"), ("TestPut::test_empty", "*-")]
           for kind, reason in [("g", TYPES), ("G", TYPES), ("V", TYPES),
                                ("S", TEXT), ("U", TEXT), ("M", TEXT), ("m", TEXT),
                                ("O", OBJECT), ("i,O", OBJECT)]},
    },
    "_core/tests/test_numeric.py": {
        "TestMoveaxis::test_array_likes": SUBCLASS,
    },
    "lib/tests/test_function_base.py": {
        "TestCopy::test_subok": SUBCLASS,
        "TestInsert::test_subclass": SUBCLASS,
        "TestInsert::test_structured_array": TEXT,
        "TestDelete::test_subclass": SUBCLASS,
        "TestDelete::test_single_item_array_non_int": OBJECT,
    },
    "lib/tests/test_twodim_base.py": {
        "TestEye::test_strings": TEXT,
    },
    "_core/tests/test_multiarray.py": {
        "TestWhere::test_basic": TYPES,
        "TestWhere::test_exotic": OBJECT,
        "TestWhere::test_string": TEXT,
        "TestChoose::test_dimension_and_args_limit": CHOOSE,
        "TestFlags::test_writeable": ACCESS,
        "TestFlags::test_writeable_any_base": ACCESS,
        "TestFlags::test_writeable_from_buffer": ACCESS,
        "TestFlags::test_writeable_from_readonly": SUBCLASS,
        "TestFlags::test_writeable_pickle": PICKLES,
        "TestFlags::test_writeable_from_c_data": C_API,
        "TestFlags::test_warnonwrite": BROADCAST,
        "TestFlags::test_readonly_flag_protocols[_warn_on_write-True-False]": BROADCAST,
        "TestFlags::test_string_align": TEXT,
        "TestAttributes::test_set_stridesattr": BEYOND,
        "TestAttributes::test_fill": OBJECT,
        "TestAttributes::test_fill_subarrays": TYPES,
        "TestArrayConstruction::test_array": OBJECT,
        "TestAssignment::test_unicode_assignment": TEXT,
        "TestAssignment::test_stringlike_empty_list": TEXT,
        "TestAssignment::test_longdouble_assignment": TYPES,
        "TestAssignment::test_cast_to_string": TEXT,
        "TestZeroRank::test_ellipsis_subscript": OBJECT,
        "TestZeroRank::test_empty_subscript": OBJECT,
        "TestZeroRank::test_invalid_subscript": OBJECT,
        "TestZeroRank::test_ellipsis_subscript_assignment": OBJECT,
        "TestZeroRank::test_empty_subscript_assignment": OBJECT,
        "TestZeroRank::test_invalid_subscript_assignment": OBJECT,
        "TestZeroRank::test_newaxis": OBJECT,
        "TestZeroRank::test_invalid_newaxis": OBJECT,
        "TestCreation::test_from_string": TYPES,
        "TestCreation::test_void": TYPES,
        "TestCreation::test_structured_void_promotion": TYPES,
        "TestCreation::test_zeros": TYPES,
        "TestCreation::test_zeros_big": TYPES,
        "TestCreation::test_zeros_obj": OBJECT,
        "TestCreation::test_zeros_obj_obj": OBJECT,
        "TestCreation::test_zeros_like_like_zeros": TYPES,
        "TestCreation::test_empty_unicode": TEXT,
        "TestCreation::test_sequence_non_homogeneous": OBJECT,
        "TestCreation::test_non_sequence_sequence": OBJECT,
        "TestCreation::test_no_len_object_type": OBJECT,
        "TestCreation::test_failed_len_sequence": OBJECT,
        "TestCreation::test_array_too_big": TEXT,
        "TestCreation::test_ragged_ndim_object": OBJECT,
        "TestCreation::test_ragged_shape_object": OBJECT,
        "TestCreation::test_array_of_ragged_array": OBJECT,
        "TestCreation::test_deep_nonragged_object": OBJECT,
        "TestCreation::test_object_initialized_to_None": OBJECT,
        "TestCreation::test_ndmax_less_than_actual_dims_dtype_object": OBJECT,
        "TestCreation::test_ndmax_is_zero": OBJECT,
        "TestCreation::test_ndmax_less_than_ndim": OBJECT,
        "TestMethods::test_repeat[object]": OBJECT,
        "TestMethods::test__deepcopy__[O]": OBJECT,
        "TestMethods::test__deepcopy__[i,O]": OBJECT,
        "TestMethods::test__deepcopy__catches_failure": OBJECT,
        "TestMethods::test_put": OBJECT,
        "TestMethods::test_ravel_subclass": SUBCLASS,
        "TestPutmask::test_ip_types": TEXT,
        "TestTake::test_ip_types": OBJECT,
        "TestNewBufferProtocol::test_roundtrip": TYPES,
        "TestNewBufferProtocol::test_roundtrip_single_types": TYPES,
        "TestNewBufferProtocol::test_invalid_buffer_format": TEXT,
        "TestNewBufferProtocol::test_export_record": TYPES,
        "TestNewBufferProtocol::test_export_subarray": TYPES,
        "TestNewBufferProtocol::test_export_flags": BUFFERS,
        "TestNewBufferProtocol::test_export_and_pickle_user_dtype[array]": C_API,
        "TestNewBufferProtocol::test_padded_struct_array": TYPES,
        "TestNewBufferProtocol::test_out_of_order_fields": BUFFERS,
        "TestNewBufferProtocol::test_error_message_unsupported": TEXT,
        "TestNewBufferProtocol::test_error_if_stored_buffer_info_is_corrupted": C_API,
        "TestArrayCreationCopyArgument::test_scalars": C_API,
        "TestViewDtype::test_smaller_dtype_not_multiple": TEXT,
        "TestViewDtype::test_larger_dtype_not_multiple": TEXT,
    },
    "lib/tests/test_index_tricks.py": {
        "TestGrid::test_accepts_longdouble": TYPES,
        "TestGrid::test_accepts_npcomplexfloating": TYPES,
    },
}


def find(file, name):
    """The skip of a test, or None."""
    of_file = SKIPS.get(file, {})
    function, bracket, parameters = name.partition("[")
    skip = of_file.get(function)
    if skip is None and bracket:
        for pattern, candidate in of_file.items():
            own, _, wanted = pattern.partition("[")
            if own == function and fnmatch.fnmatchcase(parameters[:-1], wanted[:-1]):
                skip = candidate
                break
    return Skip(skip) if isinstance(skip, str) else skip


def reasons():
    """All reasons there are."""
    listed = [skip for of_file in SKIPS.values() for skip in of_file.values()]
    return sorted({skip if isinstance(skip, str) else skip.reason for skip in listed})
