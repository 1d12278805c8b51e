"""A small network without training: enough to see what a hidden layer is given."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bn.activations import relu
from bn.arrays import FloatArray, as_floats, read_only, require_finite


def he_weights(sizes: Sequence[int], seed: int) -> tuple[FloatArray, ...]:
    """One matrix (sizes[i], sizes[i + 1]) for each layer, normal with mean 0 and variance 2 / sizes[i].

    Raises ValueError for fewer than two sizes, a size below 1, or a negative seed.
    Source: He et al. 2015 (arXiv 1502.01852), section 2.2.
    """
    if len(sizes) < 2 or min(sizes) < 1 or seed < 0:
        raise ValueError(
            f"sizes {list(sizes)}, seed {seed}: at least two sizes of at least 1, and a seed of at least 0"
        )
    rng = np.random.default_rng(seed)
    return tuple(read_only(rng.standard_normal((m, n)) * np.sqrt(2 / m)) for m, n in pairwise(sizes))


def activations(x: npt.ArrayLike, weights: Sequence[FloatArray]) -> tuple[FloatArray, ...]:
    """What each layer is given: x (N, C), then h = relu(h W) after each matrix; len(weights) + 1 arrays, no biases.

    Raises ValueError if x is not (N, C), holds NaN or infinity, or a matrix does not fit what it is given.
    """
    h = as_floats(x)
    if h.ndim != 2:
        raise ValueError(f"x has shape {h.shape}; it needs two axes (N, C)")
    require_finite(h, "x")
    seen = [h]
    for k, matrix in enumerate(weights):
        if matrix.ndim != 2 or len(matrix) != h.shape[1]:
            raise ValueError(f"weights[{k}] has shape {matrix.shape}; it is given {h.shape[1]} features")
        h = relu(h @ matrix)
        seen.append(h)
    return tuple(seen)
