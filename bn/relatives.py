"""Batch norm and its relatives on images: the same step, over other sets of values.

Each takes x of shape (N, C, H, W) and returns (x - mean) / sqrt(var + eps) in the same shape, without scale and shift,
with the biased variance (÷n over the n values that share it). Half is computed in float32 and returned in half.
"""

import math

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, require_finite, to_half
from bn.standardize import standardize


def batch_norm(x: npt.ArrayLike, eps: float = 1e-5) -> FloatArray:
    """One mean and variance for each channel, over N, H, W: C sets of statistics.

    Raises ValueError if x is not (N, C, H, W) or holds NaN or infinity, or eps is negative.
    Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.2.
    """
    x = _images(x, eps)
    return _normalized(x, (0, 2, 3), (1, x.shape[1], 1, 1), eps)


def layer_norm(x: npt.ArrayLike, eps: float = 1e-5) -> FloatArray:
    """One mean and variance for each example, over C, H, W: N sets of statistics.

    Raises ValueError if x is not (N, C, H, W) or holds NaN or infinity, or eps is negative.
    Source: Ba, Kiros & Hinton 2016 (arXiv 1607.06450).
    """
    return group_norm(x, 1, eps)


def instance_norm(x: npt.ArrayLike, eps: float = 1e-5) -> FloatArray:
    """One mean and variance for each example and channel, over H, W: N * C sets of statistics.

    Raises ValueError if x is not (N, C, H, W) or holds NaN or infinity, or eps is negative.
    Source: Ulyanov, Vedaldi & Lempitsky 2016 (arXiv 1607.08022).
    """
    x = _images(x, eps)
    return group_norm(x, x.shape[1], eps)


def group_norm(x: npt.ArrayLike, groups: int, eps: float = 1e-5) -> FloatArray:
    """One mean and variance for each example and group of C / groups channels: N * groups sets of statistics.

    Raises ValueError if x is not (N, C, H, W), groups does not divide C, x holds NaN or infinity, or eps is negative.
    Source: Wu & He 2018 (arXiv 1803.08494).
    """
    x = _images(x, eps)
    n, c, h, w = x.shape
    if groups < 1 or c % groups:
        raise ValueError(f"groups is {groups}; it must divide the {c} channels evenly")
    grouped = x.reshape(n, groups, c // groups, h, w)
    return _normalized(grouped, (2, 3, 4), (n, groups, 1, 1, 1), eps).reshape(x.shape)


def _normalized(x: FloatArray, axes: tuple[int, ...], shape: tuple[int, ...], eps: float) -> FloatArray:
    if x.dtype == np.float16:
        return to_half(standardize(x.astype(np.float32), axes, shape, eps).x_hat)
    return standardize(x, axes, shape, eps).x_hat


def _images(x: npt.ArrayLike, eps: float) -> FloatArray:
    if not 0 <= eps < math.inf:
        raise ValueError(f"eps is {eps}; it must be finite and at least 0")
    x = as_floats(x)
    if x.ndim != 4 or x.size == 0:
        raise ValueError(f"x has shape {x.shape}; it needs four axes (N, C, H, W), none of them empty")
    require_finite(x, "x")
    return x
