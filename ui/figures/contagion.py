"""One example of a batch is pushed: how far every other output moves, in training and in inference."""

from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, axis, dots, legend, pinned, words
from ui.figures.style import OUTPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 380
OUTPUT_RANGE = (-3.4, 3.4)
CHANGE_RANGE = (-5.4, 5.4)  # a push of 5 is seen whole, and the others still move by several pixels
PUSHED = "the one that is pushed"
KEPT = "the one that is pushed, inference"
ROOM = 3 * "\u00a0"  # beside a star; other spaces are not drawn


def draw(before: FloatArray, training: FloatArray, inference: FloatArray) -> Figure:
    """How far each output moves against where it was, all (m,), the first being the one that was pushed.

    Filled marks: in training mode, the others joined to zero; open ones: in inference. The numbers stand beside the one that
    is pushed, with an arrow where it lies beyond the constant axis and is drawn at its end.
    """
    x = np.round(np.clip(before, *OUTPUT_RANGE), 2)  # as fine as is seen and said
    y = np.round(np.clip(training, *CHANGE_RANGE), 2)
    own = np.round(np.clip(inference[:1], *CHANGE_RANGE), 2)
    color, start = OUTPUT.color, fixed(float(before[0]), 2)
    by, kept = (fixed(float(each[0]), 2) for each in (training, inference))
    pushed = legend(("star", color, "pushed, training"), ("star-open", RULE, "inference"))
    others = legend((OUTPUT.marker, color, "others, training"), ("square-open", RULE, "inference"))
    return {
        "data": [
            _stems(x[1:], y[1:]),
            _markers("inference", x[1:], np.round(inference[1:], 2), f"{OUTPUT.marker}-open", RULE),
            _markers("training", x[1:], y[1:], OUTPUT.marker, color),
            _markers(KEPT, x[:1], own, "star-open", RULE, 21, text=[f"{KEPT}: from {start} by {kept}"]),
            _markers(PUSHED, x[:1], y[:1], "star", color, 15, text=[f"{PUSHED}: from {start} by {by}"]),
            _beside("by how far in inference", x[:1], own, [f"{_arrow(inference)} {kept}{ROOM}"], "left"),
            _beside("by how far in training", x[:1], y[:1], [f"{ROOM}{by}{_arrow(training)}"], "right"),
        ],
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            top=46,
            xaxis=axis(*OUTPUT_RANGE, "output y before the push", dtick=1),
            yaxis=axis(*CHANGE_RANGE, "how far y moves", dtick=2),
            annotations=[pinned(f"{pushed}<br>{others}", 0, 1, "left bottom", align="left", yshift=8)],
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


def _arrow(change: FloatArray) -> str:
    """Where the first lies, if it is beyond the axis."""
    return " ↑" if change[0] > CHANGE_RANGE[1] else " ↓" if change[0] < CHANGE_RANGE[0] else ""


def _beside(name: str, x: FloatArray, y: FloatArray, text: list[str], side: str) -> Mark:
    return words(name, x, y, text, 13, textposition=f"middle {side}", cliponaxis=False)


def _markers(name: str, x: FloatArray, y: FloatArray, symbol: str, color: str, size: int = 8, **more: Any) -> Mark:
    edge = {"width": 1.5 if "open" in symbol else 0}
    told: Mark = {"cliponaxis": False, **(more or {"hover": f"{name}: from %{{x:.2f}} by %{{y:.2f}}"})}
    return dots(name, x, y, color, symbol, size, edge=edge, **told)


def _stems(x: FloatArray, y: FloatArray) -> Mark:
    """Thin bars that join points to zero: of the same numbers as the points, which then weigh little."""
    look: Mark = {"width": 0.015, "marker": {"color": OUTPUT.color}, "hoverinfo": "skip"}
    return {"type": "bar", "name": "from zero", "x": x.tolist(), "y": y.tolist(), **look}
