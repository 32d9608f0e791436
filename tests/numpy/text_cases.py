"""Random arrays with the text that NumPy gives them, one case a line:

    python text_cases.py SEED COUNT [LONGEST] > cases

for `TEXT_CASES=cases cargo test --test text`, which by itself reads
tests/data/texts, made by `text_cases.py 1 2000 250`. Cases of more than
LONGEST characters are left out. Fields are separated by tabs: type,
shape, precision, threshold, edge items, line width, the bytes of the elements
in C order as hexadecimal, and the text with "|" for a line's end.

NumPy has no bfloat16. With the package ml_dtypes its formatter is run on that
type, with digits made from the definition by exact fractions.
"""

import sys
from fractions import Fraction

import numpy as np
from numpy._core import arrayprint

try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None

NUMPY_TYPES = (
    "?bhilBHILefdFD"
    .replace("l", "q")
    .replace("L", "Q")
)
SPECIALS = [0.0, -0.0, np.nan, -np.nan, np.inf, -np.inf]


def magnitudes(rng, count, dtype):
    """Real numbers of many kinds, as doubles."""
    choice = rng.integers(9)
    normal = rng.standard_normal(count)
    if choice == 0:
        return normal
    if choice == 1:
        return normal * 10.0 ** rng.integers(-8, 12)
    if choice == 2:
        return normal * 10.0 ** rng.integers(-5, 9, count)
    if choice == 3:
        return np.round(normal * 10.0 ** rng.integers(0, 6), int(rng.integers(0, 7)))
    if choice == 4:
        return rng.integers(-2000, 2000, count).astype(float)
    if choice == 5:
        return 2.0 ** rng.integers(-30, 30, count) * rng.choice([1, -1, 1, 3], count)
    if choice == 6:
        edges = [1e-4, 1e2, 1e3, 1e6, 1e8, 1e16, 1.0, 10.0, 9.5, 0.5, 2.5, 1e-3, 0.00125]
        return rng.choice(edges, count) * (1 + rng.integers(-2, 3, count) * 2.0 ** -int(rng.integers(4, 53)))
    if choice == 7:
        return 2.0 ** rng.integers(-1074, 1024, count)
    return rng.integers(0, 10 ** int(rng.integers(1, 6)), count) / 10.0 ** rng.integers(0, 7)


def reals(rng, count, dtype):
    dtype = np.dtype(dtype)
    if rng.random() < 0.15:
        bits = rng.integers(0, 256, count * dtype.itemsize, dtype=np.uint8)
        values = bits.view(dtype)
    else:
        with np.errstate(all="ignore"):
            values = magnitudes(rng, count, dtype).astype(dtype)
    if rng.random() < 0.25 and count:
        where = rng.random(count) < rng.choice([0.05, 0.5, 1.0])
        with np.errstate(all="ignore"):
            values[where] = rng.choice(SPECIALS, int(where.sum())).astype(dtype)
    return values


def elements(rng, count, dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "V" and ml_dtypes and dtype == ml_dtypes.bfloat16:
        return reals(rng, count, dtype)
    if dtype.kind == "f":
        return reals(rng, count, dtype)
    if dtype.kind == "c":
        values = np.empty(count, dtype)
        values.real = reals(rng, count, values.real.dtype)
        values.imag = reals(rng, count, values.real.dtype)
        return values
    if dtype.kind in "iu" and rng.random() < 0.6:
        low, high = sorted(rng.integers(-1200, 1200, 2).tolist())
        if dtype.kind == "u" or dtype.itemsize == 1:
            low, high = 0, min(abs(high), 127)
        return rng.integers(low, high + 1, count).astype(dtype)
    bits = rng.integers(0, 256, count * dtype.itemsize, dtype=np.uint8)
    return bits.view(dtype)


def shape(rng):
    choice = rng.random()
    if choice < 0.1:
        return ()
    if choice < 0.4:
        return (int(rng.integers(0, 30)),)
    if choice < 0.42:
        return (int(rng.integers(900, 1300)),)
    if choice < 0.44:
        return tuple(rng.integers(20, 50, 2).tolist())
    if choice < 0.45:
        return tuple(rng.permutation([1] * int(rng.integers(4, 62)) + [2, 3]).tolist())
    return tuple(rng.integers(1, 7, int(rng.integers(2, 5))).tolist())


class BFloat16:
    """dragon4, from its definition, for one type."""

    @staticmethod
    def digits(x, most, least):
        """Digits of x > 0 down to the place 10**most, at least to 10**least."""
        exact = Fraction(float(x))
        bits = int(np.asarray(x).view(np.uint16)) & 0x7FFF
        spacing = Fraction(2) ** (max(bits >> 7, 1) - 127 - 7)
        below = spacing / 2 if bits & 0x7F == 0 and bits >> 7 > 1 else spacing
        low, high = exact - below / 2, exact + spacing / 2
        even = bits % 2 == 0
        place = 0
        while Fraction(10) ** place > exact:
            place -= 1
        while Fraction(10) ** (place + 1) <= exact:
            place += 1
        first = place
        most, least = most(first), least(first)
        place = max(place, most) if most is not None else place
        while True:
            unit = Fraction(10) ** place
            down = exact // unit * unit
            up = down + unit
            down_fits = low <= down if even else low < down
            up_fits = up <= high if even else up < high
            if (down_fits or up_fits) and (least is None or place <= least) or place == most:
                break
            place -= 1
        if down_fits == up_fits:
            return round(exact / unit) * unit  # half to even
        return down if down_fits else up

    @staticmethod
    def split(x, most, least, sign):
        head = "-" if np.signbit(x) else "+" if sign else ""
        value = abs(x)
        number = Fraction(0) if value == 0 else BFloat16.digits(value, most, least)
        return head, number

    @staticmethod
    def positional(x, precision=-1, min_digits=-1, unique=True, fractional=True,
                   trim="k", sign=False, pad_left=-1, pad_right=-1):
        most = (lambda first: -precision) if precision >= 0 else (lambda first: None)
        head, number = BFloat16.split(x, most, lambda first: None, sign)
        whole = number // 1
        rest, digits = number - whole, ""
        while rest:
            rest *= 10
            digits += str(rest // 1)
            rest -= rest // 1
        text = (head + str(whole)).rjust(max(pad_left, 0)) + "."
        return text + digits.ljust(max(pad_right, 0))

    @staticmethod
    def scientific(x, precision=-1, min_digits=-1, unique=True, trim="k",
                   sign=False, pad_left=-1, exp_digits=-1):
        most = (lambda first: first - precision) if precision >= 0 else (lambda first: None)
        least = (lambda first: first - min_digits) if min_digits and min_digits > 0 else (lambda first: None)
        head, number = BFloat16.split(x, most, least, sign)
        exponent = 0
        while number and number < Fraction(10) ** exponent:
            exponent -= 1
        while number >= Fraction(10) ** (exponent + 1):
            exponent += 1
        number /= Fraction(10) ** exponent
        digits = ""
        rest = number - number // 1
        while rest:
            rest *= 10
            digits += str(rest // 1)
            rest -= rest // 1
        if trim == "k":
            digits = digits.ljust(max(min_digits, 0), "0")
        text = (head + str(number // 1)).rjust(max(pad_left, 0)) + "." + digits
        width = max(exp_digits, 2)
        return text + "e" + "+-"[exponent < 0] + str(abs(exponent)).rjust(width, "0")

    @staticmethod
    def scalar(x):
        if not np.isfinite(x):
            return str(float(x))
        size = abs(float(x))
        if size and not 1e-4 <= size < 100:
            head, tail = BFloat16.scientific(x, trim=".").split("e")
            return head.removesuffix(".") + "e" + tail
        text = BFloat16.positional(x)
        return text + "0" if text.endswith(".") else text

    @staticmethod
    def text(a):
        if a.ndim == 0:
            return BFloat16.scalar(a[()])
        real = arrayprint.dragon4_positional, arrayprint.dragon4_scientific, np.finfo

        def get(data, **options):
            return arrayprint.FloatingFormat(
                data, options["precision"], options["floatmode"],
                options["suppress"], options["sign"], legacy=options["legacy"])

        function = arrayprint._get_format_function
        arrayprint.dragon4_positional = BFloat16.positional
        arrayprint.dragon4_scientific = BFloat16.scientific
        arrayprint._get_format_function = get
        np.finfo = ml_dtypes.finfo
        try:
            return np.array_str(a)
        finally:
            arrayprint.dragon4_positional, arrayprint.dragon4_scientific, np.finfo = real
            arrayprint._get_format_function = function


def main(seed, count, longest):
    rng = np.random.default_rng(seed)
    types = [(np.dtype(c).newbyteorder(order).str, np.dtype(c).newbyteorder(order))
             for c in NUMPY_TYPES for order in "<>"]
    types += [("<" + c, np.dtype(c)) for c in "efdFD"] * 3
    types += [(f"|V{n}", np.dtype(f"V{n}")) for n in (1, 3, 16, 40)]
    if ml_dtypes:
        types += [("bfloat16", np.dtype(ml_dtypes.bfloat16))] * 4
    for _ in range(count):
        name, dtype = types[rng.integers(len(types))]
        extents = shape(rng)
        size = int(np.prod(extents))
        a = elements(rng, size, dtype.newbyteorder("=")).astype(dtype).reshape(extents)
        options = dict(precision=8, threshold=1000, edgeitems=3, linewidth=75)
        if rng.random() < 0.6:
            options["precision"] = int(rng.integers(0, 18))
        if rng.random() < 0.4:
            options["threshold"] = int(rng.integers(0, 60))
            # None at the edges takes NumPy exponential time in the rank.
            options["edgeitems"] = int(rng.integers(0 if len(extents) < 5 else 1, 5))
        if rng.random() < 0.3:
            options["linewidth"] = int(rng.integers(1, 130))
        with np.printoptions(**options), np.errstate(all="ignore"):
            text = BFloat16.text(a) if name == "bfloat16" else str(a)
        fields = [name, ",".join(map(str, extents)), *map(str, options.values()),
                  a.tobytes().hex(), text.replace("\n", "|")]
        line = "\t".join(fields)
        if len(line) <= longest:
            print(line)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int([*sys.argv, sys.maxsize][3]))
