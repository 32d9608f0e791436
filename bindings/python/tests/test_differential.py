"""A short run of the random programs; `make fuzz` runs them for longer."""

import differential


def test_random_programs_agree_with_numpy():
    count, failed = differential.run(seed=20, programs=400)
    assert (count, failed) == (400, 0)
