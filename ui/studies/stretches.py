"""Which stretch of a curve a batch lies on, at every stop of the sliders that move it."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bn import ACTIVATIONS, BatchNorm, FloatArray, Placed, Trace, after_activation, before_activation
from ui.figures import curve, placement
from ui.figures.reels import Reel, Shot, reel

COUNT = 21  # x = -10, -9, ..., 10, moved to where the reader wants it
CENTERS, GAMMAS, BETAS = (-5, 5, 1), (0.0, 7.0, 0.1), (-5.0, 5.0, 0.1)  # from, to, by


@dataclass(frozen=True)
class Stretch:
    """The settings: the key of the activation, the center of x, and γ and β, None for those that undo the normalization."""

    activation: str
    center: int
    gamma: float | None
    beta: float | None

    @property
    def x(self) -> FloatArray:
        """The batch, (COUNT, 1)."""
        batch: FloatArray = self.center + np.arange(COUNT)[:, None] - COUNT // 2 + 0.0
        return batch

    @property
    def parameters(self) -> tuple[FloatArray, FloatArray]:
        """γ and β of the layer, (1,)."""
        plain = _normalized(self.center)
        gamma = plain.std if self.gamma is None else np.array([self.gamma])
        return gamma, plain.mean if self.beta is None else np.array([self.beta])

    @property
    def trace(self) -> Trace:
        """The pass through the layer; x̂ is the same for each γ and β."""
        gamma, beta = self.parameters
        plain = _normalized(self.center)
        return plain._replace(gamma=gamma, beta=beta, y=gamma * plain.x_hat + beta)


@lru_cache(maxsize=CENTERS[1] - CENTERS[0] + 1)
def _normalized(center: int) -> Trace:
    return BatchNorm.create(1).train(Stretch("", center, 1.0, 0.0).x)[0]


# The squares at the ends set γ, the one in the middle sets β; where they lie on one another, γ is on top.
HANDLES = [("ss_beta", COUNT // 2), ("ss_gamma", 0), ("ss_gamma", COUNT - 1)]
GRIPS = [
    {"slider": slider, "trace": name, "point": point}
    for slider, point in HANDLES
    for name in ("output values", "output at y")
]

Moved = list[tuple[Reel, float]]


def _curve_shot(stretch: Stretch, line: bool) -> Shot:
    activation, trace = ACTIVATIONS[stretch.activation], stretch.trace
    figure = curve.draw(activation, trace, line=line)
    return {**figure, "grips": GRIPS}, curve.describe(activation, trace, line=line)


# In each of these the setting that the slider moves is 0.


@lru_cache(maxsize=64)
def _curve_centers(stretch: Stretch, line: bool) -> Reel:
    return reel("ss_center", *CENTERS, lambda center: _curve_shot(replace(stretch, center=center), line))


@lru_cache(maxsize=64)
def _curve_gammas(stretch: Stretch, line: bool) -> Reel:
    return reel("ss_gamma", *GAMMAS, lambda gamma: _curve_shot(replace(stretch, gamma=gamma), line))


@lru_cache(maxsize=64)
def _curve_betas(stretch: Stretch, line: bool) -> Reel:
    return reel("ss_beta", *BETAS, lambda beta: _curve_shot(replace(stretch, beta=beta), line))


def curve_reels(stretch: Stretch, *, line: bool) -> Moved:
    """How the batch moves on the curve, with the values now: 3 to 6 kB each. Undone, only the center moves it."""
    made: Moved = [(_curve_centers(replace(stretch, center=0), line), stretch.center)]
    if stretch.gamma is not None and stretch.beta is not None:
        made.insert(0, (_curve_gammas(replace(stretch, gamma=0.0), line), stretch.gamma))
        made.insert(1, (_curve_betas(replace(stretch, beta=0.0), line), stretch.beta))
    return made


def placed_in(stretch: Stretch, first: bool) -> Placed:
    """The batch on its way through the layer and the activation, the layer first or not."""
    gamma, beta = stretch.parameters
    layer = replace(BatchNorm.create(1), gamma=gamma, beta=beta)
    return (before_activation if first else after_activation)(layer, ACTIVATIONS[stretch.activation], stretch.x)


def _placed_shot(stretch: Stretch, first: bool, revealed: bool) -> Shot:
    placed = placed_in(stretch, first)
    return placement.draw(placed, revealed=revealed), placement.describe(placed, revealed=revealed)


@lru_cache(maxsize=64)
def _placed_centers(stretch: Stretch, first: bool, revealed: bool) -> Reel:
    def shoot(center: int) -> Shot:
        return _placed_shot(replace(stretch, center=center), first, revealed)

    return reel("ss_center", *CENTERS, shoot)


@lru_cache(maxsize=64)
def _placed_gammas(stretch: Stretch, first: bool, revealed: bool) -> Reel:
    def shoot(gamma: float) -> Shot:
        return _placed_shot(replace(stretch, gamma=gamma), first, revealed)

    return reel("ss_both_gamma", *GAMMAS, shoot)


@lru_cache(maxsize=64)
def _placed_betas(stretch: Stretch, first: bool, revealed: bool) -> Reel:
    return reel("ss_both_beta", *BETAS, lambda beta: _placed_shot(replace(stretch, beta=beta), first, revealed))


def placed_reels(stretch: Stretch, *, first: bool, revealed: bool) -> Moved:
    """How the batch moves through layer and activation, the layer first or not, with the values now: 2 to 6 kB each."""
    gamma, beta = stretch.gamma or 0.0, stretch.beta or 0.0
    return [
        (_placed_gammas(replace(stretch, gamma=0.0), first, revealed), gamma),
        (_placed_betas(replace(stretch, beta=0.0), first, revealed), beta),
        (_placed_centers(replace(stretch, center=0), first, revealed), stretch.center),
    ]
