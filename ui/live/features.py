"""All features of a batch side by side, on axes that they share: to choose from, or above the sliders of gamma and beta."""

import math
from collections.abc import Callable, Sequence
from typing import TypedDict

import numpy as np

from bn import FloatArray, Trace
from ui.live.component import Component
from ui.live.stage import PAD, Range, counts, describe, normalized_range, ticks
from ui.numbers import fixed

FINE = 4000  # a value is exact to this part of its axis, which is a quarter of a pixel at most
FEW = 6  # numbers on an axis


class Small(TypedDict):
    """One feature: its values in each stage, and the mean and standard deviation that the layer gives each."""

    name: str
    about: str
    values: list[list[float]]
    marks: list[tuple[float, float]]
    counts: tuple[int, ...]
    gamma: float
    beta: float


class Data(TypedDict):
    """What the script is given; stages: which of x, x_hat, y are drawn; sliders: whether it shows those of the page."""

    features: list[Small]
    front: int
    stages: list[int]
    ranges: list[Range]
    ticks: list[tuple[int, float]]
    moving: bool
    sliders: bool


_component = Component[Data]("features")
HEIGHT = 190  # px, about, where it is wide


def show_features(
    trace: Trace, names: Sequence[str], front: int, *, undone: bool, key: str, on_front: Callable[[], None]
) -> None:
    """Show every feature of a trace (N, C); the callback reads st.session_state[key]: `front` is the column that is chosen."""
    _component(
        data(trace, names, front, stages=(0, 1, 2), undone=undone), key=key, height=HEIGHT, on_front_change=on_front
    )


def show_outputs(trace: Trace, names: Sequence[str], *, undone: bool, key: str) -> None:
    """Show the output of every feature, which follows the sliders `gamma_<column>` and `beta_<column>` while they are held."""
    shown = data(trace, names, 0, stages=(2,), undone=undone)
    for each, y in zip(shown["features"], trace.y.T, strict=True):
        each["values"][0] = []
        each["about"] = f"Output of {each['name']}: mean {fixed(float(y.mean()), 2)}, std {fixed(float(y.std()), 2)}"
    _component({**shown, "sliders": True}, key=key)


def data(trace: Trace, names: Sequence[str], front: int, *, stages: Sequence[int], undone: bool) -> Data:
    """What is drawn of a trace."""
    low, high = float(trace.x.min()), float(trace.x.max())
    pad = PAD * (high - low) or max(1.0, abs(low)) * 0.5
    of_input, of_both = (low - pad, high + pad), normalized_range(trace.x_hat, trace.y)
    if undone:
        of_both = normalized_range(trace.x_hat)
    ranges = [of_input, of_both, of_input if undone else of_both]
    return {
        "features": [small(trace, j, name, ranges) for j, name in enumerate(names)],
        "front": front,
        "stages": list(stages),
        "ranges": ranges,
        "ticks": [(k, tick) for k in stages if k != 1 or undone for tick in ticks(*ranges[k], FEW)],
        "moving": not trace.training,
        "sliders": False,
    }


def small(trace: Trace, j: int, name: str, ranges: Sequence[Range]) -> Small:
    """What is drawn of one feature."""
    stages = [values[:, j] for values in (trace.x, trace.x_hat, trace.y)]
    summaries = [(float(values.mean()), float(values.std())) for values in stages]
    mean, spread, std = float(trace.mean[j]), math.sqrt(float(trace.var[j])), float(trace.std[j])
    gamma, beta = float(trace.gamma[j]), float(trace.beta[j])
    deviation = spread / std if std else 0.0
    return {
        "name": name,
        "about": describe(name, stages, summaries, (mean, spread), training=trace.training),
        "values": [rounded(values, ends) for values, ends in zip(stages, ranges, strict=True)],
        "marks": [(mean, spread), (0.0, deviation), (beta, abs(gamma) * deviation)],
        "counts": counts(trace.x[:, j].tobytes()),
        "gamma": gamma,
        "beta": beta,
    }


def rounded(values: FloatArray, ends: Range) -> list[float]:
    """Values with as many digits as their axis shows."""
    digits = math.ceil(math.log10(FINE / (ends[1] - ends[0])))
    kept: list[float] = np.round(values, digits).tolist()
    return kept
