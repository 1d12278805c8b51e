"""The data of the chapter on moving averages: streams of batches, and one layer that was trained on them.

Not in the page, which runs anew for every change: what is cached here is shared by all sessions.
"""

import math
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bn import CONVENTIONS, BatchNorm, Feature, FloatArray, draw, dropped, feed, variance_shift
from bn.arrays import read_only

MEAN, STD = 10.0, 3.0  # far from the 0 and 1 at which every framework starts
SHAPES = {"normal": "Normal", "uniform": "Uniform", "skewed": "Skewed", "two_peaks": "Two peaks"}
MAX_BATCHES = 500
EXAMPLES = 16
STALE_DECAY = CONVENTIONS["keras"].decay or 0.0


@lru_cache(maxsize=128)
def stream_statistics(shape: str, batch_size: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """The mean and the variance ÷ N of each of MAX_BATCHES batches, both (T,): 8 kB for each entry."""
    batches = draw([Feature(shape, MEAN, STD)], batch_size, MAX_BATCHES, seed).batches[:, :, 0]
    return read_only(batches.mean(axis=1)), read_only(batches.var(axis=1))


@lru_cache(maxsize=1)
def examples() -> FloatArray:
    """The rows that go through the layer in use, (EXAMPLES, 1)."""
    rows: FloatArray = draw([Feature("normal", MEAN, STD)], EXAMPLES, 1, seed=15).batches[0]
    return rows


def trained_layer() -> BatchNorm:
    """A layer whose averages have arrived at the truth; of a convention that takes a batch of one."""
    layer = BatchNorm.create(1, CONVENTIONS["keras"], channel_axis=1)
    return replace(layer, running_mean=np.array([MEAN]), running_var=np.array([STD**2]))


@lru_cache(maxsize=64)
def stale_layer(seen: int) -> BatchNorm:
    """The same layer when it has seen only so many batches, of EXAMPLES rows each."""
    stream = draw([Feature("normal", MEAN, STD)], EXAMPLES, max(seen, 1), seed=2)
    return feed(BatchNorm.create(1, CONVENTIONS["keras"], channel_axis=1), stream.batches[:seen]).layer


DROPOUT_BATCHES, DROPOUT_ROWS = 100, 1000
# Mean and variance of the ReLU of a standard normal: E[x] = 1 / sqrt(2 pi), E[x^2] = 1/2.
RECTIFIED_MEAN = 1 / math.sqrt(2 * math.pi)
RECTIFIED_VAR = 0.5 - RECTIFIED_MEAN**2


class BehindDropout(NamedTuple):
    """A layer that was trained behind dropout, and used.

    law       how many times as large the variance is in training, calculated
    averaged  the moving variance, ÷N, after training
    met       the variance, ÷N, of the values that come in inference
    std       the standard deviation of x_hat then, ÷N
    """

    law: float
    averaged: float
    met: float
    std: float


@lru_cache(maxsize=64)
def behind_dropout(keep: float) -> BehindDropout:
    """Train a layer behind dropout on rectified normal values, then use it without dropout on as many new ones."""
    trained, met = np.random.default_rng(0).standard_normal((2, DROPOUT_BATCHES, DROPOUT_ROWS, 1)).clip(min=0)
    layer = replace(BatchNorm.create(1, CONVENTIONS["onnx"], channel_axis=1), decay=None)
    layer = feed(layer, dropped(trained, keep, seed=1)).layer
    x_hat = layer.infer(met.reshape(-1, 1)).x_hat
    law = variance_shift(RECTIFIED_MEAN, RECTIFIED_VAR, keep)
    return BehindDropout(law, float(layer.running_var[0]), float(met.var()), float(x_hat.std()))
