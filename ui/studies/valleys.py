"""The two valleys of one regression, rent from age and distance: columns as counted, and z-scored.

Not in the page's script, which runs anew for every change: what is cached here is shared by all sessions.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bn import CARS, RENTS, Descent, Valley, best_rate, counted, descend, least_squares, z_score
from ui.figures import valley
from ui.figures.reels import Reel, Shot, reel
from ui.figures.style import INPUT, NORMALIZED, Stage
from ui.numbers import fixed

Window = tuple[tuple[float, float], tuple[float, float]]

START = np.zeros(2)  # every car at the mean rent: the same predictions in both
SHARE = 0.01  # of the loss above the lowest at the start: there a descent counts as done


@dataclass(frozen=True, eq=False)
class Slope:
    """A valley, and the learning rate that is fastest from START to SHARE, with the steps that it needs."""

    valley: Valley
    best_rate: float
    fewest: int


@lru_cache(maxsize=32)
def ravine(ratio: int) -> Slope:
    """The columns as counted, distance spreading `ratio` times as wide as age."""
    return _slope(least_squares(counted(ratio)[0], RENTS - RENTS.mean()))


def unit(ratio: int) -> float:
    """The unit of distance in kilometers with which it spreads `ratio` times as wide as age in decades."""
    return counted(ratio)[1]


@lru_cache(maxsize=1)
def bowl() -> Slope:
    """Both columns z-scored."""
    return _slope(least_squares(z_score(CARS), RENTS - RENTS.mean()))


@lru_cache(maxsize=1)
def as_given() -> tuple[Slope, Valley]:
    """Years and kilometers, each from its mean; and the same with the means left in and a bias to fit."""
    with_bias = least_squares(np.column_stack([np.ones(len(CARS)), CARS]), RENTS)
    return _slope(least_squares(CARS - CARS.mean(axis=0), RENTS - RENTS.mean())), with_bias


def _slope(valley: Valley) -> Slope:
    return Slope(valley, *best_rate(valley, START, SHARE))


# --- the pictures at every stop of their sliders -----------------------------------------------------------------

STEPS = 40
RATIO, POWER, STEP = "wn_ratio", "wn_rate", "wn_step"  # the sliders
RATIOS, POWERS = (1, 20, 1), (-2.5, 0.5, 0.05)  # from, to, by


@dataclass(frozen=True)
class Walk:
    """What the sliders say: the scale ratio, log₁₀ η (None: each valley has its own best), and the step shown."""

    ratio: int
    power: float | None
    step: int


def rate_of(slope: Slope, walk: Walk) -> float:
    """The learning rate that a valley is walked with."""
    return float(slope.best_rate if walk.power is None else 10**walk.power)


@lru_cache(maxsize=2048)
def descent_in(slope: Slope, rate: float) -> Descent:
    """The path in a valley: 2 kB. The sliders have 1,300 of them."""
    return descend(slope.valley, START, rate, STEPS)


@lru_cache(maxsize=2)
def _window(slope: Slope) -> Window:
    return valley.window_of(slope.valley, START)


def _shot(slope: Slope, walk: Walk, stage: Stage, title: str, window: Window) -> Shot:
    descent = descent_in(slope, rate_of(slope, walk))
    title = f"{title}: κ = {fixed(slope.valley.condition, 1)}"
    data = valley.Picture(slope.valley, descent, walk.step, STEPS, stage, title, ("age", "distance"), window)
    return valley.draw(data), valley.describe(data)


def _ravine_shot(walk: Walk) -> Shot:
    """All ravines are seen through the window of the roundest, so that the slider squeezes the rings, not the axes."""
    title = f"As counted, scale ratio {walk.ratio}"
    return _shot(ravine(walk.ratio), walk, INPUT, title, _window(ravine(1)))


def _bowl_shot(walk: Walk) -> Shot:
    return _shot(bowl(), walk, NORMALIZED, "Both columns z-scored", _window(bowl()))


SHOTS = {"ravine": _ravine_shot, "bowl": _bowl_shot}


# In each of these the setting that the slider moves is 0.


@lru_cache(maxsize=64)
def _ratios(walk: Walk) -> Reel:
    return reel(RATIO, *RATIOS, lambda ratio: _ravine_shot(replace(walk, ratio=ratio)))


@lru_cache(maxsize=64)
def _powers(name: str, walk: Walk) -> Reel:
    return reel(POWER, *POWERS, lambda power: SHOTS[name](replace(walk, power=power)))


@lru_cache(maxsize=64)
def _steps(name: str, walk: Walk) -> Reel:
    return reel(STEP, 0, STEPS, 1, lambda step: SHOTS[name](replace(walk, step=step)))


def reels(name: str, walk: Walk) -> list[tuple[Reel, float]]:
    """How the picture of a valley moves with each slider, and the values now: 1 to 10 kB each."""
    made: list[tuple[Reel, float]] = [(_steps(name, replace(walk, step=0)), walk.step)]
    if walk.power is not None:
        made.insert(0, (_powers(name, replace(walk, power=0.0)), walk.power))
    if name == "ravine":
        made.insert(0, (_ratios(replace(walk, ratio=0)), walk.ratio))
    return made
