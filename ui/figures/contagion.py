"""One example of a batch is pushed: how far every other output moves, in training and in inference."""

from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, axis, dots, legend, pinned
from ui.figures.style import OUTPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 340
OUTPUT_RANGE = (-3.4, 3.4)
CHANGE_RANGE = (-2.6, 2.6)
PUSHED = "the one that is pushed"


def draw(before: FloatArray, training: FloatArray, inference: FloatArray) -> Figure:
    """How far each output moves against where it was, all (m,), the first being the one that was pushed.

    Filled squares: in training mode, joined to zero; open ones: in inference. What lies beyond the constant axes is a
    triangle at the edge.
    """
    x = np.round(np.clip(before, *OUTPUT_RANGE), 2)  # as fine as is seen and said
    y = np.round(np.clip(training, *CHANGE_RANGE), 2)
    edge, color = _edge(float(training[0])), OUTPUT.color
    pushed_by = [f"{PUSHED}: from {fixed(float(before[0]), 2)} by {fixed(float(training[0]), 2)}"]
    pushed = legend(("star", color, "pushed"), (OUTPUT.marker, color, "others, training"))
    signs = f"{pushed}<br>{legend(('square-open', RULE, 'others, inference'))}"
    return {
        "data": [
            _stems(x[1:], y[1:]),
            _markers("inference", x[1:], np.round(inference[1:], 2), f"{OUTPUT.marker}-open", RULE),
            _markers("training", x[1:], y[1:], OUTPUT.marker, color),
            _markers(PUSHED, x[:1], y[:1], edge, color, 15, text=pushed_by),
        ],
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis=axis(*OUTPUT_RANGE, "output y before the push", dtick=1),
            yaxis=axis(*CHANGE_RANGE, "how far y moves", dtick=1),
            annotations=[pinned(signs, 0.01, 0.01, "left bottom", align="left")],
        ),
        "grips": [{"slider": "bs_push", "trace": PUSHED, "point": 0}],
    }


def describe(before: FloatArray, training: FloatArray, inference: FloatArray) -> str:
    """What the picture says now, for those who do not see it."""
    words = f"A batch of {len(before)}; the output that is pushed moves by {fixed(float(training[0]), 2)} in training"
    words += f" and by {fixed(float(inference[0]), 2)} in inference."
    if len(before) == 1:
        return f"{words} There are no others."
    largest = float(np.abs(training[1:]).max())
    moved = int((training[1:] != 0).sum())
    still = float(np.abs(inference[1:]).max())
    return (
        f"{words} In training {moved} of the {len(before) - 1} others move, by up to {fixed(largest, 2)}; in inference by "
        f"{fixed(still, 2)}."
    )


def _edge(change: float) -> str:
    if change > CHANGE_RANGE[1]:
        return "triangle-up"
    return "triangle-down" if change < CHANGE_RANGE[0] else "star"


def _markers(name: str, x: FloatArray, y: FloatArray, symbol: str, color: str, size: int = 8, **more: Any) -> Mark:
    edge = {"width": 1.5 if "open" in symbol else 0}
    told: Mark = {"cliponaxis": False, **(more or {"hover": f"{name}: from %{{x:.2f}} by %{{y:.2f}}"})}
    return dots(name, x, y, color, symbol, size, edge=edge, **told)


def _stems(x: FloatArray, y: FloatArray) -> Mark:
    """Thin bars that join points to zero: of the same numbers as the points, which then weigh little."""
    look: Mark = {"width": 0.015, "marker": {"color": OUTPUT.color}, "hoverinfo": "skip"}
    return {"type": "bar", "name": "from zero", "x": x.tolist(), "y": y.tolist(), **look}
