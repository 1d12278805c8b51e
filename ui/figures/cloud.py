"""Where the mean and the variance of batches land, around those of the data: a cloud that shrinks as batches grow."""

from typing import Any

import numpy as np

from bn import FloatArray, Source
from ui.figures.style import INPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 390
MEAN_RANGE = (-3.2, 3.2)
VARIANCE_RANGE = (-0.3, 3.6)


def draw(means: FloatArray, variances: FloatArray, source: Source, size: int) -> Figure:
    """A dot for each batch at its mean and its variance ÷m, both (T,); thin lines at the data's own.

    The box is what calculation expects of batches of m = size: the average, and one standard deviation to each side. The
    axes are constant, so that the cloud is seen to shrink; what lies beyond them is a triangle at the edge.
    """
    inside = np.clip(means, *MEAN_RANGE), np.clip(variances, *VARIANCE_RANGE)
    symbols: str | list[str] = INPUT.marker
    if (inside[0] != means).any() or (inside[1] != variances).any():
        upward = np.where(variances > VARIANCE_RANGE[1], "triangle-up", INPUT.marker)
        symbols = np.where(
            means < MEAN_RANGE[0], "triangle-left", np.where(means > MEAN_RANGE[1], "triangle-right", upward)
        ).tolist()
    left, right, low, high = _box(source, size)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": np.round(inside[0], 3).tolist(),
                "y": np.round(inside[1], 3).tolist(),
                "marker": {"color": INPUT.color, "symbol": symbols, "size": 6, "opacity": 0.5},
                "hovertemplate": "mean %{x:.2f} σ, variance %{y:.2f} σ²<extra></extra>",
                "cliponaxis": False,
                "name": "batches",
            },
            _line("true mean", [source.mean, source.mean], list(VARIANCE_RANGE)),
            _line("true variance", list(MEAN_RANGE), [source.var, source.var]),
        ],
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis={"title": {"text": "mean of the batch, in σ of all digits"}, "range": list(MEAN_RANGE), "dtick": 1},
            yaxis={"title": {"text": "variance of the batch ÷ m, in σ²"}, "range": list(VARIANCE_RANGE), "dtick": 1},
            shapes=[
                {
                    "type": "rect",
                    "x0": left,
                    "x1": right,
                    "y0": low,
                    "y1": high,
                    "line": {"color": RULE, "width": 2},
                    "layer": "above",
                }
            ],
            annotations=[_words(size, len(means))],
        ),
    }


def describe(means: FloatArray, variances: FloatArray, source: Source, size: int) -> str:
    """What the picture says now, for those who do not see it."""
    left, right, low, high = _box(source, size)
    within = ((means >= left) & (means <= right) & (variances >= low) & (variances <= high)).mean()
    return (
        f"{len(means)} batches of {size}: their means lie between {fixed(float(means.min()), 2)} and "
        f"{fixed(float(means.max()), 2)} σ, their variances between {fixed(float(variances.min()), 2)} and "
        f"{fixed(float(variances.max()), 2)} σ²; all digits have {fixed(source.mean, 0)} and {fixed(source.var, 0)}. The box "
        f"reaches from {fixed(left, 2)} to {fixed(right, 2)} σ and from {fixed(low, 2)} to {fixed(high, 2)} σ²; "
        f"{float(within):.0%} of the batches are in it."
    )


def _line(name: str, x: list[float], y: list[float]) -> dict[str, Any]:
    line = {"color": RULE, "width": 1.5}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "name": name}


def _box(source: Source, size: int) -> tuple[float, float, float, float]:
    aside, average, up = source.spread_of_mean(size), source.average_variance(size), source.spread_of_variance(size)
    return source.mean - aside, source.mean + aside, average - up, average + up


def _words(size: int, count: int) -> dict[str, Any]:
    return {
        "text": f'<b>{count} batches of {size}</b> <span style="color:{INPUT.color}">●</span><br>'
        f'<span style="color:{RULE}"><b>─</b></span> all digits  <span style="color:{RULE}"><b>□</b></span> one spread',
        "font": {"size": 13},
        "showarrow": False,
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "x": 0.01,
        "y": 1,
        "xanchor": "left",
        "yanchor": "top",
    }
