"""Tables with marks around their cells: Markdown, pipes and frames as databases and consoles draw them, LaTeX."""

import re

from ui.batch.grid import Cell, Grid

FRAMES = str.maketrans("│┃║┆┊╎¦", "|||||||")
RULE = re.compile(
    r"[\s|+:=\-_─━═┄┈╌┼╪╬├┤┌┐└┘┬┴╞╡╔╗╚╝╠╣╤╧╟╢╭╮╰╯╒╕╘╛╓╖╙╜┏┓┗┛┡┩┠┨┯┷╇╈…*]*[-=─━═┄╌_]{2,}[\s|+:=\-_─━═┄┈╌┼╪╬├┤┌┐└┘┬┴╞╡╔╗╚╝╠╣╤╧╟╢╭╮╰╯╒╕╘╛╓╖╙╜┏┓┗┛┡┩┠┨┯┷╇╈]*"
)
MARKDOWN_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?")
JULIA = re.compile(r"^[ \t]*Row[ \t]*│", re.MULTILINE)  # where one stroke stands behind the numbers of rows
STATA = re.compile(r"\d+\.")
PIPE = re.compile(r"(?<!\\)\|")


def is_rule(line: str) -> bool:
    """Whether a line is drawn: dashes and corners, and nothing else."""
    return len(line) < 4000 and bool(
        RULE.fullmatch(line.strip()) or (("|" in line) and MARKDOWN_RULE.fullmatch(line.strip()))
    )


def read_piped(text: str) -> Grid | None:
    """The table whose cells stand between upright strokes; None if it is another kind of text."""
    if not any(mark in text for mark in "|│┃║┆┊╎¦") or JULIA.search(text):
        return None
    lines = [line.translate(FRAMES) for line in text.splitlines()]
    if lines and lines[0].lstrip().startswith("||"):
        lines[0] = lines[0].replace("||", "|")  # names in Jira
    filled = [line for line in lines if line.strip()]
    piped = [line for line in filled if PIPE.search(line)]
    rules = sum(map(is_rule, filled))
    if not piped or len(piped) < 0.5 * (len(filled) - rules) or (len(piped) - sum(map(is_rule, piped))) < 1:
        return None
    if not rules and any(mark in line for line in piped for mark in "\t;"):
        return None
    closed = all(line.strip().startswith("|") for line in piped if not is_rule(line))
    rows: list[list[Cell]] = []
    title: list[str] = []
    footer: list[str] = []
    heads: list[int] = []
    for line in filled:
        if is_rule(line):
            heads.append(len(rows))
        elif PIPE.search(line):
            rows.append(_between_pipes(line, closed))
        else:
            (footer if rows else title).append(line.strip())
    rows = [row for row in rows if not all(re.fullmatch(r"-{2,}|", str(cell)) for cell in row)]
    rows, counted = _of_stata(rows)
    head = next((at for at in heads if at > 0), 0)
    if not 0 < head < len(rows):
        return Grid(rows, separator="|", title=title, footer=footer)
    names = [re.sub(r"^(\*\*|`)(.*)\1$", r"\2", str(cell)) for cell in rows[0]]
    return Grid(rows[1:], names, row_names=counted, separator="|", title=title, footer=footer)


def _of_stata(rows: list[list[Cell]]) -> tuple[list[list[Cell]], bool]:
    """Stata frames all columns together and counts the rows before the frame: the rows, and whether they are such."""
    if len(rows) < 2 or not all(len(row) > 1 and STATA.fullmatch(str(row[0])) for row in rows[1:]):
        return rows, False
    apart: list[list[Cell]] = [[*" ".join(map(str, row[k > 0 :])).split()] for k, row in enumerate(rows)]
    if any(len(row) != len(apart[0]) for row in apart):
        return rows, False
    return [["", *apart[0]], *([row[0], *cells] for row, cells in zip(rows[1:], apart[1:], strict=True))], True


def _between_pipes(line: str, closed: bool) -> list[Cell]:
    cells = [cell.strip().replace("\\|", "|") for cell in PIPE.split(line.strip())]
    if closed:
        cells = cells[1:]
        if cells and not cells[-1]:
            cells = cells[:-1]
    return [re.sub(r"^(\*\*|__|`)(.*)\1$", r"\2", cell) for cell in cells]


# --- LaTeX -------------------------------------------------------------------------------------------------------

BEGIN = re.compile(
    r"\\begin\{(?:tabular[x*]?|longtable|array|[bpvV]?matrix|tabu|tblr|table\*?|center|align\*?|equation\*?)\}"
)
COMMAND = re.compile(
    r"""\\(?:hline|toprule|midrule|bottomrule|centering|small|footnotesize|endhead|endfirsthead|endfoot|endlastfoot|tabularnewline)\b
    |\\(?:cline|cmidrule|label|caption|begin|end|vspace|rule|addlinespace|specialrule|rowcolor|noalign|setlength|arraystretch)
      (?:\([^)]*\))?(?:\[[^\]]*\])?(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*(?:\[[^\]]*\])?""",
    re.VERBOSE,
)
WRAPPED = re.compile(
    r"\\(?:textbf|textit|emph|num|mathbf|mathrm|text|texttt|bfseries|underline|multicolumn\{\d+\}\{[^{}]*\})\s*\{([^{}]*)\}"
)
PLAIN = {
    "{,}": ",",
    "\\,": " ",
    "\\ ": " ",
    "~": " ",
    "\\%": "%",
    "\\_": "_",
    "\\&": "&",
    "\\#": "#",
    "\\$": "$",
    "$-$": "-",
}


def read_latex(text: str) -> Grid | None:
    """The table whose cells stand between & and whose rows end in a double backslash; None if it is another kind of text."""
    if not (BEGIN.search(text) or ("\\\\" in text and ("&" in text or _has_ended_rows(text)))):
        return None
    text = re.sub(r"(?<![\\\d])(?<!\d )%.*", "", text)  # but 12 % is a number
    if start := re.search(r"\\begin\{(?:tabular[x*]?|longtable|tabu|tblr|array|[bpvV]?matrix)\}", text):
        text = text[start.start() :]
        text = re.sub(
            r"^(\\begin\{\w+\*?\})(?:\[[^\]]*\])?(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}){0,2}", r"\1", text, count=1
        )
        if end := re.search(r"\\end\{(?:tabular[x*]?|longtable|tabu|tblr|array|[bpvV]?matrix)\}", text):
            text = text[: end.start()]
        text = text[text.index("}") + 1 :]
    rows = []
    for line in re.split(r"\\\\(?:\[[^\]]{0,20}\])?|\\tabularnewline", text):
        line = WRAPPED.sub(r"\1", COMMAND.sub("", line)).strip()
        if line:
            rows.append([_latex_cell(cell) for cell in re.split(r"(?<!\\)&", line)])
    return Grid([*rows], separator="&") if rows else None


def _has_ended_rows(text: str) -> bool:
    """Whether a row of one column ends in a double backslash, whatever marks its number has."""
    return any(line.rstrip().endswith("\\\\") and re.search(r"\d", line) for line in text.splitlines())


def _latex_cell(cell: str) -> Cell:
    if not any(mark in cell for mark in "\\{}$~"):
        return cell.strip()
    for mark, plain in PLAIN.items():
        cell = cell.replace(mark, plain)
    cell = re.sub(r"(?<!\\)\$([^$]*)\$", r"\1", cell)
    cell = re.sub(r"\\(?:times|cdot)\s*10\^?\{?([-+]?\d+)\}?", r"e\1", cell)
    return re.sub(r"\s+(?=e[-+]?\d)", "", cell).strip("{} \t\n\r")
