"""Subtract the mean and divide by the standard deviation: the step that all normalizations share."""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from bn.arrays import FloatArray, read_only, require_finite

# Up to this many float32 values are added up in float32, which is faster; a sum over 100,000 pixels would lose two
# digits and is accumulated in float64.
SHORT_SUM = 1024


class Standardized(NamedTuple):
    """mean, var and std have one value for each set of shared statistics; centered and x_hat the shape of x."""

    mean: FloatArray
    var: FloatArray
    centered: FloatArray
    std: FloatArray
    x_hat: FloatArray


def standardize(x: FloatArray, axes: tuple[int, ...], shape: tuple[int, ...], eps: float) -> Standardized:
    """Normalize x with its own statistics over axes.

        mean = 1/n sum(x),  var = 1/n sum((x - mean)^2),  std = sqrt(var + eps),  x_hat = (x - mean) / std

    shape is the shape of x with 1 in place of every axis in axes. Raises ValueError if x holds NaN or infinity.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        mean, centered, var = _moments(x, axes, shape)
        under_root = var + x.dtype.type(eps)
    smallest, largest = np.minimum.reduce(under_root, axis=None), np.maximum.reduce(under_root, axis=None)
    if not _smallest_exact(x.dtype) < smallest <= largest < np.inf:
        require_finite(x, "x")
        return _standardize_in_units(x, axes, shape, eps)
    std = np.sqrt(under_root)
    return Standardized(mean, var, centered, std, centered / std.reshape(shape))


def _moments(x: FloatArray, axes: tuple[int, ...], shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """mean, x - mean and var, computed from the distances to the first value of each set.

    The distances are exact where the values lie close together, far from zero or not: a constant feature has variance
    0 and not the square of a rounding error, and a column around 10,000 keeps its digits in float32.
    Source: Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance", on shifted data.
    """
    n = x.size // math.prod(shape)
    first = x[_first_of_each(axes, x.ndim)]
    distance = x - first
    shift = sum_over(distance, axes, n) / n
    centered = distance - shift.reshape(shape)
    return first.reshape(shift.shape) + shift, centered, sum_over(centered * centered, axes, n) / n


def _standardize_in_units(x: FloatArray, axes: tuple[int, ...], shape: tuple[int, ...], eps: float) -> Standardized:
    """The same for values whose squares overflow or vanish (1e300, 1e-300), computed in units of a power of two.

    Dividing by a power of two is exact, so nothing is lost; only var itself may come out as infinity or 0.
    """
    _, exponent = np.frexp(np.abs(x).max(axis=axes))
    unit = np.ldexp(x.dtype.type(0.5), exponent)  # at most the largest magnitude
    mean, centered, var = _moments(x / unit.reshape(shape), axes, shape)
    deviation = np.sqrt(var)
    root_eps = x.dtype.type(math.sqrt(eps))
    with np.errstate(over="ignore", under="ignore"):
        x_hat = divide(centered, np.hypot(deviation, root_eps / unit).reshape(shape))
        std = np.hypot(deviation * unit, root_eps)
        return Standardized(mean * unit, (deviation * unit) ** 2, centered * unit.reshape(shape), std, x_hat)


def divide(values: FloatArray, std: FloatArray) -> FloatArray:
    """Return values / std, and 0 where std is 0: the limit of 0 / sqrt(0 + eps) for a constant feature as eps goes to 0."""
    if np.logical_and.reduce(std, axis=None):
        return values / std
    return np.divide(
        values, std, out=np.zeros(np.broadcast_shapes(values.shape, std.shape), values.dtype), where=std > 0
    )


def sum_over(values: FloatArray, axes: tuple[int, ...], n: int) -> FloatArray:
    """Sum over axes, n values to each sum."""
    total: FloatArray
    if n > SHORT_SUM:
        total = np.add.reduce(values, axis=axes, dtype=np.float64).astype(values.dtype)
    elif axes == (0,):
        # A product with ones adds up the rows of a matrix in half the time of a reduction.
        total = _ones(n, values.dtype) @ values
    else:
        total = np.add.reduce(values, axis=axes)
    return total


@lru_cache(maxsize=64)
def _first_of_each(axes: tuple[int, ...], ndim: int) -> tuple[slice, ...]:
    return tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(ndim))


@lru_cache(maxsize=64)
def _smallest_exact(dtype: np.dtype[np.floating[Any]]) -> float:
    """Above it, neither a variance nor its rounding error is among the numbers that lose digits near 0."""
    limits = np.finfo(dtype)
    return float(limits.tiny / limits.eps)


@lru_cache(maxsize=64)
def _ones(n: int, dtype: np.dtype[np.floating[Any]]) -> FloatArray:
    return read_only(np.ones(n, dtype))
