"""How far the mean and the variance of a batch stray from those of the data it is drawn from."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, require_finite


@dataclass(frozen=True)
class Source:
    """What batches of N values, drawn independently from one source, have for mean and variance ÷N, by calculation.

    mean    of the source
    var     its variance
    fourth  its fourth central moment, E[(x - mean)^4]

    Source: Cramér 1946, Mathematical Methods of Statistics, section 27.4.
    """

    mean: float
    var: float
    fourth: float

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Self:
        """The source that gives each of these values, (K,), with the same probability: drawing with replacement.

        Raises ValueError for no values, another shape, NaN or infinity.
        """
        values = as_floats(values, "values")
        if values.ndim != 1 or not len(values):
            raise ValueError(f"values has shape {values.shape}; it needs one axis with at least one value")
        require_finite(values, "values")
        centered = values - values.mean()
        return cls(float(values.mean()), float((centered**2).mean()), float((centered**4).mean()))

    def spread_of_mean(self, size: int) -> float:
        """The standard deviation of the mean of a batch: sqrt(var / N)."""
        return math.sqrt(self.var / _checked(size))

    def average_variance(self, size: int) -> float:
        """What the variance ÷N of a batch is on average: (N - 1) / N * var."""
        return (_checked(size) - 1) / size * self.var

    def spread_of_variance(self, size: int) -> float:
        """The standard deviation of the variance ÷N of a batch; close to sqrt((fourth - var^2) / N) for large N.

        var(s^2) = (fourth - var^2) / N - 2 (fourth - 2 var^2) / N^2 + (fourth - 3 var^2) / N^3
        """
        n, square = _checked(size), self.var**2
        of_squares = (
            (self.fourth - square) / n - 2 * (self.fourth - 2 * square) / n**2 + (self.fourth - 3 * square) / n**3
        )
        return math.sqrt(max(of_squares, 0.0))  # rounding may leave less than nothing of a 0


def batch_rows(count: int, size: int, batches: int, seed: int, first: int | None = None) -> npt.NDArray[np.int_]:
    """Which of `count` examples are in each of some batches of one size, drawn with replacement: (batches, size).

    first: the example that stands at the start of every batch, in company that is drawn; None: all are drawn.
    The same seed and size give the same rows. Raises ValueError for less than one example, row or batch, a negative
    seed, or a first example that does not exist.
    """
    if count < 1 or size < 1 or batches < 1 or seed < 0:
        raise ValueError(
            f"{count} examples, batch size {size}, {batches} batches, seed {seed}: "
            "at least 1 of each is needed, and a seed of at least 0"
        )
    if first is not None and not 0 <= first < count:
        raise ValueError(f"first is {first}; there are examples 0 to {count - 1}")
    rows = np.random.default_rng([seed, size]).integers(count, size=(batches, size))
    if first is not None:
        rows[:, 0] = first
    rows.setflags(write=False)
    return rows


def root_mean_square(values: FloatArray) -> float:
    """sqrt(mean(values²)): how large values are, whatever their sign. Raises ValueError for none."""
    if not values.size:
        raise ValueError("there are no values to average")
    return math.sqrt(float((values**2).mean()))


def _checked(size: int) -> int:
    if size < 1:
        raise ValueError(f"size is {size}; a batch needs at least one value")
    return size
