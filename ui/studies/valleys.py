"""The two valleys of one regression, rent from age and distance: columns as counted, and z-scored.

Not in the page's script, which runs anew for every change: what is cached here is shared by all sessions.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bn import CARS, RENTS, Valley, best_rate, counted, least_squares, z_score

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
