"""One example of a batch is pushed: how far every other output moves, in training and in inference."""

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, axis, dots, legend, lines, pinned
from ui.figures.style import OUTPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 340
OUTPUT_RANGE = (-3.4, 3.4)
CHANGE_RANGE = (-2.6, 2.6)


def draw(before: FloatArray, training: FloatArray, inference: FloatArray) -> Figure:
    """How far each output moves against where it was, all (m,), the first being the one that was pushed.

    Filled squares: in training mode, joined to zero; open ones: in inference. What lies beyond the constant axes is a
    triangle at the edge.
    """
    x = np.clip(before, *OUTPUT_RANGE)
    y = np.clip(training, *CHANGE_RANGE)
    stems = [each for end in y[1:].tolist() for each in (0.0, round(end, 4), None)]
    edge, color = _edge(float(training[0])), OUTPUT.color
    pushed = legend(("star", color, "pushed"), (OUTPUT.marker, color, "others, training"))
    signs = f"{pushed}<br>{legend(('square-open', RULE, 'others, inference'))}"
    return {
        "data": [
            lines("from zero", np.repeat(x[1:], 3), stems, OUTPUT.tint(0.45), 1),
            _markers("inference", x[1:], inference[1:], f"{OUTPUT.marker}-open", RULE, before[1:], inference[1:]),
            _markers("training", x[1:], y[1:], OUTPUT.marker, color, before[1:], training[1:]),
            _markers("the one that is pushed", x[:1], y[:1], edge, color, before[:1], training[:1], 15),
        ],
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis=axis(*OUTPUT_RANGE, "output y before the push", dtick=1),
            yaxis=axis(*CHANGE_RANGE, "how far y moves", dtick=1),
            annotations=[pinned(signs, 0.01, 0.01, "left bottom", align="left")],
        ),
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


def _markers(
    name: str,
    x: FloatArray,
    y: FloatArray,
    symbol: str,
    color: str,
    before: FloatArray,
    change: FloatArray,
    size: int = 8,
) -> Mark:
    pairs = zip(before.tolist(), change.tolist(), strict=True)
    text = [f"{name}: from {fixed(start, 2)} by {fixed(moved, 3)}" for start, moved in pairs]
    edge = {"width": 1.5 if "open" in symbol else 0}
    return dots(name, np.round(x, 4), np.round(y, 4), color, symbol, size, edge=edge, text=text, cliponaxis=False)
