"""Batches to normalize: the example, seeded draws from named distributions, and resamples of the reader's own rows."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, read_only, require_finite

EXAMPLE = read_only(
    np.array(
        [
            [-0.96, 15.85, 23.19, 25.19],
            [-1.71, 13.96, 21.25, 27.30],
            [-2.76, 9.92, 14.74, 36.08],
            [2.25, 13.01, 16.39, 31.11],
            [-2.88, 11.44, 17.65, 28.10],
            [-1.42, 9.79, 9.10, 33.09],
            [4.48, 14.81, 20.23, 28.16],
            [2.09, 13.21, 17.62, 35.79],
        ]
    )
)  # (8, 4)

OUTLIER_DISTANCE = 8.0
PEAK_DISTANCE = 0.9


@dataclass(frozen=True)
class Distribution:
    """A named shape, drawn in units of its scale around 0.

    draw     (rng, number of batches T, batch size N) -> (T, N); more batches or a new feature change no earlier value
    moments  batch size N -> the mean, and the variance ÷ (N - 1), that a batch has on average
    """

    name: str
    draw: Callable[[np.random.Generator, int, int], FloatArray]
    moments: Callable[[int], tuple[float, float]]


def _normal(rng: np.random.Generator, batches: int, size: int) -> FloatArray:
    return rng.standard_normal((batches, size))


def _uniform(rng: np.random.Generator, batches: int, size: int) -> FloatArray:
    """Uniform on [-sqrt(3), sqrt(3)]: variance 1."""
    return rng.uniform(-math.sqrt(3), math.sqrt(3), (batches, size))


def _skewed(rng: np.random.Generator, batches: int, size: int) -> FloatArray:
    """Exponential, moved to mean 0; variance 1, long tail to the right."""
    return rng.standard_exponential((batches, size)) - 1


def _two_peaks(rng: np.random.Generator, batches: int, size: int) -> FloatArray:
    """Normal around -0.9 or around 0.9, half and half; variance 1."""
    side = np.where(rng.spawn(1)[0].random((batches, size)) < 0.5, -PEAK_DISTANCE, PEAK_DISTANCE)
    return side + math.sqrt(1 - PEAK_DISTANCE**2) * rng.standard_normal((batches, size))


def _one_outlier(rng: np.random.Generator, batches: int, size: int) -> FloatArray:
    """Normal, but for the first row of each batch, which lies 8 standard deviations to the right."""
    values = rng.standard_normal((batches, size))
    values[:, 0] += OUTLIER_DISTANCE
    return values


def _one_outlier_moments(size: int) -> tuple[float, float]:
    """The variance ÷ (N - 1) of a batch is on average 1 + 8²/N: the outlier is in every batch, not drawn like the rest."""
    return OUTLIER_DISTANCE / size, 1 + OUTLIER_DISTANCE**2 / size


def _dead(rng: np.random.Generator, batches: int, size: int) -> FloatArray:
    """Always the same value, as behind a dead unit."""
    return np.zeros((batches, size))


DISTRIBUTIONS: dict[str, Distribution] = {
    "normal": Distribution("normal", _normal, lambda size: (0.0, 1.0)),
    "uniform": Distribution("uniform", _uniform, lambda size: (0.0, 1.0)),
    "skewed": Distribution("skewed", _skewed, lambda size: (0.0, 1.0)),
    "two_peaks": Distribution("two peaks", _two_peaks, lambda size: (0.0, 1.0)),
    "one_outlier": Distribution("one outlier", _one_outlier, _one_outlier_moments),
    "dead": Distribution("dead feature", _dead, lambda size: (0.0, 0.0)),
}


@dataclass(frozen=True)
class Feature:
    """One column of a batch: loc + scale * a draw from the distribution."""

    distribution: str
    loc: float
    scale: float


@dataclass(frozen=True, eq=False)
class Stream:
    """A sequence of batches from one source, and the truth about that source.

    batches  (T, N, C); batches[0] is the one that is shown
    mean     (C,) the mean of everything the source can give
    var      (C,) its variance: what ÷ (N - 1) of a batch is on average, and ÷ N falls short of by 1/N
    """

    batches: FloatArray
    mean: FloatArray
    var: FloatArray


def draw(features: Sequence[Feature], batch_size: int, batches: int, seed: int) -> Stream:
    """Draw batches with one independent random stream for each feature, rounded to two decimals.

    The same seed gives the same batches; changing one feature's distribution, adding a feature or asking for more
    batches leaves the other values as they were. Raises ValueError for an unknown distribution, no features, or a
    batch size, number of batches or seed out of range.
    """
    if not features or batch_size < 1 or batches < 1 or seed < 0:
        raise ValueError(
            f"{len(features)} features, batch size {batch_size}, {batches} batches, seed {seed}: "
            "at least 1 feature, 1 row and 1 batch are needed, and a seed of at least 0"
        )
    columns, means, variances = [], [], []
    for index, feature in enumerate(features):
        if feature.distribution not in DISTRIBUTIONS:
            raise ValueError(f"unknown distribution {feature.distribution!r}; known: {', '.join(DISTRIBUTIONS)}")
        distribution = DISTRIBUTIONS[feature.distribution]
        rng = np.random.default_rng([seed, index])
        columns.append(feature.loc + feature.scale * distribution.draw(rng, batches, batch_size))  # (T, N)
        mean, var = distribution.moments(batch_size)
        means.append(feature.loc + feature.scale * mean)
        variances.append(feature.scale**2 * var)
    # Adding 0.0 turns the -0.0 that rounding leaves into 0.0.
    values = np.round(np.stack(columns, axis=-1), 2) + 0.0  # (T, N, C)
    return Stream(read_only(values), read_only(np.array(means)), read_only(np.array(variances)))


def resample(x: npt.ArrayLike, batches: int, seed: int) -> Stream:
    """A stream from a given batch x (N, C): first x itself, then batches of N of its rows, drawn with replacement.

    What the rows of x can give is known exactly: its own mean and variance (÷N).
    Raises ValueError if x is not (N, C) with at least one row or holds NaN or infinity, for fewer than one batch, or for a
    negative seed.
    """
    x = as_floats(x)
    if x.ndim != 2 or x.size == 0 or batches < 1 or seed < 0:
        raise ValueError(f"x of shape {x.shape}, {batches} batches, seed {seed}: x must be (N, C) and not empty")
    require_finite(x, "x")
    rows = np.random.default_rng(seed).integers(len(x), size=(batches, len(x)))  # (T, N)
    rows[0] = np.arange(len(x))
    with np.errstate(over="ignore"):
        return Stream(read_only(x[rows]), read_only(x.mean(axis=0)), read_only(x.var(axis=0)))
