"""How a number is written: in tables, in formulas, in a batch that is shared as text.

assets/live/shared.js writes the same; a test compares the two.
"""

import math
from decimal import ROUND_HALF_UP, Context, Decimal

# What is left of a zero after rounding in float64 is written as 0.
NOISE = 1e-12


def fixed(value: float, digits: int = 3) -> str:
    """Write a number with a fixed number of decimals, or in scientific notation where that would be long or all zeros.

    What lies in the middle is rounded away from 0, as JavaScript does: 0.0625 is 0.063.
    """
    if not math.isfinite(value):
        return _infinite(value)
    if abs(value) < NOISE:
        value = 0.0
    if value != 0 and not 10.0**-digits <= abs(value) < 1e6:
        return _scientific(value, max(digits - 1, 1))
    if (value * 2.0 ** (digits + 1)).is_integer():  # no other number can lie in the middle
        return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    return f"{value:.{digits}f}"


def shortest(value: float) -> str:
    """Write a number with the fewest digits that read back as the same float: 15.85, 3, -0.5."""
    if not math.isfinite(value):
        return _infinite(value)
    return repr(value + 0.0).removesuffix(".0")  # + 0.0: a negative zero is a zero


def tenths(value: float) -> str:
    """One decimal, and no sign where that leaves zero."""
    return f"{round(value, 1) + 0.0:.1f}" if abs(value) < 1e4 else short(value)


def short(value: float) -> str:
    """Two significant digits, with a power of ten where there would be many zeros."""
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _infinite(value: float) -> str:
    return "nan" if math.isnan(value) else "∞" if value > 0 else "-∞"


def _scientific(value: float, digits: int) -> str:
    rounded = Context(prec=digits + 1, rounding=ROUND_HALF_UP).plus(Decimal(value))
    mantissa, exponent = f"{rounded:.{digits}e}".split("e")
    return f"{mantissa}e{int(exponent):+03d}"


def counted(count: int, noun: str) -> str:
    """How many of what: 1 row, 2 rows, 1,000 batches."""
    ending = "" if count == 1 else "es" if noun.endswith("ch") else "s"
    return f"{count:,} {noun}{ending}"


def latex(value: float, digits: int = 6) -> str:
    """Write a result for a formula: as `fixed`, with powers of ten set as powers of ten."""
    return _powers_of_ten(fixed(value, digits))


def latex_given(value: float, digits: int = 6) -> str:
    """Write a number that was given, not computed: all its digits where they are few, as a result where they are many."""
    text = shortest(value)
    return _powers_of_ten(text) if len(text) <= digits + 3 else latex(value, digits)


def in_parentheses(number: str) -> str:
    """Write a number that follows an operator: in parentheses if it is negative."""
    return rf"\left({number}\right)" if number.startswith("-") else number


def _powers_of_ten(text: str) -> str:
    mantissa, _, exponent = text.replace("∞", r"\infty").partition("e")
    if not exponent:
        return mantissa
    factor = "" if mantissa == "1" else rf"{mantissa} \cdot "
    return rf"{factor}10^{{{int(exponent)}}}"
