"""Curves that grow while something is computed: drawn in the browser, so that new points don't make the page blink.

The component keeps its element as long as it keeps its key; only what changed is drawn anew.
"""

import math
from collections.abc import Sequence
from typing import TypedDict

from ui.figures import panels
from ui.live.component import Component

HEIGHT = 260


class CurveShown(TypedDict):
    """A line as `panels.Curve` describes it; a value that cannot be drawn is None."""

    name: str
    label: str
    color: str
    dash: str
    marker: str
    x: list[float]
    y: list[float | None]
    low: list[float | None]
    high: list[float | None]


class PanelShown(TypedDict):
    """A picture as `panels.Panel` describes it."""

    title: str
    x_axis: tuple[float, float]
    y_axis: tuple[float, float]
    x_name: str
    curves: list[CurveShown]
    about: str
    unit: str
    digits: int
    rules: list[tuple[float, str]]
    logarithmic: bool


class Data(TypedDict):
    """What the script is given; while a run grows, the curves of the one before stand dotted beside it."""

    height: int
    panels: list[PanelShown]
    run: str
    growing: bool


_component = Component[Data]("curves")
TITLE = 40  # px above each panel


def show_curves(
    shown: Sequence[panels.Panel], *, key: str, height: int = HEIGHT, run: str = "", growing: bool = False
) -> None:
    """Show panels side by side, under one another where it is narrow; their readouts move together.

    run: what tells one run from another; growing: whether more of it is to come. Until all has come, the curves of the
    run that was shown before stay, dotted.
    """
    _component(
        {"height": height, "panels": [_panel(each) for each in shown], "run": run, "growing": growing},
        key=key,
        height=height + TITLE,
    )


def _panel(panel: panels.Panel) -> PanelShown:
    return {
        "title": panel.title,
        "x_axis": panel.x_axis,
        "y_axis": panel.y_axis,
        "x_name": panel.x_name,
        "curves": [_curve(each) for each in panel.curves],
        "about": panel.about,
        "unit": panel.unit,
        "digits": panel.digits,
        "rules": list(panel.rules),
        "logarithmic": panel.logarithmic,
    }


def _curve(curve: panels.Curve) -> CurveShown:
    return {
        "name": curve.name,
        "label": curve.label,
        "color": curve.color,
        "dash": curve.dash,
        "marker": curve.marker,
        "x": list(curve.x),
        "y": [_rounded(value) for value in curve.y],
        "low": [_rounded(value) for value in curve.low],
        "high": [_rounded(value) for value in curve.high],
    }


def _rounded(value: float) -> float | None:
    """Five significant digits are more than can be seen, and JSON knows neither NaN nor infinity."""
    return float(f"{value:.5g}") if math.isfinite(value) else None
