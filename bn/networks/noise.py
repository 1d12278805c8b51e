"""Noise that is injected behind batch normalization, anew at every step: what it does when distributions do shift.

Source: Santurkar, Tsipras, Ilyas & Madry 2018 (arXiv 1805.11604), section 2.1 and appendix A.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from bn.arrays import FloatArray, read_only

Seed = int | tuple[int, ...]

# The noise of Santurkar et al. 2018 (arXiv 1805.11604), appendix A, algorithm 1, with the paper's constants.
NOISE_MEAN, NOISE_SCALE, NOISE_JITTER = 0.5, 1.25, 0.1


class Noise(NamedTuple):
    """y becomes scale * y + shift, elementwise; both (N, C)."""

    scale: FloatArray
    shift: FloatArray


@lru_cache(maxsize=4)  # networks that are compared get the same noise, and drawing it takes as long as a step
def draw_noises(
    seeds: tuple[Seed, ...], n: int, units: tuple[int, ...], dtype: np.dtype[np.floating[Any]]
) -> tuple[Noise, ...]:
    """The noise of each hidden layer of these units for n examples; of several seeds side by side, (n, S * C)."""
    drawn = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        drawn.append([_draw_noise(rng, n, c, dtype) for c in units])
    if len(drawn) == 1:
        return tuple(drawn[0])
    return tuple(
        Noise(*[read_only(np.concatenate(side_by_side, axis=1)) for side_by_side in zip(*layer, strict=True)])
        for layer in zip(*drawn, strict=True)
    )


def _draw_noise(rng: np.random.Generator, n: int, c: int, dtype: np.dtype[np.floating[Any]]) -> Noise:
    mean, scale = rng.uniform(-NOISE_MEAN, NOISE_MEAN, c), rng.uniform(1, NOISE_SCALE, c)
    shifts = 2 * NOISE_JITTER * rng.random((n, c), dtype) + (mean - NOISE_JITTER).astype(dtype)
    scales = NOISE_JITTER * rng.standard_normal((n, c), dtype) + scale.astype(dtype)
    return Noise(read_only(scales), read_only(shifts))
