"""Where the mean and the variance of batches land, around those of the data: a cloud that shrinks as batches grow."""

import numpy as np

from bn import FloatArray, Source
from ui.figures.marks import GLYPHS, at_edge, axis, box, colored, dots, legend, lines, pinned
from ui.figures.style import INPUT, RULE, Figure, layout
from ui.numbers import fixed, percent

HEIGHT = 390
MEAN_RANGE = (-3.2, 3.2)
AT_EDGE = 9  # px, of a triangle there
VARIANCE_RANGE = (-0.3, 3.6)
ONE = "one batch"
RING = {"width": 4, "color": INPUT.color}  # around white, which stands out among dots of one color


def draw(means: FloatArray, variances: FloatArray, source: Source, size: int, followed: int) -> Figure:
    """A dot for each batch at its mean and its variance ÷N, both (T,); thin lines at the data's own.

    followed: the batch that has a ring, to be seen on its way as batches grow.

    The box is what calculation expects of batches of N = size: the average, and one standard deviation to each side. The
    axes are constant, so that the cloud is seen to shrink; what lies beyond them is a triangle at the edge.
    """
    x, y = (np.round(np.clip(values, *ends), 3) for values, ends in ((means, MEAN_RANGE), (variances, VARIANCE_RANGE)))
    upward = at_edge(variances, VARIANCE_RANGE, INPUT.marker)
    marker = at_edge(means, MEAN_RANGE, upward, ("triangle-left", "triangle-right"))
    told = "mean %{x:.2f} σ, variance %{y:.2f} σ²<extra></extra>"
    left, right, low, high = _box(source, size)
    signs = legend(("solid", RULE, "all digits"), ("box", RULE, "one spread"), ("ring", INPUT.color, "drag it"))
    title = f"<b>{len(means)} batches of {size}</b> {colored(GLYPHS[INPUT.marker], INPUT.color)}"
    dot: float | list[float] = 6
    if not isinstance(marker, str):
        title += f"  {legend(('triangle-up', INPUT.color, 'beyond'))}"
        dot = [6 if each == INPUT.marker else AT_EDGE for each in marker]
    return {
        "data": [
            dots("batches", x, y, INPUT.color, marker, dot, opacity=0.75, hover=told, cliponaxis=False),
            lines("true mean", source.mean, VARIANCE_RANGE),
            lines("true variance", MEAN_RANGE, source.var),
            dots(ONE, x[[followed]], y[[followed]], "#FFFFFF", "circle", 12, edge=RING, hover=told, cliponaxis=False),
        ],
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            top=14,
            xaxis=axis(*MEAN_RANGE, "mean of the batch, in σ of all digits", dtick=1),
            yaxis=axis(*VARIANCE_RANGE, "variance of the batch ÷ N, in σ²", dtick=1),
            shapes=[box((left, right), (low, high), RULE, layer="above")],
            annotations=[pinned(f"{title}<br>{signs}", 0.01, 1, "left top", align="left")],
        ),
    }


def describe(means: FloatArray, variances: FloatArray, source: Source, size: int, followed: int) -> str:
    """What the picture says now, for those who do not see it."""
    left, right, low, high = _box(source, size)
    within = ((means >= left) & (means <= right) & (variances >= low) & (variances <= high)).mean()
    return (
        f"{len(means)} batches of {size}: their means lie between {fixed(float(means.min()), 2)} and "
        f"{fixed(float(means.max()), 2)} σ, their variances between {fixed(float(variances.min()), 2)} and "
        f"{fixed(float(variances.max()), 2)} σ²; all digits have {fixed(source.mean, 0)} and {fixed(source.var, 0)}. The box "
        f"reaches from {fixed(left, 2)} to {fixed(right, 2)} σ and from {fixed(low, 2)} to {fixed(high, 2)} σ²; "
        f"{percent(float(within))} of the batches are in it. The ringed batch has {fixed(float(means[followed]), 2)} σ and "
        f"{fixed(float(variances[followed]), 2)} σ²."
    )


def _box(source: Source, size: int) -> tuple[float, float, float, float]:
    aside, average, up = source.spread_of_mean(size), source.average_variance(size), source.spread_of_variance(size)
    return source.mean - aside, source.mean + aside, average - up, average + up
