"""Tables of lines: CSV, TSV, columns of spaces as consoles, R, pandas and MATLAB print them; what stands around them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from ui.batch.grid import Cell, Grid, ShapeError
from ui.batch.marked_up import JULIA, is_rule
from ui.batch.notation import GROUPED, evidence, is_date, is_missing, tidy, value, written

SEPARATOR_LINE = re.compile(r"""\s*"?sep=(\\t|.)"?[\s,;]*""", re.IGNORECASE)
SCALE = re.compile(r"\s*(\d(?:\.\d+)?e[-+]\d+)\s*\*\s*", re.IGNORECASE)
COLUMNS = re.compile(r"\s*Columns?\s+\d+(?:\s+(?:through|thru|to|and|-)\s+\d+)?:?\s*", re.IGNORECASE)
OF_NO_DATA = re.compile(
    r"""\(?\d[\d,]*\ rows?\)?(?:\ in\ set)?.{0,40} | \[[\d,]+\ rows?\ x\ [\d,]+\ columns?\] | dtype:.{0,40}
    | (?:Name|Length|Freq):\ .{0,120} | (?:Levels|Categories).{0,200} | \[?\ ?(?:reached|omitted).{0,200} | Query\ OK.{0,80}
    | \(?No\.\ of\ .{0,80}""",
    re.VERBOSE | re.IGNORECASE,
)
OMITTED = re.compile(r"reached.{0,60}omitted|more rows|\d+ more|omitted", re.IGNORECASE)
R_ROW = re.compile(r"\s*\[\d+,\]")
R_VECTOR = re.compile(r"\s*\[\d+\]\s")
R_COLUMNS = re.compile(r"\s*(?:\[,\d+\]\s*)+")
MARKS = r"[-+.\deEdD\s;,%‰$€£₹¥'’()−–\u200b\u2060\ufeff]"
NUMERIC = re.compile(rf"{MARKS}*")
QUOTED = re.compile(r'"[^"\n]*"')
QUOTED_NUMBER = re.compile(r'"[-+(]?[\d.,\']+[)%-]?"')
TYPES = re.compile(r"\s*(?:<[a-z0-9]{2,8}>\s*)+")
SAMPLE = 400  # lines that tell what separates


def read_lines(text: str, decimal: str = "") -> Grid:
    """The table whose rows are lines. decimal: the mark that the reader chose, if any."""
    if "\u00a0" in text and "\t" not in text and ";" not in text:
        text = re.sub("[ \u00a0]{2,}", lambda gap: " " * len(gap[0]), text)  # as pages write columns of spaces
    lines = text.splitlines()
    separator = ""
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines and (match := SEPARATOR_LINE.fullmatch(lines[first])):
        separator = match[1].replace("\\t", "\t")
        lines = lines[first + 1 :]
    lines, attributes = _of_weka(lines)
    lines = _of_julia(lines)
    lines, scale, title, footer, notes = _without_frame(lines)
    if any(R_VECTOR.match(line) for line in lines[:3]) and not any(R_ROW.match(line) for line in lines):
        return _vector(lines)
    names: list[str] | None = None
    blocks = _blocks(lines) or _blocks_of_r(lines)
    if not blocks and any(R_ROW.match(line) for line in lines):
        lines, names = _matrix_of_r(lines)
    if blocks:
        return _side_by_side(blocks, scale, title, footer)
    lines = [line for line in lines if not COLUMNS.fullmatch(line)]
    comment = _names_in_comment(lines)
    if comment is not None:
        lines = [line for line in lines if not _is_comment(line)]
    if not any(line.strip() for line in lines):
        return Grid([], title=title, footer=footer)
    guessed, note = _separator(lines, decimal)
    if guessed == ";" and not separator and "," in text and not decimal and sum(map(bool, map(str.strip, lines))) == 1:
        note = (
            "Semicolons separate columns and commas are decimal marks; the text could also be rows between semicolons."
        )
    if (types := _types_of_r(lines)) and 2 * sum(len(line.split()) == types + 1 for line in lines) > len(lines) - 2:
        guessed, note = " ", ""
        of_types = next(line for line in lines if TYPES.fullmatch(line))
        lines.remove(of_types)
        notes += (f"The line under the names, “{_start(', '.join(of_types.split()))}”, is left out.",)
    separator = separator or guessed
    rows = _cells(lines, separator)
    if comment is not None:
        rows, names, comment_note = _with_comment(rows, comment, separator)
        notes += comment_note
    names = attributes or names
    row_names = any(line.startswith("dtype:") or "dtype:" in line for line in footer) and _width(rows) == 2
    return Grid(
        rows,
        names,
        row_names=row_names,
        separator=separator,
        scale=scale,
        quoted=any(map(QUOTED_NUMBER.search, lines)) or any(", " in line for line in lines),
        title=title,
        footer=footer,
        notes=notes + ((note,) if note else ()),
    )


def _of_weka(lines: list[str]) -> tuple[list[str], list[str] | None]:
    """The rows of a file of Weka's, and the names that its head gives."""
    data = next((i for i, line in enumerate(lines[:3000]) if line.strip().lower() == "@data"), None)
    if data is None:
        return lines, None
    declared = (
        re.match(r"""\s*@attribute\s+(?:'([^']*)'|"([^"]*)"|(\S+))""", line, re.IGNORECASE) for line in lines[:data]
    )
    return lines[data + 1 :], [match[1] or match[2] or match[3] for match in declared if match]


def _of_julia(lines: list[str]) -> list[str]:
    """A data frame of Julia's as columns of spaces, without the line of types; its stroke stands behind the rows' numbers."""
    head = next((i for i, line in enumerate(lines[:100]) if JULIA.match(line)), None)
    if head is None:
        return lines
    rows = [line.replace("│", " ") for line in lines[head:] if not is_rule(line)]
    return [*lines[:head], *(line for i, line in enumerate(rows) if i != 1 or re.search(r"\d\s*$", line[:8]))]


def _types_of_r(lines: Sequence[str]) -> int:
    """How many columns a tibble says that it has, in the line of types: <dbl> <chr>."""
    line = next((line for line in lines[:20] if "<" in line and TYPES.fullmatch(line)), "")
    return line.count("<")


# --- what stands around the rows ---------------------------------------------------------------------------------


def _without_frame(lines: list[str]) -> tuple[list[str], float, list[str], list[str], tuple[str, ...]]:
    """The lines without rules, prompts, what programs say of the table, and MATLAB's factor before it."""
    scale, kept, footer, notes = 1.0, [], [], []
    title: list[str] = []
    for line in lines:
        bare = line.strip()
        if not bare:
            kept.append("")
        elif (
            len(bare) > 300
            or (bare[0].isalpha() and ":" not in bare and "=" not in bare and " " not in bare)
            or (bare[0].isdigit() and "×" not in bare and "row" not in bare and "*" not in bare)
        ):
            kept.append(line)
        elif match := SCALE.fullmatch(line):
            scale = float(match[1])
            notes.append(f"All numbers are taken times {match[1]}, as the line “{bare}” says.")
        elif is_rule(line) and not re.search(r"\d", line) and len(bare.strip("-=_")) < len(bare) and len(bare) > 4:
            continue
        elif OF_NO_DATA.fullmatch(bare) or bare in ("...", "…", "⋮"):
            if bare in ("...", "…", "⋮") or OMITTED.search(bare):
                notes.append(f"The text leaves rows out (“{bare}”), and so does the batch.")
            footer.append(bare)
        elif re.fullmatch(r"\.\.+(?:\s+\.\.+)+|:(?:\s+:)+", bare):
            notes.append("The print leaves rows out (“...”), and so does the batch.")
        elif (bare.endswith("=") and re.fullmatch(r"[A-Za-z_]\w*\s*=", bare)) or re.fullmatch(
            r"[\d×x]*\s?(?:Matrix|Array|Vector|Adjoint|DataFrame)(?:\{.*\})?.{0,40}:?", bare
        ):
            title.append("")
        elif bare.startswith(("DATASET", "VARIABLES")) and "=" in bare:
            title.append(bare)
        else:
            kept.append(line)
    return kept, scale, [each for each in title if each], footer, tuple(dict.fromkeys(notes))


COMMENT = re.compile(r"\s*(?:#|%|//|--\s|!|\*\s|\"\"\")\s*(.*)")


def _is_comment(line: str) -> bool:
    """Whether a line is a comment; # before a separator is the name of a column of numbers."""
    return (
        bool(line)
        and line.lstrip()[:1] in "#%/-!*"
        and bool(COMMENT.match(line))
        and not re.match(r"\s*[#%!*]\s*(?:[,;\t|]|$)", line)
        and not re.match(r'\s*(?:%|!|\*|--\s)\s*"?[^\s]*\s*[,;\t]', line)
    )


def _names_in_comment(lines: list[str]) -> str | None:
    """The last comment before the rows, where NumPy and many instruments write the names; None without comments."""
    if not any(map(_is_comment, lines)):
        return None
    before = ""
    for line in lines:
        if not line.strip():
            continue
        if not _is_comment(line):
            return before
        match = COMMENT.match(line)
        before = match[1] if match else ""
    return before


def _with_comment(
    rows: list[list[Cell]], comment: str, separator: str
) -> tuple[list[list[Cell]], list[str] | None, tuple[str, ...]]:
    """The rows with names from a comment, if it holds as many words as they have cells and the first row is numbers."""
    width = _width(rows)
    said = ("Comment lines are left out.",)
    if not comment or not rows or not all(_is_data(cell) for cell in rows[0]):
        return rows, None, said
    for split in (separator, "  ", " ", ",", ";", "\t"):
        cells = [str(cell) for cell in _split([comment], split)[0]] if split else [comment]
        if len(cells) == width and not any(map(_is_data, cells)) and any(cells):
            return rows, cells, ("The names are read from the comment above the numbers.",)
    return rows, None, said


def _is_data(cell: Cell) -> bool:
    cell = tidy(str(cell))
    return is_missing(cell) or written(cell) is not None


def _vector(lines: list[str]) -> Grid:
    """Numbers as R prints a vector: [1] begins each line."""
    cells = [cell for line in lines for cell in re.sub(R_VECTOR, "", line).split()]
    return Grid([[cell] for cell in cells], separator=" ", notes=("A vector is read as one column.",))


def _matrix_of_r(lines: list[str]) -> tuple[list[str], list[str] | None]:
    """A matrix as R prints it, without the numbers of rows and columns."""
    rows = [R_ROW.sub("", line) for line in lines if line.strip() and not R_COLUMNS.fullmatch(line)]
    return rows, None


def _blocks(lines: list[str]) -> list[list[list[str]]]:
    """The parts of a table that was too wide for a console: MATLAB heads each, pandas ends all but one with a backslash."""
    heads = [i for i, line in enumerate(lines) if COLUMNS.fullmatch(line)]
    if len(heads) > 1:
        parts = [lines[i + 1 : j] for i, j in zip(heads, [*heads[1:], len(lines)], strict=True)]
        return [[line.split() for line in part if line.strip()] for part in parts]
    heads = [i for i, line in enumerate(lines) if line.rstrip().endswith(" \\")]
    if not heads or "&" in lines[heads[0]]:
        return []
    blocks: list[list[list[str]]] = [[]]
    for line in lines[heads[0] :]:
        if not line.strip() and blocks[-1]:
            blocks.append([])
        elif line.strip():
            blocks[-1].append(line.rstrip().removesuffix("\\").split())
    return [block for block in blocks if block]


def _blocks_of_r(lines: list[str]) -> list[list[list[str]]]:
    """The parts of a table that was too wide for R: each begins with an indented line of names, and all have the same row names."""
    filled = [line for line in lines if line.strip()]
    heads = [i for i, line in enumerate(filled) if i == 0 or (line[0] == " " and not R_ROW.match(line))]
    size = heads[1] if len(heads) > 1 else 0
    if size < 2 or len(filled) % size or heads != list(range(0, len(filled), size)):
        return []
    blocks: list[list[list[str]]] = []
    for head in heads:
        names = filled[head].split()
        rows = [line.rsplit(None, len(names)) for line in filled[head + 1 : head + size]]
        if any(map(_is_data, names)) or any(len(row) != len(names) + 1 for row in rows):
            return []
        blocks.append([names, *rows])
    of_rows = [[row[0].strip() for row in block[1:]] for block in blocks]
    if any(each != of_rows[0] for each in of_rows):
        return []
    if not all(map(R_ROW.fullmatch, of_rows[0])):
        return blocks
    numbered = all(R_COLUMNS.fullmatch(" ".join(block[0])) for block in blocks)
    return [[*([] if numbered else block[:1]), *(row[1:] for row in block[1:])] for block in blocks]


def _side_by_side(parts: list[list[list[str]]], scale: float, title: list[str], footer: list[str]) -> Grid:
    """One table of the parts of a wide one; each begins with the same row names, if there are any."""
    heights = {len(part) for part in parts}
    if len(heights) > 1:
        raise ShapeError("The parts of this wide table have different numbers of rows. Give each the same rows.")
    headed = all(len(part) > 1 and len(part[0]) == len(part[1]) - 1 for part in parts)
    rows: list[list[Cell]] = []
    for i in range(heights.pop()):
        row: list[Cell] = []
        for k, part in enumerate(parts):
            cells = part[i]
            row.extend(cells if not headed or k == 0 or i == 0 else cells[1:])
        rows.append([*([""] if headed and i == 0 else []), *row])
    said = "The parts of a table that was too wide for a console are put side by side."
    return Grid(rows, row_names=headed, separator=" ", scale=scale, title=title, footer=footer, notes=(said,))


# --- what separates ----------------------------------------------------------------------------------------------


def _separator(lines: Sequence[str], decimal: str) -> tuple[str, str]:
    """What separates values, and a note where the text could be read in another way. Empty: one column."""
    filled = [line.strip(" ") for line in lines if line.strip()]
    step = max(1, len(filled) // SAMPLE)
    sample = [QUOTED.sub("q", line) for line in filled[::step]]
    numeric = [line for line in sample if _is_numeric(line)]
    digits = numeric or [line for line in sample[1:] if re.search(r"\d", line)] or sample
    if (
        len(digits) > 1
        and all(line.endswith(";") for line in digits[:-1])
        and all(";" not in line.rstrip("; ") for line in digits)
    ):
        digits = [line.rstrip("; ") for line in digits]  # MATLAB ends rows with one
    for mark in "\t;":
        if sum(mark in line for line in digits) >= 0.5 * len(digits):
            firsts = [line.partition(mark)[0].split() for line in digits]
            spaced = (
                mark == "\t" and min(map(len, firsts)) > 2 and all(_is_data(cell) for row in firsts for cell in row)
            )
            return (" " if spaced else mark), ""
    if sum("," in line for line in digits) >= 0.5 * len(digits):
        return _with_commas(filled, sample, digits, decimal)
    if sum(bool(re.search(r"\S[ \t]", line)) for line in digits) >= 0.5 * len(digits):
        return _with_spaces(filled, digits, decimal)
    numbered = next((i for i, line in enumerate(filled) if _is_numeric(QUOTED.sub("q", line))), 0)
    if numbered and "," in QUOTED.sub("q", filled[numbered - 1]):
        return ",", ""  # the rows are short, or cut off
    return ("," if any("," in line for line in digits) and not _one_column(digits, decimal) else ""), _mixed_note(
        digits, decimal
    )


def _mixed_note(digits: Sequence[str], decimal: str) -> str:
    with_comma = [line for line in digits if "," in line]
    return ONE_COLUMN.format(with_comma[0]) if with_comma and _one_column(digits, decimal) and not decimal else ""


ONE_COLUMN = "Each line is read as one number: “{}” has a decimal comma or groups of thousands, and is not two columns."
TWO_COLUMNS = "Commas separate columns: “{}” is two numbers. With a decimal comma it would be one."
SPACED = re.compile(r"[-+(]?[^\s\d,]{0,3}\d[\d.' ]*,\d[\d.,]*[^\s\d,]{0,3}")


def _with_commas(filled: Sequence[str], sample: Sequence[str], digits: Sequence[str], decimal: str) -> tuple[str, str]:
    """Commas stand in most lines: they separate, or are in the numbers, which spaces or lines separate."""
    tokens = [[tidy(token) for token in re.split("[ \t]+", line.strip(" \t"))] for line in digits]
    widths = {len(each) for each in tokens}
    if (
        decimal != "."
        and widths != {1}
        and len(widths) == 1
        and all("," not in token or SPACED.fullmatch(token) for each in tokens for token in each)
        and not any(re.search(r",\s", line) for line in sample)
    ):
        return _with_spaces(filled, digits, decimal)
    if decimal != "." and _commas_of_two_kinds(filled, digits):
        return ", ", COMMA_AND_SPACE.format(_start(digits[0]))
    if decimal == "." and not any(GROUPED.fullmatch(token) for each in tokens for token in each if "," in token):
        return ",", ""
    if not _one_column(digits, decimal):
        return ",", ""
    if decimal == ",":
        return "", ""
    numbered = next((i for i, line in enumerate(filled) if _is_numeric(QUOTED.sub("q", line))), 0)
    if numbered:
        head = QUOTED.sub("q", filled[numbered - 1])
        if "," in head:
            return ",", ""
        return "", ONE_COLUMN.format(digits[0])
    if not _two_columns(digits):
        return "", ONE_COLUMN.format(next(line for line in digits if "," in line))
    longest = max(len(line.rpartition(",")[2]) for line in digits)
    if longest > 4 and "." not in "".join(digits):
        return ",", ""
    if decimal != "." and _likely_decimals(digits):
        return "", ONE_COLUMN.format(digits[0])
    return ",", "" if decimal else TWO_COLUMNS.format(digits[0])


COMMA_AND_SPACE = "Commas before a space separate columns, and those in “{}” without one are in its numbers."


def _commas_of_two_kinds(filled: Sequence[str], digits: Sequence[str]) -> bool:
    """Whether all lines have commas with a space behind them and others without, and names do not say that both separate."""
    if not all(re.search(r"\d,\d", line) and re.search(r",[ \t]", line) for line in digits):
        return False
    rows = [[tidy(cell) for cell in re.split(r",[ \t]+", line.strip(" \t,"))] for line in digits]
    if len({len(row) for row in rows}) > 1 or not all(written(cell) for row in rows for cell in row):
        return False
    return filled[0] in digits or filled[0].count(",") < len(rows[0])


def _one_column(lines: Sequence[str], decimal: str) -> bool:
    """Whether each line could be a single number, in whatever notation."""
    for line in lines:
        cell = tidy(line)
        number = written(cell)
        if number is None:
            if not is_missing(cell):
                return False
        elif (
            cell.endswith(",")
            or isinstance(evidence(number), str)
            or number.in_parentheses
            or (decimal and value(number, decimal) is None)
            or (
                0 <= number.body.find(".") < number.body.rfind(",")
                and not GROUPED.fullmatch(number.body.rpartition(",")[0])
            )
        ):
            return False
    return True


PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")


def _two_columns(lines: Sequence[str]) -> bool:
    """Whether each line could be two numbers with a comma between."""
    return all(
        line.count(",") == 1 and all(PLAIN_NUMBER.fullmatch(part.strip()) for part in line.split(",")) for line in lines
    )


def _likely_decimals(lines: Sequence[str]) -> bool:
    """Whether what follows the commas looks more like decimals than like a second column.

    Decimals that vary in length do not end in 0. Where each has one and all before them have two digits or more, a
    second column of such small numbers would be rare. Groups of thousands with two decimals are decided by their groups.
    """
    parts = [tuple(part.strip() for part in line.split(",")) for line in lines]
    lefts, rights = [left for left, _ in parts], [right for _, right in parts]
    if len(lines) < 2 or any(" " in line for line in lines):
        return False
    if any("." in each for each in lefts):
        return all(GROUPED.fullmatch(left.lstrip("-+")) or left.isdigit() for left in lefts) and {
            *map(len, rights)
        } == {2}
    if any("." in each for each in rights):
        return all(re.fullmatch(r"\d{3}\.\d{2}", right) for right in rights) and all(len(left) < 4 for left in lefts)
    lengths = {*map(len, rights)}
    if len(lengths) > 1:
        return max(lengths) <= 4 and not any(right.endswith("0") for right in rights)
    return lengths == {1} and len(lines) > 2 and all(len(left.lstrip("-+")) > 1 for left in lefts)


def _with_spaces(filled: Sequence[str], digits: Sequence[str], decimal: str) -> tuple[str, str]:
    """Spaces stand in most lines: one or several of them separate, or they group thousands."""
    if len(digits) > 1 and any(re.match(r"\S+ \d{3}\b", line) for line in digits):
        grouped = [line for line in digits if " " in line.strip()]
        if all(_is_one_grouped(tidy(line), decimal) for line in digits) and (
            len(grouped) < len(digits) or any(" 0" in line or "," in line for line in digits)
        ):
            return "", f"Each line is read as one number: “{grouped[0].strip()}” has a space between its thousands."
    numbered = next((i for i, line in enumerate(filled) if re.match(r"[-+$€£]?\s?\d", line)), 0)
    one_name = not numbered or len(filled[numbered - 1].split()) == 1
    if one_name and _one_quantity(digits):
        return "", ""
    if numbered and one_name and all(_is_one_grouped(tidy(line), decimal) for line in digits):
        return "", f"Each line is read as one number: “{_start(digits[0])}” has a space between its thousands."
    note = ""
    apart = all(re.search(r"\S {2,}\S|\t", line) for line in digits)
    if not apart and len(digits) and all(map(SPLIT_THOUSANDS.search, digits)):
        one = digits[0].strip()
        if any(SPLIT_ZEROS.search(line) for line in digits):
            raise ShapeError(
                f"In “{_start(one)}” spaces could separate columns or group thousands. Separate columns by tabs or semicolons, "
                "and write thousands without spaces."
            )
        note = (
            f"Spaces separate columns: “{_start(one)}” has one number more than if they grouped thousands, or several."
        )
    single = {len(line.split()) for line in digits}
    double = {len(re.split(r"[ \t]{2,}", line)) for line in digits}
    if len(single) > 1 and len(double) == 1 and double != {1}:
        return "  ", ""
    if single and double == {max(double)} and max(double) > 1 and max(double) != max(single):
        words = [re.split(r"[ \t]{2,}", line) for line in digits]
        grouped_inside = [cell for row in words for cell in row if " " in cell]
        if grouped_inside and all(
            _is_one_grouped(tidy(cell), decimal) or not re.match(r"[-+\d]", cell) or is_date(cell)
            for cell in grouped_inside
        ):
            return "  ", ""
    return " ", note


def _one_quantity(lines: Sequence[str]) -> bool:
    """Whether each line is one number with the same unit, currency or percent sign behind or before it."""
    numbers = [written(tidy(line)) for line in lines]
    marks = {number and (number.unit, number.currency, number.percent) for number in numbers}
    if len(marks) != 1 or None in marks:
        return False
    unit, currency, percent = next(iter(marks)) or ("", "", "")
    return bool(currency or percent or (unit and len(unit) < 5))


SPLIT_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3} \d{3}(?!\d)")
SPLIT_ZEROS = re.compile(r"(?<![\d.,])\d{1,3} 0\d\d(?!\d)")


def _is_numeric(line: str) -> bool:
    """Whether a line has digits and what may stand around them, and no words."""
    return bool(NUMERIC.fullmatch(line) and re.search(r"\d", line))


def _start(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _is_one_grouped(cell: str, decimal: str) -> bool:
    number = written(cell)
    if number is None or isinstance(evidence(number), str):
        return False
    return not decimal or value(number, decimal) is not None


# --- cells -------------------------------------------------------------------------------------------------------


def _cells(lines: list[str], separator: str) -> list[list[Cell]]:
    rows = [row for row in _split(lines, separator) if len(row) > 1 or any(row)]
    if separator == " ":
        rows = _multi_word_names(rows)
    return rows


def _split(lines: list[str], separator: str) -> list[list[Cell]]:
    """Lines as rows of stripped cells; quotation marks are the standard library's."""
    if separator == "  ":
        return [[cell.strip('"') for cell in re.split(r" {2,}|\t", line.strip())] for line in lines if line.strip()]
    if not separator:
        return [[_unquoted(line.strip().rstrip(";"))] for line in lines if line.strip()]
    if separator == " ":
        lines = [re.sub("[ \t]+", " ", line.strip().rstrip(";,") if '"' not in line else line) for line in lines]
    quoted = any('"' in line for line in lines)
    if not quoted:
        return [[cell.strip() for cell in line.strip(" ").split(separator)] if line.strip() else [] for line in lines]
    stripped = io.StringIO("\n".join(line.strip(" ") for line in lines))
    try:
        return [
            [cell.strip() for cell in row]
            for row in csv.reader(stripped, delimiter=separator, strict=True, skipinitialspace=separator != " ")
        ]
    except csv.Error as error:
        if "expected after" in str(error):
            stripped.seek(0)
            reader = csv.reader(stripped, delimiter=separator, skipinitialspace=separator != " ")
            return [[cell.strip() for cell in row] for row in reader]
        raise ShapeError(
            "The text cannot be read as rows of values. Look for a quotation mark that is never closed."
        ) from error


def _unquoted(cell: str) -> str:
    if cell[:1] == '"':
        try:
            row = next(csv.reader([cell], strict=True), [""])
            return ",".join(row).strip() if len(row) == 1 else cell
        except csv.Error as error:
            raise ShapeError(
                "The text cannot be read as rows of values. Look for a quotation mark that is never closed."
            ) from error
    return cell


def _width(rows: Sequence[Sequence[Cell]]) -> int:
    """How many cells most rows have."""
    return Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0


def _multi_word_names(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows whose names are several words: the numbers at the end are the columns, and what is before them the name."""
    if len({len(row) for row in rows}) < 2 or len(rows) < 2:
        return rows
    head, body = rows[0], rows[1:]
    columns = len(head)
    if columns < 1 or any(_is_data(cell) for cell in head):
        return rows
    if all(len(row) > columns and all(map(_is_data, row[-columns:])) and not _is_data(row[0]) for row in body):
        return [["", *head], *([" ".join(map(str, row[:-columns])), *row[-columns:]] for row in body)]
    return rows
