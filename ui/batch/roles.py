"""What the rows and columns of a table are for: names, units, totals; numbers, text, dates, labels, and what counts the rows."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from ui.batch.grid import Cell, Grid, ShapeError, check_columns
from ui.batch.notation import (
    BOOLEANS,
    INFINITE,
    LONGEST,
    evidence,
    is_date,
    is_missing,
    tidy,
    written,
)
from ui.numbers import shortest

Said = tuple[str, str]  # a sentence, and the name of the choice that changes what it says, or nothing
NUMBER, MISSING, DATE, BOOLEAN, ENDLESS, TEXT = "number", "missing", "date", "boolean", "infinite", "text"
NUMBERS, TEXTS, DATES, EMPTY, COUNT = "numbers", "text", "dates and times", "nothing", "the rows' own names or numbers"
SHORTEST = 24  # characters of a cell that is quoted

TOTAL = re.compile(
    r"""(?:grand\s|sub-?)?(?:sum|total|totals|totale|mean|average|avg|median|max|min|maximum|minimum|std|stdev|sd|count|n
    |summe|gesamt|insgesamt|mittelwert|mittel|durchschnitt|anzahl|standardabweichung|somme|moyenne|ensemble|écart-type
    |suma|promedio|media|soma|média|desvio|somma|totaal|gemiddelde)\b.{0,20}|[ΣØ∑µ]\W?""",
    re.VERBOSE | re.IGNORECASE,
)
REMARK = re.compile(
    r"(?:source|quelle|note|notes|nota|fuente|fonte|hinweis|anmerkung|stand|©|copyright|\*|†)\b.*|[*†©].+",
    re.IGNORECASE,
)
OF_ROWS = re.compile(
    r"unnamed: ?\d+|index|idx|id|ids|uid|\w+[_ .-]id|\w*[a-z]I[Dd]|level_0|row\.?names?|row_?(?:id|num|number)"
    r"|sample[_ ]?(?:no|number|code number)\.?|uuid|guid",
)
COUNTS_ROWS = re.compile(
    r"#|n[or°º]\.?|row|rows|obs\.?|lfd\.? ?nr\.?|zeile|ligne|s\.?no\.?|sl\.?no\.?|sr\.?no\.?|case|rank|observation|sno",
    re.IGNORECASE,
)
LABELS = re.compile(r"class|label|labels|target|species|cluster|category|klasse|y_true|y_pred|classe", re.IGNORECASE)
DATE_NAMES = re.compile(
    r".*(?:date|datum|fecha|data|day|tag|yyyymmdd|yearmoda|ymd|time|zeit|timestamp).*", re.IGNORECASE
)
FOOTNOTE = re.compile(r"(?<=[\d%)])\s*(?:\[[\w ]{1,8}\]|[*†‡§]{1,3}|[¹²³])$")


@dataclass(frozen=True, eq=False)
class Column:
    """A column: its name as written, its tidy cells, and what it holds."""

    name: str
    cells: list[Cell]
    kind: str

    @property
    def is_usable(self) -> bool:
        """Whether it can be read as numbers."""
        return self.kind in (NUMBERS, COUNT)


@dataclass(frozen=True, eq=False)
class Sheet:
    """Columns of cells, whether a line of names was above them, and what was assumed of all that."""

    columns: list[Column]
    has_names: bool
    said: list[Said]
    separator: str = ""
    scale: float = 1.0
    certain: bool = False
    quoted: bool = False


def assign(grid: Grid, names_line: str = "") -> Sheet:
    """Find out what rows and columns are for. names_line: "names" or "data" where the reader said what the first line is."""
    said: list[Said] = [(each, "") for each in grid.notes]
    rows = [[_tidied(cell) for cell in row] for row in grid.rows]
    rows = _without_marks(rows, grid, said)
    rows = _without_blank_ends(rows)
    title = list(grid.title)
    if not rows:
        return Sheet([], False, said)
    width = _usual_width(rows)
    check_columns(width)
    rows, above = _without_title(rows, width, grid)
    title += above
    rows, below = _without_footer(rows, width)
    footer = [*below, *grid.footer]
    names, rows, row_names = _names(rows, grid, width, names_line, said, title)
    if title := [each for each in title if each.strip()]:
        said.append((f"Left out above the numbers: {_quoted(title)}.", ""))
    if footer:
        said.append((f"Left out below the numbers: {_quoted(footer)}.", ""))
    if not rows:
        raise ShapeError("There is a line of names and no row of numbers. Add rows of numbers beneath it.")
    rows = _without_repeated_names(rows, names, said)
    if names and {"...", "…"} & set(names):
        said.append(("The print leaves columns out (“...”), and so does the batch.", ""))
    _check_widths(rows, len(names) if names else len(rows[0]), bool(names) and not grid.row_names)
    columns = [
        Column(names[j] if names else "", list(cells), _kind(cells, names[j] if names else ""))
        for j, cells in enumerate(zip(*rows, strict=True))
    ]
    columns = _with_row_names(columns, row_names or grid.row_names, bool(names), grid, said)
    return Sheet(columns, bool(names), said, grid.separator, grid.scale, grid.certain, grid.quoted)


def _tidied(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    cell = tidy(cell)
    return cell[1:-1].strip() if len(cell) > 2 and cell[0] == cell[-1] == "'" else cell


def _without_marks(rows: list[list[Cell]], grid: Grid, said: list[Said]) -> list[list[Cell]]:
    """Numbers without footnote marks, as encyclopedias and papers put behind them."""
    if grid.certain:
        return rows
    marked = ""
    for row in rows:
        for j, cell in enumerate(row):
            if isinstance(cell, str) and cell[-1:] in "]*†‡§¹²³" and FOOTNOTE.search(cell):
                bare = FOOTNOTE.sub("", cell)
                if _what(bare) == NUMBER and _what(cell) != NUMBER:
                    marked, row[j] = marked or cell, bare
    if marked:
        said.append((f"Footnote marks behind numbers, as in “{_short(marked)}”, are left out.", ""))
    return rows


def _without_blank_ends(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without the empty rows and columns that spreadsheets leave at the end."""
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    filled = max((max((j + 1 for j, cell in enumerate(row) if cell != ""), default=1) for row in rows), default=0)
    return [row[:filled] for row in rows]


def _usual_width(rows: Sequence[Sequence[Cell]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0]


def _what(cell: Cell) -> str:
    """What a tidy cell is by itself. Short ones are known by heart, and nothing else is as long as a text."""
    return TEXT if isinstance(cell, str) and len(cell) > LONGEST else _what_is(cell)


@lru_cache(maxsize=4096)
def _what_is(cell: Cell) -> str:
    if isinstance(cell, float):
        return MISSING if cell != cell else ENDLESS if cell in (float("inf"), float("-inf")) else NUMBER
    if is_missing(cell):
        return MISSING
    number = written(cell)
    if number and not isinstance(evidence(number), str):
        return NUMBER
    if INFINITE.fullmatch(cell):
        return ENDLESS
    if cell.lower() in BOOLEANS:
        return BOOLEAN
    return DATE if is_date(cell) else TEXT


def _is_text(cell: Cell) -> bool:
    return _what(cell) == TEXT


# --- above and below ---------------------------------------------------------------------------------------------


def _without_title(rows: list[list[Cell]], width: int, grid: Grid) -> tuple[list[list[Cell]], list[str]]:
    """Without the lines above that are not of the table's form, such as a title or what a station says of itself."""
    above = []
    if len(rows) > 2 and [len(row) for row in rows[:3]] == [width - 1, 1, width] and _is_text(rows[1][0]):
        rows = [[rows[1][0], *rows[0]], *rows[2:]]  # pandas writes the name of an index in a line of its own
    while len(rows) > 1 and width > 1 and grid.names is None and not grid.certain:
        first, second = rows[0], rows[1]
        filled = [cell for cell in first if cell != ""]
        is_short = len(first) < width or len(filled) == 1
        short_names = len(first) == width - 1 and len(second) >= width and len(filled) == len(first)
        of_words = grid.separator.strip() == "" and len(first) > width and sum(map(_is_text, first)) * 2 > len(first)
        if of_words and len(first) == width + 1 and len(second) == width:
            break  # a name too many, or one of two words: not to be decided here
        alone = (
            len(filled) == 1
            and len(first) == width
            and (any(_what(cell) in (NUMBER, DATE) for cell in second) or width == 2)
        )
        if not (is_short or of_words) or short_names or not any(map(_is_text, first)) or alone:
            break
        above.append(" ".join(str(cell) for cell in first if cell != ""))
        rows = rows[1:]
    return rows, above


def _without_footer(rows: list[list[Cell]], width: int) -> tuple[list[list[Cell]], list[str]]:
    """Without the last rows that are totals or remarks."""
    below: list[str] = []
    rows = list(rows)
    firsts = [row[0] if row else "" for row in rows]
    no_total = next((i for i, cell in enumerate(firsts) if i and not _begins_total(cell)), len(rows))
    named = [i for i, cell in enumerate(firsts) if i and _what(cell) != MISSING]

    @cache
    def another(first: Cell) -> int:
        """The first row beneath the top that is called something else."""
        return next((i for i in named if firsts[i] != first), len(firsts))

    while len(rows) > 2:
        last = rows[-1]
        filled = [cell for cell in last if cell != ""]
        first = next((cell for cell in filled), "")
        if not isinstance(first, str) or _what(first) not in (TEXT, DATE, MISSING):
            break
        some_are_none = no_total < len(rows)
        is_total = some_are_none and TOTAL.fullmatch(first) and another(first) < len(rows) - 1
        is_remark = REMARK.fullmatch(first) and len(filled) < max(width, 2)
        is_other = width > 1 and _what(first) == TEXT and (len(last) != width or len(filled) == 1)
        if not (is_total or is_remark or is_other):
            break
        below.append(", ".join(map(str, filled)))
        rows.pop()
    return rows, below[::-1]


def _begins_total(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(TOTAL.fullmatch(cell))


def _without_repeated_names(rows: list[list[Cell]], names: list[str] | None, said: list[Said]) -> list[list[Cell]]:
    if not names or not any(names):
        return rows
    kept = [row for row in rows if [str(cell) for cell in row] != names]
    if len(kept) < len(rows):
        said.append(("Lines that repeat the names are left out.", ""))
    return kept or rows


# --- names -------------------------------------------------------------------------------------------------------


def _names(
    rows: list[list[Cell]], grid: Grid, width: int, names_line: str, said: list[Said], title: list[str]
) -> tuple[list[str] | None, list[list[Cell]], bool]:
    """The names, the rows beneath them, and whether the first column stands under no name."""
    if grid.names is not None:
        names = list(grid.names)
        rows, units = _without_units(rows)
        if units:
            said.append((f"The line under the names, {_quoted(units)}, is left out.", ""))
        return names, rows, False
    if grid.certain:
        return None, rows, False
    if names_line == "data":
        return None, rows, False
    top = 0
    while top < min(len(rows), 5) and _could_be_names(rows, top):
        top += 1
    if top == len(rows) or (names_line == "names" and top == 0):
        if names_line == "names" and len(rows) > 1:
            top = 1
        elif top == len(rows):
            return None, rows, False
    if top == 0:
        are_names, why = _numbers_as_names(rows)
        if why:
            said.append((why, "names"))
        if not are_names:
            return None, rows, False
        top = 1
    head, rows = rows[:top], rows[top:]
    full = max(sum(cell != "" for cell in row) for row in head)
    fullest = [i for i in range(top) if sum(cell != "" for cell in head[i]) == full]
    chosen = next((i for i in reversed(fullest) if not _are_units(head[i])), fullest[0])
    title.extend(" ".join(str(cell) for cell in row if cell != "") for row in head[:chosen])
    under = [row for row in head[chosen + 1 :] if sum(cell != "" for cell in row) > 1 or len(row) == width == 1]
    if under:
        said.append(
            (f"The line under the names, {_quoted([', '.join(map(str, row)) for row in under])}, is left out.", "names")
        )
    names = [_text(cell) for cell in head[chosen]]
    if (
        len(names) == len(rows[0]) - 1
        and {len(row) for row in rows} == {len(names) + 1}
        and _could_name_rows(rows, grid)
    ):
        said.append(
            (
                "The line of names has one name fewer than the rows have values, so the first of each row is its name.",
                "",
            )
        )
        return ["", *names], rows, True
    return names, rows, False


UNIT = re.compile(
    r"""[\[(<].{1,14}[\])>]|%|‰|°.{0,2}|.{0,6}[/·²³°µ%].{0,6}|-+|[fiu]\d{1,2}|str|string|object|int|float|double|numeric|number|real
    |integer|text|bool|float\d+|int\d+|date(?:time)?|[mckM]?[mgsVAWlLJNK]|h|min|sec|C|F|[kMh]?Pa|[kMG]?Hz|k?Wh?|kWh|ppm|ppb|USD|EUR
    |lux|dB|mbar|bar|deg|rad|pH|psi|in|ft|mph|kts|categorical|nominal""",
    re.VERBOSE,
)


def _are_units(row: Sequence[Cell]) -> bool:
    """Whether a line holds units or types, as stand under names."""
    filled = [str(cell) for cell in row if cell != ""]
    return sum(bool(UNIT.fullmatch(cell)) for cell in filled) * 2 >= len(filled)


def _text(cell: Cell) -> str:
    return str(cell) if isinstance(cell, str) else shortest(cell)


def _could_be_names(rows: list[list[Cell]], i: int) -> bool:
    """Whether a row has words and no number: none that is one without a unit, which names may hold too."""
    row = rows[i]
    if not any(_what(cell) == TEXT or _has_unit(cell) for cell in row):
        return False
    if any(
        isinstance(cell, str) and re.fullmatch(r"[\d\s.,+-]*\d[\d\s.,+^-]*", cell) and _what(cell) == TEXT
        for cell in row
    ):
        return False  # a number that is none
    if any(isinstance(cell, str) and cell[:1] and cell[0] in "<>≤≥~≈±" and re.search(r"\d", cell) for cell in row):
        return False  # what was not measured exactly
    for j, cell in enumerate(row):
        what = _what(cell)
        if what in (DATE, BOOLEAN, ENDLESS) and not (what == DATE and re.search(r"[^\W\d_]{2}", str(cell))):
            return False
        if what == NUMBER and not (_has_unit(cell) and _bare_below(rows, i, j)):
            return False
    words = [cell for cell in row if cell != ""]
    return sum(_what(cell) == MISSING for cell in words) <= len(words) / 2


def _has_unit(cell: Cell) -> bool:
    return isinstance(cell, str) and bool((number := written(cell)) and number.unit)


def _bare_below(rows: list[list[Cell]], i: int, j: int) -> bool:
    below = [row[j] for row in rows[i + 1 : i + 4] if j < len(row)]
    return bool(below) and not any(_has_unit(cell) for cell in below)


def _numbers_as_names(rows: list[list[Cell]]) -> tuple[bool, str]:
    """Whether the first row, which holds numbers, is taken for names all the same, and a note on why or why not."""
    if len(rows) < 2 or len({len(row) for row in rows[:50]}) > 1:
        return False, ""
    first, body = rows[0], rows[1:]
    kinds = [_kind(cells, "") for cells in zip(*body, strict=False)]
    numeric = [j for j, kind in enumerate(kinds) if kind == NUMBERS and j < len(first)]
    heads = [first[j] for j in numeric]
    words = [cell for cell in heads if _what(cell) in (TEXT, DATE)]
    if words and len(words) * 2 >= len(heads) and (len(heads) > 1 or len(rows) > 2):
        line = _quoted([", ".join(map(_text, first))])
        return True, f"The first line, {line}, is read as names since it holds words."
    if len(heads) < 2 or not all(isinstance(cell, str) and re.fullmatch(r"\d{1,4}", cell) for cell in heads):
        return False, ""
    counts = [int(str(cell)) for cell in heads]
    steps = {b - a for a, b in pairwise(counts)}
    years = all(1800 <= each <= 2200 for each in counts)
    others = [first[j] for j in range(len(first)) if j not in numeric]
    if len(steps) != 1 or ((counts[0] not in (0, 1) or steps != {1}) and not (years and steps <= {1, 5, 10, -1})):
        return False, ""
    cells = [row[j] for row in body for j in numeric if _what(row[j]) == NUMBER]
    decimals = sum(bool(re.search(r"[.,]\d", str(cell))) for cell in cells)
    line = _quoted([", ".join(map(_text, first))])
    by_their_looks = decimals == len(cells) and (counts[0] == 0 or years or len(counts) > 2)
    if by_their_looks or (others and (first[0] == "" or years)):
        return True, f"The first line, {line}, is read as names since it counts; it could be a row of numbers."
    if decimals and (counts[0] == 0 or len(counts) > 2):
        return False, f"The first line, {line}, is read as a row of numbers; as it counts, it could be names."
    return False, ""


def _without_units(rows: list[list[Cell]]) -> tuple[list[list[Cell]], list[str]]:
    """Rows under names that the shape told, without a line of units or types."""
    if len(rows) > 1 and _could_be_names(rows, 0) and not _could_be_names(rows, 1):
        kinds = [_kind(cells, "") for cells in zip(*rows[1:], strict=False)]
        if any(kind == NUMBERS and _is_text(cell) for kind, cell in zip(kinds, rows[0], strict=False)):
            return rows[1:], [", ".join(map(str, rows[0]))]
    return rows, []


def _could_name_rows(rows: list[list[Cell]], grid: Grid) -> bool:
    """Whether the first cells may be names under which no name stands; a comma too many makes a cell more, too."""
    cells = [row[0] for row in rows]
    if grid.separator in (",", ";"):
        return cells in ([str(i) for i in range(len(cells))], [str(i + 1) for i in range(len(cells))])
    return len(set(cells)) == len(cells) or not all(_what(cell) == NUMBER for cell in cells)


def _check_widths(rows: list[list[Cell]], width: int, has_names: bool) -> None:
    for i, row in enumerate(rows):
        if len(row) != width:
            above = "the line of names" if has_names else "row 0"
            raise ShapeError(
                f"Row {i} has {len(row)} {'value' if len(row) == 1 else 'values'}; {above} has {width}. "
                "Give every row the same number of values."
            )


# --- columns -----------------------------------------------------------------------------------------------------


def _kind(cells: Sequence[Cell], name: str) -> str:
    """What a column holds. One of numbers with a stray word stays one, so that the word is named and not the column lost."""
    counts = Counter(map(_what, cells))
    other = counts[TEXT] + counts[DATE]
    if counts[MISSING] == len(cells):
        return EMPTY
    numbers = counts[NUMBER] + counts[ENDLESS]
    if not numbers:
        return NUMBERS if counts[BOOLEAN] and not other else DATES if counts[DATE] >= counts[TEXT] and other else TEXTS
    if numbers < other or (other >= 2 and other >= 0.1 * len(cells)):
        return DATES if counts[DATE] > counts[TEXT] else TEXTS
    if DATE_NAMES.fullmatch(name) and all(
        _what(cell) == MISSING or re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d(?:\d{4}(?:\d\d)?)?", _text(cell))
        for cell in cells
    ):
        return DATES
    return NUMBERS


def _with_row_names(
    columns: list[Column], row_names: bool, has_names: bool, grid: Grid, said: list[Said]
) -> list[Column]:
    """The columns, the first of them set aside where it names or counts the rows."""
    first = columns[0]
    usable = [column for column in columns if column.kind == NUMBERS]
    if first.kind != NUMBERS or len(usable) < 2:
        return (
            [Column(first.name, first.cells, COUNT), *columns[1:]]
            if row_names and first.kind == NUMBERS and len(columns) > 1 and len(usable) > 1
            else columns
        )
    whole = all(isinstance(cell, str) and cell.isdigit() for cell in first.cells) or all(
        isinstance(cell, float) and cell.is_integer() for cell in first.cells
    )
    numbers = (
        [int(float(cell)) for cell in first.cells]
        if whole and max(len(_text(cell)) for cell in first.cells) < 40
        else []
    )
    distinct = len(set(numbers)) == len(numbers) > 0
    counting = distinct and numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    steps_by_one = distinct and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    name = first.name.strip()
    unnamed = has_names and not name and all(column.name.strip() for column in columns[1:])
    is_index = row_names or (
        whole
        and distinct
        and (
            unnamed
            or OF_ROWS.fullmatch(name)
            or OF_ROWS.fullmatch(name.lower())
            or (COUNTS_ROWS.fullmatch(name) and counting and len(numbers) > 1)
        )
    )
    if is_index:
        return [Column(first.name, first.cells, COUNT), *columns[1:]]
    if len(numbers) < 3 or grid.certain or (has_names and name != "X"):
        return columns
    if counting or (steps_by_one and len(numbers) > 3):
        what = f"counts {numbers[0]}, {numbers[1]}, {numbers[2]}, …"
    elif distinct and min(numbers) > 9_999:
        what = "holds large whole numbers, all different,"
    else:
        return columns
    said.append(
        (f"The first column {what} and is read as numbers; if it stands for the rows, leave it out.", "columns")
    )
    return columns


def _quoted(texts: Sequence[str]) -> str:
    shown = [f"“{_short(text, 60)}”" for text in texts[:3]]
    return ", ".join(shown) + (f" and {len(texts) - 3} more" if len(texts) > 3 else "")


def _short(text: str, most: int = SHORTEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
