"""How often the running test went through to libarray."""

calls = 0


def call(function, *args, **kwargs):
    """Calls a function of libarray, and counts it."""
    global calls
    calls += 1
    return function(*args, **kwargs)
