"""Digits through fixed filters, as a small convolution would see them; made once, shared by all sessions."""

from functools import lru_cache

import numpy as np

from bn import FILTERS, FloatArray, filtered
from ui.digits import SIZE, digits

IMAGES = 6


@lru_cache(maxsize=64)
def feature_maps(seed: int) -> FloatArray:
    """Feature maps (IMAGES, C, H, W) of digits drawn with this seed; read-only."""
    images = digits().train.images
    rows = np.random.default_rng(seed).choice(len(images), IMAGES, replace=False)
    chosen = images[rows].reshape(-1, SIZE, SIZE).astype(np.float64)
    return filtered(chosen, np.array(list(FILTERS.values())))
