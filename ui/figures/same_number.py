"""One number for the moving average, read by two frameworks: the same batches, two different averages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bn import FloatArray
from ui.figures.style import INPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 280
RANGE = (-1.5, 14.5)
# Neither is a stage of the layer, so neither has a stage's color; PyTorch's and Keras's lines differ in dash as well.
LOOKS = (("#CC79A7", "dash", "- -"), ("#8C7B00", "longdashdot", "─·─"))


@dataclass(frozen=True, eq=False)
class Reading:
    """What one framework makes of the number.

    framework  its name
    decay      the weight of the OLD average that it takes the number for
    moving     (T + 1,) its moving mean, from before the first batch
    """

    framework: str
    decay: float
    moving: FloatArray


def draw(batches: FloatArray, truth: float, readings: Sequence[Reading]) -> Figure:
    """Dots: the mean of each batch, (T,). A broken line for each framework's moving mean. Thin line: the true mean."""
    count = len(batches)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [0, count],
            "y": [truth, truth],
            "line": {"color": RULE, "width": 1.5},
            "name": "true mean",
            "hoverinfo": "name+y",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": list(range(1, count + 1)),
            "y": batches.tolist(),
            "marker": {"color": INPUT.color, "symbol": INPUT.marker, "size": 5, "opacity": 0.55},
            "name": "mean of each batch",
            "hoverinfo": "name+x+y",
        },
    ]
    for (color, dash, _), reading in zip(LOOKS, readings, strict=True):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(range(count + 1)),
                "y": reading.moving.tolist(),
                "line": {"color": color, "width": 3, "dash": dash},
                "name": f"{reading.framework}, decay {reading.decay:.2f}",
                "hoverinfo": "name+x+y",
            }
        )
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=36,
            bottom=44,
            xaxis={
                "title": {"text": "batches seen"},
                "range": [-0.01 * count, 1.01 * count],
                "nticks": 6,
                "showgrid": False,
            },
            yaxis={"range": list(RANGE), "nticks": 5},
            annotations=[_legend(readings)],
        ),
    }


def describe(batches: FloatArray, truth: float, readings: Sequence[Reading]) -> str:
    """What the picture says now, for those who do not see it."""
    parts = [
        f"{len(batches)} batches with means from {fixed(float(batches.min()), 2)} to {fixed(float(batches.max()), 2)}"
    ]
    parts[0] += f"; the true mean is {fixed(truth, 2)}."
    for reading in readings:
        late = reading.moving[len(batches) // 2 :]
        parts.append(
            f"{reading.framework} averages with decay {reading.decay:.2f}: after 10 batches its moving mean is "
            f"{fixed(float(reading.moving[10]), 2)}, and in the second half it lies between {fixed(float(late.min()), 2)} "
            f"and {fixed(float(late.max()), 2)}."
        )
    return " ".join(parts)


def _legend(readings: Sequence[Reading]) -> dict[str, Any]:
    lines = [
        f'<span style="color:{INPUT.color}">●</span> batch means  <span style="color:{RULE}"><b>─</b></span> truth'
    ]
    for (color, _, glyph), reading in zip(LOOKS, readings, strict=True):
        lines.append(
            f'<span style="color:{color}"><b>{glyph}</b></span> {reading.framework}: decay {reading.decay:.2f}'
        )
    return {
        "text": "<br>".join(lines),
        "font": {"size": 13},
        "showarrow": False,
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "x": 1,
        "y": 0.02,
        "xanchor": "right",
        "yanchor": "bottom",
    }
