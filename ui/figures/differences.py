"""How far central differences are from the formula, against the step h: the curve that has a best place."""

from collections.abc import Sequence

from ui.figures.marks import Mark, dots, lines, log_axis, pinned
from ui.figures.style import NORMALIZED, RULE, Figure, layout
from ui.numbers import fixed, short

HEIGHT = 320
FLOOR, CEILING = 1e-14, 1e2


def draw(steps: Sequence[float], differences: Sequence[float], chosen: int) -> Figure:
    """The largest difference at each step h, both logarithmic; the chosen one is a large marker.

    Differences outside of the picture stand at its edge; one that is 0, at the bottom.
    """
    shown = [min(max(each, FLOOR), CEILING) for each in differences]
    texts = [f"h = {short(h, 1)}: {fixed(each)}" for h, each in zip(steps, differences, strict=True)]
    look: Mark = {"mode": "lines+markers", "marker": {"color": RULE, "size": 6}}
    x, y = steps[chosen], shown[chosen]
    powers: Mark = {"room": 0.4, "exponentformat": "power"}
    return {
        "data": [
            lines("largest difference", steps, shown, text=texts, **look),
            dots("this h", x, y, NORMALIZED.color, NORMALIZED.marker, 15, text=[texts[chosen]]),
        ],
        "layout": layout(
            HEIGHT,
            left=58,
            bottom=44,
            xaxis=log_axis(steps[0], steps[-1], "step h", dtick=3, **powers),
            yaxis=log_axis(FLOOR, CEILING, "largest difference", dtick=4, **powers),
            annotations=[
                pinned("rounding: 1/h", 0.02, 0.02, "left bottom"),
                pinned("curvature: h²", 0.98, 0.02, "right bottom"),
            ],
        ),
    }


def describe(steps: Sequence[float], differences: Sequence[float], chosen: int) -> str:
    """What the picture says now, for those who do not see it."""
    best = min(range(len(steps)), key=lambda k: differences[k])
    return (
        f"Largest difference between formula and central differences for steps h from {short(steps[0], 1)} to "
        f"{short(steps[-1], 1)}. At h = {short(steps[chosen], 1)} it is {fixed(differences[chosen])}; smallest at "
        f"h = {short(steps[best], 1)}, {fixed(differences[best])}."
    )
