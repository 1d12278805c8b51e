"""Curves that grow while something is computed: drawn in the browser, so that new points don't make the page blink.

The component keeps its element as long as it keeps its key; only what changed is drawn anew.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict

from ui.figures.panels import Panel
from ui.live.component import Component

HEIGHT = 260

_component = Component("curves")


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
