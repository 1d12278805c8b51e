"""Two ways to bring the columns of a table to one scale, and a number for the shape that both keep."""

import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, require_finite
from bn.standardize import divide, standardize


def min_max(x: npt.ArrayLike) -> FloatArray:
    """(x - min) / (max - min), column by column: x (N, C) to (N, C) from 0 to 1; 0 in a constant column.

    Raises ValueError if x is not (N, C) with at least one row, or holds NaN or infinity.
    """
    x = _table(x)
    low, high = x.min(axis=0), x.max(axis=0)
    return divide(x - low, high - low)


def z_score(x: npt.ArrayLike) -> FloatArray:
    """(x - mean) / std, column by column, std with ÷N: x (N, C) to (N, C) of mean 0 and variance 1; 0 if constant.

    Batch norm's first half, with epsilon = 0. Raises ValueError if x is not (N, C) with at least one row, or holds NaN
    or infinity.
    """
    x = _table(x)
    return standardize(x, (0,), (1, x.shape[1]), 0.0).x_hat


def skewness(x: npt.ArrayLike) -> FloatArray:
    """1/N sum(((x - mean) / std)^3), column by column: (N, C) to (C,); 0 for a symmetric column, and for a constant one.

    It depends on the shape of a distribution alone: shifting and stretching leave it as it is.
    Raises ValueError if x is not (N, C) with at least one row, or holds NaN or infinity.
    """
    third: FloatArray = (z_score(x) ** 3).mean(axis=0)
    return third


def _table(x: npt.ArrayLike) -> FloatArray:
    x = as_floats(x)
    if x.ndim != 2 or x.size == 0:
        raise ValueError(f"x has shape {x.shape}; it needs two axes (N, C), none of them empty")
    require_finite(x, "x")
    return x
