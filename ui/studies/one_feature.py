"""One feature on its way back through the layer: what the chapter on the backward pass is about."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bn import CONVENTIONS, BatchNorm, FloatArray, Graph, layer_graph
from ui.figures import differences, graph, pushed
from ui.figures.reels import Reel, Shot, reel
from ui.studies.gradient_check import STEPS, check

LIKE_PYTORCH = CONVENTIONS["paper"]  # averages as PyTorch does, and trains on one row


@dataclass(frozen=True, eq=False)
class Problem:
    """One feature of the batch, the gradient that arrives at its outputs, and the layer's settings for it."""

    x: FloatArray  # (N,)
    dy: FloatArray  # (N,)
    gamma: float
    eps: float
    row: int

    def graph(self, dy: FloatArray) -> Graph:
        """The layer's graph for this feature, with this gradient arriving."""
        return layer_graph(self.x, dy, gamma=self.gamma, eps=self.eps)

    def compact(self) -> FloatArray:
        """The gradient dL/dx, (N,), by the one formula that the layer itself uses."""
        layer = replace(BatchNorm.create(1, LIKE_PYTORCH, channel_axis=1), gamma=np.array([self.gamma]), eps=self.eps)
        return layer.train(self.x[:, None])[0].backward(self.dy[:, None]).x[:, 0]


# --- what moves with a slider ------------------------------------------------------------------------------------

SMALLEST, LARGEST = -12, 1  # powers of ten of ε
STEEPEST = 3.0  # γ to either side
MOST_ADDED = 3.0  # to either side
Moved = tuple[Reel, float]


class Key(NamedTuple):
    """A problem as a key of a cache: its numbers as bytes, ε as its power of ten."""

    x: bytes
    dy: bytes
    gamma: float
    exponent: int
    row: int

    def problem(self) -> Problem:
        """The problem again."""
        return Problem(np.frombuffer(self.x), np.frombuffer(self.dy), self.gamma, 10.0**self.exponent, self.row)


def key_of(problem: Problem) -> Key:
    """The key of a problem."""
    exponent = round(math.log10(problem.eps))
    return Key(problem.x.tobytes(), problem.dy.tobytes(), problem.gamma, exponent, problem.row)


def way_back_reels(problem: Problem, step: int) -> tuple[Moved, Moved, Moved]:
    """How the graph moves with the step of the way back, γ and ε, and where they are."""
    key = key_of(problem)
    return (
        (_steps(key), step),
        (_gammas(key._replace(gamma=0.0), step), key.gamma),
        (_exponents(key._replace(exponent=0), step), key.exponent),
    )


@lru_cache(maxsize=64)
def _steps(key: Key) -> Reel:
    """Of a slider's 9 stops, 2 kB."""
    it, row = _graph(key), key.row
    return reel("bp_step", 0, graph.LAST, 1, lambda step: _shot(it, row, step))


@lru_cache(maxsize=64)
def _gammas(key: Key, step: int) -> Reel:
    """Of a slider's 61 stops, up to 8 kB."""
    return reel(
        "bp_gamma", -STEEPEST, STEEPEST, 0.1, lambda gamma: _shot(_graph(key._replace(gamma=gamma)), key.row, step)
    )


@lru_cache(maxsize=64)
def _exponents(key: Key, step: int) -> Reel:
    """Of a slider's 14 stops, up to 4 kB."""
    return reel(
        "bp_eps", SMALLEST, LARGEST, 1, lambda power: _shot(_graph(key._replace(exponent=power)), key.row, step)
    )


def _graph(key: Key) -> Graph:
    problem = key.problem()
    return problem.graph(problem.dy)


def _shot(it: Graph, row: int, step: int) -> Shot:
    return graph.draw(it, row, step), graph.describe(it, row, step)


def pushed_reels(problem: Problem, constant: float, multiple: float) -> tuple[Moved, Moved, Moved]:
    """How both gradients move with what is added to the one that arrives, a constant and so many x̂, and with γ; and where they are."""
    key = key_of(problem)
    return (
        (_constants(key, constant, multiple), constant),
        (_multiples(key, constant, multiple), multiple),
        (_stretched(key._replace(gamma=0.0), constant, multiple), key.gamma),
    )


@lru_cache(maxsize=64)
def _constants(key: Key, constant: float, multiple: float) -> Reel:
    """Of a slider's 61 stops, 3 kB."""
    pictured = _pushed(key, constant, multiple)
    return reel("bp_add", -MOST_ADDED, MOST_ADDED, 0.1, lambda added: pictured(added, multiple))


@lru_cache(maxsize=64)
def _multiples(key: Key, constant: float, multiple: float) -> Reel:
    """Of a slider's 61 stops, 4 kB."""
    pictured = _pushed(key, constant, multiple)
    return reel("bp_times", -MOST_ADDED, MOST_ADDED, 0.1, lambda added: pictured(constant, added))


@lru_cache(maxsize=64)
def _stretched(key: Key, constant: float, multiple: float) -> Reel:
    """Of a slider's 61 stops, 4 kB."""

    def shoot(gamma: float) -> Shot:
        return _pushed(key._replace(gamma=gamma), constant, multiple)(constant, multiple)

    return reel("bp_gamma", -STEEPEST, STEEPEST, 0.1, shoot)


def _pushed(key: Key, constant: float, multiple: float) -> Callable[[float, float], Shot]:
    """The picture of what is added, on an axis with room for all that either slider can add now."""
    problem = key.problem()
    before = problem.graph(problem.dy)
    x_hat = before.values["x_hat"]
    far = [
        np.abs(problem.dy + a + b * x_hat).max()
        for a, b in ((-MOST_ADDED, multiple), (MOST_ADDED, multiple), (constant, -MOST_ADDED), (constant, MOST_ADDED))
    ]

    def pictured(added: float, times: float) -> Shot:
        dy = problem.dy + added + times * x_hat
        data = (dy, before.gradients["x"], problem.graph(dy).gradients["x"], float(max(far)))
        return pushed.draw(*data), pushed.describe(*data)

    return pictured


def check_reel(problem: Problem) -> Reel:
    """How the mark on the check moves with the step h."""
    return _check_reel(key_of(problem))


@lru_cache(maxsize=64)
def _check_reel(key: Key) -> Reel:
    """Of a slider's 25 stops, 2 kB."""
    problem = key.problem()
    found = check(problem.x, problem.dy, problem.gamma, problem.eps).of_x

    def shoot(exponent: float) -> Shot:
        data = (STEPS, found, place_of(exponent))
        return differences.draw(*data), differences.describe(*data)

    return reel("bp_h", -12.0, 0.0, 0.5, shoot)


def place_of(exponent: float) -> int:
    """Which of STEPS has this power of ten."""
    return round(2 * exponent) + len(STEPS) - 1
