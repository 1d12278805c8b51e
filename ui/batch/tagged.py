"""Tables with tags around their cells: HTML, as pages and pandas write it, and MediaWiki's, which is made HTML of."""

import html
import re
from dataclasses import dataclass, field

from ui.batch.grid import Cell, Grid, ShapeError
from ui.batch.notation import tidy, written

TABLE = re.compile(r"<(?:table|tr|td|th)(?:\s[^<>]*)?>", re.IGNORECASE)
TAG = re.compile(r"<(/?)([a-zA-Z]\w{0,20})(?!\w)([^<>]*)>")
SPAN = re.compile(r"""\b(col|row)span\s{0,9}=\s{0,9}["']?\s{0,9}(\d{1,4})""", re.IGNORECASE)
HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)
UNSEEN = ("style", "script", "ref", "template")
EMPTY = ("br", "hr", "img", "input", "wbr", "col")  # these have no end
MOST_CELLS = 50_000


@dataclass
class Part:
    """A cell as it was written: its text, and over how many columns and rows it reaches."""

    is_head: bool
    columns: int = 1
    rows: int = 1
    text: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The text as a browser shows it; what is raised stands behind ^, but for footnotes."""
        return " ".join(html.unescape("".join(self.text)).split()).replace("^[", "[")


@dataclass
class Tagged:
    """A table while it is read."""

    rows: list[list[Part]] = field(default_factory=list)
    open: Part | None = None
    title: list[Part] = field(default_factory=list)


def read_html(text: str) -> Grid | None:
    """The table in tags that a text holds; of several the one with the most numbers. None for another kind of text."""
    if not TABLE.search(text):
        return None
    tables = [each for each in _tables(_without_comments(text)) if any(each.rows)]
    if not tables:
        return None
    table = max(tables, key=_numbers)
    notes: tuple[str, ...] = ()
    if len(tables) > 1:
        notes = (f"The text holds {len(tables)} tables. The one with the most numbers is read; paste another alone.",)
    return _grid(table, notes)


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    return first + "".join(each.partition("-->")[2] for each in others)


def _tables(text: str) -> list[Tagged]:
    """All tables, those inside of others too."""
    found = [Tagged()]
    within = [found[0]]
    at, unseen, depth = 0, "", 0
    for tag in TAG.finditer(text):
        ends, name, more = bool(tag[1]), tag[2].lower(), tag[3]
        now = within[-1]
        if unseen:
            depth += 0 if name != unseen else -1 if ends else 1
            unseen = unseen if depth else ""
            at = tag.end()
            continue
        if now.open:
            now.open.text.append(text[at : tag.start()])
        at = tag.end()
        if name in ("table", "tr", "td", "th", "caption"):
            _structure(name, ends, more, found, within)
        elif not ends and name not in EMPTY and not more.endswith("/") and (name in UNSEEN or HIDDEN.search(more)):
            unseen, depth = name, 1
        elif now.open:
            now.open.text.append("^" if name == "sup" and not ends else " " if name in ("br", "p", "div", "li") else "")
    if within[-1].open and not unseen:
        within[-1].open.text.append(text[at:])
    return found


def _structure(name: str, ends: bool, more: str, found: list[Tagged], within: list[Tagged]) -> None:
    """What a tag that makes a table does to those that are open."""
    if name == "table":
        if not ends:
            found.append(Tagged())
            within.append(found[-1])
        elif len(within) > 1:
            within.pop().open = None
        return
    now = within[-1]
    now.open = None
    if ends:
        return
    if name == "tr":
        now.rows.append([])
        return
    spans = {which.lower(): max(1, int(number)) for which, number in SPAN.findall(more)}
    now.open = Part(name == "th", spans.get("col", 1), spans.get("row", 1))
    if name == "caption":
        now.title.append(now.open)
    else:
        if not now.rows:
            now.rows.append([])
        now.rows[-1].append(now.open)


def _numbers(table: Tagged) -> int:
    return sum(written(tidy(part.said)) is not None for row in table.rows for part in row)


def _grid(table: Tagged, notes: tuple[str, ...]) -> Grid:
    """Rows of cells; what reaches over several rows stands in each, and over several columns in the first."""
    rows: list[list[Cell]] = []
    below: dict[int, tuple[int, str]] = {}  # by column: how many rows more, and what stands there
    count, reaches = 0, False
    parts = [row for row in table.rows if row]
    for row in parts:
        cells: list[Cell] = []
        after: dict[int, tuple[int, str]] = {}
        for part in row:
            _carry_down(cells, below)
            said = part.said
            if part.rows > 1:
                reaches = reaches or not part.is_head
                after |= {len(cells) + k: (part.rows - 1, said if k == 0 else "") for k in range(part.columns)}
            cells.extend([said, *[""] * (part.columns - 1)])
            count += part.columns
            if count > MOST_CELLS:
                raise ShapeError("The table has too many cells. Keep the rows and columns you need.")
        _carry_down(cells, below)
        below |= after
        rows.append(cells)
    if reaches:
        notes += ("A cell that reaches over several rows is read in each of them.",)
    heads = next((i for i, row in enumerate(parts) if not all(part.is_head for part in row)), len(parts))
    title = [said for part in table.title if (said := part.said)]
    if not 0 < heads < len(rows):
        return Grid(rows, separator="\t", title=title, notes=notes)
    of_rows = all(row[0].is_head for row in parts[heads:])
    names, above = _names(rows[:heads])
    if of_rows and all(len(row) == len(names) + 1 for row in rows[heads:]):
        names = ["", *names]
    return Grid(rows[heads:], names, row_names=of_rows, separator="\t", title=[*title, *above], notes=notes)


def _carry_down(cells: list[Cell], below: dict[int, tuple[int, str]]) -> None:
    """Into a row, as far as it is filled: the cells that reach into it from above."""
    while (at := len(cells)) in below:
        left, said = below.pop(at)
        cells.append(said)
        if left > 1:
            below[at] = (left - 1, said)


def _names(heads: list[list[Cell]]) -> tuple[list[str], list[str]]:
    """The names of the columns, the last of the fullest lines, and what the other lines say."""
    filled = [sum(cell != "" for cell in row) for row in heads]
    at = max(i for i, count in enumerate(filled) if count == max(filled))
    names = [str(cell) for cell in heads[at]]
    others = [row for i, row in enumerate(heads) if i != at]
    of_index = [row for row in others if row[0] != "" and not any(row[1:])]  # pandas gives the index's name a line
    if of_index and not names[0]:
        names[0] = str(of_index[0][0])
        others.remove(of_index[0])
    return names, [" ".join(str(cell) for cell in row if cell != "") for row in others if any(row)]


# --- MediaWiki ---------------------------------------------------------------------------------------------------

LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
TEMPLATE = re.compile(r"\{\{(?:val|nts|number|decimal|formatnum)[|:]([^{}|]*)[^{}]*\}\}", re.IGNORECASE)
ATTRIBUTES = re.compile(r"([^|\[\]{}<>]*=[^|\[\]{}<>]*)\|(?!\|)")


def read_wiki(text: str) -> Grid | None:
    """The table of MediaWiki's that a text holds; None if it is another kind of text."""
    if not text.lstrip(" \n\r:").startswith("{|") and "\n{|" not in text:
        return None
    made: list[str] = []
    for line in text[text.index("{|") :].splitlines()[1:]:
        bare = line.strip()
        if bare.startswith("|}"):
            break
        if bare.startswith("|+"):
            made.append(f"<caption>{_marked(bare[2:])}</caption>")
        elif bare.startswith("|-"):
            made.append("<tr>")
        elif bare.startswith(("|", "!")):
            tag = "th" if bare[0] == "!" else "td"
            made.extend(_cell(each, tag) for each in re.split(r"\|\||!!" if tag == "th" else r"\|\|", bare[1:]))
        else:
            made.append(f" {_marked(bare)}")
    return read_html(f"<table>{''.join(made)}</table>") if made else None


def _cell(text: str, tag: str) -> str:
    match = ATTRIBUTES.match(text)
    attributes, text = (match[1], text[match.end() :]) if match else ("", text)
    return f"<{tag} {attributes}>{_marked(text)}"


def _marked(text: str) -> str:
    """A cell's text without bold and italic; links and the templates of numbers as what they show."""
    return TEMPLATE.sub(r"\1", LINK.sub(r"\1", text)).replace("'''", "").replace("''", "")
