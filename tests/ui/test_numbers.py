"""How numbers are written: fixed decimals, fewest digits, powers of ten in formulas."""

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.numbers import counted, fixed, in_parentheses, latex, latex_given, shortest

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.000"),
        (-0.0, "0.000"),
        (1e-13, "0.000"),
        (-1e-13, "0.000"),
        (1.5, "1.500"),
        (-2.0006, "-2.001"),
        (0.001, "0.001"),
        (0.0009, "9.00e-04"),
        (-0.0009, "-9.00e-04"),
        (999_999.0, "999999.000"),
        (1e6, "1.00e+06"),
        (-1.23456e9, "-1.23e+09"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
    ],
)
def test_fixed_decimals_or_a_power_of_ten(value, text):
    assert fixed(value) == text


def test_fixed_takes_the_number_of_digits():
    assert fixed(1 / 3, 6) == "0.333333"
    assert fixed(1 / 3, 1) == "0.3"
    assert fixed(1e-5, 6) == "0.000010"
    assert fixed(1e-7, 6) == "1.00000e-07"
    assert fixed(1e-5, 1) == "1.0e-05"


@given(st.floats(-1e300, 1e300), st.integers(1, 8))
def test_fixed_is_as_near_as_its_digits_allow(value, digits):
    text = fixed(value, digits)
    precision = 0.5000001 * 10.0**-digits if "e" not in text else 0.0501 * abs(value)
    assert math.isclose(float(text), value, rel_tol=0, abs_tol=max(precision, 1e-12))
    assert not text.startswith("-0.") or float(text) != 0


@pytest.mark.parametrize(
    ("value", "text"),
    [(15.85, "15.85"), (3.0, "3"), (-0.5, "-0.5"), (0.0, "0"), (27.30, "27.3"), (-1000.0, "-1000"), (1e-5, "1e-05")],
)
def test_shortest_drops_what_says_nothing(value, text):
    assert shortest(value) == text


@given(FINITE)
@example(1e15)
@example(-1e15)
@example(1e308)
@example(5e-324)
@example(0.1 + 0.2)
def test_shortest_reads_back_as_the_same_float(value):
    text = shortest(value)
    assert float(text) == value
    assert len(text) <= len(repr(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.11375, "-0.113750"),
        (6.396448, "6.396448"),
        (2.5e-7, r"2.50000 \cdot 10^{-7}"),
        (-1e9, r"-1.00000 \cdot 10^{9}"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
    ],
)
def test_latex_of_a_result(value, text):
    assert latex(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-5, "10^{-5}"),
        (-1e-5, r"-1 \cdot 10^{-5}"),
        (15.85, "15.85"),
        (3.0, "3"),
        (0.0, "0"),
        (1 / 3, "0.333333"),
        (123_456_789.0, "123456789"),
        (1_234_567_890.0, r"1.23457 \cdot 10^{9}"),
    ],
)
def test_latex_of_a_given_number_has_all_its_digits_while_they_are_few(value, text):
    assert latex_given(value) == text


@given(FINITE)
def test_formulas_hold_no_computer_notation(value):
    for text in (latex(value), latex_given(value)):
        assert re.fullmatch(r"-?(\d+(\.\d+)?)?( \\cdot )?(10\^\{-?\d+\})?", text)
        assert text


def test_parentheses_around_negative_numbers_only():
    assert in_parentheses("-3") == r"\left(-3\right)"
    assert in_parentheses("3") == "3"
    assert in_parentheses(latex(-1e-9)).startswith(r"\left(-1.00000 \cdot")


def test_one_is_counted_without_an_s():
    said = [counted(1, "row"), counted(0, "row"), counted(2, "batch"), counted(1, "batch"), counted(1000, "channel")]
    assert said == ["1 row", "0 rows", "2 batches", "1 batch", "1,000 channels"]
