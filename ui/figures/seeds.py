"""One measure of several networks over many seeds: a dot for each run, and how often each network's is the largest."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.figures.style import RULE, Figure, heading, layout

HEIGHT = 176
LEFT, RIGHT, TOP = 150, 62, 28


@dataclass(frozen=True)
class Row:
    """One network: its name, its look, and what was measured of it, by seed; infinite where a run broke off."""

    name: str
    color: str
    marker: str
    values: Mapping[int, float]


@dataclass(frozen=True)
class Strip:
    """A measure: its title, the constant ends of its logarithmic axis, and a row for each network."""

    title: str
    axis: tuple[float, float]
    rows: Sequence[Row]

    def seeds(self) -> list[int]:
        """Those that all networks have run with."""
        return sorted(set.intersection(*(set(row.values) for row in self.rows)))

    def largest(self, row: Row) -> list[int]:
        """The seeds with which no other network has a larger value than this one."""
        return [seed for seed in self.seeds() if row.values[seed] == max(each.values[seed] for each in self.rows)]


def draw(strip: Strip, marked: int) -> Figure:
    """A dot for each run, filled where it is the largest of its seed, and the count of these at the end of each row.

    What lies outside of the axis stands at its edge. marked: the seed whose dots are ringed.
    """
    low, high = strip.axis
    traces: list[dict[str, Any]] = []
    rings: list[tuple[float, int]] = []
    for y, row in enumerate(strip.rows):
        largest = strip.largest(row)
        seeds = sorted(row.values)
        at = {seed: min(max(row.values[seed], low), high) for seed in seeds}
        rings += [(at[seed], y) for seed in seeds if seed == marked]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": list(at.values()),
                "y": [y] * len(seeds),
                "marker": {
                    "color": row.color,
                    "symbol": [row.marker if seed in largest else f"{row.marker}-open" for seed in seeds],
                    "size": 9,
                    "line": {"width": 1.5, "color": row.color},
                },
                "text": [f"{row.name}, seed {seed}: {_number(row.values[seed])}" for seed in seeds],
                "hoverinfo": "text",
                "cliponaxis": False,
                "name": row.name,
            }
        )
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [x for x, _ in rings],
            "y": [y for _, y in rings],
            "marker": {"color": RULE, "symbol": "circle-open", "size": 17, "line": {"width": 1.5}},
            "hoverinfo": "skip",
            "cliponaxis": False,
            "name": "ring",
        }
    )
    count = len(strip.seeds())
    figure = layout(
        HEIGHT,
        left=LEFT,
        bottom=28,
        xaxis={
            "type": "log",
            "range": [math.log10(low), math.log10(high)],
            "tickvals": _ticks(low, high),
            "showgrid": True,
        },
        yaxis={
            "range": [len(strip.rows) - 0.4, -0.6],
            "tickvals": list(range(len(strip.rows))),
            "ticktext": [row.name for row in strip.rows],
            "tickfont": {"size": 13},
            "showgrid": False,
        },
        annotations=[
            heading(f"<b>{strip.title}</b>", 1, -LEFT) | {"yshift": TOP},
            *[_count(f"{len(strip.largest(row))} of {count}", y) for y, row in enumerate(strip.rows) if count],
        ],
    )
    return {"data": traces, "layout": {**figure, "margin": {**figure["margin"], "r": RIGHT, "t": TOP}}}


def describe(strip: Strip, marked: int) -> str:
    """What the picture says now, for those who do not see it."""
    count = len(strip.seeds())
    words = f"{strip.title}, by seed; the ring is seed {marked}."
    for row in strip.rows:
        values = sorted(row.values.values())
        if not values:
            words += f" {row.name}: no run yet."
            continue
        words += (
            f" {row.name}: largest in {len(strip.largest(row))} of {count}, "
            f"from {_number(values[0])} to {_number(values[-1])}."
        )
    return words


def _count(text: str, y: int) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "y", "x": 1, "y": y, "xanchor": "left", "yanchor": "middle", "xshift": 12}
    return {"text": text, "font": {"size": 13}, "showarrow": False, **place}


def _ticks(low: float, high: float) -> list[float]:
    """The powers of ten on the axis."""
    return [10.0**k for k in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.2g}"
