"""Tables as programs print or write them in brackets: JSON, Python, NumPy, PyTorch, TensorFlow, JAX, MATLAB, Julia, R's c()."""

import ast
import json
import re
from typing import Any

from ui.batch.grid import Cell, Grid, ShapeError, check_columns

PROMPT = re.compile(r"^\s*(?:>>>|In ?\[\d+\]:|Out ?\[\d+\]:|>>|ans =|Parameter containing:)\s?", re.MULTILINE)
TYPED = re.compile(r"^\s*(?:>>>|In ?\[\d+\]:).*\n", re.MULTILINE)
# What may stand before the first bracket: a name, an equals sign, the names of functions.
BEFORE = re.compile(r"""\s*(?:[\w.]+\s*(?:<-|=)\s*)?(?:(?:[\w.]+\()+|<tf\.Tensor:?[^\[]*|[\w.]+\s*)?\s*""")
SHAPES_OF_TENSORFLOW = re.compile(r"<tf\.(?:Tensor|Variable)(?:(?!numpy=).){0,200}numpy=", re.DOTALL)
AFTER = re.compile(
    r"""(?:[\s,;)>]|<NDArray[^<>]*>|(?:dtype|device|grad_fn|requires_grad|weak_type|shape|size|names|numpy|layout|is_leaf|byrow|order|copy)
    \s*=\s*(?:<?[\w.:'"]+(?:\([\d,\s]*\))?>?|\([\d,\s]*\)|\[[\d,\s]*\])
    |torch\.\w+)*\.?(?:astype\([\w.'"]*\)|T|cuda\(\)|float\(\)|double\(\)|to\(\w*\))?[\s);,]*""",
    re.VERBOSE,
)
TOKEN = re.compile(
    r"""(?P<open>[\[({])|(?P<close>[\])}])|(?P<row>;)|(?P<comma>,)|(?P<line>[ \t]*\r?\n[ \t]*)|(?P<space>[ \t\r\f\v]+)
    |(?P<dots>\.\.\.|…)|(?P<cell>"[^"\n]*"|'[^'\n]*'|[^\s\[\](){},;"']+)""",
    re.VERBOSE,
)
PAIRS = {"[": "]", "(": ")", "{": "}"}
LEFT_OUT = (
    "The print leaves values out (“...”). Print all of them, in NumPy after np.set_printoptions(threshold=1_000_000), "
    "in PyTorch after torch.set_printoptions(profile='full'), in pandas with to_csv(), and paste that. Give each row."
)
FLAT = "A list without inner brackets is read as one column; in double brackets, [[…]], it would be one row."
NOT_ALONE = "Something beside the array is not understood. Paste it alone, from its first bracket to its last."
MAX_DEPTH = 40
MOST_CELLS = 400_000
R_VECTOR = re.compile(r"^\s*(?:([\w.]+)\s*(?:<-|=)\s*)?c\(([^()]*)\)\s*;?\s*$")
R_FRAME = re.compile(r"^\s*(?:[\w.]+\s*(?:<-|=)\s*)?(?:data\.frame|tibble|list|cbind|tribble)\((.*)\)\s*$", re.DOTALL)
R_COLUMN = re.compile(r"""\s*(?:"([^"]*)"|`([^`]*)`|'([^']*)'|([\w.]+))\s*=\s*c\(([^()]*)\)\s*(?:,|$)""")
R_MATRIX = re.compile(
    r"^\s*(?:[\w.]+\s*(?:<-|=)\s*)?matrix\(\s*(?:data\s*=\s*)?c\(([^()]*)\)\s*,([^()]*)\)\s*$", re.DOTALL
)


def read_printed(text: str) -> Grid | None:
    """The table in brackets that a text is; None if it is another kind of text."""
    text = _as_array(_answer(text.strip()))
    if "[" not in text and "{" not in text and "(" not in text:
        return None
    if text.count("[") != text.count("]") and re.search(r"\]\s*,\s*\[|^\[\s*\[", text):
        raise ShapeError("The brackets do not match. Look for one that is missing at the beginning or at the end.")
    found = _json(text) or _json_lines(text) or _r(text) or _python(text) or _array(text)
    if not found and re.match(r"\[\s*\[\s*[-+.\d]", text):
        raise ShapeError(NOT_ALONE)
    return found


def _answer(text: str) -> str:
    """What a console answered, without what was typed, unless the brackets are in that."""
    answer = TYPED.sub("", text)
    return answer.strip() if "[" in answer else text


DECLARED = re.compile(
    r"(?:(?:static|const|constexpr|final|var|let|val|int|long|float|double|auto)\b[ *&]{0,9}){1,4}"
    r"[\w.]{1,60}\s{0,9}(?:\[\s{0,9}\d{0,9}\s{0,9}\]\s{0,9}){0,4}=\s{0,9}(?=[\[{])"
)
PADDLE = re.compile(r"^Tensor\(shape=\[[\d, ]*\],[^\[\]]*(?=\[)")
STRUCTURED = re.compile(r",\s{0,99}dtype=\[\([^\[\]]*\)\](?=\)$)")  # of NumPy
ITEM = re.compile(r"[ \t]*-[ \t]+(\[[^\n]*\])[ \t]*")
NAMED_LIST = re.compile(r"[ \t]*[\"']?([\w .%/()-]{1,40}?)[\"']?[ \t]*:[ \t]*(\[[^\n]*\]),?[ \t]*")


def _as_array(text: str) -> str:
    """A list of YAML's and an array that C, Java or JavaScript declares, as JSON or brackets alone."""
    text = STRUCTURED.sub("", PADDLE.sub("", text, count=1))
    if match := DECLARED.match(text):
        return re.sub(r"(?<=[\d.])[fFlL]\b", "", text[match.end() :])
    if text[:1] == "-" or ("[" in text and ":" in text and text[:1] not in "[{("):
        lines = [line for line in text.splitlines() if line.strip()]
        if all(items := [ITEM.fullmatch(line) for line in lines]):
            return f"[{', '.join(item[1] for item in items if item)}]"
        if all(named := [NAMED_LIST.fullmatch(line) for line in lines]):
            return "{" + ", ".join(f"{json.dumps(each[1])}: {each[2]}" for each in named if each) + "}"
    return text


# --- JSON and Python ---------------------------------------------------------------------------------------------


def _json(text: str) -> Grid | None:
    if text[0] not in "[{" or _depth(text) > MAX_DEPTH:
        return None
    try:
        return _from_objects(json.loads(text))
    except (ValueError, RecursionError):
        return None


def _json_lines(text: str) -> Grid | None:
    if text[0] != "{" or "}\n" not in text or _depth(text) > MAX_DEPTH:
        return None
    try:
        return _from_objects([json.loads(line) for line in text.splitlines() if line.strip()])
    except (ValueError, RecursionError):
        return None


def _python(text: str) -> Grid | None:
    """Dicts, quoted cells and the like, as Python writes them; plain arrays are read by `_array`, which needs no commas."""
    start = min((at for at in map(text.find, "[{(") if at >= 0), default=0)
    if start and text[start] == "(":  # of a call
        start = min((at for at in map(text.find, "[{") if at >= 0), default=0)
    tuples = re.match(r"[\[(]\s*\(", text[start:])
    if not (tuples or ("{" in text and ":" in text)) or _depth(text) > MAX_DEPTH:
        return None
    if not BEFORE.fullmatch(PROMPT.sub("", text[:start])):
        return None
    end = text.rfind(PAIRS[text[start]]) + 1
    if not AFTER.fullmatch(text[end:]):
        return None
    literal = re.sub(r"(?<![\w'\"])(?:np\.|float\(')?nan(?:'\))?(?![\w'\"])", "None", text[start:end])
    literal = re.sub(
        r"(?<![\w'\"])(?:np\.|torch\.)?(?:array|tensor|float64|float32|int64)\((\[[^()]*\]|[^()\[\]]*)(?:,[^()]*)?\)",
        r"\1",
        literal,
    )
    try:
        return _from_objects(ast.literal_eval(literal))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _depth(text: str) -> int:
    """How deep brackets are nested, whatever stands in quotes."""
    deepest = depth = 0
    for bracket in re.findall(r"[\[({\])}]", text):
        depth += 1 if bracket in "[({" else -1
        deepest = max(deepest, depth)
    return deepest


def _from_objects(value: Any) -> Grid | None:
    """The table that JSON holds, in any of the forms in which pandas and others write one."""
    if isinstance(value, dict):
        return _from_mapping(value)
    if not isinstance(value, list | tuple) or not value:
        return None
    if all(isinstance(record, dict) for record in value):
        names = list(dict.fromkeys(str(name) for record in value for name in record))
        check_columns(len(names))
        if len(names) * len(value) > MOST_CELLS:
            raise ShapeError("The records have too many different keys. Give all the same.")
        records = [{str(name): each for name, each in record.items()} for record in value]
        rows = [[_cell(record.get(name)) for name in names] for record in records]
        return Grid(rows, names) if names else None
    if all(isinstance(row, list | tuple) for row in value):
        return _from_rows([list(row) for row in value])
    if not any(isinstance(each, list | tuple | dict) for each in value):
        return Grid([[_cell(each)] for each in value], certain=True, notes=(FLAT,) if len(value) > 1 else ())
    return None


def _from_rows(rows: list[list[Any]], notes: tuple[str, ...] = ()) -> Grid | None:
    """Rows of values; axes of length 1 around them are taken away."""
    if any(isinstance(each, list | tuple) for row in rows for each in row):
        if len(rows) == 1 and all(isinstance(each, list | tuple) for each in rows[0]):
            return _from_rows([list(row) for row in rows[0]], ("An outer axis of length 1 is taken away.",))
        raise ShapeError(
            "The array has more than two axes; a batch has rows and columns. Paste one slice of it, such as x[0], or give "
            "it two axes, such as x.reshape(len(x), -1)."
        )
    cells = [[_cell(each) for each in row] for row in rows if row]
    has_names = len(cells) > 1 and all(isinstance(cell, str) and cell for cell in cells[0])
    return Grid(cells, certain=not has_names, notes=notes) if cells else None


def _from_mapping(value: dict[Any, Any]) -> Grid | None:
    keys = {str(key): each for key, each in value.items()}
    if "data" in keys and isinstance(keys["data"], list):
        inner = _from_objects(keys["data"])
        names = keys.get("columns") or keys.get("feature_names")
        if inner and isinstance(names, list) and all(len(row) == len(names) for row in inner.rows):
            return Grid(inner.rows, [str(name) for name in names])
        return (
            Grid(inner.rows, [name for name in inner.names if name != "index"] and inner.names)
            if inner and inner.names
            else inner
        )
    check_columns(len(keys))
    columns = list(keys.values())
    if columns and all(isinstance(column, dict) for column in columns):
        named = [{str(key): each for key, each in column.items()} for column in columns]
        index = list(dict.fromkeys(key for column in named for key in column))
        if len(index) * len(named) > MOST_CELLS:
            raise ShapeError("The columns have too many different keys. Give all the same.")
        rows = [[_cell(column.get(key)) for column in named] for key in index]
        return Grid(rows, list(keys))
    if columns and all(isinstance(column, list | tuple) for column in columns):
        if any(isinstance(each, list | tuple | dict) for column in columns for each in column):
            lists = [
                column for column in columns if column and all(isinstance(each, list | tuple | dict) for each in column)
            ]
            return _from_objects(lists[0]) if len(lists) == 1 else None
        if len({len(column) for column in columns}) > 1:
            raise ShapeError("The columns are of different lengths. Give each the same number of values.")
        return Grid([[_cell(each) for each in row] for row in zip(*columns, strict=True)], list(keys))
    lists = [column for column in columns if isinstance(column, list)]
    if len(lists) == 1:  # {"status": "ok", "rows": […]}
        return _from_objects(lists[0])
    if columns and not any(isinstance(each, list | dict) for each in columns):
        return Grid([[_cell(each) for each in columns]], list(keys))
    return None


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    if isinstance(value, list | tuple | dict | set | bytes | complex):
        return "[…]"
    return str(value)


# --- R -----------------------------------------------------------------------------------------------------------


def _r(text: str) -> Grid | None:
    if "c(" not in text:
        return None
    text = re.sub(r"^\s*> ?", "", text)
    text = re.sub(
        r"^structure\((list\(.*\)),\s*(?:class|row\.names|names)\s*=.*$", r"\1", text, count=1, flags=re.DOTALL
    )
    if match := R_VECTOR.match(text):
        return Grid([[cell] for cell in _r_values(match[2])], [match[1]] if match[1] else None, notes=(FLAT_R,))
    if match := R_MATRIX.match(text):
        return _r_matrix(_r_values(match[1]), match[2])
    if match := R_FRAME.match(text):
        columns: dict[str, list[Cell]] = {}
        at, inner = 0, match[1]
        while column := R_COLUMN.match(inner, at):
            check_columns(len(columns))
            columns[next(name for name in column.groups()[:4] if name is not None)] = _r_values(column[5])
            at = column.end()
        if columns and len({len(each) for each in columns.values()}) == 1:
            return Grid([list(row) for row in zip(*columns.values(), strict=True)], list(columns))
    return None


FLAT_R = "A vector is read as one column."


def _r_values(text: str) -> list[Cell]:
    return [re.sub(r"(?<=\d)L$", "", cell.strip().strip("\"'")) for cell in text.split(",")]


def _r_matrix(cells: list[Cell], arguments: str) -> Grid | None:
    size = {name: int(number) for name, number in re.findall(r"(nrow|ncol)\s*=\s*(\d{1,6})", arguments)}
    nrow = size.get("nrow") or (len(cells) // size["ncol"] if size.get("ncol") else 0)
    if not nrow or len(cells) % nrow:
        return None
    if re.search(r"byrow\s*=\s*T", arguments):
        width = len(cells) // nrow
        return Grid([cells[i : i + width] for i in range(0, len(cells), width)], certain=True)
    return Grid([cells[i::nrow] for i in range(nrow)], certain=True)


# --- arrays ------------------------------------------------------------------------------------------------------


def _array(text: str) -> Grid | None:
    """Numbers in brackets, with or without commas: what is innermost is a row, and so is what ; or a line ends in it."""
    text = PROMPT.sub("", text).strip()
    tensor = SHAPES_OF_TENSORFLOW.search(text, 0, 300)
    start = tensor.end() if tensor and not text[: tensor.start()].strip() else 0
    if _depth(text) > MAX_DEPTH:
        return None
    text = re.sub(r";[ \t]*\.\.\.[ \t]*\n", ";\n", text)  # MATLAB goes on in the next line
    outer = text.find("[", start)
    if outer >= 0 and INNER.search(text, outer):
        inside = re.sub(r",\s*(?:dtype|device|grad_fn|requires_grad)=[^\[\]()]*(?:\([^()]*\))?(?=\))", "", text[outer:])
        text = text[:outer] + INNER.sub("", inside).replace(")", "")
    kinds = "[" if "[" in text[start:] else "{" if "{" in text[start:] else "("
    first = text.find(kinds, start)
    if first < 0 or re.match(r"\[\s*\d*\s*,?\s*\d*\s*\]\s+[^\s\[,]", text[first:]):
        return None  # [1,] begins a row that R prints
    if not (BEFORE.fullmatch(text[start:first]) or BEFORE.fullmatch(re.sub(r"^.*numpy=", "", text[start:first]))):
        return None
    if kinds == "(" and not re.fullmatch(r"[\s(\[]*", text[:first]):
        return None
    rows, depth_of_rows, end = _rows_in_brackets(text, first, kinds)
    if kinds == "(" and any(len(row) == 1 for row in rows):
        return None  # accountants put negative numbers in parentheses
    if not rows or not AFTER.fullmatch(text[end:]):
        return None
    if len({len(row) for row in rows}) > 1 and depth_of_rows == 1 and _all_one_line(text[first:end]):
        return None
    notes: tuple[str, ...] = ()
    if any(cell in ("...", "…") for row in rows for cell in row):
        whole = [row for row in rows if row not in (["..."], ["…"])]
        if depth_of_rows == 1 or any(cell in ("...", "…") for row in whole for cell in row):
            raise ShapeError(LEFT_OUT)
        rows, notes = whole, ("The print leaves rows out (“...”), and so does the batch.",)
    if depth_of_rows > 2:
        axes = text[first:end]
        if not re.match(r"\[\s*" * (depth_of_rows - 2) + r"\[", axes) or _siblings(axes, depth_of_rows):
            raise ShapeError(
                f"The array has {depth_of_rows} axes; a batch has two, rows and columns. Paste one slice of it, such as x[0], "
                "or give it two axes, such as x.reshape(len(x), -1)."
            )
        notes += ("Outer axes of length 1 are taken away.",)
    if depth_of_rows == 1 and len(rows) == 1 and len(rows[0]) > 1:
        rows, notes = [[cell] for cell in rows[0]], (*notes, FLAT)
    has_names = len(rows) > 1 and all(
        re.search(r"[^\W\d]", str(cell)) and str(cell).lower() not in WORDS for cell in rows[0]
    )
    return Grid(rows, certain=not has_names, notes=notes)


INNER = re.compile(r"\b(?:np\.|numpy\.|torch\.|jnp\.)?(?:array|tensor|Array|float\d+|int\d+|uint\d+|bool_?)\(")
WORDS = {"true", "false", "nan", "inf", "-inf", "none", "null", "na"}


def _all_one_line(text: str) -> bool:
    return "\n" not in text.strip()


def _siblings(text: str, depth_of_rows: int) -> bool:
    """Whether an axis before the last two has more than one part."""
    depth = parts = 0
    for bracket in re.findall(r"[\[\]]", text):
        depth += 1 if bracket == "[" else -1
        parts += bracket == "[" and depth == depth_of_rows - 1
    return parts > 1


def _rows_in_brackets(text: str, first: int, kind: str) -> tuple[list[list[Cell]], int, int]:
    """The rows, how many brackets each stands in, and where the last bracket ends."""
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    depth, deepest, at, end = 0, 0, first, first
    depths: set[int] = set()
    lines: list[int] = []  # how long the row was at each end of a line
    wrapped = bool(re.search(r",[ \t]*\n|[^\n]{56}", text[first:]))  # what goes on in the next line is one row
    while match := TOKEN.match(text, at):
        kind_of, token = match.lastgroup, match.group()
        if depth == 0 and token != kind and kind_of not in ("comma", "space", "line", "row"):
            break
        if kind_of in ("open", "close") and token not in (kind, PAIRS[kind]):
            return [], 0, end  # another kind of bracket among them
        if kind_of == "open":
            if row:
                return [], 0, end  # a number beside a bracket
            depth += 1
            deepest = max(deepest, depth)
            lines = []
        elif kind_of == "close":
            if row:
                rows.extend(_at_line_ends(row, lines) if depth == deepest == 1 and not wrapped else [row])
                depths.add(depth)
                row = []
            depth -= 1
            end = match.end()
        elif kind_of == "row" and depth:
            if row:
                rows.append(row)
                depths.add(depth + 1)
            row, lines = [], []
        elif kind_of == "line" and row:
            lines.append(len(row))
        elif kind_of == "dots" and not row and depth < deepest:
            rows.append(["..."])
        elif kind_of in ("cell", "dots"):
            row.append(token.strip("\"'"))
        at = match.end()
    if depth or not depths or len(depths - {deepest}) > (deepest + 1 in depths):
        return [], 0, end
    tops = len(rows) > 1 and max(depths) == 1
    return rows, 2 if tops else max(depths), end


def _at_line_ends(row: list[Cell], lines: list[int]) -> list[list[Cell]]:
    """MATLAB ends a row with a line; a list that goes on in the next has a shorter last line."""
    ends = [*lines, len(row)] if not lines or lines[-1] != len(row) else lines
    widths = {b - a for a, b in zip([0, *ends], ends, strict=False)}
    if len(ends) < 2 or len(widths) > 1:
        return [row]
    width = widths.pop()
    return [row[i : i + width] for i in range(0, len(row), width)] if width > 1 else [row]
