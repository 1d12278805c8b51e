"""Mistakes on held-out examples against the size of the batches that a network was trained in."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.figures.style import INPUT, NORMALIZED, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 360
RANGE = (1.0, 100.0)
TICKS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Look:
    """How one way to train is drawn: color, marker and dash."""

    color: str
    marker: str
    dash: str
    glyph: str


WITH = Look(NORMALIZED.color, NORMALIZED.marker, "solid", "◆")
WITHOUT = Look(INPUT.color, INPUT.marker, "dash", "●")
GROUPS = Look(RULE, "square", "dash", "■")


@dataclass(frozen=True)
class Line:
    """One way to train: its name, its look, and the mistakes in percent of each training, by batch size."""

    name: str
    look: Look
    mistakes: Mapping[int, Sequence[float]]

    def average(self, size: int) -> float:
        """The mean over the trainings in batches of this size."""
        return sum(self.mistakes[size]) / len(self.mistakes[size])


def draw(lines: Sequence[Line], sizes: Sequence[int], title: str) -> Figure:
    """A marker for each training and a line through their means, both axes logarithmic and constant.

    sizes: all that have a place on the axis. Below 1% a marker stands at the edge.
    """
    traces: list[dict[str, Any]] = []
    for line in lines:
        shown = sorted(size for size in line.mistakes if line.mistakes[size])
        each = [(size, value) for size in shown for value in line.mistakes[size]]
        look = line.look
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": shown,
                "y": [max(line.average(size), RANGE[0]) for size in shown],
                "line": {"color": look.color, "width": 2.5, "dash": look.dash},
                "hoverinfo": "skip",
                "name": f"{line.name}, mean",
            }
        )
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [size for size, _ in each],
                "y": [max(value, RANGE[0]) for _, value in each],
                "marker": {"color": look.color, "symbol": look.marker, "size": 9, "opacity": 0.8},
                "text": [f"{line.name}, batches of {size}: {fixed(value, 1)}%" for size, value in each],
                "hoverinfo": "text",
                "cliponaxis": False,
                "name": line.name,
            }
        )
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis={
                "title": {"text": "examples in a batch"},
                "type": "log",
                "range": [math.log10(sizes[0] * 0.8), math.log10(sizes[-1] * 1.25)],
                "tickvals": list(sizes),
                "showgrid": False,
            },
            yaxis={
                "title": {"text": "wrong, %"},
                "type": "log",
                "range": [math.log10(end) for end in RANGE],
                "tickvals": list(TICKS),
            },
            annotations=[_words(lines, title)],
        ),
    }


def describe(lines: Sequence[Line], sizes: Sequence[int], title: str) -> str:
    """What the picture says now, for those who do not see it."""
    words = f"{title}."
    for line in lines:
        known = [size for size in sizes if line.mistakes.get(size)]
        values = ", ".join(f"{fixed(line.average(size), 1)}% in batches of {size}" for size in known)
        words += f" Wrong {line.name}: {values}." if known else f" Of {line.name} nothing is known yet: 0 trainings."
    return words


def _words(lines: Sequence[Line], title: str) -> dict[str, Any]:
    names = "  ".join(f'<span style="color:{line.look.color}">{line.look.glyph}</span> {line.name}' for line in lines)
    return {
        "text": f"<b>{title}</b><br>{names}",
        "font": {"size": 13},
        "showarrow": False,
        "align": "right",
        "xref": "paper",
        "yref": "paper",
        "x": 1,
        "y": 1,
        "xanchor": "right",
        "yanchor": "top",
    }
