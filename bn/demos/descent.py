"""Gradient descent on a least-squares problem, and what its eigenvalues say about it beforehand.

The loss of a linear regression is a quadratic valley. Along each eigenvector of its Hessian H, gradient descent with
learning rate eta multiplies the distance to the lowest point by 1 - eta * eigenvalue in every step. So it settles if
and only if eta < 2 / (largest eigenvalue), and how fast is a matter of the condition number.
Source: Goh 2017, "Why Momentum Really Works" (distill.pub/2017/momentum), first steps; Nesterov 2004, section 1.2.3.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, read_only, require_finite

FAR = 1e12  # a descent is given up where the loss above the lowest has grown this many times
MOST_STEPS = 10**15  # more are not told apart
RATES = 199


@dataclass(frozen=True, eq=False)
class Valley:
    """L(w) = lowest + 1/2 (w - best)^T H (w - best), with H symmetric and positive definite.

    hessian      (C, C) H
    best         (C,) the weights at the lowest point
    lowest       the loss there
    curvatures   (C,) the eigenvalues of H, ascending
    directions   (C, C) its eigenvectors, one in each column
    """

    hessian: FloatArray
    best: FloatArray
    lowest: float
    curvatures: FloatArray
    directions: FloatArray

    @property
    def condition(self) -> float:
        """The condition number: largest curvature / smallest."""
        return float(self.curvatures[-1] / self.curvatures[0])

    @property
    def limit(self) -> float:
        """2 / largest curvature: gradient descent settles below this learning rate and diverges above it."""
        return float(2 / self.curvatures[-1])

    def above_lowest(self, w: FloatArray) -> FloatArray:
        """L(w) - lowest for weights (..., C)."""
        away = w - self.best
        return np.asarray(0.5 * np.einsum("...i,ij,...j->...", away, self.hessian, away))

    def gradient(self, w: FloatArray) -> FloatArray:
        """H (w - best) for weights (..., C)."""
        slope: FloatArray = (w - self.best) @ self.hessian
        return slope


def least_squares(x: npt.ArrayLike, y: npt.ArrayLike) -> Valley:
    """The valley of L(w) = 1/(2N) sum((x w - y)^2): H = x^T x / N. x (N, C), y (N,).

    Raises ValueError if the shapes do not fit, an entry is NaN or infinite, or the columns of x depend on each other so
    that there is no single lowest point.
    """
    x, y = as_floats(x).astype(np.float64), as_floats(y, "y").astype(np.float64)
    if x.ndim != 2 or x.size == 0 or y.shape != x.shape[:1]:
        raise ValueError(f"x has shape {x.shape} and y {y.shape}; they need (N, C), not empty, and (N,)")
    require_finite(x, "x")
    require_finite(y, "y")
    n = len(x)
    hessian = x.T @ x / n
    curvatures, directions = np.linalg.eigh(hessian)
    if not curvatures[0] > curvatures[-1] * np.finfo(np.float64).eps:
        raise ValueError(f"the columns of x depend on each other: x^T x / N has the eigenvalues {curvatures.tolist()}")
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    lowest = float(((x @ best - y) ** 2).mean() / 2)
    for array in (hessian, best, curvatures, directions):
        read_only(array)
    return Valley(hessian, best, lowest, curvatures, directions)


@dataclass(frozen=True, eq=False)
class Descent:
    """The path of gradient descent, T steps long.

    w             (T + 1, C) the weights, from the start on
    above_lowest  (T + 1,) the loss above the lowest
    gradient      (T + 1, C) the gradient at each of them
    given_up      the loss grew FAR times, and the path ends there
    """

    w: FloatArray
    above_lowest: FloatArray
    gradient: FloatArray
    given_up: bool


def descend(valley: Valley, start: npt.ArrayLike, rate: float, steps: int) -> Descent:
    """Walk w <- w - rate * gradient(w), `steps` times or until the loss has grown FAR times.

    Raises ValueError if the start is not (C,) or not finite, the rate is not a positive number, or steps is negative.
    """
    w = _checked_start(valley, start, rate)
    if steps < 0:
        raise ValueError(f"steps is {steps}; it must be at least 0")
    end = FAR * float(valley.above_lowest(w))
    path = [w]
    given_up = False
    while len(path) <= steps and not given_up:
        w = w - rate * ((w - valley.best) @ valley.hessian)
        path.append(w)
        given_up = bool(valley.above_lowest(w) > end)
    walked = np.array(path)
    return Descent(
        read_only(walked), read_only(valley.above_lowest(walked)), read_only(valley.gradient(walked)), given_up
    )


def height_after(valley: Valley, start: npt.ArrayLike, rate: float, steps: int) -> float:
    """The loss above the lowest after a number of steps, without walking; infinity where that is beyond floats.

        1/2 sum_i curvature_i c_i^2 (1 - rate * curvature_i)^(2 steps),  c = directions^T (start - best)

    Raises ValueError if the start is not (C,) or not finite, the rate is not a positive number, or steps is negative.
    """
    w = _checked_start(valley, start, rate)
    if steps < 0:
        raise ValueError(f"steps is {steps}; it must be at least 0")
    return float(_height(*_modes(valley, w, rate), steps))


def steps_needed(valley: Valley, start: npt.ArrayLike, rate: float, share: float) -> int | None:
    """The number of steps until the loss above the lowest is at most `share` of what it is at the start.

    Below the limit `height_after` falls with every step, so they are counted by halving, without walking. None if the
    rate is not below the limit. Counts end at MOST_STEPS.
    Raises ValueError if the start is not (C,) or not finite, the rate is not a positive number, or the share is not
    between 0 and 1.
    """
    w = _checked_start(valley, start, rate)
    _checked_share(share)
    if not rate < valley.limit:
        return None
    heights, logs = _modes(valley, w, rate)
    goal = share * float(heights.sum())
    return _first(lambda steps: float(_height(heights, logs, steps)) <= goal)


def best_rate(valley: Valley, start: npt.ArrayLike, share: float) -> tuple[float, int]:
    """The learning rate that needs the fewest steps from this start to this share, and that number of steps.

    Found by trying RATES rates evenly below the limit; among equals the one that ends lowest. For the slowest direction
    in the long run it would be 2 / (smallest + largest curvature).
    Raises ValueError as `steps_needed` does.
    """
    w = _checked_start(valley, start, valley.limit)
    rates = valley.limit * np.linspace(0, 1, RATES + 2)[1:-1]
    heights, logs = _modes(valley, w, rates[:, None])  # (C,) and (RATES, C)
    goal = _checked_share(share) * float(heights.sum())
    # At the first number of steps after which one of the heights is low enough, the lowest is of a rate that is fastest.
    fewest = _first(lambda steps: float(_height(heights, logs, steps).min()) <= goal)
    return float(rates[_height(heights, logs, fewest).argmin()]), fewest


def _first(arrived: Callable[[int], bool]) -> int:
    """The first number of steps after which something has come, that stays; found by doubling and halving."""
    if arrived(0):
        return 0
    low, high = 0, 1  # never there at low
    while not arrived(high) and high < MOST_STEPS:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if arrived(middle) else (middle, high)
    return high


def _checked_share(share: float) -> float:
    if not 0 < share < 1:
        raise ValueError(f"share is {share}; it must be between 0 and 1")
    return share


def _modes(valley: Valley, w: FloatArray, rate: float | FloatArray) -> tuple[FloatArray, FloatArray]:
    """The height that each eigenvector adds at w, and log |1 - rate * curvature|, precise where the product is tiny."""
    heights = 0.5 * valley.curvatures * ((w - valley.best) @ valley.directions) ** 2
    product = rate * valley.curvatures
    with np.errstate(divide="ignore"):
        logs = np.where(product < 1, np.log1p(-np.minimum(product, 1)), np.log(np.abs(product - 1)))
    return heights, logs


def _height(heights: FloatArray, logs: FloatArray, steps: int) -> FloatArray:
    """What all directions add after a number of steps, (...) from logs (..., C); before the first, one for all."""
    if steps == 0:
        return np.asarray(heights.sum())
    with np.errstate(over="ignore", invalid="ignore"):
        # A direction without height has none later, however fast it would grow.
        return np.asarray(np.where(heights > 0, heights * np.exp(2 * steps * logs), 0).sum(axis=-1))


def _checked_start(valley: Valley, start: npt.ArrayLike, rate: float) -> FloatArray:
    w = as_floats(start, "start").astype(np.float64)
    if w.shape != valley.best.shape:
        raise ValueError(f"start has shape {w.shape}; the valley needs {valley.best.shape}")
    require_finite(w, "start")
    if not 0 < rate < math.inf:
        raise ValueError(f"rate is {rate}; it must be finite and above 0")
    return w
