"""The gradient that arrives at the output, and what is left of it at the input, example by example."""

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, Span, axis, dots, heading, rule
from ui.figures.style import INPUT, OUTPUT, RULE, Figure, layout
from ui.numbers import counted, exact, fixed

HEIGHT = 400
ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12)


def draw(dy: FloatArray, before: FloatArray, dx: FloatArray, most: float) -> Figure:
    """dL/dy above and dL/dx below, (N,) each; rings: dL/dx as it was before something was added to dL/dy.

    most: how large a dL/dy there is room for, so that the axes stand still while something is added.
    """
    rows = list(range(len(dy)))
    ends = (-0.6, len(rows) - 0.4)
    ticks = rows[:: max(1, len(rows) // 8)]
    return {
        "data": [
            _bars(rows, dy, OUTPUT.color, "y", "dL/dy", ".3f"),
            _bars(rows, dx, INPUT.color, "y2", "dL/dx", ".2g"),
            dots("before", rows, before, RULE, "circle-open", 11, edge={"width": 2}, yaxis="y2"),
        ],
        "layout": layout(
            HEIGHT,
            left=48,
            bottom=40,
            top=24,
            xaxis=axis(*ends, "row", ticks=ticks, anchor="y2", showgrid=False),
            yaxis=axis(*_reach(most), domain=[0.5, 1]),
            yaxis2=axis(*_reach(float(np.abs(before).max())), domain=[0, 0.4]),
            shapes=[rule(ends, 0, dash="solid", yref=each) for each in ("y", "y2")],
            annotations=[
                heading("∂L/∂y, as it arrives", 1, yanchor="bottom"),
                heading("∂L/∂x; rings: before", 0.4, yanchor="bottom"),
            ],
        ),
    }


def describe(dy: FloatArray, before: FloatArray, dx: FloatArray, most: float) -> str:
    """What the picture says now, for those who do not see it."""
    moved = float(np.abs(dx - before).max())
    return (
        f"dL/dy of {counted(len(dy), 'row')}, on an axis up to {exact(_reach(most)[1])}, from {fixed(float(dy.min()))} to {fixed(float(dy.max()))}, their sum "
        f"{fixed(float(dy.sum()))}. dL/dx from {fixed(float(dx.min()))} to {fixed(float(dx.max()))}, their sum "
        f"{fixed(float(dx.sum()))}; the largest change of dL/dx by what was added to dL/dy is {fixed(moved)}."
    )


def _bars(rows: list[int], values: FloatArray, color: str, yaxis: str, name: str, form: str) -> Mark:
    return {
        "type": "bar",
        "x": rows,
        "y": values.tolist(),
        "yaxis": yaxis,
        "width": 0.65,
        "marker": {"color": color},
        "hovertemplate": f"row %{{x}}: %{{y:{form}}}",
        "name": name,
    }


def _reach(largest: float) -> Span:
    """From a round number below to one above; the same as long as the values stay within it."""
    power = 10.0 ** np.floor(np.log10(largest or 1.0))
    end = next(round_one * power for round_one in ROUND if round_one * power >= 1.05 * (largest or 1.0))
    return -float(end), float(end)
