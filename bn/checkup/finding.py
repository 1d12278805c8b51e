"""What a checkup finds: one thing, with its evidence; and how numbers are written in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, SupportsFloat

Certainty = Literal["proof", "strong sign", "possible"]
# What a finding counts when findings are ranked: one that may be nothing does not stand before one that is something.
COUNTS: dict[Certainty, float] = {"proof": 1.0, "strong sign": 0.8, "possible": 0.1}


@dataclass(frozen=True)
class Finding:
    """One finding of a checkup.

    kind       a slug, such as "never_updated"
    layer      the layer's name; None: several, or, where `layers` is 1, the whole model
    channels   those affected, () for all
    title      a few words
    evidence   a sentence with numbers, measured in this model
    certainty  how sure it is that something is wrong: "possible" may well be as it should. Where what is proved may
               have been meant so, `todo` says what is proved and on what it depends
    weight     how much output it can explain, >= 0: a difference in standard deviations of the output, or a share of it
    todo       what to do
    chapter    a page of the lab that explains it, and
    query      its settings for these very numbers
    layers     how many layers it speaks of
    """

    kind: str
    layer: str | None
    channels: tuple[int, ...]
    title: str
    evidence: str
    certainty: Certainty
    weight: float
    todo: str
    chapter: str
    query: Mapping[str, str] = field(default_factory=dict)
    layers: int = 1

    @property
    def rank(self) -> float:
        """What findings are ordered by: the output it explains, counted by how sure it is."""
        return self.weight * COUNTS[self.certainty]


def number(value: SupportsFloat) -> str:
    """A number for a sentence: three significant digits, U+2212 for minus, and no zeros in an exponent."""
    text = f"{float(value):.3g}"
    mantissa, e, exponent = text.partition("e")
    if e:
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−").replace("inf", "∞").replace("nan", "NaN")


def percent(share: float) -> str:
    """A share as percent: two significant digits, at most one decimal below 10."""
    value = 100 * share
    if 0 < value < 0.1:
        return "less than 0.1 %"
    return f"{value:.1f} %".replace(".0 ", " ") if value < 10 else f"{value:.0f} %"


def counted(count: int, of: int, what: str = "channel") -> str:
    """How many of how many: 3 of 64 channels, all 64 channels."""
    each = what if of == 1 else f"{what}s"
    return f"all {of:,} {each}" if count == of > 1 else f"{count:,} of {of:,} {each}"


def sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def names(layers: Sequence[str], most: int = 3) -> str:
    """The first few names of layers, and how many there are besides."""
    more = len(layers) - most
    listed = ", ".join(layers[:most])
    return f"{listed} and {more} more" if more > 0 else listed
