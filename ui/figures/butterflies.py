"""Distributions of x and of x̂ back to back: x upward, x̂ downward, a line for each channel or each image."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, area, axis, band, colored, heading, rule
from ui.figures.style import INPUT, NORMALIZED, Figure, Stage, layout
from ui.numbers import fixed

HEIGHT = 300
REACH = 3.0
BINS = 36
TALL = 0.42  # of the distance between lines


def draw(before: FloatArray, after: FloatArray, names: Sequence[str], title: str) -> Figure:
    """Draw two (K, n), the n values of each of K names before and after. Each half is as tall as its own tallest bin.

    The mean is a line, one standard deviation to each side a bar; what lies beyond the axis is in its outermost bins.
    """
    count = len(names)
    shapes = [rule(0, (-0.5, count - 0.5))]
    traces: list[Mark] = []
    for k in range(count):
        base = count - 1 - k
        for stage, values, way in ((INPUT, before[k], 1), (NORMALIZED, after[k], -1)):
            traces.append(_half(stage, values, base, way, names[k]))
            mean, std = float(values.mean()), float(values.std())
            low, high = (float(np.clip(each, -REACH, REACH)) for each in (mean - std, mean + std))
            shapes.append(band((low, high), (base, base + 0.07 * way), stage.color))
            if abs(mean) <= REACH:
                shapes.append(rule(mean, (base, base + 0.47 * way), stage.color, 2.5, "solid"))
    ticks = {
        count - 1 - k: f"<b>{name}</b><br>{_moments(INPUT, before[k])}<br>{_moments(NORMALIZED, after[k])}"
        for k, name in enumerate(names)
    }
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=128,
            bottom=30,
            top=28,
            xaxis=axis(-REACH, REACH, dtick=1, showgrid=False),
            yaxis=axis(-0.52, count - 0.42, ticks=ticks, size=11, showgrid=False),
            shapes=shapes,
            annotations=[heading(_title(title), 1, -124, yshift=26)],
        ),
    }


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
    return fixed(round(float(value), 2) + 0.0, 2)


def _half(stage: Stage, values: FloatArray, base: int, way: int, name: str) -> Mark:
    counts, edges = np.histogram(np.clip(values, -REACH, REACH), BINS, (-REACH, REACH))
    heights = base + way * TALL * counts / counts.max()
    x = [-REACH, *np.repeat(edges, 2)[1:-1].round(4).tolist(), REACH]
    y = [base, *np.repeat(heights, 2).round(4).tolist(), base]
    return area(f"{name}, {stage.symbol}", x, y, stage.tint(0.3), stage.color)


def _moments(stage: Stage, values: FloatArray) -> str:
    return f"{stage.symbol}: μ {hundredths(values.mean())}, σ {hundredths(values.std())}"


def _title(title: str) -> str:
    signs = (colored(f"{sign} {stage.symbol}", stage.color) for sign, stage in (("▲", INPUT), ("▼", NORMALIZED)))
    return f"<b>{title}</b>  {'  '.join(signs)}"
