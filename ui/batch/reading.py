"""The reader's own batch: from text to numbers and back, with a sentence for everything that can be wrong."""

import csv
import io
import math
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bn import FloatArray
from bn.arrays import read_only
from ui.numbers import shortest
from ui.plain import plain

MAX_ROWS = 256
MAX_COLUMNS = 8
MAX_MAGNITUDE = 1e9
MAX_NAME = 20
MAX_TEXT = 200_000
MAX_LINES = 4 * MAX_ROWS  # filled or not
MARKS = "\t;, "  # what separates values, the likeliest first
REMEMBERED = 16  # texts, of all sessions: those that are read now

NO_BATCH = "There is no batch yet. Paste rows of numbers, one example on each line."
NUMBER_HINT = "Write a number there, such as 1.5 or -2e3."


class BatchError(ValueError):
    """What is wrong with a batch, where, and what to do about it: one or two plain sentences."""


@dataclass(frozen=True, eq=False)
class OwnBatch:
    """values: (N, C), read-only; names: one for each column, as the reader wrote them."""

    values: FloatArray
    names: tuple[str, ...]


def default_names(num_features: int) -> tuple[str, ...]:
    """F0, F1, … for a batch that brings no names."""
    return tuple(f"F{j}" for j in range(num_features))


def parse_batch(text: str) -> OwnBatch:
    """Read rows of numbers, separated by commas, semicolons, tabs or spaces, with or without a line of names above.

    With semicolons or tabs a decimal comma is understood. Rows are counted from 0, as in the tables.
    Raises BatchError for anything that is not a batch of 1-256 rows and 1-8 columns of finite numbers up to 1e9.
    """
    if len(text) > MAX_TEXT:
        raise BatchError(f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read. Keep fewer rows.")
    batch = _remembered(text)
    if isinstance(batch, str):
        raise BatchError(batch)
    return batch


def read_ahead(text: str) -> None:
    """Read a text now, so that `parse_batch` knows it by heart where others would wait for it."""
    with suppress(BatchError):
        parse_batch(text)


@lru_cache(maxsize=REMEMBERED)
def _remembered(text: str) -> OwnBatch | str:
    """The batch that a text holds, or what is wrong with it."""
    try:
        return _read(text)
    except BatchError as problem:
        return str(problem)


def _read(text: str) -> OwnBatch:
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise BatchError(NO_BATCH)
    lines = _lines(text)
    separator = _separator(lines)
    cells = _cells("".join(lines), separator)
    decimal_comma = separator in ";\t"
    has_names = len(cells) > 1 and all(_number(cell, decimal_comma) is None for cell in cells[0] if cell)
    has_names = has_names and any(cells[0])
    rows = cells[1:] if has_names else cells
    width = len(cells[0])
    _check_shape(rows, width, has_names)
    names = _names(cells[0]) if has_names else default_names(width)
    values = [
        [_checked_number(cell, i, names[j], decimal_comma) for j, cell in enumerate(row)] for i, row in enumerate(rows)
    ]
    return OwnBatch(read_only(np.array(values)), names)


def decode_upload(data: bytes) -> str:
    """Turn an uploaded file into text. Raises BatchError if it is not text in UTF-8 or UTF-16."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BatchError(
            "The file is not text. Export the sheet as CSV (UTF-8) and upload that; nothing was changed."
        ) from error
    if "\0" in text:
        raise BatchError("The file holds binary data. Export the sheet as CSV (UTF-8); nothing was changed.")
    return text


def write_batch(batch: OwnBatch) -> str:
    """Write a batch as text that `parse_batch` reads back to the very same numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if batch.names != default_names(len(batch.names)):
        writer.writerow(batch.names)
    writer.writerows([shortest(value) for value in row] for row in batch.values.tolist())
    return out.getvalue()


def with_cell(batch: OwnBatch, row: int, column: int, text: str) -> OwnBatch:
    """Return the batch with one cell replaced by what was typed. Raises BatchError if that is not a usable number."""
    value = _checked_number(text.strip(), row, batch.names[column], decimal_comma=False)
    values = batch.values.copy()
    values[row, column] = value
    return OwnBatch(read_only(values), batch.names)


def _lines(text: str) -> list[str]:
    """The lines with their ends, without the empty ones that spreadsheets leave at the end. Few, so that reading is quick."""
    lines = text.splitlines(keepends=True)
    while lines and not lines[-1].strip(MARKS + "\r\n"):
        lines.pop()
    if len(lines) > MAX_LINES:
        raise BatchError(f"The text has {len(lines):,} lines; at most {MAX_ROWS} rows are read. Keep fewer rows.")
    return lines


def _separator(lines: list[str]) -> str:
    """The separator of the lines that are only numbers; names may hold any. One column has none, and a comma will do."""
    lines = [line.rstrip("\r\n") for line in lines if line.strip()]
    numbers = [line for line in lines if re.fullmatch(r"[-+.\deE\t;, ]+", line)]
    marks = [mark for mark in MARKS if any(mark in line.strip(" ") for line in numbers or lines)]
    return marks[0] if marks else ","


def _cells(text: str, separator: str) -> list[list[str]]:
    """The text as rows of stripped cells, without empty lines and the empty columns that spreadsheets leave at the end.

    The standard library's reader, not pandas: pandas fills up short rows, and which row is short must be said.
    """
    lines = io.StringIO(re.sub("[ \t]+", " ", text) if separator == " " else text, newline=None)
    try:
        stripped = (line.strip(" ") for line in lines)
        rows = [[cell.strip() for cell in row] for row in csv.reader(stripped, delimiter=separator, strict=True)]
    except csv.Error as error:
        raise BatchError(
            "The text cannot be read as rows of values. Look for a quotation mark that is never closed."
        ) from error
    rows = [row for row in rows if len(row) > 1 or any(row)]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise BatchError(NO_BATCH)
    spare = min(map(_blank_at_the_end, rows))
    return [row[: len(row) - spare] for row in rows]


def _blank_at_the_end(row: list[str]) -> int:
    """How many of the last cells are blank; the first is none of them."""
    filled = (j for j in range(len(row) - 1, 0, -1) if row[j])
    return len(row) - 1 - next(filled, 0)


def _names(cells: list[str]) -> tuple[str, ...]:
    """The names, shortened; where two are alike, each with its number."""
    names = [_shortened(cell) or f"F{j}" for j, cell in enumerate(cells)]
    return tuple(names) if len(set(names)) == len(names) else tuple(f"{name} ({j})" for j, name in enumerate(names))


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"


def _check_shape(rows: list[list[str]], width: int, has_names: bool) -> None:
    if width > MAX_COLUMNS:
        raise BatchError(
            f"The batch has {width} columns; at most {MAX_COLUMNS} fit on the page. Keep the columns you need."
        )
    if len(rows) > MAX_ROWS:
        raise BatchError(f"The batch has {len(rows):,} rows; at most {MAX_ROWS} are read. Keep fewer rows.")
    for i, row in enumerate(rows):
        if len(row) != width:
            above = "the line of names" if has_names else "row 0"
            raise BatchError(
                f"Row {i} has {len(row)} {'value' if len(row) == 1 else 'values'}; {above} has {width}. "
                "Give every row the same number of values."
            )


def _number(cell: str, decimal_comma: bool) -> float | None:
    """The cell as a float, or None if it is not a number. Python would also read 1_000; a reader may not mean that."""
    if "_" in cell:
        return None
    try:
        return float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return None


def _checked_number(cell: str, row: int, name: str, decimal_comma: bool) -> float:
    where = f"Row {row}, column {plain(name)}"
    if not cell:
        raise BatchError(f"{where} is blank. {NUMBER_HINT}")
    value = _number(cell, decimal_comma)
    if value is None:
        raise BatchError(f"{where} holds “{plain(_shortened(cell))}”, which is not a number. {NUMBER_HINT}")
    if math.isnan(value):
        raise BatchError(f"{where} is NaN, which would make its whole column NaN. {NUMBER_HINT}")
    if abs(value) > MAX_MAGNITUDE:
        size = "infinite" if math.isinf(value) else f"{value:.3g}"
        raise BatchError(f"{where} is {size}; values up to ±1,000,000,000 can be shown. {NUMBER_HINT}")
    return value + 0.0
