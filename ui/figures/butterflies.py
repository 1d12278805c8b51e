"""Distributions of x and of x̂ back to back: x upward, x̂ downward, a line for each channel or each image."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.style import INPUT, NORMALIZED, RULE, Figure, Stage, heading, layout

HEIGHT = 330
REACH = 3.0
BINS = 36
TALL = 0.42  # of the distance between lines


def draw(before: FloatArray, after: FloatArray, names: Sequence[str], title: str) -> Figure:
    """Draw two (K, n), the n values of each of K names before and after. Each half is as tall as its own tallest bin.

    The mean is a line, one standard deviation to each side a bar; what lies beyond the axis is in its outermost bins.
    """
    count = len(names)
    shapes: list[dict[str, Any]] = [_line(0, -0.5, count - 0.5, RULE, 1, "dot")]
    traces: list[dict[str, Any]] = []
    for k in range(count):
        base = count - 1 - k
        for stage, values, way in ((INPUT, before[k], 1), (NORMALIZED, after[k], -1)):
            traces.append(_half(stage, values, base, way, names[k]))
            mean, std = float(values.mean()), float(values.std())
            ends = [float(np.clip(each, -REACH, REACH)) for each in (mean - std, mean + std)]
            bar = {"x0": ends[0], "x1": ends[1], "y0": base, "y1": base + 0.07 * way}
            shapes.append({"type": "rect", "fillcolor": stage.color, "line": {"width": 0}, **bar})
            if abs(mean) <= REACH:
                shapes.append(_line(mean, base, base + 0.47 * way, stage.color, 2.5, "solid"))
    ticks = [
        f"<b>{name}</b><br>{_moments(INPUT, one)}<br>{_moments(NORMALIZED, other)}"
        for name, one, other in zip(names, before, after, strict=True)
    ]
    figure = layout(
        HEIGHT,
        left=128,
        bottom=30,
        xaxis={"range": [-REACH, REACH], "dtick": 1, "showgrid": False},
        yaxis={
            "range": [-0.52, count - 0.42],
            "tickvals": [count - 1 - k for k in range(count)],
            "ticktext": ticks,
            "tickfont": {"size": 11},
            "showgrid": False,
        },
        shapes=shapes,
        annotations=[{**heading(_title(title), 1, -124), "yshift": 26}],
    )
    return {"data": traces, "layout": {**figure, "margin": {"l": 128, "r": 8, "t": 28, "b": 30}}}


def describe(before: FloatArray, after: FloatArray, names: Sequence[str], title: str) -> str:
    """What the picture says now, for those who do not see it."""
    parts = [
        f"{name}: mean {hundredths(x.mean())} and standard deviation {hundredths(x.std())} become "
        f"{hundredths(y.mean())} and {hundredths(y.std())}"
        for name, x, y in zip(names, before, after, strict=True)
    ]
    return f"{title}. {'; '.join(parts)}."


def hundredths(value: np.floating[Any]) -> str:
    """Two decimals, and no sign where that leaves zero."""
    return f"{round(float(value), 2) + 0.0:.2f}"


def _half(stage: Stage, values: FloatArray, base: int, way: int, name: str) -> dict[str, Any]:
    counts, edges = np.histogram(np.clip(values, -REACH, REACH), BINS, (-REACH, REACH))
    heights = base + way * TALL * counts / counts.max()
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [-REACH, *np.repeat(edges, 2)[1:-1].round(4).tolist(), REACH],
        "y": [base, *np.repeat(heights, 2).round(4).tolist(), base],
        "fill": "toself",
        "fillcolor": stage.tint(0.3),
        "line": {"color": stage.color, "width": 1},
        "hoverinfo": "skip",
        "name": f"{name}, {stage.symbol}",
    }


def _line(x: float, y0: float, y1: float, color: str, width: float, dash: str) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": y0,
        "y1": y1,
        "line": {"color": color, "width": width, "dash": dash},
    }


def _moments(stage: Stage, values: FloatArray) -> str:
    return f"{stage.symbol}: μ {hundredths(values.mean())}, σ {hundredths(values.std())}"


def _title(title: str) -> str:
    signs = f'<span style="color:{INPUT.color}">▲ {INPUT.symbol}</span>  <span style="color:{NORMALIZED.color}">▼ {NORMALIZED.symbol}</span>'
    return f"<b>{title}</b>  {signs}"
