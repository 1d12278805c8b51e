"""The live stage: every feature on its way through the layer, drawn in the browser so that it answers while the hand moves.

NumPy computes what is shown at rest. While something is dragged the component previews with the same formulas
(assets/live/stage.js), and on release tells the page what it became.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, TypedDict

import numpy as np

from bn import FloatArray, Trace
from ui.live.component import Component
from ui.numbers import fixed

ROOM = 3.0  # the shared axis shows at least this much to both sides of 0: room for x_hat

Kind = Literal["gamma", "beta", "x"]


class Feature(TypedDict):
    """One feature: its values in three stages, the statistics that the layer used, axes, and a description.

    std        sqrt(var + eps); spread: sqrt(var)
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
    counts: tuple[int, ...]
    summaries: list[tuple[float, float]]
    ranges: list[tuple[float, float]]
    ticks: list[tuple[int, float]]


class Data(TypedDict):
    """What the script is given; ends: as far as a value of each kind can be dragged."""

    features: list[Feature]
    training: bool
    eps: float
    undone: bool
    own_axes: bool
    chosen: tuple[int, int]
    ends: dict[Kind, float]


_component = Component[Data]("stage")


def show_stage(
    trace: Trace,
    names: Sequence[str],
    chosen: tuple[int, int],
    *,
    undone: bool,
    own_axes: bool,
    ends: Mapping[str, float],
    key: str,
    on_choose: Callable[[], None],
    on_change: Callable[[], None],
) -> None:
    """Show the trace of a batch (N, C), one cell chosen.

    ends: the largest gamma and beta to both sides, and the largest input. undone: gamma and beta are those that undo
    the normalization, and rest. The callbacks read st.session_state[key]: `choose` is [row, column], `change` a list of
    ["gamma" | "beta" | "x", row, column, value].
    """
    _component(
        {
            "features": [feature(trace, j, name, own_axes=own_axes) for j, name in enumerate(names)],
            "training": trace.training,
            "eps": trace.eps,
            "undone": undone,
            "own_axes": own_axes,
            "chosen": chosen,
            "ends": {"gamma": ends["gamma"], "beta": ends["beta"], "x": ends["x"]},
        },
        key=key,
        on_choose_change=on_choose,
        on_change_change=on_change,
    )


def feature(trace: Trace, j: int, name: str, *, own_axes: bool) -> Feature:
    """What is drawn of one feature."""
    stages = [values[:, j] for values in (trace.x, trace.x_hat, trace.y)]
    summaries = [(float(values.mean()), float(values.std())) for values in stages]
    mean, spread, std = float(trace.mean[j]), math.sqrt(float(trace.var[j])), float(trace.std[j])
    gamma, beta = float(trace.gamma[j]), float(trace.beta[j])
    deviation = spread / std if std else 0.0
    marks = [(mean, spread), (0.0, deviation), (beta, abs(gamma))]
    ranges = own_ranges(stages, marks) if own_axes else [shared_range(stages, mean, gamma, beta)] * 3
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
        "counts": counts(trace.x[:, j].tobytes()),
        "summaries": summaries,
        "ranges": ranges,
        "ticks": [(k, tick) for k in ((0, 1, 2) if own_axes else (2,)) for tick in ticks(*ranges[k])],
    }


@lru_cache(maxsize=256)
def counts(x: bytes) -> tuple[int, ...]:
    """How many values, given as the bytes of an array (N,), fall into each bin.

    The stages are linear in x, so the input's bins serve them all, whatever gamma and beta are.
    """
    values = np.frombuffer(x)
    return tuple(np.histogram(values, bins=math.ceil(2 * len(values) ** (1 / 3)))[0].tolist())


def shared_range(stages: Sequence[FloatArray], mean: float, gamma: float, beta: float) -> tuple[float, float]:
    """One axis for all stages and the steps between them; it doubles when the output leaves it, and holds still else."""
    x, x_hat, y = stages
    low = min(x.min(), (x - mean).min(), x_hat.min(), -ROOM)
    high = max(x.max(), (x - mean).max(), x_hat.max(), ROOM)
    middle, half = (low + high) / 2, 1.08 * (high - low) / 2
    outer = np.array([y.min(), y.max(), beta + gamma, beta - gamma])
    reach = max(np.abs(outer - middle).max(), np.abs(outer - beta - middle).max())
    while reach > half:
        half *= 2
    return float(middle - half), float(middle + half)


def own_ranges(stages: Sequence[FloatArray], marks: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """An axis for each stage that holds its values, its mean and one standard deviation to each side."""
    ranges = []
    for values, (center, spread) in zip(stages, marks, strict=True):
        low, high = min(float(values.min()), center - spread), max(float(values.max()), center + spread)
        pad = 0.08 * (high - low) or max(1.0, abs(low)) * 0.5
        ranges.append((low - pad, high + pad))
    return ranges


def ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers between two ends."""
    rough = (high - low) / 5
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
    return f"{name}, {len(stages[0])} examples, normalized with {source}. {'; '.join(parts)}."
