"""Batches that cannot be used: each is refused with a sentence that says what is wrong, where, and what to do."""

import re
import string

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.batch.desk import OWN, Desk, Fields
from ui.batch.reading import (
    MAX_COLUMNS,
    MAX_MAGNITUDE,
    MAX_ROWS,
    MAX_TEXT,
    BatchError,
    read_batch,
    text_of,
    with_cell,
)
from ui.batch.sources import Drawn

INVISIBLE = re.compile("[\u200b-\u200d\u2060]")
ADVICE = ("Write", "Keep", "Give", "Add", "Paste", "Export", "Look")


def batch_or_message(text):
    try:
        return read_batch(text), ""
    except BatchError as problem:
        return None, str(problem)


def refusal(text):
    with pytest.raises(BatchError) as caught:
        read_batch(text)
    message = str(caught.value)
    assert any(word in message for word in ADVICE), f"no advice: {message}"
    assert message.endswith(".")
    return INVISIBLE.sub("", message)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("abc", "“abc”"),
        ("1_000", "“1_000”"),
        ("0x1F", "“0x1F”"),
        ("1.2.3", "“1.2.3”"),
        ("=1+1", "“=1+1”"),
        ("inf", "infinite"),
        ("-inf", "infinite"),
        ("Infinity", "infinite"),
        ("1e999", "infinite"),
        ("1e308", "1.00e308"),
        ("-1e308", "−1.00e308"),
        ("1000000001", "1.00e9"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(cell, said):
    message = refusal(f"age,km\n1,2\n3,{cell}\n5,6")
    assert "Row 1" in message
    assert "column km" in message
    assert said in message
    assert "Write a number" in message
    message = refusal(f"1,2\n3,4\n{cell},6")
    assert "Row 2" in message
    assert "column F0" in message


def test_the_first_bad_cell_is_the_one_that_is_named():
    message = refusal("1,2\n3,x\ny,4")
    assert "Row 1, column F1" in message


def test_a_number_that_is_too_large_says_how_large_it_may_be():
    assert f"{MAX_MAGNITUDE:,.0f}" in refusal("1e308\n2")


@pytest.mark.parametrize(
    ("text", "row", "has", "needs"),
    [
        ("1,2,3\n4,5\n6,7,8", "Row 1", "2 values", "3"),
        ("1.5,2\n3,4\n5", "Row 2", "1 value;", "2"),
        ("1,2\n3,4,5", "Row 1", "3 values", "2"),
        ("1 2\n3", "Row 1", "1 value;", "2"),
    ],
)
def test_a_ragged_row_is_named(text, row, has, needs):
    message = refusal(text)
    assert row in message
    assert has in message
    assert f"row 0 has {needs}" in message
    assert "same number of values" in message


def test_a_ragged_row_is_compared_with_the_line_of_names_where_there_is_one():
    message = refusal("a,b,c\n1,2\n3,4")
    assert "Row 0 has 2 values" in message
    assert "names has 3" in message


def test_names_without_a_row():
    assert "Row 0, column F0 holds “age”" in refusal("age,km")


@pytest.mark.parametrize("text", ["", " ", "\n\n", " \t \r\n", ",,,", ";;\n;;", "\u00a0", '""\n""'])
def test_no_rows_at_all(text):
    assert "no batch" in refusal(text)


def test_too_much_text():
    message = refusal("1,2\n" * (MAX_TEXT // 4 + 1))
    assert f"{MAX_TEXT:,}" in message


def test_a_cell_as_long_as_a_book_is_refused():
    refusal("1" * (MAX_TEXT - 10) + "\n2")
    refusal("2\n" + "x" * (MAX_TEXT - 10))


def test_a_quotation_mark_that_is_never_closed():
    assert "quotation mark" in refusal('1,"2\n3,4')


@pytest.mark.parametrize("cut", range(9, len("age,km\n1.5,2\n3,42\n5,6\n") - 3))
def test_text_that_was_cut_is_a_smaller_batch_or_refused(cut):
    text = "age,km\n1.5,2\n3,42\n5,6\n"[:cut]
    batch, message = batch_or_message(text)
    if batch is not None:
        assert batch.values.shape in {(1, 2), (2, 2), (3, 2)} or "km” is left out" in batch.notes[0]
    else:
        assert any(word in message for word in ADVICE)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"1,2\n\x00,4\n",
        b"\xff\xfe1",
        bytes(range(256)),
    ],
    ids=["png", "xlsx", "pdf", "null", "half a character", "all bytes"],
)
def test_a_file_that_is_not_text(data):
    with pytest.raises(BatchError, match="Export the sheet as CSV"):
        text_of(data)


def test_an_empty_file_has_no_batch():
    assert "no batch" in refusal(b"")
    assert "no batch" in refusal(b"\xff\xfe")


@pytest.mark.parametrize("typed", ["", " ", "abc", "nan", "inf", "-1e308", "1,5", "1_000", "n/a", "1.5.2"])
def test_a_bad_value_typed_into_a_cell_is_named_and_changes_nothing(typed):
    batch = read_batch("age,km\n1,2\n3,4")
    with pytest.raises(BatchError, match=r"Row 1, column km.*Write a number"):
        with_cell(batch, 1, 1, typed)
    assert batch.values.tolist() == [[1, 2], [3, 4]]


def test_what_the_reader_wrote_is_quoted_not_at_length_and_without_markup_where_it_is_shown():
    text = "*a*,<b>x\n1,2\n3,$$" + "[x](y)" * 1000
    assert len(refusal(text)) < 250
    message = INVISIBLE.sub("", Desk().read(Fields(OWN, text), Drawn((), 1, 0)).wrong.batch)
    assert r"column \<b\>x" in message
    assert r"\$\$\[x\]\(y\)" in message


CELL = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.sampled_from(["", " ", "1", "-2.5", "1,5", "x", '"', "'", "1e308", "nan", "\0", "\ufeff", "\u2028", "\x0b"]),
)
SHEET = st.builds(
    lambda rows, separator, end: end.join(separator.join(row) for row in rows),
    st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=5),
    st.sampled_from(list(",;\t |")),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


@given(st.one_of(st.text(), st.text(alphabet=string.digits + ' .,;\t\n\r"-+e'), SHEET))
@example("\ud800\n1")
@example('"\n')
@example("\0")
@example("\x1c1\n2")
def test_any_text_is_a_valid_batch_or_refused_with_a_sentence(text):
    batch, message = batch_or_message(text)
    if batch is None:
        assert message.endswith(".")
        return
    rows, columns = batch.values.shape
    assert 1 <= rows <= MAX_ROWS
    assert 1 <= columns <= MAX_COLUMNS
    assert len(batch.names) == columns
    assert np.isfinite(batch.values).all()
    assert np.abs(batch.values).max() <= MAX_MAGNITUDE


@given(st.binary())
@example("1,2\n3,4".encode("utf-32"))
def test_any_file_is_text_or_refused(data):
    try:
        text, _ = text_of(data)
    except BatchError:
        return
    assert "\0" not in text
