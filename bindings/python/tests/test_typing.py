"""The stubs name what there is, and type checkers understand programs."""

import ast
import inspect
import pathlib
import subprocess
import sys

import libarray
from libarray import _core

PROGRAM = """
import libarray as la

a: la.Array = la.asarray([1, 2, 3])
shape: tuple[int, ...] = a.shape
window: la.Array = a.T.reshape(3, 1).astype("float32", casting="same_kind")
mask: la.Array = (a > 1) & ~(a == 2)
shared: bool = la.shares_memory(a, window)
name: str = a.dtype.name
a[1:3] = 0
a.flags.writeable = False
"""


def mypy(*arguments):
    return subprocess.run([sys.executable, "-m", "mypy", "--no-incremental", *arguments],
                          capture_output=True, text=True)


def test_a_program_has_types(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = mypy("--strict", "--allow-untyped-calls", str(program))
    assert done.returncode == 0, done.stdout
    program.write_text("import libarray as la\nname: str = la._core.asarray([1]).ndim\n")
    done = mypy(str(program))
    assert done.returncode == 1 and "Incompatible types" in done.stdout


def stub():
    path = pathlib.Path(libarray.__file__).with_name("_core.pyi")
    return ast.parse(path.read_text())


def names(body):
    found = set()
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            found.add(node.target.id)
    return {name for name in found if not name.startswith("_")}


def test_the_stub_names_what_the_module_has():
    there = {name for name in dir(_core) if not name.startswith("_")}
    assert names(stub().body) == there


def test_the_stub_names_what_the_classes_have():
    for node in stub().body:
        if isinstance(node, ast.ClassDef) and node.name in ("Array", "dtype", "Flags"):
            there = {name for name in vars(getattr(_core, node.name)) if not name.startswith("_")}
            assert names(node.body) == there, node.name


def test_everything_has_a_docstring():
    missing = [name for name in libarray.__dict__
               if not name.startswith("_") and callable(getattr(libarray, name))
               and not inspect.getdoc(getattr(libarray, name))]
    assert not missing
