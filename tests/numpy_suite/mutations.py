"""Does the suite see? Plants one mistake, mostly an off-by-one, in each core operation
of a scratch copy of the sources, builds the library, and runs NumPy's tests with it:
they must fail.

    python tests/numpy_suite/mutations.py            all mistakes
    python tests/numpy_suite/mutations.py take put   those whose names match
    python tests/numpy_suite/mutations.py --check    none; only that each could be planted

The copy and what is built of it lie in build/numpy-suite/mutants.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCRATCH = ROOT / "build" / "numpy-suite" / "mutants"

ITEM, INDEX, ERRORS = "item_selection", "core/tests/test_indexing", "indexerrors"
STRIDES, TRICKS, MANY = "stride_tricks", "index_tricks", "multiarray"
SHAPES, LIB_SHAPES, OVERLAP = "core/tests/test_shape_base", "lib/tests/test_shape_base", "overlap"
DLPACK, NUMERIC, FUNCTIONS, TWODIM = "dlpack", "test_numeric", "function_base", "twodim_base"


@dataclass
class Mutation:
    """A text in a file of src/ that stands there once, and what is put in its place."""

    name: str
    file: str
    text: str
    planted: str
    #: Where it is looked for first; all other files come after.
    seen_in: str


M = Mutation
MUTATIONS = [
    # Layouts
    M("slice: one element too few", "layout/index.rs", "Some((start, count))",
      "Some((start, count - 1))", INDEX),
    M("slice: bounds from the end", "layout/index.rs", "bound.saturating_add(size)",
      "bound.saturating_add(size - 1)", INDEX),
    M("integer index: the next element", "layout/index.rs", "        Ok(from_start)\n    } else {",
      "        Ok((from_start + 1) % size)\n    } else {", INDEX),
    M("integer index: from the end", "layout/index.rs", "index.wrapping_add(size)",
      "index.wrapping_add(size - 1)", INDEX),
    M("reshape: the extent that is inferred", "layout/reshape.rs", "result[axis] = size / known;",
      "result[axis] = size / known + 1;", MANY),
    M("reshape: groups of axes", "layout/reshape.rs", "if outer.2 != needed {",
      "if outer.2 == needed + 1 {", MANY),
    M("transpose", "layout/axes.rs", "result.extend(layout.axes().rev());",
      "result.extend(layout.axes());", MANY),
    M("permute", "layout/axes.rs", "result.push(layout.shape[axis], layout.strides[axis])?;",
      "result.push(layout.shape[axis], layout.strides[axis.saturating_sub(1)])?;", MANY),
    M("swapaxes", "layout/axes.rs", "result.strides.swap(axis1, axis2);",
      "result.strides.swap(axis1, axis1);", MANY),
    M("moveaxis", "layout/axes.rs",
      "order[normalize_axis(to, ndim)?] = Some(normalize_axis(from, ndim)?);",
      "order[(normalize_axis(to, ndim)? + 1) % ndim] = Some(normalize_axis(from, ndim)?);", SHAPES),
    M("squeeze", "layout/axes.rs", "removed.map_or(extent == 1,",
      "removed.map_or(extent == 1 && axis > 0,", MANY),
    M("expand_dims", "layout/axes.rs", "match added.contains(axis) {",
      "match added.contains((axis + 1) % ndim) {", LIB_SHAPES),
    M("flip", "layout/axes.rs", "(extent - 1).checked_mul(stride)",
      "(extent - 2).max(0).checked_mul(stride)", FUNCTIONS),
    M("broadcast_to", "layout/broadcast.rs", "_ if extent == wanted => stride,",
      "_ if extent == wanted => stride * (wanted % 2),", STRIDES),
    M("broadcast_shapes", "layout/broadcast.rs",
      "let ndim = a.len().max(b.len());\n    let extent",
      "let ndim = a.len().max(b.len()) + a.len() / 2;\n    let extent", STRIDES),
    M("diagonal", "layout/window.rs", "row * row_stride + column * column_stride",
      "row * row_stride + column * row_stride", MANY),
    M("sliding_window", "layout/window.rs", "n.checked_add(1)", "n.checked_add(0)", STRIDES),
    M("as_strided", "layout/window.rs", ".checked_add(offset)", ".checked_add(offset.max(1))",
      STRIDES),
    M("bounds of as_strided", "layout/mod.rs", "if low >= 0 && high <= nbytes {",
      "if low >= 0 && high <= nbytes + 4096 {", MANY),
    M("copy in order F", "layout/order.rs", "Packing::F => axes.for_each(&mut place),",
      "Packing::F => axes.rev().for_each(&mut place),", MANY),
    # Views
    M("view of a smaller type", "ops/view.rs", "layout.shape[last] = bytes / new;",
      "layout.shape[last] = (bytes / new - 1).max(0);", MANY),
    M("field", "ops/view.rs", "layout.offset += field.offset;",
      "layout.offset += field.offset / 2;", MANY),
    M("imag", "ops/view.rs", "layout.offset += part.itemsize();", "layout.offset += 0;", MANY),
    M("split", "ops/view.rs", "indices.get(k).copied(),", "indices.get(k).map(|i| i + 1),",
      LIB_SHAPES),
    # Creation
    M("arange", "ops/create.rs", "start.wrapping_add(k.wrapping_mul(step))",
      "start.wrapping_add((k + 1).wrapping_mul(step))", INDEX),
    M("arange: how many", "ops/create.rs", "((distance + rounding) / stride).max(0)",
      "((distance + rounding) / stride - 1).max(0)", INDEX),
    M("arange of floats", "ops/create.rs", "start + k as f64 * delta",
      "start + (k + 1) as f64 * delta", TRICKS),
    M("linspace", "ops/create.rs", "k as f64 * step + start", "(k + 1) as f64 * step + start",
      TRICKS),
    M("eye", "ops/create.rs", "layout::diagonal(array.layout(), k, 0, 1)?",
      "layout::diagonal(array.layout(), k + 1, 0, 1)?", TWODIM),
    M("ones", "ops/create.rs", "full(dtype, shape, order, &Scalar::weak_int(1))",
      "full(dtype, shape, order, &Scalar::weak_int(2))", STRIDES),
    # Joins
    M("concatenate", "ops/join.rs", "        start = stop;\n    }\n    Ok(result)",
      "        start = stop - 1;\n    }\n    Ok(result)", SHAPES),
    M("stack", "ops/join.rs", "view::expand_dims(&self.pieces.piece(k)?, &[self.axis])",
      "view::expand_dims(&self.pieces.piece((k + 1) % self.pieces.len())?, &[self.axis])", SHAPES),
    M("tile", "ops/join.rs", "part(&block, axis, filled[axis])?",
      "part(&block, axis, filled[axis] - 1)?", LIB_SHAPES),
    M("repeat", "ops/join.rs", "        left -= 1;\n        element",
      "        left -= 1;\n        (element + 1) % extent", MANY),
    M("roll", "ops/join.rs", "let shift = shift.rem_euclid(extent);",
      "let shift = (shift + 1).rem_euclid(extent);", NUMERIC),
    M("rot90", "layout/axes.rs", "match turns.rem_euclid(4) {", "match (turns + 1).rem_euclid(4) {",
      FUNCTIONS),
    # Indices
    M("take: indices from the end", "kernels/gather/offsets.rs",
      "index.wrapping_add(extent & (index >> 63))",
      "index.wrapping_add((extent - 1) & (index >> 63))", INDEX),
    M("take: wrap", "kernels/gather/mod.rs", "=> index.rem_euclid(extent),",
      "=> (index + 1).rem_euclid(extent),", MANY),
    M("put: which values", "ops/take.rs",
      "            start: None,\n            stop: Some(count),",
      "            start: Some(1),\n            stop: Some(count + 1),", ITEM),
    M("compress", "ops/take.rs",
      "None => index::get_along(&array, along, &true_indices(condition)?, Mode::Raise),",
      "None => index::get_along(&array, (along.0, along.1.saturating_sub(1)), "
      "&true_indices(condition)?, Mode::Raise),", MANY),
    M("where", "ops/take.rs", "write::assign_where(&result, x, &mask, Casting::Unsafe)?;",
      "write::assign_where(&result, y, &mask, Casting::Unsafe)?;", MANY),
    M("take_along_axis", "ops/take.rs", "true => Ok((array, (along, axis))),",
      "true => Ok((array, (along, axis.saturating_sub(1)))),", LIB_SHAPES),
    M("unravel_index", "ops/take.rs", "/ strides[axis] % shape[axis]",
      "/ strides[axis] % (shape[axis] + 1)", TRICKS),
    M("ravel_multi_index", "ops/take.rs", "*sum += normal * strides[axis];",
      "*sum += (normal + 1) * strides[axis];", TRICKS),
    M("ravel_multi_index: clip", "ops/take.rs", "index.clamp(0, (size - 1).max(0))",
      "index.clamp(0, (size - 2).max(0))", TRICKS),
    M("where the axes of indices go", "ops/index.rs",
      "Placement::Adjacent { before, .. } => before,",
      "Placement::Adjacent { before, .. } => before.saturating_sub(1),", INDEX),
    M("integers beside arrays", "ops/index.rs", "index * array.strides()[axis];",
      "index.saturating_sub(1) * array.strides()[axis];", INDEX),
    M("shape of a mask", "ops/index.rs", "if size != extent {", "if size > extent {", INDEX),
    M("nonzero", "ops/indices.rs",
      "let lists = create::zeros(INT64, &[array.ndim() as i64, count], Order::C)?;",
      "let lists = create::zeros(INT64, &[array.ndim() as i64, (count - 1).max(0)], Order::C)?;",
      INDEX),
    # Elements and writes
    M("set an element", "ops/item.rs", "array.target(\"array\")?.store(index, &value)",
      "array.target(\"array\")?.store(index, &kernels::cast_scalar(&Scalar::weak_int(0), own)?)",
      MANY),
    M("read an element", "layout/index.rs", "offset.wrapping_add(i.wrapping_mul(strides[axis]));",
      "offset.wrapping_add((i - 1).max(0).wrapping_mul(strides[axis]));", MANY),
    M("a vector by a list of indices", "kernels/gather/mod.rs", "                extent: *extent,",
      "                extent: *extent - 1,", INDEX),
    M("assign from a buffer", "ops/write.rs", "part.offset += first * part.strides[axis];",
      "part.offset += (first - 1).max(0) * part.strides[axis];", OVERLAP),
    # Questions
    M("count_nonzero", "kernels/truth.rs", "            k += 1;\n        }\n        total\n",
      "            k += 1;\n        }\n        total.saturating_sub(1)\n", INDEX),
    M("may_share_memory", "overlap/mod.rs",
      "return a_low < b_high && b_low < a_high;", "return a_low < b_low && b_low < a_high;",
      OVERLAP),
    M("internal overlap", "overlap/internal.rs",
      "itemsize: i64, work: &mut Work) -> Result<Answer> {\n    if is_surely_free",
      "itemsize: i64, work: &mut Work) -> Result<Answer> {\n    let itemsize = itemsize + 1;\n"
      "    if is_surely_free", OVERLAP),
    # Exchange
    M("DLPack: strides", "exchange/dlpack.rs", "true => stride / itemsize,",
      "true => stride / itemsize + 1,", DLPACK),
]


def copied_sources() -> pathlib.Path:
    """A fresh copy of what Cargo needs."""
    copy = SCRATCH / "sources"
    for name in ("src", "benches", "tests", "include"):
        shutil.rmtree(copy / name, ignore_errors=True)
        shutil.copytree(ROOT / name, copy / name,
                        ignore=shutil.ignore_patterns("numpy_suite", "__pycache__", "target"))
    for name in ("Cargo.toml", "Cargo.lock", "build.rs", "cbindgen.toml"):
        shutil.copy2(ROOT / name, copy / name)
    # Cargo goes by the time of change: what an earlier run has built is not this.
    (copy / "src" / "lib.rs").touch()
    return copy


def build(sources: pathlib.Path) -> str | None:
    """Builds the library and puts it into a copy of the package; what went wrong."""
    target = SCRATCH / "target"
    done = subprocess.run(
        ["cargo", "rustc", "--locked", "--lib", "--crate-type", "cdylib", "--target-dir", target],
        cwd=sources, capture_output=True, text=True,
        env=dict(os.environ, CARGO_TARGET_DIR=str(target), CARGO_PROFILE_DEV_DEBUG="0",
                 CARGO_PROFILE_DEV_OPT_LEVEL="1"))
    if done.returncode:
        return done.stderr[-3000:]
    import libarray
    package = SCRATCH / "site" / "libarray"
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(pathlib.Path(libarray.__file__).parent, package)
    library, = package.glob("libarray.so.*")
    library.unlink()
    shutil.copy2(target / "debug" / "libarray.so", library)
    return None


def failing(files: list[str]) -> str | None:
    """The first failure in the files, or None where all is well."""
    done = subprocess.run(
        [sys.executable, HERE / "run.py", "--quick", "--jobs", "1", "--timeout", "120",
         "--scratch", SCRATCH / "tests", *files],
        capture_output=True, text=True,
        env=dict(os.environ, PYTHONPATH=str(SCRATCH / "site")))
    if done.returncode == 0:
        return None
    lines = [line for line in done.stdout.splitlines() if line.startswith("failed: ")]
    return lines[0].removeprefix("failed: ") if lines else (done.stdout + done.stderr)[-2000:]


def outdated() -> list[str]:
    """Mistakes whose place in the sources is gone, or no longer the only one."""
    found = []
    for mutation in MUTATIONS:
        count = (ROOT / "src" / mutation.file).read_text().count(mutation.text)
        if count != 1:
            found.append(f"{mutation.name}: src/{mutation.file} has {count} times "
                         f"{mutation.text!r}")
    return found


def main() -> int:
    gone = outdated()
    if gone or sys.argv[1:] == ["--check"]:
        print(*gone, f"{len(MUTATIONS) - len(gone)} passed, {len(gone)} failed", sep="\n")
        return 1 if gone else 0
    chosen = [m for m in MUTATIONS
              if len(sys.argv) == 1 or any(word in m.name for word in sys.argv[1:])]
    sources = copied_sources()
    problem = build(sources)
    assert problem is None, problem
    broken = failing([])
    assert broken is None, f"without a mistake: {broken}"
    seen = unseen = 0
    for mutation in chosen:
        start = time.monotonic()
        path = sources / "src" / mutation.file
        original = path.read_text()
        path.write_text(original.replace(mutation.text, mutation.planted))
        problem = build(sources)
        where = None if problem else failing([mutation.seen_in]) or failing([])
        path.write_text(original)
        if problem:
            print(f"NOT BUILT  {mutation.name}\n{problem}")
            unseen += 1
        elif where:
            print(f"seen       {mutation.name}: {where}  ({time.monotonic() - start:.0f} s)")
            seen += 1
        else:
            print(f"NOT SEEN   {mutation.name}")
            unseen += 1
        sys.stdout.flush()
    print(f"{seen} passed, {unseen} failed")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
