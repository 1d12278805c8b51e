"""A stream of batches: their mean and variance jump, the moving averages follow, the truth stays where it is."""

from dataclasses import dataclass

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, at_edge, axis, dots, heading, legend, lines, note, rule
from ui.figures.style import INPUT, MOVING_DASH, RULE, Figure, layout
from ui.numbers import counted, fixed

HEIGHT = 430
BEYOND = {"triangle-up": " or more", "triangle-down": " or less"}
MEAN_RANGE = (-1.5, 16.5)
VARIANCE_RANGE = (-2.0, 26.0)
LEGEND = legend(
    (INPUT.marker, INPUT.color, "batches"), (MOVING_DASH, INPUT.color, "moving average"), ("solid", RULE, "truth")
)
LEGEND_CORRECTED = legend(("dot", INPUT.color, "without its start"))


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
    # The legend is spread over both titles, so that each fits a narrow screen.
    corrected = f"  {LEGEND_CORRECTED}" if variance.corrected is not None else ""
    shapes = []
    annotations = [
        heading(f"<b>{mean.name}</b>  {LEGEND}", 1.0, -28),
        heading(f"<b>{variance.name}</b>{corrected}", 0.47, -28),
    ]
    if forgotten is not None and forgotten <= count:
        side, shift = ("right", -4) if forgotten > width / 2 else ("left", 4)
        place: Mark = {"yref": "y2", "xanchor": side, "yanchor": "bottom", "xshift": shift}
        shapes.append(rule(forgotten, (0, 1), yref="paper"))
        annotations.append(note("start below 1%", forgotten, MEAN_RANGE[0], 12, **place))
    along: Mark = {"nticks": 6, "tickformat": "d", "showgrid": False, "anchor": "y"}
    ticks: Mark = {"showgrid": True, "nticks": 5}
    return {
        "data": [*_panel(mean, MEAN_RANGE, "y2", width), *_panel(variance, VARIANCE_RANGE, "y", width)],
        "layout": layout(
            HEIGHT,
            left=36,
            bottom=44,
            xaxis=axis(-0.01 * width, 1.01 * width, "batches seen", **along),
            yaxis=axis(*VARIANCE_RANGE, domain=[0, 0.41], **ticks),
            yaxis2=axis(*MEAN_RANGE, domain=[0.53, 0.94], **ticks),
            shapes=shapes,
            annotations=annotations,
        ),
    }


def describe(mean: Path, variance: Path, forgotten: int | None) -> str:
    """What the picture says now, for those who do not see it."""
    count = len(mean.batches)
    parts = [f"{counted(count, 'batch')}."]
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


def _panel(path: Path, limits: tuple[float, float], yaxis: str, width: int) -> list[Mark]:
    batches, name = path.batches, path.name
    steps = range(1, len(batches) + 1)
    marker = at_edge(batches, limits, INPUT.marker)
    look: Mark = {"opacity": 0.75, "cliponaxis": False, "yaxis": yaxis, "hover": "batch %{x}: %{y:.1f}"}
    if marker != INPUT.marker:
        look |= {"text": [BEYOND.get(each, "") for each in marker], "hover": "batch %{x}: %{y:.1f}%{text}"}
    told: Mark = {"hover": "name+x+y", "yaxis": yaxis}
    traces = [
        lines(f"true {name}", [0, width], path.truth, hover="name+y", yaxis=yaxis),
        dots(f"{name} of each batch", steps, np.clip(batches, *limits), INPUT.color, marker, 5, **look),
        lines(f"moving {name}", range(len(path.moving)), path.moving, INPUT.color, 3, MOVING_DASH, **told),
    ]
    if path.corrected is not None:
        y = np.clip(path.corrected, *limits)
        traces.append(lines(f"moving {name} without its start", steps, y, INPUT.color, 1.5, "dot", **told))
    return traces
