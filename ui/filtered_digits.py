"""The data of the chapter on images and relatives: digits through fixed filters, the first of them with less ink."""

from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from bn import FILTERS, BatchNorm, FloatArray, batch_norm, batch_rows, filtered, group_norm, instance_norm, layer_norm
from bn.arrays import read_only
from ui.digits import SIZE, digits

IMAGES = 4
GROUPS = 2
NAMES = tuple(FILTERS)
Normalize = Callable[[FloatArray], FloatArray]
BATCH, LAYER, INSTANCE = "batch norm", "layer norm", "instance norm"
GROUP = f"group norm, {GROUPS} groups"
NORMS = MappingProxyType[str, Normalize](
    {BATCH: batch_norm, LAYER: layer_norm, GROUP: lambda x: group_norm(x, GROUPS), INSTANCE: instance_norm}
)


def company(digit: int, seed: int, size: int = IMAGES) -> tuple[int, ...]:
    """The rows of a batch among the training digits: this one, and others drawn by chance."""
    return tuple(batch_rows(len(digits().train.labels), size, 1, seed, first=digit)[0].tolist())


@lru_cache(maxsize=64)
def maps(rows: tuple[int, ...], ink: float = 1.0) -> FloatArray:
    """These digits through the filters, (N, C, 6, 6), the first one drawn with so much of its ink: at most 37 kB."""
    images = digits().train.images[list(rows)].reshape(-1, SIZE, SIZE).astype(np.float64)
    images[0] *= ink
    return filtered(images, np.stack(list(FILTERS.values())))


@lru_cache(maxsize=64)
def changes(digit: int, ink: float, before: int, after: int) -> dict[str, FloatArray]:
    """How far each norm's output for the first image moves when the others are drawn anew, each (C, 6, 6): 6 kB."""
    one, other = (maps(company(digit, seed), ink) for seed in (before, after))
    return {name: read_only(normalize(other)[0] - normalize(one)[0]) for name, normalize in NORMS.items()}


@lru_cache(maxsize=64)
def change_in_inference(digit: int, ink: float, before: int, after: int) -> float:
    """The largest change of the first image's output by batch norm with moving averages, whatever those are."""
    one, other = (maps(company(digit, seed), ink) for seed in (before, after))
    _, layer = BatchNorm.create(len(NAMES)).train(one)
    return float(np.abs(layer.infer(other).y[0] - layer.infer(one).y[0]).max())


@lru_cache(maxsize=64)
def apart_by_size(digit: int, ink: float, sizes: tuple[int, ...]) -> tuple[float, ...]:
    """The largest difference between batch norm and instance norm on the first image, in batches of each size."""
    rows = company(digit, 0, max(sizes))
    each = [maps(rows[:size], ink) for size in sizes]
    return tuple(float(np.abs(batch_norm(x)[0] - instance_norm(x)[0]).max()) for x in each)
