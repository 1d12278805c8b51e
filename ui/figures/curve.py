"""A batch on an activation function: as it comes in and after the layer, with the slope that each value meets."""

from functools import partial
from typing import Any

import numpy as np

from bn import Activation, FloatArray, Trace, regime, tangent
from ui.figures.style import INPUT, OUTPUT, RULE, STAGES, Figure, Stage, layout
from ui.numbers import fixed

HEIGHT = 470
NARROW, WIDE = 11.0, 17.0  # where the axis ends; the wide one only once a value leaves the narrow one
STRIP, CURVE, SLOPE = (0.84, 1.0), (0.31, 0.79), (0.0, 0.26)  # the parts of the height
FLAT = "rgba(123,135,148,0.16)"
ROOM = 0.12


def draw(activation: Activation, trace: Trace, *, line: bool) -> Figure:
    """Top: x, x_hat and y of the batch on one axis. Middle: f with x and y on it. Bottom: f', the slope, at x and y.

    Shaded where f is flat. line: also the tangent to f at the mean of y, and how far the farthest y lies from it.
    trace: of a batch of one feature, (N, 1).
    """
    x, x_hat, y = (values[:, 0] for values in (trace.x, trace.x_hat, trace.y))
    half = _half_width(trace)
    grid = np.unique(np.concatenate([np.linspace(-half, half, 169), [0.0, 1e-9]]))  # ReLU's slope jumps behind 0
    low, high = _height(activation, half)
    ends = (low - ROOM * (high - low), high + ROOM * (high - low))
    peak = float(activation.derivative(grid).max())
    data = [
        *(_strip(values, stage, 2 - k) for k, (stage, values) in enumerate(zip(STAGES, (x, x_hat, y), strict=True))),
        _function(grid, activation(grid), "y", activation.name),
        _function(grid, activation.derivative(grid), "y2", "slope"),
    ]
    if line:
        data += _straight_line(activation, y, grid, ends)
    for stage, values in ((INPUT, x), (OUTPUT, y)):
        data += [
            _points(values, activation(values), stage, "y", "output"),
            _points(values, activation.derivative(values), stage, "y2", "slope"),
        ]
        data.append(_mean_slope(float(activation.derivative(values).mean()), stage, half))
    ticks = [low, (low + high) / 2, high] if _has_two_ends(activation) else [0.0, 5.0, 10.0]
    return {
        "data": data,
        "layout": layout(
            HEIGHT,
            left=40,
            bottom=28,
            xaxis={"range": [-half, half], "nticks": 9, "showgrid": False, "anchor": "y2"},
            yaxis=_axis(CURVE, list(ends), ticks),
            yaxis2=_axis(SLOPE, [-0.08 * peak, 1.2 * peak], [0, peak / 2, peak]),
            yaxis3={
                **_axis(STRIP, [-0.6, 2.6], [2, 1, 0]),
                "ticktext": [stage.symbol for stage in STAGES],
                "tickfont": {"size": 15},
            },
            shapes=[_flat_zone(*zone) for zone in _flat_zones(activation, half)],
            annotations=[
                _title(f"<b>{activation.name}</b>", CURVE[1]),
                _title("<b>its slope</b>", SLOPE[1] + 0.035),
                *(_zone_name(*zone, (low + high) / 2) for zone in _flat_zones(activation, half)),
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


def _half_width(trace: Trace) -> float:
    largest = max(float(np.abs(values).max()) for values in (trace.x, trace.x_hat, trace.y))
    return NARROW if largest < NARROW else WIDE


def _height(activation: Activation, half: float) -> tuple[float, float]:
    """The least and the largest value of f on the axis, or what it comes close to."""
    if _has_two_ends(activation):
        ends = np.round(activation(np.array([-1e3, 1e3])), 6)
        return float(ends[0]), float(ends[1])
    return 0.0, half


def _has_two_ends(activation: Activation) -> bool:
    return bool(np.isfinite(activation.steep[1]))


def _flat_zones(activation: Activation, half: float) -> list[tuple[float, float]]:
    low, high = activation.steep
    return [(left, right) for left, right in ((-half, low), (high, half)) if left < right]


def _axis(domain: tuple[float, float], ends: list[float], ticks: list[float]) -> dict[str, Any]:
    """A fixed axis for one part of the height; the one for the whole chart is made by `layout`."""
    return {
        "domain": list(domain),
        "range": ends,
        "tickvals": ticks,
        "fixedrange": True,
        "zeroline": False,
        "automargin": False,
    }


def _strip(values: FloatArray, stage: Stage, row: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values.tolist(),
        "y": [row] * len(values),
        "yaxis": "y3",
        "marker": {"color": stage.color, "symbol": stage.marker, "size": 6},
        "text": [f"{stage.symbol} = {fixed(value)}" for value in values.tolist()],
        "hoverinfo": "text",
        "name": f"{stage.name} values",
    }


def _function(grid: FloatArray, heights: FloatArray, axis: str, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": grid.tolist(),
        "y": heights.tolist(),
        "yaxis": axis,
        "line": {"color": RULE, "width": 2},
        "hoverinfo": "skip",
        "name": name,
    }


def _points(values: FloatArray, heights: FloatArray, stage: Stage, axis: str, what: str) -> dict[str, Any]:
    pairs = zip(values.tolist(), heights.tolist(), strict=True)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values.tolist(),
        "y": heights.tolist(),
        "yaxis": axis,
        "marker": {
            "color": stage.color,
            "symbol": stage.marker,
            "size": 11 if stage is INPUT else 7,
            "line": {"color": "rgba(255,255,255,0.6)", "width": 0.5},
        },
        "text": [f"{stage.symbol} = {fixed(value)}, {what} {fixed(height)}" for value, height in pairs],
        "hoverinfo": "text",
        "name": f"{what} at {stage.symbol}",
    }


def _mean_slope(mean: float, stage: Stage, half: float) -> dict[str, Any]:
    """A line at the mean slope, with its number: the input's at the left end, the output's at the right."""
    number = f"{stage.symbol}: mean {fixed(mean)}"
    left = stage is INPUT
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": [-half, half],
        "y": [mean, mean],
        "yaxis": "y2",
        "line": {"color": stage.color, "width": 1.5},
        "text": [f" {number}", ""] if left else ["", f"{number} "],
        "textposition": "top right" if left else "top left",
        "textfont": {"size": 12},
        "hoverinfo": "skip",
        "name": f"mean slope at {stage.symbol}",
    }


def _straight_line(
    activation: Activation, y: FloatArray, grid: FloatArray, ends: tuple[float, float]
) -> list[dict[str, Any]]:
    """The tangent as far as it is inside the picture, and the distance of the value that is farthest from it."""
    now = regime(activation, y)
    low, high = ends
    heights = tangent(activation, now.middle, grid)
    inside = (low <= heights) & (heights <= high)
    foot, head = (float(each(now.farthest)) for each in (activation, partial(tangent, activation, now.middle)))
    shown = min(max(head, low), high)
    # The number stands where nothing else is: beside the end of the line where that leaves the picture, else off the curve.
    right = now.farthest > now.middle if shown != head else head < foot
    beside = shown if shown != head or head > foot else (foot + head) / 2
    room = 0.04 * (high - low)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": grid[inside].tolist(),
            "y": heights[inside].tolist(),
            "line": {"color": OUTPUT.color, "width": 1.5},
            "hoverinfo": "skip",
            "name": "straight line",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": [now.farthest, now.farthest],
            "y": [foot, shown],
            "line": {"color": OUTPUT.color, "width": 4},
            "hoverinfo": "skip",
            "name": "distance",
        },
        {
            "type": "scatter",
            "mode": "text",
            "x": [now.farthest],
            "y": [min(max(beside, low + room), high - room)],
            "text": [f" {fixed(now.bend)} "],
            "textposition": "middle right" if right else "middle left",
            "textfont": {"size": 13},
            "hoverinfo": "skip",
            "name": "largest distance",
        },
    ]


def _flat_zone(left: float, right: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": left,
        "x1": right,
        "y0": 0,
        "y1": 1,
        "fillcolor": FLAT,
        "line": {"width": 0},
        "layer": "below",
    }


def _zone_name(left: float, right: float, height: float) -> dict[str, Any]:
    return {"text": "flat", "x": (left + right) / 2, "y": height, "showarrow": False, "font": {"size": 13}}


def _title(text: str, top: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": top, "xanchor": "left", "yanchor": "top"}
    return {"text": text, "showarrow": False, "font": {"size": 13}, "xshift": 4, **place}
