"""Curves on fixed axes, as data: what `ui.live.curves` draws while it grows."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Curve:
    """One line.

    name       what the reader calls it, in the readout
    label      what stands at its end, short
    color      its color
    dash       SVG's stroke-dasharray; "" for a solid line
    marker     of its last point: "circle", "diamond", "square" or "triangle-up"
    x, y       its points; a value outside of the axis is drawn at its edge, infinity or NaN not at all
    low, high  a band around it, as long as y; empty for none
    """

    name: str
    label: str
    color: str
    dash: str
    marker: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class Panel:
    """One picture: its title, its fixed axes, its curves, thin rules across it, and what it says now.

    x_axis, y_axis  from, to
    x_name          under the axis
    unit            behind each number of the y axis and the readout: " %"
    digits          decimals of the readout, -1 for three significant digits
    rules           a height and its name
    logarithmic     whether the y axis is
    """

    title: str
    x_axis: tuple[float, float]
    y_axis: tuple[float, float]
    x_name: str
    curves: Sequence[Curve]
    about: str
    unit: str = ""
    digits: int = 2
    rules: Sequence[tuple[float, str]] = ()
    logarithmic: bool = False
