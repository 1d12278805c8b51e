"""Curves that grow while something is computed: drawn in the browser, so that new points don't make the page blink.

The component keeps its element as long as it keeps its key; only what changed is drawn anew.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ui.live.component import Component

HEIGHT = 260

_component = Component("curves")


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


def show_curves(panels: Sequence[Panel], *, key: str, height: int = HEIGHT) -> None:
    """Show panels side by side, under one another where it is narrow; their readouts move together."""
    _component({"height": height, "panels": [_as_data(panel) for panel in panels]}, key=key)


def _as_data(panel: Panel) -> dict[str, object]:
    data = asdict(panel)
    data["curves"] = [
        {
            **curve,
            "x": list(curve["x"]),
            **{name: [_rounded(value) for value in curve[name]] for name in ("y", "low", "high")},
        }
        for curve in data["curves"]
    ]
    return data


def _rounded(value: float) -> float | None:
    """Five significant digits are more than can be seen, and JSON knows neither NaN nor infinity."""
    return float(f"{value:.5g}") if math.isfinite(value) else None
