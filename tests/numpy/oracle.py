"""What is right, where NumPy is not the judge.

Three rules of libarray differ from NumPy on purpose, so the expected values are
computed here, from the definition and in the plainest way:

* Casts: floats become integers by dropping the fraction, saturating at the ends,
  NaN becoming 0, where NumPy leaves it to the processor. A boolean byte other
  than 0 and 1 is true.
* Writes: what is read (values, masks, indices) is read whole and converted, then
  stored element by element in C order, later stores winning, whatever overlaps
  what. NumPy gets several of these wrong.
* `same_value`: fails on the first element that would change.
"""

import math

import numpy as np


def truth(x):
    """Whether each element is true: any nonzero byte of a boolean, NaN too."""
    x = np.asarray(x)
    return x.view(np.uint8) != 0 if x.dtype.kind == "b" else x != 0


def normal(x):
    """`x` with its booleans brought to 0 and 1."""
    return truth(x) if x.dtype.kind == "b" else x


def cast(x, dtype):
    """A copy of `x` in C order, converted by libarray's rules."""
    dtype = np.dtype(dtype)
    x = np.array(x, order="C")
    if x.dtype == dtype:
        return x
    if dtype.kind == "b":
        return truth(x)
    x = normal(x)
    if x.dtype.kind == "c" and dtype.kind != "c":
        x = x.real
    if x.dtype.kind == "f" and dtype.kind in "iu":
        return saturate(x, dtype)
    with np.errstate(all="ignore"):
        return x.astype(dtype, order="C")


def saturate(x, dtype):
    whole = np.trunc(x.astype(np.float64))
    limits = np.iinfo(dtype)
    out = np.zeros(x.shape, dtype.newbyteorder("="))
    low, high = float(limits.min), float(limits.max + 1)
    inside = (whole >= low) & (whole < high)
    out[inside] = whole[inside].astype(out.dtype)
    out[whole < low] = limits.min
    out[whole >= high] = limits.max
    return out.astype(dtype)


def keeps_values(x, dtype):
    """Whether casting changes no value of `x`."""
    before, after = normal(np.asarray(x)), normal(cast(x, dtype))
    return all(_same_number(u, v) for u, v in
               zip(before.ravel().tolist(), after.ravel().tolist()))


def _same_number(u, v):
    if isinstance(u, complex) or isinstance(v, complex):
        u, v = _parts(u), _parts(v)
        return _same_number(u[0], v[0]) and _same_number(u[1], v[1])
    if isinstance(u, float) and math.isnan(u):
        return isinstance(v, float) and math.isnan(v)
    if isinstance(u, float) and isinstance(v, float) and u == 0:
        return v == 0 and math.copysign(1, u) == math.copysign(1, v)
    # Python compares integers with floats exactly.
    return u == v


def _parts(z):
    return (z.real, z.imag) if isinstance(z, complex) else (z, 0.0)


def addresses(a):
    """The offset of every element of `a` from its first, in its shape."""
    out = np.zeros(a.shape, np.int64)
    for axis, (extent, stride) in enumerate(zip(a.shape, a.strides)):
        line = np.arange(extent, dtype=np.int64) * stride
        out += line.reshape((-1,) + (1,) * (a.ndim - axis - 1))
    return out


def overlaps_itself(a):
    """Whether two different elements of `a` have a byte in common."""
    if a.size < 2 or a.flags.c_contiguous or a.flags.f_contiguous:
        return False
    places = np.sort(addresses(a), axis=None)
    return bool((np.diff(places) < a.itemsize).any())


def store(target, values, positions=None):
    """Stores `values` in `target`, one after the other in C order.

    `values` has the type of `target` and shares nothing with it. `positions`
    names the flat index in `target` of each value; None is all in order.
    """
    if positions is None:
        if not overlaps_itself(target):
            target[...] = values
            return
        positions = np.arange(target.size).reshape(target.shape)
    flat, values = positions.ravel(), np.broadcast_to(values, positions.shape).ravel()
    where = np.unravel_index(flat, target.shape) if target.ndim else ()
    if flat.size and not overlaps_itself(target) and np.unique(flat).size == flat.size:
        if target.ndim:
            target[where] = values
        else:
            target[...] = values[0]
        return
    for k in range(flat.size):
        target[tuple(int(axis[k]) for axis in where)] = values[k]


def broadcast_values(values, shape):
    """`values` in the shape of what is written; extra leading unit axes fall off."""
    while values.ndim > len(shape) and values.shape[0] == 1:
        values = values[0]
    return np.broadcast_to(values, shape)


def differences(x, y):
    """Compares bit by bit, all NaNs (and all true bytes) being one.

    Returns (equal, adoptable): whether the arrays are equal so, and whether
    their bits differ nevertheless.
    """
    if x.dtype.kind == "c":
        real, imag = differences(x.real, y.real), differences(x.imag, y.imag)
        return real[0] and imag[0], real[1] or imag[1]
    if x.dtype.kind == "V":
        same = x.tobytes() == y.tobytes()
        return same, not same
    bits = np.dtype(f"u{x.itemsize}")
    same = x.view(bits) == y.view(bits)
    if same.all():
        return True, False
    if x.dtype.kind == "f":
        same |= np.isnan(x) & np.isnan(y)
    elif x.dtype.kind == "b":
        same |= truth(x) & truth(y)
    return bool(same.all()), True


def adopt(x, y):
    """Copies the bits of `y` into `x`."""
    if x.dtype.kind == "c":
        adopt(x.real, y.real)
        adopt(x.imag, y.imag)
    else:
        bits = np.dtype(f"V{x.itemsize}") if x.dtype.kind == "V" else np.dtype(f"u{x.itemsize}")
        x.view(bits)[...] = y.view(bits)
