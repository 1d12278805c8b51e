"""A batch on an activation function: as it comes in and after the layer, with the slope that each value meets."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import numpy as np

from bn import ACTIVATIONS, Activation, FloatArray, Trace, regime, tangent
from ui.figures.marks import Mark, axis, band, dots, lines, note, pinned, words
from ui.figures.style import INPUT, OUTPUT, STAGES, Figure, Stage, layout
from ui.numbers import fixed

HEIGHT = 470
HALF = 17.0  # where the axis ends: no center, γ and β of the page bring a value further, so it stands still
STRIP, CURVE, SLOPE = (0.84, 1.0), (0.31, 0.79), (0.0, 0.26)  # the parts of the height
FLAT = "rgba(123,135,148,0.16)"
ROOM = 0.12
# Beyond 8 the curves are straight; ReLU's slope jumps behind 0.
GRID = np.unique(np.concatenate([[-HALF, HALF, 0.0, 1e-9], np.linspace(-8, 8, 81)]))


def draw(activation: Activation, trace: Trace, *, line: bool) -> Figure:
    """Top: x, x_hat and y of the batch on one axis. Middle: f with x and y on it. Bottom: f', the slope, at x and y.

    Shaded where f is flat. line: also the tangent to f at the mean of y, and how far the farthest y lies from it.
    trace: of a batch of one feature, (N, 1).
    """
    x, x_hat, y = (values[:, 0] for values in (trace.x, trace.x_hat, trace.y))
    low, high = _height(activation)
    ends = (low - ROOM * (high - low), high + ROOM * (high - low))
    curves = _curves(activation)
    peak = max(curves[1]["y"])
    data = [
        *(_strip(values, stage, 2 - k) for k, (stage, values) in enumerate(zip(STAGES, (x, x_hat, y), strict=True))),
        *curves,
    ]
    if line:
        data += _straight_line(activation, y, ends)
    for stage, values in ((INPUT, x), (OUTPUT, y)):
        data += [
            _points(values, activation(values), stage, "y", "output"),
            _points(values, activation.derivative(values), stage, "y2", "slope"),
            _mean_slope(float(activation.derivative(values).mean()), stage),
        ]
    ticks = [low, (low + high) / 2, high] if _has_two_ends(activation) else [0.0, 5.0, 10.0]
    zones = _flat_zones(activation)
    symbols = {2 - k: stage.symbol for k, stage in enumerate(STAGES)}
    return {
        "data": data,
        "layout": layout(
            HEIGHT,
            left=40,
            bottom=28,
            xaxis=axis(-HALF, HALF, nticks=9, showgrid=False, anchor="y2"),
            yaxis=axis(*ends, ticks=ticks, domain=CURVE),
            yaxis2=axis(-0.08 * peak, 1.2 * peak, ticks=[0, peak / 2, peak], domain=SLOPE),
            yaxis3=axis(-0.6, 2.6, ticks=symbols, size=15, domain=STRIP),
            shapes=[band(zone, (0, 1), FLAT, xref="x", yref="paper", layer="below") for zone in zones],
            annotations=[
                pinned(f"<b>{activation.name}</b>", 0, CURVE[1], "left top", xshift=4),
                pinned("<b>its slope</b>", 0, SLOPE[1] + 0.035, "left top", xshift=4),
                *(note("flat", sum(zone) / 2, (low + high) / 2) for zone in zones),
            ],
        ),
    }


def describe(activation: Activation, trace: Trace, *, line: bool) -> str:
    """What the picture says now, for those who do not see it."""
    x, y = trace.x[:, 0], trace.y[:, 0]
    before, after = regime(activation, x), regime(activation, y)
    parts = [
        f"{name} from {fixed(float(values.min()), 2)} to {fixed(float(values.max()), 2)}: {part.flat} of {part.count} "
        f"on flat parts, mean slope {fixed(part.mean_slope)}"
        for name, values, part in (("Input x", x, before), ("Output y of the layer", y, after))
    ]
    text = f"{activation.name} and its slope. {parts[0]}. {parts[1]}."
    if line:
        text += f" The farthest y lies {fixed(after.bend)} from the straight line, the tangent at the mean of y."
    return text


@lru_cache(maxsize=len(ACTIVATIONS))
def _curves(activation: Activation) -> Sequence[Mark]:
    """F and its slope: the same lists in every picture."""
    return [
        lines(activation.name, GRID, activation(GRID), width=2, yaxis="y"),
        lines("slope", GRID, activation.derivative(GRID), width=2, yaxis="y2"),
    ]


def _height(activation: Activation) -> tuple[float, float]:
    """The least and the largest value of f on the axis, or what it comes close to."""
    if _has_two_ends(activation):
        ends = np.round(activation(np.array([-1e3, 1e3])), 6)
        return float(ends[0]), float(ends[1])
    return 0.0, HALF


def _has_two_ends(activation: Activation) -> bool:
    return bool(np.isfinite(activation.steep[1]))


def _flat_zones(activation: Activation) -> list[tuple[float, float]]:
    low, high = activation.steep
    return [(left, right) for left, right in ((-HALF, low), (high, HALF)) if left < right]


def _strip(values: FloatArray, stage: Stage, row: int) -> Mark:
    hover = f"{stage.symbol} = %{{x:.2f}}"
    return dots(f"{stage.name} values", values, row, stage.color, stage.marker, 6, hover=hover, yaxis="y3")


def _points(values: FloatArray, heights: FloatArray, stage: Stage, yaxis: str, what: str) -> Mark:
    edge, size = {"color": "rgba(255,255,255,0.6)", "width": 0.5}, 11 if stage is INPUT else 7
    name, hover = f"{what} at {stage.symbol}", f"{stage.symbol} = %{{x:.2f}}, {what} %{{y:.2f}}"
    return dots(name, values, heights, stage.color, stage.marker, size, edge=edge, hover=hover, yaxis=yaxis)


def _mean_slope(mean: float, stage: Stage) -> Mark:
    """A line at the mean slope, with its number: the input's at the left end, the output's at the right."""
    number = f"{stage.symbol}: mean {fixed(mean)}"
    text, side = ([f" {number}", ""], "top right") if stage is INPUT else (["", f"{number} "], "top left")
    written: Mark = {"mode": "lines+text", "textposition": side, "textfont": {"size": 12}, "yaxis": "y2"}
    name = f"mean slope at {stage.symbol}"
    return lines(name, [-HALF, HALF], mean, stage.color, text=text, hover="skip", **written)


def _straight_line(activation: Activation, y: FloatArray, ends: tuple[float, float]) -> list[Mark]:
    """The tangent as far as it is inside the picture, and the distance of the value that is farthest from it."""
    now = regime(activation, y)
    low, high = ends
    line = partial(tangent, activation, now.middle)
    foot, head = (float(each(now.farthest)) for each in (activation, line))
    start, end = _inside(line, ends)
    shown = min(max(head, low), high)
    # The number stands where nothing else is: beside the end of the line where that leaves the picture, else off the curve.
    right = now.farthest > now.middle if shown != head else head < foot
    beside = shown if shown != head or head > foot else (foot + head) / 2
    room = 0.04 * (high - low)
    height = min(max(beside, low + room), high - room)
    side = "middle right" if right else "middle left"
    return [
        lines("straight line", [start, end], [float(line(start)), float(line(end))], OUTPUT.color),
        lines("distance", now.farthest, [foot, shown], OUTPUT.color, 4),
        words("largest distance", now.farthest, height, [f" {fixed(now.bend)} "], 13, textposition=side),
    ]


def _inside(line: Callable[[float], FloatArray], ends: tuple[float, float]) -> tuple[float, float]:
    """From where to where a rising or level line is inside the picture."""
    low, high = ends
    start, end = float(line(0.0)), float(line(1.0))
    if end == start:
        return -HALF, HALF
    return max(-HALF, (low - start) / (end - start)), min(HALF, (high - start) / (end - start))
