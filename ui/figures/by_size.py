"""Mistakes on held-out examples against the size of the batches that a network was trained in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ui.figures.marks import Mark, apart, dots, legend, lines, log_axis, pinned
from ui.figures.style import INPUT, NORMALIZED, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 360
RANGE = (1.0, 100.0)
TICKS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Ink:
    """How one way to train is drawn: color, marker and dash."""

    color: str
    marker: str
    dash: str


NORMED = Ink(NORMALIZED.color, NORMALIZED.marker, "solid")
PLAIN = Ink(INPUT.color, INPUT.marker, "dash")
GROUPS = Ink(RULE, "square", "dash")


@dataclass(frozen=True)
class Line:
    """One way to train: its name, its look, and the mistakes in percent of each training, by batch size."""

    name: str
    look: Ink
    mistakes: Mapping[int, Sequence[float]]

    def average(self, size: int) -> float:
        """The mean over the trainings in batches of this size."""
        return sum(self.mistakes[size]) / len(self.mistakes[size])


def draw(ways: Sequence[Line], sizes: Sequence[int], title: str) -> Figure:
    """A marker for each training and a line through their means, both axes logarithmic and constant.

    sizes: all that have a place on the axis. Below 1% a marker stands at the edge.
    """
    traces: list[Mark] = []
    for way in ways:
        name, look, low = way.name, way.look, RANGE[0]
        shown = sorted(size for size in way.mistakes if way.mistakes[size])
        each = [(size, value) for size in shown for value in way.mistakes[size]]
        means = [max(way.average(size), low) for size in shown]
        places = apart((size, max(value, low)) for size, value in each)
        text = [f"{name}, batches of {size}: {fixed(value, 1)}%" for size, value in each]
        traces += [
            lines(f"{name}, mean", shown, means, look.color, 2.5, look.dash),
            dots(name, *places, look.color, look.marker, 9, text=text, cliponaxis=False),
        ]
    names = legend(*((way.look.marker, way.look.color, way.name) for way in ways))
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis=log_axis(sizes[0] * 0.8, sizes[-1] * 1.25, "examples in a batch", ticks=sizes, showgrid=False),
            yaxis=log_axis(*RANGE, "wrong, %", ticks=TICKS),
            annotations=[pinned(f"<b>{title}</b><br>{names}", 1, 1, "right top", align="right")],
        ),
    }


def describe(ways: Sequence[Line], sizes: Sequence[int], title: str) -> str:
    """What the picture says now, for those who do not see it."""
    words = f"{title}."
    for way in ways:
        known = [size for size in sizes if way.mistakes.get(size)]
        values = ", ".join(f"{fixed(way.average(size), 1)}% in batches of {size}" for size in known)
        words += f" Wrong {way.name}: {values}." if known else f" Of {way.name} nothing is known yet: 0 trainings."
    return words
