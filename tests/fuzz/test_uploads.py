"""Files that nobody should upload: each is read as a batch or refused with a sentence, and nothing else happens."""

import gzip
import io
import random
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz.conftest import AMOUNT
from tests.pages.driving import assert_in_order, open_page
from ui.batch.reading import MAX_COLUMNS, MAX_MAGNITUDE, MAX_ROWS, BatchError, read_batch
from ui.batch.take_home import table_csv

FILES = 150 * AMOUNT
SEPARATORS = (",", ";", "\t", " ", "|", ", ")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "shift_jis", "utf-7")
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠SUM(1)")
MEBIBYTE = 2**20


def zipped(data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("batch.csv", data)
    return file.getvalue()


BOMBS = {
    "zip": zipped(bytes(50 * MEBIBYTE)),
    "zip in a zip": zipped(zipped(bytes(50 * MEBIBYTE))),
    "gzip": gzip.compress(bytes(50 * MEBIBYTE)),
    "workbook": zipped("<worksheet/>"),
    "one line": b"1," * (2 * MEBIBYTE),
    "one column": b"1\n" * (2 * MEBIBYTE),
    "one number": b"1" * (4 * MEBIBYTE),
    "quotes": b'"' * (4 * MEBIBYTE),
    "open quote": b'"' + b"1,2\n" * MEBIBYTE,
    "zeros": bytes(4 * MEBIBYTE),
    "spaces": b" " * (4 * MEBIBYTE),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "document": b"%PDF-1.7\n" + bytes(1000),
    "empty": b"",
}

numbers = st.floats(allow_nan=True, allow_infinity=True).map(repr) | st.integers().map(str) | st.sampled_from(FORMULAS)
cells = numbers | st.text(max_size=12) | st.just("")
sheets = st.lists(st.lists(cells, min_size=1, max_size=10), min_size=1, max_size=12)


def assert_read_or_refused(data):
    try:
        batch = read_batch(data)
    except BatchError as problem:
        sentence = str(problem)
        assert sentence
        assert len(sentence) < 400
        assert sentence.rstrip().endswith((".", "!", "?")), sentence
        return
    rows, columns = batch.values.shape
    assert 1 <= rows <= MAX_ROWS
    assert 1 <= columns <= MAX_COLUMNS
    assert len(batch.names) == columns
    assert np.isfinite(batch.values).all()
    assert np.abs(batch.values).max() <= MAX_MAGNITUDE


def test_any_bytes_are_read_or_refused(tried):
    @settings(max_examples=FILES)
    @given(st.binary(max_size=300))
    def check(data):
        assert_read_or_refused(data)
        tried("files of random bytes")

    check()


def test_any_sheet_in_any_encoding_is_read_or_refused(tried):
    @settings(max_examples=FILES)
    @given(sheets, st.sampled_from(SEPARATORS), st.sampled_from(ENCODINGS), st.sampled_from(("\n", "\r\n", "\r")))
    @example([["a", "b"], ["1", "2"], ["3", "4"]], ",", "utf-8", "\n")
    def check(sheet, separator, encoding, line_end):
        text = line_end.join(separator.join(row) for row in sheet)
        assert_read_or_refused(text.encode(encoding, "replace"))
        tried("files of random cells")

    check()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_on_the_page_and_the_batch_stays(name, tried):
    at = open_page()
    at.session_state["source"] = "Your own"
    at.run()
    at.session_state["batch"] = "1,2\n3,4\n"
    at.run()
    at.file_uploader(key="upload").set_value((f"{name}.csv", BOMBS[name], "text/csv")).run()
    assert_in_order(at, name)
    assert len(at.error) == 1
    assert at.session_state["batch"] == "1,2\n3,4\n"
    tried("bombs")


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_name_that_is_a_formula_does_not_come_back_alive(formula, tried):
    batch = read_batch(f'"{formula}",b\n1,-2\n3,4\n')
    file = table_csv(batch.values, batch.names)
    for name in pd.read_csv(io.StringIO(file)).columns:
        assert not name.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")), name
    np.testing.assert_array_equal(read_batch(file).values, [[1, -2], [3, 4]])
    tried("formulas")


def test_mutilated_files_are_read_or_refused(tried):
    """A good file with some bytes changed, lost or doubled."""
    chance = random.Random(0)  # noqa: S311 (nobody's secret)
    good = "größe;b\n1,5;-2e3\n3;4\n".encode()
    for _ in range(FILES):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
            if not data:
                break
        assert_read_or_refused(bytes(data))
        tried("mutilated files")
