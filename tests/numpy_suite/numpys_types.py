"""Where NumPy compares arrays of different types in its own tests: by test, the
pairs of types that its own arrays have. Any other difference is a failure.
Written by `run.py --on-numpy`.
"""

PAIRS = {
    'lib/tests/test_stride_tricks.py': {
        'test_broadcast_to_succeeds':
            [['<f8', '<i8']],
    },
    '_core/tests/test_indexing.py': {
        'TestFlatiterIndexing::test_flatiter_indexing_slice':
            [['<i8', '<f8']],
        'TestFlatiterIndexing::test_flatiter_indexing_boolean':
            [['<i8', '<f8']],
        'TestFlatiterIndexing::test_empty_string_flat_index_on_flatiter':
            [['<i8', '<f8']],
    },
    '_core/tests/test_shape_base.py': {
        'TestConcatenate::test_concatenate_axis_None':
            [['<U32', '<U3']],
        'test_stack_out_and_dtype[safe-f8-0]':
            [['<i8', '<f8']],
        'test_stack_out_and_dtype[safe->f8-0]':
            [['<i8', '>f8']],
        'test_stack_out_and_dtype[same_kind-c8-0]':
            [['<i8', '<c8']],
        'test_stack_out_and_dtype[same_kind-f4-0]':
            [['<i8', '<f4']],
        'test_stack_out_and_dtype[same_kind-f8-0]':
            [['<i8', '<f8']],
        'test_stack_out_and_dtype[same_kind->f8-0]':
            [['<i8', '>f8']],
        'test_stack_out_and_dtype[unsafe-c8-0]':
            [['<i8', '<c8']],
        'test_stack_out_and_dtype[unsafe-f4-0]':
            [['<i8', '<f4']],
        'test_stack_out_and_dtype[unsafe-f8-0]':
            [['<i8', '<f8']],
        'test_stack_out_and_dtype[unsafe->f8-0]':
            [['<i8', '>f8']],
        'TestBlock::test_block_simple_row_wise[block]':
            [['<i8', '<f8']],
        'TestBlock::test_block_simple_row_wise[force_concatenate]':
            [['<i8', '<f8']],
        'TestBlock::test_block_simple_row_wise[force_slicing]':
            [['<i8', '<f8']],
        'TestBlock::test_block_simple_column_wise[block]':
            [['<i8', '<f8']],
        'TestBlock::test_block_simple_column_wise[force_concatenate]':
            [['<i8', '<f8']],
        'TestBlock::test_block_simple_column_wise[force_slicing]':
            [['<i8', '<f8']],
        'TestBlock::test_block_mixed_1d_and_2d[block]':
            [['<i8', '<f8']],
        'TestBlock::test_block_mixed_1d_and_2d[force_concatenate]':
            [['<i8', '<f8']],
        'TestBlock::test_block_mixed_1d_and_2d[force_slicing]':
            [['<i8', '<f8']],
        'TestBlock::test_block_complicated[block]':
            [['<f8', '<i8']],
        'TestBlock::test_block_complicated[force_concatenate]':
            [['<f8', '<i8']],
        'TestBlock::test_block_complicated[force_slicing]':
            [['<f8', '<i8']],
        'TestBlock::test_nested[block]':
            [['<f8', '<i8']],
        'TestBlock::test_nested[force_concatenate]':
            [['<f8', '<i8']],
        'TestBlock::test_nested[force_slicing]':
            [['<f8', '<i8']],
    },
    'lib/tests/test_shape_base.py': {
        'TestApplyAlongAxis::test_simple':
            [['<i8', '<f8']],
        'TestApplyAlongAxis::test_simple101':
            [['<i8', '<f8']],
        'TestApplyAlongAxis::test_scalar_array':
            [['<f8', '<i8']],
        'TestApplyAlongAxis::test_0d_array':
            [['<f8', '<i8']],
        'TestApplyAlongAxis::test_subclass_preservation':
            [['<f8', '<i8']],
        'TestApplyAlongAxis::test_empty':
            [['<i8', '<f8']],
        'TestArraySplit::test_integer_split':
            [['<i8', '<f8']],
        'TestArraySplit::test_integer_split_2D_rows':
            [['<i8', '<f8']],
        'TestArraySplit::test_integer_split_2D_default':
            [['<i8', '<f8']],
        'TestArraySplit::test_index_split_low_bound':
            [['<i8', '<f8']],
        'TestArraySplit::test_index_split_high_bound':
            [['<i8', '<f8']],
    },
    'lib/tests/test_index_tricks.py': {
        'TestRavelUnravelIndex::test_dtypes':
            [['<i8', '<i2'], ['<i8', '<u2'], ['<i8', '<i4'], ['<i8', '<u4'], ['<i8', '<u8']],
    },
    'lib/tests/test_twodim_base.py': {
        'TestEye::test_basic':
            [['<f8', '<i8']],
        'TestEye::test_uint64':
            [['<f8', '<i8']],
        'TestEye::test_diag':
            [['<f8', '<i8']],
        'TestEye::test_2d':
            [['<f8', '<i8']],
        'TestEye::test_diag2d':
            [['<f8', '<i8']],
        'TestDiag::test_vector':
            [['<i8', '<f8']],
        'TestDiag::test_matrix':
            [['<i8', '<f8']],
        'TestDiag::test_fortran_order':
            [['<i8', '<f8']],
        'TestTri::test_dtype':
            [['<f8', '<i8']],
    },
    '_core/tests/test_multiarray.py': {
        'TestZeroRank::test_real_imag':
            [['<f8', '<i8']],
        'TestCreation::test_from_string':
            [['|i1', '<i8'], ['|u1', '<i8'], ['<i2', '<i8'], ['<u2', '<i8'], ['<i4', '<i8'], ['<u4', '<i8'], ['<u8', '<i8'], ['<f2', '<i8'], ['<f4', '<i8'], ['<f8', '<i8'], ['<f16', '<i8']],
        'TestPutmask::test_ip_types':
            [['|S32', '|S3'], ['<U32', '<U3'], ['|S32', '|S1'], ['<U32', '<U1'], ['|S3', '|S1'], ['|S32', '|S2'], ['<U32', '<U2']],
        'TestArrayCreationCopyArgument::test_compatible_cast':
            [['<i2', '|i1'], ['>i2', '|i1'], ['<i4', '|i1'], ['>i4', '|i1'], ['<i8', '|i1'], ['>i8', '|i1'], ['|u1', '|i1'], ['<u2', '|i1'], ['>u2', '|i1'], ['<u4', '|i1'], ['>u4', '|i1'], ['<u8', '|i1'], ['>u8', '|i1'], ['|i1', '<i2'], ['>i2', '<i2'], ['<i4', '<i2'], ['>i4', '<i2'], ['<i8', '<i2'], ['>i8', '<i2'], ['|u1', '<i2'], ['<u2', '<i2'], ['>u2', '<i2'], ['<u4', '<i2'], ['>u4', '<i2'], ['<u8', '<i2'], ['>u8', '<i2'], ['|i1', '<i4'], ['<i2', '<i4'], ['>i2', '<i4'], ['>i4', '<i4'], ['<i8', '<i4'], ['>i8', '<i4'], ['|u1', '<i4'], ['<u2', '<i4'], ['>u2', '<i4'], ['<u4', '<i4'], ['>u4', '<i4'], ['<u8', '<i4'], ['>u8', '<i4'], ['|i1', '<i8'], ['<i2', '<i8'], ['>i2', '<i8'], ['<i4', '<i8'], ['>i4', '<i8'], ['>i8', '<i8'], ['|u1', '<i8'], ['<u2', '<i8'], ['>u2', '<i8'], ['<u4', '<i8'], ['>u4', '<i8'], ['<u8', '<i8'], ['>u8', '<i8'], ['|i1', '|u1'], ['<i2', '|u1'], ['>i2', '|u1'], ['<i4', '|u1'], ['>i4', '|u1'], ['<i8', '|u1'], ['>i8', '|u1'], ['<u2', '|u1'], ['>u2', '|u1'], ['<u4', '|u1'], ['>u4', '|u1'], ['<u8', '|u1'], ['>u8', '|u1'], ['|i1', '<u2'], ['<i2', '<u2'], ['>i2', '<u2'], ['<i4', '<u2'], ['>i4', '<u2'], ['<i8', '<u2'], ['>i8', '<u2'], ['|u1', '<u2'], ['>u2', '<u2'], ['<u4', '<u2'], ['>u4', '<u2'], ['<u8', '<u2'], ['>u8', '<u2'], ['|i1', '<u4'], ['<i2', '<u4'], ['>i2', '<u4'], ['<i4', '<u4'], ['>i4', '<u4'], ['<i8', '<u4'], ['>i8', '<u4'], ['|u1', '<u4'], ['<u2', '<u4'], ['>u2', '<u4'], ['>u4', '<u4'], ['<u8', '<u4'], ['>u8', '<u4'], ['|i1', '<u8'], ['<i2', '<u8'], ['>i2', '<u8'], ['<i4', '<u8'], ['>i4', '<u8'], ['<i8', '<u8'], ['>i8', '<u8'], ['|u1', '<u8'], ['<u2', '<u8'], ['>u2', '<u8'], ['<u4', '<u8'], ['>u4', '<u8'], ['>u8', '<u8']],
    },
}
