"""How a number is written, everywhere on the pages: a real minus, powers of ten without zeros in front.

assets/live/shared.js writes the same; a test compares the two. `shortest` alone is for machines: links, tables to take home.
"""

import math
from decimal import ROUND_HALF_UP, Context, Decimal

# What is left of a zero after rounding in float64 is written as 0.
NOISE = 1e-12
LEAST = tuple(
    10.0**-digits for digits in range(20)
)  # that so many decimals show; looked up, as tables have thousands of cells


def fixed(value: float, digits: int = 3) -> str:
    """Write a number with a fixed number of decimals, or in scientific notation where that would be long or all zeros.

    What lies in the middle is rounded away from 0, as JavaScript does: 0.0625 is 0.063.
    """
    size = abs(value)
    if LEAST[digits] <= size < 1e6:  # thousands for a page, so first and without a look for a power of ten
        if math.ldexp(value, digits + 1).is_integer():  # no other number can lie in the middle
            return _for_eyes(str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)))
        return f"−{size:.{digits}f}" if value < 0 else f"{size:.{digits}f}"
    if size < NOISE:
        return f"{0.0:.{digits}f}"
    return _scientific(value, max(digits - 1, 1)) if math.isfinite(value) else _infinite(value)


def shortest(value: float) -> str:
    """Write a number with the fewest digits that read back as the same float: 15.85, 3, -0.5."""
    if not math.isfinite(value):
        return _infinite(value).replace("−", "-")
    return repr(value + 0.0).removesuffix(".0")  # + 0.0: a negative zero is a zero


def exact(value: float) -> str:
    """Write a number that was given, not computed, with all its digits: 15.85, 3, −0.5, 1e−5."""
    text = shortest(value)
    return _for_eyes(text) if value < 0 or "e" in text else text


def tenths(value: float) -> str:
    """One decimal, and no sign where that leaves zero."""
    return _for_eyes(f"{round(value, 1) + 0.0:.1f}") if abs(value) < 1e4 else short(value)


def short(value: float, digits: int = 2) -> str:
    """Write so many significant digits, with a power of ten where there would be many zeros."""
    if not math.isfinite(value):
        return _infinite(value)
    if value == 0:
        return "0"
    size = abs(value)
    if 1e-3 <= size < 10.0**digits - 0.5:  # above that the last digit would round up to a power of ten
        return f"{value:.{digits}g}".replace("-", "−")
    if 1e-3 <= size < 1e4:
        return _for_eyes(f"{value:.0f}")
    return _for_eyes(f"{value:.{digits - 1}e}")


def whole(value: float) -> str:
    """Write a number without decimals, its thousands apart."""
    return f"{value:,.0f}".replace("-", "−")


def percent(share: float, digits: int = 0) -> str:
    """Write a share of 1 in percent, with so many decimals."""
    return _for_eyes(f"{share:.{digits}%}")


def _for_eyes(text: str) -> str:
    """What a machine writes, with a real minus and a power of ten as one says it: -1e-05 is −1e−5."""
    if "e" in text:
        mantissa, _, power = text.partition("e")
        text = f"{mantissa}e{int(power)}"
    return text.replace("-", "−")


def _infinite(value: float) -> str:
    return "nan" if math.isnan(value) else "∞" if value > 0 else "−∞"


def _scientific(value: float, digits: int) -> str:
    rounded = Context(prec=digits + 1, rounding=ROUND_HALF_UP).plus(Decimal(value))
    return _for_eyes(f"{rounded:.{digits}e}")


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
    return rf"\left({number}\right)" if number[0] in "-−" else number


def _powers_of_ten(text: str) -> str:
    mantissa, _, exponent = text.replace("−", "-").replace("∞", r"\infty").partition("e")
    if not exponent:
        return mantissa
    factor = "" if mantissa == "1" else rf"{mantissa} \cdot "
    return rf"{factor}10^{{{int(exponent)}}}"
