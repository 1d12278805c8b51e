"""One measure of several networks over many seeds: a dot for each run, and how often each network's is the largest."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ui.figures.marks import Mark, apart, axis, dots, heading, log_axis, note
from ui.figures.style import RULE, Figure, layout
from ui.numbers import short

HEIGHT = 176
LEFT, RIGHT, TOP = 150, 62, 28


@dataclass(frozen=True)
class SeedRow:
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
    rows: Sequence[SeedRow]

    def seeds(self) -> list[int]:
        """Those that all networks have run with."""
        return sorted(set.intersection(*(set(row.values) for row in self.rows)))

    def largest(self, row: SeedRow) -> list[int]:
        """The seeds with which no other network has a larger value than this one."""
        return [seed for seed in self.seeds() if row.values[seed] == max(each.values[seed] for each in self.rows)]


def draw(strip: Strip, marked: int) -> Figure:
    """A dot for each run, filled where it is the largest of its seed, and the count of these at the end of each row.

    What lies outside of the axis stands at its edge. marked: the seed whose dots are ringed.
    """
    low, high = strip.axis
    traces: list[Mark] = []
    rings: list[tuple[float, int]] = []
    for y, row in enumerate(strip.rows):
        largest = strip.largest(row)
        seeds = sorted(row.values)
        at = {seed: min(max(row.values[seed], low), high) for seed in seeds}
        rings += [(at[seed], y) for seed in seeds if seed == marked]
        markers = [row.marker if seed in largest else f"{row.marker}-open" for seed in seeds]
        text = [f"{row.name}, seed {seed}: {_number(row.values[seed])}" for seed in seeds]
        edge = {"width": 1.5, "color": row.color}
        traces.append(
            dots(row.name, list(at.values()), y, row.color, markers, 9, edge=edge, text=text, cliponaxis=False)
        )
    traces.append(dots("ring", *apart(rings), RULE, "circle-open", 17, edge={"width": 1.5}, cliponaxis=False))
    count = len(strip.seeds())
    names = {y: row.name for y, row in enumerate(strip.rows)}
    counts = [f"{len(strip.largest(row))} of {count}" for row in strip.rows if count]
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=LEFT,
            bottom=28,
            top=TOP,
            right=RIGHT,
            xaxis=log_axis(low, high, ticks=_ticks(low, high), showgrid=True),
            yaxis=axis(len(strip.rows) - 0.4, -0.6, ticks=names, size=13, showgrid=False),
            annotations=[
                heading(f"<b>{strip.title}</b>", 1, -LEFT, yshift=TOP),
                *(_count(text, y) for y, text in enumerate(counts)),
            ],
        ),
    }


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


def _count(text: str, y: int) -> Mark:
    return note(text, 1, y, xref="paper", yref="y", xanchor="left", yanchor="middle", xshift=12)


def _ticks(low: float, high: float) -> list[float]:
    """The powers of ten on the axis."""
    return [10.0**k for k in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else short(value)
