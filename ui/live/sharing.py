"""Examples × channels as a grid for each norm, in which the values that share a mean have one hue and one number."""

from dataclasses import dataclass, replace
from typing import TypedDict

from bn import Norm, Sharing
from ui.live.component import Component

SIDE_BY_SIDE: tuple[Norm, ...] = ("batch norm", "layer norm", "group norm", "instance norm")
MOST_EXAMPLES, MOST_CHANNELS, MOST_PIXELS = 4, 8, 3  # drawn; of larger shapes these many, evenly picked
STRIP = 9  # values in the order of memory
MOST_GROUPS = 32
GROUPS = "ir_groups"  # the slider's key
HUES = 9  # more than channels are drawn, so that tiles one above the other differ


class Grouping(TypedDict):
    """One norm: its name, how many means over how many values, and of each tile the number and the hue of its mean."""

    name: str
    count: str
    of: str
    labels: list[list[int]]
    hues: list[list[int]]
    strip: list[tuple[int, int]]


class Moving(TypedDict):
    """What a slider moves while it is held: which of the norms, and what that is at each stop."""

    slider: str
    norm: int
    of: list[Grouping]


class Data(TypedDict):
    """What the script is given: the numbers of the examples and channels that are drawn, and the norms."""

    rows: list[str]
    columns: list[str]
    room: tuple[int, int]
    pixels: tuple[int, int]
    panels: list[Grouping]
    moving: Moving


_component = Component[Data]("sharing")
HEIGHT = 270  # px, about, where it is wide


@dataclass(frozen=True)
class Tensor:
    """The sizes of a batch, where its channels are, and the groups of group norm. H = W = 1 is a dense layer."""

    n: int
    c: int
    h: int
    w: int
    last: bool
    groups: int

    @property
    def dense(self) -> bool:
        """Whether there is one value for each example and channel, written (N, C)."""
        return self.h == self.w == 1

    @property
    def shape(self) -> tuple[int, ...]:
        """As frameworks write it."""
        if self.dense:
            return (self.n, self.c)
        return (self.n, self.h, self.w, self.c) if self.last else (self.n, self.c, self.h, self.w)

    @property
    def axis(self) -> int:
        """The channel axis."""
        return 3 if self.last and not self.dense else 1

    def sharing(self, norm: Norm) -> Sharing:
        """Who shares a mean under this norm."""
        return Sharing(norm, self.shape, self.axis, self.groups)


def show_sharing(tensor: Tensor, *, key: str) -> None:
    """Show the four norms side by side; pointing at a value shows in each of them whom it shares its mean with."""
    _component(picture(tensor), key=key, height=HEIGHT)


def picture(tensor: Tensor) -> Data:
    """What is drawn: numbers of examples and channels, and for each norm the number and the hue of each tile."""
    rows, columns = picked(tensor.n, MOST_EXAMPLES), picked(tensor.c, MOST_CHANNELS)
    return {
        "rows": [f"{row + 1:,}" for row in rows],
        "columns": [f"{column + 1:,}" for column in columns],
        "room": (MOST_EXAMPLES, MOST_CHANNELS),
        "pixels": (min(tensor.h, MOST_PIXELS), min(tensor.w, MOST_PIXELS)),
        "panels": [_panel(tensor, norm, rows, columns) for norm in SIDE_BY_SIDE],
        "moving": _moving(tensor, rows, columns),
    }


def _moving(tensor: Tensor, rows: list[int], columns: list[int]) -> Moving:
    """Group norm at each stop of its slider."""
    of = [_panel(replace(tensor, groups=groups), "group norm", rows, columns) for groups in divisors(tensor.c)]
    return {"slider": GROUPS, "norm": SIDE_BY_SIDE.index("group norm"), "of": of}


def divisors(channels: int) -> list[int]:
    """How many groups that many channels can be split into evenly, as frameworks ask, up to MOST_GROUPS."""
    return [groups for groups in range(1, min(channels, MOST_GROUPS) + 1) if channels % groups == 0]


def picked(length: int, most: int) -> list[int]:
    """Up to `most` of 0 … length - 1, evenly: the first and the last among them."""
    if length <= most:
        return list(range(length))
    return [round(i * (length - 1) / (most - 1)) for i in range(most)]


def count(sharing: Sharing) -> str:
    """How many means there are, and over how many values."""
    means, values = sharing.statistics, sharing.values
    each = " each" if means > 1 else ""
    return f"{means:,} mean{'s' * (means > 1)} over {values:,} value{'s' * (values > 1)}{each}"


def _panel(tensor: Tensor, norm: Norm, rows: list[int], columns: list[int]) -> Grouping:
    sharing = tensor.sharing(norm)
    labels = [[sharing.label(row, column) for column in columns] for row in rows]
    strip = [sharing.label(*place) for place in sharing.in_memory(STRIP)]
    hues = {
        label: i % HUES
        for i, label in enumerate(dict.fromkeys([*(label for line in labels for label in line), *strip]))
    }
    return {
        "name": _name(norm, tensor),
        "count": count(sharing),
        "of": f"{sharing.statistics:,}",
        "labels": labels,
        "hues": [[hues[label] for label in line] for line in labels],
        "strip": [(label, hues[label]) for label in strip],
    }


def _name(norm: Norm, tensor: Tensor) -> str:
    if norm != "group norm":
        return norm.capitalize()
    groups = tensor.groups
    same = " = layer norm" if groups == 1 else " = instance norm" if groups == tensor.c else ""
    return f"Group norm, {groups} group{'s' * (groups > 1)}{same}"
