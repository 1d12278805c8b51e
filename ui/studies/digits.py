"""The handwritten digits that networks are trained on: read once, shared by all sessions, never changed."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FILE = Path(__file__).parents[2] / "assets" / "digits.npz"
SIZE = 8  # pixels on each side
CLASSES = 10
BRIGHTEST = 16
HELD_OUT = 360


class Digits(NamedTuple):
    """images (N, 64), row by row, float32 from 0 (paper) to 1 (ink); labels (N,), 0 to 9. Both read-only."""

    images: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]


class Split(NamedTuple):
    """Disjoint examples: 1,437 to train on, 360 held out."""

    train: Digits
    test: Digits


@lru_cache(maxsize=1)
def digits() -> Split:
    """The 1,797 digits of assets/digits.npz, shuffled once and for all and split.

    The file is in the order in which it was collected, where neighbors share a writer.
    """
    with np.load(FILE, allow_pickle=False) as file:
        images = file["images"].reshape(-1, SIZE * SIZE).astype(np.float32) / BRIGHTEST
        labels = file["labels"].astype(np.int64)
    order = np.random.default_rng(0).permutation(len(labels))
    parts = [Digits(images[rows], labels[rows]) for rows in (order[HELD_OUT:], order[:HELD_OUT])]
    for part in parts:
        for array in part:
            array.setflags(write=False)
    return Split(*parts)


@lru_cache(maxsize=1)
def one_of_each() -> tuple[int, ...]:
    """The rows of ten held-out digits: the first 0, the first 1, and so on."""
    labels = digits().test.labels
    return tuple(int((labels == label).argmax()) for label in range(CLASSES))
