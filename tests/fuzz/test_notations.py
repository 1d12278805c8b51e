"""Tables in every notation, written and read back: what was written, or a note, or a refusal; never silently something else."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.conftest import AMOUNT
from ui.batch import BatchError, read_batch

TABLES = 200 * AMOUNT
NAMES = ["alpha", "Größe (cm)", "x_3", "net income", "T [°C]"]
THOUSANDS = {".": ("", "", ",", " ", "\u00a0", "\u202f", "'", "’"), ",": ("", "", ".", " ", "\u00a0", "\u202f")}
SEPARATORS = ("\t", ";", ",", ", ", " ", "  ", " | ", " & ")
ENDS = {" & ": " \\\\\n"}
MINUS = ("-", "−", "–")
AROUND = ("{}", "{}", "{}", "{}%", "{} %", "${}", "{} €", "{} kg")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")


@st.composite
def numbers(draw, rows, columns):
    """Numbers as a column of a table has them: some as large, with as many decimals."""
    table = []
    for _ in range(columns):
        places, size = draw(st.integers(0, 3)), draw(st.sampled_from((10, 100, 1_000, 100_000, 10**8)))
        least = -size if draw(st.booleans()) else 0
        column = draw(st.lists(st.integers(least * 10**places, size * 10**places), min_size=rows, max_size=rows))
        fixed = draw(st.booleans())
        texts = [f"{abs(each) / 10**places:.{places}f}" for each in column]
        table.append(
            [
                (each < 0, text if fixed or "." not in text else text.rstrip("0").rstrip("."))
                for each, text in zip(column, texts, strict=True)
            ]
        )
    return list(zip(*table, strict=True))


def grouped(digits, mark):
    first = len(digits) % 3 or 3
    return mark.join([digits[:first], *(digits[i : i + 3] for i in range(first, len(digits), 3))]) if mark else digits


@st.composite
def tables(draw):
    """A text, and the numbers that were written into it."""
    rows, columns = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    decimal = draw(st.sampled_from(".,"))
    thousands = draw(st.sampled_from(THOUSANDS[decimal]))
    separator, minus = draw(st.sampled_from(SEPARATORS)), draw(st.sampled_from(MINUS))
    around = [draw(st.sampled_from(AROUND)) for _ in range(columns)]
    quoted = draw(st.booleans()) and separator in "\t;,"
    lines, values = [], []
    for row in draw(numbers(rows, columns)):
        cells = []
        for (negative, text), frame in zip(row, around, strict=True):
            whole, _, fraction = text.partition(".")
            cell = minus * negative + grouped(whole, thousands) + (decimal + fraction if fraction else "")
            cell = cell if separator == " " and " " in frame else frame.format(cell)
            cells.append(f'"{cell}"' if quoted or separator.strip() in (*cell,) else cell)
        values.append([-float(text) if negative else float(text) for negative, text in row])
        lines.append(separator.join(cells))
    if draw(st.booleans()):
        names = [f'"{name}"' if separator == " " else name.replace("%", "") for name in NAMES[:columns]]
        lines.insert(0, separator.join(names))
    end = ENDS.get(separator, draw(st.sampled_from(("\n", "\r\n"))))
    return end.join(lines) + draw(st.sampled_from(("", end))), values


def check_reading(source, values):
    """How a table was read: right, noted or refused. Fails where it is another and nothing says so."""
    try:
        reading = read_batch(source)
    except BatchError as problem:
        return "refused" if str(problem).endswith(".") else f"refused without a sentence: {problem}"
    if reading.values.shape == np.shape(values) and np.allclose(reading.values, values, rtol=1e-12, atol=0):
        return "right"
    assert reading.notes, (source, reading.values.tolist(), values)
    return "noted"


def test_a_table_in_any_notation_is_read_as_it_was_written_or_something_says_what_was_assumed(tried):
    @settings(max_examples=TABLES)
    @given(tables(), st.sampled_from(ENCODINGS), st.booleans())
    def check(table, encoding, as_text):
        text, values = table
        tried(f"tables {check_reading(text if as_text else text.encode(encoding), values)}")

    check()


SHAPES = {
    "Python": lambda values: repr(values),
    "NumPy": lambda values: str(np.array(values)),
    "an array": lambda values: repr(np.array(values)),
    "JSON": lambda values: json.dumps(values),
    "records": lambda values: json.dumps([{f"c{j}": each for j, each in enumerate(row)} for row in values]),
    "columns": lambda values: repr({f"c{j}": list(column) for j, column in enumerate(zip(*values, strict=True))}),
    "MATLAB": lambda values: f"A = [{'; '.join(' '.join(map(repr, row)) for row in values)}];",
    "a tensor": lambda values: f"tensor({values}, device='cuda:0', grad_fn=<MulBackward0>)",
    "Mathematica": lambda values: repr(values).replace("[", "{").replace("]", "}"),
    "tuples": lambda values: repr([tuple(row) for row in values]),
}


def test_numbers_in_brackets_are_read_as_they_were_written(tried):
    @settings(max_examples=TABLES // 2)
    @given(st.integers(1, 6), st.integers(1, 5), st.data(), st.sampled_from(sorted(SHAPES)))
    def check(rows, columns, data, shape):
        element = st.integers(-10_000, 10_000) | st.floats(-1e6, 1e6, allow_subnormal=False).map(
            lambda each: round(each, 3)
        )
        row = st.lists(element, min_size=columns, max_size=columns)
        values = data.draw(st.lists(row, min_size=rows, max_size=rows))
        text = SHAPES[shape](values)
        printed = np.array(values, dtype=float)
        if shape in ("NumPy", "an array"):  # which print eight digits
            with np.printoptions(threshold=10_000):
                text = SHAPES[shape](values)
            reading = read_batch(text)
            np.testing.assert_allclose(reading.values, printed, rtol=1e-5, atol=1e-2)
            tried("arrays printed")
            return
        tried(f"brackets {check_reading(text, printed)}")

    check()
