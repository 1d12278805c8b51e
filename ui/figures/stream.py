"""A stream of batches: their mean and variance jump, the moving averages follow, the truth stays where it is."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.style import INPUT, MOVING_DASH, RULE, Figure, heading, layout
from ui.numbers import fixed

HEIGHT = 430
MEAN_RANGE = (-1.5, 16.5)
VARIANCE_RANGE = (-2.0, 26.0)
LEGEND = (
    f'  <span style="color:{INPUT.color}">●</span> batches  <span style="color:{INPUT.color}"><b>- -</b></span> moving average'
    f'  <span style="color:{RULE}"><b>─</b></span> truth'
)
LEGEND_CORRECTED = f'  <span style="color:{INPUT.color}"><b>···</b></span> without its start'


@dataclass(frozen=True, eq=False)
class Path:
    """One statistic of T batches and its moving average.

    name       what is averaged: mean, or variance with its divisor
    batches    (T,) of each batch
    moving     (T + 1,) from before the first batch
    corrected  (T,) the moving average without the weight of its start, after each batch; None: not shown
    truth      what the data have
    """

    name: str
    batches: FloatArray
    moving: FloatArray
    corrected: FloatArray | None
    truth: float


def draw(mean: Path, variance: Path, forgotten: int | None) -> Figure:
    """Two panels over the same batches: dots for the batches, a dashed line for the moving average, a thin one for the truth.

    forgotten: the batch from which on the start weighs less than 1%, marked where it is in the picture. The ranges are
    constant, so that the dots are seen to spread; what lies beyond them is a triangle at the edge.
    """
    count = len(mean.batches)
    width = max(count, 1)
    traces: list[dict[str, Any]] = []
    for path, limits, axis in ((mean, MEAN_RANGE, "y2"), (variance, VARIANCE_RANGE, "y")):
        traces += _panel(path, limits, axis, width)
    # The legend is spread over both titles, so that each fits a narrow screen.
    corrected = LEGEND_CORRECTED if variance.corrected is not None else ""
    titles = [f"<b>{mean.name}</b>{LEGEND}", f"<b>{variance.name}</b>{corrected}"]
    shapes, annotations = [], [heading(text, y, -28) for text, y in zip(titles, (1.0, 0.47), strict=True)]
    if forgotten is not None and forgotten <= count:
        line = {"color": RULE, "width": 1, "dash": "dot"}
        shapes.append(
            {"type": "line", "x0": forgotten, "x1": forgotten, "yref": "paper", "y0": 0, "y1": 1, "line": line}
        )
        left = forgotten > width / 2
        annotations.append(
            {
                "text": "start below 1%",
                "x": forgotten,
                "y": MEAN_RANGE[0],
                "yref": "y2",
                "xanchor": "right" if left else "left",
                "yanchor": "bottom",
                "xshift": -4 if left else 4,
                "showarrow": False,
                "font": {"size": 12},
            }
        )
    ticks = {"showgrid": True, "nticks": 5}
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=36,
            bottom=44,
            xaxis={
                "title": {"text": "batches seen"},
                "range": [-0.01 * width, 1.01 * width],
                "nticks": 6,
                "tickformat": "d",
                "showgrid": False,
                "anchor": "y",
            },
            yaxis={"range": list(VARIANCE_RANGE), "domain": [0, 0.41], **ticks},
            yaxis2={
                "range": list(MEAN_RANGE),
                "domain": [0.53, 0.94],
                "fixedrange": True,
                "zeroline": False,
                "automargin": False,
                **ticks,
            },
            shapes=shapes,
            annotations=annotations,
        ),
    }


def describe(mean: Path, variance: Path, forgotten: int | None) -> str:
    """What the picture says now, for those who do not see it."""
    count = len(mean.batches)
    parts = [f"{count} {'batch' if count == 1 else 'batches'}."]
    for path in (mean, variance):
        part = (
            f"Moving {path.name}: from {fixed(float(path.moving[0]), 2)} to {fixed(float(path.moving[-1]), 2)}, truth "
        )
        part += fixed(path.truth, 2)
        if count:
            low, high = float(path.batches.min()), float(path.batches.max())
            part += f"; single batches lie between {fixed(low, 2)} and {fixed(high, 2)}"
            if path.corrected is not None:
                part += f"; without its start the average is {fixed(float(path.corrected[-1]), 2)}"
        parts.append(f"{part}.")
    if forgotten is None:
        parts.append("The start is never forgotten.")
    else:
        where = "" if forgotten <= count else ", beyond this picture"
        parts.append(f"The start weighs less than 1% from batch {forgotten} on{where}.")
    return " ".join(parts)


def _panel(path: Path, limits: tuple[float, float], axis: str, width: int) -> list[dict[str, Any]]:
    low, high = limits
    batches = path.batches
    inside = np.clip(batches, low, high)
    # Arrays of symbols cost more than one symbol, so they are made only where something lies outside.
    symbol: str | list[str] = INPUT.marker
    if (inside != batches).any():
        symbol = np.where(
            batches > high, "triangle-up", np.where(batches < low, "triangle-down", INPUT.marker)
        ).tolist()
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [0, width],
            "y": [path.truth, path.truth],
            "yaxis": axis,
            "line": {"color": RULE, "width": 1.5},
            "name": f"true {path.name}",
            "hoverinfo": "name+y",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": list(range(1, len(batches) + 1)),
            "y": inside.tolist(),
            "yaxis": axis,
            "marker": {"color": INPUT.color, "symbol": symbol, "size": 5, "opacity": 0.55},
            "cliponaxis": False,
            "text": [f"batch {t}: {fixed(value, 2)}" for t, value in enumerate(batches.tolist(), start=1)],
            "hoverinfo": "text",
            "name": f"{path.name} of each batch",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(range(len(path.moving))),
            "y": path.moving.tolist(),
            "yaxis": axis,
            "line": {"color": INPUT.color, "width": 3, "dash": MOVING_DASH},
            "name": f"moving {path.name}",
            "hoverinfo": "name+x+y",
        },
    ]
    if path.corrected is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(range(1, len(path.corrected) + 1)),
                "y": np.clip(path.corrected, low, high).tolist(),
                "yaxis": axis,
                "line": {"color": INPUT.color, "width": 1.5, "dash": "dot"},
                "name": f"moving {path.name} without its start",
                "hoverinfo": "name+x+y",
            }
        )
    return traces
