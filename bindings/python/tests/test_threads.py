"""Long calls let other Python threads run, which may do anything meanwhile."""

import threading

import libarray as la


def beside(work, other, rounds=60):
    """Runs `work` again and again while another thread runs `other`."""
    done, errors = threading.Event(), []

    def loop():
        try:
            while not done.is_set():
                other()
        except Exception as error:  # shown by the test
            errors.append(error)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        results = [work() for _ in range(rounds)]
    finally:
        done.set()
        thread.join()
    assert not errors
    return results


def test_an_array_can_be_reshaped_in_place_while_it_is_copied():
    view = la.arange(1 << 17)[1:-1]
    shapes = [(view.size,), (2, view.size // 2), (view.size // 2, 2)]

    def reshape():
        for shape in shapes:
            view.shape = shape

    for copied in beside(view.copy, reshape):
        assert copied.size == view.size and copied.ravel()[-1] == view.size


def test_keywords_are_read_before_other_threads_run():
    wide = la.arange(1 << 17).reshape(1 << 10, -1).T
    order = "".join(["F"])
    for made in beside(lambda: wide.reshape(-1, order=order, copy=True), lambda: [str(k) for k in range(99)]):
        assert made.base is None and made[:3].tolist() == [0, 1, 2]


def test_memory_that_python_lent_is_given_back_amid_long_calls():
    long = la.arange(1 << 18)

    def lend():
        view = la.asarray(bytearray(64))
        view.shape = (8, 8)

    assert all(c.size == long.size for c in beside(long.copy, lend))
