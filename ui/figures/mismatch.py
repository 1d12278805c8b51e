"""One input through a layer in use: the statistics it is normalized with, and where each output lands and should land."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bn import FloatArray
from ui.figures.style import BATCH_DASH, INPUT, MOVING_DASH, OUTPUT, RULE, Figure, heading, layout
from ui.numbers import fixed

HEIGHT = 440
X_RANGE = (-9.0, 29.0)
Y_REACH = 4.0  # the outputs' axis shows at least this much to both sides of 0, and grows by doubling
RIGHT_AT, WRONG_AT = 1.0, 0.0


@dataclass(frozen=True, eq=False)
class Passage:
    """N examples of one feature on their way through the layer.

    x          (N,) what comes in
    mean, std  (N,) the statistics that each is normalized with
    batch      (N,) in which batch each came
    training   these statistics are the batches' own, not the moving averages
    true_mean, true_std  those of the training data
    right, wrong         (N,) the outputs as they should be, and as they are
    """

    x: FloatArray
    mean: FloatArray
    std: FloatArray
    batch: npt.NDArray[np.int_]
    training: bool
    true_mean: float
    true_std: float
    right: FloatArray
    wrong: FloatArray


def draw(data: Passage) -> Figure:
    """Above: the input, each batch in a lane of its own, with the mean and one standard deviation that normalize it.

    Below: a line for each example, from the output it should have down to the one it has. Level shifts are slanted
    parallels, lost spread is lines that meet.
    """
    reach = Y_REACH
    furthest = max(float(np.abs(data.right).max()), float(np.abs(data.wrong).max()))
    while reach < furthest:
        reach *= 2
    lanes = int(data.batch.max()) + 1
    traces = [_inputs(data), _paths(data), *_outputs(data)]
    statistics = "mean ± std of its batch" if data.training else "moving mean ± std"
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=72,
            bottom=30,
            xaxis={"range": [-reach, reach], "showgrid": False, "nticks": 7, "anchor": "y"},
            yaxis={
                "range": [-0.25, 1.25],
                "domain": [0, 0.42],
                "tickvals": [RIGHT_AT, WRONG_AT],
                "ticktext": ["should be", "is"],
                "showgrid": False,
            },
            xaxis2={
                "range": list(X_RANGE),
                "showgrid": False,
                "nticks": 7,
                "anchor": "y2",
                "fixedrange": True,
                "zeroline": False,
                "automargin": False,
            },
            yaxis2={
                "range": [-0.5, lanes - 0.5],
                "domain": [0.6, 0.89],
                "showgrid": False,
                "showticklabels": False,
                "fixedrange": True,
                "zeroline": False,
                "automargin": False,
            },
            shapes=[*_statistics(data), _rule(reach), *_truth(data, lanes)],
            annotations=[
                heading(f"<b>input x</b>, {statistics}<br>dotted: of the training data", 1.0, -68),
                heading("<b>output y</b> of each example", 0.5, -68),
            ],
        ),
    }


def describe(data: Passage) -> str:
    """What the picture says now, for those who do not see it."""
    lanes = int(data.batch.max()) + 1
    means = f"{fixed(float(data.mean.min()), 2)} to {fixed(float(data.mean.max()), 2)}"
    stds = f"{fixed(float(data.std.min()), 2)} to {fixed(float(data.std.max()), 2)}"
    source = "their batch's own statistics" if data.training else "moving averages"
    return (
        f"{len(data.x)} examples in {lanes} {'batch' if lanes == 1 else 'batches'}, x from {fixed(float(data.x.min()), 2)} "
        f"to {fixed(float(data.x.max()), 2)}, normalized with {source}: mean {means}, standard deviation {stds}; the "
        f"training data have mean {fixed(data.true_mean, 2)} and standard deviation {fixed(data.true_std, 2)}. "
        f"Outputs should lie between {fixed(float(data.right.min()), 2)} and {fixed(float(data.right.max()), 2)}; "
        f"they lie between {fixed(float(data.wrong.min()), 2)} and {fixed(float(data.wrong.max()), 2)}."
    )


def _inputs(data: Passage) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": data.x.tolist(),
        "y": data.batch.tolist(),
        "xaxis": "x2",
        "yaxis": "y2",
        "marker": {"color": INPUT.color, "symbol": INPUT.marker, "size": 7, "line": {"color": "white", "width": 1}},
        "text": [f"example {i}: x = {fixed(value, 2)}" for i, value in enumerate(data.x.tolist())],
        "hoverinfo": "text",
        "name": "input",
    }


def _paths(data: Passage) -> dict[str, Any]:
    """All lines as one path with gaps."""
    xs: list[float | None] = []
    for right, wrong in zip(data.right.tolist(), data.wrong.tolist(), strict=True):
        xs += [right, wrong, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": [RIGHT_AT, WRONG_AT, None] * len(data.x),
        "line": {"color": OUTPUT.tint(0.55), "width": 1.5},
        "hoverinfo": "skip",
        "name": "from should be to is",
    }


def _outputs(data: Passage) -> list[dict[str, Any]]:
    both = list(zip(data.right.tolist(), data.wrong.tolist(), strict=True))
    text = [f"example {i}: y should be {fixed(a, 2)}, is {fixed(b, 2)}" for i, (a, b) in enumerate(both)]
    lanes = (("should be", data.right, RIGHT_AT, f"{OUTPUT.marker}-open"), ("is", data.wrong, WRONG_AT, OUTPUT.marker))
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": values.tolist(),
            "y": [height] * len(values),
            "marker": {"color": OUTPUT.color, "symbol": symbol, "size": 9},
            "text": text,
            "hoverinfo": "text",
            "name": name,
        }
        for name, values, height, symbol in lanes
    ]


def _statistics(data: Passage) -> list[dict[str, Any]]:
    """A line and a band for each batch; one over all lanes where all batches are normalized with the same."""
    dash = BATCH_DASH if data.training else MOVING_DASH
    last = int(data.batch.max())
    shared = not data.training
    lanes = [(0, -0.5, last + 0.5)] if shared else [(k, k - 0.42, k + 0.42) for k in range(last + 1)]
    shapes = []
    for lane, bottom, top in lanes:
        row = int(np.flatnonzero(data.batch == lane)[0])
        mean, std = float(data.mean[row]), float(data.std[row])
        place = {"xref": "x2", "yref": "y2", "y0": bottom, "y1": top}
        band = {"type": "rect", "x0": mean - std, "x1": mean + std, "fillcolor": INPUT.tint(0.2), "layer": "below"}
        edge = {"width": 1 if shared else 0, "dash": dash, "color": INPUT.color}
        line = {"type": "line", "x0": mean, "x1": mean, "line": {"color": INPUT.color, "width": 2.5, "dash": dash}}
        shapes += [{**place, **band, "line": edge}, {**place, **line}]
    return shapes


def _truth(data: Passage, lanes: int) -> list[dict[str, Any]]:
    """The training data's mean and one standard deviation to each side, as thin rules."""
    line = {"color": RULE, "width": 1, "dash": "dot"}
    place = {"type": "line", "xref": "x2", "yref": "y2", "y0": -0.5, "y1": lanes - 0.5, "line": line}
    return [{**place, "x0": x, "x1": x} for x in (data.true_mean + k * data.true_std for k in (-1, 0, 1))]


def _rule(reach: float) -> dict[str, Any]:
    """The thin line at zero."""
    line = {"color": RULE, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": 0, "y0": -0.25, "y1": 1.25, "line": line, "layer": "below"}
