"""One feature on its way through the layer: input, normalized and output, one above the other."""

import html
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bn import FloatArray, Trace
from ui.figures.style import BATCH_DASH, MOVING_DASH, RULE, STAGES, Figure, Stage, layout
from ui.numbers import fixed

HEIGHT = 300
RIDGE = 0.56  # height of a distribution, where the distance between two stages is 1
MOST_DOTS = 64
ROOM = 3.0  # the shared axis shows at least this much to both sides of 0: room for x_hat


@dataclass(frozen=True, eq=False)
class Column:
    """One feature in its three stages, and the statistics that the layer uses, carried through the stages.

    name      as the reader calls the feature
    values    x, x_hat, y, each (N,)
    centers   the mean that was subtracted, where it ends up in each stage
    spreads   one standard deviation in each stage
    gamma     a negative one turns the order of the output around
    training  the statistics are the batch's own, not the moving averages
    """

    name: str
    values: tuple[FloatArray, FloatArray, FloatArray]
    centers: tuple[float, float, float]
    spreads: tuple[float, float, float]
    gamma: float
    training: bool


def column(trace: Trace, feature: int, name: str) -> Column:
    """The column of one feature in a trace of a batch (N, C)."""
    std = math.sqrt(float(trace.var[feature]))
    scaled = std / float(trace.std[feature]) if trace.std[feature] else 0.0
    beta, gamma = float(trace.beta[feature]), float(trace.gamma[feature])
    return Column(
        name=name,
        values=(trace.x[:, feature], trace.x_hat[:, feature], trace.y[:, feature]),
        centers=(float(trace.mean[feature]), 0.0, beta),
        spreads=(std, scaled, abs(gamma) * scaled),
        gamma=gamma,
        training=trace.training,
    )


def draw(data: Column, *, own_axes: bool) -> Figure:
    """The three distributions with their dots, the mean as a line and one standard deviation as a band.

    On the shared axis a unit has the same length in all stages; it holds the input and grows by doubling only when the
    output leaves it. With own_axes each stage fills the width, and its ends are written beneath it.
    """
    ranges = [_own_range(data, k) for k in range(3)] if own_axes else [_shared_range(data)] * 3
    heights = _counts(data.values[0])
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    for k, stage in enumerate(STAGES):
        base = 2.0 - k
        low, high = ranges[k]

        def place(values: FloatArray, low: float = low, high: float = high) -> FloatArray:
            return (values - low) / (high - low) if own_axes else values

        mirrored = k == 2 and data.gamma < 0
        traces.append(_ridge(data.values[k], heights[::-1] if mirrored else heights, stage, base, place))
        if len(data.values[k]) <= MOST_DOTS:
            traces.append(_dots(data.values[k], stage, base, place))
        shapes += _statistics(data, k, stage, base, place)
        if low <= 0 <= high:
            shapes.append(_rule(float(place(np.array(0.0))), base))
    traces.append(_labels(data, ranges, own_axes))
    span = (0.0, 1.0) if own_axes else ranges[0]
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=28,
            bottom=28,
            xaxis={"range": list(span), "showgrid": False, "showticklabels": not own_axes, "nticks": 6},
            yaxis={
                "range": [-0.25, 3.05],
                "tickvals": [2, 1, 0],
                "ticktext": [stage.symbol for stage in STAGES],
                "tickfont": {"size": 16},
                "showgrid": True,
            },
            shapes=shapes,
            annotations=[_title(data.name)],
        ),
    }


def describe(data: Column, *, own_axes: bool) -> str:
    """What the picture says now, for those who do not see it."""
    source = "the batch's own statistics" if data.training else "the moving averages"
    parts = [
        f"{stage.name} from {fixed(float(v.min()), 2)} to {fixed(float(v.max()), 2)}, "
        f"mean {fixed(float(v.mean()), 2)}, standard deviation {fixed(float(v.std()), 2)}"
        for stage, v in zip(STAGES, data.values, strict=True)
    ]
    axis = "Each stage has its own axis. " if own_axes else ""
    if not data.training:
        source += f" (mean {fixed(data.centers[0], 2)}, standard deviation {fixed(data.spreads[0], 2)})"
    return (
        f"{data.name}, {len(data.values[0])} examples, normalized with {source}. {axis}"
        + "; ".join(parts).capitalize()
        + "."
    )


def _shared_range(data: Column) -> tuple[float, float]:
    x, x_hat, y = data.values
    low, high = min(x.min(), x_hat.min(), -ROOM), max(x.max(), x_hat.max(), ROOM)
    middle, half = (low + high) / 2, 1.08 * (high - low) / 2
    reach = max(abs(float(y.min()) - middle), abs(float(y.max()) - middle))
    while reach > half:
        half *= 2
    return float(middle - half), float(middle + half)


def _own_range(data: Column, k: int) -> tuple[float, float]:
    values, center, spread = data.values[k], data.centers[k], data.spreads[k]
    low, high = min(float(values.min()), center - spread), max(float(values.max()), center + spread)
    pad = 0.08 * (high - low) or max(1.0, abs(low)) * 0.5
    return low - pad, high + pad


def _counts(x: FloatArray) -> FloatArray:
    """How many values fall into each bin. The stages are linear in x, so the input's bins serve them all."""
    counts, _ = np.histogram(x, bins=math.ceil(2 * len(x) ** (1 / 3)))
    heights: FloatArray = counts / counts.max()
    return heights


def _ridge(values: FloatArray, heights: FloatArray, stage: Stage, base: float, place: Any) -> dict[str, Any]:
    """The distribution as one path over the values' own range, so that its shape is the same in every stage."""
    low, high = float(values.min()), float(values.max())
    if high - low > 1e-9 * max(1.0, abs(low), abs(high)):
        xs = np.repeat(np.linspace(low, high, len(heights) + 1), 2)
        ys = np.concatenate([[0.0], np.repeat(RIDGE * heights, 2), [0.0]])
    else:
        xs, ys = np.array([low, low]), np.array([0.0, RIDGE])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": place(xs).tolist(),
        "y": (base + ys).tolist(),
        "fill": "toself",
        "fillcolor": stage.tint(0.28),
        "line": {"color": stage.color, "width": 1.5},
        "hoverinfo": "skip",
        "name": stage.name,
    }


def _dots(values: FloatArray, stage: Stage, base: float, place: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": place(values).tolist(),
        "y": [base] * len(values),
        "marker": {"color": stage.color, "symbol": stage.marker, "size": 8, "line": {"color": "white", "width": 1}},
        "text": [f"row {i}: {stage.symbol} = {fixed(value)}" for i, value in enumerate(values.tolist())],
        "hoverinfo": "text",
        "name": f"{stage.name} values",
    }


def _statistics(data: Column, k: int, stage: Stage, base: float, place: Any) -> list[dict[str, Any]]:
    center, spread = data.centers[k], data.spreads[k]
    left, middle, right = place(np.array([center - spread, center, center + spread])).tolist()
    dash = BATCH_DASH if data.training else MOVING_DASH
    band = {
        "type": "rect",
        "x0": left,
        "x1": right,
        "y0": base - 0.1,
        "y1": base + RIDGE + 0.06,
        "fillcolor": stage.tint(0.18),
        "line": {"width": 0 if data.training else 1, "dash": dash, "color": stage.color},
        "layer": "below",
    }
    mean = {
        "type": "line",
        "x0": middle,
        "x1": middle,
        "y0": base - 0.1,
        "y1": base + RIDGE + 0.06,
        "line": {"color": stage.color, "width": 2.5, "dash": dash},
    }
    return [band, mean]


def _rule(x: float, base: float) -> dict[str, Any]:
    """The thin line at zero."""
    line = {"color": RULE, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": base - 0.25, "y1": base + 0.75, "line": line, "layer": "below"}


def _title(name: str) -> dict[str, Any]:
    """The reader's name of the feature, as text and not as the markup that Plotly would read in it."""
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "top"}
    return {"text": f"<b>{html.escape(name)}</b>", "font": {"size": 15}, "showarrow": False, "xshift": -28, **place}


def _labels(data: Column, ranges: list[tuple[float, float]], own_axes: bool) -> dict[str, Any]:
    """Mean and standard deviation of each stage's values, above it; with own axes also where each stage begins and ends."""
    xs, ys, texts, anchors = [], [], [], []
    for k, values in enumerate(data.values):
        low, high = ranges[k]
        xs.append(1.0 if own_axes else high)
        ys.append(2 - k + RIDGE + 0.16)
        texts.append(f"mean {fixed(float(values.mean()), 2)}, std {fixed(float(values.std()), 2)}")
        anchors.append("middle left")
        if own_axes:
            xs += [0.0, 1.0]
            ys += [2 - k - 0.15] * 2
            texts += [fixed(low, 2), fixed(high, 2)]
            anchors += ["middle right", "middle left"]
    return {
        "type": "scatter",
        "mode": "text",
        "x": xs,
        "y": ys,
        "text": texts,
        "textposition": anchors,
        "textfont": {"size": 11},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "name": "numbers",
    }
