"""How a table writes its numbers: the decimal mark, what groups thousands, signs, percent, currency and units.

It is decided from the whole table, since no cell alone tells 1,234 from 1.234.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 60  # characters of a number
DASHES = dict.fromkeys(map(ord, "−‐‑‒–—﹣－"), "-")
INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xAD])
SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\u2002\u2003\u2005\u2006\u2008\u3000"), " ")
FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0E: ".", 0xFF0C: ",", 0xFF0B: "+", 0xFF05: "%"}
APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ´`′"), "'")
SAME = DASHES | INVISIBLE | SPACES | FULL_WIDTH | APOSTROPHES

CURRENCY = r"(?:US|R|A|C|HK|S|NZ)?\$|[€£¥₹₽₩₺₪฿₫₴]|CHF|EUR|USD|GBP|SEK|NOK|DKK|PLN|INR|JPY|CNY|RUB|BRL|AUD|CAD|zł|Kč|Fr\.|kr\.?|Rs\.?"
NUMBER = re.compile(
    rf"""(?P<paren>\()?\s*
    (?P<sign>[-+])?\s*(?P<before>{CURRENCY})?\s*(?P<sign_after>[-+])?\s*
    (?P<body>\d(?:[\d.,' ]*[\d.])?|[.,]\d+)
    (?P<power>[eEdD][-+]?\d{{1,4}}|\s?[×x*·]\s?10\^?\{{?(?:[-+]?\d{{1,3}})\}}?)?
    (?:\s*(?P<percent>[%‰]))?
    (?P<trailing>-)?
    (?:\s*(?P<after>{CURRENCY})|\s*(?P<unit>[A-Za-zµμ°Ωº"][A-Za-zµμ°Ω²³/·^.%-]*[23]?))?
    (?P<trailing_after>-)?\s*(?P<close>\))?""",
    re.VERBOSE,
)
INFINITE = re.compile(r"[-+]?(?:∞|inf(?:inity)?|1\.#inf|oo)", re.IGNORECASE)
BOOLEANS = {"true": 1.0, "false": 0.0, "wahr": 1.0, "falsch": 0.0, "vrai": 1.0, "faux": 0.0, "verdadero": 1.0}
MISSING = frozenset(
    [
        "na",
        "n/a",
        "n.a.",
        "n.a",
        "n.d.",
        "nd",
        "n/d",
        "nan",
        "-nan",
        "null",
        "none",
        "nil",
        "missing",
        "unknown",
        "nat",
        "<na>",
        "<nan>",
        "\\n",
        "#n/a",
        "#na",
        "#n/a!",
        "#nv",
        "#nd",
        "#nan",
        "#div/0!",
        "#value!",
        "#ref!",
        "#name?",
        "#num!",
        "#null!",
        "#error!",
        "#wert!",
        "#bezug!",
        "#zahl!",
        "#valeur!",
        "#valor!",
        "#¡valor!",
        "#¡div/0!",
        "#nombre?",
        "#spill!",
        "#calc!",
        "#getting_data",
        "#nom?",
        "1.#qnan",
        "-1.#ind",
        "1.#ind",
        "k.a.",
        "k.a",
        "k.",
        "a.",
        "keine",
        "s/d",
        "n.v.",
        "x.x",
        "missing.",
        "n/v",
        "(null)",
        "[null]",
        "?",
        "??",
        ".",
        "..",
        "...",
        "…",
        "*",
        "**",
        "/",
        "//",
        "-",
        "--",
        "---",
        "----",
        "_",
        "\\",
    ]
)
NINES = re.compile(r"-(?:999|9999|99999)(?:[.,](?:0+|9+))?")
DATE = re.compile(
    r"""\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?:[T ].{1,40})?
    | \d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:[T ,].{1,40})?
    | \d{1,2}/\d{4} | \d{1,2}\.\d{1,2}\.
    | \d{1,3}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[aApP]\.?[mM]\.?)?
    | \d{1,2}[-\s.]*[^\W\d_]{3,9}\.?[-\s,]*\d{2,4} | [^\W\d_]{3,9}\.?\s\d{1,2}(?:,?\s\d{2,4})?""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Written:
    """A cell that may be a number: its digits and marks, and what stands around them."""

    body: str
    power: int = 0
    negative: bool = False
    percent: str = ""
    currency: str = ""
    unit: str = ""
    in_parentheses: bool = False
    trailing_minus: bool = False
    has_power: bool = False


def tidy(cell: str) -> str:
    """A cell with one kind of dash, of space and of apostrophe, without what cannot be seen."""
    if cell.isascii():
        return cell.strip()
    return cell.translate(SAME).strip()


def is_missing(cell: str) -> bool:
    """Whether a tidy cell says that nothing is known."""
    return not cell or cell.lower() in MISSING


def is_date(cell: str) -> bool:
    """Whether a tidy cell is a date or a time."""
    return len(cell) <= LONGEST and bool(DATE.fullmatch(cell))


def written(cell: str) -> Written | None:
    """A tidy cell taken apart; None if it is no number in any notation."""
    if len(cell) > LONGEST or not (match := NUMBER.fullmatch(cell)):
        return None
    part = match.groupdict()
    if bool(part["paren"]) != bool(part["close"]) or part["body"].count("'") > 5:
        return None
    signs = [part["sign"], part["sign_after"], part["trailing"], part["trailing_after"], part["paren"]]
    if sum(map(bool, signs)) > 1:
        return None
    power = part["power"] or ""
    digits = re.search(
        r"[-+]?\d+(?=\}?$)", re.sub(r".*10\^?\{?", "", power) if power[:1].lower() not in "ed" else power[1:]
    )
    return Written(
        part["body"],
        int(digits.group()) if digits else 0,
        bool({part["sign"], part["sign_after"], part["trailing"], part["trailing_after"]} & {"-"} or part["paren"]),
        part["percent"] or "",
        part["before"] or part["after"] or "",
        part["unit"] or "",
        bool(part["paren"]),
        bool(part["trailing"] or part["trailing_after"]),
        bool(power),
    )


# --- what one number tells of the decimal mark -------------------------------------------------------------------

OTHER = {".": ",", ",": "."}
GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[., '])\d{3})(?:(?P=mark)\d{3})*|\d{1,2}(?:,\d{2})*,\d{3}")


@dataclass(frozen=True)
class Clue:
    """mark: a point or a comma; decimal: what it is, True, False for thousands, None where it could be either."""

    mark: str
    decimal: bool | None


def evidence(number: Written) -> Clue | str | None:
    """What a number tells of the decimal mark; None: nothing; a text: it is no number in any notation."""
    body = number.body
    last = max(body.rfind("."), body.rfind(","))
    if " " in body or "'" in body:
        whole = body[:last] if last >= 0 else body
        if any(mark in whole for mark in ".,") or not GROUPED.fullmatch(whole) or len(set(whole) & set(" '")) > 1:
            return "grouped in no way"
        return Clue(body[last], True) if last >= 0 else None
    if last < 0:
        return None
    mark = body[last]
    left, right = body[:last], body[last + 1 :]
    if OTHER[mark] in left:
        if mark in left:
            return "grouped in no way"
        return Clue(mark, True) if GROUPED.fullmatch(left) else "grouped in no way"
    if mark in left:
        return Clue(mark, False) if GROUPED.fullmatch(body) and not number.has_power else "grouped in no way"
    if len(right) == 3 and 1 <= len(left) <= 3 and not left.startswith("0") and not number.has_power:
        return Clue(mark, None)
    return Clue(mark, True)


def value(number: Written, decimal: str) -> float | None:
    """The number under a decimal mark, percent and units set aside; None if it is none."""
    thousands = OTHER[decimal]
    whole, point, fraction = number.body.partition(decimal)
    if not fraction.isdigit() and fraction:
        return None
    if any(mark in whole for mark in f"{thousands} '"):
        if not GROUPED.fullmatch(whole):
            return None
        whole = re.sub(r"[., ']", "", whole)
    if not (whole or fraction) or (not whole and not point):
        return None
    try:
        size = float(f"{whole or '0'}.{fraction or '0'}e{number.power}")
    except (ValueError, OverflowError):
        return None
    return -size if number.negative else size


# --- what the table tells ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """The decimal mark of a table; a note where it could be another; what speaks against both, if something does."""

    decimal: str
    note: str = ""
    conflict: str = ""


NAMES = {".": "point", ",": "comma"}


def decide(columns: Sequence[Sequence[str]], separator: str) -> Decision:
    """The decimal mark of columns of tidy cells. separator: what stands between them."""
    seen: dict[Clue, str] = {}
    for column in columns:
        for cell in dict.fromkeys(column):
            if (number := written(cell)) and isinstance(each := evidence(number), Clue) and each not in seen:
                seen[each] = cell
    marks: dict[str, str] = {}
    for each, cell in seen.items():
        if each.decimal is not None:
            marks.setdefault(each.mark if each.decimal else OTHER[each.mark], cell)
    if len(marks) == 2:
        return Decision(
            ".",
            conflict=f"“{marks['.']}” has a decimal point and “{marks[',']}” a decimal comma. "
            "Write all numbers with the same mark.",
        )
    if marks:
        return Decision(next(iter(marks)))
    unsure = {each.mark: cell for each, cell in seen.items()}
    if not unsure:
        return Decision(".")
    if separator == "," and "," not in unsure:
        return Decision(".")  # where commas separate, nobody groups thousands with points
    mark = "." if "." in unsure and "," in unsure else next(iter(unsure))
    both = len(unsure) == 2
    decimal = "." if both else OTHER[mark] if _groups_thousands(columns, mark, separator) else mark
    cell = unsure[mark]
    number = written(cell)
    assert number is not None  # noqa: S101 (it was taken apart above)
    reading, other = value(number, decimal), value(number, OTHER[decimal])
    return Decision(
        decimal,
        f"“{cell}” is read as {_exact(reading)}: the decimal mark is a {NAMES[decimal]}. With a decimal "
        f"{NAMES[OTHER[decimal]]} it would be {_exact(other)}.",
    )


def _groups_thousands(columns: Iterable[Sequence[str]], mark: str, separator: str) -> bool:
    """Whether a mark before just three digits more likely groups thousands than begins decimals.

    In one column whole numbers stand beside 8.250 only where it is no decimal, as those would not end in 0; and numbers
    of four digits only where nothing groups them. Else a point is a decimal one, and so is a comma where semicolons
    separate, which are for tables with decimal commas.
    """
    for column in columns:
        if any((number := written(cell)) and number.currency and mark in number.body for cell in column):
            return True  # no price has three decimals
        cells = [number.body for cell in column if (number := written(cell))]
        marked = [body for body in cells if mark in body]
        bare = [body for body in cells if body.isdigit()]
        if marked and any(len(body) > 3 for body in bare):
            return False
        if marked and bare and any(body.endswith("0") for body in marked):
            return True
        if len(marked) > 1 and all(body.endswith("000") for body in marked):
            return True
    return mark == "," and separator != ";"


def _exact(number: float | None) -> str:
    return "no number" if number is None else repr(number).removesuffix(".0")
