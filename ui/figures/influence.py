"""How far one example moves all others, against the batch size."""

import math
from collections.abc import Sequence
from typing import Any

from bn import FloatArray
from ui.figures.style import OUTPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 340
RANGE = (0.0008, 4.0)
TICKS = (0.001, 0.01, 0.1, 1.0)


def draw(sizes: Sequence[int], moved: FloatArray, size: int, here: float | None) -> Figure:
    """Root mean square of how far the other outputs move, (K,), in batches of each of `sizes`, on logarithmic axes.

    The line through the last one falls as 1/m. here: the same at the size that is set, a large marker; None where there
    are no others. A value of 0, when nothing was pushed, has no place on a logarithmic axis.
    """
    shown = [(m, value) for m, value in zip(sizes, moved.tolist(), strict=True) if value > 0]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [m for m, _ in shown],
            "y": [value for _, value in shown],
            "marker": {
                "color": OUTPUT.color,
                "symbol": OUTPUT.marker,
                "size": 9,
            },
            "text": [f"batches of {m}: {fixed(value, 3)}" for m, value in shown],
            "hoverinfo": "text",
            "name": "all others, training",
        }
    ]
    if shown:
        last, value = shown[-1]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [sizes[0], last],
                "y": [value * last / sizes[0], value],
                "line": {"color": RULE, "width": 1.5},
                "hoverinfo": "skip",
                "name": "as 1/m",
            }
        )
    if here:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [size],
                "y": [here],
                "marker": {"color": OUTPUT.color, "symbol": OUTPUT.marker, "size": 17},
                "text": [f"batches of {size}: {fixed(here, 3)}"],
                "hoverinfo": "text",
                "name": "at the size that is set",
            }
        )
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=52,
            bottom=44,
            xaxis={
                "title": {"text": "batch size m"},
                "type": "log",
                "range": [math.log10(0.85), math.log10(1.2 * sizes[-1])],
                "tickvals": [1, 4, 16, 64, 256],
                "showgrid": False,
            },
            yaxis={
                "title": {"text": "how far the others move"},
                "type": "log",
                "range": [math.log10(end) for end in RANGE],
                "tickvals": list(TICKS),
                "ticktext": [f"{tick:g}" for tick in TICKS],
            },
            annotations=[_words()],
        ),
    }


def describe(sizes: Sequence[int], moved: FloatArray, size: int, here: float | None) -> str:
    """What the picture says now, for those who do not see it."""
    values = moved.tolist()
    return (
        f"In batches of {sizes[0]} the others move by {fixed(values[0], 2)}, in batches of {sizes[-1]} by "
        f"{fixed(values[-1], 3)} (root of the mean square, training mode). "
        + ("" if here is None else f"In batches of {size} it is {fixed(here, 3)}. ")
        + "In inference they move by 0 at every size."
    )


def _words() -> dict[str, Any]:
    return {
        "text": f'<span style="color:{OUTPUT.color}">■</span> all others, training<br>'
        f'<span style="color:{RULE}"><b>─</b></span> falls as 1/m<br>in inference: 0',
        "font": {"size": 13},
        "showarrow": False,
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "x": 0.03,
        "y": 0.03,
        "xanchor": "left",
        "yanchor": "bottom",
    }
