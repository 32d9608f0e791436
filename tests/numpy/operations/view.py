"""Views: the same memory in another shape."""

import numpy as np

import libarray as la
from libarray import Memory
from operations.common import fits_inside, numpy_key, operation


def key_text(key):
    def text(entry):
        if entry is None:
            return "None"
        if entry is Ellipsis:
            return "..."
        if isinstance(entry, slice):
            first = ":".join("" if v is None else str(v) for v in (entry.start, entry.stop))
            return first if entry.step is None else f"{first}:{entry.step}"
        return str(entry)
    return ", ".join(map(text, key))


@operation
def slice_(m, out, a, key, as_text):
    """Basic indexing, with structs or as text."""
    p = m[a]
    theirs, ours = numpy_key(m, key)
    result = m.both(lambda: p.a[theirs],
                    lambda: p.l.slice_str(key_text(key)) if as_text else p.l.slice(ours),
                    {la.INDEX_ERROR})
    if result is not None:
        b, l = result
        if p.a.size:
            # The pointer of an empty slice too: Python's rules decide where it is.
            m.expect("offset from the sliced array", b.ctypes.data - p.a.ctypes.data,
                     l.address - p.l.address)
        m.bind(out, b, l)


@operation
def reshape(m, out, a, shape, order, copy):
    p = m[a]

    def numpy_side():
        # NumPy takes any negative extent for -1; *ours:* only -1.
        if any(n < -1 for n in shape):
            raise ValueError("negative extent")
        np.reshape(p.a, shape, order)
        try:
            return np.reshape(p.a, shape, order,
                              copy={"never": False, "if_needed": None, "always": True}[copy])
        except ValueError:
            statuses.clear()
            statuses.add(la.WOULD_COPY)
            raise

    statuses = {la.SHAPE_ERROR, la.INVALID_ARGUMENT}
    result = m.both(numpy_side, lambda: p.l.reshape(shape, order, copy), statuses)
    if result is not None:
        m.bind(out, *result)
        if copy == "if_needed":
            copies = m[out].root is not p.root
            m.expect("la_plan_reshape", (copies, p.a.nbytes if copies else 0),
                     p.l.plan_reshape(shape, order))


@operation
def transpose(m, out, a):
    p = m[a]
    m.bind(out, p.a.T, p.l.transpose())


@operation
def permute(m, out, a, axes):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.transpose(p.a, axes), lambda: p.l.permute(axes),
                              {la.AXIS_ERROR, la.INVALID_ARGUMENT}))


@operation
def swapaxes(m, out, a, axis1, axis2):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.swapaxes(p.a, axis1, axis2),
                              lambda: p.l.swapaxes(axis1, axis2)))


@operation
def moveaxis(m, out, a, source, destination):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.moveaxis(p.a, source, destination),
                              lambda: p.l.moveaxis(source, destination), {la.AXIS_ERROR}))


@operation
def squeeze(m, out, a, axes):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.squeeze(p.a, axes), lambda: p.l.squeeze(axes)))


@operation
def expand_dims(m, out, a, axes):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.expand_dims(p.a, axes), lambda: p.l.expand_dims(axes),
                              {la.AXIS_ERROR}))


@operation
def broadcast_to(m, out, a, shape):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.broadcast_to(p.a, shape),
                              lambda: p.l.broadcast_to(shape), {la.SHAPE_ERROR}))


@operation
def broadcast_shapes(m, *shapes):
    result = m.both(lambda: np.broadcast_shapes(*shapes),
                    lambda: m.library.broadcast_shapes(*shapes), {la.SHAPE_ERROR})
    if result is not None:
        m.expect("la_broadcast_shapes", *result)


@operation
def flip(m, out, a, axes):
    p = m[a]
    # Without axes NumPy makes a scalar of an array of rank 0; *ours:* a view.
    whole = p.a.ndim == 0 and axes is None
    m.bind_result(out, m.both(lambda: p.a[...] if whole else np.flip(p.a, axes), lambda: p.l.flip(axes),
                              {la.AXIS_ERROR}))


@operation
def rot90(m, out, a, k, axis1, axis2):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.rot90(p.a, k, (axis1, axis2)),
                              lambda: p.l.rot90(k, axis1, axis2),
                              {la.AXIS_ERROR, la.SHAPE_ERROR}))


@operation
def diagonal(m, out, a, offset, axis1, axis2):
    p = m[a]
    m.bind_result(out, m.both(lambda: np.diagonal(p.a, offset, axis1, axis2),
                              lambda: p.l.diagonal(offset, axis1, axis2),
                              {la.AXIS_ERROR, la.SHAPE_ERROR}))


@operation
def real(m, out, a):
    p = m[a]
    m.bind(out, p.a.real, p.l.real())


@operation
def imag(m, out, a):
    p = m[a]
    l = p.l.imag()
    b = p.a.imag
    if p.a.dtype.kind != "c":
        # New zeros, of which the array is a read-only view.
        b = m.relayout(b, l)[...]
        b.flags.writeable = False
    m.bind(out, b, l)


@operation
def view_dtype(m, out, a, dtype):
    p = m[a]
    m.bind_result(out, m.both(lambda: p.a.view(dtype), lambda: p.l.view_dtype(dtype),
                              {la.DTYPE_ERROR}))


@operation
def through_bfloat16(m, out, a):
    """A view as bfloat16, which NumPy lacks, and back: no bit changes."""
    p = m[a]

    def ours():
        between = p.l.view_dtype("bfloat16")
        m.expect("dtype", la.BFLOAT16, between.dtype)
        m.expect("shape", p.a.view(np.uint16).shape, between.shape)
        return between.copy("K").view_dtype(np.uint16)

    result = m.both(lambda: p.a.view(np.uint16).copy("K").view(), ours, {la.DTYPE_ERROR})
    if result is not None:
        m.bind(out, *result)


@operation
def as_strided(m, out, a, offset, shape, strides):
    """Checked against the owner's allocation, where NumPy checks nothing."""
    p = m[a]
    start = p.a.ctypes.data + offset
    inside = fits_inside(shape, strides, p.a.itemsize, start - p.root.low, p.root.nbytes)

    def numpy_side():
        if not inside:
            raise ValueError("the layout leaves the memory")
        b = np.asarray(Memory(p.root.theirs, start, shape, strides, p.a.dtype.str))
        if not p.a.flags.writeable:
            b.flags.writeable = False
        return b

    m.bind_result(out, m.both(numpy_side, lambda: p.l.as_strided(offset, shape, strides),
                              {la.SHAPE_ERROR}))


@operation
def sliding_window(m, out, a, windows, axes):
    p = m[a]
    m.bind_result(out, m.both(
        lambda: np.lib.stride_tricks.sliding_window_view(p.a, windows, axes),
        lambda: p.l.sliding_window(windows, axes)))


@operation
def split(m, out, a, sections, axis, keep):
    """la_split for a number, la_split_at for a list; all parts are compared."""
    p = m[a]
    at = isinstance(sections, list)
    result = m.both(lambda: np.split(p.a, sections, axis),
                    lambda: p.l.split_at(sections, axis) if at else p.l.split(sections, axis),
                    {la.AXIS_ERROR, la.SHAPE_ERROR, la.INVALID_ARGUMENT})
    if result is None:
        return
    theirs, ours = result
    m.expect("number of parts", len(theirs), len(ours))
    for k, (b, l) in enumerate(zip(theirs, ours)):
        name = out if k == keep % len(theirs) else "part"
        m.bind(name, b, l)
        m.pairs.pop("part", None)


@operation
def readonly(m, out, a):
    p = m[a]
    b = p.a[...]
    b.flags.writeable = False
    l = p.l.readonly()
    m.bind(out, b, l)
    m.expect("the base of a read-only array is writeable", False,
             bool(l.base.flags & la.FLAG_WRITEABLE))
