"""Which of NumPy's test files are taken up, and which of their tests.

None takes the whole file; a dictionary names classes, None for all of their tests or
the list of those that concern memory.
"""

FILES = {
    "_core/tests/test_indexerrors.py": None,
    "lib/tests/test_stride_tricks.py": None,
    "_core/tests/test_mem_overlap.py": None,
    "_core/tests/test_indexing.py": None,
    "_core/tests/test_dlpack.py": None,
    "_core/tests/test_shape_base.py": None,
    "lib/tests/test_shape_base.py": None,
    "_core/tests/test_item_selection.py": None,
    "lib/tests/test_index_tricks.py": None,
    # What the files before leave out: the operations that no test there uses.
    "_core/tests/test_numeric.py": {
        "TestRoll": None,
        "TestRollaxis": None,
        "TestMoveaxis": None,
    },
    "lib/tests/test_function_base.py": {
        "TestRot90": None,
        "TestFlip": None,
        "TestCopy": None,
        "TestInsert": None,
        "TestDelete": None,
        "TestMeshgrid": None,
    },
    "lib/tests/test_twodim_base.py": {
        "TestEye": None,
        "TestDiag": None,
        "TestFliplr": None,
        "TestFlipud": None,
        "TestTri": None,
    },
    "_core/tests/test_multiarray.py": {
        "TestWhere": None,
        "TestChoose": None,
        "TestFlags": None,
        "TestAttributes": None,
        "TestArrayConstruction": None,
        "TestAssignment": None,
        "TestZeroRank": None,
        "TestScalarIndexing": None,
        "TestCreation": None,
        "TestMethods": [
            "test_compress", "test_repeat", "test_reshape", "test_squeeze", "test_transpose",
            "test_copy", "test__deepcopy__", "test__deepcopy___void_scalar",
            "test__deepcopy__scalar", "test__deepcopy__catches_failure", "test_flatten",
            "test_diagonal", "test_diagonal_view_notwriteable", "test_diagonal_memleak",
            "test_size_zero_memleak", "test_put", "test_ravel", "test_ravel_subclass",
            "test_tobytes_no_copy_fastpath", "test_swapaxes",
        ],
        "TestSubscripting": None,
        "TestFancyIndexing": None,
        "TestNewaxis": None,
        "TestCompress": None,
        "TestPutmask": None,
        "TestTake": None,
        "TestFromBuffer": None,
        "TestFlat": None,
        "TestView": None,
        "TestNewBufferProtocol": None,
        "TestArrayCreationCopyArgument": None,
        "TestArrayInterface": None,
        "TestViewDtype": None,
    },
}


def selected(file, cls, function):
    """Whether a test is among those taken up."""
    classes = FILES[file]
    if classes is None:
        return True
    if cls not in classes:
        return False
    return classes[cls] is None or function in classes[cls]
