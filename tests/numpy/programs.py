"""Random programs: chains of operations, run in lock step and shrunk when they fail.

A program is a list of steps `(operation, arguments...)` of plain values, so that
it can be run again, cut down, and printed as a listing that runs by itself.
"""

from choices import Generator
from libarray import Error
from machine import Machine, Mismatch, Missing


def run(library, steps):
    """Runs a listing. Returns the mismatch and the number of the failing step, or None."""
    machine = Machine(library)
    try:
        for k, step in enumerate(steps):
            try:
                machine.do(*step)
            except Missing:
                continue
            except (Mismatch, Error, AssertionError) as error:
                return error, k
    finally:
        machine.close()
    return None


def random_program(library, seed, length):
    """Runs a random program. Returns (checks, steps, None or the mismatch)."""
    generator = Generator(seed)
    machine = Machine(library)
    before = library.live_bytes()
    steps = []
    try:
        while len(steps) < length:
            for step in generator.steps(machine):
                steps.append(step)
                try:
                    machine.do(*step)
                except Missing:
                    steps.pop()
                    break
                except (Mismatch, Error, AssertionError) as error:
                    return machine.checks, steps, error
    finally:
        machine.close()
    after = library.live_bytes()
    if after != before:
        return machine.checks, steps, Mismatch(f"{after - before} bytes are still live")
    return machine.checks, steps, None


def shrink(library, steps):
    """The shortest listing found that still fails, by leaving out what it can do without."""
    failure = run(library, steps)
    if failure is None:
        return steps
    steps = steps[:failure[1] + 1]
    changed = True
    while changed:
        changed = False
        for k in reversed(range(len(steps))):
            candidate = steps[:k] + steps[k + 1:]
            failure = run(library, candidate)
            if failure is not None:
                steps = candidate[:failure[1] + 1]
                changed = True
                break
    return steps


def listing(library, steps):
    """A program as Python text that runs by itself (in this directory)."""
    lines = ["from libarray import Library", "from machine import Machine",
             "nan, inf = float('nan'), float('inf')",
             f"m = Machine(Library({library.path!r}, {library.header!r}))"]
    lines += [f"m.do({', '.join(map(repr, step))})" for step in steps]
    return "\n".join(lines)
