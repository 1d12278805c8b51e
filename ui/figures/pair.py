"""A batch of two: what it is normalized to, whatever the distance between the two."""

import math
from typing import Any

from bn import FloatArray
from ui.figures.style import NORMALIZED, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 260
DISTANCES = (1e-5, 1e5)
Y_RANGE = (-1.35, 1.35)
POINTS = 81


def draw(distance: float, x_hat: FloatArray, eps: float) -> Figure:
    """Both normalized values, (2,), over the distance of the two examples, and where they are at every other distance.

        x_hat = ±(d / 2) / sqrt((d / 2)² + eps)

    The axis of distances is logarithmic; what is nearer or further than it reaches stands at its end.
    """
    low, high = (math.log10(end) for end in DISTANCES)
    steps = [low + (high - low) * k / (POINTS - 1) for k in range(POINTS)]
    halves = [10**step / 2 for step in steps]
    curve = [half / math.hypot(half, math.sqrt(eps)) for half in halves]
    at = min(max(distance, DISTANCES[0]), DISTANCES[1])
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [10**step for step in steps],
            "y": [sign * value for value in curve],
            "line": {"color": RULE, "width": 1.5},
            "hoverinfo": "skip",
            "name": f"the {name} of any two",
        }
        for sign, name in ((1, "larger"), (-1, "smaller"))
    ]
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [at, at],
            "y": x_hat.tolist(),
            "marker": {"color": NORMALIZED.color, "symbol": NORMALIZED.marker, "size": 13},
            "text": [f"x̂ = {fixed(value, 6)}" for value in x_hat.tolist()],
            "hoverinfo": "text",
            "name": "these two",
        }
    )
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis={
                "title": {"text": "distance between the two"},
                "type": "log",
                "range": [low - 0.2, high + 0.2],
                "tickvals": [1e-4, 1e-2, 1, 100, 1e4],
                "ticktext": ["0.0001", "0.01", "1", "100", "10,000"],
                "showgrid": False,
            },
            yaxis={
                "title": {"text": "x̂"},
                "range": list(Y_RANGE),
                "tickvals": [-1, 0, 1],
                "ticktext": ["−1", "0", "1"],
            },
        ),
    }


def describe(distance: float, x_hat: FloatArray, eps: float) -> str:
    """What the picture says now, for those who do not see it."""
    first, second = x_hat.tolist()
    return (
        f"Two examples {fixed(distance, 3)} apart are normalized to {fixed(first, 4)} and {fixed(second, 4)}. The curve "
        f"falls from 1 toward 0 only where the distance is near {fixed(2 * math.sqrt(eps), 3)}, twice the root of epsilon."
    )
