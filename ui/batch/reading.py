"""The reader's own batch: from whatever was pasted or uploaded to numbers and back, with a sentence for all that was assumed.

What the bytes say is `decoding`; what shape the text has `tagged`, `printed`, `marked_up` and `separated`; what rows and columns
are for `roles`; how numbers are written `notation`. Here they follow one another, and rows and columns are chosen.
"""

import csv
import io
import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from bn import FloatArray
from bn.arrays import read_only
from ui.batch import notation
from ui.batch.decoding import DecodingError, decode
from ui.batch.grid import Cell, Grid, ShapeError
from ui.batch.marked_up import read_latex, read_piped
from ui.batch.printed import read_printed
from ui.batch.roles import COUNT, NUMBERS, Column, Said, Sheet, _short, _what, assign
from ui.batch.separated import read_lines
from ui.batch.tagged import read_html, read_wiki
from ui.numbers import exact, short, shortest

MAX_ROWS = 256
MAX_COLUMNS = 8
MAX_MAGNITUDE = 1e9
MAX_NAME = 20
MAX_TEXT = 200_000
REMEMBERED = 16  # texts, of all sessions: those that are read now
FULL_WIDTH = str.maketrans("，；｜", ",;|")  # marks that separate, as wide as Chinese characters
SEED = 0  # of the sample of many rows

NO_BATCH = "There is no batch yet. Paste rows of numbers, one example on each line."
NUMBER_HINT = "Write a number there, such as 1.5 or -2e3."


class BatchError(ValueError):
    """What is wrong with a batch, where, and what to do about it: one or two sentences, in part in the reader's own words."""


@dataclass(frozen=True, eq=False)
class OwnBatch:
    """values: (N, C), read-only; names: one for each column, as the reader wrote them."""

    values: FloatArray
    names: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """What the reader chose of how a table is read; empty where the reader of tables decides.

    names: whether the first line is "names" or "data". decimal: "." or ",". columns: which, counted from 0 in the table.
    rows: "first" or "sample" of too many. percent: whether 12% is "12" or "0.12". nines: whether -9999 is "missing" or a
    "number", or "kept", a number of which nothing need be said.
    """

    names: str = ""
    decimal: str = ""
    columns: tuple[int, ...] = ()
    rows: str = ""
    percent: str = ""
    nines: str = ""

    @property
    def text(self) -> str:
        """The choices in a few letters, for a link: names_comma_c0-2_sample."""
        words = [WORDS.get(each, each) for each in (self.names, self.decimal, self.rows, self.percent, self.nines)]
        columns = ["c" + "-".join(map(str, self.columns))] if self.columns else []
        return "_".join([*filter(None, words), *columns])

    @classmethod
    def of(cls, text: str) -> "Choices":
        """The choices that a text names; what names none is left alone."""
        chosen: dict[str, str] = {}
        columns: tuple[int, ...] = ()
        for word in text.split("_")[:10]:
            if word in FIELD_OF:
                chosen[FIELD_OF[word]] = VALUES.get(word, word)
            elif len(word) < 200 and re.fullmatch(r"c\d{1,4}(?:-\d{1,4})*", word):
                columns = tuple(dict.fromkeys(map(int, word[1:].split("-"))))
        return cls(columns=columns, **chosen)


WORDS = {".": "point", ",": "comma", "12": "percent", "0.12": "shares"}
VALUES = {word: value for value, word in WORDS.items()}
FIELD_OF = {
    **dict.fromkeys(("names", "data"), "names"),
    **dict.fromkeys(("point", "comma"), "decimal"),
    **dict.fromkeys(("first", "sample"), "rows"),
    **dict.fromkeys(("percent", "shares"), "percent"),
    **dict.fromkeys(("missing", "number", "kept"), "nines"),
}


@dataclass(frozen=True, eq=False)
class Reading(OwnBatch):
    """A batch, and how it was read.

    notes: a sentence for everything that was assumed or left out; about: for each the field of `Choices` that changes it,
    or nothing. taken: the choices that give this reading. columns: name and kind of each column of the table.
    """

    notes: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    taken: Choices = field(default_factory=Choices)
    columns: tuple[tuple[str, str], ...] = ()
    rows: int = 0


def default_names(num_features: int) -> tuple[str, ...]:
    """F0, F1, … for a batch that brings no names."""
    return tuple(f"F{j}" for j in range(num_features))


def read_batch(source: str | bytes, **chosen: object) -> Reading:
    """Read a table as it was pasted or uploaded. chosen: fields of `Choices`.

    Raises BatchError for anything in which there are not 1-256 rows and 1-8 columns of finite numbers up to 1e9, or which
    could be read in two ways that are as likely. Rows are counted from 0, as in the tables.
    """
    return read_as(source, Choices(**chosen))  # type: ignore[arg-type]


def read_as(source: str | bytes, choices: Choices) -> Reading:
    """As `read_batch`, with all that the reader chose."""
    if len(source) > (MAX_TEXT if isinstance(source, str) else 4 * MAX_TEXT):
        raise BatchError(_too_long(len(source)))
    reading = _remembered(source, choices)
    if isinstance(reading, str):
        raise BatchError(reading)
    return reading


def text_of(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of an uploaded file, and a note where its encoding was guessed. Raises BatchError if it is none."""
    try:
        return decode(data)
    except DecodingError as problem:
        raise BatchError(str(problem)) from problem


def read_ahead(text: str, choices: Choices | None = None) -> None:
    """Read a text now, so that `read_batch` knows it by heart where others would wait for it."""
    if len(text) <= MAX_TEXT:
        _remembered(text, choices or Choices())


@lru_cache(maxsize=REMEMBERED)
def _remembered(source: str | bytes, choices: Choices) -> Reading | str:
    """The batch that a text holds, or what is wrong with it."""
    try:
        return _read(source, choices)
    except (BatchError, ShapeError, DecodingError) as problem:
        return str(problem)


def _too_long(length: int) -> str:
    return f"The text has {length:,} characters; at most {MAX_TEXT:,} are read. Keep fewer rows."


def _read(source: str | bytes, choices: Choices = Choices()) -> Reading:
    text, said = (source, ()) if isinstance(source, str) else decode(source)
    if len(text) > MAX_TEXT:
        raise BatchError(_too_long(len(text)))
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise BatchError(NO_BATCH)
    table = assign(grid_of(text, choices.decimal), choices.names)
    notes: list[Said] = [*((each, "") for each in said), *table.said]
    if choices.columns:
        notes = [(each, about) for each, about in notes if about != "columns"]  # which the reader has looked at
    return _numbers(table, choices, notes)


def grid_of(text: str, decimal: str = "") -> Grid:
    """The rows and cells of a text, by the first shape that it has. decimal: the mark that the reader chose, if any."""
    text = _as_written(text).translate(FULL_WIDTH)
    return (
        read_wiki(text)
        or read_html(text)
        or read_printed(text)
        or read_latex(text)
        or read_piped(text)
        or read_lines(text, decimal)
    )


def _as_written(text: str) -> str:
    """A text without the marks of a quotation in mail and of a block of code."""
    lines = text.strip().splitlines()
    if len(lines) > 2 and lines[0].startswith("```") and lines[-1].strip() == "```":
        return "\n".join(lines[1:-1])
    if len(lines) > 1 and all(line == ">" or line.startswith("> ") for line in lines):
        return "\n".join(line[2:] for line in lines)
    return text


# --- rows and columns --------------------------------------------------------------------------------------------


def _numbers(table: Sheet, choices: Choices, notes: list[Said]) -> Reading:
    """The numbers of the columns that are chosen, in the rows where none of them is missing."""
    columns = table.columns
    if not any(any(cell != "" for cell in column.cells) for column in columns):
        raise BatchError(NO_BATCH)
    usable = [j for j, column in enumerate(columns) if column.is_usable]
    picked = [j for j in choices.columns if j in usable] or [j for j in usable if columns[j].kind == NUMBERS]
    if not picked:
        raise BatchError(_no_numbers(table))
    decimal = _decimal(table, [columns[j] for j in usable], choices, notes)
    notes.extend(_left_out(columns, picked, bool(choices.columns), table.has_names))
    picked = picked[:MAX_COLUMNS]
    names = _names([columns[j].name if table.has_names else "" for j in picked], picked, table)
    values, problems = [], []
    for j, name in zip(picked, names, strict=True):
        try:
            values.append(_column(columns[j].cells, name, decimal, table.scale, choices, notes))
        except _BadCellError as problem:
            problems.append(problem)
    if problems:  # the first that is met on reading
        raise BatchError(str(min(problems, key=lambda problem: problem.row)))
    full = np.array(values).T  # (rows of the table, C)
    kept, picked_now = _complete(full, names, notes)
    names = tuple(names[j] for j in picked_now)
    rows, way = _fewer(kept, choices, notes)
    result = full[rows][:, picked_now]
    chosen = Choices(
        "names" if table.has_names else "data",
        decimal,
        tuple(picked[j] for j in picked_now),
        way,
        choices.percent,
        choices.nines,
    )
    sentences = list(dict.fromkeys(notes))
    return Reading(
        read_only(np.ascontiguousarray(result)),
        names,
        tuple(sentence for sentence, _ in sentences),
        tuple(about for _, about in sentences),
        chosen,
        tuple((_title(columns, j, table.has_names), column.kind) for j, column in enumerate(columns)),
        len(kept),
    )


def _title(columns: Sequence[Column], j: int, has_names: bool) -> str:
    name = columns[j].name.strip()
    return (
        f"“{_short(name, 40)}”"
        if has_names and name
        else f"column {j}"
        if not has_names
        else f"the column without a name ({j})"
    )


def _no_numbers(table: Sheet) -> str:
    """Of no column it can be said that it holds numbers; the first cell that holds none is named."""
    for column in table.columns:
        for i, cell in enumerate(column.cells):
            if _what(cell) not in ("missing", "number"):
                return f"Row {i}, column {_short(column.name) or 'F0'} holds “{_short(str(cell))}”, which is not a number. {NUMBER_HINT}"
    return f"Row 0, column {_short(table.columns[0].name) or 'F0'} is blank. {NUMBER_HINT}"


def _decimal(table: Sheet, columns: Sequence[Column], choices: Choices, notes: list[Said]) -> str:
    if table.certain:
        return "."
    cells = [[cell for cell in column.cells if isinstance(cell, str)] for column in columns]
    if choices.decimal:
        return choices.decimal
    decision = notation.decide(cells, '","' if table.quoted else table.separator)
    if decision.conflict:
        raise BatchError(_where_both(decision.conflict, columns))
    if decision.note:
        notes.append((decision.note, "decimal"))
    return decision.decimal


def _where_both(conflict: str, columns: Sequence[Column]) -> str:
    """A conflict of two cells, with the row of the first."""
    cell = conflict[1 : conflict.index("”")]
    row = next((i for column in columns for i, each in enumerate(column.cells) if each == cell), 0)
    return f"In row {row} {conflict}"


def _left_out(columns: Sequence[Column], picked: Sequence[int], chosen: bool, has_names: bool) -> list[Said]:
    """A sentence for each column that is not read, unless the reader chose them."""
    if chosen:
        return []
    said: list[Said] = []
    read = set(picked)
    for j, column in enumerate(columns):
        if j in read or column.kind == NUMBERS:
            continue
        where = _title(columns, j, has_names)
        where = where[0].upper() + where[1:]
        if column.kind == COUNT:
            said.append((f"{where} is left out: it numbers the rows.", "columns"))
            continue
        example = next((str(cell) for cell in column.cells if _what(cell) not in ("missing", "number")), "")
        such = f", such as “{_short(example)}”" if example else ""
        said.append((f"{where} is left out: it holds {column.kind}{such}.", "columns"))
    more = picked[MAX_COLUMNS:]
    if more:
        names = ", ".join(_title(columns, j, has_names) for j in more[:30]) + (" and others" if len(more) > 30 else "")
        said.append(
            (
                f"{len(picked)} columns hold numbers and {MAX_COLUMNS} fit: the first are read, and left out are {names}.",
                "columns",
            )
        )
    return said


def _names(written: Sequence[str], picked: Sequence[int], table: Sheet) -> tuple[str, ...]:
    """The names, shortened; where two are alike, each with its number."""
    names = [_cut(name) or f"F{j}" for j, name in enumerate(written)]
    return tuple(names) if len(set(names)) == len(names) else tuple(f"{name} ({j})" for j, name in enumerate(names))


def _cut(name: str) -> str:
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def _complete(full: FloatArray, names: Sequence[str], notes: list[Said]) -> tuple[list[int], list[int]]:
    """Which rows miss nothing, and which columns those are; a column that misses so much that no row is left goes first."""
    missing = np.isnan(full)
    columns = list(range(full.shape[1]))
    while len(columns) > 1 and missing[:, columns].any(axis=1).all():
        worst = max(columns, key=lambda j: (missing[:, j].sum(), j))
        columns.remove(worst)
        notes.append((f"“{names[worst]}” is left out, since with it every row misses something.", "columns"))
    kept = np.flatnonzero(~missing[:, columns].any(axis=1)).tolist()
    if not kept:
        raise BatchError(f"Each row misses a value: row 0, column {names[columns[0]]} is blank. {NUMBER_HINT}")
    lost = len(full) - len(kept)
    if lost:
        first = int(np.flatnonzero(missing[:, columns].any(axis=1))[0])
        rows = "1 row is" if lost == 1 else f"{lost:,} rows are"
        notes.append((f"{rows} left out because a value is missing, {'' if lost == 1 else 'first '}row {first}.", ""))
    return kept, columns


def _fewer(kept: list[int], choices: Choices, notes: list[Said]) -> tuple[list[int], str]:
    """At most as many rows as fit, the first or a sample, and which of the two."""
    if len(kept) <= MAX_ROWS:
        return kept, ""
    if choices.rows == "sample":
        sample = sorted(random.Random(SEED).sample(kept, MAX_ROWS))  # noqa: S311 (nobody's secret)
        notes.append((f"Of {len(kept):,} rows a random sample of {MAX_ROWS} is read, the same each time.", "rows"))
        return sample, "sample"
    notes.append((f"Of {len(kept):,} rows the first {MAX_ROWS} are read.", "rows"))
    return kept[:MAX_ROWS], "first"


# --- one column --------------------------------------------------------------------------------------------------


class _BadCellError(ValueError):
    """A cell that is no usable number, and the row of it."""

    def __init__(self, row: int, sentence: str) -> None:
        super().__init__(sentence)
        self.row = row


def _column(
    cells: Sequence[Cell], name: str, decimal: str, scale: float, choices: Choices, notes: list[Said], first: int = 0
) -> list[float]:
    """The numbers of a column, NaN where one is missing; rows are counted from `first`.

    Raises _BadCellError for a cell that is no usable number, BatchError for a column that could be read in two ways.
    """
    known = {cell: _cell(cell, decimal) for cell in dict.fromkeys(cells)}
    parts = {cell: part for cell in known if isinstance(cell, str) and (part := notation.written(cell))}
    percent = _percent(parts, known, name, choices, notes)
    _say_marks(parts, name, notes)
    if truth := next((cell for cell in known if isinstance(cell, str) and cell.lower() in notation.BOOLEANS), ""):
        notes.append(
            (
                f"In “{name}” {truth} is read as {exact(notation.BOOLEANS[truth.lower()])}, as truth values are.",
                "columns",
            )
        )
    nines = _nines(known, name, choices, notes)
    numbers = []
    for i, cell in enumerate(cells, first):
        number = known[cell]
        if number is None:
            raise _BadCellError(i, _bad_cell(i, name, cell, decimal))
        if cell in nines:
            number = math.nan
        if cell in percent:
            number /= 100 if "%" in str(cell) else 1000
        number *= scale
        if math.isinf(number) or abs(number) > MAX_MAGNITUDE:
            size = "infinite" if math.isinf(number) else short(number, 3)
            raise _BadCellError(
                i, f"Row {i}, column {name} is {size}; values up to ±1,000,000,000 can be shown. {NUMBER_HINT}"
            )
        numbers.append(number + 0.0)
    return numbers


def _cell(cell: Cell, decimal: str) -> float | None:
    """A cell as a number: NaN where it is missing, None where it is no number."""
    if isinstance(cell, float):
        return cell
    if notation.is_missing(cell):
        return math.nan
    if number := notation.written(cell):
        return notation.value(number, decimal)
    if notation.INFINITE.fullmatch(cell):
        return -math.inf if cell.startswith("-") else math.inf
    return notation.BOOLEANS.get(cell.lower())


def _bad_cell(row: int, name: str, cell: Cell, decimal: str) -> str:
    mark = f" with a decimal {notation.NAMES[decimal]}" if isinstance(cell, str) and notation.written(cell) else ""
    return f"Row {row}, column {name} holds “{_short(str(cell))}”, which is not a number{mark}. {NUMBER_HINT}"


def _percent(
    parts: dict[str, notation.Written], known: dict[Cell, float | None], name: str, choices: Choices, notes: list[Said]
) -> set[str]:
    """The cells to be divided, where the reader takes 12% for 0.12."""
    signed = {cell for cell, part in parts.items() if part.percent}
    if not signed:
        return set()
    example = min(signed, key=lambda cell: (known[cell] == 0, len(cell), cell))
    bare = [cell for cell in known if cell not in signed and known[cell] and not math.isnan(known[cell] or 0.0)]
    if bare and not choices.percent:
        raise BatchError(
            f"In column {name} “{example}” has a percent sign and “{bare[0]}” has none, so one could be a hundred times the "
            "other. Write all with the sign, or none."
        )
    number = known[example] or 0.0
    share = exact(number / (100 if "%" in example else 1000))
    if choices.percent == "0.12":
        notes.append((f"Percent signs: “{example}” is read as {share}, not as {exact(number)}.", "percent"))
        return signed
    notes.append((f"Percent signs are left out: “{example}” is read as {exact(number)}, not as {share}.", "percent"))
    return set()


def _say_marks(parts: dict[str, notation.Written], name: str, notes: list[Said]) -> None:
    """Notes on what stood around the numbers of a column. Raises BatchError where units differ, which cannot be left out."""
    for what, marks in (
        ("currency", {part.currency: cell for cell, part in sorted(parts.items()) if part.currency}),
        ("unit", {part.unit: cell for cell, part in sorted(parts.items()) if part.unit}),
    ):
        if len(marks) > 1:
            one, two = list(marks.values())[:2]
            raise BatchError(
                f"In column {name} “{_short(one)}” and “{_short(two)}” have different {'currencies' if what == 'currency' else 'units'}. "
                "Give all numbers of a column in the same one."
            )
        if marks:
            notes.append((f"In “{name}” the {what} “{next(iter(marks))}” is left out.", ""))
    if cell := next((cell for cell, part in sorted(parts.items()) if part.in_parentheses), ""):
        notes.append((f"Numbers in parentheses are read as negative, as accountants write them: “{cell}”.", ""))
    if cell := next((cell for cell, part in sorted(parts.items()) if part.trailing_minus), ""):
        notes.append((f"Numbers with a minus behind them are read as negative: “{cell}”.", ""))


def _nines(known: dict[Cell, float | None], name: str, choices: Choices, notes: list[Said]) -> set[Cell]:
    """The cells that stand for a missing value, as instruments write -9999, far from all others of the column."""
    nines: set[Cell] = {cell for cell in known if isinstance(cell, str) and notation.NINES.fullmatch(cell)}
    nines |= {cell for cell in known if isinstance(cell, float) and cell in (-999.0, -9999.0, -99999.0)}
    others = [
        number for cell, number in known.items() if cell not in nines and number is not None and not math.isnan(number)
    ]
    if not nines or not others or min(others) < -200 or max(map(abs, others)) > 5000:
        return set()
    cell = next(iter(nines))
    if choices.nines == "kept":
        return set()
    if choices.nines == "number":
        notes.append((f"“{cell}” in “{name}” is read as a number; it often stands for a missing value.", "nines"))
        return set()
    notes.append((f"“{cell}” in “{name}” is read as a missing value, not as a number.", "nines"))
    return nines


# --- and back ----------------------------------------------------------------------------------------------------


def write_batch(batch: OwnBatch) -> str:
    """Write a batch as text that `read_batch` reads back to the very same numbers.

    Names that say nothing are written only where the numbers alone could be taken for something else.
    """
    if batch.names == default_names(len(batch.names)):
        text = _written(batch.values, None)
        if _is_read_as(text, batch):
            return text
    return _written(batch.values, batch.names)


def write_exactly(batch: OwnBatch) -> tuple[str, Choices]:
    """A batch as text in the notation in which it was read, and the choices with which it is read back exactly.

    There is nothing to choose where the text speaks for itself.
    """
    decimal = batch.taken.decimal if isinstance(batch, Reading) else "."
    if decimal == ".":
        text = write_batch(batch)
        named = text == _written(batch.values, batch.names)
    else:
        named = batch.names != default_names(len(batch.names))
        text = _written(batch.values, batch.names if named else None, ",")
    speaks = _is_read_as(text, batch, decimal)
    return text, Choices() if speaks else _exact(named, decimal, len(batch.names))


@lru_cache(maxsize=REMEMBERED)
def as_it_was(text: str) -> Choices:
    """The choices with which a text from before there were any is read as it always was.

    Links hold batches as `write_batch` wrote them. Where such a text could be something else too, a paste of it is read in
    the likelier way, and a link in the old one.
    """
    rows = [line.split(",") for line in text.splitlines()]
    numbers = [_plain(row) for row in rows]
    named = bool(rows) and numbers[0] is None
    kept = [row for row in numbers[named:] if row is not None]
    if (
        not kept
        or len(kept) != len(rows) - named
        or len({*map(len, kept)}) != 1
        or not 1 <= len(kept[0]) <= MAX_COLUMNS
    ):
        return Choices()
    if named and len(next(csv.reader([text.splitlines()[0]]), [])) != len(kept[0]):
        return Choices()
    choices = _exact(named, ".", len(kept[0]))
    try:
        batch = read_as(text, choices)
    except BatchError:
        return Choices()
    return Choices() if _is_read_as(text, batch) else choices


def _plain(cells: Sequence[str]) -> list[float] | None:
    """The numbers of a row that `write_batch` wrote."""
    try:
        numbers = [float(cell) for cell in cells]
    except ValueError:
        return None
    return numbers if [shortest(number) for number in numbers] == list(cells) else None


def _exact(named: bool, decimal: str, columns: int) -> Choices:
    return Choices("names" if named else "data", decimal, tuple(range(columns)), nines="kept")


def _is_read_as(text: str, batch: OwnBatch, decimal: str = ".") -> bool:
    """Whether a text is read as this batch by itself, without anything to be said."""
    try:
        again = read_batch(text)
    except BatchError:
        return False
    same = again.values.tobytes() == batch.values.tobytes() and again.values.shape == batch.values.shape
    return same and again.names == batch.names and not again.notes and again.taken.decimal == decimal


def _written(values: FloatArray, names: tuple[str, ...] | None, decimal: str = ".") -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", delimiter="," if decimal == "." else ";")
    if names is not None:
        writer.writerow(names)
    writer.writerows([shortest(value).replace(".", decimal) for value in row] for row in values.tolist())
    return out.getvalue()


def with_cell(batch: OwnBatch, row: int, column: int, text: str) -> OwnBatch:
    """Return the batch with one cell replaced by what was typed: as the page writes numbers, or as the batch was written.

    Raises BatchError if that is not a usable number.
    """
    name = batch.names[column]
    taken = batch.taken if isinstance(batch, Reading) else Choices()
    cell = notation.tidy(text)
    decimal = taken.decimal if "," in cell and taken.decimal else "."  # the page itself writes points
    if notation.is_missing(cell):
        raise BatchError(f"Row {row}, column {name} is {'NaN' if 'nan' in cell.lower() else 'blank'}. {NUMBER_HINT}")
    choices = replace(taken, nines="kept", percent=taken.percent or "12")
    try:
        number = _column([cell], name, decimal, 1.0, choices, [], row)[0]
    except _BadCellError as problem:
        raise BatchError(str(problem)) from problem
    values = batch.values.copy()
    values[row, column] = number
    return replace(batch, values=read_only(values))
