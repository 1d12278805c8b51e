"""Dropout in front of batch normalization: the variance that training sees is not the one that inference has."""

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, read_only, require_finite


def dropped(x: npt.ArrayLike, keep: float, seed: int) -> FloatArray:
    """X with each value kept with probability keep and divided by it, else 0; what comes out has the same mean.

        out = x * m / keep,    m ~ Bernoulli(keep), elementwise

    In inference dropout does nothing. Raises ValueError for NaN or infinity in x, or a keep outside (0, 1].
    Source: Srivastava et al. 2014, in the form that divides in training ("inverted dropout").
    """
    x = as_floats(x)
    require_finite(x, "x")
    _check(keep)
    kept = np.random.default_rng(seed).random(x.shape) < keep
    return read_only(np.where(kept, x / x.dtype.type(keep), x.dtype.type(0)))


def variance_shift(mean: float, var: float, keep: float) -> float:
    """How many times as large the variance of x is behind dropout in training as in inference.

        Var(x m / keep) / Var(x) = 1 + (1 / keep - 1) E[x^2] / Var(x),    E[x^2] = var + mean^2

    mean, var (÷N) of x; var above 0. With a mean other than 0, as behind ReLU, it is more than 1 / keep. Raises
    ValueError for a var that is not above 0 or a keep outside (0, 1].
    Source: Li et al. 2019 (arXiv 1801.05134), section 3, as a quotient of training by inference.
    """
    _check(keep)
    if not var > 0:
        raise ValueError(f"var is {var}; it must be above 0")
    return 1 + (1 / keep - 1) * (var + mean * mean) / var


def _check(keep: float) -> None:
    if not 0 < keep <= 1:
        raise ValueError(f"keep is {keep}; it must be above 0 and at most 1")
