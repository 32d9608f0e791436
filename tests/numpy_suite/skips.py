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
DIFFERENCE = "by design, see docs/differences.md"


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
        "test_writeable": DIFFERENCE,
    },
    "_core/tests/test_mem_overlap.py": {
        # The solver by itself, of the module _multiarray_tests.
        "test_diophantine_fuzz": C_API,
        "test_diophantine_overflow": C_API,
        "test_internal_overlap_diophantine": C_API,
        "test_shares_memory_api": DIFFERENCE,
        "test_internal_overlap_manual": DIFFERENCE,
        "test_internal_overlap_fuzz": DIFFERENCE,
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
        "TestIndexing::test_too_many_fancy_indices_special_case": DIFFERENCE,
        "TestIndexing::test_too_many_advanced_indices[1-64-True]": DIFFERENCE,
        "TestIndexing::test_too_many_advanced_indices[1-64-False]": DIFFERENCE,
        "TestIndexing::test_too_many_advanced_indices[1-80-True]": DIFFERENCE,
        "TestIndexing::test_too_many_advanced_indices[1-80-False]": DIFFERENCE,
        "TestIndexing::test_too_many_advanced_indices[64-64-index2]": DIFFERENCE,
        "TestIndexing::test_memory_order": DIFFERENCE,
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
        "TestConcatenate::test_concatenate_same_value": DIFFERENCE,
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
           for kind, reason in [("g", DIFFERENCE), ("G", DIFFERENCE), ("V", DIFFERENCE),
                                ("S", TEXT), ("U", TEXT), ("M", TEXT), ("m", TEXT),
                                ("O", OBJECT), ("i,O", OBJECT)]},
    },
    "lib/tests/test_index_tricks.py": {
        "TestGrid::test_accepts_longdouble": DIFFERENCE,
        "TestGrid::test_accepts_npcomplexfloating": DIFFERENCE,
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

