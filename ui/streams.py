"""The data of the chapter on moving averages: streams of batches, and one layer that was trained on them.

Not in the page, which runs anew for every change: what is cached here is shared by all sessions.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from bn import CONVENTIONS, BatchNorm, Feature, FloatArray, draw, feed
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
    return draw([Feature("normal", MEAN, STD)], EXAMPLES, 1, seed=15).batches[0]


def trained_layer() -> BatchNorm:
    """A layer whose averages have arrived at the truth; of a convention that takes a batch of one."""
    layer = BatchNorm.create(1, CONVENTIONS["keras"], channel_axis=1)
    return replace(layer, running_mean=np.array([MEAN]), running_var=np.array([STD**2]))


@lru_cache(maxsize=64)
def stale_layer(seen: int) -> BatchNorm:
    """The same layer when it has seen only so many batches, of EXAMPLES rows each."""
    stream = draw([Feature("normal", MEAN, STD)], EXAMPLES, max(seen, 1), seed=2)
    return feed(BatchNorm.create(1, CONVENTIONS["keras"], channel_axis=1), stream.batches[:seen]).layer
