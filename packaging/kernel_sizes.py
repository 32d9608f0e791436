"""The bytes of machine code of each family of kernels, and their limits.

    python packaging/kernel_sizes.py LIBRARY [STRIPPED]

Reads the symbols of the unstripped LIBRARY with nm and adds up their sizes by
the Rust module that a function was compiled for: kernels by their file (all
that is under `kernels/cast/` counts as `cast`), the rest by its floor, other
crates as one. Fails when a family of kernels, or the size of the file STRIPPED,
exceeds its limit, or when nm finds no kernels.
"""

import os
import re
import subprocess
import sys
from collections import Counter

# In bytes; over all CPU levels.
LIMITS = {"cast": 600_000}
STRIPPED_LIMIT = 2_000_000

# A symbol's module: `array::kernels::cast::...` demangled, maybe within
# `<... as array::kernels::cast::...>`.
PLACE = re.compile(r"\barray::(?:kernels::(\w+)|(\w+))")
# The modules that belong to a family of another name.
FAMILIES = {"convert": "cast", "mover": "cast"}


def sizes(library):
    """The bytes of code of each family of kernels, and of everything else."""
    symbols = subprocess.run(["nm", "--print-size", "--demangle", library],
                             check=True, capture_output=True, text=True).stdout
    kernels, others = Counter(), Counter()
    seen = set()
    for line in symbols.splitlines():
        parts = line.split(" ", 3)
        if len(parts) < 4 or parts[2] not in ("t", "T") or parts[0] in seen:
            continue  # no code, no size, or another name of the same code
        seen.add(parts[0])
        place = PLACE.search(parts[3])
        size = int(parts[1], 16)
        if place is None:
            others["other crates"] += size
        elif place[1] is None:
            others[place[2]] += size
        else:
            kernels[FAMILIES.get(place[1], place[1])] += size
    return kernels, others


def main():
    library, *stripped = sys.argv[1:]
    kernels, others = sizes(library)
    print(f"bytes of kernels: {sum(kernels.values())}")
    for family, size in kernels.most_common():
        limit = f" of at most {LIMITS[family]}" if family in LIMITS else ""
        print(f"  {family:12} {size:9}{limit}")
    print(f"bytes of other code: {sum(others.values())}")
    failures = [f"{family}: {kernels[family]} bytes, at most {limit} are allowed"
                for family, limit in LIMITS.items() if not 0 < kernels[family] <= limit]
    for path in stripped:
        size = os.path.getsize(path)
        print(f"{os.path.basename(path)}: {size} bytes stripped, of at most {STRIPPED_LIMIT}")
        if size > STRIPPED_LIMIT:
            failures.append(f"{path}: {size} bytes, at most {STRIPPED_LIMIT} are allowed")
    for failure in failures:
        print("too much code: " + failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
