"""The two valleys of one regression, rent from age and distance: columns as counted, and z-scored.

Not in the page's script, which runs anew for every change: what is cached here is shared by all sessions.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bn import CARS, RENTS, Descent, FloatArray, Valley, best_rate, counted, descend, least_squares, z_score
from bn.arrays import read_only
from ui.figures import valley
from ui.figures.reels import Reel, Shot, reel
from ui.figures.style import INPUT, NORMALIZED, Stage
from ui.numbers import fixed

Window = tuple[tuple[float, float], tuple[float, float]]

START = read_only(np.zeros(2))  # every car at the mean rent: the same predictions in both
SHARE = 0.01  # of the loss above the lowest at the start: there a descent counts as done


@dataclass(frozen=True, eq=False)
class Slope:
    """A valley, and where in it the descent starts."""

    valley: Valley
    start: FloatArray

    @property
    def best_rate(self) -> float:
        """The learning rate that is fastest from the start to SHARE."""
        return _best(self)[0]

    @property
    def fewest(self) -> int:
        """The steps that it needs."""
        return _best(self)[1]


@lru_cache(maxsize=512)
def _best(slope: Slope) -> tuple[float, int]:
    return best_rate(slope.valley, slope.start, SHARE)


@lru_cache(maxsize=2048)
def ravine(ratio: int, turn: int = 0) -> Slope:
    """The columns as counted, distance spreading `ratio` times as wide as age."""
    spreads = counted(ratio)[0].std(axis=0)
    return Slope(_counted_valley(ratio), read_only(bowl(turn).start / spreads) if turn else START)


@lru_cache(maxsize=32)
def _counted_valley(ratio: int) -> Valley:
    return least_squares(counted(ratio)[0], RENTS - RENTS.mean())


def unit(ratio: int) -> float:
    """The unit of distance in kilometers with which it spreads `ratio` times as wide as age in decades."""
    return counted(ratio)[1]


@lru_cache(maxsize=128)
def bowl(turn: int = 0) -> Slope:
    """Both columns z-scored. The start is START, turned by so many degrees on its ring of equal loss.

    With sqrt(curvature) as its unit along each direction the ring is a circle. The start of a ravine that is turned as far
    makes the same predictions.
    """
    valley = _z_scored_valley()
    if not turn:
        return Slope(valley, START)
    units = np.sqrt(valley.curvatures)
    from_best = units * ((START - valley.best) @ valley.directions)
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    turned = np.array([[cos, -sin], [sin, cos]]) @ from_best
    return Slope(valley, read_only(valley.best + valley.directions @ (turned / units)))


@lru_cache(maxsize=1)
def _z_scored_valley() -> Valley:
    return least_squares(z_score(CARS), RENTS - RENTS.mean())


@lru_cache(maxsize=1)
def as_given() -> tuple[Slope, Valley]:
    """Years and kilometers, each from its mean; and the same with the means left in and a bias to fit."""
    with_bias = least_squares(np.column_stack([np.ones(len(CARS)), CARS]), RENTS)
    return Slope(least_squares(CARS - CARS.mean(axis=0), RENTS - RENTS.mean()), START), with_bias


# --- the pictures at every stop of their sliders -----------------------------------------------------------------

STEPS = 40
RATIO, POWER, STEP, TURN = "wn_ratio", "wn_rate", "wn_step", "wn_turn"  # the sliders
RATIOS, POWERS, TURNS = (1, 20, 1), (-2.5, 0.5, 0.05), (-180, 180, 5)  # from, to, by
GRIPS = [{"slider": TURN, "trace": valley.START, "point": 0}]


@dataclass(frozen=True)
class Sliders:
    """What the sliders say: the scale ratio, log₁₀ η (None: each valley has its own best), the step shown, the start's turn."""

    ratio: int
    power: float | None
    step: int
    turn: int = 0


def rate_of(slope: Slope, walk: Sliders) -> float:
    """The learning rate that a valley is walked with."""
    return float(slope.best_rate if walk.power is None else 10**walk.power)


@lru_cache(maxsize=2048)
def descent_in(slope: Slope, rate: float) -> Descent:
    """The path in a valley: 2 kB. The sliders have 1,300 of them."""
    return descend(slope.valley, slope.start, rate, STEPS)


@lru_cache(maxsize=2)
def _window(slope: Slope) -> Window:
    return valley.window_of(slope.valley, START)


def _shot(slope: Slope, walk: Sliders, stage: Stage, title: str, window: Window) -> Shot:
    descent = descent_in(slope, rate_of(slope, walk))
    title = f"{title}: κ = {fixed(slope.valley.condition, 1)}"
    data = valley.View(slope.valley, descent, walk.step, STEPS, stage, title, ("age", "distance"), window)
    return {**valley.draw(data), "grips": GRIPS}, valley.describe(data)


def _ravine_shot(walk: Sliders) -> Shot:
    """All ravines are seen through the window of the roundest, so that the slider squeezes the rings, not the axes."""
    title = f"As counted, scale ratio {walk.ratio}"
    return _shot(ravine(walk.ratio, walk.turn), walk, INPUT, title, _window(ravine(1)))


def _bowl_shot(walk: Sliders) -> Shot:
    return _shot(bowl(walk.turn), walk, NORMALIZED, "Both columns z-scored", _window(bowl()))


SHOTS = {"ravine": _ravine_shot, "bowl": _bowl_shot}


# In each of these the setting that the slider moves is 0.


@lru_cache(maxsize=64)
def _ratios(walk: Sliders) -> Reel:
    return reel(RATIO, *RATIOS, lambda ratio: _ravine_shot(replace(walk, ratio=ratio)))


@lru_cache(maxsize=64)
def _powers(name: str, walk: Sliders) -> Reel:
    return reel(POWER, *POWERS, lambda power: SHOTS[name](replace(walk, power=power)))


@lru_cache(maxsize=64)
def _steps(name: str, walk: Sliders) -> Reel:
    return reel(STEP, 0, STEPS, 1, lambda step: SHOTS[name](replace(walk, step=step)))


@lru_cache(maxsize=64)
def _turns(name: str, walk: Sliders) -> Reel:
    return reel(TURN, *TURNS, lambda turn: SHOTS[name](replace(walk, turn=turn)))


def reels(name: str, walk: Sliders) -> list[tuple[Reel, float]]:
    """How the picture of a valley moves with each slider, and the values now: 1 to 10 kB each."""
    made: list[tuple[Reel, float]] = [(_steps(name, replace(walk, step=0)), walk.step)]
    made.append((_turns(name, replace(walk, turn=0)), walk.turn))
    if walk.power is not None:
        made.insert(0, (_powers(name, replace(walk, power=0.0)), walk.power))
    if name == "ravine":
        made.insert(0, (_ratios(replace(walk, ratio=0)), walk.ratio))
    return made
