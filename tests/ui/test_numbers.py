"""How numbers are written: fixed decimals, fewest digits, powers of ten in formulas."""

import ast
import math
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.numbers import (
    counted,
    exact,
    fixed,
    in_parentheses,
    latex,
    latex_given,
    percent,
    short,
    shortest,
    tenths,
    whole,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.000"),
        (-0.0, "0.000"),
        (1e-13, "0.000"),
        (-1e-13, "0.000"),
        (1.5, "1.500"),
        (-2.0006, "−2.001"),
        (0.001, "0.001"),
        (0.0009, "9.00e−4"),
        (-0.0009, "−9.00e−4"),
        (999_999.0, "999999.000"),
        (1e6, "1.00e6"),
        (-1.23456e9, "−1.23e9"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_fixed_decimals_or_a_power_of_ten(value, text):
    assert fixed(value) == text


def test_fixed_takes_the_number_of_digits():
    assert fixed(1 / 3, 6) == "0.333333"
    assert fixed(1 / 3, 1) == "0.3"
    assert fixed(1e-5, 6) == "0.000010"
    assert fixed(1e-7, 6) == "1.00000e−7"
    assert fixed(1e-5, 1) == "1.0e−5"


@given(st.floats(-1e300, 1e300), st.integers(1, 8))
def test_fixed_is_as_near_as_its_digits_allow(value, digits):
    text = fixed(value, digits).replace("−", "-")
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (exact(-0.5), "−0.5"),
        (exact(1e-5), "1e−5"),
        (exact(1e16), "1e16"),
        (short(0.0), "0"),
        (short(-0.0123), "−0.012"),
        (short(123.4), "123"),
        (short(123.4, 3), "123"),
        (short(0.31623, 3), "0.316"),
        (short(1.66e-16), "1.7e−16"),
        (short(1e-5, 1), "1e−5"),
        (short(-2.5e7), "−2.5e7"),
        (short(math.inf), "∞"),
        (percent(0.256), "26%"),
        (percent(0.0123, 2), "1.23%"),
        (tenths(-0.26), "−0.3"),
        (short(99.7), "100"),
        (whole(-1234567.0), "−1,234,567"),
    ],
)
def test_all_writers_have_one_minus_and_one_power_of_ten(text, expected):
    assert text == expected


@given(st.floats(), st.integers(1, 6))
def test_no_writer_for_eyes_leaves_what_machines_write(value, digits):
    for text in (fixed(value, digits), short(value, digits), exact(value), tenths(value)):
        assert not re.search(r"-|e\+|e−?0", text), text


ROOT = Path(__file__).parents[2]
FOR_MACHINES = {"ui/numbers.py", "ui/batch/take_home.py"}
SCRIPTS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "ui").rglob("*.py"))]


def formatted(tree):
    """The numbers that f-strings write by themselves, but for those that are read again at once: float(f"...")."""
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "float"]
    read = {id(each) for call in calls for each in ast.walk(call)}
    for each in ast.walk(tree):
        if isinstance(each, ast.FormattedValue) and each.format_spec and id(each) not in read:
            yield each.lineno, "".join(part.value for part in each.format_spec.values if isinstance(part, ast.Constant))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_numbers_on_pages_are_written_by_the_one_writer(path):
    """Thousands with commas, `:,`, are whole and never below 0; they may be written in place."""
    if path.relative_to(ROOT).as_posix() not in FOR_MACHINES:
        found = formatted(ast.parse(path.read_text(encoding="utf-8")))
        assert [(line, spec) for line, spec in found if spec[-1:] in "efg%" and not spec.startswith(",")] == []


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
