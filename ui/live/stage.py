"""The live stage: one feature on its way through the layer, drawn in the browser so that it answers while the hand moves.

NumPy computes what is shown at rest. While something is dragged the component previews with the same formulas
(assets/live/stage.js), and on release tells the page what it became.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, TypedDict

import numpy as np

from bn import BatchNorm, FloatArray, Trace
from ui.live.component import Component
from ui.numbers import counted, fixed

ROOM = 3.3  # standard deviations to both sides of 0 that the axis of x_hat and y shows at least
WIDER = 1.5  # and so many times more, as often as it needs
PAD = 0.12  # of the width of the input's axis, beyond both ends
NEAR = 1.5  # what is remembered is on the input's axis if that makes it at most so many times as wide

Kind = Literal["gamma", "beta", "x"]
Range = tuple[float, float]


class FeatureShown(TypedDict):
    """One feature: its values in three stages, the statistics that the layer used, axes, and a description.

    std        sqrt(var + eps); spread: sqrt(var)
    moving     what the layer remembers: the moving mean, and the root of the moving variance
    counts     of each bin, how many values it holds
    summaries  of each stage, the mean and the standard deviation of its values
    ranges     of each stage, the ends of its axis
    ticks      each a stage and a number on its axis
    """

    name: str
    about: str
    x: list[float]
    x_hat: list[float]
    y: list[float]
    mean: float
    std: float
    spread: float
    gamma: float
    beta: float
    moving: tuple[float, float]
    counts: tuple[int, ...]
    summaries: list[tuple[float, float]]
    ranges: list[Range]
    ticks: list[tuple[int, float]]


class Data(TypedDict):
    """What the script is given: the feature in front, its column, the chosen row; ends: as far as a value of each kind can be dragged."""

    feature: FeatureShown
    row: int
    column: int
    training: bool
    eps: float
    undone: bool
    ends: dict[Kind, float]


_component = Component[Data]("stage")
HEIGHT = 544  # px, about, where it is wide


def show_stage(
    trace: Trace,
    layer: BatchNorm,
    name: str,
    chosen: tuple[int, int],
    *,
    undone: bool,
    ends: Mapping[str, float],
    key: str,
    on_choose: Callable[[], None],
    on_change: Callable[[], None],
) -> None:
    """Show the feature of the chosen cell, of the trace of a batch (N, C) through a layer, and what the layer remembers.

    ends: the largest gamma and beta to both sides, and the largest input. undone: gamma and beta are those that undo
    the normalization, and rest. The callbacks read st.session_state[key]: `choose` is [row, column], `change` a list of
    ["gamma" | "beta" | "x", row, column, value].
    """
    row, column = chosen
    _component(
        {
            "feature": feature(trace, layer, column, name, undone=undone),
            "row": row,
            "column": column,
            "training": trace.training,
            "eps": trace.eps,
            "undone": undone,
            "ends": {"gamma": ends["gamma"], "beta": ends["beta"], "x": ends["x"]},
        },
        key=key,
        height=HEIGHT,
        on_choose_change=on_choose,
        on_change_change=on_change,
    )


def feature(trace: Trace, layer: BatchNorm, j: int, name: str, *, undone: bool) -> FeatureShown:
    """What is drawn of one feature."""
    stages = [values[:, j] for values in (trace.x, trace.x_hat, trace.y)]
    summaries = [(float(values.mean()), float(values.std())) for values in stages]
    mean, spread, std = float(trace.mean[j]), math.sqrt(float(trace.var[j])), float(trace.std[j])
    gamma, beta = float(trace.gamma[j]), float(trace.beta[j])
    moving = float(layer.running_mean[j]), math.sqrt(float(layer.running_var[j]))
    ranges = ranges_of(stages, (mean, spread), moving, (gamma, beta), training=trace.training, undone=undone)
    # One row of numbers serves the normalized and the output, whose axis is one.
    ticked = (0, 1, 2) if ranges[1] != ranges[2] else (0, 2)
    return {
        "name": name,
        "about": describe(name, stages, summaries, (mean, spread), training=trace.training),
        "x": stages[0].tolist(),
        "x_hat": stages[1].tolist(),
        "y": stages[2].tolist(),
        "mean": mean,
        "std": std,
        "spread": spread,
        "gamma": gamma,
        "beta": beta,
        "moving": moving,
        "counts": counts(trace.x[:, j].tobytes()),
        "summaries": summaries,
        "ranges": ranges,
        "ticks": [(k, tick) for k in ticked for tick in ticks(*ranges[k])],
    }


@lru_cache(maxsize=256)
def counts(x: bytes) -> tuple[int, ...]:
    """How many values, given as the bytes of an array (N,), fall into each bin.

    The stages are linear in x, so the input's bins serve them all, whatever gamma and beta are.
    """
    values = np.frombuffer(x)
    return tuple(np.histogram(values, bins=math.ceil(2 * len(values) ** (1 / 3)))[0].tolist())


def ranges_of(
    stages: Sequence[FloatArray],
    used: tuple[float, float],
    moving: tuple[float, float],
    scale_and_shift: tuple[float, float],
    *,
    training: bool,
    undone: bool,
) -> list[Range]:
    """The axes of the three stages: the input has its own, x_hat and y share one.

    used and moving: mean and standard deviation. Undone, the output is the input again and shares its axis.
    """
    x, x_hat, y = stages
    gamma, beta = scale_and_shift
    of_input = input_range(x, used, moving, training=training)
    if undone:
        return [of_input, normalized_range(x_hat), of_input]
    return [of_input, *[normalized_range(x_hat, y, np.array([beta - gamma, beta + gamma]))] * 2]


def input_range(x: FloatArray, used: Range, moving: Range, *, training: bool) -> Range:
    """The ends of an axis that holds x and what it is normalized with, and what is remembered if that is near."""
    low, high = _span(x.min(), x.max(), *_around(used))
    wide_low, wide_high = _span(low, high, *_around(moving))
    if not training or wide_high - wide_low <= NEAR * (high - low):
        low, high = wide_low, wide_high
    pad = PAD * (high - low) or max(1.0, abs(low)) * 0.5
    return low - pad, high + pad


def normalized_range(*values: FloatArray) -> Range:
    """Ends, as far from 0 to both sides, of an axis that holds the values; it stands still while they move inside."""
    reach = 1.05 * max(float(np.abs(each).max()) for each in values)
    half = ROOM * WIDER ** max(0, math.ceil(math.log(max(reach, ROOM) / ROOM, WIDER)))
    return -half, half


def _around(statistics: Range) -> Range:
    mean, spread = statistics
    return mean - spread, mean + spread


def _span(*values: float) -> Range:
    return float(min(values)), float(max(values))


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About as many round numbers between two ends as asked for."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    return [float(f"{k * step:.12g}") for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def describe(
    name: str,
    stages: Sequence[FloatArray],
    summaries: Sequence[tuple[float, float]],
    used: tuple[float, float],
    *,
    training: bool,
) -> str:
    """What the picture of a feature says now, for those who do not see it."""
    source = "the batch's own statistics"
    if not training:
        source = f"the moving averages (mean {fixed(used[0], 2)}, standard deviation {fixed(used[1], 2)})"
    parts = [
        f"{stage} from {fixed(float(values.min()), 2)} to {fixed(float(values.max()), 2)}, "
        f"mean {fixed(mean, 2)}, standard deviation {fixed(std, 2)}"
        for stage, values, (mean, std) in zip(("Input", "normalized", "output"), stages, summaries, strict=True)
    ]
    return f"{name}, {counted(len(stages[0]), 'example')}, normalized with {source}. {'; '.join(parts)}."
