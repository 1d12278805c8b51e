"""The spread of batch means and variances against the batch size: straight lines on logarithmic axes."""

import math
from collections.abc import Sequence
from typing import Any

from bn import FloatArray, Source
from ui.figures.style import INPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 390
RANGE = (0.035, 2.2)
TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
VARIANCE_MARKER = "triangle-down-open"


def draw(sizes: Sequence[int], means: FloatArray, variances: FloatArray, source: Source, size: int) -> Figure:
    """Markers: the standard deviation over batches of each of `sizes`, of their mean and of their variance ÷m, both (K,).

    Thin lines: what calculation says. The large markers are what it says at the size that is set. A spread of 0, as the variance's in batches of one, has no place on a logarithmic axis.
    """
    smooth = [2 ** (k / 4) for k in range(4 * round(math.log2(sizes[-1])) + 1)]
    whole = sorted({round(each) for each in smooth})
    traces: list[dict[str, Any]] = []
    for name, measured, law, symbol in _sides(means, variances, source):
        points = [(m, law(m)) for m in whole if law(m) > 0]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [m for m, _ in points],
                "y": [value for _, value in points],
                "line": {"color": RULE, "width": 1.5},
                "hoverinfo": "skip",
                "name": f"calculated for the {name}",
            }
        )
        shown = [(m, value) for m, value in zip(sizes, measured.tolist(), strict=True) if value > 0]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [m for m, _ in shown],
                "y": [value for _, value in shown],
                "marker": {
                    "color": INPUT.color,
                    "symbol": symbol,
                    "size": 9,
                    "line": {"width": 2, "color": INPUT.color},
                },
                "text": [f"{name}, batches of {m}: {fixed(value, 3)}" for m, value in shown],
                "hoverinfo": "text",
                "name": name,
            }
        )
        if law(size) > 0:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [size],
                    "y": [law(size)],
                    "marker": {
                        "color": INPUT.color,
                        "symbol": symbol,
                        "size": 17,
                        "line": {"width": 3, "color": INPUT.color},
                    },
                    "text": [f"{name}, batches of {size}, calculated: {fixed(law(size), 3)}"],
                    "hoverinfo": "text",
                    "name": f"{name} at the size that is set",
                }
            )
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis={
                "title": {"text": "batch size m"},
                "type": "log",
                "range": [math.log10(0.85), math.log10(1.18 * sizes[-1])],
                "tickvals": [m for m in sizes if round(math.log2(m)) % 2 == 0],
                "showgrid": False,
            },
            yaxis={
                "title": {"text": "spread over batches"},
                "type": "log",
                "range": [math.log10(end) for end in RANGE],
                "tickvals": list(TICKS),
                "ticktext": [f"{tick:g}" for tick in TICKS],
            },
            annotations=[_words()],
        ),
    }


def describe(sizes: Sequence[int], means: FloatArray, variances: FloatArray, source: Source, size: int) -> str:
    """What the picture says now, for those who do not see it."""
    parts = []
    for name, measured, law, _ in _sides(means, variances, source):
        parts.append(
            f"The spread of the {name} falls from {fixed(float(measured[1]), 2)} in batches of {sizes[1]} to "
            f"{fixed(float(measured[-1]), 3)} in batches of {sizes[-1]}, measured; at {size} it is {fixed(law(size), 3)}, "
            "calculated."
        )
    return " ".join(parts) + " Both follow nearly straight lines that fall by half when m grows fourfold."


def _sides(means: FloatArray, variances: FloatArray, source: Source) -> tuple[tuple[str, FloatArray, Any, str], ...]:
    return (
        ("mean, in σ", means, source.spread_of_mean, INPUT.marker),
        ("variance, in σ²", variances, source.spread_of_variance, VARIANCE_MARKER),
    )


def _words() -> dict[str, Any]:
    return {
        "text": f'<span style="color:{INPUT.color}">●</span> mean, in σ<br>'
        f'<span style="color:{INPUT.color}">▽</span> variance, in σ²<br>'
        f'<span style="color:{RULE}"><b>─</b></span> calculated',
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
