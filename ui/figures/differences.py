"""How far central differences are from the formula, against the step h: the curve that has a best place."""

import math
from collections.abc import Sequence
from typing import Any

from ui.figures.style import NORMALIZED, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 320
FLOOR, CEILING = 1e-14, 1e2


def draw(steps: Sequence[float], differences: Sequence[float], chosen: int) -> Figure:
    """The largest difference at each step h, both logarithmic; the chosen one is a large marker.

    Differences outside of the picture stand at its edge; one that is 0, at the bottom.
    """
    shown = [min(max(each, FLOOR), CEILING) for each in differences]
    texts = [f"h = {h:.0e}: {fixed(each)}" for h, each in zip(steps, differences, strict=True)]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": list(steps),
                "y": shown,
                "line": {"color": RULE, "width": 1.5},
                "marker": {"color": RULE, "size": 6},
                "text": texts,
                "hoverinfo": "text",
                "name": "largest difference",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [steps[chosen]],
                "y": [shown[chosen]],
                "marker": {"color": NORMALIZED.color, "symbol": NORMALIZED.marker, "size": 15},
                "text": [texts[chosen]],
                "hoverinfo": "text",
                "name": "this h",
            },
        ],
        "layout": layout(
            HEIGHT,
            left=58,
            bottom=44,
            xaxis={
                "type": "log",
                "title": {"text": "step h"},
                "range": [math.log10(steps[0]) - 0.4, math.log10(steps[-1]) + 0.4],
                "dtick": 3,
                "exponentformat": "power",
            },
            yaxis={
                "type": "log",
                "title": {"text": "largest difference"},
                "range": [math.log10(FLOOR) - 0.4, math.log10(CEILING) + 0.4],
                "dtick": 4,
                "exponentformat": "power",
            },
            annotations=[_side(0.02, "left", "rounding: 1/h"), _side(0.98, "right", "curvature: h²")],
        ),
    }


def describe(steps: Sequence[float], differences: Sequence[float], chosen: int) -> str:
    """What the picture says now, for those who do not see it."""
    best = min(range(len(steps)), key=lambda k: differences[k])
    return (
        f"Largest difference between formula and central differences for steps h from {steps[0]:.0e} to "
        f"{steps[-1]:.0e}. At h = {steps[chosen]:.0e} it is {fixed(differences[chosen])}; smallest at "
        f"h = {steps[best]:.0e}, {fixed(differences[best])}."
    )


def _side(x: float, anchor: str, text: str) -> dict[str, Any]:
    return {
        "text": text,
        "font": {"size": 13},
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": 0.02,
        "xanchor": anchor,
        "yanchor": "bottom",
    }
