"""In which order the four vectors of a layer were given, as far as the numbers say, and what made a variance negative."""

from collections.abc import Sequence

import numpy as np

from bn.arrays import FloatArray

# For each order where γ, β, mean and variance stand in it.
ORDERS: dict[str, tuple[int, int, int, int]] = {
    "as given": (0, 1, 2, 3),
    "variance before mean": (0, 1, 3, 2),
    "statistics first": (2, 3, 0, 1),
    "beta before gamma": (1, 0, 2, 3),
}
CLEARLY = 4.0  # times less likely
UNLIKELY = 2.0  # what a layer in use hardly reaches
FLOOR = 1e-3
ROUNDINGS = 8.0
HALF, SINGLE = 2.0**-11, 2.0**-24


def likely_order(vectors: Sequence[FloatArray], x: FloatArray | None = None) -> str:
    """The order, of `ORDERS`, in which four vectors of C numbers most likely are; the given one unless numbers speak against it.

    A variance is negative by rounding alone, or not one. Averages lie near those of the rows x (N, C) that the layer is for, if they are given. γ lies
    rather around 1 and β around 0, the values that they start from.
    """
    gamma, beta, mean, var = vectors
    if (var < 0).any():
        if all(negative_by(v, m) != "other" for v, m in zip(var.tolist(), mean.tolist(), strict=True) if v < 0):
            return "as given"
        others = [name for name in ("variance before mean", "statistics first") if _is_possible(vectors, name)]
        given = _far_from_rows(mean, np.maximum(var, FLOOR), x)
        likelier = [name for name in others if not _is_useful(x) or _far_of(vectors, name, x) < given]
        return min(likelier, key=lambda name: _strangeness(vectors, name, x), default="as given")
    if _is_useful(x):
        given = _far_from_rows(mean, var, x)
        for name in ("variance before mean", "statistics first"):
            if _is_possible(vectors, name) and given > UNLIKELY and CLEARLY * _far_of(vectors, name, x) < given:
                return name
    given = _far_from_start(gamma, beta)
    if given > UNLIKELY and CLEARLY * _far_from_start(beta, gamma) < given:
        return "beta before gamma"
    return "as given"


def _is_possible(vectors: Sequence[FloatArray], name: str) -> bool:
    return bool((vectors[ORDERS[name][3]] >= 0).all())


def _is_useful(x: FloatArray | None) -> bool:
    return x is not None and len(x) > 1 and bool((x.var(axis=0) > 0).all())


def _strangeness(vectors: Sequence[FloatArray], name: str, x: FloatArray | None) -> float:
    gamma, beta, _, _ = (vectors[at] for at in ORDERS[name])
    return _far_from_start(gamma, beta) + (_far_of(vectors, name, x) if _is_useful(x) else 0.0)


def _far_of(vectors: Sequence[FloatArray], name: str, x: FloatArray | None) -> float:
    """How far the averages are from those of rows, taken in an order."""
    _, _, mean, var = (vectors[at] for at in ORDERS[name])
    return _far_from_rows(mean, var, x)


def _far_from_rows(mean: FloatArray, var: FloatArray, x: FloatArray | None) -> float:
    """How far averages are from those of rows: standard deviations of the mean, and e-folds of the variance."""
    if x is None:
        return 0.0
    spread = x.std(axis=0)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        off = np.abs(mean - x.mean(axis=0)) / spread + np.abs(np.log(var / x.var(axis=0)))
    return float(np.where(np.isnan(off), np.inf, off).mean())


def _far_from_start(gamma: FloatArray, beta: FloatArray) -> float:
    """How far γ is from 1, in e-folds, and β from 0; a negative γ counts 1."""
    size = np.abs(np.log(np.maximum(np.abs(gamma), FLOOR)))
    return float((size + (gamma < 0) + np.abs(beta)).mean())


def negative_by(var: float, mean: float) -> str:
    """What can have made a variance negative: "single" or "half", rounding of E[x²] - E[x]², or "other".

    The difference of two numbers of the size of mean² is off by a few of their roundings.
    """
    for name, unit in (("single", SINGLE), ("half", HALF)):
        if abs(var) <= ROUNDINGS * unit * (mean * mean + abs(var)):
            return name
    return "other"
