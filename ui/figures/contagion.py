"""One example of a batch is pushed: how far every other output moves, in training and in inference."""

from typing import Any

import numpy as np

from bn import FloatArray
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
    stems_x = np.repeat(x[1:], 3).tolist()
    stems_y = np.column_stack([np.zeros(len(y) - 1), y[1:], np.full(len(y) - 1, np.nan)]).ravel()
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": stems_x,
                "y": [None if np.isnan(value) else round(value, 4) for value in stems_y.tolist()],
                "line": {"color": OUTPUT.tint(0.45), "width": 1},
                "hoverinfo": "skip",
                "name": "from zero",
            },
            _markers("inference", x[1:], inference[1:], f"{OUTPUT.marker}-open", RULE, before[1:], inference[1:]),
            _markers("training", x[1:], y[1:], OUTPUT.marker, OUTPUT.color, before[1:], training[1:]),
            _markers(
                "the one that is pushed",
                x[:1],
                y[:1],
                _edge(float(training[0])),
                OUTPUT.color,
                before[:1],
                training[:1],
                15,
            ),
        ],
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis={"title": {"text": "output y before the push"}, "range": list(OUTPUT_RANGE), "dtick": 1},
            yaxis={"title": {"text": "how far y moves"}, "range": list(CHANGE_RANGE), "dtick": 1},
            annotations=[_words()],
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
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.round(x, 4).tolist(),
        "y": np.round(y, 4).tolist(),
        "marker": {"color": color, "symbol": symbol, "size": size, "line": {"width": 1.5 if "open" in symbol else 0}},
        "text": [
            f"{name}: from {fixed(start, 2)} by {fixed(moved, 3)}"
            for start, moved in zip(before.tolist(), change.tolist(), strict=True)
        ],
        "hoverinfo": "text",
        "cliponaxis": False,
        "name": name,
    }


def _words() -> dict[str, Any]:
    return {
        "text": f'<span style="color:{OUTPUT.color}">★</span> pushed  '
        f'<span style="color:{OUTPUT.color}">■</span> others, training<br>'
        f'<span style="color:{RULE}">□</span> others, inference',
        "font": {"size": 13},
        "showarrow": False,
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "x": 0.01,
        "y": 0.01,
        "xanchor": "left",
        "yanchor": "bottom",
    }
