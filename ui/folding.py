"""Two linear layers with a batch norm behind them, folded: a dense one on the batch, a convolution on digits."""

import io
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bn import BatchNorm, FloatArray, Folded, batch_rows, feed, fold, resample
from ui.digits import digits
from ui.filtered_digits import WEIGHT, through

OUTPUTS = 3
BATCHES = 100
IMAGES = 6


@dataclass(frozen=True, eq=False)
class Example:
    """A linear layer without bias, the batch norm behind it, both folded, and how far one is from two on data.

    weight      (inputs, C) of a dense layer, (C, H, W) of a convolution on gray images
    layer       the batch norm, its moving averages learned on data
    difference  the largest between one layer and two
    reach       the largest value that both give
    """

    weight: FloatArray
    layer: BatchNorm
    folded: Folded
    difference: float
    reach: float


def dense(x: FloatArray, seed: int) -> Example:
    """A dense layer with random weights on the batch x, (N, inputs); the moving averages come from its resampled rows."""
    return _dense(x.tobytes(), x.shape, seed)


@lru_cache(maxsize=32)
def _dense(values: bytes, shape: tuple[int, int], seed: int) -> Example:
    x = np.frombuffer(values).reshape(shape)
    rng = np.random.default_rng(seed)
    # Features in large units get small weights, as training would give them.
    spread = x.std(axis=0)
    weight = rng.standard_normal((shape[1], OUTPUTS)) / np.where(spread > 0, spread, 1.0)[:, None]
    layer = feed(_learned(OUTPUTS, rng), resample(x @ weight, BATCHES, seed).batches).layer
    folded = fold(weight, None, layer, 1)
    return _compare(weight, layer, folded, x @ weight, x @ folded.weight + folded.bias)


@lru_cache(maxsize=32)
def convolution(seed: int) -> Example:
    """The fixed filters on digits, and a batch norm that has seen a hundred batches of their feature maps."""
    train, test = digits()
    layer = _learned(len(WEIGHT), np.random.default_rng(seed))
    for rows in batch_rows(len(train.labels), IMAGES, BATCHES, seed):
        _, layer = layer.train(through(WEIGHT, train.images[rows]))
    folded = fold(WEIGHT, None, layer, 0)
    images = test.images[:IMAGES]
    one = through(folded.weight, images) + folded.bias[:, None, None]
    return _compare(WEIGHT, layer, folded, through(WEIGHT, images), one)


@lru_cache(maxsize=64)
def as_file(folded: Folded) -> bytes:
    """The folded weight and bias as a .npz file."""
    file = io.BytesIO()
    np.savez(file, weight=folded.weight, bias=folded.bias)
    return file.getvalue()


def _learned(features: int, rng: np.random.Generator) -> BatchNorm:
    """A layer whose gamma and beta are no longer 1 and 0."""
    layer = BatchNorm.create(features, channel_axis=1)
    gamma, beta = rng.uniform(0.5, 2, features).round(2), rng.normal(0, 1, features).round(2)
    return layer.with_unchecked(gamma=gamma, beta=beta)


def _compare(weight: FloatArray, layer: BatchNorm, folded: Folded, before: FloatArray, one: FloatArray) -> Example:
    two = layer.infer(before).y
    return Example(weight, layer, folded, float(np.abs(two - one).max()), float(np.abs(two).max()))
