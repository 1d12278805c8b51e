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
    count, drawn = len(seeds), []
    generators = [np.random.default_rng(seed) for seed in seeds]
    for c in units:
        scale, shift = (np.empty((n, count * c), dtype) for _ in range(2))
        for k, rng in enumerate(generators):
            own = slice(k * c, (k + 1) * c)
            _draw_noise(rng, scale[:, own], shift[:, own])
        drawn.append(Noise(read_only(scale), read_only(shift)))
    return tuple(drawn)


def _draw_noise(rng: np.random.Generator, scale: FloatArray, shift: FloatArray) -> None:
    """Fill both, (n, c)."""
    c: int = scale.shape[1]
    dtype = scale.dtype
    mean, middle = rng.uniform(-NOISE_MEAN, NOISE_MEAN, c), rng.uniform(1, NOISE_SCALE, c)
    np.multiply(rng.random(shift.shape, dtype), 2 * NOISE_JITTER, out=shift)
    shift += (mean - NOISE_JITTER).astype(dtype)
    np.multiply(rng.standard_normal(scale.shape, dtype), NOISE_JITTER, out=scale)
    scale += middle.astype(dtype)
