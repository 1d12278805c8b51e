"""The gradient that arrives at the output, and what is left of it at the input, example by example."""

from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.style import INPUT, OUTPUT, RULE, Figure, heading
from ui.numbers import fixed

HEIGHT = 330


def draw(dy: FloatArray, before: FloatArray, dx: FloatArray) -> Figure:
    """dL/dy above and dL/dx below, (N,) each; rings: dL/dx as it was before something was added to dL/dy."""
    rows = list(range(len(dy)))
    axis: dict[str, Any] = {"fixedrange": True, "zeroline": True, "zerolinecolor": RULE, "automargin": False}
    return {
        "data": [
            _bars(rows, dy, OUTPUT.color, "y", "dL/dy"),
            _bars(rows, dx, INPUT.color, "y2", "dL/dx"),
            {
                "type": "scatter",
                "mode": "markers",
                "x": rows,
                "y": before.tolist(),
                "yaxis": "y2",
                "marker": {"symbol": "circle-open", "size": 11, "color": RULE, "line": {"width": 2}},
                "hoverinfo": "skip",
                "name": "before",
            },
        ],
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 48, "r": 8, "t": 24, "b": 40},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "bargap": 0.35,
            "xaxis": {
                "title": {"text": "row"},
                "tickvals": rows[:: max(1, len(rows) // 8)],
                "anchor": "y2",
                "fixedrange": True,
                "showgrid": False,
                "automargin": False,
            },
            "yaxis": {**axis, "domain": [0.56, 1], "range": _reach(dy)},
            "yaxis2": {**axis, "domain": [0, 0.44], "range": _reach(before)},
            "annotations": [
                {**heading("∂L/∂y, as it arrives", 1, 0), "yanchor": "bottom"},
                {**heading("∂L/∂x; rings: before", 0.44, 0), "yanchor": "bottom"},
            ],
        },
    }


def describe(dy: FloatArray, before: FloatArray, dx: FloatArray) -> str:
    """What the picture says now, for those who do not see it."""
    moved = float(np.abs(dx - before).max())
    return (
        f"dL/dy of {len(dy)} rows, from {fixed(float(dy.min()))} to {fixed(float(dy.max()))}, their sum "
        f"{fixed(float(dy.sum()))}. dL/dx from {fixed(float(dx.min()))} to {fixed(float(dx.max()))}, their sum "
        f"{fixed(float(dx.sum()))}; the largest change of dL/dx by what was added to dL/dy is {fixed(moved)}."
    )


def _bars(rows: list[int], values: FloatArray, color: str, axis: str, name: str) -> dict[str, Any]:
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
