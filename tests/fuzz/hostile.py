"""What nobody means well with, or means at all: texts for links and messages."""

import string

from tests.pages.driving import HOSTILE, TEXTS

NUMBERS = (
    "nan",
    "inf",
    "-inf",
    "1e400",
    "-0",
    "1e-400",
    "0x10",
    "1_000",
    "١٢",
    "１",
    "9" * 400,
    "-9" * 40,
    "1,5",
    "1e5",
)
SIGNS = (
    "\0",
    "\u202e",
    "\ufeff",
    "\ud7ff",
    "💥" * 50,
    "%",
    "%zz",
    "%00",
    "&",
    "=",
    "#",
    "+",
    " ",
    "\n",
    "\\",
    "'",
    '"',
)
CODE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}",
    "${7*7}",
    "'; DROP TABLE batch; --",
    "../../../../etc/passwd",
    "__proto__",
    "constructor",
    "[]",
    "{}",
    "null",
    "true",
    "None",
    '{"a": [1, 2]}',
)
VALUES = (*HOSTILE, *TEXTS, *NUMBERS, *SIGNS, *CODE, "", "x" * 5_000, "1,2\n" * 2_000)
KEYS = (
    "_links",
    "_desk",
    "stage",
    "tables",
    "embed",
    "embed_options",
    "",
    "__class__",
    "<b>a</b>",
    "a" * 300,
    "💥",
)


def some_text(chance, longest=40):
    """Random characters, most of them printable."""
    signs = string.printable + "αγβσµ×÷−²½漢字🙂\u202e\u0000"
    return "".join(chance.choices(signs, k=chance.randrange(longest)))


def some_value(chance, likely=()):
    """A value for a setting: one that it may have, a hostile one, a number, or any text."""
    kind = chance.random()
    if likely and kind < 0.4:
        return chance.choice(likely)
    if kind < 0.7:
        return chance.choice(VALUES)
    if kind < 0.85:
        return repr(chance.uniform(-300, 300)) if kind < 0.8 else str(chance.randrange(-300, 300))
    return some_text(chance)
