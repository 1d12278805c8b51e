"""How a number is written: in tables, in formulas, in a batch that is shared as text."""

import math

# What is left of a zero after rounding in float64 is written as 0.
NOISE = 1e-12


def fixed(value: float, digits: int = 3) -> str:
    """Write a number with a fixed number of decimals, or in scientific notation where that would be long or all zeros."""
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if abs(value) < NOISE:
        value = 0.0
    if value != 0 and not 10.0**-digits <= abs(value) < 1e6:
        return f"{value:.{max(digits - 1, 1)}e}"
    return f"{value:.{digits}f}"


def shortest(value: float) -> str:
    """Write a number with the fewest digits that read back as the same float: 15.85, 3, -0.5."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


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
