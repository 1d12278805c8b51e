"""The numbers of a layer, and of what came out of it, as they are typed or as programs print them.

Lists and tables are taken apart by `ui.batch`; here it is found out which of them is γ, β, the moving mean and variance.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from bn import FloatArray
from bn.arrays import read_only
from ui.batch import notation
from ui.batch.grid import Cell, Grid, ShapeError
from ui.batch.printed import FLAT, FLAT_R
from ui.batch.reading import grid_of
from ui.batch.roles import NUMBERS, assign
from ui.numbers import shortest

MAX_TEXT = 20_000  # characters of a field
MAX_VECTOR = 4_000  # characters of one vector
MOST_VALUES = 256 * 8
SHORT = 24
PRINTED_DECIMALS = 4  # of PyTorch's prints, the shortest
GAMMA, BETA, MEAN, VAR = "gamma", "beta", "mean", "var"
VECTORS = (GAMMA, BETA, MEAN, VAR)
TITLES = {GAMMA: "γ", BETA: "β", MEAN: "moving mean", VAR: "moving variance"}
HOW_TO_WRITE = "Write numbers with spaces or commas between them, such as 1.5 -0.3 2e-3."


class LayerError(ValueError):
    """What is wrong with what was typed, where, and what to do about it: in part in the reader's own words."""


class Numbers(NamedTuple):
    """Numbers in rows, (N, C), NaN and infinity among them.

    half: half a unit of the last digit that was typed of each; texts: each as it was typed, row by row; names: of columns.
    """

    values: FloatArray
    half: FloatArray
    texts: tuple[str, ...]
    notes: tuple[str, ...]
    names: tuple[str, ...] = ()


class Vector(NamedTuple):
    """One number for each feature. texts: as they were typed; unsure: how far each may be off where it was rounded."""

    values: tuple[float, ...]
    texts: tuple[str, ...]
    unsure: tuple[float, ...]
    notes: tuple[str, ...] = ()


def read_numbers(text: str) -> Numbers:
    """Rows of numbers as they were typed or printed.

    Raises LayerError for anything else, for rows of different lengths, and for more than 2,048 numbers.
    """
    if len(text) > MAX_TEXT:
        raise LayerError(f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read here.")
    try:
        grid = grid_of(_as_list(text.strip()))
        rows, names, left_out = _only_numbers(grid)
    except ShapeError as problem:
        raise LayerError(str(problem)) from problem
    if not rows:
        raise LayerError(f"There are no numbers. {HOW_TO_WRITE}")
    if len({len(row) for row in rows}) > 1:
        i = next(i for i, row in enumerate(rows) if len(row) != len(rows[0]))
        raise LayerError(
            f"Row {i} has {len(rows[i])} numbers and row 0 has {len(rows[0])}. Give each row the same number of values."
        )
    if sum(map(len, rows)) > MOST_VALUES:
        raise LayerError(f"There are {sum(map(len, rows)):,} numbers; at most {MOST_VALUES:,} are read here.")
    decimal, said = _decimal(rows)
    values = [[_number(cell, i, j, decimal) for j, cell in enumerate(row)] for i, row in enumerate(rows)]
    texts = _as_typed(rows, values, text)
    half = [half_a_unit(each) for each in texts]
    notes = tuple(each for each in (*grid.notes, *left_out, *said) if each not in (FLAT, FLAT_R))
    array = read_only(np.array(values, dtype=np.float64) * grid.scale)
    if grid.scale != 1 or decimal == ",":
        texts = [shortest(value) for value in array.ravel().tolist()]
    return Numbers(array, read_only(np.array(half).reshape(array.shape) * grid.scale), tuple(texts), notes, names)


def read_vector(text: str) -> Vector:
    """The numbers of one vector, in one row or one column. Raises LayerError as `read_numbers`, and for a longer text.

    A number with four decimals or more was rounded when it was printed; one with fewer was typed and is meant as it is.
    """
    if len(text) > MAX_VECTOR:
        raise LayerError(
            f"The text has {len(text):,} characters; a vector has at most {MAX_VECTOR:,}. Keep its numbers alone."
        )
    numbers = read_numbers(text)
    if min(numbers.values.shape) > 1:
        n, c = numbers.values.shape
        raise LayerError(f"It has {n} rows and {c} columns; a vector has one number for each feature, in one row.")
    halves = numbers.half.ravel().tolist()
    unsure = tuple(
        half if _decimals(each) >= PRINTED_DECIMALS else 0.0 for each, half in zip(numbers.texts, halves, strict=True)
    )
    return Vector(tuple(numbers.values.ravel().tolist()), numbers.texts, unsure, numbers.notes)


def _as_list(text: str) -> str:
    """A vector without a comma at the end of it, and a tuple as the list that it is."""
    text = re.sub(r"[,;]\s*$", "", text)
    match = re.fullmatch(r"\(([^()]*,[^()]*)\)", text)
    return f"[{match[1]}]" if match else text


def _only_numbers(grid: Grid) -> tuple[list[list[Cell]], tuple[str, ...], list[str]]:
    """The rows of a grid as they are, if all cells are numbers; else without names, indices and labels, which is said.

    And the names of the columns.

    Of one row nothing is left out: there a word stands where a number should.
    """
    rows = [[notation.tidy(cell) if isinstance(cell, str) else cell for cell in row] for row in grid.rows]
    rows = [row for row in rows if any(cell != "" for cell in row)]
    if len(rows) < 2 or (not grid.names and all(_is_number(cell) for row in rows for cell in row)):
        return rows, tuple(grid.names or ()), []
    table = assign(grid)
    said = [sentence for sentence, _ in table.said]
    columns = [column for column in table.columns if column.kind == NUMBERS]
    if not columns:
        return rows, (), []
    if len(columns) < len(table.columns):
        said.append(
            f"{len(table.columns) - len(columns)} of {len(table.columns)} columns hold no numbers and are left out."
        )
    names = tuple(column.name for column in columns) if table.has_names else ()
    return [list(row) for row in zip(*(column.cells for column in columns), strict=True)], names, said


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, float) or _is_nan(cell) or bool(notation.INFINITE.fullmatch(cell) or notation.written(cell))


def _is_nan(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.lower() in ("nan", "-nan", "+nan")


def _decimal(rows: Sequence[Sequence[Cell]]) -> tuple[str, list[str]]:
    """The decimal mark: a point unless commas can be nothing else; nobody writes such numbers with thousands."""
    cells = [cell for row in rows for cell in row if isinstance(cell, str)]
    if not any("," in cell for cell in cells):
        return ".", []
    decision = notation.decide([cells], " ")
    if decision.conflict:
        raise LayerError(decision.conflict)
    return decision.decimal, [decision.note] if decision.note else []


def _number(cell: Cell, row: int, column: int, decimal: str) -> float:
    if isinstance(cell, float):
        return cell
    if _is_nan(cell):
        return math.nan
    if notation.INFINITE.fullmatch(cell):
        return -math.inf if cell.startswith("-") else math.inf
    written = notation.written(cell)
    number = None if written is None else notation.value(written, decimal)
    if written is None or number is None or written.percent or written.currency or written.unit not in ("", "f"):
        where = f"Number {column}" if row == 0 else f"Row {row}, number {column}"
        what = f"is “{cell[:SHORT]}{'…' if len(cell) > SHORT else ''}”" if cell else "is missing"
        raise LayerError(f"{where} {what}, which is no number. {HOW_TO_WRITE}")
    return number + 0.0


PRINTED = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf(?:inity)?|NaN|Infinity)\b")


def _as_typed(rows: Sequence[Sequence[Cell]], values: Sequence[Sequence[float]], text: str) -> list[str]:
    """Each number as it was typed. Where a list was read as a whole, its text is looked through for them."""
    flat = [value for row in values for value in row]
    cells = [cell for row in rows for cell in row]
    found = PRINTED.findall(text) if any(isinstance(cell, float) for cell in cells) else []
    if len(found) == len(flat) and all(
        float(each) == value or value != value for each, value in zip(found, flat, strict=True)
    ):
        return found
    return [cell if isinstance(cell, str) else shortest(cell) for cell in cells]


def half_a_unit(text: str) -> float:
    """Half a unit in the last place of a number as it was typed: 0.005 of 1.25, 50 of 12e2."""
    if not any(each.isdigit() for each in text):
        return 0.0  # NaN and infinity
    try:
        return 0.5 * 10.0 ** (int(text.lower().partition("e")[2] or 0) - _decimals(text))
    except (ValueError, OverflowError):
        return 0.0


def _decimals(text: str) -> int:
    """How many digits stand behind the point, before a power of ten."""
    _, point, decimals = text.lower().partition("e")[0].replace(",", ".").rpartition(".")
    return len(decimals.rstrip("f")) if point else 0


# --- a whole layer in one printout -------------------------------------------------------------------------------

NAMES: dict[str, str] = {
    **dict.fromkeys(("weight", "gamma", "scale", "γ"), GAMMA),
    **dict.fromkeys(("bias", "beta", "offset", "B", "β"), BETA),
    **dict.fromkeys(("running_mean", "moving_mean", "input_mean", "mean", "mu", "μ"), MEAN),
    **dict.fromkeys(
        ("running_var", "running_variance", "moving_variance", "moving_var", "input_var", "variance", "var", "σ²"), VAR
    ),
    **dict.fromkeys(("eps", "epsilon", "ε"), "eps"),
}
WORD = re.compile(r"[\w./\-]+")
FARTHEST = 200  # characters from a name to its numbers
NOT_THERE = re.compile(r"\W*(?:None|False|True)\b")
LAYERS_SHOWN = 4


@dataclass(frozen=True)
class Printout:
    """A layer as a program printed it.

    vectors: those that are in it. eps: the text of it, if it is there. notes: a sentence for what was assumed.
    layer: the one that was read, of all `layers` with averages, where they have names.
    """

    vectors: dict[str, Vector]
    eps: str = ""
    notes: tuple[str, ...] = field(default=())
    layer: str = ""
    layers: tuple[str, ...] = ()


def read_printout(text: str, layer: str = "", features: int = 0) -> Printout:
    """The vectors of one layer: a state dict, names and values, JSON, or four lists in the order γ, β, mean, variance.

    layer: which, where there are several; else it is the first with as many features as the rows have, or the first of all.
    Raises LayerError where there are none.
    """
    if not text.strip():
        raise LayerError("There is nothing yet. Paste a state dict, get_weights(), or four lines.")
    if len(text) > MAX_TEXT:
        raise LayerError(
            f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read here. Print this one layer alone."
        )
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda escaped: chr(int(escaped[1], 16)), text)  # as JSON may write γ
    named = _named(text)
    if any(name in VECTORS for _, name, _ in named):
        return _of_one_layer(_numbered(named), layer, features)
    return _in_order(text)


def layers_in(text: str) -> tuple[str, ...]:
    """The layers with averages of a printout; none where it cannot be read."""
    try:
        return read_printout(text).layers if text.strip() else ()
    except LayerError:
        return ()


def _named(text: str) -> list[tuple[str, str, str]]:
    """Everything in a text that has a name we know: the layer that it is of, which it is, and the text behind it."""
    found: list[tuple[int, int, str, str]] = []
    for word in WORD.finditer(text):
        layer, _, last = word.group().replace("/", ".").rstrip(".-").rpartition(".")
        if (name := NAMES.get(last) or NAMES.get(last.lower())) and not text.startswith("(", word.end()):
            found.append((word.start(), word.end(), layer, name))
    starts = [*[each[0] for each in found[1:]], len(text)][: len(found)]
    return [
        (layer, name, text[end:stop])
        for (_, end, layer, name), stop in zip(found, starts, strict=True)
        if not NOT_THERE.match(text[end : min(stop, end + 20)])
    ]


def _numbered(named: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Several layers of the same name, or of none, that each bring the same vectors: each with its number."""
    times = Counter((layer, name) for layer, name, _ in named if name in VECTORS)
    again = {layer: {count for (each, _), count in times.items() if each == layer} for layer, _ in times}
    seen: Counter[tuple[str, str]] = Counter()
    numbered = []
    for layer, name, body in named:
        seen[layer, name] += 1
        several = max(again.get(layer, {1})) > 1 and len(again[layer]) == 1
        numbered.append((f"{layer} {seen[layer, name]}".strip() if several else layer, name, body))
    return numbered


def _of_one_layer(named: Sequence[tuple[str, str, str]], wanted: str, features: int) -> Printout:
    layers: dict[str, dict[str, str]] = {}
    eps: dict[str, str] = {}
    for layer, name, body in named:
        if name == "eps":
            if number := _number_behind(body):
                eps.setdefault(layer, number)
            continue
        if name in layers.setdefault(layer, {}):
            raise LayerError(
                f"{_capital(TITLES[name])} stands there twice, as of two layers. Paste the vectors of one."
            )
        layers[layer][name] = body
    with_averages = tuple(layer for layer, bodies in layers.items() if MEAN in bodies or VAR in bodies)
    if not with_averages:
        raise LayerError(
            "It has no moving mean and no moving variance. PyTorch's `track_running_stats=False` keeps none; else look "
            "among the buffers, as in `layer.state_dict()`."
        )
    fitting = [layer for layer in with_averages if features and features in map(_length_of, layers[layer].values())]
    chosen = wanted if wanted in with_averages else [*fitting, *with_averages][0]
    vectors = {}
    for name, body in layers[chosen].items():
        try:
            vectors[name] = _vector_behind(body)
        except LayerError as problem:
            raise LayerError(f"{_capital(TITLES[name])}: {problem}") from problem
    notes = []
    if len(with_averages) > 1:
        why = "" if chosen == wanted else ", the first with a number for each feature" if fitting else ", the first"
        shown = _listed(with_averages)
        notes.append(f"It holds {len(with_averages)} layers with averages: {shown}. Read is {_called(chosen)}{why}.")
    notes.append(f"Read by their names: {', '.join(TITLES[name] for name in VECTORS if name in vectors)}.")
    if any(_is_rounded(vector) for vector in vectors.values()):
        notes.append(
            "They are printed with four decimals, so outputs are known no better; `.tolist()` gives all digits."
        )
    if left_out := [layer for layer in layers if layer not in with_averages]:
        notes.append(f"Left out, since it has no averages: {_listed(left_out)}.")
    its_eps = eps.get(chosen) or (next(iter(eps.values())) if len(set(eps.values())) == 1 else "")
    if eps and not its_eps:
        notes.append(
            f"It names several ε: {', '.join(dict.fromkeys(eps.values()))}. None is taken; write this layer's."
        )
    return Printout(vectors, its_eps, (*notes, *_absent(vectors)), chosen, with_averages)


def _called(layer: str) -> str:
    return layer or "names without a layer"


def _listed(layers: Sequence[str]) -> str:
    return ", ".join(map(_called, layers[:LAYERS_SHOWN])) + (", …" if len(layers) > LAYERS_SHOWN else "")


def _length_of(body: str) -> int:
    """How many numbers stand behind a name; 0 where they cannot be read."""
    try:
        return len(_vector_behind(body).values)
    except LayerError:
        return 0


def _is_rounded(vector: Vector) -> bool:
    """Whether it looks as PyTorch prints it, all numbers with just four decimals."""
    return len(vector.texts) > 0 and all(_decimals(text) == PRINTED_DECIMALS for text in vector.texts)


def _absent(vectors: Iterable[str]) -> list[str]:
    usual = {GAMMA: 1, BETA: 0, MEAN: 0, VAR: 1}
    return [
        f"{_capital(TITLES[name])} is not in it, so it is {usual[name]}." for name in VECTORS if name not in vectors
    ]


def _capital(words: str) -> str:
    return words[0].upper() + words[1:] if words[0].isascii() else words


def _vector_behind(body: str) -> Vector:
    """The first list behind a name, or the numbers of its line."""
    start = body.find("[", 0, FARTHEST)
    if start < 0:
        lines = body.lstrip(" \t'\":=,;(").splitlines() or [""]
        more = takewhile(lambda line: not re.search(r"[^\W\d_]{2}", line) and line.strip(), lines[1:])
        plain = "\n".join([lines[0], *more]).strip().strip("'\":=,;(){}").strip()
        return read_vector(plain)
    depth = 0
    for at, bracket in ((match.start(), match.group()) for match in re.finditer(r"[\[\]]", body[start:])):
        depth += 1 if bracket == "[" else -1
        if depth == 0:
            return read_vector(body[start : start + at + 1])
    raise LayerError("The bracket is not closed. Look for one that is missing at the end.")


def _number_behind(body: str) -> str:
    match = re.match(r"""['"\s:=,(]{0,6}((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)""", body)
    return match[1] if match else ""


def _in_order(text: str) -> Printout:
    """Lists without names: as Keras's get_weights() gives them, γ, β, moving mean, moving variance."""
    numbers = read_numbers(text)
    if numbers.names:
        shown = ", ".join(f"“{name[:SHORT]}”" for name in numbers.names[:LAYERS_SHOWN])
        raise LayerError(
            f"The names {shown} say nothing of a layer. Write gamma, beta, moving_mean, moving_variance, or none."
        )
    count, width = numbers.values.shape
    rows = [numbers.texts[i * width : (i + 1) * width] for i in range(count)]
    notes = numbers.notes
    if count != len(VECTORS) and width == len(VECTORS):
        rows, notes = list(zip(*rows, strict=True)), (*notes, "Each column is read as one vector.")
    names = {4: VECTORS, 2: (MEAN, VAR)}.get(len(rows))
    if names is None:
        raise LayerError(
            f"There {'is 1 vector' if len(rows) == 1 else f'are {len(rows)} vectors'} without names. Give four, γ, β, moving mean "
            "and moving variance, or write a name before each, such as gamma: 1 1 1."
        )
    said = f"Without names they are read in this order: {', '.join(TITLES[name] for name in names)}."
    vectors = {name: read_vector(f"[{', '.join(row)}]") for name, row in zip(names, rows, strict=True)}
    return Printout(vectors, "", (said, *notes, *_absent(vectors)))
