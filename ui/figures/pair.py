"""A batch of two: what it is normalized to, whatever the distance between the two."""

import math

from bn import FloatArray
from ui.figures.marks import axis, dots, lines, log_axis
from ui.figures.style import NORMALIZED, Figure, layout
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
    distances = [10**step for step in steps]
    curve = [half / math.hypot(half, math.sqrt(eps)) for half in (each / 2 for each in distances)]
    at = min(max(distance, DISTANCES[0]), DISTANCES[1])
    text = [f"x̂ = {fixed(value, 6)}" for value in x_hat.tolist()]
    ticks = {1e-4: "0.0001", 1e-2: "0.01", 1: "1", 100: "100", 1e4: "10,000"}
    return {
        "data": [
            lines("the larger of any two", distances, curve),
            lines("the smaller of any two", distances, [-value for value in curve]),
            dots("these two", at, x_hat, NORMALIZED.color, NORMALIZED.marker, 13, text=text),
        ],
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis=log_axis(*DISTANCES, "distance between the two", room=0.2, ticks=ticks, showgrid=False),
            yaxis=axis(*Y_RANGE, "x̂", ticks={-1: "−1", 0: "0", 1: "1"}),
        ),
    }


def describe(distance: float, x_hat: FloatArray, eps: float) -> str:
    """What the picture says now, for those who do not see it."""
    first, second = x_hat.tolist()
    return (
        f"Two examples {fixed(distance, 3)} apart are normalized to {fixed(first, 4)} and {fixed(second, 4)}. The curve "
        f"falls from 1 toward 0 only where the distance is near {fixed(2 * math.sqrt(eps), 3)}, twice the root of epsilon."
    )
