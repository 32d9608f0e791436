"""What the documents say of the tests is so."""

import ast
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def functions_in(name):
    tree = ast.parse((HERE / name).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_difference_names_a_test_that_exists():
    rows = [line for line in (ROOT / "docs" / "differences.md").read_text().splitlines()
            if line.startswith("| ") and not line.startswith(("| What", "| ---"))]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", row.rsplit("| ", 1)[1])
        assert named, row
        for file, test in named:
            assert test in functions_in(file), (file, test)
