"""The gradient that arrives at the output, and what is left of it at the input, example by example."""

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, dots, heading
from ui.figures.style import INPUT, OUTPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 330


def draw(dy: FloatArray, before: FloatArray, dx: FloatArray) -> Figure:
    """dL/dy above and dL/dx below, (N,) each; rings: dL/dx as it was before something was added to dL/dy."""
    rows = list(range(len(dy)))
    upright: Mark = {"zeroline": True, "zerolinecolor": RULE}
    ticks = rows[:: max(1, len(rows) // 8)]
    return {
        "data": [
            _bars(rows, dy, OUTPUT.color, "y", "dL/dy"),
            _bars(rows, dx, INPUT.color, "y2", "dL/dx"),
            dots("before", rows, before, RULE, "circle-open", 11, edge={"width": 2}, yaxis="y2"),
        ],
        "layout": layout(
            HEIGHT,
            left=48,
            bottom=40,
            top=24,
            bargap=0.35,
            xaxis={"title": {"text": "row"}, "tickvals": ticks, "anchor": "y2", "showgrid": False},
            yaxis={**upright, "domain": [0.56, 1], "range": _reach(dy)},
            yaxis2={**upright, "domain": [0, 0.44], "range": _reach(before)},
            annotations=[
                heading("∂L/∂y, as it arrives", 1, yanchor="bottom"),
                heading("∂L/∂x; rings: before", 0.44, yanchor="bottom"),
            ],
        ),
    }


def describe(dy: FloatArray, before: FloatArray, dx: FloatArray) -> str:
    """What the picture says now, for those who do not see it."""
    moved = float(np.abs(dx - before).max())
    return (
        f"dL/dy of {len(dy)} rows, from {fixed(float(dy.min()))} to {fixed(float(dy.max()))}, their sum "
        f"{fixed(float(dy.sum()))}. dL/dx from {fixed(float(dx.min()))} to {fixed(float(dx.max()))}, their sum "
        f"{fixed(float(dx.sum()))}; the largest change of dL/dx by what was added to dL/dy is {fixed(moved)}."
    )


def _bars(rows: list[int], values: FloatArray, color: str, axis: str, name: str) -> Mark:
    return {
        "type": "bar",
        "x": rows,
        "y": values.tolist(),
        "yaxis": axis,
        "marker": {"color": color},
        "text": [f"row {row}: {fixed(value)}" for row, value in zip(rows, values.tolist(), strict=True)],
        "textposition": "none",
        "hoverinfo": "text",
        "name": name,
    }


def _reach(values: FloatArray) -> list[float]:
    """From a round number below to one above; the same as long as the values stay within it."""
    largest = float(np.abs(values).max()) or 1.0
    end = 2.0 ** np.ceil(np.log2(largest * 1.1))
    return [-float(end), float(end)]
