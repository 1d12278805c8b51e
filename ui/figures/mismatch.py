"""One input through a layer in use: the statistics it is normalized with, and where each output lands and should land."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bn import FloatArray
from ui.figures.marks import Mark, axis, box, dots, heading, no_axis, rule, segments
from ui.figures.style import BATCH_DASH, INPUT, MOVING_DASH, OUTPUT, Figure, layout
from ui.numbers import fixed

HEIGHT = 440
X_RANGE = (-9.0, 29.0)
Y_REACH = 4.0  # the outputs' axis shows at least this much to both sides of 0, and grows by doubling
RIGHT_AT, WRONG_AT = 1.0, 0.0
UPPER: Mark = {"xref": "x2", "yref": "y2"}  # the axes of the input


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
    statistics = "mean ± std of its batch" if data.training else "moving mean ± std"
    return {
        "data": [_inputs(data), _paths(data), *_outputs(data)],
        "layout": layout(
            HEIGHT,
            left=72,
            bottom=30,
            xaxis=axis(-reach, reach, showgrid=False, nticks=7, anchor="y"),
            yaxis=axis(-0.25, 1.25, ticks={RIGHT_AT: "should be", WRONG_AT: "is"}, showgrid=False, domain=[0, 0.42]),
            xaxis2=axis(*X_RANGE, showgrid=False, nticks=7, anchor="y2"),
            yaxis2=no_axis(-0.5, lanes - 0.5, domain=[0.6, 0.89]),
            shapes=[*_statistics(data), rule(0, (-0.25, 1.25), layer="below"), *_truth(data, lanes)],
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


def _inputs(data: Passage) -> Mark:
    look: Mark = {"edge": {"color": "white", "width": 1}, "xaxis": "x2", "yaxis": "y2", **_examples(data, "x =")}
    return dots("input", data.x, data.batch.tolist(), INPUT.color, INPUT.marker, 7, **look)


def _paths(data: Passage) -> Mark:
    pairs = zip(data.right.tolist(), data.wrong.tolist(), strict=True)
    ends = [((right, RIGHT_AT), (wrong, WRONG_AT)) for right, wrong in pairs]
    return segments("from should be to is", ends, OUTPUT.color, 1.5)


def _outputs(data: Passage) -> tuple[Mark, Mark]:
    should, now = _examples(data, "y should be"), _examples(data, "y is")
    return (
        dots("should be", data.right, RIGHT_AT, OUTPUT.color, f"{OUTPUT.marker}-open", 9, **should),
        dots("is", data.wrong, WRONG_AT, OUTPUT.color, OUTPUT.marker, 9, **now),
    )


def _examples(data: Passage, what: str) -> Mark:
    """What each example says under the pointer."""
    return {"customdata": list(range(len(data.x))), "hover": f"example %{{customdata}}: {what} %{{x:.2f}}"}


def _statistics(data: Passage) -> list[Mark]:
    """A line and a band for each batch; one over all lanes where all batches are normalized with the same."""
    dash, edge = (BATCH_DASH, 0) if data.training else (MOVING_DASH, 1)
    last = int(data.batch.max())
    lanes = [(k, (k - 0.42, k + 0.42)) for k in range(last + 1)] if data.training else [(0, (-0.5, last + 0.5))]
    shapes = []
    for lane, height in lanes:
        row = int(np.flatnonzero(data.batch == lane)[0])
        mean, std = float(data.mean[row]), float(data.std[row])
        look = {"fillcolor": INPUT.tint(0.2), "layer": "below", **UPPER}
        shapes.append(box((mean - std, mean + std), height, INPUT.color, edge, dash, **look))
        shapes.append(rule(mean, height, INPUT.color, 2.5, dash, **UPPER))
    return shapes


def _truth(data: Passage, lanes: int) -> list[Mark]:
    """The training data's mean and one standard deviation to each side, as thin rules."""
    places = (data.true_mean + k * data.true_std for k in (-1, 0, 1))
    return [rule(x, (-0.5, lanes - 0.5), **UPPER) for x in places]
